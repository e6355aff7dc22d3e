"""Climate surveys: items and themes by hand, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from sesec_analysis import catalog
from sesec_analysis.errors import DataError
from sesec_analysis.loaders.raw.release import Reading
from sesec_analysis.loaders.tidy import surveys
from sesec_analysis.loaders.tidy.surveys import tidy_survey
from sesec_analysis.loaders.tidy.tidy import tidy

FIVE = ["Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree"]
SIX = ["Strongly disagree", "Disagree", "Kind of disagree", "Kind of agree", "Agree", "Strongly agree"]  # fmt: skip
CARE = "Adults at school care about me."
KNOW = "My teachers take the time to get to know me."
PROUD = "I feel proud of my school."
ELEMENTARY, SECONDARY = (
    "My teacher believes I can do great things",
    "My teachers have high expectations of me",
)
Items = dict[str, dict[str, object]]
Write = Callable[..., Path]


def item(*counts: object, answers: list[str] = FIVE, **more: object) -> dict[str, object]:
    return {"answers": answers, "answer_respondents": list(counts), **more}


@pytest.fixture
def climate(tmp_path: Path) -> Write:
    """Write a file of the 2019 survey (by default) from its reports; return the folder of raw files."""

    def write(
        reports: dict[str, dict[str, dict[str, Items]]], source_id: str = "sps_climate@2019"
    ) -> Path:
        path = tmp_path / str(catalog.release(source_id)[1].file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"reports": reports}), encoding="utf-8")
        return tmp_path

    return write


def read(folder: Path, source_id: str = "sps_climate@2019") -> pd.DataFrame:
    return tidy_survey(Reading(source_id, folder))


def of_school(
    items: Items, name: str = "Franklin High School", survey: str = "9-12 Student Survey"
) -> dict[str, dict[str, dict[str, Items]]]:
    return {"School Report": {survey: {name: items}}}


def cell(table: pd.DataFrame, indicator: str, group: str = "all", code: str = "2182") -> pd.Series:
    [row] = table[
        (table["indicator"] == indicator)
        & (table["student_group"] == group)
        & (table["organization_id"] == code)
    ].to_dict("records")
    return pd.Series(row)


def known(row: pd.Series) -> tuple[object, ...]:
    names = ["numerator_low", "numerator_high", "denominator_low", "denominator_high", "status"]
    return tuple(row[name] for name in names)


# ---------------------------------------------------------------------------------------------------- by hand


@pytest.mark.slow
def test_tidy_survey__adds_the_answers_of_a_theme(climate: Write):
    # 15 + 25 of 60 and 5 + 15 of 40 agree: 60 of 100 answers; 10 + 2 of each disagree: 24 of 100.
    folder = climate(of_school({CARE: item(15, 25, 8, 10, 2), KNOW: item(5, 15, 8, 10, 2)}))
    table = tidy("sps_climate@2019", folder)
    favorable = cell(table, "climate_adults_favorable", "high")
    assert known(favorable) == (60, 60, 100, 100, "reported")
    assert (favorable["value"], favorable["unit"]) == (0.6, "share_of_answers")
    assert known(cell(table, "climate_adults_unfavorable")) == (24, 24, 100, 100, "reported")
    assert known(cell(table, "climate_overall_favorable")) == (60, 60, 100, 100, "reported")
    care = cell(table, "climate_adults_care")
    assert (known(care), care["unit"]) == ((40, 40, 60, 60, "reported"), "proportion")


@pytest.mark.slow
def test_tidy_survey__sums_the_levels_of_a_school(climate: Write):
    both = {
        "6-8 Student Survey": {"Seattle World School": {PROUD: item(3, 6, 1, 1, 1)}},
        "9-12 Student Survey": {"Seattle World School": {PROUD: item(10, 10, 0, 0, 5)}},
    }
    table = read(climate({"School Report": both}))
    said = {
        group: known(cell(table, "climate_proud_of_school", group, "1596"))[:3:2]
        for group in ("middle", "high", "all")
    }
    assert said == {"middle": (9, 12), "high": (20, 25), "all": (29, 37)}


@pytest.mark.slow
def test_tidy_survey__counts_weak_answers_for_neither_side(climate: Write):
    items = {
        ELEMENTARY: item(1, 2, 4, 8, 16, 1_002, answers=SIX, negativelyCoded=False),
        "Adults at school  care about me. ": item(1, 2, 4, 8, 16, "1,032", answers=SIX),
    }
    report = {"School Report": {"All Available Schools": {"Adams": items}}}
    table = read(climate(report, "sps_climate@2022"), "sps_climate@2022")
    assert known(cell(table, "climate_teaching_favorable", "elementary", "2138"))[:3] == (
        1018,
        1018,
        1033,
    )
    assert known(cell(table, "climate_teaching_unfavorable", "elementary", "2138"))[:3] == (
        3,
        3,
        1033,
    )
    assert known(cell(table, "climate_adults_care", "all", "2138"))[:3] == (1048, 1048, 1063)


@pytest.mark.slow
def test_tidy_survey__turns_items_that_a_favorable_view_disagrees_with(climate: Write):
    told = climate(of_school({PROUD: item(1, 2, 3, 4, 5, negativelyCoded=True)}))
    assert cell(read(told), "climate_belonging_favorable")["numerator"] == 4 + 5
    reading = Reading("sps_climate@2019", climate(of_school({PROUD: item(1, 2, 3, 4, 5)})))
    survey = reading.source.survey.model_copy(update={"negative": [PROUD]})
    reading.source = reading.source.model_copy(update={"survey": survey})
    table = tidy_survey(reading)
    assert cell(table, "climate_belonging_favorable")["numerator"] == 4 + 5
    assert cell(table, "climate_belonging_unfavorable")["numerator"] == 1 + 2


# ------------------------------------------------------------------------------------------- fewer than ten


@pytest.mark.slow
def test_tidy_survey__carries_an_item_of_fewer_than_ten_as_bounds(climate: Write):
    folder = climate(of_school({CARE: item(15, 25, 8, 10, 2), KNOW: item(2, 1, 1, 1, 1)}))
    table = read(folder)
    theme = cell(table, "climate_adults_favorable")
    assert known(theme) == (40, 49, 61, 69, "bounded")
    assert theme[["numerator", "denominator", "value"]].isna().all()
    assert (theme["value_low"], theme["value_high"]) == pytest.approx((40 / 69, 49 / 69))


@pytest.mark.slow
def test_tidy_survey__says_the_same_whatever_fewer_than_ten_answered(climate: Write):
    """No total lets a reader subtract the small item, because no figure anywhere depends on it."""

    def told(*counts: int) -> pd.DataFrame:
        items = {CARE: item(15, 25, 8, 10, 2), PROUD: item(9, 9, 9, 9, 9), KNOW: item(*counts)}
        return read(climate(of_school(items)))

    five = told(1, 1, 1, 1, 1)
    for few in ((1, 0, 0, 0, 0), (0, 0, 0, 0, 9)):
        pd.testing.assert_frame_equal(told(*few), five)


@pytest.mark.slow
def test_tidy_survey__keeps_a_small_level_out_of_the_total(climate: Write):
    def told(*counts: int) -> pd.Series:
        both = {
            "6-8 Student Survey": {"Seattle World School": {PROUD: item(*counts)}},
            "9-12 Student Survey": {"Seattle World School": {PROUD: item(10, 10, 0, 0, 5)}},
        }
        table = read(climate({"School Report": both}))
        assert cell(table, "climate_proud_of_school", "middle", "1596")["status"] == "small_n"
        return cell(table, "climate_proud_of_school", "all", "1596")

    assert known(told(1, 1, 1, 1, 1)) == known(told(0, 0, 0, 0, 9)) == (20, 29, 26, 34, "bounded")


@pytest.mark.slow
def test_tidy_survey__keeps_a_mask_in_words(climate: Write):
    folder = climate(of_school({PROUD: item("N<10", "N<10", "N<10", "N<10", "N<10")}))
    row = cell(read(folder), "climate_proud_of_school")
    assert known(row) == (0, 9, 1, 9, "small_n")


@pytest.mark.slow
def test_tidy_survey__keeps_an_answer_without_a_number_withheld(climate: Write):
    folder = climate(of_school({CARE: item(15, 25, 8, 10, 2), KNOW: item(15, None, 8, 10, 2)}))
    theme = cell(read(folder), "climate_adults_favorable")
    assert (theme["status"], theme["numerator_low"], theme["denominator_low"]) == (
        "withheld",
        40,
        60,
    )
    assert theme[["numerator", "denominator", "value", "denominator_high"]].isna().all()


# ------------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("reports", "what", "fix"),
    [
        (of_school({"I like lunch.": item(1, 2, 3, 4, 5)}), "item 'I like lunch.' is not in the entry", "`themes:`"),
        (of_school({PROUD: item(1, answers=["Yes"])}), "'Yes' is not in the entry", "`answers:`"),
        ({"Parent Report": {}}, "report 'Parent Report' is not in the entry", "`ignore_reports:`"),
        (of_school({PROUD: item(1, 2, 3, 4, 5)}, "Hogwarts"), "school 'Hogwarts' is not known", "school_names.yml"),
        (of_school({PROUD: item("lots", 2, 3, 4, 5)}), "1 cell text(s) are not known: 'lots'", "tokens.py"),
        ({"School Report": {"9-12 Student Survey": {
            name: {PROUD: item(1, 2, 3, 4, 5)} for name in ("Franklin", "Franklin High School")}}},
         "an organization is in the file twice with the same survey", "school_names.yml"),
        (of_school({SECONDARY: item(*range(6), answers=SIX)}, "Orca", "All Available Schools"),
         "the file does not say which survey school 4065 took", "`schools:`"),
        (of_school({PROUD: item(1, 2, 3, 4, 5)}, survey="Staff Survey"),
         "survey 'Staff Survey' is not in the entry", "`levels:`"),
        (of_school({PROUD: item(1, 2, 3, 4, 5)}, survey="All Available Schools"),
         "no organization of the file was asked this survey", "`told_by:`"),
        ({"School Report": {"9-12 Student Survey": {
            "Franklin High School": {CARE: item(*[10] * 5), KNOW: item(*[10] * 5)},
            "Garfield High School": {CARE: item(*[10] * 5)}}}},
         "an organization was not asked every item of its survey", "`ignore_items:`"),
        (of_school({CARE: item(*[10] * 5), KNOW: item(*[10] * 5), PROUD: item(*[99] * 5)}),
         "far more or fewer students answered an item", "download it again"),
    ],
)  # fmt: skip
def test_tidy_survey__refuses_what_the_entry_does_not_know(climate: Write, reports, what, fix):
    with pytest.raises(DataError) as refusal:
        tidy("sps_climate@2019", climate(reports))
    assert what in refusal.value.what
    assert fix in str(refusal.value)
    assert "sps_climate@2019, file" in str(refusal.value)


@pytest.mark.parametrize("text", [
    "", '{"reports": {', json.dumps({"reports": of_school({PROUD: {"answers": FIVE}})}),
    json.dumps({"reports": of_school({PROUD: item(1, 2, 3)})}),
    json.dumps({"reports": of_school({PROUD: item(1, 2, 3, 4, 5), f"{PROUD} ": item(1, 2, 3, 4, 5)})}),
])  # fmt: skip
def test_tidy_survey__refuses_a_damaged_file(climate: Write, text: str):
    folder = climate({})
    (folder / "climate/sps_climate_survey_2019.json").write_text(text)
    with pytest.raises(DataError, match="not a survey's JSON document, or is cut off"):
        tidy("sps_climate@2019", folder)


@pytest.mark.parametrize(("fewest", "refused"), [(0, False), (1, True), (2, False)])
def test_survey__with_one_added_to_each_count_is_refused(climate, monkeypatch, fewest, refused):
    """Some of many counts of an answer are zero; if none is, and some are one, one was added to each."""
    monkeypatch.setattr(surveys, "_MANY_COUNTS", 1)
    folder = climate(of_school({CARE: item(20, 30, 9, 4, fewest)}))
    if refused:
        with pytest.raises(DataError, match="one may have been added to each"):
            read(folder)
    else:
        assert len(read(folder))
