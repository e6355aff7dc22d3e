"""Define further statistics, as `sa.stats`: of numbers and arrays first, then tests, models, and indices of tables.

The measures that a researcher begins with are in `sesec_analysis` itself; names are in the order of their subjects.
"""

from sesec_analysis.metrics.changes import gap_model
from sesec_analysis.metrics.decomposition import kitagawa, oaxaca
from sesec_analysis.metrics.disparity import score_ratios
from sesec_analysis.metrics.disproportionality import (
    alternate_risk_ratios,
    is_significant,
    risk_ratio_from_shares,
    significant_disproportionality,
    washington_band,
    weighted_risk_ratios,
)
from sesec_analysis.metrics.funnel import (
    between_variance,
    funnel_limits,
    global_prior,
    overdispersion,
    poisson_limits,
    shrunk_rates,
)
from sesec_analysis.metrics.inequality import (
    eighty_percent_indices,
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
from sesec_analysis.metrics.odds_ratios import (
    breslow_day,
    breslow_day_test,
    mantel_haenszel,
    odds_ratios,
)
from sesec_analysis.metrics.robustness import q_values
from sesec_analysis.metrics.standardized import level_gaps, levels_of, probit_gaps
from sesec_analysis.metrics.trends import trend_model, year_variation
from sesec_analysis.metrics.two_groups import cohens_h, gaps_to_whole, p_values, power

__all__ = [  # noqa: RUF022 - in the order of their subjects
    # margins and limits of numbers
    "margin_of_sum",
    "margin_of_share",
    "margin_of_ratio",
    "margin_of_product",
    "percentage_point_margin",
    "difference_limits",
    "funnel_limits",
    "poisson_limits",
    "overdispersion",
    "between_variance",
    "global_prior",
    # one number from others
    "is_significant",
    "risk_ratio_from_shares",
    "washington_band",
    "breslow_day_test",
    # chance
    "p_values",
    "q_values",
    "power",
    "cohens_h",
    # odds, score intervals, and the total
    "odds_ratios",
    "mantel_haenszel",
    "breslow_day",
    "score_ratios",
    "gaps_to_whole",
    # proficiency levels in standard deviations
    "levels_of",
    "level_gaps",
    "probit_gaps",
    # definitions of disproportionality in law
    "alternate_risk_ratios",
    "weighted_risk_ratios",
    "significant_disproportionality",
    # indices of equity plans
    "eighty_percent_indices",
    "percentage_point_gaps",
    "proportionality_indices",
    # parts of a difference
    "kitagawa",
    "oaxaca",
    # models of many schools and years
    "shrunk_rates",
    "year_variation",
    "trend_model",
    "gap_model",
]


def __dir__() -> list[str]:
    return __all__
