"""Write a gated row as a headline of at most ten words, or refuse to.

A headline says what may be said of all that the row leaves open, withheld numbers and chance together: where these
allow both directions there is none, and the neutral title stands alone. Numbers are whole percents and points where a
page prints them so, and a school year is named by its end. Texts go from the fullest to the shortest, and the first of
at most ten words is taken; the last of them leave the size out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from math import ceil, floor
from typing import Literal

from sesec_analysis import catalog, i18n, schema
from sesec_analysis.catalog.entries import Indicator
from sesec_analysis.evidence.answers import Answer, Outcome, Why, answer
from sesec_analysis.evidence.counts import told_counts
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.fields import (
    WordedFinding,
    in_english,
    known_names,
    register,
)
from sesec_analysis.evidence.wording.numbers import MINUS, Printed, grade_name
from sesec_analysis.i18n import mark as N_
from sesec_analysis.i18n import translate
from sesec_analysis.text import FIELDS, Arg, Text, _

__all__ = [
    "MOST_WORDS",
    "UNTRANSLATED",
    "Headline",
    "counted_text",
    "course",
    "headline",
    "headline_texts",
    "kind_of",
    "sized_side",
    "subject_text",
    "whole_size",
    "whole_value",
]


MOST_WORDS = 10
"""Words in a headline; a number is one."""

WIDEST = 0.10
"""A range of a share that is wider than this is no headline; of another number, one wider than this part of it."""

UNTRANSLATED = N_("no headline is made of this measure")
"""Why there is no headline of a measure, or none in a language."""


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline, or none and why there is none."""

    text: Text | None = None
    why: Arg | None = None


def headline(finding: WordedFinding) -> Headline:
    """Return the headline of a finding, or why it has none.

    Examples
    --------
    >>> from sesec_analysis.evidence.wording.fields import GatedRow
    >>> row = Row("math_met", 2024, "place", "southeast_seattle", "Southeast Seattle", "all", "all", "all", "change",
    ...           "2018", estimate=-0.114, outer_low=-0.134, outer_high=-0.094, unit="points", publish="point")
    >>> print(headline(GatedRow(row)).text)
    Math results in Southeast fell 11 points, 2018 to 2024
    """
    row = finding.row
    with in_english():
        kind = kind_of(row)
        if kind is None:
            return Headline(why=Text(UNTRANSLATED))
        if row.publish == "nothing":
            return Headline(why=row.reason or Text(N_("no figure was published")))
        found = answer(row)
        if found is not None and found.outcome is Outcome.UNKNOWN:
            return Headline(
                why=Text(_OPEN[Why.CHANCE if found.why is Why.CHANCE else Why.WITHHELD])
            )
        if why := _unfit(row, finding.printed, found):
            return Headline(why=Text(why))
        texts = _Wordings(finding, kind).texts(found)
        fitting = next((text for text in texts if len(str(text).split()) <= MOST_WORDS), None)
        if fitting is None:
            return Headline(why=Text(N_("its names are too long for a headline")))
        return Headline(replace(fitting, capital=True))


_OPEN = {
    Why.WITHHELD: N_("withheld numbers leave the direction open"),
    Why.CHANCE: N_("chance leaves the direction open"),
}


def kind_of(row: Row) -> str | None:
    """Return the kind of headline that a row has; None if its measure has none."""
    if row.measure in ("rate", "count", "average"):
        return "level"
    if row.measure.startswith("level_share_"):
        return "distribution"
    if row.measure in ("gap", "ratio", "change", "gap_change", "rate_less_expected"):
        return row.measure
    return None


