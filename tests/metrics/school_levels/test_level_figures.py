"""Figures of schools."""

import pandas as pd
import pytest
from conftest import make_counts

from sesec_analysis.catalog.entries import LevelFigure
from sesec_analysis.metrics.school_levels.level_figures import CHANCES, SchoolFigures

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


SCHOOL = {"end_year": 2018, "organization_level": "school", "organization_id": "a"}


def test_school_figures__give_a_gap_with_the_interval_of_newcombe():
    # 80 of 100 and 90 of 100: between -20.2 and 0.1 points by Jeffreys' limits (71.3-87.0 and 83.0-94.7 percent):
    # -10 - sqrt(8.7^2 + 4.7^2) = -19.9 and -10 + sqrt(7.0^2 + 7.0^2) = -0.1.
    obs = make_counts(
        low_income=(80, 100),
        not_low_income=(90, 100),
        indicator="regular_attendance",
        student_group_type="low_income",
        **SCHOOL,
    )
    gap = SchoolFigures(obs).find(GAP, "a", 2018)
    assert gap.low == gap.high == pytest.approx(-0.1)
    ends = [gap.by_chance_low[CHANCES <= 0.025].max(), gap.by_chance_high[CHANCES >= 0.975].min()]
    assert ends == pytest.approx([-0.199, -0.001], abs=0.003)


def test_school_figures__pool_the_answers_of_several_indicators():
    both = RATE.model_copy(update={"indicators": ("one", "two")})
    counted = {"one": (10, 50), "two": (60, 100)}
    obs = pd.concat(
        make_counts(all=cell, student_group_type="all", indicator=name, **SCHOOL)
        for name, cell in counted.items()
    )
    assert SchoolFigures(obs).find(both, "a", 2018).low == pytest.approx(70 / 150)
