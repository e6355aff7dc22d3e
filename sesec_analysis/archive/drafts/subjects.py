"""Recognize what the words around a number name: indicator, student group, place, school year, grade.

And of two places or groups that a sentence compares, which it is of and which it is held against.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import pairwise

from sesec_analysis import catalog
from sesec_analysis.archive.drafts.numbers import Number
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.labels import EVERYONE, OTHERS, read_reference

__all__ = [
    "COMPARING_VERBS",
    "DIMENSIONS",
    "ELSEWHERE",
    "Codes",
    "Mention",
    "Sides",
    "Subject",
    "Vocabulary",
    "about",
    "held_against",
    "leads_to",
    "pairs",
    "places_of",
    "sides_of",
]


DIMENSIONS = ("indicator", "school year", "student group", "place", "grade")
"""What a number is about, as people say it."""

ELSEWHERE = "elsewhere"
"""The place of words that name one of which we have no findings: "nationally", "in Portland"."""

Codes = frozenset[str]
Subject = Mapping[str, Codes]
"""For each dimension that words name, the codes that fit them."""

_PLAIN = frozenset(
    (
        *("rate", "count", "average", "gap", "change", "gap_change", "ratio", "risk_ratio"),
        *("years_to_close", "composition_difference"),
    )
)
"""Measures that people mean when they name an indicator; another is to be named itself."""

_WORD = re.compile(r"[^\W_]+(?:[.’'-][^\W_]+)*|\$[\d,]+")
_LONGEST = 9
"""Words in the longest phrase that is looked for."""

_YEARS = re.compile(
    r"\b((?:19|20)\d{2})(?:\s?(?:[-–/]|\bto\b)\s?((?:19|20)?\d{2}))?\b(?!,\d|\s?(?:%|percent|students))"
)
_YEAR_BEFORE = re.compile(
    r"\b(?:(?:the|a) (?:school )?year (?:before|earlier)|the previous (?:school )?year)\b",
    re.IGNORECASE,
)
_OF_A_DATE = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?\s(?:\d{1,2},?\s)?$"
)
_GRADES = re.compile(
    r"\bgrade\s(\d{1,2}|K)\b(?!\s?[-–]|\s(?:to|through|and)\s\d)|\b(\d{1,2})(?:st|nd|rd|th)[- ]grade"
    r"|\b(third|fourth|fifth|sixth|seventh|eighth|tenth|three|four|five|six|seven|eight|ten)[- ]grade"
    r"|\bgrade (three|four|five|six|seven|eight|ten)\b",
    re.IGNORECASE,
)
_NAMED_GRADES = {
    **{"third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7", "eighth": "8"},
    **{"three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8"},
    **{"tenth": "10", "ten": "10"},
}
_FAR = re.compile(
    r"\b(?:nationally|nationwide|national(?! education| park)|across the (?:country|nation)|in the (?:country|nation)"
    r"|in the (?:U\.S\.|US|United States)|in America|American (?:children|students|schools)|worldwide|other states"
    r"|King County|the county|countywide)(?!\w)",
    re.IGNORECASE,
)
_OTHER_PLACE = re.compile(
    r"\b(?:[Ii]n|[Aa]t|[Aa]cross|near|of)\s(?P<name>[A-Z][a-zé]+(?:\s[A-Z][a-zé]+){0,3})"
)
_NO_PLACE = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday"
    r"|Wednesday|Thursday|Friday|Saturday|Sunday|Title|Level|Grade|English|Mathematics|Science|Math|Reading|Spring"
    r"|Fall|Winter|Summer|Black|White|Asian|Hispanic|Latino|Native|American|Somali|Spanish|Vietnamese|Kindergarten"
    r"|School|Every|All|Appendix|Table|Figure|Part|Section|Phase|Year|Board|Congress|Head)\b"
)
"""Words with a capital that are no place."""

COMPARING_VERBS = r"exceed(?:s|ed|ing)|surpass(?:es|ed|ing)|tops|topped|topping|outpac(?:es|ed|ing)"
"""Verbs that call what stands before them the larger."""
_MARK = re.compile(
    r"\b(?:(?:compared|contrasted|relative|in (?:comparison|contrast)|as opposed) (?:with|to)|unlike|than|versus|vs\.?"
    rf"|against|behind|ahead of|above|below|(?:trail|lag)(?:s|ed|ged|ing|ging)?|{COMPARING_VERBS}"
    r"|as\s(?:likely|often|frequently|high|low|many|much|large|great|common)\b(?:\s[^\s,;:.(]+){0,10}?\sas)(?=[\s’'])",
    re.IGNORECASE,
)
"""Words behind which the other side of a comparison stands."""
_JOIN = re.compile(
    r"(?:[\s’']|\b(?:s|an?|the|that|those|their|its|our|of|for|in|at|among|from|who|were|are|students?|child|children|kids|schools"
    r"|residents|households|families|teachers|answers|across|peers|classmates|counterparts|fellow|rates?|shares?|proportion|percentage|figure|averages?|level|budget|all|only"
    r"|just|about|nearly|roughly|almost|some|over|seen|enrolled|attending)\b)*",
    re.IGNORECASE,
)
"""What may stand between such words and the names of that side."""
_BETWEEN = re.compile(r"\bbetween\s(?:the\s)?$", re.IGNORECASE)
_BOTH = re.compile(r"(?:\sstudents)?\sand\s(?:the\s)?", re.IGNORECASE)
_VERSUS = re.compile(
    r"(?:.*\b(?:compared (?:with|to)|as opposed to|versus|vs\.?|against)|,?\s(?:to|and))"
    r"\s(?:(?:just|only|about|nearly|the)\s)?"
)
"""What stands between the numbers of two sides that were named before."""
_TWO_SIDED = ("place", "student group")


@dataclass(frozen=True)
class Mention:
    """Words that name something: where they stand, of which dimension, and what they may mean."""

    at: int
    dimension: str
    codes: Codes
    end: int


@dataclass(frozen=True)
class Sides:
    """The two places or student groups that a sentence compares: the one that it is of, and the one it is held against.

    ``names`` are the words that name either.
    """

    dimension: str
    spoken: Codes
    held: Codes
    names: tuple[Mention, ...]


@dataclass(frozen=True)
class _Phrase:
    dimension: str
    codes: Codes
    spelled: str
    """How it has to be written, capitals and all; empty if that does not matter."""


class Vocabulary:
    """The words for all that a set of findings is about."""

    def __init__(self, records: Iterable[Record]) -> None:
        findings = list(records)
        self._phrases: dict[tuple[str, ...], list[_Phrase]] = defaultdict(list)
        self._begins: set[str] = set()
        self._add_indicators({indicator_of(record) for record in findings})
        self._add_groups()
        self._add_places(findings)

    def _add(self, dimension: str, phrase: str, codes: Iterable[str], *, exact: bool) -> None:
        key = tuple(word.lower() for word in _WORD.findall(phrase.replace("’", "'")))
        if not key or len(key) > _LONGEST:
            return
        self._begins |= {key[0], f"{key[0]}'s"}
        spelled = phrase.replace("’", "'").rstrip(".") if exact else ""
        self._phrases[key].append(_Phrase(dimension, frozenset(codes), spelled))

    def _add_indicators(self, codes: set[str]) -> None:
        titles = {code: catalog.indicator(code.partition(":")[0]).title for code in codes}
        for title in set(titles.values()):
            # "Met the standard in mathematics" begins the title of those tested, too.
            longer = [code for code, other in titles.items() if other.startswith(title)]
            self._add("indicator", title, longer, exact=False)
        for entry in catalog.words().indicators:
            named = [c for c in codes if any(fnmatchcase(c, form) for form in entry.codes)]
            for phrase in entry.words:
                if named:
                    self._add("indicator", phrase, named, exact=False)

    def _add_groups(self) -> None:
        further = catalog.words().groups
        for kind in catalog.group_types().values():
            for code, group in kind.groups.items():
                for phrase in further.get(code, ()):
                    # White and Black are colors, too, unless they are written as a group's name.
                    exact = phrase in ("white", "black", "els", "ell", "ells")
                    for form in (phrase.capitalize(), phrase.upper()) if exact else (phrase,):
                        self._add("student group", form, [code], exact=exact)
                if code == EVERYONE:
                    continue
                for phrase in {group.label, group.people, *group.aliases} - {"Female", "Male"}:
                    # Short labels are common words ("White", "High"): only as they are written in a label.
                    self._add("student group", phrase, [code], exact=len(phrase) < 9)

    def _add_places(self, records: Iterable[Record]) -> None:
        further = catalog.words().places
        for code, place in catalog.places().items():
            for phrase in (place.name, place.phrase.removeprefix("the ")):
                self._add("place", phrase, [code], exact=False)
        for code, phrases in further.items():
            for phrase in phrases:
                self._add("place", phrase, [code], exact=False)
        named = {
            (str(record["place"]), str(record["organization_id"]))
            for record in records
            if record["organization_level"] in ("school", "district")
        }
        for code, school in catalog.schools().items():
            named |= {(school.name, code), (school.short_name, code)}
        for phrase, code in sorted(named):
            self._add("place", phrase, [code], exact=True)

    def mentions(self, sentence: str) -> list[Mention]:
        """Return everything that a sentence names, in order; of phrases that overlap, the longest."""
        text = sentence.replace("’", "'")
        words = [(m.start(), m.end(), m.group()) for m in _WORD.finditer(text)]
        mentions, at = [*_years(text), *_grades(text)], 0
        while at < len(words):
            at += self._longest(text, words, at, mentions)
        return sorted(
            [*mentions, *_elsewhere(text, mentions)], key=lambda mention: (mention.at, mention.end)
        )

    def _longest(
        self, text: str, words: list[tuple[int, int, str]], at: int, mentions: list[Mention]
    ) -> int:
        """Add what the longest phrase that begins with a word names; return how many words it has, or one."""
        if words[at][2].lower() not in self._begins:
            return 1
        lowered = tuple(word.lower() for _, _, word in words[at : at + _LONGEST])
        for length in range(len(lowered), 0, -1):
            forms = [lowered[:length]]
            if lowered[length - 1].endswith("'s"):
                forms.append((*lowered[: length - 1], lowered[length - 1][:-2]))
            for form in forms:
                start, end = words[at][0], words[at + length - 1][1]
                said = (
                    text[start:end].removesuffix("'s") if form is not forms[0] else text[start:end]
                )
                met = [p for p in self._phrases.get(form, ()) if p.spelled in ("", said)]
                if met:
                    for dimension in {phrase.dimension for phrase in met}:
                        codes = [p.codes for p in met if p.dimension == dimension]
                        mentions.append(Mention(start, dimension, frozenset().union(*codes), end))
                    return length
        return 1


def indicator_of(record: Record) -> str:
    """Return what a finding is of: its indicator, and its measure where people do not mean it unless they say so."""
    indicator, measure = str(record["indicator"]), str(record["measure"])
    return indicator if measure in _PLAIN else f"{indicator}:{measure}"


def about(record: Record) -> dict[str, Codes]:
    """Return what a finding is about, in the same terms as words."""
    dated = catalog.measure(record["measure"]).dated
    to = read_reference(str(record.get("reference") or ""), dated=dated)
    groups = {str(record["student_group"]), *to.groups}
    if str(record["indicator"]).startswith("teachers_"):  # teachers who are White are no students
        groups.add(str(record["indicator"]).removeprefix("teachers_"))
    return {
        "indicator": frozenset({indicator_of(record)}),
        "school year": frozenset(map(str, (record["end_year"], *to.years))),
        "student group": frozenset(groups - {OTHERS}),
        "place": frozenset().union(*places_of(record)),
        "grade": frozenset({str(record["grade_level"])}),
    }


def places_of(record: Record) -> tuple[Codes, Codes]:
    """Return the place that a finding is of, and those that it is compared with.

    A finding of an indicator that covers only elementary and K-8 schools is also about those schools of each place, so
    a draft may name them.
    """
    dated = catalog.measure(record["measure"]).dated
    to = read_reference(str(record.get("reference") or ""), dated=dated)
    own, others = _alike({str(record["organization_id"])}), _alike(to.places)
    if catalog.indicator(str(record["indicator"])).elementary_only:
        own, others = own | _elementary_parts(own), others | _elementary_parts(others)
    return frozenset(own), frozenset(others - own)


def _alike(codes: Iterable[str]) -> set[str]:
    """Return codes of places with those of the same place: Seattle, its district."""
    return {*codes} | (_SEATTLE if _SEATTLE & {*codes} else set())


_SEATTLE = {"seattle", "17001"}


def _elementary_parts(codes: Iterable[str]) -> set[str]:
    return {*map(catalog.elementary_part, codes)} - {""}


def _elsewhere(text: str, mentions: list[Mention]) -> list[Mention]:
    """Return the places of others that a sentence names; "Native American students" are a group."""
    far = [match.span() for match in _FAR.finditer(text)]
    named = [m for m in _OTHER_PLACE.finditer(text) if not _NO_PLACE.search(m["name"])]
    return [
        Mention(start, "place", frozenset({ELSEWHERE}), end)
        for start, end in [*far, *(match.span("name") for match in named)]
        if not any(mention.at < end and mention.end > start for mention in mentions)
    ]


def _years(sentence: str) -> list[Mention]:
    mentions = []
    for match in _YEARS.finditer(sentence):
        first, second = match[1], match[2]
        if _OF_A_DATE.search(sentence[max(0, match.start() - 20) : match.start()]):
            continue
        if second and int(second) % 100 == (int(first) + 1) % 100:
            codes = {str(int(first) + 1)}
        elif second:
            last = second if len(second) == 4 else f"{first[:2]}{second}"
            codes = {str(year) for year in range(int(first), int(last) + 2)}
        else:  # a year alone may begin or end a school year
            codes = {first, str(int(first) + 1)}
        mentions.append(Mention(match.start(), "school year", frozenset(codes), match.end()))
    return [*mentions, *_years_before(sentence, mentions)]


def _years_before(sentence: str, years: Sequence[Mention]) -> Iterator[Mention]:
    """Yield what "the year before" names, where a school year was named before it."""
    for match in _YEAR_BEFORE.finditer(sentence):
        last = max((m for m in years if m.end <= match.start()), key=lambda m: m.at, default=None)
        if last is not None and len(last.codes) == 1:
            before = frozenset({str(int(*last.codes) - 1)})
            yield Mention(match.start(), "school year", before, match.end())


def _grades(sentence: str) -> list[Mention]:
    mentions = []
    for match in _GRADES.finditer(sentence):
        said = match[1] or match[2] or match[3] or match[4]
        grade = _NAMED_GRADES.get(said.lower(), said).upper()
        code = grade if grade == "K" else grade.zfill(2)
        mentions.append(Mention(match.start(), "grade", frozenset({code}), match.end()))
    return mentions


def held_against(
    text: str, mentions: Sequence[Mention], figures: Sequence[Number]
) -> list[Mention]:
    """Return the places and student groups that stand behind "compared with", "than", "as likely as", "4 times"."""
    bare = _bare(text, mentions, figures)
    named = [m for m in mentions if m.dimension in _TWO_SIDED]
    times = [number.end for number in figures if number.kind == "times"]
    starts = [mark.end() for mark in _MARK.finditer(bare)] + times
    starts += [
        after.at
        for this, after in pairwise(named)
        if _BETWEEN.search(bare, 0, this.at) and _BOTH.fullmatch(bare, this.end, after.at)
    ]
    out = [mention for at in starts for mention in _joined(bare, at, named)]
    return [m for m in named if m in out]


def _joined(bare: str, at: int, named: Sequence[Mention]) -> list[Mention]:
    out: list[Mention] = []
    for mention in named:
        if mention.at >= at and _JOIN.fullmatch(bare, at, mention.at):
            out.append(mention)
            at = mention.end
    return out


def leads_to(text: str, at: int, names: Sequence[Mention], figures: Sequence[Number]) -> bool:
    """Tell whether a name, or a figure and then a name, is all that follows: "exceeded the 14 percent of Seattle"."""
    bare = _bare(text, (), figures)
    return any(m.at >= at and _JOIN.fullmatch(bare, at, m.at) for m in names)


def _bare(text: str, mentions: Sequence[Mention], figures: Sequence[Number]) -> str:
    """Return a text with spaces for its numbers and grades."""
    grades = [(m.at, m.end) for m in mentions if m.dimension == "grade"]
    for start, end in [(n.at, n.end) for n in figures] + grades:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def sides_of(mentions: Sequence[Mention], held: Sequence[Mention], before: Subject) -> Sides | None:
    """Return the two sides of a sentence, if it compares two places or two groups, and no more.

    ``before`` is what its pronouns may stand for: "they were twice as likely as White students".
    """
    found = []
    for name in _TWO_SIDED:
        names = tuple(m for m in mentions if m.dimension == name)
        there = {m.codes for m in names if m in held}
        here = {m.codes for m in names if m not in held}
        if not here and name in before:
            here = {before[name]}
        # "More of the girls here than of the girls there"; "compared with White students in Seattle".
        if not there or not here or there == here:
            continue
        if len(there) > 1 or len(here) != 1 or there & here:
            return None
        found.append(Sides(name, here.pop(), there.pop(), names))
    return found[0] if len(found) == 1 else None


def pairs(
    text: str, figures: Sequence[Number], sides: Sides | None, held: Sequence[Mention]
) -> dict[Number, Mention]:
    """Bind two numbers to the sides that are named before them: "higher here than there, 88.9 versus 81.8 percent"."""
    bound: dict[Number, Mention] = {}
    if sides is None:
        return bound
    spoken = next((m for m in sides.names if m not in held), None)
    other = next(m for m in sides.names if m in held)
    for this, after in pairwise(figures):
        is_pair = this.kind == after.kind and not this.paired and not after.paired
        is_last = all(m.end <= this.at for m in sides.names)
        if spoken and is_pair and is_last and _VERSUS.fullmatch(text, this.end, after.at):
            bound |= {this: spoken, after: other}
    return bound