def _unfit(row: Row, numbers: Printed, found: Answer | None) -> str:
    """Return why a row that may be printed is no headline; empty if nothing speaks against one."""
    if row.organization_level == "school" and (found is None or _is_worse(row, found)):
        return N_("a school is named only for what goes well compared with others")
    if found is None:
        low, high = numbers.numbers["bound_low"], numbers.numbers["bound_high"]
        if row.publish == "range" and _is_wide(row, low, high):
            return N_("the range that withheld numbers leave open is too wide")
        return ""
    if found.outcome is Outcome.DIFFERS and numbers.numbers["estimate"] == row.entry.equal:
        return N_("the difference is smaller than what is printed")
    return ""


def _is_wide(row: Row, low: float | None, high: float | None) -> bool:
    if low is None or high is None:
        return True
    share = row.printed_in in schema.SHARES or row.printed_in == "points"
    return high - low > (WIDEST if share else WIDEST * abs(high)) + 1e-9


def _is_worse(row: Row, found: Answer) -> bool:
    direction = catalog.indicator(row.indicator).direction
    better = found.better(higher_is_better=row.higher_is_better)
    return found.side < 0 if direction == "neutral" else better is False


class _Wordings:
    """The texts that a finding may have as its headline, in the order in which they are tried."""

    def __init__(self, finding: WordedFinding, kind: str) -> None:
        self.finding, self.row, self.kind = finding, finding.row, kind
        self.to = labels.reference_of(self.row)
        self.alone = len(_whose(finding, i18n.ENGLISH)) == 1

    def texts(self, found: Answer | None) -> Iterator[Text]:
        """Yield the texts from the fullest to the shortest."""
        same = found is not None and found.outcome is Outcome.SAME
        below = found is not None and found.side < 0
        for template in self._templates(same=same):
            if all(self._has(name) for name in _NEEDED if f"{{{name}}}" in template):
                msgid = _choose_direction(template, below=below)
                args = {name: arg for name, arg in self._args().items() if f"{{{name}}}" in msgid}
                yield Text(msgid, tuple(args.items()), self.finding)

    def _args(self) -> dict[str, Arg]:
        value: Arg = Text("{whole}")
        if catalog.indicator(self.row.indicator).unit == "estimated_share":
            value = _(N_("about {value}"), value=value)
        return {
            "people": Text("{people_brief}"),
            "value": value,
            "year": Text("{end}"),
            "first": Text("{first_end}"),
        }

    def _has(self, name: str) -> bool:
        return bool(FIELDS[name].write(self.finding, i18n.ENGLISH))

    def _templates(self, *, same: bool) -> tuple[str, ...]:
        if self.kind == "level":
            return self._level()
        if same:
            return _SAME.get((self.kind, self.alone), ())
        if self.kind in ("gap", "ratio", "gap_change") and not self._has("there"):
            return ()
        texts = _TEXTS.get((self.kind, self.alone), ())
        if self.kind == "gap" and self._is_its_rest():
            sized = [text for text in texts if "{size}" in text]
            return (*sized, *_REST[self.alone], *texts)
        if self._has("one_grade") or self.to != labels.Reference((labels.OTHERS,)):
            # "as often" says "as other students", of all grades.
            return tuple(text for text in texts if "{often}" not in text)
        return texts

    def _is_its_rest(self) -> bool:
        """Whether a row is compared to all of the city but its own place, so that naming one names both."""
        places = [catalog.places().get(code) for code in self.to.places]
        return any(place and place.all_but == self.row.organization_id for place in places)

    def _level(self) -> tuple[str, ...]:
        if self.row.measure == "count":
            counted = _ENROLLED if self.row.indicator == "enrollment" else _ENROLLED_IN_FALL
            return counted if self._has("n") else ()
        if self.row.is_composition:
            return _WITH if _were(self.finding, i18n.ENGLISH).startswith("with") else _COMPOSITION
        texts = _TEXTS["level", self.alone]
        did = _done(self.finding, i18n.ENGLISH)
        if not did or did.startswith("of ") or self._has("one_grade"):
            return texts
        return (*_OF_STUDENTS[self.alone], *texts)


