"""Set words and picture on the page of a figure by measure, so that nothing overlaps.

Lengths are inches from the left and from the top. Colours: ink and greys, one accent for what is in focus, and for
lines that must be distinguished a few of Okabe and Ito's; never red against green, and never colour alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.textpath import TextToPath

__all__ = [
    "ACCENT",
    "GRID",
    "INK",
    "LINES",
    "PLAIN",
    "QUIET",
    "TONES",
    "FigurePage",
    "FigureText",
    "look",
    "size_of",
    "wrapped",
]


INK, QUIET, PLAIN, GRID = "#1f1f1f", "#595959", "#5a5a5a", "#e2e2e2"
ACCENT, FADED = "#0072b2", "#7d7d7d"
LINES = ("#0072b2", "#d55e00", "#1f1f1f", "#a8578a", "#7a6a00", "#4b4b9f", "#767676", "#8c5a2b")
"""For lines: Okabe and Ito's blue, vermilion, black and purple, then darker tones that stand 3:1 on white."""
TONES = ("#8a8a8a", "#4a4a4a", "#8f7a5e", "#6e5f7d", "#6b6b6b", "#5d7468", "#a07a7a")
"""For lines beside one in focus: greys, and tones near grey, all quieter than the accent."""

WIDTH, MARGIN, GAP = 7.0, 0.12, 0.12
TITLE, BODY, SMALL = 13.5, 10.5, 10.0
LEADING = 1.32
FAMILY = "DejaVu Sans"

_PATHS = TextToPath()
_POINTS = 72.0


@contextmanager
def look() -> Iterator[None]:
    """Set the look while figures are made or written; what was set before comes back."""
    settings: Any = {
        **sns.axes_style("white"),
        "font.family": FAMILY,
        "font.size": BODY,
        "text.parse_math": False,
        "axes.edgecolor": QUIET,
        "axes.linewidth": 0.8,
        "axes.unicode_minus": True,
        "xtick.bottom": True,
        "xtick.labelsize": SMALL,
        "ytick.labelsize": SMALL,
        "svg.fonttype": "path",
        "svg.hashsalt": "sesec-analysis",
        "path.simplify": True,
    }
    with mpl.rc_context(settings):
        yield


@cache
def size_of(text: str, size: float = BODY, weight: str = "normal") -> float:
    """Return the width of a line of text in inches."""
    font = FontProperties(family=FAMILY, size=size, weight=weight)
    width, _, _ = _PATHS.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / _POINTS * 1.01


