"""Recognize what the words around a number name: indicator, student group, place, school year, grade.

And with which places or groups a sentence compares.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from sesec_analysis import catalog
from sesec_analysis.archive.drafts.numbers import Number
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.labels import EVERYONE, OTHERS, read_reference

__all__ = [
    "DIMENSIONS",
    "Codes",
    "Mention",
    "Subject",
    "Vocabulary",
    "finding_subjects",
    "held_against",
    "places_of",
]


DIMENSIONS = ("indicator", "school year", "student group", "place", "grade")
"""What a number is about, as people say it."""

Codes = frozenset[str]
Subject = Mapping[str, Codes]
"""For each dimension that words name, the codes that fit them."""

_WORD = re.compile(r"[^\W_]+(?:[.’'-][^\W_]+)*|\$[\d,]+")
_LONGEST = 9
"""Words in the longest phrase that is looked for."""

_YEARS = re.compile(
    r"\b((?:19|20)\d{2})(?:\s?(?:[-–/]|\bto\b)\s?((?:19|20)?\d{2})|(?!\s?students))\b(?!,\d|\s?(?:%|percent))"
)
_GRADE_FORMS = ("grade {}", "{} grade", "{}-grade", "{} grader", "{} graders", "{}-graders")


@dataclass(frozen=True)
class Mention:
    """Words that name something: where they stand, of which dimension, and what they may mean."""

    at: int
    dimension: str
    codes: Codes
    end: int


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
        for code, names in catalog.words().grades.items():
            for name in names.split():
                for form in _GRADE_FORMS:
                    self._add("grade", form.format(name), [code], exact=False)
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
                    exact = phrase in ("els", "ell", "ells")
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
            for phrase in [*phrases, *(f"the {phrase}" for phrase in phrases)]:
                self._add("place", phrase, [code], exact=False)
        named = {
            (str(record["place"]), str(record["organization_id"]))
            for record in records
            if record["organization_level"] in ("school", "district")
        }
        for code, school in catalog.schools().items():
            named |= {(school.name, code), (school.short_name, code)}
            named.add((school.name.removesuffix(" School"), code))
        for phrase, code in sorted(named):
            self._add("place", phrase, [code], exact=True)

    def mentions(self, sentence: str) -> list[Mention]:
        """Return everything that a sentence names, in order; of phrases that overlap, the longest."""
        text = sentence.replace("’", "'")
        words = [(m.start(), m.end(), m.group()) for m in _WORD.finditer(text)]
        mentions, at = _years(text), 0
        while at < len(words):
            at += self._longest(text, words, at, mentions)
        others = [m.span() for m in re.finditer("|".join(catalog.words().no_names), text, re.I)]
        mentions = [m for m in mentions if not any(a <= m.at < m.end <= b for a, b in others)]
        return sorted(mentions, key=lambda mention: (mention.at, mention.end))

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
    return indicator if measure in catalog.words().measures else f"{indicator}:{measure}"


def finding_subjects(record: Record) -> dict[str, Codes]:
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
    code = str(record["indicator"])
    is_part = catalog.indicator(code).elementary_only or code == "title_i_school"
    own, others = _alike({str(record["organization_id"])}, is_part), _alike(to.places, is_part)
    return own, others - own


_SEATTLE = {"seattle", "17001"}


def _alike(codes: Iterable[str], is_part: bool) -> Codes:
    """Return codes of places with those of the same place: Seattle, its district; elementary schools if ``is_part``."""
    found = {*codes} | (_SEATTLE if _SEATTLE & {*codes} else set())
    return frozenset(found | ({*map(catalog.elementary_part, found)} - {""} if is_part else set()))


def _years(sentence: str) -> list[Mention]:
    mentions = []
    for match in _YEARS.finditer(sentence):
        first, second = match[1], match[2]
        if second and int(second) % 100 == (int(first) + 1) % 100:
            codes = {str(int(first) + 1)}
        elif second:
            last = second if len(second) == 4 else f"{first[:2]}{second}"
            codes = {str(year) for year in range(int(first), int(last) + 2)}
        else:  # a year alone may begin or end a school year, but not that of a class or spring
            is_last = re.search(r"(?:class of|spring) $", sentence[: match.start()], re.I)
            codes = {first} if is_last else {first, str(int(first) + 1)}
        mentions.append(Mention(match.start(), "school year", frozenset(codes), match.end()))
    return mentions


def held_against(
    text: str, mentions: Sequence[Mention], figures: Sequence[Number]
) -> list[Mention]:
    """Return the places and student groups that stand behind "compared with", "than", "as likely as", "4 times"."""
    bare = text
    grades = [(m.at, m.end) for m in mentions if m.dimension == "grade"]
    for at, end in [(n.at, n.end) for n in figures] + grades:
        bare = bare[:at] + " " * (end - at) + bare[end:]
    named = [m for m in mentions if m.dimension in ("place", "student group")]
    times = [number.end for number in figures if number.kind == "times"]
    marks = re.finditer(catalog.words().patterns["held_against"], bare, re.IGNORECASE)
    starts = [mark.end() for mark in marks] + times
    out = [mention for at in starts for mention in _join_mentions(bare, at, named)]
    return [m for m in named if m in out]


def _join_mentions(bare: str, at: int, named: Sequence[Mention]) -> list[Mention]:
    out, joining = list[Mention](), {*" ".join(catalog.words().joining).split()}
    for mention in named:
        between = bare[at : mention.at].lower().replace("’", " ").replace("'", " ").split()
        if mention.at >= at and joining.issuperset(between):
            out.append(mention)
            at = mention.end
    return out