def _brief_place(code: str, names: Mapping[str, str], language: str) -> str:
    """Return the name of a place or school as a headline has it."""
    if code in catalog.places():
        place = catalog.place(code, language)
        return place.brief or place.phrase
    school = catalog.schools().get(code)
    return school.short_name if school else labels.organization_phrase(code, names, language)


def _people(row: Row, code: str, language: str, *, brief: bool = True) -> str:
    if code == labels.OTHERS:
        return labels.people_in(row, code, language)
    group = catalog.student_group(code, language)
    return (brief and group.brief) or labels.people_in(row, code, language)


def _done(finding: WordedFinding, language: str) -> str:
    return catalog.indicator(finding.row.indicator, language).done


def _predicate(people: str) -> str:
    """Return what students of a group are, behind "were": from low-income families, multilingual learners, Black."""
    return people.removeprefix("students ").removesuffix(" students")


def _were(finding: WordedFinding, language: str) -> str:
    return _predicate(labels.people_in(finding.row, finding.row.student_group, language))


def _brief(finding: WordedFinding, language: str) -> str:
    """Return what a headline calls an indicator."""
    row, indicator = finding.row, catalog.indicator(finding.row.indicator, language)
    if row.is_composition:
        return translate(
            "share of {people}", language, people=_people(row, row.student_group, language)
        )
    return indicator.brief or indicator.title.partition(" (")[0]


def _whose(finding: WordedFinding, language: str) -> list[str]:
    """Return where a number is from, then, if it is not of everyone, of whom, then the grade if it is of one."""
    row = finding.row
    whose = [_brief_place(row.organization_id, known_names(finding), language)]
    if row.student_group != labels.EVERYONE and not row.is_composition:
        whose.append(_people(row, row.student_group, language))
    return [*whose, *filter(None, [grade_name(row.grade_level, language)])]


def _other_side(finding: WordedFinding, language: str, *, brief: bool) -> str:
    """Name what a row is compared to: another place, or other students."""
    to, names = labels.reference_of(finding.row), known_names(finding)
    if to.places:
        code = to.places[0]
        return (
            _brief_place(code, names, language)
            if brief
            else labels.organization_phrase(code, names, language)
        )
    return _people(finding.row, to.groups[0], language, brief=brief) if len(to.groups) == 1 else ""


def _gap(finding: WordedFinding, language: str) -> str:
    """Return what the gap between the two groups of a partition is called; empty where it has no name."""
    kind = catalog.group_types(language).get(finding.row.student_group_type)
    to = labels.reference_of(finding.row)
    is_within = kind and to.groups and set(to.groups) <= kind.groups.keys()
    return kind.gap if kind and is_within and not to.places else ""


def _first_year(finding: WordedFinding, language: str) -> str:
    years = labels.reference_of(finding.row).years
    return labels.year_words(finding.row, years[0]) if years else ""


def _by_its_end(year: str) -> str:
    """Return a school year as its last calendar year, 2017–18 as 2018; several years of a census stay as they are."""
    return re.sub(r"^(\d\d)\d\d–(\d\d)$", r"\1\2", year)


def _size(finding: WordedFinding, language: str) -> str:
    """Return how large a difference is, without its sign, in whole points where none is lost: 20–21 points.

    It is empty if one end of it is printed as no difference.
    """
    row, numbers = finding.row, finding.printed_as(language)
    values = [numbers.numbers[name] for name in _names(row)]
    if None in values or row.entry.equal in values:
        return ""
    if row.printed_in == "ratio":
        return numbers.value
    if row.printed_in == "points":
        return translate("{number} points", language, number=_points(row, numbers))
    return numbers.brief.replace(MINUS, "")


def _points(row: Row, numbers: Printed) -> str:
    """Return how many points a difference is, without its sign: 20–21."""
    return "–".join(f"{one}" for one in _whole_points(row, numbers) or (numbers.brief,))


