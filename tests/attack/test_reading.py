"""An edition read as an outsider reads it: ids, digits, sums of the state's cells, and linear statements of counts."""

import json
from math import inf

import pytest
from attack_samples import home, named
from state_samples import published, rows

from sesec_analysis import catalog
from sesec_analysis.attack import reading
from sesec_analysis.attack.reading import (
    EXPRESSED,
    PrintedClaim,
    Sum,
    claims_of,
    count_span,
    express,
    key_of,
    questions,
    read_claims,
    sums_of,
)
from sesec_analysis.attack.state import read_states


@pytest.fixture(scope="module", autouse=True)
def _district(tmp_path_factory):
    target = home(tmp_path_factory.mktemp("district") / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SESEC_DATA", str(target))
        yield


RATE = "sesec:rate.ela_met.2019.all.southeast_seattle.all"


def test_key_of__reads_the_columns_of_a_record():
    key = key_of(named("sesec:gap.ela_met.2017.03.school:2070.black-others", end_year="2017"))
    assert key[:3] == ("gap", "ela_met", 2017)
    assert key[3:8] == ("03", "school", "2070", "race_ethnicity", "black")
    assert key.reference.groups == ("others",)


def test_key_of__knows_what_is_no_finding():
    wrong = {"id": "10.1000/182", "measure": "nothing", "end_year": "", "student_group_type": "x"}
    assert [key_of(named(RATE) | {name: text}) for name, text in wrong.items()] == [None] * 4
    assert key_of({}) is None


@pytest.mark.parametrize("text", ["", "not known", "about 3", "1.2.3", "up to"])
def test_count_span__says_nothing_of_what_is_no_count(text):
    assert count_span(text) == (-inf, inf)


def row(**texts: str) -> PrintedClaim:
    name = texts.pop("id", RATE)
    (found,) = claims_of([named(name, **texts)], "findings.json")
    return found


def own(claim: PrintedClaim) -> Sum:
    return sums_of(claim, read_states(questions([claim]))[0])[0]


def test_claim__keeps_the_last_digit_that_a_file_does_not_write():
    """33.0% is written 0.33 in a file; its text shows that it was rounded to three places."""
    assert row(value="33.0%", estimate="0.33").value == (0.3295, 0.3305)


def test_claim__takes_the_finer_of_text_and_number():
    assert row(value="33.0%", estimate="0.32987").value == (0.329865, 0.329875)
    assert row(value="33%", estimate="0.33", bound_low="0.33", bound_high="0.34").value == (
        0.33,
        0.335,
    )


def test_sums_of__put_the_schools_in_the_place_of_a_place():
    found = own(row(n="at least 1"))
    assert [cell.organization_id for cell in found.cells] == ["2070", "2118", "2321", "3803"]
    assert found.students == (200, 200)


@pytest.mark.parametrize(
    ("compared", "groups"), [("asian-others", {"black", "white"}), ("asian-all", {"all"})]
)
def test_sums_of__take_the_other_groups_for_all_others_and_everyone_for_the_whole(compared, groups):
    claim = row(id=f"sesec:gap.ela_met.2019.all.school:3803.{compared}", n="at least 1")
    reference = sums_of(claim, read_states(questions([claim]))[0])[-1]
    assert {cell.student_group for cell in reference.cells} == groups


@pytest.mark.parametrize(
    ("measure", "sources", "level"),
    [
        ("rate", "", "district"),
        ("rate", "ospi_district_totals@2019", "district"),
        ("rate", "ospi_assessment@2019", "school"),  # whose sum it is, whatever others print
        ("dissimilarity", "", "school"),  # made of a figure for each school
    ],
)
def test_sums_of__take_a_district_as_it_was_added_up(measure, sources, level):
    whole = {"organization_level": "district", "organization_id": "17001"}
    total = rows("17001", all=(45, 101), **whole).assign(source_id="ospi_district_totals@2019")
    state = published(rows("2070", all=(20, 40)), rows("2118", all=(25, 60)), total)
    claim = row(id=f"sesec:{measure}.ela_met.2019.all.seattle.all", source_ids=sources)
    found = sums_of(claim, state)[0]
    assert {cell.organization_level for cell in found.cells} == {level}
    assert found.students == ((101, 101) if level == "district" else (100, 100))


# What is true of school 3803: 10 of 20 Asian students, 4 of 8 Black, 16 of 32 White. Each value is worked out by hand.
BY_HAND = {
    "rate": ("asian", 10 / 20),
    "official_rate": ("asian", 10 / 20),
    "count": ("asian", 10.0),
    "gap": ("asian-others", 10 / 20 - 20 / 40),
    "ratio": ("asian-others", 1.0),
    "risk_ratio": ("asian-others", 1.0),
    "composition": ("asian-others", 10 / 30),
    "composition_difference": ("asian-others", 10 / 30 - 20 / 60),
    "relative_difference": ("asian-others", 0.0),
    "gap_to_whole": ("asian-all", 10 / 20 - 30 / 60),
    "par": ("all_by_race_ethnicity-asian", 0.0),
    "paf": ("all_by_race_ethnicity-asian", 0.0),
    "par_students": ("all_by_race_ethnicity-asian", 0.0),
    "count_at_other_rate": ("asian-others", 0.0),
    "change": ("all", 1 / 20 - 8 / 25),
    "kitagawa_total": ("all", 30 / 60 - 45 / 100),
}
TRUE: dict[str, tuple[int, int]] = {
    "asian": (10, 20),
    "black": (4, 8),
    "white": (16, 32),
    "all": (30, 60),
}


STUDENTS = {
    "asian-others": (20, 40),
    "asian-all": (20, 60),
    "asian": (20, None),
    "all_by_race_ethnicity-asian": (60, 20),
}


def claimed(measure: str, off: float = 0.0) -> PrintedClaim:
    """A printed value of the measure, true or off by some."""
    group, value = BY_HAND[measure]
    where = {"change": "2019-2018.all.school:2321", "kitagawa_total": "2019.all.school:3803-2070"}
    name = f"sesec:{measure}.ela_met.{where.get(measure, '2019.all.school:3803')}.{group}"
    key = row(id=name).key
    sizes = zip(("n", "reference_n"), STUDENTS.get(group, ()), strict=False)
    texts = {name: str(size) for name, size in sizes if size is not None}
    ends = {"bound_low": str(value + off - 0.001), "bound_high": str(value + off + 0.001)}
    return PrintedClaim(key, "a line", texts | ends)


def holds(claim: PrintedClaim) -> bool:
    """Whether the true counts fit every statement that the claim makes."""
    true = {("3803", group): counts for group, counts in TRUE.items()}
    true |= {("2070", "all"): (45, 100), ("2321", "all"): (1, 20)}
    fits = []
    lines, is_expressed = express(claim, read_states(questions([claim]))[0])
    assert is_expressed
    for one in lines:
        total = 0.0
        for count, times in one.terms:
            k, n = true[count.cell.organization_id, count.cell.student_group]
            if count.cell.end_year == 2018:
                k, n = 8, 25
            total += times * (k if count.side == "numerator" else n)
        fits.append(one.low - 1e-9 <= total <= one.high + 1e-9)
    return all(fits)


@pytest.mark.parametrize("measure", BY_HAND)
def test_express__fits_the_truth_and_nothing_else(measure):
    assert holds(claimed(measure))
    of_students = {"par_students": 3.0, "count_at_other_rate": 8.0}  # this is rounded to tens
    assert not holds(claimed(measure, off=of_students.get(measure, 0.1)))


def test_express__says_nothing_of_a_value_that_is_compared_to_several_sums():
    claim = row(id="sesec:gap.ela_met.2019.all.school:3803.asian-black-white", estimate="0.1")
    assert express(claim, read_states(questions([claim]))[0]) == ([], False)


@pytest.mark.parametrize("name", ["school:9999.asian", "school:3803.native_by_race_ethnicity"])
def test_express__says_nothing_of_what_the_state_has_no_cell_of(name):
    claim = row(id=f"sesec:rate.ela_met.2019.all.{name}", estimate="0.1", n="20")
    assert express(claim, read_states(questions([claim]))[0]) == ([], False)


@pytest.mark.parametrize("measure", ["gap", "ratio", "par_students"])
def test_express__says_nothing_of_a_rate_of_nobody(measure):
    nobody, some = Sum((), (0, 0)), Sum((), (5, 5))
    assert EXPRESSED[measure](0, 0.1, nobody, some) is None


def test_express__has_a_case_worked_by_hand_for_every_measure():
    assert BY_HAND.keys() == EXPRESSED.keys()
    assert EXPRESSED.keys() <= catalog.measures().keys()


def test_read_claims__reads_what_no_block_shows_too(tmp_path):
    shown, other = (
        named(f"sesec:rate.ela_met.2017.03.seattle.{group}") for group in ("black", "white")
    )
    (tmp_path / "findings.json").write_text(json.dumps([shown | {"n": 216}]), "utf-8")
    (tmp_path / "document.json").write_text(json.dumps({"candidates": {"b": other | {"n": 9}}}))
    claims = read_claims(tmp_path).claims
    assert [(claim.texts["id"], claim.texts["n"]) for claim in claims] == [
        (shown["id"], "216"),
        (other["id"], "9"),
    ]
    (tmp_path / "document.json").write_text("no JSON")
    assert len(read_claims(tmp_path).claims) == 1


class FourRates:
    """Counted and students of four cells: 40 and 50 of 100 here, 50 to 70 and 65 of 100 elsewhere."""

    low = (40, 100, 50, 100, 50, 100, 65, 100)
    high = (40, 100, 50, 100, 70, 100, 65, 100)

    def number(self, count):
        return 2 * count.cell + (count.side == "denominator")


def test_gap_change__bounds_the_one_rate_that_is_not_published():
    """0.40 - r - (0.50 - 0.65) is -0.10 to -0.05, so r is 0.60 to 0.65."""
    sums = [Sum((cell,), (100, 100)) for cell in range(4)]
    ends = {"bound_low": "-0.10", "bound_high": "-0.05"}
    claim = row(id="sesec:gap_change.ela_met.2019.all.school:3803.all-2018", **ends)
    most, least = sorted(reading._gap_change(claim, sums, FourRates()), key=lambda line: line[1])
    for (terms, limits), rate in ((most, 0.65), (least, 0.60)):
        assert {one.cells for one, _, _ in terms} == {(2,)}
        assert [times for _, _, times in terms] == pytest.approx([1.0, -rate], abs=1e-6)
        assert 0.0 in limits


def test_gap_change__bounds_what_two_rates_that_are_not_published_come_to():
    """0.40 - r - (0.50 - q) is -0.10 to -0.05, so q less r is 0 to 0.05; 80 to 100 students stand under q."""

    class TwoUnknown(FourRates):
        low = (*FourRates.low[:6], 60, 80)
        high = (*FourRates.high[:6], 70, 100)

    sums = [Sum((cell,), (80 if cell == 3 else 100, 100)) for cell in range(4)]
    ends = {"bound_low": "-0.10", "bound_high": "-0.05"}
    claim = row(id="sesec:gap_change.ela_met.2019.all.school:3803.all-2018", **ends)
    least, most = reading._gap_change(claim, sums, TwoUnknown())
    for (terms, limits), times, expected in (
        (least, [-0.8, 1.0], (0.0, inf)),
        (most, [-1.0, 1.0], (-inf, 5.0)),
    ):
        assert [one.cells for one, _, _ in terms] == [(2,), (3,)]
        assert {side for _, side, _ in terms} == {"numerator"}
        assert [part for _, _, part in terms] == pytest.approx(times)
        assert limits == pytest.approx(expected, abs=1e-9)
