"""Bind each number of a sentence to what it is of: by lists, by clauses, and by what the sentence before named."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sesec_analysis.archive.drafts.numbers import Number
from sesec_analysis.archive.drafts.subjects import (
    COMPARING_VERBS,
    DIMENSIONS,
    ELSEWHERE,
    Codes,
    Mention,
    Sides,
    Subject,
    Vocabulary,
    held_against,
    pairs,
    sides_of,
)
from sesec_analysis.evidence.wording.labels import EVERYONE

__all__ = ["Carried", "Claim", "claims"]


_CLAUSE = re.compile(
    r"[;(|]|,?\s(?:while|whereas|compared (?:with|to)|as opposed to|versus|vs\.?|against|but)\s"
    rf"|,\s(?:and|or)\s|,\s|\sand\s(?=at\s|in\s|for\s|of\s|for\s)|\sthan\s|\s(?=(?:{COMPARING_VERBS})\s)"
)
_BETWEEN = re.compile(
    r"\s(?:to|and|but|or|against|versus|from|by|at)\s|[;:,(|]|\.\s", re.IGNORECASE
)
_GLUE = re.compile(
    r"\s?(?:,|,?\s?(?:and|or|then|to|through)\b)\s?(?:(?:in|at|for|of|the|students?|school|schools)\s?){0,3}",
    re.I,
)
_PRONOUN = re.compile(
    r"\b(?:them|they|these|those|their|such students)\b",
    re.IGNORECASE,
)
_OURSELVES = re.compile(
    r"\b(?:we|our|ours|us|my|I (?:have|had|am|was|lived?|began|work|serve|teach))\b",
    re.IGNORECASE,
)
_OUR_PLACE = re.compile(
    r"\bour (?:neighborhood|community|schools|area|part of|corner of|city|region|district)\b", re.I
)
_COUNTED = re.compile(
    r"\s(?:[\w’'-]+\s){0,5}?(?:students|learners|children|pupils|teachers|residents|households|girls|boys)\b"
    r"|\sof\s[\d,]+",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"[;:]\s|\s[—–]\s|—|,?\s(?:where|because)\s|,\s(?:which|so|and|but)\s"
    r"(?=(?:is|was|are|were|we|our|they|nobody|nothing|no)\b)"
    r"|\s(?:and|but)\s(?=(?:could|can|must|should|will|would|need|we|our)\b)",
    re.IGNORECASE,
)
"""Where a sentence turns to something else."""
_IS = r"(?:were|are|was|is|made up|make up|makes up|comprised?|accounts? for|came|comes?|lived?)"
_OVER_TIME = re.compile(
    r"\b(?:rose|risen|grew|grown|gained|fell|fallen|dropped|declined|increased|decreased|lost|gone|went|moved"
    r"|slipped)\b",
    re.I,
)
_ON = r"(?:[^.;]|(?<=\d)\.(?=\d))"
_SHARE = re.compile(
    rf"(?:\b{_IS}\b{_ON}{{0,90}}\bof\s(?:all\s|the\s|its\s|public school\s)*students\b"
    rf"|\b(?:students|children|learners|young people|youth)\b{_ON}{{0,90}}\b{_IS}\b"
    r"|\b(?:shares?|proportion|percentage)\sof\s(?:[\w-]+\s){0,3}(?:students|children|learners)\b"
    r"|\bpercent\sof\s(?:its|their)\s(?:students|children|enrollment)\s(?:from|as)\b"
    rf"|\b(?:was|were|is|are)\s(?:an?\s)?{_ON}{{0,40}}(?:learner|White|Black|Asian|Hispanic|Latino))",
    re.IGNORECASE,
)


_SHARE_IN_CELL = re.compile(r"\|\s(?:[\w-]+\s){1,4}\d[\d.]*\s?%")
"""A group and its percent, all that a cell of a table says with the head of its column."""


@dataclass(frozen=True)
class Claim:
    """A number and what it is of.

    ``subject`` is what the words around it name, or else those before; ``own`` what its sentence itself names;
    ``named`` all that its sentence names. ``is_ours``: nothing says that it is of people or places of which we have no
    findings. ``refers``: its sentence takes up the one before. ``alone`` is the sentence, letter for letter at the same
    places, without what its other numbers and clauses of another subject say; ``aside`` is what these clauses
    say, and ``starts`` is where they end. ``held`` are the places and groups that its words hold others against,
    ``sides`` the two that its sentence compares. ``bound`` is the dimension of a list by which it is one of several.
    """

    number: Number
    sentence: str
    subject: Subject
    own: Subject
    named: Subject
    carried: Subject
    is_ours: bool
    names_indicator: bool
    refers: bool
    alone: str = ""
    aside: str = ""
    starts: int = 0
    held: Sequence[Mention] = ()
    sides: Sides | None = None
    bound: str = ""


@dataclass
class Carried:
    """What the sentences before named, as far as the next one may take it up."""

    subject: dict[str, Codes] = field(default_factory=dict)


def claims(
    plain: str, carried: Carried, vocabulary: Vocabulary, figures: list[Number]
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
    mentions = vocabulary.mentions(plain)
    if not figures:
        _note(carried, [m for m in mentions if not _is_start(m, plain)], True)
        return []
    # "Two or more races", "200 percent of the federal poverty level" are no numbers; "2,300 students" is no year.
    figures = [n for n in figures if not any(_has_in_it(m, n) for m in mentions)]
    mentions = [m for m in mentions if not any(m.at < n.end and m.end > n.at for n in figures)]
    mentions = [m for m in mentions if not _is_since(m, plain)]
    indicators = [m for m in mentions if m.dimension == "indicator"]
    refers = bool(_PRONOUN.search(plain))
    if not indicators and _says_share(plain, mentions):
        indicators = [Mention(0, "indicator", frozenset({"enrollment"}), 0)]
        mentions = [*indicators, *mentions]
    before = _taken_up(carried.subject, mentions, bool(indicators), refers)
    cuts = _cuts(plain, figures, mentions)
    held = held_against(plain, mentions, figures)
    sides = sides_of(mentions, held, carried.subject if refers else {})
    lists = _lists(figures, mentions, plain) | pairs(plain, figures, sides, held)
    lists = _moved(figures, mentions, plain) | lists
    out = []
    for number in figures:
        span = _span(cuts, number, len(plain))
        subject, own = _subject(mentions, span, cuts, before, figures)
        if number in lists:
            bound = lists[number]
            own = {**own, bound.dimension: bound.codes}
            subject = {**before, **subject, **own}
        out.append(
            Claim(
                number,
                plain,
                subject,
                own,
                _all_of(mentions),
                dict(carried.subject),
                _is_ours(number, plain, span, subject, mentions),
                bool(indicators),
                refers or _is_short_of(mentions),
                *_alone(
                    _without_others(plain, number, cuts, mentions, figures), cuts, number, figures
                ),
                [m for m in held if m.at in span or not _has_number(m, cuts, figures)],
                sides,
                lists[number].dimension if number in lists else "",
            )
        )
    lasting = [m for m in mentions if not _is_start(m, plain)]
    _note(carried, lasting, bool(indicators) or not figures)
    return out


def _has_in_it(mention: Mention, number: Number) -> bool:
    if not mention.at <= number.at <= number.end <= mention.end:
        return False
    if number.kind == "count":
        return mention.end - mention.at > 9
    return mention.end > number.end + 9


def _is_start(mention: Mention, text: str) -> bool:
    """Tell whether a year is the first of two ("from 2018", "the year before"): the next sentence is of the last."""
    before = text[max(0, mention.at - 14) : mention.at]
    is_start = bool(re.search(r"\b(?:since|from|than in|desde)\s$", before, re.IGNORECASE))
    is_start = is_start or not text[mention.at : mention.at + 1].isdigit()
    return mention.dimension == "school year" and is_start


def _is_since(mention: Mention, text: str) -> bool:
    """Tell whether a year only says how long something has been done: "since 2009 we have taught"."""
    before = text[max(0, mention.at - 14) : mention.at]
    return (
        mention.dimension == "school year"
        and bool(re.search(r"\b(?:since|founded in|established in)\s$", before, re.IGNORECASE))
        and not _OVER_TIME.search(text)
    )


def _says_share(text: str, mentions: list[Mention]) -> bool:
    """Tell whether a sentence gives a group's share of all students, or how many there are, without calling it so."""
    is_of_group = any(m.dimension == "student group" and EVERYONE not in m.codes for m in mentions)
    counts = re.search(r"\bthere (?:were|are)\b|\bnumbered\b", text, re.IGNORECASE) and any(
        m.dimension == "place" for m in mentions
    )
    is_share = _SHARE.search(text) or _SHARE_IN_CELL.search(text)
    return bool(counts) or (is_of_group and bool(is_share))


