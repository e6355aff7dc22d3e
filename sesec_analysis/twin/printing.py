"""How figures are printed: shares in each column's unit and era."""

from collections.abc import Callable

from sesec_analysis.entries import IndicatorColumns, Source

__all__ = ["count_form", "share_form"]


def count_form(*, thousands: bool, decimal: bool = False) -> Callable[[int], str]:
    """Whole numbers: 1102831, 1,102,831 or 102.0."""
    if thousands:
        return lambda value: f"{value:,}"
    return (lambda value: f"{value}.0") if decimal else str


def share_form(
    source_id: str, source: Source, columns: IndicatorColumns
) -> Callable[[int, int], str]:
    """Return how the rate's column of an indicator prints k of n."""
    key, _, year = source_id.partition("@")
    if columns.value_unit == "percent":
        return _cut_off if source.percent_rounding == "truncated" else _percent
    if columns.value_unit == "proportion":
        digits = 4 if key == "ospi_graduation" else 9
        return lambda k, n: f"{k / n:.{digits}f}".rstrip("0").rstrip(".")
    if key == "ospi_discipline":
        return lambda k, n: f"{_percent(k, n)}%"
    # The query interface of the portal prints one digit more than it knows.
    padding = "0%" if key == "ospi_assessment" and int(year) >= 2023 else "%"
    return lambda k, n: f"{100 * k / n:.1f}{padding}"


def _percent(k: int, n: int) -> str:
    text = f"{100 * k / n:.2f}"
    return text.rstrip("0").rstrip(".")


def _cut_off(k: int, n: int) -> str:
    """74.7 for 74.72: the older files cut a percent off after one digit."""
    tenths = k * 1000 // n
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"
