"""Write a finding as one plain sentence of at most thirty words: who, what, where and when.

A clause is a translatable text with a verb, such as "the rate for {people}{where} was {value}", whose placeholders are
fields of the finding. A rate or a gap has the words of its indicator, every other measure those of its entry in
`measures.yml`; a ratio, an average, a comparison of sides that are about the same or cannot be told apart, and a
number that may not be shown are worded in one way for all indicators. Where long names would make a sentence too long
to take in at once, it becomes two: which wording fits is decided in English, once.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import Protocol

from sesec_analysis import catalog
from sesec_analysis.catalog import own
from sesec_analysis.catalog.entries import MeasureEntry
from sesec_analysis.evidence.answers import Answer, Outcome, Why, answer
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording import fields, labels
from sesec_analysis.evidence.wording.fields import (
    WordedFinding,
    at_school,
    event_of,
    in_english,
    spans_years,
)
from sesec_analysis.evidence.wording.labels import capital
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Arg, EntryText, List, Text, _

__all__ = [
    "LONGEST",
    "LONGEST_OF_CHANGE",
    "Kind",
    "by_sign",
    "capital",
    "cautions",
    "clause_texts",
    "measure_texts",
    "readings",
    "sentence_text",
    "signed_forms",
    "word_count",
]


LONGEST = 30
"""Words in one sentence."""

LONGEST_OF_CHANGE = 25
"""Words in one sentence about a change over the years, and about what happened in between."""


def word_count(text: str) -> int:
    """Return the words of the longest sentence in a text.

    Examples
    --------
    >>> word_count("The rate was 6.4 percent. This is for grade 3 in 2016–17.")
    7
    """
    return max(len(part.split()) for part in re.split(r"(?<=[a-z0-9). –][a-z0-9)])\. ", text))


def sentence_text(finding: WordedFinding) -> Text:
    """Return the sentence of a finding.

    Examples
    --------
    >>> from sesec_analysis.evidence.wording.fields import GatedRow
    >>> row = Row("ela_met", 2019, "place", "southeast_seattle", "Southeast Seattle", "03", "race_ethnicity", "black",
    ...           "change", "2016", estimate=0.2, unit="points", publish="point")
    >>> print(sentence_text(GatedRow(row)))
    From 2015–16 to 2018–19, the rate of meeting the ELA standard for Black students in grade 3 in Southeast Seattle
    rose by 20.0 points.
    """
    with in_english():
        row = finding.row
        wording = _MeasureSentence(finding) if row.entry.subject else _RateSentence(finding)
        if row.publish == "nothing":
            return wording.not_shown()
        if isinstance(wording, _RateSentence) and not row.compares:
            return wording.rate()
        return _answer_text(answer(row), wording)


class _Wording(Protocol):
    """The words of a comparison, for each answer."""

    def comparison(self) -> Text: ...

    def about_the_same(self) -> Text: ...

    def by_chance(self) -> Text: ...

    def left_open(self) -> Text: ...


def _answer_text(found: Answer | None, wording: _Wording) -> Text:
    """Word what a comparison answers; one without an answer, as a probability, is its number."""
    if found is None or found.outcome is Outcome.DIFFERS:
        return wording.comparison()
    if found.outcome is Outcome.SAME:
        return wording.about_the_same()
    return wording.by_chance() if found.why is Why.CHANCE else wording.left_open()


_Args = Mapping[str, Arg | None]
_BRIEF: _Args = {"value": Text("{value_brief}")}
_SHORTER: tuple[_Args, ...] = (
    {},
    _BRIEF,
    {"grade": Text("{grade_short}")},
    {"grade": Text("{grade_short}"), **_BRIEF},
)
"""What a wording leaves out to be short enough: first of its value, then of its grade."""
_SHORTER_WITHOUT_VALUE = (_SHORTER[0], _SHORTER[2])


def _first_fitting(
    wordings: Sequence[Callable[[_Args], Text]],
    longest: int,
    every_shorter: Iterable[_Args] = _SHORTER,
) -> Text | None:
    """Return the first text that is short enough: as it is, with its range shortened, then its grade too."""
    texts = (wording(shorter) for shorter in every_shorter for wording in wordings)
    return next((text for text in texts if word_count(str(text)) <= longest), None)


class _Frame:
    """What is written around a clause: scope, years, and what happened in them."""

    def __init__(self, finding: WordedFinding) -> None:
        self.finding, self.spans = finding, spans_years(finding.row)
        self.has_event = bool(event_of(finding.row))
        self.longest = LONGEST_OF_CHANGE if self.spans else LONGEST

    def text(self, msgid: str, args: _Args, *, capital: bool = False) -> Text:
        """Return a message about the finding, and in a second sentence what happened in between."""
        if not self.has_event:
            return Text(msgid, tuple(args.items()), self.finding, capital)
        text = Text(msgid, tuple(args.items()), capital=capital)
        return _("{text} {event}.", self.finding, text=text, event=Text("{event}", capital=True))

    def sentence(self, clause: Text) -> Text:
        """Return a clause as one sentence after its years."""
        msgid = N_("From {years}, {clause}.") if self.spans else N_("In {years}, {clause}.")
        return self.text(msgid, {"clause": clause})

    def by_rate(self, clause: Text) -> Text:
        """Return a clause that does not name its rate as one sentence that does."""
        if self.spans:
            return self.text(N_("By the {rate} from {years}, {clause}."), {"clause": clause})
        return self.text(N_("By the {rate} in {years}, {clause}."), {"clause": clause})

    def two_sentences(self, clause: Text | None, plain: Text) -> Text:
        """Return a clause as a sentence of its own, and its scope in another.

        Where no clause names the rate, or only one that is too long, the ``plain`` one is used, and the other names it.
        """
        if (
            clause is not None
            and len(str(replace(clause, of=self.finding)).split()) <= self.longest
        ):
            second = (
                N_("This is for {scope} from {years}.")
                if self.spans
                else N_("This is for {scope} in {years}.")
            )
        else:
            clause = plain
            second = (
                N_("This is the {rate} for {scope} from {years}.")
                if self.spans
                else N_("This is the {rate} for {scope} in {years}.")
            )
        args = {"clause": replace(clause, capital=True), "second": Text(second)}
        return self.text("{clause}. {second}", args)


def _fill_text(msgid: str, **args: Arg | None) -> Text:
    return Text(msgid, tuple(args.items()))


class _RateSentence:
    """A rate, gap, ratio or average."""

    def __init__(self, finding: WordedFinding) -> None:
        self.row, self.frame = finding.row, _Frame(finding)
        self.indicator = catalog.indicator(self.row.indicator)
        self.between_places = labels.compares_places(self.row)
        self.kind = Kind(
            noun=fields.noun(self.row),  # a part of the text to be translated
            everyone=self.row.student_group == labels.EVERYONE,
            between_places=self.between_places,
            compares=self.row.compares,
        )

    def rate(self) -> Text:
        row, entry = self.row, self.indicator
        if row.measure == "count" and entry.count_sentence:
            return self._fitting(self.kind.rate, sentence=entry.count_sentence)
        place = catalog.places().get(row.organization_id)
        msgid = entry.rate_sentence
        if row.organization_level == "school":
            msgid = entry.school_sentence or msgid
        elif place and place.level:
            msgid = entry.kind_sentence or msgid
        return self._fitting(self.kind.rate, sentence=msgid)

    def comparison(self) -> Text:
        if self.row.unit == "ratio":
            return self._fitting(self.kind.ratio_briefly, self.kind.ratio)
        msgid, below = self.indicator.gap_sentence, _is_below(self.row)
        fits = msgid and self.between_places >= ("in {reference}" in msgid)
        return self._fitting(
            self.kind.gap_briefly(below=below),
            self.kind.gap(below=below),
            sentence=by_sign(msgid, below=below) if fits else "",
        )

    def about_the_same(self) -> Text:
        """Say that both sides were shown to be about the same, and within how much."""
        return self._fitting(self.kind.same_briefly, self.kind.same)

    def by_chance(self) -> Text:
        """Say that chance alone could have made the difference."""
        return self._fitting(self.kind.by_chance_briefly, self.kind.by_chance)

    def left_open(self) -> Text:
        """Say that the withheld numbers themselves leave open which side is higher."""
        kind = self.kind
        return self._fitting(kind.left_open_briefly, kind.left_open, kind.not_compared)

    def not_shown(self) -> Text:
        reason = {"reason": self.row.reason}

        def full(shorter: _Args) -> Text:
            msgid = at_school(self.kind.not_shown, self.row)
            return self.frame.text(msgid, {**reason, **shorter}, capital=True)

        def brief(shorter: _Args) -> Text:
            msgid = at_school(self.kind.not_shown_briefly, self.row)
            return self.frame.text(msgid, {**reason, **shorter})

        found = _first_fitting([full, brief], self.frame.longest, _SHORTER_WITHOUT_VALUE)
        return found or self._two_sentences(self.kind.not_shown_alone)

    def _fitting(self, brief: str, *clauses: str, sentence: str = "") -> Text:
        """Return the first wording that is short enough, or else the ``brief`` clause and its scope."""
        wordings = [partial(self._whole, sentence)] if sentence else []
        wordings += [partial(self._framed, clause) for clause in clauses]
        return _first_fitting(wordings, self.frame.longest) or self._two_sentences(brief)

    def _two_sentences(self, brief: str) -> Text:
        brief = at_school(brief, self.row)
        args = {**_BRIEF, "reason": self.row.reason}
        plain = _fill_text(brief, **args, rate=Text(fields.noun(self.row)))
        names_rate = "{rate}" in brief or self.row.is_composition
        return self.frame.two_sentences(_fill_text(brief, **args) if names_rate else None, plain)

    def _whole(self, msgid: str, shorter: _Args) -> Text:
        """Return a sentence of the catalog, which names its rate by itself."""
        args = dict(shorter)
        if self.between_places and "in {reference}" not in self.indicator.gap_sentence:
            args["reference"] = Text(N_("those in {reference}"))
        return self.frame.text(at_school(msgid, self.row), args)

    def _framed(self, clause: str, shorter: _Args) -> Text:
        return self.frame.sentence(_fill_text(at_school(clause, self.row), **shorter))


class _MeasureSentence:
    """A row of a measure with its own sentence."""

    def __init__(self, finding: WordedFinding) -> None:
        self.finding, self.row, self.frame = finding, finding.row, _Frame(finding)

    def comparison(self) -> Text:
        said = self.row.entry.sentence
        if self.row.publish == "range":
            said = said.replace(_ABOUT, "{value}")
        return self._fitting(by_sign(said, below=_is_below(self.row)))

    def about_the_same(self) -> Text:
        return self._fitting(_same(self.row.entry))

    def by_chance(self) -> Text:
        return self._fitting(_by_chance(self.row.entry))

    def not_shown(self) -> Text:
        """Say that the number is not shown, and why: in a sentence of its own where the names are long."""
        why, reason = _not_shown_why(self.row.entry), self.row.reason
        for shorter in _SHORTER_WITHOUT_VALUE:
            text = self._framed(why, {**shorter, "reason": reason})
            if len(str(text).split()) <= LONGEST:
                return text
        brief, reason = (
            self._two_sentences(_not_shown(self.row.entry)),
            _("{reason}", reason=reason),
        )
        reason = replace(reason, capital=True)
        return _("{text} {reason}.", self.finding, text=replace(brief, of=None), reason=reason)

    def left_open(self) -> Text:
        """Say that bounds leave open which side is higher; of one thing only where the names are long."""
        text = self._fitting(_open_sentence(self.row.entry))
        is_short = word_count(str(text)) <= self.frame.longest
        return text if is_short else self._two_sentences(_open_briefly(self.row.entry))

    def _fitting(self, msgid: str) -> Text:
        """Return the message in one sentence where that is short enough, or else in two."""
        everyone = self.row.student_group == labels.EVERYONE
        msgid = _of_everyone(msgid) if everyone else msgid
        found = _first_fitting([partial(self._framed, msgid)], self.frame.longest)
        return found or self._two_sentences(msgid)

    def _two_sentences(self, msgid: str) -> Text:
        """Return a message in two sentences: what is so, and of what."""
        args: dict[str, Arg | None] = {**_BRIEF, "where": None, "reason": self.row.reason}
        named = _fill_text(self._named(msgid), **args)
        bare = {"rate": Text(fields.noun(self.row)), "counted_people": Text(N_("students counted"))}
        plain = _fill_text(self._named(msgid), **args, **bare)
        if not self._names_rate(msgid):
            named = _(N_("by the {rate}, {clause}"), clause=named)
        return self.frame.two_sentences(named, plain)

    def _framed(self, msgid: str, shorter: _Args) -> Text:
        grade = shorter.get("grade", Text("{grade}"))
        in_place = Text(
            "at {place}" if self.row.organization_level == "school" else N_("in {place}")
        )
        where = _("{grade} {in_place}", grade=grade, in_place=in_place)
        clause = _fill_text(self._named(msgid), **{**shorter, "where": where})
        return (
            self.frame.sentence(clause) if self._names_rate(msgid) else self.frame.by_rate(clause)
        )

    def _names_rate(self, msgid: str) -> bool:
        named = self._named(msgid)
        return "{rate}" in named or "{counted_people}" in named or self.row.is_composition

    def _named(self, msgid: str) -> str:
        if own.is_own(self.row.indicator):  # the texts of measures speak of students
            msgid = msgid.replace("students", labels.counted_noun(self.row))
        return _add_rate_name(msgid, composition=self.row.is_composition)


def _add_rate_name(template: str, *, composition: bool) -> str:
    """Return a template of a measure with a place for what the rate of an indicator is called.

    Examples
    --------
    >>> _add_rate_name("the rate for {people}{where} rose by {value} points", composition=False)
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


