"""Word a finding again from the numbers of its record: every text of it follows from these and the catalog.

A sentence, a value or a citation that says anything else than the numbers beside it is nobody's. The numbers
themselves are what the attack weighs.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from sesec_analysis import schema
from sesec_analysis.errors import SesecError
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.counts import says_nothing
from sesec_analysis.evidence.finding import Finding, facts, finding_record
from sesec_analysis.evidence.gate.rules import PRINTING_RULES
from sesec_analysis.evidence.row import Record, Row
from sesec_analysis.evidence.tables import TEXTS
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.numbers import NumberFormat, grade_name
from sesec_analysis.figures import words
from sesec_analysis.verdict.phrases import Phrases

__all__ = ["COUNTS", "LIMITS", "countings", "finding_of", "misworded", "strings"]


COUNTS = ("numerator", "n", "reference_numerator", "reference_n")
_OF_REFERENCE = COUNTS[2:]
_NAMES = frozenset(field.name for field in fields(Row))
_BOUNDS = ("bound_low", "bound_high")
_ENDS = ("ci_low", "ci_high", *_BOUNDS, "outer_low", "outer_high")
_HAIR = 1e-9
_COUNTED = re.compile(r"None|(?:(?:up to |at least )?\d[\d,]*|\d[\d,]* to \d[\d,]*)")
LIMITS = ("3", "4", "10", "30")
"""Numbers of the rules of what may be printed, as reasons name them."""
_CODES: dict[str, tuple[str, ...]] = {
    "publish": ("point", "range", "nothing"),
    "unit": (*schema.UNITS, "points", "ratio", "students", "index", "proportion squared", "level"),
}
_STATUSES = {
    "point": {"ok"},
    "range": {"bounded"},
    "nothing": {*schema.ESTIMATE_STATUSES} - {"ok", "bounded"},
}
"""What the gate leaves of a row's status, by what it lets be printed."""
_NOT_WORDED = {"cite_apa", "version", "method", *COUNTS}
"""Fields that do not follow from others: counts are numbers, a citation names its edition (see `misworded`)."""


def _count(value: object) -> tuple[int | None, int | None]:
    """Return the ends of a count as recorded: a number, words of a range, or null."""
    if value is None or isinstance(value, int):
        return value, value
    text = str(value).replace(",", "")
    low, _, high = text.removeprefix("up to ").removeprefix("at least ").partition(" to ")
    if text.startswith("up to "):
        return 0, int(low)
    return int(low), None if text.startswith("at least ") else int(high)


def finding_of(record: Record, names: Mapping[str, str]) -> Finding:
    """Return the finding that a record is of, as far as its printed digits tell.

    Parameters
    ----------
    record
        As it stands in findings.json.
    names
        Names of organizations by their id: of what it is compared to.

    Raises
    ------
    DataError
        If it says more than the gate lets it.
    ValueError
        If a count is none.
    """
    given: dict[str, Any] = {name: record[name] for name in record if name in _NAMES}
    for side in COUNTS:
        given[f"{side}_low"], given[f"{side}_high"] = _count(record[side])
    row = Row(organization_name=record["place"], **given)
    if str(record["value"]).startswith("under "):
        # Printed as less than the least that is shown; rounded it is recorded as nothing.
        given["estimate"] = _HAIR
    equal = row.entry.equal
    if equal is not None and "left-open" not in row.rules:
        # An end that was rounded onto "no difference" lay beside it; what chance alone could have made has it inside.
        ends = _BOUNDS if "no-clear-difference" in row.rules else _ENDS
        known = (row.estimate, row.bound_low, row.bound_high)
        middle = next((number for number in known if number not in (None, equal)), equal)
        off = _HAIR if middle >= equal else -_HAIR
        given |= {end: equal + off for end in ends if given.get(end) == equal}
    row = Row(organization_name=record["place"], **given)
    if row.publish == "range" and says_nothing(row):
        # Rounded outward, a range that may just be shown is printed wider than any that may.
        within = NumberFormat.of(row).least - _HAIR
        given["bound_low"] = (row.bound_low or 0.0) + within
        given["bound_high"] = (row.bound_high or 0.0) - within
        row = Row(organization_name=record["place"], **given)
    return Finding(row, names)


def misworded(
    record: Record,
    finding: Finding,
    *,
    edition: str,
    published: int | None,
    phrases: Phrases,
) -> Iterator[str]:
    """Yield the fields of a record that its numbers do not give.

    Parameters
    ----------
    record, finding
        The record, and the finding made of it.
    edition, published
        The title that citations name, and its year.
    phrases
        What may own its reason and its method, which no number gives.
    """
    made = finding_record(finding)
    said = phrases.beside(countings(finding, str(made["counted"])))
    cited = citation.cite(record, "apa", edition=edition, published=published)
    yield from (name for name in made if name not in record)
    for name, value in record.items():
        if name == "cite_apa":
            if value != cited:
                yield name
        elif name in ("reason", "method"):
            # The same words stand in many records.
            if phrases.bare.unowned(str(value)) and said.unowned(str(value)):
                yield name
        elif name == "rule":
            if not set(finding.row.rules) <= PRINTING_RULES.keys():
                yield name
        elif name in COUNTS and not _COUNTED.fullmatch(str(value)):
            yield name
        elif name == "status":
            if value not in _STATUSES.get(str(record["publish"]), ()):
                yield name
        elif name in _CODES:
            if value not in _CODES[name]:
                yield name
        elif (
            (name in _OF_REFERENCE and value is not None and not record["reference"])
            or name not in made
            or (name not in _NOT_WORDED and made[name] != value)
        ):
            yield name


def countings(finding: Finding, counted: str) -> set[str]:
    """Return the counts that the reason of a finding may name: its own, of what is ``counted``."""
    sizes = {text for text in (finding.printed.n, finding.printed.reference_n) if text}
    return {*sizes, *(f"{size} {counted}" for size in sizes)}


def strings(finding: Finding, record: Record) -> Iterator[str]:
    """Yield the texts of a finding that stand in figures, tables and captions.

    Parameters
    ----------
    finding, record
        As `finding_of` makes it, and the record that was found to be worded so.
    """
    row, shown = finding.row, finding.printed
    yield from (text(finding) for text in TEXTS.values())
    yield from (
        finding.headline,
        finding.sentence(),
        finding.alt_text(),
        finding.interval_words(),
        finding.reference,
    )
    yield from (
        shown.value,
        shown.words,
        shown.mark,
        shown.interval,
        shown.n,
        shown.reference_n,
        row.reason,
    )
    yield words.school_name(finding)
    yield from (grade_name(row.grade_level), labels.year_of(row), labels.counted_words(row))
    yield words.long_description([finding], lambda _: "").removeprefix(": ").removesuffix(".")
    try:
        yield facts(record)
    except SesecError:
        return
