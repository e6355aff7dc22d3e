"""Plot rates, gaps and ratios of one year as dots with intervals, a row for each student group."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.pictured import captions, side_by_side
from sesec_analysis.evidence.row import check_measured
from sesec_analysis.evidence.wording import labels
from sesec_analysis.figures import figure, style
from sesec_analysis.figures.style import BODY, QUIET, SMALL, Axis, KeyMark
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Arg, Renderer, Text, _

__all__ = ["plot_gaps", "plot_rates"]


@figure.plot
def plot_rates(
    estimates: pd.DataFrame, *, focus: str | None = None, ax: Axes | None = None
) -> figure.Drawn:
    """Plot rates as dots with their intervals, a row for each student group.

    The line through a dot is its sampling interval. A band without a dot holds the value that full data would show.
    Groups that may not be shown are named under the figure. All other students than those of a group are an upright
    line, from the ratio of the group to them.

    Parameters
    ----------
    estimates
        Rates of one indicator, school year and grade; of several places at once if wanted, and then of several
        indicators of the same students. Of one place also the ratio of a group to all other students.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> excluded = sa.load("disciplined", place="seattle", end_years=2019, grade_level="all")
    >>> print(plot_rates(sa.rates(excluded, by="race_ethnicity")).alt)
    Dot plot: Suspended or expelled, by race and ethnicity; Seattle Public Schools, 2019. From 0.9% (White) to 5.8%
    (Black or African American). Values are in the table.
    """
    check_measured(estimates)
    to_others = is_to_others(estimates)
    of_same = estimates[["student_group", "unit"]].drop_duplicates()
    varies = ["indicator"] if len(of_same) == 1 else []
    one_question = figure.one_question(estimates[~to_others], ("rate", "average"), varies=varies)
    every = Findings([*one_question, *findings(estimates[to_others])])
    return figure.planned_on(ax, make_dots, "plot_rates", every, estimates, focus=focus)


@figure.with_style
def make_dots(given: Spec, words: Renderer) -> figure.Plot:
    """Make what `plot_rates` and `plot_gaps` return."""
    levels = Findings([one for one in given.input if one.row.measure != "ratio"])
    others = [one for one in given.input if side_by_side.has_others(one)]
    if not levels:  # ratios alone are what is plotted
        return _plot_findings(given.input, given.options["focus"], words)
    return _plot_findings(levels, given.options["focus"], words, others)


def is_to_others(estimates: pd.DataFrame) -> "pd.Series[bool]":
    """Return which rows of estimates are ratios of a group to all other students."""
    return (estimates["measure"] == "ratio") & (estimates["reference"] == labels.OTHERS)


def unrounded_notes(ratios: Sequence[Finding]) -> list[Arg]:
    """Return the note that ratios are not those of the rates as they are printed."""
    return [Text(N_("Times are worked out before rates are rounded."))] if ratios else []


@figure.plot
def plot_gaps(
    estimates: pd.DataFrame, *, focus: str | None = None, ax: Axes | None = None
) -> figure.Drawn:
    """Plot gaps, or ratios, against a line of no difference, a row for each student group.

    A line that crosses the line of no difference leaves open whether there is one. Twice and half are equally far from
    equal.

    Parameters
    ----------
    estimates
        Gaps or ratios, not both, of one indicator, school year, grade and reference.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> excluded = sa.load("disciplined", place="seattle", end_years=2019, grade_level="all")
    >>> print(plot_gaps(sa.ratios(excluded, by="race_ethnicity", reference="white")).alt)
    Dot plot: Suspended or expelled, compared with White students; Seattle Public Schools, 2019. From 1.10 times
    (Asian) to 6.4 times (Black or African American). Values are in the table.
    """
    every = figure.one_question(estimates, ("gap", "ratio"))
    return figure.planned_on(ax, make_dots, "plot_gaps", every, estimates, focus=focus)


_LABEL, _GAP, _HEAD = 2.5, 0.12, 0.75  # inches: widest label, between columns, and over one
_ROWS = ((2, 0.5), (8, 0.28))  # up to how many rows have more room, and inches of each
_PAIRED, _MANY = 0.205, 0.32  # inches of a row of two places, and of one among many
_SEEN = 0.03  # of the axis: an interval that is narrower lies behind its dot


def _plot_findings(
    findings: Findings, focus: str | None, words: Renderer, others: Sequence[Finding] = ()
) -> figure.Plot:
    """Plot findings in rows of groups, each kind in the catalog's order; ``others`` are ratios to all others."""
    focus, first = findings.checked_focus(focus), findings[0].row
    name, order = captions.choose_naming(findings), findings.ordered(focus)
    kinds = list(dict.fromkeys(one.row.student_group_type for one in findings))
    order.sort(key=lambda one: kinds.index(one.row.student_group_type))
    if len(codes := list(dict.fromkeys(finding.row.indicator for finding in findings))) > 1:
        name = captions.in_panels(findings, "indicator")
        order.sort(key=lambda finding: codes.index(finding.row.indicator))
    shown = [finding for finding in order if finding.row.publish != "nothing"]
    if not shown:
        return captions.notice_of(findings)
    rows = _rows(shown, focus, words)
    scale = style.scale_of(style.numbers_of(rows, *figure.NUMBERS), first)
    made, [axes] = figure.blank()
    scale.on(axes.xaxis)
    axes.set_ylim(rows["y"].iloc[-1] + 0.2, 0)
    _draw(axes, rows, scale, findings)
    _draw_others(axes, others[:1], words)
    axes.set_xlabel(words(scale.label))
    _write(axes, rows)
    sides = captions.sides(findings) if scale.equal is not None else (None, None)
    names, marks = "\n".join(rows["label"]).split("\n"), [*rows["mark"]]
    columns = [
        [style.size_of(text, BODY, "bold") for text in of]
        for of in (names, marks, rows["students"])
    ]
    room = (
        style.WIDTH - sum(map(max, columns))
    ) / 2 - 0.5  # what they leave of half the axis, or a little less
    lines = [style.wrap_text(words(text), room) for text in sides]
    axes.set_title(lines[0], loc="left", weight="normal", color=QUIET)
    axes.set_title(lines[1], loc="right", weight="normal", color=QUIET)
    has_label = scale.label is not None
    foot = 0.45 if rows["paired"].any() else 0.6
    height = rows["y"].iloc[-1] + foot + 0.2 * has_label + max(map(style.tall, lines))
    drawn = Findings([*findings, *others[:1]])
    height += 0.25 * len(others[:1]) + 0.3 * rows["paired"].any()
    return figure.finish_figure(
        made, height, drawn, words, of=findings, kind=Text(N_("Dot plot")), name=name,
        highlights=captions.extremes(order, name),
        notes=[*_students_of_places(rows), *captions.counts(findings), *captions.notes(order, name),
               *captions.reference_notes(findings), *unrounded_notes(others[:1])],
    )  # fmt: skip


