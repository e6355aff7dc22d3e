"""Re-measure the founding claims: each as it was made, measured again, with a verdict in plain words.

Verdicts compare published counts with the claim, so they rest on the bounds that suppression leaves, not on chance:
"cannot be told" means that withheld figures could tip it either way.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import FoundingClaim
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.tables import ReportTable, TableColumn
from sesec_analysis.evidence.wording.labels import year_of
from sesec_analysis.evidence.wording.numbers import school_year
from sesec_analysis.i18n import listed, mark, say

__all__ = [
    "NO_LONGER",
    "PARTLY",
    "STILL",
    "UNKNOWN",
    "LedgerEntry",
    "claims_ledger",
    "context_entries",
    "newest_by_place",
    "share_words",
]


STILL, NO_LONGER = mark("Still true"), mark("No longer true")
PARTLY, UNKNOWN = mark("Partly true"), mark("Cannot be told")
"""Verdicts, in English; they are translated where an entry is made."""


@dataclass(frozen=True)
class LedgerEntry:
    """A claim measured again: the value then and now, the verdict, and every finding that was looked at."""

    number: str
    then: str
    now: str
    verdict: str
    shown: tuple[Finding, ...]


def claims_ledger(
    shares: pd.DataFrame,
    school_shares: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    views: pd.DataFrame | None = None,
    title_i: pd.DataFrame | None = None,
    residents: pd.DataFrame | None = None,
    money: pd.DataFrame | None = None,
) -> ReportTable | notices.Notice:
    """Measure the founding claims C3 to C10 again.

    Parameters
    ----------
    shares
        ESTIMATES of measure rate: low-income and multilingual shares of enrollment, for the place and for the district,
        in every year there is.
    school_shares
        The same for each school of the place.
    outcomes
        ESTIMATES of measure gap, the place against the rest of the district, one per outcome and student group.
    views, title_i, residents, money
        ESTIMATES for C3, C4, C6 with C7, and C9, of the place and of what it is compared with; see `context_entries`. A
        claim without its estimates is left out.

    Returns
    -------
    ReportTable or Notice
        One row per claim: the claim, the value then and now, and the verdict. A notice if there are no shares.

    Notes
    -----
    C5 holds while the place's low-income share lies within 60 to 90 percent. C8 holds while the highest school share of
    multilingual learners is 45 percent or more (to the whole percent) and the place's share is above the district's; it
    holds partly if only the second is so. C10 has a verdict for all students together and one by student group: still
    true while the place is worse off, beyond chance and withheld figures, on every comparison; partly if on some.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> question = {"up_to": 2019, "grade_level": "all", "student_group": ["low_income", "english_learner"]}
    >>> shares = sa.rates(sa.history("enrollment", place=["southeast_seattle", "seattle"], **question))
    >>> schools = sa.rates(
    ...     sa.history("enrollment", place="southeast_seattle", organization_level="school", **question)
    ... )
    >>> ledger = sa.claims_ledger(shares, schools, shares.head(0))
    >>> [row[-1] for row in ledger.rows]
    ['Still true', 'Still true', 'Cannot be told']
    """
    if shares.empty:
        return notices.Notice(
            say("Founding claims"),
            str(shares.attrs.get("missing", say("There are no figures on enrollment."))),
        )
    empty = shares.head(0)
    others = [empty if given is None else given for given in (views, title_i, residents, money)]
    [place] = set(shares["organization_id"]) - {"seattle"}
    context = context_entries(place, *others)
    entries = [_c5(shares, school_shares), _c8(shares, school_shares), _c10(outcomes)]
    entries += [entry for entry in context if entry.shown]
    entries.sort(key=lambda entry: int(entry.number.removeprefix("C")))
    columns = {
        "the_claim": say("The claim, as made"),
        "measured_by": say("Measured by"),
        "then": say("Then"),
        "now": say("Now"),
        "verdict": say("Verdict"),
    }
    rows = []
    for entry in entries:
        claim: FoundingClaim = catalog.claims()[entry.number]
        rows.append(
            (
                f"{entry.number}. {claim.claim} ({claim.date})",
                claim.measure,
                entry.then,
                entry.now,
                entry.verdict,
            )
        )
    seen = {finding.id: finding for entry in entries for finding in entry.shown}
    return ReportTable(
        say("Founding claims, measured again"),
        tuple(TableColumn(name, label) for name, label in columns.items()),
        tuple(rows),
        say(
            "Claims: {source}. Verdicts rest on published counts and the range that withheld figures leave open.",
            source=catalog.claims()["C5"].source,
        ),
        Findings(tuple(seen.values())),
    )


def share_words(finding: Finding) -> str:
    """Return a value with its school year: 65.4% in 2018–19."""
    return say("{value} in {year}", value=finding.printed.value, year=year_of(finding.row))


def newest_by_place(estimates: pd.DataFrame, indicator: str, *, group: str = "all") -> Findings:
    """Return the newest findings of an indicator and group, one a place, in the table's order of places."""
    rows = estimates[
        (estimates["indicator"] == indicator)
        & (estimates["student_group"] == group)
        & (estimates["measure"].isin(["rate", "average"]))
    ]
    return findings(rows[rows["end_year"] == rows["end_year"].max()])


