"""Gradients over schools whose counts were published: the fits, and their intervals by the delta method."""

import warnings
from collections.abc import Sequence

import numpy as np
from statsmodels.base.model import LikelihoodModelResults
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.regression.linear_model import WLS
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from sesec_analysis.metrics.gradient_bounds import (
    CONCENTRATION,
    concentration,
    is_separated,
    mid_ranks,
)
from sesec_analysis.polygons import Floats

__all__ = ["fitted_gradients"]

Fit = tuple[float, float, float]
"""Estimate and confidence limits."""


def fitted_gradients(
    names: Sequence[str], k: Floats, n: Floats, place: Floats, level: float
) -> dict[str, Fit | None]:
    """Fit a line and a logit curve to the rates at the mid-ranks; None for a measure that does not exist.

    A standard error is the larger of two: the HC1 sandwich over schools, and that of the counts alone as independent
    binomials. The first is nothing where rates happen to lie on the line; chance is not.
    """
    rank = mid_ranks(place, n)
    sums = k.sum(keepdims=True), np.array([k @ rank])
    x = np.column_stack([np.ones(len(rank)), rank])
    fits: dict[str, Fit | None] = dict.fromkeys(names)
    line = WLS(k / n, x, weights=n).fit(cov_type="HC1", use_t=True)
    p = (k + 0.5) / (n + 1)  # none or all counted is not without chance
    bread = line.normalized_cov_params
    by_chance = bread @ (x * (n * p * (1 - p))[:, None]).T @ x @ bread
    spread = float(np.sum(n / n.sum() * (rank - 0.5) ** 2))
    for name in [name for name in names if name in CONCENTRATION]:
        value = concentration(name, *sums, n.sum()).item()
        if not np.isnan(value):
            reach = _reach(line, by_chance, _tilt(name, line.params, spread), level)
            fits[name] = value, value - reach, value + reach
    if set(names) - set(CONCENTRATION) and not is_separated(*sums, n, rank).item():
        with warnings.catch_warnings():
            # Rates that all lie on the curve are taken for separated ones, which are ruled out above.
            warnings.simplefilter("ignore", PerfectSeparationWarning)
            curve = GLM(np.column_stack([k, n - k]), x, family=Binomial()).fit(
                cov_type="HC1", use_t=True
            )
        fits |= {name: found for name, found in _slopes(curve, level).items() if name in fits}
    return fits


def _tilt(name: str, line: Floats, spread: float) -> Floats:
    """Derivatives of an index by the line's start a and slope b: A = 2 spread b, and the mean is a + b / 2."""
    mean, by_slope = line[0] + line[1] / 2, 2 * spread
    if name in ("absolute_concentration_index", "erreygers_index"):
        return np.array([0.0, by_slope * (4 if name == "erreygers_index" else 1)])
    if name == "relative_concentration_index":
        below, by_mean = mean, 1.0
    else:
        below, by_mean = mean * (1 - mean), 1 - 2 * mean
    loss = by_slope * line[1] * by_mean / below**2
    return np.array([-loss, by_slope / below - loss / 2])


def _slopes(curve: LikelihoodModelResults, level: float) -> dict[str, Fit]:
    start, end = 1 / (1 + np.exp(-np.cumsum(curve.params)))
    by_chance = curve.normalized_cov_params
    by_start, by_end = start * (1 - start), end * (1 - end)
    reach = _reach(curve, by_chance, np.array([by_end - by_start, by_end]), level)
    times = np.exp(_reach(curve, by_chance, np.array([start - end, 1 - end]), level))
    gap, ratio = float(end - start), float(end / start)
    return {
        "slope_index_of_inequality": (gap, gap - reach, gap + reach),
        "relative_index_of_inequality": (ratio, ratio / times, ratio * times),
    }


def _reach(fit: LikelihoodModelResults, by_chance: Floats, gradient: Floats, level: float) -> float:
    """Half the width of the interval: t times the larger standard error."""
    (limits,) = fit.t_test(np.array([1.0, 0.0]), cov_p=np.eye(2)).conf_int(1 - level)
    variance = max(gradient @ cov @ gradient for cov in (fit.cov_params(), by_chance))
    return float((limits[1] - limits[0]) / 2 * np.sqrt(variance))
