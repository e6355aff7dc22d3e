"""Plot rates and gaps over school years: lines of places or groups, small multiples, slopes from then to now."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, cast

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sesec_analysis import catalog, schema
from sesec_analysis.catalog.entries import SeriesBreak
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.answers import Outcome, answer
from sesec_analysis.evidence.described.page_headlines import is_alike
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.pictured import captions, side_by_side
from sesec_analysis.evidence.row import check_measured
from sesec_analysis.evidence.wording import labels
from sesec_analysis.figures import dot_plot, figure, style
from sesec_analysis.figures.style import INK, QUIET, SMALL, WORSE, Axis, KeyMark
from sesec_analysis.i18n import mark as N_
from sesec_analysis.i18n_files import ENGLISH
from sesec_analysis.text import Arg, EntryText, List, Renderer, Text, Year, _, render

__all__ = ["lines_of", "plot_lead", "plot_multiples", "plot_slopes", "plot_trend"]


@figure.plot
def plot_trend(
    estimates: pd.DataFrame,
    *,
    focus: str | None = None,
    height: float | None = None,
    ax: Axes | None = None,
) -> figure.Drawn:
    """Plot a rate or gap over school years, a line for each place or each student group.

    The shading is the sampling interval. A line stops where the catalog has a break in the series, where a year is
    missing, and where only a range may be shown, which is drawn as an upright band; it is dashed across years that are
    out, and an event is named at a dotted line. A place has its colour and shape in every figure.

    Parameters
    ----------
    estimates
        One measure of one indicator and grade in two school years or more; of several places or of several student
        groups, not both. With rates of one group, its ratios to all other students: these are a line of their own, and
        how many times is written between the lines in the first and the last year, and before years without data.
    height
        Inches of the picture, where the page has more or less room than usual.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> both = sa.load("disciplined", place="seattle", end_years=[2018, 2019], grade_level="all", student_group="all")
    >>> print(plot_trend(sa.rates(both)).caption)
    Shading: 95% interval. Students: 56,482 to 56,613.
    """
    check_measured(estimates)
    to_others = dot_plot.is_to_others(estimates)
    measures = ("rate", "count", "gap", "average")
    lines = figure.one_question(estimates[~to_others], measures, varies=["end_year"])
    every = Findings([*lines, *findings(estimates[to_others])])
    options: dict[str, object] = {"focus": focus} | ({"height": height} if height else {})
    return figure.planned_on(ax, make_trend, "plot_trend", every, estimates, **options)


@figure.with_style
def make_trend(given: Spec, words: Renderer) -> figure.Plot:
    """Make what `plot_trend` returns."""
    kind = Text(N_("Line chart"))
    levels = Findings([one for one in given.input if one.row.measure != "ratio"])
    others = [one for one in given.input if side_by_side.has_others(one)]
    draw = partial(_draw_trend, least=given.options.get("height") or _LEAST, others=others)
    notes = dot_plot.unrounded_notes(_told_times(others))
    focus = given.options["focus"]
    # The line of all other students has no group in common with the other one.
    under = Text("{place_name}", of=others[0]) if others else None
    return _plot_lines(
        levels or given.input, focus, kind, draw, words, more=others, notes=notes, under=under
    )


@figure.plot
def plot_multiples(
    estimates: pd.DataFrame,
    *,
    by: str = "student_group",
    focus: str | None = None,
    height: float | None = None,
) -> figure.Plot:
    """Plot rates over the years in small multiples, a panel for each student group, place or indicator.

    All panels have one scale. Where a panel has one line, those of the other panels are behind it in gray.

    Parameters
    ----------
    estimates
        Rates or averages in two school years or more, and gaps between places, whose sizes are written at the lines if
        they are too large to be chance.
    by
        Column of ESTIMATES whose values are the panels.
    height
        Inches of a row of panels, where the page has more or less room than usual.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> table = sa.load("disciplined", place="seattle", end_years=[2018, 2019], grade_level="all")
    >>> print(plot_multiples(sa.rates(table, by="race_ethnicity")).title)
    Suspended or expelled, by race and ethnicity, 2018 to 2019
    """
    varies = ["end_year", "measure", "reference", by]
    every = figure.one_question(estimates, (*_LEVELS, "gap"), varies=varies)
    options: dict[str, object] = {"by": by, "focus": focus} | ({"height": height} if height else {})
    return figure.plan_figure(make_multiples, "plot_multiples", every, estimates, **options)


@figure.with_style
def make_multiples(given: Spec, words: Renderer) -> figure.Plot:
    """Make what `plot_multiples` returns."""
    by, focus = given.options["by"], given.options["focus"]
    levels = Findings([one for one in given.input if one.row.measure in _LEVELS])
    gaps = [one for one in given.input if one.row.measure == "gap" and _is_sure(one)]
    draw = partial(_draw_panels, gaps=gaps, height=given.options.get("height"))
    kind = Text(N_("Small multiples"))
    return _plot_lines(levels or given.input, focus, kind, draw, words, by=by, more=gaps)


@figure.plot
def plot_slopes(estimates: pd.DataFrame, *, focus: str | None = None) -> figure.Plot:
    """Plot the comparable years, a line for each place, in a panel for each indicator, and the gap then and now.

    No line is drawn across a break, where the measure itself changed; it is dotted across years without numbers.

    Parameters
    ----------
    estimates
        Rates or averages of places, and gaps between two of them: the size of a gap is written between the lines in
        the first and the last year, if it is too large to be chance. With changes of these gaps, those that could be
        chance are called so.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> both = sa.load("disciplined", place="seattle", end_years=[2015, 2019], grade_level="all", student_group="all")
    >>> print(plot_slopes(sa.rates(both)).alt)
    Lines: Suspended or expelled, 2015 to 2019; All students, Seattle Public Schools. Seattle Public Schools 3.3% in
    2014–15, 2.0% in 2018–19. Values are in the table.
    """
    measures = (*_LEVELS, "gap", "gap_change")
    varies = ["end_year", "indicator", "measure", "reference"]
    every = figure.one_question(estimates, measures, varies=varies)
    return figure.plan_figure(make_slopes, "plot_slopes", every, estimates, focus=focus)


@figure.with_style
def make_slopes(given: Spec, words: Renderer) -> figure.Plot:
    """Make what `plot_slopes` returns."""
    levels = Findings([one for one in given.input if one.row.measure in _LEVELS])
    gaps = [one for one in given.input if one.row.measure == "gap" and _is_sure(one)]
    unsure = [one for one in given.input if one.row.measure == "gap_change" and not _is_sure(one)]
    codes = {one.row.indicator for one in unsure}
    height = given.options.get("height")
    draw = partial(_draw_panels, gaps=gaps, across=True, unsure=codes, height=height)
    width = style.WIDTH
    if given.options.get("of_lead"):
        draw, width = partial(_draw_lead, gaps=gaps), _OF_LEAD
    kind, focus = Text(N_("Lines")), given.options["focus"]
    return _plot_lines(
        levels or given.input,
        focus,
        kind,
        draw,
        words,
        by="indicator",
        more=[*gaps, *unsure],
        width=width,
    )


@figure.plot
def plot_lead(
    estimates: pd.DataFrame, *, leading: pd.DataFrame, focus: str | None = None
) -> figure.Plot:
    """Plot what a report leads with: of a gap or a level that moved its lines since then, else its newest numbers.

    The lines are narrow enough for three numbers to stand beside them.

    Parameters
    ----------
    estimates
        Rates of two places over the years, and the gaps between them, of every indicator that may lead.
    leading
        What `sa.report.lead` returns: its first row is the statement to draw.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> places = ["southeast_seattle", "rest_of_seattle_regular"]
    >>> came = sa.load("regular_attendance", place=places, end_years=[2019, 2023], grade_level="all",
    ...                student_group="all")
    >>> moved = sa.report.progress(came, place=places[0], reference=places[1])
    >>> leading = sa.report.lead(moved, place=places[0], up_to=2023)
    >>> drawn = pd.concat([sa.rates(came), moved.query("measure == 'gap'")])
    >>> print(plot_lead(drawn, leading=leading).title)
    Attended regularly, 2019 to 2023
    """
    first = schema.check_table(leading, "estimates").head(1)
    same = estimates.merge(first[_SUBJECT].drop_duplicates())
    since = max((year for one in first.to_dict("records") for year in _years_of(one)), default=0)
    newest = first["end_year"].max()
    if not since:
        now = same[(same["end_year"] == newest) & same["measure"].isin(_LEVELS)]
        return cast(
            figure.Plot, dot_plot.plot_rates(now, focus=focus)
        )  # it draws on no axes of ours
    between = same["end_year"].between(since, newest)
    is_drawn = between & same["measure"].isin([*_LEVELS, "gap"])
    every = figure.one_question(
        same[is_drawn].drop_duplicates(), (*_LEVELS, "gap"), varies=["end_year", "measure", "reference"]
    )  # fmt: skip
    options = {"focus": focus, "of_lead": True}
    return figure.plan_figure(make_slopes, "plot_slopes", every, same[is_drawn], **options)


def _years_of(row: Mapping[Hashable, Any]) -> tuple[int, ...]:
    """Return the years that a statement compares with."""
    dated = catalog.measure(row["measure"]).dated
    return labels.read_reference(str(row["reference"]), dated=dated).years


_SUBJECT = ["indicator", "grade_level", "student_group_type", "student_group"]
_OF_LEAD = 4.35
"""Inches: two thirds of a page."""


def _is_sure(finding: Finding) -> bool:
    found = answer(finding.row)
    return bool(found and found.outcome is Outcome.DIFFERS)


_Draw = Callable[[pd.DataFrame, Renderer], tuple[Figure, float]]
"""Returns its picture and how high it is."""
_LEVELS = ("rate", "count", "average")
_ENGLISH = Renderer()
_BANDS, _MOST = 3, 4  # lines: beyond these, bands would hide each other; and panels side by side


def _plot_lines(
    every: Findings, focus: str | None, kind: Arg, draw: _Draw, words: Renderer, *, by: str = "",
    more: Sequence[Finding] = (), notes: Sequence[Arg] = (), width: float = style.WIDTH, under: Arg | None = None,
) -> figure.Plot:  # fmt: skip
    """Plot lines over the years, in one picture, or in a panel for each value of ``by``; ``more`` is drawn too."""
    findings = every.comparable()
    known, panel = findings or every, captions.panels(findings, by) if by else None
    rows = lines_of(findings, known.checked_focus(focus), panel, words)
    shown = rows.loc[rows["publish"] != "nothing", "finding"]
    years = sorted({one.row.end_year for one in (shown if by else findings)})
    asked = sorted({one.row.end_year for one in every})
    span = (years[0], years[-1]) if len(years) > 1 else (asked[0] - 1, asked[-1] + 1)
    codes = dict.fromkeys(one.row.indicator for one in (list(rows["finding"]) or [every[0]]))
    timed = captions.time_notes(codes, *span, drawn=asked)
    name = captions.in_panels(findings, by) if by else captions.choose_naming(known)
    if len(years) < 2 or rows.empty:
        few = Text(N_("Fewer than two school years can be compared."))
        return captions.notice_of(known, [few, *timed] if len(years) < 2 else [])
    hidden = captions.notes(findings, name, dated=True)
    lines = _by_name(shown, name)
    hidden = [*_begin_late(lines.values(), findings, span[0]), *hidden]
    # Of panels, the table has how many students.
    students = [] if by else [*captions.above(findings), *captions.students(lines)]
    return figure.finish_figure(
        *draw(rows, words), Findings([*findings, *more]), words, width=width, kind=kind,
        of=findings, under=under, by=captions.span(findings, *span), notes=[*timed, *students, *notes, *hidden],
        name=lambda one: List((name(one), captions.year_text(one, one.row.end_year)), joined=""),
        highlights=[_("{line} {ends}", line=of, ends=captions.ends(line)) for of, line in lines.values()],
    )  # fmt: skip


def _begin_late(
    lines: Iterable[tuple[Arg, list[Finding]]], findings: Findings, first: int
) -> list[Text]:
    """Return of which places our data has no numbers before a year, where those of others begin earlier."""
    late = []
    for of, line in lines:
        begins = min(line, key=lambda one: one.row.end_year)
        years = [one.row.end_year for one in findings if is_alike(one.row, begins.row)]
        if begins.row.organization_level == "place" and first < begins.row.end_year == min(years):
            late.append(_(_NO_EARLIER, line=of, year=Text("{end}", of=begins)))
    return late


_NO_EARLIER = N_("{line}: not in our data before {year}.")


def _by_name(
    findings: Iterable[Finding], name: captions.Named
) -> dict[str, tuple[Arg, list[Finding]]]:
    """Return findings under their names, as words and in English, in their order."""
    lines: dict[str, tuple[Arg, list[Finding]]] = {}
    for one in findings:
        of = name(one)
        lines.setdefault(render(of, ENGLISH), (of, []))[1].append(one)
    return lines


def lines_of(
    findings: Findings, focus: str | None, panel: captions.Named | None = None,
    words: Renderer = _ENGLISH,
) -> pd.DataFrame:  # fmt: skip
    """Return the lines of places or student groups of which something may be shown, in the order of display.

    ``line`` is its name, of a place or group, or of a place within a ``panel``; the accent is for what is in focus, or
    alone in its panel. A year that is withheld stays, without a number, so that no line is drawn across it.
    """
    name = captions.place if panel else captions.choose_naming(findings)
    order = findings.ordered(focus)
    rows = figure.frame_of(
        order,
        line=lambda one: words(name(one)),
        panel=lambda one: words(panel(one)) if panel else "",
    )
    groups, places = (list(rows[column].unique()) for column in ("group", "place"))
    if len(groups) > 1 and len(places) > 1 and not panel:
        raise DataError(
            "a trend shows several places or several student groups, not both",
            where="estimates, columns student_group and organization_id",
            fix="keep one student group, or one place", valid=[*sorted(groups), *sorted(places)],
        )  # fmt: skip
    alone = bool(panel) and bool(rows.groupby("panel")["line"].nunique().max() == 1)
    rows = rows[(rows["publish"] != "nothing").groupby(rows["line"]).transform("any")]
    # Midpoints guide the eye along a line; next to ranges that are too wide to have one, they would break off.
    is_wide = (rows["publish"] == "range") & ~rows["narrow"]
    broken = rows["narrow"] & is_wide.groupby(rows["line"]).transform("any")
    rows = rows.assign(narrow=rows["narrow"] & ~broken, at=rows["at"].mask(broken))
    asked = (
        rows[["group", "place"]].isin([focus]).any(axis=1).groupby(rows["line"]).transform("any")
    )
    shared = bool(asked.all())  # what all lines share is no focus
    bright = asked if asked.any() and not shared else pd.Series(alone, asked.index)
    any_, few = bool(bright.any()), rows["line"].nunique() <= _BANDS
    if panel or len(groups) == 1:
        of_places = style.looks_of_places(places)
        looks = [of_places[code] for code in rows["place"]]
    else:
        of = [(one.row.student_group_type, one.row.student_group) for one in rows["finding"]]
        looks = [style.look_of_group(*group, any_focus=any_) for group in of]
    # The accent is kept for what is in focus, if anything is; an interval is drawn where few others lie over it. Lines
    # of the whole district alone are in ink: the accent means a place in it.
    color = pd.Series([look.plain for look in looks], rows.index, dtype=object)
    faded = color.mask((color == style.ACCENT) & any_, style.FADED)
    accent = INK if all(map(style.is_district, places)) else style.ACCENT
    rows = rows.assign(
        focus=bright,
        color=faded.mask(bright, accent),
        shape=[look.marker for look in looks],
        wide=bright.map({True: 2.2, False: 1.5}),
        chance_low=rows["ci_low"].where(rows["publish"] == "point", rows["outer_low"]),
        chance_high=rows["ci_high"].where(rows["publish"] == "point", rows["outer_high"]),
    )
    rows = rows.assign(
        banded=rows["chance_low"].notna() & (bright | few) & (not panel),
        order=rows.groupby(["panel", "line"], sort=False).ngroup(),
        alone=alone,
    )
    return rows.sort_values(["order", "year"], ignore_index=True)


_LEAST = 2.6  # inches that lines over the years have at least, unless the page has less room


def _draw_trend(
    rows: pd.DataFrame, words: Renderer, *, least: float, others: Sequence[Finding] = ()
) -> tuple[Figure, float]:
    """Draw all lines, the breaks and events between their years, and at the right what each is and its last value."""
    if others:
        rows = pd.concat([rows.assign(focus=True, wide=2.2), _line_of_others(others, words)])
        rows = rows.reset_index(drop=True)
    drawn = style.numbers_of(rows, "estimate", "bound_low", "bound_high")
    drawn += style.numbers_of(rows[rows["banded"]], "chance_low", "chance_high")
    years, first = sorted(rows["year"].unique()), rows["finding"].iloc[0]
    row = first.row
    scale, (made, [axes]) = style.scale_of(drawn, row), figure.blank()
    scale.on(axes.yaxis)
    axes.set_xlim(years[0] - 0.4, years[-1] + 0.4)
    lowest = min(style.numbers_of(rows, "at", "bound_low"), default=scale.high)
    is_low = lowest - scale.low < _NEAR_END * (scale.high - scale.low)
    _shade_empty_years(axes, years, 4.2, words, at_top=is_low)
    out = {one.year for one in catalog.indicator(row.indicator).years_out}
    for stop in captions.stops(row.indicator, years[0], years[-1]):
        if stop.at in out.difference(years):  # the shading shows it, and the notes say why
            continue
        key = KeyMark(
            "strip",
            _("not comparable across {year}", year=Year(stop.at, calendar=True)),
            style.PALE,
        )
        if isinstance(stop, SeriesBreak):
            _strip(axes, stop)
        else:
            event = EntryText(stop.words, f"indicators.yml: {row.indicator}")
            key = KeyMark(
                "thin", _("{year}: {event}", year=Year(stop.at, calendar=True), event=event)
            )
        axes.axvline(stop.at - 0.5, color=QUIET, linewidth=0.8, linestyle=":", zorder=1.2)
        style.explains(axes, {key: True})
    level = _("{percent}% interval", first, percent=Text("{ci_percent}"))
    if (rows["banded"] & (rows["publish"] == "range")).any():
        level = Text(N_("range and chance together"))
    few = rows["line"].nunique() <= _BANDS
    level = level if few else _("{interval} of the line in focus", interval=level)
    style.explains(axes, {KeyMark("shade", level): rows["banded"].any()})
    value = Text("{measure_within}", of=first)
    _draw_lines(axes, rows, dot=value, care=_("{value}, use caution", value=value))
    _write_times(axes, rows, others, words)
    # Years that have no room beside each other are left out; the last stays, people look for it.
    kept, apart = [years[-1]], 0.5 * (years[-1] - years[0] + 0.8) / 4.2
    for year in reversed(years):
        kept += [year] if kept[-1] - year >= apart else []
    labels = [words(Year(year, calendar=True)) if year in kept else "" for year in years]
    axes.set_xticks(years, labels)
    axes.set_title(words(scale.label), weight="normal", color=QUIET)
    last = rows[rows["publish"] != "nothing"].groupby("line", sort=False).tail(1)
    ends, focus = _ends(last, scale, words), last["focus"]
    if few:
        firsts = _firsts(rows)
        _write_at_left(axes, firsts[firsts["year"] == years[0]], scale, words)
    told = {"text": ends["line"] + " " + ends["text"], "leader": last["color"]}
    style.write_beside(axes, ends.assign(color=last["color"].where(focus, INK), **told))
    return made, max(least, 0.38 * rows["line"].nunique() + 0.4)


def _line_of_others(ratios: Sequence[Finding], words: Renderer) -> pd.DataFrame:
    """Return the line of all other students than those of a group, their rates from the counts behind its ratios."""
    rows = figure.frame_of(ratios, line=lambda one: words(Text("{reference_title}", of=one)))
    rates = [side_by_side.rate_of_others(one) for one in ratios]
    empty = dict.fromkeys(set(figure.NUMBERS), float("nan"))
    look: dict[str, Any] = {
        "color": style.FADED,
        "shape": "h",
        "wide": 1.5,
        "panel": "",
        "order": 1,
    }
    look |= dict.fromkeys(("focus", "banded", "alone"), False)
    rows = rows.assign(**empty, **look).assign(estimate=rates, at=rates)
    return rows.assign(line=rows["line"].str[:1].str.upper() + rows["line"].str[1:])


def _told_times(ratios: Iterable[Finding]) -> list[Finding]:
    """Return the ratios of the first and the last year, and of the last one before years without data."""
    order = sorted(ratios, key=lambda one: one.row.end_year)
    told = [one for one, after in pairwise(order) if after.row.end_year - one.row.end_year > 1]
    return list(dict.fromkeys([*order[:1], *told, *order[-1:]]))


def _write_times(
    axes: Axes, rows: pd.DataFrame, ratios: Sequence[Finding], words: Renderer
) -> None:
    """Write how many times as high the rate of a group is, between the lines."""
    for one in _told_times(ratios):
        both = rows.loc[rows["year"] == one.row.end_year, "at"]
        color = WORSE if side_by_side.is_worse(one) else INK
        axes.vlines(
            one.row.end_year, both.min(), both.max(), color=color, linewidth=1.2, zorder=1.5
        )
        is_last = one.row.end_year == rows["year"].max()
        axes.annotate(
            words(Text("{whole_size}", of=one)), (one.row.end_year, both.mean()), (-5 if is_last else 5, 0),
            textcoords="offset points", ha="right" if is_last else "left", va="center", fontsize=SMALL,
            weight="bold", color=color, path_effects=style.over_lines(),
        )  # fmt: skip


def _ends(rows: pd.DataFrame, scale: Axis, words: Renderer) -> pd.DataFrame:
    """Return where lines end, or the middles of their ranges, and their values in words."""
    middle = (rows["bound_low"].fillna(0) + rows["bound_high"].fillna(scale.high)) / 2
    named = {
        "ratio": "{reference_whole}"
    }  # of a ratio to all other students, it is their rate that is drawn
    text = rows["finding"].map(
        lambda one: words(Text(named.get(one.row.measure, "{whole}"), of=one)).replace(" ", "\xa0")
    )
    bold = rows["focus"].map({True: "bold", False: "normal"})
    return rows.assign(x=rows["year"], y=rows["at"].fillna(middle), text=text, weight=bold)


def _firsts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the first value of each line that compares with its last one."""
    known = rows[rows["publish"] != "nothing"]
    code, ends = rows["finding"].iloc[0].row.indicator, (rows["year"].min(), rows["year"].max())
    breaks = [stop.at for stop in captions.stops(code, *ends) if isinstance(stop, SeriesBreak)]
    lines = known[known["year"] >= max(breaks, default=0)].groupby("line", sort=False)
    return lines.filter(lambda line: len(line) > 1).groupby("line", sort=False).head(1)


