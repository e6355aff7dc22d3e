"""The figures of school levels, and that the fixed cut points are what our tables give."""

import numpy as np
import pandas as pd
import pytest

from sesec_analysis import catalog
from sesec_analysis.loaders.claims import level_figures
from sesec_analysis.metrics.school_levels.level_figures import SchoolFigures

RULES = catalog.level_rules()


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    return level_figures(up_to=2025)


CASES = [
    pytest.param(figure, cuts, id=f"{code}-{cuts.kind}-{cuts.base_year}")
    for part in RULES.parts.values()
    for code, figure in part.figures.items()
    for cuts in figure.cuts
    if cuts.schools is not None
]
"""The cut points taken from schools, each with its figure; others are set by convention."""


def cut_points(obs, figure, schools, end_year):
    """Quintiles (Hyndman and Fan's definition 7) of schools whose figure is open by at most five points."""
    known = SchoolFigures(obs)
    found = [known.find(figure, school, end_year) for school in schools]
    middles = [(one.low + one.high) / 2 for one in found if one and one.high - one.low < 0.05001]
    return np.quantile(middles, [0.2, 0.4, 0.6, 0.8]).round(3).tolist(), len(middles)


@pytest.mark.slow
@pytest.mark.parametrize(("figure", "cuts"), CASES)
def test_cut_points__are_the_quintiles_of_the_base_year(figures, figure, cuts):
    schools = [code for code, kind in RULES.schools.items() if kind == cuts.kind]
    points, n = cut_points(figures, figure, schools, cuts.base_year)
    assert (tuple(points), n) == (cuts.points, cuts.schools)
    of_year = figures[figures["indicator"].isin(figure.indicators)]
    sources = of_year.loc[of_year["end_year"] == cuts.base_year, "source_id"]
    assert tuple(sorted(set(sources))) == cuts.sources
