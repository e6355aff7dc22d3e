"""Read masked cells more tightly inside sums: sizes from labels and caps, where enough schools share what they hide.

A row says of a masked cell what its own text says. More can be worked out (`tighten_cells`): the size behind a range
label (3/n rule), the counts that the rule leaves, the fewest students of whom a printed percent can be (at least one
counted, or not counted), the most that enclosing counts let a cell hold. That reading stays in memory and goes only
into the sums that may take it (`protected_rows`).

A sum may if at least three organizations share what it hides and none has more than four fifths of it. The same is
asked of what is left where one sum is taken from another: a total less a part, a place less a smaller one, all students
less the groups, all grades less the grades. What is left and is not shared may be known no closer than by the
publisher's text, with no more students than October's enrollment lets a school have.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.bounds import (
    Flags,
    Floats,
    Positions,
    as_floats,
    combine_codes,
    first_rows,
    row_codes,
    sum_by,
)
from sesec_analysis.catalog.entries import THREE_OVER_N
from sesec_analysis.loaders.tidy.size_caps import (
    GroupsInOctober,
    cap_sizes,
    group_caps,
    put_counts,
)
from sesec_analysis.loaders.tidy.tokens import label_denominators, parse_labels
from sesec_analysis.schema import MINIMUM_GROUP

__all__ = [
    "ENROLLMENT_MARGIN",
    "LARGEST_SHARE",
    "LITERAL_KINDS",
    "NO_OCTOBER",
    "SHARED_BY",
    "Enrolled",
    "ProtectedRows",
    "Readings",
    "Whole",
    "both_readings",
    "caps_of",
    "differs",
    "is_masked",
    "is_shared",
    "most_enrolled",
    "most_students",
    "october_enrollment",
    "protected_rows",
    "tighten_cells",
]


Enrolled = Mapping[tuple[int, str], float]
"""By end_year and school code: the most students that the school can have had."""
ENROLLMENT_MARGIN = 1.25
"""How far the students tested in a year may exceed October enrollment; each build tests it on every exact cell."""
SHARED_BY = 3
"""Organizations with masked cells, at the least, that a sum with the tighter reading is made of."""
LARGEST_SHARE = 0.80
"""Share of the students in those cells that none of the organizations may exceed."""
LITERAL_KINDS = (
    *("homeless", "mobile", "migrant", "highly_capable", "military_parent", "section_504"),
)
"""Kinds of groups whose sums never take the tighter reading. October gives them no cap, and next to a printed percent
of all other students it would leave single schools fewer than three values (tests/system/test_joined_sums.py)."""
_OFF = 2.0
"""Students: parts that exceed their total by more do not add up to it (who changes schools stands at both)."""
_COLUMNS = ["organization_id", "end_year", "denominator_high"]
_COUNTS = ["numerator_low", "numerator_high", "denominator_low", "denominator_high"]
_SUM = ["source_id", "indicator", "end_year", "grade_level", "student_group_type", "student_group"]


def is_masked(cells: pd.DataFrame) -> pd.Series:
    """Tell the single cells that hide how many are counted."""
    masked = cells["numerator"].isna() & ~cells["status"].isin(["no_students", "not_collected"])
    return masked & (cells["cells"] == 1).fillna(True) & (cells["unit"] == "proportion")


NO_OCTOBER: GroupsInOctober = MappingProxyType({})
"""Where enrollment by group is not available: then no size is capped by it."""


def both_readings(
    cells: pd.DataFrame, enrolled: Enrolled, october: GroupsInOctober = NO_OCTOBER
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the same rows with what anyone can look up, and with the tighter reading of their masked cells.

    Anyone can look up the publisher's text, and the caps on sizes (`size_caps`).

    Parameters
    ----------
    cells
        OBSERVATIONS of whole releases: the rows that enclose a cell cap its size.
    enrolled
        By ``end_year`` and school code, the most students that a school can have had.
    october
        By ``end_year``, school code, and student group, its largest October count within two years.

    Returns
    -------
    The same rows and columns, twice, the bounds of counts narrowed where more can be worked out than the text says.
    """
    caps = _enrollment_caps(cells, enrolled, october)
    return cap_sizes(cells, caps), _tighten(cells, caps)


