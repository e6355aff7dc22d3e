"""Label the catalog's codes in sentences, figures and tables, and form the id that a finding is cited by."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

from sesec_analysis import catalog, schema
from sesec_analysis.catalog import own
from sesec_analysis.catalog.entries import StudentGroup
from sesec_analysis.errors import CatalogError, QuestionError
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording.numbers import grade_name, grade_phrase, school_year
from sesec_analysis.i18n import ENGLISH, join_and, mark, translate
from sesec_analysis.i18n import language as now
from sesec_analysis.text import Arg, Name, Text

__all__ = [
    "LEVEL_SCHOOLS",
    "SCHOOL_KINDS",
    "SCHOOL_LEVELS",
    "FindingId",
    "Reference",
    "against",
    "capital",
    "compares_places",
    "counted_noun",
    "counted_words",
    "event_words",
    "finding_id",
    "grade_of",
    "grade_phrase_of",
    "group_label",
    "group_order",
    "group_people",
    "indicators_together",
    "is_listed",
    "label_in",
    "numbered_message",
    "organization_name",
    "organization_phrase",
    "people_in",
    "read_id",
    "read_reference",
    "reference_label",
    "reference_of",
    "reference_phrase",
    "schools_of_level",
    "spell_code",
    "split_titles",
    "texts",
    "type_title",
    "year_words",
]


SCHOOL_LEVELS = {
    "elementary": mark("Elementary"),
    "k8": mark("K-8"),
    "middle": mark("Middle"),
    "high": mark("High"),
    "other": mark("Other grades"),
}
SCHOOL_KINDS = {
    "regular": mark("regular"),
    "alternative": mark("alternative"),
    "special_education": mark("special education"),
    "reengagement": mark("reengagement"),
    "skills_center": mark("skills center"),
    "detention": mark("detention"),
}

OTHERS = "others"
"""The reference that stands for all other groups of the partition together."""

EVERYONE = "all"
"""The student group of all students, and of a number that is of all groups of a type together."""

OURS, OWN = "sesec:", "own:"
"""How an id begins: of what this project publishes, and of what others make with it, which no edition may hold."""

_LEVEL_MARK = {
    "place": "",
    "school": "school:",
    "district": "district:",
    "state": "state:",
    "tract": "tract:",
}


def finding_id(row: Row) -> str:
    """Return the id of a row: its key and nothing of its values, so that it never changes meaning.

    ``sesec:<measure>.<indicator>.<end_year>.<grade>.<organization>.<student group>``. A comparison adds ``-`` and what
    is compared to, after the group or, for places and years, after those. A capital letter ``A`` is written ``:a``;
    organizations that are not places carry their level, as in ``school:2070``; a number of all groups of a type
    together is of ``all_by_<type>``. A number of one's own table or place (`catalog.own`) begins with ``own:``.

    Examples
    --------
    >>> row = Row("ela_met", 2017, "place", "southeast_seattle", "Southeast Seattle", "03", "race_ethnicity", "black",
    ...           "gap", "white")
    >>> finding_id(row)
    'sesec:gap.ela_met.2017.03.southeast_seattle.black-white'
    """
    _check_type(row)
    to = reference_of(row)
    organization = _LEVEL_MARK[row.organization_level] + _code(row.organization_id)
    group = row.student_group
    if group == EVERYONE != row.student_group_type:
        group = f"all_by_{row.student_group_type}"
    parts = (
        _code(row.measure),
        _code(row.indicator),
        "-".join([str(row.end_year), *map(str, to.years)]),
        row.grade_level.lower(),
        "-".join([organization, *map(_code, to.places)]),
        "-".join([_code(group), *map(_code, to.groups)]),
    )
    codes = [row.indicator, row.student_group, row.organization_id, *to.places]
    mine = any(map(own.is_own, codes))
    return f"{OWN if mine else OURS}{'.'.join(parts)}"


class FindingId(NamedTuple):
    """The parts of a finding's id, as written in it; those of a damaged id may be empty."""

    measure: str
    indicator: str
    years: str
    grade: str
    organization: str
    group: str

    @property
    def end_years(self) -> tuple[int, ...]:
        """The school year of the number and those that it is compared to; 0 where there is none."""
        return tuple(int(year) for year in self.years.split("-") if year.isdigit()) or (0,)

    @property
    def stem(self) -> str:
        """The id without its years: what stays the same from one edition to the next."""
        return ".".join(part for part in self._replace(years="") if part)


