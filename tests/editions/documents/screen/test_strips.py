from sesec_analysis.editions.documents.model import Column, Table, TableBlock
from sesec_analysis.editions.documents.screen import strips


def told(level, publish, estimate, low, high, **also):
    return {
        "indicator": "math_met",
        "measure": "rate",
        "end_year": 2025,
        "student_group": "all",
        "organization_level": level,
        "publish": publish,
        "estimate": estimate,
        "bound_low": low,
        "bound_high": high,
        "sentence": f"{level} {publish}",
        "value": "41%",
    } | also


def block_of(*records, layout="strips"):
    names = ("What", "This school", "Elementary schools")
    table = Table(tuple(Column(name.lower(), name) for name in names), (("Math", "41%", ""),))
    return TableBlock(1, "Key numbers", table, "", records, layout)


def strip_of(*records):
    (strip,) = strips.of_table(block_of(*records))
    return strip


def test_of_table__marks_a_number_as_a_point_and_a_range_as_a_bar():
    strip = strip_of(
        told("school", "point", 0.407, 0.407, 0.407), told("place", "range", None, 0.5, 0.625)
    )
    school, others = strip.marks
    assert (school.low, school.high, school.is_range, school.is_school) == (40.7, 40.7, False, True)
    assert (others.low, others.high, others.is_range) == (50.0, 62.5, True)
    assert strip.words == "school point place range"
    assert strip.told == (("This school", "41%"),)


def test_of_table__draws_nothing_of_what_is_not_shown_nor_the_middle_of_a_range():
    hidden = told("school", "nothing", None, None, None)
    leaking = told("place", "nothing", 0.4, 0.3, 0.5)
    assert strip_of(hidden, leaking).marks == ()
    ranged = told("school", "range", 0.55, 0.5, 0.6)
    (mark,) = strip_of(ranged).marks
    assert (mark.low, mark.high) == (50.0, 60.0)


def test_of_table__draws_other_schools_and_says_none_of_their_names():
    own, other = (
        told("school", "point", at, at, at, organization_id=code, sentence=f"of {code}")
        for code, at in (("2182", 0.4), ("2070", 0.6))
    )
    block = block_of(other, own)
    (strip,) = strips.of_table(block, school="2182")
    assert [mark.whose for mark in strip.marks] == ["peer", "school"]
    assert ([mark.whose for mark in strip.drawn], strip.band) == (["school"], None)
    assert strip.words == "of 2182"
    assert strips.own(block, "2182") == (own,)


def over_years(*records, indicator="math_met"):
    found = (record | {"indicator": indicator} for record in records)
    return strips.over_years([block_of(*found, layout="years")])[indicator, "all"]


def year(end_year, publish="point", low=0.3, high=0.3):
    return told("school", publish, low, low, high, end_year=end_year)


def test_over_years__leaves_a_gap_where_a_year_is_withheld_and_draws_a_range_as_a_bar():
    line = over_years(year(2022), year(2023), year(2024, "nothing"), year(2025))
    assert [(one.year, two.year) for one, two in line.joined] == [(2022, 2023)]
    ranged = over_years(year(2022), year(2023, "range", 0.2, 0.4), year(2024))
    assert [mark.is_range for mark in ranged.marks] == [False, True, False]
    assert ranged.joined == ()


def test_over_years__gives_lines_of_a_kind_one_height_that_has_room_for_chance():
    met = (year(2023, low=0.3) | {"ci_low": 0.25, "ci_high": 0.36}, year(2025, low=0.41))
    attended = (year(at) | {"indicator": "regular_attendance"} for at in (2023, 2024))
    sent_home = (year(at, low=0.02) | {"indicator": "disciplined"} for at in (2022, 2023))
    made = strips.over_years([block_of(*met, *attended, *sent_home, layout="years")])
    lines = {of: line for (of, _), line in made.items()}
    # 16 points with chance: the least height is 30, about their middle, 33 percent
    assert [(line.foot, line.points) for line in lines.values()] == [(18, 30), (15, 30), (0, 5)]
    assert [round(lines["math_met"].up(at)) for at in (25, 30, 41)] == [23, 40, 77]
    rows = [strips.Strip(of, (of, "all"), (), ()) for of in lines]
    [*_, last] = strips.key_of(rows, "2120", made)
    assert last == ("years", "Small lines aren’t all on one scale.")


def test_key_of__says_whether_the_school_is_one_of_those_in_the_band():
    own, *others = (
        told("school", "point", at, at, at, organization_id=code)
        for code, at in (("2138", 0.7), ("2120", 0.4), ("2070", 0.6), ("2321", 0.5))
    )
    rows = strips.of_table(block_of(own, *others), school="2138")
    assert rows[0].band is not None
    assert ("peers", "schools of its level in Southeast Seattle") in strips.key_of(rows, "2138", {})
    assert "other schools of its level" in dict(strips.key_of(rows, "2120", {}))["peers"]
    assert [strips.is_in_focus(school) for school in ("2120", "2138", None)] == [True, False, False]


def test_comparable__begins_where_the_newest_figure_compares():
    begun = {"regular_attendance": 2019, "climate_overall_favorable": 2022, "enrollment": 2018}
    for indicator, first in begun.items():
        of = [{"indicator": indicator, "end_year": year} for year in (2018, 2019, 2022, 2023)]
        assert strips.comparable(of)[0]["end_year"] == first
