"""The sums of all groups and places of a year, joined by a program that shares nothing with ours."""

import numpy as np
import pandas as pd
import pytest
from joined_sums import Problem, given_away, problem
from proofs import is_whole, sample

from sesec_analysis import catalog
from sesec_analysis.loaders import load

INDICATORS = ("disciplined", "regular_attendance", "ela_met", "math_met", "graduated_4yr")
PLACES = [code for code, place in catalog.places().items() if place.schools or place.all_but]
KINDS = ("race_ethnicity", "english_learner", "low_income", "disability", "gender", "section_504", "homeless",
         "migrant", "military_parent", "highly_capable")  # fmt: skip
EVERY = [
    (indicator, year, kind)
    for indicator in INDICATORS
    for year in load.years_held(indicator)
    for kind in (KINDS if indicator == "disciplined" else (None,))
]
"""Discipline has the most masked cells, and is joined by kind of group: all kinds at once reach the limit of nodes."""
ALWAYS = [("regular_attendance", 2024, None), ("disciplined", 2019, "english_learner")]
FEW_PLACES = ["southeast_seattle", "seattle_k8", "seattle_middle"]
"""Places tried in `make test`; without `literal_sums.csv` they give away withheld counts of 2018–19."""


def proof_of(indicator: str, year: int, kind: str | None) -> object:
    """Return a case with the row of its indicator in docs/PROOFS.md."""
    name = (
        f"Sums of all groups and places, joined, leave each masked cell three values: `{indicator}`"
    )
    tried = f"every year, {len(PLACES)} places together" + (", by kind of group" if kind else "")
    marks = pytest.mark.proof(name, tried=tried)
    return pytest.param(indicator, year, kind, marks=marks, id=f"{indicator}-{year}-{kind}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("indicator", "year", "kind"),
    [proof_of(*case) for case in sample(EVERY, 2, seed=45, always=ALWAYS)],
)
def test_sums__joined_give_no_masked_cell_away(indicator, year, kind, record_property):
    stated = problem(indicator, year, PLACES if is_whole() else FEW_PLACES, kind)
    if stated is None:  # nothing is masked
        return
    faults, looked_at = given_away(stated)
    record_property("masked cells", looked_at)
    record_property("programs that did not end", stated.undecided)
    assert not faults


def schools() -> Problem:
    """Four schools that print <30% of ten students or more, of at most 40."""
    cells = pd.DataFrame({"organization_id": [*"abcd"], "student_group": "black", "token": "<30%"})
    ties = [({2 * at: 1.0, 2 * at + 1: -0.3}, -np.inf, 1e-6) for at in range(len(cells))]
    low, high = np.tile([0.0, 10.0], len(cells)), np.tile([12.0, 40.0], len(cells))
    return Problem(cells, low, high, ties, [])


@pytest.mark.parametrize(
    ("ours", "faults"),
    [
        ([({0: 1.0, 2: 1.0, 4: 1.0, 6: 1.0}, 0.0, 8.0)], []),  # shared by four
        ([({0: 1.0}, 0.0, 2.0)], ["counted: a"]),
        ([({1: 1.0}, 20.0, 21.0)], ["students known: a"]),
        ([({0: 1.0, 2: 1.0, 4: 1.0, 6: 1.0}, 0.0, 2.0)], ["counted: a", "counted: d"]),
        # A place less a smaller one.
        ([({0: 1.0, 2: 1.0}, 5.0, 6.0), ({0: 1.0, 2: 1.0, 4: 1.0}, 7.0, 8.0)], []),
        ([({0: 1.0, 2: 1.0}, 5.0, 6.0), ({0: 1.0, 2: 1.0, 4: 1.0}, 7.0, 7.0)], ["counted: c"]),
    ],
)
def test_given_away__finds_a_planted_sum(ours, faults):
    stated = schools()
    stated.ours = ours
    found, looked_at = given_away(stated)
    assert looked_at == len(stated.cells)
    assert bool(found) == bool(faults)
    for fault in faults:
        assert any(one.startswith(fault) for one in found)
