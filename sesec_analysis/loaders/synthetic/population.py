"""Make synthetic schools and students: how many of each group in each grade, the same for every file.

Arrays are schools x grades x student groups. The groups of a partition add up to all students in every school and
grade, in what is counted of them as in how many they are, so that no rule of the loaders can be right by chance.
"""

import itertools
import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sesec_analysis import catalog
from sesec_analysis.errors import DataError

__all__ = ["GRADES", "Counts", "Population", "split", "split_all"]


Counts = NDArray[np.int64]

GRADES = ["PK", "K", *(f"{grade:02d}" for grade in range(1, 13))]
SEATTLE = "17001"
NEIGHBOURS = ["17401", "17403", "17405", "17406", "17414"]
FEWEST_SCHOOLS = 60

# Rounded shares of students; only their size matters: some groups are rare enough to be masked nearly everywhere.
_SHARES: dict[str, dict[str, float]] = {
    "race_ethnicity": {
        "american_indian": 0.012,
        "asian": 0.13,
        "black": 0.12,
        "hispanic": 0.2,
        "pacific_islander": 0.012,
        "two_or_more": 0.1,
        "white": 0.426,
    },
    "english_learner": {"english_learner": 0.14},
    "low_income": {"low_income": 0.45},
    "disability": {"students_with_disabilities": 0.15},
    "gender": {"female": 0.488, "gender_x": 0.004, "male": 0.508},
    "section_504": {"section_504": 0.05},
    "homeless": {"homeless": 0.035},
    "foster_care": {"foster_care": 0.005},
    "migrant": {"migrant": 0.015},
    "military_parent": {"military_parent": 0.02},
    "mobile": {"mobile": 0.04},
    "highly_capable": {"highly_capable": 0.08},
}
_KINDS = {  # kind of school: its grades, and students in each
    "elementary": (["PK", "K", "01", "02", "03", "04", "05"], 62),
    "k8": (["K", "01", "02", "03", "04", "05", "06", "07", "08"], 55),
    "middle": (["06", "07", "08"], 240),
    "high": (["09", "10", "11", "12"], 270),
}


def split(
    rng: np.random.Generator, total: Counts, rooms: Counts, tilt: NDArray[np.float64]
) -> Counts:
    """Deal ``total`` out to the groups of a partition, none getting more than its room.

    Parameters
    ----------
    rng
        Source of chance.
    total
        Students to be dealt out, schools x grades; never more than the rooms of a cell together.
    rooms
        The most that each group can take, schools x grades x groups.
    tilt
        How much likelier than others the students of a group are, one number a group.

    Returns
    -------
    Students by group, adding up to ``total``.
    """
    dealt = np.empty_like(rooms)
    left, room = total.copy(), rooms.sum(axis=-1)
    for number in range(rooms.shape[-1]):
        seats = rooms[..., number]
        room = room - seats
        together = seats + room
        chance = np.divide(left, together, out=np.zeros(left.shape), where=together > 0)
        drawn = rng.binomial(seats, np.clip(chance * tilt[number], 0, 1))
        dealt[..., number] = np.clip(drawn, np.maximum(left - room, 0), np.minimum(left, seats))
        left = left - dealt[..., number]
    return dealt


