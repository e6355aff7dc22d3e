"""Spoil publishers' files in seeded ways, and tell what became of each when it was read as a new year's file is.

A base is one real file of every layout, cut to what is read of it and small enough to be read a hundred times. Nothing
is pinned: no recorded sha256 helps. Beside it stands last year's table, made of the base with a seeded year's change.
"""

import copy
import csv
import gzip
import io
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
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

NOT_REPORTED = (10, 0.03)
from sesec_analysis.loaders.tidy.last_year import differences
from sesec_analysis.loaders.tidy.tidy import tidy

__all__ = ["BASES", "ENDS", "KINDS", "Base", "Outcome", "base_of", "kinds_of", "page", "tried"]

OURS = catalog.community()

BASES = {
    "enrollment, the state's columns": "ospi_enrollment@2019",
    "enrollment, a carrier's columns": "ospi_enrollment@2023",
    "enrollment, the state's row": "ospi_enrollment_state@2019",
    "enrollment, districts": "ospi_district_totals@2024",
    "enrollment, sum of all districts": "ospi_state_totals@2024",
    "enrollment of 2017": "ospi_demographics@2017",
    "enrollment of 2011, JSON lines": "ospi_demographics_2011@2011",
    "enrollment in October (P223)": "sps_p223@2024",
    "poverty": "ospi_poverty@2017",
    "assessment 2018": "ospi_assessment@2018",
    "assessment 2024": "ospi_assessment@2024",
    "assessment 2025": "ospi_assessment@2025",
    "assessment of 2017": "ospi_assessment_2017@2017",
    "assessment, MSP and HSPE": "ospi_assessment_msp@2012",
    "discipline": "ospi_discipline@2019",
    "attendance, all students": "ospi_sqss@2020",
    "attendance, groups": "ospi_sqss@2024",
    "graduation": "ospi_graduation@2019",
    "climate survey 2019": "sps_climate@2019",
    "climate survey 2023": "sps_climate@2023",
    "teachers, shares": "ospi_teacher_demographics@2020",
    "teachers, ratio": "ospi_teacher_ratio@2018",
    "teachers of 2017": "ospi_teachers@2017",
    "teachers of 2011, JSON lines": "ospi_teachers_2011@2011",
    "spending of districts": "ospi_spending@2020",
    "spending of schools": "ospi_spending_by_school@2019",
    "budgets": "sps_budgets@2023",
    "Title I": "sps_title_i@2021",
    "census": "census_acs@2017",
}
"""A file type and the release that stands for it."""

_YEARS = 9
SCHOOLS = 12
"""So many stay of a large file whose schools need not add up to the district."""

FEW_ALIKE = 3
"""Lines on schools with the same counts that are taken as looked at, where a true file has them."""

_FIGURES = [name for name in schema.OBSERVATIONS_COLUMNS if name not in ("token",)]


@dataclass
class Outcome:
    """What became of a spoiled file: ``refused``, ``equal``, ``declared``, ``wrong`` or ``traceback``."""

    kind: str
    said: str = ""


@dataclass
class Grid:
    """A raw file as text: its header and rows, and how it is written."""

    path: str
    header: list[str]
    rows: list[list[str]]
    lines: bool = False  # JSON, one object a line
    used: list[str] = field(default_factory=list)  # columns that the entry reads

    def at(self, name: str) -> int:
        return self.header.index(name)

    def copied(self) -> "Grid":
        rows = [list(row) for row in self.rows]
        return Grid(self.path, list(self.header), rows, lines=self.lines, used=self.used)

    def written(self) -> bytes:
        if self.lines:
            objects = [dict(zip(self.header, row, strict=False)) for row in self.rows]
            return "\n".join(json.dumps(thing) for thing in objects).encode()
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([self.header, *self.rows])
        return text.getvalue().encode()


@dataclass
class Base:
    """A release cut small: its files, what is read of them, and last year's table."""

    source_id: str
    folder: Path
    grids: list[Grid]
    document: dict[str, object] | None  # of a survey
    caps: dict[str, int] | None
    table: pd.DataFrame
    before: pd.DataFrame
    accepted: frozenset[str] = frozenset()  # lines that were looked at

    def names(self) -> list[str]:
        return [*raw_files(self.source_id)]

    def write(self, name: str, content: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(content, 1) if name.endswith(".gz") else content)

    def read(self) -> pd.DataFrame:
        return tidy(self.source_id, self.folder, caps=self.caps)

    def to_accept(self, table: pd.DataFrame) -> str:
        """The first line that `tidy` lists on a table that it is given the year before of: apart, as many need none."""
        listed = differences(table, [self.before])
        return next((str(one) for one in listed if one.name not in self.accepted), "")


def _grid(path: Path, name: str, lines: bool) -> Grid:
    raw = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
    text = raw.decode("utf-8-sig")
    if lines:
        things = [
            json.loads(line.strip().rstrip(",").strip("[]"))
            for line in text.splitlines()
            if line.strip(" ,[]\r")
        ]
        header = list(dict.fromkeys(key for thing in things for key in thing))
        return Grid(
            name, header, [[thing.get(key, "") for key in header] for thing in things], lines=True
        )
    header, *rows = csv.reader(io.StringIO(text))
    return Grid(name, header, rows)


def _cut(reading: Reading, grid: Grid, chance: random.Random) -> None:
    """Keep Seattle, its neighbours' own rows and the state's; of large files, few schools or few of the grades."""
    used = reading.columns | reading.group_columns
    grid.used = [name for name in dict.fromkeys(used.values()) if name in grid.header]
    frame = pd.DataFrame(grid.rows, columns=[*grid.header]).astype(str)
    keep = pd.Series(True, index=frame.index)
    column = reading.columns.get("district_code")
    level = reading.columns.get("organization_level")
    if column and "state_is_the_sum_of_its_parts" not in reading.source.file_rules:
        codes = clean_code(frame[column])
        keep &= codes.isin([OURS.district, *OURS.neighbours]) | (
            frame[level].eq("State") if level else False
        )
        if level:
            keep &= ~(frame[level].eq("School") & (codes != OURS.district))
    if column and "state_is_the_sum_of_its_parts" in reading.source.file_rules:
        keep &= frame.index % 4 == 0
    frame = frame[keep]
    school = reading.columns.get("school_code") or reading.columns.get("school_name")
    if school and len(frame) > 300:
        own = frame[school].str.strip()
        names = sorted({name for name in own if name not in ("", "NULL")})
        grade = reading.columns.get("grade_level")
        few = set(chance.sample(names, min(6, len(names))))
        of_no_school = own.isin(["", "NULL"]) | (
            frame[level].isin(["District", "State", "LEA"]) if level else False
        )
        if of_no_school.any() and not _is_summed(reading):
            several = set(chance.sample(names, min(SCHOOLS, len(names))))
            frame = frame[own.isin(several) | of_no_school]
        elif grade and _is_whole(frame[grade]).any() and of_no_school.any():
            # The district stays the sum of its schools: they all stay, with all grades together.
            whole = _is_whole(frame[grade])
            frame = frame[whole | own.isin(few) | of_no_school]
        elif not of_no_school.any():
            frame = frame[own.isin(set(chance.sample(names, min(20, len(names)))))]
            if grade and not _is_whole(frame[grade]).any():
                frame = frame[frame[grade].isin(sorted(set(frame[grade]))[:2])]
    grid.rows = [list(grid.rows[index]) for index in frame.index]


def _is_whole(grades: pd.Series) -> pd.Series:
    """Tell which rows are of all grades together."""
    return grades.str.lower().str.startswith(("all", "total"))


def _is_summed(reading: Reading) -> bool:
    """Tell whether a source's schools are held against their district's row."""
    counted = schema.COMPOSITION_INDICATORS & set(reading.source.indicators)
    return bool(counted) or "amounts_per_student" in reading.source.rules


