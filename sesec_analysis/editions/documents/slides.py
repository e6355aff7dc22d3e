"""Write a report as slides: one finding on each, with its figure or table, its note, and its id.

A picture has its alt text, and a table is a table that can be edited. Fonts are those that every office has. The same
document gives the same bytes, and the properties of the file are empty.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from sesec_analysis.editions.documents import crossing, output, share_image
from sesec_analysis.editions.documents.model import (
    AsksBlock,
    FigureBlock,
    HeadlineBlock,
    Prose,
    TableBlock,
)
from sesec_analysis.editions.documents.notebook import Document, Section
from sesec_analysis.editions.documents.provenance import BuildInfo
from sesec_analysis.editions.documents.screen import letters
from sesec_analysis.editions.documents.sections import closing
from sesec_analysis.evidence import citation
from sesec_analysis.extras import require_extra

__all__ = ["make_slides"]


_SERIF, _SANS = "Georgia", "Arial"
_INK, _GRAY, _BLUE = "1F1F1F", "595959", "0072B2"
_LEFT, _WIDTH = 0.6, 12.1
"""Inches, of a slide of 13.33 x 7.5."""
_TOP, _TALL, _AT_LEFT = 1.5, 4.6, 8.3
"""Inches: where a picture begins, the height for it and its words, and its greatest width with words at its right."""
_LINE, _LETTERS = 0.31, 100
"""Inches of a line of 18 points across the slide, and the letters that it takes."""
_MOST_ROWS = 9
"""A longer table is in the report: on a slide no one could read it."""
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
    _draw_cover(_Slide(show, layout), meta)
    for section in document.sections:
        if finding := next(_told_headlines(section), None):
            _of_finding(_Slide(show, layout), section, finding, meta)
        elif section.heading.id in (closing.VOICES, closing.ASKS):
            _of_words(_Slide(show, layout), section)
    file = io.BytesIO()
    show.save(file)
    return output.zip_parts(_own_parts(file))


def _told_headlines(section: Section) -> Iterator[HeadlineBlock]:
    """Yield the headlines of a section that rest on a finding."""
    blocks = (block for block in section.blocks if isinstance(block, HeadlineBlock))
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


class _Slide:
    """A slide, to be filled in inches from its top left."""

    def __init__(self, show: Any, layout: Any) -> None:
        from pptx.util import Inches

        self._inches = Inches
        self.shapes = show.slides.add_slide(layout).shapes

    def title(self, text: str, *, top: float = 0.35, size: float = 30) -> None:
        """Set the title, which programs and screen readers know as such."""
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

    def picture_with(self, figure: FigureBlock, sentences: list[str]) -> None:
        """Add a figure with its alt text and sentences, at its right or under it: where it becomes larger."""
        content, width_of_height = share_image.bare_picture(figure)
        under = _LINE * sum(-(-len(line) // _LETTERS) for line in sentences) + 0.2
        narrow = min(_AT_LEFT, _TALL * width_of_height)
        wide = max(narrow, min(_WIDTH, (_TALL - under) * width_of_height))
        shape = self.shapes.add_picture(io.BytesIO(content), 0, 0)
        shape.name = "Figure"
        self._placed(shape, (_LEFT, _TOP, wide, wide / width_of_height))
        shape._element.nvPicPr.cNvPr.set("descr", str(figure.alt))
        left, top = _LEFT + wide + 0.3, _TOP + wide / width_of_height + 0.1
        at_right = left, _TOP, _LEFT + _WIDTH - left, _TALL
        box = (_LEFT, top, _WIDTH, under) if wide > narrow else at_right
        self.text("Finding", sentences, box, 18)

    def table(self, block: TableBlock, box: tuple[float, float, float, float]) -> None:
        """Add a table that can be edited; its first row is its head."""
        from pptx.dml.color import RGBColor

        table = block.table
        rows = [[str(column.label) for column in table.columns], *table.rows]
        sizes = map(self._inches, box)
        shape = self.shapes.add_table(len(rows), len(table.columns), *sizes)
        shape.name = "Table"
        shape._element.nvGraphicFramePr.cNvPr.set("descr", str(block.caption))
        for at, (row, made) in enumerate(zip(rows, shape.table.rows, strict=True)):
            for words, cell in zip(row, made.cells, strict=True):
                cell.fill.solid()
                cell.fill.fore_color.rgb = RGBColor.from_string("FFFFFF" if at else _BLUE)
                color = _INK if at else "FFFFFF"
                self._filled(cell.text_frame, [str(words)], 13, _SANS, color, bold=not at)

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
            run.text = letters.curly(line)
            run.font.size, run.font.bold, run.font.name = Pt(size), bold, font
            run.font.color.rgb = RGBColor.from_string(color)


def _draw_cover(slide: _Slide, meta: BuildInfo) -> None:
    slide.title(meta.title, top=2.4, size=40)
    lines = [citation.author(), *([str(meta.published)] if meta.published else [])]
    slide.text("Author", lines, (_LEFT, 4.0, _WIDTH, 1.0), 20, color=_BLUE, bold=True)
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
    slide.text("Author", [citation.author()], (_LEFT, 6.7, _WIDTH, 0.5), 13, color=_BLUE, bold=True)


def _lines(block: object) -> list[str]:
    if isinstance(block, AsksBlock):
        return list(block.asks)
    return list(map(crossing.plain_words, block.nodes)) if isinstance(block, Prose) else []


_MOST_LETTERS = 330
"""As many of a page's sentences as a slide has room for."""


