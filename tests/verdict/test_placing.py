"""Where marks stand in a figure: as their values say, or on a map; every plot is held to it in its own tests."""

from types import SimpleNamespace

import pytest

from sesec_analysis import catalog
from sesec_analysis.editions.documents.blocks import FigureBlock, Table
from sesec_analysis.verdict import placing


def block(findings, marks):
    words = ("a figure", 1, "Title", "", "", "", "Alt", "")
    return FigureBlock(*words, Table((), ()), b"", "", tuple(findings), marks=tuple(marks))


def told(where, value, **also):
    names = {"indicator": "math_met", "measure": "rate", "grade_level": "all", "end_year": 2025}
    group = {"student_group_type": "all", "student_group": "all", "organization_id": where}
    ends = {"estimate": value, "bound_low": None, "bound_high": None, "publish": "point"}
    return names | group | ends | {"id": f"{where} {also}", "unit": "proportion"} | also


def placed(record, x, y):
    return (record["id"], x - 5, y - 5, 10, 10)


def is_misplaced(*marks):
    return placing.misplaced(block([mark[0] for mark in marks], [placed(*mark) for mark in marks]))


def test_misplaced__over_years_wants_more_higher_and_later_to_the_right():
    years = [told("here", at, end_year=year) for at, year in ((0.2, 2023), (0.4, 2025))]
    assert not is_misplaced((years[0], 100, 800), (years[1], 900, 600))
    assert is_misplaced((years[0], 100, 600), (years[1], 900, 800))
    assert is_misplaced((years[0], 900, 800), (years[1], 100, 600))


def test_misplaced__asks_nothing_of_a_figure_without_marks():
    assert not is_misplaced()
    assert not is_misplaced((told("a", 0.2, publish="nothing"), 100, 800))


def test_misplaced__wants_equal_steps_of_equal_steps():
    here, there, far = (told(name, at) for name, at in (("a", 0.2), ("b", 0.4), ("c", 0.6)))
    assert not is_misplaced((here, 200, 300), (there, 400, 300), (far, 600, 300))
    assert is_misplaced((here, 200, 300), (there, 500, 300), (far, 600, 300))


def test_misplaced__takes_marks_at_one_place_for_unlike_values_nearly_alike():
    """As drawn of 51.7 and 52.2 percent, beside another question: arithmetic made their slope -3e-14."""
    high = [told("a", 0.517, grade_level="high"), told("b", 0.522, grade_level="high")]
    math = [told("a", 0.511), told("b", 0.6405)]
    rows = [(high[0], 528, 160), (high[1], 528, 160), (math[0], 515, 666), (math[1], 524, 666)]
    assert not is_misplaced(*rows)
    assert is_misplaced(*rows[:2], (math[0], 524, 666), (math[1], 515, 666))


def test_misplaced__takes_the_middle_of_a_range_that_ends_and_leaves_one_that_does_not():
    ends = {"estimate": None, "bound_low": 0.4, "publish": "range"}
    here, closed = told("a", 0.2), told("b", 0.0, **ends | {"bound_high": 0.6})
    assert is_misplaced((here, 400, 300), (closed, 300, 300))
    assert not is_misplaced((here, 400, 300), (told("b", 0.0, **ends), 300, 300))


def test_misplaced__of_schools_on_a_map_wants_north_up():
    north, south = told("2089", 0.2), told("3774", 0.9)
    codes = catalog.schools()
    by_north = sorted((north, south), key=lambda one: codes[one["organization_id"]].latitude)
    by_east = sorted((north, south), key=lambda one: codes[one["organization_id"]].longitude)
    spots = {
        one["id"]: [100 + 400 * by_east.index(one), 900 - 400 * by_north.index(one)]
        for one in by_north
    }
    assert not is_misplaced(*((one, *spots[one["id"]]) for one in by_north))
    flat = [{**one, "estimate": 0.5 - at / 10} for at, one in enumerate(by_east)]
    assert is_misplaced(*((one, *[spots[one["id"]][0], 400 - spots[one["id"]][1]]) for one in flat))


def finding(
    place="Dunlap", publish="nothing", value="not shown", code="2000", group="all", kind="all"
):
    """As much of a finding as its place in a table needs."""
    row = SimpleNamespace(
        measure="rate",
        indicator="ela_met",
        end_year=2019,
        grade_level="all",
        organization_id=code,
        organization_level="school",
        organization_name=place,
        student_group_type=kind,
        student_group=group,
        publish=publish,
    )
    return SimpleNamespace(row=row, place=place, reference="", printed=SimpleNamespace(value=value))


def orderly(*places, **shown):
    made = [
        finding(
            place,
            code=f"{9000 + at}",
            **({"publish": "point", "value": shown[place]} if place in shown else {}),
        )
        for at, place in enumerate(places)
    ]
    for at, one in enumerate(sorted(made, key=lambda one: one.place)):
        one.row.organization_id = f"{9000 + at}"
    return not placing.is_ordered_by_what_is_withheld(made)


@pytest.mark.parametrize(
    ("places", "shown", "is_orderly"),
    [
        ("abc", {}, True),  # the alphabet's
        ("cba", {}, False),
        ("bca", {}, False),
        ("abcd", {"b": "40%", "c": "50%"}, True),
        ("cbad", {"b": "40%", "c": "50%"}, True),  # by what is printed, then all that is withheld
        ("cbda", {"b": "40%", "c": "50%"}, False),
        ("bdac", {"b": "40%", "c": "50%"}, False),  # some stand where their values would
    ],
)
def test_is_ordered__looks_at_the_place_of_what_is_withheld(places, shown, is_orderly):
    assert orderly(*places, **shown) is is_orderly
