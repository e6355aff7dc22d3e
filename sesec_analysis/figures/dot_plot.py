"""Plot rates, gaps and ratios of one year as dots with intervals, a row for each student group.

Every number drawn has passed the gate and is drawn as it is printed.
"""

from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sesec_analysis.evidence import tables
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.figures import axes as scales
from sesec_analysis.figures import figure, style, words
from sesec_analysis.figures.axes import Axis, SideLabels
from sesec_analysis.figures.style import BODY, MARGIN, QUIET, SMALL, WIDTH, KeyMark
from sesec_analysis.i18n import say

__all__ = ["plot_gaps", "plot_rates"]


def plot_rates(
    estimates: pd.DataFrame,
    *,
    title: str | None = None,
    subtitle: str | None = None,
    focus: str | None = None,
    headline: pd.DataFrame | None = None,
) -> figure.ReportFigure | Notice:
    """Plot rates as dots with their intervals, a row for each student group.

    Parameters
    ----------
    estimates
        Rates of one indicator, school year and grade; of several places at once if wanted.
    title, subtitle
        None: made of what is shown.
    focus
        Code of a student group or organization to bring out and show first.
    headline
        ESTIMATES of which the first row's headline is the title, where it allows one.

    Returns
    -------
    ReportFigure or Notice
        A notice if there are no rows, or none that may be shown.

    Raises
    ------
    DataError
        If the estimates are not rates of one indicator, year and grade, or ``focus`` is not among them.

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
    return _plotted(findings, figure.checked_focus(findings, focus), title, subtitle, headline)


def plot_gaps(
    estimates: pd.DataFrame,
    *,
    title: str | None = None,
    subtitle: str | None = None,
    focus: str | None = None,
    headline: pd.DataFrame | None = None,
) -> figure.ReportFigure | Notice:
    """Plot gaps, or ratios, against a line of no difference, a row for each student group.

    Parameters
    ----------
    estimates
        Gaps or ratios, not both, of one indicator, school year, grade and reference.
    title, subtitle, focus, headline
        As of `plot_rates`.

    Returns
    -------
    ReportFigure or Notice
        A notice if there are no rows, or none that may be shown.

    Raises
    ------
    DataError
        If gaps and ratios are mixed, the estimates answer several questions, or ``focus`` is not among them.

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
    return _plotted(findings, figure.checked_focus(findings, focus), title, subtitle, headline)


_LABEL, _GAP = 2.2, 0.12  # inches: widest label, and between columns
_ROW, _TIGHT, _HEADING = 0.32, 0.235, 0.33
_SEEN = 0.03  # of the axis: an interval that is narrower lies behind its dot


def _plotted(
    findings: Findings,
    focus: str | None,
    title: str | None,
    subtitle: str | None,
    headline: pd.DataFrame | None,
) -> figure.ReportFigure | Notice:
    name, order = figure.named(findings), figure.ordered(findings, focus)
    rows = _rows([finding for finding in order if finding.row.publish != "nothing"], focus)
    if rows.empty:
        return Notice(words.title(findings), " ".join(words.notes(order, name)))
    every = [value for column in figure.NUMBERS for value in rows[column].dropna()]
    unit = findings[0].row.unit
    if findings[0].row.compares:
        scale = scales.ratio_scale(every) if unit == "ratio" else scales.gap_scale(every)
    else:
        scale = scales.level_scale(every, unit)
    picture = figure.Picture(
        kind=say("Dot plot"),
        height=rows["y"].iloc[-1] + 0.6 + 0.2 * bool(scale.label) + 0.4 * (scale.equal is not None),
        draw=partial(_draw, rows=rows, scale=scale, findings=findings),
        key=_key(rows, scale, findings),
        notes=[*words.counts(findings), *words.notes(order, name), *words.compared(findings)],
        name=name,
        highlights=words.extremes(order, name),
    )
    return figure.finished(findings, picture, title, subtitle, headline)


