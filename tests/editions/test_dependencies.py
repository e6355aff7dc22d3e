"""Which editions a release can change, which releases an edition rests on, and which indicators it lacks."""

from pathlib import Path

import pytest
from report_samples import code, notebook, text, write_data, write_root

from sesec_analysis.editions.dependencies import affected_editions, missing_indicators

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


def test_affected_editions__is_of_the_year_or_later():
    assert affected_editions(["ospi_discipline@2020"], []) == ["annual-2020", "annual-2021"]
    assert affected_editions(["ospi_discipline@2022"], []) == []


def test_affected_editions__goes_by_what_a_published_edition_rests_on(root):
    where = root / "reports/published/annual-2021/sources.json"
    where.parent.mkdir(parents=True)
    where.write_text('{"releases": {"ospi_graduation@2019": {}, "ospi_discipline@2019": {}}}')
    assert affected_editions(["ospi_graduation@2019"], []) == ["annual-2021"]
    # It was available, and the edition does not use it; one that is not available yet may be used.
    release = ["ospi_discipline@2018"]
    assert affected_editions(release, available=release) == ["annual-2019", "annual-2020"]
    assert "annual-2021" in affected_editions(release, available=[])


def test_missing_indicators__is_what_the_code_asks_for_and_is_not_here_up_to_the_year(
    root, tmp_path, monkeypatch
):
    home = write_data(tmp_path / "data")
    (home / "observations/ospi_discipline@2019.parquet").touch()
    monkeypatch.setenv("SESEC_DATA", str(home))
    path = root / "notebooks/a.ipynb"
    assert missing_indicators([path], {"report_year": 2019}) == ("enrollment",)
    assert missing_indicators([path], {"report_year": 2018}) == ("enrollment", "disciplined")
    assert missing_indicators([path], {}) == ()
    (home / "observations/ospi_enrollment@2018.parquet").touch()
    assert missing_indicators([path], {"report_year": 2019}) == ()
