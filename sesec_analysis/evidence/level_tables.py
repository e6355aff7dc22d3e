"""Build the tables of SESEC school levels: of the schools of places, and of one school."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.described import specs
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Findings, findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.tables import ReportTable, TableTexts, TextColumn
from sesec_analysis.evidence.wording.fields import LEVEL
from sesec_analysis.i18n import mark as N_
from sesec_analysis.metrics.school_levels.levels import (
    INDICATOR,
    codes_at,
    level_estimates,
    level_shares,
    levels_of_part,
    weight_suffix,
)
from sesec_analysis.text import Arg, Constant, Count, EntryText, List, Name, Text, Year, _, part_of

__all__ = [
    "is_of_earlier_scale",
    "level_counts",
    "level_distribution",
    "level_parts",
    "level_weights",
    "levels_of_place",
    "levels_of_school",
    "make_levels_of_school",
    "year_head",
    "years_apart",
]


_NO_LEVEL = N_("This school has no SESEC school level: fewer than two of its parts are published.")
_LEFT_OUT = N_(
    "No SESEC school level is made of programs, such as those for reengagement, detention, or special education."
)

_FROM = "pass what `sa.report.school_levels` returns"
_Row = tuple[Arg, ...]


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
    [0.15, 0.45, 0.6, 0.35, 0.05, 0.35]
    """
    schema.check_table(levels, "levels", _FROM, ["level_low"])
    schools = {code: _schools_of(code) for code in places}
    names = {code: catalog.place(code).name for code in places}
    return level_shares(levels, schools=schools, names=names)


def _schools_of(place: str) -> list[str]:
    """Return the schools of a place that may have a level."""
    every = catalog.level_rules().schools
    inside = catalog.schools_in(catalog.place(place), every)
    return [code for code in every if code in inside]


def years_apart(years: Iterable[int]) -> list[int]:
    """Return the years of levels in order, those of an earlier scale last: no level is compared with theirs."""
    every = sorted(years)
    return sorted(every, key=lambda year: is_of_earlier_scale(year, every))


def year_head(year: int, years: Sequence[int], words: Arg | None = None) -> Arg:
    """Return the column head for a year of levels, or ``words`` in its place, saying if its scale is earlier."""
    head = words or Year(year, calendar=True)
    return _(_EARLIER, year=head) if is_of_earlier_scale(year, years) else head


_EARLIER = N_("{year}, earlier scale")


def is_of_earlier_scale(year: int, years: Iterable[int]) -> bool:
    """Return whether levels of a year were made in another way than those of the newest year."""
    newest = max(years)
    return any(year < stop.at <= newest for stop in catalog.indicator(INDICATOR).breaks)


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
    (('Level 3 to 5', '1'), ('Schools with a level', '20'))
    """
    title = Text(
        N_("SESEC school levels: schools by level, or by the range of levels that they could be at")
    )
    return _table_by_year(
        title, levels, places, _rows_of_distribution, lambda known: [_ages(known)]
    )


def _rows_of_distribution(known: pd.DataFrame, columns: Sequence[pd.DataFrame]) -> Iterator[_Row]:
    for low, high in sorted(set(zip(known["level_low"], known["level_high"], strict=True))):
        at = (here[(here["level_low"] == low) & (here["level_high"] == high)] for here in columns)
        yield _(N_("Level {level}"), level=_levels(low, high)), *map(_schools, at)
    yield Text(N_("Schools with a level")), *map(_schools, columns)


def _no_levels(title: Arg) -> Notice:
    return Notice.of_texts(title, _rule(catalog.level_rules().none))


def _rule(words: str) -> EntryText:
    """Return words of the rules of levels as a text."""
    return EntryText(words, "school_levels.yml")


def _schools(levels: pd.DataFrame) -> Count:
    """Return the number of schools, for a cell whose row and column name what it counts."""
    return Count(tuple(levels["organization_id"]), "{n}")


def _levels(low: int, high: int) -> Arg:
    ends = [Constant(LEVEL, str(level)) for level in (low, high)]
    return ends[0] if low == high else _("{low} to {high}", low=ends[0], high=ends[1])


def level_counts(levels: pd.DataFrame, *, places: Sequence[str]) -> ReportTable | Notice:
    """Return how many schools of each place could be at SESEC school level 4 or 5, and at 1 or 2, year by year.

    Parameters
    ----------
    levels
        What `school_levels` gives.
    places
        Codes of places, in the order of the columns.

    Returns
    -------
    ReportTable or Notice
        A row for each end of the scale, a column for each year and place. A notice if no year has levels.

    See Also
    --------
    sesec_analysis.metrics.school_levels.levels.schools_at : How schools are counted jointly.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> figures = sa.report.level_figures(up_to=2019, place="southeast_seattle")
    >>> levels = sa.report.school_levels(figures, rules=sa.report.level_rules())
    >>> sa.report.level_counts(levels, places=["southeast_seattle"]).rows[0]
    ('At level 4 or 5', '2 to 7 of 20')
    """
    title = Text(N_("Schools that could be at the top and the bottom of the SESEC school level"))

    def notes(known: pd.DataFrame) -> list[Arg]:
        ages = _ages_text(_ages_of(known), (), of_newest=True)  # the parts have all years
        return [Text(N_("Chance and withheld numbers leave a range.")), ages]

    return _table_by_year(title, levels, places, _rows_of_counts, notes)


def _rows_of_counts(_known: pd.DataFrame, columns: Sequence[pd.DataFrame]) -> Iterator[_Row]:
    for low, high in (_TOP, _BOTTOM):
        name = _(N_("At level {low} or {high}"), **_ends(low, high))
        yield name, *(_of_all(here, low, high) for here in columns)


_TOP, _BOTTOM = (4, 5), (1, 2)


def _ends(low: int, high: int) -> dict[str, Arg]:
    return {"low": Constant(LEVEL, str(low)), "high": Constant(LEVEL, str(high))}


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
    ('Engagement: at 4 or 5', '2 to 7 of 20')
    """
    ends = zip(("a", "b", "c", "d"), (*_TOP, *_BOTTOM), strict=True)
    title = _(
        N_("The parts of the SESEC school level: schools at {a} or {b}, and at {c} or {d}"),
        **{name: Constant(LEVEL, str(level)) for name, level in ends},
    )

    def notes(known: pd.DataFrame) -> list[Arg]:
        return [_rule(catalog.level_rules().cuts_note), _ages(known)]

    return _table_by_year(title, levels, places, _rows_of_parts, notes)


