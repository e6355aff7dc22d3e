"""Plot SESEC school levels as tiles: schools in alphabetical order, each with a tile for every school year."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from sesec_analysis import catalog
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.level_tables import is_of_earlier_scale, year_head, years_apart
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.pictured import captions
from sesec_analysis.evidence.row import check_measured
from sesec_analysis.evidence.tables import ReportTable, TableTexts, TextColumn
from sesec_analysis.evidence.wording.fields import LEVEL
from sesec_analysis.figures import figure, style
from sesec_analysis.figures.style import BODY, GRID, INK, MARGIN, QUIET, SMALL, WIDTH
from sesec_analysis.i18n import mark as N_
from sesec_analysis.metrics.school_levels.levels import INDICATOR, LEVELS
from sesec_analysis.text import Constant, Count, EntryText, Name, Renderer, Text, Year, _

__all__ = ["plot_levels"]


def plot_levels(estimates: pd.DataFrame, *, place: str) -> figure.Plot:
    """Plot the SESEC school levels of a place's schools, a tile for each school and year.

    The left half of a tile has the lowest possible level, the right half the highest; darker is higher. Schools are in
    alphabetical order: they are not ranked.

    Parameters
    ----------
    estimates
        What `level_estimates` gives.
    place
        Code of the place.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> rules = sa.report.level_rules()
    >>> levels = sa.report.school_levels(sa.report.level_figures(up_to=2019), rules=rules)
    >>> tiles = sa.report.plot_levels(sa.report.level_estimates(levels, rules=rules), place="southeast_seattle")
    >>> print(tiles.title)
    SESEC school level: lowest and highest possible level of each school
    """
    check_measured(estimates)
    inside = catalog.schools_in(catalog.place(place), catalog.level_rules().schools)
    own = estimates[
        (estimates["measure"] == INDICATOR) & estimates["organization_id"].isin(list(inside))
    ]
    every = figure.one_question(own, [INDICATOR], varies=["end_year"]) if len(own) else Findings(())
    return figure.plan_figure(make_levels, "plot_levels", every, estimates, place=place)


_HOW_TO_READ = N_("From the lowest possible level to the highest; darker is higher.")
# A tile ends where chance may put one school; of all together, chance is counted once (`schools_at`).
_COUNTED = N_(
    "Taken alone, {n} of these schools could be at level {top} or above in {year}. It is unlikely that all of them are."
)


@figure.with_style
def make_levels(given: Spec, words: Renderer) -> figure.Plot:
    """Make what `plot_levels` returns."""
    shown = [finding for finding in given.input if finding.row.publish != "nothing"]
    if not shown:
        none = EntryText(catalog.level_rules().none, "level_rules.yml")
        return Notice.of_texts(Name("title", INDICATOR), none)
    names = {one.row.organization_id: words(captions.school_name(one)) for one in given.input}
    schools = sorted(names, key=lambda code: names[code])
    years = years_apart({one.row.end_year for one in shown})
    order = sorted(
        given.input, key=lambda one: (schools.index(one.row.organization_id), one.row.end_year)
    )
    made, [axes] = figure.blank()
    width = given.options.get("width", WIDTH)  # an image to share is narrower, and lower
    block = width - 2 * MARGIN, given.options.get("row", _ROW)
    height = _draw(axes, order, [names[code] for code in schools], schools, years, words, block)
    whole = figure.finish_figure(
        made, height, Findings(order), words, width=width, kind=Text(N_("Tiles")), name=captions.in_full,
        highlights=[Text(N_("a tile for each school and year"))],
        heading=_(
            N_("{title}: lowest and highest possible level of each school"),
            title=Name("title", INDICATOR),
        ),
        under=_(N_("{place}, in alphabetical order"), place=Name("place_plain", given.options["place"])),
        notes=[
            Text(_HOW_TO_READ),
            *_counted_alone(shown, years),
            *captions.notes(order, captions.in_full),
        ],
    )  # fmt: skip
    return replace(whole, table=_table(whole.table, order, years))


def _counted_alone(shown: Sequence[Finding], years: Sequence[int]) -> list[Text]:
    """Return how many schools could be near the top in the newest year, each taken alone; none if fewer than two."""
    top = LEVELS[-2]
    newest = [one for one in shown if one.row.end_year == max(years)]
    high = tuple(one.row.organization_id for one in newest if (one.printed.ends[1] or 0) >= top)
    args = (("top", Constant(LEVEL, str(top))), ("year", Year(max(years), calendar=True)))
    return [_("{told}", told=Count(high, _COUNTED, args=args))] if len(high) > 1 else []


_ROW, _HEAD, _TILE, _TALL, _GAP, _APART = 0.355, 0.4, 0.48, 0.25, 0.1, 0.26
"""Inches of a row, of the heads, of a tile's width and height, between tiles, and more before an earlier scale."""
_HALF = 0.18  # inches of each end of a tile; the dash of a range is between them
_RAMP = (0.06, 0.20, 0.38, 0.68, 0.94)
"""How much ink the color of each level has, from 1 to 5."""
_LIGHT_TEXT = 4  # the lowest level on whose color text is white


