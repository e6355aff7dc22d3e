"""Set the look of figures: one style, the colours and shapes of places and groups, and how each mark is drawn.

Ink and greys, one accent for what is in focus, and for lines that must be told apart a few of Okabe and Ito's colours;
never red against green, and never colour alone. The font, DejaVu Sans, comes with matplotlib.
"""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.textpath import TextToPath

from sesec_analysis import catalog

__all__ = [
    "KeyMark",
    "Look",
    "Style",
    "dots",
    "lines",
    "look_of_group",
    "looks_of_places",
    "ranges",
    "style",
]


INK, QUIET, PLAIN, GRID = "#1f1f1f", "#595959", "#5a5a5a", "#e2e2e2"
ACCENT, FADED, PALE = "#0072b2", "#7d7d7d", "#cfcfcf"
LINES = ("#0072b2", "#d55e00", "#1f1f1f", "#a8578a", "#7a6a00", "#4b4b9f", "#767676", "#8c5a2b")
"""For lines: Okabe and Ito's blue, vermilion, black and purple, then darker tones that stand 3:1 on white."""
TONES = ("#8a8a8a", "#4a4a4a", "#8f7a5e", "#6e5f7d", "#6b6b6b", "#5d7468", "#a07a7a")
"""For lines beside one in focus: greys, and tones near grey, all quieter than the accent."""
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "p", "h")
"""Shapes of dots: whatever colour distinguishes, shape distinguishes too."""
WIDTH, MARGIN = 7.0, 0.12  # inches
TITLE, BODY, SMALL = 13.5, 10.5, 10.0  # points
LEADING = 1.32
FAMILY = "DejaVu Sans"
DASHES: dict[str, Any] = {"solid": "", "dotted": (1.2, 1.6), "dashed": (4, 1.5)}


class Style(dict[str, Any]):
    """Settings of matplotlib that also hold for a ``with`` block, as seaborn's own styles do."""

    def __enter__(self) -> Self:
        """Set the look; what was set before comes back at the end of the block."""
        self._stack = ExitStack()
        self._stack.enter_context(mpl.rc_context(dict(self)))  # type: ignore[arg-type]
        return self

    def __exit__(self, *raised: object) -> None:
        """Set what was set before."""
        self._stack.close()


def style() -> Style:
    """Return the look of our figures, for a ``with`` block or for ``plt.rcParams.update``.

    Returns
    -------
    Style
        A dict of matplotlib's settings.

    Examples
    --------
    >>> with style():
    ...     print(mpl.rcParams["font.family"])
    ['DejaVu Sans']
    >>> style()["axes.edgecolor"]
    '#595959'
    """
    return Style(
        sns.axes_style("white")
        | {
            "font.family": FAMILY,
            "font.size": BODY,
            "text.parse_math": False,
            "text.color": INK,
            "axes.edgecolor": QUIET,
            "axes.labelcolor": QUIET,
            "axes.labelsize": SMALL,
            "axes.linewidth": 0.8,
            "axes.spines.left": False,
            "axes.spines.right": False,
            "axes.spines.top": False,
            "axes.titlesize": SMALL,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.unicode_minus": True,
            "axes.prop_cycle": mpl.rcsetup.cycler(color=LINES),
            "axes.axisbelow": True,
            "figure.facecolor": "white",
            "grid.color": GRID,
            "legend.frameon": False,
            "legend.fontsize": SMALL,
            "xtick.bottom": True,
            "xtick.color": QUIET,
            "ytick.color": QUIET,
            "xtick.labelsize": SMALL,
            "ytick.labelsize": SMALL,
            "svg.fonttype": "path",
            "svg.hashsalt": "sesec-analysis",
            "path.simplify": True,
        }
    )


@dataclass(frozen=True)
class Look:
    """How the marks of one place or student group are drawn, in focus or out of it."""

    plain: str
    marker: str

    def color(self, *, focus: bool, any_focus: bool) -> str:
        """Return the colour; the accent is kept for what is in focus, if anything is."""
        if focus:
            return ACCENT
        return FADED if any_focus and self.plain == ACCENT else self.plain


def looks_of_places(codes: Iterable[str]) -> dict[str, Look]:
    """Return the look of each organization: places in the catalog's order, others after them.

    Examples
    --------
    >>> both = looks_of_places(["southeast_seattle", "seattle"])
    >>> both["seattle"] == looks_of_places(["seattle"] * 2)["seattle"]
    True
    """
    asked = list(dict.fromkeys(codes))
    known = list(catalog.places())
    taken = {known.index(code) % len(MARKERS) for code in asked if code in known}
    free = [at for at in range(len(MARKERS)) if at not in taken] or list(range(len(MARKERS)))
    strangers = [code for code in asked if code not in known]
    numbers = {code: free[at % len(free)] for at, code in enumerate(strangers)}
    numbers |= {code: known.index(code) for code in asked if code in known}
    return {code: Look(_at(LINES, numbers[code]), _at(MARKERS, numbers[code])) for code in asked}


