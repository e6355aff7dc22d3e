"""Scatters of schools: words that fit, dots as printed, limits and lines as measured, strengths by name, refusals."""

import re
from functools import cache

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from printed_samples import assert_words_fit, contrast
from school_plot_samples import (
    ALIKE,
    CLEVELAND,
    EXPECTED,
    FAR,
    FRANKLIN,
    HERE,
    SHARES,
    compared,
    observed,
    sized,
)

import sesec_analysis as sa
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import notices
from sesec_analysis.figures.scatter import plot_expected, plot_funnel
from sesec_analysis.figures.style import ACCENT, PLAIN

FUNNEL = ALIKE | {CLEVELAND: (216, 240), FRANKLIN: (24, 240), FAR[3]: (270, 300)}
"""Alike but for three: one here and one elsewhere far above the others, one here far below."""


def funnel(cells=FUNNEL, level=0.95, target=None, **changes):
    obs = observed(cells, **changes)
    return pd.concat([sa.rates(obs), sa.funnel(obs, level=level, target=target)])


MADE = {
    "funnel": lambda: plot_funnel(funnel()),
    "funnel of few events": lambda: plot_funnel(
        funnel(sized(FAR, lambda at: 0.03 + at / 900, lambda at: 200 + at), indicator="disciplined")
    ),
    "expected": lambda: plot_expected(compared()),
    "expected with masks": lambda: plot_expected(
        compared(
            EXPECTED
            | {FAR[0]: "N<10", FAR[1]: {"value_high": 0.1, "status": "bounded"}, HERE[0]: "withheld"}
        ),
        focus=FRANKLIN,
    ),
}  # fmt: skip


@cache
def made(name):
    return MADE[name]()


def dots_of(figure):
    """Where the dots are: x, y, by colour and shape."""
    [axes] = figure.axes
    found = {}
    for dots in axes.collections:
        if isinstance(dots, PathCollection):
            paths = [*dots.get_paths()] * (
                len(dots.get_offsets()) if len(dots.get_paths()) == 1 else 1
            )
            for spot, color, path in zip(
                dots.get_offsets(), dots.get_facecolors(), paths, strict=True
            ):
                look = (mpl.colors.to_hex(color), "o" if len(path.vertices) > 10 else "s")
                found.setdefault(look, set()).add((float(spot[0]), float(spot[1])))
    return found


def curves_of(figure):
    [axes] = figure.axes
    return [line.get_xydata() for line in axes.lines]


def labels_of(figure):
    """Names beside the picture, from top to bottom."""
    [axes] = figure.axes
    beside = sorted(axes.texts, key=lambda text: -text.get_position()[1])
    return [text.get_text().replace("\n", " ") for text in beside]


@pytest.fixture(params=list(MADE))
def figure(request):
    return made(request.param)


@pytest.mark.slow
def test_figure__words_do_not_overlap_and_stand_on_the_page(figure):
    assert_words_fit(figure.figure)


@pytest.mark.slow
def test_figure__tells_every_rate_in_words_and_records_what_it_draws(figure):
    rates = [one for one in figure.findings if one.row.measure == "rate"]
    assert rates
    for one in rates:
        assert one.printed.value in figure.long_description
    ids = [one.id for one in figure.findings]
    assert len(ids) == len(set(ids))
    data, _ = figure._repr_mimebundle_()
    assert [record["id"] for record in data[notices.FIGURE]["findings"]] == ids
    assert len(data[notices.FIGURE]["csv_rows"]) == len(ids)


@pytest.mark.parametrize("name", ["funnel", "expected"])
def test_plots__draw_each_school_at_its_printed_rate_by_shape_and_shade(name):
    figure = made(name)
    looks = dots_of(figure)
    assert looks.keys() == {(ACCENT, "o"), (PLAIN, "s")}
    sizes = FUNNEL if name == "funnel" else SHARES
    cells = FUNNEL if name == "funnel" else EXPECTED
    for codes, look in ((HERE, (ACCENT, "o")), (FAR, (PLAIN, "s"))):
        expected = {
            (float(sizes[code][1]) if name == "funnel" else round(sizes[code][0] / 200, 3),
             round(cells[code][0] / cells[code][1] + 1e-12, 3 if cells[code][1] >= 100 else 2))
            for code in codes
        }  # fmt: skip
        assert {(round(x, 9), round(y, 9)) for x, y in looks[look]} == expected
    assert contrast(ACCENT, PLAIN) > 1.4  # in grey too


# refusals ----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plot", "table", "what"),
    [
        (plot_funnel, lambda: sa.rates(observed(FUNNEL)), "no limits of schools"),
        (plot_funnel, lambda: sa.funnel(observed(FUNNEL)), "no rates of schools"),
        (plot_funnel, compared, "does not show"),
        (plot_expected, lambda: observed(FUNNEL), "OBSERVATIONS"),
        (plot_expected, lambda: sa.rates(observed(FUNNEL)), "no expected rates of schools"),
        (plot_expected, lambda: compared().query("indicator == 'ela_met'"), "no low-income shares"),
        (plot_funnel, lambda: pd.concat([funnel(), funnel(end_year=2018)]), "have 2 of end_year"),
    ],
)  # fmt: skip
def test_plots__refuse_what_they_cannot_draw(plot, table, what):
    with pytest.raises(DataError, match=re.escape(what)):
        plot(table())


# expected ----------------------------------------------------------------------------------------


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
    told = "Of 20 schools shown as dots in Southeast Seattle, about 1 would lie outside"
    assert told in figure.caption


@pytest.mark.slow
def test_plot_expected__always_says_what_it_is_not():
    caption = made("expected").caption
    assert "Descriptive, not a measure of effectiveness" in caption
    assert "says nothing about single students" in caption
    assert "Adjusting for income can hide inequity" in caption


# strengths ---------------------------------------------------------------------------------------


def test_plot_funnel__names_strengths_in_picture_and_alt_and_counts_the_others():
    figure = made("funnel")
    assert "Higher than chance explains: Cleveland High STEM and Far 9003. " in figure.alt
    assert "Franklin" not in figure.title + figure.alt
    assert "Cleveland High STEM 90%" in labels_of(figure)
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
    assert "No school differs by more than chance could." in figure.caption
    assert "Higher than chance explains" not in figure.alt


def test_plot_funnel__counts_those_withheld_and_draws_none_of_them():
    masked = {
        FAR[0]: "N<10",
        FAR[1]: "withheld",
        HERE[0]: {"value_high": 0.1, "status": "bounded", "denominator_high": 40},
    }
    figure = plot_funnel(funnel(FUNNEL | masked))
    assert sum(map(len, dots_of(figure).values())) == 39
    assert "Not shown: 1 school of Southeast Seattle (" in figure.caption
    assert "Schools with withheld numbers do not enter the lines." in figure.caption
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
