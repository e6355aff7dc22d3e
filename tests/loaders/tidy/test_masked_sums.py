"""The tighter reading of masked cells, worked by hand; which sums take it; and that no printed pair gives it back."""

import numpy as np
import pandas as pd
import proofs
import pytest
from conftest import Cell, make_schools
from scipy.stats import norm

import sesec_analysis as sa
from sesec_analysis import catalog, schema
from sesec_analysis.errors import DataError
from sesec_analysis.loaders import load
from sesec_analysis.loaders.in_place import in_places, shared_reading
from sesec_analysis.loaders.tidy.masked_sums import is_shared, tighten_cells
from sesec_analysis.metrics.disparity import rates

SOUTHEAST = list(catalog.place("southeast_seattle").schools)
EXACT = (40, 400)
EVERYBODY = {"student_group_type": "all", "student_group": "all"}


def under(label: str, **more: object) -> dict[str, object]:
    """A cell that prints a range and nothing else."""
    share = float(label.strip("<>%")) / 100
    ends = {"value_low": 0.0, "value_high": share} if label[0] == "<" else {}
    ends = ends or {"value_low": share, "value_high": 1.0}
    return {"status": "bounded", "token": label, "denominator_low": 10, **ends, **more}


def schools(*cells: Cell, source: str = "ospi_discipline@2018") -> pd.DataFrame:
    """One cell for each of the first schools of Southeast Seattle."""
    asked = {"source_id": source, "indicator": "disciplined", "end_year": 2018}
    asked |= {"group": "black", "student_group_type": "race_ethnicity"}
    return make_schools(*cells, codes=SOUTHEAST[: len(cells)], **asked)


def known(row: pd.Series) -> list[object]:
    names = ["numerator_low", "numerator_high", "denominator_low", "denominator_high"]
    return [None if pd.isna(row[name]) else int(row[name]) for name in names]


@pytest.mark.parametrize(
    ("source", "cell", "expected"),
    [
        ("ospi_discipline@2018", under("<15.0%"), [0, 2, 20, 20]),
        ("ospi_discipline@2018", under(">72.7%"), [9, 11, 11, 11]),
        ("ospi_discipline@2023", under("<15.0%"), [0, 2, 19, 20]),  # the size, or one less
        ("ospi_assessment@2018", under("<10%", denominator_high=40), [0, 3, 10, 40]),
        ("ospi_discipline@2018", under("<15.0%", denominator_high=None, status="withheld"), None),
    ],
)
def test_tightened__reads_what_a_label_lets_one_work_out(source, cell, expected):
    row = tighten_cells(schools(cell, source=source), {}).iloc[0]
    assert known(row) == (expected or [0, 20, 10, 20])


def test_tightened__caps_a_cell_by_the_counts_that_enclose_it():
    complementary = {"status": "complementary", "denominator_low": 10, "value": 0.125}
    complementary |= {"value_low": 0.124, "value_high": 0.126, "numerator_low": 1}
    cells = pd.concat(
        [schools(EXACT).assign(**EVERYBODY), schools(complementary)], ignore_index=True
    )
    assert known(tighten_cells(cells, {}).iloc[1]) == [1, 51, 10, 400]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0195, 0.0205, [1, 9, 49, 400]),  # one of 49 is 2.04 percent, one of 48 is 2.08
        (0.9795, 0.9805, [47, 393, 49, 400]),  # one of 49 is not counted
        (0.0, 0.0005, [0, 1, 10, 400]),  # printed as none: nothing follows
        (0.9995, 1.0, [9, 400, 10, 400]),
        (0.02, 0.02, [1, 8, 50, 400]),
    ],
)
def test_tightened__knows_the_fewest_students_of_whom_a_percent_can_be(low, high, expected):
    """A printed percent above nothing counts one student or more, and one below all leaves one out."""
    cell = {"status": "complementary", "denominator_low": 10, "value": (low + high) / 2}
    cell |= {"value_low": low, "value_high": high, "numerator_low": 0}
    cells = pd.concat([schools(EXACT).assign(**EVERYBODY), schools(cell)], ignore_index=True)
    assert known(tighten_cells(cells, {}).iloc[1]) == expected
    possible = [
        (k, n) for n in range(10, 401) for k in range(n + 1) if low - 1e-12 <= k / n <= high + 1e-12
    ]
    k_low, k_high, n_low, n_high = expected
    assert all(k_low <= k <= k_high and n_low <= n <= n_high for k, n in possible)
    assert min(n for _, n in possible) == n_low


