"""A small state to attack: what it published of a few schools, written so that a reader can solve it on paper."""

import numpy as np
import pandas as pd
from conftest import Cell as Figure
from conftest import make_counts
from scipy import sparse

from sesec_analysis import schema
from sesec_analysis.attack.solver import System
from sesec_analysis.attack.state import Side, State, StateCell, StateCount, Statement, state_of

Terms = list[tuple[StateCount, float]]


def rows(school: str, **groups: Figure | object) -> pd.DataFrame:
    """Rows of one school: ``rows("1001", black="N<10")``; a keyword that names a column of OBSERVATIONS sets it."""
    common = {
        "organization_level": "school",
        "organization_id": school,
        "organization_name": school,
    }
    common |= {name: groups.pop(name) for name in schema.OBSERVATIONS_COLUMNS if name in groups}
    everyone = {"all": groups.pop("all")} if "all" in groups else {}
    whole = make_counts(**everyone, **(common | {"student_group_type": "all"}))
    return pd.concat([whole, make_counts(**groups, **common)], ignore_index=True)


def published(*tables: pd.DataFrame) -> State:
    """What an outsider knows of these rows."""
    return state_of(pd.concat(tables, ignore_index=True))


def cell(school: str, group: str = "black", **also: object) -> StateCell:
    """The key of a school's group, as `rows` writes it."""
    key = {
        "indicator": "ela_met",
        "end_year": 2019,
        "organization_level": "school",
        "organization_id": school,
        "grade_level": "all",
        "student_group_type": "race_ethnicity",
        "student_group": group,
    }
    return StateCell(**(key | also))


def students(*schools: str, **also: object) -> Terms:
    """The denominators of some schools' Black students, added up."""
    return _counts("denominator", schools, also)


def counted(*schools: str, **also: object) -> Terms:
    """The numerators of some schools' Black students, added up."""
    return _counts("numerator", schools, also)


def _counts(side: Side, schools: tuple[str, ...], also: dict[str, object]) -> Terms:
    return [(StateCount(cell(school, **also), side), 1.0) for school in schools]


def less(terms: Terms, times: float = 1.0) -> Terms:
    """The same counts, taken away."""
    return [(count, -times * coefficient) for count, coefficient in terms]


def equal(terms: Terms, value: float, said: str = "line 1") -> Statement:
    """A printed number."""
    return Statement(terms, low=value, high=value, said=said)


def system(low, high, *rows) -> System:
    """Numbers with ranges, and rows ``(coefficients, least, most)``."""
    matrix = np.array([row[0] for row in rows], dtype=float).reshape(len(rows), len(low))
    limits = np.array([row[1:] for row in rows], dtype=float).reshape(len(rows), 2)
    return System(
        np.array(low, dtype=float),
        np.array(high, dtype=float),
        sparse.csr_array(matrix),
        limits[:, 0],
        limits[:, 1],
    )
