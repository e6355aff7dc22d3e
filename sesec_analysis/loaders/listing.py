"""List what there is to load: indicators, which of their years can be compared, places, schools and sources."""

import os
import shutil
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Literal, Unpack, get_args

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.catalog import named
from sesec_analysis.catalog.entries import YearVariation
from sesec_analysis.errors import FileError, check_choice, check_text
from sesec_analysis.i18n import translate
from sesec_analysis.loaders.build import list_releases, observation_files
from sesec_analysis.loaders.load import (
    describe_missing,
    find_rows,
    load,
    newest,
    no_rows,
    published_year,
    years_held,
    years_to_choose,
)
from sesec_analysis.loaders.query import Query

__all__ = [
    "Since",
    "breaks",
    "events",
    "indicators",
    "known_variation",
    "places",
    "schools",
    "sources",
    "student_need",
    "test_grades",
    "then_and_now",
    "use_project",
    "years_out",
]


Since = Literal["base", "earliest", "previous"]
"""The years that the newest one is compared with, in the order of a page's sentences."""


def indicators() -> pd.DataFrame:
    """List every indicator: code, title, what is counted, and what can be loaded of it.

    Returns
    -------
    One row per indicator. ``end_years``, ``levels`` (of organizations), ``grades``, and ``group_types`` are lists of
    what the available rows have, in order; empty where nothing is available. Not every year has every grade and group.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> sa.indicators().loc["ela_met", "end_years"][-2:]
    [2024, 2025]
    """
    rows = [
        {
            "indicator": code,
            "title": entry.title,
            "numerator": entry.numerator,
            "denominator": entry.denominator,
            "direction": entry.direction,
        }
        for code, entry in catalog.indicators().items()
    ]
    table = pd.DataFrame(rows).set_index("indicator")
    held = _available_rows()
    for name, column in _HELD.items():
        values = held.groupby("indicator")[column].agg(
            lambda cells: sorted(cells.unique().tolist())
        )
        table[name] = [values.get(code, []) for code in table.index]
    return table


_HELD = {
    "end_years": "end_year",
    "levels": "organization_level",
    "grades": "grade_level",
    "group_types": "student_group_type",
}


def _available_rows() -> pd.DataFrame:
    """Return which years, levels, grades, and partitions the available rows have of each indicator."""
    columns = ["indicator", *_HELD.values()]
    files = observation_files().values()
    parts = [pd.read_parquet(path, columns=columns).drop_duplicates() for path in files]
    rows = pd.concat(parts).drop_duplicates() if parts else pd.DataFrame(columns=columns)
    return rows.astype({name: "str" for name in columns if name != "end_year"})


def breaks(indicator: str) -> pd.DataFrame:
    """List the series breaks of an indicator: from each year on, numbers are not comparable with earlier ones.

    Pass them to `change`, `trend`, `years_to_close`, and `robustness`, which stop at them.

    Returns
    -------
    ``end_year`` (the first that is not comparable with earlier ones) and ``reason``, one row per break.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> sa.breaks("ela_met")["end_year"].tolist()
    [2015]
    """
    entries = catalog.indicator(named.indicator(indicator)).breaks
    rows = [(entry.at, entry.reason) for entry in entries]
    return pd.DataFrame(rows, columns=["end_year", "reason"])


def known_variation() -> pd.DataFrame:
    """List how far rates of Seattle's schools move from year to year beyond chance, as `year_variation` found it.

    Pass it to `school_rates`. It is kept in data, so that a rate has the same interval in every edition; a test
    computes it again, and `docs/METHODS.md` says how well it did on years held back.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> list(sa.report.known_variation().columns)
    ['indicator', 'grade_level', 'level', 'phi', 'pairs', 'schools', 'last_year']
    """
    entries = [entry.model_dump() for entry in catalog.year_variation()]
    return pd.DataFrame(entries, columns=list(YearVariation.model_fields))


def events(indicator: str) -> pd.DataFrame:
    """List events, such as school closures, that changed results but not the measure; figures and sentences name them.

    Returns
    -------
    ``end_year`` (the first school year after it), ``words`` (as in a sentence), ``reason``, and ``source``.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> sa.events("disciplined")[["end_year", "words"]].values.tolist()
    [[2020, 'school buildings closed in between']]
    """
    entries = catalog.indicator(named.indicator(indicator)).events
    rows = [(entry.at, entry.words, entry.reason, entry.source) for entry in entries]
    return pd.DataFrame(rows, columns=["end_year", "words", "reason", "source"])


