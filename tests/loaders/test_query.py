"""Names go wherever codes do; a wrong one is answered with the one that was meant; an empty answer says why."""

import shutil

import pytest

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.errors import SesecError

UNDERSTOOD = {
    *("suspensions", "southeast", "latinos", "english learners"),
    "low income students",
}


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ({"indicator": "enrolment"}, "enrollment"),
        ({"indicator": "suspensions"}, "disciplined"),
        (
            {"indicator": "reading"},
            "ela_met",
        ),  # of several, and the closest spelling is "graduated"
        ({"indicator": "exclusionary discipline"}, "disciplined"),
        ({"place": "southeast"}, "southeast_seattle"),
        ({"student_group": "blak"}, "black"),
        ({"student_group": "low income students"}, "low_income"),
        ({"student_group_type": "race"}, "race_ethnicity"),
        ({"grade_level": "kindergarden"}, "K"),
        ({"end_years": "2018-29"}, "2018-19"),
        ({"organization_level": "schools"}, "school"),
        ({"organization_id": "Frankln High School"}, "2182"),
    ],
)
def test_load__a_wrong_name_is_answered_with_the_right_one(
    wrong: dict[str, str], meant: str
) -> None:
    question = {"indicator": "enrollment", "place": "seattle", "end_years": 2019, **wrong}
    if "organization_id" in wrong:
        del question["place"]
    if UNDERSTOOD & set(wrong.values()):  # a name that people use, and nothing needs to be asked
        right = sa.load(**question | dict.fromkeys(wrong, meant))
        assert sa.load(**question).equals(right)
        return
    with pytest.raises(SesecError) as refusal:
        sa.load(**question)
    assert refusal.value.meant[0].split()[0] == meant
    assert f"did you mean: {meant}" in str(refusal.value)


def test_load__a_list_of_places_takes_names_and_no_school() -> None:
    question = {"end_years": 2025, "grade_level": "all", "student_group": "all"}
    both = sa.load("enrollment", place=["Seattle", "Southeast Seattle"], **question)
    assert both["organization_id"].tolist() == ["seattle", "southeast_seattle"]
    with pytest.raises(SesecError, match="schools of a list are added up") as refusal:
        sa.load("enrollment", place=["Southeast Seattle", "Rainier Beach High School"], **question)
    assert "each by itself" in refusal.value.fix


def test_load__nothing_found_says_which_filter_leaves_nothing() -> None:
    with pytest.raises(SesecError, match=r"end_year 2020 \(there is: .*2018"):
        sa.load("ela_met", place="seattle", end_years=2020)
    # Each is there, but the two are not there together.
    with pytest.raises(SesecError, match=r"2018 \(there is: 2017\); .*black \(there is: all\)"):
        sa.load("ela_met", place="seattle", end_years=2018, student_group="black")


def test_load__a_broken_source_stops_only_what_it_holds(tmp_path, monkeypatch) -> None:
    data = tmp_path / "data"
    shutil.copytree(catalog.data_dir(), data)
    monkeypatch.setenv("SESEC_DATA", str(data))
    path = data / "catalog/sources/ospi_discipline.yml"
    path.write_text(path.read_text().replace("layout:", "layouts:", 1))
    question = {"place": "seattle", "end_years": 2019, "student_group": "all", "grade_level": "all"}
    assert len(sa.load("enrollment", **question)) == 1
    with pytest.raises(sa.CatalogError, match=r"ospi_discipline\.yml has"):
        sa.load("disciplined", **question)
    with pytest.raises(sa.CatalogError, match=r"ospi_discipline\.yml has"):
        catalog.sources()
