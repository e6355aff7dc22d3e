"""Interpret the tests of the founding claims that compare student groups, or the schools of a list with a place."""

from collections.abc import Sequence
from math import comb

from sesec_analysis import catalog
from sesec_analysis.catalog.claim_entries import ClaimFigure, GroupGapsTest, RosterTest
from sesec_analysis.evidence.answers import Outcome, answer
from sesec_analysis.evidence.claim_tests import (
    OF_ALL,
    ClaimFigures,
    Measured,
    Verdict,
    absent,
    claim_text,
)
from sesec_analysis.evidence.finding import Finding, findings
from sesec_analysis.evidence.wording.labels import is_listed
from sesec_analysis.i18n import mark as N_
from sesec_analysis.metrics.disparity import gaps, ratios
from sesec_analysis.text import (
    CONSTANTS,
    Arg,
    Constant,
    Count,
    List,
    Name,
    Quoted,
    Year,
    _,
    part_of,
)

__all__ = ["chance_of_at_least", "measure_group_gaps", "measure_roster", "school_name"]


def measure_group_gaps(test: GroupGapsTest, figures: ClaimFigures, end_year: int) -> Measured:
    """Compare each group of a test with all other students of the same place."""
    place = figures.district if test.of == "district" else figures.place
    rows = figures.rows(test.figure, [place])
    rows = rows[rows["end_year"] == end_year]
    groups = rows.loc[rows["student_group"].isin(test.groups), "student_group"].unique().tolist()
    if not groups:
        return absent()
    kind = test.figure.student_group_type
    make = (
        gaps if catalog.indicator(test.figure.indicator).direction == "higher_is_better" else ratios
    )
    compared = findings(make(rows, by=kind, reference="others", level=figures.level))
    found = [finding for finding in compared if finding.row.student_group in groups]
    sides = {finding.id: _side(finding) for finding in found}
    worse = [finding for finding in found if sides[finding.id] == "worse"]
    is_settled = "unknown" not in sides.values()
    verdict = Verdict.of(True if worse else False if is_settled else None)
    counts = _counts(sides)
    return Measured(verdict, _gaps_text(found[0], worse, counts), counts, tuple(found))


def _side(comparison: Finding) -> str:
    """Return whether a group is worse or better off than all others, about the same, or it can't be told."""
    found = answer(comparison.row)
    if found is None or found.outcome is Outcome.UNKNOWN:
        return "unknown"
    if found.outcome is Outcome.SAME:
        return "same"
    higher_is_better = catalog.indicator(comparison.row.indicator).direction == "higher_is_better"
    return "better" if found.better(higher_is_better=higher_is_better) else "worse"


def _gaps_text(first: Finding, worse: Sequence[Finding], counts: Arg) -> List:
    """Return what is compared, the groups that are worse off with their numbers, and how many there are."""
    what = _(N_("{title}{grade}, {place_name}, {year}, compared with all other students"), first)
    texts = tuple(_("{label} {value_label}", finding) for finding in worse)
    return List((what, *texts, counts), joined="", separator="; ")


def _counts(sides: dict[str, str]) -> List:
    """Return how many groups have each answer."""
    by_side = {side: tuple(id for id, of in sides.items() if of == side) for side in _SIDES}
    return List(tuple(Count(of, _SIDES[side]) for side, of in by_side.items() if of), joined="")


_SIDES = {
    "worse": N_("groups worse off: {n}"),
    "better": N_("better off: {n}"),
    "same": N_("about the same: {n}"),
    "unknown": N_("can’t tell: {n}"),
}


def chance_of_at_least(named: int, marked: int, drawn: int, of: int) -> float:
    """Return the chance that a draw without putting back holds at least so many marked things (hypergeometric).

    Parameters
    ----------
    named
        The least number of marked things among those drawn.
    marked
        Marked things among all.
    drawn
        Things drawn.
    of
        All things.

    Examples
    --------
    >>> chance_of_at_least(2, 2, 2, 4)  # one of the six pairs
    0.16666666666666666
    """
    ways = sum(
        comb(marked, hits) * comb(of - marked, drawn - hits) for hits in range(named, drawn + 1)
    )
    return ways / comb(of, drawn)


def measure_roster(test: RosterTest, figures: ClaimFigures) -> Measured:
    """Count the named schools that stand in the place, and the chance of so many in a draw from all open schools."""
    enrollment = ClaimFigure(indicator="enrollment")
    table = figures.observations
    rows = table[
        (table["indicator"] == enrollment.indicator)
        & (table["organization_level"] == "school")
        & (table["student_group"] == "all")
        & (table["grade_level"] == "all")
        & (table["end_year"] == test.year)
        & (table["denominator_low"].fillna(0) > 0)
    ]
    roster = dict(zip(rows["organization_id"], rows["organization_name"], strict=True))
    if absent_schools := [code for code in test.schools if code not in roster]:
        names = tuple(map(school_name, absent_schools))
        return absent() if not roster else Measured(Verdict.CANT_TELL, None, List(names, joined=""))
    in_place = tuple(c for c in roster if c in {*figures.schools, *test.counted_in_place})
    named = tuple(code for code in test.schools if code in in_place)
    sizes = map(len, (named, in_place, test.schools, roster))
    count = part_of(named, test.schools, OF_ALL)
    text = _(
        N_(
            "{part}: {count} in {place}, which had {schools} in {year}; by chance alone, once in {draws} draws"
        ),
        part=claim_text(test.part),
        count=count,
        place=Name("place_name", figures.place),
        schools=part_of(in_place, roster, N_("{some} of the {n} schools")),
        year=Year(test.year),
        draws=Constant(_DRAWS, " ".join(map(str, sizes))),
    )
    is_true = len(named) >= test.least
    verdict = Verdict.TRUE if is_true else Verdict.PARTLY if named else Verdict.NOT_TRUE
    return Measured(verdict, text, count)


def school_name(code: str) -> Arg:
    """Return the name of a school in the catalog; of any other, its code."""
    return Name("place_name", code) if is_listed(code) else Quoted(code, "code of a school")


_DRAWS = "draws"
"""In how many draws chance alone gives so many schools once; see `chance_of_at_least` for the four sizes."""


def _draws(sizes: str) -> str:
    return f"{1 / chance_of_at_least(*map(int, sizes.split())):,.0f}"


CONSTANTS[_DRAWS] = _draws
