"""Plot many indicators of two places at a glance: both values, how far apart on one axis, over time, and in words."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sesec_analysis import schema
from sesec_analysis.evidence.answers import Outcome, answer
from sesec_analysis.evidence.described.best import is_better
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.pictured import captions, side_by_side
from sesec_analysis.figures import figure, style
from sesec_analysis.figures.style import ACCENT, FADED, INK, QUIET, WORSE
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Arg, List, Name, Renderer, Text, Year, _

__all__ = ["plot_at_a_glance"]


@figure.plot
def plot_at_a_glance(
    estimates: pd.DataFrame,
    *,
    place: str,
    reference: str,
    strengths: bool = False,
    tall: bool = False,
) -> figure.Plot:
    """Plot two places at a glance: a row for each indicator, with values, difference, years and words.

    All differences in points are on one axis, with what is better for students to the right. A bar is a range that
    withheld numbers leave open; a hollow mark could be chance. The words say only what both together allow.

    Parameters
    ----------
    estimates
        In one table, of each indicator: rates or averages of both places over the years, and what `compare` or
        `progress` makes of them. Rows are in the order of the indicators.
    place, reference
        Codes of the two places.
    strengths
        Whether only what is a strength of ``place`` is drawn, as `best` decides: the newest first, then the largest.
    tall
        Whether rows have more room, where the figure is alone on its page.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> both = sa.load("disciplined", place=["southeast_seattle", "rest_of_seattle"], end_years=2019,
    ...                grade_level="all", student_group="all")
    >>> rows = pd.concat([sa.rates(both), sa.compare(both[:1], both[1:]).query("measure == 'gap'")])
    >>> plot_at_a_glance(rows, place="southeast_seattle", reference="rest_of_seattle").table.rows[0][:2]
    ('Suspended or expelled', '3.0–3.2%')
    """
    every = findings(estimates)
    options: dict[str, object] = {"place": place, "reference": reference, "strengths": strengths}
    options |= {"tall": True} if tall else {}
    return figure.plan_figure(make_at_a_glance, "plot_at_a_glance", every, estimates, **options)


@figure.with_style
def make_at_a_glance(given: Spec, words: Renderer) -> figure.Plot:
    """Make what `plot_at_a_glance` returns."""
    every, place, reference = given.input, given.options["place"], given.options["reference"]
    pairs = side_by_side.pairs(every, place, reference)
    heading: tuple[str, Arg] = _HEADS[bool(strengths := given.options.get("strengths"))]
    if strengths:
        pairs = [pair for pair in pairs if any(map(is_better, pair.apart))]
        pairs.sort(
            key=lambda pair: (
                -pair.year,
                *(-max(side_by_side.difference_ends(one) or (0.0,)) for one in pair.apart),
            )
        )
    if not pairs:
        return Notice.of_texts(
            heading[1], Text(_NO_STRENGTH if strengths else captions.NOTHING_SHOWN)
        )
    made, [axes] = figure.blank()
    sides = [Name("place_name", code) for code in (place, reference)]
    air = _AIR["strengths" if strengths else "tall" if given.options.get("tall") else ""]
    height = _Glance(axes, pairs, sides, words, air=air).draw()
    names = {"place": Name("place", place), "reference": Name("place", reference)}
    whole = figure.finish_figure(
        made, height, Findings([one for pair in pairs for one in pair.every]), words, name=captions.in_full,
        notes=[
            *([] if strengths else _how_to_read(pairs)),
            *captions.notes([one for pair in pairs for one in pair.newest if one], captions.in_full),
        ],
        highlights=[_("{label}: {here}, {there}", label=pair.label, here=pair.printed[0], there=pair.printed[1])
                    for pair in pairs],
        heading=_(heading[0], **names), kind=Text(N_("Table of dots and lines")),
        has_under=False,
    )  # fmt: skip
    return replace(whole, table=side_by_side.glance_table(pairs, sides, whole.table))


_HEADS = {
    False: (N_("At a glance: {place} and {reference}"), Text(N_("At a glance"))),
    True: (N_("What goes well in {place}, compared with {reference}"), Text(N_("What goes well"))),
}
_MARKS = {
    "range": N_("A bar is a range: the true value is somewhere in it."),
    "hollow": N_("A hollow mark could be chance."),
    "survey": N_("An upright line is survey answers, which can’t be tested for chance."),
    "rounded": N_("Numbers are rounded, so a difference can look a point off."),
}


def _how_to_read(pairs: Sequence[side_by_side.Glance]) -> list[Text]:
    """Return how to read the marks that are drawn, and no others."""
    drawn = [(pair, pair.difference) for pair in pairs if pair.difference]
    is_said = {
        "range": any(low != high for _pair, (_kind, low, high) in drawn),
        "hollow": any(kind == "unsure" for _pair, (kind, *_ends) in drawn),
        "survey": any(pair.findings[0].row.is_survey for pair in pairs),
        "rounded": True,
    }
    return [Text(_MARKS[mark]) for mark, is_so in is_said.items() if is_so]


_NO_STRENGTH = N_("No difference is for the better, by more than two points and beyond chance.")

_TYPE = 9.02  # points: 12 pixels on a page of the widest column
_LABEL, _LEAST = 1.27, (0.6, 0.58)
"""Inches of the label, and at least of both values: the longest word of a head may ask for more."""
_AXIS, _SPARK, _GAP = 1.02, 1.06, 0.1
"""Inches of the axis, of the lines over time with their numbers, and between columns."""
_FIRST, _LAST = 0.2, 0.24
"""Inches of the column over time at the left of its first year, and at the right of its last: a number in each."""
_BAR, _AIR = 0.22, {"": 0.0, "tall": 0.13, "strengths": 0.04}
"""Inches: how thick a difference is without a column over time, and what a row has more."""
_ROUND = 0.06  # inches that the layout keeps free at both sides: so an inch of ours is one on paper
_TALLEST = 0.22  # inches of a line over time
_DRAWN = 0.05
"""How wide a range over time may be: a wider one would leave the lines next to it no height."""


class _Column(NamedTuple):
    start: float
    end: float


class _Glance:
    """Draws rows, one below the other, on axes in inches."""

    def __init__(
        self,
        axes: Axes,
        pairs: Sequence[side_by_side.Glance],
        sides: Sequence[Arg],
        words: Renderer,
        *,
        air: float = 0.0,
    ) -> None:
        self.air = air
        self.axes, self.pairs, self.words = axes, pairs, words
        self.year = max(pair.year for pair in pairs)
        self.marks: list[pd.DataFrame] = []
        self.spark: list[pd.DataFrame] = []
        self.sides = [words(side) for side in sides]
        self.has_years = any(len({one.row.end_year for one in pair.every}) > 1 for pair in pairs)
        spare = 0.0 if self.has_years else _SPARK + _GAP  # it goes to the label and the axis
        ends = [_LABEL + 0.68 * spare]
        for text, least in zip(self.sides, _LEAST, strict=True):
            longest = max(style.size_of(one, _TYPE, "bold") for one in text.split(" ")) + 0.06
            ends.append(ends[-1] + max(least, longest))
        self.since, self.until = _years_over_time(pairs)
        axis = _AXIS + 0.62 * spare
        starts = [ends[-1] + _GAP, ends[-1] + axis + 3.3 * _GAP]
        starts.append(starts[-1] + (_SPARK + _GAP) * self.has_years)
        self.label, self.here, self.there = (_Column(*two) for two in pairwise([0.0, *ends]))
        self.apart = _Column(starts[0], starts[0] + axis)
        self.time = _Column(starts[1], starts[1] + _SPARK)
        self.said = _Column(starts[2], style.WIDTH - 2 * style.MARGIN - _ROUND)
        self.low, self.high, self.ticks = side_by_side.reach(pairs)

    def draw(self) -> float:
        """Draw head and rows, and return how high they are in inches."""
        y = top = self._head()
        for _kind, of in groupby(self.pairs, key=lambda pair: pair.shared):
            if len(rows := list(of)) > 1:
                y = self._topic(rows[0], y)
            for pair in rows:
                title = self._dated(pair.label, pair)
                if len(rows) > 1:
                    title = replace(_("{label}", label=List(tuple(pair.students))), capital=True)
                y = self._row(pair, title, y)
        for tick in self.ticks:
            at = self._at(tick)
            color, width = (INK, 1.1) if tick == 0 else (style.GRID, 0.8)
            self.axes.plot([at, at], [top, y], color=color, linewidth=width, zorder=1)
        if self.spark:
            style.lines(self.axes, pd.concat(self.spark, ignore_index=True), "x", "y")
        self._touch()
        self.axes.set(xlim=(0, self.said.end), ylim=(y, 0), xticks=[], yticks=[])
        self.axes.set_axis_off()
        return y

    def _head(self) -> float:
        newest = self.words(_("{year} unless noted", year=Year(self.year, calendar=True)))
        heads = [
            newest,
            *self.sides,
            self.words(Text(N_("Over time"))) if self.has_years else "",
            self.words(Text(N_("In words"))),
        ]
        columns = (self.label, self.here, self.there, self.time, self.said)
        lines = [
            style.wrap_text(text, column.end - column.start - 0.06, _TYPE, "bold")
            for text, column in zip(heads, columns, strict=True)
        ]
        middle = (self._over(self.since) + self._over(self.until)) / 2
        over_time = max(style.size_of(line, _TYPE, "bold") for line in lines[3].split("\n"))
        # Over its lines, or as far to the right as "better" asks for.
        centered, begin = middle - over_time / 2, self._leads_end() + 0.25
        if self.has_years:
            begin = max(centered, begin)
        one_line = begin + over_time <= self.said.start - 0.04
        tall = [style.tall(text, _TYPE) for text in lines]
        tall[3] += 0.17 * self.has_years  # above its years
        foot = max(0.36 if one_line else 0.52, *tall) + 0.04
        look: dict[str, Any] = {"weight": "bold", "fontsize": _TYPE, "va": "bottom"}
        for at, (text, column) in enumerate(zip(lines, columns, strict=True)):
            x, side = (column.end, "right") if at in (1, 2) else (column.start, "left")
            up = 0.06
            if at == 3:  # over its lines and their years
                x, side, up = begin if one_line else centered, "left", 0.22
            self.axes.text(x, foot - up, text, ha=side, color=ACCENT if at == 1 else QUIET, **look)
        if self.has_years:
            self._years_head(foot)
        if self.ticks:
            self._axis_head(foot, one_line=one_line)
        self.axes.axhline(foot, color=INK, linewidth=1.0)
        return foot

    def _years_head(self, foot: float) -> None:
        """Write the first and the last year that all lines over time share, each over a tick."""
        for year in (self.since, self.until):
            x = self._over(year)
            self.axes.plot([x, x], [foot, foot + 0.05], color=QUIET, linewidth=0.8)
            self.axes.text(
                x, foot - 0.05, self.words(Year(year, calendar=True)), ha="center", va="bottom",
                color=QUIET, fontsize=_TYPE,
            )  # fmt: skip

    def _over(self, year: float) -> float:
        """Return where a year is in the column over time: at the same place in all rows."""
        start, end = self.time.start + _FIRST, self.time.end - _LAST
        return start + (year - self.since) / max(self.until - self.since, 1) * (end - start)

    def _leads(self) -> tuple[list[str], float]:
        """Return what leads to either side of zero, and where the first ends: left of zero, if it has the room."""
        is_any_worse = any(of.difference and min(of.difference[1:]) < 0 for of in self.pairs)
        both = (
            (N_("◀ points worse"), N_("better ▶")) if is_any_worse else ("", N_("points better ▶"))
        )
        leads = [self.words(Text(text)) if text else "" for text in both]
        least = self.there.end + 0.08 + style.size_of(leads[0], _TYPE, "bold")
        return leads, max(self._at(0.0) - 0.05, least)

    def _leads_end(self) -> float:
        """Return where the second lead ends if both stand on one line."""
        leads, left = self._leads()
        return left + 0.1 + style.size_of(leads[1], _TYPE, "bold") if self.ticks else 0.0

    def _axis_head(self, foot: float, *, one_line: bool) -> None:
        small: dict[str, Any] = {"fontsize": _TYPE}
        for tick in self.ticks:
            label = f"{abs(tick) * 100:.0f}"
            if self._at(tick) - style.size_of(label, _TYPE) / 2 < self.there.end + 0.08:
                continue  # it would touch the name of the other place
            self.axes.text(
                self._at(tick), foot - 0.05, label, ha="center", va="bottom", color=QUIET, **small
            )
        (worse, better), left = self._leads()
        up: dict[str, Any] = {"va": "bottom", "weight": "bold", **small}
        self.axes.text(left, foot - 0.22, worse, ha="right", color=WORSE, **up)
        if one_line:
            self.axes.text(left + 0.1, foot - 0.22, better, ha="left", color=QUIET, **up)
        else:
            self.axes.text(self.apart.end, foot - 0.4, better, ha="right", color=QUIET, **up)

    def _at(self, points: float) -> float:
        share = (points - self.low) / (self.high - self.low)
        return self.apart.start + share * (self.apart.end - self.apart.start)

    def _topic(self, pair: side_by_side.Glance, y: float) -> float:
        """Write what the rows that follow have in common, beginning at y, and return where it ends."""
        end = y + style.tall("\n", _TYPE) / 2 + 0.06
        text = self.words(self._dated(pair.topic, pair))
        self.axes.text(0, end - 0.02, text, va="bottom", weight="bold", fontsize=_TYPE)
        return end

    def _dated(self, label: Arg, pair: side_by_side.Glance) -> Arg:
        """Return a label with its year, where that is not the figure's."""
        if pair.year == self.year:
            return label
        return _("{label}, {year}", label=label, year=Year(pair.year, calendar=True))

    def _row(self, pair: side_by_side.Glance, title: Arg, y: float) -> float:
        """Draw a row that begins at y, and return where it ends."""
        room = self.said.end - self.said.start
        said = [style.wrap_text(self.words(text), room, _TYPE) for text in pair.words]
        label = style.wrap_text(self.words(title), self.label.end - 0.06, _TYPE)
        values = [
            self._value(self.words(text), column, weight)
            for text, column, weight in zip(
                pair.in_whole, (self.here, self.there), ("bold", "normal"), strict=True
            )
        ]
        tall = (
            max(style.tall(text, _TYPE) for text in (label, "\n".join(said), *values, "\n")) + 0.05
        ) + self.air
        at = y + tall / 2
        middle: dict[str, Any] = {"va": "center", "fontsize": _TYPE}
        self.axes.text(0, at, label, **middle)
        looks: list[dict[str, Any]] = [{"color": ACCENT, "weight": "bold"}, {"color": QUIET}]
        for column, value, look in zip((self.here, self.there), values, looks, strict=True):
            self.axes.text(column.end, at, value, ha="right", **look, **middle)
        top = at - style.tall("\n".join(said), _TYPE) / 2
        for text, color in zip(said, (INK, QUIET), strict=False):
            below = top + style.tall(text, _TYPE)
            self.axes.text(self.said.start, (top + below) / 2, text, color=color, **middle)
            top = below
        for finding, column in zip(pair.newest, (self.here, self.there), strict=True):
            if finding:
                self._mark(finding, column.end - 0.5, column.end, at)
        for finding in pair.apart:
            self._difference(finding, at)
        self._years(pair, at)
        self.axes.axhline(y + tall, color=style.GRID, linewidth=0.8)
        return y + tall

    def _value(self, value: str, column: _Column, weight: str) -> str:
        """Return a value in as many lines as the column asks for; a long range in two."""
        room = column.end - column.start - 0.04
        if style.size_of(value, _TYPE, weight) <= room:
            return value
        return (
            value.replace("–", "–\n", 1)
            if "–" in value
            else style.wrap_text(value, room, _TYPE, weight)
        )

    def _mark(self, finding: Finding, left: float, right: float, y: float) -> None:
        ends = {"left": left, "low": y - 0.08, "right": right, "high": y + 0.08}
        self.marks.append(
            pd.DataFrame({"finding": [finding], **{name: [end] for name, end in ends.items()}})
        )

    def _touch(self) -> None:
        rows = pd.concat(self.marks, ignore_index=True)
        ends = rows[["left", "low", "right", "high"]].to_numpy(dtype=float)
        style.record_marks(self.axes, rows, lambda: np.array(ends))

    def _difference(self, finding: Finding, y: float) -> None:
        """Draw a difference from zero: a dot, or the range that withheld numbers leave open; hollow if not sure.

        Where differences are bars, a bar ends at its value, and what a range leaves open is lighter. Survey answers,
        which no chance can be given for, end in an upright line everywhere.
        """
        ends = side_by_side.difference_ends(finding)
        if ends is None:
            return
        found = answer(finding.row)
        is_sure = bool(found and found.outcome is Outcome.DIFFERS)
        color = (WORSE if max(ends) < 0 else ACCENT) if is_sure else FADED
        low, high = (self._at(min(max(end, self.low), self.high)) for end in ends)
        near = min((low, high), key=lambda end: abs(end - self._at(0.0)))
        zero = self._at(0.0)
        is_survey = finding.row.is_survey
        if is_sure and not (self.has_years or is_survey):
            far = high + low - near
            self.axes.barh(y, near - zero, _BAR, zero, color=color, edgecolor="none", zorder=2)
            self.axes.barh(y, far - near, _BAR, near, color=style.shade(color), edgecolor=color)
            self._mark(finding, min(zero, low), max(zero, high), y)
            return
        if is_sure:
            stem: dict[str, Any] = {"linewidth": 1.6, "solid_capstyle": "butt", "zorder": 2}
            stem |= {"linestyle": (0, (1.2, 1.2))} if is_survey else {}
            self.axes.plot([zero, near], [y, y], color=color, **stem)
        middle = (low + high) / 2
        if finding.row.publish == "range":
            low, high = min(low, middle - 0.03), max(high, middle + 0.03)  # wide enough to be seen
            face = color if is_sure else "white"
            self.axes.barh(
                y, high - low, 0.13, low, color=face, edgecolor=color, linewidth=1.3, zorder=3
            )
        else:
            is_same = bool(found and found.outcome is Outcome.SAME)
            if is_survey:
                self.axes.scatter(
                    [middle], [y], s=180, marker="|", color=color, linewidth=2.2, zorder=3
                )
            else:
                face, shape = (color if is_sure or is_same else "white"), "s" if is_same else "o"
                self.axes.scatter(
                    [middle], [y], s=26 if is_same else 42, marker=shape, facecolor=face,
                    edgecolor=color, linewidth=1.4, zorder=3,
                )  # fmt: skip
        self._mark(finding, min(low, high) - 0.05, max(low, high) + 0.05, y)

    def _years(self, pair: side_by_side.Glance, y: float) -> None:
        """Draw the lines of both places over time, with the first and the newest value of the place.

        Nothing is drawn of the other place if it does not reach the newest year: a piece would say nothing.
        """
        every = [one for line in pair.lines for one in line if one.row.end_year >= self.since]
        rows = _frame(every, pair.places[0])
        rows = rows[rows["low"].notna() & (rows["high"] - rows["low"] <= _DRAWN * _scale(rows))]
        reaches = rows.groupby("place")["year"].transform("max") == pair.year
        rows = rows[reaches | (rows["place"] == pair.places[0])].reset_index(drop=True)
        if rows["year"].nunique() < 2:
            return
        least, most = rows["low"].min(), rows["high"].max()
        rows["x"] = [self._over(year) for year in rows["year"]]
        own = rows["place"] == pair.places[0]
        first, last = self._first_and_last(rows[own]) if own.any() else (None, None)
        # Under a number that stands over it, a line is lower and less tall.
        is_low = own.any() and not (self._fits_before(first) and self._fits_after(last))
        foot, tall = (y + 0.14, 0.16) if is_low else (y + _TALLEST / 2, _TALLEST)
        for name, of in (("y", "at"), ("top", "high"), ("foot", "low")):
            share = (rows[of] - least) / max(most - least, 1e-9)
            rows[name] = foot - share * tall
        self.spark.append(rows)
        self._bands(rows)
        if own.any():
            self._ends(rows[own])

    def _bands(self, rows: pd.DataFrame) -> None:
        """Draw what ranges leave open over time as bands between years that may be joined."""
        for _place, line in rows.groupby("place", sort=False):
            for before, after in pairwise(style.records(line)):
                is_open = "range" in (before.publish, after.publish)
                if is_open and before.finding.joins(after.finding):
                    self.axes.fill_between(
                        [before.x, after.x], [before.top, after.top], [before.foot, after.foot],
                        color=before.color, alpha=0.3, linewidth=0.6, zorder=2,
                    )  # fmt: skip

    def _first_and_last(self, mine: pd.DataFrame) -> tuple[Any, Any]:
        """Return the rows of the newest value of a place, and of the first that may be compared with it."""
        rows = style.records(mine)
        first = last = rows[-1]
        for before in rows[-2::-1]:
            if not before.finding.joins(first.finding):
                break  # a number before a change of the measure is not its first
            first = before
        return first, last

    def _fits_before(self, first: Any) -> bool:
        room = first.x - 0.05 - self.time.start + _GAP / 2
        return style.size_of(self._bare(first.finding), _TYPE) <= room

    def _fits_after(self, last: Any) -> bool:
        room = self.time.end + _GAP / 2 - last.x - 0.06
        return style.size_of(self._bare(last.finding), _TYPE, "bold") <= room

    def _ends(self, mine: pd.DataFrame) -> None:
        """Mark the newest value of a place over time, and write it and the first that may be compared with it.

        A number is next to its end of the line, or over it where it is longer than the room there.
        """
        first, last = self._first_and_last(mine)
        if last.publish == "range":
            style.draw_range_boxes(self.axes, mine.tail(1).assign(mid=_middle), "x", "mid", size=36)
        else:
            self.axes.scatter([last.x], [last.y], s=16, color=ACCENT, zorder=4)
        look: dict[str, Any] = {"color": ACCENT, "weight": "bold"}
        text = self._bare(last.finding)
        if self._fits_after(last):
            self._write(last.x + 0.06, _middle(last), text, "left", **look)
        else:
            self._write(self.time.end, last.top - 0.1, text, "right", **look)
        if first is last:
            return
        text = self._bare(first.finding)
        if self._fits_before(first):
            self._write(first.x - 0.05, _middle(first), text, "right", color=QUIET)
        else:
            self._write(self.time.start, first.top - 0.09, text, "left", color=QUIET)

    def _write(self, x: float, y: float, text: str, side: str, **look: Any) -> None:
        self.axes.text(x, y, text, ha=side, va="center", fontsize=_TYPE, **look)

    def _bare(self, finding: Finding) -> str:
        return self.words(Text("{whole}", of=finding)).removesuffix("%")


