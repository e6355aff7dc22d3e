"""Finish a figure: its question, title, key and source in the picture; caption, alt text, table and files beside it.

The same estimates give the same PNG and the same SVG, to the byte.
"""

import base64
import hashlib
import html
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.legend import Legend

from sesec_analysis import catalog, schema
from sesec_analysis.errors import DataError, QuestionError
from sesec_analysis.evidence import notices, tables
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.row import check_measured
from sesec_analysis.evidence.tables import ReportTable
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.numbers import level_words
from sesec_analysis.figures import style, words
from sesec_analysis.figures.axes import SideLabels
from sesec_analysis.figures.style import MARGIN, QUIET, WIDTH, KeyMark
from sesec_analysis.files import unrun
from sesec_analysis.i18n import mark, say

__all__ = [
    "DPI",
    "NUMBERS",
    "Picture",
    "ReportFigure",
    "blank",
    "checked_focus",
    "finished",
    "frame_of",
    "is_focus",
    "level_of",
    "named",
    "one_question",
    "ordered",
]


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
    headline: Finding | None = field(default=None, repr=False)  # that the title is the headline of

    @property
    def axes(self) -> list[Axes]:
        """The axes of the picture, for a researcher to draw on."""
        return list(self.figure.axes)

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
        with style.style():
            self.figure.savefig(target, format=kind, facecolor="white", **options)  # type: ignore[arg-type]
        return target.getvalue()

    def csv_rows(self) -> list[dict[str, object]]:
        """Return what is drawn, a dict a row, no number finer than it is printed."""
        return [{name: record[name] for name in _CSV} for record in self.findings.records()]

    def _records(self) -> list[dict[str, object]]:
        """Return what is drawn, and what the headline says if that is not among it."""
        drawn = self.findings.records()
        also = [self.headline.record()] if self.headline else []
        return [
            *drawn,
            *(record for record in also if record["id"] not in {one["id"] for one in drawn}),
        ]

    def save(self, folder: str | Path, name: str) -> list[Path]:
        """Write name.png, name.svg and name.csv into a folder, and return their paths."""
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        paths = [target / f"{name}.{kind}" for kind in ("png", "svg", "csv")]
        paths[0].write_bytes(self.png)
        paths[1].write_text(self.svg, encoding="utf-8", newline="\n")
        rows = pd.DataFrame(self.csv_rows(), columns=list(_CSV))
        texts = rows.select_dtypes("object").columns
        rows[texts] = rows[texts].map(lambda cell: unrun(cell) if isinstance(cell, str) else cell)
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
            "findings": self._records(),
        }
        data: dict[str, object] = {
            notices.FIGURE: content,
            "image/png": base64.b64encode(self.png).decode("ascii"),
            "image/svg+xml": self.svg,
            "text/plain": self.alt,
        }
        return data, {"image/png": {"alt": self.alt, "width": round(WIDTH * 100)}}


def _described(svg: str, title: str, description: str) -> str:
    """Give an SVG its role, title and description, and leave out the prolog: it is put inside pages too."""
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


@dataclass(frozen=True)
class Picture:
    """What a plot hands over to be finished."""

    kind: str  # for the alt text: Dot plot
    height: float  # inches
    draw: Callable[[SideLabels], Figure]
    key: Sequence[KeyMark]
    notes: Sequence[str]
    name: Callable[[Finding], str]  # what a row, line or dot is called
    highlights: Sequence[str]  # main findings, for the alt text
    by: str = ""


