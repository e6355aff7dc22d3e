"""The one door to data: real figures to the last student, places, and questions that nothing answers."""

import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.errors import IncompleteWarning
from sesec_analysis.loaders.load import describe_missing


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


def test_missing__names_the_dataset_that_has_them_and_no_command(monkeypatch):
    entry = catalog.source("ospi_enrollment")
    sources = {"ospi_enrollment": entry}
    monkeypatch.setattr(catalog, "sources", lambda: sources)
    words = describe_missing("enrollment", 2020)
    assert words.endswith(f"in the dataset “{entry.title}”.")
    assert describe_missing("ela_met", 2020).endswith("are in this copy of the data.")
    assert [code for code in catalog.indicators() if "sesec " in describe_missing(code, 2020)] == []


def test_lists__name_every_code():
    assert set(sa.indicators().index) == set(catalog.indicators())
    assert set(sa.places().index) == set(catalog.places())
    assert sa.sources().loc["ospi_discipline@2019", "rows"] == 16_020
