"""Groups of 10 and more that fact sheets withhold for smaller ones: what is kept is chosen anew, and tried apart."""

import csv
import itertools

import pytest
from withheld_groups import KINDS, SMALL, YEARS, chosen, enrollment, gives_away, sizes, withheld

import sesec_analysis as sa
from sesec_analysis import catalog

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


def test_gives_away__asks_for_a_third_group_where_two_have_1_17_or_18():
    pairs = itertools.combinations_with_replacement(range(SMALL), 2)
    assert {sum(pair) for pair in pairs if gives_away([*pair])} == {0, 1, 17, 18}


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
@pytest.mark.parametrize("year", [YEARS[0], YEARS[-1]])
def test_pages__withhold_the_chosen_groups_and_no_more(year, kind):
    printed = sa.findings(sa.rates(enrollment(year, kind))).records()
    hidden = {
        (one["organization_id"], one["student_group"])
        for one in printed
        if one["publish"] == "nothing"
    }
    assert hidden == withheld(kind, sizes(year)[kind])
