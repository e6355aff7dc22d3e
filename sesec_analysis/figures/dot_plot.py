"""Plot rates, gaps and ratios of one year as dots with intervals, a row for each student group.

Every number drawn has passed the gate and is drawn as it is printed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from sesec_analysis.evidence import tables
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.figures import axes as figures_axes
from sesec_analysis.figures import figure, words
from sesec_analysis.figures.axes import Axis
from sesec_analysis.figures.figure import ReportFigure, looks_of_places
from sesec_analysis.figures.page import (
    ACCENT,
    BODY,
    GAP,
    GRID,
    INK,
    MARGIN,
    PLAIN,
    QUIET,
    SMALL,
    WIDTH,
    FigurePage,
    band_style,
    dot_style,
    leading,
    size_of,
    wrapped,
)
from sesec_analysis.figures.words import short
from sesec_analysis.i18n import say

__all__ = [
    "Line",
    "draw",
    "height_of",
    "key_of",
    "lines_of",
    "numbers_of",
    "plot_gaps",
    "plot_rates",
]


def plot_rates(
    estimates: pd.DataFrame,
    *,
    title: str | None = None,
    subtitle: str | None = None,
    focus: str | None = None,
) -> ReportFigure | Notice:
    """Plot rates as dots with their intervals, a row for each student group.

    Parameters
    ----------
    estimates
        Rates of one indicator, school year and grade; of several places at once if wanted.
    title, subtitle
        None: made of what is shown.
    focus
        Code of a student group or organization to bring out and show first.

    Returns
    -------
    ReportFigure or Notice
        A notice if there are no rows, or none that may be shown.

    Raises
    ------
    DataError
        If the estimates are not rates of one indicator, year and grade, or ``focus`` is not among them.

    See Also
    --------
    plot_gaps : Differences from a reference.
    plot_trend : One rate over the years.

    Notes
    -----
    Reading: the line through a dot is its sampling interval. A band without a dot holds the value that full data
    would show. Groups that may not be shown are named under the figure.

    Examples
    --------
    >>> from sesec_analysis import schema
    >>> rates = schema.conform_estimates(pd.DataFrame({
    ...     "indicator": "ela_met", "end_year": 2017, "organization_level": "place",
    ...     "organization_id": "southeast_seattle", "grade_level": "03", "student_group_type": "race_ethnicity",
    ...     "student_group": ["black", "asian"], "measure": "rate", "estimate": [71 / 216, 130 / 236],
    ...     "n_low": [216, 236], "n_high": [216, 236], "unit": "proportion", "status": "ok",
    ...     "source_ids": "synthetic"}))
    >>> print(plot_rates(rates, focus="black").alt)
    Dot plot: Synthetic data: Met the standard in English language arts, by race and ethnicity; Grade 3, Southeast
    Seattle, 2016–17. From 32.9% (Black or African American) to 55.1% (Asian). Values are in the table.
    """
    if estimates.empty:
        return tables.missing(estimates)
    findings = figure.one_question(estimates, ("rate", "average"))
    focus = figure.checked_focus(findings, focus)
    lines = lines_of(findings, focus)
    if not lines:
        return _nothing_shown(findings, focus)
    scale = figures_axes.level_scale(numbers_of(lines), findings[0].row.unit)
    value = findings[0].row.entry.label.lower()
    return figure.finished(findings, _rows(findings, lines, scale, value, focus), title, subtitle)


def plot_gaps(
    estimates: pd.DataFrame,
    *,
    title: str | None = None,
    subtitle: str | None = None,
    focus: str | None = None,
) -> ReportFigure | Notice:
    """Plot gaps, or ratios, against a line of no difference, a row for each student group.

    Parameters
    ----------
    estimates
        Gaps or ratios, not both, of one indicator, school year, grade and reference.
    title, subtitle
        None: made of what is shown.
    focus
        Code of a student group or organization to bring out and show first.

    Returns
    -------
    ReportFigure or Notice
        A notice if there are no rows, or none that may be shown.

    Raises
    ------
    DataError
        If gaps and ratios are mixed, the estimates answer several questions, or ``focus`` is not among them.

    See Also
    --------
    plot_rates : The rates themselves.

    Notes
    -----
    Reading: a line that crosses the line of no difference leaves open whether there is one. Ratios stand on an axis on
    which twice and half are equally far from equal.

    Examples
    --------
    >>> from sesec_analysis import schema
    >>> ratios = schema.conform_estimates(pd.DataFrame({
    ...     "indicator": "disciplined", "end_year": [2019], "organization_level": "place",
    ...     "organization_id": "seattle", "grade_level": "all", "student_group_type": "race_ethnicity",
    ...     "student_group": "black", "measure": "ratio", "reference": "white", "estimate": 6.4, "ci_low": 5.5,
    ...     "ci_high": 7.5, "n_low": 8415, "n_high": 8415, "unit": "ratio", "status": "ok",
    ...     "source_ids": "synthetic"}))
    >>> print(plot_gaps(ratios).alt)
    Dot plot: Synthetic data: Suspended or expelled, compared with White students; Black or African American,
    Seattle Public Schools, 2018–19. Black or African American 6.4 times. Values are in the table.
    """
    if estimates.empty:
        return tables.missing(estimates)
    findings = figure.one_question(estimates, ("gap", "ratio"))
    ratio = findings[0].row.unit == "ratio"
    focus = figure.checked_focus(findings, focus)
    lines = lines_of(findings, focus)
    if not lines:
        return _nothing_shown(findings, focus)
    scale_of = figures_axes.ratio_scale if ratio else figures_axes.gap_scale
    scale = scale_of(numbers_of(lines), words.sides(findings))
    picture = _rows(findings, lines, scale, findings[0].row.entry.label.lower(), focus)
    return figure.finished(findings, picture, title, subtitle)


def _nothing_shown(findings: Findings, focus: str | None) -> Notice:
    notes = words.notes(figure.ordered(findings, focus), figure.named(findings))
    return Notice(words.title(findings), " ".join(notes))


_LABEL = 2.2  # widest label
_ROW, _TIGHT, _HEADING, _BLOCK = 0.32, 0.235, 0.25, 0.08


@dataclass(frozen=True)
class Line:
    """A row of the picture: a finding, what is written at its left, and how it is drawn."""

    finding: Finding
    label: str
    heading: str  # written above the first of several rows of one group
    several: bool  # whether rows come in blocks with a heading
    focus: bool
    marker: str = "o"

    @property
    def color(self) -> str:
        """Colour of its marks."""
        return ACCENT if self.focus else PLAIN

    @property
    def weight(self) -> str:
        """Weight of its words."""
        return "bold" if self.focus else "normal"

    @property
    def texts(self) -> list[str]:
        """Lines of its label."""
        return wrapped(self.label, _LABEL, BODY, "bold")

    @property
    def students(self) -> str:
        """How many students it is of."""
        n = self.finding.printed.n.replace(" to ", "–")
        if not n:
            return ""
        return say("of {counted}", counted=n) if self.finding.row.is_composition else f"n={n}"

    @property
    def height(self) -> float:
        """Inches from its top to the next row's, heading left out."""
        return max(_TIGHT if self.several else _ROW, len(self.texts) * leading(BODY) + 0.06)