_ABOUT = "about {value}"
"""A rounded number; its range, rounded outward, is not about it."""


def _is_below(row: Row) -> bool:
    known = (row.estimate, row.bound_low, row.bound_high)
    return next((value for value in known if value is not None), 0.0) < (row.entry.equal or 0.0)


def readings(rows: Iterable[Row]) -> list[Text]:
    """Return how to read each measure that has words of its own, and how not to."""
    alike: dict[tuple[str, str], list[EntryText]] = {}
    with in_english():
        for row in rows:
            if row.entry.subject:
                label = EntryText(row.entry.label, _MEASURES)
                alike.setdefault((row.entry.reading, row.entry.caution), []).append(label)
        return [
            _(
                "{measures}: {reading} {caution}",
                measures=List(tuple(dict.fromkeys(labels_of)), joined=""),
                reading=EntryText(reading, _MEASURES),
                caution=EntryText(caution, _MEASURES),
            )
            for (reading, caution), labels_of in alike.items()
        ]


def cautions(rows: Iterable[Row]) -> list[EntryText]:
    """Return how not to read each measure that has words of its own: of a table that prints none of their numbers."""
    with in_english():
        texts = dict.fromkeys(row.entry.caution for row in rows if row.entry.subject)
    return [EntryText(text, _MEASURES) for text in texts]


