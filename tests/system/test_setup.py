"""What a newcomer meets first: the commands, the set-up script, the wheel, and files that must agree on a fact."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

import sesec_analysis as sa

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
SETUP = (ROOT / "tools/setup.sh").read_text("utf-8")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.fixture
def checkout(tmp_path):
    """A folder with only what the set-up script reads, on a machine with only what it calls."""
    for name in ("pyproject.toml", "uv.lock", "tools/setup.sh"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "bin").mkdir()
    for name in ("sh", "awk", "cat", "cksum", "dirname", "rm"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name))
    return tmp_path


def command(path, lines="exit 0"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{lines}\n", "utf-8")
    path.chmod(0o755)


def set_up(checkout, task="report"):
    return subprocess.run(
        ["sh", "tools/setup.sh", task],
        cwd=checkout,
        env={"PATH": str(checkout / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


UV = """
case "$1" in
    --version) echo uv {version} ;;
    sync) echo "$@" >>calls; mkdir -p .venv/bin; for name in python sesec pytest; do
        echo >.venv/bin/$name; chmod +x .venv/bin/$name; done ;;
esac"""


def test_setup__without_python_or_uv_says_what_to_do(checkout):
    run = set_up(checkout)
    assert run.returncode == 1
    assert run.stderr.splitlines() == [
        "Python is missing: install Python 3.11, 3.12 or 3.13 and run the same command again."
    ]


def test_setup__with_an_old_uv_gets_its_own(checkout):
    command(checkout / "bin/uv", UV.format(version="0.9.30"))
    command(checkout / "bin/python3", 'echo "$@" >>calls; exit 1')
    run = set_up(checkout)
    assert (checkout / "calls").read_text().splitlines() == ["-m venv .uv"]
    assert "install python3-venv (or uv)" in run.stderr


def test_setup__says_what_uv_says_where_its_cache_cannot_be_written(checkout):
    fails = "\necho 'error: Failed to initialize cache at `/full`' >&2\nexit 2"
    command(checkout / "bin/uv", f'[ "$1" = --version ] && echo "uv 0.13.1" && exit 0{fails}')
    run = set_up(checkout)
    assert run.returncode == 1
    assert "Failed to initialize cache at `/full`" in run.stderr
    assert "No Python" not in run.stderr


def test_setup__runs_once_until_something_changes(checkout):
    for name in ("mkdir", "chmod"):
        (checkout / "bin" / name).symlink_to(shutil.which(name))
    command(checkout / "bin/uv", UV.format(version="0.13.0"))
    calls = checkout / "calls"

    assert [set_up(checkout).returncode for _ in range(3)] == [0, 0, 0]
    assert len(calls.read_text().splitlines()) == 1
    assert set_up(checkout).stdout == ""

    assert set_up(checkout, "test").returncode == 0
    assert "--group dev" in calls.read_text().splitlines()[1]

    (checkout / "uv.lock").write_text("another\n")
    assert set_up(checkout).returncode == 0
    assert len(calls.read_text().splitlines()) == 3


def test_setup__asks_for_the_uv_that_pyproject_does():
    minor = re.fullmatch(r">=0\.(\d+)", PYPROJECT["tool"]["uv"]["required-version"])[1]
    assert f"$3 >= {minor} " in SETUP
    assert f"'uv>=0.{minor},<1'" in SETUP


def test_make__explains_every_command():
    commands = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split()
    assert re.findall(r"^([a-z]+):.*?## \S", MAKEFILE, re.MULTILINE) == commands


def test_changelog__begins_with_this_version_and_numbers_come_first():
    versions = re.split(r"^## ", CHANGELOG, flags=re.MULTILINE)[1:]
    assert versions[0].startswith((f"[{sa.__version__}]", "[Unreleased]"))
    for version in versions:
        assert re.findall(r"^### (.*)$", version, re.MULTILINE)[0] == "Numbers"
