"""Begin a figure with one question, and finish it: title, key and source; caption, alt text, table and files beside it.

The same estimates give the same PNG and the same SVG, to the byte.
"""

import base64
import hashlib
import html
import io
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text

from sesec_analysis import catalog, schema
from sesec_analysis.errors import DataError, QuestionError
from sesec_analysis.evidence import notices, tables
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.row import check_measured
from sesec_analysis.evidence.tables import ReportTable
from sesec_analysis.evidence.wording import labels
from sesec_analysis.figures import style, words
from sesec_analysis.figures.style import MARGIN, QUIET, WIDTH, KeyMark
from sesec_analysis.files import unrun
from sesec_analysis.i18n import language, say
from sesec_analysis.languages import numbers

__all__ = [
    *("DPI", "NUMBERS", "Plot", "ReportFigure", "blank", "checked", "checked_focus", "finished"),
    *("frame_of", "is_focus", "one_question", "ordered", "plot"),
]


DPI = 220
_CSV = (
    *("id", "label", "reference_label", "place", "grade_level", "school_year", "measure", "value"),
    *("estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"),
    *("n", "reference_n", "unit", "publish", "care", "rule", "reason", "source_ids"),
)
"""Columns of the figure's CSV: what is drawn, no number finer than it is printed."""


_DRAWN: dict[bytes, bytes] = {}
"""The PNG of each picture that was drawn in this process, by the hash of its SVG."""
_MOST_DRAWN = 256


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
    marks: tuple[style.Box, ...] = field(default=(), repr=False)  # where which finding is drawn

    @cached_property
    def _local(self) -> Figure:
        """The picture with its numbers as the language asked for writes them; it is drawn with those of English."""
        for text in self.figure.findobj(Text):
            text.set_text(numbers.written(text.get_text(), language()))
        return self.figure

    @property
    def axes(self) -> list[Axes]:
        """The axes of the picture, for a researcher to draw on."""
        return list(self.figure.axes)

    @cached_property
    def png(self) -> bytes:
        """The picture as PNG, for print."""
        # The parts of an edition show the same pictures; to draw points takes longer than to write lines.
        mark = hashlib.sha256(self.svg.encode()).digest()
        if mark not in _DRAWN:
            if len(_DRAWN) == _MOST_DRAWN:
                _DRAWN.clear()
            _DRAWN[mark] = self._written("png", dpi=DPI, metadata={"Software": None})
        return _DRAWN[mark]

    @cached_property
    def svg(self) -> str:
        """The picture as SVG with its title and description; its words are text, each as long as it was measured."""
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        text = self._written("svg", metadata=nothing).decode("utf-8")
        return _described(text, self.title, f"{self.alt} {self.long_description}")

    def _written(self, kind: str, **options: object) -> bytes:
        target = io.BytesIO()
        with style.style():
            self._local.savefig(target, format=kind, facecolor="white", **options)  # type: ignore[arg-type]
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
        cells = [
            {name: unrun(cell) if isinstance(cell, str) else cell for name, cell in row.items()}
            for row in self.csv_rows()
        ]
        rows = pd.DataFrame(cells, columns=list(_CSV))
        rows.to_csv(paths[2], index=False, lineterminator="\n", encoding="utf-8")
        return paths

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None
    ) -> tuple[dict[str, object], dict[str, object]]:
        """Return the figure with all that belongs to it, as JSON, PNG, SVG and text."""
        texts = ("title", "subtitle", "caption", "notes", "source_line", "alt", "long_description")
        content: dict[str, object] = {name: getattr(self, name) for name in texts}
        content |= {"table": self.table.to_json(), "frame": self.frame, "csv_rows": self.csv_rows()}
        content |= {"marks": self.marks, "findings": self.findings.records()}
        data: dict[str, object] = {
            notices.FIGURE: content,
            "image/png": base64.b64encode(self.png).decode("ascii"),
            "image/svg+xml": self.svg,
            "text/plain": self.alt,
        }
        return data, {"image/png": {"alt": self.alt, "width": round(WIDTH * 100)}}


Plot = ReportFigure | notices.Notice
"""A figure, or a notice of why there is none: there are no rows, or none that may be shown."""


