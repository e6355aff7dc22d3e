"""Check the numbers and citations of a grant draft against the findings of all editions.

The draft is only read. A number is right if a finding that its words name prints it, and no word of the sentence is
left over that could make it another claim. Any other number is not judged: the nearest findings are shown. Only a
sentence that names all that a finding is about, in words that are all understood, contradicts it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sesec_analysis import catalog
from sesec_analysis.archive.drafts.agreement import find_doubt, not_understood
from sesec_analysis.archive.drafts.binding import Claim, claims
from sesec_analysis.archive.drafts.directions import says_how_far
from sesec_analysis.archive.drafts.known_findings import (
    FindingIndex,
    PrintedNumber,
    is_inside,
    is_range,
)
from sesec_analysis.archive.drafts.numbers import Number, how_many, numbers
from sesec_analysis.archive.drafts.reading import Passage, is_english, sentences
from sesec_analysis.archive.drafts.subjects import Codes, places_of
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.labels import EVERYONE

__all__ = ["PASSED_OVER", "QUIET", "TO_CORRECT", "VERDICTS", "Judged", "judge"]


MATCHES, ROUNDS_RIGHT, OUTDATED = "matches", "rounds right", "outdated"
CONTRADICTS, RANGE = "contradicts ours", "print the range"
NOT_OURS, NOT_JUDGED, PASSED_OVER = "not ours", "not judged", "passed over"
VERDICTS = (MATCHES, ROUNDS_RIGHT, OUTDATED, CONTRADICTS, RANGE, NOT_OURS, NOT_JUDGED, PASSED_OVER)
"""Every verdict. A sentence is passed over that has numbers of which none is a claim: dates, money, telephones."""
TO_CORRECT = (OUTDATED, CONTRADICTS, RANGE)
"""Verdicts that ask for a correction."""
QUIET = (MATCHES, ROUNDS_RIGHT, PASSED_OVER)
"""Verdicts that ask for nothing."""

_MOST_NUMBERS = 2000
"""Numbers that are judged in one draft: more than any proposal has."""
_MOST_NEAREST = 500
"""Numbers up to which the nearest findings are shown."""
_MOST_IN_SENTENCE = 40

_ID = re.compile(r"sesec:[\w.:-]*\w")
_UNREAD = re.compile(rf"{_ID.pattern}|\[\^?\w{{1,9}}\]|\S{{100,}}")
"""Ids, marks of notes, and what is no word of any draft."""
_CHANGE_OF_GAP = re.compile(r"gap_change(\.\w+\.\d+)-\d+")
_COMPARED = {"gap", "gap_change", "ratio", "risk_ratio", "composition_difference"}
_OF_TIME = {"change", "gap_change"}
_MEASURED = ("percent", "points", "times", "dollars")
_CONTRADICTABLE = ("rate", "average", "gap", "change", "gap_change", "ratio", "risk_ratio")


@dataclass(frozen=True)
class Judged:
    """A number or citation of a draft, and the verdict; ``finding`` is the id that it was compared with.

    ``nearest`` are up to three findings, each with what differs,
    for a number that is not judged; ``unknown`` are the words that were not understood.
    """

    where: str
    sentence: str
    text: str
    verdict: str
    finding: str
    note: str
    nearest: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Verdict:
    name: str
    finding: str
    note: str
    unknown: tuple[str, ...] = ()


def judge(draft: Iterable[Passage], known: FindingIndex) -> list[Judged]:
    """Return a verdict on every number and citation of the passages of a draft, in order."""
    out, left = list[Judged](), 0
    for passage in draft:
        where, is_read, carried = passage.where, is_english(passage.text), dict[str, Codes]()
        for before in sentences(passage.lead):
            claims(before, carried, known.vocabulary, [])
        for sentence, name in known.recognized(_with_citations(sentences(passage.text))):
            if len(out) > _MOST_NUMBERS:
                left += 1
            elif name:
                text = str(known.records[name]["sentence"])
                out.append(Judged(where, sentence, sentence, MATCHES, name, text))
            elif not is_read and how_many(sentence):
                out.append(_not_judged(where, sentence, "English drafts only"))
            else:
                out += _judge_sentence(where, sentence, carried, known, len(out))
    if left:
        note = f"{left} sentences: no draft is judged beyond {_MOST_NUMBERS} numbers; check it in parts"
        out.append(_not_judged("the rest", "", note))
    return out


def _not_judged(where: str, sentence: str, note: str) -> Judged:
    return Judged(where, sentence, "", NOT_JUDGED, "", note)


def _judge_sentence(
    where: str, sentence: str, carried: dict[str, Codes], known: FindingIndex, judged: int
) -> list[Judged]:
    plain = _UNREAD.sub(lambda match: " " * len(match.group()), sentence)
    if (many := how_many(plain)) > _MOST_IN_SENTENCE:
        note = f"some {many} numbers in one sentence: a table, or no sentence"
        return [_not_judged(where, sentence, note)]
    cited = [name for name in _ID.findall(sentence) if name in known.records]
    found = [_judge_citation(where, sentence, name, known) for name in _ID.findall(sentence)]
    made = claims(plain, carried, known.vocabulary, numbers(plain) if many else [])
    verdicts = [_judge_claim(claim, cited, known) for claim in made]
    for at, claim in enumerate(made):
        if verdicts[at].name == NOT_JUDGED and not verdicts[at].finding:
            verdicts[at] = _as_made_of_two(claim, made, verdicts, known) or verdicts[at]
    met = {one.finding: known.printed_under([one.finding])[0] for one in verdicts if one.finding}
    for claim, first in zip(made, verdicts, strict=True):
        others = [printed for name, printed in met.items() if name != first.finding]
        verdict = _judge_claim(claim, cited, known, others) if first.unknown and others else first
        is_open = verdict.name in (NOT_JUDGED, NOT_OURS) and judged < _MOST_NEAREST
        nearest = tuple(known.nearest(claim)) if is_open else ()
        text, name, note = claim.number.text, verdict.name, verdict.note
        found.append(
            Judged(where, sentence, text, name, verdict.finding, note, nearest, verdict.unknown)
        )
    if " | " not in sentence and any(one.verdict in (NOT_JUDGED, NOT_OURS) for one in found):
        found = [_next_to_unread(one) for one in found]
    if not found and many:
        found = [Judged(where, sentence, "", PASSED_OVER, "", "no number of it is a claim")]
    return found


def _as_made_of_two(
    claim: Claim, made: Sequence[Claim], verdicts: Sequence[_Verdict], known: FindingIndex
) -> _Verdict | None:
    """Return that a number is right that says how far apart two others of its sentence are, which have findings."""
    pair = [
        (one.number, known.printed_under([verdict.finding])[0])
        for one, verdict in zip(made, verdicts, strict=True)
        if one.number.kind in ("percent", "dollars") and verdict.finding
    ]
    if claim.number.kind not in ("points", "times") or len(pair) != 2:
        return None
    (this, first), (after, second) = pair
    if not says_how_far(claim, this, after, first) or not_understood(claim, first, [second]):
        return None
    return _Verdict(ROUNDS_RIGHT, first.id, f"between two findings: {first.record['sentence']}")


def _next_to_unread(one: Judged) -> Judged:
    """Return a right number as not judged: what its sentence says of another number may be said of it, too."""
    if one.verdict not in (MATCHES, ROUNDS_RIGHT) or _ID.fullmatch(one.text):
        return one
    note = f"another number of its sentence is not understood: {one.note}"
    return replace(one, verdict=NOT_JUDGED, note=note)


def _with_citations(parts: list[str]) -> list[str]:
    """Join a citation in parentheses to the sentence before it."""
    joined: list[str] = []
    for part in parts:
        if joined and _ID.search(part) and not numbers(part):
            joined[-1] += f" {part}"
        else:
            joined.append(part)
    return joined


def _judge_citation(where: str, sentence: str, name: str, known: FindingIndex) -> Judged:
    record = known.records.get(name)
    if record is None:
        near = known.nearest_id(name)
        note = f"no edition has this finding{f'; nearest: {near}' if near else ''}"
        return Judged(where, sentence, name, NOT_OURS, "", note)
    note = f"{record['sentence']}{_newer_note(record, known)}"
    return Judged(where, sentence, name, MATCHES, name, note)


def _judge_claim(
    claim: Claim, cited: Sequence[str], known: FindingIndex, others: Sequence[PrintedNumber] = ()
) -> _Verdict:
    number = claim.number
    if cited and (verdict := _against_cited(claim, cited, known)):
        return verdict
    if not claim.subject.get("indicator") or not claim.named:
        return _Verdict(NOT_OURS, "", "nothing near it names what we measure")
    doubt: _Verdict | None = None
    plainest: list[PrintedNumber] = []
    for subject in _readings(claim):
        fitting = _of_kind(known.fitting(subject, claim.named, number.kind), claim)
        right = [p for p in fitting if _agrees(number, p)]
        if plainest:  # said in round, it is near to many
            right = [p for p in right if number.is_exactly(p.value, p.places)]
        plainest = plainest or fitting
        for best in sorted(right, key=lambda p: _rank(p, claim))[:3]:
            verdict = _confirm(best, claim, known, others)
            if verdict.name in QUIET:
                return verdict
            doubt = doubt or verdict
    if doubt is not None:
        return doubt
    if plainest and (contradiction := _find_contradiction(claim, plainest, known)):
        return contradiction
    return _Verdict(NOT_JUDGED, "", "no finding that its words name has this number")


def _readings(claim: Claim) -> Iterator[dict[str, Codes]]:
    """Yield what the words may mean, the likeliest first: the plainest indicator, any; with what was named before."""
    subject = dict(claim.subject)
    wide = subject["indicator"]
    plain = frozenset(wide & set(catalog.words().plainest)) or wide
    for names in ((), ("student group",), ("grade",), ("student group", "grade")):
        more = {n: claim.carried[n] for n in names if n in claim.carried and n not in subject}
        if more or not names:
            for codes in dict.fromkeys([plain, wide]):
                yield {**subject, **more, "indicator": codes}


def _of_kind(fitting: list[PrintedNumber], claim: Claim) -> list[PrintedNumber]:
    """Leave out what a number can't be: an end of an interval, a comparison where a percent is meant."""
    number = claim.number
    out = [p for p in fitting if number.paired or p.role != "interval"]
    if number.kind == "percent":
        out = [p for p in out if p.record["measure"] not in _COMPARED]
    elif number.kind == "count":
        is_counted = number.value >= 10 or number.paired  # "1 to 6 of 20 schools"
        out = [p for p in out if p.record["measure"] not in _OF_TIME] if is_counted else []
    return out