def years_out(indicator: str) -> pd.DataFrame:
    """List the school years of an indicator whose numbers do not mean what they do in other years.

    Pass them to `change`, `trend`, `years_to_close`, and `robustness`; figures leave them out by themselves.

    Returns
    -------
    ``end_year`` and ``reason``, one row per year.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> sa.years_out("disciplined")["end_year"].tolist()
    [2020, 2021]
    """
    entries = catalog.indicator(named.indicator(indicator)).years_out
    return pd.DataFrame(
        [(entry.year, entry.reason) for entry in entries], columns=["end_year", "reason"]
    )


def test_grades(up_to: int) -> tuple[int, list[str]] | None:
    """Return the newest year up to one that has test results of schools, and their grades; None if there is none.

    Examples
    --------
    >>> test_grades(2017), test_grades(2009)
    ((2017, ['03', '04', '05', '06', '07', '08', '11']), None)
    """
    for year in sorted({*years_held("ela_met"), *years_held("math_met")}, reverse=True):
        grades = set[str]()
        for indicator in ("ela_met", "math_met") if year <= up_to else ():
            rows = published_year(indicator, year)
            grades |= set(rows.loc[rows["organization_level"] == "school", "grade_level"])
        if grades:
            return year, sorted(grades)
    return None


def then_and_now(
    indicator: str,
    *,
    up_to: int,
    since: int | Since | None = "base",
    same_schools: bool = False,
    **query: Unpack[Query],
) -> pd.DataFrame:
    """Load the newest numbers and those of an earlier year: the indicator's base year, unless another is named.

    Parameters
    ----------
    indicator
        A code of `indicators`.
    up_to
        The latest ``end_year`` wanted.
    since
        The earlier ``end_year``; or ``"base"`` (None is the same; see `base_year`), ``"earliest"``, the earliest
        comparable year, or ``"previous"``, the newest year before. A year that an earlier one of these words stands
        for is not loaded again.
    same_schools
        Whether `published_numerator` and `published_denominator` of places are those of the schools whose numbers are
        published in both years, and `organizations_left_out` counts the others; for `published_gap_changes`.
    **query
        As for `load`, without ``end_years``.

    Returns
    -------
    pandas.DataFrame
        OBSERVATIONS of two years. If no two years can be compared, an empty table that says so where it is printed.

    Raises
    ------
    QuestionError
        If ``since`` is another word.

    See Also
    --------
    sesec_analysis.metrics.changes.progress : What changed between them.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> everyone = {"grade_level": "all", "student_group": "all"}
    >>> table = sa.report.then_and_now("disciplined", up_to=2023, place="seattle", **everyone)
    >>> table["end_year"].tolist()
    [2019, 2023]
    """
    if isinstance(since, str):
        where = "then_and_now, since"
        check_choice(since, get_args(Since), what="year to compare with", where=where)
    indicator = named.indicator(indicator)
    years = _years_compared(indicator, years_to_choose(indicator, up_to, query), since, query)
    if not years:
        return no_rows(indicator, describe_missing(indicator, up_to))
    word = since or "base"
    words = comparison_years(indicator, years)
    first = words.get(word) if isinstance(word, str) else word
    breaks_at = [stop.at for stop in catalog.indicator(indicator).breaks]
    comparable = not any((first or 0) < at <= years[-1] for at in breaks_at)
    if first is None and words:
        return no_rows(
            indicator, translate("The newest numbers are compared with that year already.")
        )
    if first not in years[:-1] or not comparable:
        return no_rows(
            indicator, translate("Of the years available, no two can be compared: no one can tell.")
        )
    rows = find_rows(indicator, {"end_years": [first, years[-1]], **query})
    if same_schools:
        attrs = dict(rows.attrs)
        rows = _at_same_schools(rows, indicator, query)
        rows.attrs = attrs
    return rows


def _years_compared(
    indicator: str, years: list[int], since: int | Since | None, query: Query
) -> list[int]:
    """Return the newest of some years that has numbers, and earlier ones that it may be compared with.

    Numbers of a year take time to load: only those years are looked at that decide.
    """

    def first_with_numbers(among: Iterable[int]) -> list[int]:
        held = (one for one in among if not find_rows(indicator, {"end_years": one, **query}).empty)
        return list(islice(held, 1))

    newest_year = first_with_numbers(reversed(years))
    if not newest_year:
        return []
    earlier = catalog.earlier_years(indicator, years, newest_year[0])
    base = catalog.base_year(indicator, years, newest_year[0])
    wanted = [sorted(earlier, key=lambda year: year != base)]
    if isinstance(since, int):
        wanted = [[since] if since in years else []]
    elif since in ("earliest", "previous"):
        wanted += [earlier, earlier[::-1]]
    return sorted({*newest_year, *(year for among in wanted for year in first_with_numbers(among))})