def _sentences(section: Section) -> list[str]:
    """Return the first sentences that the page says of its headline: in its deck, or else before its figure."""
    blocks = section.blocks
    decks = [one for one in blocks if isinstance(one, TableBlock) and one.layout == "deck"]
    said = [str(row[0]) for deck in decks for row in deck.table.rows]
    at = next((at for at, one in enumerate(blocks) if isinstance(one, FigureBlock)), 0)
    if not said:
        said = [
            crossing.plain_words(node)
            for one in blocks[:at]
            if isinstance(one, Prose)
            for node in one.nodes
        ]
    kept: list[str] = []
    for sentence in said:
        if kept and len(" ".join([*kept, sentence])) > _MOST_LETTERS:
            break
        kept.append(sentence)
    return kept


def _without(note: str, sentences: list[str]) -> str:
    """Return a note without the sentences that the slide says beside its picture."""
    for sentence in sentences:
        note = note.replace(sentence, "")
    return " ".join(note.split())


def _of_finding(slide: _Slide, section: Section, headline: HeadlineBlock, meta: BuildInfo) -> None:
    """Fill a slide with a headline, what its page says of it, and the figure or table of its section."""
    record = headline.findings[0]
    sentences, found = _sentences(section) or [str(record["sentence"])], str(record["id"])
    slide.title(str(headline.text) or section.heading.text)
    figures = (one for one in section.blocks if isinstance(one, FigureBlock))
    figure = next((one for one in figures if crossing.draws(one, headline)), None)
    tables = (one for one in section.blocks if isinstance(one, TableBlock))
    short = (one for one in tables if len(one.table.rows) <= _MOST_ROWS and one.layout != "strips")
    notes: list[str] = []
    if figure:
        slide.picture_with(figure, sentences)
        notes = [*crossing.notes_alone(figure), str(figure.notes)]
        notes = [_without(note, sentences) for note in notes] + [share_image.source_line(figure)]
    elif table := next(short, None):
        slide.text("Finding", sentences, (_LEFT, 1.4, _WIDTH, 0.9), 18)
        slide.table(table, (_LEFT, 2.5, _WIDTH, 0.4 * (len(table.table.rows) + 1)))
        notes = [str(table.note)]
    else:
        slide.text("Finding", sentences, (_LEFT, 1.8, _WIDTH, 3.0), 26)
    if not figure:
        notes.append(f"Source: {record['source']}")
    page = f"{meta.site_url}{citation.page_of(found)}" if meta.site_url else f"Finding {found}"
    lines = [note for note in (*notes, page) if note]
    slide.text("Note", lines, (_LEFT, 6.2, 9.6, 1.1), 10.5, color=_GRAY)
    author = [citation.author()]
    slide.text("Author", author, (10.3, 6.5, 2.4, 0.7), 13, color=_BLUE, bold=True, right=True)


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
