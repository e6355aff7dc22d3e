"""The disclosure audit catches planted leaks, and passes what gives nothing away."""

from typing import Any

import pytest

from sesec_analysis import catalog
from sesec_analysis.attack.audit import audit, disclosing_findings, leaks
from sesec_analysis.errors import DataError


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
        "status": "ok" if publish == "point" else "bounded",
        "reference": "",
        "numerator": 40 if publish == "point" else None,
        "n": 400 if publish == "point" else "390 to 410",
    } | also


def partition(*hidden: str) -> list[dict[str, Any]]:
    groups = catalog.group_types()["race_ethnicity"].groups
    shown = [
        record("seattle", "race_ethnicity", group, "nothing" if group in hidden else "point")
        for group in groups
    ]
    return [record("seattle", "all", "all", numerator=280, n=2800), *shown]


def test_audit__refuses_a_group_that_the_other_groups_give_away():
    with pytest.raises(
        DataError, match=r"1 withheld figure\(s\)[\s\S]*seattle\.white \(from student groups"
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
    places = [
        record("seattle", "all", "all", numerator=90, n=900),
        record("southeast_seattle", "all", "all"),
    ]
    with pytest.raises(DataError, match=r"rest_of_seattle\.all \(from places"):
        audit([*places, record("rest_of_seattle", "all", "all", "range")])
    both = [
        record(place, "all", "all", "range") for place in ("southeast_seattle", "rest_of_seattle")
    ]
    assert audit([record("seattle", "all", "all"), *both])["passed"]


def enrolled(place, students):
    return record(place, "migrant", "migrant", indicator="enrollment", numerator=students, n=50_000)


@pytest.mark.parametrize("left", [1, 9])
def test_audit__refuses_a_small_group_that_two_places_leave_of_each_other(left):
    rests = [enrolled("rest_of_seattle_regular", 100), enrolled("rest_of_seattle", 100 + left)]
    with pytest.raises(DataError, match=r"what is left of .*\.rest_of_seattle\.migrant"):
        audit(rests)
    assert audit([*rests[:1], enrolled("rest_of_seattle", 110)])["passed"]
    assert audit([*rests[:1], enrolled("rest_of_seattle", 100)])["passed"]


@pytest.mark.parametrize("left", [1, 9])
def test_audit__refuses_a_small_group_that_a_total_less_two_places_leaves(left):
    parts = [enrolled("southeast_seattle", 40), enrolled("rest_of_seattle_regular", 100)]
    with pytest.raises(DataError, match=r"what is left of .*\.seattle\.migrant"):
        audit([*parts, enrolled("seattle", 140 + left)])
    assert audit([*parts, enrolled("seattle", 150)])["passed"]
    total = enrolled("seattle", 140 + left)["id"]
    assert disclosing_findings([*parts, enrolled("seattle", 140 + left)]) == {total}


def without(records: list[dict[str, Any]], ids: frozenset[str]) -> list[dict[str, Any]]:
    gone = {"publish": "nothing", "numerator": None, "n": None}
    return [one | gone if one["id"] in ids else one for one in records]


def test_disclosing_findings__names_what_tells_only_once_others_are_withheld():
    groups = catalog.group_types()["race_ethnicity"].groups
    shown = [
        record("southeast_seattle", "race_ethnicity", one, "nothing" if one == "white" else "point")
        for one in groups
    ]
    for place, students in (("southeast_seattle", 280), ("rest_of_seattle", 520), ("seattle", 800)):
        shown.append(record(place, "all", "all", numerator=students, n=10 * students))
    # The place's total tells of its one group; once it is withheld, the rest of the district tells it.
    total = "sesec:rate.disciplined.2019.all.{}.all".format
    assert disclosing_findings(shown) == {total("southeast_seattle")}
    shown = without(shown, disclosing_findings(shown))
    assert disclosing_findings(shown) == {total("seattle")}
    assert leaks(without(shown, disclosing_findings(shown))) == {}


@pytest.mark.parametrize("hidden", [1, 2])
def test_audit__refuses_the_one_school_that_its_place_gives_away(hidden: int):
    codes = list(catalog.place("southeast_seattle").schools)
    schools = [
        record(code, "low_income", "low_income", "nothing" if at < hidden else "point")
        for at, code in enumerate(codes)
    ]
    shown = [
        record("southeast_seattle", "low_income", "low_income", numerator=800, n=8000),
        *schools,
    ]
    if hidden == 1:
        with pytest.raises(DataError, match=rf"{codes[0]}\.low_income \(from schools"):
            audit(shown)
    else:
        assert audit(shown)["passed"]


def test_disclosing_findings__names_between_sheets_the_smallest_other_school_and_leaves_the_place():
    codes = list(catalog.place("southeast_seattle").schools)
    known = {"indicator": "enrollment", "n": 300}
    sheets = [
        record(code, "race_ethnicity", "white", numerator=20 + at, **known)
        for at, code in enumerate(codes[1:])
    ]
    hidden = record(codes[0], "race_ethnicity", "white", "nothing", **known)
    elsewhere = record("2220", "race_ethnicity", "white", numerator=12, **known)
    whole = record("southeast_seattle", "race_ethnicity", "white", numerator=900, **known)
    found = disclosing_findings([whole, hidden, elsewhere, *sheets], spares_places=True)
    assert found == {sheets[0]["id"]}


def test_leaks__does_not_hide_how_many_students_a_rate_withheld_for_another_covers():
    codes = list(catalog.place("southeast_seattle").schools)
    hidden = record(
        codes[0], "all", "all", "range", n=400
    )  # of which the number of students is printed
    for_it = record(codes[1], "all", "all", "nothing", rule="one-cell-solved")
    others = [record(code, "all", "all") for code in codes[2:]]
    whole = record("southeast_seattle", "all", "all", numerator=800, n=8000)
    assert leaks([whole, hidden, for_it, *others], spares_places=True) == {}
    unknown = for_it | {"rule": "small-group"}
    assert len(leaks([whole, hidden, unknown, *others], spares_places=True)) == 1


def test_audit__knows_that_an_unpublished_twin_closes_nothing():
    learners = record("southeast_seattle", "english_learner", "english_learner", "range")
    assert audit([record("southeast_seattle", "all", "all"), learners])["passed"]


def test_audit__looks_at_the_number_of_students_as_well():
    # 824 in all and 528 low-income leave 296 others, though the others' rate is printed as a range only.
    everyone = record("southeast_seattle", "all", "all", numerator=374, n=824)
    low_income = record("southeast_seattle", "low_income", "low_income", "range", n=528)
    others = record("southeast_seattle", "low_income", "not_low_income", "range", n="289 to 297")
    with pytest.raises(DataError, match="not_low_income"):
        audit([everyone, low_income, others])
    assert audit([everyone, low_income | {"n": "520 to 530"}, others])["passed"]


def test_audit__refuses_a_small_remainder_that_no_finding_mentions():
    # 359 less 164 girls and 193 boys leaves two students.
    girls, boys = (
        record("2138", "gender", group, numerator=k, indicator="enrollment", n=359)
        for group, k in (("female", 164), ("male", 193))
    )
    everyone = record("2138", "all", "all", numerator=359, indicator="enrollment", n=359)
    with pytest.raises(
        DataError, match=r"what is left of sesec:rate\.disciplined\.2019\.all\.2138\.all"
    ):
        audit([everyone, girls, boys])
    pair = [record("seattle", "all", "all", numerator=163, n=4033)]
    twin = record("seattle", "foster_care", "not_foster_care", numerator=161, n=4006)
    with pytest.raises(DataError, match="from student groups"):
        audit([*pair, twin])
    assert audit([*pair, twin | {"numerator": 120, "n": 3000}])["passed"]


def test_audit__refuses_two_boundaries_that_differ_by_a_few_students():
    wide = record(
        "southeast_seattle_all", "highly_capable", "highly_capable", numerator=416, n=9900
    )
    core = record("southeast_seattle", "highly_capable", "highly_capable", numerator=415, n=9756)
    with pytest.raises(DataError, match="from places"):
        audit([wide, core])


def test_audit__reads_both_sides_of_a_comparison():
    shown = partition("white")
    asian = next(one for one in shown if one["student_group"] == "asian")
    rest = [one for one in shown if one is not asian]
    ratio = record("seattle", "race_ethnicity", "black") | {
        "id": "sesec:ratio",
        "measure": "ratio",
        "reference": "asian",
        "reference_numerator": 40,
        "reference_n": 400,
    }
    with pytest.raises(DataError, match="from student groups"):
        audit([*rest, ratio])


@pytest.mark.parametrize("hidden", [1, 2])
@pytest.mark.parametrize(
    ("measure", "group", "figures"),
    [
        ("dissimilarity", "white", [("2120", "white"), ("2138", "white"), ("3327", "white")]),
        ("theil", "all", [("seattle", "white"), ("seattle", "asian"), ("seattle", "black")]),
    ],
)
def test_leaks__finds_the_one_figure_hidden_of_those_that_a_number_is_made_of(
    measure, group, figures, hidden
):
    shown = [
        record(*(place, "race_ethnicity", one), "nothing" if at < hidden else "point")
        for at, (place, one) in enumerate(figures)
    ]
    made = record("seattle", "race_ethnicity", group, measure=measure, numerator=None, n=None)
    assert {*leaks([made, *shown]).values()} == ({made["id"]} if hidden == 1 else set())


def test_audit__takes_a_group_and_all_others_for_everybody():
    others = {"reference": "others", "reference_numerator": 240, "reference_n": 2400}
    gap = record("seattle", "race_ethnicity", "asian", measure="gap", id="sesec:gap", **others)
    with pytest.raises(DataError, match=r"\.white \(from student groups"):
        audit([*partition("white")[1:], gap])
    assert audit(partition("white")[1:])["passed"]


def page(sizes: list[int], total: int, **withheld: str) -> list[dict[str, Any]]:
    """A school's enrollment by race; groups ``withheld`` by a rule each, and the others printed with their sizes."""
    groups = [one for one in catalog.group_types()["race_ethnicity"].groups if one not in withheld]
    shown = dict(zip(groups, sizes, strict=True))
    known = {"indicator": "enrollment", "n": total}
    return [
        *(record("2138", "race_ethnicity", one, numerator=k, **known) for one, k in shown.items()),
        *(
            record("2138", "race_ethnicity", one, "nothing", numerator=None, rule=rule, **known)
            for one, rule in withheld.items()
        ),
    ]


SMALL = dict.fromkeys(("american_indian", "pacific_islander"), "small-group")


@pytest.mark.parametrize("left", range(19))
@pytest.mark.parametrize("has_total", [True, False])
def test_audit__refuses_two_small_groups_of_which_few_values_are_left(left, has_total):
    shown = page([40, 50, 60, 70, 80], 300 + left, **SMALL)
    if has_total:
        shown.append(
            record("2138", "all", "all", indicator="enrollment", numerator=300 + left, n=300 + left)
        )
    assert bool(leaks(shown)) == (left in (0, 1, 17, 18))
    assert not leaks(
        [
            one | {"publish": "nothing"} if one["id"] in disclosing_findings(shown) else one
            for one in shown
        ]
    )


@pytest.mark.parametrize(("left", "is_told"), [(1, True), (2, False), (25, False), (26, True)])
def test_audit__refuses_three_small_groups_of_which_few_values_are_left(left, is_told):
    shown = page([40, 50, 60, 70], 220 + left, **SMALL, two_or_more="small-group")
    assert bool(leaks(shown)) == is_told


def test_audit__lets_a_larger_group_be_withheld_with_a_small_one():
    withheld = {"american_indian": "small-group", "pacific_islander": "one-cell-solved"}
    assert not leaks(page([40, 50, 60, 70, 80], 318, **withheld))


@pytest.mark.parametrize("place", ["southeast_seattle", "rest_of_seattle_regular"])
@pytest.mark.parametrize(
    ("small", "left", "is_told"), [(1, 5, True), (2, 1, True), (2, 10, False), (2, 17, True)]
)
def test_audit__refuses_small_groups_that_a_place_less_its_sheets_gives(
    place, small, left, is_told
):
    known = {"indicator": "enrollment", "n": 400}
    codes = list(catalog.place(place).schools)
    sheets = [
        record(code, "race_ethnicity", "hispanic", numerator=40, **known) for code in codes[small:]
    ] + [
        record(code, "race_ethnicity", "hispanic", "nothing", rule="small-group", **known)
        for code in codes[:small]
    ]
    whole = 40 * (len(codes) - small) + left
    shown = [record(place, "race_ethnicity", "hispanic", numerator=whole, **known), *sheets]
    assert bool(leaks(shown)) == is_told
    # A school without a sheet is left over too.
    assert bool(leaks(shown[:-1])) == (0 < left < 10)