def _agrees(number: Number, printed: PrintedNumber) -> bool:
    """Return whether a number is the one printed; a number alone is a range if both its ends round to it."""
    if printed.role == "value" and is_range(printed.record) and not number.paired:
        ends = [n.value for n in numbers(str(printed.record["value"]))[:2]]
        return bool(ends) and all(number.rounds(end) for end in ends)
    return number.rounds(printed.value)


def _confirm(
    best: PrintedNumber, claim: Claim, known: FindingIndex, others: Sequence[PrintedNumber] = ()
) -> _Verdict:
    """Return that a number is right, unless words of its sentence may make it another claim."""
    gap = known.records.get(_CHANGE_OF_GAP.sub(r"gap\1", best.id))
    doubt = find_doubt(claim, best, known.of_other_years(best.record, before=True), gap)
    if doubt:
        return _Verdict(NOT_JUDGED, best.id, f"{doubt}: {best.record['sentence']}")
    words = not_understood(claim, best, others)
    if known.newer(best.record) is None:
        words = tuple(word for word in words if word.lower() not in catalog.words().newest)
    if words:
        note = f"of {claim.number.text} we do not say “{' … '.join(words)}”"
        return _Verdict(NOT_JUDGED, best.id, f"{note}: {best.record['sentence']}", words)
    if best.older:
        now = known.records[best.id]["sentence"]
        return _Verdict(OUTDATED, best.id, f"restated since: {now}")
    either = [one for one in known.of_other_years(best.record) if _is_lone_year(one, best, claim)]
    if either and len(best.about["school year"]) == 1:
        return _Verdict(
            NOT_JUDGED, best.id, f"its year may be another school year: {either[0]['sentence']}"
        )
    newer = known.newer(best.record)
    if newer is not None and "school year" not in claim.subject:
        return _Verdict(NOT_JUDGED, best.id, f"the words name no year; newer: {newer['sentence']}")
    is_exact = claim.number.is_exactly(best.value, best.places)
    note = f"{best.record['sentence']}{_newer_note(best.record, known)}"
    return _Verdict(MATCHES if is_exact else ROUNDS_RIGHT, best.id, note)


