"""The best comparisons: beyond doubt, largest first, and another one where one is withheld."""

import json

from sesec_analysis.editions.documents.making import Maker
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.described.best import Best, best, choose_best
from sesec_analysis.evidence.finding import findings
from sesec_analysis.evidence.tables import table
from sesec_analysis.evidence.telling import headline, implication
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
    return [one.row.indicator for one in choose_best(shown.spec)]


def test_best__keeps_what_is_beyond_doubt_and_of_which_a_side_is_better():
    assert indicators(best(estimates([*NOT_BETTER, FEWER, UP]))) == ["disciplined", "math_met"]


def test_best__begins_with_the_largest_of_an_indicator_and_ends_after_most():
    larger = moved(0.1, reference="2017")
    every = estimates([UP, larger, FEWER])
    assert [one.row.reference for one in choose_best(best(every).spec)] == ["2017", "2018", "2018"]
    assert indicators(best(every, most=1)) == ["math_met"]
    assert len(best(every, most=2)) == 2


def test_headline_and_so_what__take_the_best_of_several():
    first, other = best(estimates(NOT_BETTER)), best(estimates([UP, MORE]))
    assert str(headline(first, other)) == str(headline(estimates([UP])))
    assert implication(first, other).rows == implication(estimates([UP])).rows


def test_table__of_the_best_shows_the_next_where_one_is_withheld():
    every = estimates([UP, MORE, FEWER])
    shown = table(best(every, most=2), caption="For the better")
    assert len(shown.rows) == 2
    described = json.loads(json.dumps(shown._repr_mimebundle_()[notices.SPEC]))
    up, more, fewer = (one.id for one in findings(every))
    made = Maker({up}).bundle(described)[notices.TABLE]
    assert [one["id"] for one in made["findings"]] == [more, fewer]
