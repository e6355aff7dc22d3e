"""Hold the words of a claim against those of the finding whose number it has: what is not understood does not pass.

A number of ours is right only if it is of what the draft says: of the same measure, unit, level of school, group, place
and year. Every word next to it is to be one of the finding's, one like it, or in a closed list of words that change
nothing; what is left over is shown in gray, and the number is not judged. A clause before or behind may say something
else, if no word of it could turn the number.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from sesec_analysis import catalog
from sesec_analysis.archive.drafts.binding import Claim
from sesec_analysis.archive.drafts.directions import (
    DIRECTION,
    is_less_than_it_says,
    is_other_way,
    moves_otherwise,
    years_are_turned,
)
from sesec_analysis.archive.drafts.known_findings import PrintedNumber
from sesec_analysis.archive.drafts.numbers import PER_STUDENT
from sesec_analysis.archive.drafts.subjects import Mention
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.labels import EVERYONE, read_reference

__all__ = ["find_doubt", "not_understood"]


_WORD = re.compile(r"[^\W_]+(?:[-–’'.][^\W_]+)*")
_SIGN = re.compile(r"[^\s\w,;:.()|/%$—–’'−+-]")
"""A sign by which a sentence may ask, quote, or exclaim."""
_TO = re.compile(r"\b(?:to|from|at)\s(?:(?:about|nearly|just|over|under)\s)*$", re.IGNORECASE)
_MET_BY = re.compile(r"\b(?:was|were|is|are) (?:met|reached|passed) by\b", re.IGNORECASE)
_ENDING = re.compile(r"(?:['’]s|s['’]|ing|ed|es|s|ly|e)$")
_OF_WHOM = re.compile(
    r"\sof\s(?:(?:the|all|its|their|our|those|these|tested|public)\s)*([^\W_]+)\b"
)
_OF_A_PART = re.compile(r"\sof\s(?:the\s|those\s|these\s|its\s)?\d(?!-)", re.IGNORECASE)
_EITHER = re.compile(r"(\w+) or (\w+)")
_TESTED = "_met_tested"
_CLOSED = " School buildings closed in between."
_OF_THE_GROUP = re.compile(
    r"(?<![Ww]ith )NUM of (?:the |all |our |its )*WHO|\b(?i:of|among) (?:the |all |our )*WHO\b[^;.]*, NUM"
)
_SHARES = ("enrollment", "homeless_students")
"""Indicators of whom students are, by group."""
_PHRASE = re.compile(r",\s|(?<!\b[aio][tnf]\s)\b(?:that|why|how|where)\s(?=.*\d)", re.IGNORECASE)
"""Where words may end, or begin, that only say who speaks, and how."""
_FAR = Decimal("0.9")
"""The most of a number that another may be which is well under it."""
_OF_THEM = re.compile(r"\bof (?:those|these|them|such)\b", re.IGNORECASE)


def find_doubt(
    claim: Claim, printed: PrintedNumber, earlier: Iterable[Record], gap: Record | None = None
) -> str:
    """Return why a number that a finding prints may be another claim; nothing if its words agree with the finding.

    Parameters
    ----------
    claim
        The number and what it is of.
    printed
        The finding's number.
    earlier
        The finding in earlier years.
    gap
        What the gap has come to whose change the finding is.
    """
    is_attendance = printed.record["indicator"] == "regular_attendance"
    is_regular = not is_attendance or "regular" in claim.alone.lower()
    is_irregular = not is_regular and _any_of("attended").search(claim.alone)
    # "6 to 13 of the 20 schools were at level 1": 13 belongs to level 2.
    is_of_level = printed.record["indicator"] == "school_level" and any(
        m.dimension == "indicator" and not m.codes & printed.about["indicator"]
        for m in claim.mentions
    )
    is_turned_round = is_other_way(claim, printed, gap) or is_less_than_it_says(claim, printed)
    doubts = (
        (is_turned_round, "it is the other way round"),
        (years_are_turned(claim, printed), "the years are the other way round"),
        (moves_otherwise(claim, printed, earlier), "whether it rose or fell is another thing"),
        (is_irregular, "it is of those who attended regularly"),
        (is_of_level, "it refers to another level"),
        (is_of_those_tested(claim, printed), "of all is not of those tested"),
        (_has_both_of_either(claim, printed), "it is either, not both"),
        (is_of_another_whole(claim, printed), "it is of another whole"),
        (
            "per student" in str(printed.record["sentence"])
            and not PER_STUDENT.search(claim.sentence),
            "it is for each student",
        ),
    )
    return next((why for is_so, why in doubts if is_so), is_turned(claim, printed))


def is_turned(claim: Claim, printed: PrintedNumber) -> str:
    """Return what of a comparison is another: the sides, a group, a place, or what it came to."""
    record = printed.record
    to = read_reference(
        str(record.get("reference") or ""), dated=catalog.measure(record["measure"]).dated
    )
    against = frozenset().union(*(m.codes for m in claim.held if m.dimension == "student group"))
    if to.groups and against:
        if str(record["student_group"]) in against:
            return "it is the other way round"
        if not against & {*to.groups, EVERYONE}:
            return "it is compared to another student group"
    places = [m for m in claim.held if m.dimension == "place"]
    if to.places and any(not m.codes & printed.about["place"] for m in places):
        return "it is compared with another place"
    if to.years and not claim.number.paired and _TO.search(claim.sentence[: claim.number.at]):
        return "it is by how much it changed"
    return ""


def not_understood(
    claim: Claim, printed: PrintedNumber, others: Sequence[PrintedNumber] = ()
) -> tuple[str, ...]:
    """Return what is left of a sentence without what the finding says and words that do not change its meaning.

    Every word and sign but those of asides is accounted for: no list could name all that make another claim of it.
    ``others`` are findings of the sentence's other numbers: what it names may be theirs.
    """
    number, record = claim.number, printed.record
    times = [one for one in claim.figures if one.kind == number.kind == "times"]
    if times and not any(
        re.compile(catalog.words().patterns["times_of"], re.I).match(claim.sentence, one.end)
        for one in times
    ):
        return (number.text,)
    text = _without_asides(_without_accounted(claim, [printed, *others]), claim)
    known = _words_of(record, "times" if number.kind in ("times", "points") else "")
    whom = _OF_WHOM.match(text, number.end)
    if number.kind == "percent" and whom and not _may_count(whom[1].lower(), record):
        return (whom[1],)
    is_compared = bool(record.get("reference")) or number.kind in ("points", "times")
    # Where ours cannot tell which way it went, no draft can.
    is_compared = is_compared and not _any_of("untold").search(str(record["sentence"]))
    # What it has come to, or from; which way is judged elsewhere.
    is_moved = re.search(r"\b(?:to|from)\s(?:[\w.]+\s){0,3}$", claim.alone[: number.begin])
    out, kept, plain = list[str](), list[str](), _words("plain")
    for match in sorted([*_WORD.finditer(text), *_SIGN.finditer(text)], key=re.Match.start):
        word = match.group().lower().replace("’", "'")
        if (is_compared or is_moved) and DIRECTION.fullmatch(word):
            continue
        if _stem(word) not in known and not all(
            part.removesuffix("'s") in plain or _stem(part) in known for part in word.split("-")
        ):
            out.append(match.group())
        kept += [one for one in word.split("-") if one.removesuffix("'s") not in plain]
    is_free = others or record.get("reference") or "budget" in str(record["indicator"])
    is_free = is_free or record["measure"] == "rate_less_expected"
    is_free = is_free or _MET_BY.search(claim.alone)
    if not out and not is_free and not _is_in_order(kept, record):
        out = kept
    return tuple(dict.fromkeys(out))


def _is_in_order(words: Iterable[str], record: Record) -> bool:
    """Return whether words of a finding's sentence come in its order, but for those for whom it counts."""
    said, counted = _stems(str(record["sentence"])), _stem(str(record.get("counted") or ""))
    like = [
        {_stem(word)}.union(*(line for line in _alike() if _stem(word) in line)) for word in words
    ]
    rest, last = iter(said), ""
    for line in like:
        # "On state tests" may stand anywhere; both words of "reached proficiency" stand for one.
        if counted in line or "state" in line or line.isdisjoint(said) or last in line:
            continue
        if not (last := next((stem for stem in rest if stem in line), "")):
            return False
    return True


