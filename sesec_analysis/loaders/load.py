"""Load what was published as OBSERVATIONS: by indicator, year and place, and around one school.

Reads the observation tables that come with the project; a query that nothing answers says what would have.
"""

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Unpack

import numpy as np
import pandas as pd

from sesec_analysis import catalog, hidden_characters, i18n, schema
from sesec_analysis.bounds import NOT_JOINED, Positions, as_floats
from sesec_analysis.catalog import named, own
from sesec_analysis.errors import (
    CatalogError,
    IncompleteWarning,
    NothingPublishedError,
    QuestionError,
    closest,
)
from sesec_analysis.i18n import translate
from sesec_analysis.loaders.build import observation_files
from sesec_analysis.loaders.in_place import (
    NEVER,
    October,
    SharedReading,
    guard_partial_groups,
    in_places,
    members_of,
    parts_of,
    shared_reading,
)
from sesec_analysis.loaders.query import (
    Filters,
    Query,
    filters_of,
    organization_of,
    places_of,
)
from sesec_analysis.loaders.raw import store
from sesec_analysis.loaders.tidy.masked_sums import (
    Enrolled,
    both_readings,
    is_masked,
    most_students,
    october_enrollment,
)
from sesec_analysis.loaders.tidy.size_caps import GroupsInOctober, largest_groups

__all__ = [
    "Stamps",
    "describe_missing",
    "enrolled_in",
    "files_of",
    "find_rows",
    "groups_in",
    "history",
    "load",
    "nearby_schools",
    "newest",
    "no_rows",
    "published_year",
    "read_rows",
    "readings_of_year",
    "stamps",
    "years_held",
    "years_to_choose",
]


_ORDER = [
    "end_year",
    "organization_level",
    "organization_id",
    "grade_level",
    "student_group_type",
    "student_group",
]
_Filters = tuple[tuple[str, Any], ...]
Stamps = tuple[tuple[Path, int], ...]
"""Files and when they were last written: keys of what is kept in memory."""
_KEPT = 512
"""Years of indicators kept in memory: more than an edition asks for, each of half a megabyte or so."""


def load(
    indicator: str,
    *,
    place: str | Iterable[str] | None = None,
    end_years: int | str | Iterable[int | str] | None = None,
    grade_level: str | Iterable[str] | None = None,
    student_group_type: str | Iterable[str] | None = None,
    student_group: str | Iterable[str] | None = None,
    organization_level: str | None = None,
    organization_id: str | Iterable[str] | None = None,
) -> pd.DataFrame:
    """Load the published numbers of one indicator.

    Parameters
    ----------
    indicator
        A code such as ``"enrollment"``, ``"ela_met"``, ``"disciplined"``; `indicators` lists them.
    place
        A place such as ``"southeast_seattle"``, whose schools are summed; `places` lists them. With
        ``organization_level="school"`` its schools stay separate. Several places follow each other. One school,
        by name or code, is that school's rows; a list of schools is one place, their sum. Without a place: every
        organization we hold.
    end_years
        School years by the year they end (2019, or ``"2018-19"``); one or several. All by default.
    grade_level
        ``"all"``, ``"K"``, ``"03"``; one or several. Every grade by default.
    student_group_type, student_group
        A partition (``"race_ethnicity"``) or a group (``"black"``); one or several. Every group by default.
    organization_level
        ``"school"``, ``"district"``, or ``"tract"``; by default, what the place is, or all.
    organization_id
        The state's code of a school or district, always text; one or several. Not together with a place.

    Returns
    -------
    OBSERVATIONS (docs/ARCHITECTURE.md, section 3): a plain DataFrame, one row per release, year, organization, grade
    and student group. Withheld cells are rows with bounds and a status, never zeros. ``attrs["not_published"]`` lists
    the parts of the query that no row answers, such as ``"2025: student_group low_income"``.

    Raises
    ------
    CatalogError, DataError
        If a code is not known, or nothing is published under the query; lists what would have worked.

    Warns
    -----
    IncompleteWarning
        If part of the query has no published numbers; names it.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> table = sa.load("enrollment", place="southeast_seattle", end_years=[2019], grade_level="all")
    >>> table.set_index("student_group").loc[["all", "english_learner"], "numerator"].tolist()
    [10503, 2678]
    """
    indicator = named.indicator(indicator)
    query = {
        "place": place,
        "end_years": end_years,
        "grade_level": grade_level,
        "student_group_type": student_group_type,
        "student_group": student_group,
        "organization_level": organization_level,
        "organization_id": organization_id,
    }
    if (school := _school_of(place)) is not None:
        query |= {"place": None, "organization_id": school}
    rows = find_rows(indicator, query)
    if rows.empty:
        raise _nothing_published(indicator, query)
    if absent := _not_published(rows, filters_of(indicator, query), places_of(query["place"])):
        rows.attrs["not_published"] = absent
        what = f"{indicator}: not published, and so not in the table: {'; '.join(absent)}"
        warnings.warn(what, IncompleteWarning, stacklevel=2)
    return rows