def _rows_of_parts(_known: pd.DataFrame, columns: Sequence[pd.DataFrame]) -> Iterator[_Row]:
    for code, part in catalog.level_rules().parts.items():
        alone = [levels_of_part(here, code) for here in columns]
        for low, high in (_TOP, _BOTTOM):
            ends = _ends(low, high)
            name = _(N_("{part}: at {low} or {high}"), part=_rule(part.title), **ends)
            yield name, *(_of_all(here, low, high) for here in alone)


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
    ('Performance counted twice', '4 of 20')
    """
    title = Text(
        N_("What other weights change: schools with another level or range than by equal parts")
    )
    return _table_by_year(title, levels, places, _rows_of_weights, lambda _known: [])


def _rows_of_weights(_known: pd.DataFrame, columns: Sequence[pd.DataFrame]) -> Iterator[_Row]:
    rules = catalog.level_rules()
    for at, part in enumerate(rules.parts.values(), start=1):
        suffix = weight_suffix(rules.weights[at], rules)
        counts = []
        for here in columns:
            moved = (here[f"level_low{suffix}"] != here["level_low"]) | (
                here[f"level_high{suffix}"] != here["level_high"]
            )
            every = here["organization_id"]
            counts.append(part_of(every[moved], every, _OF_ALL))
        yield _(N_("{part} counted twice"), part=_rule(part.title)), *counts


def _table_by_year(
    title: Arg,
    levels: pd.DataFrame,
    places: Sequence[str],
    rows_of: Callable[[pd.DataFrame, Sequence[pd.DataFrame]], Iterable[_Row]],
    notes_of: Callable[[pd.DataFrame], Sequence[Arg]],
) -> ReportTable | Notice:
    """Return a table with a column for each year and place; rows are made of all levels and those of each column."""
    schema.check_table(levels, "levels", _FROM, ["level_low"])
    known = levels[levels["level_low"].notna()]
    if known.empty:
        return _no_levels(title)
    years = years_apart(known["end_year"].unique().tolist())
    columns = {
        (year, place): known[
            (known["end_year"] == year) & known["organization_id"].isin(_schools_of(place))
        ]
        for year in years
        for place in places
    }
    named = (
        TextColumn(
            f"{place}_{year}",
            year_head(
                year,
                years,
                _("{year}, {place}", year=Year(year), place=Name("place_name", place))
                if len(places) > 1
                else None,
            ),
            "right",
        )
        for year, place in columns
    )
    shown = findings(levels_of_place(known, places=places))
    source = citation.source_line_text("; ".join(known["source_ids"]))
    heads = (TextColumn("level", Text(N_("Schools"))), *named)
    note = List((*notes_of(known), source), joined="", separator=" ")
    rows = tuple(rows_of(known, list(columns.values())))
    return ReportTable(TableTexts(title, heads, rows, note), shown)


_OF_ALL = N_("{some} of {n}")


def _of_all(here: pd.DataFrame, lowest: int, highest: int) -> Arg:
    """Return how many schools are at these levels at the least and at the most, out of all with a level."""
    low, high = codes_at(here, lowest, highest)
    every = here.loc[here["level_low"].notna(), "organization_id"]
    most = part_of(high, every, _OF_ALL)
    if len(low) == len(high):
        return most
    return _("{low} to {high}", low=Count(low, "{n}"), high=most)


def _ages(known: pd.DataFrame) -> Arg:
    """Return of which year the figures of each part are, by the year of the level."""
    return _ages_text(_ages_of(known), known.attrs.get("without", []))


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


def _ages_text(
    rows: Sequence[Mapping[str, Any]], no_levels: Sequence[int], *, of_newest: bool = False
) -> Arg:
    """Return of which year the figures of each part are, by the year of the level, or of the newest level alone."""
    rules = catalog.level_rules()
    texts, of_most = [], []
    for year in sorted({row["end_year"] for row in rows}):
        of_year = [row for row in rows if row["end_year"] == year]
        ages = tuple(
            _("{part} {years}", part=_rule(part.title), years=List(years))
            for code, part in rules.parts.items()
            if (years := _years_of(of_year, code))
        )
        texts.append(
            _("{year} ({ages})", year=Year(year, calendar=True), ages=List(ages, joined=""))
        )
        own = sorted(row["ingredients"] for row in of_year)
        of_most.append(max(own, key=own.count))
    every = List(tuple(texts[-1:] if of_newest else texts), joined="", separator="; ")
    sentences: list[Arg] = [_(N_("Years of the numbers behind each level: {ages}."), ages=every)]
    if no_levels:
        sentences.append(_(_WITHOUT, years=List(tuple(map(Year, no_levels)))))
    if len(set(of_most)) > 1:
        sentences.append(_rule(rules.unlike))
    return List(tuple(sentences), joined="", separator=" ")


def _years_of(rows: Sequence[Mapping[Any, Any]], part: str) -> tuple[Year, ...]:
    """Return the school years of a part's figures, as most schools have them: one, or the oldest and the newest."""
    every = ([row[f"{part}_{name}"] for row in rows] for name in _AGES)
    years = [sorted(year for year in some if year is not None) for some in every]
    return tuple(
        Year(y, calendar=True) for y in dict.fromkeys(max(y, key=y.count) for y in years if y)
    )


