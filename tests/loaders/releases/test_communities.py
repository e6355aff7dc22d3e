"""Another community is one file: its schools are read, measured and told apart from the rest of its district."""

import csv
from collections import defaultdict
from pathlib import Path

import pandas as pd
import pytest
import yaml
from click.testing import CliRunner
from report_samples import write_data

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.cli import main
from sesec_analysis.errors import NoRowsError
from sesec_analysis.loaders.in_place import in_places

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


def test_community__stays_strict(raw: Path, monkeypatch) -> None:
    monkeypatch.setenv("SESEC_COMMUNITY", "skyway_west_renton")
    with pytest.raises(NoRowsError, match=r"no row of Renton \(district 17403\)"):
        sa.tidy("ospi_discipline@2019", raw)  # a file of Seattle alone
    with pytest.raises(NoRowsError, match="schools of district 17001, and none of Renton"):
        sa.tidy("sps_climate@2019", raw)  # it names schools, and would pass for Renton's
    monkeypatch.setenv("SESEC_COMMUNITY", "skyway_west_rentn")
    with pytest.raises(sa.CatalogError, match=r"did you mean: skyway_west_renton\?"):
        catalog.community()


@pytest.fixture
def data(tmp_path: Path, monkeypatch) -> Path:
    folder = write_data(tmp_path / "data", "reference", "words")
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
