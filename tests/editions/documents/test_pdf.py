import io
import re
from collections.abc import Iterator
from dataclasses import replace

import pikepdf
import pytest
from paper_samples import HOSTILE, hostile, imprint, report
from pypdf import PdfReader
from report_samples import notebook, text, write_root

from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents import pdf as documents_pdf
from sesec_analysis.editions.documents.paper import paper
from sesec_analysis.errors import EditionError


@pytest.fixture(scope="module")
def made() -> bytes:
    return documents_pdf.render(report(), meta=imprint())


@pytest.fixture
def opened(made) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(made)) as pdf:
        yield pdf


def words(pdf: bytes) -> str:
    """All that is printed, without spaces: lines end where they must."""
    return re.sub(
        r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    )


def test_render__gives_the_same_bytes_for_the_same_input_anywhere(made, monkeypatch, tmp_path):
    write_root(tmp_path, {}, "")
    monkeypatch.setenv("SESEC_ROOT", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert documents_pdf.render(report(), meta=imprint()) == made


def test_render__refuses_a_picture_without_alt_text():
    broken = report()
    first, second = broken.sections
    parts = tuple(
        replace(part, alt="") if part.kind == "figure" else part for part in second.blocks
    )
    with pytest.raises(EditionError, match="alt"):
        documents_pdf.render(
            replace(broken, sections=(first, replace(second, blocks=parts))), meta=imprint()
        )


def test_render__attaches_the_tables_that_it_does_not_print(opened):
    assert list(opened.attachments) == ["schools.csv"]
    assert (
        opened.attachments["schools.csv"]
        .get_file()
        .read_bytes()
        .startswith(b"School,Rate,Students")
    )


def test_render__takes_no_word_for_a_command():
    meta = imprint(title=HOSTILE, parameters={"place": HOSTILE}, changed=("place",))
    told = words(documents_pdf.render(hostile(), meta=meta))
    assert told.count(re.sub(r"\s", "", HOSTILE)) >= 12


@pytest.mark.parametrize("said", ["学校 አማርኛ ไทย 😀", "a\x00b\ud800c"])
def test_render__prints_signs_that_its_fonts_do_not_have(said):
    documents_pdf.render(hostile(said), meta=imprint(title=said))


@pytest.mark.parametrize("span", ["2023–24,", "<5%–12%."])
def test_render__never_parts_a_span_of_numbers(span):
    said = "\n\n".join(f"{'x' * shift} {f'{span} ' * 40}" for shift in range(1, 12))
    made = documents_pdf.render(
        documents_notebook.read_notebook(notebook(text(said))), meta=imprint()
    )
    printed = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    assert " ".join(printed).split().count(span) == 40 * 11


@pytest.mark.parametrize("gone", ["report.typ", "look.json"])
def test_render__without_its_template_says_what_to_restore(gone, monkeypatch, tmp_path):
    (write_root(tmp_path, {}, "") / "reports" / "template" / gone).unlink()
    monkeypatch.setenv("SESEC_ROOT", str(tmp_path))
    with pytest.raises(EditionError, match="restore reports/template"):
        documents_pdf.render(report(), meta=imprint())


def blocks(made, kind):
    parts = [*made["lead"], *(block for part in made["sections"] for block in part["blocks"])]
    return [part for part in parts if part["kind"] == kind]


def test_paper__prints_a_short_table_under_its_figure_and_attaches_a_long_one():
    first, second = blocks(paper(report(), imprint()), "figure")
    assert len(first["table"]["rows"]) == 2
    assert (second["table"], second["attached"]) == (None, "schools.csv")
    assert paper(report(), imprint())["attached"][0]["text"].startswith("School,Rate,Students")


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x9f", "\ud800", "\uffff"])
def test_paper__leaves_out_signs_that_no_file_may_hold(sign):
    made = paper(report(), imprint(title=f"a{sign}b"))
    assert made["title"] == "ab"
