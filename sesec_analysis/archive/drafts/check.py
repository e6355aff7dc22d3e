"""Check the numbers and citations of a grant draft against the findings of all editions.

The draft is only read. A number is right if a finding that its words name prints it, and no word of the sentence is
left over that could make it another claim. Any other number is not judged: the nearest findings are shown. Only a
sentence that names all that a finding is about, in words that are all understood, contradicts it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sesec_analysis.archive.drafts.agreement import find_doubt, not_understood
from sesec_analysis.archive.drafts.binding import Carried, Claim, claims
from sesec_analysis.archive.drafts.known_findings import FindingIndex, PrintedNumber, is_inside
from sesec_analysis.archive.drafts.numbers import Number, how_many, numbers
from sesec_analysis.archive.drafts.reading import Passage, is_english, passages, sentences
from sesec_analysis.archive.drafts.subjects import Codes, Mention, places_of
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.labels import EVERYONE

__all__ = [
    "PASSED_OVER",
    "PLAINEST",
    "QUIET",
    "TO_CORRECT",
    "VERDICTS",
    "Judged",
    "check_draft",
    "judge",
]


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
_MOST_SENTENCES = 10_000
_MOST_IN_SENTENCE = 40

_ID = re.compile(r"sesec:[\w.:-]*\w")
_UNREAD = re.compile(rf"{_ID.pattern}|\S{{100,}}")
"""Ids, and what is no word of any draft."""
_COMPARED = {"gap", "gap_change", "ratio", "risk_ratio", "composition_difference"}
_OF_TIME = {"change", "gap_change"}
_MEASURED = ("percent", "points", "times", "dollars")
_CONTRADICTABLE = ("rate", "average", "gap", "change", "gap_change", "ratio", "risk_ratio")
_WISH = re.compile(
    r"\b(?:not?|never|\w+n['’]t|will|would|could|should|might|if|goals?|targets?|aims?|hopes?|plans?|expect(?:s|ed)?)\b",
    re.IGNORECASE,
)
"""Words of a sentence whose number need not be that of the finding that it cites."""
PLAINEST = (
    *("ela_met", "math_met", "science_met", "disciplined", "enrollment", "budget_per_student"),
    *("graduated_4yr", "climate_overall_favorable", "regular_attendance"),
    "teachers_full_certificate",
)
"""What people mean by a word for several indicators."""


@dataclass(frozen=True)
class Judged:
    """A number or citation of a draft, and the verdict; ``finding`` is the id that it was compared with.

    ``at`` and ``end`` are its position in its paragraph. ``nearest`` are up to three findings, each with what differs,
    for a number that is not judged; ``unknown`` are the words that were not understood.
    """

    where: str
    sentence: str
    text: str
    verdict: str
    finding: str
    note: str
    at: int = 0
    end: int = 0
    nearest: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Verdict:
    name: str
    finding: str
    note: str
    unknown: tuple[str, ...] = ()


def check_draft(path: Path, editions: Sequence[tuple[str, Iterable[Record]]]) -> list[Judged]:
    """Return a verdict on every number and citation of a draft, in order.

    Parameters
    ----------
    path
        The draft: .docx, .md, .txt, .csv or .pdf.
    editions
        Names of editions and their findings, the newest first.

    Raises
    ------
    DataError
        If the draft cannot be read.
    """
    return judge(passages(path), FindingIndex(editions))


def judge(draft: Iterable[Passage], known: FindingIndex) -> list[Judged]:
    """Return a verdict on every number and citation of the passages of a draft, in order."""
    out, left, met = list[Judged](), 0, 0
    for passage in draft:
        carried, at, is_read = Carried(), 0, is_english(passage.text)
        for before in sentences(passage.lead):
            claims(before, carried, known.vocabulary, [])
        for sentence, name in known.recognized(_with_citations(sentences(passage.text))):
            met += 1
            if met > _MOST_SENTENCES or len(out) > _MOST_NUMBERS:
                left += 1
                continue
            at = max(passage.text.find(sentence, at), at)
            if name:
                text = str(known.records[name]["sentence"])
                end = at + len(sentence)
                out.append(Judged(passage.where, sentence, sentence, MATCHES, name, text, at, end))
            elif not is_read and how_many(sentence):
                out.append(_not_judged(passage.where, sentence, "English drafts only"))
            else:
                out += _judge_sentence(passage.where, sentence, at, carried, known, len(out))
            at += len(sentence)
    if left:
        note = f"{left} sentences: no draft is judged beyond {_MOST_NUMBERS} numbers; check it in parts"
        out.append(replace(_not_judged("the rest", "", note)))
    return out


def _not_judged(where: str, sentence: str, note: str) -> Judged:
    return Judged(where, sentence, "", NOT_JUDGED, "", note)


def _judge_sentence(
    where: str, sentence: str, at: int, carried: Carried, known: FindingIndex, judged: int
) -> list[Judged]:
    plain = _UNREAD.sub(lambda match: " " * len(match.group()), sentence)
    if (many := how_many(plain)) > _MOST_IN_SENTENCE:
        note = f"some {many} numbers in one sentence: a table, or no sentence"
        return [_not_judged(where, sentence, note)]
    if not plain.strip():
        plain = ""
    cited = [name for name in _ID.findall(sentence) if name in known.records]
    found = [_citation(where, sentence, match, known, at) for match in _ID.finditer(sentence)]
    made = claims(plain, carried, known.vocabulary, numbers(plain) if many else [])
    for claim in made:
        verdict = _judge_claim(claim, cited, known, made)
        is_open = verdict.name in (NOT_JUDGED, NOT_OURS) and judged < _MOST_NEAREST
        nearest = known.nearest(claim) if is_open else []
        found.append(
            Judged(
                where,
                sentence,
                claim.number.text,
                verdict.name,
                verdict.finding,
                verdict.note,
                at + claim.number.at,
                at + claim.number.end,
                tuple(nearest),
                verdict.unknown,
            )
        )
    if not found and many:
        found = [Judged(where, sentence, "", PASSED_OVER, "", "no number of it is a claim")]
    return found


def _with_citations(parts: list[str]) -> list[str]:
    """Join a citation in parentheses to the sentence before it."""
    joined: list[str] = []
    for part in parts:
        if joined and _ID.search(part) and not numbers(part):
            joined[-1] += f" {part}"
        else:
            joined.append(part)
    return joined


def _citation(
    where: str, sentence: str, match: re.Match[str], known: FindingIndex, at: int
) -> Judged:
    name, place = match.group(), (at + match.start(), at + match.end())
    record = known.records.get(name)
    if record is None:
        near = known.nearest_id(name)
        note = f"no edition has this finding{f'; nearest: {near}' if near else ''}"
        return Judged(where, sentence, name, NOT_OURS, "", note, *place)
    note = f"{record['sentence']}{_newer_note(record, known)}"
    return Judged(where, sentence, name, MATCHES, name, note, *place)


def _judge_claim(
    claim: Claim, cited: Sequence[str], known: FindingIndex, in_sentence: Sequence[Claim]
) -> _Verdict:
    number = claim.number
    if cited and (verdict := _against_cited(claim, cited, known, in_sentence)):
        return verdict
    if not claim.is_ours:
        return _Verdict(NOT_OURS, "", "it is of other people or of another place")
    if not claim.subject.get("indicator") or not (claim.names_indicator or claim.refers):
        return _Verdict(NOT_OURS, "", "nothing near it names what we measure")
    if number.changed:
        return _Verdict(NOT_JUDGED, "", "no finding says how many times it has become another")
    doubt: _Verdict | None = None
    plainest: list[PrintedNumber] = []
    for subject in _readings(claim):
        fitting = _of_kind(known.fitting(subject, claim.named, number.kind), claim)
        right = [
            p for p in fitting if _agrees(number, p) and _prints_both(p, claim, in_sentence, known)
        ]
        if plainest:  # said in round, it is near to many
            right = [p for p in right if number.agrees(p.value, p.places) == "exact"]
        plainest = plainest or fitting
        for best in sorted(right, key=lambda p: _rank(p, claim))[:3]:
            verdict = _confirm(best, claim, known, in_sentence)
            if verdict.name in QUIET:
                return verdict
            doubt = doubt or verdict
    if doubt is not None:
        return doubt
    if claim.number.kind == "times" and (quotient := _quotient(claim, known, in_sentence)):
        return quotient
    if plainest and (contradiction := _contradicted(claim, plainest, known, in_sentence)):
        return contradiction
    return _Verdict(NOT_JUDGED, "", "no finding that its words name has this number")


def _readings(claim: Claim) -> Iterator[dict[str, Codes]]:
    """Yield what the words may mean, the likeliest first: the plainest indicator, any; with what was named before."""
    subject = dict(claim.subject)
    if _is_of_all(claim):
        subject.pop("student group", None)
    wide = subject["indicator"]
    plain = frozenset(wide & set(PLAINEST)) or wide
    for names in ((), ("student group",), ("grade",), ("student group", "grade")):
        more = {n: claim.carried[n] for n in names if n in claim.carried and n not in subject}
        if more or not names:
            for codes in dict.fromkeys([plain, wide]):
                yield {**subject, **more, "indicator": codes}


def _is_of_all(claim: Claim) -> bool:
    """Return whether a count is of students, of no group: "learners were 26 percent of 9,756 students"."""
    after = claim.sentence[claim.number.end : claim.number.end + 20]
    bare = re.match(r"\s(?:students|children)\b(?!\s(?:from|with|of|not|who))", after)
    return claim.number.kind == "count" and bool(bare)


def _of_kind(fitting: list[PrintedNumber], claim: Claim) -> list[PrintedNumber]:
    """Leave out what a number can't be: an end of an interval, a comparison where a percent is meant."""
    number = claim.number
    out = [p for p in fitting if number.paired or p.role != "interval"]
    if number.kind == "percent":
        out = [p for p in out if p.record["measure"] not in _COMPARED]
    elif number.kind == "count":
        out = [p for p in out if p.record["measure"] not in _OF_TIME] if number.value >= 10 else []
    return out


