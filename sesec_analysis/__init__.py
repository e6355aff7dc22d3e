"""School-equity data for Southeast Seattle: load what was published, measure it, quote it.

>>> import sesec_analysis as sa
>>> table = sa.load("disciplined", place="seattle", end_years=2019, grade_level="all")
>>> ratios = sa.ratios(table, by="race_ethnicity", reference="white")
>>> print(sa.finding(ratios, student_group="black").id)
sesec:ratio.disciplined.2019.all.seattle.black-white

These are the names that a researcher types; ``sa.data``, ``sa.measures`` and ``sa.plots`` list them by subject.
``sa.stats`` has further statistics, of numbers and of tables, and ``sa.report`` the vocabulary of our report notebooks.
Every public name is resolved on first use, so that importing the package alone stays light.
"""

import importlib
import sys
from typing import TYPE_CHECKING

__version__ = "0.2.0"

if TYPE_CHECKING:  # for editors and mypy; the same names as in _GROUPS
    from sesec_analysis import bounds as bounds
    from sesec_analysis import report as report
    from sesec_analysis import schema as schema
    from sesec_analysis import stats as stats
    from sesec_analysis.attack.tables import attack_tables as attack_tables
    from sesec_analysis.editions.documents.workbook import write_workbook as write_workbook
    from sesec_analysis.errors import CatalogError as CatalogError
    from sesec_analysis.errors import DataError as DataError
    from sesec_analysis.errors import EditionError as EditionError
    from sesec_analysis.errors import SesecError as SesecError
    from sesec_analysis.evidence.browse import browse as browse
    from sesec_analysis.evidence.finding import finding as finding
    from sesec_analysis.evidence.finding import findings as findings
    from sesec_analysis.evidence.tables import table as table
    from sesec_analysis.figures.dot_plot import plot_gaps as plot_gaps
    from sesec_analysis.figures.dot_plot import plot_rates as plot_rates
    from sesec_analysis.figures.glance import plot_at_a_glance as plot_at_a_glance
    from sesec_analysis.figures.map import plot_map as plot_map
    from sesec_analysis.figures.map import plot_results_map as plot_results_map
    from sesec_analysis.figures.scatter import plot_expected as plot_expected
    from sesec_analysis.figures.scatter import plot_funnel as plot_funnel
    from sesec_analysis.figures.scatter import plot_need as plot_need
    from sesec_analysis.figures.scatter import plot_schools as plot_schools
    from sesec_analysis.figures.style import style as style
    from sesec_analysis.figures.trend import plot_multiples as plot_multiples
    from sesec_analysis.figures.trend import plot_slopes as plot_slopes
    from sesec_analysis.figures.trend import plot_trend as plot_trend
    from sesec_analysis.loaders.listing import breaks as breaks
    from sesec_analysis.loaders.listing import events as events
    from sesec_analysis.loaders.listing import indicators as indicators
    from sesec_analysis.loaders.listing import places as places
    from sesec_analysis.loaders.listing import schools as schools
    from sesec_analysis.loaders.listing import sources as sources
    from sesec_analysis.loaders.listing import use_project as use_project
    from sesec_analysis.loaders.listing import years_out as years_out
    from sesec_analysis.loaders.load import history as history
    from sesec_analysis.loaders.load import load as load
    from sesec_analysis.loaders.load import newest as newest
    from sesec_analysis.loaders.own_table import observations as observations
    from sesec_analysis.loaders.own_table import place as place
    from sesec_analysis.loaders.tidy.tidy import tidy as tidy
    from sesec_analysis.loaders.totals import totals as totals
    from sesec_analysis.metrics.changes import change as change
    from sesec_analysis.metrics.changes import difference_in_gaps as difference_in_gaps
    from sesec_analysis.metrics.changes import years_to_close as years_to_close
    from sesec_analysis.metrics.decomposition import standardized_rates as standardized_rates
    from sesec_analysis.metrics.disparity import averages as averages
    from sesec_analysis.metrics.disparity import compare as compare
    from sesec_analysis.metrics.disparity import compare_averages as compare_averages
    from sesec_analysis.metrics.disparity import gaps as gaps
    from sesec_analysis.metrics.disparity import rates as rates
    from sesec_analysis.metrics.disparity import ratios as ratios
    from sesec_analysis.metrics.disproportionality import disproportionality as disproportionality
    from sesec_analysis.metrics.expected import expected_rates as expected_rates
    from sesec_analysis.metrics.funnel import funnel as funnel
    from sesec_analysis.metrics.gradients import gradients as gradients
    from sesec_analysis.metrics.inequality import inequality as inequality
    from sesec_analysis.metrics.participation import coverage as coverage
    from sesec_analysis.metrics.participation import participation as participation
    from sesec_analysis.metrics.participation import participation_gaps as participation_gaps
    from sesec_analysis.metrics.robustness import robustness as robustness
    from sesec_analysis.metrics.segregation import segregation as segregation
    from sesec_analysis.metrics.trends import school_rates as school_rates
    from sesec_analysis.metrics.trends import trend as trend