def read_id(finding_id: str) -> FindingId:
    """Return the parts of an id that `finding_id` formed.

    Examples
    --------
    >>> parts = read_id("sesec:change.ela_met.2024-2018.all.southeast_seattle.black")
    >>> parts.measure, parts.end_years
    ('change', (2024, 2018))
    >>> parts.stem
    'change.ela_met.all.southeast_seattle.black'
    """
    parts = finding_id.removeprefix(OURS).removeprefix(OWN).split(".", 5)
    return FindingId(*parts, *[""] * (6 - len(parts)))


def spell_code(code: str) -> str:
    """Return a code as the catalog writes it: in an id, a capital letter is a colon and a small one."""
    return re.sub(r":([a-z])", lambda letter: letter[1].upper(), code)


def _code(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_]+", text):
        raise QuestionError(
            f"the code {text!r} cannot stand in the id of a finding",
            where="estimates",
            fix="use letters, digits and underscores for codes",
        )
    return re.sub(r"[A-Z]", lambda letter: f":{letter.group().lower()}", text)


def _check_type(row: Row) -> None:
    """Refuse a group outside its type: the id names only the group, from which its type must follow."""
    kind = catalog.group_types().get(row.student_group_type)
    if kind is None:
        raise CatalogError(
            f"student group type {row.student_group_type!r} is not in the catalog",
            where="data/catalog/student_groups.yml",
            fix="use one of the known types, or add an entry",
            valid=catalog.group_types(),
        )
    if row.student_group not in {*kind.groups, EVERYONE}:
        raise CatalogError(
            f"student group {row.student_group!r} is not of type {row.student_group_type!r}",
            where="data/catalog/student_groups.yml",
            fix="use one of the known codes, or add an entry",
            valid=kind.groups,
        )


@dataclass(frozen=True)
class Reference:
    """What a row is compared to: student groups, organizations, school years."""

    groups: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    years: tuple[int, ...] = ()


def reference_of(row: Row) -> Reference:
    """Return what a row is compared to; see `read_reference`."""
    return read_reference(row.reference, dated=row.entry.dated)


def read_reference(reference: str, *, dated: bool) -> Reference:
    """Return what the codes of a reference name.

    A school year is only in the reference of a measure that the catalog calls dated.

    Examples
    --------
    >>> read_reference("rest_of_seattle 2016", dated=True)
    Reference(groups=(), places=('rest_of_seattle',), years=(2016,))
    """
    if not reference:  # as of every rate
        return Reference()
    groups, places, years = [], [], []
    for code in reference.replace(";", " ").split():
        if code == OTHERS or code in _groups():
            groups.append(code)
        elif dated and re.fullmatch(r"(19\d|20[0-4])\d", code):
            years.append(int(code))
        else:
            places.append(code)
    return Reference(tuple(groups), tuple(places), tuple(years))


def compares_places(row: Row) -> bool:
    """Whether the reference is an organization rather than a student group."""
    return bool(reference_of(row).places)


def _groups() -> dict[str, StudentGroup]:
    return {
        code: group
        for kind in catalog.group_types().values()
        for code, group in kind.groups.items()
    }


def year_of(row: Row) -> str:
    """Return the school year of a row, or the calendar years that a census figure is of."""
    known = catalog.indicators().get(row.indicator)
    if known is None or known.period_years == 1:
        return year_words(row, row.end_year)
    return f"{row.end_year - known.period_years + 1}–{row.end_year}"


