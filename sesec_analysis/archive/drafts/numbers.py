"""Extract the numbers of a sentence: each with what it counts and how finely it is written.

What only looks like a figure is passed over: dates and school years, grades, money but for dollars per student,
telephone numbers, addresses, ids, links, and numbers of lists and sections.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

__all__ = ["Number", "numbers"]


_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_ORDINAL = r"\d+(?:st|nd|rd|th)"
_NOT_FIGURES = re.compile(
    "|".join(
        (
            r"sesec:\S+",
            r"https?://\S+|www\.\S+|\S+@\S+\.\w+|doi:\S+|10\.\d{4,}/\S+",
            r"\(?\b\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b|\b\d{3}[-.]\d{4}\b|\+\d[\d .-]{7,}",
            rf"\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:[-–]\d{{1,2}})?(?:,?\s+\d{{4}})?\b",
            rf"\b\d{{1,2}}\s+{_MONTH}(?:,?\s+\d{{4}})?\b|\b{_MONTH},?\s+\d{{4}}\b",
            r"\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b|\b\d{4}-\d{2}-\d{2}\b",
            r"\b\d{1,2}(?::\d{2})?\s*[ap]\.?m\b\.?|\b\d{1,2}:\d{2}\b",
            r"\b(?:19|20)\d{2}\s?(?:[-–/]|\bto\b)\s?(?:19|20)?\d{2}\b",
            r"\b(?:19|20)\d{2}\b(?!\s*(?:students|children|answers|households|families|%|percent))",
            rf"\bgrades?\s+(?:K|\d+)(?:\s?(?:[-–,&]|\bto\b|\band\b|\bthrough\b)\s?\d+)*|\b{_ORDINAL}(?:[- ]grade\w*)?",
            r"\b(?:P|Pre)?K\s?[-–]\s?\d+\b|\bI-\d+\b",
            r"(?:\bversion|\bv\.?)\s*\d+(?:\.\d+)*",
            r"(?:\bsections?|\bfig(?:ure|\.)?|\btable|\bpages?|\bpp?\.|\bno\.|\bitem|\bpart|\bchapter|\blevel|\bstep|#|§)"
            r"\s?\d+(?:\.\d+)*(?:[-–]\d+)?",
            r"\b\d+\s+(?:[A-Z]\w*\s+)?(?:Street|St|Avenue|Ave|Road|Rd|Way|Blvd|Boulevard|Drive|Suite)\b\.?",
            r"\b(?:WA|Washington)\s+\d{5}(?:-\d{4})?\b",
            r"\b\d+%?[ -]?(?:percent)?\s?(?:confidence\s)?interval|\b\d{2}%\s?CI\b",
            r"^\s*\(?\d+[.)]\s|\[\d+\]|\b\d{2}-\d{7}\b",
        )
    ),
    re.IGNORECASE,
)
_MONEY = re.compile(
    rf"(?:US)?\$\s?(?P<figure>{_FIGURE})(?P<much>\s?(?:[kKmMbB]\b|thousand|million|billion))?", re.I
)
_PER_STUDENT = re.compile(r"(?:per|for each|for every|a) (?:student|pupil|child)", re.I)
_UNITS: tuple[tuple[str, str], ...] = (
    (r"\s?-?(?:percentage|percent)?[ -]points?\b|\s?pp\b", "points"),
    (r"\s?(?:%|percent\b|per cent\b)", "percent"),
    (r"\s?(?:times\b|×|x\b|-fold\b)", "times"),
    (r"\s?(?:%|percent)", "percent"),
    (r"\s?years?\b", "years"),
)
_SIGNED = re.compile(rf"(?<![\w.,])[−+-]?(?:{_FIGURE})")
_RANGE = re.compile(rf"(?:\s?[-–]\s?|\s+(?:to|and|or)\s+)(?P<last>[−+-]?(?:{_FIGURE}))")
_IN = re.compile(
    r"\b(?P<part>\d+|one|two|three|four|five|six|seven|eight|nine)\s+(?:in|out of)\s+(?:every\s+)?"
    r"(?P<whole>\d+|two|three|four|five|six|seven|eight|nine|ten)\b",
    re.IGNORECASE,
)
_NAMED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WORDS = {word: value for value, word in enumerate(_NAMED, 1)}


@dataclass(frozen=True)
class Number:
    """A number as a draft writes it.

    ``kind`` is percent, points, times, years, dollars, plain or count; ``places`` are its decimals; ``at`` is where it
    begins. ``paired``: it is an end of a range. ``part_of``: it is said as so many in so many, and ``value`` is the
    percent that this comes to.
    """

    text: str
    value: Decimal
    places: int
    kind: str
    at: int
    paired: bool = False
    part_of: int = 0

    def rounds(self, other: Decimal) -> bool:
        """Tell whether ``other`` becomes this when it is written with as many decimals; a tie may go either way."""
        if self.part_of:
            return abs(self.value - other) <= Decimal(50) / self.part_of
        unit = Decimal(1).scaleb(-self.places)
        if other.quantize(unit, ROUND_HALF_UP) == self.value:
            return True
        return abs(other - self.value) * 2 == unit

    def is_near(self, other: Decimal, places: int) -> bool:
        """Tell whether this is a slip in rounding ``other``, which is printed with so many decimals.

        It misses by less than one unit of its last digit (by one, if it has as many digits), or it has more digits.
        """
        apart = abs(self.value - other)
        if self.part_of:
            return apart < Decimal(100) / self.part_of
        unit = Decimal(1).scaleb(-self.places)
        if self.places > places:
            return self.value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) == other
        return apart < unit or (apart == unit and self.places == places)


def numbers(sentence: str) -> list[Number]:
    """Return the figures of a sentence in order.

    Examples
    --------
    >>> [(n.text, n.kind) for n in numbers("In 2016–17, 32.9 percent of 216 students in grade 3 met it.")]
    [('32.9 percent', 'percent'), ('216', 'count')]
    >>> [n.text for n in numbers("Call (206) 555-0100 by March 1, 2027 about the $50,000 request.")]
    []
    """
    figures: list[Number] = []
    text = sentence
    for match in _IN.finditer(sentence):
        if ratio := _part_of_whole(match):
            figures += ratio
            text = text[: match.start()] + " " * len(match.group()) + text[match.end() :]
    for match in _MONEY.finditer(text):
        figures += _dollars(match, text)
    text = _blanked(_blanked(text, _MONEY), _NOT_FIGURES)
    at = 0
    while (figure := _SIGNED.search(text, at)) is not None:
        taken, at = _measured(text, figure)
        figures += taken
    return sorted(figures, key=lambda number: number.at)


def _blanked(text: str, pattern: re.Pattern[str]) -> str:
    """Return ``text`` with spaces where ``pattern`` matches, so that places in it stay the same."""
    return pattern.sub(lambda match: " " * len(match.group()), text)


def _part_of_whole(match: re.Match[str]) -> list[Number]:
    part, whole = (
        _WORDS.get(match[name].lower()) or int(match[name]) for name in ("part", "whole")
    )
    if not 0 < part < whole <= 20:  # "71 out of 216" is two counts, and "1 in 2019" is none
        return []
    return [
        Number(
            match.group(), Decimal(100 * part) / whole, 0, "percent", match.start(), part_of=whole
        )
    ]


def _dollars(match: re.Match[str], text: str) -> list[Number]:
    after = text[match.end() : match.end() + 40]
    if match["much"] or not _PER_STUDENT.search(after):
        return []  # a budget, a request, a price
    return [_number(match.group(), match["figure"], "dollars", match.start())]


def _measured(text: str, match: re.Match[str]) -> tuple[list[Number], int]:
    """Return the number at ``match`` with its unit, or the two of a range that share one, and where they end."""
    if re.match(r"(?!x\b|pp\b)[A-Za-z]", text[match.end() :]):
        return [], match.end()  # 2b, 3D
    unit, end = _unit(text, match.end())
    parts = [match]
    second = _RANGE.match(text, end)
    if second:
        shared, shared_end = _unit(text, second.end())
        if shared and unit in ("", shared):
            last = _SIGNED.match(text, second.start("last"))
            parts, unit, end = [match, *([last] if last else [])], shared, shared_end
    kind = unit or "count"
    out = []
    for part in parts:
        stop = end if part is parts[-1] else part.end()
        if kind == "count" and "." in part.group():
            kind = "plain"
        out.append(
            _number(
                text[part.start() : stop].strip(), part.group(), kind, part.start(), len(parts) > 1
            )
        )
    return out, end


def _unit(text: str, at: int) -> tuple[str, int]:
    for pattern, kind in _UNITS:
        if unit := re.compile(pattern, re.IGNORECASE).match(text, at):
            return kind, unit.end()
    return "", at


def _number(text: str, figure: str, kind: str, at: int, paired: bool = False) -> Number:
    digits = figure.replace(",", "").replace("−", "").lstrip("+-")
    places = len(digits.partition(".")[2])
    return Number(text, Decimal(digits), places, kind, at, paired)
