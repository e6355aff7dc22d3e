"""School-equity data for Southeast Seattle: load what was published, measure it, quote it.

>>> import sesec_analysis as sa
>>> table = sa.load("disciplined", place="seattle", end_years=2019, grade_level="all")
>>> ratios = sa.ratios(table, by="race_ethnicity", reference="white")
>>> print(sa.finding(ratios, student_group="black").id)
sesec:ratio.disciplined.2019.all.seattle.black-white

Every public name is resolved on first use, so that importing the package alone stays light. By subject they stand in
``sa.data``, ``sa.measures`` and ``sa.plots``.
"""

import importlib
import sys
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from sesec_analysis.attack.tables import attack_tables
    from sesec_analysis.catalog import level_rules
    from sesec_analysis.errors import CatalogError, DataError, EditionError, SesecError
    from sesec_analysis.evidence.described.best import best
    from sesec_analysis.evidence.finding import finding, findings
    from sesec_analysis.evidence.ledger import claim_schools, claims_ledger
    from sesec_analysis.evidence.level_tables import (
        level_distribution,
        level_parts,
        level_weights,
        levels_of_place,
        levels_of_school,
    )
    from sesec_analysis.evidence.not_computed import notices_in_place
    from sesec_analysis.evidence.notices import verdict_notice
    from sesec_analysis.evidence.school_tables import about_school, beside, over_years, strengths
    from sesec_analysis.evidence.tables import plain_table, table
    from sesec_analysis.evidence.telling import (
        board_questions,
        headline,
        key_numbers,
        school_questions,
        so_what,
    )
    from sesec_analysis.figures.dot_plot import plot_gaps, plot_levels, plot_rates
    from sesec_analysis.figures.glance import plot_at_a_glance
    from sesec_analysis.figures.map import plot_map, plot_results_map
    from sesec_analysis.figures.scatter import plot_expected, plot_funnel, plot_need, plot_schools
    from sesec_analysis.figures.style import style
    from sesec_analysis.figures.trend import plot_multiples, plot_slopes, plot_trend
    from sesec_analysis.loaders.claims import claim_figures, claim_school_figures, level_figures
    from sesec_analysis.loaders.listing import (
        breaks,
        events,
        indicators,
        known_variation,
        places,
        schools,
        sources,
        then_and_now,
        workshop,
        years_out,
    )
    from sesec_analysis.loaders.load import around, history, load, newest
    from sesec_analysis.loaders.own_table import observations, place
    from sesec_analysis.loaders.tidy.tidy import tidy
    from sesec_analysis.metrics.changes import (
        change,
        difference_in_gaps,
        gap_model,
        progress,
        years_to_close,
    )
    from sesec_analysis.metrics.decomposition import kitagawa, oaxaca, standardized_rates
    from sesec_analysis.metrics.disparity import (
        averages,
        compare,
        compare_averages,
        coverage,
        gaps,
        rates,
        ratios,
        score_ratios,
    )
    from sesec_analysis.metrics.disproportionality import (
        alternate_risk_ratios,
        disproportionality,
        is_significant,
        risk_ratio_from_shares,
        significant_disproportionality,
        washington_band,
        weighted_risk_ratios,
    )
    from sesec_analysis.metrics.expected import expected_rates
    from sesec_analysis.metrics.funnel import (
        between_variance,
        funnel,
        funnel_limits,
        global_prior,
        overdispersion,
        poisson_limits,
        shrunk_rates,
    )
    from sesec_analysis.metrics.gradients import gradients
    from sesec_analysis.metrics.inequality import (
        eighty_percent_indices,
        inequality,
        percentage_point_gaps,
        percentage_point_margin,
        proportionality_indices,
    )
    from sesec_analysis.metrics.intervals import (
        difference_limits,
        margin_of_product,
        margin_of_ratio,
        margin_of_share,
        margin_of_sum,
    )
    from sesec_analysis.metrics.participation import participation, participation_gaps
    from sesec_analysis.metrics.robustness import q_values, robustness
    from sesec_analysis.metrics.school_levels.levels import (
        level_estimates,
        level_years,
        school_levels,
    )
    from sesec_analysis.metrics.segregation import segregation
    from sesec_analysis.metrics.standardized import level_gaps, levels_of, probit_gaps
    from sesec_analysis.metrics.trends import (
        school_rates,
        trend,
        trend_model,
        year_variation,
    )
    from sesec_analysis.metrics.two_groups import (
        breslow_day,
        breslow_day_test,
        cohens_h,
        gaps_to_whole,
        mantel_haenszel,
        odds_ratios,
        p_values,
        power,
    )

