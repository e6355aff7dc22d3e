"""Corrupt publishers' files, and record what happens when each is read as a new year's file.

A base is a real file, cut to the districts that are read. No recorded hash helps. It is compared with earlier releases
(real) or with a last year made from it (synthetic), and with that year's enrollment. Written faults and a sample
of drawn ones are in tests/system/test_faults.py; `make prove` draws more. With a new seed each time,

    SESEC_RAW=folder python tests/samples/raw_faults.py [--seed N] [--files 200] [RELEASE ...]

prints a line for each file, and at the end the rows of the table in docs/FAULTS.md.
"""

import argparse
import csv
import gzip
import io
import json
import os
import random
import re
import secrets
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path

import numpy as np
import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.errors import SesecError
from sesec_analysis.loaders import build
from sesec_analysis.loaders.raw import store
from sesec_analysis.loaders.raw.codes import clean_code
from sesec_analysis.loaders.raw.release import Reading, raw_files
from sesec_analysis.loaders.tidy import masked_sums
from sesec_analysis.loaders.tidy.review import differences
from sesec_analysis.loaders.tidy.tidy import tidy

__all__ = ["ENDS", "RELEASES", "Base", "Grid", "Outcome", "draw_faults", "read_base", "sides_of"]

RAW = Path(os.environ.get("SESEC_RAW", ""))
RELEASES = [
    *("census_acs@2017", "census_children@2023", "edfacts_homeless@2021"),
    *("ospi_assessment@2018", "ospi_assessment@2024", "ospi_assessment@2025"),
    *("ospi_assessment_2017@2017", "ospi_assessment_msp@2012"),
    *("ospi_demographics@2017", "ospi_demographics_2011@2011", "ospi_discipline@2019"),
    *("ospi_district_totals@2024", "ospi_enrollment@2019", "ospi_enrollment@2022"),
    *("ospi_enrollment@2024", "ospi_enrollment_state@2019", "ospi_graduation@2019"),
    *("ospi_poverty@2017", "ospi_spending@2020", "ospi_spending_by_school@2019"),
    *("ospi_sqss@2018", "ospi_sqss@2019", "ospi_sqss@2024", "ospi_state_totals@2024"),
    *("ospi_teacher_demographics@2020", "ospi_teacher_ratio@2018", "ospi_teachers@2017"),
    *("ospi_teachers_2011@2011", "sps_budgets@2024", "sps_climate@2022", "sps_home_areas@2022"),
    *("sps_p223@2024", "sps_title_i@2021", "times_discipline@2014"),
    *("times_discipline_state@2014", "urban_preschool@2021"),
]
"""A release of each layout."""
_CELL = ["indicator", "organization_level", "organization_id", "grade_level", "student_group"]
_FIGURES = ["numerator", "denominator", "value"]
_READ = [*_FIGURES, "numerator_high", "denominator_high", "status"]
_SOME = 0.05
"""A column holds numbers if so many of its texts are: most counts of suspensions are withheld."""
_NUMBER = re.compile(r"-?[\d,]*\.?\d+%?")
_CODE = re.compile(r"code|number$|GEOID|year|yr$|grade(level|tested)?$", re.IGNORECASE)


@dataclass
class Outcome:
    """What happened to a corrupted file: refused, listed, equal, unknowable, wrong, or traceback."""

    kind: str
    what: str = ""


ENDS = ["refused", "listed", "equal", "unknowable", "wrong", "traceback"]


@dataclass
class Grid:
    """A raw file as text: its header, its rows, and the entry's names of the columns that are read."""

    path: str
    header: list[str]
    rows: list[list[str]]
    columns: dict[str, str]
    used: list[str]
    format: str = "csv"
    numeric: list[int] = field(default_factory=list)  # found once

    def copy(self) -> "Grid":
        """Return a copy to corrupt."""
        return replace(self, header=[*self.header], rows=[[*row] for row in self.rows])

    def write(self, folder: Path, content: bytes | None = None) -> None:
        if content is None and self.format == "csv":
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows([self.header, *self.rows])
            content = text.getvalue().encode()
        elif content is None:
            rows = [dict(zip(self.header, row, strict=False)) for row in self.rows]
            is_survey = self.format == "survey"
            content = (_survey(rows) if is_survey else "\n".join(map(json.dumps, rows))).encode()
        path = folder / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(content, 1) if self.path.endswith(".gz") else content)

    def column(self, *names: str) -> int:
        """Return where the first of the entry's columns is that the file has with several texts."""
        for name in names:
            at = self.header.index(self.columns[name]) if name in self.columns else None
            if at is not None and len({row[at] for row in self.rows}) > 1:
                return at
        raise _UnfitError


