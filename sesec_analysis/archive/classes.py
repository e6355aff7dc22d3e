"""Why a finding differs between two editions: seven classes, by rules that are asked in a fixed order.

A finding that both editions have under one id is ``unchanged`` where it tells the same. Otherwise the first rule of
`RESTATED` that holds names the class; the last one always holds. A finding of a later year is judged by `LATER`, one
that appeared or vanished by `ALONE`. Every rule that holds gives its reason, so that a second cause is told too.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sesec_analysis.archive.frozen import Frozen
from sesec_analysis.archive.pairs import Pair, year
from sesec_analysis.archive.pinned import names, organizations
from sesec_analysis.archive.told import differences, moved, reworded
from sesec_analysis.publishing.blocks import Record
from sesec_analysis.publishing.wording import school_year

__all__ = ["CLASSES", "Between", "judged"]

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
"""Says why it holds, in words; nothing where it does not."""


def judged(pair: Pair, between: Between) -> tuple[str, str]:
    """Return the class of a pair, and every reason for it in words."""
    if pair.before is None or pair.after is None:
        return _alone(pair.record, between, appeared=pair.before is None)
    if pair.same and not (moved(pair.before, pair.after) or reworded(pair.before, pair.after)):
        return "unchanged", ""
    held = [
        (name, reason)
        for name, rule in (RESTATED if pair.same else LATER)
        if (reason := rule(pair.before, pair.after, between))
    ]
    if pair.same and not held:
        held = [("method_changed", _ours(between))]
    if not pair.same and (not held or held[0][0] == "method_changed"):
        years = school_year(year(str(pair.after["id"])))
        held = [*held, ("new_year", years)]
    return held[0][0], "; ".join(reason for _, reason in held)


def _sources(before: Record, after: Record, between: Between) -> str:
    """Name the releases whose bytes differ: of the publisher's file, or where that is the same, of our table of it."""
    if not moved(before, after):
        return ""
    old, new = between.before.sources["releases"], between.after.sources["releases"]
    told = []
    for name in sorted({*names(before), *names(after)}):
        if name not in names(before) or name not in names(after):
            told.append(
                f"{name} {'is' if name in names(after) else 'is no longer'} among its sources"
            )
        elif _is_restated(old[name], new[name], between):
            told.append(f"{name} was restated")
    return ", ".join(told)


def _is_restated(old: Mapping[str, Any], new: Mapping[str, Any], between: Between) -> bool:
    if old["sha256"] and old["sha256"] == new["sha256"] and not _is_ours_alike(between):
        return False  # the same file, read in another way
    return any(old[name] != new[name] for name in ("sha256", "table_sha256"))


def _is_ours_alike(between: Between) -> bool:
    first, second = between.before.run["package"], between.after.run["package"]
    return all(first.get(name) == second.get(name) for name in ("version", "commit"))


def _definition(before: Record, after: Record, between: Between) -> str:
    code = str(after.get("indicator"))
    old, new = (one.sources["indicators"].get(code, {}) for one in (between.before, between.after))
    first, last = year(str(before["id"])), year(str(after["id"]))
    if first != last:
        told = [one["reason"] for one in new.get("breaks", ()) if first < one["at"] <= last]
        if told:
            return "; ".join(told)
    fields = ("definition", "numerator", "denominator", "breaks")
    changed = [name for name in fields if old and new and old.get(name) != new.get(name)]
    return f"{', '.join(changed)} of {code} changed" if changed else ""


def _roster(before: Record, after: Record, between: Between) -> str:
    told = []
    for code in sorted(organizations(before) | organizations(after)):
        old, new = (one.sources["places"].get(code) for one in (between.before, between.after))
        if old and new and old["roster_sha256"] != new["roster_sha256"]:
            told.append(f"the schools of {new['name']} changed{_joined_and_left(old, new)}")
    # What a later year is compared to may have a year in its name, which is no renaming.
    same = before["id"] == after["id"]
    for name in ("place", "reference_label") if same else ("place",):
        if before.get(name) != after.get(name):
            told.append(f"{before.get(name)} is now {after.get(name)}")
    return "; ".join(told)


