"""Write a report as slides: one finding on each, with its figure or table, its note, and its id.

A picture has its alt text, and a table is a table that can be edited. Fonts are those that every office has. The same
document gives the same bytes, and the properties of the file are empty.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sesec_analysis import i18n
from sesec_analysis.checkout import palette
from sesec_analysis.editions.documents import crossing, output, share_image
from sesec_analysis.editions.documents.model import (
    AsksBlock,
    Block,
    FigureBlock,
    HeadlineBlock,
    Prose,
    Table,
    TableBlock,
)
from sesec_analysis.editions.documents.notebook import Document, Section
from sesec_analysis.editions.documents.provenance import BuildInfo
from sesec_analysis.editions.documents.sections import closing
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.finding import Finding
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.answer_texts import brief_text
from sesec_analysis.evidence.wording.fields import words_of
from sesec_analysis.extras import require_extra

__all__ = ["make_slides"]


_SERIF, _SANS = "Georgia", "Arial"
_INK, _GRAY = "1F1F1F", "595959"
_LEFT, _WIDTH = 0.6, 12.1
"""Inches, of a slide of 13.33 x 7.5."""
_TOP, _PICTURE, _FOOT, _NOTES, _AT_LEFT = 1.4, 1.8, 7.0, 6.0, 9.0
"""Inches: where words under a title begin, and a picture under them; where a picture ends with its words at its right,
where notes begin that are under it, and its greatest width there."""
_ROOM = 1.0
"""Inches that a chart on a slide may be higher than one in an image to share, on a figure of 7 inches."""
_SMALLER = 0.95
"""How much smaller than over its words a picture may be next to them: there it leaves no empty side."""
_SHORT_TITLE = 54
"""Letters of a title that is one line in its largest size."""
_LINE = 0.017
"""Inches of a line of text for each point of its size."""
_MOST_ROWS, _MOST_COLUMNS = 10, 5
"""A longer or wider table is in the report: on a slide no one could read it."""
_NO_TABLES = ("deck", "meaning", "strips")
"""Layouts of what is a table in a document, and words or lines on a page."""
_NOT_OURS = re.compile(r"docProps/thumbnail|ppt/printerSettings")
"""Parts of the library's template that no slide needs."""


def make_slides(document: Document, meta: BuildInfo) -> bytes:
    """Return a report as a PowerPoint file.

    Parameters
    ----------
    document
        The report in pages, as read back from an edition.
    meta
        What it was made from.
    """
    with require_extra():
        import pptx
        from pptx.util import Inches
    show = pptx.Presentation()
    show.slide_width, show.slide_height = Inches(13.333), Inches(7.5)
    layout = _only_layout(show)
    cover = _Slide(show, layout)
    cover.draw_line(layout)
    _draw_cover(cover, meta)
    parts = crossing.parts_of(document)
    for section in document.sections:
        for part in parts[section.heading.id]:
            if finding := next(_told_headlines(part), None):
                _of_finding(_Slide(show, layout), section, part, finding, meta, document)
        if section.heading.id in (closing.VOICES, closing.ASKS):
            _of_words(_Slide(show, layout), section)
        elif cards := next(_shown_tables(section.blocks, "cards"), None):
            _of_questions(_Slide(show, layout), section, cards)
    file = io.BytesIO()
    show.save(file)
    return output.zip_parts(_own_parts(file))


def _told_headlines(part: crossing.PagePart) -> Iterator[HeadlineBlock]:
    """Yield the headlines of a part of a section that rest on a finding."""
    blocks = (block for block in part.blocks if isinstance(block, HeadlineBlock))
    return (block for block in blocks if block.findings)


def _only_layout(show: Any) -> Any:
    """Return the layout with a title alone; without the others, and without dates and numbers of slides."""
    layouts = show.slide_layouts
    [kept] = [one for one in layouts if one.name == "Title Only"]
    for one in list(layouts):
        if one is not kept:
            layouts.remove(one)
    for part in (kept, show.slide_master):
        for shape in list(part.placeholders):
            if shape.placeholder_format.type.name in ("DATE", "FOOTER", "SLIDE_NUMBER"):
                shape.element.getparent().remove(shape.element)
    return kept


def _color(name: str = "accent") -> str:
    """Return a color of the palette as PowerPoint writes it, six hex digits."""
    return palette()[name].lstrip("#")


