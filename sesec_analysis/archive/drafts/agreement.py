"""Hold the words of a claim against those of the finding whose number it has: what is not understood does not pass.

A number of ours is right only if it is of what the draft says: of the same measure, unit, level of school, group, place
and year. Some words turn it into another claim: of who did not, of other people, round, or each year. Every other word
is to be one of the finding's, one like it, or one that says nothing of this.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from sesec_analysis import catalog
from sesec_analysis.archive.drafts.binding import Claim
from sesec_analysis.archive.drafts.directions import (
    DIRECTION,
    is_less_than_it_says,
    is_other_way,
    is_than_a_later_year,
    larger_by_words,
    moves_otherwise,
    on_both_sides,
)
from sesec_analysis.archive.drafts.known_findings import OF_FAMILIES, PrintedNumber
from sesec_analysis.archive.drafts.subjects import Mention
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.labels import EVERYONE, read_reference

__all__ = ["find_doubt", "not_understood"]


_NOT = re.compile(
    r"\b(?:do|does|did|is|are|was|were|have|has|had|can|could) not\b(?! (?:only|just|(?:from )?low))"
    r"|\b(?:cannot|\w+n['’]t|never|fail(?:s|ed|ing)? to|chronic(?:ally)? absen\w+|absent|missed school|truan\w+)\b"
    r"|\bdrop(?:s|ped|ping)?[- ]?outs?\b",
    re.IGNORECASE,
)
_PART = re.compile(r"\b(?:and|but|because|although|so|while)\b|[;,.(]", re.IGNORECASE)
_OTHER_PEOPLE = re.compile(
    r"\sof\s(?:(?:the|all|its|our)\s)?(?:[\w-]+\s)?(teachers|schools|families|parents)\b(?!['’])",
    re.IGNORECASE,
)
_TO = re.compile(r"\s(?:to|and|until|through)\s", re.IGNORECASE)
_EACH_YEAR = re.compile(
    r"\s(?:a|per|each|every)\s(?:school\s)?year\b|\s(?:annually|yearly)\b", re.I
)
_LASTED = re.compile(
    r"\b(?:in|over|within|during|after|for) (?:just |only |a mere |the (?:last|past) )?"
    r"(an?|the|one|single|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})(?: single| short)?(?:-| )"
    r"(?:year|decade|month|semester|week)s?\b",
    re.IGNORECASE,
)
"""How long a change took, as a sentence says it."""
_YEARS_LONG = {
    word: years
    for years, words in enumerate(
        ("a an one single", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
        1,
    )
    for word in (*words.split(), str(years))
}
_ALL_BUT = re.compile(
    r"\b(?:all|every|everyone|everything|none|nothing|no one|nobody|any\w*)(?: of \w+)? but\b", re.I
)
_WORD = re.compile(r"[^\W\d_]+(?:[-’'.][^\W\d_]+)*")
_ENDING = re.compile(r"(?:['’]s|s['’]|ing|ed|es|s|ly|e)$")
_SOURCE = re.compile(
    r"\b(?:according to|published by|reported by|data from|figures from)\s[^,;.]{0,60}"
    r"|\b(?:each|every) (?:student|pupil|child)\b"
    r"|\b(?:relative to|unlike|as opposed to|contrasted with|in (?:comparison|contrast) (?:with|to))\b"
    r"|\b(?:is home to|as a whole|most recent)\b"
    r"|\b(?:\w+ )?(?:should|must|need to|ought to) (?:know|note|see|remember|understand|realize)\b"
    r"|\bas an? (?:principal|parent|teacher|mother|father|grandparent|counselor|coach|neighbor),? (?:I|we)\b",
    re.IGNORECASE,
)
"""Where a number comes from says nothing of what it is of; nor does "for each student", nor "relative to"."""
_PEOPLE_NOUN = (
    r"(?:students|children|kids|pupils|learners|youth|youngsters|young people|teens|boys|girls|graders|arrivals"
    r"|freshmen|seniors|answers|teachers|residents|households|families|schools)"
)
_MORE_PEOPLE = re.compile(
    r"\s(?:(?:more|fewer|as many)\s(?!likely|often|frequently|than)|the (?:number|count) of\s)(?:[\w-]+\s){0,4}?"
    rf"{_PEOPLE_NOUN}\b",
    re.IGNORECASE,
)
"""What is of how many people there are, not of how large a share: "5.7 times more Black students"."""
_AS_HIGH = re.compile(r"\bas (?:high|large|great|big)\b", re.IGNORECASE)
_LIMIT = re.compile(r"\b(?:at (?:least|most)|up to|no (?:more|less|fewer) than)\s*$", re.IGNORECASE)
_NEARNESS = re.compile(
    r"\b(?:more|less|fewer|greater) than|\bat (?:least|most)|\bup to|\bno (?:more|fewer|less) than|\bnot quite"
    r"|\b(?:just|well|far) (?:over|under)|\b(?:over|under|above|below|barely|close to|upwards of|in excess of|some"
    r"|nearly|almost|roughly|approximately)\b",
    re.IGNORECASE,
)
_OR_BEYOND = re.compile(
    r"(?<!two )\bor (?:above|below|higher|lower|more|less|better|not|beyond)\b", re.I
)
_FRAME = re.compile(
    r"(?:(?:^|[,;:.(—–])\s*(?:and |but |so )?(?:among(?:st)?|for|of|in|on|within|during|at|by|with|without|under|over"
    r"|as for|from|through|before|after)\s"
    r"|\b(?:among(?:st)?|excluding|except|counting|leaving out|only|alone|limited to|restricted to|including"
    r"|when it comes to|regarding|who|whose|(?:is|are|was|were) (?:for|of|from|about))\b)[^,;:(—]*"
    rf"|(?:^|[,;:.(—])\s*(?:[\w’'-]+\s){{0,4}}?{_PEOPLE_NOUN}\b"
    r"|\b(?:more|less|fewer|higher|lower|better|worse|larger|smaller|greater)\b[^,;:(—]*\b(?:than|compared)\b",
    re.IGNORECASE,
)
"""Words of another clause that say of whom, of when or of which part the number after them is, or that compare."""
_TESTED = "_met_tested"
_SAYS_TESTED = re.compile(
    r"\btested\b(?! (?:grades?|subjects?|or not)\b)|\btest[- ]takers\b|\b(?:took|taking|take|sat for) (?:the|it)\b",
    re.IGNORECASE,
)
_SAYS_ALL = re.compile(
    r"\b(?:all|every) (?:\w+ ){0,3}?students?\b(?!,? (?:\w+ ){0,4}?(?:tested|who took|taking)\b)"
    r"|\b(?:not|or not|un)[- ]?tested\b|\bor not\b",
    re.IGNORECASE,
)
"""That those count who were not tested."""
_PAUSE = re.compile("[,;:(]")
_OF_THOSE = re.compile(r"(?:^|[,;:(]\s?)(?:of|among(?:st)?)\s[^,;:(]*$", re.IGNORECASE)
_ARE = re.compile(
    r"(?<!\bwho\s)\b(?:were|was|are|is|came|come|attended|lived?|enrolled)\s"
    r"(?:(?:from|in|at|the|only|just|mostly|students|schools?)\s)*$",
    re.IGNORECASE,
)
_MAKE_UP = re.compile(
    r"(?:['’]s?)?(?:\s(?:students|schools|children|families))?"
    r"\s(?:were|was|are|is|ma[dk]e up|makes up|account(?:s|ed)? for|comprised?|represent(?:s|ed)?|constituted?"
    r"|(?:is|was) home to)"
    r"\s(?:(?:only|just|about|nearly|over|under|almost|roughly|some|more than|less than)\s)*",
    re.IGNORECASE,
)
"""What stands between a group and its share of all who did something."""
_UNTOLD = re.compile(
    r"\bcannot be told\b|\bcould be chance\b|\bcan.t tell\b|\babout the same\b|\btoo much is withheld\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"\sof\s(?:(?:the|all|our|its)\s)*", re.IGNORECASE)


_ATTENDED = re.compile(
    r"^(?!.*\bregular).*\b(?:attend(?:ed|s|ing)?|c[ao]m(?:e|es|ing)|went|go(?:es|ing)?) (?:to )?(?:school|class)\b",
    re.IGNORECASE | re.DOTALL,
)


def find_doubt(
    claim: Claim,
    printed: PrintedNumber,
    mentions: Sequence[Mention],
    in_sentence: Sequence[Claim],
    earlier: Iterable[Record],
) -> str:
    """Return why a number that a finding prints may be another claim; nothing if its words agree with the finding.

    Parameters
    ----------
    claim
        The number and what it is of.
    printed
        The finding's number.
    mentions
        All that the sentence names.
    in_sentence
        All numbers of the sentence.
    earlier
        The finding in earlier years.
    """
    _, is_so = larger_by_words(claim, in_sentence)
    if not is_so or is_other_way(claim, printed, mentions):
        return "it is the other way round"
    if is_less_than_it_says(claim, printed, [one.number for one in in_sentence]):
        return "it is the other way round"
    if is_than_a_later_year(claim, printed, mentions):
        return "the years are the other way round"
    if moves_otherwise(claim, printed, mentions, earlier):
        return "whether it rose or fell is another thing"
    if is_of_those_who_did_not(claim, printed, mentions):
        return "it is of those who did"
    if printed.record["indicator"] == "regular_attendance" and _ATTENDED.search(claim.alone):
        return "it is of those who attended regularly"
    people = _OTHER_PEOPLE.match(claim.sentence, claim.number.end)
    counted = printed.record.get("counted")
    if claim.number.kind == "percent" and people and people[1].lower() != counted:
        return f"it is of {counted}"
    if why := is_turned(claim, printed, mentions):
        return why
    if is_of_those_tested(claim, printed):
        return "of all is not of those tested"
    if is_of_another_whole(claim, printed, mentions):
        return "it is of another whole"
    return ""


def is_of_those_who_did_not(
    claim: Claim, printed: PrintedNumber, mentions: Sequence[Mention]
) -> bool:
    """Tell whether a share or a count is said of those who did not do what the finding is of."""
    number, sentence = claim.number, claim.sentence
    if number.kind not in ("percent", "count") or _NOT.search(str(printed.record["sentence"])):
        return False
    before = max((m.end() for m in _PART.finditer(sentence, 0, number.at)), default=0)
    after = _PART.search(sentence, number.end)
    end = after.start() if after else len(sentence)
    # "Which is not enough" stands behind all that is named, and denies none of it.
    return any(
        m.dimension in ("indicator", "student group") and m.end >= no.end() > m.end - 60
        for no in _NOT.finditer(sentence, before, end)
        for m in mentions
        if m.at < end
    )


def is_turned(claim: Claim, printed: PrintedNumber, mentions: Sequence[Mention]) -> str:
    """Return what is the wrong way round or of too many: the sides, the other side, the years, a group, each year."""
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
    if to.places and _is_against_another_place(claim, printed.about["place"]):
        return "it is compared with another place"
    if to.years and any(first > last for first, last in _years(claim.sentence, mentions)):
        return "the years are the other way round"
    lasted = _LASTED.search(claim.sentence) if to.years else None
    if lasted and _YEARS_LONG.get(lasted[1].lower()) != record["end_year"] - min(to.years):
        return "it is over another time"
    if _ALL_BUT.search(claim.sentence):
        return "it is of the others"
    after = _EACH_YEAR.match(claim.sentence, claim.number.end)
    if to.years and after:
        return "it is over all these years, not each year"
    return ""


def _is_against_another_place(claim: Claim, places: frozenset[str]) -> bool:
    """Tell whether a sentence speaks of, or compares with, a place that is on neither side of the finding."""
    said = [m.codes for m in claim.held if m.dimension == "place"]
    if claim.sides and claim.sides.dimension == "place":
        said += [claim.sides.spoken, claim.sides.held]
    return any(not codes & places for codes in said)


def _years(sentence: str, mentions: Sequence[Mention]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last year of each "from ... to ..."."""
    years = [m for m in mentions if m.dimension == "school year"]
    for this, after in pairwise(years):
        if _TO.fullmatch(sentence[this.end : after.at]):
            yield min(map(int, this.codes)), min(map(int, after.codes))


