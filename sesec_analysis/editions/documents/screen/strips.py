"""Lay the shares of a school beside those of others, each row a line from 0 to 100 percent, and over the school years.

Each mark says what its finding says: a dot where a figure is shown, a bar where only a range is, nothing where neither.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from sesec_analysis import catalog, i18n
from sesec_analysis.editions.documents.model import Block, TableBlock
from sesec_analysis.evidence.finding import Finding
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.school_tables import better_of, level_place, side_of
from sesec_analysis.evidence.wording import labels
from sesec_analysis.i18n import mark as N_

__all__ = [
    "Mark",
    "RowKey",
    "Spark",
    "Strip",
    "comparable",
    "ends",
    "is_in_focus",
    "key_of",
    "may_join",
    "of_table",
    "over_years",
    "own",
]


_LINES = N_("Lines from 0 to 100 percent.")
_DOT = N_("this school, with its usual ups and downs")
_RANGE = N_("a range")
_TESTED = N_("its students tested")
_ALL_TESTED = N_("students tested there")
_SHORT = N_("{title}: from 0 to {top} percent.")
_BAND = {
    True: N_("other schools of its level in Southeast Seattle"),
    False: N_("schools of its level in Southeast Seattle"),
}
"""By whether the school itself is one of them."""
_SCALES = N_("Small lines aren’t all on one scale.")


RowKey = tuple[str, str]
"""Which row: its indicator, and its student group."""

Whose = Literal["others", "others-tested", "tested", "school", "peer"]
"""Whose a mark is; of a test, how those did who took it, at the school and at all of its level."""


Side = Literal["", "better", "worse"]
"""On which side of all schools of its level a school is, beyond chance and whatever is withheld."""


class Mark(NamedTuple):
    """A figure on its line, from ``low`` to ``high``; both are the figure where it is shown as a number.

    They are percents, and on the line of a series of the site (`sesec site`) in the figure's own unit.
    ``words`` is the sentence of its finding, ``value`` the number in it; its school year ends in ``year``; ``chance``
    is how far chance could move the number, in percent.
    """

    low: float
    high: float
    whose: Whose
    words: str
    value: str
    year: int
    chance: tuple[float, float] | None = None

    @property
    def is_school(self) -> bool:
        """Whether it is of the school itself."""
        return self.whose == "school"

    @property
    def is_range(self) -> bool:
        """Whether no single number is shown."""
        return self.low < self.high


@dataclass(frozen=True)
class Strip:
    """A row: what it is of, the marks on it, and the figures in words with the heading of each."""

    title: str
    of: RowKey
    marks: tuple[Mark, ...]
    told: tuple[tuple[str, str], ...]
    top: int = 100
    side: Side = ""

    def at(self, percent: float) -> float:
        """Return where a percent stands, in percent of the line; no further than its end."""
        return round(min(100 * percent / self.top, 100.0), 2)

    @property
    def drawn(self) -> list[Mark]:
        """The marks as they lie over each other, the school's last; other schools of its level are a band."""
        own = [mark for mark in self.marks if mark.whose != "peer"]
        return sorted(own, key=lambda mark: _ORDER.index(mark.whose))

    @property
    def band(self) -> tuple[Mark, Mark] | None:
        """The lowest and the highest of the other schools of its level; of fewer than three there is no band."""
        peers = [mark for mark in self.marks if mark.whose == "peer"]
        if len(peers) < _FEWEST:
            return None
        return min(peers, key=attrgetter("low")), max(peers, key=attrgetter("high"))

    @property
    def words(self) -> str:
        """The marks in words, the school's first; other schools of its level are said where they are pointed at."""
        said = sorted(self.marks, key=lambda mark: not mark.is_school)
        return " ".join(mark.words for mark in said if mark.whose != "peer")


_SIDES: dict[Side, str] = {
    "worse": N_("worse, beyond chance"),
    "better": N_("better, beyond chance"),
}
_ORDER: tuple[Whose, ...] = ("others", "others-tested", "tested", "school")
_FEWEST = 3
"""Schools that a band has at least: the ends of one of two would point at each of them."""


