"""Another community is one file: its schools are read, measured and told apart from the rest of its district."""

import csv
import random
from collections import defaultdict
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.cli import main
from sesec_analysis.errors import NoRowsError
from sesec_analysis.loaders.load import in_place

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
    rows = in_place(table, place).query("grade_level == 'all'").set_index("student_group")
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


def test_community__that_comes_with_us_is_as_it_was(monkeypatch) -> None:
    question = {"end_years": 2022, "student_group": "all", "grade_level": "all"}
    assert sa.load("enrollment", place="rest_of_seattle", **question)["numerator"].tolist() == [
        41894
    ]
    monkeypatch.setenv("SESEC_COMMUNITY", "southeast_seattle")
    assert sa.load("enrollment", place="rest_of_seattle", **question)["numerator"].tolist() == [
        41894
    ]
    assert catalog.community().district == "17001"


def test_community__measures_and_says_its_own(raw: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("SESEC_COMMUNITY", "skyway_west_renton")
    table = in_place(sa.tidy("ospi_enrollment@2022", raw), "skyway_west_renton")
    share = sa.rates(table.query("grade_level == 'all'"), by="race_ethnicity")
    finding = sa.finding(share, student_group="black")
    counts = by_hand(raw, "17403")
    percent = 100 * summed(counts, OURS)["black"] / summed(counts, OURS)["all"]
    assert f"{percent:.1f} percent of students in Skyway and west Renton" in str(finding)


def test_community__a_third_one_is_a_file_alone(raw: Path, tmp_path: Path, monkeypatch) -> None:
    districts = ["17401", "17405", "17406", "17414"]
    district = random.Random(20261127).choice(districts)
    data = tmp_path / "data"
    (data / "catalog").mkdir(parents=True)
    for path in (catalog.data_dir() / "catalog").iterdir():
        if path.name != "communities":
            (data / "catalog" / path.name).symlink_to(path)
    (data / "reference").symlink_to(catalog.data_dir() / "reference")
    monkeypatch.setenv("SESEC_DATA", str(data))
    words = ["community", "new", "--district", district, "--raw", str(raw), "--name", "third"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    again = CliRunner().invoke(main, words)
    assert "there is a community 'third'" in again.output

    path = data / "catalog/communities/third.yml"
    entry = yaml.safe_load(path.read_text(encoding="utf-8"))
    code = next(name for name in entry["places"] if name.endswith("_community"))
    listed = entry["places"][code]["schools"]
    counts = by_hand(raw, district)
    kept = [school for school in listed if school in counts][:3]
    entry["places"][code]["schools"] = {school: listed[school] for school in kept}
    path.write_text(yaml.safe_dump(entry, allow_unicode=True), encoding="utf-8")

    monkeypatch.setenv("SESEC_COMMUNITY", "third")
    table = sa.tidy("ospi_enrollment@2022", raw)
    others = [school for school in counts if school not in (*kept, "district")]
    assert pooled(table, code) == summed(counts, kept)
    assert pooled(table, f"rest_of_{code.removesuffix('_community')}") == summed(counts, others)
    assert pooled(table, code.removesuffix("_community")) == counts["district"]


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
    assert done.exit_code == 1
    assert "community 'rentn' is not in the catalog" in done.output
