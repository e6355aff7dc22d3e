"""Plot a rate of every school as a swarm of dots, the schools of each place together."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection

from sesec_analysis import catalog
from sesec_analysis.evidence import standing, tables
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.numbers import span_words
from sesec_analysis.figures import figure, style, words
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

    Parameters
    ----------
    estimates
        Rates of schools, of one indicator, school year, grade and student group. A row of a place itself is drawn as
        the line of all its schools together.
    places
        Codes of places, from top to bottom; a school is shown in the first that it belongs to.
    focus
        Code of a place to bring out, or of a school to name.

    Notes
    -----
    Reading: each dot is a school, whatever its size. The school at the better end is named, or where neither is better
    those at both; schools that may not be shown are counted under the figure.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> schools = sa.load("enrollment", place="seattle", organization_level="school", end_years=2019,
    ...                   grade_level="all", student_group="low_income")
    >>> print(plot_schools(sa.rates(schools)).alt)
    Dot plot: Low-income: share of students, by school; 2018–19. Southeast Seattle: From 28.8% (Orca K-8) to 81.6%
    (Rising Star Elementary). Rest of Seattle: From 2.7% (McDonald International) to 94.2% (Seattle World). Values are
    in the table.
    """
    if not (estimates["organization_level"] == "school").any():
        return tables.missing(estimates)
    findings = figure.one_question(estimates, ("rate", "average"))
    focus = focus if focus in places else figure.checked_focus(findings, focus)
    better = standing.better(findings)
    rows = _rows(findings, places, focus, better)
    if rows.empty:
        return tables.missing(estimates)
    strips = {code: rows[rows["strip"] == code] for code in rows["strip"].unique()}
    pooled = {one.row.organization_id: one for one in findings if one.row.organization_id in strips}
    shown = Findings([*(pooled[code] for code in strips if code in pooled), *rows["finding"]])
    made, [axes] = figure.blank()
    numbers = style.numbers_of(figure.frame_of(shown), "estimate", "bound_low", "bound_high")
    style.level_scale(numbers, findings[0].row.unit).on(axes.xaxis)
    tall = 0.2 + _SWARM + _LANE * max(len(_ranges(strip)) for strip in strips.values())
    told = {code: one for code, one in pooled.items() if one.row.publish != "nothing"}
    _draw(axes, strips, told, 1 / tall)
    return figure.finished(
        shown, made, kind=say("Dot plot"), height=tall * len(strips) + 0.35, notes=_notes(rows),
        name=lambda one: one.place, by=say("by school"),
        highlights=[f"{catalog.place(code).name}: {_told(of, better)}" for code, of in strips.items()],
    )  # fmt: skip


_SWARM, _LANE, _LABEL = (
    1.25,
    0.2,
    1.55,
)  # inches: room for dots and names, for each range, and for what is at the left


def _rows(
    findings: Findings, places: Sequence[str], focus: str | None, better: int
) -> pd.DataFrame:
    """Return the schools of each place by name; a school stands in the first place that it belongs to."""
    headline = next((code for code in places if catalog.place(code).headline), None)
    strips: dict[str, str] = {}
    kept = []
    for code in places:
        every = standing.schools_of(findings, code)
        inside = [one for one in every if one.row.organization_id not in strips]
        strips |= {one.row.organization_id: code for one in inside}
        kept += sorted(inside, key=lambda one: (one.place, one.id))
    rows = figure.frame_of(kept, strip=lambda one: strips[one.row.organization_id])
    bright = rows["strip"] == (focus if focus in places else headline)
    rows["color"] = bright.map({True: style.ACCENT, False: style.PLAIN})
    # A number that chance alone could move far is not named as the lowest or highest.
    steady = rows[(rows["publish"] == "point") & ~rows["hollow"].astype(bool)]
    ends = steady.sort_values("estimate", kind="stable").groupby("strip", sort=False)
    named = [
        *(ends.head(1).index if better <= 0 else ()),
        *(ends.tail(1).index if better >= 0 else ()),
    ]
    rows["asked"] = rows["place"] == focus
    return rows.assign(named=rows.index.isin(named) | rows["asked"])


def _told(strip: pd.DataFrame, better: int) -> str:
    """Return the least and the most of a place as a phrase, with the names of schools that are named."""
    points = strip.loc[strip["publish"] == "point"].sort_values("estimate", kind="stable")
    of = list(points["finding"])
    if better == 0 or len(of) < 2:
        return words.extremes(of, words.school_name)[0]
    return say("From {low} to {high}", low=of[0].printed.value, high=of[-1].printed.value)


