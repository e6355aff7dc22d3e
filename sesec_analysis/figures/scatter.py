"""Draw schools as a scatter of dots, with curves through it: shared by the funnel and the expected plot."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from matplotlib.axes import Axes

from sesec_analysis import catalog
from sesec_analysis.bounds import Floats
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.figures import axes as figures_axes
from sesec_analysis.figures import figure, words
from sesec_analysis.figures.axes import Axis, spread
from sesec_analysis.figures.page import (
    ACCENT,
    GAP,
    GRID,
    INK,
    MARGIN,
    PLAIN,
    QUIET,
    SMALL,
    TONES,
    WIDTH,
    FigurePage,
    band_style,
    dot_style,
    leading,
    size_of,
    wrapped,
)
from sesec_analysis.figures.schools import called, of_place, strips_of, value_of
from sesec_analysis.i18n import plural, say

__all__ = [
    "Cloud",
    "Curve",
    "Focus",
    "Mark",
    "by_school",
    "cloud_of",
    "draw",
    "focused",
    "height_of",
    "is_sized",
    "not_drawn",
    "picture",
]


_TALL, _LABELS, _COLUMN, _UNDER = 3.7, 0.5, 1.6, 0.5  # inches: axes, left, names, below
_LINES = {"line": "-", "dash": (0, (4, 1.5)), "thin": ":"}
_ELSEWHERE = TONES[0]


@dataclass(frozen=True)
class Mark:
    """A school: its rate, and its position from left to right."""

    finding: Finding
    x: float
    here: bool  # of the place in focus
    named: bool = False


@dataclass(frozen=True)
class Curve:
    """A line, or what lies between two, drawn as the key shows it."""

    mark: str  # line, dash, thin, shade
    x: Floats
    y: Floats
    top: Floats | None = None  # of a shade


@dataclass(frozen=True)
class Cloud:
    """Everything that is drawn: dots, curves, axes and their labels."""

    marks: Sequence[Mark]
    curves: Sequence[Curve]
    across: Axis
    up: Axis
    under: str  # title of the horizontal axis
    here: str  # meaning of a circle
    elsewhere: str  # and a square

    @property
    def named(self) -> list[Mark]:
        """Schools that are named beside the cloud, from top to bottom."""
        named = [mark for mark in self.marks if mark.named]
        return sorted(named, key=lambda mark: (-value_of(mark.finding), mark.finding.place))

    @property
    def key(self) -> list[tuple[str, str, str]]:
        """Colour, shape and meaning of the dots."""
        here = [(ACCENT, "o", self.here)] if any(mark.here for mark in self.marks) else []
        return [*here, *([(_ELSEWHERE, "s", self.elsewhere)] if self.elsewhere else [])]

    @property
    def names(self) -> list[list[str]]:
        """The lines of each name."""
        return [wrapped(called(mark.finding), _COLUMN, SMALL) for mark in self.named]

    @property
    def width(self) -> float:
        """Of the axes, in inches."""
        beside = _COLUMN + 0.3 if self.named else 0.25
        return WIDTH - 2 * MARGIN - _LABELS - beside

    @property
    def height(self) -> float:
        """Of the axes: what the names need, if that is more than is usual."""
        return max(_TALL, sum(_sizes(self.names)))


def _sizes(names: Sequence[Sequence[str]]) -> list[float]:
    return [len(lines) * leading(SMALL) + 0.06 for lines in names]


def _key_lines(cloud: Cloud) -> list[list[tuple[float, str, str, str]]]:
    """Set the key of the dots side by side, or under each other where there is no room."""
    wide = [0.45 + size_of(text, SMALL) for _, _, text in cloud.key]
    starts = [MARGIN, MARGIN + 0.25 + wide[0]] if wide else []
    items = [(start, *item) for start, item in zip(starts, cloud.key, strict=False)]
    if sum(wide) + 0.25 <= WIDTH - 2 * MARGIN:
        return [items]
    return [[(MARGIN, *item[1:])] for item in items]


def _above(cloud: Cloud) -> float:
    return leading(SMALL) * (1.15 * len(_key_lines(cloud)) + 1) + GAP


def height_of(cloud: Cloud) -> float:
    """Return the inches that the picture needs."""
    return _above(cloud) + cloud.height + _UNDER


def draw(page: FigurePage, cloud: Cloud) -> None:
    """Draw the cloud on a page that has room for it."""
    left, top = MARGIN + _LABELS, page.top + _above(cloud)
    for at, line in enumerate(_key_lines(cloud)):
        y = page.top + leading(SMALL) * 1.15 * (at + 0.5)
        for x, color, marker, text in line:
            page.dot(x + 0.13, y, color, marker)
            page.text(x + 0.32, y, text, fontsize=SMALL, color=QUIET)
    y = top - 0.1 - leading(SMALL) / 2
    page.text(MARGIN, y, say("Rate of the school"), fontsize=SMALL, color=QUIET)
    axes = _axes(page, cloud, left, top)
    for curve in cloud.curves:
        _curve(axes, curve)
    for mark in sorted(cloud.marks, key=lambda mark: (mark.here, mark.finding.id)):
        _mark(axes, mark, cloud)
    y = top + cloud.height + _UNDER - leading(SMALL) / 2
    middle = left + cloud.width / 2
    page.text(middle, y, cloud.under, fontsize=SMALL, color=QUIET, ha="center")
    _names(page, cloud, left, top)


def _axes(page: FigurePage, cloud: Cloud, left: float, top: float) -> Axes:
    axes = page.axes(left, top, cloud.width, cloud.height)
    axes.set_xlim(cloud.across.low, cloud.across.high)
    axes.set_ylim(cloud.up.low, cloud.up.high)
    ticks, labels = cloud.across.labelled(cloud.width)
    axes.set_xticks(ticks, labels, color=QUIET)
    axes.set_yticks(list(cloud.up.ticks), list(cloud.up.tick_labels), color=QUIET)
    axes.tick_params(axis="y", length=0)
    axes.grid(color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    return axes


def _curve(axes: Axes, curve: Curve) -> None:
    if curve.top is not None:
        color = band_style(PLAIN)["facecolor"]
        axes.fill_between(curve.x, curve.y, curve.top, color=color, linewidth=0, zorder=1.2)
        return
    wide = {"line": 1.6, "dash": 1.5, "thin": 1.1}[curve.mark]
    style = _LINES[curve.mark]
    axes.plot(curve.x, curve.y, color=PLAIN, linewidth=wide, ls=style, marker="None", zorder=1.8)


def _mark(axes: Axes, mark: Mark, cloud: Cloud) -> None:
    """Draw a dot, or of a school of which only a range may be shown, the range as an upright band."""
    color = ACCENT if mark.here else _ELSEWHERE
    if mark.finding.row.publish == "range":
        ends = (
            mark.finding.printed.numbers["bound_low"],
            mark.finding.printed.numbers["bound_high"],
        )
        low, high = cloud.up.held(ends[0], cloud.up.low), cloud.up.held(ends[1], cloud.up.high)
        wide = 0.07 / cloud.width * (cloud.across.high - cloud.across.low)
        axes.bar(mark.x, high - low, bottom=low, width=wide, zorder=2.2, **band_style(color))
        return
    style = dot_style(color, marker="o" if mark.here else "s", hollow=mark.finding.row.care)
    style |= {"markersize": 6.5 if mark.here else 4.2, "markeredgewidth": 1.0}
    if mark.named:
        style |= {"markeredgecolor": INK, "markeredgewidth": 1.6}
    zorder = 3 + mark.here + 0.5 * mark.named
    axes.plot([mark.x], [value_of(mark.finding)], zorder=zorder, clip_on=False, **style)


def _names(page: FigurePage, cloud: Cloud, left: float, top: float) -> None:
    """Name schools in a column beside the cloud, moved apart where they would overlap, each with a line to its dot."""
    side = left + cloud.width + 0.3
    points = [
        (
            left + cloud.across.share(mark.x) * cloud.width,
            top + (1 - cloud.up.share(value_of(mark.finding))) * cloud.height,
        )
        for mark in cloud.named
    ]
    sizes = _sizes(cloud.names)
    middles = spread([y for _, y in points], sizes, top, top + cloud.height)
    for mark, point, lines, middle in zip(cloud.named, points, cloud.names, middles, strict=True):
        page.leader(point, (side - 0.05, middle), QUIET)
        color = ACCENT if mark.here else QUIET
        y = middle - (len(lines) - 1) * leading(SMALL) / 2
        for text in lines:
            page.text(side, y, text, fontsize=SMALL, color=color)
            y += leading(SMALL)


def by_school(findings: Findings, measure: str, what: str, mend: str) -> dict[str, Finding]:
    """Return the findings of one measure by school; ``what`` says what they are where there are none."""
    rows = [finding for finding in findings if finding.row.measure == measure]
    if not rows:
        raise DataError(
            f"the estimates hold no {what} of schools",
            where=f"estimates, column measure, {measure!r}",
            mend=f"put all that is drawn in one table: {mend}",
        )
    groups = sorted({finding.row.student_group for finding in rows})
    if len(groups) > 1:
        raise DataError(
            f"a school is one dot, and these estimates have {len(groups)} student groups",
            where="estimates, column student_group",
            mend='keep one, for example with .query("student_group == ...")',
            known=groups,
        )
    return {finding.row.organization_id: finding for finding in rows}


@dataclass(frozen=True)
class Focus:
    """What is brought out: a place and its schools, and a school that is named."""

    place: str
    here: frozenset[str]
    school: frozenset[str] = frozenset()


def focused(rates: Mapping[str, Finding], focus: str | None) -> Focus:
    """Return the place in focus, or the catalog's headline, and the school that is asked for by its code."""
    places = catalog.places()
    headline = next(code for code, place in places.items() if place.headline)
    code = focus if focus in places else headline
    findings = Findings(list(rates.values()))
    strips = strips_of(findings, [code], None)
    if focus in places and not strips:
        raise DataError(
            f"none of these schools is of {places[code].name}",
            where=f"focus {focus!r}",
            mend="name a place that has some of them, or one of the schools",
            known=sorted(rates),
        )
    here = frozenset(finding.row.organization_id for strip in strips for finding in strip.schools)
    school = None if focus in places else figure.checked_focus(findings, focus)
    return Focus(places[code].name, here, frozenset({school} if school else ()))


