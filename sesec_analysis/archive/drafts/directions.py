"""Hold the direction that a claim tells against findings: higher or lower, rose or fell, and of which of two sides."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from sesec_analysis import catalog
from sesec_analysis.archive.drafts.binding import Claim
from sesec_analysis.archive.drafts.known_findings import PrintedNumber
from sesec_analysis.archive.drafts.numbers import Number
from sesec_analysis.archive.drafts.subjects import Codes, Mention
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.labels import read_reference

__all__ = ["DIRECTION", "is_less_than_it_says", "is_other_way", "moves_otherwise"]


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
    rf"(?:{_UP}|{_DOWN}|{_BETTER}|{_WORSE}|chang(?:e|es|ed)|since|difference)", re.IGNORECASE
)
"""A word that tells which way a number goes."""
_WAYS = {
    name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for name, words in (("up", _UP), ("down", _DOWN), ("better", _BETTER), ("worse", _WORSE))
}
_THAN = re.compile(
    r"\b(?:than|behind|ahead of|below|above|trail(?:s|ed|ing)?|lag(?:s|ged|ging)?|compared (?:with|to)|versus"
    r"|relative to|against)\b",
    re.IGNORECASE,
)
_TO = re.compile(
    rf"\b(?P<way>{_UP}|{_DOWN}|{_BETTER}|{_WORSE})\s(?:[\w–-]+\s){{0,3}}?to\s(?:\w+\s){{0,2}}$",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:(?P<up>more|higher|greater|larger|above|better)|less|lower|fewer|smaller|below|worse)\b(?:\s\w+){0,4}?\s?(?:than)?\s"
    r"(?=[A-Z]|in\s|at\s|for\s|that\s|those\s|the (?:rate|share|rest|city|state|district)\b)"
)


def is_other_way(claim: Claim, printed: PrintedNumber, mentions: Sequence[Mention]) -> bool:
    """Tell whether a draft says higher where we say lower, or so many times of the other place."""
    record = printed.record
    to = read_reference(
        str(record.get("reference") or ""), dated=catalog.measure(record["measure"]).dated
    )
    own = frozenset({str(record["organization_id"])})
    others = frozenset(to.places) - own
    places = [m for m in mentions if m.dimension == "place"]
    if claim.number.kind == "times" and others:
        after = next((m.codes for m in places if m.at >= claim.number.end), frozenset())
        return bool(after & own) and not after & others
    if claim.number.kind != "points" or record["measure"] not in ("gap", "change"):
        return False
    signs = {float(v) > 0 for v in _ends(record)}
    said = _way(claim, str(record["indicator"]))
    if len(signs) != 1 or said is None:
        return False
    return (said != signs.pop()) != (bool(others) and _is_flipped(claim, places, own, others))


def _ends(record: Record) -> list[float]:
    """Return the point of a finding, or the ends of the range that it has instead."""
    if record.get("estimate") is not None:
        return [record["estimate"]]
    return [record[n] for n in ("bound_low", "bound_high") if record.get(n) is not None]


def _way(claim: Claim, indicator: str) -> bool | None:
    """Return whether the words around a number say up; nothing, where they say neither or both."""
    start = max(0, claim.number.at - 40)
    clause = claim.sentence[start : claim.number.end + 25]
    said = {name for name, words in _WAYS.items() if words.search(clause)}
    if len(said & {"up", "down"}) == 1:
        return "up" in said
    direction = catalog.indicator(indicator).direction
    if len(said & {"better", "worse"}) == 1 and direction != "neutral":
        return ("better" in said) == (direction == "higher_is_better")
    return None


def _is_flipped(claim: Claim, places: Sequence[Mention], own: Codes, others: Codes) -> bool:
    """Tell whether the place that we compare with is the one that a draft speaks of."""
    than = [m for m in _THAN.finditer(claim.sentence) if any(p.at >= m.end() for p in places)]
    if than:
        beyond = next(p.codes for p in places if p.at >= than[-1].end())
        return bool(beyond & own) and not beyond & others
    before = [p.codes for p in places if p.at < claim.number.end] or [p.codes for p in places]
    return bool(before) and bool(before[-1] & others) and not before[-1] & own


def is_less_than_it_says(sentence: str, beside: Sequence[Number]) -> bool:
    """Tell whether a sentence calls the smaller of two numbers the larger: "40 percent, more than Seattle's 55"."""
    for this, after in pairwise(beside):
        says = _COMPARES.search(sentence, this.end, after.at)
        if says and this.kind == after.kind and not this.paired and this.value != after.value:
            is_more = this.value > after.value
            if is_more != bool(says["up"]) and "than" in says.group():
                return True
    return False


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
    up = bool(re.fullmatch(rf"{_UP}", says["way"], re.IGNORECASE))
    if re.fullmatch(rf"{_BETTER}|{_WORSE}", says["way"], re.IGNORECASE):
        good = catalog.indicator(str(printed.record["indicator"])).direction == "higher_is_better"
        up = bool(re.fullmatch(_BETTER, says["way"], re.IGNORECASE)) == good
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
