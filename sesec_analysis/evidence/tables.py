"""Build tables that people read from ESTIMATES: labels and printed numbers, every one gated and rounded."""

import html
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.catalog import own
from sesec_analysis.errors import QuestionError
from sesec_analysis.evidence import citation, notices
from sesec_analysis.evidence.answers import progress_words
from sesec_analysis.evidence.counts import NUMBERS
from sesec_analysis.evidence.described import specs
from sesec_analysis.evidence.described.best import Best, chosen, spec_of
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording import labels as wording_labels
from sesec_analysis.evidence.wording.headlines import (
    direction_words,
    outcome_words,
    subject_words,
)
from sesec_analysis.evidence.wording.numbers import level_words
from sesec_analysis.evidence.wording.sentences import capital, cautions, readings
from sesec_analysis.i18n import mark, say

__all__ = [
    "TEXTS",
    "Layout",
    "ReportTable",
    "TableColumn",
    "heading",
    "heading_of",
    "make_table",
    "note_of",
    "of_findings",
    "plain_table",
    "shared",
    "table",
    "telling",
    "what",
]


Layout = Literal["rows", "cards", "numbers", "strips", "years"]
"""How a table is set: row by row; each row a card, as a founding claim; each row a large number with what it is; on a
screen, each row a line with a school's figure beside that of others, or a line over the years."""


_TABLE_WORDS = ("reason",), ("reason", "sentence", "value")
"""The words of a finding's record that a table needs beside its cells; those of strips are the second."""


@dataclass(frozen=True)
class TableColumn:
    """A column: its code, its heading, and on which side its texts are set."""

    name: str
    label: str
    align: str = "left"


@dataclass(frozen=True)
class ReportTable:
    """A table of printed texts; the first text of a row names it."""

    caption: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    findings: Findings = field(default_factory=lambda: Findings(()), repr=False)
    layout: Layout = "rows"
    unnamed: frozenset[str] = field(default=frozenset(), repr=False)
    """Ids of the findings that strips draw beside those of the rows, and no text names."""
    spec: "specs.Spec | None" = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a layout that there is not."""
        if self.layout not in get_args(Layout):
            raise QuestionError(
                f"a table has no layout {self.layout!r}", mend="choose one", known=get_args(Layout)
            )

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
            **notices.specified(self.spec),
            notices.TABLE: {**self._texts(), "findings": self.findings.records()},
            "text/html": self.to_html(),
            "text/plain": str(self),
        }

    def _texts(self) -> dict[str, object]:
        texts = {"caption": self.caption, "note": self.note, "layout": self.layout}
        return {**texts, **self.to_json()}

    def _words_(self) -> dict[str, object]:
        """Return the table; of a finding what no cell has: why it is withheld, and what a mark of a strip says."""
        names = _TABLE_WORDS[self.layout == "strips"]
        told = [one.words(() if one.id in self.unnamed else names) for one in self.findings]
        return {notices.TABLE: {**self._texts(), "findings": told}}


def table(
    estimates: pd.DataFrame | Best,
    *,
    caption: str | None = None,
    columns: Sequence[str] | None = None,
    layout: Layout = "rows",
) -> ReportTable | notices.Notice:
    """Return ESTIMATES as a table for readers; rows that may not be shown stay and say why.

    Parameters
    ----------
    estimates
        ESTIMATES, one row of the table each, in this order; or what `best` chooses.
    caption
        What the table shows. None: made of the indicator, place and school year that all rows share.
    columns
        Codes of columns, in order. None: whatever distinguishes the rows, then value, interval, of comparisons the
        answer (differs, about the same, cannot be told and why), students and notes.
    layout
        ``rows``, ``cards`` or ``numbers``.

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
    options = {"caption": caption, "columns": columns and list(columns), "layout": layout}
    return specs.described(make_table, spec_of("table", [estimates], **options))


def make_table(given: specs.Spec) -> ReportTable | notices.Notice:
    """Make what `table` returns."""
    options = {name: given.options[name] for name in ("caption", "columns", "layout")}
    return of_findings(shown, **options) if (shown := chosen(given)) else given.notice()