def _middle(row: Any) -> Any:
    """Return the middle of what a row over time may be; the axis runs down."""
    return (row.top + row.foot) / 2


def _years_over_time(pairs: Sequence[side_by_side.Glance]) -> tuple[int, int]:
    """Return the first and the last year of all lines over time: those of outcomes, where there are any.

    Who the students are is known for more years: these would leave the outcomes less room.
    """
    drawn = [[one for line in pair.lines for one in line] for pair in pairs]
    years = {at: {one.row.end_year for one in every} for at, every in enumerate(drawn)}
    outcomes = [
        at for at, every in enumerate(drawn) if not any(one.row.is_composition for one in every)
    ]
    of_lines = [years[at] for at in outcomes or years if len(years[at]) > 1]
    since = min((min(some) for some in of_lines), default=0)
    return since, max((max(some) for some in years.values()), default=0)


def _scale(rows: pd.DataFrame) -> float:
    """Return what the widest range that is drawn is a share of: 1 for shares, and the largest of amounts."""
    return 1.0 if rows["unit"].isin(schema.SHARES).all() else float(rows["high"].max())


def _frame(shown: Sequence[Finding], here: str) -> pd.DataFrame:
    """Return the points of both places over time, with the look of their lines."""
    rows = figure.frame_of(shown)
    point = rows["estimate"].where(rows["publish"] == "point")
    rows["low"], rows["high"] = (point.fillna(rows[end]) for end in ("bound_low", "bound_high"))
    mine = rows["place"] == here
    color = mine.map({True: style.HERE.plain, False: style.REST.plain})
    return rows.assign(color=color, wide=mine.map({True: 2.0, False: 1.2}))
