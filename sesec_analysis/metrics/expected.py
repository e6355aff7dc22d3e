"""Expected rates: schools beside what is usual elsewhere with as many students from low-income families."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from scipy import special, stats
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM, GLMResults

from sesec_analysis import bounds
from sesec_analysis.bounds import Flags, Floats, KnownCounts, Positions
from sesec_analysis.errors import DataError
from sesec_analysis.i18n import mark
from sesec_analysis.metrics.estimates import (
    KEYS,
    MeasureSpec,
    Numbers,
    Side,
    build_estimates,
    interleave_measures,
    single_rows,
)

__all__ = ["FEWEST_FITTED", "expected_rates", "fit_overdispersed", "wider_for_all"]


FEWEST_FITTED = 20
"""Schools outside the place with exact counts, below which no line is drawn through them."""

_ORGANIZATION = ["organization_level", "organization_id"]
_SLICE = ["organization_level", *(name for name in KEYS if not name.startswith("organization"))]
_MODEL = "overdispersed binomial (Williams) on the logit of the low-income share; prediction interval (t)"
# Each is written out: translators get their list from this file.
_NO_LINE = "not computed: " + mark(
    "no low-income share, or fewer than {n} schools outside with exact counts and unlike shares"
).format(n=FEWEST_FITTED)
_NO_LINE_OF_LEVEL = "not computed: " + mark(
    "no low-income share, or fewer than {n} schools outside of its level with exact counts and unlike shares"
).format(n=FEWEST_FITTED)
_EXPECTED = MeasureSpec("expected_rate", "proportion", _MODEL)
_RESIDUAL = MeasureSpec("rate_less_expected", "points", _MODEL)
_HALVINGS = 30  # of the range of rho
Limits = tuple[Floats, Floats]


def expected_rates(
    inside: pd.DataFrame,
    outside: pd.DataFrame,
    low_income: pd.DataFrame,
    *,
    levels: Mapping[str, str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Rate expected of a school from its low-income share, by schools outside its place, and how far it is from that.

    expected_rate = expit(a + b logit(share)), fitted on the schools outside; rate_less_expected = p - expected_rate.
    Grades are fitted apart, and with ``levels`` so are levels of school: grades differ in their tests.

    Parameters
    ----------
    inside
        OBSERVATIONS of the schools of a place.
    outside
        OBSERVATIONS of schools elsewhere, the same indicators, years, grades and groups.
    low_income
        OBSERVATIONS of the share of students from low-income families, one row per school and year. A rate takes the
        share of its own year; without one, that of the nearest year (of two, the earlier), which `method` names.
    levels
        Level of each school by organization_id, such as ``sa.report.level_rules().schools``: a school is then compared
        with schools of its level only, and one without a level with none. None: all together.
    level
        Chance to lie within the interval, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES, two rows per row of ``inside``. The interval of `expected_rate` is where the rate of a school of this
        size would lie; that of `rate_less_expected` has the same width. Withheld cells inside get bounds; outside they
        cannot be fitted, and `method` says how many were left out. `undefined` without a share or a line. An estimate
        hangs on the year of the rate alone, not on when it is asked for; `source_ids` holds the source of the share.

    Raises
    ------
    DataError
        If a school stands on both sides or has two shares, or two rows speak of the same figure.

    Notes
    -----
    Reading: positive means that the rate is higher than at schools elsewhere with as many students from low-income
    families. It is no measure of effectiveness: what schools are given, and whom they serve, differs in more ways.
    Caution: always beside the raw rate. What is expected is what is usual, and the usual may be unjust; adjusting for
    poverty can hide it. A line through schools says nothing about single students.
    Method: variance p (1 - p) (1 + (n - 1) rho) / n, so that schools differ by more than chance and a large one is not
    expected to hit the line; rho by Pearson's chi-square equal to its degrees of freedom. The line's own error is
    added, by the delta method.
    Reference: Williams, D. A. (1982). Journal of the Royal Statistical Society C, 31, 144-148, model II.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> n, low = 100, [5 + 4 * i for i in range(22)]
    >>> outside = {"end_year": 2019, "status": "reported", "organization_level": "school", "denominator": n,
    ...     "organization_id": [f"s{i}" for i in range(22)]}
    >>> share = conform_observations(pd.DataFrame({**outside, "indicator": "enrollment", "numerator": low}))
    >>> rate = conform_observations(pd.DataFrame({**outside, "numerator": [90 - x for x in low]}))
    >>> table = expected_rates(rate.iloc[10:11].assign(numerator=60), rate.drop(index=10), share)
    >>> table[["measure", "estimate", "ci_low", "ci_high"]].round(3)
                  measure  estimate  ci_low  ci_high
    0       expected_rate     0.413   0.307    0.520
    1  rate_less_expected     0.187   0.080    0.293
    """
    rows, side = single_rows(inside, None, level)
    others, elsewhere = single_rows(outside, None, level)
    _refuse_both(rows, others)
    shares = _Shares.from_rows(low_income)
    near, far = shares.limits(at := shares.rows(rows)), shares.limits(shares.rows(others))
    together = pd.concat([rows, others], ignore_index=True)
    of_level = together["organization_id"].map(dict(levels or {})) if levels else ""
    both = bounds.row_codes(together[_SLICE].assign(of_level=of_level), [*_SLICE, "of_level"])
    code, other_code = both[: len(rows)], both[len(rows) :]
    lines = _Lines.from_rows(code, other_code, elsewhere, far)
    placed = together["organization_id"][: len(rows)].isin(levels or {}).to_numpy(dtype=bool)
    unknown = np.isnan(near[0]) | ~lines.drawn | ((levels is not None) & ~placed)
    low, high, reach = lines.expected(near, side.known, level)
    exact = near[0] == near[1]
    nothing = (low <= 0) & (high >= 1)
    expected = Numbers(
        np.where(exact, low, np.nan),
        *(low, high, np.fmax(low - reach, 0.0), np.fmin(high + reach, 1.0)),
        undefined=unknown,
        says_nothing=nothing,
    )
    residual = Numbers(
        np.where(exact, side.point - low, np.nan),
        *(side.known.value_low - high, side.known.value_high - low),
        *(side.known.value_low - high - reach, side.known.value_high - low + reach),
        undefined=unknown,
        says_nothing=nothing | side.known.says_nothing,
    )
    no_line = _NO_LINE if levels is None else _NO_LINE_OF_LEVEL
    tables = [
        build_estimates(rows, measure, numbers, side, level=level)
        for measure, numbers in ((_EXPECTED, expected), (_RESIDUAL, residual))
    ]
    pair = [_word_lines(table, lines, no_line, side, unknown) for table in tables]
    pair = [shares.cited(table, at, of_level=levels is not None) for table in pair]
    return interleave_measures(pair, inside)


