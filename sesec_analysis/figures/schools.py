"""Plot a rate of every school as a swarm of dots, the schools of each place together."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import Place
from sesec_analysis.evidence import tables
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.numbers import span_words
from sesec_analysis.figures import axes as figures_axes
from sesec_analysis.figures import figure, words
from sesec_analysis.figures.axes import Axis, lanes, spread, swarm
from sesec_analysis.figures.figure import ReportFigure
from sesec_analysis.figures.page import (
    ACCENT,
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
from sesec_analysis.i18n import plural, say

__all__ = [
    "Strip",
    "called",
    "draw",
    "height_of",
    "key_of",
    "notes_of",
    "numbers_of",
    "of_place",
    "plot_schools",
    "school_name",
    "strips_of",
    "value_of",
]


def plot_schools(
    estimates: pd.DataFrame,
    *,
    places: Sequence[str] = ("southeast_seattle", "rest_of_seattle"),
    title: str | None = None,
    subtitle: str | None = None,
    focus: str | None = None,
) -> ReportFigure | Notice:
    """Plot a rate of every school as a swarm of dots, the schools of each place together.

    Parameters
    ----------
    estimates
        Rates of schools, of one indicator, school year, grade and student group. A row of a place itself is drawn as
        the line of all its schools together.
    places
        Codes of places, from top to bottom; a school is shown in the first that it belongs to.
    title, subtitle
        None: made of what is shown.
    focus
        Code of a place to bring out, or of a school to name.

    Returns
    -------
    ReportFigure or Notice
        A notice if there are no rows of schools of these places.

    Raises
    ------
    DataError
        If the estimates answer several questions, or ``focus`` is not among them.

    See Also
    --------
    plot_rates : Places as wholes.

    Notes
    -----
    Reading: each dot is a school, whatever its size. The lowest and highest are named; schools that may not be shown
    are counted under the figure.

    Examples
    --------
    >>> from sesec_analysis import schema
    >>> rates = schema.conform_estimates(pd.DataFrame({
    ...     "indicator": "disciplined", "end_year": 2019, "organization_level": "school",
    ...     "organization_id": ["2182", "3327"], "organization_name": ["Franklin High School",
    ...     "Rainier Beach High School"], "grade_level": "all", "student_group_type": "all", "student_group": "all",
    ...     "measure": "rate", "estimate": [0.048, 0.071], "n_low": [1284, 720], "n_high": [1284, 720],
    ...     "unit": "proportion", "status": "ok", "source_ids": "synthetic"}))
    >>> print(plot_schools(rates).caption)
    Dot: a school. Students per school: 720 to 1,284.
    """
    of_schools = estimates.loc[estimates["organization_level"] == "school"]
    if of_schools.empty:
        return tables.missing(estimates)
    findings = figure.one_question(estimates, ("rate", "average"))
    brought_out = focus if focus in places else figure.checked_focus(findings, focus)
    strips = strips_of(findings, places, brought_out)
    if not strips:
        return tables.missing(estimates)
    scale = figures_axes.level_scale(numbers_of(strips), findings[0].row.unit)
    kept = [finding for strip in strips for finding in strip.schools]
    picture = figure.Picture(
        kind=say("Dot plot"),
        height=height_of(strips, scale),
        draw=partial(draw, strips=strips, scale=scale),
        key=key_of(strips),
        notes=notes_of(strips),
        name=lambda finding: finding.place,
        highlights=[
            f"{strip.name}: {words.extremes(strip.points, school_name)[0]}" for strip in strips
        ],
        by=say("by school"),
    )
    shown = Findings([*(s.pooled for s in strips if s.pooled), *kept])
    return figure.finished(shown, picture, title, subtitle)


@dataclass(frozen=True)
class Strip:
    """A place: its schools, its own rate if given, and how it is drawn."""

    name: str
    phrase: str  # its name in a sentence
    schools: Sequence[Finding]
    pooled: Finding | None
    focus: bool
    named: frozenset[str] = frozenset()  # organization_ids to be named besides the extremes

    @property
    def color(self) -> str:
        """Colour of its dots."""
        return ACCENT if self.focus else PLAIN

    @property
    def points(self) -> list[Finding]:
        """Schools drawn as dots."""
        return [finding for finding in self.schools if finding.row.publish == "point"]

    @property
    def ranges(self) -> list[Finding]:
        """Schools of which only a range may be shown."""
        return [finding for finding in self.schools if finding.row.publish == "range"]

    def to_name(self) -> list[Finding]:
        """Schools that are named: the lowest, the highest, and those asked for."""
        ordered = sorted(self.points, key=lambda finding: (value_of(finding), finding.place))
        # A number that chance alone could move far is not named as the lowest or highest.
        steady = [finding for finding in ordered if not finding.row.care]
        ends = {finding.id for finding in (*steady[:1], *steady[-1:])}
        return [f for f in ordered if f.id in ends or f.row.organization_id in self.named]


def strips_of(findings: Findings, places: Sequence[str], focus: str | None) -> list[Strip]:
    """Return a strip for each place that has schools among the findings."""
    headline = next((code for code in places if catalog.place(code).headline), None)
    bright = focus if focus in places else headline
    taken: set[str] = set()
    strips = []
    for code in places:
        place = catalog.place(code)
        inside = [
            finding
            for finding in findings
            if finding.row.organization_level == "school"
            and finding.row.organization_id not in taken
            and _belongs(finding.row.organization_id, place)
        ]
        taken |= {finding.row.organization_id for finding in inside}
        pooled = next(
            (finding for finding in findings if finding.row.organization_id == code), None
        )
        chosen = frozenset({focus} if focus else ())
        if inside:
            in_order = sorted(inside, key=lambda finding: (finding.place, finding.id))
            strips.append(Strip(place.name, place.phrase, in_order, pooled, code == bright, chosen))
    return strips


def _belongs(school: str, place: Place) -> bool:
    if place.all_but:
        return school not in catalog.place(place.all_but).schools
    return place.whole_district or school in place.schools


def school_name(finding: Finding) -> str:
    """Return a school's name as short as it stays clear.

    Examples
    --------
    >>> from sesec_analysis.evidence.row import Row
    >>> school_name(Finding(Row("ela_met", 2019, "school", "2392", "Cleveland High School STEM", "all", "all", "all",
    ...                         "rate", "")))
    'Cleveland High STEM'
    """
    return re.sub(r" School(?= STEM$|$)", "", finding.place)


def value_of(finding: Finding) -> float:
    """Return the value of a school that is drawn as a dot."""
    return finding.printed.numbers["estimate"] or 0.0


def called(finding: Finding) -> str:
    """Return the label beside the dot of a school that is named: its name and value."""
    return f"{school_name(finding)} {short(finding)}"


def numbers_of(strips: Sequence[Strip]) -> list[float]:
    """Return every number that is drawn."""
    drawn = [finding for strip in strips for finding in (*strip.schools, strip.pooled) if finding]
    names = ("estimate", "bound_low", "bound_high")
    every = (finding.printed.numbers[name] for finding in drawn for name in names)
    return [value for value in every if value is not None]


def key_of(strips: Sequence[Strip]) -> list[tuple[str, str]]:
    """Return the marks that the picture uses, and what each means."""
    points = [finding for strip in strips for finding in strip.points]
    key = []
    if any(not finding.row.care for finding in points):
        key.append(("dot", say("a school")))
    if any(finding.row.care for finding in points):
        key.append(("hollow", say("a school, interpret with care")))
    if any(strip.ranges for strip in strips):
        key.append(("band", say("range of schools with withheld figures")))
    if any(strip.pooled for strip in strips):
        key.append(("line", say("all schools of the place together")))
    return key


def of_place(count: int, place: str, reason: str) -> str:
    """Return how many schools of a place are left out, and why."""
    return plural(
        "{n} school of {place} ({reason})",
        "{n} schools of {place} ({reason})",
        count,
        place=place,
        reason=reason,
    )


def notes_of(strips: Sequence[Strip]) -> list[str]:
    """Return how many students a school has, and the note that counts those not shown, by place and reason."""
    rows = [finding.row for strip in strips for finding in (*strip.points, *strip.ranges)]
    students = span_words((row.n_low, row.n_high) for row in rows)
    noun = labels.counted_words(rows[0]).capitalize() if rows else ""
    notes = [say("{counted} per school: {n}.", counted=noun, n=students)] if students else []
    absent = []
    for strip in strips:
        reasons: dict[str, int] = {}
        for finding in strip.schools:
            if finding.row.publish == "nothing":
                reasons[finding.row.reason] = reasons.get(finding.row.reason, 0) + 1
        for reason, count in reasons.items():
            absent.append(of_place(count, strip.phrase, reason))
    note = say("Not shown: {rows}.", rows="; ".join(absent))
    return [*notes, *([note] if absent else [])]


_LABEL, _DOT, _LANE, _AXIS = 1.35, 0.105, 0.18, 0.26


def _width() -> float:
    return WIDTH - 2 * MARGIN - _LABEL - GAP - 0.2


@dataclass(frozen=True)
class _Set:
    """A strip set by measure, in inches: dots round a line, names under them, then ranges."""

    offsets: list[float]
    rows: list[int]  # of the names
    ranges: list[tuple[tuple[float, float], int]]  # ends of a range, and how many schools have it
    bars: list[int]  # lane of each range

    @classmethod
    def of(cls, strip: Strip, scale: Axis) -> "_Set":
        """Set a strip."""
        inch = _width() / (scale.high - scale.low)
        offsets = swarm([value_of(finding) * inch for finding in strip.points], _DOT)
        wide = [size_of(called(finding), SMALL) + 0.15 for finding in strip.to_name()]
        rows = [0 if sum(wide) <= _width() else at for at in range(len(wide))]
        ranges = sorted(Counter(_ends(finding, scale) for finding in strip.ranges).items())
        spans = [
            (low * inch, high * inch + size_of(_school_count(count), SMALL) + 0.1)
            for (low, high), count in ranges
        ]
        return cls(offsets, rows, ranges, lanes(spans, 0.1))

    @property
    def middle(self) -> float:
        """Inches from the top to the line of the dots."""
        return leading(SMALL) + 0.1 + max((-at for at in self.offsets), default=0.0) + _DOT / 2

    @property
    def names(self) -> float:
        """Inches from the top to the names."""
        return self.middle + max(self.offsets, default=0.0) + _DOT / 2 + 0.08

    @property
    def bounds(self) -> float:
        """Inches from the top to the ranges."""
        return self.names + (max(self.rows, default=-1) + 1) * leading(SMALL) + 0.06

    @property
    def height(self) -> float:
        """Inches of the whole strip."""
        return self.bounds + (max(self.bars, default=-1) + 1) * _LANE + 0.1


def _school_count(count: int) -> str:
    return plural("{n} school", "{n} schools", count)


def _ends(finding: Finding, scale: Axis) -> tuple[float, float]:
    low, high = finding.printed.numbers["bound_low"], finding.printed.numbers["bound_high"]
    return scale.held(low, scale.low), scale.held(high, scale.high)


def _label(strip: Strip) -> list[tuple[str, str]]:
    count = len(strip.schools)
    shown = len(strip.points) + len(strip.ranges)
    counted = _school_count(count)
    if shown != count:
        counted = say("{shown} of {n} schools shown", shown=shown, n=count)
    return [
        *((line, "bold") for line in wrapped(strip.name, _LABEL, weight="bold")),
        *((line, "normal") for line in wrapped(counted, _LABEL, SMALL)),
    ]


def height_of(strips: Sequence[Strip], scale: Axis) -> float:
    """Return the inches that the picture needs."""
    return sum(_Set.of(strip, scale).height for strip in strips) + _AXIS


def draw(page: FigurePage, strips: Sequence[Strip], scale: Axis) -> None:
    """Draw the strips on a page that has room for them."""
    left = MARGIN + _LABEL + GAP
    tall = page.height - _AXIS
    axes = page.axes(left, page.top, _width(), tall)
    axes.set_xlim(scale.low, scale.high)
    axes.set_ylim(tall, 0)
    axes.set_yticks([])
    axes.set_xticks(list(scale.ticks), list(scale.tick_labels), color=QUIET)
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    top = 0.0
    for strip in strips:
        made = _Set.of(strip, scale)
        _strip(page, axes, strip, made, scale, (left, top))
        top += made.height


def _strip(
    page: FigurePage, axes: Axes, strip: Strip, made: _Set, scale: Axis, at: tuple[float, float]
) -> None:
    left, top = at
    middle = top + made.middle
    for finding, offset in zip(strip.points, made.offsets, strict=True):
        style = dot_style(strip.color, hollow=finding.row.care)
        style |= {"markersize": 6.0, "markeredgewidth": 1.0}
        if finding.row.organization_id in strip.named:
            style |= {"markeredgecolor": INK, "markeredgewidth": 2.0}
        axes.plot([value_of(finding)], [middle + offset], zorder=3, clip_on=False, **style)
    for ((low, high), count), lane in zip(made.ranges, made.bars, strict=True):
        y = top + made.bounds + (lane + 0.5) * _LANE
        axes.barh(y, high - low, left=low, height=0.09, zorder=2.5, **band_style(strip.color))
        label, inch = _school_count(count), _width() / (scale.high - scale.low)
        x, side = left + high * inch + 0.06, "left"
        if x + size_of(label, SMALL) > WIDTH - MARGIN:
            x, side = left + low * inch - 0.06, "right"
        page.text(x, page.top + y, label, fontsize=SMALL, color=QUIET, boxed=True, ha=side)
    lines = _label(strip)
    y = max(middle - (len(lines) - 1) * leading(SMALL) / 2, top + leading(SMALL) / 2)
    for text, weight in lines:
        style = {"weight": "bold"} if weight == "bold" else {"color": QUIET, "fontsize": SMALL}
        page.text(MARGIN, page.top + y, text, **style)
        y += leading(SMALL) * 1.05
    _pooled(page, axes, strip, made, (left, top))
    _names(page, strip, made, scale, (left, top))


def _pooled(
    page: FigurePage, axes: Axes, strip: Strip, made: _Set, at: tuple[float, float]
) -> None:
    pooled = strip.pooled
    if pooled is None or pooled.row.publish == "nothing":
        return
    left, top = at
    numbers = pooled.printed.numbers
    ends = (numbers["bound_low"], numbers["bound_high"])
    value = numbers["estimate"]
    first, last = top + leading(SMALL) + 0.06, top + made.names - 0.06
    if value is None:
        value = ((ends[0] or 0.0) + (ends[1] if ends[1] is not None else 1.0)) / 2
        low, high = ends[0] or 0.0, ends[1] if ends[1] is not None else 1.0
        axes.bar(
            (low + high) / 2,
            last - first,
            bottom=first,
            width=high - low,
            zorder=1.5,
            **band_style(INK),
        )
    else:
        axes.plot([value, value], [first, last], color=INK, linewidth=1.4, zorder=2)
    text = say("all its schools together {value}", value=short(pooled))
    half = size_of(text, SMALL) / 2
    x = left + value * _width() / (axes.get_xlim()[1] - axes.get_xlim()[0])
    x = min(max(x, left + half), left + _width() - half)
    page.text(
        x, page.top + first - leading(SMALL) / 2, text, fontsize=SMALL, ha="center", boxed=True
    )


def _names(
    page: FigurePage, strip: Strip, made: _Set, scale: Axis, at: tuple[float, float]
) -> None:
    """Name the extremes under the dots, moved apart where they would overlap, each with a line to its dot."""
    left, top = at[0], page.top + at[1]
    inch = _width() / (scale.high - scale.low)
    named = strip.to_name()
    places = [left + value_of(finding) * inch for finding in named]
    wide = [size_of(called(finding), SMALL) + 0.15 for finding in named]
    for row in sorted(set(made.rows)):
        of = [index for index, name_row in enumerate(made.rows) if name_row == row]
        sizes = [wide[index] for index in of]
        centres = spread([places[index] for index in of], sizes, left, left + _width() + 0.2)
        for index, centre in zip(of, centres, strict=True):
            y = top + made.names + (row + 0.5) * leading(SMALL)
            dot = top + made.middle + made.offsets[strip.points.index(named[index])] + _DOT / 2
            half = wide[index] / 2 - 0.1
            end = min(max(places[index], centre - half), centre + half)
            page.leader((places[index], dot), (end, y - 0.075), QUIET)
            page.text(centre, y, called(named[index]), fontsize=SMALL, ha="center", boxed=True)
