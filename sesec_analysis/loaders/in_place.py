"""Sum the schools of a place, or its census tracts, as tightly as what several of them withhold together allows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sesec_analysis import catalog, schema, texts
from sesec_analysis.bounds import Flags, floats, join_averages, matched, pool, row_codes, sum_by
from sesec_analysis.catalog import own
from sesec_analysis.catalog.entries import Place
from sesec_analysis.loaders.tidy.masked_sums import (
    Enrolled,
    ProtectedRows,
    Whole,
    differs,
    is_masked,
    most_enrolled,
    protected_rows,
    tightened,
)

__all__ = ["SharedReading", "in_place", "parts_of", "schools_of", "shared_reading"]


_SUM = [
    *("source_id", "indicator", "end_year", "grade_level", "student_group_type", "student_group"),
    "unit",
]
_COUNTS = ["numerator_low", "numerator_high", "denominator_low", "denominator_high"]
"""What the tighter reading of a cell narrows."""


@dataclass(frozen=True)
class SharedReading:
    """What is known in sums beyond the rows of single cells; indexed as these rows are.

    Parameters
    ----------
    tight
        The rows by the tighter reading (`masked_sums`).
    masked
        Rows whose tighter reading says more than the publisher's text.
    taken
        By place, the rows that its sums take by the tighter reading.
    capped
        The rows with no more students in a masked cell than October's enrollment lets its school have.
    """

    tight: pd.DataFrame
    masked: pd.Series
    taken: ProtectedRows
    capped: pd.DataFrame


def shared_reading(observations: pd.DataFrame, enrolled: Enrolled) -> SharedReading:
    """Return the tighter reading of whole releases, and which sums of which places may take it."""
    if not is_masked(observations).any():
        return SharedReading(
            observations,
            pd.Series(False, index=observations.index),
            ProtectedRows((), iter(())),
            observations,
        )
    tight = tightened(observations, enrolled)
    masked = differs(observations, tight)
    members = {
        code: _is_member(observations, place, "school")
        for code, place in catalog.places().items()
        if not own.is_own(code) and (place.schools or place.all_but or place.whole_district)
    }
    most = most_enrolled(observations, enrolled, np.nan)
    low, high = (floats(observations, f"denominator_{end}") for end in ("low", "high"))
    size = np.where(masked & np.isnan(high), np.maximum(most, low), high)
    capped = observations.assign(denominator_high=_counts(size, observations.index))
    whole = _parts_of_a_total(observations)
    taken = protected_rows(observations, tight, capped, members, whole)
    return SharedReading(tight, pd.Series(masked, index=observations.index), taken, capped)


def _counts(values: np.ndarray, index: pd.Index) -> pd.Series:
    return pd.Series(pd.array(values, dtype="Float64"), index=index).astype("Int64")


def _parts_of_a_total(observations: pd.DataFrame) -> Whole:
    """Find the school rows of which the district's own row prints the total."""
    districts = {place.district for place in catalog.places().values() if place.district}
    total = observations["organization_level"] == "district"
    total &= observations["organization_id"].isin(districts) & (
        observations["status"] == "reported"
    )
    printed = observations[total]
    at = matched(observations, printed, _SUM)
    school = (observations["organization_level"] == "school").to_numpy(dtype=bool)
    students, counted = (
        np.append(floats(printed, name), np.nan)[at] for name in ("denominator", "numerator")
    )
    return Whole(school & ~np.isnan(students) & ~np.isnan(counted), students, counted)


