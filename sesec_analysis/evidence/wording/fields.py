"""Write the fields of a finding, such as ``{value}`` and ``{place}``, which texts have placeholders for."""

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from math import ceil, floor
from typing import Literal, Protocol

from sesec_analysis import catalog, i18n, schema
from sesec_analysis.errors import CatalogError
from sesec_analysis.evidence.counts import told_counts
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.numbers import Printed, count_words, margin_words, print_row
from sesec_analysis.i18n import mark as N_
from sesec_analysis.i18n import translate
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

    def printed_as(self, language: str) -> Printed:
        """Return what may be printed of its row, in a language."""


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
        return self.printed_as(i18n.language())

    def printed_as(self, language: str) -> Printed:
        """Return what may be printed of it, in a language."""
        return print_row(self.row, language)


def known_names(finding: WordedFinding) -> Mapping[str, str]:
    """Return the names of organizations that the table of a finding gives, its own among them."""
    return {**finding.names, finding.row.organization_id: finding.row.organization_name}


def _place_code(finding: WordedFinding) -> str:
    return finding.row.organization_id


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
    return i18n.use_language(i18n.ENGLISH) if i18n.language() != i18n.ENGLISH else nullcontext()


def words_of(text: Arg | None) -> str:
    """Return a text in the language of now, until a language is an argument; empty for a missing one."""
    return "" if text is None else render(text, i18n.language())


Write = Callable[[WordedFinding, str], str]
"""Writes a field of a finding in a language."""


def register(kind: Literal["number", "name", "words"], fields: Mapping[str, Write]) -> None:
    """Add fields that texts may have placeholders for."""
    for name, write in fields.items():
        # A school may have another name in another year.
        FIELDS[name] = Field(kind, write, _place_code if name in ("place", "place_name") else None)


def _register_name(form: str, write: Callable[[str, Mapping[str, str], str], str]) -> None:
    """Add a form of names; the function takes a code, names of a user's own, and the language."""

    def written(code: str, language: str, own: str) -> str:
        if form in ("place", "place_name") and not (own or labels.is_listed(code)):
            raise CatalogError(f"no place or school has the code {code!r}", where="data/catalog")
        return write(code, {code: own} if own else {}, language)

    NAMES[form] = written


def _printed_writer(part: Callable[[Printed], str]) -> Write:
    return lambda finding, language: part(finding.printed_as(language))


def _place(finding: WordedFinding, language: str) -> str:
    return labels.organization_phrase(finding.row.organization_id, known_names(finding), language)


def _scope(finding: WordedFinding, language: str) -> str:
    """Return where a number is from, and its grade: grade 3 in Southeast Seattle."""
    row, place = finding.row, _place(finding, language)
    grade = labels.grade_of(row, language)
    if not grade:
        return place
    scope = translate("{grade} in {place}", language, grade=grade, place=place)
    is_school = row.organization_level == "school"
    return scope.replace(f" in {place}", f" at {place}") if is_school else scope


def spans_years(row: Row) -> bool:
    """Return whether a sentence about a row is about the years from an earlier one to its own."""
    entry = row.entry
    return bool(entry.subject) and entry.dated and "{against}" not in entry.sentence


def _first_year(row: Row) -> int | None:
    years = labels.reference_of(row).years
    return years[0] if years else None


def _years(finding: WordedFinding, language: str) -> str:
    row = finding.row
    if not row.entry.subject:
        return labels.year_of(row)
    last = labels.year_words(row, row.end_year)
    if not spans_years(row):
        return last
    first = _first_year(row)
    since = (
        translate("an earlier year", language) if first is None else labels.year_words(row, first)
    )
    return translate("{first} to {last}", language, first=since, last=last)


def event_of(row: Row, language: str | None = None) -> str:
    """Return what changed in the world in the years of a row, as a sentence names it; empty if nothing did."""
    first = _first_year(row)
    if first is None or not spans_years(row):
        return ""
    return labels.event_words(row.indicator, first, row.end_year, language)


def _people(finding: WordedFinding, language: str) -> str:
    return labels.people_in(finding.row, finding.row.student_group, language)


def _reference(finding: WordedFinding, language: str) -> str:
    row = finding.row
    return (
        labels.reference_phrase(row, finding.names, language)
        if row.compares or row.entry.subject
        else ""
    )


def _pair(finding: WordedFinding, language: str) -> str:
    row, people, to = finding.row, _people(finding, language), _reference(finding, language)
    if not row.compares:
        return translate("for {people}", language, people=people)
    if labels.reference_of(row).places and row.student_group != labels.EVERYONE:
        return translate(
            "for {people} between here and {reference}", language, people=people, reference=to
        )
    if labels.reference_of(row).places:
        return translate("between here and {reference}", language, reference=to)
    return translate("between {people} and {reference}", language, people=people, reference=to)


