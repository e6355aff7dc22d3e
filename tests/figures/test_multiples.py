"""Small multiples and slopes: a panel for each, one scale, lines where years may be compared."""

import pytest
from estimate_samples import estimates, rate, trend
from plot_samples import plotted

from sesec_analysis.errors import DataError
from sesec_analysis.evidence import notices
from sesec_analysis.figures.multiples import plot_multiples, plot_slopes
from sesec_analysis.figures.style import ACCENT, PALE

OWN = {"indicator": "disciplined", "grade_level": "all"}


def titles(figure):
    return [axes.get_title(loc="left").replace("\n", " ") for axes in figure.axes]


@pytest.mark.slow
def test_plot_multiples__has_a_panel_for_each_group_in_the_order_of_the_catalog_and_one_scale():
    made = plotted("multiples of groups")
    shown = [title for title in titles(made) if title]
    assert shown == sorted(shown)
    assert len(shown) == 7
    assert len({axes.get_ylim() for axes in made.axes}) == 1


@pytest.mark.slow
def test_plot_multiples__sets_each_line_before_those_of_the_other_panels():
    made = plotted("multiples of groups")
    for axes in made.axes:
        colors = [line.get_color() for line in axes.get_lines()]
        assert {ACCENT, PALE} <= set(colors)


@pytest.mark.slow
def test_plot_multiples__of_two_columns_are_rows_and_columns_of_panels():
    made = plotted("multiples of levels and themes")
    assert len(made.axes) == 12
    assert titles(made)[:4] == ["Safety", "Belonging", "Adults at school", "Fairness and respect"]
    assert [axes.get_ylabel() for axes in made.axes if axes.get_ylabel()] == [
        "Grades 3 to 5", "Grades 6 to 8", "Grades 9 to 12"
    ]  # fmt: skip


@pytest.mark.slow
def test_plot_multiples__draws_no_line_across_a_break():
    made = plotted("multiples of levels and themes")
    spans = {tuple(line.get_xdata()) for axes in made.axes for line in axes.get_lines()}
    assert spans == {(2022, 2023)}  # the scale of the answers changed in 2022


@pytest.mark.slow
def test_plot_slopes__draws_the_first_and_the_last_year_and_says_what_is_not_shown():
    made = plotted("slopes")
    years = {axes.get_title(loc="left"): list(axes.get_xticks()) for axes in made.axes}
    assert all(len(ends) == 2 for ends in years.values())
    assert len(made.axes) == 2
    hidden = [one for one in made.findings if one.row.publish == "nothing"]
    assert ("Not shown: " in made.notes) == bool(hidden)


def test_plot_slopes__leaves_out_the_years_in_between():
    rows = [rate(71 + year - 2015, 216, end_year=year, **OWN) for year in range(2015, 2020)]
    made = plot_slopes(estimates(rows))
    assert {found.row.end_year for found in made.findings} == {2015, 2019}


@pytest.mark.parametrize("plot", [plot_multiples, plot_slopes])
def test_plots__of_one_year_or_none_are_a_notice(plot):
    assert isinstance(plot(estimates([rate(71, 216)])), notices.Notice)
    empty = estimates([])
    empty.attrs["missing"] = "Not here."
    assert plot(empty).text == "Not here."


def test_plot_multiples__refuse_what_differs_in_more_than_is_asked():
    rows = [*trend([2016, 2017]), *trend([2016, 2017], grade_level="04")]
    with pytest.raises(DataError, match="2 of grade_level"):
        plot_multiples(estimates(rows))