_TITLE_I, _INCOME, _LANGUAGE = 0.51, (0.25, 0.40), 0.30
_FOUNDING = mark("No figures of that time are at hand")
_VIEWS = "climate_overall_unfavorable"
_NOT_AT_HAND = mark("Not measured: the figures are not at hand")


def context_entries(
    place: str,
    views: pd.DataFrame,
    title_i: pd.DataFrame,
    residents: pd.DataFrame,
    money: pd.DataFrame,
) -> list[LedgerEntry]:
    """Return the entries of C3, C4, C6, C7 and C9.

    Parameters
    ----------
    place
        Code of the place that the claims are about; every table holds it and one other.
    views
        ESTIMATES of measure rate of `climate_overall_unfavorable` by survey level.
    title_i
        The same of `title_i_school`.
    residents
        The same of `income_under_30000` and `language_other_than_english`.
    money
        ESTIMATES of measure average and ratio of `budget_per_student` and its parts, and of measure rate of the
        low-income share.
    """
    return [
        _c3(place, views),
        _c4(place, title_i),
        _c6(place, residents),
        _c7(place, residents),
        _c9(place, money),
    ]


def _absent(number: str) -> LedgerEntry:
    return LedgerEntry(number, say(_FOUNDING), say(_NOT_AT_HAND), say(UNKNOWN), ())


def _both(place: str, findings: Findings) -> tuple[Finding, Finding] | None:
    """Return the finding of the place, and that of the other; None unless both are there."""
    here = [finding for finding in findings if finding.row.organization_id == place]
    there = [finding for finding in findings if finding.row.organization_id != place]
    return (here[0], there[0]) if len(here) == len(there) == 1 else None


def _c3(place: str, views: pd.DataFrame) -> LedgerEntry:
    """Students' unfavorable answers, since those of parents are not published."""
    answers: list[str] = []
    shown: list[Finding] = []
    for level in catalog.group_types()["survey_level"].groups:
        if pair := _both(place, newest_by_place(views, _VIEWS, group=level)):
            here, there = pair
            answers.append(
                say(
                    "{level} {value} (of {n} answers), {other} {other_value}",
                    level=here.label.lower(),
                    value=here.printed.value,
                    n=here.printed.n,
                    other=there.place,
                    other_value=there.printed.value,
                )
            )
            shown += pair
    if not shown:
        return _absent("C3")
    now = say(
        "What parents think is not published. Unfavorable answers of students about their schools in {year}: {answers}",
        year=school_year(shown[0].row.end_year),
        answers="; ".join(answers),
    )
    then = say("29 percent of parents, as claimed")
    return LedgerEntry("C3", then, now, say(UNKNOWN), tuple(shown))


def _c4(place: str, title_i: pd.DataFrame) -> LedgerEntry:
    """The place's part of the schools with Title I funds, beside its part of all schools."""
    pair = _both(place, newest_by_place(title_i, "title_i_school"))
    counts = [_exact(finding) for finding in pair] if pair else []
    if not pair or None in counts:
        return _absent("C4")
    (funded, schools), (others, other_schools) = [count for count in counts if count is not None]
    if funded + others == 0:
        return _absent("C4")
    part, whole = funded / (funded + others), schools / (schools + other_schools)
    now = say(
        "{percent} percent in {year}: {funded} of the {all_funded} elementary and K-8 schools with Title I funds, "
        "where {whole} percent of all such schools are ({schools} of {all_schools}). Middle and high schools are not "
        "in the table",
        percent=f"{part * 100:.0f}",
        year=school_year(pair[0].row.end_year),
        funded=funded,
        all_funded=funded + others,
        whole=f"{whole * 100:.0f}",
        schools=schools,
        all_schools=schools + other_schools,
    )
    verdict = STILL if round(part, 2) >= _TITLE_I else PARTLY if part > whole else NO_LONGER
    of_which = say("{verdict} of elementary and K-8 schools", verdict=say(verdict))
    return LedgerEntry("C4", say("51 percent, as claimed"), now, of_which, pair)


def _exact(finding: Finding) -> tuple[int, int] | None:
    row = finding.row
    known = row.numerator_low == row.numerator_high and row.n_low == row.n_high
    if not known or row.numerator_low is None or row.n_low is None:
        return None
    return row.numerator_low, row.n_low