def test_tightened__leaves_exact_and_small_cells_as_they_are():
    small = {"status": "small_n", "token": "N<10", "denominator_low": 1, "denominator_high": 9}
    cells = schools(EXACT, small | {"numerator_low": 0, "numerator_high": 9})
    assert tighten_cells(cells, {}).equals(cells)


@pytest.mark.parametrize(
    ("sizes", "shared"),
    [
        ([20, 20, 20], True),
        ([20, 20], False),
        ([80, 10, 10], True),
        ([81, 10, 9], False),
        ([20, 20, np.inf], False),
    ],
)
def test_is_shared__asks_for_three_of_whom_none_has_four_fifths(sizes, shared):
    assert is_shared(dict(enumerate(sizes))) == shared


def summed(cells: pd.DataFrame) -> pd.Series:
    return in_places(cells, ["southeast_seattle"], shared=shared_reading(cells, {})).iloc[0]


def test_in_place__takes_the_tighter_reading_where_three_schools_share_it():
    row = summed(schools(EXACT, *[under("<15.0%")] * 3))
    assert known(row) == [40, 46, 460, 460]
    assert row["value_high"] == pytest.approx(0.1)  # 46 of 460


def test_in_place__reads_each_text_where_the_sum_is_listed(monkeypatch):
    listed = {"southeast_seattle": {("disciplined", 2018, "black")}}
    monkeypatch.setattr(catalog, "literal_sums", lambda place: listed.get(place, set()))
    row = summed(schools(EXACT, *[under("<15.0%")] * 3))
    assert known(row) == [40, None, 430, None]


@pytest.mark.slow
@pytest.mark.parametrize("others", [[], [under("<15.0%")], [under("<1.0%"), under("<30.0%")]])
def test_in_place__reads_each_text_where_too_few_share_it(others):
    row = summed(schools(EXACT, under("<15.0%"), *others))
    # 300 of 320 students of "<1.0%" and its two neighbours are in one school: it has more than four fifths.
    assert known(row) == [40, None, 410 + 10 * len(others), None]
    assert row["value_low"] == 0


def test_in_place__tells_no_place_that_leaves_two_schools_to_a_larger_one():
    cells = schools(EXACT, *[under("<15.0%")] * 19)
    shared = shared_reading(cells, {})
    smaller = "southeast_seattle_without_muir_kimball"
    assert pd.notna(
        in_places(cells, ["southeast_seattle"], shared=shared)["denominator_high"]
    ).all()
    assert in_places(cells, [smaller], shared=shared)["denominator_high"].isna().all()


@pytest.mark.slow
def test_in_place__tells_no_sum_that_leaves_few_schools_to_the_districts_total():
    rest = ["2001", "2002", "2003", "2004"]  # not of Southeast Seattle
    cells = pd.concat(
        [schools(EXACT, under("<15.0%")), *[schools(under("<15.0%"))] * 4], ignore_index=True
    )
    cells.loc[2:, "organization_id"] = rest
    district = schools((45, 500)).assign(organization_level="district", organization_id="17001")
    both = pd.concat([cells, district], ignore_index=True)
    for table, told in ((cells, True), (both, False)):
        row = in_places(table, ["rest_of_seattle"], shared=shared_reading(table, {})).iloc[0]
        assert pd.notna(row["denominator_high"]) == told