def _draw(
    axes: Axes, order: Sequence[Finding], names: Sequence[str], schools: Sequence[str], years: Sequence[int],
    words: Renderer, block: tuple[float, float],
) -> float:  # fmt: skip
    """Draw names and tiles in two blocks, all so wide and a row so high in inches, and return how high they are."""
    inner, step = block
    deep = ceil(len(schools) / 2)
    half = inner / 2
    across = _places_of(years)
    left = half - across[years[-1]] - _TILE - _GAP - 0.17
    height = _HEAD + deep * step
    for half_at in range(2 if len(schools) > 1 else 1):
        for year, x in across.items():
            middle = half_at * half + left + x + _TILE / 2
            head = words(year_head(year, years)).replace(", ", "\n")
            axes.text(
                middle, _HEAD - 0.08, head, ha="center", va="bottom", fontsize=SMALL, color=QUIET
            )
            if is_of_earlier_scale(year, years):
                rule = half_at * half + left + x - 0.7 * _APART
                axes.plot([rule, rule], [0.02, height - step + _TALL], color=GRID, linewidth=0.8)
    spots = {code: (at // deep * half, _HEAD + at % deep * step) for at, code in enumerate(schools)}
    for code, name in zip(schools, names, strict=True):
        x, y = spots[code]
        room = style.wrap_text(name, left - 0.1, BODY).split("\n")
        size = BODY if len(room) == 1 else SMALL
        text = "\n".join(style.wrap_text(name, left - 0.1, size).split("\n")[:2])
        axes.text(x, y + _TALL / 2, text, va="center", fontsize=size, color=INK, linespacing=0.95)
    drawn, ends = [], []
    for one in order:
        x, y = spots[one.row.organization_id]
        x += left + across[one.row.end_year] if one.row.end_year in years else 0
        span = _span(one)
        if span is None:
            continue
        look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": SMALL}
        ends_of = dict(zip(span, (0.0, _TILE - _HALF), strict=True))
        wide = _TILE if len(ends_of) == 1 else _HALF
        if len(ends_of) > 1:
            axes.text(x + _TILE / 2, y + _TALL / 2, "–", color=QUIET, **look)
        for level, off in ends_of.items():
            begin = x + off * (len(ends_of) > 1)
            _draw_tile(axes, begin, y, wide, level)
            color = "white" if level >= _LIGHT_TEXT else INK
            axes.text(begin + wide / 2, y + _TALL / 2, str(level), color=color, **look)
        drawn.append(one)
        ends.append((x, y, x + _TILE, y + _TALL))
    style.record_marks(axes, figure.frame_of(drawn), lambda: np.array(ends, dtype=float))
    axes.set(xlim=(0, inner), ylim=(height, 0), xticks=[], yticks=[])
    axes.set_axis_off()
    return height


def _places_of(years: Sequence[int]) -> dict[int, float]:
    """Return where the tile of each year begins, in inches; one of an earlier scale stands apart."""
    at, across = 0.0, {}
    for year in years:
        at += _APART if is_of_earlier_scale(year, years) else 0.0
        across[year] = at
        at += _TILE + _GAP
    return across


def _span(finding: Finding) -> tuple[int, int] | None:
    """Return the lowest and highest possible level; None where there is none."""
    low, high = finding.printed.ends
    return None if low is None or high is None else (round(low), round(high))


def _draw_tile(axes: Axes, x: float, y: float, wide: float, level: int) -> None:
    ink = np.array(mpl.colors.to_rgb(INK))
    color = 1 - _RAMP[level - 1] * (1 - ink)
    axes.add_patch(Rectangle((x, y), wide, _TALL, facecolor=tuple(color), edgecolor="none"))


def _table(whole: ReportTable, order: Sequence[Finding], years: Sequence[int]) -> ReportTable:
    """Return the levels as a table, a row for each school."""
    cells = {(one.row.organization_id, one.row.end_year): one for one in order}
    schools = {one.row.organization_id: one for one in order}
    columns = (
        TextColumn("school", Text(N_("School"))),
        *(TextColumn(str(year), year_head(year, years), "right") for year in years),
    )
    rows = tuple(
        (
            captions.school_name(one),
            *(
                Text("{value_label}", of=cells[code, year]) if (code, year) in cells else None
                for year in years
            ),
        )
        for code, one in schools.items()
    )
    return replace(whole, texts=TableTexts(whole.texts.caption, columns, rows, whole.texts.note))
