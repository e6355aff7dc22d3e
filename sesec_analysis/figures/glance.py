"""Plot many indicators of two places at a glance: both values, how far apart, over the years, and in words."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sesec_analysis import catalog
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import tables
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.row import check_measured
from sesec_analysis.evidence.tables import ReportTable, TableColumn
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.headlines import outcome_words
from sesec_analysis.evidence.wording.numbers import school_year
from sesec_analysis.figures import figure, style, trend, words
from sesec_analysis.figures.axes import Names, level_scale
from sesec_analysis.figures.style import ACCENT, BODY, INK, PLAIN, QUIET, SMALL, Key
from sesec_analysis.i18n import say

__all__ = ["plot_at_a_glance"]


def plot_at_a_glance(
    estimates: pd.DataFrame,
    *,
    place: str,
    reference: str,
    title: str | None = None,
    subtitle: str | None = None,
    headline: pd.DataFrame | None = None,
) -> figure.ReportFigure | Notice:
    """Plot two places at a glance: a row for each indicator, with values, distance, years and words.

    Parameters
    ----------
    estimates
        In one table, of each indicator: rates or averages of both places over the years, and what `compare` or
        `progress` makes of them. Rows stand in the order in which indicators come.
    place, reference
        Codes of the two places.
    title, subtitle, headline
        As of `plot_rates`.

    Returns
    -------
    ReportFigure or Notice
        A notice if nothing of both places may be shown.

    Raises
    ------
    DataError
        If the estimates hold neither rates nor averages of ``place``.

    Notes
    -----
    Reading: the words say only what withheld figures and chance together allow. Each row has a scale of its own, from
    zero; over the years a line runs from the least to the most of the row.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> both = sa.load("disciplined", place=["southeast_seattle", "rest_of_seattle"], end_years=2019,
    ...                grade_level="all", student_group="all")
    >>> gap = sa.compare(both[:1], both[1:]).query("measure == 'gap'")
    >>> rows = pd.concat([sa.rates(both), gap])
    >>> glance = plot_at_a_glance(rows, place="southeast_seattle", reference="rest_of_seattle")
    >>> glance.table.rows[0][:2]
    ('Suspended or expelled', '3.0–3.2%')
    """
    if estimates.empty:
        return tables.missing(estimates)
    check_measured(estimates)
    every = findings(estimates)
    if not any(_is_level(one) and one.row.organization_id == place for one in every):
        raise DataError(
            f"the estimates hold no rates or averages of {place!r}",
            mend="put `sa.rates` or `sa.averages` of both places into one table",
            known=sorted({one.row.organization_id for one in every}),
        )
    rows = [
        row
        for row in _rows(every, place, reference)
        if row["here"] is not None or row["there"] is not None
    ]
    if not rows:
        return Notice(say("At a glance"), " ".join(words.notes(every, _name)))
    names = [catalog.place(code).name for code in (place, reference)]
    shown = Findings([one for row in rows for one in row["drawn"]])
    picture = figure.Picture(
        kind=say("At a glance"),
        height=sum(row["tall"] for row in rows) + _HEAD,
        draw=partial(_draw, rows=rows, heads=names),
        key=[Key("look", names[0], ACCENT, "o"), Key("look", names[1], PLAIN, "D"), *_key(rows)],
        notes=words.notes(
            [row[side] for row in rows for side in ("here", "there") if row[side]], _name
        ),
        name=_name,
        highlights=[f"{row['label']}: {row['values'][0]}, {row['values'][1]}" for row in rows],
    )
    heading = (
        title
        if title is not None
        else say("At a glance: {place} and {reference}", place=names[0], reference=names[1])
    )
    under = subtitle if subtitle is not None else say("Newest school year of each figure")
    made = figure.finished(shown, picture, heading, under, headline)
    return figure.with_table(made, _table(rows, names, made.table))


_HEAD = 0.5  # inches above the rows
_ENDS = {"label": 1.95, "here": 2.6, "there": 3.25, "apart": 4.15, "years": 4.95, "words": 6.76}
"""Inches from the left to where each column ends."""


_SPARK = 0.4  # inches: tallest line over the years


def _is_level(finding: Finding) -> bool:
    return finding.row.measure in ("rate", "average")


def _key_of(finding: Finding) -> tuple[str, ...]:
    row = finding.row
    return row.indicator, row.grade_level, row.student_group_type, row.student_group


def _name(finding: Finding) -> str:
    parts = [catalog.indicator(finding.row.indicator).title, finding.label, finding.place]
    parts += [catalog.measure(finding.row.measure).label] if not _is_level(finding) else []
    return ", ".join([*parts, school_year(finding.row.end_year)])


def _rows(every: Sequence[Finding], place: str, reference: str) -> list[dict[str, object]]:
    """Return for each indicator, grade and group what is drawn and written."""
    made = []
    for key in dict.fromkeys(_key_of(finding) for finding in every):
        of = [finding for finding in every if _key_of(finding) == key]
        lines = [
            sorted(
                (one for one in of if _is_level(one) and one.row.organization_id == code),
                key=lambda one: one.row.end_year,
            )
            for code in (place, reference)
        ]
        kept = [
            [one for one in trend.comparable(Findings(line)) if one.row.publish != "nothing"]
            for line in lines
        ]
        year = max((line[-1].row.end_year for line in lines if line), default=0)
        here, there = (
            next((one for one in line if one.row.end_year == year), None) for line in kept
        )
        gap = [
            one
            for one in of
            if one.row.measure == "gap"
            and one.row.organization_id == place
            and one.row.end_year == year
        ]
        change = [
            one
            for one in of
            if one.row.measure == "change"
            and one.row.organization_id == place
            and one.row.end_year == year
        ]
        label = style.wrapped(_label(of[0]), _ENDS["label"], SMALL)
        told = _words(gap[:1], change[:1])
        made.append(
            {"label": _label(of[0]), "lines": label, "here": here, "there": there, "year": year, "kept": kept,
             "values": [words.short(one) if one else say("not shown") for one in (here, there)],
             "words": told, "drawn": [*kept[0], *kept[1], *gap[:1], *change[:1]],
             "tall": max(len(label), len(told), 1) * style.leading(SMALL) + 0.16}
        )  # fmt: skip
    return made


def _label(finding: Finding) -> str:
    """Return what a row is called: its indicator, its grade, and its student group if it is not all students."""
    row = finding.row
    group = finding.label if row.student_group != "all" else ""
    return ", ".join(
        filter(
            None,
            (
                catalog.indicator(row.indicator).title,
                labels.grade_of(row) if row.grade_level != "all" else "",
                group,
            ),
        )
    )


def _words(gap: Sequence[Finding], change: Sequence[Finding]) -> list[str]:
    """Return direction and certainty in words: of the distance, and of the change in the place itself."""
    told = [" ".join(outcome_words(finding)) for finding in gap]
    since = [
        say(
            "since {year}: {words}",
            year=school_year(int(finding.row.reference)),
            words=" ".join(outcome_words(finding)),
        )
        for finding in change
    ]
    width = _ENDS["words"] - _ENDS["years"] - 0.15
    return [line for text in (*told, *since) for line in style.wrapped(text, width, SMALL)]


def _key(rows: Sequence[dict[str, object]]) -> list[Key]:
    ranges = any(
        one.row.publish == "range" for row in rows for one in (row["here"], row["there"]) if one
    )
    return [Key("band", say("range left open by withheld figures"))] if ranges else []


def _draw(names: Names, *, rows: Sequence[dict[str, object]], heads: Sequence[str]) -> Figure:
    made, by_name = figure.blank(4)
    axes = by_name["all"]
    tall = sum(row["tall"] for row in rows) + _HEAD
    axes.set(xlim=(0, _ENDS["words"]), ylim=(tall, 0))
    axes.set(xticks=[], yticks=[])
    axes.set_axis_off()
    heads_of = {
        "here": heads[0],
        "there": heads[1],
        "apart": say("Apart"),
        "years": say("Over the years"),
        "words": say("In words"),
    }
    starts = dict(zip(heads_of, list(_ENDS.values()), strict=False))
    for column, text in heads_of.items():
        right, wide = column in ("here", "there"), _ENDS[column] - starts[column] - 0.08
        lines = "\n".join(style.wrapped(text, wide, SMALL, "bold"))
        x = _ENDS[column] if right else starts[column] + 0.15
        axes.text(
            x,
            _HEAD - 0.1,
            lines,
            ha="right" if right else "left",
            va="bottom",
            weight="bold",
            fontsize=SMALL,
            color=ACCENT if column == "here" else QUIET,
        )
    axes.axhline(_HEAD - 0.03, color=INK, linewidth=1.0)
    y, marks, pieces = _HEAD, [], []
    for row in rows:
        middle = y + row["tall"] / 2
        y += row["tall"]
        axes.axhline(y, color=style.GRID, linewidth=0.8)
        axes.text(0, middle, "\n".join(row["lines"]), va="center", fontsize=SMALL)
        for side, text, own in zip(
            ("here", "there"),
            row["values"],
            ({"weight": "bold", "color": ACCENT}, {"color": QUIET}),
            strict=True,
        ):
            axes.text(
                _ENDS[side],
                middle,
                _two(text),
                ha="right",
                va="center",
                fontsize=SMALL if "\n" in _two(text) else BODY,
                **own,
            )
        axes.text(
            _ENDS["years"] + 0.15, middle, "\n".join(row["words"]), va="center", fontsize=SMALL
        )
        marks += _apart(axes, row, middle)
        pieces += _years(row, middle)
    frame = pd.DataFrame(marks)
    style.lines(axes, pd.DataFrame(pieces), "x", "y")
    style.dots(axes, frame, "x", "y")
    return made


def _two(value: str) -> str:
    """Break a range after its dash, for a narrow column."""
    return value if len(value) < 8 else value.replace("–", "–\n", 1)


def _apart(axes: Axes, row: dict[str, object], y: float) -> list[dict[str, object]]:
    """Draw the distance of both places, or their ranges, on a scale of the row; return the dots."""
    both = figure.frame_of([one for one in (row["here"], row["there"]) if one])
    if both.empty:
        return []
    top = level_scale(
        [v for c in figure.NUMBERS[:1] + figure.NUMBERS[3:5] for v in both[c].dropna()],
        both["finding"].iloc[0].row.unit,
    ).high
    start, wide = _ENDS["there"] + 0.25, _ENDS["apart"] - _ENDS["there"] - 0.35
    x = both[["at", "bound_low", "bound_high"]].clip(upper=top) / top * wide + start
    axes.plot([start, start + wide], [y, y], color=style.GRID, linewidth=1, zorder=1)
    if x["at"].notna().all():
        axes.plot(
            x["at"], [y] * len(x), color=style.PALE, linewidth=3, zorder=2, solid_capstyle="butt"
        )
    colors = [ACCENT if one is row["here"] else PLAIN for one in both["finding"]]
    for low, high, color in zip(x["bound_low"].fillna(start), x["bound_high"], colors, strict=True):
        if pd.notna(high):
            axes.barh(y, high - low, left=low, height=0.12, zorder=2.5, **style.band_style(color))
    looks = {ACCENT: "o", PLAIN: "D"}
    return [
        {"x": at, "y": y, "color": color, "shape": looks[color], "hollow": care}
        for at, color, care in zip(x["at"], colors, both["hollow"], strict=True)
    ]


def _years(row: dict[str, object], y: float) -> list[dict[str, object]]:
    """Return the pieces of a row's lines over the years, and their last points."""
    rows = figure.frame_of([one for line in row["kept"] for one in line]).dropna(subset=["at"])
    if rows.empty or rows["year"].min() == rows["year"].max():
        return []
    start, wide = _ENDS["apart"] + 0.2, _ENDS["years"] - _ENDS["apart"] - 0.3
    tall = min(row["tall"] - 0.16, _SPARK)
    rows["x"] = (rows["year"] - rows["year"].min()) / (
        rows["year"].max() - rows["year"].min()
    ) * wide + start
    span = max(rows["at"].max() - rows["at"].min(), 1e-9)
    rows["y"] = y + tall / 2 - (rows["at"] - rows["at"].min()) / span * tall
    first = rows["finding"].iloc[0].row.organization_id
    pieces = []
    for before, after in zip(rows.itertuples(), rows[1:].itertuples(), strict=False):
        if trend.joins(before.finding, after.finding):
            here = before.place == first
            dash = "solid" if after.year == before.year + 1 else "dotted"
            own = {
                "unit": f"{y} {before.Index}",
                "color": ACCENT if here else PLAIN,
                "wide": 2.0 if here else 1.2,
                "dash": dash,
            }
            pieces += [own | {"x": end.x, "y": end.y} for end in (before, after)]
    return pieces


def _table(
    rows: Sequence[dict[str, object]], names: Sequence[str], whole: ReportTable
) -> ReportTable:
    """Return the rows as a table: both values and the words."""
    columns = (
        TableColumn("title", say("What")),
        TableColumn("here", names[0], "right"),
        TableColumn("there", names[1], "right"),
        TableColumn("answer", say("In words")),
        TableColumn("school_year", say("School year")),
    )
    texts = tuple(
        (row["label"], *row["values"], " ".join(row["words"]), school_year(row["year"]))
        for row in rows
    )
    return ReportTable(whole.caption, columns, texts, whole.note, whole.findings)
