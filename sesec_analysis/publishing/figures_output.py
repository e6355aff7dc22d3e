"""A finished figure: the picture, its words, its table and the findings it draws.

The same estimates give the same PNG and the same SVG, to the byte.
"""

import base64
import hashlib
import html
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from sesec_analysis.publishing import mime
from sesec_analysis.publishing.figures_style import WIDTH, look
from sesec_analysis.publishing.findings import Findings
from sesec_analysis.publishing.tables import ReportTable

__all__ = ["DPI", "ReportFigure"]

DPI = 220
_CSV = (
    *("id", "label", "reference_label", "place", "grade_level", "school_year", "measure", "value"),
    *("estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"),
    *("n", "reference_n", "unit", "publish", "care", "rule", "reason", "source_ids"),
)
"""Columns of the figure's CSV: what is drawn, no number finer than it is printed."""


@dataclass(frozen=True, eq=False)
class ReportFigure:
    """A figure that can be shown in a notebook, saved, and published with everything that belongs to it."""

    figure: Figure = field(repr=False)
    title: str
    subtitle: str
    caption: str = field(repr=False)
    source_line: str = field(repr=False)
    alt: str = field(repr=False)
    long_description: str = field(repr=False)
    table: ReportTable = field(repr=False)
    findings: Findings = field(repr=False)
    notes: str = field(default="", repr=False)  # the caption without the reading of the key
    frame: tuple[float, float] | None = None  # of the picture and its key, in shares of the height

    @cached_property
    def png(self) -> bytes:
        """The picture as PNG, for print."""
        return self._written("png", dpi=DPI, metadata={"Software": None})

    @cached_property
    def svg(self) -> str:
        """The picture as SVG with its title and description; letters are drawn as shapes, so no font is needed."""
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        text = self._written("svg", metadata=nothing).decode("utf-8")
        return _described(text, self.title, f"{self.alt} {self.long_description}")

    def _written(self, kind: str, **options: object) -> bytes:
        target = io.BytesIO()
        with look():
            self.figure.savefig(target, format=kind, facecolor="white", **options)  # type: ignore[arg-type]
        return target.getvalue()

    def csv_rows(self) -> list[dict[str, object]]:
        """Return what is drawn, a dict a row, no number finer than it is printed."""
        return [{name: record[name] for name in _CSV} for record in self.findings.records()]

    def save(self, folder: str | Path, name: str) -> list[Path]:
        """Write name.png, name.svg and name.csv into a folder, and return their paths."""
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        paths = [target / f"{name}.{kind}" for kind in ("png", "svg", "csv")]
        paths[0].write_bytes(self.png)
        paths[1].write_text(self.svg, encoding="utf-8", newline="\n")
        rows = pd.DataFrame(self.csv_rows(), columns=list(_CSV))
        rows.to_csv(paths[2], index=False, lineterminator="\n", encoding="utf-8")
        return paths

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> tuple[dict[str, object], dict[str, object]]:
        """Return the figure with all that belongs to it, as JSON, PNG, SVG and text."""
        content = {
            "title": self.title,
            "subtitle": self.subtitle,
            "caption": self.caption,
            "notes": self.notes,
            "source_line": self.source_line,
            "alt": self.alt,
            "long_description": self.long_description,
            "table": self.table.to_json(),
            "frame": self.frame,
            "csv_rows": self.csv_rows(),
            "findings": self.findings.records(),
        }
        data: dict[str, object] = {
            mime.FIGURE: content,
            "image/png": base64.b64encode(self.png).decode("ascii"),
            "image/svg+xml": self.svg,
            "text/plain": self.alt,
        }
        return data, {"image/png": {"alt": self.alt, "width": round(WIDTH * 100)}}


def _described(svg: str, title: str, description: str) -> str:
    """Give an SVG its role, title and description, and leave out the prolog: it stands inside pages too."""
    mark = hashlib.sha256(f"{title}\n{description}".encode()).hexdigest()[:10]
    start = svg.index("<svg")
    opening, rest = svg[start : svg.index(">", start)], svg[svg.index(">", start) + 1 :]
    names = f'role="img" aria-labelledby="title-{mark} desc-{mark}"'
    words = (
        f'<title id="title-{mark}">{html.escape(title)}</title>'
        f'<desc id="desc-{mark}">{html.escape(description)}</desc>'
    )
    rest = re.sub(r"\s*<metadata>.*?</metadata>", "", rest, count=1, flags=re.DOTALL)
    return f"{opening} {names}>\n {words}{rest}"
