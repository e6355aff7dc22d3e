"""All annual editions in one reader's hands: their finished files searched, certificates too, and attacked together."""

import proofs
import pytest
from attack_editions import ANNUAL, certified
from built_editions import SEED, built, tried

from sesec_analysis.attack.check import check

pytestmark = pytest.mark.slow


@pytest.mark.proof(
    "All annual editions together give nothing away",
    seed=SEED,
    tried="the newest annual edition and one drawn in one reader's hands",
)
def test_editions__give_nothing_away_together(tmp_path_factory, record_property):
    names = tuple(name for name in ANNUAL if name in tried())
    folders = [built(name, tmp_path_factory) for name in names]
    if not proofs.is_whole():
        certified(*folders)  # one edition alone: it was attacked as it was built
        return
    verdict = check(folders)
    assert verdict.attack.faults == ()
    assert verdict.attack.passed, verdict.attack.as_dict()
    assert verdict.attack.folders == names
    record_property("editions", len(names))
    record_property("withheld cells", verdict.attack.as_dict()["withheld_cells"])
