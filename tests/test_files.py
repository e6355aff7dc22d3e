"""What a process that is gone left behind is cleared away, and its only good copy put back."""

import os
import tempfile
from pathlib import Path

import pytest

from sesec_analysis.files import folder_beside, recover, scratch_folder, swap_folder

GONE = 2**22 + 1
"""No process has this number: it is above the most that Linux gives."""


def left(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    (folder / name / "a.txt").write_text(name)
    return folder / name


def test_recover__puts_back_the_only_good_copy(tmp_path: Path):
    left(tmp_path, f".tables.{GONE}.old")
    left(tmp_path, f".tables.{GONE}.half")
    recover(tmp_path / "tables")
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]
    assert (tmp_path / "tables/a.txt").read_text() == f".tables.{GONE}.old"


def test_recover__leaves_what_a_running_process_writes_and_what_is_not_ours(tmp_path: Path):
    names = {f".tables.{os.getppid()}.half", f".others.{GONE}.half", ".tables.notes"}
    for name in names:
        left(tmp_path, name)
    recover(tmp_path / "tables")
    assert {path.name for path in tmp_path.iterdir()} == names


@pytest.mark.parametrize("end", ["half", "old"])
def test_swapping__is_not_kept_by_what_an_earlier_process_of_our_number_left(
    tmp_path: Path, end: str
):
    left(tmp_path, f".tables.{os.getpid()}.{end}")
    with swap_folder(tmp_path / "tables") as fresh:
        assert list(fresh.iterdir()) == []
        (fresh / "b.txt").write_text("new")
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]
    assert [path.name for path in (tmp_path / "tables").iterdir()] == ["b.txt"]


def test_beside__is_gone_after_a_failure(tmp_path: Path):
    def fail() -> None:
        with folder_beside(tmp_path / "page") as fresh:
            (fresh / "half.txt").write_text("half")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_scratch_folder__removes_what_a_killed_run_left_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / f"sesec-{GONE}-abc123"
    others = [
        tmp_path / name
        for name in (f"sesec-{os.getppid()}-abc123", f"other-{GONE}-x", "sesec-notes-old")
    ]
    for folder in (left, *others):
        folder.mkdir()
        (folder / "half.parquet").write_bytes(b"half")
    with scratch_folder() as scratch:
        assert scratch.name.startswith(f"sesec-{os.getpid()}-")
        assert not left.exists()
        assert all((folder / "half.parquet").is_file() for folder in others)
    assert not scratch.exists()