def _at_same_schools(places: pd.DataFrame, indicator: str, query: Query) -> pd.DataFrame:
    """Return the rows of places with the counts of their schools that are published in both years."""
    of_schools: Query = {**query, "organization_level": "school"}
    years = sorted(set(places["end_year"]))
    schools = load(indicator, end_years=years, **of_schools)
    schools = schools[schools["status"] == "reported"]
    of_both = schools.groupby("organization_id")["end_year"].transform("nunique") == len(years)
    schools = schools[of_both]
    # Where one or two schools are withheld, a sum of the others may give theirs away: the place's row decides.
    allowed = (places["status"] == "reported") | places["published_denominator"].notna()
    counts = []
    for row in places.to_dict("records"):
        members = catalog.schools_in(
            catalog.place(row["organization_id"]), schools["organization_id"]
        )
        own = schools[schools["organization_id"].isin(members)]
        own = own[own["end_year"] == row["end_year"]]
        left_out = row["cells"] - len(own)
        counts.append((own["numerator"].sum(), own["denominator"].sum(), left_out))
    known = pd.DataFrame(counts, columns=schema.PUBLISHED_SCHOOLS, index=places.index)
    known = known.astype("Int64").where(allowed & (known["published_denominator"] > 0))
    return places.assign(**{name: known[name] for name in schema.PUBLISHED_SCHOOLS})


def comparison_years(indicator: str, years: list[int]) -> dict[Since, int]:
    """Return the years that the newest of ``years`` is compared with, each once, under the first word that names it.

    Examples
    --------
    >>> comparison_years("disciplined", [2015, 2018, 2019, 2022, 2023])
    {'base': 2019, 'earliest': 2015, 'previous': 2022}
    >>> comparison_years("math_met", [2018, 2024])
    {'base': 2018}
    """
    last = max(years, default=0)
    earlier = catalog.earlier_years(indicator, years, last)
    base = catalog.base_year(indicator, years, last)
    if base is None:
        return {}
    wanted: list[tuple[Since, int]] = [
        ("base", base),
        ("earliest", earlier[0]),
        ("previous", earlier[-1]),
    ]
    found: dict[Since, int] = {}
    for name, year in wanted:
        if year not in found.values():
            found[name] = year
    return found


_NEED = ["low_income", "english_learner"]


def student_need(obs: pd.DataFrame) -> pd.DataFrame:
    """Load the low-income students and multilingual learners of the same schools, for a comparison of their outcomes.

    Parameters
    ----------
    obs
        OBSERVATIONS of places, or of schools.

    Returns
    -------
    pandas.DataFrame
        OBSERVATIONS of enrollment in the same year, or in the newest one before that is published. Where an indicator
        covers elementary and K-8 schools alone, those of each place; of a place without an entry for them there are no
        rows.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> budgets = sa.load("budget_per_student", place="southeast_seattle", end_years=2024)
    >>> need = sa.report.student_need(budgets)
    >>> need["organization_id"].unique().tolist(), need["end_year"].unique().tolist()
    (['southeast_region_elementary'], [2024])
    """
    obs = schema.check_observations(obs)
    if obs.empty:
        return no_rows("enrollment", str(obs.attrs.get("missing", "")))
    tables = []
    for (indicator, year, level), rows in obs.groupby(
        ["indicator", "end_year", "organization_level"], sort=False
    ):
        codes = rows["organization_id"].drop_duplicates().tolist()
        if level == "school":
            where: Query = {"organization_id": codes, "organization_level": "school"}
        else:
            if catalog.indicator(str(indicator)).elementary_only:
                codes = [part for code in codes if (part := catalog.elementary_part(code))]
            where = {"place": codes}
        if codes:
            question: Query = {**where, "grade_level": "all", "student_group": _NEED}
            tables.append(newest("enrollment", up_to=int(str(year)), **question))
    if not tables:
        return no_rows("enrollment", translate("No place is listed for only these schools."))
    needed = pd.concat(tables, ignore_index=True).drop_duplicates(schema.OBSERVATIONS_KEY)
    needed = needed.sort_values("student_group", ascending=False, kind="stable")
    needed.attrs = dict(tables[0].attrs)
    return needed.reset_index(drop=True)


