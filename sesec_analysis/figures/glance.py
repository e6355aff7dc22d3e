"""Plot many indicators of two places at a glance: both values, how far apart, over the years, and in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sesec_analysis import catalog
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import tables
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.row import check_measured
from sesec_analysis.evidence.tables import ReportTable, TableColumn
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.headlines import outcome_words
from sesec_analysis.evidence.wording.numbers import school_year
from sesec_analysis.figures import figure, style, words
from sesec_analysis.figures.style import ACCENT, INK, PLAIN, QUIET, SMALL, KeyMark, SideLabels
from sesec_analysis.i18n import say

__all__ = ["plot_at_a_glance"]


def plot_at_a_glance(
    estimates: pd.DataFrame, *, place: str, reference: str, title: str | None = None, subtitle: str | None = None,
    headline: pd.DataFrame | None = None,
) -> figure.ReportFigure | Notice:  # fmt: skip
    """Plot two places at a glance: a row for each indicator, with values, distance, years and words.

    Parameters
    ----------
    estimates
        In one table, of each indicator: rates or averages of both places over the years, and what `compare` or
        `progress` makes of them. Rows stand in the order in which indicators come.
    place, reference
        Codes of the two places.
    title, subtitle, headline
        As of `plot_rates`; so is what is returned.

    Raises
    ------
    DataError
        If the estimates hold neither rates nor averages of ``place``.

    Notes
    -----
    Reading: the words say only what withheld figures and chance together allow. Each row has a scale of its own, from
    zero; over the years a line runs from the least to the most of the row.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> both = sa.load("disciplined", place=["southeast_seattle", "rest_of_seattle"], end_years=2019,
    ...                grade_level="all", student_group="all")
    >>> gap = sa.compare(both[:1], both[1:]).query("measure == 'gap'")
    >>> rows = pd.concat([sa.rates(both), gap])
    >>> glance = plot_at_a_glance(rows, place="southeast_seattle", reference="rest_of_seattle")
    >>> glance.table.rows[0][:2]
    ('Suspended or expelled', '3.0–3.2%')
    """
    if estimates.empty:
        return tables.missing(estimates)
    check_measured(estimates)
    every = findings(estimates)
    if not any(_is_level(one) and one.row.organization_id == place for one in every):
        raise DataError(
            f"the estimates hold no rates or averages of {place!r}",
            mend="put `sa.rates` or `sa.averages` of both places into one table",
            known=sorted({one.row.organization_id for one in every}),
        )
    keys = dict.fromkeys(_key_of(one) for one in every)
    rows = [_Row([one for one in every if _key_of(one) == key], (place, reference)) for key in keys]
    rows = [row for row in rows if any(row.newest)]
    if not rows:
        return Notice(say("At a glance"), " ".join(words.notes(every, _name)))
    names = [catalog.place(code).name for code in (place, reference)]
    newest = [one for row in rows for one in row.newest if one]
    key = {
        KeyMark("look", names[0], ACCENT, "o"): True,
        KeyMark("look", names[1], PLAIN, "D"): True,
        KeyMark("band", say("range left open by withheld figures")): any(
            one.row.publish == "range" for one in newest
        ),
    }
    picture = figure.Picture(
        kind=say("Table of dots and lines"),
        height=_height(rows),
        draw=partial(_draw, rows=rows, heads=names),
        key=figure.key_of(key),
        notes=words.notes(newest, _name),
        name=_name,
        highlights=[f"{row.label}: {', '.join(row.printed)}" for row in rows],
    )
    both = say("At a glance: {place} and {reference}", place=names[0], reference=names[1])
    under = subtitle if subtitle is not None else say("Newest school year of each figure")
    shown = Findings([one for row in rows for one in row.drawn])
    made = figure.finished(shown, picture, both if title is None else title, under, headline)
    return replace(made, table=_table(rows, names, made.table))


_HEAD, _SPARK = 0.5, 0.4  # inches: over the rows, and of the tallest line over the years
_ENDS = {"label": 1.95, "here": 2.6, "there": 3.25, "apart": 4.15, "years": 4.95, "words": 6.76}
"""Inches from the left to where each column ends."""


def _is_level(finding: Finding) -> bool:
    return finding.row.measure in ("rate", "average")


def _key_of(finding: Finding) -> tuple[str, ...]:
    row = finding.row
    return row.indicator, row.grade_level, row.student_group_type, row.student_group


def _name(finding: Finding) -> str:
    parts = [catalog.indicator(finding.row.indicator).title, finding.label, finding.place]
    parts += [] if _is_level(finding) else [catalog.measure(finding.row.measure).label]
    return ", ".join([*parts, school_year(finding.row.end_year)])


@dataclass(frozen=True)
class _Row:
    """One indicator, grade and student group of both places: what is written, and what is drawn."""

    findings: Sequence[Finding]
    places: tuple[str, str]

    @cached_property
    def lines(self) -> list[list[Finding]]:
        """What may be shown of each place over the years."""
        kept = figure.comparable(one for one in self.findings if _is_level(one))
        shown = [one for one in kept if one.row.publish != "nothing"]
        shown.sort(key=lambda one: one.row.end_year)
        return [[one for one in shown if one.row.organization_id == code] for code in self.places]

    @cached_property
    def year(self) -> int:
        """The newest school year."""
        return max((one.row.end_year for one in self.findings if _is_level(one)), default=0)

    @property
    def newest(self) -> list[Finding | None]:
        """What may be shown of each place in the newest year."""
        return [next((o for o in line if o.row.end_year == self.year), None) for line in self.lines]

    @property
    def printed(self) -> list[str]:
        """Both values as they are printed."""
        return [words.short(one) if one else say("not shown") for one in self.newest]

    def _of(self, measure: str) -> list[Finding]:
        key = (measure, self.year, self.places[0])
        rows = [(one, one.row) for one in self.findings]
        return [o for o, row in rows if (row.measure, row.end_year, row.organization_id) == key][:1]

    @property
    def drawn(self) -> list[Finding]:
        """All findings that the row stands for."""
        return [*self.lines[0], *self.lines[1], *self._of("gap"), *self._of("change")]

    @cached_property
    def label(self) -> str:
        """Its indicator, its grade, and its student group if it is not all students."""
        row = self.findings[0].row
        grade = labels.grade_of(row) if row.grade_level != "all" else ""
        group = self.findings[0].label if row.student_group != "all" else ""
        return ", ".join(filter(None, (catalog.indicator(row.indicator).title, grade, group)))

    @cached_property
    def words(self) -> list[str]:
        """Direction and certainty in words: of the distance, and of the change in the place itself."""
        told = ["\u00a0".join(outcome_words(one)) for one in self._of("gap")]
        for one in self._of("change"):
            then, told_of = school_year(int(one.row.reference)), "\u00a0".join(outcome_words(one))
            told.append(say("since {year}: {words}", year=then, words=told_of))
        return told

    @cached_property
    def texts(self) -> tuple[str, str]:
        """Label and words as they are broken into lines."""
        width = _ENDS["words"] - _ENDS["years"] - 0.15
        told = "\n".join(style.wrapped(text, width) for text in self.words)
        return style.wrapped(self.label, _ENDS["label"]), told

    @property
    def tall(self) -> float:
        """Inches of its height."""
        return max(*map(style.tall, self.texts), style.tall("\n")) + 0.12


def _height(rows: Sequence[_Row]) -> float:
    return sum(row.tall for row in rows) + _HEAD


def _draw(names: SideLabels, *, rows: Sequence[_Row], heads: Sequence[str]) -> Figure:
    made, by_name = figure.blank()
    axes, ends = by_name["all"], list(_ENDS.values())
    axes.set(xlim=(0, ends[-1]), ylim=(_height(rows), 0), xticks=[], yticks=[])
    axes.set_axis_off()
    heads = [*heads, say("Apart"), say("Over the years"), say("In words")]
    for at, text in enumerate(heads):
        lines = style.wrapped(text, ends[at + 1] - ends[at] - 0.08, SMALL, "bold")
        x, ha = (ends[at] + 0.15, "left") if at > 1 else (ends[at + 1], "right")
        color = ACCENT if at == 0 else QUIET
        axes.text(
            x, _HEAD - 0.1, lines, ha=ha, va="bottom", weight="bold", fontsize=SMALL, color=color
        )
    axes.axhline(_HEAD - 0.03, color=INK, linewidth=1.0)
    y, marks, pieces = _HEAD, [], []
    looks: list[dict[str, Any]] = [{"weight": "bold", "color": ACCENT}, {"color": QUIET}]
    middle: dict[str, Any] = {"va": "center", "fontsize": SMALL}
    for row in rows:
        y += row.tall / 2
        axes.text(0, y, row.texts[0], **middle)
        for end, value, look in zip(ends[1:3], row.printed, looks, strict=True):
            text = value if len(value) < 7 else value.replace("–", "–\n", 1)
            axes.text(end, y, text, ha="right", **middle, **look)
        axes.text(_ENDS["years"] + 0.15, y, row.texts[1], **middle)
        marks.append(_apart(axes, row, y))
        pieces += _years(row, y)
        y += row.tall / 2
        axes.axhline(y, color=style.GRID, linewidth=0.8)
    style.lines(axes, pd.DataFrame(pieces), "x", "y")
    style.dots(axes, pd.concat(marks, ignore_index=True), "x", "y")
    return made


def _looks(frame: pd.DataFrame, here: str) -> pd.DataFrame:
    """Give the marks of both places their colours and shapes."""
    mine = frame["place"] == here
    color, shape = mine.map({True: ACCENT, False: PLAIN}), mine.map({True: "o", False: "D"})
    return frame.assign(color=color, shape=shape, wide=mine.map({True: 2.0, False: 1.2}))


def _apart(axes: Axes, row: _Row, y: float) -> pd.DataFrame:
    """Draw the distance of both places, or their ranges, on a scale of the row; return the dots."""
    both = _looks(figure.frame_of(one for one in row.newest if one), row.places[0])
    names, unit = ["at", "bound_low", "bound_high"], both["finding"].iloc[0].row.unit
    top = style.level_scale(style.numbers_of(both, *names), unit).high
    start, wide = _ENDS["there"] + 0.25, _ENDS["apart"] - _ENDS["there"] - 0.35
    both[names] = both[names].clip(upper=top) / top * wide + start
    axes.plot([start, start + wide], [y, y], color=style.GRID, linewidth=1, zorder=1)
    if both["at"].notna().all():
        axes.plot(both["at"], [y] * len(both), color=style.PALE, linewidth=3, zorder=2)
    for one in style.records(both[both["bound_high"].notna()]):
        low = start if pd.isna(one.bound_low) else one.bound_low
        band = style.band_style(one.color)
        bar = axes.barh(y, one.bound_high - low, left=low, height=0.12, zorder=2.5, **band)
        style.touched(axes, [one.finding], bar)
    return both.assign(x=both["at"], y=y)


def _years(row: _Row, y: float) -> list[dict[str, Any]]:
    """Return the pieces of a row's lines over the years."""
    rows = figure.frame_of(one for line in row.lines for one in line).dropna(subset=["at"])
    if rows["year"].nunique() < 2:
        return []
    rows = _looks(rows, row.places[0])
    start, wide = _ENDS["apart"] + 0.2, _ENDS["years"] - _ENDS["apart"] - 0.3
    first, least = rows["year"].min(), rows["at"].min()
    rows["x"] = (rows["year"] - first) / (rows["year"].max() - first) * wide + start
    rows["y"] = y + _SPARK / 2 - (rows["at"] - least) / max(rows["at"].max() - least, 1e-9) * _SPARK
    pieces = []
    for before, after in pairwise(style.records(rows)):
        if figure.joins(before.finding, after.finding):
            own = {"unit": f"{y} {before.Index}", "color": before.color, "wide": before.wide}
            own["dash"] = "solid" if after.year == before.year + 1 else "dotted"
            pieces += [own | {"x": end.x, "y": end.y} for end in (before, after)]
    return pieces


def _table(rows: Sequence[_Row], names: Sequence[str], whole: ReportTable) -> ReportTable:
    """Return the rows as a table: both values and the words."""
    columns = (
        TableColumn("title", say("What")),
        TableColumn("here", names[0], "right"),
        TableColumn("there", names[1], "right"),
        TableColumn("answer", say("In words")),
        TableColumn("school_year", say("School year")),
    )
    told = ["; ".join(row.words).replace("\u00a0", " ") for row in rows]
    texts = [
        (row.label, *row.printed, text, school_year(row.year))
        for row, text in zip(rows, told, strict=True)
    ]
    return ReportTable(whole.caption, columns, tuple(texts), whole.note, whole.findings)
