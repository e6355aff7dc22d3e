"""Check the numbers and citations of a grant draft against the findings of all editions.

The draft is only read. A number is held against findings by what the words around it name (indicator, group, place,
school year, grade) and against the finding that its sentence cites.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from pathlib import Path

from sesec_analysis import catalog
from sesec_analysis.archive.drafts.agreement import (
    is_of_another_whole,
    is_of_other_people,
    is_of_those_tested,
    is_of_those_who_did_not,
    is_turned,
    not_understood,
)
from sesec_analysis.archive.drafts.binding import Carried, Claim, claims
from sesec_analysis.archive.drafts.directions import (
    is_less_than_it_says,
    is_of_no_way,
    is_other_way,
    is_than_a_later_year,
    is_than_a_year,
    larger_by_words,
    moves_otherwise,
    on_both_sides,
)
from sesec_analysis.archive.drafts.known_findings import FindingIndex, PrintedNumber, is_inside
from sesec_analysis.archive.drafts.numbers import Number, how_many, numbers
from sesec_analysis.archive.drafts.reading import Passage, passages, sentences
from sesec_analysis.archive.drafts.subjects import (
    DIMENSIONS,
    Codes,
    Sides,
    places_of,
)
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.labels import EVERYONE

__all__ = ["MENDS", "PASSED_OVER", "QUIET", "VERDICTS", "Judged", "check_draft", "judge"]


MATCHES, ROUNDS_RIGHT, ROUNDS_WRONG = "matches", "rounds right", "rounds wrong"
OUTDATED, OTHER_THING, CONTRADICTS = "outdated", "another thing", "contradicts ours"
RANGE, NOT_OURS, NOT_JUDGED = "print the range", "not ours", "could not judge"
PASSED_OVER = "passed over"
VERDICTS = (
    *(MATCHES, ROUNDS_RIGHT, ROUNDS_WRONG, OUTDATED, OTHER_THING, CONTRADICTS, RANGE, NOT_OURS),
    *(NOT_JUDGED, PASSED_OVER),
)
"""Every verdict. A sentence is passed over that has numbers of which none is a claim: dates, money, telephones."""
MENDS = (ROUNDS_WRONG, OUTDATED, OTHER_THING, CONTRADICTS, RANGE)
"""Verdicts that ask for a correction."""
QUIET = (MATCHES, ROUNDS_RIGHT, PASSED_OVER)
"""Verdicts that ask for nothing."""

_MOST_NUMBERS = 2000
"""Numbers that are judged in one draft: more than any proposal has."""
_MOST_SENTENCES = 10_000
_MOST_IN_SENTENCE = 40

_ID = re.compile(r"sesec:[\w.:-]*\w")
_UNREAD = re.compile(rf"{_ID.pattern}|\S{{100,}}")
"""Ids, and what is no word of any draft."""
_OVER_TIME = re.compile(
    r"\b(?:rose|increased?|grew|grown|gained?|fell|fallen|drop(?:ped)?|declined?|decreased?|since|lost|change[ds]?)\b",
    re.IGNORECASE,
)
_APART = re.compile(
    r"\b(?:higher|lower|than|gap|difference|behind|ahead|below|above|between)\b", re.IGNORECASE
)
_COMPARED = {"gap", "gap_change", "ratio", "risk_ratio", "composition_difference"}
_OF_TIME = {"change", "gap_change"}
_PLAINEST = (
    *("ela_met", "math_met", "science_met", "disciplined", "enrollment", "budget_per_student"),
    *(
        "graduated_4yr",
        "climate_overall_favorable",
        "regular_attendance",
        "teachers_full_certificate",
    ),
)
"""What people mean by a word for several indicators."""

Verdict = tuple[str, str, str]
"""A verdict, the id of the finding, and a note."""


@dataclass(frozen=True)
class Judged:
    """A number or citation of a draft, and what became of it; ``finding`` is the id it was held against.

    ``at`` and ``end`` are where it stands in its paragraph.
    """

    where: str
    sentence: str
    text: str
    verdict: str
    finding: str
    note: str
    at: int = 0
    end: int = 0


def check_draft(path: Path, editions: Sequence[tuple[str, Iterable[Record]]]) -> list[Judged]:
    """Return a verdict on every number and citation of a draft, in order.

    Parameters
    ----------
    path
        The draft: .docx, .md, .txt or .pdf.
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
        # A sentence in parentheses after another, as a citation often stands, belongs to it.
        parts = _with_citations(sentences(passage.text))
        carried, at = Carried(), 0
        for before in sentences(passage.lead):
            claims(before, carried, known.vocabulary, before, [])
        for sentence in parts:
            met += 1
            if met > _MOST_SENTENCES or len(out) > _MOST_NUMBERS:
                left += 1
                continue
            at = max(passage.text.find(sentence, at), at)
            out += _sentence(passage.where, sentence, at, carried, known)
            at += len(sentence)
    if left:
        note = f"{left} sentences: no draft is judged beyond {_MOST_NUMBERS} numbers; check it in parts"
        out.append(Judged("the rest", "", "", NOT_JUDGED, "", note))
    return out


