"""Choose the comparisons that are for the better: beyond what is withheld, and beyond chance.

They are chosen where a headline, a table, or a notice is made of them: the next takes the place of one that must be
withheld.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.answers import answer, is_strength
from sesec_analysis.evidence.described import specs
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.metrics.expected import wider_for_all

__all__ = ["Best", "best", "choose_best", "is_better", "spec_of"]


@dataclass(frozen=True)
class Best:
    """Comparisons of which those for the better are chosen, at most so many, for a headline, a table or a notice."""

    spec: Spec = field(repr=False)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(choose_best(self.spec))

    def __str__(self) -> str:
        """Return their sentences."""
        return repr(choose_best(self.spec))

    def _repr_mimebundle_(self, **_forms: object) -> dict[str, object]:
        """Return the findings, one under the other."""
        bundle = choose_best(self.spec)._repr_mimebundle_()
        return {**bundle, notices.SPEC: self.spec.payload()}


def best(estimates: pd.DataFrame, *, most: int | None = None) -> Best:
    """Choose the comparisons of ESTIMATES that are strengths: better beyond the interval, and by more than 2 points.

    Parameters
    ----------
    estimates
        ESTIMATES of comparisons. Measures of which neither side is better are left out, like rows that compare nothing,
        but for the levels that the first strength compares: they follow, so that a headline can give them.
        Schools beside what is usual have to lie beyond 99.8 percent limits that hold for all of them together.
    most
        How many at most; None is all of them.

    Returns
    -------
    Best
        To be given to `headline`, `table` or `implication`: the largest differences first within each indicator, as
        printed, indicators in the order given. A notebook shows their sentences.

    See Also
    --------
    headline : The first of them in a line.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> met = sa.load("ela_met", place=["southeast_seattle", "rest_of_seattle"], end_years=2024, grade_level="all",
    ...               student_group="all")
    >>> here, there = (met[met["organization_id"] == code] for code in ("southeast_seattle", "rest_of_seattle"))
    >>> len(sa.report.best(sa.compare(here, there), most=5))
    0
    """
    candidates = findings(estimates)
    parts = {"best": [[len(candidates), most]]}
    return Best(Spec("best", candidates, parts, specs.missing_from(estimates)))


def spec_of(kind: str, given: Sequence[pd.DataFrame | Best], **options: object) -> Spec:
    """Return the description of what is made of ESTIMATES, or of the best of several."""
    parts = [
        one.spec if isinstance(one, Best) else specs.of_estimates(kind, one, **options)
        for one in given
    ]
    if len(parts) == 1 and not isinstance(given[0], Best):
        return parts[0]
    of_each = [part.options.get("best", [[len(part.input), -1]]) for part in parts]
    every = Findings([finding for part in parts for finding in part.input])
    joined = options | {"best": [entry for entries in of_each for entry in entries]}
    return Spec(kind, every, joined, parts[0].missing)


def choose_best(given: Spec) -> Findings:
    """Return the findings that a description shows: all of them, or the best of each of its parts."""
    shown: list[Finding] = []
    start = 0
    for count, most in given.options.get("best", [[len(given.input), -1]]):
        part = given.input[start : start + count]
        shown += part if most == -1 else _best(part)[:most]
        start += count
    return Findings(shown)


def _best(candidates: Findings) -> list[Finding]:
    shown = [one for one in candidates if one.row.publish != "nothing"]
    schools = sum(map(_is_beside_usual, shown))
    kept = [one for one in shown if is_better(one) and _holds(one, schools)]
    order = list(dict.fromkeys(one.row.indicator for one in candidates))
    kept.sort(key=lambda one: (order.index(one.row.indicator), -_size(one)))
    return kept + [one for one in shown if kept and _is_level_of(one, kept[0])]


def _is_level_of(finding: Finding, gap: Finding) -> bool:
    """Return whether a finding is a level of the year, grade, and group that a gap compares."""
    names = ("indicator", "end_year", "grade_level", "student_group")
    is_alike = all(getattr(finding.row, name) == getattr(gap.row, name) for name in names)
    return is_alike and finding.row.entry.equal is None


def is_better(finding: Finding) -> bool:
    """Return whether a comparison is a strength; see `best`."""
    row = finding.row
    found, direction = answer(row), catalog.indicator(row.indicator).direction
    if found is None or direction == "neutral":
        return False
    if not found.better(higher_is_better=row.higher_is_better):
        return False
    equal = row.entry.equal or 0.0
    known = (row.bound_low, row.bound_high) if row.estimate is None else (row.estimate,) * 2
    return is_strength(
        row.widest or known,
        known,
        (equal, equal),
        higher_is_better=row.higher_is_better,
        is_share=row.unit == "points",
    )


def _size(finding: Finding) -> float:
    """Return how large a difference is, as it is printed; of a range, its middle."""
    low, high = finding.printed.ends
    return abs((low or 0.0) + (high or 0.0)) / 2


def _is_beside_usual(finding: Finding) -> bool:
    return finding.row.measure == "rate_less_expected"


def _holds(finding: Finding, schools: int) -> bool:
    """Return whether a school is off what is usual beyond limits that hold for all schools compared."""
    if not _is_beside_usual(finding):
        return True
    row = finding.row
    known = (row.bound_low, row.bound_high) if row.leaves_open else (row.estimate, row.estimate)
    wider = wider_for_all(schools, level=row.ci_level or 0.95)
    ends = [
        edge + wider * (end - edge)
        for edge, end in zip(known, row.widest or (), strict=False)
        if edge is not None
    ]
    return len(ends) == len(known) and (min(ends) > 0 or max(ends) < 0)
