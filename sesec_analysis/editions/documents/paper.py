"""Lay a document out for paper: blocks and tables as plain data for the PDF and DOCX renderers.

Sections, cover and colophon are texts, numbers and lists, so that a renderer prints each text as it is and takes none
for a command. References that a screen follows become footnotes, numbers and labels. Widths are counted in letters.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import count, groupby, product
from typing import Any

from sesec_analysis import catalog, hidden_characters, i18n, i18n_files
from sesec_analysis.editions.documents import crossing, output
from sesec_analysis.editions.documents.model import (
    AsksBlock,
    Block,
    FigureBlock,
    FindingBlock,
    Heading,
    HeadlineBlock,
    Node,
    NoticeBlock,
    Prose,
    Table,
    TableBlock,
)
from sesec_analysis.editions.documents.notebook import UNNUMBERED, Document, Layout, Section
from sesec_analysis.editions.documents.provenance import BuildInfo, SourceNote
from sesec_analysis.editions.documents.screen import strips
from sesec_analysis.editions.documents.sections import translation
from sesec_analysis.evidence import citation, ledger
from sesec_analysis.evidence.finding import facts
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.fields import words_of

__all__ = ["Paper", "Printer", "cut_svg", "paper", "printed_table"]


_PAGE, _GUTTER = 104, 3
"""Letters of table type that fit on a line, and those between two columns."""
_NUMBER, _NUMBERS, _WORDS = 18, (18, 11, 0), (18, 14, 0)
"""A number or range has at most so many letters; cells of so few are kept on one line, of numbers and of words."""
_HEADS = 3, 99
"""Lines of a heading at most, where the page has the room, and else."""
_WRAPPED, _PULL = 46, 2
"""Longer texts are wrapped; of the letters beyond, one in so many still widens the column."""


def printed_table(table: Table) -> dict[str, Any]:
    """Return a table as plain data: columns with their share of the width, rows, and the lines they take.

    Each cell of a row has its text and how many columns it spans.

    Examples
    --------
    >>> from sesec_analysis.editions.documents.model import Column
    >>> columns = (Column("group", "Student group", "left"), Column("rate", "Rate", "right"))
    >>> printed = printed_table(Table(columns, (("Black or African American", "32.9%"),)))
    >>> [column["share"] for column in printed["columns"]], printed["lines"]
    ([25, 6], 2)
    """
    rows = [[column.label for column in table.columns], *map(list, table.rows)]
    spans = [[1] * len(table.columns), *map(_spans, rows[1:])]
    texts = [
        [row[at] for row, spanned in zip(rows, spans, strict=True) if spanned[at] == 1]
        for at in range(len(table.columns))
    ]
    # What is kept on one line in one column is wrapped in another: the way with the fewest lines is the best to read.
    options = _options(texts, [column.align == "right" for column in table.columns])
    lines, widths = min((_height(rows, spans, option), option) for option in options)
    columns = [
        {"label": column.label, "align": column.align, "share": width}
        for column, width in zip(table.columns, widths, strict=True)
    ]
    cells = [
        [{"text": text, "span": span} for text, span in zip(row, spanned, strict=True) if span]
        for row, spanned in zip(rows[1:], spans[1:], strict=True)
    ]
    return {"columns": columns, "rows": cells, "lines": lines}


def _spans(row: Sequence[str]) -> list[int]:
    """Return how many columns each cell takes: words before empty cells take these too, which then take none."""
    last = max((at for at, text in enumerate(row) if text), default=0)
    if last == 0 or len(row[last]) <= _NUMBER:
        return [1] * len(row)
    return [*[1] * last, len(row) - last, *[0] * (len(row) - last - 1)]


def _options(texts: Sequence[Sequence[str]], numbers: Sequence[bool]) -> list[list[int]]:
    """Return the widths that a table may have: with a letter to spare, or else the least that breaks no word."""
    least: list[int] = []
    for number, most in product(_NUMBERS, _HEADS):
        options: list[list[int]] = []
        for word in _WORDS:
            least = [
                _least(text, number if is_number else word, most)
                for text, is_number in zip(texts, numbers, strict=True)
            ]
            if sum(least) < _room(texts):
                options.append(_widths(texts, least))
        if options:
            return options
    return [_widths(texts, least)]


def _room(texts: Sequence[Sequence[str]]) -> int:
    return _PAGE - _GUTTER * (len(texts) - 1)


def _widths(texts: Sequence[Sequence[str]], least: Sequence[int]) -> list[int]:
    """Return widths as wished, or, where that is too much for a page, the least and a fair part of what is left."""
    room = _room(texts)
    wish = [max(low, _wish(column)) for low, column in zip(least, texts, strict=True)]
    if sum(wish) > room >= sum(least):
        part = (room - sum(least)) / (sum(wish) - sum(least))
        return [low + int(part * (high - low)) for low, high in zip(least, wish, strict=True)]
    fit = min(1.0, room / sum(wish))
    return [max(1, int(fit * width)) for width in wish]


def _least(texts: Sequence[str], whole: int, most: int) -> int:
    """Return the width that breaks no word, no cell of so few letters, and leaves the heading at most some lines."""
    label, *cells = texts
    pieces = [piece for cell in cells for piece in ([cell] if len(cell) <= whole else cell.split())]
    width = max(6, *map(len, [*label.split(), *pieces]), 0)
    return next(wide for wide in count(width) if _lines(label, wide) <= most)


def _wish(texts: Sequence[str]) -> int:
    """Return the width that a column takes if there is room; its heading may be wrapped in three."""
    label, *cells = texts
    longest = max(map(len, cells), default=0)
    pulled = min(longest, _WRAPPED) + max(0, longest - _WRAPPED) // _PULL
    return max((len(label) + 2) // 3, pulled)


def _height(
    rows: Iterable[Sequence[str]], spans: Iterable[Sequence[int]], widths: Sequence[int]
) -> int:
    """Return how many lines the rows take."""
    return sum(
        max(
            _lines(text, sum(widths[at : at + span]) + _GUTTER * (span - 1))
            for at, (text, span) in enumerate(zip(row, spanned, strict=True))
            if span
        )
        for row, spanned in zip(rows, spans, strict=True)
    )


def _lines(text: str, width: int) -> int:
    # A line of several is filled to nine tenths: words are not divided.
    return 1 if len(text) <= width else -(-len(text) * 10 // (width * 9))


SHORT, LONG = 16, 45
"""A figure's table of so few rows is printed under it; one of more than so many is not printed but attached as CSV."""

