"""Plot a rate or a gap over school years, a line for each place or student group."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import ceil

import pandas as pd
from matplotlib.axes import Axes

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import SeriesBreak, SeriesEvent
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import tables
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording import labels as wording_labels
from sesec_analysis.evidence.wording import numbers as wording_numbers
from sesec_analysis.evidence.wording.numbers import school_year, span_words
from sesec_analysis.figures import axes as figures_axes
from sesec_analysis.figures import figure, words
from sesec_analysis.figures.axes import Axis, spread
from sesec_analysis.figures.figure import ReportFigure, look_of_group, looks_of_places
from sesec_analysis.figures.page import (
    GRID,
    INK,
    MARGIN,
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
from sesec_analysis.figures.words import Named, short
from sesec_analysis.i18n import mark, say

__all__ = [
    "LETTERS",
    "Series",
    "comparable",
    "draw",
    "drawn_at",
    "height_of",
    "key_of",
    "marks_between",
    "numbers_of",
    "open_ends",
    "plot_trend",
    "series_of",
    "shows_band",
    "steps",
    "students_of",
    "time_notes",
    "told_of",
]


LETTERS = "abcdefghij"
"""Marks of breaks and events, explained in a note."""


def plot_trend(
    estimates: pd.DataFrame,
    *,
    title: str | None = None,
    subtitle: str | None = None,
    focus: str | None = None,
) -> ReportFigure | Notice:
    """Plot a rate or gap over school years, a line for each place or each student group.

    Parameters
    ----------
    estimates
        One measure of one indicator and grade in two school years or more; of several places or of several student
        groups, not both.
    title, subtitle
        None: made of what is shown.
    focus
        Code of a student group or organization to bring out.

    Returns
    -------
    ReportFigure or Notice
        A notice if there are no rows.

    Raises
    ------
    DataError
        If the estimates answer several questions, or ``focus`` is not among them.

    See Also
    --------
    plot_rates : One school year.

    Notes
    -----
    Reading: the shading is the sampling interval. A line stops where the catalog has a break in the series, where
    a year is missing, and where only a range may be shown, which is drawn as an upright band; it is dashed across years
    that are out, and an event is named at a dotted line. A place has its colour
    and shape in every figure; the accent is for what is in focus.

    Examples
    --------
    >>> from sesec_analysis import schema
    >>> rates = schema.conform_estimates(pd.DataFrame({
    ...     "indicator": "disciplined", "end_year": [2018, 2019], "organization_level": "place",
    ...     "organization_id": "seattle", "grade_level": "all", "student_group_type": "race_ethnicity",
    ...     "student_group": "black", "measure": "rate", "estimate": [0.061, 0.058], "n_low": [8502, 8415],
    ...     "n_high": [8502, 8415], "unit": "proportion", "status": "ok", "source_ids": "synthetic"}))
    >>> print(plot_trend(rates).caption)
    Dot: rate. Students: 8,415 to 8,502.
    """
    if estimates.empty:
        return tables.missing(estimates)
    findings = figure.one_question(estimates, ("rate", "gap", "average"), varies=["end_year"])
    years, drawn_of = _years(findings), comparable(findings)
    if len({finding.row.end_year for finding in drawn_of}) < 2:
        why = time_notes(findings[0].row.indicator, years[0] - 1, years[-1] + 1)
        none = say("Fewer than two school years can be compared.")
        return Notice(words.title(findings), " ".join([none, *why]))
    findings, years = drawn_of, _years(drawn_of)
    focus = figure.checked_focus(findings, focus)
    name = figure.named(findings)
    series = series_of(findings, focus, name)
    if not series:
        return Notice(words.title(findings), " ".join(words.notes(findings, name, dated=True)))
    drawn = numbers_of(series)
    compares, unit = findings[0].row.compares, findings[0].row.unit
    scale = (
        figures_axes.gap_scale(drawn, ("", ""))
        if compares
        else figures_axes.level_scale(drawn, unit)
    )
    indicator = findings[0].row.indicator
    ends = {
        "first": wording_numbers.school_year(years[0]),
        "last": wording_numbers.school_year(years[-1]),
    }
    span = say("{first} to {last}", **ends)
    picture = figure.Picture(
        kind=say("Line chart"),
        height=height_of(series),
        draw=partial(draw, series=series, scale=scale),
        key=key_of(series, findings[0].row.entry.label.lower(), figure.level_of(findings)),
        notes=[
            *time_notes(indicator, years[0], years[-1]),
            *words.above(findings),
            *students_of(series),
            *words.notes(findings, name, dated=True),
        ],
        name=lambda finding: (
            f"{name(finding)}, {wording_numbers.school_year(finding.row.end_year)}"
        ),
        highlights=[told_of(line) for line in series],
        by=", ".join(filter(None, (words.by_groups(findings), span))),
    )
    return figure.finished(findings, picture, title, subtitle)


def _years(findings: Findings) -> list[int]:
    return sorted({finding.row.end_year for finding in findings})


_LABEL = 1.75  # inches: widest label at the end of a line
_BANDS = 3  # lines: beyond these, bands would hide each other
Ends = tuple[float, float]


@dataclass(frozen=True)
class Series:
    """One line: its findings by school year, its name, and how it is drawn."""

    findings: Sequence[Finding]
    name: str
    color: str
    marker: str
    focus: bool

    @property
    def last(self) -> Finding:
        """The latest finding that is drawn."""
        return self.shown[-1]

    @property
    def shown(self) -> list[Finding]:
        """The findings that may be shown, as a number or a range."""
        return [finding for finding in self.findings if finding.row.publish != "nothing"]

    def label(self) -> list[str]:
        """Lines of the label at the end of the line, the value last."""
        value = short(self.last)
        weight = "bold" if self.focus else "normal"
        return wrapped(f"{self.name} {value.replace(' ', chr(0xA0))}", _LABEL, SMALL, weight)


def series_of(findings: Findings, focus: str | None, name: Named) -> list[Series]:
    """Return a line for each place or each student group, in the order of display."""
    groups = {finding.row.student_group for finding in findings}
    places = {finding.row.organization_id for finding in findings}
    if len(groups) > 1 and len(places) > 1:
        raise DataError(
            "a trend shows several places or several student groups, not both",
            where="estimates, columns student_group and organization_id",
            mend="keep one student group, or one place",
            known=[*sorted(groups), *sorted(places)],
        )
    lines: dict[tuple[str, str], list[Finding]] = {}
    for finding in figure.ordered(findings, focus):
        key = (finding.row.student_group, finding.row.organization_id)
        lines.setdefault(key, []).append(finding)
    shown = [line for line in lines.values() if any(f.row.publish != "nothing" for f in line)]
    in_focus = [figure.is_focus(line[0], focus) for line in shown]
    if all(in_focus) and len(shown) > 1:  # the one group that all places show is no focus
        in_focus = [False] * len(shown)
    # Never the set: the looks of places would hang on the order of its hashes.
    looks = looks_of_places(dict.fromkeys(finding.row.organization_id for finding in findings))
    made_of = []
    for line, is_focus in zip(shown, in_focus, strict=True):
        row = line[0].row
        look = looks[row.organization_id]
        if len(groups) > 1:
            look = look_of_group(row.student_group_type, row.student_group, any_focus=any(in_focus))
        color = look.color(focus=is_focus, any_focus=any(in_focus))
        by_year = sorted(line, key=lambda finding: finding.row.end_year)
        made_of.append(Series(by_year, name(line[0]), color, look.marker, is_focus))
    return made_of


def comparable(findings: Findings) -> Findings:
    """Leave out the school years without a figure that means what it does in other years."""
    return Findings(
        [finding for finding in findings if finding.row.end_year not in out_of(finding)]
    )


def out_of(finding: Finding) -> set[int]:
    """Return the school years of an indicator that are left out."""
    return {out.year for out in catalog.indicator(finding.row.indicator).years_out}


Stop = SeriesBreak | SeriesEvent


def marks_between(indicator: str, first: int, last: int) -> list[tuple[str, Stop]]:
    """Return the breaks and events of a series that lie between two school years, each with its letter."""
    entry = catalog.indicator(indicator)
    every: list[Stop] = [*entry.breaks, *entry.events]
    between = sorted((stop for stop in every if first < stop.at <= last), key=lambda stop: stop.at)
    return list(zip(LETTERS, between, strict=False))


def time_notes(indicator: str, first: int, last: int) -> list[str]:
    """Return the notes that say why lines stop, what happened in between, and which years are not drawn."""
    reasons: dict[type[Stop], list[str]] = {SeriesBreak: [], SeriesEvent: []}
    for letter, stop in marks_between(indicator, first, last):
        reasons[type(stop)].append(f"{letter}\xa0({school_year(stop.at)}): {stop.reason}")
    out = [
        f"{school_year(year.year)}: {year.reason}"
        for year in catalog.indicator(indicator).years_out
        if first < year.year < last
    ]
    texts = {
        mark("Not comparable across the grey strips. {what}."): reasons[SeriesBreak],
        mark("The measure stayed, the times changed. {what}."): reasons[SeriesEvent],
        mark("Not drawn. {what}."): out,
    }
    return [say(text, what="; ".join(parts)) for text, parts in texts.items() if parts]


def shows_band(series: Sequence[Series], line: Series) -> bool:
    """Whether the interval of a line is drawn: it has one, and few others lie over it."""
    return (len(series) <= _BANDS or line.focus) and any(map(_chance, line.shown))


def steps(line: Series, breaks: set[int]) -> list[tuple[Finding, Finding]]:
    """Return neighbours that may be joined: no break, no missing or withheld year but one that is out between them."""
    joined = []
    for before, after in pairwise(line.shown):
        between = set(range(before.row.end_year + 1, after.row.end_year))
        if between <= out_of(after) and not breaks & {*between, after.row.end_year}:
            joined.append((before, after))
    return joined


def open_ends(finding: Finding) -> Ends | None:
    """Return the range that withheld figures leave open; of a point, nothing is left open."""
    numbers = finding.printed.numbers
    low, high = numbers["bound_low"], numbers["bound_high"]
    if finding.row.publish == "point":
        low = high = numbers["estimate"]
    return None if low is None or high is None else (low, high)


def drawn_at(finding: Finding) -> float | None:
    """Return where a line passes: a value, or the middle of a narrow range."""
    ends = open_ends(finding)
    if ends is None or (finding.row.publish == "range" and not finding.row.marker):
        return None
    return sum(ends) / 2


def numbers_of(series: Sequence[Series]) -> list[float]:
    """Return every number that is drawn."""
    names = ("estimate", "bound_low", "bound_high")
    drawn = []
    for line in series:
        also = ("ci_low", "ci_high") if shows_band(series, line) else ()
        drawn += [
            finding.printed.numbers[name] for finding in line.findings for name in (*names, *also)
        ]
    return [value for value in drawn if value is not None]


def students_of(series: Sequence[Series]) -> list[str]:
    """Return the note of how many students each line has: the fewest and the most over the years."""
    counts = {line.name: _students([finding.row for finding in line.shown]) for line in series}
    counts = {name: count for name, count in counts.items() if count}
    if not counts:
        return []
    last = series[0].last.row
    counted = wording_labels.counted_words(last).capitalize()
    start = say("All students") if last.is_composition else counted
    if len(set(counts.values())) == 1 and (len(series) == 1 or last.is_composition):
        return [f"{start}: {next(iter(counts.values()))}."]
    return [f"{start}: {'; '.join(f'{name} {count}' for name, count in counts.items())}."]


def _students(rows: Sequence[Row]) -> str:
    students = span_words((row.n_low, row.n_high) for row in rows)
    other = span_words((row.reference_n_low, row.reference_n_high) for row in rows)
    if students and other:
        return say("{n} (compared with {reference})", n=students, reference=other)
    return students


def told_of(line: Series) -> str:
    """Return where a line starts and ends, as a phrase."""
    ends = dict.fromkeys((line.shown[0], line.last))
    parts = [
        say("{value} in {year}", value=end.printed.value, year=school_year(end.row.end_year))
        for end in ends
    ]
    return f"{line.name} {', '.join(parts)}"


def key_of(series: Sequence[Series], value: str, level: str) -> list[tuple[str, str]]:
    """Return the marks that the picture uses, and what each means."""
    rows = [finding.row for line in series for finding in line.findings]
    key = []
    if any(row.publish == "point" and not row.care for row in rows):
        key.append(("dot", value))
    if any(row.publish == "point" and row.care for row in rows):
        key.append(("hollow", say("{value}, interpret with care", value=value)))
    if any(shows_band(series, line) for line in series):
        few = len(series) <= _BANDS
        key.append(
            ("shade", level if few else say("{interval} of the line in focus", interval=level))
        )
    if any(row.publish == "range" for row in rows):
        key.append(("band", say("range left open by withheld figures")))
    if any(row.marker for row in rows):
        key.append(("dash", say("middle of narrow ranges")))
    return key


_PICTURE, _AXIS, _TAGS, _LEADER, _GLYPH = 2.75, 0.26, 0.28, 0.28, 0.17


def height_of(series: Sequence[Series]) -> float:
    """Return the inches that the picture needs."""
    labels = sum(_tall(line) for line in series)
    return _TAGS + max(_PICTURE, labels) + _AXIS


def _tall(line: Series) -> float:
    return len(line.label()) * leading(SMALL) + 0.05


def draw(page: FigurePage, series: Sequence[Series], scale: Axis) -> None:
    """Draw the lines on a page that has room for them."""
    years = sorted({finding.row.end_year for line in series for finding in line.findings})
    left = MARGIN + max(size_of(text, SMALL) for text in scale.tick_labels) + 0.1
    texts = [part for line in series for part in line.label()]
    right = WIDTH - MARGIN - max(size_of(text, SMALL, "bold") for text in texts) - _LEADER - _GLYPH
    top, height = page.top + _TAGS, page.height - _TAGS - _AXIS
    axes = page.axes(left, top, right - left, height)
    _axes(axes, scale, years, (right - left, height))
    if scale.label:
        page.text(MARGIN, top - _TAGS * 0.75, scale.label, fontsize=SMALL, color=QUIET)
    marks = marks_between(series[0].findings[0].row.indicator, years[0], years[-1])
    breaks = {stop.at for _, stop in marks if isinstance(stop, SeriesBreak)}
    for letter, stop in marks:
        if isinstance(stop, SeriesBreak):
            axes.axvspan(stop.at - 0.56, stop.at - 0.44, color="#ececec", zorder=1)
        axes.axvline(stop.at - 0.5, color=QUIET, linewidth=0.8, linestyle=":", zorder=1.2)
        x = left + (right - left) * _share(axes.get_xlim(), stop.at - 0.5)
        page.text(x, top - _TAGS / 2, letter, fontsize=SMALL, color=QUIET, ha="center")
    for line in series:
        _line(axes, line, breaks, shows_band(series, line))
    _labels(page, axes, series, (left, top, right - left, height))


def _axes(axes: Axes, scale: Axis, years: Sequence[int], box: tuple[float, float]) -> None:
    if scale.log:
        axes.set_yscale("log", base=2)
    axes.set_ylim(scale.low, scale.high)
    axes.set_yticks(list(scale.ticks), list(scale.tick_labels), color=QUIET)
    span = range(years[0], years[-1] + 1)
    axes.set_xlim(span[0] - 0.4, span[-1] + 0.4)
    each = ceil((size_of("2014–15", SMALL) + 0.1) / (box[0] / (len(span) - 0.2)))
    shown: list[int] = []
    for year in reversed(years):  # the last year first: it is the one that people look for
        if not shown or shown[-1] - year >= each:
            shown.append(year)
    axes.set_xticks(shown, [school_year(year) for year in shown], color=QUIET)
    axes.set_xticks(list(span), minor=True)
    axes.tick_params(axis="x", which="minor", length=2)
    axes.tick_params(axis="y", which="both", length=0)
    axes.grid(axis="y", which="major", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    if scale.equal is not None:
        axes.axhline(scale.equal, color=INK, linewidth=1.2, zorder=1.5)


def _line(axes: Axes, line: Series, breaks: set[int], band: bool) -> None:
    wide = 2.2 if line.focus else 1.5
    for before, after in steps(line, breaks):
        years = [before.row.end_year, after.row.end_year]
        first, last = drawn_at(before), drawn_at(after)
        if first is not None and last is not None:
            whole = {before.row.publish, after.row.publish} == {"point"}
            whole = whole and years[1] == years[0] + 1  # what was between is not known
            dashes = "-" if whole else (0, (4, 1.5))
            axes.plot(
                years,
                [first, last],
                color=line.color,
                linewidth=wide,
                linestyle=dashes,
                zorder=3 + line.focus,
            )
        alike = before.row.marker == after.row.marker
        if alike and before.row.publish == after.row.publish == "range":
            _between(axes, years, [open_ends(before), open_ends(after)], line.color, 0.16)
        if band:
            _between(axes, years, [_chance(before), _chance(after)], line.color, 0.12)
    for finding in line.findings:
        _value(axes, line, finding)


def _between(
    axes: Axes, years: list[int], ends: list[Ends | None], color: str, alpha: float
) -> None:
    before, after = ends
    if before and after and before[1] - before[0] + after[1] - after[0] > 0:
        lows, highs = [before[0], after[0]], [before[1], after[1]]
        axes.fill_between(years, lows, highs, color=color, alpha=alpha, linewidth=0, zorder=2)


def _chance(finding: Finding) -> Ends | None:
    low, high = finding.printed.numbers["ci_low"], finding.printed.numbers["ci_high"]
    return None if low is None or high is None else (low, high)


def _value(axes: Axes, line: Series, finding: Finding) -> None:
    row, numbers = finding.row, finding.printed.numbers
    if row.publish == "point" and numbers["estimate"] is not None:
        style = dot_style(line.color, marker=line.marker, hollow=row.care)
        style |= {} if line.focus else {"markersize": style["markersize"] - 1.2}
        axes.plot(
            [row.end_year], [numbers["estimate"]], zorder=3.5 + line.focus, clip_on=False, **style
        )
    if row.publish == "range" and numbers["bound_low"] is not None:
        low, high = numbers["bound_low"], numbers["bound_high"]
        tall = (axes.get_ylim()[1] if high is None else high) - low
        axes.bar(row.end_year, tall, bottom=low, width=0.12, zorder=3, **band_style(line.color))
        if row.marker:
            middle = dot_style(line.color, marker=line.marker) | {"markersize": 4.0}
            axes.plot([row.end_year], [low + tall / 2], zorder=3.5 + line.focus, **middle)


def _share(ends: tuple[float, float], value: float) -> float:
    return (value - ends[0]) / (ends[1] - ends[0])


def _labels(
    page: FigurePage, axes: Axes, series: Sequence[Series], box: tuple[float, float, float, float]
) -> None:
    """Write each line's name and last value at its end, moved apart where they would overlap."""
    left, top, width, height = box
    ends = []
    for line in series:
        x, y = axes.transData.transform((line.last.row.end_year, _middle(line.last)))
        dpi = page.figure.dpi
        ends.append((x / dpi, page.full - y / dpi))
    tall = [_tall(line) for line in series]
    centres = spread([y for _, y in ends], tall, top - 0.1, top + height + 0.1)
    for line, (x, y), centre in zip(series, ends, centres, strict=True):
        start = left + width + _LEADER
        page.leader((x + 0.09, y), (start - 0.05, centre), line.color)
        page.dot(start + _GLYPH / 2 - 0.03, centre, line.color, line.marker)
        lines = line.label()
        for at, text in enumerate(lines):
            at_y = centre + (at - (len(lines) - 1) / 2) * leading(SMALL)
            weight = "bold" if line.focus else "normal"
            page.text(start + _GLYPH, at_y, text, fontsize=SMALL, weight=weight)


def _middle(finding: Finding) -> float:
    numbers = finding.printed.numbers
    if numbers["estimate"] is not None:
        return numbers["estimate"]
    low, high = numbers["bound_low"], numbers["bound_high"]
    return ((low or 0.0) + (high if high is not None else low or 0.0)) / 2
