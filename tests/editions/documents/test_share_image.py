"""An image to share has the picture, its words, and an address or an id, at the size that other sites show."""

import io
import re
from dataclasses import replace

import pytest
from paper_samples import imprint
from PIL import Image, ImageChops

from sesec_analysis.editions.documents import crossing, html, share_image
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


@pytest.mark.parametrize(
    ("change", "box"),
    [
        ({"headline": replace(HEADLINE, text="Reading: 61%")}, (54, 30, 1146, 90)),
        ({"figure": figure(notes="Another note.")}, (54, 560, 900, 675)),
        ({"meta": replace(imprint(), site_url="https://example.org/")}, (54, 560, 900, 675)),
    ],
)
def test_draw__says_headline_note_and_address(change, box):
    given = {"figure": figure(), "headline": HEADLINE, "meta": imprint()}
    before, after = (opened(draw(**one)) for one in (given, {**given, **change}))
    assert ImageChops.difference(before.crop(box), after.crop(box)).getbbox() is not None


def test_draw__keeps_every_line_of_long_words_on_the_image():
    long = figure(notes=" ".join(["A note that goes on for very long, as notes do."] * 12))
    headline = replace(HEADLINE, text="A headline that needs two lines of its own " * 2)
    image = opened(draw(long, headline, imprint())).convert("L")
    edge = image.crop((0, 660, 1200, 675)).getextrema()
    assert edge == (255, 255)
    assert image.crop((1150, 0, 1200, 675)).getextrema() == (255, 255)


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
    page = html.render(document, meta=meta, beside=["share/second.png"])
    image = f"https://example.org/{meta.edition}/share/reading.png"
    assert page.count(f'<meta property="og:image" content="{image}">') == 1
    assert re.findall(r'href="(share/[^"]*)" download', page) == ["share/second.png"]
    assert "og:image" not in html.render(document, meta=imprint(), beside=[])


@pytest.mark.parametrize("size", [30, 34, 38, 42])
def test_font__leaves_room_for_a_percent_sign(size):
    font = share_image._font(share_image._SERIF, size)
    assert font.getlength("%") > font.getlength("0")


def test_draw__names_the_publishers_of_many_files():
    files = "; ".join(f"OSPI, File {number}, 2024–25" for number in range(12))
    record = {"source_ids": "ospi_discipline@2023; ospi_discipline@2022"}
    many = replace(figure(), source_line=f"Source: {files}.", findings=(record,))
    assert share_image._sources(many) == "Source: OSPI. Files and years are in the report."
    assert share_image._sources(figure()) == "Source: OSPI."


def test_heads__of_maps_of_more_than_the_headline_says_are_their_title():
    kinds = tuple({"indicator": name} for name in ("enrollment", "math_met"))
    maps = replace(figure(), findings=kinds, made_from=Description("plot_results_map", (), {}))
    said = replace(HEADLINE, findings=kinds[:1])
    assert share_image._heads(maps, said) == (maps.title, [HEADLINE.text, maps.subtitle])
    both = replace(HEADLINE, findings=kinds)
    assert share_image._heads(maps, both) == (HEADLINE.text, [maps.title, maps.subtitle])
