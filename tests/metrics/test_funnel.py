"""Funnels: limits that hold what chance makes, distances that allow for variety, and no flag for like schools."""

import numpy as np
import pandas as pd
import pytest
from conftest import make_counts
from conftest import make_schools as schools
from scipy.stats import binom, norm, poisson

from sesec_analysis import schema
from sesec_analysis.errors import DataError, QuestionError
from sesec_analysis.metrics.disparity import compare, rates
from sesec_analysis.metrics.funnel import (
    FEWEST_UNITS,
    between_variance,
    funnel,
    funnel_limits,
    global_prior,
    overdispersion,
    poisson_limits,
    shrunk_rates,
)
from sesec_analysis.metrics.intervals import wilson
from sesec_analysis.metrics.trends import school_rates, year_variation


def measured(obs, measure, **more):
    table = schema.validate_estimates(funnel(obs, **more))
    return table[table["measure"] == measure].reset_index(drop=True)


# --- limits and dispersion -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0.95, 0.998])
def test_funnel_limits__put_a_count_outside_exactly_if_it_is_that_rare(level):
    n = np.repeat(np.arange(10, 80, 7), 80)
    k = np.tile(np.arange(80), 10)
    n, k = n[k <= n], k[k <= n]
    for target in (0.05, 0.3, 0.5, 0.93):
        low, high = funnel_limits(n, target, level)
        rare_low = binom.cdf(k, n, target) <= (1 - level) / 2
        rare_high = binom.sf(k - 1, n, target) <= (1 - level) / 2
        assert ((k / n < low - 1e-12) == rare_low).all()
        assert ((k / n > high + 1e-12) == rare_high).all()


@pytest.mark.parametrize("level", [0.9, 0.998])
def test_poisson_limits__are_those_of_garwood(level):
    low, high = poisson_limits([15, 30], level=level)
    expected, tail = np.array([15, 30]), (1 - level) / 2
    assert poisson.sf(expected - 1, expected * low) == pytest.approx([tail] * 2)
    assert poisson.cdf(expected, expected * high) == pytest.approx([tail] * 2)


def test_overdispersion__draws_in_the_odd_ones():
    z = [-9.0, *np.linspace(-1, 1, 19)]
    assert overdispersion(z, winsorized=0) == pytest.approx(np.mean(np.square(z)))
    assert overdispersion(z) < 1 < overdispersion(z, winsorized=0)


@pytest.mark.parametrize(("z", "share"), [([], 0.1), ([np.inf], 0.1), ([1.0], 0.5)])
def test_overdispersion__refuses_what_has_no_distance(z, share):
    with pytest.raises(DataError, match=r"no school|inf is not a number"):
        overdispersion(z, winsorized=share)


def test_between_variance__matches_hand_worked_number():
    # Weights 100, 100 and 400: (3 * 4 - 2) / (600 - (10000 + 10000 + 160000) / 600) = 10 / 300.
    assert between_variance(4.0, [0.1, 0.1, 0.05]) == pytest.approx(10 / 300)


# --- the measure -----------------------------------------------------------------------------------------------------


def test_funnel__matches_hand_worked_distances():
    obs = schools((50, 100), (46, 100), (53, 100), (49, 100), (60, 100))
    z = measured(obs, "funnel_z", target=0.5)
    assert z["estimate"].tolist() == pytest.approx([0, -0.8, 0.6, -0.2, 2.0])
    p = measured(obs, "funnel_p", target=0.5)
    assert p["estimate"].tolist() == pytest.approx(
        (2 * norm.sf(np.abs([0, -0.8, 0.6, -0.2, 2.0]))).tolist()
    )
    target = measured(obs, "funnel_target", target=0.5)
    assert (target["estimate"] == 0.5).all()
    low, high = funnel_limits(100, 0.5)
    assert target["ci_low"].tolist() == pytest.approx([float(low)] * 5)
    assert target["ci_high"].tolist() == pytest.approx([float(high)] * 5)
    assert z["method"].str.contains("target 0.5, overdispersion .*tau\\^2 0,").all()


