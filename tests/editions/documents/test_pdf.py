import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pikepdf
import pytest
from paper_samples import HOSTILE, SOURCE, hostile, imprint, report
from pypdf import PdfReader
from report_samples import notebook, text, write_root

from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents import pdf as documents_pdf
from sesec_analysis.editions.documents.notebook import Document
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


def tags(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Every element of the tree that a screen reader follows, in order."""
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from tags(child)


def test_render__gives_the_same_bytes_for_the_same_input_anywhere(made, monkeypatch, tmp_path):
    write_root(tmp_path, {}, "")
    monkeypatch.setenv("SESEC_ROOT", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert documents_pdf.render(report(), meta=imprint()) == made


def test_render__is_marked_as_pdf_ua_and_pdf_a(opened):
    with opened.open_metadata() as xmp:
        assert xmp["pdfuaid:part"] == "1"
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "A")
    assert opened.Root.MarkInfo.Marked


def test_render__names_language_and_title(opened):
    assert str(opened.Root.Lang) == "en"
    assert opened.Root.ViewerPreferences.DisplayDocTitle
    assert str(opened.docinfo["/Title"]) == "Equity Report, 2021–22"


def test_render__tags_headings_figures_tables_and_notes(opened):
    kinds = [str(tag.S) for tag in tags(opened.Root.StructTreeRoot)]
    assert {
        "/H1",
        "/H2",
        "/P",
        "/L",
        "/LI",
        "/Table",
        "/TH",
        "/TD",
        "/Figure",
        "/Caption",
        "/Note",
        "/Link",
    } <= {*kinds}


def test_render__gives_every_picture_its_alt_text(opened):
    alts = [str(tag.Alt) for tag in tags(opened.Root.StructTreeRoot) if tag.S == "/Figure"]
    assert len(alts) == 2
    assert all(alt.startswith("Dot plot: who reads") for alt in alts)


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


def test_render__embeds_its_fonts(opened):
    fonts = [font for page in opened.pages for font in page.Resources.get("/Font", {}).values()]
    described = [part.FontDescriptor for font in fonts for part in font.DescendantFonts]
    assert described
    assert all({"/FontFile2", "/FontFile3"} & set(font.keys()) for font in described)


def test_render__is_on_letter_paper(opened):
    assert {tuple(map(float, page.MediaBox)) for page in opened.pages} == {(0, 0, 612, 792)}


def test_render__attaches_the_tables_that_it_does_not_print(opened):
    assert list(opened.attachments) == ["schools.csv"]
    assert (
        opened.attachments["schools.csv"]
        .get_file()
        .read_bytes()
        .startswith(b"School,Rate,Students")
    )


@pytest.mark.slow
def test_render__prints_all_that_the_blocks_say(made):
    told = words(made)
    for said in (
        "Fivenumbers",
        "x<y",
        "quoted",
        "95%interval32–71%",
        "sesec:rate.other",
        "Notestsweregivenin",
        "Oneinnine",
    ):
        assert said in told
    assert (
        told.count(re.sub(r"\s", "", SOURCE)) == 1
    )  # two findings of one section share a footnote


@pytest.mark.slow
def test_render__says_what_it_was_made_from(made):
    for said in (
        "annual-2022",
        "sesec-analysis1.2.3,commit0123456789ab",
        "report_year=2022",
        "abababababababab",
    ):
        assert said in words(made)


def test_render__leaves_no_page_empty(made):
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    assert min(map(len, pages)) > 60


def test_render__repeats_the_head_of_a_table_on_its_next_page(made):
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    broken = [page for page in pages if re.search(r"^Indicator \d", page, re.MULTILINE)]
    assert len(broken) == 2
    assert all("2015–16" in page for page in broken)


def test_render__takes_no_word_for_a_command():
    meta = imprint(title=HOSTILE, parameters={"place": HOSTILE}, changed=("place",))
    told = words(documents_pdf.render(hostile(), meta=meta))
    assert told.count(re.sub(r"\s", "", HOSTILE)) >= 12


def test_render__gives_each_document_of_a_kind_its_own_words():
    def of(said: str) -> bytes:
        sheet = replace(documents_notebook.read(notebook(text(said))), layout="sheet")
        return documents_pdf.render(sheet, meta=imprint(sources=()))

    first, second, again = (
        of("It is **one** of them."),
        of("And *another*."),
        of("It is **one** of them."),
    )
    assert first == again
    assert "Itisone" in words(first)
    assert "Andanother" in words(second)
    assert "Itisone" not in words(second)


@pytest.mark.parametrize("said", ["学校 አማርኛ ไทย 😀", "a\x00b\ud800c"])
def test_render__prints_signs_that_its_fonts_do_not_have(said):
    documents_pdf.render(hostile(said), meta=imprint(title=said))


@pytest.mark.parametrize("span", ["2023–24,", "(0.5–58.3%)", "3–8;", "<5%–12%."])
def test_render__never_parts_a_span_of_numbers(span):
    said = "\n\n".join(f"{'x' * shift} {f'{span} ' * 40}" for shift in range(1, 12))
    made = documents_pdf.render(documents_notebook.read(notebook(text(said))), meta=imprint())
    printed = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    assert " ".join(printed).split().count(span) == 40 * 11


def test_render__keeps_the_space_behind_a_span_in_a_column_of_numbers():
    head = "2018–19, Southeast Seattle"
    given = notebook(text(f"| Schools | {head} |\n|---|---:|\n| all | 20 |"))
    made = documents_pdf.render(documents_notebook.read(given), meta=imprint())
    printed = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    assert head in " ".join(printed.split())


def test_render__of_a_sheet_has_no_cover_and_no_contents():
    sheet = documents_pdf.render(replace(report(), layout="sheet"), meta=imprint())
    first = PdfReader(io.BytesIO(sheet)).pages[0].extract_text()
    assert "Summary" in first
    assert "Contents" not in words(sheet)


@pytest.mark.parametrize("layout", ["report", "sheet"])
def test_render__manages_with_next_to_nothing(layout):
    bare = Document("Equity report", (), (), (), layout)
    assert "EquityReport" in words(documents_pdf.render(bare, meta=imprint(sources=())))
    short = documents_notebook.read(notebook(text("## Summary")))
    documents_pdf.render(replace(short, layout=layout), meta=imprint())


def test_render__shows_the_year_of_publishing():
    made = documents_pdf.render(report(), meta=imprint(published=2025))
    assert "2025" in PdfReader(io.BytesIO(made)).pages[0].extract_text()
    assert PdfReader(io.BytesIO(made)).metadata.creation_date.year == 2025


@pytest.mark.parametrize("gone", ["report.typ", "parts.typ", "look.json"])
def test_render__without_its_template_says_what_to_restore(gone, monkeypatch, tmp_path):
    (write_root(tmp_path, {}, "") / "reports" / "template" / gone).unlink()
    monkeypatch.setenv("SESEC_ROOT", str(tmp_path))
    with pytest.raises(EditionError, match="restore reports/template"):
        documents_pdf.render(report(), meta=imprint())


def test_render__sets_by_a_template_as_it_is_now(monkeypatch, tmp_path):
    look = write_root(tmp_path, {}, "") / "reports" / "template" / "look.json"
    monkeypatch.setenv("SESEC_ROOT", str(tmp_path))
    before = documents_pdf.render(report(), meta=imprint())
    colours = json.loads(look.read_text("utf-8"))
    look.write_text(json.dumps(colours | {"accent": "#123456"}), "utf-8")
    assert documents_pdf.render(report(), meta=imprint()) != before
