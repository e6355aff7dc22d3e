"""A data folder with one release to fetch, a portal that has it, and what a first fetch leaves."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import fetch_samples as samples
import portal as portals
import pytest
from fetch_samples import ENTRY, ID, RELEASE, quiet, write_home

from sesec_analysis.loaders.fetch import fetch


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_home(tmp_path, ENTRY)
    monkeypatch.setenv("SESEC_DATA", str(folder))
    monkeypatch.setenv("SESEC_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("SESEC_APP_TOKEN", raising=False)
    return folder


@pytest.fixture
def server(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[portals.Portal]:
    with portals.portal() as running:
        running.tables[ID] = samples.dataset()
        monkeypatch.setenv("SESEC_PORTAL", running.url)
        yield running


@pytest.fixture(scope="module")
def first_fetch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder and a cache after a first fetch."""
    base = tmp_path_factory.mktemp("first")
    with pytest.MonkeyPatch.context() as patch, portals.portal() as running:
        patch.setenv("SESEC_DATA", str(write_home(base, ENTRY)))
        patch.setenv("SESEC_CACHE", str(base / "cache"))
        patch.setenv("SESEC_PORTAL", running.url)
        patch.delenv("SESEC_APP_TOKEN", raising=False)
        running.tables[ID] = samples.dataset()
        [outcome] = fetch.fetch([RELEASE], consent=lambda *_: True, tell=quiet)
        assert outcome.standing == "fetched"
    return base


@pytest.fixture
def fetched(server: portals.Portal, home: Path, first_fetch: Path) -> portals.Portal:
    """The portal, with the release fetched from it before."""
    for name in ("data", "cache"):
        shutil.copytree(first_fetch / name, home.parent / name, dirs_exist_ok=True)
    return server
