"""At a glance: both values as printed, and words that say no more than the evidence."""

import itertools

import pytest
from estimate_samples import estimates, gap, rate
from matplotlib.text import Text
from plot_samples import COMPARED, plotted

from sesec_analysis import i18n
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.wording.headlines import PHRASES, outcome_text
from sesec_analysis.figures.glance import plot_at_a_glance

EVERYONE = {"student_group": "all", "student_group_type": "all"}


def two_places(here=(71, 216), there=(88, 204)):
    rows = [
        rate(k, n, organization_id=place, **EVERYONE)
        for place, (k, n) in zip(COMPARED.values(), (here, there), strict=True)
    ]
    return estimates([*rows, gap(*here, *there, reference="rest_of_seattle_regular", **EVERYONE)])


def test_plot_at_a_glance__writes_both_values_as_printed_and_the_words_of_the_gap():
    made = plot_at_a_glance(two_places(), **COMPARED)
    [row] = made.table.rows
    assert row[1:3] == ("32.9%", "43.1%")
    [told] = [one for one in made.findings if one.row.measure == "gap"]
    sign, phrase = outcome_text(told)
    assert row[3] == f"{sign}\u00a0{phrase!s}"  # no line parts them


@pytest.mark.parametrize("measured", ["measure == 'rate'", "index >= 0"])
def test_plot_at_a_glance__draws_the_year_of_each_row(measured):
    made = plot_at_a_glance(two_places().query(measured), **COMPARED)
    [row] = made.table.rows
    words = f": {row[3]}".replace("\u00a0", " ") if row[3] else ""
    drawn = [one.get_text().replace("\u00a0", " ") for one in made.figure.axes[0].texts]
    assert f"2016–17{words}" in [" ".join(text.split()) for text in drawn]


@pytest.mark.slow
def test_plot_at_a_glance__has_words_of_the_list_alone():
    for row in plotted("at a glance").table.rows:
        for part in row[3].split("; "):
            phrase = (
                part.rpartition(": ")[2][2:] if "can't" not in part else part[part.index("can't") :]
            )
            assert phrase in PHRASES.values()


def test_plot_at_a_glance__refuses_a_table_without_the_place():
    with pytest.raises(DataError, match="no rates or averages of 'seattle'"):
        plot_at_a_glance(two_places(), place="seattle", reference="rest_of_seattle_regular")


@pytest.mark.parametrize("there", [(88, 204), (3, 8)], ids=["shown", "withheld"])
@pytest.mark.parametrize("code", ["en", "es", "so", "vi"])
def test_plot_at_a_glance__keeps_its_words_apart_in_languages_of_longer_words(code, there):
    with i18n.spoken(code):
        made = plot_at_a_glance(two_places(there=there), **COMPARED).figure
    [axes] = made.axes
    made.canvas.draw()
    boxes = [(one.get_text(), Text.get_window_extent(one)) for one in axes.texts]
    for (text, box), (other, beside) in itertools.combinations(boxes, 2):
        wide = min(box.x1, beside.x1) - max(box.x0, beside.x0)
        tall = min(box.y1, beside.y1) - max(box.y0, beside.y0)
        assert wide <= 1 or tall <= 1, f"{text!r} and {other!r}"
