"""Corrupted files that look right are refused, or listed under the name here (docs/FAULTS.md).

A base is a real file, cut to the districts that are read. No recorded hash helps: it is read as a new year's file,
compared with earlier releases and with that year's enrollment.
"""

import csv
import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

import pandas as pd
import proofs
import pytest

from sesec_analysis import catalog, schema
from sesec_analysis.errors import SesecError
from sesec_analysis.loaders import build
from sesec_analysis.loaders.raw import store
from sesec_analysis.loaders.raw.codes import clean_code
from sesec_analysis.loaders.raw.release import Reading, raw_files
from sesec_analysis.loaders.tidy import masked_sums
from sesec_analysis.loaders.tidy.review import ReviewItem, differences
from sesec_analysis.loaders.tidy.tidy import tidy

pytestmark = pytest.mark.slow


@dataclass
class Grid:
    """A raw file as text: its header and its rows."""

    path: str
    header: list[str]
    rows: list[list[str]]

    def copy(self) -> "Grid":
        """Return a copy to corrupt."""
        return replace(self, header=[*self.header], rows=[[*row] for row in self.rows])

    def write(self, folder: Path) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([self.header, *self.rows])
        content, path = text.getvalue().encode(), folder / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(content, 1) if self.path.endswith(".gz") else content)


@dataclass
class Base:
    """A release: its files, and what it is compared with."""

    source_id: str
    folder: Path
    grids: list[Grid]
    caps: dict[str, int] | None
    earlier: list[pd.DataFrame]
    enrollment: pd.DataFrame | None

    @cached_property
    def true(self) -> dict[str, ReviewItem]:
        """What its true files differ in."""
        return self.differences()

    def differences(self) -> dict[str, ReviewItem]:
        """Read the files in the folder and compare them with other releases."""
        table = tidy(self.source_id, self.folder, caps=self.caps)
        return {item.name: item for item in differences(table, self.earlier, self.enrollment)}


def read_grid(raw: Path, name: str, source_id: str) -> Grid:
    reading, content = Reading(source_id, raw / name), (raw / name).read_bytes()
    text = (gzip.decompress(content) if name.endswith(".gz") else content).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text))
    at = reading.columns.get("district_code")
    if at in header and "state_is_the_sum_of_its_parts" not in reading.source.file_rules:
        ours = {catalog.community().district, *catalog.community().neighbours}
        codes = clean_code(pd.Series([row[header.index(at)] for row in rows]))
        kept = codes.isin(ours) | codes.isin(["", "NULL", "None", "0"])
        rows = [row for row, keep in zip(rows, kept, strict=True) if keep]
    return Grid(name, header, rows)


def read_base(source_id: str, raw: Path, folder: Path) -> Base:
    grids = [read_grid(raw, name, source_id) for name in raw_files(source_id)]
    for grid in grids:
        grid.write(folder)
    year = source_id[-5:]
    available_years = {
        name: schema.conform_observations(store.read_parquet([path]))
        for name, path in build.observation_files().items()
        if name.startswith(source_id[:-4]) or "enrollment@" in name or name.endswith(year)
    }
    caps = None
    if catalog.release(source_id)[0].denominator_cap == "enrollment":
        caps = masked_sums.most_students(
            masked_sums.october_enrollment(available_years.values()), int(year[1:])
        )
    return Base(source_id, folder, grids, caps, *build.compared_with(source_id, available_years))


Edit = Callable[[Grid], None]


def column(grid: Grid, name: str) -> int:
    return grid.header.index(name)


def shift(*names: str) -> Edit:
    """Move columns by a row."""

    def edit(grid: Grid) -> None:
        for at in (column(grid, name) for name in names):
            values = [row[at] for row in grid.rows]
            for row, value in zip(grid.rows, values[-1:] + values[:-1], strict=True):
                row[at] = value

    return edit


def fill_down(name: str) -> Edit:
    def edit(grid: Grid) -> None:
        for row in grid.rows[1:4]:
            row[column(grid, name)] = grid.rows[0][column(grid, name)]

    return edit


def swap(*names: str) -> Edit:
    """Exchange the headers of two columns."""

    def edit(grid: Grid) -> None:
        one, two = (column(grid, name) for name in names)
        grid.header[one], grid.header[two] = grid.header[two], grid.header[one]

    return edit


def relabel(name: str, one: str, two: str) -> Edit:
    """Exchange two labels in the entire file."""

    def edit(grid: Grid) -> None:
        at = column(grid, name)
        for row in grid.rows:
            row[at] = {one: two, two: one}.get(row[at], row[at])

    return edit


def has(grid: Grid, row: list[str], texts: dict[str, str]) -> bool:
    return all(row[column(grid, name)] == text for name, text in texts.items())


def times(name: str, factor: float, where: dict[str, str] | None = None) -> Edit:
    def edit(grid: Grid) -> None:
        at = column(grid, name)
        for row in grid.rows:
            if row[at] and has(grid, row, where or {}):
                row[at] = f"{float(row[at]) * factor:g}"

    return edit