def _surveyed(document: dict[str, object], chance: random.Random) -> None:
    """Keep the schools' surveys of some schools; the district's own report stays."""
    for surveys in document["reports"].values():  # type: ignore[attr-defined]
        for organizations in surveys.values():
            if len(organizations) > 4:
                for name in chance.sample(sorted(organizations), len(organizations) - 4):
                    del organizations[name]
    reports = document["reports"]
    for survey, district in reports.get("District Report", {}).items():  # type: ignore[attr-defined]
        for items in district.values():
            for item, answered in items.items():
                counts = [
                    school[item]["answer_respondents"]
                    for school in reports["School Report"][survey].values()
                    if item in school
                ]  # type: ignore[index]
                answered["answer_respondents"] = [sum(each) for each in zip(*counts, strict=True)]


def base_of(source_id: str, raw: Path, folder: Path, *, seed: int) -> Base:
    """Cut a release's files into a folder, read them, and make up the table of the year before."""
    chance = random.Random(f"{seed} {source_id}")
    grids, document = [], None
    for name in raw_files(source_id):
        reading = Reading(source_id, raw / name)
        if reading.declared.survey:
            document = json.loads((raw / name).read_text("utf-8-sig"))
            _surveyed(document, chance)
            continue
        grid = _grid(raw / name, name, reading.declared.format == "jsonlines")
        _cut(reading, grid, chance)
        grids.append(grid)
    caps = None
    if catalog.release(source_id)[0].denominator_cap == "enrollment":
        files = [
            path
            for key, path in build.observation_files().items()
            if "enrollment@" in key or "demographics" in key
        ]
        at_hand = schema.conform_observations(
            store.read_parquet([path for path in files if "teacher" not in path.name])
        )
        caps = masked_sums.most_students(masked_sums.enrolled([at_hand]), int(source_id[-4:]))
    base = Base(source_id, folder, grids, document, caps, pd.DataFrame(), pd.DataFrame())
    for grid in grids:
        base.write(grid.path, grid.written())
    if document is not None:
        base.write(base.names()[0], json.dumps(document).encode())
    base.table = tidy(source_id, folder, caps=caps)
    base.accepted = frozenset(catalog.release(source_id)[1].accepted)
    for turn in range(
        _YEARS
    ):  # two schools of a size may look exchanged by chance: a year in which none do
        base.before = last_year(base.table, seed + turn)
        # Two schools of one size do have the same counts now and then: whoever looks at that accepts it.
        same = {one.name for one in differences(base.table, [base.before]) if "copied" in one.name}
        base.accepted |= same if len(same) <= FEW_ALIKE else set()
        if not (listed := base.to_accept(base.table)):
            return base
    raise AssertionError(f"{source_id}: {listed}")


