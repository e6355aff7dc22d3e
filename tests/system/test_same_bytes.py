"""`sesec report` as staff run it, and once more: in another folder, home and language, another day, by other hashes."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from report_samples import (
    PARAMETERS,
    SESEC,
    code,
    notebook,
    text,
    write_root,
)

from sesec_analysis.editions.documents import output

LIST = """\
editions:
  annual-2018:
    title: Equity Report, 2017–18
    notebook: good.ipynb
    parameters: { report_year: 2018 }
"""
REAL = """\
import sesec_analysis as sa
question = dict(end_years=[report_year], grade_level="all", student_group_type="race_ethnicity")
figures = sa.load("disciplined", place=["southeast_seattle", "seattle"], **question)
sa.findings(sa.gaps(figures, by="race_ethnicity", reference="others"))"""
PLOT = """\
sa.plot_gaps(sa.gaps(figures, by="race_ethnicity", reference="others"))"""
TREND = """\
spending = sa.history("spending_per_student", up_to=report_year, organization_level="district")
sa.plot_trend(sa.averages(spending), focus="17001")"""
# A notebook's Python has one hash seed wherever it runs; here it is lifted, since nothing may hang on it.
REPORT = """\
import os
from sesec_analysis.cli import main
from sesec_analysis.editions import pool
pool.SURROUNDINGS["PYTHONHASHSEED"] = os.environ["PYTHONHASHSEED"]
main(["report", "annual-2018", "--quiet"])
"""
# Their days never agree: the first is 26 hours ahead of the second.
PLACES = (
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "Etc/GMT+12", "LC_ALL": "de_DE.UTF-8", "LANG": "tr_TR.UTF-8", "PYTHONHASHSEED": "2"},
)


@dataclass(frozen=True)
class Ran:
    """A command that built the edition: what it said, where to, and the checksum of every file."""

    out: str
    err: str
    root: Path

    @property
    def page(self) -> Path:
        return self.root / "reports" / "build" / "annual-2018" / "index.html"

    @property
    def files(self) -> dict[str, str]:
        return output.checksums(self.page.parent)


def build(where: Path, surroundings: dict[str, str], *command: str) -> Ran:
    """Build the edition by a command, in a folder and a home of its own."""
    cells = notebook(
        code(PARAMETERS, tag="parameters"),
        text("## Discipline\n\nWords."),
        code(REAL),
        code(PLOT, tag="figure-gaps"),
        code(TREND, tag="figure-trend"),
    )
    root = write_root(where / "root", {"good.ipynb": cells}, LIST)
    (where / "home").mkdir()
    (where / "tmp").mkdir()
    given = {"HOME": str(where / "home"), "TMPDIR": str(where / "tmp"), "SESEC_ROOT": str(root)}
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=where,
        env={**os.environ, **surroundings, **given},
    )
    assert done.returncode == 0, done.stderr
    return Ran(done.stdout, done.stderr, root)


@pytest.fixture(scope="module")
def by_staff(tmp_path_factory) -> Ran:
    typed = (SESEC, "report", "2017-18", "-p", "ci_level=0.95")
    return build(tmp_path_factory.mktemp("here"), PLACES[0], *typed)


@pytest.mark.slow
def test_report__as_staff_run_it(by_staff):
    assert by_staff.out == f"{by_staff.page}\n"
    assert by_staff.page.is_file()
    assert [line[:14] for line in by_staff.err.splitlines()] == [
        "[1/2] Equity r",
        "[2/2] Discipli",
        "Attacking the ",
        "Writing it in ",
        "Equity Report,",
    ]


@pytest.mark.slow
def test_report__is_the_same_to_the_byte_elsewhere_and_on_another_day(by_staff, tmp_path):
    there = tmp_path / "there-by-another-name"
    first, second = by_staff.files, build(there, PLACES[1], sys.executable, "-c", REPORT).files
    assert {"index.html", "findings.json", "run.json", "figures/trend.png"} <= first.keys()
    assert {name for name in first if first[name] != second.get(name)} == set()
    assert first.keys() == second.keys()
