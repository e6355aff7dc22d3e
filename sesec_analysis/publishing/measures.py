"""A gated row of a measure that has words of its own in the catalog, as one plain sentence of at most thirty words.

Rates, gaps, ratios and averages are said in the words of their indicator (`sentences`); every other measure in those of
its entry in `measures.yml`. Where long names would make the sentence too long to take in at once, it becomes two.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from sesec_analysis import catalog
from sesec_analysis.entries import Measure
from sesec_analysis.publishing import labels
from sesec_analysis.publishing.clauses import (
    LONGEST,
    Frame,
    by_sign,
    capital,
    first_fitting,
    signed_forms,
)
from sesec_analysis.publishing.rows import Row
from sesec_analysis.publishing.wording import Printed, grade_name, grade_phrase, school_year
from sesec_analysis.words import say

__all__ = ["readings", "sentence", "texts"]


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
        return said.fitting(_no_clear(row.entry))
    return said.fitting(by_sign(row.entry.sentence, below=_is_below(row)))


def readings(rows: Iterable[Row]) -> list[str]:
    """Return how to read each measure that has words of its own, and how not to."""
    entries = {row.measure: row.entry for row in rows if row.entry.subject}
    alike: dict[str, list[str]] = {}
    for one in entries.values():
        alike.setdefault(f"{one.reading} {one.caution}", []).append(one.label)
    return [f"{', '.join(dict.fromkeys(names))}: {text}" for text, names in alike.items()]


def texts() -> Iterator[str]:
    """Return every clause that a measure of the catalog may be said in, to be translated."""
    for entry in catalog.measures().values():
        if entry.subject:
            yield from signed_forms(entry.sentence)
            yield from (_untold_why(entry), _untold(entry))
            if entry.equal is not None:
                yield from (_no_clear(entry), _open(entry), _open_briefly(entry))


def _no_clear(entry: Measure) -> str:
    return f"there was no clear {entry.subject}"


def _untold(entry: Measure) -> str:
    return f"the {entry.subject} is not shown"


def _untold_why(entry: Measure) -> str:
    return f"{_untold(entry)}: {{reason}}"


def _open(entry: Measure) -> str:
    return f"{entry.open} to say which way the {entry.subject} goes"


def _open_briefly(entry: Measure) -> str:
    return f"{entry.open} to say: {entry.subject}"


class _Said:
    """The words that a template may be filled with."""

    def __init__(self, row: Row, numbers: Printed, names: Mapping[str, str]) -> None:
        self.row, self.numbers = row, numbers
        own = {**names, row.organization_id: row.organization_name}
        place = labels.organization_phrase(row.organization_id, own)
        years, spans = school_year(row.end_year), False
        if row.entry.dated and "{against}" not in row.entry.sentence:
            first, spans = labels.reference_of(row).years, True
            since = school_year(first[0]) if first else say("an earlier year")
            years = say("{first} to {last}", first=since, last=years)
        title = catalog.indicator(row.indicator).title
        grade = grade_name(row.grade_level)
        self.frame = Frame(title, grade, place, years, spans, untitled=row.is_composition)
        self.where = f"{grade_phrase(row.grade_level)} {say('in {place}', place=place)}"
        to = labels.reference_phrase(row, names)
        people = labels.group_people(row.student_group)
        self.words = {
            "signed": numbers.value.replace("+", ""),
            "people": people,
            "reference": to,
            "against": labels.against(row, names),
            "pair": _pair(row, people, to),
            "kind": labels.type_title(row.student_group_type),
            "among": _among(row, people, to),
            "level": row.measure.rpartition("_")[2],
            "asked": _asked(row),
            "reason": row.reason,
        }

    def not_shown(self) -> str:
        """Say that the number is not shown, and why: in a sentence of its own where the names are long."""
        clause = self._filled(_untold_why(self.row.entry), self.where)
        for title in (self.frame.title, self.frame.short_title):
            told = self.frame.whole(clause, title)
            if len(told.split()) <= LONGEST:
                return told
        untold = self._filled(_untold(self.row.entry), "")
        return f"{self.frame.under_heading(untold)} {capital(self.row.reason)}."

    def left_open(self) -> str:
        """Say that bounds leave open which side is higher; without a verb where the names are long."""
        told = self.fitting(_open(self.row.entry))
        brief = self.frame.under_heading(self._filled(_open_briefly(self.row.entry), ""))
        parts = told.split(f"{self.frame.years}. ")
        return told if max(len(part.split()) for part in parts) <= LONGEST else brief

    def fitting(self, template: str) -> str:
        """Return the template in one sentence where that is short enough, or else under a heading."""

        def whole(title: str, value: str) -> str:
            return self.frame.whole(self._filled(template, self.where, value), title)

        heading = self.frame.under_heading(self._filled(template, "", self.numbers.brief))
        return first_fitting([whole], self.frame, self.numbers) or heading

    def _filled(self, template: str, where: str, value: str = "") -> str:
        return say(template, **self.words, where=where, value=value)


def _pair(row: Row, people: str, to: str) -> str:
    if not row.compares:
        return say("for {people}", people=people)
    if labels.reference_of(row).places and row.student_group != "all":
        return say("for {people} between here and {reference}", people=people, reference=to)
    if labels.reference_of(row).places:
        return say("between here and {reference}", reference=to)
    return say("between {people} and {reference}", people=people, reference=to)


def _among(row: Row, people: str, to: str) -> str:
    """Name the groups of a number that is of several, or how many there are."""
    others, kind = labels.reference_of(row).groups, labels.type_title(row.student_group_type)
    if not others:
        return say("by {kind}", kind=kind)
    if len(others) > 1:
        return say("among {n} groups by {kind}", n=len(others) + 1, kind=kind)
    return say("between {people} and {reference}", people=people, reference=to)


def _asked(row: Row) -> str:
    """Return the size of the gap that `power` was asked about, which only its method tells."""
    found = re.search(r"scale, [+-](0\.\d+)", row.method)
    if found:
        return say("{number} points", number=f"{float(found[1]) * 100:.3g}")
    return say("the size asked about")


def _is_below(row: Row) -> bool:
    known = (row.estimate, row.bound_low, row.bound_high)
    return next((value for value in known if value is not None), 0.0) < (row.entry.equal or 0.0)
