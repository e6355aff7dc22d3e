"""Teachers: averages read as printed, a count that number and percent imply, and places weighted by teachers."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from sesec_analysis import catalog
from sesec_analysis.loaders.in_place import in_places
from sesec_analysis.loaders.tidy.tidy import tidy

STUDENTS_2017 = "enrollment/1_2_Demographic_Information_by_School_2016-17.csv"
CORE = list(catalog.place("southeast_seattle").schools)


def plain(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def of_place(table: pd.DataFrame, indicator: str, place: str = "southeast_seattle") -> pd.Series:
    rows = in_places(table[table["indicator"] == indicator], [place])
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.mark.slow
def test_experience__of_a_place_is_weighted_by_teachers(raw: Path):
    rows = [row for row in plain(raw / STUDENTS_2017) if row["BuildingNumber"] in CORE]
    assert len(rows) == 20
    held = [int(row["NumberTeachersWithAtLeastMasterDegree"]) for row in rows]
    staff = [
        round(k / float(row["PercentTeachersWithAtLeastMasterDegree"]) * 100)
        for k, row in zip(held, rows, strict=True)
    ]
    years = [float(row["AvgYearsEducationalExperience"]) for row in rows]
    table = tidy("ospi_teachers@2017", raw)
    average = of_place(table, "teacher_experience")
    by_hand = sum(y * n for y, n in zip(years, staff, strict=True)) / sum(staff)
    assert average["value"] == pytest.approx(by_hand, abs=1e-9)
    assert (average["denominator"], average["status"]) == (sum(staff), "reported")
    masters = of_place(table, "teachers_masters_degree")
    assert (masters["numerator"], masters["denominator"]) == (sum(held), sum(staff))