@pytest.mark.slow
@pytest.mark.parametrize(
    "given_cells", [[(10, 20)] * 4, [(0, 20)] * 6, [(20, 20)] * 6, ["N<10"] * 6]
)
def test_funnel__without_a_target_or_schools_is_rows_with_a_status(given_cells):
    table = schema.validate_estimates(funnel(schools(*given_cells)))
    assert len(table) == 3 * len(given_cells)
    assert set(table["status"]) <= {"undefined", "small_n"}
    assert table["estimate"].isna().all()


@pytest.mark.parametrize("target", [0, 1, 1.2, np.nan])
def test_funnel__refuses_a_target_that_is_no_rate(target):
    with pytest.raises(DataError, match="not between 0 and 1"):
        funnel(schools((10, 20)), target=target)


@pytest.mark.slow
def test_funnel__is_not_for_estimated_shares():
    obs = schools(*[(10 + i, 40) for i in range(8)]).assign(unit="estimated_share")
    table = schema.validate_estimates(funnel(obs))
    assert (table["status"] == "undefined").all()
    assert table["estimate"].isna().all()


def usual_of(obs, rates_expected):
    """Make rows as `expected_rates` gives them."""
    table = schema.validate_estimates(rates(obs))
    return table.assign(measure="expected_rate", estimate=rates_expected)


def test_funnel__against_rates_usual_for_each_is_hand_worked():
    obs = schools((50, 100), (60, 100), (20, 50), (90, 100), (33, 100))
    usual = [0.5, 0.5, 0.5, 0.8, 0.4]
    z = measured(obs, "funnel_z", expected=usual_of(obs, usual))
    # (p - e) / sqrt(e (1 - e) / n): 0, 0.1 / 0.05, -0.1 / sqrt(0.005), 0.1 / 0.04, -0.07 / sqrt(0.0024).
    by_chance = [0, 2.0, -0.1 / 0.005**0.5, 2.5, -0.07 / 0.0024**0.5]
    phi = overdispersion(by_chance)
    error = np.array([0.05, 0.05, 0.005**0.5, 0.04, 0.0024**0.5])
    tau = between_variance(phi, error)
    assert phi > 1
    away = [0, 0.1, -0.1, 0.1, -0.07]
    assert z["estimate"].tolist() == pytest.approx(list(away / np.sqrt(error**2 + tau)))
    target = measured(obs, "funnel_target", expected=usual_of(obs, usual))
    assert target["estimate"].tolist() == pytest.approx(usual)
    assert (
        "; the target is the rate usual for its need; target 0.8, overdispersion"
        in target["method"][3]
    )


def test_funnel__judges_no_school_without_a_usual_rate_and_learns_nothing_from_it():
    obs = schools((50, 100), (60, 100), (20, 50), (90, 100), (33, 100), (99, 100))
    usual = usual_of(obs, 0.5)
    without = measured(obs, "funnel_z", expected=usual.iloc[:5])
    assert without["status"].tolist() == ["ok"] * 5 + ["undefined"]
    alone = measured(obs.iloc[:5], "funnel_z", expected=usual)
    assert without.iloc[:5].equals(alone)
    with pytest.raises(DataError, match="two expected rates"):
        funnel(obs, expected=pd.concat([usual, usual]))
    with pytest.raises(QuestionError, match="one target for all and an expected rate each"):
        funnel(obs, expected=usual, target=0.5)


def test_funnel__keeps_levels_of_school_apart():
    obs = schools(*[(50 + i, 100) for i in range(6)], *[(80 - i, 100) for i in range(6)], (9, 100))
    kind = {f"s{i}": "high" if i > 5 else "elementary" for i in range(12)}
    apart = measured(obs, "funnel_target", levels=kind)
    assert apart["status"].tolist() == ["ok"] * 12 + ["undefined"]
    for part in (slice(0, 6), slice(6, 12)):
        alone = measured(obs.iloc[part], "funnel_target").reset_index(drop=True)
        numbers = ["estimate", "ci_low", "ci_high"]
        assert apart.iloc[part].reset_index(drop=True)[numbers].equals(alone[numbers])
    assert "; beside schools of its level only; target 0.525, overdispersion" in apart["method"][0]


