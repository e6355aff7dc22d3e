"""Load what was published as OBSERVATIONS: by indicator, year and place, and around one school.

Reads the observation tables that come with the project; a question that nothing answers says what would have.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from sesec_analysis import catalog, hidden_characters, schema
from sesec_analysis.bounds import join_averages, pool
from sesec_analysis.catalog.entries import Place
from sesec_analysis.errors import DataError, NothingPublishedError
from sesec_analysis.i18n import OR, listed, say
from sesec_analysis.loaders.build import observation_files
from sesec_analysis.loaders.raw import codes, store

__all__ = [
    "around",
    "files_of",
    "history",
    "in_place",
    "load",
    "missing",
    "newest",
    "place_of",
    "schools_of",
]


def missing(indicator: str, up_to: int) -> str:
    """Say in one paragraph that there are no figures of an indicator up to a year, and how to get them.

    Examples
    --------
    >>> print(missing("ela_met", 2005))
    No figures for “Met the standard in English language arts” up to 2004–05 are in this copy of the data. ...
    """
    holders = {
        key: entry for key, entry in catalog.sources().items() if indicator in entry.indicators
    }
    school_year = f"{up_to - 1}–{up_to % 100:02d}"
    title = catalog.indicator(indicator).title
    said = say(
        "No figures for “{indicator}” up to {year} are in this copy of the data.",
        indicator=title,
        year=school_year,
    )
    published = [
        (year, key)
        for key, entry in holders.items()
        for year, release in entry.releases.items()
        if year <= up_to and release.dataset_id and not release.not_published
    ]
    if published:
        year, key = max(published)
        entry = holders[key]
        how = say(
            "They are published by the {publisher} in the dataset “{dataset}”. To add them, run: {command}",
            publisher=entry.publisher,
            dataset=entry.title,
            command=f"sesec data fetch {key} --end-year {year}",
        )
        return f"{said} {how}"
    if not holders:
        return f"{said} {say('No source in the catalog has them.')}"
    names = [f"“{entry.title}” ({key})" for key, entry in sorted(holders.items())]
    how = say(
        "The catalog knows no release of that time of the dataset {datasets}. If there is one, add it with {add}, then "
        "run {fetch}.",
        datasets=listed(names, joined=OR),
        add="`sesec data add-release SOURCE YEAR ID`",
        fetch="`sesec data fetch SOURCE --end-year YEAR`",
    )
    return f"{said} {how}"


_SUM = [
    *("source_id", "indicator", "end_year", "grade_level", "student_group_type", "student_group"),
    "unit",
]


def schools_of(observations: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Return the school rows of a place; the rest of a district is every other school that has a row."""
    return _members(observations, place, "school")


def _members(observations: pd.DataFrame, place: Place, level: str) -> pd.DataFrame:
    def listed(entry: Place) -> list[str]:
        return list(entry.schools if level == "school" else entry.tracts)

    rows = observations[observations["organization_level"] == level]
    if listed(place):
        return rows[rows["organization_id"].isin(listed(place))]
    if place.all_but:
        return rows[~rows["organization_id"].isin(listed(catalog.place(place.all_but)))]
    return rows if place.whole_district else rows.head(0)


def _own_row(observations: pd.DataFrame, place: Place) -> pd.DataFrame:
    level = observations["organization_level"]
    if place.whole_state:
        return observations[level == "state"]
    return observations[(level == "district") & (observations["organization_id"] == place.district)]


def in_place(observations: pd.DataFrame, code: str) -> pd.DataFrame:
    """Sum OBSERVATIONS of schools, or of census tracts, into one place; averages are weighted by what they are over.

    A whole district is its own published row; where a release has none, its schools are summed. A school without a row
    for a group has no students of it (the files list every group a school has).

    Parameters
    ----------
    observations
        OBSERVATIONS of Seattle's schools and district.
    code
        A place of ``data/catalog/places.yml``.

    Returns
    -------
    OBSERVATIONS with ``organization_level`` place, one row per release, indicator, year, grade and student group.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> schools = sa.load("enrollment", organization_level="school", end_years=2019, student_group="all")
    >>> in_place(schools, "southeast_seattle").query("grade_level == 'all'")["numerator"].tolist()
    [10503]
    """
    place = catalog.place(code)
    summed = pd.concat([_members(observations, place, level) for level in ("school", "tract")])
    parts = []
    if place.whole_district or place.whole_state:
        own = _own_row(observations, place)
        parts.append(own)
        summed = summed[~summed["source_id"].isin(own["source_id"].unique())]
    share = summed["unit"].isin(schema.SHARES)
    if share.any():
        parts.append(pool(summed[share], by=_SUM))
    if (~share).any():
        parts.append(join_averages(summed[~share], by=_SUM))
    rows = pd.concat(parts, ignore_index=True) if parts else observations.head(0)
    rows = rows.assign(
        organization_level="place", organization_id=code, organization_name=place.name
    )
    return schema.conform_observations(rows)


