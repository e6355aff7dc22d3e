"""What must hold between the cells of a release, on small tables and on the real files."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from conftest import make_counts
from discipline_samples import DISCIPLINE, discipline_row

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import Source
from sesec_analysis.errors import DataError
from sesec_analysis.loaders.tidy.tidy import over_cap, partition_faults, tidy


def cell(kind: str, group: str, low: int, high: int) -> pd.DataFrame:
    known = {"denominator": low if low == high else None}
    known |= {"denominator_low": low, "denominator_high": high}
    school = {"organization_level": "school", "organization_id": "2120"}
    return make_counts(**{group: known}, indicator="disciplined", student_group_type=kind, **school)


def table(*cells: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(cells, ignore_index=True)


PAIR = "low_income", "not_low_income"
GENDERS = "female", "male"


@pytest.mark.parametrize(
    ("total", "kind", "groups", "sizes", "found"),
    [
        (100, "gender", GENDERS, [(40, 50), (45, 60)], []),  # bounds that hold the total
        (100, "gender", GENDERS, [(51, 51), (50, 60)], [(101, 111)]),  # more than all
        (100, "low_income", PAIR, [(80, 80), (1, 9)], [(81, 89)]),  # a pair that is fewer
        (
            485,
            "low_income",
            PAIR,
            [(200, 200), (284, 284)],
            [],
        ),  # printed whole, it may leave some over
    ],
)
def test_partition_faults__finds_groups_that_are_more_or_fewer_than_all_students(
    total, kind, groups, sizes, found
):
    parts = [cell(kind, group, *size) for group, size in zip(groups, sizes, strict=True)]
    faults = partition_faults(table(cell("all", "all", total, total), *parts))
    assert list(zip(faults["least"], faults["most"], strict=True)) == found


def test_over_cap__finds_a_school_with_more_students_than_the_cap():
    assert len(over_cap(table(cell("all", "all", 100, 100)), {"2120": 99})) == 1
    assert over_cap(table(cell("all", "all", 100, 100)), {"2120": 100}).empty


@pytest.mark.slow
def test_tidy__refuses_the_stricter_label_rule_where_the_totals_disprove_it(
    raw: Path, monkeypatch: pytest.MonkeyPatch
):
    # In 2022-23 a label's size is the group's or one more: read as the group's, groups exceed printed totals.
    source = catalog.source("ospi_discipline")
    strict = source.releases[2023].model_copy(update={"range_rule": "three_over_n"})
    changed = source.model_copy(update={"releases": {**source.releases, 2023: strict}})
    known: dict[str, Source] = {**catalog.sources(), "ospi_discipline": changed}
    monkeypatch.setattr(catalog, "source", known.__getitem__)
    with pytest.raises(DataError, match=r"contradict the printed total[\s\S]*range_rule"):
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


WIDE = {
    r"1 student group\(s\) have no column in the file: asian": lambda one: one.drop(
        columns="Asian"
    ),
    r"same figures in every row: (Asian and White|White and Asian)": lambda one: one.assign(
        Asian=one["White"]
    ),
}


@pytest.mark.parametrize("refused", WIDE)
def test_tidy__refuses_a_wide_file_without_a_group_or_with_one_twice(
    raw: Path, tmp_path: Path, refused: str
):
    _, release = catalog.release("ospi_enrollment@2022")
    path = tmp_path / release.file
    path.parent.mkdir(parents=True)
    rows = pd.read_csv(raw / release.file, dtype=str, keep_default_na=False)
    WIDE[refused](rows).to_csv(path, index=False)
    with pytest.raises(DataError, match=refused):
        tidy("ospi_enrollment@2022", tmp_path)


SOURCE = "ospi_discipline@2019"
Write = Callable[..., Path]


def row_of(table: pd.DataFrame, **key: str) -> pd.Series:
    for name, value in key.items():
        table = table[table[name] == value]
    return table.iloc[0]


def known(row: pd.Series) -> tuple[object, ...]:
    names = ["numerator_low", "numerator_high", "denominator_low", "denominator_high", "status"]
    return tuple(row[name] for name in names)


def test_tidy__keeps_a_reported_row_exactly(discipline: Write):
    row = tidy(SOURCE, discipline(discipline_row())).iloc[0]
    assert known(row) == (6, 6, 120, 120, "reported")
    assert (row["value"], row["organization_id"], row["grade_level"], row["token"]) == (
        0.05,
        "2120",
        "all",
        "5%",
    )


def test_tidy__bounds_each_kind_of_withheld_row(discipline: Write):
    masked = {"DisciplineDenominator": "*", "DisciplineNumerator": "*"}
    folder = discipline(
        discipline_row(),
        discipline_row(
            Student_Group="Asian",
            DisciplineDATNotes="Top/Bottom Range",
            DisciplineRate="<15.0%",
            **masked,
        ),  # under 15 percent of 10 students or more: the text says no more
        discipline_row(
            Student_Group="White", DisciplineDATNotes="N<10", DisciplineRate="N<10", **masked
        ),
        discipline_row(
            Student_Group="Low-Income",
            DisciplineDATNotes="Cross Student Group - N<10",
            DisciplineRate="12.5%",
            **masked,
        ),  # the percent stays, the counts do not: 10 students or more
    )
    table = tidy(SOURCE, folder)
    assert known(row_of(table, student_group="asian")) == (0, pd.NA, 10, pd.NA, "bounded")
    assert known(row_of(table, student_group="white")) == (0, 9, 1, 9, "small_n")
    low_income = row_of(table, student_group="low_income")
    assert low_income["denominator_low"] == 10
    assert pd.isna(low_income["denominator_high"])
    assert (low_income["status"], low_income["value"]) == ("complementary", 0.125)
    assert low_income["value_low"] <= 0.125 <= low_income["value_high"]
    assert table["numerator"].notna().sum() == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "text", "what"),
    [
        ("Student_Group", "Martians", "student group 'Martians' is not in the catalog"),
        ("GradeLevel", "13th Grade", "grade level '13th Grade' is not known"),
        ("OrganizationLevel", "Galaxy", "organization level 'Galaxy' is not known"),
        ("DisciplineRate", "5 in 100", "'5 in 100' (1 row(s))"),
        ("DisciplineDATNotes", "Secret", "'Secret' (1 row(s))"),
        ("DisciplineNumerator", "130", "the numerator is above the denominator"),
        ("DisciplineRate", "7%", "the printed percent is not numerator over denominator"),
        ("DisciplineNumerator", "2", "a count under 3 is printed"),
        ("SchoolYear", "2019-20", "school year(s) that no release declares: 2019-20"),
    ],
)
def test_tidy__refuses_with_file_column_rows_and_mend(
    discipline: Write, column: str, text: str, what: str
):
    rate = {"DisciplineRate": "1.67%"} if text == "2" else {}
    rows = [discipline_row(SchoolCode="2070"), discipline_row(**{column: text}, **rate)]
    with pytest.raises(DataError) as refusal:
        tidy(SOURCE, discipline(*rows))
    assert what in refusal.value.what
    where = str(refusal.value.where)
    assert f"column {column.replace('_', ' ')}, 1 row(s)" in where
    assert "Report_Card_Discipline_2018-19" in where
    assert refusal.value.fix


def test_tidy__refuses_a_file_without_a_row_of_seattle(discipline: Write):
    with pytest.raises(DataError, match=r"no row of Seattle \(district 17001\); it may be cut off"):
        tidy(SOURCE, discipline(discipline_row(DistrictCode="99999")))


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("Garfield High School", "2120 is [^;]*; Garfield High School is 2306"),
        ("A School Nobody Knows", "a code has two names"),
    ],
)
def test_tidy__refuses_a_name_that_is_not_that_of_its_code(discipline: Write, name: str, what: str):
    rows = [discipline_row(), discipline_row(GradeLevel="3rd Grade", SchoolName=name)]
    with pytest.raises(DataError, match=what) as refusal:
        tidy(SOURCE, discipline(*rows))
    assert "column SchoolName" in str(refusal.value.where)


def test_tidy__refuses_a_name_beside_the_codes_of_two_schools(discipline: Write):
    rows = [
        discipline_row(SchoolCode=code, SchoolName="A School Nobody Knows")
        for code in ("9998", "9999")
    ]
    with pytest.raises(DataError, match="a name has the codes of two schools"):
        tidy(SOURCE, discipline(*rows))


def test_tidy__refuses_a_duplicate_key(discipline: Write):
    with pytest.raises(
        DataError, match=r"the key is not unique[\s\S]*2 row\(s\), the first: 2120 all all 2018-19"
    ):
        tidy(SOURCE, discipline(discipline_row(), discipline_row()))


def test_tidy__refuses_a_missing_and_a_new_column(discipline: Write):
    renamed = ["Rate" if name == "DisciplineRate" else name for name in DISCIPLINE]
    with pytest.raises(DataError) as refusal:
        tidy(SOURCE, discipline(discipline_row(), header=renamed))
    assert (
        "1 column(s) of the entry are not in the file: rate (spelled DisciplineRate)"
        in refusal.value.what
    )
    assert refusal.value.valid == ["Rate"]
    with pytest.raises(DataError, match="1 column\\(s\\) of the file are not in the entry: Planet"):
        tidy(SOURCE, discipline(discipline_row(), header=[*DISCIPLINE, "Planet"]))


@pytest.mark.slow
def test_tidy__masks_the_totals_that_the_2017_file_prints_for_small_groups(raw: Path):
    table = tidy("ospi_assessment_2017@2017", raw)
    small = table[table["status"] == "small_n"]
    assert len(small) > 10_000
    assert small[["numerator", "denominator", "value"]].isna().all(axis=None)
    official = small["indicator"].isin(["ela_met", "math_met", "science_met"])
    assert (small.loc[official, "denominator_low"] == 1).all()
    elementary = small["grade_level"].isin(["03", "04", "05", "06", "07", "08"])
    assert (small.loc[elementary, "denominator_high"] == 9).all()
    assert not (table["denominator"] < 10).fillna(False).loc[table["status"] == "reported"].any()
    # The counts of levels have no rate whose text could say so: where the file prints them for too few, the rate does.
    levels = small["indicator"].str.contains("_level_")
    assert set(small.loc[~levels, "token"]) <= {"N< 10 Suppression", "N<10"}
    unsaid = small[levels & (small["token"] == "")]
    assert len(unsaid)
    at = ["organization_id", "grade_level", "student_group"]
    for subject, cells in unsaid.groupby(unsaid["indicator"].str.partition("_")[0]):
        rates = small[small["indicator"] == f"{subject}_met_tested"].set_index(at)
        assert (rates.loc[pd.MultiIndex.from_frame(cells[at]), "token"] == "N<10").all()


def test_tidy__finds_the_headcount_that_older_program_percents_rest_on(raw: Path):
    # Dunlap 2016-17 prints 236 low-income students and 70.87 percent, with 302 enrolled in October: 236/.7087 is 333.
    table = tidy("ospi_demographics@2017", raw)
    row = row_of(table, organization_id="2321", student_group="low_income")
    assert (row["numerator"], row["denominator"], row["token"]) == (236, 333, "236")
    assert row_of(table, organization_id="2321", student_group="all")["numerator"] == 302


@pytest.mark.slow
def test_tidy__official_rate_before_2018_adds_students_who_passed_earlier(raw: Path):
    # Garfield, grade 11, White students: 192 of 16 printed, with ">=95.0%"; 7 of the 16 passed now, so 201 in all.
    table = tidy("ospi_assessment_2017@2017", raw)
    row = row_of(
        table[table["indicator"] == "ela_met"],
        organization_id="2306",
        grade_level="11",
        student_group="white",
    )
    assert (row["status"], row["value_low"], row["value_high"]) == ("bounded", 0.95, 1.0)
    assert pd.isna(row["numerator"])