def _write_at_left(
    axes: Axes, rows: pd.DataFrame, scale: Axis, words: Renderer, *, x: float = -0.013
) -> None:
    """Write values of the first year at the left of the axis, and those of the axis to the left of them."""
    named = _ends(rows, scale, words)
    room = max([0.0, *(72 * style.size_of(text, SMALL, "bold") + 9 for text in named["text"])])
    axes.tick_params(axis="y", pad=3.5 + room)
    look = {"leader": named["color"], "color": named["color"].where(named["focus"], INK)}
    style.write_beside(axes, named.assign(**look), x=x, side="right")


def _write_near(
    axes: Axes, rows: pd.DataFrame, scale: Axis, words: Renderer, *, panel: pd.DataFrame
) -> None:
    """Write the first value of each line that starts inside a panel, over the highest of its year or under the rest.

    Near an end of the axis, those of the first year stand at the left.
    """
    highest = panel.groupby("year")["at"].max()
    for one in style.records(_ends(rows, scale, words)):
        is_top = one.y >= highest.get(one.x, one.y)
        far = (one.y - scale.low) / (scale.high - scale.low)
        off, up = ((8, 7), "bottom") if is_top else ((8, -7), "top")
        begins = one.x == panel["year"].min()
        if begins and (1 - far if is_top else far) < _NEAR_END:
            off, up = (-8, 0), "center"
        color = one.color if one.focus else INK
        axes.annotate(
            one.text, (one.x, one.y), off, textcoords="offset points", ha="right", va=up, zorder=4,
            fontsize=SMALL, weight=one.weight, color=color, path_effects=style.over_lines(),
        )  # fmt: skip