def _among(finding: WordedFinding, language: str) -> str:
    """Name the groups of a number that is of several, or say how many there are."""
    row = finding.row
    others, kind = (
        labels.reference_of(row).groups,
        labels.type_title(row.student_group_type, language),
    )
    if not others:
        return translate("by {kind}", language, kind=kind)
    if len(others) > 1:
        return translate("among {n} groups by {kind}", language, n=len(others) + 1, kind=kind)
    people, to = _people(finding, language), _reference(finding, language)
    return translate("between {people} and {reference}", language, people=people, reference=to)


def _size_tested(finding: WordedFinding, language: str) -> str:
    """Return the size of the gap that the measure `power` is computed for, which only its method has."""
    match = re.search(r"scale, [+-](0\.\d+)", finding.row.method)
    if match:
        return translate("{number} points", language, number=f"{float(match[1]) * 100:.3g}")
    return translate("the size asked about", language)


def _published_schools(finding: WordedFinding, language: str) -> str:
    """Return how many schools a figure of published schools is of."""
    found = re.match(r"(\d+) schools with published numbers", finding.row.method)
    return found[1] if found else ""


def rate_name(row: Row, language: str | None = None) -> str:
    """Return what a sentence calls the rate of a row: the suspension and expulsion rate."""
    named = catalog.indicator(row.indicator, language).rate_name
    return named or translate(noun(row), language or i18n.language())


def _coverage(finding: WordedFinding, language: str) -> str:
    return "" if finding.row.coverage is None else f"{finding.row.coverage:.0%}"


def _titles(codes: str, language: str) -> str:
    """Return what the indicators of several codes are called together."""
    titles = [catalog.indicator(code, language).title for code in codes.split()]
    return labels.indicators_together(titles, language)


def _shorten_grade(grade: str) -> str:
    return re.sub(r" \([^)]*\)", "", grade)


def _schools_at(finding: WordedFinding, language: str, *, brief: bool = False) -> str:
    """Return how many schools a share of schools is, by its printed ends, rounded outward: 0 to 3, or 0–3."""
    ends = _ends_in_schools(finding)
    if not ends or brief or ends[0] == ends[1]:
        return "–".join(f"{end:,}" for end in dict.fromkeys(ends))
    return translate("{low} to {high}", language, low=f"{ends[0]:,}", high=f"{ends[1]:,}")


def _ends_in_schools(finding: WordedFinding) -> tuple[int, ...]:
    """Return the least and the most schools that a share of schools can be; none where it is not shown."""
    (low, high), n = finding.printed.ends, finding.row.n_low
    if finding.row.publish == "nothing" or n is None:
        return ()
    low, high = low or 0.0, 1.0 if high is None else high
    return ceil(low * n - _HAIR), floor(high * n + _HAIR)


def _most_schools(finding: WordedFinding, language: str) -> str:
    return "".join(f"{end:,}" for end in _ends_in_schools(finding)[1:])


_HAIR = 1e-6


def _lower_title(title: str) -> str:
    """Return a title as it is inside a sentence."""
    return title[:1].lower() + title[1:]


def _count_field(name: str) -> Write:
    def write(finding: WordedFinding, language: str) -> str:
        number = getattr(finding.row, name)
        return "" if number is None else f"{number:,}"

    return write


_LEAST_TOLD = 10


def _told_count(finding: WordedFinding, language: str) -> str:
    """Return how many students a rate counts, to be said in a sentence; nothing unless it is known and is not small."""
    low, high = finding.row.numerator_low, finding.row.numerator_high
    known = finding.row.publish == "point" and low is not None and low == high
    return f"{low:,}" if known and low is not None and low >= _LEAST_TOLD else ""


def _brief_count(finding: WordedFinding, language: str) -> str:
    """Return the number of students behind a finding; a range has a dash: 40–52."""
    low, high = told_counts(finding.row)["n"]
    return f"{low:,}–{high:,}" if low and high and low < high else count_words(low, high, language)


def _school_name(finding: WordedFinding, language: str) -> str:
    """Return a school's name as short as it stays clear: Cleveland High STEM."""
    name = labels.organization_name(finding.row.organization_id, known_names(finding), language)
    return re.sub(r" School(?= STEM$|$)", "", name)


def _apart(codes: str, language: str) -> str:
    """Return what the title of the first of several indicators has to itself, if all begin with the same words."""
    titles = [catalog.indicator(code, language).title for code in codes.split()]
    start, own, _end = labels.split_titles(titles)
    is_short = len(set(titles)) > 1 and " " in start and all(own.values())
    return labels.capital(own[titles[0]]) if is_short else titles[0]