class _Slide:
    """A slide, to be filled in inches from its top left."""

    def __init__(self, show: Any, layout: Any) -> None:
        from pptx.util import Inches

        self._inches = Inches
        self.shapes = show.slides.add_slide(layout).shapes

    def draw_line(self, layout: Any) -> None:
        """Draw the coalition's color along the top of all slides: on their layout, where no one reads it aloud."""
        from pptx.dml.color import RGBColor
        from pptx.enum.shapes import MSO_SHAPE
        from pptx.oxml.ns import qn

        line = self.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, 0, 0)
        self._placed(line, (0, 0, 13.333, 0.12))
        line.fill.solid()
        line.fill.fore_color.rgb = RGBColor.from_string(_color())
        line.line.fill.background()
        line._element.remove(line._element.find(qn("p:style")))  # the template's shadow and outline
        layout.shapes._spTree.append(line._element)

    def title(self, text: str, *, top: float = 0.35, size: float = 0) -> None:
        """Set the title, which programs and screen readers know as such, in one line where it fits."""
        size = size or (28 if len(text) < _SHORT_TITLE else 24)
        self._placed(self.shapes.title, (_LEFT, top, _WIDTH, 1.05))
        self._filled(self.shapes.title.text_frame, [text], size, _SERIF, _INK, bold=True)

    def text(
        self,
        name: str,
        lines: list[str],
        box: tuple[float, float, float, float],
        size: float,
        *,
        color: str = _INK,
        bold: bool = False,
        right: bool = False,
    ) -> None:
        """Add a text, a paragraph for each line."""
        shape = self.shapes.add_textbox(0, 0, 0, 0)
        shape.name = name
        self._placed(shape, box)
        self._filled(shape.text_frame, lines, size, _SANS, color, bold=bold, right=right)

    def picture_with(
        self, figure: FigureBlock, measured: str, sentences: list[str], notes: list[str]
    ) -> None:
        """Add a figure under what it measures, with its alt text, sentences, and notes, at its right or under it.

        They stand where the picture becomes larger.
        """
        self.text("Measured", [measured], (_LEFT, _TOP, _WIDTH, 0.35), 14, color=_GRAY)
        content, shape_of = share_image.bare_picture(figure)
        picture = self.shapes.add_picture(io.BytesIO(content), 0, 0)
        picture.name = "Figure"
        picture._element.nvPicPr.cNvPr.set("descr", str(figure.alt))
        under = _height(sentences, 18, _WIDTH) + 0.1
        above, next_to = (
            (_NOTES - _PICTURE - under) * shape_of,
            _at_right(shape_of, sentences, notes),
        )
        is_under = above >= _WIDTH or next_to < _SMALLER * above
        wide = min(_WIDTH, above) if is_under else next_to
        self._placed(picture, (_LEFT, _PICTURE, wide, wide / shape_of))
        if is_under:
            top = _PICTURE + wide / shape_of + 0.1
            self.text("Finding", sentences, (_LEFT, top, _WIDTH, under), 18)
            self.notes(notes)
            return
        left = _LEFT + wide + 0.3
        width = _LEFT + _WIDTH - left
        self.text("Finding", sentences, (left, _PICTURE, width, 2.5), 16)
        high = _height(notes, 10.5, width) + 0.2
        self.text("Note", notes, (left, _FOOT - 0.7 - high, width, high), 10.5, color=_GRAY)
        self.author((left, _FOOT - 0.6, width, 0.6))

    def notes(self, lines: list[str]) -> None:
        """Add notes at the foot, and whose the slide is at their right."""
        self.text("Note", lines, (_LEFT, _NOTES, 9.6, 1.1), 10.5, color=_GRAY)
        self.author((10.3, 6.4, 2.4, 0.7), right=True)

    def address(self, text: str) -> None:
        """Add the id or address of the finding along the foot, where one of any length is in one line."""
        self.text("Address", [text], (_LEFT, _FOOT, _WIDTH, 0.35), 10.5, color=_GRAY)

    def author(self, box: tuple[float, float, float, float], *, right: bool = False) -> None:
        """Add whose the slide is."""
        self.text("Author", [citation.author()], box, 13, color=_color(), bold=True, right=right)

    def told_in_table(self, table: Table, alt: str, sentences: list[str]) -> None:
        """Add sentences, and a table under them."""
        words = [" ".join(sentences)]
        high = _height(words, 16, _WIDTH) + 0.2
        self.text("Finding", words, (_LEFT, _TOP, _WIDTH, high), 16)
        box = _LEFT, _TOP + high, _WIDTH, 0.28 * (len(table.rows) + 1)
        self.table(table, alt, box)

    def table(self, table: Table, alt: str, box: tuple[float, float, float, float]) -> None:
        """Add a table that can be edited; its first row is its head."""
        from pptx.dml.color import RGBColor

        rows = [[str(column.label) for column in table.columns], *table.rows]
        shape = self.shapes.add_table(len(rows), len(table.columns), *map(self._inches, box))
        size = 14 if len(table.columns) < 4 else 11  # one of sentences has few columns
        # A column is as wide as its longest cell, up to what wraps.
        longest = [min(max(map(len, map(str, cells))), 60) + 1 for cells in zip(*rows, strict=True)]
        for column, letters_of in zip(shape.table.columns, longest, strict=True):
            column.width = self._inches(box[2] * letters_of / sum(longest))
        shape.name = "Table"
        shape._element.nvGraphicFramePr.cNvPr.set("descr", alt)
        for at, (row, made) in enumerate(zip(rows, shape.table.rows, strict=True)):
            for words, cell in zip(row, made.cells, strict=True):
                cell.margin_top = cell.margin_bottom = self._inches(0.03)
                cell.margin_left = cell.margin_right = self._inches(0.05)
                cell.fill.solid()
                cell.fill.fore_color.rgb = RGBColor.from_string(
                    "FFFFFF" if at else _color("accent_soft")
                )
                self._filled(cell.text_frame, [str(words)], size, _SANS, _INK, bold=not at)

    def _placed(self, shape: Any, box: tuple[float, float, float, float]) -> None:
        shape.left, shape.top, shape.width, shape.height = map(self._inches, box)

    def _filled(
        self,
        frame: Any,
        lines: list[str],
        size: float,
        font: str,
        color: str,
        *,
        bold: bool = False,
        right: bool = False,
    ) -> None:
        from pptx.dml.color import RGBColor
        from pptx.enum.text import PP_ALIGN
        from pptx.util import Pt

        frame.word_wrap = True
        for at, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
            run = paragraph.add_run()
            run.text = i18n.curly(line)
            run.font.size, run.font.bold, run.font.name = Pt(size), bold, font
            run.font.color.rgb = RGBColor.from_string(color)


