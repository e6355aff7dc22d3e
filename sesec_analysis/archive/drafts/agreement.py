"""Hold the words of a claim against those of the finding whose number it has: what is not understood does not pass.

A number of ours is right only if it is of what the draft says: of the same measure, unit, level of school, group, place
and year. Some words turn it into another claim: of who did not, of other people, round, or each year. Every other word
is to be one of the finding's, one like it, or one that says nothing of this.
"""

import re
from collections.abc import Iterable, Iterator

from sesec_analysis import catalog
from sesec_analysis.archive.drafts.binding import Claim
from sesec_analysis.archive.drafts.directions import (
    DIRECTION,
    is_less_than_it_says,
    is_other_way,
    moves_otherwise,
    years_are_turned,
)
from sesec_analysis.archive.drafts.known_findings import OF_FAMILIES, PrintedNumber, is_for_group
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
_FOR_HOW_LONG = re.compile(
    r"(?<![\d–-])\b(?:an?|per|each|every|one|single|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})(?:-|\s)"
    r"(?:(?:single|short|school)\s)?(?:years?|decades?|months?|semesters?|weeks?)\b|\b(?:annually|yearly)\b",
    re.IGNORECASE,
)
"""How long a change took, or how often: of that, a finding says nothing."""
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
_LIMIT = re.compile(r"\b(?:at (?:least|most)|up to|no (?:more|less|fewer) than)\s*$", re.IGNORECASE)
_NEARNESS = re.compile(
    r"\b(?:more|less|fewer|greater) than|\bat (?:least|most)|\bup to|\bno (?:more|fewer|less) than|\bnot quite"
    r"|\b(?:just|well|far) (?:over|under)|\b(?:over|under|above|below|barely|close to|upwards of|in excess of|some"
    r"|nearly|almost|roughly|approximately)\b",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"\b(?:among(?:st)?|for|of|in|on|within|during|at|by|with|without|under|over|from|through|before|after|about"
    r"|excluding|except|counting|only|alone|limited|restricted|including|when|regarding|whose?"
    r"|more|less|fewer|higher|lower|better|worse|larger|smaller|greater"
    r"|(?:low|high|larg|small|great|few|strong|weak|poor)est|worst|best|most|least|(?:lead|top|trail|rank|beat)s?)\b[^,;:(—]*"
    rf"|(?:^|[,;:.(—])\s*(?:[\w’'-]+\s){{0,4}}?{_PEOPLE_NOUN}\b",
    re.IGNORECASE,
)
"""Words of another clause that may say of whom, of when, or of which part a number is, or that compare or rank."""
_OF_A_PART = re.compile(r"\sof\s(?:the\s|those\s|these\s)?\d[\d.]*\s?(?:%|percent)", re.IGNORECASE)
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
_OF = r"of (?:(?!WHO)[\w-]+ ){0,6}?"
_ARE = r"(?:were|was|are|is|came|come|attended|lived?|enrolled)"
_OF_THE_GROUP = re.compile(r"NUM of (?:the |all |our |its )*WHO")
_OF_ALL_WHO_DID = re.compile(
    rf"NUM {_OF}DID[^,;:(]*\b(?<!who ){_ARE}\b[^,;:(]*WHO|NUM of (?:the |all |those )*DID"
    rf"|(?:^|[,;:(] ?)(?:[Oo]f|[Aa]mong(?:st)?) [^,;:(]*DID[^;(]*NUM {_ARE}\b[^,;:(]*WHO"
    rf"|WHO(?:['’]s?)?(?: students| schools| children| families)? (?:{_ARE}|ma[dk]es? up|account(?:s|ed)? for"
    rf"|comprised?|represent(?:s|ed)?|constituted?|is home to) (?:[a-z]+ ){{0,2}}NUM {_OF}DID"
)
"""A share of all who did something, not of a group or a place, where a sentence has these names for its parts."""
_UNTOLD = re.compile(
    r"\bcannot be told\b|\bcould be chance\b|\bcan.t tell\b|\babout the same\b|\btoo much is withheld\b",
    re.IGNORECASE,
)
_ATTENDED = re.compile(
    r"^(?!.*\bregular).*\b(?:attend(?:ed|s|ing)?|c[ao]m(?:e|es|ing)|went|go(?:es|ing)?) (?:to )?(?:school|class)\b",
    re.IGNORECASE | re.DOTALL,
)


