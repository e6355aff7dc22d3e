"""Two years that can be compared, and whether things got better between them, on the available numbers."""

import pytest

import sesec_analysis as sa
from sesec_analysis.loaders.listing import comparison_years

EVERYONE = {"grade_level": "all", "student_group": "all"}


@pytest.mark.parametrize(
    ("indicator", "years", "compared"),
    [
        (
            "regular_attendance",
            [2015, 2018, 2019, 2023, 2024],
            {"base": 2019, "earliest": 2015, "previous": 2023},
        ),
        ("regular_attendance", [2015, 2018, 2019], {"base": 2015, "previous": 2018}),
        ("math_met", [2013, 2018, 2024, 2025], {"base": 2018, "previous": 2024}),
        ("math_met", [2018, 2024], {"base": 2018}),
        ("math_met", [2018], {}),
    ],
)
def test_comparison_years__are_three_at_most_and_each_once(indicator, years, compared):
    assert comparison_years(indicator, years) == compared
    assert list(comparison_years(indicator, years)) == list(compared)


def test_then_and_now__loads_each_year_of_comparison_once_and_refuses_other_words():
    question = {"up_to": 2024, "place": "southeast_seattle", **EVERYONE}
    words = ("base", "earliest", "previous")
    tables = [
        sa.report.then_and_now("regular_attendance", since=word, **question) for word in words
    ]
    years = [sorted(set(table["end_year"])) for table in tables]
    assert years == [[2019, 2024], [2015, 2024], [2023, 2024]]
    again = sa.report.then_and_now("math_met", since="earliest", **question)
    assert again.empty
    assert again.attrs["missing"] == "The newest numbers are compared with that year already."
    with pytest.raises(sa.DataError, match="there is no year to compare with called 'first'"):
        sa.report.then_and_now("math_met", since="first", **question)


def test_student_need__is_of_the_same_schools_and_year():
    both = {"place": ["southeast_seattle", "rest_of_seattle_regular"]}
    budgets = sa.newest("budget_per_student", up_to=2025, **both)
    need = sa.report.student_need(budgets)
    assert need["student_group"].unique().tolist() == ["low_income", "english_learner"]
    parts = dict(zip(need["organization_id"], need["cells"], strict=True))
    assert list(parts) == ["southeast_region_elementary", "rest_of_seattle_elementary"]
    assert list(parts.values()) == budgets["cells"].tolist() == [15, 57]
    assert set(need["end_year"]) == set(budgets["end_year"]) == {2024}

    schools = sa.newest(
        "budget_per_student", up_to=2025, place="southeast_seattle", organization_level="school"
    )
    of_schools = sa.report.student_need(schools).query("student_group == 'low_income'")
    assert set(of_schools["organization_id"]) == set(schools["organization_id"])
    assert of_schools["numerator"].sum() == need["numerator"].iloc[0]

    attended = sa.newest("regular_attendance", up_to=2025, **both, **EVERYONE)
    of_places = sa.report.student_need(attended)
    assert of_places["organization_id"].unique().tolist() == both["place"]
    assert set(of_places["end_year"]) == {2024}
