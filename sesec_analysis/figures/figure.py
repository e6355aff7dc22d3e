"""Begin a figure with one question, and finish it: title, key and source; caption, alt text, table and files beside it.

The same estimates give the same PNG and the same SVG, to the byte.
"""

import base64
import hashlib
import html
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cached_property, partial, wraps
from inspect import signature
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text as DrawnText
from matplotlib.transforms import Bbox

from sesec_analysis import i18n, schema
from sesec_analysis.errors import DataError, QuestionError
from sesec_analysis.evidence import citation, notices
from sesec_analysis.evidence.described import specs
from sesec_analysis.evidence.described.specs import Spec
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.pictured import captions
from sesec_analysis.evidence.wording.fields import in_english
from sesec_analysis.evidence.wording.labels import OURS
from sesec_analysis.figures import style
from sesec_analysis.figures.style import MARGIN, QUIET, WIDTH, KeyMark
from sesec_analysis.files import unrun
from sesec_analysis.languages import numbers
from sesec_analysis.text import Arg, Quoted, Renderer, Text, _

DPI = 220


@dataclass(frozen=True, eq=False, kw_only=True)
class ReportFigure(captions.Caption):
    """A figure that can be shown in a notebook, saved, and published with everything that belongs to it."""

    picture: Figure = field(repr=False)
    frame: tuple[float, float]  # of the picture and its key, in shares of the height
    marks: tuple[style.Box, ...] = field(repr=False)  # where which finding is drawn
    spec: Spec | None = field(default=None, repr=False)

    @property
    def figure(self) -> Figure:
        """The picture, for a researcher to draw on; from then on it is written anew."""
        for written in ("png", "svg"):
            vars(self).pop(written, None)
        return self.picture

    @property
    def axes(self) -> list[Axes]:
        """The axes of the picture, for a researcher to draw on; an edition, which draws it anew, has no such change."""
        return list(self.figure.axes)

    @cached_property
    def png(self) -> bytes:
        """The picture as PNG, for print."""
        return self._written("png", dpi=DPI, metadata={"Software": None})

    @cached_property
    def svg(self) -> str:
        """The picture as SVG with its title and description; its words are text, each as long as it was measured."""
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        drawn = self._written("svg", metadata=nothing).decode()
        return _describe_svg(drawn, self.title, f"{self.alt} {self.long_description}")

    def _written(self, kind: str, **options: Any) -> bytes:
        target = io.BytesIO()
        with style.style():
            self.picture.savefig(target, format=kind, facecolor="white", **options)
        return target.getvalue()

    def save(self, folder: str | Path, name: str) -> list[Path]:
        """Write name.png, name.svg and name.csv into a folder, and return their paths."""
        Path(folder).mkdir(parents=True, exist_ok=True)
        rows = pd.DataFrame(self.csv_rows(), columns=list(captions.CSV))
        rows = rows.map(lambda cell: unrun(cell) if isinstance(cell, str) else cell)
        table = rows.to_csv(index=False, lineterminator="\n").encode()
        files = {"png": self.png, "svg": self.svg.encode(), "csv": table}
        paths = [Path(folder) / f"{name}.{kind}" for kind in files]
        for path, content in zip(paths, files.values(), strict=True):
            path.write_bytes(content)
        return paths

    def _repr_mimebundle_(self, **_forms: object) -> tuple[dict[str, object], dict[str, object]]:
        """Return the figure with all that belongs to it, as JSON, PNG, SVG and text."""
        data: dict[str, object] = {
            **notices.spec_output(self.spec),
            notices.FIGURE: self.content() | {"frame": self.frame, "marks": self.marks},
            "image/png": base64.b64encode(self.png).decode("ascii"),
            "image/svg+xml": self.svg,
            "text/plain": self.alt,
        }
        return data, {"image/png": {"alt": self.alt, "width": round(WIDTH * 100)}}


Plot = ReportFigure | notices.Notice
"""A figure, or a notice of why there is none: there are no rows, or none that may be shown."""
Drawn = Plot | Axes
"""What a plot of one panel returns: the axes, where it is drawn on those of the caller."""
P = ParamSpec("P")
Made = TypeVar("Made", bound=Plot)
Returned = TypeVar("Returned", bound=Drawn)
_EVERY = """
    Every plot returns a `ReportFigure`, or a `Notice` if there are no rows, or none that may be shown. It raises a
    `DataError` if the estimates do not answer one question, lack a part, or do not have what ``focus`` names: the code
    of a student group, place or school that is brought out; without one, the place that is the catalog's headline.
    """
