"""Two published editions and no fact sheets, and a copy of the site of these, which is built once for a run."""

import shutil
from pathlib import Path

import pytest
import site_samples
from once import made_once

from sesec_analysis.site import build as site_build


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_build.edition_index, "states", site_samples.shelf)
    monkeypatch.setattr(site_build.SiteSource, "sheets", {})


@pytest.fixture
def site(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, shelf: None) -> Path:
    def make(folder: Path) -> None:
        site_build.build(folder / "site", url="https://example.org/equity")

    return shutil.copytree(made_once(tmp_path_factory, "site", make) / "site", tmp_path / "site")
