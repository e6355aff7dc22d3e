"""Search findings by the words that people type: group, place, indicator, school year, sentence.

A word is met as the beginning of a word of a finding, or by its stem. A school year is one word, by the year it ends:
2018-19 is 2019. Phrases of grant writers stand for ours (`words.yml`), and publishers' spellings count, so that "ELL"
finds multilingual learners. Of what is not asked for, a finding has little: no group, grade or comparison; Southeast
Seattle comes before the rest, and the newest year first. The page of findings searches in the same way.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from sesec_analysis import catalog
from sesec_analysis.evidence.row import Record

__all__ = [
    "IDLE",
    "Match",
    "SearchIndex",
    "group_words",
    "school_words",
    "search",
    "shared_index",
    "terms",
    "tokens",
]


IDLE = frozenset(
    word
    for words in (
        "a all an and any are around as at be been between by can compare compared did do does each ever every feel",
        "find for from get got ha had have how i in is it just many me more most much my of on one or our out over per",
        "please said say show since so student tell than that the their them there they thi those to up us versu was",
        "we you your were what when where which who why with about kid pupil child children youth",
        # Which way a number went, and why, is for the finding to say.
        "go goe going gone went down upward downward higher lower high low better best worse worst improve improved",
        "improving improvement decline declined declining increase increased increasing decrease decreased decreasing",
        "because cause caused due effect affect affected impact reason blame help helped hurt lead led still now today",
        "really actually good bad lately recent recently latest current currently doing among point",
        # Spanish
        "cuanto cuanta cual como donde que quien por para con sin los las el la un una de del en al y o e su es son",
        "hay fue fueron estudiante alumno tienen tiene estan esta ano",
    )
    for word in words.split()
)
"""Words that a search passes over, as `tokens` writes them."""

_SUFFIXES = "ations?|ions?|ings?|ed|es|al|e"
"""Endings that a word may lose without becoming another."""

_PLACES = (
    *("southeast_seattle", "rest_of_seattle_regular", "rest_of_seattle"),
    *("seattle", "washington"),
)
_MEASURES = (
    "rate",
    "count",
    "average",
    "gap",
    "ratio",
    "change",
    "dissimilarity",
    "risk_ratio",
    "gap_change",
)
_GENERAL = frozenset(
    {"average", "district", "overall", "rate", "school", "share", "student", "total"}
)
"""Words that put a finding that has them ahead, and that none is said to lack."""
_ANY_SCHOOL = frozenset({"5", "8", "k", "school", "elementary", "middle", "high", "public"})
"""Words that name no school by themselves."""
_LEVELS = {"place": 0, "district": 1}
_OF_STUDENTS = frozenset({"share", "student"})


@dataclass(frozen=True)
class Match:
    """A finding that words were looked for in: those it lacks, and where it comes among others."""

    record: Record
    lacking: tuple[str, ...]
    order: tuple[float | str, ...]


def search(text: str, records: Iterable[Record]) -> tuple[list[Match], dict[str, str]]:
    """Return the findings that meet all words, or else those that meet the most; and words meant by unknown ones.

    Parameters
    ----------
    text
        Words, as typed.
    records
        Findings, the newest edition first: of several under one id, the first counts.

    Returns
    -------
    list of Match
        The best first. Empty if no finding meets a word.
    dict
        For a word that no finding has, one that is spelled much like it.

    Examples
    --------
    >>> record = {"id": "sesec:rate.ela_met.2019.all.seattle.black", "sentence": "It was 33 percent.", "end_year": 2019,
    ...           "label": "Black or African American", "student_group": "black", "place": "Seattle Public Schools"}
    >>> [match.record["id"] for match in search("black seattle 2018-19", [record])[0]]
    ['sesec:rate.ela_met.2019.all.seattle.black']
    """
    return SearchIndex(records).search(text)


class SearchIndex:
    """Findings by their words, read once for many searches; of several findings under one id, the first counts."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._records: dict[str, Record] = {}
        for record in records:
            self._records.setdefault(str(record["id"]), record)
        codes = {code for record in self._records.values() for code in _codes(record)}
        called = {code: f"{group_words(code)} {school_words(code)}" for code in codes}
        self._fields = {name: _fields(record, called) for name, record in self._records.items()}
        self._held = {
            name: frozenset().union(*texts.values()) for name, texts in self._fields.items()
        }
        words = frozenset().union(*self._held.values())
        self._stems = {word: _stem(word) for word in sorted(words)}
        self._met: dict[str, frozenset[str]] = {}

    def search(self, text: str) -> tuple[list[Match], dict[str, str]]:
        """Return the best matches and the words meant by unknown ones, as `search` does."""
        asked = terms(text)
        matches = self._best({word: self._meeting(word) for word in asked})
        lost = [word for word in asked if not self._meeting(word)]
        near = {word: get_close_matches(word, self._stems, n=1, cutoff=0.7) for word in lost}
        return matches, {word: found[0] for word, found in near.items() if found}

    def order(self, text: str, names: Iterable[str]) -> list[Match]:
        """Return how some of the findings meet the words of a text, those that lack the fewest words first."""
        asked = {word: self._meeting(word) for word in terms(text)}
        matches = [_match(self._records[name], self._fields[name], asked) for name in names]
        return sorted(matches, key=lambda match: (len(match.lacking), match.order))

    def knows(self, word: str) -> bool:
        """Return whether a finding has a word, a form of it, or one that is spelled much like it."""
        is_long = len(word) > 5
        near = get_close_matches(word, self._stems, n=1, cutoff=0.85) if is_long else []
        return bool(self._meeting(word) or near)

    def _best(self, asked: Mapping[str, frozenset[str]]) -> list[Match]:
        """Return the findings that lack the fewest words, in order; none where they lack all."""
        near: dict[int, list[str]] = {}
        for name, held in self._held.items():
            missed = (word for word, meant in asked.items() if meant.isdisjoint(held))
            lacking = sum(word not in _GENERAL for word in missed)
            near.setdefault(lacking, []).append(name)
        found: list[Match] = []
        # At least as many: a word may count in no field.
        for lacking in range(max(len(asked.keys() - _GENERAL), 1)):
            found += [
                _match(self._records[name], self._fields[name], asked)
                for name in near.get(lacking, ())
            ]
            best = [match for match in found if len(match.lacking) == lacking]
            if best:
                return _distinct(sorted(best, key=lambda match: match.order))
        return []

    def _meeting(self, word: str) -> frozenset[str]:
        """Return the words of findings that a word meets: itself, its forms, and what begins with it."""
        if word not in self._met:
            stem, is_whole = _stem(word), len(word) < 2 or word.isdigit()
            self._met[word] = frozenset(
                other
                for other, root in self._stems.items()
                if other == word or (not is_whole and (other.startswith(word) or root == stem))
            )
        return self._met[word]


