"""Plot a rate of every school as a swarm of dots, the schools of each place together."""

import re
from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from sesec_analysis import catalog
from sesec_analysis.evidence import tables
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.numbers import span_words
from sesec_analysis.figures import axes as scales
from sesec_analysis.figures import figure, style, words
from sesec_analysis.figures.axes import Axis, SideLabels
from sesec_analysis.figures.style import QUIET, SMALL, KeyMark
from sesec_analysis.i18n import plural, say

__all__ = ["called", "of_place", "plot_schools", "school_name", "schools_of"]


def plot_schools(
    estimates: pd.DataFrame,
    *,
    places: Sequence[str] = ("southeast_seattle", "rest_of_seattle"),
    title: str | None = None,
    subtitle: str | None = None,
    focus: str | None = None,
    headline: pd.DataFrame | None = None,
) -> figure.ReportFigure | Notice:
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
    headline
        As of `plot_rates`.

    Returns
    -------
    ReportFigure or Notice
        A notice if there are no rows of schools of these places.

    Raises
    ------
    DataError
        If the estimates answer several questions, or ``focus`` is not among them.

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
    Students per school: 720 to 1,284.
    """
    of_schools = estimates.loc[estimates["organization_level"] == "school"]
    if of_schools.empty:
        return tables.missing(estimates)
    findings = figure.one_question(estimates, ("rate", "average"))
    focus = focus if focus in places else figure.checked_focus(findings, focus)
    rows = _rows(findings, places, focus)
    if rows.empty:
        return tables.missing(estimates)
    pooled = {one.row.organization_id: one for one in findings if one.row.organization_id in places}
    pooled = {code: pooled[code] for code in rows["strip"].unique() if code in pooled}
    ends = figure.frame_of([*rows["finding"], *pooled.values()])
    every = [
        value
        for column in ("estimate", "bound_low", "bound_high")
        for value in ends[column].dropna()
    ]
    scale = scales.level_scale(every, findings[0].row.unit)
    strips = {code: rows[rows["strip"] == code] for code in rows["strip"].unique()}
    picture = figure.Picture(
        kind=say("Dot plot"),
        height=_tall(rows) * len(strips) + 0.35,
        draw=partial(_draw, rows=rows, pooled=pooled, scale=scale),
        key=_key(rows, pooled),
        notes=_notes(rows),
        name=lambda finding: finding.place,
        highlights=[
            f"{catalog.place(code).name}: {_told(strip, _better(findings))}"
            for code, strip in strips.items()
        ],
        by=say("by school"),
    )
    shown = Findings([*pooled.values(), *rows["finding"]])
    return figure.finished(shown, picture, title, subtitle, headline)


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


def called(finding: Finding) -> str:
    """Return the label beside the dot of a school that is named: its name and value."""
    return f"{school_name(finding)} {words.short(finding)}"


def schools_of(findings: Iterable[Finding], code: str) -> list[Finding]:
    """Return the findings of schools that belong to a place."""
    place = catalog.place(code)
    others = catalog.place(place.all_but).schools if place.all_but else {}

    def belongs(school: str) -> bool:
        return (
            school not in others
            if place.all_but
            else place.whole_district or school in place.schools
        )

    return [
        one
        for one in findings
        if one.row.organization_level == "school" and belongs(one.row.organization_id)
    ]


def of_place(count: int, place: str, reason: str) -> str:
    """Return how many schools of a place are left out, and why."""
    return plural(
        "{n} school of {place} ({reason})", "{n} schools of {place} ({reason})", count, place=place, reason=reason
    )  # fmt: skip


def _rows(findings: Findings, places: Sequence[str], focus: str | None) -> pd.DataFrame:
    """Return the schools of each place by name; a school stands in the first place that it belongs to."""
    headline = next((code for code in places if catalog.place(code).headline), None)
    bright = focus if focus in places else headline
    strips: dict[str, str] = {}
    kept = []
    for code in places:
        inside = [
            one for one in schools_of(findings, code) if one.row.organization_id not in strips
        ]
        strips |= {one.row.organization_id: code for one in inside}
        kept += sorted(inside, key=lambda one: (one.place, one.id))
    rows = figure.frame_of(kept, strip=lambda one: strips[one.row.organization_id])
    rows["color"] = (rows["strip"] == bright).map({True: style.ACCENT, False: style.PLAIN})
    # A number that chance alone could move far is not named as the lowest or highest.
    steady = rows[(rows["publish"] == "point") & ~rows["hollow"]].sort_values(
        "estimate", kind="stable"
    )
    ends = steady.groupby("strip", sort=False)
    better = _better(findings)
    named = [
        *(ends.head(1).index if better <= 0 else ()),
        *(ends.tail(1).index if better >= 0 else ()),
    ]
    rows["named"] = rows.index.isin(named) | (rows["place"] == focus)
    rows["asked"] = rows["place"] == focus
    return rows


def _better(findings: Findings) -> int:
    """Return 1 if higher is better, -1 if lower is: only the school at that end is named; 0 names both ends."""
    return _BETTER[catalog.indicator(findings[0].row.indicator).direction]


_BETTER = {"higher_is_better": 1, "lower_is_better": -1, "neutral": 0}


def _told(strip: pd.DataFrame, better: int) -> str:
    """Return the least and the most of a place as a phrase, with the names of schools that are named."""
    points = strip.loc[strip["publish"] == "point"].sort_values("estimate", kind="stable")
    if better == 0 or len(points) < 2:
        return words.extremes(list(points["finding"]), school_name)[0]
    low, high = points["finding"].iloc[0], points["finding"].iloc[-1]
    return say("From {low} to {high}", low=low.printed.value, high=high.printed.value)


def _ranges(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how many schools have each range."""
    open_ = rows[rows["publish"] == "range"]
    ends = ["color", "bound_low", "bound_high"]
    return open_.groupby(ends, dropna=False, sort=True).size().rename("n").reset_index()


