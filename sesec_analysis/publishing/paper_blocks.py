"""Blocks as they stand on paper: plain data, with labels to jump to, footnotes for sources, and numbers of data."""

import re
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from sesec_analysis.publishing import citation, folder
from sesec_analysis.publishing.blocks import (
    Block,
    FigureBlock,
    FindingBlock,
    Heading,
    Node,
    NoticeBlock,
    Prose,
    Record,
    TableBlock,
)
from sesec_analysis.publishing.document import Document
from sesec_analysis.publishing.facts import facts
from sesec_analysis.publishing.paper_tables import printed_table

__all__ = ["Printer"]

SHORT, LONG = 16, 45
"""A figure's table of so few rows stands under it; one of more than so many is not printed but attached as CSV."""

Data = dict[str, Any]


class Printer:
    """Gives the blocks of one document, section by section, as plain data.

    Within a section a source gets its footnote once, and its number again after that.
    """

    def __init__(self, document: Document, source_ids: Sequence[str]) -> None:
        self.attached: list[Data] = []
        self._sheet = document.layout == "sheet"
        self._numbers = {name: at for at, name in enumerate(source_ids, 1)}
        self._anchors = _anchors(document)
        self._labelled: set[str] = set()
        self._count = count(1)
        self._noted: dict[str, str] = {}

    def section(self, blocks: Iterable[Block]) -> list[Data]:
        """Return the blocks of a section; its footnotes begin anew."""
        self._noted = {}
        return [self._block(block) for block in blocks]

    def back(self, figures: Iterable[FigureBlock]) -> list[Data]:
        """Return the tables that are printed behind the sections: too long to stand under their figures."""
        return [self._figure_table(figure) for figure in figures if self._place(figure) == "behind"]

    def _place(self, figure: FigureBlock) -> str:
        """Return where the table of a figure is found: under it, behind the sections, or attached."""
        rows = len(figure.table.rows)
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
                    "findings": [self._finding(one) for one in block.findings],
                }
            case FigureBlock():
                return self._figure(block)
            case TableBlock():
                return self._table(block)
            case NoticeBlock():
                paragraphs = block.text.split("\n\n")
                return {"kind": "notice", "title": block.title, "paragraphs": paragraphs}

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
            "facts": facts(record),
            "note": None if self._sheet else self._note(str(record.get("source") or "")),
            "data": self._brackets([record]) if self._sheet else "",
        }

    def _figure(self, figure: FigureBlock) -> Data:
        picture = _picture(figure)
        alone = picture["crop"] is None
        place = self._place(figure)
        if place == "attached":
            self.attached.append(
                {
                    "name": f"{figure.name}.csv",
                    "text": folder.figure_csv(figure),
                    "description": figure.title,
                }
            )
        return {
            "kind": "figure",
            "label": f"figure:{figure.name}",
            "name": figure.name,
            "number": figure.number,
            "title": figure.title,
            "subtitle": "" if alone else figure.subtitle,
            "notes": "" if alone else figure.notes,
            "source": "" if alone else figure.source_line,
            "data": self._brackets(figure.findings),
            "alt": _alt(figure, printed=place != "attached"),
            **picture,
            "table": self._figure_table(figure) if place == "under" else None,
            "table_at": f"table-of:{figure.name}" if place == "behind" else "",
            "attached": f"{figure.name}.csv" if place == "attached" else "",
        }

    def _table(self, block: TableBlock) -> Data:
        return {
            "kind": "table",
            "label": f"table:{block.number}",
            "number": block.number,
            "caption": block.caption,
            "note": block.note,
            "data": self._brackets(block.findings),
            **printed_table(block.table),
        }

    def _label(self, name: str) -> str:
        """Return a name where it is met for the first time: a label may stand only once."""
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
        """Return the numbers of the releases that records come from, as ``[3, 5–7]``."""
        named = {name for record in records for name in _source_ids(record)}
        numbers = sorted(self._numbers[name] for name in named if name in self._numbers)
        return f"[{_runs(numbers)}]" if numbers else ""


def _picture(figure: FigureBlock) -> Data:
    """Return the picture without its words where it is known where they stand, and how tall it is for its width.

    ``crop`` is what is cut off above and below, in shares of the height; null where the whole picture is shown.
    """
    size = re.search(r'viewBox="0 0 (?P<width>[\d.]+) (?P<height>[\d.]+)"', figure.svg)
    if size is None:
        return {"svg": figure.svg, "crop": None, "ratio": None}
    width, height = float(size["width"]), float(size["height"])
    if figure.frame is None:
        return {"svg": figure.svg, "crop": None, "ratio": round(height / width, 4)}
    top, bottom = (round(share * height, 2) for share in figure.frame)
    start, rest = figure.svg[: figure.svg.index(">")], figure.svg[figure.svg.index(">") :]
    start = re.sub(r' (width|height)="[^"]*"', "", start)
    box = f'viewBox="0 {top:g} {width:g} {bottom - top:.2f}"'
    return {
        "svg": start.replace(size[0], box) + rest,
        "crop": [round(figure.frame[0], 5), round(1 - figure.frame[1], 5)],
        "ratio": round((bottom - top) / width, 4),
    }


def _letters(node: Node) -> int:
    return len(node.text) + sum(map(_letters, node.children))


def _alt(figure: FigureBlock, *, printed: bool) -> str:
    """Return the words for those who cannot see the picture; where its table is not printed, with all that it draws."""
    if printed or len(figure.table.rows) > LONG or not figure.long_description:
        return figure.alt
    return f"{figure.alt} {figure.long_description}"


def _anchors(document: Document) -> dict[str, str]:
    """Return where a link inside the document leads: headings, figures, and findings where they are shown first."""
    anchors: dict[str, str] = {}
    for block in document.blocks:
        if isinstance(block, Heading):
            anchors[block.id] = block.id
        elif isinstance(block, FindingBlock):
            for record in block.findings:
                anchors.setdefault(record["id"], record["id"])
        elif isinstance(block, FigureBlock | TableBlock):
            own = (
                f"figure:{block.name}"
                if isinstance(block, FigureBlock)
                else f"table:{block.number}"
            )
            anchors[own] = own
            for record in block.findings:
                anchors.setdefault(record["id"], own)
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
