"""Represent a row of ESTIMATES as a typed record, and round its numbers as printed."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from math import inf
from typing import TYPE_CHECKING, Any

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.catalog.entries import MeasureEntry
from sesec_analysis.errors import CatalogError, QuestionError
from sesec_analysis.text import Arg

if TYPE_CHECKING:
    from sesec_analysis.evidence.answers import Answer

__all__ = [
    "GATE_COLUMNS",
    "JOINT",
    "Record",
    "Row",
    "check_measured",
    "printed_digits",
    "read_rows",
    "round_as_printed",
]


Record = Mapping[str, Any]
"""A finding as recorded: flat, with at least ``id``, ``sentence``, ``cite_apa`` and ``source``."""

GATE_COLUMNS = ["publish", "marker", "care", "rule", "reason"]
"""Columns that the gate adds to ESTIMATES."""


JOINT = "; "
"""Separates the ids of a row's rules: first the one that decided, then those that ask for care or other words."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Row:
    """A row of ESTIMATES, null as None, with the gate's verdict on it.

    The fields are those of ESTIMATES_COLUMNS (a test holds the two together), then those of GATE_COLUMNS.
    """

    indicator: str
    end_year: int
    organization_level: str
    organization_id: str
    organization_name: str
    grade_level: str
    student_group_type: str
    student_group: str
    measure: str
    reference: str
    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    ci_level: float | None = None
    bound_low: float | None = None
    bound_high: float | None = None
    outer_low: float | None = None
    outer_high: float | None = None
    midpoint: float | None = None
    coverage: float | None = None
    numerator_low: int | None = None
    numerator_high: int | None = None
    n_low: int | None = None
    n_high: int | None = None
    reference_numerator_low: int | None = None
    reference_numerator_high: int | None = None
    reference_n_low: int | None = None
    reference_n_high: int | None = None
    cells: int | None = None
    cells_reported: int | None = None
    largest_masked: float | None = None
    unit: str = ""
    method: str = ""
    status: str = ""
    source_ids: str = ""
    publish: str = "nothing"  # point, range, nothing
    marker: bool = False  # of a narrow range: its middle may be drawn
    care: bool = False  # use caution
    rule: str = ""  # ids in `PRINTING_RULES` of what decided so, joined
    reason: Arg | None = None  # why; a table has its ids
    answered: "Answer | None" = None  # of a stored finding: `answers.answer`, before rounding

    @property
    def key(self) -> tuple[object, ...]:
        """Values of ESTIMATES_KEY."""
        return tuple(getattr(self, name) for name in schema.ESTIMATES_KEY)

    @property
    def rules(self) -> list[str]:
        """Ids of the rules that fit the row, the one that decided first; none if it is printed as published."""
        return self.rule.split(JOINT) if self.rule else []

    @property
    def is_composition(self) -> bool:
        """Whether the numerator is the size of the group itself."""
        return self.indicator in schema.COMPOSITION_INDICATORS

    @property
    def is_survey(self) -> bool:
        """Whether it is of answers to the survey, which no chance can be given for."""
        return self.indicator.startswith("climate_")

    @property
    def compares(self) -> bool:
        """Whether the row has a second side."""
        return self.reference != ""

    @property
    def entry(self) -> MeasureEntry:
        """What the catalog says of the measure."""
        return catalog.measure(self.measure)

    @property
    def higher_is_better(self) -> bool:
        """Whether more of what is measured is better; of a neutral indicator neither is."""
        return catalog.indicator(self.indicator).direction == "higher_is_better"

    @property
    def printed_in(self) -> str:
        """The unit that numbers are printed in."""
        return self.entry.unit or self.unit

    @property
    def widest(self) -> tuple[float, float] | None:
        """The widest interval that is known, unrounded: with chance where it was worked out; None without any."""
        spans = (
            (self.outer_low, self.outer_high),
            (self.ci_low, self.ci_high),
            (self.bound_low, self.bound_high),
        )
        for low, high in spans:
            if (low, high) != (None, None):
                return (-inf if low is None else low), (inf if high is None else high)
        return None if self.estimate is None else (self.estimate, self.estimate)

    @property
    def printed_span(self) -> tuple[float, float] | None:
        """`widest` rounded as it is printed: an interval outward, a number alone to the nearest."""
        if self.widest is None:
            return None
        low, high = self.widest
        names = ("estimate", "estimate") if low == high else ("outer_low", "outer_high")
        return self._printed(low, names[0]), self._printed(high, names[1])

    def _printed(self, end: float, name: str) -> float:
        _, digits, shift = printed_digits(self, "outer" if self.has_chance else "bound")
        rounded = round_as_printed(end, name, digits + shift)
        return end if rounded is None else rounded

    @property
    def has_chance(self) -> bool:
        """Whether an interval for chance was worked out."""
        return {self.outer_low, self.outer_high, self.ci_low, self.ci_high} != {None}

    @property
    def is_withheld(self) -> bool:
        """Whether the gate lets nothing of the row be printed."""
        return self.publish == "nothing" and self.rule != ""

    @property
    def leaves_open(self) -> bool:
        """Whether withheld numbers alone, as printed, leave open which side of a comparison is higher."""
        equal = self.entry.equal
        if self.publish != "range" or self.entry.one_sided or equal is None:
            return False
        if self.entry.made in ("difference", "quotient") and not self.compares:
            return False
        _, digits, shift = printed_digits(self)
        low = round_as_printed(self.bound_low, "bound_low", digits + shift)
        high = round_as_printed(self.bound_high, "bound_high", digits + shift)
        return (-inf if low is None else low) <= equal <= (inf if high is None else high)


