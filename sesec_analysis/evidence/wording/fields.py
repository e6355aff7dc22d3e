"""Write the fields of a finding, such as ``{value}`` and ``{place}``, which texts have placeholders for."""

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Literal, Protocol

from sesec_analysis import catalog, i18n, schema
from sesec_analysis.errors import CatalogError
from sesec_analysis.evidence.counts import told_counts
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.numbers import Printed, count_words, margin_words, printed
from sesec_analysis.i18n import mark as N_
from sesec_analysis.i18n import say
from sesec_analysis.text import CONSTANTS, FIELDS, HOLDS, NAMES, Arg, Field, render

__all__ = [
    "LEVEL",
    "OUTER",
    "GatedRow",
    "WordedFinding",
    "at_school",
    "event_of",
    "in_english",
    "is_school_of",
    "known_names",
    "noun",
    "rate_name",
    "register",
    "spans_years",
    "words_of",
]


class WordedFinding(Protocol):
    """A finding, as far as its words need it."""

    @property
    def id(self) -> str:
        """Its identifier."""

    @property
    def row(self) -> Row:
        """Its gated row."""

    @property
    def names(self) -> Mapping[str, str]:
        """Names of organizations by id, as its table gives them."""

    @property
    def printed(self) -> Printed:
        """What may be printed of its row, in the language of now."""


@dataclass(frozen=True)
class GatedRow:
    """A gated row to be worded, with the names of organizations that the catalog does not know."""

    row: Row
    names: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def id(self) -> str:
        """Return its id."""
        return labels.finding_id(self.row)

    @property
    def printed(self) -> Printed:
        """What may be printed of it, in the language of now."""
        return printed(self.row)


def known_names(finding: WordedFinding) -> Mapping[str, str]:
    """Return the names of organizations that the table of a finding gives, its own among them."""
    return {**finding.names, finding.row.organization_id: finding.row.organization_name}


LEVEL = "school_level"
"""The constant for a SESEC school level."""

CONSTANTS[LEVEL] = lambda level: level if level in ("1", "2", "3", "4", "5") else ""

OUTER = 0.998
"""Chance to lie within the outer limits of a funnel; beyond them a school is unlike the others."""
CONSTANTS["outer_limits"] = lambda _entry: f"{OUTER * 100:.12g}"


def noun(row: Row) -> str:
    """Return what the number of a row is in general: a share, a rate, or an average."""
    if catalog.indicator(row.indicator).unit not in schema.SHARES:
        return N_("average")
    return N_("share") if row.is_composition else N_("rate")


def at_school(msgid: str, row: Row) -> str:
    """Return a message id with "at" for one school, and not "in"."""
    in_school = row.organization_level == "school"
    return msgid.replace(" in {place}", " at {place}") if in_school else msgid


def in_english() -> AbstractContextManager[None]:
    """Read the catalog in English for a while: the wording of a text is chosen in English, once."""
    return i18n.spoken(i18n.ENGLISH) if i18n.language() != i18n.ENGLISH else nullcontext()


def words_of(text: Arg | None) -> str:
    """Return a text in the language of now, until a language is an argument; empty for a missing one."""
    return "" if text is None else render(text, i18n.language(), localized=False)


def register(
    kind: Literal["number", "name", "words"], fields: Mapping[str, Callable[[WordedFinding], str]]
) -> None:
    """Add fields that texts may have placeholders for; each function is called in the language of its words."""
    for name, write in fields.items():
        FIELDS[name] = Field(kind, _in_language(write))


def _register_name(form: str, write: Callable[[str, Mapping[str, str]], str]) -> None:
    """Add a form of names; the function is called in the language of its words, with names of a user's own."""

    def written(code: str, language: str, own: str) -> str:
        if form in ("place", "place_name") and not (own or labels.is_listed(code)):
            raise CatalogError(f"no place or school has the code {code!r}", where="data/catalog")
        with i18n.spoken(language):
            return write(code, {code: own} if own else {})

    NAMES[form] = written


def _in_language(write: Callable[[WordedFinding], str]) -> Callable[[WordedFinding, str], str]:
    def written(finding: WordedFinding, language: str) -> str:
        if language == i18n.language():
            return write(finding)
        with i18n.spoken(language):  # the catalog is read in a language
            return write(finding)

    return written


def _printed(part: Callable[[Printed], str]) -> Callable[[WordedFinding], str]:
    return lambda finding: part(finding.printed)


