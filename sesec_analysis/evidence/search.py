"""Search findings by the words that people type: group, place, indicator, school year, sentence.

Every word must be met by a finding, as the beginning of one of its own words. A school year is one word, by the year it
ends: 2018-19 is 2019. Spellings of the publishers count, so that "English learners" finds multilingual learners.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from sesec_analysis import catalog
from sesec_analysis.evidence.row import Record

__all__ = ["IDLE", "Match", "group_words", "search", "tokens"]


_WEIGHTS = {"subject": 4.0, "year": 4.0, "measure": 2.0, "sentence": 1.0}
"""What a word counts where it is met: in what the finding is about more than in passing."""

IDLE = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "in",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
        "students",
    ]
)
"""Words that a search passes over."""


@dataclass(frozen=True)
class Match:
    """A finding that words were looked for in: those it lacks, and how well it meets the others."""

    record: Record
    lacking: tuple[str, ...]
    score: float


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
    asked = [word for word in dict.fromkeys(tokens(text)) if word not in IDLE]
    unique: dict[str, Record] = {}
    for record in records:
        unique.setdefault(str(record["id"]), record)
    fields = {name: _fields(record) for name, record in unique.items()}
    matches = [_match(record, fields[name], asked) for name, record in unique.items()]
    fewest = min((len(match.lacking) for match in matches), default=len(asked))
    best = [match for match in matches if len(match.lacking) == fewest < len(asked)]
    return sorted(best, key=_best_first), _meant(asked, fields.values())


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
    groups = (code for code in f"{get('student_group')} {get('reference')}".split())
    about = ("title", "indicator", "label", "reference_label", "place", "organization_id")
    texts = {
        "subject": " ".join([*(get(name, "") for name in about), *map(group_words, groups)]),
        "year": get("end_year", ""),
        "measure": f"{_measure_title(get('measure', ''))} {get('id', '')}",
        "sentence": f"{get('sentence', '')} {get('school_year', '')}",
    }
    return {name: frozenset(tokens(text)) for name, text in texts.items()}


def _measure_title(code: str) -> str:
    measures = catalog.measures()
    return measures[code].title if code in measures else code


def _match(record: Record, fields: Mapping[str, frozenset[str]], asked: Iterable[str]) -> Match:
    worth = {word: _worth(word, fields) for word in asked}
    return Match(record, tuple(word for word in worth if not worth[word]), sum(worth.values()))


def _worth(word: str, fields: Mapping[str, frozenset[str]]) -> float:
    """Return what the best place that a word is met in counts; half of it if only the beginning of a word is met."""
    best = 0.0
    for name, held in fields.items():
        if word in held:
            best = max(best, _WEIGHTS[name])
        elif len(word) > 1 and any(other.startswith(word) for other in held):
            best = max(best, _WEIGHTS[name] / 2)
    return best


def _best_first(match: Match) -> tuple[object, ...]:
    record = match.record
    is_place = record.get("organization_level") != "school"
    order = ["point", "range", "nothing"]
    publish = record.get("publish", "point")
    return (
        -match.score,
        order.index(publish) if publish in order else 0,
        -int(record.get("end_year") or 0),
        not is_place,
        record.get("measure") != "rate",
        str(record["id"]),
    )


def _meant(asked: Iterable[str], fields: Iterable[Mapping[str, frozenset[str]]]) -> dict[str, str]:
    known = {word for texts in fields for held in texts.values() for word in held}
    lost = [word for word in asked if not any(other.startswith(word) for other in known)]
    near = {word: get_close_matches(word, known, n=1, cutoff=0.7) for word in lost}
    return {word: matches[0] for word, matches in near.items() if matches}
