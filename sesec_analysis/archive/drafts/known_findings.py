"""Index the findings of all editions by what they are about and by the numbers that they print."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING

from sesec_analysis import catalog
from sesec_analysis.archive.drafts.numbers import Number, numbers
from sesec_analysis.archive.drafts.subjects import (
    DIMENSIONS,
    Codes,
    Subject,
    Vocabulary,
    finding_subjects,
    indicator_of,
)
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.search import SearchIndex
from sesec_analysis.evidence.wording.labels import EVERYONE, read_reference

if TYPE_CHECKING:
    from sesec_analysis.archive.drafts.binding import Claim

__all__ = ["FindingIndex", "PrintedNumber", "is_inside", "is_range"]


_WHOLE = {"grade_level": "grade", "student_group": "student group"}
_MINUS = ("-", "−")
_COUNTS = ("n", "numerator", "reference_n", "reference_numerator")
_OF_FAMILIES = ("expected_rate", "rate_less_expected")
"""Measures whose sentences name students from low-income families, though they are of all."""
_OF_STUDENTS = ("budget_per_student", "spending_per_student")
_WITH_COUNTS = ("count_at_earlier_rate", "published_rate")
"""Measures whose sentences count students or schools that no other field of theirs does: "at the 18 schools"."""
_MOST_NEAR = 20


@dataclass(frozen=True, eq=False)
class PrintedNumber:
    """One number that a finding prints: its value, an end of its interval, or students.

    ``older``: a newer edition prints another number under the same id.
    """

    record: Record
    kind: str
    value: Decimal
    places: int
    text: str
    role: str  # value, interval, counted, of
    older: bool = False

    @property
    def id(self) -> str:
        """Return the finding's id."""
        return str(self.record["id"])

    @cached_property
    def about(self) -> dict[str, Codes]:
        """What the number is about; of all students, where it is how many they are."""
        found = finding_subjects(self.record)
        if self.role == "of" and found["indicator"] == {"enrollment"}:
            return {**found, "student group": frozenset({EVERYONE})}
        return found


