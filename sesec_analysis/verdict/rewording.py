"""Word a finding again from the numbers of its record: every text of it follows from these and the catalog.

A sentence, a value or a citation that says anything else than the numbers beside it is nobody's. The numbers
themselves are what the attack weighs.
"""

import contextlib
import copy
import marshal
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, lru_cache
from itertools import chain, compress
from math import isfinite
from operator import ne
from typing import Any
from weakref import WeakValueDictionary

from sesec_analysis import catalog, checkout, i18n, i18n_files, schema
from sesec_analysis.attack.reading.records import count_span
from sesec_analysis.editions.documents import crossing, stored
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.provenance import Imprint
from sesec_analysis.errors import SesecError
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.counts import says_nothing
from sesec_analysis.evidence.finding import WORDS, Finding, facts, finding_record
from sesec_analysis.evidence.gate.gate import care_words
from sesec_analysis.evidence.gate.rules import PRINTING_RULES
from sesec_analysis.evidence.pictured import captions
from sesec_analysis.evidence.row import Record, Row
from sesec_analysis.evidence.tables import TEXTS
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.numbers import NumberFormat, grade_name
from sesec_analysis.languages import numbers
from sesec_analysis.verdict.phrases import Owners, Phrases
from sesec_analysis.verdict.rewriting import Fault

__all__ = [
    "COUNTS",
    "LEVEL",
    "LIMITS",
    "finding_of",
    "says_the_same",
    "strings",
    "strings_of",
    "worded",
    "worded_again",
]


COUNTS = ("numerator", "n", "reference_numerator", "reference_n")
_NAMES = frozenset(field.name for field in fields(Row))
_BOUNDS = ("bound_low", "bound_high")
_ENDS = ("ci_low", "ci_high", *_BOUNDS, "outer_low", "outer_high")
_HAIR = 1e-9
_COUNTED = re.compile(r"None|(?:(?:up to |at least )?\d[\d,]*|\d[\d,]* to \d[\d,]*)")
LEVEL = "school_level"  # made of several years, as its notes say
LIMITS = ("3", "4", "10", "30")
"""Numbers of the rules of what may be printed, as reasons name them."""
_CODES: dict[str, tuple[str, ...]] = {
    "publish": ("point", "range", "nothing"),
    "unit": (*schema.UNITS, "points", "ratio", "students", "index", "proportion squared", "level"),
}
_SHOWN = {"point": {"ok"}, "range": {"bounded"}}
_STATUSES = {**_SHOWN, "nothing": {*schema.ESTIMATE_STATUSES} - {"ok", "bounded"}}
"""What the gate leaves of a row's status, by what it lets be printed."""


def finding_of(record: Record, names: Mapping[str, str]) -> Finding:
    """Return the finding that a record is of, as far as its printed digits tell; ``names`` are of organizations by id.

    One that says more than the gate lets it is a DataError.
    """
    given: dict[str, Any] = {name: record[name] for name in record if name in _NAMES}
    for side in COUNTS:
        span = (int(end) if isfinite(end) else None for end in count_span(str(record[side])))
        given[f"{side}_low"], given[f"{side}_high"] = span
    row, known = Row(organization_name=record["place"], **given), {**given}
    if str(record["value"]).startswith("under "):
        # Printed as less than the least that is shown; rounded it is recorded as nothing.
        given["estimate"] = _HAIR
    equal = row.entry.equal
    if equal is not None and "left-open" not in row.rules:
        # An end that was rounded onto "no difference" lay beside it; what chance alone could have made has it inside.
        ends = _BOUNDS if "no-clear-difference" in row.rules else _ENDS
        numbers = (row.estimate, row.bound_low, row.bound_high)
        middle = next((number for number in numbers if number not in (None, equal)), equal)
        off = _HAIR if middle >= equal else -_HAIR
        given |= {end: equal + off for end in ends if given.get(end) == equal}
    if given != known:
        row = Row(organization_name=record["place"], **given)
    if row.publish == "range" and says_nothing(row):
        # Rounded outward, a range that may just be shown is printed wider than any that may.
        within = NumberFormat.of(row).least - _HAIR
        given["bound_low"] = (row.bound_low or 0.0) + within
        given["bound_high"] = (row.bound_high or 0.0) - within
        row = Row(organization_name=record["place"], **given)
    return Finding(row, names)


