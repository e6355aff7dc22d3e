"""Tables: labels and printed texts, every number gated."""

import pytest
from estimate_samples import bounded, estimates, gap, grade_3, rate, ratio

from sesec_analysis.errors import DataError, QuestionError
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.tables import table

RATES = estimates(grade_3())


def test_table__prints_labels_values_intervals_and_reasons():
    made = table(RATES)
    assert [column.label for column in made.columns] == [
        "Student group", "Rate", "95% interval", "Students", "Note"
    ]  # fmt: skip
    assert {row[0]: row[1:] for row in made.rows} == {
        "American Indian or Alaska Native": (
            "29%", "4–53%", "14", "use caution: fewer than 30 students"),
        "Asian": ("55.1%", "48.7–61.5%", "236", ""),
        "Black or African American": ("32.9%", "26.6–39.2%", "216", ""),
        "Hispanic or Latino": ("33.1%", "24.6–41.5%", "121", ""),
        "Native Hawaiian or Pacific Islander": (
            "not shown: fewer than 10 students", "", "", ""),
        "Two or more races": ("57%", "42–72%", "44", ""),
        "White": ("84.6%", "77.6–91.6%", "104", ""),
    }  # fmt: skip
    assert (
        made.caption
        == "Met the standard in English language arts, grade 3, Southeast Seattle, 2016–17"
    )
    assert made.note == "Source: OSPI, Report Card Discipline, 2018–19."


def test_table__across_has_here_and_elsewhere_side_by_side():
    there = {"organization_id": "rest_of_seattle_regular", "organization_name": "Rest"}
    rows = [
        rate(71, 216),
        rate(120, 240, **there),
        rate(5, 8, student_group="white"),
        rate(90, 98, student_group="white", **there),
        rate(80, 100, student_group="asian"),
    ]
    made = table(estimates(rows), across=True, caption="Results", columns=["n"])
    assert [column.label for column in made.columns] == ["Measure", "Here", "Elsewhere"]
    what = "Met the standard in English language arts, 2017"
    assert made.rows == (
        (what, "33% of 216", "50% of 240"),
        (what, "not shown", "92% of 98"),
        (what, "80% of 100", ""),
    )
    assert table(estimates(rows[:2]), across=True).rows == ((what, "33%", "50%"),)


def test_table__prints_a_range_as_a_range():
    made = table(estimates([bounded(0.24, 0.41), rate(1, 50, student_group="asian")]))
    assert [row[1] for row in made.rows] == ["range 24–41%", "range 0–6%"]
    assert made.columns[2].label == "95% interval, or range with chance"
    assert "Where we show a range, the true value is somewhere in it. " in made.note
    assert "Range with chance: the range, widened by what chance could add. " in made.note


def test_table__tells_apart_what_differs():
    years = estimates([rate(71, 216), rate(80, 220, end_year=2018)])
    assert table(years).columns[0].name == "school_year"
    places = estimates([rate(71, 216), rate(80, 220, organization_id="rest_of_seattle_regular")])
    assert table(places).rows[1][0] == "Rest of Seattle"
    schools = {"organization_level": "school"}
    named = estimates(
        [rate(71, 216, organization_id=code, organization_name=code, **schools) for code in "12"]
    )
    assert table(named).columns[0].label == "School"


def test_table__of_comparisons_has_one_of_three_answers_with_its_reason():
    made = table(
        estimates(
            [
                gap(71, 216, 88, 104),
                gap(4000, 10_000, 4010, 10_000, student_group="asian"),
                gap(40, 100, 42, 100, student_group="hispanic"),
                bounded(-0.1, 0.02, measure="gap", reference="white", student_group="two_or_more"),
                ratio(486, 8415, 235, 26032, student_group="pacific_islander"),
            ]
        )
    )
    at = [column.name for column in made.columns].index("answer")
    assert [row[at] for row in made.rows] == [
        "lower",
        "about the same",
        "can't tell: it could be chance",
        "can't tell: too much is withheld",
        "higher",
    ]
    assert "answer" not in [column.name for column in table(RATES).columns]


def test_table__takes_columns_by_name_and_refuses_others():
    made = table(RATES, caption="Chosen", columns=["student_group", "value", "coverage", "id"])
    assert made.caption == "Chosen"
    assert made.rows[1] == (
        "Asian", "55.1%", "100%", "sesec:rate.ela_met.2017.03.southeast_seattle.asian"
    )  # fmt: skip
    with pytest.raises(DataError, match="a table has no column estimate"):
        table(RATES, columns=["estimate"])


def test_table__without_rows_is_a_notice():
    empty = estimates([])
    assert "not in this copy" in table(empty).text
    empty.attrs["missing"] = "The graduation file is not here; get it from OSPI."
    notice = table(empty)
    assert notice._repr_mimebundle_()[notices.NOTICE]["text"]["text"] == empty.attrs["missing"]


def test_table__has_one_of_three_layouts():
    rows = estimates([rate(71, 216)])
    assert table(rows, layout="cards")._repr_mimebundle_()[notices.TABLE]["layout"] == "cards"
    with pytest.raises(QuestionError, match="no layout 'grid'"):
        table(rows, layout="grid")
