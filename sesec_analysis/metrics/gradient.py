"""Gradient: how a rate changes over schools in the order of another share, such as low-income families.

OBSERVATIONS of schools in, ESTIMATES of their place out: concentration indices, and the slope from end to end.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from sesec_analysis import bounds, schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.claims import Measure, Numbers, Side, claim
from sesec_analysis.metrics.gradient_bounds import (
    CONCENTRATION,
    concentration_bounds,
    mid_ranks,
    outer_concentration_bounds,
    slope_bounds,
)
from sesec_analysis.metrics.gradient_fits import fitted_gradients
from sesec_analysis.metrics.questions import single_rows
from sesec_analysis.polygons import Floats, Known

__all__ = ["MEASURES", "gradients"]

_SLOPES = ("slope_index_of_inequality", "relative_index_of_inequality")
MEASURES = (*CONCENTRATION, *_SLOPES)
_UNITS = {
    **dict.fromkeys(CONCENTRATION, "index"),
    "slope_index_of_inequality": "points",
    "relative_index_of_inequality": "ratio",
}
_FIGURE = ["indicator", "end_year", "grade_level", "student_group_type", "student_group"]
_FEWEST = 3
_LARGER = (
    "the larger of the HC1 and the binomial standard error, t with schools - 2 degrees of freedom"
)
_LINE = f"least squares on the mid-rank, delta method; {_LARGER} (statsmodels)"
_CURVE = f"binomial logit on the mid-rank, delta method; {_LARGER} (statsmodels)"
_FEW = (
    f"not calculated: fewer than {_FEWEST} schools with students, or all at one place in the order"
)
_NO_CURVE = "not calculated: no logit curve fits; all counted students, or none, are at one end of the order"
_NO_RATE = "not calculated: nobody counted, or everybody; not defined there"
_NO_ORDER = "not shown: the ranking is withheld where it would decide which school comes first"
_NO_SIZE = "not shown: sizes of schools are withheld, and no bound is worked out"
_NOTHING = "not shown: the suppression bounds are all that the measure can be"
_WHOLE = {
    "absolute_concentration_index": (-0.25, 0.25),
    "relative_index_of_inequality": (0.0, np.inf),
}
_SHARP = "range only; suppression bounds sharp, counts along their extreme paths; no outer interval"
_OUTER = "range only; suppression bounds outer, not sharp: sizes of schools are withheld; no outer interval"
_CLOSE = (
    "range only; suppression bounds outer, nearly sharp, counts along their extreme paths in pieces; "
    "no outer interval"
)


def gradients(
    obs: pd.DataFrame,
    *,
    ranking: pd.DataFrame | Mapping[str, float],
    organization_id: str,
    organization_name: str,
    measures: Sequence[str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    r"""Gradient of a rate over the schools of a place, ranked from the highest value of ``ranking`` to the lowest.

    With the share w, rate p and mid-rank R of each school (students before it, plus half its own, of all) and the mean
    rate m, in the names of `MEASURES`:

    - `absolute_concentration_index` A = :math:`2\sum w (p - m)(R - \frac12)`; `relative_concentration_index` = A / m;
    - `erreygers_index` = 4 A; `wagstaff_index` = A / (m (1 - m)): for rates, which end at 0 and 1;
    - `slope_index_of_inequality` = :math:`\hat p(1) - \hat p(0)`, `relative_index_of_inequality` =
      :math:`\hat p(1) / \hat p(0)`, of the curve :math:`\hat p(R) = 1 / (1 + e^{-a - bR})` fitted to k of n.

    Parameters
    ----------
    obs
        OBSERVATIONS of schools with counts; each indicator, year, grade and student group is a gradient of its own.
    ranking
        What ranks the schools, by organization_id: numbers, or OBSERVATIONS with one row for each school, such as the
        share of low-income students a year before. Schools alike in it share one mid-rank.
    organization_id, organization_name
        The place that the schools make up.
    measures
        Some of `MEASURES`; None for all.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of the place. Fewer than three schools with students, or a curve that does not exist, are `undefined`;
        a withheld ranking that leaves the order open, and withheld sizes for the two slopes, `suppressed`.

    Raises
    ------
    DataError
        If a school has no place in the ranking, or two; rows are of several organization levels; a measure is unknown;
        or two rows speak of one figure.

    Notes
    -----
    Reading: above 0 (ratio: 1), the rate is higher toward the end of the order: with a ranking by low-income share,
    in the schools that serve the fewest low-income students. 0 is no gradient.
    Caution: a gradient over schools says nothing of the students inside one. Universal meals inflate some ranking
    shares. With few schools the interval is wide, and it never falls under the chance of the students' own counts.
    Reference: Kakwani, N., Wagstaff, A. and van Doorslaer, E. (1997). Journal of Econometrics, 77, 87-103;
    Erreygers, G. (2009). Journal of Health Economics, 28, 504-515; Wagstaff, A. (2005). Health Economics, 14, 429-432;
    Mackenbach, J. P. and Kunst, A. E. (1997). Social Science & Medicine, 44, 757-771 (slopes).

    Examples
    --------
    >>> obs = schema.conform_observations(pd.DataFrame({
    ...     "indicator": "ela_met", "end_year": 2019, "organization_level": "school", "status": "reported",
    ...     "organization_id": list("abcd"), "student_group": "all",
    ...     "numerator": [40, 55, 60, 75], "denominator": 100}))
    >>> table = gradients(obs, ranking={"a": 0.8, "b": 0.6, "c": 0.5, "d": 0.1},
    ...     organization_id="southeast", organization_name="Southeast")
    >>> table[["measure", "estimate", "ci_low", "ci_high"]].iloc[[0, 4]].round(3)
                            measure  estimate  ci_low  ci_high
    0  absolute_concentration_index     0.069   0.013    0.125
    4     slope_index_of_inequality     0.427   0.098    0.755
    """
    keys, _ = single_rows(obs, None, level)
    names = _asked(measures)
    odd = keys.loc[pd.factorize(keys["organization_level"])[0] > 0, "organization_id"]
    _refuse_schools(odd.tolist(), "is of another organization_level than the rows before it")
    place = _places(ranking, keys["organization_id"].unique().tolist())
    rows = obs.reset_index(drop=True)
    heads = keys.drop_duplicates(_FIGURE).assign(
        organization_level="place",
        organization_id=organization_id,
        organization_name=organization_name,
    )
    side = Side.of(bounds.pool(rows, by=[*_FIGURE, "unit"])) if len(rows) else None
    found: dict[str, list[_Answer]] = {name: [] for name in names}
    for _, part in rows.groupby(_FIGURE, sort=False):
        schools = _Schools.of(part, place)
        for name, answer in schools.answers(names, level).items():
            found[name].append(answer)
    tables = (
        [] if side is None else [_table(heads, name, found[name], side, level) for name in names]
    )
    out = pd.concat(tables) if tables else schema.conform_estimates(keys)
    out = out.sort_index(kind="stable").reset_index(drop=True)
    out.attrs = dict(obs.attrs)
    return out


@dataclass(frozen=True)
class _Answer:
    """One measure of one slice: point, bounds and confidence limits, or the words that say why there are none."""

    point: float = np.nan
    low: float = np.nan
    high: float = np.nan
    ci: tuple[float, float] = (np.nan, np.nan)
    words: str = ""
    undefined: bool = False
    silent: bool = False


@dataclass(frozen=True)
class _Schools:
    """One slice: the schools that have students."""

    known: Known
    place: Floats  # number in the order; equal where schools are alike
    ordered: bool  # whether no withheld ranking leaves the order open

    @classmethod
    def of(cls, part: pd.DataFrame, place: Mapping[str, tuple[float, float]]) -> Self:
        known = Known.of(part)
        there = np.flatnonzero(known.n_high > 0)
        limits = [place[school] for school in part["organization_id"].iloc[there]]
        low, high = np.array(limits).reshape(-1, 2).T
        order = np.argsort(-high, kind="stable")
        # The order is certain if no school's range reaches above the lowest value of those before it.
        before = np.minimum.accumulate(low[order])[:-1]
        later, same = high[order][1:], (low == high)[order]
        certain = (later < before) | ((later == before) & same[1:] & same[:-1])
        return cls(known.take(there), -high, bool(np.all(certain)))

    def answers(self, names: Sequence[str], level: float) -> dict[str, _Answer]:
        known = self.known
        if not self.ordered:
            return dict.fromkeys(names, _Answer(words=_NO_ORDER, silent=True))
        if len(known.exact) < _FEWEST or np.all(self.place == self.place[0]):
            return dict.fromkeys(names, _Answer(words=_FEW, undefined=True))
        if not np.all(np.isfinite(known.n_high)):
            return dict.fromkeys(names, _Answer(words=_NO_SIZE, silent=True))
        if np.all(known.exact):
            fits = fitted_gradients(names, known.k_low, known.n_low, self.place, level)
            return {name: _fitted(name, fits[name]) for name in names}
        if np.all(known.n_low == known.n_high):
            return self._within_bounds(names)
        return {
            name: _range(name, outer_concentration_bounds(name, known, self.place), _OUTER)
            if name in CONCENTRATION
            else _Answer(words=_NO_SIZE, silent=True)
            for name in names
        }

    def _within_bounds(self, names: Sequence[str]) -> dict[str, _Answer]:
        known, n = self.known, self.known.n_low
        least = np.fmax(known.k_low, known.value_low * n)
        most = np.fmax(np.fmin(known.k_high, known.value_high * n), least)
        rank = mid_ranks(self.place, n)
        slopes = slope_bounds(least, most, n, rank) if set(names) & set(_SLOPES) else {}
        return {
            name: _range(name, concentration_bounds(name, least, most, n, rank), _SHARP)
            if name in CONCENTRATION
            else _range(name, slopes[name], _CLOSE)
            for name in names
        }


def _range(name: str, limits: tuple[float, float], words: str) -> _Answer:
    """Bounds, unless they are all that the measure can be."""
    least, most = _WHOLE.get(name, (-1.0, 1.0))
    if limits[0] <= least and limits[1] >= most:
        return _Answer(words=_NOTHING, silent=True)
    return _Answer(low=limits[0], high=limits[1], words=words)


def _fitted(name: str, fit: tuple[float, float, float] | None) -> _Answer:
    if fit is None:
        words = _NO_RATE if name in CONCENTRATION else _NO_CURVE
        return _Answer(words=words, undefined=True)
    return _Answer(fit[0], fit[0], fit[0], fit[1:])


def _table(
    heads: pd.DataFrame, name: str, answers: Sequence[_Answer], side: Side, level: float
) -> pd.DataFrame:
    def column(values: Sequence[float]) -> Floats:
        return np.array(values, dtype=float)

    numbers = Numbers(
        column([answer.point for answer in answers]),
        column([answer.low for answer in answers]),
        column([answer.high for answer in answers]),
        column([answer.ci[0] for answer in answers]),
        column([answer.ci[1] for answer in answers]),
        np.array([answer.undefined for answer in answers], dtype=bool),
        np.array([answer.silent for answer in answers], dtype=bool),
        midpoint_stands=False,
    )
    measure = Measure(name, _UNITS[name], _LINE if name in CONCENTRATION else _CURVE)
    out = claim(heads, measure, numbers, side, level=level)
    words = pd.Series([answer.words for answer in answers], dtype="str")
    own = (words != "") & (out["status"] != "small_n") & ~pd.Series(side.absent)
    return out.assign(method=out["method"].mask(own, words))


def _places(
    ranking: pd.DataFrame | Mapping[str, float], schools: list[str]
) -> dict[str, tuple[float, float]]:
    """Least and greatest value of what ranks each school; equal where it was published."""
    if isinstance(ranking, pd.DataFrame):
        twice = ranking["organization_id"].duplicated()
        _refuse_schools(
            ranking.loc[twice, "organization_id"].tolist(), "has two rows in the ranking"
        )
        known = Known.of(ranking)
        limits = zip(known.value_low.tolist(), known.value_high.tolist(), strict=True)
        places = dict(zip(ranking["organization_id"], limits, strict=True))
    else:
        places = {school: (float(value), float(value)) for school, value in ranking.items()}
    lost = [school for school in schools if np.isnan(places.get(school, (np.nan, 0.0))).any()]
    _refuse_schools(lost, "has no value in the ranking")
    return places


def _asked(measures: Sequence[str] | None) -> list[str]:
    unknown = sorted(set(measures or []) - set(MEASURES))
    if unknown:
        raise DataError(
            f"{unknown[0]!r} is no measure of a gradient",
            where="gradients, measures",
            mend="name measures that there are",
            known=MEASURES,
        )
    return list(dict.fromkeys(measures or MEASURES))


def _refuse_schools(schools: list[str], fault: str) -> None:
    if schools:
        raise DataError(
            f"school {schools[0]} {fault}",
            where=f"gradients, {len(schools)} school(s): {', '.join(schools[:20])}",
            mend="pass schools alone, and rank each once, by one year and grade of one figure",
        )