def _side_of_gap(finding: WordedFinding, language: str) -> str:
    """Return whose gap it is: as `_whose`, without the group that the name of the gap has in it."""
    first, *others = _whose(finding, language)
    is_of_all = finding.row.student_group == labels.EVERYONE
    return ", ".join([first, *others[not is_of_all :]])


_LEAST = 2
"""Points: a smaller difference keeps its decimals."""
_ROOM = 1e-6


def whole_value(finding: WordedFinding, language: str) -> str:
    """Return the number of a finding in whole percents: 40%, 60–61%; any other as it stands next to a mark."""
    row, numbers = finding.row, finding.printed_as(language)
    ends = _whole_ends(row, numbers) if row.printed_in == "proportion" else None
    if ends is None or min(ends) < 1 or max(ends) > 99:
        return numbers.mark
    return "–".join(f"{end}" for end in dict.fromkeys(ends)) + "%"


def _whole_interval(finding: WordedFinding, language: str) -> str:
    """Return the interval of a number in whole percents, rounded outward; as printed where decimals stay."""
    row, numbers = finding.row, finding.printed_as(language)
    kind = "outer" if row.publish == "range" else "ci"
    low, high = (numbers.numbers[f"{kind}_{end}"] for end in ("low", "high"))
    if (
        row.printed_in != "proportion"
        or low is None
        or high is None
        or _whole_ends(row, numbers) is None
    ):
        return numbers.interval
    return f"{floor(low * 100 + _ROOM)}–{ceil(high * 100 - _ROOM)}%"


def whole_size(finding: WordedFinding, language: str) -> str:
    """Return how large a difference is, without its sign: 7 points, 20 to 21 points, 1.2 times; else empty."""
    row, numbers = finding.row, finding.printed_as(language)
    if row.printed_in == "ratio":
        return _whole_times(row, numbers, language)
    if row.printed_in != "points":
        return ""
    known = [numbers.numbers[name] for name in _names(row)]
    if None in known or 0 in known:
        return ""
    number, ends = _points(row, numbers), _whole_points(row, numbers) or []
    if len(ends) == 2:
        number = translate("{low} to {high}", language, low=ends[0], high=ends[1])
    return translate("{number} points", language, number=number)


def sized_side(finding: WordedFinding) -> int:
    """Return on which side a comparison surely is (1 or -1), if how far can be told in words; else 0."""
    found = answer(finding.row)
    return found.side if found and found.side and whole_size(finding, i18n.ENGLISH) else 0


def course(finding: WordedFinding) -> Literal["rose", "fell", "same", "chance", "withheld"]:
    """Return what a comparison comes to: a side with its size, about the same, or why it can't be told."""
    found = answer(finding.row)
    if side := sized_side(finding):
        return "rose" if side > 0 else "fell"
    if found and found.outcome is Outcome.SAME:
        return "same"
    return "chance" if found and found.why is Why.CHANCE else "withheld"


def _whole_times(row: Row, numbers: Printed, language: str) -> str:
    """Return a ratio with one decimal; as it is printed where that would say equal, or leaves the rounding open."""
    times = numbers.numbers["estimate"]
    is_open = row.publish != "point" or times is None or abs(times * 10 % 1 - 0.5) < _ROOM
    if is_open or times is None or not 0.5 <= times < 10:
        return numbers.value
    short = f"{times:.1f}"
    return numbers.value if short == "1.0" else translate("{number} times", language, number=short)


def _whole_points(row: Row, numbers: Printed) -> list[int] | None:
    """Return a difference or both ends of its range in whole points, without a sign; None where its decimals stay."""
    ends = _whole_ends(row, numbers)
    if ends is None or min(map(abs, ends)) < _LEAST:
        return None
    return sorted(dict.fromkeys(map(abs, ends)))


def _names(row: Row) -> tuple[str, ...]:
    return ("bound_low", "bound_high") if row.publish == "range" else ("estimate",)


