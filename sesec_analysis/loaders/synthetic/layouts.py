"""Write the cells of a synthetic file in the long or the wide layout, beside the truth that they hide."""

from dataclasses import dataclass, field
from typing import NamedTuple
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sesec_analysis import catalog, schema
from sesec_analysis.catalog.entries import IndicatorColumns, Source
from sesec_analysis.loaders.synthetic import masks, publishers
from sesec_analysis.loaders.synthetic import truth as synthetic_truth
from sesec_analysis.loaders.synthetic.frames import (
    CodedText,
    SyntheticFrame,
    constant,
    numbers,
    pick,
    ratios,
)
from sesec_analysis.loaders.synthetic.population import Counts
from sesec_analysis.loaders.synthetic.publishers import count_form, grade_word, share_form

__all__ = ["Family", "Shape", "Written", "long_file", "wide_file", "worded"]


_LABELLED = [masks.BELOW, masks.ABOVE, masks.FLAGGED]
_CROSS = [
    masks.FLAGGED,
    masks.CROSS_GROUP,
    masks.CROSS_RANGE,
    masks.CROSS_GRADE,
    masks.CROSS_ORGANIZATION,
]
# Usual figure and spread of an average, and the digits it is printed with.
_AVERAGES = {
    "percentile": (50.0, 12.0, 1),
    "years": (12.0, 3.0, 1),
    "students_per_teacher": (17.0, 2.0, 1),
    "dollars_per_student": (15000.0, 2000.0, 0),
    "score": (5.5, 2.0, 2),
}


@dataclass
class Family:
    """Columns that speak of the same students: their quantities, how each cell is withheld, its range label."""

    drawn: synthetic_truth.Draw
    state: NDArray[np.int8]
    labels: CodedText


def worded(family: Family, words: dict[int, str], places: NDArray[np.int64]) -> CodedText:
    """What a column says of each row's state; ``{}`` stands for its range label."""
    state = family.state.ravel()[places].astype(np.int64)
    out = pick([words.get(number, "") for number in range(10)], state)
    for number in _LABELLED:
        if "{}" in (text := words.get(number, "")):
            labels = family.labels.take(places)
            filled = CodedText(labels.codes, [text.replace("{}", label) for label in labels.texts])
            out = out.where(state == number, filled)
    return out


@dataclass
class Shape:
    """An indicator in its file."""

    frame: SyntheticFrame
    family: Family
    columns: IndicatorColumns
    unit: str

    def _state(self, places: NDArray[np.int64]) -> NDArray[np.int8]:
        return self.family.state.ravel()[places]

    def _quantities(self, places: NDArray[np.int64]) -> tuple[Counts, Counts]:
        top, bottom = synthetic_truth.quantities(self.family.drawn, self.columns.derive)
        return top.ravel()[places], bottom.ravel()[places]

    def _averages(self, places: NDArray[np.int64]) -> NDArray[np.float64]:
        usual, spread, digits = _AVERAGES[self.unit]
        frame = self.frame
        salt = crc32(f"{frame.source_id} {self.columns.value}".encode())
        drawn = frame.population.rng(9, salt).normal(usual, spread, frame.shape)
        most = 99.0 if self.unit == "percentile" else np.inf
        figures = np.asarray(np.round(drawn.clip(1.0, most), digits), dtype=np.float64)
        return figures.ravel()[places]

    def truth(self, places: NDArray[np.int64]) -> pd.DataFrame:
        """What is true of each row: the exact numerator, denominator and value, for what a loader keeps."""
        keys = self.frame.keys(places)
        kept = keys.pop("place").to_numpy()
        top, bottom = self._quantities(kept)
        if self.unit not in schema.SHARES:
            table = keys.assign(value=self._averages(kept))
            return table.assign(denominator=bottom) if self.columns.denominator else table
        value = np.divide(top, bottom, out=np.full(len(kept), np.nan), where=bottom > 0)
        return keys.assign(numerator=top, denominator=bottom, value=value)

    def printed(self, places: NDArray[np.int64]) -> dict[str, CodedText]:
        """The indicator's columns, by the entry's names."""
        if self.unit not in schema.SHARES:
            return self._printed_average(places)
        out = self._counts(places)
        if self.columns.value:
            out[self.columns.value] = self._share(places)
        return out

    def _printed_average(self, places: NDArray[np.int64]) -> dict[str, CodedText]:
        codes, distinct = pd.factorize(self._averages(places))
        hidden = self._state(places) == masks.SMALL
        out = {self.columns.value or "": CodedText(codes, [str(value) for value in distinct])}
        out |= self._counts(places)
        return {name: text.where(hidden, "") for name, text in out.items()}

    def _counts(self, places: NDArray[np.int64]) -> dict[str, CodedText]:
        """Every column of students that follows from the family's quantities."""
        way, columns = self.frame.way, self.columns
        n, k, earlier, absent, _, _ = (part.ravel()[places] for part in self.family.drawn.parts)
        counts = {columns.denominator or "": n, columns.numerator or "": k}
        shares = (columns.derive or "").endswith("_from_shares")
        if columns.derive:
            size = columns.denominator or ""
            stem = size.removesuffix("total").removesuffix("expected")
            counts = {
                f"{stem}met": k,
                f"{stem}met_now": k - earlier,
                f"{stem}total": n - earlier,
                f"{stem}expected": n - earlier,
                f"{stem}no_score": absent,
            }
        known = self.frame.source.columns
        state = self._state(places)
        if columns.counts_first:
            # A note may stand beside counts that are printed all the same.
            state = np.where(state == masks.FLAGGED, masks.EXACT, state)
        form = count_form(thousands=way.thousands, decimal=way.decimal_codes)
        out = {}
        for name, values in counts.items():
            if name not in known:
                continue
            text = numbers(values, form)
            if shares and name.endswith("no_score"):
                out[name] = self._whole_share(absent, n - earlier, state)
            elif way.small_totals and name.endswith("total"):
                out[name] = text
            else:
                out[name] = text.where(state != masks.EXACT, way.hidden)
        level, _, printed_as = (columns.derive or "").partition("_from_")
        if level in known:
            top = self._quantities(places)[0]
            out[level] = (
                self._whole_share(top, n - earlier, state)
                if printed_as == "shares"
                else numbers(top, form).where(state != masks.EXACT, way.hidden)
            )
        return out

    def _whole_share(self, top: Counts, bottom: Counts, state: NDArray[np.int8]) -> CodedText:
        """A share printed with all its digits, from which the count follows."""
        text = ratios(top, bottom, lambda k, n: f"{k / n:.13f}")
        return text.where(~np.isin(state, [masks.EXACT, *_CROSS]), "")

    def _share(self, places: NDArray[np.int64]) -> CodedText:
        """The column of the rate."""
        frame, state = self.frame, self._state(places)
        form = share_form(frame.source_id, frame.source, self.columns)
        rate = ratios(*self._quantities(places), form)
        words = frame.way.rates
        if not self.columns.flag_bounds:
            shown = [masks.EXACT, *(number for number in _CROSS if number not in words)]
            return rate.where(~np.isin(state, shown), "")
        published = np.isin(state, list(words))
        return rate.where(published, worded(self.family, words, places))


