"""Compare two editions finding by finding: which answers which, whether they differ, and the class of the reason.

A finding that both editions have under one id is ``unchanged`` if numbers and words are the same. Otherwise the first
rule of `RESTATED` that holds names the class, and none: ``method_changed``. A finding of a later year is judged by
`LATER`, one that appeared or vanished by `_alone`. Every rule that holds gives its reason, so a second cause is named.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sesec_analysis.archive import frozen as archive_frozen
from sesec_analysis.archive.frozen import Frozen, names, organizations, question_key
from sesec_analysis.editions.documents import output
from sesec_analysis.errors import DataError, EditionError
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.labels import read_id
from sesec_analysis.evidence.wording.numbers import school_year
from sesec_analysis.files import refuse_unwritable, write_atomically

__all__ = [
    "CLASSES",
    "EVENTS",
    "NUMBERS",
    "Between",
    "Change",
    "Pair",
    "changed_numbers",
    "classify_pair",
    "counts",
    "diff",
    "differences",
    "earlier",
    "has_moved",
    "is_reworded",
    "later",
    "lies_apart",
    "pairs",
    "span",
    "unpublished_ids",
    "write_csv",
]


@dataclass(frozen=True)
class Pair:
    """A finding before and after; one of the two may be missing.

    ``same`` says that both have one id. Otherwise ``after`` is the same question asked of a later year.
    """

    before: Record | None
    after: Record | None

    @property
    def same(self) -> bool:
        """Whether both sides are there and have the same id."""
        return (
            self.before is not None
            and self.after is not None
            and self.before["id"] == self.after["id"]
        )

    @property
    def record(self) -> Record:
        """The later one of what is there."""
        record = self.after or self.before
        if record is None:
            raise ValueError("a pair has at least one side")
        return record


def pairs(before: Mapping[str, Record], after: Mapping[str, Record]) -> Iterator[Pair]:
    """Yield every finding of two editions once, in the order of their ids.

    A finding that only the later edition has is compared with the newest earlier year of the same stem. A finding that
    only the earlier edition has is alone in its pair, unless another one is compared with it.

    Parameters
    ----------
    before, after
        Findings by id.
    """
    stems: dict[str, list[str]] = {}
    for name in before:
        stems.setdefault(read_id(name).stem, []).append(name)
    earlier = {
        name: _earlier(name, stems.get(read_id(name).stem, ())) for name in after.keys() - before
    }
    used = {name for name in earlier.values() if name}
    for name in sorted(before.keys() | after):
        if name in after:
            mate = name if name in before else earlier[name]
            yield Pair(before[mate] if mate else None, after[name])
        elif name not in used:
            yield Pair(before[name], None)


def _earlier(name: str, candidates: Iterable[str]) -> str | None:
    """Return the newest earlier one; among several, what is compared with the same year, or one as far back."""
    first, *compared = read_id(name).end_years

    def nearness(other: str) -> tuple[int, bool, bool, str]:
        end_year, *others = read_id(other).end_years
        same_span = [first - year for year in compared] == [end_year - year for year in others]
        return end_year, compared == others, same_span, other

    return max(
        (candidate for candidate in candidates if read_id(candidate).end_years[0] < first),
        key=nearness,
        default=None,
    )


NUMBERS = (
    "value",
    "interval",
    "estimate",
    "ci_low",
    "ci_high",
    "bound_low",
    "bound_high",
    "outer_low",
    "outer_high",
    "numerator",
    "n",
    "reference_numerator",
    "reference_n",
    "unit",
    "coverage",
    "publish",
)
"""Fields that are numbers, or their unit, or whether they are printed: if one differs, the number moved."""

_WORDS = ("sentence", "place", "label", "reference_label", "method", "reason", "status", "care")


def has_moved(before: Record, after: Record) -> bool:
    """Whether a number differs, in the fields or in the sentence."""
    return bool(differences(before, after, NUMBERS)) or _printed_words(before) != _printed_words(
        after
    )


def is_reworded(before: Record, after: Record) -> bool:
    """Whether words printed with the number differ."""
    return bool(differences(before, after, _WORDS))


def differences(before: Record, after: Record, fields: Sequence[str]) -> list[str]:
    """Return the fields in which two findings differ; one that is missing is empty."""
    return [
        name
        for name in fields
        if _as_plain_value(before.get(name)) != _as_plain_value(after.get(name))
    ]


def _as_plain_value(value: object) -> object:
    return None if value in ("", False) else value


def _printed_words(record: Record) -> list[str]:
    sentence = str(record.get("sentence", ""))
    for name in ("place", "label", "reference_label"):  # a school may have a number in its name
        sentence = sentence.replace(str(record.get(name) or " "), " ")
    return re.findall(r"\d+(?:[.,]\d+)*", sentence)  # not the comma behind it


def span(record: Record) -> tuple[float, float] | None:
    """Return the range in which the number lies, chance and withheld numbers together; None if there is none."""
    for name in ("outer", "ci", "bound"):
        low, high = record.get(f"{name}_low"), record.get(f"{name}_high")
        if low is not None and high is not None:
            return float(low), float(high)
    return None


def lies_apart(before: Record, after: Record) -> bool:
    """Whether the ranges of two findings do not touch: neither chance nor withheld numbers explain the difference."""
    first, second = span(before), span(after)
    if first is None or second is None:
        return False
    return first[1] < second[0] or second[1] < first[0]


CLASSES = {
    "new_year": "a later school year",
    "source_restated": "the publisher's figures were restated",
    "method_changed": "we work it out, or say it, in another way",
    "roster_changed": "schools were opened, closed, moved or renamed",
    "definition_break": "what is counted changed",
    "suppression_changed": "more or less is withheld",
    "unchanged": "the same",
}
"""Every class, and what it means."""


@dataclass(frozen=True)
class Between:
    """Two editions, the earlier and the later."""

    before: Frozen
    after: Frozen

    @property
    def is_one_edition(self) -> bool:
        """Whether both are states of one edition, and not two years."""
        return self.before.name == self.after.name


Rule = Callable[[Record, Record, Between], str]
"""Returns its reason in words if it holds, else an empty text."""


def classify_pair(pair: Pair, between: Between) -> tuple[str, str]:
    """Return the class of a pair, and every reason for it in words."""
    if pair.before is None or pair.after is None:
        return _alone(pair.record, between, appeared=pair.before is None)
    if pair.same and not (
        has_moved(pair.before, pair.after) or is_reworded(pair.before, pair.after)
    ):
        return "unchanged", ""
    held = [
        (name, reason)
        for name, rule in (RESTATED if pair.same else LATER)
        if (reason := rule(pair.before, pair.after, between))
    ]
    if pair.same and not held:
        held = [("method_changed", _ours(between))]
    if not pair.same and (not held or held[0][0] == "method_changed"):
        years = school_year(read_id(str(pair.after["id"])).end_years[0])
        held = [*held, ("new_year", years)]
    return held[0][0], "; ".join(reason for _, reason in held)


def _sources(before: Record, after: Record, between: Between) -> str:
    """Name the releases whose bytes differ: of the publisher's file, or where that is the same, of our table of it."""
    if not has_moved(before, after):
        return ""
    old, new = between.before.sources["releases"], between.after.sources["releases"]
    reasons = []
    for name in sorted({*names(before), *names(after)}):
        if name not in names(before) or name not in names(after):
            reasons.append(
                f"{name} {'is' if name in names(after) else 'is no longer'} among its sources"
            )
        elif _is_restated(old[name], new[name], between):
            reasons.append(f"{name} was restated")
    return ", ".join(reasons)


