"""Many tests taken together: ESTIMATES of chances in, ESTIMATES of what is left of them out."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from sesec_analysis import bounds, schema
from sesec_analysis.errors import DataError
from sesec_analysis.polygons import floats

__all__ = ["FAMILY", "q_values"]

FAMILY = ("indicator", "end_year", "measure")
"""Columns alike within a family unless another is declared: every comparison of one indicator in one year."""

_NUMBERS = ["bound_low", "bound_high", "outer_low", "outer_high", "ci_low", "ci_high"]


def q_values(chances: pd.DataFrame, *, family: Sequence[str] = FAMILY) -> pd.DataFrame:
    """Least share of false findings at which each comparison of a family would be called one (Benjamini-Hochberg).

    q = min over j >= i of m p_(j) / j, for the i-th smallest of the family's m chances.

    Parameters
    ----------
    chances
        ESTIMATES of chances, as `detection.p_values` or the `funnel_p` rows of `funnel.funnel` give them.
    family
        Columns alike within a family. Declare it before looking: it is the list of questions asked.

    Returns
    -------
    pandas.DataFrame
        The rows of ``chances`` with measure `q_value`, and the family and its size in `method`. Rows without a chance
        stay as they are, and are not counted.

    Raises
    ------
    DataError
        If a row is no chance (unit ``"probability"``), or a column of the family is missing.

    Notes
    -----
    Reading: of the comparisons with q of at most .05, one in twenty is expected to be chance.
    Reference: Benjamini, Y. and Hochberg, Y. (1995). Journal of the Royal Statistical Society B, 57, 289-300.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_estimates
    >>> chances = conform_estimates(pd.DataFrame({
    ...     "end_year": 2019, "student_group": list("abc"), "measure": "p_value", "unit": "probability",
    ...     "status": "ok", "estimate": [0.01, 0.04, 0.03]}))
    >>> q_values(chances)[["student_group", "measure", "estimate"]]
      student_group  measure  estimate
    0             a  q_value      0.03
    1             b  q_value      0.04
    2             c  q_value      0.04
    """
    missing = [name for name in family if name not in chances.columns]
    if missing or not family:
        raise DataError(
            f"the family has no column {', '.join(missing) or 'at all'}",
            where="q_values, family",
            mend="name columns of ESTIMATES that all comparisons of a family share",
            known=FAMILY,
        )
    if not (chances["unit"] == "probability").all() or (chances["measure"] == "power").any():
        raise DataError(
            "a row is no chance of a gap by chance alone",
            where="q_values, columns unit and measure",
            mend="pass the rows of `p_values`, or those of `funnel` with measure 'funnel_p'",
            known=["p_value", "funnel_p"],
        )
    p, code = floats(chances, "estimate"), bounds.row_codes(chances, list(family))
    tested = ~np.isnan(p)
    q, size = np.full(len(p), np.nan), np.zeros(len(p), dtype=np.int64)
    for one in np.unique(code[tested]):
        here = tested & (code == one)
        q[here], size[here] = multipletests(p[here], method="fdr_bh")[1], here.sum()
    words = np.array([f"Benjamini-Hochberg among {m}, by {', '.join(family)}" for m in size])
    method = chances["method"].where(~tested, words)
    out = chances.assign(measure="q_value", estimate=q, method=method)
    out[_NUMBERS] = np.nan
    out["bound_low"], out["bound_high"] = q, q
    return schema.conform_estimates(out)
