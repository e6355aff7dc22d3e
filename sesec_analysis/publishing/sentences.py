"""A gated row as one plain sentence of at most thirty words, that names who, what, where and when.

The words of a rate or difference come from the catalog's templates; a comparison that shows no clear difference or that
withheld figures leave open, a ratio, and a number that may not be shown are said in one way for all indicators. Where
long names would make a sentence too long to take in at once, it becomes two.
"""

import re
from collections.abc import Mapping

from sesec_analysis import catalog, schema
from sesec_analysis.publishing import labels, measures
from sesec_analysis.publishing.rows import Row
from sesec_analysis.publishing.wording import Printed, grade_phrase

__all__ = ["LONGEST", "sentence", "word_count"]

LONGEST = measures.LONGEST


def sentence(row: Row, numbers: Printed, names: Mapping[str, str]) -> str:
    """Return the sentence of a gated row; ``names`` tell organizations that the catalog does not know."""
    if row.entry.subject:
        return measures.sentence(row, numbers, names)
    said = _Said(row, numbers, names)
    if row.publish == "nothing":
        return said.not_shown()
    if not row.compares:
        return said.rate()
    if row.leaves_open:
        return said.left_open()
    return said.no_clear_difference() if row.no_difference else said.comparison()


def word_count(text: str) -> int:
    """Return the words of the longest sentence in a text.

    Examples
    --------
    >>> word_count("Suspended or expelled. The rate was 6.4 percent.")
    5
    """
    return max(len(part.split()) for part in re.split(r"(?<=[a-z0-9)][a-z0-9)])\. ", text))