def _sentence(
    where: str, sentence: str, at: int, carried: Carried, known: FindingIndex
) -> list[Judged]:
    plain = _UNREAD.sub(lambda match: " " * len(match.group()), sentence)
    if (many := how_many(plain)) > _MOST_IN_SENTENCE:
        note = f"some {many} numbers in one sentence: a table, or no sentence"
        return [Judged(where, sentence, "", NOT_JUDGED, "", note)]
    if not plain.strip():
        plain = ""
    cited = tuple(_ID.findall(sentence))
    found = [_citation(where, sentence, match, known, at) for match in _ID.finditer(sentence)]
    made = claims(sentence, carried, known.vocabulary, plain, numbers(plain) if many else [])
    for claim in made:
        verdict, finding, note = _judge(claim, cited, known, made)
        start, end = at + claim.number.at, at + claim.number.end
        text = claim.number.text
        found.append(Judged(where, sentence, text, verdict, finding, note, start, end))
    if not found and many:
        found = [Judged(where, sentence, "", PASSED_OVER, "", "no number of it is a claim")]
    return found


def _with_citations(parts: list[str]) -> list[str]:
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
    record = known.record(name)
    if record is None:
        near = known.nearest(name)
        note = f"no edition has this finding{f'; nearest: {near}' if near else ''}"
        return Judged(where, sentence, name, NOT_OURS, "", note, *place)
    newer = known.newer(record)
    if newer is not None and str(newer["id"]) not in sentence:
        return Judged(where, sentence, name, OUTDATED, name, _newer_note(newer), *place)
    return Judged(where, sentence, name, MATCHES, name, str(record["sentence"]), *place)


def _judge(
    claim: Claim, cited: Sequence[str], known: FindingIndex, beside: Sequence[Claim]
) -> Verdict:
    if any(known.record(name) is not None for name in cited):
        return _against_cited(claim, cited, known, beside)
    number = claim.number
    if not claim.is_ours:
        return NOT_OURS, "", "it is of other people or of another place"
    if number.changed:
        if claim.subject.get("indicator") or re.search(r"\bgap\b", claim.sentence):
            return NOT_JUDGED, "", "no finding says how many times something has become another"
        return NOT_OURS, "", "nothing near it names what we measure"
    if not claim.subject.get("indicator"):
        return NOT_OURS, "", "nothing near it names what we measure"
    if not claim.names_indicator and not claim.refers:
        return NOT_OURS, "", "nothing near it names what we measure"
    return _of_subject(claim, known, beside)


def _of_subject(claim: Claim, known: FindingIndex, beside: Sequence[Claim]) -> Verdict:
    """Judge a number by the findings that are about what the words around it name."""
    number = claim.number
    for subjects in _readings(claim):
        found = [
            (subject, _worth_a_look(known.fitting(subject, claim.named, number.kind), claim))
            for subject in subjects
        ]
        told = [p for _, fitting in found for p in fitting]
        is_of_others = number.kind == "times" and not any(_is_held_against(p, claim) for p in told)
        if is_of_others and (quotient := _quotient(claim, known, beside)):
            return quotient
        for subject, fitting in found:
            right = [p for p in fitting if _agrees(number, p)]
            if subject is not subjects[0] and found[0][1]:  # said in round, it is near to many
                right = [p for p in right if number.agrees(p.value, p.places) == "exact"]
            if right:
                return _right(_best(right, claim, subject), claim, known, beside)
        if is_of_others:
            return NOT_JUDGED, "", "no finding, and no two of them, say how many times"
        if undated := _undated(claim, subjects[0], known):
            return _right(_best(undated, claim, subjects[0]), claim, known, beside)
        for subject, fitting in found:
            if fitting:
                return _wrong(claim, fitting, subject, known)
    slip = _slip(claim, known)
    if slip is not None:
        best, dimension = slip
        return OTHER_THING, best.id, f"it is of another {dimension}: {best.record['sentence']}"
    missing = [name for name in DIMENSIONS if not claim.subject.get(name)]
    hint = f" (the words name no {' and no '.join(missing[:2])})" if missing else ""
    if claim.names_indicator and missing:
        return NOT_JUDGED, "", f"no finding is of what the words name{hint}"
    return NOT_OURS, "", f"no finding has this number{hint}"