def _is_short_of(mentions: list[Mention]) -> bool:
    """Tell whether a sentence that names no indicator names what else a finding is about."""
    return any(m.dimension in ("student group", "place", "grade", "school year") for m in mentions)


def _taken_up(
    before: Mapping[str, Codes], mentions: list[Mention], has_indicator: bool, refers: bool
) -> dict[str, Codes]:
    """Return what a sentence takes up: year and place; of the same indicator, or of people it refers to, all."""
    if not has_indicator or refers:
        return dict(before)
    return {name: before[name] for name in ("school year", "place") if name in before}


def _note(carried: Carried, mentions: list[Mention], has_indicator: bool) -> None:
    last: dict[str, Codes] = {}
    for name in DIMENSIONS:
        of = [m for m in mentions if m.dimension == name]
        if of:
            last[name] = narrowed([m.codes for m in of]) if name == "indicator" else of[-1].codes
    if ELSEWHERE in last.get("place", frozenset()):
        last.pop("place")
    if "indicator" in last and has_indicator:
        kept = {n: of for n, of in carried.subject.items() if n in ("school year", "place")}
        if last["indicator"] & carried.subject.get("indicator", frozenset()):
            kept = carried.subject
        carried.subject = {**kept, **last}
    else:
        carried.subject = {**carried.subject, **last}