Data = dict[str, Any]


class Printer:
    """Gives the blocks of one document, section by section, as plain data.

    Within a section a source gets its footnote once, and its number again after that.
    """

    def __init__(
        self, document: Document, source_ids: Sequence[str], school: object = None
    ) -> None:
        self.attached: list[Data] = []
        self._school, self._decisions = school, document.decisions
        self._sheet = document.layout == "sheet"
        self._sparks = strips.over_years(document.blocks)
        self._brief = crossing.is_brief(document)
        self._pages = document.layout == "pages"
        self._numbers = {name: at for at, name in enumerate(source_ids, 1)}
        self._anchors = _anchors(document)
        self._told_in = crossing.sections_of(document) if self._pages else {}
        self._labelled: set[str] = set()
        self._count = count(1)
        self._noted: dict[str, str] = {}

    def section(self, blocks: Iterable[Block]) -> list[Data]:
        """Return the blocks of a section; its footnotes begin anew."""
        self._noted = {}
        made, heads = [self._block(block) for block in blocks], count()
        for one in made:
            # The first headline is the page's; others stand over what they are about, and the contents name them too.
            if one["kind"] == "headline" and one["text"] and (at := next(heads)):
                one["of_part"] = f"{one['label']}.{at}"
        return made

    def back(self, figures: Iterable[FigureBlock]) -> list[Data]:
        """Return the tables that are printed behind the sections: too long to go under their charts."""
        return [self._figure_table(figure) for figure in figures if self._place(figure) == "behind"]

    def _place(self, figure: FigureBlock) -> str:
        """Return where the table of a figure is: under it, behind the sections, or attached."""
        rows = len(figure.table.rows)
        if self._brief:  # the annex has all tables
            return "left out"
        if self._sheet or rows > LONG:
            return "attached"
        return "under" if rows <= SHORT else "behind"

    def _figure_table(self, figure: FigureBlock) -> Data:
        return {
            "label": f"table-of:{figure.name}",
            "number": figure.number,
            "caption": figure.title,
            **printed_table(figure.table),
        }

    def _block(self, block: Block) -> Data:
        match block:
            case Heading():
                return {
                    "kind": "heading",
                    "level": block.level,
                    "text": block.text,
                    "label": block.id,
                }
            case Prose():
                nodes = [self._node(node) for node in block.nodes]
                return {"kind": "prose", "nodes": nodes, "letters": sum(map(_letters, block.nodes))}
            case FindingBlock():
                return {
                    "kind": "findings",
                    "findings": [self._finding(finding) for finding in block.findings],
                }
            case FigureBlock():
                return self._figure(block)
            case TableBlock():
                return self._table(block)
            case NoticeBlock():
                paragraphs = block.text.split("\n\n")
                return {"kind": "notice", "title": block.title, "paragraphs": paragraphs}
            case HeadlineBlock():
                found = str(block.findings[0]["id"]) if block.findings else ""
                return {
                    "kind": "headline",
                    "text": block.text,
                    "why": block.why,
                    "label": f"headline:{found}",
                    "of_part": "",
                }
            case AsksBlock():
                return {"kind": "asks", "asks": list(block.asks)}

    def _node(self, node: Node) -> Data:
        inside = node.url.startswith("#")
        return {
            "kind": node.kind,
            "text": node.text,
            "children": [self._node(child) for child in node.children],
            "url": "" if inside else node.url,
            "to": self._anchors[node.url[1:]] if inside else "",
            "start": node.start,
            "align": node.align,
        }

    def _finding(self, record: Record) -> Data:
        return {
            "label": self._label(record["id"]),
            "id": record["id"],
            "sentence": record["sentence"],
            "brief": self._brief,
            "facts": "" if self._brief else facts(record),
            "note": None if self._alone else self._note(str(record.get("source") or "")),
        }

    @property
    def _alone(self) -> bool:
        """Whether sentences stand without a note of their source."""
        return self._sheet or self._brief

    def _figure(self, figure: FigureBlock) -> Data:
        picture = _picture(figure, aside=_ASIDE if self._brief else 0.0)
        alone = picture["svg"] == figure.svg  # its words are in it
        place = self._place(figure)
        if place == "attached":
            self.attached.append(
                {
                    "name": f"{figure.name}.csv",
                    "text": output.figure_csv(figure),
                    "description": figure.title,
                }
            )
        return {
            "kind": "figure",
            "label": f"figure:{figure.name}",
            "name": figure.name,
            "number": figure.number,
            "title": figure.title,
            "alone": alone,
            "brief": self._brief,
            "narrow": _is_narrow(figure),
            "subtitle": "" if alone else figure.subtitle,
            "notes": "" if alone else figure.notes,
            "source": "" if alone else self._source(figure),
            "data": self._brackets(figure.findings),
            "alt": _alt(figure, printed=place in ("under", "behind")),
            **picture,
            "table": self._figure_table(figure) if place == "under" else None,
            "table_at": f"table-of:{figure.name}" if place == "behind" else "",
            "attached": f"{figure.name}.csv" if place == "attached" else "",
        }

    def _source(self, figure: FigureBlock) -> str:
        """Return where a figure's numbers are from; on a page of one message, who published them."""
        return (
            _publishers(figure.findings) if self._pages and figure.findings else figure.source_line
        )

    def _table(self, block: TableBlock) -> Data:
        rows = (
            strips.of_table(block, self._school, self._decisions)
            if block.layout == "strips"
            else []
        )
        lines = [self._sparks.get(row.of) for row in rows]
        read = strips.key_of(rows, self._school, self._sparks) if rows else []
        own = strips.own(block, self._school)
        return {
            "kind": "table",
            "layout": block.layout,
            "strips": [_strip(row, line) for row, line in zip(rows, lines, strict=True)],
            "years": i18n.translate("Over the years")
            if any(line and line.marks for line in lines)
            else "",
            "key": [list(one) for one in read],
            "brief": self._brief,
            "cells": [list(row) for row in block.table.rows],
            "told_in": [self._told_in.get(str(one["id"]), "") for one in block.findings],
            "label": f"table:{block.number}",
            "number": block.number,
            "caption": block.caption,
            "note": _note_of(block, own) if self._sheet else self._table_note(block),
            "data": self._brackets(block.findings),
            "claims": _claim_lines(block) if block.layout == "verdicts" else [],
            **printed_table(block.table),
        }

    def _table_note(self, block: TableBlock) -> str:
        if not self._pages or not _is_sourced(block.findings):
            return block.note
        without = _note_of(block, block.findings)
        return (
            block.note
            if without == block.note
            else f"{without} {_publishers(block.findings)}".strip()
        )

    def _label(self, name: str) -> str:
        """Return a name where it is met for the first time: a label is allowed only once."""
        if self._anchors.get(name) != name or name in self._labelled:
            return ""
        self._labelled.add(name)
        return name

    def _note(self, source: str) -> Data | None:
        """Return the footnote of a source, and whether the section has named it before."""
        if not source:
            return None
        if again := source in self._noted:
            key = self._noted[source]
        else:
            key = self._noted[source] = f"note-{next(self._count)}"
        return {"key": key, "text": source, "again": again}

    def _brackets(self, records: Iterable[Record]) -> str:
        """Return the numbers of the releases that records come from, as ``[3, 5–7]``, where these are listed."""
        if self._brief:
            return ""
        named = {name for record in records for name in _source_ids(record)}
        numbers = sorted(self._numbers[name] for name in named if name in self._numbers)
        return f"[{_runs(numbers)}]" if numbers else ""