def year_words(row: Row, end_year: int) -> str:
    """Return how a year of a row's indicator is written: a school year, or of some own tables a calendar year."""
    known = catalog.indicators().get(row.indicator)
    return str(end_year) if known and known.calendar_years else school_year(end_year)


def event_words(indicator: str, first: int, last: int, language: str | None = None) -> str:
    """Return what changed in the world between two school years of an indicator, as a sentence names it.

    Examples
    --------
    >>> event_words("disciplined", 2019, 2023)
    'school buildings closed in between'
    """
    events = catalog.indicator(indicator, language).events
    words = dict.fromkeys(event.words for event in events if first < event.at <= last)
    return join_and(list(words), language or now()) if words else ""


def grade_of(row: Row, language: str | None = None) -> str:
    """Return what the grade of a row is called; of all grades, which they are where only some are counted.

    Examples
    --------
    >>> row = Row("ela_met", 2019, "place", "seattle", "Seattle Public Schools", "all", "all", "all", "rate", "")
    >>> grade_of(row)
    'all tested grades (3–8 and 10)'
    """
    if row.grade_level == "all" and row.organization_level != "school":
        return catalog.indicator(row.indicator, language).all_grades
    return grade_name(row.grade_level, language)


def grade_phrase_of(row: Row, language: str | None = None) -> str:
    """Return how a sentence adds the grade of a row, with its leading space; nothing for all grades of schools."""
    if row.grade_level == "all" and (named := grade_of(row, language)):
        return " " + translate("in {grades}", language or now(), grades=named)
    return grade_phrase(row.grade_level, language)


def range_reason(row: Row) -> str:
    """Return in English why figures of an indicator are ranges by nature; empty if ranges mean withheld numbers."""
    known = catalog.indicators(ENGLISH).get(row.indicator)
    return known.range_reason if known else ""


def counted_noun(row: Row) -> str:
    """Return what the n of a row counts, in the plural and in English: students, answers, households."""
    known = catalog.indicators().get(row.indicator)
    return known.counted if known else "students"


def counted_words(row: Row, language: str | None = None) -> str:
    """Return what the n of a row counts, in the language of readers."""
    return translate(counted_noun(row), language or now())


def numbered_message(row: Row) -> str:
    """Return the message id of a number with what it counts; `texts` lists all of them."""
    people = (
        counted_noun(row).replace("{", "{{").replace("}", "}}")
    )  # of a catalog or table of one's own
    return f"{{n}} {people}"


_LONGEST = 100
"""Characters of a title of several indicators; a longer one names none of them."""


def indicators_together(titles: Iterable[str], language: str | None = None) -> str:
    """Return what several indicators are called together: what their titles share once, and in it a list of the rest.

    Examples
    --------
    >>> tested = [f"Met the standard in {test}, among students tested" for test in ("mathematics", "science")]
    >>> indicators_together(tested)
    'Met the standard in mathematics and science, among students tested'
    >>> indicators_together(["Attended regularly", "Suspended or expelled"])
    'Several indicators'
    """
    every = list(dict.fromkeys(titles))
    if len(every) == 1:
        return every[0]
    start, own, end = split_titles(every)
    together = f"{start} {join_and(list(own.values()), language or now())}{end}"
    is_said = start and all(own.values()) and len(together) <= _LONGEST
    return together if is_said else translate("Several indicators", language or now())


def split_titles(titles: Iterable[str]) -> tuple[str, dict[str, str], str]:
    """Return with which words all titles begin, what each says between, and with which words all end.

    Examples
    --------
    >>> split_titles(["Feel safe and welcomed at school", "Feel heard at school"])
    ('Feel', {'Feel safe and welcomed at school': 'safe and welcomed', 'Feel heard at school': 'heard'}, ' at school')
    """
    words = {title: re.split(r"(?=,? )", title) for title in titles}
    start = _alike([*words.values()])
    rest = {title: one[start:] for title, one in words.items()}
    end = _alike([one[:0:-1] for one in rest.values()])  # each keeps a word of its own
    own = {title: "".join(one[: len(one) - end]).strip() for title, one in rest.items()}
    first = next(iter(words.values()))
    return "".join(first[:start]), own, "".join(first[len(first) - end :])


