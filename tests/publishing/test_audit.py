"""The disclosure audit catches planted leaks, and passes what gives nothing away."""

from typing import Any

import pytest

from sesec_analysis import catalog
from sesec_analysis.errors import DataError
from sesec_analysis.publishing.audit import audit


def record(
    place: str, kind: str, group: str, publish: str = "point", **also: Any
) -> dict[str, Any]:
    return {
        "id": f"sesec:rate.disciplined.2019.all.{place}.{group}",
        "measure": "rate",
        "indicator": "disciplined",
        "end_year": 2019,
        "grade_level": "all",
        "organization_level": "school" if place.isdigit() else "place",
        "organization_id": place,
        "student_group_type": kind,
        "student_group": group,
        "publish": publish,
        "numerator": 40 if publish == "point" else None,
    } | also


def partition(*hidden: str) -> list[dict[str, Any]]:
    groups = catalog.group_types()["race_ethnicity"].groups
    shown = [
        record("seattle", "race_ethnicity", group, "nothing" if group in hidden else "point")
        for group in groups
    ]
    return [record("seattle", "all", "all"), *shown]


def test_audit__refuses_a_group_that_the_other_groups_give_away():
    with pytest.raises(
        DataError, match=r"1 withheld figure\(s\)[\s\S]*seattle\.white \(from student groups\)"
    ):
        audit(partition("white"))


def test_audit__passes_when_two_groups_are_withheld_or_none():
    assert audit(partition("white", "asian"))["passed"]
    assert audit(partition())["sums_checked"] == {"student groups": 1, "schools": 0, "places": 0}


def test_audit__refuses_a_range_that_subtraction_would_close():
    shown = partition()
    shown[3] |= {"publish": "range", "numerator": None}
    with pytest.raises(DataError, match="from student groups"):
        audit(shown)


def test_audit__refuses_the_rest_of_a_district_that_the_place_gives_away():
    places = [record(place, "all", "all") for place in ("seattle", "southeast_seattle")]
    with pytest.raises(DataError, match=r"rest_of_seattle\.all \(from places\)"):
        audit([*places, record("rest_of_seattle", "all", "all", "range")])
    both = [
        record(place, "all", "all", "range") for place in ("southeast_seattle", "rest_of_seattle")
    ]
    assert audit([record("seattle", "all", "all"), *both])["passed"]


@pytest.mark.parametrize("hidden", [1, 2])
def test_audit__refuses_the_one_school_that_its_place_gives_away(hidden: int):
    codes = list(catalog.place("southeast_seattle").schools)
    schools = [
        record(code, "low_income", "low_income", "nothing" if at < hidden else "point")
        for at, code in enumerate(codes)
    ]
    shown = [record("southeast_seattle", "low_income", "low_income"), *schools]
    if hidden == 1:
        with pytest.raises(DataError, match=rf"{codes[0]}\.low_income \(from schools\)"):
            audit(shown)
    else:
        assert audit(shown)["passed"]


def test_audit__knows_that_an_unpublished_twin_closes_nothing():
    learners = record("southeast_seattle", "english_learner", "english_learner", "range")
    assert audit([record("southeast_seattle", "all", "all"), learners])["passed"]
