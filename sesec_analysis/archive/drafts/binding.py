"""Bind each number of a sentence to what it is of: by lists, by clauses, and by what the sentence before named."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from sesec_analysis import catalog
from sesec_analysis.archive.drafts.numbers import Number, numbers
from sesec_analysis.archive.drafts.subjects import (
    DIMENSIONS,
    Codes,
    Mention,
    Subject,
    Vocabulary,
    held_against,
)
from sesec_analysis.evidence.wording.labels import EVERYONE

__all__ = ["Claim", "claims"]


_CLAUSE = re.compile(
    r"[;(|]|,?\s(?:while|whereas|compared (?:with|to)|as opposed to|versus|vs\.?|against|but)\s"
    r"|,\s(?:and|or)\s|,\s(?!(?:back\s)?in\s20\d\d\S*$)|\sand\s(?=at\s|in\s|for\s|of\s|for\s)|\sthan\s"
)
_BETWEEN = re.compile(
    r"\s(?:to|and|but|or|against|versus|from|by|at)\s|[;:,(|]|\.\s", re.IGNORECASE
)
_DOWN_TO = re.compile(r"(?:\s?%|\spercent)?\s(?:all the way |back )?(?:down |up )?to\s")
_TIME_BETWEEN = re.compile(
    r"\b(?:(?:over|in|within|across|during|after) (?:the |those |these |an? |just |only )*(?P<span>))?"
    r"(?P<many>[a-z]+|\d+)(?: years|-year (?:stretch|span))\b(?(span)| (?:later|earlier|before|after|on|apart)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Claim:
    """A number and what it is of.

    ``subject`` is what the words around it name, or else those before; ``own`` what its sentence itself names;
    ``named`` all that its sentence names. ``alone`` is the sentence, letter for letter at the same places, without the
    clauses of its other numbers. ``held`` are the places and groups that its words compare with; ``mentions`` and
    ``figures`` are all that its sentence names, and all its numbers.
    """

    number: Number
    sentence: str
    subject: Subject
    own: Subject
    named: Subject
    carried: Subject
    alone: str = ""
    held: Sequence[Mention] = ()
    mentions: Sequence[Mention] = ()
    figures: Sequence[Number] = ()


def claims(
    plain: str, carried: dict[str, Codes], vocabulary: Vocabulary, figures: list[Number]
) -> list[Claim]:
    """Return the numbers of a sentence with what each is of, and take note of what the next sentence may take up.

    Parameters
    ----------
    plain
        A sentence with spaces for its ids.
    carried
        What the sentences before named; changed.
    vocabulary
        The words that are known.
    figures
        Its numbers.
    """
    plain, figures = _without_rounded(plain, figures)
    plain = _without_time_between(plain, vocabulary.mentions(plain))
    figures = [n for n in figures if plain[n.at : n.end].strip()]
    mentions = vocabulary.mentions(plain)
    if not figures:
        _note(carried, mentions, True)
        return []
    # "Two or more races", "200 percent of the federal poverty level" are no numbers; "2,300 students" is no year.
    figures = [n for n in figures if not any(_has_in_it(m, n) for m in mentions)]
    # "Two jobs" is a word like any other next to a measured number.
    figures = [
        n for n in figures if n.kind != "count" or n.value > 9 or n.paired or n.text.isdigit()
    ] or figures
    mentions = [m for m in mentions if not any(m.at < n.end and m.end > n.at for n in figures)]
    indicators = [m for m in mentions if m.dimension == "indicator"]
    if not indicators and _says_share(plain, mentions):
        indicators = [Mention(0, "indicator", frozenset({"enrollment"}), 0)]
        mentions = [*indicators, *mentions]
    before = _taken_up(carried, bool(indicators))
    cuts = _cuts(plain, figures, mentions)
    held = held_against(plain, mentions, figures)
    years = _years_in_turn(plain, mentions, figures)
    out = []
    for at, number in enumerate(figures):
        span = _span(cuts, number, len(plain))
        subject, own = _subject(mentions, span, cuts, before, figures)
        subject = {**subject, **({"school year": years[at].codes} if at in years else {})}
        out.append(
            Claim(
                number,
                plain,
                subject,
                own,
                _all_of(mentions),
                dict(carried),
                _alone(plain, cuts, number, figures),
                [m for m in held if m.at in span or not _has_number(m, cuts, figures)],
                mentions,
                figures,
            )
        )
    _note(carried, mentions, bool(indicators) or not figures)
    return out


def _years_in_turn(
    text: str, mentions: list[Mention], figures: list[Number]
) -> Mapping[int, Mention]:
    """Return the years of two numbers: "from 2017–18 to 2023–24, it fell from 51.1 to 39.7 percent"."""
    years = [m for m in mentions if m.dimension == "school year"]
    if len(years) != 2 or text[years[0].end : years[1].at].strip() not in ("to", "and", "through"):
        return {}
    for at, (first, second) in enumerate(pairwise(figures)):
        is_from = re.search(r"\bfrom\s$", text[: first.begin]) and first.kind == second.kind
        if is_from and _DOWN_TO.fullmatch(text, first.end, second.begin):
            return {at: years[0], at + 1: years[1]}
    return {}


def _without_time_between(text: str, mentions: list[Mention]) -> str:
    """Leave out how long it is between the years that a sentence names: "ten years later"."""
    years = [int(min(m.codes)) for m in mentions if m.dimension == "school year" and m.codes]
    for met in _TIME_BETWEEN.finditer(text) if years else ():
        many = numbers(f"{met['many']} years")
        if many and many[0].value == max(years) - min(years):
            text = text[: met.start()] + " " * len(met.group()) + text[met.end() :]
    return text


def _without_rounded(text: str, figures: list[Number]) -> tuple[str, list[Number]]:
    """Leave out a number that is said in full right behind: "more than a quarter of students (26.9 percent)"."""
    kept = list(figures)
    for this, after in pairwise(figures):
        is_aside = re.search(r"[(,]\s?$", text[this.end : after.at]) and re.match(
            r"\s?[),]", text[after.end :]
        )
        is_rounded = (this.near or this.part_of) and this.kind == after.kind and not after.near
        if not (is_aside and is_rounded and this.rounds(after.value)):
            continue
        long = len(after.text)
        if this.kind == "times" and this.begin + long <= this.end:
            # "Over four times the rate of others (4.2 times)" is 4.2 times the rate of others.
            text = text[: after.begin] + " " * long + text[after.begin + long :]
            text = text[: this.begin] + after.text.ljust(this.end - this.begin) + text[this.end :]
            moved = replace(after, at=this.begin, begin=this.begin, end=this.begin + long)
            kept[kept.index(after)] = moved
            kept.remove(this)
        else:
            text = text[: this.begin] + " " * (this.end - this.begin) + text[this.end :]
            kept.remove(this)
    return text, kept


def _has_in_it(mention: Mention, number: Number) -> bool:
    if not mention.at <= number.at <= number.end <= mention.end:
        return False
    if number.kind == "count":
        return mention.end - mention.at > 9
    return mention.end > number.end + 9


def _says_share(text: str, mentions: list[Mention]) -> bool:
    """Return whether a sentence gives a group's share of all students, or how many there are, without calling it so."""
    is_of_group = any(m.dimension == "student group" and EVERYONE not in m.codes for m in mentions)
    forms = catalog.words().shares if is_of_group else [catalog.words().patterns["how_many"]]
    return bool(re.search("|".join(forms), text, re.IGNORECASE))


