"""Clean editions of made-up states: the attack and the search find nothing in them. docs/ATTACK.md holds eight."""

from pathlib import Path

import proofs
import pytest
from attack_twins import Outcome, attacked

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs/ATTACK.md"
SEEDS = range(8)
QUICK = 1
"""A state whose audit withholds for others, and whose edition passes the first attack; 17 and 31 take far longer."""

OF = (
    *("sesec_analysis/attack/*.py", "sesec_analysis/attack/reading/*.py"),
    *("sesec_analysis/evidence/gate/*.py", "sesec_analysis/evidence/counts.py"),
    *("sesec_analysis/editions/audit.py", "sesec_analysis/bounds.py"),
    *("sesec_analysis/loaders/tidy/resolve.py", "sesec_analysis/loaders/tidy/masked_sums.py"),
    *("sesec_analysis/loaders/synthetic/*.py", "tests/samples/attack_twins.py"),
)
"""The attack and the search, what an edition keeps back, and how these states are made up."""

_MEASURED = "\n## The annual editions\n"
"""Heads what was measured once on the real editions: the seconds are of one machine, and nothing here proves them."""

_TOP = """\
# The attack on editions without a leak

{count} states were made up (`tests/samples/attack_twins.py`: enrollment and discipline of a school year, withheld as
the state does), and an edition of each was measured, gated, audited and written as a report is. The attack read it back
from its files, beside what the made-up state publishes: {leaks} withheld counts were given away. The search of every
file found {hits} things that may not leave. Leaks planted on purpose, and found, are in `tests/system/test_planted.py`.
`make prove` attacks all of them and writes this table; `make test` attacks some of them again. A statement follows if
what the state publishes says as much.

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
    assert one.attack.statements[0] > 500


def measured_lines() -> tuple[list[str], str]:
    """The lines of the page, one a state, and all that stands below them."""
    table, heading, below = PAGE.read_text("utf-8").partition(_MEASURED)
    lines = table.splitlines(keepends=True)
    rows = [row for row in lines if row.startswith("| ") and row.split()[1].isdigit()]
    assert "".join(lines) == page(rows)
    return rows, heading + below


def write_line(seed: int, row: str) -> None:
    """Put the line of a state in its place on the page."""
    with proofs.locked(proofs.KEPT.with_name("ATTACK.md")):
        rows, below = measured_lines()
        rows[seed] = row
        proofs.write_whole(PAGE, page(rows) + below)


@pytest.mark.proof(
    "A clean edition of a made-up state gives nothing away",
    of=OF,
    seed="0 to 7",
    tried="8 made-up states, their lines in docs/ATTACK.md",
)
@pytest.mark.parametrize("seed", proofs.sample(SEEDS, 1, seed=50, always=[QUICK]))
def test_attack__finds_nothing_in_a_clean_edition(seed, tmp_path, record_property):
    one = attacked(tmp_path, seed)
    clean(one)
    if proofs.is_whole():
        write_line(seed, line(one))
    cells = line(one).split("|")[1:4]
    assert "|" + "|".join(cells) + "|" in PAGE.read_text("utf-8")
    record_property("cells", len(one.attack.state.cells))
    record_property("of them withheld", int(one.attack.state.withheld.sum()))
    record_property("statements", one.attack.statements[0])


def test_attack_page__is_of_as_many_clean_editions():
    rows, _ = measured_lines()
    assert [int(row.split()[1]) for row in rows] == list(SEEDS)
    assert all(row.endswith("| 0 | 0 |\n") for row in rows)
