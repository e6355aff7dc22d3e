import pandas as pd
import pytest

from sesec_analysis import catalog
from sesec_analysis.evidence.level_tables import (
    level_distribution,
    level_parts,
    level_weights,
    levels_of_school,
    year_head,
    years_apart,
)
from sesec_analysis.evidence.notices import NOTICE, Notice
from sesec_analysis.evidence.pages import school_messages
from sesec_analysis.evidence.school_tables import compare_school, over_years, strengths
from sesec_analysis.metrics.disparity import averages, rates
from tests.samples.estimate_samples import estimates, gap, rate


def named(code, name, **also):
    return {"organization_id": code, "organization_name": name, **also}


SCHOOL = named("2120", "Rising Star Elementary School", organization_level="school")
FRANKLIN = named("2182", "Franklin High School", organization_level="school")
PLACE = named("southeast_seattle", "Southeast Seattle")
LEVEL = named("seattle_elementary", "Elementary schools of Seattle")
HIGH = named("seattle_high", "High schools of Seattle")
EVERYONE = {"student_group": "all", "student_group_type": "all", "grade_level": "all"}


@pytest.fixture
def nearby(counts):
    """Rates of a school, its place and its level: of all students, unless groups are named."""

    def made(school, place, peers, *, at=SCHOOL, level=LEVEL, **also):
        kind = {"student_group_type": "all", **also}
        return rates(
            pd.concat(
                [
                    counts(**{"all": school}, **at, **kind),
                    counts(**{"all": place}, **PLACE, **kind),
                    counts(**{"all": peers}, **level, **kind),
                ]
            )
        )

    return made


def cells(table) -> list[str]:
    [row] = table.rows
    return list(row)


def test_beside__sets_the_school_first_and_the_others_as_they_come(nearby):
    table = compare_school(
        nearby((60, 120), (500, 1000), (5000, 9000)), school="2120", caption="Tests"
    )
    assert [column.label for column in table.columns] == [
        "Measure",
        "This school",
        "Students",
        "Southeast Seattle",
        "Elementary schools of Seattle",
    ]
    assert cells(table) == [
        "Met the standard in English language arts",
        "50% (41–59%)",
        "120",
        "50% (46–54%)",
        "56% (54–57%)",
    ]


def test_beside__says_in_one_sentence_what_is_withheld_and_why(nearby):
    few, many = ("N<10", (500, 1000), (5000, 9000)), ((60, 120), (500, 1000), (5000, 9000))
    three = [
        nearby(*few),
        nearby(*few, indicator="math_met"),
        nearby(*many, indicator="science_met"),
    ]
    table = compare_school(pd.concat(three), school="2120", caption="Tests")
    assert [row[1] for row in table.rows][:2] == ["not shown", "not shown"]
    assert table.note.startswith(
        "Not shown for this school: Met the standard in English language arts; Met the standard in mathematics "
        "(fewer than 10 students)."
    )
    table = compare_school(pd.concat(three[:2]), school="2120", caption="Tests")
    assert table.note.startswith(
        "Nothing in this table is shown for this school: fewer than 10 students."
    )


def test_beside__leaves_out_questions_that_the_school_has_no_figure_of(nearby):
    asked = nearby((60, 120), (500, 1000), (5000, 9000))
    other = nearby((1, 1), (400, 1000), (5000, 9000), indicator="math_met")
    other = other[other["organization_id"] != "2120"]
    table = compare_school(pd.concat([asked, other]), school="2120", caption="Tests")
    assert len(table.rows) == 1
    none = compare_school(other, school="2120", caption="Tests")
    assert none == Notice("Tests", "Our data have no numbers for this school.")
    assert NOTICE in none._repr_mimebundle_()


def test_beside__prints_the_groups_asked_for_once_the_gate_has_seen_all(counts):
    enrolled = counts(
        female=(91, 100),
        male=(9, 100),
        indicator="enrollment",
        student_group_type="gender",
        **SCHOOL,
    )
    table = compare_school(rates(enrolled), school="2120", caption="Students", groups=["female"])
    # All less the girls would give the nine boys.
    assert cells(table)[:2] == ["Girls", "not shown"]


