"""Trends: the regression against independent code and by hand, bounds that hold the truth, and honest refusals."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from conftest import make_counts

from sesec_analysis import bounds, schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.intervals import wilson
from sesec_analysis.metrics.trends import trend, trend_model

NUMBERS = ["estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"]
FIVE = {2015: (40, 100), 2016: (43, 90), 2017: (47, 110), 2018: (60, 120), 2019: (52, 95)}


def series(cells, **columns):
    """Give OBSERVATIONS of one group, a cell for each year."""
    tables = [make_counts(end_year=year, black=cell, **columns) for year, cell in cells.items()]
    return pd.concat(tables, ignore_index=True)


def schools(*cells):
    """Give OBSERVATIONS of several schools, each a dict of cells by year."""
    tables = [
        series(one, organization_level="school", organization_id=f"school {i}")
        for i, one in enumerate(cells)
    ]
    return pd.concat(tables, ignore_index=True)


def row_of(obs, **options):
    table = schema.validate_estimates(trend(obs, **options))
    assert len(table) == 1
    return table.iloc[0]


# --- limits and identities -------------------------------------------------------------------------------------------


def test_trend__with_effects_does_not_take_a_changing_mix_for_a_trend():
    # Two schools at 20 and 60 percent in every year; the second grows.
    obs = schools({2015: (20, 100), 2016: (20, 100)}, {2015: (60, 100), 2016: (240, 400)})
    assert row_of(obs, effects="grade_level").estimate > 0.1
    assert row_of(obs, effects="organization_id").estimate == pytest.approx(0, abs=1e-12)


# --- independent code ------------------------------------------------------------------------------------------------


def test_trend__is_the_mean_marginal_effect_of_a_logit_on_single_students():
    years = np.concatenate([np.full(n, year) for year, (_, n) in FIVE.items()])
    met = np.concatenate([np.arange(n) < k for k, n in FIVE.values()])
    effect = sm.Logit(met.astype(float), sm.add_constant(years - 2017.0)).fit(disp=0).get_margeff()
    row = row_of(series(FIVE))
    assert row.estimate == pytest.approx(effect.margeff[0], rel=1e-6)
    assert (row.ci_low, row.ci_high) == pytest.approx(tuple(effect.conf_int()[0]), rel=1e-6)


def test_trend__has_the_clustered_interval_that_is_written_out_here():
    k = np.array(
        [
            [20, 31, 24, 33],
            [9, 12, 6, 15],
            [40, 38, 44, 41],
            [25, 20, 33, 30],
            [14, 22, 18, 27],
            [31, 27, 36, 45],
        ]
    )
    cells = [{2015 + at: (int(one), 50) for at, one in enumerate(school)} for school in k]
    row = row_of(schools(*cells), cluster="organization_id")
    year = np.tile([-1.5, -0.5, 0.5, 1.5], 6)
    x = np.column_stack([np.ones(24), year])
    b = np.zeros(2)
    for _ in range(30):  # Newton
        p = 1 / (1 + np.exp(-x @ b))
        bread = np.linalg.inv((x * (50 * p * (1 - p))[:, None]).T @ x)
        score = x * (k.ravel() - 50 * p)[:, None]
        b = b + bread @ score.sum(axis=0)
    by_school = score.reshape(6, 4, 2).sum(axis=1)
    v = bread @ by_school.T @ by_school @ bread * (6 / 5) * (23 / 22)
    spread = p * (1 - p)
    gradient = np.array(
        [
            np.mean(spread * (1 - 2 * p)) * b[1],
            np.mean(spread) + np.mean(spread * (1 - 2 * p) * year) * b[1],
        ]
    )
    t_5 = 2.5705818366147395  # Student's t, 5 degrees of freedom, 97.5 percent (any table)
    reach = t_5 * np.sqrt(gradient @ v @ gradient)
    assert row.estimate == pytest.approx(b[1] * spread.mean())
    assert row.ci_high - row.estimate == pytest.approx(reach)
    assert "clustered by organization_id, t with 5 degrees of freedom" in row.method


def test_trend__is_never_surer_for_being_clustered():
    # Two schools alike in everything: between them there is no spread at all, and the students still have theirs.
    obs = schools(FIVE, FIVE)
    clustered, plain = (row_of(obs, **{key: "organization_id"}) for key in ("cluster", "effects"))
    assert clustered.ci_high - clustered.ci_low >= (plain.ci_high - plain.ci_low) * (1 - 1e-9)


def test_trend_model__gives_what_statsmodels_fitted():
    fitted = trend_model(series({2018: (50, 100), 2019: (60, 100)}))
    assert fitted.params[-1] == pytest.approx(np.log(60 / 40))
    assert fitted.bse[-1] == pytest.approx(
        np.sqrt(1 / 50 + 1 / 50 + 1 / 60 + 1 / 40)
    )  # Woolf (1955)


def test_trend_model__refuses_what_is_no_one_model():
    both = pd.concat([series(FIVE), series(FIVE, organization_id="elsewhere")])
    for obs, message in [
        (both, "2 series"),
        (series({2015: "<15%", 2016: (9, 30)}), "a count is withheld"),
        (series({2015: (5, 30)}), "fewer than two years"),
        (series({2015: (30, 30), 2016: (30, 30)}), "all students or none"),
    ]:
        with pytest.raises(DataError, match=message):
            trend_model(obs)


# --- suppression -----------------------------------------------------------------------------------------------------


def slope(rates, years):
    return np.polyfit(years, rates, 1)[0]


def test_trend__bounds_are_hand_worked():
    row = row_of(series({2017: (8, 20), 2018: (9, 20), 2019: "<15%"}))
    # The slope of three years is half of last less first: from (0 - .4) / 2 to (.15 - .4) / 2.
    assert (row.status, row.bound_low, row.bound_high) == (
        "bounded",
        pytest.approx(-0.2),
        pytest.approx(-0.125),
    )
    assert np.isnan(row.estimate)
    low, high = wilson(8, 20)
    none, some = wilson(0, 20), wilson(3, 20)
    assert row.outer_low == pytest.approx(-0.2 - np.hypot(high - 0.4, 0 - none[0]) / 2)
    assert row.outer_high == pytest.approx(-0.125 + np.hypot(0.4 - low, some[1] - 0.15) / 2)
    assert "least-squares slope of the yearly rates" in row.method
    assert (row.cells, row.cells_reported) == (3, 2)
    assert row.coverage == pytest.approx(40 / 60)


@pytest.mark.slow
def test_trend__pools_withheld_schools_year_by_year():
    obs = schools({2015: (30, 60), 2016: (33, 60)}, {2015: "N<10", 2016: "N<10"})
    row = row_of(obs, cluster="organization_id")
    yearly = bounds.pool(obs, by=["end_year", "indicator"])
    ends = yearly["value_low"], yearly["value_high"]
    assert row.bound_low == pytest.approx(ends[0][1] - ends[1][0])
    assert row.bound_high == pytest.approx(ends[1][1] - ends[0][0])
    # What schools share is not known from bounds, so there are no limits that hold chance as well.
    assert np.isnan(row.outer_low)


@pytest.mark.slow
def test_trend__takes_a_missing_year_for_missing_and_not_for_withheld():
    there = row_of(series({2015: (8, 20), 2016: (9, 20), 2018: (12, 20)}))
    gone = row_of(
        series(
            {
                2015: (8, 20),
                2016: (9, 20),
                2017: "not collected",
                2018: (12, 20),
                2019: "No Students",
            }
        )
    )
    pd.testing.assert_series_equal(there, gone)


def test_trend__hides_a_series_with_a_year_of_too_few_students():
    row = row_of(series({2015: (8, 20), 2016: "N<10", 2018: (12, 20)}))
    assert row.status == "small_n"
    assert row[[*NUMBERS, "n_low", "numerator_low"]].isna().all()


# --- what cannot be said ---------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("obs", "options", "status", "words"),
    [
        (series({2015: (8, 20)}), {}, "undefined", "fewer than two years"),
        (series({2015: (0, 0), 2016: (0, 0)}), {}, "undefined", "no students"),
        (series({2015: (0, 20), 2016: (0, 30)}), {}, "undefined", "all students or none"),
        (series({2015: (0, 20), 2016: (5, 30)}), {}, "undefined", "determine it"),
        (series({2015: "withheld", 2016: "withheld"}), {}, "suppressed", "say nothing"),
        (series({2015: "withheld", 2016: (9, 20), 2019: "withheld"}), {}, "bounded", "range only"),
        (series(FIVE), {"cluster": "organization_id"}, "undefined", "one cluster"),
        (
            schools({2015: (5, 20)}, {2016: (9, 20)}),
            {"cluster": "organization_id"},
            "undefined",
            "no more cells",
        ),
    ],
)
def test_trend__says_why_there_is_no_number(obs, options, status, words):
    row = row_of(obs, **options)
    assert row.status == status
    assert words in row.method
    assert row[["estimate", "ci_low", "ci_high"]].isna().all()


def test_trend__passes_by_a_year_that_is_out():
    whole = series(FIVE)
    kept = row_of(whole[whole["end_year"] != 2017])
    assert row_of(whole, years_out=[2017]).estimate == kept.estimate


@pytest.mark.slow
@pytest.mark.parametrize(
    ("at", "status"), [(2015, "ok"), (2016, "break"), (2019, "break"), (2020, "ok")]
)
def test_trend__draws_no_line_across_a_break(at, status):
    breaks = pd.DataFrame({"end_year": [at], "reason": ["new test"]})
    row = row_of(series(FIVE), breaks=breaks)
    assert row.status == status
    assert row[NUMBERS].isna().all() == (status == "break")
    assert ("new test" in row.method) == (status == "break")


def test_trend__refuses_what_makes_no_series():
    obs = pd.concat([series(FIVE), schools(FIVE)])
    for rows, options, message in [
        (obs, {"cluster": "organization_id"}, "share students"),
        (obs, {"cluster": "school"}, "not a key column"),
        (pd.concat([obs, obs]), {}, "two rows"),
        (obs, {"level": 95}, "confidence level"),
    ]:
        with pytest.raises(DataError, match=message):
            trend(rows, **options)
