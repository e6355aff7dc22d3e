"""Spending by district and budgets by school: figures as in the files, and amounts put back into their years."""

import csv
from pathlib import Path

import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis.errors import DataError
from sesec_analysis.loaders.raw.codes import school_code
from sesec_analysis.loaders.tidy.tidy import tidy

SPENDING = "finance/per_pupil_expenditure_2014-15_to_2024-25_6districts.csv"
BUDGETS = "finance/sps_school_budgets_2021-22_to_2023-24.csv"
FUNDS = ("general", "special_education", "bilingual", "lap", "title_i", "levy", "other_grants")


def rows_of(raw: Path, file: str) -> list[dict[str, str]]:
    with (raw / file).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def spending(folder: Path, **columns: str) -> Path:
    path = folder / SPENDING
    path.parent.mkdir(parents=True)
    cells = {"district_code": "17001", "district_name": "Seattle", **columns}
    path.write_text(f"{','.join(cells)}\n{','.join(cells.values())}\n", encoding="utf-8")
    return folder


@pytest.mark.slow
def test_spending__reads_the_columns_of_its_year(tmp_path: Path):
    folder = spending(
        tmp_path,
        **{
            "per_pupil_14-15": "12665.35",
            "enrollment_14-15": "51168.0",
            "expenditure_14-15": "648066617.0",
            "per_pupil_15-16": "13689.51",
            "enrollment_15-16": "51909.0",
            "expenditure_15-16": "710607691.0",
        },
    )
    found = [tidy(f"ospi_spending@{year}", folder).iloc[0] for year in (2015, 2016)]
    assert [(row["value"], row["denominator"], row["end_year"]) for row in found] == [
        (12665.35, 51168, 2015),
        (13689.51, 51909, 2016),
    ]
    with pytest.raises(DataError, match="per_pupil_16-17"):
        tidy("ospi_spending@2017", folder)


@pytest.mark.slow
@pytest.mark.parametrize("year", range(2015, 2026))
def test_spending__is_as_printed_for_six_districts(raw: Path, year: int):
    label = f"{year - 1 - 2000}-{year - 2000}"
    printed = {
        row["district_code"]: float(row[f"per_pupil_{label}"]) for row in rows_of(raw, SPENDING)
    }
    table = sa.load("spending_per_student", organization_level="district", end_years=year)
    assert dict(zip(table["organization_id"], table["value"], strict=True)) == printed
    assert set(table["unit"]) == {"dollars_per_student"}


def test_budgets__are_told_in_full_and_add_up_to_the_printed_totals(raw: Path):
    printed: dict[tuple[str | None, int], float] = {
        (school_code(row["School"]), int(row["Year"][:4]) + 1): float(row["Total Budget (BUDGET)"])
        for row in rows_of(raw, BUDGETS)
    }
    names = [f"budget_{name}_per_student" for name in FUNDS[:-1]]
    question = {"organization_level": "school", "end_years": [2022, 2023, 2024]}
    parts = pd.concat([sa.load(name, **question) for name in names])
    total = sa.load("budget_per_student", **question)
    assert set(parts["status"]) == set(total["status"]) == {"reported"}
    assert len(total) == len(printed) == 219
    made = (total["value"] * total["denominator"]).round(2)
    keys = list(zip(total["organization_id"], total["end_year"], strict=True))
    assert made.tolist() == [printed[key] for key in keys]
    spent = (
        (parts["value"] * parts["denominator"])
        .groupby([parts["organization_id"], parts["end_year"]])
        .sum()
    )
    # What the six funds leave is other grants: never less than nothing.
    left = [printed[key] - dollars for key, dollars in spent.items()]
    assert len(left) == 219
    assert min(left) > -1.01


def test_budgets__refuse_a_school_without_a_code(raw: Path, tmp_path: Path):
    text = (
        (raw / BUDGETS).read_text("utf-8-sig").replace("Wing Luke Elementary", "Wing Luke Academy")
    )
    (tmp_path / "finance").mkdir()
    (tmp_path / BUDGETS).write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="Wing Luke Academy") as caught:
        tidy("sps_budgets@2024", tmp_path)
    assert "school_names.yml" in str(caught.value)