_ORDER = [
    "end_year",
    "organization_level",
    "organization_id",
    "grade_level",
    "student_group_type",
    "student_group",
]


def _listed(value: object) -> list[object] | None:
    """One value or many; None means all."""
    if value is None:
        return None
    return [value] if isinstance(value, str | int) else list(value)  # type: ignore[call-overload]


def _end_years(value: object) -> list[object] | None:
    """Years as people write them: 2019, "2019" and "2018-19" are the same."""
    years = _listed(value)
    if years is None:
        return None
    read = {year: codes.end_year(str(year)) for year in years}
    if strange := [year for year, found in read.items() if found is None]:
        raise DataError(
            f"school year {', '.join(map(repr, strange))} cannot be read",
            where="load(end_years=…)",
            mend="write the year a school year ends in (2019), or both (2018-19)",
        )
    return list(read.values())


def files_of(indicator: str) -> dict[str, Path]:
    """Return the embedded releases that hold an indicator, by source id."""
    entries = catalog.sources()
    return {
        source_id: path
        for source_id, path in observation_files().items()
        if (key := source_id.partition("@")[0]) in entries and indicator in entries[key].indicators
    }


def _refuse_unknown(indicator: str, filters: dict[str, list[object] | None]) -> None:
    """A word that the catalog does not know is refused before anything is read."""
    catalog.indicator(indicator)
    kinds = catalog.group_types()
    words = {
        "student_group_type": list(kinds),
        "student_group": [code for kind in kinds.values() for code in kind.groups],
        "organization_level": ["school", "district", "state", "place"],
        "grade_level": ["all", "PK", "K", *(f"{grade:02d}" for grade in range(1, 13))],
    }
    for name, known in words.items():
        if strange := [word for word in filters.get(name) or [] if word not in known]:
            raise DataError(
                f"{name.replace('_', ' ')} {', '.join(map(repr, strange))} is not known",
                where=f"load({indicator!r}, {name}=…)",
                mend="use one of the known codes",
                known=known,
            )


def _query(indicator: str, filters: dict[str, list[object] | None]) -> pd.DataFrame:
    years = filters.get("end_year")
    files = [
        path
        for source_id, path in files_of(indicator).items()
        if years is None or int(source_id.partition("@")[2]) in years
    ]
    if not files:
        return schema.conform_observations(pd.DataFrame(columns=schema.OBSERVATIONS_COLUMNS))
    keep: dict[str, list[object]] = {
        "indicator": [indicator],
        **{name: values for name, values in filters.items() if values is not None},
    }
    rows = schema.conform_observations(store.read_parquet(files, keep=keep))
    names = rows["organization_name"]
    odd = {
        name: seen for name in names.unique() if (seen := hidden_characters.without(name)) != name
    }
    return rows.assign(organization_name=names.replace(odd)) if odd else rows


