"""Caps on the sizes of masked cells: measured again on every exact cell, and held against the sizes behind labels."""

import csv
import math
from functools import cache

import numpy as np
import pandas as pd
import proofs
import pytest

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.loaders import load
from sesec_analysis.loaders.tidy.masked_sums import ENROLLMENT_MARGIN, tighten_cells
from sesec_analysis.loaders.tidy.size_caps import group_caps, is_ordinary

KEPT = catalog.data_dir() / "reference/size_caps.csv"
COLUMNS = [
    *("indicator", "student_group_type", "cap", "measured", "cells"),
    "first_year",
    "last_year",
]
INDICATORS = ("disciplined", "regular_attendance")
KINDS = ("all", "disability", "english_learner", "low_income", "race_ethnicity")
QUARTER = 1.25
FIX = "run: pytest tests/system/test_size_caps.py --write-variation"


@cache
def enrolled() -> pd.DataFrame:
    return sa.load("enrollment", organization_level="school", grade_level="all")


def october(year: int) -> pd.DataFrame:
    """The largest count of each group within two years, worked out without the library's function."""
    rows = enrolled()
    near = rows[(rows["end_year"] - year).abs() <= 2]
    keys = ["organization_id", "student_group"]
    return near.groupby(keys)["numerator_high"].max().rename("october").reset_index()


def of_some_schools(rows: pd.DataFrame) -> pd.Series:
    """Flag rows of releases that have the groups of one place's schools only."""
    return rows["source_id"].map(
        lambda source_id: catalog.release(source_id)[1].groups_of_some_schools
    )


def measured() -> pd.DataFrame:
    parts = []
    for indicator in INDICATORS:
        rows = sa.load(indicator, organization_level="school", grade_level="all")
        rows = rows[rows["denominator"].ge(10) & rows["organization_id"].map(is_ordinary)]
        rows = rows[~(of_some_schools(rows) & rows["student_group_type"].ne("all"))]
        for year, own in rows[rows["student_group_type"].isin(KINDS)].groupby("end_year"):
            parts.append(own.merge(october(year), on=["organization_id", "student_group"]))
    cells = pd.concat(parts)
    cells["ratio"] = cells["denominator"].astype(float) / cells["october"].astype(float)
    table = cells.groupby(["indicator", "student_group_type"]).agg(
        measured=("ratio", "max"),
        cells=("ratio", "size"),
        first_year=("end_year", "min"),
        last_year=("end_year", "max"),
    )
    table["cap"] = [math.ceil(ratio * QUARTER * 100) / 100 for ratio in table["measured"]]
    table["measured"] = table["measured"].map("{:.3f}".format)
    return table.reset_index()[COLUMNS].astype(str)


@pytest.mark.slow
def test_kept_caps__are_a_quarter_above_what_exact_cells_reach(request):
    if request.config.getoption("--write-variation"):
        old = pd.read_csv(KEPT, dtype=str).fillna("") if KEPT.is_file() else measured()[COLUMNS[:2]]
        kept = old.filter([*COLUMNS[:2], "except_schools"])
        table = measured().merge(kept, how="left", on=COLUMNS[:2])
        table.to_csv(KEPT, index=False, lineterminator="\n")
    with KEPT.open(encoding="utf-8", newline="") as file:
        kept = [{name: row[name] for name in COLUMNS} for row in csv.DictReader(file)]
    assert kept == measured().to_dict("records"), FIX


def test_kept_caps__hold_for_the_groups_of_some_schools_where_october_has_their_year():
    rows = sa.load("regular_attendance", organization_level="school", grade_level="all")
    rows = rows[of_some_schools(rows) & rows["denominator"].ge(10)]
    caps = {
        cap.student_group_type: cap.cap
        for cap in catalog.size_caps()
        if cap.indicator == rows.iloc[0]["indicator"]
    }
    for year in (2017, 2018):
        own = rows[rows["end_year"].eq(year) & rows["student_group_type"].isin(KINDS[1:])]
        cells = own.merge(october(year), on=["organization_id", "student_group"])
        ratio = cells["denominator"].astype(float) / cells["october"].astype(float)
        assert len(cells) > 120
        assert (ratio * 1.2 < cells["student_group_type"].map(caps)).all()
    # Of 2015 and 2016 October has no groups: none of their cells has a cap by it.
    for year in (2015, 2016):
        assert not load.groups_in(year)


@pytest.mark.slow
@pytest.mark.parametrize(
    "indicator", proofs.sample(["ela_met", "math_met", "science_met"], 1, seed=44)
)
def test_enrollment_margin__is_more_than_any_exact_cell_of_a_test_reaches(indicator):
    rows = sa.load(indicator, organization_level="school", grade_level="all", student_group="all")
    for year, own in rows[rows["end_year"].ge(2017) & rows["denominator"].ge(10)].groupby(
        "end_year"
    ):
        most = own["organization_id"].map(
            lambda code, year=year: load.enrolled_in(year)[year, code]
        )
        assert (own["denominator"] <= most).all()
        assert (own["denominator"] * ENROLLMENT_MARGIN <= most * 1.01).all()


@pytest.mark.slow
@pytest.mark.parametrize("year", proofs.sample(range(2017, 2024), 2, seed=44))
def test_group_caps__leave_room_for_the_size_behind_every_label(year):
    """The 3/n rule gives the sizes of masked cells of suspensions: none is above its cap."""
    rows = load.published_year("disciplined", year)
    caps = group_caps(rows, load.groups_in(year))
    least = tighten_cells(rows, {})["denominator_low"].to_numpy(dtype=float, na_value=0.0)
    assert np.isfinite(caps).sum() > 1000
    above = rows[least > caps]
    assert above.empty, above[["organization_name", "student_group", "token"]].to_string()