def not_understood(
    claim: Claim,
    printed: PrintedNumber,
    mentions: Sequence[Mention],
    in_sentence: Sequence[Claim],
) -> tuple[str, ...]:
    """Return the words of a claim that are neither the finding's nor say nothing of what a number is of.

    Words that compare it with another number of the sentence, as the numbers do, are understood.
    """
    larger, _ = larger_by_words(claim, in_sentence)
    compared = [match.span() for match in larger]
    if claim.sides and (claim.number.kind == "times" or on_both_sides(claim, in_sentence)):
        compared += [(m.at, m.end) for m in claim.sides.names]
    text = _SOURCE.sub(lambda match: " " * len(match.group()), claim.alone)
    if beyond := _OR_BEYOND.search(text):
        return (beyond.group(),)
    known, record = _words_of(printed.record), printed.record
    if claim.number.kind == "times":
        known |= _like("times")
        if more := _MORE_PEOPLE.match(claim.sentence, claim.number.end):
            return (more.group().strip(),)
        text = _AS_HIGH.sub(lambda match: " " * len(match.group()), text)
    if record["measure"] == "average":
        known |= _like("average")
    limit = _LIMIT.search(text[: claim.number.at])
    if limit and record["measure"] == "average" and not re.search(r"\b(?:average|mean)", text):
        return (limit.group().strip(),)  # the average is no limit of each
    is_compared = bool(record.get("reference")) or claim.number.kind in ("points", "times")
    # Where ours cannot tell which way it went, no draft can.
    is_compared = is_compared and not _UNTOLD.search(str(record["sentence"]))
    near = _NEARNESS.search(text[max(0, claim.number.at - 24) : claim.number.at])
    nearness = claim.number.at - 24 if near or claim.number.near else claim.number.at
    named = [m for m in mentions if _is_of(m, printed, claim)]
    out = [
        claim.sentence[m.at : m.end]
        for m in mentions
        if m not in named and m.dimension in ("school year", "grade") and text[m.at : m.end].strip()
    ]
    own = {m.dimension for m in mentions if text[m.at : m.end].strip()}
    elsewhere = [m for m in mentions if m.dimension in own - {"student group", "grade"}]
    framed = [
        match
        for match in _framed(claim, text, mentions)
        if not any(m.at <= match.start() < m.end for m in elsewhere)
    ]
    for match in [*framed, *_WORD.finditer(text)]:
        word, at = match.group().lower().replace("’", "'"), match.start()
        if claim.number.at <= at < claim.number.end or any(m.at <= at < m.end for m in named):
            continue
        if any(start <= at < end for start, end in compared):
            continue
        if (is_compared or _to(text, claim)) and DIRECTION.fullmatch(word):
            continue
        if claim.number.kind == "points" and is_compared and word == "likely":
            continue
        if nearness <= at < claim.number.at and _NEARNESS.search(text[at - 8 if at > 8 else 0 :]):
            continue
        if all(part in _plain() or _stem(part) in known for part in word.split("-")):
            continue
        out.append(match.group())
    return tuple(dict.fromkeys(out))


