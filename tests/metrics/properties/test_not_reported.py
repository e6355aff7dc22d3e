"""Students of no group that is published: whichever group each is of, the measure lies within the bounds.

Random tables, in which groups are all students, are measured whole; then some students are taken out of their groups,
while all students stay as they are, and the table is measured again. A table that was taken from is a completion of
what is left of it.
"""

import numpy as np
import pandas as pd
import proofs
import pytest

from sesec_analysis import schema
from sesec_analysis.metrics.disparity import gaps, ratios
from sesec_analysis.metrics.disproportionality import disproportionality
from sesec_analysis.metrics.inequality import inequality
from sesec_analysis.metrics.odds_ratios import odds_ratios
from sesec_analysis.metrics.two_groups import gaps_to_whole
from tests.metrics.properties.test_enclosure import made, observations

pytestmark = pytest.mark.slow

TABLES = proofs.cases(3_000, 40)
SLACK = 1e-9
GROUPS = ("asian", "black", "white")
BY = {"by": "race_ethnicity"}
TO_OTHERS = BY | {"reference": "others"}


def proof(seed):
    name = "Bounds hold whichever group students not reported are of"
    return pytest.mark.proof(name, seed=seed, tried="3,000 tables")


def cells(k, n, **keys):
    """Exact rows of OBSERVATIONS: a row of counts for each table, or for each of its schools."""
    groups = GROUPS if k.shape[1] == len(GROUPS) else ("all",)
    return made(observations(k, n, groups, **keys))


def held(true, got, key):
    """Rows in which both say something: the number of the true table is within the bounds of the other."""
    both = true.merge(got, on=key, suffixes=("", "_got"))
    assert len(both) == len(true) == len(got)
    numbers = both[both["estimate"].notna() & both["bound_low_got"].notna()]
    room = SLACK * numbers["estimate"].abs().clip(1.0, 1e6)
    inside = (numbers["estimate"] >= numbers["bound_low_got"] - room) & (
        numbers["estimate"] <= numbers["bound_high_got"] + room
    )
    assert inside.all(), numbers[~inside].iloc[0].to_dict()
    return numbers


def taken(draw, k, n, most):
    """Take up to ``most`` students of each row out of their groups at random; some tables lose none."""
    out = np.minimum(n, draw.integers(0, most, n.shape) * (draw.random((len(n), 1)) < 0.7))
    counted = draw.hypergeometric(k, n - k, out)
    return counted, out


@proof(seed=31)
def test_others__hold_every_completion(record_property):
    draw = np.random.default_rng(31)
    n = draw.integers(60, 400, (TABLES, len(GROUPS)))
    k = draw.binomial(n, draw.choice([0.05, 0.3, 0.6, 0.95], n.shape))
    lost_k, lost_n = taken(draw, k, n, 4)
    of_all = (part.sum(axis=1, keepdims=True) for part in (k, n))
    everyone = cells(*of_all, student_group_type="all")
    whole = pd.concat([cells(k, n), everyone], ignore_index=True)
    left = cells(k - lost_k, n - lost_n)
    short = pd.concat([left, everyone], ignore_index=True)
    ranges = 0
    for measure in (
        lambda obs: gaps(obs, **TO_OTHERS),
        lambda obs: ratios(obs, **TO_OTHERS),
        lambda obs: odds_ratios(obs, **TO_OTHERS),
        lambda obs: gaps_to_whole(obs, **BY),
        lambda obs: disproportionality(obs, **BY),
        lambda obs: inequality(obs, **BY, reference="white"),
    ):
        true, got = measure(whole), measure(short)
        numbers = held(true, got, schema.ESTIMATES_KEY)
        moved = numbers["organization_id"].isin(
            np.flatnonzero((lost_n > 0).any(axis=1)).astype(str)
        )
        assert (numbers.loc[moved, "status_got"] != "ok").all()
        assert (numbers.loc[~moved, "status_got"] == numbers.loc[~moved, "status"]).all()
        ranges += int(moved.sum())
    assert ranges > TABLES
    record_property("ranges against all others", ranges)
