"""Extract the numbers of a sentence, in figures and in words: each with what it counts and how finely it is said.

What only looks like a number is passed over: dates and school years, grades, money but for dollars per student,
telephone numbers, addresses, ids, links, and numbers of lists and sections.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from text_to_num import Token, find_numbers

from sesec_analysis import catalog

__all__ = ["PER_STUDENT", "Number", "how_many", "numbers"]


Nearness = Literal["", "about", "over", "under"]

_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,15}(?:\.\d{1,9})?|\.\d{1,9}"


def _lookalikes() -> re.Pattern[str]:
    words = catalog.words()
    return re.compile("|".join(words.lookalikes).replace("MONTH", words.month), re.IGNORECASE)


_MONEY = re.compile(
    rf"(?:US)?\$\s?(?P<figure>{_FIGURE})(?P<much>\s?(?:[kKmMbB]\b|thousand|million|billion))?", re.I
)

PER_STUDENT = re.compile(
    r"(?:\b(?:per|each|every)[- ]|(?<=\d )a )(?:student|pupil|child)\b", re.IGNORECASE
)
_SIGNED = re.compile(rf"(?<![\w.,])[−+-]?(?:{_FIGURE})(?![\d])")
_RANGE = re.compile(rf"(?:\s?[-–]\s?|\s(?:to|and|or)\s)(?P<last>[−+-]?(?:{_FIGURE}))")
_MOVED_FROM = re.compile(catalog.words().patterns["moved_from"], re.IGNORECASE)
_LIST = re.compile(r"\s?(?:,|,?\s(?:and|or|then))\s")

_WHOLES = r"halves|half|(?:third|quarter|fourth|fifth|sixth|seventh|eighth|ninth|tenth)s?"
_COUNTED = r"one|two|three|four|five|six|seven|eight|nine"
_FRACTION = re.compile(
    rf"\b(?:(?P<part>{_COUNTED}|an?|\d)[ -])?(?P<whole>{_WHOLES})\b"
    r"(?![- ](?:grade|graders?|year|and|place|street|time|day|hour|annual|the (?:battle|story|work|fun))\b)",
    re.IGNORECASE,
)
_PART = {word: at for at, word in enumerate(_COUNTED.split("|"), start=1)} | {"a": 1, "an": 1}
_IN = re.compile(
    r"(?<![\w.,])(?P<part>\d{1,4})\s(?:(?:student|child|kid|pupil)\s)?(?:in|out of|of)\s(?P<every>every\s)?"
    r"(?P<whole>\d{1,4})(?!\d|[.,]\d|\s?%|\s?percent)",
    re.I,
)
_MULTIPLES = "|".join(catalog.words().multiples)
_MULTIPLE = re.compile(rf"\b(?:{_MULTIPLES})\b(?![- ](?:check|credit))", re.IGNORECASE)


def _nearness() -> dict[Nearness, re.Pattern[str]]:
    before = (
        r"(?:^|(?<=\W))(?<!points\s)(?:(?:only|just|a little|a bit|a touch|a shade|slightly)\s)?"
    )
    # "Fewer than the 48 percent" compares with a number that is known.
    return {
        kind: re.compile(rf"{before}(?:{words})\s(?:an?\s)?$", re.IGNORECASE)
        for kind, words in catalog.words().nearness.items()
    }


_ONLY = re.compile(r"(?:^|(?<=\W))(?:only|just|exactly)\s$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|\d+|[^\w\s]|\s+|_")
_NUMBER_WORD = re.compile(
    rf"\b(?:{_COUNTED}|ten|eleven|twelve|\w{{3,6}}teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred"
    rf"|thousand|{_WHOLES}|{_MULTIPLES})\b|\d[\d,.]*",
    re.I,
)
_AND_A_HALF = re.compile(r"\sand a half(?=\s(?:per\s?cent|points|percentage|times|years))", re.I)
_NO_NUMBERS = ("hundred", "thousand", "million", "billion")
"""Words that are no number by themselves: of "$3 million"."""


@dataclass(frozen=True)
class Number:
    """A number as a draft writes it.

    ``kind`` is percent, points, times, years, dollars, plain or count; ``places`` are its decimals (negative where it
    ends in zeros that stand for no digit); ``at`` and ``end`` are where it stands. ``paired``: it is an end of a range.
    ``part_of``: it is said as so many in so many, and ``value`` is the percent that this comes to. ``begin`` is where
    the words begin that say how near it is, or only that it is small: "just under", "only".
    """

    text: str
    value: Decimal
    places: int
    kind: str
    at: int
    paired: bool = False
    part_of: int = 0
    end: int = 0
    near: Nearness = ""
    begin: int = 0

    def is_exactly(self, other: Decimal, places: int) -> bool:
        """Return whether a printed number is this one, with as many decimals."""
        is_rough = bool(self.part_of or self.near)
        return not is_rough and (self.value, max(self.places, 0)) == (other, max(places, 0))

    def rounds(self, other: Decimal) -> bool:
        """Return whether ``other`` becomes this when it is written as finely; a tie may go either way."""
        apart = other - self.value
        is_beyond = bool(apart or self.places <= 0)  # "no fewer than 58.0" is not 58.0
        if self.near == "over":
            return is_beyond and Decimal(0) <= apart <= max(self.value / 4, self._reach())
        if self.near == "under":
            # "Nearly 45": no further below than people round to.
            even = self.part_of or self.value % 5 == 0 or self.kind in ("count", "dollars")
            reach = self._reach()
            return is_beyond and -(reach if even else reach / 2) <= apart <= reach / 5
        return abs(apart) <= self._reach()

    def _reach(self) -> Decimal:
        """How far a number may be from this one and still be what is meant."""
        if self.part_of:
            return self._reach_of_part()
        half = Decimal(1).scaleb(-self.places) / 2
        if self.kind == "times" and self.places == 0 and self.value <= 3:
            half = Decimal("0.3")
        if not self.near:
            return half
        if self.kind in ("percent", "points") and self.places <= 0:
            even = Decimal("2.5") if self.value % 5 == 0 else Decimal(1)
            return max(half, min(even, self.value / 5))
        return max(half, self.value / 40) if self.kind in ("count", "dollars") else 2 * half

    def _reach_of_part(self) -> Decimal:
        """Half the way to the next fraction that people say, and a few points at most."""
        part, most = self.value * self.part_of / 100, Decimal(5 if self.near else 3)
        if round(part) == 1 and self.part_of > 2:
            step = 5 if self.part_of in (15, 20, 25) else 1  # fractions that people say
            half = 100 / (self.part_of - Decimal(step) / 2) - self.value
            return min(most, half * (Decimal("1.5") if self.near and step == 1 else 1))
        return min(most, Decimal(50) / self.part_of)


def how_many(sentence: str) -> int:
    """Return about how many numbers a sentence has, dates among them: known at once."""
    return len(_NUMBER_WORD.findall(sentence))


def numbers(sentence: str) -> list[Number]:
    """Return the numbers of a sentence in order.

    Examples
    --------
    >>> [(n.text, n.kind) for n in numbers("In 2016–17, 32.9 percent of 216 students in grade 3 met it.")]
    [('32.9 percent', 'percent'), ('216', 'count')]
    >>> [(n.text, float(n.value)) for n in numbers("Nearly two thirds, or seventy-two percent, and one in eighteen")]
    [('two thirds', 66.66666666666667), ('seventy-two percent', 72.0), ('one in eighteen', 5.555555555555555)]
    """
    figures: list[Number] = []
    text = sentence
    for match in _MULTIPLE.finditer(text):
        times, at = Decimal(catalog.words().multiples[match.group().lower()]), match.start()
        figures.append(Number(match.group(), times, 0, "times", at, end=match.end()))
    text = _blank_matches(text, _MULTIPLE)
    for match in _FRACTION.finditer(text):
        if part := _read_fraction(match, text):
            figures.append(part)
            text = _blank(text, match.start(), match.end())
    digits, starts, ends = _in_digits(text)
    found = [
        replace(number, at=at, end=end, text=sentence[at:end].strip())
        for number in _in_figures(digits)
        for at, end in [(starts[number.at], ends[number.end - 1])]
    ]
    # "One of them", "no one" count nothing.
    figures += [n for n in found if n.kind != "count" or n.text.lower() not in ("one", "zero")]
    figures = sorted(figures, key=lambda number: number.at)
    return _with_units([_with_nearness(number, sentence) for number in figures], sentence)


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _blank_matches(text: str, pattern: re.Pattern[str]) -> str:
    """Return ``text`` with spaces where ``pattern`` matches, so that places in it stay the same."""
    return pattern.sub(lambda match: " " * len(match.group()), text)


def _share(match: re.Match[str], part: int, whole: int) -> Number:
    """Return so many in so many as the percent that it comes to."""
    value = Decimal(100 * part) / whole
    return Number(match.group(), value, 0, "percent", match.start(), part_of=whole, end=match.end())


def _read_fraction(match: re.Match[str], text: str) -> Number | None:
    """Return "two thirds", "a quarter" or "half", where it is a share of something."""
    whole = catalog.words().parts[match["whole"].lower()]
    said = (match["part"] or "").lower()
    after = text[match.end() : match.end() + 25]
    if not re.match(r"\s(?:of|as|the|did|met|were|was|attended|had)\b|\W*$|,|\s\(", after, re.I):
        return None
    if not said and whole != 2 and not match["whole"].lower().endswith("s"):
        return None  # "the third of May", "in the fifth"
    part = int(said) if said.isdigit() else _PART.get(said, 1)
    if re.match(r"\s(?:of )?(?:the|that) rate\b|\sas\b", after):  # of no whole
        times = Decimal(part) / whole
        return Number(match.group(), times, 1, "times", match.start(), end=match.end())
    return _share(match, part, whole) if 0 < part < whole else None


class _Word(Token):
    """A word of a sentence, as the reader of number words asks for it."""

    def __init__(self, match: re.Match[str]) -> None:
        self.match = match

    def text(self) -> str:
        return self.match.group()


def _in_digits(text: str) -> tuple[str, list[int], list[int]]:
    """Return a text with its number words in digits, and where each character's word begins and ends."""
    pieces, starts, ends, at = list[str](), list[int](), list[int](), 0
    for start, end, value in _number_words(text):
        pieces += [text[at:start], value]
        starts += [*range(at, start), *[start] * len(value)]
        ends += [*range(at + 1, start + 1), *[end] * len(value)]
        at = end
    pieces.append(text[at:])
    starts += range(at, len(text))
    ends += range(at + 1, len(text) + 1)
    return "".join(pieces), starts, ends