def _prints_both(
    printed: PrintedNumber, claim: Claim, in_sentence: Sequence[Claim], known: FindingIndex
) -> bool:
    """Return whether a finding prints both ends of a range, where a number is one of them."""
    values = [p.value for p in known.printed_under([printed.id])]
    paired = [one.number for one in in_sentence if one.number.paired]
    first = paired.index(claim.number) // 2 * 2 if claim.number in paired else len(paired)
    return all(any(end.rounds(value) for value in values) for end in paired[first : first + 2])


def _agrees(number: Number, printed: PrintedNumber) -> bool:
    if printed.is_end_for(number):
        if not number.near:
            return False
        ends = [n.value for n in numbers(str(printed.record["value"]))[:2]]
        return bool(ends) and all(number.rounds(end) for end in ends)
    return number.rounds(printed.value)


def _confirm(
    best: PrintedNumber, claim: Claim, known: FindingIndex, in_sentence: Sequence[Claim]
) -> _Verdict:
    """Return that a number is right, unless words of its sentence may make it another claim."""
    mentions = known.vocabulary.mentions(claim.sentence)
    doubt = find_doubt(claim, best, mentions, in_sentence, known.earlier(best.record))
    if doubt:
        return _Verdict(NOT_JUDGED, best.id, f"{doubt}: {best.record['sentence']}")
    if words := not_understood(claim, best, mentions, in_sentence):
        note = f"of {claim.number.text} we do not say “{' … '.join(words)}”"
        return _Verdict(NOT_JUDGED, best.id, f"{note}: {best.record['sentence']}", words)
    if best.older:
        now = known.records[best.id]["sentence"]
        return _Verdict(OUTDATED, best.id, f"restated since: {now}")
    newer = known.newer(best.record)
    if newer is not None and "school year" not in claim.subject:
        return _Verdict(NOT_JUDGED, best.id, f"the words name no year; newer: {newer['sentence']}")
    is_exact = claim.number.agrees(best.value, best.places) == "exact"
    note = f"{best.record['sentence']}{_newer_note(best.record, known)}"
    return _Verdict(MATCHES if is_exact else ROUNDS_RIGHT, best.id, note)


