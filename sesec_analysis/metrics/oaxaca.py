"""A difference between two sets of schools, split by what goes with the schools: plain tables in, ESTIMATES out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.questions import KEYS
from sesec_analysis.polygons import Floats

__all__ = ["FEWEST_UNITS_A_SIDE", "TwoFold", "oaxaca", "two_fold"]

FEWEST_UNITS_A_SIDE = 30
"""Schools on each side, below which the split is refused: `decomposition.kitagawa` needs no regression."""

_METHOD = (
    "pooled two-fold Oaxaca-Blinder, least squares with HC3 errors (statsmodels), "
    "the schools' columns taken as given; descriptive, not causal"
)


@dataclass(frozen=True)
class TwoFold:
    """A difference of two means and its parts, with their standard errors."""

    total: float
    explained: float
    unexplained: float
    errors: tuple[float, float, float]
    freedom: float  # degrees, of the residuals


def two_fold(a: Floats, a_columns: Floats, b: Floats, b_columns: Floats) -> TwoFold:
    """Split mean(a) - mean(b) into what pooled coefficients give to the columns, and the rest.

    Parameters
    ----------
    a, b
        Outcome of each unit.
    a_columns, b_columns
        What goes with each: units by columns, without a constant.

    Returns
    -------
    TwoFold
        explained = (mean of a's columns - mean of b's)' beta, beta from one regression in which the side is a column;
        unexplained is the coefficient of the side.

    Raises
    ------
    DataError
        If a column is a copy of others, or there are too few units to tell.

    Notes
    -----
    Reference: Jann, B. (2008). The Stata Journal, 8, 453-479, the pooled decomposition.

    Examples
    --------
    >>> x = np.array([[1.0], [2.0], [3.0], [5.0]])
    >>> parts = two_fold(2 * x[:, 0] + 7, x + 1, 2 * x[:, 0], x)
    >>> print(f"{parts.total:.2f} {parts.explained:.2f} {parts.unexplained:.2f}")
    7.00 2.00 5.00
    """
    columns = np.vstack([a_columns, b_columns])
    side = np.concatenate([np.ones(len(a)), np.zeros(len(b))])
    design = np.column_stack([columns, side, np.ones(len(side))])
    if len(side) <= design.shape[1] or np.linalg.matrix_rank(design) < design.shape[1]:
        raise DataError(
            "a column says nothing that the others do not, or there are too few units to tell",
            where="two_fold",
            mend="leave out a column that is constant or a sum of others",
        )
    fit = sm.OLS(np.concatenate([a, b]), design).fit(cov_type="HC3")
    apart = np.concatenate([np.mean(a_columns, axis=0) - np.mean(b_columns, axis=0), [0.0, 0.0]])
    rest = np.zeros(len(apart))
    rest[-2] = 1.0
    covariance = np.asarray(fit.cov_params())
    one, two, three = (
        float(np.sqrt(max(way @ covariance @ way, 0.0))) for way in (apart + rest, apart, rest)
    )
    explained, unexplained = float(apart @ fit.params), float(rest @ fit.params)
    return TwoFold(
        float(np.mean(a) - np.mean(b)),
        explained,
        unexplained,
        (one, two, three),
        float(fit.df_resid),
    )


def oaxaca(
    a: pd.DataFrame, b: pd.DataFrame, *, outcome: str, columns: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """Difference of the mean rate of two sets of schools, split into a part that goes with columns and the rest.

    Parameters
    ----------
    a, b
        A row for each school: the outcome and the columns, and `end_year`; columns that name a figure are kept.
    outcome
        Column with each school's rate, 0-1.
    columns
        What goes with the schools, such as the low-income share.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, three rows: `oaxaca_total`, `oaxaca_explained`, `oaxaca_unexplained`; the parts add up.

    Raises
    ------
    DataError
        If a side has fewer than 30 schools, a number is missing, or the columns cannot be told apart.

    See Also
    --------
    sesec_analysis.metrics.decomposition.kitagawa : By student groups, exact, and for few schools.

    Notes
    -----
    Reading: `oaxaca_explained` of -.05: by their columns alone, schools of ``a`` would lie five points below ``b``.
    Caution: a description, not a cause. "Explained" excuses nothing: what goes with schools is how they are provided
    for. Schools count alike, whatever their size; withheld schools have no rate and must be left out, and told of.
    Reference: Oaxaca, R. (1973). International Economic Review, 14, 693-709; Blinder, A. S. (1973). Journal of Human
    Resources, 8, 436-455; Jann, B. (2008). The Stata Journal, 8, 453-479.

    Examples
    --------
    >>> share = np.linspace(0.1, 0.9, 30)
    >>> a = pd.DataFrame({"end_year": 2019, "rate": 0.8 - 0.5 * share, "low_income": share})
    >>> b = pd.DataFrame({"end_year": 2019, "rate": 0.7 - 0.5 * share / 2, "low_income": share / 2})
    >>> oaxaca(a, b, outcome="rate", columns=["low_income"])[["measure", "estimate"]].round(3)
                  measure  estimate
    0        oaxaca_total    -0.025
    1    oaxaca_explained    -0.125
    2  oaxaca_unexplained     0.100
    """
    sides = [_numbers(table, name, outcome, columns) for name, table in (("a", a), ("b", b))]
    parts = two_fold(*(array for outcome_and_columns in sides for array in outcome_and_columns))
    estimate = np.array([parts.total, parts.explained, parts.unexplained])
    reach = stats.t.ppf(0.5 + level / 2, parts.freedom) * np.array(parts.errors)
    limits = {f"{name}_low": estimate - reach for name in ("ci", "outer")}
    limits |= {f"{name}_high": estimate + reach for name in ("ci", "outer")}
    table = pd.DataFrame(
        {
            "measure": ["oaxaca_total", "oaxaca_explained", "oaxaca_unexplained"],
            "estimate": estimate,
            "bound_low": estimate,
            "bound_high": estimate,
            **limits,
        }
    )
    given: dict[str, str | int | float] = {"ci_level": level, "coverage": 1.0, "status": "ok"}
    given |= {"unit": "points", "method": _METHOD}
    given |= {name: _one(a[name]) for name in KEYS if name in a.columns}
    given["reference"] = _one(b["organization_id"]) if "organization_id" in b.columns else ""
    for name, value in given.items():
        table[name] = value
    return schema.conform_estimates(table)


def _numbers(
    table: pd.DataFrame, name: str, outcome: str, columns: Sequence[str]
) -> tuple[Floats, Floats]:
    wanted = [outcome, *columns]
    missing = [column for column in ("end_year", *wanted) if column not in table.columns]
    if missing or not columns:
        raise DataError(
            f"the table lacks the column(s) {', '.join(missing) or 'that the difference is to be split by'}",
            where=f"oaxaca, table `{name}`",
            mend="name columns that both tables have",
            known=sorted(table.columns),
        )
    if len(table) < FEWEST_UNITS_A_SIDE:
        raise DataError(
            f"`{name}` has {len(table)} schools, and a regression through so few says nothing",
            where=f"oaxaca, table `{name}`",
            mend=f"take at least {FEWEST_UNITS_A_SIDE} a side, or use `kitagawa` with the student groups",
        )
    if len(table["end_year"].unique()) != 1:
        raise DataError(
            "the schools are of several years",
            where=f"oaxaca, table `{name}`, column end_year",
            mend="take one year a side",
            known=sorted(table["end_year"].unique())[:20],
        )
    values = table[wanted].to_numpy(dtype=float, na_value=np.nan)
    if not np.isfinite(values).all():
        raise DataError(
            "a school has no number in a column",
            where=f"oaxaca, table `{name}`, {int((~np.isfinite(values)).any(axis=1).sum())} row(s)",
            mend="leave out schools whose figures are withheld, and say how many they are",
        )
    return values[:, 0], values[:, 1:]


def _one(column: pd.Series) -> str | int:
    """The value that all rows share, or nothing."""
    if pd.api.types.is_integer_dtype(column):
        return int(column.iloc[0])
    return str(column.iloc[0]) if len(column.unique()) == 1 else ""
