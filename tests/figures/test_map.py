"""The map of a place: its schools where they are, names that do not overlap, words that say it all."""

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from printed_samples import assert_words_fit, boxes_of, words_of

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.errors import CatalogError, DataError
from sesec_analysis.evidence import notices
from sesec_analysis.figures.figure import ReportFigure
from sesec_analysis.figures.map import plot_map, plot_results_map
from sesec_analysis.figures.style import ACCENT

PLACE = "southeast_seattle"


@pytest.fixture(scope="module")
def figure() -> ReportFigure:
    return plot_map(PLACE)


def points_of(figure: ReportFigure) -> list[tuple[float, float]]:
    [axes] = figure.figure.axes
    mine = axes.collections[-1]
    assert to_hex(mine.get_facecolors()[0]) == ACCENT
    return sorted((float(x), float(y)) for x, y in mine.get_offsets())


@pytest.mark.slow
def test_plot_map__puts_each_school_where_it_is(figure: ReportFigure):
    schools = [catalog.schools()[own] for own in catalog.place(PLACE).schools]
    assert points_of(figure) == sorted((own.longitude, own.latitude) for own in schools)
    [axes] = figure.figure.axes
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    assert all(west < x < east and south < y < north for x, y in points_of(figure))


@pytest.mark.slow
def test_plot_map__names_every_school_and_no_names_overlap(figure: ReportFigure):
    boxes = boxes_of(figure.figure)
    written = " ".join(text for text, _ in boxes).replace("\u00a0", " ").replace("\n", " ")
    for own in catalog.place(PLACE).schools:
        assert catalog.schools()[own].short_name in written
    assert_words_fit(figure.figure)


@pytest.mark.slow
def test_plot_map__says_everything_in_words(figure: ReportFigure):
    assert figure.title == "Schools of Southeast Seattle"
    assert figure.alt.startswith(
        "Map: Schools of Southeast Seattle; 20 public schools. From Beacon Hill"
    )
    assert len(figure.alt) <= 250
    assert figure.source_line.startswith("Source: schools, OSPI")
    assert "census tracts of 2010" in figure.source_line
    assert len(figure.table.rows) == 20
    assert ("South Shore PK-8 School", "K-8", "PK–8", "regular") in figure.table.rows
    data, _ = figure._repr_mimebundle_()
    assert data[notices.FIGURE]["findings"] == []


def test_plot_map__refuses_a_place_without_listed_schools():
    with pytest.raises(DataError, match="no school of Washington") as caught:
        plot_map("washington")
    assert "southeast_seattle" in str(caught.value)
    with pytest.raises(CatalogError, match="southeast"):
        plot_map("southeast")


def test_plot_results_map__compares_schools_with_published_schools_where_the_district_is_a_wide_range():
    question = {"end_years": 2024, "grade_level": "all", "student_group": "all", "place": "seattle"}
    schools = sa.load("regular_attendance", **question, organization_level="school")
    district = sa.load("regular_attendance", **question)
    both = sa.rates(pd.concat([schools, district]))
    wide, known = (
        plot_results_map(pd.concat(tables))
        for tables in ([both], [both, sa.report.published_rates(district)])
    )
    name = "Seattle Public Schools, 105 schools whose numbers are published"
    assert name not in wide.alt
    assert f"{name}: 77%" in known.alt
    [axes] = known.figure.axes
    assert name in axes.get_xlabel().replace("\n", " ")
    first, second, *_ = known.table.rows
    assert list(first)[:2] == ["Seattle Public Schools", "76–100%"]
    assert list(second)[:2] == [name, "76.6%"]
    words = {text.get_text() for text in words_of(known.figure)}
    assert {"higher", "lower", "Maple"} <= words  # a school is named only for what goes well
    assert not {"Emerson", "Dunlap"} & words
    assert "higher" not in {text.get_text() for text in words_of(wide.figure)}
