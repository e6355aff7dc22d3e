"""Figures: words that do not overlap, marks where the numbers are, the same bytes each time."""

import re
import xml.etree.ElementTree as ET
from functools import cache

import matplotlib as mpl
import matplotlib.pyplot as plt
import proofs
import pytest
from estimate_samples import GRADE_3, PLACES, bounded, estimates, gap, grade_3, rate, ratio, trend
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from printed_samples import as_printed, assert_words_fit

from sesec_analysis import catalog, i18n
from sesec_analysis.editions.documents.paper import cut_svg
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.described import specs
from sesec_analysis.figures import figure as figures_figure
from sesec_analysis.figures.dot_plot import make_dots, plot_gaps, plot_rates
from sesec_analysis.figures.scatter import plot_schools
from sesec_analysis.figures.trend import plot_trend
from sesec_analysis.text import parts_of, render

YEARS = [year for year in range(2015, 2024) if year != 2020]
DISCIPLINE = {"indicator": "disciplined", "grade_level": "all"}
BOTH = ("southeast_seattle", "rest_of_seattle")
LONG = "southeast_seattle_without_muir_kimball"


def compared(make, **changes):
    reference = GRADE_3["white"]
    return [
        make(k, n, *reference, student_group=group, **changes)
        for group, (k, n) in GRADE_3.items()
        if group != "white"
    ]


def by_place(make, places):
    return [
        made for place in places for made in make(organization_id=place, organization_name=place)
    ]


def schools(**changes):
    """Twenty schools here and forty elsewhere, some of them with ranges, some too small; and both places."""
    inside = list(catalog.place("southeast_seattle").schools.items())
    outside = [(f"9{code:03}", f"Far School {code}") for code in range(40)]
    own = {"student_group": "all", "student_group_type": "all", "organization_level": "school"}
    rows = []
    for at, (code, name) in enumerate([*inside, *outside]):
        whole = 9 if at % 13 == 5 else 120 + at
        k = (7 * at) % 11 * (2 if at < 20 else 1)
        named = {"organization_id": code, "organization_name": name}
        rows.append(rate(min(k, whole), whole, **(own | DISCIPLINE | named | changes)))
    for place, (k, n) in {
        "southeast_seattle": (240, 2600),
        "rest_of_seattle": (210, 5600),
    }.items():
        rows.append(rate(k, n, **(own | DISCIPLINE | {"organization_level": "place"} | changes),
                         organization_id=place))  # fmt: skip
    return estimates(rows)


MADE = {
    "rates": lambda: plot_rates(estimates(grade_3()), focus="black"),
    "rates with ranges": lambda: plot_rates(
        estimates(
            [
                bounded(0.24, 0.41),
                bounded(0.3, 0.33, student_group="american_indian"),
                rate(1, 50, student_group="asian"),
                rate(10, 20, student_group="pacific_islander"),
            ]
        )
    ),
    "gaps with a vast range": lambda: plot_gaps(
        estimates(
            bounded(low, high, measure="gap", reference="white", student_group=group)
            for group, low, high in (
                ("asian", -0.06, 0.01),
                ("black", -0.08, -0.02),
                ("pacific_islander", -0.9, 0.8),
            )
        )
    ),
    "ratios without end": lambda: plot_gaps(
        estimates([ratio(20, 50, 1, 60), ratio(486, 8415, 235, 26032, student_group="asian")])
    ),
    "trend of places": lambda: plot_trend(
        estimates(
            made
            for place in ("southeast_seattle", "rest_of_seattle_regular", LONG)
            for year in YEARS
            for made in [
                bounded(0.3, 0.31, end_year=year, organization_id=place, organization_name=place)
                if year % 2
                else rate(71 + year % 7, 216, end_year=year, organization_id=place, organization_name=place)
            ]
        )
    ),
    "schools": lambda: plot_schools(schools(), places=BOTH),
}  # fmt: skip


@cache
def pictured(name):
    """Draw a figure for all who look at it and change nothing."""
    return MADE[name]()


@pytest.fixture(params=MADE)
def figure(request):
    return pictured(request.param)


@pytest.mark.slow
def test_figure__words_do_not_overlap_and_stand_on_the_page(figure):
    assert_words_fit(figure.figure)