@dataclass(frozen=True)
class Spark:
    """A figure over the school years of a sheet, ``points`` percent high from ``foot`` on; no mark leaves a gap."""

    marks: tuple[Mark, ...]
    first: int
    last: int
    joined: tuple[tuple[Mark, Mark], ...]
    bands: tuple[tuple[Mark, Mark], ...] = ()
    """Neighbors of which one is a range: somewhere between them lies the line."""
    foot: float = 0.0
    points: int = 100

    @property
    def words(self) -> str:
        """All marks in words."""
        return " ".join(mark.words for mark in self.marks)

    @property
    def ends(self) -> list[str]:
        """The first number and the last with their years, named by their ends; of one mark that alone."""
        shown = (self.marks[0], self.marks[-1]) if self.marks[1:] else self.marks
        return [f"{mark.value} ({mark.year})" for mark in shown]

    def across(self, year: int) -> float:
        """Return where a year stands, in percent of the width."""
        return round(100 * (year - self.first) / max(self.last - self.first, 1), 2)

    def up(self, percent: float) -> float:
        """Return where a figure stands above the foot, in percent of the height."""
        return round(100 * (percent - self.foot) / self.points, 2)

    @property
    def reach(self) -> tuple[float, float]:
        """The least and the most of all marks, with how far chance could move them."""
        ends = [end for mark in self.marks for end in (mark.low, mark.high, *(mark.chance or ()))]
        return (min(ends), max(ends)) if ends else (0.0, 0.0)


def of_table(
    block: TableBlock, school: object = None, decisions: Mapping[str, Any] | None = None
) -> list[Strip]:
    """Return the rows of a table of a school's figures as strips; its findings stand in the order of its rows.

    Parameters
    ----------
    block
        A table of layout ``strips``.
    school
        The state's code of the school; other schools are its peers. None: there are no others.
    decisions
        Those of the document (`Finding.decisions`). None: no row says on which side the school is.
    """
    labels = [column.label for column in block.table.columns]
    rates = [one for one in block.findings if one["measure"] != "gap"]
    every = [list(found) for _, found in groupby(rates, key=_question_key)]
    codes = {str(found[0]["indicator"]) for found in every}
    # Results among students tested are in the row of the official result.
    tested = {
        code: found
        for found in every
        if (code := str(found[0]["indicator"])).removesuffix(_OF_TESTED) in codes - {code}
    }
    asked = [found for found in every if str(found[0]["indicator"]) not in tested]
    return [
        Strip(
            row[0],
            (of := _row_key(found[0])),
            marks := (
                *(official := _marks(found, school)),
                *_among_tested(tested.get(f"{of[0]}{_OF_TESTED}", ()), school, official),
            ),
            tuple((label, cell) for label, cell in zip(labels[1:], row[1:], strict=True) if cell),
            _top(of[0], marks),
            "" if decisions is None else _side(found, school, decisions),
        )
        for row, found in zip(block.table.rows, asked, strict=True)
    ]


_OF_TESTED, _APART = "_tested", 4
"""How the code of a result among students tested ends, and percents from which on its mark stands clear of another."""


def _among_tested(found: Sequence[Record], school: object, official: Sequence[Mark]) -> list[Mark]:
    """Return the results of those who took a test: at a school where it is a number, and then at all of its level.

    Where nearly all took it, they would lie over the official ones: a sentence under the strips says them.
    """
    marks = [mark for mark in _marks(found, school) if not mark.is_range]
    own = next((mark.low for mark in marks if mark.is_school), None)
    if own is None or any(one.is_school and abs(one.low - own) < _APART for one in official):
        return []
    kinds: dict[Whose, Whose] = {"school": "tested", "others": "others-tested"}
    return [
        mark._replace(whose=kinds[mark.whose], chance=None) for mark in marks if mark.whose in kinds
    ]


_SMALL = 20
"""Percent at which a line ends of what is better rare: on one to 100 all of its marks would lie on each other."""


def _side(found: Sequence[Record], school: object, decisions: Mapping[str, Any]) -> Side:
    """Return on which side of its level a school is, by the rule of the row's words."""
    shown = {
        whose: Finding.from_record(one, decisions.get(str(one["id"]), {}))
        for one in found
        if (whose := _whose(one, school)) in ("school", "others")
    }
    if len(shown) < 2 or not (side := side_of(shown["school"], shown["others"])):
        return ""
    better = better_of(shown["school"])
    if better == "neutral":
        return ""
    return "better" if (side > 0) == (better == "higher_is_better") else "worse"


