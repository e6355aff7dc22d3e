"""Build the tables of SESEC school levels: of the schools of places, and of one school."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.described import specs
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Findings, findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.tables import ReportTable, TableColumn
from sesec_analysis.evidence.wording.numbers import school_year
from sesec_analysis.i18n import listed, mark, say
from sesec_analysis.metrics.school_levels.levels import (
    level_estimates,
    level_shares,
    schools_at,
    weight_suffix,
)

__all__ = [
    "level_distribution",
    "level_parts",
    "level_weights",
    "levels_of_place",
    "levels_of_school",
    "make_levels_of_school",
]


_NO_LEVEL = mark(
    "This school has no SESEC school level: fewer than two of its parts are published."
)

_FROM = "pass what `sa.report.school_levels` returns"


def levels_of_place(levels: pd.DataFrame, *, places: Sequence[str]) -> pd.DataFrame:
    """Return the share of the schools of places at each SESEC school level, as ESTIMATES.

    Parameters
    ----------
    levels
        What `school_levels` gives.
    places
        Codes of places.

    See Also
    --------
    sesec_analysis.metrics.school_levels.levels.level_shares : What the bounds are.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> figures = sa.report.level_figures(up_to=2019, place="southeast_seattle")
    >>> levels = sa.report.school_levels(figures, rules=sa.report.level_rules())
    >>> shares = sa.report.levels_of_place(levels, places=["southeast_seattle"])
    >>> shares["bound_high"].tolist()
    [0.25, 0.6, 0.85, 0.35, 0.05]
    """
    schema.check_table(levels, "levels", _FROM, ["level_low"])
    schools = {code: _schools_of(code) for code in places}
    names = {code: catalog.place(code).name for code in places}
    return level_shares(levels, schools=schools, names=names)


def _schools_of(place: str) -> list[str]:
    """Return the schools of a place that may have a level."""
    entry = catalog.place(place)
    inside = catalog.place(entry.all_but).schools if entry.all_but else entry.schools
    every = catalog.level_rules().schools
    if entry.whole_district:
        return list(every)
    return [code for code in every if (code in inside) != bool(entry.all_but)]


def level_distribution(levels: pd.DataFrame, *, places: Sequence[str]) -> ReportTable | Notice:
    """Return how many schools of each place have which SESEC school level, by year.

    Parameters
    ----------
    levels
        What `school_levels` gives.
    places
        Codes of places, in the order of the columns.

    Returns
    -------
    ReportTable or Notice
        A row for each level or range of levels, a column for each year and place; no school is named. A notice if no
        year has levels.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> figures = sa.report.level_figures(up_to=2019, place="southeast_seattle")
    >>> levels = sa.report.school_levels(figures, rules=sa.report.level_rules())
    >>> sa.report.level_distribution(levels, places=["southeast_seattle"]).rows[-2:]
    (('Level 4', '1'), ('Schools with a level', '20'))
    """
    schema.check_table(levels, "levels", _FROM, ["level_low"])
    title = say("SESEC school levels: schools by level, or by the levels that are left open")
    known = levels[levels["level_low"].notna()]
    if known.empty:
        return Notice(title, catalog.level_rules().none)
    columns = _year_columns(known, places)
    spans = sorted(set(zip(known["level_low"], known["level_high"], strict=True)))
    rows = [
        (
            say("Level {level}", level=_span(*span)),
            *(
                str(int(((here["level_low"] == span[0]) & (here["level_high"] == span[1])).sum()))
                for here in columns.values()
            ),
        )
        for span in spans
    ]
    rows.append((say("Schools with a level"), *(str(len(here)) for here in columns.values())))
    return _of_levels(title, columns, rows, _ages(known), places, known)


def level_parts(levels: pd.DataFrame, *, places: Sequence[str]) -> ReportTable | Notice:
    """Return for each part of the SESEC school level how many schools of each place are at 4 or 5, and at 1 or 2.

    Parameters
    ----------
    levels
        What `school_levels` gives.
    places
        Codes of places, in the order of the columns.

    Returns
    -------
    ReportTable or Notice
        The least and the most number of schools, by year and place.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> figures = sa.report.level_figures(up_to=2019, place="southeast_seattle")
    >>> levels = sa.report.school_levels(figures, rules=sa.report.level_rules())
    >>> sa.report.level_parts(levels, places=["southeast_seattle"]).rows[2]
    ('Engagement: at 4 or 5', '4 of 20')
    """
    schema.check_table(levels, "levels", _FROM, ["level_low"])
    title = say("The parts of the SESEC school level: schools at 4 or 5, and at 1 or 2")
    known = levels[levels["level_low"].notna()]
    if known.empty:
        return Notice(title, catalog.level_rules().none)
    columns = _year_columns(known, places)
    rows = []
    for code, part in catalog.level_rules().parts.items():
        names = {f"{code}_low": "level_low", f"{code}_high": "level_high"}
        alone = {
            name: here.drop(columns=["level_low", "level_high"]).rename(columns=names)
            for name, here in columns.items()
        }
        for ends, words in (
            ((4, 5), mark("{part}: at 4 or 5")),
            ((1, 2), mark("{part}: at 1 or 2")),
        ):
            counts = (_of_all(here, *ends) for here in alone.values())
            rows.append((say(words, part=part.title), *counts))
    note = f"{catalog.level_rules().cuts_note} {_ages(known)}"
    return _of_levels(title, columns, rows, note, places, known)


def level_weights(levels: pd.DataFrame, *, places: Sequence[str]) -> ReportTable | Notice:
    """Return for how many schools other weights of the parts give another SESEC school level, or range of levels.

    Parameters
    ----------
    levels
        What `school_levels` gives.
    places
        Codes of places, in the order of the columns.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> figures = sa.report.level_figures(up_to=2019, place="southeast_seattle")
    >>> levels = sa.report.school_levels(figures, rules=sa.report.level_rules())
    >>> sa.report.level_weights(levels, places=["southeast_seattle"]).rows[0]
    ('Performance counted twice', '9 of 20')
    """
    schema.check_table(levels, "levels", _FROM, ["level_low"])
    title = say(
        "What other weights change: schools with another level or range than by equal parts"
    )
    known = levels[levels["level_low"].notna()]
    if known.empty:
        return Notice(title, catalog.level_rules().none)
    rules = catalog.level_rules()
    columns = _year_columns(known, places)
    rows = []
    for at, part in enumerate(rules.parts.values(), start=1):
        suffix = weight_suffix(rules.weights[at], rules)
        moved = (
            int(
                (
                    (here[f"level_low{suffix}"] != here["level_low"])
                    | (here[f"level_high{suffix}"] != here["level_high"])
                ).sum()
            )
            for here in columns.values()
        )
        sizes = (len(here) for here in columns.values())
        counts = (_count_of(n, size) for n, size in zip(moved, sizes, strict=True))
        rows.append((say("{part} counted twice", part=part.title), *counts))
    return _of_levels(title, columns, rows, "", places, known)


def _year_columns(
    known: pd.DataFrame, places: Sequence[str]
) -> dict[tuple[int, str], pd.DataFrame]:
    """Return the levels of each year and place."""
    return {
        (year, place): known[
            (known["end_year"] == year) & known["organization_id"].isin(_schools_of(place))
        ]
        for year in sorted(known["end_year"].unique().tolist())
        for place in places
    }


def _of_levels(
    title: str,
    columns: Mapping[tuple[int, str], pd.DataFrame],
    rows: Sequence[tuple[str, ...]],
    note: str,
    places: Sequence[str],
    known: pd.DataFrame,
) -> ReportTable:
    named = (
        TableColumn(
            f"{place}_{year}",
            say("{year}, {place}", year=school_year(year), place=catalog.place(place).name),
            "right",
        )
        for year, place in columns
    )
    shown = findings(levels_of_place(known, places=places))
    source = citation.source_line("; ".join(known["source_ids"]))
    notes = " ".join(text for text in (note, source) if text)
    heads = (TableColumn("level", say("Schools")), *named)
    return ReportTable(title, heads, tuple(rows), notes, shown)


def _span(low: int, high: int) -> str:
    return str(low) if low == high else say("{low} to {high}", low=low, high=high)


def _count_of(count: int | str, n: int) -> str:
    return say("{count} of {n}", count=count, n=n)


def _of_all(here: pd.DataFrame, lowest: int, highest: int) -> str:
    low, high = schools_at(here, lowest, highest)
    return _count_of(_span(low, high), int(here["level_low"].notna().sum()))


def _ages(known: pd.DataFrame) -> str:
    """Say of levels of which year the figures of each part are, by the year of the level."""
    return _ages_words(_ages_of(known), known.attrs.get("without", []))


def _ages_of(known: pd.DataFrame) -> list[dict[str, Any]]:
    """Return of levels, as JSON values, the years and sources of the figures of their parts."""
    parts = [f"{code}_{name}" for code in catalog.level_rules().parts for name in _AGES]
    rows = known[["end_year", "ingredients", "source_ids", *parts]].to_dict("records")
    texts = ("ingredients", "source_ids")
    return [
        {
            str(name): value if name in texts else None if pd.isna(value) else int(value)
            for name, value in row.items()
        }
        for row in rows
    ]


_AGES = ("oldest_year", "year")


def _ages_words(rows: Sequence[Mapping[str, Any]], no_levels: Sequence[int]) -> str:
    """Say of which year the figures of each part are, by the year of the level."""
    rules = catalog.level_rules()
    parts = rules.parts
    texts, of_most = [], []
    for year in sorted({row["end_year"] for row in rows}):
        of_year = [row for row in rows if row["end_year"] == year]
        years = {part.title: _years_of(of_year, code) for code, part in parts.items()}
        ages = ", ".join(f"{title} {those}" for title, those in years.items() if those)
        texts.append(f"{school_year(year)}: {ages}")
        own = sorted(row["ingredients"] for row in of_year)
        of_most.append(max(own, key=own.count))
    newest = say("Newest figures by year of the level: {ages}.", ages="; ".join(texts))
    unlike = [rules.unlike] if len(set(of_most)) > 1 else []
    without = listed([school_year(year) for year in no_levels])
    none = [say(_WITHOUT, years=without)] if without else []
    return " ".join([newest, *none, *unlike, say("A school can be at any level of its range.")])


def _years_of(rows: Sequence[Mapping[Any, Any]], part: str) -> str:
    """Return the school years of a part's figures, as most schools have them: one, or the oldest and the newest."""
    every = ([row[f"{part}_{name}"] for row in rows] for name in _AGES)
    years = [sorted(year for year in some if year is not None) for some in every]
    return listed([school_year(y) for y in dict.fromkeys(max(y, key=y.count) for y in years if y)])


