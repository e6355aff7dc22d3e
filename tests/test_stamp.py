import json
from pathlib import Path

import pytest
from report_samples import code, notebook, write_root

from sesec_analysis import stamp
from sesec_analysis.files import sha256_of

LIST = "editions:\n  annual-2022: { title: Report, notebook: a.ipynb }\n"


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    home = write_root(tmp_path / "root", {"a.ipynb": notebook(code("1"))}, LIST)
    monkeypatch.setenv("SESEC_ROOT", str(home))
    monkeypatch.setenv("SESEC_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("SESEC_CACHE", raising=False)
    return home


def edition(root: Path, name: str = "annual-2022") -> Path:
    """A build of one page; returns its folder."""
    folder = root / "reports/build" / name
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("page", "utf-8")
    listed = {"index.html": sha256_of(folder / "index.html")}
    (folder / "run.json").write_text(json.dumps({"files": listed}), "utf-8")
    return folder


def write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("more", "utf-8")


@pytest.mark.parametrize(
    ("changed", "is_older"),
    [
        ("root/notebooks/a.ipynb", True),
        ("root/reports/editions.yml", True),
        ("root/reports/template/base.html.j2", True),
        ("root/reports/published/annual-2021/findings.json", True),
        ("data/observations/a.parquet", True),
        ("data/words/vi.po", True),
        ("data/cache/raw/a.csv", False),
        ("root/reports/build/annual-2021/index.html", False),
        ("root/notebooks/.ipynb_checkpoints/a.ipynb", False),
    ],
)
def test_fingerprint__is_of_all_that_an_edition_is_made_from(root, changed, is_older):
    before = stamp.fingerprint()
    assert stamp.fingerprint() == before
    write(root.parent / changed)
    assert (stamp.fingerprint() != before) is is_older


def test_fingerprint__is_of_the_surroundings_too(root, monkeypatch):
    before = stamp.fingerprint()
    monkeypatch.setenv("SESEC_LANGUAGE", "vi")
    other = stamp.fingerprint()
    monkeypatch.setattr(stamp, "_libraries", lambda: ["pandas-9.dist-info"])
    assert len({before, other, stamp.fingerprint()}) == 3


def test_fingerprint__is_the_same_wherever_the_project_is(root, monkeypatch, tmp_path):
    before = stamp.fingerprint()
    (tmp_path / "moved").mkdir()
    for name, variable in (("root", "SESEC_ROOT"), ("data", "SESEC_DATA")):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name).rename(tmp_path / "moved" / name)
        monkeypatch.setenv(variable, str(tmp_path / "moved" / name))
    assert stamp.fingerprint() == before


def test_named__finds_an_edition_by_every_name_that_requested_it(root):
    folder, shelf = edition(root), root / "reports/build"
    stamp.keep(folder, "one", "latest")
    stamp.keep(folder, "one", "2022")
    found = [stamp.find_by_name(name, shelf, "one") for name in ("latest", "2022", "annual-2022")]
    assert found == [folder] * 3
    assert stamp.find_by_name("2021", shelf, "one") is None
    assert stamp.find_by_name("2022", shelf, "another") is None
    stamp.keep(folder, "another")
    assert stamp.find_by_name("latest", shelf, "another") is None  # may be another one by now


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "index.html").write_text("other", "utf-8"),
        lambda folder: (folder / "index.html").unlink(),
        lambda folder: (folder / "run.json").write_text('{"files": {}}', "utf-8"),
        lambda folder: (folder / "run.json").unlink(),
        lambda folder: folder.with_name(".annual-2022.stamp.json").write_text("{", "utf-8"),
    ],
)
def test_is_current__of_no_edition_that_is_not_as_it_was_made(root, harm):
    folder = edition(root)
    assert not stamp.is_current(folder, "one")
    stamp.keep(folder, "one")
    assert stamp.is_current(folder, "one")
    assert not stamp.is_current(folder, "another")
    harm(folder)
    assert not stamp.is_current(folder, "one")