_SWARM, _LANE = 1.25, 0.2  # inches: room for dots and names, and for each range


def _tall(rows: pd.DataFrame) -> float:
    """Return the inches of a strip: all are as tall as the one with the most ranges."""
    return 0.45 + _SWARM + _LANE * max(len(_ranges(strip)) for _, strip in rows.groupby("strip"))


def _key(rows: pd.DataFrame, pooled: dict[str, Finding]) -> list[KeyMark]:
    """Return the marks that the picture uses, and what each means."""
    points = rows[rows["publish"] == "point"]
    marks = {
        KeyMark("dot", say("a school")): not points["hollow"].all(),
        KeyMark("hollow", say("a school, interpret with care")): points["hollow"].any(),
        KeyMark("band", say("range of schools with withheld figures")): (
            rows["publish"] == "range"
        ).any(),
        KeyMark("line", say("all schools of the place together")): bool(pooled),
    }
    return [key for key, drawn in marks.items() if drawn]


def _notes(rows: pd.DataFrame) -> list[str]:
    """Return how many students a school has, and the note that counts those not shown, by place and reason."""
    of = [one.row for one in rows.loc[rows["publish"] != "nothing", "finding"]]
    students = span_words((row.n_low, row.n_high) for row in of)
    noun = labels.counted_words(of[0]).capitalize() if of else ""
    notes = [say("{counted} per school: {n}.", counted=noun, n=students)] if students else []
    hidden = rows[rows["publish"] == "nothing"].assign(
        reason=lambda frame: [one.row.reason for one in frame["finding"]]
    )
    absent = [
        of_place(len(of), catalog.place(str(code)).phrase, str(reason))
        for (code, reason), of in hidden.groupby(["strip", "reason"], sort=False)
    ]
    return [*notes, *([say("Not shown: {rows}.", rows="; ".join(absent))] if absent else [])]


def _draw(
    names: SideLabels, *, rows: pd.DataFrame, pooled: dict[str, Finding], scale: Axis
) -> Figure:
    made, by_name = figure.blank(3)
    axes, inch = by_name["all"], 1 / _tall(rows)
    scale.across(axes)
    strips = list(rows["strip"].unique())
    points = rows[rows["publish"] == "point"]
    sns.swarmplot(
        points, x="estimate", y="strip", order=strips, orient="h", size=5.5, linewidth=1.2, hue="strip", legend=False,
        palette=dict(zip(rows["strip"], rows["color"], strict=True)), ax=axes, zorder=3,
        clip_on=False, warn_thresh=1,
    )  # fmt: skip
    axes.set(
        ylim=(
            len(strips) - 1 + 1 - 0.3 * _SWARM * inch - 0.25 * inch,
            -0.55 * _SWARM * inch - 0.25 * inch,
        ),
        ylabel="",
        xlabel="",
    )
    axes.set_yticks(
        range(len(strips)),
        [_label(code, rows[rows["strip"] == code]) for code in strips],
        color=style.INK,
    )
    axes.tick_params(axis="y", length=0, pad=7)
    swarms = [
        one
        for one in axes.collections
        if isinstance(one, PathCollection) and np.size(one.get_offsets())
    ]
    kept = [points[points["strip"] == code] for code in strips if (points["strip"] == code).any()]
    for swarm, strip in zip(swarms, kept, strict=True):
        swarm.set_facecolor(strip["color"].where(~strip["hollow"].astype(bool), "white").tolist())
        swarm.set_edgecolor(strip["color"].where(~strip["asked"], style.INK).tolist())
        names.after(partial(_name_ends, axes, swarm, strip))
    for at, code in enumerate(strips):
        _bands(
            axes,
            _ranges(rows[rows["strip"] == code]),
            at + (0.62 * _SWARM + 0.12) * inch,
            _LANE * inch,
        )
        if code in pooled:
            _pooled(names, axes, pooled[code], at, 0.42 * _SWARM * inch)
    return made