def _without_accounted(claim: Claim, findings: Sequence[PrintedNumber]) -> str:
    """Return a claim's text with spaces for its numbers, what it names of findings, and phrases that say nothing."""
    kept = list(claim.alone)
    spans = [(n.begin, n.end) for n in claim.figures]
    for m in claim.mentions:
        if any(_is_of(m, printed, claim) for printed in findings):
            spans.append((m.at, m.end))
        if around := catalog.words().around.get(m.dimension):
            before, behind = (re.compile(words, re.IGNORECASE) for words in around)
            met = before.search(claim.alone[: m.at]), behind.match(claim.alone, m.end)
            spans += [found.span() for found in met if found]
    if any("per student" in str(printed.record["sentence"]) for printed in findings):
        spans += [found.span() for found in PER_STUDENT.finditer(claim.alone)]
    framing = _any_of("framing").finditer(claim.alone.replace("’", "'"))
    spans += [found.span() for found in framing]
    spans += _compared_rightly(claim)
    for start, end in spans:
        kept[start:end] = " " * (end - start)
    return "".join(kept)


def _compared_rightly(claim: Claim) -> Iterator[tuple[int, int]]:
    """Yield where words say of two numbers that one is less or more, as it is: "well under Seattle's $23,661"."""
    alike = [n for n in claim.figures if n.kind == claim.number.kind and not n.paired]
    for this, after in pairwise(alike):
        low, high = sorted([this.value, after.value])
        said = catalog.words().compared["less" if this.value < after.value else "more"]
        between = claim.sentence[this.end : after.at]
        for met in re.finditer(rf"\b(?:{said})\b", between, re.IGNORECASE):
            if low < high * (_FAR if met["far"] else 1):
                yield this.end + met.start(), this.end + met.end()


