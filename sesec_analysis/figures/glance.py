"""Plot many indicators of two places at a glance: both values, how far apart, over the years, and in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from sesec_analysis import catalog
from sesec_analysis.evidence import side_by_side
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.row import check_measured
from sesec_analysis.evidence.wording.labels import capital
from sesec_analysis.evidence.wording.numbers import school_year
from sesec_analysis.figures import figure, style, words
from sesec_analysis.figures.figure import Plot
from sesec_analysis.figures.style import ACCENT, INK, PLAIN, QUIET, KeyMark
from sesec_analysis.i18n import say

__all__ = ["plot_at_a_glance"]


@figure.plot
def plot_at_a_glance(
    estimates: pd.DataFrame, *, place: str, reference: str
) -> Plot:  # fmt: skip
    """Plot two places at a glance: a row for each indicator, with values, distance, years and words.

    Parameters
    ----------
    estimates
        In one table, of each indicator: rates or averages of both places over the years, and what `compare` or
        `progress` makes of them. Rows stand in the order in which indicators come.
    place, reference
        Codes of the two places.

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
    check_measured(estimates)
    every = findings(estimates)
    names = [catalog.place(code).name for code in (place, reference)]
    sides = [capital(name) for name in names]
    heads = [*sides, say("Apart"), say("Over the years"), say("In words")]
    ends = _ends(heads)
    rows = [_Row(pair, ends) for pair in side_by_side.pairs(every, place, reference)]
    if not rows:
        return Notice(say("At a glance"), " ".join(words.notes(every, _name)))
    newest = [one for row in rows for one in row.pair.newest if one]
    made, [axes] = figure.blank()
    here, there = KeyMark("look", sides[0], ACCENT), KeyMark("look", sides[1], PLAIN, "D")
    style.explains(axes, {here: True, there: True})
    _draw(axes, rows, heads)
    pairs = [row.pair for row in rows]
    whole = figure.finished(
        Findings([one for pair in pairs for one in pair.every]), made, kind=say("Table of dots and lines"),
        height=_height(rows), notes=words.notes(newest, _name), name=_name,
        highlights=[f"{pair.label}: {', '.join(pair.printed)}" for pair in pairs],
        heading=say("At a glance: {place} and {reference}", place=names[0], reference=names[1]),
        under=say("Newest school year of each figure"),
    )  # fmt: skip
    return replace(whole, table=side_by_side.glance_table(pairs, sides, whole.table))


_TYPE = 9.2  # points
_HEAD, _SPARK = 0.46, 0.32  # inches: over the rows, and of the tallest line over the years
_LABEL, _WIDE = 1.8, {"here": 0.6, "there": 0.63, "apart": 0.68, "years": 0.59}
"""Inches of the label, and of the columns beside it: the longest word of a head may ask for more."""


def _ends(heads: Sequence[str]) -> dict[str, float]:
    """Return where each column ends, in inches from the left."""
    # The first stands over no other: it may begin further left.
    parts = [text.split(" ") if at else [] for at, text in enumerate(heads)]
    longest = [
        max((style.size_of(one, _TYPE, "bold") + 0.04 for one in of), default=0.0) for of in parts
    ]
    wide = [max(*of) for of in zip(_WIDE.values(), longest, strict=False)]
    ends = [_LABEL, *(_LABEL + sum(wide[: at + 1]) for at in range(len(wide)))]
    whole = style.WIDTH - 2 * style.MARGIN
    return dict(zip(("label", *_WIDE, "words"), [*ends, whole], strict=True))


def _name(finding: Finding) -> str:
    parts = [catalog.indicator(finding.row.indicator).title, finding.label, finding.place]
    parts += [] if side_by_side.is_level(finding) else [catalog.measure(finding.row.measure).label]
    return ", ".join([*parts, school_year(finding.row.end_year)])


@dataclass(frozen=True)
class _Row:
    """What is written and drawn of one indicator, grade and student group of both places."""

    pair: side_by_side.Glance
    ends: Mapping[str, float]

    @cached_property
    def texts(self) -> tuple[str, str]:
        """Label and words as they are broken into lines."""
        width = self.ends["words"] - self.ends["years"] - 0.15
        told = "\n".join(style.wrapped(text, width, _TYPE) for text in self.pair.words)
        return style.wrapped(self.pair.label, _LABEL, _TYPE), told

    @property
    def tall(self) -> float:
        """Inches of its height."""
        return max(style.tall(text, _TYPE) for text in (*self.texts, "\n")) + 0.1


