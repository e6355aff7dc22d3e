"""Give schools their SESEC school level, and count the schools at each: OBSERVATIONS in, levels and ESTIMATES out.

A level has three parts (performance, engagement, closing of the gap), each the mean of the levels of its figures by
fixed cut points. What withheld numbers and chance leave open makes a range. The rules, cut points included, are an
entry of the catalog and come in as an argument.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sesec_analysis import schema
from sesec_analysis.bounds import Floats, join_sources
from sesec_analysis.errors import QuestionError
from sesec_analysis.metrics.school_levels.level_figures import HAIR, SchoolFigures

if TYPE_CHECKING:
    from sesec_analysis.catalog.entries import LevelPart, LevelRules

__all__ = [
    "INDICATOR",
    "LEVELS",
    "codes_at",
    "level_estimates",
    "level_shares",
    "level_years",
    "levels_of_part",
    "school_levels",
    "schools_at",
    "weight_suffix",
]


LEVELS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class _PartScore:
    """A part of a school's level: its score at its least and most, and at every chance of either."""

    low: float
    high: float
    by_chance_low: Floats
    by_chance_high: Floats
    years: tuple[int, int]  # of its oldest and its newest figure
    figures: tuple[str, ...]  # with year and base year of their cut points: what makes years alike
    sources: tuple[str, ...]

    def levels(self, level: float) -> _Span:
        """Return the levels of the part alone."""
        return _range([self], [1], level)


@dataclass(frozen=True)
class _Span:
    """The lowest and highest level, and the chance of each level at the least and most of what is withheld."""

    low: int
    high: int
    chances_low: Floats
    chances_high: Floats

    def columns(self, prefix: str) -> dict[str, float]:
        """Return the chance to be at each level or above, at the least and at the most of what is withheld."""
        ends = {"low": self.chances_low, "high": self.chances_high}
        return {
            f"{prefix}{_at_least(n, end)}": float(chances[n - 1 :].sum())
            for end, chances in ends.items()
            for n in LEVELS[1:]
        }


def _at_least(level: int, end: str) -> str:
    return f"at_least_{level}_{end}"


def level_years(obs: pd.DataFrame, *, rules: LevelRules) -> pd.DataFrame:
    """School years by their parts: of which year each part's figures are, and whether there is a level.

    Parameters
    ----------
    obs
        OBSERVATIONS of schools, as `level_figures` loads them.
    rules
        How a level is made: ``sa.report.level_rules()``.

    Returns
    -------
    pandas.DataFrame
        One row per year from the first to the last with a figure: `end_year`, a column for each part with its year
        (null: none, or older than the rules let it be), `has_levels` and `missing`: the parts that are missing;
        empty, and no levels, where no figure is of the year itself.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> figures = sa.report.level_figures(up_to=2019, place="southeast_seattle")
    >>> years = sa.report.level_years(figures, rules=sa.report.level_rules())
    >>> years[["end_year", "has_levels", "missing"]].values.tolist()
    [[2018, False, 'engagement; gap'], [2019, True, '']]
    """
    obs = schema.check_observations(obs)
    return _level_years(SchoolFigures(obs), rules)


def _level_years(figures: SchoolFigures, rules: LevelRules) -> pd.DataFrame:
    by_part = {code: _part_years(figures, part, rules.kinds) for code, part in rules.parts.items()}
    every = sorted(set().union(*by_part.values()))
    rows = []
    for end_year in range(every[0], every[-1] + 1) if every else ():
        newest = {
            code: max(
                (y for y in years if end_year - rules.years_back <= y <= end_year), default=None
            )
            for code, years in by_part.items()
        }
        missing = [code for code, year in newest.items() if year is None]
        rows.append(
            {
                "end_year": end_year,
                **newest,
                "has_levels": not missing and end_year in newest.values(),
                "missing": "; ".join(missing),
            }
        )
    columns = ["end_year", *rules.parts, "has_levels", "missing"]
    table = pd.DataFrame(rows, columns=columns)
    return table.astype(
        {"end_year": "int64", "has_levels": "bool", **dict.fromkeys(rules.parts, "Int64")}
    )


