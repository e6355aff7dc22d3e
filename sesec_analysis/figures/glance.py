"""Plot many indicators of two places at a glance: both values, how far apart, over the years, and in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Unpack

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sesec_analysis import catalog
from sesec_analysis.evidence import side_by_side, tables
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.row import check_measured
from sesec_analysis.evidence.wording.numbers import school_year
from sesec_analysis.figures import figure, style, words
from sesec_analysis.figures.figure import Plot, Titles
from sesec_analysis.figures.style import ACCENT, INK, PLAIN, QUIET, KeyMark, SideLabels
from sesec_analysis.i18n import say

__all__ = ["plot_at_a_glance"]


def plot_at_a_glance(
    estimates: pd.DataFrame, *, place: str, reference: str, **told: Unpack[Titles]
) -> Plot:  # fmt: skip
    """Plot two places at a glance: a row for each indicator, with values, distance, years and words.

    Parameters
    ----------
    estimates
        In one table, of each indicator: rates or averages of both places over the years, and what `compare` or
        `progress` makes of them. Rows stand in the order in which indicators come.
    place, reference
        Codes of the two places.
    **told
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
    rows = [_Row(pair) for pair in side_by_side.pairs(every, place, reference)]
    if not rows:
        return Notice(say("At a glance"), " ".join(words.notes(every, _name)))
    names = [catalog.place(code).name for code in (place, reference)]
    newest = [one for row in rows for one in row.pair.newest if one]
    places = [KeyMark("look", names[0], ACCENT, "o"), KeyMark("look", names[1], PLAIN, "D")]
    picture = figure.Picture(
        kind=say("Table of dots and lines"),
        height=_height(rows),
        draw=partial(_draw, rows=rows, heads=names),
        key=[*places, *figure.key_of(figure.frame_of(newest), hollow=say("interpret with care"))],
        notes=words.notes(newest, _name),
        name=_name,
        highlights=[f"{row.pair.label}: {', '.join(row.pair.printed)}" for row in rows],
        heading=say("At a glance: {place} and {reference}", place=names[0], reference=names[1]),
        under=say("Newest school year of each figure"),
    )
    pairs = [row.pair for row in rows]
    made = figure.finished(Findings([one for of in pairs for one in of.every]), picture, **told)
    return replace(made, table=side_by_side.glance_table(pairs, names, made.table))


_TYPE, _HEAD, _SPARK = (
    9.2,
    0.46,
    0.32,
)  # points; inches over the rows, and of the tallest line over the years
_ENDS = {"label": 1.8, "here": 2.4, "there": 3.03, "apart": 3.71, "years": 4.3, "words": 6.76}
"""Inches from the left to where each column ends."""


def _name(finding: Finding) -> str:
    parts = [catalog.indicator(finding.row.indicator).title, finding.label, finding.place]
    parts += [] if side_by_side.is_level(finding) else [catalog.measure(finding.row.measure).label]
    return ", ".join([*parts, school_year(finding.row.end_year)])


@dataclass(frozen=True)
class _Row:
    """What is written and drawn of one indicator, grade and student group of both places."""

    pair: side_by_side.Glance

    @cached_property
    def texts(self) -> tuple[str, str]:
        """Label and words as they are broken into lines."""
        width = _ENDS["words"] - _ENDS["years"] - 0.15
        told = "\n".join(style.wrapped(text, width, _TYPE) for text in self.pair.words)
        return style.wrapped(self.pair.label, _ENDS["label"], _TYPE), told

    @property
    def tall(self) -> float:
        """Inches of its height."""
        return max(style.tall(text, _TYPE) for text in (*self.texts, "\n")) + 0.1


def _height(rows: Sequence[_Row]) -> float:
    return sum(row.tall for row in rows) + _HEAD


def _draw(names: SideLabels, *, rows: Sequence[_Row], heads: Sequence[str]) -> Figure:
    made, [axes] = figure.blank()
    ends = list(_ENDS.values())
    axes.set(xlim=(0, ends[-1]), ylim=(_height(rows), 0), xticks=[], yticks=[])
    axes.set_axis_off()
    heads = [*heads, say("Apart"), say("Over the years"), say("In words")]
    for at, text in enumerate(heads):
        lines = style.wrapped(text, ends[at + 1] - ends[at] - 0.08, _TYPE, "bold")
        x, ha = (ends[at] + 0.15, "left") if at > 1 else (ends[at + 1], "right")
        color = ACCENT if at == 0 else QUIET
        axes.text(
            x, _HEAD - 0.1, lines, ha=ha, va="bottom", weight="bold", fontsize=_TYPE, color=color
        )
    axes.axhline(_HEAD - 0.03, color=INK, linewidth=1.0)
    y, marks = _HEAD, []
    looks: list[dict[str, Any]] = [{"weight": "bold", "color": ACCENT}, {"color": QUIET}]
    middle: dict[str, Any] = {"va": "center", "fontsize": _TYPE}
    for row in rows:
        y += row.tall / 2
        axes.text(0, y, row.texts[0], **middle)
        for end, value, look in zip(ends[1:3], row.pair.printed, looks, strict=True):
            text = value if len(value) < 7 else value.replace("–", "–\n", 1)
            axes.text(end, y, text, ha="right", **middle, **look)
        axes.text(_ENDS["years"] + 0.15, y, row.texts[1], **middle)
        marks.append(_apart(axes, row.pair, y))
        _years(axes, row.pair, y)
        y += row.tall / 2
        axes.axhline(y, color=style.GRID, linewidth=0.8)
    style.dots(axes, pd.concat(marks, ignore_index=True), "x", "y")
    return made


def _looks(frame: pd.DataFrame, here: str) -> pd.DataFrame:
    """Give the marks of both places their colours and shapes."""
    mine = frame["place"] == here
    color, shape = mine.map({True: ACCENT, False: PLAIN}), mine.map({True: "o", False: "D"})
    return frame.assign(color=color, shape=shape, wide=mine.map({True: 2.0, False: 1.2}))


def _apart(axes: Axes, pair: side_by_side.Glance, y: float) -> pd.DataFrame:
    """Draw the distance of both places, or their ranges, on a scale of the row; return the dots."""
    both = _looks(figure.frame_of(one for one in pair.newest if one), pair.places[0])
    names, unit = ["at", "bound_low", "bound_high"], both["finding"].iloc[0].row.unit
    top = style.level_scale(style.numbers_of(both, *names), unit).high
    start, wide = _ENDS["there"] + 0.2, _ENDS["apart"] - _ENDS["there"] - 0.28
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


def _years(axes: Axes, pair: side_by_side.Glance, y: float) -> None:
    """Draw a row's lines over the years."""
    rows = figure.frame_of(one for line in pair.lines for one in line).dropna(subset=["at"])
    if rows["year"].nunique() < 2:
        return
    start, wide = _ENDS["apart"] + 0.2, _ENDS["years"] - _ENDS["apart"] - 0.3
    years, values = rows["year"] - rows["year"].min(), rows["at"] - rows["at"].min()
    rows["x"] = years / years.max() * wide + start
    rows["y"] = y + _SPARK / 2 - values / max(values.max(), 1e-9) * _SPARK
    style.lines(axes, _looks(rows, pair.places[0]), "x", "y")