def narrowed(codes: Sequence[Codes]) -> Codes:
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


def _without_others(
    text: str, number: Number, cuts: list[int], mentions: list[Mention], figures: list[Number]
) -> str:
    """Leave out years and grades of a lead clause that is another number's: "In 2024, x, down from y in 2018"."""
    span = _span(cuts, number, len(text))
    for mention in mentions:
        if mention.dimension not in ("school year", "grade"):
            continue
        alike = [m for m in mentions if m.dimension == mention.dimension]
        is_named = any(m.at in span for m in alike) and mention.at not in span
        is_anothers = any(
            not any(m.at in _span(cuts, other, len(text)) for m in alike)
            for other in figures
            if other is not number
        )
        if is_named and is_anothers and not _has_number(mention, cuts, figures):
            text = text[: mention.at] + " " * (mention.end - mention.at) + text[mention.end :]
    return text


def _alone(
    text: str, cuts: list[int], number: Number, figures: list[Number]
) -> tuple[str, str, int]:
    """Return a sentence with spaces for clauses of other numbers and for what is beside the point.

    And this alone, and where what is before the subject ends.
    """
    kept = list(text)
    # "Less than Seattle's $23,661" is one clause.
    for start, end in pairwise(cut for cut in cuts if not text.startswith(" than ", cut)):
        held = [n for n in figures if start <= n.at < end]
        if held and number not in held:
            kept[start:end] = " " * len(text[start:end])
    first = max((m.end() for m in _ASIDE.finditer(text, 0, number.at)), default=0)
    after = _ASIDE.search(text, number.end)
    last = after.start() if after else len(text)
    whole = "".join(kept)
    aside = whole[:first] + " " * (last - first) + whole[last:]
    return " " * first + whole[first:last], aside, first


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
    subject: dict[str, Codes] = {}
    own: dict[str, Codes] = {}
    for name in DIMENSIONS:
        of = [m for m in mentions if m.dimension == name]
        inside = [m.codes for m in of if m.at in span]
        earlier = [m for m in of if m.at < span.start]
        later = [m for m in of if m.at >= span.stop]
        # What a clause with a number of its own names, or leads with, is that number's.
        later = [m for m in later if not _has_number(m, cuts, figures, leads=name not in before)]
        if inside:
            own[name] = narrowed(inside) if name == "indicator" else frozenset().union(*inside)
            if name == "indicator" and earlier:
                own[name] = own[name] & narrowed([m.codes for m in earlier]) or own[name]
        elif earlier:
            own[name] = _last_named(earlier, name)
        elif later and (len({m.codes for m in later}) == 1 or name not in before):
            own[name] = later[0].codes if name != "indicator" else narrowed([later[0].codes])
        if name in own:
            subject[name] = own[name]
            if name == "indicator" and name in before and own[name] & before[name]:
                subject[name] = own[name] & before[name]
        elif name in before:
            subject[name] = before[name]
    return subject, own


