"""Leaks planted into editions, one kind each: the attack finds every one, and names the printed line that caused it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from attack_samples import edition, figure_of, home, named, place, state, truth
from report_samples import finding

import sesec_analysis as sa
from sesec_analysis.attack.attack import Attack, attack_read
from sesec_analysis.attack.reading import read_claims
from sesec_analysis.errors import SesecError

Record = dict[str, Any]
BLANK = dict.fromkeys(["numerator", "n", "reference_numerator", "reference_n"])
SOUTHEAST = "sesec:rate.ela_met.2019.all.southeast_seattle.all"


@pytest.fixture(scope="module", autouse=True)
def _district(tmp_path_factory):
    target = home(tmp_path_factory.mktemp("district") / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SESEC_DATA", str(target))
        yield


def attack(folders: Iterable[Path]) -> Attack:
    return attack_read(map(read_claims, folders))


def records(estimates: pd.DataFrame) -> list[Record]:
    return sa.findings(estimates).records()


def rows(obs: pd.DataFrame, school: str, **chosen: object) -> pd.DataFrame:
    wanted = {"end_year": 2019, "indicator": "ela_met", "grade_level": "all", **chosen}
    for name, value in {"organization_id": school, **wanted}.items():
        obs = obs[obs[name] == value]
    return obs.reset_index(drop=True)


def of(measure: str, estimates: pd.DataFrame) -> pd.DataFrame:
    return estimates[estimates["measure"] == measure]


def both_places() -> pd.DataFrame:
    codes = ("southeast_seattle", "rest_of_seattle")
    return pd.concat([sa.rates(place(state(), code)) for code in codes], ignore_index=True)


def clean_record(name: str) -> Record:
    schools = state().query("organization_id == '2321' and indicator == 'ela_met'")
    known = [*records(both_places()), *records(sa.rates(schools))]
    return next(one for one in known if one["id"] == name)


def made(base: Record, **also: object) -> Record:
    """A record like another with these numbers and no others, and words that hold none."""
    numbers = dict.fromkeys(["estimate", "bound_low", "bound_high", "outer_low", "outer_high"])
    words = {
        "interval": "",
        "value": "",
        "sentence": "Made for a test.",
        "cite_apa": "Made for a test.",
    }
    return {**base, **BLANK, **numbers, **words, **also}


def point(base: Record, value: str, estimate: float, **also: object) -> Record:
    return made(base, publish="point", value=value, estimate=estimate, **also)


@pytest.fixture(scope="module")
def clean(_district, tmp_path_factory) -> Path:
    both = both_places()
    shown = sa.findings(both)._repr_mimebundle_(), sa.table(both)._repr_mimebundle_()
    return edition(tmp_path_factory.mktemp("clean") / "report", *shown, figures=[figure_of(both)])


def assert_told(found: Attack, school: str, said: Iterable[str], **cell: object) -> None:
    """The leak of the cell is found and names the lines; nothing that is written of it holds a number of the cell."""
    assert not found.passed
    wanted = {"organization_id": school, **cell}
    leaks = [
        one
        for one in found.leaks
        if all(getattr(one.cell, name) == value for name, value in wanted.items())
    ]
    assert leaks, [str(one.cell) for one in found.leaks]
    named = " | ".join(text for one in leaks for text in one.said)
    assert all(text in named for text in said), named


@pytest.mark.slow
def test_attack__passes_a_clean_edition(clean):
    found = attack([clean])
    assert found.passed, found.as_dict()
    assert found.statements[0] > 5


@dataclass(frozen=True)
class Plant:
    """A finding that gives something away, made by the real measures from what is true."""

    name: str
    make: Callable[[], list[Record]]
    school: str
    cell: dict[str, object]


def by_race(measure: str, estimates: Callable[[pd.DataFrame], pd.DataFrame]) -> list[Record]:
    school = rows(truth(), "3803", student_group_type="race_ethnicity")
    return records(of(measure, estimates(school)))


def of_all_groups(school: str, kind: str) -> list[Record]:
    """An index over all groups of a type, which has the students of all of them beside it."""
    name = f"sesec:theil.ela_met.2019.all.school:{school}.all_by_{kind}"
    every = records(sa.rates(rows(state(), school, student_group_type="all")))
    return [one | named(name) for one in every]


BLACK = {"student_group": "black"}
PLANTS = [
    Plant(
        "a place's total less its schools",
        lambda: records(sa.rates(place(truth(), "southeast_seattle"))),
        "2321",
        {},
    ),
    Plant(
        "the rest of the district",
        lambda: records(sa.rates(place(truth(), "rest_of_seattle"))),
        "3778",
        {},
    ),
    Plant(
        "the district's total less both places",
        lambda: records(sa.rates(place(truth(), "seattle"))),
        "2141",
        {},
    ),
    Plant(
        "all other students",
        lambda: by_race("gap", lambda obs: sa.gaps(obs, by="race_ethnicity", reference="others")),
        "3803",
        BLACK,
    ),
    Plant(
        "a ratio and one rate",
        lambda: [
            one | BLANK
            for one in by_race(
                "ratio", lambda obs: sa.ratios(obs, by="race_ethnicity", reference="others")
            )
        ],
        "3803",
        BLACK,
    ),
    Plant(
        "all students less the groups",
        lambda: of_all_groups("3803", "race_ethnicity"),
        "3803",
        BLACK,
    ),
    Plant(
        "the other of a pair",
        lambda: of_all_groups("2138", "gender"),
        "2138",
        {"student_group": "female"},
    ),
    Plant(
        "the share of those counted",
        lambda: [
            one | BLANK
            for one in by_race(
                "composition",
                lambda obs: sa.disproportionality(
                    obs, by="race_ethnicity", minimum_cell=1, minimum_comparison=1
                ),
            )
        ],
        "3803",
        BLACK,
    ),
    Plant(
        "all grades less the grades printed",
        lambda: records(sa.rates(rows(truth(), "2321", indicator="math_met"))),
        "2321",
        {"indicator": "math_met"},
    ),
    Plant(
        "a decimal too many, times n",
        lambda: [point(clean_record(SOUTHEAST), "39.0%", 0.39)],
        "2321",
        {},
    ),
    Plant(
        "a rounded percent of a few",
        lambda: [point(clean_record("sesec:rate.ela_met.2019.all.school:2321.all"), "5%", 0.05)],
        "2321",
        {"end_year": 2019},
    ),
    Plant(
        "the total of a masked row",
        lambda: [clean_record("sesec:rate.ela_met.2017.all.school:2321.all") | {"n": 7}],
        "2321",
        {"end_year": 2017},
    ),
    Plant(
        "a change since a year that is printed",
        lambda: [
            point(
                clean_record("sesec:rate.ela_met.2019.all.school:2321.all"), "−27.0 points", -0.27
            )
            | {"id": "sesec:change.ela_met.2019-2018.all.school:2321.all", "measure": "change"}
            | {"reference": "2018", "n": 20, "reference_n": 25}
        ],
        "2321",
        {"end_year": 2019},
    ),
    Plant(
        "the size of a complement",
        lambda: [
            record | BLANK | {"reference_n": 8}
            for record in records(
                sa.gaps(
                    rows(state(), "2138", student_group_type="gender"),
                    by="gender",
                    reference="others",
                )
            )
            if record["student_group"] == "male"
        ],
        "2138",
        {"student_group": "female"},
    ),
    Plant(
        "a difference from another school",
        lambda: [
            point(
                clean_record("sesec:rate.ela_met.2019.all.school:2321.all"), "−45.0 points", -0.45
            )
            | {
                "id": "sesec:gap.ela_met.2019.all.school:2321-3803.all",
                "measure": "gap",
                "reference": "3803",
            }
        ],
        "2321",
        {"end_year": 2019},
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_attack__finds_a_planted_finding(plant, tmp_path):
    planted = plant.make()
    assert planted
    folder = edition(tmp_path / "report", finding(*planted))
    assert_told(attack([folder]), plant.school, ["findings.json record", "sesec:"], **plant.cell)


def index_of(school: str, kind: str) -> Record:
    """An index over all groups of a type at a school, which no sum of students expresses."""
    [record] = of_all_groups(school, kind)
    return point(record, "0.041", 0.041, unit="index")


@pytest.mark.slow
def test_attack__lets_a_value_that_no_sum_can_weigh_pass_over_published_cells_alone(tmp_path):
    told = index_of("3803", "race_ethnicity")
    found = attack([edition(tmp_path / "report", finding(told))])
    assert not found.passed
    assert_unweighed(found, told, "no sum can weigh it")
    told = index_of("3803", "all") | named("sesec:theil.ela_met.2019.all.school:3803.all")
    assert attack([edition(tmp_path / "other", finding(told))]).unweighed == ()


def assert_unweighed(found: Attack, told: Record, why: str) -> None:
    """Assert that an attack names the one record that it can't weigh, and refuses it."""
    assert [told["id"] in line for line in found.unweighed] == [True]
    with pytest.raises(SesecError, match=why) as refused:
        found.refuse_leaks()
    assert refused.value.findings == {told["id"]}


