"""Plot many indicators of two places at a glance: both values, how far apart, over the years, and in words."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.pictured import captions, side_by_side
from sesec_analysis.evidence.row import check_measured
from sesec_analysis.figures import figure, style
from sesec_analysis.figures.style import ACCENT, INK, PLAIN, QUIET, KeyMark
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Arg, Name, Renderer, Text, _

__all__ = ["plot_at_a_glance"]


@figure.plot
def plot_at_a_glance(estimates: pd.DataFrame, *, place: str, reference: str) -> figure.Plot:
    """Plot two places at a glance: a row for each indicator, with values, distance, years and words.

    The words say only what withheld figures and chance together allow. Each row has a scale of its own, from zero; over
    the years a line runs from the least to the most of the row.

    Parameters
    ----------
    estimates
        In one table, of each indicator: rates or averages of both places over the years, and what `compare` or
        `progress` makes of them. Rows are in the order of the indicators.
    place, reference
        Codes of the two places.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> both = sa.load("disciplined", place=["southeast_seattle", "rest_of_seattle"], end_years=2019,
    ...                grade_level="all", student_group="all")
    >>> rows = pd.concat([sa.rates(both), sa.compare(both[:1], both[1:]).query("measure == 'gap'")])
    >>> plot_at_a_glance(rows, place="southeast_seattle", reference="rest_of_seattle").table.rows[0][:2]
    ('Suspended or expelled', '3.0–3.2%')
    """
    check_measured(estimates)
    every, options = findings(estimates), {"place": place, "reference": reference}
    return figure.planned(make_at_a_glance, "plot_at_a_glance", every, estimates, **options)


@figure.styled
def make_at_a_glance(given: Spec, words: Renderer) -> figure.Plot:
    """Make what `plot_at_a_glance` returns."""
    every, place, reference = given.input, given.options["place"], given.options["reference"]
    pairs = side_by_side.pairs(every, place, reference)
    if not pairs:
        hidden = captions.together(captions.notes(every, captions.in_full))
        return Notice(words(Text(N_("At a glance"))), words(hidden))
    made, [axes] = figure.blank()
    sides = [Name("place_name", code) for code in (place, reference)]
    here, there = KeyMark("look", sides[0], ACCENT), KeyMark("look", sides[1], PLAIN, "D")
    style.explains(axes, {here: True, there: True})
    heads = (N_("Difference"), N_("Over the years"), N_("In words"))
    height = _draw(axes, pairs, [*sides, *map(Text, heads)], words)
    names = {"place": Name("place_plain", place), "reference": Name("place_plain", reference)}
    whole = figure.finished(
        made, height, Findings([one for pair in pairs for one in pair.every]), words, name=captions.in_full,
        notes=captions.notes([one for pair in pairs for one in pair.newest if one], captions.in_full),
        highlights=[_("{label}: {here}, {there}", label=pair.label, here=pair.printed[0], there=pair.printed[1])
                    for pair in pairs],
        heading=_("At a glance: {place} and {reference}", **names), kind=Text(N_("Table of dots and lines")),
        has_under=False,
    )  # fmt: skip
    return replace(whole, table=side_by_side.glance_table(pairs, sides, whole.table))


_TYPE = 9.2  # points
_HEAD, _SPARK = 0.46, 0.32  # inches: over the rows (heads of three lines), and of the tallest line
_LABEL, _WIDE = 1.8, (0.6, 0.63, 0.68, 0.59)
"""Inches of the label, and of the columns from there: the longest word of a head may ask for more."""


def _draw(
    axes: Axes, pairs: Sequence[side_by_side.Glance], columns: Sequence[Arg], words: Renderer
) -> float:
    """Draw head and rows, and return how high they are in inches."""
    heads = [words(text) for text in columns]
    ends = [_LABEL]  # of columns: label, both values, distance, years, words
    for column, (text, least) in enumerate(zip(heads[:-1], _WIDE, strict=True)):
        # The first stands over no other: it may begin further left.
        longest = max(style.size_of(one, _TYPE, "bold") for one in text.split(" ")) + 0.04
        ends.append(ends[-1] + (max(least, longest) if column else least))
    ends.append(style.WIDTH - 2 * style.MARGIN)
    heads = [
        style.wrapped(text, end - start - 0.08, _TYPE, "bold")
        for text, (start, end) in zip(heads, pairwise(ends), strict=True)
    ]
    head = max(_HEAD, *(style.tall(lines, _TYPE) - 0.05 for lines in heads))
    for column, lines in enumerate(heads):
        x, side = (ends[column] + 0.15, "left") if column > 1 else (ends[column + 1], "right")
        look: dict[str, Any] = {"weight": "bold", "fontsize": _TYPE, "va": "bottom", "ha": side}
        axes.text(x, head - 0.1, lines, color=QUIET if column else ACCENT, **look)
    axes.axhline(head - 0.03, color=INK, linewidth=1.0)
    y, marks, years = head, [], []
    middle: dict[str, Any] = {"va": "center", "fontsize": _TYPE}
    for pair in pairs:
        room = ends[5] - ends[4] - 0.15
        answer = "\n".join(style.wrapped(words(text), room, _TYPE) for text in pair.dated)
        label = style.wrapped(words(pair.label), _LABEL, _TYPE)
        printed = [words(text) for text in pair.printed]
        values = [
            _in_column(value, ends[at + 1] - ends[at], look)
            for at, (value, look) in enumerate(zip(printed, ("bold", "normal"), strict=True))
        ]
        tall = max(style.tall(text, _TYPE) for text in (label, answer, *values, "\n")) + 0.1
        at, y = y + tall / 2, y + tall
        axes.text(0, at, label, **middle)
        for end, text, bold in zip(ends[1:3], values, (True, False), strict=True):
            look = {"weight": "bold", "color": ACCENT} if bold else {"color": QUIET}
            axes.text(end, at, text, ha="right", **middle, **look)
        axes.text(ends[4] + 0.15, at, answer, **middle)
        marks.append(_apart(axes, pair, at, ends[2] + 0.2, ends[3] - 0.08))
        years.append(_years(pair, at, ends[3] + 0.2, ends[4] - 0.1))
        axes.axhline(y, color=style.GRID, linewidth=0.8)
    style.lines(axes, pd.concat(years, ignore_index=True), "x", "y")  # no line joins two rows
    care = Text(N_("interpret with care"))
    style.dots(axes, pd.concat(marks, ignore_index=True), "x", "y", care=care)
    axes.set(xlim=(0, ends[-1]), ylim=(y, 0), xticks=[], yticks=[])
    axes.set_axis_off()
    return y


def _in_column(value: str, width: float, weight: str) -> str:
    """Return a value in lines: a long range in two; words, as of one not shown, in as many as the column asks for."""
    if "–" in value:
        return value if len(value) < 7 else value.replace("–", "–\n", 1)
    fits = style.size_of(value, _TYPE, weight) <= width
    return value if fits else style.wrapped(value, width - 0.04, _TYPE, weight)


def _frame(shown: Sequence[Finding | None], here: str) -> pd.DataFrame:
    """Return the marks of both places with their colours and shapes."""
    rows = figure.frame_of(one for one in shown if one)
    mine = rows["place"] == here
    color, shape = mine.map({True: ACCENT, False: PLAIN}), mine.map({True: "o", False: "D"})
    return rows.assign(color=color, shape=shape, wide=mine.map({True: 2.0, False: 1.2}))


def _apart(
    axes: Axes, pair: side_by_side.Glance, y: float, start: float, end: float
) -> pd.DataFrame:
    """Draw the distance of both places, or their ranges, on a scale of the row; return the dots."""
    both = _frame(pair.newest, pair.places[0])
    names, unit = ["at", "bound_low", "bound_high"], both["finding"].iloc[0].row.unit
    top = style.level_scale(style.numbers_of(both, *names), unit).high
    both[names] = both[names].clip(upper=top) / top * (end - start) + start
    axes.plot([start, end], [y, y], color=style.GRID, linewidth=1, zorder=1)
    if both["at"].notna().all():
        axes.plot(both["at"], [y] * len(both), color=style.PALE, linewidth=3, zorder=2)
    both = both.assign(x=both["at"], y=y, bound_low=both["bound_low"].fillna(start))
    style.ranges(axes, both[both["bound_high"].notna()], "y")
    return both


def _years(pair: side_by_side.Glance, y: float, start: float, end: float) -> pd.DataFrame:
    """Return where a row's lines over the years go; none where it has one year alone."""
    rows = _frame([one for line in pair.lines for one in line], pair.places[0]).dropna(subset="at")
    years, values = rows["year"] - rows["year"].min(), rows["at"] - rows["at"].min()
    rows["x"] = years / max(years.max(), 1) * (end - start) + start
    rows["y"] = y + _SPARK / 2 - values / max(values.max(), 1e-9) * _SPARK
    return rows if years.any() else rows[:0]
