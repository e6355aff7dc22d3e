"""Notice words that turn a right number into a wrong claim: of who did not, of other people, round, or each year."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sesec_analysis import catalog
from sesec_analysis.archive.drafts.binding import Claim
from sesec_analysis.archive.drafts.known_findings import PrintedNumber
from sesec_analysis.archive.drafts.subjects import Mention
from sesec_analysis.evidence.wording.labels import EVERYONE, read_reference

__all__ = ["is_of_other_people", "is_of_those_who_did_not", "is_turned"]


_NOT = re.compile(
    r"\b(?:do|does|did|is|are|was|were|have|has|had|can|could) not\b(?! (?:only|just|(?:from )?low))"
    r"|\b(?:cannot|\w+n['’]t|never|fail(?:s|ed|ing)? to|chronic(?:ally)? absen\w+|absent|missed school|truan\w+)\b"
    r"|\bdrop(?:s|ped|ping)?[- ]?outs?\b|\bno (?:cumpl|asist|se gradu|eran|son|fueron)\w*",
    re.IGNORECASE,
)
_PART = re.compile(r"\b(?:and|but|because|although|so|while|y|pero|porque)\b|[;,.(]", re.IGNORECASE)
_PEOPLE = re.compile(
    r"\s(?:of|de)\s(?:(?:the|all|its|our|los|las)\s)?(?:[\w-]+\s)?(?P<noun>teachers|schools|famil(?:ies|ias)|parents"
    r"|maestr[oa]s|escuelas|padres)\b(?!['’])",
    re.IGNORECASE,
)
_COUNTED = {
    "teachers": "teachers",
    "maestr": "teachers",
    "schools": "schools",
    "escuelas": "schools",
}
_AGAINST = re.compile(
    r"\s(?:as\s\w+\sas|(?:higher|lower|more|less|fewer)\s(?:\w+\s)?than|above|below|behind|ahead of|the rate (?:of|for)"
    r"|that of|that for)\s(?:(?:the rate (?:of|for)|that of|that for|those of|for|among|of|the)\s)*",
    re.IGNORECASE,
)
_TO = re.compile(r"\s(?:to|and|until|through|a|y|hasta)\s", re.IGNORECASE)
_EACH_YEAR = re.compile(
    r"\s(?:a|per|each|every|por|cada|al)\s(?:school\s)?(?:year|año)\b|\s(?:annually|yearly)\b", re.I
)
_YEAR_BY_YEAR = re.compile(r"\s*(?:each|every|cada) (?:school )?(?:year|año),", re.IGNORECASE)


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


def is_of_other_people(claim: Claim, printed: PrintedNumber) -> bool:
    """Tell whether a share is said of schools, teachers or families where the finding counts others."""
    said = _PEOPLE.match(claim.sentence, claim.number.end)
    if claim.number.kind != "percent" or not said:
        return False
    noun = said["noun"].lower()
    counted = next((of for start, of in _COUNTED.items() if noun.startswith(start)), "families")
    known = str(printed.record.get("counted") or "")
    return known != counted and not (counted == "families" and known in ("residents", "households"))


def is_turned(claim: Claim, printed: PrintedNumber, mentions: Sequence[Mention]) -> str:
    """Return what is the wrong way round or of too many: the sides, the other side, the years, a group, each year."""
    record = printed.record
    to = read_reference(
        str(record.get("reference") or ""), dated=catalog.measure(record["measure"]).dated
    )
    if to.groups and (against := _against(claim, mentions)):
        if str(record["student_group"]) in against:
            return "it is the other way round"
        if not against & {*to.groups, EVERYONE}:
            return "it is compared to another student group"
    if _is_of_two_groups_at_once(claim, mentions):
        return "it is of another student group"
    if to.years and any(first > last for first, last in _years(claim.sentence, mentions)):
        return "the years are the other way round"
    after = _EACH_YEAR.match(claim.sentence, claim.number.end)
    if to.years and (after or _YEAR_BY_YEAR.match(claim.sentence)):
        return "it is over all these years, not each year"
    return ""


def _against(claim: Claim, mentions: Sequence[Mention]) -> frozenset[str]:
    """Return the student group that stands behind "as often as" or "points below"."""
    start = _AGAINST.match(claim.sentence, claim.number.end)
    if not start or re.match(r"(?:all |any )?others?\b", claim.sentence[start.end() :], re.I):
        return frozenset()
    of = (m.codes for m in mentions if m.dimension == "student group" and m.at == start.end())
    return next(of, frozenset())


def _is_of_two_groups_at_once(claim: Claim, mentions: Sequence[Mention]) -> bool:
    """Tell whether "Black boys" is meant: nothing stands between the names of two groups."""
    groups = [m for m in mentions if m.dimension == "student group" and EVERYONE not in m.codes]
    return any(
        not claim.sentence[this.end : after.at].strip(" -")
        and not this.codes & after.codes
        and this.codes | after.codes <= claim.subject.get("student group", frozenset())
        for this, after in pairwise(groups)
    )


def _years(sentence: str, mentions: Sequence[Mention]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last year of each "from ... to ..."."""
    years = [m for m in mentions if m.dimension == "school year"]
    for this, after in pairwise(years):
        if _TO.fullmatch(sentence[this.end : after.at]):
            yield min(map(int, this.codes)), min(map(int, after.codes))