def _draw_lines(
    axes: Axes, rows: pd.DataFrame, *, dot: Arg | None = None, care: Arg | None = None
) -> None:
    """Draw lines where years may be joined, a dot for each value, and each range as an upright band.

    The column ``banded`` asks for the interval round a line. A range is never a dot; a band leads to it from a number.
    """
    for pair in pairwise(style.records(rows)):
        before, after = pair
        kinds = ["chance"] if before.banded and after.banded else []
        if "range" in (before.publish, after.publish):
            kinds.append("bound")
        for kind in kinds if before.finding.joins(after.finding) else ():
            low, high = ([_end(end, f"{kind}_{at}") for end in pair] for at in ("low", "high"))
            years, color = [before.year, after.year], before.color
            axes.fill_between(years, low, high, color=color, alpha=0.14, linewidth=0, zorder=2)
    style.lines(axes, rows, "year", "at")
    style.ranges(axes, rows, "year", upright=True)
    foot, top = axes.get_ylim()
    is_low = rows["bound_high"] - rows["bound_low"] < _BOX * (top - foot)
    style.draw_range_boxes(axes, rows[rows["narrow"] & is_low], "year", "at")
    points = rows[rows["publish"] == "point"]
    style.dots(axes, points[::-1], "year", "at", size=34, at=3.5, dot=dot, care=care)


