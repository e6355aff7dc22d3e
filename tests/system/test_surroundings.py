"""What the commands do where the machine lacks something: they work, or say what and where, never with a traceback."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SESEC = str(Path(sys.executable).with_name("sesec"))
NOWHERE = "/proc/nobody"
"""A folder that nobody can make, whoever runs the tests."""
DRAWS = "from sesec_analysis.figures import style; import matplotlib.pyplot as p; p.figure().savefig('one.svg')"


def _limit(kind: int, most: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(kind, (most, most))


def _closed(*numbers: int) -> Callable[[], None]:
    return lambda: [os.close(number) for number in numbers] and None


@dataclass(frozen=True)
class Surrounding:
    """A command in a place that lacks something: how it ends, and what it says beside its output."""

    command: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)
    before: Callable[[], None] | None = None
    to: str | None = None
    ends: int = 0
    says: str = ""


LIST = (SESEC, "data", "list")
SURROUNDINGS = {
    "a HOME that cannot be written": Surrounding(LIST, {"HOME": NOWHERE}),
    "figures, a HOME that cannot be written": Surrounding(
        (sys.executable, "-c", DRAWS), {"HOME": NOWHERE}, says="matplotlib"
    ),
    "a closed output": Surrounding(LIST, before=_closed(1)),
    "a closed error output": Surrounding(LIST, before=_closed(2)),
    "all three closed": Surrounding(LIST, before=_closed(0, 1, 2)),
    "a refusal, with a closed error output": Surrounding(
        (SESEC, "report", "1850-51"), before=_closed(2), ends=1
    ),
    "a full output": Surrounding(LIST, to="/dev/full", ends=1, says="there is no room to write"),
    "few file handles": Surrounding(LIST, before=_limit(resource.RLIMIT_NOFILE, 16)),
    "no room for a file": Surrounding(
        (SESEC, "init", "ours"),
        before=_limit(resource.RLIMIT_FSIZE, 0),
        ends=1,
        says="there is no room to write",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SURROUNDINGS)
def test_sesec__works_or_says_what_is_missing(name, tmp_path):
    case = SURROUNDINGS[name]
    (tmp_path / "work").mkdir()
    with Path(case.to or tmp_path / "out").open("wb") as out, (tmp_path / "err").open("wb") as err:
        ended = subprocess.run(
            case.command,
            env={**os.environ, "TMPDIR": str(tmp_path), **case.env},
            cwd=tmp_path / "work",
            stdout=out,
            stderr=subprocess.PIPE if case.to or "room" in case.says else err,
            preexec_fn=case.before,
            check=False,
        )
    said = (ended.stderr or b"").decode() + (tmp_path / "err").read_text("utf-8")
    assert ended.returncode == case.ends, said
    assert case.says in said
    assert "Traceback" not in said
