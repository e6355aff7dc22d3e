"""Scatters of schools: words that fit, dots as printed, limits and lines as measured, strengths by name, refusals."""

import re
import xml.etree.ElementTree as ET
from functools import cache

import matplotlib as mpl
import numpy as np
import pandas as pd
import proofs
import pytest
from matplotlib.collections import PathCollection, PolyCollection
from printed_samples import as_printed, assert_words_fit, contrast, words_of
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
from sesec_analysis import catalog
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.finding import findings
from sesec_analysis.evidence.pictured.standing import Usual
from sesec_analysis.figures import figure as figures_figure
from sesec_analysis.figures.scatter import plot_expected, plot_funnel
from sesec_analysis.figures.style import ACCENT, TONES

FUNNEL = ALIKE | {CLEVELAND: (216, 240), FRANKLIN: (24, 240), FAR[3]: (270, 300)}
"""Alike but for three: one here and one elsewhere far above the others, one here far below."""


def funnel(cells=FUNNEL, level=0.95, target=None, **changes):
    obs = observed(cells, **changes)
    return pd.concat([sa.rates(obs), sa.funnel(obs, level=level, target=target)])


def of_levels():
    """Schools of every level, here and elsewhere."""
    codes = [code for code, one in catalog.schools().items() if one.level and code not in HERE][:30]
    cells = {code: (40 + at, 100) for at, code in enumerate([*HERE, *codes])}
    return compared(cells, {code: (20 + 3 * at, 200) for at, code in enumerate(cells)})


MADE = {
    "funnel": lambda: plot_funnel(funnel()),
    "funnel of few events": lambda: plot_funnel(
        funnel(sized(FAR, lambda at: 0.03 + at / 900, lambda at: 200 + at), indicator="disciplined")
    ),
    "funnel with names close by": lambda: plot_funnel(
        funnel(FUNNEL | dict.fromkeys([*FAR[3:5], FAR[12]], (270, 300))), focus=HERE[2]
    ),
    "expected": lambda: plot_expected(compared()),
    "expected with masks": lambda: plot_expected(
        compared(
            EXPECTED
            | {FAR[0]: "N<10", FAR[1]: {"value_high": 0.1, "status": "bounded"}, HERE[0]: "withheld"}
        ),
        focus=FRANKLIN,
    ),
    "expected by level": lambda: plot_expected(of_levels()),
    "expected of made-up data": lambda: plot_expected(compared(source_id="synthetic")),
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
def test_figure__can_be_read_by_everyone(figure):
    assert min(text.get_fontsize() for text in words_of(figure.figure)) >= 9
    assert all(contrast(text.get_color()) >= 4.5 for text in words_of(figure.figure))
    root = ET.fromstring(figure.svg)
    title, description = list(root)[:2]
    assert (root.get("role"), title.text) == ("img", figure.title)
    assert description.text.startswith(figure.alt)
    assert len(figure.alt) <= 250
    assert not re.search(r"\bNone\b|\bnan\b|\{", f"{figure.long_description} {figure.caption}")
    assert figure.source_line.startswith("Source: ")


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
    assert looks.keys() == {(ACCENT, "o"), (TONES[0], "s")}
    sizes = FUNNEL if name == "funnel" else SHARES
    cells = FUNNEL if name == "funnel" else EXPECTED
    for codes, look in ((HERE, (ACCENT, "o")), (FAR, (TONES[0], "s"))):
        expected = {
            (float(sizes[code][1]) if name == "funnel" else round(sizes[code][0] / 200, 3),
             round(cells[code][0] / cells[code][1] + 1e-12, 3 if cells[code][1] >= 100 else 2))
            for code in codes
        }  # fmt: skip
        assert {(round(x, 9), round(y, 9)) for x, y in looks[look]} == expected
    assert contrast(ACCENT, TONES[0]) > 1.4  # in grey too


@pytest.mark.slow
@pytest.mark.proof("Plots are the same to the byte each time", seed=1, tried="every plot")
@pytest.mark.parametrize("name", proofs.sample(MADE, 1, seed=1))
def test_plots__are_the_same_to_the_byte_and_of_printed_numbers_alone(name, monkeypatch):
    """Nothing finer than the page can be measured in a picture."""
    drawn = made(name)
    monkeypatch.setattr(figures_figure, "findings", as_printed)
    again = MADE[name]()
    assert again.svg == drawn.svg
    if name in ("funnel", "expected with masks"):
        assert again.png == drawn.png


# refusals ----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plot", "table", "what"),
    [
        (plot_funnel, lambda: sa.rates(observed(FUNNEL)), "no limits of schools"),
        (plot_funnel, lambda: sa.funnel(observed(FUNNEL)), "no rates of schools"),
        (plot_funnel, compared, "does not show"),
        (plot_funnel, lambda: observed(FUNNEL), "OBSERVATIONS"),
        (plot_expected, lambda: observed(FUNNEL), "OBSERVATIONS"),
        (plot_expected, lambda: sa.rates(observed(FUNNEL)), "no expected rates of schools"),
        (plot_expected, lambda: compared().query("indicator == 'ela_met'"), "no low-income shares"),
        (
            plot_funnel,
            lambda: pd.concat([funnel(), funnel(student_group="black", student_group_type="race_ethnicity")]),
            "have 2 of student_group",
        ),
        (plot_funnel, lambda: pd.concat([funnel(), funnel(end_year=2018)]), "have 2 of end_year"),
    ],
)  # fmt: skip
def test_plots__refuse_what_they_cannot_draw(plot, table, what):
    with pytest.raises(DataError, match=re.escape(what)):
        plot(table())