def _framed(claim: Claim, text: str, mentions: Sequence[Mention]) -> Iterator[re.Match[str]]:
    """Yield the words of other clauses by which a number may be of fewer people, of another time, or compared.

    Where its own clause names no people ("it is hard: 40 percent met it"), they are those of the clause before it.
    """
    # "... of students there, and 40 percent here": a clause of another number names them, too.
    near = claim.sentence[claim.starts : claim.number.at] + text
    is_bare = claim.number.kind == "percent" and not re.search(rf"\b{_PEOPLE_NOUN}\b", near, re.I)
    is_bare = is_bare and not {"indicator", "place"} <= {
        m.dimension for m in mentions if claim.starts <= m.at and text[m.at : m.end].strip()
    }
    if is_bare:
        yield from _WORD.finditer(claim.aside, 0, claim.number.at)
    for frame in _FRAME.finditer(claim.aside, claim.number.end if is_bare else 0):
        yield from _WORD.finditer(claim.aside, *frame.span())


def _to(text: str, claim: Claim) -> bool:
    """Tell whether a number is what something has come to, or has come from; which way is judged elsewhere."""
    return bool(re.search(r"\b(?:to|from)\s(?:\w+\s){0,2}$", text[: claim.number.at]))


def is_of_those_tested(claim: Claim, printed: PrintedNumber) -> bool:
    """Tell whether a share of those tested is said without these words, as one of all; or one of all with them."""
    indicator = str(printed.record["indicator"])
    if f"{indicator}_tested" in catalog.indicators():
        return bool(_SAYS_TESTED.search(claim.alone)) and not _SAYS_ALL.search(claim.alone)
    if not indicator.endswith(_TESTED):
        return False
    named = claim.subject.get("indicator", frozenset())
    said = _SAYS_TESTED.search(claim.sentence) or all(code.endswith(_TESTED) for code in named)
    return not said or bool(_SAYS_ALL.search(claim.sentence))


