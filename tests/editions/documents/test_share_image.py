"""An image to share has the picture, its words, and an address or an id, at the size that other sites show."""

import io
import re
from dataclasses import replace

from paper_samples import imprint
from PIL import Image

import sesec_analysis as sa
from sesec_analysis.editions.documents import crossing, html
from sesec_analysis.editions.documents.model import (
    Block,
    Description,
    FigureBlock,
    Heading,
    HeadlineBlock,
    Table,
    paragraph,
)
from sesec_analysis.editions.documents.notebook import Document, Section
from sesec_analysis.editions.documents.share_image import draw, shorten
from sesec_analysis.evidence.finding import findings
from tests.editions.documents.test_crossing import deck

RECORD = {"id": "sesec:rate.ela_met.2017.all.seattle.all", "sentence": "In 2016–17, 60 percent."}
HEADLINE = HeadlineBlock("Reading in Seattle: 60%, 2016–17", "", (RECORD,))


def figure(name: str = "reading", size: tuple[int, int] = (1540, 895)) -> FigureBlock:
    file = io.BytesIO()
    Image.new("RGBA", size, (0, 90, 160, 255)).save(file, "PNG")
    words = ("Reading, 2016–17", "All students", "", "Source: OSPI.", "Words.", "More words.")
    made = FigureBlock(name, 1, *words, Table((), ()), (), file.getvalue())
    return replace(made, notes="Students who took no test count.", frame=(0.2, 0.9))


def pages(*blocks: Block) -> Document:
    """Return a report in pages, of one section."""
    section = Section(Heading(2, "Reading", "reading"), blocks)
    return Document("Report", (), (section,), (), layout="pages")


def test_shared_figures__are_those_of_the_report_with_the_headline_over_the_figure_it_is_about():
    record = {**RECORD, "indicator": "ela_met"}
    headline = replace(HEADLINE, findings=(record,))
    other = replace(figure("other"), findings=({**record, "indicator": "math_met"},))
    drawn = [replace(figure(name), findings=(record,)) for name in ("reading", "second", "last")]
    further = replace(headline, text="Two")
    document = pages(headline, other, drawn[0], deck("A sentence."), drawn[1], further, drawn[2])
    of_tests = crossing.notes_alone(other)
    assert crossing.notes_alone(other, ["Who did not take the test counts."]) == []
    assert [(one.name, *rest) for one, *rest in crossing.shared_figures(document)] == [
        ("other", None, of_tests),
        ("reading", headline, ["A sentence.", *of_tests]),
        ("second", None, of_tests),
        ("last", further, of_tests),
    ]
    assert not list(crossing.shared_figures(replace(document, layout="annex")))


def test_shared_figures__take_with_them_how_their_page_is_read():
    record = {**RECORD, "indicator": "budget_per_student"}
    money, more, last = (replace(figure(name), findings=(record,)) for name in ("a", "b", "c"))
    apart = replace(last, findings=({**record, "student_group": "black"},))
    said = paragraph("A budget is a plan."), money, paragraph("Of 2024."), more, last, apart
    read = [notes for _figure, _headline, notes in crossing.shared_figures(pages(*said))]
    assert read == [["A budget is a plan."], ["Of 2024."], ["A budget is a plan."], []]
    long = pages(paragraph("A budget is a plan. " * 20), money)
    [(*_rest, notes)] = crossing.shared_figures(long)
    assert notes == []
    about = replace(paragraph("Two schools answered."), about=("climate_overall_favorable",))
    assert crossing.about_others(pages(about, *said), money) == ["Two schools answered."]


def test_render__shows_a_link_with_the_first_image_where_there_is_a_site():
    document = pages(figure(), figure("second"))
    meta = imprint(site_url="https://example.org/")
    page = html.render(document, meta=meta, linked_files=["share/second.png"])
    image = f"https://example.org/{meta.edition}/share/reading.png"
    assert page.count(f'<meta property="og:image" content="{image}">') == 1
    assert re.findall(r'href="(share/[^"]*)" download', page) == ["share/second.png"]
    assert "og:image" not in html.render(document, meta=imprint(), linked_files=[])


def test_draw__has_the_size_no_words_in_the_file_and_few_rows_with_those_of_the_headline():
    of = {"place": ["southeast_seattle", "rest_of_seattle"], "end_years": 2019}
    both = sa.load("disciplined", grade_level="all", **of)
    every = tuple(one.record() for one in findings(sa.rates(both, by="race_ethnicity")))
    made = replace(figure(), findings=every, made_from=Description("plot_rates", (), {"focus": ""}))
    short = shorten(made, replace(HEADLINE, findings=every[-1:]), {})
    assert every[-1]["id"] in [one["id"] for one in short.findings][-2:]
    image = Image.open(io.BytesIO(draw(short, HEADLINE, imprint())))
    assert (image.size, image.format, image.info) == ((1200, 675), "PNG", {})
