"""Whatever the attacker concludes of a made-up state, with our numbers or without, the true counts lie in it.

Its files are read as an outsider has to read them; its truth is what the attacker is after.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
import proofs
import pytest
from made_up_state import make

from sesec_analysis import catalog
from sesec_analysis.attack.attack import compile_statements, weigh
from sesec_analysis.attack.solver import Solver
from sesec_analysis.attack.state import State, StateCell, StateCount, Statement, state_of
from sesec_analysis.loaders.in_place import in_places

pytestmark = pytest.mark.slow

SEED = 20261124
CELLS = 1_000
PICKED = proofs.cases(CELLS, 1)
LINKED = ["disciplined", "ela_met"]  # all schools and grades in one part: each program is large
INDICATORS = ["graduated_4yr", "graduated_5yr", "graduated_6yr", "kindergarten_ready"]
INDICATORS += ["dual_credit", "ninth_on_track"]
SOURCES = ["enrollment", "graduation", "sqss", "wakids"]
if proofs.is_whole():
    INDICATORS += LINKED
    SOURCES += ["assessment", "discipline"]
"""Those that have these indicators, and enrollment, which tells the sizes of schools."""
KEY = list(StateCell._fields)


class Known(NamedTuple):
    """What the files say, and what is true of each count."""

    observations: pd.DataFrame
    state: State
    true: np.ndarray


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    releases = [f"ospi_{name}@2019" for name in SOURCES]
    made = make(tmp_path_factory.mktemp("state"), seed=11, releases=releases)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SESEC_DATA", str(made.data))
        read = made.reader()
        wanted = made.truth[made.truth["indicator"].isin(INDICATORS)]
        tables = pd.concat([read(one) for one in sorted(wanted["source_id"].unique())])
        observations = tables[tables["indicator"].isin(INDICATORS)].reset_index(drop=True)
        state = state_of(observations)
        cells = state.cells.merge(wanted, on=KEY, how="left", validate="one_to_one")
        counts = cells[["numerator", "denominator"]].to_numpy(dtype="float64")
        yield Known(observations, state, counts.ravel())


@pytest.fixture(scope="module")
def edition(known):
    return places(known.observations)


def places(observations: pd.DataFrame) -> list[Statement]:
    """Statements of an honest edition: each place's students, and its rate as a range of whole percents."""
    said = []
    for place in ("southeast_seattle", "rest_of_seattle"):
        schools = list(catalog.place(place).schools)
        rows = observations[observations["organization_level"] == "school"]
        inside = rows["organization_id"].isin(schools or catalog.place("southeast_seattle").schools)
        members = rows[inside if schools else ~inside].groupby(_GROUP, sort=False)
        summed = in_places(observations, [place]).set_index(_GROUP)
        for key, table in members:
            said += _lines(summed.loc[key], table, f"{place} {key}")
    return said


_GROUP = [name for name in KEY if not name.startswith("organization")]


def _lines(row: pd.Series, members: pd.DataFrame, said: str) -> list[Statement]:
    cells = [StateCell(*key) for key in members[KEY].itertuples(index=False, name=None)]
    k = [(StateCount(cell, "numerator"), 1.0) for cell in cells]
    n = [(StateCount(cell, "denominator"), 1.0) for cell in cells]
    if pd.isna(row["value_low"]):
        return []
    low, high = np.floor(100 * row["value_low"]) / 100, np.ceil(100 * row["value_high"]) / 100
    most = np.inf if pd.isna(row["denominator_high"]) else row["denominator_high"]
    return [
        Statement(n, low=row["denominator_low"], high=most, said=f"students of {said}"),
        Statement([*k, *((count, -low) for count, _ in n)], low=0, said=f"rate of {said}"),
        Statement([*k, *((count, -high) for count, _ in n)], high=0, said=f"rate of {said}"),
    ]


def test_state_of__encloses_every_count(known):
    assert known.state.withheld.sum() > CELLS
    assert ((known.state.low <= known.true) & (known.true <= known.state.high)).all()
    # Ranges alone would be an idle claim: the sums narrow many.
    narrowed = (known.state.low > known.state.own.low) | (known.state.high < known.state.own.high)
    assert narrowed.sum() > CELLS


def test_state_of__states_no_sum_that_is_untrue(known):
    own = known.state.own
    come_to = own.matrix @ known.true
    assert (come_to >= own.row_low - 1e-6).all()
    assert (come_to <= own.row_high + 1e-6).all()


def test_weigh__passes_an_honest_edition_and_leaves_every_range(known, edition):
    attack = weigh(known.state, edition)
    assert attack.passed
    assert attack.sifted.settled > 100
    assert (attack.sifted.telling.said, attack.sifted.apart.said) == ((), ())


def test_weigh__fails_an_edition_that_tells_the_truth_of_one_withheld_place(known):
    """The test above can fail: the exact number of students is told where the files leave a range."""
    school = known.observations["organization_level"] == "school"
    small = known.observations[school & (known.observations["status"] == "small_n")]
    keys = [StateCell(*key) for key in small[KEY].itertuples(index=False, name=None)]
    numbers = {key: known.state.number(StateCount(key, "denominator")) for key in keys}
    key, at = next(
        (key, at)
        for key, at in numbers.items()
        if known.state.high[at] - known.state.low[at] > 5 and key.indicator not in LINKED
    )
    told = Statement(
        [(StateCount(key, "denominator"), 1.0)],
        low=known.true[at],
        high=known.true[at],
        said="leak",
    )
    attack = weigh(known.state, [told])
    assert not attack.passed
    assert {leak.said for leak in attack.leaks} == {("leak",)}
    assert key in {leak.cell for leak in attack.leaks}


@pytest.mark.proof(
    "The attack's own bounds enclose the truth, with an edition and without",
    seed=SEED,
    tried="1,020 withheld cells of a made-up state, both counts",
)
def test_solver__encloses_the_truth_of_a_thousand_withheld_cells_alike_with_and_without_an_edition(
    known, edition
):
    without = Solver(known.state.system)
    said = compile_statements(known.state, edition)
    joint = Solver(known.state.system.with_rows(said))
    withheld = np.flatnonzero(known.state.withheld)
    linked = known.state.cells["indicator"].isin(LINKED).to_numpy()[withheld]
    rng = np.random.default_rng(SEED)
    few, many = (
        rng.choice(withheld[linked], PICKED // 50, False),
        rng.choice(withheld[~linked], PICKED, False),
    )
    picked = np.concatenate([few, many])
    for number in np.sort(np.concatenate([2 * picked, 2 * picked + 1])):
        true, ends = known.true[number], []
        for solver in (without, joint):
            least, most = solver.extreme(int(number)), solver.extreme(int(number), largest=True)
            assert least is not None
            assert most is not None
            assert least.bound <= true <= -most.bound
            ends.append((least.bound, most.bound))
        assert ends[0] == ends[1]
