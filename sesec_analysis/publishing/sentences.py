"""A gated row as one plain sentence of at most thirty words, that names who, what, where and when.

The words of a rate or difference come from the catalog's templates; a comparison that shows no clear difference or that
withheld figures leave open, a ratio, and a number that may not be shown are said in one way for all indicators. Where
long names would make a sentence too long to take in at once, it becomes two.
"""

import re
from collections.abc import Mapping
from functools import partial

from sesec_analysis import catalog, schema
from sesec_analysis.publishing import labels, measures
from sesec_analysis.publishing.clauses import LONGEST, Frame, Way, by_sign, first_fitting
from sesec_analysis.publishing.rows import Row
from sesec_analysis.publishing.sentence_texts import Kind
from sesec_analysis.publishing.wording import Printed, grade_name, grade_phrase
from sesec_analysis.words import mark, say

__all__ = ["LONGEST", "sentence", "word_count"]


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
    """The names and numbers of a row, and the sentences that they fill."""

    def __init__(self, row: Row, numbers: Printed, names: Mapping[str, str]) -> None:
        self.row, self.numbers = row, numbers
        self.indicator = catalog.indicator(row.indicator)
        self.between_places = labels.compares_places(row)
        self.kind = Kind(
            noun=_noun(row, self.indicator.unit),
            everyone=row.student_group == "all",
            between_places=self.between_places,
            compares=row.compares,
        )
        own = {**names, row.organization_id: row.organization_name}
        place = labels.organization_phrase(row.organization_id, own)
        year = labels.year_of(row)
        self.frame = Frame(
            self.indicator.title,
            grade_name(row.grade_level),
            place,
            year,
            spans=False,
            untitled=row.is_composition,
        )
        self.words = {
            "people": labels.group_people(row.student_group),
            "reference": labels.reference_phrase(row, names) if row.compares else "",
            "grade": grade_phrase(row.grade_level),
            "place": place,
            "year": year,
            "reason": row.reason,
        }

    def rate(self) -> str:
        if self.row.is_composition and self.row.student_group == "all" and self.numbers.n:
            enrolled = mark("In {year}, {n} students were enrolled{grade} in {place}.")
            return say(enrolled, **self.words, n=self.numbers.n)
        return self._fitting(self.kind.rate, template=self.indicator.rate_sentence)

    def comparison(self) -> str:
        if self.row.unit == "ratio":
            return self._fitting(self.kind.ratio_briefly, self.kind.ratio)
        template, below = self.indicator.gap_sentence, self._is_below()
        told = template and self.between_places >= ("in {reference}" in template)
        return self._fitting(
            self.kind.gap_briefly(below=below),
            self.kind.gap(below=below),
            template=say(by_sign(template, below=below)) if told else "",
        )

    def no_clear_difference(self) -> str:
        return self._fitting(self.kind.no_difference_briefly, self.kind.no_difference)

    def left_open(self) -> str:
        """Say that the withheld figures themselves leave open which side is higher."""
        kind = self.kind
        return self._fitting(kind.left_open_briefly, kind.left_open, kind.not_compared)

    def not_shown(self) -> str:
        title = self.frame.short_title
        lowered = title[:1].lower() + title[1:]

        def told(title: str, value: str) -> str:
            return self._filled(self.kind.not_shown, title=title)

        def brief(title: str, value: str) -> str:
            return self._filled(self.kind.not_shown_briefly, title=lowered)

        untold = self._filled(self.kind.not_shown_under_heading)
        sentences = first_fitting([told, brief], self.frame, self.numbers)
        return sentences or self.frame.under_heading(untold)

    def _fitting(self, short: str, *clauses: str, template: str = "") -> str:
        """Return the first way of saying it that is short enough; the ``short`` clause is said under a heading.

        ``template`` is a whole sentence, the ``clauses`` are to be set into one.
        """
        ways: list[Way] = [partial(self._whole, template)] if template else []
        ways += [partial(self._framed, clause) for clause in clauses]
        told = first_fitting(ways, self.frame, self.numbers)
        return told or self.frame.under_heading(self._filled(short, value=self.numbers.brief))

    def _whole(self, template: str, title: str, value: str) -> str:
        """Fill a sentence of the catalog, which is in the language asked for and says its title by itself."""
        words = self.words
        if self.between_places and "in {reference}" not in self.indicator.gap_sentence:
            words = words | {"reference": say("those in {reference}", **self.words)}
        return template.format(**words, value=value)

    def _framed(self, clause: str, title: str, value: str) -> str:
        return self.frame.whole(self._filled(clause, value=value), title)

    def _filled(self, clause: str, **values: str) -> str:
        return say(clause, **self.words, **values)

    def _is_below(self) -> bool:
        known = (self.row.estimate, self.row.bound_low, self.row.bound_high)
        return next((v for v in known if v is not None), 0.0) < 0


def _noun(row: Row, unit: str) -> str:
    if unit not in schema.SHARES:
        return "average"
    return "share" if row.is_composition else "rate"
