"""Draw a figure as an image to share: 1200 x 675, with headline, note, source, id or address, and the coalition.

The picture that the page has is fitted between the words of its block, or next to them if that makes it larger. One
that is too tall for its words to be read here is drawn anew: lower, or of fewer of its rows.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

from sesec_analysis import i18n
from sesec_analysis.checkout import palette
from sesec_analysis.editions.documents import model, notebook
from sesec_analysis.editions.documents.model import FigureBlock, HeadlineBlock
from sesec_analysis.editions.documents.provenance import BuildInfo
from sesec_analysis.editions.documents.screen import letters
from sesec_analysis.evidence import citation, notices
from sesec_analysis.evidence.answers import Outcome, answer
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.wording.fields import words_of

__all__ = [
    "bare_picture",
    "cut_picture",
    "draw",
    "draw_only",
    "measured_of",
    "shorten",
    "source_line",
]


SIZE = 1200, 675
_MARGIN = 54
_INK, _GRAY = "#1f1f1f", "#595959"
_SANS, _BOLD, _SERIF = (
    "SourceSansPro-Regular.ttf",
    "SourceSansPro-Bold.ttf",
    "SourceSerifPro-Semibold.otf",  # hints in the .ttf set its percent sign too close
)


def draw(
    figure: FigureBlock,
    headline: HeadlineBlock | None,
    meta: BuildInfo,
    more: Sequence[str] = (),
) -> bytes:
    """Return the image of a figure as PNG.

    Parameters
    ----------
    figure
        A figure in words, as read back from an edition.
    headline
        What its page comes to; without one its title is the headline.
    meta
        What the edition was made from: the address of its site, where there is one.
    more
        Other notes that it needs where it travels alone; they come first.
    """
    picture = _picture(figure)
    words = _words(figure, headline, meta, more)
    over, beside = _over(words), _beside(words)
    is_narrow = beside.scale_of(picture) > _WIDER * over.scale_of(picture)
    file = io.BytesIO()
    (beside if is_narrow else over).holding(picture).save(file, "PNG")
    return file.getvalue()


_ROWS, _AT_A_GLANCE = 7, 5
"""As many rows can be read on a phone, and at a glance, where a row has two lines of words."""
_IN_ROWS = "plot_at_a_glance", "plot_gaps", "plot_rates"
_LOW = {"plot_trend": 2.3, "plot_multiples": 2.0, "plot_need": 2.2, "plot_slopes": 1.9}
"""Inches of a chart that is as wide as an image: what is taller on its page is drawn as low as this."""
_NARROW: dict[str, tuple[str, str, dict[str, object]]] = {
    "plot_levels": ("end_year", "", {"width": 4.9, "row": 0.33}),
    "plot_results_map": ("indicator", "The report has all maps.", {"width": 4.6, "short": True}),
}
"""How what has many small words is drawn next to its notes: levels of the newest year, and two maps without names."""
_THE_REST, _CLEAR = "The report has all rows.", "Drawn are clear differences."


def shorten(
    figure: FigureBlock,
    headline: HeadlineBlock | None,
    decisions: Mapping[str, Any],
    *,
    room: float = 0.0,
) -> FigureBlock:
    """Return a tall chart drawn lower, or of many rows its headline's and the first others, noting that there are more.

    Parameters
    ----------
    figure, headline
        In words, as `draw` takes them.
    decisions
        Those of the document, by id.
    room
        Inches that a chart may be higher than in an image to share.
    """
    described = figure.made_from
    if not described or described.kind not in (*_LOW, *_IN_ROWS, *_NARROW):
        return figure
    findings = [
        Finding.from_record(record, decisions.get(str(record["id"]), {}))
        for record in figure.findings
    ]
    if described.kind in _NARROW:
        of, there_are, options = _NARROW[described.kind]
        parts = list(dict.fromkeys(getattr(one.row, of) for one in findings))
        kept = parts[:2] if of == "indicator" else [max(parts)]
        chosen = [one for one in findings if getattr(one.row, of) in kept]
        made = _drawn_anew(figure, described.kind, chosen, {**described.options, **options})
        is_less = made is not figure and len(kept) < len(parts)
        return replace(made, notes=f"{made.notes} {there_are}".strip()) if is_less else made
    if described.kind in _LOW:
        low = _LOW[described.kind] + room
        is_low = described.options.get("of_lead") or described.options.get("height", 9) <= low
        options = {**described.options, "height": low}
        return figure if is_low else _drawn_anew(figure, described.kind, findings, options)
    is_one_row = described.kind == "plot_at_a_glance"
    rows: dict[tuple[str, ...], list[Finding]] = {}
    for one in findings:
        rows.setdefault(_row_of(one), []).append(one)
    tall = {
        row: 1 if is_one_row or of[0].row.is_composition else sum(map(_is_drawn, of))
        for row, of in rows.items()
    }
    most = _AT_A_GLANCE if is_one_row else _ROWS
    if sum(tall.values()) <= most:
        return figure
    about = str(headline.findings[0]["id"]) if headline and headline.findings else ""
    # A group that lacks a place compares nothing: the report has it, and says why.
    whole = [row for row in rows if tall[row] == max(tall.values())]
    clear = {row for row in rows if is_one_row and _is_clear(rows[row])}
    whole.sort(key=lambda row: (about not in {one.id for one in rows[row]}, row not in clear))
    # Of one kind of group: some races and ethnicities after incomes would look chosen.
    alike = [row for row in whole if is_one_row or row[2] == whole[0][2]]
    kept = alike[: most // max(tall.values())]
    chosen = [one for row, of in rows.items() if row in kept for one in of]
    # More room for rows is for a page of their own.
    options = {name: value for name, value in described.options.items() if name != "tall"}
    made = _drawn_anew(figure, described.kind, chosen, options)
    told = [str(made.notes), *[_CLEAR] * ({*kept} <= clear), _THE_REST]
    return made if made is figure else replace(made, notes=" ".join(filter(None, told)))


def _is_clear(of: Sequence[Finding]) -> bool:
    """Return whether the newest difference of a row can't be chance."""
    gaps = [one for one in of if one.row.measure == "gap"]
    found = answer(max(gaps, key=lambda one: one.row.end_year).row) if gaps else None
    return bool(found and found.outcome is Outcome.DIFFERS)