def _school_of(place: object) -> str | None:
    """Return the code of the school that is named where a place could be; None if it is a place.

    Raises
    ------
    CatalogError
        If it is neither, or several schools have the name; names the closest of both.
    """
    if not isinstance(place, str) or named.place(place) in catalog.places():
        return None
    try:
        return named.school(place)
    except CatalogError as failure:
        places = catalog.names("place", catalog.places())
        raise CatalogError(
            f"{place!r} is neither a place nor a school",
            where="load(place=…)",
            fix="name a place or a school; `places` and `schools` list them; another district has a code: "
            'organization_id="17401"',
            valid=catalog.places(),
            meant=[*closest(place, places, most=2), *failure.meant],
        ) from None


def _not_published(rows: pd.DataFrame, filters: Filters, places: list[str]) -> list[str]:
    """Return what was requested by name and no row has, by year; see `load`."""
    filters = filters | {"place": list(places) if len(places) > 1 else None}
    if set(rows["organization_level"]) <= {"place", "district", "state"}:
        rows = rows.assign(place=rows["organization_id"])
    else:  # of each place's schools or tracts
        filters["place"] = None
    requested = filters["end_year"]
    years = [int(year) for year in rows["end_year"].unique()]
    absent = [f"{year}" for year in requested or () if year not in years]
    for name in ("place", "grade_level", "student_group_type", "student_group", "organization_id"):
        for value in filters[name] or ():
            held = set(rows.loc[rows[name] == value, "end_year"])
            without = [str(year) for year in years if year not in held]
            if without:
                absent.append(f"{', '.join(without)}: {name} {value}")
    return absent


def find_rows(indicator: str, query: Mapping[str, object]) -> pd.DataFrame:
    """Return what answers a query of `load`; an empty table where nothing does.

    `load` refuses such a query, and what it says of what there is costs more than most answers.
    """
    filters = filters_of(indicator, query)
    places = places_of(query.get("place"))
    if query.get("place") is None:
        rows = read_rows(indicator, filters)
    else:
        if filters["organization_id"] is not None:
            raise QuestionError(
                "a place and single organizations can't be loaded together: the sum would include only these",
                where=f"load({indicator!r}, place=…, organization_id=…)",
                fix='ask for the place, or for its schools with organization_level="school"',
            )
        level = query.get("organization_level")
        rows = _of_places(indicator, filters, places, None if level is None else str(level))
        rows = rows if rows.empty else schema.conform_observations(rows)
    # Often there is nothing: what is newest is looked for year by year.
    is_found = not rows.empty
    rows = _in_order(rows, places).reset_index(drop=True) if is_found else _no_observations()
    rows.attrs = {"indicator": indicator}
    if filters["student_group"] is not None:
        # What is left of a partition is not "all others": measures that add up the others ask for this.
        rows.attrs["student_groups_chosen"] = True
    return rows