def _claim_lines(block: TableBlock) -> list[Data | None]:
    """Return for each row of a ledger what is drawn of its claim; None if the rows are not the claims."""
    claims = list(catalog.claims().values())
    if len(claims) != len(block.table.rows):
        return [None] * len(block.table.rows)
    return [ledger.line_of(claim, block.findings) for claim in claims]


def _strip(strip: strips.Strip, line: strips.Spark | None) -> Data:
    """Return what is drawn in a row of a school's key numbers and over its years, in percent of the room for each."""
    return {
        "top": strip.top,
        "side": strip.side,
        "band": [*map(strip.at, (strip.band[0].low, strip.band[1].high))] if strip.band else None,
        "marks": [
            {
                "whose": mark.whose,
                "value": mark.value,
                "low": strip.at(mark.low),
                "high": strip.at(mark.high),
                "chance": [*map(strip.at, mark.chance)] if mark.chance else None,
            }
            for mark in strip.drawn
        ],
        "spark": _spark(line) if line and line.marks else None,
    }


def _spark(line: strips.Spark) -> Data:
    """Return a line over the years: its first and last value, and where its marks and the parts between them are."""

    def spot(mark: strips.Mark) -> list[float]:
        ends = (mark.low, mark.high, *(mark.chance or (mark.low, mark.high)))
        return [line.across(mark.year), *map(line.up, ends)]

    return {
        "first": [line.marks[0].value, str(line.marks[0].year)],
        "last": [line.marks[-1].value, str(line.marks[-1].year)],
        "marks": [spot(mark) for mark in line.marks],
        "joined": [
            [*spot(one)[:2], *spot(other)[:2], other.year - one.year > 1]
            for one, other in line.joined
        ],
        "bands": [[*spot(one)[:3], *spot(other)[:3]] for one, other in line.bands],
    }


