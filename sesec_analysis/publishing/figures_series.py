"""The lines of a trend: which findings each joins, where it must stop, and what is said about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sesec_analysis import catalog
from sesec_analysis.entries import SeriesBreak
from sesec_analysis.errors import DataError
from sesec_analysis.publishing import figures_made as made
from sesec_analysis.publishing import labels
from sesec_analysis.publishing.figures_looks import look_of_group, looks_of_places
from sesec_analysis.publishing.figures_style import SMALL, wrapped
from sesec_analysis.publishing.figures_words import Named, short
from sesec_analysis.publishing.findings import Finding, Findings
from sesec_analysis.publishing.rows import Row
from sesec_analysis.publishing.wording import school_year, span_words
from sesec_analysis.words import say

__all__ = [
    "LETTERS",
    "Series",
    "break_notes",
    "breaks_between",
    "drawn_at",
    "key_of",
    "numbers_of",
    "open_ends",
    "series_of",
    "shows_band",
    "steps",
    "students_of",
    "told_of",
]

LETTERS = "abcdefghij"
"""Marks of breaks, told in a note."""

_LABEL = 1.75  # inches: widest label at the end of a line
_BANDS = 3  # lines: beyond these, bands would hide each other
Ends = tuple[float, float]


@dataclass(frozen=True)
class Series:
    """One line: its findings by school year, its name, and how it is drawn."""

    findings: Sequence[Finding]
    name: str
    color: str
    marker: str
    focus: bool

    @property
    def last(self) -> Finding:
        """The latest finding that is drawn."""
        return [one for one in self.findings if one.row.publish != "nothing"][-1]

    def label(self) -> list[str]:
        """Lines of the label at the end of the line, the value last."""
        value = short(self.last)
        weight = "bold" if self.focus else "normal"
        return wrapped(f"{self.name} {value.replace(' ', chr(0xA0))}", _LABEL, SMALL, weight)


def series_of(found: Findings, focus: str | None, name: Named) -> list[Series]:
    """Return a line for each place or each student group, in the order of display."""
    groups = {one.row.student_group for one in found}
    places = {one.row.organization_id for one in found}
    if len(groups) > 1 and len(places) > 1:
        raise DataError(
            "a trend shows several places or several student groups, not both",
            where="estimates, columns student_group and organization_id",
            mend="keep one student group, or one place",
            known=[*sorted(groups), *sorted(places)],
        )
    lines: dict[tuple[str, str], list[Finding]] = {}
    for one in made.ordered(found, focus):
        lines.setdefault((one.row.student_group, one.row.organization_id), []).append(one)
    shown = [line for line in lines.values() if any(one.row.publish != "nothing" for one in line)]
    in_focus = [made.is_focus(line[0], focus) for line in shown]
    if all(in_focus) and len(shown) > 1:  # the one group that all places show is no focus
        in_focus = [False] * len(shown)
    looks = looks_of_places(places)
    made_of = []
    for line, is_focus in zip(shown, in_focus, strict=True):
        row = line[0].row
        look = looks[row.organization_id]
        if len(groups) > 1:
            look = look_of_group(row.student_group_type, row.student_group, any_focus=any(in_focus))
        color = look.color(focus=is_focus, any_focus=any(in_focus))
        by_year = sorted(line, key=lambda one: one.row.end_year)
        made_of.append(Series(by_year, name(line[0]), color, look.marker, is_focus))
    return made_of


def breaks_between(indicator: str, first: int, last: int) -> list[SeriesBreak]:
    """Return the breaks of a series that lie between two school years."""
    return [found for found in catalog.indicator(indicator).breaks if first < found.at <= last]


def break_notes(breaks: Sequence[SeriesBreak]) -> list[str]:
    """Return the note that says why lines stop, or none."""
    if not breaks:
        return []
    told = [
        f"{letter}\xa0({school_year(found.at)}): {found.reason}"
        for letter, found in zip(LETTERS, breaks, strict=False)
    ]
    return [say("Not comparable across the grey strips. {breaks}.", breaks="; ".join(told))]


def shows_band(series: Sequence[Series], one: Series) -> bool:
    """Whether the interval of a line is drawn."""
    return len(series) <= _BANDS or one.focus


def steps(one: Series, breaks: set[int]) -> list[tuple[Finding, Finding]]:
    """Return neighbours that may be joined: no break, no missing year and no withheld one lies between them."""
    shown = [found for found in one.findings if found.row.publish != "nothing"]
    return [
        (before, after)
        for before, after in pairwise(shown)
        if after.row.end_year == before.row.end_year + 1 and after.row.end_year not in breaks
    ]


def open_ends(found: Finding) -> Ends | None:
    """Return the range that withheld figures leave open; of a point, nothing is left open."""
    numbers = found.printed.numbers
    low, high = numbers["bound_low"], numbers["bound_high"]
    if found.row.publish == "point":
        low = high = numbers["estimate"]
    return None if low is None or high is None else (low, high)


def drawn_at(found: Finding) -> float | None:
    """Return where a line passes: a value, or the middle of a narrow range."""
    ends = open_ends(found)
    if ends is None or (found.row.publish == "range" and not found.row.marker):
        return None
    return sum(ends) / 2


def numbers_of(series: Sequence[Series]) -> list[float]:
    """Return every number that is drawn."""
    names = ("estimate", "bound_low", "bound_high")
    drawn = []
    for line in series:
        also = ("ci_low", "ci_high") if shows_band(series, line) else ()
        drawn += [one.printed.numbers[name] for one in line.findings for name in (*names, *also)]
    return [value for value in drawn if value is not None]


def students_of(series: Sequence[Series]) -> list[str]:
    """Return the note that says how many students each line stands for: the fewest and the most over the years."""
    shown = {line.name: [f for f in line.findings if f.row.publish != "nothing"] for line in series}
    told = {name: _students([found.row for found in findings]) for name, findings in shown.items()}
    told = {name: count for name, count in told.items() if count}
    if not told:
        return []
    last = series[0].last.row
    counted = labels.counted_words(last).capitalize()
    start = say("All students") if last.is_composition else counted
    if len(set(told.values())) == 1 and (len(series) == 1 or last.is_composition):
        return [f"{start}: {next(iter(told.values()))}."]
    return [f"{start}: {'; '.join(f'{name} {count}' for name, count in told.items())}."]


def _students(rows: Sequence[Row]) -> str:
    own = span_words((row.n_low, row.n_high) for row in rows)
    other = span_words((row.reference_n_low, row.reference_n_high) for row in rows)
    if own and other:
        return say("{n} (compared with {reference})", n=own, reference=other)
    return own


def told_of(line: Series) -> str:
    """Return where a line starts and ends, as a phrase."""
    shown = [one for one in line.findings if one.row.publish != "nothing"]
    ends = dict.fromkeys((*shown[:1], *shown[-1:]))
    told = [
        say("{value} in {year}", value=one.printed.value, year=school_year(one.row.end_year))
        for one in ends
    ]
    return f"{line.name} {', '.join(told)}"


def key_of(series: Sequence[Series], value: str, level: str) -> list[tuple[str, str]]:
    """Return the marks that the picture uses, and what each means."""
    rows = [one.row for line in series for one in line.findings]
    key = []
    if any(row.publish == "point" and not row.care for row in rows):
        key.append(("dot", value))
    if any(row.publish == "point" and row.care for row in rows):
        key.append(("hollow", say("{value}, interpret with care", value=value)))
    if any(shows_band(series, line) for line in series):
        few = len(series) <= _BANDS
        key.append(
            ("shade", level if few else say("{interval} of the line in focus", interval=level))
        )
    if any(row.publish == "range" for row in rows):
        key.append(("band", say("range left open by withheld figures")))
    if any(row.marker for row in rows):
        key.append(("dash", say("middle of narrow ranges")))
    return key