# expected ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_plot_expected__shades_smoothly_about_where_each_school_of_the_place_would_lie():
    figure = made("expected")
    line = Usual.from_findings(findings(compared())).line()
    expected = [one for one in figure.findings if one.row.measure == "expected_rate"]
    assert len(expected) == 20
    for one in expected:
        share = SHARES[one.row.organization_id][0] / 200
        for side, drawn in (("ci_low", line.low), ("ci_high", line.high)):
            assert np.interp(share, line.x, drawn) == pytest.approx(
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
    told = "Of 20 schools shown as dots in Southeast Seattle, about 1 would lie outside"
    assert told in figure.caption


@pytest.mark.slow
def test_plot_expected__names_by_limits_that_hold_for_all_schools_together():
    """A school just beyond the shading of its own is not named: of twenty schools, one is by chance."""
    sides = {}
    for k in range(EXPECTED["2392"][0], 0, -40):
        usual = Usual.from_findings(
            findings(compared({**EXPECTED, "2392": (k, EXPECTED["2392"][1])}))
        )
        side = usual.sides()["2392"]
        sides[side, "2392" in usual.strong] = k
        if side == 0:
            break
    assert set(sides) == {(1, True), (1, False), (0, False)}
    figure = plot_expected(compared({**EXPECTED, "2392": (sides[1, False], EXPECTED["2392"][1])}))
    assert "Cleveland" not in f"{figure.title} {figure.alt} {figure.caption} {labels_of(figure)}"


@pytest.mark.slow
def test_plot_expected__always_says_what_it_is_not():
    for name in ("expected", "expected with masks"):
        caption = made(name).caption
        assert "Descriptive, not a measure of effectiveness" in caption
        assert "says nothing about single students" in caption
        assert "Adjusting for income can hide inequity" in caption


def test_plot_expected__counts_those_withheld_and_draws_ranges_as_ranges():
    figure = made("expected with masks")
    assert "1 school elsewhere (fewer than 10 students)" in figure.caption
    assert "Outlined band: range: some data are withheld" in figure.caption
    assert "Schools with withheld numbers do not enter the line." in figure.caption
    assert "do not enter" not in made("expected").caption
    [bar] = [one for one in figure.figure.axes[0].patches if one.get_height() > 0]
    assert (bar.get_y(), bar.get_height()) == (0.0, pytest.approx(0.1))
    assert bar.get_x() + bar.get_width() / 2 == pytest.approx(SHARES[FAR[1]][0] / 200)
    assert "Franklin High 8%" in " ".join(labels_of(figure))


# limits ------------------------------------------------------------------------------------------

AS_PRINTED = 0.005
"""How far limits may be moved by drawing them from printed numbers, which are rounded."""


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


@pytest.mark.slow
def test_plot_funnel__refuses_targets_that_differ():
    rates = sa.rates(observed(FUNNEL))
    own = rates.assign(measure="expected_rate", estimate=rates["estimate"] * 0.9 + 0.01)
    table = pd.concat([rates, sa.funnel(observed(FUNNEL), expected=own)])
    with pytest.raises(DataError, match="targets of their own"):
        plot_funnel(table)


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