_ROOMS = {
    "attack.tables": ["attack_tables"],
    "catalog": ["level_rules"],
    "errors": ["CatalogError", "DataError", "EditionError", "SesecError"],
    "evidence.finding": ["finding", "findings"],
    "evidence.ledger": ["claim_schools", "claims_ledger"],
    "evidence.not_computed": ["notices_in_place"],
    "evidence.notices": ["verdict_notice"],
    "evidence.level_tables": [
        "level_distribution",
        "level_parts",
        "level_weights",
        "levels_of_place",
        "levels_of_school",
    ],
    "evidence.school_tables": ["about_school", "beside", "over_years", "strengths"],
    "evidence.tables": ["plain_table", "table"],
    "evidence.described.best": ["best"],
    "evidence.telling": [
        "board_questions",
        "headline",
        "key_numbers",
        "school_questions",
        "so_what",
    ],
    "figures.dot_plot": ["plot_gaps", "plot_levels", "plot_rates"],
    "figures.glance": ["plot_at_a_glance"],
    "figures.map": ["plot_map", "plot_results_map"],
    "figures.scatter": ["plot_expected", "plot_funnel", "plot_need", "plot_schools"],
    "figures.style": ["style"],
    "figures.trend": ["plot_multiples", "plot_slopes", "plot_trend"],
    "loaders.claims": ["claim_figures", "claim_school_figures", "level_figures"],
    "loaders.listing": [
        "breaks",
        "events",
        "indicators",
        "known_variation",
        "places",
        "schools",
        "sources",
        "then_and_now",
        "workshop",
        "years_out",
    ],
    "loaders.load": ["around", "history", "load", "newest"],
    "loaders.own_table": ["observations", "place"],
    "loaders.tidy.tidy": ["tidy"],
    "metrics.changes": ["change", "difference_in_gaps", "gap_model", "progress", "years_to_close"],
    "metrics.decomposition": ["kitagawa", "oaxaca", "standardized_rates"],
    "metrics.disparity": [
        "averages",
        "compare",
        "compare_averages",
        "coverage",
        "gaps",
        "rates",
        "ratios",
        "score_ratios",
    ],
    "metrics.disproportionality": [
        "alternate_risk_ratios",
        "disproportionality",
        "is_significant",
        "risk_ratio_from_shares",
        "significant_disproportionality",
        "washington_band",
        "weighted_risk_ratios",
    ],
    "metrics.expected": ["expected_rates"],
    "metrics.funnel": [
        "between_variance",
        "funnel",
        "funnel_limits",
        "global_prior",
        "overdispersion",
        "poisson_limits",
        "shrunk_rates",
    ],
    "metrics.gradients": ["gradients"],
    "metrics.inequality": [
        "eighty_percent_indices",
        "inequality",
        "percentage_point_gaps",
        "percentage_point_margin",
        "proportionality_indices",
    ],
    "metrics.intervals": [
        "difference_limits",
        "margin_of_product",
        "margin_of_ratio",
        "margin_of_share",
        "margin_of_sum",
    ],
    "metrics.participation": ["participation", "participation_gaps"],
    "metrics.robustness": ["q_values", "robustness"],
    "metrics.school_levels.levels": [
        "level_estimates",
        "level_years",
        "school_levels",
    ],
    "metrics.segregation": ["segregation"],
    "metrics.standardized": ["level_gaps", "levels_of", "probit_gaps"],
    "metrics.trends": ["school_rates", "trend", "trend_model", "year_variation"],
    "metrics.two_groups": [
        "breslow_day",
        "breslow_day_test",
        "cohens_h",
        "gaps_to_whole",
        "mantel_haenszel",
        "odds_ratios",
        "p_values",
        "power",
    ],
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
    "attack_tables",
    "averages",
    "beside",
    "best",
    "between_variance",
    "board_questions",
    "breaks",
    "breslow_day",
    "breslow_day_test",
    "change",
    "claim_figures",
    "claim_school_figures",
    "claim_schools",
    "claims_ledger",
    "cohens_h",
    "compare",
    "compare_averages",
    "coverage",
    "difference_in_gaps",
    "difference_limits",
    "disproportionality",
    "eighty_percent_indices",
    "events",
    "expected_rates",
    "finding",
    "findings",
    "funnel",
    "funnel_limits",
    "gap_model",
    "gaps",
    "gaps_to_whole",
    "global_prior",
    "gradients",
    "headline",
    "history",
    "indicators",
    "inequality",
    "is_significant",
    "key_numbers",
    "kitagawa",
    "known_variation",
    "level_distribution",
    "level_estimates",
    "level_figures",
    "level_gaps",
    "level_parts",
    "level_rules",
    "level_weights",
    "level_years",
    "levels_of",
    "levels_of_place",
    "levels_of_school",
    "load",
    "mantel_haenszel",
    "margin_of_product",
    "margin_of_ratio",
    "margin_of_share",
    "margin_of_sum",
    "newest",
    "notices_in_place",
    "oaxaca",
    "observations",
    "odds_ratios",
    "over_years",
    "overdispersion",
    "p_values",
    "participation",
    "participation_gaps",
    "percentage_point_gaps",
    "percentage_point_margin",
    "place",
    "places",
    "plain_table",
    "plot_at_a_glance",
    "plot_expected",
    "plot_funnel",
    "plot_gaps",
    "plot_levels",
    "plot_map",
    "plot_multiples",
    "plot_need",
    "plot_rates",
    "plot_results_map",
    "plot_schools",
    "plot_slopes",
    "plot_trend",
    "poisson_limits",
    "power",
    "probit_gaps",
    "progress",
    "proportionality_indices",
    "q_values",
    "rates",
    "ratios",
    "risk_ratio_from_shares",
    "robustness",
    "school_levels",
    "school_questions",
    "school_rates",
    "schools",
    "score_ratios",
    "segregation",
    "shrunk_rates",
    "significant_disproportionality",
    "so_what",
    "sources",
    "standardized_rates",
    "strengths",
    "style",
    "table",
    "then_and_now",
    "tidy",
    "trend",
    "trend_model",
    "verdict_notice",
    "washington_band",
    "weighted_risk_ratios",
    "workshop",
    "year_variation",
    "years_out",
    "years_to_close",
]


