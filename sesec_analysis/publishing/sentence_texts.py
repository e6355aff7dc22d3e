"""The clauses that a rate, a gap or a ratio of any indicator may be said in, each a whole text to be translated."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from sesec_analysis import catalog
from sesec_analysis.publishing.clauses import signed_forms

__all__ = ["Kind", "texts"]


@dataclass(frozen=True)
class Kind:
    """What a number is, as far as its clauses differ by it."""

    noun: str  # share, rate, average
    everyone: bool  # of all students
    between_places: bool
    compares: bool

    @property
    def _what(self) -> str:
        """What the number is; of all students, "the rate in Southeast Seattle" says enough."""
        if self.noun == "share":
            return "share of {people}"
        return self.noun if self.everyone else f"{self.noun} for {{people}}"

    @property
    def _of(self) -> str:
        return "of" if self.noun == "share" else "for"

    @property
    def _than(self) -> str:
        return f"{'in' if self.between_places else self._of} {{reference}}"

    @property
    def rate(self) -> str:
        """The number alone, under a heading."""
        return f"the {self._what} was {{value}}"

    def gap(self, *, below: bool) -> str:
        """A difference."""
        side = "lower" if below else "higher"
        return (
            f"the {self._what}{{grade}} in {{place}} was {{value}} points {side} than {self._than}"
        )

    def gap_briefly(self, *, below: bool) -> str:
        """A difference, under a heading."""
        side = "lower" if below else "higher"
        return f"the {self._what} was {{value}} points {side} than {self._than}"

    @property
    def ratio(self) -> str:
        """A quotient."""
        times = f"{{value}} times the {self.noun} {self._than}"
        return f"the {self._what}{{grade}} in {{place}} was {times}"

    @property
    def ratio_briefly(self) -> str:
        """A quotient, under a heading."""
        return f"the {self._what} was {{value}} times the {self.noun} {self._than}"

    @property
    def _no_difference(self) -> str:
        start = "there was no clear difference"
        if self.noun == "share":
            return start + (" in the share of {people}" if self.between_places else " in share")
        return start + (" for {people}" if self.between_places and not self.everyone else "")

    @property
    def no_difference(self) -> str:
        """No clear difference."""
        start = self._no_difference
        if self.between_places:
            return f"{start}{{grade}} between {{place}} and {{reference}}"
        return f"{start} between {{people}} and {{reference}}{{grade}} in {{place}}"

    @property
    def no_difference_briefly(self) -> str:
        """No clear difference, under a heading."""
        if self.between_places:
            return f"{self._no_difference} from {{reference}}"
        return f"{self._no_difference} between {{people}} and {{reference}}"

    @property
    def _whom(self) -> str:
        return "all students" if self.everyone and self.noun != "share" else "{people}"

    @property
    def left_open(self) -> str:
        """Withheld figures leave open which side is higher."""
        start = "too much is withheld to say whether"
        if self.between_places:
            return f"{start} the {self._what}{{grade}} was higher in {{place}} or in {{reference}}"
        if self.noun == "share":
            return f"{start} the share of {{people}} or of {{reference}}{{grade}} was higher in {{place}}"
        return f"{start} {{people}} or {{reference}}{{grade}} in {{place}} had the higher rate"

    @property
    def not_compared(self) -> str:
        """The same, shorter."""
        start = "too much is withheld to compare"
        if self.between_places:
            return f"{start} {self._whom}{{grade}} in {{place}} with those in {{reference}}"
        if self.noun == "share":
            return f"{start} the shares of {{people}} and of {{reference}}{{grade}} in {{place}}"
        return f"{start} {{people}} with {{reference}}{{grade}} in {{place}}"

    @property
    def left_open_briefly(self) -> str:
        """The same, under a heading."""
        start = "too much is withheld to compare"
        if self.between_places:
            return f"{start} {self._whom} with those in {{reference}}"
        if self.noun == "share":
            return f"{start} the shares of {{people}} and of {{reference}}"
        return f"{start} {{people}} with {{reference}}"

    @property
    def _for_whom(self) -> str:
        return "" if self.everyone else " for {people}"

    @property
    def not_shown(self) -> str:
        """A number that is not shown: two sentences."""
        what, where = self._what, "{grade} in {place}"
        if self.between_places:
            what, where = f"comparison of {{place}} with {{reference}}{self._for_whom}", "{grade}"
        elif self.compares:
            what = "comparison of {people} with {reference}"
        return f"{{title}}. The {{year}} {what}{where} is not shown: {{reason}}."

    @property
    def not_shown_briefly(self) -> str:
        """The same as one line."""
        if self.between_places:
            where = "{people}{grade}, {place} against {reference}, {year}"
        elif self.compares:
            where = "{people} against {reference}{grade}, {place}, {year}"
        else:
            where = "{people}{grade}, {place}, {year}"
        return f"Not shown ({{reason}}): {{title}}, {where}."

    @property
    def not_shown_under_heading(self) -> str:
        """The same, under a heading."""
        what = self._what
        if self.between_places:
            what = f"comparison with {{reference}}{self._for_whom}"
        elif self.compares:
            what = "comparison of {people} with {reference}"
        return f"the {what} is not shown: {{reason}}"

    def texts(self) -> Iterator[str]:
        """Return every clause of this kind."""
        yield from (self.rate, self.not_shown, self.not_shown_briefly, self.not_shown_under_heading)
        if not self.compares:
            return
        for below in (False, True):
            yield from (self.gap(below=below), self.gap_briefly(below=below))
        yield from (self.ratio, self.ratio_briefly)
        yield from (self.no_difference, self.no_difference_briefly)
        yield from (self.left_open, self.not_compared, self.left_open_briefly)


def texts() -> Iterator[str]:
    """Return every clause, and every sentence of a difference that the catalog has."""
    for noun, flags in product(("share", "rate", "average"), product((False, True), repeat=3)):
        kind = Kind(noun, *flags)
        yield from kind.texts() if kind.compares or not kind.between_places else ()
    for indicator in catalog.indicators().values():
        yield from signed_forms(indicator.gap_sentence) if indicator.gap_sentence else ()
