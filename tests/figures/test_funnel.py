"""Limits where the measure put them, strengths by name, no school put on show."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from school_plot_samples import (
    ALIKE,
    BEACON_HILL,
    FAR,
    FUNNEL,
    HERE,
    VARIED,
    curves_of,
    dots_of,
    funnel,
    labels_of,
    made,
    observed,
    written,
)
from scipy import stats

import sesec_analysis as sa
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.row import read
from sesec_analysis.figures import funnel as figures_funnel
from sesec_analysis.figures.funnel import Limits, plot_funnel
from sesec_analysis.figures.style import ACCENT

# limits ------------------------------------------------------------------------------------------

AS_PRINTED = 0.005
"""How far limits may be moved by drawing them from printed numbers, which are rounded."""


@pytest.mark.slow
@pytest.mark.parametrize("cells", [ALIKE, VARIED], ids=["chance alone", "schools differ"])
@pytest.mark.parametrize("level", [0.998, 0.8])
def test_limits__of_one_level_give_those_of_another(cells, level):
    inner = limits_of(cells, 0.95)
    assert (inner.variance == 0) == (cells is ALIKE)
    table = sa.funnel(observed(cells), level=level).query("measure == 'funnel_target'")
    low, high = inner.at(table["n_low"].to_numpy(dtype=float), level)
    np.testing.assert_allclose(low, table["ci_low"], atol=AS_PRINTED)
    np.testing.assert_allclose(high, table["ci_high"], atol=AS_PRINTED)


def limits_of(cells, level):
    rows = read(sa.funnel(observed(cells), level=level).query("measure == 'funnel_target'"))
    return Limits.of(replace(row, publish="point") for row in rows)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.tuples(st.integers(100, 900), st.floats(0.05, 0.95)), min_size=6, max_size=12),
    st.sampled_from([0.95, 0.98, 0.998]),
)
def test_limits__give_those_of_the_measure_at_its_level_and_wider(schools, level):
    cells = {FAR[at]: (round(rate * n), n) for at, (n, rate) in enumerate(schools)}
    inner = limits_of(cells, 0.95)
    table = sa.funnel(observed(cells), level=level).query("measure == 'funnel_target'")
    low, high = inner.at(table["n_low"].to_numpy(dtype=float), level)
    np.testing.assert_allclose(low, table["ci_low"], atol=AS_PRINTED)
    np.testing.assert_allclose(high, table["ci_high"], atol=AS_PRINTED)


def test_limits__without_overdispersion_are_the_binomial_ones_of_the_paper():
    """Spiegelhalter (2005), A.1.1: at most the stated chance lies beyond a limit, and more if one count is added."""
    limits = Limits(0.3, 0.0, 0.95)
    for n in (20.0, 75.0, 400.0):
        low, high = (float(end) * n for end in limits.at(np.array(n), 0.998))
        assert (
            stats.binom.cdf(np.floor(low), n, 0.3) <= 0.001 < stats.binom.cdf(np.ceil(low), n, 0.3)
        )
        assert (
            stats.binom.sf(np.ceil(high) - 1, n, 0.3)
            <= 0.001
            < stats.binom.sf(np.floor(high) - 1, n, 0.3)
        )


def test_limits__with_a_variance_never_close():
    low, high = Limits(0.5, 0.01, 0.95).at(np.array([1e9]), 0.95)
    assert (low[0], high[0]) == pytest.approx(
        (0.5 - 1.959964 * 0.1, 0.5 + 1.959964 * 0.1), abs=1e-6
    )


@pytest.mark.slow
def test_plot_funnel__draws_target_and_limits_through_those_of_each_school():
    figure = made("funnel")
    target, *ends = curves_of(figure)
    for level, low, high in ((0.95, *ends[:2]), (0.998, *ends[2:])):
        rows = sa.funnel(observed(FUNNEL), level=level).query("measure == 'funnel_target'")
        for row in rows.itertuples():
            assert np.interp(row.n_low, *low.T) == pytest.approx(row.ci_low, abs=AS_PRINTED)
            assert np.interp(row.n_low, *high.T) == pytest.approx(row.ci_high, abs=AS_PRINTED)
            assert target[0, 1] == round(row.estimate, 3)
    k, n = map(sum, zip(*FUNNEL.values(), strict=True))
    assert (
        f"Line: schools with published counts together, {k / n:.1%}; Dashes: 95% limits"
        in figure.caption
    )
    assert "Dotted line: 99.8% limits" in figure.caption


def test_plot_funnel__of_a_goal_says_target():
    figure = plot_funnel(funnel(target=0.8))
    assert "Line: target, 80.0%" in figure.caption


@pytest.mark.slow
def test_plot_funnel__refuses_targets_that_differ():
    rates = sa.rates(observed(FUNNEL))
    own = rates.assign(measure="expected_rate", estimate=rates["estimate"] * 0.9 + 0.01)
    table = pd.concat([rates, sa.funnel(observed(FUNNEL), expected=own)])
    with pytest.raises(DataError, match="targets of their own"):
        plot_funnel(table)


def test_plot_funnel__of_outer_limits_draws_them_alone():
    figure = plot_funnel(funnel(level=0.998))
    assert "Dashes: 99.8% limits." in figure.caption
    assert len(curves_of(figure)) == 3


# strengths ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_plot_funnel__names_strengths_in_picture_and_alt_and_counts_the_others():
    figure = made("funnel")
    assert "Higher than chance explains: Cleveland High STEM and Far 9003. " in figure.alt
    brief = plot_funnel(funnel(), title="Schools").alt
    assert (
        "18 of 20 shown in Southeast Seattle are within the limits for all schools together."
        in brief
    )
    assert "Franklin" not in figure.title + figure.alt
    assert "Cleveland High STEM 90.0%" in labels_of(figure)
    assert not [text for text in labels_of(figure) if "Franklin" in text]
    assert "Lower than" not in figure.caption + figure.long_description
    assert (
        "1 on the other side of the limits, not named. Schools are named by the 99.8% limits"
        in figure.caption
    )
    assert "about 2 of 42 schools would lie beyond the 95% limits anyway" in figure.caption


def test_plot_funnel__names_by_limits_that_hold_for_all_schools_together():
    # 64 of 100 with a target of one half is beyond 95% limits, but not beyond 99.8% ones for forty-two schools.
    cells = ALIKE | {HERE[0]: (64, 100)}
    figure = plot_funnel(funnel(cells))
    assert "No school is told from chance." in figure.caption
    assert "Higher than chance explains" not in figure.alt


def test_plot_funnel__moves_names_apart_where_dots_lie_on_each_other():
    names = " ".join(labels_of(made("funnel with names close by")))
    assert [name for name in ("9003", "9004", "9012", "Cleveland", "Dunlap") if name in names] == [
        "9003", "9004", "9012", "Cleveland", "Dunlap"
    ]  # fmt: skip


def test_plot_funnel__of_an_outcome_better_rare_names_those_below_as_strengths():
    figure = plot_funnel(funnel(indicator="disciplined"))
    assert "Lower than chance explains: Franklin High. " in figure.alt
    assert "Franklin High 10.0%" in " ".join(labels_of(figure))
    assert "Cleveland" not in figure.alt + " ".join(labels_of(figure))


def test_plot_funnel__where_no_side_is_better_calls_nothing_a_strength():
    figure = plot_funnel(funnel(indicator="low_income_lap"))
    assert "chance explains" not in figure.alt
    assert {"Cleveland High STEM 90.0%", "Franklin High 10.0%"} <= set(labels_of(figure))


@pytest.mark.slow
def test_plot_funnel__says_that_all_lie_within():
    figure = plot_funnel(funnel(ALIKE))
    assert "20 of 20 shown in Southeast Seattle are within the limits" in figure.alt
    assert "No school is told from chance." in figure.caption
    assert "usual variety" not in figure.caption
    assert "for chance and for schools’ usual variety" in plot_funnel(funnel(VARIED)).caption


def test_plot_funnel__of_very_many_beyond_names_those_of_the_place(monkeypatch):
    assert "Far 9003 90.0%" in labels_of(made("funnel"))
    monkeypatch.setattr(figures_funnel, "_MOST_NAMED", 1)
    names = " ".join(labels_of(plot_funnel(funnel())))
    assert names == "Cleveland High STEM 90.0%"


def test_plot_funnel__lists_schools_by_name_and_says_where_they_stand():
    table = made("funnel").table
    schools = [row[0] for row in table.rows]
    assert schools == sorted(schools)
    assert len(schools) == 42
    standings = {row[0]: row[-1] for row in table.rows}
    assert standings["Cleveland High School STEM"] == "Higher than chance explains"
    assert standings["Franklin High School"] == ""
    assert standings["Beacon Hill International School"] == "Not told from chance"
    assert [column.label for column in table.columns] == [
        "School", "Rate", "Students", "95% limits", "Standing"
    ]  # fmt: skip


def test_plot_funnel__counts_those_withheld_and_draws_none_of_them():
    masked = {
        FAR[0]: "N<10",
        FAR[1]: "withheld",
        HERE[0]: {"value_high": 0.1, "status": "bounded", "denominator_high": 40},
    }
    figure = plot_funnel(funnel(FUNNEL | masked))
    assert sum(map(len, dots_of(figure).values())) == 39
    assert "Not drawn: 1 school of Southeast Seattle (" in figure.caption
    assert "Schools with withheld figures do not enter the lines." in figure.caption
    assert "1 school elsewhere (fewer than 10 students)" in figure.caption
    rows = {row[0]: row[1:] for row in figure.table.rows}
    assert rows["Far 9000 School"] == ("not shown: fewer than 10 students", "", "", "")
    for row in figure.csv_rows():
        if row["place"] in ("Far 9000 School", "Far 9001 School"):
            assert not row["estimate"], row["id"]
            assert not row["ci_low"], row["id"]


def test_plot_funnel__of_few_schools_draws_no_limits():
    figure = plot_funnel(funnel({code: FUNNEL[code] for code in [*HERE[:2], *FAR[:2]]}))
    assert curves_of(figure) == []
    assert "No limits are drawn" in figure.caption
    assert "limits" not in figure.alt
    assert {row[3:] for row in figure.table.rows} == {("", "")}


def test_plot_funnel__of_nothing_that_may_be_shown_is_a_notice():
    shown = plot_funnel(funnel(dict.fromkeys(HERE, "N<10")))
    assert shown.text == "Not drawn: 20 schools of Southeast Seattle (fewer than 10 students)."


@pytest.mark.slow
def test_plot_funnel__brings_out_the_focus():
    named = plot_funnel(funnel(), focus=BEACON_HILL)
    assert "Beacon Hill International" in " ".join(labels_of(named))
    rest = plot_funnel(funnel(), focus="rest_of_seattle")
    assert "School of Rest of Seattle" in written(rest)
    assert len(dots_of(rest)[ACCENT, "o"]) == len(FAR)
