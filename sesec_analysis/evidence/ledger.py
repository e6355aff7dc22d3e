"""Re-measure the founding claims: each as it was made, its tests then and now, with one of four verdicts.

What is tested, and when it holds, stands in `data/reference/founding_claims.yml`. A verdict tests the claim as it was
worded. Nothing is said to hold no longer that was not measured at both times.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.catalog.claim_entries import (
    ClaimTest,
    FoundingClaim,
    HigherTest,
    LevelsTest,
    OutcomesTest,
    PartOfSchoolsTest,
    RosterTest,
    SchoolsTest,
    ShareTest,
    UnpublishedTest,
)
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import claim_comparisons, claim_tests
from sesec_analysis.evidence.claim_tests import ClaimFigures, Holds, Measured, absent
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.tables import Layout, ReportTable, TableColumn
from sesec_analysis.evidence.wording.labels import organization_name, year_of
from sesec_analysis.i18n import mark, say
from sesec_analysis.metrics.disparity import averages
from sesec_analysis.metrics.trends import school_rates
from sesec_analysis.schema import SHARES

__all__ = [
    "CANNOT",
    "HOLDS",
    "NO_LONGER",
    "PARTLY",
    "SIGNED",
    "LedgerEntry",
    "claim_schools",
    "claims_ledger",
]


HOLDS, NO_LONGER = mark("Holds"), mark("No longer holds")
PARTLY, CANNOT = mark("Partly"), mark("Cannot be told")
"""The four verdicts, in English; they are translated where an entry is printed."""

SIGNED = {
    HOLDS: mark("● Holds"),
    NO_LONGER: mark("× No longer holds"),
    PARTLY: mark("◐ Partly"),
    CANNOT: mark("○ Cannot be told"),
}
"""Each with the sign that stands on its card."""


@dataclass(frozen=True)
class LedgerEntry:
    """A claim measured again: then and now in words, the verdict in English, why, and every finding looked at."""

    number: str
    then: str
    now: str
    verdict: str
    reasons: str
    shown: tuple[Finding, ...]
    brief: str = ""  # now, on a card: without the numbers outcome by outcome, and without the note


@dataclass(frozen=True)
class _Part:
    """One test of a claim, then and now; ``then`` is None where its own time is not in our data."""

    test: ClaimTest
    then: Measured | None
    now: Measured

    @property
    def is_gone(self) -> bool:
        """Whether it held in the claim's own time and does not now, both measured."""
        return self.now.holds is Holds.NO and self.then is not None and self.then.holds is Holds.YES


def claims_ledger(
    figures: pd.DataFrame,
    *,
    place: str = "southeast_seattle",
    compare_to: str = "rest_of_seattle",
    district: str = "seattle",
    level: float = 0.95,
    layout: Layout = "rows",
) -> ReportTable:
    """Measure every founding claim again.

    Parameters
    ----------
    figures
        OBSERVATIONS that the claims ask for, as `claim_figures` loads them.
    place
        Code of the place that the claims are about.
    compare_to
        Code of the place that it is compared with.
    district
        Code of the place that both belong to.
    level
        Confidence level of comparisons, 0-1.
    layout
        ``rows`` has the claim, its test, the value then and now, and the verdict with its reasons. ``cards`` leaves the
        test out and has the verdict, with its sign, last.

    Returns
    -------
    ReportTable
        One row for each claim, whether its figures are at hand or not.

    Raises
    ------
    DataError
        If the table is not of OBSERVATIONS.

    See Also
    --------
    claim_schools : Where the schools that a claim names stand now.

    Notes
    -----
    *Holds*: every part of the claim does, now. *No longer holds*: no part does, and each did by figures of the claim's
    own time. *Partly*: some parts do. *Cannot be told*: anything else, with the reason; also a claim that does not hold
    now and whose own time is not in our data.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> ledger = sa.report.claims_ledger(sa.report.claim_figures(up_to=2011))
    >>> len(ledger.rows), ledger.rows[-1][-1]
    (10, 'Cannot be told. ...')
    """
    schema.check_table(figures, "figures", "load them with sa.report.claim_figures(up_to=…)")
    if "denominator" not in figures.columns:
        raise DataError(
            "the ledger of claims takes published figures (OBSERVATIONS), not estimates",
            fix="load them with sa.report.claim_figures(up_to=…)",
        )
    at_hand = ClaimFigures(figures, place, compare_to, district, level)
    return written(measured(at_hand), layout)


