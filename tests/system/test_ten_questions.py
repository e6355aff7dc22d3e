"""Ten questions that a researcher has, each answered or refused in at most five lines with the public names.

The questions were written before the library was looked at. Numbers are those of the published files, added up by hand.
"""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import statsmodels.formula.api as smf

import sesec_analysis as sa

QUESTIONS = {
    "trend of one school's enrollment": """
        rows = sa.load("enrollment", place="Rainier Beach High School", grade_level="all", student_group="all")
        students = sa.rates(rows)
        figure = sa.plot_trend(students)
        line = smf.ols("estimate ~ end_year", students).fit()
        """,
    "Black students' share here and there, with chance": """
        black = {"student_group": "black", "grade_level": "all", "end_years": 2025}
        here, there = (sa.load("enrollment", place=p, **black) for p in ("Southeast Seattle", "the rest of Seattle"))
        gap = sa.compare(here, there)
        low, high = sa.stats.difference_limits(*(t[n] for t in (here, there) for n in ("numerator", "denominator")))
        """,
    "grade-3 gap by income since 2018": """
        tests = {"place": "southeast_seattle", "grade_level": 3, "student_group_type": "low_income"}
        gap = sa.gaps(sa.load("ela_met", **tests), by="low_income", reference="not_low_income")
        sa.load("ela_met", **tests, end_years=range(2018, 2026))
        """,
    "English learners' share against math, by school": """
        schools = dict(place="southeast_seattle", organization_level="school", end_years=2025, grade_level="all")
        math = sa.load("math_met", student_group="all", **schools)
        share = sa.load("enrollment", student_group="english_learner", **schools)
        both = math.merge(share, on="organization_id", suffixes=("", "_el"), validate="1:1")
        line = smf.wls("value ~ value_el", both, weights=both["denominator"]).fit()
        """,
    "discipline ratio, one comparable number": """
        race = {"end_years": [2019, 2023], "grade_level": "all", "student_group_type": "race_ethnicity"}
        city, here = (sa.load("disciplined", place=p, **race) for p in ("seattle", "southeast_seattle"))
        city = sa.ratios(city, by="race_ethnicity", reference="others")
        here = sa.ratios(here, by="race_ethnicity", reference="others")
        """,
    "graduation by race": """
        everyone = sa.rates(sa.load("graduated_4yr", place="southeast_seattle"))
        sa.load("graduated_4yr", place="southeast_seattle", student_group_type="race_ethnicity")
        """,
    "attendance panel with school effects": """
        schools = {"place": "southeast_seattle", "organization_level": "school"}
        rows, out = sa.load("regular_attendance", student_group="all", **schools), sa.years_out("regular_attendance")
        trend = sa.trend(rows, effects="organization_id", cluster="organization_id", years_out=out)
        kept = rows[~rows["end_year"].isin(out["end_year"])]
        line = smf.wls("value ~ end_year + C(organization_id)", kept, weights=kept["denominator"]).fit()
        """,
    "teachers' experience": """
        years = sa.load("teacher_experience", place=["southeast_seattle", "the rest of Seattle"])
        means = sa.averages(years)
        """,
    "schools joined with their census tracts": """
        tracts = sa.load("poverty_under_200", organization_level="tract")
        schools = sa.schools("southeast_seattle").reset_index()
        both = schools.merge(tracts, left_on="tract", right_on="organization_id", suffixes=("", "_there"))
        """,
    "opportunity youth": """
        sa.load("opportunity_youth", place="southeast_seattle")
        """,
}


def answer(question: str) -> Mapping[str, Any]:
    """Run the lines of a question as a user would; return their names, and the refusal of the last line if any."""
    lines = [line.strip() for line in QUESTIONS[question].strip().splitlines()]
    names: dict[str, Any] = {"sa": sa, "smf": smf}
    *first, last = lines
    for line in first:
        exec(line, names)
    try:
        exec(last, names)
    except sa.SesecError as refusal:
        names["refusal"] = refusal
    return names


@pytest.mark.parametrize("question", QUESTIONS)
def test_questions__take_five_lines_of_public_names(question):
    code = QUESTIONS[question].strip()
    assert len(code.splitlines()) <= 5
    public = {*sa.__all__, "stats", *(f"stats.{name}" for name in sa.stats.__all__)}
    assert set(re.findall(r"\bsa\.((?:stats\.)?\w+)", code)) <= public


def test_trend__of_one_school_is_a_line_through_its_counts():
    names = answer("trend of one school's enrollment")
    years, told = [2011, *range(2017, 2026)], [366, 696, 747, 764, 755, 781, 840, 819, 767, 855]
    counts = dict(zip(years, told, strict=True))
    assert names["students"].set_index("end_year")["estimate"].to_dict() == counts
    assert set(names["students"]["measure"]) == {"count"}
    slope, _ = np.polyfit(list(counts), list(counts.values()), 1)
    assert names["line"].params["end_year"] == pytest.approx(slope)
    assert "366 students in 2010–11, 855 students in 2024–25" in names["figure"].alt


def test_compare__gives_the_share_of_black_students_here_and_there():
    names = answer("Black students' share here and there, with chance")
    gap = names["gap"].set_index("measure").loc["gap"]
    assert gap["estimate"] == pytest.approx(2667 / 9683 - 4325 / 39824)
    assert gap["method"] == "no sampling interval: a full count"
    (low,), (high,) = names["low"], names["high"]  # Newcombe (1998), method 10, by hand
    assert (low, high) == pytest.approx((0.1574, 0.1764), abs=1e-4)


def test_ratios__of_black_students_to_all_others_is_one_number_or_its_range():
    names = answer("discipline ratio, one comparable number")
    city, here = (
        names[name].query("student_group == 'black'").set_index("end_year")
        for name in ("city", "here")
    )
    others = [(11, 302), (76, 7671), (182, 7254), (9, 255), (117, 6553), (235, 26032)]
    k, n = np.sum(others, axis=0)
    assert city.loc[2019, "estimate"] == pytest.approx((486 / 8415) / (k / n))
    assert (city["status"] == "ok").all()
    assert (city["ci_low"] > 1).all()
    assert here["estimate"].isna().all()
    assert (here["bound_low"] < city["estimate"]).all()
    assert (here["bound_high"] > city["estimate"]).all()


def test_schools__are_joined_with_the_poverty_of_their_tract():
    both = answer("schools joined with their census tracts")["both"].set_index("name")
    assert (len(both), both["value"].notna().sum()) == (20, 20)
    dunlap = both.loc["Dunlap Elementary School", ["tract", "numerator", "denominator"]].tolist()
    assert dunlap == ["53033011800", 4213, 8415]
    inside = sa.load("poverty_under_200", place="southeast_seattle", organization_level="tract")
    assert set(both["tract"]) - set(inside["organization_id"]) == {
        "53033009300"
    }  # Maple's, north of the place
    assert (
        inside["numerator"].sum()
        == sa.load("poverty_under_200", place="southeast_seattle")["numerator"].item()
    )
