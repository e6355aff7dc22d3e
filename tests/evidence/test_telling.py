"""Headlines, key numbers, strengths and questions: each is of findings, and says no more than they do."""

import itertools
import re

import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.implications import FOLLOWS, implication_of
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.pages import board_questions, deck, since_last_year
from sesec_analysis.evidence.telling import (
    headline,
    implication,
    key_numbers,
)
from sesec_analysis.evidence.wording.answer_texts import brief_text
from sesec_analysis.text import load
from tests.samples.estimate_samples import estimates, gap, rate
from tests.samples.kind_words import BANNED

ALL = {"student_group": "all", "student_group_type": "all", "grade_level": "all", "end_year": 2024}


def moved(low: float, high: float, **changes: object) -> dict[str, object]:
    """A change of all students' rate since 2017-18."""
    made = gap(400, 1000, 500, 1000, **ALL) | {"measure": "change", "reference": "2018"}
    ends = {
        "bound_low": low,
        "bound_high": high,
        "outer_low": low - 0.01,
        "outer_high": high + 0.01,
    }
    known = ends | {"estimate": low if low == high else None, "ci_low": None, "ci_high": None}
    return made | known | {"status": "ok" if low == high else "bounded"} | changes


DOWN, UP = moved(-0.08, -0.08), moved(0.08, 0.08, indicator="math_met")
OPEN = moved(-0.08, 0.05)
NOW = rate(400, 1000, **ALL)


def test_headline__is_of_the_first_row_that_can_have_one():
    shown = headline(estimates([OPEN | {"indicator": "science_met"}, DOWN, UP]))
    payload = shown._repr_mimebundle_()[notices.HEADLINE]
    assert shown.text == "English results in Southeast fell 8 points, 2018 to 2024"
    [record] = payload["findings"]
    assert record["headline"] == shown.text
    assert load(payload["text"], {record["id"]: shown.finding}) == shown.made
    assert payload["why"] == ""


def test_headline__without_one_says_why():
    refused = headline(estimates([OPEN]))
    assert refused.text == ""
    assert refused.why == "withheld numbers leave the direction open"
    assert "no headline" in str(refused)
    nothing = headline(estimates([OPEN]).iloc[:0])._repr_mimebundle_()[notices.HEADLINE]
    assert nothing["findings"] == []
    assert nothing["why"]


def test_key_numbers__have_their_direction_and_leave_their_place_where_nothing_is_shown():
    small = rate(2, 8, **ALL | {"indicator": "science_met"})
    table = key_numbers(estimates([small, NOW, DOWN, OPEN]), most=1)
    assert table.layout == "numbers"
    assert table.rows == (
        (
            "40%",
            "of students met the English standard, 2024",
            "▼ 8 points lower than in 2018",
        ),
    )
    assert [found.row.measure for found in table.findings] == ["rate", "change"]
    assert isinstance(key_numbers(estimates([small])), Notice)


def test_key_numbers__end_with_a_strength_where_one_is_sure():
    science = ALL | {"indicator": "science_met"}
    levels = [NOW, rate(500, 1000, **ALL | {"indicator": "math_met"}), rate(600, 1000, **science)]
    ahead = moved(0.1, 0.1, indicator="science_met")
    table = key_numbers(estimates([*levels, ahead]), most=2, with_strength=True)
    assert [row[0] for row in table.rows] == ["40%", "60%"]
    none = key_numbers(estimates([*levels, DOWN]), most=2, with_strength=True)
    assert [row[0] for row in none.rows] == ["40%", "50%"]


def test_deck__says_how_each_place_changed_and_leaves_out_what_is_withheld():
    there = DOWN | {"organization_id": "rest_of_seattle", "organization_name": "Rest of Seattle"}
    made = deck(estimates([DOWN]), estimates([DOWN, UP, there]))
    assert made.layout == "deck"
    assert made.rows == (
        (
            "Since 2018, English results fell 8 points in Southeast Seattle and 8 points in the rest of Seattle with "
            "programs.",
        ),
    )
    assert len(made.findings) == 2
    other = {"organization_id": "rest_of_seattle", "organization_name": "Rest of Seattle"}
    fell_there = moved(-0.08, -0.08, indicator="math_met", **other)
    moved_apart = deck(estimates([UP]), estimates([UP, fell_there]))
    assert [row[0].partition(":")[2] for row in moved_apart.rows] == [
        " up 8 points since 2018.",
        " down 8 points since 2018.",
    ]
    assert isinstance(deck(estimates([DOWN]), estimates([UP])), Notice)
    assert isinstance(deck(estimates([DOWN]).iloc[:0], estimates([DOWN])), Notice)


