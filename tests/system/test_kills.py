"""A kill at any step leaves what stands in place whole, and the next run leaves nothing behind."""

import random
from collections.abc import Iterator
from pathlib import Path

import killed
import proofs
import pytest
from killed import SIGNALS, WORKS, Server

SEED = 23
AT_RANDOM = 25
OTHERS = 6
TURNS = 50


proof = pytest.mark.proof(
    "A kill at any step leaves what is in place complete, and the next run leaves nothing else",
    seed=SEED,
    tried="every step on the disk, before or after it, and random times",
)


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


@pytest.mark.slow
@proof
@pytest.mark.parametrize("name", sorted(WORKS))
def test_kill__at_any_step_leaves_all_whole(
    server: Server, name: str, tmp_path: Path, record_property
):
    first = tmp_path / "first"
    first.mkdir()
    server.run(name, first, 1)
    steps = server.run(name, first, 2).steps
    assert steps
    kills = 0
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
        kills += 1
        assert is_whole, told
        assert left == [], told
    record_property("kills", kills)


@pytest.mark.slow
@proof
def test_kill__at_any_time_leaves_all_whole(server: Server, tmp_path: Path, record_property):
    kills = 0
    for number, (name, by, wait) in enumerate(killed.chances(SEED, proofs.cases(AT_RANDOM, 6))):
        folder = tmp_path / str(number)
        folder.mkdir()
        server.run(name, folder, 1)
        server.run(name, folder, 2, number=by, wait=wait, turns=TURNS)
        is_whole, left = checked(server, name, folder)
        kills += 1
        assert is_whole, (name, by, wait)
        assert left == [], (name, by, wait)
    record_property("kills", kills)
