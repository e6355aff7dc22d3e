"""Tell where schools stand: within the limits that chance explains, and beside what is usual at schools elsewhere.

A school is told from the others by limits that hold for all of them together, and none is ranked.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import NormalDist
from typing import NamedTuple, Self

import numpy as np
import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.bounds import Floats
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.gate.rules import reason_of
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.tables import CELLS, ReportTable, TextColumn, column, heading_text
from sesec_analysis.evidence.wording import numbers
from sesec_analysis.evidence.wording.fields import OUTER, is_school_of
from sesec_analysis.i18n import mark as N_
from sesec_analysis.metrics.expected import wider_for_all
from sesec_analysis.metrics.funnel import funnel_limits
from sesec_analysis.text import Arg, Constant, Name, Text, _

__all__ = [
    *("STANDINGS", "Focus", "Funnel", "Limits", "Usual", "better", "choose_focus", "is_pooled"),
    *("not_drawn", "of_measure", "outer_text", "schools_of", "shares_of"),
]


STANDINGS = {
    1: N_("Higher than chance explains"),
    0: N_("Not told from chance"),
    -1: N_("Lower than chance explains"),
}
_SLACK = 1e-9
_ROUNDED = 0.011  # between targets as printed: whole percents of few students, tenths of others
_TABLES = {
    "average": "pd.concat([sa.averages(budgets), sa.rates(shares)])",
    "funnel_target": "pd.concat([sa.rates(schools), sa.funnel(schools)])",
    "expected_rate": "pd.concat([sa.rates(schools), sa.rates(shares), sa.expected_rates(inside, outside, shares)])",
}
"""By a measure of its own: the table that holds all that is set beside each other."""


def schools_of(findings: Iterable[Finding], code: str) -> list[Finding]:
    """Return the findings of schools that belong to a place."""
    catalog.place(code)
    return [one for one in findings if is_school_of(code, one.row)]


class Focus(NamedTuple):
    """What is brought out: a place by its code and name, its schools, and a school that is named."""

    code: str
    place: Arg
    here: frozenset[str]
    school: frozenset[str] = frozenset()


def choose_focus(rates: Mapping[str, Finding], focus: str | None) -> Focus:
    """Return the place in focus, or the catalog's headline, and the school that is asked for by its code."""
    places, findings = catalog.places(), Findings(list(rates.values()))
    headline = next(code for code, place in places.items() if place.headline)
    code = focus if focus in places else headline
    here = frozenset(one.row.organization_id for one in schools_of(findings, code))
    if focus in places and not here:
        raise DataError(
            f"none of these schools is of {places[code].name}", where=f"focus {focus!r}",
            fix="name a place that has some of them, or one of the schools", valid=sorted(rates),
        )  # fmt: skip
    school = None if focus in places or focus is None else findings.checked_focus(focus)
    name = Name("place_plain", code)
    return Focus(code, name, here, frozenset({school} if school else ()))


def better(findings: Iterable[Finding]) -> int:
    """Return 1 if more of what is measured is better, -1 if less is, 0 if neither."""
    direction = catalog.indicator(next(iter(findings)).row.indicator).direction
    return {"higher_is_better": 1, "lower_is_better": -1, "neutral": 0}[direction]


def of_measure(
    findings: Iterable[Finding], measure: str, what: str, table: str
) -> dict[str, Finding]:
    """Return the findings of one measure by school.

    Raises
    ------
    DataError
        If there are none; ``what`` says what they are, ``table`` is the measure by which their whole table is known.
    """
    found = {one.row.organization_id: one for one in findings if one.row.measure == measure}
    if not found:
        raise DataError(
            f"the estimates hold no {what} of schools",
            where=f"estimates, column measure, {measure!r}",
            fix=f"put all that is drawn in one table: {_TABLES[table]}",
        )
    return found


def shares_of(shares: Mapping[str, Finding]) -> dict[str, float]:
    """Return the shares that may be shown, as they are printed."""
    shown = {code: one for code, one in shares.items() if one.row.publish == "point"}
    return {code: one.printed.numbers["estimate"] or 0.0 for code, one in shown.items()}


