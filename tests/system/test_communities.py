"""An edition of another community is built from one entry and public files, and gives nothing withheld away."""

import json
import os
import random
import subprocess
from pathlib import Path

import proofs
import pytest
from community_data import DISTRICTS, SEED, drawn_schools, folder_of_data, with_tables
from report_samples import SESEC

from sesec_analysis import catalog
from sesec_analysis.attack import audit
from sesec_analysis.editions import build, run
from sesec_analysis.editions.documents import notebook
from sesec_analysis.editions.documents.model import in_words
from sesec_analysis.editions.documents.sections import closing
from sesec_analysis.editions.editions import editions
from sesec_analysis.editions.progress import Progress
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
)
@pytest.mark.parametrize("community", proofs.sample([NAME, "third"], 1, seed=1, always=[NAME]))
def test_edition__of_another_community_is_one_entry(
    community: str, raw: Path, tmp_path: Path, monkeypatch, record_property
) -> None:
    data = folder_of_data(tmp_path)
    monkeypatch.setenv("SESEC_DATA", str(data))
    if community == "third":
        drawn_schools(data, raw, THIRD)
    monkeypatch.setenv("SESEC_COMMUNITY", community)
    if not proofs.is_whole():
        with_tables(raw, "ospi_assessment@2018", "ospi_assessment@2024", "ospi_enrollment@2022")
        check_its_summary()
        return
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


def check_its_summary() -> None:
    """Run the summary of the newest edition and hold its numbers to the rules of what may be printed."""
    edition = editions()["annual-2024"]
    assert edition.title == "Skyway and west Renton School Equity Report, 2023–24"
    plan = build.plan_edition("annual-2024", edition)
    product = next(one for one in plan.products if one.layout == "summary")
    values = {name: plan.values[name] for name in product.declared}
    executed, ended = run.run(
        product.notebook, values, cwd=product.path.parent, progress=Progress({}, None)
    )
    assert ended, run.failure(executed, plan.name)
    shown = closing.close_edition(in_words(notebook.read_notebook(executed)), ())
    assert audit.leaks(shown.findings) == {}
    told = {str(record["id"]): str(record["sentence"]) for record in shown.findings}
    # Bryn Mawr, Campbell Hill, Lakeridge, Dimmitt, as their rows of the file print them.
    low_income, everyone = 219 + 260 + 255 + 439, 341 + 335 + 331 + 648
    share = told[f"sesec:rate.enrollment.2022.all.{NAME}.low_income"]
    assert f"{100 * low_income / everyone:.1f} percent" in share
    assert "the rest of Seattle" not in " ".join(told.values())


def test_editions__of_another_community_are_its_years_and_are_published_by_nobody_else(
    raw: Path, tmp_path: Path, monkeypatch
) -> None:
    of_seattle = list(editions())
    monkeypatch.setenv("SESEC_DATA", str(folder_of_data(tmp_path)))
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
    assert build.build_dir() == ROOT / "reports/build/communities" / NAME
    assert citation.author() == "Trial of the entry for Skyway and west Renton"
    monkeypatch.delenv("SESEC_COMMUNITY")
    assert list(editions()) == of_seattle
    assert build.build_dir() == ROOT / "reports/build"
    assert citation.author() == citation.AUTHOR