def _nothing_published(indicator: str, query: Mapping[str, object]) -> NothingPublishedError:
    """Return the refusal that names the filter that leaves nothing, and what it could have been."""
    filters, places = filters_of(indicator, query), places_of(query.get("place"))
    known = read_rows(indicator, {})
    if known.empty:
        return NothingPublishedError(
            f"no year of {indicator!r} is available",
            where=f"load({indicator!r})",
            fix="`sa.indicators()` lists the years of each indicator; `sesec data list` shows what can be fetched",
        )
    if places and not known.empty:
        known = pd.concat([parts_of(known, catalog.place(code)) for code in places])
    asked = {
        name: set(values)
        for name, values in filters.items()
        if values is not None and not (places and name == "organization_id")
    }
    fits = {name: known[name].isin(values) for name, values in asked.items()}
    hints = [_hint(known, name, asked[name]) for name in asked if not fits[name].any()]
    if (
        not hints and len(fits) > 1
    ):  # each is there, but not with the others: which stands in the way?
        for name in fits:
            others = np.logical_and.reduce([fits[other] for other in fits if other != name])
            if others.any():
                hints.append(_hint(known[others], name, asked[name]))
    where = f"load({indicator!r}" + (f", place={', '.join(places)!r}" if places else "") + ")"
    return NothingPublishedError(
        f"nothing is published under this question: {'; '.join(hints) or 'no row has all that was asked at once'}",
        where=where,
        fix="ask for what there is, or fetch the release that has it (`sesec data list` shows what is known of)",
        valid=sorted(known["end_year"].unique()) if not hints else None,
    )


def _hint(rows: pd.DataFrame, name: str, asked: set[object]) -> str:
    have = [str(value) for value in sorted(rows[name].unique())[:40]]
    return f"{name} {', '.join(map(str, asked))} (there is: {', '.join(have)})"


def _in_order(rows: pd.DataFrame, places: list[str]) -> pd.DataFrame:
    """Sort by year, then places as they were asked for, then by code; student groups stand as in the catalog."""
    if len(rows) == 1:  # as most of one school: six columns would be ranked for it
        return rows
    groups, places_at = _group_order(), {code: at for at, code in enumerate(places)}
    known = {name: pd.factorize(rows[name], sort=True) for name in _ORDER}

    def ranks(name: str, order: Mapping[str, int], other: int) -> Positions:
        codes, values = known[name]
        return np.array([order.get(value, other) for value in values], dtype=np.int64)[codes]

    year, *keys, _ = (codes for codes, _values in known.values())
    place = ranks("organization_id", places_at, 0)
    group = ranks("student_group", groups, len(groups))
    order = np.lexsort([group, *reversed(keys), place, year])  # the last counts first
    return rows if (np.diff(order) > 0).all() else rows.iloc[order]


def _group_order() -> dict[str, int]:
    groups = (code for kind in catalog.group_types().values() for code in kind.groups)
    return {code: at for at, code in enumerate(groups)}


def _of_places(
    indicator: str, filters: Filters, places: list[str], level: str | None
) -> pd.DataFrame:
    """Return the rows of places: summed, or their schools or district as published."""
    for code in places:
        catalog.place(code)
    if level not in (None, "place"):
        members = read_rows(indicator, filters | {"organization_level": None})
        rows = pd.concat([_as_published(members, code, level) for code in places])
        return rows[~rows.index.duplicated()]  # a school of two of the places is one row
    chosen = dict.fromkeys(["end_year", "organization_level", "organization_id"])
    asked = tuple(
        (name, None if values is None else tuple(values))
        for name, values in (filters | chosen).items()
    )
    asked_years = filters["end_year"]
    years = years_held(indicator) if asked_years is None else [int(str(one)) for one in asked_years]
    mine = tuple(tuple(catalog.place(code).schools) for code in places if own.is_own(code))
    told = (
        i18n.language(),
        catalog.data_dir(),
        mine,
    )  # what a place is called, where it is, its schools
    files = stamps(indicator)
    by_year = [_sum_year(indicator, year, tuple(places), asked, files, told) for year in years]
    parts = [rows for rows in by_year if not rows.empty]
    return pd.concat(parts) if len(parts) > 1 else [*parts, _NO_ROWS][0]


