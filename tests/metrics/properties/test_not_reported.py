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
from sesec_analysis.evidence.gate.gate import gate
from sesec_analysis.metrics.disparity import gaps, ratios
from sesec_analysis.metrics.disproportionality import disproportionality
from sesec_analysis.metrics.inequality import inequality
from sesec_analysis.metrics.odds_ratios import odds_ratios
from sesec_analysis.metrics.segregation import segregation
from sesec_analysis.metrics.two_groups import gaps_to_whole
from tests.metrics.properties.test_enclosure import made, observations

pytestmark = pytest.mark.slow

TABLES = proofs.cases(3_000, 40)
SLACK = 1e-9
GROUPS = ("asian", "black", "white")
BY = {"by": "race_ethnicity"}
TO_OTHERS = BY | {"reference": "others"}
OF_SCHOOLS = {"indicator": "enrollment", "organization_level": "school"}
PLACE = BY | {"organization_id": "seattle", "organization_name": "Seattle"}


def proof(seed):
    name = "Bounds hold whichever group students not reported are of"
    return pytest.mark.proof(name, seed=seed, tried="3,000 tables")


def cells(k, n, **keys):
    """Exact rows of OBSERVATIONS: a row of counts for each table, or for each of its schools."""
    groups = GROUPS if k.shape[1] == len(GROUPS) else ("all",)
    return made(observations(k, n, groups, **keys))


def masked(table, rows):
    """Withhold the counts of rows, which keep their size where they have one; nobody knows more than 0 to 9."""
    few = rows & (table["numerator"] < 10).fillna(False)
    out = table.copy()
    for name in ("numerator", "value"):
        out[name] = out[name].mask(few)
    out["numerator_low"] = out["numerator_low"].mask(few, 0)
    out["numerator_high"] = out["numerator_high"].mask(few, 9)
    size = out["denominator"].where(out["denominator"] > 0, 1).astype(float)
    out["value_low"] = out["value_low"].mask(few, 0.0)
    out["value_high"] = out["value_high"].mask(few, (9 / size).clip(upper=1.0))
    out["status"] = out["status"].mask(few, "bounded")
    out["cells_reported"] = out["cells_reported"].mask(few, 0)
    return out


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


@proof(seed=31)
@pytest.mark.parametrize("hide", [False, True], ids=["all cells printed", "some withheld"])
def test_segregation__holds_every_completion(hide, record_property):
    draw = np.random.default_rng(32 + hide)
    schools = 3
    shape = (TABLES * schools, len(GROUPS))
    k = draw.integers(0, 120, shape) * (draw.random(shape) < 0.9)
    k[:, 0] += 40
    lost = np.minimum(k, draw.integers(0, 3, shape) * (draw.random((len(k), 1)) < 0.4))
    lost[:, 0] += np.where(hide & (lost.sum(axis=1) > 0), 19, 0)  # more than can be withheld
    students = np.repeat(k.sum(axis=1, keepdims=True), len(GROUPS), axis=1)
    keys = OF_SCHOOLS | {
        "end_year": np.repeat(np.arange(TABLES), schools * len(GROUPS)) + 1,
        "organization_id": np.tile(np.repeat(["a", "b", "c"], len(GROUPS)), TABLES),
    }
    whole, left = cells(k, students, **keys), cells(k - lost, students, **keys)
    rows = (
        np.repeat(lost.sum(axis=1) > 0, len(GROUPS)) & (left["student_group"] != "asian")
    ) & hide
    # A whole group is missing from a table that is short by more than a few: that is refused.
    most = masked(left, rows)["numerator_high"].astype(float)
    kept = most.groupby(keys["end_year"]).transform("sum") >= 0.90 * (
        pd.Series(students.ravel() / len(GROUPS)).groupby(keys["end_year"]).transform("sum")
    )
    true = segregation(whole[kept], **PLACE)
    got = segregation(masked(left, rows)[kept], **PLACE)
    numbers = held(true, got, schema.ESTIMATES_KEY)
    moved = numbers["end_year"].isin(keys["end_year"][np.repeat(lost.sum(axis=1) > 0, len(GROUPS))])
    assert (numbers.loc[moved, "status_got"] == "bounded").all()
    assert set(numbers["measure"]) >= {"dissimilarity", "isolation", "exposure", "theil_h"}
    assert moved.sum() > TABLES
    record_property("ranges of segregation", int(moved.sum()))


@proof(seed=31)
def test_gate__prints_no_count_that_tells_how_many_are_not_reported(record_property):
    draw = np.random.default_rng(34)
    tables = proofs.cases(300, 20)
    shape = (tables * 2, len(GROUPS))
    k = draw.integers(30, 120, shape)
    lost = np.zeros(shape, dtype=int)
    lost[:, 0] = draw.integers(1, 4, len(k))
    keys = OF_SCHOOLS | {
        "end_year": np.repeat(np.arange(tables), 2 * len(GROUPS)) + 1,
        "organization_id": np.tile(np.repeat(["a", "b"], len(GROUPS)), tables),
    }
    students = np.repeat(k.sum(axis=1, keepdims=True), len(GROUPS), axis=1)
    obs = cells(k - lost, students, **keys)
    judged = gate(segregation(obs, **PLACE))
    shown = judged[judged["publish"] != "nothing"]
    assert (shown["publish"] == "range").all()
    assert (shown["rule"].str.split("; ").str[0] == "not-reported").all()
    assert shown["numerator_low"].isna().all()
    assert shown["numerator_high"].isna().all()
    assert (shown["n_low"] == shown["n_high"]).all()
    pd.testing.assert_frame_equal(gate(judged), judged)
    record_property("ranges printed without their counts", len(shown))
