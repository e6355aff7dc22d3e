"""Ratios by score and groups against their whole: what the papers print, identities, and bounds that hold."""

import numpy as np
import pytest
from conftest import make_counts
from hypothesis import given, settings
from hypothesis import strategies as st
from masked_samples import random_places
from statsmodels.stats.proportion import confint_proportions_2indep

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.disparity import gaps, rates, ratios
from sesec_analysis.metrics.pairs import gaps_to_whole, koopman_ratio, score_ratios

WHITE = {"by": "race_ethnicity", "reference": "white"}
cells = st.integers(10, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


# --- ratios by score -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
@pytest.mark.parametrize(
    "cell", [(7, 34, 1, 34), (5, 20, 5, 20), (3, 3000, 1, 9000), (11, 12, 9, 40)]
)
def test_koopman_ratio__equals_statsmodels_one_by_one(cell, level):
    theirs = confint_proportions_2indep(
        *cell, compare="ratio", method="score", correction=False, alpha=1 - level
    )
    assert koopman_ratio(*cell, level) == pytest.approx(theirs, rel=1e-5)


def test_koopman_ratio__has_its_edges_at_zero_counts():
    low, high = koopman_ratio([0, 5, 0, 12], 12, [5, 0, 0, 12], 12)
    assert low.tolist() == [0, pytest.approx(low[1]), 0, pytest.approx(1 / high[3])]
    assert np.isinf(high).tolist() == [False, True, True, False]
    assert low[1] > 1
    assert low[3] < 1 < high[3]


@settings(max_examples=60, deadline=None)
@given(a=cells, b=cells)
def test_koopman_ratio__turns_over_with_its_sides(a, b):
    low, high = koopman_ratio(*a, *b)
    back_low, back_high = koopman_ratio(*b, *a)
    if a[0] and b[0]:
        assert (low * back_high, high * back_low) == pytest.approx((1, 1), rel=1e-9)
        assert low <= (a[0] / a[1]) / (b[0] / b[1]) * (1 + 1e-12)
        assert high >= (a[0] / a[1]) / (b[0] / b[1]) * (1 - 1e-12)


def test_koopman_ratio__solves_the_score_equation():
    # At a limit the likeliest rates with that ratio lie 1.96 standard errors off, by hand: p = r q.
    a, m, b, n = 40, 100, 55, 90
    for limit in koopman_ratio(a, m, b, n):
        roots = np.roots([limit * (m + n), -(limit * (m + b) + a + n), a + b])
        q = roots[(roots > 0) & (roots * limit <= 1) & (roots <= 1)].min()
        p = limit * q
        error = np.sqrt(p * (1 - p) / m + limit**2 * q * (1 - q) / n)
        assert abs(a / m - limit * b / n) / error == pytest.approx(1.959963984540054, rel=1e-8)


def test_score_ratios__keeps_everything_of_ratios_but_the_interval():
    obs = make_counts(
        black=(80, 110), white=(90, 98), asian="N<10", native="<15%", latino="withheld"
    )
    ours, plain = score_ratios(obs, **WHITE), ratios(obs, **WHITE)
    schema.validate_estimates(ours)
    same = [
        name
        for name in ours
        if name not in ("ci_low", "ci_high", "outer_low", "outer_high", "method")
    ]
    assert ours[same].equals(plain[same])
    row = ours.iloc[0]
    assert (row.ci_low, row.ci_high) == pytest.approx(
        tuple(map(float, koopman_ratio(80, 110, 90, 98)))
    )
    assert row.method == "Koopman asymptotic score interval"
    masked = ours["status"] != "ok"
    assert ours[masked].equals(plain[masked])


@settings(max_examples=10, deadline=None)
@given(a=cells, b=cells)
def test_ratios__of_two_groups_are_each_others_inverse(a, b):
    obs = make_counts(black=a, white=b)
    one = ratios(obs, **WHITE)["estimate"].iloc[0]
    two = ratios(obs, by="race_ethnicity", reference="black")["estimate"].iloc[0]
    if a[0] and b[0]:
        assert one * two == pytest.approx(1)


# --- group and whole -------------------------------------------------------------------------------------------------


def test_gaps_to_whole__matches_hand_worked_table():
    table = gaps_to_whole(make_counts(black=(40, 100), white=(90, 100)), by="race_ethnicity")
    assert table["estimate"].tolist() == pytest.approx([-0.25, 0.25])
    others = gaps(make_counts(black=(40, 100), white=(90, 100)), **WHITE).iloc[0]
    row = table.iloc[0]
    assert (row.ci_low, row.ci_high) == pytest.approx((others.ci_low / 2, others.ci_high / 2))
    assert (row.reference, row.unit, row.status, row.n_low, row.reference_n_low) == (
        "all",
        "points",
        "ok",
        100,
        100,
    )


@settings(max_examples=8, deadline=None)
@given(groups=st.lists(cells, min_size=2, max_size=5))
def test_gaps_to_whole__is_the_rate_less_that_of_all_and_sums_to_nothing(groups):
    obs = make_counts(**{f"g{i}": cell for i, cell in enumerate(groups)})
    table = gaps_to_whole(obs, by="race_ethnicity")
    k, n = np.array(groups).T
    whole = k.sum() / n.sum()
    assert table["estimate"].to_numpy() == pytest.approx(rates(obs)["estimate"] - whole, abs=1e-12)
    assert n @ table["estimate"].to_numpy() == pytest.approx(0, abs=1e-9)


def test_gaps_to_whole__of_masked_tables_holds_the_truth():
    obs, k, n = random_places(7)
    table = schema.validate_estimates(gaps_to_whole(obs, by="race_ethnicity"))
    said = table["status"].isin(["ok", "bounded"]).to_numpy()
    assert {"ok", "bounded", "small_n", "undefined"} <= set(table["status"])
    rate = np.divide(k, n, out=np.zeros(k.shape), where=n > 0)
    truth = (rate - (k.sum(axis=1) / np.maximum(n.sum(axis=1), 1))[:, None]).ravel()[said]
    shown = table[said]
    assert (shown["bound_low"] - 1e-9 <= truth).all()
    assert (truth <= shown["bound_high"] + 1e-9).all()
    assert (shown["outer_low"] <= shown["bound_low"]).all()


def test_every_measure__of_nothing_is_empty_and_refuses_overlap():
    nothing = make_counts()
    assert schema.validate_estimates(gaps_to_whole(nothing, by="race_ethnicity")).empty
    assert schema.validate_estimates(score_ratios(nothing, **WHITE)).empty
    with pytest.raises(DataError, match="parts of one whole"):
        gaps_to_whole(
            make_counts(black=(3, 90), white=(9, 90), indicator="enrollment"), by="race_ethnicity"
        )