def _rows(findings: list[Finding], focus: str | None, words: Renderer) -> pd.DataFrame:
    """Return the rows to draw with their words and looks, and how far from the top each stands, in inches."""
    places = dict.fromkeys(finding.row.organization_id for finding in findings)
    codes = {finding.row.indicator for finding in findings}
    head = captions.label if len(codes) == 1 else captions.panels(Findings(findings), "indicator")
    several = len(places) > 1 and len({str(head(finding)) for finding in findings}) > 1
    # Shares of two places stand side by side in one row: of how many students is the same for all.
    shares = all(one.row.is_composition and one.row.publish == "point" for one in findings)
    paired = several and len(places) == 2 and shares
    looks = style.looks_of_places(sorted(places, key=lambda place: place != focus))
    name = captions.place if len(places) > 1 and not paired else captions.label
    rows = figure.frame_of(
        findings,
        label=lambda one: style.wrap_text(
            words(name(one)), _LABEL, BODY, "normal" if paired else "bold"
        ),
        heading=lambda one: words(head(one)),
        mark=lambda one: words(Text("{whole}", of=one)),
        shape=lambda one: looks[one.row.organization_id].marker,
        students=lambda one: words(captions.of_students(one)),
        paired=lambda _: paired,
        head=lambda one: style.wrap_text(words(Text("{place_name}", of=one)), _HEAD, SMALL, "bold"),
    )
    bright = rows[["group", "place"]].isin([focus]).any(axis=1)
    new = rows["heading"] != rows["heading"].shift()
    accent = style.INK if all(map(style.is_district, places)) else style.ACCENT
    # Drawn with other places, the district keeps its own color; alone, what is not in focus is paler.
    plain = rows["place"].map(
        lambda code: style.INK if len(places) > 1 and style.is_district(code) else style.PLAIN
    )
    rows["color"] = plain.mask(bright, accent)
    rows["weight"] = bright.map({True: "bold", False: "normal"})
    rows["ink"] = (bright | paired | (not several)).map({True: style.INK, False: QUIET})
    # Under the heads of groups, which are ink, the place in focus has its color.
    of_place = bright & several & (not paired)
    rows["ink"] = rows["ink"].mask(of_place, accent)
    rows["value_ink"] = rows["color"].where(of_place | paired, style.INK)
    rows["column"] = (rows["place"] != rows["place"].iloc[0]).astype(int) * paired
    rows["heading"] = rows["heading"].where(new & several & (not paired), "")
    rows["label"] = rows["label"].where(new | (not paired), "")
    height = rows["label"].map(lambda text: style.tall(text, BODY)) + 0.06
    roomy = next((inches for most, inches in _ROWS if len(rows) <= most), _MANY)
    least = _PAIRED if paired else roomy
    height = height.clip(lower=0.235 if several and not paired else least)
    height = height.where(new | (not paired), 0.0)
    y = (height + (rows["heading"] != "") * 0.33).cumsum() - height / 2
    return rows.assign(y=y.where(new).ffill() if paired else y)