def set_first(name: str, text: str) -> Edit:
    def edit(grid: Grid) -> None:
        grid.rows[0][column(grid, name)] = text

    return edit


def copy_row(source: int, target: int, *names: str) -> Edit:
    def edit(grid: Grid) -> None:
        for at in (column(grid, name) for name in names):
            grid.rows[target][at] = grid.rows[source][at]

    return edit


def drop_where(where: dict[str, str]) -> Edit:
    def edit(grid: Grid) -> None:
        grid.rows = [row for row in grid.rows if not has(grid, row, where)]

    return edit


def drop(rows: slice) -> Edit:
    def edit(grid: Grid) -> None:
        del grid.rows[rows]

    return edit


SPENDING = ["per_pupil_19-20", "enrollment_19-20", "expenditure_19-20"]
CASES: list[tuple[str, int, Edit, str, str]] = [
    ("ospi_spending@2020", 0, shift(SPENDING[0]), "refused", "can't be true together"),
    ("ospi_spending@2020", 0, fill_down(SPENDING[0]), "refused", "can't be true together"),
    ("ospi_spending@2020", 0, copy_row(0, 1, *SPENDING), "listed", "copied"),
    ("ospi_spending@2020", 0, shift(*SPENDING), "listed", "year jump"),
    ("ospi_spending@2020", 0, drop(slice(2, 3)), "listed", "gone district"),
    ("ospi_spending@2020", 0, set_first(SPENDING[1], ""), "listed", "status"),
    ("census_children@2023", 1, shift("pub_frac_5_9"), "refused", "not that of its counts"),
    ("sps_budgets@2024", 0, shift("Budget Efficiency"), "refused", "can't be true together"),
    ("sps_budgets@2024", 0, drop(slice(30, 60)), "refused", "gone school"),
    ("ospi_teacher_ratio@2018", 0, shift("StudentToTeacherRatio"), "refused", "can't be true"),
    ("ospi_discipline@2019", 0, shift("Excluded1DayOrLess"), "refused", "can't be true together"),
    ("census_acs@2017", 0, shift("HH_INCOME_10_000_TO_14_999"), "refused", "can't be true"),
    ("ospi_poverty@2017", 0, shift("Students In Poverty"), "refused", "numerator"),
    ("ospi_graduation@2019", 0, shift("FinalCohort", "Graduate"), "refused", "can't be true"),
    (
        "ospi_sqss@2019",
        1,
        relabel("student_group", "Black/ African American", "White"),
        "refused",
        "column",
    ),
    ("ospi_sqss@2024", 1, drop(slice(100, 149)), "listed", "gone rows"),
    ("ospi_sqss@2024", 0, times("n_regular", 0.1), "refused", "not known"),
    (
        "ospi_enrollment_state@2019",
        0,
        relabel("GradeLevel", "5th Grade", "Half-Day Kindergarten"),
        "listed",
        "size jump",
    ),
    ("ospi_district_totals@2024", 0, shift("enrollment"), "refused", "numerator"),
    ("ospi_enrollment@2024", 0, swap("black_african_american", "white"), "refused", "exchanged"),
    ("ospi_enrollment@2024", 0, times("low_income", 0), "refused", "column"),
    ("ospi_enrollment@2024", 0, shift("all_students"), "refused", ""),
    ("ospi_assessment_msp@2012", 0, shift("ReadingMetStandardIncludingPrevPass"), "refused", ""),
    (
        "sps_home_areas@2022",
        0,
        times("Count", 2, {"Attending School": "Dunlap"}),
        "listed",
        "size jump schools",
    ),
    (
        "ospi_state_totals@2024",
        0,
        drop_where({"schoolYear": "2023-24", "code": "09075"}),
        "refused",
        "is gone",
    ),
]
"""Release, which of its files, the fault, and the outcome with the words in it."""


@pytest.fixture(scope="module")
def bases(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Base]:
    return cache(lambda source_id: read_base(source_id, raw, tmp_path_factory.mktemp("base")))


@pytest.mark.proof("Corrupted files that look right are refused or listed", tried="every file")
@pytest.mark.parametrize(
    ("source_id", "file", "edit", "outcome", "words"), proofs.sample(CASES, 3, seed=44)
)
def test_tidy__refuses_or_lists_a_file_that_looks_right(
    source_id: str, file: int, edit: Edit, outcome: str, words: str, bases: Callable[[str], Base]
):
    base = bases(source_id)
    assert not [item for item in base.true.values() if item.refused]
    grid = base.grids[file].copy()
    edit(grid)
    grid.write(base.folder)
    try:
        kind, told = "refused", ""
        items = base.differences()
        known = {name: item.count for name, item in base.true.items()}
        found = [item for name, item in items.items() if known.get(name) != item.count]
        told = "; ".join([*map(str, found), *(f"no {name}" for name in {*known} - {*items})])
        kind = "refused" if any(item.refused for item in found) else "listed"
    except SesecError as failure:
        told = failure.what
    finally:
        base.grids[file].write(base.folder)
    assert told, "it looks like a true year"
    assert (kind, words in told) == (outcome, True), told
