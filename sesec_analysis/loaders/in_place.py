"""Sum the schools of a place, or its census tracts, as tightly as what several of them withhold together allows.

A place's range is wide where some schools' cells are withheld. The figure of the others may stand next to it where the
outcome did not decide what is withheld: `published_counts` has the conditions.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import NamedTuple, Self

import numpy as np
import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.bounds import (
    Flags,
    Positions,
    as_floats,
    join_averages,
    match_rows,
    pool,
    row_codes,
    sum_by,
    whole_numbers,
)
from sesec_analysis.catalog import own
from sesec_analysis.catalog.entries import Place
from sesec_analysis.loaders.tidy.masked_sums import (
    NO_OCTOBER,
    Enrolled,
    ProtectedRows,
    Readings,
    Whole,
    both_readings,
    differs,
    is_masked,
    most_enrolled,
    protected_rows,
)
from sesec_analysis.loaders.tidy.size_caps import GroupsInOctober
from sesec_analysis.schema import PUBLISHED_SCHOOLS

__all__ = [
    "NEVER",
    "October",
    "SharedReading",
    "guard_partial_groups",
    "in_places",
    "members_of",
    "parts_of",
    "published_counts",
    "shared_reading",
]


_SUM = [
    *("source_id", "indicator", "end_year", "grade_level", "student_group_type", "student_group"),
    "unit",
]
_SUM_OF_PLACE = [*_SUM, "place"]
October = Mapping[tuple[str, str, str], float]
"""Students counted in October by school code, grade, and student group."""
_COUNTS = ["numerator_low", "numerator_high", "denominator_low", "denominator_high"]
"""What the tighter reading of a cell narrows."""


@dataclass(frozen=True)
class SharedReading:
    """What is known in sums beyond the rows of single cells; indexed as these rows are.

    Parameters
    ----------
    public
        The rows as anyone can read them: the publisher's text, and the caps on sizes (`size_caps`).
    tight
        The rows by the tighter reading (`masked_sums`).
    masked
        Rows whose tighter reading says more than the publisher's text.
    taken
        By place, the rows that its sums take by the tighter reading.
    capped
        The rows with no more students in a masked cell than its cap, or than October's enrollment lets its school have.
    """

    public: pd.DataFrame
    tight: pd.DataFrame
    masked: pd.Series
    taken: ProtectedRows
    capped: pd.DataFrame


def shared_reading(
    observations: pd.DataFrame, enrolled: Enrolled, october: GroupsInOctober = NO_OCTOBER
) -> SharedReading:
    """Return the readings of whole releases that sums may take, and which sums may take the tighter one."""
    if not is_masked(observations).any():
        return SharedReading(
            observations,
            observations,
            pd.Series(False, index=observations.index),
            ProtectedRows((), iter(())),
            observations,
        )
    public, tight = both_readings(observations, enrolled, october)
    masked = differs(observations, tight)
    members = {
        code: _is_summed(observations, place)
        for code, place in catalog.places().items()
        if not own.is_own(code) and (place.schools or place.all_but or place.whole_district)
    }
    most = most_enrolled(observations, enrolled, np.nan)
    low, high = (as_floats(public, f"denominator_{end}") for end in ("low", "high"))
    is_open = is_masked(public).to_numpy(dtype=bool) & np.isnan(high)
    size = np.where(is_open, np.maximum(most, low), high)
    capped = public.assign(denominator_high=whole_numbers(size))
    whole = _parts_of_a_total(observations)
    taken = protected_rows(Readings(public, tight, capped, masked), members, whole)
    return SharedReading(public, tight, pd.Series(masked, index=observations.index), taken, capped)


def _parts_of_a_total(observations: pd.DataFrame) -> Whole:
    """Find the school rows of which the district's own row prints the total."""
    districts = {place.district for place in catalog.places().values() if place.district}
    total = observations["organization_level"] == "district"
    total &= observations["organization_id"].isin(districts) & (
        observations["status"] == "reported"
    )
    printed = observations[total]
    at = match_rows(observations, printed, _SUM)
    school = (observations["organization_level"] == "school").to_numpy(dtype=bool)
    students, counted = (
        np.append(as_floats(printed, name), np.nan)[at] for name in ("denominator", "numerator")
    )
    return Whole(school & ~np.isnan(students) & ~np.isnan(counted), students, counted)