def _is_lone_year(record: Record, best: PrintedNumber, claim: Claim) -> bool:
    """Return whether a year that stands alone, and may begin or end a school year, may mean that of another finding."""
    years = {str(record["end_year"]), str(best.record["end_year"])}
    lone = [m for m in claim.mentions if claim.sentence[m.at : m.end].isdigit()]
    return any(m.dimension == "school year" and years <= m.codes for m in lone)


def _newer_note(record: Record, known: FindingIndex) -> str:
    newer = known.newer(record)
    return f" Newer: {newer['sentence']} ({newer['id']})" if newer is not None else ""


def _find_contradiction(
    claim: Claim, fitting: Sequence[PrintedNumber], known: FindingIndex, *, is_cited: bool = False
) -> _Verdict | None:
    """Return that ours is another number, if the sentence names all that it is about and every word is understood.

    ``is_cited``: the numbers are those of findings whose ids the sentence has, so it need not name all.
    """
    named = [
        p
        for p in fitting
        if (p.role, p.record["measure"] in _CONTRADICTABLE) == ("value", True)
        and (is_cited or _names_all(claim, p))
    ]
    is_bound = claim.number.near and any(p.value == claim.number.value for p in named)
    ends = [one.value for one in claim.figures if one.paired]
    is_bound = is_bound or any(min(ends) <= p.value <= max(ends) for p in named if ends)
    if not named or not _is_alone(claim) or is_bound:  # "no more than 58.0", "58 to 59" for 58.2
        return None
    best = min(named, key=lambda p: _rank(p, claim))
    if len({p.value for p in named}) > 1 + is_range(best.record):
        return None
    subject = {**claim.carried, **claim.named}
    if is_cited and known.conflicts(subject, subject, best):
        return None
    if find_doubt(claim, best, ()) or not_understood(claim, best):
        return None
    if is_inside(claim.number, best.record):
        note = f"print the range, not one number: {best.record['value']}"
        return _Verdict(RANGE, best.id, note)
    for printed in () if is_cited else known.printed_as(claim.number):
        apart = known.conflicts(claim.subject, claim.named, printed)
        if len(apart) < 2 and apart != ["school year"]:
            return None  # of another group or place, perhaps, in words that were not understood
    return _Verdict(CONTRADICTS, best.id, f"we say: {best.record['sentence']}")