def places() -> pd.DataFrame:
    """List every place: code, name, number of schools (NA where a place is a district, a state, or not of schools).

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> int(sa.places().loc["southeast_seattle", "schools"])
    20
    """
    rows = [
        {
            "place": code,
            "name": entry.name,
            "schools": len(entry.schools) or pd.NA,
            "definition": entry.definition,
        }
        for code, entry in catalog.places().items()
    ]
    return pd.DataFrame(rows).astype({"schools": "Int64"}).set_index("place")


def schools(place: str | None = None) -> pd.DataFrame:
    """List the schools of Seattle, or of one place: names, level, grades, kind, coordinates, tract, years, Title I.

    Parameters
    ----------
    place
        A place of ``data/catalog/places.yml``; by default all schools, and programs with a code of their own.

    Returns
    -------
    One row per school by the state's code (``organization_id``, as in OBSERVATIONS), with the columns of
    `entries.School`: `name` now and `earlier_names`, `level`, `kind`, `latitude`, `longitude`, and `zip_code` (null for
    a program without a place of its own), the first and the last of our enrollment tables that show it with students,
    and the school years with Title I funds (elementary and K-8). `tract` is the census tract of 2010 that the
    coordinates are in, as OBSERVATIONS of tracts have it; null outside Seattle.

    Raises
    ------
    CatalogError
        If the place is not in the catalog.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> sa.schools("southeast_seattle").loc["2120", ["name", "earlier_names"]].tolist()
    ['Rising Star Elementary School', 'Van Asselt Elementary School']
    >>> sa.schools("southeast_seattle").loc["2120", ["zip_code", "tract"]].tolist()
    ['98108', '53033011700']
    """
    everyone = [entry.model_dump() for entry in catalog.schools().values()]
    rows = (
        pd.DataFrame(everyone)
        .rename(columns={"code": "organization_id"})
        .set_index("organization_id")
    )
    rows = rows.astype(dict.fromkeys(["first_year", "last_year"], "Int64"))
    rows["tract"] = pd.Series(catalog.school_tracts(), index=rows.index, dtype="str")
    if place is None:
        return rows
    entry = catalog.place(place)
    if entry.schools:
        return rows.reindex(list(entry.schools))
    return rows[rows.index.isin(catalog.schools_in(entry, rows.index))]


def sources() -> pd.DataFrame:
    """List every release we know of: title, school year, dataset id, rows embedded, the day it was retrieved if known.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> sa.sources().loc["ospi_discipline@2019", "school_year"]
    '2018-19'
    """
    rows = list_releases()
    days = [catalog.release(source_id)[1].retrieved for source_id in rows["source_id"]]
    return rows.assign(retrieved=pd.Series(days, dtype="object")).set_index("source_id")


def use_project(folder: str | Path) -> Path:
    """Copy catalog, reference tables, and observations into a folder, and use them from now on.

    Parameters
    ----------
    folder
        A folder that does not exist yet, or is empty.

    Returns
    -------
    pathlib.Path
        The copy, with ``catalog/``, ``reference/``, ``observations/`` and an empty ``raw/``. ``SESEC_DATA`` names it
        until this Python ends.

    Raises
    ------
    FileError
        If the folder has something in it.

    Examples
    --------
    >>> import tempfile, sesec_analysis as sa
    >>> before = os.environ.get("SESEC_DATA")
    >>> with tempfile.TemporaryDirectory() as place:
    ...     copy = sa.use_project(Path(place) / "trial")
    ...     (copy / "catalog" / "indicators.yml").is_file(), copy == catalog.data_dir()
    (True, True)
    >>> os.environ.pop("SESEC_DATA") and before and os.environ.update(SESEC_DATA=before)
    """
    if not isinstance(folder, Path):
        check_text(folder, "use_project(…)")
    copy = Path(folder).expanduser().resolve()
    if copy.exists() and any(copy.iterdir()):
        raise FileError(
            "the folder has something in it, which a copy could overwrite",
            where=str(copy),
            fix="name a folder that does not exist yet",
        )
    here = catalog.data_dir()
    for part in ("catalog", "reference", "observations"):
        shutil.copytree(here / part, copy / part)
    (copy / "raw").mkdir()
    os.environ["SESEC_DATA"] = str(copy)
    return copy
