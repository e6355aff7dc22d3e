"""Recognize what the words around a number name: indicator, student group, place, school year, grade."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sesec_analysis import catalog
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.labels import EVERYONE, OTHERS, read_reference

__all__ = ["DIMENSIONS", "Mention", "Subject", "Vocabulary"]


DIMENSIONS = ("indicator", "school year", "student group", "place", "grade")
"""What a number is about, as people say it."""

Codes = frozenset[str]
Subject = Mapping[str, Codes]
"""For each dimension that words name, the codes that fit them."""

_YEARS = re.compile(r"\b((?:19|20)\d{2})(?:\s?[-–/]\s?((?:19|20)?\d{2}))?\b")
_GRADES = re.compile(
    r"\bgrades?\s+(\d{1,2}|K)\b|\b(\d{1,2})(?:st|nd|rd|th)[- ]grade"
    r"|\b(third|fourth|fifth|sixth|seventh|eighth|tenth)[- ]grade",
    re.IGNORECASE,
)
_ORDINALS = {
    "third": "3",
    "fourth": "4",
    "fifth": "5",
    "sixth": "6",
    "seventh": "7",
    "eighth": "8",
    "tenth": "10",
}


@dataclass(frozen=True)
class Mention:
    """Words that name something: where they begin, of which dimension, and what they may mean."""

    at: int
    dimension: str
    codes: Codes


class Vocabulary:
    """The words for all that a set of findings is about."""

    def __init__(self, records: Iterable[Record]) -> None:
        findings = list(records)
        extra = _further_words()
        self._phrases = {
            "indicator": _indicator_phrases({str(r["indicator"]) for r in findings}, extra),
            "student group": _group_phrases(extra),
            "place": _place_phrases(findings, extra),
        }

    def mentions(self, sentence: str) -> list[Mention]:
        """Return everything that a sentence names, the longest phrase first where two overlap."""
        mentions = [*_years(sentence), *_grades(sentence)]
        for dimension, phrases in self._phrases.items():
            text = sentence
            for phrase, (codes, exact) in phrases.items():
                flags = re.NOFLAG if exact else re.IGNORECASE
                pattern = rf"(?<!\w){re.escape(phrase)}(?!\w)"
                for match in re.finditer(pattern, text, flags):
                    mentions.append(Mention(match.start(), dimension, codes))
                text = re.sub(pattern, lambda match: " " * len(match.group()), text, flags=flags)
        return sorted(mentions, key=lambda mention: mention.at)


def about(record: Record) -> dict[str, Codes]:
    """Return what a finding is about, in the same terms."""
    dated = catalog.measure(record["measure"]).dated
    to = read_reference(str(record.get("reference") or ""), dated=dated)
    return {
        "indicator": frozenset({str(record["indicator"])}),
        "school year": frozenset(map(str, (record["end_year"], *to.years))),
        "student group": frozenset({str(record["student_group"]), *to.groups} - {OTHERS}),
        "place": frozenset({str(record["organization_id"]), *to.places}),
        "grade": frozenset({str(record["grade_level"])}),
    }


def conflicts(clause: Subject, sentence: Subject, record: Record) -> list[str]:
    """Return the dimensions in which a record is about something else than the words say.

    Parameters
    ----------
    clause
        What the clause around the number names.
    sentence
        What the whole sentence names.
    record
        A finding.
    """
    of = about(record)
    apart = [name for name in DIMENSIONS if name != "student group" and _differ(clause, of, name)]
    named = clause.get("student group", frozenset())
    if named:
        groups = of["student group"]
        both = groups <= sentence.get("student group", frozenset()) | {EVERYONE}
        if not groups & named or not (both or len(groups) == 1):
            apart.append("student group")
    return apart


def _differ(clause: Subject, of: Subject, name: str) -> bool:
    return bool(clause.get(name)) and not clause[name] & of[name]


def _further_words() -> Mapping[str, Any]:
    path = catalog.data_dir() / "reference" / "draft_words.json"
    return dict(json.loads(path.read_text("utf-8")))


def _sorted(phrases: Mapping[str, tuple[Codes, bool]]) -> dict[str, tuple[Codes, bool]]:
    return {name: phrases[name] for name in sorted(phrases, key=lambda name: (-len(name), name))}


def _joined(
    phrases: dict[str, tuple[Codes, bool]], phrase: str, codes: Codes, *, exact: bool
) -> None:
    known = phrases.get(phrase, (frozenset(), exact))
    phrases[phrase] = (known[0] | codes, known[1] and exact)


def _indicator_phrases(codes: set[str], extra: Mapping[str, Any]) -> dict[str, tuple[Codes, bool]]:
    by_phrase: dict[str, tuple[Codes, bool]] = {}
    for code in codes:
        _joined(by_phrase, catalog.indicator(code).title.lower(), frozenset({code}), exact=False)
        for start, phrases in extra["indicators"].items():
            if code.startswith(start) or f"_{start}" in code:
                for phrase in phrases:
                    _joined(by_phrase, phrase, frozenset({code}), exact=False)
    return _sorted(by_phrase)


def _group_phrases(extra: Mapping[str, Any]) -> dict[str, tuple[Codes, bool]]:
    by_phrase: dict[str, tuple[Codes, bool]] = {}
    for kind in catalog.group_types().values():
        for code, group in kind.groups.items():
            if code == EVERYONE:
                continue
            words = {
                group.label,
                group.people,
                *group.aliases,
                *extra["student_groups"].get(code, ()),
            }
            for phrase in words - {"Female", "Male"}:
                # Short labels are common words ("White", "Black", "High"): only as they are written in a label.
                exact = len(phrase) < 9
                key = phrase if exact else phrase.lower()
                _joined(by_phrase, key, frozenset({code}), exact=exact)
    return _sorted(by_phrase)


def _place_phrases(
    records: list[Record], extra: Mapping[str, Any]
) -> dict[str, tuple[Codes, bool]]:
    by_phrase: dict[str, tuple[Codes, bool]] = {}
    for code, place in catalog.places().items():
        for phrase in {
            place.name,
            place.phrase.removeprefix("the "),
            *extra["organizations"].get(code, ()),
        }:
            _joined(by_phrase, phrase.lower(), frozenset({code}), exact=False)
    for record in records:
        if record["organization_level"] in ("school", "district"):
            named = frozenset({str(record["organization_id"])})
            _joined(by_phrase, str(record["place"]), named, exact=True)
    for code, school in catalog.schools().items():
        for phrase in {school.name, school.short_name}:
            _joined(by_phrase, phrase, frozenset({code}), exact=True)
    return _sorted(by_phrase)


def _years(sentence: str) -> list[Mention]:
    mentions = []
    for match in _YEARS.finditer(sentence):
        first, second = match[1], match[2]
        if second and int(second) % 100 == (int(first) + 1) % 100:
            codes = {str(int(first) + 1)}
        elif second:
            last = second if len(second) == 4 else f"{first[:2]}{second}"
            codes = {str(year) for year in range(int(first), int(last) + 2)}
        else:  # a year alone may begin or end a school year
            codes = {first, str(int(first) + 1)}
        mentions.append(Mention(match.start(), "school year", frozenset(codes)))
    return mentions


def _grades(sentence: str) -> list[Mention]:
    mentions = []
    for match in _GRADES.finditer(sentence):
        grade = match[1] or match[2] or _ORDINALS[match[3].lower()]
        code = grade.upper() if grade.upper() == "K" else grade.zfill(2)
        mentions.append(Mention(match.start(), "grade", frozenset({code})))
    return mentions