P = ParamSpec("P")
_EVERY = """
    Every plot returns a `ReportFigure`, or a `Notice` if there are no rows, or none that may be shown. It raises a
    `DataError` if the estimates do not answer one question, lack a part, or do not have what ``focus`` names.
    """


def plot(
    draw: Callable[Concatenate[pd.DataFrame, P], Plot],
) -> Callable[Concatenate[pd.DataFrame, P], Plot]:
    """Have a plot drawn in our style, and be a notice where there are no estimates."""

    @wraps(draw)
    def drawn(estimates: pd.DataFrame, /, *args: P.args, **kwargs: P.kwargs) -> Plot:
        if estimates.empty:
            return tables.missing(estimates)
        with style.style():
            return draw(estimates, *args, **kwargs)

    drawn.__doc__ = f"{draw.__doc__}{_EVERY}"
    return drawn


def _described(svg: str, title: str, description: str) -> str:
    """Give an SVG its role, title and description, and leave out the prolog: it is put inside pages too."""
    mark = hashlib.sha256(f"{title}\n{description}".encode()).hexdigest()[:10]
    start = svg.index("<svg")
    opening, rest = svg[start : svg.index(">", start)], svg[svg.index(">", start) + 1 :]
    names = f'role="img" aria-labelledby="title-{mark} desc-{mark}"'
    told = (
        f'<title id="title-{mark}">{html.escape(title)}</title>'
        f'<desc id="desc-{mark}">{html.escape(description)}</desc>'
    )
    rest = re.sub(r"\s*<metadata>.*?</metadata>", "", rest, count=1, flags=re.DOTALL)
    # White space between elements only takes room in a page.
    rest = re.sub(r">\s+<", "><", re.sub(r"\s*\n\s*", " ", rest.strip()))
    rest = _TEXT.sub(_held, rest)
    return f"{opening} {names}>\n {told}{rest}\n"


_TEXT = re.compile(r"<text style=\"(?P<look>[^\"]*)\"(?P<place>[^>]*)>(?P<words>[^<]*)</text>")


def _held(text: re.Match[str]) -> str:
    """Hold a line of words to the length that the layout left for it, whichever font a reader has."""
    look, words_ = text["look"], html.unescape(text["words"])
    size = float(re.search(r"([\d.]+)px", look)[1])  # type: ignore[index]
    weight = "bold" if re.search(r"\b(?:bold|700)\b", look) else "normal"
    length = round(style.length_of(words_, size, weight), 2)
    look = look.replace(f"'{style.FAMILY}'", style.FAMILIES)
    held = f' textLength="{length:g}" lengthAdjust="spacingAndGlyphs"' if words_.strip() else ""
    return f'<text style="{look}"{text["place"]}{held}>{text["words"]}</text>'


def checked(estimates: pd.DataFrame, measures: Collection[str]) -> None:
    """Refuse what was not measured, and a measure that a plot does not show."""
    check_measured(estimates)
    if wrong := sorted(set(estimates["measure"]) - set(measures)):
        raise QuestionError(
            f"this plot does not show {wrong[0]!r}",
            where="estimates, column measure",
            mend="keep the rows of a measure that it shows",
            known=list(measures),
        )


def one_question(
    estimates: pd.DataFrame, measures: Sequence[str], *, varies: Iterable[str] = (), one: str = ""
) -> Findings:
    """Return the findings of estimates that answer one question, or refuse.

    Raises
    ------
    DataError
        If the measure is none of ``measures``, or a column of the key has several values outside ``varies``; those of
        places and groups may, but for the column ``one``.
    """
    checked(estimates, measures)
    free = {"organization_level", "organization_id", "student_group_type", "student_group", *varies}
    for name in schema.ESTIMATES_KEY:
        values = list(estimates[name].drop_duplicates())
        if (name not in free or name == one) and len(values) > 1:
            raise DataError(
                f"a figure answers one question, and these estimates have {len(values)} of {name}",
                where=f"estimates, column {name}",
                mend=f'keep one, for example with .query("{name} == ...")',
                known=values,
            )
    return findings(estimates)