def draw_only(
    figure: FigureBlock, headline: HeadlineBlock, decisions: Mapping[str, Any]
) -> FigureBlock:
    """Return a figure with a panel for each indicator drawn of those alone that a headline is about."""
    described = figure.made_from
    drawn = {one["indicator"] for one in figure.findings}
    about = {one["indicator"] for one in headline.findings} & drawn
    if not described or described.kind != "plot_slopes" or about in (set(), drawn):
        return figure
    findings = [
        Finding.from_record(one, decisions.get(str(one["id"]), {}))
        for one in figure.findings
        if one["indicator"] in about
    ]
    return _drawn_anew(figure, described.kind, findings, described.options)


def _drawn_anew(
    figure: FigureBlock, kind: str, chosen: list[Finding], options: Mapping[str, Any]
) -> FigureBlock:
    """Return a figure drawn of these findings, with these options; as it is if nothing can be drawn of them."""
    data = {notices.SPEC: Spec(kind, Findings(chosen), options).payload()}
    cell = {
        "metadata": {"tags": [f"{notebook.FIGURE_TAG}{figure.name}"]},
        "outputs": [{"output_type": "display_data", "data": data}],
    }
    [made] = map(model.in_words, notebook.shown_blocks(cell, where=figure.name))
    return made if isinstance(made, FigureBlock) else figure


