"""Plot small multiples: a rate over the years, or then and now, in a panel for each group, place or indicator."""

from collections.abc import Sequence
from functools import partial
from itertools import takewhile

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sesec_analysis import catalog
from sesec_analysis.evidence import tables
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.wording.labels import year_words
from sesec_analysis.evidence.wording.numbers import grade_name
from sesec_analysis.figures import axes as scales
from sesec_analysis.figures import figure, style, trend, words
from sesec_analysis.figures.axes import Axis, SideLabels
from sesec_analysis.figures.style import SMALL, KeyMark
from sesec_analysis.i18n import say

__all__ = ["plot_multiples", "plot_slopes"]


def plot_multiples(
    estimates: pd.DataFrame,
    *,
    by: str | Sequence[str] = "student_group",
    focus: str | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    headline: pd.DataFrame | None = None,
) -> figure.ReportFigure | Notice:
    """Plot rates over the years in small multiples, a panel for each student group, place or indicator.

    Parameters
    ----------
    estimates
        Rates or averages in two school years or more.
    by
        Column of ESTIMATES whose values are the panels; of two columns, those of the rows and of the columns of panels.
    focus
        Code of a place to bring out in every panel. None: the place that is the catalog's headline.
    title, subtitle, headline
        As of `plot_rates`.

    Returns
    -------
    ReportFigure or Notice
        A notice if there are no rows that may be shown.

    Raises
    ------
    DataError
        If the estimates differ in more than years, places and ``by``.

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
    if estimates.empty:
        return tables.missing(estimates)
    columns = [by] if isinstance(by, str) else list(by)
    findings = figure.one_question(estimates, _LEVELS, varies=["end_year", *columns])
    return _plotted(
        findings, columns, focus, (title, subtitle, headline), kind=say("Small multiples")
    )


def plot_slopes(
    estimates: pd.DataFrame,
    *,
    focus: str | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    headline: pd.DataFrame | None = None,
) -> figure.ReportFigure | Notice:
    """Plot then and now, a line for each place, in a panel for each indicator.

    Parameters
    ----------
    estimates
        Rates or averages of places; of each indicator the first and the last school year are drawn.
    focus, title, subtitle, headline
        As of `plot_multiples`.

    Returns
    -------
    ReportFigure or Notice
        A notice if there are no rows that may be shown.

    Raises
    ------
    DataError
        If the estimates differ in more than years, places and indicators.

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
    if estimates.empty:
        return tables.missing(estimates)
    findings = figure.one_question(estimates, _LEVELS, varies=["end_year", "indicator"])
    years: dict[str, list[int]] = {}
    for finding in trend.comparable(findings):
        if finding.row.publish != "nothing":
            years.setdefault(finding.row.indicator, []).append(finding.row.end_year)
    ends = {code: (min(of), max(of)) for code, of in years.items()}
    kept = Findings(
        [one for one in findings if one.row.end_year in ends.get(one.row.indicator, ())]
    )
    told = (title, subtitle, headline)
    return _plotted(kept or findings, ["indicator"], focus, told, kind=say("Slopes"), across=True)


_LEVELS = ("rate", "average")
_MOST = 4  # panels side by side
_TALL = 1.65  # inches of a panel with its name