def _is_held_against(printed: PrintedNumber, claim: Claim) -> bool:
    """Tell whether a finding compares with the place or the student group with which a sentence does."""
    if claim.sides is None:
        return True
    if claim.sides.dimension == "place":
        _, others = places_of(printed.record)
    else:
        others = printed.about["student group"] - {str(printed.record["student_group"])}
    return bool(others & (claim.sides.held | claim.sides.spoken))


def _undated(claim: Claim, subject: dict[str, Codes], known: FindingIndex) -> list[PrintedNumber]:
    """Return what a sentence with a subject of its own says, if the year before it was not meant."""
    if not claim.names_indicator or "school year" in claim.own or "school year" not in subject:
        return []
    free = {name: codes for name, codes in subject.items() if name != "school year"}
    fitting = _worth_a_look(known.fitting(free, claim.named, claim.number.kind), claim)
    return [p for p in fitting if claim.number.agrees(p.value, p.places) == "exact"]


def _readings(claim: Claim) -> Iterator[list[dict[str, Codes]]]:
    """Yield what the words may mean, the likeliest first: the plainest indicator, any; and what was named before."""
    subject = dict(claim.subject)
    if _is_of_all(claim):
        subject.pop("student group", None)
    wide = subject["indicator"]
    plain = frozenset(wide & set(_PLAINEST))
    forms = [{**subject, "indicator": codes} for codes in dict.fromkeys([plain or wide, wide])]
    yield forms
    for names in (("student group",), ("grade",), ("student group", "grade")):
        more = {n: claim.carried[n] for n in names if n in claim.carried and n not in subject}
        if more:
            yield [{**form, **more} for form in forms]


def _is_of_all(claim: Claim) -> bool:
    """Tell whether a count is of students, of no group: "learners were 26 percent of 9,756 students"."""
    after = claim.sentence[claim.number.end : claim.number.end + 20]
    bare = re.match(r"\s(?:students|children|estudiantes)\b(?!\s(?:from|with|of|not|who))", after)
    return claim.number.kind == "count" and bool(bare)


def _worth_a_look(fitting: list[PrintedNumber], claim: Claim) -> list[PrintedNumber]:
    """Leave out numbers that the words are not of: ends of intervals; a gap where a change is meant; too few named."""
    number, clause = claim.number, claim.clause
    out = [p for p in fitting if number.paired or p.role != "interval"]
    if number.kind == "points":
        over_time, apart = bool(_OVER_TIME.search(clause)), bool(_APART.search(clause))
        over_time = over_time or bool(re.search(r"^This is|^It (?:fell|rose)", clause.strip()))
        if is_than_a_year(claim):  # "11 points lower in 2024–25 than in 2017–18"
            over_time, apart = True, False
        if over_time and not apart:
            out = [p for p in out if p.record["measure"] in _OF_TIME]
        elif apart and not over_time:
            out = [p for p in out if p.record["measure"] != "change"]
    elif number.kind == "percent":
        out = [p for p in out if p.record["measure"] not in _COMPARED]
    elif number.kind == "count":
        out = [p for p in out if p.record["measure"] not in _OF_TIME] if number.value >= 10 else []
    return out


def _agrees(number: Number, printed: PrintedNumber) -> bool:
    if printed.is_end_for(number) and number.near in ("over", "under"):
        ends = [n.value for n in numbers(str(printed.record["value"]))[:2]]
        return bool(ends) and all(number.rounds(end) for end in ends)
    return number.rounds(printed.value)


