"""Plot schools' rates against their share of low-income families, beside what is usual elsewhere."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.bounds import Floats
from sesec_analysis.evidence import tables
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.row import Row, check_measured
from sesec_analysis.evidence.tables import TEXTS, ReportTable, TableColumn, heading
from sesec_analysis.evidence.wording import numbers
from sesec_analysis.evidence.wording.numbers import level_words
from sesec_analysis.figures import axes, figure, scatter, words
from sesec_analysis.figures.funnel import BETTER, OUTER
from sesec_analysis.figures.scatter import Curve
from sesec_analysis.figures.schools import school_name
from sesec_analysis.figures.style import KeyMark
from sesec_analysis.i18n import mark, say
from sesec_analysis.metrics.expected import wider_for_all

__all__ = ["CAUTIONS", "Usual", "plot_expected"]


_EXPECTED = (
    "pd.concat([sa.rates(schools), sa.rates(shares), sa.expected_rates(inside, outside, shares)])"
)


def plot_expected(
    estimates: pd.DataFrame,
    *,
    focus: str | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    headline: pd.DataFrame | None = None,
) -> figure.ReportFigure | Notice:
    """Plot schools' rates against their share of low-income families, beside what is usual at schools elsewhere.

    Parameters
    ----------
    estimates
        In one table: `rates` of all schools, `rates` of their low-income shares (of the same year or an earlier one),
        and `expected_rates` of the schools of a place.
    focus
        Code of the place, or of a school to name. None: the place that is the catalog's headline.
    title, subtitle, headline
        As of `plot_rates`.

    Returns
    -------
    ReportFigure or Notice
        A notice if there are no rows of schools.

    Raises
    ------
    DataError
        If a part is missing, the estimates answer several questions, or ``focus`` is not among them.

    Notes
    -----
    Reading: a panel for each level of schools. The line is drawn through the schools elsewhere; the shading is about
    where the rates of schools of the place, of their size, would lie. A school on the better side is named if it lies
    beyond 99.8 percent limits, widened so that they hold for all schools of the place together.
    Caution: descriptive, not a measure of effectiveness, and about schools, not students. What is usual may be unjust.

    Examples
    --------
    >>> from sesec_analysis.metrics.expected import expected_rates
    >>> from sesec_analysis.metrics.disparity import rates
    >>> from sesec_analysis.schema import conform_observations
    >>> own = {"source_id": "synthetic", "end_year": 2019, "status": "reported", "organization_level": "school",
    ...     "grade_level": "all", "student_group_type": "all", "student_group": "all", "unit": "proportion",
    ...     "organization_id": ["2392", *(f"{at}" for at in range(9001, 9025))], "denominator": 100}
    >>> shares = conform_observations(pd.DataFrame({**own, "indicator": "low_income_lap",
    ...     "numerator": [57, *range(20, 44)]}))
    >>> met = conform_observations(pd.DataFrame({**own, "indicator": "ela_met",
    ...     "numerator": [70, *(80 - at for at in range(24))]}))
    >>> usual = expected_rates(met[:1], met[1:], shares)
    >>> print(plot_expected(pd.concat([rates(met), rates(shares), usual])).alt)
    Scatter plot: Synthetic data: Met the standard in English language arts, by school and low-income share; All
    students, 2018–19. A higher rate than usual with as many low-income families: Cleveland High STEM. Values are in
    the table.
    """
    of_schools = estimates.loc[estimates["organization_level"] == "school"]
    if of_schools.empty:
        return tables.missing(estimates)
    usual = _usual(of_schools)
    shown = Findings([finding for part in usual.parts for finding in part.values()])
    out = scatter.focused(usual.rates, focus)
    here = frozenset(usual.expected)
    out = replace(out, here=here, place=out.place if here <= out.here else say("the place"))
    rates = Findings(list(usual.rates.values()))
    hidden = scatter.not_drawn(usual.reasons, out)
    shares = {code: usual.share(code) for code in usual.drawn}
    if not shares:
        return Notice(words.title(rates), " ".join(hidden))
    named = out.school | set(usual.better())
    rows = scatter.marks_of(usual.rates, shares, out, named=named)
    rows["panel"] = usual.levels(rows["place"])
    levels = [say(level) if level else "" for level in _LEVELS.values()]
    panels = {
        level: rows[rows["panel"] == level]
        for level in levels
        if rows.loc[rows["panel"] == level, "here"].any()
    }
    panels = panels or {"": rows}
    up = axes.rate_scale(
        v for name in ("at", "bound_low", "bound_high") for v in rows[name].dropna()
    )
    under = say("Students from low-income families, {year}", year=usual.year)
    curves = {level: usual.curves(list(dots["place"])) for level, dots in panels.items()}
    cloud = scatter.Cloud(
        panels, curves, axes.rate_scale(shares.values()), up, under, say("Rate of the school"), out
    )
    picture = scatter.picture(
        say("Scatter plot"),
        cloud,
        key=usual.key() if any(curves.values()) else [],
        notes=[
            *usual.notes(out.place, [name for name, drawn in curves.items() if name and not drawn]),
            *hidden,
        ],
        highlights=usual.main_findings(out.place),
        by=say("by school and low-income share"),
        indicator=rates[0].row.indicator,
    )
    heading = title if title is not None else words.title(rates, by=picture.by)
    under = subtitle if subtitle is not None else words.subtitle(rates)
    made = figure.finished(shown, picture, heading, under, headline)
    return replace(made, table=usual.table(made.table.caption, made.table.note, shown))


_LEVELS = {"elementary": mark("Elementary"), "k8": mark("K-8"), "middle": mark("Middle"), "high": mark("High"),
           "other": mark("Other grades"), "": ""}  # fmt: skip


CAUTIONS = (
    mark(
        "Descriptive, not a measure of effectiveness: what schools are given differs in more ways than income. A line "
        "through schools says nothing about single students."
    ),
    mark(
        "Adjusting for income can hide inequity: what is usual may be unjust. Read it beside the rates themselves."
    ),
)
"""Stand under every figure of this kind."""

_EDGE = 0.01  # of the share of students: how far lines reach beyond the outermost schools


@dataclass(frozen=True)
class Usual:
    """Schools by id: rate and low-income share, and of those of the place the expected rate and the difference."""

    rates: Mapping[str, Finding]
    shares: Mapping[str, Finding]
    expected: Mapping[str, Finding]
    differences: Mapping[str, Finding]

    @property
    def parts(self) -> tuple[Mapping[str, Finding], ...]:
        """Its findings, by what they measure."""
        return self.rates, self.shares, self.expected, self.differences

    @property
    def year(self) -> str:
        """The school year of the shares."""
        return numbers.school_year(next(iter(self.shares.values())).row.end_year)

    @cached_property
    def reasons(self) -> dict[str, str]:
        """Why a school is not drawn: its rate or its share may not be shown."""
        withheld = {
            code: finding.row.reason
            for code, finding in self.rates.items()
            if finding.row.publish == "nothing"
        }
        unknown = [code for code in self.rates if code not in self._shared]
        return dict.fromkeys(unknown, say("no low-income share that may be shown")) | withheld

    @cached_property
    def drawn(self) -> list[str]:
        """Schools whose share and rate may be shown, the rate at least as a range."""
        return [code for code in self.rates if code not in self.reasons]

    @cached_property
    def _shared(self) -> set[str]:
        return {code for code, finding in self.shares.items() if finding.row.publish == "point"}

    @cached_property
    def compared(self) -> list[str]:
        """Schools of the place that are drawn and whose difference from what is usual may be shown."""
        known = {
            code for code, finding in self.differences.items() if finding.row.publish != "nothing"
        }
        return [code for code in self.drawn if code in known]

    def share(self, code: str) -> float:
        """Return the position of a school from left to right: its low-income share."""
        return self.shares[code].printed.numbers["estimate"] or 0.0

    def side(self, code: str, *, wider: float = 1.0) -> int:
        """Return 1 if a school's rate lies above the shading, -1 if below, else 0; or one so many times as wide."""
        if code not in self.compared:
            return 0
        row = self.differences[code].row
        point = row.publish == "point"
        ends = (row.ci_low, row.ci_high) if point else (row.outer_low, row.outer_high)
        bounds = (row.estimate, row.estimate) if point else (row.bound_low, row.bound_high)
        if None in (*ends, *bounds):
            return 0
        low, high = (
            (edge or 0.0) + wider * ((end or 0.0) - (edge or 0.0))
            for edge, end in zip(bounds, ends, strict=True)
        )
        return int(low > 0) - int(high < 0)

    @cached_property
    def _for_all(self) -> float:
        level = next(iter(self.differences.values())).row.ci_level or 0.95
        return wider_for_all(len(self.compared), level=level, outer=OUTER)

    def better(self) -> list[str]:
        """Return the schools clearly on the better side, by name; none where no side is better."""
        indicator = catalog.indicator(next(iter(self.rates.values())).row.indicator)
        side = BETTER[indicator.direction]
        codes = [
            code for code in self.compared if side and self.side(code, wider=self._for_all) == side
        ]
        return sorted(codes, key=lambda code: self.rates[code].place)

    def levels(self, codes: Iterable[str]) -> list[str]:
        """Return the level of each school; nothing where they are not all in the catalog, and share one panel."""
        known, asked = catalog.schools(), list(codes)
        if not all(code in known for code in asked):
            return [""] * len(asked)
        return [say(_LEVELS[known[code].level or "other"]) for code in asked]

    def curves(self, asked: Sequence[str] | None = None) -> list[Curve]:
        """Return the line of what is usual for schools, and round it about where rates in the place would lie."""
        codes = self.drawn if asked is None else asked
        known = [
            code
            for code in codes
            if code in self.expected and self.expected[code].row.publish == "point"
        ]
        if not known:
            return []
        rows = [self.expected[code].printed.numbers for code in known]
        x = np.array([_with_half(self.shares[code].row) for code in known])
        shares = [self.share(code) for code in codes]
        across = np.clip(np.linspace(min(shares) - _EDGE, max(shares) + _EDGE, 200), 0.001, 0.999)

        def smooth(name: str) -> Floats:
            """All three are straight, or nearly, on the scale of log odds."""
            y = np.clip(np.array([row[name] or 0.0 for row in rows], dtype="float64"), 0.001, 0.999)
            fitted = np.polyfit(_log_odds(x), _log_odds(y), min(1, len(set(x)) - 1))
            return np.asarray(1 / (1 + np.exp(-np.polyval(fitted, _log_odds(across)))))

        shade = Curve("shade", across, smooth("ci_low"), smooth("ci_high"))
        return [shade, Curve("line", across, smooth("estimate"))]

    def key(self) -> list[KeyMark]:
        """Return the marks of line and shading, and what each means."""
        level = level_words(next(iter(self.expected.values())).row.ci_level)
        shade = say("{interval} there, about", interval=level)
        return [KeyMark("line", say("usual at schools elsewhere")), KeyMark("shade", shade)]

    def main_findings(self, place: str) -> list[str]:
        """Return what the alt text says: schools clearly on the better side, and how many are within the shading."""
        better = self.better()
        names = [f"{self._clearly(better)}: {self._names(better)}"] if better else []
        points = self._points()
        within = sum(self.side(code) == 0 for code in points)
        counted = say(
            "{within} of {n} schools shown as dots in {place} are within the shading",
            within=within,
            n=len(points),
            place=place,
        )
        none = say("No school of {place} is shown as a single number", place=place)
        return [*names, counted if points else none]

    def _points(self) -> list[str]:
        """Schools of the place drawn as dots: a range may lie on either side of the shading."""
        return [code for code in self.compared if self.differences[code].row.publish == "point"]

    def notes(self, place: str, bare: Sequence[str]) -> list[str]:
        """Return which schools stand out, how many would by chance, and the cautions."""
        better = self.better()
        if not self.curves():
            why = next(iter(self.expected.values())).row.reason
            return [say("No line is drawn: {reason}.", reason=why), *map(say, CAUTIONS)]
        too_few = (
            say(
                "No line is drawn for {levels}: too few schools elsewhere.",
                levels=words.joined(bare),
            )
            if bare
            else ""
        )
        level = next(iter(self.differences.values())).row.ci_level or 0.95
        points = len(self._points())
        by_chance = say(
            "Of {n} schools shown as dots in {place}, about {few} would lie outside the shading by chance alone.",
            n=points,
            place=place,
            few=max(1, round((1 - level) * points)),
        )
        start = self._clearly_elsewhere(better) if better else ""
        hidden = any(finding.row.publish != "point" for finding in self.rates.values())
        return [
            *([f"{start}: {self._names(better)}."] if better else []),
            *([by_chance] if points else []),
            *([too_few] if bare else []),
            *([say("Schools with withheld figures do not enter the line.")] if hidden else []),
            *map(say, CAUTIONS),
        ]

    def _clearly(self, better: Sequence[str]) -> str:
        if self.side(better[0]) > 0:
            return say("A higher rate than usual with as many low-income families")
        return say("A lower rate than usual with as many low-income families")

    def _clearly_elsewhere(self, better: Sequence[str]) -> str:
        if self.side(better[0]) > 0:
            return say("A higher rate than at schools elsewhere with as many low-income families")
        return say("A lower rate than at schools elsewhere with as many low-income families")

    def _names(self, codes: Sequence[str]) -> str:
        return words.joined([school_name(self.rates[code]) for code in codes])

    def table(self, caption: str, note: str, shown: Findings) -> ReportTable:
        """Return the schools by name, those of the place first, each with its rate beside what is usual."""
        rates = Findings(list(self.rates.values()))
        level = heading("interval", Findings(list(self.expected.values())))[0]
        columns = (
            *(TableColumn(name, *heading(name, rates)) for name in ("place", "value", "n")),
            TableColumn("share", say("From low-income families"), "right"),
            TableColumn("usual", catalog.measure("expected_rate").label, "right"),
            TableColumn("interval", level, "right"),
            TableColumn("difference", say("Difference"), "right"),
        )
        order = sorted(
            self.rates, key=lambda code: (code not in self.expected, self.rates[code].place, code)
        )
        return ReportTable(caption, columns, tuple(map(self._texts, order)), note, shown)

    def _texts(self, code: str) -> tuple[str, ...]:
        rate, usual, share = self.rates[code], self.expected.get(code), self.shares.get(code)
        return (
            *(TEXTS[name](rate) for name in ("place", "value", "n")),
            TEXTS["value"](share) if share else "",
            TEXTS["value"](usual) if usual else "",
            usual.printed.interval if usual else "",
            TEXTS["value"](self.differences[code]) if code in self.differences else "",
        )


