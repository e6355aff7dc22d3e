"""Editions of other places and years than those in the list: each can be built, and says which it is of."""

import random

import pytest

from sesec_analysis import catalog
from sesec_analysis.editions import build, editions
from sesec_analysis.errors import EditionError
from sesec_analysis.loaders.listing import test_grades as grades_up_to

SEED, COUNT = 42, 60
GRADES = ["all", *(f"{grade:02d}" for grade in range(3, 12))]


def draw(rng: random.Random) -> tuple[str, dict[str, str]]:
    """Draw an edition and its parameters, of all places, years, and levels; most grades were tested by then."""
    year = rng.randint(2011, 2026)
    tested = grades_up_to(year)
    place, other = rng.sample(list(catalog.places()), 2)
    options = {
        "place": place,
        "compare_to": other,
        "test_grade": rng.choice(tested[1] if tested and rng.random() < 0.85 else GRADES),
        "report_year": str(year),
        "ci_level": f"{rng.uniform(0.5, 0.999):.3f}",
    }
    return rng.choice(list(editions.editions())), options


@pytest.mark.proof(
    "Editions of drawn parameters can be built, or are refused in a sentence",
    seed=SEED,
    tried=f"{COUNT} draws",
    only_in_full=True,
)
def test_draws__are_refused_in_a_sentence_or_can_be_built(record_property):
    rng, refused = random.Random(SEED), []
    for _ in range(COUNT):
        name, options = draw(rng)
        entry = editions.editions()[name]
        try:
            build.plan_edition(name, entry, options, test_grades=grades_up_to)
        except EditionError as refusal:
            refused.append(refusal)
    assert len(refused) < COUNT / 2
    of_one_fault = [one for one in refused if not one.what.startswith(("2 ", "3 "))]
    assert [one.what for one in of_one_fault if "\n" in one.what or not one.valid] == []
    record_property("refused", len(refused))


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
        (
            {"ci_level": "0.9"},
            "Southeast Seattle School Equity Report, 2023–24",
            "Informe de equidad escolar del sureste de Seattle, 2023–24",
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
        ("seattle_high", "washington", True),
    ],
)
def test_imprint__knows_places_that_have_schools_in_common(place, compare_to, has):
    options = {"place": place, "compare_to": compare_to}
    plan = build.plan_edition("annual-2024", editions.editions()["annual-2024"], options)
    assert build.build_info(plan, ()).has_common_schools is has