def _c6(place: str, residents: pd.DataFrame) -> LedgerEntry:
    """Households under 30,000 dollars: a range, since the census counts 25,000 to 34,999 together."""
    pair = _both(place, newest_by_place(residents, "income_under_30000"))
    if not pair:
        return _absent("C6")
    here, there = pair
    low, high = here.row.bound_low, here.row.bound_high
    now = say(
        "{value} of households in {year}; {other} {other_value}. A range, because the census counts incomes of $25,000 "
        "to $34,999 together; the table has no margins of error",
        value=_range(here),
        year=year_of(here.row),
        other=there.place,
        other_value=_range(there),
    )
    if low is None or high is None:
        verdict = UNKNOWN
    elif _INCOME[0] <= low and high <= _INCOME[1]:
        verdict = STILL
    else:
        verdict = NO_LONGER if high < _INCOME[0] or low > _INCOME[1] else UNKNOWN
    return LedgerEntry("C6", say("25 to 40 percent, as claimed"), now, say(verdict), pair)


def _range(finding: Finding) -> str:
    return f"{finding.printed.words}" if finding.row.publish == "range" else finding.printed.value


def _c7(place: str, residents: pd.DataFrame) -> LedgerEntry:
    """Residents who speak a language other than English at home."""
    pair = _both(place, newest_by_place(residents, "language_other_than_english"))
    if not pair or pair[0].row.estimate is None:
        return _absent("C7")
    here, there = pair
    now = say(
        "{value} of residents of five years and over in {year}; {other} {other_value}",
        value=here.printed.value,
        year=year_of(here.row),
        other=there.place,
        other_value=there.printed.value,
    )
    verdict = STILL if round(pair[0].row.estimate, 2) >= _LANGUAGE else NO_LONGER
    return LedgerEntry("C7", say("30 percent, as claimed"), now, say(verdict), pair)


def _c9(place: str, money: pd.DataFrame) -> LedgerEntry:
    """Dollars budgeted per student, beside the share of students from low-income families."""
    budgets = _both(place, newest_by_place(money, "budget_per_student"))
    general = _both(place, newest_by_place(money, "budget_general_per_student"))
    need = _both(place, newest_by_place(money, "enrollment", group="low_income"))
    if not budgets or not general or not need:
        return _absent("C9")
    here, there = budgets
    if here.row.estimate is None or there.row.estimate is None:
        return _absent("C9")
    dollars = [
        (side.printed.value, other.printed.value) for side, other in (budgets, general, need)
    ]
    (all_here, all_there), (general_here, general_there), (need_here, need_there) = dollars
    now = say(
        "Elementary and K-8 schools were budgeted {all_here} per student in {year}, {other} {all_there}; of it for "
        "general education {general_here} and {general_there}. Students from low-income families in {need_year}, in "
        "schools of all grades: {need_here}, {other} {need_there}",
        all_here=all_here,
        year=school_year(here.row.end_year),
        other=there.place,
        all_there=all_there,
        general_here=general_here,
        general_there=general_there,
        need_year=school_year(need[0].row.end_year),
        need_here=need_here,
        need_there=need_there,
    )
    verdict = (
        say("Still true of dollars budgeted per student in elementary and K-8 schools")
        if here.row.estimate < there.row.estimate
        else say(
            "No longer true of dollars budgeted per student in elementary and K-8 schools; whether they meet the need "
            "cannot be told"
        )
    )
    return LedgerEntry("C9", say(_FOUNDING), now, verdict, (*budgets, *general, *need))


_FREE_LUNCH_BAND = (0.60, 0.90)
_HIGHEST_SHARE = 0.45


def _of(estimates: pd.DataFrame, group: str, place: bool | None = None) -> pd.DataFrame:
    rows = estimates[estimates["student_group"] == group]
    if place is None:
        return rows
    district = rows["organization_id"] == "seattle"
    return rows[~district] if place else rows[district]


def _year(estimates: pd.DataFrame, pick: Callable[[pd.Series], int]) -> pd.DataFrame:
    return estimates[estimates["end_year"] == pick(estimates["end_year"])]


def _known(findings: Findings) -> list[Finding]:
    return [finding for finding in findings if None not in _ends(finding)]


def _c5(shares: pd.DataFrame, school_shares: pd.DataFrame) -> LedgerEntry:
    """Low-income share of the place, and how many of its schools lie in the claimed band."""
    low, high = _FREE_LUNCH_BAND
    pooled = _of(shares, "low_income", place=True)
    texts, shown, last = [], [], None
    for pick in (min, max):
        finding = findings(_year(pooled, pick))[0]
        schools = _known(findings(_year(_of(school_shares, "low_income"), pick)))
        inside = sum(
            low <= (s.row.bound_low or 0) and (s.row.bound_high or 1) <= high for s in schools
        )
        texts.append(
            say(
                "{share}; {inside} of {n} schools between 60 and 90 percent",
                share=share_words(finding),
                inside=inside,
                n=len(schools),
            )
        )
        shown += [finding, *schools]
        last = finding.row
    bound_low, bound_high = last.bound_low, last.bound_high  # type: ignore[union-attr]
    if bound_low is None or bound_high is None:
        verdict = UNKNOWN
    elif low <= bound_low and bound_high <= high:
        verdict = STILL
    else:
        verdict = NO_LONGER if bound_high < low or bound_low > high else UNKNOWN
    return LedgerEntry("C5", texts[0], texts[1], say(verdict), tuple(shown))