_WITHOUT = mark("There are none of {years}, for want of figures of a part, or of the year itself.")


def levels_of_school(levels: pd.DataFrame, *, school: str) -> ReportTable | Notice:
    """Return the SESEC school level of a school with its three parts and other weights, by year.

    Parameters
    ----------
    levels
        What `school_levels` gives.
    school
        The state's code of a school.

    Returns
    -------
    ReportTable or Notice
        A notice if the school has no level.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> figures = sa.report.level_figures(up_to=2019, place="southeast_seattle")
    >>> levels = sa.report.school_levels(figures, rules=sa.report.level_rules())
    >>> sa.report.levels_of_school(levels, school="2182").rows[:2]
    (('SESEC school level', '3–4'), ('Performance', '2–4'))
    """
    schema.check_table(levels, "levels", _FROM, ["level_low"])
    own = levels[(levels["organization_id"] == school) & levels["level_low"].notna()]
    given = (
        Findings(()) if own.empty else findings(level_estimates(own, rules=catalog.level_rules()))
    )
    options = {
        "school": school,
        "rows": _ages_of(own),
        "without": list(levels.attrs.get("without", [])),
        "years": bool(levels.attrs.get("years")),
    }
    return specs.described(make_levels_of_school, Spec("levels_of_school", given, options))


