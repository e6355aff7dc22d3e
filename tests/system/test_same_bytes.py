"""An edition is the same to the byte in another folder, home and language, on another day, by other hashes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from report_samples import PARAMETERS, code, notebook, text, write_root

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
# What an attack finds is the same for the same files: tests/attack/test_attack.py.
BUILD = """\
import os
from sesec_analysis.attack.check import GUARD
from sesec_analysis.editions import build, pool
pool.SURROUNDINGS["PYTHONHASHSEED"] = os.environ["PYTHONHASHSEED"]
build.build("annual-2018", guard=GUARD.without_attack())
"""
# Their days never agree: the first is 26 hours ahead of the second.
PLACES = {
    "here": {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
    "there-by-another-name": {"TZ": "Etc/GMT+12", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "2"},
}


def built(where: Path, surroundings: dict[str, str]) -> dict[str, str]:
    """Build the edition in a folder and a home of its own; return the checksum of every file."""
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
        [sys.executable, "-c", BUILD],
        capture_output=True,
        text=True,
        check=False,
        cwd=where,
        env={**os.environ, **surroundings, **given},
    )
    assert done.returncode == 0, done.stderr
    return output.checksums(root / "reports" / "build" / "annual-2018")


@pytest.mark.slow
def test_build__is_the_same_to_the_byte_elsewhere_and_on_another_day(tmp_path):
    first, second = (built(tmp_path / name, around) for name, around in PLACES.items())
    assert {"index.html", "findings.json", "run.json", "figures/trend.png"} <= first.keys()
    assert {name for name in first if first[name] != second.get(name)} == set()
    assert first.keys() == second.keys()
