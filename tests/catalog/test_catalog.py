"""What must hold of the catalog's entries, whatever is added: ids, titles, years and the names they use."""

import re
from pathlib import Path

import pytest

from sesec_analysis import catalog
from sesec_analysis.errors import CatalogError
from sesec_analysis.loaders.build import observation_files
from sesec_analysis.loaders.tidy.rules import RULES

REPORT_CARD = {  # source: the years for which its entry says where they stand
    "ospi_assessment": range(2015, 2026),
    "ospi_discipline": range(2015, 2026),
    "ospi_english_learner": range(2015, 2026),
    "ospi_enrollment": range(2015, 2026),
    "ospi_graduation": range(2015, 2026),
    "ospi_growth": range(2015, 2026),
    "ospi_sqss": range(2015, 2026),
    "ospi_teacher_demographics": range(2018, 2026),
    "ospi_wakids": range(2015, 2026),
    "ospi_wsif": range(2018, 2026),
}
RELEASES = [
    (key, year, release)
    for key, source in catalog.sources().items()
    for year, release in source.releases.items()
]


@pytest.mark.parametrize("key", REPORT_CARD)
def test_releases__say_of_every_year_where_it_stands(key: str):
    assert sorted(catalog.source(key).releases) == list(REPORT_CARD[key])


@pytest.mark.parametrize("key", catalog.sources())
def test_releases__are_embedded_catalogued_or_not_published_each_with_its_school_year(key: str):
    for year, release in catalog.source(key).releases.items():
        if release.not_published:
            assert (release.file, release.dataset_id, release.agreement) == (None, None, None)
            assert not release.not_published.endswith("."), "a reason is part of a sentence"
        elif release.file is None:
            assert re.fullmatch(r"[a-z0-9]{4}-[a-z0-9]{4}", release.dataset_id), year
            assert release.agreement >= 1
        if key in REPORT_CARD:
            assert release.school_year == f"{year - 1}-{year % 100:02d}"
        if release.dataset_id or release.not_published:
            assert release.school_year in release.title


def test_replaces__names_a_release_whose_figures_would_stand_there_twice(tmp_path, monkeypatch):
    tables = tmp_path / "observations"
    tables.mkdir()
    for name in observation_files():
        (tables / f"{name}.parquet").touch()
    (tmp_path / "catalog").symlink_to(catalog.data_dir() / "catalog")
    monkeypatch.setenv("SESEC_DATA", str(tmp_path))
    embedded = observation_files()
    for key, year, release in RELEASES:
        if release.replaces:
            other, _ = catalog.release(release.replaces)
            assert set(other.indicators) <= set(catalog.source(key).indicators)
            assert release.replaces in embedded, "until it is fetched, the other is read"
            own = tables / f"{key}@{year}.parquet"
            own.touch()
            assert set(embedded) - set(observation_files()) == {release.replaces}
            own.unlink()


def test_dataset_id__is_of_one_source_and_one_year_unless_the_dataset_has_many():
    """A copied line with its old id would read one year's figures as another's."""
    seen: dict[str, tuple[str, int]] = {}
    for key, year, release in RELEASES:
        if release.dataset_id is None:
            continue
        other, first = seen.setdefault(release.dataset_id, (key, year))
        assert other == key, release.dataset_id
        many = "multi-year" in release.title or release.dataset_id == "fwbr-3ker"
        assert first == year or many, f"{release.dataset_id} is {key}@{first} and {key}@{year}"


@pytest.mark.parametrize("key", catalog.sources())
def test_source__uses_only_names_that_it_declares(key: str):
    source = catalog.source(key)
    assert {*source.optional, *source.expected, *source.keep} <= set(source.columns)
    assert set(source.rules) <= set(RULES)
    if key not in REPORT_CARD:  # rules of the others make columns of their own
        return
    declared = {*source.columns, *source.constants}
    for code, columns in source.indicators.items():
        catalog.indicator(code)
        named = [columns.numerator, columns.denominator, columns.value, columns.total]
        assert {name for name in named if name} | set(columns.where) <= declared, code


def test_organization_ids__are_of_every_school_of_every_place_and_each_code_has_one():
    known = catalog.organization_ids()
    codes = list(known["schools"].values())
    assert len(codes) == len(set(codes))
    listed = {code for place in catalog.places().values() for code in place.schools}
    assert listed <= set(codes)
    assert known["districts"]["100229"] == "17001"


@pytest.mark.parametrize(
    ("times", "fault"),
    [
        ('- {code: "5649", name: A}', "its last time must be open, and of this code"),
        (
            '- {code: "5649", name: A, last_year: 2020}\n  - {code: "1751", name: A, first_year: 2022}',
            "2022 does not follow 2020",
        ),
        (
            '- {code: "2120", name: A, last_year: 2020}\n  - {code: "1751", name: A, first_year: 2021}\n'
            '"2120":\n  - {code: "2120", name: B}',
            "code 2120 is also under 1751",
        ),
    ],
)
def test_open_code__refuses_identities_that_would_join_schools_wrongly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: str, fault: str
):
    (tmp_path / "catalog").mkdir()
    path = tmp_path / "catalog/school_identities.yml"
    path.write_text(f'"1751":\n  {times}\n', encoding="utf-8")
    monkeypatch.setenv("SESEC_DATA", str(tmp_path))
    with pytest.raises(CatalogError, match=fault):
        catalog.open_code("1751")


def test_school_identities__are_of_schools_in_the_table_and_no_closed_code_is_one():
    identities = catalog.school_identities()
    assert identities.keys() <= catalog.schools().keys()
    closed = {time.code for times in identities.values() for time in times} - identities.keys()
    assert not closed & catalog.schools().keys()
    assert not closed & catalog.school_names().keys()


def test_places__of_a_level_are_the_regular_schools_of_the_directory():
    places = {place.level: place for place in catalog.places().values() if place.level}
    assert set(places) == {"elementary", "k8", "middle", "high"}
    for level, place in places.items():
        kinds = {"regular", "alternative"} if level == "k8" else {"regular"}
        schools = {
            code
            for code, school in catalog.schools().items()
            if school.level == level and school.kind in kinds
        }
        assert set(place.schools) == schools


def test_places__put_every_school_of_the_district_in_one_of_three_lists():
    here, rest = catalog.place("southeast_seattle"), catalog.place("rest_of_seattle_regular")
    lists = (here.schools.keys(), rest.schools.keys(), rest.left_out.keys())
    assert sum(map(len, lists)) == len(set().union(*lists))  # none is on two of them
    assert set().union(*lists) == catalog.schools().keys(), "say in places.yml where a school is"
    assert len(rest.schools) == 77
    assert all(why.endswith(".") for why in rest.left_out.values())


def test_places__name_the_regular_rest_first_and_the_full_rest_otherwise():
    codes = list(catalog.places())
    assert codes.index("rest_of_seattle_regular") < codes.index("rest_of_seattle")
    names = [catalog.place(code).phrase for code in ("rest_of_seattle_regular", "rest_of_seattle")]
    assert names[0] == "the rest of Seattle" != names[1]
