"""The best comparisons: beyond doubt, largest first, and another one where one is withheld."""

import json

import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis.editions.documents.making import Maker
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.described.best import Best, best, chosen
from sesec_analysis.evidence.finding import findings
from sesec_analysis.evidence.tables import table
from sesec_analysis.evidence.telling import headline, implication
from sesec_analysis.schema import conform_estimates
from tests.samples.estimate_samples import estimates, gap, rate

ALL = {"student_group": "all", "student_group_type": "all", "grade_level": "all", "end_year": 2024}


def moved(by: float, indicator: str = "math_met", **changes: object) -> dict[str, object]:
    """A change of all students' rate since 2017–18."""
    made = gap(400, 1000, 500, 1000, **ALL) | {"measure": "change", "reference": "2018"}
    known = {"estimate": by, "bound_low": by, "bound_high": by, "ci_low": None, "ci_high": None}
    known |= {"outer_low": by - 0.01, "outer_high": by + 0.01, "status": "ok"}
    return made | known | {"indicator": indicator} | changes


UP, MORE = moved(0.08), moved(0.09, "science_met")
FEWER = moved(-0.08, "disciplined")
OPEN = {"bound_low": -0.08, "bound_high": 0.05, "outer_low": -0.09, "outer_high": 0.06}
NOT_BETTER = [
    moved(-0.08, "ela_met"),
    moved(0.08, "ela_met", end_year=2025, estimate=None, status="bounded", **OPEN),
    moved(0.08, "ela_met", end_year=2023, outer_low=-0.01),
    moved(0.08, "enrollment", student_group="black", student_group_type="race_ethnicity"),
    rate(400, 1000, **ALL),
]


def indicators(shown: Best) -> list[str]:
    return [one.row.indicator for one in chosen(shown.spec)]


def test_best__keeps_what_is_beyond_doubt_and_of_which_a_side_is_better():
    assert indicators(best(estimates([*NOT_BETTER, FEWER, UP]))) == ["disciplined", "math_met"]


def test_best__begins_with_the_largest_of_an_indicator_and_ends_after_most():
    larger = moved(0.1, reference="2017")
    every = estimates([UP, larger, FEWER])
    assert [one.row.reference for one in chosen(best(every).spec)] == ["2017", "2018", "2018"]
    assert indicators(best(every, most=1)) == ["math_met"]
    assert len(best(every, most=2)) == 2


def test_headline_and_so_what__take_the_best_of_several():
    first, other = best(estimates(NOT_BETTER)), best(estimates([UP, MORE]))
    assert str(headline(first, other)) == str(headline(estimates([UP])))
    assert implication(first, other) == implication(estimates([UP]))


def test_table__of_the_best_shows_the_next_where_one_is_withheld():
    every = estimates([UP, MORE, FEWER])
    shown = table(best(every, most=2), caption="For the better")
    assert len(shown.rows) == 2
    described = json.loads(json.dumps(shown._repr_mimebundle_()[notices.SPEC]))
    up, more, fewer = (one.id for one in findings(every))
    made = Maker({up}).bundle(described)[notices.TABLE]
    assert [one["id"] for one in made["findings"]] == [more, fewer]


def test_table__of_nothing_better_is_a_notice():
    assert str(table(best(estimates(NOT_BETTER)))).startswith("No data")


def statement(
    indicator: str, measure: str, low: float, high: float, **more: object
) -> dict[str, object]:
    """Return an exact difference with an interval from low to high."""
    middle = (low + high) / 2
    reference = {"change": "2018", "gap": "rest", "gap_change": "rest 2018"}[measure]
    return {
        "indicator": indicator,
        "measure": measure,
        "reference": reference,
        "organization_id": "here",
        "organization_level": "place",
        "end_year": 2024,
        "grade_level": "all",
        "student_group_type": "all",
        "student_group": "all",
        "estimate": middle,
        "bound_low": middle,
        "bound_high": middle,
        "outer_low": low,
        "outer_high": high,
        "unit": "points",
        "status": "ok",
        **more,
    }


def led(*rows: dict[str, object], up_to: int = 2024) -> list[tuple[str, str]]:
    table = sa.report.lead(conform_estimates(pd.DataFrame(rows)), place="here", up_to=up_to)
    return list(zip(table["indicator"], table["measure"], strict=True))


ATTENDANCE = "regular_attendance"


def test_lead__is_a_gap_that_moved_before_a_larger_change():
    rows = [
        statement(ATTENDANCE, "change", -0.20, -0.10),
        statement(ATTENDANCE, "gap_change", -0.05, -0.02),
    ]
    assert led(*rows) == [(ATTENDANCE, "gap_change"), (ATTENDANCE, "change")]


