"""What the commands do where the machine lacks something: they work, or say what and where, never with a traceback."""

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sesec_analysis import catalog
from sesec_analysis.attack.check import GUARD
from sesec_analysis.editions import build
from sesec_analysis.errors import SesecError
from sesec_analysis.files import of_the_system

AUDIT = GUARD.without_attack()

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


BUILD = ("data", "build", "--raw", str(ROOT / "data"), "--out", f"{NOWHERE}/tables")
LIST = (SESEC, "data", "list")
SURROUNDINGS = {
    "figures, a HOME that cannot be written": Surrounding(
        (sys.executable, "-c", DRAWS), {"HOME": NOWHERE}, says="matplotlib"
    ),
    "a closed output": Surrounding(LIST, before=_closed(1)),
    "all three closed": Surrounding(LIST, before=_closed(0, 1, 2)),
    "a refusal, with a closed error output": Surrounding(
        (SESEC, "report", "1850-51"), before=_closed(2), ends=2
    ),
    "a full output": Surrounding(LIST, to="/dev/full", ends=1, says="there is no room to write"),
    "no folder for temporary files": Surrounding(LIST, env={"TMPDIR": NOWHERE}),
    "few file handles": Surrounding(LIST, before=_limit(resource.RLIMIT_NOFILE, 16)),
    "a target that cannot be written": Surrounding(
        (SESEC, *BUILD), ends=1, says=f"where: {NOWHERE}/tables"
    ),
    "no room for a file": Surrounding(
        (SESEC, "init", "ours"),
        before=_limit(resource.RLIMIT_FSIZE, 0),
        ends=1,
        says="a file could not be copied",
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
            stderr=subprocess.PIPE if case.ends == 1 else err,
            preexec_fn=case.before,
            check=False,
        )
    said = (ended.stderr or b"").decode() + (tmp_path / "err").read_text("utf-8")
    assert ended.returncode == case.ends, said
    assert case.says in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "a.csv"), "where: a.csv"),
        (OSError(errno.EMFILE, "Too many open files"), "ulimit -n"),
        (OSError(errno.EROFS, "Read-only file system", "b"), "where: b"),
        (FileExistsError(errno.EEXIST, "File exists", "c"), "in the place of a folder"),
        (OSError(errno.EIO, "Input/output error"), "the system refused: Input/output error"),
        (FileNotFoundError(errno.ENOENT, "No usable temporary directory found in []"), "TMPDIR"),
    ],
)
def test_of_the_system__says_what_and_where(failure, said):
    refusal = of_the_system(failure)
    assert isinstance(refusal, SesecError)
    assert said in str(refusal)


def test_build__notices_that_the_data_changed_under_it(monkeypatch, tmp_path):
    data = tmp_path / "data"
    observations = data / "observations"
    observations.mkdir(parents=True)
    table = observations / "ospi_x@2022.parquet"
    table.write_bytes(b"one")
    monkeypatch.setattr(catalog, "data_dir", lambda: data)

    def made(plan, fresh, *_):
        (fresh / "index.html").write_text("made")
        table.write_bytes(b"two")

    monkeypatch.setattr(build, "_make", made)
    target = tmp_path / "editions" / "annual-2022"
    with pytest.raises(SesecError, match="1 file of the data changed meanwhile"):
        build.make(None, target, guard=AUDIT)
    assert not target.exists()
    assert not list(target.parent.iterdir())