def _label(code: str, rows: pd.DataFrame) -> str:
    """Return the name of a place and how many of its schools are shown."""
    n, shown = len(rows), int((rows["publish"] != "nothing").sum())
    counted = plural("{n} school", "{n} schools", n)
    counted = counted if shown == n else say("{shown} of {n} schools shown", shown=shown, n=n)
    return "\n".join(
        style.wrapped(catalog.place(code).name, 1.35) + style.wrapped(counted, 1.35, SMALL)
    )


def _bands(axes: Axes, ranges: pd.DataFrame, top: float, lane: float) -> None:
    """Draw each range under the dots, with how many schools have it."""
    rows = ranges.assign(y=[top + lane * at for at in range(len(ranges))], publish="range")
    style.ranges(axes, rows, "y", wide=lane * 0.5)
    end = axes.get_xlim()[1]
    for row in style.records(rows):
        late = pd.isna(row.bound_high) or row.bound_high > 0.8 * end
        axes.annotate(
            plural("{n} school", "{n} schools", int(row.n)), (row.bound_low if late else row.bound_high, row.y),
            (-4 if late else 4, 0), textcoords="offset points", va="center", ha="right" if late else "left",
            fontsize=SMALL, color=QUIET,
        )  # fmt: skip


def _pooled(names: SideLabels, axes: Axes, finding: Finding, at: int, half: float) -> None:
    """Draw the rate of all schools together as a line through the dots, or its range."""
    numbers = finding.printed.numbers
    if finding.row.publish == "nothing":
        return
    value, low, high = numbers["estimate"], numbers["bound_low"] or 0.0, numbers["bound_high"]
    if value is None:
        high = axes.get_xlim()[1] if high is None else high
        axes.bar(
            (low + high) / 2,
            2 * half,
            bottom=at - half,
            width=high - low,
            zorder=1.5,
            **style.band_style(style.INK),
        )
        value = (low + high) / 2
    else:
        axes.plot([value, value], [at - half, at + half], color=style.INK, linewidth=1.4, zorder=2)
    text = say("all its schools together {value}", value=words.short(finding))
    label = axes.annotate(
        text, (value, at - half), (0, 3), textcoords="offset points", ha="center", fontsize=SMALL
    )
    names.after(partial(_inside, axes, label))


def _inside(axes: Axes, label: Annotation) -> None:
    """Move a label so far that it stays over the axes."""
    box, room = label.get_window_extent(), axes.get_window_extent()
    off = max(room.x0 - box.x0, 0) + min(room.x1 - box.x1, 0)
    label.set_position((off / axes.figure.dpi * 72, 3))


def _name_ends(axes: Axes, swarm: PathCollection, strip: pd.DataFrame) -> None:
    """Name schools under the dots, moved apart where they would overlap, each with a line to its dot."""
    dots = axes.transData.transform(np.asarray(swarm.get_offsets()))
    named = [at for at, named in enumerate(strip["named"]) if named]
    texts = [called(strip["finding"].iloc[at]) for at in named]
    dpi, box = axes.figure.dpi, axes.get_window_extent()
    wide = [style.size_of(text, SMALL) * dpi + 10 for text in texts]
    rows = [0] * len(named) if sum(wide) <= box.width else list(range(len(named)))
    bottom = dots[:, 1].min() - 8
    for row in sorted(set(rows)):
        of = [index for index, other in enumerate(rows) if other == row]
        centres = scales.spread(
            [dots[named[at]][0] for at in of], [wide[at] for at in of], box.x0, box.x1 + 40
        )
        for at, centre in zip(of, centres, strict=True):
            y = bottom - row * style.leading(SMALL) * dpi
            point, text = (
                tuple(axes.transData.inverted().transform(spot))
                for spot in (dots[named[at]], (centre, y))
            )
            axes.annotate(
                texts[at], point, text, va="top", ha="center", fontsize=SMALL, annotation_clip=False,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
                arrowprops={"arrowstyle": "-", "color": QUIET, "linewidth": 0.7, "shrinkB": 3, "shrinkA": 0},
            )  # fmt: skip
