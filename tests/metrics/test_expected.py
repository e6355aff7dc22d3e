"""Rates expected of schools: the line of statsmodels, an interval that covers, and bounds where figures are hidden."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from conftest import make_schools as schools
from scipy.special import expit, logit
from scipy.stats import t

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.expected import FEWEST_FITTED, expected_rates

LOW_INCOME = {"indicator": "enrollment", "group": "low_income", "student_group_type": "low_income"}


def low_income_share(cells, codes=None):
    return schools(*cells, codes=codes, **LOW_INCOME)


def drawn(seed, count, *, start=1.5, slope=-0.8, variety=0.0):
    """Schools on a line: rate cells and low-income cells."""
    draw = np.random.default_rng(seed)
    n, enrolled = draw.integers(12, 400, count), draw.integers(100, 500, count)
    low = draw.binomial(enrolled, draw.uniform(0.05, 0.9, count))
    x = logit((low + 0.5) / (enrolled + 1))
    rate = expit(start + slope * x + draw.normal(0, variety, count))
    k = draw.binomial(n, rate)
    return k, n, low, enrolled, x


def pairs(k, n):
    return list(zip(k.tolist(), n.tolist(), strict=True))


def asked(inside, outside, low_income, **more):
    table = schema.validate_estimates(expected_rates(inside, outside, low_income, **more))
    expected, residual = (
        table[table["measure"] == name].reset_index(drop=True)
        for name in ("expected_rate", "rate_less_expected")
    )
    return expected, residual


def test_expected_rates__are_those_of_the_statsmodels_line():
    k, n, low, enrolled, x = drawn(1, 40, variety=0.4)
    share = pd.concat([low_income_share(pairs(low, enrolled))])
    inside, outside = schools(*pairs(k, n)).iloc[:5], schools(*pairs(k, n)).iloc[5:]
    expected, residual = asked(inside, outside, share)
    design = sm.add_constant(x)
    # Students of a school alike: by hand, from the rho that the method tells.
    rho = float(expected["method"].iloc[0].rpartition(" ")[2])
    weight = 1 / (1 + (n[5:] - 1) * rho)
    fit = sm.GLM(
        np.column_stack([k, n - k])[5:],
        design[5:],
        family=sm.families.Binomial(),
        var_weights=weight,
    ).fit()
    mean = fit.fittedvalues
    pearson = weight * (k[5:] - n[5:] * mean) ** 2 / (n[5:] * mean * (1 - mean))
    assert rho > 0
    assert pearson.sum() == pytest.approx(33, rel=0.02)  # rho is told to three digits
    information = (design[5:].T * (weight * n[5:] * mean * (1 - mean))) @ design[5:]
    assert fit.cov_params() == pytest.approx(np.linalg.inv(information))
    rate = fit.predict(design[:5])
    assert expected["estimate"].to_numpy() == pytest.approx(rate, abs=1e-4)
    assert residual["estimate"].to_numpy() == pytest.approx((k / n)[:5] - rate, abs=1e-4)
    line = np.einsum("ij,jk,ik->i", design[:5], fit.cov_params(), design[:5])
    spread = rate * (1 - rate)
    reach = t.ppf(0.975, 33) * np.sqrt(spread * (1 + (n[:5] - 1) * rho) / n[:5] + spread**2 * line)
    assert (residual["ci_high"] - residual["estimate"]).to_numpy() == pytest.approx(reach, rel=0.01)
    assert expected["ci_low"].to_numpy() == pytest.approx(np.maximum(rate - reach, 0), abs=3e-3)
    assert expected["method"].str.contains("fitted on 35 schools outside, 0 left out").all()
    assert (residual["unit"] == "points").all()


@pytest.mark.slow
def test_expected_rates__without_enough_schools_or_a_share_say_so():
    k, n, low, enrolled, _ = drawn(3, FEWEST_FITTED + 1)
    obs, share = schools(*pairs(k, n)), low_income_share(pairs(low, enrolled))
    cases = {
        "few": (obs.iloc[:1], obs.iloc[2:], share),
        "no share": (obs.iloc[:1], obs.iloc[1:], share.iloc[1:]),
        "one share": (obs.iloc[:1], obs.iloc[1:], low_income_share([(50, 100)] * len(obs))),
        "nobody": (obs.iloc[:1], schools(*[(0, 50)] * len(obs)).iloc[1:], share),
    }
    for name, case in cases.items():
        for table in asked(*case):
            row = table.iloc[0]
            assert row.status == "undefined", name
            assert np.isnan(row.estimate)
            assert row.method.startswith("not computed: no low-income share, or fewer than 20")
    fine, _ = asked(obs.iloc[:1], obs.iloc[1:], share)
    assert fine.iloc[0].status == "ok"


def test_expected_rates__of_small_and_empty_schools_are_silent():
    k, n, low, enrolled, _ = drawn(5, 30)
    none = ["t0", "t1", "t2"]
    inside = schools("N<10", "No Students", "withheld", codes=none)
    share = pd.concat(
        [low_income_share(pairs(low, enrolled)), low_income_share([(10, 60)] * 3, none)]
    )
    expected, residual = asked(inside, schools(*pairs(k, n)), share)
    assert expected["status"].tolist() == ["small_n", "undefined", "ok"]
    assert residual["status"].tolist() == ["small_n", "undefined", "suppressed"]


def test_expected_rates__refuse_a_school_on_both_sides_and_two_shares():
    k, n, low, enrolled, _ = drawn(6, 25)
    obs, share = schools(*pairs(k, n)), low_income_share(pairs(low, enrolled))
    with pytest.raises(DataError, match="inside and outside"):
        expected_rates(obs.iloc[:2], obs.iloc[1:], share)
    twice = pd.concat([share, share.iloc[:1].assign(grade_level="03")])
    with pytest.raises(DataError, match="two low-income shares"):
        expected_rates(obs.iloc[:2], obs.iloc[2:], twice)


@pytest.mark.slow
def test_expected_rates__compare_with_schools_of_one_level_only():
    k, n, low, enrolled, _ = drawn(7, 60)
    obs, share = schools(*pairs(k, n)), low_income_share(pairs(low, enrolled))
    kind = {f"s{i}": "high" if i % 2 else "elementary" for i in range(59)}
    apart, less = asked(obs.iloc[:4], obs.iloc[4:], share, levels=kind)
    for row, odd in ((0, False), (1, True)):
        alike = obs.iloc[[i for i in range(4, 59) if bool(i % 2) == odd]]
        alone, alone_less = asked(obs.iloc[[row]], alike, share)
        assert apart.iloc[row][["estimate", "ci_low"]].equals(alone.iloc[0][["estimate", "ci_low"]])
        assert less.iloc[row].estimate == alone_less.iloc[0].estimate
        assert "; beside schools of its level only" in apart.iloc[row].method
    few = {school: level for school, level in kind.items() if level == "high" or school < "s2"}
    expected, _ = asked(obs.iloc[:2], obs.iloc[4:], share, levels=few)
    assert expected["status"].tolist() == ["undefined", "ok"]
    assert "fewer than 20 schools outside of its level" in expected.iloc[0].method
    nowhere, _ = asked(obs.iloc[59:], obs.iloc[4:59], share, levels=kind)
    assert nowhere["status"].tolist() == ["undefined"]


@pytest.mark.slow
def test_expected_rates__take_the_nearest_year_and_name_and_cite_it():
    k, n, low, enrolled, _ = drawn(9, 40)
    obs, share = schools(*pairs(k, n)), low_income_share(pairs(low, enrolled))
    year = int(obs["end_year"].iloc[0])
    other = low_income_share(pairs(low[::-1], enrolled.max() + 0 * enrolled))
    share = share.assign(source_id="roll")
    shares = pd.concat([other.assign(end_year=year + 1), share.assign(end_year=year - 1)])
    own, _ = asked(obs.iloc[:3], obs.iloc[3:], share)
    nearest, less = asked(obs.iloc[:3], obs.iloc[3:], shares)
    numbers = ["estimate", "ci_low", "ci_high"]
    assert nearest[numbers].equals(own[numbers])
    for row in (nearest.iloc[0], less.iloc[0]):
        assert row.method.endswith(f"; low-income share of {year - 1}, the nearest year there is")
        assert row.source_ids.split("; ")[-1] == "roll"
    assert "nearest" not in own.iloc[0].method
    later, _ = asked(obs.iloc[:3], obs.iloc[3:], shares.assign(end_year=shares["end_year"] + 1))
    assert later[numbers].equals(own[numbers])
