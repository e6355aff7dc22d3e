"""A row that prints a figure twice prints the same figure both times, or the file is refused."""

import pandas as pd
import pytest

from sesec_analysis.catalog.entries import RowCheck
from sesec_analysis.errors import FileError
from sesec_analysis.loaders.tidy.row_log import _is_wrong
from sesec_analysis.loaders.tidy.tidy import tidy


def wrong(check: RowCheck, **columns: list[str]) -> list[bool]:
    rows = pd.DataFrame(columns, dtype="str")
    names = [name for name in columns if not name.startswith(("organization", "grade"))]
    numbers = rows[names].apply(pd.to_numeric)
    return list(_is_wrong(check, rows, numbers))


@pytest.mark.parametrize(
    ("spent", "is_wrong"), [("100000", False), ("100060", False), ("101000", True)]
)
def test_check_rows__compares_a_rate_with_its_count_and_size(spent: str, is_wrong: bool):
    # 1,000.55 dollars for each of 100 students is 100,055 dollars; for each of 99.5, 99,555
    check = RowCheck(rate="rate", count="spent", size="students", rounded_size=True)
    assert wrong(check, rate=["1000.55"], spent=[spent], students=["100"]) == [is_wrong]


def test_check_rows__reads_a_percent_as_it_is_printed():
    check = RowCheck(rate="rate", count="count", size="size", percent=True)
    columns = {"rate": ["33.3", "33.4", ""], "count": ["100"] * 3, "size": ["300"] * 3}
    assert wrong(check, **columns) == [False, True, False]


def test_check_rows__compares_a_total_with_its_parts():
    check = RowCheck(total="total", parts=["one", "two"])
    columns = {"total": ["30", "31", "30"], "one": ["10"] * 3, "two": ["20", "20", ""]}
    assert wrong(check, **columns) == [False, True, False]


def test_check_rows__compares_shares_with_the_count_they_make_of_a_size():
    check = RowCheck(parts=["three", "four"], count="met", size="size", larger_size="all")
    columns = {"three": ["0.25"] * 4, "four": ["0.25", "0.25", "0.50", ""], "size": ["20"] * 4}
    columns |= {"met": ["10", "12", "10", "10"], "all": ["20", "22", "20", "20"]}
    assert wrong(check, **columns) == [False, False, True, False]


def test_check_rows__adds_up_the_shares_of_a_row():
    check = RowCheck(parts=["one", "two"], adds_up_to=1)
    assert wrong(check, one=["0.3333", "0.3", ""], two=["0.6667"] * 3) == [False, True, False]


def test_check_rows__wants_an_estimate_in_the_middle_of_its_interval():
    # an interval that ends at 0 or 1 may have been cut there
    check = RowCheck(middle="share", parts=["low", "high"])
    columns = {"low": ["0.25", "0.25", "0", ""], "high": ["0.75"] * 4, "share": ["0.5"] * 4}
    columns["share"] = ["0.50", "0.58", "0.30", "0.9"]
    assert wrong(check, **columns) == [False, True, False, False]


def test_check_rows__adds_up_the_rows_of_an_organization():
    check = RowCheck(column="share", adds_up_to=1)
    columns = {
        "organization_level": ["school"] * 4,
        "organization_id": ["2120", "2120", "2070", "2070"],
        "grade_level": ["all"] * 4,
        "share": ["0.25", "0.75", "0.25", "0.85"],
    }
    assert wrong(check, **columns) == [False, False, True, True]


def test_tidy__refuses_spending_that_was_moved_by_a_row(raw, tmp_path):
    path = raw / "finance" / "per_pupil_expenditure_2014-15_to_2024-25_6districts.csv"
    rows = pd.read_csv(path, dtype=str)
    rows["per_pupil_24-25"] = rows["per_pupil_24-25"].shift(
        fill_value=rows["per_pupil_24-25"].iloc[-1]
    )
    rows.to_csv(tmp_path / "moved.csv", index=False)
    with pytest.raises(FileError, match="can't be true together"):
        tidy("ospi_spending@2025", tmp_path / "moved.csv")


def test_tidy__refuses_a_text_in_a_column_that_is_only_checked(raw, tmp_path):
    path = raw / "finance" / "per_pupil_expenditure_2014-15_to_2024-25_6districts.csv"
    rows = pd.read_csv(path, dtype=str)
    rows.loc[0, "expenditure_24-25"] = "1e3"
    rows.to_csv(tmp_path / "texts.csv", index=False)
    with pytest.raises(FileError, match="1e3"):
        tidy("ospi_spending@2025", tmp_path / "texts.csv")