def _is_alone(claim: Claim) -> bool:
    """Return whether a number, or the range that it is an end of, is the only one of its kind in a sentence."""
    # One that compares may do so with any other: "three times the 1.0% of White students".
    alike = [one for one in claim.figures if one.kind in (claim.number.kind, *_MEASURED)]
    return len(alike) == 1 or (len(alike) == 2 and all(number.paired for number in alike))


def _names_all(claim: Claim, printed: PrintedNumber) -> bool:
    """Return whether a sentence names both sides and all years, groups, and places of a finding, and no others."""
    of = printed.about
    sides = [("place", codes) for codes in places_of(printed.record) if codes]
    years = [("school year", {year}) for year in of["school year"]]
    groups = [("student group", {group}) for group in of["student group"] - {EVERYONE}]
    named = [m for m in claim.mentions if m.dimension in ("place", "school year")]
    return (
        bool(claim.named.get("indicator"))
        and all(m.codes & of["indicator"] for m in claim.mentions if m.dimension == "indicator")
        and len(named) == len(sides) + len(years)
        and all(
            any(m.dimension == dimension and m.codes & codes for m in claim.mentions)
            for dimension, codes in [*sides, *years, *groups]
        )
    )


def _against_cited(claim: Claim, cited: Sequence[str], known: FindingIndex) -> _Verdict | None:
    """Return a verdict by the findings that a sentence cites, if one of them prints the number."""
    number = claim.number
    subject = {**claim.carried, **claim.named}
    for printed in known.printed_under(cited):
        if printed.kind != number.kind or not _agrees(number, printed):
            continue
        if not number.paired and printed.role == "interval":
            continue
        apart = known.conflicts(subject, subject, printed)
        of = printed.about["place"]
        if not apart and claim.own.get("place") and not claim.own["place"] & of:
            apart = ["place"]  # it is named, too, and is not the one that the number is of
        if apart:
            note = f"the finding cited is of another {apart[0]}: {printed.record['sentence']}"
            return _Verdict(NOT_JUDGED, printed.id, note)
        whole = replace(claim, subject={**claim.subject, "school year": frozenset()})
        return _confirm(printed, whole, known)
    values = [p for p in known.printed_under(cited) if p.kind == number.kind in _MEASURED]
    return _find_contradiction(claim, values, known, is_cited=True)


def _rank(printed: PrintedNumber, claim: Claim) -> tuple[object, ...]:
    """Order by what a number most likely means: a value before a count, of all, and the plainest finding."""
    return (
        printed.role not in ("value", "counted"),
        str(printed.record["indicator"]) not in catalog.words().plainest,
        printed.older,
        not claim.subject.get("student group") and EVERYONE not in printed.about["student group"],
        bool(printed.record.get("reference")) and claim.number.kind not in ("points", "times"),
        -int(printed.record["end_year"]),
        not claim.number.rounds(printed.value),
        printed.id,
    )
