"""Enrollment read as a table of schools by groups, or refused where it is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sesec_analysis.errors import DataError
from sesec_analysis.polygons import Floats, Known, Positions

__all__ = ["Table", "refuse_schools"]


@dataclass(frozen=True)
class Table:
    """One slice: schools by groups."""

    low: Floats  # a row for each school, a column for each group: the fewest students
    high: Floats  # and the most; equal where published
    students: Floats  # of each school
    names: list[str]
    columns: list[int]  # of the groups asked for
    whole: bool  # whether those are all, because none was named
    clusters: Positions | None  # number of each school's cluster

    @classmethod
    def of(
        cls, rows: pd.DataFrame, groups: Sequence[str] | None, clusters: Mapping[str, str] | None
    ) -> Self:
        """Read the rows of one slice; ``groups`` None: all of them."""
        school, schools = pd.factorize(rows["organization_id"])
        group, labels = pd.factorize(rows["student_group"])
        names, shape = labels.tolist(), (len(schools), len(labels))
        _refuse_groups(groups or names, names)
        known = Known.of(rows).take(np.lexsort((group, school)))
        refuse_schools(schools[np.bincount(school) < shape[1]], "lacks a row for a group")
        low, high = known.k_low.reshape(shape), known.k_high.reshape(shape)
        sized = known.n_low == known.n_high
        sizes = np.where(sized, known.n_low, np.nan).reshape(shape)
        students = np.fmax.reduce(sizes, axis=1)  # NaN only if no cell has it
        unlike = ((sizes > 0) & (sizes < students[:, None])).any(axis=1)
        torn = unlike | (low.sum(axis=1) > students) | (high.sum(axis=1) < students)
        refuse_schools(schools[torn], "has groups that do not add up to its students")
        columns = [names.index(name) for name in groups or names]
        number = None if clusters is None else pd.factorize(pd.Series(schools).map(clusters))[0]
        return cls(low, high, students, names, columns, groups is None, number)

    def pairs(self, name: str) -> list[tuple[int, int]]:
        """Columns of the group and of what it is compared to: -1 for all others, the group itself for isolation."""
        if name == "isolation" or (self.whole and name != "exposure"):
            return [(i, i if name == "isolation" else -1) for i in self.columns]
        return [*(permutations if name == "exposure" else combinations)(self.columns, 2)]


def _refuse_groups(groups: Sequence[str], names: list[str]) -> None:
    if len({*groups} & {*names}) < max(len(groups), 2):
        raise DataError(
            f"{list(groups)} are not two or more groups of the partition, each once",
            where="segregation, groups",
            mend="name groups that the table has",
            known=names,
        )


def refuse_schools(schools: ArrayLike, fault: str) -> None:
    """Refuse the schools, if there are any, and name them."""
    names = np.asarray(schools).astype(str).tolist()
    if names:
        raise DataError(
            f"school {names[0]} {fault}",
            where=f"segregation, {len(names)} school(s): {', '.join(names[:20])}",
            mend="pass every group of a partition for every school, withheld ones too, and every school's cluster",
        )