_GROUPS = {
    "data": {
        "load": "loaders.load",
        "history": "loaders.load",
        "newest": "loaders.load",
        "observations": "loaders.own_table",
        "place": "loaders.own_table",
        "places": "loaders.listing",
        "schools": "loaders.listing",
        "indicators": "loaders.listing",
        "sources": "loaders.listing",
        "breaks": "loaders.listing",
        "years_out": "loaders.listing",
        "events": "loaders.listing",
        "totals": "loaders.totals",
        "tidy": "loaders.tidy.tidy",
        "use_project": "loaders.listing",
    },
    "measures": {
        "rates": "metrics.disparity",
        "averages": "metrics.disparity",
        "gaps": "metrics.disparity",
        "ratios": "metrics.disparity",
        "compare": "metrics.disparity",
        "compare_averages": "metrics.disparity",
        "coverage": "metrics.participation",
        "participation": "metrics.participation",
        "participation_gaps": "metrics.participation",
        "change": "metrics.changes",
        "difference_in_gaps": "metrics.changes",
        "trend": "metrics.trends",
        "years_to_close": "metrics.changes",
        "disproportionality": "metrics.disproportionality",
        "inequality": "metrics.inequality",
        "segregation": "metrics.segregation",
        "gradients": "metrics.gradients",
        "standardized_rates": "metrics.decomposition",
        "school_rates": "metrics.trends",
        "expected_rates": "metrics.expected",
        "funnel": "metrics.funnel",
        "robustness": "metrics.robustness",
    },
    "evidence": {
        "finding": "evidence.finding",
        "findings": "evidence.finding",
        "table": "evidence.tables",
        "browse": "evidence.browse",
        "attack_tables": "attack.tables",
        "write_workbook": "editions.documents.workbook",
    },
    "plots": {
        "plot_rates": "figures.dot_plot",
        "plot_gaps": "figures.dot_plot",
        "plot_trend": "figures.trend",
        "plot_slopes": "figures.trend",
        "plot_multiples": "figures.trend",
        "plot_schools": "figures.scatter",
        "plot_funnel": "figures.scatter",
        "plot_expected": "figures.scatter",
        "plot_need": "figures.scatter",
        "plot_map": "figures.map",
        "plot_results_map": "figures.map",
        "plot_at_a_glance": "figures.glance",
        "style": "figures.style",
    },
    "errors": {
        "SesecError": "errors",
        "DataError": "errors",
        "CatalogError": "errors",
        "EditionError": "errors",
    },
}
"""Subject, its public names in the order to read them, and the module that each is in."""

_HOME = {name: module for names in _GROUPS.values() for name, module in names.items()}
__all__ = list(_HOME)


class _Group:
    """The public names of one subject, for those who look for a name by Tab; each is the same as ``sa.<name>``."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._names = list(_GROUPS[name])

    def __getattr__(self, name: str) -> object:
        if name not in self._names:
            raise _unknown(f"sesec_analysis.{self._name}", name, self._names)
        return getattr(sys.modules[__name__], name)

    def __dir__(self) -> list[str]:
        return self._names

    def __repr__(self) -> str:
        return f"sa.{self._name}: {', '.join(self._names)}"


_LISTED = {name: _Group(name) for name in ("data", "measures", "plots")}
_MODULES = ("report", "stats", "bounds", "schema")
"""Further names; `bounds` and `schema` are for those who add up cells or check a table themselves."""


def _unknown(module: str, name: str, known: list[str]) -> AttributeError:
    from sesec_analysis.errors import closest

    near = [] if name.startswith("_") else closest(name, known)  # a tool asks for those
    meant = f"; did you mean {near[0]!r}" if near else ""
    return AttributeError(
        f"module {module!r} has no attribute {name!r}{meant}; it has: {', '.join(known)}; "
        "further names are in sa.report and sa.stats"
    )


def __getattr__(name: str) -> object:
    if name in _LISTED:
        return _LISTED[name]
    if name in _MODULES:
        return importlib.import_module(f"sesec_analysis.{name}")
    if name not in _HOME:
        raise _unknown("sesec_analysis", name, __all__)
    value = getattr(importlib.import_module(f"sesec_analysis.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, *_LISTED, *_MODULES, "__version__"]