_YOUNG, _HIGH = ["03", "04", "05", "06", "07", "08"], ["09", "10", "11", "12"]
_OTHERS = ("expected_all", "expected", "total")


class Written(NamedTuple):
    """The columns of a file, by the entry's names, and what is true of its rows."""

    columns: dict[str, CodedText]
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
        chosen = {name: values for name, values in columns.where.items() if name != "grade_level"}
        several = [values for values in chosen.values() if len(values) > 1]
        tests = len(several[0]) if len(several) > 1 else 1
        for turn in range(tests):
            # One list of several values is a matter of spelling; two or more go together, as tests by grade do.
            at = turn if tests > 1 else year
            where = {name: values[at % len(values)] for name, values in chosen.items()}
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


def long_file(frame: SyntheticFrame) -> Written:
    """Make a file of a source in the long layout."""
    parts = [_kind(frame, row) for row in kinds_of_row(frame.source, frame.year)]
    names = dict.fromkeys(name for part in parts for name in part.columns)
    columns = {name: _stacked([_of(part, name) for part in parts]) for name in names}
    return Written(columns, pd.concat([part.truth for part in parts], ignore_index=True))


def _of(part: Written, name: str) -> CodedText:
    """Return a column of a part; one that this kind of row has nothing for is blank."""
    rows = len(part.columns["school_year"].codes)
    return part.columns.get(name, constant("", rows))


def _stacked(columns: list[CodedText]) -> CodedText:
    codes: list[NDArray[np.int64]] = []
    texts: list[str] = []
    for column in columns:
        codes.append(column.codes + len(texts))
        texts += column.texts
    return CodedText(np.concatenate(codes), texts)


def _kind(frame: SyntheticFrame, row: _Row) -> Written:
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


