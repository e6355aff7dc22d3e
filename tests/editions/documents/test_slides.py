"""Slides have one finding each, with its figure or table, its note, and its id; nothing else is in the file."""

import io
import zipfile
from dataclasses import replace

import pptx
import pytest
from estimate_samples import estimates, rate
from paper_samples import imprint

from sesec_analysis.editions.documents.model import Heading, HeadlineBlock
from sesec_analysis.editions.documents.notebook import Document, Section
from sesec_analysis.editions.documents.slides import make_slides
from sesec_analysis.evidence.finding import findings
from tests.editions.documents.test_crossing import deck
from tests.editions.documents.test_share_image import HEADLINE, figure

FINDING, OTHER = (
    one.record()
    for one in findings(
        estimates(
            [rate(60, 100, indicator=code, end_year=2017) for code in ("ela_met", "math_met")]
        )
    )
)


TITLES = HEADLINE.text, "A second finding", "Math: 50%", HEADLINE.text, "Part 3", HEADLINE.text


def report() -> Document:
    headline = replace(HEADLINE, findings=(FINDING,))
    drawn = replace(figure(), findings=(FINDING,))
    table = replace(deck("60%"), layout="rows")
    parts = [
        (headline, drawn, HeadlineBlock("A second finding", "", (FINDING,))),
        (HeadlineBlock("Math: 50%", "", (OTHER,)), drawn),
        (headline, table),
        (HeadlineBlock("", "it could be chance", (FINDING,)),),
        (drawn,),
        (headline, drawn),
        (replace(table, layout="cards"),),
    ]
    sections = tuple(
        Section(Heading(2, f"Part {at}", f"part-{at}"), blocks) for at, blocks in enumerate(parts)
    )
    return Document("Report", (), sections, (), layout="pages")


@pytest.fixture(scope="module")
def content() -> bytes:
    return make_slides(report(), imprint())


@pytest.fixture(scope="module")
def slides(content) -> list[object]:
    return list(pptx.Presentation(io.BytesIO(content)).slides)


def words_of(slide: object) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def test_make_slides__has_one_finding_on_each_slide(slides):
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert titles == [imprint().title, *TITLES, "Part 6"]
    records = FINDING, FINDING, OTHER, FINDING, FINDING, FINDING
    for slide, record in zip(slides[1:-1], records, strict=True):
        words = words_of(slide)
        assert record["sentence"] in words
        assert words.count("sesec:") == 1
        assert f"Finding {record['id']}" in words


def test_make_slides__has_figures_with_alt_text_and_their_notes(slides):
    for slide in slides[1:3]:  # a further finding has the figure over it
        [picture] = [shape for shape in slide.shapes if shape.name == "Figure"]
        assert picture._element.nvPicPr.cNvPr.get("descr") == figure().alt
        assert figure().notes in words_of(slide)
        assert figure().title in words_of(slide)
        assert "Source: OSPI." in words_of(slide)


def test_make_slides__has_short_tables_and_the_questions(slides):
    for slide in (slides[4], slides[-1]):
        [table] = [shape.table for shape in slide.shapes if shape.has_table]
        assert [cell.text for cell in table.rows[0].cells] == ["In words"]


def test_make_slides__gives_the_same_bytes_and_no_properties(content):
    assert make_slides(report(), imprint()) == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        properties = [name for name in archive.namelist() if name.startswith("docProps/")]
        assert sorted(properties) == ["docProps/app.xml", "docProps/core.xml"]
        assert all(archive.read(name).endswith(b"/>") for name in properties)
        assert not [name for name in archive.namelist() if "notes" in name or "printer" in name]