_COUNTS = ("n_low", "n_high", "reference_n_low", "reference_n_high")
register(
    "number",
    {
        "value": _printed_writer(lambda numbers: numbers.words),
        "value_brief": _printed_writer(lambda numbers: numbers.brief),
        "value_label": _printed_writer(lambda numbers: numbers.value),
        "signed": _printed_writer(lambda numbers: numbers.value.replace("+", "")),
        "interval": _printed_writer(lambda numbers: numbers.interval),
        "n": _printed_writer(lambda numbers: numbers.n),
        "reference_n": _printed_writer(lambda numbers: numbers.reference_n),
        "within": lambda finding, language: margin_words(finding.row.indicator, language),
        "level": lambda finding, language: "–".join(finding.row.measure.rpartition("_")[2]),
        "least_level": lambda finding, language: finding.row.measure.rpartition("_")[2][:1],
        "asked": _size_tested,
        "schools": _published_schools,
        "count": _schools_at,
        "most_schools": _most_schools,
        "count_brief": lambda finding, language: _schools_at(finding, language, brief=True),
        "coverage": _coverage,
        "ci_percent": lambda finding, language: f"{(finding.row.ci_level or 0.95) * 100:.12g}",
        "mark": lambda finding, language: finding.printed_as(language).mark,
        "n_brief": _brief_count,
        "numerator": _told_count,
        **{name: _count_field(name) for name in _COUNTS},
    },
)
register(
    "name",
    {
        "place": _place,
        "place_name": lambda finding, language: labels.organization_name(
            finding.row.organization_id, known_names(finding), language
        ),
        "people": _people,
        "label": lambda finding, language: labels.label_in(
            finding.row, finding.row.student_group, language
        ),
        "reference": _reference,
        "reference_label": lambda finding, language: labels.reference_label(
            finding.row, finding.names, language
        ),
        "reference_title": lambda finding, language: labels.reference_in_title(
            finding.row, finding.names, language
        ),
        "title": lambda finding, language: catalog.indicator(finding.row.indicator, language).title,
        "measure": lambda finding, language: catalog.measure(finding.row.measure, language).label,
        "school_name": _school_name,
    },
)
register(
    "words",
    {
        "rate": lambda finding, language: rate_name(finding.row, language),
        "counted_people": lambda finding, language: translate(
            catalog.indicator(finding.row.indicator, language).counted_people, language
        ),
        "counted": lambda finding, language: labels.counted_words(finding.row, language),
        "against": lambda finding, language: labels.against(finding.row, finding.names, language),
        "pair": _pair,
        "kind": lambda finding, language: labels.type_title(
            finding.row.student_group_type, language
        ),
        "among": _among,
        "grade": lambda finding, language: labels.grade_phrase_of(finding.row, language),
        "grade_short": lambda finding, language: _shorten_grade(
            labels.grade_phrase_of(finding.row, language)
        ),
        "grade_name": lambda finding, language: labels.grade_of(finding.row, language),
        "scope": _scope,
        "year": lambda finding, language: labels.year_of(finding.row),
        "years": _years,
        "event": lambda finding, language: event_of(finding.row, language),
        "measure_within": lambda finding, language: catalog.measure(
            finding.row.measure, language
        ).label.lower(),
    },
)

_register_name("place", labels.organization_phrase)
_register_name("place_name", labels.organization_name)
_register_name("people", lambda code, _, language: labels.group_people(code, language))
_register_name("label", lambda code, _, language: labels.group_label(code, language))
_register_name("title", lambda code, _, language: catalog.indicator(code, language).title)
_register_name("measure", lambda code, _, language: catalog.measure(code, language).label)
_register_name("titles", lambda codes, _, language: _titles(codes, language))
_register_name("titles_within", lambda codes, _, language: _lower_title(_titles(codes, language)))
_register_name("kind", lambda code, _, language: labels.type_title(code, language))
_register_name("school", lambda code, _, _language: catalog.schools()[code].name)
_register_name("school_short", lambda code, _, _language: catalog.schools()[code].short_name)
_register_name("place_plain", lambda code, _, language: catalog.place(code, language).name)
_register_name("title_apart", lambda codes, _, language: _apart(codes, language))


def is_school_of(code: str, row: Row) -> bool:
    """Return whether a row is of a school that belongs to a place."""
    known = catalog.places().get(code)
    if known is None or row.organization_level != "school":
        return False
    return bool(catalog.schools_in(known, [row.organization_id]))


HOLDS["kind"] = (), lambda code, finding: finding.row.student_group_type in (code, "all")
for _form in ("place", "place_plain"):
    HOLDS[_form] = (
        ("place_name", "school_name"),
        lambda code, finding: is_school_of(code, finding.row),
    )

CONSTANTS["claim"] = lambda number: number if number in catalog.claims() else ""