def _number_words(text: str) -> Iterator[tuple[int, int, str]]:
    tokens = [_Word(match) for match in _WORD.finditer(text)]
    for met in find_numbers(tokens, "en", threshold=0):
        words = tokens[met.start : met.end]
        said = "".join(word.text() for word in words).lower()
        if met.is_ordinal or said.isdigit() or said in _NO_NUMBERS:
            continue
        value = met.text if re.fullmatch(r"\d+(?:\.\d+)?", met.text) else f"{met.value:g}"
        end = words[-1].match.end()
        if (half := _AND_A_HALF.match(text, end)) and value.isdigit():
            value, end = f"{value}.5", half.end()
        yield words[0].match.start(), end, value


def _in_figures(text: str) -> list[Number]:
    figures: list[Number] = []
    for match in _IN.finditer(text):
        if part := _part_of_whole(match):
            figures.append(part)
    for part in figures:
        text = _blank(text, part.at, part.end)
    for match in _MONEY.finditer(text):
        figures += _dollars(match, text)
    text = _blank_matches(_blank_matches(text, _MONEY), _lookalikes())
    at = 0
    while (figure := _SIGNED.search(text, at)) is not None:
        taken, at = _read_measures(text, figure)
        figures += taken
    return figures


def _part_of_whole(match: re.Match[str]) -> Number | None:
    part, whole = int(match["part"]), int(match["whole"])
    # "71 out of 216" is two counts, and "1 in 2019" is none; so is "per 1,000" read elsewhere.
    most = 10 if re.search(r"(?<=\d)\sof\s", match.group()) else 20
    is_share = whole <= most or (bool(match["every"]) and whole != 1000)
    return _share(match, part, whole) if is_share and 0 < part < whole else None