def in_places(
    observations: pd.DataFrame,
    codes: Sequence[str],
    *,
    shared: SharedReading | None = None,
    october: October | None = None,
) -> pd.DataFrame:
    """Sum OBSERVATIONS of schools, or of census tracts, into places; averages are weighted by what they are over.

    A whole district is its own published row; where no release has one, its schools are summed. A school without a row
    for a group has no students of it (the files list every group a school has).

    Parameters
    ----------
    observations
        OBSERVATIONS of Seattle's schools and district.
    codes
        Places of ``data/catalog/places.yml``; each is summed once.
    shared
        What is known in sums beyond each cell's own text (`shared_reading`); by default nothing.
    october
        Students counted in October: with them, wide ranges have the figure of the published schools next to them.

    Returns
    -------
    OBSERVATIONS with ``organization_level`` place, one row per release, indicator, year, grade and student group.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> schools = sa.load("enrollment", organization_level="school", end_years=2019, student_group="all")
    >>> in_places(schools, ["southeast_seattle"]).query("grade_level == 'all'")["numerator"].tolist()
    [10503]
    """
    codes = list(dict.fromkeys(codes))
    entries = [catalog.place(code) for code in codes]
    every = [_published_and_summed(observations, entry) for entry in entries]
    published, summed = (_Chosen.joined(rows) for rows in zip(*every, strict=True))
    cells, own = (rows.chosen_rows(observations, codes) for rows in (summed, published))
    parts = [own.assign(organization_id=own["place"])] if len(own) else []
    is_place = observations["organization_level"].isin(["place"])
    if (of_places := is_place & observations["organization_id"].isin(codes)).any():
        parts.append(observations[of_places])
    share = cells["unit"].isin(schema.SHARES).to_numpy(dtype=bool)
    if share.any():
        of_students = cells if share.all() else cells[share]
        sums = _pool_cells(of_students, codes, summed.take(share), shared, observations.index)
        if shared is not None and october is not None:
            sums = _with_published_schools(sums, of_students, _SUM_OF_PLACE, shared.tight, october)
        parts.append(sums.rename(columns={"place": "organization_id"}))
    if not share.all():
        averages = cells[~share].assign(organization_id=cells["place"][~share])
        parts.append(join_averages(averages, by=[*_SUM, "organization_id"]))
    rows = pd.concat(parts, ignore_index=True) if len(parts) > 1 else [*parts, cells][0]
    names = {code: entry.name for code, entry in zip(codes, entries, strict=True)}
    rows = rows.assign(
        organization_level="place", organization_name=rows["organization_id"].map(names)
    )
    rows.attrs = dict(observations.attrs)
    return schema.conform_observations(rows)