def checked_focus(findings: Findings, focus: str | None) -> str | None:
    """Return the focus, or refuse one that is not there; without one, the place that is the catalog's headline."""
    places = {finding.row.organization_id for finding in findings}
    known = places | {finding.row.student_group for finding in findings}
    if focus is not None and focus not in known:
        raise DataError(
            f"nothing here is called {focus!r}", mend="name a code", known=sorted(known)
        )
    headline = [code for code, place in catalog.places().items() if place.headline]
    several = [code for code in headline if code in places and len(places) > 1]
    return focus or next(iter(several), None)


def is_focus(finding: Finding, focus: str | None) -> bool:
    """Whether a finding is of the group or organization in focus."""
    return focus is not None and focus in (finding.row.student_group, finding.row.organization_id)


def ordered(findings: Findings, focus: str | None) -> list[Finding]:
    """Return findings in the order of display: focus first, then groups as in the catalog, places as they came."""
    places = list(dict.fromkeys(finding.row.organization_id for finding in findings))

    def key(finding: Finding) -> tuple[object, ...]:
        group, place = finding.row.student_group, finding.row.organization_id
        return group != focus, labels.group_order(group), place != focus, places.index(place)

    return sorted(findings, key=key)


NUMBERS = ("estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high")
_KEPT = ("finding", "place", "group", "year", "publish", "hollow", "narrow", "at")


def frame_of(findings: Iterable[Finding], **more: Callable[[Finding], object]) -> pd.DataFrame:
    """Return a row for each finding, no number finer than it is printed: what seaborn draws, and we round it.

    ``at`` is the value, or the middle of a range narrow enough to have one; ``more`` are columns made of a finding.
    """
    rows = []
    for finding in findings:
        row, numbers = finding.row, finding.printed.numbers
        narrow = row.publish == "range" and row.marker
        middle = ((numbers["bound_low"] or 0.0) + (numbers["bound_high"] or 0.0)) / 2
        at = numbers["estimate"] if row.publish == "point" else middle if narrow else None
        keys = (finding, row.organization_id, row.student_group, row.end_year, row.publish)
        kept = dict(zip(_KEPT, (*keys, row.care, narrow, at), strict=True))
        made = {name: make(finding) for name, make in more.items()}
        rows.append(kept | {name: numbers[name] for name in NUMBERS} | made)
    whole = pd.DataFrame(rows, columns=[*_KEPT, *NUMBERS, *more])
    return whole.astype(dict.fromkeys(("at", *NUMBERS), "float64"))


def blank(panels: int = 1, side: int = 1, **how: Any) -> tuple[Figure, list[Axes]]:
    """Return a figure that matplotlib lays out, and the axes of its panels, so many side by side."""
    figure = Figure(figsize=(WIDTH, 4), layout="constrained")
    cells = [*map(str, range(panels)), *["."] * (-panels % side)]
    rows: Any = [cells[at : at + side] for at in range(0, len(cells), side)]
    return figure, list(figure.subplot_mosaic(rows, **how).values())


def finished(
    shown: Findings, made: Figure, *, kind: str, height: float, name: words.Named, highlights: Sequence[str],
    notes: Sequence[str] = (), by: str = "", heading: str = "", under: str | None = None, of: Findings | None = None,
    source: str = "",
) -> ReportFigure:  # fmt: skip
    """Write title, key and source round a picture, and return the figure with everything that belongs to it.

    The key explains what `style.explains` holds. ``kind`` and ``highlights`` are for the alt text; ``height`` is in
    inches. The title is ``heading``, or made of the findings (``of``, if not of all that is drawn) and of ``by``, what
    rows or lines are of; so is the subtitle, if not ``under``. ``source`` is of what holds no findings.
    """
    heading = heading or words.title(of or shown, by=by)
    under = words.subtitle(of or shown) if under is None else under
    made_up = words.is_synthetic(shown) if shown else catalog.is_synthetic()
    heading = words.marked_synthetic(heading) if made_up else heading
    key = style.explained(made)
    key = [] if [one.mark for one in key] == ["dot"] else key  # a dot alone needs none
    source, note = source or words.source(shown), " ".join(notes)
    frame = _laid_out(made, key, (heading, under, source), height, synthetic=made_up)
    marks = [f"{say(style.MARKS[one.mark])}: {one.text}" for one in key if one.mark != "look"]
    caption = f"{heading}. {under}" if under else heading
    return ReportFigure(
        figure=made,
        title=heading,
        subtitle=under,
        caption=f"{'; '.join(marks)}. {note}".strip() if marks else note,
        source_line=source,
        alt=words.alt_text(kind, heading, under, highlights),
        long_description=words.long_description(shown, name),
        table=tables.of_findings(shown, caption=caption) if shown else ReportTable(caption, (), ()),
        findings=shown,
        notes=note,
        frame=frame,
        marks=style.boxes(made),
    )