def in_place(
    observations: pd.DataFrame, code: str, *, shared: SharedReading | None = None
) -> pd.DataFrame:
    """Sum OBSERVATIONS of schools, or of census tracts, into one place; averages are weighted by what they are over.

    A whole district is its own published row; where no release has one, its schools are summed. A school without a row
    for a group has no students of it (the files list every group a school has).

    Parameters
    ----------
    observations
        OBSERVATIONS of Seattle's schools and district.
    code
        A place of ``data/catalog/places.yml``.
    shared
        What is known in sums beyond each cell's own text (`shared_reading`); by default nothing.

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
    members = [_members(observations, place, level) for level in ("school", "tract")]
    members = [rows for rows in members if len(rows)] or members[:1]
    summed = pd.concat(members) if len(members) > 1 else members[0]
    parts = []
    if place.whole_district or place.whole_state:
        published = _own_row(observations, place)
        parts.append(published)
        summed = summed[~_is_published(summed, published)]
    share = summed["unit"].isin(schema.SHARES)
    if share.any():
        parts.append(_pooled(summed[share], code, shared))
    if (~share).any():
        parts.append(join_averages(summed[~share], by=_SUM))
    rows = pd.concat(parts, ignore_index=True) if parts else observations.head(0)
    rows = rows.assign(
        organization_level="place", organization_id=code, organization_name=place.name
    )
    return schema.conform_observations(rows)


def _is_published(rows: pd.DataFrame, published: pd.DataFrame) -> pd.Series:
    """Flag rows of which the sum is published: by their own release, or the same figure by another."""
    figure = [name for name in _SUM if name != "source_id"]
    known = pd.MultiIndex.from_frame(published[figure])
    same = pd.Series(pd.MultiIndex.from_frame(rows[figure]).isin(known), index=rows.index)
    return same | rows["source_id"].isin(published["source_id"].unique())


def _own_row(observations: pd.DataFrame, place: Place) -> pd.DataFrame:
    level, organization = observations["organization_level"], observations["organization_id"]
    if place.whole_state:
        return observations[texts.is_one_of(level, ["state"])]
    whole = texts.is_one_of(organization, [place.district] if place.district else [])
    return observations[texts.is_one_of(level, ["district"]) & whole]


def _pooled(cells: pd.DataFrame, code: str, shared: SharedReading | None) -> pd.DataFrame:
    """Add up cells, by the tighter reading where enough organizations share the sum."""
    if shared is None or code not in shared.taken or not shared.masked[cells.index].any():
        return pool(cells, by=_SUM)
    at = shared.tight.index.get_indexer(cells.index)
    taken = shared.taken[code][at]
    tight = shared.tight[_COUNTS].iloc[at]
    sums = pool(
        cells.assign(**{name: cells[name].mask(taken, tight[name]) for name in _COUNTS}), by=_SUM
    )
    # Counts that rest on a size (all but two of n) would give the size back: those sums count in whole tens.
    low, high = (floats(tight, f"numerator_{end}") for end in ("low", "high"))
    sized = taken & ~((low <= 0) & (high <= 2))
    masked = shared.masked.to_numpy(dtype=bool)[at]
    code_of = row_codes(cells, _SUM)  # numbers by first appearance, as the rows of sums stand
    any_taken, any_sized, any_masked = (
        sum_by(code_of, flags, len(sums)) > 0 for flags in (taken, sized, masked)
    )
    several = (sums["cells"] > 1).to_numpy(dtype=bool)
    kinds = _SumKinds(any_taken, any_sized, any_masked & ~any_taken & several)
    capped = sums
    if kinds.literal.any():
        most = shared.capped["denominator_high"].iloc[at]
        capped = pool(cells.assign(denominator_high=most), by=_SUM)
    return _coarsened(sums, capped, kinds)


@dataclass(frozen=True)
class _SumKinds:
    """Which sums take the tighter reading, which of these rest their counts on sizes, and which stay literal."""

    taken: np.ndarray
    sized: np.ndarray
    literal: np.ndarray


def _coarsened(sums: pd.DataFrame, capped: pd.DataFrame, kinds: _SumKinds) -> pd.DataFrame:
    """Coarsen sums by the tighter reading, so that their size does not give back what one of their cells hides.

    Such a sum counts its students in whole tens, its rate in tenths of a point, and its largest cell in tenths of it.
    The largest masked cell of any other sum that hides something is taken from enrollment, which is no secret.
    """
    largest, coverage = floats(sums, "largest_masked"), floats(sums, "coverage")
    wider = {
        **_outward(sums, "denominator", kinds.taken, 0.1),
        **_outward(sums, "numerator", kinds.sized, 0.1),
        **_outward(sums, "value", kinds.taken, 1000.0),
    }
    return sums.assign(
        **wider,
        coverage=np.select(
            [kinds.taken, kinds.literal],
            [np.floor(coverage * 100) / 100, floats(capped, "coverage")],
            coverage,
        ),
        largest_masked=np.select(
            [kinds.taken, kinds.literal],
            [np.minimum(np.ceil(largest * 10) / 10, 1.0), floats(capped, "largest_masked")],
            largest,
        ),
    )


def _outward(
    sums: pd.DataFrame, name: str, rows: np.ndarray, steps: float
) -> dict[str, pd.Series | np.ndarray]:
    """Round the range of a figure outward in some sums, to so many steps a unit."""
    low, high = (floats(sums, f"{name}_{end}") for end in ("low", "high"))
    low = np.where(rows, np.floor(low * steps + 1e-6) / steps, low)
    high = np.where(rows, np.ceil(high * steps - 1e-6) / steps, high)
    if name == "value":
        return {"value_low": low, "value_high": np.minimum(high, 1.0)}
    return {
        f"{name}_low": _counts(np.round(low), sums.index),
        f"{name}_high": _counts(np.round(high), sums.index),
    }


def schools_of(observations: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Return the school rows of a place; the rest of a district is every other school that has a row."""
    return _members(observations, place, "school")


def parts_of(rows: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Return every row that a figure of a place is made of, or is itself."""
    parts = [_members(rows, place, level) for level in ("school", "tract")]
    whole = place.whole_district or place.whole_state
    return pd.concat([*parts, *([_own_row(rows, place)] if whole else [])])


def _members(observations: pd.DataFrame, place: Place, level: str) -> pd.DataFrame:
    return observations[_is_member(observations, place, level)]


def _is_member(observations: pd.DataFrame, place: Place, level: str) -> Flags:
    """Flag the rows of a place's schools, or tracts."""

    def listed(entry: Place) -> list[str]:
        return list(entry.schools if level == "school" else entry.tracts)

    rows = texts.is_one_of(observations["organization_level"], [level])
    if listed(place):
        return rows & texts.is_one_of(observations["organization_id"], listed(place))
    if place.all_but:
        others = listed(catalog.place(place.all_but))
        return rows & ~texts.is_one_of(observations["organization_id"], others)
    return rows if place.whole_district else np.zeros(len(rows), dtype=bool)
