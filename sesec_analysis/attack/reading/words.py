"""Compare sentences, alt texts and pictures with the records they speak of.

Every number with a unit that stands in words must be one that a record of the edition prints. One with more digits, or
another number in the words of one finding, is a fault; and where its finding can be identified, it is a statement
like any other.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sesec_analysis import catalog
from sesec_analysis.attack.reading.files import FileText
from sesec_analysis.attack.reading.numbers import ANYTHING, Span, value_span
from sesec_analysis.attack.reading.pages import FilePassage
from sesec_analysis.attack.reading.records import PrintedClaim, PrintedRow
from sesec_analysis.attack.reading.tables import table_claims

__all__ = ["ANOTHER", "FINER", "UNKNOWN", "Fault", "WordClaims", "read_words"]


FINER = "has more digits than its record"
ANOTHER = "is not the number of its record"
UNKNOWN = "is finer than any record, and of no record that can be told"

_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_TOKEN = re.compile(
    rf"(?<![\w.,−+-])(?P<sign>[−+-]?)(?P<first>{_NUMBER})"
    rf"(?:(?: ?– ?| to | and )[−+]?(?P<last>{_NUMBER}))? ?(?P<unit>%|percent|points?|times)(?!\w)"
)
_UNITS = {"percent": "%", "point": "points"}
_PLACES = {"%": 1, "points": 1, "times": 2}  # decimals that a page may have, by unit
_BEFORE_AN_INTERVAL = re.compile(r"(?:interval|chance on top of it,|limits)\W*$")
_BEFORE_A_LIMIT = re.compile(r"less than $")  # said of what would be printed as nothing
_NAMES_AN_INTERVAL = re.compile(r" (?:interval|limits)")  # the level of one: 95% interval
_YEAR = re.compile(r"\b\d{4}–\d{2}\b")
_LONGEST = 400  # letters of a sentence
_NAMED_BY = ("label", "place", "school_year", "title", "reference_label")


@dataclass(frozen=True, order=True)
class Fault:
    """A number in words that says more, or other, than the record it belongs to. It is named by its place only."""

    where: str
    what: str

    def __str__(self) -> str:
        """Return where, and what is wrong there."""
        return f"{self.where}: a number {self.what}"


@dataclass(frozen=True)
class WordClaims:
    """What the words of an edition say beyond its records."""

    claims: tuple[PrintedClaim, ...]
    faults: tuple[Fault, ...]


def read_words(words: FileText, rows: Sequence[PrintedRow]) -> WordClaims:
    """Return what pages, pictures and documents say beyond the printed rows, and what their tables say."""
    records = _Records(rows)
    claims = list(table_claims(words.tables, rows))
    faults: set[Fault] = set()
    for passage in [*_sentences(rows), *words.passages]:
        for claim, fault in records.beyond(passage):
            faults |= set() if fault is None else {fault}
            claims += [] if claim is None else [claim]
    return WordClaims(tuple(claims), tuple(sorted(faults)))


def _sentences(rows: Iterable[PrintedRow]) -> Iterator[FilePassage]:
    for row in rows:
        for column in ("sentence", "cite_apa"):
            if words := row.get(column):
                yield FilePassage(words, f"{row.said}, {column}", row.id)


class _Records:
    """The rows of an edition, by finding and by figure."""

    def __init__(self, rows: Sequence[PrintedRow]) -> None:
        self._rows = [_Record(row) for row in rows if row.id]
        self._by_id: dict[str, list[_Record]] = {}
        self._figures: dict[str, set[str]] = {}
        for record in self._rows:
            self._by_id.setdefault(record.row.id, []).append(record)
            self._figures.setdefault(record.row.figure, set()).add(record.row.id)

    def _about(self, about: str) -> list["_Record"]:
        """Return every record of a finding, or of the findings that a figure draws."""
        names = self._figures.get(about, {about} & self._by_id.keys())
        return [record for name in sorted(names) for record in self._by_id[name]]

    @cached_property
    def _everything(self) -> frozenset[tuple[str, str]]:
        return frozenset(number for record in self._rows for number in record.numbers)

    def beyond(self, passage: FilePassage) -> Iterator[tuple[PrintedClaim | None, Fault | None]]:
        """Yield the numbers of a passage that no record prints so."""
        tokens = list(_TOKEN.finditer(passage.words))
        records = self._about(passage.about) if tokens else []
        known = (
            {number for record in records for number in record.numbers}
            if records
            else self._everything
        )
        for token in tokens:
            if _NAMES_AN_INTERVAL.match(passage.words, token.end()):
                continue
            if _BEFORE_A_LIMIT.search(passage.words, 0, token.start()):
                continue
            # A whole percent that stands alone in a picture is a mark on its axis.
            of_finding = records and token.group() != passage.words
            if any(
                number not in known and (of_finding or "." in number[0])
                for number in _numbers(token)
            ):
                yield self._beyond(passage, token, records)

    def _beyond(
        self, passage: FilePassage, token: re.Match[str], records: list["_Record"]
    ) -> tuple[PrintedClaim | None, Fault | None]:
        span, unit = value_span(token.group()), _UNITS.get(token["unit"], token["unit"])
        sentence = _sentence(passage.words, token)
        if not records and len(sentence) > _LONGEST and not _is_too_fine(token):
            # Tables of a PDF run together: nothing tells which row a number is of.
            return None, None
        nearby = passage.words[max(0, token.start() - _LONGEST // 2) : token.end() + _LONGEST // 2]
        candidates = records or [
            candidate for candidate in self._rows if candidate.is_named_in(nearby)
        ]
        if not records and (years := _YEAR.findall(sentence, 0, sentence.find(token.group()))):
            # The year said last before a number is its year: what a report says of an earlier one is not of its own.
            candidates = [
                candidate
                for candidate in candidates
                if candidate.row.get("school_year") == years[-1]
            ]
        if not records and (named := _groups_in(sentence)):
            candidates = [
                candidate
                for candidate in candidates
                if candidate.row.get("student_group", "") in named
            ]
        near = [
            candidate
            for candidate in candidates
            if candidate.unit == unit and candidate.holds(span)
        ]
        record = _best_match(passage.words, token, near or records)
        if record is None:
            # With no more digits than a page has, it may be a number of another edition: that one's to answer for.
            return None, Fault(passage.where, UNKNOWN) if _is_too_fine(token) else None
        fault = Fault(passage.where, FINER if record in near else ANOTHER)
        claim = record.row.claim
        if claim is None or _BEFORE_AN_INTERVAL.search(passage.words, 0, token.start()):
            return None, fault  # an interval tells how far chance reaches, not where the truth lies
        line = f"{passage.where}: {record.row.id}"
        return PrintedClaim(claim.key, line, record.signed(span), {}, claim.sources), fault


class _Record:
    """A row with the numbers that it prints, and the words that identify it."""

    def __init__(self, row: PrintedRow) -> None:
        self.row = row

    @cached_property
    def numbers(self) -> frozenset[tuple[str, str]]:
        """Return every number of its value and interval, as written, with its unit, and the catalog's margin."""
        claim = self.row.claim
        margin = catalog.indicators()[claim.key.indicator].margin if claim else None
        numbers = set() if margin is None else {(f"{margin * 100:g}", "points")}
        for column in ("value", "interval"):
            text = self.row.get(column, "")
            numbers |= {(_plain(number), self.unit) for number in re.findall(_NUMBER, text)}
        return frozenset(numbers)

    @cached_property
    def unit(self) -> str:
        """Return the unit that its value is printed in."""
        texts = f"{self.row.get('value', '')} {self.row.get('interval', '')}"
        return next((unit for unit in ("points", "times") if unit in texts), "%")

    @cached_property
    def value(self) -> Span:
        """Return the range that its value stands for."""
        return value_span(self.row.get("value", ""))

    @cached_property
    def phrases(self) -> frozenset[str]:
        """Return the words that identify it."""
        texts = {self.row.get(name, "") for name in _NAMED_BY}
        claim = self.row.claim
        if claim is not None:
            kind = catalog.group_types()[claim.key.student_group_type]
            if claim.key.student_group in kind.groups:
                texts.add(kind.groups[claim.key.student_group].people)
            texts.add(self.place)
        return frozenset(texts - {""})

    def is_named_in(self, words: str) -> bool:
        """Tell whether words name its place and its year."""
        year = self.row.get("school_year", "")
        return self.place in words and bool(year) and year in words

    @cached_property
    def place(self) -> str:
        """Return how words name its place."""
        claim = self.row.claim
        entry = catalog.places().get(claim.key.organization_id) if claim else None
        return entry.phrase if entry else self.row.get("place", "")

    def score(self, words: str) -> int:
        """Return how many of the words that identify it stand in these."""
        return sum(text in words for text in self.phrases)

    def holds(self, span: Span) -> bool:
        """Tell whether this row prints a number, signs apart: sentences say "lower" for a minus."""
        low, high = self.value
        if (low, high) == ANYTHING:
            return False
        middle = abs(span[0] + span[1]) / 2
        return low <= middle <= high or low <= -middle <= high

    def signed(self, span: Span) -> Span:
        """Give a number its minus back, where a sentence says "lower" in its place."""
        is_below = self.value[1] <= 0 <= span[0]
        return (-span[1], -span[0]) if is_below else span


