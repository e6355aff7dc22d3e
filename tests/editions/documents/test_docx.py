import io
import re
import shutil
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from absent import converted, office
from paper_samples import HOSTILE, SOURCE, hostile, imprint, report
from report_samples import TABLE, notebook, showing, table, text, write_root

from sesec_analysis import i18n
from sesec_analysis.editions.documents import docx as documents_docx
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.model import Document, Heading, Section
from sesec_analysis.editions.documents.paper import paper
from sesec_analysis.errors import EditionError

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def made() -> bytes:
    return documents_docx.render(report(), meta=imprint())


def part(docx: bytes, name: str = "word/document.xml") -> str:
    return zipfile.ZipFile(io.BytesIO(docx)).read(name).decode("utf-8")


def styled(docx: bytes, style: str) -> list[str]:
    """The text of each paragraph in a style, in order."""
    paragraphs = ElementTree.fromstring(part(docx)).iter(f"{W}p")
    return [
        "".join(text.text or "" for text in one.iter(f"{W}t"))
        for one in paragraphs
        if one.find(f"{W}pPr/{W}pStyle[@{W}val='{style}']") is not None
    ]


def test_render__gives_the_same_bytes_for_the_same_input_anywhere(made, monkeypatch, tmp_path):
    write_root(tmp_path, {}, "")
    monkeypatch.setenv("SESEC_ROOT", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert documents_docx.render(report(), meta=imprint()) == made


def test_render__tells_no_time(made):
    file = zipfile.ZipFile(io.BytesIO(made))
    assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert "dcterms:" not in re.sub(r'xmlns:\w+="[^"]*"', "", part(made, "docProps/core.xml"))


def test_render__has_real_headings(made):
    assert styled(made, "Title") == ["Equity Report, 2021–22"]
    assert styled(made, "Heading1") == ["Summary", "Learning", "About this edition"]
    assert styled(made, "Heading2") == ["Literacy", "Data"]


def test_render__lists_its_headings_as_links_with_their_pages(made):
    assert styled(made, "TOC1") == styled(made, "Heading1")
    assert styled(made, "TOC2") == styled(made, "Heading2")
    contents = part(made).split("TOCHeading")[1].split("Heading1")[0]
    paged = re.findall(r"PAGEREF (\S+) ", contents)
    assert paged == ["summary", "learning", "literacy", "page:about"]
    # Inside the heading: LibreOffice forgets the place of one that stands behind a table.
    marked = re.findall(
        r'<w:pStyle w:val="Heading\d" />[^<]*</w:pPr><w:bookmarkStart [^>]*w:name="([^"]+)"',
        part(made),
    )
    assert set(paged) <= set(marked)
    targets = re.findall('w:anchor="([^"]+)"', contents)
    marks = re.findall('<w:bookmarkStart [^>]*w:name="([^"]+)"', part(made))
    assert targets
    assert set(targets) <= set(marks)


def test_render__of_a_sheet_has_no_contents():
    sheet = replace(report(), layout="sheet")
    assert styled(documents_docx.render(sheet, meta=imprint()), "TOCHeading") == []


def test_render__lets_a_reason_run_on_over_the_empty_cells_after_it():
    shown = table(rows=2)
    shown[TABLE]["rows"] = [
        ["Asian", "not shown: too much is withheld", ""],
        ["White", "40%", "216"],
    ]
    made = documents_docx.render(
        documents_notebook.read(notebook(text("## A"), showing(shown))), meta=imprint()
    )
    assert re.findall(r'<w:gridSpan w:val="(\d+)"', part(made)) == ["2"]


def test_render__has_captions(made):
    assert styled(made, "ImageCaption") == [
        "Figure 1. Literacy, by race and ethnicity",
        "Figure 2. Schools",
    ]
    assert styled(made, "TableCaption") == [
        "Table of figure 1. Literacy, by race and ethnicity",
        "Table 1. Every indicator",
    ]


def test_render__gives_every_picture_its_alt_text(made):
    alts = re.findall(r'<wp:docPr\b[^>]*\bdescr="([^"]*)"', part(made))
    assert len(alts) == 2
    assert all(alt.startswith("Dot plot: who reads") for alt in alts)


def test_render__repeats_the_heads_of_tables_and_breaks_no_row(made):
    document = part(made)
    assert document.count("<w:tblHeader") == document.count("<w:tbl>") == 3
    assert document.count("<w:cantSplit/>") == len(re.findall(r"<w:tr\b", document))


def test_render__keeps_the_source_of_a_sentence_as_its_footnote(made):
    notes = part(made, "word/footnotes.xml")
    assert notes.count(SOURCE) == 2  # each sentence can be copied with its own


def test_render__is_on_letter_paper_with_a_numbered_foot(made):
    assert '<w:pgSz w:h="15840" w:w="12240" />' in part(made)
    assert " PAGE " in part(made, "word/footer1.xml")


def test_render__names_language_and_author(made):
    core = part(made, "docProps/core.xml")
    assert "<dc:language>en-US</dc:language>" in core
    assert "<dc:creator>Southeast Seattle Education Coalition</dc:creator>" in core
    assert '<w:lang w:val="en-US" />' in part(made, "word/styles.xml")


def test_render__is_read_aloud_in_its_language():
    with i18n.spoken("es"):
        spanish = documents_docx.render(report(), meta=imprint())
    assert '<w:lang w:val="es" />' in part(spanish, "word/styles.xml")
    assert '<w:themeFontLang w:val="es" />' in part(spanish, "word/settings.xml")


def test_render__cuts_the_words_off_a_picture_whose_frame_is_known(made):
    assert '<a:srcRect t="20000" b="10000"/>' in part(
        documents_docx.render(hostile("x"), meta=imprint())
    )
    assert "srcRect" not in part(made)


def test_render__takes_no_word_for_a_command():
    docx = documents_docx.render(
        hostile(), meta=imprint(title=HOSTILE, parameters={"place": HOSTILE})
    )
    told = "".join(ElementTree.fromstring(part(docx)).itertext())
    assert told.count(HOSTILE) >= 12
    assert HOSTILE in "".join(ElementTree.fromstring(part(docx, "word/footnotes.xml")).itertext())


def test_render__is_xml_whatever_the_words_hold():
    docx = documents_docx.render(hostile("a\x00\x0b\ud800\uffffb"), meta=imprint())
    ElementTree.fromstring(part(docx))


def test_render__of_a_sheet_is_set_closer(made):
    sheet = documents_docx.render(replace(report(), layout="sheet"), meta=imprint())
    assert 'w:top="1080"' in part(sheet)
    assert 'w:top="1440"' in part(made)


def test_render__manages_with_next_to_nothing():
    bare = documents_docx.render(Document("Equity report", (), (), ()), meta=imprint(sources=()))
    assert styled(bare, "Heading1") == ["About this edition"]


def test_render__takes_a_section_in_which_nothing_is_shown():
    empty = Section(Heading(2, "In brief", "in-brief"), ())
    bare = Document("Equity report", (), (empty,), (), layout="pages")
    assert "In brief" in styled(documents_docx.render(bare, meta=imprint(sources=())), "Heading1")


def test_render__without_its_styles_says_what_to_restore(monkeypatch, tmp_path):
    shutil.rmtree(write_root(tmp_path, {}, "") / "reports" / "template")
    monkeypatch.setenv("SESEC_ROOT", str(tmp_path))
    with pytest.raises(EditionError, match="cannot be read"):
        documents_docx.render(report(), meta=imprint())


def test_render__refuses_a_document_whose_picture_is_missing():
    shown = report()
    with pytest.raises(EditionError, match="pictures, and the document 2 figures"):
        documents_docx.written(paper(shown, imprint()), replace(shown, sections=()))


@pytest.mark.slow
def test_render__opens_in_libreoffice(made, tmp_path):
    program = office("writer")
    (tmp_path / "report.docx").write_bytes(made)
    [opened] = converted(program, [tmp_path / "report.docx"], "txt:Text", tmp_path)
    told = opened.read_text("utf-8-sig")
    for said in (
        "Equity Report, 2021–22",
        "Literacy",
        "Figure 1. Literacy",
        "Table 1. Every indicator",
        "Indicator 39",
    ):
        assert said in told