def measured(figures: ClaimFigures) -> tuple[LedgerEntry, ...]:
    """Measure every founding claim again; what `written` writes in each layout is the same."""
    return tuple(_entry(number, claim, figures) for number, claim in catalog.claims().items())


def written(entries: Sequence[LedgerEntry], layout: Layout) -> ReportTable:
    """Return a ledger of entries, one row each."""
    claims = catalog.claims()
    write, columns = (_card, _CARD) if layout == "cards" else (_row, _ROW)
    rows = tuple(write(entry, claims[entry.number]) for entry in entries)
    seen = {finding.id: finding for entry in entries for finding in entry.shown}
    sources = ", ".join(dict.fromkeys(claim.source for claim in claims.values()))
    return ReportTable(
        say("Founding claims, measured again"),
        tuple(TableColumn(name, say(label)) for name, label in columns.items()),
        rows,
        say(
            "Claims: {source}. A verdict tests the claim as it was worded, by published figures and the range that "
            "withheld ones leave open. Comparisons of outcomes are not adjusted for need.",
            source=sources,
        ),
        Findings(tuple(seen.values())),
        layout,
    )


_ROW = {
    "the_claim": mark("The claim, as made"),
    "measured_by": mark("Measured by"),
    "then": mark("Then"),
    "now": mark("Now"),
    "verdict": mark("Verdict"),
}
_CARD = {
    "the_claim": mark("The claim, as made"),
    "then": mark("Then"),
    "now": mark("Now"),
    "why": mark("Why"),
    "verdict": mark("Verdict"),
}


def _card(entry: LedgerEntry, claim: FoundingClaim) -> tuple[str, ...]:
    sign = SIGNED[entry.verdict]
    return _claimed(entry, claim), entry.then, entry.brief, entry.reasons, say(sign)


def _claimed(entry: LedgerEntry, claim: FoundingClaim) -> str:
    return f"{entry.number}. {claim.claim} ({claim.date})"


def _row(entry: LedgerEntry, claim: FoundingClaim) -> tuple[str, ...]:
    tests = "; ".join(test.part for test in claim.tests)
    return (
        _claimed(entry, claim),
        say("{measure} Test: {tests}.", measure=claim.measure, tests=tests),
        entry.then,
        entry.now,
        f"{say(entry.verdict)}. {entry.reasons}",
    )


def _entry(number: str, claim: FoundingClaim, figures: ClaimFigures) -> LedgerEntry:
    parts = [_part(test, claim, figures) for test in claim.tests]
    verdict = _verdict(parts)
    beside = [claim_tests.measure_beside(figure, figures) for figure in claim.beside]
    now = [*dict.fromkeys(part.now.text for part in parts if part.now.text)]
    then = [*dict.fromkeys(part.then.text for part in parts if part.then and part.then.text)]
    shown = [
        finding
        for part in parts
        for measured in (part.then, part.now)
        if measured
        for finding in measured.shown
    ]
    now_text = "; ".join(now) or say("No figures at hand")
    sentences = [now_text[:1].upper() + now_text[1:]]
    if need := "; ".join(measured.text for measured in beside if measured.text):
        sentences.append(say("Need: {figures}", figures=need))
    brief = [_briefly(parts), *sentences[1:]]
    sentences += [claim.note] if claim.note else []
    measured_then = (
        say("{claimed}. Measured: {figures}", claimed=claim.then.claimed, figures="; ".join(then))
        if then
        else say("{claimed}; no figures of that time are at hand", claimed=claim.then.claimed)
    )
    shown += [finding for measured in beside for finding in measured.shown]
    return LedgerEntry(
        number,
        measured_then,
        ". ".join(sentences),
        verdict,
        _reasons(parts, verdict),
        tuple(shown),
        ". ".join(brief),
    )