def find_doubt(claim: Claim, printed: PrintedNumber, earlier: Iterable[Record]) -> str:
    """Return why a number that a finding prints may be another claim; nothing if its words agree with the finding.

    Parameters
    ----------
    claim
        The number and what it is of.
    printed
        The finding's number.
    earlier
        The finding in earlier years.
    """
    people = _OTHER_PEOPLE.match(claim.sentence, claim.number.end)
    counted = printed.record.get("counted")
    is_attendance = printed.record["indicator"] == "regular_attendance"
    doubts = (
        (is_other_way(claim, printed), "it is the other way round"),
        (is_less_than_it_says(claim, printed), "it is the other way round"),
        (years_are_turned(claim, printed), "the years are the other way round"),
        (
            moves_otherwise(claim, printed, earlier),
            "whether it rose or fell is another thing",
        ),
        (is_of_those_who_did_not(claim, printed), "it is of those who did"),
        (is_attendance and _ATTENDED.search(claim.alone), "it is of those who attended regularly"),
        (
            claim.number.kind == "percent" and people and people[1].lower() != counted,
            f"it is of {counted}",
        ),
        (is_of_those_tested(claim, printed), "of all is not of those tested"),
        (is_of_another_whole(claim, printed), "it is of another whole"),
    )
    return next((why for is_so, why in doubts if is_so), is_turned(claim, printed))


def is_of_those_who_did_not(claim: Claim, printed: PrintedNumber) -> bool:
    """Return whether a share or a count is said of those who did not do what the finding is of."""
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
        for m in claim.mentions
        if m.at < end
    )


def is_turned(claim: Claim, printed: PrintedNumber) -> str:
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
    places = [m for m in claim.held if m.dimension == "place"]
    if to.places and any(not m.codes & printed.about["place"] for m in places):
        return "it is compared with another place"
    if to.years and _FOR_HOW_LONG.search(claim.sentence):
        return "it is over all these years"
    if _ALL_BUT.search(claim.sentence):
        return "it is of the others"
    return ""


def not_understood(claim: Claim, printed: PrintedNumber) -> tuple[str, ...]:
    """Return the words of a claim that are not the finding's and could make its number another claim."""
    text = _SOURCE.sub(lambda match: " " * len(match.group()), claim.alone)
    record = printed.record
    known = _words_of(record, "times" if claim.number.kind == "times" else "")
    more = _MORE_PEOPLE.match(claim.sentence, claim.number.end)
    if claim.number.kind == "times" and more:
        return (more.group().strip(),)
    limit = _LIMIT.search(text[: claim.number.at])
    if limit and record["measure"] == "average" and not re.search(r"\b(?:average|mean)", text):
        return (limit.group().strip(),)  # the average is no limit of each
    is_compared = bool(record.get("reference")) or claim.number.kind in ("points", "times")
    # Where ours cannot tell which way it went, no draft can.
    is_compared = is_compared and not _UNTOLD.search(str(record["sentence"]))
    # What it has come to, or from; which way is judged elsewhere.
    is_moved = re.search(r"\b(?:to|from)\s(?:\w+\s){0,2}$", text[: claim.number.at])
    near = _NEARNESS.search(text[max(0, claim.number.at - 24) : claim.number.at])
    nearness = claim.number.at - 24 if near or claim.number.near else claim.number.at
    named = [m for m in claim.mentions if _is_of(m, printed, claim)]
    out = [
        claim.sentence[m.at : m.end]
        for m in claim.mentions
        if m not in named and m.dimension in ("school year", "grade") and text[m.at : m.end].strip()
    ]
    own = {m.dimension for m in claim.mentions if text[m.at : m.end].strip()}
    own -= {"student group", "grade"}
    asides = [
        match
        for match in _asides(claim)
        if not any(m.dimension in own and m.at <= match.start() < m.end for m in claim.mentions)
    ]
    places = [m for m in claim.mentions if m.dimension == "place"]
    for match in [*asides, *_WORD.finditer(text)]:
        word, at = match.group().lower().replace("’", "'"), match.start()
        if claim.number.at <= at < claim.number.end or any(m.at <= at < m.end for m in named):
            continue
        if (is_compared or is_moved) and DIRECTION.fullmatch(word):
            continue
        if claim.number.kind == "points" and is_compared and word == "likely":
            continue
        if nearness <= at < claim.number.at and _NEARNESS.search(text[at - 8 if at > 8 else 0 :]):
            continue
        # "Our students" are not those of the place.
        is_ours = word == "our" and any(m.at == match.end() + 1 for m in places)
        is_known = is_ours or word != "our" or not text[at].strip()
        if is_known and all(part in _plain() or _stem(part) in known for part in word.split("-")):
            continue
        out.append(match.group())
    return tuple(dict.fromkeys(out))