def _nothing_published(
    indicator: str, filters: dict[str, list[object] | None], place: object
) -> NothingPublishedError:
    """Say which of the question's words found nothing, and what each could have been."""
    everything = _query(indicator, {})
    hints = []
    for name, values in filters.items():
        if values is not None and name in everything:
            have = sorted(everything[name].unique())
            if not set(values) & set(have):
                hints.append(
                    f"{name} {', '.join(map(str, values))} (there is: {', '.join(map(str, have[:40]))})"
                )
    asked = f"load({indicator!r}" + (f", place={place!r}" if place is not None else "") + ")"
    return NothingPublishedError(
        f"nothing is published under this question: {'; '.join(hints) or 'no row has all that was asked at once'}",
        where=asked,
        mend="ask for what there is, or fetch the release that has it (`sesec data list` shows what is known of)",
        known=sorted(everything["end_year"].unique()) if not hints else None,
    )


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
    """Load published figures of one indicator.

    Parameters
    ----------
    indicator
        A code such as ``"enrollment"``, ``"ela_met"``, ``"disciplined"``; `indicators` lists them.
    place
        A place such as ``"southeast_seattle"``, whose schools are summed; `places` lists them. With
        ``organization_level="school"`` its schools stay apart. Several places stand one after the other. Without a
        place: every organization we hold.
    end_years
        School years by the year they end (2019, or ``"2018-19"``); one or several. All by default.
    grade_level
        ``"all"``, ``"K"``, ``"03"``; one or several. Every grade by default.
    student_group_type, student_group
        A partition (``"race_ethnicity"``) or a group (``"black"``); one or several. Every group by default.
    organization_level
        ``"school"`` or ``"district"``; by default, what the place is, or all.
    organization_id
        The state's code of a school or district, always text; one or several.

    Returns
    -------
    OBSERVATIONS (docs/ARCHITECTURE.md, section 3): a plain DataFrame, one row per release, year, organization, grade
    and student group. Withheld cells are rows with bounds and a status, never zeros.

    Raises
    ------
    CatalogError, DataError
        If a code is not known, or nothing is published under the question; lists what would have worked.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> table = sa.load("enrollment", place="southeast_seattle", end_years=[2019], grade_level="all")
    >>> table.set_index("student_group").loc[["all", "english_learner"], "numerator"].tolist()
    [10503, 2678]
    """
    filters = {
        "end_year": _end_years(end_years),
        "grade_level": _listed(grade_level),
        "student_group_type": _listed(student_group_type),
        "student_group": _listed(student_group),
        "organization_level": _listed(organization_level),
        "organization_id": _listed(organization_id),
    }
    _refuse_unknown(indicator, filters)
    if place is None:
        rows = _query(indicator, filters)
    else:
        members = _query(indicator, filters | {"organization_level": None})
        wanted = [str(code) for code in _listed(place) or []]
        rows = pd.concat([_of_place(members, code, organization_level) for code in wanted])
    if rows.empty:
        raise _nothing_published(indicator, filters, place)
    rows = schema.conform_observations(_in_order(rows, _listed(place) or []))
    rows.attrs = {"indicator": indicator}
    if filters["student_group"] is not None:
        # What is left of a partition is not "all others": measures that add up the others ask for this.
        rows.attrs["student_groups_chosen"] = True
    return rows


def _in_order(rows: pd.DataFrame, places: list[object]) -> pd.DataFrame:
    """Sort by year, then places as they were asked for, then by code; student groups stand as in the catalog."""
    asked = rows["organization_id"].map({code: at for at, code in enumerate(places)}).fillna(0)
    groups = [code for kind in catalog.group_types().values() for code in kind.groups]
    group = rows["student_group"].map({code: at for at, code in enumerate(groups)})
    first, *others, _ = _ORDER
    ordered = rows.assign(asked=asked, group=group)
    return ordered.sort_values([first, "asked", *others, "group"], kind="stable")[rows.columns]


def _of_place(members: pd.DataFrame, code: str, level: str | None) -> pd.DataFrame:
    """The rows of one place: summed, or its schools or district as they stand."""
    entry = catalog.place(code)
    if level in (None, "place"):
        return in_place(members, code)
    if level == "school":
        return schools_of(members, entry)
    return members[
        (members["organization_level"] == level) & (members["organization_id"] == entry.district)
    ]


def _years(indicator: str, up_to: int, question: Mapping[str, object]) -> list[int]:
    """The years held up to one. A misspelt word is refused here, before it can pass for missing data."""
    _refuse_unknown(indicator, {name: _listed(value) for name, value in question.items()})
    for code in _listed(question.get("place")) or []:
        catalog.place(str(code))
    held = {int(source_id.partition("@")[2]) for source_id in files_of(indicator)}
    return sorted(year for year in held if year <= up_to)


def newest(indicator: str, *, up_to: int, **question: object) -> pd.DataFrame:
    """Load the newest figures published up to a year, or an empty table that says what is missing.

    Parameters
    ----------
    indicator
        A code of `indicators`.
    up_to
        The latest ``end_year`` wanted.
    **question
        As for `load`, without ``end_years``.

    Returns
    -------
    OBSERVATIONS of one year. If there is none, an empty table whose ``attrs["missing"]`` names the dataset and how to
    get it; tables and figures made from it print that sentence.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> sa.newest("disciplined", up_to=2021, place="seattle")["end_year"].unique().tolist()
    [2021]
    """
    for year in reversed(_years(indicator, up_to, question)):
        try:
            return load(indicator, end_years=year, **question)  # type: ignore[arg-type]
        except NothingPublishedError:
            # This year's release does not hold what was asked (an all-students file, say): look a year back.
            continue
    return _empty(indicator, up_to)