def _taken_up(before: Mapping[str, Codes], has_indicator: bool) -> dict[str, Codes]:
    """Return what a sentence takes up: year and place, and all else if it names no indicator."""
    if not has_indicator:
        return dict(before)
    return {name: before[name] for name in ("school year", "place") if name in before}


def _note(carried: dict[str, Codes], mentions: list[Mention], has_indicator: bool) -> None:
    last: dict[str, Codes] = {}
    for name in DIMENSIONS:
        of = [m for m in mentions if m.dimension == name]
        if of:
            last[name] = narrow([m.codes for m in of]) if name == "indicator" else of[-1].codes
    is_same = last.get("indicator", frozenset()) & carried.get("indicator", frozenset())
    if "indicator" in last and has_indicator and not is_same:
        for name in {*carried} - {"school year", "place"}:
            del carried[name]
    carried.update(last)


def narrow(codes: Sequence[Codes]) -> Codes:
    """Return what all words agree on, as far as they do: "favorable", "belonging"; or else what any may mean."""
    out = codes[0]
    for more in codes[1:]:
        out = out & more or out | more
    return out


def _all_of(mentions: list[Mention]) -> dict[str, Codes]:
    return {
        name: frozenset().union(*found)
        for name in DIMENSIONS
        if (found := [m.codes for m in mentions if m.dimension == name])
    }


