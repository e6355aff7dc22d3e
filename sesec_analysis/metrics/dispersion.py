"""Chance and variety of many schools: limits that chance sets, and how much more they differ than it lets them."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from sesec_analysis.errors import DataError
from sesec_analysis.polygons import Floats

__all__ = ["WINSORIZED", "between_variance", "funnel_limits", "overdispersion", "poisson_limits"]

WINSORIZED = 0.1
"""Share of schools at each end whose distance is drawn in, so that the odd ones do not make all others ordinary."""


def funnel_limits(n: ArrayLike, target: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Exact binomial limits of the rate of n students whose chance is the target.

    Parameters
    ----------
    n
        Students, at least one.
    target
        The rate that all are compared to, 0-1.
    level
        Chance to lie within; a funnel shows .95 and .998.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper limits.

    Notes
    -----
    Between the two whole counts that bracket the chance a limit is interpolated, so that it moves smoothly with n. The
    upper limit is the lower one of those not counted, so that a count lies beyond either limit exactly if the chance of
    one as extreme is at most (1 - level) / 2; read off the same side, the upper limit would be one count too near.
    Reference: Spiegelhalter, D. J. (2005). Statistics in Medicine, 24, 1185-1202, appendix A.1.1.

    Examples
    --------
    >>> low, high = funnel_limits([20, 200], 0.5)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.256, 0.428], [0.744, 0.572])
    """
    n, target = np.broadcast_arrays(np.asarray(n, dtype=float), np.asarray(target, dtype=float))
    chance = (1 - level) / 2
    return _lower(n, target, chance), 1 - _lower(n, 1 - target, chance)


def _lower(n: Floats, target: Floats, chance: float) -> Floats:
    count = stats.binom.ppf(chance, n, target)
    here, before = stats.binom.cdf(count, n, target), stats.binom.cdf(count - 1, n, target)
    over = np.divide(here - chance, here - before, out=np.zeros(n.shape), where=here > before)
    return np.asarray(np.clip((count - over) / n, 0.0, 1.0))


def poisson_limits(expected: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Limits of events seen over events expected, where one student may have several: around 1.

    Notes
    -----
    The exact interval of a count equal to the expected one, as NHS funnel plots draw it.
    Reference: Garwood, F. (1936). Biometrika, 28, 437-442.

    Examples
    --------
    >>> low, high = poisson_limits([15, 30])
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([0.5597, 0.6747], [1.6493, 1.4276])
    """
    expected, tail = np.asarray(expected, dtype=float), (1 - level) / 2
    low = stats.chi2.ppf(tail, 2 * expected) / (2 * expected)
    return low, stats.chi2.isf(tail, 2 * (expected + 1)) / (2 * expected)


def overdispersion(z: ArrayLike, *, winsorized: float = WINSORIZED) -> float:
    """How much more schools vary than by chance: the mean of their squared distances.

    By chance alone it is about 1 if none is drawn in, and about .68 with a tenth drawn in at each end: it errs towards
    no more than chance, so that no variety is read into it that may be due to a few.

    Parameters
    ----------
    z
        Distance of each school from the target, in standard errors.
    winsorized
        Share at each end that is drawn in to the quantile there.

    Examples
    --------
    >>> overdispersion([-2.0, -1.0, 0.0, 1.0, 2.0], winsorized=0)
    2.0
    """
    z = np.asarray(z, dtype=float)
    if not z.size or not np.all(np.isfinite(z)) or not 0 <= winsorized < 0.5:
        raise DataError(
            "there is no school, a distance is unknown, or half or more of the schools would be drawn in",
            where="overdispersion",
            mend="give the distances of schools with exact counts",
        )
    low, high = np.quantile(z, [winsorized, 1 - winsorized])
    return float(np.mean(np.clip(z, low, high) ** 2))


def between_variance(phi: float, error: ArrayLike) -> float:
    """Variance of schools' true rates that an overdispersion implies; 0 if it is no more than chance gives.

    Parameters
    ----------
    phi
        As `overdispersion` gives it.
    error
        Standard error of each school's rate.

    Notes
    -----
    tau^2 = (I phi - (I - 1)) / (sum w - sum w^2 / sum w), w = 1 / error^2, I schools.
    Reference: DerSimonian, R. and Laird, N. (1986). Controlled Clinical Trials, 7, 177-188, as used by Spiegelhalter,
    D. J. et al. (2012). Journal of the Royal Statistical Society A, 175, 1-25.

    Examples
    --------
    >>> print(f"{between_variance(3.0, [0.1, 0.1, 0.1]):.3f}")
    0.035
    """
    weight = 1 / np.asarray(error, dtype=float) ** 2
    count, total = weight.size, weight.sum()
    left = total - np.sum(weight**2) / total
    excess = count * phi - (count - 1)
    return float(max(0.0, excess / left)) if count > 1 else 0.0  # one school tells of no variety
