"""All annual editions in one reader's hands: their finished files searched, certificates too, and attacked together."""

import pytest
from attack_editions import ANNUAL
from built_editions import built

from sesec_analysis.attack.attack import attack_read
from sesec_analysis.attack.reading.edition import read_claims
from sesec_analysis.attack.search import search_read

pytestmark = pytest.mark.slow


def test_editions__give_nothing_away_together(tmp_path_factory):
    hits = {}

    def read():
        """Read each edition once, for both."""
        for name in ANNUAL:
            found = read_claims(built(name, tmp_path_factory))
            hits[name] = search_read(found)
            yield found

    done = attack_read(read())
    assert hits == {name: [] for name in ANNUAL}
    assert done.passed, done.as_dict()
    assert done.folders == ANNUAL
