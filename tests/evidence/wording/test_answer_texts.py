"""Each of the three answers has its own words, and reasons are in the language of readers."""

from dataclasses import replace

import pytest

from sesec_analysis import i18n
from sesec_analysis.evidence.answers import Answer, Outcome, Why
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording.answer_texts import answer_text, brief_text, progress_text
from sesec_analysis.evidence.wording.fields import GatedRow
from sesec_analysis.evidence.wording.sentences import sentence_text
from sesec_analysis.text import Text, render

HIGHER, LOWER = Answer(Outcome.DIFFERS, 1), Answer(Outcome.DIFFERS, -1)
SAME = Answer(Outcome.SAME)
WITHHELD, CHANCE, NOT_PUBLISHED, BROKEN = (Answer(Outcome.UNKNOWN, why=why) for why in Why)


def test_answer_text__keeps_the_three_answers_apart():
    told = [str(answer_text(one)) for one in (HIGHER, LOWER, SAME, WITHHELD, CHANCE, BROKEN)]

    assert told == [
        "higher",
        "lower",
        "about the same",
        "can't tell: too much is withheld",
        "can't tell: it could be chance",
        "can't tell: the years are not comparable",
    ]


def test_progress_text__gives_the_reason_in_a_language():
    row = Row(
        *("ela_met", 2019, "place", "seattle", "Seattle", "03", "race_ethnicity", "black", "gap"),
        *("white",),
        **{"status": "undefined", "rule": "no-figure", "reason": Text("no such figure")},
    )
    text = progress_text(GatedRow(row))
    assert str(text) == "can't tell: no such figure"
    assert render(text, i18n.PSEUDO).count("⟦") == 2
    assert progress_text(GatedRow(replace(row, measure="rate", reference=""))) is None


SURE = {"estimate": -0.132, "outer_low": -0.15, "outer_high": -0.11}
UNSURE = {"estimate": -0.01, "outer_low": -0.03, "outer_high": 0.01}
HIGH = {
    "indicator": "climate_overall_favorable",
    "student_group_type": "survey_level",
    "student_group": "high",
}


def a_row_of(measure: str, reference: str, **of: object) -> Row:
    """A gated row of all students in Southeast Seattle, 2023–24."""
    known = {
        **{"indicator": "regular_attendance", "end_year": 2024, "organization_level": "place"},
        **{"organization_id": "southeast_seattle", "organization_name": "Southeast Seattle"},
        **{"grade_level": "all", "student_group_type": "all", "student_group": "all"},
        **{"unit": "points", "status": "ok", "publish": "point"},
    }
    ends = {"bound_low": of.get("estimate"), "bound_high": of.get("estimate")}
    made = known | ends | {"measure": measure, "reference": reference} | of
    return Row(**made)  # type: ignore[arg-type]


INCOME = {"student_group_type": "low_income", "student_group": "low_income"}
OPEN = {"bound_low": -0.1, "bound_high": 0.2, "publish": "range"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            a_row_of("change", "2019", **UNSURE),
            "The share of students in Southeast Seattle who attended regularly shows no clear change from 2019 to "
            "2024.",
        ),
        (
            a_row_of("change", "2019", **OPEN),
            "It is unclear whether the share of students in Southeast Seattle who attended regularly rose or fell from "
            "2019 to 2024: too much is withheld.",
        ),
        (
            a_row_of("gap", "rest_of_seattle_regular", **SURE, **INCOME),
            "In 2024, the share of students from low-income families who attended regularly was 13 points lower in "
            "Southeast Seattle than in the rest of Seattle.",
        ),
        (
            a_row_of("gap", "not_low_income", **SURE, **INCOME),
            "In 2024, the share who attended regularly in Southeast Seattle was 13 points lower for students from "
            "low-income families than for students not from low-income families.",
        ),
        (
            a_row_of("rate", "", estimate=0.427, unit="proportion", indicator="math_met_tested"),
            "In Southeast Seattle, 43% of students tested met the math standard in 2024.",
        ),
        (
            a_row_of("gap", "rest_of_seattle_regular", **SURE, **HIGH),
            "In 2024, high schoolers’ answers about school were 13 points less favorable in Southeast Seattle than in "
            "the rest of Seattle.",
        ),
        (
            a_row_of("gap_change", "rest_of_seattle_regular 2018", **UNSURE, indicator="ela_met"),
            "In English, any change in the gap with the rest of Seattle from 2018 to 2024 could be chance.",
        ),
        (
            a_row_of("gap_change", "not_low_income 2015", **SURE, **INCOME),
            "From 2015 to 2024, the share who attended regularly fell 13 points more for students from low-income "
            "families in Southeast Seattle than for students not from low-income families.",
        ),
    ],
)
def test_brief_text__says_what_its_row_says(row, said):
    assert str(brief_text(GatedRow(row))) == said


@pytest.mark.parametrize(
    "row",
    [
        a_row_of(
            "change", "2019", **SURE, publish="nothing", reason=Text("fewer than 10 students")
        ),
        a_row_of("rate", "", estimate=0.7),
        a_row_of("gap", "rest_of_seattle_regular", **UNSURE),
        a_row_of("change", "2022", **SURE, indicator="enrollment", **INCOME),
        a_row_of("change", "2019", **SURE, status="break"),
    ],
)
def test_brief_text__of_what_it_has_no_words_for_is_the_sentence(row):
    assert str(brief_text(GatedRow(row))) == str(sentence_text(GatedRow(row)))


def test_brief_text__names_a_grade_only_if_it_is_one():
    every = a_row_of("gap", "rest_of_seattle_regular", **SURE, indicator="math_met")
    assert "met the math standard was 13 points" in str(brief_text(GatedRow(every)))
    third = replace(every, grade_level="03")
    assert "met the math standard in grade 3 was 13 points" in str(brief_text(GatedRow(third)))