class _Subject:
    """The public names of one subject, for those who look for a name by Tab; each is the same as ``sa.<name>``."""

    def __init__(self, name: str, *rooms: str) -> None:
        self._name = name
        self._names = sorted(
            public for public, room in _HOME.items() if room.startswith(rooms) and public != "style"
        )

    def __getattr__(self, name: str) -> object:
        if name not in self._names:
            raise _unknown(f"sesec_analysis.{self._name}", name, self._names)
        return getattr(sys.modules[__name__], name)

    def __dir__(self) -> list[str]:
        return self._names

    def __repr__(self) -> str:
        return f"sa.{self._name}: {', '.join(self._names)}"


_SUBJECTS = {
    "data": _Subject("data", "loaders."),
    "measures": _Subject("measures", "metrics."),
    "plots": _Subject("plots", "figures."),
}


def _unknown(module: str, name: str, known: list[str]) -> AttributeError:
    from sesec_analysis.errors import closest

    near = [] if name.startswith("_") else closest(name, known)  # a tool asks for those
    meant = f"; did you mean {near[0]!r}" if near else ""
    return AttributeError(
        f"module {module!r} has no attribute {name!r}{meant}; it has: {', '.join(known)}"
    )


_MODULES = ("bounds", "schema")
"""Modules for those who add up cells or check a table themselves."""


def __getattr__(name: str) -> object:
    if name in _SUBJECTS:
        return _SUBJECTS[name]
    if name in _MODULES:
        return importlib.import_module(f"sesec_analysis.{name}")
    if name not in _HOME:
        raise _unknown("sesec_analysis", name, __all__)
    value = getattr(importlib.import_module(f"sesec_analysis.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, *_SUBJECTS, *_MODULES, "__version__"]
