"""Sources known by their layout only: small files in each vintage's own header, every figure of them made up.

In each folder of `catalogued/` are files of one source, with the headers of docs and public code named in its entry in
`data/catalog/sources`; schools are "Synthetic". All of them are tidied to what `expected.csv` beside them says, row by
row. Its last column gives reasons, and is not compared.
"""

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.errors import DataError
from sesec_analysis.loaders.raw.release import raw_files
from sesec_analysis.loaders.tidy.tidy import tidy

HERE = Path(__file__).parent / "catalogued"
FILES = sorted(path for path in HERE.glob("*/*.csv") if path.name != "expected.csv")
Row = dict[str, str]


def source_id_of(path: Path) -> str:
    """Return the release that a file is of: ``ospi_teacher_demographics@2024.lower.csv`` is another header of one."""
    return path.name.split(".")[0]


def read(name: str) -> tuple[list[str], list[Row]]:
    """Return the header and the rows of a file of `catalogued/`."""
    with (HERE / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.DictReader(stream)
        return list(rows.fieldnames or []), list(rows)


@pytest.fixture
def tidied(tmp_path: Path) -> Callable[..., pd.DataFrame]:
    """Write a release's file and tidy it: of rows, in a header."""

    def tidy_rows(source_id: str, header: list[str], *rows: Row) -> pd.DataFrame:
        path, *others = [tmp_path / name for name in raw_files(source_id)]
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.DictWriter(stream, header, restval="", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return tidy(source_id, path if others else tmp_path)

    return tidy_rows


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_tidy__reads_every_vintage(path: Path, tidied: Callable[..., pd.DataFrame]):
    header, rows = read(name_of(path))
    table = tidied(source_id_of(path), header, *rows)
    expected = pd.read_csv(
        path.with_name("expected.csv"), dtype=str, keep_default_na=False, index_col=False
    ).drop(columns="why")
    shown = table[list(expected)].astype(object)
    for name in (name for name in expected if name.endswith(("_low", "_high"))):
        shown[name] = ["" if pd.isna(number) else f"{number:.12g}" for number in shown[name]]
    pd.testing.assert_frame_equal(shown.astype(str), expected.astype(object), check_dtype=False)
    assert set(table["end_year"]) == {int(source_id_of(path)[-4:])}


# What is refused


@pytest.mark.slow
def test_wakids__refuses_a_school_whose_id_is_not_known(tidied: Callable[..., pd.DataFrame]):
    header, [row, *_] = read("kindergarten/ospi_wakids@2024")
    with pytest.raises(
        DataError, match="school organization id 999999 is not in the catalog"
    ) as refusal:
        tidied("ospi_wakids@2024", header, row, row | {"SchoolOrganizationId": "999999"})
    assert "organization_ids.yml" in refusal.value.fix
    assert "column SchoolOrganizationId, 1 row(s)" in str(refusal.value.where)


@pytest.mark.slow
def test_catalogued__keeps_one_year_of_a_file_of_many_and_refuses_one_without_it(
    tidied: Callable[..., pd.DataFrame],
):
    header, [row, *_] = read("teachers/ospi_teacher_demographics@2024")
    counts = dict.fromkeys(["TeacherCount", "TeacherTotalCount"], "40")
    later = row | counts | {"SchoolYear": "2024-25"}
    table = tidied("ospi_teacher_demographics@2024", header, row, later)
    assert table.set_index("indicator").loc["teacher_experience", "denominator"] == 50
    with pytest.raises(DataError, match="the file holds no row of school year 2024-25"):
        tidied("ospi_teacher_demographics@2025", header, row)


# Against the available files


def test_organization_ids__are_those_of_the_enrollment_file(raw: Path):
    path = raw / "enrollment" / "Report_Card_Enrollment_2021-22_KingCounty.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        printed = {
            row["SchoolOrganizationId"].removesuffix(".0"): row["SchoolCode"].removesuffix(".0")
            for row in csv.DictReader(stream)
            if row["DistrictCode"].removesuffix(".0") == "17001" and row["SchoolCode"]
        }
    known = catalog.organization_ids()["schools"]
    assert len(printed) > 100
    assert {key: known.get(key) for key in printed} == printed


def test_levels__of_the_embedded_years_are_whole_and_make_up_who_met_the_standard():
    """Levels 3 and 4 are those who met the standard, all four are those tested: in every row, to the student.

    The file of 2016-17 alone counts students who met it at a level Basic, apart from the four.
    """
    at = ["end_year", "organization_id", "grade_level", "student_group"]
    columns = {code: sa.load(code).set_index(at) for code in
               ["ela_met_tested", *(f"ela_level_{level}" for level in (1, 2, 3, 4))]}  # fmt: skip
    counts = pd.DataFrame({code: table["numerator"] for code, table in columns.items()})
    counts = counts[counts["ela_level_1"].notna()]
    assert counts.groupby("end_year").size().to_dict() == {
        2017: 2028,
        2018: 391,
        2024: 100,
        2025: 115,
    }
    basic = counts["ela_met_tested"] - counts["ela_level_3"] - counts["ela_level_4"]
    assert (basic >= 0).all()
    assert set(basic[basic > 0].index.get_level_values("end_year")) == {2017}
    tested = columns["ela_met_tested"].loc[counts.index, "denominator"]
    assert (counts.filter(like="level").sum(axis=1) + basic == tested).all()