def _is_restated(old: Mapping[str, Any], new: Mapping[str, Any], between: Between) -> bool:
    if old["sha256"] and old["sha256"] == new["sha256"] and not _is_ours_alike(between):
        return False  # the same file, read in another way
    return any(old[name] != new[name] for name in ("sha256", "table_sha256"))


def _is_ours_alike(between: Between) -> bool:
    first, second = between.before.run["package"], between.after.run["package"]
    return all(first.get(name) == second.get(name) for name in ("version", "commit"))


def _explain_definition(before: Record, after: Record, between: Between) -> str:
    code = str(after.get("indicator"))
    old, new = (
        edition.sources["indicators"].get(code, {}) for edition in (between.before, between.after)
    )
    first, last = (read_id(str(record["id"])).end_years[0] for record in (before, after))
    if first != last:
        reasons = [stop["reason"] for stop in new.get("breaks", ()) if first < stop["at"] <= last]
        reasons += [
            out["reason"] for out in new.get("years_out", ()) if out["year"] in (first, last)
        ]
        if reasons:
            return "; ".join(reasons)
    fields = ("definition", "numerator", "denominator")
    changed = [name for name in fields if old and new and old.get(name) != new.get(name)]
    return f"{', '.join(changed)} of {code} changed" if changed else ""