def last_year(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return a table as it may have been a year ago: schools a tenth larger or smaller, rates some points apart.

    Who is enrolled in a grade now was in the one below then, where a school has both.
    """
    dice = np.random.default_rng([seed, len(table)])
    before = _a_grade_below(table).assign(end_year=table["end_year"] - 1)
    size = {
        code: float(np.exp(dice.normal(0, 0.06))) for code in before["organization_id"].unique()
    }
    scale = before["organization_id"].map(size).to_numpy(float) * np.exp(
        dice.normal(0, 0.03, len(before))
    )
    shift = np.exp(dice.normal(0, 0.05, len(before)))
    for name in (
        "denominator",
        "denominator_low",
        "denominator_high",
        "numerator",
        "numerator_low",
        "numerator_high",
    ):
        before[name] = (before[name].astype("Float64") * scale).round().astype("Int64")
    for name in ("value", "value_low", "value_high"):
        before[name] = before[name] * shift
    return before


def _a_grade_below(table: pd.DataFrame) -> pd.DataFrame:
    grades = ["K", *(f"{number:02d}" for number in range(1, 13))]
    key = ["indicator", "organization_level", "organization_id", "student_group", "grade_level"]
    figures = [name for name in _FIGURES if name.startswith(("numerator", "denominator"))]
    enrolled = table["indicator"].isin(schema.COMPOSITION_INDICATORS)
    above = table[key].assign(
        grade_level=table["grade_level"].map(dict(pairwise(grades))).where(enrolled)
    )
    found = above.merge(table[[*key, *figures]], on=key, how="left").set_index(table.index)
    there = found["numerator"].notna() & table["numerator"].notna()
    before = table.copy()
    before.loc[there, figures] = found.loc[there, figures]
    return before


Change = Callable[[random.Random, Grid, Base], bytes | None]
"""Spoil a grid in place, or return the bytes that stand for the file; may raise `_Unfit` where it cannot be done."""


class _Unfit(Exception):
    """This kind of fault cannot be made in this file."""


KINDS: dict[str, Change] = {}


def _kind(change: Change) -> Change:
    KINDS[change.__name__.strip("_").replace("_", " ")] = change
    return change


def _column(chance: random.Random, grid: Grid) -> int:
    names = grid.used if grid.used and chance.random() < 0.9 else grid.header
    return grid.at(chance.choice(names))


_IS_NUMBER = re.compile(r"-?[\d,]*\.?\d+%?")


def _numeric(grid: Grid) -> list[int]:
    """Columns that are read and hold numbers, codes and years left out."""
    found = []
    for name in grid.used:
        at = grid.at(name)
        values = [str(row[at]) for row in grid.rows if str(row[at])]
        numbers = sum(1 for value in values if _IS_NUMBER.fullmatch(value))
        code = (
            re.search(r"code|number$|GEOID|year|grade(level|tested)?$", name, re.I)
            and len({len(v) for v in values}) <= 3
        )
        if values and numbers > 0.3 * len(values) and not code:
            found.append(at)
    if not found:
        raise _Unfit
    return found


def _cell(chance: random.Random, grid: Grid, *, least: float = 0) -> tuple[int, int]:
    """A row and column with a number that is read."""
    columns = _numeric(grid)
    for _ in range(200):
        row, column = chance.randrange(len(grid.rows)), chance.choice(columns)
        text = str(grid.rows[row][column])
        if _IS_NUMBER.fullmatch(text) and float(text.strip("%").replace(",", "")) >= least:
            return row, column
    raise _Unfit


def _groups(base: Base, grid: Grid) -> list[int]:
    """Columns of a wide file that hold student groups, or all columns of numbers."""
    reading = Reading(base.source_id, base.folder)
    names = [name for name in reading.group_columns.values() if name in grid.header]
    return [grid.at(name) for name in names] or _numeric(grid)


def _label_column(base: Base, grid: Grid) -> int:
    reading = Reading(base.source_id, base.folder)
    for logical in (
        "student_group",
        "category",
        "subject",
        "certificate",
        "grade_level",
        "school_name",
    ):
        if (name := reading.columns.get(logical)) in grid.header and len(
            {str(row[grid.at(name)]) for row in grid.rows}
        ) > 1:
            return grid.at(name)
    raise _Unfit


def _logical(base: Base, grid: Grid, *names: str) -> int:
    reading = Reading(base.source_id, base.folder)
    for logical in names:
        if (name := reading.columns.get(logical)) in grid.header:
            return grid.at(name)
    raise _Unfit


def _apart(chance: random.Random, grid: Grid, columns: list[int]) -> tuple[int, int]:
    """Two columns."""
    if len(columns) < 2:
        raise _Unfit
    first, second = chance.sample(columns, 2)
    return first, second


@_kind
def swap_two_headers(chance: random.Random, grid: Grid, base: Base) -> None:
    one, two = _apart(chance, grid, [grid.at(name) for name in grid.used])
    grid.header[one], grid.header[two] = grid.header[two], grid.header[one]


@_kind
def swap_two_headers_of_a_type(chance: random.Random, grid: Grid, base: Base) -> None:
    one, two = _apart(chance, grid, _groups(base, grid))
    grid.header[one], grid.header[two] = grid.header[two], grid.header[one]


@_kind
def rename_a_header(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _column(chance, grid)
    grid.header[at] = chance.choice([grid.header[at] + " 2", grid.header[at].upper(), "Total", ""])


@_kind
def drop_a_column(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _column(chance, grid)
    for row in [grid.header, *grid.rows]:
        del row[at]


@_kind
def repeat_a_column(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _column(chance, grid)
    for row in [grid.header, *grid.rows]:
        row.append(row[at])


@_kind
def add_a_column(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.randrange(len(grid.header) + 1)
    grid.header.insert(at, "Notes")
    for row in grid.rows:
        row.insert(at, chance.choice(["", "x", "7"]))


@_kind
def sort_a_column_alone(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _column(chance, grid)
    ordered = sorted((row[at] for row in grid.rows), key=str, reverse=chance.random() < 0.5)
    for row, value in zip(grid.rows, ordered, strict=True):
        row[at] = value


@_kind
def shift_a_column_by_a_row(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _column(chance, grid)
    values = [row[at] for row in grid.rows]
    values = [*values[-1:], *values[:-1]]
    for row, value in zip(grid.rows, values, strict=True):
        row[at] = value


@_kind
def multiply_a_number(chance: random.Random, grid: Grid, base: Base) -> None:
    row, at = _cell(chance, grid, least=0.01)
    grid.rows[row][at] = _times(
        str(grid.rows[row][at]), chance.choice([10, 100, 1_000_000, 0.1, 2])
    )


@_kind
def multiply_a_column(chance: random.Random, grid: Grid, base: Base) -> None:
    at, factor = chance.choice(_numeric(grid)), chance.choice([10, 100, 1_000_000, 0.01, 2])
    for row in grid.rows:
        row[at] = _times(str(row[at]), factor)


def _times(text: str, factor: float) -> str:
    if not _IS_NUMBER.fullmatch(text):
        return text
    sign = "%" if text.endswith("%") else ""
    number = float(text.strip("%").replace(",", "")) * factor
    return (f"{number:.0f}" if "." not in text and factor >= 1 else f"{number:.10g}") + sign


@_kind
def permute_labels(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _label_column(base, grid)
    labels = sorted({str(row[at]) for row in grid.rows})
    moved = labels[1:] + labels[:1] if chance.random() < 0.5 else chance.sample(labels, len(labels))
    if moved == labels:
        moved = labels[::-1]
    for row in grid.rows:
        row[at] = moved[labels.index(str(row[at]))]


@_kind
def swap_two_labels(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _label_column(base, grid)
    one, two = chance.sample(sorted({str(row[at]) for row in grid.rows}), 2)
    for row in grid.rows:
        row[at] = {one: two, two: one}.get(str(row[at]), row[at])


@_kind
def repeat_rows(chance: random.Random, grid: Grid, base: Base) -> None:
    for _ in range(chance.choice([1, 1, 5])):
        grid.rows.insert(chance.randrange(len(grid.rows)), list(chance.choice(grid.rows)))


@_kind
def repeat_a_row_with_other_figures(chance: random.Random, grid: Grid, base: Base) -> None:
    row, at = _cell(chance, grid)
    twin = list(grid.rows[row])
    twin[at] = _times(str(twin[at]), 2)
    grid.rows.append(twin)


@_kind
def drop_rows(chance: random.Random, grid: Grid, base: Base) -> None:
    for _ in range(chance.choice([1, 1, 3, 20])):
        if len(grid.rows) > 1:
            del grid.rows[chance.randrange(len(grid.rows))]


@_kind
def drop_an_organization(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _logical(base, grid, "school_code", "school_name", "tract_code", "district_code")
    gone = chance.choice(sorted({str(row[at]) for row in grid.rows}))
    grid.rows = [row for row in grid.rows if str(row[at]) != gone]


@_kind
def cut_at_a_row(chance: random.Random, grid: Grid, base: Base) -> None:
    grid.rows = grid.rows[: chance.randrange(len(grid.rows))]


@_kind
def cut_at_a_byte(chance: random.Random, grid: Grid, base: Base) -> bytes:
    whole = grid.written()
    return whole[: chance.randrange(len(whole))]


@_kind
def cut_the_packed_file(chance: random.Random, grid: Grid, base: Base) -> bytes:
    whole = gzip.compress(grid.written())
    if not grid.path.endswith(".gz"):
        return whole  # packed under a name that says it is not
    raise _Packed(whole[: chance.randrange(len(whole))])


class _Packed(Exception):
    """Bytes that stand as they are under a name that ends in .gz."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        super().__init__()


@_kind
def blank_cells(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _column(chance, grid)
    for _ in range(chance.choice([1, 1, 10])):
        chance.choice(grid.rows)[at] = ""


@_kind
def blank_a_number(chance: random.Random, grid: Grid, base: Base) -> None:
    row, at = _cell(chance, grid)
    grid.rows[row][at] = ""


@_kind
def blank_a_column(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _column(chance, grid)
    for row in grid.rows:
        row[at] = ""


@_kind
def zero_a_number(chance: random.Random, grid: Grid, base: Base) -> None:
    row, at = _cell(chance, grid, least=0.001)
    grid.rows[row][at] = "0"


@_kind
def zero_a_column(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(_numeric(grid))
    for row in grid.rows:
        row[at] = "0" if row[at] != "" else ""


@_kind
def change_a_code(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _logical(
        base, grid, *chance.sample(["school_code", "district_code"], 2), "tract_code", "school_name"
    )
    row = chance.choice(grid.rows)
    text = str(row[at])
    spot = chance.randrange(len(text)) if text else 0
    row[at] = text[:spot] + chance.choice("0123456789") + text[spot + 1 :]


@_kind
def swap_codes_of_two_rows(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _logical(base, grid, "school_code", "school_name", "tract_code", "district_code")
    one, two = chance.sample(sorted({str(row[at]) for row in grid.rows}), 2)
    for row in grid.rows:
        row[at] = {one: two, two: one}.get(str(row[at]), row[at])


@_kind
def give_a_row_anothers_name(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _logical(base, grid, "school_name", "district_name")
    chance.choice(grid.rows)[at] = chance.choice(grid.rows)[at]


@_kind
def change_level(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _logical(base, grid, "organization_level")
    words = sorted({str(row[at]) for row in grid.rows} | {"State", "District", "School"})
    for _ in range(chance.choice([1, 1, 20])):
        chance.choice(grid.rows)[at] = chance.choice(words)


@_kind
def change_grade(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _logical(base, grid, "grade_level")
    chance.choice(grid.rows)[at] = chance.choice(sorted({str(row[at]) for row in grid.rows}))


def _put(*texts: str) -> Change:
    def put(chance: random.Random, grid: Grid, base: Base) -> None:
        many = chance.choice([1, 1, 15])
        for _ in range(many):
            row, at = _cell(chance, grid)
            grid.rows[row][at] = chance.choice(texts)

    return put


KINDS["a date of a spreadsheet"] = _put("Mar-38", "3-Aug", "2019-03-08", "12/31/1899")
KINDS["a number in powers of ten"] = _put("2.12E+03", "1e3", "5E-01")
KINDS["an error of a spreadsheet"] = _put("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "########")
KINDS["a huge number"] = _put("9" * 25, "1e308", "99999999999", "9" * 400, "2147483648")
KINDS["a negative number"] = _put("-1", "-12", "-0.5", "-5%")
KINDS["not a number"] = _put(
    "NaN", "nan", "inf", "-Infinity", "None", "null", "True", "False", "n/a", "-", "?"
)
KINDS["a number in words or other digits"] = _put(
    "twelve", "١٢", "12 students", "\uff11\uff12", "1 2", "12*", "~12", "½"
)


@_kind
def thousands_separators(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(_numeric(grid))
    for row in grid.rows:
        if re.fullmatch(r"\d{4,}", str(row[at])):
            row[at] = f"{int(row[at]):,}"


@_kind
def decimal_commas(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(_numeric(grid))
    for row in grid.rows:
        row[at] = str(row[at]).replace(".", ",")


@_kind
def separators_of_another_country(chance: random.Random, grid: Grid, base: Base) -> None:
    columns = _numeric(grid)
    for row in grid.rows:
        for at in columns:
            if re.fullmatch(r"\d{4,}", str(row[at])):
                row[at] = f"{int(row[at]):,}".replace(",", chance.choice([".", " ", "’"]))


@_kind
def percents_without_sign(chance: random.Random, grid: Grid, base: Base) -> None:
    columns = [
        at for at in _numeric(grid) if any("%" in str(row[at]) for row in grid.rows)
    ] or _numeric(grid)
    at = chance.choice(columns)
    for row in grid.rows:
        text = str(row[at])
        if text.endswith("%"):
            row[at] = text[:-1]
        elif re.fullmatch(r"0\.\d+", text):
            row[at] = f"{float(text) * 100:.6g}"


@_kind
def carriage_returns_alone(chance: random.Random, grid: Grid, base: Base) -> bytes:
    return grid.written().replace(b"\n", b"\r")


@_kind
def mixed_line_ends(chance: random.Random, grid: Grid, base: Base) -> bytes:
    lines = grid.written().split(b"\n")
    return b"".join(line + chance.choice([b"\n", b"\r\n", b"\r"]) for line in lines)


@_kind
def line_ends_of_windows(chance: random.Random, grid: Grid, base: Base) -> bytes:
    return grid.written().replace(b"\n", b"\r\n")


@_kind
def another_encoding(chance: random.Random, grid: Grid, base: Base) -> bytes:
    row = chance.choice(grid.rows)
    at = _column(chance, grid)
    row[at] = f"{row[at]}é"
    return (
        grid.written()
        .decode()
        .encode(chance.choice(["latin-1", "utf-16", "utf-8-sig", "utf-32"]), "replace")
    )


@_kind
def a_byte_order_mark(chance: random.Random, grid: Grid, base: Base) -> bytes:
    return grid.written().decode().encode("utf-8-sig")


@_kind
def hidden_characters(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _column(chance, grid)
    mark = chance.choice(["\u200b", "\u00a0", "\ufeff", "\u202e", "\x00", " "])
    for row in grid.rows if chance.random() < 0.5 else [chance.choice(grid.rows)]:
        row[at] = f"{row[at]}{mark}"


@_kind
def another_year(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _logical(base, grid, "school_year")
    years = ["2016-17", "2017-18", "2018-19", "2019-20", "2023-24", "2031-32", "18-19", "2019"]
    years += sorted({str(row[at]) for row in grid.rows})
    chosen = chance.choice(years)
    for row in grid.rows if chance.random() < 0.3 else [chance.choice(grid.rows)]:
        row[at] = chosen


@_kind
def an_open_quotation_mark(chance: random.Random, grid: Grid, base: Base) -> bytes:
    whole = grid.written()
    spots = [match.end() for match in re.finditer(rb"[,\n]", whole)]
    at = chance.choice(spots)
    return whole[:at] + b'"' + whole[at:]


@_kind
def bytes_of_another_file(chance: random.Random, grid: Grid, base: Base) -> bytes:
    other = "SchoolYear,OrganizationLevel,DistrictCode,x\n2018-19,School,17001,5\n"
    whole = grid.written()
    return chance.choice(
        [
            other.encode(),
            whole + other.encode(),
            b"",
            b"<html><body>429</body></html>",
            whole * 2,
            b"{}",
            b"\n\n\n",
        ]
    )


@_kind
def another_delimiter(chance: random.Random, grid: Grid, base: Base) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=chance.choice(";\t|")).writerows([grid.header, *grid.rows])
    return text.getvalue().encode()


@_kind
def swap_two_cells(chance: random.Random, grid: Grid, base: Base) -> None:
    row, at = _cell(chance, grid)
    other = next(
        (r for r in chance.sample(grid.rows, len(grid.rows)) if r[at] != grid.rows[row][at]), None
    )
    if other is None:
        raise _Unfit
    grid.rows[row][at], other[at] = other[at], grid.rows[row][at]


@_kind
def transpose_digits(chance: random.Random, grid: Grid, base: Base) -> None:
    for _ in range(50):
        row, at = _cell(chance, grid, least=0.1)
        text = str(grid.rows[row][at])
        spots = [
            i for i in range(len(text) - 1) if text[i : i + 2].isdigit() and text[i] != text[i + 1]
        ]
        if spots:
            spot = chance.choice(spots[:1])
            grid.rows[row][at] = text[:spot] + text[spot + 1] + text[spot] + text[spot + 2 :]
            return
    raise _Unfit


@_kind
def a_cell_withheld_or_shown(chance: random.Random, grid: Grid, base: Base) -> None:
    row, at = _cell(chance, grid)
    grid.rows[row][at] = chance.choice(["*", "N<10", "<5%", ">95%", "No Students", "NULL"])


@_kind
def change_a_digit(chance: random.Random, grid: Grid, base: Base) -> None:
    row, at = _cell(chance, grid)
    text = str(grid.rows[row][at])
    spot = chance.choice([i for i, sign in enumerate(text) if sign.isdigit()])
    digit = chance.choice([digit for digit in "123456789" if digit != text[spot]])
    grid.rows[row][at] = text[:spot] + digit + text[spot + 1 :]


@_kind
def move_a_rows_cells_aside(chance: random.Random, grid: Grid, base: Base) -> None:
    row = chance.choice(grid.rows)
    at = _column(chance, grid)
    row[at:] = ["", *row[at:-1]]


@_kind
def swap_the_figures_of_two_rows(chance: random.Random, grid: Grid, base: Base) -> None:
    one, two = chance.sample(grid.rows, 2)
    for at in _numeric(grid):
        one[at], two[at] = two[at], one[at]


@_kind
def copy_the_figures_of_another_row(chance: random.Random, grid: Grid, base: Base) -> None:
    one, two = chance.sample(grid.rows, 2)
    for at in _numeric(grid):
        one[at] = two[at]


@_kind
def multiply_a_row(chance: random.Random, grid: Grid, base: Base) -> None:
    row, factor = chance.choice(grid.rows), chance.choice([2, 10, 100, 1_000_000])
    for at in _numeric(grid):
        row[at] = _times(str(row[at]), factor)


@_kind
def round_a_column_to_tens(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(_numeric(grid))
    for row in grid.rows:
        if str(row[at]).isdigit():
            row[at] = str(round(int(row[at]), -1))


@_kind
def one_more_everywhere(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(_numeric(grid))
    for row in grid.rows:
        if str(row[at]).isdigit():
            row[at] = str(int(row[at]) + 1)


@_kind
def copy_a_column_over_another(chance: random.Random, grid: Grid, base: Base) -> None:
    one, two = _apart(chance, grid, _numeric(grid))
    for row in grid.rows:
        row[one] = row[two]


@_kind
def repeat_the_header(chance: random.Random, grid: Grid, base: Base) -> None:
    grid.rows.insert(chance.randrange(len(grid.rows)), list(grid.header))


@_kind
def the_header_alone(chance: random.Random, grid: Grid, base: Base) -> None:
    grid.rows = []


@_kind
def a_line_before_the_header(chance: random.Random, grid: Grid, base: Base) -> bytes:
    return (
        chance.choice([b"Report Card\n", b"\n", b"sep=,\n", b"# made on Monday\n"]) + grid.written()
    )


@_kind
def a_footnote(chance: random.Random, grid: Grid, base: Base) -> bytes:
    return grid.written() + chance.choice([b"Source: OSPI\n", b"Total,1,2\n", b"*N<10\n"])


@_kind
def merge_another_years_rows(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _logical(base, grid, "school_year")
    years = sorted({str(row[at]) for row in grid.rows} | {"2015-16", "2019-20"})
    many = chance.choice([1, 10, len(grid.rows)])
    added = [list(row) for row in chance.sample(grid.rows, min(many, len(grid.rows)))]
    year = chance.choice(years)
    for row in added:
        row[at] = year
    grid.rows += added


@_kind
def labels_in_capitals(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _label_column(base, grid)
    for row in grid.rows:
        row[at] = str(row[at]).upper()


@_kind
def codes_without_their_zeros(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _logical(base, grid, "school_code", "district_code", "tract_code")
    for row in grid.rows:
        row[at] = chance.choice([f"{row[at]}.0", str(row[at]).lstrip("0"), f"0{row[at]}"])


@_kind
def shuffle_rows(chance: random.Random, grid: Grid, base: Base) -> None:
    chance.shuffle(grid.rows)


@_kind
def reorder_columns(chance: random.Random, grid: Grid, base: Base) -> None:
    order = chance.sample(range(len(grid.header)), len(grid.header))
    grid.header = [grid.header[at] for at in order]
    grid.rows = [[row[at] for at in order] for row in grid.rows]


@_kind
def percents_as_fractions(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(
        [at for at in _numeric(grid) if any("%" in str(row[at]) for row in grid.rows)]
        or _numeric(grid)
    )
    for row in grid.rows:
        if _IS_NUMBER.fullmatch(text := str(row[at])):
            row[at] = f"{float(text.strip('%').replace(',', '')) / 100:.10g}"


@_kind
def whole_numbers_with_a_decimal(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(_numeric(grid))
    for row in grid.rows:
        if str(row[at]).isdigit():
            row[at] = f"{row[at]}.0"


@_kind
def powers_of_ten_everywhere(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(_numeric(grid))
    for row in grid.rows:
        if re.fullmatch(r"\d{3,}", str(row[at])):
            row[at] = f"{float(row[at]):.2E}"


@_kind
def small_numbers_as_dates(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(_numeric(grid))
    for row in grid.rows:
        if re.fullmatch(r"[1-9]|1[0-2]", str(row[at])):
            row[at] = f"{row[at]}-Mar"


@_kind
def cut_numbers_short(chance: random.Random, grid: Grid, base: Base) -> None:
    at, width = chance.choice(_numeric(grid)), chance.choice([1, 2, 3])
    for row in grid.rows:
        row[at] = str(row[at])[:width]


@_kind
def multiply_every_number(chance: random.Random, grid: Grid, base: Base) -> None:
    factor = chance.choice([2, 10, 1_000, 1_000_000, 0.1, -1])
    for at in _numeric(grid):
        for row in grid.rows:
            row[at] = _times(str(row[at]), factor)


@_kind
def turn_the_sign_of_a_column(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(_numeric(grid))
    for row in grid.rows:
        row[at] = _times(str(row[at]), -1)


@_kind
def sort_all_figures_alone(chance: random.Random, grid: Grid, base: Base) -> None:
    """The labels stay where they are, as where a part of a sheet is sorted."""
    columns = _numeric(grid)
    first, backwards = chance.choice(columns), chance.random() < 0.5
    order = sorted(grid.rows, key=lambda row: str(row[first]), reverse=backwards)
    figures = [[row[at] for at in columns] for row in order]
    for row, values in zip(grid.rows, figures, strict=True):
        for at, value in zip(columns, values, strict=True):
            row[at] = value


@_kind
def shift_all_figures_by_a_row(chance: random.Random, grid: Grid, base: Base) -> None:
    columns, start = _numeric(grid), chance.choice([0, len(grid.rows) // 2])
    figures = [[row[at] for at in columns] for row in grid.rows[start:]]
    for row, values in zip(grid.rows[start:], [figures[-1], *figures[:-1]], strict=True):
        for at, value in zip(columns, values, strict=True):
            row[at] = value


@_kind
def move_all_cells_aside(chance: random.Random, grid: Grid, base: Base) -> None:
    at, right = _column(chance, grid), chance.random() < 0.5
    for row in grid.rows:
        row[at:] = ["", *row[at:-1]] if right else [*row[at + 1 :], ""]


@_kind
def rows_of_another_length(chance: random.Random, grid: Grid, base: Base) -> None:
    many = chance.choice([1, len(grid.rows)])
    for row in chance.sample(grid.rows, many):
        if chance.random() < 0.5:
            row.append(chance.choice(["", "5"]))
        else:
            row.pop()


@_kind
def anothers_rows_as_ours(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _logical(base, grid, "district_code", "district_name")
    codes = sorted({str(row[at]) for row in grid.rows})
    one, other = chance.sample(codes, 2)
    for row in grid.rows:
        row[at] = one if row[at] == other else row[at]


@_kind
def a_schools_rows_under_anothers_code(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _logical(base, grid, "school_code", "school_name", "tract_code", "district_code")
    one, other = chance.sample(sorted({str(row[at]) for row in grid.rows}), 2)
    if chance.random() < 0.5:
        grid.rows = [row for row in grid.rows if str(row[at]) != one]
    for row in grid.rows:
        row[at] = one if str(row[at]) == other else row[at]


@_kind
def swap_two_names(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _logical(base, grid, "school_name", "district_name")
    one, two = chance.sample(sorted({str(row[at]) for row in grid.rows}), 2)
    for row in grid.rows:
        row[at] = {one: two, two: one}.get(str(row[at]), row[at])


@_kind
def drop_the_rows_of_a_label(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _label_column(base, grid)
    gone = chance.choice(sorted({str(row[at]) for row in grid.rows}))
    grid.rows = [row for row in grid.rows if str(row[at]) != gone]


@_kind
def join_two_labels(chance: random.Random, grid: Grid, base: Base) -> None:
    at = _label_column(base, grid)
    one, two = chance.sample(sorted({str(row[at]) for row in grid.rows}), 2)
    for row in grid.rows:
        row[at] = one if str(row[at]) == two else row[at]


@_kind
def blanks_and_marks_as_zero(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(_numeric(grid))
    for row in grid.rows:
        if not _IS_NUMBER.fullmatch(str(row[at])):
            row[at] = "0"


@_kind
def zeros_as_blanks(chance: random.Random, grid: Grid, base: Base) -> None:
    at = chance.choice(_numeric(grid))
    for row in grid.rows:
        row[at] = "" if re.fullmatch(r"0(\.0*)?%?", str(row[at])) else row[at]


@_kind
def marks_swapped_with_numbers(chance: random.Random, grid: Grid, base: Base) -> None:
    """Who is withheld is shown, and the other way about."""
    at = chance.choice(_numeric(grid))
    texts = [str(row[at]) for row in grid.rows]
    marks = [i for i, text in enumerate(texts) if text and not _IS_NUMBER.fullmatch(text)]
    shown = [i for i, text in enumerate(texts) if _IS_NUMBER.fullmatch(text)]
    one, two = grid.rows[chance.choice(marks)], grid.rows[chance.choice(shown)]
    one[at], two[at] = two[at], one[at]


@_kind
def fill_down(chance: random.Random, grid: Grid, base: Base) -> None:
    at, start = _column(chance, grid), chance.randrange(len(grid.rows))
    for row in grid.rows[start : start + chance.choice([20, len(grid.rows)])]:
        row[at] = grid.rows[start][at]


@_kind
def count_up(chance: random.Random, grid: Grid, base: Base) -> None:
    """A spreadsheet goes on counting where a cell is dragged."""
    row, at = _cell(chance, grid)
    text = str(grid.rows[row][at])
    if not text.isdigit():
        raise _Unfit
    for more, below in enumerate(grid.rows[row : row + chance.choice([5, 50])]):
        below[at] = str(int(text) + more)


@_kind
def nul_bytes(chance: random.Random, grid: Grid, base: Base) -> bytes:
    whole = bytearray(grid.written())
    start = chance.randrange(len(whole))
    many = chance.choice([1, 64, len(whole)])
    whole[start : start + many] = bytes(len(whole[start : start + many]))
    return bytes(whole)


@_kind
def flip_a_bit(chance: random.Random, grid: Grid, base: Base) -> bytes:
    whole = bytearray(grid.written())
    whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
    return bytes(whole)


@_kind
def a_value_of_another_type(chance: random.Random, grid: Grid, base: Base) -> None:
    if not grid.lines:
        raise _Unfit
    row, at = _cell(chance, grid)
    grid.rows[row][at] = chance.choice(  # type: ignore[call-overload]
        [None, True, False, 1.5, -3, [], {}, ["5"], {"n": 5}, 10**30, float("nan"), 17.0]
    )


@_kind
def a_line_that_is_no_object(chance: random.Random, grid: Grid, base: Base) -> bytes:
    if not grid.lines:
        raise _Unfit
    lines = grid.written().decode().split("\n")
    lines[chance.randrange(len(lines))] = chance.choice(
        ['"x"', "5", "[1, 2]", "null", "true", '{"a": {"b": 1}}', "{}", "NaN"]
    )
    return "\n".join(lines).encode()


@_kind
def a_key_twice_in_an_object(chance: random.Random, grid: Grid, base: Base) -> bytes:
    if not grid.lines:
        raise _Unfit
    lines = grid.written().decode().split("\n")
    at, name = chance.randrange(len(lines)), chance.choice(grid.used)
    lines[at] = lines[at][:-1] + f', "{name}": 7}}'
    return "\n".join(lines).encode()


# ---- surveys


def _parts(document: dict[str, object]) -> Iterator[tuple[dict, str, dict, str]]:  # type: ignore[type-arg]
    """Every organization's items: (organizations, its name, items, item)."""
    for surveys in document["reports"].values():  # type: ignore[attr-defined]
        for organizations in surveys.values():
            for name, items in organizations.items():
                for item in items:
                    yield organizations, name, items, item


def _themed(
    chance: random.Random, document: dict[str, object], base: Base
) -> tuple[dict, str, dict, str]:  # type: ignore[type-arg]
    """An item that a theme is made of."""
    survey = catalog.release(base.source_id)[0].survey
    known = {item for theme in survey.themes.values() for item in theme}
    found = [part for part in _parts(document) if " ".join(part[3].split()) in known]
    return chance.choice(found)


def _survey_changes() -> dict[
    str, Callable[[random.Random, dict[str, object], Base], bytes | None]
]:
    def drop_item(chance, document, base):  # type: ignore[no-untyped-def]
        *_, items, item = _themed(chance, document, base)
        del items[item]

    def drop_organization(chance, document, base):  # type: ignore[no-untyped-def]
        organizations, name, *_ = _themed(chance, document, base)
        del organizations[name]

    def drop_answer(chance, document, base):  # type: ignore[no-untyped-def]
        *_, items, item = _themed(chance, document, base)
        at = chance.randrange(len(items[item]["answers"]))
        del items[item]["answers"][at], items[item]["answer_respondents"][at]

    def answer_twice(chance, document, base):  # type: ignore[no-untyped-def]
        *_, items, item = _themed(chance, document, base)
        items[item]["answers"].append(items[item]["answers"][0])
        items[item]["answer_respondents"].append(items[item]["answer_respondents"][0])

    def labels_turned(chance, document, base):  # type: ignore[no-untyped-def]
        *_, items, item = _themed(chance, document, base)
        items[item]["answers"].reverse()

    def labels_turned_everywhere(chance, document, base):  # type: ignore[no-untyped-def]
        for *_, items, item in _parts(document):
            items[item]["answers"] = items[item]["answers"][::-1]

    def labels_swapped(chance, document, base):  # type: ignore[no-untyped-def]
        *_, items, item = _themed(chance, document, base)
        answers = items[item]["answers"]
        one, two = chance.sample(range(len(answers)), 2)
        answers[one], answers[two] = answers[two], answers[one]

    def counts_as(texts):  # type: ignore[no-untyped-def]
        def change(chance, document, base):  # type: ignore[no-untyped-def]
            *_, items, item = _themed(chance, document, base)
            counts = items[item]["answer_respondents"]
            for at in (
                range(len(counts)) if chance.random() < 0.4 else [chance.randrange(len(counts))]
            ):
                counts[at] = chance.choice(texts)(counts[at])

        return change

    def all_counts_decimal(chance, document, base):  # type: ignore[no-untyped-def]
        for *_, items, item in _parts(document):
            items[item]["answer_respondents"] = [
                float(n) if isinstance(n, int) else n for n in items[item]["answer_respondents"]
            ]

    def count_times(chance, document, base):  # type: ignore[no-untyped-def]
        *_, items, item = _themed(chance, document, base)
        counts, factor = items[item]["answer_respondents"], chance.choice([10, 100, 2])
        for at in range(len(counts)) if chance.random() < 0.4 else [chance.randrange(len(counts))]:
            if isinstance(counts[at], int):
                counts[at] *= factor

    def counts_swapped_between_items(chance, document, base):  # type: ignore[no-untyped-def]
        *_, items, item = _themed(chance, document, base)
        other = chance.choice(sorted(items))
        items[item]["answer_respondents"], items[other]["answer_respondents"] = (
            items[other]["answer_respondents"],
            items[item]["answer_respondents"],
        )

    def schools_swapped(chance, document, base):  # type: ignore[no-untyped-def]
        organizations, name, *_ = _themed(chance, document, base)
        other = chance.choice(sorted(organizations))
        organizations[name], organizations[other] = organizations[other], organizations[name]

    def school_renamed(chance, document, base):  # type: ignore[no-untyped-def]
        organizations, name, *_ = _themed(chance, document, base)
        organizations[chance.choice([name + " 2", "Garfield", name.upper(), ""])] = (
            organizations.pop(name)
        )

    def item_renamed(chance, document, base):  # type: ignore[no-untyped-def]
        *_, items, item = _themed(chance, document, base)
        items[chance.choice([item + "?", item.upper(), item[:-1], ""])] = items.pop(item)

    def items_swapped(chance, document, base):  # type: ignore[no-untyped-def]
        *_, items, item = _themed(chance, document, base)
        other = chance.choice(sorted(items))
        items[item], items[other] = items[other], items[item]

    def negative_coded(chance, document, base):  # type: ignore[no-untyped-def]
        *_, items, item = _themed(chance, document, base)
        items[item]["negativelyCoded"] = chance.choice(
            ["False", "false", 0, "no", "", True, 1, [], None]
        )

    def answers_not_a_list(chance, document, base):  # type: ignore[no-untyped-def]
        *_, items, item = _themed(chance, document, base)
        items[item][chance.choice(["answers", "answer_respondents"])] = chance.choice(
            [None, "x", 5, {}, [], [[1]]]
        )

    def answer_of_another_type(chance, document, base):  # type: ignore[no-untyped-def]
        *_, items, item = _themed(chance, document, base)
        items[item]["answers"][0] = chance.choice([None, 5, ["Agree"], "agree", "Agree ", "Maybe"])

    def item_not_an_object(chance, document, base):  # type: ignore[no-untyped-def]
        *_, items, item = _themed(chance, document, base)
        items[item] = chance.choice([None, "x", [], 7])

    def level_renamed(chance, document, base):  # type: ignore[no-untyped-def]
        surveys = chance.choice([s for s in document["reports"].values() if s])
        name = chance.choice(sorted(surveys))
        surveys[chance.choice([name + " ", "6-8 Student Survey", "Survey"])] = surveys.pop(name)

    def levels_swapped(chance, document, base):  # type: ignore[no-untyped-def]
        surveys = chance.choice([s for s in document["reports"].values() if len(s) > 1])
        one, two = chance.sample(sorted(surveys), 2)
        surveys[one], surveys[two] = surveys[two], surveys[one]

    def cut_bytes(chance, document, base):  # type: ignore[no-untyped-def]
        whole = json.dumps(document).encode()
        return whole[: chance.randrange(len(whole))]

    def key_twice(chance, document, base):  # type: ignore[no-untyped-def]
        *_, items, item = _themed(chance, document, base)
        text, spelled = json.dumps(document), json.dumps(item)
        twin = json.dumps(
            {
                "answers": items[item]["answers"],
                "answer_respondents": [1] * len(items[item]["answers"]),
            }
        )
        return text.replace(spelled + ":", f"{spelled}: {twin}, {spelled}:", 1).encode()

    def other_document(chance, document, base):  # type: ignore[no-untyped-def]
        return chance.choice(
            [
                b"[]",
                b"5",
                b"null",
                b"{}",
                b'{"reports": []}',
                b'{"reports": {}}',
                b"[" * 100_000,
                b'{"reports": null}',
                b"",
                b"NaN",
            ]
        )

    def all_counts_times(chance, document, base):  # type: ignore[no-untyped-def]
        for *_, items, item in _parts(document):
            items[item]["answer_respondents"] = [
                n * 10 if isinstance(n, int) else n for n in items[item]["answer_respondents"]
            ]

    def keys_in_another_order(chance, document, base):  # type: ignore[no-untyped-def]
        return json.dumps(document, sort_keys=True).encode("utf-8-sig")

    counts = {
        "a count as a decimal number": [lambda n: float(n or 0), lambda n: f"{n}.0"],
        "a count that is none": [
            lambda n: -5,
            lambda n: "NaN",
            lambda n: float("nan"),
            lambda n: float("inf"),
            lambda n: "Mar-38",
            lambda n: True,
            lambda n: [n],
            lambda n: 1e30,
            lambda n: 10**40,
            lambda n: 3.7,
        ],
        "a count blank": [lambda n: None, lambda n: ""],
        "a count as text": [
            lambda n: str(n),
            lambda n: f"{n:,}" if isinstance(n, int) else "",
            lambda n: "N<10",
        ],
    }
    named = {name: counts_as(texts) for name, texts in counts.items()}
    for change in (
        *(
            drop_item,
            drop_organization,
            drop_answer,
            answer_twice,
            labels_turned,
            labels_turned_everywhere,
            labels_swapped,
        ),
        *(
            all_counts_decimal,
            count_times,
            counts_swapped_between_items,
            schools_swapped,
            school_renamed,
            item_renamed,
        ),
        *(
            items_swapped,
            negative_coded,
            answers_not_a_list,
            answer_of_another_type,
            item_not_an_object,
            level_renamed,
        ),
        *(
            levels_swapped,
            cut_bytes,
            key_twice,
            other_document,
            all_counts_times,
            keys_in_another_order,
        ),
    ):
        named[change.__name__.replace("_", " ")] = change
    return {f"survey, {name}": change for name, change in named.items()}


SURVEY = _survey_changes()


def kinds_of(base: Base) -> list[str]:
    """The kinds of fault that a base's files can have."""
    if base.document is not None:
        return sorted(SURVEY)
    return sorted(KINDS)


def tried(base: Base, kind: str, seed: int) -> Outcome | None:
    """Spoil one file of a base in one way, read it, and put it back; None where the fault cannot be made."""
    chance = random.Random(f"{seed} {base.source_id} {kind}")
    if base.document is not None:
        document = copy.deepcopy(base.document)
        name, original = base.names()[0], json.dumps(base.document).encode()
        try:
            content = SURVEY[kind](chance, document, base)
            content = json.dumps(document).encode() if content is None else content
        except (IndexError, ValueError):
            return None
    else:
        at = chance.randrange(len(base.grids))
        grid = base.grids[at].copied()
        name, original = grid.path, base.grids[at].written()
        try:
            content = KINDS[kind](chance, grid, base) or None
            content = grid.written() if content is None else content
        except (_Unfit, IndexError, ValueError):
            return None  # of two things to swap there is one, or none
        except _Packed as packed:
            (base.folder / name).write_bytes(packed.content)
            content = b""
    cells = _cells_changed(base, grid if base.document is None else document, content)
    try:
        if content or kind != "cut the packed file":
            base.write(name, content)
        return outcome(base, name, cells)
    finally:
        base.write(name, original)


def _cells_changed(base: Base, spoiled: Grid | object, content: bytes) -> float:
    """How many printed texts of a file were changed; endless where more than that was."""
    if isinstance(spoiled, Grid):
        [grid] = [grid for grid in base.grids if grid.path == spoiled.path]
        alike = content == spoiled.written() and spoiled.header == grid.header
        alike &= all(len(row) == len(grid.header) for row in spoiled.rows)
        if not alike or len(spoiled.rows) != len(grid.rows):
            return np.inf
        pairs = zip(spoiled.rows, grid.rows, strict=True)
        return sum(one != other for pair in pairs for one, other in zip(*pair, strict=True))
    if content != json.dumps(spoiled).encode():
        return np.inf
    # The answers to an item are printed together: they are one figure.
    before, after = (
        [items[item] for *_, items, item in _parts(one)] for one in (base.document, spoiled)
    )
    return (
        sum(one != other for one, other in zip(before, after, strict=True))
        if len(before) == len(after)
        else np.inf
    )


def outcome(base: Base, name: str, cells: float) -> Outcome:
    """Read a base as it stands and tell what becomes of it; ``cells`` printed texts were changed."""
    try:
        table = base.read()
    except SesecError as refusal:
        placed = Path(name).name in str(refusal.where) and refusal.mend
        return Outcome("refused" if placed else "unplaced", str(refusal))
    except Exception as accident:  # what a user would see as an accident of ours
        return Outcome("traceback", f"{type(accident).__name__}: {accident}")
    changed = differing(base.table, table)
    if not changed:
        return Outcome("equal")
    if listed := base.to_accept(table):
        return Outcome("declared", listed)
    return Outcome("unknowable" if _is_unknowable(base, table, cells) else "wrong", changed)


FEW_TEXTS = 3
A_YEAR, A_YEAR_OF_A_SURVEY = 0.35, 0.25  # the first as a logarithm
AS_FAR = 1 / 0.6


def _is_unknowable(base: Base, table: pd.DataFrame, cells: float) -> bool:
    """Tell whether nobody who has the file and last year's table could know of a fault: by two strict measures.

    Either one printed number, or two, moved: a count by no more students than publishers leave out of a partition, any
    other figure by less than a year moves it. Or the figures that changed are about as near to last year's as the true.
    """
    key = schema.OBSERVATIONS_KEY
    true, wrong = (frame.sort_values(key).reset_index(drop=True) for frame in (base.table, table))
    if not true[key].equals(wrong[key]) or not _same(true, wrong, [*_WORDS_OF_A_ROW]):
        return False
    figures = ["numerator", "denominator", "value"]
    if not all((true[name].isna() == wrong[name].isna()).all() for name in figures):
        return False
    if cells <= FEW_TEXTS:
        return _moved_little(true, wrong)
    same = [(true[name] == wrong[name]) | true[name].isna() for name in figures]
    rows = len(true) - int(np.logical_and.reduce([one.fillna(False) for one in same]).sum())
    if rows <= FEW_TEXTS and _moved_little(true, wrong):
        return True  # the other texts are of rows that are not read
    then = true[key].merge(
        base.before[[*key, *figures]].assign(end_year=true["end_year"].iloc[0]), on=key, how="left"
    )
    far = {"true": 0.0, "wrong": 0.0}
    for name in figures:
        changed = (true[name] != wrong[name]).fillna(False) & then[name].notna()
        for title, frame in (("true", true), ("wrong", wrong)):
            logs = [np.log1p(one.loc[changed, name].astype("float64")) for one in (frame, then)]
            far[title] += float((logs[0] - logs[1]).abs().sum())
    return far["wrong"] <= AS_FAR * far["true"]


_WORDS_OF_A_ROW = ("organization_name", "unit", "status")


def _same(one: pd.DataFrame, other: pd.DataFrame, names: list[str]) -> bool:
    return all((one[name].str.lower() == other[name].str.lower()).all() for name in names)


def _moved_little(true: pd.DataFrame, wrong: pd.DataFrame) -> bool:
    students, share = NOT_REPORTED
    room = (true["denominator"].astype("Float64") * share).clip(lower=students)
    answers = true["unit"] == "share_of_answers"
    if (answers & ((wrong["value"] - true["value"]).abs() > A_YEAR_OF_A_SURVEY)).any():
        return False
    for name in ("numerator", "denominator"):
        if (~answers & ((wrong[name] - true[name]).abs() > room)).fillna(False).any():
            return False
    lone = true["numerator"].isna()
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.abs(np.log(wrong.loc[lone, "value"] / true.loc[lone, "value"]))
    return not (apart > 2 * A_YEAR).any()


def differing(base: pd.DataFrame, table: pd.DataFrame) -> str:
    """Tell how a table differs from another, rows in any order; empty where it does not."""
    one, two = (
        frame[_FIGURES]
        .assign(organization_name=frame["organization_name"].str.lower())  # no figure hangs on it
        .sort_values(schema.OBSERVATIONS_KEY)
        .reset_index(drop=True)
        for frame in (base, table)
    )
    if len(one) != len(two):
        return f"{len(two)} rows in place of {len(one)}"
    for name in _FIGURES:
        same = (one[name] == two[name]) | (one[name].isna() & two[name].isna())
        if one[name].dtype == "float64":
            same |= (one[name] - two[name]).abs() < 1e-9
        if not same.fillna(False).all():
            first = int(np.flatnonzero(~same.fillna(False).to_numpy(bool))[0])
            key = " ".join(str(one.iloc[first][part]) for part in schema.OBSERVATIONS_KEY[1:])
            moved = f"{one.iloc[first][name]} -> {two.iloc[first][name]}"
            return f"{int((~same.fillna(False)).sum())} {name}, first {moved} ({key})"
    return ""


ENDS = ("refused", "equal", "declared", "unknowable", "wrong", "traceback", "unplaced")
"""How a spoiled file can end; ``unplaced`` is a refusal that does not name the file and a mend.

``unknowable`` is a wrong number that neither the file nor last year's table can tell: see `_is_unknowable`.
"""


def page(
    counted: dict[str, dict[str, dict[str, int]]], unknown: dict[str, list[str]], *, seed: int
) -> str:
    """Return the page of outcomes, by file type and by kind of fault, from counts of both, and what none can know."""
    total: dict[str, int] = {}
    by_kind: dict[str, dict[str, int]] = {}
    for kinds in counted.values():
        for kind, ends in kinds.items():
            for end, number in ends.items():
                total[end] = total.get(end, 0) + number
                of_kind = by_kind.setdefault(kind, {})
                of_kind[end] = of_kind.get(end, 0) + number
    by_type = {
        title: {end: sum(ends.get(end, 0) for ends in kinds.values()) for end in ENDS}
        for title, kinds in counted.items()
    }
    named = [f"| {title} | {one} |" for title, cases in sorted(unknown.items()) for one in cases]
    listed = "\n".join(
        ["| file type | what was done, and what is wrong then |", "|---|---|", *named]
    )
    tables = [_lines("file type", by_type), _lines("kind of fault", by_kind), listed]
    numbers = {end: f"{total.get(end, 0):,}" for end in ENDS}
    head = _PAGE.format(
        tried=f"{sum(total.values()):,}",
        types=len(counted),
        all_types=len(BASES),
        seed=seed,
        kinds=len(by_kind),
        **numbers,
    )
    return head + "\n\n".join(tables) + "\n"


def _lines(first: str, rows: dict[str, dict[str, int]]) -> str:
    head = [f"| {first} | {' | '.join(ENDS)} |", f"|---|{'---:|' * len(ENDS)}"]
    return "\n".join(
        [
            *head,
            *(
                f"| {name} | {' | '.join(str(ends.get(end, 0)) for end in ENDS)} |"
                for name, ends in sorted(rows.items())
            ),
        ]
    )


_PAGE = """\
# What becomes of a wrong file

{tried} publishers' files, of {types} of {all_types} file types, were spoiled in {kinds} kinds of ways
(seed {seed}, once or twice of a kind and type) and read as a new year's file is: no recorded sha256, and last year's
table beside it. {refused} were refused with the file and a mend named, {equal} gave the very same figures,
{declared} were listed to be looked at and accepted, **{wrong} became a wrong number in silence, {traceback}
ended in a traceback**, {unplaced} in a refusal that does not say where. **{unknowable} are wrong numbers that nobody
could know of** from the file and last year's table (below): they are not caught, counted apart, and listed last.
Written by `pytest --prove tests/system/test_faults.py`; files are cut to some schools, last year's tables are made of
this year's.

## How a file is held

1. **Against itself** (`loaders/tidy/identities.py`; refused): groups of a partition against all students, with
   at most ten students or three in a hundred of open group; grades against all grades; the lower two levels of
   achievement against those tested who did not meet the standard, the upper two against those who did; schools
   against the district, within a tenth, their spending to the dollar; counts against printed percents; no
   counts that were all rounded to fives or tens; no two columns of groups with the same figures in every row. It
   holds in every file at hand.
2. **Codes, levels and names** (`loaders/raw/release.py`; refused): the state has no district's code, a district
   no school's, a school four digits; a name is written as names are; a code has one name, no two
   schools have the same, and none that of another.
3. **Surveys** (`loaders/tidy/surveys.py`; refused): each item has one of the known scales, in its order; every
   school was asked every item; answers to an item are about as many as to the others; the district is the sum
   of its schools; some counts are zero.
4. **Against last year** (`loaders/tidy/last_year.py`; listed, to be accepted): schools and rows gone or new,
   names and statuses changed, figures that jumped, columns and schools more like others than like themselves;
   two schools whose counts of a rate were exchanged, and schools with the very figures, or the very counts of a rate,
   of another; grades that follow last year's one below better under exchanged labels; themes of a survey with an item
   less; averages that lost their decimals.
   `sesec data build` tells them of a file without a recorded sha256, and refuses it where columns look mixed up
   or a tenth of the schools is gone or new, until each such line is in `accepted:` of its release;
   `sesec data fetch` prints them.
5. **Averages** out of any plausible range of their unit are refused, or accepted by such a line.

## What nobody could know

A fault that loads in silence is counted as *unknowable* only where one of two measures holds (`_is_unknowable` of
`tests/samples/raw_faults.py`); every other one is *wrong*. No row may be more or less, and no name, unit or status
may differ. Then either

- up to three printed texts of the file were changed (an item's answers in a survey are one), or up to three figures
  of what is read of it (other districts' rows are not); each count moved by no more students than publishers leave
  out of a partition (ten, or three in a hundred of all), each figure without a count by less than twice what a year
  moves it, each share of answers by less than 25 points; or
- the figures that changed are in sum at most 1.67 times as far from last year's as the true ones are: another true
  year could have had them.

## What is still not seen

- A release without an earlier one of its source has only the checks 1, 2, 3 and 5.
- Real years move more than the made-up ones: lists of a real new year are longer (one to some dozen lines for
  most files), and who accepts them unread is not protected.

## What else may be lacking

What commands do where the machine lacks something (`tests/system/test_surroundings.py`): they work, or say what and
where, and never end in a traceback.

| surrounding | what becomes of it |
|---|---|
| HOME cannot be written | works; matplotlib keeps its cache in the folder for temporary files, and says so |
| input, output or error output is closed | works; what would be printed is lost, and no file is opened in its place |
| the output is full | refused: there is no room to write, and where |
| 16 file handles | works; with too few: refused, with the command that lets more be open |
| the folder for temporary files is full | refused: named as such, with `TMPDIR` |
| no room for a file of its own | refused: the file, and what the system said |
| the target cannot be written | refused before anything is read |
| uv cannot write its cache | `tools/setup.sh` prints uv's own words |
| the data change while an edition is built | refused: the files that changed; the earlier edition stays |

"""
