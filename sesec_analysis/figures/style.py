"""Set the look of figures, and draw by it: colours and shapes, lines of words, scales, marks, and names beside marks.

Ink and greys, one accent for what is in focus, and for lines that must be told apart a few of Okabe and Ito's colours;
never red against green, and never colour alone. The font is Source Sans Pro; a few signs are from DejaVu Sans.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from itertools import cycle, pairwise
from math import ceil, floor, log2
from typing import Any, NamedTuple

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.patches import Patch
from matplotlib.patheffects import AbstractPathEffect, Normal, Stroke
from matplotlib.text import Annotation
from matplotlib.text import Text as DrawnText
from matplotlib.textpath import TextToPath
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Affine2D
from scipy.optimize import isotonic_regression

from sesec_analysis import catalog, schema
from sesec_analysis.bounds import Floats
from sesec_analysis.evidence.pictured import captions
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording.numbers import MINUS
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Arg, Text

INK, QUIET, PLAIN, GRID = "#1f1f1f", "#595959", "#5c554d", "#e2e2e2"
ACCENT, FADED, PALE = "#0072b2", "#7d7d7d", "#cfcfcf"
WORSE = "#c4520a"
"""What is worse, and nothing else; its side and words say so too."""
LINES = ("#1f1f1f", "#a8578a", "#7a6a00", "#4b4b9f", "#767676", "#8c5a2b", "#2a7f7f")
"""For lines of groups: black, and tones that stand 3:1 on white; blue is a place's, and orange means worse."""
TONES = ("#8a8a8a", "#4a4a4a", "#8f7a5e", "#6e5f7d", "#6b6b6b", "#5d7468", "#a07a7a")
"""For lines beside one in focus: greys, and tones near grey, all quieter than the accent."""
MARKERS = ("^", "v", "P", "X", "p", "<", ">")
"""Shapes of dots of groups, none of them a place's: whatever colour distinguishes, shape distinguishes too."""
WIDTH, MARGIN = 7.0, 0.12  # inches
TITLE, BODY, SMALL = 13.5, 10.5, 10.0  # points
LEADING = 1.32
FAMILY = "Source Sans Pro"
FAMILIES = f"'{FAMILY}', 'DejaVu Sans', sans-serif"
"""What an SVG asks for; any other font is set as long as this one."""
for _file in files("font_source_sans_pro").joinpath("files").iterdir():
    if _file.name in ("SourceSansPro-Regular.ttf", "SourceSansPro-Bold.ttf"):
        fontManager.addfont(str(_file))
DASHES: dict[str, Any] = {"solid": "", "dotted": (1.2, 1.6), "dashed": (4, 1.5)}
LINED: dict[str, Any] = {"line": "-", "dash": (0, DASHES["dashed"]), "thin": ":"}
"""How lines are broken: those over the years, and those that a key explains."""
MARKS = {
    **{"dot": N_("Dot"), "pale": N_("Pale dot"), "hollow": N_("Hollow dot"), "line": N_("Line")},
    **{"shade": N_("Shading"), "band": N_("Outlined band"), "dash": N_("Dashes")},
    **{"thin": N_("Dotted line"), "arrow": N_("Arrow"), "strip": N_("Gray strip")},
}  # fmt: skip
"""What a mark is called in the caption; places and groups are told in the picture."""
Box = tuple[str, int, int, int, int]
"""The id of a finding and where its mark lies: left, top, width and height, in thousandths of the picture."""


@contextmanager
def style() -> Iterator[None]:
    """Draw the plots of a block, or of a decorated function, in the style of our figures.

    Earlier settings return at the end. ``plt.style.use("sesec_analysis.figures.sesec")`` sets it for good.

    Examples
    --------
    >>> with style():
    ...     print(mpl.rcParams["font.family"])
    ['Source Sans Pro', 'DejaVu Sans']
    """
    sheet = files("sesec_analysis.figures").joinpath("sesec.mplstyle")
    look = mpl.rc_params_from_file(str(sheet), use_default_template=False)
    with mpl.rc_context({**look, "svg.hashsalt": "sesec-analysis"}):
        yield


