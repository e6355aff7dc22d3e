"""The one door to data: real figures to the last student, places, and questions that nothing answers."""

import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis import catalog, schema
from sesec_analysis.errors import IncompleteWarning, NothingPublishedError
from sesec_analysis.loaders.in_place import in_places, shared_reading
from sesec_analysis.loaders.load import (
    describe_missing,
    enrolled_in,
    find_rows,
    groups_in,
    published_year,
)


@pytest.mark.parametrize(
    ("place", "students", "english_learners", "low_income"),
    [("southeast_seattle", 10_503, 2_678, 6_864), ("seattle", 55_340, 6_896, 18_681)],
)
def test_load__gives_the_published_enrollment_of_2019(
    place, students, english_learners, low_income
):
    table = sa.load("enrollment", place=place, end_years=[2019], grade_level="all").set_index(
        "student_group"
    )
    assert table.loc[["all", "english_learner", "low_income"], "numerator"].tolist() == [
        students,
        english_learners,
        low_income,
    ]


def test_load__gives_the_published_discipline_of_2019():
    table = sa.load("disciplined", place="seattle", end_years=[2019], grade_level="all").set_index(
        "student_group"
    )
    counts = table.loc[["black", "white"], ["numerator", "denominator"]]
    assert counts.to_numpy().tolist() == [[486, 8415], [235, 26032]]


def test_load__carries_bounds_for_masked_schools():
    question = {"end_years": 2017, "grade_level": "03", "student_group": "black"}
    schools = sa.load("ela_met", place="southeast_seattle", organization_level="school", **question)
    exact = schools[schools["status"] == "reported"]
    assert (exact["numerator"].sum(), exact["denominator"].sum(), len(schools) - len(exact)) == (
        71,
        216,
        4,
    )
    pooled = sa.load("ela_met", place="southeast_seattle", **question).iloc[0]
    assert pooled["status"] == "bounded"
    assert pooled[["numerator", "denominator", "value"]].isna().all()
    assert pooled["numerator_low"] == 71 < pooled["numerator_high"]
    assert pooled["denominator_low"] > 216
    assert pooled["value_low"] < 71 / 216 < pooled["value_high"]


def test_load__uses_the_districts_own_row_and_sums_schools_where_there_is_none():
    own = sa.load(
        "enrollment",
        place="seattle",
        end_years=2019,
        grade_level="all",
        student_group="english_learner",
    )
    assert own[["numerator", "cells"]].to_numpy().tolist() == [[6896, 1]]
    summed = sa.load(
        "enrollment", place="seattle", end_years=2017, grade_level="all", student_group="all"
    )
    assert summed["cells"].item() > 100


@pytest.mark.slow
@pytest.mark.parametrize(
    ("indicator", "year"),  # of students, some masked; averages; of census tracts
    [("disciplined", 2019), ("budget_per_student", 2024), ("poverty_under_200", 2017)],
)
def test_in_places__gives_what_each_place_gives_alone(indicator: str, year: int):
    rows, places = published_year(indicator, year), list(catalog.places())
    shared = shared_reading(rows, enrolled_in(year), groups_in(year))
    together = in_places(rows, [*places, *places[:2]], shared=shared)
    alone = [in_places(rows, [code], shared=shared) for code in places]
    assert len(together) == sum(map(len, alone)) > 0
    for code, own in zip(places, alone, strict=True):
        of_place = together[together["organization_id"] == code]
        pd.testing.assert_frame_equal(of_place.reset_index(drop=True), own)


def test_load__takes_a_school_where_a_place_could_be():
    question = {"end_years": 2019, "grade_level": "all"}
    by_code = sa.load("enrollment", organization_id="2182", **question)
    for name in ("2182", "Franklin High School", "Franklin"):
        pd.testing.assert_frame_equal(sa.load("enrollment", place=name, **question), by_code)
    with pytest.raises(sa.CatalogError, match=r"neither a place nor a school\n.*Rainier Beach"):
        sa.load("enrollment", place="rainier", **question)


def test_load__says_what_is_not_published():
    asked = {"place": "southeast_seattle", "grade_level": "all"}
    with pytest.warns(IncompleteWarning, match="not in the table: 2020; 2018, 2025: student_group"):
        table = sa.load(
            "ela_met", end_years=[2018, 2020, 2025], student_group=["all", "low_income"], **asked
        )
    assert table.attrs["not_published"] == ["2020", "2018, 2025: student_group low_income"]
    assert set(table["end_year"]) == {2018, 2025}
    whole = sa.load("ela_met", end_years=[2018, 2025], student_group="all", **asked)
    assert "not_published" not in whole.attrs