def _top(indicator: str, marks: Sequence[Mark]) -> int:
    return _SMALL if _is_rare(indicator) and all(mark.high <= _SMALL for mark in marks) else 100


def _is_rare(indicator: str) -> bool:
    known = catalog.indicators().get(indicator)
    return known is not None and known.direction == "lower_is_better"


def is_in_focus(school: object) -> bool:
    """Return whether a school, by the state's code, is in a place that reports are about."""
    headline = (place for place in catalog.places().values() if place.headline)
    return any(catalog.schools_in(place, [str(school)]) for place in headline)


def key_of(
    strips: Sequence[Strip], school: object, lines: Mapping[RowKey, Spark]
) -> list[tuple[str, str]]:
    """Return which marks strips of a school have and what each means, and then, of no mark, how the lines are read.

    Parameters
    ----------
    strips
        The rows of a table.
    school
        The state's code of the school.
    lines
        The lines over the years next to them.
    """
    marks = [mark for strip in strips for mark in strip.marks if mark.whose != "peer"]
    numbers = {mark.whose for mark in marks if not mark.is_range}
    drawn = {
        "school": (_DOT, "school" in numbers),
        "tested": (_TESTED, "tested" in numbers),
        "others": (labels.LEVEL_SCHOOLS.get(level_place(str(school)), ""), "others" in numbers),
        "others-tested": (_ALL_TESTED, "others-tested" in numbers),
        "range": (_RANGE, any(mark.is_range for mark in marks)),
        "peers": (_BAND[is_in_focus(school)], any(strip.band for strip in strips)),
        "scale": (_LINES, True),
    }
    short = [
        ("scale", i18n.translate(_SHORT, title=one.title, top=one.top))
        for one in strips
        if one.top < 100
    ]
    sides = {strip.side for strip in strips}
    drawn |= {side: (words, side in sides) for side, words in _SIDES.items()}
    named = [(kind, i18n.translate(words)) for kind, (words, here) in drawn.items() if here]
    return [*named, *short, *_key_of_years(strips, lines)]


def _key_of_years(rows: Sequence[Strip], lines: Mapping[RowKey, Spark]) -> list[tuple[str, str]]:
    shown = {lines[row.of].points for row in rows if row.of in lines and lines[row.of].marks}
    return [("years", i18n.translate(_SCALES))] if len(shown) > 1 else []


def over_years(blocks: Sequence[Block]) -> Mapping[RowKey, Spark]:
    """Return the figures of a sheet over the years by row, from its tables of layout ``years``.

    A line begins where its newest figure compares with it: its first value is that of the page's sentences, too. All
    lines of a kind are as many points high, with room for what chance could do: what looks steeper moved more.
    """
    tables = (one for one in blocks if isinstance(one, TableBlock) and one.layout == "years")
    made: dict[RowKey, Spark] = {}
    for table in tables:
        years = [int(str(record["end_year"])) for record in table.findings]
        for of, found in groupby(table.findings, key=_row_key):
            if of[0].endswith(_OF_TESTED):
                continue  # it has no row of its own
            records = comparable(list(found))
            marks = _marks(records, None)
            joined = tuple(two for two in pairwise(marks) if may_join(records, *two))
            bands = tuple(two for two in pairwise(marks) if _is_band(records, *two))
            made.setdefault(of, Spark(marks, min(years), max(years), joined, bands))
    return {of: _scaled(line, _height_of(made, of[0])) for of, line in made.items()}


def _height_of(lines: Mapping[RowKey, Spark], indicator: str) -> int:
    """Return how many points high all lines of the kind of an indicator are."""
    kind = _is_rare(indicator)
    ends = [line.reach for (code, _group), line in lines.items() if _is_rare(code) == kind]
    most = max(high - low for low, high in ends)
    return next((points for points in _HEIGHTS[kind] if points >= most), 100)