def test_since_last_year__says_of_both_places_what_is_sure_and_what_is_not():
    there = {"organization_id": "rest_of_seattle_regular", "organization_name": "Rest of Seattle"}
    chance = moved(-0.005, -0.005) | {"outer_low": -0.04, "outer_high": 0.03}
    told = since_last_year(
        estimates([OPEN | there, DOWN, UP, chance | there | {"indicator": "math_met"}]),
        place="southeast_seattle",
    )
    assert told.rows == (
        (
            "Since 2018, English results: down 8 points here, unclear elsewhere because too much is withheld.",
        ),
        ("Since 2018, math results: up 8 points here, no clear change elsewhere.",),
    )


@pytest.mark.parametrize(
    ("made", "start"),
    [
        (DOWN, "Reading opens every other subject. How"),
        (UP, "Math results are on the way up. What"),
        (moved(0.001, 0.001), "Results are about the same as"),
        (OPEN, "Public data can't tell"),
        (moved(0.02, 0.02, outer_low=-0.02, outer_high=0.06), "A difference of this size"),
        (NOW, "One number of one year has no direction"),
        (gap(71, 216, 88, 104), "Other students have better results"),
    ],
)
def test_so_what__follows_from_the_answer(made, start):
    box = implication(estimates([made]))
    [[text]] = box.rows
    assert (box.layout, box.caption) == ("meaning", "What this means")
    assert text.startswith(start)
    assert not BANNED.search(text)
    assert not any(digit.isdigit() for digit in text)


def test_board_questions__each_rest_on_a_finding_that_can_be_told():
    table = board_questions(estimates([OPEN, UP, DOWN]))
    assert table.layout == "cards"
    questions = [question for question, _ in table.rows]
    assert questions == [
        "What is the plan for math in our schools, and when should we see results?",
        "What is the plan for reading and writing in our schools, and when should we see results?",
    ]
    assert [sentence for _, sentence in table.rows] == [
        str(brief_text(one)) for one in table.findings
    ]
    assert isinstance(board_questions(estimates([OPEN])), Notice)
    short = board_questions(estimates([UP, DOWN]), most=1)
    assert (short.layout, len(short.rows)) == ("questions", 1)


def test_indicators__have_short_names_for_headlines():
    for code, entry in catalog.indicators().items():
        assert len(entry.brief.split()) <= 4, code
        assert not BANNED.search(f"{entry.brief} {entry.done}"), code


INDICATORS = ("math_met", "math_met_tested", "ela_met", "ela_met_tested", "regular_attendance", "disciplined",
              "climate_safety_favorable", "graduated_4yr")  # fmt: skip


def test_implication_of__repeats_no_formula():
    """An edition has a box on most pages: none begins as another does, and none asks the same."""
    asked = itertools.product((*INDICATORS, "budget_per_student"), FOLLOWS)
    texts = sorted({implication_of(*one) for one in asked})
    begun = [" ".join(text.split()[:4]) for text in texts]
    questions = [re.split(r"(?<=[.:]) ", text)[-1] for text in texts]
    assert [one for one in begun if begun.count(one) > 1] == []
    assert [one for one in questions if questions.count(one) > 1] == []


@pytest.mark.parametrize(("indicator", "case"), [*itertools.product(INDICATORS, FOLLOWS)])
def test_implication_of__has_short_sentences_and_no_number(indicator, case):
    text = implication_of(indicator, case)
    assert not re.search(r"\d", text)
    assert all(len(sentence.split()) <= 24 for sentence in re.split(r"[.?:] ?", text))


@pytest.mark.parametrize("indicator", [*INDICATORS, "budget_per_student"])
def test_implication_of__does_not_take_a_share_for_a_count(indicator):
    # A larger share of a smaller group is often fewer students.
    texts = [implication_of(indicator, case) for case in FOLLOWS]
    assert [t for t in texts if re.search(r"\b(more|fewer) (students|answers)\b", t, re.I)] == []


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("white 2018", "This group lost ground"),
        ("rest_of_seattle 2018", "Schools here lost ground"),
    ],
)
def test_implication__names_the_other_side_of_a_gap_that_moved(reference, says):
    row = moved(-0.08, -0.05, measure="gap_change", reference=reference, student_group="black",
                student_group_type="race_ethnicity")  # fmt: skip
    assert says in str(implication(estimates([row])))


OF_SEATTLE = {"place": "seattle", "up_to": 2025, "grade_level": "all"}
BOTH = {"place": ["southeast_seattle", "rest_of_seattle_regular"], "up_to": 2025}
OF_ALL = {"grade_level": "all", "student_group": "all"}