def shrunk(*given_cells):
    return schema.validate_estimates(shrunk_rates(schools(*given_cells)))


def test_global_prior__matches_hand_worked_numbers():
    # Rates .1, .6, .8 of a hundred each: m = .5, spread (.16 + .01 + .09) / 3, a student's variance .25 in all.
    prior = global_prior([10, 60, 80], [100, 100, 100])
    variance = (0.26 / 3 - 0.25 / 100) / (1 - 1 / 100)
    assert prior.mean == 0.5
    assert (prior.variance, prior.noise) == pytest.approx((variance, 0.25 - variance))
    # What schools vary in all is what was seen: .26 / 3.
    assert prior.shrunk(0.1, 100) == pytest.approx(0.5 - 0.4 * variance / (0.26 / 3))
    assert prior.shrunk(0.1, np.inf) == pytest.approx(0.1)


def test_global_prior__of_like_schools_has_no_variance():
    assert global_prior([50, 100, 25], [100, 200, 50]).variance == 0


@pytest.mark.parametrize(("k", "n"), [([], []), ([1], [0]), ([np.nan], [5]), ([-1], [5])])
def test_global_prior__refuses_what_has_no_rate(k, n):
    with pytest.raises(DataError, match=r"without students|-1 is not a whole number"):
        global_prior(k, n)


def test_shrunk_rates__have_intervals_that_end_at_nobody_and_everybody():
    table = shrunk((0, 200), (60, 200), (10, 200), (100, 200), (200, 200))
    assert (table["ci_low"][0], table["ci_high"][4]) == (0, 1)


def test_shrunk_rates__learns_within_a_year_and_refuses_to_learn_from_few():
    few = shrunk(*[(10, 20)] * (FEWEST_UNITS - 1), "<15%")
    assert (few["status"] == "undefined").all()
    assert few["method"].str.contains("fewer than 5 schools").all()
    assert few["estimate"].isna().all()
    same = shrunk(*[(10, 20)] * FEWEST_UNITS)
    assert same["estimate"].tolist() == pytest.approx([0.5] * FEWEST_UNITS)
    assert (same["ci_low"] < 0.5).all()


# --- events that one student may have several of ---------------------------------------------------------------------


def test_funnel__of_events_has_poissons_limits_and_variance():
    obs = schools((20, 100), (18, 100), (22, 100), (19, 100), (21, 100), (40, 200))
    target = measured(obs, "funnel_target", noise="poisson").iloc[0]
    low, high = poisson_limits(20.0)  # 100 students at 0.2
    assert (target.ci_low, target.ci_high) == pytest.approx((0.2 * float(low), 0.2 * float(high)))
    distance = measured(obs, "funnel_z", noise="poisson").iloc[2]
    assert distance.estimate == pytest.approx((0.22 - 0.2) / np.sqrt(0.2 / 100))
    assert "Poisson" in distance.method
    plain = measured(obs, "funnel_z").iloc[2]
    assert plain.estimate == pytest.approx((0.22 - 0.2) / np.sqrt(0.2 * 0.8 / 100))


@pytest.mark.parametrize("expected", [0.0, -3.0, [15, np.nan], np.inf])
def test_poisson_limits__refuses_where_no_event_is_expected(expected):
    with pytest.raises(DataError, match=r"no event is expected|inf is not a number"):
        poisson_limits(expected)


def test_shrunk_rates__of_events_are_marshalls_own():
    cells = [(5, 100), (20, 100), (33, 150), (60, 200), (10, 40)]
    table = shrunk_rates(schools(*cells), noise="poisson")
    k, n = np.array(cells, dtype=float).T
    prior = global_prior(k, n, events_may_repeat=True)
    assert table["estimate"].to_numpy() == pytest.approx(prior.shrunk(k / n, n))
    assert table["method"].str.contains("Poisson").all()


