"""Averages as they were published (dollars a student, students a teacher, years): OBSERVATIONS in, ESTIMATES out."""

import numpy as np
import pandas as pd

from sesec_analysis import bounds, schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.questions import KEYS, require_columns
from sesec_analysis.polygons import floats

__all__ = ["averages", "compare_averages"]

_NO_INTERVAL = "as published, no interval: a budget or a roll is not a matter of chance"


def averages(obs: pd.DataFrame) -> pd.DataFrame:
    """Average of each row, in its own unit.

    Parameters
    ----------
    obs
        OBSERVATIONS whose ``unit`` is no share; `load` weights the schools of a place by what their averages are over.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of measure `average`, one row per row of ``obs``; ``n`` is what the average is over. What was not
        published stays, `suppressed` or `undefined`.

    Raises
    ------
    DataError
        If a row is a share.

    See Also
    --------
    compare_averages : One place against another.

    Notes
    -----
    Caution: an average of a place says nothing of how its schools differ.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": [2024], "unit": "dollars_per_student", "status": "reported", "value": [12000.0],
    ...     "denominator": [300], "student_group_type": "all", "student_group": "all"}))
    >>> averages(obs)[["measure", "estimate", "unit", "n_low"]]
       measure  estimate                 unit  n_low
    0  average   12000.0  dollars_per_student    300
    """
    rows = _amounts(obs)
    value = floats(rows, "value")
    absent = rows["status"].isin(["no_students", "not_collected"]).to_numpy(dtype=bool)
    status = np.select([~np.isnan(value), absent], ["ok", "undefined"], "suppressed")
    return schema.conform_estimates(
        rows[KEYS].assign(
            measure="average",
            estimate=value,
            n_low=rows["denominator_low"].fillna(rows["denominator"]),
            n_high=rows["denominator_high"].fillna(rows["denominator"]),
            coverage=rows["coverage"],
            cells=rows["cells"],
            cells_reported=rows["cells_reported"],
            unit=rows["unit"],
            method=_NO_INTERVAL,
            status=status,
            source_ids=rows["source_id"],
        )
    )


def compare_averages(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    """Average of one organization over that of another, figure by figure.

    Parameters
    ----------
    a, b
        OBSERVATIONS of one organization each, as for `averages`.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of measure `ratio`, one row per row of ``a``; `suppressed` where an average was withheld, `undefined`
        where there is none, or that of ``b`` is 0.

    Raises
    ------
    DataError
        If a row is a share, or a table holds several organizations.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> here, there = (conform_observations(pd.DataFrame({
    ...     "end_year": [2024], "organization_id": name, "unit": "dollars_per_student", "status": "reported",
    ...     "value": [dollars], "denominator": [300]})) for name, dollars in (("here", 12000.0), ("there", 10000.0)))
    >>> compare_averages(here, there)[["measure", "reference", "estimate"]]
      measure reference  estimate
    0   ratio     there       1.2
    """
    here, there = averages(a), averages(b)
    for name, side in (("a", here), ("b", there)):
        if len(ids := side["organization_id"].unique()) > 1:
            raise DataError(
                f"`{name}` holds {len(ids)} organizations; one is compared with one",
                where="compare_averages, column organization_id",
                mend="keep the rows of one place, district or school",
                known=sorted(ids)[:20],
            )
    figure = [name for name in KEYS if not name.startswith("organization")]
    columns = [*figure, "estimate", "n_low", "n_high", "status", "source_ids"]
    both = here.merge(
        there[columns], on=figure, how="left", suffixes=("", "_there"), validate="1:1"
    )
    over = floats(both, "estimate_there")
    ratio = np.divide(
        floats(both, "estimate"), over, out=np.full(len(both), np.nan), where=over > 0
    )
    sources = [
        bounds.join_sources(text for text in pair if isinstance(text, str))
        for pair in zip(both["source_ids"], both["source_ids_there"], strict=True)
    ]
    sides = both["status"], both["status_there"].fillna("undefined")
    absent, withheld = (
        sides[0].eq(word) | sides[1].eq(word) for word in ("undefined", "suppressed")
    )
    status = np.select([~np.isnan(ratio), withheld & ~absent], ["ok", "suppressed"], "undefined")
    return schema.conform_estimates(
        both.assign(
            measure="ratio",
            reference=there["organization_id"].iloc[0] if len(there) else "",
            estimate=ratio,
            reference_n_low=both["n_low_there"],
            reference_n_high=both["n_high_there"],
            unit="ratio",
            status=status,
            source_ids=sources,
        )
    )


def _amounts(obs: pd.DataFrame) -> pd.DataFrame:
    require_columns(obs)
    if (share := obs["unit"].isin(schema.SHARES)).any():
        raise DataError(
            f"{obs.loc[share, 'indicator'].iloc[0]!r} is a share, not an average",
            where=f"observations, column unit, {int(share.sum())} row(s)",
            mend="use `rates`, `gaps`, `ratios` or `compare`",
        )
    return obs.reset_index(drop=True)