def box_of(table: pd.DataFrame, numbers: pd.DataFrame) -> tuple[str, list[str]]:
    """Return the title and the sentences of a box."""
    box = sa.report.implication(table, numbers=numbers)
    return box.caption, [text for (text,) in box.rows]


def test_implication__says_the_levels_of_two_places_then_asks():
    now = sa.newest("regular_attendance", **BOTH, grade_level="all", student_group="low_income")
    here = now["organization_id"] == "southeast_seattle"
    title, (meaning, question) = box_of(sa.compare(now[here], now[~here]), sa.rates(now[::-1]))
    assert title == "What this means"
    assert meaning == (
        "Of 5,845 low-income students here, 67% attended regularly in 2024; elsewhere, 61–62% did."
    )
    assert question == "What do schools here do that others could try?"


def test_implication__says_the_rate_of_a_group_and_of_all_others():
    now = sa.newest("disciplined", **OF_SEATTLE, student_group_type="race_ethnicity")
    times = sa.ratios(now, by="race_ethnicity", reference="others").query(
        "student_group == 'black'"
    )
    rates = sa.rates(now.query("student_group == 'black'"))
    _title, (meaning, _question) = box_of(times, pd.concat([rates, times]))
    # In students, where these are known: the chart has the percents.
    assert (
        meaning == "In 2023, schools suspended or expelled 447 of 7,817 Black students in Seattle."
    )
    assert len(box_of(times, rates)[1]) == 1  # without the ratio there is no number of the others


def test_implication__says_what_a_level_was_and_that_of_other_students():
    at = {"place": "southeast_seattle", "grade_level": "all", "student_group_type": "low_income"}
    now = sa.newest("regular_attendance", **BOTH, grade_level="all", student_group="low_income")
    own = sa.load("regular_attendance", end_years=[2019, 2024], **at)
    then = own.query("end_year == 2019 and student_group == 'low_income'")
    others = own.query("end_year == 2024 and student_group == 'not_low_income'")
    here = now["organization_id"] == "southeast_seattle"
    apart = sa.compare(now[here], now[~here])
    said = box_of(apart, sa.rates(pd.concat([now, then, others])))[1]
    assert said[1:3] == ["In 2019, it was 82% here.", "Of other students here, it was 80% in 2024."]
    assert len(box_of(apart, sa.rates(others))[1]) == 1  # nothing to add to


def test_implication__says_of_two_places_that_their_difference_could_be_chance():
    now = sa.newest("disciplined", **BOTH, **OF_ALL)
    here = now["organization_id"] == "southeast_seattle"
    apart = sa.compare(now[here], now[~here]).query("measure == 'gap'")
    said = box_of(apart, pd.concat([sa.rates(now), apart]))[1]
    assert said[1] == "The difference could be chance."


def test_implication__says_how_far_high_schoolers_answers_were_ahead():
    levels = {**BOTH, "student_group_type": "survey_level"}
    asked = sa.report.then_and_now("climate_overall_favorable", **levels)
    moved = sa.report.progress(asked, place=BOTH["place"][0], reference=BOTH["place"][1])
    ahead = moved.query("measure == 'gap' and student_group == 'high'")
    [said, _question] = box_of(ahead, ahead)[1]
    assert said == (
        "High schoolers’ answers were more favorable here than elsewhere: by 13 points in 2022, by 7 points in 2023."
    )
    now = ahead.query("end_year == 2023")
    assert len(box_of(now, now)[1]) == 1  # answers have no test of chance: no "largest gap"


def test_implication__names_the_largest_gap_that_is_sure():
    met = sa.newest("math_met", **BOTH, **OF_ALL)
    came = sa.newest("regular_attendance", **BOTH, **OF_ALL)
    here = "organization_id == 'southeast_seattle'"
    apart = [
        sa.compare(one.query(here), one.query(here.replace("==", "!="))).query("measure == 'gap'")
        for one in (came, met)
    ]
    [meaning, _question] = box_of(met_apart := pd.concat(apart), met_apart)[1]
    assert (
        meaning
        == "Among outcomes, the largest gap that can’t be chance is in math results: 20 to 21 points (2025)."
    )


def test_implication__without_a_number_is_called_a_question():
    worse = moved(-0.05, -0.05)
    assert box_of(estimates([worse]), estimates([OPEN]))[0] == "What this means"
    attendance = moved(-0.05, -0.05, indicator="regular_attendance")
    assert box_of(estimates([attendance]), estimates([OPEN]))[0] == "A question to ask"