def _strip(axes: Axes, stop: SeriesBreak) -> None:
    """Draw where numbers before and after do not compare."""
    axes.axvspan(stop.at - 0.56, stop.at - 0.44, color="#ececec", zorder=1)


def _end(row: Any, name: str) -> float:
    """Return an end of a range or interval; of a number next to a range both ends are the number."""
    is_number = row.publish == "point" and name.startswith("bound")
    return float(row.estimate if is_number else getattr(row, name))


def _draw_panels(
    rows: pd.DataFrame, words: Renderer, *, gaps: Sequence[Finding] = (), across: bool = False,
    unsure: Collection[str] = (), height: float | None = None,
) -> tuple[Figure, float]:  # fmt: skip
    """Draw every panel, so many side by side, on one scale; behind a line that is alone, the others in gray."""
    panels = rows["panel"].nunique()
    side = panels if panels <= _MOST else _MOST if panels > 2 * (_MOST - 1) else _MOST - 1
    every = style.numbers_of(rows, "at", "bound_low", "bound_high")
    scale = style.narrow_scale(every, rows["finding"].iloc[0].row.unit)
    alone, names = rows["alone"].all(), _are_named(rows, min(side, panels))
    wide = style.WIDTH / side - (1.6 if across else 0.35) - (0.35 if names and panels > 1 else 0)
    # As large as seaborn's own layout wants it; ours follows, on the page.
    grid = sns.FacetGrid(rows, col="panel", col_wrap=side, height=5, despine=False, sharex=False)
    for at, (panel, axes) in enumerate(grid.axes_dict.items()):
        own = rows[rows["panel"] == panel]
        years = sorted((own if across else rows)["year"].unique())
        scale.on(axes.yaxis, every=1 if panels <= side else 2)
        axes.set_xlim(years[0] - 0.4, years[-1] + 0.4)
        for stop in captions.stops(own["finding"].iloc[0].row.indicator, years[0], years[-1]):
            if isinstance(stop, SeriesBreak):
                _strip(axes, stop)
        others = rows[(rows["panel"] != panel) & alone].assign(color=style.PALE, wide=1.0)
        style.lines(axes, others, "year", "at")
        _shade_empty_years(axes, years, wide, words)
        _draw_lines(axes, own, care=Text(N_("use caution")))
        _draw_gaps(axes, own, gaps, words, wide, unsure)
        if across:
            _write_years(axes, years, wide, words)
        else:
            sized = {gap.row.end_year for gap in gaps if _is_of(gap, own["finding"].iloc[0])}
            ends = sorted({years[0], years[-1], *(sized & {*years})})
            axes.set_xticks(ends, [words(Year(year, calendar=True)) for year in ends])
        axes.set_title(style.balance_lines(panel, wide) if panels > 1 else "")  # one is named above
        lines = own[own["publish"] != "nothing"].groupby("line", sort=False)
        begin = lines.head(1) if across else _firsts(own)
        at_left = (begin["year"] == years[0]) & (across or side == 1)
        # A value of the first year alone is labeled at the left: at the right it would look like the last year's.
        end = lines.tail(1).query("year > @years[0]" if across and len(years) > 1 else "year > 0")
        axes.tick_params(axis="y", labelleft=at % side == 0)
        _write_at_left(axes, begin[at_left], scale, words, x=-0.04 if across else -0.013)
        if not across and not alone:
            within = {*begin.loc[~at_left, "year"], *ends[1:-1]}  # where lines begin, or have a gap
            known = own[own["year"].isin(within) & (own["publish"] != "nothing")]
            _write_near(axes, known, scale, words, panel=own)
        ends_of, is_named = (
            _ends(end, scale, words),
            names and (across or at == min(side, panels) - 1),
        )
        if is_named:
            told = ends_of["line"] + " " + ends_of["text"]
            ends_of = ends_of.assign(text=told, color=ends_of["color"].where(ends_of["focus"], INK))
        style.write_beside(axes, ends_of, x=1.04, width=1.75 if panels == 1 else _NAME)
    keys = [
        KeyMark("look", captions.place(one.finding), one.color, one.shape)
        for one in style.records(rows.groupby("line", sort=False).head(1))
        if not names
    ]
    others = [KeyMark("line", Text(N_("the other panels")), style.PALE)] * (panels > 1)
    style.explains(axes, dict.fromkeys(others if alone else keys, True))
    least, deep = (3.3, 2.0) if across else (2.6, 1.55)  # inches
    if height:
        least = deep = height
    return grid.figure, max(-(-panels // side) * deep, least) + 0.35


def _are_named(rows: pd.DataFrame, side: int) -> bool:
    """Return whether lines are named at their ends, in the last panel of the first row: they are few, and all in it."""
    shown = rows[rows["publish"] != "nothing"]
    last = shown[shown["panel"] == list(rows["panel"].unique())[side - 1]]
    lines = set(shown["line"])
    return len(lines) <= _BANDS and set(last["line"]) == lines and not rows["alone"].all()


def _draw_lead(
    rows: pd.DataFrame, words: Renderer, *, gaps: Sequence[Finding]
) -> tuple[Figure, float]:
    """Draw two lines named at their ends, how far they are apart in the first and last year, and years without data."""
    every, row = (
        style.numbers_of(rows, "at", "bound_low", "bound_high"),
        rows["finding"].iloc[0].row,
    )
    scale, (made, [axes]) = style.narrow_scale(every, row.unit), figure.blank()
    years = sorted(rows["year"].unique())
    scale.on(axes.yaxis)
    axes.set_xlim(years[0] - 0.18 * (years[-1] - years[0] + 1), years[-1] + 0.3)
    _shade_empty_years(axes, years, _OF_LEAD - 1.9, words)
    _draw_lines(axes, rows, care=Text(N_("use caution")))
    _write_years(axes, years, _OF_LEAD - 1.9, words)
    _draw_gaps(axes, rows, gaps, words, _OF_LEAD - 1.9)
    lines = rows[rows["publish"] != "nothing"].groupby("line", sort=False)
    first, last = lines.head(1).query("year == @years[0]"), lines.tail(1).query("year > @years[0]")
    for one in style.records(_ends(first, scale, words)):
        axes.annotate(
            words(Text("{whole}", of=one.finding)), (one.x, one.y), (-8, 0), textcoords="offset points",
            ha="right", va="center", fontsize=SMALL, weight=one.weight, color=one.color,
        )  # fmt: skip
    told = _ends(last, scale, words)
    label = told["line"] + " " + told["text"]
    style.write_beside(axes, told.assign(text=label, color=last["color"]), width=1.15)
    for text in axes.texts:  # they are read over a line of the grid, too
        text.set_path_effects(style.over_lines())
    return made, 1.6


_BAND = "#f1ece4"


def _shade_empty_years(
    axes: Axes, years: Sequence[int], wide: float, words: Renderer, *, at_top: bool = False
) -> None:
    """Shade the years between two that are drawn of which there is no data, and say so where there is room.

    It is said at the foot of the axes, or at their top where lines are near their foot.
    """
    level, up, va = (1, -4, "top") if at_top else (0, 4, "bottom")
    of_year = wide / (years[-1] - years[0] + 0.8)
    for before, after in pairwise(years):
        if after - before == 1:
            continue
        axes.axvspan(before + 0.5, after - 0.5, color=_BAND, linewidth=0, zorder=0.5)
        room = (after - before - 1) * of_year
        if room >= _YEAR:
            # In a narrow panel, the first values after it stand beside it.
            is_wide = room > 1.4 * _GAP
            at, side = ((before + after) / 2, "center") if is_wide else (before + 0.5, "left")
            axes.annotate(
                style.wrap_text(words(Text(N_("no data"))), room if is_wide else _YEAR + 0.04),
                (at, level), (0 if is_wide else 3, up), xycoords=axes.get_xaxis_transform(),
                textcoords="offset points", ha=side, va=va, fontsize=SMALL, color=QUIET,
            )  # fmt: skip


def _write_years(axes: Axes, years: Sequence[int], wide: float, words: Renderer) -> None:
    """Name years by their ends: the last two, and of those before as many as have the room."""
    room = _YEAR * (years[-1] - years[0] + 0.8) / wide
    kept = years[-2:]
    for year in years[-3::-1]:
        kept = [year, *kept] if kept[0] - year >= room else kept
    axes.set_xticks(kept, [words(Year(year, calendar=True)) for year in kept])
    if len(kept) > 1 and kept[-1] - kept[-2] < room:
        before, last = axes.get_xticklabels()[-2:]
        before.set_horizontalalignment("right")
        last.set_horizontalalignment("left")


def _draw_gaps(
    axes: Axes, rows: pd.DataFrame, gaps: Sequence[Finding], words: Renderer, wide: float,
    unsure: Collection[str] = (),
) -> None:  # fmt: skip
    """Write how far apart the lines of two places are: between them in the first and the last year, or above or below.

    Of a gap whose change could be chance (``unsure``, by indicator), the last one says so: the pair is no widening.
    """
    drawn = {
        (row.place, row.year): float(row.at) for row in style.records(rows.dropna(subset="at"))
    }
    years = sorted(rows["year"].unique())
    reach = _GAP * (years[-1] - years[0] + 0.8) / wide
    for gap in gaps:
        row, there = gap.row, labels.reference_of(gap.row).places
        color = WORSE if side_by_side.is_worse(gap) else INK
        keys = [(code, row.end_year) for code in (row.organization_id, *there)]
        keys = [key for key in keys if key in drawn]
        both = sorted(drawn[key] for key in keys)
        if not _is_of(gap, rows["finding"].iloc[0]) or len(both) != 2:
            continue
        (low, high), text = both, words(Text("{whole_size}", of=gap))
        axes.vlines(row.end_year, low, high, color=color, linewidth=1.2, zorder=1.5)
        how: dict[str, Any] = {"va": "bottom", "ha": "center"}
        spot, off = (row.end_year, high), (0, 6)
        under, over, way = max(
            (_between(drawn, keys, years, reach * way) for way in (-1, 1)),
            key=lambda found: found[1] - found[0],
        )
        if over - under > _ROOM_FOR_WORDS * abs(axes.get_ylim()[1] - axes.get_ylim()[0]):
            text = style.wrap_text(text, _GAP, SMALL, "bold")
            spot, off = (row.end_year, (under + over) / 2), (5 * way, 0)
            how = {"va": "center", "ha": "left" if way > 0 else "right"}
        elif row.end_year in (years[0], years[-1]):
            spot, off, how = (row.end_year, low), (7, -9), {"va": "top", "ha": "left"}
        axes.annotate(
            text, spot, off, textcoords="offset points", fontsize=SMALL, weight="bold", color=color,
            path_effects=style.over_lines(), **how,
        )  # fmt: skip
        if row.indicator in unsure and row.end_year == years[-1]:
            axes.annotate(
                style.wrap_text(words(Text(_UNSURE)), _UNSURE_WIDE), (row.end_year, low), (0, -14), ha="right",
                va="top", textcoords="offset points", fontsize=SMALL, color=QUIET,
            )  # fmt: skip


def _between(
    drawn: Mapping[tuple[str, int], float], keys: Sequence[tuple[str, int]], years: Sequence[int], reach: float
) -> tuple[float, float, int]:  # fmt: skip
    """Return the room between two lines over so many years from their own on, or before them; and which way that is."""
    way, year = (1 if reach > 0 else -1), keys[0][1]
    near = next((one for one in years[::way] if (one - year) * way > 0), None)
    if near is None:
        return 0.0, 0.0, way
    part = min(reach / (near - year), 1.0)
    ends = [(drawn[key], drawn.get((key[0], near), drawn[key])) for key in keys]
    (low, next_low), (high, next_high) = sorted(ends)
    return (
        max(low, low + part * (next_low - low)),
        min(high, high + part * (next_high - high)),
        way,
    )


def _is_of(gap: Finding, drawn: Finding) -> bool:
    """Return whether a gap is of the numbers of a panel."""
    names = ("indicator", "student_group")
    return all(getattr(gap.row, name) == getattr(drawn.row, name) for name in names)


_BOX = (
    0.035  # of an axis: the height of the mark of a narrow range; a taller range is drawn as it is
)
_NEAR_END = 0.2  # of an axis: words over or under what is nearer to its end would leave the axes
_ROOM_FOR_WORDS = 0.12  # of an axis: between lines that are nearer, words would touch them
_NAME = 0.85  # inches: a line of text that names a line next to several panels
_YEAR, _GAP = 0.36, 0.62  # inches of a year's name, and of the words of a gap
_UNSURE, _UNSURE_WIDE = (
    N_("The change of the gap could be chance"),
    1.2,
)  # and inches of a line of it
