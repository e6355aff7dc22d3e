"""Define the vocabulary of our report notebooks, as `sa.report`: what they say of claims, school levels, and schools.

What a researcher types is in `sesec_analysis` itself; names are in the order of their subjects.
"""

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from sesec_analysis.catalog import level_rules
from sesec_analysis.errors import QuestionError
from sesec_analysis.evidence.described.best import best
from sesec_analysis.evidence.described.lead import lead, lead_candidates
from sesec_analysis.evidence.implications import among_tested, school_questions
from sesec_analysis.evidence.ledger import (
    claim_schools,
    claims_headline,
    claims_implication,
    claims_ledger,
)
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
from sesec_analysis.evidence.pages import board_questions, deck, school_messages, since_last_year
from sesec_analysis.evidence.school_tables import (
    compare_school,
    over_years,
    strengths,
)
from sesec_analysis.evidence.tables import about_school, plain_table
from sesec_analysis.evidence.telling import (
    headline,
    implication,
    in_words,
    key_numbers,
    withheld_here,
)
from sesec_analysis.figures.level_tiles import plot_levels
from sesec_analysis.figures.trend import plot_lead
from sesec_analysis.loaders.claims import claim_figures, claim_school_figures, level_figures
from sesec_analysis.loaders.listing import known_variation, student_need, then_and_now
from sesec_analysis.loaders.load import nearby_schools, newest
from sesec_analysis.loaders.query import Query
from sesec_analysis.metrics.changes import progress
from sesec_analysis.metrics.disparity import compare
from sesec_analysis.metrics.participation import (
    counts_at_earlier_rate,
    counts_at_other_rate,
    published_gap_changes,
    published_gaps,
    published_rates,
)
from sesec_analysis.metrics.school_levels.levels import level_estimates, level_years, school_levels

__all__ = [  # noqa: RUF022 - in the order of their subjects
    # words of a page
    "notices_in_place",
    "headline",
    "lead",
    "lead_candidates",
    "plot_lead",
    "deck",
    "implication",
    "in_words",
    "since_last_year",
    "key_numbers",
    "best",
    "board_questions",
    "verdict_notice",
    "plain_table",
    # then and now
    "Outcomes",
    "outcomes",
    "progress",
    "then_and_now",
    "counts_at_earlier_rate",
    "counts_at_other_rate",
    "student_need",
    "known_variation",
    # at the schools whose numbers are published
    "published_rates",
    "published_gaps",
    "published_gap_changes",
    # founding claims
    "claims_ledger",
    "claims_headline",
    "claims_implication",
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
    "school_messages",
    "compare_school",
    "over_years",
    "strengths",
    "among_tested",
    "withheld_here",
    "school_questions",
]


def __dir__() -> list[str]:
    return __all__


class Outcomes(NamedTuple):
    """The newest numbers of two places, how they changed, and how far apart they are.

    Examples
    --------
    >>> Outcomes._fields
    ('now', 'moved', 'apart')
    """

    now: dict[str, pd.DataFrame]
    """OBSERVATIONS of the newest year, by indicator."""
    moved: dict[str, pd.DataFrame]
    """ESTIMATES of `progress` since the base year, by indicator."""
    apart: pd.DataFrame
    """ESTIMATES of the gap between the places in the newest year of each indicator."""


def outcomes(
    queries: Mapping[str, Query],
    *,
    place: str,
    reference: str,
    up_to: int,
    level: float = 0.95,
) -> Outcomes:
    """Load the outcomes that a report compares, and compare them between two places and two years.

    Parameters
    ----------
    queries
        For each indicator what else `load` needs: ``{"math_met": {"grade_level": "all", "student_group": "all"}}``.
    place, reference
        The place that the report is about, and the one it is compared with.
    up_to
        The latest ``end_year`` wanted.
    level
        Confidence level, 0-1.

    Returns
    -------
    Outcomes
        ``now``, ``moved``, and ``apart``. Tables of an indicator without data are empty.

    Raises
    ------
    QuestionError, CatalogError
        If an indicator, a place, or another part of a query is not known.

    See Also
    --------
    lead : The statement of these tables that a report leads with.

    Examples
    --------
    >>> everyone = {"grade_level": "all", "student_group": "all"}
    >>> found = outcomes({"disciplined": everyone}, place="southeast_seattle", reference="rest_of_seattle_regular",
    ...                  up_to=2019)
    >>> found.apart[["indicator", "measure", "end_year"]].values.tolist()
    [['disciplined', 'gap', 2019]]
    """
    given: object = queries  # anything, as a notebook passes it
    if not isinstance(given, Mapping) or not given:
        raise QuestionError(
            f"the queries of outcomes are no indicators with their queries: {queries!r:.60}",
            fix='pass {"disciplined": {"grade_level": "all", "student_group": "all"}}',
        )
    now, moved = {}, {}
    for code, query in queries.items():
        of_both: Query = {**query, "place": [place, reference]}
        now[code] = newest(code, up_to=up_to, **of_both)
        both_years = then_and_now(code, up_to=up_to, **of_both)
        moved[code] = progress(both_years, place=place, reference=reference, level=level)
    every = pd.concat(now.values())
    here, there = (every[every["organization_id"] == code] for code in (place, reference))
    both = compare(here, there, level=level)
    return Outcomes(now, moved, both[both["measure"] == "gap"])
