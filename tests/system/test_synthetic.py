"""Whatever is made from made-up data says so, wherever it is read, and cannot be published."""

import json

import pandas as pd
import pytest
from report_samples import PARAMETERS, code, notebook, running, text, write_root
from report_samples import finding as shown

from sesec_analysis import catalog, schema
from sesec_analysis.attack.check import GUARD
from sesec_analysis.editions import build, built_editions
from sesec_analysis.editions.documents import provenance
from sesec_analysis.errors import EditionError
from sesec_analysis.evidence import citation, tables
from sesec_analysis.evidence.finding import finding, findings
from sesec_analysis.figures.dot_plot import plot_rates

AUDIT = GUARD.without_attack()

LIST = """\
editions:
  annual-2022: { title: Equity Report, notebook: a.ipynb, parameters: { report_year: 2022 } }
"""


@pytest.fixture
def made_up(tmp_path, monkeypatch):
    data = tmp_path / "data"
    data.mkdir()
    for path in catalog.data_dir().iterdir():
        (data / path.name).symlink_to(path)
    (data / "SYNTHETIC").touch()
    monkeypatch.setenv("SESEC_DATA", str(data))


def estimates(**also: object) -> pd.DataFrame:
    groups = ["black", "white"]
    row = {
        "indicator": "ela_met",
        "end_year": 2019,
        "organization_level": "place",
        "organization_id": "southeast_seattle",
        "organization_name": "Southeast Seattle",
        "grade_level": "03",
        "student_group_type": "race_ethnicity",
        "student_group": groups,
        "measure": "rate",
        "estimate": [71 / 216, 120 / 200],
        "ci_low": [0.27, 0.53],
        "ci_high": [0.394, 0.67],
        "n_low": [216, 200],
        "n_high": [216, 200],
        "unit": "proportion",
        "status": "ok",
        "source_ids": "ospi_assessment@2019",
    }
    return schema.conform_estimates(pd.DataFrame(row | also))


def test_finding__says_synthetic_and_its_record_keeps_it(made_up, monkeypatch):
    found = finding(estimates(), student_group="black")
    assert found.sentence().startswith("SYNTHETIC: In 2018–19")
    record = found.record()
    assert record["sentence"] == found.sentence()
    assert record["source_ids"] == "synthetic ospi_assessment@2019"
    # The record of made-up data is cited as such when the real data are in use again.
    monkeypatch.delenv("SESEC_DATA")
    assert not catalog.is_synthetic()
    for style in citation.STYLES:
        assert "Synthetic data" in citation.cite(record, style)
    assert provenance.sources([record]) == ()


def test_finding__says_nothing_of_the_kind_of_published_figures():
    found = finding(estimates(), student_group="black")
    assert "synthetic" not in json.dumps(found.record()).lower()


def test_figures_and_tables__say_synthetic(made_up):
    made = plot_rates(estimates())
    assert [one.get_text() for one in made.figure.texts if one.get_gid()] == ["SYNTHETIC"]
    assert "Synthetic data" in made.title
    assert "Synthetic data" in made.alt
    assert "Synthetic data" in made.source_line
    assert "Synthetic data" in str(tables.table(estimates()))
    plain = tables.plain_table(pd.DataFrame({"year": [2019]}), "Coverage")
    assert plain.caption == "SYNTHETIC: Coverage"


@pytest.fixture
def root(tmp_path, monkeypatch):
    records = findings(estimates()).records()
    cells = [code(PARAMETERS, tag="parameters"), text("## Summary"), running(shown(*records))]
    home = write_root(tmp_path / "root", {"a.ipynb": notebook(*cells)}, LIST)
    monkeypatch.setenv("SESEC_ROOT", str(home))
    return home


def test_build__marks_the_page_and_leaves_the_real_edition(made_up, root):
    page = build.build("annual-2022", guard=AUDIT)
    assert page.parent.name == "annual-2022-synthetic"
    html = page.read_text("utf-8")
    assert "<h1>SYNTHETIC: Equity Report</h1>" in html
    assert "everything here is made up" in html
    assert html.count("SYNTHETIC: In 2018–19") >= 2
    for record in json.loads((page.parent / "findings.json").read_text("utf-8")):
        assert (
            record["cite_apa"].count("SYNTHETIC") == 2
        )  # the finding, and the edition it stands in
    assert built_editions.ids() == []  # a finding of it is cited only when its edition is named
    found = built_editions.find(
        "sesec:rate.ela_met.2019.03.southeast_seattle.black", edition=page.parent.name
    )
    assert found.title == "SYNTHETIC: Equity Report"
    run = json.loads((page.parent / "run.json").read_text("utf-8"))
    with pytest.raises(EditionError, match="synthetic"):
        provenance.refuse_synthetic(run)


def test_refuse_synthetic__looks_at_the_edition_and_at_the_data_in_use(made_up, monkeypatch):
    with pytest.raises(EditionError, match="synthetic"):
        provenance.refuse_synthetic({"edition": "annual-2022", "synthetic": False})
    monkeypatch.delenv("SESEC_DATA")
    provenance.refuse_synthetic({"edition": "annual-2022", "synthetic": False})