_ON_AXES = """
    With ``ax``, a matplotlib `Axes`, a plot is drawn on it and returns it, as those of seaborn do: marks, axis labels,
    and a legend. Title, source, and the names of what is withheld are left to the caller; where nothing may be shown,
    the axes say why.
    """


def plot(draw: Callable[P, Returned]) -> Callable[P, Returned]:
    """Have a plot be a notice where there are no estimates, and say in its documentation what all plots return."""
    takes_axes = "ax" in signature(draw).parameters

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Returned:
        given = args[0] if args else kwargs.get("estimates")
        table, ax = schema.check_table(given, "estimates"), kwargs.get("ax")
        if "ax" in kwargs and not takes_axes:
            raise _several_panels(draw.__name__)
        if ax is not None and not isinstance(ax, Axes):
            raise QuestionError(
                f"a plot is drawn on one matplotlib Axes, not on a {type(ax).__name__}", where="ax",
                fix="pass one, as `figure, ax = plt.subplots()` gives it, or one of an array: `axes[0]`",
            )  # fmt: skip
        if not table.empty:
            return draw(*args, **kwargs)
        return cast(Returned, lacking_on(ax, table))

    drawn.__doc__ = f"{draw.__doc__}{_EVERY}{_ON_AXES if takes_axes else ''}"
    return drawn


def _several_panels(name: str) -> QuestionError:
    return QuestionError(
        f"{name} draws panels of its own, which one Axes cannot hold", where="ax",
        fix="draw each panel with `plot_trend`, `plot_rates`, or `plot_schools` and its ax=, or draw on the `axes` of "
        f"what `{name}` returns without ax=",
    )  # fmt: skip


_AXES: ContextVar[Axes | None] = ContextVar("_AXES", default=None)
"""The axes of the caller that a picture is drawn on, in place of a figure of ours."""


@contextmanager
def _drawing_on(ax: Axes) -> Iterator[None]:
    token = _AXES.set(ax)
    try:
        yield
    finally:
        _AXES.reset(token)


def _written_on(ax: Axes, notice: notices.Notice) -> Axes:
    """Write into empty axes why nothing is drawn."""
    with style.style():
        words = style.wrap_text(f"{notice.title}: {notice.text}", 3)
        ax.text(0.5, 0.5, words, transform=ax.transAxes, ha="center", va="center", color=QUIET)
    return ax


def with_style(make: Callable[[Spec, Renderer], Made]) -> Callable[..., Made]:
    """Have a figure made in our style, in a language: that of the notebook, unless another is given.

    Its texts are chosen in English, whatever the language that they are rendered in.
    """

    @wraps(make)
    def made(given: Spec, language: str = "") -> Made:
        words = Renderer(language or i18n.language())
        with style.style(), in_english():
            return make(given, words)

    return made


def plan_figure(
    make: Callable[[Spec], Made], kind: str, drawn: Findings, estimates: pd.DataFrame, **options: object
) -> Made:  # fmt: skip
    """Return the figure of these findings, chosen from estimates; in the notebook of an edition, its description."""
    return specs.describe_or_make(make, Spec(kind, drawn, options, specs.missing_from(estimates)))


def planned_on(
    ax: Axes | None, make: Callable[[Spec], Plot], kind: str, drawn: Findings, estimates: pd.DataFrame,
    **options: object,
) -> Drawn:  # fmt: skip
    """Return what `plan_figure` returns, or the axes of the caller, drawn on."""
    if ax is None:
        return plan_figure(make, kind, drawn, estimates, **options)
    with _drawing_on(ax):
        made = make(Spec(kind, drawn, options, specs.missing_from(estimates)))
    return _written_on(ax, made) if isinstance(made, notices.Notice) else ax


def missing_rows_notice(estimates: pd.DataFrame) -> notices.Notice:
    """Return the notice in place of a figure whose estimates have no rows that it would draw."""
    missing = specs.missing_from(estimates)
    return specs.describe_or_make(Spec.notice, Spec("missing", Findings(()), missing=missing))


