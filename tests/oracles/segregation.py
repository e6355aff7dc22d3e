"""Segregation: package tests and textbook limits, and clusterings read as schools and groups."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from conftest import make_counts

from oracles import read
from sesec_analysis.metrics.segregation import segregation


def _schools(groups: Mapping[str, Sequence[int]]) -> pd.DataFrame:
    """Make the enrollment of schools from ``{group: [students in school 0, 1, ...]}``."""
    sizes = np.array([*groups.values()]).sum(axis=0).tolist()
    return pd.concat(
        [
            make_counts(
                **{name: (counts[number], size) for name, counts in groups.items()},
                indicator="enrollment",
                organization_level="school",
                organization_id=f"s{number}",
            )
            for number, size in enumerate(sizes)
        ]
    )


def of_schools(measure: str, *groups: Sequence[int]) -> float:
    """One number of a measure of groups over schools; the first row where there is one for each group."""
    return _first(measure, dict(zip("ab", groups, strict=True)))


def _first(measure: str, groups: Mapping[str, Sequence[int]]) -> float:
    place = {"organization_id": "p", "organization_name": "Place"}
    table = segregation(_schools(groups), by="race_ethnicity", **place, measures=[measure])
    return float(table["estimate"].iloc[0])


def of_samples(measure: str, groups: str, schools: str, times: int = 1) -> float:
    """Each sample a student (or ``times`` of them): one label names the group, the other the school.

    Homogeneity of a clustering is M over the entropy of classes, completeness over that of clusters.
    """
    table = pd.crosstab(np.array([*schools]), np.array([*groups])) * times
    return _first(measure, {str(name): counts for name, counts in table.to_dict("list").items()})


def isolation_and_exposure(*groups: Sequence[int]) -> float:
    return of_schools("isolation", *groups) + of_schools("exposure", *groups)


ORACLES = read(
    "segregation",
    schools=of_schools,
    samples=of_samples,
    isolation_and_exposure=isolation_and_exposure,
)
