"""Write a gated row as one plain sentence of at most thirty words: who, what, where and when.

A clause is a translatable text with a verb, such as "the rate for {people}{where} was {value}", filled with names,
numbers and phrases. A rate or a gap has the words of its indicator, every other measure those of its entry in
`measures.yml`; a ratio, an average, a comparison of sides that are about the same or cannot be told apart, and a
number that may not be shown are worded in one way for all indicators. Where long names would make a sentence too long
to take in at once, it becomes two.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Protocol

from sesec_analysis import catalog, schema
from sesec_analysis.catalog.entries import MeasureEntry
from sesec_analysis.evidence.answers import Answer, Outcome, Why, answer
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.numbers import (
    Printed,
    margin_words,
    school_year,
)
from sesec_analysis.i18n import mark, say

__all__ = [
    "LONGEST",
    "LONGEST_OF_CHANGE",
    "Kind",
    "SentenceFrame",
    "Way",
    "by_sign",
    "capital",
    "clause_texts",
    "first_fitting",
    "measure_sentence",
    "measure_texts",
    "readings",
    "sentence",
    "signed_forms",
    "word_count",
]


LONGEST = 30
"""Words in one sentence."""

LONGEST_OF_CHANGE = 25
"""Words in one sentence about a change over the years, and about what happened in between."""


def sentence(row: Row, numbers: Printed, names: Mapping[str, str]) -> str:
    """Return the sentence of a gated row; ``names`` are those of organizations that the catalog does not know."""
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
            noun=_noun(row, self.indicator.unit),
            everyone=row.student_group == "all",
            between_places=self.between_places,
            compares=row.compares,
        )
        known_names = {**names, row.organization_id: row.organization_name}
        place = labels.organization_phrase(row.organization_id, known_names)
        year = labels.year_of(row)
        self.frame = SentenceFrame(
            self.indicator.title,
            labels.grade_of(row),
            place,
            year,
            spans=False,
            untitled=row.is_composition,
        )
        self.words = {
            "people": labels.group_people(row.student_group),
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
        return self._fitting(self.kind.rate, template=self.indicator.rate_sentence)

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
        title = self.frame.short_title
        lowered = title[:1].lower() + title[1:]

        def full(title: str, value: str) -> str:
            return self._filled(self.kind.not_shown, title=title)

        def brief(title: str, value: str) -> str:
            return self._filled(self.kind.not_shown_briefly, title=lowered)

        brief_clause = self._filled(self.kind.not_shown_under_heading)
        sentences = first_fitting([full, brief], self.frame, self.numbers)
        return sentences or self.frame.under_heading(brief_clause)

    def _fitting(self, short: str, *clauses: str, template: str = "") -> str:
        """Return the first wording that is short enough, or else the ``short`` clause under a heading.

        ``template`` is a whole sentence, the ``clauses`` are to be set into one.
        """
        ways: list[Way] = [partial(self._whole, template)] if template else []
        ways += [partial(self._framed, clause) for clause in clauses]
        text = first_fitting(ways, self.frame, self.numbers)
        return text or self.frame.under_heading(self._filled(short, value=self.numbers.brief))

    def _whole(self, template: str, title: str, value: str) -> str:
        """Fill a sentence of the catalog, which is in the language asked for and says its title by itself."""
        words = self.words
        if self.between_places and "in {reference}" not in self.indicator.gap_sentence:
            words = words | {"reference": say("those in {reference}", **self.words)}
        return template.format(**words, value=value)

    def _framed(self, clause: str, title: str, value: str) -> str:
        return self.frame.whole(self._filled(clause, value=value), title)

    def _filled(self, clause: str, **values: str) -> str:
        return say(clause, **self.words, **values)


def _noun(row: Row, unit: str) -> str:
    if unit not in schema.SHARES:
        return "average"
    return "share" if row.is_composition else "rate"


def measure_sentence(row: Row, numbers: Printed, names: Mapping[str, str]) -> str:
    """Return the sentence of a gated row; ``names`` are those of organizations that the catalog does not know.

    Examples
    --------
    >>> from sesec_analysis.evidence.wording.numbers import printed
    >>> row = Row("ela_met", 2019, "place", "southeast_seattle", "Southeast Seattle", "03", "race_ethnicity", "black",
    ...           "change", "2016", estimate=0.2, unit="points", publish="point")
    >>> sentence(row, printed(row), {})
    'Met the standard in English language arts, grade 3, Southeast Seattle, 2015–16 to 2018–19. The rate for Black
    students rose by 20.0 points.'
    """
    wording = _MeasureSentence(row, numbers, names)
    return wording.not_shown() if row.publish == "nothing" else _answered(answer(row), wording)


class _MeasureSentence:
    """A row of a measure with its own template, and the words that fill it."""

    def __init__(self, row: Row, numbers: Printed, names: Mapping[str, str]) -> None:
        self.row, self.numbers = row, numbers
        known_names = {**names, row.organization_id: row.organization_name}
        place = labels.organization_phrase(row.organization_id, known_names)
        years, spans, event = school_year(row.end_year), False, ""
        if row.entry.dated and "{against}" not in row.entry.sentence:
            first, spans = labels.reference_of(row).years, True
            since = school_year(first[0]) if first else say("an earlier year")
            years = say("{first} to {last}", first=since, last=years)
            event = labels.event_words(row.indicator, first[0], row.end_year) if first else ""
        title = catalog.indicator(row.indicator).title
        grade = labels.grade_of(row)
        self.frame = SentenceFrame(
            title, grade, place, years, spans, untitled=row.is_composition, event=event
        )
        self.where = f"{labels.grade_phrase_of(row)} {say('in {place}', place=place)}"
        to = labels.reference_phrase(row, names)
        people = labels.group_people(row.student_group)
        self.words = {
            "signed": numbers.value.replace("+", ""),
            "people": people,
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
        clause = self._filled(_not_shown_why(self.row.entry), self.where)
        for title in (self.frame.title, self.frame.short_title):
            text = self.frame.whole(clause, title)
            if len(text.split()) <= LONGEST:
                return text
        brief_clause = self._filled(_not_shown(self.row.entry), "")
        return f"{self.frame.under_heading(brief_clause)} {capital(self.row.reason)}."

    def left_open(self) -> str:
        """Say that bounds leave open which side is higher; without a verb where the names are long."""
        text = self.fitting(_open(self.row.entry))
        brief = self.frame.under_heading(self._filled(_open_briefly(self.row.entry), ""))
        parts = text.split(f"{self.frame.years}. ")
        return text if max(len(part.split()) for part in parts) <= self.frame.longest else brief

    def fitting(self, template: str) -> str:
        """Return the template in one sentence where that is short enough, or else under a heading."""

        def whole(text: str, title: str, value: str) -> str:
            return self.frame.whole(self._filled(text, self.where, value), title)

        everyone = self.row.student_group == "all"
        texts = [template, _of_everyone(template)] if everyone else [template]
        heading = self.frame.under_heading(self._filled(template, "", self.numbers.brief))
        ways: list[Way] = [partial(whole, text) for text in dict.fromkeys(texts)]
        return first_fitting(ways, self.frame, self.numbers) or heading

    def _filled(self, template: str, where: str, value: str = "") -> str:
        return say(template, **self.words, where=where, value=value)


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


def word_count(text: str) -> int:
    """Return the words of the longest sentence in a text.

    Examples
    --------
    >>> word_count("Suspended or expelled. The rate was 6.4 percent.")
    5
    """
    return max(len(part.split()) for part in re.split(r"(?<=[a-z0-9)][a-z0-9)])\. ", text))


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

    title: str
    grade: str  # "grade 3"; empty for all grades
    place: str
    years: str  # "2016–17", or "2015–16 to 2016–17"
    spans: bool  # whether the years are a span
    untitled: bool  # whether the clause says by itself what is counted
    event: str = (
        ""  # what changed in the world between its years, as "school buildings closed in between"
    )

    @property
    def longest(self) -> int:
        """Words in one sentence: fewer of a change, so that it can be quoted whole."""
        return LONGEST_OF_CHANGE if self.spans else LONGEST

    @property
    def when(self) -> str:
        """The years, and the event between them."""
        if not self.event:
            return self.years
        return say("{years}, {event}", years=self.years, event=self.event)

    @property
    def short_title(self) -> str:
        """The title without what is in brackets."""
        return re.sub(r" \(.*\)", "", self.title)

    def whole(self, clause: str, title: str) -> str:
        """Return a clause as one sentence behind its title and years."""
        parts = {"title": title, "years": self.when, "clause": clause}
        if self.untitled:
            return (
                say("From {years}, {clause}.", **parts)
                if self.spans
                else say("In {years}, {clause}.", **parts)
            )
        return (
            say("{title}: from {years}, {clause}.", **parts)
            if self.spans
            else say("{title}: in {years}, {clause}.", **parts)
        )

    def under_heading(self, clause: str) -> str:
        """Return a clause as a sentence of its own, under a heading that says what, where and when."""
        parts = [self.short_title, self.grade, self.place, self.years]
        heading = ", ".join(part for part in parts if part)
        if self.event:
            clause = say("{clause}; {event}", clause=clause, event=self.event)
        return say("{heading}. {clause}.", heading=heading, clause=capital(clause))


Way = Callable[[str, str], str]
"""How a sentence is made of a title and of a value in words."""


def first_fitting(ways: list[Way], frame: SentenceFrame, numbers: Printed) -> str | None:
    """Return the first sentence that is short enough: as it is, with its range shortened, then its title too."""
    for title in (frame.title, frame.short_title):
        for value in (numbers.words, numbers.brief):
            for way in ways:
                if len((text := way(title, value)).split()) <= frame.longest:
                    return text
    return None


def capital(text: str) -> str:
    """Return a text with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


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
        return self.noun if self.everyone else f"{self.noun} for {{people}}"

    @property
    def _of(self) -> str:
        return "of" if self.noun == "share" else "for"

    @property
    def _than(self) -> str:
        return f"{'in' if self.between_places else self._of} {{reference}}"

    @property
    def rate(self) -> str:
        """The number alone, under a heading."""
        return f"the {self._what} was {{value}}"

    def gap(self, *, below: bool) -> str:
        """A difference."""
        side = "lower" if below else "higher"
        return (
            f"the {self._what}{{grade}} in {{place}} was {{value}} points {side} than {self._than}"
        )

    def gap_briefly(self, *, below: bool) -> str:
        """A difference, under a heading."""
        side = "lower" if below else "higher"
        return f"the {self._what} was {{value}} points {side} than {self._than}"

    @property
    def ratio(self) -> str:
        """A quotient."""
        times = f"{{value}} times the {self.noun} {self._than}"
        return f"the {self._what}{{grade}} in {{place}} was {times}"

    @property
    def ratio_briefly(self) -> str:
        """A quotient, under a heading."""
        return f"the {self._what} was {{value}} times the {self.noun} {self._than}"

    @property
    def same(self) -> str:
        """Both sides about the same."""
        as_much = f"was about the same as {'in' if self.between_places else self._of} {{reference}}"
        return f"the {self._what}{{grade}} in {{place}} {as_much}, within {{within}}"

    @property
    def same_briefly(self) -> str:
        """The same, under a heading."""
        as_much = f"was about the same as {'in' if self.between_places else self._of} {{reference}}"
        return f"the {self._what} {as_much}, within {{within}}"

    @property
    def _difference(self) -> str:
        if self.noun == "share":
            return (
                f"the difference in {'the share of {people}' if self.between_places else 'share'}"
            )
        whom = " for {people}" if self.between_places and not self.everyone else ""
        return f"the difference{whom}"

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
        """The same, under a heading."""
        sides = "from {reference}" if self.between_places else "between {people} and {reference}"
        return f"{self._difference} {sides} cannot be told from chance"

    @property
    def _whom(self) -> str:
        return "all students" if self.everyone and self.noun != "share" else "{people}"

    @property
    def left_open(self) -> str:
        """Withheld figures leave open which side is higher."""
        start = "too much is withheld to say whether"
        if self.between_places:
            return f"{start} the {self._what}{{grade}} was higher in {{place}} or in {{reference}}"
        if self.noun == "share":
            return f"{start} the share of {{people}} or of {{reference}}{{grade}} was higher in {{place}}"
        return f"{start} {{people}} or {{reference}}{{grade}} in {{place}} had the higher rate"

    @property
    def not_compared(self) -> str:
        """The same, shorter."""
        start = "too much is withheld to compare"
        if self.between_places:
            return f"{start} {self._whom}{{grade}} in {{place}} with those in {{reference}}"
        if self.noun == "share":
            return f"{start} the shares of {{people}} and of {{reference}}{{grade}} in {{place}}"
        return f"{start} {{people}} with {{reference}}{{grade}} in {{place}}"

    @property
    def left_open_briefly(self) -> str:
        """The same, under a heading."""
        start = "too much is withheld to compare"
        if self.between_places:
            return f"{start} {self._whom} with those in {{reference}}"
        if self.noun == "share":
            return f"{start} the shares of {{people}} and of {{reference}}"
        return f"{start} {{people}} with {{reference}}"

    @property
    def _for_whom(self) -> str:
        return "" if self.everyone else " for {people}"

    @property
    def not_shown(self) -> str:
        """A number that is not shown: two sentences."""
        what, where = self._what, "{grade} in {place}"
        if self.between_places:
            what, where = f"comparison of {{place}} with {{reference}}{self._for_whom}", "{grade}"
        elif self.compares:
            what = "comparison of {people} with {reference}"
        return f"{{title}}. The {{year}} {what}{where} is not shown: {{reason}}."

    @property
    def not_shown_briefly(self) -> str:
        """The same as one line."""
        if self.between_places:
            where = "{people}{grade}, {place} against {reference}, {year}"
        elif self.compares:
            where = "{people} against {reference}{grade}, {place}, {year}"
        else:
            where = "{people}{grade}, {place}, {year}"
        return f"Not shown ({{reason}}): {{title}}, {where}."

    @property
    def not_shown_under_heading(self) -> str:
        """The same, under a heading."""
        what = self._what
        if self.between_places:
            what = f"comparison with {{reference}}{self._for_whom}"
        elif self.compares:
            what = "comparison of {people} with {reference}"
        return f"the {what} is not shown: {{reason}}"

    def texts(self) -> Iterator[str]:
        """Return every clause of this kind."""
        yield from (self.rate, self.not_shown, self.not_shown_briefly, self.not_shown_under_heading)
        if not self.compares:
            return
        for below in (False, True):
            yield from (self.gap(below=below), self.gap_briefly(below=below))
        yield from (self.ratio, self.ratio_briefly)
        yield from (self.same, self.same_briefly, self.by_chance, self.by_chance_briefly)
        yield from (self.left_open, self.not_compared, self.left_open_briefly)


def clause_texts() -> Iterator[str]:
    """Return every clause, and every sentence of a difference that the catalog has."""
    for noun, flags in product(("share", "rate", "average"), product((False, True), repeat=3)):
        kind = Kind(noun, *flags)
        yield from kind.texts() if kind.compares or not kind.between_places else ()
    for indicator in catalog.indicators().values():
        yield from signed_forms(indicator.gap_sentence) if indicator.gap_sentence else ()


def measure_texts() -> Iterator[str]:
    """Return every clause that a measure of the catalog may be worded in, to be translated."""
    for entry in catalog.measures().values():
        if entry.subject:
            for text in (*signed_forms(entry.sentence), entry.same):
                yield from dict.fromkeys([text, _of_everyone(text)] if text else [])
            yield from (_not_shown_why(entry), _not_shown(entry))
            if entry.equal is not None:
                texts = (_same(entry), _by_chance(entry), _open(entry), _open_briefly(entry))
                for text in texts:
                    yield from dict.fromkeys([text, _of_everyone(text)])


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
