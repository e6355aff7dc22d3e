"""Plot a rate of every school as a swarm of dots, the schools of each place together."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection

from sesec_analysis import catalog
from sesec_analysis.evidence import tables
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.pictured import captions, standing
from sesec_analysis.figures import figure, style
from sesec_analysis.figures.figure import Plot
from sesec_analysis.figures.style import QUIET, SMALL, KeyMark
from sesec_analysis.i18n import plural, say

__all__ = ["plot_schools"]


@figure.plot
def plot_schools(
    estimates: pd.DataFrame, *, places: Sequence[str] = ("southeast_seattle", "rest_of_seattle"),
    focus: str | None = None,
) -> Plot:  # fmt: skip
    """Plot a rate of every school as a swarm of dots, the schools of each place together.

    Each dot is a school, whatever its size. The school at the better end is named, or where neither is better those at
    both; schools that may not be shown are counted under the figure.

    Parameters
    ----------
    estimates
        Rates of schools, of one indicator, school year, grade and student group. A row of a place itself is drawn as
        the line of all its schools together.
    places
        Codes of places, from top to bottom; a school is shown in the first that it belongs to.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> schools = sa.load("enrollment", place="seattle", organization_level="school", end_years=2019,
    ...                   grade_level="all", student_group="low_income")
    >>> print(plot_schools(sa.rates(schools)).alt.partition(" Rest")[0])
    Dot plot: Low-income: share of students, by school; 2018–19. Southeast Seattle: From 28.8% (Orca K-8) to 81.6%
    (Rising Star Elementary).
    """
    if not (estimates["organization_level"] == "school").any():
        return tables.missing(estimates)
    findings = figure.one_question(estimates, ("rate", "average"))
    focus = focus if focus in places else figure.checked_focus(findings, focus)
    better = standing.better(findings)
    rows = _rows(findings, places, focus, better)
    if rows.empty:
        return tables.missing(estimates)
    strips = {code: rows[rows["strip"] == code] for code in map(str, rows["strip"].unique())}
    of = {code: list(strip["finding"]) for code, strip in strips.items()}
    every = {one.row.organization_id: one for one in findings}
    pooled = {code: every[code] for code in strips if code in every}
    shown = Findings([*pooled.values(), *rows["finding"]])
    made, [axes] = figure.blank()
    numbers = style.numbers_of(figure.frame_of(shown), "estimate", "bound_low", "bound_high")
    style.level_scale(numbers, findings[0].row.unit).on(axes.xaxis)
    tall = 0.2 + _SWARM + _LANE * max(len(_ranges(strip)) for strip in strips.values())
    _draw(axes, rows, strips, pooled, 1 / tall)
    return figure.finished(
        made, tall * len(strips) + 0.35, shown, kind=say("Dot plot"), notes=captions.school_notes(of),
        name=lambda one: one.place, by=say("by school"),
        highlights=[f"{catalog.place(code).name}: {captions.ends_of_schools(every)}" for code, every in of.items()],
    )  # fmt: skip


_SWARM, _LANE, _LABEL = 1.25, 0.2, 1.55
"""Inches: room for dots and names, for each range, and for what is at the left."""


def _rows(
    findings: Findings, places: Sequence[str], focus: str | None, better: int
) -> pd.DataFrame:
    """Return the schools of each place by name; a school stands in the first place that it belongs to."""
    strips: dict[Finding, str] = {}
    for code in places:
        of = sorted(standing.schools_of(findings, code), key=lambda one: (one.place, one.id))
        strips = dict.fromkeys(of, code) | strips
    order = sorted(strips, key=lambda one: places.index(strips[one]))
    rows = figure.frame_of(order, strip=lambda one: strips[one])
    headline = next((code for code in places if catalog.place(code).headline), None)
    bright = rows["strip"] == (focus if focus in places else headline)
    rows["color"] = bright.map({True: style.ACCENT, False: style.PLAIN})
    # A number that chance alone could move far is not named as the lowest or highest.
    steady = rows[(rows["publish"] == "point") & ~rows["hollow"].astype(bool)]
    ends = steady.sort_values("estimate", kind="stable").groupby("strip", sort=False)
    named = [*ends.head(better <= 0).index, *ends.tail(better >= 0).index]
    asked = rows["place"] == focus
    edge = rows["color"].mask(asked, style.INK)
    return rows.assign(named=rows.index.isin(named) | asked, edge=edge)


def _ranges(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how many schools have each range."""
    ends, open_ = ["color", "publish", "bound_low", "bound_high"], rows["publish"] == "range"
    return rows[open_].groupby(ends, dropna=False).size().rename("n").reset_index()


