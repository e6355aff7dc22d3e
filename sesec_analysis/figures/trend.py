"""Plot rates and gaps over school years: lines of places or groups, small multiples, slopes from then to now."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from os.path import commonprefix

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import SeriesBreak, SeriesEvent
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.wording.labels import counted_words, year_words
from sesec_analysis.evidence.wording.numbers import grade_name, level_words, school_year, span_words
from sesec_analysis.figures import figure, style, words
from sesec_analysis.figures.figure import Plot
from sesec_analysis.figures.style import QUIET, Axis, KeyMark
from sesec_analysis.i18n import mark, say

__all__ = ["lines_of", "plot_multiples", "plot_slopes", "plot_trend"]


@figure.plot
def plot_trend(estimates: pd.DataFrame, *, focus: str | None = None) -> Plot:
    """Plot a rate or gap over school years, a line for each place or each student group.

    Parameters
    ----------
    estimates
        One measure of one indicator and grade in two school years or more; of several places or of several student
        groups, not both.
    focus
        As of `plot_rates`.

    Notes
    -----
    Reading: the shading is the sampling interval. A line stops where the catalog has a break in the series, where
    a year is missing, and where only a range may be shown, which is drawn as an upright band; it is dashed across years
    that are out, and an event is named at a dotted line. A place has its colour and shape in every figure.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> both = sa.load("disciplined", place="seattle", end_years=[2018, 2019], grade_level="all", student_group="all")
    >>> print(plot_trend(sa.rates(both)).caption)
    Dot: rate; Shading: 95% interval. Students: 56,482 to 56,613.
    """
    measures = ("rate", "gap", "average")
    every = figure.one_question(estimates, measures, varies=["end_year"])
    return _plotted(every, focus, say("Line chart"), _draw_trend)


@figure.plot
def plot_multiples(
    estimates: pd.DataFrame, *, by: str = "student_group", focus: str | None = None
) -> Plot:
    """Plot rates over the years in small multiples, a panel for each student group, place or indicator.

    Parameters
    ----------
    estimates
        Rates or averages in two school years or more.
    by
        Column of ESTIMATES whose values are the panels.
    focus
        Code of a place to bring out in every panel. None: the place that is the catalog's headline.

    Notes
    -----
    Reading: all panels have one scale. Where a panel has one line, those of the other panels stand behind it in grey.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> table = sa.load("disciplined", place="seattle", end_years=[2018, 2019], grade_level="all")
    >>> rates = sa.rates(table, by="race_ethnicity")
    >>> print(plot_multiples(rates, by="student_group").alt)
    Small multiples: Suspended or expelled, by race and ethnicity, 2017–18 to 2018–19; Seattle Public Schools.
    American Indian or Alaska Native 7.3% in 2017–18, 3.6% in 2018–19. Asian 1.1% in 2017–18, 1.0% in 2018–19. Values
    are in the table.
    """
    findings = figure.one_question(estimates, _LEVELS, varies=["end_year", by])
    return _plotted(findings, focus, say("Small multiples"), _draw_panels, by=by)


@figure.plot
def plot_slopes(estimates: pd.DataFrame, *, focus: str | None = None) -> Plot:
    """Plot then and now, a line for each place, in a panel for each indicator.

    Parameters
    ----------
    estimates
        Rates or averages of places; of each indicator the first and the last school year are drawn.
    focus
        As of `plot_multiples`.

    Notes
    -----
    Reading: no line is drawn across a break, where the measure itself changed.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> both = sa.load("disciplined", place="seattle", end_years=[2015, 2019], grade_level="all", student_group="all")
    >>> print(plot_slopes(sa.rates(both)).alt)
    Slopes: Suspended or expelled, 2014–15 to 2018–19; All students, Seattle Public Schools. Seattle Public Schools 3.3%
    in 2014–15, 2.0% in 2018–19. Values are in the table.
    """
    findings = figure.one_question(estimates, _LEVELS, varies=["end_year", "indicator"])
    years: dict[str, list[int]] = {}
    for one in findings.comparable():
        if one.row.publish != "nothing":
            years.setdefault(one.row.indicator, []).append(one.row.end_year)
    ends = {code: (min(of), max(of)) for code, of in years.items()}
    kept = [one for one in findings if one.row.end_year in ends.get(one.row.indicator, ())]
    draw = partial(_draw_panels, across=True)
    return _plotted(Findings(kept or findings), focus, say("Slopes"), draw, by="indicator")


_Draw = Callable[[pd.DataFrame], tuple[Figure, float]]
"""Draws lines, and returns the figure and the height of its picture."""
_LEVELS = ("rate", "average")
_BANDS = 3  # lines: beyond these, bands would hide each other
_MOST = 4  # panels side by side
_TOO_FEW = mark("Fewer than two school years can be compared.")


def _plotted(every: Findings, focus: str | None, kind: str, draw: _Draw, *, by: str = "") -> Plot:
    """Plot lines over the years, in one picture, or in a panel for each value of ``by``."""
    findings = every.comparable()
    known, first = findings or every, every[0].row
    focus = figure.checked_focus(known, focus)
    rows = lines_of(findings, focus, _panel_name(findings, by) if by else None)
    shown = rows[rows["publish"] != "nothing"]
    years = sorted({one.row.end_year for one in (shown["finding"] if by else findings)})
    asked = sorted({one.row.end_year for one in every})
    span = (years[0], years[-1]) if len(years) > 1 else (asked[0] - 1, asked[-1] + 1)
    codes = dict.fromkeys(finding.row.indicator for finding in rows["finding"] if by)
    codes = codes or {first.indicator: None}
    timed = list(dict.fromkeys(note for code in codes for note in _time_notes(code, *span)))
    name = _named(findings, by) if by else words.named(known)
    hidden = words.notes(findings, name, dated=True)
    if len(years) < 2 or rows.empty:
        why = [say(_TOO_FEW), *timed] if len(years) < 2 else hidden
        return Notice(words.title(known), " ".join(why))
    more = words.counts(findings) if by else [*words.above(findings), *_students(rows)]
    made, height = draw(rows)
    return figure.finished(
        findings, made, kind=kind, height=height, notes=[*timed, *more, *hidden],
        name=lambda one: f"{name(one)}, {year_words(one.row, one.row.end_year)}",
        highlights=[
            _told(line, name(line["finding"].iloc[0]) if by else line["line"].iloc[0])
            for _, line in shown.groupby("order", sort=False)
        ],
        by=_by(findings, years),
    )  # fmt: skip


def _by(findings: Findings, years: Sequence[int]) -> str:
    """Return what lines are of, from when to when."""
    first, last = (year_words(findings[0].row, year) for year in (years[0], years[-1]))
    span = say("{first} to {last}", first=first, last=last)
    return ", ".join(filter(None, (words.by_groups(findings), span)))


def _told(line: pd.DataFrame, name: str) -> str:
    """Return where a line starts and ends, as a phrase."""
    ends = dict.fromkeys(line.loc[line["publish"] != "nothing", "finding"].iloc[[0, -1]])
    years = {end: year_words(end.row, end.row.end_year) for end in ends}
    said = [say("{value} in {year}", value=end.printed.value, year=years[end]) for end in ends]
    return f"{name} {', '.join(said)}"


def _stops(indicator: str, first: int, last: int) -> list[SeriesBreak | SeriesEvent]:
    """Return the breaks and events of a series that lie between two school years."""
    entry = catalog.indicator(indicator)
    every: list[SeriesBreak | SeriesEvent] = [*entry.breaks, *entry.events]
    return sorted((stop for stop in every if first < stop.at <= last), key=lambda stop: stop.at)


def _time_notes(indicator: str, first: int, last: int) -> list[str]:
    """Return the notes that say why lines stop, what happened in between, and which years are not drawn."""
    kinds: dict[str, list[str]] = {"break": [], "event": []}
    for stop in _stops(indicator, first, last):
        kind = "break" if isinstance(stop, SeriesBreak) else "event"
        kinds[kind].append(f"{school_year(stop.at)}: {stop.reason}")
    out = [one for one in catalog.indicator(indicator).years_out if first < one.year < last]
    texts = {
        mark("Not comparable across the grey strips. {what}."): kinds["break"],
        mark("The measure stayed, the times changed. {what}."): kinds["event"],
        mark("Not drawn. {what}."): [f"{school_year(one.year)}: {one.reason}" for one in out],
    }
    return [say(text, what="; ".join(parts)) for text, parts in texts.items() if parts]


def lines_of(
    findings: Findings, focus: str | None, panel: words.Named | None = None
) -> pd.DataFrame:
    """Return the lines of places or student groups of which something may be shown, in the order of display.

    ``line`` is its name, of a place or group, or of a place within a ``panel``; a place has its colour and shape in
    every figure, and the accent is for what is in focus, or alone in its panel. A year that is withheld stays, without
    a number, so that no line is drawn across it.
    """
    groups = {finding.row.student_group for finding in findings}
    places = list(dict.fromkeys(finding.row.organization_id for finding in findings))
    if len(groups) > 1 and len(places) > 1 and not panel:
        raise DataError(
            "a trend shows several places or several student groups, not both",
            where="estimates, columns student_group and organization_id",
            mend="keep one student group, or one place",
            known=[*sorted(groups), *sorted(places)],
        )
    name = (lambda one: str(one.place)) if panel else words.named(findings)
    within = panel or (lambda _: "")
    order = figure.ordered(findings, focus)
    shown = {name(one) for one in order if one.row.publish != "nothing"}
    pairs = {(within(one), name(one)) for one in order}
    alone = bool(panel) and len({title for title, _ in pairs}) == len(pairs)
    bright = {name(one) for one in order if figure.is_focus(one, focus)} & shown
    # What all lines share is no focus.
    bright = shown if alone else bright if len(bright) < len(shown) else set()
    any_focus, of_places = bool(bright), style.looks_of_places(places)

    def look(finding: Finding) -> style.Look:
        """A line looks as its place, or as its group where there are several."""
        row = finding.row
        if panel or len(groups) == 1:
            return of_places[row.organization_id]
        return style.look_of_group(row.student_group_type, row.student_group, any_focus=any_focus)

    rows = figure.frame_of(
        [one for one in order if name(one) in shown],
        line=name,
        focus=lambda one: name(one) in bright,
        shape=lambda one: look(one).marker,
        color=lambda one: look(one).plain,
        panel=within,
    )
    # The accent is kept for what is in focus, if anything is.
    faded = (rows["color"] == style.ACCENT) & any_focus
    color = rows["color"].mask(faded, style.FADED).mask(rows["focus"], style.ACCENT)
    # An interval is drawn where few others lie over it.
    few = rows["focus"] | (len(shown) <= _BANDS)
    rows = rows.assign(
        color=color,
        banded=rows["ci_low"].notna() & few & (not panel),
        order=rows.groupby(["panel", "line"], sort=False).ngroup(),
        wide=rows["focus"].map({True: 2.2, False: 1.5}),
        alone=alone,
    )
    return rows.sort_values(["order", "year"], ignore_index=True)


def _students(rows: pd.DataFrame) -> list[str]:
    """Return the note of how many students each line has: the fewest and the most over the years."""
    counts: dict[str, str] = {}
    for line, findings in rows[rows["publish"] != "nothing"].groupby("line", sort=False)["finding"]:
        of = [finding.row for finding in findings]
        n = span_words((row.n_low, row.n_high) for row in of)
        other = span_words((row.reference_n_low, row.reference_n_high) for row in of)
        both = say("{n} (compared with {reference})", n=n, reference=other) if n and other else n
        counts |= {str(line): both} if n else {}
    row = rows["finding"].iloc[0].row
    start = say("All students") if row.is_composition else counted_words(row).capitalize()
    if len(set(counts.values())) == 1 and (len(counts) == 1 or row.is_composition):
        return [f"{start}: {next(iter(counts.values()))}."]
    each = "; ".join(f"{line} {count}" for line, count in counts.items())
    return [f"{start}: {each}."] if each else []


def _draw_trend(rows: pd.DataFrame) -> tuple[Figure, float]:
    """Draw all lines, the breaks and events between their years, and at the right what each is and its last value."""
    drawn = style.numbers_of(rows, "estimate", "bound_low", "bound_high")
    drawn += style.numbers_of(rows[rows["banded"]], "ci_low", "ci_high")
    scale = style.scale_of(drawn, rows["finding"].iloc[0].row)
    made, [axes] = figure.blank()
    scale.on(axes.yaxis)
    years, row = sorted(rows["year"].unique()), rows["finding"].iloc[0].row
    axes.set_xlim(years[0] - 0.4, years[-1] + 0.4)
    for stop in _stops(row.indicator, years[0], years[-1]):
        year = school_year(stop.at)
        if isinstance(stop, SeriesBreak):
            axes.axvspan(stop.at - 0.56, stop.at - 0.44, color="#ececec", zorder=1)
            key = KeyMark("strip", say("not comparable across {year}", year=year))
        else:
            key = KeyMark("thin", f"{year}: {stop.words}")
        axes.axvline(stop.at - 0.5, color=QUIET, linewidth=0.8, linestyle=":", zorder=1.2)
        style.explains(axes, {key: True})
    value, level = row.entry.label.lower(), level_words(row.ci_level)
    if rows["line"].nunique() > _BANDS:
        level = say("{interval} of the line in focus", interval=level)
    narrow = KeyMark("dash", say("middle of narrow ranges"))
    marks = {KeyMark("shade", level): rows["banded"].any(), narrow: rows["narrow"].any()}
    style.explains(axes, marks)
    _draw_lines(axes, rows, dot=value, care=say("{value}, interpret with care", value=value))
    # Years that have no room beside each other are left out; the last stays, people look for it.
    kept, apart = [years[-1]], 0.75 * (years[-1] - years[0] + 0.8) / 4.2
    for year in reversed(years):
        kept += [year] if kept[-1] - year >= apart else []
    axes.set_xticks(years, [year_words(row, year) if year in kept else "" for year in years])
    axes.set_title(scale.label, weight="normal", color=QUIET)
    last = rows[rows["publish"] != "nothing"].groupby("line", sort=False).tail(1)
    looks = [
        {"leader": row.color} | ({"color": row.color, "weight": "bold"} if row.focus else {})
        for row in style.records(last)
    ]
    style.beside(axes, _ends(last, scale), last["line"] + " " + _values(last), looks)
    return made, max(2.6, 0.38 * rows["line"].nunique() + 0.4)


def _values(rows: pd.DataFrame) -> pd.Series:
    return rows["finding"].map(lambda one: one.printed.mark.replace(" ", "\xa0"))


def _ends(rows: pd.DataFrame, scale: Axis) -> list[tuple[float, float]]:
    """Return where lines end, or the middles of their ranges."""
    middle = (rows["bound_low"].fillna(0) + rows["bound_high"].fillna(scale.high)) / 2
    return list(zip(rows["year"], rows["at"].fillna(middle), strict=True))


def _draw_lines(
    axes: Axes, rows: pd.DataFrame, *, plain: bool = False, dot: str = "", care: str = ""
) -> None:
    """Draw lines where years may be joined, a dot for each value, and each range as an upright band.

    The column ``banded`` asks for the interval round a line; ``plain`` leaves out dots and bands.
    """
    for pair in pairwise(style.records(rows)):
        before, after = pair
        kinds = ["ci"] if before.banded and after.banded else []
        if before.publish == after.publish == "range" and before.narrow == after.narrow:
            kinds.append("bound")
        for kind in kinds if before.finding.joins(after.finding) else ():
            low, high = ([getattr(end, f"{kind}_{at}") for end in pair] for at in ("low", "high"))
            years, color = [before.year, after.year], before.color
            axes.fill_between(years, low, high, color=color, alpha=0.14, linewidth=0, zorder=2)
    style.lines(axes, rows, "year", "at")
    if not plain:
        style.ranges(axes, rows, "year", upright=True)
        style.dots(axes, rows[::-1], "year", "at", size=34, at=3.5, dot=dot, care=care)


def _called(by: str, finding: Finding) -> str:
    """Return what a panel is called."""
    if by == "indicator":
        return catalog.indicator(finding.row.indicator).title
    if by == "grade_level":
        return grade_name(finding.row.grade_level).capitalize() or say("All grades")
    return finding.place if by == "organization_id" else finding.label


def _named(findings: Findings, by: str) -> words.Named:
    """Return what to call a finding: its panel, and its place where a panel has several."""
    several = len({_called(by, one) for one in findings}) > 1
    places = len({one.row.organization_id for one in findings}) > 1 or not several
    placed = places and by != "organization_id"
    return lambda one: ", ".join([_called(by, one)] * several + [one.place] * placed)


def _panel_name(findings: Findings, by: str) -> words.Named:
    """Return what to call panels, without two words or more that the titles of all indicators begin with."""
    titles = sorted({_called(by, one) for one in findings})
    several = by == "indicator" and len(titles) > 1
    same = commonprefix(titles).rpartition(" ")[0] if several else ""  # noqa: RUF071

    def name(finding: Finding) -> str:
        title = _called(by, finding).removeprefix(same if " " in same else "").lstrip()
        return title[:1].upper() + title[1:]

    return name


def _draw_panels(rows: pd.DataFrame, *, across: bool = False) -> tuple[Figure, float]:
    """Draw every panel, so many side by side, on one scale."""
    rows, panels = rows.assign(dash="solid" if across else ""), rows["panel"].nunique()
    side = panels if panels <= _MOST else _MOST if panels > 2 * (_MOST - 1) else _MOST - 1
    every = style.numbers_of(rows, "at", "bound_low", "bound_high")
    scale = style.level_scale(every, rows["finding"].iloc[0].row.unit)
    scale = scale if panels <= side else scale.coarse()
    # As large as seaborn's own layout wants it; ours follows, on the page.
    grid = sns.FacetGrid(rows, col="panel", col_wrap=side, height=5, despine=False, sharex=False)
    for at, (panel, axes) in enumerate(grid.axes_dict.items()):
        _panel(axes, rows[rows["panel"] == panel], rows, scale, across=across)
        axes.set_title(style.balanced(panel, style.WIDTH / side - (1.6 if across else 0.35)))
        axes.tick_params(axis="y", labelleft=at % side == 0 and not across)
    looks = [KeyMark("look", one.line, one.color, one.shape) for one in style.records(rows)]
    if rows["alone"].all():
        looks = [KeyMark("line", say("the other panels"), style.PALE)] * (panels > 1)
    style.explains(axes, dict.fromkeys(looks, True))
    least, deep = (3.6, 2.0) if across else (3.3, 1.55)  # inches
    return grid.figure, max(-(-panels // side) * deep, least) + 0.35


def _panel(
    axes: Axes, data: pd.DataFrame, every: pd.DataFrame, scale: Axis, *, across: bool
) -> None:
    """Draw one panel: its lines, and behind a line that is alone those of the other panels in grey."""
    scale.on(axes.yaxis)
    if data["alone"].all():
        others = every[every["panel"] != data["panel"].iloc[0]].assign(color=style.PALE, wide=1.0)
        _draw_lines(axes, others, plain=True)
    _draw_lines(axes, data, care=say("interpret with care"))
    years = sorted((data if across else every)["year"].unique())
    ends = [years[0], years[-1]]
    axes.set_xlim(years[0] - 0.4, years[-1] + 0.4)
    row = data["finding"].iloc[0].row
    axes.set_xticks(ends, [year_words(row, at) if across else f"’{at % 100:02d}" for at in ends])
    lines = data[data["publish"] != "nothing"].groupby("line", sort=False)
    sides = {"left": (1.04, lines.tail(1))}
    if across:
        sides["right"] = (-0.04, lines.head(1).query("year == @years[0]"))
    for side, (x, end) in sides.items():
        weights = end["focus"].map({True: "bold", False: "normal"})
        looks = [{"color": c, "weight": w} for c, w in zip(end["color"], weights, strict=True)]
        style.beside(axes, _ends(end, scale), _values(end), looks, x=x, side=side)