def worded(
    document: Document, meta: Imprint, phrases: Phrases
) -> tuple[dict[str, Finding], list[Fault]]:
    """Return every finding of a document made again, by id, and the records that are not worded as these.

    ``phrases`` may own a reason and a method, which no number gives.
    """
    names = {str(one["organization_id"]): str(one["place"]) for one in document.findings}
    title = f"{meta.title}, with other parameters" if meta.changed else meta.title
    findings: dict[str, Finding] = {}
    faults: list[Fault] = []
    for record in document.findings:
        name = str(record["id"])
        where = f"{stored.FINDINGS} {name}"
        try:
            cited = citation.cite(record, "apa", edition=title, published=meta.published)
            answer = _answer(_question(record, cited, names, phrases))
            findings[name] = answer.finding
            _ANSWERS[id(answer.finding)] = answer
            faults += [Fault(f"{where}, {one}", _MISWORDED) for one in answer.wrong]
        except SesecError as refusal:
            faults.append(Fault(where, refusal.what))
        except (KeyError, TypeError, ValueError) as refusal:
            faults.append(Fault(where, f"it is no record: {refusal}"))
    return findings, faults


def worded_again(
    document: Document, english: Document, findings: Mapping[str, Finding], phrases: Phrases
) -> tuple[Mapping[str, Finding], list[Fault]]:
    """Return the findings of a translation, in its language, and the words of its records that are not these.

    ``findings`` are those of the ``english`` form, whose records were found to be worded so: of a translation only
    what is not the same is asked, and a finding is made where it is asked for, in the language of then.
    """
    known = {str(record["id"]): record for record in english.findings}
    told = _Told(document, findings)
    faults: list[Fault] = []
    for record in document.findings:
        name = str(record["id"])
        same = known.get(name)
        if record is same:  # it shows no words of its own
            continue
        where = f"{crossing.in_language(stored.FINDINGS, document.language)} {name}"
        if same is None:
            faults.append(Fault(where, "no finding of the English form has this id"))
            continue
        again = told.again(name)
        for part in _unlike(record, same):
            if not _is_worded(part, record, same, again, phrases):
                faults.append(Fault(f"{where}, {part}", _MISWORDED))
    return told, faults


def _unlike(record: Record, other: Record) -> list[str]:
    """Return the parts that are not the same in two records; one that says nothing need not be there."""
    unlike = [*compress(record, map(ne, record.values(), map(other.get, record)))]
    lacking = (part for part in other if part not in record and other[part] is not None)
    return [*unlike, *lacking]


class _Again:
    """A finding in the language of now, with its words: each is made when it is first asked for."""

    def __init__(self, english: Finding, reason: str) -> None:
        if reason == english.row.reason:
            # The very row passed the gate, which judges numbers, the same in all languages; no word of it is kept.
            self.finding = copy.copy(english)
            for kept in self.finding.__dict__.keys() - _PARTS:
                del self.finding.__dict__[kept]
        else:
            # The sentence of a translation names the reason, which is judged by itself.
            row = i18n.told_of(replace(english.row, reason=reason), english.row)
            self.finding = Finding(row, english.names)
        self._words: dict[str, object] = {}

    def word(self, part: str) -> object:
        """Return a part of its record that has words."""
        if part not in self._words:
            self._words[part] = self.finding.words([part])[part]
        return self._words[part]


_PARTS = frozenset({*(part.name for part in fields(Finding)), "id"})
"""What a finding is in every language."""


@lru_cache(maxsize=1 << 13)  # the sheets of a run have half of their records in common
def _again(answer: "_Answer", reason: str, code: str) -> _Again:
    """Return the finding of an English answer, which knows what else it hangs on, in a language."""
    return _Again(answer.finding, reason)


