"""What must hold between the cells of a release, on small tables and on the real files."""

from pathlib import Path

import pandas as pd
import pytest

from sesec_analysis import catalog, schema
from sesec_analysis.entries import Source
from sesec_analysis.errors import DataError
from sesec_analysis.loaders.consistency import over_cap, partition_faults
from sesec_analysis.loaders.tidy import tidy


def cell(kind: str, group: str, low: int, high: int) -> dict[str, object]:
    exact = low == high
    return {
        "source_id": "x@2019",
        "indicator": "disciplined",
        "end_year": 2019,
        "organization_level": "school",
        "organization_id": "2120",
        "grade_level": "all",
        "student_group_type": kind,
        "student_group": group,
        "denominator": low if exact else None,
        "denominator_low": low,
        "denominator_high": high,
    }


def table(*cells: dict[str, object]) -> pd.DataFrame:
    return schema.conform_observations(pd.DataFrame(list(cells)))


def test_partition_faults__passes_bounds_that_hold_the_total():
    fine = table(
        cell("all", "all", 100, 100),
        cell("gender", "female", 40, 50),
        cell("gender", "male", 45, 60),
    )
    assert partition_faults(fine).empty


def test_partition_faults__finds_groups_that_are_more_than_all_students():
    much = table(
        cell("all", "all", 100, 100),
        cell("gender", "female", 51, 51),
        cell("gender", "male", 50, 60),
    )
    assert partition_faults(much)["least"].tolist() == [101]


def test_partition_faults__finds_a_pair_that_is_fewer_than_all_students():
    few = table(
        cell("all", "all", 100, 100),
        cell("low_income", "low_income", 80, 80),
        cell("low_income", "not_low_income", 1, 9),
    )
    assert partition_faults(few)["most"].tolist() == [89]


def test_over_cap__finds_a_school_with_more_students_than_the_cap():
    assert len(over_cap(table(cell("all", "all", 100, 100)), {"2120": 99})) == 1
    assert over_cap(table(cell("all", "all", 100, 100)), {"2120": 100}).empty


def test_tidy__refuses_the_stricter_label_rule_where_the_totals_disprove_it(
    raw: Path, monkeypatch: pytest.MonkeyPatch
):
    # In 2022-23 a label's size is the group's or one more: read as the group's, groups exceed printed totals.
    source = catalog.source("ospi_discipline")
    strict = source.releases[2023].model_copy(update={"range_rule": "three_over_n"})
    changed = source.model_copy(update={"releases": {**source.releases, 2023: strict}})
    known: dict[str, Source] = {**catalog.sources(), "ospi_discipline": changed}
    monkeypatch.setattr(catalog, "sources", lambda: known)
    with pytest.raises(
        DataError, match=r"cannot be true beside the printed total[\s\S]*range_rule"
    ):
        tidy("ospi_discipline@2023", raw)


def test_tidy__refuses_a_subject_that_no_indicator_asks_for(raw: Path, tmp_path: Path):
    _, release = catalog.release("ospi_assessment@2024")
    path = tmp_path / release.file
    path.parent.mkdir(parents=True)
    text = (raw / release.file).read_text(encoding="utf-8-sig")
    path.write_text(text.replace('"Math"', '"Mathematics"'), encoding="utf-8")
    with pytest.raises(
        DataError, match=r"subject 'Mathematics' is not in the entry[\s\S]*column testsubject"
    ):
        tidy("ospi_assessment@2024", tmp_path)


@pytest.mark.parametrize(("spoiled", "what"), [("Asian,", "asian"), ("White,", "white")])
def test_tidy__refuses_a_wide_file_without_a_student_group(
    raw: Path, tmp_path: Path, spoiled: str, what: str
):
    _, release = catalog.release("ospi_enrollment@2022")
    path = tmp_path / release.file
    path.parent.mkdir(parents=True)
    lines = (raw / release.file).read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    at = header.index(spoiled.rstrip(","))
    path.write_text(
        "\n".join(",".join(line.split(",")[:at] + line.split(",")[at + 1 :]) for line in lines[:1])
    )
    with pytest.raises(
        DataError, match=rf"1 student group\(s\) have no column in the file: {what}"
    ):
        tidy("ospi_enrollment@2022", tmp_path)


def test_tidy__refuses_a_file_cut_off_before_seattle(raw: Path, tmp_path: Path):
    _, release = catalog.release("ospi_enrollment@2022")
    path = tmp_path / release.file
    path.parent.mkdir(parents=True)
    lines = (raw / release.file).read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if ",17001," not in line))
    with pytest.raises(DataError, match="no row of Seattle"):
        tidy("ospi_enrollment@2022", tmp_path)