@pytest.mark.parametrize("measure", [funnel, shrunk_rates])
def test_schools__refuse_a_noise_that_there_is_not(measure):
    with pytest.raises(DataError, match="called 'normal'"):
        measure(schools(*[(5, 20)] * 5), noise="normal")


# --- variation between years -----------------------------------------------------------------------------------------


def over_years(draw, years, phi, schools_count=60):
    """Schools whose rate of each year is drawn with phi times the binomial variance around their own."""
    obs = []
    own = draw.uniform(0.3, 0.7, schools_count)
    sizes = draw.integers(60, 300, schools_count)
    for year in years:
        rate = own
        if phi > 1:
            spread = (sizes - phi) / (phi - 1)  # of a beta, so that counts vary phi times as much
            rate = draw.beta(own * spread, (1 - own) * spread)
        k = draw.binomial(sizes, rate)
        obs.append(schools(*zip(k.tolist(), sizes.tolist(), strict=True)).assign(end_year=year))
    return pd.concat(obs, ignore_index=True)


def test_year_variation__finds_what_was_put_in_and_covers_a_year_that_took_no_part():
    phi = 2.5
    obs = over_years(np.random.default_rng(17), range(2012, 2020), phi)
    row = year_variation(obs, held_back=2019).iloc[0]
    assert row["phi"] == pytest.approx(phi, abs=0.3)
    assert (row["pairs"], row["schools"], row["last_year"], row["tried"]) == (360, 60, 2018, 60)
    assert row["inside_low"] <= 0.95 <= row["inside_high"]
    assert row["inside_binomial"] <= row["inside"]
    assert row["inside_binomial"] < 0.9


def test_year_variation__is_hand_worked():
    # 40 and 60 of 100: .2 / sqrt(.25 * .02) = 2.828 standard errors; and none.
    obs = pd.concat([
        schools(*[(40, 100), (50, 100)] * 8).assign(end_year=2018),
        schools(*[(60, 100), (50, 100)] * 8).assign(end_year=2019),
    ])  # fmt: skip
    assert year_variation(obs).iloc[0]["phi"] == pytest.approx(8 / 2)
    levels = {f"s{number}": "odd" if number % 2 else "even" for number in range(16)}
    apart = year_variation(
        pd.concat([obs, obs.assign(end_year=obs["end_year"] + 1)]).drop_duplicates(
            ["organization_id", "end_year"]
        ),
        levels=levels,
    ).set_index("level")["phi"]
    assert apart["odd"] == 1


def test_year_variation__goes_across_no_break_and_into_no_year_that_is_out():
    obs = over_years(np.random.default_rng(3), range(2015, 2020), 1.0)
    assert year_variation(obs).iloc[0]["pairs"] == 240
    assert year_variation(obs, breaks=[2018]).iloc[0]["pairs"] == 180
    assert year_variation(obs, years_out=[2017]).iloc[0]["pairs"] == 120
    few = obs[obs["organization_id"].isin(["s0", "s1", "s2"])]
    assert np.isnan(year_variation(few).iloc[0]["phi"])
    assert year_variation(obs.iloc[:0]).empty


def test_school_rates__are_those_of_fewer_students_and_say_so():
    obs = over_years(np.random.default_rng(5), (2018, 2019), 3.0)
    variation = year_variation(obs)
    phi = float(variation["phi"].iloc[0])
    table, plain = school_rates(obs, variation=variation), rates(obs)
    schema.validate_estimates(table)
    k, n = plain["numerator_low"].iloc[0], plain["n_low"].iloc[0]
    low, high = wilson(k / phi, n / phi)
    assert (table["ci_low"].iloc[0], table["ci_high"].iloc[0]) == pytest.approx(
        (float(low), float(high))
    )
    assert table["method"].iloc[0].endswith(f"; phi {phi:.2f} from 60 pairs of years")
    other = school_rates(obs.assign(indicator="math_met"), variation=variation)
    assert other["ci_low"].to_numpy() == pytest.approx(plain["ci_low"].to_numpy())
    assert other["method"].str.endswith("; binomial minimum, no repeated years").all()
    of_a_place = school_rates(obs.assign(organization_level="place"), variation=variation)
    assert of_a_place.equals(rates(obs.assign(organization_level="place")))


