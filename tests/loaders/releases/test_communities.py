"""Another community is one file: its schools are read, measured and told apart from the rest of its district."""

import csv
import random
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest
import yaml
from click.testing import CliRunner
from community_data import DISTRICTS, SEED, drawn_schools, folder_of_data

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.cli import main
from sesec_analysis.errors import NoRowsError
from sesec_analysis.loaders import build
from sesec_analysis.loaders.in_place import in_places
from sesec_analysis.loaders.reference import directory

pytestmark = pytest.mark.slow  # they read whole raw files

FILE = "enrollment/Report_Card_Enrollment_2021-22_KingCounty.csv"
GROUPS = {"all": "All Students", "black": "Black/ African American", "low_income": "Low-Income"}
OURS = ["2439", "3034", "2929", "3280"]  # Bryn Mawr, Campbell Hill, Lakeridge, Dimmitt


def by_hand(raw: Path, district: str) -> dict[str, dict[str, int]]:
    """Return the state's own counts of a district's schools, read by Python's csv alone."""
    with (raw / FILE).open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["DistrictCode"] == district]
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        if row["GradeLevel"] in ("AllGrades", "All Grades"):
            code = row["SchoolCode"] if row["OrganizationLevel"] == "School" else "district"
            counts[code] = {group: int(row[name]) for group, name in GROUPS.items()}
    return counts


def pooled(table, place: str) -> dict[str, int]:
    rows = in_places(table, [place]).query("grade_level == 'all'").set_index("student_group")
    return {group: int(rows.loc[group, "numerator"]) for group in GROUPS}


def summed(schools: dict[str, dict[str, int]], codes: list[str]) -> dict[str, int]:
    return {group: sum(schools[code][group] for code in codes) for group in GROUPS}


def test_community__renton_is_what_its_raw_file_says(raw: Path, monkeypatch) -> None:
    monkeypatch.setenv("SESEC_COMMUNITY", "skyway_west_renton")
    table = sa.tidy("ospi_enrollment@2022", raw)
    counts = by_hand(raw, "17403")
    rest = [code for code in counts if code not in (*OURS, "district")]
    assert pooled(table, "skyway_west_renton") == summed(counts, OURS)
    assert pooled(table, "skyway_west_renton")["all"] == 341 + 335 + 331 + 648
    assert pooled(table, "rest_of_renton") == summed(counts, rest)
    assert pooled(table, "renton") == counts["district"]
    assert counts["district"]["all"] == 15364
    # Mercer Island has a Lakeridge as well, and Seattle a row of its own: neither is a school of Renton.
    schools = set(table.loc[table["organization_level"] == "school", "organization_id"])
    assert schools == {*OURS, *rest}
    assert set(table.loc[table["organization_level"] == "district", "organization_id"]) == {
        *("17403", "17001", "17401", "17406")
    }


def test_community__a_third_one_is_a_file_alone(raw: Path, tmp_path: Path, monkeypatch) -> None:
    district = random.Random(SEED).choice(DISTRICTS)
    data = folder_of_data(tmp_path)
    monkeypatch.setenv("SESEC_DATA", str(data))
    counts = by_hand(raw, district)
    code = drawn_schools(data, raw, district, among=[*counts])
    words = ["community", "new", "--district", district, "--raw", str(raw), "--name", "third"]
    again = CliRunner().invoke(main, words)
    assert "there is a community 'third'" in again.output

    monkeypatch.setenv("SESEC_COMMUNITY", "third")
    table = sa.tidy("ospi_enrollment@2022", raw)
    kept = list(catalog.place(code).schools)
    others = [school for school in counts if school not in (*kept, "district")]
    assert pooled(table, code) == summed(counts, kept)
    assert pooled(table, f"rest_of_{code.removesuffix('_community')}") == summed(counts, others)
    assert pooled(table, code.removesuffix("_community")) == counts["district"]


def test_community__keeps_a_blank_count_as_withheld(raw: Path, monkeypatch) -> None:
    monkeypatch.setenv("SESEC_COMMUNITY", "skyway_west_renton")
    table = sa.tidy("ospi_demographics@2017", raw)
    [blank] = table[table["status"] == "withheld"].to_dict("records")
    # Griffin Home has six students; how many are of low-income families is left blank.
    assert (blank["organization_id"], blank["student_group"]) == ("1534", "low_income")
    assert (blank["numerator_low"], blank["numerator_high"], blank["denominator"]) == (0, 6, 6)
    assert pd.isna(blank["numerator"])
    assert pd.isna(blank["value"])
    rest = in_places(table, ["rest_of_renton"]).set_index("student_group").loc["low_income"]
    assert rest["numerator_high"] - rest["numerator_low"] == 6
    assert rest["status"] == "bounded"


def test_community__has_a_list_of_its_own_schools(raw: Path, monkeypatch) -> None:
    assert catalog.schools()["2182"].name == "Franklin High School"
    monkeypatch.setenv("SESEC_COMMUNITY", "skyway_west_renton")
    assert catalog.schools() == {}  # until its tables are built
    table = sa.tidy("ospi_enrollment@2022", raw)
    known = directory(raw, {"ospi_enrollment@2022": table}).set_index("code")
    with (raw / FILE).open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["DistrictCode"] == "17403"]
    assert {row["SchoolCode"] for row in rows if row["OrganizationLevel"] == "School"} <= set(
        known.index
    )
    assert known.loc["2439", ["name", "level", "highest_grade"]].tolist() == [
        *("Bryn Mawr Elementary School", "elementary", "5")
    ]
    assert known.loc["2439", "latitude"] == pytest.approx(47.498, abs=0.001)