def _part_years(figures: SchoolFigures, part: LevelPart, kinds: Iterable[str]) -> set[int]:
    """Return the years of a part: those of its figures that every kind of school has cut points for."""
    return {
        year
        for figure in part.figures.values()
        for year in figures.years(figure)
        if figure.of != "gap_change"
        and all(figure.cuts_of(kind, year) is not None for kind in kinds)
    }


def school_levels(
    obs: pd.DataFrame,
    *,
    rules: LevelRules,
    end_years: int | Iterable[int] | None = None,
    schools: Collection[str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """SESEC school level of each school and year, 1 to 5, with its three parts.

    level = the mean of the parts' scores, rounded half up; a part's score is the mean of its figures' levels; a
    figure's level is 1, and 1 more for each cut point that it reaches.

    Parameters
    ----------
    obs
        OBSERVATIONS of schools, as `level_figures` loads them.
    rules
        How a level is made, cut points included: ``sa.report.level_rules()``.
    end_years
        School years by the year they end. None: every year that has levels.
    schools
        The state's codes of the schools wanted. None: every school that may have a level.
    level
        Chance that a range holds, 0-1.

    Returns
    -------
    pandas.DataFrame
        One row per school and year with levels: `organization_id`, `organization_name`, `kind`, `end_year`,
        `ci_level` (``level``, which every count made of the table has too), `level_low`, `level_high` (null with
        fewer parts than the rules ask for); for each part its lowest and highest level and the years of its oldest
        and newest figure; the level's range under each other weighting (`level_low_2_1_1`, ...); the chance to be at
        each level or above, at the least and at the most of what is withheld (`at_least_4_low`, `at_least_4_high`,
        `gap_at_least_4_low`, ...); `ingredients`, the figures and the base years of their cut points, which years
        must share to be compared; `source_ids`. Its ``attrs`` have the `years` with levels, and those `without`.

    Raises
    ------
    QuestionError
        If a year asked for has no levels: of which parts nothing recent enough is published.

    See Also
    --------
    level_years : Which years have levels, and why others have none.

    Notes
    -----
    Reading: 5 is what the highest fifth of the district's schools of the kind had in the base year. All schools can
    reach it. It is not the district's nor the state's.
    Caution: of a range no level in it is likelier to be right than another. Levels say nothing of how good the teaching
    is; what a school is given and whom it serves is not in them. Years with other `ingredients` are not compared.
    Method: withheld counts by their bounds. Chance: Jeffreys' distribution of each rate (a binomial minimum), that of a
    gap by the distances of its rates from their limits, squared and added; the numbers of a part move together, as for
    the same students, and the parts apart. Answers of students count as so many fewer as schools' answers vary more
    between years than by chance (``phi`` of the figure's entry). Between any two years since its base year, a gap
    closes by no more than the first group's own rate rose, and a gap that has not closed since the base year gives no
    more than it did then: what the others lost closes no gap.
    Reference: Brown, L. D., Cai, T. T. and DasGupta, A. (2001). Statistical Science, 16, 101-133.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> figures = sa.report.level_figures(up_to=2019, place="southeast_seattle")
    >>> levels = sa.report.school_levels(figures, rules=sa.report.level_rules())
    >>> franklin = levels[levels["organization_id"] == "2182"]
    >>> franklin[["level_low", "level_high"]].values.tolist()
    [[3, 4]]
    """
    obs = schema.check_observations(obs)
    figures = SchoolFigures(obs)
    known_years = _level_years(figures, rules)
    years = _asked_years(known_years, rules, end_years)
    rows = [
        _row(figures, rules, school, kind, year, level)
        for year in years["end_year"].tolist()
        for school, kind in rules.schools.items()
        if school in figures.schools and (schools is None or school in schools)
    ]
    kept = [row for row in rows if row["ingredients"]]
    table = _set_types(kept, rules)
    table.attrs["years"] = years["end_year"].tolist()
    table.attrs["without"] = known_years.loc[~known_years["has_levels"], "end_year"].tolist()
    return table


def _asked_years(
    years: pd.DataFrame, rules: LevelRules, end_years: int | Iterable[int] | None
) -> pd.DataFrame:
    with_levels = years[years["has_levels"]]
    if end_years is None:
        return with_levels
    asked = [end_years] if isinstance(end_years, int) else list(end_years)
    known = with_levels["end_year"].tolist()
    for end_year in asked:
        if end_year not in known:
            lacking = years.loc[years["end_year"] == end_year, "missing"].tolist()
            parts = (
                [rules.parts[code].title for code in lacking[0].split("; ")] if any(lacking) else []
            )
            raise QuestionError(
                f"there are no school levels of {end_year}: nothing recent enough is published of "
                f"{', '.join(parts) or 'the year itself'}",
                where=f"school_levels, end_years {end_year}",
                fix="ask for years that have them",
                valid=known,
            )
    return with_levels[with_levels["end_year"].isin(asked)]


def _row(
    figures: SchoolFigures,
    rules: LevelRules,
    school: str,
    kind: str,
    end_year: int,
    level: float,
) -> dict[str, object]:
    scores = {
        code: _score(figures, part, school, kind, range(end_year - rules.years_back, end_year + 1))
        for code, part in rules.parts.items()
    }
    known = [score for score in scores.values() if score is not None]
    enough = len(known) >= rules.fewest_parts
    row: dict[str, object] = {
        "organization_id": school,
        "organization_name": figures.schools[school],
        "kind": kind,
        "end_year": end_year,
        "ci_level": level,
    }
    for weights in rules.weights:
        present = [
            w for w, score in zip(weights, scores.values(), strict=True) if score is not None
        ]
        span = _range(known, present, level) if enough else None
        suffix = weight_suffix(weights, rules)
        row |= {f"level_low{suffix}": span and span.low, f"level_high{suffix}": span and span.high}
        if span and not suffix:
            row |= span.columns("")
    for code, score in scores.items():
        span = score.levels(level) if score else None
        row |= span.columns(f"{code}_") if span else {}
        row |= {
            f"{code}_low": span and span.low,
            f"{code}_high": span and span.high,
            f"{code}_oldest_year": score.years[0] if score else None,
            f"{code}_year": score.years[1] if score else None,
        }
    row["ingredients"] = "; ".join(name for score in known for name in score.figures)
    row["source_ids"] = join_sources(source for score in known for source in score.sources)
    return row


def weight_suffix(weights: Sequence[int], rules: LevelRules) -> str:
    """Return what the columns of a weighting end with; nothing for the level's own."""
    own = tuple(weights) == rules.weights[0]
    return "" if own else "_" + "_".join(map(str, weights))


def _score(
    figures: SchoolFigures, part: LevelPart, school: str, kind: str, recent: range
) -> _PartScore | None:
    """Return the score of a part of a school by the newest of its figures; None without any."""
    names, found, points, years = [], [], [], []
    for code, entry in part.figures.items():
        year = max((year for year in figures.years(entry) if year in recent), default=None)
        cuts = None if year is None else entry.cuts_of(kind, year)
        is_change = entry.of == "gap_change" and entry.since is not None
        if year is None or cuts is None or (is_change and year <= (entry.since or 0)):
            continue
        figure = figures.find(entry, school, year, kind)
        if figure is not None:
            names.append(f"{code} by {cuts.base_year}")
            found.append(figure)
            points.append(np.asarray(cuts.points))
            years.append(year)
    if not found:
        return None
    scores = {
        end: np.mean([_level(getattr(f, end), at) for f, at in zip(found, points, strict=True)], 0)
        for end in _FIGURE_ENDS
    }
    changes = [f for f, name in zip(found, names, strict=True) if name.startswith("gap_change ")]
    if changes:
        limit = _base_levels(figures, part, school, kind)
        for end, score in scores.items():
            closed = np.asarray(getattr(changes[0], end)) > HAIR
            scores[end] = np.where(closed, score, np.minimum(score, limit[end]))
    return _PartScore(
        float(scores["low"]),
        float(scores["high"]),
        scores["by_chance_low"],
        scores["by_chance_high"],
        (min(years), max(years)),
        tuple(names),
        tuple(source for figure in found for source in figure.sources),
    )


_FIGURE_ENDS = ("low", "high", "by_chance_low", "by_chance_high")


def _base_levels(
    figures: SchoolFigures, part: LevelPart, school: str, kind: str
) -> dict[str, Floats]:
    """Return the levels of a school's gap in the base year: a gap that has not closed since gives no more."""
    size = next(entry for entry in part.figures.values() if entry.of == "gap")
    year = size.since or 0
    cuts, figure = size.cuts_of(kind, year), figures.find(size, school, year, kind)
    assert cuts is not None
    assert figure is not None
    return {end: _level(getattr(figure, end), np.asarray(cuts.points)) for end in _FIGURE_ENDS}


def _level(values: Floats | float, points: Floats) -> Floats:
    """Return 1, and 1 more for each point that a figure reaches."""
    return np.asarray(1.0 + np.searchsorted(points, np.asarray(values) + HAIR, side="right"))


def _range(scores: Sequence[_PartScore], weights: Sequence[int], level: float) -> _Span:
    """Return the levels that withheld numbers and chance leave open."""
    share = np.asarray(weights) / sum(weights)
    tail = (1 - level) / 2
    low = _round_score(float(share @ [score.low for score in scores]))
    high = _round_score(float(share @ [score.high for score in scores]))
    below = _chance_levels([score.by_chance_low for score in scores], share)
    above = _chance_levels([score.by_chance_high for score in scores], share)
    least = next(n for n in LEVELS if below[:n].sum() > tail + HAIR)
    most = next(n for n in LEVELS if above[:n].sum() >= 1 - tail - HAIR)
    return _Span(min(low, least), max(high, most), below, above)


def _round_score(score: float) -> int:
    return int(np.clip(np.floor(score + 0.5 + HAIR), LEVELS[0], LEVELS[-1]))


def _chance_levels(by_chance: Sequence[Floats], share: Floats) -> Floats:
    """Return the chance of each level, where the parts move apart from one another."""
    totals, chances = np.zeros(1), np.ones(1)
    for scores, weight in zip(by_chance, share, strict=True):
        values, counts = np.unique(np.round(scores * weight, 9), return_counts=True)
        totals = np.add.outer(totals, values).ravel()
        chances = np.multiply.outer(chances, counts / len(scores)).ravel()
    levels = np.clip(np.floor(totals + 0.5 + 1e-6), LEVELS[0], LEVELS[-1]).astype(int)
    chance: Floats = np.bincount(levels - 1, weights=chances, minlength=len(LEVELS)).astype(
        "float64"
    )
    return chance


def _set_types(rows: list[dict[str, object]], rules: LevelRules) -> pd.DataFrame:
    ends = ("low", "high")
    levels = [f"level_{end}{weight_suffix(w, rules)}" for w in rules.weights for end in ends]
    parts = [f"{code}_{name}" for code in rules.parts for name in (*ends, "oldest_year", "year")]
    texts = ["organization_id", "organization_name", "kind"]
    prefixes = ("", *(f"{code}_" for code in rules.parts))
    chances = [f"{p}{_at_least(n, end)}" for p in prefixes for end in ends for n in LEVELS[1:]]
    columns = [
        *texts,
        "end_year",
        "ci_level",
        *levels,
        *parts,
        *chances,
        "ingredients",
        "source_ids",
    ]
    whole = dict.fromkeys([*levels, *parts], "Int64")
    text = dict.fromkeys([*texts, "ingredients", "source_ids"], "str")
    types = {**whole, **text, **dict.fromkeys([*chances, "ci_level"], "float64")}
    types["end_year"] = "int64"
    return pd.DataFrame(rows, columns=columns).astype(types)


INDICATOR = "school_level"
"""Code of the level in the catalog of indicators."""

_METHOD = (
    "mean of three parts by fixed cut points; range: withheld counts by their bounds, "
    "chance by Jeffreys' distributions"
)
_SHARED = {
    "indicator": INDICATOR,
    "grade_level": "all",
    "student_group_type": "all",
    "student_group": "all",
    "reference": "",
    "method": _METHOD,
}


def level_estimates(levels: pd.DataFrame, *, rules: LevelRules) -> pd.DataFrame:
    """Level of each school, of each of its parts and under each other weighting, as ESTIMATES.

    Parameters
    ----------
    levels
        What `school_levels` gives.
    rules
        How a level is made: ``sa.report.level_rules()``.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of measures `school_level`, `level_<part>` and `level_weighted_<weights>`, in the unit `level`: an
        estimate where one level is left, otherwise its bounds; `undefined` where there is none.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> figures = sa.report.level_figures(up_to=2019, place="southeast_seattle")
    >>> levels = sa.report.school_levels(figures, rules=sa.report.level_rules())
    >>> made = sa.report.level_estimates(levels, rules=sa.report.level_rules())
    >>> made[["measure", "bound_low", "bound_high"]].values.tolist()[0]
    ['school_level', 3.0, 4.0]
    """
    schema.check_table(levels, "levels", "pass what `school_levels` returns", ["level_low"])
    names = {("level", ""): "school_level"}
    names |= {(part, ""): f"level_{part}" for part in rules.parts}
    for weights in rules.weights[1:]:
        code = "".join(map(str, weights))
        names["level", weight_suffix(weights, rules)] = f"level_weighted_{code}"
    rows = levels.sort_index(kind="stable")
    low, high = (
        np.column_stack(
            [
                rows[f"{name}_{end}{suffix}"].to_numpy(float, na_value=np.nan)
                for name, suffix in names
            ]
        ).ravel()
        for end in ("low", "high")
    )
    named = rows[["end_year", "organization_id", "organization_name", "source_ids"]]
    one, known = low == high, ~np.isnan(low)
    # All measures of a school in one table: made one by one, they took half the time of a school's level.
    together = named.iloc[np.repeat(np.arange(len(rows)), len(names))].assign(
        **_SHARED,
        organization_level="school",
        measure=[*names.values()] * len(rows),
        unit="level",
        estimate=np.where(one, low, np.nan),
        bound_low=np.where(one, np.nan, low),
        bound_high=np.where(one, np.nan, high),
        status=np.select([~known, one], ["undefined", "ok"], "bounded"),
    )
    return schema.conform_estimates(together)


def schools_at(levels: pd.DataFrame, lowest: int, highest: int) -> tuple[int, int]:
    """Return how many schools are at these levels at the least and at the most, counted jointly.

    The number is a sum of independent draws, one per school. Its range is the interval that holds so much of its
    distribution at the least and at the most of what is withheld, not that of every school at its own extreme.

    Parameters
    ----------
    levels
        What `school_levels` gives. Without its chances, each school's range is taken as it is; the range of the number
        holds with their `ci_level`, 0.95 without one.
    lowest, highest
        Levels, 1-5.

    Notes
    -----
    Method: the distribution of a sum of independent draws that are not alike (Poisson binomial), by convolution.

    Examples
    --------
    >>> levels = pd.DataFrame({"level_low": [2, 4, 5], "level_high": [4, 5, 5]})
    >>> schools_at(levels, 4, 5)
    (2, 3)
    """
    surely, maybe = _chances_at(levels, lowest, highest)
    tail = (1 - max(levels.get("ci_level", []), default=0.95)) / 2
    return _quantile(surely, tail), _quantile(maybe, 1 - tail)


def levels_of_part(levels: pd.DataFrame, part: str) -> pd.DataFrame:
    """Return the levels of a part alone as if they were those of the schools, with their chances."""
    names = [
        *("level_low", "level_high"),
        *(_at_least(n, end) for n in LEVELS[1:] for end in _ENDS),
    ]
    own = {f"{part}_{name.removeprefix('level_')}": name for name in names}
    present = [name for name in names if name in levels]
    return levels.drop(columns=present).rename(columns=own)


_ENDS = ("low", "high")


def codes_at(
    levels: pd.DataFrame, lowest: int, highest: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return as many codes of schools as `schools_at` counts at the least and at the most: the likeliest ones.

    Examples
    --------
    >>> levels = pd.DataFrame({"organization_id": ["2120", "2182"], "level_low": [2, 4], "level_high": [4, 5]})
    >>> codes_at(levels, 4, 5)
    (('2182',), ('2182', '2120'))
    """
    surely, maybe = _chances_at(levels, lowest, highest)
    known = levels.loc[levels["level_low"].notna(), "organization_id"].tolist()
    likeliest = [known[at] for at in np.argsort(-(surely + maybe), kind="stable")]
    least, most = schools_at(levels, lowest, highest)
    return tuple(likeliest[:least]), tuple(likeliest[:most])


def _chances_at(levels: pd.DataFrame, lowest: int, highest: int) -> tuple[Floats, Floats]:
    """Return each school's least and greatest chance to be at these levels, whatever the withheld counts are."""
    known = levels[levels["level_low"].notna()]

    def reach(level: int, end: str) -> Floats:
        if level <= LEVELS[0]:
            return np.ones(len(known))
        if level > LEVELS[-1]:
            return np.zeros(len(known))
        if (name := _at_least(level, end)) in known:
            return known[name].to_numpy(float)
        return np.asarray(known[f"level_{end}"] >= level, dtype="float64")

    surely = reach(lowest, "low") - reach(highest + 1, "high")
    maybe = reach(lowest, "high") - reach(highest + 1, "low")
    return np.clip(surely, 0, 1), np.clip(maybe, 0, 1)


def _quantile(chances: Floats, share: float) -> int:
    """Return the quantile of how many of independent draws come up."""
    counts = np.ones(1)
    for chance in chances:
        counts = np.convolve(counts, [1 - chance, chance])
    return int(np.searchsorted(np.cumsum(counts), share - HAIR))


def level_shares(
    levels: pd.DataFrame,
    *,
    schools: Mapping[str, Collection[str]],
    names: Mapping[str, str],
) -> pd.DataFrame:
    """Share of the schools of places at each level, as ESTIMATES.

    Parameters
    ----------
    levels
        What `school_levels` gives.
    schools
        Codes of the schools by place.
    names
        Names of the places.

    Returns
    -------
    pandas.DataFrame
        ESTIMATES of measures `level_share_1` to `level_share_5` and `level_share_45` (at 4 or 5), one row per year,
        place, and measure; of the schools that have a level. The bounds are those of `schools_at`: schools are counted
        jointly.

    Notes
    -----
    Reading: 1 is every school.
    Caution: ranges of several levels overlap: they add up to more than all schools.
    """
    rows = []
    for end_year, of_year in levels.groupby("end_year", sort=True):
        for place, codes in schools.items():
            here = of_year[of_year["organization_id"].isin(list(codes))]
            rows += [
                {**_share(here, *span), "end_year": end_year, "organization_id": place}
                for span in (*zip(LEVELS, LEVELS, strict=True), _TOP)
            ]
    table = pd.DataFrame(rows)
    if table.empty:
        return schema.conform_estimates(table)
    named = table["organization_id"].map(dict(names))
    return schema.conform_estimates(
        table.assign(**_SHARED, organization_level="place", organization_name=named)
    )


_TOP = (4, 5)


def _share(here: pd.DataFrame, lowest: int, highest: int) -> dict[str, object]:
    with_level = here[here["level_low"].notna()]
    n = len(with_level)
    low, high = schools_at(with_level, lowest, highest)
    share = {
        "measure": "level_share_" + "".join(map(str, dict.fromkeys((lowest, highest)))),
        "unit": "share_of_schools",
        "source_ids": join_sources(with_level["source_ids"]),
    }
    if not n:
        return {**share, "status": "undefined"}
    return {
        **share,
        "estimate": low / n if low == high else None,
        "bound_low": None if low == high else low / n,
        "bound_high": None if low == high else high / n,
        "numerator_low": low,
        "numerator_high": high,
        "n_low": n,
        "n_high": n,
        "cells": n,
        "cells_reported": n,
        "status": "ok" if low == high else "bounded",
    }
