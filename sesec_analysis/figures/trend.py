"""Plot a rate or a gap over school years, a line for each place or student group."""

from functools import partial
from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import SeriesBreak, SeriesEvent
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import tables
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.wording.labels import counted_words, year_words
from sesec_analysis.evidence.wording.numbers import school_year, span_words
from sesec_analysis.figures import axes as scales
from sesec_analysis.figures import figure, style, words
from sesec_analysis.figures.axes import Axis, SideLabels
from sesec_analysis.figures.style import QUIET, KeyMark
from sesec_analysis.i18n import mark, say

__all__ = ["comparable", "draw_lines", "joins", "lines_of", "plot_trend", "time_notes", "told"]


def plot_trend(
    estimates: pd.DataFrame,
    *,
    title: str | None = None,
    subtitle: str | None = None,
    focus: str | None = None,
    headline: pd.DataFrame | None = None,
) -> figure.ReportFigure | Notice:
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
    headline
        ESTIMATES whose first row's headline is the title, if it allows one.

    Returns
    -------
    ReportFigure or Notice
        A notice if there are no rows.

    Raises
    ------
    DataError
        If the estimates answer several questions, or ``focus`` is not among them.

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
    Students: 8,415 to 8,502.
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
    focus, name = figure.checked_focus(findings, focus), figure.named(findings)
    rows = lines_of(findings, focus)
    if rows.empty:
        return Notice(words.title(findings), " ".join(words.notes(findings, name, dated=True)))
    row = findings[0].row
    drawn = [value for column in _drawn(rows) for value in column.dropna()]
    scale = scales.gap_scale(drawn) if row.compares else scales.level_scale(drawn, row.unit)
    span = say(
        "{first} to {last}", first=year_words(row, years[0]), last=year_words(row, years[-1])
    )
    picture = figure.Picture(
        kind=say("Line chart"),
        height=max(3.0, 0.38 * rows["line"].nunique() + 0.4),
        draw=partial(_draw, rows=rows, scale=scale),
        key=_key(rows, row.entry.label.lower(), figure.level_of(findings)),
        notes=[
            *time_notes(row.indicator, years[0], years[-1]),
            *words.above(findings),
            *_students(rows),
            *words.notes(findings, name, dated=True),
        ],
        name=lambda finding: f"{name(finding)}, {year_words(finding.row, finding.row.end_year)}",
        highlights=[
            told(line) for line in rows["line"].unique() for line in [rows[rows["line"] == line]]
        ],
        by=", ".join(filter(None, (words.by_groups(findings), span))),
    )
    return figure.finished(findings, picture, title, subtitle, headline)


def _years(findings: Findings) -> list[int]:
    return sorted({finding.row.end_year for finding in findings})


_BANDS = 3  # lines: beyond these, bands would hide each other


def lines_of(findings: Findings, focus: str | None) -> pd.DataFrame:
    """Return the lines of places or student groups of which something may be shown, in the order of display.

    ``line`` is its name; a place has its colour and shape in every figure, and the accent is for what is in focus. A
    year that is withheld stays, without a number, so that no line is drawn across it.
    """
    groups = {finding.row.student_group for finding in findings}
    places = list(dict.fromkeys(finding.row.organization_id for finding in findings))
    if len(groups) > 1 and len(places) > 1:
        raise DataError(
            "a trend shows several places or several student groups, not both",
            where="estimates, columns student_group and organization_id",
            mend="keep one student group, or one place",
            known=[*sorted(groups), *sorted(places)],
        )
    name, order = figure.named(findings), figure.ordered(findings, focus)
    # The one group that all places show is no focus.
    shown = [finding for finding in order if finding.row.publish != "nothing"]
    bright = {name(finding) for finding in shown if figure.is_focus(finding, focus)}
    bright = bright if len(bright) < len({name(finding) for finding in shown}) else set()
    looks = {
        finding.row.organization_id: look
        for finding in order
        for look in [style.looks_of_places(places)[finding.row.organization_id]]
    }

    def look_of(finding: Finding) -> style.Look:
        row = finding.row
        if len(groups) == 1:
            return looks[row.organization_id]
        return style.look_of_group(
            row.student_group_type, row.student_group, any_focus=bool(bright)
        )

    rows = figure.frame_of(
        [finding for finding in order if name(finding) in {name(one) for one in shown}],
        line=name,
        focus=lambda finding: name(finding) in bright,
        shape=lambda finding: look_of(finding).marker,
        color=lambda finding: look_of(finding).color(
            focus=name(finding) in bright, any_focus=bool(bright)
        ),
    )
    rows["wide"] = rows["focus"].map({True: 2.2, False: 1.5})
    first = {line: at for at, line in enumerate(rows["line"].unique())}
    return rows.assign(order=rows["line"].map(first)).sort_values(
        ["order", "year"], ignore_index=True
    )