def test_community__stays_strict(raw: Path, monkeypatch) -> None:
    monkeypatch.setenv("SESEC_COMMUNITY", "skyway_west_renton")
    with pytest.raises(NoRowsError, match=r"no row of Renton \(district 17403\)"):
        sa.tidy("ospi_discipline@2019", raw)  # a file of Seattle alone
    with pytest.raises(NoRowsError, match="schools of district 17001, and none of Renton"):
        sa.tidy("sps_climate@2019", raw)  # it names schools, and would pass for Renton's
    monkeypatch.setenv("SESEC_COMMUNITY", "skyway_west_rentn")
    with pytest.raises(sa.CatalogError, match=r"did you mean: skyway_west_renton\?"):
        catalog.community()


def test_sesec__community_is_an_option_and_an_unknown_one_is_refused(monkeypatch) -> None:
    monkeypatch.setenv("SESEC_COMMUNITY", "southeast_seattle")  # undone when the test ends
    done = CliRunner().invoke(main, ["--community", "rentn", "data", "check"])
    assert done.exit_code == 2
    assert "community 'rentn' is not in the catalog" in done.output


@pytest.mark.parametrize("words", [["site"], ["report", "school", "--all"]])
def test_sesec__makes_some_things_for_the_first_community_alone(words, monkeypatch) -> None:
    monkeypatch.setenv("SESEC_COMMUNITY", "skyway_west_renton")
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 1
    assert (
        "only for the community that comes with the package, not for Skyway and west Renton"
        in " ".join(done.output.split())
    )


def test_build__says_nothing_of_files_of_another_district(raw: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("SESEC_COMMUNITY", "skyway_west_renton")
    ids = ["ospi_enrollment@2022", "ospi_state_totals@2022", "ospi_discipline@2019"]
    ids += ["sps_budgets@2022", "sps_climate@2019"]
    monkeypatch.setattr(build, "release_ids", lambda **_: ids)
    lines: list[str] = []
    made = build.build(raw, tmp_path, progress=lines.append)
    assert made["source_id"].tolist() == ["ospi_enrollment@2022", "ospi_state_totals@2022"]
    assert made.attrs["no_rows"] == [
        "ospi_discipline@2019"
    ]  # the state has it; this folder's file is of Seattle
    assert made.attrs["left_out"] == {}
    assert not any("sps_" in line or "discipline" in line for line in lines)


@pytest.fixture
def data(tmp_path: Path, monkeypatch) -> Path:
    folder = folder_of_data(tmp_path)
    monkeypatch.setenv("SESEC_DATA", str(folder))
    monkeypatch.setenv("SESEC_COMMUNITY", "southeast_seattle")
    return folder


def begun(raw: Path, *words: str):
    command = ["community", "new", "--district", "17401", "--raw", str(raw), "--name", "tried"]
    return CliRunner().invoke(main, [*command, *words])


def test_new__writes_title_and_author_as_given(raw: Path, data: Path, monkeypatch):
    done = begun(raw, "--title", "White Center", "--author", "Parents of White Center")
    assert done.exit_code == 0, done.output
    entry = yaml.safe_load((data / "catalog/communities/tried.yml").read_text("utf-8"))
    assert (entry["name"], entry["author"]) == ("White Center", "Parents of White Center")
    assert list(entry["places"]) == ["white_center", "rest_of_highline", "highline", "washington"]
    assert entry["places"]["rest_of_highline"]["all_but"] == "white_center"
    monkeypatch.setenv("SESEC_COMMUNITY", "tried")
    assert catalog.main_place() == "white_center"
    assert catalog.place("white_center").phrase == "White Center"
    assert catalog.place("white_center").brief == "White Center"


def test_new__without_a_title_names_the_district(raw: Path, data: Path):
    assert begun(raw).exit_code == 0
    entry = yaml.safe_load((data / "catalog/communities/tried.yml").read_text("utf-8"))
    assert entry["name"] == entry["author"] == "Community in Highline"
    place = entry["places"]["highline_community"]
    # With the longer phrase no headline of a change has ten words or fewer.
    assert (place["phrase"], place["brief"]) == ("the community in Highline", "the community")


@pytest.mark.parametrize("title", ["Highline", "Rest of Highline", "Washington"])
def test_new__refuses_the_name_of_another_place_as_title(raw: Path, data: Path, title: str):
    done = begun(raw, "--title", title)
    assert done.exit_code != 0
    assert "is the name of another place" in done.output
    assert not (data / "catalog/communities/tried.yml").exists()


def test_list__names_each_community_with_its_district_and_reports(data: Path):
    done = CliRunner().invoke(main, ["community", "list"])
    assert done.exit_code == 0, done.output
    skyway, southeast = (
        next(line for line in done.stdout.splitlines() if line.startswith(name))
        for name in ("skyway_west_renton", "southeast_seattle")
    )
    assert "17403 Renton" in skyway
    assert "no data" in skyway
    assert "17001 Seattle" in southeast
    assert "2017 to 20" in southeast
