"""Every published edition, made again from its pinned sources: not a digit may differ."""

import pytest
from built_editions import SEED, built, tried

from sesec_analysis.archive import verify

pytestmark = pytest.mark.slow  # an edition takes most of a minute


@pytest.mark.proof(
    "A published edition is made again from its pinned sources, digit by digit",
    seed=SEED,
    tried="the newest published edition and one drawn",
)
@pytest.mark.parametrize("name", tried())
def test_published__is_made_again_digit_by_digit(name, tmp_path_factory, record_property):
    verified = verify.verify(name, build=lambda edition, _: built(edition, tmp_path_factory))
    own, found = verified.published, verified.differences
    assert own.findings
    assert [(one.id, one.field, one.published, one.rebuilt) for one in found] == []
    record_property("findings made again", len(own.findings))
