"""Schools summed into a named place: known counts added, bounds carried for the rest (`bounds.pool`, own_cells)."""

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.bounds import pool
from sesec_analysis.entries import Place

__all__ = ["in_place", "schools_of"]

_SUM = ["source_id", "indicator", "end_year", "grade_level", "student_group_type", "student_group"]


def schools_of(observations: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Return the school rows of a place; the rest of a district is every other school that has a row."""
    schools = observations[observations["organization_level"] == "school"]
    if place.schools:
        return schools[schools["organization_id"].isin(list(place.schools))]
    if place.all_but:
        return schools[~schools["organization_id"].isin(list(catalog.place(place.all_but).schools))]
    return schools


def in_place(observations: pd.DataFrame, code: str) -> pd.DataFrame:
    """Sum OBSERVATIONS of schools into one place.

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
    summed = schools_of(observations, place)
    parts = []
    if place.whole_district:
        district = observations["organization_level"] == "district"
        own = observations[district & (observations["organization_id"] == place.district)]
        parts.append(own)
        summed = summed[~summed["source_id"].isin(own["source_id"].unique())]
    if len(summed):
        parts.append(pool(summed, by=_SUM))
    rows = pd.concat(parts, ignore_index=True) if parts else observations.head(0)
    rows = rows.assign(
        organization_level="place", organization_id=code, organization_name=place.name
    )
    return schema.conform_observations(rows)
