"""Build tables that people read from ESTIMATES: labels and printed numbers, every one gated and rounded."""

import html
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.catalog import own
from sesec_analysis.errors import QuestionError, check_text
from sesec_analysis.evidence import citation, notices
from sesec_analysis.evidence.counts import NUMBERS
from sesec_analysis.evidence.described import specs
from sesec_analysis.evidence.described.best import Best, choose_best, spec_of
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.wording import labels as wording_labels
from sesec_analysis.evidence.wording.answer_texts import brief_text, progress_text
from sesec_analysis.evidence.wording.directions import direction_text, outcome_text
from sesec_analysis.evidence.wording.fields import words_of
from sesec_analysis.evidence.wording.headlines import subject_text
from sesec_analysis.evidence.wording.sentences import cautions, readings
from sesec_analysis.i18n import language
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import (
    FIELDS,
    Arg,
    Count,
    EntryText,
    List,
    Name,
    Quoted,
    Text,
    Year,
    _,
    dump,
    number_of,
)

__all__ = [
    "CELLS",
    "TEXTS",
    "Layout",
    "ReportTable",
    "TableTexts",
    "TextColumn",
    "about_school",
    "caption_text",
    "cell_of",
    "column",
    "distinguishing_columns",
    "heading_of",
    "heading_text",
    "last_year_of",
    "make_about_school",
    "make_table",
    "note_text",
    "of_findings",
    "plain_table",
    "shared_text",
    "table",
    "text_of_all",
    "titles_text",
]


Layout = Literal[
    "rows", "cards", "numbers", "strips", "years", "questions", "deck", "meaning", "verdicts"
]
"""How a table is set: row by row; each row a card, as a founding claim; each row a large number with what it is; on a
screen, each row a line with a school's figure beside that of others, or a line over the years."""


_TABLE_WORDS = ("reason",), ("reason", "sentence", "value")
"""The words of a finding's record that a table needs beside its cells; what is drawn, the second: each mark says it."""


@dataclass(frozen=True)
class TextColumn:
    """A column: its code, its heading, and on which side its cells are set."""

    name: str
    heading: Arg
    align: str = "left"

    @property
    def label(self) -> str:
        """The heading in the language of now."""
        return words_of(self.heading)


@dataclass(frozen=True)
class TableTexts:
    """What a table says, to be rendered in any language; None leaves a cell empty, or has no note."""

    caption: Arg
    columns: tuple[TextColumn, ...]
    rows: tuple[tuple[Arg | None, ...], ...]
    note: Arg | None = None


@dataclass(frozen=True)
class ReportTable:
    """A printed table; the first cell of a row names it. Its words are those of its texts in the language of now."""

    texts: TableTexts
    findings: Findings = field(default_factory=lambda: Findings(()), repr=False)
    layout: Layout = "rows"
    unnamed: frozenset[str] = field(default=frozenset(), repr=False)
    """Ids of the findings that strips draw beside those of the rows, and no text names."""
    spec: "specs.Spec | None" = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a layout that there is not."""
        if self.layout not in get_args(Layout):
            raise QuestionError(
                f"a table has no layout {self.layout!r}", fix="choose one", valid=get_args(Layout)
            )

    @property
    def caption(self) -> str:
        """What the table shows."""
        return words_of(self.texts.caption)

    @property
    def columns(self) -> tuple[TextColumn, ...]:
        """The columns with their headings."""
        return self.texts.columns

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The printed cells of each row."""
        return tuple(tuple(map(words_of, row)) for row in self.texts.rows)

    @property
    def note(self) -> str:
        """The words under the table."""
        return words_of(self.texts.note)

    def to_json(self) -> dict[str, object]:
        """Return columns and rows as JSON values."""
        columns = [
            {"name": one.name, "label": dump(one.heading), "align": one.align}
            for one in self.texts.columns
        ]
        rows = [[dump(cell) or "" for cell in row] for row in self.texts.rows]
        return {"columns": columns, "rows": rows}

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
        sides = [column.align for column in self.texts.columns[1:]]
        cells = (
            f'<td style="text-align:{side}">{text}</td>'
            for side, text in zip(sides, rest, strict=True)
        )
        return f'<th scope="row" style="text-align:left">{first}</th>{"".join(cells)}'

    def __str__(self) -> str:
        """Return the table as aligned text."""
        columns = self.columns
        lines = [[column.label for column in columns], *map(list, self.rows)]
        widths = [max(len(line[at]) for line in lines) for at in range(len(columns))]
        aligned = [
            "  ".join(
                text.rjust(width) if column.align == "right" else text.ljust(width)
                for text, width, column in zip(line, widths, columns, strict=True)
            ).rstrip()
            for line in lines
        ]
        return "\n".join([self.caption, *aligned, *([self.note] if self.note else [])])

    def _repr_mimebundle_(self, **_forms: object) -> dict[str, object]:
        """Return the table as JSON, HTML and text."""
        return {
            **notices.spec_output(self.spec),
            notices.TABLE: {**self._texts(), "findings": self.findings.stored()},
            "text/html": self.to_html(),
            "text/plain": str(self),
        }

    def _texts(self) -> dict[str, object]:
        texts = {"caption": dump(self.texts.caption), "note": dump(self.texts.note) or ""}
        return {**texts, "layout": self.layout, **self.to_json()}

    def _words_(self) -> dict[str, object]:
        """Return the table; of a finding what no cell has: why it is withheld, and what a mark of a strip says."""
        names = _TABLE_WORDS[self.layout in ("strips", "years")]
        told = [one.words(() if one.id in self.unnamed else names) for one in self.findings]
        return {notices.TABLE: {**self._texts(), "findings": told}}


