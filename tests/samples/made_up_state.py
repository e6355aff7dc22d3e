"""A made-up state: raw files in the publishers' layouts, with the truth behind every cell that they withhold.

The rules of withholding are those of the published files of each era (docs/DATA.md): fewer than ten students; a rate so
low or high that it would tell on few; then one more cell wherever a withheld one could be worked out from the rest.
Arrays are organizations (or schools) x grades x student groups. In every school and grade the groups of a partition add
up to all students, in how many they are as in how many of them are counted.
"""

import itertools
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
import pandas as pd
from report_samples import write_data

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import IndicatorColumns, Source
from sesec_analysis.files import sha256_of
from sesec_analysis.loaders.tidy.masked_sums import most_students, october_enrollment
from sesec_analysis.loaders.tidy.tidy import tidy
from sesec_analysis.schema import MINIMUM_GROUP

RELEASES = (
    *("ospi_assessment_2017@2017", "ospi_assessment@2018", "ospi_assessment@2024"),
    *("ospi_discipline@2019", "ospi_discipline@2023"),
    *("ospi_discipline@2024", "ospi_graduation@2019", "ospi_sqss@2019", "ospi_wakids@2019"),
    *(f"ospi_enrollment@{year}" for year in (2017, 2018, 2019, 2023, 2024)),
)
"""One release for each way to withhold and to print, and October's enrollment of their years."""

Counts = np.ndarray
GRADES = ["PK", "K", *(f"{grade:02d}" for grade in range(1, 13))]
SEATTLE, NEIGHBORS = "17001", ["17401", "17403", "17405", "17406", "17414"]
PARTITIONS = (
    "race_ethnicity",
    "gender",
    "english_learner",
    "low_income",
    "disability",
    "section_504",
    "homeless",
)
PARTITIONS += ("migrant", "military_parent", "mobile", "highly_capable")
KINDS = (  # of schools: their grades, and students in each
    (GRADES[:7], 62),
    (GRADES[1:10], 55),
    (GRADES[8:11], 240),
    (GRADES[10:], 270),
)

EXACT, NO_STUDENTS, SMALL, BELOW, ABOVE, FLAGGED = range(6)
CROSS_GROUP, CROSS_RANGE, CROSS_GRADE, CROSS_ORGANIZATION = range(6, 10)
CROSS = (FLAGGED, CROSS_GROUP, CROSS_RANGE, CROSS_GRADE, CROSS_ORGANIZATION)
"""FLAGGED: the row has a range label that speaks of another column, and still prints this rate."""


_REPORT_CARD = {
    **{EXACT: "None", NO_STUDENTS: "No Students", SMALL: "N<10"},
    **dict.fromkeys([BELOW, ABOVE, FLAGGED], "{}"),  # the range label
    **dict.fromkeys([CROSS_GROUP, CROSS_RANGE], "Cross Student Group - N<10"),
    **{CROSS_GRADE: "Cross Grade Level - N<10", CROSS_ORGANIZATION: "Cross OrganizatiON - N<10"},
}
_NOTED = {
    **{EXACT: "No Suppression", NO_STUDENTS: "No Students", SMALL: "Suppressed: N<10"},
    **dict.fromkeys([BELOW, ABOVE, FLAGGED], "Suppressed: {}"),
    **dict.fromkeys([CROSS_GROUP, CROSS_RANGE], "Suppressed: Cross Group"),
    **{CROSS_GRADE: "Suppressed: Cross Grade", CROSS_ORGANIZATION: "Cross Organization - N<10"},
}
_RATES = {NO_STUDENTS: "No Students", SMALL: "N<10", BELOW: "{}", ABOVE: "{}"}
_TOP_BOTTOM = "Cross Student Group - Top/Bottom Range"
_DISCIPLINE = _REPORT_CARD | {
    **{BELOW: "Top/Bottom Range", ABOVE: "Top/Bottom Range"},
    **{CROSS_RANGE: _TOP_BOTTOM, FLAGGED: _TOP_BOTTOM},
}
_OLD = {EXACT: "", BELOW: "<= 5% Suppression", ABOVE: "> 95% Suppression"} | {
    **{SMALL: "N< 10 Suppression", CROSS_GROUP: "Cross Subgroup: American Indian / Alaskan Native"},
    **{CROSS_RANGE: "Complement Group Suppressed", CROSS_GRADE: "Complement Group Suppressed"},
    CROSS_ORGANIZATION: "Cross Organization: Some School 0001",
}
_TESTED = ("03", "04", "05", "06", "07", "08", "10", "11")