def _ranges(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how many schools have each range."""
    open_ = rows[rows["publish"] == "range"]
    ends = open_.groupby(["color", "bound_low", "bound_high"], dropna=False, sort=True)
    return ends.size().rename("n").reset_index()


def _notes(rows: pd.DataFrame) -> list[str]:
    """Return how many students a school has, and the note that counts those not shown, by place and reason."""
    of = [one.row for one in rows.loc[rows["publish"] != "nothing", "finding"]]
    students = span_words((row.n_low, row.n_high) for row in of)
    noun = labels.counted_words(of[0]).capitalize() if of else ""
    notes = [say("{counted} per school: {n}.", counted=noun, n=students)] if students else []
    hidden = rows[rows["publish"] == "nothing"]
    reasons = hidden["finding"].map(lambda one: one.row.reason)
    absent = [
        words.of_place(len(of), catalog.place(str(code)).phrase, str(reason))
        for (code, reason), of in hidden.groupby([hidden["strip"], reasons], sort=False)
    ]
    return [*notes, *([say("Not shown: {rows}.", rows="; ".join(absent))] if absent else [])]


def _draw(
    axes: Axes, strips: dict[str, pd.DataFrame], pooled: dict[str, Finding], inch: float
) -> None:
    rows = pd.concat(strips.values())
    points = rows[rows["publish"] == "point"]
    style.explains_dots(axes, points, say("a school"), say("a school, interpret with care"))
    sns.swarmplot(
        points, x="estimate", y="strip", order=list(strips), orient="h", size=5.5, linewidth=1.2, hue="strip",
        palette=dict(zip(rows["strip"], rows["color"], strict=True)), legend=False, ax=axes, zorder=3,
        clip_on=False, warn_thresh=1,
    )  # fmt: skip
    bottom, top = (0.3 * _SWARM + 0.25) * inch, 0.55 * _SWARM * inch
    axes.set(ylim=(len(strips) - bottom, -top), ylabel="", xlabel="")
    told = [_label(code, strip, pooled.get(code)) for code, strip in strips.items()]
    axes.set_yticks(range(len(strips)), told, color=style.INK)
    axes.tick_params(axis="y", pad=7)
    every = [one for one in axes.collections if isinstance(one, PathCollection)]
    swarms = [one for one in every if np.size(one.get_offsets())]
    for swarm, (_, strip) in zip(swarms, points.groupby("strip", sort=False), strict=True):
        swarm.set_facecolor(strip["color"].where(~strip["hollow"].astype(bool), "white").tolist())
        swarm.set_edgecolor(strip["color"].where(~strip["asked"], style.INK).tolist())
        style.touched(axes, strip["finding"], swarm)
        style.after(axes, partial(_name_ends, axes, swarm, strip))
    for at, (code, strip) in enumerate(strips.items()):
        _bands(axes, _ranges(strip), at + (0.62 * _SWARM + 0.12) * inch, _LANE * inch)
        if code in pooled:
            _pooled(axes, pooled[code], at, 0.42 * _SWARM * inch)


def _label(code: str, rows: pd.DataFrame, pooled: Finding | None) -> str:
    """Return the name of a place, how many of its schools are shown, and what all of them have together."""
    n, shown = len(rows), int((rows["publish"] != "nothing").sum())
    counted = plural("{n} school", "{n} schools", n)
    counted = counted if shown == n else say("{shown} of {n} schools shown", shown=shown, n=n)
    together = say("all its schools together {value}", value=pooled.printed.mark) if pooled else ""
    place = style.wrapped(catalog.place(code).name, _LABEL, style.BODY)
    return "\n".join([place, *(style.wrapped(one, _LABEL) for one in (counted, together) if one)])


def _bands(axes: Axes, ranges: pd.DataFrame, top: float, lane: float) -> None:
    """Draw each range under the dots, with how many schools have it."""
    rows = ranges.assign(y=[top + lane * at for at in range(len(ranges))], publish="range")
    band = say("range of schools with withheld figures")
    style.ranges(axes, rows, "y", wide=lane * 0.5, band=band)
    end = axes.get_xlim()[1]
    for row in style.records(rows):
        late = pd.isna(row.bound_high) or row.bound_high > 0.8 * end
        axes.annotate(
            plural("{n} school", "{n} schools", int(row.n)), (row.bound_low if late else row.bound_high, row.y),
            (-4 if late else 4, 0), textcoords="offset points", va="center", ha="right" if late else "left",
            fontsize=SMALL, color=QUIET,
        )  # fmt: skip


def _pooled(axes: Axes, finding: Finding, at: int, half: float) -> None:
    """Draw the rate of all schools together as a line through the dots, or its range."""
    numbers = finding.printed.numbers
    low, high, value = numbers["bound_low"] or 0.0, numbers["bound_high"], numbers["estimate"]
    if value is None:
        wide = (axes.get_xlim()[1] if high is None else high) - low
        band = style.band_style(style.INK)
        bars = axes.barh(at, wide, 2 * half, left=low, zorder=1.5, **band)
        style.touched(axes, [finding], bars)
    else:
        axes.plot([value, value], [at - half, at + half], color=style.INK, linewidth=1.4, zorder=2)
    style.explains(axes, {KeyMark("line", say("all schools of the place together")): True})


def _name_ends(axes: Axes, swarm: PathCollection, strip: pd.DataFrame) -> None:
    """Name schools under the dots, moved apart where they would overlap, each with a line to its dot."""
    dots = axes.transData.transform(np.asarray(swarm.get_offsets()))
    named = np.flatnonzero(strip["named"])
    texts, spots = [words.called(strip["finding"].iloc[at]) for at in named], dots[named]
    dpi, box = axes.figure.dpi, axes.get_window_extent()
    end = min(box.x1 + 40, axes.figure.bbox.x1)
    wide = [style.size_of(text, SMALL) * dpi + 10 for text in texts]
    fits = sum(wide) <= box.width  # beside each other; if not, each under the one before
    centres = style.spread(list(spots[:, 0]), wide, box.x0, end) if fits else []
    bottom, back = dots[:, 1].min() - 8, axes.transData.inverted()
    for at, (text, spot) in enumerate(zip(texts, spots, strict=True)):
        x = centres[at] if fits else style.spread([spot[0]], [wide[at]], box.x0, end)[0]
        y = bottom - (0 if fits else at) * style.tall(text) * dpi
        axes.annotate(
            text, tuple(back.transform(spot)), tuple(back.transform((x, y))), va="top", ha="center",
            fontsize=SMALL, annotation_clip=False, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
            arrowprops={"arrowstyle": "-", "color": QUIET, "linewidth": 0.7, "shrinkB": 3, "shrinkA": 0},
        )  # fmt: skip