_MEASURES = "data/catalog/measures.yml"


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
        return f"{self._difference}{space}{sides} could be chance"

    @property
    def by_chance_briefly(self) -> str:
        """The same, without where it is."""
        sides = "from {reference}" if self.between_places else "between {people} and {reference}"
        return f"{self._difference} {sides} could be chance"

    @property
    def left_open(self) -> str:
        """Withheld numbers leave open which side is higher."""
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
    for noun, flags in product(("share", "rate", "average"), product((False, True), repeat=3)):
        kind = Kind(noun, *flags)
        if kind.compares or not kind.between_places:
            yield from kind.texts()
    for indicator in catalog.indicators().values():
        yield from signed_forms(indicator.gap_sentence) if indicator.gap_sentence else ()


def measure_texts() -> Iterator[str]:
    """Return every clause that measures of the catalog may be worded in, to be translated."""
    for template in filter(None, _measure_templates()):
        for text in (template, _of_everyone(template)):
            yield from (
                _add_rate_name(text, composition=False),
                _add_rate_name(text, composition=True),
            )


def _measure_templates() -> Iterator[str]:
    for entry in catalog.measures().values():
        if entry.subject:
            yield from signed_forms(entry.sentence)
            yield from signed_forms(entry.sentence.replace(_ABOUT, "{value}"))
            yield from (entry.same, _not_shown_why(entry), _not_shown(entry))
            if entry.equal is not None:
                yield from (
                    _same(entry),
                    _by_chance(entry),
                    _open_sentence(entry),
                    _open_briefly(entry),
                )


def _same(entry: MeasureEntry) -> str:
    return entry.same or f"the {entry.subject} was within {{within}}: about the same"


def _by_chance(entry: MeasureEntry) -> str:
    return f"{'any' if entry.unclear else 'the'} {entry.subject} could be chance"


def _of_everyone(template: str) -> str:
    """Leave out that a rate is that of all students: "the rate in Southeast Seattle" says enough."""
    return template.replace("rate for {people}{where}", "rate{where}")


def _not_shown(entry: MeasureEntry) -> str:
    return f"the {entry.subject} is not shown"


def _not_shown_why(entry: MeasureEntry) -> str:
    return f"{_not_shown(entry)}: {{reason}}"


def _open_sentence(entry: MeasureEntry) -> str:
    if entry.unclear:
        return f"it is unclear {entry.unclear}: {entry.open}"
    return f"{entry.open} to say which way the {entry.subject} goes"


def _open_briefly(entry: MeasureEntry) -> str:
    return _open_sentence(entry) if entry.unclear else f"{entry.open} to say: {entry.subject}"