def _place(finding: WordedFinding) -> str:
    return labels.organization_phrase(finding.row.organization_id, known_names(finding))


def _scope(finding: WordedFinding) -> str:
    """Return where a number is from, and its grade: grade 3 in Southeast Seattle."""
    row, place = finding.row, _place(finding)
    grade = labels.grade_of(row)
    if not grade:
        return place
    scope = say("{grade} in {place}", grade=grade, place=place)
    is_school = row.organization_level == "school"
    return scope.replace(f" in {place}", f" at {place}") if is_school else scope


def spans_years(row: Row) -> bool:
    """Return whether a sentence about a row is about the years from an earlier one to its own."""
    entry = row.entry
    return bool(entry.subject) and entry.dated and "{against}" not in entry.sentence


def _first_year(row: Row) -> int | None:
    years = labels.reference_of(row).years
    return years[0] if years else None


def _years(finding: WordedFinding) -> str:
    row = finding.row
    if not row.entry.subject:
        return labels.year_of(row)
    last = labels.year_words(row, row.end_year)
    if not spans_years(row):
        return last
    first = _first_year(row)
    since = say("an earlier year") if first is None else labels.year_words(row, first)
    return say("{first} to {last}", first=since, last=last)


def event_of(row: Row) -> str:
    """Return what changed in the world in the years of a row, as a sentence names it; empty if nothing did."""
    first = _first_year(row)
    if first is None or not spans_years(row):
        return ""
    return labels.event_words(row.indicator, first, row.end_year)


def _people(finding: WordedFinding) -> str:
    return labels.people_in(finding.row, finding.row.student_group)


def _reference(finding: WordedFinding) -> str:
    row = finding.row
    return labels.reference_phrase(row, finding.names) if row.compares or row.entry.subject else ""


def _pair(finding: WordedFinding) -> str:
    row, people, to = finding.row, _people(finding), _reference(finding)
    if not row.compares:
        return say("for {people}", people=people)
    if labels.reference_of(row).places and row.student_group != labels.EVERYONE:
        return say("for {people} between here and {reference}", people=people, reference=to)
    if labels.reference_of(row).places:
        return say("between here and {reference}", reference=to)
    return say("between {people} and {reference}", people=people, reference=to)


def _among(finding: WordedFinding) -> str:
    """Name the groups of a number that is of several, or say how many there are."""
    row = finding.row
    others, kind = labels.reference_of(row).groups, labels.type_title(row.student_group_type)
    if not others:
        return say("by {kind}", kind=kind)
    if len(others) > 1:
        return say("among {n} groups by {kind}", n=len(others) + 1, kind=kind)
    return say("between {people} and {reference}", people=_people(finding), reference=_reference(finding))  # fmt: skip


def _size_tested(finding: WordedFinding) -> str:
    """Return the size of the gap that the measure `power` is computed for, which only its method has."""
    match = re.search(r"scale, [+-](0\.\d+)", finding.row.method)
    if match:
        return say("{number} points", number=f"{float(match[1]) * 100:.3g}")
    return say("the size asked about")


def rate_name(row: Row) -> str:
    """Return what a sentence calls the rate of a row: the suspension and expulsion rate."""
    return catalog.indicator(row.indicator).rate_name or say(noun(row))


def _coverage(finding: WordedFinding) -> str:
    return "" if finding.row.coverage is None else f"{finding.row.coverage:.0%}"


def _titles(codes: str) -> str:
    """Return what the indicators of several codes are called together."""
    titles = [catalog.indicator(code).title for code in codes.split()]
    return labels.indicators_together(titles)


def _shortened(grade: str) -> str:
    return re.sub(r" \([^)]*\)", "", grade)