def history(indicator: str, *, up_to: int, **question: object) -> pd.DataFrame:
    """Load the figures of every year up to one, or an empty table that says what is missing.

    Parameters
    ----------
    indicator
        A code of `indicators`.
    up_to
        The latest ``end_year`` wanted.
    **question
        As for `load`, without ``end_years``.

    Returns
    -------
    OBSERVATIONS of every year there is; years without figures have no rows. If there is none, as for `newest`.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> share = sa.history("enrollment", up_to=2020, place="seattle", grade_level="all", student_group="low_income")
    >>> share["end_year"].tolist()
    [2011, 2017, 2019, 2020]
    """
    years = _years(indicator, up_to, question)
    try:
        return load(indicator, end_years=years, **question)  # type: ignore[arg-type]
    except NothingPublishedError:
        return _empty(indicator, up_to)


def _empty(indicator: str, up_to: int) -> pd.DataFrame:
    empty = schema.conform_observations(pd.DataFrame(columns=schema.OBSERVATIONS_COLUMNS))
    empty.attrs = {"indicator": indicator, "missing": missing(indicator, up_to)}
    return empty


def place_of(school: str, *, headline: str = "southeast_seattle") -> str:
    """Return the place that a school stands in: the headline place, or the rest of its district.

    Examples
    --------
    >>> place_of("2120"), place_of("2220")
    ('southeast_seattle', 'rest_of_seattle')
    """
    if school in catalog.place(headline).schools:
        return headline
    return next(code for code, one in catalog.places().items() if one.all_but == headline)


def around(indicator: str, *, school: str, up_to: int, **question: object) -> pd.DataFrame:
    """Load the newest figures of a school, followed by those of its place, its district and the state.

    Parameters
    ----------
    indicator
        A code of `indicators`.
    school
        The state's code of a school.
    up_to
        The latest ``end_year`` wanted.
    **question
        As for `load`: grades and student groups.

    Returns
    -------
    OBSERVATIONS of one year, the newest in which the school has figures, whatever newer ones others have. Whoever has
    none in that year has no rows; where the school has none, the table is empty and says so, as that of `newest`.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> met = sa.around("ela_met", school="2120", up_to=2024, student_group="all")
    >>> met["organization_id"].tolist(), met["end_year"].unique().tolist()
    (['2120', 'southeast_seattle', 'seattle'], [2024])
    """
    asked = tuple(sorted((name, _fixed(value)) for name, value in question.items()))
    files = files_of(indicator)
    for year in sorted({int(key.partition("@")[2]) for key in files}, reverse=True):
        if year > up_to:
            continue
        state = tuple((path, path.stat().st_mtime_ns) for path in files.values())
        schools = _schools(indicator, year, asked, state)
        own = schools[schools["organization_id"] == school]
        if not own.empty:
            others = _others(indicator, year, asked, state, _places(school))
            rows = schema.conform_observations(pd.concat([own, others]))
            rows.attrs = dict(schools.attrs)
            return rows
    empty = _no_observations()
    empty.attrs = {"indicator": indicator, "missing": missing(indicator, up_to)}
    return empty


def _no_observations() -> pd.DataFrame:
    return schema.conform_observations(pd.DataFrame(columns=schema.OBSERVATIONS_COLUMNS))


_Question = tuple[tuple[str, Any], ...]
_Files = tuple[tuple[Path, int], ...]
"""Files and when they were last written: what was kept of one is not given out for another."""


@lru_cache(maxsize=256)
def _schools(indicator: str, year: int, question: _Question, files: _Files) -> pd.DataFrame:
    """Return the rows of all schools of a year; kept, since the sheets of many schools ask for the same."""
    return _loaded(indicator, year, question, organization_level="school")


@lru_cache(maxsize=512)
def _others(
    indicator: str, year: int, question: _Question, files: _Files, places: tuple[str, ...]
) -> pd.DataFrame:
    """Return the rows of places of a year; kept for the same reason."""
    return _loaded(indicator, year, question, place=places)


def _loaded(indicator: str, year: int, question: _Question, **more: Any) -> pd.DataFrame:
    try:
        return load(indicator, end_years=year, **dict(question), **more)
    except NothingPublishedError:
        return _no_observations()


def _fixed(value: object) -> object:
    """Return a value of a question that can be kept with its answer."""
    return tuple(value) if isinstance(value, list) else value


def _places(school: str) -> tuple[str, ...]:
    """Return the places that a school stands in, from the nearest to the widest."""
    near = place_of(school)
    district = catalog.place(near).district
    wider = {
        code: one
        for code, one in catalog.places().items()
        if one.whole_state or (one.whole_district and one.district == district)
    }
    return (near, *sorted(wider, key=lambda code: wider[code].whole_state))
