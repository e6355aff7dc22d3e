"""A data folder with one release to fetch, a portal that has it, and what a first fetch leaves."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fetch_samples import RELEASE, quiet, served
from portal import Portal

from sesec_analysis.loaders.fetch import fetch


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    with served(tmp_path, monkeypatch) as running:
        yield running


@pytest.fixture
def home(server: Portal, tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(scope="module")
def first_fetch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder and a cache after a first fetch."""
    base = tmp_path_factory.mktemp("first")
    with pytest.MonkeyPatch.context() as patch, served(base, patch):
        [outcome] = fetch.fetch([RELEASE], consent=lambda *_: True, tell=quiet)
        assert outcome.standing == "fetched"
    return base


@pytest.fixture
def fetched(server: Portal, home: Path, first_fetch: Path) -> Portal:
    """The portal, with the release fetched from it before."""
    for name in ("data", "cache"):
        shutil.copytree(first_fetch / name, home.parent / name, dirs_exist_ok=True)
    return server
