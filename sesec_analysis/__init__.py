"""School-equity data for Southeast Seattle: load what was published, measure it, quote it.

>>> import sesec_analysis as sa
>>> table = sa.load("disciplined", place="seattle", end_years=2019, grade_level="all")
>>> ratios = sa.ratios(table, by="race_ethnicity", reference="white")
>>> print(sa.finding(ratios, student_group="black").id)
sesec:ratio.disciplined.2019.all.seattle.black-white

Every public name is resolved on first use, so that importing the package alone stays light.
"""

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from sesec_analysis.errors import CatalogError, DataError, EditionError, SesecError
    from sesec_analysis.loaders.lists import breaks, indicators, places, schools, sources
    from sesec_analysis.loaders.load import history, load, newest
    from sesec_analysis.loaders.tidy import tidy
    from sesec_analysis.loaders.workshop import workshop
    from sesec_analysis.metrics.averages import averages, compare_averages
    from sesec_analysis.metrics.coverage import coverage
    from sesec_analysis.metrics.disparity import compare, gaps, rates, ratios
    from sesec_analysis.publishing.figures import plot_gaps, plot_rates, plot_schools, plot_trend
    from sesec_analysis.publishing.figures_map import plot_map
    from sesec_analysis.publishing.findings import finding, findings
    from sesec_analysis.publishing.ledger import claims_ledger
    from sesec_analysis.publishing.tables import plain_table, table

_ROOMS = {
    "loaders.load": ["history", "load", "newest"],
    "loaders.lists": ["breaks", "indicators", "places", "schools", "sources"],
    "loaders.tidy": ["tidy"],
    "loaders.workshop": ["workshop"],
    "metrics.averages": ["averages", "compare_averages"],
    "metrics.disparity": ["compare", "gaps", "rates", "ratios"],
    "metrics.coverage": ["coverage"],
    "publishing.findings": ["finding", "findings"],
    "publishing.figures": ["plot_gaps", "plot_rates", "plot_schools", "plot_trend"],
    "publishing.figures_map": ["plot_map"],
    "publishing.ledger": ["claims_ledger"],
    "publishing.tables": ["plain_table", "table"],
    "errors": ["CatalogError", "DataError", "EditionError", "SesecError"],
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "CatalogError",
    "DataError",
    "EditionError",
    "SesecError",
    "averages",
    "breaks",
    "claims_ledger",
    "compare",
    "compare_averages",
    "coverage",
    "finding",
    "findings",
    "gaps",
    "history",
    "indicators",
    "load",
    "newest",
    "places",
    "plain_table",
    "plot_gaps",
    "plot_map",
    "plot_rates",
    "plot_schools",
    "plot_trend",
    "rates",
    "ratios",
    "schools",
    "sources",
    "table",
    "tidy",
    "workshop",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        message = f"module 'sesec_analysis' has no attribute {name!r}; it has: {', '.join(__all__)}"
        raise AttributeError(message)
    value = getattr(importlib.import_module(f"sesec_analysis.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