def _whole_ends(row: Row, numbers: Printed) -> list[int] | None:
    """Return a number or both ends of a range as whole percents or points; None where its decimals stay."""
    margin = catalog.indicator(row.indicator).margin
    known = [numbers.numbers[name] for name in _names(row)]
    percents = [value * 100 for value in known if value is not None]
    if len(percents) < len(known) or (margin is not None and margin < 0.01):
        return None
    if row.publish == "range":
        return [floor(percents[0] + _ROOM), ceil(percents[1] - _ROOM)]
    [percent] = percents
    # Printed as 6.5, it may have been less: which is nearer, only counts tell, and a change of a gap has not its own.
    if abs(abs(percent) % 1 - 0.5) < _ROOM:
        counted = None if row.measure.endswith("gap_change") else _percent_of_counts(row)
        return None if counted is None else [round(counted)]
    return [round(percent)]


def _percent_of_counts(row: Row) -> float | None:
    """Return a share, or the difference of two, as its counts give it, in percent; None where one is not known."""
    here = (row.numerator_low, row.numerator_high, row.n_low, row.n_high)
    there = (
        row.reference_numerator_low,
        row.reference_numerator_high,
        row.reference_n_low,
        row.reference_n_high,
    )
    shares = []
    for low, high, n, most in (here, there) if row.compares else (here,):
        if low is None or low != high or not n or n != most:
            return None
        shares.append(100 * low / n)
    return shares[0] - sum(shares[1:])


def _reference_whole(finding: WordedFinding, language: str) -> str:
    """Return the share that a number is compared to, as its counts give it, in whole percents; else empty.

    Of an indicator whose differences are told in less than a point it has one decimal, as its rates have.
    """
    row = finding.row
    (low, high), (n, most) = (
        told_counts(row)[name] for name in ("reference_numerator", "reference_n")
    )
    if row.publish != "point" or low is None or low != high or not n or n != most:
        return ""
    margin = catalog.indicator(row.indicator).margin
    return f"{low / n:.{int(margin is not None and margin < 0.01)}%}"


register(
    "number",
    {
        "size": _size,
        "points": lambda finding, language: _points(finding.row, finding.printed_as(language)),
        "whole": whole_value,
        "whole_interval": _whole_interval,
        "whole_size": whole_size,
        "reference_whole": _reference_whole,
    },
)
register(
    "name",
    {
        "here": lambda finding, language: _whose(finding, language)[0],
        "people_brief": lambda finding, language: _people(
            finding.row, finding.row.student_group, language
        ),
        "there": lambda finding, language: _other_side(finding, language, brief=False),
        "beside": lambda finding, language: _other_side(finding, language, brief=True),
    },
)
register(
    "words",
    {
        "what": _brief,
        "brief": lambda finding, language: catalog.indicator(finding.row.indicator, language).brief,
        "one_grade": lambda finding, language: grade_name(finding.row.grade_level, language),
        "done": _done,
        "often": lambda finding, language: catalog.indicator(finding.row.indicator, language).often,
        "were": _were,
        "whose": lambda finding, language: ", ".join(_whose(finding, language)),
        "who": lambda finding, language: ", ".join(_whose(finding, language)[1:]),
        "side": _side_of_gap,
        "gap": _gap,
        "first": _first_year,
        "end": lambda finding, language: _by_its_end(labels.year_of(finding.row)),
        "first_end": lambda finding, language: _by_its_end(_first_year(finding, language)),
    },
)


_NEEDED = ("size", "done", "gap", "often", "one_grade")
"""Words without which a text says nothing."""
_WAYS = {"{fell}": ("rose", "fell"), "{below}": ("above", "below")}


def _choose_direction(template: str, *, below: bool) -> str:
    """Return a text with the words of its direction, as a whole text to be translated."""
    for name, forms in _WAYS.items():
        template = template.replace(name, forms[below])
    return template


