"""Segregation: 0 if evenly mixed, 1 if wholly separate, the identities of the books, and chance to the last seat."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from conftest import make_counts

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.segregation import dealt, segregation

PLACE = {"by": "race_ethnicity", "organization_id": "se", "organization_name": "Southeast"}
TEXTBOOK = {"black": [100, 60, 40, 0], "white": [0, 40, 60, 100]}
NUMBERS = ["estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"]


def schools(groups, **common):
    """Make the enrollment of schools from ``{group: [students in school 0, 1, ...]}``."""
    known = {"indicator": "enrollment", "organization_level": "school", **common}
    tables = [
        make_counts(
            **{group: (k, sum(sizes)) for group, k in zip(groups, sizes, strict=True)},
            organization_id=f"s{school}",
            **known,
        )
        for school, sizes in enumerate(zip(*groups.values(), strict=True))
    ]
    return pd.concat(tables, ignore_index=True)


def measured(obs, **more):
    return schema.validate_estimates(segregation(obs, **{**PLACE, **more}))


def values(enrolled, **more):
    """Estimates by measure, group and reference."""
    table = measured(schools(enrolled), **more)
    return table.set_index(["measure", "student_group", "reference"])["estimate"]


def withhold(obs, school, *groups):
    hidden = (obs["organization_id"] == school) & obs["student_group"].isin(groups)
    nulls = dict.fromkeys(["numerator", "value"])
    known = {"numerator_low": 0, "numerator_high": 9, "value_low": 0.0, "value_high": 1.0}
    out = obs.copy()
    for name, value in {**nulls, **known, "status": "small_n", "cells_reported": 0}.items():
        out.loc[hidden, name] = value
    return schema.conform_observations(out.assign(coverage=out["coverage"].mask(hidden, 0.0)))


# --- limits ----------------------------------------------------------------------------------------------------------


def test_segregation__of_evenly_mixed_schools_is_zero():
    found = values({"black": [10, 20, 40], "white": [30, 60, 120], "asian": [5, 10, 20]})
    for name in ("dissimilarity", "theil_h", "mutual_information"):
        assert found[name].to_numpy() == pytest.approx(0, abs=1e-12)
    assert found["isolation"].tolist() == pytest.approx([70 / 315, 210 / 315, 35 / 315])


def test_segregation__of_wholly_separate_schools_is_one():
    found = values({"black": [50, 30, 0], "white": [0, 0, 80]})
    for name in ("dissimilarity", "isolation", "theil_h"):
        assert found[name].to_numpy() == pytest.approx(1)
    assert found["mutual_information"].item() == pytest.approx(np.log(2))
    assert found["exposure"].to_numpy() == pytest.approx(0)


# --- worked on paper, and outside references -------------------------------------------------------------------------


@pytest.mark.parametrize("groups", [None, ["black", "white"]])
def test_segregation__matches_the_textbook_dissimilarity(groups):
    table = measured(schools(TEXTBOOK), groups=groups)
    row = table[table["measure"] == "dissimilarity"].iloc[0]
    assert row.estimate == pytest.approx(0.6)
    assert row.reference == ("others" if groups is None else "white")
    assert (row.organization_level, row.organization_id, row.organization_name) == (
        *("place", "se"),
        "Southeast",
    )
    assert (row.status, row.unit, row.numerator_low, row.n_low) == ("ok", "proportion", 200, 400)
    assert row.method == "all students counted: no sampling interval"
    assert row[["ci_low", "ci_high", "ci_level"]].isna().all()
    assert row.bound_low == row.bound_high == row.estimate


def test_segregation__matches_hand_worked_exposure():
    found = values({"black": [30, 10], "white": [10, 40], "asian": [10, 0]})
    assert found["isolation", "black", ""] == pytest.approx(0.75 * 0.6 + 0.25 * 0.2)
    assert found["exposure", "black", "white"] == pytest.approx(0.75 * 0.2 + 0.25 * 0.8)
    assert found["exposure", "asian", "black"] == pytest.approx(0.6)
    # The others of black are 20 and 40.
    assert found["dissimilarity", "black", "others"] == pytest.approx(0.75 - 20 / 60)


def test_segregation__between_and_within_clusters_match_paper():
    # Clusters of 100 each: north is 60 black of 100 in two like schools, south is split between two separate ones.
    enrolled = {"black": [30, 30, 40, 0], "white": [20, 20, 0, 60]}
    found = values(enrolled, clusters={"s0": "n", "s1": "n", "s2": "s", "s3": "s"})

    def entropy(p):
        return -p * np.log(p) - (1 - p) * np.log(1 - p)

    between = entropy(0.5) - entropy(0.6)  # 60 and 40 of 100
    assert found["mutual_information_between"].item() == pytest.approx(between)
    assert found["mutual_information_within"].item() == pytest.approx(entropy(0.4) / 2)
    assert found["mutual_information"].item() == pytest.approx(between + entropy(0.4) / 2)
    assert found["theil_h_between"].item() == pytest.approx(between / entropy(0.5))
    assert found["theil_h_within"].item() == pytest.approx(entropy(0.4) / 2 / entropy(0.5))


def test_segregation__matches_scikit_learns_expected_mutual_information():
    # sklearn, test_adjusted_mutual_info_score: both labels of 17 samples.
    a = [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3]
    b = [1, 1, 1, 1, 2, 1, 2, 2, 2, 2, 3, 1, 3, 3, 3, 2, 2]
    found = values(pd.crosstab(np.array(a), np.array(b)).rename(columns=str).to_dict("list"))
    assert found["mutual_information"].item() == pytest.approx(0.41022, abs=5e-6)
    assert found["mutual_information_chance"].item() == pytest.approx(0.15042, abs=5e-6)


def test_segregation__by_chance_is_the_mean_of_every_way_to_seat_them():
    # Ten of twelve seats go to x, so y takes any two of those in schools of 2, 3 and 7.
    school_of = np.repeat([0, 1, 2], [2, 3, 7])
    sizes = np.bincount(school_of)
    ways = [
        np.bincount(school_of[list(seats)], minlength=3) for seats in combinations(range(12), 2)
    ]
    each = [np.abs(y / 2 - (sizes - y) / 10).sum() / 2 for y in ways]
    # A group of two is never shown, so the arithmetic is asked beneath the gate.
    apart = dealt(lambda n, size: np.abs(n - size / 6), sizes.astype(float), 2.0)
    assert apart * 12 / (2 * 2 * 10) == pytest.approx(np.mean(each))


# --- withheld, small, nothing to measure -----------------------------------------------------------------------------


@pytest.mark.slow
def test_segregation__that_needs_a_withheld_cell_has_bounds_only():
    obs = schools({"a": [30, 10, 40], "b": [60, 20, 5], "c": [20, 30, 30]})
    table = measured(withhold(obs, "s2", "b"))
    needs_b = (table[["student_group", "reference"]].isin(["b", "all"])).any(axis=1)
    by_chance = table["measure"].isin(["theil_h_chance", "mutual_information_chance"])
    expected = np.select([by_chance, needs_b], ["suppressed", "bounded"], "ok")
    assert (table["status"] == expected).all()
    assert table.loc[needs_b, ["estimate", "ci_low", "ci_high"]].isna().all(axis=None)
    assert table.loc[by_chance, NUMBERS].isna().all(axis=None)
    assert table.loc[by_chance, "method"].str.startswith("not computed: cells are withheld").all()
    told = table[table["status"] == "bounded"]
    assert told[["outer_low", "outer_high"]].to_numpy().tolist() == (
        told[["bound_low", "bound_high"]].to_numpy().tolist()
    )
    named = measured(withhold(obs, "s2", "b"), groups=["a", "c"])
    assert (named["status"] == "ok").all()
    some = measured(withhold(obs, "s2", "b"), groups=["a", "b"]).set_index("measure")["status"]
    assert some[["theil_h", "mutual_information", "dissimilarity_chance"]].eq("suppressed").all()
    assert some[["dissimilarity", "exposure"]].eq("bounded").all()


def test_segregation__of_withheld_school_sizes_is_suppressed():
    obs = schools({"a": [30, 10, 40], "b": [60, 20, 5]})
    lost = obs["organization_id"] == "s2"
    for name in ("numerator", "denominator", "value"):
        obs[name] = obs[name].mask(lost)
    for end, limit in {"_low": 0, "_high": pd.NA}.items():
        for name in ("numerator", "denominator"):
            obs[name + end] = obs[name + end].mask(lost, limit)
    obs["status"], obs["coverage"] = obs["status"].mask(lost, "withheld"), 0.5
    assert (measured(schema.conform_observations(obs))["status"] == "suppressed").all()


def test_isolation__bounds_are_hand_worked():
    # 30 of 60 in one school, x from 0 to 9 of 60 in the other: (15 + x^2 / 60) / (30 + x).
    obs = withhold(schools({"a": [30, 5], "b": [30, 55]}), "s1", "a")
    table = measured(obs, measures=["isolation"]).set_index("student_group")
    each = np.linspace(0, 9, 9001)
    share = (30 * 0.5 + each**2 / 60) / (30 + each)
    assert table.loc["a", "bound_low"] == pytest.approx(share.min(), abs=1e-7)
    assert table.loc["a", "bound_high"] == pytest.approx(share.max(), abs=1e-7)


def test_bounds__are_nearly_the_extremes_of_all_ways():
    # Three cells of 0 to 9 are withheld: a thousand ways to fill them.
    x, sizes = np.array([40.0, 3, 25, 8, 1]), np.array([60.0, 50, 70, 40, 30])
    each, information = [], []
    for cells in np.ndindex(10, 10, 10):
        y = np.array([40.0, cells[0], 25, cells[1], cells[2]])
        each.append(np.abs(y / y.sum() - (sizes - y) / (sizes - y).sum()).sum() / 2)
        shares = np.stack([y, sizes - y]) / sizes.sum()
        even = np.outer(shares.sum(axis=1), shares.sum(axis=0))
        information.append((shares * np.log(np.where(shares > 0, shares, 1) / even)).sum())
    obs = schools({"a": x.astype(int), "b": (sizes - x).astype(int)})
    for school in ("s1", "s3", "s4"):
        obs = withhold(obs, school, "a")
    row = measured(obs, measures=["dissimilarity"]).iloc[0]
    assert row.bound_low <= min(each)
    assert row.bound_high >= max(each)
    assert row.bound_high - row.bound_low < 1.15 * (max(each) - min(each))
    # The other group is published, so that not all of these ways are left.
    row = measured(obs, measures=["mutual_information"]).iloc[0]
    assert 0.9 * min(information) < row.bound_low < row.bound_high < 1.1 * max(information)


def test_segregation__of_a_small_group_or_small_others_is_not_shown():
    table = measured(schools({"a": [30, 41], "b": [4, 5]}))
    apart = table["student_group"] != "all"
    assert (table.loc[apart & (table["measure"] != "isolation"), "status"] == "small_n").all()
    assert table.loc[table["status"] == "small_n", [*NUMBERS, "n_low"]].isna().all(axis=None)


@pytest.mark.slow
def test_segregation__of_an_empty_group_is_undefined_and_leaves_the_rest():
    table = measured(schools({"a": [30, 10], "b": [20, 25], "c": [0, 0]}))
    empty = (table[["student_group", "reference"]] == "c").any(axis=1)
    assert (table["status"] == np.where(empty, "undefined", "ok")).all()
    two = values({"a": [30, 10], "b": [20, 25]})
    assert table.set_index("measure").loc["theil_h", "estimate"] == pytest.approx(two["theil_h"])


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({"measures": ["gini"]}, "no measure of segregation"),
        ({"measures": ["mutual_information_within"]}, "without `clusters`"),
        ({"groups": ["black", "green"]}, "not two or more groups"),
        ({"clusters": {"s0": "x"}}, "school s1 is in no cluster"),
        ({"by": "gender"}, "no rows of student group type"),
    ],
)
def test_segregation__refuses_what_it_does_not_know(more, fault):
    with pytest.raises(DataError, match=fault):
        measured(schools(TEXTBOOK), **more)


def test_segregation__refuses_anything_but_the_enrollment_of_schools():
    for common in ({"indicator": "ela_met"}, {"organization_level": "district"}):
        with pytest.raises(DataError, match="measured between schools"):
            measured(schools(TEXTBOOK, **common))


def test_segregation__refuses_groups_that_are_no_partition():
    obs = schools({"a": [30, 10], "b": [20, 25], "c": [7, 8]})
    with pytest.raises(DataError, match="school s0 has groups that do not add up"):
        measured(obs[obs["student_group"] != "c"])
    with pytest.raises(DataError, match="school s1 lacks a row"):
        measured(obs.drop(index=obs.index[-1]))
    with pytest.raises(DataError, match="not two or more groups"):
        measured(schools({"a": [30, 10]}))
    with pytest.raises(DataError, match="counted twice"):
        measured(pd.concat([obs, obs]))