def _rows(findings: list[Finding], focus: str | None) -> pd.DataFrame:
    """Return the rows to draw with their words and looks, and how far from the top each stands, in inches."""
    places = dict.fromkeys(finding.row.organization_id for finding in findings)
    several = len(places) > 1 and len({finding.row.student_group for finding in findings}) > 1
    looks = style.looks_of_places(sorted(places, key=lambda place: place != focus))
    rows = figure.frame_of(
        findings,
        focus=lambda finding: figure.is_focus(finding, focus),
        label=lambda finding: _wrapped(finding.place if len(places) > 1 else finding.label),
        heading=lambda finding: finding.label,
        shape=lambda finding: looks[finding.row.organization_id].marker,
        students=_students,
    )
    rows["heading"] = rows["heading"].where(several & (rows["group"] != rows["group"].shift()), "")
    rows["color"] = rows["focus"].map({True: style.ACCENT, False: style.PLAIN})
    rows["weight"] = rows["focus"].map({True: "bold", False: "normal"})
    rows["ink"] = rows["focus"].map({True: style.INK, False: QUIET if several else style.INK})
    parts = rows["label"].str.count("\n") + 1
    height = (parts * style.leading(BODY) + 0.06).clip(lower=_TIGHT if several else _ROW)
    rows["y"] = (height + (rows["heading"] != "") * _HEADING).cumsum() - height / 2
    return rows


def _wrapped(label: str) -> str:
    return "\n".join(style.wrapped(label, _LABEL, BODY, "bold"))


def _students(finding: Finding) -> str:
    """Return how many students a finding is of."""
    n = finding.printed.n.replace(" to ", "–")
    if not n:
        return ""
    return say("of {counted}", counted=n) if finding.row.is_composition else f"n={n}"


def _draw(names: SideLabels, *, rows: pd.DataFrame, scale: Axis, findings: Findings) -> Figure:
    made, by_name = figure.blank(rows["y"].iloc[-1] + 0.6)
    axes = by_name["all"]
    scale.across(axes)
    axes.set_ylim(rows["y"].iloc[-1] + 0.2, 0)
    _reach(axes, rows, scale)
    rows["x"] = rows["estimate"].clip(scale.low, scale.high)
    style.dots(axes, rows, "x", "y")
    axes.set_xlabel(scale.label)
    heads = rows[rows["heading"] != ""].assign(label=rows["heading"], weight="bold", ink=style.INK)
    texts = pd.concat([rows, heads.assign(y=heads["y"] - _TIGHT / 2 - 0.12)])
    axes.set_yticks(texts["y"], texts["label"], fontsize=BODY)
    axes.tick_params(axis="y", length=0, pad=7)
    for tick, weight, ink in zip(
        axes.get_yticklabels(), texts["weight"], texts["ink"], strict=True
    ):
        tick.set(weight=weight, color=ink)
    _values(axes, rows)
    if scale.equal is not None:
        axes.set_title(" \n ")  # room for what lies on either side
        names.after(partial(_sides, axes, scale.equal, words.sides(findings)))
    names.after(partial(scales.thinned, axes, scale))
    return made


def _reach(axes: Axes, rows: pd.DataFrame, scale: Axis) -> None:
    """Draw what is known round a value: its interval, or the range that withheld figures leave open."""
    ends = list(figure.NUMBERS[1:])
    held = rows.assign(**{end: rows[end].clip(scale.low, scale.high) for end in ends})
    points, open_ = held[held["publish"] == "point"], held[held["publish"] == "range"]
    low, high = (points[f"ci_{end}"].fillna(points[f"outer_{end}"]) for end in ("low", "high"))
    axes.hlines(points["y"], low, high, colors=list(points["color"]), linewidth=1.7, zorder=2.5)
    axes.hlines(open_["y"], open_["outer_low"].fillna(scale.low), open_["outer_high"].fillna(scale.high),
                colors=list(open_["color"]), linewidth=1.1, linestyle=":", zorder=2)  # fmt: skip
    style.ranges(axes, rows, "y")
    narrow = rows[rows["narrow"]]
    for row in style.records(narrow):
        axes.plot(row.at, row.y, marker="|", markersize=8, markeredgewidth=1.6, color=row.color)
    for at, beyond, marker in _beyond(rows, scale):
        axes.scatter(
            [at] * len(beyond),
            beyond["y"],
            c=beyond["color"],
            marker=marker,
            s=25,
            clip_on=False,
            zorder=3,
        )