def is_sized(finding: Finding) -> bool:
    """Whether a school may be drawn, and its number of students is known."""
    row = finding.row
    return row.publish != "nothing" and bool(row.n_low) and row.n_low == row.n_high


def cloud_of(
    rates: Mapping[str, Finding],
    x: Mapping[str, float],
    focus: Focus,
    *,
    named: Collection[str],
    curves: Sequence[Curve],
    across: figures_axes.Axis,
    under: str,
) -> Cloud:
    """Return the cloud of the schools that have a place from left to right; only those drawn as points are named."""
    points = {code for code in named if code in rates and rates[code].row.publish == "point"}
    marks = [Mark(rates[code], at, code in focus.here, code in points) for code, at in x.items()]
    names = ("estimate", "bound_low", "bound_high")
    numbers = [mark.finding.printed.numbers[name] for mark in marks for name in names]
    others = say("School elsewhere") if any(mark.here for mark in marks) else say("School")
    return Cloud(
        marks=marks,
        curves=curves,
        across=across,
        up=figures_axes.rate_scale(number for number in numbers if number is not None),
        under=under,
        here=say("School of {place}", place=focus.place),
        elsewhere="" if all(mark.here for mark in marks) else others,
    )


def picture(
    kind: str,
    cloud: Cloud,
    *,
    key: Sequence[tuple[str, str]],
    notes: Sequence[str],
    highlights: Sequence[str],
    by: str,
    indicator: str,
) -> figure.Picture:
    """Return the picture to be finished; the marks of single schools join the key of the lines."""
    rows = [mark.finding.row for mark in cloud.marks]
    care = [("hollow", say("interpret with care"))] if any(row.care for row in rows) else []
    band = say("range of a school with withheld figures")
    ranges = [("band", band)] if any(row.publish == "range" for row in rows) else []
    return figure.Picture(
        kind=kind,
        height=height_of(cloud),
        draw=partial(draw, cloud=cloud),
        key=[*key, *care, *ranges],
        notes=notes,
        name=_name_of(indicator),
        highlights=highlights,
        by=by,
    )


def _name_of(indicator: str) -> words.Named:
    """Return what each number is called in the long description: a rate by its school, others by their measure too."""

    def name(finding: Finding) -> str:
        row = finding.row
        if row.indicator != indicator:
            return say("{place}, from low-income families", place=finding.place)
        label = catalog.measure(row.measure).label.lower()
        return finding.place if row.measure == "rate" else f"{finding.place}, {label}"

    return name


def not_drawn(reasons: Mapping[str, str], focus: Focus) -> list[str]:
    """Return the note that counts the schools not drawn, by where they are and why."""
    counts: dict[tuple[bool, str], int] = {}
    for code, reason in reasons.items():
        key = (code in focus.here, reason)
        counts[key] = counts.get(key, 0) + 1
    parts = [
        of_place(count, focus.place, reason) if here else _elsewhere(count, reason)
        for (here, reason), count in counts.items()
    ]
    return [say("Not drawn: {schools}.", schools="; ".join(parts))] if parts else []


def _elsewhere(count: int, reason: str) -> str:
    return plural(
        "{n} school elsewhere ({reason})",
        "{n} schools elsewhere ({reason})",
        count,
        reason=reason,
    )