def _right(
    best: PrintedNumber, claim: Claim, known: FindingIndex, beside: Sequence[Claim]
) -> Verdict:
    number = claim.number
    if best.is_end_for(number) and not number.near:
        return _only_a_range(best.record)
    mentions = known.vocabulary.mentions(claim.sentence)
    larger, is_so = larger_by_words(claim, beside)
    figures = [one.number for one in beside]
    if (
        not is_so
        or is_other_way(claim, best, mentions)
        or is_less_than_it_says(claim, best, figures)
        or is_than_a_later_year(claim, best, mentions)
    ):
        return CONTRADICTS, best.id, f"it is the other way round: {best.record['sentence']}"
    if moved := moves_otherwise(claim, best, mentions, known.earlier(best.record)):
        return (
            moved,
            best.id,
            f"whether it rose or fell is another thing: {best.record['sentence']}",
        )
    if is_of_those_who_did_not(claim, best, mentions):
        return CONTRADICTS, best.id, f"it is of those who did: {best.record['sentence']}"
    if is_of_other_people(claim, best):
        return OTHER_THING, best.id, f"it is of {best.record['counted']}: {best.record['sentence']}"
    if why := is_turned(claim, best, mentions):
        return OTHER_THING, best.id, f"{why}: {best.record['sentence']}"
    if is_of_those_tested(claim, best):
        return OTHER_THING, best.id, f"of all is not of those tested: {best.record['sentence']}"
    if is_of_another_whole(claim, best, mentions):
        return OTHER_THING, best.id, f"it is of another whole: {best.record['sentence']}"
    if is_of_no_way(claim, best):
        return NOT_JUDGED, best.id, f"which way it goes is not plain: {best.record['sentence']}"
    compared = [match.span() for match in larger]
    if claim.sides and (number.kind == "times" or on_both_sides(claim, beside)):
        compared += [(m.at, m.end) for m in claim.sides.names]
    if words := not_understood(claim, best, mentions, compared):
        note = f"of {number.text} we do not say “{words}”: {best.record['sentence']}"
        return NOT_JUDGED, best.id, note
    return _matched(best, number, known, beside)


def _wrong(
    claim: Claim, fitting: list[PrintedNumber], subject: dict[str, Codes], known: FindingIndex
) -> Verdict:
    """Judge a number that no finding of its subject prints."""
    number = claim.number
    best = _best(fitting, claim, subject)
    if is_of_those_who_did_not(claim, best, known.vocabulary.mentions(claim.sentence)):
        return NOT_JUDGED, best.id, f"we say it of those who did: {best.record['sentence']}"
    if best.role == "value":
        for printed in sorted(fitting, key=lambda p: p is not best):
            if is_inside(number, printed.record):
                return _only_a_range(printed.record)
    slip = _slip(claim, known)
    near = [p for p in fitting if p.role == "value" and number.is_near(p.value, p.places)]
    if near and (slip is None or number.part_of):
        return _near(_best(near, claim, subject), number)
    if slip is not None:
        printed, dimension = slip
        return (
            OTHER_THING,
            printed.id,
            f"it is of another {dimension}: {printed.record['sentence']}",
        )
    if not _is_sure(claim, subject, fitting):
        return (
            NOT_JUDGED,
            best.id,
            f"the words do not tell which; nearest: {best.record['sentence']}",
        )
    return CONTRADICTS, best.id, f"we say: {best.record['sentence']}"


def _near(best: PrintedNumber, number: Number) -> Verdict:
    if best.is_end_for(number):
        return _only_a_range(best.record)
    return ROUNDS_WRONG, best.id, f"printed as {best.text}"


def _is_sure(claim: Claim, subject: dict[str, Codes], fitting: list[PrintedNumber]) -> bool:
    """Tell whether the words name enough that a number of ours is what they are about."""
    if not subject.get("place") and len({p.record["organization_id"] for p in fitting}) > 1:
        return False
    if claim.number.kind == "count":
        said = re.search(r"\bthere (?:were|are)\b|enrol|numbered|\bhabía\b", claim.sentence, re.I)
        return bool(said) and len({p.value for p in fitting if p.role == "counted"}) < 5
    return True