def _draw(
    axes: Axes, rows: pd.DataFrame, strips: dict[str, pd.DataFrame], pooled: dict[str, Finding],
    inch: float,
) -> None:  # fmt: skip
    points = rows[rows["publish"] == "point"]
    sns.swarmplot(
        points, x="estimate", y="strip", order=list(strips), orient="h", size=5.5, linewidth=1.2,
        ax=axes, zorder=3, clip_on=False, warn_thresh=1,
    )  # fmt: skip
    bottom, top, names = (0.3 * _SWARM + 0.25) * inch, 0.55 * _SWARM * inch, []
    axes.set_ylim(len(strips) - bottom, -top)
    for code, strip in strips.items():
        name, *told = captions.of_schools(code, list(strip["finding"]), pooled.get(code))
        told = [
            style.wrapped(name, _LABEL, style.BODY),
            *(style.wrapped(one, _LABEL) for one in told),
        ]
        names.append("\n".join(told))
    axes.set_yticks(range(len(strips)), names, color=style.INK)
    axes.tick_params(axis="y", pad=7)
    every = [one for one in axes.collections if isinstance(one, PathCollection)]
    swarms = [one for one in every if np.size(one.get_offsets())]
    for swarm, (_, strip) in zip(swarms, points.groupby("strip", sort=False), strict=True):
        style.dotted(axes, strip, swarm, say("a school"), say("a school, interpret with care"))
        style.after(axes, partial(_name_ends, axes, swarm, strip))
    for at, (code, strip) in enumerate(strips.items()):
        _bands(axes, _ranges(strip), at + (0.62 * _SWARM + 0.12) * inch, _LANE * inch)
        if code in pooled and pooled[code].row.publish != "nothing":
            _pooled(axes, pooled[code], at, 0.42 * _SWARM * inch)


def _bands(axes: Axes, ranges: pd.DataFrame, top: float, lane: float) -> None:
    """Draw each range under the dots, with how many schools have it."""
    rows, end = ranges.assign(y=top + lane * ranges.index), axes.get_xlim()[1]
    band = say("range of schools with withheld figures")
    style.ranges(axes, rows, "y", wide=lane * 0.5, band=band)
    for row in style.records(rows):
        late = pd.isna(row.bound_high) or row.bound_high > 0.8 * end
        x, away, side = (row.bound_low, -4, "right") if late else (row.bound_high, 4, "left")
        axes.annotate(
            plural("{n} school", "{n} schools", int(row.n)), (x, row.y), (away, 0),
            textcoords="offset points", va="center", ha=side, fontsize=SMALL, color=QUIET,
        )  # fmt: skip


def _pooled(axes: Axes, finding: Finding, at: int, half: float) -> None:
    """Draw the rate of all schools together as a line through the dots, or its range."""
    row = figure.frame_of([finding]).assign(y=at, color=style.INK)
    style.explains(axes, {KeyMark("line", say("all schools of the place together")): True})
    band = say("range of schools with withheld figures")
    style.ranges(axes, row, "y", wide=2 * half, at=1.5, band=band)
    axes.vlines(row["estimate"], at - half, at + half, color=style.INK, linewidth=1.4, zorder=2)


def _name_ends(axes: Axes, swarm: PathCollection, strip: pd.DataFrame) -> None:
    """Name schools under the dots, moved apart where they would overlap, each with a line to its dot."""
    spots = np.asarray(swarm.get_offsets())
    dots, back = axes.transData.transform(spots), axes.transData.inverted()
    named = np.flatnonzero(strip["named"])
    texts = strip["finding"].iloc[named].map(captions.called)
    dpi, box = axes.figure.dpi, axes.get_window_extent()
    end = min(box.x1 + 40, axes.figure.bbox.x1)
    wide = [style.size_of(text, SMALL) * dpi + 10 for text in texts]
    fits = sum(wide) <= box.width  # beside each other; if not, each under the one before
    centres = style.spread(list(dots[named, 0]), wide, box.x0, end) if fits else []
    for at, (text, spot) in enumerate(zip(texts, named, strict=True)):
        x = centres[at] if fits else style.spread([dots[spot, 0]], [wide[at]], box.x0, end)[0]
        y = dots[:, 1].min() - 8 - (0 if fits else at) * style.tall(text) * dpi
        axes.annotate(
            text, tuple(spots[spot]), tuple(back.transform((x, y))), va="top", ha="center",
            fontsize=SMALL, annotation_clip=False, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
            arrowprops={"arrowstyle": "-", "color": QUIET, "linewidth": 0.7, "shrinkB": 3, "shrinkA": 0},
        )  # fmt: skip