DIGITS = {
    "points": (1, 2),
    "points per year": (1, 2),
    "percent": (1, 2),
    "percent_difference": (1, 2),
    "dollars_per_student": (0, 0),
    "students_per_teacher": (1, 0),
    "years": (1, 0),
    "whole_years": (0, 0),
    "percentile": (0, 0),
    "score": (2, 0),
    "students": (0, 0),
    "index": (3, 0),
    "level": (0, 0),
    "nats": (3, 0),
    "probability": (3, 0),
    "proportion squared": (4, 0),
    "radians": (2, 0),
    "standard deviations": (2, 0),
    "standard errors": (1, 0),
}
"""Units but for shares and ratios: decimals as printed, and places from the number to what is printed."""

_DETAILED_FROM = 100  # students: from here on a percent has a decimal
_NARROW = 0.10
"""Proportion: a range of percents that is narrower, as printed, has a decimal, and any other has none."""
_FINEST = Decimal("1e-9")
"""Bounds carry a hair of room for floating point, which is no part of them and must not be rounded outward."""
_SLACK = 1e-9
_WAYS = {"low": ROUND_FLOOR, "high": ROUND_CEILING}


def printed_digits(row: Row, ends: str = "bound") -> tuple[str, int, int]:
    """Return the unit a row is printed in, its decimals, and the places from the number to what is printed.

    Percents are whole under 100 students and have one decimal from there; a range of percents of more or unknown
    students has as many decimals as its width bears. Differences have one decimal, worked out before rounding; ratios
    have two decimals below 2 and one above.

    Parameters
    ----------
    row
        A gated row.
    ends
        Which ends of a range: ``"bound"``, or ``"outer"`` for those with chance.
    """
    if row.printed_in == "ratio":
        known = (row.estimate, row.bound_high, row.bound_low)
        largest = next((value for value in known if value is not None and value != inf), 0.0)
        return "ratio", 2 if largest < 2 else 1, 0
    if row.printed_in in DIGITS:
        return (row.printed_in, *DIGITS[row.printed_in])
    return "proportion", _percent_decimals(row, ends), 2


def _percent_decimals(row: Row, ends: str) -> int:
    """Return the decimals of a share in percent; the same for its ends as they are and as they were printed."""
    if row.publish != "range" or (row.n_low is not None and row.n_low < _DETAILED_FROM):
        return 1 if (row.n_low or 0) >= _DETAILED_FROM else 0
    low = round_as_printed(getattr(row, f"{ends}_low"), "low", 3)
    high = round_as_printed(getattr(row, f"{ends}_high"), "high", 3)
    if low is None or high is None or low == high:
        return 0 if row.n_low is None else 1
    return int(high - low < _NARROW - _SLACK)


def round_as_printed(value: float | None, name: str, places: int) -> float | None:
    """Round as printed, at the scale of the table (a proportion stays one); a low or high end outward."""
    if value is None or value in (inf, -inf):
        return None
    # Twelve digits first: 0.28 must not become 29 percent by the float's last bit.
    exact = Decimal(f"{value:.12g}")
    step = Decimal(1).scaleb(-places)
    rounding = _WAYS.get(name.rpartition("_")[2], ROUND_HALF_UP)
    if rounding != ROUND_HALF_UP:
        exact = exact.quantize(_FINEST)
    return float(exact.quantize(step, rounding=rounding)) + 0.0


def check_measured(estimates: pd.DataFrame) -> None:
    """Refuse OBSERVATIONS where ESTIMATES are asked for, and measures that nothing here has words or a gate for."""
    fix = "pass the ESTIMATES that a measure returned"
    if "measure" not in schema.check_table(estimates, "estimates", fix).columns:
        raise QuestionError(
            "this is a table of published numbers (OBSERVATIONS), not of estimates",
            where="estimates",
            fix="measure it first, for example with sa.rates(table)",
        )
    schema.check_estimates(estimates)
    for name in sorted(set(estimates["measure"])):
        try:
            catalog.measure(name)
        except CatalogError as unknown:
            raise QuestionError(
                f"there are no words yet for the measure {name!r}",
                where="data/catalog/measures.yml",
                fix="add its entry, or show the table of estimates itself; findings and tables speak of",
                valid=catalog.measures(),
            ) from unknown


def read_rows(estimates: pd.DataFrame) -> list[Row]:
    """Return the rows of ESTIMATES (columns that are not theirs are left out)."""
    check_measured(estimates)
    conformed = schema.conform_estimates(estimates)
    names = [part.name for part in fields(Row) if part.name in schema.ESTIMATES_COLUMNS]
    columns = [_cells(conformed[name]) for name in names]
    return [Row(*cells) for cells in zip(*columns, strict=True)]


def _cells(column: pd.Series) -> list[Any]:
    values: list[Any] = column.to_numpy(object, na_value=None).tolist()  # type: ignore[call-overload]
    return values