def of_published(indicator: str, place: str = "southeast_seattle") -> Record:
    """The rate of the schools of a place whose numbers the state prints, those with the masked rates left out."""
    known = clean_record(SOUTHEAST)
    name = f"sesec:published_rate.{indicator}.2019.all.{place}.all"
    return point(known, "46.9%", 0.469, **named(name))


@pytest.mark.slow
def test_attack__lets_no_rate_of_published_schools_pass_that_leaves_out_schools_for_their_rate(
    tmp_path,
):
    told = of_published("ela_met") | {"numerator": 75, "n": 160}
    found = attack([edition(tmp_path / "report", finding(told))])
    assert_unweighed(found, told, "published schools")


@pytest.mark.slow
def test_attack__lets_no_suspensions_of_published_schools_pass_however_few_are_left_out(tmp_path):
    """The two schools left out have fewer than 10 students each, and no label for their rates."""
    counted = {"value": "3.0%", "estimate": 0.03, "numerator": 21, "n": 700}
    told = of_published("disciplined") | counted
    found = attack([edition(tmp_path / "report", finding(told))])
    assert [told["id"] in line for line in found.unweighed] == [True]
    of_everybody = of_published("disciplined", "rest_of_seattle")
    assert attack([edition(tmp_path / "rest", finding(of_everybody))]).unweighed == ()