def test_over_years__has_a_column_a_year_and_says_what_is_not_shown(nearby):
    figures = {2018: (60, 120), 2019: "N<10", 2023: (80, 120)}
    rows = [nearby(own, (5, 10), (5, 10), end_year=year)[:1] for year, own in figures.items()]
    once = nearby((60, 120), (5, 10), (5, 10), indicator="math_met")[:1]
    made = over_years(pd.concat([*rows[::-1], once]), school="2120", caption="Before")
    assert [column.label for column in made.columns[1:]] == ["2018", "2019", "2023"]
    assert made.rows == (("Met the standard in English language arts", "50%", "not shown", "67%"),)
    assert [one.row.end_year for one in made.findings] == [2018, 2019, 2023]
    none = over_years(once, school="2120", caption="Before")
    assert isinstance(none, Notice)


@pytest.mark.slow
@pytest.mark.parametrize(
    "school",
    [
        (70, 120),  # higher, 49.4 to 66.8 against 55.6 percent: it could be chance
        (20, 28),  # higher, but of fewer than thirty
    ],
)
def test_strengths__are_none_without_enough_to_say_so(nearby, school):
    shown = strengths(nearby(school, (500, 1000), (5000, 9000)), school="2120")
    assert (shown.rows, shown.layout) == ((), "deck")


def test_strengths__say_that_there_is_nothing_to_compare_with(nearby):
    shown = strengths(nearby((90, 120), (500, 1000), "withheld"), school="2120")
    assert isinstance(shown, Notice)
    assert "There is no comparison" in shown.text


def test_strengths__compare_discipline_of_older_students_only(nearby):
    few = ((4, 1000), (50, 1000), (500, 9000))
    older = nearby(*few, at=FRANKLIN, level=HIGH, indicator="disciplined")
    assert len(strengths(older, school="2182").rows) == 1
    younger = nearby(*few, indicator="disciplined")
    assert isinstance(strengths(younger, school="2120"), Notice)


@pytest.mark.parametrize(("median", "students", "is_one"), [(61, 100, True), (59, 100, False)])
def test_strengths__of_growth_lie_above_fifty_by_more_than_chance(counts, median, students, is_one):
    # 98 / sqrt(100) = 9.8 percentiles
    numbers = {
        **dict.fromkeys(("value", "value_low", "value_high"), float(median)),
        **dict.fromkeys(("denominator", "denominator_low", "denominator_high"), students),
        **{"status": "reported", "coverage": 1.0, "cells_reported": 1},
    }
    kind = {"indicator": "growth_ela", "unit": "percentile", "student_group_type": "all"}
    grown = counts(all=numbers, **kind, **SCHOOL)
    assert (not strengths(averages(grown), school="2120").rows) != is_one


@pytest.fixture
def levels():
    """Levels of three schools of the place and one of the rest, as `school_levels` gives them."""
    rules = catalog.level_rules()
    codes = ["2182", "3327", "2392", "2220"]
    low = pd.array([2, 1, 3, 5], dtype="Int64")
    ends = {f"{part}_{end}": low for part in rules.parts for end in ("low", "high")}
    weighted = {
        f"level_{end}{suffix}": low
        for suffix in ("_2_1_1", "_1_2_1", "_1_1_2")
        for end in ("low", "high")
    }
    table = pd.DataFrame(
        {
            "organization_id": codes,
            "organization_name": ["Franklin", "Rainier Beach", "Cleveland", "Ballard"],
            "end_year": 2024,
            "level_low": low,
            "level_high": pd.array([3, 1, 3, 5], dtype="Int64"),
            **ends,
            **weighted,
            **dict.fromkeys((f"{part}_year" for part in rules.parts), 2024),
            **dict.fromkeys((f"{part}_oldest_year" for part in rules.parts), 2023),
            "ingredients": "all",
            "source_ids": "ospi_assessment@2024",
        }
    )
    table.attrs |= {"years": [2024], "without": [2022, 2023]}
    return table


