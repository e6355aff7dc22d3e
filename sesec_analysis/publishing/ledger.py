"""The ledger of founding claims: each claim as made, measured again, with a verdict in plain words.

Verdicts compare published counts with the claim, so they rest on the bounds that suppression leaves, not on chance:
"cannot be told" means that withheld figures could tip it either way.
"""

from collections.abc import Callable

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.entries import Claim
from sesec_analysis.publishing import mime
from sesec_analysis.publishing.findings import Finding, Findings, findings
from sesec_analysis.publishing.ledger_context import context_entries
from sesec_analysis.publishing.ledger_entry import (
    NO_LONGER,
    PARTLY,
    STILL,
    UNKNOWN,
    LedgerEntry,
    share_words,
)
from sesec_analysis.publishing.tables import Column, ReportTable
from sesec_analysis.publishing.wording import school_year
from sesec_analysis.words import listed, say

__all__ = ["claims_ledger"]

_FREE_LUNCH_BAND = (0.60, 0.90)
_HIGHEST_SHARE = 0.45


def claims_ledger(
    shares: pd.DataFrame,
    school_shares: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    views: pd.DataFrame | None = None,
    title_i: pd.DataFrame | None = None,
    residents: pd.DataFrame | None = None,
    money: pd.DataFrame | None = None,
) -> ReportTable | mime.Notice:
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
        ESTIMATES for C3, C4, C6 with C7, and C9, of the place and of what it is compared with; see `ledger_context`. A
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
        return mime.Notice(
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
        claim: Claim = catalog.claims()[entry.number]
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
        tuple(Column(name, label) for name, label in columns.items()),
        tuple(rows),
        say(
            "Claims: {source}. Verdicts rest on published counts and the range that withheld figures leave open.",
            source=catalog.claims()["C5"].source,
        ),
        Findings(tuple(seen.values())),
    )


def _of(estimates: pd.DataFrame, group: str, place: bool | None = None) -> pd.DataFrame:
    rows = estimates[estimates["student_group"] == group]
    if place is None:
        return rows
    district = rows["organization_id"] == "seattle"
    return rows[~district] if place else rows[district]


def _year(estimates: pd.DataFrame, pick: Callable[[pd.Series], int]) -> pd.DataFrame:
    return estimates[estimates["end_year"] == pick(estimates["end_year"])]


def _known(found: Findings) -> list[Finding]:
    return [
        one for one in found if one.row.bound_low is not None and one.row.bound_high is not None
    ]


def _c5(shares: pd.DataFrame, school_shares: pd.DataFrame) -> LedgerEntry:
    """Low-income share of the place, and how many of its schools lie in the claimed band."""
    low, high = _FREE_LUNCH_BAND
    pooled = _of(shares, "low_income", place=True)
    texts, shown, last = [], [], None
    for pick in (min, max):
        one = findings(_year(pooled, pick))[0]
        schools = _known(findings(_year(_of(school_shares, "low_income"), pick)))
        inside = sum(
            low <= (s.row.bound_low or 0) and (s.row.bound_high or 1) <= high for s in schools
        )
        texts.append(
            say(
                "{share}; {inside} of {n} schools between 60 and 90 percent",
                share=share_words(one),
                inside=inside,
                n=len(schools),
            )
        )
        shown += [one, *schools]
        last = one.row
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
        top = max(schools, key=lambda one: one.row.bound_low or 0)
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


def _above(one: Finding, other: Finding) -> bool | None:
    """Whether one share is above another; None if bounds overlap."""
    (low, high), (other_low, other_high) = _ends(one), _ends(other)
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
    found = findings(outcomes[outcomes["measure"] == "gap"])
    told = [one for one in found if one.row.publish != "nothing"]
    if not told:
        untold = say("No figures by place")
        return LedgerEntry("C10", untold, untold, say(UNKNOWN), ())
    everyone = [_side(one) for one in told if one.row.student_group == "all"]
    by_group = [_side(one) for one in told if one.row.student_group != "all"]
    now = say(
        "All students together are served less well than in the rest of Seattle on {worse_of_all} of {outcomes} "
        "outcomes ({years}). By student group, of {n} comparisons that can be shown: {worse} less well, {better} "
        "better, {unclear} with no clear difference, withheld figures being what they are",
        worse_of_all=everyone.count("worse"),
        outcomes=len(everyone),
        years=listed(sorted({school_year(one.row.end_year) for one in told})),
        n=len(by_group),
        **{side: by_group.count(side) for side in ("worse", "better", "unclear")},
    )
    verdict = say(
        "All students: {all}. By student group: {groups}",
        all=say(_c10_verdict(everyone)).lower(),
        groups=say(_c10_verdict(by_group)).lower(),
    )
    then = say("No figures by place for 2011–12")
    return LedgerEntry("C10", then, now, verdict, tuple(told))


def _c10_verdict(sides: list[str]) -> str:
    """One half of the verdict: over all students together, or over student groups."""
    if sides and all(side == "worse" for side in sides):
        return STILL
    if "worse" in sides:
        return PARTLY
    return UNKNOWN if "unclear" in sides or not sides else NO_LONGER