def blank(
    height: float, mosaic: Sequence[Sequence[str]] = (("all",),), **how: Any
) -> tuple[Figure, Mapping[str, Axes]]:
    """Return a figure that matplotlib lays out, and its axes by name."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.subplot_mosaic([list(row) for row in mosaic], **how)


def one_question(
    estimates: pd.DataFrame, measures: Sequence[str], *, varies: Iterable[str] = ()
) -> Findings:
    """Return the findings of estimates that answer one question, or refuse.

    Raises
    ------
    DataError
        If the measure is none of ``measures``, or a column of the key outside ``varies`` has several values.
    """
    check_measured(estimates)
    free = {"organization_level", "organization_id", "student_group_type", "student_group", *varies}
    wrong = sorted(set(estimates["measure"]) - set(measures))
    if wrong:
        raise QuestionError(
            f"this plot does not show {wrong[0]!r}",
            where="estimates, column measure",
            mend="keep the rows of a measure that it shows",
            known=measures,
        )
    for name in schema.ESTIMATES_KEY:
        values = list(estimates[name].drop_duplicates())
        if name not in free and len(values) > 1:
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
    if focus is not None:
        if focus not in known:
            raise DataError(
                f"nothing here is called {focus!r}", mend="name a code", known=sorted(known)
            )
        return focus
    headline = [
        code for code, place in catalog.places().items() if place.headline and code in places
    ]
    return headline[0] if headline and len(places) > 1 else None


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


def named(findings: Findings) -> Callable[[Finding], str]:
    """Return what to call a finding: its group, its place, or both if both differ."""
    groups = len({finding.row.student_group for finding in findings}) > 1
    places = len({finding.row.organization_id for finding in findings}) > 1

    def name(finding: Finding) -> str:
        if groups and places:
            place = labels.organization_phrase(finding.row.organization_id, finding.names)
            return say("{group} in {place}", group=finding.label, place=place)
        return finding.place if places else finding.label

    return name


NUMBERS = ("estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high")


def frame_of(findings: Iterable[Finding], **more: Callable[[Finding], object]) -> pd.DataFrame:
    """Return a row for each finding, no number finer than it is printed: what seaborn draws, and we round it.

    ``at`` is the value, or the middle of a range narrow enough to have one; ``more`` are columns made of a finding.
    """
    rows = []
    for finding in findings:
        row, numbers = finding.row, finding.printed.numbers
        middle = ((numbers["bound_low"] or 0.0) + (numbers["bound_high"] or 0.0)) / 2
        whole = {
            "publish": row.publish,
            "hollow": row.care,
            "narrow": row.publish == "range" and row.marker,
        }
        at = numbers["estimate"] if row.publish == "point" else middle if whole["narrow"] else None
        keys = {
            "finding": finding,
            "place": row.organization_id,
            "group": row.student_group,
            "year": row.end_year,
        }
        made = {name: make(finding) for name, make in more.items()}
        rows.append(keys | whole | {"at": at} | {name: numbers[name] for name in NUMBERS} | made)
    names = [
        "finding",
        "place",
        "group",
        "year",
        "publish",
        "hollow",
        "narrow",
        "at",
        *NUMBERS,
        *more,
    ]
    return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(("at", *NUMBERS), "float64"))


def level_of(findings: Findings) -> str:
    """Return what the sampling interval is called."""
    return level_words(next(iter(findings)).row.ci_level)


def finished(
    findings: Findings,
    picture: Picture,
    title: str | None,
    subtitle: str | None,
    headline: pd.DataFrame | None = None,
) -> ReportFigure:
    """Write title, key and source round the picture, and return the figure with everything that belongs to it.

    The title is the headline of the first row of ``headline``; without one, or where that row allows none, what is
    shown.
    """
    neutral = title if title is not None else words.title(findings, by=picture.by)
    under = subtitle if subtitle is not None else words.subtitle(findings)
    told, heading = _headline(headline), neutral
    if told and (said := str(told.record().get("headline") or "")):
        heading, under = said, ". ".join(filter(None, (neutral, under)))
    if words.is_synthetic(findings):
        heading = words.marked_synthetic(heading)
    source = words.source(findings)
    key = [
        key for key in picture.key if len(picture.key) > 1 or key.mark != "dot"
    ]  # a dot alone needs no key
    picture = replace(picture, key=key)
    figure, frame = drawn_page(
        picture, heading, under, source, synthetic=words.is_synthetic(findings)
    )
    reading = "; ".join(
        f"{say(_MARKS[key.mark])}: {key.text}" for key in picture.key if key.mark in _MARKS
    )
    return ReportFigure(
        figure=figure,
        title=heading,
        subtitle=under,
        caption=" ".join([f"{reading}." if reading else "", *picture.notes]).strip(),
        source_line=source,
        alt=words.alt_text(picture.kind, heading, under, picture.highlights),
        long_description=words.long_description(findings, picture.name),
        table=tables.of_findings(findings, caption=f"{heading}. {under}" if under else heading),
        findings=findings,
        notes=" ".join(picture.notes),
        frame=frame,
        headline=told if heading != neutral else None,
    )


def _headline(estimates: pd.DataFrame | None) -> Finding | None:
    return findings(estimates)[0] if estimates is not None and len(estimates) else None


def drawn_page(
    picture: Picture, heading: str, under: str, source: str, *, synthetic: bool
) -> tuple[Figure, tuple[float, float]]:
    """Draw a picture with its words; return it, and where picture and key begin and end, in shares of the height."""
    inner = WIDTH - 2 * MARGIN
    title, below = (
        style.balanced(heading, inner, style.TITLE, "bold"),
        style.wrapped(under, inner, style.BODY),
    )
    foot = style.wrapped(source, inner, style.SMALL)
    with style.style():
        names = SideLabels()
        figure = picture.draw(names)
        plt.close(figure)  # seaborn's grids are pyplot's; a picture is shown by its own means
        FigureCanvasAgg(figure)
        head = (
            MARGIN
            + len(title) * style.leading(style.TITLE)
            + len(below) * style.leading(style.BODY)
        )
        keyed = head + 0.06
        legend = _legend(figure, picture.key, inner)
        tall = legend.get_window_extent().height / figure.dpi + 0.06 if legend else 0.0
        bottom = MARGIN + len(foot) * style.leading(style.SMALL)
        full = round(keyed + tall + 0.05 + picture.height + 0.08 + bottom, 3)
        figure.set_size_inches(WIDTH, full)
        spacing = style.LEADING / 1.164  # of DejaVu Sans: a line is 1.164 of its size
        y = 1 - MARGIN / full
        texts = [
            figure.text(MARGIN / WIDTH, y, "\n".join(title), fontsize=style.TITLE, weight="bold", va="top"),
            figure.text(
                MARGIN / WIDTH, y - len(title) * style.leading(style.TITLE) / full, "\n".join(below),
                fontsize=style.BODY, color=QUIET, va="top",
            ),
            figure.text(
                MARGIN / WIDTH, MARGIN / full, "\n".join(foot), fontsize=style.SMALL, color=QUIET, va="bottom"
            ),
        ]  # fmt: skip
        for text in texts:
            text.set(linespacing=spacing, in_layout=False)
        if legend:
            legend.set_bbox_to_anchor((MARGIN / WIDTH, 1 - keyed / full), figure.transFigure)
            legend.set_in_layout(False)
        if synthetic:
            large: dict[str, Any] = {"fontsize": 54, "weight": "bold", "alpha": 0.1, "rotation": 15}
            mark = figure.text(
                0.5, 0.5, "SYNTHETIC", va="center", ha="center", gid="watermark", **large
            )
            mark.set_in_layout(False)
        box = (MARGIN / WIDTH, (bottom + 0.08) / full, inner / WIDTH, picture.height / full)
        figure.set_layout_engine("constrained", rect=box, w_pad=0.02, h_pad=0.02)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        # The layout's solver differs in the last bit from run to run, and a map is moved by a hair at each drawing.
        for axes in figure.axes:
            axes.apply_aspect()
            left, low, wide, high = (round(float(part), 6) for part in axes.get_position().bounds)
            axes.set_position((left, low, wide, high))
            axes.set_aspect("auto")
        for text in figure.texts:
            text.set_position((round(text.get_position()[0], 6), round(text.get_position()[1], 6)))
        names.settle()
    return figure, (float(head / full), float(1 - (bottom + 0.04) / full))


def _legend(figure: Figure, key: Sequence[KeyMark], room: float) -> Legend | None:
    """Write the key on as few lines as it needs."""
    legend = None
    for columns in range(len(key), 0, -1):
        legend = figure.legend(
            [entry.handle() for entry in key], [entry.text for entry in key], ncols=columns,
            loc="upper left", labelcolor=QUIET, borderaxespad=0, borderpad=0, handlelength=1.6,
            handletextpad=0.5, columnspacing=1.4,
        )  # fmt: skip
        if legend.get_window_extent().width / figure.dpi <= room:
            break
        if columns > 1:
            legend.remove()
    return legend


_MARKS = {
    "dot": mark("Dot"),
    "hollow": mark("Hollow dot"),
    "line": mark("Line"),
    "shade": mark("Shading"),
    "band": mark("Outlined band"),
    "tick": mark("Tick"),
    "dash": mark("Dashes"),
    "arrow": mark("Arrow"),
    "thin": mark("Dotted line"),
    "strip": mark("Grey strip"),
}
"""What a mark is called in the caption; places and groups are told in the picture."""