def _family(frame: SyntheticFrame, row: _Row, name: tuple[str, str], code: str) -> Family:
    size, what = name
    chosen = " ".join(row.where.values())
    lower = catalog.indicator(code).direction == "lower_is_better"
    drawn = synthetic_truth.draw(
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
    cut = synthetic_truth.Draw(
        *(np.asarray(frame.cut(part), dtype=np.int64) for part in drawn.parts)
    )
    return Family(cut, state, _range_words(frame, cut, state))


def _range_words(
    frame: SyntheticFrame, drawn: synthetic_truth.Draw, state: NDArray[np.int8]
) -> CodedText:
    """Return the range label of each cell, where its state has one."""
    n, k, state = drawn.students.ravel(), drawn.counted.ravel(), state.ravel()
    codes = np.zeros(len(n), dtype=np.int64)
    if frame.era not in ("three", "capped"):
        return CodedText(codes, [""])
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
    return CodedText(codes, list(texts))


def _marks(
    frame: SyntheticFrame, family: Family, places: NDArray[np.int64]
) -> dict[str, CodedText]:
    """Return the columns that say whether and why a row is withheld."""
    hidden = family.state.ravel()[places] != masks.EXACT
    return {
        "flag": worded(family, frame.way.flags, places),
        "suppressed": pick(["n", "y"], hidden.astype(np.int64)),
    }


_LATER = 0.03  # program headcounts are taken later than October, when some more students are there
_HALF_DAY = "Half-day Kindergarten"


class _Rows(NamedTuple):
    """Organization and grade of each row by number, and its students by group."""

    owner: NDArray[np.int64]
    grade: NDArray[np.int64]
    cells: Counts


def wide_file(frame: SyntheticFrame, names: list[str]) -> Written:
    """Make a file of a source in the wide layout with these columns."""
    whole = synthetic_truth.summed(frame.population, frame.population.students(frame.year))
    students = np.asarray(frame.cut(whole), dtype=np.int64)
    owner, grade = np.nonzero(students[..., 0] > 0)
    rows = _Rows(owner, grade, students[owner, grade])
    later = rows.cells[:, 0] + frame.rng.binomial(rows.cells[:, 0], _LATER)
    groups = publishers.group_codes(frame.source, names)
    true = _truth(frame, rows, later, {code for _, code in groups.values()} | {"all"})
    rows = _with_oddities(frame, rows)
    later = np.concatenate([later, np.zeros(len(rows.owner) - len(later), dtype=np.int64)])

    words = [*(grade_word(frame.way, code) for code in frame.grades), _HALF_DAY]
    places = {code: place for place, (_, code) in enumerate(frame.groups)}
    columns = frame.about(rows.owner) | {
        "grade_level": pick(words, rows.grade),
        "all_students": numbers(rows.cells[:, 0]),
        **_foster_care(rows.cells, places),
    }
    for name, (part, code) in groups.items():
        program = code in frame.source.groups.later_headcount
        size = later if program else rows.cells[:, 0]
        columns[name] = _group_column(rows.cells[:, places[code]], size, part)
    return Written(columns, true)


def _group_column(group: Counts, headcount: Counts, part: str) -> CodedText:
    if part == "numerator":
        return numbers(group)
    return ratios(group, headcount, lambda k, n: f"{100 * k / n:.2f}".rstrip("0").rstrip("."))


def _foster_care(cells: Counts, places: dict[str, int]) -> dict[str, CodedText]:
    """Where few students are in foster care, both columns are set to 0, and the flag says so: masked, not none."""
    care = cells[:, places["foster_care"]]
    others = cells[:, places["not_foster_care"]]
    small = (care > 0) & (care < 10)
    return {
        "flag": pick(["", "DAT Applied: Foster Care - N < 10"], small.astype(np.int64)),
        "ignored:fostercare": numbers(np.where(small, 0, care)),
        "ignored:numberfostercare": numbers(care).where(small, "N<10"),
        "ignored:nonfostercare": numbers(np.where(small, 0, others)),
    }


def _truth(frame: SyntheticFrame, rows: _Rows, later: Counts, codes: set[str]) -> pd.DataFrame:
    """Each group's students out of the headcount that they are a share of."""
    parts = []
    for place, (_, code) in enumerate(frame.groups):
        if code not in codes:
            continue
        at = (rows.owner, rows.grade, np.full(len(rows.owner), place))
        keys = frame.keys(np.ravel_multi_index(at, frame.shape)).drop(columns="place")
        kept = frame.organizations["loaded"].to_numpy(dtype=bool)[rows.owner]
        size = later if code in frame.source.groups.later_headcount else rows.cells[:, 0]
        top, bottom = rows.cells[kept, place], size[kept]
        parts.append(
            keys.assign(
                indicator="enrollment", numerator=top, denominator=bottom, value=top / bottom
            )
        )
    return pd.concat(parts, ignore_index=True)


def _with_oddities(frame: SyntheticFrame, rows: _Rows) -> _Rows:
    """Set half-day kindergarten apart, and repeat some rows with zeros, in the years whose files do so."""
    rules = frame.source.rules
    if "half_day_kindergarten_joins_kindergarten" in rules and frame.year <= 2020:
        some = np.flatnonzero((rows.grade == frame.grades.index("K")) & (rows.owner % 5 == 0))
        half = rows.cells[some] // 4
        rows.cells[some] -= half
        rows = _Rows(
            np.concatenate([rows.owner, rows.owner[some]]),
            np.concatenate([rows.grade, np.full(len(some), len(frame.grades))]),
            np.concatenate([rows.cells, half]),
        )
    if "drop_all_zero_duplicates" in rules and frame.year == 2020:
        some = np.flatnonzero(rows.owner % 5 == 1)
        rows = _Rows(*(np.concatenate([part, part[some]]) for part in rows))
        rows.cells[-len(some) :] = 0
    return rows