@lru_cache(maxsize=4096)  # 25 ms; the three notebooks of an edition ask 970 times for 410 sums
def _sum_year(
    indicator: str,
    year: int,
    places: tuple[str, ...],
    query: _Filters,
    files: Stamps,
    told: tuple[object, ...],
) -> pd.DataFrame:
    """Return the sums of a year."""
    whole = _whole_year(indicator, year, files)
    asked = whole.rows[_match_filters(whole.rows, dict(query))]
    if asked.empty:
        return asked
    shared = whole.shared if is_masked(asked).any() else None
    october = None
    if shared is not None and indicator not in NEVER:
        october = _in_october(year, stamps("enrollment")).counts
    sums = in_places(asked, places, shared=shared, october=october)
    return guard_partial_groups(sums, whole.rows)


def _as_published(members: pd.DataFrame, code: str, level: str) -> pd.DataFrame:
    entry = catalog.place(code)
    if level in ("school", "tract"):
        return members_of(members, entry, level)
    return members[
        (members["organization_level"] == level) & (members["organization_id"] == entry.district)
    ]


def _match_filters(rows: pd.DataFrame, filters: Mapping[str, list[object] | None]) -> pd.Series:
    kept = pd.Series(True, index=rows.index)
    for name, values in filters.items():
        if values is not None:
            kept &= rows[name].isin(values)
    return kept


def newest(indicator: str, *, up_to: int, **query: Unpack[Query]) -> pd.DataFrame:
    """Load the newest numbers published up to a year, or an empty table that says what is missing.

    Parameters
    ----------
    indicator
        A code of `indicators`.
    up_to
        The latest ``end_year`` wanted.
    **query
        As for `load`, without ``end_years``.

    Returns
    -------
    OBSERVATIONS of one year. If there is none, an empty table whose ``attrs["missing"]`` names the dataset; tables and
    figures made from it print that sentence.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> sa.newest("disciplined", up_to=2021, place="seattle")["end_year"].unique().tolist()
    [2019]
    """
    indicator = named.indicator(indicator)
    for year in reversed(years_to_choose(indicator, up_to, query)):
        # A year's release may not hold what was asked (an all-students file, say): then a year back.
        if not (rows := find_rows(indicator, {"end_years": year, **query})).empty:
            return rows
    return no_rows(indicator, describe_missing(indicator, up_to))


def history(indicator: str, *, up_to: int, **query: Unpack[Query]) -> pd.DataFrame:
    """Load the numbers of every year up to one, or an empty table that says what is missing.

    Parameters
    ----------
    indicator
        A code of `indicators`.
    up_to
        The latest ``end_year`` wanted.
    **query
        As for `load`, without ``end_years``.

    Returns
    -------
    OBSERVATIONS of every year there is; years without data have no rows. If there is none, as for `newest`.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> share = sa.history("enrollment", up_to=2020, place="seattle", grade_level="all", student_group="low_income")
    >>> share["end_year"].tolist()
    [2011, 2017, 2018, 2019, 2020]
    """
    indicator = named.indicator(indicator)
    years = years_to_choose(indicator, up_to, query)
    rows = find_rows(indicator, {"end_years": years, **query})
    return no_rows(indicator, describe_missing(indicator, up_to)) if rows.empty else rows


def years_to_choose(indicator: str, up_to: int, query: Query) -> list[int]:
    """Return the years held up to one; a misspelt word is refused here, before it can pass for missing data."""
    filters_of(indicator, dict(query))
    for code in places_of(query.get("place")):
        catalog.place(code)
    out = _years_left_out(indicator)
    return [year for year in years_held(indicator) if year <= up_to and year not in out]


def _years_left_out(indicator: str) -> set[int]:
    """Return the years without a meaningful figure: `load` gives them, and nothing that chooses years itself."""
    return {out.year for out in catalog.indicator(indicator).years_out}


def no_rows(indicator: str, why: str) -> pd.DataFrame:
    """Return a table without rows; tables and figures made from it print why."""
    empty = _no_observations()
    empty.attrs = {"indicator": indicator, "missing": why}
    return empty


def _no_observations() -> pd.DataFrame:
    return _NO_ROWS.copy()


_NO_ROWS = schema.conform_observations(pd.DataFrame(columns=schema.OBSERVATIONS_COLUMNS))