_ASIDE = 8.64
"""Points that are white at either side of a picture, as `figures.style.MARGIN` has them: a page has its own margins."""


def _picture(figure: FigureBlock, aside: float = 0.0) -> Data:
    """Return the picture without its words where their place is known, and how tall it is for its width.

    Of its white, so many points are cut off at either side.

    ``least`` is how wide it must be, in points, for its smallest words to be read.
    """
    size = re.search(r'viewBox="0 0 (?P<width>[\d.]+) (?P<height>[\d.]+)"', figure.svg)
    if size is None:
        return {"svg": figure.svg, "ratio": None, "least": 0}
    width, height = float(size["width"]), float(size["height"])
    types = map(float, re.findall(r"<text [^>]*?font-size: ([\d.]+)px", figure.svg))
    aside = 0.0 if figure.frame is None else aside
    width -= 2 * aside
    least = round(_READ * width / min(types, default=_READ) + 0.1, 1)  # rounded up
    if figure.frame is None:
        return {"svg": figure.svg, "ratio": round(height / width, 4), "least": least}
    top, bottom = (round(share * height, 2) for share in figure.frame)
    return {
        "svg": cut_svg(figure.svg, *figure.frame, aside=aside),
        "ratio": round((bottom - top) / width, 4),
        "least": least,
    }


def _is_narrow(figure: FigureBlock) -> bool:
    """Return whether a picture leaves room for numbers at its side, as that of a lead does."""
    return bool(figure.made_from and figure.made_from.options.get("of_lead"))