def _joined_and_left(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    first, second = old["schools"], new["schools"]
    parts = [
        *(f"joined by {second[code]}" for code in second.keys() - first),
        *(f"without {first[code]}" for code in first.keys() - second),
    ]
    return f" ({', '.join(sorted(parts))})" if parts else ""


def _withheld(before: Record, after: Record, between: Between) -> str:
    fields = differences(before, after, ("publish", "status", "rule"))
    if not fields:
        return ""
    kinds = {"point": "a number", "range": "a range", "nothing": "withheld"}
    first, second = (kinds.get(str(one.get("publish")), "") for one in (before, after))
    if first == second:
        return f"{', '.join(fields)} changed"
    return f"was {first}, is {second}"


def _method(before: Record, after: Record, between: Between) -> str:
    """Say whether the method's words or the kind of measure differ; years and numbers in the words do not count."""
    old, new = (re.sub(r"\d+", "", str(one.get("method") or "")) for one in (before, after))
    measure = str(after.get("measure"))
    kinds = [one.sources["measures"].get(measure) for one in (between.before, between.after)]
    if old != new:
        return f"method: {before.get('method') or 'none'} → {after.get('method') or 'none'}"
    return (
        f"the measure {measure} is made in another way"
        if all(kinds) and kinds[0] != kinds[1]
        else ""
    )


def _ours(between: Between) -> str:
    """Say what differs of ours where sources, definition, roster and withholding are the same."""
    first, second = between.before.run, between.after.run
    old, new = first["package"].get("version"), second["package"].get("version")
    if first.get("parameters") != second.get("parameters"):
        return "the edition's parameters changed"
    return f"version {old} → {new}" if old != new else "the package's code or words changed"


RESTATED: Sequence[tuple[str, Rule]] = (
    ("source_restated", _sources),
    ("definition_break", _definition),
    ("roster_changed", _roster),
    ("suppression_changed", _withheld),
    ("method_changed", _method),
)
"""Asked of a finding that both editions have under one id, if it tells something else; else it is method_changed."""

LATER: Sequence[tuple[str, Rule]] = (
    ("definition_break", _definition),
    ("roster_changed", _roster),
    ("suppression_changed", _withheld),
    ("method_changed", _method),
)
"""Asked of a finding and the same one of an earlier year; if none holds it is new_year."""


def _alone(record: Record, between: Between, *, appeared: bool) -> tuple[str, str]:
    """Judge a finding that only one edition has: by its schools, then its year and releases, then as our choice."""
    other = between.before if appeared else between.after
    own = between.after if appeared else between.before
    unknown = sorted(_places(record, own) - _organizations(other))
    if unknown:
        verb = "new" if appeared else "no longer there"
        return "roster_changed", f"{verb}: {', '.join(unknown)}"
    fresh = [name for name in names(record) if name not in other.sources["releases"]]
    if not between.is_one_edition:
        known = {_question(one) for one in other.findings}
        if fresh or _question(record) in known:
            return "new_year", ", ".join(fresh) or "not a figure of both years"
    elif fresh:
        return "source_restated", f"{'now' if appeared else 'no longer'} from {', '.join(fresh)}"
    return "method_changed", f"{'now' if appeared else 'no longer'} shown"


def _question(record: Record) -> tuple[object, object]:
    return record.get("measure"), record.get("indicator")


def _places(record: Record, own: Frozen) -> set[str]:
    """The organizations of a finding, without the groups and years that its reference may name."""
    return organizations(record) & _organizations(own)


def _organizations(frozen: Frozen) -> set[str]:
    return _of(frozen.findings) | frozen.sources["places"].keys()


def _of(records: Iterable[Record]) -> set[str]:
    return {str(record["organization_id"]) for record in records if record.get("organization_id")}
