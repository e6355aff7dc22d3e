"""The regression behind a trend: which rows make one series, whether a model of them exists, and the model itself."""

import warnings
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM, GLMResultsWrapper
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from sesec_analysis.errors import DataError
from sesec_analysis.metrics.claims import Side
from sesec_analysis.metrics.questions import KEYS, single_rows
from sesec_analysis.polygons import Floats, Positions
from sesec_analysis.words import mark

__all__ = ["MODEL", "Students", "asked", "series_columns", "trend_model"]

MODEL = (
    "binomial regression on the year (statsmodels), mean marginal effect of a year, delta interval"
)

_TOLERANCE = 1e-12
"""Of the deviance. Standard errors are those of the round before: statsmodels' own 1e-8 shows in their sixth digit."""

_FIGURE = ["indicator", "grade_level", "student_group_type", "student_group"]
_ORGANIZATION = ["organization_level", "organization_id"]


def trend_model(
    obs: pd.DataFrame, *, cluster: str | None = None, effects: str | None = None
) -> GLMResultsWrapper:
    """Fitted model behind a `trend`, with everything that statsmodels offers: summary, residuals, predictions.

    Parameters
    ----------
    obs, cluster, effects
        As `trend`, of one series in which every count was published.

    Returns
    -------
    statsmodels.genmod.generalized_linear_model.GLMResultsWrapper
        The last coefficient is that of the year.

    Raises
    ------
    DataError
        As `trend`; or if there are several series, a count is withheld, or no such model exists.

    Notes
    -----
    Reading: coefficients are log odds; `trend` turns them into points.
    Caution: one model is one choice; look at its residuals.
    Reference: as `trend`.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": [2018, 2019], "status": "reported", "numerator": [50, 60], "denominator": 100}))
    >>> print(f"{trend_model(obs).params[-1]:.4f} {np.log(60 / 40):.4f}")
    0.4055 0.4055
    """
    rows, side = asked(obs, cluster, effects, 0.95)
    students = Students.of(rows, side, np.flatnonzero(~side.absent), cluster, effects)
    series = len(
        rows[[*_FIGURE, *_ORGANIZATION[: 2 * (cluster is effects is None)]]].drop_duplicates()
    )
    fault = students.fault() if students.exact else "a count is withheld"
    if series > 1 or fault:
        raise DataError(
            f"there is no one model: {f'{series} series' if series > 1 else fault}",
            where="trend_model",
            mend="keep one series with published counts; `trend` gives bounds where counts are withheld",
        )
    return students.fitted()


@dataclass(frozen=True)
class Students:
    """Counts of one series, a cell each, and what the model is told of them."""

    k: Floats
    n: Floats
    year: Floats
    clusters: Positions | None
    effects: Positions
    exact: bool
    words: str

    @classmethod
    def of(
        cls, rows: pd.DataFrame, side: Side, at: Positions, cluster: str | None, effects: str | None
    ) -> "Students":
        """Take the cells at these positions."""
        clusters = None if cluster is None else pd.factorize(rows[cluster].iloc[at])[0]
        own = np.zeros(len(at), dtype=np.int64)
        words = "" if effects is None else f"; each {effects} with its own level"
        if clusters is not None:
            words += (
                f"; clustered by {cluster}, t with {clusters.max(initial=0)} degrees of freedom"
            )
        return cls(
            k=side.known.k_low[at],
            n=side.known.n_low[at],
            year=rows["end_year"].to_numpy(dtype=np.float64)[at],
            clusters=clusters,
            effects=own if effects is None else pd.factorize(rows[effects].iloc[at])[0],
            exact=bool(side.known.exact[at].all()),
            words=words,
        )

    def fault(self) -> str:
        """Say why the model has no solution; empty if it has one."""
        if len(set(self.year.tolist())) < 2:
            return mark("fewer than two years")
        if self.clusters is not None and self.clusters.max() < 1:
            return mark("one cluster tells nothing of the spread between clusters")
        if self.clusters is not None and len(self.k) <= self.effects.max() + 2:
            return mark("no more cells than coefficients")
        met, unmet = self.k > 0, self.n > self.k
        separate = [True, True]  # upwards, downwards
        for own in range(int(self.effects.max()) + 1):
            one = self.effects == own
            yes, no = self.year[one & met], self.year[one & unmet]
            if not len(yes) or not len(no):
                return mark("all students or none are counted")
            separate[0] &= no.max() <= yes.min()
            separate[1] &= yes.max() <= no.min()
        return "years in which all or none are counted determine it" if any(separate) else ""

    def fitted(self) -> GLMResultsWrapper:
        """Fit the model; its last coefficient is that of the year."""
        levels = np.eye(int(self.effects.max()) + 1)[self.effects]
        design = np.column_stack([levels, self.year - self.year.mean()])
        model = GLM(np.column_stack([self.k, self.n - self.k]), design, family=Binomial())
        # As many cells as coefficients (two years) are met exactly: to statsmodels that looks like separation, which
        # `fault` has ruled out, and it divides a scale that the binomial family never uses by 0.
        with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
            warnings.simplefilter("ignore", PerfectSeparationWarning)
            if self.clusters is None:
                return model.fit(tol=_TOLERANCE)
            groups = {"groups": self.clusters, "df_correction": True}
            return model.fit(tol=_TOLERANCE, cov_type="cluster", cov_kwds=groups, use_t=True)

    def effect(self, level: float) -> tuple[float, float]:
        """Mean marginal effect of a year over students, and how far its interval reaches to either side."""
        fitted = self.fitted()
        p, share, design = fitted.fittedvalues, self.n / self.n.sum(), fitted.model.exog
        spread, slope = share * p * (1 - p), fitted.params[-1]
        gradient = slope * (spread * (1 - 2 * p)) @ design
        gradient[-1] += spread.sum()
        low, high = fitted.t_test(gradient).conf_int(alpha=1 - level)[0]
        binomial = np.sqrt(gradient @ fitted.normalized_cov_params @ gradient)
        z = NormalDist().inv_cdf(0.5 + level / 2)
        return slope * spread.sum(), max((high - low) / 2, z * binomial)


def asked(
    obs: pd.DataFrame, cluster: str | None, effects: str | None, level: float
) -> tuple[pd.DataFrame, Side]:
    """Rows of the years and what is known of each; refuses what makes no series."""
    rows, side = single_rows(obs, None, level)
    named = [name for name in (cluster, effects) if name is not None]
    if not set(named) <= set(KEYS):
        raise DataError(
            f"{named[-1]!r} is no key column", mend="name a column of the key", known=KEYS
        )
    levels = sorted(set(rows["organization_level"]))
    if named and len(levels) > 1:
        raise DataError(
            "a district and its schools share students and make no one series",
            where="trend, column organization_level",
            mend="keep one organization_level",
            known=levels,
        )
    return rows, side


def series_columns(cluster: str | None, effects: str | None) -> list[str]:
    """Columns that name a series: with clusters or effects, all organizations are in it together."""
    return _FIGURE if cluster or effects else [*_ORGANIZATION, *_FIGURE]