def _c8(shares: pd.DataFrame, school_shares: pd.DataFrame) -> LedgerEntry:
    """The highest school share of multilingual learners, the place's share, the district's."""
    texts, shown, verdict = [], [], UNKNOWN
    for pick in (min, max):
        here = findings(_year(_of(shares, "english_learner", place=True), pick))[0]
        district = findings(_year(_of(shares, "english_learner", place=False), pick))[0]
        schools = _known(findings(_year(_of(school_shares, "english_learner"), pick)))
        top = max(schools, key=lambda finding: finding.row.bound_low or 0)
        texts.append(
            say(
                "Highest school {share} ({school}); {place} {value}; district {district}",
                share=share_words(top),
                school=top.row.organization_name,
                place=here.place,
                value=here.printed.value,
                district=district.printed.value,
            )
        )
        shown += [top, here, district]
        # The claim is stated in whole percents, so it is met by whole percents.
        high = _at_least(*_ends(top), _HIGHEST_SHARE)
        verdict = _c8_verdict(_above(here, district), high)
    return LedgerEntry("C8", texts[0], texts[1], say(verdict), tuple(shown))


def _ends(finding: Finding) -> tuple[float | None, float | None]:
    return finding.row.bound_low, finding.row.bound_high


def _at_least(low: float | None, high: float | None, least: float) -> bool | None:
    """Whether a value within bounds is at least so much, in whole percents; None if it cannot be told."""
    if low is None or high is None:
        return None
    return True if round(low, 2) >= least else False if round(high, 2) < least else None


def _above(share: Finding, other: Finding) -> bool | None:
    """Whether one share is above another; None if bounds overlap."""
    (low, high), (other_low, other_high) = _ends(share), _ends(other)
    if low is None or high is None or other_low is None or other_high is None:
        return None
    return True if low > other_high else False if high <= other_low else None


def _c8_verdict(above: bool | None, high: bool | None) -> str:
    if above is False:
        return NO_LONGER
    if above is None or high is None:
        return UNKNOWN
    return STILL if high else PARTLY


def _side(finding: Finding) -> str:
    """Whether a gap is worse for the place, better, or not clear, beyond chance and withheld figures."""
    low, high = finding.row.outer_low, finding.row.outer_high
    if low is None or high is None or low <= 0 <= high:
        return "unclear"
    below = high < 0
    higher_is_better = catalog.indicator(finding.row.indicator).direction == "higher_is_better"
    return "worse" if below == higher_is_better else "better"


def _c10(outcomes: pd.DataFrame) -> LedgerEntry:
    """Every outcome, the place against the rest of the district, by student group."""
    gaps = findings(outcomes[outcomes["measure"] == "gap"])
    shown = [finding for finding in gaps if finding.row.publish != "nothing"]
    if not shown:
        absent = say("No figures by place")
        return LedgerEntry("C10", absent, absent, say(UNKNOWN), ())
    everyone = [_side(finding) for finding in shown if finding.row.student_group == "all"]
    by_group = [_side(finding) for finding in shown if finding.row.student_group != "all"]
    now = say(
        "All students together are served less well than in the rest of Seattle on {worse_of_all} of {outcomes} "
        "outcomes ({years}). By student group, of {n} comparisons that can be shown: {worse} less well, {better} "
        "better, {unclear} with no clear difference, withheld figures being what they are",
        worse_of_all=everyone.count("worse"),
        outcomes=len(everyone),
        years=listed(sorted({school_year(finding.row.end_year) for finding in shown})),
        n=len(by_group),
        **{side: by_group.count(side) for side in ("worse", "better", "unclear")},
    )
    verdict = say(
        "All students: {all}. By student group: {groups}",
        all=say(_c10_verdict(everyone)).lower(),
        groups=say(_c10_verdict(by_group)).lower(),
    )
    then = say("No figures by place for 2011–12")
    return LedgerEntry("C10", then, now, verdict, tuple(shown))


def _c10_verdict(sides: list[str]) -> str:
    """One half of the verdict: over all students together, or over student groups."""
    if sides and all(side == "worse" for side in sides):
        return STILL
    if "worse" in sides:
        return PARTLY
    return UNKNOWN if "unclear" in sides or not sides else NO_LONGER
