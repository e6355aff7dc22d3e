"""Corrupt publishers' files, and record what happens when each is read as a new year's file.

A base is a real file, cut to the districts that are read. No recorded hash helps. It is compared with earlier releases
(real), or with a last year made from it (synthetic), and with that year's enrollment. Thirty written faults are in
tests/system/test_faults.py; drawn ones are run by hand, with a new seed each time, and counted in docs/FAULTS.md:

    SESEC_RAW=folder python tests/samples/raw_faults.py [--seed N] [--files 200] [RELEASE ...]
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
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
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
from sesec_analysis.loaders.tidy.last_year import ReviewItem, differences
from sesec_analysis.loaders.tidy.tidy import tidy

__all__ = ["RELEASES", "Base", "Grid", "Outcome", "draw_fault", "read_base"]

RELEASES = [
    *("census_acs@2017", "census_children@2023", "edfacts_homeless@2021"),
    *("ospi_assessment@2018", "ospi_assessment@2024", "ospi_assessment@2025"),
    *("ospi_assessment_2017@2017", "ospi_assessment_msp@2012"),
    *("ospi_demographics@2017", "ospi_demographics_2011@2011", "ospi_discipline@2019"),
    *("ospi_district_totals@2024", "ospi_enrollment@2024", "ospi_enrollment@2022"),
    *("ospi_enrollment_state@2019", "ospi_graduation@2019", "ospi_poverty@2017"),
    *("ospi_spending@2020", "ospi_spending_by_school@2019", "ospi_sqss@2019", "ospi_sqss@2024"),
    *("ospi_state_totals@2024", "ospi_teacher_demographics@2020", "ospi_teacher_ratio@2018"),
    *("ospi_teachers@2017", "ospi_teachers_2011@2011", "sps_budgets@2024"),
    *("sps_home_areas@2022", "sps_p223@2024", "sps_title_i@2021"),
    *("times_discipline@2014", "times_discipline_state@2014", "urban_preschool@2021"),
]
"""A release of each layout; the survey, whose file is no table, has its own tests (test_surveys.py)."""
_CELL = ["indicator", "organization_level", "organization_id", "grade_level", "student_group"]
_FIGURES = ["numerator", "denominator", "value"]
_SOME = 0.05
"""A column holds numbers if so many of its texts are: most counts of suspensions are withheld."""
_NUMBER = re.compile(r"-?[\d,]*\.?\d+%?")


@dataclass
class Outcome:
    """What happened to a corrupted file: refused, listed, equal, unknowable, wrong, or traceback."""

    kind: str
    what: str = ""


@dataclass
class Grid:
    """A raw file as text: its header, its rows, and the columns that the entry reads."""

    path: str
    header: list[str]
    rows: list[list[str]]
    used: list[str]
    lines: bool = False  # JSON, one object a line
    numeric: list[int] = field(default_factory=list)  # found once

    def copy(self) -> "Grid":
        """Return a copy to corrupt."""
        rows = [[*row] for row in self.rows]
        return replace(self, header=[*self.header], rows=rows)

    def write(self, folder: Path, content: bytes | None = None) -> None:
        if content is None and self.lines:
            objects = (dict(zip(self.header, row, strict=False)) for row in self.rows)
            content = "\n".join(map(json.dumps, objects)).encode()
        elif content is None:
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows([self.header, *self.rows])
            content = text.getvalue().encode()
        path = folder / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(content, 1) if self.path.endswith(".gz") else content)


@dataclass
class Base:
    """A release: its files, what is read of them, what it is compared with, and the lines of the true file."""

    source_id: str
    folder: Path
    grids: list[Grid]
    caps: dict[str, int] | None
    table: pd.DataFrame
    earlier: list[pd.DataFrame]
    enrollment: pd.DataFrame | None
    accepted: dict[str, int]

    def column(self, grid: Grid, *names: str) -> int:
        """Return where the first of the entry's columns is that the file has with several texts."""
        known = Reading(self.source_id, self.folder).columns
        for name in names:
            at = grid.header.index(known[name]) if known.get(name) in grid.header else None
            if at is not None and len({row[at] for row in grid.rows}) > 1:
                return at
        raise _UnfitError

    def read(self) -> tuple[Outcome, pd.DataFrame | None]:
        """Read the files in the folder: refused, listed, silent, or traceback, and the table."""
        try:
            table = tidy(self.source_id, self.folder, caps=self.caps)
            items = differences(table, self.earlier, self.enrollment)
        except SesecError as failure:
            return Outcome("refused", failure.what), None
        except Exception as failure:  # any other end is a fault of ours
            return Outcome("traceback", repr(failure)), None
        now = {item.name: item.count for item in items}
        new = [item for item in items if self.accepted.get(item.name) != item.count]
        what = "; ".join([*map(str, new), *(f"no {name}" for name in {*self.accepted} - {*now})])
        if any(item.refused for item in new):
            return Outcome("refused", what), None
        return Outcome("listed" if new else "silent", what), table