@dataclass(frozen=True)
class Style:
    """How a source prints and withholds in one year.

    three: fewer than 3 students, or all but fewer than 3, label 3/n; capped: the same, label and rule at most 10
    percent; five: at most 5 or above 95 percent; open: nothing is withheld.
    """

    era: str = "three"
    grades: tuple[str, ...] = tuple(GRADES[1:])
    all_grades: bool = True
    flags: dict[int, str] = field(default_factory=lambda: _REPORT_CARD)
    rates: dict[int, str] = field(default_factory=lambda: _RATES)  # what the rate's column says
    hidden: str = ""  # what stands in the place of a count
    decimals: int = 0  # of a range label; -1: one below a hundred students, two from there on
    flagged: bool = False  # a range label may speak of another column than the rate
    nobody: bool = False  # has rows for groups without students
    ever: bool = False  # counts everyone enrolled at any time in the year

    @property
    def rows(self) -> list[str]:
        """The grades that rows are of."""
        single = len(self.grades) == 1
        return [*(["all"] if self.all_grades or single else []), *([] if single else self.grades)]


_THIRDS = Style(flags=_NOTED, decimals=1)
_STYLES = {
    "ospi_assessment": Style(grades=_TESTED, nobody=True),
    "ospi_assessment_2017": Style(
        *("five", _TESTED), all_grades=False, flags=_OLD, rates=dict.fromkeys(range(1, 10), "")
    ),
    "ospi_discipline": Style(flags=_DISCIPLINE, hidden="*", decimals=-1, ever=True),
    "ospi_enrollment": Style("open", tuple(GRADES)),
    "ospi_graduation": replace(_THIRDS, grades=("12",), all_grades=False, hidden="NA"),
    "ospi_sqss": _THIRDS,
    "ospi_wakids": replace(_THIRDS, grades=("K",), all_grades=False),
}


def style_of(source_id: str) -> Style:
    """Return how a release prints."""
    key, _, year = source_id.partition("@")
    style = _STYLES[key]
    if source_id == "ospi_assessment@2018":
        return replace(style, era="capped", rates=_RATES | {SMALL: "Suppressed: N<10"})
    return replace(style, flagged=key == "ospi_assessment" and int(year) >= 2023)