class _Said:
    """The parts of a sentence, and the ways of putting them together."""

    def __init__(self, row: Row, numbers: Printed, names: Mapping[str, str]) -> None:
        self.row, self.numbers = row, numbers
        self.indicator = catalog.indicator(row.indicator)
        self.short_title = re.sub(r" \(.*\)", "", self.indicator.title)
        self.people = labels.group_people(row.student_group)
        self.grade = grade_phrase(row.grade_level)
        self.year = labels.year_of(row)
        own = {**names, row.organization_id: row.organization_name}
        self.place = labels.organization_phrase(row.organization_id, own)
        self.between_places = labels.compares_places(row)
        self.reference = labels.reference_phrase(row, names) if row.compares else ""
        self.noun, self.of = ("share", "of") if row.is_composition else ("rate", "for")
        if self.indicator.unit not in schema.SHARES:
            self.noun = "average"
        start = (
            f"In {self.year}" if row.is_composition else f"{self.indicator.title}: in {self.year}"
        )
        self.start = f"{start},"
        # Of all students, "the rate in Southeast Seattle" says enough.
        self.everyone = row.student_group == "all" and not row.is_composition
        self.rate_of = self.noun if self.everyone else f"{self.noun} {self.of} {self.people}"

    def rate(self) -> str:
        if self.row.is_composition and self.row.student_group == "all" and self.numbers.n:
            return f"In {self.year}, {self.numbers.n} students were enrolled{self.grade} in {self.place}."
        full = self._fill(self.indicator.rate_sentence)
        return self._fitting(full, f"The {self.rate_of} was {self.numbers.words}.")

    def comparison(self) -> str:
        if self.row.unit == "ratio":
            return self._ratio()
        template = self.indicator.gap_sentence
        told = template and self.between_places >= ("in {reference}" in template)
        than = f"{'in' if self.between_places else self.of} {self.reference}"
        amount = f"{self.numbers.words} points {self._higher()}"
        told_by_all = f"{self.start} the {self.rate_of}{self.grade} in {self.place}"
        short = f"The {self.rate_of} was {amount} than {than}."
        full = [self._fill(template)] if told else []
        return self._fitting(*full, f"{told_by_all} was {amount} than {than}.", short)

    def _ratio(self) -> str:
        other = f"the {self.noun} {'in' if self.between_places else self.of} {self.reference}"
        group = f"the {self.rate_of}"
        times = f"was {self.numbers.words} times {other}."
        full = f"{self.start} {group}{self.grade} in {self.place} {times}"
        return self._fitting(full, f"T{group[1:]} {times}")

    def no_clear_difference(self) -> str:
        start = "there was no clear difference"
        if self.row.is_composition:
            start += f" in the share of {self.people}" if self.between_places else " in share"
        elif self.between_places and not self.everyone:
            start += f" for {self.people}"
        if self.between_places:
            full = f"{self.start} {start}{self.grade} between {self.place} and {self.reference}."
            return self._fitting(full, f"T{start[1:]} from {self.reference}.")
        who = f"between {self.people} and {self.reference}"
        full = f"{self.start} {start} {who}{self.grade} in {self.place}."
        return self._fitting(full, f"T{start[1:]} {who}.")

    def left_open(self) -> str:
        """Say that the withheld figures themselves leave open which side is higher."""
        start, of = "too much is withheld to", f" {self.of} {self.people}"
        if self.between_places:
            which = (
                f"the {self.rate_of}{self.grade} was higher in {self.place} or in {self.reference}"
            )
            whom = "all students" if self.everyone else self.people
            sides = f"{whom}{self.grade} in {self.place} with those in {self.reference}"
            brief = f"{whom} with those in {self.reference}"
        elif self.row.is_composition:
            which = f"the share{of} or {self.of} {self.reference}{self.grade} was higher in {self.place}"
            brief = f"the shares{of} and {self.of} {self.reference}"
            sides = f"{brief}{self.grade} in {self.place}"
        else:
            brief = f"{self.people} with {self.reference}"
            which = (
                f"{self.people} or {self.reference}{self.grade} in {self.place} had the higher rate"
            )
            sides = f"{brief}{self.grade} in {self.place}"
        return self._fitting(
            f"{self.start} {start} say whether {which}.",
            f"{self.start} {start} compare {sides}.",
            f"T{start[1:]} compare {brief}.",
        )

    def not_shown(self) -> str:
        what, where = self.rate_of, f"{self.grade} in {self.place}"
        full = what
        if self.between_places:
            whom = "" if self.row.student_group == "all" else f" for {self.people}"
            what, where = f"comparison with {self.reference}{whom}", self.grade
            full = f"comparison of {self.place} with {self.reference}{whom}"
        elif self.row.compares:
            full = what = f"comparison of {self.people} with {self.reference}"
        end = f"is not shown: {self.row.reason}."
        told = f"{self.indicator.title}. The {self.year} {full}{where} {end}"
        title = self.short_title[:1].lower() + self.short_title[1:]
        against = f" against {self.reference}" if self.row.compares else ""
        whom, place = self.people + against, self.place
        if self.between_places:
            whom, place = self.people, self.place + against
        brief = f"Not shown ({self.row.reason}): {title}, {whom}{self.grade}, {place}, {self.year}."
        return self._fitting(told, brief, f"The {what} {end}")

    def _fill(self, template: str) -> str:
        reference = self.reference
        if self.between_places and "in {reference}" not in template:
            reference = f"those in {self.reference}"
        return template.format(
            value=self.numbers.words,
            people=self.people,
            reference=reference,
            grade=self.grade,
            place=self.place,
            year=self.year,
            higher=self._higher(),
        )

    def _higher(self) -> str:
        known = (self.row.estimate, self.row.bound_low, self.row.bound_high)
        return "lower" if next((v for v in known if v is not None), 0.0) < 0 else "higher"

    def _fitting(self, *ways: str) -> str:
        """Return the first way of saying it that is short enough; the last is said under a heading."""
        *whole, short = ways
        dashed = [_dashed(way) for way in whole]
        brief = [way.replace(self.indicator.title, self.short_title) for way in (*whole, *dashed)]
        for way in (*whole, *dashed, *brief):
            if len(way.split()) <= LONGEST:
                return way
        grade, short = self.grade.replace(" in ", ", "), _dashed(short)
        return f"{self.short_title}{grade}, {self.place}, {self.year}. {short}"


def _dashed(text: str) -> str:
    return re.sub(r"between ([\d.,]+) and ([\d.,]+)", r"\1–\2", text)