def _has_number(
    mention: Mention, cuts: list[int], figures: list[Number], *, leads: bool = False
) -> bool:
    """Tell whether a clause has a number; ``leads``: one that stands behind what is named."""
    first = mention.end if leads else max(cut for cut in cuts if cut <= mention.at)
    last = min(cut for cut in cuts if cut > mention.at)
    return any(first <= number.at < last for number in figures)


def _last_named(mentions: list[Mention], name: str) -> Codes:
    """Return what was named last before a clause; of indicators, what all words agree on."""
    if name == "indicator":
        return narrowed([m.codes for m in mentions])
    return mentions[-1].codes


def _lists(figures: list[Number], mentions: list[Mention], text: str) -> dict[Number, Mention]:
    """Bind the numbers of a list to a list of as many names: "A, B and C had x, y and z percent"."""
    bound: dict[Number, Mention] = {}
    for run in _number_runs(figures, text):
        names = [
            names
            for dimension in ("student group", "place", "school year", "grade", "indicator")
            for names in _name_runs([m for m in mentions if m.dimension == dimension], text)
            if len(names) == len(run)
        ]
        if names:
            before = [some for some in names if some[-1].end <= run[0].at]
            chosen = max(before, key=lambda some: some[0].at) if before else names[0]
            bound |= dict(zip(run, chosen, strict=True))
    return bound


def _moved(figures: list[Number], mentions: list[Mention], text: str) -> dict[Number, Mention]:
    """Bind "from A to B" to the earlier and the later of the two years that a sentence names."""
    years = sorted(
        (m for m in mentions if m.dimension == "school year"),
        key=lambda m: min(m.codes, default=""),
    )
    if len(years) != 2 or len(figures) != 2:
        return {}
    if re.search(r"\b(?:since|from)\s(?:the\s)?$", text[: years[1].at], re.IGNORECASE):
        return {}
    between = text[figures[0].end : figures[1].at]
    is_from = re.search(r"\bfrom (?:\w+ ){0,2}$", text[: figures[0].at], re.IGNORECASE)
    if not is_from or not re.fullmatch(r"(?: percent|%)? to (?:\w+ ){0,2}", between):
        return {}
    return dict(zip(figures, years, strict=True))


def _number_runs(figures: list[Number], text: str) -> list[list[Number]]:
    runs: list[list[Number]] = [[]]
    for number in figures:
        last = runs[-1][-1] if runs[-1] else None
        joined = last and last.kind == number.kind and last.listed and number.listed
        if joined and last and len(text[last.end : number.at]) < 8:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [run for run in runs if len(run) > 1]


def _name_runs(mentions: list[Mention], text: str) -> list[list[Mention]]:
    runs: list[list[Mention]] = [[]]
    for mention in mentions:
        last = runs[-1][-1] if runs[-1] else None
        if last and _GLUE.fullmatch(text[last.end : mention.at]):
            runs[-1].append(mention)
        else:
            runs.append([mention])
    return [run for run in runs if len(run) > 1]


def _is_ours(
    number: Number, text: str, span: range, subject: Subject, mentions: list[Mention]
) -> bool:
    """Tell whether nothing says that a number is of other people, of another place, or of the writers themselves."""
    if ELSEWHERE in subject.get("place", ()):
        return False
    starts = max((m.end() for m in _ASIDE.finditer(text, 0, number.at)), default=0)
    places = "|".join(re.escape(text[m.at : m.end]) for m in mentions if m.dimension == "place")
    near = text[max(span.start, starts) : span.stop]
    near = re.sub(rf"\bour (?:{places})\b", " ", near) if places else near
    if _OURSELVES.search(_OUR_PLACE.sub(" ", near)):
        return False
    if number.kind == "count":
        counted = _COUNTED.match(text, number.end)
        is_in = re.search(
            r"enrol|numbered|\bof\s$|\($", text[max(0, number.at - 30) : number.at], re.I
        )
        return bool(counted or is_in)
    return True