def _alike(every: Sequence[Sequence[str]]) -> int:
    """Return with how many words all begin alike."""
    return sum(1 for _ in takewhile(lambda at: len(set(at)) == 1, zip(*every, strict=False)))


def texts() -> Iterator[str]:
    """Return what the catalog's numbers count, to be translated: alone, and behind a number."""
    for known in ("students", *(one.counted for one in catalog.indicators().values())):
        yield from (known, f"{{n}} {known}", f"fewer than {{n}} {known}")


def group_label(code: str, language: str | None = None) -> str:
    """Return the label of a student group; ``others`` is all other students."""
    if code == OTHERS:
        return translate("All other students", language or now())
    return catalog.student_group(code, language).label


def group_people(code: str, language: str | None = None) -> str:
    """Return how a sentence speaks of the students of a group."""
    if code == OTHERS:
        return translate("all other students", language or now())
    return catalog.student_group(code, language).people


_INTERVAL, _OF_PUBLISHER = mark("{percent}% interval"), mark("Publisher’s {percent}% interval")


def interval_name(indicator: str) -> str:
    """Return in English what the intervals of an indicator are called, which may be its publisher's own."""
    known = catalog.indicators().get(indicator)
    return _OF_PUBLISHER if known and known.unit == schema.WITH_INTERVAL else _INTERVAL


def _is_of_students(row: Row) -> bool:
    return not own.is_own(row.indicator) and counted_noun(row) != "children"


def label_in(row: Row, code: str, language: str | None = None) -> str:
    """Return the label of a group in a row; in one's own table, all students are all of those it counts."""
    if not _is_of_students(row) and code in (EVERYONE, OTHERS):
        return f"All {counted_noun(row)}" if code == EVERYONE else f"All other {counted_noun(row)}"
    return group_label(code, language)


def people_in(row: Row, code: str, language: str | None = None) -> str:
    """Return how a sentence speaks of a group in a row; as `label_in`."""
    if not _is_of_students(row) and code in (EVERYONE, OTHERS):
        return counted_noun(row) if code == EVERYONE else f"all other {counted_noun(row)}"
    return group_people(code, language)


def group_order(code: str) -> int:
    """Return the place of a group in the catalog's order of display."""
    return list(_groups()).index(code)


