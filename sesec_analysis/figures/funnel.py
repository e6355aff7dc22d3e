"""Plot schools' rates by their number of students, between the limits of chance."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Self

import numpy as np
import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.bounds import Floats
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import tables
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.tables import TEXTS, ReportTable, TableColumn, heading
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.numbers import NumberFormat, printed
from sesec_analysis.figures import axes, figure, scatter, words
from sesec_analysis.figures.scatter import Curve
from sesec_analysis.figures.schools import school_name
from sesec_analysis.figures.style import KeyMark
from sesec_analysis.i18n import mark, say
from sesec_analysis.metrics.funnel import funnel_limits

__all__ = ["BETTER", "OUTER", "Limits", "Standings", "plot_funnel"]


_FUNNEL = "pd.concat([sa.rates(schools), sa.funnel(schools)])"
_MOST_NAMED = 20  # beside the picture: of more, only those of the place


def plot_funnel(
    estimates: pd.DataFrame,
    *,
    focus: str | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    headline: pd.DataFrame | None = None,
) -> figure.ReportFigure | Notice:
    """Plot the rate of every school against its number of students, between the limits that chance explains.

    Parameters
    ----------
    estimates
        `rates` and `funnel` of the same schools in one table, of one indicator, year, grade and student group.
    focus
        Code of a place to bring out, or of a school to name. None: the place that is the catalog's headline.
    title, subtitle, headline
        As of `plot_rates`.

    Returns
    -------
    ReportFigure or Notice
        A notice if there are no rows of schools.

    Raises
    ------
    DataError
        If rates or limits are missing, the estimates answer several questions, schools have targets of their own, or
        ``focus`` is not among them.

    Notes
    -----
    Reading: the fewer students, the further chance alone moves a rate, so the limits open like a funnel. A school
    beyond 99.8 percent limits, widened so that they hold for all schools together, is named on the better side alone;
    how many lie on the other is said. Schools that may not be shown are counted under the figure.
    Reference: Spiegelhalter, D. J. (2005). Statistics in Medicine, 24, 1185-1202.

    Examples
    --------
    >>> from sesec_analysis.metrics.disparity import rates
    >>> from sesec_analysis.metrics.funnel import funnel
    >>> from sesec_analysis.schema import conform_observations
    >>> schools = conform_observations(pd.DataFrame({
    ...     "source_id": "synthetic", "indicator": "ela_met", "end_year": 2019, "status": "reported",
    ...     "organization_level": "school", "organization_id": ["2070", "2182", "2392", "9001", "9002"],
    ...     "grade_level": "all", "student_group_type": "all", "student_group": "all", "unit": "proportion",
    ...     "numerator": [50, 48, 90, 52, 50], "denominator": [100, 100, 120, 100, 100]}))
    >>> print(plot_funnel(pd.concat([rates(schools), funnel(schools)])).alt)
    Funnel plot: Synthetic data: Met the standard in English language arts, by school and number of students; All
    students, 2018–19. 3 of 3 shown in Southeast Seattle are within the limits for all schools together. Values are in
    the table.
    """
    of_schools = estimates.loc[estimates["organization_level"] == "school"]
    if of_schools.empty:
        return tables.missing(estimates)
    measures = ("rate", "funnel_target", "funnel_z", "funnel_p")
    findings = figure.one_question(of_schools, measures, varies=["measure"])
    rates = scatter.by_school(findings, "rate", "rates", _FUNNEL)
    targets = scatter.by_school(findings, "funnel_target", "limits", _FUNNEL)
    out = scatter.focused(rates, focus)
    sizes = {
        code: float(finding.row.n_low or 0)
        for code, finding in rates.items()
        if finding.row.publish != "nothing"
        and finding.row.n_low
        and finding.row.n_low == finding.row.n_high
    }
    reasons = {code: finding.row.reason for code, finding in rates.items() if code not in sizes}
    hidden = scatter.not_drawn(reasons, out)
    if not sizes:
        return Notice(words.title(findings), " ".join(hidden))
    limits = Limits.of(finding.row for finding in targets.values())
    standings = Standings(list(rates.values()), targets, out.here, limits)
    strengths = {finding.row.organization_id for finding in standings.strengths()}
    across = axes.amount_scale(sizes.values(), "")
    named = out.school | (strengths if len(strengths) <= _MOST_NAMED else strengths & out.here)
    rows = scatter.marks_of(rates, sizes, out, named=named)
    up = axes.rate_scale(
        v for name in ("at", "bound_low", "bound_high") for v in rows[name].dropna()
    )
    curves = limits.curves(across.high) if limits else []
    under = say("Number of {counted}", counted=labels.counted_words(findings[0].row))
    picture = scatter.picture(
        say("Funnel plot"),
        scatter.Cloud({"": rows}, {"": curves}, across, up, under, say("Rate of the school"), out),
        key=limits.key(of_schools) if limits else [],
        notes=[*standings.notes(), *hidden],
        highlights=standings.main_findings(out.place),
        by=say("by school and number of students"),
        indicator=findings[0].row.indicator,
    )
    shown = Findings([*rates.values(), *targets.values()])
    made = figure.finished(shown, picture, title, subtitle, headline)
    description = words.long_description(rates.values(), picture.name)
    table = standings.table(made.table.caption, made.table.note, shown)
    return replace(made, long_description=description, table=table)


BETTER = {"higher_is_better": 1, "lower_is_better": -1, "neutral": 0}
"""Side of a line on which a school stands out as a strength; 0: neither."""

OUTER = 0.998
"""Chance to lie within the outer limits; beyond them a school is unlike the others."""

_ROUNDED = 0.011  # between targets as printed: whole percents of few students, tenths of others
_SLACK = 1e-9
_SIDES = {
    1: mark("Higher than chance explains"),
    0: mark("Not told from chance"),
    -1: mark("Lower than chance explains"),
}


_NAMED = mark(
    "Schools are named by the {limits} for all of them together, on the better side alone."
)
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

        They are read from the largest school, whose limits lie furthest from 0 and 100 percent, and from its numbers as
        printed: schools vary by more than chance if that shows in them.
        """
        known = [row for row in rows if row.publish == "point" and row.n_low]
        targets = [row.estimate or 0.0 for row in known]
        if np.ptp(targets or [0.0]) > _ROUNDED:
            raise DataError(
                "schools have targets of their own, and no lines hold for all of them",
                where="plot_funnel",
                mend="draw schools of one level at a time, and expected rates with `plot_expected`",
            )
        row = max(known, key=lambda row: (row.n_low or 0, row.organization_id), default=None)
        if row is None or None in (row.estimate, row.ci_low, row.ci_high):
            return None
        n, level, numbers = float(row.n_low or 1), row.ci_level or 0.95, printed(row).numbers
        rounding = 2 * NumberFormat.of(row).least  # of the target, and of an end outward
        target, low, high = (numbers[name] or 0.0 for name in ("estimate", "ci_low", "ci_high"))
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

    def key(self, estimates: pd.DataFrame) -> list[KeyMark]:
        """Return the marks of the lines, and what each means; the estimates show what the target is."""
        exact = estimates[(estimates["measure"] == "funnel_target") & (estimates["status"] == "ok")]
        together = exact["numerator_low"].sum() / max(exact["n_low"].sum(), 1)
        label = (
            say("schools with published counts together")
            if np.isclose(exact["estimate"].astype(float), together, rtol=0).all()
            else say("target")
        )
        limits = [KeyMark(line, _limits_words(level)) for line, level in self.levels.items()]
        return [KeyMark("line", f"{label}, {self.target * 100:.1f}%"), *limits]

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

    def side(self, finding: Finding) -> int:
        """Return 1 above the limits for all schools together, -1 below them, 0 within or where either is not known."""
        target, row = self.targets.get(finding.row.organization_id), finding.row
        if target is None or row.publish != "point" or target.row.publish != "point":
            return 0
        if self.limits is None or not row.n_low:
            return 0
        rate, n = row.estimate or 0.0, np.array([float(row.n_low)])
        low, high = (float(ends[0]) for ends in self.limits.at(n, self.together))
        return int(rate > high + _SLACK) - int(rate < low - _SLACK)

    @property
    def together(self) -> float:
        """Level at which one school is judged, so that all together keep the outer level (Bonferroni's)."""
        drawn = sum(finding.row.publish == "point" for finding in self.schools)
        return 1 - (1 - OUTER) / max(drawn, 1)

    def beyond(self, side: int) -> list[Finding]:
        """Return the schools on one side of the limits, by name."""
        schools = [finding for finding in self.schools if self.side(finding) == side]
        return sorted(schools, key=lambda finding: (finding.place, finding.id))

    def strengths(self) -> list[Finding]:
        """Return the schools beyond the limits on the better side; where neither is better, those on both."""
        sides = [side for side in (1, -1) if self._better in (side, 0)]
        return [finding for side in sides for finding in self.beyond(side)]

    @property
    def _better(self) -> int:
        return BETTER[catalog.indicator(self.schools[0].row.indicator).direction]

    def main_findings(self, place: str) -> list[str]:
        """Return the main findings: schools on the better side by name, then how many of the place lie within."""
        better = self.strengths() if self._better else []
        names = f"{say(_SIDES[self._better])}: {_names(better)}" if better else ""
        here = [finding for finding in self.schools if finding.row.organization_id in self.here]
        here = [
            finding for finding in here if self._limits(finding) and finding.row.publish == "point"
        ]
        within = sum(self.side(finding) == 0 for finding in here)
        inside = say(
            "{within} of {n} shown in {place} are within the limits for all schools together",
            within=within,
            n=len(here),
            place=place,
        )
        if not here:
            inside = say("No school of {place} is shown as a single number", place=place)
        return [part for part in (names, inside) if part]

    def notes(self) -> list[str]:
        """Return what lies beyond the limits, and how that is to be read."""
        if self.limits is None:
            return [
                say(
                    "No limits are drawn: too few schools have published counts to learn them from."
                )
            ]
        sides = (1, -1) if self._better == 0 else (self._better,)
        beyond = [
            f"{say(_SIDES[side])}: {_names(self.beyond(side))}."
            for side in sides
            if self.beyond(side)
        ]
        if self._better and (others := len(self.beyond(-self._better))):
            beyond.append(say("{n} on the other side of the limits, not named.", n=others))
        drawn = sum(finding.row.publish == "point" for finding in self.schools)
        limits = _limits_words(self.limits.level)
        hidden = drawn < len(self.schools)
        few = round((1 - self.limits.level) * drawn)
        allowed = _VARIETY_TOO if self.limits.variance else _CHANCE_ONLY
        return [
            *(beyond or [say("No school is told from chance.")]),
            say(_NAMED, limits=_limits_words(OUTER)),
            f"{catalog.measure('funnel_z').caution} {say('They are not ranked.')}",
            say(allowed, few=few, n=drawn, limits=limits),
            *([say("Schools with withheld figures do not enter the lines.")] if hidden else []),
        ]

    def table(self, caption: str, note: str, shown: Findings) -> ReportTable:
        """Return the schools by name, each with its rate, students, limits and standing."""
        rates = Findings(list(self.schools))
        named = [TableColumn(name, *heading(name, rates)) for name in ("place", "value", "n")]
        level = _limits_words(self.limits.level if self.limits else 0.95)
        columns = (
            *named,
            TableColumn("limits", level, "right"),
            TableColumn("standing", say("Standing")),
        )
        rows = tuple(
            (
                *(TEXTS[name](finding) for name in ("place", "value", "n")),
                self._limits(finding),
                self._standing(finding),
            )
            for finding in sorted(self.schools, key=lambda finding: (finding.place, finding.id))
        )
        return ReportTable(caption, columns, rows, note, shown)

    def _limits(self, finding: Finding) -> str:
        target = self.targets.get(finding.row.organization_id)
        return target.printed.interval if target and target.row.publish == "point" else ""

    def _standing(self, finding: Finding) -> str:
        if not self._limits(finding) or finding.row.publish != "point":
            return ""
        side = self.side(finding)
        return "" if self._better and side == -self._better else say(_SIDES[side])


def _limits_words(level: float) -> str:
    return say("{percent}% limits", percent=f"{level * 100:.12g}")


def _names(findings: Sequence[Finding]) -> str:
    return words.joined([school_name(finding) for finding in findings])
