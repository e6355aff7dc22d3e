"""A made-up file in the long layout: one row per organization, grade, student group and what is asked of them."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sesec_analysis import catalog, schema
from sesec_analysis.entries import IndicatorColumns, Source
from sesec_analysis.twin import masks, truth
from sesec_analysis.twin.cells import Family, Shape, worded
from sesec_analysis.twin.frames import Frame
from sesec_analysis.twin.words import Words, constant, pick

__all__ = ["Written", "long_file"]

_YOUNG, _HIGH = ["03", "04", "05", "06", "07", "08"], ["09", "10", "11", "12"]
_OTHERS = ("expected_all", "expected", "total")


class Written(NamedTuple):
    """The columns of a file, by the entry's names, and what is true of its rows."""

    columns: dict[str, Words]
    truth: pd.DataFrame


@dataclass
class _Row:
    """One kind of row: the values that choose it, and the indicators that it holds."""

    where: dict[str, str]
    indicators: dict[str, IndicatorColumns] = field(default_factory=dict)
    grades: dict[str, list[str]] = field(
        default_factory=dict
    )  # indicator: the grades it is of, if not all


def kinds_of_row(source: Source, year: int) -> list[_Row]:
    """Return the kinds of rows that an entry's indicators ask for."""
    rows: dict[tuple[tuple[str, str], ...], _Row] = {}
    for code, columns in source.indicators.items():
        chosen = {name: found for name, found in columns.where.items() if name != "grade_level"}
        several = [found for found in chosen.values() if len(found) > 1]
        tests = len(several[0]) if len(several) > 1 else 1
        for turn in range(tests):
            # One list of several values is a matter of spelling; two or more go together, as tests by grade do.
            at = turn if tests > 1 else year
            where = {name: found[at % len(found)] for name, found in chosen.items()}
            row = rows.setdefault(tuple(sorted(where.items())), _Row(where))
            row.indicators[code] = columns
            if "grade_level" in columns.where:
                row.grades[code] = columns.where["grade_level"]
            elif tests > 1:
                row.grades[code] = _HIGH if turn == tests - 1 else _YOUNG
    return list(rows.values())


def _family_name(columns: IndicatorColumns) -> tuple[str, str]:
    """Name the students that columns speak of, and what is counted of them: alike for columns of one family.

    "ela_total" and "ela_met" are of the family "ela_": all its figures follow from the same four quantities.
    """
    size = columns.denominator or ""
    stem = next((size.removesuffix(end) for end in _OTHERS if size.endswith(end)), None)
    if stem is not None and (columns.derive or columns.numerator == f"{stem}met"):
        return stem, ""
    return size, columns.numerator or columns.value or ""


def long_file(frame: Frame) -> Written:
    """Make a file of a source in the long layout."""
    parts = [_kind(frame, row) for row in kinds_of_row(frame.source, frame.year)]
    names = dict.fromkeys(name for part in parts for name in part.columns)
    columns = {name: _stacked([_of(part, name) for part in parts]) for name in names}
    return Written(columns, pd.concat([part.truth for part in parts], ignore_index=True))


def _of(part: Written, name: str) -> Words:
    """A column of a part; one that this kind of row has nothing for is blank."""
    rows = len(part.columns["school_year"].codes)
    return part.columns.get(name, constant("", rows))


def _stacked(columns: list[Words]) -> Words:
    codes: list[NDArray[np.int64]] = []
    texts: list[str] = []
    for column in columns:
        codes.append(column.codes + len(texts))
        texts += column.texts
    return Words(np.concatenate(codes), texts)


def _kind(frame: Frame, row: _Row) -> Written:
    """All rows of one kind."""
    families: dict[tuple[str, str], Family] = {}
    shown = np.zeros(frame.shape, dtype=bool)
    for code, columns in row.indicators.items():
        name = _family_name(columns)
        if name not in families:
            families[name] = _family(frame, row, name, code)
        grades = np.isin(frame.grades, row.grades.get(code, frame.grades))[None, :, None]
        shown |= frame.listed(families[name].drawn.students) & grades
    places = np.flatnonzero(shown)
    out = frame.common(places) | _marks(frame, next(iter(families.values())), places)
    out |= {name: constant(text, len(places)) for name, text in row.where.items()}
    true = []
    for code, columns in row.indicators.items():
        family = families[_family_name(columns)]
        there = np.isin(frame.grades, row.grades.get(code, frame.grades))
        here = there[np.unravel_index(places, frame.shape)[1]]
        shape = Shape(frame, family, columns, catalog.indicator(code).unit)
        out |= {name: text.where(~here, "") for name, text in shape.printed(places).items()}
        true.append(shape.truth(places[here]).assign(indicator=code))
    return Written(out, pd.concat(true, ignore_index=True))


def _family(frame: Frame, row: _Row, name: tuple[str, str], code: str) -> Family:
    size, what = name
    chosen = " ".join(row.where.values())
    lower = catalog.indicator(code).direction == "lower_is_better"
    drawn = truth.draw(
        frame.population,
        frame.source_id,
        f"{chosen} {what}",
        size=size,
        grades=frame.way.only.get(code, frame.way.grades),
        base=0.05 if lower else 0.6,
        ever=frame.way.ever,
        earlier=any(columns.derive for columns in row.indicators.values()),
        each=frame.way.each,
    )
    # Of an average nothing is extreme: only small groups are withheld.
    share = catalog.indicator(code).unit in schema.SHARES
    state = frame.states(drawn.students, drawn.counted if share else drawn.students // 2)
    cut = truth.Draw(*(np.asarray(frame.cut(part), dtype=np.int64) for part in drawn.parts))
    return Family(cut, state, _range_words(frame, cut, state))


_LABELLED = [masks.BELOW, masks.ABOVE, masks.FLAGGED]


def _range_words(frame: Frame, drawn: truth.Draw, state: NDArray[np.int8]) -> Words:
    """The range label of each cell, where its state has one."""
    n, k, state = drawn.students.ravel(), drawn.counted.ravel(), state.ravel()
    codes = np.zeros(len(n), dtype=np.int64)
    if frame.era not in ("three", "capped"):
        return Words(codes, [""])
    places = np.flatnonzero(np.isin(state, _LABELLED))
    n, k = n[places], k[places]
    above = k > n - k
    near = np.where(state[places] == masks.FLAGGED, 0, np.where(above, n - k, k))
    source = frame.source
    if (source.releases[frame.year].range_rule or source.range_rule) == "three_over_n_or_less":
        # In these releases the size that a label speaks of is the group's or one more.
        n = n + frame.rng.integers(0, 2, len(n))
    labels = masks.range_labels(frame.era, n, near, above, frame.way.decimals)
    texts = {text: number for number, text in enumerate(dict.fromkeys(["", *labels]))}
    codes[places] = [texts[label] for label in labels]
    return Words(codes, list(texts))


def _marks(frame: Frame, family: Family, places: NDArray[np.int64]) -> dict[str, Words]:
    """The columns that say whether and why a row is withheld."""
    hidden = family.state.ravel()[places] != masks.EXACT
    return {
        "flag": worded(family, frame.way.flags, places),
        "suppressed": pick(["n", "y"], hidden.astype(np.int64)),
    }
