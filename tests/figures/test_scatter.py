"""Both plots of fair comparison: words that fit, dots as printed, refusals."""

import itertools
import re
import xml.etree.ElementTree as ET

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.text import Text
from printed_samples import as_printed
from school_plot_samples import (
    EXPECTED,
    FAR,
    FUNNEL,
    HERE,
    MADE,
    SHARES,
    compared,
    dots_of,
    funnel,
    made,
    observed,
)

import sesec_analysis as sa
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.finding import findings
from sesec_analysis.figures import figure as figures_figure
from sesec_analysis.figures.expected import plot_expected
from sesec_analysis.figures.funnel import plot_funnel
from sesec_analysis.figures.scatter import focused
from sesec_analysis.figures.style import ACCENT, TONES


@pytest.fixture(params=list(MADE))
def figure(request):
    return made(request.param)


def words_of(figure):
    figure.canvas.draw()
    drawn = [text for text in figure.findobj(Text) if text.get_text().strip()]
    return [text for text in drawn if text.get_visible() and text.get_gid() != "watermark"]


@pytest.mark.slow
def test_figure__words_do_not_overlap_and_stand_on_the_page(figure):
    page = figure.figure.bbox
    boxes = [(one.get_text(), Text.get_window_extent(one)) for one in words_of(figure.figure)]
    for text, box in boxes:
        assert box.x0 >= page.x0, text
        assert box.x1 <= page.x1, text
        assert box.y0 >= page.y0, text
        assert box.y1 <= page.y1, text
    for (text, box), (other, beside) in itertools.combinations(boxes, 2):
        wide = min(box.x1, beside.x1) - max(box.x0, beside.x0)
        tall = min(box.y1, beside.y1) - max(box.y0, beside.y0)
        assert wide <= 1 or tall <= 1, f"{text!r} and {other!r}"


def lightness(color):
    parts = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in mpl.colors.to_rgb(color)
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(color, other="#ffffff"):
    dark, light = sorted([lightness(color), lightness(other)])
    return (light + 0.05) / (dark + 0.05)


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
def test_plots__are_the_same_to_the_byte():
    for name in ("funnel", "expected with masks"):
        one, other = made(name), MADE[name]()
        assert (one.png, one.svg) == (other.png, other.svg)


@pytest.mark.slow
@pytest.mark.parametrize("name", MADE)
def test_plots__are_the_same_of_printed_numbers_alone(name, monkeypatch):
    """Nothing finer than the page can be measured in a picture."""
    drawn = made(name)
    monkeypatch.setattr(figures_figure, "findings", as_printed)
    assert MADE[name]().svg == drawn.svg


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
            "2 student groups",
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


def test_plots__mark_made_up_data_and_take_a_title():
    figure = plot_funnel(funnel(source_id="synthetic"), title="Schools", subtitle="All of them")
    assert (figure.title, figure.subtitle) == ("Synthetic data: Schools", "All of them")
    assert figure.table.caption == "Synthetic data: Schools. All of them"
    assert [text.get_text() for text in figure.figure.texts if text.get_gid()] == ["SYNTHETIC"]


def test_plots__are_public():
    assert sa.plot_funnel is plot_funnel
    assert sa.plot_expected is plot_expected