@dataclass(frozen=True)
class Population:
    """The organizations of a synthetic folder, and October's students by year."""

    seed: int
    schools: int

    @cached_property
    def partitions(self) -> dict[str, list[str]]:
        """Student group types of the catalog that the twin deals out, with their groups."""
        kinds = catalog.group_types()
        return {kind: list(kinds[kind].groups) for kind in _SHARES if kind in kinds}

    @cached_property
    def groups(self) -> list[tuple[str, str]]:
        """Type and code of each group, all students first: the last axis of every array."""
        pairs = [(kind, code) for kind, codes in self.partitions.items() for code in codes]
        return [("all", "all"), *pairs]

    def rng(self, *salt: int) -> np.random.Generator:
        """Return a source of chance of its own for each purpose, so that no file depends on which others are made."""
        return np.random.default_rng([self.seed, *salt])

    @cached_property
    def organizations(self) -> pd.DataFrame:
        """The schools: district and school code, invented names, kind. Codes of our places exist, names never do."""
        named = _schools_of_places()
        if self.schools < FEWEST_SCHOOLS:
            raise DataError(
                f"a twin of {self.schools} schools is too small: our places alone have {len(named)}",
                where="--schools",
                mend=f"ask for {FEWEST_SCHOOLS} schools or more",
            )
        rng = self.rng(1)
        seattle = max(len(named) + 8, min(105, self.schools // 3))
        named |= _peers(named, seattle - len(named))
        others = self.schools - seattle
        invented = [f"{number:05d}" for number in range(101, 101 + max(others // 9, 1))]
        districts = np.array([*NEIGHBOURS, *invented])
        owner = np.concatenate(
            [np.arange(len(districts)), rng.integers(0, len(districts), others)]
        )[:others]
        code = [*named, *(f"{6000 + n}" for n in range(seattle - len(named)))]
        code += [f"{6000 + seattle + n}" for n in range(others)]
        kinds = [_kind(name) for name in named.values()]
        drawn = rng.choice(list(_KINDS), self.schools - len(named), p=[0.6, 0.1, 0.15, 0.15])
        table = pd.DataFrame(
            {
                "district_code": [SEATTLE] * seattle + districts[owner].tolist(),
                "school_code": code,
                "kind": [*kinds, *drawn],
                "pull": rng.normal(0, 0.5, self.schools),  # how well the school serves its students
            }
        ).sort_values("district_code", kind="stable", ignore_index=True)
        return table.assign(
            district_name="SYNTHETIC District " + table["district_code"],
            school_name="SYNTHETIC School " + table["school_code"],
        )

    @cached_property
    def _usual(self) -> tuple[Counts, dict[str, NDArray[np.float64]]]:
        """Students of each school and grade in a usual year, and each partition's shares at each school."""
        rng, kinds = self.rng(2), self.organizations["kind"]
        size = np.zeros((self.schools, len(GRADES)), dtype=np.int64)
        scale = rng.lognormal(0, 0.45, self.schools)
        for kind, (grades, students) in _KINDS.items():
            rows = np.flatnonzero(kinds == kind)
            columns = np.array([GRADES.index(grade) for grade in grades])
            size[np.ix_(rows, columns)] = rng.poisson(
                students * scale[rows, None], (len(rows), len(columns))
            )
        pre = GRADES.index("PK")
        size[:, pre] = np.where(rng.random(self.schools) < 0.3, size[:, pre] // 4, 0)
        shares = {}
        for kind, codes in self.partitions.items():
            known = _SHARES[kind]
            rest = (1 - sum(known.values())) / max(len(codes) - len(known), 1)
            usual = np.array([max(known.get(code, rest), 1e-3) for code in codes])
            shares[kind] = rng.dirichlet(usual * 80, self.schools)
        return size, shares

    def students(self, end_year: int) -> Counts:
        """October's students of a school year, schools x grades x groups."""
        size, shares = self._usual
        rng = self.rng(3, end_year)
        total = np.where(size > 0, np.maximum(size + rng.integers(-4, 5, size.shape), 1), 0)
        out = np.empty((*total.shape, len(self.groups)), dtype=np.int64)
        out[..., 0] = total
        at = 1
        for kind, codes in self.partitions.items():
            dealt = rng.multinomial(total, shares[kind][:, None, :].repeat(total.shape[1], axis=1))
            out[..., at : at + len(codes)] = dealt
            at += len(codes)
        return out


def split_all(
    rng: np.random.Generator,
    population: Population,
    total: Counts,
    rooms: Counts,
    tilt: NDArray[np.float64] | None = None,
) -> Counts:
    """Deal ``total`` out within every partition at once; as `split`, with all students in front.

    ``total`` is lowered where a partition has less room than that.
    """
    parts, at = [], 1
    for codes in population.partitions.values():
        parts.append(slice(at, at + len(codes)))
        at += len(codes)
    for part in parts:
        total = np.minimum(total, rooms[..., part].sum(axis=-1))
    out = np.empty_like(rooms)
    out[..., 0] = total
    for part in parts:
        weights = np.ones(part.stop - part.start) if tilt is None else tilt[part]
        out[..., part] = split(rng, total, rooms[..., part], weights)
    return out


def _schools_of_places() -> dict[str, str]:
    """Schools of our places, code -> name; not of a level's, which have nearly every school of Seattle."""
    places = [place for place in catalog.places().values() if place.level is None]
    return {code: name for place in places for code, name in place.schools.items()}


def _peers(named: dict[str, str], room: int) -> dict[str, str]:
    """Other schools of Seattle for as many as there is room, from each level in turn: a small state has some of all."""
    levels = [place.schools.items() for place in catalog.places().values() if place.level]
    turns = itertools.zip_longest(*levels)
    schools = [school for turn in turns for school in turn if school and school[0] not in named]
    return dict(schools[:room])


def _kind(name: str) -> str:
    words = {r"k-8": "k8", "middle": "middle", "high|interagency": "high"}
    return next((kind for word, kind in words.items() if re.search(word, name, re.I)), "elementary")