def _without_asides(text: str, claim: Claim) -> str:
    """Return a text with spaces for what a sentence says before or behind its numbers, and not of them.

    An opinion, a plan, or another fact: a clause of its own that names nothing else that we measure, and without a word
    that could turn a number (a direction, a denial, a cause, a rank, a condition). Or a phrase of words that only say
    who speaks, and how.
    """
    for cut in (re.compile(catalog.words().patterns["piece"], re.IGNORECASE), _PHRASE):
        text = _without_pieces(text, claim, cut)
    return text


def _without_pieces(text: str, claim: Claim, cut: re.Pattern[str]) -> str:
    cuts = [0, *(m.start() for m in cut.finditer(claim.sentence)), len(text)]
    pieces = list(pairwise(cuts))
    held = [
        at
        for at, (start, end) in enumerate(pieces)
        if any(start <= n.at < end for n in claim.figures)
    ]
    outside = pieces[: min(held)] + pieces[max(held) + 1 :]
    inside = range(pieces[min(held)][0], pieces[max(held)][1])
    # What is measured is named next to the numbers, or is a share of students that needs no name.
    if not any(m.at in inside or not m.end for m in claim.mentions if m.dimension == "indicator"):
        return text
    for start, end in outside:
        said = text[start:end].replace("’", "'")
        if cut is not _PHRASE:
            said = _any_of("asides").sub("…", said)
        words = {m.group().lower().removesuffix("'s") for m in _WORD.finditer(said)}
        is_turning = (
            words & _words("turning") or any(map(DIRECTION.fullmatch, words)) or "n't" in said
        )
        if cut is _PHRASE:
            is_turning = bool(words - _words("plain") - _words("speaking")) or bool(
                _any_of("settings").match(said)
            )
        is_other = any(text[m.at : m.end].strip() for m in claim.mentions if start <= m.at < end)
        is_meant = start < inside.start and _OF_THEM.search(claim.sentence, inside.start)
        if not (is_turning or is_other or is_meant or _any_of("adjunct").search(said)):
            text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return text


def is_of_those_tested(claim: Claim, printed: PrintedNumber) -> bool:
    """Return whether a share of those tested is said without these words, as one of all; or one of all with them."""
    indicator = str(printed.record["indicator"])
    if f"{indicator}_tested" in catalog.indicators():
        says_all = _any_of("says_all").search(claim.alone)
        return bool(_any_of("tested").search(claim.alone)) and not says_all
    if not indicator.endswith(_TESTED) and "students tested" not in str(printed.record["sentence"]):
        return False
    named = claim.subject.get("indicator", frozenset())
    said = _any_of("tested").search(claim.sentence) or all(code.endswith(_TESTED) for code in named)
    return not said or bool(_any_of("says_all").search(claim.sentence))