register(
    "number",
    {
        "value": _printed(lambda numbers: numbers.words),
        "value_brief": _printed(lambda numbers: numbers.brief),
        "value_label": _printed(lambda numbers: numbers.value),
        "signed": _printed(lambda numbers: numbers.value.replace("+", "")),
        "interval": _printed(lambda numbers: numbers.interval),
        "n": _printed(lambda numbers: numbers.n),
        "reference_n": _printed(lambda numbers: numbers.reference_n),
        "within": lambda finding: margin_words(finding.row.indicator),
        "level": lambda finding: finding.row.measure.rpartition("_")[2],
        "asked": _size_tested,
        "coverage": _coverage,
        "ci_percent": lambda finding: f"{(finding.row.ci_level or 0.95) * 100:.12g}",
    },
)
register(
    "name",
    {
        "place": _place,
        "place_name": lambda finding: labels.organization_name(
            finding.row.organization_id, known_names(finding)
        ),
        "people": _people,
        "label": lambda finding: labels.label_in(finding.row, finding.row.student_group),
        "reference": _reference,
        "reference_label": lambda finding: labels.reference_label(finding.row, finding.names),
        "reference_title": lambda finding: labels.reference_in_title(finding.row, finding.names),
        "title": lambda finding: catalog.indicator(finding.row.indicator).title,
        "measure": lambda finding: finding.row.entry.label,
    },
)
register(
    "words",
    {
        "rate": lambda finding: rate_name(finding.row),
        "counted_people": lambda finding: say(
            catalog.indicator(finding.row.indicator).counted_people
        ),
        "counted": lambda finding: labels.counted_words(finding.row),
        "against": lambda finding: labels.against(finding.row, finding.names),
        "pair": _pair,
        "kind": lambda finding: labels.type_title(finding.row.student_group_type),
        "among": _among,
        "grade": lambda finding: labels.grade_phrase_of(finding.row),
        "grade_short": lambda finding: _shortened(labels.grade_phrase_of(finding.row)),
        "grade_name": lambda finding: labels.grade_of(finding.row),
        "scope": _scope,
        "year": lambda finding: labels.year_of(finding.row),
        "years": _years,
        "event": lambda finding: event_of(finding.row),
    },
)

_register_name("place", labels.organization_phrase)
_register_name("place_name", labels.organization_name)
_register_name("people", lambda code, _: labels.group_people(code))
_register_name("label", lambda code, _: labels.group_label(code))
_register_name("title", lambda code, _: catalog.indicator(code).title)
_register_name("measure", lambda code, _: catalog.measure(code).label)
_register_name("titles", lambda codes, _: _titles(codes))
_register_name("titles_within", lambda codes, _: _titles(codes)[:1].lower() + _titles(codes)[1:])


def _count_field(name: str) -> Callable[[WordedFinding], str]:
    def write(finding: WordedFinding) -> str:
        number = getattr(finding.row, name)
        return "" if number is None else f"{number:,}"

    return write


def _brief_count(finding: WordedFinding) -> str:
    """Return how many students a finding is of, a range with a dash: 40–52."""
    low, high = told_counts(finding.row)["n"]
    return f"{low:,}–{high:,}" if low and high and low < high else count_words(low, high)


def _school_name(finding: WordedFinding) -> str:
    """Return a school's name as short as it stays clear: Cleveland High STEM."""
    name = labels.organization_name(finding.row.organization_id, known_names(finding))
    return re.sub(r" School(?= STEM$|$)", "", name)


def _apart(codes: str) -> str:
    """Return what the title of the first of several indicators has to itself, if all begin with the same words."""
    titles = [catalog.indicator(code).title for code in codes.split()]
    start, own, _end = labels.parted(titles)
    is_short = len(set(titles)) > 1 and " " in start and all(own.values())
    return labels.capital(own[titles[0]]) if is_short else titles[0]


_COUNTS = ("n_low", "n_high", "reference_n_low", "reference_n_high")
register(
    "number",
    {
        "mark": lambda finding: finding.printed.mark,
        "n_brief": _brief_count,
        **{name: _count_field(name) for name in _COUNTS},
    },
)
register("name", {"school_name": _school_name})
register("words", {"measure_within": lambda finding: finding.row.entry.label.lower()})
_register_name("kind", lambda code, _names: labels.type_title(code))
_register_name("school", lambda code, _names: catalog.schools()[code].name)
_register_name("school_short", lambda code, _names: catalog.schools()[code].short_name)
_register_name("place_plain", lambda code, _names: catalog.place(code).name)
_register_name("title_apart", lambda codes, _names: _apart(codes))


def is_school_of(code: str, row: Row) -> bool:
    """Return whether a row is of a school that belongs to a place."""
    known = catalog.places().get(code)
    if known is None or row.organization_level != "school":
        return False
    if known.all_but:
        return row.organization_id not in catalog.place(known.all_but).schools
    return known.whole_district or row.organization_id in known.schools


HOLDS["kind"] = (), lambda code, finding: finding.row.student_group_type in (code, "all")
for _form in ("place", "place_plain"):
    HOLDS[_form] = (
        ("place_name", "school_name"),
        lambda code, finding: is_school_of(code, finding.row),
    )
