"""Read the numbers of schools that levels are made of: each with its least, its most, and what chance leaves open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import special

from sesec_analysis.bounds import Floats, KnownCounts

if TYPE_CHECKING:
    from sesec_analysis.catalog.entries import LevelFigure

__all__ = ["HAIR", "SchoolFigure", "SchoolFigures"]


CHANCES = (np.arange(200) + 0.5) / 200
"""Where in its distribution of chance a figure is looked at; the middle of 200 equal parts."""

HAIR = 1e-9
"""Floating point room: a figure at a cut point reaches it."""

_NO_FIGURE = ("no_students", "not_collected", "small_n", "withheld")


@dataclass(frozen=True)
class SchoolFigure:
    """A figure of a school: its least and most, and each at every chance. More is better."""

    low: float
    high: float
    by_chance_low: Floats
    by_chance_high: Floats
    sources: tuple[str, ...]

    def less(self, other: SchoolFigure) -> SchoolFigure:
        """Return the difference; chance by the distances of both from their own limits, squared and added."""
        return SchoolFigure(
            self.low - other.high,
            self.high - other.low,
            _apart(self.low, self.by_chance_low, other.high, other.by_chance_high),
            _apart(self.high, self.by_chance_high, other.low, other.by_chance_low),
            (*self.sources, *other.sources),
        )

    def rise_from(self, earlier: SchoolFigure) -> SchoolFigure:
        """Return how far a rate rose, at every chance at least as far as published; 0 at all where it did not rise."""
        change = self.less(earlier)
        if change.high <= 0:
            return _no_change(change.sources)
        low = max(change.low, 0.0)
        return SchoolFigure(
            low,
            change.high,
            np.maximum(change.by_chance_low, low),
            np.maximum(change.by_chance_high, change.high),
            change.sources,
        )

    def plus(self, other: SchoolFigure) -> SchoolFigure:
        """Return the sum of two figures that chance moves together."""
        return SchoolFigure(
            self.low + other.low,
            self.high + other.high,
            self.by_chance_low + other.by_chance_low,
            self.by_chance_high + other.by_chance_high,
            (*self.sources, *other.sources),
        )

    def at_most(self, limit: SchoolFigure) -> SchoolFigure:
        """Return the figure, or the limit where that is less, at every chance."""
        return SchoolFigure(
            min(self.low, limit.low),
            min(self.high, limit.high),
            np.minimum(self.by_chance_low, limit.by_chance_low),
            np.minimum(self.by_chance_high, limit.by_chance_high),
            (*self.sources, *limit.sources),
        )


def _no_change(sources: tuple[str, ...]) -> SchoolFigure:
    """Return a change of 0, which chance does not move."""
    none = np.zeros(len(CHANCES))
    return SchoolFigure(0.0, 0.0, none, none, sources)


def _apart(point: float, by_chance: Floats, other: float, other_by_chance: Floats) -> Floats:
    mirrored = other_by_chance[::-1]
    away = np.sqrt((by_chance - point) ** 2 + (mirrored - other) ** 2)
    spread = np.where(CHANCES < 0.5, -away, away)
    return np.asarray(point - other + np.maximum.accumulate(spread))


class SchoolFigures:
    """All figures of OBSERVATIONS, looked up by indicator, year, school and student group."""

    def __init__(self, obs: pd.DataFrame) -> None:
        rows = obs[
            (obs["organization_level"] == "school") & (obs["grade_level"] == "all")
        ].reset_index(drop=True)
        known = KnownCounts.from_table(rows)
        keys = ("indicator", "end_year", "organization_id", "student_group_type", "student_group")
        named = zip(*(rows[key].tolist() for key in keys), strict=True)
        self._row = {key: at for at, key in enumerate(named)}
        self._k = known.k_low, known.k_high
        self._n = known.n_low, known.n_high
        self._value = known.value_low, known.value_high
        self._by_chance = rows["unit"].eq("proportion").tolist()
        self._status = rows["status"].tolist()
        self._source = rows["source_id"].tolist()
        self._names = dict(zip(rows["organization_id"], rows["organization_name"], strict=True))
        pairs = zip(rows["indicator"], rows["student_group_type"], rows["end_year"], strict=True)
        self._years: dict[tuple[str, str], set[int]] = {}
        for indicator, kind, year in pairs:
            self._years.setdefault((indicator, kind), set()).add(int(year))

    @property
    def schools(self) -> dict[str, str]:
        """Names of the schools by their code."""
        return self._names

    def years(self, figure: LevelFigure) -> set[int]:
        """Return the years in which every indicator of a figure is published for some school."""
        kind = figure.student_group_type
        return set.intersection(
            *(self._years.get((code, kind), set()) for code in figure.indicators)
        )

    def find(
        self, figure: LevelFigure, school: str, end_year: int, kind: str | None = None
    ) -> SchoolFigure | None:
        """Return a figure of a school and year; None where nothing of it is published.

        With a ``kind`` of school, chance is as wide as the variation between years that its entry gives.
        """
        phi = figure.phi.get(kind or "")
        if figure.of == "rate":
            return self._rates(figure, school, end_year, phi)[0]
        since = end_year if figure.since is None else min(figure.since, end_year)
        years = [year for year in sorted(self.years(figure)) if since <= year <= end_year]
        rates = {year: self._rates(figure, school, year, phi) for year in years}
        return _gaps(rates, figure.of).get(end_year)

    def _rates(
        self, figure: LevelFigure, school: str, end_year: int, phi: float | None
    ) -> list[SchoolFigure | None]:
        """Return the rate of each group of a figure."""
        kind = figure.student_group_type
        return [
            self._rate([(code, end_year, school, kind, group) for code in figure.indicators], phi)
            for group in figure.groups
        ]

    def _rate(
        self, keys: Sequence[tuple[str, int, str, str, str]], phi: float | None
    ) -> SchoolFigure | None:
        rows = [self._row[key] for key in keys if key in self._row]
        if len(rows) < len(keys) or any(self._status[at] in _NO_FIGURE for at in rows):
            return None
        if len(rows) > 1:
            low, high, n = self._together(rows)
        else:
            low, high = (float(ends[rows[0]]) for ends in self._value)
            n = float(self._n[0][rows[0]])
        if low <= 0 and high >= 1:
            return None
        has_chance = phi is not None or self._by_chance[rows[0]]
        by_chance = [
            _by_chance(end, n / (phi or 1)) if has_chance else np.full(len(CHANCES), end)
            for end in dict.fromkeys((low, high))
        ]
        sources = tuple(self._source[at] for at in rows)
        return SchoolFigure(low, high, by_chance[0], by_chance[-1], sources)

    def _together(self, rows: list[int]) -> tuple[float, float, float]:
        """Return the least and most share of several indicators' answers together, and the fewest answers."""
        counted = [float(ends[rows].sum()) for ends in self._k]
        left = [float((self._n[1 - end][rows] - self._k[end][rows]).sum()) for end in (0, 1)]
        low = counted[0] / max(counted[0] + left[0], 1.0)
        high = counted[1] / max(counted[1] + max(left[1], 0.0), 1.0)
        return low, high, float(self._n[0][rows].sum())


