"""A kill at any step leaves what stands in place whole, and the next run leaves nothing behind."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import killed
import proofs
import pytest
from killed import SIGNALS, WORKS, Server

SEED = 23
AT_RANDOM = 25
OTHERS = 6
PAGE = Path("docs/KILLS.md")
KEPT = Path(".sesec/kills.json")
TURNS = 50
HEAD = """\
# What becomes of work that is killed

Each command's way of writing was killed at every step that it takes on the disk (before or after it; by SIGKILL, at
some by SIGTERM and SIGHUP; with or without a system that exchanges two folders in one step), and at random times, on a
small edition, a small table, a small site. *Whole*: all that stands in place is of one generation, the old or the
new; where a command moves files one by one (sheets, fetch, site), each file is. *Left*: what lies beside it after the
next run. Where two folders cannot be exchanged, a kill between two renames leaves the old one under another name, and
the next run puts it back first. Written by `pytest --prove tests/system/test_kills.py`.

| work | kills | whole | left after the next run |
|---|---:|---:|---:|
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


def cases(name: str, steps: int) -> list[tuple[int, bool, str, bool]]:
    """Steps to be killed at, before or after, by which signal, where folders can be exchanged or not."""
    chance = random.Random(f"{SEED} {name}")
    exchange = (True, False) if WORKS[name].at_once else (True,)
    each = [
        (step, chance.random() < 0.5, "SIGKILL", chance.choice(exchange))
        for step in range(1, steps + 1)
    ]
    # The other signals end a command alike, wherever they come.
    each += [
        (
            chance.randint(1, steps),
            chance.random() < 0.5,
            chance.choice(SIGNALS[1:]),
            chance.choice(exchange),
        )
        for _ in range(OTHERS)
    ]
    return each if proofs.is_whole() else chance.sample(each, 4)


def checked(
    server: Server, name: str, folder: Path, *, exchange: bool = True
) -> tuple[bool, list[str]]:
    """Tell whether what a kill left in place is whole, and what is left beside it after one more run."""
    work, target = WORKS[name], folder / WORKS[name].target
    found, _ = killed.counted(target) if target.exists() else (set(), [])
    lost_for_now = (
        not exchange and not found and bool(list(target.parent.glob(f".{target.name}.*.old")))
    )
    is_whole = -1 not in found and (
        len(found) == 1 or lost_for_now if work.at_once else bool(found)
    )
    again = server.run(name, folder, 10_000)
    assert again.ended == 0, again
    found, _ = killed.counted(target)
    assert found == {10_000}, found
    return is_whole, killed.counted(folder)[1]


def _write(root: Path, counts: dict[str, Counter[str]]) -> None:
    with proofs.locked(root / KEPT):
        kept = json.loads((root / KEPT).read_text("utf-8")) if (root / KEPT).is_file() else {}
        kept |= counts
        proofs.write_whole(root / KEPT, json.dumps(kept, indent=1))
        lines = [
            f"| {name} | {one['kills']} | {one['whole']} | {one['left']} |"
            for name, one in sorted(kept.items())
        ]
        proofs.write_whole(root / PAGE, HEAD + "\n".join(lines) + "\n")


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(WORKS))
def test_kill__at_any_step_leaves_all_whole(
    server: Server, name: str, tmp_path: Path, pytestconfig: pytest.Config
):
    first = tmp_path / "first"
    first.mkdir()
    server.run(name, first, 1)
    steps = server.run(name, first, 2).steps
    assert steps
    counts = Counter(kills=0, whole=0, left=0)
    for number, (step, after, by, exchange) in enumerate(cases(name, steps)):
        folder = tmp_path / str(number)
        folder.mkdir()
        server.run(name, folder, 1)
        ended = server.run(name, folder, 2, step=step, after=after, number=by, exchange=exchange)
        if ended.ended == 0:
            continue  # fewer steps without an exchange
        told = f"{name}, step {step} {'after' if after else 'before'}, {by}, exchange {exchange}: {ended}"
        assert ended.ended == (-9 if by == "SIGKILL" else 130), told
        if by != "SIGKILL":
            assert killed.counted(folder)[1] == [], told
        is_whole, left = checked(server, name, folder, exchange=exchange)
        counts.update(kills=1, whole=int(is_whole), left=len(left))
        assert is_whole, told
        assert left == [], told
    if proofs.is_whole():
        _write(pytestconfig.rootpath, {name: counts})


@pytest.mark.slow
def test_kill__at_any_time_leaves_all_whole(
    server: Server, tmp_path: Path, pytestconfig: pytest.Config
):
    counts = Counter(kills=0, whole=0, left=0)
    for number, (name, by, wait) in enumerate(killed.chances(SEED, proofs.cases(AT_RANDOM, 6))):
        folder = tmp_path / str(number)
        folder.mkdir()
        server.run(name, folder, 1)
        server.run(name, folder, 2, number=by, wait=wait, turns=TURNS)
        is_whole, left = checked(server, name, folder)
        counts.update(kills=1, whole=int(is_whole), left=len(left))
        assert is_whole, (name, by, wait)
        assert left == [], (name, by, wait)
    if proofs.is_whole():
        _write(pytestconfig.rootpath, {"any of them, at a random time": counts})


def test_page__tells_of_every_work_and_no_loss(pytestconfig: pytest.Config):
    text = (pytestconfig.rootpath / PAGE).read_text("utf-8")
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    rows = {name: tuple(map(int, numbers)) for name, *numbers in lines if name != "work"}
    assert rows.keys() == {*WORKS, "any of them, at a random time"}
    assert sum(kills for kills, _, _ in rows.values()) >= 100
    assert all(kills == whole and left == 0 for kills, whole, left in rows.values())
