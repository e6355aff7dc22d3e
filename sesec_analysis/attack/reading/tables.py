"""Parse the tables of a page: each row is tied to the finding it prints by its headings, caption and labels."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from sesec_analysis import catalog
from sesec_analysis.attack.reading.numbers import ANYTHING, Span, count_span, meet, value_span
from sesec_analysis.attack.reading.pages import PageTable
from sesec_analysis.attack.reading.records import Key, PrintedClaim, PrintedRow
from sesec_analysis.evidence.wording.labels import EVERYONE, Reference, group_label

__all__ = ["table_claims"]


T = TypeVar("T")

_COLUMNS = {
    "Student group": "label",
    "Place": "place",
    "School": "place",
    "School year": "school_year",
    "Indicator": "title",
    "Measure": "measure",  # its label; a record holds the code
    "Compared with": "reference_label",
}
"""Headings, and the column of a record that holds the same text."""

_Held = dict[tuple[str, ...], dict[tuple[str, ...], list[int]]]
"""Places of rows: by the columns that they have of those asked for, and by their texts there."""

_NAMED_BY = ("title", "place", "school_year", "label", "reference_label")
_COMPARED = " compared with"


def table_claims(tables: Iterable[PageTable], rows: Sequence[PrintedRow]) -> Iterator[PrintedClaim]:
    """Yield what the rows of tables claim.

    A row that fits several findings equally well says nothing that is not known of one of them; a row of no finding is
    read by its own words, if they name a figure in full.
    """
    of_measures: dict[str, _Candidates] = {}
    of_figures: dict[tuple[str, str], _Candidates] = {}
    for row in rows:
        if row.claim is not None:
            label = catalog.measure(row.claim.key.measure).label
            of_measures.setdefault(label, _Candidates()).add(row)
            of_figures.setdefault((label, row.figure), _Candidates()).add(row)
    figures = {row.figure for row in rows}
    for table in tables:
        for at, texts in enumerate(table.rows, start=1):
            cells = dict(zip(table.headings, texts, strict=False))
            measure, value = _value(cells, of_measures)
            if table.about in figures:
                candidates = of_figures.get((measure, table.about), _Candidates())
            else:
                candidates = of_measures.get(measure, _Candidates())
            if value and (claim := _claim(cells, value, table, candidates)):
                yield replace(claim, said=f"{table.where} row {at}")


class _Candidates:
    """Rows that a row of a table may be of, looked up by their texts."""

    def __init__(self) -> None:
        self._rows: list[PrintedRow] = []
        self._held: dict[tuple[str, ...], _Held] = {}

    def add(self, row: PrintedRow) -> None:
        self._rows.append(row)

    def fitting(self, named: Mapping[str, str]) -> list[PrintedRow]:
        """Return the rows that say nothing else than a row of a table, in their order; what either lacks is no bar."""
        names = tuple(name for name, text in named.items() if text and name != "measure")
        if names not in self._held:
            self._held[names] = self._by_texts(names)
        places = (
            at
            for present, by_texts in self._held[names].items()
            for at in by_texts.get(tuple(named[name] for name in present), ())
        )
        return [self._rows[at] for at in sorted(places)]

    def _by_texts(self, names: Sequence[str]) -> "_Held":
        held: _Held = {}
        for at, row in enumerate(self._rows):
            present = tuple(name for name in names if name in row)
            texts = tuple(row[name] for name in present)
            held.setdefault(present, {}).setdefault(texts, []).append(at)
        return held


def _claim(
    cells: Mapping[str, str], value: str, table: PageTable, candidates: "_Candidates"
) -> PrintedClaim | None:
    named = {_COLUMNS[heading]: cell for heading, cell in cells.items() if heading in _COLUMNS}
    span, counts = value_span(value), _counts(cells)
    fitting = candidates.fitting(named)
    rows = _best_named(fitting, f"{table.caption} {' '.join(named.values())}")
    if len({row.id for row in rows}) > 1:
        rows = [
            row
            for row in rows
            if row["value"] != value and row.claim and _near(row.claim, span, counts)
        ]
    if len({row.id for row in rows}) == 1 and rows[0].claim:
        return PrintedClaim(rows[0].claim.key, "", span, counts, rows[0].claim.sources)
    key = None if fitting else _key_by_words(named, table.caption)
    return None if key is None else PrintedClaim(key, "", span, counts)


def _near(claim: PrintedClaim, span: Span, counts: Mapping[str, Span]) -> bool:
    """Tell whether a row may be a finer print of a claim."""
    return meet(claim.value, span)[0] <= meet(claim.value, span)[1] and all(
        claim.counts.get(name) == count for name, count in counts.items()
    )


def _best_named(rows: Sequence[PrintedRow], words: str) -> list[PrintedRow]:
    """Return the rows whose own words are named best."""
    scores = [sum(bool(row.get(name)) and row[name] in words for name in _NAMED_BY) for row in rows]
    return [row for row, score in zip(rows, scores, strict=True) if score == max(scores)]


def _value(cells: Mapping[str, str], measures: Iterable[str]) -> tuple[str, str]:
    """Return the label of the measure and the text of the value; empty texts if the table is of something else."""
    for heading, text in cells.items():
        if heading in measures:
            return heading, text
    return cells.get("Measure", ""), cells.get("Value", "")


def _counts(cells: Mapping[str, str]) -> dict[str, tuple[float, float]]:
    counted = {entry.counted.capitalize() for entry in catalog.indicators().values()}
    nouns = {*counted, "Number", "Of students"}
    counts = {}
    for heading, text in cells.items():
        name = "reference_n" if heading.endswith(_COMPARED) else "n"
        if heading.removesuffix(_COMPARED) in nouns and count_span(text) != ANYTHING:
            counts[name] = count_span(text)
    return counts


def _key_by_words(named: Mapping[str, str], caption: str) -> Key | None:
    """Return the rate that a row names by itself: an indicator, a school or place, a year and a group."""
    words = f"{caption}, {', '.join(named.values())}"
    indicator = _longest(
        (entry.title, code) for code, entry in catalog.indicators().items() if entry.title in words
    )
    group = _longest(_groups(words)) or (EVERYONE, EVERYONE)
    organization = _longest(_organizations(words))
    year = next(
        (year for year in range(1990, 2100) if f"{year - 1}–{year % 100:02d}" in words), None
    )
    if not indicator or not organization or year is None:
        return None
    grades = {f"{grade:02d}": f"grade {grade}," for grade in range(1, 13)}
    grade = next(
        (code for code, phrase in grades.items() if phrase in f"{words.lower()},"), EVERYONE
    )
    return Key("rate", indicator, year, grade, *organization, *group, Reference())


def _groups(words: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for kind, entry in catalog.group_types().items():
        for code in entry.groups:
            if group_label(code) in words:
                yield group_label(code), (kind, code)


def _organizations(words: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for code, place in catalog.places().items():
        if place.name in words:
            yield place.name, ("place", code)
    for code, school in catalog.schools().items():
        if school.name in words:
            yield school.name, ("school", code)


def _longest(matches: Iterable[tuple[str, T]]) -> T | None:
    """Return what the longest text stands for: "Southeast Seattle" before "Seattle"."""
    return max(matches, key=lambda pair: len(pair[0]), default=("", None))[1]