def of_findings(
    findings: Findings,
    *,
    caption: str | None = None,
    columns: Sequence[str] | None = None,
    layout: Layout = "rows",
) -> ReportTable:
    """Return findings as a table."""
    chosen = list(columns) if columns is not None else telling(findings)
    unknown = [name for name in chosen if name not in TEXTS]
    if unknown:
        raise QuestionError(
            f"a table has no column {', '.join(unknown)}", mend="choose others", known=TEXTS
        )
    return ReportTable(
        caption=say(caption) if caption else what(findings),
        columns=tuple(TableColumn(name, *heading(name, findings)) for name in chosen),
        rows=tuple(tuple(TEXTS[name](finding) for name in chosen) for finding in findings),
        note=note_of(findings, chosen),
        findings=findings,
        layout=layout,
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
        raise QuestionError(
            f"a plain table takes no figures about students: {', '.join(gated)}",
            where=caption,
            mend="show estimates with `table`, which passes them through the privacy gate",
        )
    named = labels or {}
    caption = say(caption)
    caption = say("SYNTHETIC: {text}", text=caption) if catalog.is_synthetic() else caption
    numeric = {name for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])}
    columns = tuple(
        TableColumn(
            name,
            say(named.get(name, heading_of(name))),
            "right" if name in numeric else "left",
        )
        for name in map(str, frame.columns)
    )
    texts = [[_plain(value, name in percents) for value in frame[name]] for name in frame.columns]
    return ReportTable(caption, columns, tuple(zip(*texts, strict=True)), say(note))


_GATED = (frozenset(NUMBERS) - {"coverage"}) | {
    f"{figure}{end}"
    for figure in ("numerator", "denominator", "value")
    for end in ("", "_low", "_high")
}
"""Columns of figures about students: they are printed by `table`, which passes them through the gate."""


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


def _value(finding: Finding) -> str:
    value = finding.printed.value
    return (
        say("range {value}", value=value)
        if finding.row.publish == "range"
        else _or_reason(finding, value)
    )


def _or_reason(finding: Finding, value: str) -> str:
    return f"{value}: {finding.row.reason}" if finding.row.publish == "nothing" else value


def _grade(finding: Finding) -> str:
    return capital(wording_labels.grade_of(finding.row)) or say("All grades")


def _coverage(finding: Finding) -> str:
    return "" if finding.row.coverage is None else f"{finding.row.coverage:.0%}"


def _at_level(row: Row) -> str:
    """Return at which SESEC school level the schools are whose share a row is; empty for all other rows."""
    _, found, level = row.measure.partition("level_share_")
    return say("Level {level}", level=level) if found else ""


TEXTS: dict[str, Callable[[Finding], str]] = {
    "student_group": lambda finding: finding.label,
    "place": lambda finding: finding.place,
    "school_year": lambda finding: wording_labels.year_of(finding.row),
    "grade_level": _grade,
    "indicator": lambda finding: catalog.indicator(finding.row.indicator).title,
    "measure": lambda finding: finding.row.entry.label,
    "level": lambda finding: _at_level(finding.row),
    "reference": lambda finding: finding.reference,
    "value": _value,
    "interval": lambda finding: finding.printed.interval,
    "n": lambda finding: finding.printed.n,
    "reference_n": lambda finding: finding.printed.reference_n,
    "coverage": _coverage,
    "note": lambda finding: finding.row.reason if finding.row.publish != "nothing" else "",
    "answer": lambda finding: progress_words(finding.row),
    "outcome": lambda finding: " ".join(outcome_words(finding)).strip(),
    "direction": direction_words,
    "subject": lambda finding: subject_words(finding.row),
    "headline": lambda finding: finding.headline,
    "sentence": lambda finding: finding.sentence(),
    "id": lambda finding: finding.id,
}
"""Every column a table may have, and the text it prints of a finding."""

