"""What must be said beside a number that may be printed: interpret with care, no clear difference."""

from dataclasses import replace

from sesec_analysis.publishing.labels import counted_words
from sesec_analysis.publishing.printing_rules import JOINT
from sesec_analysis.publishing.rows import Row
from sesec_analysis.words import say

__all__ = ["FEW_STUDENTS", "care_words", "few_of", "with_care"]

FEW_STUDENTS = 30
"""Students: a rate of fewer is to be interpreted with care."""

_WIDE, _RELATIVE_FROM, _RELATIVE = 0.30, 0.05, 1.30


def with_care(row: Row) -> Row:
    """Return a row that may be printed with what must be said beside it.

    Examples
    --------
    >>> row = Row("ela_met", 2017, "place", "southeast_seattle", "Southeast Seattle", "03", "race_ethnicity", "black",
    ...           "rate", "", estimate=0.4, n_low=20, n_high=20, unit="proportion", status="ok", publish="point")
    >>> with_care(row).rule, with_care(row).reason
    ('few-students', 'interpret with care: fewer than 30 students')
    """
    rule, why = _care(row)
    said = ""
    if row.leaves_open:
        said = "left-open"
    elif row.no_difference:
        said = "no-clear-difference"
    return replace(
        row,
        care=bool(rule),
        rule=JOINT.join(part for part in (row.rule, rule, said) if part),
        reason="; ".join(part for part in (row.reason, _with_care(why)) if part),
    )


def care_words(row: Row) -> str:
    """Return why a row is to be interpreted with care; empty if it is not."""
    return _care(row)[1]


def _with_care(why: str) -> str:
    return say("interpret with care: {reason}", reason=why) if why else ""


def _care(row: Row) -> tuple[str, str]:
    sizes = [n for n in (row.n_low, row.reference_n_low) if n is not None]
    if sizes and min(sizes) < FEW_STUDENTS:
        return "few-students", few_of(FEW_STUDENTS, row)
    if _is_unreliable(row):
        return "unreliable", say("chance alone could move it far")
    return "", ""


def few_of(n: int, row: Row) -> str:
    """Return that there are fewer than so many of what a row counts."""
    return say("fewer than {n} {counted}", n=n, counted=counted_words(row))


def _is_unreliable(row: Row) -> bool:
    if row.ci_low is None or row.ci_high is None:
        return False
    if row.printed_in not in ("proportion", "points"):
        return False
    width = row.ci_high - row.ci_low
    if width > _WIDE:
        return True
    rate = row.estimate if row.unit == "proportion" else None
    return bool(rate) and width >= _RELATIVE_FROM and width > _RELATIVE * (rate or 0)
