"""A row of which nothing is published: no number stays in it, and the reason stands beside it."""

from dataclasses import replace

from sesec_analysis.publishing.rows import Row

__all__ = ["NUMBERS", "is_empty", "nothing"]

NUMBERS = (
    *("estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"),
    *("coverage", "numerator_low", "numerator_high", "n_low", "n_high"),
    *("reference_numerator_low", "reference_numerator_high"),
    *("reference_n_low", "reference_n_high", "largest_masked"),
)
"""Fields of a row that are null where nothing is published."""


def is_empty(row: Row) -> bool:
    """Whether no number stands in a row."""
    return all(getattr(row, name) is None for name in NUMBERS)


def nothing(row: Row, rule: str, reason: str, status: str | None = None) -> Row:
    """Return the row without its numbers, with the id of the rule that took them and the reason in plain words.

    Examples
    --------
    >>> row = Row("ela_met", 2017, "place", "southeast_seattle", "Southeast Seattle", "03", "race_ethnicity", "black",
    ...           "rate", "", estimate=0.4, n_low=9, n_high=9, status="ok")
    >>> hidden = nothing(row, "small-group", "fewer than 10 students", "small_n")
    >>> hidden.publish, hidden.estimate, hidden.n_low, hidden.status
    ('nothing', None, None, 'small_n')
    """
    kept = row.status if row.status in ("small_n", "undefined", "break") else "suppressed"
    verdict = {"publish": "nothing", "marker": False, "care": False, "rule": rule, "reason": reason}
    return replace(row, **dict.fromkeys(NUMBERS), **verdict, status=status or kept)  # type: ignore[arg-type]
