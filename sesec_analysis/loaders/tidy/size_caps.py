"""Cap the size of masked cells by October's enrollment: what anyone can look up of a group that a label hides.

The state prints `<5%` of at least ten students and no more. How many students there can be is public all the same: a
test has no more than 1.25 times the school's October enrollment (`masked_sums.ENROLLMENT_MARGIN`). Of attendance and
suspensions, `data/reference/size_caps.csv` has how far exact cells exceed the group's October count at their school,
and a quarter more. A cap is for sums of several schools. The row of one school says what its own text says.

There is none for programs, whose students come and go, nor for groups that are counted otherwise in October (housing,
migrant, highly capable, military families, Section 504 plans, gender), nor for a year without October.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.bounds import Flags, Floats, as_floats, first_rows, row_codes, whole_numbers
from sesec_analysis.loaders.tidy.tokens import parse_labels
from sesec_analysis.schema import MINIMUM_GROUP

__all__ = [
    "CAPPED_STATUSES",
    "GroupsInOctober",
    "cap_sizes",
    "group_caps",
    "is_ordinary",
    "largest_groups",
    "put_counts",
]


GroupsInOctober = Mapping[tuple[int, str, str], float]
"""By end_year, school code and student group: the most students of the group in an October within two years."""

CAPPED_STATUSES = ("bounded", "complementary")
"""Statuses of cells that hide their size and are of ten students or more; `N<10` stays 1 to 9."""

_YEARS = 2
_KINDS = {
    "regular": ("elementary", "k8", "middle", "high"),
    "alternative": ("elementary", "k8"),  # option schools
}


def is_ordinary(code: str) -> bool:
    """Return whether a school is an ordinary one by the state's directory: no program, no alternative high school."""
    school = catalog.schools().get(code)
    return bool(school and school.level in _KINDS.get(school.kind or "", ()))


def largest_groups(enrollment: pd.DataFrame, year: int) -> dict[tuple[int, str, str], float]:
    """Return the largest October count of each school's groups within two years, if that of the year is available.

    Examples
    --------
    >>> rows = [("2120", "black", 2017, 32), ("2120", "black", 2019, 40), ("2120", "black", 2020, 50)]
    >>> columns = ["organization_id", "student_group", "end_year", "numerator_high"]
    >>> largest_groups(pd.DataFrame(rows, columns=columns), 2019)
    {(2019, '2120', 'black'): 50.0}
    >>> largest_groups(pd.DataFrame(rows, columns=columns), 2018)
    {}
    """
    if not (enrollment["end_year"] == year).any():
        return {}
    near = enrollment[(enrollment["end_year"] - year).abs() <= _YEARS]
    keys = ["organization_id", "student_group"]
    largest = near.groupby(keys)["numerator_high"].max().dropna().reset_index()
    rows = largest.itertuples(index=False, name=None)
    return {(year, str(school), str(group)): float(count) for school, group, count in rows}


def group_caps(cells: pd.DataFrame, october: GroupsInOctober) -> Floats:
    """Return the most students of each cell by its group's October count; infinite where nothing caps it.

    Parameters
    ----------
    cells
        OBSERVATIONS.
    october
        The largest October count of each group within two years (`largest_groups`).

    Returns
    -------
    max(10, c times the October count) where a range label hides the size, c by indicator and student group type.
    """
    names = ["indicator", "student_group_type", "end_year", "organization_id", "student_group"]
    code = row_codes(cells, names)
    caps = {(cap.indicator, cap.student_group_type): cap for cap in catalog.size_caps()}
    values = []
    for indicator, kind, year, school, group in (
        cells[names].iloc[first_rows(code)].itertuples(index=False, name=None)
    ):
        cap, count = caps.get((indicator, kind)), october.get((year, school, group))
        if cap is None or count is None or school in cap.except_schools or not is_ordinary(school):
            values.append(np.inf)
        else:
            values.append(max(float(MINIMUM_GROUP), np.ceil(cap.cap * count)))
    schools = (cells["organization_level"] == "school") & (cells["status"] == "bounded")
    return np.where(schools.to_numpy(dtype=bool), np.array(values, dtype=np.float64)[code], np.inf)


def cap_sizes(cells: pd.DataFrame, caps: Floats) -> pd.DataFrame:
    """Return the same rows with no more students in a masked cell than its cap, and counts that its text then allows.

    Parameters
    ----------
    cells
        OBSERVATIONS.
    caps
        The most students of each; infinite where nothing caps it.

    Returns
    -------
    The same rows; a cell whose size is printed, or bounded by its own text, stays as it is.
    """
    hides = cells["numerator"].isna() & cells["denominator"].isna()
    hides &= cells["denominator_high"].isna() & cells["status"].isin(CAPPED_STATUSES)
    rows = hides.to_numpy(dtype=bool) & np.isfinite(caps)
    if not rows.any():
        return cells
    n_low = as_floats(cells, "denominator_low", null=float(MINIMUM_GROUP))
    n_high = np.maximum(np.where(rows, caps, 0.0), n_low)
    k_low, k_high = _count_limits(cells, n_low, n_high)
    k_low = np.maximum(k_low, as_floats(cells, "numerator_low", null=0.0))
    k_high = np.minimum(k_high, as_floats(cells, "numerator_high", null=np.inf))
    capped = {"denominator_high": n_high, "numerator_low": k_low, "numerator_high": k_high}
    return cells.assign(
        **{name: put_counts(cells[name], rows, new) for name, new in capped.items()}
    )


def _count_limits(cells: pd.DataFrame, n_low: Floats, n_high: Floats) -> tuple[Floats, Floats]:
    """Return the fewest and most students counted: less than the share of a label, or up to the ends of a percent."""
    labels = parse_labels(cells["token"])
    label, is_open = labels["kind"], ~labels["closed"].to_numpy(dtype=bool)
    low = as_floats(cells, "value_low", null=0.0) * n_low
    high = as_floats(cells, "value_high", null=1.0) * n_high
    below, above = ((label == kind).to_numpy(dtype=bool) & is_open for kind in ("below", "above"))
    k_low = np.where(above, np.floor(low + 1e-9) + 1, np.ceil(low - 1e-9))
    k_high = np.where(below, np.ceil(high - 1e-9) - 1, np.floor(high + 1e-9))
    return k_low, np.minimum(k_high, n_high)


def put_counts(column: pd.Series, rows: Flags, values: Floats) -> pd.Series:
    """Return a column of counts with others in some rows, null where they have no end."""
    return column.where(~rows, pd.Series(whole_numbers(values, rows), index=column.index))
