"""Trends: how fast a rate moves over several years, the regression behind it, and its variation beyond chance."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
import pandas as pd
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM, GLMResultsWrapper
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from sesec_analysis import bounds, schema
from sesec_analysis.bounds import Floats, KnownCounts, Positions
from sesec_analysis.errors import DataError, QuestionError
from sesec_analysis.i18n import mark
from sesec_analysis.metrics import intervals
from sesec_analysis.metrics.changes import (
    Stops,
    reasons_by_year,
    refuse_survey_windows,
    stop_at_breaks,
)
from sesec_analysis.metrics.estimates import (
    KEYS,
    MeasureSpec,
    Numbers,
    Side,
    build_estimates,
    count_all_students,
    moved_by_years,
    single_rows,
)

__all__ = [
    "FEWEST_PAIRS",
    "MODEL",
    "Students",
    "school_rates",
    "series_columns",
    "series_rows",
    "trend",
    "trend_model",
    "year_variation",
]


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
    rows, side = series_rows(obs, cluster, effects, 0.95)
    students = Students.from_rows(rows, side, np.flatnonzero(~side.absent), cluster, effects)
    series = len(
        rows[[*_FIGURE, *_ORGANIZATION[: 2 * (cluster is effects is None)]]].drop_duplicates()
    )
    fault = students.fault() if students.exact else "a count is withheld"
    if series > 1 or fault:
        raise DataError(
            f"there is not one model: {f'{series} series' if series > 1 else fault}",
            where="trend_model",
            fix="keep one series with published counts; `trend` gives bounds where counts are withheld",
        )
    return students.fitted()


@dataclass(frozen=True)
class Students:
    """Counts of one series, a cell each, as the model takes them."""

    k: Floats
    n: Floats
    year: Floats
    clusters: Positions | None
    effects: Positions
    exact: bool
    words: str

    @classmethod
    def from_rows(
        cls, rows: pd.DataFrame, side: Side, at: Positions, cluster: str | None, effects: str | None
    ) -> "Students":
        """Take the cells at these positions."""
        clusters = None if cluster is None else pd.factorize(rows[cluster].iloc[at])[0]
        no_effects = np.zeros(len(at), dtype=np.int64)
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
            effects=no_effects if effects is None else pd.factorize(rows[effects].iloc[at])[0],
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
        for effect in range(int(self.effects.max()) + 1):
            here = self.effects == effect
            yes, no = self.year[here & met], self.year[here & unmet]
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


def series_rows(
    obs: pd.DataFrame, cluster: str | None, effects: str | None, level: float
) -> tuple[pd.DataFrame, Side]:
    """Rows of the years and what is known of each; refuses what makes no series."""
    rows, side = single_rows(obs, None, level)
    named = [name for name in (cluster, effects) if name is not None]
    if not set(named) <= set(KEYS):
        raise QuestionError(
            f"{named[-1]!r} is not a key column", fix="name a column of the key", valid=KEYS
        )
    levels = sorted(set(rows["organization_level"]))
    if named and len(levels) > 1:
        raise DataError(
            "a district and its schools share students and are not one series",
            where="trend, column organization_level",
            fix="keep one organization_level",
            valid=levels,
        )
    return rows, side


def series_columns(cluster: str | None, effects: str | None) -> list[str]:
    """Columns that name a series: with clusters or effects, all organizations are in it together."""
    return _FIGURE if cluster or effects else [*_ORGANIZATION, *_FIGURE]


_DELTA = ", delta interval"
_RANGE = (
    f"range only; suppression bounds: least-squares slope of the yearly rates, {bounds.POLICY} sums, "
    f"{bounds.SHARED}; "
    "outer: Wilson limits of the yearly rates, squared and added"
)


def trend(
    obs: pd.DataFrame,
    *,
    cluster: str | None = None,
    effects: str | None = None,
    breaks: Stops = (),
    years_out: Stops = (),
    level: float = 0.95,
) -> pd.DataFrame:
    """Yearly change of each rate, over all years that ``obs`` holds.

    logit p = a + b * year; trend = mean over students of p (1 - p) b, in proportion points per year.

    Parameters
    ----------
    obs
        OBSERVATIONS of several years: of places, or of schools.
    cluster
        A key column such as ``"organization_id"``: all organizations make one series, and the students of one of them
        are not taken for independent. None: every organization has its own series.
    effects
        A key column such as ``"organization_id"`` of which each value has its own level a, so that a changing mix of
        schools does not look like a trend. It too makes one series of all organizations.
    breaks
        As `change`: ``sa.breaks`` of the indicator, or years.
    years_out
        Years that the line passes by: ``sa.years_out`` of the indicator, or years.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of measure `trend`, one row per series: `end_year` is its last year, `reference` its first, with the
        counts of these two. Years without students are not in it. Several organizations are one place with the id
        ``"several"``. Withheld counts leave bounds and no estimate; a series of one year, or one in which all or none
        are counted, is `undefined`.

    Raises
    ------
    DataError
        If ``cluster`` or ``effects`` is not a key column, schools and places that share students would be added up, or
        two rows have the same key.

    See Also
    --------
    trend_model : The fitted model itself.
    sesec_analysis.metrics.changes.change : Two years compared.

    Notes
    -----
    Reading: 0.02 is two points a year; the indicator's `direction` says whether that is better.
    Caution: a line says nothing of the years to come. With under ten clusters their errors are themselves unsure: the
    interval takes t with one degree of freedom less than there are clusters, and is never narrower than the binomial
    one (Angrist and Pischke 2009, chapter 8). Without `cluster` it leaves out what moves a whole year or school.
    Reference: Cameron, A. C. and Miller, D. L. (2015). Journal of Human Resources, 50, 317-372.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = conform_observations(pd.DataFrame({
    ...     "end_year": range(2015, 2020), "status": "reported", "student_group": "black",
    ...     "numerator": [40, 43, 47, 48, 52], "denominator": 100}))
    >>> trend(obs)[["end_year", "reference", "estimate", "ci_low", "ci_high"]].round(3)
       end_year reference  estimate  ci_low  ci_high
    0      2019      2015     0.029  -0.002    0.059
    """
    obs = schema.check_observations(obs)
    refuse_survey_windows(obs)
    obs = obs[~obs["end_year"].isin(list(reasons_by_year(years_out)))]
    rows, side = series_rows(obs, cluster, effects, level)
    code = bounds.row_codes(rows, series_columns(cluster, effects))
    cells = obs.reset_index(drop=True).assign(series=code)
    sums = bounds.pool(cells, by=["series", "end_year", "indicator", "unit"])
    yearly = Side.from_table(sums)
    order = np.lexsort((sums["end_year"], sums["series"]))
    sums, yearly = sums.iloc[order[~yearly.absent[order]]], yearly.at(order[~yearly.absent[order]])
    lines = []
    for series in range(int(code.max(initial=-1)) + 1):
        at = np.flatnonzero((code == series) & ~side.absent)
        students = Students.from_rows(rows, side, at, cluster, effects)
        years = np.flatnonzero(sums["series"] == series)
        lines.append(
            _Line.from_rows(students, sums["end_year"].to_numpy()[years], yearly, years, level)
        )
    keys = rows.iloc[np.flatnonzero(~pd.Series(code).duplicated().to_numpy())]
    ends = np.array([line.ends for line in lines], dtype=np.int64).reshape(-1, 2)
    table = build_estimates(
        _name_series(keys, rows, code),
        MeasureSpec("trend", "points per year", MODEL),
        _numbers(lines),
        yearly.at(ends[:, 1]),
        yearly.at(ends[:, 0]),
        level=level,
    )
    return stop_at_breaks(*_finish_series(table, lines, sums), breaks)


@dataclass(frozen=True)
class _Line:
    """The line of one series; ``ends`` are the positions of the years whose counts are printed with it."""

    numbers: tuple[float, float, float, float, float]  # point, bounds, outer limits
    ends: tuple[int, int]
    years: tuple[int, int]
    fault: str
    silent: bool
    words: str

    @classmethod
    def from_rows(
        cls, students: Students, year: Positions, yearly: Side, at: Positions, level: float
    ) -> "_Line":
        known, nothing = yearly.known.take(at), (np.nan,) * 5
        fault = "" if len(at) > 1 else mark("fewer than two years")
        fault = fault or (students.fault() if students.exact else "")
        numbers, words = nothing, MODEL + students.words
        if not fault and students.exact:
            point, reach = students.effect(level)
            numbers = (point, point, point, point - reach, point + reach)
        elif not fault:
            clustered = students.clusters is not None
            numbers, words = (np.nan, *_slope_bounds(year, known, level, clustered)), _RANGE
        # A year with too few students to be shown hides the whole series.
        small = at[yearly.small[at]]
        ends = (at[0], small[0] if len(small) else at[-1]) if len(at) else (-1, -1)
        years = (year[0], year[-1]) if len(at) else (0, 0)
        moves = year * len(year) != year.sum()  # the middle year does not move a slope
        return cls(numbers, ends, years, fault, bool(known.says_nothing[moves].all()), words)


def _slope_bounds(
    year: Positions, known: KnownCounts, level: float, clustered: bool
) -> tuple[float, float, float, float]:
    """Lowest and highest least-squares slope of rates within their bounds, then the same with Wilson limits.

    The slope is a sum of rates with fixed weights, so it is lowest where each rate of a later year is lowest and each
    rate of an earlier year is highest. For the outer limits see `intervals.outer_difference`: the argument holds for
    any such sum. Students of one cluster are not independent, and such limits would be too narrow: there are none.
    """
    weight = (year - year.mean()) / ((year - year.mean()) ** 2).sum()
    ends = np.array([known.value_low, known.value_high])
    limits = np.array(intervals.outer_rate(known, level))
    low, high = (np.where(weight > 0, pair[0], pair[1]) for pair in (ends, ends[::-1]))
    low_limit, high_limit = (
        np.where(weight > 0, pair[0], pair[1]) for pair in (limits, limits[::-1])
    )
    least, most = weight @ low, weight @ high
    if clustered:
        return least, most, np.nan, np.nan
    down, up = (np.linalg.norm(weight * apart) for apart in (low - low_limit, high_limit - high))
    return least, most, least - down, most + up


def _numbers(lines: list[_Line]) -> Numbers:
    rows = np.array([line.numbers for line in lines], dtype=np.float64).reshape(-1, 5)
    point, low, high, outer_low, outer_high = rows.T
    return Numbers(
        *(point, low, high, outer_low, outer_high),
        undefined=np.array([bool(line.fault) for line in lines], dtype=bool),
        says_nothing=np.array([line.silent for line in lines], dtype=bool),
        has_midpoint=False,
    )


def _finish_series(
    table: pd.DataFrame, lines: list[_Line], sums: pd.DataFrame
) -> tuple[pd.DataFrame, pd.Series]:
    """Give the rows of a claim their years, the coverage of all years together, and words; and the first years."""
    first, last = np.array([line.years for line in lines], dtype=np.int64).reshape(-1, 2).T
    table["end_year"] = np.where(last > 0, last, table["end_year"])
    table["reference"] = pd.Series(first, dtype="str").where(first > 0, "")
    words = pd.Series([line.words for line in lines], dtype="str")
    fault = "not calculated: " + pd.Series([line.fault for line in lines], dtype="str")
    spoken = table["status"].isin(["ok", "bounded"])
    by_chance = table["method"].str.contains(MODEL, regex=False)
    table["method"] = table["method"].mask(spoken & by_chance, words)
    plain = words.str.replace(_DELTA, "") + "; " + table["method"]
    table["method"] = table["method"].mask((table["status"] == "ok") & ~by_chance, plain)
    table["method"] = table["method"].mask((table["status"] == "undefined") & (last > 0), fault)
    total = bounds.pool(sums, by=["series", "indicator"]).set_index("series").reindex(table.index)
    table["coverage"] = total["coverage"].where(table["coverage"].notna())
    for name in ("cells", "cells_reported", "largest_masked"):
        table[name] = total[name].fillna(table[name])
    table["source_ids"] = total["source_id"].fillna(table["source_ids"])
    return table, pd.Series(first, index=table.index)


def _name_series(keys: pd.DataFrame, rows: pd.DataFrame, code: Positions) -> pd.DataFrame:
    """Give series of several organizations a name of their own."""
    count = rows["organization_id"].groupby(code).nunique().to_numpy()
    several = keys.assign(
        organization_level="place",
        organization_id="several",
        organization_name=[f"{number} organizations" for number in count],
    )
    return several.where(pd.Series(count > 1, index=keys.index), keys)


FEWEST_PAIRS = 15
"""Pairs of neighbouring years below which nothing is said of how far rates move from one to the next."""


_QUESTION = ["indicator", "grade_level", "level"]
_ANSWERS = "share_of_answers"
"""Answers of one student go together, so no interval is made of their number alone: of phi times fewer, it is."""
_FOLLOWED = [name for name in KEYS if name not in ("end_year", "organization_name")]


def year_variation(
    obs: pd.DataFrame,
    *,
    levels: Mapping[str, str] | None = None,
    breaks: Stops = (),
    years_out: Stops = (),
    held_back: int | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """How much more schools' rates move from one year to the next than chance among their students explains.

    phi = mean of z^2 over schools and pairs of neighbouring years; z the change in binomial standard errors.

    Parameters
    ----------
    obs
        OBSERVATIONS of schools in several years; only exact counts enter.
    levels
        Level of each school by organization_id, to be kept apart. None: all together.
    breaks, years_out
        As `change`: ``sa.breaks`` and ``sa.years_out`` of the indicator, or years; no pair goes across or into one.
    held_back
        The later year of pairs that take no part in phi, and on which it is tried. None: none is held back.
    level
        Chance to lie within the intervals that are tried.

    Returns
    -------
    pandas.DataFrame
        A plain table, a row for each indicator, grade and level: ``phi``, no less than 1 (null of fewer than 15
        pairs), of how many ``pairs`` and ``schools`` up to which ``last_year``; of the pairs held back how many were
        ``tried``, and which share lay ``inside`` the interval widened by phi (with its own Wilson interval), and
        ``inside_binomial`` the plain one.

    Notes
    -----
    Reading: 2.5 means that a school's rate moves as if it had two and a half times fewer students.
    Caution: what moves all schools alike, such as a harder test, is in it: it says how far a year's rate speaks of
    another year, not what schools did.
    Reference: McCullagh, P. and Nelder, J. A. (1989). Generalized Linear Models, 2nd ed., section 4.5.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = pd.concat([conform_observations(pd.DataFrame({
    ...     "end_year": year, "status": "reported", "organization_level": "school", "organization_id": list("abcdefgh"),
    ...     "numerator": [50 + 10 * (year % 2), 50] * 4, "denominator": 100})) for year in (2017, 2018, 2019)])
    >>> year_variation(obs)[["phi", "pairs", "schools"]].round(2)
        phi  pairs  schools
    0  1.01     16        8
    """
    obs = schema.check_observations(obs)
    pairs = _pairs_of_years(obs, levels or {}, breaks, years_out)
    kept = pairs[pairs["end_year"] != held_back]
    tried = pairs[pairs["end_year"] == held_back]
    z = NormalDist().inv_cdf(0.5 + level / 2)
    found = []
    for key, rows in kept.groupby(_QUESTION, sort=True):
        phi = max(1.0, float(np.mean(rows["z"] ** 2))) if len(rows) >= FEWEST_PAIRS else np.nan
        away = tried.loc[(tried[_QUESTION] == list(key)).all(axis=1), "z"].abs()
        count = 0 if np.isnan(phi) else len(away)
        inside = int((away <= z * np.sqrt(phi)).sum())
        low, high = (float(limit) for limit in intervals.wilson(inside, count))
        found.append(
            dict(zip(_QUESTION, key, strict=True))
            | {"phi": phi, "pairs": len(rows), "schools": rows["organization_id"].nunique()}
            | {"last_year": int(rows["end_year"].max()), "tried": count}
            | {
                "inside": inside / count if count else np.nan,
                "inside_low": low,
                "inside_high": high,
            }
            | {"inside_binomial": float((away <= z).mean()) if count else np.nan}
        )
    return pd.DataFrame(found, columns=_VARIATION)


_VARIATION = [
    *(*_QUESTION, "phi", "pairs", "schools", "last_year"),
    *("tried", "inside", "inside_low", "inside_high", "inside_binomial"),
]


def _pairs_of_years(
    obs: pd.DataFrame,
    levels: Mapping[str, str],
    breaks: Stops,
    years_out: Stops,
) -> pd.DataFrame:
    """Each school's change between neighbouring years, in binomial standard errors (`z`), at the later one."""
    side = Side.from_table(obs)
    varies = side.by_chance | obs["unit"].eq(_ANSWERS).to_numpy(dtype=bool)
    exact = side.known.exact & (side.known.n_low > 0) & varies & ~side.small
    rows = obs[[*_FOLLOWED, "end_year"]].assign(k=side.known.k_low, n=side.known.n_low)[exact]
    rows = rows[~rows["end_year"].isin(list(reasons_by_year(years_out)))]
    before = rows.assign(end_year=rows["end_year"] + 1)
    pairs = rows.merge(before, on=[*_FOLLOWED, "end_year"], suffixes=("", "_before"))
    pairs = pairs[~pairs["end_year"].isin(list(reasons_by_year(breaks)))]
    together = (pairs["k"] + pairs["k_before"]) / (pairs["n"] + pairs["n_before"])
    error = np.sqrt(together * (1 - together) * (1 / pairs["n"] + 1 / pairs["n_before"]))
    change = pairs["k"] / pairs["n"] - pairs["k_before"] / pairs["n_before"]
    # Where none or all are counted in both years nothing could move, and nothing is learned.
    pairs = pairs.assign(z=change / error.where(error > 0))
    named = pairs["organization_id"].map(dict(levels)) if levels else ""
    return pairs.assign(level=named).dropna(subset=["z", "level"])


