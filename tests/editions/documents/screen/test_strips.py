from sesec_analysis.editions.documents.blocks import Table, TableBlock
from sesec_analysis.editions.documents.screen import strips
from sesec_analysis.evidence.tables import TableColumn


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
    } | also


def strip_of(*records, cells=("41%", "")):
    names = ("What", "This school", "Elementary schools")
    table = Table(tuple(TableColumn(name.lower(), name) for name in names), (("Math", *cells),))
    (strip,) = strips.of_table(TableBlock(1, "Key figures", table, "", records, "strips"))
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


def test_of_table__keeps_rows_of_two_years_apart():
    records = [told("school", "point", 0.4, 0.4, 0.4, end_year=year) for year in (2024, 2025)]
    columns = (TableColumn("what", "What"), TableColumn("school", "This school"))
    table = Table(columns, (("Then", "40%"), ("Now", "40%")))
    made = strips.of_table(TableBlock(1, "Key figures", table, "", tuple(records), "strips"))
    assert [(strip.title, len(strip.marks)) for strip in made] == [("Then", 1), ("Now", 1)]
