"""An image to share has the picture, its words, and an address or an id, at the size that other sites show."""

import io
import re
from dataclasses import replace

import pytest
from paper_samples import imprint
from PIL import Image

from sesec_analysis.editions.documents import crossing, html
from sesec_analysis.editions.documents.model import (
    Description,
    FigureBlock,
    Heading,
    HeadlineBlock,
    Table,
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


def test_draw__is_the_same_for_the_same_figure():
    assert draw(figure(), HEADLINE, imprint()) == draw(figure(), HEADLINE, imprint())


def test_draw__shows_the_picture_without_the_words_around_it():
    image = opened(draw(figure(), HEADLINE, imprint()))
    column = [image.getpixel((600, y)) for y in range(675)]
    height = column.count((0, 90, 160))
    assert 300 < height < 480
    width = [image.getpixel((x, 300)) for x in range(1200)].count((0, 90, 160))
    assert width / height == pytest.approx(1540 / (895 * 0.7), rel=0.02)


def test_draw__sets_its_words_beside_a_picture_that_becomes_larger_so():
    narrow = io.BytesIO()
    Image.new("RGBA", (900, 895), (0, 90, 160, 255)).save(narrow, "PNG")
    image = opened(draw(replace(figure(), png=narrow.getvalue(), frame=None), HEADLINE, imprint()))
    height = [image.getpixel((700, y)) for y in range(675)].count((0, 90, 160))
    assert height > 550
    assert [image.getpixel((x, 300)) for x in range(330)].count((0, 90, 160)) == 0
    wordy = replace(figure(notes="A note. " * 150), png=narrow.getvalue(), frame=None)
    image = opened(draw(wordy, HEADLINE, imprint()))  # its words don't fit a column
    assert (0, 90, 160) not in [image.getpixel((x, 50)) for x in range(1200)]


@pytest.mark.parametrize(
    ("indicator", "kind", "said"),
    [
        ("math_met", "plot_trend", "Students who did not take a test count"),
        ("climate_safety", "plot_trend", "Survey answers have no test of chance."),
        ("climate_safety", "plot_at_a_glance", ""),  # its own notes say it
        ("school_level", "plot_levels", "The levels are ours, not the district's or the state's."),
        ("regular_attendance", "plot_trend", ""),
    ],
)
def test_notes_alone__say_what_the_page_says(indicator, kind, said):
    drawn = replace(figure(), findings=({"indicator": indicator},))
    notes = crossing.notes_alone(replace(drawn, made_from=Description(kind, (), {})))
    assert [note.startswith(said) for note in notes] == [True] * bool(said)


def test_shared_figures__are_those_of_the_report_with_the_headline_over_the_figure_it_is_about():
    record = {**RECORD, "indicator": "ela_met"}
    headline = replace(HEADLINE, findings=(record,))
    other = replace(figure("other"), findings=({**record, "indicator": "math_met"},))
    drawn = [replace(figure(name), findings=(record,)) for name in ("reading", "second")]
    blocks = (headline, other, *drawn)
    section = Section(Heading(2, "Reading", "reading"), blocks)
    document = Document("Report", (), (section,), (), layout="pages")
    assert [(one.name, head) for one, head in crossing.shared_figures(document)] == [
        ("other", None),
        ("reading", headline),
        ("second", None),
    ]
    assert not list(crossing.shared_figures(replace(document, layout="annex")))


def test_render__shows_a_link_with_the_first_image_where_there_is_a_site():
    section = Section(Heading(2, "Reading", "reading"), (figure(), figure("second")))
    document = Document("Report", (), (section,), (), layout="pages")
    meta = imprint(site_url="https://example.org/")
    page = html.render(document, meta=meta, linked_files=["share/second.png"])
    image = f"https://example.org/{meta.edition}/share/reading.png"
    assert page.count(f'<meta property="og:image" content="{image}">') == 1
    assert re.findall(r'href="(share/[^"]*)" download', page) == ["share/second.png"]
    assert "og:image" not in html.render(document, meta=imprint(), linked_files=[])
