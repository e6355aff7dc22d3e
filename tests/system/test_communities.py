"""An edition of another community is built from one entry and public files, and gives nothing withheld away."""

import json
import os
import random
import subprocess
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from report_samples import SESEC, write_data

import sesec_analysis as sa
from sesec_analysis import catalog, checkout
from sesec_analysis.cli import main
from sesec_analysis.editions.editions import editions
from sesec_analysis.evidence import citation
from sesec_analysis.loaders.build import stored_form
from sesec_analysis.loaders.raw import store
from sesec_analysis.loaders.tidy.tidy import tidy

pytestmark = pytest.mark.slow  # they read whole raw files

ROOT = Path(__file__).parents[2]
NAME = "skyway_west_renton"
SEED = 20261127
DISTRICTS = ("17401", "17405", "17406", "17414")
"""The other districts of the raw files: Highline, Bellevue, Tukwila, Lake Washington."""
THIRD = random.Random(SEED).choice(DISTRICTS)


def drawn_schools(data: Path, raw: Path, district: str) -> str:
    """Write the entry of a community ``third`` as its command does, cut down to four schools that the seed draws.

    Returns the code of its place. `SESEC_DATA` is to name ``data``.
    """
    words = ["community", "new", "--district", district, "--raw", str(raw), "--name", "third"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    path = data / "catalog/communities/third.yml"
    entry = yaml.safe_load(path.read_text(encoding="utf-8"))
    code = next(name for name in entry["places"] if name.endswith("_community"))
    listed = entry["places"][code]["schools"]
    kept = random.Random(SEED).sample(sorted(listed), 4)
    entry["places"][code]["schools"] = {school: listed[school] for school in kept}
    path.write_text(yaml.safe_dump(entry, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return code


def with_tables(raw: Path, *releases: str) -> None:
    """Write the tables of some releases where the community that is set has them, as `sesec data build` does."""
    folder = catalog.observations_in(catalog.data_dir())
    folder.mkdir(parents=True)
    for source_id in releases:
        store.write_parquet(stored_form(tidy(source_id, raw)), folder / f"{source_id}.parquet")


def sesec(*words: str, data: Path, community: str) -> str:
    """Run a command as staff of a community do."""
    about = {"SESEC_DATA": str(data), "SESEC_COMMUNITY": community}
    done = subprocess.run(
        [SESEC, *words], capture_output=True, text=True, cwd=ROOT, env={**os.environ, **about}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.proof(
    "An edition of another community is built from its entry, and passes the disclosure check",
    seed=SEED,
    tried=f"the newest edition of {NAME} and of four schools drawn in district {THIRD}",
    only_in_full=True,
)
@pytest.mark.parametrize("community", [NAME, "third"])
def test_edition__of_another_community_is_one_entry(
    community: str, raw: Path, tmp_path: Path, monkeypatch, record_property
) -> None:
    data = write_data(tmp_path / "data", "reference", "words")
    monkeypatch.setenv("SESEC_DATA", str(data))
    if community == "third":
        drawn_schools(data, raw, THIRD)
    monkeypatch.setenv("SESEC_COMMUNITY", community)
    sesec("data", "build", "--quiet", "--raw", str(raw), data=data, community=community)
    sesec("report", "--quiet", "--out", str(tmp_path), data=data, community=community)
    [made] = tmp_path.glob("annual-*")
    told = sesec("attack", str(made), data=data, community=community)
    assert "Passed: no withheld count" in told
    assert json.loads((made / "disclosure_audit.json").read_text("utf-8"))["passed"] is True
    page = (made / "index.html").read_text("utf-8")
    assert catalog.community().name in page
    assert "Seattle" not in page
    findings = json.loads((made / "findings.json").read_text("utf-8"))
    record_property("numbers", len(findings))


def test_rates__of_another_community_are_those_of_its_schools(
    raw: Path, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("SESEC_DATA", str(write_data(tmp_path / "data", "reference", "words")))
    monkeypatch.setenv("SESEC_COMMUNITY", NAME)
    with_tables(raw, "ospi_enrollment@2022")
    group = {"student_group": "low_income", "grade_level": "all", "end_years": 2022}
    told = sa.findings(sa.rates(sa.load("enrollment", place=NAME, **group)))
    # Bryn Mawr, Campbell Hill, Lakeridge, Dimmitt, as their rows of the file print them.
    low_income, everyone = 219 + 260 + 255 + 439, 341 + 335 + 331 + 648
    assert [one["value"] for one in told.records()] == [f"{100 * low_income / everyone:.1f}%"]


def test_editions__of_another_community_are_its_years_and_are_published_by_nobody_else(
    raw: Path, tmp_path: Path, monkeypatch
) -> None:
    of_seattle = list(editions())
    monkeypatch.setenv("SESEC_DATA", str(write_data(tmp_path / "data", "reference", "words")))
    monkeypatch.setenv("SESEC_COMMUNITY", NAME)
    assert editions() == {}  # no table, no year
    with_tables(raw, "ospi_assessment@2024", "ospi_district_totals@2025", "ospi_spending@2023")
    assert list(editions()) == ["annual-2024"]  # the others have no figure of a school
    places = {
        "place": NAME,
        "compare_to": "rest_of_renton",
        "district": "renton",
        "state": "washington",
    }
    assert editions()["annual-2024"].parameters == {**places, "report_year": 2024}
    assert editions()["annual-2024"].published is None
    assert checkout.builds() == ROOT / "reports/build/communities" / NAME
    assert citation.author() == "Trial of the entry for Skyway and west Renton"
    monkeypatch.delenv("SESEC_COMMUNITY")
    assert list(editions()) == of_seattle
    assert checkout.builds() == ROOT / "reports/build"
    assert citation.author() == citation.AUTHOR
