"""An edition of another community is built from one entry and public files, and gives nothing withheld away."""

import json
import os
import random
import subprocess
from pathlib import Path

import pytest
from community_data import DISTRICTS, SEED, drawn_schools, with_tables
from report_samples import SESEC, write_data

import sesec_analysis as sa
from sesec_analysis import catalog, checkout
from sesec_analysis.editions.editions import editions
from sesec_analysis.evidence import citation

pytestmark = pytest.mark.slow  # they read whole raw files

ROOT = Path(__file__).parents[2]
NAME = "skyway_west_renton"
THIRD = random.Random(SEED).choice(DISTRICTS)


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