def lacking_on(ax: Axes | None, estimates: pd.DataFrame) -> Drawn:
    """Return what `missing_rows_notice` returns, or the axes of the caller, with its words."""
    made = missing_rows_notice(estimates)
    return made if ax is None else _written_on(ax, made)


_TEXT = re.compile(r"<text style=\"(?P<look>[^\"]*)\"(?P<place>[^>]*)>(?P<words>[^<]*)</text>")


def _describe_svg(svg: str, title: str, description: str) -> str:
    """Give an SVG its role, title and description, and leave out the prolog: it is put inside pages too."""
    mark = hashlib.sha256(f"{title}\n{description}".encode()).hexdigest()[:10]
    opening, _, rest = svg[svg.index("<svg") :].partition(">")
    rest = re.sub(r"\s*<metadata>.*?</metadata>", "", rest, count=1, flags=re.DOTALL)
    # White space between elements only takes room in a page.
    rest = re.sub(r">\s+<", "><", re.sub(r"\s*\n\s*", " ", rest.strip()))
    # Matplotlib numbers its groups, and nothing refers to the numbers.
    rest = re.sub(r'<g id="[A-Za-z0-9.]+_\d+">', "<g>", rest)
    opening = f'{opening} style="font-family: {style.FAMILIES}"'
    return (
        f'{opening} role="img" aria-labelledby="title-{mark} desc-{mark}">\n '
        f'<title id="title-{mark}">{html.escape(title)}</title>'
        f'<desc id="desc-{mark}">{html.escape(description)}</desc>{_TEXT.sub(_hold_line_length, rest)}\n'
    )


def _hold_line_length(text: re.Match[str]) -> str:
    """Hold a line of words to the length that the layout left for it, whichever font a reader has."""
    look, words = text["look"], html.unescape(text["words"])
    size = float(re.search(r"([\d.]+)px", look)[1])  # type: ignore[index]
    weight = "bold" if re.search(r"\b(?:bold|700)\b", look) else "normal"
    length = f"{round(style.length_of(words, size, weight), 2):g}"
    held = f' textLength="{length}" lengthAdjust="spacingAndGlyphs"' if words.strip() else ""
    # The font is that of the whole picture, and most lines are level.
    look = re.sub(r"font-family: [^;]*; ", "", look)
    place = re.sub(r' transform="rotate\(-0 [^)]*\)"', "", text["place"])
    return f'<text style="{look}"{place}{held}>{text["words"]}</text>'


def one_question(
    estimates: pd.DataFrame, measures: Sequence[str], *, varies: Iterable[str] = (), one: str = ""
) -> Findings:
    """Return the findings of estimates that answer one question, or refuse with a `DataError`.

    They do if their measures are of these, and no column of the key has several values outside ``varies``; those of
    places and groups may, but for the column ``one``.
    """
    found = findings(estimates)
    if wrong := sorted(set(estimates["measure"]) - set(measures)):
        raise QuestionError(
            f"this plot does not show {wrong[0]!r}", where="estimates, column measure",
            fix="keep the rows of a measure that it shows", valid=list(measures),
        )  # fmt: skip
    free = {"organization_level", "organization_id", "student_group_type", "student_group", *varies}
    for name in {one: None} | dict.fromkeys(key for key in schema.ESTIMATES_KEY if key not in free):
        if name and len(values := list(estimates[name].drop_duplicates())) > 1:
            raise DataError(
                f"a figure answers one question, and these estimates have {len(values)} of {name}",
                where=f"estimates, column {name}", valid=values,
                fix=f'keep one, for example with .query("{name} == ...")',
            )  # fmt: skip
    return found


NUMBERS = (
    *("estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"),
    "midpoint",
)


def frame_of(findings: Iterable[Finding], **more: Callable[[Finding], object]) -> pd.DataFrame:
    """Return a row for each finding, no number finer than it is printed: what seaborn draws, and we round it.

    ``at`` is the value, or the midpoint of a range narrow enough to have one; ``more`` are columns made of a finding.
    """
    every: list[Any] = list(findings)
    rows = pd.DataFrame([one.printed.numbers for one in every], columns=list(NUMBERS), dtype=float)
    names = {"place": "organization_id", "group": "student_group", "year": "end_year"}
    names |= {
        "publish": "publish",
        "hollow": "care",
        "narrow": "marker",
        "rule": "rule",
        "unit": "unit",
    }
    columns = {name: [getattr(one.row, of) for one in every] for name, of in names.items()}
    columns |= {name: [make(one) for one in every] for name, make in more.items()}
    rows = rows.assign(finding=every, **columns)
    rows["narrow"] = (rows["publish"] == "range") & rows["narrow"].astype(bool)
    point = rows["estimate"].where(rows["publish"] == "point")
    return rows.assign(at=point.fillna(rows["midpoint"]))