class Population:
    """Schools, and October's students of each year: the same for every file."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        groups = [(kind, catalog.group_types()[kind].groups) for kind in PARTITIONS]
        self.groups = [("all", "all"), *((kind, code) for kind, codes in groups for code in codes)]
        stops = np.cumsum([1, *(len(codes) for _, codes in groups)])
        self.parts = [slice(*ends) for ends in itertools.pairwise(stops)]
        places = catalog.places().values()
        self.names = {code: name for place in places for code, name in place.schools.items()}
        self.owner = np.repeat(range(6), [len(self.names), *[len(KINDS)] * len(NEIGHBORS)])

    def rng(self, *salt: int) -> np.random.Generator:
        """Return a generator of its own for each purpose, so that no file depends on which others are made."""
        return np.random.default_rng([self.seed, *salt])

    @cache  # noqa: B019 - lives as long as the test
    def students(self, end_year: int) -> Counts:
        """October's students of a school year, schools x grades x groups."""
        rng = self.rng(3, end_year)
        total = np.zeros((len(self.owner), len(GRADES)), dtype=np.int64)
        for school, (grades, students) in zip(total, itertools.cycle(KINDS), strict=False):
            taught = np.isin(GRADES, grades)
            school[taught] = rng.poisson(students * rng.lognormal(0, 0.45), taught.sum())
        dealt = []
        for part in self.parts:
            # Some groups are so rare that they are masked nearly everywhere.
            rarity = rng.choice([1, 10, 40], part.stop - part.start)
            shares = rng.dirichlet(rarity, len(total))[:, None].repeat(len(GRADES), 1)
            dealt.append(rng.multinomial(total, shares))
        return np.concatenate([total[..., None], *dealt], axis=-1)

    def split(self, rng: np.random.Generator, total: Counts, rooms: Counts) -> Counts:
        """Deal ``total`` out within every partition, no group getting more than its room; all students in front.

        ``total`` is lowered where a partition has less room than that.
        """
        for part in self.parts:
            total = np.minimum(total, rooms[..., part].sum(axis=-1))
        out = np.empty_like(rooms)
        out[..., 0] = total
        for part in self.parts:
            left, room = total.copy(), rooms[..., part].sum(axis=-1)
            for group in range(part.start, part.stop):
                seats, together = rooms[..., group], room
                room = room - seats
                chance = np.divide(left, together, out=np.zeros(left.shape), where=together > 0)
                drawn = rng.binomial(seats, chance)
                out[..., group] = np.clip(
                    drawn, np.maximum(left - room, 0), np.minimum(left, seats)
                )
                left = left - out[..., group]
        return out

    def summed(self, schools: Counts) -> Counts:
        """Add up to the state, districts and Seattle's schools, and grades to all grades."""
        every = np.concatenate([schools.sum(axis=1, keepdims=True), schools], axis=1)
        districts = np.stack([every[self.owner == at].sum(axis=0) for at in range(6)])
        return np.concatenate(
            [districts.sum(axis=0, keepdims=True), districts, every[: len(self.names)]]
        )

    def rows(self, source_id: str, at: tuple[np.ndarray, ...]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return what a file says of the organization, year, grade and group of each row, and their key."""
        owner, grade, group = at
        districts, schools = [SEATTLE, *NEIGHBORS], len(self.names)
        level = np.repeat(["state", "district", "school"], [1, 6, schools])[owner]
        district = np.array(["", *districts, *[SEATTLE] * schools])[owner]
        school = np.array([*[""] * 7, *self.names])[owner]
        kinds, codes = np.array(self.groups).T
        grades = np.array(style_of(source_id).rows)[grade]
        aliases = ["All Students", *(catalog.student_group(code).aliases[0] for code in codes[1:])]
        names = ["State Total", *["District Total"] * 6, *self.names.values()]
        file = {
            "organization_level": pd.Series(level).str.title(),
            **{"district_code": district, "school_code": school},
            "school_name": np.array(names)[owner],
            "district_name": np.where(level == "state", "State Total", "District " + district),
            "school_year": catalog.release(source_id)[1].school_year,
            "grade_level": np.where(grades == "all", "All Grades", grades),
            "student_group": np.array(aliases)[group],
        }
        for kind, numbers in catalog.organization_ids().items():
            known = {code: number for number, code in numbers.items()}
            codes_of = file[f"{kind[:-1]}_code"]
            file[f"{kind[:-1]}_organization"] = [known.get(code, "") for code in codes_of]
        key = {
            **{"source_id": source_id, "end_year": int(source_id.partition("@")[2])},
            "organization_level": level,
            "organization_id": np.select(
                [level == "state", level == "district"], ["WA", district], school
            ),
            **{"grade_level": grades, "student_group_type": kinds[group]},
            "student_group": codes[group],
        }
        return pd.DataFrame(file), pd.DataFrame(key)


class Drawn(NamedTuple):
    """What is true of one kind of row, each organizations x grades x groups; the first grade is all grades."""

    students: Counts
    counted: Counts
    earlier: Counts  # of those counted: passed in an earlier year, and not expected this year
    no_score: Counts  # expected, without a score
    highest: Counts  # at the highest of four levels
    lowest: Counts

    def quantities(self, derive: str | None) -> tuple[Counts, Counts]:
        """Return numerator and denominator of an indicator whose entry has this ``derive:``."""
        n, k, earlier, absent, high, low = self
        if derive in ("less_no_score", "tested_from_shares"):
            return k - earlier, n - earlier - absent
        if derive in ("participation", "participation_from_shares"):
            return n - earlier - absent, n - earlier
        if level := re.match(r"level_(\d)", derive or ""):
            levels = {"1": low, "2": n - k - absent - low, "3": k - earlier - high, "4": high}
            return levels[level[1]], n - earlier - absent
        return k, n


def draw(people: Population, source_id: str, what: str, *, base: float, earlier: bool) -> Drawn:
    """Draw the truth of one kind of row of a release; ``base`` is the usual share of students counted."""
    style, year = style_of(source_id), int(source_id.partition("@")[2])
    rng = people.rng(5, crc32(f"{source_id} {what}".encode()))
    october = people.students(year) * np.isin(GRADES, style.grades)[None, :, None]
    moved = people.split(rng, rng.binomial(october[..., 0], 0.04), october)
    n = october + moved if style.ever else october - moved
    odds = base / (1 - base) * np.exp(rng.normal(0, 0.5, n.shape[:2]))
    k = people.split(rng, rng.binomial(n[..., 0], odds / (1 + odds)), n)
    passed = np.zeros_like(k)
    if earlier:
        few = rng.binomial(k[..., 0], 0.03) * np.isin(GRADES, GRADES[10:])
        passed = people.split(rng, few, np.minimum(k, np.maximum(n - 1, 0)))
    absent = people.split(rng, rng.binomial((n - k)[..., 0], 0.1), n - k)
    met, not_met = k - passed, n - k - absent
    high = people.split(rng, rng.binomial(met[..., 0], 0.45), met)
    low = people.split(rng, rng.binomial(not_met[..., 0], 0.55), not_met)
    rows = [["all", *GRADES].index(grade) for grade in style.rows]
    return Drawn(*(people.summed(part)[:, rows] for part in (n, k, passed, absent, high, low)))


def withhold(era: str, n: Counts, k: Counts, parts: list[slice], *, has_all: bool) -> np.ndarray:
    """Return the state of every cell; ``has_all`` says whether the first grade is all grades together."""
    state = np.where(n == 0, NO_STUDENTS, EXACT)
    if era == "open":
        return state
    state[(n > 0) & (n < MINIMUM_GROUP)] = SMALL
    if era == "five":
        low, high = k * 20 <= n, k * 20 > n * 19
    else:
        most = np.minimum(0.1 * n, 3) if era == "capped" else 3
        low, high = k < most, n - k < most
    state[(n >= MINIMUM_GROUP) & high] = ABOVE
    state[(n >= MINIMUM_GROUP) & low] = BELOW
    for part in parts:
        _complement(state[..., part], n[..., part])
    grades = slice(int(has_all), None)
    if n.shape[1] > 1:
        _complement(state[:, grades].swapaxes(1, 2), n[:, grades].swapaxes(1, 2), by=CROSS_GRADE)
    schools = slice(7, None)
    _complement(state[schools].swapaxes(0, 2), n[schools].swapaxes(0, 2), by=CROSS_ORGANIZATION)
    return state


def _complement(state: np.ndarray, n: Counts, by: int | None = None) -> None:
    """Where one cell alone of a slice is withheld, withhold the smallest exact one too; writes into ``state``."""
    hidden = state == SMALL if by else np.isin(state, [SMALL, BELOW, ABOVE])
    exact = state == EXACT
    alone = np.nonzero((hidden.sum(axis=-1) == 1) & exact.any(axis=-1))
    smallest = np.argmin(np.where(exact, n, np.iinfo(n.dtype).max), axis=-1)
    small = (state == SMALL).any(axis=-1)[alone]
    state[(*alone, smallest[alone])] = by or np.where(small, CROSS_GROUP, CROSS_RANGE)


def range_label(style: Style, n: int, near: int, *, above: bool) -> str:
    """Return the label of a range, ``<15%``: 3 of n, printed finer where rounding would leave the truth out."""
    share = min(300 / n, 10.0) if style.era == "capped" else 300 / n
    digits = style.decimals if style.decimals >= 0 else 1 + (n >= 100)
    while not (label := round(share, digits)) > 100 * near / n:
        digits += 1
    text = f"{100 - label if above else label:.{digits}f}"
    return f"{'>' if above else '<'}{text.rstrip('0').rstrip('.') if '.' in text else text}%"


Printed = dict[str, list[str]]


class _Rows:
    """The rows of one kind in a long file: their places in the arrays, and the words for what is withheld."""

    def __init__(self, people: Population, source_id: str, drawn: Drawn) -> None:
        self.style, self.drawn = style_of(source_id), drawn
        n, k, style = drawn.students, drawn.counted, self.style
        rng = people.rng(8, crc32(source_id.encode()))
        state = withhold(style.era, n, k, people.parts, has_all=style.rows[0] == "all")
        if style.flagged:
            near = (state == EXACT) & (np.minimum(k, n - k) <= 4) & (n >= MINIMUM_GROUP)
            state[near & (rng.random(state.shape) < 0.2)] = FLAGGED
        some = n > 0
        shown = some | (some.any(axis=1, keepdims=True) & some[..., :1] & style.nobody)
        self.at = np.nonzero(shown)
        self.state = state[self.at]
        self.labels = self._labels(rng, source_id)

    def _labels(self, rng: np.random.Generator, source_id: str) -> list[str]:
        source, release = catalog.release(source_id)
        n, k = self.of(self.drawn.students), self.of(self.drawn.counted)
        above = k > n - k
        near = np.where(self.state == FLAGGED, 0, np.where(above, n - k, k))
        if (release.range_rule or source.range_rule) == "three_over_n_or_less":
            # In these releases the size that a label speaks of is the group's or one more.
            n = n + rng.integers(0, 2, len(n))
        labelled = np.isin(self.state, [BELOW, ABOVE, FLAGGED]) & (self.style.era != "five")
        return [
            range_label(self.style, size, few, above=side) if has else ""
            for size, few, side, has in zip(n, near, above, labelled, strict=True)
        ]

    def of(self, whole: Counts) -> Counts:
        """Return each row's cell of an array."""
        return whole[self.at]

    def counts(self, values: Counts, *, always: bool = False, notes: bool = False) -> list[str]:
        """Print a count where nothing is withheld; with ``notes``, next to a note on another column too."""
        shown = np.isin(self.state, [EXACT, FLAGGED] if notes else [EXACT]) | always
        return [
            str(value) if show else self.style.hidden
            for value, show in zip(values, shown, strict=True)
        ]

    def words(self, words: dict[int, str]) -> list[str]:
        """Print what a column says of each row's state."""
        both = zip(self.state, self.labels, strict=True)
        return [words.get(state, "").replace("{}", label) for state, label in both]

    def shares(
        self, top: Counts, bottom: Counts, form: Callable[[int, int], str], states: Any
    ) -> list[str]:
        """Print a quotient in rows of some states."""
        shown = np.isin(self.state, states) & (bottom > 0)
        both = zip(top.tolist(), bottom.tolist(), shown, strict=True)
        return [form(k, n) if show else "" for k, n, show in both]


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".")


