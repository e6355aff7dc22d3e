"""Round the numbers of a finding for readers: whole percents and points, the ends of a range outward.

They are rounded from what is printed, so that a picture says nothing finer than its table. Decimals stay where they
matter: of rates that differ by less than a point, of differences under two points, and halfway between two numbers.
"""

from math import ceil, floor

from sesec_analysis import catalog
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording.fields import WordedFinding
from sesec_analysis.evidence.wording.numbers import Printed
from sesec_analysis.i18n import translate

__all__ = ["whole_size", "whole_value"]

_LEAST = 2
"""Points: a smaller difference keeps its decimals."""
_ROOM = 1e-6


def whole_value(finding: WordedFinding, language: str) -> str:
    """Return the number of a finding in whole percents: 40%, 60–61%; any other as it stands next to a mark."""
    row, numbers = finding.row, finding.printed_as(language)
    ends = _whole_ends(row, numbers) if row.printed_in == "proportion" else None
    if ends is None or min(ends) < 1 or max(ends) > 99:
        return numbers.mark
    return "–".join(str(end) for end in dict.fromkeys(ends)) + "%"


def whole_size(finding: WordedFinding, language: str) -> str:
    """Return how large a difference is, without its sign: 7 points, 20 to 21 points, 1.21 times; else empty."""
    row, numbers = finding.row, finding.printed_as(language)
    if row.printed_in == "ratio":
        return numbers.value
    if row.printed_in != "points":
        return ""
    ends = _whole_ends(row, numbers)
    known = [numbers.numbers[name] for name in _names(row)]
    if None in known or 0 in known:
        return ""
    if ends is None or min(map(abs, ends)) < _LEAST:
        return translate("{number} points", language, number=numbers.brief)
    low, *high = sorted(dict.fromkeys(map(abs, ends)))
    number = str(low)
    if high:
        number = translate("{low} to {high}", language, low=low, high=high[0])
    return translate("{number} points", language, number=number)


def _names(row: Row) -> tuple[str, ...]:
    return ("bound_low", "bound_high") if row.publish == "range" else ("estimate",)


def _whole_ends(row: Row, numbers: Printed) -> list[int] | None:
    """Return a number or both ends of a range as whole percents or points; None where its decimals stay."""
    margin = catalog.indicator(row.indicator).margin
    known = [numbers.numbers[name] for name in _names(row)]
    percents = [value * 100 for value in known if value is not None]
    if len(percents) < len(known) or (margin is not None and margin < 0.01):
        return None
    if row.publish == "range":
        return [floor(percents[0] + _ROOM), ceil(percents[1] - _ROOM)]
    [percent] = percents
    # Printed as 6.5, it may have been less: which whole number is nearer cannot be told.
    is_halfway = abs(abs(percent) % 1 - 0.5) < _ROOM
    return None if is_halfway else [round(percent)]