def _slip(claim: Claim, known: FindingIndex) -> tuple[PrintedNumber, str] | None:
    """Return a number of another year, group, place, grade or indicator that the draft may have taken.

    A like number elsewhere is chance, unless the words name much and the number is written to the last digit.
    """
    number = claim.number
    if number.part_of or number.near or (number.kind == "percent" and not number.places):
        return None
    named = [name for name in DIMENSIONS if claim.subject.get(name)]
    if len(named) < 3 or (number.kind == "count" and number.value < 100):
        return None
    found: dict[PrintedNumber, str] = {}
    for printed in known.printed_as(number):
        is_kin = _may_be_of_any(number) or printed.about["indicator"] & claim.subject["indicator"]
        if printed.role == "interval" or not is_kin:
            continue
        apart = known.conflicts(claim.subject, claim.named, printed)
        if len(apart) == 1 and _is_slip(apart[0], printed, claim):
            found[printed] = apart[0]
    if not found:
        return None
    best = min(
        found, key=lambda p: (found[p] == "indicator", *_rank(p, claim, dict(claim.subject)))
    )
    return best, found[best]


def _may_be_of_any(number: Number) -> bool:
    return number.kind in ("percent", "points") and number.places > 0


def _is_slip(dimension: str, printed: PrintedNumber, claim: Claim) -> bool:
    if dimension == "place" and printed.record["organization_level"] == "school":
        return bool(claim.subject["place"] & catalog.schools().keys())
    if dimension == "indicator":
        return _kin(claim.subject["indicator"], printed) and printed.role == "value"
    return True


def _kin(codes: Codes, printed: PrintedNumber) -> bool:
    """Tell whether two indicators are easily taken for each other: reading for mathematics, belonging for safety."""
    other = str(printed.record["indicator"])
    return any(
        other != code and (other.split("_")[0] == code.split("_")[0] or {other, code} <= _TESTS)
        for code in codes
    )


_TESTS = {"ela_met", "math_met", "science_met"}


def _quotient(claim: Claim, known: FindingIndex, beside: Sequence[Claim]) -> Verdict | None:
    """Judge "twice as many" by the findings of its two sides; nothing, where the words do not tell them apart."""
    number, sides = claim.number, claim.sides
    if sides is None:
        return None
    unit = "dollars" if re.search(r"\$|\bspen|budget", claim.sentence, re.I) else "percent"
    one, other = (
        _value_of(codes, sides, claim, known, unit) for codes in (sides.spoken, sides.held)
    )
    if one is None or other is None or _thing(one) != _thing(other):
        return None
    if not one.value or not other.value:
        return None
    # Each may be off by half a unit of what is printed.
    is_less = _LESS.match(claim.sentence, number.end)
    quotient = other.value / one.value if is_less else one.value / other.value
    said = f"{one.text} to {other.text} is {one.value / other.value:.2f} times"
    if not number.rounds(quotient):
        # "$1,131 for multilingual learners, three times the $351 there" is of what these two are of.
        told = [one.number.value for one in beside if one.number.kind == unit and one.number.value]
        is_of_these = any(number.rounds(this / that) for this, that in permutations(told, 2))
        return NOT_JUDGED if is_of_these else CONTRADICTS, one.id, said
    mentions = known.vocabulary.mentions(claim.sentence)
    # "Twice the number" is of students, not of shares.
    if _HOW_MANY.search(claim.alone) or is_of_those_who_did_not(claim, one, mentions):
        return NOT_JUDGED, one.id, said
    if is_of_those_tested(claim, one):
        return NOT_JUDGED, one.id, said
    compared = [(m.at, m.end) for m in sides.names]
    if words := not_understood(claim, one, mentions, compared):
        return NOT_JUDGED, one.id, f"of {number.text} we do not say “{words}”: {said}"
    return ROUNDS_RIGHT, one.id, said


_HOW_MANY = re.compile(r"\b(?:numbers?|many|count|total)\b", re.IGNORECASE)
_LESS = re.compile(
    r"\s(?:less|fewer|lower|smaller|as (?:few|low|little|unlikely))\b", re.IGNORECASE
)


def _thing(printed: PrintedNumber) -> tuple[object, ...]:
    return tuple(printed.record[name] for name in ("indicator", "end_year", "grade_level"))