def is_of_another_whole(claim: Claim, printed: PrintedNumber, mentions: Sequence[Mention]) -> bool:
    """Tell whether a share is said the other way about.

    A group's share of students as one of the group: "58 percent of Black students were". Or of those of a group or a
    place who did something, as theirs of all who did it: "of those suspended, 5.7 percent were Black".
    """
    record, number = printed.record, claim.number
    if record["measure"] != "rate" or number.kind != "percent":
        return False
    if str(record["indicator"]).startswith("teachers_"):  # who the teachers are is the indicator
        return False
    if not str(record["indicator"]).startswith("enrollment"):
        return _is_of_all_who_did(claim, mentions)
    start = _WHOLE.match(claim.sentence, number.end)
    group = str(record["student_group"])
    if group == EVERYONE or not start:
        return False
    return any(
        m.at == start.end() and m.dimension == "student group" and group in m.codes
        for m in mentions
    )


_WHO_DID = {"disciplined", "graduated_4yr", "regular_attendance"}


def _is_of_all_who_did(claim: Claim, mentions: Sequence[Mention]) -> bool:
    """Tell whether what is counted is the whole of which a group's or a place's share is told."""
    text, number = claim.sentence, claim.number
    stop = _PAUSE.search(text, number.end)
    last = stop.start() if stop else len(text)
    of = [m for m in mentions if m.dimension in ("student group", "place")]
    did = [m for m in mentions if m.dimension == "indicator"]
    whole = _WHOLE.match(text, number.end)
    if whole and any(m.at == whole.end() and m.codes & _WHO_DID for m in did):
        return True  # "5.7 percent of suspended students"
    behind = [m for m in did if number.end <= m.at < last]
    lead = max((pause.end() for pause in _PAUSE.finditer(text, 0, number.at)), default=0)
    before = text[:lead].rstrip(" ,;:(")
    leads = [m for m in did if m.at < lead and _OF_THOSE.search(before, 0, m.at)]
    for m in of:
        are = _ARE.search(text, number.end, m.at) if number.end <= m.at < last else None
        # "5.7 percent of students suspended were Black"; "of those suspended, 5.7 percent were Black".
        if are and (any(n.at < are.start() for n in behind) or (leads and not behind)):
            return True
        # "Black students were 5.7 percent of those suspended"
        if m.end <= number.at and behind and _MAKE_UP.fullmatch(text, m.end, number.at):
            return bool(_WHOLE.match(text, number.end))
    return False