def _roster(before: Record, after: Record, between: Between) -> str:
    reasons = []
    for code in sorted(organizations(before) | organizations(after)):
        old, new = (
            edition.sources["places"].get(code) for edition in (between.before, between.after)
        )
        if old and new and old["roster_sha256"] != new["roster_sha256"]:
            reasons.append(f"the schools of {new['name']} changed{_joined_and_left(old, new)}")
    # What a later year is compared to may have a year in its name, which is no renaming.
    same = before["id"] == after["id"]
    for name in ("place", "reference_label") if same else ("place",):
        if before.get(name) != after.get(name):
            reasons.append(f"{before.get(name)} is now {after.get(name)}")
    return "; ".join(reasons)


def _joined_and_left(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    first, second = old["schools"], new["schools"]
    parts = [
        *(f"joined by {second[code]}" for code in second.keys() - first),
        *(f"without {first[code]}" for code in first.keys() - second),
    ]
    return f" ({', '.join(sorted(parts))})" if parts else ""


def _explain_withholding(before: Record, after: Record, between: Between) -> str:
    fields = differences(before, after, ("publish", "status", "rule"))
    if not fields:
        return ""
    kinds = {"point": "a number", "range": "a range", "nothing": "withheld"}
    first, second = (kinds.get(str(record.get("publish")), "") for record in (before, after))
    if first == second:
        return f"{', '.join(fields)} changed"
    return f"was {first}, is {second}"


def _method(before: Record, after: Record, between: Between) -> str:
    """Say whether the method's words or the kind of measure differ; years and numbers in the words do not count."""
    old, new = (re.sub(r"\d+", "", str(record.get("method") or "")) for record in (before, after))
    measure = str(after.get("measure"))
    kinds = [
        edition.sources["measures"].get(measure) for edition in (between.before, between.after)
    ]
    if old != new:
        return f"method: {before.get('method') or 'none'} → {after.get('method') or 'none'}"
    return (
        f"the measure {measure} is made in another way"
        if all(kinds) and kinds[0] != kinds[1]
        else ""
    )


def _ours(between: Between) -> str:
    """Name what changed in the package or the edition, where no other rule holds."""
    first, second = between.before.run, between.after.run
    old, new = first["package"].get("version"), second["package"].get("version")
    if first.get("parameters") != second.get("parameters"):
        return "the edition's parameters changed"
    return f"version {old} → {new}" if old != new else "the package's code or words changed"


RESTATED: Sequence[tuple[str, Rule]] = (
    ("source_restated", _sources),
    ("definition_break", _explain_definition),
    ("roster_changed", _roster),
    ("suppression_changed", _explain_withholding),
    ("method_changed", _method),
)
"""Asked of a finding that both editions have under one id, if they differ; if none holds it is method_changed."""

LATER = RESTATED[1:]
"""Asked of a finding and the same one of an earlier year; if none holds it is new_year."""


def _alone(record: Record, between: Between, *, appeared: bool) -> tuple[str, str]:
    """Judge a finding that only one edition has: by its schools, then its year and releases, then as our choice."""
    # A reference may also name groups and years: only codes of organizations count.
    other = between.before if appeared else between.after
    edition = between.after if appeared else between.before
    unknown = sorted((organizations(record) & edition.organizations) - other.organizations)
    if unknown:
        verb = "new" if appeared else "no longer there"
        return "roster_changed", f"{verb}: {', '.join(unknown)}"
    fresh = [name for name in names(record) if name not in other.sources["releases"]]
    if not between.is_one_edition:
        if fresh or question_key(record) in other.questions:
            return "new_year", ", ".join(fresh) or "not a figure of both years"
    elif fresh:
        return "source_restated", f"{'now' if appeared else 'no longer'} from {', '.join(fresh)}"
    return "method_changed", f"{'now' if appeared else 'no longer'} shown"


EVENTS = ("appeared", "vanished", "moved", "reworded", "stayed")
"""What may have become of a finding."""


@dataclass(frozen=True)
class Change:
    """A finding of either edition: what became of it, its class, and why."""

    event: str
    kind: str
    why: str
    pair: Pair
    hashes_before: str
    hashes: str

    @property
    def short_hashes(self) -> str:
        """The releases behind it with the first digits of their hashes, before and after where they differ."""
        parts = [
            re.sub(r"(file|table) ([0-9a-f]{8})[0-9a-f]+", r"\1 \2", text)
            for text in dict.fromkeys((self.hashes_before, self.hashes))
            if text
        ]
        return " → ".join(parts)

    def as_record(self) -> dict[str, object]:
        """Return the change as a flat record, a row of the CSV."""
        before, after = self.pair.before or {}, self.pair.after or {}
        fields = ("value", "interval", "n", "publish", "sentence")
        return {
            "event": self.event,
            "class": self.kind,
            "why": self.why,
            "id": self.pair.record["id"],
            "id_before": before.get("id"),
            **{
                f"{name}{mark}": record.get(name)
                for name in fields
                for mark, record in (("_before", before), ("", after))
            },
            "sources_before": self.hashes_before,
            "sources": self.hashes,
        }


def diff(before: Frozen, after: Frozen) -> list[Change]:
    """Return what became of every finding of two editions, in the order of their ids.

    Parameters
    ----------
    before, after
        Two years, or two states of one edition.
    """
    between = Between(before, after)
    changes = []
    for pair in pairs(before.by_id, after.by_id):
        kind, why = classify_pair(pair, between)
        old = _hashes(pair.before, before)
        changes.append(Change(_event(pair, kind), kind, why, pair, old, _hashes(pair.after, after)))
    return changes


def _event(pair: Pair, kind: str) -> str:
    if pair.after is None:
        return "vanished"
    if pair.before is None or not pair.same:
        return "appeared"
    if kind == "unchanged":
        return "stayed"
    return "moved" if has_moved(pair.before, pair.after) else "reworded"


def _hashes(record: Record | None, frozen: Frozen) -> str:
    """Return the releases behind a finding with the hashes of file and table, as far as they are known."""
    releases: Mapping[str, Any] = frozen.sources["releases"]
    parts = []
    for name in names(record or {}):
        known = releases.get(name, {})
        marks = [("file", known.get("sha256")), ("table", known.get("table_sha256"))]
        parts.append(" ".join([name, *(f"{kind} {text}" for kind, text in marks if text)]))
    return "; ".join(parts)


def write_csv(changes: Sequence[Change], path: Path) -> None:
    """Write a row for each change, put in place at once.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    text = output.records_csv([change.as_record() for change in changes])
    what, fix = "the list of changes was not written", "name another file with --csv"
    with refuse_unwritable(what, where=path, fix=fix, kind=DataError):
        write_atomically(path, text.encode("utf-8-sig"))


def counts(changes: Sequence[Change]) -> list[dict[str, object]]:
    """Return how many findings of each class appeared, vanished, moved, were reworded or stayed; a row a class."""
    numbers = Counter((change.kind, change.event) for change in changes)
    return [
        {"class": kind, **{event: numbers[kind, event] for event in EVENTS}}
        for kind in CLASSES
        if any(numbers[kind, event] for event in EVENTS)
    ]


def changed_numbers(changes: Sequence[Change]) -> list[Change]:
    """Return the changes that a reader who cited the earlier edition must know of: numbers that moved or vanished."""
    return [change for change in changes if change.event in ("moved", "vanished")]


def unpublished_ids(edition: Frozen) -> list[str]:
    """Return the ids of findings that an edition as built has, and as published has not; none if it never was."""
    if edition.name not in archive_frozen.published_names():
        return []
    return sorted(edition.by_id.keys() - archive_frozen.read_frozen(edition.name).by_id.keys())


def later(name: str) -> Frozen:
    """Return an edition as it was built last, or else as it was published.

    Raises
    ------
    EditionError
        If it is neither built nor published.
    """
    built = archive_frozen.built_folder(name)
    if built is not None:
        return archive_frozen.of_build(built)
    if name in archive_frozen.published_names():
        return archive_frozen.read_frozen(name)
    what = f"edition {name} is neither built nor published"
    raise EditionError(what, where="reports", fix=f"build it first: sesec report {name}")


def earlier(after: Frozen, *, against: str | None = None) -> Frozen:
    """Return what an edition is compared with.

    Parameters
    ----------
    after
        The edition.
    against
        Full name of another edition, or of the same: then as it was published. None: what is published of it, if
        numbers of that moved since; else the year before.

    Raises
    ------
    EditionError
        If there is nothing to compare it with.
    """
    published = archive_frozen.published_names()
    if against is None and after.name in published:
        kept = archive_frozen.read_frozen(after.name)
        if changed_numbers(diff(kept, after)):
            return kept
    other = against or archive_frozen.year_before(after.name)
    if other is None:
        what = f"there is no edition of a year before {after.name}"
        raise EditionError(what, where="reports", fix="name one with --against", valid=published)
    if other in published or other == after.name:
        return archive_frozen.read_frozen(other)
    return later(other)
