"""Clean editions of made-up states: the attack and the search find nothing in them. docs/ATTACK.md holds fifty."""

from pathlib import Path

import pytest
from attack_twins import Outcome, attacked

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs/ATTACK.md"
SEEDS = range(50)
QUICK = (3, 17)  # of them, attacked in every run of the tests

_MEASURED = "\n## The annual editions\n"
"""Heads what was measured once on the real editions: the seconds are of one machine, and nothing here proves them."""

_TOP = """\
# The attack on editions without a leak

{count} states were made up (`tests/samples/attack_twins.py`: enrollment and discipline of a school year, withheld as
the state does), and an edition of each was measured, gated, audited and written as a report is. The attack read
it back from its files, beside what the made-up state publishes: {leaks} withheld counts were given away. The
search of every file found {hits} things that may not leave. Leaks planted on purpose, and found, are in
`tests/system/test_planted.py`. Written by `pytest tests/system/test_clean_twins.py --write-attack`; a test
attacks some of these again. A statement follows if what the state publishes says as much.

| twin | cells | withheld | statements | different | follow | telling | given away | found in the search |
|---|---|---|---|---|---|---|---|---|
"""


def line(one: Outcome) -> str:
    found = one.attack
    different = found.statements[1]
    telling = len(found.sifted.telling.said)
    numbers = (
        *(one.seed, len(found.state.cells), int(found.state.withheld.sum()), found.statements[0]),
        *(different, different - telling, telling, len(found.leaks), len(one.hits)),
    )
    return f"| {' | '.join(f'{number:,}' for number in numbers)} |\n"


def page(lines: list[str]) -> str:
    cells = [[cell.strip() for cell in text.strip("| \n").split("|")] for text in lines]
    leaks, hits = (sum(int(row[at].replace(",", "")) for row in cells) for at in (7, 8))
    return _TOP.format(count=len(lines), leaks=leaks, hits=hits) + "".join(lines)


def clean(one: Outcome) -> None:
    assert one.attack.passed, one.attack.as_dict()
    assert one.hits == []
    # Not for want of anything to attack: cells are withheld, and numbers of them are printed.
    assert one.attack.state.withheld.sum() > 1000
    assert one.attack.statements[0] > 1000


@pytest.mark.parametrize("seed", QUICK)
def test_attack__finds_nothing_in_a_clean_edition(seed, tmp_path):
    one = attacked(tmp_path, seed)
    clean(one)
    cells = line(one).split("|")[1:4]
    assert "|" + "|".join(cells) + "|" in PAGE.read_text("utf-8")


def test_attack_page__is_of_fifty_clean_editions(request, tmp_path):
    if request.config.getoption("--write-attack"):
        outcomes = [attacked(tmp_path / str(seed), seed) for seed in SEEDS]
        for one in outcomes:
            clean(one)
        _, *measured = PAGE.read_text("utf-8").partition(_MEASURED)
        PAGE.write_text(page([line(one) for one in outcomes]) + "".join(measured), "utf-8")
    lines = PAGE.read_text("utf-8").partition(_MEASURED)[0].splitlines(keepends=True)
    told = [text for text in lines if text.startswith("| ") and text.split()[1].isdigit()]
    assert [int(text.split()[1]) for text in told] == list(SEEDS)
    assert "".join(lines) == page(told)
    assert all(text.endswith("| 0 | 0 |\n") for text in told)