def _gaps(rates: Mapping[int, Sequence[SchoolFigure | None]], of: str) -> dict[int, SchoolFigure]:
    """Return a gap by year, or its change since the first year, without credit for what other students lost.

    Between any two of the years it closes by no more than the first group's own rate rose. So where all rates of a
    school fell from one year to another, the gap of the later year counts as no smaller.
    """
    known: dict[int, SchoolFigure] = {}
    first = _less(*rates[min(rates)]) if rates else None
    for year, (own, other) in rates.items():
        gap = _less(own, other)
        if own is None or gap is None or (of == "gap_change" and first is None):
            continue
        if of == "gap_change" and first is not None:
            gap = gap.less(first) if known else _no_change(first.sources)
        for earlier, limit in known.items():
            before = rates[earlier][0]
            assert before is not None
            gap = gap.at_most(limit.plus(own.rise_from(before)))
        known[year] = gap
    return known


def _less(figure: SchoolFigure | None, other: SchoolFigure | None) -> SchoolFigure | None:
    return None if figure is None or other is None else figure.less(other)


def _by_chance(rate: float, n: float) -> Floats:
    """Return Jeffreys' quantiles of a rate of so many students, at `CHANCES`."""
    students = max(n, 1.0)
    counted = rate * students
    # As `stats.beta.ppf`, which looks at its arguments for half as long again.
    return np.asarray(special.betaincinv(counted + 0.5, students - counted + 0.5, CHANCES))
