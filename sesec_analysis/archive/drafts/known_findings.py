"""Index the findings of all editions by the numbers that they print."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches

from sesec_analysis import catalog
from sesec_analysis.archive.drafts.numbers import Number, numbers
from sesec_analysis.archive.drafts.subjects import Subject, Vocabulary, conflicts
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.labels import read_reference

__all__ = ["FindingIndex", "PrintedNumber", "is_inside"]


_REACH = 50.0
"""More than any rounding moves a number: what is further off is not looked at closely."""
_WHOLE = {"grade_level": "grade", "student_group": "student group"}
_MINUS = ("-", "−")
_COUNTS = ("n", "numerator", "reference_n", "reference_numerator")


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
    role: str  # value, interval, count
    older: bool = False

    @property
    def id(self) -> str:
        """Return the finding's id."""
        return str(self.record["id"])

    def is_end_for(self, number: Number) -> bool:
        """Tell whether a number that stands alone was taken from one end of a range that is all that is printed."""
        return self.role == "value" and not number.paired and _is_range(self.record)


class FindingIndex:
    """The findings of editions, the newest edition first."""

    def __init__(self, editions: Sequence[tuple[str, Iterable[Record]]]) -> None:
        self._newest: dict[str, Record] = {}
        self._by_kind: dict[str, list[PrintedNumber]] = defaultdict(list)
        self._by_id: dict[str, list[PrintedNumber]] = defaultdict(list)
        self._whole: set[tuple[object, ...]] = set()
        self._series: dict[tuple[object, ...], list[Record]] = defaultdict(list)
        for _, records in editions:
            for record in records:
                if record.get("publish") != "nothing":
                    self._add(record)
        self.vocabulary = Vocabulary(self._newest.values())

    def _add(self, record: Record) -> None:
        first = self._newest.setdefault(str(record["id"]), record)
        if first is record:
            self._series[_series(record)].append(record)
            self._whole |= {(name, *_of(record)) for name in _WHOLE if record[name] == "all"}
        elif first["value"] == record["value"] and first.get("interval") == record.get("interval"):
            return
        for printed in _printed_numbers(record, older=first is not record):
            self._by_kind[printed.kind].append(printed)
            self._by_id[printed.id].append(printed)

    def record(self, name: str) -> Record | None:
        """Return the finding of this id from the newest edition that has it."""
        return self._newest.get(name)

    def nearest(self, name: str) -> str:
        """Return the id most like this one, or nothing."""
        return next(iter(get_close_matches(name, self._newest, n=1, cutoff=0.7)), "")

    def near(self, number: Number) -> list[PrintedNumber]:
        """Return the numbers that findings print in the same unit within a digit of this one."""
        return [
            printed
            for printed in self._by_kind[number.kind]
            if abs(float(printed.value) - float(number.value)) <= _REACH
            and (number.paired or printed.role != "interval")
            and (
                number.rounds(printed.value)
                or (number.kind != "count" and number.is_near(printed.value, printed.places))
            )
        ]

    def conflicts(self, clause: Subject, sentence: Subject, record: Record) -> list[str]:
        """Return in what a finding is about something else; where words name no group or grade, they mean all."""
        apart = conflicts(clause, sentence, record)
        for name, dimension in _WHOLE.items():
            is_part = record[name] != "all" and (name, *_of(record)) in self._whole
            if is_part and not clause.get(dimension) and not record.get("reference"):
                apart.append(dimension)
        if record["organization_level"] == "school" and not clause.get("place"):
            apart.append("place")
        return apart

    def newer(self, record: Record) -> Record | None:
        """Return the finding of a later year that says the same thing, if there is one."""
        latest = max(self._series[_series(record)], key=_year, default=record)
        return latest if _year(latest) > _year(record) else None

    def printed_in(self, record: Record) -> list[PrintedNumber]:
        """Return the numbers of the newest form of a finding."""
        return [printed for printed in self._by_id[str(record["id"])] if not printed.older]

    def of_subject(self, clause: Subject, sentence: Subject) -> Iterator[Record]:
        """Yield the findings that fit what words name, plain ones of the newest year first."""
        fitting = (r for r in self._newest.values() if not self.conflicts(clause, sentence, r))
        yield from sorted(
            fitting, key=lambda r: (bool(r.get("reference")), -_year(r), str(r["id"]))
        )


def _is_range(record: Record) -> bool:
    return record.get("publish") == "range" and len(numbers(str(record.get("value") or ""))) > 1


def is_inside(number: Number, record: Record) -> bool:
    """Tell whether a number that stands alone lies in the range that is all that a finding prints.

    A draft writes "3 points lower" where a finding prints "−3": either sign is looked for.
    """
    ends = numbers(str(record.get("value") or ""))
    if number.paired or not _is_range(record) or ends[0].kind != number.kind:
        return False
    low, high = (-end.value if end.text.startswith(_MINUS) else end.value for end in ends[:2])
    unit = Decimal(1).scaleb(-number.places) / 2
    return any(low - unit <= value <= high + unit for value in (number.value, -number.value))


def _of(record: Record) -> tuple[object, ...]:
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
    for name, text in texts.items():
        for number in numbers(str(text or "")):
            if number.kind == "count" or (number.kind, number.value) in seen:
                continue
            seen.add((number.kind, number.value))
            role = "interval" if name == "interval" else "value"
            yield PrintedNumber(
                record, number.kind, number.value, number.places, number.text, role, older
            )
    for name in _COUNTS:
        if isinstance(record.get(name), int):
            yield PrintedNumber(
                record, "count", Decimal(record[name]), 0, f"{record[name]:,}", "count", older
            )
