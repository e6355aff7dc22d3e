"""Named confidence intervals for whole columns at once: the only module that calls statsmodels' proportions.

`wilson`, `newcombe_difference` and `log_adjusted_ratio` take exact counts. Those named `outer_` take `KnownCounts`,
counts known only within bounds, and return limits that hold the interval of the truth, whatever the truth is.
Counts may be fractional; where there are no students (n = 0) every limit is NaN.
"""

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from sesec_analysis.bounds import Flags, Floats, KnownCounts

__all__ = [
    "log_adjusted_ratio",
    "newcombe_difference",
    "outer_difference",
    "outer_rate",
    "outer_ratio",
    "wilson",
]


def wilson(k: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Wilson's score interval of a rate k / n.

    Parameters
    ----------
    k, n
        Students counted, of how many.
    level
        Confidence level, 0-1.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper limits.

    Notes
    -----
    Reading: the rates p for which a count as far from n * p as k is no surprise at this level.
    Reference: Wilson, E. B. (1927). Journal of the American Statistical Association, 22, 209-212.

    Examples
    --------
    >>> low, high = wilson(18, 20)
    >>> print(f"{low:.4f} {high:.4f}")
    0.6990 0.9721
    """
    k, n, empty = _counts(k, n)
    low, high = proportion_confint(k, n, alpha=1 - level, method="wilson")
    return _unless(empty, low, high)


def newcombe_difference(
    k: ArrayLike, n: ArrayLike, reference_k: ArrayLike, reference_n: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Newcombe's hybrid score interval of a difference of two independent rates.

    Parameters
    ----------
    k, n
        Students counted, of how many, in the group.
    reference_k, reference_n
        The same in the reference.
    level
        Confidence level, 0-1.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper limits of ``k / n - reference_k / reference_n``.

    Notes
    -----
    The distances from each rate to its Wilson limits are squared and added, so that the interval is skewed as it
    should be for rates near 0 or 1, has width at zero counts, and never leaves -1 to 1.
    Reference: Newcombe, R. G. (1998). Statistics in Medicine, 17, 873-890, method 10.

    Examples
    --------
    >>> low, high = newcombe_difference(56, 70, 48, 80)
    >>> print(f"{low:.4f} {high:.4f}")
    0.0524 0.3339
    """
    k, n, empty = _counts(k, n)
    reference_k, reference_n, reference_empty = _counts(reference_k, reference_n)
    low, high = confint_proportions_2indep(
        k, n, reference_k, reference_n, compare="diff", method="newcomb", alpha=1 - level
    )
    return _unless(empty | reference_empty, low, high)


def log_adjusted_ratio(
    k: ArrayLike, n: ArrayLike, reference_k: ArrayLike, reference_n: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Log interval, one half added to every count, of a ratio of two independent rates.

    Parameters
    ----------
    k, n
        Students counted, of how many, in the group.
    reference_k, reference_n
        The same in the reference.
    level
        Confidence level, 0-1.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper limits of ``(k / n) / (reference_k / reference_n)``.

    Notes
    -----
    Two edges are mended, where the formula would claim what it cannot know. At k = 0 the lower limit is 0, and at
    reference_k = 0 the upper limit is infinite, as in Koopman's score interval: the half added there would
    otherwise shut out the observed ratio itself. Where both rates are 1 the formula has no width; the limits are then
    those of Zou and Donner from Wilson's, ``l`` and ``1 / l'``.

    References
    ----------
    Walter, S. D. (1975). Biometrika, 62, 371-374, studied in Fagerland, M. W., Lydersen, S. and Laake, P. (2015).
    Statistical Methods in Medical Research, 24, 224-254.

    Zou, G. Y. and Donner, A. (2008). Statistics in Medicine, 27, 1693-1702.

    Examples
    --------
    >>> low, high = log_adjusted_ratio(7, 34, 1, 34)
    >>> print(f"{low:.2f} {high:.0f}")
    0.92 27
    """
    k, n, empty = _counts(k, n)
    reference_k, reference_n, reference_empty = _counts(reference_k, reference_n)
    low, high = confint_proportions_2indep(
        k, n, reference_k, reference_n, compare="ratio", method="log-adjusted", alpha=1 - level
    )
    low = np.where(k == 0, 0.0, low)
    high = np.where(reference_k == 0, np.inf, high)
    everyone = (k == n) & (reference_k == reference_n)
    low = np.where(everyone, wilson(n, n, level)[0], low)
    high = np.where(everyone, 1 / wilson(reference_n, reference_n, level)[0], high)
    return _unless(empty | reference_empty, low, high)


def outer_rate(known: KnownCounts, level: float = 0.95) -> tuple[Floats, Floats]:
    """Limits that hold the Wilson interval of every rate within what is known."""
    # Wilson's lower limit L solves n * (p - L)^2 = z^2 * L * (1 - L). It rises with p, and with n it closes up on p
    # from below; so over the polygon it is lowest at the lowest rate of the fewest students. Upper: mirrored.
    n = _fewest(known)
    low, _ = wilson(_at(known.value_low, n, known), n, level)
    _, high = wilson(_at(known.value_high, n, known), n, level)
    return low, high


def outer_difference(
    known: KnownCounts, reference: KnownCounts, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Limits that hold the Newcombe interval of every difference within what is known."""
    # The lower limit is p - q - sqrt(a^2 + b^2), with a = p - L(p) and b = U(q) - q. Its slope in p is
    # 1 - a * a' / sqrt(a^2 + b^2), and a' = 1 - L' <= 1 because L rises with p: so the slope is never negative.
    # Likewise it never rises with q, and more students only shrink a and b. Hence it is lowest at the group's
    # lowest rate, the reference's highest, and the fewest students of both. Upper: mirrored.
    n, reference_n = _fewest(known), _fewest(reference)
    lowest, highest = _at(known.value_low, n, known), _at(known.value_high, n, known)
    reference_lowest = _at(reference.value_low, reference_n, reference)
    reference_highest = _at(reference.value_high, reference_n, reference)
    low, _ = newcombe_difference(lowest, n, reference_highest, reference_n, level)
    _, high = newcombe_difference(highest, n, reference_lowest, reference_n, level)
    return low, high


def outer_ratio(
    known: KnownCounts, reference: KnownCounts, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Limits that hold the adjusted log interval of every ratio within what is known."""
    # The limits are log r - log s -+ z * sqrt(v + w), r and s the adjusted rates, v and w their variances. Taking the
    # least r, the most s and the most v and w, each over its whole polygon, can only reach too far, never too short.
    z = NormalDist().inv_cdf(0.5 + level / 2)
    least, most = _adjusted_rates(known)
    reference_least, reference_most = _adjusted_rates(reference)
    reach = np.exp(z * np.sqrt(_most_variance(known) + _most_variance(reference)))
    low = least / reference_most / reach
    high = most / np.where(reference_least > 0, reference_least, 1.0) * reach
    # The mended edges of the interval itself, wherever the truth could stand on one.
    low = np.where(known.value_low <= 0, 0.0, low)
    high = np.where(reference.value_low <= 0, np.inf, high)
    everyone = np.flatnonzero((known.value_high >= 1) & (reference.value_high >= 1))
    n, reference_n = _fewest(known)[everyone], _fewest(reference)[everyone]
    low[everyone] = np.minimum(low[everyone], wilson(n, n, level)[0])
    high[everyone] = np.maximum(high[everyone], 1 / wilson(reference_n, reference_n, level)[0])
    return low, high


def _counts(k: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats, Flags]:
    """Make counts floats and flag rows without students, there 0 of 1, so that nothing divides by zero."""
    k, n = np.asarray(k, dtype=float), np.asarray(n, dtype=float)
    empty = ~(n > 0) | np.isnan(k)
    if empty.any() or k.shape != n.shape:
        k, n = np.where(empty, 0.0, k), np.where(empty, 1.0, n)
    return k, n, empty


def _unless(empty: Flags, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    if empty.any():
        return np.where(empty, np.nan, low), np.where(empty, np.nan, high)
    return np.asarray(low), np.asarray(high)


def _fewest(known: KnownCounts) -> Floats:
    """Fewest students for which a rate exists at all: one."""
    return np.maximum(known.n_low, 1.0)


def _at(value: Floats, n: Floats, known: KnownCounts) -> Floats:
    """Count that gives ``value`` among ``n``; where the count was published, that count to the last bit."""
    return np.where(known.exact, known.k_low, value * n)


def _adjusted_rates(known: KnownCounts) -> tuple[Floats, Floats]:
    """Least and most of (k + 1/2) / (n + 1/2)."""
    # Along k = constant and along k = p * n (p <= 1) it falls as n grows: least at the most students, most at the
    # fewest. Without a cap on n it tends to p.
    capped = np.isfinite(known.n_high)
    n = np.where(capped, known.n_high, 1.0)
    least = (np.maximum(known.k_low, known.value_low * n) + 0.5) / (n + 0.5)
    n = known.n_low
    most = (np.minimum(known.k_high, known.value_high * n) + 0.5) / (n + 0.5)
    return np.where(capped, least, known.value_low), most


def _most_variance(known: KnownCounts) -> Floats:
    """Most of 1 / (k + 1/2) - 1 / (n + 1/2): the fewest counted, among the most students."""
    k = np.maximum(known.k_low, known.value_low * known.n_low)
    return 1 / (k + 0.5) - 1 / (known.n_high + 0.5)