def test_lead__is_the_statement_whose_interval_stays_farthest_from_none():
    rows = [
        statement(ATTENDANCE, "change", -0.13, -0.03),
        statement("disciplined", "gap", 0.03, 0.04),
        statement(ATTENDANCE, "gap", -0.05, -0.025),
    ]
    assert led(*rows) == [("disciplined", "gap"), (ATTENDANCE, "gap"), (ATTENDANCE, "change")]


def test_lead__may_be_a_strength():
    assert led(statement(ATTENDANCE, "change", 0.02, 0.04)) == [(ATTENDANCE, "change")]


@pytest.mark.parametrize(
    "weak",
    [
        statement(ATTENDANCE, "change", 0.004, 0.010),  # sure, but of less than a point
        statement("enrollment", "gap", 0.20, 0.30),
        statement("graduated_4yr", "gap", 0.20, 0.30),
        statement(
            ATTENDANCE,
            "gap",
            0.20,
            0.30,
            student_group="black",
            student_group_type="race_ethnicity",
        ),
        statement(ATTENDANCE, "gap", 0.20, 0.30, organization_id="there"),
        statement(ATTENDANCE, "gap", 0.20, 0.30, end_year=2021),
        statement(ATTENDANCE, "gap", 0.20, 0.30, bound_low=0.005, bound_high=0.3),
    ],
)
def test_lead__is_never_small_old_of_a_group_or_enrollment(weak):
    assert led(weak) == []
    assert led(weak, statement("disciplined", "gap", 0.02, 0.04)) == [("disciplined", "gap")]


def test_lead__passes_over_a_gap_that_narrowed_while_the_level_got_worse():
    narrowed = statement(ATTENDANCE, "gap_change", 0.02, 0.04)
    worse, better = (
        statement(ATTENDANCE, "change", -0.09, -0.05),
        statement(ATTENDANCE, "change", 0.05, 0.09),
    )
    assert led(narrowed, worse) == [(ATTENDANCE, "change")]
    assert led(narrowed, better)[0] == (ATTENDANCE, "gap_change")
    # Fewer suspensions are better: a gap in them that fell moved in the place's favor.
    fewer = statement("disciplined", "gap_change", -0.04, -0.02)
    assert led(fewer, statement("disciplined", "change", 0.05, 0.09)) == [("disciplined", "change")]


def test_lead__is_a_test_only_if_students_who_took_it_say_the_same():
    official = statement("math_met", "change", -0.18, -0.12)
    assert led(official) == []
    assert led(official, statement("math_met_tested", "change", -0.15, -0.11)) == [
        ("math_met", "change")
    ]
    withheld = statement("math_met_tested", "change", -0.2, 0.1, bound_low=-0.1, bound_high=0.05)
    assert led(official, withheld) == []


def test_lead__without_a_sure_statement_has_those_that_are_left_open():
    rows = [
        statement(ATTENDANCE, "gap", -0.03, 0.02),
        statement("disciplined", "gap", 0.002, 0.004),
    ]
    assert led(*rows) == [(ATTENDANCE, "gap")]
    table = sa.report.lead(conform_estimates(pd.DataFrame(rows)), place="here", up_to=2024)
    assert sa.report.headline(table).text == ""


def test_lead__of_no_rows_is_no_row():
    assert led(statement(ATTENDANCE, "gap", 0.2, 0.3), up_to=2030) == []


def test_lead__is_sure_only_beyond_what_rates_move_from_year_to_year():
    # Of attendance phi is 1.76: chance reaches 1.33 times as far.
    barely, clearly = (statement(ATTENDANCE, "change", -0.10, high) for high in (-0.01, -0.02))
    assert led(barely) == []
    assert led(clearly) == [(ATTENDANCE, "change")]


def test_lead__of_a_gap_that_moved_can_be_a_headline():
    places = ["southeast_seattle", "rest_of_seattle_regular"]
    years = {"place": places, "grade_level": "all", "student_group": "all"}
    attended = sa.report.then_and_now("regular_attendance", up_to=2025, **years)
    moved = sa.report.progress(attended, place=places[0], reference=places[1])
    first = sa.report.lead(moved, place=places[0], up_to=2025)
    assert first["measure"].iloc[0] == "gap_change"
    assert str(sa.report.headline(first)) == (
        "Southeast regular attendance fell against the rest, 2018–19 to 2023–24"
    )
