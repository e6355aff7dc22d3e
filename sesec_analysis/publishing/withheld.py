"""A row of which nothing is published: no number stays in it, and the reason stands beside it."""

from dataclasses import replace

from sesec_analysis.publishing.rows import Row

__all__ = ["NUMBERS", "nothing"]

NUMBERS = (
    *("estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"),
    *("coverage", "numerator_low", "numerator_high", "n_low", "n_high"),
    *("reference_numerator_low", "reference_numerator_high"),
    *("reference_n_low", "reference_n_high"),
)
"""Fields of a row that are null where nothing is published."""


def nothing(row: Row, reason: str, status: str | None = None) -> Row:
    """Return the row without its numbers.

    Examples
    --------
    >>> row = Row("ela_met", 2017, "place", "southeast_seattle", "Southeast Seattle", "03", "race_ethnicity", "black",
    ...           "rate", "", estimate=0.4, n_low=9, n_high=9, status="ok")
    >>> hidden = nothing(row, "fewer than 10 students", "small_n")
    >>> hidden.publish, hidden.estimate, hidden.n_low, hidden.status
    ('nothing', None, None, 'small_n')
    """
    kept = row.status if row.status in ("small_n", "undefined", "break") else "suppressed"
    verdict = {"publish": "nothing", "marker": False, "care": False, "reason": reason}
    return replace(row, **dict.fromkeys(NUMBERS), **verdict, status=status or kept)  # type: ignore[arg-type]