def comparable(findings: Findings) -> Findings:
    """Leave out the school years without a figure that means what it does in other years."""
    return Findings([finding for finding in findings if finding.row.end_year not in _out(finding)])


def _out(finding: Finding) -> set[int]:
    """Return the school years of an indicator that are left out."""
    return {out.year for out in catalog.indicator(finding.row.indicator).years_out}


def _stops(indicator: str, first: int, last: int) -> list[SeriesBreak | SeriesEvent]:
    """Return the breaks and events of a series that lie between two school years."""
    entry = catalog.indicator(indicator)
    every: list[SeriesBreak | SeriesEvent] = [*entry.breaks, *entry.events]
    return sorted((stop for stop in every if first < stop.at <= last), key=lambda stop: stop.at)


def time_notes(indicator: str, first: int, last: int) -> list[str]:
    """Return the notes that say why lines stop, what happened in between, and which years are not drawn."""
    between = _stops(indicator, first, last)

    def dated(kind: type) -> list[str]:
        return [
            f"{school_year(stop.at)}: {stop.reason}" for stop in between if isinstance(stop, kind)
        ]

    out = [
        f"{school_year(year.year)}: {year.reason}"
        for year in catalog.indicator(indicator).years_out
        if first < year.year < last
    ]
    texts = {
        mark("Not comparable across the grey strips. {what}."): dated(SeriesBreak),
        mark("The measure stayed, the times changed. {what}."): dated(SeriesEvent),
        mark("Not drawn. {what}."): out,
    }
    return [say(text, what="; ".join(parts)) for text, parts in texts.items() if parts]


def _banded(rows: pd.DataFrame) -> pd.Series:
    """Return which rows are of a line whose interval is drawn: few others lie over it."""
    return rows["ci_low"].notna() & (rows["focus"] | (rows["line"].nunique() <= _BANDS))


def _drawn(rows: pd.DataFrame) -> list[pd.Series]:
    """Return every number that is drawn."""
    banded = rows[_banded(rows)]
    return [
        rows["estimate"],
        rows["bound_low"],
        rows["bound_high"],
        banded["ci_low"],
        banded["ci_high"],
    ]


def _students(rows: pd.DataFrame) -> list[str]:
    """Return the note of how many students each line has: the fewest and the most over the years."""
    counts: dict[str, str] = {}
    shown = rows[rows["publish"] != "nothing"]
    for name, findings in shown.groupby("line", sort=False)["finding"]:
        line = str(name)
        of = [finding.row for finding in findings]
        n = span_words((row.n_low, row.n_high) for row in of)
        other = span_words((row.reference_n_low, row.reference_n_high) for row in of)
        both = say("{n} (compared with {reference})", n=n, reference=other) if n and other else n
        counts |= {line: both} if n else {}
    last = rows["finding"].iloc[0].row
    start = say("All students") if last.is_composition else counted_words(last).capitalize()
    if len(set(counts.values())) == 1 and (len(counts) == 1 or last.is_composition):
        return [f"{start}: {next(iter(counts.values()))}."]
    each = "; ".join(f"{line} {count}" for line, count in counts.items())
    return [f"{start}: {each}."] if each else []


def told(line: pd.DataFrame) -> str:
    """Return where a line starts and ends, as a phrase."""
    ends = dict.fromkeys(line.loc[line["publish"] != "nothing", "finding"].iloc[[0, -1]])
    parts = [
        say(
            "{value} in {year}", value=end.printed.value, year=year_words(end.row, end.row.end_year)
        )
        for end in ends
    ]
    return f"{line['line'].iloc[0]} {', '.join(parts)}"


def _key(rows: pd.DataFrame, value: str, level: str) -> list[KeyMark]:
    """Return the marks that the picture uses, and what each means."""
    points, banded = rows[rows["publish"] == "point"], _banded(rows)
    few = rows["line"].nunique() <= _BANDS
    focused = say("{interval} of the line in focus", interval=level)
    marks = {
        KeyMark("dot", value): not points["hollow"].all(),
        KeyMark("hollow", say("{value}, interpret with care", value=value)): points["hollow"].any(),
        KeyMark("shade", level if few else focused): banded.any(),
        KeyMark("band", say("range left open by withheld figures")): (
            rows["publish"] == "range"
        ).any(),
        KeyMark("dash", say("middle of narrow ranges")): rows["narrow"].any(),
    }
    indicator = rows["finding"].iloc[0].row.indicator
    between = [
        KeyMark("strip", say("not comparable across {year}", year=school_year(stop.at)))
        if isinstance(stop, SeriesBreak)
        else KeyMark("thin", f"{school_year(stop.at)}: {stop.words}")
        for stop in _stops(indicator, rows["year"].min(), rows["year"].max())
    ]
    return [*(key for key, drawn in marks.items() if drawn), *between]