def _form(source: Source, columns: IndicatorColumns) -> Callable[[int, int], str]:
    """Return how the rate's column of an indicator prints k of n."""
    if columns.value_unit == "percent":  # cut off after one digit
        return lambda k, n: _trimmed(f"{k * 1000 // n / 10:.1f}")
    if columns.value_unit == "percent_sign":
        digits = source.percent_decimals or 2
        return lambda k, n: f"{100 * k / n:.{digits}f}%"
    digits = 4 if source.percent_decimals == 2 else 9
    return lambda k, n: _trimmed(f"{k / n:.{digits}f}")


def _print_counts(rows: _Rows, source: Source, columns: IndicatorColumns) -> Printed:
    """Print the counts of one kind of row, by the entry's names, and the shares from which counts follow."""
    n, k, earlier, absent, _, _ = (rows.of(part) for part in rows.drawn)
    values = {columns.numerator: k, columns.denominator: n}
    if columns.derive or "expected_all" in source.columns:
        values = {"met": k, "met_now": k - earlier, "total": n - earlier, "expected": n - earlier}
        values |= {"expected_all": n, "no_score": absent}
        values |= {"not_met": n - k, "level_basic": np.zeros_like(k)}
        levels = (f"level_{number}" for number in range(1, 5))
        values |= {level: rows.of(rows.drawn.quantities(level)[0]) for level in levels}
    out = {}
    for name in values.keys() & source.columns.keys():
        if "expected_all" in source.columns and name.startswith(("level", "no_score")):
            out[name] = rows.shares(values[name], n - earlier, _all_digits, [EXACT, *CROSS])
        else:
            always = name == "total"
            out[name] = rows.counts(values[name], always=always, notes=columns.counts_first)
    return out