def wider_for_all(schools: int, *, level: float = 0.95, outer: float = 0.998) -> float:
    """How many times as wide as its own a school's interval is that keeps the outer level for all of them together.

    Notes
    -----
    Bonferroni's: each is given (1 - outer) / schools. The degrees of freedom are those of the fewest schools that a
    line is drawn through; with more of them it would be less, so that no school is named too soon.

    Examples
    --------
    >>> print(f"{wider_for_all(1, level=0.998):.1f} {wider_for_all(15):.2f}")
    1.0 2.30
    """
    tails = (1 - outer) / 2 / max(schools, 1), (1 - level) / 2
    one, usual = (float(stats.t.isf(tail, FEWEST_FITTED - 2)) for tail in tails)
    return max(one / usual, 1.0)


@dataclass(frozen=True)
class _Lines:
    """The fitted line of each row's slice, as columns; not drawn where nothing can be fitted."""

    drawn: Flags
    start: Floats
    slope: Floats
    covariance: Floats  # of start and slope: rows by 2 by 2
    rho: Floats  # correlation of students of one school
    fitted: Floats  # schools
    left_out: Floats

    @classmethod
    def from_rows(cls, code: Positions, other: Positions, side: Side, share: Limits) -> Self:
        count = len(code)
        lines = cls(
            drawn=np.zeros(count, dtype=bool),
            start=np.zeros(count),
            slope=np.zeros(count),
            covariance=np.zeros((count, 2, 2)),
            rho=np.zeros(count),
            fitted=np.zeros(count),
            left_out=np.zeros(count),
        )
        known = side.known
        usable = (
            known.exact
            & (known.n_low > 0)
            & side.by_chance
            & (share[0] == share[1])
            & np.isfinite(share[0])
        )
        for slice_code in np.unique(code):
            here, there = code == slice_code, other == slice_code
            lines.left_out[here] = np.sum(there & ~usable)
            k, n, x = (values[there & usable] for values in (known.k_low, known.n_low, share[0]))
            lines.fitted[here] = len(k)
            if len(k) >= FEWEST_FITTED and np.ptp(x) > 0 and _overlap(x[k > 0], x[k < n]):
                lines._draw(here, k, n, x)
        return lines

    def _draw(self, here: Flags, k: Floats, n: Floats, x: Floats) -> None:
        fit, rho = fit_overdispersed(k, n, np.column_stack([np.ones(len(x)), x]))
        self.drawn[here] = True
        self.start[here], self.slope[here] = fit.params
        self.covariance[here] = np.asarray(fit.cov_params())
        self.rho[here] = rho

    def expected(
        self, share: Limits, known: KnownCounts, level: float
    ) -> tuple[Floats, Floats, Floats]:
        """Lowest and highest expected rate, and the most that chance and the line move one around it."""
        ends = [special.expit(self._at(x)) for x in share]
        low, high = np.min(ends, axis=0), np.max(ends, axis=0)
        middle = np.clip(0.5, low, high)  # where a rate varies most
        line = np.max([self._variance(x) for x in share], axis=0)
        spread = middle * (1 - middle)
        n = np.fmax(known.n_low, 1.0)  # the fewest students: there a rate varies most
        chance = spread * (1 + (n - 1) * self.rho) / n
        t = stats.t.ppf(0.5 + level / 2, np.fmax(self.fitted - 2, 1.0))
        return low, high, np.asarray(t * np.sqrt(chance + spread**2 * line))

    def _at(self, x: Floats) -> Floats:
        level = np.where(self.slope == 0, 0.0, x)  # so that 0 times a share without end is 0
        return self.start + self.slope * level

    def _variance(self, x: Floats) -> Floats:
        x = np.clip(x, -50.0, 50.0)
        start, slope, both = (self.covariance[:, i, j] for i, j in ((0, 0), (1, 1), (0, 1)))
        return np.asarray(start + slope * x**2 + 2 * both * x)