def not_drawn(findings: Mapping[str, Finding], shares: Collection[str]) -> dict[str, Arg | None]:
    """Return why a school is not drawn: its number or its share may not be shown."""
    unknown = [code for code in findings if code not in shares]
    hidden = {c: reason_of(one) for c, one in findings.items() if one.row.publish == "nothing"}
    return dict.fromkeys(unknown, Text(N_("no low-income share that may be shown"))) | hidden


def _table(
    whole: ReportTable, rates: Mapping[str, Finding], more: Sequence[TextColumn],
    cells: Mapping[str, Sequence[Arg | None]],
) -> ReportTable:  # fmt: skip
    """Return schools in the order of ``cells``, each with its rate, its students, and these cells."""
    first, every = ("place", "value", "n"), Findings(list(rates.values()))
    columns = (*(column(name, every) for name in first), *more)
    texts = {code: (*(CELLS[name](rates[code]) for name in first), *cells[code]) for code in cells}
    rows = tuple(texts.values())
    return replace(whole, texts=replace(whole.texts, columns=columns, rows=rows))


# limits of chance --------------------------------------------------------------------------------


def outer_text() -> Text:
    """Return what the outer limits are called."""
    return _("{percent}% limits", percent=Constant("outer_limits"))


def _reach(level: float) -> float:
    return NormalDist().inv_cdf(0.5 + level / 2)


@dataclass(frozen=True)
class Limits:
    """Between which rates schools of any size are expected to lie."""

    target: float
    variance: float  # of schools' own rates: 0 where they differ by chance alone
    level: float  # of the inner limits

    @classmethod
    def from_rows(cls, rows: Iterable[Row]) -> Self | None:
        """Read the limits from rows of `funnel_target`; None if no row has them.

        They are read from the largest school, whose limits lie furthest from 0 and 100 percent, and from its numbers as
        printed: schools vary by more than chance if that shows in them.
        """
        known = [row for row in rows if _is_limit(row)]
        if np.ptp([row.estimate or 0.0 for row in known] or [0.0]) > _ROUNDED:
            raise DataError(
                "schools have targets of their own, and no lines hold for all of them",
                where="plot_funnel",
                fix="draw schools of one level at a time, and expected rates with `plot_expected`",
            )
        row = max(known, key=_size, default=None)
        if row is None or None in (row.estimate, row.ci_low, row.ci_high):
            return None
        n, level, told = float(row.n_low or 1), row.ci_level or 0.95, numbers.print_row(row).numbers
        rounding = (
            2 * numbers.NumberFormat.for_row(row).least
        )  # of the target, and of an end outward
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


def _is_limit(row: Row) -> bool:
    return row.publish == "point" and bool(row.n_low)


def _size(row: Row) -> tuple[int, str]:
    return row.n_low or 0, row.organization_id


def is_pooled(estimates: pd.DataFrame) -> bool:
    """Whether the target of a `funnel` is the rate of the schools with published counts together."""
    of = estimates[(estimates["measure"] == "funnel_target") & (estimates["status"] == "ok")]
    together = of["numerator_low"].sum() / max(of["n_low"].sum(), 1)
    return bool(np.isclose(of["estimate"].astype(float), together, rtol=0).all())