def _draw(names: SideLabels, *, rows: pd.DataFrame, scale: Axis) -> Figure:
    made, by_name = figure.blank(3.0)
    axes = by_name["all"]
    scale.up(axes)
    years = sorted(rows["year"].unique())
    axes.set_xlim(years[0] - 0.4, years[-1] + 0.4)
    for stop in _stops(rows["finding"].iloc[0].row.indicator, years[0], years[-1]):
        if isinstance(stop, SeriesBreak):
            axes.axvspan(stop.at - 0.56, stop.at - 0.44, color="#ececec", zorder=1)
        axes.axvline(stop.at - 0.5, color=QUIET, linewidth=0.8, linestyle=":", zorder=1.2)
    draw_lines(axes, rows, banded=_banded(rows))
    first = rows["finding"].iloc[0].row
    axes.set_xticks(years, [year_words(first, year) for year in years])
    if scale.label:
        axes.set_title(scale.label, weight="normal", color=QUIET)
    names.after(partial(_dated, axes, years))
    last = rows[rows["publish"] != "nothing"].groupby("line", sort=False).tail(1)
    middle = last["at"].fillna(
        (last["bound_low"].fillna(0) + last["bound_high"].fillna(scale.high)) / 2
    )
    nbsp = [words.short(finding).replace(" ", "\xa0") for finding in last["finding"]]
    names.beside(
        axes,
        list(zip(last["year"], middle, strict=True)),
        [f"{line} {value}" for line, value in zip(last["line"], nbsp, strict=True)],
        styles=[
            {"leader": color} | ({"color": color, "weight": "bold"} if focus else {})
            for color, focus in zip(last["color"], last["focus"], strict=True)
        ],
    )
    return made


def draw_lines(
    axes: Axes, rows: pd.DataFrame, *, banded: pd.Series | None = None, plain: bool = False
) -> None:
    """Draw lines where years may be joined, a dot for each value, and each range as an upright band.

    Dots join years between which no figures were published; ``plain`` leaves out dots and bands.
    """
    pieces: list[dict[str, object]] = []
    bands = set(rows.index[banded]) if banded is not None else set()
    for before, after in pairwise(style.records(rows)):
        if not joins(before.finding, after.finding):
            continue
        both, years = (before, after), [before.year, after.year]
        whole = before.publish == after.publish == "point" and years[1] == years[0] + 1
        dash = "solid" if whole else "dashed" if years[1] == years[0] + 1 else "dotted"
        own = {"unit": len(pieces), "color": before.color, "wide": before.wide}
        own["dash"] = getattr(before, "dash", "") or dash
        if pd.notna(before.at) and pd.notna(after.at):
            pieces += [own | {"x": end.year, "y": end.at} for end in both]
        kinds = ["ci"] if bands >= {before.Index, after.Index} else []
        if before.publish == after.publish == "range" and before.narrow == after.narrow:
            kinds.append("bound")
        for kind in kinds:
            low, high = (
                [getattr(end, f"{kind}_{side}") for end in both] for side in ("low", "high")
            )
            axes.fill_between(
                years, low, high, color=before.color, alpha=0.14, linewidth=0, zorder=2
            )
    style.lines(axes, pd.DataFrame(pieces), "x", "y")
    if plain:
        return
    style.ranges(axes, rows, "year", upright=True)
    style.dots(axes, rows[::-1], "year", "at", size=34, at=3.5)


def joins(before: Finding, after: Finding) -> bool:
    """Whether neighbours may be joined: of one line, and no break between them."""
    one, other = before.row, after.row
    same = {
        (row.indicator, row.organization_id, row.student_group, row.grade_level)
        for row in (one, other)
    }
    breaks = [stop.at for stop in catalog.indicator(other.indicator).breaks]
    return (
        len(same) == 1
        and one.end_year < other.end_year
        and not any(one.end_year < at <= other.end_year for at in breaks)
    )


def _dated(axes: Axes, years: list[int]) -> None:
    """Leave out years that have no room beside each other; the last stays, it is the one that people look for."""
    labels = axes.get_xticklabels()
    boxes, named = (
        [label.get_window_extent() for label in labels],
        [each.get_text() for each in labels],
    )
    kept, texts = len(years), []
    for at in reversed(range(len(years))):
        free = kept == len(years) or boxes[at].x1 + 6 < boxes[kept].x0
        kept = at if free else kept
        texts.append(named[at] if free else "")
    axes.set_xticks(years, texts[::-1])
