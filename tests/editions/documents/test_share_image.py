"""An image to share has the picture, its words, and an address or an id, at the size that other sites show."""

import io
import re
from dataclasses import replace

from paper_samples import imprint
from PIL import Image

from sesec_analysis.editions.documents import crossing, html
from sesec_analysis.editions.documents.model import (
    Column,
    FigureBlock,
    Heading,
    HeadlineBlock,
    Table,
    TableBlock,
    paragraph,
)
from sesec_analysis.editions.documents.notebook import Document, Section
from sesec_analysis.editions.documents.share_image import draw

RECORD = {"id": "sesec:rate.ela_met.2017.all.seattle.all", "sentence": "In 2016–17, 60 percent."}
HEADLINE = HeadlineBlock("Reading in Seattle: 60%, 2016–17", "", (RECORD,))


def figure(name: str = "reading", notes: str = "Students who took no test count.") -> FigureBlock:
    file = io.BytesIO()
    Image.new("RGBA", (1540, 895), (0, 90, 160, 255)).save(file, "PNG")
    words = ("Reading, 2016–17", "All students", "", "Source: OSPI.", "Words.", "More words.")
    made = FigureBlock(name, 1, *words, Table((), ()), (), file.getvalue())
    return replace(made, notes=notes, frame=(0.2, 0.9))


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_draw__has_the_size_and_no_words_in_the_file():
    image = opened(draw(figure(), HEADLINE, imprint()))
    assert (image.size, image.format, image.info) == ((1200, 675), "PNG", {})


def test_shared_figures__are_those_of_the_report_with_the_headline_over_the_figure_it_is_about():
    record = {**RECORD, "indicator": "ela_met"}
    headline = replace(HEADLINE, findings=(record,))
    other = replace(figure("other"), findings=({**record, "indicator": "math_met"},))
    drawn = [replace(figure(name), findings=(record,)) for name in ("reading", "second")]
    told = TableBlock(
        0,
        "In brief",
        Table((Column("answer", "In words", "left"),), (("A sentence.",),)),
        "",
        (),
        "deck",
    )
    blocks = (headline, told, other, *drawn)
    section = Section(Heading(2, "Reading", "reading"), blocks)
    document = Document("Report", (), (section,), (), layout="pages")
    of_tests = crossing.notes_alone(other)
    assert [(one.name, *rest) for one, *rest in crossing.shared_figures(document)] == [
        ("other", None, of_tests),
        ("reading", headline, ["A sentence.", *of_tests]),
        ("second", None, of_tests),
    ]
    assert not list(crossing.shared_figures(replace(document, layout="annex")))


def test_shared_figures__take_with_them_how_their_page_is_read():
    record = {**RECORD, "indicator": "budget_per_student"}
    money, more, last = (replace(figure(name), findings=(record,)) for name in ("a", "b", "c"))
    apart = replace(last, findings=({**record, "student_group": "black"},))
    blocks = (paragraph("A budget is a plan."), money, paragraph("Of 2024."), more, last, apart)
    section = Section(Heading(2, "Money", "money"), blocks)
    document = Document("Report", (), (section,), (), layout="pages")
    read = [notes for _figure, _headline, notes in crossing.shared_figures(document)]
    assert read == [["A budget is a plan."], ["Of 2024."], ["A budget is a plan."], []]
    long = replace(section, blocks=(paragraph("A budget is a plan. " * 20), money))
    [(*_rest, notes)] = crossing.shared_figures(replace(document, sections=(long,)))
    assert notes == []


def test_shared_figures__give_a_further_figure_the_headline_over_it():
    record = {**RECORD, "indicator": "ela_met"}
    first, second = (replace(HEADLINE, text=text, findings=(record,)) for text in ("One", "Two"))
    drawn = [replace(figure(name), findings=(record,)) for name in ("a", "b")]
    section = Section(Heading(2, "Reading", "reading"), (first, drawn[0], second, drawn[1]))
    document = Document("Report", (), (section,), (), layout="pages")
    heads = [headline for _figure, headline, _notes in crossing.shared_figures(document)]
    assert heads == [first, second]


def test_render__shows_a_link_with_the_first_image_where_there_is_a_site():
    section = Section(Heading(2, "Reading", "reading"), (figure(), figure("second")))
    document = Document("Report", (), (section,), (), layout="pages")
    meta = imprint(site_url="https://example.org/")
    page = html.render(document, meta=meta, linked_files=["share/second.png"])
    image = f"https://example.org/{meta.edition}/share/reading.png"
    assert page.count(f'<meta property="og:image" content="{image}">') == 1
    assert re.findall(r'href="(share/[^"]*)" download', page) == ["share/second.png"]
    assert "og:image" not in html.render(document, meta=imprint(), linked_files=[])
