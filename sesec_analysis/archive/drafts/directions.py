"""Hold the direction that a claim tells against findings: higher or lower, rose or fell, and of which of two sides."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from sesec_analysis import catalog
from sesec_analysis.archive.drafts.binding import Claim
from sesec_analysis.archive.drafts.known_findings import PrintedNumber
from sesec_analysis.archive.drafts.numbers import Number
from sesec_analysis.archive.drafts.subjects import (
    COMPARING_VERBS,
    Codes,
    Mention,
    leads_to,
    places_of,
)
from sesec_analysis.evidence.row import Record

__all__ = [
    "DIRECTION",
    "is_less_than_it_says",
    "is_other_way",
    "is_than_a_later_year",
    "larger_by_words",
    "moves_otherwise",
    "on_both_sides",
]


_UP = (
    r"higher|more|above|rose|risen|rises?|rising|increas(?:e|es|ed|ing)|gr[eo]wn?|growing|gain(?:s|ed)?|up|ahead"
    r"|greater|larger|climb(?:s|ed)?|jump(?:s|ed)?|soar(?:s|ed)?"
)
_DOWN = (
    r"lower|fewer|less|smaller|below|f[ea]ll|fallen|falls|falling|drop(?:s|ped|ping)?|declin(?:e|es|ed|ing)|los[st]|loss"
    r"|down|behind|decreas(?:e|es|ed|ing)|trail(?:s|ed|ing)?|slip(?:s|ped)?|slid|sank|shr[au]nk|plunged|plummeted"
    r"|tumbled|lag(?:s|ged|ging)?"
)
_BETTER, _WORSE = r"improv(?:ed?|es|ement)|better|recovered", r"worsen(?:ed|s)?|worse|deteriorated"
DIRECTION = re.compile(
    rf"(?:{_UP}|{_DOWN}|{_BETTER}|{_WORSE}|chang(?:e|es|ed)|since|difference|gone|went|moved)",
    re.IGNORECASE,
)
"""A word that tells which way a number goes."""
_DIRECTED = ("gap", "change")
"""Measures of which a draft says higher or lower."""
_WAYS = {
    name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for name, words in (("up", _UP), ("down", _DOWN), ("better", _BETTER), ("worse", _WORSE))
}
_TO = re.compile(
    rf"\b(?P<way>{_UP}|{_DOWN}|{_BETTER}|{_WORSE})\s(?:[\w–-]+\s){{0,3}}?to\s(?:\w+\s){{0,2}}$",
    re.IGNORECASE,
)
_LARGER = re.compile(
    r"\b(?:(?P<up>more|higher|greater|larger|bigger)|less|fewer|lower|smaller)\b"
    r"(?:\slikely\b|(?=\s(?:than|often|shares?|proportion|percentage|rates?|in|at|for|among|per|positive|favorable)\b"
    r"|\s?[,;:(]|(?<=more|less)\s[^,;:]*\sthan\b|(?<=fewer)\s[^,;:]*\sthan\b))",
    re.IGNORECASE,
)
"""Words that call one side of a comparison the larger or the smaller."""
_BEYOND = re.compile(
    rf"\b(?:(?P<up>{COMPARING_VERBS}|ahead of|above)|(?:trail|lag)(?:s|ed|ged)?(?:\sbehind)?|behind|below)\b",
    re.IGNORECASE,
)
"""Words that do, where the other side stands behind them."""
_THAN_ONLY = re.compile(r"\sthan\s(?:an?\s|the\s)?")
_ANEW = re.compile(
    r"\b(?:compared (?:with|to)|versus|vs\.?|against|while|whereas|and|but|to)\s(?:(?:just|only)\s)?$",
    re.IGNORECASE,
)
"""Behind which a number is no more of the comparison before it."""
_THAN_A_YEAR = re.compile(
    r"\s(?:than|below|above)\s(?:(?:it|they)\s(?:was|were)\s|(?:that|those) of\s)?(?:in\s)?(?:the\s)?"
    r"(?=(?:19|20)\d\d\b)"
)
_FROM = re.compile(
    rf"\b(?P<way>{_UP}|{_DOWN}|{_BETTER}|{_WORSE})\s(?:[\w–-]+\s){{0,4}}?from\s(?:\w+\s){{0,2}}$",
    re.IGNORECASE,
)


def is_other_way(claim: Claim, printed: PrintedNumber, mentions: Sequence[Mention]) -> bool:
    """Tell whether a draft says higher where we say lower, or so many times of the other place."""
    record = printed.record
    own, others = places_of(record)
    if claim.number.kind == "times" and others:
        held = frozenset().union(*(m.codes for m in claim.held if m.dimension == "place"))
        return bool(held & own) and not held & others
    if claim.number.kind != "points" or record["measure"] not in _DIRECTED:
        return False
    signs = {float(v) > 0 for v in _ends(record)}
    said = _way(claim, str(record["indicator"]))
    if len(signs) != 1 or said is None:
        return False
    places = [m for m in mentions if m.dimension == "place"]
    return (said != signs.pop()) != (bool(others) and _is_flipped(claim, places, own, others))


def is_than_a_later_year(claim: Claim, printed: PrintedNumber, mentions: Sequence[Mention]) -> bool:
    """Tell whether "lower than in 2024" names the last of the two years of a change, not the first."""
    than = _THAN_A_YEAR.search(claim.sentence, claim.number.end)
    last = str(printed.record["end_year"])
    return than is not None and any(
        m.dimension == "school year" and m.at == than.end() and last in m.codes for m in mentions
    )


def _ends(record: Record) -> list[float]:
    """Return the point of a finding, or the ends of the range that it has instead."""
    if record.get("estimate") is not None:
        return [record["estimate"]]
    return [record[n] for n in ("bound_low", "bound_high") if record.get(n) is not None]


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


def _is_flipped(claim: Claim, places: Sequence[Mention], own: Codes, others: Codes) -> bool:
    """Tell whether the place that we compare with is the one that a draft speaks of."""
    held = [m.codes for m in claim.held if m.dimension == "place"]
    if held:
        return bool(held[-1] & own) and not held[-1] & others
    before = [p.codes for p in places if p.at < claim.number.end] or [p.codes for p in places]
    return bool(before) and bool(before[-1] & others) and not before[-1] & own


def on_both_sides(claim: Claim, in_sentence: Sequence[Claim]) -> tuple[Number, Number] | None:
    """Return the numbers of the two sides that a sentence compares: of the one spoken of, and of the other."""
    sides = claim.sides
    alike = [other for other in in_sentence if other.number.kind == claim.number.kind]
    if sides is None or len(alike) != 2:
        return None
    of = {other.subject.get(sides.dimension): other.number for other in alike}
    if of.keys() != {sides.spoken, sides.held}:
        return None
    return of[sides.spoken], of[sides.held]


def larger_by_words(claim: Claim, in_sentence: Sequence[Claim]) -> tuple[list[re.Match[str]], bool]:
    """Return the words that call one side the larger, and whether the numbers of the sides say so, too."""
    both = on_both_sides(claim, in_sentence)
    if both is None:
        return [], True
    spoken, held = both
    names = [m for m in claim.sides.names if m.codes == claim.sides.held] if claim.sides else []
    words = [
        match
        for match in _LARGER.finditer(claim.sentence)
        if not _only_says_how_near(match, spoken, claim.sentence)
        and not (
            _only_says_how_near(match, held, claim.sentence)
            and _ANEW.search(claim.sentence, 0, match.start())
        )
    ]
    words += [
        match
        for match in _BEYOND.finditer(claim.sentence)
        if leads_to(claim.sentence, match.end(), names, both)
    ]
    ways = {bool(match["up"]) for match in words}
    if len(ways) != 1:
        return [], True
    return words, (spoken.value > held.value) in ways and spoken.value != held.value


def _only_says_how_near(word: re.Match[str], number: Number, sentence: str) -> bool:
    """Tell "more than six in ten" from "16 percent, more than in the rest of Seattle"."""
    is_before = word.end() <= number.at and bool(number.near)
    return is_before and bool(_THAN_ONLY.fullmatch(sentence, word.end(), number.at))


def is_less_than_it_says(
    claim: Claim, printed: PrintedNumber, in_sentence: Sequence[Number]
) -> bool:
    """Return whether a sentence says that a number fell to, or is down from, another that is the smaller."""
    sentence = claim.sentence
    for this, after in pairwise(in_sentence):
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
    """Tell whether a word says that a number rose; "improved" says it of one that is better higher."""
    if re.fullmatch(rf"{_BETTER}|{_WORSE}", way, re.IGNORECASE):
        good = catalog.indicator(str(printed.record["indicator"])).direction == "higher_is_better"
        return bool(re.fullmatch(_BETTER, way, re.IGNORECASE)) == good
    return bool(re.fullmatch(_UP, way, re.IGNORECASE))


def moves_otherwise(
    claim: Claim,
    printed: PrintedNumber,
    mentions: Sequence[Mention],
    earlier: Iterable[Record],
) -> str:
    """Return a verdict where "fell to 71.7 percent" is not what the years before say; nothing where it is.

    Where the draft names the year before, that one is looked at; or else all of them.
    """
    if claim.number.kind not in ("percent", "dollars", "times", "years"):
        return ""
    says = _TO.search(claim.sentence[max(0, claim.number.at - 60) : claim.number.at])
    if not says or claim.number.changed:
        return ""
    up = _is_up(says["way"], printed)
    years = frozenset().union(*(m.codes for m in mentions if m.dimension == "school year"))
    before = [record for record in earlier if _ends(record)]
    named = [record for record in before if str(record["end_year"]) in years]
    now, moves = _ends(printed.record), set[bool | None]()
    for record in named or before:
        then = _ends(record)
        rose, fell = min(now) > max(then), max(now) < min(then)
        moves.add(rose if rose != fell else None)
    if moves == {up}:
        return ""
    return "contradicts ours" if moves == {not up} else "could not judge"
