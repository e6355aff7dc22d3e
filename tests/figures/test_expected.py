"""The line that the measure fitted, strengths by name, no school ranked."""

import re

import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from school_plot_samples import (
    EXPECTED,
    FAR,
    HERE,
    LOW_INCOME,
    NAMES,
    SHARES,
    compared,
    curves_of,
    dots_of,
    labels_of,
    made,
    observed,
    written,
)
from scipy import special

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.figures.expected import _usual, plot_expected
from sesec_analysis.figures.style import ACCENT

# expected ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_plot_expected__draws_the_line_that_the_measure_fitted():
    """Through the expected rates of the place, and of any other school: the line knows only the schools elsewhere."""
    line = _usual(compared()).curves()[-1]
    shares, obs = observed(SHARES, **LOW_INCOME), observed(EXPECTED)
    far = obs["organization_id"].isin(FAR)
    rows = sa.expected_rates(obs[~far], obs[far], shares).query("measure == 'expected_rate'")
    for row in rows.itertuples():
        share = SHARES[row.organization_id][0] / 100
        if line.x[0] <= share <= line.x[-1]:
            # half a student is added to each share before the line is fitted
            at = (SHARES[row.organization_id][0] + 0.5) / 201
            assert np.interp(at, line.x, line.y) == pytest.approx(row.estimate, abs=1e-3)
    slopes = np.diff(special.logit(line.y)) / np.diff(special.logit(line.x))
    np.testing.assert_allclose(slopes, slopes[0], rtol=1e-6)


@pytest.mark.slow
def test_plot_expected__shades_smoothly_about_where_each_school_of_the_place_would_lie():
    figure = made("expected")
    shade = _usual(compared()).curves()[0]
    expected = [one for one in figure.findings if one.row.measure == "expected_rate"]
    assert len(expected) == 20
    for one in expected:
        share = SHARES[one.row.organization_id][0] / 200
        for side, drawn in (("ci_low", shade.y), ("ci_high", shade.top)):
            assert np.interp(share, shade.x, drawn) == pytest.approx(
                one.printed.numbers[side], abs=0.03
            )
    assert [one for one in figure.axes[0].collections if isinstance(one, PolyCollection)]


def test_plot_expected__names_strengths_and_nobody_below():
    figure = made("expected")
    told = "A higher rate than usual with as many low-income families: Cleveland High STEM."
    assert told in figure.alt
    start = "A higher rate than at schools elsewhere with as many low-income families: Cleveland High STEM."
    assert start in figure.caption
    assert "Franklin" not in f"{figure.title} {figure.alt} {figure.caption} {labels_of(figure)}"
    difference = {row[0]: row[-1] for row in figure.table.rows}
    assert difference["Franklin High School"].startswith("−")
    assert difference["Cleveland High School STEM"].startswith("+")
    assert (
        "Of 20 schools shown as dots in Southeast Seattle, about 1 would lie outside"
        in figure.caption
    )


@pytest.mark.slow
def test_plot_expected__names_by_limits_that_hold_for_all_schools_together():
    """A school just beyond the shading of its own is not named: of twenty schools, one is by chance."""
    sides = {}
    for k in range(EXPECTED["2392"][0], 0, -8):
        usual = _usual(compared({**EXPECTED, "2392": (k, EXPECTED["2392"][1])}))
        sides[usual.side("2392"), "2392" in usual.better()] = k
        if usual.side("2392") == 0:
            break
    assert set(sides) == {(1, True), (1, False), (0, False)}
    figure = plot_expected(compared({**EXPECTED, "2392": (sides[1, False], EXPECTED["2392"][1])}))
    assert "Cleveland" not in f"{figure.title} {figure.alt} {figure.caption} {labels_of(figure)}"


@pytest.mark.slow
def test_plot_expected__of_an_outcome_better_rare_names_those_below():
    figure = plot_expected(compared(indicator="disciplined"))
    assert "A lower rate than usual with as many low-income families: Franklin High." in figure.alt
    assert "Cleveland" not in figure.alt


@pytest.mark.slow
def test_plot_expected__where_no_side_is_better_names_nobody():
    figure = plot_expected(compared(indicator="low_income_lap"))
    assert not {"Cleveland", "Franklin"} & set(re.findall(r"\w+", figure.alt + figure.caption))
    assert labels_of(figure) == []


@pytest.mark.slow
def test_plot_expected__always_says_what_it_is_not():
    for name in ("expected", "expected with masks"):
        caption = made(name).caption
        assert "Descriptive, not a measure of effectiveness" in caption
        assert "says nothing about single students" in caption
        assert "Adjusting for income can hide inequity" in caption


def test_plot_expected__shows_the_raw_rate_beside_what_is_usual():
    figure = made("expected")
    first, *_ = figure.table.rows
    labels = [column.label for column in figure.table.columns]
    assert labels == [
        "School", "Rate", "Students", "From low-income families", "Usual rate", "95% interval",
        "Difference",
    ]  # fmt: skip
    assert all(row[1].endswith("%") for row in figure.table.rows)
    own = [row[0] for row in figure.table.rows[:20]]
    assert first[0] == own[0] == min(own)
    assert own == sorted(NAMES[code] for code in HERE)


@pytest.mark.slow
def test_plot_expected__tells_the_year_of_the_shares():
    figure = plot_expected(compared(shares_of=2017))
    texts = written(figure)
    assert "Students from low-income families, 2016–17" in texts
    assert figure.subtitle == "All students, 2018–19"


def test_plot_expected__counts_those_withheld_and_draws_ranges_as_ranges():
    figure = made("expected with masks")
    assert "1 school elsewhere (fewer than 10 students)" in figure.caption
    assert "Outlined band: range of a school with withheld figures" in figure.caption
    assert "Schools with withheld figures do not enter the line." in figure.caption
    assert "do not enter" not in made("expected").caption
    [bar] = [one for one in figure.figure.axes[0].patches if one.get_height() > 0]
    assert (bar.get_y(), bar.get_height()) == (0.0, pytest.approx(0.1))
    assert bar.get_x() + bar.get_width() / 2 == pytest.approx(SHARES[FAR[1]][0] / 200)
    assert "Franklin High 8.0%" in " ".join(labels_of(figure))


@pytest.mark.slow
def test_plot_expected__without_a_share_counts_the_school():
    figure = plot_expected(compared(shares=SHARES | {HERE[3]: "withheld"}))
    told = "1 school of Southeast Seattle (no low-income share that may be shown)"
    assert told in figure.caption
    assert len(dots_of(figure)[ACCENT, "o"]) == 19


@pytest.mark.slow
def test_plot_expected__of_few_schools_elsewhere_draws_no_line():
    some = [*HERE, *FAR[:10]]
    figure = plot_expected(compared({code: EXPECTED[code] for code in some}))
    assert curves_of(figure) == []
    assert "No line is drawn: " in figure.caption
    assert "shading" not in figure.alt + figure.caption


@pytest.mark.slow
def test_plot_expected__has_a_panel_for_each_level_that_the_place_has_schools_of():
    codes = [code for code, one in catalog.schools().items() if one.level and code not in HERE][:30]
    cells = {code: (40 + at, 100) for at, code in enumerate([*HERE, *codes])}
    shares = {code: (20 + 3 * at, 200) for at, code in enumerate(cells)}
    figure = plot_expected(compared(cells, shares=shares))
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["Elementary", "K-8", "Middle", "High"]


@pytest.mark.slow
def test_plot_expected__of_schools_of_no_place_calls_them_the_place():
    figure = plot_expected(compared(inside=[*HERE[:3], FAR[0]]))
    assert "School of the place" in written(figure)
