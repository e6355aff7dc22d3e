"""The schools of Seattle put together from directories and enrollment: known rows, and no people."""

import csv
import shutil
from pathlib import Path

import pytest

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.errors import CatalogError
from sesec_analysis.loaders import build, directory, store

CSV = catalog.data_dir() / "reference/schools.csv"


def told(code: str) -> tuple[object, ...]:
    one = catalog.schools()[code]
    grades = f"{one.lowest_grade}-{one.highest_grade}"
    return one.name, one.earlier_names, one.level, grades, one.kind, one.first_year, one.last_year


@pytest.mark.parametrize(
    ("code", "row"),
    [
        (
            "2120",
            (
                "Rising Star Elementary School",
                "Van Asselt Elementary School",
                "elementary",
                "PK-5",
                "regular",
                2011,
                2022,
            ),
        ),
        (
            "3778",
            (
                "Alan T. Sugiyama High School",
                "South Lake High School",
                "high",
                "9-12",
                "alternative",
                2011,
                2022,
            ),
        ),
        (
            "4218",
            (
                "South Shore PK-8 School",
                "South Shore K-8 School",
                "k8",
                "PK-8",
                "regular",
                2011,
                2022,
            ),
        ),
        ("5566", ("Lincoln High School", "", "high", "9-12", "regular", 2020, 2022)),
        ("2202", ("Martin Luther King Elementary", "", None, "-", None, None, None)),
    ],
)
def test_schools__hold_what_directories_and_enrollment_say(code: str, row: tuple[object, ...]):
    assert told(code) == row


def test_schools__of_southeast_seattle_are_as_the_place_lists_them():
    table = sa.schools("southeast_seattle")
    assert table["level"].value_counts().to_dict() == {
        "elementary": 13,
        "k8": 2,
        "middle": 2,
        "high": 3,
    }
    assert table["name"].to_dict() == catalog.place("southeast_seattle").schools
    assert table[["latitude", "longitude"]].notna().all(axis=None)


def test_schools__of_the_rest_are_all_others():
    everyone, here = sa.schools(), sa.schools("southeast_seattle")
    rest = sa.schools("rest_of_seattle")
    assert set(rest.index) == set(everyone.index) - set(here.index)
    assert sa.schools("seattle").index.equals(everyone.index)
    with pytest.raises(CatalogError, match="southeast_seattle"):
        sa.schools("southeast")


def test_schools__at_the_districts_office_have_no_place_of_their_own():
    # Interagency, the Skills Center and Bridges are geocoded to headquarters (47.58094, -122.33011).
    office = [catalog.schools()[code] for code in ("1635", "5260", "5406")]
    assert [one.latitude for one in office] == [None, None, None]
    assert all(
        one.latitude is None or one.latitude != 47.58094 for one in catalog.schools().values()
    )


def test_schools__name_no_people_and_no_way_to_reach_them(raw: Path):
    text = CSV.read_text("utf-8")
    assert "@" not in text
    people = set()
    for file in directory.DIRECTORIES:
        with (raw / file).open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                people |= {row["PrincipalName"], row["Phone"], row["Email"]}
    assert len(people) > 500
    assert [one for one in people if one.strip() and one in text] == []


def test_directory__makes_the_embedded_table(raw: Path):
    tables = {key: store.read_parquet([path]) for key, path in build.observation_files().items()}
    made = directory.directory(raw, tables)
    with CSV.open(encoding="utf-8", newline="") as stream:
        embedded = list(csv.DictReader(stream))
    assert len(made) == len(embedded)
    assert made["code"].tolist() == [row["code"] for row in embedded]
    for name in ("name", "earlier_names", "kind", "level", "title_i_years", "note", "source"):
        assert made[name].fillna("").tolist() == [row[name] for row in embedded], name


def test_school_notes__are_of_schools_in_the_table():
    assert catalog.school_notes().keys() <= catalog.schools().keys()


def test_build__makes_the_reference_tables_again(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    own = CSV.parents[1]
    shutil.copytree(own / "catalog", tmp_path / "catalog")
    (tmp_path / "reference").mkdir()
    ids = [
        key
        for key in build.observation_files()
        if key.startswith(("ospi_enrollment", "ospi_demo", "sps_bud"))
    ]
    monkeypatch.setenv("SESEC_DATA", str(tmp_path))
    monkeypatch.setattr(build, "release_ids", lambda **_: ids)
    said: list[str] = []
    build.build(raw, progress=said.append)
    for name in ("schools.csv", "outlines.json"):
        made, embedded = (folder / "reference" / name for folder in (tmp_path, own))
        assert made.read_bytes() == embedded.read_bytes(), name
    assert said[-2:] == [
        f"schools.csv: {len(catalog.schools())} schools and programs",
        "outlines.json: boundaries for maps",
    ]


def test_build__elsewhere_leaves_the_reference_tables_alone(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(build, "release_ids", lambda **_: ["census_acs@2017"])
    before = CSV.stat().st_mtime_ns
    build.build(raw, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["census_acs@2017.parquet"]
    assert CSV.stat().st_mtime_ns == before