def _beyond(rows: pd.DataFrame, scale: Axis) -> list[tuple[float, pd.DataFrame, str]]:
    """Return the ends of the axis, the ranges that go on beyond each, and its arrow."""
    open_ = rows[rows["publish"] == "range"]
    over = open_["bound_high"].isna() | (open_["bound_high"] > scale.high)
    ends = [(scale.low, open_[open_["bound_low"] < scale.low], "<"), (scale.high, open_[over], ">")]
    return [end for end in ends if len(end[1])]


def _values(axes: Axes, rows: pd.DataFrame) -> None:
    """Write each value and its number of students in two columns at the right."""
    values = [words.short(finding) for finding in rows["finding"]]
    end = (max(style.size_of(value, BODY, "bold") for value in values) + _GAP) * 72
    at: dict[str, Any] = {
        "xycoords": axes.get_yaxis_transform(),
        "textcoords": "offset points",
        "va": "center",
    }
    for value, row in zip(values, style.records(rows), strict=True):
        own: dict[str, Any] = {
            "ha": "right",
            "weight": row.weight,
            "fontsize": BODY,
            "color": style.INK,
        }
        axes.annotate(value, (1, row.y), (end, 0), **at, **own)
        axes.annotate(
            row.students, (1, row.y), (end + _GAP * 72, 0), **at, fontsize=SMALL, color=QUIET
        )


def _sides(axes: Axes, equal: float, texts: tuple[str, str]) -> None:
    """Write what lies left and right of no difference: all the width is free there."""
    whole = axes.figure.bbox.width
    middle, edge = axes.transData.transform((equal, 0))[0], MARGIN / WIDTH * whole
    lower, higher = texts
    brief = (" ".join(lower.split()[:3]), f"{' '.join(higher.split()[:2])} →")
    rooms = (middle - edge, whole - edge - middle)
    for text, less, room, at in zip(texts, brief, rooms, (-6, 6), strict=True):
        parts = style.wrapped(text, room / axes.figure.dpi - 0.12, SMALL)
        parts = (
            parts if len(parts) <= 2 else style.wrapped(less, room / axes.figure.dpi - 0.12, SMALL)
        )
        axes.annotate(
            "\n".join(parts), (equal, 1), (at, 4), xycoords=axes.get_xaxis_transform(),
            textcoords="offset points", ha="right" if at < 0 else "left", fontsize=SMALL, color=QUIET,
        )  # fmt: skip


def _key(rows: pd.DataFrame, scale: Axis, findings: Findings) -> list[KeyMark]:
    """Return the marks that the picture uses and can be seen, and what each means."""
    value = findings[0].row.entry.label.lower()
    points, open_ = rows[rows["publish"] == "point"], rows[rows["publish"] == "range"]
    wide = points["ci_high"].fillna(points["outer_high"]) - points["ci_low"].fillna(
        points["outer_low"]
    )
    marks = {
        KeyMark("dot", value): not points["hollow"].all(),
        KeyMark("hollow", say("{value}, interpret with care", value=value)): points["hollow"].any(),
        KeyMark("line", figure.level_of(findings)): (wide > _SEEN * (scale.high - scale.low)).any(),
        KeyMark("band", say("range left open by withheld figures")): len(open_),
        KeyMark("tick", say("its middle")): rows["narrow"].any(),
        KeyMark("thin", say("range and chance together")): open_["outer_low"].notna().any(),
        KeyMark("arrow", say("goes on beyond the axis")): bool(_beyond(rows, scale)),
    }
    return [key for key, drawn in marks.items() if drawn]
