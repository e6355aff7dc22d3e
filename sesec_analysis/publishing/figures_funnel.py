"""The limits of a funnel, which schools lie beyond them, and what is said about that: for `plot_funnel`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Self

import numpy as np
import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.metrics.dispersion import funnel_limits
from sesec_analysis.polygons import Floats
from sesec_analysis.publishing import figures_words as words
from sesec_analysis.publishing.columns import TEXTS, heading
from sesec_analysis.publishing.figures_cloud import Curve
from sesec_analysis.publishing.figures_strips import school_name
from sesec_analysis.publishing.findings import Finding, Findings
from sesec_analysis.publishing.rows import Row
from sesec_analysis.publishing.scale import Scale
from sesec_analysis.publishing.tables import Column, ReportTable
from sesec_analysis.publishing.wording import printed
from sesec_analysis.words import mark, say

__all__ = ["BETTER", "OUTER", "Limits", "Standings"]

BETTER = {"higher_is_better": 1, "lower_is_better": -1, "neutral": 0}
"""Side of a line on which a school stands out as a strength; 0: neither."""

OUTER = 0.998
"""Chance to lie within the outer limits; beyond them a school is unlike the others."""

_SLACK = 1e-9
_SIDES = {
    1: mark("Higher than chance explains"),
    0: mark("Within the limits"),
    -1: mark("Lower than chance explains"),
}


_CHANCE_ONLY = mark(
    "The limits allow for chance; about {few} of {n} schools would lie beyond the {limits} anyway."
)
_VARIETY_TOO = mark(
    "The limits allow for chance and for schools’ usual variety; about {few} of {n} schools would lie beyond the "
    "{limits} anyway."
)


@dataclass(frozen=True)
class Limits:
    """Between which rates schools of any size are expected to lie."""

    target: float
    variance: float  # of schools' own rates: 0 where they differ by chance alone
    level: float  # of the inner limits

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Self | None:
        """Read the limits from rows of `funnel_target`; None if no row has them.

        The largest school tells most: its limits lie furthest from none and all. Where even they are none and all,
        wider limits are too, and narrower ones cannot be told. All is made of the numbers that are printed: schools
        differ by more than chance if that shows in them.
        """
        known = [row for row in rows if row.publish == "point" and row.n_low]
        row = max(known, key=lambda row: (row.n_low or 0, row.organization_id), default=None)
        if row is None or None in (row.estimate, row.ci_low, row.ci_high):
            return None
        n, level, told = float(row.n_low or 1), row.ci_level or 0.95, printed(row).numbers
        rounding = 2 * Scale.of(row).least  # of the target, and of an end outward
        target, low, high = (told[name] or 0.0 for name in ("estimate", "ci_low", "ci_high"))
        exact = [float(end) for end in funnel_limits(n, target, level)]
        if np.allclose(exact, [low, high], atol=rounding, rtol=0):
            return cls(target, 0.0, level)
        reach = max(high - target, target - low) / _reach(level)
        return cls(target, max(0.0, reach**2 - target * (1 - target) / n), level)

    def at(self, n: Floats, level: float) -> tuple[Floats, Floats]:
        """Return the lower and upper limits for schools of so many students, of this level or a wider one."""
        if self.variance == 0:
            return funnel_limits(n, self.target, level)
        away = _reach(level) * np.sqrt(self.target * (1 - self.target) / n + self.variance)
        return np.fmax(self.target - away, 0.0), np.fmin(self.target + away, 1.0)

    def key(self, estimates: pd.DataFrame) -> list[tuple[str, str]]:
        """Return the marks of the lines, and what each means; the estimates tell a goal from the rate of all."""
        exact = estimates[(estimates["measure"] == "funnel_target") & (estimates["status"] == "ok")]
        together = exact["numerator_low"].sum() / max(exact["n_low"].sum(), 1)
        own = (
            say("schools with published counts together")
            if np.isclose(exact["estimate"].astype(float), together, rtol=0).all()
            else say("target")
        )
        told = [(line, _limits_words(level)) for line, level in self.levels.items()]
        return [("line", f"{own}, {self.target * 100:.1f}%"), *told]

    @property
    def levels(self) -> dict[str, float]:
        """The levels drawn, by the mark of their lines."""
        return {"dash": self.level} | ({"thin": OUTER} if self.level < OUTER else {})

    def curves(self, most: float) -> list[Curve]:
        """Return the target and its limits, from the smallest school that may be shown to the largest."""
        least = schema.MINIMUM_GROUP
        n = np.unique(np.linspace(least, max(most, least + 1.0), 400).round())
        ends = [(mark, self.at(n, level)) for mark, level in self.levels.items()]
        target = Curve("line", n, np.full(n.shape, self.target))
        return [target, *(Curve(mark, n, end) for mark, both in ends for end in both)]


def _reach(level: float) -> float:
    return NormalDist().inv_cdf(0.5 + level / 2)


@dataclass(frozen=True)
class Standings:
    """Schools, and on which side of the limits those lie that may be shown."""

    schools: Sequence[Finding]  # their rates
    targets: Mapping[str, Finding]  # by school
    here: frozenset[str]
    limits: Limits | None

    def side(self, found: Finding) -> int:
        """Return 1 above the limits, -1 below them, 0 within them or where either is not known."""
        target, row = self.targets.get(found.row.organization_id), found.row
        if target is None or row.publish != "point" or target.row.publish != "point":
            return 0
        rate, low, high = row.estimate or 0.0, target.row.ci_low or 0.0, target.row.ci_high or 1.0
        return int(rate > high + _SLACK) - int(rate < low - _SLACK)

    def beyond(self, side: int) -> list[Finding]:
        """Return the schools on one side of the limits, by name."""
        found = [one for one in self.schools if self.side(one) == side]
        return sorted(found, key=lambda one: (one.place, one.id))

    def strengths(self) -> list[Finding]:
        """Return the schools beyond the limits on the better side; where neither is better, those on both."""
        return [one for side in (1, -1) if self._better in (side, 0) for one in self.beyond(side)]

    @property
    def _better(self) -> int:
        return BETTER[catalog.indicator(self.schools[0].row.indicator).direction]

    def told(self, place: str) -> list[str]:
        """Return the main findings: schools on the better side by name, then how many of the place lie within."""
        better = self.strengths() if self._better else []
        names = f"{say(_SIDES[self._better])}: {_names(better)}" if better else ""
        own = [one for one in self.schools if one.row.organization_id in self.here]
        own = [one for one in own if self._limits(one) and one.row.publish == "point"]
        within = sum(self.side(one) == 0 for one in own)
        inside = say(
            "{within} of {n} shown in {place} are within the limits",
            within=within,
            n=len(own),
            place=place,
        )
        return [part for part in (names, inside if own else "") if part]

    def notes(self) -> list[str]:
        """Return what lies beyond the limits, and how that is to be read."""
        if self.limits is None:
            return [
                say(
                    "No limits are drawn: too few schools have published counts to learn them from."
                )
            ]
        beyond = [
            f"{say(_SIDES[side])}: {_names(self.beyond(side))}."
            for side in (1, -1)
            if self.beyond(side)
        ]
        drawn = sum(one.row.publish == "point" for one in self.schools)
        limits = _limits_words(self.limits.level)
        hidden = drawn < len(self.schools)
        few = round((1 - self.limits.level) * drawn)
        allowed = _VARIETY_TOO if self.limits.variance else _CHANCE_ONLY
        return [
            *(beyond or [say("No school lies beyond the {limits}.", limits=limits)]),
            f"{catalog.measure('funnel_z').caution} {say('They are not ranked.')}",
            say(allowed, few=few, n=drawn, limits=limits),
            *([say("Schools with withheld figures do not enter the lines.")] if hidden else []),
        ]

    def table(self, caption: str, note: str, shown: Findings) -> ReportTable:
        """Return the schools by name, each with its rate, students, limits and standing."""
        rates = Findings(list(self.schools))
        named = [Column(name, *heading(name, rates)) for name in ("place", "value", "n")]
        level = _limits_words(self.limits.level if self.limits else 0.95)
        columns = (*named, Column("limits", level, "right"), Column("standing", say("Standing")))
        rows = tuple(
            (
                *(TEXTS[name](one) for name in ("place", "value", "n")),
                self._limits(one),
                self._standing(one),
            )
            for one in sorted(self.schools, key=lambda one: (one.place, one.id))
        )
        return ReportTable(caption, columns, rows, note, shown)

    def _limits(self, found: Finding) -> str:
        target = self.targets.get(found.row.organization_id)
        return target.printed.interval if target and target.row.publish == "point" else ""

    def _standing(self, found: Finding) -> str:
        if not self._limits(found) or found.row.publish != "point":
            return ""
        return say(_SIDES[self.side(found)])


def _limits_words(level: float) -> str:
    return say("{percent}% limits", percent=f"{level * 100:.12g}")


def _names(found: Sequence[Finding]) -> str:
    return words.joined([school_name(one) for one in found])
