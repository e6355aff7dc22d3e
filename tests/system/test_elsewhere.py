"""What can be shown here of other systems: names that Windows takes, line ends of Windows, no forked processes.

Nothing was run on Windows or macOS.
"""

import shutil
import subprocess
from pathlib import Path, PureWindowsPath

import pytest

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.archive import frozen
from sesec_analysis.evidence.citation import page_of

ROOT = Path(__file__).parents[2]
FORBIDDEN = set('<>:"|?*\\') | {chr(code) for code in range(32)}
DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{at}" for port in ("com", "lpt") for at in range(1, 10)),
}
LONGEST = 259 - len(r"C:\Users\a-long-name\Documents\sesec-analysis\reports\site")


def faults(name: str) -> list[str]:
    """Why Windows would not take a file's name, which is written with slashes as everywhere in the package."""
    path = PureWindowsPath(name)
    found = [f"{part!r} has a sign of its own" for part in path.parts if FORBIDDEN & set(part)]
    found += [f"{part!r} ends in a dot or blank" for part in path.parts if part[-1] in ". "]
    found += [
        f"{part!r} is a device" for part in path.parts if part.split(".")[0].lower() in DEVICES
    ]
    return found + (["it is too long"] if len(str(path)) > LONGEST else [])


def tracked() -> list[str]:
    done = subprocess.run(
        ["git", "-C", ROOT, "ls-files"], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def test_names__of_the_repository_are_taken_by_windows():
    assert {name: found for name in tracked() if (found := faults(name))} == {}
    assert len({name.lower() for name in tracked()}) == len(tracked())


@pytest.mark.slow
def test_names__of_the_pages_of_all_numbers_are_taken_by_windows():
    ids = {
        str(one["id"])
        for name in frozen.published_names()
        for one in frozen.read_frozen(name).findings
    }
    pages = sorted(
        {page_of(name).partition("#")[0].replace(".html", "/embed.html") for name in ids}
    )
    assert len(ids) > 3 * len(pages) > 3000
    assert {name: found for name in pages if (found := faults(name))} == {}
    assert len({name.lower() for name in pages}) == len(pages)


def read() -> str:
    """Return what the catalog says, wherever it is read from."""
    return f"{sa.indicators().to_json()} {sa.places().to_json()} {catalog.sources()}"


@pytest.mark.slow
def test_catalog__is_read_with_line_ends_of_windows(tmp_path, monkeypatch):
    known = read()
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("cache"))
    for path in (tmp_path / "data").rglob("*"):
        if path.suffix in (".yml", ".csv", ".json", ".po"):
            path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert len(known) > 10_000
    monkeypatch.setenv("SESEC_DATA", str(tmp_path / "data"))
    assert read() == known


def test_git__gives_every_system_the_same_bytes():
    lines = (ROOT / ".gitattributes").read_text("utf-8").splitlines()
    assert "* text=auto eol=lf" in lines
    ends = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "--eol"], capture_output=True, text=True, check=True
    )
    crossed = [line for line in ends.stdout.splitlines() if line.startswith(("i/crlf", "i/mixed"))]
    assert crossed == []
