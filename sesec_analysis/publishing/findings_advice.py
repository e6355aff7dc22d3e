"""What to say with a finding, and what not to: its record in, short notes out, the same words for the same case."""

from dataclasses import dataclass
from typing import Literal

from sesec_analysis.publishing.blocks import Record
from sesec_analysis.publishing.printing_rules import JOINT, PRINTING_RULES
from sesec_analysis.words import mark

__all__ = ["KINDS", "Note", "notes"]

Kind = Literal["do", "dont", "why", "know"]

KINDS: dict[Kind, str] = {
    "do": mark("Say with it"),
    "dont": mark("Do not say"),
    "why": mark("Why it is printed so"),
    "know": mark("What is counted"),
}
"""What each kind of note is headed with, in the order in which they are read."""


@dataclass(frozen=True)
class Note:
    """A piece of advice; ``tag`` names it beside the number, where it is of this number in particular."""

    kind: Kind
    text: str
    tag: str = ""


_SCOPE = Note("do", mark("Keep the group, the place and the school year with the number."))
_INTERVAL = Note(
    "do", mark("Where there is room, give the interval: the number alone sounds surer than it is.")
)
_REFERENCE = Note("do", mark("Name what it is compared with."))
_MEANS = Note(
    "do",
    mark("Beside a difference, say what differs in what schools are given: money, teachers, time."),
)

_NO_NUMBER = Note(
    "dont", mark("Give no number for it, and do not work one out from others."), mark("not shown")
)
_RANGE = Note(
    "dont",
    mark("Do not make one number of the range, such as its middle."),
    mark("a range, not one number"),
)
_CARE = Note("dont", mark("Do not let a claim rest on this number alone."), mark("with care"))
_CAUSE = Note("dont", mark("Do not say what caused it: it tells how much differs, not why."))
_RANK = Note(
    "dont", mark("Do not rank schools by it: chance alone moves small schools up and down.")
)
_SIDES = {
    "left-open": Note(
        "dont", mark("Do not say which side is higher or lower."), mark("which side is open")
    ),
    "no-clear-difference": Note(
        "dont",
        mark("Do not say that one side is higher or lower, nor that they are equal."),
        mark("no clear difference"),
    ),
}


def notes(record: Record) -> list[Note]:
    """Return what to mind when a finding is quoted, what to say first.

    Parameters
    ----------
    record
        A finding as recorded; of what it does not tell, nothing is said.

    Examples
    --------
    >>> for note in notes({"publish": "range", "rule": "wide", "reference": "white"}):
    ...     print(note.kind, note.text)
    do Keep the group, the place and the school year with the number.
    do Name what it is compared with.
    do Beside a difference, say what differs in what schools are given: money, teachers, time.
    dont Do not make one number of the range, such as its middle.
    dont Do not say what caused it: it tells how much differs, not why.
    why Withheld figures leave over 10 points open: a range, and no single number.
    """
    rules = [rule for rule in str(record.get("rule") or "").split(JOINT) if rule]
    found = [] if record.get("publish") == "nothing" else _to_say(record)
    found += _not_to_say(record, rules)
    found += [
        Note("why", PRINTING_RULES[rule].sentence) for rule in rules if rule in PRINTING_RULES
    ]
    if caveats := record.get("caveats"):
        found.append(Note("know", str(caveats)))
    return found


def _to_say(record: Record) -> list[Note]:
    return [
        _SCOPE,
        *([_INTERVAL] if record.get("interval") else []),
        *([_REFERENCE, _MEANS] if record.get("reference") else []),
    ]


def _not_to_say(record: Record, rules: list[str]) -> list[Note]:
    publish = record.get("publish")
    if publish == "nothing":
        return [_NO_NUMBER]
    return [
        *([_RANGE] if publish == "range" else []),
        *(_SIDES[rule] for rule in rules if rule in _SIDES),
        *([_CARE] if record.get("care") else []),
        *([_CAUSE] if record.get("reference") else []),
        *([_RANK] if record.get("organization_level") == "school" else []),
    ]