def make_levels_of_school(given: Spec) -> ReportTable | Notice:
    """Make what `levels_of_school` returns."""
    rules, options = catalog.level_rules(), given.options
    title = say("SESEC school level of the school, and its parts")
    if not given.input:
        return Notice(title, say(_NO_LEVEL) if options["years"] else rules.none)
    cells = {(finding.row.measure, finding.row.end_year): finding for finding in given.input}
    years = [row["end_year"] for row in options["rows"]]
    names = {"school_level": say("SESEC school level")}
    names |= {f"level_{code}": part.title for code, part in rules.parts.items()}
    for weights, part in zip(rules.weights[1:], rules.parts.values(), strict=True):
        code = "".join(map(str, weights))
        names[f"level_weighted_{code}"] = say("Level with {part} counted twice", part=part.title)
    rows = tuple(
        (name, *(cells[measure, year].printed.value for year in years))
        for measure, name in names.items()
    )
    columns = (
        TableColumn("level", say("SESEC level")),
        *(TableColumn(str(year), school_year(year), "right") for year in years),
    )
    sources = "; ".join(row["source_ids"] for row in options["rows"])
    note = f"{_ages_words(options['rows'], options['without'])} {citation.source_line(sources)}"
    by_row = Findings([cells[measure, year] for measure in names for year in years])
    return ReportTable(title, columns, rows, note, by_row)