@pytest.mark.slow
def test_attack__finds_a_rate_of_published_schools_that_counts_a_withheld_one(tmp_path):
    counted = {"value": "42.8%", "estimate": 0.428, "numerator": 77, "n": 180}
    told = of_published("ela_met") | counted
    found = attack([edition(tmp_path / "report", finding(told))])
    assert [told["id"] in line for line in found.at_odds] == [True]


# The two masked schools of the southeast have 3 students counted together, of 0 to 4 that the state leaves open.
AT_MOST_THREE = {"numerator": "75 to 78"}


@pytest.mark.slow
def test_attack__lets_a_coarser_percent_pass(tmp_path):
    """39 percent of 200 is 77 to 79: the two masked schools may have any counts that the state leaves open."""
    told = point(clean_record(SOUTHEAST), "39%", 0.39)
    assert attack([edition(tmp_path / "report", finding(told))]).passed


@pytest.mark.slow
def test_attack__finds_what_two_boundaries_differ_by(tmp_path):
    """With the school that only the wider boundary has, at least 4 are counted: so that school has some."""
    narrow = made(clean_record(SOUTHEAST), **AT_MOST_THREE)
    wide = made(records(sa.rates(place(state(), "southeast_seattle_all")))[0], numerator="79 to 88")
    alone = [edition(tmp_path / f"{at}", finding(one)) for at, one in enumerate((narrow, wide))]
    assert [attack([one]).passed for one in alone] == [True, True]
    found = attack([edition(tmp_path / "report", finding(narrow, wide))])
    assert_told(found, "3778", [narrow["id"], wide["id"]])


def no_more_than_its_neighbour() -> Record:
    school = clean_record("sesec:rate.ela_met.2019.all.school:2321.all")
    name = {"id": "sesec:gap.ela_met.2019.all.school:2321-2118.all", "measure": "gap"}
    return made(
        school, **name, reference="2118", value="−15 to 0 points", bound_low=-0.15, bound_high=0.0
    )


@pytest.mark.slow
def test_attack__finds_what_only_two_folders_tell_together(tmp_path):
    """A fact sheet beside the report."""
    beside = "school-2321"
    first = edition(
        tmp_path / "annual-2019", finding(made(clean_record(SOUTHEAST), **AT_MOST_THREE))
    )
    second = edition(tmp_path / beside, finding(no_more_than_its_neighbour()))
    assert [attack([one]).passed for one in (first, second)] == [True, True]
    said = [
        f"annual-2019: findings.json record 1: {SOUTHEAST}",
        f"{beside}: findings.json record 1: sesec:gap",
    ]
    assert_told(attack([first, second]), "2321", said)
