"""Finish a figure: its colours and shapes, its question, title, caption, alt text, table and files.

The same estimates give the same PNG and the same SVG, to the byte.
"""

import base64
import hashlib
import html
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from sesec_analysis import catalog, schema
from sesec_analysis.errors import DataError, QuestionError
from sesec_analysis.evidence import notices, tables
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.row import check_measured
from sesec_analysis.evidence.tables import ReportTable
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.numbers import level_words
from sesec_analysis.figures import words as figures_words
from sesec_analysis.figures.page import (
    ACCENT,
    FADED,
    LINES,
    TONES,
    WIDTH,
    FigurePage,
    FigureText,
    look,
)
from sesec_analysis.i18n import mark, say

__all__ = [
    "DPI",
    "MARKERS",
    "Look",
    "Picture",
    "ReportFigure",
    "checked_focus",
    "finished",
    "is_focus",
    "level_of",
    "look_of_group",
    "looks_of_places",
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
    height: float
    draw: Callable[[FigurePage], None]
    key: Sequence[tuple[str, str]]
    notes: Sequence[str]
    name: Callable[[Finding], str]  # what a row, line or dot is called
    highlights: Sequence[str]  # main findings, for the alt text
    by: str = ""


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


def level_of(findings: Findings) -> str:
    """Return what the sampling interval is called."""
    return level_words(next(iter(findings)).row.ci_level)


def finished(
    findings: Findings, picture: Picture, title: str | None, subtitle: str | None
) -> ReportFigure:
    """Put picture and words on a page and return the figure with everything that belongs to it."""
    synthetic = figures_words.is_synthetic(findings)
    heading = title if title is not None else figures_words.title(findings, by=picture.by)
    if synthetic and not heading.startswith(say("Synthetic data: {title}", title="")):
        heading = say("Synthetic data: {title}", title=heading)
    under = subtitle if subtitle is not None else figures_words.subtitle(findings)
    source = figures_words.source(findings)
    page_text = FigureText(heading, under, picture.key, picture.notes, source, synthetic)
    with look():
        page = FigurePage(page_text, picture.height)
        picture.draw(page)
    reading = "; ".join(f"{say(_MARKS[mark])}: {text}" for mark, text in picture.key)
    return ReportFigure(
        figure=page.figure,
        title=heading,
        subtitle=under,
        caption=" ".join([f"{reading}." if reading else "", *picture.notes]).strip(),
        source_line=source,
        alt=figures_words.alt_text(picture.kind, heading, under, picture.highlights),
        long_description=figures_words.long_description(findings, picture.name),
        table=tables.of_findings(findings, caption=f"{heading}. {under}" if under else heading),
        findings=findings,
        notes=" ".join(picture.notes),
        frame=page.frame,
    )


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
}


MARKERS = ("o", "s", "D", "^", "v", "P", "X", "p", "h")
"""Shapes of dots: whatever colour distinguishes, shape distinguishes too."""


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
    >>> looks_of_places(["seattle"]) == looks_of_places(["seattle"] * 2)
    True
    >>> both = looks_of_places(["southeast_seattle", "seattle"])
    >>> both["seattle"] == looks_of_places(["seattle"])["seattle"]
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