_ENROLLED = (
    "{n} students were enrolled in {place} in {year}",
    "{n} students in {here}, {year}",
)
_ENROLLED_IN_FALL = (
    "{n} students were enrolled in {place} in fall of {year}, by the first count",
    "{n} students in {here}, fall of {year}",
)
_COMPOSITION = (
    "{value} of students in {place} were {were} in {year}",
    "{value} of students in {here} were {were}, {year}",
    "{here}: {value} of students {were}, {year}",
)
_WITH = (
    "{people}: {value} of students in {place}, {year}",
    "{people}: {value} of students in {here}, {year}",
)
_OF_STUDENTS = {
    True: (
        "{value} of students in {place} {done} in {year}",
        "{value} of students in {here} {done}, {year}",
    ),
    False: ("{value} of {people} in {here} {done}, {year}",),
}
_TEXTS: dict[tuple[str, bool], tuple[str, ...]] = {
    ("level", True): (
        "{value} {done} in {place} in {year}",
        "{value} {done} in {here}, {year}",
        "{value} {done}, {here}, {year}",
        "{what} in {place}: {value} in {year}",
        "{what} in {here}: {value}, {year}",
    ),
    ("level", False): (
        "{whose}: {value} {done} in {year}",
        "{whose}: {value} {done}, {year}",
        "{whose}: {what} {value}, {year}",
    ),
    ("distribution", True): (
        "{count_brief} of {n} schools in {place} at level {level}, {year}",
        "{count_brief} of {n} schools in {here} at level {level}, {year}",
        "{count_brief} of {n} {here} schools at level {level}, {year}",
        "{here}: {count_brief} of {n} at level {level}, {year}",
    ),
    ("change", True): (
        "{what} in {place} {fell} {size}, {first} to {year}",
        "{what} in {here} {fell} {size}, {first} to {year}",
        "{what} in {here} {fell} {size}, {first}–{year}",
        "{here}, {what}: {fell} {size}, {first} to {year}",
        "{what} in {here} {fell}, {first} to {year}",
    ),
    ("change", False): (
        "{whose}: {what} {fell} {size}, {first} to {year}",
        "{whose}: {what} {fell}, {first} to {year}",
    ),
    ("gap_change", True): (
        "{here} {what} {fell} {size} against {beside}, {first} to {year}",
        "{here} {what} {fell} against {beside}, {first} to {year}",
    ),
    ("gap_change", False): (
        "{whose}: {what} {fell} {size} against {beside}, {first} to {year}",
        "{whose}: {what} {fell} against {beside}, {first} to {year}",
    ),
    ("gap", True): (
        "{what} in {place}: {size} {below} {there} in {year}",
        "{what} in {here}: {size} {below} {there}, {year}",
        "{what} in {here}: {size} {below} {beside}, {year}",
        "{here} {what}: {size} {below} {beside}, {year}",
        "{what} in {here}: {below} {beside}, {year}",
    ),
    ("gap", False): (
        "{whose}: {what} {size} {below} {there}, {year}",
        "{whose}: {what} {size} {below} {beside}, {year}",
        "{whose}: {what} {below} {beside}, {year}",
        "{what} in {side}: {gap} of {size}, {year}",
        "{here} {one_grade} {what}: {gap} {size}, {year}",
        "{side}: {what}, {gap} {size}, {year}",
    ),
    ("ratio", True): (
        "{what} in {place}: {size} {there}, {year}",
        "{what} in {here}: {size} {beside}, {year}",
        "{what} in {here}: {below} {beside}, {year}",
    ),
    ("ratio", False): (
        "{here}’s {people} {often} {size} as often, {year}",
        "{whose}: {what} {size} {beside}, {year}",
        "{whose}: {what} {below} {beside}, {year}",
    ),
    ("rate_less_expected", True): (
        "{here}: {what} {size} {below} similar schools, {year}",
        "{here}: {what} {below} similar schools, {year}",
    ),
    ("rate_less_expected", False): (
        "{whose}: {what} {size} {below} similar schools, {year}",
        "{whose}: {what} {below} similar schools, {year}",
    ),
}
_REST = {
    True: ("{what}: {size} {below} {beside}, {year}",),
    False: ("{who}: {what} {size} {below} {beside}, {year}",),
}
"""Of a place beside all the rest of its city: to name the one names the other."""
_SAME: dict[tuple[str, bool], tuple[str, ...]] = {
    ("change", True): (
        "{what} in {place} about the same, {first} and {year}",
        "{what} in {here} about the same, {first} and {year}",
        "{here}, {what}: about the same, {first} and {year}",
    ),
    ("change", False): ("{whose}: {what} about the same, {first} and {year}",),
    ("gap_change", True): ("{here} {what}: gap about the same, {first} and {year}",),
    ("gap_change", False): ("{whose}: {what} gap about the same, {first} and {year}",),
    ("gap", True): (
        "{what} in {here} about the same as {there}, {year}",
        "{here} {what}: about the same as {beside}, {year}",
    ),
    ("gap", False): (
        "{whose}: {what} about the same as {beside}, {year}",
        "{who}: {what} about the same as {beside}, {year}",
    ),
    ("ratio", True): ("{here} {what}: about the same as {beside}, {year}",),
    ("ratio", False): ("{whose}: {what} about the same as {beside}, {year}",),
    ("rate_less_expected", True): ("{here}: {what} about the same as similar schools, {year}",),
}