def look_of_group(kind: str, code: str, *, any_focus: bool) -> Look:
    """Return the look of a student group, by its place in its type; beside a focus, a quiet tone of its own."""
    if kind == "all":
        return Look(FADED, MARKERS[-1])
    at = list(catalog.group_types()[kind].groups).index(code)
    return Look(_at(TONES if any_focus else LINES, at), _at(MARKERS, at))


def _at(looks: Sequence[str], at: int) -> str:
    return looks[at % len(looks)]


# words -------------------------------------------------------------------------------------------

_PATHS = TextToPath()


@cache
def size_of(text: str, size: float = BODY, weight: str = "normal") -> float:
    """Return the width of a line of text in inches."""
    font = FontProperties(family=FAMILY, size=size, weight=weight)
    return float(_PATHS.get_text_width_height_descent(text, font, ismath=False)[0]) / 72 * 1.01


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


def balanced(text: str, width: float, size: float, weight: str = "normal") -> list[str]:
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
    return size * LEADING / 72


# marks -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class KeyMark:
    """A line of a key: which mark, and what it means. With a shape of its own it tells places or groups apart."""

    mark: str  # dot, hollow, tick, line, dash, thin, band, shade, arrow, strip, look
    text: str
    color: str = PLAIN
    shape: str = "o"

    def handle(self) -> Artist:
        """Return the mark as a legend draws it."""
        if self.mark == "band":
            return Rectangle((0, 0), 1, 1, **band_style(self.color))
        if self.mark in ("shade", "strip"):
            return Patch(facecolor=shade(PALE if self.mark == "strip" else self.color))
        if self.mark in ("line", "dash", "thin"):
            dashes: Any = {"line": "-", "dash": (0, DASHES["dashed"]), "thin": ":"}[self.mark]
            return Line2D([], [], color=self.color, linewidth=1.6, linestyle=dashes)
        shape = {"arrow": ">", "tick": "|"}.get(self.mark, self.shape)
        face = "white" if self.mark == "hollow" else self.color
        edge: dict[str, Any] = {
            "markeredgecolor": self.color,
            "markerfacecolor": face,
            "markeredgewidth": 1.4,
        }
        return Line2D([], [], linestyle="", marker=shape, markersize=6.5, **edge)


def shade(color: str) -> tuple[float, float, float]:
    """Return a colour so light that what lies on it can be read."""
    red, green, blue = (1 - 0.16 * (1 - part) for part in mpl.colors.to_rgb(color))
    return red, green, blue


def band_style(color: str) -> dict[str, Any]:
    """Return how a range is drawn: a light band whose edge stands out on white."""
    return {"facecolor": shade(color), "edgecolor": color, "linewidth": 0.8}


def dots(
    axes: Axes, rows: pd.DataFrame, x: str, y: str, *, size: float = 44, at: float = 3
) -> None:
    """Draw a dot for each row that has a value, by its columns ``color``, ``shape`` and ``hollow``."""
    shown = rows.dropna(subset=[x, y])
    if shown.empty:
        return
    sns.scatterplot(
        shown, x=x, y=y, style="shape", markers={shape: shape for shape in shown["shape"]}, s=size,
        legend=False, ax=axes, zorder=at, clip_on=False,
    )  # fmt: skip
    points = axes.collections[-1]
    color, hollow = shown["color"], shown["hollow"].astype(bool)
    points.set(facecolor=color.where(~hollow, "white").tolist(), linewidth=1.3)
    points.set_edgecolor(shown.get("edge", color).tolist())
    axes.set(xlabel="", ylabel="")


def lines(axes: Axes, rows: pd.DataFrame, x: str, y: str) -> None:
    """Draw a line for each value of ``unit``, by the columns ``color``, ``dash`` and ``wide``; no value is averaged."""
    if rows.empty:
        return
    same = {column: {value: value for value in rows[column]} for column in ("color", "wide")}
    sns.lineplot(
        rows, x=x, y=y, units="unit", estimator=None, errorbar=None, legend=False, ax=axes,
        hue="color", palette=same["color"], size="wide", sizes=same["wide"],
        style="dash", dashes={dash: DASHES[dash] for dash in rows["dash"]}, zorder=2.8,
    )  # fmt: skip
    axes.set(xlabel="", ylabel="")


def records(rows: pd.DataFrame) -> list[Any]:
    """Return the rows of a frame one by one, their columns as attributes."""
    return list(rows.itertuples())


def ranges(
    axes: Axes, rows: pd.DataFrame, at: str, *, upright: bool = False, wide: float = 0.12
) -> None:
    """Draw the ranges that withheld figures leave open as bands, as far as the axes reach."""
    open_ = rows[rows["publish"] == "range"]
    least, most = axes.get_ylim() if upright else axes.get_xlim()
    low = open_["bound_low"].fillna(least).clip(least, most)
    length = open_["bound_high"].fillna(most).clip(least, most) - low
    faces: dict[str, Any] = {"color": [shade(color) for color in open_["color"]], "edgecolor": open_["color"].tolist(),
             "linewidth": 0.8, "zorder": 2.5}  # fmt: skip
    if upright:
        axes.bar(open_[at], length, bottom=low, width=wide, **faces)
    else:
        axes.barh(open_[at], length, left=low, height=wide, **faces)