class Look(NamedTuple):
    """Colour and shape of the marks of one place or student group, out of focus."""

    plain: str
    marker: str


def _look(at: int, colors: Sequence[str] = LINES) -> Look:
    return Look(colors[at % len(colors)], MARKERS[at % len(MARKERS)])


HERE, REST = Look(ACCENT, "o"), Look(PLAIN, "D")
"""What a place that reports are about, and all other schools, look like on paper, on a phone, and on a slide."""
_DISTRICT, _STATE = Look(INK, "s"), Look(INK, "*")


def _look_of_place(code: str) -> Look | None:
    """Return the one look that a place has in every figure; None of a place without a part in comparisons."""
    place = catalog.places().get(code)
    if place is None:
        return None
    looks = {HERE: place.headline, REST: place.all_but, _DISTRICT: place.whole_district}
    return next(
        (look for look, is_so in looks.items() if is_so), _STATE if place.whole_state else None
    )


def looks_of_places(codes: Iterable[str]) -> dict[str, Look]:
    """Return the look of each organization; others than those compared have one by their order in the catalog."""
    looks: dict[str, Look | None] = {}
    for code in dict.fromkeys(codes):
        look = _look_of_place(code)
        looks[code] = None if look in looks.values() else look
    known = list(catalog.places())
    free = cycle([HERE, *map(_look, range(len(MARKERS)))][HERE in looks.values() :])
    return {
        code: look or (_look(known.index(code)) if code in known else next(free))
        for code, look in looks.items()
    }


def is_district(code: str) -> bool:
    """Return whether a code is of a whole district: alone it is drawn in ink, as blue means a place in it."""
    place = catalog.places().get(code)
    return bool(place and place.whole_district)


def look_of_group(kind: str, code: str, *, any_focus: bool) -> Look:
    """Return the look of a student group, by its place in its type; beside a focus, a quiet tone of its own."""
    if kind == "all":
        return Look(FADED, "h")
    at = list(catalog.group_types()[kind].groups).index(code)
    return _look(at, TONES if any_focus else LINES)


@cache  # 0.5 ms; an edition in four languages measures 19,000 texts, of which 3,200 differ
def length_of(text: str, size: float = BODY, weight: str = "normal") -> float:
    """Return the length of a line of text in points."""
    font = FontProperties(family=[FAMILY, "DejaVu Sans"], size=size, weight=weight)
    return float(TextToPath().get_text_width_height_descent(text, font, ismath=False)[0])


def size_of(text: str, size: float = BODY, weight: str = "normal") -> float:
    """Return the width that a line of text needs, in inches."""
    return length_of(text, size, weight) / 72 * 1.01