def blank(panels: int = 1, side: int = 1, **how: Any) -> tuple[Figure, list[Axes]]:
    """Return a figure that matplotlib lays out, and the axes of its panels, so many side by side.

    Where a picture is drawn on axes of the caller, return these and their figure.
    """
    if (ax := _AXES.get()) is not None:
        if panels > 1:
            raise _several_panels("this plot, of these rows,")
        for name in style.KEPT:
            style.figure_list(ax.figure, name).clear()
        return cast(Figure, ax.figure), [ax]
    figure = Figure(figsize=(WIDTH, 4))
    cells = [*map(str, range(panels)), *["."] * (-panels % side)]
    rows: Any = [cells[at : at + side] for at in range(0, len(cells), side)]
    return figure, list(figure.subplot_mosaic(rows, **how).values())


def finish_figure(
    made: Figure, height: float, shown: Findings, words: Renderer, *, width: float = WIDTH,
    **texts: Any,
) -> ReportFigure:  # fmt: skip
    """Write title, key and source round a picture of so many inches, and return it with all that belongs to it.

    The key explains what `style.explains` holds; ``texts`` are for `captions.make_caption`.
    """
    order = ["look", *style.MARKS]  # places and groups, then marks, each once
    once: dict[tuple[str, ...], KeyMark] = {}
    every = style.figure_list(made, "_key")
    # Ranges of different reasons look the same: the key says of all what holds of all.
    bands = {words(one.text): one.text for one in every if one.mark == "band"}
    shared = captions.band("", [""]) if len(bands) > 1 else None
    for one in every:
        one = replace(one, text=shared) if shared and one.mark == "band" else one
        # A pale or hollow mark means the same in every shape.
        shape = one.shape if one.mark == "look" else ""
        once.setdefault((one.mark, words(one.text), one.color, shape), one)
    key = sorted(once.values(), key=lambda one: order.index(one.mark))
    # A dot needs no key next to no other, and the interval round it is told in the notes, where there are notes.
    marks, is_ours = {one.mark for one in key}, _AXES.get() is None
    key = [one for one in key if one.mark != "dot" or "pale" in marks or not is_ours]
    is_plain = is_ours and {one.mark for one in key} <= _PLAIN
    read: list[Arg] = [
        _("{mark}: {meaning}", mark=Text(style.MARKS[one.mark]), meaning=one.text)
        for one in key
        if one.mark != "look"
    ]
    if is_plain:
        texts["notes"] = [*map(captions.sentence, read), *texts.get("notes", ())]
        key, read = [], []
    caption = captions.make_caption(shown, words, key=read, **texts)
    if (ax := _AXES.get()) is not None:
        _settle_axes(ax, key, words)
        return ReportFigure(**vars(caption), picture=made, frame=(0.0, 1.0), marks=())
    below = [caption.notes, caption.source_line, _credit(shown, words)]
    size = width, height
    frame = _laid_out(made, key, caption, size, [line for line in below if line])
    for drawn in made.findobj(DrawnText):  # it is laid out with the numbers of English
        drawn.set_text(_in_print(drawn.get_text(), words.language))
    return ReportFigure(**vars(caption), picture=made, frame=frame, marks=style.boxes(made))


_PLAIN = {"line", "shade"}


def _in_print(text: str, language: str) -> str:
    """Return a text of a picture with the numbers of its language, or the apostrophes of English."""
    if language == i18n.ENGLISH:
        return i18n.curly(text)
    return numbers.write_numbers(text, language)


def _credit(shown: Findings, words: Renderer) -> str:
    """Return whose a picture is and the id of its number, for readers of the picture alone; nothing for own tables."""
    ids = [one.id for one in shown]
    if not ids or not all(name.startswith(OURS) for name in ids):
        return ""
    name = Quoted(ids[0], "id")
    told = _("Id: {id}", id=name) if len(ids) == 1 else _("Id of the first number: {id}", id=name)
    return f"{citation.author()} · {words(told)}"