def _has_both_of_either(claim: Claim, printed: PrintedNumber) -> bool:
    """Return whether a sentence says "suspended and expelled" of those who were one or the other."""
    either = _EITHER.findall(
        str(printed.record["sentence"]).replace(str(printed.record["label"]), "")
    )
    return any(f"{one} and {other}" in claim.alone.lower() for one, other in either)


def is_of_another_whole(claim: Claim, printed: PrintedNumber) -> bool:
    """Return whether a share is said the other way about.

    A group's share of students as one of the group: "58 percent of Black students were". Or of those of a group or a
    place who did something, as theirs of all who did it: "of those suspended, 5.7 percent were Black".
    """
    code, number = str(printed.record["indicator"]), claim.number
    is_part = printed.role == "counted" and printed.record["measure"] == "rate"  # "78 of 227"
    is_part = is_part or code == "school_level"
    if not is_part and _OF_A_PART.match(claim.sentence, number.end):
        return True
    if printed.record["measure"] != "rate" or number.kind != "percent":
        return False
    if code.startswith("teachers_"):  # who they are is the indicator
        return False
    is_share, group = code.startswith(_SHARES), str(printed.record["student_group"])
    names = {"indicator": "DID", "student group": "WHO", "place": "WHO"}
    spans = [(number.at, number.end, "NUM")]
    for m in claim.mentions:
        if group in m.codes if is_share else m.dimension in names:
            spans.append((m.at, m.end, names[m.dimension]))
    text = claim.sentence
    for start, end, name in sorted(spans, reverse=True):
        text = f"{text[:start]}{name}{text[end:]}"
    if is_share:
        return group != EVERYONE and bool(_OF_THE_GROUP.search(text))
    return any(re.search(form, text) for form in catalog.words().of_all_who_did)


def _is_of(mention: Mention, printed: PrintedNumber, claim: Claim) -> bool:
    """Return whether what a word names is of a finding."""
    of_all = {EVERYONE} if mention.dimension == "student group" else set()
    said = claim.sentence[mention.at : mention.end].lower()
    return said not in catalog.words().opposite and bool(
        mention.codes & (printed.about[mention.dimension] | of_all)
    )


def _may_count(word: str, record: Record) -> bool:
    """Return whether a share may be "of" a word: of those whom a finding counts, or of a word that says nothing."""
    of = re.findall(r"percent of (?:the |all )?(\w+)", str(record["sentence"]))
    stems = frozenset(map(_stem, [*of, str(record.get("counted") or "")]))
    alike = stems.union(*(line for line in _alike() if line & stems))
    return word in _words("whom") or _stem(word) in alike


def _words(name: str) -> frozenset[str]:
    return frozenset(" ".join(getattr(catalog.words(), name)).split())


def _any_of(name: str) -> re.Pattern[str]:
    kinds = catalog.words().kinds
    forms = [form.format(**kinds) for form in getattr(catalog.words(), name)]
    any_form = "|".join(sorted(forms, key=len, reverse=True))
    return re.compile(rf"(?:\b|^\W*)(?:{any_form})(?!\w)", re.IGNORECASE)


def _alike() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(map(_stem, line)) for line in catalog.words().alike)


def _stem(word: str) -> str:
    return _ENDING.sub("", word) if len(word) > 4 else word.removesuffix("'s")


def _stems(text: str) -> list[str]:
    """Return the words of a text in order, without their endings.

    Examples
    --------
    >>> _stems("students’ suspensions")
    ['student', 'suspension']
    """
    return [_stem(m.group().lower().replace("’", "'")) for m in _WORD.finditer(text)]


def _words_of(record: Record, unit: str) -> frozenset[str]:
    """Return the stems of what a finding says, of its unit, and of what may stand for them."""
    names = ["sentence", "reference_label", "place", "counted"]
    names += ["label"] if record["student_group"] != EVERYONE else []
    said = [str(record.get(name) or "").replace(_CLOSED, "") for name in names]
    said += [catalog.indicator(str(record["indicator"])).title, unit]
    said += ["average"] if record["measure"] == "average" else []
    said += (
        ["elementary K-8"] if catalog.indicator(str(record["indicator"])).elementary_only else []
    )
    stems = frozenset(_stems(" ".join(said)))
    return stems.union(*(line for line in _alike() if line & stems))