def tighten_cells(cells: pd.DataFrame, enrolled: Enrolled) -> pd.DataFrame:
    """Return the same rows with the tighter reading of their masked cells alone, as `both_readings` has it."""
    return _tighten(cells, _enrollment_caps(cells, enrolled, NO_OCTOBER))


def _tighten(cells: pd.DataFrame, caps: Floats) -> pd.DataFrame:
    labels = parse_labels(cells["token"])
    n_low, n_high = (
        as_floats(cells, "denominator_low", null=0.0),
        as_floats(cells, "denominator_high"),
    )
    masked = is_masked(cells)
    is_open = (masked & cells["denominator"].isna()).to_numpy(dtype=bool) & np.isnan(n_high)
    bounded = (masked & (cells["status"] == "bounded")).to_numpy(dtype=bool)
    labelled = bounded & labels["kind"].isin(["below", "above"]).to_numpy(dtype=bool)
    three = _follows(cells["source_id"])

    label_low, label_high = _sizes(cells["source_id"], labels)
    n_low = np.where(is_open & bounded, np.maximum(n_low, label_low), n_low)
    first = np.where(is_open, label_high, np.where(np.isnan(n_high), np.inf, n_high))
    cap = caps_of(cells, first, caps)
    p_low, p_high = (
        as_floats(cells, "value_low", null=0.0),
        as_floats(cells, "value_high", null=1.0),
    )
    percent = is_open & cells["value"].notna().to_numpy(dtype=bool)
    some, some_not = percent & (p_low > 0), percent & (p_high < 1)
    n_low = np.where(some, np.maximum(n_low, _least_of(p_high)), n_low)
    n_low = np.where(some_not, np.maximum(n_low, _least_of(1 - p_low)), n_low)
    n_high = np.where(is_open, np.maximum(np.minimum(first, cap), n_low), first)

    k_low, k_high = as_floats(cells, "numerator_low", null=0.0), as_floats(cells, "numerator_high")
    k_high = np.minimum(np.where(np.isnan(k_high), np.inf, k_high), n_high)
    k_low = np.where(percent, np.maximum(np.floor(p_low * n_low), some), k_low)
    k_high = np.where(percent, np.minimum(k_high, np.ceil(p_high * n_high)), k_high)
    k_high = np.where(some_not, np.minimum(k_high, n_high - 1), k_high)
    least, most = _count_limits(labels, three, n_low, n_high)
    k_low, k_high = np.where(labelled, least, k_low), np.where(labelled, most, k_high)
    counts = dict(zip(_COUNTS, (k_low, k_high, n_low, n_high), strict=True))
    touched = is_open | labelled
    return cells.assign(
        **{name: put_counts(cells[name], touched, values) for name, values in counts.items()}
    )


def _least_of(share: Floats) -> Floats:
    """Return the fewest students of whom one can be so large a share: a printed 2 percent is of 50 or more."""
    return np.asarray(np.ceil(1 / np.fmax(share, 1e-12) - 1e-6), dtype=np.float64)


def _follows(source_id: pd.Series) -> Flags:
    """Flag the rows of releases in whose masked cells fewer than three are counted, or not counted."""
    named = [name for name in source_id.unique() if _rule(name) in THREE_OVER_N]
    return source_id.isin(named).to_numpy(dtype=bool)


def _rule(source_id: str) -> str:
    source, release = catalog.release(source_id)
    return release.range_rule or source.range_rule


