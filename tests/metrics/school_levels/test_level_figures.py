"""Figures of schools."""

import pandas as pd
import pytest

from sesec_analysis.catalog.entries import LevelFigure
from sesec_analysis.metrics.school_levels.level_figures import CHANCES, SchoolFigures
from sesec_analysis.schema import conform_observations

ANY = {"kind": "elementary", "base_year": 2018, "points": (0.2, 0.4, 0.6, 0.8), "schools": 6}
RATE = LevelFigure(title="Met", of="rate", indicators=("ela_met",), cuts=(ANY,))
GAP = LevelFigure(
    title="Gap",
    of="gap",
    indicators=("regular_attendance",),
    student_group_type="low_income",
    groups=("low_income", "not_low_income"),
    cuts=(ANY,),
)


def cells(**columns):
    """Exact cells, one a school unless said otherwise."""
    table = pd.DataFrame(
        {
            "source_id": "made@2018",
            "indicator": "ela_met",
            "end_year": 2018,
            "organization_level": "school",
            "organization_name": "A school",
            "grade_level": "all",
            "student_group_type": "all",
            "student_group": "all",
            "unit": "proportion",
            "status": "reported",
            **columns,
        }
    )
    return conform_observations(table)


def test_school_figures__give_a_gap_with_the_interval_of_newcombe():
    # 80 of 100 and 90 of 100: between -20.2 and 0.1 points by Jeffreys' limits (71.3-87.0 and 83.0-94.7 percent):
    # -10 - sqrt(8.7^2 + 4.7^2) = -19.9 and -10 + sqrt(7.0^2 + 7.0^2) = -0.1.
    obs = cells(
        indicator="regular_attendance",
        organization_id="a",
        student_group_type="low_income",
        student_group=["low_income", "not_low_income"],
        numerator=[80, 90],
        denominator=100,
    )
    gap = SchoolFigures(obs).find(GAP, "a", 2018)
    assert gap.low == gap.high == pytest.approx(-0.1)
    ends = [gap.by_chance_low[CHANCES <= 0.025].max(), gap.by_chance_high[CHANCES >= 0.975].min()]
    assert ends == pytest.approx([-0.199, -0.001], abs=0.003)


def test_school_figures__pool_the_answers_of_several_indicators():
    both = RATE.model_copy(update={"indicators": ("one", "two")})
    obs = cells(
        organization_id="a", indicator=["one", "two"], numerator=[10, 60], denominator=[50, 100]
    )
    assert SchoolFigures(obs).find(both, "a", 2018).low == pytest.approx(70 / 150)
