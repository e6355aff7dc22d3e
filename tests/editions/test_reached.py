"""New figures reach the editions of their year and later whose notebook asks for them."""

from pathlib import Path

import pytest
from report_samples import code, notebook, text, write_root

from sesec_analysis.editions.reached import newest_year, reached_by
from sesec_analysis.errors import EditionError

EDITIONS = """\
editions:
  annual-2019: { title: A, notebook: a.ipynb, parameters: { report_year: 2019 } }
  annual-2020: { title: A, notebook: a.ipynb, parameters: { report_year: 2020 } }
  annual-2021: { title: A, notebook: a.ipynb, parameters: { report_year: 2021 } }
  tests-2021: { title: A, notebook: b.ipynb, parameters: { report_year: 2021 } }
  lost: { title: A, notebook: gone.ipynb, parameters: { report_year: 2021 } }
  timeless: { title: A, notebook: a.ipynb }
"""


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    first = notebook(
        text('Nothing on "ela_met" in code.'),
        code('sa.newest("disciplined", up_to=report_year)'),
        code("sa.history('enrollment', up_to=report_year)"),
    )
    made = {"a.ipynb": first, "b.ipynb": notebook(code('sa.newest("ela_met")'))}
    where = write_root(tmp_path / "root", made, EDITIONS)
    monkeypatch.setenv("SESEC_ROOT", str(where))
    return where


def test_reached_by__is_of_the_year_or_later():
    assert reached_by(["ospi_discipline@2020"]) == ["annual-2020", "annual-2021"]
    assert reached_by(["ospi_discipline@2022"]) == []


def test_reached_by__asks_what_the_code_of_the_notebook_names():
    assert reached_by(["ospi_assessment@2018"]) == ["tests-2021"]
    assert reached_by(["ospi_graduation@2018"]) == []


def test_reached_by__takes_enrollment_two_years_back():
    assert reached_by(["ospi_enrollment@2022"]) == ["annual-2020", "annual-2021"]


def test_reached_by__joins_several_releases():
    both = ["ospi_assessment@2018", "ospi_discipline@2021"]
    assert reached_by(both) == ["annual-2021", "tests-2021"]


def test_newest_year__is_the_latest_of_all():
    assert newest_year() == 2021


def test_reached_by__needs_a_list_of_editions(tmp_path, monkeypatch):
    monkeypatch.setenv("SESEC_ROOT", str(tmp_path))
    with pytest.raises(EditionError):
        reached_by(["ospi_discipline@2020"])