def headline_texts() -> Iterator[str]:
    """Yield every text of a headline, with the words of either direction, to be translated."""
    tables = [*_TEXTS.values(), *_SAME.values(), *_REST.values(), *_OF_STUDENTS.values()]
    tables += [_ENROLLED, _ENROLLED_IN_FALL, _COMPOSITION, _WITH]
    for text in chain.from_iterable(tables):
        yield from dict.fromkeys(_choose_direction(text, below=below) for below in (False, True))


def subject_text(finding: WordedFinding) -> Text:
    """Return what a number measures, for a page that names the place: who, what they did, and when.

    Examples
    --------
    >>> from sesec_analysis.evidence.wording.fields import GatedRow
    >>> row = Row("ela_met", 2019, "place", "southeast_seattle", "Southeast Seattle", "all", "all", "all", "rate", "")
    >>> print(subject_text(GatedRow(row)))
    of students met the English standard, 2019
    """
    with in_english():
        return _(N_("{what}, {end}"), finding, what=counted_text(finding))


def counted_text(finding: WordedFinding) -> Text:
    """Return what a number measures without its year: who, what they did, and in which grade if in one.

    Examples
    --------
    >>> from sesec_analysis.evidence.wording.fields import GatedRow
    >>> row = Row("ela_met", 2019, "place", "southeast_seattle", "Southeast Seattle", "3", "all", "all", "rate", "")
    >>> print(counted_text(GatedRow(row)))
    of students met the English standard, grade 3
    """
    row = finding.row
    with in_english():
        what = _what_is_counted(row, catalog.indicator(row.indicator))
        if grade_name(row.grade_level):
            return _(N_("{what}, {grade}"), finding, what=what, grade=Text("{one_grade}"))
        return replace(what, of=finding)


def _what_is_counted(row: Row, indicator: Indicator) -> Text:
    everyone = row.student_group == labels.EVERYONE
    if row.is_composition:
        return Text(N_("students enrolled")) if everyone else Text(N_("of students were {were}"))
    # Some say themselves of what a share is: "of answers were ..."
    if indicator.done and not indicator.done.startswith("of "):
        return Text(N_("of {people} {done}"))
    name = "{done}" if indicator.done else "{brief}" if indicator.brief else "{title}"
    return Text(name) if everyone else _(N_("{done}, {people}"), done=Text(name))
