import subprocess
from pathlib import Path

import pytest

from sesec_analysis.checkout import Commit, commit, git_refusal, is_as_in


def git(folder: Path, *words: str) -> str:
    own = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(folder), *own, *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.yml").write_text("a: 1")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "Begin")
    return tmp_path


def test_commit__of_a_clean_checkout(repository):
    assert commit(repository) == Commit(git(repository, "rev-parse", "HEAD"), dirty=False)


@pytest.mark.parametrize(
    ("path", "dirty"),
    [
        ("data/a.yml", True),
        ("data/new.yml", True),
        ("notes.txt", False),
        ("reports/published/annual-2022/run.json", False),
        ("data/.observations.1234.half/a.parquet", False),
        ("data/observations/half", True),
    ],
)
def test_commit__is_dirty_if_what_makes_a_report_differs(repository, path, dirty):
    (repository / path).parent.mkdir(parents=True, exist_ok=True)
    (repository / path).write_text("changed")
    assert commit(repository).dirty == dirty


def test_commit__of_a_folder_inside_another_repository_is_none(repository):
    assert commit(repository / "data") == Commit(None, dirty=False)


def test_git_refusal__is_what_git_says_of_another_users_checkout(repository, monkeypatch):
    assert git_refusal(repository) is None
    assert git_refusal(repository / "data") is None
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert "detected dubious ownership" in git_refusal(repository)
    monkeypatch.setenv("PATH", "")
    assert git_refusal(repository) is None


@pytest.mark.parametrize(("path", "same"), [("data/a.yml", False), ("notes.txt", True)])
def test_is_as_in__tells_whether_a_later_commit_changes_a_report(repository, path, same):
    earlier = git(repository, "rev-parse", "HEAD")
    (repository / path).write_text("changed")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "Go on")
    assert is_as_in(repository, earlier) == same


@pytest.mark.parametrize("earlier", ["0" * 40, "HEAD", "--output=x"])
def test_is_as_in__is_false_of_what_is_no_commit_here(repository, earlier):
    assert not is_as_in(repository, earlier)
