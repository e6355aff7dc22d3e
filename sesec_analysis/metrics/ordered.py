"""Counts of two groups in ordered levels → where one stands against the other: ordered probit, maximum likelihood."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from sesec_analysis.errors import DataError
from sesec_analysis.polygons import Floats, Positions

__all__ = ["LevelFit", "fit_levels", "usable_cuts"]

_ROUNDS, _HALVINGS = 200, 40
_DONE = 1e-10  # change of the log-likelihood per student


@dataclass(frozen=True)
class LevelFit:
    r"""The line :math:`\Phi^{-1}F_{group} = c + m\,\Phi^{-1}F_{reference}`, F the share at or below a cut.

    With the reference's mean 0 and spread 1, the group's mean is -c / m and its spread 1 / m.
    """

    intercept: float
    slope: float
    variance: Floats  # of intercept and log slope
    cuts: int

    @property
    def mean(self) -> float:
        """Mean of the group, the reference's being 0."""
        return -self.intercept / self.slope

    @property
    def spread(self) -> float:
        """Standard deviation of the group, the reference's being 1."""
        return 1 / self.slope

    @property
    def v(self) -> float:
        """Ho and Reardon's V, group less reference, in pooled standard deviations."""
        return float(-np.sqrt(2) * self.intercept / np.sqrt(1 + self.slope**2))

    @property
    def v_error(self) -> float:
        """Standard error of `v`, by the delta method."""
        scale = 1 + self.slope**2
        rise = np.array([1.0, -self.intercept * self.slope**2 / scale]) * np.sqrt(2 / scale)
        return float(np.sqrt(rise @ self.variance @ rise))


def usable_cuts(group: ArrayLike, reference: ArrayLike) -> Positions:
    """Cuts (0: above the first level) that some but not all of each side pass, and at which both sides move on.

    Examples
    --------
    >>> usable_cuts([0, 5, 7, 9], [3, 4, 8, 0])
    array([1])
    """
    used, last = [], (0.0, 0.0)
    sums = [np.cumsum(np.asarray(counts, dtype=float)) for counts in (group, reference)]
    for cut, below in enumerate(zip(*(total[:-1] for total in sums), strict=True)):
        rising = all(here > there for here, there in zip(below, last, strict=True))
        if rising and all(here < total[-1] for here, total in zip(below, sums, strict=True)):
            used.append(cut)
            last = below
    return np.array(used, dtype=np.int64)


def fit_levels(group: ArrayLike, reference: ArrayLike) -> LevelFit | None:
    """Fit the heteroskedastic ordered probit to counts of two groups, or None with fewer than two usable cuts.

    Parameters
    ----------
    group, reference
        Students in each level, lowest first; fractions, as from published shares, will do.

    Returns
    -------
    LevelFit or None
        Intercept, slope and their variance.

    Raises
    ------
    DataError
        If the two have not the same number of levels, or a count is negative or unknown.

    Notes
    -----
    Method: Fisher's scoring from the least-squares line, steps halved until the likelihood does not fall. The cuts are
    estimated along with the line, so that the errors of both groups count.
    Reference: Reardon, S. F., Shear, B. R., Castellano, K. E. and Ho, A. D. (2017). Journal of Educational and
    Behavioral Statistics, 42, 3-45.

    Examples
    --------
    >>> fit = fit_levels([266, 468, 214, 52], [159, 341, 288, 212])
    >>> print(f"{fit.intercept:.2f} {fit.slope:.2f} {fit.v:.2f} {fit.v_error:.3f}")
    0.62 1.25 -0.55 0.049
    """
    counts = np.array([np.asarray(group, dtype=float), np.asarray(reference, dtype=float)])
    if not np.all(counts >= 0) or not np.all(np.isfinite(counts)):
        raise DataError(
            "a count of a level is negative or unknown",
            where="fit_levels",
            mend="give whole tables; a withheld count has no likelihood",
        )
    cuts = usable_cuts(*counts)
    if len(cuts) < 2:
        return None
    merged = np.add.reduceat(counts, np.concatenate([[0], cuts + 1]), axis=1)
    theta = _scored(merged, _start(merged))
    _, information = _slope_and_information(merged, theta)
    spread = np.asarray(np.linalg.inv(information), dtype=np.float64)
    return LevelFit(float(theta[-2]), float(np.exp(theta[-1])), spread[-2:, -2:], len(cuts))


def _start(counts: Floats) -> Floats:
    shares = np.cumsum(counts, axis=1)[:, :-1] / counts.sum(axis=1, keepdims=True)
    y, x = special.ndtri(shares)
    slope = np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)
    return np.concatenate([x, [y.mean() - slope * x.mean(), np.log(slope)]])


def _scored(counts: Floats, theta: Floats) -> Floats:
    students, now = counts.sum(), _likelihood(counts, theta)
    for _ in range(_ROUNDS):
        slope, information = _slope_and_information(counts, theta)
        step = np.linalg.solve(information, slope)
        for _ in range(_HALVINGS):
            then = _likelihood(counts, theta + step)
            if then >= now:
                break
            step = step / 2
        else:
            return theta  # no step rises: the top, to the last bit
        theta, gained, now = theta + step, then - now, then
        if gained <= _DONE * students and np.abs(step).max() < 1e-9:
            break
    return theta


def _points(theta: Floats) -> Floats:
    """Where the cuts stand for each group, on its own normal scale."""
    cuts, intercept, slope = theta[:-2], theta[-2], np.exp(theta[-1])
    return np.array([intercept + slope * cuts, cuts])


def _chances(points: Floats) -> Floats:
    edge = np.ones((2, 1))
    return np.diff(np.hstack([0 * edge, special.ndtr(points), edge]), axis=1)


def _likelihood(counts: Floats, theta: Floats) -> float:
    if np.any(np.diff(theta[:-2]) <= 0) or abs(theta[-1]) > 50:
        return -np.inf
    chance = _chances(_points(theta))
    if np.any((chance <= 0) & (counts > 0)):
        return -np.inf
    return float(np.sum(counts * np.log(np.where(counts > 0, chance, 1.0))))


def _slope_and_information(counts: Floats, theta: Floats) -> tuple[Floats, Floats]:
    """Slope of the log-likelihood, and Fisher's expected information."""
    points, slope = _points(theta), np.exp(theta[-1])
    density = np.exp(-(points**2) / 2) / np.sqrt(2 * np.pi)
    size = points.shape[1]
    moves = np.zeros((2, size, size + 2))  # of each point with each parameter
    moves[0, :, :size], moves[1, :, :size] = slope * np.eye(size), np.eye(size)
    moves[0, :, -2], moves[0, :, -1] = 1.0, slope * theta[:-2]
    edge = np.zeros((2, 1, size + 2))
    change = np.diff(np.concatenate([edge, density[:, :, None] * moves, edge], axis=1), axis=1)
    chance = np.maximum(_chances(points), 1e-300)
    rise = np.einsum("gl,glp->p", counts / chance, change)
    weight = counts.sum(axis=1, keepdims=True) / chance
    return rise, np.einsum("gl,glp,glq->pq", weight, change, change)