def _is_of(mention: Mention, printed: PrintedNumber, claim: Claim) -> bool:
    """Tell whether what a word names is of a finding."""
    of, record = printed.about[mention.dimension], printed.record
    if mention.codes & of or mention.dimension == claim.bound:
        return True
    if mention.dimension == "place":  # a school is told with where it lies
        return record["organization_level"] == "school"
    if mention.dimension == "student group":
        is_of_families = record["measure"] in OF_FAMILIES and "low_income" in mention.codes
        return is_of_families or printed.kind == "dollars" or bool(mention.codes & {EVERYONE})
    return False


def _plain() -> frozenset[str]:
    return frozenset(word for line in catalog.words().plain for word in line.split())


def _alike() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(map(_stem, line)) for line in catalog.words().alike)


def _stem(word: str) -> str:
    return _ENDING.sub("", word) if len(word) > 4 else word.removesuffix("'s")


def _stems(text: str) -> set[str]:
    """Return the words of a text without their endings.

    Examples
    --------
    >>> sorted(_stems("suspensions suspended students’ student"))
    ['student', 'suspend', 'suspension']
    """
    return {_stem(m.group().lower().replace("’", "'")) for m in _WORD.finditer(text)}


def _words_of(record: Record) -> frozenset[str]:
    """Return the stems of what a finding says and of what may stand for it."""
    names = ["sentence", "reference_label", "place", "counted"]
    names += ["label"] if record["student_group"] != EVERYONE else []
    said = set(_in_words(str(record.get(name) or "") for name in names))
    said |= _stems(catalog.indicator(str(record["indicator"])).title)
    return frozenset(said).union(*(line for line in _alike() if line & said))


def _like(*words: str) -> frozenset[str]:
    """Return words' stems with those that may stand for them."""
    stems = tuple(map(_stem, words))
    return frozenset(stems).union(*(line for line in _alike() if line & {*stems}))


def _in_words(texts: Iterator[str]) -> Iterator[str]:
    for text in texts:
        yield from _stems(text)