def _sizes(source_id: pd.Series, labels: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the group sizes that each row's range label allows: 3/n, rounded as printed."""
    low, high = np.full(len(labels), float(MINIMUM_GROUP)), np.full(len(labels), np.inf)
    ranged = labels["kind"].isin(["below", "above"]).to_numpy(dtype=bool)
    for name in source_id[ranged].unique():
        if (rule := _rule(name)) == "share_only":
            continue
        rows = ranged & (source_id == name).to_numpy(dtype=bool)
        share = labels.loc[rows, "number"].to_numpy("float64")
        above = (labels.loc[rows, "kind"] == "above").to_numpy(dtype=bool)
        digits = labels.loc[rows, "decimals"].clip(upper=catalog.release(name)[0].percent_decimals)
        low[rows], high[rows] = label_denominators(
            np.where(above, 1 - share, share), digits.to_numpy("float64")
        )
        if rule == "three_over_n_or_less":
            low[rows] = np.maximum(low[rows] - 1, MINIMUM_GROUP)
        if rule == "ten_percent_or_three_over_n":  # ten percent stands for every smaller group too
            ten = np.abs(np.where(above, 1 - share, share) - 0.10) < 1e-9
            low[rows] = np.where(ten, MINIMUM_GROUP, low[rows])
    return low, high


def _count_limits(
    labels: pd.DataFrame, three: Flags, n_low: Floats, n_high: Floats
) -> tuple[Floats, Floats]:
    """Return the fewest and the most students counted in cells whose rate is printed as a range."""
    share, closed = labels["number"].to_numpy("float64"), labels["closed"].to_numpy(dtype=bool)
    below = (labels["kind"] == "below").to_numpy(dtype=bool)
    with np.errstate(invalid="ignore"):
        most = np.where(closed, np.floor(share * n_high + 1e-9), np.ceil(share * n_high - 1e-9) - 1)
        least = np.where(closed, np.ceil(share * n_low - 1e-9), np.floor(share * n_low + 1e-9) + 1)
    most = np.where(three, np.minimum(most, 2.0), most)
    least = np.where(three, np.maximum(n_low - 2, 0.0), least)
    return np.where(below, 0.0, least), np.where(below, most, n_high)


def _enrollment_caps(cells: pd.DataFrame, enrolled: Enrolled, october: GroupsInOctober) -> Floats:
    """Return each row's cap by enrollment: of its school where its source declares that, or of its group."""
    keys = cells["source_id"].unique()
    capped = [name for name in keys if catalog.release(name)[0].denominator_cap == "enrollment"]
    school = (cells["organization_level"] == "school") & cells["source_id"].isin(capped)
    whole = most_enrolled(cells, enrolled, np.inf)
    by_school = np.where(school.to_numpy(dtype=bool), whole, np.inf)
    caps = np.minimum(by_school, group_caps(cells, october))
    partial = [name for name in keys if catalog.release(name)[1].groups_of_some_schools]
    if not partial:
        return caps
    # Too old for October's groups: all students of the school, who are printed in the same file.
    size, everywhere = (
        as_floats(cells, "denominator_high", null=np.inf),
        np.full(len(cells), np.inf),
    )
    enclosing = caps_of(cells, size, everywhere)
    return np.where(cells["source_id"].isin(partial), np.minimum(caps, enclosing), caps)


def most_enrolled(cells: pd.DataFrame, enrolled: Enrolled, null: float) -> Floats:
    """Return the most students that the school of each row can have had; ``null`` where nothing says."""
    code = row_codes(cells, ["end_year", "organization_id"])
    first = cells.iloc[first_rows(code)]
    pairs = zip(first["end_year"], first["organization_id"], strict=True)
    return np.array([enrolled.get(pair, null) for pair in pairs], dtype=np.float64)[code]


def caps_of(cells: pd.DataFrame, size: Floats, enrolled: Floats) -> Floats:
    """Return the most students each cell can hold, by the counts that enclose it.

    All students of its grade, its group in all grades, the school's enrollment: counts that the publisher
    prints (or bounds). Nothing is subtracted.

    Parameters
    ----------
    cells
        OBSERVATIONS of whole releases.
    size
        The most students of each by its own text.
    enrolled
        The most students its school can have had; infinite where nothing says.
    """
    head = row_codes(
        cells, ["source_id", "indicator", "end_year", "organization_level", "organization_id"]
    )
    (grade, grades), (group, groups) = (
        pd.factorize(cells[name]) for name in ("grade_level", "student_group")
    )

    def key(grade: Positions | int, group: Positions | int) -> Positions:
        return np.asarray((head * (len(grades) + 1) + grade) * (len(groups) + 1) + group)

    known, first = np.unique(key(grade, group), return_index=True)

    def enclosing(wanted: Positions) -> Floats:
        at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        enclosed = np.where(known[at] == wanted, size[first[at]], np.nan)
        return np.where(np.isnan(enclosed), np.inf, enclosed)

    # A word that no row has is the last of all, and is found nowhere.
    every_grade, every_group = (
        [*words].index("all") if "all" in words else len(words) for words in (grades, groups)
    )
    wanted = [key(grade, every_group), key(every_grade, group), key(every_grade, every_group)]
    counts = [enclosing(one) for one in wanted] if len(cells) else []
    return np.asarray(np.minimum.reduce([*counts, enrolled]), dtype=np.float64)


def october_enrollment(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return each school's October enrollment by year, out of OBSERVATIONS that hold it."""
    parts = [pd.DataFrame(columns=_COLUMNS)]
    for table in tables:
        schools = (table["organization_level"] == "school") & (table["student_group"] == "all")
        whole = (table["indicator"] == "enrollment") & (table["grade_level"] == "all")
        parts.append(table.loc[schools & whole, _COLUMNS])
    return pd.concat(parts)


def most_students(enrolled: pd.DataFrame, year: int) -> dict[str, int]:
    """Return a number of students that no cell of a school exceeds, by school code.

    It is the school's largest enrollment within two years of the year asked for, and a margin.

    Examples
    --------
    >>> rows = [("2120", 2017, 320), ("2120", 2019, 400), ("2120", 2020, 500)]
    >>> table = pd.DataFrame(rows, columns=["organization_id", "end_year", "denominator_high"])
    >>> most_students(table, 2017)
    {'2120': 500}
    """
    near = enrolled[(enrolled["end_year"] - year).abs() <= 2]
    largest = near.groupby("organization_id")["denominator_high"].max().dropna()
    return {
        str(code): math.ceil(students * ENROLLMENT_MARGIN) for code, students in largest.items()
    }


def differs(cells: pd.DataFrame, tight: pd.DataFrame) -> Flags:
    """Flag the rows of which the tighter reading says more than the publisher's text."""
    narrowed = np.zeros(len(cells), dtype=bool)
    for name in _COUNTS:
        literal, tighter = as_floats(cells, name, null=-1.0), as_floats(tight, name, null=-1.0)
        narrowed |= literal != tighter
    return narrowed


@dataclass(frozen=True)
class Whole:
    """Rows of which the publisher prints a total, and that total beside each: its students, those counted."""

    rows: Flags
    students: Floats
    counted: Floats


@dataclass(frozen=True)
class Readings:
    """The same rows with what anyone can look up, by the tighter reading, and with no more students than a school has.

    ``hidden`` flags those of which the tighter reading says more than the publisher's text: what sums share.
    """

    public: pd.DataFrame
    tight: pd.DataFrame
    capped: pd.DataFrame
    hidden: Flags


@dataclass(frozen=True)
class _Ranges:
    """Fewest and most students, and counted, of each sum: arrays of two columns."""

    low: Floats
    high: Floats

    def less(self, other: "_Ranges") -> "_Ranges":
        """Return what is left of these where others are taken from them."""
        return _Ranges(self.low - other.high, self.high - other.low)

    def closer(self, other: "_Ranges") -> Flags:
        """Flag where these are closer than others."""
        return np.asarray(((self.low > other.low) | (self.high < other.high)).any(axis=-1))


@dataclass(frozen=True)
class _Cells:
    """The rows of cells as arrays: whose sum, what they hide, and their ranges by both readings."""

    code: Positions
    count: int
    organization: Positions
    hidden: Flags
    size: Floats
    tight: _Ranges
    literal: _Ranges

    def sums(self, rows: Flags, ranges: _Ranges) -> _Ranges:
        low, high = (
            np.column_stack([sum_by(self.code[rows], end[rows, at], self.count) for at in (0, 1)])
            for end in (ranges.low, ranges.high)
        )
        return _Ranges(low, high)

    def shared(self, rows: Flags) -> Flags:
        """Flag the sums whose hidden cells enough organizations share; each has one row in a sum."""
        rows = rows & self.hidden
        code, size = self.code[rows], self.size[rows]
        parts = sum_by(code, np.ones(len(code)), self.count)
        students, largest = sum_by(code, size, self.count), np.zeros(self.count)
        np.maximum.at(largest, code, size)
        fine = np.isfinite(students) & (largest <= LARGEST_SHARE * students)
        return np.asarray((parts >= SHARED_BY) & fine)

    def open(self, rows: Flags) -> Flags:
        """Flag the sums that hide something."""
        code = self.code[rows & self.hidden]
        return sum_by(code, np.ones(len(code)), self.count) > 0


class ProtectedRows(Mapping[str, Flags]):
    """Flags of rows by place, worked out as far as they are asked for: a place hangs on those before it alone."""

    def __init__(self, places: Iterable[str], made: Iterator[tuple[str, Flags]]) -> None:
        self._places, self._made = tuple(places), made
        self._known: dict[str, Flags] = {}

    def __getitem__(self, place: str) -> Flags:
        """Return the flags of a place, and work out those before it."""
        if place not in self._places:
            raise KeyError(place)
        while place not in self._known:
            name, rows = next(self._made)
            self._known[name] = rows
        return self._known[place]

    def __contains__(self, place: object) -> bool:
        """Return whether a place is among them, and work out nothing."""
        return place in self._places

    def __iter__(self) -> Iterator[str]:
        """Go through the places, in order."""
        return iter(self._places)

    def __len__(self) -> int:
        """Count the places."""
        return len(self._places)


def protected_rows(readings: Readings, members: Mapping[str, Flags], whole: Whole) -> ProtectedRows:
    """Flag, for each place, the rows that its sums take with the tighter reading.

    Parameters
    ----------
    readings
        The rows as anyone can read them, and by the tighter reading.
    members
        Rows of each place; the sums of an earlier place come before those of a later one.
    whole
        The totals that the publisher prints of the same schools.
    """
    known = _read_cells(readings)
    return ProtectedRows(members, _by_place(readings.public, known, members, whole))


def _by_place(
    cells: pd.DataFrame, known: _Cells, members: Mapping[str, Flags], whole: Whole
) -> Iterator[tuple[str, Flags]]:
    if not known.hidden.any():
        yield from dict.fromkeys(members, known.hidden).items()
        return
    families, totals = _families(cells, known.code), _totals(cells, known, whole)
    sums = cells[_SUM].iloc[first_rows(known.code)]
    literal = sums["student_group_type"].isin(LITERAL_KINDS).to_numpy(dtype=bool)
    named = pd.MultiIndex.from_frame(sums[["indicator", "end_year", "student_group"]])
    fine: dict[str, Flags] = {}
    for name, inside in members.items():
        taken = known.shared(inside) & ~literal & ~_left_of_a_total(known, inside, totals)
        taken &= ~named.isin(list(catalog.literal_sums(name)))
        for other, other_taken in fine.items():
            taken &= ~(other_taken & _left_of_a_place(known, inside, members[other]))
        fine[name] = _beside_families(cells, known, families, inside, taken)
        yield name, known.hidden & inside & fine[name][known.code]


def _read_cells(readings: Readings) -> _Cells:
    cells, tight, capped = readings.public, readings.tight, readings.capped
    code, hidden = row_codes(cells, _SUM), readings.hidden
    n_high = as_floats(capped, "denominator_high", null=np.inf)
    with np.errstate(invalid="ignore"):
        reach = np.ceil(as_floats(cells, "value_high", null=1.0) * n_high)
    reach = np.where(np.isnan(reach), 0.0, reach)  # none of any number
    k_high = np.minimum(as_floats(cells, "numerator_high", null=np.inf), reach)
    literal = _Ranges(_pair(cells, "low", 0.0), np.column_stack([n_high, k_high]))
    size = np.where(hidden, as_floats(tight, "denominator_high", null=np.inf), 0.0)
    return _Cells(
        code,
        int(code.max(initial=-1)) + 1,
        row_codes(cells, ["organization_id"]),
        hidden,
        size,
        _Ranges(_pair(tight, "low", 0.0), _pair(tight, "high", np.inf)),
        literal,
    )


def _pair(table: pd.DataFrame, end: str, null: float) -> Floats:
    names = (f"denominator_{end}", f"numerator_{end}")
    return np.column_stack([as_floats(table, name, null=null) for name in names])


@dataclass(frozen=True)
class _Totals:
    """The publisher's total beside each sum, where its release adds up; and the rows that it is a total of."""

    rows: Flags
    each: Floats
    printed: Flags
    adds_up: Flags


def _totals(cells: pd.DataFrame, known: _Cells, whole: Whole) -> _Totals:
    total = np.full((known.count, 2), np.nan)
    total[known.code[whole.rows]] = np.column_stack([whole.students, whole.counted])[whole.rows]
    printed = ~np.isnan(total).any(axis=1)
    release = np.zeros(known.count, dtype=np.int64)
    release[known.code] = row_codes(cells, ["source_id", "indicator"])
    least = known.sums(whole.rows, known.tight).low
    over = printed & (least > np.nan_to_num(total) + _OFF).any(axis=1)
    adds_up = sum_by(release, over, int(release.max(initial=0)) + 1)[release] == 0
    return _Totals(whole.rows, total, printed, adds_up)


def _left_of_a_total(known: _Cells, inside: Flags, totals: _Totals) -> Flags:
    """Flag the sums that, taken from the publisher's own total, would give away what few others hide."""
    rest, total = totals.rows & ~inside, totals.each
    left = _Ranges(total, total).less(known.sums(inside, known.tight))
    left = _Ranges(left.low, np.where(totals.adds_up[:, None], left.high, np.inf))
    tells = totals.printed & left.closer(known.sums(rest, known.literal))
    return tells & known.open(rest) & ~known.shared(rest)


def _left_of_a_place(known: _Cells, place: Flags, other: Flags) -> Flags:
    """Flag the sums of two places, one within the other, whose difference would give away what few schools hide."""
    tells = np.zeros(known.count, dtype=bool)
    if (place & ~other).any() and (other & ~place).any():
        return tells
    large, small = (place, other) if (place & ~other).any() else (other, place)
    rest = large & ~small
    left = known.sums(large, known.tight).less(known.sums(small, known.tight))
    tells = left.closer(known.sums(rest, known.literal))
    return tells & known.open(rest) & ~known.shared(rest)


def _families(cells: pd.DataFrame, code: Positions) -> list[tuple[Positions, Floats]]:
    """Return sums that add up to nothing, with their signs: groups less all students; grades less all grades."""
    sums = cells[_SUM].iloc[first_rows(code)]  # numbered as they stand
    number = {name: row_codes(sums, [name]) for name in _SUM}
    everyone = sums["student_group_type"].isin(["all"]).to_numpy(dtype=bool)
    every = sums["grade_level"].isin(["all"]).to_numpy(dtype=bool)
    figure = ["source_id", "indicator", "end_year"]
    families = []
    for total, alike, also in (
        (everyone, [*figure, "grade_level"], ["student_group_type"]),
        (every, [*figure, "student_group_type", "student_group"], []),
    ):
        key = combine_codes(number[name] for name in alike)
        total_of = np.full(key.max(initial=-1) + 1, -1)
        total_of[key[total]] = np.flatnonzero(total)
        parts = np.flatnonzero(~total & (total_of[key] >= 0))
        family, _ = pd.factorize(combine_codes(number[name][parts] for name in (*alike, *also)))
        order = np.argsort(family, kind="stable")
        for at in np.split(parts[order], np.flatnonzero(np.diff(family[order])) + 1):
            if len(at):
                signs = np.append(np.ones(len(at)), -1.0)
                families.append((np.append(at, total_of[key[at[0]]]), signs))
    return families


def _beside_families(
    cells: pd.DataFrame,
    known: _Cells,
    families: list[tuple[Positions, Floats]],
    inside: Flags,
    taken: Flags,
) -> Flags:
    """Return which sums stay taken, so that no partition gives away what one of its sums hides.

    In each partition the last sum of the declared order is given up first and the total last, until what is hidden in
    all that were given up is shared, or nothing closer is known of it. A sum that other sums made needless to give up
    is taken again, the first of the order first.
    """
    check = _FamilyCheck(known, inside)
    ranks, kept = _ranks(cells, known.code), taken.copy()
    again = True
    while again:
        again = False
        for codes, signs in families:
            spare = sorted(
                codes[check.is_open(codes) & kept[codes]],
                key=lambda code: (code == codes[-1], -ranks[code], check.students(code), code),
            )
            while spare and not check.is_protected(codes, signs, kept):
                kept[spare.pop(0)], again = False, True
    for code in sorted(np.flatnonzero(taken & ~kept), key=lambda code: (ranks[code], code)):
        kept[code] = True
        beside = [family for family in families if code in family[0]]
        kept[code] = all(check.is_protected(*family, kept) for family in beside)
    return kept


def _ranks(cells: pd.DataFrame, code: Positions) -> Positions:
    """Return where the student group of each sum stands in the declared order; those not listed after all others."""
    order = {group: at for at, group in enumerate(catalog.protection_order())}
    groups = cells["student_group"].iloc[first_rows(code)]
    return np.array([order.get(group, len(order)) for group in groups], dtype=np.int64)


class _FamilyCheck:
    """Whether the sums of a partition that are taken leave the others of it protected, in one place."""

    def __init__(self, known: _Cells, inside: Flags) -> None:
        self._hides = _hides(known, inside)
        self._tight = known.sums(inside, known.tight)
        self._literal = known.sums(inside, known.literal)

    def is_open(self, codes: Positions) -> Flags:
        return np.array([int(code) in self._hides for code in codes])

    def students(self, code: int) -> float:
        return sum(self._hides[int(code)].values())

    def is_protected(self, codes: Positions, signs: Floats, taken: Flags) -> bool:
        left = self.is_open(codes) & ~taken[codes]
        if not left.any() or not _gives_away(self._tight, self._literal, codes, signs, left, taken):
            return True
        return is_shared(_together([self._hides[int(code)] for code in codes[left]]))


def _gives_away(
    tight: _Ranges,
    literal: _Ranges,
    codes: Positions,
    signs: Floats,
    left: Flags,
    taken: Flags,
) -> bool:
    """Return whether the other sums of a family leave a closer range of these than their own texts do."""
    low = np.where(taken[codes][:, None], tight.low[codes], literal.low[codes])
    high = np.where(taken[codes][:, None], tight.high[codes], literal.high[codes])
    others = _add_signed(low, high, -signs, ~left)
    return bool(others.closer(_add_signed(literal.low[codes], literal.high[codes], signs, left)))


def _add_signed(low: Floats, high: Floats, signs: Floats, rows: Flags) -> _Ranges:
    up = (signs > 0)[rows, None]
    low, high = low[rows], high[rows]
    return _Ranges(np.where(up, low, -high).sum(axis=0), np.where(up, high, -low).sum(axis=0))


def _hides(known: _Cells, inside: Flags) -> dict[int, dict[int, float]]:
    """Return what each sum hides: students of each organization in its masked cells."""
    sizes: dict[int, dict[int, float]] = {}
    for at in np.flatnonzero(known.hidden & inside):
        sizes.setdefault(int(known.code[at]), {})[int(known.organization[at])] = float(
            known.size[at]
        )
    return sizes


def _together(sums: list[dict[int, float]]) -> dict[int, float]:
    together: dict[int, float] = {}
    for sizes in sums:
        for organization, size in sizes.items():
            together[organization] = together.get(organization, 0.0) + size
    return together


def is_shared(sizes: Mapping[int, float]) -> bool:
    """Return whether enough organizations share what some sums hide, by the students each can have in masked cells."""
    students = sum(sizes.values())
    return (
        len(sizes) >= SHARED_BY
        and bool(np.isfinite(students))
        and max(sizes.values()) <= LARGEST_SHARE * students
    )