def _briefly(parts: Sequence[_Part]) -> str:
    """Return the figures of now for a card; those counted outcome by outcome stand in the ledger's rows."""
    texts = dict.fromkeys(part.now.text for part in parts if part.now.text)
    counted = {part.now.text for part in parts if isinstance(part.test, OutcomesTest)}
    single = "; ".join(text for text in texts if text not in counted)
    if single:
        return f"{single[:1].upper()}{single[1:]}"
    return say("Counted outcome by outcome") if texts else say("No figures at hand")


def _part(test: ClaimTest, claim: FoundingClaim, figures: ClaimFigures) -> _Part:
    match test:
        case UnpublishedTest():
            return _Part(test, None, claim_tests.measure_unpublished(test, figures))
        case LevelsTest():
            return _Part(test, None, claim_tests.measure_levels(test, figures))
        case OutcomesTest():
            return _Part(test, None, claim_comparisons.measure_outcomes(test, figures))
        case RosterTest():
            return _of_roster(test, figures)
    return _then_and_now(test, claim, figures)


def _of_roster(test: RosterTest, figures: ClaimFigures) -> _Part:
    """Where schools stand does not move: the claim's own time tells."""
    then = claim_comparisons.measure_roster(test, figures)
    now = Measured(
        then.holds, say("where these schools stand now is in a table of its own"), then.why
    )
    return _Part(test, then if then.text else None, now if then.text else absent())


def _then_and_now(
    test: ShareTest | SchoolsTest | HigherTest | PartOfSchoolsTest,
    claim: FoundingClaim,
    figures: ClaimFigures,
) -> _Part:
    years = figures.years(test.figure, _asked(test, figures))
    if not years:
        return _Part(test, None, absent())
    newest = years[-1]
    then = [year for year in years if year in claim.then.end_years and year != newest]
    now = _measure(test, figures, newest)
    if isinstance(test, PartOfSchoolsTest):  # lists of several years, of other schools each
        earlier = [
            _measure(test, figures, year).text for year in years if year not in (newest, *then)
        ]
        texts = [now.text, *(text for text in earlier if text)]
        now = Measured(now.holds, "; ".join(texts), now.why, now.shown)
    return _Part(test, _measure(test, figures, then[-1]) if then else None, now)


def _asked(
    test: ShareTest | SchoolsTest | HigherTest | PartOfSchoolsTest, figures: ClaimFigures
) -> Sequence[str]:
    """Return the organizations whose years count."""
    match test:
        case SchoolsTest() | ShareTest(of="highest_school"):
            return figures.schools
        case ShareTest(of="district"):
            return [figures.district]
    return [figures.place]


def _measure(
    test: ShareTest | SchoolsTest | HigherTest | PartOfSchoolsTest,
    figures: ClaimFigures,
    end_year: int,
) -> Measured:
    match test:
        case ShareTest():
            return claim_tests.measure_share(test, figures, end_year)
        case SchoolsTest():
            return claim_tests.measure_schools(test, figures, end_year)
        case HigherTest():
            return claim_tests.measure_higher(test, figures, end_year)
    return claim_tests.measure_part(test, figures, end_year)


def _verdict(parts: Sequence[_Part]) -> str:
    """Return the verdict on a claim from its parts."""
    answers = [part.now.holds for part in parts]
    if all(holds is Holds.YES for holds in answers):
        return HOLDS
    if Holds.YES in answers or Holds.IN_PART in answers:
        return PARTLY
    return NO_LONGER if all(part.is_gone for part in parts) else CANNOT