def _overlap(some: Floats, others: Floats) -> bool:
    """Whether a line has an end: schools with and without what is counted are not told apart by their share alone."""
    there = bool(len(some) and len(others))
    return there and bool(some.max() > others.min() and others.max() > some.min())


def fit_overdispersed(k: Floats, n: Floats, design: Floats) -> tuple[GLMResults, float]:
    """Weighted fit, and the correlation at which Pearson's chi-square is what chance gives: 0 if it is no more."""

    def fit(rho: float) -> tuple[GLMResults, float]:
        weight = 1 / (1 + (n - 1) * rho)
        model = GLM(np.column_stack([k, n - k]), design, family=Binomial(), var_weights=weight)
        result = model.fit()
        mean = result.fittedvalues
        square = weight * (k - n * mean) ** 2 / (n * mean * (1 - mean))
        return result, float(np.sum(square)) - (len(k) - design.shape[1])

    result, excess = fit(0.0)
    if excess <= 0:
        return result, 0.0
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        result, excess = fit(middle)
        low, high = (middle, high) if excess > 0 else (low, middle)
    return result, middle


@dataclass(frozen=True)
class _Shares:
    """Low-income shares of schools: who, when, what is known of it, and where that was published."""

    schools: pd.DataFrame
    side: Side

    @classmethod
    def from_rows(cls, low_income: pd.DataFrame) -> Self:
        keys = [*_ORGANIZATION, "end_year"]
        schools, side = single_rows(low_income, None, 0.95)
        repeated = schools[keys].duplicated()
        if repeated.any():
            first = " ".join(str(value) for value in schools.loc[repeated, keys].iloc[0])
            raise DataError(
                "a school has two low-income shares in one year",
                where=f"expected_rates, low_income, {int(repeated.sum())} row(s), first at {first}",
                fix="keep one row per school and year: one indicator, grade and student group",
            )
        return cls(schools, side)

    def rows(self, rates: pd.DataFrame) -> Positions:
        """Position of the share of each rate's own year, else of the nearest (of two, the earlier); -1 where none."""
        asked = rates[[*_ORGANIZATION, "end_year"]].reset_index(drop=True).reset_index(names="rate")
        there = self.schools[[*_ORGANIZATION, "end_year"]].reset_index(drop=True)
        there = there.reset_index(names="share")[~self.side.absent]
        pairs = asked.merge(there, on=_ORGANIZATION, suffixes=("", "_of_share"))
        away = (pairs["end_year_of_share"] - pairs["end_year"]).abs()
        pairs = pairs.assign(away=away).sort_values(["rate", "away", "end_year_of_share"])
        nearest = pairs.drop_duplicates("rate").set_index("rate")["share"]
        return nearest.reindex(asked["rate"]).fillna(-1).to_numpy(dtype=np.int64)

    def limits(self, at: Positions) -> Limits:
        """Least and most logit of each share, half a student added to both sides; NaN where none."""
        side = self.side.at(at)
        known = side.known
        ends = [
            [_logit(rate, n) for n in (known.n_low, known.n_high)]
            for rate in (known.value_low, known.value_high)
        ]
        low, high = np.min(ends[0], axis=0), np.max(ends[1], axis=0)
        return np.where(side.absent, np.nan, low), np.where(side.absent, np.nan, high)

    def cited(self, table: pd.DataFrame, at: Positions, *, of_level: bool) -> pd.DataFrame:
        """Add the source of each share, and in `method` its year where that is not the rate's own."""
        year = self.schools["end_year"].reset_index(drop=True).reindex(at).to_numpy()
        own = table["end_year"].to_numpy()
        says = table["status"].isin(["ok", "bounded"]).to_numpy(dtype=bool) & (at >= 0)
        words = [
            ("; beside schools of its level only" if of_level else "")
            + (
                ""
                if then == now
                else "; " + f"low-income share of {then:.0f}, the nearest year there is"
            )
            for then, now in zip(np.where(at >= 0, year, own), own, strict=True)
        ]
        named = list(self.side.at(at).source)
        sources = [
            bounds.join_sources([one, other]) if cited else one
            for one, other, cited in zip(table["source_ids"], named, says, strict=True)
        ]
        method = table["method"].where(~says, table["method"] + pd.Series(words, dtype="str"))
        return table.assign(method=method, source_ids=pd.Series(sources, dtype="str"))


