"""Make what notebooks describe: figures, tables, headlines, and notices, each from the records of its findings.

Findings that must be withheld are replaced before anything is chosen or drawn: their records say so and why.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from sesec_analysis.errors import DataError
from sesec_analysis.evidence import (
    implications,
    level_tables,
    not_computed,
    notices,
    pages,
    school_tables,
    tables,
    telling,
)
from sesec_analysis.evidence.described import best
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.gate import gate
from sesec_analysis.evidence.row import Record

__all__ = ["Maker", "kinds", "records_of"]


Make = Callable[..., Any]
"""Makes what a description describes; a plot takes the language as well."""


def kinds() -> Mapping[str, Make]:
    """Return how each kind is made from its description."""
    # They bring matplotlib: a document without figures is made without it.
    from sesec_analysis.figures import dot_plot, glance, level_tiles, map, scatter, trend

    return {
        "findings": lambda given: given.input,
        "missing": Spec.notice,
        "about_school": tables.make_about_school,
        "among_tested": implications.make_among_tested,
        "best": best.choose_best,
        "compare_school": school_tables.make_compare_school,
        "board_questions": pages.make_board_questions,
        "deck": pages.make_deck,
        "headline": telling.make_headline,
        "in_words": telling.make_in_words,
        "key_numbers": telling.make_key_numbers,
        "levels_of_school": level_tables.make_levels_of_school,
        "not_computed": not_computed.make,
        "over_years": school_tables.make_over_years,
        "plot_at_a_glance": glance.make_at_a_glance,
        "plot_expected": scatter.make_expected,
        "plot_funnel": scatter.make_funnel,
        "plot_gaps": dot_plot.make_dots,
        "plot_levels": level_tiles.make_levels,
        "plot_map": map.make_map,
        "plot_multiples": trend.make_multiples,
        "plot_need": scatter.make_need,
        "plot_rates": dot_plot.make_dots,
        "plot_results_map": map.make_results_map,
        "plot_schools": scatter.make_schools,
        "plot_slopes": trend.make_slopes,
        "plot_trend": trend.make_trend,
        "since_last_year": pages.make_since_last_year,
        "school_messages": pages.make_school_messages,
        "school_questions": implications.make_school_questions,
        "implication": telling.make_implication,
        "strengths": school_tables.make_strengths,
        "table": tables.make_table,
        "withheld_here": telling.make_withheld_here,
    }


class Maker:
    """Makes what is described, without the findings ``withheld``, in a ``language`` or in that of the records."""

    def __init__(self, withheld: Collection[str] = (), *, language: str = "") -> None:
        self._withheld, self._language = frozenset(withheld), language
        self._findings: dict[str, tuple[Record, Finding]] = {}
        self.lacking: list[tuple[str, str, str]] = []
        """What could not be made: where, why in words, and the error."""

    def bundle(self, description: Mapping[str, Any], where: str = "") -> Mapping[str, Any]:
        """Return what is described as a cell shows it, finished; ``where`` is the cell, for errors."""
        given = Findings([self.finding(one) for one in description["input"]])
        missing = tuple(description.get("missing", ("", "")))
        spec = Spec(description["kind"], given, description.get("options", {}), missing)
        make = kinds()[spec.kind]
        try:
            made = make(spec, self._language) if spec.kind.startswith("plot_") else make(spec)
        except DataError as fault:
            if not fault.leaves_a_notice:
                raise
            made = not_computed.notice_of(fault)
            self.lacking.append((where, made.text, str(fault)))
        words = getattr(made, "_words_", None) if self._language else None
        shown: Any = words() if words else made._repr_mimebundle_()
        data = shown[0] if isinstance(shown, tuple) else shown
        return {mime: data[mime] for mime in data if mime != notices.SPEC}

    def known(self, stored: Record) -> Record:
        """Return a record without its decisions; texts may be about the finding that both describe."""
        if "decisions" in stored:
            self.finding(stored)
        return {name: value for name, value in stored.items() if name != "decisions"}

    def finding(self, stored: Record) -> Finding:
        """Return the finding of a record with its decisions, or of one withheld what is left of it."""
        known = self._findings.get(str(stored["id"]))
        if known and known[0] == stored:
            return known[1]
        record = {name: value for name, value in stored.items() if name != "decisions"}
        made = Finding.from_record(record, stored.get("decisions", {}))
        if stored["id"] in self._withheld:
            made = made.with_row(gate.withhold_row(made.row))
        self._findings[str(stored["id"])] = stored, made
        return made

    @property
    def given(self) -> dict[str, Finding]:
        """The findings that were given to what was made, by id."""
        return {name: made for name, (_, made) in self._findings.items()}

    def record(self, record: Record) -> Record:
        """Return a record as it is shown."""
        return self.finding(record).record() if record["id"] in self._withheld else record


def records_of(notebook: Mapping[str, Any]) -> Iterator[Record]:
    """Yield every record that an executed notebook passes to what it shows, with its decisions."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if notices.SPEC in data:
                yield from data[notices.SPEC]["input"]
                continue
            for mime in (notices.FIGURE, notices.TABLE, notices.HEADLINE):
                yield from data.get(mime, {}).get("findings", [])
            yield from data.get(notices.FINDINGS, [])
            yield from [data[notices.FINDING]] if notices.FINDING in data else []