def _cuts(text: str, figures: list[Number], mentions: list[Mention]) -> list[int]:
    """Return where clauses begin; between two numbers there is always such a place, and none inside a name."""
    cuts = {0, len(text) + 1}
    whole = [(n.at, n.end) for n in figures] + [(m.at, m.end) for m in mentions]
    cuts |= {
        match.start()
        for match in _CLAUSE.finditer(text)
        if not any(at <= match.start() < end for at, end in whole)
    }
    for this, after in pairwise(figures):
        if this.paired and after.paired:
            continue
        between = [
            cut
            for match in _BETWEEN.finditer(text[this.end : after.at])
            for cut in [match.start() + this.end]
            if not any(m.at <= cut < m.end for m in mentions)
        ]
        if not any(this.end <= cut <= after.at for cut in cuts):
            cuts.add(between[-1] if between else after.at)
    return sorted(cuts)


def _alone(text: str, cuts: list[int], number: Number, figures: list[Number]) -> str:
    """Return a sentence with spaces for the clauses of other numbers."""
    kept = list(text)
    # "Less than Seattle's $23,661" is one clause.
    for start, end in pairwise(cut for cut in cuts if not text.startswith(" than ", cut)):
        held = [n for n in figures if start <= n.at < end]
        if held and number not in held:
            kept[start:end] = " " * len(text[start:end])
    return "".join(kept)


def _span(cuts: list[int], number: Number, length: int) -> range:
    first = max(cut for cut in cuts if cut <= number.at)
    return range(first, min((cut for cut in cuts if cut > number.at), default=length + 1))


def _subject(
    mentions: list[Mention],
    span: range,
    cuts: list[int],
    before: Mapping[str, Codes],
    figures: list[Number],
) -> tuple[dict[str, Codes], dict[str, Codes]]:
    """Return what a number is of: what its clause names, or one before it, or the sentence before, or one after."""
    own: dict[str, Codes] = {}
    for name in DIMENSIONS:
        of = [m for m in mentions if m.dimension == name]
        inside = [m.codes for m in of if m.at in span]
        earlier = [m for m in of if m.at < span.start]
        later = [m for m in of if m.at >= span.stop]
        # What a clause with a number of its own names, or leads with, is that number's.
        leads = name not in before and name != "student group"
        later = [m for m in later if not _has_number(m, cuts, figures, leads=leads)]
        if inside:
            own[name] = narrow(inside) if name == "indicator" else frozenset().union(*inside)
            if name == "indicator" and earlier:
                own[name] = own[name] & narrow([m.codes for m in earlier]) or own[name]
        elif earlier:
            codes = [m.codes for m in earlier]
            own[name] = narrow(codes) if name == "indicator" else codes[-1]
        elif later and (len({m.codes for m in later}) == 1 or name not in before):
            own[name] = narrow([m.codes for m in later[: None if name == "indicator" else 1]])
    subject = {**before, **own}
    if "indicator" in own and "indicator" in before:
        subject["indicator"] = own["indicator"] & before["indicator"] or own["indicator"]
    return subject, own


def _has_number(
    mention: Mention, cuts: list[int], figures: list[Number], *, leads: bool = False
) -> bool:
    """Return whether a clause has a number; ``leads``: one that stands behind what is named."""
    first = mention.end if leads else max(cut for cut in cuts if cut <= mention.at)
    last = min(cut for cut in cuts if cut > mention.at)
    return any(first <= number.at < last for number in figures)