def lines_of(findings: Findings, focus: str | None) -> list[Line]:
    """Return the rows to draw: those not shown are named in the notes instead."""
    places = sorted(
        dict.fromkeys(finding.row.organization_id for finding in findings),
        key=lambda place: place != focus,
    )
    several = len(places) > 1 and len({finding.row.student_group for finding in findings}) > 1
    looks = looks_of_places(places)
    lines: list[Line] = []
    before = ""
    for finding in figure.ordered(findings, focus):
        if finding.row.publish == "nothing":
            continue
        group = finding.row.student_group
        lines.append(
            Line(
                finding=finding,
                label=finding.place if len(places) > 1 else finding.label,
                heading=finding.label if several and group != before else "",
                several=several,
                focus=figure.is_focus(finding, focus),
                marker=looks[finding.row.organization_id].marker,
            )
        )
        before = group
    return lines


def numbers_of(lines: Sequence[Line]) -> list[float]:
    """Return every number that the axis must reach."""
    every = (value for line in lines for value in line.finding.printed.numbers.values())
    return [value for value in every if value is not None]


def height_of(lines: Sequence[Line], scale: Axis) -> float:
    """Return the inches that the picture needs."""
    return _top(lines, scale) + _tall(lines) + 0.27 + (0.19 if scale.label else 0.0)