def describe_missing(indicator: str, up_to: int) -> str:
    """Say in one paragraph that there are no numbers of an indicator up to a year, since when, and who publishes them.

    Examples
    --------
    >>> print(describe_missing("ela_met", 2005))
    No numbers for “Met the ... arts” up to 2004–05 are in this copy of the data. They begin in 2009–10.
    >>> print(describe_missing("graduated_4yr", 2016))
    No numbers for “Graduated ...” up to 2015–16 are in this copy ... in the dataset “Report Card Graduation”.
    >>> print(describe_missing("budget_per_student", 2019))
    No numbers for “School budget per student” up to 2018–19 are in this copy of the data. They begin in 2021–22.
    """
    sentence = translate(
        "No numbers for “{indicator}” up to {year} are in this copy of the data.",
        indicator=catalog.indicator(indicator).title,
        year=_school_year(up_to),
    )
    held = years_held(indicator)
    if held and held[0] > up_to:  # otherwise, the available years are for other places or groups
        since = translate("They begin in {year}.", year=_school_year(held[0]))
        sentence = f"{sentence} {since}"
    if (source_id := catalog.newest_published(indicator, up_to)) is None:
        return sentence
    entry, _ = catalog.release(source_id)
    who = translate(
        "They are published by the {publisher} in the dataset “{dataset}”.",
        publisher=entry.publisher,
        dataset=entry.title,
    )
    return f"{sentence} {who}"


def _school_year(end_year: int) -> str:
    return f"{end_year - 1}–{end_year % 100:02d}"


def nearby_schools(
    indicator: str, *, school: str, up_to: int, peers: bool = False, **query: Unpack[Query]
) -> pd.DataFrame:
    """Load the newest numbers of a school, followed by those of all the district's schools of its level together.

    Parameters
    ----------
    indicator
        A code of `indicators`.
    school
        The state's code of a school.
    up_to
        The latest ``end_year`` wanted.
    peers
        Load of the same year the other schools of its level in the place that reports are about instead, one by one.
    **query
        As for `load`: grades and student groups.

    Returns
    -------
    OBSERVATIONS of one year, the newest in which the school has figures, whatever newer ones others have. Whoever has
    none in that year has no rows; where the school has none, the table is empty and says so, as that of `newest`. Of
    medians and scores the school stands alone: those of several schools cannot be joined.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> met = sa.report.nearby_schools("ela_met", school="2120", up_to=2024, student_group="all")
    >>> met["organization_id"].tolist(), met["end_year"].unique().tolist()
    (['2120', 'seattle_elementary'], [2024])
    """
    indicator, school = named.indicator(indicator), organization_of(school)
    for year in reversed(years_held(indicator)):
        if year > up_to or year in _years_left_out(indicator):
            continue
        of_year = {"end_years": year, **query}
        of_schools = {**of_year, "organization_level": "school"}
        of_school = find_rows(indicator, {**of_schools, "organization_id": school})
        if not of_school.empty and peers:
            return find_rows(indicator, {**of_schools, "organization_id": _peers(school)})
        if not of_school.empty:
            joined = catalog.indicator(indicator).unit not in NOT_JOINED
            places = _places(school) if joined else []
            # A query for no place would be answered with every organization.
            others = [find_rows(indicator, {**of_year, "place": places})] if places else []
            rows = schema.conform_observations(pd.concat([of_school, *others]))
            rows.attrs = dict(of_school.attrs)
            return rows
    return no_rows(indicator, describe_missing(indicator, up_to))


def _places(school: str) -> list[str]:
    """Return the place that a school is set beside: the schools of its level, if there is a list of them."""
    entry = catalog.schools().get(school)
    level = entry.level if entry else None
    return [code for code, place in catalog.places().items() if level and place.level == level]


def _peers(school: str) -> list[str]:
    """Return the other schools of a school's level in the place that reports are about."""
    known = catalog.schools()
    level = known[school].level if school in known else None
    headline = (place.schools for place in catalog.places().values() if place.headline)
    return [
        code
        for codes in headline
        for code in codes
        if level and code in known and known[code].level == level and code != school
    ]


