"""What a PDF looks like on paper: how large the words of pictures, and where pictures stand."""

import math
import re
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.generic import Destination

from sesec_analysis.editions.documents.model import FigureBlock, Heading
from sesec_analysis.editions.documents.notebook import Document


def sizes_of_words(pdf: Path) -> list[float]:
    """Return in points how large each piece of the words of a PDF is printed, those of its pictures included."""
    sizes = []

    def heard(text: str, scale: list[float], matrix: list[float], font: Any, size: float) -> None:
        name = font["/BaseFont"] if font else ""
        if text.strip() and "SourceSans" in name:
            x, y = matrix[2:4]  # which way is up, and how far: some words stand on their side
            up = x * scale[0] + y * scale[2], x * scale[1] + y * scale[3]
            sizes.append(size * math.hypot(*up))

    for page in PdfReader(pdf).pages:
        page.extract_text(visitor_text=heard)
    return sizes


def pictures_astray(pdf: Path, document: Document) -> list[str]:
    """Return the pictures of a document that stand before their heading, or before an earlier picture."""
    reader = PdfReader(pdf)
    headings = [
        (
            _plain(str(one.title)),
            (reader.get_destination_page_number(one) or 0, -float(one.top or 0)),
        )
        for one in _flat(reader.outline)
    ]
    captions = _captions(reader)
    astray, least, at = [], (0, 0.0), 0
    for section in document.sections:
        for block in (section.heading, *section.blocks):
            if isinstance(block, Heading):
                at += [title for title, _ in headings[at:]].index(_plain(block.text))
                least = max(least, headings[at][1])
            elif isinstance(block, FigureBlock):
                spot = captions[block.number]
                astray += [block.title] if spot < least else []
                least = max(least, spot)
    return astray


def _captions(reader: PdfReader) -> dict[int, tuple[int, float]]:
    """Return where the caption of each picture stands: its page, and how far down."""
    spots: dict[int, tuple[int, float]] = {}
    for at, page in enumerate(reader.pages):

        def heard(
            text: str, scale: list[float], matrix: list[float], *_: Any, at: int = at
        ) -> None:
            if found := re.match(r"\s*Figure (\d+)\. ", text):
                down = matrix[5] * scale[3] + scale[5]
                spots.setdefault(int(found[1]), (at, -down))

        page.extract_text(visitor_text=heard)
    return spots


def _plain(text: str) -> str:
    return " ".join(text.split())


def _flat(outline: list[Any]) -> list[Destination]:
    return [one for part in outline for one in (_flat(part) if isinstance(part, list) else [part])]