def _top(lines: Sequence[Line], scale: Axis) -> float:
    sides = max((len(parts) for parts, _ in _side_words(lines, scale)), default=0)
    return 0.02 if not sides else leading(SMALL) * sides + 0.06


def _side_words(lines: Sequence[Line], scale: Axis) -> list[tuple[list[str], float]]:
    """Return what is written left and right of the line of no difference, and from where; all width is free there."""
    if scale.equal is None:
        return []
    left, right = _columns(lines)
    middle = left + (right - left) * scale.share(scale.equal)
    rooms = (middle - MARGIN - 0.1, WIDTH - MARGIN - middle - 0.1)
    xs = (middle - 0.08, middle + 0.08)
    lower, higher = scale.sides
    brief = (" ".join(lower.split()[:3]), f"{' '.join(higher.split()[:2])} →")
    texts = []
    for text, short_text, room, x in zip(scale.sides, brief, rooms, xs, strict=True):
        parts = wrapped(text, room, SMALL)
        texts.append((parts if len(parts) <= 2 else wrapped(short_text, room, SMALL), x))
    return texts


def _columns(lines: Sequence[Line]) -> tuple[float, float]:
    """Return where the axis begins and ends: after the labels, before the values."""
    parts = [part for line in lines for part in line.texts]
    left = MARGIN + max((size_of(part, BODY, "bold") for part in parts), default=0.0) + GAP
    students = max((size_of(line.students, SMALL) for line in lines), default=0.0)
    return left, WIDTH - MARGIN - students - GAP - _values(lines) - GAP


def _values(lines: Sequence[Line]) -> float:
    return max((size_of(short(line.finding), BODY, "bold") for line in lines), default=0.0)


def _tall(lines: Sequence[Line]) -> float:
    return sum(line.height + (_HEADING + _BLOCK if line.heading else 0.0) for line in lines)


def draw(page: FigurePage, lines: Sequence[Line], scale: Axis) -> None:
    """Draw the rows on a page that has room for them."""
    left, right = _columns(lines)
    top = page.top + _top(lines, scale)
    axes = _axes(page, scale, (left, top, right - left, _tall(lines)))
    y = 0.0
    for line in lines:
        if line.heading:
            y += _BLOCK
            page.text(MARGIN, top + y + _HEADING / 2, line.heading, weight="bold", boxed=True)
            y += _HEADING
        _mark(axes, line, scale, y + line.height / 2)
        _write(page, line, top + y + line.height / 2, right + GAP + _values(lines))
        y += line.height
    for (parts, x), side in zip(_side_words(lines, scale), ("right", "left"), strict=False):
        for at, part in enumerate(parts):
            y = top - 0.06 - (len(parts) - at - 0.5) * leading(SMALL)
            page.text(x, y, part, fontsize=SMALL, color=QUIET, ha=side)


def _axes(page: FigurePage, scale: Axis, box: tuple[float, float, float, float]) -> Axes:
    """Return axes whose vertical unit is the inch, counted from the top."""
    axes = page.axes(*box)
    axes.set_ylim(box[3], 0)
    axes.set_yticks([])
    if scale.log:
        axes.set_xscale("log", base=2)
    axes.set_xlim(scale.low, scale.high)
    axes.set_xticks(*scale.labelled(box[2]), color=QUIET)
    axes.minorticks_off()
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    if scale.label:
        axes.set_xlabel(scale.label, fontsize=SMALL, color=QUIET, labelpad=1)
    if scale.equal is not None:
        axes.axvline(scale.equal, color=INK, linewidth=1.2, zorder=1.5)
    return axes


