"""A small made-up district: what the state prints of it, what is true, and editions made of either by the real writers.

Southeast Seattle has four of its schools: two printed exactly (2070 and 3803) and two of 20 students each of whom fewer
than three met the standard (2321 and 2118). The rest of Seattle has one school printed exactly (2138) and two of fewer
than ten students (2141, and 3778, which a wider boundary counts to Southeast Seattle).
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from conftest import Cell, make_counts
from paper_samples import imprint
from report_samples import notebook, showing, text, write_data

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.editions.documents import html, output
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.making import Maker
from sesec_analysis.editions.documents.model import in_words
from sesec_analysis.evidence.wording.labels import read_id
from sesec_analysis.loaders.in_place import in_places
from sesec_analysis.loaders.raw import store


def named(name: str, **also: Any) -> dict[str, Any]:
    """A record with an id, the columns that the id names, and others."""
    told = read_id(name)
    (level, _, place), (group, *groups) = told.organization.rpartition(":"), told.group.split("-")
    (code, *places), (end_year, *years) = place.split("-"), told.end_years
    student_group, _, kind = group.partition("_by_")
    kinds = catalog.group_types().items()
    key = {
        "measure": told.measure,
        "indicator": told.indicator,
        "end_year": end_year,
        "grade_level": told.grade,
        "organization_level": level or "place",
        "organization_id": code,
        "student_group_type": kind or next(one for one, of in kinds if group in of.groups),
        "student_group": student_group,
        "reference": " ".join([*groups, *places, *map(str, years)]),
    }
    return {"id": name} | key | also


class Figure(NamedTuple):
    """One cell: what is true of it, and what the state prints instead, if not that."""

    school: str
    true: tuple[int, int]
    printed: Cell | None = None
    group: str = "all"
    kind: str = "all"
    grade: str = "all"
    indicator: str = "ela_met"
    source: str = "ospi_assessment@2019"


_OF_14 = {
    "numerator_low": 0,
    "numerator_high": 2,
    "denominator_low": 14,
    "denominator_high": 14,
    "value_high": 0.21,
}
_NO_COUNTS = {
    "numerator_low": 0,
    "numerator_high": 60,
    "denominator_low": 10,
    "denominator_high": 60,
}
FIGURES = (
    Figure("2070", (45, 100)),
    Figure("3803", (30, 60)),
    Figure("2321", (1, 20), "<15%"),
    Figure("2118", (2, 20), "<15%"),
    Figure("2138", (66, 120)),
    Figure("2141", (4, 7), "N<10"),
    Figure("3778", (5, 8), "N<10"),
    *(
        Figure("3803", true, kind="race_ethnicity", group=group)
        for group, true in {"asian": (10, 20), "white": (16, 32)}.items()
    ),
    Figure("3803", (4, 8), "N<10", kind="race_ethnicity", group="black"),
    Figure("2138", (62, 112), kind="gender", group="male"),
    Figure("2138", (4, 8), "N<10", kind="gender", group="female"),
    *(
        Figure(school, true, grade=grade, indicator="math_met")
        for school, grades in {
            "2070": {"03": (20, 50), "04": (25, 50), "all": (45, 100)},
            "3803": {"03": (14, 30), "04": (16, 30), "all": (30, 60)},
            "2138": {"03": (30, 60), "04": (36, 60), "all": (66, 120)},
            "3581": {"03": (12, 26), "04": (15, 30), "all": (27, 56)},
        }.items()
        for grade, true in grades.items()
    ),
    Figure("2321", (8, 16), grade="03", indicator="math_met"),
    Figure("2321", (1, 14), _OF_14, grade="04", indicator="math_met"),
    Figure("2321", (9, 30), _NO_COUNTS, indicator="math_met"),
    *(
        Figure(school, *cells, indicator="disciplined", source="ospi_discipline@2019")
        for school, cells in {
            "2070": ((12, 400),),
            "3803": ((9, 300),),
            "2321": ((1, 5), "N<10"),
            "2118": ((0, 4), "N<10"),
            "2138": ((20, 500),),
        }.items()
    ),
    Figure("2321", (8, 25), source="ospi_assessment@2018"),
    Figure("2321", (3, 7), "N<10", source="ospi_assessment_2017@2017"),
)


def _observations(figures: Iterable[tuple[Figure, Cell]]) -> pd.DataFrame:
    rows = [
        make_counts(
            **{one.group: cell},
            organization_level="school",
            organization_id=one.school,
            organization_name=catalog.schools()[one.school].name,
            student_group_type=one.kind,
            grade_level=one.grade,
            indicator=one.indicator,
            source_id=one.source,
            end_year=int(one.source[-4:]),
        )
        for one, cell in figures
    ]
    return pd.concat(rows, ignore_index=True)


def state() -> pd.DataFrame:
    """OBSERVATIONS as the state prints them."""
    return _observations((one, one.true if one.printed is None else one.printed) for one in FIGURES)


def truth() -> pd.DataFrame:
    """The same, nothing withheld: what must never be in an edition."""
    return _observations((one, one.true) for one in FIGURES)


def home(target: Path) -> Path:
    """Write a data folder of this district (name it with SESEC_DATA)."""
    write_data(target, "reference")
    for source_id, rows in state().groupby("source_id"):
        store.write_parquet(
            rows.reset_index(drop=True), target / f"observations/{source_id}.parquet"
        )
    return target


def place(obs: pd.DataFrame, code: str, **chosen: object) -> pd.DataFrame:
    """Sum schools into a place; by default of everybody in 2019."""
    wanted = {"end_year": 2019, "indicator": "ela_met", "student_group_type": "all", **chosen}
    for name, value in wanted.items():
        obs = obs[obs[name] == value]
    return in_places(obs, [code])


def figure_of(estimates: pd.DataFrame) -> Any:
    """A figure as a notebook shows it."""
    data, _ = sa.plot_rates(estimates)._repr_mimebundle_()
    return data


def edition(
    target: Path,
    *shown: dict[str, Any],
    figures: Iterable[dict[str, Any]] = (),
) -> Path:
    """Write the folder of an edition: findings, figures, page."""
    cells = [text("## Results\n\nWhat the state publishes."), showing(*shown)]
    cells += [showing(one, tag=f"figure-rates-{at}") for at, one in enumerate(figures)]
    made = in_words(documents_notebook.read_notebook(notebook(*cells), Maker()))
    target.mkdir(parents=True)
    for one in made.figures:
        output.write_figure(one, target / "figures")
    output.write_findings(made.findings, target)
    (target / "index.html").write_text(
        html.render(made, meta=imprint(title="Equity Report", sources=())), encoding="utf-8"
    )
    return target


CERTIFIED = {
    "search": {"passed": True, "files": 71, "texts": 5},
    "attack": {
        "cells": 119_239,
        "withheld_cells": 74_774,
        "statements_of_the_edition": {
            "read": 10_822,
            "different": 2_552,
            "follow_from_the_state": 2_552,
            "telling_of_fewer_than_three_organizations": 0,
            "telling_of_three_or_more": 12,
        },
        "counts_given_away": 0,
    },
}
"""What an attack says that found nothing."""