def _all_digits(k: int, n: int) -> str:
    return f"{k / n:.13f}"


def _print_rate(rows: _Rows, source: Source, columns: IndicatorColumns) -> Printed:
    """Print the rate of an indicator, or what its column says where it is withheld."""
    if columns.value not in source.columns or columns.counts_first:
        return {}
    top, bottom = (rows.of(part) for part in rows.drawn.quantities(columns.derive))
    words = rows.style.rates
    shown = [EXACT, *(state for state in CROSS if state not in words)]
    rates = rows.shares(top, bottom, _form(source, columns), shown)
    if columns.flag_bounds:
        both = zip(rates, rows.words(words), rows.state, strict=True)
        rates = [word if state in words else rate for rate, word, state in both]
    return {columns.value: rates}


def long_file(people: Population, source_id: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make a file in the long layout: its columns by the entry's names, and what is true of each row."""
    source, _ = catalog.release(source_id)
    kinds: dict[tuple[tuple[str, str], ...], dict[str, IndicatorColumns]] = {}
    for code, columns in source.indicators.items():
        if code.startswith("science"):
            continue  # printed as the other two tests are
        where = tuple((name, values[0]) for name, values in columns.where.items())
        kinds.setdefault(where, {})[code] = columns
    files, truths = [], []
    for where, indicators in kinds.items():
        lower = catalog.indicator(next(iter(indicators))).direction == "lower_is_better"
        derived = any(columns.derive for columns in indicators.values())
        base = 0.05 if lower else 0.6
        drawn = draw(people, source_id, str(where), base=base, earlier=derived)
        rows = _Rows(people, source_id, drawn)
        file, keys = people.rows(source_id, rows.at)
        words = dict(where) | {name: texts[0] for name, texts in source.keep.items()}
        words |= {
            "flag": rows.words(rows.style.flags),
            "suppressed": np.where(rows.state == EXACT, "n", "y"),
        }
        words |= _print_counts(rows, source, next(iter(indicators.values())))
        for code, columns in indicators.items():
            words |= _print_rate(rows, source, columns)
            top, bottom = (rows.of(part) for part in drawn.quantities(columns.derive))
            value = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
            truths.append(
                keys.assign(indicator=code, numerator=top, denominator=bottom, value=value)
            )
        files.append(file.assign(**words))
    schools = source.constants.get("organization_level") == "School"
    file, truth = pd.concat(files, ignore_index=True), pd.concat(truths, ignore_index=True)
    if schools:
        file = file[file["school_code"] != ""]
        truth = truth[truth["organization_level"] == "school"]
    return file, truth


def wide_file(people: Population, source_id: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make a file in the wide layout, a column each group: its columns by the file's names, and the truth."""
    students = people.summed(people.students(int(source_id.partition("@")[2])))
    at = np.nonzero(students[..., 0] > 0)
    cells = students[at]
    columns, truths = {"all_students": cells[:, 0]}, []
    for group, (_, code) in enumerate(people.groups):
        if code != "all":
            columns[catalog.student_group(code).aliases[0]] = cells[:, group]
        file, keys = people.rows(source_id, (*at, np.full(len(cells), group)))
        truths.append(keys.assign(numerator=cells[:, group], denominator=cells[:, 0]))
    truth = pd.concat(truths, ignore_index=True).assign(indicator="enrollment")
    return file.assign(**columns), truth.assign(value=truth["numerator"] / truth["denominator"])


class MadeUpState(NamedTuple):
    """Raw files on disk, the data folder whose catalog names them, and what is true of each cell."""

    folder: Path
    truth: pd.DataFrame
    releases: tuple[str, ...]

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def reader(self) -> Callable[[str], pd.DataFrame]:
        """Return what reads a release as `sesec data build` does, each once; SESEC_DATA names the data folder."""

        @cache
        def read(source_id: str) -> pd.DataFrame:
            source, _ = catalog.release(source_id)
            caps = None
            if source.denominator_cap == "enrollment":
                sizes = [read(one) for one in self.releases if one.startswith("ospi_enrollment@")]
                caps = most_students(october_enrollment(sizes), int(source_id.partition("@")[2]))
            return tidy(source_id, self.folder / "raw", caps=caps)

        return read


def make(folder: Path, *, seed: int, releases: Iterable[str] = RELEASES) -> MadeUpState:
    """Write a made-up state into a folder; the same seed gives the same files."""
    people, truths, hashes = Population(seed), [], {}
    (folder / "raw").mkdir()
    for source_id in releases:
        source, _ = catalog.release(source_id)
        write = wide_file if source.layout == "wide" else long_file
        file, truth = write(people, source_id)
        names = {name: texts[0] for name, texts in source.columns.items()}
        groups = {catalog.student_group(code).aliases[0] for _, code in people.groups}
        kept = [name for name in file if name in names or name in groups]
        path = folder / f"raw/{source_id}.csv"
        file[kept].rename(columns=names).to_csv(path, index=False)
        hashes[source_id] = sha256_of(path)
        truths.append(truth)
    _write_data_folder(folder / "data", hashes)
    return MadeUpState(folder, pd.concat(truths, ignore_index=True), tuple(releases))


def _write_data_folder(target: Path, hashes: dict[str, str]) -> None:
    """Copy the catalog, with its releases pointing at the made-up files."""
    write_data(target, "reference")
    for key, source in catalog.sources().items():
        path = target / f"catalog/sources/{key}.yml"
        before, _, _ = path.read_text("utf-8").partition("\nreleases:\n")
        lines = []
        for year, release in sorted(source.releases.items()):
            entry = release.model_dump(include={"school_year", "title", "range_rule", "replaces"})
            name = f"{key}@{year}"
            where = {"file": f"{name}.csv", "sha256": hashes.get(name)}
            entry |= (
                where if name in hashes else {"not_published": "there is no made-up file of it"}
            )
            kept = {name: value for name, value in entry.items() if value is not None}
            lines.append(f"  {year}: {json.dumps(kept)}\n")
        path.write_text(f"{before}\nreleases:\n{''.join(lines)}", "utf-8")