@dataclass(frozen=True)
class Funnel:
    """Schools by id: rate, and the target with its limits."""

    rates: Mapping[str, Finding]
    targets: Mapping[str, Finding]

    @cached_property
    def limits(self) -> Limits | None:
        """The limits of all schools; None where too few have published counts."""
        return Limits.from_rows(one.row for one in self.targets.values())

    @property
    def largest(self) -> Finding:
        """The target of the largest school, from which the limits are read; of any school where none has them."""
        every = list(self.targets.values())
        known = [one for one in every if _is_limit(one.row)]
        return max(known, key=lambda one: _size(one.row), default=every[0])

    @property
    def limits_text(self) -> Text:
        """What the inner limits are called."""
        return _("{percent}% limits", self.largest, percent=Text("{ci_percent}"))

    @property
    def better(self) -> int:
        """The better side; 0 if neither."""
        return better(self.rates.values())

    def _is_known(self, code: str) -> bool:
        return code in self.targets and self.targets[code].row.publish == "point"

    @cached_property
    def sides(self) -> dict[str, int]:
        """Of each school shown as a number: 1 above the limits for all together, -1 below them, 0 within."""
        shown = {code: one.row for code, one in self.rates.items() if one.row.publish == "point"}
        # One school is judged at a level such that all together keep the outer one (Bonferroni's).
        together, sides = 1 - (1 - OUTER) / max(len(shown), 1), {}
        for code, row in shown.items():
            if self.limits and self._is_known(code) and row.n_low:
                low, high = self.limits.at(np.array([float(row.n_low)]), together)
                rate = row.estimate or 0.0
                sides[code] = int(rate > high[0] + _SLACK) - int(rate < low[0] - _SLACK)
        return sides

    @property
    def _by_name(self) -> list[str]:
        return sorted(self.rates, key=lambda code: (self.rates[code].place, self.rates[code].id))

    @property
    def named(self) -> dict[int, list[Finding]]:
        """The schools beyond the limits by name: on the better side; where neither is better, on both."""
        known = [code for code in self._by_name if code in self.sides]
        every = {at: [self.rates[c] for c in known if self.sides[c] == at] for at in (1, -1)}
        return {at: of for at, of in every.items() if of and self.better in (at, 0)}

    def table(self, whole: ReportTable) -> ReportTable:
        """Return the schools by name, with limits and standing; a school on the worse side has none."""
        cells = {}
        for code in self._by_name:
            interval = Text("{interval}", of=self.targets[code]) if self._is_known(code) else None
            side = self.sides.get(code)
            is_stated = side is not None and not (self.better and side == -self.better)
            cells[code] = (interval, Text(STANDINGS[side or 0]) if is_stated else None)
        limits = TextColumn("limits", self.limits_text, "right")
        stands = TextColumn("standing", Text(N_("Standing")))
        return _table(whole, self.rates, (limits, stands), cells)


# what is usual -----------------------------------------------------------------------------------