def cut_svg(svg: str, start: float, end: float, *, aside: float = 0.0) -> str:
    """Return a picture between two shares of its height, without the words above and below, and without a size.

    ``aside`` are the points that are cut off at either side.
    """
    size = re.search(r'viewBox="0 0 (?P<width>[\d.]+) (?P<height>[\d.]+)"', svg)
    if size is None:
        return svg
    top, bottom = (round(share * float(size["height"]), 2) for share in (start, end))
    opening, rest = svg[: svg.index(">")], svg[svg.index(">") :]
    opening = re.sub(r' (width|height)="[^"]*"', "", opening)
    box = f'viewBox="{aside:g} {top:g} {float(size["width"]) - 2 * aside:g} {bottom - top:.2f}"'
    return opening.replace(size[0], box) + _crop_picture(rest, top, bottom)


_READ = 8
"""Points in which the words of a picture can be read."""

_LEVEL_WORDS = re.compile(
    r'<text style="[^"]*?font-size: (?P<size>[\d.]+)px[^"]*"'
    r'(?: transform="translate\([\d.-]+ (?P<moved>[\d.-]+)\)"| x="[\d.-]+" y="(?P<at>[\d.-]+)")'
    r"(?! transform)[^>]*>[^<]*</text>"
)


def _crop_picture(svg: str, top: float, bottom: float) -> str:
    """Leave out level words above and below what is shown: a PDF keeps them, unseen, where other words stand."""

    def kept(words: re.Match[str]) -> str:
        at, size = float(words["at"] or words["moved"]), float(words["size"])
        return words[0] if top <= at <= bottom + size else ""

    return _LEVEL_WORDS.sub(kept, svg)


def _letters(node: Node) -> int:
    return len(node.text) + sum(map(_letters, node.children))


def _alt(figure: FigureBlock, *, printed: bool) -> str:
    """Return the words for those who cannot see the picture; where its table is not printed, with all that it draws."""
    if printed or len(figure.table.rows) > LONG or not figure.long_description:
        return figure.alt
    return f"{figure.alt} {figure.long_description}"


def _is_shown_elsewhere(block: Block) -> bool:
    """Return whether what a block says of its findings repeats a figure or table: the lead, asks, and sentences."""
    is_unnumbered = isinstance(block, TableBlock) and block.layout in UNNUMBERED
    return is_unnumbered or isinstance(block, HeadlineBlock | AsksBlock)


def _anchors(document: Document) -> dict[str, str]:
    """Return where a link inside the document leads: headings, figures, and findings where they are shown first."""
    anchors: dict[str, str] = {}
    for block in document.blocks:
        if isinstance(block, Heading):
            anchors[block.id] = block.id
        elif isinstance(block, FindingBlock):
            for record in block.findings:
                anchors.setdefault(record["id"], record["id"])
        elif _is_shown_elsewhere(block):
            continue
        elif isinstance(block, FigureBlock | TableBlock):
            anchor = (
                f"figure:{block.name}"
                if isinstance(block, FigureBlock)
                else f"table:{block.number}"
            )
            anchors[anchor] = anchor
            for record in block.findings:
                anchors.setdefault(record["id"], anchor)
    return anchors


def _source_ids(record: Record) -> list[str]:
    value = record.get("source_ids")
    parts = value.split(";") if isinstance(value, str) else value or ()
    return [part.strip() for part in parts if not citation.is_synthetic(part.strip())]


