"""Discipline of 2013-14: one year of another count, by hand from the file, never joined with the series."""

import csv
from pathlib import Path

import pytest

import sesec_analysis as sa
from sesec_analysis.loaders.raw.release import raw_files

COLUMNS = {
    "american_indian": "native",
    "asian": "asian",
    "black": "black",
    "hispanic": "hispanic",
    "pacific_islander": "api",
    "two_or_more": "multi",
    "white": "white",
    "low_income": "li",
    "students_with_disabilities": "se",
}


def printed(raw: Path, code: str) -> dict[str, str]:
    """A row of the file, as it is printed."""
    (name,) = raw_files("times_discipline@2014")
    with (raw / name).open(encoding="utf-8", newline="") as stream:
        return next(row for row in csv.DictReader(stream) if row["code"] == code)


@pytest.mark.parametrize("code", ["17001", "17401", "17403"])
def test_discipline_2014__is_as_printed(raw: Path, code: str):
    row = printed(raw, code)
    table = sa.load("disciplined_2014", organization_level="district", organization_id=code)
    table = table.set_index("student_group")
    assert table.loc["all", ["numerator", "denominator"]].tolist() == [
        int(row["disciplined"]),
        int(row["population"]),
    ]
    for group, name in COLUMNS.items():
        counts = [int(row[f"{name}_d"]), int(row[f"{name}_pop"])]
        assert table.loc[group, ["numerator", "denominator"]].tolist() == counts
    assert len(table) == len(COLUMNS) + 1