@pytest.mark.slow
def test_figure__says_everything_in_words(figure):
    assert figure.title
    assert figure.source_line.startswith("Source: ")
    assert len(figure.alt) <= 250
    assert figure.alt.split(":")[0] in ("Dot plot", "Line chart")
    for found in figure.findings:
        assert found.printed.value in figure.long_description
        assert not re.search(r"\bNone\b|\bnan\b|\{", figure.long_description)
    assert len(figure.table.rows) == len(figure.findings)


@pytest.mark.slow
@pytest.mark.proof("Plots are the same to the byte each time", seed=1, tried="every plot")
@pytest.mark.parametrize("name", proofs.sample(MADE, 1, seed=1))
def test_plots__are_the_same_to_the_byte_and_of_printed_numbers_alone(name, monkeypatch):
    """Nothing finer than the page can be measured in a picture."""
    drawn = pictured(name)
    monkeypatch.setattr(figures_figure, "findings", as_printed)
    again = MADE[name]()
    assert again.svg == drawn.svg
    if name in ("rates with ranges", "trend of places", "schools"):
        assert again.png == drawn.png
        assert b"Software" not in drawn.png
        assert b"matplotlib" not in drawn.png


@pytest.mark.slow
def test_svg__has_a_role_a_title_and_a_description_and_needs_nothing_else(figure):
    root = ET.fromstring(figure.svg)
    assert root.get("role") == "img"
    title, desc = list(root)[:2]
    assert title.text == figure.title
    assert desc.text.startswith(figure.alt)
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert figure.svg.startswith("<svg ")
    assert not re.search(r"<metadata|@font-face|https?://(?!www\.w3\.org/)", figure.svg)


def test_plot_rates__names_groups_that_are_not_drawn_and_draws_none_of_them():
    made = plot_rates(estimates(grade_3()))
    assert (
        "Not shown: Native Hawaiian or Pacific Islander (fewer than 10 students)." in made.caption
    )
    assert "Use caution: American Indian or Alaska Native (fewer than 30 students)." in made.caption
    assert (
        "Native Hawaiian or Pacific Islander: not shown, fewer than 10 students."
        in made.long_description
    )


def test_plot_rates__marks_what_to_read_with_care_and_draws_no_dot_on_a_range():
    made = pictured("rates with ranges")
    assert "Pale dot: rate, use caution" in made.caption
    # Of fewer than 3 students only that much is said: no publisher withheld it.
    assert "Outlined band: range: the true value is somewhere in it" in made.caption
    [dots] = [one for one in made.axes[0].collections if isinstance(one, PathCollection)]
    assert [mpl.colors.to_hex(color) for color in dots.get_facecolors()] == ["#bebbb8"]  # pale


@pytest.mark.slow
def test_plot_gaps__names_a_vast_range_and_draws_it_not():
    made = pictured("gaps with a vast range")
    assert made.figure.axes[0].get_xlim() == (-0.15, 0.1)
    assert "Arrow" not in made.caption
    told = "Not shown: Native Hawaiian or Pacific Islander (too much is withheld to say)."
    assert told in made.caption
    assert "Arrow: goes on beyond the axis" in pictured("ratios without end").caption


def test_plot_gaps__has_notes_source_and_credit_in_its_picture():
    """Whoever meets the file alone knows what it leaves out, where it is from, and whose it is."""
    made = plot_gaps(estimates(compared(gap)))
    foot = next(text.get_text() for text in made.picture.texts if "Source: " in text.get_text())
    found = "sesec:gap.ela_met.2017.03.southeast_seattle.american_indian-white"
    credit = f"Southeast Seattle Education Coalition · Id of the first number: {found}"
    assert " ".join(foot.split()) == f"{made.notes} {made.source_line} {credit}"
    assert found in made.svg
    assert found not in cut_svg(made.svg, 0, made.frame[1])
    assert made.title in cut_svg(made.svg, 0, made.frame[1])


def spans_of(figure):
    """Between which years lines are drawn."""
    lines = [tuple(line.get_xdata()) for line in figure.axes[0].lines]
    return [span for span in lines if len(span) == 2 and span[0] != span[1]]


def test_plot_trend__cuts_the_line_at_a_break_and_draws_no_year_that_is_out():
    cut = plot_trend(estimates(trend(range(2013, 2018), student_group="all")))
    assert "Not comparable across the gray strips. 2015 (new tests" in cut.caption
    spans = spans_of(cut)
    assert (2014, 2015) not in spans
    assert (2013, 2014) in spans

    own = {"indicator": "disciplined", "grade_level": "all"}
    years = [rate(71, 216, end_year=year, **own) for year in (2018, 2019, 2020, 2021, 2022)]
    drawn = plot_trend(estimates(years))
    assert {found.row.end_year for found in drawn.findings} == {2018, 2019, 2022}
    assert "Fewer than two school years can be compared." in str(plot_trend(estimates(years[1:4])))
    one_year = years[:1]
    assert "Fewer than two school years can be compared." in str(plot_trend(estimates(one_year)))


