"""Tables as people read them: ESTIMATES in, labels and printed texts out, every number gated and rounded."""

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.errors import DataError
from sesec_analysis.publishing import mime
from sesec_analysis.publishing.columns import TEXTS, heading, note_of, telling, what
from sesec_analysis.publishing.findings import Findings, findings
from sesec_analysis.publishing.rows import check_measured
from sesec_analysis.publishing.withheld import NUMBERS
from sesec_analysis.words import say

__all__ = ["Column", "ReportTable", "heading_of", "missing", "of_findings", "plain_table", "table"]

_GATED = (frozenset(NUMBERS) - {"coverage"}) | {
    f"{figure}{end}"
    for figure in ("numerator", "denominator", "value")
    for end in ("", "_low", "_high")
}
"""Columns of figures about students: they are printed by `table`, which passes them through the gate."""


@dataclass(frozen=True)
class Column:
    """A column: its code, its heading, and on which side its texts stand."""

    name: str
    label: str
    align: str = "left"


@dataclass(frozen=True)
class ReportTable:
    """A table of printed texts; the first text of a row names it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    findings: Findings = field(default_factory=lambda: Findings(()), repr=False)

    def to_json(self) -> dict[str, object]:
        """Return columns and rows as JSON values."""
        columns = [{"name": c.name, "label": c.label, "align": c.align} for c in self.columns]
        return {"columns": columns, "rows": [list(row) for row in self.rows]}

    def to_html(self) -> str:
        """Return the table as HTML with a caption and named rows."""
        head = "".join(
            f'<th scope="col" style="text-align:{column.align}">{html.escape(column.label)}</th>'
            for column in self.columns
        )
        body = "".join(f"<tr>{self._html_cells(row)}</tr>" for row in self.rows)
        note = f"<p>{html.escape(self.note)}</p>" if self.note else ""
        caption = f"<caption>{html.escape(self.caption)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{note}"

    def _html_cells(self, row: Sequence[str]) -> str:
        first, *rest = [html.escape(text) for text in row]
        sides = [column.align for column in self.columns[1:]]
        cells = (
            f'<td style="text-align:{side}">{text}</td>'
            for side, text in zip(sides, rest, strict=True)
        )
        return f'<th scope="row" style="text-align:left">{first}</th>{"".join(cells)}'

    def __str__(self) -> str:
        """Return the table as aligned text."""
        lines = [[column.label for column in self.columns], *map(list, self.rows)]
        widths = [max(len(line[at]) for line in lines) for at in range(len(self.columns))]
        aligned = [
            "  ".join(
                text.rjust(width) if column.align == "right" else text.ljust(width)
                for text, width, column in zip(line, widths, self.columns, strict=True)
            ).rstrip()
            for line in lines
        ]
        return "\n".join([self.caption, *aligned, *([self.note] if self.note else [])])

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, object]:
        """Return the table as JSON, HTML and text."""
        return {
            mime.TABLE: {
                "caption": self.caption,
                **self.to_json(),
                "note": self.note,
                "findings": self.findings.records(),
            },
            "text/html": self.to_html(),
            "text/plain": str(self),
        }


def table(
    estimates: pd.DataFrame, *, caption: str | None = None, columns: Sequence[str] | None = None
) -> ReportTable | mime.Notice:
    """Return ESTIMATES as a table for readers; rows that may not be shown stay and say why.

    Parameters
    ----------
    estimates
        ESTIMATES, one row of the table each, in this order.
    caption
        What the table shows. None: made of the indicator, place and school year that all rows share.
    columns
        Codes of columns, in order. None: whatever tells the rows apart, then value, interval, students and notes.

    Returns
    -------
    ReportTable or Notice
        A notice if there are no rows.

    Raises
    ------
    DataError
        If a column is unknown.

    See Also
    --------
    plain_table : For a table that is not of estimates.

    Examples
    --------
    >>> from sesec_analysis import schema
    >>> rate = schema.conform_estimates(pd.DataFrame({
    ...     "indicator": "ela_met", "end_year": 2017, "organization_level": "place",
    ...     "organization_id": "southeast_seattle", "organization_name": "Southeast Seattle", "grade_level": "03",
    ...     "student_group_type": "race_ethnicity", "student_group": "black", "measure": "rate",
    ...     "estimate": [71 / 216], "ci_low": [0.27], "ci_high": [0.394], "n_low": [216], "n_high": [216],
    ...     "unit": "proportion", "status": "ok", "source_ids": "synthetic"}))
    >>> print(table(rate))
    Met the standard in English language arts, grade 3, Southeast Seattle, 2016–17
    Student group               Rate  95% interval  Students
    Black or African American  32.9%    27.0–39.4%       216
    Source: Synthetic data, made up for trying things out; they describe no real school.
    """
    if estimates.empty:
        return missing(estimates)
    return of_findings(findings(estimates), caption=caption, columns=columns)


def missing(estimates: pd.DataFrame) -> mime.Notice:
    """Return the notice that stands where there is nothing to show."""
    check_measured(estimates)
    told = estimates.attrs.get("missing")
    asked = catalog.indicators().get(str(estimates.attrs.get("indicator")))
    return mime.Notice(
        asked.title if asked else say("No data"),
        str(told or say("The figures asked for are not among the data at hand.")),
    )


def of_findings(
    found: Findings, *, caption: str | None = None, columns: Sequence[str] | None = None
) -> ReportTable:
    """Return findings as a table."""
    chosen = list(columns) if columns is not None else telling(found)
    unknown = [name for name in chosen if name not in TEXTS]
    if unknown:
        raise DataError(
            f"a table has no column {', '.join(unknown)}", mend="choose others", known=TEXTS
        )
    return ReportTable(
        caption=say(caption) if caption else what(found),
        columns=tuple(Column(name, *heading(name, found)) for name in chosen),
        rows=tuple(tuple(TEXTS[name](one) for name in chosen) for one in found),
        note=note_of(found),
        findings=found,
    )


def plain_table(
    frame: pd.DataFrame,
    caption: str,
    *,
    labels: Mapping[str, str] | None = None,
    percents: Sequence[str] = (),
    note: str = "",
) -> ReportTable:
    """Return a table of figures that need no gate, such as coverage or sources.

    Parameters
    ----------
    frame
        Its columns are printed in order; the first names the rows.
    caption
        What the table shows.
    labels
        Headings by column. Others are made of the column's name.
    percents
        Columns of proportions, printed as whole percents.
    note
        A sentence under the table.

    Raises
    ------
    DataError
        If a column holds figures about students: only `table` passes them through the gate.

    Examples
    --------
    >>> print(plain_table(pd.DataFrame({"school_year": ["2016–17"], "reported": [0.914]}), "Coverage",
    ...                   percents=["reported"]))
    Coverage
    School year  Reported
    2016–17           91%
    """
    gated = sorted(_GATED & set(map(str, frame.columns)))
    if gated:
        raise DataError(
            f"a plain table takes no figures about students: {', '.join(gated)}",
            where=caption,
            mend="show estimates with `table`, which passes them through the privacy gate",
        )
    named = labels or {}
    caption = say(caption)
    caption = say("SYNTHETIC: {text}", text=caption) if catalog.is_synthetic() else caption
    numeric = {name for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])}
    columns = tuple(
        Column(
            name,
            say(named.get(name, heading_of(name))),
            "right" if name in numeric else "left",
        )
        for name in map(str, frame.columns)
    )
    texts = [[_plain(value, name in percents) for value in frame[name]] for name in frame.columns]
    return ReportTable(caption, columns, tuple(zip(*texts, strict=True)), say(note))


def heading_of(column: str) -> str:
    """Return the heading, in English, of a column that is given none.

    Examples
    --------
    >>> heading_of("school_year")
    'School year'
    """
    return column.replace("_", " ").capitalize()


def _plain(value: object, percent: bool) -> str:
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if percent:
        return f"{value:.0%}"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
