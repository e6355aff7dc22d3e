"""Re-measure the founding claims: each as it was made, its tests then and now, with one of four verdicts.

What is tested, and when it holds, stands in `data/reference/founding_claims.yml`. A verdict tests the claim as it was
worded. Nothing is said to hold no longer that was not measured at both times.
"""

from collections.abc import Iterable, Mapping, Sequence
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
from sesec_analysis.evidence.claim_tests import (
    ClaimFigures,
    Holds,
    Measured,
    absent,
    claim_text,
    joined,
)
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.tables import Layout, ReportTable, TableTexts, TextColumn
from sesec_analysis.i18n import mark as N_
from sesec_analysis.metrics.disparity import averages
from sesec_analysis.metrics.trends import school_rates
from sesec_analysis.schema import SHARES
from sesec_analysis.text import Arg, Constant, List, Quoted, Text, _

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


HOLDS, NO_LONGER = N_("Holds"), N_("No longer holds")
PARTLY, CANNOT = N_("Partly"), N_("Cannot be told")
"""The four verdicts, as message ids."""

SIGNED = {
    HOLDS: N_("● Holds"),
    NO_LONGER: N_("× No longer holds"),
    PARTLY: N_("◐ Partly"),
    CANNOT: N_("○ Cannot be told"),
}
"""Each with the sign that its card has."""


@dataclass(frozen=True)
class LedgerEntry:
    """A claim measured again: then and now in words, the verdict, why, and every finding looked at."""

    number: str
    then: Arg
    now: Arg
    verdict: str
    reasons: Arg
    shown: tuple[Finding, ...]
    brief: Arg  # now, on a card: without the numbers outcome by outcome, and without the note


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
    compare_to: str = "rest_of_seattle_regular",
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
    seen = {finding.id: finding for entry in entries for finding in entry.shown}
    sources = dict.fromkeys(claim.source for claim in claims.values())
    note = _(
        N_(
            "Claims: {source}. A verdict tests the claim as it was worded, by published figures and the range that "
            "withheld ones leave open. Comparisons of outcomes are not adjusted for need."
        ),
        source=List(tuple(Quoted(source, _FILE) for source in sources), joined=""),
    )
    texts = TableTexts(
        Text(N_("Founding claims, measured again")),
        tuple(TextColumn(name, Text(label)) for name, label in columns.items()),
        tuple(write(entry, claims[entry.number]) for entry in entries),
        note,
    )
    return ReportTable(texts, Findings(tuple(seen.values())), layout)


_FILE = "founding_claims.yml"

_ROW = {
    "the_claim": N_("The claim, as made"),
    "measured_by": N_("Measured by"),
    "then": N_("Then"),
    "now": N_("Now"),
    "verdict": N_("Verdict"),
}
_CARD = {
    "the_claim": N_("The claim, as made"),
    "then": N_("Then"),
    "now": N_("Now"),
    "why": N_("Why"),
    "verdict": N_("Verdict"),
}


def _card(entry: LedgerEntry, claim: FoundingClaim) -> tuple[Arg, ...]:
    sign = Text(SIGNED[entry.verdict])
    return _claimed(entry, claim), entry.then, entry.brief, entry.reasons, sign


def _claimed(entry: LedgerEntry, claim: FoundingClaim) -> Text:
    number = Constant("claim", entry.number)
    words, date = claim_text(claim.claim), claim_text(claim.date)
    return _("{number}. {claim} ({date})", number=number, claim=words, date=date)


def _row(entry: LedgerEntry, claim: FoundingClaim) -> tuple[Arg, ...]:
    tests = List(tuple(claim_text(test.part) for test in claim.tests), joined="", separator="; ")
    verdict = _("{verdict}. {reasons}", verdict=Text(entry.verdict), reasons=entry.reasons)
    measure = _(N_("{measure} Test: {tests}."), measure=claim_text(claim.measure), tests=tests)
    return _claimed(entry, claim), measure, entry.then, entry.now, verdict


def _entry(number: str, claim: FoundingClaim, figures: ClaimFigures) -> LedgerEntry:
    parts = [_part(test, claim, figures) for test in claim.tests]
    verdict = _verdict(parts)
    need = [claim_tests.measure_beside(figure, figures) for figure in claim.beside]
    then = joined(part.then.text for part in parts if part.then)
    now = joined(part.now.text for part in parts) or Text(N_("No figures at hand"))
    shown = [
        finding
        for part in parts
        for measured in (part.then, part.now)
        if measured
        for finding in measured.shown
    ]
    needed = _all_of(measured.text for measured in need)
    further = _(N_("Need: {figures}"), figures=needed) if needed else None
    note = claim_text(claim.note) if claim.note else None
    shown += [finding for measured in need for finding in measured.shown]
    return LedgerEntry(
        number,
        _then(claim, then),
        _sentences(_capital(now), further, note),
        verdict,
        _reasons(parts, verdict),
        tuple(shown),
        _sentences(_briefly(parts), further),
    )


