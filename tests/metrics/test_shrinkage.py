"""Shrunken rates: between the raw rate and the mean, all mean where schools differ by chance, honest where withheld."""

import numpy as np
import pytest
from conftest import make_counts
from hypothesis import given, settings
from hypothesis import strategies as st
from masked_samples import random_places

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.shrinkage import FEWEST_UNITS, global_prior, shrunk_rates

cells = st.integers(10, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def schools(*given_cells, **common):
    obs = make_counts(
        **{f"g{i}": cell for i, cell in enumerate(given_cells)},
        organization_level="school",
        **common,
    )
    obs["organization_id"] = [f"s{i}" for i in range(len(obs))]
    return obs.assign(student_group="all", student_group_type="all")


def shrunk(*given_cells):
    return schema.validate_estimates(shrunk_rates(schools(*given_cells)))


def test_global_prior__matches_hand_worked_numbers():
    # Rates .1, .6, .8 of a hundred each: m = .5, spread (.16 + .01 + .09) / 3, noise .25 / 100.
    prior = global_prior([10, 60, 80], [100, 100, 100])
    assert (prior.mean, prior.noise) == (0.5, 0.25)
    assert prior.variance == pytest.approx(0.26 / 3 - 0.0025)
    assert prior.shrunk(0.1, 100) == pytest.approx(
        0.5 - 0.4 * prior.variance / (prior.variance + 0.0025)
    )
    assert prior.shrunk(0.1, np.inf) == pytest.approx(0.1)


def test_global_prior__of_like_schools_has_no_variance():
    assert global_prior([50, 100, 25], [100, 200, 50]).variance == 0
    # PySAL's own eight units, where its variance is -3.7e-6 for want of a floor.
    prior = global_prior(
        [30, 25, 25, 15, 33, 21, 30, 20],
        [1000, 1000, 1100, 900, 1000, 900, 1100, 900],
        events_may_repeat=True,
    )
    assert prior.variance == 0
    assert prior.shrunk(0.03, 1000) == pytest.approx(prior.mean)


@pytest.mark.parametrize(("k", "n"), [([], []), ([1], [0]), ([np.nan], [5]), ([-1], [5])])
def test_global_prior__refuses_what_has_no_rate(k, n):
    with pytest.raises(DataError, match="without students"):
        global_prior(k, n)


@settings(max_examples=15, deadline=None)
@given(st.lists(cells, min_size=FEWEST_UNITS, max_size=9))
def test_shrunk_rates__lie_between_the_raw_rate_and_that_of_all(given_cells):
    table = shrunk(*given_cells)
    k, n = np.array(given_cells).T
    mean, raw = k.sum() / n.sum(), k / n
    low, high = np.minimum(raw, mean), np.maximum(raw, mean)
    assert (table["estimate"] >= low - 1e-12).all()
    assert (table["estimate"] <= high + 1e-12).all()
    assert (table["ci_low"] <= table["estimate"]).all()


def test_shrunk_rates__moves_a_small_school_more_than_a_large_one():
    table = shrunk((16, 20), (800, 1000), (300, 1000), (500, 1000), (450, 1000))
    assert 0.8 - table["estimate"][0] > 5 * (0.8 - table["estimate"][1])


def test_shrunk_rates__cover_the_truth_as_often_as_they_say():
    draw = np.random.default_rng(20261124)
    inside = []
    for _ in range(12):
        truth = draw.beta(20, 20, 60)
        n = draw.integers(15, 150, 60)
        table = shrunk(*zip(draw.binomial(n, truth).tolist(), n.tolist(), strict=True))
        inside.append((table["ci_low"] <= truth) & (truth <= table["ci_high"]))
    assert np.mean(inside) == pytest.approx(0.95, abs=0.02)


def test_shrunk_rates__of_withheld_cells_have_bounds_that_hold_the_truth():
    obs, k, n = random_places(21, groups=1, places=400)
    table = schema.validate_estimates(shrunk_rates(obs.assign(organization_level="school")))
    exact = obs["numerator"].notna().to_numpy() & (n.ravel() > 0)
    prior = global_prior(k.ravel()[exact], n.ravel()[exact])
    said = table["status"].isin(["ok", "bounded"]).to_numpy()
    truth = prior.shrunk(k.ravel()[said] / n.ravel()[said], n.ravel()[said])
    assert {"ok", "bounded", "small_n", "undefined"} <= set(table["status"])
    assert (table.loc[said, "bound_low"] - 1e-9 <= truth).all()
    assert (truth <= table.loc[said, "bound_high"] + 1e-9).all()
    assert table.loc[said, "method"].str.contains("exact counts only").all()


def test_shrunk_rates__learns_within_a_year_and_refuses_to_learn_from_few():
    few = shrunk(*[(10, 20)] * (FEWEST_UNITS - 1), "<15%")
    assert (few["status"] == "undefined").all()
    assert few["method"].str.contains("fewer than 5 schools").all()
    assert few["estimate"].isna().all()
    same = shrunk(*[(10, 20)] * FEWEST_UNITS)
    assert same["estimate"].tolist() == pytest.approx([0.5] * FEWEST_UNITS)
    assert (same["ci_low"] < 0.5).all()


def test_shrunk_rates__are_not_for_estimated_shares():
    obs = schools(*[(10 + i, 40) for i in range(8)]).assign(unit="estimated_share")
    assert (shrunk_rates(obs)["status"] == "undefined").all()


def test_shrunk_rates__of_nobody_or_everybody_stays_there():
    table = shrunk(*[(0, 20)] * 5)
    assert (table["estimate"] == 0).all()
    assert (table["status"] == "ok").all()
    assert schema.validate_estimates(shrunk_rates(make_counts())).empty
