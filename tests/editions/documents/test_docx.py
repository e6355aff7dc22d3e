import io
import re
import zipfile
from xml.etree import ElementTree

import pytest
from paper_samples import HOSTILE, hostile, imprint, report

from sesec_analysis import i18n
from sesec_analysis.editions.documents import docx as documents_docx
from sesec_analysis.editions.documents.model import HeadlineBlock
from tests.editions.documents.test_share_image import pages

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


def test_render__has_real_headings(made):
    assert styled(made, "Title") == ["Equity Report, 2021–22"]
    assert styled(made, "Heading1") == ["Summary", "Learning", "About this edition"]
    assert styled(made, "Heading2") == ["Literacy", "Data"]


def test_render__lists_the_headlines_of_pages_and_sets_a_further_one_apart():
    first, further = (HeadlineBlock(text, "", ()) for text in ("Attendance fell", "Answers rose"))
    docx = documents_docx.render(pages(first, further), meta=imprint())
    contents = styled(docx, "TOC1")[0], styled(docx, "TOC2")
    assert contents == ("Reading", [first.text, further.text])
    heads = styled(docx, "Headline"), styled(docx, "HeadlineFurther")
    assert heads == ([first.text], [further.text])


def test_render__gives_every_picture_its_alt_text(made):
    alts = re.findall(r'<wp:docPr\b[^>]*\bdescr="([^"]*)"', part(made))
    assert len(alts) == 2
    assert all(alt.startswith("Dot plot: who reads") for alt in alts)


def test_render__is_read_aloud_in_its_language():
    with i18n.use_language("es"):
        spanish = documents_docx.render(report(), meta=imprint())
    assert '<w:lang w:val="es" />' in part(spanish, "word/styles.xml")
    assert '<w:themeFontLang w:val="es" />' in part(spanish, "word/settings.xml")


def test_render__takes_no_word_for_a_command():
    docx = documents_docx.render(
        hostile(), meta=imprint(title=HOSTILE, parameters={"place": HOSTILE})
    )
    told = "".join(ElementTree.fromstring(part(docx)).itertext())
    assert told.count(HOSTILE) >= 12
    assert HOSTILE in "".join(ElementTree.fromstring(part(docx, "word/footnotes.xml")).itertext())
