"""Scatters of schools: words that fit, dots as printed, limits and lines as measured, strengths by name, refusals."""

import inspect
import itertools
import re
import xml.etree.ElementTree as ET
from functools import cache

import matplotlib as mpl
import numpy as np
import pandas as pd
import proofs
import pytest
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.text import Text
from printed_samples import as_printed, assert_words_fit, contrast, words_of
from school_plot_samples import (
    ALIKE,
    BEACON_HILL,
    CLEVELAND,
    EXPECTED,
    FAR,
    FRANKLIN,
    HERE,
    NAMES,
    SHARES,
    VARIED,
    compared,
    observed,
    sized,
)

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.finding import findings
from sesec_analysis.evidence.pictured.standing import Usual, focused
from sesec_analysis.figures import figure as figures_figure
from sesec_analysis.figures import scatter as figures_scatter
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


def written(figure):
    return [text.get_text().replace("\n", " ") for text in figure.figure.findobj(Text)]


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


def test_plots__refuse_a_focus_that_is_not_there():
    rates = {one.row.organization_id: one for one in findings(sa.rates(observed(FUNNEL)))}
    with pytest.raises(DataError, match="nothing here is called 'franklin'"):
        focused(rates, "franklin")
    far = {code: rates[code] for code in FAR}
    with pytest.raises(DataError, match="none of these schools is of Southeast Seattle"):
        focused(far, "southeast_seattle")
    assert focused(far, None).here == frozenset()


@pytest.mark.parametrize("plot", [plot_funnel, plot_expected])
def test_plots__without_rows_are_a_notice(plot):
    empty = sa.rates(observed(FUNNEL)).head(0)
    empty.attrs["missing"] = "The assessment file is not here."
    assert plot(empty).text == "The assessment file is not here."


def test_plots__mark_made_up_data():
    figure = plot_funnel(funnel(source_id="synthetic"))
    assert figure.title.startswith("Synthetic data: ")
    assert figure.table.caption == f"{figure.title}. {figure.subtitle}"
    assert [text.get_text() for text in figure.figure.texts if text.get_gid()] == ["SYNTHETIC"]


def test_plots__are_public():
    assert inspect.unwrap(sa.plot_funnel) is inspect.unwrap(plot_funnel)
    assert inspect.unwrap(sa.plot_expected) is inspect.unwrap(plot_expected)


# expected ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_plot_expected__shades_smoothly_about_where_each_school_of_the_place_would_lie():
    figure = made("expected")
    line = Usual.of(findings(compared())).line()
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
        usual = Usual.of(findings(compared({**EXPECTED, "2392": (k, EXPECTED["2392"][1])})))
        side = usual.sides()["2392"]
        sides[side, "2392" in usual.strong] = k
        if side == 0:
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
    assert figure.subtitle == "All students, 2023–24"


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
    figure = made("expected by level")
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["Elementary", "K-8", "Middle", "High"]
    below = [axes.get_xlabel().replace("\n", " ") for axes in figure.axes]
    assert below == ["", "", *["Students from low-income families, 2023–24"] * 2]


@pytest.mark.slow
def test_plot_expected__of_schools_of_no_place_calls_them_the_place():
    figure = plot_expected(compared(inside=[*HERE[:3], FAR[0]]))
    assert "School of the place" in written(figure)


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
    assert {"Cleveland High STEM 90%", "Franklin High 10%"} <= set(labels_of(figure))


@pytest.mark.slow
def test_plot_funnel__says_that_all_lie_within():
    figure = plot_funnel(funnel(ALIKE))
    assert "20 of 20 shown in Southeast Seattle are within the limits" in figure.alt
    assert "No school differs by more than chance could." in figure.caption
    assert "usual variety" not in figure.caption
    assert "for chance and for schools’ usual variety" in plot_funnel(funnel(VARIED)).caption


def test_plot_funnel__of_very_many_beyond_names_those_of_the_place(monkeypatch):
    assert "Far 9003 90%" in labels_of(made("funnel"))
    monkeypatch.setattr(figures_scatter, "_MOST_NAMED", 1)
    names = " ".join(labels_of(plot_funnel(funnel())))
    assert names == "Cleveland High STEM 90%"


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


def test_plot_funnel__of_nothing_that_may_be_shown_is_a_notice():
    shown = plot_funnel(funnel(dict.fromkeys(HERE, "N<10")))
    assert shown.text == "Not shown: 20 schools of Southeast Seattle (fewer than 10 students)."


@pytest.mark.slow
def test_plot_funnel__brings_out_the_focus():
    named = plot_funnel(funnel(), focus=BEACON_HILL)
    assert "Beacon Hill International" in " ".join(labels_of(named))
    rest = plot_funnel(funnel(), focus="rest_of_seattle")
    assert "School of Rest of Seattle with programs" in written(rest)
    assert len(dots_of(rest)[ACCENT, "o"]) == len(FAR)


def test_plot_schools__sets_ranges_that_lie_apart_side_by_side():
    of = {"end_years": 2017, "grade_level": "all", "student_group": "low_income"}
    schools = sa.load("enrollment", place="rest_of_seattle", organization_level="school", **of)
    figure = sa.plot_schools(sa.rates(schools), places=["rest_of_seattle"])
    bars = [bar.get_bbox() for bar in figure.axes[0].patches]
    assert len(bars) == 6
    for one, other in itertools.combinations(bars, 2):
        assert one.x1 < other.x0 or other.x1 < one.x0 or one.y1 < other.y0 or other.y1 < one.y0
    assert len({bar.y0 for bar in bars}) < 4
    # Of one school alone nothing need be said.
    assert not any("1 school" in text.get_text() for text in words_of(figure.axes[0]))


def test_plot_need__writes_at_a_place_its_dollars_and_the_need_of_the_same_schools():
    of = {"up_to": 2024, "place": ["southeast_seattle", "rest_of_seattle_regular"]}
    schools = sa.newest("budget_per_student", **of, organization_level="school")
    both = pd.concat([schools, sa.newest("budget_per_student", **of)])
    need = sa.report.student_need(both).query("student_group == 'low_income'")
    [axes] = sa.plot_need(pd.concat([sa.averages(both), sa.rates(need)])).axes
    texts = [text.get_text() for text in axes.texts]
    assert "Southeast Seattle $16,521\n59% low-income" in texts
    assert "Rest of Seattle $13,705\n28% low-income" in texts