class Line(NamedTuple):
    """What is usual by low-income share, and about where the rates of schools of the place would lie."""

    x: Floats
    y: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Usual:
    """Schools by id: rate and low-income share, and of those of the place the expected rate and the difference."""

    rates: Mapping[str, Finding]
    shares: Mapping[str, Finding]
    expected: Mapping[str, Finding]
    differences: Mapping[str, Finding]

    @classmethod
    def from_findings(cls, findings: Sequence[Finding]) -> Self:
        """Split findings into the rates and expected rates of one indicator, and the shares of another."""
        named = {one.row.indicator for one in findings if "expected" in one.row.measure}
        own = [one for one in findings if one.row.indicator in named or not named]
        others = [one for one in findings if one.row.indicator not in named]
        kind = "expected_rate"
        expected = of_measure(own, kind, "expected rates", kind)
        differences = of_measure(own, "rate_less_expected", "differences", kind)
        rates = of_measure(own, "rate", "rates", kind)
        return cls(
            rates, of_measure(others, "rate", "low-income shares", kind), expected, differences
        )

    @property
    def x(self) -> dict[str, float]:
        """The shares that may be shown."""
        return shares_of(self.shares)

    @property
    def reasons(self) -> dict[str, Arg | None]:
        """Why a school is not drawn."""
        return not_drawn(self.rates, self.x)

    @property
    def drawn(self) -> list[str]:
        """Schools whose share and rate may be shown, the rate at least as a range."""
        hidden = self.reasons
        return [code for code in self.rates if code not in hidden]

    @property
    def compared(self) -> dict[str, Row]:
        """Of the schools of the place that are drawn, the difference from what is usual if it may be shown."""
        known = {c: one.row for c, one in self.differences.items() if one.row.publish != "nothing"}
        return {code: known[code] for code in self.drawn if code in known}

    @property
    def level(self) -> float:
        """Level of the intervals."""
        return next(iter(self.differences.values())).row.ci_level or 0.95

    def sides(self, *, wider: float = 1.0) -> dict[str, int]:
        """Return 1 if a school's rate lies above the shading, -1 if below, else 0; or one so many times as wide."""
        sides = {}
        for code, row in self.compared.items():
            point = row.publish == "point"
            ends = (row.ci_low, row.ci_high) if point else (row.outer_low, row.outer_high)
            edges = (row.estimate, row.estimate) if point else (row.bound_low, row.bound_high)
            pairs = zip(edges, ends, strict=True)
            of = [a + wider * (b - a) for a, b in pairs if a is not None and b is not None]
            sides[code] = int(of[0] > 0) - int(of[1] < 0) if len(of) == 2 else 0
        return sides

    @property
    def points(self) -> dict[str, int]:
        """Sides of those drawn as dots: a range may lie on either side of the shading."""
        sides, compared = self.sides(), self.compared
        return {code: side for code, side in sides.items() if compared[code].publish == "point"}

    @property
    def better(self) -> int:
        """The better side; 0 if neither."""
        return better(self.rates.values())

    @property
    def strong(self) -> list[str]:
        """The schools clearly on the better side, by name; none where no side is better."""
        wide = wider_for_all(len(self.compared), level=self.level, outer=OUTER)
        sides = self.sides(wider=wide).items()
        strong = self.better
        codes = [code for code, side in sides if strong and side == strong]
        return sorted(codes, key=lambda code: self.rates[code].place)

    def line(self, asked: Iterable[str] | None = None) -> Line | None:
        """Return the line of what is usual for schools, those drawn or some of them; None if there is none."""
        codes = self.drawn if asked is None else list(asked)
        of = [(code, self.expected[code]) for code in codes if code in self.expected]
        known = {code: one.printed.numbers for code, one in of if one.row.publish == "point"}
        if not known:
            return None
        x = _log_odds(np.array([_with_half(self.shares[code].row) for code in known]))
        known_shares, edge = self.x, 0.01
        shares = [known_shares[code] for code in codes]
        across = np.clip(np.linspace(min(shares) - edge, max(shares) + edge, 200), 0.001, 0.999)

        def smooth(name: str) -> Floats:
            """All three are straight, or nearly, on the scale of log odds."""
            y = np.array([of_[name] or 0.0 for of_ in known.values()], dtype="float64")
            fitted = np.polyfit(x, _log_odds(np.clip(y, 0.001, 0.999)), min(1, len(set(x)) - 1))
            return np.asarray(1 / (1 + np.exp(-np.polyval(fitted, _log_odds(across)))))

        return Line(across, smooth("estimate"), smooth("ci_low"), smooth("ci_high"))

    def table(self, whole: ReportTable) -> ReportTable:
        """Return the schools by name, those of the place first, each with its rate beside what is usual."""
        heads: dict[str, Arg] = {
            "share": Text(N_("From low-income families")),
            "usual": Name("measure", "expected_rate"),
            "interval": heading_text("interval", Findings(list(self.expected.values()))),
            "difference": Text(N_("Difference")),
        }
        rates, usual = self.rates, self.expected
        cells: dict[str, tuple[Arg | None, ...]] = {}
        for code in sorted(rates, key=lambda code: (code not in usual, rates[code].place, code)):
            of = [part.get(code) for part in (self.shares, usual, self.differences)]
            texts = [CELLS["value"](one) if one else None for one in of]
            interval = Text("{interval}", of=usual[code]) if code in usual else None
            cells[code] = (*texts[:2], interval, texts[2])
        more = [TextColumn(name, head, "right") for name, head in heads.items()]
        return _table(whole, rates, more, cells)


def _with_half(row: Row) -> float:
    """A share with half a student added to both sides, as the line is fitted."""
    if row.numerator_low is None or row.n_low is None:
        return min(max(row.estimate or 0.0, 0.001), 0.999)
    return (row.numerator_low + 0.5) / (row.n_low + 1)


def _log_odds(p: Floats) -> Floats:
    return np.asarray(np.log(p / (1 - p)))
