"""Segregation: package tests and textbook limits, and clusterings read as schools and groups."""

from collections.abc import Callable, Mapping, Sequence
from math import log

import numpy as np
import pandas as pd
from conftest import make_counts

from oracles import Oracle
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


def _of(measure: str, groups: Mapping[str, Sequence[int]], **more: object) -> Callable[[], float]:
    """One number of a measure; the first row where there is one for each group."""

    def ours() -> float:
        table = segregation(
            _schools(groups),
            by="race_ethnicity",
            organization_id="p",
            organization_name="Place",
            measures=[measure],
            **more,
        )
        return float(table["estimate"].iloc[0])

    return ours


# --- Elbers' package -------------------------------------------------------------------------------------------------

ELBERS = (
    "Elbers, B., R package segregation (Sociological Methods & Research 52, 2023), tests of dissimilarity() and "
    "mutual_total()"
)
TABLES = [
    ("100, 100, 100 and 100, 100, 100", [100, 100, 100], [100, 100, 100], 0.0),
    ("100, 60, 40, 0 and 0, 40, 60, 100", [100, 60, 40, 0], [0, 40, 60, 100], 0.6),
    ("80, 80, 20, 20 and 20, 20, 80, 80", [80, 80, 20, 20], [20, 20, 80, 80], 0.6),
    ("100, 100, 0, 0 and 0, 0, 100, 100", [100, 100, 0, 0], [0, 0, 100, 100], 1.0),
]
PACKAGE = [
    *(
        Oracle(
            ELBERS,
            f"dissimilarity of {words}",
            theirs,
            1e-9,
            _of("dissimilarity", {"a": a, "b": b}),
        )
        for words, a, b, theirs in TABLES
    ),
    Oracle(
        ELBERS,
        "M of 40 and 40 wholly apart: ln 2",
        log(2),
        1e-9,
        _of("mutual_information", {"a": [40, 0], "b": [0, 40]}),
    ),
]

# --- clusterings -----------------------------------------------------------------------------------------------------

SKLEARN = "scikit-learn, tests of sklearn.metrics.cluster"


def _crossed(groups: str, schools: str, times: int) -> dict[str, list[int]]:
    """Each sample a student (or ``times`` of them): one label names the group, the other the school."""
    table = pd.crosstab(np.array([*schools]), np.array([*groups])) * times
    return {str(name): counts for name, counts in table.to_dict("list").items()}


# Class labels, cluster labels: homogeneity is M over the entropy of classes, completeness over that of clusters.
LABELS = [
    ("homogeneous but not complete", "000111", "000122", 1.00, 0.69),
    ("complete but not homogeneous", "001122", "001111", 0.58, 1.00),
    ("neither complete nor homogeneous", "000111", "010122", 0.67, 0.42),
]
ADJUSTED = _crossed("11111122222233333", "11112122223133322", 1)
CLUSTERINGS = [
    *(
        oracle
        for words, classes, clusters, homogeneity, completeness in LABELS
        for oracle in (
            Oracle(
                SKLEARN,
                f"homogeneity as H, classes {classes} in clusters {clusters} ({words})",
                homogeneity,
                0.005,
                _of("theil_h", _crossed(classes, clusters, 10)),
            ),
            Oracle(
                SKLEARN,
                f"completeness as H, clusters {clusters} in classes {classes} ({words})",
                completeness,
                0.005,
                _of("theil_h", _crossed(clusters, classes, 10)),
            ),
        )
    ),
    Oracle(
        SKLEARN,
        "mutual information of 17 samples (adjusted_mutual_info_score)",
        0.41022,
        5e-6,
        _of("mutual_information", ADJUSTED),
    ),
    Oracle(
        SKLEARN,
        "expected mutual information of 17 samples (adjusted_mutual_info_score)",
        0.15042,
        5e-6,
        _of("mutual_information_chance", ADJUSTED),
    ),
]

# --- textbook --------------------------------------------------------------------------------------------------------

MASSEY_DENTON = (
    "Massey, D. S. and Denton, N. A. (1988), Social Forces 67, 281-315: isolation and interaction of two groups add "
    "up to 1, and isolation without segregation is the group's share"
)
TWO = {"a": [30, 10], "b": [20, 40]}
EVEN = {"a": [30, 10, 20], "b": [60, 20, 40]}
TEXTBOOK = [
    Oracle(
        MASSEY_DENTON,
        "isolation plus interaction of 30, 10 with 20, 40",
        1.0,
        1e-9,
        lambda: _of("isolation", TWO)() + _of("exposure", TWO)(),
        printed=False,
    ),
    Oracle(
        MASSEY_DENTON,
        "isolation of an evenly spread third",
        1 / 3,
        1e-9,
        _of("isolation", EVEN),
        printed=False,
    ),
]

ORACLES = [*PACKAGE, *CLUSTERINGS, *TEXTBOOK]