def _newer_note(record: Record, known: FindingIndex) -> str:
    newer = known.newer(record)
    return f" Newer: {newer['sentence']} ({newer['id']})" if newer is not None else ""


def _contradicted(
    claim: Claim, fitting: list[PrintedNumber], known: FindingIndex, in_sentence: Sequence[Claim]
) -> _Verdict | None:
    """Return that ours is another number, if the sentence names all that it is about and every word is understood."""
    mentions = known.vocabulary.mentions(claim.sentence)
    named = [
        p
        for p in fitting
        if (p.role, p.record["measure"] in _CONTRADICTABLE) == ("value", True)
        and _names_all(claim, p, mentions)
    ]
    if not named or not _is_alone(claim, in_sentence):
        return None
    best = min(named, key=lambda p: _rank(p, claim))
    if len({p.value for p in named}) > 1 + best.is_range:
        return None
    if find_doubt(claim, best, mentions, in_sentence, ()) or not_understood(
        claim, best, mentions, in_sentence
    ):
        return None
    if is_inside(claim.number, best.record):
        return _print_the_range(best.record)
    for printed in known.printed_as(claim.number):
        apart = known.conflicts(claim.subject, claim.named, printed)
        if len(apart) < 2 and apart != ["school year"]:
            return None  # of another group or place, perhaps, in words that were not understood
    return _contradicts(best.record)


def _is_alone(claim: Claim, in_sentence: Sequence[Claim]) -> bool:
    """Return whether a number, or the range that it is an end of, is the only one of its kind in a sentence."""
    alike = [one.number for one in in_sentence if one.number.kind == claim.number.kind]
    return len(alike) == 1 or (len(alike) == 2 and all(number.paired for number in alike))


