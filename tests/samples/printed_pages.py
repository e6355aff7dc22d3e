"""What a PDF looks like on paper: how large the words of pictures, and where pictures stand."""

import math
from pathlib import Path
from typing import Any

from pypdf import PdfReader


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