def _distinct(matches: Iterable[Match]) -> list[Match]:
    """Return the first match of each sentence: a risk ratio to all others says what a ratio to them says."""
    shown: dict[object, Match] = {}
    for match in matches:
        shown.setdefault(match.record.get("sentence") or match.record["id"], match)
    return list(shown.values())


def terms(text: str) -> list[str]:
    """Return the words to look for: phrases of grant writers in ours, without those that say nothing.

    Examples
    --------
    >>> terms("How many ELL students are there?")
    ['multilingual', 'learner']
    """
    words, out, at = tokens(text), list[str](), 0
    known = _phrases()
    longest = max(map(len, (key.split() for key in known)))
    while at < len(words):
        for length in range(min(longest, len(words) - at), 0, -1):
            if (ours := known.get(" ".join(words[at : at + length]))) is not None:
                out += ours.split()
                at += length
                break
        else:
            out.append(words[at])
            at += 1
    said = [word for word in dict.fromkeys(out) if word not in IDLE]
    return said or list(dict.fromkeys(out or tokens(text)))


def _phrases() -> dict[str, str]:
    """Return what stands for the phrases of grant writers, both as `tokens` writes them."""
    known = catalog.words().search
    return {" ".join(tokens(phrase)): " ".join(tokens(ours)) for phrase, ours in known.items()}