def _with_half(row: Row) -> float:
    """A share with half a student added to both sides, as the line is fitted."""
    if row.numerator_low is None or row.n_low is None:
        return min(max(row.estimate or 0.0, 0.001), 0.999)
    return (row.numerator_low + 0.5) / (row.n_low + 1)


def _log_odds(p: Floats) -> Floats:
    return np.asarray(np.log(p / (1 - p)))


def _usual(of_schools: pd.DataFrame) -> Usual:
    """Split the table into the rates and expected rates of one indicator, and the shares of another."""
    check_measured(of_schools)
    compared = of_schools["measure"].isin(["expected_rate", "rate_less_expected"])
    same_indicator = of_schools["indicator"].isin(set(of_schools.loc[compared, "indicator"]))
    measures = ("rate", "expected_rate", "rate_less_expected")
    findings = figure.one_question(of_schools[same_indicator], measures, varies=["measure"])
    shares = figure.one_question(of_schools[~same_indicator], ("rate",))
    expected = scatter.by_school(findings, "expected_rate", "expected rates", _EXPECTED)
    differences = scatter.by_school(findings, "rate_less_expected", "differences", _EXPECTED)
    rates = scatter.by_school(findings, "rate", "rates", _EXPECTED)
    return Usual(
        rates,
        scatter.by_school(shares, "rate", "low-income shares", _EXPECTED),
        expected,
        differences,
    )