_LABELS = {
    "student_group": mark("Student group"),
    "place": mark("Place"),
    "school_year": mark("School year"),
    "grade_level": mark("Grade"),
    "indicator": mark("Indicator"),
    "measure": mark("Measure"),
    "level": mark("Level"),
    "reference": mark("Compared with"),
    "coverage": mark("Students in published figures"),
    "note": mark("Note"),
    "answer": mark("Answer"),
    "outcome": mark("Better or worse"),
    "direction": mark("Better or worse"),
    "subject": mark("Of what"),
    "headline": mark("In a line"),
    "sentence": mark("In words"),
    "id": mark("Finding"),
}
_RIGHT = ("value", "interval", "n", "reference_n", "coverage")
_TELLING = (
    "student_group",
    "place",
    "school_year",
    "grade_level",
    "indicator",
    "measure",
    "reference",
)


def heading(name: str, findings: Findings) -> tuple[str, str]:
    """Return the heading of a column and on which side its texts are set."""
    side = "right" if name in _RIGHT else "left"
    if name == "value":
        return shared({finding.row.entry.label for finding in findings}) or say("Value"), side
    if name == "interval":
        shown = [finding for finding in findings if finding.printed.interval]
        levels = {level_words(finding.row.ci_level) for finding in shown}
        level = shared(levels) or say("Interval")
        chance = say("{interval}, or range with chance", interval=level)
        return chance if _adds_chance(findings) else level, side
    if name in ("n", "reference_n") and all(finding.row.is_composition for finding in findings):
        of = say("Of students") if name == "n" else say("Of students compared with")
        return of, side
    if name in ("n", "reference_n"):
        noun = shared(
            {capital(wording_labels.counted_words(finding.row)) for finding in findings}
        ) or say("Number")
        other = say("{counted} compared with", counted=noun)
        return noun if name == "n" else other, side
    if name == "place" and all(finding.row.organization_level == "school" for finding in findings):
        return say("School"), side
    if name == "student_group" and all(own.is_own(finding.row.indicator) for finding in findings):
        return say("Group"), side
    return say(_LABELS[name]), side


def telling(findings: Findings) -> list[str]:
    """Return the columns that distinguish the rows, then those with numbers in any row.

    A table of comparisons has their answer: whether the two sides differ, are about the same, or cannot be told apart.
    """
    differing = [
        name for name in _TELLING if len({TEXTS[name](finding) for finding in findings}) > 1
    ]
    numbers = [
        name
        for name in ("interval", "answer", "n", "reference_n", "note")
        if any(
            TEXTS[name](finding) for finding in findings if name != "answer" or finding.row.compares
        )
    ]
    return [*(differing or ["student_group"]), "value", *numbers]


def what(findings: Findings) -> str:
    """Return what all findings share, as a caption: indicator, grade, place, school year."""

    def same(name: str) -> str:
        return shared({TEXTS[name](finding) for finding in findings})

    parts = [
        wording_labels.indicators_together(TEXTS["indicator"](finding) for finding in findings),
        shared({wording_labels.grade_of(finding.row) for finding in findings}),
        same("place"),
        same("school_year"),
    ]
    caption = ", ".join(part for part in parts if part)
    if not same("reference"):
        return caption
    against = wording_labels.reference_in_title(findings[0].row, findings[0].names)
    return say("{what}: compared with {reference}", what=caption, reference=against)


def note_of(findings: Findings, columns: Collection[str]) -> str:
    """Return the note under a table: how to read what its columns print, how not to read a measure, and the source."""
    sources = "; ".join(finding.row.source_ids for finding in findings)
    explained = ""
    if any(finding.row.publish == "range" for finding in findings):
        explained = f"{say('A range holds the value that full data would show.')} "
    if "interval" in columns and _adds_chance(findings):
        chance = say("Range with chance: the range, and as far as chance reaches beyond it.")
        explained += f"{chance} "
    told = readings if "value" in columns else cautions
    explained += "".join(f"{text} " for text in told(finding.row for finding in findings))
    return explained + citation.source_line(sources)


def _adds_chance(findings: Iterable[Finding]) -> bool:
    """Whether the interval of any row is a range with chance on top of it."""
    return any(finding.row.publish == "range" and finding.printed.interval for finding in findings)


def shared(values: Iterable[str]) -> str:
    """Return the text that all share, or nothing."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else ""
