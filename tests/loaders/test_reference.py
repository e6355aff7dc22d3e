"""The schools of Seattle put together from directories and enrollment: known rows, and no people."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from matplotlib.path import Path as MapPath

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.errors import CatalogError
from sesec_analysis.loaders import build, reference
from sesec_analysis.loaders.raw import store

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
                2025,
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
                2025,
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
                2025,
            ),
        ),
        ("5566", ("Lincoln High School", "", "high", "9-12", "regular", 2020, 2025)),
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
    for file in reference.DIRECTORIES:
        with (raw / file).open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                people |= {row["PrincipalName"], row["Phone"], row["Email"]}
    assert len(people) > 500
    assert [one for one in people if one.strip() and one in text] == []


def test_schools__have_the_zip_code_of_their_address_but_not_of_the_districts_office(raw: Path):
    table = sa.schools()
    assert table["zip_code"].dropna().str.fullmatch("98[0-9]{3}").all()
    assert table.loc[["1635", "5260", "5406"], "zip_code"].isna().all()
    # Another publisher's list of elementary and K-8 schools, by name.
    with (raw / "geo/sps_elementary_schools_regions.csv").open(encoding="utf-8-sig") as stream:
        printed = {row["School"]: row["Zip Code"] for row in csv.DictReader(stream)}
    own = table.set_index("short_name")["zip_code"].dropna()
    both = own.index.intersection(list(printed))
    assert len(both) > 50
    # The two publishers print other addresses of three schools.
    differ = {name for name in both if own[name] != printed[name]}
    assert differ == {"Licton Springs", "Loyal Heights", "Rising Star"}


def test_schools__have_the_census_tract_that_holds_them(raw: Path):
    areas = json.loads((raw / "geo/seattle_census_tracts_2010.geojson").read_text("utf-8"))
    rings = {
        area["properties"]["geoid"].removeprefix("14000US"): [
            MapPath(np.array(part[0])) for part in area["geometry"]["coordinates"]
        ]
        for area in areas["features"]
    }
    table = sa.schools()
    assert table["tract"].notna().equals(table["latitude"].notna())
    for code, one in table.dropna(subset="latitude").iterrows():
        point = (one["longitude"], one["latitude"])
        held = {
            tract for tract, parts in rings.items() if any(p.contains_point(point) for p in parts)
        }
        assert held == {one["tract"]}, code


def test_schools__join_with_rows_of_tracts_and_of_schools():
    table = sa.schools("southeast_seattle").reset_index()
    tracts = store.read_parquet([build.observation_files()["census_acs@2017"]])
    assert set(table["tract"]) <= set(tracts["organization_id"])
    rows = sa.load("enrollment", end_years=2025, organization_level="school", student_group="all")
    assert set(table["organization_id"]) <= set(rows["organization_id"])


@pytest.mark.slow
def test_directory__makes_the_embedded_table(raw: Path):
    tables = {key: store.read_parquet([path]) for key, path in build.observation_files().items()}
    made = reference.directory(raw, tables)
    with CSV.open(encoding="utf-8", newline="") as stream:
        embedded = list(csv.DictReader(stream))
    assert len(made) == len(embedded)
    assert made["code"].tolist() == [row["code"] for row in embedded]
    for name in (
        "name",
        "earlier_names",
        "kind",
        "level",
        "zip_code",
        "title_i_years",
        "note",
        "source",
    ):
        assert made[name].fillna("").tolist() == [row[name] for row in embedded], name


def test_school_notes__are_of_schools_in_the_table():
    assert catalog.school_notes().keys() <= catalog.schools().keys()


@pytest.mark.slow
@pytest.mark.proof("The reference tables are made again", only_in_full=True)
def test_build__makes_the_reference_tables_again(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    own = CSV.parents[1]
    shutil.copytree(own / "catalog", tmp_path / "catalog")
    # The list of Title I schools is read beside the schools of its year, as the table before has them.
    shutil.copytree(own / "reference", tmp_path / "reference")
    before = (tmp_path / "reference/schools.csv").stat().st_mtime_ns
    ids = [
        key
        for key in build.observation_files()
        if key.startswith(("ospi_enrollment", "ospi_demo", "sps_bud", "sps_title_i"))
    ]
    monkeypatch.setenv("SESEC_DATA", str(tmp_path))
    monkeypatch.setattr(build, "release_ids", lambda **_: ids)
    said: list[str] = []
    build.build(raw, progress=said.append)
    assert (tmp_path / "reference/schools.csv").stat().st_mtime_ns > before
    assert (tmp_path / "reference/schools.csv").read_bytes() == CSV.read_bytes()
    assert said[-1] == f"schools.csv: {len(catalog.schools())} schools and programs"


@pytest.mark.slow
def test_build__elsewhere_leaves_the_reference_tables_alone(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(build, "release_ids", lambda **_: ["census_acs@2017"])
    before = CSV.stat().st_mtime_ns
    build.build(raw, tmp_path)
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == ["census_acs@2017.parquet", catalog.ROW_LOG]
    assert CSV.stat().st_mtime_ns == before


METRES = np.array([75_100.0, 111_200.0])  # in a degree of longitude and latitude at 47.55 north


def metres_from(line: np.ndarray, point: tuple[float, float]) -> float:
    """How far a point is from a line of several pieces."""
    nearest = []
    for start, end in zip(line[:-1] * METRES, line[1:] * METRES, strict=True):
        along, away = end - start, np.array(point) * METRES - start
        part = np.clip(away @ along / max(float(along @ along), 1e-12), 0, 1)
        nearest.append(float(np.hypot(*(away - part * along))))
    return min(nearest)


def test_outline__holds_the_schools_of_the_place_and_hardly_another():
    ring = np.array(catalog.outlines()["southeast_seattle"].ring)
    outline = MapPath(ring)
    schools = {code: one for code, one in catalog.schools().items() if one.latitude is not None}
    points = {code: (one.longitude or 0.0, one.latitude or 0.0) for code, one in schools.items()}
    inside = {code for code, point in points.items() if outline.contains_point(point)}
    place = set(catalog.place("southeast_seattle_all").schools)
    # Maple's point lies on the line; Thurgood Marshall stands beside I-90 and is Central.
    assert place - inside <= {"2353"}
    assert metres_from(ring, points["2353"]) < 100
    assert inside - place <= {"2141"}
    assert metres_from(ring, points["2141"]) < 200


def test_outlines__are_closed_and_name_their_sources():
    for one in catalog.outlines().values():
        assert one.ring[0] == one.ring[-1]
        assert one.source