def _names_all(claim: Claim, printed: PrintedNumber, mentions: Sequence[Mention]) -> bool:
    """Return whether a sentence names both sides and all years, groups, and places of a finding, and no others."""
    of = printed.about
    sides = [("place", codes) for codes in places_of(printed.record) if codes]
    years = [("school year", {year}) for year in of["school year"]]
    groups = [("student group", {group}) for group in of["student group"] - {EVERYONE}]
    named = [m for m in mentions if m.dimension in ("place", "school year")]
    return (
        claim.names_indicator
        and all(m.codes & of["indicator"] for m in mentions if m.dimension == "indicator")
        and len(named) == len(sides) + len(years)
        and all(
            any(m.dimension == dimension and m.codes & codes for m in mentions)
            for dimension, codes in [*sides, *years, *groups]
        )
    )


def _contradicts(record: Record) -> _Verdict:
    return _Verdict(CONTRADICTS, str(record["id"]), f"we say: {record['sentence']}")


def _print_the_range(record: Record) -> _Verdict:
    note = f"print the range, not one number: {record['value']}"
    return _Verdict(RANGE, str(record["id"]), note)


def _quotient(claim: Claim, known: FindingIndex, in_sentence: Sequence[Claim]) -> _Verdict | None:
    """Confirm "twice as many" by the findings of the two sides that a sentence compares."""
    number, sides = claim.number, claim.sides
    if sides is None:
        return None
    kind = "dollars" if re.search(r"\$|\bspen|budget", claim.sentence, re.IGNORECASE) else "percent"
    found = list[PrintedNumber]()
    for codes in (sides.spoken, sides.held):
        side = {sides.dimension: codes}
        subject = {**claim.carried, **claim.subject, **side}
        subject["indicator"] &= frozenset(PLAINEST)
        fitting = known.fitting(subject, {**claim.named, **side}, kind)
        plain = [p for p in fitting if p.role == "value" and not p.is_range and p.value]
        found += sorted(
            (p for p in plain if not p.record.get("reference")), key=lambda p: _rank(p, claim)
        )[:1]
    if len(found) < 2 or found[0].record["end_year"] != found[1].record["end_year"]:
        return None
    one, other = found
    if not number.rounds(one.value / other.value):
        return None
    mentions = known.vocabulary.mentions(claim.sentence)
    said = f"{one.text} to {other.text} is {one.value / other.value:.2f} times"
    if doubt := find_doubt(claim, one, mentions, in_sentence, ()):
        return _Verdict(NOT_JUDGED, one.id, f"{doubt}: {said}")
    if words := not_understood(claim, one, mentions, in_sentence):
        note = f"of {number.text} we do not say “{' … '.join(words)}”: {said}"
        return _Verdict(NOT_JUDGED, one.id, note, words)
    return _Verdict(ROUNDS_RIGHT, one.id, said)


def _against_cited(
    claim: Claim, cited: Sequence[str], known: FindingIndex, in_sentence: Sequence[Claim]
) -> _Verdict | None:
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
        return _confirm(printed, whole, known, in_sentence)
    if number.kind not in _MEASURED or not _is_alone(claim, in_sentence):
        return None
    ranges = (known.records[name] for name in cited if is_inside(number, known.records[name]))
    if (record := next(ranges, None)) is not None:
        return _print_the_range(record)
    values = [p for p in known.printed_under(cited) if (p.kind, p.role) == (number.kind, "value")]
    if not claim.is_ours or len({p.id for p in values}) != 1:
        return None
    best, mentions = values[0], known.vocabulary.mentions(claim.sentence)
    if known.conflicts(subject, subject, best) or find_doubt(
        claim, best, mentions, in_sentence, ()
    ):
        return None
    if number.kind in ("points", "times"):
        is_wish = bool(_WISH.search(claim.sentence))
        return None if is_wish else _contradicts(best.record)
    is_understood = not not_understood(claim, best, mentions, in_sentence)
    return _contradicts(best.record) if is_understood else None


def _rank(printed: PrintedNumber, claim: Claim) -> tuple[object, ...]:
    """Order by what a number most likely means: a value before a count, of all, and the plainest finding."""
    return (
        printed.role not in ("value", "counted"),
        str(printed.record["indicator"]) not in PLAINEST,
        printed.older,
        not claim.subject.get("student group") and EVERYONE not in printed.about["student group"],
        bool(printed.record.get("reference")) and claim.number.kind not in ("points", "times"),
        -int(printed.record["end_year"]),
        not claim.number.rounds(printed.value),
        printed.id,
    )
