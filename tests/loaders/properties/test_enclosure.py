"""The one promise of the loaders: whatever a file withholds, the truth lies within the bounds that are read from it."""

import numpy as np
import pandas as pd
import proofs
import pytest
from made_up_state import RELEASES, make

from sesec_analysis import bounds, catalog, schema
from sesec_analysis.loaders.in_place import in_places, members_of, shared_reading
from sesec_analysis.loaders.tidy.masked_sums import most_students, october_enrollment, tighten_cells


def next_to_truth(observations: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Join cells with what is true of them; ``_merge`` says which keys only one of the two has."""
    how = {"how": "outer", "suffixes": ("", "_true"), "validate": "one_to_one", "indicator": True}
    return observations.merge(truth, on=schema.OBSERVATIONS_KEY, **how)


def outside(cells: pd.DataFrame) -> pd.Series:
    """Return which cells do not enclose the truth in one of their numbers."""
    wrong = pd.Series(False, index=cells.index)
    for name in ("numerator", "denominator", "value"):
        low, high, true = (
            cells[f"{name}_{end}"].to_numpy(dtype="float64", na_value=np.nan)
            for end in ("low", "high", "true")
        )
        wrong |= (true < low - 1e-9) | (true > high + 1e-9)
    return wrong


pytestmark = pytest.mark.slow

PLACES = proofs.cases(10_000, 400)
SEED = 20261124
EVERY = "every release of a made-up state"
KEY = [name for name in schema.OBSERVATIONS_KEY if not name.startswith("organization")]


SUMMED = ("southeast_seattle", "rest_of_seattle", "southeast_region_elementary")


def tried() -> list[str]:
    """Return the releases to try: all under ``--prove``, else three, among them one that withholds in every way."""
    others = [one for one in RELEASES if not one.startswith("ospi_enrollment@")]
    drawn = proofs.sample(others, 1, seed=SEED, always=["ospi_assessment@2018"])
    years = {one.partition("@")[2] for one in drawn}
    return [*drawn, *(one for one in RELEASES if one not in others and one[-4:] in years)]


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    return make(tmp_path_factory.mktemp("state"), seed=7, releases=tried())


@pytest.fixture(scope="module")
def truth(state):
    return state.truth


@pytest.fixture(scope="module")
def read(state):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SESEC_DATA", str(state.data))
        yield state.reader()


def proven(cells: pd.DataFrame) -> None:
    """Every row of the file is read, no row is made up, and every cell encloses its truth."""
    assert cells["_merge"].value_counts()[["left_only", "right_only"]].tolist() == [0, 0]
    wrong = cells[outside(cells)]
    assert wrong.empty, wrong.iloc[0].to_dict()
    exact = cells[cells["status"] == "reported"]
    shares = exact[exact["unit"].isin(schema.SHARES)]
    assert (shares["numerator"] == shares["numerator_true"]).all()
    assert (shares["denominator"] == shares["denominator_true"]).all()
    averages = exact[~exact["unit"].isin(schema.SHARES)]
    assert averages["value"].to_numpy() == pytest.approx(averages["value_true"].to_numpy())


@pytest.mark.proof("Cells of every release enclose the truth", seed=SEED, tried=EVERY)
def test_tidy__encloses_the_truth_of_every_release(state, truth, read):
    statuses: set[str] = set()
    for source_id in state.releases:
        cells = read(source_id)
        proven(next_to_truth(cells, truth[truth["source_id"] == source_id]))
        statuses |= set(cells["status"])
    every = {"reported", "bounded", "complementary", "small_n", "withheld", "no_students"}
    assert statuses == every  # each way to withhold was met


def random_places(cells: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Rows of many places: each some schools, of one release, indicator, grade and student group."""
    cells = cells.reset_index(drop=True)
    rows = pd.DataFrame({"row": cells.index, "question": cells.groupby(KEY).ngroup()})
    some = 2 * PLACES  # some questions have so few schools that none of them is drawn
    places = pd.DataFrame(
        {
            "place": np.arange(some),
            "question": rng.integers(0, rows["question"].max() + 1, some),
            "share": rng.uniform(0.05, 1, some),  # of the schools that have such a row
        }
    )
    joined = places.merge(rows, on="question")
    joined = joined[rng.random(len(joined)) < joined["share"]]
    joined = joined[joined["place"].isin(joined["place"].unique()[:PLACES])]
    picked = cells.iloc[joined["row"].to_numpy()].reset_index(drop=True)
    return picked.assign(place=joined["place"].to_numpy())


@pytest.mark.proof("Tightened cells of every release enclose the truth", seed=SEED, tried=EVERY)
def test_tightened__encloses_the_truth_of_every_release(state, truth, read):
    enrolled = school_sizes(state, read)
    for source_id in state.releases:
        tight = tighten_cells(read(source_id), enrolled)
        proven(next_to_truth(tight, truth[truth["source_id"] == source_id]))


def school_sizes(state, read) -> dict[tuple[int, str], float]:
    """By year and school, the most students that enrollment lets it have."""
    tables = [
        read(one)
        for one in state.releases
        if "enrollment" in catalog.source(one.partition("@")[0]).indicators
    ]
    years = {int(one.partition("@")[2]) for one in state.releases}
    sizes = {year: most_students(october_enrollment(tables), year) for year in years}
    return {(year, code): float(most) for year in years for code, most in sizes[year].items()}


@pytest.mark.proof("Sums of places enclose the truth", seed=SEED, tried=EVERY)
def test_in_place__encloses_the_truth_of_every_place(state, truth, read):
    sizes = school_sizes(state, read)
    tighter = 0
    for source_id in state.releases:
        cells = read(source_id)
        cells = cells[cells["unit"].isin(schema.SHARES)].reset_index(drop=True)
        shared = shared_reading(cells, sizes)
        known = truth[truth["source_id"] == source_id]
        for place in proofs.sample(SUMMED, 1, seed=SEED, always=[SUMMED[0]]):
            members = members_of(cells, catalog.place(place), "school")
            if members.empty:
                continue
            true = members[schema.OBSERVATIONS_KEY].merge(known, on=schema.OBSERVATIONS_KEY)
            true = true.groupby(KEY)[["numerator", "denominator"]].sum().add_suffix("_true")
            sums = in_places(cells, [place], shared=shared).merge(true.reset_index(), on=KEY)
            students = sums["denominator_true"].astype(float)
            rate = sums["numerator_true"].astype(float) / students.where(students > 0)
            wrong = outside(sums.assign(value_true=rate))
            assert not wrong.any(), sums[wrong].iloc[0].to_dict()
            tighter += int(shared.taken[place].sum()) if place in shared.taken else 0
    assert tighter > 100  # the tighter reading was taken


@pytest.mark.proof(
    "Sums over schools enclose the truth",
    seed=SEED,
    tried="10,000 places of a made-up state",
)
def test_pool__encloses_the_truth_of_ten_thousand_places(state, truth, read):
    shares = [
        source_id
        for source_id in state.releases
        if catalog.source(source_id.partition("@")[0]).layout == "long"
    ]
    cells = pd.concat([read(source_id) for source_id in shares])
    school = (cells["organization_level"] == "school") & cells["unit"].isin(schema.SHARES)
    cells = next_to_truth(cells[school], truth)
    cells = cells[cells["_merge"] == "both"]
    picked = random_places(cells, np.random.default_rng(SEED))
    by = ["place", "indicator"]
    sums = bounds.pool(picked, by=by).sort_values(by, ignore_index=True)
    true = picked.groupby(by)[["numerator_true", "denominator_true"]].sum().reset_index()
    assert len(sums) == len(true) == PLACES
    students = true["denominator_true"].astype(float)
    rate = true["numerator_true"].astype(float) / students.where(students > 0)
    sums = sums.assign(
        numerator_true=true["numerator_true"],
        denominator_true=true["denominator_true"],
        value_true=rate,
    )
    assert not outside(sums).any()
    # The test can fail: what those do who add up the reported cells alone lies outside for many places.
    reported = picked[picked["status"] == "reported"]
    alone = bounds.pool(reported, by=by).merge(sums[[*by, "value_true"]], on=by)
    assert (alone["value"] - alone["value_true"]).abs().gt(0.005).mean() > 0.2