class _Told(Mapping[str, Finding]):
    """The findings of a translation, by id: made of those of the English form where they are asked for."""

    def __init__(self, document: Document, english: Mapping[str, Finding]) -> None:
        self._records = {str(record["id"]): record for record in document.findings}
        self._english = english
        self._made: dict[str, _Again] = {}

    def again(self, name: str) -> _Again:
        """Return a finding with its words; of one that sheets have in common, the same for all of them."""
        if name not in self._made:
            one, reason = self._english[name], str(self._records[name]["reason"])
            answer = _answer_of(one)
            made = _again(answer, reason, i18n.language()) if answer else _Again(one, reason)
            self._made[name] = made
        return self._made[name]

    def __getitem__(self, name: str) -> Finding:
        return self.again(name).finding

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)


def _is_worded(part: str, record: Record, english: Record, again: _Again, phrases: Phrases) -> bool:
    """Tell whether a part of a translation's record has the words that its language has for it."""
    if part not in WORDS or part not in record:
        return False
    if part not in _BY_OWNERS:
        return bool(again.word(part) == record[part])
    text = str(record[part])
    if phrases.bare.unowned(text) and Owners(phrases, _sizes(again.finding)).unowned(text):
        return False
    return says_the_same([str(english[part])], text, i18n.language())


_MISWORDED = "is not what its numbers give"


@dataclass(frozen=True)
class _Question:
    """A record and what it is worded again from; ``key`` is all of that on which the answer depends."""

    key: tuple[object, ...]
    record: Record = field(compare=False)
    cited: str = field(compare=False)
    names: Mapping[str, str] = field(compare=False)
    phrases: Phrases = field(compare=False)


@dataclass(frozen=True, eq=False)
class _Answer:
    """A finding made again, and the fields of its record that its numbers do not give."""

    finding: Finding
    wrong: tuple[str, ...]
    record: Record

    @cached_property
    def strings(self) -> frozenset[str]:
        """What of it may stand in figures, tables and captions."""
        return frozenset(strings(self.finding, self.record))


_ANSWERS: WeakValueDictionary[int, _Answer] = WeakValueDictionary()


def _question(record: Record, cited: str, names: Mapping[str, str], phrases: Phrases) -> _Question:
    """Return what is asked of a record: of a citation, which names the report, only whether it is right."""
    given = {**record, _CITED: _CITED in record}
    # Names are those of its organization and of what it is compared to.
    own = names if record.get("reference") else names.get(str(record.get("organization_id")))
    key = (
        # Without references to what was written before: the same content has the same bytes.
        marshal.dumps([given, record.get(_CITED) == cited, own], 2),
        phrases,
        (i18n.language(), catalog.data_dir(), catalog.is_synthetic(), checkout.community()),
    )
    return _Question(key, record, cited, names, phrases)


_CITED = "cite_apa"


@lru_cache(maxsize=1 << 13)  # the sheets of a run have half of their records in common
def _answer(asked: _Question) -> _Answer:
    finding = finding_of(asked.record, asked.names)
    wrong = misworded(asked.record, finding, asked.cited, asked.phrases)
    return _Answer(finding, tuple(wrong), asked.record)


def strings_of(finding: Finding, record: Record) -> frozenset[str]:
    """Return what `strings` yields, once for a finding that was made again here."""
    known = _answer_of(finding)
    return known.strings if known else frozenset(strings(finding, record))


def _answer_of(finding: Finding) -> _Answer | None:
    """Return the answer that a finding was made for, if it was made for one."""
    known = _ANSWERS.get(id(finding))
    return known if known is not None and known.finding is finding else None