def _logit(rate: Floats, n: Floats) -> Floats:
    size = np.where(np.isinf(n), 1.0, n)
    with_half = np.where(np.isinf(n), rate, (rate * size + 0.5) / (size + 1))
    return np.asarray(special.logit(with_half))


def _refuse_both(rows: pd.DataFrame, others: pd.DataFrame) -> None:
    both = rows[_ORGANIZATION].drop_duplicates().merge(others[_ORGANIZATION].drop_duplicates())
    if len(both):
        raise DataError(
            "a school is inside and outside the place, so its expected rate would depend on itself",
            where=f"expected_rates, {len(both)} organization(s)",
            fix="take the schools of the place out of `outside`",
            valid=sorted(both["organization_id"])[:20],
        )


def _word_lines(
    table: pd.DataFrame, lines: _Lines, no_line: str, side: Side, unknown: Flags
) -> pd.DataFrame:
    has_number = table["status"].isin(["ok", "bounded"])
    words = [
        f"; fitted on {fitted:.0f} schools outside, {left:.0f} left out as withheld, rho {rho:.3f}"
        for fitted, left, rho in zip(lines.fitted, lines.left_out, lines.rho, strict=True)
    ]
    method = table["method"].where(~has_number, table["method"] + pd.Series(words, dtype="str"))
    none = table["status"].eq("undefined") & unknown & ~side.absent
    return table.assign(method=method.mask(none, no_line))
