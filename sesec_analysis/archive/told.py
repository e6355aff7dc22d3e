"""What a finding tells: its numbers, its words, the range it leaves open; and whether two tell the same."""

import re
from collections.abc import Sequence

from sesec_analysis.publishing.blocks import Record

__all__ = ["NUMBERS", "differences", "lies_apart", "moved", "reworded", "span"]

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
"""Fields that are numbers, or say in what or whether a number is told: one that differs is a number that moved."""

_WORDS = ("sentence", "place", "label", "reference_label", "method", "reason", "status", "care")


def moved(before: Record, after: Record) -> bool:
    """Whether a number differs, in the fields or in the sentence."""
    return bool(differences(before, after, NUMBERS)) or _said(before) != _said(after)


def reworded(before: Record, after: Record) -> bool:
    """Whether words differ that are said with the number."""
    return bool(differences(before, after, _WORDS))


def differences(before: Record, after: Record, fields: Sequence[str]) -> list[str]:
    """Return the fields in which two findings differ; one that is missing is empty."""
    return [name for name in fields if _plain(before.get(name)) != _plain(after.get(name))]


def _plain(value: object) -> object:
    return None if value in ("", False) else value


def _said(record: Record) -> list[str]:
    sentence = str(record.get("sentence", ""))
    for name in ("place", "label", "reference_label"):  # a school may have a number in its name
        sentence = sentence.replace(str(record.get(name) or " "), " ")
    return re.findall(r"\d[\d.,]*", sentence)


def span(record: Record) -> tuple[float, float] | None:
    """Return the range in which the number lies, chance and withheld figures together; None if none is told."""
    for name in ("outer", "ci", "bound"):
        low, high = record.get(f"{name}_low"), record.get(f"{name}_high")
        if low is not None and high is not None:
            return float(low), float(high)
    return None


def lies_apart(before: Record, after: Record) -> bool:
    """Whether the ranges of two findings do not touch: neither chance nor withheld figures explain the difference."""
    first, second = span(before), span(after)
    if first is None or second is None:
        return False
    return first[1] < second[0] or second[1] < first[0]