def _asides(claim: Claim) -> Iterator[re.Match[str]]:
    """Yield the words of other clauses by which a number may be of fewer people, of another time, or compared."""
    for frame in _FRAME.finditer(claim.aside):
        yield from _WORD.finditer(claim.aside, *frame.span())


def is_of_those_tested(claim: Claim, printed: PrintedNumber) -> bool:
    """Return whether a share of those tested is said without these words, as one of all; or one of all with them."""
    indicator = str(printed.record["indicator"])
    if f"{indicator}_tested" in catalog.indicators():
        return bool(_SAYS_TESTED.search(claim.alone)) and not _SAYS_ALL.search(claim.alone)
    if not indicator.endswith(_TESTED):
        return False
    named = claim.subject.get("indicator", frozenset())
    said = _SAYS_TESTED.search(claim.sentence) or all(code.endswith(_TESTED) for code in named)
    return not said or bool(_SAYS_ALL.search(claim.sentence))


def is_of_another_whole(claim: Claim, printed: PrintedNumber) -> bool:
    """Return whether a share is said the other way about.

    A group's share of students as one of the group: "58 percent of Black students were". Or of those of a group or a
    place who did something, as theirs of all who did it: "of those suspended, 5.7 percent were Black".
    """
    code, number = str(printed.record["indicator"]), claim.number
    if printed.record["measure"] != "rate" or number.kind != "percent":
        return False
    if _OF_A_PART.match(claim.sentence, number.end):
        return True
    if code.startswith(("teachers_", "homeless_students")):  # who they are is the indicator
        return False
    is_share, group = code.startswith("enrollment"), str(printed.record["student_group"])
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
    return bool(_OF_ALL_WHO_DID.search(text))


def _is_of(mention: Mention, printed: PrintedNumber, claim: Claim) -> bool:
    """Return whether what a word names is of a finding."""
    of, record = printed.about[mention.dimension], printed.record
    if mention.codes & of or mention.dimension == claim.bound:
        return True
    if mention.dimension == "place":  # a school is told with where it lies
        return record["organization_level"] == "school"
    if mention.dimension == "student group":
        is_of_families = record["measure"] in OF_FAMILIES and "low_income" in mention.codes
        return is_of_families or is_for_group(record) or EVERYONE in mention.codes
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


def _words_of(record: Record, unit: str) -> frozenset[str]:
    """Return the stems of what a finding says, of its unit, and of what may stand for them."""
    names = ["sentence", "reference_label", "place", "counted"]
    names += ["label"] if record["student_group"] != EVERYONE else []
    said = [str(record.get(name) or "") for name in names]
    said += [catalog.indicator(str(record["indicator"])).title, unit]
    said += ["average"] if record["measure"] == "average" else []
    stems = _stems(" ".join(said))
    return frozenset(stems).union(*(line for line in _alike() if line & stems))