def _all_of(texts: Iterable[Arg | None]) -> List | None:
    known = tuple(text for text in texts if text is not None)
    return List(known, joined="", separator="; ") if known else None


def _capital(text: Arg) -> Text:
    return Text("{text}", (("text", text),), capital=True)


def _sentences(*texts: Arg | None) -> Arg:
    known = tuple(text for text in texts if text is not None)
    return List(known, joined="", separator=". ")


def _then(claim: FoundingClaim, measured: Arg | None) -> Text:
    """Return the figure that was claimed, and what was measured of its time."""
    claimed = claim_text(claim.then.claimed)
    if measured is None:
        return _(N_("{claimed}; no figures of that time are at hand"), claimed=claimed)
    return _(N_("{claimed}. Measured: {figures}"), claimed=claimed, figures=measured)


def _briefly(parts: Sequence[_Part]) -> Text:
    """Return the figures of now for a card; those counted outcome by outcome are in the ledger's rows."""
    single = joined(part.now.text for part in parts if not isinstance(part.test, OutcomesTest))
    if single:
        return _capital(single)
    counted = any(part.now.text for part in parts)
    return Text(N_("Counted outcome by outcome")) if counted else Text(N_("No figures at hand"))


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
    own_table = Text(N_("where these schools stand now is in a table of its own"))
    now = Measured(then.holds, own_table, then.why)
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
        now = Measured(now.holds, _all_of([now.text, *earlier]), now.why, now.shown)
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


def _reasons(parts: Sequence[_Part], verdict: str) -> Text:
    """Return for each part whether it holds, and why it does not or cannot be told."""
    unmeasured = all(part.then is None for part in parts)
    reasons = List(tuple(map(_reason, parts)), joined="", separator="; ")
    if verdict == HOLDS and unmeasured:
        return _(N_("Now: {parts}. Of then no figures are at hand"), parts=reasons)
    return _capital(reasons)


def _reason(part: _Part) -> Text:
    return _(_reason_message(part), part=claim_text(part.test.part), why=part.now.why)


def _reason_message(part: _Part) -> str:
    match part.now.holds:
        case Holds.YES:
            return N_("{part}: holds")
        case Holds.IN_PART:
            return N_("{part}: in part ({why})")
        case Holds.UNKNOWN:
            return N_("{part}: cannot be told ({why})")
    if part.is_gone:
        return N_("{part}: no longer holds ({why})")
    if part.then is None:
        return N_("{part}: does not hold now ({why}), of then cannot be told")
    return N_("{part}: does not hold by the figures at hand ({why})")


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
    dated = next(claim for claim in catalog.claims().values() if claim.schools)
    title = _(
        N_("The five schools of the state's list of {date}, now"), date=claim_text(dated.date)
    )
    if figures.empty:
        nothing = Text(N_("No figures of these schools are among the data at hand."))
        return Notice.of_texts(title, nothing)
    shown = _findings_of(figures, level)
    codes = [code for claim in catalog.claims().values() for code in claim.schools]
    codes = list(dict.fromkeys(codes))
    lines: dict[tuple[str, int], dict[str, Finding]] = {}
    for finding in (finding for finding in shown if finding.row.publish != "nothing"):
        row = finding.row
        lines.setdefault((str(_named(finding)), row.end_year), {})[row.organization_id] = finding
    rows = tuple(
        (
            _("{what}, {year}", first := next(iter(cells.values())), what=_named(first)),
            *(_cell(cells[code]) if code in cells else None for code in codes),
        )
        for cells in lines.values()
    )
    names = {finding.row.organization_id: finding for finding in shown}
    columns = (
        TextColumn("figure", Text(N_("What"))),
        *(TextColumn(code, _school_name(code, names), "right") for code in codes),
    )
    note = Text(
        N_(
            "The schools serve different grades and students: their figures are not compared with one another, and "
            "rank nobody."
        )
    )
    return ReportTable(TableTexts(title, columns, rows, note), Findings(shown))


def _findings_of(figures: pd.DataFrame, level: float) -> list[Finding]:
    is_share = figures["unit"].isin(SHARES)
    return [
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


def _school_name(code: str, shown: Mapping[str, Finding]) -> Arg:
    """Return the name of a school, as its findings have it."""
    if code in shown:
        return Text("{place_name}", of=shown[code])
    return claim_comparisons.school_name(code)


def _cell(finding: Finding) -> Text:
    """Return a figure, or of all students enrolled their number."""
    row = finding.row
    everyone = row.is_composition and row.student_group == "all"
    return Text("{n}" if everyone else "{value_label}", of=finding)


def _named(finding: Finding) -> Text:
    row = finding.row
    if not row.is_composition:
        return Text("{title}", of=finding)
    if row.student_group == "all":
        in_fall = row.indicator != "enrollment"
        return Text(N_("Students in fall, first count") if in_fall else N_("Students enrolled"))
    return Text("{label}", of=finding)