def test_compare__with_variation_has_the_interval_of_the_school_less_the_other_as_it_is():
    obs = over_years(np.random.default_rng(5), (2018, 2019), 3.0)
    variation = year_variation(obs)
    here, there = (obs[obs["organization_id"] == name] for name in ("s0", "s1"))
    gap = compare(here, there, variation=variation).query("measure == 'gap'").iloc[0]
    one = school_rates(here, variation=variation).iloc[0]
    other = rates(there).iloc[0]["estimate"]
    assert gap["estimate"] == pytest.approx(one["estimate"] - other)
    assert (gap["ci_low"], gap["ci_high"]) == pytest.approx(
        (one["ci_low"] - other, one["ci_high"] - other)
    )
    assert "widened for variation between years" in gap["method"]


def test_school_rates__counts_all_students_of_enrollment():
    where = {"indicator": "enrollment", "end_year": 2025, "organization_level": "school"}
    cells = {"all": (216, 216), "low_income": (150, 216)}
    obs = pd.concat(
        make_counts(**{group: cell}, student_group_type=group, **where)
        for group, cell in cells.items()
    )
    variation = year_variation(obs)
    rows = school_rates(obs, variation=variation).set_index("student_group")
    assert rows["measure"].to_dict() == {"all": "count", "low_income": "rate"}
    assert rows.loc["all", ["unit", "estimate"]].tolist() == ["students", 216]
    assert rows.loc["low_income", "estimate"] == pytest.approx(150 / 216)


def test_school_rates__of_answers_have_an_interval_only_where_their_variation_is_known():
    answers = over_years(np.random.default_rng(7), (2018, 2019), 3.0).assign(
        unit="share_of_answers"
    )
    variation = year_variation(answers)
    phi = float(variation["phi"].iloc[0])
    table = school_rates(answers, variation=variation)
    k, n = table["numerator_low"].iloc[0], table["n_low"].iloc[0]
    low, high = (float(end) for end in wilson(k / phi, n / phi))
    assert (table["ci_low"].iloc[0], table["ci_high"].iloc[0]) == pytest.approx((low, high))
    assert rates(answers)["ci_low"].isna().all()
    unknown = school_rates(answers.assign(indicator="other"), variation=variation)
    assert unknown["ci_low"].isna().all()
    of_a_place = school_rates(answers.assign(organization_level="place"), variation=variation)
    assert of_a_place["ci_low"].isna().all()


def test_school_rates__take_the_variation_of_a_schools_level_or_of_all_together():
    obs = over_years(np.random.default_rng(6), (2018, 2019), 3.0)
    levels = {f"s{i}": "high" if i < 10 else "elementary" for i in range(60)}
    apart = year_variation(obs, levels=levels)  # ten high schools are too few
    together = year_variation(obs)
    table = school_rates(obs, variation=pd.concat([apart, together]), levels=levels)
    phi = dict(zip(apart["level"], apart["phi"], strict=True))
    assert np.isnan(phi["high"])
    every = school_rates(obs, variation=together)
    high = table["organization_id"].map(levels) == "high"
    assert table.loc[high, "ci_low"].equals(every.loc[high, "ci_low"])
    assert table.loc[high, "method"].str.contains("; that of all levels together; phi").all()
    assert (
        table.loc[~high, "method"]
        .str.endswith(f"years; phi {phi['elementary']:.2f} from 50 pairs of years")
        .all()
    )
