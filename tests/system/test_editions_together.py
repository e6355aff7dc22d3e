"""All annual editions in one reader's hands: their finished files searched, certificates too, and attacked together."""

import pytest
from attack_editions import ANNUAL
from built_editions import NUMBERS, SEED, built, tried

from sesec_analysis.attack.attack import attack_read
from sesec_analysis.attack.reading.edition import read_claims
from sesec_analysis.attack.search import search_read

pytestmark = pytest.mark.slow


@pytest.mark.proof(
    "All annual editions together give nothing away",
    of=[*NUMBERS, "sesec_analysis/attack/**/*.py", "sesec_analysis/editions/audit.py"],
    seed=SEED,
    tried="every annual edition in one reader's hands",
)
def test_editions__give_nothing_away_together(tmp_path_factory, record_property):
    hits = {}
    names = tuple(name for name in ANNUAL if name in tried())

    def read():
        """Read each edition once, for both."""
        for name in names:
            found = read_claims(built(name, tmp_path_factory))
            hits[name] = search_read(found)
            yield found

    done = attack_read(read())
    assert hits == {name: [] for name in names}
    assert done.passed, done.as_dict()
    assert done.folders == names
    record_property("editions", len(names))
    record_property("withheld cells", done.as_dict()["withheld_cells"])
