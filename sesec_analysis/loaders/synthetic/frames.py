"""Lay out the rows of a synthetic file: its organizations, grades and groups, and the words for them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sesec_analysis import catalog
from sesec_analysis.catalog.entries import Source
from sesec_analysis.loaders.raw import codes as raw_codes
from sesec_analysis.loaders.synthetic import masks, publishers, truth
from sesec_analysis.loaders.synthetic.population import GRADES, SEATTLE, Counts, Population
from sesec_analysis.loaders.synthetic.publishers import Way, grade_word, way_of

__all__ = [
    "CodedText",
    "SyntheticFrame",
    "constant",
    "numbers",
    "organization_ids",
    "pick",
    "ratios",
]


class CodedText:
    """A column: ``codes[i]`` is the place of row i's text in ``texts``."""

    def __init__(self, codes: NDArray[np.int64], texts: Sequence[str]) -> None:
        self.codes, self.texts = codes, list(texts)

    def take(self, rows: NDArray[np.int64]) -> "CodedText":
        """Pick rows by position."""
        return CodedText(self.codes[rows], self.texts)

    def where(self, rows: NDArray[np.bool_], other: "CodedText | str") -> "CodedText":
        """Put other texts in some rows."""
        if isinstance(other, str):
            other = CodedText(np.zeros(len(self.codes), dtype=np.int64), [other])
        return CodedText(
            np.where(rows, other.codes + len(self.texts), self.codes), [*self.texts, *other.texts]
        )

    def categorical(self, *, blank: bool) -> pd.Categorical:
        """Return it as pandas has it; with ``blank``, an empty text is null, which a file prints as nothing."""
        places: dict[str, int] = {}
        new = np.array([places.setdefault(text, len(places)) for text in self.texts])
        codes = new[self.codes]
        if blank and "" in places:
            codes = np.where(codes == places[""], -1, codes)
        return pd.Categorical.from_codes(codes, pd.Index(list(places), dtype="object"))


def constant(text: str, rows: int) -> CodedText:
    """Return a column with the same text in every row."""
    return CodedText(np.zeros(rows, dtype=np.int64), [text])


def pick(texts: Sequence[str], codes: NDArray[np.int64]) -> CodedText:
    """Return the column whose rows have the text at each code."""
    return CodedText(codes, texts)


def numbers(values: NDArray[np.int64], form: Callable[[int], str] = str) -> CodedText:
    """Whole numbers, each distinct one formatted once."""
    codes, distinct = pd.factorize(values)
    return CodedText(codes, [form(int(value)) for value in distinct])


