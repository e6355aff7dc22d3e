"""A data folder with one catalogued release of the discipline file, and the statewide dataset it is fetched from."""

import csv
import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import portal
import pytest
from discipline_samples import DISCIPLINE, discipline_row

from sesec_analysis import catalog

ID = "t29s-ahtk"
RELEASE = "ospi_discipline@2019"
TITLE = "Report Card Discipline for 2018-19"
GROUPS = {  # students disciplined, of how many
    "All Students": (12, 120),
    "Female": (5, 60),
    "Male": (7, 60),
}
GRADES = ["All", "1st Grade"]
NEIGHBOURS = ["17401", "17403", "17405", "17406", "17414"]


def quiet(sentence: str) -> None:
    """Say nothing."""


def rows_of(grades: list[str], **organization: str) -> list[list[str]]:
    """Rows of an organization that hold together: its one grade is all grades, and both sexes are all students."""
    rows = [
        discipline_row(
            Student_Group=group,
            GradeLevel=grade,
            DisciplineNumerator=str(k),
            DisciplineDenominator=str(n),
            DisciplineRate=f"{round(100 * k / n, 2):g}%",
            **organization,
        )
        for group, (k, n) in GROUPS.items()
        for grade in grades
    ]
    return [[row[name] for name in DISCIPLINE] for row in rows]


def school(code: str, district: str = "17001") -> dict[str, str]:
    return {"SchoolCode": code, "SchoolName": f"School {code}", "DistrictCode": district}


def own_row(district: str, level: str = "District") -> dict[str, str]:
    """The row of a district, or of the state."""
    names = {"DistrictName": f"District {district}", "SchoolName": f"{level} Total"}
    return {"OrganizationLevel": level, "DistrictCode": district, "SchoolCode": "", **names}


STATE = own_row("", "State") | {"DistrictName": ""}


@cache
def ours() -> list[list[str]]:
    """The rows that we use: Seattle's schools and own row, the neighbours' own rows, the state's."""
    wanted = [school(f"{2000 + number}") for number in range(3)]
    wanted += [own_row(code) for code in ["17001", *NEIGHBOURS]] + [STATE]
    return [row for organization in wanted for row in rows_of(GRADES, **organization)]


@cache
def others() -> list[list[str]]:
    """Rows that we do not use: neighbours' schools, and other districts."""
    districts = enumerate([*NEIGHBOURS, "17408"], start=5000)
    wanted = [own_row("17408"), *(school(str(code), district) for code, district in districts)]
    return [row for organization in wanted for row in rows_of(GRADES, **organization)]


def dataset() -> portal.Table:
    """The statewide dataset: rows of others first, in between and last."""
    half = len(others()) // 2
    rows = others()[:half] + ours() + others()[half:]
    return portal.Table(TITLE, list(DISCIPLINE), [list(row) for row in rows])


def csv_bytes(rows: list[list[str]]) -> bytes:
    """A raw file as it has to stand in the cache."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([DISCIPLINE, *rows])
    return stream.getvalue().encode()


def write_home(folder: Path, releases: str) -> Path:
    """Write a data folder: the catalog with one source, which has these releases."""
    home = folder / "data"
    kept = shutil.ignore_patterns("observations", "cache", "sources")
    shutil.copytree(catalog.data_dir(), home, ignore=kept)
    text = (catalog.data_dir() / "catalog/sources/ospi_discipline.yml").read_text("utf-8")
    before = text[: text.index("releases:\n")]
    path = home / "catalog/sources/ospi_discipline.yml"
    path.parent.mkdir()
    path.write_text(f"{before}releases:\n{releases}", encoding="utf-8")
    return home


@contextmanager
def served(base: Path, patch: pytest.MonkeyPatch) -> Iterator[portal.Portal]:
    """A portal that has the dataset; it, a data folder with the release, and a cache are those of the environment."""
    patch.setenv("SESEC_DATA", str(write_home(base, ENTRY)))
    patch.setenv("SESEC_CACHE", str(base / "cache"))
    patch.setenv("SESEC_PORTAL", portal.URL)
    patch.delenv("SESEC_APP_TOKEN", raising=False)
    with portal.portal() as running:
        running.tables[ID] = dataset()
        yield running


ENTRY = f"  2019: {{school_year: 2018-19, title: {TITLE}, dataset_id: {ID}}}\n"