def _numbers(token: re.Match[str]) -> Iterator[tuple[str, str]]:
    unit = _UNITS.get(token["unit"], token["unit"])
    for text in (token["first"], token["last"]):
        if text:
            yield _plain(text), unit


def _sentence(words: str, token: re.Match[str]) -> str:
    start, end = words.rfind(". ", 0, token.start()), words.find(". ", token.end())
    return words[start + 1 : end if end >= 0 else None]


def _groups_in(sentence: str) -> set[str]:
    """Return the student groups that a sentence speaks of: a number in it is of one of them."""
    kinds = catalog.group_types().items()
    groups = [
        (code, group) for kind, of in kinds if kind != "all" for code, group in of.groups.items()
    ]
    return {
        code for code, group in groups if re.search(rf"\b{re.escape(group.people)}\b", sentence)
    }


def _is_too_fine(token: re.Match[str]) -> bool:
    return any(len(number.partition(".")[2]) > _PLACES[unit] for number, unit in _numbers(token))


def _plain(text: str) -> str:
    return text.replace(",", "")


def _best_match(words: str, token: re.Match[str], records: Sequence[_Record]) -> _Record | None:
    """Return the record that the sentence round a number, then all words, name best; None if several or none."""
    sentence = _sentence(words, token)
    scores = [(record.score(sentence), record.score(words)) for record in records]
    best = [record for record, score in zip(records, scores, strict=True) if score == max(scores)]
    return best[0] if len({record.row.id for record in best}) == 1 else None