def ratios(
    top: NDArray[np.int64], bottom: NDArray[np.int64], form: Callable[[int, int], str]
) -> CodedText:
    """Quotients, each distinct pair formatted once; nothing where the bottom is 0."""
    width = int(bottom.max(initial=0)) + 1
    codes, distinct = pd.factorize(top * width + bottom)
    texts = [
        "" if pair % width == 0 else form(pair // width, pair % width) for pair in distinct.tolist()
    ]
    return CodedText(codes, texts)


def organization_ids(population: Population) -> dict[str, dict[str, str]]:
    """Return the state's organization id of each code: the catalog's, and invented ones for invented codes."""
    known = {
        kind: {code: number for number, code in ids.items()}
        for kind, ids in catalog.organization_ids().items()
    }
    for kind, column in (("districts", "district_code"), ("schools", "school_code")):
        for code in population.organizations[column].unique():
            known[kind].setdefault(code, f"9{int(code):05d}")
    return known


@dataclass(frozen=True)
class SyntheticFrame:
    """One release of a source, as its synthetic file is laid out."""

    population: Population
    source_id: str
    source: Source

    @property
    def year(self) -> int:
        """The school year by its last calendar year."""
        return int(self.source_id.partition("@")[2])

    @cached_property
    def way(self) -> Way:
        """How the source prints."""
        return way_of(self.source_id)

    @property
    def era(self) -> masks.Era:
        """How it withholds: as its source is known to, or as the entry reads its range labels."""
        rule = self.source.releases[self.year].range_rule or self.source.range_rule
        return self.way.era or ("capped" if rule == "share_only" else "three")

    @cached_property
    def rng(self) -> np.random.Generator:
        """A source of chance for how the file is written, not for what is true."""
        return self.population.rng(8, crc32(self.source_id.encode()))

    @cached_property
    def _levels(self) -> NDArray[np.int64]:
        table = truth.organizations(self.population)
        level = self.source.constants.get("organization_level")
        wanted = table["organization_level"] == level if level else table["district_name"] != ""
        return np.flatnonzero(wanted)

    @cached_property
    def organizations(self) -> pd.DataFrame:
        """The organizations with rows; those that a rule of the entry leaves out are not loaded."""
        table = truth.organizations(self.population).iloc[self._levels].reset_index(drop=True)
        district = table["organization_level"] == "District"
        if "leave_districts_out" in self.source.rules:
            table["loaded"] &= ~district
        if "leave_seattle_out" in self.source.rules:
            table["loaded"] &= ~(district & (table["district_code"] == SEATTLE))
        return table

    @cached_property
    def grades(self) -> list[str]:
        """The grades with rows."""
        if "grade_level" in self.source.constants:
            return ["all"]
        return [*(["all"] if self.way.all_grades else []), *self.way.grades]

    @cached_property
    def groups(self) -> list[tuple[str, str]]:
        """Type and code of each group with rows."""
        if "student_group" in self.source.constants:
            return self.population.groups[:1]
        return self.population.groups

    @cached_property
    def ignored(self) -> NDArray[np.bool_]:
        """Which groups a loader leaves out, by the entry."""
        known = raw_codes.group_lookup()
        left_out = [known.get(raw_codes.group_key(label)) for label in self.source.ignore_groups]
        return np.array([pair in left_out for pair in self.groups])

    @property
    def shape(self) -> tuple[int, int, int]:
        """Organizations, grades, groups."""
        return len(self.organizations), len(self.grades), len(self.groups)

    def cut(self, whole: NDArray[np.generic]) -> NDArray[np.generic]:
        """Keep of a summed array what this file has rows for."""
        grades = np.array([["all", *GRADES].index(grade) for grade in self.grades])
        return whole[np.ix_(self._levels, grades, np.arange(len(self.groups)))]

    def states(self, students: Counts, counted: Counts) -> NDArray[np.int8]:
        """How each cell is withheld."""
        parts, at = [], 1
        for codes in self.population.partitions.values():
            parts.append(slice(at, at + len(codes)))
            at += len(codes)
        schools = len(students) - self.population.schools
        state = masks.states(
            self.era,
            students,
            counted,
            partitions=parts,
            districts=truth.starts(self.population) + schools,
        )
        if self.way.flagged:
            near = (state == masks.EXACT) & (np.minimum(counted, students - counted) <= 4)
            state[near & (self.rng.random(state.shape) < 0.2)] = masks.FLAGGED
        return np.asarray(self.cut(state), dtype=np.int8)

    def listed(self, students: Counts) -> NDArray[np.bool_]:
        """Flag the cells that have a row: those with students, in some files every group of a school in every grade."""
        some = students > 0
        return some | (some.any(axis=1, keepdims=True) & some[..., :1] & self.way.nobody)

    def code_words(self, codes: pd.Series) -> list[str]:
        """Codes as the file dresses them."""
        if self.way.decimal_codes:
            return [f"{code}.0" if code else "" for code in codes]
        if self.way.commas_in_codes:
            return [f"{code[:-3]},{code[-3:]}" if code else "" for code in codes]
        return codes.tolist()

    def about(self, owner: NDArray[np.int64]) -> dict[str, CodedText]:
        """Return what a file says of its organizations; ``owner`` is the organization of each row."""
        table, ids = self.organizations, organization_ids(self.population)
        texts = {
            "organization_level": [
                self.way.levels.get(level, level) for level in table["organization_level"]
            ],
            "district_code": self.code_words(table["district_code"]),
            "district_name": table["district_name"].tolist(),
            "school_code": self.code_words(table["school_code"]),
            "school_name": table["school_name"].tolist(),
            "district_organization": table["district_code"]
            .map(ids["districts"])
            .fillna("")
            .tolist(),
            "school_organization": table["school_code"].map(ids["schools"]).fillna("").tolist(),
        }
        described = {name: pick(words, owner) for name, words in texts.items()}
        county = np.where(table["district_code"].str.startswith("17"), "King", "Synthetic County")
        invented = {
            "county": county.tolist(),
            "esdname": ["Synthetic Educational Service District 000"],
            "esd": ["Synthetic Educational Service District 000"],
            "esdorganizationid": ["100006"],
            "districtorganizationid": texts["district_organization"],
            "schoolorganizationid": texts["school_organization"],
            "currentschooltype": ["P"],
            "dataasof": ["1/1/2026 0:00"],
            "dateextracted": ["2026-01-01 00:00:00"],
        }
        for name, words in invented.items():
            codes = owner if len(words) > 1 else np.zeros(len(owner), dtype=np.int64)
            described[f"ignored:{name}"] = CodedText(codes, words)
        kept = {name: constant(words[0], len(owner)) for name, words in self.source.keep.items()}
        return described | kept | {"school_year": constant(self._year_word(), len(owner))}

    def _year_word(self) -> str:
        short = self.source.releases[self.year].school_year
        if self.way.years == "2019":
            return str(self.year)
        return f"{self.year - 1}-{self.year}" if self.way.years == "2016-2017" else short

    def common(self, places: NDArray[np.int64]) -> dict[str, CodedText]:
        """Columns that every long file has: organization, grade and student group of each row."""
        owner, grade, group = np.unravel_index(places, self.shape)
        names = [publishers.group_word(code, self.year) for _, code in self.groups]
        kinds = [kind.replace("_", " ").title() for kind, _ in self.groups]
        return self.about(owner) | {
            "grade_level": pick([grade_word(self.way, code) for code in self.grades], grade),
            "student_group": pick(names, group),
            "ignored:studentgrouptype": pick(kinds, group),
        }

    def keys(self, places: NDArray[np.int64]) -> pd.DataFrame:
        """Return the key of OBSERVATIONS for the rows that a loader keeps; with their place."""
        owner, grade, group = np.unravel_index(places, self.shape)
        kept = self.organizations["loaded"].to_numpy(dtype=bool)[owner] & ~self.ignored[group]
        owner, grade, group, places = owner[kept], grade[kept], group[kept], places[kept]
        level = self.organizations["organization_level"].str.lower().to_numpy()
        table = self.organizations
        code = np.where(
            level == "school",
            table["school_code"],
            np.where(level == "state", "WA", table["district_code"]),
        )
        kinds, codes = (np.array(part) for part in zip(*self.groups, strict=True))
        return pd.DataFrame(
            {
                "source_id": self.source_id,
                "end_year": self.year,
                "organization_level": level[owner],
                "organization_id": code[owner],
                "grade_level": np.array(self.grades)[grade],
                "student_group_type": kinds[group],
                "student_group": codes[group],
                "place": places,
            }
        )
