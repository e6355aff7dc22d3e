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
from functools import cache

from sesec_analysis import catalog
from sesec_analysis.evidence.row import Record

__all__ = ["Match", "group_words", "search", "shared", "terms", "tokens"]


_IDLE = frozenset(
    (
        *(
            "a",
            "all",
            "an",
            "and",
            "any",
            "are",
            "around",
            "as",
            "at",
            "be",
            "been",
            "between",
            "by",
            "can",
            "compare",
        ),
        *(
            "compared",
            "did",
            "do",
            "does",
            "each",
            "ever",
            "every",
            "feel",
            "find",
            "for",
            "from",
            "get",
            "got",
            "ha",
        ),
        *(
            "had",
            "have",
            "how",
            "i",
            "in",
            "is",
            "it",
            "just",
            "many",
            "me",
            "more",
            "most",
            "much",
            "my",
            "of",
            "on",
        ),
        *(
            "one",
            "or",
            "our",
            "out",
            "over",
            "per",
            "please",
            "said",
            "say",
            "show",
            "since",
            "so",
            "student",
            "tell",
        ),
        *(
            "than",
            "that",
            "the",
            "their",
            "them",
            "there",
            "they",
            "this",
            "to",
            "up",
            "us",
            "versu",
            "wa",
            "we",
            "were",
        ),
        *("what", "when", "where", "which", "who", "why", "with"),
    )
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
    asked = terms(text)
    unique: dict[str, Record] = {}
    for record in records:
        unique.setdefault(str(record["id"]), record)
    fields = {name: _fields(record) for name, record in unique.items()}
    matches = [_match(record, fields[name], asked) for name, record in unique.items()]
    fewest = min((len(match.lacking) for match in matches), default=len(asked))
    best = [match for match in matches if len(match.lacking) == fewest < len(asked)]
    return sorted(best, key=lambda match: match.order), _meant(asked, fields.values())


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
    said = [word for word in dict.fromkeys(out) if word not in _IDLE]
    return said or list(dict.fromkeys(out or tokens(text)))


def _phrases() -> dict[str, str]:
    """Return what stands for the phrases of grant writers, both as `tokens` writes them."""
    known = catalog.words().search
    return {" ".join(tokens(phrase)): " ".join(tokens(ours)) for phrase, ours in known.items()}


def tokens(text: str) -> list[str]:
    """Return a text as words to compare: no capitals, no accents, no plural s; a school year by the year it ends.

    Examples
    --------
    >>> tokens("Multilingual learners, K–8, in 2018–19")
    ['multilingual', 'learner', 'k', '8', 'in', '2019']
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = re.sub(r"\b((?:19|20)\d\d)[-–/](?:20)?(\d\d)\b", _end_year, plain)
    return [_singular(word) for word in re.findall(r"[a-z0-9]+", plain)]


def shared() -> dict[str, object]:
    """Return what the page of findings searches with: the same words, and the same order."""
    return {
        "idle": sorted(_IDLE),
        "phrases": _phrases(),
        "suffixes": _SUFFIXES,
        "plain": sorted(_OF_STUDENTS),
        "places": list(_PLACES),
        "measures": list(_MEASURES),
    }


def group_words(code: str) -> str:
    """Return how a student group is called, by us and by publishers."""
    known = [kind.groups[code] for kind in catalog.group_types().values() if code in kind.groups]
    return " ".join(text for group in known for text in (group.label, group.people, *group.aliases))


def _end_year(match: re.Match[str]) -> str:
    first, last = int(match[1]), int(match[2])
    return str(first + 1) if (first + 1) % 100 == last else match[0]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _fields(record: Record) -> dict[str, frozenset[str]]:
    """Return the words of a finding by the field that they are in."""
    get = {name: str(value) for name, value in record.items() if value is not None}.get
    compared = " ".join(code for code in get("reference", "").split() if code not in ("others",))
    grade = get("grade_level", "all")
    texts = {
        "title": get("title", ""),
        "group": f"{get('label', '')} {group_words(get('student_group', ''))}",
        "place": f"{get('place', '')} {get('organization_id', '').replace('_', ' ')}",
        "year": f"{get('end_year', '')} {compared if compared.isdigit() else ''}",
        "grade": "" if grade == "all" else f"grade {grade.lstrip('0')}",
        "measure": _measure_words(get("measure", "")),
        "other": " ".join(
            [
                *(get(name, "") for name in ("indicator", "reference_label", "id", "sentence")),
                *map(group_words, compared.split()),
            ]
        ),
    }
    return {name: frozenset(tokens(text)) for name, text in texts.items()}


def _measure_words(code: str) -> str:
    return f"{code.replace('_', ' ')} {'times' if code.endswith('ratio') else ''}"


def _match(record: Record, fields: Mapping[str, frozenset[str]], asked: list[str]) -> Match:
    met = {name: {word for word in asked if _meets(word, held)} for name, held in fields.items()}
    met["place"] = {word for word in met["place"] if word in fields["place"] or len(word) > 3}
    lacking = [word for word in asked if not any(word in words for words in met.values())]
    return Match(record, tuple(lacking), _rank(record, fields, met))


def _meets(word: str, held: frozenset[str]) -> bool:
    if word in held:
        return True
    if len(word) < 2 or word.isdigit():
        return False
    stem = _stem(word)
    return any(other.startswith(word) or _stem(other) == stem for other in held)


@cache  # 5 us; a search compares each word with every word of every finding
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
    measure, publish = str(record.get("measure")), str(record.get("publish") or "point")
    level, place = str(record.get("organization_level")), str(record.get("organization_id"))
    title = fields["title"] - _IDLE - _OF_STUDENTS
    unasked = (
        (record.get("student_group") != "all" and not met["group"])
        + (not met["grade"] and (bool(fields["grade"]) or "grade" in met["other"]))
        + (measure not in ("rate", "count", "average") and not met["measure"])
        + (level != "place" and not met["place"])
        + (bool(title) and not met["title"])
    )
    covered = len(met["title"]) / len(title) if title else 1.0
    return (
        unasked,
        ("point", "range", "nothing").index(publish),
        -len(met["place"]),
        _LEVELS.get(level, 2),
        -round(covered, 3),
        _PLACES.index(place) if place in _PLACES else len(_PLACES),
        _MEASURES.index(measure) if measure in _MEASURES else len(_MEASURES),
        -int(record.get("end_year") or 0),
        str(record["id"]),
    )


def _meant(asked: list[str], fields: Iterable[Mapping[str, frozenset[str]]]) -> dict[str, str]:
    known = {word for texts in fields for held in texts.values() for word in held}
    lost = [word for word in asked if not _meets(word, frozenset(known))]
    near = {word: get_close_matches(word, known, n=1, cutoff=0.7) for word in lost}
    return {word: matches[0] for word, matches in near.items() if matches}