def _row_of(one: Finding) -> tuple[str, ...]:
    """Return the students and measure of a row of a figure, or of the rows under one heading."""
    row = one.row
    return row.indicator, row.grade_level, row.student_group_type, row.student_group


def _is_drawn(one: Finding) -> bool:
    return one.row.publish != "nothing" and (one.row.measure, one.row.reference) != (
        "ratio",
        "others",
    )


class _Words(NamedTuple):
    """What stands around a picture: headline, what is measured, notes, where to find it, and whose it is."""

    headline: str
    measured: str
    notes: list[str]
    where: str
    credit: str


def _words(
    figure: FigureBlock, headline: HeadlineBlock | None, meta: BuildInfo, more: Sequence[str]
) -> _Words:
    words = str(headline.text if headline else figure.title)
    found = str(headline.findings[0]["id"]) if headline and headline.findings else ""
    where = f"Finding {found}" if found else f"Figure {figure.name}, edition {meta.edition}"
    if meta.site_url:
        page = citation.page_of(found) if found else f"{meta.edition}/"
        where = f"{meta.site_url}{page}"
    notes = [" ".join(filter(None, [*more, str(figure.notes)])), source_line(figure)]
    said = [i18n.curly(note) for note in notes if note]
    return _Words(
        i18n.curly(words),
        i18n.curly(measured_of(figure, headline)),
        said,
        where,
        citation.author(),
    )


class _Frame(NamedTuple):
    """A canvas with all words on it, and the box that is left for the picture."""

    canvas: Image.Image
    box: tuple[int, int, int, int]

    def scale_of(self, picture: Image.Image) -> float:
        """Return how large a picture can be, as a multiple of its size."""
        left, top, right, foot = self.box
        return min((right - left) / picture.width, (foot - top) / picture.height)

    def holding(self, picture: Image.Image) -> Image.Image:
        """Return the canvas with a picture as large as its box takes, in the middle of it.

        One that is low stands nearer to the headline, which it belongs to, than to the notes.
        """
        scale = self.scale_of(picture)
        size = round(picture.width * scale), round(picture.height * scale)
        left, top, right, foot = self.box
        at = left + (right - left - size[0]) // 2, top + (foot - top - size[1]) // 3
        self.canvas.paste(picture.resize(size, Image.Resampling.LANCZOS), at)
        return self.canvas


_WIDER = 1.15
"""How much larger a picture has to become for its words to stand beside it, in a column, instead of over it."""
_COLUMN = 345


def _over(words: _Words) -> _Frame:
    """Return a canvas with the headline over the picture, and the notes under it."""
    canvas = Image.new("RGB", SIZE, "white")
    pen = ImageDraw.Draw(canvas)
    left, right = _MARGIN, SIZE[0] - _MARGIN
    large = _fit_headline_font(words.headline, right - left)
    top = _write_text(pen, (left, 34), words.headline, large, _INK, right - left)
    top = _write_text(pen, (left, top + 4), words.measured, _font(_SANS, 22), _GRAY, right - left)
    small = _font(_SANS, _NOTE)
    lines = [line for note in words.notes for line in _wrap_lines(note, small, right - left)]
    bottom = _write_foot(pen, words) - 22 * len(lines)
    pen.rectangle((left, bottom - 10, right, bottom - 8), fill=palette()["accent"])
    for at, line in enumerate(lines):
        pen.text((left, bottom + 22 * at), line, font=small, fill=_GRAY)
    return _Frame(canvas, (left, top + 8, right, bottom - 20))


_NOTE = 18
"""Pixels of the letters of notes."""


def _write_foot(pen: ImageDraw.ImageDraw, words: _Words) -> int:
    """Write where to find a figure and whose it is as the last line, and return where it begins."""
    top = SIZE[1] - 38
    pen.text((_MARGIN, top), words.where, font=_font(_SANS, 16), fill=_GRAY)
    bold = _font(_BOLD, _NOTE)
    at, blue = (SIZE[0] - _MARGIN, top - 1), palette()["accent"]
    pen.text(at, words.credit, font=bold, fill=blue, anchor="ra")
    return top