BOTH = ["southeast_seattle", "rest_of_seattle_regular"]


def test_level_distribution__counts_schools_and_names_none(levels):
    table = level_distribution(levels, places=BOTH)
    assert table.rows == (
        ("Level 1", "1", "0"),
        ("Level 2 to 3", "1", "0"),
        ("Level 3", "1", "0"),
        ("Level 5", "0", "1"),
        ("Schools with a level", "3", "1"),
    )
    assert not any(name in str(table) for name in levels["organization_name"])
    assert "There are none for 2021–22 and 2022–23" in table.note
    assert "Performance 2023 and 2024" in table.note
    assert "2018–19 use an earlier survey scale" not in table.note  # no such year compare_school it


def test_level_tables__say_that_there_are_none(levels):
    none = levels.iloc[:0]
    none.attrs |= {"years": []}
    for made in (level_distribution, level_parts, level_weights):
        assert isinstance(made(none, places=BOTH), Notice)
    assert "all three parts" in str(levels_of_school(none, school="2182"))
    assert "fewer than two" in str(levels_of_school(levels, school="2070"))


def test_years_apart__are_those_of_an_earlier_scale_last_and_named_so():
    assert years_apart([2019, 2025, 2024]) == [2024, 2025, 2019]
    assert str(year_head(2019, [2024, 2019])) == "2019, earlier scale"
    assert years_apart([2019, 2018]) == [2018, 2019]  # of one scale


def results(took, *, of_level=(8500, 9000)):
    """English results of a school and its level, and how many students took the test."""
    several = {
        "ela_met": ((80, 200), (6000, 9000)),
        "ela_tested": (took, of_level),
        "ela_met_tested": ((80, took[0]), (6000, of_level[0])),
    }
    parts = [
        rate(*numbers, **{**who, **EVERYONE, "indicator": name})
        for name, both in several.items()
        for numbers, who in zip(both, (FRANKLIN, HIGH), strict=True)
    ]
    return estimates(parts)


def test_school_messages__tell_how_many_took_a_test_that_few_did():
    [(head, told)] = school_messages(results((130, 200)), school="2182").rows
    assert head == "English results are lower, also among students tested"
    assert "65% of students here took the English test, 94% in Seattle’s high schools" in told
    assert "Among students tested, 62% met the standard here, 71% there" in told
    assert "The state’s number, 40%, counts everyone" in told


def test_school_messages__say_that_who_took_a_test_changes_the_picture_where_it_does():
    [(head, told)] = school_messages(results((110, 200)), school="2182").rows
    assert head == "Who took the test changes the picture"
    assert "Among students tested, 73% met the standard here, 71% there" in told


def test_school_messages__tell_what_is_better_than_before_where_nothing_is_above_its_level():
    met = {**EVERYONE, "indicator": "ela_met", "end_year": 2024}
    then = rate(50, 200, **{**FRANKLIN, **met, "end_year": 2018})
    now = [rate(110, 200, **FRANKLIN, **met), rate(4950, 9000, **HIGH, **met)]
    [(head, told)] = school_messages(estimates([then, *now]), school="2182").rows
    assert head == "English results are higher than in 2018"
    assert told.endswith("In Seattle’s high schools it was 55%. Here it was 25% in 2018.")
    [(head, _told)] = school_messages(estimates(now), school="2182").rows
    assert head == "No clear difference from Seattle’s high schools overall"


def test_school_messages__lead_with_what_moved_most_where_nothing_is_far_from_its_level():
    rows = [
        rate(share, 200, **{**FRANKLIN, **EVERYONE, "indicator": name, "end_year": year})
        for name, shares in {"ela_met": (150, 110), "math_met": (60, 110)}.items()
        for share, year in zip(shares, (2018, 2024), strict=True)
    ]  # English from 75 to 55 percent, math from 30 to 55
    level = {**HIGH, **EVERYONE, "end_year": 2024}
    rows += [rate(4950, 9000, **level, indicator=name) for name in ("ela_met", "math_met")]
    [rise, fall] = school_messages(estimates(rows), school="2182").rows
    assert rise[0] == "Math results are higher than in 2018"
    assert fall[0] == "English results are lower than in 2018"
    assert fall[1].endswith("In Seattle’s high schools it was 55%. Here it was 75% in 2018.")


