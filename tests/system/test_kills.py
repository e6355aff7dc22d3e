"""A kill at any step leaves what is in place complete, and the next run leaves nothing else."""

import random
from collections.abc import Iterator
from pathlib import Path

import proofs
import pytest
from killed import WORKS, Server, read_generations

SEED = 23


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    with running.process:
        yield running
        running.process.stdin.close()


def kills(name: str, steps: int) -> list[dict[str, object]]:
    """Every step, before or after it, by SIGKILL; some by other signals; with folders exchanged in one step or not."""
    chance = random.Random(f"{SEED} {name}")
    signals = ["SIGKILL"] * steps + ["SIGTERM", "SIGHUP"] * 3
    every = [
        {
            **{"step": 1 + at % steps, "after": chance.random() < 0.5, "by": by},
            "exchange": not WORKS[name].swapped or chance.random() < 0.5,
        }
        for at, by in enumerate(signals)
    ]
    return every if proofs.is_whole() else chance.sample(every, 6)


@pytest.mark.slow
@pytest.mark.proof(
    "A kill at any step leaves what is in place complete, and the next run leaves nothing else",
    seed=SEED,
    tried="every step on the disk, before or after it, of three ways of writing",
)
@pytest.mark.parametrize("name", WORKS)
def test_kill__at_any_step_leaves_all_whole(
    server: Server, name: str, tmp_path: Path, record_property
):
    swapped = WORKS[name].swapped
    server.run(name, tmp_path / "first", 1)
    steps = server.run(name, tmp_path / "first", 2)["steps"]
    tried = kills(name, steps)
    for number, kill in enumerate(tried):
        folder = tmp_path / str(number)
        folder.mkdir()
        server.run(name, folder, 1)
        ended = server.run(name, folder, 2, **kill)["ended"]
        assert ended in (0, -9 if kill["by"] == "SIGKILL" else 130), (
            kill
        )  # 0: fewer steps without an exchange
        if kill["by"] != "SIGKILL":
            assert read_generations(folder)[1] == [], kill
        found, _ = read_generations(folder / swapped)
        # Between two renames the old folder has another name, and the next run puts it back first.
        is_aside = not kill["exchange"] and bool(list(folder.glob(f".{swapped}.*.old")))
        assert -1 not in found, kill
        assert len(found) == 1 or not swapped or (not found and is_aside), kill
        assert server.run(name, folder, 3)["ended"] == 0, kill
        assert read_generations(folder) == ({3}, []), kill
    record_property("kills", len(tried))