def _settle_axes(ax: Axes, key: Sequence[KeyMark], words: Renderer) -> None:
    """Give axes of the caller a legend, and move labels apart."""
    if key:
        handles, texts = [one.handle() for one in key], [words(one.text) for one in key]
        ax.legend(
            handles, texts, fontsize=style.SMALL, frameon=True, facecolor="white", edgecolor="none"
        )
    for settles in style.figure_list(ax.figure, "_later"):
        settles()
    for text in ax.findobj(DrawnText):
        text.set_text(_in_print(text.get_text(), words.language))


def _laid_out(
    figure: Figure,
    key: Sequence[KeyMark],
    caption: captions.Caption,
    size: tuple[float, float],
    foot_lines: Sequence[str],
) -> tuple[float, float]:
    """Set a picture on its page; return where picture and key begin and end, in shares of the height.

    Below it are notes, source, and credit.
    """
    width, height = size
    inner, start = width - 2 * MARGIN, MARGIN / width
    title = style.balance_lines(caption.title, inner, style.TITLE)
    below = style.wrap_text(caption.subtitle, inner, style.BODY)
    # Letters that the font lacks are another font's, and a little wider.
    foot = "\n".join(style.wrap_text(line, 0.98 * inner) for line in foot_lines)
    plt.close(figure)  # seaborn's grids are pyplot's; a picture is shown by its own means
    FigureCanvasAgg(figure)
    top = MARGIN + style.tall(title, style.TITLE)
    head, bottom = top + style.tall(below, style.BODY), MARGIN + style.tall(foot)
    keyed = _draw_key(figure, key, inner, caption.words)
    full = round(head + 0.11 + keyed + height + 0.08 + bottom, 3)
    figure.set_size_inches(width, full)
    # a line of Source Sans Pro is 1.045 of its size
    put = partial(figure.text, start, linespacing=style.LEADING / 1.045)
    put(1 - MARGIN / full, title, fontsize=style.TITLE, weight="bold", va="top")
    put(1 - top / full, below, fontsize=style.BODY, color=QUIET, va="top")
    put(MARGIN / full, foot, fontsize=style.SMALL, color=QUIET, va="bottom")
    if caption.is_synthetic:
        large: dict[str, Any] = {"fontsize": 54, "weight": "bold", "alpha": 0.1, "rotation": 15}
        figure.text(0.5, 0.5, "SYNTHETIC", va="center", ha="center", gid="watermark", **large)
    for legend in figure.legends:
        legend.set_bbox_to_anchor((start, 1 - (head + 0.06) / full), figure.transFigure)
    for artist in [*figure.texts, *figure.legends]:
        artist.set_in_layout(False)
    box = (start, (bottom + 0.08) / full, inner / width, height / full)
    figure.set_layout_engine("constrained", rect=box, w_pad=0.02, h_pad=0.02)
    figure.draw_without_rendering()
    if any(axes.get_aspect() != "auto" for axes in figure.axes):
        figure.draw_without_rendering()  # the room for words under a map follows from how it lay before
    figure.set_layout_engine(None)  # with one, each saving draws the figure twice
    # The layout's solver differs in the last bit from run to run, and a map is moved by a hair at each drawing.
    for axes in figure.axes:
        axes.apply_aspect()
        axes.set_position(Bbox.from_bounds(*np.round(axes.get_position().bounds, 6)))
        axes.set_aspect("auto")
    for one in figure.texts:
        x, y = one.get_position()
        one.set_position((round(x, 6), round(y, 6)))
    for settles in style.figure_list(figure, "_later"):
        settles()
    return float(head / full), float(1 - (bottom + 0.04) / full)


def _draw_key(figure: Figure, key: Sequence[KeyMark], room: float, words: Renderer) -> float:
    """Write the key on as few lines as it needs, and return inches of their height."""
    for columns in range(len(key), 0, -1):
        legend = figure.legend(
            [entry.handle() for entry in key], [words(entry.text) for entry in key], ncols=columns,
            loc="upper left", labelcolor=QUIET, borderaxespad=0, borderpad=0, handlelength=1.6,
            handletextpad=0.5, columnspacing=1.4,
        )  # fmt: skip
        box = legend.get_window_extent()
        if columns == 1 or box.width / figure.dpi <= room:
            return float(box.height / figure.dpi) + 0.06
        legend.remove()
    return 0.0
