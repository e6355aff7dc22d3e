"""A document stored as data and read back: all of it, and nothing beside it."""

import json
import shutil

import pytest
from paper_samples import imprint
from report_samples import finding, notebook, showing, text

import sesec_analysis as sa
from sesec_analysis.editions.documents import formats, model, provenance
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.errors import DataError

META = imprint(sources=())


@pytest.fixture(scope="module")
def document(counts):
    rates = sa.rates(counts(black=(71, 216), white=(90, 130)))
    data, _ = sa.plot_rates(rates)._repr_mimebundle_()
    cells = (
        text("## Results\n\n1. One **word**\n2. [Two](#results)"),
        showing(finding(*sa.findings(rates).records())),
    )
    return documents_notebook.read_notebook(notebook(*cells, showing(data, tag="figure-rates")))


@pytest.fixture(scope="module")
def written(document, tmp_path_factory):
    made = tmp_path_factory.mktemp("written")
    formats.write_sources(document, META, made)
    return made


@pytest.fixture
def folder(written, tmp_path):
    return shutil.copytree(written, tmp_path / "edition")


def test_read__gives_back_the_document_and_what_it_was_made_from(document, folder):
    assert model.read_document(folder) == document
    assert provenance.read_build_info(folder) == META


@pytest.mark.slow
@pytest.mark.parametrize(
    "tamper",
    [
        lambda data: data.update(note="7 students"),
        lambda data: data["sections"][0]["blocks"][0].update(note="7 students"),
        lambda data: data["sections"][0]["blocks"].append({"kind": "note", "text": "7 students"}),
        lambda data: data.pop("lead"),
    ],
)
def test_read__refuses_what_is_no_part_of_a_document(folder, tamper):
    path = folder / model.NAME
    data = json.loads(path.read_text("utf-8"))
    tamper(data)
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(DataError):
        model.read_document(folder)


@pytest.mark.slow
@pytest.mark.parametrize("name", [model.NAME, "findings.json", "figures/rates.png"])
def test_read__refuses_a_folder_that_lacks_a_part(folder, name):
    (folder / name).unlink()
    with pytest.raises(DataError):
        model.read_document(folder)


def test_imprint__refuses_a_run_that_lacks_a_part(folder):
    (folder / "run.json").write_text("{}", "utf-8")
    with pytest.raises(DataError, match="lacks"):
        provenance.read_build_info(folder)