def read_rows(indicator: str, filters: Mapping[str, list[object] | None]) -> pd.DataFrame:
    """Return the rows of an indicator whose columns hold the values asked for; None asks for all."""
    years = filters.get("end_year")
    files = [
        path
        for source_id, path in files_of(indicator).items()
        if years is None or int(source_id.partition("@")[2]) in years
    ]
    if not files:
        return _no_observations()
    keep: dict[str, list[object]] = {
        "indicator": [indicator],
        **{name: values for name, values in filters.items() if values is not None},
    }
    rows = schema.conform_observations(store.read_parquet(files, keep=keep))
    names = rows["organization_name"]
    odd = {
        name: seen
        for name in names.unique()
        if (seen := hidden_characters.strip_hidden(name)) != name
    }
    return rows.assign(organization_name=names.replace(odd)) if odd else rows


def files_of(indicator: str) -> dict[str, Path]:
    """Return the embedded releases that hold an indicator, by source id."""
    files = observation_files()
    sources = dict.fromkeys(source_id.partition("@")[0] for source_id in files)
    held = catalog.sources_of(indicator, sources)
    return {name: path for name, path in files.items() if name.partition("@")[0] in held}


def years_held(indicator: str) -> list[int]:
    """Return the end_years of the available releases that hold an indicator."""
    return sorted({int(source_id.partition("@")[2]) for source_id in files_of(indicator)})


def published_year(indicator: str, year: int) -> pd.DataFrame:
    """Return every row of an indicator's year as it was published."""
    return read_rows(indicator, {"end_year": [year]})


def readings_of_year(indicator: str, year: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return every row of an indicator's year by two readings: what anyone can look up, and the tighter one.

    Anyone can look up its text, and the cap on its size. Of the tighter one, this is all: nothing is left out for what
    sums of places may share.
    """
    observations = published_year(indicator, year)
    if not is_masked(observations).any():
        return observations, observations
    return both_readings(observations, enrolled_in(year), groups_in(year))


def stamps(indicator: str) -> Stamps:
    """Return path and time of writing of each file that an indicator is read from: what is kept of them ends there."""
    files = {*files_of(indicator).values(), *files_of("enrollment").values()}
    return tuple((path, path.stat().st_mtime_ns) for path in sorted(files))


@dataclass(frozen=True)
class _Year:
    """A year of an indicator: every row as it was published, and what sums of them may share."""

    rows: pd.DataFrame
    year: int

    @cached_property
    def shared(self) -> SharedReading:
        """Return what sums may share, which hangs on the whole year and costs much more than its rows."""
        return shared_reading(self.rows, enrolled_in(self.year), groups_in(self.year))


@lru_cache(maxsize=_KEPT)  # 15 ms, with what is shared 0.1 s; an edition asks 430 times for 160
def _whole_year(indicator: str, year: int, files: Stamps) -> _Year:
    return _Year(published_year(indicator, year), year)


def enrolled_in(year: int) -> Enrolled:
    """Return the most students that each school can have had in a year, by October's enrollment."""
    return _in_october(year, stamps("enrollment")).most


def groups_in(year: int) -> GroupsInOctober:
    """Return the largest October count of each school's groups within two years of one."""
    return _in_october(year, stamps("enrollment")).groups


class _InOctober(NamedTuple):
    """Enrollment of schools in October: what limits the size of their withheld cells in a year."""

    most: Enrolled
    groups: GroupsInOctober
    counts: October


@lru_cache(maxsize=64)  # 0.1 s; an edition asks 600 times for 16 years
def _in_october(year: int, files: Stamps) -> _InOctober:
    near = [*range(year - 2, year + 3)]  # whose counts limit those of a year
    schools = read_rows("enrollment", {"end_year": near, "organization_level": ["school"]})
    most = most_students(october_enrollment([schools]), year)
    rows = schools[schools["end_year"] == year]
    keys = zip(rows["organization_id"], rows["grade_level"], rows["student_group"], strict=True)
    return _InOctober(
        {(year, code): float(students) for code, students in most.items()},
        largest_groups(schools[schools["grade_level"] == "all"], year),
        dict(zip(keys, as_floats(rows, "numerator", null=0.0).tolist(), strict=True)),
    )