_WITHOUT = N_("There are none for {years}: numbers for a part, or for the year, are missing.")


def levels_of_school(
    levels: pd.DataFrame, *, school: str, weights: bool = True
) -> ReportTable | Notice:
    """Return the SESEC school level of a school with its three parts and other weights, by year.

    Parameters
    ----------
    levels
        What `school_levels` gives.
    school
        The state's code of a school.
    weights
        Whether the levels by other weights of the parts are shown.

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
        "years": bool(levels.attrs.get("years")),
        "weights": weights,
    }
    return specs.describe_or_make(make_levels_of_school, Spec("levels_of_school", given, options))


def make_levels_of_school(given: Spec) -> ReportTable | Notice:
    """Make what `levels_of_school` returns."""
    rules, options = catalog.level_rules(), given.options
    title = Text(N_("SESEC school level of the school, and its parts"))
    if not given.input:
        if options["school"] not in rules.schools:
            return Notice.of_texts(title, Text(_LEFT_OUT))
        return Notice.of_texts(title, Text(_NO_LEVEL)) if options["years"] else _no_levels(title)
    cells = {(finding.row.measure, finding.row.end_year): finding for finding in given.input}
    years = [row["end_year"] for row in options["rows"]]
    names: dict[str, Arg] = {"school_level": Text(N_("SESEC school level"))}
    names |= {f"level_{code}": _rule(part.title) for code, part in rules.parts.items()}
    others = rules.weights[1:] if options["weights"] else []
    for weights, part in zip(others, rules.parts.values(), strict=False):
        code = "".join(map(str, weights))
        twice = _(N_("Level with {part} counted twice"), part=_rule(part.title))
        names[f"level_weighted_{code}"] = twice
    apart = years_apart(years)
    rows = tuple(
        (name, *(Text("{value_label}", of=cells[measure, year]) for year in apart))
        for measure, name in names.items()
    )
    columns = (
        TextColumn("level", Text(N_("SESEC level"))),
        *(TextColumn(str(year), year_head(year, years), "right") for year in apart),
    )
    sources = citation.source_line_text("; ".join(row["source_ids"] for row in options["rows"]))
    ages = _ages_text(options["rows"], (), of_newest=True)  # a sheet has two pages
    note = List((ages, sources), joined="", separator=" ")
    by_row = Findings([cells[measure, year] for measure in names for year in years])
    return ReportTable(TableTexts(title, columns, rows, note), by_row)
