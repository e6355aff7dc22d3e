"""Groups of 10 and more that fact sheets withhold for smaller ones: what is kept is chosen anew, and tried apart.

A sheet prints no group of 0 to 9 students. Whoever takes the printed groups of a page from its total, or the printed
schools of a place from the place, has what the withheld ones hold together. That is left open only where it leaves each
of them three values or more; otherwise the smallest printed one is withheld too.
"""

import csv
import itertools
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis import catalog

Cell = tuple[str, str]
"""A school and a student group."""

SMALL = 10
KINDS = ("race_ethnicity", "low_income", "english_learner", "disability")
YEARS = range(2018, 2026)


def enrollment(year: int, kind: str) -> pd.DataFrame:
    """Return the enrollment of the groups of a kind at each school."""
    return sa.load(
        "enrollment",
        organization_level="school",
        grade_level="all",
        end_years=year,
        student_group_type=kind,
    )


def sizes(year: int) -> dict[str, dict[Cell, int]]:
    """Return the students of each group of each school, by kind of group."""
    found = {}
    for kind in KINDS:
        rows = enrollment(year, kind)
        rows = rows[rows["numerator"].notna()]
        found[kind] = {
            (row.organization_id, row.student_group): int(row.numerator)
            for row in rows.itertuples()
        }
    return found


def families(kind: str, cells: dict[Cell, int]) -> Iterator[list[Cell]]:
    """Yield the cells whose total is printed: those of each page, and those of a group in each place."""
    pages, groups = defaultdict(list), defaultdict(list)
    for cell in cells:
        pages[cell[0]].append(cell)
        groups[cell[1]].append(cell)
    if kind == "race_ethnicity":  # of two groups a page has one number, which gives the other
        yield from pages.values()
    schools = frozenset(code for code, _ in cells)
    for part in parts(schools):
        for group in groups.values():
            yield [cell for cell in group if cell[0] in part]


@cache
def parts(schools: frozenset[str]) -> list[frozenset[str]]:
    """Return the schools of each place whose totals are printed, the smallest place first."""
    places = {schools}
    for place in catalog.places().values():
        if place.schools or place.all_but:
            outside = catalog.place(place.all_but).schools if place.all_but else ()
            places.add(schools & set(place.schools) if place.schools else schools - set(outside))
    return sorted(places, key=lambda part: (len(part), sorted(part)))


def gives_away(hidden: list[int]) -> bool:
    """Return whether the total of some withheld groups, which is known, leaves one of them fewer than three values."""
    if not hidden or (len(hidden) > 1 and max(hidden) >= SMALL):
        return False
    total, most = sum(hidden), (SMALL - 1) * len(hidden)
    return len(hidden) == 1 or total < 2 or total > most - 2


def withheld(kind: str, cells: dict[Cell, int]) -> set[Cell]:
    """Return every cell of a year that sheets withhold."""
    pages = defaultdict(list)
    for cell in cells:
        pages[cell[0]].append(cell)
    small = {cell for cell, size in cells.items() if size < SMALL}
    if kind != "race_ethnicity":
        small = {cell for own in pages.values() if small & set(own) for cell in own}
    together = list(families(kind, cells))
    again = True
    while again:
        again = False
        for family in together:
            hidden = [cell for cell in family if cell in small]
            shown = sorted(
                (cell for cell in family if cell not in small), key=lambda c: (cells[c], c)
            )
            if shown and gives_away([cells[cell] for cell in hidden]):
                own = pages[shown[0][0]] if kind != "race_ethnicity" else [shown[0]]
                small, again = small | set(own), True
    return small


def chosen() -> list[dict[str, str]]:
    """Return the groups of 10 and more to be withheld, in order of year, school, and group."""
    rows = []
    for year in YEARS:
        for kind, cells in sizes(year).items():
            rows += [
                {"end_year": str(year), "organization_id": school, "student_group": group}
                for school, group in sorted(withheld(kind, cells))
                if cells[school, group] >= SMALL
            ]
    return sorted(rows, key=lambda row: tuple(row.values()))


KEPT = catalog.data_dir() / "reference/withheld_groups.csv"
COLUMNS = ["end_year", "organization_id", "student_group"]
FIX = "run: pytest tests/system/test_withheld_groups.py --write-variation"


def values(total: int, count: int) -> set[int]:
    """Try every combination: what one of so many groups of 0 to 9 with this total can be."""
    others = range(count - 1)
    every = itertools.product(range(SMALL), repeat=len(others))
    return {total - sum(rest) for rest in every if 0 <= total - sum(rest) < SMALL}


@pytest.mark.parametrize("count", [1, 2, 3])
def test_gives_away__is_fewer_than_three_values_by_every_combination(count):
    for hidden in itertools.combinations_with_replacement(range(SMALL), count):
        assert gives_away([*hidden]) == (len(values(sum(hidden), count)) < 3)


@pytest.mark.slow
def test_kept_groups__are_chosen_anew(request):
    if request.config.getoption("--write-variation"):
        with KEPT.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(chosen())
    with KEPT.open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == chosen(), FIX


@pytest.mark.parametrize("kind", KINDS)
def test_pages__withhold_the_chosen_groups_and_no_more(kind):
    year = YEARS[-1]
    printed = sa.findings(sa.rates(enrollment(year, kind))).records()
    hidden = {
        (one["organization_id"], one["student_group"])
        for one in printed
        if one["publish"] == "nothing"
    }
    assert hidden == withheld(kind, sizes(year)[kind])
