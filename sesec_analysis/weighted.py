"""Averages of schools joined into one: dollars a student, students a teacher, years; weighted by what each is over."""

import numpy as np
import pandas as pd

from sesec_analysis import schema
from sesec_analysis.bounds import join_sources, row_codes
from sesec_analysis.errors import DataError
from sesec_analysis.polygons import floats, sum_by

__all__ = ["join_averages"]

_NOT_JOINED = ("percentile", "score")


def join_averages(cells: pd.DataFrame, *, by: list[str]) -> pd.DataFrame:
    """Join averages, each weighted by its ``denominator``.

    Parameters
    ----------
    cells
        OBSERVATIONS rows whose ``unit`` is no share.
    by
        Columns that name a joined average; ``unit`` among them.

    Returns
    -------
    One row per distinct ``by``: value = sum(value * denominator) / sum(denominator). Where a cell is not published
    exactly, or its weight is unknown, ``value`` is null and the status `withheld`: nothing bounds an average.

    Raises
    ------
    DataError
        For medians and scores, of which no average means anything.

    Examples
    --------
    >>> cells = schema.conform_observations(pd.DataFrame({
    ...     "end_year": 2024, "unit": "dollars_per_student", "status": "reported", "value": [9000.0, 12000.0],
    ...     "denominator": [200, 100]}))
    >>> join_averages(cells, by=["end_year", "unit"])["value"].tolist()
    [10000.0]
    """
    strange = cells["unit"].isin(_NOT_JOINED).to_numpy(dtype=bool)
    if strange.any() and cells.duplicated(by).any():
        raise DataError(
            "a median or a score of several schools cannot be averaged into one of a place",
            where=f"{', '.join(sorted(cells.loc[strange, 'indicator'].unique()))}, {int(strange.sum())} row(s)",
            mend='ask for the schools themselves: organization_level="school"',
        )
    code = row_codes(cells, by)
    count = int(code.max()) + 1 if len(code) else 0
    value, weight = floats(cells, "value"), floats(cells, "denominator")
    unknown = sum_by(code, np.isnan(value) | np.isnan(weight), count) > 0
    weights = sum_by(code, np.nan_to_num(weight), count)
    total = sum_by(code, np.nan_to_num(value * weight), count)
    joined = np.divide(total, weights, out=np.full(count, np.nan), where=~unknown & (weights > 0))
    # One cell stays as it was published, weight or none.
    single = sum_by(code, np.ones(len(code)), count) == 1
    first = np.flatnonzero(~pd.Series(code).duplicated().to_numpy())
    joined = np.where(single, value[first], joined)
    out = cells[by].iloc[first].reset_index(drop=True)
    size = np.where(np.isnan(weight[first]) & single | unknown & ~single, np.nan, weights)
    counts = dict.fromkeys(["denominator", "denominator_low", "denominator_high"], size)
    out = out.assign(
        **{
            name: pd.array(values, dtype="Float64").astype("Int64")
            for name, values in counts.items()
        },
        **dict.fromkeys(["value", "value_low", "value_high"], joined),
        status=np.where(np.isnan(joined), "withheld", "reported"),
        token="",
        coverage=np.where(np.isnan(joined), 0.0, 1.0),
        cells=sum_by(code, floats(cells, "cells", null=1.0), count),
        cells_reported=sum_by(code, floats(cells, "cells_reported", null=1.0), count),
    )
    if "source_id" not in by:
        sources = cells["source_id"].groupby(code).agg(join_sources)
        out = out.assign(source_id=sources.to_numpy())
    return schema.conform_observations(out)
