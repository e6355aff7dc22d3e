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
    folder = root / "reports/build" / name
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("page", "utf-8")
    listed = {"index.html": sha256_of(folder / "index.html")}
    (folder / "run.json").write_text(json.dumps({"files": listed}), "utf-8")
    return folder / "index.html"


def write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("more", "utf-8")


@pytest.mark.parametrize(
    ("changed", "is_older"),
    [
        ("root/notebooks/a.ipynb", True),
        ("root/notebooks/reports/b.ipynb", True),
        ("root/reports/editions.yml", True),
        ("root/reports/template/base.html.j2", True),
        ("root/reports/published/annual-2021/findings.json", True),
        ("data/observations/a.parquet", True),
        ("data/cache/observations/a.parquet", True),
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


def test_fingerprint__reads_the_whole_package(root):
    homes = [folder for folder, _ in stamp._folders()]
    read = {path for folder in homes for path in stamp._files(folder, "")}
    assert set(Path(stamp.__file__).parent.rglob("*.py")) <= read


def test_standing__finds_an_edition_by_every_word_that_asked_for_it(root):
    page, shelf = edition(root), root / "reports/build"
    stamp.keep(page, "latest", "one")
    stamp.keep(page, "2022", "one")
    found = [stamp.standing(asked, shelf, "one") for asked in ("latest", "2022", "annual-2022")]
    assert found == [page] * 3
    assert stamp.standing("2021", shelf, "one") is None
    assert stamp.standing("2022", shelf, "another") is None
    stamp.keep(page, "annual-2022", "another")
    assert stamp.standing("latest", shelf, "another") is None  # may be another one by now


@pytest.mark.parametrize(
    "harm",
    [
        lambda page: page.write_text("other", "utf-8"),
        lambda page: page.unlink(),
        lambda page: (page.parent / "run.json").write_text('{"files": {}}', "utf-8"),
        lambda page: (page.parent / "run.json").unlink(),
        lambda page: page.parent.with_name(".annual-2022.stamp.json").write_text("{", "utf-8"),
        lambda page: page.parent.with_name(".annual-2022.stamp.json").write_text("[]", "utf-8"),
    ],
)
def test_standing__knows_no_edition_that_is_not_as_it_was_made(root, harm):
    page = edition(root)
    stamp.keep(page, "2022", "one")
    harm(page)
    assert stamp.standing("2022", root / "reports/build", "one") is None
