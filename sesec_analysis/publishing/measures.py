"""A gated row of a measure that has words of its own in the catalog, as one plain sentence of at most thirty words.

Rates, gaps, ratios and averages are said in the words of their indicator (`sentences`); every other measure in those of
its entry in `measures.yml`. Where long names would make the sentence too long to take in at once, it becomes two.
"""

import re
from collections.abc import Iterable, Mapping

from sesec_analysis import catalog
from sesec_analysis.publishing import labels
from sesec_analysis.publishing.rows import Row
from sesec_analysis.publishing.wording import Printed, grade_phrase, school_year

__all__ = ["LONGEST", "readings", "sentence"]

LONGEST = 30
"""Words in one sentence."""

_BY_SIGN = {
    "higher": ("lower", "higher"),
    "above": ("below", "above"),
    "rose": ("fell", "rose"),
    "up": ("down", "up"),
    "more": ("fewer", "more"),
}
"""Words of a template that go by the sign of the number."""


def sentence(row: Row, numbers: Printed, names: Mapping[str, str]) -> str:
    """Return the sentence of a gated row; ``names`` tell organizations that the catalog does not know.

    Examples
    --------
    >>> from sesec_analysis.publishing.wording import printed
    >>> row = Row("ela_met", 2019, "place", "southeast_seattle", "Southeast Seattle", "03", "race_ethnicity", "black",
    ...           "change", "2016", estimate=0.2, unit="points", publish="point")
    >>> sentence(row, printed(row), {})
    'Met the standard in English language arts: from 2015–16 to 2018–19, the rate for Black students in grade 3 in
    Southeast Seattle rose by 20.0 points.'
    """
    said = _Said(row, numbers, names)
    if row.publish == "nothing":
        return said.not_shown()
    if row.leaves_open:
        return said.left_open()
    if row.no_difference:
        return said.fitting(f"there was no clear {row.entry.subject}")
    return said.fitting(row.entry.sentence)


def readings(rows: Iterable[Row]) -> list[str]:
    """Return how to read each measure that has words of its own, and how not to."""
    entries = {row.measure: row.entry for row in rows if row.entry.subject}
    alike: dict[str, list[str]] = {}
    for one in entries.values():
        alike.setdefault(f"{one.reading} {one.caution}", []).append(one.label)
    return [f"{', '.join(dict.fromkeys(names))}: {text}" for text, names in alike.items()]


class _Said:
    """The words that a template may be filled with."""

    def __init__(self, row: Row, numbers: Printed, names: Mapping[str, str]) -> None:
        self.row = row
        self.title = catalog.indicator(row.indicator).title
        self.short_title = re.sub(r" \(.*\)", "", self.title)
        self.grade = grade_phrase(row.grade_level)
        own = {**names, row.organization_id: row.organization_name}
        self.place = labels.organization_phrase(row.organization_id, own)
        self.years, self.when = school_year(row.end_year), f"in {school_year(row.end_year)}"
        if row.entry.dated and "{against}" not in row.entry.sentence:
            first = labels.reference_of(row).years
            self.years = f"{school_year(first[0]) if first else 'an earlier year'} to {self.years}"
            self.when = f"from {self.years}"
        to = labels.reference_phrase(row, names)
        people = labels.group_people(row.student_group)
        self.words = {
            "value": numbers.words,
            "signed": numbers.value.replace("+", ""),
            "people": people,
            "reference": to,
            "against": labels.against(row, names),
            "pair": _pair(row, people, to),
            "kind": labels.type_title(row.student_group_type),
            "among": _among(row, to),
            "level": row.measure.rpartition("_")[2],
            "asked": _asked(row),
            **{name: words[not _is_below(row)] for name, words in _BY_SIGN.items()},
        }

    def not_shown(self) -> str:
        """Say that the number is not shown, and why: in a sentence of its own where the names are long."""
        untold, reason = f"the {self.row.entry.subject} is not shown", self.row.reason
        for title in (self.title, self.short_title):
            told = self._whole(f"{untold}: {reason}", title)
            if len(told.split()) <= LONGEST:
                return told
        return f"{self._under_heading(untold)} {_capital(reason)}."

    def left_open(self) -> str:
        """Say that bounds leave open which side is higher; without a verb where the names are long."""
        why, subject = self.row.entry.open, self.row.entry.subject
        told = self.fitting(f"{why} to say which way the {subject} goes")
        brief = self._under_heading(f"{why} to say: {subject}")
        return told if max(map(_count, told.split(f"{self.years}. "))) <= LONGEST else brief

    def fitting(self, template: str) -> str:
        """Return the template in one sentence where that is short enough, or else under a heading."""
        whole = self._whole(template, self.title)
        brief = self._whole(template, self.short_title)
        for way in (whole, _dashed(whole), brief, _dashed(brief)):
            if len(way.split()) <= LONGEST:
                return way
        return _dashed(self._under_heading(template))

    def _whole(self, template: str, title: str) -> str:
        clause = self._filled(template, f"{self.grade} in {self.place}")
        if self.row.is_composition:
            return f"{_capital(self.when)}, {clause}."
        return f"{title}: {self.when}, {clause}."

    def _under_heading(self, template: str) -> str:
        grade = self.grade.replace(" in ", ", ")
        clause = _capital(self._filled(template, ""))
        return f"{self.short_title}{grade}, {self.place}, {self.years}. {clause}."

    def _filled(self, template: str, where: str) -> str:
        return template.format(**self.words, where=where)


def _pair(row: Row, people: str, to: str) -> str:
    if not row.compares:
        return f"for {people}"
    if labels.reference_of(row).places:
        return (
            f"for {people} between here and {to}"
            if row.student_group != "all"
            else f"between here and {to}"
        )
    return f"between {people} and {to}"


def _among(row: Row, to: str) -> str:
    """Name the groups of a number that is of several, or how many there are."""
    others = labels.reference_of(row).groups
    if not others:
        return f"by {labels.type_title(row.student_group_type)}"
    if len(others) > 1:
        return f"among {len(others) + 1} groups by {labels.type_title(row.student_group_type)}"
    return f"between {labels.group_people(row.student_group)} and {to}"


def _asked(row: Row) -> str:
    """Return the size of the gap that `power` was asked about, which only its method tells."""
    found = re.search(r"scale, [+-](0\.\d+)", row.method)
    return f"{float(found[1]) * 100:.3g} points" if found else "the size asked about"


def _is_below(row: Row) -> bool:
    known = (row.estimate, row.bound_low, row.bound_high)
    return next((value for value in known if value is not None), 0.0) < (row.entry.equal or 0.0)


def _count(text: str) -> int:
    return len(text.split())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _dashed(text: str) -> str:
    return re.sub(r"between (\d[\d.,]*) and (\d(?:[\d.,]*\d)?)", r"\1–\2", text)