def misworded(record: Record, finding: Finding, cited: str, phrases: Phrases) -> Iterator[str]:
    """Yield the fields of a record that its numbers do not give."""
    made = {**finding_record(finding), "cite_apa": cited}
    yield from sorted(made.keys() - record.keys())
    for name, value in record.items():
        if name not in made:
            yield name
        elif name in _BY_OWNERS:
            # The same words stand in many records.
            text = str(value)
            if phrases.bare.unowned(text) and Owners(phrases, _sizes(finding)).unowned(text):
                yield name
        elif name not in _GIVEN:
            if made[name] != value:
                yield name
        elif not _is_given(name, value, finding.row):
            yield name


def _sizes(finding: Finding) -> set[str]:
    """Return how many students or answers a finding is of, as its reason may say it."""
    counts = {count for count in (finding.printed.n, finding.printed.reference_n) if count}
    counted = catalog.indicator(finding.row.indicator).counted
    return counts | {f"{count} {counted}" for count in counts}


_BY_OWNERS = ("reason", "method")
"""Words of a record that no number gives: messages of ours own them."""
_GIVEN = frozenset({*COUNTS, *_CODES, "status", "rule", "coverage"})
"""Fields of which others are made: numbers, and what the gate found of them."""


def _is_given(name: str, value: object, row: Row) -> bool:
    """Tell whether a field of which others are made is of its kind."""
    if name == "rule":
        return set(row.rules) <= PRINTING_RULES.keys()
    if name == "status":
        return value in _STATUSES.get(row.publish, ())
    if name in _CODES:
        return value in _CODES[name]
    if name != "coverage":
        is_of_nothing = name in COUNTS[2:] and value is not None and not row.reference
        return bool(_COUNTED.fullmatch(str(value))) and not is_of_nothing
    # The share of students whose counts are published.
    if row.publish == "nothing" or row.indicator == LEVEL:
        return value is None
    if row.publish == "point":  # every count of it is published
        return value == 1
    if (row.organization_level, row.measure) == ("school", "rate"):
        return value in (0, 1)  # one cell, which is published or is not
    return isinstance(value, int | float) and 0 <= value <= 1 and value == round(value, 2)


def says_the_same(texts: Sequence[str], told: str, code: str) -> bool:
    """Tell whether a translation says each number that one of its English forms has in digits, and none that has none.

    Its own digits are still as in English; what one says in a word, the other may say in digits, but for shares:
    the 0 of "no figure" is no digit.
    """
    return _say_the_same(tuple(texts), told, code)


@lru_cache(maxsize=1 << 14)  # the sheets of a run have most of their texts in common
def _say_the_same(texts: tuple[str, ...], told: str, code: str) -> bool:
    english = i18n_files.ENGLISH
    digits, words = numbers.digits(told, english), numbers.spelled(told, code)
    given = [(numbers.digits(text, english), numbers.spelled(text, english)) for text in texts]
    if not any((digits, words, *chain(*given))):  # as of most texts
        return True
    written = Counter(digits)
    allowed, in_digits = Counter[float](), Counter[float]()
    for said, spelled in given:
        allowed |= Counter([*said, *spelled])
        in_digits |= Counter([*said, *(word for word in spelled if word > 1)])
    own = written + Counter(words)
    lacking = (Counter(said) - own for said, _ in given)
    return not own - allowed and not written - in_digits and not all(lacking)


def strings(finding: Finding, record: Record) -> Iterator[str]:
    """Yield the texts of a finding that stand in figures, tables and captions; its record was found to be worded so."""
    row, shown = finding.row, finding.printed
    # Of a translation the record has only the words that it shows.
    is_english = i18n.language() == i18n_files.ENGLISH
    yield str(record["sentence"]) if is_english else finding.sentence()
    yield from (text(finding) for name, text in TEXTS.items() if name != "sentence")
    yield from (shown.value, shown.words, shown.mark, finding.interval_words(), finding.alt_text())
    yield from (captions.school_name(finding), grade_name(row.grade_level))
    yield from (row.reason, care_words(row), counted := labels.counted_words(row), f"n: {counted}")
    yield captions.long_description([finding], lambda _: "").removeprefix(": ").removesuffix(".")
    with contextlib.suppress(SesecError):
        yield facts(record)