def _draw_cover(slide: _Slide, meta: BuildInfo) -> None:
    slide.title(meta.title, top=2.4, size=40)
    lines = [citation.author(), *([str(meta.published)] if meta.published else [])]
    slide.text("Author", lines, (_LEFT, 4.0, _WIDTH, 1.0), 20, color=_color(), bold=True)
    words = (
        "One finding per slide. Its note, source, and id are under it: copy them with the finding."
    )
    used = [words, *([meta.contact_text] if meta.contact else [])]
    slide.text("How to use", used, (_LEFT, 5.2, _WIDTH, 1.0), 16, color=_GRAY)


def _of_words(slide: _Slide, section: Section) -> None:
    """Fill a slide with what people say, or with what the coalition asks."""
    slide.title(section.heading.text)
    lines = [line for block in section.blocks for line in _lines(block)]
    slide.text("Words", lines, (_LEFT, 1.8, _WIDTH, 4.5), 24 if len(lines) < 5 else 18)
    slide.author((_LEFT, 6.7, _WIDTH, 0.5))


def _of_questions(slide: _Slide, section: Section, cards: TableBlock) -> None:
    """Fill a slide with the questions that the report asks, and the number that each rests on."""
    slide.title(section.heading.text)
    box = _LEFT, _TOP, _WIDTH, 0.45 * (len(cards.table.rows) + 1)
    slide.table(cards.table, str(cards.caption), box)
    slide.author((_LEFT, 6.7, _WIDTH, 0.5))


def _lines(block: object) -> list[str]:
    if isinstance(block, AsksBlock):
        return list(block.asks)
    return list(map(crossing.plain_words, block.nodes)) if isinstance(block, Prose) else []


