"""From findings to a finished figure: the question they must share, their order, and the words round the picture."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.errors import DataError
from sesec_analysis.publishing import figures_words as words
from sesec_analysis.publishing import labels, tables
from sesec_analysis.publishing.figures_output import ReportFigure
from sesec_analysis.publishing.figures_style import Page, Words, look
from sesec_analysis.publishing.findings import Finding, Findings, findings
from sesec_analysis.publishing.rows import check_measured
from sesec_analysis.publishing.wording import level_words
from sesec_analysis.words import mark, say

__all__ = [
    "Picture",
    "checked_focus",
    "finished",
    "is_focus",
    "level_of",
    "named",
    "one_question",
    "ordered",
]


@dataclass(frozen=True)
class Picture:
    """What a plot hands over to be finished."""

    kind: str  # for the alt text: Dot plot
    height: float
    draw: Callable[[Page], None]
    key: Sequence[tuple[str, str]]
    notes: Sequence[str]
    name: Callable[[Finding], str]  # what a row, line or dot is called
    told: Sequence[str]  # main findings, for the alt text
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
        raise DataError(
            f"this plot does not show {wrong[0]!r}",
            where="estimates, column measure",
            mend="keep the rows of a measure that it shows",
            known=measures,
        )
    for name in schema.ESTIMATES_KEY:
        found = list(estimates[name].drop_duplicates())
        if name not in free and len(found) > 1:
            raise DataError(
                f"a figure answers one question, and these estimates have {len(found)} of {name}",
                where=f"estimates, column {name}",
                mend=f'keep one, for example with .query("{name} == ...")',
                known=found,
            )
    return findings(estimates)


def checked_focus(found: Findings, focus: str | None) -> str | None:
    """Return the focus, or refuse one that is not there; without one, the place that is the catalog's headline."""
    known = {code for one in found for code in (one.row.student_group, one.row.organization_id)}
    if focus is not None:
        if focus not in known:
            raise DataError(
                f"nothing here is called {focus!r}", mend="name a code", known=sorted(known)
            )
        return focus
    places = {one.row.organization_id for one in found}
    headline = [
        code for code, place in catalog.places().items() if place.headline and code in places
    ]
    return headline[0] if headline and len(places) > 1 else None


def is_focus(found: Finding, focus: str | None) -> bool:
    """Whether a finding is of the group or organization in focus."""
    return focus is not None and focus in (found.row.student_group, found.row.organization_id)


def ordered(found: Findings, focus: str | None) -> list[Finding]:
    """Return findings in the order of display: focus first, then groups as in the catalog, places as they came."""
    places = list(dict.fromkeys(one.row.organization_id for one in found))

    def key(one: Finding) -> tuple[object, ...]:
        group = labels.group_order(one.row.student_group)
        place = places.index(one.row.organization_id)
        return (one.row.student_group != focus, group, one.row.organization_id != focus, place)

    return sorted(found, key=key)


def named(found: Findings) -> Callable[[Finding], str]:
    """Return what to call a finding: its group, its place, or both if both differ."""
    groups = len({one.row.student_group for one in found}) > 1
    places = len({one.row.organization_id for one in found}) > 1

    def name(one: Finding) -> str:
        if groups and places:
            place = labels.organization_phrase(one.row.organization_id, one.names)
            return say("{group} in {place}", group=one.label, place=place)
        return one.place if places else one.label

    return name


def level_of(found: Findings) -> str:
    """Return what the sampling interval is called."""
    return level_words(next(iter(found)).row.ci_level)


def finished(
    found: Findings, picture: Picture, title: str | None, subtitle: str | None
) -> ReportFigure:
    """Put picture and words on a page and return the figure with everything that belongs to it."""
    synthetic = words.is_synthetic(found)
    heading = title if title is not None else words.title(found, by=picture.by)
    if synthetic and not heading.startswith(say("Synthetic data: {title}", title="")):
        heading = say("Synthetic data: {title}", title=heading)
    under = subtitle if subtitle is not None else words.subtitle(found)
    source = words.source(found)
    told = Words(heading, under, picture.key, picture.notes, source, synthetic)
    with look():
        page = Page(told, picture.height)
        picture.draw(page)
    reading = "; ".join(f"{say(_MARKS[mark])}: {text}" for mark, text in picture.key)
    return ReportFigure(
        figure=page.figure,
        title=heading,
        subtitle=under,
        caption=" ".join([f"{reading}." if reading else "", *picture.notes]).strip(),
        source_line=source,
        alt=words.alt_text(picture.kind, heading, under, picture.told),
        long_description=words.long_description(found, picture.name),
        table=tables.of_findings(found, caption=f"{heading}. {under}" if under else heading),
        findings=found,
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