def test_school_messages__tell_what_is_farthest_from_its_level_on_either_side_beyond_chance():
    others = [
        rate(*numbers, **{**who, **EVERYONE, "indicator": name})
        for name, both in {
            "regular_attendance": ((160, 200), (6300, 9000)),  # 80 against 70 percent
            "math_met": ((90, 200), (4500, 9000)),  # 45 against 50: could be chance
        }.items()
        for numbers, who in zip(both, (FRANKLIN, HIGH), strict=True)
    ]
    table = pd.concat([results((196, 200)), estimates(others)])
    [behind, ahead] = school_messages(table, school="2182").rows
    assert behind[0] == "English results are lower than in Seattle’s high schools overall"
    assert behind[1].startswith("In 2017, 40% of students met the English standard. ")
    assert behind[1].endswith("In Seattle’s high schools it was 67%.")
    assert ahead[0] == "Attendance is higher than in Seattle’s high schools overall"


@pytest.mark.parametrize(
    ("school", "of_level", "words"),
    [
        ((80, 200), (6000, 9000), "27 points lower."),
        ((120, 200), (5450, 9000), "Less than a point apart; could be chance."),
    ],
)
def test_compare_school__says_on_the_front_how_far_apart_the_school_and_its_level_are(
    school, of_level, words
):
    met = {**EVERYONE, "indicator": "ela_met"}
    apart = gap(*school, *of_level, **FRANKLIN, **met, reference="seattle_high")
    table = estimates([rate(*school, **FRANKLIN, **met), rate(*of_level, **HIGH, **met), apart])
    front = compare_school(table, school="2182", caption="Key numbers", layout="strips")
    assert [row[-1] for row in front.rows] == [words]


def test_compare_school__names_the_grades_of_a_survey_where_the_school_has_others():
    asked = {"indicator": "climate_overall_favorable", "student_group_type": "survey_level"}
    orca = {**FRANKLIN, "organization_id": "4065", "organization_name": "Orca K-8 School"}
    named = {}
    for school, code, level in ((orca, "4065", "middle"), (FRANKLIN, "2182", "high")):
        table = estimates([rate(80, 200, **school, **EVERYONE | asked | {"student_group": level})])
        front = compare_school(table, school=code, caption="Key numbers", layout="strips")
        named[level] = front.rows[0][0]
    year = named["high"].rpartition(", ")[2]
    assert named["high"] == f"Favorable answers about school, {year}"
    assert named["middle"] == f"Favorable answers about school: Grades 6 to 8, {year}"


def test_compare_school__has_a_row_on_the_front_for_a_test_that_fewer_took_than_elsewhere():
    table = results((130, 200))
    front = compare_school(table, school="2182", caption="Key numbers", layout="strips")
    assert [column.name for column in front.columns][-1] == "answer"
    met, took = front.rows  # how those did who took it is no row of its own
    assert met[1:] == ("40%", "67%", "Lower.")
    assert took[1:] == ("65%", "94%", "Lower.")
    assert took[0].startswith("Took part in the English language arts test, ")
    assert {one.row.indicator for one in front.findings} == {
        "ela_met",
        "ela_met_tested",
        "ela_tested",
    }
    back = compare_school(table, school="2182", caption="Tests")
    assert len(back.rows) == 3


def test_compare_school__has_no_row_for_a_test_that_as_few_took_elsewhere():
    table = results((176, 200), of_level=(8010, 9000))  # 88 against 89 percent
    front = compare_school(table, school="2182", caption="Key numbers", layout="strips")
    assert [row[1] for row in front.rows] == ["40%"]
    assert "ela_tested" not in {one.row.indicator for one in front.findings}
