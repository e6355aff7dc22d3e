"""Compute the truth of a synthetic file: how many students each cell has, and how many are counted.

`Draw` holds the raw quantities of one kind of row (say, the mathematics tests of a year) for every organization, grade
and student group, sums included. An indicator's own numerator and denominator follow from them as its entry's
``derive:`` says.
"""

import re
from dataclasses import dataclass, fields
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sesec_analysis.loaders.synthetic.population import (
    GRADES,
    NEIGHBOURS,
    SEATTLE,
    Counts,
    Population,
    split_all,
)

__all__ = ["Draw", "draw", "organizations", "quantities", "starts", "summed"]


@dataclass(frozen=True)
class Draw:
    """Raw quantities, each organizations x grades x groups; the first grade is all grades together."""

    students: Counts  # N: the official denominator
    counted: Counts  # K: the official numerator
    earlier: Counts  # of K, those who passed in an earlier year and are not expected this year
    no_score: Counts  # expected, without a score
    highest: Counts  # at the highest of four levels
    lowest: Counts  # at the lowest

    @property
    def parts(self) -> tuple[Counts, ...]:
        """The quantities in order."""
        return tuple(getattr(self, quantity.name) for quantity in fields(self))

    def level(self, number: int) -> Counts:
        """Students at one of the four levels; those at 3 and 4 met the standard this year."""
        if number in (1, 4):
            return self.lowest if number == 1 else self.highest
        if number == 3:
            return self.counted - self.earlier - self.highest
        return self.students - self.counted - self.no_score - self.lowest


def quantities(drawn: Draw, derive: str | None) -> tuple[Counts, Counts]:
    """Return the numerator and denominator of an indicator whose entry has this ``derive:``."""
    n, k, earlier = drawn.students, drawn.counted, drawn.earlier
    if derive in ("less_no_score", "tested_from_shares"):
        return k - earlier, n - earlier - drawn.no_score
    if derive in ("participation", "participation_from_shares"):
        return n - earlier - drawn.no_score, n - earlier
    if level := re.fullmatch(r"level_(\d)_from_(?:shares|counts)", derive or ""):
        return drawn.level(int(level[1])), n - earlier - drawn.no_score
    return k, n


def organizations(population: Population) -> pd.DataFrame:
    """The state, its districts and schools: the first axis of every summed array."""
    schools = population.organizations
    districts = schools.drop_duplicates("district_code")[["district_code", "district_name"]]
    state = pd.DataFrame({"organization_level": ["State"], "district_name": ["State Total"]})
    table = pd.concat(
        [
            state,
            districts.assign(organization_level="District", school_name="District Total"),
            schools.assign(organization_level="School"),
        ],
        ignore_index=True,
    )
    table.loc[0, "school_name"] = "State Total"
    school = table["organization_level"] == "School"
    near = table["district_code"].isin([SEATTLE, *NEIGHBOURS]) | (table.index == 0)
    table["loaded"] = near.where(~school, table["district_code"] == SEATTLE)
    names = ["district_code", "district_name", "school_code", "school_name", "organization_level"]
    return table[[*names, "loaded"]].fillna("")


def starts(population: Population) -> NDArray[np.int64]:
    """Return the first school of each district; schools are sorted by district."""
    code = population.organizations["district_code"]
    return np.flatnonzero((code != code.shift()).to_numpy())


def summed(population: Population, schools: Counts) -> Counts:
    """Add schools up to districts and the state, and grades to all grades."""
    every = np.concatenate([schools.sum(axis=1, keepdims=True), schools], axis=1)
    districts = np.add.reduceat(every, starts(population), axis=0)
    return np.concatenate([districts.sum(axis=0, keepdims=True), districts, every])


def _chances(population: Population, base: float, year: int, salt: int) -> NDArray[np.float64]:
    pull = population.organizations["pull"].to_numpy()
    logit = np.log(base / (1 - base)) + 0.5 * pull + 0.01 * (year - 2018)
    noise = population.rng(4, salt, year).normal(0, 0.15, (len(pull), len(GRADES)))
    return np.asarray(1 / (1 + np.exp(-(logit[:, None] + noise))))


def draw(
    population: Population,
    source_id: str,
    what: str,
    *,
    size: str,
    grades: tuple[str, ...],
    base: float,
    ever: bool = False,
    earlier: bool = False,
    each: int = 1,
) -> Draw:
    """Draw the quantities of one kind of row of a release.

    Parameters
    ----------
    population
        The twin's schools and students.
    source_id
        The release; with ``what`` it salts the chance.
    what
        Names what is counted: a subject, a cohort.
    size
        Names the students it is counted of; draws alike in this have the same students.
    grades
        The grades that have any.
    base
        The usual share of students counted.
    ever
        Count everyone enrolled at any time in the year: more students than in October. Else a few fewer.
    earlier
        Let some students of high-school grades have passed in an earlier year.
    each
        Students to one of those counted: a teacher has many.
    """
    year = int(source_id.partition("@")[2])
    sizing = population.rng(7, crc32(f"{source_id} {size}".encode()))
    rng = population.rng(5, crc32(f"{source_id} {size} {what}".encode()))
    served = np.isin(GRADES, grades)
    october = population.students(year) * served[None, :, None] // each
    # How each group is served differs, everywhere alike and every year: the gaps that reports look for.
    same = population.rng(6, crc32(what.encode()))
    tilt = np.exp(same.normal(0, 0.25, len(population.groups)))
    few = sizing.binomial(october[..., 0], 0.04)
    moved = split_all(sizing, population, few, october)
    n = october + moved if ever else october - moved
    some = rng.binomial(n[..., 0], _chances(population, base, year, crc32(what.encode())))
    k = split_all(rng, population, some, n, tilt)
    passed = np.zeros_like(k)
    if earlier:
        high = np.array([grade in ("09", "10", "11", "12") for grade in GRADES])
        few = rng.binomial(k[..., 0], 0.03) * high
        passed = split_all(rng, population, few, np.minimum(k, np.maximum(n - 1, 0)))
    absent = split_all(rng, population, rng.binomial((n - k)[..., 0], 0.1), n - k)
    met, not_met = k - passed, n - k - absent
    high = split_all(rng, population, rng.binomial(met[..., 0], 0.45), met)
    low = split_all(rng, population, rng.binomial(not_met[..., 0], 0.55), not_met)
    return Draw(*(summed(population, part) for part in (n, k, passed, absent, high, low)))