class _UnfitError(Exception):
    """This fault cannot be made in this file."""


@dataclass
class Base:
    """A release: its files, what is read of them, and by side the years it is compared with and the true lines."""

    source_id: str
    folder: Path
    grids: list[Grid]
    caps: dict[str, int] | None
    table: pd.DataFrame
    enrollment: pd.DataFrame | None
    earlier: dict[str, list[pd.DataFrame]]
    accepted: dict[str, dict[str, int]] = field(default_factory=dict)

    def read(self, side: str) -> Outcome:
        """Read the files in the folder, and compare them with the earlier years of a side."""
        try:
            table = tidy(self.source_id, self.folder, caps=self.caps)
            true, now = (one.drop_duplicates(_CELL).set_index(_CELL) for one in (self.table, table))
            moved = true.index.symmetric_difference(now.index)
            now = now.reindex(true.index)
            changed = true[_READ].astype(object).compare(now[_READ].astype(object)).index
            if moved.empty and changed.empty:
                return Outcome("equal")
            items = differences(table, self.earlier[side], self.enrollment)
        except SesecError as failure:
            return Outcome("refused", failure.what)
        except Exception as failure:  # any other end is a fault of ours
            return Outcome("traceback", repr(failure))
        accepted = self.accepted[side]
        new = [item for item in items if accepted.get(item.name) != item.count]
        lost = [f"no {name}" for name in {*accepted} - {item.name for item in items}]
        if new or lost:
            kind = "refused" if any(item.refused for item in new) else "listed"
            return Outcome(kind, "; ".join([*map(str, new), *lost]))
        if len(
            moved
        ):  # a cell without a number, or that no earlier release has, is compared with nothing
            counted = pd.concat([self.table, table]).set_index(_CELL)[_FIGURES].dropna(how="all")
            known = counted.index.intersection(pd.concat(self.earlier[side]).set_index(_CELL).index)
            kind = "wrong" if moved.isin(known).any() else "unknowable"
            return Outcome(kind, "rows are gone or new")
        return judge(true, now, changed, self.earlier[side])


def _read_grid(path: Path, name: str, reading: Reading) -> Grid:
    content = path.read_bytes()
    text = (gzip.decompress(content) if name.endswith(".gz") else content).decode("utf-8-sig")
    if reading.declared.format == "survey":
        return _survey_grid(name, json.loads(text))
    columns = {**reading.columns, **reading.group_columns}
    used = [*dict.fromkeys(columns.values())]
    if reading.declared.format == "jsonlines":
        lines = [line.strip(" ,[]\r") for line in text.splitlines()]
        objects = [json.loads(line) for line in lines if line]
        header = [*dict.fromkeys(key for one in objects for key in one)]
        rows = [[one.get(key, "") for key in header] for one in objects]
        return Grid(name, header, rows, columns, used, "jsonlines")
    header, *rows = csv.reader(io.StringIO(text))
    columns = {key: spelled for key, spelled in columns.items() if spelled in header}
    at = columns.get("district_code")
    if at and "state_is_the_sum_of_its_parts" not in reading.source.file_rules:
        ours = {catalog.community().district, *catalog.community().neighbours}
        codes = clean_code(pd.Series([row[header.index(at)] for row in rows]))
        kept = codes.isin(ours) | codes.isin(["", "NULL", "None", "0"])
        rows = [row for row, keep in zip(rows, kept, strict=True) if keep]
    return Grid(name, header, rows, columns, [name for name in used if name in header])


_SURVEY = ["report", "survey", "organization", "item", "negativelyCoded", "answers"]


def _survey_grid(name: str, document: dict[str, dict]) -> Grid:
    """Return a row of a survey's document for each organization and item, with a column for each answer's count."""
    rows = []
    for report, surveys in document["reports"].items():
        for survey, organizations in surveys.items():
            for organization, items in organizations.items():
                for text, item in items.items():
                    coded, answers = item.get("negativelyCoded"), item["answers"]
                    counts = [str(count) for count in item["answer_respondents"]]
                    names = [report, survey, organization, text, json.dumps(coded)]
                    rows.append([*names, json.dumps(answers), *counts, *[""] * (7 - len(counts))])
    header = [*_SURVEY, *map(str, range(7))]
    columns = {"school_name": "organization", "student_group": "item"}
    return Grid(name, header, rows, columns, header[2:], "survey", [*range(6, 10)])


