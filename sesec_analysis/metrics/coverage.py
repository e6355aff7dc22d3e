"""How much of a table was published exactly, and what became of the rest: OBSERVATIONS in, a plain table out."""

import numpy as np
import pandas as pd

from sesec_analysis import schema
from sesec_analysis.metrics.questions import require_columns
from sesec_analysis.polygons import Known, floats

__all__ = ["coverage"]

_BY = [
    "indicator",
    "end_year",
    "organization_level",
    "organization_id",
    "organization_name",
    "student_group_type",
]


def coverage(obs: pd.DataFrame) -> pd.DataFrame:
    """Count what was reported and what was withheld.

    coverage = students in exactly reported cells / all students, every masked cell counted at its largest.

    Parameters
    ----------
    obs
        OBSERVATIONS.

    Returns
    -------
    pandas.DataFrame
        One row per indicator, end_year, organization and student_group_type, in order of first appearance, with

        - `rows`: rows of ``obs``;
        - `reported`, `bounded`, `complementary`, `small_n`, `withheld`, `no_students`, `not_collected`: rows by
          status; they add up to `rows`;
        - `cells`, `cells_reported`: published cells those rows sum (the schools of a place, for instance), and how
          many of them were reported exactly;
        - `coverage`: share of students in exactly reported cells, 0-1; 0 if nothing caps a masked cell; null if there
          are no students.

    Notes
    -----
    Reading: 1 means that every count was published; .6 that at least six in ten students are in a published count.
    Caution: grades and "all grades" are counted alike if ``obs`` holds both. For `enrollment` a cell's students are
    those of the group, not of the school.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": 2019, "student_group_type": "race_ethnicity", "student_group": ["black", "white"],
    ...     "status": ["reported", "small_n"], "numerator": [45, None], "denominator": [91, None],
    ...     "denominator_high": [91, 9]}))
    >>> coverage(obs)[["rows", "reported", "small_n", "coverage"]]
       rows  reported  small_n  coverage
    0     2         1        1      0.91
    """
    require_columns(obs)
    rows = obs.reset_index(drop=True)
    known = Known.of(rows)
    composition = rows["indicator"].isin(schema.COMPOSITION_INDICATORS).to_numpy(dtype=bool)
    students = np.where(composition, known.k_high, known.n_high)
    # A row for which no figure exists has no students to cover.
    students = np.where(rows["status"] == "not_collected", 0.0, students)
    capped = np.isfinite(students)
    share = np.where(known.exact, 1.0, floats(rows, "coverage", null=0.0))
    counted = rows[_BY].assign(
        rows=1,
        **{name: (rows["status"] == name).astype("int64") for name in schema.OBSERVATION_STATUSES},
        cells=rows["cells"].fillna(1).astype("int64"),
        cells_reported=rows["cells_reported"].fillna(0).astype("int64"),
        covered=share * np.where(capped, students, 0.0),
        students=students,
    )
    table = counted.groupby(_BY, sort=False, dropna=False, as_index=False).sum()
    covered, everyone = table.pop("covered").to_numpy(), table.pop("students").to_numpy()
    table["coverage"] = np.divide(
        covered, everyone, out=np.full(len(table), np.nan), where=everyone > 0
    )
    table.attrs = dict(obs.attrs)
    return table
