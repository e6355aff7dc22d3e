"""Editions of other places and years than those in the list: each can be built, and says which it is of."""

import pytest

from sesec_analysis import catalog
from sesec_analysis.editions import build, editions
from sesec_analysis.loaders.listing import test_grades as grades_up_to


@pytest.mark.parametrize("place", list(catalog.places()))
def test_places__can_all_be_reported_on(place):
    """Each place of the catalog, compared with the rest of Seattle; that itself with Southeast Seattle."""
    other = "southeast_seattle" if place == "rest_of_seattle" else "rest_of_seattle"
    entry, options = editions.editions()["annual-2024"], {"place": place, "compare_to": other}
    plan = build.plan_edition("annual-2024", entry, options, test_grades=grades_up_to)
    assert plan.values["place"] == place


@pytest.mark.parametrize(
    ("options", "title", "in_spanish"),
    [
        (
            {"report_year": "2019"},
            "Southeast Seattle School Equity Report, 2018–19",
            "Informe de equidad escolar del sureste de Seattle, 2018–19",
        ),
        (
            {"place": "seattle_high"},
            "High schools of Seattle School Equity Report, 2023–24",
            "Escuelas preparatorias de Seattle, 2023–24",
        ),
    ],
)
def test_title__is_of_the_year_and_place_asked_for(options, title, in_spanish):
    plan = build.plan_edition("annual-2024", editions.editions()["annual-2024"], options)
    assert plan.title == title
    assert plan.titles["es"] == in_spanish


@pytest.mark.parametrize(
    ("place", "compare_to", "has"),
    [
        ("southeast_seattle", "rest_of_seattle", False),
        ("director_district_7", "rest_of_seattle", True),
    ],
)
def test_imprint__knows_places_that_have_schools_in_common(place, compare_to, has):
    options = {"place": place, "compare_to": compare_to}
    plan = build.plan_edition("annual-2024", editions.editions()["annual-2024"], options)
    assert build.build_info(plan, ()).has_common_schools is has