def table(
    estimates: pd.DataFrame | Best,
    *,
    caption: str | None = None,
    columns: Sequence[str] | None = None,
    layout: Layout = "rows",
    across: bool = False,
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
        answer (differs, about the same, or can't tell and why), students and notes.
    layout
        ``rows``, ``cards`` or ``numbers``.
    across
        Whether two places stand side by side, here and elsewhere, in whole percents: a row for each measure, group, and
        year, in the order of the rows. With the column ``n`` also of how many.

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
    >>> from sesec_analysis import catalog, schema
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
    options: dict[str, object] = {
        "caption": caption,
        "columns": columns and list(columns),
        "layout": layout,
    }
    options |= {"across": True} if across else {}
    return specs.describe_or_make(make_table, spec_of("table", [estimates], **options))


def make_table(given: specs.Spec) -> ReportTable | notices.Notice:
    """Make what `table` returns."""
    options = {name: given.options[name] for name in ("caption", "columns", "layout")}
    if not (shown := choose_best(given)):
        return given.notice()
    if given.options.get("across"):
        return _side_by_side(shown, options["caption"], counted="n" in (options["columns"] or ()))
    return of_findings(shown, **options)


def _side_by_side(findings: Findings, caption: str | None, *, counted: bool) -> ReportTable:
    """Return the levels of two places in two columns, a row for each measure, student group, and year."""
    rows: dict[tuple[object, ...], list[Finding]] = {}
    for one in findings:
        row = one.row
        rows.setdefault((row.indicator, row.student_group, row.end_year), []).append(one)
    value = N_("{whole} of {n}") if counted else "{whole}"
    hidden = Text(N_("not shown"))
    cells = tuple(
        (
            _measured_text(of[0]),
            *(Text(value, of=one) if one.row.publish != "nothing" else hidden for one in of[:2]),
            *(None,) * (2 - len(of)),
        )
        for of in rows.values()
    )
    heads = (N_("Measure"), N_("Here"), N_("Elsewhere"))
    names = ("subject", "here", "elsewhere")
    columns = tuple(
        TextColumn(name, Text(head), "left" if name == "subject" else "right")
        for name, head in zip(names, heads, strict=True)
    )
    title = EntryText(caption, GIVEN) if caption else caption_text(findings)
    return ReportTable(TableTexts(title, columns, cells, note_text(findings, ["value"])), findings)


def _measured_text(finding: Finding) -> Text:
    """Return what a row of two places is of, and its year."""
    of_group = finding.row.is_composition
    return Text(
        N_("{label}, {end}") if of_group else N_("{title}, {end}"), of=finding, capital=True
    )


def of_findings(
    findings: Findings,
    *,
    caption: Arg | str | None = None,
    columns: Sequence[str] | None = None,
    layout: Layout = "rows",
) -> ReportTable:
    """Return findings as a table."""
    chosen = list(columns) if columns is not None else distinguishing_columns(findings)
    unknown = [name for name in chosen if name not in TEXTS]
    if unknown:
        raise QuestionError(
            f"a table has no column {', '.join(unknown)}", fix="choose others", valid=TEXTS
        )
    texts = TableTexts(
        EntryText(caption, GIVEN)
        if isinstance(caption, str)
        else caption or caption_text(findings),
        tuple(column(name, findings) for name in chosen),
        tuple(tuple(cell_of(name, finding) for name in chosen) for finding in findings),
        note_text(findings, chosen),
    )
    return ReportTable(texts, findings, layout)


GIVEN = "notebook"
"""Where words are from that a notebook gives, such as a caption: the list of messages has those of our notebooks."""


def about_school(school: str) -> ReportTable:
    """Return what the directory says of a school, as a table of one row.

    Parameters
    ----------
    school
        The state's code of a school.

    Examples
    --------
    >>> print(about_school("2120"))
    The school
    School                         Level       Grades  Part of            Earlier names
    Rising Star Elementary School  Elementary  PK–5    Southeast Seattle  Van Asselt Elementary School
    """
    if check_text(school, "about_school(…)") not in catalog.schools():
        raise QuestionError(
            f"no school has the code {school!r}",
            where="data/reference/schools.csv",
            fix="use the state's code of a school; `sa.schools()` lists them",
        )
    return specs.describe_or_make(
        make_about_school, Spec("about_school", Findings(()), {"school": school})
    )


def make_about_school(given: Spec) -> ReportTable:
    """Make what `about_school` returns."""
    school = given.options["school"]
    entry = catalog.schools()[school]
    headlines = ((code, place) for code, place in catalog.places().items() if place.headline)
    districts = [
        code for code, one in catalog.places().items() if one.whole_district and one.district
    ]
    district = districts[0] if len(districts) == 1 else None
    code = next((code for code, place in headlines if school in place.schools), district)
    grades = "–".join(dict.fromkeys((entry.lowest_grade, entry.highest_grade)))
    level = (
        Text(wording_labels.SCHOOL_LEVELS[entry.level])
        if entry.level not in {None, "other"}
        else None
    )
    kinds = wording_labels.SCHOOL_KINDS | {"alternative": _ALTERNATIVE}
    kind = Text(kinds[entry.kind]) if entry.kind not in {None, "regular"} else None
    last = last_year_of(school)
    facts: dict[str, Arg | None] = {
        N_("School"): Quoted(entry.name, _ROSTER),
        N_("No students since"): Year(last) if last else None,
        N_("Level"): level,
        N_("Grades"): Quoted(grades, _ROSTER),
        N_("Kind"): kind,
        N_("Part of"): Name("place_name", code) if code else None,
        N_("Earlier names"): Quoted(entry.earlier_names, _ROSTER) if entry.earlier_names else None,
    }
    known = {label: text for label, text in facts.items() if text}
    columns = tuple(TextColumn(label.lower().replace(" ", "_"), Text(label)) for label in known)
    texts = TableTexts(Text(N_("The school")), columns, (tuple(known.values()),))
    return ReportTable(texts)


def last_year_of(school: str) -> int | None:
    """Return the last school year with students, by its end, of a school that has closed; none while it is open."""
    roster = catalog.schools()
    years = [entry.last_year for entry in roster.values() if entry.last_year is not None]
    last = roster[school].last_year if school in roster else None
    return last if last is not None and last < max(years) else None


_ROSTER = "schools.csv"
_ALTERNATIVE = N_("alternative (the state's word for a school with a program of its own)")


def plain_table(
    frame: pd.DataFrame,
    caption: str,
    *,
    labels: Mapping[str, str] | None = None,
    percents: Sequence[str] = (),
    note: str = "",
) -> ReportTable:
    """Return a table that needs no gate, such as coverage or sources.

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
    frame = schema.check_table(frame, caption)
    gated = sorted(_GATED & set(map(str, frame.columns)))
    if gated:
        raise QuestionError(
            f"a plain table takes no numbers about students: {', '.join(gated)}",
            where=caption,
            fix="show estimates with `table`, which passes them through the privacy gate",
        )
    named = labels or {}
    title: Arg = EntryText(caption, GIVEN)
    numeric = {name for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])}
    columns = tuple(
        TextColumn(
            name,
            EntryText(named.get(name, heading_of(name)), GIVEN),
            "right" if name in numeric else "left",
        )
        for name in map(str, frame.columns)
    )
    cells = [
        [_plain_cell(str(name), value, name in percents) for value in frame[name]]
        for name in frame.columns
    ]
    texts = TableTexts(
        title,
        columns,
        tuple(zip(*cells, strict=True)),
        EntryText(note, GIVEN) if note else None,
    )
    return ReportTable(texts)


PLAIN = "plain table"
"""Where the cells of a plain table are from: figures that need no gate, and names, as its table has them."""


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


def _plain_cell(column: str, value: object, percent: bool) -> Count | Quoted | None:
    """Return a number of what the column counts, or words as the table has them."""
    if value is None or value is pd.NA or value != value or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Quoted(str(value), PLAIN)
    return number_of(column, round(100 * value), "{n}%") if percent else number_of(column, value)


def _value(finding: Finding) -> Text:
    if finding.row.publish == "range":
        return _(N_("range {value}"), finding, value=Text("{value_label}"))
    if finding.row.publish == "nothing":
        return _("{value_label}: {reason}", finding, reason=finding.row.reason)
    return _("{value_label}", finding)


def _grade(finding: Finding) -> Text:
    grade = Text("{grade_name}", of=finding, capital=True)
    return grade if wording_labels.grade_of(finding.row) else Text(N_("All grades"))


def _at_level(finding: Finding) -> Text | None:
    """Return at which SESEC school level the schools are whose share a row is; None for all other rows."""
    return _(N_("Level {level}"), finding) if "level_share_" in finding.row.measure else None


def _note(finding: Finding) -> Text | None:
    reason = finding.row.reason if finding.row.publish != "nothing" else None
    return _("{reason}", finding, reason=reason) if reason else None


def _outcome(finding: Finding) -> Text | None:
    outcome = outcome_text(finding)
    return outcome and _("{sign} {phrase}", finding, sign=Text(outcome[0]), phrase=outcome[1])


def _field(name: str) -> Callable[[Finding], Text]:
    return lambda finding: Text(f"{{{name}}}", of=finding)


def _field_writer(name: str) -> Callable[[Finding], Text | None]:
    """Return what makes the cells of a column out of a field; None where the field is empty."""

    def cell(finding: Finding) -> Text | None:
        known = FIELDS[name].write(finding, language())
        return Text(f"{{{name}}}", of=finding) if known else None

    return cell


CELLS: dict[str, Callable[[Finding], Arg | None]] = {
    "student_group": _field("label"),
    "place": _field("place_name"),
    "school_year": _field("year"),
    "grade_level": _grade,
    "indicator": _field("title"),
    "measure": _field("measure"),
    "level": _at_level,
    "reference": _field_writer("reference_label"),
    "value": _value,
    "interval": _field_writer("interval"),
    "n": _field_writer("n"),
    "reference_n": _field_writer("reference_n"),
    "coverage": _field_writer("coverage"),
    "note": _note,
    "answer": progress_text,
    "outcome": _outcome,
    "direction": direction_text,
    "subject": subject_text,
    "headline": lambda finding: finding.headline_or_why.text,
    "sentence": lambda finding: finding.sentence_text,
    "in_words": brief_text,
    "id": lambda finding: Quoted(finding.id, "id"),
}
"""Every column a table may have, and the text of its cells; None leaves a cell empty."""


def cell_of(column: str, finding: Finding) -> Arg | None:
    """Return the text of a cell; None for none, and for a headline that is not translated."""
    if column == "headline" and not finding.headline:
        return None
    return CELLS[column](finding)


def _words(name: str) -> Callable[[Finding], str]:
    return lambda finding: words_of(CELLS[name](finding))


# A headline without a translation is left out.
TEXTS: dict[str, Callable[[Finding], str]] = {name: _words(name) for name in CELLS} | {
    "headline": lambda finding: finding.headline
}
"""The same in the language of now."""

_LABELS = {
    "student_group": N_("Student group"),
    "place": N_("Place"),
    "school_year": N_("School year"),
    "grade_level": N_("Grade"),
    "indicator": N_("Indicator"),
    "measure": N_("Measure"),
    "level": N_("Level"),
    "reference": N_("Compared with"),
    "coverage": N_("Students in published numbers"),
    "note": N_("Note"),
    "answer": N_("Answer"),
    "outcome": N_("Comparison"),
    "direction": N_("Comparison"),
    "subject": N_("Measure"),
    "headline": N_("In a line"),
    "sentence": N_("In words"),
    "in_words": N_("In words"),
    "id": N_("Finding"),
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


def column(name: str, findings: Findings) -> TextColumn:
    """Return a column with its heading, and the side on which its texts are set."""
    return TextColumn(name, heading_text(name, findings), "right" if name in _RIGHT else "left")


def heading_text(name: str, findings: Findings) -> Text:
    """Return the heading of a column: what the cells of all findings under it are."""
    if name == "value":
        return shared_text("{measure}", findings) or Text(N_("Value"))
    if name == "interval":
        shown = [finding for finding in findings if finding.printed.interval]
        level = _level(shown) or Text(N_("Interval"))
        chance = N_("{interval}, or range with chance")
        return _(chance, interval=level) if _adds_chance(findings) else level
    if name in ("n", "reference_n") and all(finding.row.is_composition for finding in findings):
        return Text(N_("Of students")) if name == "n" else Text(N_("Of students compared with"))
    if name in ("n", "reference_n"):
        counted = shared_text("{counted}", findings, capital=True) or Text(N_("Number"))
        return counted if name == "n" else _(N_("{counted} compared with"), counted=counted)
    if name == "place" and all(finding.row.organization_level == "school" for finding in findings):
        return Text(N_("School"))
    if name == "student_group" and all(own.is_own(finding.row.indicator) for finding in findings):
        return Text(N_("Group"))
    return Text(_LABELS[name])


def _level(findings: Sequence[Finding]) -> Text | None:
    """Return what the intervals of findings are called, such as 95% interval; None where they differ."""
    names = {
        (finding.row.ci_level, wording_labels.interval_name(finding.row.indicator))
        for finding in findings
    }
    if len(names) != 1:
        return None
    [(_level, name)] = names
    return _(name, findings[0], percent=Text("{ci_percent}"))


def distinguishing_columns(findings: Findings) -> list[str]:
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
            CELLS[name](finding) for finding in findings if name != "answer" or finding.row.compares
        )
    ]
    return [*(differing or ["student_group"]), "value", *numbers]


def caption_text(findings: Findings) -> Arg:
    """Return what all findings share, as a caption: indicator, grade, place, school year."""
    parts: list[Arg] = [titles_text(findings)]
    fields = ("{grade_name}", "{place_name}", "{year}")
    parts += [text for field in fields if (text := shared_text(field, findings))]
    caption = List(tuple(parts), joined="")
    if not shared_text("{reference_label}", findings):
        return caption
    reference = Text("{reference_title}")
    return _(
        N_("{what}: compared with {reference}"), findings[0], what=caption, reference=reference
    )


def note_text(findings: Findings, columns: Collection[str]) -> List:
    """Return the note under a table: how to read what its columns print, how not to read a measure, and the source."""
    parts: list[Arg] = []
    if any(finding.row.publish == "range" for finding in findings):
        parts.append(Text(N_("Where we show a range, the true value is somewhere in it.")))
    if "interval" in columns and _adds_chance(findings):
        chance = N_("Range with chance: the range, widened by what chance could add.")
        parts.append(Text(chance))
    read = readings if "value" in columns else cautions
    parts += read(finding.row for finding in findings)
    sources = "; ".join(finding.row.source_ids for finding in findings)
    return List((*parts, citation.source_line_text(sources)), joined="", separator=" ")


def _adds_chance(findings: Iterable[Finding]) -> bool:
    """Whether the interval of any row is a range with chance on top of it."""
    return any(finding.row.publish == "range" and finding.printed.interval for finding in findings)


def shared_text(msgid: str, findings: Iterable[Finding], *, capital: bool = False) -> Text | None:
    """Return a text about the first finding if it says the same of all of them; None if not, or nothing."""
    texts = [Text(msgid, of=finding, capital=capital) for finding in findings]
    return texts[0] if texts and text_of_all(map(words_of, texts)) else None


def titles_text(findings: Iterable[Finding]) -> Name:
    """Return what the indicators of findings are called together."""
    codes = dict.fromkeys(finding.row.indicator for finding in findings)
    return Name("titles", " ".join(codes))


def text_of_all(values: Iterable[str]) -> str:
    """Return the text that all share, or nothing."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else ""
