"""The page on a new year is followed to the letter, in a fresh copy, with made-up files of 2025-26."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import next_year
import proofs
import pytest

pytestmark = pytest.mark.slow  # commands are run as they are typed

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/howto/new_year.md"
STEP = re.compile(r"^## (\d)\. (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WITHOUT_BUILDING = {"1", "2", "4"}
"""Steps that build no edition: those that `make test` goes."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the repository as it is here, with everything committed."""
    folder = tmp_path / "copy"
    listed = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], ROOT)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "Begin"]):
        run(["git", *words], folder)
    return folder


def environment(home: Path, copy: Path) -> dict[str, str]:
    """An environment in which `sesec` is that of the copy."""
    command = home / "bin/sesec"
    command.parent.mkdir(parents=True)
    command.write_text(
        f'#!/bin/sh\nPYTHONPATH="{copy}" exec "{sys.executable}" -c '
        '"from sesec_analysis.cli import main; main(prog_name=\'sesec\')" "$@"\n'
    )
    command.chmod(0o755)
    own = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
    return own | {"PATH": f"{command.parent}:{os.environ['PATH']}", "HOME": str(home)}


def run(words: list[str], where: Path, env: dict[str, str] | None = None, ends: int = 0):
    who = {
        f"GIT_{role}_{key}": "a@b.c"
        for role in ("AUTHOR", "COMMITTER")
        for key in ("NAME", "EMAIL")
    }
    env = (env or dict(os.environ)) | who
    done = subprocess.run(words, cwd=where, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == ends, (words, done.stdout[-3000:], done.stderr[-3000:])
    return done


def edit(copy: Path, language: str, text: str) -> None:
    """Make the edit that a block of the page shows."""
    if language == "yaml":
        path = copy / "reports/editions.yml"
        path.write_text(path.read_text("utf-8") + text, "utf-8")
    else:
        path = copy / "CHANGELOG.md"
        path.write_text(
            path.read_text("utf-8").replace("### Numbers\n\n", f"### Numbers\n\n{text}", 1), "utf-8"
        )


@pytest.mark.proof(
    "A new year goes as its page says, from the publisher's files to a published edition",
    tried="every block of docs/howto/new_year.md in a fresh copy, with made-up files of 2025-26",
)
def test_new_year__goes_as_its_page_says(tmp_path, copy, raw, record_property):
    """Without --prove what builds an edition is left out."""
    home = tmp_path / "home"
    env = environment(home, copy)
    next_year.write_files(raw, home / "Downloads")
    said, done = {}, set()
    for number, title, text in STEP.findall(PAGE.read_text("utf-8")):
        if not (proofs.is_whole() or number in WITHOUT_BUILDING):
            continue
        if number == "4":  # what is not committed is named before anything is built
            refused = run(["sesec", "publish", "annual-2026"], copy, env, ends=2)
            assert "data/catalog/sources/ospi_assessment.yml" in refused.stderr
        begun = time.monotonic()
        for language, block in BLOCK.findall(text):
            if language == "sh":
                ran = run(["bash", "-euc", block], copy, env)
                said[number] = ran.stdout + ran.stderr
            else:
                edit(copy, language, block)
        done.add(number)
        record_property(f"seconds for step {number} ({title})", round(time.monotonic() - begun))
    assert "Editions that they can change: annual-2024, annual-2025." in said["1"]
    assert run(["git", "status", "--porcelain"], copy).stdout == ""
    listed = run(["sesec", "report", "--list"], copy, env).stdout
    assert "annual-2026  Southeast Seattle School Equity Report, 2025–26" in listed
    if not proofs.is_whole():
        assert done == WITHOUT_BUILDING
        return
    assert done == set("1234567")
    assert "annual-2026: published; " in said["6"]
    assert "git add CHANGELOG.md reports/published" in said["6"]
    assert "published findings are the same, digit by digit" in said["7"]
    run(["sesec", "verify", "annual-2025", "--quiet"], copy, env)