def _dollars(match: re.Match[str], text: str) -> list[Number]:
    """Return dollars per student; a budget, a request or a price is none."""
    after = text[match.end() : match.end() + 40]
    each = catalog.words().patterns["per_whom"]
    is_each = re.search(each, after, re.I) or PER_STUDENT.search(text)
    if match["much"] or not is_each:
        return []
    return [_number(match.group(), match["figure"], "dollars", match.start(), match.end("figure"))]


def _read_measures(text: str, match: re.Match[str]) -> tuple[list[Number], int]:
    """Return the number at ``match`` with its unit, or the two of a range that share one, and where they end."""
    if re.match(r"(?!x\b|pp\b|fold\b)[A-Za-z]", text[match.end() : match.end() + 5]):
        return [], match.end()  # 2b, 3D
    unit, end = _unit(text, match.end())
    parts = [match]
    second = _RANGE.match(text, end)
    if second:
        shared, shared_end = _unit(text, second.end())
        joins = bool(re.match(r"\s?[-–]|\sto\s|\sa\s", second.group()))
        is_between = re.search(r"\b(?:between|from)\s$", text[: match.start()], re.I)
        is_range = (joins or is_between) and not _moves(text, match.start())
        is_of = text.startswith(" of ", second.end())  # "1 to 6 of 20 schools"
        if (shared or is_of) and unit in ("", shared) and is_range:
            last = _SIGNED.match(text, second.start("last"))
            parts, unit, end = [match, *([last] if last else [])], shared, shared_end
    kind = unit or "count"
    out = []
    for part in parts:
        stop = end if part is parts[-1] else part.end()
        if kind == "count" and "." in part.group():
            kind = "plain"
        made = text[part.start() : stop].strip()
        out.append(_number(made, part.group(), kind, part.start(), stop, len(parts) > 1))
    if out[0].value > out[-1].value and parts[0].group()[0].isdigit():  # "from 88% to 72%"
        out = [replace(one, paired=False) for one in out]
    return out, end


