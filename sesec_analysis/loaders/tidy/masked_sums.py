"""Read masked cells more tightly inside sums: sizes from labels and caps, where enough schools share what they hide."""

import math
from collections.abc import Iterable

import pandas as pd

__all__ = ["ENROLLMENT_MARGIN", "enrolled", "most_students"]


ENROLLMENT_MARGIN = 1.25
"""How far the students tested in a year may exceed October enrollment; each build tests it on every exact cell."""

_COLUMNS = ["organization_id", "end_year", "denominator_high"]


def enrolled(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return each school's October enrollment by year, out of OBSERVATIONS that hold it."""
    found = [pd.DataFrame(columns=_COLUMNS)]
    for table in tables:
        schools = (table["organization_level"] == "school") & (table["student_group"] == "all")
        whole = (table["indicator"] == "enrollment") & (table["grade_level"] == "all")
        found.append(table.loc[schools & whole, _COLUMNS])
    return pd.concat(found)


def most_students(enrolled: pd.DataFrame, year: int) -> dict[str, int]:
    """Return a number of students that no cell of a school exceeds, by school code.

    It is the school's largest enrollment within two years of the year asked for, and a margin.

    Examples
    --------
    >>> rows = [("2120", 2017, 320), ("2120", 2019, 400), ("2120", 2020, 500)]
    >>> table = pd.DataFrame(rows, columns=["organization_id", "end_year", "denominator_high"])
    >>> most_students(table, 2017)
    {'2120': 500}
    """
    near = enrolled[(enrolled["end_year"] - year).abs() <= 2]
    largest = near.groupby("organization_id")["denominator_high"].max().dropna()
    return {
        str(code): math.ceil(students * ENROLLMENT_MARGIN) for code, students in largest.items()
    }