def _reasons(parts: Sequence[_Part], verdict: str) -> str:
    """Say of each part whether it holds, and why it does not or cannot be told."""
    unmeasured = all(part.then is None for part in parts)
    texts = [_reason(part) for part in parts]
    text = "; ".join(texts)
    if verdict == HOLDS and unmeasured:
        return say("Now: {parts}. Of then no figures are at hand", parts=text)
    return f"{text[:1].upper()}{text[1:]}"


def _reason(part: _Part) -> str:
    name, why = part.test.part, part.now.why
    match part.now.holds:
        case Holds.YES:
            return say("{part}: holds", part=name)
        case Holds.IN_PART:
            return say("{part}: in part ({why})", part=name, why=why)
        case Holds.UNKNOWN:
            return say("{part}: cannot be told ({why})", part=name, why=why)
    if part.is_gone:
        return say("{part}: no longer holds ({why})", part=name, why=why)
    if part.then is None:
        return say("{part}: does not hold now ({why}), of then cannot be told", part=name, why=why)
    return say("{part}: does not hold by the figures at hand ({why})", part=name, why=why)


def claim_schools(figures: pd.DataFrame, *, level: float = 0.95) -> ReportTable | Notice:
    """Return where the schools that a founding claim names stand now, in every indicator at hand.

    Parameters
    ----------
    figures
        OBSERVATIONS of these schools, as `claim_school_figures` loads them.
    level
        Confidence level, 0-1.

    Returns
    -------
    ReportTable or Notice
        A row for each indicator and year, a column for each school, in the order of the claim; no school is ranked. A
        notice if there are no figures.

    See Also
    --------
    claims_ledger : The claims themselves.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> table = sa.report.claim_schools(sa.report.claim_school_figures(up_to=2011))
    >>> [column.label for column in table.columns][1]
    'Rainier Beach High School'
    """
    load = "load them with sa.report.claim_school_figures(up_to=…)"
    if len(schema.check_table(figures, "figures", load)):
        schema.check_table(figures, "figures", load, ["unit"])
    title = say("The five schools of the state's list of December 2011, now")
    if figures.empty:
        return Notice(title, say("No figures of these schools are among the data at hand."))
    is_share = figures["unit"].isin(SHARES)
    told = [
        *findings(
            school_rates(
                figures[is_share],
                variation=pd.DataFrame([entry.model_dump() for entry in catalog.year_variation()]),
                levels=catalog.level_rules().schools,
                level=level,
            )
        ),
        *(findings(averages(figures[~is_share])) if not is_share.all() else ()),
    ]
    codes = [code for claim in catalog.claims().values() for code in claim.schools]
    codes = list(dict.fromkeys(codes))
    names = {finding.row.organization_id: finding.place for finding in told}
    lines: dict[tuple[str, int], dict[str, Finding]] = {}
    for finding in (finding for finding in told if finding.row.publish != "nothing"):
        row = finding.row
        key = (_named(finding), row.end_year)
        lines.setdefault(key, {})[row.organization_id] = finding
    rows = tuple(
        (
            f"{name}, {year_of(next(iter(cells.values())).row)}",
            *(_cell(cells[code]) if code in cells else "" for code in codes),
        )
        for (name, _), cells in lines.items()
    )
    columns = (
        TableColumn("figure", say("What")),
        *(TableColumn(code, organization_name(code, names), "right") for code in codes),
    )
    note = say(
        "The schools serve different grades and students: their figures are not compared with one another, and rank "
        "nobody."
    )
    return ReportTable(title, columns, rows, note, Findings(told))


def _cell(finding: Finding) -> str:
    """Return a figure, or of all students enrolled their number."""
    row = finding.row
    everyone = row.is_composition and row.student_group == "all"
    return finding.printed.n if everyone else finding.printed.value


def _named(finding: Finding) -> str:
    row = finding.row
    if row.is_composition:
        return say("Students enrolled") if row.student_group == "all" else finding.label
    return catalog.indicator(row.indicator).title