class FindingIndex:
    """The findings of editions, the newest edition first.

    ``texts`` are ids with their sentences and headlines in any language: a draft that has one in full has it right.
    """

    def __init__(
        self,
        editions: Sequence[tuple[str, Iterable[Record]]],
        texts: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.records: dict[str, Record] = {}
        self._texts = {_normalize_text(text): name for name, text in texts}
        self._of: dict[tuple[str, str], list[PrintedNumber]] = defaultdict(list)
        self._by_id: dict[str, list[PrintedNumber]] = defaultdict(list)
        self._by_value: dict[tuple[str, Decimal], list[PrintedNumber]] = defaultdict(list)
        self._whole: set[tuple[object, ...]] = set()
        self._series: dict[tuple[object, ...], list[Record]] = defaultdict(list)
        for _, records in editions:
            for record in records:
                if record.get("publish") != "nothing":
                    self._add(record)
        self.vocabulary = Vocabulary(self.records.values())

    def _add(self, record: Record) -> None:
        first = self.records.setdefault(str(record["id"]), record)
        if first is record:
            self._series[_series(record)].append(record)
            self._whole |= {(name, *_key_of(record)) for name in _WHOLE if record[name] == "all"}
        elif first["value"] == record["value"] and first.get("interval") == record.get("interval"):
            return
        for printed in _printed_numbers(record, older=first is not record):
            self._of[indicator_of(record), printed.kind].append(printed)
            self._by_id[printed.id].append(printed)
            self._by_value[printed.kind, printed.value].append(printed)

    def recognized(self, parts: list[str]) -> Iterator[tuple[str, str]]:
        """Yield each sentence with an empty string, or sentences that are a finding's own text with its id."""
        at = 0
        while at < len(parts):
            for many in (3, 2, 1):
                text = " ".join(parts[at : at + many])
                name = self._texts.get(_normalize_text(text), "")
                if name or many == 1:
                    yield text, name
                    at += many
                    break

    def nearest_id(self, name: str) -> str:
        """Return the id most like this one, or nothing."""
        return next(iter(get_close_matches(name, self.records, n=1, cutoff=0.7)), "")

    def numbers_of(self, indicators: Codes, kind: str) -> Iterator[PrintedNumber]:
        """Yield the numbers of one kind that findings of some indicators print."""
        for indicator in sorted(indicators):
            yield from self._of.get((indicator, kind), ())

    def printed_as(self, number: Number) -> list[PrintedNumber]:
        """Return the numbers that are printed just as this one is written."""
        return [
            printed
            for printed in self._by_value.get((number.kind, number.value), ())
            if number.is_exactly(printed.value, printed.places)
        ]

    def fitting(self, subject: Subject, named: Subject, kind: str) -> list[PrintedNumber]:
        """Return the numbers of one kind that are about what words say; ``named`` are those of the whole sentence."""
        return [
            printed
            for printed in self.numbers_of(subject.get("indicator", frozenset()), kind)
            if not self.conflicts(subject, named, printed)
        ]

    @cached_property  # 0.6 s, once for all numbers of a draft
    def _search(self) -> SearchIndex:
        return SearchIndex(self.records.values())

    def nearest(self, claim: "Claim") -> list[str]:
        """Return the three findings nearest to a number that is not judged, each with what differs.

        Findings that print the number come first, then those that agree in most of what the words name, then the
        order of the search.
        """
        number, named = claim.number, {**claim.carried, **claim.named, **claim.subject}
        kinds = {number.kind} | ({"percent"} if number.kind in ("plain", "count") else set())
        same = (at for at in self._by_value if at[0] in kinds and number.rounds(at[1]))
        indicators = named.get("indicator", frozenset()) if named.get("place") else frozenset()
        found = [(False, printed) for at in same for printed in self._by_value[at]]
        found += [(True, printed) for printed in self.numbers_of(indicators, number.kind)]
        best: dict[str, tuple[tuple[bool, int, bool], str]] = {}
        for is_other, printed in found:
            apart = self.conflicts(named, named, printed)
            key = (is_other, len(apart), printed.role != "value")
            is_nearer = printed.id not in best or key < best[printed.id][0]
            if not printed.older and len(apart) <= (1 if is_other else 3) and is_nearer:
                where = "same number" if not key[2] else "same number in its interval or counts"
                where = f"other number ({printed.record['value']})" if is_other else where
                best[printed.id] = key, ", other ".join([where, *apart])
        names = sorted(best, key=lambda name: best[name][0])[:_MOST_NEAR]
        order = [str(one.record["id"]) for one in self._search.order(claim.sentence, names)]
        names.sort(key=lambda name: (best[name][0][:2], order.index(name)))
        shown: dict[object, str] = {}
        for name in names:
            sentence = self.records[name]["sentence"]
            shown.setdefault(sentence, f"{best[name][1]}: {sentence} ({name})")
        return list(shown.values())[:3]

    def conflicts(self, subject: Subject, named: Subject, printed: PrintedNumber) -> list[str]:
        """Return in what a number is about something else; where words name no group or grade, they mean all."""
        record, of = printed.record, printed.about
        apart = []
        for name in DIMENSIONS:
            if subject.get(name) and name != "student group" and not subject[name] & of[name]:
                apart.append(name)
        years = subject.get("school year", frozenset())
        is_of_two = (
            len(of["school year"]) > 1 and len(years) == 2 and int(max(years)) - int(min(years)) > 1
        )
        if is_of_two and not years <= of["school year"] and "school year" not in apart:
            apart.append("school year")
        if self._is_of_another_group(subject, named, printed):
            apart.append("student group")
        for name, dimension in _WHOLE.items():
            is_part = record[name] != "all" and (name, *_key_of(record)) in self._whole
            is_counted = dimension == "student group" and printed.role == "of"
            if is_part and not (is_counted or subject.get(dimension) or record.get("reference")):
                apart.append(dimension)
        if record["organization_level"] == "school" and not subject.get("place"):
            apart.append("place")
        return apart

    def _is_of_another_group(
        self, subject: Subject, named: Subject, printed: PrintedNumber
    ) -> bool:
        record, groups = printed.record, printed.about["student group"]
        implied = catalog.words().implied.get(str(record["indicator"]), "")
        said = subject.get("student group", frozenset()) - {implied}
        # Dollars may be for a group, as a budget for multilingual learners is.
        is_for_group = printed.kind == "dollars" and record["indicator"] not in _OF_STUDENTS
        if not said or is_for_group or record["measure"] in _OF_FAMILIES:
            return False
        if said == {EVERYONE} and (printed.role == "of" or printed.kind == "dollars"):
            return False
        both = groups <= named.get("student group", frozenset()) | {EVERYONE}
        return not groups & said or not (both or len(groups) == 1)

    def newer(self, record: Record) -> Record | None:
        """Return the finding of a later year that says the same thing, if there is one."""
        latest = max(self._series[_series(record)], key=_year, default=record)
        return latest if _year(latest) > _year(record) else None

    def of_other_years(self, record: Record, *, before: bool = False) -> list[Record]:
        """Return the findings of other years, or those ``before``, that say the same thing."""
        year = _year(record)
        others = [one for one in self._series[_series(record)] if _year(one) != year]
        return [one for one in others if _year(one) < year] if before else others

    def printed_under(self, names: Iterable[str]) -> list[PrintedNumber]:
        """Return the numbers of the findings of these ids."""
        return [printed for name in names for printed in self._by_id.get(name, ())]


def _normalize_text(text: str) -> str:
    return " ".join(text.replace("’", "'").split())


def is_range(record: Record) -> bool:
    """Return whether a range is all that a finding prints."""
    return record.get("publish") == "range" and len(numbers(str(record.get("value") or ""))) > 1


def is_inside(number: Number, record: Record) -> bool:
    """Return whether a number that stands alone lies in the range that is all that a finding prints.

    A draft writes "3 points lower" where a finding prints "−3": either sign is looked for.
    """
    ends = numbers(str(record.get("value") or ""))
    if number.paired or not is_range(record) or ends[0].kind != number.kind:
        return False
    low, high = (-end.value if end.text.startswith(_MINUS) else end.value for end in ends[:2])
    unit = Decimal(1).scaleb(-number.places) / 2
    return any(low - unit <= value <= high + unit for value in (number.value, -number.value))


def _key_of(record: Record) -> tuple[object, ...]:
    return tuple(record[name] for name in ("measure", "indicator", "end_year", "organization_id"))


def _year(record: Record) -> int:
    return int(record["end_year"])


def _series(record: Record) -> tuple[object, ...]:
    """Return what a finding is of, but for its year."""
    to = read_reference(
        str(record.get("reference") or ""), dated=catalog.measure(record["measure"]).dated
    )
    names = (
        "measure",
        "indicator",
        "grade_level",
        "organization_id",
        "student_group_type",
        "student_group",
    )
    return (*(record[name] for name in names), to.groups, to.places, len(to.years))


def _printed_numbers(record: Record, *, older: bool) -> Iterator[PrintedNumber]:
    seen: set[tuple[str, Decimal]] = set()
    texts = {
        "value": record.get("value"),
        "sentence": record["sentence"],
        "interval": record.get("interval"),
    }
    # "$351" is said of each student.
    unit = " per student" if record.get("unit") == "dollars_per_student" else ""
    for name, text in texts.items():
        for number in numbers(f"{text or ''}{unit}"):
            is_count = number.kind == "count" and record["indicator"] != "school_level"
            is_count = is_count and record["measure"] not in _WITH_COUNTS
            if is_count or (number.kind, number.value) in seen:
                continue
            seen.add((number.kind, number.value))
            role = "interval" if name == "interval" else "value"
            yield PrintedNumber(
                record, number.kind, number.value, number.places, number.text, role, older
            )
    for name in _COUNTS:
        if isinstance(record.get(name), int):
            role = "of" if name.endswith("n") else "counted"
            count = Decimal(record[name])
            yield PrintedNumber(record, "count", count, 0, f"{record[name]:,}", role, older)