def _beside(words: _Words) -> _Frame:
    """Return a canvas with headline and notes in a column at the left of the picture, and one line under both."""
    canvas = Image.new("RGB", SIZE, "white")
    pen = ImageDraw.Draw(canvas)
    left, right, bottom = _MARGIN, SIZE[0] - _MARGIN, _write_foot(pen, words)
    top = _write_text(pen, (left, 34), words.headline, _font(_SERIF, 32), _INK, _COLUMN)
    top = _write_text(pen, (left, top + 8), words.measured, _font(_SANS, 20), _GRAY, _COLUMN)
    for note in words.notes:
        top = _write_text(pen, (left, top + 14), note, _font(_SANS, _NOTE), _GRAY, _COLUMN)
    pen.rectangle((left, bottom - 14, right, bottom - 12), fill=palette()["accent"])
    # Words that are too long for the column leave no room.
    box = left + _COLUMN + 28, 40, right, bottom - 30
    return _Frame(canvas, box if top < bottom - 18 else (0, 0, 0, 0))


_LONG = 150
"""Letters of a source line that leave room for the picture."""


def source_line(figure: FigureBlock) -> str:
    """Return the source of a figure; of many files their publishers, whose years the report has."""
    line = str(figure.source_line)
    if len(line) <= _LONG:
        return line
    source_ids = "; ".join(str(one["source_ids"]) for one in figure.findings)
    return f"{words_of(citation.publishers_text(source_ids))} Files and years are in the report."


def measured_of(figure: FigureBlock, headline: HeadlineBlock | None) -> str:
    """Return what a figure measures, to stand under its headline; without one its title is the headline."""
    lines = [str(figure.title), str(figure.subtitle)]
    return ". ".join(filter(None, lines if headline else lines[1:]))


def _picture(figure: FigureBlock) -> Image.Image:
    """Return the picture without the words that are set around it."""
    whole = Image.open(io.BytesIO(figure.png)).convert("RGBA")
    start, end = figure.frame or (0.0, 1.0)
    part = whole.crop((0, round(start * whole.height), whole.width, round(end * whole.height)))
    plain = Image.new("RGB", part.size, "white")
    plain.paste(part, mask=part.getchannel("A"))
    return plain


def bare_picture(figure: FigureBlock) -> tuple[bytes, float]:
    """Return the picture of a figure without the words around it as PNG, and its width as a multiple of its height."""
    picture = _picture(figure)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue(), picture.width / picture.height


def cut_picture(figure: FigureBlock) -> bytes:
    """Return the picture of a figure without the words around it; one that was damaged since as it is."""
    try:
        return bare_picture(figure)[0]
    except UnidentifiedImageError:  # what is written again shows it, and the attack names it
        return figure.png


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    [path] = (folder / name for folder in letters.font_folders() if (folder / name).is_file())
    return ImageFont.truetype(Path(path), size, layout_engine=ImageFont.Layout.BASIC)


def _fit_headline_font(words: str, width: int) -> ImageFont.FreeTypeFont:
    """Return the font of a headline: as large as one line takes, or 30 pixels in two."""
    sizes = (size for size in (42, 38, 34) if _font(_SERIF, size).getlength(words) <= width)
    return _font(_SERIF, next(sizes, 30))


def _wrap_lines(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Return the lines of a text, broken between words."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _write_text(
    pen: ImageDraw.ImageDraw,
    at: tuple[int, int],
    text: str,
    font: ImageFont.FreeTypeFont,
    color: str,
    width: int,
) -> int:
    """Write a text from a place down, and return where it ends."""
    left, top = at
    step = round(font.size * 1.22)
    for line in _wrap_lines(text, font, width) if text else ():
        pen.text((left, top), line, font=font, fill=color)
        top += step
    return top
