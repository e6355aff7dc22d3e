"""Hold the direction that a claim tells against findings: higher or lower, rose or fell, and of which of two sides."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from sesec_analysis import catalog
from sesec_analysis.archive.drafts.binding import Claim
from sesec_analysis.archive.drafts.known_findings import PrintedNumber
from sesec_analysis.archive.drafts.numbers import Number
from sesec_analysis.archive.drafts.subjects import Codes, Mention, places_of
from sesec_analysis.evidence.row import Record

__all__ = [
    "DIRECTION",
    "is_less_than_it_says",
    "is_other_way",
    "moves_otherwise",
    "says_how_far",
    "years_are_turned",
]


_UP, _DOWN, _BETTER, _WORSE = catalog.words().ways.values()
_ANY_WAY = "|".join(catalog.words().ways.values())
DIRECTION = re.compile(
    rf"(?:{_ANY_WAY}|change[sd]?|since|difference|gone|went|moved)", re.IGNORECASE
)
"""A word that tells which way a number goes."""
_MOVING = ("gap", "change", "gap_change")
_WAYS = {
    name: re.compile(rf"\b(?:{words})\b", re.I) for name, words in catalog.words().ways.items()
}
_WAY = rf"\b(?P<way>{_ANY_WAY})\s(?:[\w–-]+\s)"
_TO = re.compile(rf"{_WAY}{{0,3}}?to\s(?:\w+\s){{0,2}}$", re.IGNORECASE)
_FROM = re.compile(rf"{_WAY}{{0,4}}?from\s(?:\w+\s){{0,2}}$", re.IGNORECASE)
_GAP = re.compile(r"\b(?:gaps?|differences?|distance|divide|apart)\b", re.IGNORECASE)
_UNTIL = re.compile(r"\s(?:to|and|until|through)\s", re.IGNORECASE)


def is_other_way(claim: Claim, printed: PrintedNumber, gap: Record | None) -> bool:
    """Return whether a draft says higher where we say lower, or so many times of the other place.

    ``gap`` is what the gap has come to whose change a finding is: one below 0 that moved down has grown.
    """
    record = printed.record
    own, others = places_of(record)
    after = claim.sentence[claim.number.end : claim.number.end + 20]
    if claim.number.kind == "times" and _WAYS["down" if claim.number.value > 1 else "up"].search(
        after
    ):
        return True  # "0.36 times more likely"
    if claim.number.kind == "times" and others:
        held = frozenset().union(*(m.codes for m in claim.held if m.dimension == "place"))
        return bool(held & own) and not held & others
    if claim.number.kind != "points" or record["measure"] not in _MOVING:
        return False
    signs = {float(v) > 0 for v in _ends(record)}
    said = _way(claim, str(record["indicator"]))
    if record["measure"] == "gap_change" and _GAP.search(claim.alone):
        return said is None or said != (gap is not None and signs == {v > 0 for v in _ends(gap)})
    if len(signs) != 1 or said is None:
        return False
    places = [m for m in claim.mentions if m.dimension == "place"]
    return (said != signs.pop()) != (bool(others) and _is_flipped(claim, places, own, others))


def years_are_turned(claim: Claim, printed: PrintedNumber) -> bool:
    """Return whether a change is said from a later year to an earlier one, or "lower than in 2024" of its last year."""
    years = [m for m in claim.mentions if m.dimension == "school year"]
    than_a_year = re.compile(catalog.words().patterns["than_a_year"])
    than = than_a_year.search(claim.sentence, claim.number.end)
    last = str(printed.record["end_year"])
    return any(than and m.at == than.end() and last in m.codes for m in years) or any(
        _UNTIL.fullmatch(claim.sentence[this.end : after.at]) and min(this.codes) > min(after.codes)
        for this, after in pairwise(years)
    )


def _ends(record: Record) -> list[float]:
    """Return the point of a finding, or the ends of the range that it has instead."""
    if record.get("estimate") is not None:
        return [record["estimate"]]
    return [record[n] for n in ("bound_low", "bound_high") if record.get(n) is not None]


def _sizes(record: Record) -> list[float]:
    return [abs(end) for end in _ends(record)]


def _way(claim: Claim, indicator: str) -> bool | None:
    """Return whether the words around a number, or else of its clauses, say up; nothing, if neither or both."""
    start = max(0, claim.number.at - 40)
    near = claim.sentence[start : claim.number.end + 25]
    for text in (near, claim.alone):
        said = {name for name, words in _WAYS.items() if words.search(text)}
        if len(said & {"up", "down"}) == 1:
            return "up" in said
        direction = catalog.indicator(indicator).direction
        if len(said & {"better", "worse"}) == 1 and direction != "neutral":
            return ("better" in said) == (direction == "higher_is_better")
        if said:
            return None
    return None


def says_how_far(claim: Claim, this: Number, after: Number, printed: PrintedNumber) -> bool:
    """Return whether a number says how far apart two others of its sentence are, and which is more."""
    number, (low, high) = claim.number, sorted([this.value, after.value])
    is_apart = number.rounds(high - low if number.kind == "points" else high / low)
    if this.kind != after.kind or not this.at < after.at or low == high or not is_apart:
        return False
    is_from = re.search(r"\bfrom\s$", claim.sentence[: this.begin])
    first, last = (after, this) if is_from else (this, after)
    if number.kind == "times":
        return bool(first.value > last.value) and this.end <= number.at < after.at
    said = _way(claim, str(printed.record["indicator"]))
    if said is None:
        return bool(_GAP.search(claim.alone)) and not DIRECTION.search(claim.alone)
    return said == (first.value > last.value)


def _is_flipped(claim: Claim, places: Sequence[Mention], own: Codes, others: Codes) -> bool:
    """Return whether the place that we compare with is the one that a draft speaks of."""
    held = [m.codes for m in claim.held if m.dimension == "place"]
    if held:
        return bool(held[-1] & own) and not held[-1] & others
    before = [p.codes for p in places if p.at < claim.number.end] or [p.codes for p in places]
    return bool(before) and bool(before[-1] & others) and not before[-1] & own


def is_less_than_it_says(claim: Claim, printed: PrintedNumber) -> bool:
    """Return whether a sentence says that a number fell to, or is down from, another that is the smaller."""
    sentence, figures = claim.sentence, claim.figures
    for this, after in pairwise(figures):
        if this.kind != after.kind or this.paired or this.value == after.value:
            continue
        is_more = this.value > after.value
        down_from = _FROM.search(sentence[this.end : after.at])
        if down_from and _is_up(down_from["way"], printed) != is_more:
            return True
        fell_from = _FROM.search(sentence[max(0, this.at - 60) : this.at])
        falls_to = re.search(r"\bto\s(?:\w+\s){0,2}$", sentence[this.end : after.at])
        if fell_from and falls_to and _is_up(fell_from["way"], printed) == is_more:
            return True
    return False


def _is_up(way: str, printed: PrintedNumber) -> bool:
    """Return whether a word says that a number rose; "improved" says it of one that is better higher."""
    if re.fullmatch(rf"{_BETTER}|{_WORSE}", way, re.IGNORECASE):
        good = catalog.indicator(str(printed.record["indicator"])).direction == "higher_is_better"
        return bool(re.fullmatch(_BETTER, way, re.IGNORECASE)) == good
    return bool(re.fullmatch(_UP, way, re.IGNORECASE))


def moves_otherwise(claim: Claim, printed: PrintedNumber, earlier: Iterable[Record]) -> bool:
    """Return whether "fell to 71.7 percent" is not what the earlier year that is named says, or else all of them."""
    says = _TO.search(claim.sentence, max(0, claim.number.at - 60), claim.number.at)
    if not says or claim.number.kind not in ("percent", "points", "dollars", "times", "years"):
        return False
    up, now = _is_up(says["way"], printed), _sizes(printed.record)
    years = frozenset().union(*(m.codes for m in claim.mentions if m.dimension == "school year"))
    before = [record for record in earlier if _ends(record)]
    then = [_sizes(r) for r in before if str(r["end_year"]) in years] or list(map(_sizes, before))
    moved = (min(now) > max(ends) if up else max(now) < min(ends) for ends in then)
    return not (then and all(moved))