def test_in_place__tells_no_group_that_leaves_another_to_all_students():
    def group(kind: str, name: str, *cells: Cell) -> pd.DataFrame:
        return schools(*cells).assign(student_group_type=kind, student_group=name)

    everyone = group("all", "all", *[EXACT] * 4)
    few = group("english_learner", "english_learner", under("<15.0%"), *[EXACT] * 3)
    many = group("english_learner", "not_english_learner", EXACT, *[under("<15.0%")] * 3)
    for table, told in (
        (many, True),
        (pd.concat([everyone, few, many], ignore_index=True), False),
    ):
        found = in_places(table, ["southeast_seattle"], shared=shared_reading(table, {}))
        row = found[found["student_group"] == "not_english_learner"].iloc[0]
        assert pd.notna(row["denominator_high"]) == told


def test_load__refuses_a_place_and_single_schools_together():
    with pytest.raises(DataError, match="loaded together"):
        sa.load("disciplined", place="southeast_seattle", organization_id="2070", end_years=2018)


def size_behind(share: float, limit: float) -> float:
    """The one n of which Wilson's upper limit at a rate is this: there the score of the rate is z."""
    z = float(norm.isf(0.025))
    return z * z * limit * (1 - limit) / (limit - share) ** 2


SEED = 44
PROOF = "Numbers tell no more of masked cells than their ranges do"
RELEASES = [("disciplined", year) for year in range(2015, 2024)] + [
    (code, year) for code in ("ela_met", "math_met") for year in (2017, 2018, 2024)
]


@pytest.mark.slow
@pytest.mark.proof(PROOF, seed=SEED, tried="every release with ranges")
@pytest.mark.parametrize(("indicator", "year"), proofs.sample(RELEASES, 3, seed=SEED))
def test_numbers__of_a_masked_cell_have_no_interval_of_chance_and_no_counts(indicator, year):
    rows = load.read_rows(indicator, {"end_year": [year]})
    masked = rows[(rows["status"] == "bounded") & (rows["unit"] == "proportion")]
    told = rates(masked.reset_index(drop=True))
    assert len(told) == len(masked) > 0
    assert told[["ci_low", "ci_high", "outer_low", "outer_high"]].isna().all(axis=None)
    assert told[["n_low", "n_high", "numerator_low", "numerator_high"]].isna().all(axis=None)


@pytest.mark.slow
@pytest.mark.proof(PROOF, seed=SEED, tried="every release with ranges")
@pytest.mark.parametrize(("indicator", "year"), proofs.sample(RELEASES, 3, seed=SEED))
def test_numbers__of_a_place_give_back_no_more_than_tens(indicator, year):
    rows = load.read_rows(indicator, {"end_year": [year]})
    shared = shared_reading(rows, load.enrolled_in(year), load.groups_in(year))
    for place in ("southeast_seattle", "rest_of_seattle"):
        sums = sa.load(indicator, place=place, end_years=year)
        told = rates(sums)
        masked = sums["denominator"].isna() & (sums["cells"] > 1) & (sums["value_high"] < 1)
        taken = shared.taken[place]
        key = [name for name in schema.OBSERVATIONS_KEY if not name.startswith("organization")]
        hidden = rows[taken].groupby(key).size()
        counts = hidden.reindex(pd.MultiIndex.from_frame(sums[key])).fillna(0).to_numpy()
        for at in np.flatnonzero(masked.to_numpy()):
            row = told.iloc[at]
            size = round(size_behind(row["bound_high"], row["outer_high"]), 2)
            low = float(sums["denominator_low"].iloc[at])
            if counts[at] and low % 10 == 0:  # by the tighter reading, of three schools or more
                assert counts[at] >= 3
                assert size % 10 == pytest.approx(0, abs=0.02) or size < 10
            else:  # as each text says: at least ten, or one, beside the exact
                assert size == pytest.approx(low, rel=1e-3)
