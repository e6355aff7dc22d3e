"""ESTIMATES written by hand, so that what publishing does with them can be checked on paper."""

from collections.abc import Iterable, Mapping
from math import sqrt

import pandas as pd

from sesec_analysis import schema

SOURCE = "ospi_discipline@2019"

GRADE_3 = {  # students who met the standard, of students expected to test: made up, and near the real ones
    "american_indian": (4, 14),
    "asian": (130, 236),
    "black": (71, 216),
    "hispanic": (40, 121),
    "pacific_islander": (3, 7),
    "two_or_more": (25, 44),
    "white": (88, 104),
}

PLACES = {
    "southeast_seattle": "Southeast Seattle",
    "rest_of_seattle_regular": "Rest of Seattle",
    "seattle": "Seattle Public Schools",
}

_ROW: dict[str, object] = {
    "indicator": "ela_met",
    "end_year": 2017,
    "organization_level": "place",
    "organization_id": "southeast_seattle",
    "organization_name": "Southeast Seattle",
    "grade_level": "03",
    "student_group_type": "race_ethnicity",
    "student_group": "black",
    "measure": "rate",
    "reference": "",
    "ci_level": 0.95,
    "coverage": 1.0,
    "cells": 20,
    "cells_reported": 20,
    "unit": "proportion",
    "method": "Wilson score interval (statsmodels)",
    "status": "ok",
    "source_ids": SOURCE,
}
_UNITS = {
    "rate": "proportion",
    "gap": "points",
    "change": "points",
    "gap_change": "points",
    "ratio": "ratio",
    "count": "students",
    "average": "years",
}


def row(**changes: object) -> dict[str, object]:
    """One row; its unit follows its measure, its organization's name its id."""
    made = _ROW | changes
    made["unit"] = _UNITS[str(made["measure"])]
    made["organization_name"] = changes.get(
        "organization_name", PLACES.get(str(made["organization_id"]), "Dunlap Elementary School")
    )
    return made


def estimates(rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """A table of ESTIMATES."""
    return schema.conform_estimates(pd.DataFrame(list(rows)))


def rate(k: int, n: int, **changes: object) -> dict[str, object]:
    """A rate of exact counts, with an interval."""
    p, half = k / n, 1.96 * sqrt(max(k * (n - k), 1) / n**3)
    low, high = max(0.0, p - half), min(1.0, p + half)
    known = {
        "estimate": p,
        **dict.fromkeys(["ci_low", "outer_low"], low),
        **dict.fromkeys(["ci_high", "outer_high"], high),
        **dict.fromkeys(["bound_low", "bound_high"], p),
        **dict.fromkeys(["numerator_low", "numerator_high"], k),
        **dict.fromkeys(["n_low", "n_high"], n),
        "status": "small_n" if n < 10 else "ok",
    }
    return row(**(known | changes))


def gap(k: int, n: int, other_k: int, other_n: int, **changes: object) -> dict[str, object]:
    """A difference of exact rates, with an interval."""
    value = k / n - other_k / other_n
    half = 1.96 * sqrt(
        max(k * (n - k), 1) / n**3 + max(other_k * (other_n - other_k), 1) / other_n**3
    )
    return _compared(
        "gap", (k, n), (other_k, other_n), (value, value - half, value + half), changes
    )


def ratio(k: int, n: int, other_k: int, other_n: int, **changes: object) -> dict[str, object]:
    """A ratio of exact rates, with an interval."""
    value = (k / n) / (other_k / other_n)
    return _compared(
        "ratio", (k, n), (other_k, other_n), (value, value / 1.4, value * 1.4), changes
    )


def _compared(
    measure: str,
    here: tuple[int, int],
    there: tuple[int, int],
    ends: tuple[float, float, float],
    changes: Mapping[str, object],
) -> dict[str, object]:
    """A comparison of two rates: that of the first, with the numbers of both in the columns of the second."""
    value, low, high = ends
    known: dict[str, object] = {
        "measure": measure,
        "reference": "white",
        "estimate": value,
        **dict.fromkeys(["ci_low", "outer_low"], low),
        **dict.fromkeys(["ci_high", "outer_high"], high),
        **dict.fromkeys(["bound_low", "bound_high"], value),
        **dict.fromkeys(["reference_numerator_low", "reference_numerator_high"], there[0]),
        **dict.fromkeys(["reference_n_low", "reference_n_high"], there[1]),
        "status": "small_n" if min(here[1], there[1]) < 10 else "ok",
    }
    return rate(*here, **(known | changes))


def bounded(low: float, high: float, **changes: object) -> dict[str, object]:
    """A row of which withheld numbers leave a range open."""
    known: dict[str, object] = {
        "bound_low": low,
        "bound_high": high,
        "outer_low": low - 0.05,
        "outer_high": high + 0.05,
        "coverage": 0.9,
        "cells_reported": 15,
        "status": "bounded",
        **{"numerator_low": 20, "numerator_high": 60, "n_low": 180, "n_high": 220},
    }
    return row(**(known | changes))


def grade_3(**changes: object) -> list[dict[str, object]]:
    """A rate for each of the seven groups."""
    return [rate(k, n, **({"student_group": group} | changes)) for group, (k, n) in GRADE_3.items()]


def trend(years: Iterable[int], **changes: object) -> list[dict[str, object]]:
    """Nine years or so of the seven groups, four times as many students."""
    return [
        rate(
            min(4 * n - 3, 4 * k + 3 * (year - 2015)),
            4 * n,
            **({"student_group": group, "end_year": year} | changes),
        )
        for year in years
        for group, (k, n) in GRADE_3.items()
    ]


def enrollment(
    sizes: Mapping[str, int], total: int | None = None, **changes: object
) -> list[dict[str, object]]:
    """The share of each group of a partition."""
    whole = sum(sizes.values()) if total is None else total
    own = {"indicator": "enrollment", "end_year": 2019, "grade_level": "all"} | changes
    return [
        rate(size, whole, **({"student_group": group, "status": "ok"} | own))
        for group, size in sizes.items()
    ]