class _Chosen(NamedTuple):
    """Rows by position, and the number of the place that each is taken for; a row may be of several places."""

    at: Positions
    place: Positions

    @classmethod
    def joined(cls, every: Sequence[Positions]) -> Self:
        """Put the rows of places one after the other."""
        return cls(np.concatenate(every), np.repeat(np.arange(len(every)), list(map(len, every))))

    def take(self, flags: Flags) -> Self:
        """Keep the flagged rows."""
        return self if flags.all() else type(self)(self.at[flags], self.place[flags])

    def chosen_rows(self, observations: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
        """Return the rows, numbered from 0, each with its ``place``."""
        rows = observations.iloc[self.at].reset_index(drop=True)
        return rows.assign(place=pd.array(list(codes), dtype="str").take(self.place))


def _published_and_summed(rows: pd.DataFrame, place: Place) -> tuple[Positions, Positions]:
    """Return where the published rows of a place stand, and where those that are summed, schools before tracts."""
    every = [np.flatnonzero(_is_member(rows, place, level)) for level in ("school", "tract")]
    summed, published = np.concatenate(every), np.flatnonzero(_is_own_row(rows, place))
    if len(published) and len(summed):
        both, is_told = rows.iloc[np.concatenate([published, summed])], np.zeros(len(summed), bool)
        # Of their own release, or the same figure by another.
        for columns in (["source_id"], [name for name in _SUM if name != "source_id"]):
            own, others = np.split(row_codes(both, columns), [len(published)])
            is_told |= np.isin(others, own)
        summed = summed[~is_told]
    return published, summed


def guard_partial_groups(sums: pd.DataFrame, year_rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out or round sums of a place's groups that releases print for some schools only.

    In releases with `groups_of_some_schools`, a school without a row for a group may have such students. So
    a place has a sum of a group only if each of its schools that has a row for all students has one for the group.
    Where a school withholds a group, the exact sum of the others of its partition, taken from all students, would
    give the sum of what is withheld: all groups of the partition are then rounded outward, to tens of students and
    tenths of a point.

    Parameters
    ----------
    sums
        OBSERVATIONS of places, of one indicator and year.
    year_rows
        Every row of that indicator and year as published.
    """
    partial = np.flatnonzero(_prints_some_schools(sums["source_id"]))
    if not len(partial):
        return sums
    kept, rounded = np.ones(len(sums), dtype=bool), np.zeros(len(sums), dtype=bool)
    schools = year_rows[_prints_some_schools(year_rows["source_id"])]
    for code, at in sums.iloc[partial].groupby("organization_id").indices.items():
        rows = schools[_is_member(schools, catalog.place(str(code)), "school")]
        complete = _complete_groups(rows)
        hides = rows[is_masked(rows)].groupby(_PARTITION).size().to_dict()
        for row in partial[at]:
            kept[row] = tuple(sums[_GROUP_OF].iloc[row]) in complete
            group = sums["student_group"].iloc[row]
            rounded[row] = group != "all" and tuple(sums[_PARTITION].iloc[row]) in hides
    exact = rounded & sums["numerator"].notna().to_numpy(dtype=bool)
    wider = {
        **_outward(sums, "denominator", exact, 0.1),
        **_outward(sums, "numerator", exact, 0.1),
        **_outward(sums, "value", exact, 1000.0),
        **{name: sums[name].mask(exact) for name in ("numerator", "denominator", "value")},
        "status": sums["status"].mask(exact, "bounded"),
    }
    return sums.assign(**wider)[kept]


_PARTITION = ["source_id", "grade_level", "student_group_type"]
_GROUP_OF = ["source_id", "grade_level", "student_group"]


def _complete_groups(rows: pd.DataFrame) -> set[tuple[object, ...]]:
    """Return the groups, by release and grade, of which every school has a row that has one for all students."""
    schools: dict[tuple[object, ...], set[object]] = defaultdict(set)
    columns = rows[[*_GROUP_OF, "organization_id"]]
    for *key, code in columns.itertuples(index=False, name=None):
        schools[tuple(key)].add(code)
    return {key for key, codes in schools.items() if codes == schools.get((*key[:2], "all"))}


def _is_summed(rows: pd.DataFrame, place: Place) -> Flags:
    """Flag the rows of a place's schools that go into its sums: of groups of some schools, only complete ones."""
    flags = _is_member(rows, place, "school").copy()
    at = np.flatnonzero(flags & _prints_some_schools(rows["source_id"]))
    if len(at):
        own = rows.iloc[at]
        complete = _complete_groups(own)
        flags[at] = [key in complete for key in own[_GROUP_OF].itertuples(index=False, name=None)]
    return flags


def _prints_some_schools(source_id: pd.Series) -> Flags:
    """Flag the rows of releases that print student groups of some schools only."""
    named = [name for name in source_id.unique() if catalog.release(name)[1].groups_of_some_schools]
    return source_id.isin(named).to_numpy(dtype=bool)


def _is_own_row(rows: pd.DataFrame, place: Place) -> Flags:
    """Flag the published rows of a whole district or state."""
    if place.whole_state:
        return rows["organization_level"].isin(["state"]).to_numpy(dtype=bool)
    if not (place.whole_district and place.district):
        return np.zeros(len(rows), dtype=bool)
    of_district = rows["organization_level"].isin(["district"]).to_numpy(dtype=bool)
    return of_district & rows["organization_id"].isin([place.district]).to_numpy(dtype=bool)


def _pool_cells(
    cells: pd.DataFrame,
    codes: Sequence[str],
    chosen: _Chosen,
    shared: SharedReading | None,
    index: pd.Index,
) -> pd.DataFrame:
    """Add up cells, by the tighter reading where enough organizations share the sum.

    ``chosen`` says of each where it stands among OBSERVATIONS with this ``index``, and for which place it is taken.
    """
    if shared is None:
        return pool(cells, by=_SUM_OF_PLACE)
    cells = cells.reset_index(drop=True)
    at = shared.tight.index.get_indexer(index[chosen.at])
    # Numbers by first appearance, as the rows of sums stand.
    code_of = row_codes(cells, _SUM_OF_PLACE)
    count = int(code_of.max(initial=-1)) + 1
    several = sum_by(code_of, np.ones(len(cells)), count) > 1
    public = shared.public[_COUNTS].iloc[at].reset_index(drop=True)
    is_capped = differs(cells, public) & several[code_of]  # one school keeps its own text
    masked = is_masked(cells).to_numpy(dtype=bool)
    is_open = masked & np.isnan(as_floats(cells, "denominator_high"))
    taken = _flag_tighter_sums(codes, chosen, shared, at)
    # A sum of which the tighter reading says no more than what anyone can look up needs none of its caution.
    closer = taken & differs(shared.public, shared.tight)[at]
    taken &= (sum_by(code_of, closer, count) > 0)[code_of]
    if not (taken.any() or is_open.any()):
        return pool(cells, by=_SUM_OF_PLACE)
    tight = shared.tight[_COUNTS].iloc[at].reset_index(drop=True)
    narrowed = {
        name: cells[name].mask(is_capped, public[name]).mask(taken, tight[name]) for name in _COUNTS
    }
    sums = pool(cells.assign(**narrowed), by=_SUM_OF_PLACE)
    # Counts that rest on a size (all but two of n) would give the size back: those sums count in whole tens.
    low, high = (as_floats(tight, f"numerator_{end}") for end in ("low", "high"))
    sized = taken & ~((low <= 0) & (high <= 2))
    # Of a few schools, often all but one are printed: their exact sum would give the last one back.
    partial = masked & _prints_some_schools(cells["source_id"])
    any_taken, any_sized, any_capped, any_open, any_partial = (
        sum_by(code_of, flags, count) > 0
        for flags in (taken, sized, is_capped & ~taken, is_open | taken, partial)
    )
    kinds = _SumKinds(
        any_taken | any_partial,
        any_sized | any_partial,
        any_capped,
        any_open & ~any_taken & several,
    )
    literal = kinds.literal[code_of]
    most = shared.capped["denominator_high"].array.take(at)
    capped = cells.assign(denominator_high=most)[literal] if literal.any() else cells[:0]
    return _coarsen_sums(sums, capped, kinds)


def _flag_tighter_sums(
    codes: Sequence[str], chosen: _Chosen, shared: SharedReading, at: Positions
) -> Flags:
    """Flag the rows that the sums of their places take by the tighter reading."""
    masked = shared.masked.to_numpy(dtype=bool)[at]
    masked &= np.array([code in shared.taken for code in codes])[chosen.place]
    taken = np.zeros(len(at), dtype=bool)
    for number in np.unique(chosen.place[masked]):
        own = chosen.place == number
        taken[own] = shared.taken[codes[number]][at[own]]
    return taken


@dataclass(frozen=True)
class _SumKinds:
    """Which sums have rounded students and rates, which rounded counts, and which rest on caps or on texts."""

    rounded: np.ndarray
    sized: np.ndarray
    capped: np.ndarray
    literal: np.ndarray


def _coarsen_sums(sums: pd.DataFrame, capped: pd.DataFrame, kinds: _SumKinds) -> pd.DataFrame:
    """Round sums outward whose size would give back what one of their cells hides.

    These take the tighter reading, or are of a release that prints groups of some schools. Such a sum counts its
    students in whole tens, its rate in tenths of a point, and its largest cell in tenths of it. The most students of a
    sum that rests on a cap are told in whole tens: a cap is an assumption, and no count. The largest masked cell of any
    other sum that hides something is taken from enrollment, which is public: the cells of these are ``capped`` by it.
    """
    largest, coverage = (as_floats(sums, name).copy() for name in ("largest_masked", "coverage"))
    if len(capped):
        literal = pool(capped, by=_SUM_OF_PLACE)
        coverage[kinds.literal] = as_floats(literal, "coverage")
        largest[kinds.literal] = as_floats(literal, "largest_masked")
    coverage = np.where(kinds.rounded, np.floor(coverage * 100) / 100, coverage)
    largest = np.where(kinds.rounded, np.minimum(np.ceil(largest * 10) / 10, 1.0), largest)
    wider = {
        **_outward(sums, "denominator", kinds.rounded, 0.1),
        **_outward(sums, "numerator", kinds.sized, 0.1),
        **_outward(sums, "value", kinds.rounded, 1000.0),
    }
    for name in ("numerator", "denominator"):
        high = as_floats(sums.assign(**wider), f"{name}_high")
        ten = np.ceil(high * 0.1 - 1e-6) * 10
        wider[f"{name}_high"] = whole_numbers(np.where(kinds.capped, ten, high))
    return sums.assign(**wider, coverage=coverage, largest_masked=largest)


def _outward(
    sums: pd.DataFrame, name: str, rows: np.ndarray, steps: float
) -> dict[str, pd.arrays.IntegerArray | np.ndarray]:
    """Round the range of a figure outward in some sums, to so many steps a unit."""
    low, high = (as_floats(sums, f"{name}_{end}") for end in ("low", "high"))
    low = np.where(rows, np.floor(low * steps + 1e-6) / steps, low)
    high = np.where(rows, np.ceil(high * steps - 1e-6) / steps, high)
    if name == "value":
        return {"value_low": low, "value_high": np.minimum(high, 1.0)}
    return {
        f"{name}_low": whole_numbers(low),
        f"{name}_high": whole_numbers(high),
    }


def parts_of(rows: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Return every row that a figure of a place is made of, or is itself."""
    parts = [members_of(rows, place, level) for level in ("school", "tract")]
    return pd.concat([*parts, rows[_is_own_row(rows, place)]])


def members_of(observations: pd.DataFrame, place: Place, level: str) -> pd.DataFrame:
    """Return the rows of a place's schools or tracts; of the rest of a district, all others that have a row."""
    return observations[_is_member(observations, place, level)]


def _is_member(observations: pd.DataFrame, place: Place, level: str) -> Flags:
    """Flag the rows of a place's schools, or tracts."""

    def listed(entry: Place) -> list[str]:
        return list(entry.schools if level == "school" else [*entry.tracts, *entry.split_tracts])

    rows = observations["organization_level"].isin([level]).to_numpy(dtype=bool)
    if listed(place):
        return rows & observations["organization_id"].isin(listed(place)).to_numpy(dtype=bool)
    if place.all_but:
        others = listed(catalog.place(place.all_but))
        return rows & ~observations["organization_id"].isin(others).to_numpy(dtype=bool)
    return rows if place.whole_district else np.zeros(len(rows), dtype=bool)


NEVER = frozenset({"disciplined"})
"""Indicators whose cells are withheld because their rate is low, so that the others' rate is too high."""

_WIDE = 0.03
"""Proportion: a narrower range of the place needs no other figure."""
_SHARE_PUBLISHED = 0.98
"""Share of the group's October students, at the least, who are in the published cells."""
_SHARE_OF_RANGE = 0.01
"""Share of them, at the most, in a cell that is withheld for its very low or very high rate."""
_LEFT_OUT = 3
"""Organizations left out, from which their combined total may be known."""


def published_counts(
    indicator: str, cells: pd.DataFrame, low: float, high: float, *, adds_up: bool = False
) -> tuple[int, int, int] | None:
    """Return students counted and students of the published schools, and how many organizations they leave out.

    Returns None unless the range is wider than three points and all of this holds: the indicator is not withheld for
    its low rate (`NEVER`); the published schools have 98 percent of the group's October students; no withheld range
    holds more than 1 percent of them; three organizations are left out, or what they have together does not follow
    from other printed figures; and the published rate lies in the place's range, rounded outward to a tenth of a point.
    That the sentence names its population is for `published_rates`, that a comparison is of one year for
    `published_gaps`.

    Parameters
    ----------
    indicator
        What is counted.
    cells
        The schools of a place's sum, a row each with `numerator` and `denominator`, null unless they are published,
        with the group's students in `october`, null if they are not known, and `is_range` where it shows only that its
        rate is very low or very high (``<x%``, ``>x%``).
    low, high
        The range of the place's rate (proportions).
    adds_up
        Whether what is left out is a total less the published cells, because that total is printed, or because it
        follows from a partition that is printed in full.

    Examples
    --------
    >>> schools = pd.DataFrame({"numerator": 80, "denominator": 100, "october": 100, "is_range": False}, range(98))
    >>> left_out = pd.DataFrame({"october": [5, 5, 5], "is_range": False})
    >>> cells = pd.concat([schools, left_out])
    >>> published_counts("regular_attendance", cells, 0.77, 1.0)
    (7840, 9800, 3)
    >>> published_counts("disciplined", cells, 0.77, 1.0)
    """
    is_published = cells[["numerator", "denominator"]].notna().all(axis=1)
    published, withheld = cells[is_published], cells[~is_published]
    k, n = (int(published[name].sum()) for name in ("numerator", "denominator"))
    if indicator in NEVER or withheld.empty or not n:
        return None
    if high - low <= _WIDE or withheld["october"].isna().any():
        return None
    students = published["october"].sum()
    together = students + withheld["october"].sum()
    if not together or students < _SHARE_PUBLISHED * together:
        return None
    if (withheld.loc[withheld["is_range"], "october"] > _SHARE_OF_RANGE * together).any():
        return None
    if len(withheld) < _LEFT_OUT and adds_up:
        return None
    low, high = floor(low * 1000) / 1000, ceil(high * 1000) / 1000
    return (k, n, len(withheld)) if low <= k / n <= high else None


def _with_published_schools(
    sums: pd.DataFrame,
    cells: pd.DataFrame,
    by: list[str],
    year_rows: pd.DataFrame,
    october: October,
) -> pd.DataFrame:
    """Return sums of places with the three columns of `PUBLISHED_SCHOOLS`, null where they may not be printed.

    Parameters
    ----------
    sums
        One row for each distinct ``by`` of ``cells``, in the order in which they appear.
    cells
        The school rows that were added up, as published.
    by
        The columns that name a sum.
    year_rows
        Every row of the indicator's year as published: what else is printed.
    october
        The students counted in October.
    """
    code, masked = row_codes(cells, by), is_masked(cells).to_numpy(dtype=bool)
    wide = as_floats(sums, "value_high", null=1.0) - as_floats(sums, "value_low", null=0.0) > _WIDE
    partial = _prints_some_schools(sums["source_id"])
    values = np.full((len(sums), len(PUBLISHED_SCHOOLS)), np.nan)
    for at in np.unique(code[masked]):
        row = sums.iloc[at]
        if not wide[at] or row["indicator"] in NEVER or row["unit"] != "proportion":
            continue
        if partial[at] and masked[code == at].sum() == 1:
            continue  # all but one school: next to a printed total this gives the last one back
        own, hidden = cells[code == at], masked[code == at]
        counted = published_counts(
            str(row["indicator"]),
            _school_cells(own, hidden, october),
            float(row["value_low"]),
            float(row["value_high"]),
            adds_up=hidden.sum() < _LEFT_OUT and _adds_up(own, year_rows),
        )
        values[at] = counted or np.nan
    counts = pd.DataFrame(values, columns=PUBLISHED_SCHOOLS, index=sums.index).astype("Int64")
    return sums.assign(**{name: counts[name] for name in PUBLISHED_SCHOOLS})


def _school_cells(rows: pd.DataFrame, masked: Flags, october: October) -> pd.DataFrame:
    """Return the cells of a sum as `published_counts` takes them."""
    keys = zip(rows["organization_id"], rows["grade_level"], rows["student_group"], strict=True)
    cells = pd.DataFrame({"october": [october.get(key, np.nan) for key in keys]})
    for name in ("numerator", "denominator"):
        cells[name] = np.where(masked, np.nan, as_floats(rows, name, null=0.0))
    return cells.assign(is_range=(rows["status"] == "bounded").to_numpy(dtype=bool))


_OF_YEAR = ["source_id", "indicator", "end_year"]


def _adds_up(cells: pd.DataFrame, year_rows: pd.DataFrame) -> bool:
    """Return whether the whole of some cells of one figure is printed, or follows from figures that are printed.

    It is where the district prints it; where all students and all other groups of the partition are published at
    every school, or all groups of some partition for all students; and the same of grades.
    """
    first = cells.iloc[0]
    like = np.logical_and.reduce([(year_rows[name] == first[name]) for name in _OF_YEAR])
    rows = year_rows[like]
    key = [*_OF_YEAR, "grade_level", "student_group_type", "student_group"]
    district = rows[(rows["organization_level"] == "district") & (rows["status"] == "reported")]
    if len(district) and (match_rows(cells.iloc[:1], district, key) >= 0).any():
        return True
    inside = rows[rows["organization_id"].isin(cells["organization_id"])]
    inside = inside.assign(hidden=is_masked(inside))
    group, kind = first["student_group"], first["student_group_type"]
    of_grade = inside[inside["grade_level"] == first["grade_level"]]
    kinds = of_grade["student_group_type"]
    partitions = [
        of_grade[kinds.isin([one, "all"])]
        for one in inside["student_group_type"].unique()
        if one != "all" and (group == "all" or one == kind)
    ]
    of_group = inside[inside["student_group"] == group]
    return any(_others_are_printed(rows, "student_group", group) for rows in partitions) or (
        _others_are_printed(of_group, "grade_level", first["grade_level"])
    )


def _others_are_printed(rows: pd.DataFrame, column: str, own: str) -> bool:
    """Return whether all other parts of a partition, and their total, are published at every school."""
    others = rows["hidden"].groupby(rows[column]).any().drop(own, errors="ignore")
    return len(others) > 1 and not others.any()
