"""What a PDF looks like on paper: how much of each page is white, and how large the words of its pictures are."""

import math
import subprocess
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from absent import program
from pypdf import PdfReader

__all__ = ["sizes_of_words_in_pictures", "white_of"]

BAND, MARGINS = 0.03, (0.95, 0.9)  # a share of a text block's height; inches over and under it


def white_of(pdf: Path, into: Path) -> list[float]:
    """Return for each page how much of its text block lies in blank bands wider than between two paragraphs."""
    poppler = program("pdftoppm", "poppler-utils", "-v")
    subprocess.run([poppler, "-r", "40", "-gray", str(pdf), str(into / "page")], check=True)
    shares = []
    for path in sorted(into.glob("page-*.pgm")):
        kind, size, depth, dots = path.read_bytes().split(b"\n", 3)
        assert (kind, depth) == (b"P5", b"255")
        wide, tall = map(int, size.split())
        top, foot = (round(tall * inches / 11) for inches in MARGINS)
        rows = np.frombuffer(dots, dtype="uint8").reshape(tall, wide)[top : tall - foot]
        bands = [len(list(band)) for blank, band in groupby(rows.min(axis=1) > 235) if blank]
        shares.append(sum(band for band in bands if band > BAND * len(rows)) / len(rows))
    return shares


def sizes_of_words_in_pictures(pdf: Path) -> list[float]:
    """Return in points how large each piece of a picture's words is printed: pictures have a font of their own."""
    sizes = []

    def heard(text: str, scale: list[float], matrix: list[float], font: Any, size: float) -> None:
        name = font["/BaseFont"] if font else ""
        if text.strip() and "DejaVuSans" in name and "Mono" not in name:
            x, y = matrix[2:4]  # which way is up, and how far: some words stand on their side
            up = x * scale[0] + y * scale[2], x * scale[1] + y * scale[3]
            sizes.append(size * math.hypot(*up))

    for page in PdfReader(pdf).pages:
        page.extract_text(visitor_text=heard)
    return sizes