def _height(rows: Sequence[_Row]) -> float:
    return sum(row.tall for row in rows) + _HEAD


def _draw(axes: Axes, rows: Sequence[_Row], heads: Sequence[str]) -> None:
    ends = list(rows[0].ends.values())
    axes.set(xlim=(0, ends[-1]), ylim=(_height(rows), 0), xticks=[], yticks=[])
    axes.set_axis_off()
    for at, text in enumerate(heads):
        lines = style.wrapped(text, ends[at + 1] - ends[at] - 0.08, _TYPE, "bold")
        x, ha = (ends[at] + 0.15, "left") if at > 1 else (ends[at + 1], "right")
        color = ACCENT if at == 0 else QUIET
        axes.text(
            x, _HEAD - 0.1, lines, ha=ha, va="bottom", weight="bold", fontsize=_TYPE, color=color
        )
    axes.axhline(_HEAD - 0.03, color=INK, linewidth=1.0)
    y, marks, years = _HEAD, [], []
    looks: list[dict[str, Any]] = [{"weight": "bold", "color": ACCENT}, {"color": QUIET}]
    middle: dict[str, Any] = {"va": "center", "fontsize": _TYPE}
    for row in rows:
        y += row.tall / 2
        axes.text(0, y, row.texts[0], **middle)
        for end, value, look in zip(ends[1:3], row.pair.printed, looks, strict=True):
            text = value if len(value) < 7 else value.replace("–", "–\n", 1)
            axes.text(end, y, text, ha="right", **middle, **look)
        axes.text(ends[4] + 0.15, y, row.texts[1], **middle)
        marks.append(_apart(axes, row, y))
        years.append(_years(row, y))
        y += row.tall / 2
        axes.axhline(y, color=style.GRID, linewidth=0.8)
    style.lines(axes, pd.concat(years, ignore_index=True), "x", "y")  # no line joins two rows
    care = say("interpret with care")
    style.dots(axes, pd.concat(marks, ignore_index=True), "x", "y", care=care)


def _looks(frame: pd.DataFrame, here: str) -> pd.DataFrame:
    """Give the marks of both places their colours and shapes."""
    mine = frame["place"] == here
    color, shape = mine.map({True: ACCENT, False: PLAIN}), mine.map({True: "o", False: "D"})
    return frame.assign(color=color, shape=shape, wide=mine.map({True: 2.0, False: 1.2}))


def _apart(axes: Axes, row: _Row, y: float) -> pd.DataFrame:
    """Draw the distance of both places, or their ranges, on a scale of the row; return the dots."""
    both = _looks(figure.frame_of(one for one in row.pair.newest if one), row.pair.places[0])
    names, unit = ["at", "bound_low", "bound_high"], both["finding"].iloc[0].row.unit
    top = style.level_scale(style.numbers_of(both, *names), unit).high
    start, wide = row.ends["there"] + 0.2, row.ends["apart"] - row.ends["there"] - 0.28
    both[names] = both[names].clip(upper=top) / top * wide + start
    axes.plot([start, start + wide], [y, y], color=style.GRID, linewidth=1, zorder=1)
    if both["at"].notna().all():
        axes.plot(both["at"], [y] * len(both), color=style.PALE, linewidth=3, zorder=2)
    both = both.assign(x=both["at"], y=y, bound_low=both["bound_low"].fillna(start))
    style.ranges(axes, both[both["bound_high"].notna()], "y")
    return both


def _years(row: _Row, y: float) -> pd.DataFrame:
    """Return where a row's lines over the years go; none where it has one year alone."""
    rows = figure.frame_of(one for line in row.pair.lines for one in line).dropna(subset=["at"])
    if rows["year"].nunique() < 2:
        return rows[:0]
    start, wide = row.ends["apart"] + 0.2, row.ends["years"] - row.ends["apart"] - 0.3
    years, values = rows["year"] - rows["year"].min(), rows["at"] - rows["at"].min()
    rows["x"] = years / years.max() * wide + start
    rows["y"] = y + _SPARK / 2 - values / max(values.max(), 1e-9) * _SPARK
    return _looks(rows, row.pair.places[0])