def _laid_out(
    figure: Figure, key: Sequence[KeyMark], texts: tuple[str, str, str], height: float, *, synthetic: bool
) -> tuple[float, float]:  # fmt: skip
    """Set a picture on its page; return where picture and key begin and end, in shares of the height."""
    inner, start = WIDTH - 2 * MARGIN, MARGIN / WIDTH
    title = style.balanced(texts[0], inner, style.TITLE)
    below, foot = style.wrapped(texts[1], inner, style.BODY), style.wrapped(texts[2], inner)
    plt.close(figure)  # seaborn's grids are pyplot's; a picture is shown by its own means
    FigureCanvasAgg(figure)
    top = MARGIN + style.tall(title, style.TITLE)
    head, bottom = top + style.tall(below, style.BODY), MARGIN + style.tall(foot)
    legend = _legend(figure, key, inner)
    keyed = legend.get_window_extent().height / figure.dpi + 0.06 if legend else 0.0
    full = round(head + 0.11 + keyed + height + 0.08 + bottom, 3)
    figure.set_size_inches(WIDTH, full)
    # a line of DejaVu Sans is 1.164 of its size
    put = partial(figure.text, start, linespacing=style.LEADING / 1.164)
    put(1 - MARGIN / full, title, fontsize=style.TITLE, weight="bold", va="top")
    put(1 - top / full, below, fontsize=style.BODY, color=QUIET, va="top")
    put(MARGIN / full, foot, fontsize=style.SMALL, color=QUIET, va="bottom")
    if synthetic:
        large: dict[str, Any] = {"fontsize": 54, "weight": "bold", "alpha": 0.1, "rotation": 15}
        figure.text(0.5, 0.5, "SYNTHETIC", va="center", ha="center", gid="watermark", **large)
    if legend:
        legend.set_bbox_to_anchor((start, 1 - (head + 0.06) / full), figure.transFigure)
    for artist in [*figure.texts, *figure.legends]:
        artist.set_in_layout(False)
    box = (start, (bottom + 0.08) / full, inner / WIDTH, height / full)
    figure.set_layout_engine("constrained", rect=box, w_pad=0.02, h_pad=0.02)
    figure.draw_without_rendering()
    figure.set_layout_engine(None)  # with one, each saving draws the figure twice
    # The layout's solver differs in the last bit from run to run, and a map is moved by a hair at each drawing.
    for axes in figure.axes:
        axes.apply_aspect()
        left, low, wide, high = (round(float(part), 6) for part in axes.get_position().bounds)
        axes.set_position((left, low, wide, high))
        axes.set_aspect("auto")
    for one in figure.texts:
        one.set_position((round(one.get_position()[0], 6), round(one.get_position()[1], 6)))
    style.settle(figure)
    return float(head / full), float(1 - (bottom + 0.04) / full)


def _legend(figure: Figure, key: Sequence[KeyMark], room: float) -> Legend | None:
    """Write the key on as few lines as it needs."""
    legend = None
    for columns in range(len(key), 0, -1):
        if legend:
            legend.remove()
        legend = figure.legend(
            [entry.handle() for entry in key], [entry.text for entry in key], ncols=columns,
            loc="upper left", labelcolor=QUIET, borderaxespad=0, borderpad=0, handlelength=1.6,
            handletextpad=0.5, columnspacing=1.4,
        )  # fmt: skip
        if legend.get_window_extent().width / figure.dpi <= room:
            break
    return legend
