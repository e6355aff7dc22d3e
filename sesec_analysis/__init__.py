"""School-equity data for Southeast Seattle: load what was published, measure it, quote it.

>>> import sesec_analysis as sa
>>> table = sa.load("disciplined", place="seattle", end_years=2019, grade_level="all")
>>> ratios = sa.ratios(table, by="race_ethnicity", reference="white")
>>> print(sa.finding(ratios, student_group="black").id)
sesec:ratio.disciplined.2019.all.seattle.black-white

Every public name is resolved on first use, so that importing the package alone stays light.
"""

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from sesec_analysis.errors import CatalogError, DataError, EditionError, SesecError
    from sesec_analysis.loaders.around import around
    from sesec_analysis.loaders.lists import breaks, indicators, places, schools, sources
    from sesec_analysis.loaders.load import history, load, newest
    from sesec_analysis.loaders.tidy import tidy
    from sesec_analysis.loaders.workshop import workshop
    from sesec_analysis.metrics.averages import averages, compare_averages
    from sesec_analysis.metrics.changes import change, difference_in_gaps
    from sesec_analysis.metrics.comparison import expected_rates
    from sesec_analysis.metrics.coverage import coverage
    from sesec_analysis.metrics.decomposition import kitagawa, standardized_rates
    from sesec_analysis.metrics.detection import cohens_h, p_values, power
    from sesec_analysis.metrics.disparity import compare, gaps, rates, ratios
    from sesec_analysis.metrics.disproportionality import (
        disproportionality,
        is_significant,
        risk_ratio_from_shares,
        washington_band,
    )
    from sesec_analysis.metrics.effects import level_gaps, probit_gaps
    from sesec_analysis.metrics.families import q_values
    from sesec_analysis.metrics.funnel import funnel
    from sesec_analysis.metrics.gradient import gradients
    from sesec_analysis.metrics.inequality import inequality
    from sesec_analysis.metrics.levels import levels_of
    from sesec_analysis.metrics.oaxaca import oaxaca
    from sesec_analysis.metrics.odds import mantel_haenszel, odds_ratios
    from sesec_analysis.metrics.pairs import gaps_to_whole, score_ratios
    from sesec_analysis.metrics.participation import participation, participation_gaps
    from sesec_analysis.metrics.projection import gap_model, years_to_close
    from sesec_analysis.metrics.risk_ratios import alternate_risk_ratios, weighted_risk_ratios
    from sesec_analysis.metrics.robustness import robustness
    from sesec_analysis.metrics.segregation import segregation
    from sesec_analysis.metrics.shrinkage import shrunk_rates
    from sesec_analysis.metrics.trend_models import trend_model
    from sesec_analysis.metrics.trends import trend
    from sesec_analysis.publishing.figures import plot_gaps, plot_rates, plot_schools, plot_trend
    from sesec_analysis.publishing.figures_fair import plot_expected, plot_funnel
    from sesec_analysis.publishing.figures_map import plot_map
    from sesec_analysis.publishing.findings import finding, findings
    from sesec_analysis.publishing.ledger import claims_ledger
    from sesec_analysis.publishing.sheet_strengths import strengths
    from sesec_analysis.publishing.sheet_tables import about_school, beside
    from sesec_analysis.publishing.tables import plain_table, table
    from sesec_analysis.publishing.trust import verdict_notice

_ROOMS = {
    "loaders.around": ["around"],
    "loaders.load": ["history", "load", "newest"],
    "loaders.lists": ["breaks", "indicators", "places", "schools", "sources"],
    "loaders.tidy": ["tidy"],
    "loaders.workshop": ["workshop"],
    "metrics.averages": ["averages", "compare_averages"],
    "metrics.changes": ["change", "difference_in_gaps"],
    "metrics.comparison": ["expected_rates"],
    "metrics.coverage": ["coverage"],
    "metrics.decomposition": ["kitagawa", "standardized_rates"],
    "metrics.detection": ["cohens_h", "p_values", "power"],
    "metrics.disparity": ["compare", "gaps", "rates", "ratios"],
    "metrics.disproportionality": [
        "disproportionality",
        "is_significant",
        "risk_ratio_from_shares",
        "washington_band",
    ],
    "metrics.effects": ["level_gaps", "probit_gaps"],
    "metrics.families": ["q_values"],
    "metrics.funnel": ["funnel"],
    "metrics.gradient": ["gradients"],
    "metrics.inequality": ["inequality"],
    "metrics.levels": ["levels_of"],
    "metrics.oaxaca": ["oaxaca"],
    "metrics.odds": ["mantel_haenszel", "odds_ratios"],
    "metrics.pairs": ["gaps_to_whole", "score_ratios"],
    "metrics.participation": ["participation", "participation_gaps"],
    "metrics.projection": ["gap_model", "years_to_close"],
    "metrics.risk_ratios": ["alternate_risk_ratios", "weighted_risk_ratios"],
    "metrics.robustness": ["robustness"],
    "metrics.segregation": ["segregation"],
    "metrics.shrinkage": ["shrunk_rates"],
    "metrics.trend_models": ["trend_model"],
    "metrics.trends": ["trend"],
    "publishing.findings": ["finding", "findings"],
    "publishing.figures": ["plot_gaps", "plot_rates", "plot_schools", "plot_trend"],
    "publishing.figures_fair": ["plot_expected", "plot_funnel"],
    "publishing.figures_map": ["plot_map"],
    "publishing.ledger": ["claims_ledger"],
    "publishing.sheet_strengths": ["strengths"],
    "publishing.sheet_tables": ["about_school", "beside"],
    "publishing.tables": ["plain_table", "table"],
    "publishing.trust": ["verdict_notice"],
    "errors": ["CatalogError", "DataError", "EditionError", "SesecError"],
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "CatalogError",
    "DataError",
    "EditionError",
    "SesecError",
    "about_school",
    "alternate_risk_ratios",
    "around",
    "averages",
    "beside",
    "breaks",
    "change",
    "claims_ledger",
    "cohens_h",
    "compare",
    "compare_averages",
    "coverage",
    "difference_in_gaps",
    "disproportionality",
    "expected_rates",
    "finding",
    "findings",
    "funnel",
    "gap_model",
    "gaps",
    "gaps_to_whole",
    "gradients",
    "history",
    "indicators",
    "inequality",
    "is_significant",
    "kitagawa",
    "level_gaps",
    "levels_of",
    "load",
    "mantel_haenszel",
    "newest",
    "oaxaca",
    "odds_ratios",
    "p_values",
    "participation",
    "participation_gaps",
    "places",
    "plain_table",
    "plot_expected",
    "plot_funnel",
    "plot_gaps",
    "plot_map",
    "plot_rates",
    "plot_schools",
    "plot_trend",
    "power",
    "probit_gaps",
    "q_values",
    "rates",
    "ratios",
    "risk_ratio_from_shares",
    "robustness",
    "schools",
    "score_ratios",
    "segregation",
    "shrunk_rates",
    "sources",
    "standardized_rates",
    "strengths",
    "table",
    "tidy",
    "trend",
    "trend_model",
    "verdict_notice",
    "washington_band",
    "weighted_risk_ratios",
    "workshop",
    "years_to_close",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        message = f"module 'sesec_analysis' has no attribute {name!r}; it has: {', '.join(__all__)}"
        raise AttributeError(message)
    value = getattr(importlib.import_module(f"sesec_analysis.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