def _value_of(
    codes: Codes, sides: Sides, claim: Claim, known: FindingIndex, unit: str
) -> PrintedNumber | None:
    """Return the value of one of the two sides that a sentence compares."""
    carried = {
        name: claim.carried[name]
        for name in ("school year", "student group")
        if name in claim.carried
    }
    subject = {**carried, **claim.subject, sides.dimension: codes}
    subject["indicator"] = frozenset(subject["indicator"] & set(_PLAINEST)) or subject["indicator"]
    fitting = [
        p
        for p in known.fitting(subject, {**claim.named, sides.dimension: codes}, unit)
        if p.role == "value" and not p.record.get("reference") and not p.is_range
    ]
    return _best(fitting, claim, subject) if fitting else None


def _only_a_range(record: Record) -> Verdict:
    """Answer a lone number, where a range is all that may be printed, with the range: neither end stands for it."""
    return RANGE, str(record["id"]), f"print the range, not one number: {record['value']}"


def _against_cited(
    claim: Claim, names: Sequence[str], known: FindingIndex, beside: Sequence[Claim]
) -> Verdict:
    number = claim.number
    cited = [name for name in names if known.record(name) is not None]
    of_cited = [
        p
        for p in known.printed_under(cited)
        if p.kind == number.kind and (number.paired or p.role != "interval")
    ]
    whole = replace(claim, subject={**claim.carried, **claim.named})
    for printed in of_cited:
        if number.rounds(printed.value):
            apart = known.conflicts(whole.subject, whole.subject, printed)
            of = printed.about["place"]
            if not apart and claim.own.get("place") and not claim.own["place"] & of:
                apart = ["place"]  # it is named, too, and is not the one that the number is of
            if apart:
                note = f"the finding cited is of another {apart[0]}: {printed.record['sentence']}"
                return OTHER_THING, printed.id, note
            return _right(printed, claim, known, beside)
    for name in sorted(cited):
        record = known.record(name)
        if record is not None and is_inside(number, record):
            return _only_a_range(record)
    near = [p for p in of_cited if p.role == "value" and number.is_near(p.value, p.places)]
    if near:
        return _near(near[0], number)
    if slip := _slip(claim, known):
        return OTHER_THING, slip[0].id, f"it is another finding’s: {slip[0].record['sentence']}"
    if not of_cited:
        return NOT_OURS, "", f"{', '.join(sorted(cited))} does not have this number"
    if any(p.role == "value" for p in of_cited) and claim.is_ours:
        best = next(p for p in of_cited if p.role == "value")
        return CONTRADICTS, best.id, f"we say: {best.record['sentence']}"
    return NOT_OURS, "", f"{', '.join(sorted(cited))} does not have this number"


def _best(printed: list[PrintedNumber], claim: Claim, subject: dict[str, Codes]) -> PrintedNumber:
    return min(printed, key=lambda p: _rank(p, claim, subject))


def _rank(printed: PrintedNumber, claim: Claim, subject: dict[str, Codes]) -> tuple[object, ...]:
    """Order by what a number most likely means: a value before a count, of all, and the plainest finding."""
    named = subject.get("student group", ())
    return (
        printed.role not in ("value", "counted"),
        str(printed.record["indicator"]) not in _PLAINEST,
        printed.older,
        not named and EVERYONE not in printed.about["student group"],
        bool(printed.record.get("reference")) and claim.number.kind not in ("points", "times"),
        -int(printed.record["end_year"]),
        not claim.number.rounds(printed.value),
        printed.id,
    )


def _matched(
    printed: PrintedNumber, number: Number, known: FindingIndex, beside: Sequence[Claim]
) -> Verdict:
    if printed.older and (now := known.record(printed.id)) is not None:
        return OUTDATED, printed.id, f"restated since: {now['sentence']}"
    newer = known.newer(printed.record)
    # A sentence that gives the newest figure too compares two years: neither is out of date.
    if newer is not None and not any(
        one.number.rounds(other.value) for one in beside for other in known.printed_in(newer)
    ):
        return OUTDATED, printed.id, _newer_note(newer)
    is_exact = number.agrees(printed.value, printed.places) == "exact"
    return MATCHES if is_exact else ROUNDS_RIGHT, printed.id, str(printed.record["sentence"])


def _newer_note(newer: Record) -> str:
    return f"newer: {newer['sentence']} ({newer['id']})"