class _UnfitError(Exception):
    """This fault cannot be made in this file."""


def _read_grid(path: Path, name: str, reading: Reading) -> Grid:
    content = path.read_bytes()
    text = (gzip.decompress(content) if name.endswith(".gz") else content).decode("utf-8-sig")
    used = [*dict.fromkeys({**reading.columns, **reading.group_columns}.values())]
    if reading.declared.format == "jsonlines":
        objects = [
            json.loads(line.strip(" ,[]\r")) for line in text.splitlines() if line.strip(" ,[]\r")
        ]
        header = [*dict.fromkeys(key for one in objects for key in one)]
        rows = [[one.get(key, "") for key in header] for one in objects]
        return Grid(name, header, rows, used, lines=True)
    header, *rows = csv.reader(io.StringIO(text))
    at = reading.columns.get("district_code")
    if at and "state_is_the_sum_of_its_parts" not in reading.source.file_rules:
        ours = {catalog.community().district, *catalog.community().neighbours}
        codes = clean_code(pd.Series([row[header.index(at)] for row in rows]))
        kept = codes.isin(ours) | codes.isin(["", "NULL", "None", "0"])
        rows = [row for row, keep in zip(rows, kept, strict=True) if keep]
    return Grid(name, header, rows, [name for name in used if name in header])


def read_base(
    source_id: str, raw: Path, folder: Path, *, is_real: bool = True, seed: int = 0
) -> Base:
    """Read a release, and the tables that it is compared with: real ones, or a synthetic last year."""
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
    earlier, enrollment = build.compared_with(source_id, at_hand)
    table = tidy(source_id, folder, caps=caps)
    earlier = earlier if is_real else [make_last_year(table, seed)]
    true: list[ReviewItem] = differences(table, earlier, enrollment)
    assert not any(item.refused for item in true), [str(item) for item in true if item.refused]
    accepted = {item.name: item.count for item in true}
    return Base(source_id, folder, grids, caps, table, earlier, enrollment, accepted)


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
            code = re.search(r"code|number$|GEOID|year|yr$|grade(level|tested)?$", name, re.I)
            if numbers > _SOME * len(values) and not code:
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


def _organizations(base: Base, grid: Grid) -> tuple[int, list[str]]:
    at = base.column(grid, "school_code", "school_name", "tract_code", "district_code", "part")
    return at, sorted({str(row[at]) for row in grid.rows} - {"", "NULL"})


_LABELS = ["student_group", "category", "subject", "certificate", "grade_level", "test"]


@_kind
def swap_two_columns(chance: random.Random, grid: Grid, base: Base) -> None:
    one, two = _two(chance, _numeric(grid))
    grid.header[one], grid.header[two] = grid.header[two], grid.header[one]


@_kind
def copy_a_column_over_another(chance: random.Random, grid: Grid, base: Base) -> None:
    one, two = _two(chance, _numeric(grid))
    _set(grid, two, [row[one] for row in grid.rows])


