"""The earlier half of the annual editions, built, searched and attacked; the later half stands in a file of its own."""

import pytest
from attack_editions import ANNUAL, certified
from built_editions import built

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ANNUAL[: len(ANNUAL) // 2])
def test_report__is_put_in_place_only_after_it_passed_the_attack(name, tmp_path_factory):
    certified(built(name, tmp_path_factory))