@pytest.mark.slow
def test_found__is_empty_where_load_refuses_and_the_same_elsewhere():
    for year in (2018, 2020):  # nothing was tested in spring 2020
        question = {"place": "southeast_seattle", "end_years": year, "grade_level": "03"}
        rows = find_rows("ela_met", question)
        if year == 2020:
            assert rows.empty
            with pytest.raises(NothingPublishedError):
                sa.load("ela_met", **question)
        else:
            pd.testing.assert_frame_equal(rows, sa.load("ela_met", **question))


def test_newest__takes_the_latest_year_that_holds_what_is_asked():
    # 2023-24 assessment is published here for all students only; by race and ethnicity the newest is 2016-17.
    groups = sa.newest(
        "ela_met", up_to=2024, place="southeast_seattle", student_group_type="race_ethnicity"
    )
    everyone = sa.newest("ela_met", up_to=2024, place="southeast_seattle", student_group_type="all")
    assert (groups["end_year"].unique().tolist(), everyone["end_year"].unique().tolist()) == (
        [2017],
        [2024],
    )


def test_newest__says_what_is_missing_and_who_publishes_it_without_a_command():
    nothing = sa.newest("ela_met", up_to=2005, place="seattle")
    assert nothing.empty
    assert list(nothing.columns) == schema.OBSERVATIONS_COLUMNS
    assert nothing.attrs["missing"] == (
        "No numbers for “Met the standard in English language arts” up to 2004–05 are in this copy of the data. "
        "They begin in 2009–10."
    )


def test_missing__names_the_dataset_that_has_them_and_no_command(monkeypatch):
    entry = catalog.source("ospi_enrollment")
    sources = {"ospi_enrollment": entry}
    monkeypatch.setattr(catalog, "sources", lambda: sources)
    words = describe_missing("enrollment", 2020)
    assert words.endswith(f"in the dataset “{entry.title}”.")
    assert describe_missing("ela_met", 2020).endswith("are in this copy of the data.")
    assert [code for code in catalog.indicators() if "sesec " in describe_missing(code, 2020)] == []


def test_history__gives_every_year_up_to_one_for_several_places():
    share = sa.history(
        "enrollment",
        up_to=2020,
        place=["southeast_seattle", "seattle"],
        grade_level="all",
        student_group="low_income",
    )
    assert share.groupby("organization_id")["end_year"].unique().map(list).to_dict() == {
        "seattle": [2011, 2017, 2018, 2019, 2020],
        "southeast_seattle": [2011, 2017, 2018, 2019, 2020],
    }


def test_lists__name_every_code():
    assert set(sa.indicators().index) == set(catalog.indicators())
    assert set(sa.places().index) == set(catalog.places())
    assert sa.sources().loc["ospi_discipline@2019", "rows"] == 16_020


@pytest.mark.slow
@pytest.mark.parametrize("indicator", ["regular_attendance", "disciplined"])
def test_history__of_a_place_before_any_figures_is_empty_and_says_what_is_missing(indicator):
    table = sa.history(indicator, up_to=2009, place=["southeast_seattle", "seattle"])
    assert table.empty
    assert table.attrs["missing"]


def test_around__gives_the_other_schools_of_the_level_of_the_same_year():
    asked = {"school": "2182", "up_to": 2023, "grade_level": "all", "student_group": "all"}
    own = sa.report.nearby_schools("disciplined", **asked)
    peers = sa.report.nearby_schools("disciplined", **asked, peers=True)
    assert peers["end_year"].unique().tolist() == own["end_year"].unique().tolist()
    schools = catalog.schools()
    assert {schools[code].level for code in peers["organization_id"]} == {"high"}
    assert "2182" not in set(peers["organization_id"])
    assert set(peers["organization_id"]) < set(catalog.place("southeast_seattle").schools)
    nobody = sa.report.nearby_schools("disciplined", school="4277", up_to=2000, peers=True)
    assert nobody.empty


def test_load__names_a_place_without_figures_next_to_one_that_has_them():
    with pytest.warns(IncompleteWarning, match="2023: place washington"):
        rows = sa.load(
            "disciplined", place=["seattle", "washington"], end_years=2023, grade_level="all"
        )
    assert rows.attrs["not_published"] == ["2023: place washington"]


def test_load__adds_up_schools_by_name_as_by_code():
    query = {"end_years": 2025, "grade_level": "all", "student_group": "all"}
    by_name = sa.load(
        "enrollment", place=["Rainier Beach High School", "Franklin High School"], **query
    )
    assert by_name["numerator"].tolist() == [855 + 1280]
    pd.testing.assert_frame_equal(by_name, sa.load("enrollment", place=["3327", "2182"], **query))


def test_load__says_that_no_year_of_an_indicator_is_available():
    with pytest.raises(
        NothingPublishedError, match="no year of 'ninth_on_track' is available"
    ) as refused:
        sa.load("ninth_on_track")
    assert "sa.indicators()" in refused.value.fix
