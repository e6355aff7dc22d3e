"""Represent a row of ESTIMATES as a typed record, and write records back as a table."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from math import inf
from typing import TYPE_CHECKING, Any

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.catalog.entries import MeasureEntry
from sesec_analysis.errors import CatalogError, QuestionError

if TYPE_CHECKING:
    from sesec_analysis.evidence.answers import Answer

__all__ = [
    "GATE_COLUMNS",
    "JOINT",
    "Record",
    "Row",
    "check_measured",
    "read",
    "read_gated",
    "table",
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
    care: bool = False  # interpret with care
    rule: str = ""  # ids in `PRINTING_RULES` of what decided so, joined
    reason: str = ""  # of all of these, in plain words
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
    def compares(self) -> bool:
        """Whether the row has a second side."""
        return self.reference != ""

    @property
    def entry(self) -> MeasureEntry:
        """What the catalog says of the measure."""
        return catalog.measure(self.measure)

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
    def has_chance(self) -> bool:
        """Whether an interval for chance was worked out."""
        return {self.outer_low, self.outer_high, self.ci_low, self.ci_high} != {None}

    @property
    def is_withheld(self) -> bool:
        """Whether the gate lets nothing of the row be printed."""
        return self.publish == "nothing" and self.rule != ""

    @property
    def leaves_open(self) -> bool:
        """Whether withheld figures alone leave open which side of a comparison is higher."""
        ends = (self.bound_low, self.bound_high)
        sided = self.publish == "range" and not self.entry.one_sided
        return sided and self._holds_equality(*ends)

    def _holds_equality(self, low: float | None, high: float | None) -> bool:
        equal = self.entry.equal
        if equal is None or (self.entry.made in ("difference", "quotient") and not self.compares):
            return False
        return (-inf if low is None else low) <= equal <= (inf if high is None else high)


def check_measured(estimates: pd.DataFrame) -> None:
    """Refuse OBSERVATIONS where ESTIMATES are asked for, and measures that nothing here has words or a gate for."""
    fix = "pass the ESTIMATES that a measure returned"
    if "measure" not in schema.check_table(estimates, "estimates", fix).columns:
        raise QuestionError(
            "this is a table of published figures (OBSERVATIONS), not of estimates",
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


def read(estimates: pd.DataFrame) -> list[Row]:
    """Return the rows of ESTIMATES (columns that are not theirs are left out)."""
    check_measured(estimates)
    conformed = schema.conform_estimates(estimates)
    names = [part.name for part in fields(Row) if part.name in schema.ESTIMATES_COLUMNS]
    columns = [_cells(conformed[name]) for name in names]
    return [Row(*cells) for cells in zip(*columns, strict=True)]


def read_gated(estimates: pd.DataFrame) -> list[Row]:
    """Return the rows of ESTIMATES that the gate has judged, verdicts included."""
    verdicts = estimates[GATE_COLUMNS].to_dict("records")
    return [
        replace(row, **_named(verdict))
        for row, verdict in zip(read(estimates), verdicts, strict=True)
    ]


def table(rows: Iterable[Row], attrs: Mapping[Hashable, Any]) -> pd.DataFrame:
    """Return rows as ESTIMATES with the gate's columns."""
    every = list(rows)
    names = [field.name for field in fields(Row) if field.name != "answered"]
    frame = pd.DataFrame({name: [getattr(row, name) for row in every] for name in names})
    out = schema.conform_estimates(frame)
    for name in GATE_COLUMNS:
        out[name] = frame[name].astype("bool" if name in ("marker", "care") else "str")
    out.attrs = dict(attrs)
    return out


def _cells(column: pd.Series) -> list[Any]:
    values: list[Any] = column.to_numpy(object, na_value=None).tolist()  # type: ignore[call-overload]
    return values


def _named(record: Mapping[Hashable, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in record.items()}
