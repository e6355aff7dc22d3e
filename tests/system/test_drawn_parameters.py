"""Editions with randomly drawn parameters: each is built with all its files, or refused before anything runs."""

import random
import shlex
from dataclasses import dataclass
from functools import cache

import proofs
import pytest

from sesec_analysis import catalog
from sesec_analysis.editions import build, editions
from sesec_analysis.errors import EditionError
from sesec_analysis.loaders.listing import test_grades as grades_up_to

SEED = 42
COUNT = 60
GRADES = ["all", *(f"{grade:02d}" for grade in range(3, 12))]


@dataclass(frozen=True)
class Draw:
    """An edition and its parameters as somebody could type them."""

    name: str
    options: tuple[tuple[str, str], ...]

    @property
    def words(self) -> list[str]:
        """Return the words of the command."""
        return [self.name, *(part for pair in self.options for part in ("-p", "=".join(pair)))]

    def __str__(self) -> str:
        """Return the command that does the same again."""
        return shlex.join(["sesec", "report", *self.words])


def draw(rng: random.Random) -> Draw:
    """Draw from all places, years, and levels; most grades are of those tested up to the year."""
    year = rng.randint(2011, 2026)
    tested = grades_up_to(year)
    grades = (tested[1] if tested else ["all"]) if rng.random() < 0.85 else GRADES
    place, other = rng.sample(list(catalog.places()), 2)
    options = {
        "place": place,
        "compare_to": other,
        "test_grade": rng.choice(grades),
        "report_year": str(year),
        "ci_level": f"{rng.uniform(0.5, 0.999):.3f}",
    }
    return Draw(rng.choice(list(editions.editions())), tuple(options.items()))


@cache
def draws() -> list[Draw]:
    rng = random.Random(SEED)
    return [draw(rng) for _ in range(COUNT)]


def refusal_of(drawn: Draw) -> EditionError | None:
    """Return why a draw is refused before anything runs; None if it is not."""
    entry = editions.editions()[drawn.name]
    try:
        build.plan_edition(drawn.name, entry, dict(drawn.options), test_grades=grades_up_to)
    except EditionError as refusal:
        return refusal
    return None


def test_draws__are_refused_in_a_sentence_or_can_be_built():
    refusals = {str(drawn): refusal_of(drawn) for drawn in draws()[: proofs.cases(COUNT, 6)]}
    built = [drawn for drawn, refusal in refusals.items() if refusal is None]
    assert len(built) > len(refusals) / 2
    for drawn, refusal in refusals.items():
        if refusal is not None and not refusal.what.startswith(("2 ", "3 ")):
            assert "\n" not in refusal.what, drawn
            assert refusal.valid, drawn


@pytest.mark.parametrize("place", list(catalog.places()))
def test_places__can_all_be_reported_on(place):
    """Each place of the catalog, compared with the rest of Seattle; that itself with Southeast Seattle."""
    other = "southeast_seattle" if place == "rest_of_seattle" else "rest_of_seattle"
    options = (("place", place), ("compare_to", other))
    assert refusal_of(Draw("annual-2024", options)) is None


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
        ("southeast_region_elementary", "rest_of_seattle", False),
        ("director_district_7", "rest_of_seattle", True),
        ("seattle_high", "seattle_middle", False),
        ("seattle_high", "washington", True),
        ("seattle", "rest_of_seattle", True),
    ],
)
def test_imprint__knows_places_that_have_schools_in_common(place, compare_to, has):
    options = {"place": place, "compare_to": compare_to}
    plan = build.plan_edition("annual-2024", editions.editions()["annual-2024"], options)
    assert build.build_info(plan, ()).has_common_schools is has
