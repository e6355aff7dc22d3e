"""Write a gated row as one plain sentence of at most thirty words: who, what, where and when.

A clause is a translatable text with a verb, such as "the rate for {people}{where} was {value}", filled with names,
numbers and phrases. A rate or a gap has the words of its indicator, every other measure those of its entry in
`measures.yml`; a ratio, an average, a comparison of sides that are about the same or cannot be told apart, and a
number that may not be shown are worded in one way for all indicators. Where long names would make a sentence too long
to take in at once, it becomes two.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import product
from pathlib import Path
from typing import Protocol

from sesec_analysis import catalog, schema
from sesec_analysis.catalog import own
from sesec_analysis.catalog.entries import Indicator, MeasureEntry
from sesec_analysis.evidence.answers import Answer, Outcome, Why, answer
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.fitting import (
    LONGEST,
    LONGEST_OF_CHANGE,
    Room,
    Way,
    as_in_english,
    first_fitting,
    fits,
    grade_phrases,
    room_in_english,
    word_count,
)
from sesec_analysis.evidence.wording.labels import capital
from sesec_analysis.evidence.wording.numbers import (
    Printed,
    margin_words,
    printed,
)
from sesec_analysis.i18n import mark, say

__all__ = [
    "Kind",
    "SentenceFrame",
    "by_sign",
    "capital",
    "cautions",
    "clause_texts",
    "gap_texts",
    "kind_texts",
    "measure_sentence",
    "measure_texts",
    "readings",
    "sentence",
    "signed_forms",
]


def sentence(row: Row, numbers: Printed, names: Mapping[str, str]) -> str:
    """Return the sentence of a gated row; ``names`` are those of organizations that the catalog does not know.

    What English has room for is said in every language, so that all say the same of a row.
    """
    return as_in_english(lambda: _sentence(row, numbers, names), lambda: _room(row, names), row)


def _room(row: Row, names: Mapping[str, str]) -> Room:
    if row.compares or own.is_own(row.indicator) or own.is_own(row.organization_id):
        return room_in_english(lambda: _sentence(row, printed(row), names))
    return _room_alone(row, catalog.data_dir())


@lru_cache(maxsize=1024)
def _room_alone(row: Row, catalog_in: Path) -> Room:
    """Return for what the sentence of a row that is compared to nothing has room; for all languages at once."""
    return room_in_english(lambda: _sentence(row, printed(row), {}))


def _sentence(row: Row, numbers: Printed, names: Mapping[str, str]) -> str:
    if row.entry.subject:
        return measure_sentence(row, numbers, names)
    wording = _RateSentence(row, numbers, names)
    if row.publish == "nothing":
        return wording.not_shown()
    return _answered(answer(row), wording) if row.compares else wording.rate()


class _Wording(Protocol):
    """The words of a comparison, for each answer."""

    def comparison(self) -> str: ...

    def about_the_same(self) -> str: ...

    def by_chance(self) -> str: ...

    def left_open(self) -> str: ...


def _answered(found: Answer | None, wording: _Wording) -> str:
    """Say what a comparison answers; one that asks for no answer, as a probability, is its number."""
    if found is None or found.outcome is Outcome.DIFFERS:
        return wording.comparison()
    if found.outcome is Outcome.SAME:
        return wording.about_the_same()
    return wording.by_chance() if found.why is Why.CHANCE else wording.left_open()


class _RateSentence:
    """A rate, gap, ratio or average, and the words that fill its clauses."""

    def __init__(self, row: Row, numbers: Printed, names: Mapping[str, str]) -> None:
        self.row, self.numbers = row, numbers
        self.indicator = catalog.indicator(row.indicator)
        self.between_places = labels.compares_places(row)
        self.kind = Kind(
            noun=_noun(row, self.indicator.unit),  # a part of the text to be translated
            everyone=row.student_group == "all",
            between_places=self.between_places,
            compares=row.compares,
        )
        known_names = {**names, row.organization_id: row.organization_name}
        place = labels.organization_phrase(row.organization_id, known_names)
        year = labels.year_of(row)
        self.frame = SentenceFrame(_scope(row, place), year, spans=False)
        self.words = {
            "people": labels.people_in(row, row.student_group),
            "rate": rate_name(row),
            "reference": labels.reference_phrase(row, names) if row.compares else "",
            "grade": labels.grade_phrase_of(row),
            "place": place,
            "year": year,
            "reason": row.reason,
            "within": margin_words(row.indicator),
        }

    def rate(self) -> str:
        if self.row.is_composition and self.row.student_group == "all" and self.numbers.n:
            enrolled = mark("In {year}, {n} students were enrolled{grade} in {place}.")
            return say(enrolled, **self.words, n=self.numbers.n)
        own, place = self.indicator, catalog.places().get(self.row.organization_id)
        template = own.rate_sentence
        if self.row.organization_level == "school":
            template = own.school_sentence or template
        elif place and place.level:
            template = own.kind_sentence or template
        return self._fitting(self.kind.rate, template=template)

    def comparison(self) -> str:
        if self.row.unit == "ratio":
            return self._fitting(self.kind.ratio_briefly, self.kind.ratio)
        template, below = self.indicator.gap_sentence, _is_below(self.row)
        fits = template and self.between_places >= ("in {reference}" in template)
        return self._fitting(
            self.kind.gap_briefly(below=below),
            self.kind.gap(below=below),
            template=say(by_sign(template, below=below)) if fits else "",
        )

    def about_the_same(self) -> str:
        """Say that both sides were shown to be about the same, and within how much."""
        return self._fitting(self.kind.same_briefly, self.kind.same)

    def by_chance(self) -> str:
        """Say that chance alone could have made the difference."""
        return self._fitting(self.kind.by_chance_briefly, self.kind.by_chance)

    def left_open(self) -> str:
        """Say that the withheld figures themselves leave open which side is higher."""
        kind = self.kind
        return self._fitting(kind.left_open_briefly, kind.left_open, kind.not_compared)

    def not_shown(self) -> str:
        def full(value: str, grade: str) -> str:
            return capital(self._filled(self.kind.not_shown, grade=grade))

        def brief(value: str, grade: str) -> str:
            return self._filled(self.kind.not_shown_briefly, grade=grade)

        sentences = first_fitting(
            [full, brief], self.frame.longest, self.numbers, self.words["grade"]
        )
        return self._placed(sentences or self._apart(self.kind.not_shown_alone))

    def _fitting(self, short: str, *clauses: str, template: str = "") -> str:
        """Return the first wording that is short enough, or else the ``short`` clause and where it is of.

        ``template`` is a whole sentence, the ``clauses`` are to be set into one.
        """
        ways: list[Way] = [partial(self._whole, template)] if template else []
        ways += [partial(self._framed, clause) for clause in clauses]
        text = first_fitting(ways, self.frame.longest, self.numbers, self.words["grade"])
        return self._placed(text or self._apart(short))

    def _apart(self, short: str) -> str:
        named = self._filled(short, value=self.numbers.brief)
        noun = say(_noun(self.row, self.indicator.unit))
        plain = self._filled(short, value=self.numbers.brief, rate=noun)
        names_rate = "{rate}" in short or self.row.is_composition
        return self.frame.apart(named if names_rate else None, plain, self.words["rate"])

    def _whole(self, template: str, value: str, grade: str) -> str:
        """Fill a sentence of the catalog, which is in the language asked for and names its rate by itself."""
        words = self.words | {"grade": grade}
        if self.between_places and "in {reference}" not in self.indicator.gap_sentence:
            words = words | {"reference": say("those in {reference}", **self.words)}
        return template.format(**words, value=value)

    def _framed(self, clause: str, value: str, grade: str) -> str:
        return self.frame.whole(self._filled(clause, value=value, grade=grade))

    def _filled(self, clause: str, **values: str) -> str:
        return say(clause, **{**self.words, **values})

    def _placed(self, text: str) -> str:
        return at_school(text, self.row, self.words["place"])


def rate_name(row: Row) -> str:
    """Return what a sentence calls the rate of a row: the suspension and expulsion rate."""
    known = catalog.indicator(row.indicator)
    return known.rate_name or say(_noun(row, known.unit))


def at_school(text: str, row: Row, place: str) -> str:
    """Say "at" of one school, not "in"; a language that has one word for both keeps it."""
    if row.organization_level != "school":
        return text
    return text.replace(f" in {place}", f" at {place}")


def _scope(row: Row, place: str) -> str:
    """Return what a number is of, but for its years: grade 3 in Southeast Seattle."""
    grade = labels.grade_of(row)
    scope = say("{grade} in {place}", grade=grade, place=place) if grade else place
    return at_school(scope, row, place)


def _noun(row: Row, unit: str) -> str:
    if unit not in schema.SHARES:
        return mark("average")
    return mark("share") if row.is_composition else mark("rate")


def measure_sentence(row: Row, numbers: Printed, names: Mapping[str, str]) -> str:
    """Return the sentence of a gated row; ``names`` are those of organizations that the catalog does not know.

    Examples
    --------
    >>> from sesec_analysis.evidence.wording.numbers import printed
    >>> row = Row("ela_met", 2019, "place", "southeast_seattle", "Southeast Seattle", "03", "race_ethnicity", "black",
    ...           "change", "2016", estimate=0.2, unit="points", publish="point")
    >>> sentence(row, printed(row), {})
    'From 2015–16 to 2018–19, the rate of meeting the ELA standard for Black students in grade 3 in Southeast Seattle
    rose by 20.0 points.'
    """
    wording = _MeasureSentence(row, numbers, names)
    return wording.not_shown() if row.publish == "nothing" else _answered(answer(row), wording)


class _MeasureSentence:
    """A row of a measure with its own template, and the words that fill it."""

    def __init__(self, row: Row, numbers: Printed, names: Mapping[str, str]) -> None:
        self.row, self.numbers = row, numbers
        known_names = {**names, row.organization_id: row.organization_name}
        place = labels.organization_phrase(row.organization_id, known_names)
        years, spans, event = labels.year_words(row, row.end_year), False, ""
        if row.entry.dated and "{against}" not in row.entry.sentence:
            first, spans = labels.reference_of(row).years, True
            since = labels.year_words(row, first[0]) if first else say("an earlier year")
            years = say("{first} to {last}", first=since, last=years)
            event = labels.event_words(row.indicator, first[0], row.end_year) if first else ""
        self.frame = SentenceFrame(_scope(row, place), years, spans, event=event)
        self.place, self.grade = place, labels.grade_phrase_of(row)
        to = labels.reference_phrase(row, names)
        people = labels.people_in(row, row.student_group)
        self.words = {
            "signed": numbers.value.replace("+", ""),
            "people": people,
            "rate": rate_name(row),
            "counted_people": say(catalog.indicator(row.indicator).counted_people),
            "reference": to,
            "against": labels.against(row, names),
            "pair": _pair(row, people, to),
            "kind": labels.type_title(row.student_group_type),
            "among": _among(row, people, to),
            "level": row.measure.rpartition("_")[2],
            "asked": _size_asked(row),
            "reason": row.reason,
            "within": margin_words(row.indicator),
        }

    def comparison(self) -> str:
        return self.fitting(by_sign(self.row.entry.sentence, below=_is_below(self.row)))

    def about_the_same(self) -> str:
        return self.fitting(_same(self.row.entry))

    def by_chance(self) -> str:
        return self.fitting(_by_chance(self.row.entry))

    def not_shown(self) -> str:
        """Say that the number is not shown, and why: in a sentence of its own where the names are long."""
        for grade in grade_phrases(self.grade):
            text = self._framed(_not_shown_why(self.row.entry), "", grade)
            if fits(len(text.split()), LONGEST):
                return text
        brief = self._apart(_not_shown(self.row.entry))
        return f"{brief} {capital(self.row.reason)}."

    def left_open(self) -> str:
        """Say that bounds leave open which side is higher; of one thing only where the names are long."""
        text = self.fitting(_open(self.row.entry))
        brief = self._apart(_open_briefly(self.row.entry))
        return text if fits(word_count(text), self.frame.longest) else brief

    def fitting(self, template: str) -> str:
        """Return the template in one sentence where that is short enough, or else in two."""
        everyone = self.row.student_group == "all"
        text = _of_everyone(template) if everyone else template
        ways: list[Way] = [partial(self._framed, text)]
        found = first_fitting(ways, self.frame.longest, self.numbers, self.grade)
        return found or self._apart(text)

    def _apart(self, template: str) -> str:
        """Return a template in two sentences: what is so, and of what."""
        value, named = self.numbers.brief, self._filled(template, "", self.numbers.brief)
        noun = say(_noun(self.row, catalog.indicator(self.row.indicator).unit))
        bare = {"rate": noun, "counted_people": say("students counted")}
        plain = say(self._named(template), **{**self.words, **bare}, where="", value=value)
        if not self._says_rate(template):
            named = self.frame.by_rate(self.words["rate"], named)
        text = self.frame.apart(named, plain, self.words["rate"])
        return at_school(text, self.row, self.place)

    def _framed(self, template: str, value: str, grade: str) -> str:
        where = f"{grade} {say('in {place}', place=self.place)}"
        clause = self._filled(template, where, value)
        if not self._says_rate(template):
            return at_school(self.frame.by(self.words["rate"], clause), self.row, self.place)
        return at_school(self.frame.whole(clause), self.row, self.place)

    def _says_rate(self, template: str) -> bool:
        named = self._named(template)
        return "{rate}" in named or "{counted_people}" in named or self.row.is_composition

    def _named(self, template: str) -> str:
        if own.is_own(self.row.indicator):  # the texts of measures speak of students
            template = template.replace("students", labels.counted(self.row))
        return _naming(template, composition=self.row.is_composition)

    def _filled(self, template: str, where: str, value: str = "") -> str:
        return say(self._named(template), **self.words, where=where, value=value)


def _naming(template: str, *, composition: bool) -> str:
    """Return a template of a measure with a place for what the rate of an indicator is called.

    Examples
    --------
    >>> _naming("the rate for {people}{where} rose by {value} points", composition=False)
    'the {rate} for {people}{where} rose by {value} points'
    """
    if composition:
        return template.replace("the rate for {people}", "the share of {people}")
    for plain, named in _NAMED:
        if plain in template:
            return template.replace(plain, named, 1)
    return template


_NAMED = (
    ("students counted", "{counted_people}"),
    ("the rate", "the {rate}"),
    ("the mean rate of schools", "the mean of schools' {rate}"),
    ("of rates", "of the {rate}"),
    ("in rates", "in the {rate}"),
)


def _pair(row: Row, people: str, to: str) -> str:
    if not row.compares:
        return say("for {people}", people=people)
    if labels.reference_of(row).places and row.student_group != "all":
        return say("for {people} between here and {reference}", people=people, reference=to)
    if labels.reference_of(row).places:
        return say("between here and {reference}", reference=to)
    return say("between {people} and {reference}", people=people, reference=to)


def _among(row: Row, people: str, to: str) -> str:
    """Name the groups of a number that is of several, or how many there are."""
    others, kind = labels.reference_of(row).groups, labels.type_title(row.student_group_type)
    if not others:
        return say("by {kind}", kind=kind)
    if len(others) > 1:
        return say("among {n} groups by {kind}", n=len(others) + 1, kind=kind)
    return say("between {people} and {reference}", people=people, reference=to)


def _size_asked(row: Row) -> str:
    """Return the size of the gap that `power` was asked about, which only its method has."""
    match = re.search(r"scale, [+-](0\.\d+)", row.method)
    if match:
        return say("{number} points", number=f"{float(match[1]) * 100:.3g}")
    return say("the size asked about")


def _is_below(row: Row) -> bool:
    known = (row.estimate, row.bound_low, row.bound_high)
    return next((value for value in known if value is not None), 0.0) < (row.entry.equal or 0.0)


def readings(rows: Iterable[Row]) -> list[str]:
    """Return how to read each measure that has words of its own, and how not to."""
    entries = {row.measure: row.entry for row in rows if row.entry.subject}
    alike: dict[str, list[str]] = {}
    for entry in entries.values():
        alike.setdefault(f"{entry.reading} {entry.caution}", []).append(entry.label)
    return [f"{', '.join(dict.fromkeys(names))}: {text}" for text, names in alike.items()]


def cautions(rows: Iterable[Row]) -> list[str]:
    """Return how not to read each measure that has words of its own: of a table that prints none of their numbers."""
    return list(dict.fromkeys(row.entry.caution for row in rows if row.entry.subject))


_BY_SIGN = {
    "higher": ("lower", "higher"),
    "above": ("below", "above"),
    "rose": ("fell", "rose"),
    "up": ("down", "up"),
    "more": ("fewer", "more"),
}
"""Words of a template that go by the sign of the number."""


def by_sign(template: str, *, below: bool) -> str:
    """Return a template with the words that go by the sign of its number, as a whole text to be translated.

    Examples
    --------
    >>> by_sign("the rate for {people} was {value} points {higher}", below=True)
    'the rate for {people} was {value} points lower'
    """
    for name, forms in _BY_SIGN.items():
        template = template.replace(f"{{{name}}}", forms[not below])
    return template


def signed_forms(template: str) -> list[str]:
    """Return the forms that `by_sign` gives a template: one, or one for each sign."""
    return list(dict.fromkeys(by_sign(template, below=below) for below in (True, False)))


@dataclass(frozen=True)
class SentenceFrame:
    """What is written around a clause: title, grade, place and years."""

    scope: str  # "grade 3 in Southeast Seattle"
    years: str  # "2016–17", or "2015–16 to 2016–17"
    spans: bool  # whether the years are a span
    event: str = (
        ""  # what changed in the world between its years, as "school buildings closed in between"
    )

    @property
    def longest(self) -> int:
        """Words in one sentence: fewer of a change, so that it can be quoted whole."""
        return LONGEST_OF_CHANGE if self.spans else LONGEST

    def whole(self, clause: str) -> str:
        """Return a clause as one sentence behind its years; what happened in between follows."""
        parts = {"years": self.years, "clause": clause}
        text = (
            say("From {years}, {clause}.", **parts)
            if self.spans
            else say("In {years}, {clause}.", **parts)
        )
        return f"{text} {capital(self.event)}." if self.event else text

    def by_rate(self, rate: str, clause: str) -> str:
        """Return a clause that does not name what it is of behind its name."""
        return say("by the {rate}, {clause}", rate=rate, clause=clause)

    def by(self, rate: str, clause: str) -> str:
        """Return a clause that does not name what it is of as one sentence that does."""
        parts = {"years": self.years, "clause": clause, "rate": rate}
        if self.spans:
            text = say("By the {rate} from {years}, {clause}.", **parts)
        else:
            text = say("By the {rate} in {years}, {clause}.", **parts)
        return f"{text} {capital(self.event)}." if self.event else text

    def apart(self, clause: str | None, plain: str, rate: str) -> str:
        """Return a clause as a sentence of its own, and what it is of in another.

        Where no clause names the ``rate``, or one too long, the ``plain`` one stands, and the other names it.
        """
        parts = {"scope": self.scope, "years": self.years, "rate": rate}
        if clause is not None and fits(len(clause.split()), self.longest):
            second = (
                say("This is for {scope} from {years}.", **parts)
                if self.spans
                else say("This is for {scope} in {years}.", **parts)
            )
        else:
            clause = plain
            second = (
                say("This is the {rate} for {scope} from {years}.", **parts)
                if self.spans
                else say("This is the {rate} for {scope} in {years}.", **parts)
            )
        text = f"{capital(clause)}. {second}"
        return f"{text} {capital(self.event)}." if self.event else text


@dataclass(frozen=True)
class Kind:
    """What a number is, as far as its clauses differ by it."""

    noun: str  # share, rate, average
    everyone: bool  # of all students
    between_places: bool
    compares: bool

    @property
    def _what(self) -> str:
        """What the number is; of all students, "the rate in Southeast Seattle" says enough."""
        if self.noun == "share":
            return "share of {people}"
        return "{rate}" if self.everyone else "{rate} for {people}"

    @property
    def _of(self) -> str:
        return "of" if self.noun == "share" else "for"

    @property
    def _than(self) -> str:
        return f"{'in' if self.between_places else self._of} {{reference}}"

    @property
    def rate(self) -> str:
        """The number alone."""
        return f"the {self._what} was {{value}}"

    def gap(self, *, below: bool) -> str:
        """A difference."""
        side = "lower" if below else "higher"
        return (
            f"the {self._what}{{grade}} in {{place}} was {{value}} points {side} than {self._than}"
        )

    def gap_briefly(self, *, below: bool) -> str:
        """A difference, without where it is."""
        side = "lower" if below else "higher"
        return f"the {self._what} was {{value}} points {side} than {self._than}"

    @property
    def ratio(self) -> str:
        """A quotient."""
        times = f"{{value}} times the {self.noun} {self._than}"
        return f"the {self._what}{{grade}} in {{place}} was {times}"

    @property
    def ratio_briefly(self) -> str:
        """A quotient, without where it is."""
        return f"the {self._what} was {{value}} times the {self.noun} {self._than}"

    @property
    def same(self) -> str:
        """Both sides about the same."""
        as_much = f"was about the same as {'in' if self.between_places else self._of} {{reference}}"
        return f"the {self._what}{{grade}} in {{place}} {as_much}, within {{within}}"

    @property
    def same_briefly(self) -> str:
        """The same, without where it is."""
        as_much = f"was about the same as {'in' if self.between_places else self._of} {{reference}}"
        return f"the {self._what} {as_much}, within {{within}}"

    @property
    def _difference(self) -> str:
        if self.noun == "share":
            return (
                f"the difference in {'the share of {people}' if self.between_places else 'share'}"
            )
        whom = " for {people}" if self.between_places and not self.everyone else ""
        return f"the difference in the {{rate}}{whom}"

    @property
    def by_chance(self) -> str:
        """A difference that chance alone could have made."""
        sides = "between {people} and {reference}{grade} in {place}"
        if self.between_places:
            sides = "{grade} between {place} and {reference}"
        space = "" if self.between_places else " "
        return f"{self._difference}{space}{sides} cannot be told from chance"

    @property
    def by_chance_briefly(self) -> str:
        """The same, without where it is."""
        sides = "from {reference}" if self.between_places else "between {people} and {reference}"
        return f"{self._difference} {sides} cannot be told from chance"

    @property
    def left_open(self) -> str:
        """Withheld figures leave open which side is higher."""
        start = "too much is withheld to say whether"
        if self.between_places:
            return f"{start} the {self._what}{{grade}} was higher in {{place}} or in {{reference}}"
        if self.noun == "share":
            return f"{start} the share of {{people}} or of {{reference}}{{grade}} was higher in {{place}}"
        return f"{start} {{people}} or {{reference}}{{grade}} in {{place}} had the higher {{rate}}"

    @property
    def not_compared(self) -> str:
        """The same, shorter."""
        start = "too much is withheld to compare"
        if self.between_places:
            return f"{start} the {self._what}{{grade}} in {{place}} and in {{reference}}"
        if self.noun == "share":
            return f"{start} the shares of {{people}} and of {{reference}}{{grade}} in {{place}}"
        return f"{start} the {{rate}} for {{people}} and for {{reference}}{{grade}} in {{place}}"

    @property
    def left_open_briefly(self) -> str:
        """The same, without where it is."""
        start = "too much is withheld to compare"
        if self.between_places:
            return f"{start} the {self._what} with that in {{reference}}"
        if self.noun == "share":
            return f"{start} the shares of {{people}} and of {{reference}}"
        return f"{start} the {{rate}} for {{people}} and for {{reference}}"

    @property
    def _for_whom(self) -> str:
        return "" if self.everyone else " for {people}"

    @property
    def _not_shown_of(self) -> tuple[str, str]:
        """What is not shown, and where."""
        if self.noun == "share" and self.between_places:
            return "difference in the share of {people}", "{grade} between {place} and {reference}"
        if self.between_places:
            return (
                f"difference in the {{rate}}{self._for_whom}",
                "{grade} between {place} and {reference}",
            )
        if self.compares:
            differ = "share" if self.noun == "share" else "the {rate}"
            return (
                f"difference in {differ} between {{people}} and {{reference}}",
                "{grade} in {place}",
            )
        return self._what, "{grade} in {place}"

    @property
    def not_shown(self) -> str:
        """A number that is not shown."""
        what, where = self._not_shown_of
        return f"the {{year}} {what}{where} is not shown: {{reason}}."

    @property
    def not_shown_briefly(self) -> str:
        """The same in two sentences."""
        what, where = self._not_shown_of
        return f"Not shown ({{reason}}): the {{year}} {what}{where}."

    @property
    def not_shown_alone(self) -> str:
        """The same, without where it is."""
        what, _ = self._not_shown_of
        if self.noun == "share" and self.compares:
            what = "difference in share between {people} and {reference}"
            if self.between_places:
                what = "difference in the share of {people} from {reference}"
        elif self.between_places:
            what = f"difference{self._for_whom} from {{reference}}"
        elif self.compares:
            what = "difference between {people} and {reference}"
        return f"the {what} is not shown: {{reason}}"

    def texts(self) -> Iterator[str]:
        """Return every clause of this kind."""
        yield from (self.rate, self.not_shown, self.not_shown_briefly, self.not_shown_alone)
        if not self.compares:
            return
        for below in (False, True):
            yield from (self.gap(below=below), self.gap_briefly(below=below))
        yield from (self.ratio, self.ratio_briefly)
        yield from (self.same, self.same_briefly, self.by_chance, self.by_chance_briefly)
        yield from (self.left_open, self.not_compared, self.left_open_briefly)


def clause_texts() -> Iterator[str]:
    """Return every clause, and every sentence of a difference that the catalog has."""
    yield from kind_texts(between_groups=True)
    yield from gap_texts(catalog.indicators().values())


def kind_texts(*, between_groups: bool) -> Iterator[str]:
    """Return every clause of a number and of a comparison of places, and of groups too where that is asked."""
    for noun, flags in product(("share", "rate", "average"), product((False, True), repeat=3)):
        kind = Kind(noun, *flags)
        if kind.between_places and not kind.compares:
            continue
        if between_groups or kind.between_places == kind.compares:
            yield from kind.texts()


def gap_texts(indicators: Iterable[Indicator]) -> Iterator[str]:
    """Return the sentences of a difference that indicators have."""
    for indicator in indicators:
        yield from signed_forms(indicator.gap_sentence) if indicator.gap_sentence else ()


def measure_texts(measures: Collection[str] | None = None) -> Iterator[str]:
    """Return every clause that measures of the catalog may be worded in, to be translated; None: all of them."""
    for template in filter(None, _measure_templates(measures)):
        for text in (template, _of_everyone(template)):
            yield from (_naming(text, composition=False), _naming(text, composition=True))


def _measure_templates(measures: Collection[str] | None) -> Iterator[str]:
    for code, entry in catalog.measures().items():
        if measures is not None and code not in measures:
            continue
        if entry.subject:
            yield from signed_forms(entry.sentence)
            yield from (entry.same, _not_shown_why(entry), _not_shown(entry))
            if entry.equal is not None:
                yield from (_same(entry), _by_chance(entry), _open(entry), _open_briefly(entry))


def _same(entry: MeasureEntry) -> str:
    return entry.same or f"the {entry.subject} was within {{within}}: about the same"


def _by_chance(entry: MeasureEntry) -> str:
    return f"the {entry.subject} cannot be told from chance"


def _of_everyone(template: str) -> str:
    """Leave out that a rate is that of all students: "the rate in Southeast Seattle" says enough."""
    return template.replace("rate for {people}{where}", "rate{where}")


def _not_shown(entry: MeasureEntry) -> str:
    return f"the {entry.subject} is not shown"


def _not_shown_why(entry: MeasureEntry) -> str:
    return f"{_not_shown(entry)}: {{reason}}"


def _open(entry: MeasureEntry) -> str:
    return f"{entry.open} to say which way the {entry.subject} goes"


def _open_briefly(entry: MeasureEntry) -> str:
    return f"{entry.open} to say: {entry.subject}"