def wrap_text(text: str, width: float, size: float = SMALL, weight: str = "normal") -> str:
    """Break text into lines no wider than ``width`` inches (one long word may be wider)."""
    lines: list[str] = []
    for word in filter(None, text.split(" ")):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and size_of(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


def balance_lines(text: str, width: float, size: float = SMALL) -> str:
    """Break bold text as `wrap_text` does, into lines of like length."""
    every = [wrap_text(text, width - less / 10, size, "bold") for less in range(int(width * 5))]
    return [lines for lines in every if lines.count("\n") == every[0].count("\n")][-1]


def tall(text: str, size: float = SMALL) -> float:
    """Return the height of lines of text in inches."""
    return (text.count("\n") + 1) * size * LEADING / 72 if text else 0.0


@dataclass(frozen=True)
class Axis:
    """An axis: its ticks, of which the first and the last are its ends, and the words beside it."""

    ticks: Sequence[float]
    labels: Sequence[str]
    label: Arg | None = None
    equal: float | None = None  # where there is no difference

    low = property(lambda axis: axis.ticks[0])
    high = property(lambda axis: axis.ticks[-1])

    def on(self, axis: XAxis | YAxis, *, every: int = 1) -> None:
        """Give an axis this scale, with a grid and a line of no difference; so many ticks share a label."""
        if self.equal == 1.0:
            axis.axes.set_xscale("log", base=2)
            axis.axes.minorticks_off()
        axis.axes.set(**{f"{axis.axis_name}lim": (self.low, self.high)})
        labels = [text * (at % every == 0) for at, text in enumerate(self.labels)]
        axis.set_ticks(self.ticks, labels=labels)
        axis.grid(visible=True)
        if self.equal is not None:
            line = axis.axes.axvline if axis.axis_name == "x" else axis.axes.axhline
            line(self.equal, color=INK, linewidth=1.2, zorder=1.5)


def numbers_of(rows: pd.DataFrame, *names: str) -> list[float]:
    """Return every number in these columns, for a scale."""
    return [float(value) for name in names for value in rows[name].dropna()]


def level_scale(numbers: Iterable[float], unit: str) -> Axis:
    """Return the axis of rates, or of averages in a unit: from zero to a round number, cut nowhere."""
    share, top = unit in schema.SHARES, max([0.01, *numbers])
    ticks = _ticks(0.0, top * 1.02 if share and top < 0.98 else top)
    prefix = "$" if unit == "dollars_per_student" else ""
    return Axis(ticks, [f"{at * 100:.0f}%" if share else f"{prefix}{at:,g}" for at in ticks])


def narrow_scale(numbers: Sequence[float], unit: str) -> Axis:
    """Return the axis of lines over the years: of shares or years that are all far from zero, between round numbers."""
    low, high = min(numbers, default=0.0), max(numbers, default=1.0)
    if unit == "years" and low > 0.5 * high:
        ticks = _ticks(0.9 * low, 1.1 * high)
        return Axis(ticks, [f"{at:g}" for at in ticks])
    if unit not in schema.SHARES or low < 0.3 or high - low > 0.4:
        return level_scale(numbers, unit)
    ticks = _ticks(low - 0.02, min(high + 0.02, 1.0))
    return Axis(ticks, [f"{at * 100:.0f}%" for at in ticks])


def amount_scale(numbers: Sequence[float], unit: str) -> Axis:
    """Return the axis of dots for amounts of money: between two round numbers, since none of them is near zero."""
    low, high = min(numbers, default=0.0), max(numbers, default=1.0)
    if unit != "dollars_per_student" or low < 0.1 * high:
        return level_scale(numbers, unit)
    ticks = _ticks(low, high, most=7)
    return Axis(ticks, [f"${at:,g}" for at in ticks])


def _ticks(low: float, high: float, *, most: int = 5) -> list[float]:
    at = MaxNLocator(most, steps=[1, 2, 5, 10], min_n_ticks=2).tick_values(low, high)
    return [round(float(tick), 10) for tick in at]


def scale_of(numbers: Sequence[float], row: Row) -> Axis:
    """Return the axis of rates like a row, of gaps, or of ratios, where twice and half are equally far from equal."""
    if not row.compares:
        return level_scale(numbers, row.unit)
    if row.unit == "ratio":
        powers = [log2(value) for value in numbers if value > 0] or [0.0]
        low, high = max(min(floor(min(powers)), -1), -6), min(max(ceil(max(powers)), 1), 8)
        step = ceil((high - low) / 6)  # as many labels as have room; 1× is one of them
        ticks = [2.0**at for at in range(floor(low / step) * step, high + step, step)]
        return Axis(ticks, [f"{tick:g}×" for tick in ticks], equal=1.0)
    ticks = _ticks(min(-0.001, *numbers), max(0.001, *numbers))
    labels = [f"{MINUS if at < 0 else '+' if at > 0 else ''}{abs(at) * 100:.0f}" for at in ticks]
    return Axis(ticks, labels, Text(N_("percentage points")), equal=0.0)


@dataclass(frozen=True)
class KeyMark:
    """A line of a key: which mark, and what it means. With a shape of its own it tells places or groups apart."""

    mark: str  # one of `MARKS`, or look
    text: Arg
    color: str = PLAIN
    shape: str = "o"

    def handle(self) -> Artist:
        """Return the mark as a legend draws it."""
        if self.mark in ("band", "shade", "strip"):
            edge = self.color if self.mark == "band" else "white"
            return Patch(facecolor=shade(self.color), edgecolor=edge, linewidth=0.8)
        if self.mark in LINED:
            return Line2D([], [], color=self.color, linewidth=1.6, linestyle=LINED[self.mark])
        shape = {"arrow": ">"}.get(self.mark, self.shape)
        face = {"hollow": "white", "pale": pale(self.color)}.get(self.mark, self.color)
        return Line2D([], [], ls="", marker=shape, ms=6.5, mec=self.color, mfc=face, mew=1.4)


def explains(axes: Axes, keys: Mapping[KeyMark, Any]) -> None:
    """Have the key of the figure explain marks, those that are drawn."""
    figure_list(axes.figure, "_key").extend(key for key, drawn in keys.items() if drawn)


KEPT = ("_key", "_later", "_touched")
"""What a figure keeps until it is finished: its key, what moves labels apart, and where findings are drawn."""


def figure_list(figure: Any, name: str) -> list[Any]:
    """Return a list that the figure itself keeps, and that is gone with it."""
    kept: list[Any] = vars(figure).setdefault(name, [])
    return kept


def shade(color: str, part: float = 0.16) -> tuple[float, float, float]:
    """Return a color so light that what lies on it can be read."""
    red, green, blue = (1 - part * (1 - own) for own in mpl.colors.to_rgb(color))
    return red, green, blue


def pale(color: str) -> tuple[float, float, float]:
    """Return the color of a number to be used with caution: a hollow mark is one that could be chance."""
    return shade(color, 0.4)


def dots(
    axes: Axes, rows: pd.DataFrame, x: str, y: str, *, size: float = 44, at: float = 3, dot: Arg | None = None,
    care: Arg | None = None,
) -> None:  # fmt: skip
    """Draw a dot for each row that has a value, of its ``shape``, and let them look as `style_dots` says."""
    shown = rows.dropna(subset=[x, y])
    if len(shown):
        sns.scatterplot(
            shown, x=x, y=y, style="shape", markers={shape: shape for shape in shown["shape"]}, s=size,
            legend=False, ax=axes, zorder=at, clip_on=False, linewidth=1.3,
        )  # fmt: skip
        style_dots(axes, shown, axes.collections[-1], dot, care)


def style_dots(
    axes: Axes, rows: pd.DataFrame, points: Any, dot: Arg | None = None, care: Arg | None = None
) -> None:
    """Give dots the look that rows ask for in the columns ``color``, ``edge`` and ``hollow``.

    The key calls them ``dot``, and those that ``hollow`` marks ``care``, which are pale then; the middle of a range is
    none of them.
    """
    color, hollow = rows["color"], rows["hollow"].astype(bool)
    inside = color.map(pale) if care else "white"
    points.set(facecolor=[*color.mask(hollow, inside)], edgecolor=[*rows.get("edge", color)])
    if dot or care:
        hollow = hollow[rows["publish"] == "point"]
        shape = HERE.marker if len(set(rows["shape"])) > 1 else rows["shape"].iloc[0]
        explains(axes, {KeyMark("dot", dot, shape=shape): not hollow.all()} if dot else {})
        explains(axes, {KeyMark("pale", care, shape=shape): hollow.any()} if care else {})
    record_marks(axes, rows, lambda: np.tile(points.get_offsets(), 2))
    axes.set(xlabel="", ylabel="")


def set_shape(points: Any, shape: str) -> None:
    """Give dots that are drawn as circles another shape, of about their area."""
    mark = MarkerStyle(shape)
    points.set_paths([mark.get_path().transformed(mark.get_transform()).transformed(_SMALLER)])


def lines(axes: Axes, rows: pd.DataFrame, x: str, y: str) -> None:
    """Draw the lines of rows, by their columns ``color`` and ``wide``, between neighbours that may be joined.

    No value is averaged. A line is dotted across years without figures; the column ``dash`` says otherwise. One to the
    middle of a range is solid: its box says that it is no number, and is hardly longer than a dot.
    """
    pieces: list[tuple[object, ...]] = []
    for before, after in pairwise(records(rows)):
        ends = [(getattr(one, x), getattr(one, y)) for one in (before, after)]
        if before.finding.joins(after.finding) and not pd.isna(ends).any():
            dash = "solid" if after.year == before.year + 1 else "dotted"
            dash = getattr(before, "dash", "") or dash
            pieces += [(len(pieces), before.color, before.wide, dash, *end) for end in ends]
    if not pieces:
        return
    made = pd.DataFrame(pieces, columns=["unit", "color", "wide", "dash", "x", "y"])
    color, wide = ({value: value for value in made[name]} for name in ("color", "wide"))
    sns.lineplot(
        made, x="x", y="y", units="unit", estimator=None, errorbar=None, legend=False, ax=axes,
        hue="color", palette=color, size="wide", sizes=wide, style="dash", dashes=DASHES, zorder=2.8,
    )  # fmt: skip
    axes.set(xlabel="", ylabel="")


def records(rows: pd.DataFrame) -> list[Any]:
    """Return the rows of a frame one by one, their columns as attributes."""
    return list(rows.itertuples())


def ranges(
    axes: Axes, rows: pd.DataFrame, by: str, *, upright: bool = False, wide: float = 0.12,
    at: float = 2.5,
) -> None:  # fmt: skip
    """Draw ranges as bands, which the key explains, as far as axes reach."""
    open_ = rows[rows["publish"] == "range"]
    if open_.empty:
        return
    band = captions.band(open_["unit"].iloc[0], open_["rule"])
    explains(axes, {KeyMark("band", band): True})
    least, most = axes.get_ylim() if upright else axes.get_xlim()
    low = open_["bound_low"].fillna(least).clip(least, most)
    high = open_["bound_high"].fillna(most).clip(least, most)
    faces: dict[str, Any] = {"color": [*map(shade, open_["color"])], "edgecolor": [*open_["color"]]}
    draw, left = axes.bar if upright else axes.barh, open_[by] - wide / 2
    draw(open_[by], high - low, wide, low, linewidth=0.8, zorder=at, **faces)
    ends = (left, low, left + wide, high) if upright else (low, left, high, left + wide)
    record_marks(axes, open_, lambda: np.column_stack(ends))


def draw_range_boxes(axes: Axes, rows: pd.DataFrame, x: str, y: str, *, size: float = 58) -> None:
    """Mark narrow ranges with an upright box, so that one thinner than a line is seen, and is no dot."""
    faces: dict[str, Any] = {
        "facecolor": [*map(shade, rows["color"])],
        "edgecolor": [*rows["color"]],
    }
    axes.scatter(
        rows[x], rows[y], s=size, marker=_BOX, linewidth=1.1, zorder=3.4, clip_on=False, **faces
    )


_SMALLER = Affine2D().scale(0.86)
_BOX = [(-1, -2), (1, -2), (1, 2), (-1, 2), (-1, -2)]


def record_marks(axes: Axes, rows: pd.DataFrame, ends: Callable[[], Floats]) -> None:
    """Keep where findings are drawn: left, low, right and high of each mark, once the layout stands."""
    if "finding" in rows:
        figure_list(axes.figure, "_touched").append((axes, list(rows["finding"]), ends))


def boxes(figure: Figure) -> tuple[Box, ...]:
    """Return where the marks of a finished figure lie, each once and in the order of drawing."""
    made: dict[Box, None] = {}
    reach = 6.0 * figure.dpi / 72  # points round the middle of a dot
    for axes, findings, ends in figure_list(figure, "_touched"):
        corners = axes.transData.transform(ends().reshape(-1, 2)).reshape(-1, 2, 2)
        aside = np.maximum(0.0, reach - np.ptp(corners, axis=1) / 2)
        low, high = corners.min(axis=1) - aside, corners.max(axis=1) + aside
        low, high = (np.clip(end / figure.bbox.size, 0, 1) for end in (low, high))
        every = np.round(
            1000 * np.column_stack([low[:, 0], 1 - high[:, 1], high[:, 0], 1 - low[:, 1]])
        )
        for finding, (x, y, end, foot) in zip(findings, every.astype(int).tolist(), strict=True):
            made[finding.id, x, y, end - x, foot - y] = None
    return tuple(made)


def over_lines() -> list[AbstractPathEffect]:
    """Return what has words read over a line: a white edge."""
    return [Stroke(linewidth=2.5, foreground="white"), Normal()]


def spread_apart(
    wanted: Sequence[float], sizes: Sequence[float], low: float, high: float
) -> list[float]:
    """Return centres as near to those wanted as things of these sizes do not overlap, between two ends if they fit."""
    order = np.argsort(wanted, kind="stable")
    lengths = np.asarray(sizes, dtype="float64")[order]
    before = np.cumsum(lengths) - lengths
    # With the lengths before each taken off, starts do not overlap if they do not decrease.
    starts = np.asarray(wanted, dtype="float64")[order] - lengths / 2 - before
    starts = isotonic_regression(starts).x if len(starts) else starts
    starts = np.maximum(np.minimum(starts, high - lengths.sum()), low)
    centres = np.empty(len(lengths))
    centres[order] = starts + before + lengths / 2
    return [float(centre) for centre in centres]


def write_beside(
    axes: Axes, rows: pd.DataFrame, *, x: float = 1.03, width: float = 1.75, side: str = "left"
) -> None:  # fmt: skip
    """Write the column ``text`` of rows at ``x``, a share of the width of the axes; each leads to its point x, y.

    They move apart where they would overlap. Columns may give a ``color``, a ``weight``, and that of the ``leader``.
    """
    line: dict[str, Any] = {"arrowstyle": "-", "linewidth": 0.7, "shrinkA": 1, "shrinkB": 4}
    line["relpos"] = (0 if side == "left" else 1, 0.5)
    look, made = {"color": INK, "weight": "normal", "leader": QUIET}, []
    for row in records(rows.assign(**{name: rows.get(name, one) for name, one in look.items()})):
        made.append(
            axes.annotate(
                wrap_text(row.text, width, SMALL, row.weight), (row.x, row.y), (x, row.y), va="center", ha=side,
                textcoords=axes.get_yaxis_transform(), arrowprops=line | {"color": row.leader},
                annotation_clip=False, fontsize=SMALL, color=row.color, weight=row.weight,
            )
        )  # fmt: skip
    figure_list(axes.figure, "_later").append(partial(_move_apart, axes, made))


def _move_apart(axes: Axes, column: Sequence[Annotation]) -> None:
    box, up = axes.get_window_extent(), axes.transData
    sizes = [DrawnText.get_window_extent(text).height + 3 for text in column]
    room = max(0.0, sum(sizes) - box.height) / 2 + 6
    wanted = [up.transform(text.xy)[1] for text in column]
    centres = spread_apart(wanted, sizes, box.y0 - room, box.y1 + room)
    for text, centre in zip(column, centres, strict=True):
        text.set_position((text.get_position()[0], up.inverted().transform((0, centre))[1]))