def _survey(rows: list[dict[str, str]]) -> str:
    reports: dict = {}
    for row in rows:
        at = reports
        for name in _SURVEY[:3]:
            at = at.setdefault(row.get(name, ""), {})
        answers = json.loads(row.get("answers", "[]"))
        counts = [row.get(str(count), "") for count in range(len(answers))]
        at[row.get("item", "")] = {
            "negativelyCoded": json.loads(row.get("negativelyCoded", "null")),
            "answers": answers,
            "answer_respondents": [int(one) if one.isdigit() else one for one in counts],
        }
    return json.dumps({"reports": reports})


def read_base(
    source_id: str, raw: Path, folder: Path, *, sides: Iterable[str], seed: int = 0
) -> Base:
    """Read a release, and what it is compared with: real earlier years, a synthetic last year, or both."""
    grids = []
    for name in raw_files(source_id):
        grids.append(_read_grid(raw / name, name, Reading(source_id, raw / name)))
        grids[-1].write(folder)
    year = source_id[-5:]
    at_hand = {
        name: schema.conform_observations(store.read_parquet([path]))
        for name, path in build.observation_files().items()
        if name.startswith(source_id[:-4]) or "enrollment@" in name or name.endswith(year)
    }
    caps = None
    if catalog.release(source_id)[0].denominator_cap == "enrollment":
        caps = masked_sums.most_students(masked_sums.enrolled(at_hand.values()), int(year[1:]))
    real, enrollment = build.compared_with(source_id, at_hand)
    table = tidy(source_id, folder, caps=caps)
    earlier = {side: real if side == "real" else [make_last_year(table, seed)] for side in sides}
    base = Base(source_id, folder, grids, caps, table, enrollment, earlier)
    for side in earlier:
        true = differences(table, earlier[side], enrollment)
        assert not any(item.refused for item in true), [str(one) for one in true if one.refused]
        base.accepted[side] = {item.name: item.count for item in true}
    return base


