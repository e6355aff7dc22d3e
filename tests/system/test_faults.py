"""Corrupted files that look right: written ones are refused or listed under the name here, drawn ones never load wrong.

A base is a real file, cut to the districts that are read. No recorded hash helps: it is read as a new year's file,
compared with earlier releases and with that year's enrollment (docs/FAULTS.md).
"""

from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import proofs
import pytest
from raw_faults import ENDS, RELEASES, Base, Grid, draw_faults, read_base, sides_of

pytestmark = pytest.mark.slow


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
    ("ospi_spending@2020", 0, set_first(SPENDING[0], "18776"), "refused", "can't be true together"),
    ("urban_preschool@2021", 0, shift("share_in_preschool"), "refused", "can't be true together"),
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
    ("census_acs@2017", 0, shift("SPEAK_LANGUAGE_OTHTHAN_ENGLISH"), "refused", "can't be true"),
    ("ospi_poverty@2017", 0, shift("Students In Poverty"), "refused", "numerator"),
    ("ospi_graduation@2019", 0, shift("FinalCohort", "Graduate"), "refused", "can't be true"),
    (
        "ospi_sqss@2019",
        1,
        relabel("student_group", "Black/ African American", "White"),
        "refused",
        "column",
    ),
    (
        "ospi_sqss@2019",
        1,
        relabel("student_group", "Low-Income", "Non-Low Income"),
        "refused",
        "exchanged",
    ),
    ("ospi_sqss@2019", 1, relabel("student_group", "Female", "Male"), "refused", "exchanged"),
    (
        "ospi_sqss@2024",
        1,
        relabel("student_group", "Black/African American", "White"),
        "refused",
        "exchanged",
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
    ("ospi_teacher_demographics@2020", 0, shift("TeacherPercent"), "refused", "can't be true"),
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
    read: dict[str, Base] = {}

    def base_of(source_id: str) -> Base:
        if source_id not in read:
            folder = tmp_path_factory.mktemp("base")
            read[source_id] = read_base(source_id, raw, folder, sides=["real"])
        return read[source_id]

    return base_of


@pytest.mark.parametrize(("source_id", "file", "edit", "outcome", "words"), CASES)
def test_tidy__refuses_or_lists_a_file_that_looks_right(
    source_id: str,
    file: int,
    edit: Edit,
    outcome: str,
    words: str,
    bases: Callable[[str], Base],
):
    base = bases(source_id)
    grid = base.grids[file].copy()
    edit(grid)
    grid.write(base.folder)
    try:
        found = base.read("real")
    finally:
        base.grids[file].write(base.folder)
    assert (found.kind, words in found.what) == (outcome, True), found


SEED = 369377


@pytest.mark.proof(
    "Drawn faults that an earlier release contradicts are refused or listed",
    seed=SEED,
    tried="files of each layout, next to real earlier years and a synthetic one",
)
@pytest.mark.parametrize("source_id", proofs.sample(RELEASES, 2, seed=SEED))
def test_tidy__loads_no_drawn_fault_that_an_earlier_release_contradicts(
    source_id: str, raw: Path, tmp_path: Path, record_property: Callable[[str, object], None]
):
    base = read_base(source_id, raw, tmp_path, sides=sides_of(source_id), seed=SEED)
    drawn = islice(draw_faults(base, f"{SEED} {source_id}"), proofs.cases(20, 6))
    ends = Counter(found.kind for _, _, found in drawn)
    assert (ends["wrong"], ends["traceback"]) == (0, 0)
    for end in ENDS[:4]:
        record_property(end, ends[end])