def test_in_students__says_a_sure_fall_in_students():
    place = {
        "up_to": 2025,
        "place": "southeast_seattle",
        "grade_level": "all",
        "student_group": "all",
    }
    years = sa.report.then_and_now("math_met_tested", **place)
    fell, counted = sa.change(years, first=2018, last=2025), sa.report.counts_at_earlier_rate(years)
    [[text]] = sa.report.in_students(pd.concat([fell, counted])).rows
    assert text == (
        "If the 2018 rate still held, about 430 more of the 4,427 students who took the test in 2025 would have met "
        "the math standard."
    )
    alone = sa.report.in_students(counted)  # without its change, which shows that it is sure
    assert alone.rows == ()


REST = {"organization_id": "rest_of_seattle_regular", "organization_name": "Rest of Seattle"}


def apart(size: float, **changes: object) -> dict[str, object]:
    """A gap of all students' rate between two places, surely of this size."""
    ends = {
        name: size + wider
        for name, wider in zip(
            ("outer_low", "outer_high", "bound_low", "bound_high"),
            (-0.01, 0.01, 0.0, 0.0),
            strict=True,
        )
    }
    made = gap(400, 1000, 500, 1000, reference="rest_of_seattle_regular", **ALL) | ends
    return made | {"estimate": size, "ci_low": None, "ci_high": None, "status": "ok"} | changes


def test_headline__of_a_page_gives_both_sizes_of_a_gap_that_grew():
    since = {"reference": "rest_of_seattle_regular 2018", "measure": "gap_change"}
    wider = moved(-0.05, -0.05) | since
    rows = estimates([wider, apart(-0.2), apart(-0.15, end_year=2018)])
    assert headline(rows, of_page=True).text == "The English gap grew from 15 points to 20 points"
    assert headline(rows).text == "Southeast Seattle’s English gap has widened since 2018"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [DOWN, moved(-0.05, -0.05) | REST],
            "English results fell 8 points in Southeast, 5 points elsewhere",
        ),
        ([DOWN, UP | REST], "English results in Southeast fell 8 points, 2018 to 2024"),
        (
            [moved(-0.005, -0.005) | {"outer_low": -0.04, "outer_high": 0.03}],
            "English results in Southeast show no clear change since 2018",
        ),
        ([apart(-0.2)], "English results were 20 points lower here than elsewhere (2024)"),
        (
            [
                apart(
                    0.05,
                    indicator="regular_attendance",
                    student_group="low_income",
                    student_group_type="low_income",
                )
            ],
            "Low-income students attend more regularly here than elsewhere",
        ),
    ],
)
def test_headline__of_a_page_names_both_places_and_no_more_than_is_sure(rows, said):
    assert headline(estimates(rows), of_page=True).text == said


def test_headline__across_measures_names_what_is_surely_lower_and_higher():
    unsure = apart(-0.2, indicator="regular_attendance") | {"outer_low": -0.5, "outer_high": 0.1}
    rows = estimates([apart(-0.2), apart(-0.1, indicator="math_met"), unsure])
    assert headline(rows, across="measures").text == (
        "Southeast Seattle is lower in tests than elsewhere"
    )
    higher = apart(0.1, indicator="regular_attendance")
    both = headline(estimates([apart(-0.2), higher]), across="measures")
    assert both.text == "Lower in English, higher in attendance"
    other = headline(estimates([apart(-0.2), apart(0.1, indicator="math_met")]), across="measures")
    assert other.text == "Lower in English, higher in math"


def test_headline__across_schools_counts_those_that_surely_have_more_need():
    need = {"indicator": "enrollment", "student_group": "low_income", "grade_level": "all"}
    need |= {"student_group_type": "low_income", "end_year": 2024}
    district = rate(340, 1000, organization_id="seattle", organization_name="Seattle", **need)
    school = {"organization_level": "school", **need}
    more = rate(60, 100, organization_id="2182", organization_name="Franklin High School", **school)
    less = rate(20, 100, organization_id="3327", organization_name="Rainier Beach", **school)
    made = headline(estimates([district, more, less]), across="schools")
    assert made.text == "One of our 2 schools exceeds the district’s low-income share"
    even_more = rate(
        70, 100, organization_id="2089", organization_name="Martin Luther King", **school
    )
    every = headline(estimates([district, more, even_more]), across="schools")
    assert every.text == "All of our 2 schools exceed the district’s low-income share"
    one = headline(estimates([district, more]), across="schools").text
    assert one == str(headline(estimates([district])).text)
