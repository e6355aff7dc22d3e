"""Schools or census tracts summed into a named place: known counts added, bounds carried for the rest (`bounds`)."""

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.bounds import pool
from sesec_analysis.entries import Place
from sesec_analysis.weighted import join_averages

__all__ = ["in_place", "schools_of"]

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