def make_last_year(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return a table as it may have been a year ago: schools a tenth larger or smaller, rates some points apart."""
    dice = np.random.default_rng([seed, len(table)])
    before = table.assign(end_year=table["end_year"] - 1)
    size = {code: np.exp(dice.normal(0, 0.06)) for code in before["organization_id"].unique()}
    noise = np.exp(dice.normal(0, 0.03, len(before)))
    scale = before["organization_id"].map(size).to_numpy(float) * noise
    for figure in ("numerator", "denominator"):
        for name in (figure, f"{figure}_low", f"{figure}_high"):
            before[name] = (before[name].astype("Float64") * scale).round().astype("Int64")
    shift = np.exp(dice.normal(0, 0.05, len(before)))
    return before.assign(value=before["value"] * shift)


Change = Callable[[random.Random, Grid, Base], bytes | None]
KINDS: dict[str, Change] = {}


def _kind(change: Change) -> Change:
    KINDS[change.__name__.replace("_", " ")] = change
    return change


def _numeric(grid: Grid) -> list[int]:
    """Return the columns that are read and hold numbers; codes, years and grades are none."""
    if not grid.numeric:
        for name in grid.used:
            at = grid.header.index(name)
            values = [str(row[at]) for row in grid.rows if str(row[at])]
            numbers = sum(bool(_NUMBER.fullmatch(value)) for value in values)
            if numbers > _SOME * len(values) and not _CODE.search(name):
                grid.numeric.append(at)
    if not grid.numeric:
        raise _UnfitError
    return grid.numeric


def _number_cell(chance: random.Random, grid: Grid) -> tuple[list[str], int]:
    for _ in range(300):
        row, at = chance.choice(grid.rows), chance.choice(_numeric(grid))
        text = str(row[at]).strip("%").replace(",", "")
        if _NUMBER.fullmatch(text) and float(text) > 0:
            return row, at
    raise _UnfitError


def _times(text: object, factor: float) -> str:
    text = str(text)
    if not _NUMBER.fullmatch(text):
        return text
    number = float(text.strip("%").replace(",", "")) * factor
    whole = "." not in text and factor >= 1
    return (f"{number:.0f}" if whole else f"{number:.10g}") + ("%" if text.endswith("%") else "")


def _two(chance: random.Random, values: list[int]) -> list[int]:
    if len(values) < 2:
        raise _UnfitError
    return chance.sample(values, 2)


def _set(grid: Grid, at: int, values: list[str]) -> None:
    for row, value in zip(grid.rows, values, strict=True):
        row[at] = value


def _organizations(grid: Grid) -> tuple[int, list[str]]:
    at = grid.column("school_code", "school_name", "tract_code", "district_code", "part")
    return at, sorted({str(row[at]) for row in grid.rows} - {"", "NULL"})


_LABELS = ["student_group", "category", "subject", "certificate", "grade_level", "test"]
Values = list[str]


def _shifted(values: Values) -> Values:
    return values[-1:] + values[:-1]


def _mapped(
    change: Callable[[str], str], pattern: str
) -> Callable[[random.Random, Values], Values]:
    """Return a change of a column that changes each of its texts that match a pattern."""
    matches = re.compile(pattern).fullmatch
    return lambda chance, values: [change(str(v)) if matches(str(v)) else v for v in values]


def _multiplied(chance: random.Random, values: Values) -> Values:
    factor = chance.choice([10, 100, 0.1, 2])
    return [_times(value, factor) for value in values]


COLUMN_KINDS: dict[str, Callable[[random.Random, Values], Values]] = {
    "shift a column by a row": lambda chance, values: _shifted(values),
    "sort a column": lambda chance, values: sorted(values, key=str),
    "multiply a column": _multiplied,
    "zero a column": _mapped(lambda text: "0", ".+"),
    "blank a column": _mapped(lambda text: "", ".*"),
    "round a column to tens": _mapped(lambda text: str(round(int(text), -1)), r"\d{2,}"),
    "one more everywhere": _mapped(lambda text: str(int(text) + 1), r"\d+"),
}


def _another_digit(chance: random.Random, text: str) -> str:
    spot = chance.choice([at for at, sign in enumerate(text) if sign.isdigit()])
    digit = chance.choice([sign for sign in "0123456789" if sign != text[spot]])
    return text[:spot] + digit + text[spot + 1 :]


_WORDS = ["#REF!", "twelve", "-5", "1e3", "12-Mar", "999999999999"]
CELL_KINDS: dict[str, Callable[[random.Random, str], str]] = {
    "multiply a number": lambda chance, text: _times(text, chance.choice([10, 100, 0.1, 2])),
    "change a digit": _another_digit,
    "blank a number": lambda chance, text: "",
    "words for a number": lambda chance, text: chance.choice(_WORDS),
}


def _without_some(chance: random.Random, rows: list[Values]) -> list[Values]:
    for _ in range(min(chance.choice([1, 3, 49]), len(rows) - 1)):
        del rows[chance.randrange(len(rows))]
    return rows


ROW_KINDS: dict[str, Callable[[random.Random, list[Values]], list[Values]]] = {
    "drop rows": _without_some,
    "repeat rows": lambda chance, rows: [*rows, [*chance.choice(rows)]],
    "cut at a row": lambda chance, rows: rows[: chance.randrange(len(rows))],
}


def _change(kind: str) -> Change:
    def change(chance: random.Random, grid: Grid, base: Base) -> None:
        if kind in ROW_KINDS:
            grid.rows = ROW_KINDS[kind](chance, grid.rows)
        elif kind in CELL_KINDS:
            row, at = _number_cell(chance, grid)
            row[at] = CELL_KINDS[kind](chance, str(row[at]))
        else:
            at = chance.choice(_numeric(grid))
            _set(grid, at, COLUMN_KINDS[kind](chance, [row[at] for row in grid.rows]))

    return change


KINDS.update({kind: _change(kind) for kind in (*COLUMN_KINDS, *CELL_KINDS, *ROW_KINDS)})


@_kind
def swap_two_columns(chance: random.Random, grid: Grid, base: Base) -> None:
    one, two = _two(chance, _numeric(grid))
    grid.header[one], grid.header[two] = grid.header[two], grid.header[one]


@_kind
def copy_a_column_over_another(chance: random.Random, grid: Grid, base: Base) -> None:
    one, two = _two(chance, _numeric(grid))
    _set(grid, two, [row[one] for row in grid.rows])


@_kind
def shift_all_figures_by_a_row(chance: random.Random, grid: Grid, base: Base) -> None:
    for at in _numeric(grid):
        _set(grid, at, _shifted([row[at] for row in grid.rows]))


@_kind
def move_cells_of_a_row_aside(chance: random.Random, grid: Grid, base: Base) -> None:
    columns, row = _numeric(grid), chance.choice(grid.rows)
    for at, value in zip(columns, _shifted([row[at] for at in columns]), strict=True):
        row[at] = value


@_kind
def fill_down(chance: random.Random, grid: Grid, base: Base) -> None:
    row, at = _number_cell(chance, grid)
    start = grid.rows.index(row)
    for below in grid.rows[start + 1 : start + 1 + chance.choice([1, 3, 20])]:
        below[at] = row[at]


@_kind
def multiply_an_organization(chance: random.Random, grid: Grid, base: Base) -> None:
    place, names = _organizations(grid)
    name, factor, columns = chance.choice(names), chance.choice([2, 10]), _numeric(grid)
    for row in grid.rows:
        for at in columns if row[place] == name else ():
            row[at] = _times(row[at], factor)


def _crossed_labels(chance: random.Random, grid: Grid, at: int) -> dict[str, str]:
    one, two = chance.sample(sorted({str(row[at]) for row in grid.rows}), 2)
    return {one: two, two: one}


@_kind
def swap_two_labels(chance: random.Random, grid: Grid, base: Base) -> None:
    at = grid.column(*chance.sample(_LABELS, len(_LABELS)))
    other = _crossed_labels(chance, grid, at)
    _set(grid, at, [other.get(str(row[at]), row[at]) for row in grid.rows])


@_kind
def swap_labels_of_one_organization(chance: random.Random, grid: Grid, base: Base) -> None:
    at = grid.column(*chance.sample(_LABELS, len(_LABELS)))
    place, names = _organizations(grid)
    other, name = _crossed_labels(chance, grid, at), chance.choice(names)
    for row in grid.rows:
        if row[place] == name:
            row[at] = other.get(str(row[at]), row[at])


def _rows_of_two(chance: random.Random, grid: Grid) -> Iterator[tuple[list[str], list[str]]]:
    place, names = _organizations(grid)
    if len(names) < 2:
        raise _UnfitError
    one, two = (
        [row for row in grid.rows if row[place] == name] for name in chance.sample(names, 2)
    )
    return zip(one, two, strict=False)


@_kind
def copy_figures_to_another_organization(chance: random.Random, grid: Grid, base: Base) -> None:
    for row, other in _rows_of_two(chance, grid):
        for at in _numeric(grid):
            other[at] = row[at]


@_kind
def exchange_figures_of_two_organizations(chance: random.Random, grid: Grid, base: Base) -> None:
    for row, other in _rows_of_two(chance, grid):
        for at in _numeric(grid):
            row[at], other[at] = other[at], row[at]


@_kind
def give_a_row_another_code(chance: random.Random, grid: Grid, base: Base) -> None:
    at, names = _organizations(grid)
    chance.choice(grid.rows)[at] = chance.choice(names)


@_kind
def drop_an_organization(chance: random.Random, grid: Grid, base: Base) -> None:
    at, names = _organizations(grid)
    name = chance.choice(names)
    grid.rows = [row for row in grid.rows if row[at] != name]


@_kind
def drop_a_column(chance: random.Random, grid: Grid, base: Base) -> None:
    at = grid.header.index(chance.choice(grid.used))
    for row in [grid.header, *grid.rows]:
        del row[at]


@_kind
def cut_at_a_byte(chance: random.Random, grid: Grid, base: Base) -> bytes:
    grid.write(base.folder)
    path = base.folder / grid.path
    whole = path.read_bytes()
    whole = gzip.decompress(whole) if grid.path.endswith(".gz") else whole
    return whole[: chance.randrange(len(whole))]


@_kind
def another_encoding(chance: random.Random, grid: Grid, base: Base) -> bytes:
    return cut_at_a_byte(random.Random(1), grid, base).decode(errors="ignore").encode("utf-16")


def draw_faults(base: Base, seed: str) -> Iterator[tuple[str, str, Outcome]]:
    """Corrupt a file, read it next to one side and the other by turns, and put the true file back, without end.

    Yields the fault, the side, and the outcome; faults that can't be made or change no text are left out.
    """
    chance = random.Random(seed)
    sides = cycle(base.earlier)
    while True:
        kind, true = chance.choice(sorted(KINDS)), chance.choice(base.grids)
        grid = true.copy()
        try:
            content = KINDS[kind](chance, grid, base)
        except _UnfitError:
            continue
        if content is None and (grid.header, grid.rows) == (true.header, true.rows):
            continue
        grid.write(base.folder, content)
        side = next(sides)
        yield kind, side, base.read(side)
        true.write(base.folder)


def judge(
    true: pd.DataFrame, now: pd.DataFrame, changed: pd.Index, earlier: list[pd.DataFrame]
) -> Outcome:
    """Return whether an earlier release contradicts figures that changed: wrong, or unknowable."""
    newest = pd.concat(earlier).drop_duplicates(_CELL, keep="last").set_index(_CELL)
    for name in _FIGURES:
        frames = {"now": now, "true": true, "then": newest}
        figures = {key: frame[name].astype("Float64") for key, frame in frames.items()}
        cells = pd.DataFrame(figures).dropna().astype("float64")
        if name == "value":  # a school may win or lose what it has, or has not, in any year
            cells = cells[now.loc[cells.index, "unit"] != "share_of_schools"]
        else:
            cells = cells[cells[["now", "then"]].max(axis=1) >= _COUNTED]
        moved = cells["now"] != cells["true"]
        apart, usual = (_apart(cells[one], cells["then"]) for one in ("now", "true"))
        size = pd.cut(cells[["now", "then"]].max(axis=1), [-np.inf, *_FAR, np.inf], labels=False)
        most = usual.groupby(size).transform("max")
        far = apart > 1.05 * most.clip(lower=size.map(dict(enumerate(_LIMITS[name]))))
        stale = moved & (cells["now"] == cells["then"])
        if (moved & far).any() or stale.sum() >= max(3, moved.sum() / 2):
            cell = (moved & (far | stale)).idxmax()
            figure = f"{cells.loc[cell, 'true']:g} to {cells.loc[cell, 'now']:g}"
            return Outcome("wrong", f"{name} of {' '.join(map(str, cell))}: {figure}")
    return Outcome("unknowable", f"{len(changed)} cell(s), {' '.join(map(str, changed[0]))}")


_COUNTED = 30
"""Counts that are smaller, now and then, move by chance."""
_FAR = (1, 100, 1000)
_LIMITS = {
    "numerator": [0.5, 0.5, 0.3, 0.2],
    "denominator": [0.5, 0.5, 0.3, 0.2],
    "value": [0.15, 0.25, 0.25, 0.25],
}
"""True years move a figure so far (shares in points; others as logarithms), or as far as they do in this release."""


def _apart(one: pd.Series, other: pd.Series) -> pd.Series:
    """Return how far two columns are apart: shares in points, other figures as logarithms."""
    if max(one.max(), other.max()) <= 1:
        return (one - other).abs()
    return np.log((one + 1) / (other + 1)).abs()


def sides_of(source_id: str) -> list[str]:
    """Return what a release can be compared with: real earlier years if there are any, and a synthetic one."""
    first = min(name for name in build.observation_files() if name.startswith(source_id[:-4]))
    return ["synthetic"] if first == source_id else ["real", "synthetic"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("releases", nargs="*", default=RELEASES)
    given = parser.parse_args()
    outcomes = {source_id: Counter[str]() for source_id in given.releases}
    write = sys.stdout.write
    write(f"seed {given.seed}\n")
    with tempfile.TemporaryDirectory() as folder, suppress(KeyboardInterrupt):
        draws = {}
        for source_id in given.releases:
            path, sides = Path(folder) / source_id, sides_of(source_id)
            base = read_base(source_id, RAW, path, sides=sides, seed=given.seed)
            draws[source_id] = draw_faults(base, f"{given.seed} {source_id}")
        # A file of each release by turns: a run that is stopped has as many of each.
        for _ in range(given.files):
            for source_id, drawn in draws.items():
                kind, side, found = next(drawn)
                outcomes[source_id][found.kind] += 1
                line = "\t".join([source_id, side, kind, found.kind, found.what[:300]])
                write(line.replace("\n", " ") + "\n")
                sys.stdout.flush()
    for source_id, counted in outcomes.items():
        counts = [counted.total(), *(counted[kind] for kind in ENDS)]
        write(f"| `{source_id}` | {' | '.join(map(str, counts))} |\n")


if __name__ == "__main__":
    main()