def _draw(axes: Axes, rows: pd.DataFrame, scale: Axis, findings: Findings) -> None:
    """Draw dots, and what is known round a value: its interval, or the range that withheld numbers leave open."""
    held = rows.assign(**{end: rows[end].clip(scale.low, scale.high) for end in figure.NUMBERS})
    points, open_ = held[held["publish"] == "point"], held[held["publish"] == "range"]
    low, high = (points[f"ci_{end}"].fillna(points[f"outer_{end}"]) for end in ("low", "high"))
    axes.hlines(points["y"], low, high, colors=[*points["color"]], linewidth=1.7, zorder=2.5)
    seen = (high - low > _SEEN * (scale.high - scale.low)).any()
    wide = open_[open_[["outer_low", "outer_high"]].notna().any(axis=1)]
    ends = wide["outer_low"].fillna(scale.low), wide["outer_high"].fillna(scale.high)
    axes.hlines(wide["y"], *ends, colors=[*wide["color"]], linewidth=1.1, linestyle=":", zorder=2)
    style.ranges(axes, rows, "y")
    open_ = rows[rows["publish"] == "range"]
    low, high = open_["bound_low"] < scale.low, open_["bound_high"].fillna(2e9) > scale.high
    for shape, at, past in (("<", scale.low, low), (">", scale.high, high)):
        for one in style.records(open_[past]):
            axes.scatter(at, one.y, 25, one.color, marker=shape, clip_on=False, zorder=3)
    paired = rows[rows["paired"]]
    both = held[held["paired"]].groupby("y")["estimate"].agg(["min", "max"])
    axes.hlines(both.index, both["min"], both["max"], colors=style.PALE, linewidth=3, zorder=2)
    level = _("{percent}% interval", findings[0], percent=Text("{ci_percent}"))
    marks = {
        KeyMark("line", level): seen,
        KeyMark("thin", Text(N_("range and chance together"))): len(wide),
        KeyMark("arrow", Text(N_("goes on beyond the axis"))): (low | high).any(),
    }
    style.explains(axes, marks)
    value = Text("{measure_within}", of=findings[0])
    care = _("{value}, use caution", value=value)
    # the first, which is in focus, on top
    style.dots(axes, held[::-1], "estimate", "y", dot=None if len(paired) else value, care=care)


def _students_of_places(rows: pd.DataFrame) -> list[Arg]:
    """Return the note of how many students two places have whose shares stand side by side."""
    first = rows[rows["paired"]].groupby("place", sort=False).head(1)
    lines = {one.row.organization_id: (captions.place(one), [one]) for one in first["finding"]}
    return [*captions.students(lines)] if lines else []


def _draw_others(axes: Axes, ratios: Sequence[Finding], words: Renderer) -> None:
    """Draw the rate of all other students than those of a group as an upright line, named above the rows."""
    for ratio in ratios:
        told = words(
            _(N_("All other students: {value}"), value=Text("{reference_whole}", of=ratio))
        )
        rate = side_by_side.rate_of_others(ratio)
        axes.axvline(rate, color=style.INK, linewidth=1.2, zorder=1.5)
        axes.annotate(
            told, (rate, 1), (4, 3), xycoords=axes.get_xaxis_transform(), va="bottom",
            textcoords="offset points", fontsize=SMALL, weight="bold", color=style.INK,
        )  # fmt: skip


def _write(axes: Axes, rows: pd.DataFrame) -> None:
    """Write at the left what a row is of, at the right its value, of two places in two columns, and its students."""
    heads = rows[rows["heading"] != ""].assign(label=rows["heading"], weight="bold", ink=style.INK)
    texts = pd.concat([rows[rows["label"] != ""], heads.assign(y=heads["y"] - 0.24)])
    axes.set_yticks(texts["y"], texts["label"], fontsize=BODY)
    axes.tick_params(axis="y", pad=7)
    for tick, row in zip(axes.get_yticklabels(), style.records(texts), strict=True):
        tick.set(weight="normal" if row.paired else row.weight, color=row.ink)
    at: dict[str, Any] = {"xycoords": axes.get_yaxis_transform(), "textcoords": "offset points"}
    end, at["va"] = 0.0, "center"
    for _at, column in rows.groupby("column"):
        values, first = [*column["mark"]], style.records(column)[0]
        wide = [style.size_of(value, BODY, "bold") for value in values]
        wide += [
            style.size_of(line, SMALL, "bold") for line in first.head.split("\n") * first.paired
        ]
        end += (max(wide) + _GAP) * 72
        if first.paired:
            axes.annotate(
                first.head, (1, 1), (end, 3), xycoords="axes fraction", textcoords="offset points", va="bottom",
                ha="right", fontsize=SMALL, weight="bold", color=first.color,
            )  # fmt: skip
        for value, row in zip(values, style.records(column), strict=True):
            look = {"weight": row.weight, "color": row.value_ink}
            axes.annotate(value, (1, row.y), (end, 0), ha="right", fontsize=BODY, **look, **at)
            told, x = "" if row.paired else row.students, end + _GAP * 72
            axes.annotate(told, (1, row.y), (x, 0), fontsize=SMALL, color=QUIET, **at)