@_kind
def shift_a_column_by_a_row(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(_numeric(grid))
    values = [row[at] for row in grid.rows]
    _set(grid, at, values[-1:] + values[:-1])


@_kind
def shift_all_figures_by_a_row(chance: random.Random, grid: Grid, base: Base) -> None:
    for at in _numeric(grid):
        values = [row[at] for row in grid.rows]
        _set(grid, at, values[-1:] + values[:-1])


@_kind
def sort_a_column(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(_numeric(grid))
    _set(grid, at, sorted((row[at] for row in grid.rows), key=str))


@_kind
def fill_down(chance: random.Random, grid: Grid, base: Base) -> None:
    row, at = _number_cell(chance, grid)
    start = grid.rows.index(row)
    for below in grid.rows[start + 1 : start + 1 + chance.choice([1, 3, 20])]:
        below[at] = row[at]


@_kind
def multiply_a_column(chance: random.Random, grid: Grid, base: Base) -> None:
    at, factor = chance.choice(_numeric(grid)), chance.choice([10, 100, 0.1, 2])
    _set(grid, at, [_times(row[at], factor) for row in grid.rows])


@_kind
def multiply_an_organization(chance: random.Random, grid: Grid, base: Base) -> None:
    at, names = _organizations(base, grid)
    name, factor, columns = chance.choice(names), chance.choice([2, 10]), _numeric(grid)
    for row in grid.rows:
        if row[at] == name:
            for column in columns:
                row[column] = _times(row[column], factor)


@_kind
def multiply_a_number(chance: random.Random, grid: Grid, base: Base) -> None:
    row, at = _number_cell(chance, grid)
    row[at] = _times(row[at], chance.choice([10, 100, 0.1, 2]))


@_kind
def change_a_digit(chance: random.Random, grid: Grid, base: Base) -> None:
    row, at = _number_cell(chance, grid)
    text = str(row[at])
    spot = chance.choice([at for at, sign in enumerate(text) if sign.isdigit()])
    digit = chance.choice([sign for sign in "0123456789" if sign != text[spot]])
    row[at] = text[:spot] + digit + text[spot + 1 :]


@_kind
def zero_a_column(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(_numeric(grid))
    _set(grid, at, ["0" if row[at] != "" else "" for row in grid.rows])


@_kind
def blank_a_column(chance: random.Random, grid: Grid, base: Base) -> None:
    _set(grid, chance.choice(_numeric(grid)), [""] * len(grid.rows))


@_kind
def blank_a_number(chance: random.Random, grid: Grid, base: Base) -> None:
    row, at = _number_cell(chance, grid)
    row[at] = ""


@_kind
def round_a_column_to_tens(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(_numeric(grid))
    number = re.compile(r"\d{2,}")
    texts = [str(row[at]) for row in grid.rows]
    _set(grid, at, [str(round(int(t), -1)) if number.fullmatch(t) else t for t in texts])


@_kind
def one_more_everywhere(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(_numeric(grid))
    texts = [str(row[at]) for row in grid.rows]
    _set(grid, at, [str(int(text) + 1) if text.isdigit() else text for text in texts])


@_kind
def swap_two_labels(chance: random.Random, grid: Grid, base: Base) -> None:
    at = base.column(grid, *chance.sample(_LABELS, len(_LABELS)))
    one, two = chance.sample(sorted({str(row[at]) for row in grid.rows}), 2)
    _set(grid, at, [{one: two, two: one}.get(str(row[at]), row[at]) for row in grid.rows])


@_kind
def swap_labels_of_one_organization(chance: random.Random, grid: Grid, base: Base) -> None:
    at = base.column(grid, *chance.sample(_LABELS, len(_LABELS)))
    place, names = _organizations(base, grid)
    one, two = chance.sample(sorted({str(row[at]) for row in grid.rows}), 2)
    name = chance.choice(names)
    for row in grid.rows:
        if row[place] == name:
            row[at] = {one: two, two: one}.get(str(row[at]), row[at])


@_kind
def copy_figures_to_another_organization(chance: random.Random, grid: Grid, base: Base) -> None:
    place, names = _organizations(base, grid)
    one, two = chance.sample(names, 2)
    of = {name: [row for row in grid.rows if row[place] == name] for name in (one, two)}
    for row, other in zip(of[one], of[two], strict=False):
        for at in _numeric(grid):
            other[at] = row[at]


@_kind
def exchange_figures_of_two_organizations(chance: random.Random, grid: Grid, base: Base) -> None:
    place, names = _organizations(base, grid)
    one, two = chance.sample(names, 2)
    of = {name: [row for row in grid.rows if row[place] == name] for name in (one, two)}
    for row, other in zip(of[one], of[two], strict=False):
        for at in _numeric(grid):
            row[at], other[at] = other[at], row[at]


@_kind
def move_cells_of_a_row_aside(chance: random.Random, grid: Grid, base: Base) -> None:
    columns, row = _numeric(grid), chance.choice(grid.rows)
    values = [row[at] for at in columns]
    for at, value in zip(columns, values[-1:] + values[:-1], strict=True):
        row[at] = value


@_kind
def drop_rows(chance: random.Random, grid: Grid, base: Base) -> None:
    for _ in range(min(chance.choice([1, 3, 49]), len(grid.rows) - 1)):
        del grid.rows[chance.randrange(len(grid.rows))]


@_kind
def drop_an_organization(chance: random.Random, grid: Grid, base: Base) -> None:
    at, names = _organizations(base, grid)
    name = chance.choice(names)
    grid.rows = [row for row in grid.rows if row[at] != name]


@_kind
def cut_at_a_row(chance: random.Random, grid: Grid, base: Base) -> None:
    grid.rows = grid.rows[: chance.randrange(len(grid.rows))]


@_kind
def repeat_rows(chance: random.Random, grid: Grid, base: Base) -> None:
    grid.rows.append([*chance.choice(grid.rows)])


@_kind
def give_a_row_another_code(chance: random.Random, grid: Grid, base: Base) -> None:
    at, names = _organizations(base, grid)
    chance.choice(grid.rows)[at] = chance.choice(names)


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


@_kind
def words_for_a_number(chance: random.Random, grid: Grid, base: Base) -> None:
    row, at = _number_cell(chance, grid)
    row[at] = chance.choice(["#REF!", "twelve", "-5", "1e3", "12-Mar", "999999999999"])


@_kind
def drop_a_column(chance: random.Random, grid: Grid, base: Base) -> None:
    at = grid.header.index(chance.choice(grid.used))
    for row in [grid.header, *grid.rows]:
        del row[at]


def draw_fault(base: Base, seed: str) -> tuple[str, Outcome] | None:
    """Corrupt a file, read it, and put the true file back; None if the fault can't be made or changes no text."""
    chance = random.Random(seed)
    kind, true = chance.choice(sorted(KINDS)), chance.choice(base.grids)
    grid = true.copy()
    try:
        content = KINDS[kind](chance, grid, base)
        if content is None and (grid.header, grid.rows) == (true.header, true.rows):
            return None
        grid.write(base.folder, content)
        outcome, table = base.read()
        return kind, outcome if table is None else judge(base, outcome, table)
    except _UnfitError:
        return None
    finally:
        true.write(base.folder)


def judge(base: Base, outcome: Outcome, table: pd.DataFrame) -> Outcome:
    """Tell a silent change that is equal or can't be known from one that an earlier release contradicts."""
    true, now = (rows.drop_duplicates(_CELL).set_index(_CELL) for rows in (base.table, table))
    columns = [*_FIGURES, "numerator_high", "denominator_high", "status"]
    if not true.index.sort_values().equals(now.index.sort_values()):
        return outcome if outcome.kind == "listed" else Outcome("wrong", "rows are gone or new")
    now = now.loc[true.index]
    both = true[columns].astype(object).compare(now[columns].astype(object))
    if both.empty:
        return Outcome("equal")
    if outcome.kind == "listed":
        return outcome
    newest = pd.concat([pd.DataFrame(columns=table.columns), *base.earlier])
    newest = newest.drop_duplicates(_CELL, keep="last").set_index(_CELL)
    for name in _FIGURES:
        frames = {"now": now, "true": true, "then": newest}
        columns = {key: frame[name].astype("Float64") for key, frame in frames.items()}
        cells = pd.DataFrame(columns).dropna().astype("float64")
        if name == "value":  # a school may win or lose what it has, or has not, in any year
            cells = cells[now.loc[cells.index, "unit"] != "share_of_schools"]
        else:
            cells = cells[cells[["now", "then"]].max(axis=1) >= _COUNTED]
        changed = cells["now"] != cells["true"]
        apart, usual = (_apart(cells[one], cells["then"]) for one in ("now", "true"))
        size = pd.cut(cells[["now", "then"]].max(axis=1), [-np.inf, *_FAR, np.inf], labels=False)
        most = (
            usual.groupby(size)
            .transform("max")
            .clip(lower=size.map(dict(enumerate(_LIMITS[name]))))
        )
        far = apart > 1.05 * most
        stale = changed & (cells["now"] == cells["then"])
        if (changed & far).any() or stale.sum() >= max(3, changed.sum() / 2):
            cell = (changed & (far | stale)).idxmax()
            moved = f"{cells.loc[cell, 'true']:g} to {cells.loc[cell, 'now']:g}"
            return Outcome("wrong", f"{name} of {' '.join(map(str, cell))}: {moved}")
    return Outcome("unknowable", f"{len(both)} cell(s), {' '.join(map(str, both.index[0]))}")


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


def try_release(source_id: str, raw: Path, seed: int, files: int) -> Iterator[str]:
    """Draw files of a release, half of them next to real earlier years; yield those that loaded wrong, and counts."""
    outcomes: Counter[str] = Counter()
    same = [name for name in build.observation_files() if name.startswith(source_id[:-4])]
    sides = {"real": True, "synthetic": False} if min(same) < source_id else {"synthetic": False}
    for years, is_real in sides.items():
        with tempfile.TemporaryDirectory() as folder:
            base = read_base(source_id, raw, Path(folder), is_real=is_real, seed=seed)
            draws = (
                draw_fault(base, f"{seed} {source_id} {is_real} {n}") for n in range(10 * files)
            )
            for kind, outcome in islice(filter(None, draws), files // len(sides)):
                outcomes[outcome.kind] += 1
                if outcome.kind in ("wrong", "unknowable", "traceback"):
                    line = "\t".join([source_id, years, kind, outcome.kind, outcome.what])
                    yield line.replace("\n", " ")
    yield f"{source_id}: {sum(outcomes.values())} files, {dict(sorted(outcomes.items()))}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("releases", nargs="*", default=RELEASES)
    given = parser.parse_args()
    sys.stdout.write(f"seed {given.seed}\n")
    for source_id in given.releases:
        for line in try_release(source_id, Path(os.environ["SESEC_RAW"]), given.seed, given.files):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
