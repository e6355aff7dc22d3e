"""School names to codes: every spelling of the files that name schools, each under one code."""

import csv
import json
from pathlib import Path

import pytest

from sesec_analysis.errors import CatalogError
from sesec_analysis.loaders.raw import codes

NO_SCHOOLS = ("School Region: ", "Support Team: ", "Seattle Public Schools", "IN/Tandem")


def names_in(raw: Path) -> set[str]:
    """Every name in the files that name schools, read without any of our loaders."""
    found = set()
    for year in (2019, 2022, 2023):
        reports = json.loads((raw / f"climate/sps_climate_survey_{year}.json").read_text("utf-8"))
        for report in reports["reports"].values():
            found |= {name for schools in report.values() for name in schools}
    for file, columns in (
        (
            "finance/sps_school_budgets_2021-22_to_2023-24.csv",
            ("School", "Closest School"),
        ),
        ("geo/sps_elementary_schools_regions.csv", ("School",)),
    ):
        with (raw / file).open(encoding="utf-8-sig", newline="") as stream:
            found |= {row[column] for row in csv.DictReader(stream) for column in columns}
    return found


def test_school_code__knows_every_name_of_the_raw_files(raw: Path):
    schools = {name for name in names_in(raw) if not name.startswith(NO_SCHOOLS)}
    assert len(schools) > 200
    assert [name for name in sorted(schools) if codes.school_code(name) is None] == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("South Shore", "4218"),
        ("South Shore PK-8 School", "4218"),
        ("Martin Luther King, Jr. Elementary", "2089"),
        ("Rising Star", "2120"),
        ("West Seattle High", "2234"),
        ("West Seattle Elementary", "2645"),
        ("  aki  KUROSE ", "3774"),
        ("Franklin Elementary", None),
        ("", None),
    ],
)
def test_school_code__tells_names_apart_that_have_been_confused(name: str, code: str | None):
    assert codes.school_code(name) == code


def test_school_code__refuses_a_name_under_two_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "catalog").mkdir()
    lines = '"1111": [Maple Elementary]\n"2222": [maple elementary!]\n'
    (tmp_path / "catalog/school_names.yml").write_text(lines, encoding="utf-8")
    monkeypatch.setenv("SESEC_DATA", str(tmp_path))
    with pytest.raises(CatalogError, match="has two codes: 1111 and 2222"):
        codes.school_code("Maple")