def _moves(text: str, at: int) -> bool:
    """Return whether a number is where something began to move: "fell from 84.9 to 71.7 percent" is no range."""
    return bool(_MOVED_FROM.search(text, max(0, at - 60), at))


def _unit(text: str, at: int) -> tuple[str, int]:
    for kind, pattern in catalog.words().units.items():
        if unit := re.compile(pattern, re.IGNORECASE).match(text, at):
            return kind, unit.end()
    return "", at


def _number(text: str, figure: str, kind: str, at: int, end: int, paired: bool = False) -> Number:
    digits = figure.replace(",", "").replace("−", "").lstrip("+-")
    places = len(digits.partition(".")[2])
    value = Decimal(digits)
    if kind == "per 1,000":
        return Number(text, value / 10, places + 1, "percent", at, paired, end=end)
    if kind in ("count", "dollars", "plain") and places == 0 and value >= 1000:
        zeros = len(digits) - len(digits.rstrip("0"))
        places = -min(zeros, len(digits) - 2)
    return Number(text, value, places, kind, at, paired, end=end)


def _with_nearness(number: Number, sentence: str) -> Number:
    start = max(0, number.at - 30)
    before = sentence[start : number.at]
    for kind, pattern in _nearness().items():
        if said := pattern.search(before):
            return replace(number, near=kind, begin=start + said.start())
    only = _ONLY.search(before)
    return replace(number, begin=start + only.start() if only else number.at)


def _with_units(figures: list[Number], sentence: str) -> list[Number]:
    """Give the numbers of a list the unit that its last has: "27.5, 26.1 and 18.5 percent"."""
    out, words = list(figures), catalog.words().patterns
    for n in range(len(out) - 2, -1, -1):
        this, after = out[n], out[n + 1]
        glue = sentence[this.end : after.at]
        is_list = _LIST.fullmatch(glue) or (glue == " to " and _moves(sentence, this.at))
        has_unit = after.kind in ("percent", "points", "times")
        lacks_unit = this.kind in ("count", "plain") and has_unit
        if is_list and lacks_unit and not (this.paired or after.paired or after.part_of):
            out[n] = replace(this, kind=after.kind)
    for n in range(1, len(out)):
        this, after = out[n - 1], out[n]
        lacks_unit = after.kind in ("count", "plain") and not after.paired
        is_against = re.search(words["against"], sentence[this.end : after.begin], re.I)
        has_unit = this.kind in ("percent", "points", "times", "years") and not this.part_of
        if (
            lacks_unit
            and has_unit
            and is_against
            and re.match(words["no_unit"], sentence[after.end :])
        ):
            out[n] = replace(after, kind=this.kind)
    return out
