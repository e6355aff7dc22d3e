"""A document written in every form: each says what stands in the files of its document, and nothing that these lack."""

import io
import json
import zipfile
from dataclasses import replace

import pytest
from paper_samples import imprint
from pypdf import PdfReader
from report_samples import finding, notebook, record, showing, text

import sesec_analysis as sa
from sesec_analysis.editions.documents import formats, model, output
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.errors import DataError

META = imprint(sources=())


@pytest.fixture(scope="module")
def document(counts):
    rates = sa.rates(counts(black=(71, 216), white=(90, 130)))
    data, _ = sa.plot_rates(rates)._repr_mimebundle_()
    cells = text("## Results\n\nWords."), showing(finding(*sa.findings(rates).records()))
    made = documents_notebook.read_notebook(notebook(*cells, showing(data, tag="figure-rates")))
    return replace(made, translations=(replace(made, layout="summary", language="es"),))


@pytest.mark.slow
def test_write__makes_every_form_of_what_stands_in_the_files(document, tmp_path, monkeypatch):
    write = output.write_json

    def planted(content, path, **also):
        write(json.loads(json.dumps(content).replace("Words.", "Worse.")), path, **also)

    monkeypatch.setattr(output, "write_json", planted)
    assert formats.write(document, META, tmp_path) == model.read_document(tmp_path)
    page = (tmp_path / "index.html").read_text("utf-8")
    pdf = "".join(one.extract_text() for one in PdfReader(tmp_path / "report.pdf").pages)
    with zipfile.ZipFile(io.BytesIO((tmp_path / "report.docx").read_bytes())) as file:
        word = file.read("word/document.xml").decode("utf-8")
    for form in (page, pdf, word, (tmp_path / "summary.es.html").read_text("utf-8")):
        assert "Worse." in form
        assert "Words." not in form


def test_write__refuses_what_its_files_do_not_give_back(document, tmp_path):
    bare = {name: value for name, value in record().items() if name != "measure"}
    with pytest.raises(DataError, match="it lacks measure"):
        formats.write(replace(document, findings=(bare,)), META, tmp_path)
    assert not list(tmp_path.glob("*.html"))
