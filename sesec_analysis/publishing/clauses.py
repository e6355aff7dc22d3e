"""A clause set into a sentence: behind its title and year, or under a heading where names are long.

A clause is a text of `words` with a verb, such as "the rate for {people}{where} was {value}". What stands in its places
are names, numbers and phrases.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sesec_analysis.publishing.wording import Printed
from sesec_analysis.words import say

__all__ = ["LONGEST", "Frame", "Way", "by_sign", "capital", "first_fitting", "signed_forms"]

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


def by_sign(template: str, *, below: bool) -> str:
    """Return a template with the words that go by the sign of its number, as a whole text to be translated.

    Examples
    --------
    >>> by_sign("the rate for {people} was {value} points {higher}", below=True)
    'the rate for {people} was {value} points lower'
    """
    for name, forms in _BY_SIGN.items():
        template = template.replace(f"{{{name}}}", forms[not below])
    return template


def signed_forms(template: str) -> list[str]:
    """Return the forms that `by_sign` gives a template: one, or one for each sign."""
    return list(dict.fromkeys(by_sign(template, below=below) for below in (True, False)))


@dataclass(frozen=True)
class Frame:
    """What stands round a clause."""

    title: str
    grade: str  # "grade 3"; empty for all grades
    place: str
    years: str  # "2016–17", or "2015–16 to 2016–17"
    spans: bool  # whether the years are a span
    untitled: bool  # whether the clause says by itself what is counted

    @property
    def short_title(self) -> str:
        """The title without what stands in brackets."""
        return re.sub(r" \(.*\)", "", self.title)

    def whole(self, clause: str, title: str) -> str:
        """Return a clause as one sentence behind its title and years."""
        said = {"title": title, "years": self.years, "clause": clause}
        if self.untitled:
            return (
                say("From {years}, {clause}.", **said)
                if self.spans
                else say("In {years}, {clause}.", **said)
            )
        return (
            say("{title}: from {years}, {clause}.", **said)
            if self.spans
            else say("{title}: in {years}, {clause}.", **said)
        )

    def under_heading(self, clause: str) -> str:
        """Return a clause as a sentence of its own, under a heading that says what, where and when."""
        parts = [self.short_title, self.grade, self.place, self.years]
        heading = ", ".join(part for part in parts if part)
        return say("{heading}. {clause}.", heading=heading, clause=capital(clause))


Way = Callable[[str, str], str]
"""How a sentence is made of a title and of a value in words."""


def first_fitting(ways: list[Way], frame: Frame, numbers: Printed) -> str | None:
    """Return the first sentence that is short enough: as it is, with its range shortened, then its title too."""
    for title in (frame.title, frame.short_title):
        for value in (numbers.words, numbers.brief):
            for way in ways:
                if len((told := way(title, value)).split()) <= LONGEST:
                    return told
    return None


def capital(text: str) -> str:
    """Return a text with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]