def _mark(axes: Axes, line: Line, scale: Axis, y: float) -> None:
    row, numbers = line.finding.row, line.finding.printed.numbers

    def ends(name: str) -> tuple[float, float] | None:
        low, high = numbers[f"{name}_low"], numbers[f"{name}_high"]
        if low is None and high is None:
            return None
        return scale.held(low, scale.low), scale.held(high, scale.high)

    bound, outer, chance = ends("bound"), ends("outer"), ends("ci")
    if row.publish == "range" and bound:
        _arrows(axes, line, scale, y)
        for reach in ((outer[0], bound[0]), (bound[1], outer[1])) if outer else ():
            axes.plot(reach, (y, y), color=line.color, linewidth=1.1, linestyle=":", zorder=2)
        wide = bound[1] - bound[0]
        axes.barh(y, wide, left=bound[0], height=0.12, zorder=2.5, **band_style(line.color))
        if row.marker:
            middle = [(bound[0] + bound[1]) / 2]
            axes.plot(middle, [y], zorder=3, **dot_style(line.color, tick=True))
    if row.publish == "point" and numbers["estimate"] is not None:
        if whisker := chance or outer:
            axes.plot(whisker, (y, y), color=line.color, linewidth=1.7, zorder=2.5)
        style = dot_style(line.color, marker=line.marker, hollow=row.care)
        axes.plot([scale.held(numbers["estimate"], 0)], [y], zorder=3, clip_on=False, **style)


def _arrows(axes: Axes, line: Line, scale: Axis, y: float) -> None:
    """Point to where a range goes on beyond the axis."""
    for at, marker in zip(_beyond(line, scale), ("<", ">"), strict=True):
        if at is not None:
            style = dot_style(line.color, marker=marker) | {"markersize": 5.0}
            axes.plot([at], [y], zorder=3, clip_on=False, **style)


def _beyond(line: Line, scale: Axis) -> tuple[float | None, float | None]:
    """Return the ends of the axis beyond which a range goes on."""
    row, numbers = line.finding.row, line.finding.printed.numbers
    low, high = numbers["bound_low"], numbers["bound_high"]
    if row.publish != "range":
        return None, None
    under = low is not None and low < scale.low
    over = high is None or high > scale.high
    return scale.low if under else None, scale.high if over else None


def _write(page: FigurePage, line: Line, y: float, value: float) -> None:
    first = y - (len(line.texts) - 1) * leading(BODY) / 2
    for at, text in enumerate(line.texts):
        color = INK if line.focus or not line.several else QUIET
        page.text(MARGIN, first + at * leading(BODY), text, weight=line.weight, color=color)
    page.text(value, y, short(line.finding), ha="right", weight=line.weight)
    page.text(value + GAP, y, line.students, fontsize=SMALL, color=QUIET)


def key_of(lines: Sequence[Line], scale: Axis, value: str, level: str) -> list[tuple[str, str]]:
    """Return the marks that the picture uses, and what each means."""
    rows = [(line.finding.row, line.finding.printed) for line in lines]
    points = [(row, shown) for row, shown in rows if row.publish == "point"]
    ranges = [(row, shown) for row, shown in rows if row.publish == "range"]
    key = []
    if any(not row.care for row, _ in points):
        key.append(("dot", value))
    if any(row.care for row, _ in points):
        key.append(("hollow", say("{value}, interpret with care", value=value)))
    if any(shown.interval for _, shown in points):
        key.append(("line", level))
    if ranges:
        key.append(("band", say("range left open by withheld figures")))
    if any(row.marker for row, _ in ranges):
        key.append(("tick", say("its middle")))
    if any(shown.interval for _, shown in ranges):
        key.append(("thin", say("range and chance together")))
    if any(_beyond(line, scale) != (None, None) for line in lines):
        key.append(("arrow", say("goes on beyond the axis")))
    return key


def _rows(
    findings: Findings, lines: list[Line], scale: figures_axes.Axis, value: str, focus: str | None
) -> figure.Picture:
    name = figure.named(findings)
    return figure.Picture(
        kind=say("Dot plot"),
        height=height_of(lines, scale),
        draw=partial(draw, lines=lines, scale=scale),
        key=key_of(lines, scale, value, figure.level_of(findings)),
        notes=[
            *words.counts(findings),
            *words.notes(figure.ordered(findings, focus), name),
            *words.compared(findings),
        ],
        name=name,
        highlights=words.extremes(figure.ordered(findings, focus), name),
    )
