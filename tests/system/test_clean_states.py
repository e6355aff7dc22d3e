"""Clean editions of made-up states: the attack and the search find nothing in them."""

import proofs
import pytest
from attacked_states import Outcome, attacked

pytestmark = pytest.mark.slow

SEEDS = range(8)
QUICK = 1
"""A state whose audit withholds for others, and whose edition passes the first attack; 17 and 31 take far longer."""


def clean(one: Outcome) -> None:
    assert one.attack.passed, one.attack.as_dict()
    assert one.hits == []
    # Not for want of anything to attack: cells are withheld, and numbers of them are printed.
    assert one.attack.state.withheld.sum() > 1000
    assert one.attack.statements[0] > 500


@pytest.mark.proof(
    "A clean edition of a made-up state gives nothing away",
    seed="0 to 7",
    tried="8 made-up states",
)
@pytest.mark.parametrize("seed", proofs.sample(SEEDS, 1, seed=50, always=[QUICK]))
def test_attack__finds_nothing_in_a_clean_edition(seed, tmp_path, record_property):
    one = attacked(tmp_path, seed)
    clean(one)
    record_property("cells", len(one.attack.state.cells))
    record_property("of them withheld", int(one.attack.state.withheld.sum()))
    record_property("statements", one.attack.statements[0])
