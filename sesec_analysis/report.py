"""Define the vocabulary of our report notebooks, as `sa.report`: what they say of claims, school levels, and schools.

What a researcher types is in `sesec_analysis` itself; names are in the order of their subjects.
"""

from sesec_analysis.catalog import level_rules
from sesec_analysis.evidence.described.best import best, lead
from sesec_analysis.evidence.ledger import claim_schools, claims_ledger
from sesec_analysis.evidence.level_tables import (
    level_counts,
    level_distribution,
    level_parts,
    level_weights,
    levels_of_place,
    levels_of_school,
)
from sesec_analysis.evidence.not_computed import notices_in_place
from sesec_analysis.evidence.notices import verdict_notice
from sesec_analysis.evidence.school_tables import (
    about_school,
    compare_school,
    over_years,
    strengths,
)
from sesec_analysis.evidence.tables import plain_table
from sesec_analysis.evidence.telling import (
    board_questions,
    headline,
    implication,
    key_numbers,
    school_questions,
)
from sesec_analysis.figures.dot_plot import plot_levels
from sesec_analysis.loaders.claims import claim_figures, claim_school_figures, level_figures
from sesec_analysis.loaders.listing import known_variation, student_need, then_and_now
from sesec_analysis.loaders.load import nearby_schools
from sesec_analysis.metrics.changes import progress
from sesec_analysis.metrics.disparity import published_gaps, published_rates
from sesec_analysis.metrics.school_levels.levels import level_estimates, level_years, school_levels

__all__ = [  # noqa: RUF022 - in the order of their subjects
    # words of a page
    "notices_in_place",
    "headline",
    "lead",
    "implication",
    "key_numbers",
    "best",
    "board_questions",
    "verdict_notice",
    "plain_table",
    # then and now
    "progress",
    "then_and_now",
    "student_need",
    "known_variation",
    # at the schools whose numbers are published
    "published_rates",
    "published_gaps",
    # founding claims
    "claims_ledger",
    "claim_figures",
    "claim_schools",
    "claim_school_figures",
    # SESEC school levels
    "level_rules",
    "level_figures",
    "school_levels",
    "level_estimates",
    "level_years",
    "levels_of_place",
    "levels_of_school",
    "level_counts",
    "level_distribution",
    "level_parts",
    "level_weights",
    "plot_levels",
    # a school's fact sheet
    "about_school",
    "nearby_schools",
    "compare_school",
    "over_years",
    "strengths",
    "school_questions",
]


def __dir__() -> list[str]:
    return __all__