def wrapped(text: str, width: float, size: float = BODY, weight: str = "normal") -> list[str]:
    """Break text into lines no wider than ``width`` inches (one long word may be wider)."""
    lines: list[str] = []
    for word in filter(None, text.split(" ")):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and size_of(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def balanced(text: str, width: float, size: float, weight: str) -> list[str]:
    """Break text as `wrapped` does, into lines of like length."""
    lines = wrapped(text, width, size, weight)
    while len(lines) > 1 and width > 1.0:
        width -= 0.1
        narrower = wrapped(text, width, size, weight)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def leading(size: float) -> float:
    """Return the height of a line in inches."""
    return size * LEADING / _POINTS


@dataclass(frozen=True)
class FigureText:
    """What is written round a picture."""

    title: str
    subtitle: str
    key: Sequence[tuple[str, str]]  # mark, what it means
    notes: Sequence[str]
    source: str
    synthetic: bool = False


class FigurePage:
    """A figure with its words in place and room of ``height`` inches for the picture.

    ``frame`` is where the picture with its key begins and ends, in shares of the whole height.
    """

    def __init__(self, words: FigureText, height: float) -> None:
        inner = WIDTH - 2 * MARGIN
        title = balanced(words.title, inner, TITLE, "bold")
        subtitle = wrapped(words.subtitle, inner, BODY)
        notes = [line for note in words.notes for line in wrapped(note, inner, SMALL)]
        source = wrapped(words.source, inner, SMALL)
        key = _key_lines(words.key, inner)
        self.top = (
            MARGIN
            + len(title) * leading(TITLE)
            + len(subtitle) * leading(BODY)
            + 0.04
            + len(key) * leading(SMALL) * 1.15
            + 0.1
        )
        self.height = height
        foot = 0.1 + (len(notes) + len(source)) * leading(SMALL) + MARGIN
        self.full = self.top + height + foot
        self.figure = Figure(figsize=(WIDTH, round(self.full, 3)), facecolor="white")
        FigureCanvasAgg(self.figure)
        y = self._lines(title, MARGIN, TITLE, weight="bold")
        y = self._lines(subtitle, y, BODY, color=QUIET) + 0.04
        self.frame = (y / self.full, (self.top + height) / self.full)
        for line in key:
            self._key(line, y + leading(SMALL) * 0.575)
            y += leading(SMALL) * 1.15
        y = self._lines(notes, self.top + height + 0.1, SMALL, color=QUIET)
        self._lines(source, y, SMALL, color=QUIET)
        if words.synthetic:
            self._watermark()

    def text(self, x: float, y: float, text: str, *, boxed: bool = False, **style: Any) -> Text:
        """Write text at inches from the left and from the top; boxed, it hides the grid behind it."""
        if boxed:
            style["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
        defaults: dict[str, Any] = {
            "fontsize": BODY,
            "color": INK,
            "va": "center_baseline",
            "ha": "left",
        }
        return self.figure.text(x / WIDTH, 1 - y / self.full, text, **(defaults | style))

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Return axes whose box is at these inches."""
        box = (
            left / WIDTH,
            1 - (top + height) / self.full,
            width / WIDTH,
            height / self.full,
        )
        axes = self.figure.add_axes(box)
        sns.despine(ax=axes, left=True)
        return axes

    def dot(self, x: float, y: float, color: str, marker: str) -> None:
        """Draw a dot among words, inches from the left and from the top."""
        style = dot_style(color, marker=marker) | {"markersize": 5.0}
        dot = Line2D([x / WIDTH], [1 - y / self.full], linestyle="", **style)
        self.figure.add_artist(dot)

    def leader(self, start: tuple[float, float], end: tuple[float, float], color: str) -> None:
        """Draw a thin line between two points, inches from the left and from the top."""
        across = [start[0] / WIDTH, end[0] / WIDTH]
        down = [1 - start[1] / self.full, 1 - end[1] / self.full]
        self.figure.add_artist(Line2D(across, down, color=color, linewidth=0.7, alpha=0.7))

    def _lines(self, lines: Iterable[str], y: float, size: float, **style: Any) -> float:
        for line in lines:
            y += leading(size)
            self.text(MARGIN, y - leading(size) / 2, line, fontsize=size, **style)
        return y

    def _watermark(self) -> None:
        style: dict[str, Any] = {
            "fontsize": 54,
            "weight": "bold",
            "alpha": 0.1,
            "va": "center",
            "ha": "center",
        }
        mark = self.text(WIDTH / 2, self.top + self.height / 2, "SYNTHETIC", rotation=15, **style)
        mark.set_gid("watermark")

    def _key(self, items: Sequence[tuple[float, str, str]], y: float) -> None:
        for x, mark, text in items:
            self._mark(mark, x, y)
            self.text(x + _MARK + 0.06, y, text, fontsize=SMALL, color=QUIET)

    def _mark(self, mark: str, x: float, y: float) -> None:
        middle, down = (x + _MARK / 2) / WIDTH, 1 - y / self.full
        ends = [x / WIDTH, (x + _MARK) / WIDTH]
        if mark == "band":
            tall = 0.1 / self.full
            self.figure.add_artist(
                Rectangle((ends[0], down - tall / 2), ends[1] - ends[0], tall, **band_style(PLAIN))
            )
        elif mark == "shade":
            tall = 0.1 / self.full
            style = {"facecolor": band_style(PLAIN)["facecolor"], "linewidth": 0}
            self.figure.add_artist(
                Rectangle((ends[0], down - tall / 2), ends[1] - ends[0], tall, **style)
            )
        elif mark == "line":
            self.figure.add_artist(Line2D(ends, [down, down], color=PLAIN, linewidth=1.6))
        elif mark == "dash":
            dashes = (0, (4, 1.5))
            self.figure.add_artist(
                Line2D(ends, [down, down], color=PLAIN, linewidth=1.5, ls=dashes)
            )
        elif mark == "arrow":
            style = dot_style(PLAIN, marker=">") | {"markersize": 5.0}
            self.figure.add_artist(Line2D([middle], [down], linestyle="", **style))
        elif mark == "thin":
            self.figure.add_artist(Line2D(ends, [down, down], color=PLAIN, linewidth=1.1, ls=":"))
        else:
            style = dot_style(PLAIN, hollow=mark == "hollow", tick=mark == "tick")
            self.figure.add_artist(Line2D([middle], [down], linestyle="", **style))


_MARK = 0.26


def band_style(color: str) -> dict[str, Any]:
    """Return how a range is drawn: a light band whose edge stands out on white."""
    return {"facecolor": mpl.colors.to_rgba(color, 0.16), "edgecolor": color, "linewidth": 0.8}


def dot_style(
    color: str, *, marker: str = "o", hollow: bool = False, tick: bool = False
) -> dict[str, Any]:
    """Return how a value is drawn: a dot; hollow: with care; a tick: the middle of a range."""
    if tick:
        return {"marker": "|", "markersize": 8, "markeredgewidth": 1.6, "color": color}
    return {
        "marker": marker,
        "markersize": 6.5 if marker != "D" else 5.6,
        "markerfacecolor": "white" if hollow else color,
        "markeredgecolor": color,
        "markeredgewidth": 1.4,
    }


def _key_lines(key: Sequence[tuple[str, str]], width: float) -> list[list[tuple[float, str, str]]]:
    """Set the key from left to right, on as many lines as it needs."""
    lines: list[list[tuple[float, str, str]]] = []
    x = 0.0
    for mark, text in key:
        wide = _MARK + 0.06 + size_of(text, SMALL)
        if not lines or x + wide > width + MARGIN:
            lines.append([])
            x = MARGIN
        lines[-1].append((x, mark, text))
        x += wide + 0.25
    return lines