def tokens(text: str) -> list[str]:
    """Return a text as words to compare: no capitals, no accents, no plural s; a year by its end, $ as a word.

    Examples
    --------
    >>> tokens("Multilingual learners, K–8, in 2018–19")
    ['multilingual', 'learner', 'k', '8', 'in', '2019']
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = re.sub(r"(?<!under )\$", " dollar ", plain)  # a bound of an income is no money spent
    plain = re.sub(r"n?['’](?:s|d|t|m|ll|re|ve)\b", "", plain)
    plain = re.sub(r"\b((?:19|20)\d\d)[-–/](?:20)?(\d\d)\b", _end_year, plain)
    return [_singular(word) for word in re.findall(r"[a-z0-9]+", plain)]


def shared_index() -> dict[str, object]:
    """Return what the page of findings searches with: the same words, and the same order."""
    return {
        "idle": sorted(IDLE),
        "general": sorted(_GENERAL),
        "phrases": _phrases(),
        "suffixes": _SUFFIXES,
        "plain": sorted(_OF_STUDENTS),
        "places": list(_PLACES),
        "measures": list(_MEASURES),
        "anySchool": sorted(_ANY_SCHOOL),
    }


def group_words(code: str) -> str:
    """Return how a student group is called, by us and by publishers."""
    known = [kind.groups[code] for kind in catalog.group_types().values() if code in kind.groups]
    return " ".join(text for group in known for text in (group.label, group.people, *group.aliases))


def school_words(code: str) -> str:
    """Return what people call a school: its names, and their initials ("RBHS", "MLK").

    Examples
    --------
    >>> school_words("3327")
    'Rainier Beach High School Rainier Beach RBHS RB'
    """
    school = catalog.schools().get(code.removeprefix("school:"))
    if school is None:
        return ""
    names = [school.name, school.short_name]
    initials = ["".join(re.findall(r"\b[A-Z](?!r\.)", name)) for name in names]
    return " ".join([*names, *(letters for letters in initials if len(letters) > 1)])


def _end_year(match: re.Match[str]) -> str:
    first, last = int(match[1]), int(match[2])
    return str(first + 1) if (first + 1) % 100 == last else match[0]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _codes(record: Record) -> list[str]:
    """Return the codes of a finding that people call by other words: its group, school, and what it compares with."""
    names = ("student_group", "organization_id", "reference")
    return " ".join(str(record.get(name) or "") for name in names).split()


def _fields(record: Record, called: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Return the words of a finding by the field that they are in; ``called`` are the words for codes."""
    get = {name: str(value) for name, value in record.items() if value is not None}.get
    compared = " ".join(code for code in get("reference", "").split() if code not in ("others",))
    grade = get("grade_level", "all")
    texts = {
        "title": get("title", ""),
        "group": f"{get('label', '')} {called.get(get('student_group', ''), '')}",
        "place": f"{get('place', '')} {get('organization_id', '').replace('_', ' ')}"
        f" {called.get(get('organization_id', ''), '')}",
        "year": f"{get('end_year', '')} {compared if compared.isdigit() else ''}",
        "grade": "" if grade == "all" else f"grade {grade.lstrip('0')}",
        "measure": _measure_words(get("measure", "")),
        "other": " ".join(
            [
                *(get(name, "") for name in ("indicator", "reference_label", "id", "sentence")),
                *(called.get(code, "") for code in compared.split()),
                "others" if re.search(r"\b(?:others|not_)", get("reference", "")) else "",
            ]
        ),
    }
    return {name: frozenset(tokens(text)) for name, text in texts.items()}


def _measure_words(code: str) -> str:
    return f"{code.replace('_', ' ')} {'times' if code.endswith('ratio') else ''}"


def _match(
    record: Record, fields: Mapping[str, frozenset[str]], asked: Mapping[str, frozenset[str]]
) -> Match:
    met = {
        name: {word for word, meant in asked.items() if not meant.isdisjoint(held)}
        for name, held in fields.items()
    }
    met["place"] = {word for word in met["place"] if word in fields["place"] or len(word) > 3}
    if met["place"] <= _ANY_SCHOOL:
        met["place"] = set()
    found = set[str]().union(*met.values())
    lacking = [word for word in asked if word not in found and word not in _GENERAL]
    return Match(record, tuple(lacking), _rank(record, fields, met))


def _stem(word: str) -> str:
    return re.sub(rf"(?<=\w{{4}})(?:{_SUFFIXES})$", "", word)


def _rank(
    record: Record, fields: Mapping[str, frozenset[str]], met: Mapping[str, set[str]]
) -> tuple[float | str, ...]:
    """Return where a finding comes among those that meet as many words: the lowest first.

    Parameters
    ----------
    record
        The finding.
    fields
        Its words by field.
    met
        The words asked for that each field meets.
    """
    measure, publish = str(record.get("measure")), record.get("publish")
    others = str(record.get("reference") or "").split()
    level, place = str(record.get("organization_level")), str(record.get("organization_id"))
    title = fields["title"] - IDLE - _OF_STUDENTS
    unasked = (
        (record.get("student_group") != "all" and not met["group"])
        + (not met["grade"] and (bool(fields["grade"]) or "grade" in met["other"]))
        + (measure not in ("rate", "count", "average") and not met["measure"])
        + (level != "place" and not met["place"])
        + (bool(title) and not met["title"])
    )
    unnamed = set(tokens(place.replace("_", " "))) - met["place"] - {"of", "regular"}
    covered = len(met["title"]) / len(title) if title else 1.0
    return (
        unasked,
        # Asked for Seattle, Seattle comes before a part of it.
        len(unnamed) if level == "place" and met["place"] else 0,
        # A range of a comparison is as good an answer as one number.
        publish == "nothing" or (publish == "range" and not others),
        publish == "nothing",
        -len(met["place"]),
        _LEVELS.get(level, 2),
        -round(covered, 3),
        _PLACES.index(place) if place in _PLACES else len(_PLACES),
        _MEASURES.index(measure) if measure in _MEASURES else len(_MEASURES),
        min((_PLACES.index(code) for code in others if code in _PLACES), default=len(_PLACES)),
        -len(met["title"]),
        -int(record.get("end_year") or 0),
        str(record["id"]),
    )
