"""A line over school years for each place or student group: the picture of `plot_trend`."""

from collections.abc import Sequence
from math import ceil

from matplotlib.axes import Axes

from sesec_analysis.publishing.figures_scale import Scale
from sesec_analysis.publishing.figures_series import (
    LETTERS,
    Ends,
    Series,
    breaks_between,
    drawn_at,
    open_ends,
    shows_band,
    steps,
)
from sesec_analysis.publishing.figures_spread import spread
from sesec_analysis.publishing.figures_style import (
    GRID,
    INK,
    MARGIN,
    QUIET,
    SMALL,
    WIDTH,
    Page,
    band_style,
    dot_style,
    leading,
    size_of,
)
from sesec_analysis.publishing.findings import Finding
from sesec_analysis.publishing.wording import school_year

__all__ = ["draw", "height_of"]

_PICTURE, _AXIS, _TAGS, _LEADER, _GLYPH = 2.75, 0.26, 0.28, 0.28, 0.17


def height_of(series: Sequence[Series]) -> float:
    """Return the inches that the picture needs."""
    labels = sum(_tall(one) for one in series)
    return _TAGS + max(_PICTURE, labels) + _AXIS


def _tall(one: Series) -> float:
    return len(one.label()) * leading(SMALL) + 0.05


def draw(page: Page, series: Sequence[Series], scale: Scale) -> None:
    """Draw the lines on a page that has room for them."""
    years = sorted({one.row.end_year for line in series for one in line.findings})
    left = MARGIN + max(size_of(text, SMALL) for text in scale.tick_labels) + 0.1
    texts = [part for one in series for part in one.label()]
    right = WIDTH - MARGIN - max(size_of(text, SMALL, "bold") for text in texts) - _LEADER - _GLYPH
    top, height = page.top + _TAGS, page.height - _TAGS - _AXIS
    axes = page.axes(left, top, right - left, height)
    _axes(axes, scale, years, (right - left, height))
    if scale.label:
        page.text(MARGIN, top - _TAGS * 0.75, scale.label, fontsize=SMALL, color=QUIET)
    indicator = series[0].findings[0].row.indicator
    breaks = breaks_between(indicator, years[0], years[-1])
    for letter, found in zip(LETTERS, breaks, strict=False):
        axes.axvspan(found.at - 0.56, found.at - 0.44, color="#ececec", zorder=1)
        axes.axvline(found.at - 0.5, color=QUIET, linewidth=0.8, linestyle=":", zorder=1.2)
        x = left + (right - left) * _share(axes.get_xlim(), found.at - 0.5)
        page.text(x, top - _TAGS / 2, letter, fontsize=SMALL, color=QUIET, ha="center")
    for one in series:
        _line(axes, one, {found.at for found in breaks}, shows_band(series, one))
    _labels(page, axes, series, (left, top, right - left, height))


def _axes(axes: Axes, scale: Scale, years: Sequence[int], box: tuple[float, float]) -> None:
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


def _line(axes: Axes, one: Series, breaks: set[int], band: bool) -> None:
    wide = 2.2 if one.focus else 1.5
    for before, after in steps(one, breaks):
        years = [before.row.end_year, after.row.end_year]
        first, last = drawn_at(before), drawn_at(after)
        if first is not None and last is not None:
            whole = {before.row.publish, after.row.publish} == {"point"}
            dashes = "-" if whole else (0, (4, 1.5))
            axes.plot(
                years,
                [first, last],
                color=one.color,
                linewidth=wide,
                linestyle=dashes,
                zorder=3 + one.focus,
            )
        alike = before.row.marker == after.row.marker
        if alike and before.row.publish == after.row.publish == "range":
            _between(axes, years, [open_ends(before), open_ends(after)], one.color, 0.16)
        if band:
            _between(axes, years, [_chance(before), _chance(after)], one.color, 0.12)
    for found in one.findings:
        _value(axes, one, found)


def _between(
    axes: Axes, years: list[int], ends: list[Ends | None], color: str, alpha: float
) -> None:
    before, after = ends
    if before and after and before[1] - before[0] + after[1] - after[0] > 0:
        lows, highs = [before[0], after[0]], [before[1], after[1]]
        axes.fill_between(years, lows, highs, color=color, alpha=alpha, linewidth=0, zorder=2)


def _chance(found: Finding) -> Ends | None:
    low, high = found.printed.numbers["ci_low"], found.printed.numbers["ci_high"]
    return None if low is None or high is None else (low, high)


def _value(axes: Axes, one: Series, found: Finding) -> None:
    row, numbers = found.row, found.printed.numbers
    if row.publish == "point" and numbers["estimate"] is not None:
        style = dot_style(one.color, marker=one.marker, hollow=row.care)
        style |= {} if one.focus else {"markersize": style["markersize"] - 1.2}
        axes.plot(
            [row.end_year], [numbers["estimate"]], zorder=3.5 + one.focus, clip_on=False, **style
        )
    if row.publish == "range" and numbers["bound_low"] is not None:
        low, high = numbers["bound_low"], numbers["bound_high"]
        tall = (axes.get_ylim()[1] if high is None else high) - low
        axes.bar(row.end_year, tall, bottom=low, width=0.12, zorder=3, **band_style(one.color))
        if row.marker:
            mark = dot_style(one.color, marker=one.marker) | {"markersize": 4.0}
            axes.plot([row.end_year], [low + tall / 2], zorder=3.5 + one.focus, **mark)


def _share(ends: tuple[float, float], value: float) -> float:
    return (value - ends[0]) / (ends[1] - ends[0])


def _labels(
    page: Page, axes: Axes, series: Sequence[Series], box: tuple[float, float, float, float]
) -> None:
    """Write each line's name and last value at its end, moved apart where they would overlap."""
    left, top, width, height = box
    ends = []
    for one in series:
        x, y = axes.transData.transform((one.last.row.end_year, _middle(one.last)))
        dpi = page.figure.dpi
        ends.append((x / dpi, page.full - y / dpi))
    tall = [_tall(one) for one in series]
    centres = spread([y for _, y in ends], tall, top - 0.1, top + height + 0.1)
    for one, (x, y), centre in zip(series, ends, centres, strict=True):
        start = left + width + _LEADER
        page.leader((x + 0.09, y), (start - 0.05, centre), one.color)
        page.dot(start + _GLYPH / 2 - 0.03, centre, one.color, one.marker)
        lines = one.label()
        for at, text in enumerate(lines):
            at_y = centre + (at - (len(lines) - 1) / 2) * leading(SMALL)
            weight = "bold" if one.focus else "normal"
            page.text(start + _GLYPH, at_y, text, fontsize=SMALL, weight=weight)


def _middle(found: Finding) -> float:
    numbers = found.printed.numbers
    if numbers["estimate"] is not None:
        return numbers["estimate"]
    low, high = numbers["bound_low"], numbers["bound_high"]
    return ((low or 0.0) + (high if high is not None else low or 0.0)) / 2