def _scaled(line: Spark, points: int) -> Spark:
    """Return a line in the middle of its height, which ends at 0 and at 100 percent."""
    low, high = line.reach
    foot = min(max((low + high - points) / 2, 0.0), 100.0 - points)
    return replace(line, foot=round(foot, 2), points=points)


def comparable(records: Sequence[Record]) -> list[Record]:
    """Return the findings of a measure from the year on that its newest is compared with."""
    years = [int(str(record["end_year"])) for record in records]
    newest = max(years)
    since = catalog.base_year(str(records[0]["indicator"]), years, newest) or newest
    return [record for record, year in zip(records, years, strict=True) if year >= since]


def own(block: TableBlock, school: object) -> tuple[Record, ...]:
    """Return the findings that the rows of a table print: none of a school that is only drawn beside it."""
    if block.layout != "strips":
        return block.findings
    return tuple(record for record in block.findings if _whose(record, school) != "peer")


_HEIGHTS = {False: (30, 40, 50, 60, 80), True: (5, 10, 20, 40)}
"""Points that lines may be high, of most measures and of what is better rare: with less, chance would look large."""


def may_join(records: Sequence[Record], before: Mark, after: Mark) -> bool:
    """Return whether a line may lead from one to the next: numbers, nothing withheld between, one measure.

    Parameters
    ----------
    records
        All findings of the line.
    before, after
        Two of their marks, next to each other.
    """
    return not (before.is_range or after.is_range or _is_cut(records, before, after))


def _is_band(records: Sequence[Record], before: Mark, after: Mark) -> bool:
    return (before.is_range or after.is_range) and not _is_cut(records, before, after)


def _is_cut(records: Sequence[Record], before: Mark, after: Mark) -> bool:
    known = catalog.indicators().get(str(records[0]["indicator"]))
    stops = {int(str(record["end_year"])) for record in records if record["publish"] == "nothing"}
    stops |= {stop.at for stop in known.breaks} if known else set()
    return any(before.year < at <= after.year for at in stops)


def ends(record: Record) -> tuple[float, float] | None:
    """Return the ends of what is drawn of a finding; None for one that is not printed, or open at an end."""
    is_point = record["publish"] == "point"
    low, high = ("estimate", "estimate") if is_point else ("bound_low", "bound_high")
    if record["publish"] == "nothing" or None in (record.get(low), record.get(high)):
        return None
    return float(str(record[low])), float(str(record[high]))


def _row_key(record: Record) -> RowKey:
    return str(record["indicator"]), str(record["student_group"])


def _question_key(record: Record) -> tuple[object, ...]:
    return tuple(record[name] for name in ("indicator", "measure", "end_year", "student_group"))


def _whose(record: Record, school: object) -> Whose:
    if record["organization_level"] != "school":
        return "others"
    return "school" if school in (None, record.get("organization_id")) else "peer"


def _in_whole(record: Record) -> str:
    """Return a number in whole percents, rounded once from its counts; as printed where only decimals tell it apart."""
    known, value = catalog.indicators().get(str(record["indicator"])), str(record["value"])
    counts = record.get("numerator"), record.get("n")
    is_fine = known is not None and known.margin is not None and known.margin < _POINT
    if is_fine or record["publish"] != "point" or not all(isinstance(one, int) for one in counts):
        return value
    whole = round(100 * int(str(counts[0])) / int(str(counts[1])))
    return f"{whole}%" if 0 < whole < 100 else value


_POINT = 0.01
"""Where differences smaller than this count, decimals stay."""


def _marks(found: Sequence[Record], school: object) -> tuple[Mark, ...]:
    """Return the marks of a row, in the order of their findings."""
    marks = []
    for record in found:
        if (drawn := ends(record)) is None:
            continue
        low, high = (round(100 * end, 2) for end in drawn)
        year = int(str(record["end_year"]))
        said, value = str(record["sentence"]), _in_whole(record)
        interval = (record.get("ci_low"), record.get("ci_high"))
        chance = None
        if low == high and None not in interval:
            first, last = (round(100 * float(str(end)), 2) for end in interval)
            chance = first, last
        marks.append(Mark(low, high, _whose(record, school), said, value, year, chance))
    return tuple(marks)