def school_rates(
    obs: pd.DataFrame,
    *,
    variation: pd.DataFrame,
    levels: Mapping[str, str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Rate of each school, its interval widened by how much rates move from year to year.

    Parameters
    ----------
    obs
        OBSERVATIONS of schools with counts.
    variation
        As `year_variation` gives it, or ``sa.report.known_variation()``.
    levels
        Level of each school by organization_id, if `variation` keeps them apart.
    level
        Confidence level, 0-1.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of measure `rate`, one row per row of ``obs``: as `rates`, a school's with Wilson's interval of phi
        times fewer students. `method` gives phi and its pairs of years (of the school's level if it has its own, else
        of all levels together), or says "binomial minimum" where no years repeat. A school's share of answers has an
        interval only where phi is known. Rows of places are as `rates`, and so is enrollment of all students: a
        number of students.

    Raises
    ------
    DataError
        As `rates`.

    Notes
    -----
    Reference: Wilson, E. B. (1927). Journal of the American Statistical Association, 22, 209-212; as `year_variation`.

    Examples
    --------
    >>> from sesec_analysis.schema import conform_observations
    >>> obs = pd.concat([conform_observations(pd.DataFrame({
    ...     "end_year": year, "status": "reported", "organization_level": "school", "organization_id": list("abcdefgh"),
    ...     "numerator": [50 + 20 * (year % 2), 50] * 4, "denominator": 100})) for year in (2017, 2018, 2019)])
    >>> row = school_rates(obs, variation=year_variation(obs)).iloc[1]
    >>> print(f"{row.ci_low:.3f} {row.ci_high:.3f}", row.method.partition("; ")[2])
    0.314 0.686 widened for variation between years; phi 4.17 from 16 pairs of years
    """
    rows, side = single_rows(obs, None, level)
    known = side.known
    moved = moved_by_years(rows, side, variation, levels, level)
    side = replace(side, by_chance=side.by_chance | ~np.isnan(moved.phi))  # answers too
    numbers = Numbers(
        *(side.point, known.value_low, known.value_high, moved.low, moved.high),
    )
    table = build_estimates(
        rows, MeasureSpec("rate", "proportion", _WILSON), numbers, side, level=level
    )
    is_school = rows["organization_level"].eq("school")
    said = table["method"].str.contains(_WILSON, regex=False) & is_school
    words = [
        _BINOMIAL
        if np.isnan(one)
        else f"{_WIDENED}{'' if is_own or not levels else _OF_ALL}; phi {one:.2f} from {pairs:.0f} pairs of years"
        for one, pairs, is_own in zip(moved.phi, moved.pairs, moved.of_level, strict=True)
    ]
    longer = table["method"] + pd.Series(words, dtype="str")
    return count_all_students(table.assign(method=table["method"].where(~said, longer)))


_WILSON = "Wilson score interval (statsmodels)"
_WIDENED = "; widened for variation between years"
_OF_ALL = "; that of all levels together"
_BINOMIAL = "; binomial minimum, no repeated years"
