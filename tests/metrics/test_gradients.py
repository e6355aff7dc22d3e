"""Gradients over ranked schools: worked on paper, mirrored, and bounds that hold whatever was withheld."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from conftest import make_schools as schools

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.gradients import (
    CONCENTRATION,
    MEASURES,
    concentration_bounds,
    concentration_index,
    ends_of_fit,
    gradients,
    mid_ranks,
    slope_bounds,
)

PLACE = {"organization_id": "se", "organization_name": "Southeast"}
NUMBERS = ["estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"]
ABSOLUTE, RELATIVE, ERREYGERS, WAGSTAFF, SLOPE, RATIO = MEASURES


def measured(obs, ranking=None, **more):
    """Return the rows by measure of a valid ESTIMATES table; without a ranking, s0 comes first, then s1."""
    if ranking is None:
        ranking = {f"s{number}": -number for number in range(obs["organization_id"].nunique())}
    table = schema.validate_estimates(gradients(obs, ranking=ranking, **PLACE, **more))
    return table.set_index("measure")


def hidden(low, high, n, n_high=None):
    """Give a cell whose count, and with ``n_high`` its size, is known within bounds."""
    return {
        **{"numerator_low": low, "numerator_high": high},
        **{"denominator_low": n, "denominator_high": n if n_high is None else n_high},
    }


# --- worked on paper -------------------------------------------------------------------------------------------------


def test_gradients__are_hand_worked():
    # Rates 0, 1/2, 1 at ranks 1/6, 1/2, 5/6: A = 2 (1/3) (1/2 1/3 + 1/2 1/3) = 2/9, m = 1/2.
    rows = measured(schools((0, 40), (20, 40), (40, 40)))["estimate"]
    expected = {ABSOLUTE: 2 / 9, RELATIVE: 4 / 9, ERREYGERS: 8 / 9, WAGSTAFF: 8 / 9}
    assert rows[list(expected)].tolist() == pytest.approx(list(expected.values()))


def test_slopes__on_a_logit_line_are_its_ends():
    # Rates 20, 50 and 80 percent at ranks 1/6, 1/2 and 5/6: logits -ln 4, 0, ln 4, a line of slope 3 ln 4.
    rows = measured(schools((20, 100), (50, 100), (80, 100)))
    end = 4**1.5 / (1 + 4**1.5)
    assert rows.loc[SLOPE, "estimate"] == pytest.approx(2 * end - 1)
    assert rows.loc[RATIO, "estimate"] == pytest.approx(end / (1 - end))
    # Three rates on the curve leave no residual; the chance of the counts remains.
    assert rows.loc[SLOPE, "ci_high"] - rows.loc[SLOPE, "ci_low"] > 0.2


# --- identities ------------------------------------------------------------------------------------------------------

CELLS = [(30, 80), (20, 60), (50, 90), (45, 70), (66, 80)]


def test_gradients__of_equal_rates_are_none_but_not_certain():
    rows = measured(schools((20, 40), (45, 90), (30, 60), (15, 30)))
    none = [0, 0, 0, 0, 0, 1]
    assert rows["estimate"].tolist() == pytest.approx(none, abs=1e-9)
    assert (rows["ci_low"] < np.array(none) - 0.01).all()
    assert (rows["ci_high"] > np.array(none) + 0.01).all()


def test_gradients__turn_with_the_order():
    obs = schools(*CELLS)
    rows = measured(obs)["estimate"]
    other = measured(obs, {f"s{i}": i for i in range(5)})["estimate"]
    assert other[list(MEASURES[:5])].tolist() == pytest.approx((-rows[list(MEASURES[:5])]).tolist())
    assert other[RATIO] == pytest.approx(1 / rows[RATIO])


def test_gradients__take_observations_as_the_ranking():
    ranking = schools((70, 80), (50, 60), (40, 90), (20, 70), (1, 80), indicator="low_income")
    obs = schools(*CELLS)
    assert np.allclose(measured(obs, ranking)[NUMBERS], measured(obs)[NUMBERS], equal_nan=True)


@pytest.mark.slow
def test_intervals__cover_the_truth():
    # 111 years of twelve schools whose rates lie on a line: the index of the line should be covered.
    draw = np.random.default_rng(3)
    n = draw.integers(30, 120, size=12)
    rank = mid_ranks(np.arange(12.0), n.astype(float))
    rate = 0.3 + 0.3 * rank
    truth = {
        name: concentration_index(name, n @ rate, (n * rate) @ rank, n.sum())
        for name in MEASURES[:4]
    }
    years = [
        schools(*zip(draw.binomial(n, rate).tolist(), n.tolist(), strict=True), end_year=year)
        for year in range(1900, 2011)
    ]
    ranking = {f"s{i}": -i for i in range(12)}
    table = gradients(pd.concat(years), ranking=ranking, **PLACE)
    for name, value in truth.items():
        rows = table[table["measure"] == name]
        assert ((rows["ci_low"] <= value) & (value <= rows["ci_high"])).mean() >= 0.9
    rows = table[table["measure"] == SLOPE]
    assert ((rows["ci_low"] <= 0.3) & (rows["ci_high"] >= 0.3)).mean() >= 0.9


# --- suppression -----------------------------------------------------------------------------------------------------


def test_bounds__are_the_extremes_of_all_corners():
    draw = np.random.default_rng(5)
    for _ in range(25):
        n = draw.integers(10, 60, size=6).astype(float)
        low = np.floor(n * draw.uniform(0.1, 0.6, size=6))
        high = np.where(np.arange(6) % 3 < 2, np.minimum(low + draw.integers(1, 8, size=6), n), low)
        rank, free = mid_ranks(np.arange(6.0), n), np.flatnonzero(high > low)
        at = np.array(list(product([0, 1], repeat=len(free))))
        k = np.tile(low, (len(at), 1))
        k[:, free] = np.where(at == 1, high[free], low[free])
        s, t = k.sum(axis=1), k @ rank
        start, end = ends_of_fit(s, t, n, rank, steep=True)
        slopes = slope_bounds(low, high, n, rank)
        for name in MEASURES:
            each = {SLOPE: end - start, RATIO: end / start}.get(name)
            each = concentration_index(name, s, t, n.sum()) if each is None else each
            bounds = slopes.get(name) or concentration_bounds(name, low, high, n, rank)
            assert bounds[0] <= each.min()
            assert each.max() <= bounds[1]
            # Linear in the counts, or a quotient of two that are: attained at a corner. Else nearly so.
            sharp = name in (ABSOLUTE, RELATIVE, ERREYGERS)
            near = 1e-8 if sharp else 0.05 * (each.max() - each.min())
            assert bounds == pytest.approx((each.min(), each.max()), abs=near)


def test_bounds__are_hand_worked():
    # The last school counts 20 to 40 of 40: A = 2 (1/3) (p - 0) (1/3) = 1/9 to 2/9.
    rows = measured(schools((0, 40), (20, 40), hidden(20, 40, 40)))
    row = rows.loc[ABSOLUTE]
    assert (row.bound_low, row.bound_high) == pytest.approx((1 / 9, 2 / 9), abs=1e-8)
    assert (row.status, row.method.split(";")[1]) == (
        "bounded",
        " suppression bounds sharp, counts along their extreme paths",
    )
    assert row[["estimate", "ci_low", "outer_low"]].isna().all()
    assert rows.loc[SLOPE, "method"].startswith("range only; suppression bounds outer, nearly")


@pytest.mark.slow
def test_bounds__of_withheld_sizes_are_outer():
    rows = measured(schools((30, 80), (20, 60), "N<10", (50, 90)))
    assert (rows.loc[list(CONCENTRATION), "status"] == "bounded").all()
    assert rows.loc[ABSOLUTE, "method"].startswith("range only; suppression bounds outer, not")
    assert rows.loc[ABSOLUTE, "bound_high"] - rows.loc[ABSOLUTE, "bound_low"] < 0.05
    assert (rows.loc[[SLOPE, RATIO], "status"] == "suppressed").all()
    assert rows.loc[[SLOPE, RATIO], NUMBERS].isna().all(axis=None)
    endless = measured(schools((30, 80), (20, 60), "withheld", (50, 90)))
    assert (endless["status"] == "suppressed").all()
    assert endless["method"].str.startswith("not shown: sizes of schools are withheld").all()


def test_bounds__that_are_all_an_index_can_be_are_not_shown():
    rows = measured(schools("N<10", "N<10", "N<10", "N<10"), measures=CONCENTRATION)
    assert (rows["status"] == "suppressed").all()
    assert rows["method"].str.startswith("not shown: the suppression bounds are all").all()
    free = measured(schools(*[hidden(0, n, n) for n in (40, 50, 60)]))
    assert (free.loc[[WAGSTAFF, RELATIVE, SLOPE, RATIO], "status"] != "ok").all()
    assert free.loc[[SLOPE, RATIO], NUMBERS].isna().all(axis=None)


def test_ranking__that_is_withheld_counts_only_if_it_decides():
    def ranked(*cells):
        return measured(schools(*CELLS[:3]), schools(*cells, indicator="low_income"))

    clear = ranked((90, 100), hidden(50, 60, 100) | {"value_low": 0.5, "value_high": 0.6}, (1, 9))
    assert (clear["status"] == "ok").all()
    unclear = ranked((55, 100), hidden(50, 60, 100) | {"value_low": 0.5, "value_high": 0.6}, (1, 9))
    assert (unclear["status"] == "suppressed").all()
    assert unclear["method"].str.startswith("not shown: the ranking is withheld").all()


# --- nothing to measure ----------------------------------------------------------------------------------------------


def test_gradients__of_two_schools_or_one_place_in_the_order_are_undefined():
    empty = measured(schools((30, 80), (20, 60), "No Students"))
    alike = measured(schools(*CELLS), {f"s{i}": 1.0 for i in range(5)})
    for rows in (empty, alike):
        assert (rows["status"] == "undefined").all()
        assert rows["method"].str.startswith("not calculated: fewer than 3 schools").all()
        assert rows[NUMBERS].isna().all(axis=None)


@pytest.mark.parametrize("everybody", [0, 1])
def test_gradients__of_no_one_or_everyone(everybody):
    rows = measured(schools(*[(everybody * n, n) for n in (40, 50, 60)]))
    assert rows.loc[[ABSOLUTE, ERREYGERS], "estimate"].tolist() == pytest.approx([0, 0], abs=1e-12)
    assert rows.loc[WAGSTAFF, "method"].startswith("not calculated: no one counted")
    assert (rows.loc[[WAGSTAFF, SLOPE, RATIO], "status"] == "undefined").all()
    assert rows.loc[RELATIVE, "status"] == ("ok" if everybody else "undefined")


def test_slopes__without_a_curve_are_undefined():
    rows = measured(schools((0, 40), (20, 40), (40, 40)))
    assert (rows.loc[[SLOPE, RATIO], "status"] == "undefined").all()
    assert rows.loc[SLOPE, "method"].startswith("not calculated: no logit curve fits")


def test_gradients__of_fewer_than_ten_students_are_not_shown():
    rows = measured(schools((1, 3), (2, 3), (1, 3)))
    assert (rows["status"] == "small_n").all()
    assert rows[NUMBERS].isna().all(axis=None)


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"measures": ["gini"]}, "no measure of gradients called 'gini'"),
        ({"ranking": {"s0": 1.0}}, "school s1 has no value"),
        ({"ranking": {f"s{i}": np.nan for i in range(5)}}, "school s0 has no value"),
        ({"level": 1.0}, "confidence level"),
    ],
)
def test_gradients__refuse_what_they_cannot_answer(options, fault):
    with pytest.raises(DataError, match=fault):
        measured(schools(*CELLS), **options)


def test_gradients__refuse_to_add_a_district_to_its_schools():
    district = schools(*CELLS).iloc[:1].assign(organization_level="district")
    with pytest.raises(DataError, match="another organization_level"):
        measured(pd.concat([schools(*CELLS), district.assign(organization_id="d")]))


def test_gradients__refuse_a_ranking_with_two_rows_for_a_school():
    twice = pd.concat([schools(*CELLS), schools(*CELLS, end_year=2018)])
    with pytest.raises(DataError, match="school s0 has two rows in the ranking"):
        measured(schools(*CELLS), twice)
    with pytest.raises(DataError, match="counted twice"):
        measured(pd.concat([schools(*CELLS)] * 2))
