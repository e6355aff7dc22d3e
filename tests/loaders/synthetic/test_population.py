import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sesec_analysis.errors import DataError
from sesec_analysis.loaders.synthetic import truth
from sesec_analysis.loaders.synthetic.population import GRADES, Population, split

ROOMS = arrays.arrays(np.int64, (3, 4, 5), elements=st.integers(0, 40))


@given(ROOMS, st.floats(0, 1), st.integers(0, 2**32))
def test_split__deals_out_all_and_never_more_than_a_group_has_room_for(rooms, share, seed):
    rng = np.random.default_rng(seed)
    total = rng.binomial(rooms.sum(axis=-1), share)
    dealt = split(rng, total, rooms, np.array([0.2, 5, 1, 1, 0]))
    assert (dealt.sum(axis=-1) == total).all()
    assert (dealt >= 0).all()
    assert (dealt <= rooms).all()


@pytest.fixture(scope="module")
def population() -> Population:
    return Population(seed=3, schools=70)


def parts(population: Population) -> list[slice]:
    ends = np.cumsum([1, *(len(codes) for codes in population.partitions.values())])
    return [slice(*pair) for pair in itertools.pairwise(ends)]


def test_students__add_up_to_all_in_every_partition(population):
    students = population.students(2019)
    assert students.shape == (70, len(GRADES), len(population.groups))
    for part in parts(population):
        assert (students[..., part].sum(axis=-1) == students[..., 0]).all()


def test_students__change_little_from_year_to_year(population):
    before, after = (population.students(year)[..., 0].sum() for year in (2018, 2019))
    assert 0 < abs(after - before) < 0.02 * before


def test_population__has_every_school_of_our_places_and_no_real_name(population):
    schools = population.organizations.set_index("school_code")
    assert schools.loc["2070", "district_code"] == "17001"
    assert schools["school_name"].str.startswith("SYNTHETIC School").all()
    assert schools["district_name"].str.startswith("SYNTHETIC District").all()
    assert schools.index.is_unique
    assert schools.loc["2182", "kind"] == "high"  # as in places.yml


def test_population__refuses_a_state_smaller_than_our_places():
    with pytest.raises(DataError, match="too small"):
        _ = Population(seed=0, schools=12).organizations


def drawn(population: Population, **options: object) -> truth.Draw:
    settings = {"size": "all", "grades": ("10", "11"), "base": 0.6, **options}
    return truth.draw(population, "ospi_assessment_2017@2017", "ELA", **settings)


def test_draw__adds_up_over_groups_grades_schools_and_districts(population):
    found = drawn(population, earlier=True)
    for quantity in found.parts:
        for part in parts(population):
            assert (quantity[..., part].sum(axis=-1) == quantity[..., 0]).all()
        assert (quantity[:, 1:].sum(axis=1) == quantity[:, 0]).all()
        schools, districts = quantity[-70:], quantity[1:-70]
        assert (schools.sum(axis=0) == quantity[0]).all()
        assert (districts.sum(axis=0) == quantity[0]).all()


def test_draw__keeps_the_quantities_of_a_test_apart(population):
    found = drawn(population, earlier=True)
    assert found.earlier.sum() > 0
    assert (found.earlier <= found.counted).all()
    assert (found.counted + found.no_score <= found.students).all()
    assert ((found.students > 0) == (found.students - found.earlier > 0)).all()
    levels = sum(found.level(number) for number in (1, 2, 3, 4))
    k, n = truth.quantities(found, "participation")
    assert (levels == k).all()
    assert (k <= n).all()
    assert (truth.quantities(found, "level_3_from_shares")[0] >= 0).all()


def test_draw__has_students_in_its_grades_only(population):
    found = drawn(population)
    served = [*GRADES].index("10") + 1, [*GRADES].index("11") + 1
    others = np.delete(found.students, [0, *served], axis=1)
    assert others.sum() == 0
    assert (found.students[:, 0] == found.students[:, served].sum(axis=1)).all()


def test_draw__counts_more_students_over_a_year_than_in_october(population):
    october = population.students(2017)[..., [GRADES.index("10"), GRADES.index("11")], 0].sum()
    assert drawn(population, ever=True).students[0, 0, 0] > october
    assert drawn(population).students[0, 0, 0] < october


def test_draw__counts_the_same_students_for_all_that_is_asked_of_them(population):
    one, other = (
        truth.draw(population, "x@2019", what, size="all", grades=("03",), base=0.5)
        for what in ("ELA", "Math")
    )
    assert (one.students == other.students).all()
    assert (one.counted != other.counted).any()