def _sentences(blocks: list[Block]) -> list[str]:
    """Return the first sentences that a page says of a headline: in its deck, or else before its figure."""
    at = next((at for at, one in enumerate(blocks) if isinstance(one, FigureBlock)), 0)
    prose = (node for one in blocks[:at] if isinstance(one, Prose) for node in one.nodes)
    said = crossing.said_under(blocks)
    return said or crossing.first_sentences(map(crossing.plain_words, prose))


def _shown_tables(blocks: Iterable[Block], *layouts: str) -> Iterator[TableBlock]:
    """Yield the tables that a slide has room for: of these layouts, or of any that is a table there too."""
    tables = (block for block in blocks if isinstance(block, TableBlock))
    for one in tables:
        is_asked = one.layout in layouts if layouts else one.layout not in _NO_TABLES
        if is_asked and _is_short(one.table):
            yield one


def _is_short(table: Table) -> bool:
    return len(table.rows) <= _MOST_ROWS and len(table.columns) <= _MOST_COLUMNS


def _height(lines: list[str], size: float, width: float) -> float:
    """Return the inches that lines of text take at a size in points, by the letters of a wide sans serif."""
    letters_in_line = int(width * 72 / size * 1.9)
    return size * _LINE * sum(-(-len(line) // letters_in_line) for line in lines)


def _at_right(shape_of: float, sentences: list[str], notes: list[str]) -> float:
    """Return how wide a picture can be with all words at its right, which have more room the smaller it is."""
    widest = min(_AT_LEFT, (_FOOT - _PICTURE) * shape_of)
    for smaller in range(20):
        wide = widest * (1 - smaller / 20)
        width = _WIDTH - wide - 0.3
        words = _height(sentences, 16, width) + _height(notes, 10.5, width)
        if words < _FOOT - _PICTURE - 1.2:
            return wide
    return 0.0


def _of_finding(
    slide: _Slide,
    section: Section,
    part: crossing.PagePart,
    headline: HeadlineBlock,
    meta: BuildInfo,
    document: Document,
) -> None:
    """Fill a slide with a headline, what its page says of it, and its figure or table."""
    record, blocks, decisions = headline.findings[0], part.blocks, document.decisions
    found = str(record["id"])
    sentences = _sentences(blocks) or [_brief(record, decisions.get(found, {}))]
    page = f"{meta.site_url}{citation.page_of(found)}" if meta.site_url else f"Finding {found}"
    slide.title(part.title)
    slide.address(page)
    # A further headline may be about the figure over it.
    figures = (one for one in (*blocks, *section.blocks) if isinstance(one, FigureBlock))
    figure = next((one for one in figures if crossing.draws(one, headline)), None)
    if figure:
        figure = share_image.draw_only(figure, headline, decisions)
        figure = share_image.shorten(figure, headline, decisions, room=_ROOM)
        others = crossing.about_others(document, figure)
        sentences = [one for one in sentences if one not in others]
        notes = [*crossing.notes_alone(figure, sentences), str(figure.notes)]
        notes = [crossing.without(note, sentences) for note in notes]
        notes.append(share_image.source_line(figure))
        measured = share_image.measured_of(figure, headline)
        slide.picture_with(figure, measured, sentences, list(filter(None, notes)))
        return
    block = next(_shown_tables(blocks), None)
    if block:
        slide.told_in_table(block.table, str(block.caption), sentences)
        notes = [str(block.note), f"Source: {record['source']}"]
    else:
        slide.text("Finding", sentences, (_LEFT, 1.8, _WIDTH, 3.0), 26)
        notes = [f"Source: {record['source']}"]
    slide.notes(list(filter(None, notes)))


def _brief(record: Record, decisions: Mapping[str, Any]) -> str:
    """Return what a finding says, in a page's words: in whole numbers."""
    return words_of(brief_text(Finding.from_record(record, decisions)))


def _own_parts(file: io.BytesIO) -> dict[str, bytes]:
    """Return the parts of a file without those of the library's template that no slide needs."""
    with zipfile.ZipFile(file) as archive:
        parts = {
            name: archive.read(name) for name in archive.namelist() if not _NOT_OURS.match(name)
        }
    for name in ("_rels/.rels", "ppt/_rels/presentation.xml.rels"):
        parts[name] = re.sub(
            rb"<Relationship [^>]*(?:thumbnail|printerSettings)[^>]*/>", b"", parts[name]
        )
    return parts | output.NO_PROPERTIES
