"""Check the numbers and citations of a grant draft against the findings of all editions.

The draft is only read. A number is held against findings by what the words around it name (indicator, group, place,
school year, grade) and against the finding that its sentence cites.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sesec_analysis import catalog
from sesec_analysis.archive.drafts.known_findings import FindingIndex, PrintedNumber, is_inside
from sesec_analysis.archive.drafts.numbers import Number, numbers
from sesec_analysis.archive.drafts.reading import passages, sentences
from sesec_analysis.archive.drafts.subjects import DIMENSIONS, Mention, Subject
from sesec_analysis.evidence.row import Record

__all__ = ["VERDICTS", "Judged", "check_draft"]


MATCHES, OUTDATED, ROUNDS_WRONG = "matches", "outdated", "rounds wrong"
WRONG_THING, NOT_OURS = "cited to the wrong thing", "not ours"
VERDICTS = (MATCHES, OUTDATED, ROUNDS_WRONG, WRONG_THING, NOT_OURS)
"""Every verdict; the three in the middle ask for a correction."""

_ID = re.compile(r"sesec:[\w.:-]*\w")
_CLAUSE = re.compile(
    r";|,?\s+(?:while|whereas|compared (?:with|to)|versus|than|but)\s|,\s+and\s|,\s"
)


@dataclass(frozen=True)
class Judged:
    """A number or citation of a draft, and what became of it; ``finding`` is the id it was held against."""

    where: str
    sentence: str
    text: str
    verdict: str
    finding: str
    note: str


@dataclass(frozen=True)
class _Context:
    """What the words around a number name.

    ``clause`` and ``sentence`` take up what stood before them where they name nothing; ``own`` is what they name
    themselves. ``cited`` are the ids in the sentence.
    """

    clause: Subject
    sentence: Subject
    own: Subject
    cited: tuple[str, ...]


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
    known = FindingIndex(editions)
    return [
        judged
        for passage in passages(path)
        for judged in _passage(passage.where, passage.text, known)
    ]


def _passage(where: str, text: str, known: FindingIndex) -> Iterator[Judged]:
    carried: dict[str, frozenset[str]] = {}
    # A sentence in parentheses after another, as a citation often stands, belongs to it.
    for sentence in _with_citations(sentences(text)):
        mentions = known.vocabulary.mentions(_ID.sub(lambda id_: " " * len(id_.group()), sentence))
        whole = _subject(mentions, range(len(sentence) + 1))
        cited = tuple(_ID.findall(sentence))
        for name in cited:
            yield _citation(where, sentence, name, known)
        # A sentence with a subject of its own takes up only the year and place from those before.
        if whole.get("indicator"):
            carried = {name: carried[name] for name in ("school year", "place") if name in carried}
        figures = numbers(sentence)
        for number in figures:
            near = _subject(mentions, _clause(sentence, number.at))
            named = {**whole, **near}
            context = _Context({**carried, **named}, {**carried, **whole}, named, cited)
            verdict, finding, note = _judge(number, context, known, figures)
            yield Judged(where, sentence, number.text, verdict, finding, note)
        carried |= whole


def _with_citations(parts: list[str]) -> list[str]:
    joined: list[str] = []
    for part in parts:
        if joined and _ID.search(part) and not numbers(part):
            joined[-1] += f" {part}"
        else:
            joined.append(part)
    return joined


def _clause(sentence: str, at: int) -> range:
    ends = [0, *(match.start() for match in _CLAUSE.finditer(sentence)), len(sentence) + 1]
    first = max(end for end in ends if end <= at)
    return range(first, min(end for end in ends if end > at))


def _subject(mentions: list[Mention], span: range) -> dict[str, frozenset[str]]:
    subject: dict[str, frozenset[str]] = {}
    for mention in mentions:
        if mention.at in span:
            subject[mention.dimension] = subject.get(mention.dimension, frozenset()) | mention.codes
    return subject


def _citation(where: str, sentence: str, name: str, known: FindingIndex) -> Judged:
    record = known.record(name)
    if record is None:
        near = known.nearest(name)
        note = f"no edition has this finding{f'; nearest: {near}' if near else ''}"
        return Judged(where, sentence, name, NOT_OURS, "", note)
    newer = known.newer(record)
    if newer is not None and str(newer["id"]) not in sentence:
        return Judged(where, sentence, name, OUTDATED, name, _newer_note(newer))
    return Judged(where, sentence, name, MATCHES, name, str(record["sentence"]))


def _judge(
    number: Number, context: _Context, known: FindingIndex, beside: list[Number]
) -> tuple[str, str, str]:
    """Return the verdict, the id of the finding, and a note."""
    if context.cited:
        return _against_cited(number, context, known, beside)
    if not context.clause.get("indicator"):
        return NOT_OURS, "", "nothing near it names what we measure"
    apart = {
        printed: known.conflicts(context.clause, context.sentence, printed.record)
        for printed in known.near(number)
    }
    fitting = [printed for printed, names in apart.items() if not names]
    exact = [printed for printed in fitting if number.rounds(printed.value)]
    for matches in (exact, _without_what_stood_before(number, context, known)):
        if whole := [printed for printed in matches if not printed.is_end_for(number)]:
            return _matched(_best(whole, context), known, beside)
        if matches:
            return _only_a_range(_best(matches, context).record)
    if fitting:
        best = _best(fitting, context)
        if best.is_end_for(number):
            return _only_a_range(best.record)
        return ROUNDS_WRONG, best.id, f"printed as {best.text}"
    elsewhere = {
        printed: names[0]
        for printed, names in apart.items()
        if len(names) == 1 and number.rounds(printed.value) and _is_slip(names[0], printed, context)
    }
    if elsewhere and (number.places or len({printed.id for printed in elsewhere}) == 1):
        best = _best(list(elsewhere), context)
        return (
            WRONG_THING,
            best.id,
            f"it is of another {elsewhere[best]}: {best.record['sentence']}",
        )
    return _not_ours(number, context, known)


def _only_a_range(record: Record) -> tuple[str, str, str]:
    """Answer a lone number, where a range is all that may be printed, with the range: neither end stands for it."""
    return ROUNDS_WRONG, str(record["id"]), f"print the range, not one number: {record['value']}"


def _without_what_stood_before(
    number: Number, context: _Context, known: FindingIndex
) -> list[PrintedNumber]:
    """Return what a sentence with a subject of its own says, if the year or place before it was not meant."""
    if not context.own.get("indicator"):
        return []
    return [
        printed
        for printed in known.near(number)
        if number.rounds(printed.value)
        and not known.conflicts(context.own, context.own, printed.record)
    ]


def _is_slip(dimension: str, printed: PrintedNumber, context: _Context) -> bool:
    """Tell whether a draft may have taken a number of another year, group, place or grade.

    Where little is named, a like number elsewhere is chance; so is one of many schools, where none is named.
    """
    named = [name for name in DIMENSIONS if context.clause.get(name)]
    if dimension == "place" and printed.record["organization_level"] == "school":
        return bool(context.clause["place"] & catalog.schools().keys())
    return len(named) >= 3 or (dimension != "indicator" and len(named) >= 2)


def _against_cited(
    number: Number, context: _Context, known: FindingIndex, beside: list[Number]
) -> tuple[str, str, str]:
    cited = {name for name in context.cited if known.record(name) is not None}
    near = known.near(number)
    of_cited = [printed for printed in near if printed.id in cited]
    for printed in of_cited:
        if number.rounds(printed.value):
            apart = known.conflicts(context.sentence, context.sentence, printed.record)
            if apart:
                return (
                    WRONG_THING,
                    printed.id,
                    f"the finding cited is of another {apart[0]}: {printed.record['sentence']}",
                )
            if printed.is_end_for(number):
                return _only_a_range(printed.record)
            return _matched(printed, known, beside)
    ranges = [record for name in sorted(cited) if (record := known.record(name)) is not None]
    for record in ranges:
        if is_inside(number, record):
            return _only_a_range(record)
    if of_cited:
        return ROUNDS_WRONG, of_cited[0].id, f"printed as {of_cited[0].text}"
    for printed in near:
        apart = known.conflicts(context.clause, context.sentence, printed.record)
        if printed.role == "value" and number.rounds(printed.value) and len(apart) <= 1:
            return WRONG_THING, printed.id, f"it is another finding’s: {printed.record['sentence']}"
    named = ", ".join(sorted(cited)) or "the finding cited"
    return NOT_OURS, "", f"{named} does not have this number"


def _best(matches: list[PrintedNumber], context: _Context) -> PrintedNumber:
    """Return what a number most likely means: a value before an interval or a count, and the plainest finding."""
    named = len(context.clause.get("student group", ()))
    return min(
        matches,
        key=lambda printed: (
            printed.role != "value",
            printed.older,
            not named and printed.record["student_group"] != "all",
            bool(printed.record.get("reference")),
            -int(printed.record["end_year"]),
            printed.id,
        ),
    )


def _matched(
    printed: PrintedNumber, known: FindingIndex, beside: list[Number]
) -> tuple[str, str, str]:
    if printed.older and (now := known.record(printed.id)) is not None:
        return OUTDATED, printed.id, f"restated since: {now['sentence']}"
    newer = known.newer(printed.record)
    # A sentence that gives the newest figure too compares two years: neither is out of date.
    if newer is not None and not any(
        number.rounds(other.value) for number in beside for other in known.printed_in(newer)
    ):
        return OUTDATED, printed.id, _newer_note(newer)
    return MATCHES, printed.id, str(printed.record["sentence"])


def _newer_note(newer: Record) -> str:
    return f"newer: {newer['sentence']} ({newer['id']})"


def _not_ours(number: Number, context: _Context, known: FindingIndex) -> tuple[str, str, str]:
    for record in known.of_subject(context.clause, context.sentence):
        if any(printed.kind == number.kind for printed in known.printed_in(record)):
            if is_inside(number, record):
                return _only_a_range(record)
            return NOT_OURS, str(record["id"]), f"we say: {record['sentence']}"
    missing = [name for name in DIMENSIONS if not context.clause.get(name)]
    hint = f" (the words name no {' and no '.join(missing[:2])})" if missing else ""
    return NOT_OURS, "", f"no finding has this number{hint}"