def _plotted(
    findings: Findings,
    columns: Sequence[str],
    focus: str | None,
    told: tuple[str | None, str | None, pd.DataFrame | None],
    *,
    kind: str,
    across: bool = False,
) -> figure.ReportFigure | Notice:
    focus = figure.checked_focus(findings, focus)
    kept = trend.comparable(findings)
    rows = _rows(kept, columns, focus, "solid" if across else "")
    name = _named(kept, columns)
    years = sorted(rows.loc[rows["publish"] != "nothing", "year"].unique())
    if len(years) < 2:
        return Notice(words.title(findings), say("Fewer than two school years can be compared."))
    shown = rows[rows["publish"] != "nothing"]
    grouped = [line for _, line in shown.groupby(["down", "panel", "place"], sort=False)]
    span = say(
        "{first} to {last}",
        first=year_words(findings[0].row, years[0]),
        last=year_words(findings[0].row, years[-1]),
    )
    notes = {
        note: None
        for code in rows["indicator"].unique()
        for note in trend.time_notes(code, years[0], years[-1])
    }
    side = rows["across"].nunique() if len(columns) > 1 else _columns(rows["panel"].nunique())
    deep = rows["down"].nunique() if len(columns) > 1 else -(-rows["panel"].nunique() // side)
    picture = figure.Picture(
        kind=kind,
        height=deep * _TALL * (1.6 if across else 1) + 0.35,
        draw=partial(_draw, rows=rows, columns=side, two=len(columns) > 1, across=across),
        key=_key(rows),
        notes=[*notes, *words.counts(kept), *words.notes(kept, name, dated=True)],
        name=lambda finding: f"{name(finding)}, {year_words(finding.row, finding.row.end_year)}",
        highlights=[
            trend.told(line.assign(line=name(line["finding"].iloc[0]))) for line in grouped
        ],
        by=", ".join(filter(None, (words.by_groups(kept), span))),
    )
    return figure.finished(kept, picture, *told)


def _called(column: str, finding: Finding) -> str:
    """Return what a panel is called."""
    if column == "indicator":
        return catalog.indicator(finding.row.indicator).title
    if column == "grade_level":
        return grade_name(finding.row.grade_level).capitalize() or say("All grades")
    return finding.place if column == "organization_id" else finding.label


def _named(findings: Findings, columns: Sequence[str]) -> words.Named:
    """Return what to call a finding: its panel, and its place where a panel has several."""
    places = len({finding.row.organization_id for finding in findings}) > 1

    def name(finding: Finding) -> str:
        parts = [
            _called(column, finding)
            for column in columns
            if len({_called(column, one) for one in findings}) > 1
        ]
        parts += (
            [finding.place] if (places or not parts) and "organization_id" not in columns else []
        )
        return ", ".join(parts)

    return name


def _rows(findings: Findings, columns: Sequence[str], focus: str | None, dash: str) -> pd.DataFrame:
    """Return what may be shown, with panel and look: groups as in the catalog, the place in focus first."""
    places = list(dict.fromkeys(finding.row.organization_id for finding in findings))
    alone = len(places) == 1 or "organization_id" in columns
    looks = style.looks_of_places(places)

    def color(finding: Finding) -> str:
        bright = alone or figure.is_focus(finding, focus)
        look = looks[finding.row.organization_id]
        return (
            style.ACCENT
            if bright
            else style.PLAIN
            if len(places) == 2
            else look.color(focus=False, any_focus=True)
        )

    panels = {_called(column, one) for column in columns[-1:] for one in findings}
    prefix = len(_common(sorted(panels))) if columns[-1] == "indicator" else 0
    rows = figure.frame_of(
        figure.ordered(findings, focus),
        indicator=lambda finding: finding.row.indicator,
        panel=lambda finding: _brief_panel(_called(columns[-1], finding), prefix),
        down=lambda finding: _called(columns[0], finding),
        across=lambda finding: _brief_panel(_called(columns[-1], finding), prefix),
        name=lambda finding: finding.place,
        color=color,
        shape=lambda finding: "o" if alone else looks[finding.row.organization_id].marker,
        focus=lambda finding: alone or figure.is_focus(finding, focus),
    )
    rows["wide"] = rows["focus"].map({True: 2.2, False: 1.5})
    rows["alone"] = alone
    rows["dash"] = dash
    order = rows.groupby(["down", "panel", "place"], sort=False).ngroup()
    return rows.assign(order=order).sort_values(["order", "year"], ignore_index=True)


def _common(names: Sequence[str]) -> str:
    """Return the words that all names begin with, if there are two or more.

    Examples
    --------
    >>> _common(["Favorable answers about belonging", "Favorable answers about safety"])
    'Favorable answers about '
    """
    words_of = [name.split(" ") for name in names]
    shared = [
        one[0] for one in takewhile(lambda each: len(set(each)) == 1, zip(*words_of, strict=False))
    ]
    return " ".join([*shared, ""]) if len(names) > 1 < len(shared) else ""


def _brief_panel(name: str, prefix: int) -> str:
    return name[prefix : prefix + 1].upper() + name[prefix + 1 :]


def _columns(panels: int) -> int:
    return panels if panels <= _MOST else _MOST if panels > 2 * (_MOST - 1) else _MOST - 1


def _key(rows: pd.DataFrame) -> list[KeyMark]:
    """Return which line is whose, and the marks that need a word."""
    key = []
    if not rows["alone"].all():
        looks = rows.drop_duplicates("place")
        key = [
            KeyMark("look", *look)
            for look in zip(looks["name"], looks["color"], looks["shape"], strict=True)
        ]
    elif len(rows["panel"].unique()) > 1:
        key = [KeyMark("line", say("the other panels"), style.PALE)]
    marks = {
        KeyMark("hollow", say("interpret with care")): rows["hollow"].any(),
        KeyMark("band", say("range left open by withheld figures")): (
            rows["publish"] == "range"
        ).any(),
    }
    return [*key, *(mark for mark, drawn in marks.items() if drawn)]


def _draw(
    names: SideLabels, *, rows: pd.DataFrame, columns: int, two: bool, across: bool
) -> Figure:
    every = [
        value for column in ("at", "bound_low", "bound_high") for value in rows[column].dropna()
    ]
    scale = scales.level_scale(every, rows["finding"].iloc[0].row.unit)
    how = {"row": "down", "col": "across"} if two else {"col": "panel", "col_wrap": columns}
    # As large as seaborn's own layout wants it; ours follows, on the page.
    grid = sns.FacetGrid(rows, **how, height=5, despine=False, sharex=False)
    for (row, col, _), data in grid.facet_data():
        if len(data):
            _panel(grid.facet_axis(row, col), data, names, rows, scale.coarse(), across=across)
    for panel, axes in grid.axes_dict.items():
        down, over = panel if two else ("", panel)
        wide = (style.WIDTH - 1.3 * two) / columns - (1.6 if across else 0.35)
        top = not two or down == rows["down"].iloc[0]
        axes.set_title("\n".join(style.balanced(over, wide, SMALL, "bold")) if top else "")
        place = axes.get_subplotspec()
        first = place is not None and place.is_first_col()
        axes.tick_params(axis="y", labelleft=first and not across)
        if two and first:
            label = "\n".join(style.wrapped(down, 1.25, SMALL, "bold"))
            axes.set_ylabel(
                label, rotation=0, ha="right", va="center", weight="bold", color=style.INK
            )
    return grid.figure


def _panel(
    axes: Axes,
    data: pd.DataFrame,
    names: SideLabels,
    every: pd.DataFrame,
    scale: Axis,
    *,
    across: bool,
) -> None:
    """Draw one panel: its lines, and behind a line that is alone those of the other panels in grey."""
    scale.up(axes)
    if data["alone"].all():
        others = every[every["panel"] != data["panel"].iloc[0]].assign(color=style.PALE, wide=1.0)
        trend.draw_lines(axes, others, plain=True)
    trend.draw_lines(axes, data)
    years = sorted((data if across else every)["year"].unique())
    axes.set_xlim(years[0] - 0.4, years[-1] + 0.4)
    ends, first = (years[0], years[-1]), data["finding"].iloc[0].row
    axes.set_xticks(ends, [year_words(first, year) if across else _brief(year) for year in ends])
    lines = data[data["publish"] != "nothing"].groupby("place", sort=False)
    first = lines.head(1)
    sides = {"left": (1.04, lines.tail(1))}
    sides |= {"right": (-0.04, first[first["year"] == years[0]])} if across else {}
    for side, (x, end) in sides.items():
        looks = zip(end["color"], end["focus"], strict=True)
        middle = end["at"].fillna((end["bound_low"] + end["bound_high"].fillna(scale.high)) / 2)
        names.beside(
            axes, list(zip(end["year"], middle, strict=True)),
            [words.short(finding).replace(" ", "\xa0") for finding in end["finding"]], x=x, side=side,
            styles=[{"color": color, "weight": "bold" if focus else "normal"} for color, focus in looks],
        )  # fmt: skip


def _brief(year: int) -> str:
    """Return a school year by its end, as there is room for: ’19."""
    return f"’{year % 100:02d}"