def type_title(code: str, language: str | None = None) -> str:
    """Return the title of a student group type as the end of a phrase: race and ethnicity.

    Examples
    --------
    >>> type_title("race_ethnicity")
    'race and ethnicity'
    """
    title = re.sub(r" \(.*\)$", "", catalog.group_types(language)[code].title)
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def capital(text: str) -> str:
    """Return a text with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def organization_name(code: str, names: Mapping[str, str], language: str | None = None) -> str:
    """Return the name of a place or other organization; ``names`` are those that the table itself gives.

    It is a label: of a place whose name has an article in a language, the article begins it with a capital letter.
    """
    if code in catalog.places():
        return capital(catalog.place(code, language).name)
    if label := names.get(code) or _listed_name(code, language):
        return _when_closed(code, label, language)
    if code.isdigit():
        return translate("organization {code}", language or now(), code=code)
    return code.replace("_", " ").title()


_CLOSED = re.compile(r" \([Cc]losed after (\d{4})[-–](?:\d\d)?(\d\d)(?: school year)?\)$")
"""What the state adds to the name of a school whose code is closed, and what we make of it in English."""


def _when_closed(code: str, name: str, language: str | None) -> str:
    """Return the name of a school with the state's note that it closed, in the language asked for.

    Of a school with students in a later year the note is not true, and goes.
    """
    found = _CLOSED.search(name)
    if not found:
        return name
    plain, known = name[: found.start()], catalog.schools().get(code)
    if known and (known.last_year or 0) > int(found[1]) + 1:
        return plain
    year = f"{found[1]}–{found[2]}"
    return translate("{name} (closed after {year})", language or now(), name=plain, year=year)


def _listed_name(code: str, language: str | None = None) -> str | None:
    places = list(catalog.places(language).values())
    listed = next((place.schools[code] for place in places if code in place.schools), None)
    return listed or next(
        (place.name for place in places if place.whole_district and place.district == code), None
    )


def is_listed(code: str) -> bool:
    """Return whether the catalog has the name of a place, school, or district."""
    return code in catalog.places() or _listed_name(code) is not None


def organization_phrase(code: str, names: Mapping[str, str], language: str | None = None) -> str:
    """Return how a sentence speaks of a place or other organization."""
    places = catalog.places(language)
    return places[code].phrase if code in places else organization_name(code, names, language)


def reference_label(row: Row, names: Mapping[str, str], language: str | None = None) -> str:
    """Return the label of what a row is compared to; empty for a rate."""
    to = reference_of(row)
    groups = [label_in(row, code, language) for code in to.groups]
    places = [organization_name(code, names, language) for code in to.places]
    return ", ".join([*groups, *places, *(year_words(row, year) for year in to.years)])


def reference_phrase(row: Row, names: Mapping[str, str], language: str | None = None) -> str:
    """Return how a sentence speaks of what a row is compared to; a year only where nothing else is named.

    A sentence over several years says itself which they are.
    """
    to = reference_of(row)
    everyone = translate("all students", language or now())
    if own.is_own(row.indicator):
        everyone = f"all {counted_noun(row)}"
    groups = [
        everyone if code == EVERYONE else people_in(row, code, language) for code in to.groups
    ]
    places = [organization_phrase(code, names, language) for code in to.places]
    return join_and(
        [*groups, *places] or [year_words(row, year) for year in to.years], language or now()
    )


def reference_in_title(row: Row, names: Mapping[str, str], language: str | None = None) -> str:
    """Return how a title speaks of what a row is compared to: as a sentence does, and then any school year."""
    phrase = reference_phrase(row, names, language)
    years = [year_words(row, year) for year in reference_of(row).years]
    return ", ".join([phrase, *(year for year in years if year not in phrase)])


def against(row: Row, names: Mapping[str, str], language: str | None = None) -> str:
    """Return the same with its preposition: for White students, in the rest of Seattle in 2015–16."""
    to = reference_of(row)
    language = language or now()
    people = join_and([people_in(row, code, language) for code in to.groups], language)
    groups = [translate("for {people}", language, people=people)] if to.groups else []
    phrases = [organization_phrase(code, names, language) for code in to.places]
    places = [translate("in {place}", language, place=phrase) for phrase in phrases]
    years = [translate("in {year}", language, year=year_words(row, year)) for year in to.years]
    return " ".join([*groups, *places, *years]) or translate("for those compared with", language)


def schools_of_level(place: str) -> Arg:
    """Return what text calls the place that has all schools of a level: Seattle’s high schools.

    Examples
    --------
    >>> print(schools_of_level("seattle_k8"))
    Seattle’s K-8 schools
    """
    return Text(LEVEL_SCHOOLS[place]) if place in LEVEL_SCHOOLS else Name("place", place)


LEVEL_SCHOOLS = {
    "seattle_elementary": mark("Seattle’s elementary schools"),
    "seattle_k8": mark("Seattle’s K-8 schools"),
    "seattle_middle": mark("Seattle’s middle schools"),
    "seattle_high": mark("Seattle’s high schools"),
}
"""The schools of a level of Seattle, by their place."""