@pytest.mark.parametrize("plot", [plot_rates, plot_trend])
def test_plots__of_nothing_that_may_be_shown_are_a_notice_about_no_finding(plot):
    years = (2018, 2019) if plot is plot_trend else (2019,)
    made = plot(estimates([rate(2, 6, end_year=year) for year in years]))
    assert isinstance(made, notices.Notice)
    assert [
        part for text in made.texts for part, _ in parts_of(text) if getattr(part, "of", None)
    ] == []


@pytest.mark.parametrize("plot", [plot_rates, plot_gaps, plot_trend, plot_schools])
def test_plots__without_rows_are_a_notice(plot):
    empty = estimates([])
    assert plot(empty)._repr_mimebundle_()[notices.NOTICE]["title"]["msgid"] == "No data"
    empty.attrs["missing"] = "The graduation file is not here."
    assert plot(empty).text == "The graduation file is not here."


@pytest.mark.parametrize(
    ("plot", "table"),
    [
        (plot_rates, estimates(grade_3())),
        (plot_gaps, estimates(compared(ratio))),
        (plot_trend, estimates(trend(YEARS))),
        (plot_schools, schools()),
    ],
)
def test_plots__draw_on_the_axes_of_the_caller_and_return_them(plot, table):
    made, (left, right) = plt.subplots(1, 2, figsize=(14, 5))
    for axes in (left, right):
        assert plot(table, ax=axes) is axes
        assert axes.get_legend() is not None
    marks = [len(axes.collections) for axes in (left, right)]
    assert marks[0] == marks[1] > 0
    assert made.axes == [left, right]
    assert (made.get_size_inches().tolist(), made.texts) == ([14, 5], [])
    plt.close(made)


@pytest.mark.parametrize(
    ("plot", "rows", "what"),
    [
        (plot_rates, compared(gap), "does not show 'gap'"),
        (plot_gaps, [*compared(gap), *compared(ratio)], "have 2 of measure"),
        (plot_rates, trend([2016, 2017]), "have 2 of end_year"),
        (plot_rates, [rate(71, 216), rate(71, 216, grade_level="04")], "have 2 of grade_level"),
        (plot_trend, by_place(lambda **own: trend([2016, 2017], **own), PLACES), "not both"),
    ],
)
def test_plots__refuse_what_is_not_one_question(plot, rows, what):
    with pytest.raises(DataError, match=re.escape(what)):
        plot(estimates(rows))


def test_plots__are_only_described_in_the_notebook_of_an_edition(monkeypatch):
    table = estimates(grade_3())
    drawn = plot_rates(table, focus="black")
    monkeypatch.setenv(specs.VARIABLE, "1")
    monkeypatch.setattr(Figure, "__init__", None)  # nothing is drawn
    described = plot_rates(table, focus="black")._repr_mimebundle_()
    assert described[notices.SPEC] == drawn._repr_mimebundle_()[0][notices.SPEC]
    assert (described[notices.SPEC]["kind"], described[notices.SPEC]["options"]) == (
        "plot_rates",
        {"focus": "black"},
    )


def test_make__draws_and_words_a_figure_in_the_language_it_is_given(monkeypatch):
    code = "es"
    spec = plot_rates(estimates(grade_3()), focus="black").spec
    made = make_dots(spec, code)
    assert i18n.language() == "en"
    monkeypatch.setenv(i18n.VARIABLE, code)
    assert make_dots(spec).svg == made.svg
    assert made.title != make_dots(spec, "en").title
    assert render(made.texts["title"], code) == made.title


def test_plots__mark_made_up_data_everywhere():
    made = plot_rates(estimates(grade_3(source_ids="synthetic@2017")))
    assert made.title.startswith("Synthetic data: Met the standard")
    assert made.title.count("Synthetic data") == 1
    assert [text.get_text() for text in made.figure.texts if text.get_gid()] == ["SYNTHETIC"]
    assert "Synthetic data" in made.alt
    assert "no real school" in made.source_line