def _runs(numbers: Sequence[int]) -> str:
    """Return numbers in order, three or more in a row as a span.

    Examples
    --------
    >>> _runs([1, 2, 4, 5, 6, 9])
    '1, 2, 4–6, 9'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    spans = (
        [f"{run[0]}–{run[-1]}"] if len(run) > 2 else [str(number) for number in run] for run in runs
    )
    return ", ".join(part for span in spans for part in span)


Paper = dict[str, Any]
"""Plain data, as `json.dumps` takes them. Texts carry no markup of any kind."""


def paper(document: Document, meta: BuildInfo, annex: Document | None = None) -> Paper:
    """Return a document with its cover and colophon as plain data.

    A sheet prints the tables of no figure, and its sources as numbers only; a report in pages, and a summary, leave all
    of that to the annex.

    Parameters
    ----------
    document
        The report or sheet.
    meta
        What it was made from, for the colophon.
    annex
        The technical annex of the same run: each page of a report says where in it its numbers stand.
    """
    school = meta.parameters.get("school")
    printer = Printer(document, [note.source_id for note in meta.sources], school)
    lead = printer.section(document.lead)
    sections = [
        {
            "label": part.heading.id,
            "title": part.heading.text,
            "has_headline": crossing.has_headline(part),
            "annex": _in_annex(part, annex) if document.layout == "pages" else "",
            "blocks": printer.section(part.blocks),
        }
        for part in document.sections
    ]
    repeats = document.title.lower() in meta.title.lower()
    brief = crossing.is_brief(document)
    content = {
        "layout": document.layout,
        "language": i18n.language(),
        "elsewhere": document.layout == "sheet" and not strips.is_in_focus(school),
        "name": meta.title if repeats else f"{meta.title}: {document.title}",
        "title": meta.title,
        "standfirst": "" if repeats else document.title,
        "publisher": citation.author(),
        "published": meta.published,
        "words": _words(),
        "warnings": list(_warnings(meta)),
        "standing": _translation_notice(document),
        "tongues": [
            {"language": one.language, "name": i18n_files.own_name(one.language)}
            for one in document.translations
        ],
        "lead": lead,
        "sections": sections,
        "tables": printer.back(document.figures),
        "attached": printer.attached,
        "about": [] if brief else list(_describe_source(meta, document.layout)),
        "data": [] if brief else _data(meta.sources),
        "beside": _colophon_text(document) if brief else "",
        "contact": meta.contact_text,
    }
    seen = {key: hidden_characters.strip_all_hidden(value) for key, value in content.items()}
    return _printed(seen) if i18n.language() == i18n_files.ENGLISH else seen


_AS_THEY_ARE = ("attached", "svg", "url")
"""What is no text of the page itself."""


def _printed(value: Any) -> Any:
    """Return mappings, lists and texts in them with the apostrophes of print."""
    if isinstance(value, str):
        return i18n.curly(value)
    if isinstance(value, dict):
        return {key: part if key in _AS_THEY_ARE else _printed(part) for key, part in value.items()}
    return list(map(_printed, value)) if isinstance(value, list) else value


def _is_sourced(records: Sequence[Record]) -> bool:
    return bool(records) and all(one.get("source_ids") for one in records)


def _publishers(records: Iterable[Record]) -> str:
    source_ids = "; ".join(str(record["source_ids"]) for record in records)
    return words_of(citation.publishers_text(source_ids))


def _note_of(block: TableBlock, records: Iterable[Record]) -> str:
    """Return the note under a table without its sources, for one with many that are listed by number."""
    source_ids = "; ".join(str(record.get("source_ids") or "") for record in records)
    source = words_of(citation.source_line_text(source_ids))
    return " ".join(block.note.replace(source, "").split())


IN_ANNEX = i18n.mark("Numbers, ranges, and ids: technical annex, “{section}”")


def _in_annex(section: Section, annex: Document | None) -> str:
    """Return where the numbers of a page stand; nothing where it has none."""
    place = crossing.place_of(section, annex)
    return i18n.translate(IN_ANNEX, section=place.text) if place else ""


def _translation_notice(document: Document) -> list[dict[str, str]]:
    """Return how far a translation can be trusted, in its language and in English."""
    told = translation.translation_standing(document.language) if document.language else []
    codes = document.language, i18n_files.ENGLISH
    return [{"language": code, **one._asdict()} for code, one in zip(codes, told, strict=False)]


def _colophon_text(document: Document) -> str:
    """Return what stands at the foot of a document that leaves the machinery to the annex."""
    if document.layout == "sheet":
        return i18n.translate("All numbers, with ranges and sources: the fact sheet in English.")
    if document.layout == "summary":
        return i18n.translate(
            "All numbers, with ranges and sources: the report and its technical annex."
        )
    return ""  # each page says where in the annex its numbers are


def _words() -> dict[str, str]:
    """Return the words that every page has, whatever the document."""
    return {
        "contents": i18n.translate("Contents"),
        "figure": i18n.translate("Figure"),
        "table": i18n.translate("Table"),
        "table_of_figure": i18n.translate("Table of figure"),
        "tables_of_figures": i18n.translate("Longer tables of the charts"),
        "tables_intro": i18n.translate(
            "Shorter tables are under their charts. Those with a row for every school are attached to this file."
        ),
        "attached": i18n.translate("Its table is attached to this file:"),
        "table_file": i18n.translate("Its table is in"),
        "about": i18n.translate("About this edition"),
        "data": i18n.translate("Data"),
        "data_intro": i18n.translate(
            "Numbers in brackets in this report point here. The code at the end of an entry is the beginning of its "
            "file’s SHA-256 checksum."
        ),
        "page": i18n.translate("page"),
        "claim_line": i18n.translate(
            "Blue: here, now. Black: all of Seattle, now. Gray: the claim, or elsewhere in dollars. All lines begin "
            "at zero."
        ),
    }


def _warnings(meta: BuildInfo) -> Iterable[dict[str, Any]]:
    if meta.changed:
        values = ", ".join(f"{name} = {meta.parameters[name]}" for name in meta.changed)
        numbers = i18n.translate(
            "These numbers were made with other parameters than the edition’s own: {values}. Do not cite them as "
            "the edition.",
            values=values,
        )
        texts = i18n.translate("The texts between figures and tables are the edition’s own.")
        both = i18n.translate("The two places have schools in common: those count on both sides.")
        parts = [numbers, texts, *([both] if meta.has_common_schools else [])]
        yield _notice(i18n.translate("A trial, not the edition"), " ".join(parts))


def _notice(title: str, text: str) -> dict[str, Any]:
    return {"kind": "notice", "title": title, "paragraphs": [text]}


def _describe_source(meta: BuildInfo, layout: Layout) -> Iterable[dict[str, str]]:
    """Return what a document is made from; a sheet, which has two pages, leaves to run.json what only programs read."""
    parameters = ", ".join(f"{name} = {value}" for name, value in meta.parameters.items())
    rows = [
        (i18n.translate("Edition"), meta.edition),
        (i18n.translate("Published"), str(meta.published or "")),
        (i18n.translate("Made with"), _made_with(meta)),
        (i18n.translate("Notebook"), f"{meta.notebook}, SHA-256 {meta.notebook_sha256[:16]}"),
        (i18n.translate("Parameters"), parameters),
        (i18n.translate("Not in it"), meta.absent_text),
        (
            i18n.translate("Every number"),
            i18n.translate(
                "is in findings.csv and findings.json next to this file, with its id and its citation; run.json "
                "holds the checksums of all files. To cite a number, give its id."
            ),
        ),
        (i18n.translate("Is it current?"), _current_text(meta)),
    ]
    if layout == "sheet":
        rows = rows[:2]
    return ({"name": name, "text": text} for name, text in rows if text)


def _current_text(meta: BuildInfo) -> str:
    """Return where to check whether a number is still current; nothing where the site has no address."""
    if not meta.site_url:
        return ""
    words = i18n.mark("{url} has each number as it is now, and what was restated.")
    return i18n.translate(words, url=meta.site_url)


def _made_with(meta: BuildInfo) -> str:
    if not meta.commit.hash:
        return f"sesec-analysis {meta.version}"
    what = i18n.mark("sesec-analysis {version}, commit {commit}")
    if meta.commit.dirty:
        what = i18n.mark("sesec-analysis {version}, commit {commit} with changes not committed")
    return i18n.translate(what, version=meta.version, commit=meta.commit.hash[:12])


def _data(notes: Iterable[SourceNote]) -> list[dict[str, Any]]:
    """Return the releases, numbered in the imprint's order, under their publishers."""
    numbered = sorted(enumerate(notes, 1), key=lambda entry: (entry[1].publisher, entry[0]))
    return [
        {"publisher": publisher, "entries": [_entry(number, note) for number, note in entries]}
        for publisher, entries in groupby(numbered, key=lambda entry: entry[1].publisher)
    ]


def _entry(number: int, note: SourceNote) -> dict[str, Any]:
    title = note.title
    if note.school_year not in title:
        title += f", {note.school_year}"
    retrieved = i18n.translate("Retrieved {day}.", day=note.retrieved) if note.retrieved else ""
    return {
        "number": number,
        "series": catalog.release(note.source_id)[0].title,
        "year": note.school_year,
        "title": title,
        "text": " ".join(filter(None, [retrieved, f"{note.licence}."])),
        "url": note.url,
        "id": note.source_id,
        "sha256": (note.sha256 or "")[:16],
    }
