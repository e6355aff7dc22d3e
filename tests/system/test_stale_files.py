"""Last year's file under this year's name is refused by `sesec data build`; every true pair of years passes.

One source's newest pair is built, and one pair of years is compared; ``pytest --prove`` compares all of them.
"""

import gzip
import shutil
from pathlib import Path

import pandas as pd
import proofs
import pytest
import yaml
from click.testing import CliRunner

from sesec_analysis import catalog, schema
from sesec_analysis.cli import main
from sesec_analysis.loaders import build
from sesec_analysis.loaders.raw import store
from sesec_analysis.loaders.tidy.review import ReviewItem, differences

pytestmark = pytest.mark.slow

SEED = 42
SOURCES = sorted(
    key
    for key, source in catalog.sources().items()
    if sum(bool(release.file) for release in source.releases.values()) > 1
)
"""Sources with files of two years."""


def years_of(source: str) -> list[int]:
    return sorted(year for year, one in catalog.source(source).releases.items() if one.file)


def labels(year: int) -> list[str]:
    """A school year as a file writes it."""
    return [f"{year - 1}-{year}", f"{year - 1}-{year % 100:02d}"]


def read_text(path: Path) -> str:
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")


def stale_text(text: str, then: int, year: int, *, is_one_file: bool) -> str:
    """Write the rows of an earlier year as those of a year."""
    first, *lines = text.splitlines()
    own = lines if is_one_file else []
    kept = [line for line in own if not any(label in line for label in labels(year))]
    copied = []
    for line in lines:
        if any(label in line for label in labels(then)):
            for old, new in zip(labels(then), labels(year), strict=True):
                line = line.replace(old, new)
            copied.append(line)
    return "\n".join([first, *kept, *copied]) + "\n"


def write_stale(source: str, then: int, year: int, raw: Path, folder: Path) -> None:
    """Write the files of both years into a folder, this year's made of the earlier year's."""
    here, there = (catalog.source(source).releases[one] for one in (year, then))
    own = {**there.files, **here.files}
    of_one_file = [
        set(one.files)
        for one in catalog.source(source).releases.values()
        if set(one.files) & set(own)
    ]
    for name in sorted(set(own).union(*of_one_file)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(raw / name, folder / name)
    for name in here.files:
        (folder / name).unlink()
    for name, old in zip(here.files, there.files, strict=True):
        text = read_text(raw / old)
        if not old.endswith(".json"):
            text = stale_text(text, then, year, is_one_file=name == old)
        content = text.encode()
        (folder / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)


def data_with(source: str, years: list[int], folder: Path) -> Path:
    """Copy the catalog with the files of these years of a source alone, whose hashes are not recorded."""
    files = {name for year in years for name in catalog.source(source).releases[year].files}
    data = folder / "data"
    shutil.copytree(catalog.data_dir(), data)
    for path in (data / "catalog" / "sources").glob("*.yml"):
        entry = yaml.safe_load(path.read_text("utf-8"))
        for year, release in entry["releases"].items():
            release.pop("copies", None)
            release.pop("sha256", None)
            if path.stem != source or not files & set(catalog.source(source).releases[year].files):
                release.pop("file", None)
        path.write_text(yaml.safe_dump(entry, sort_keys=False, allow_unicode=True), "utf-8")
    return data


def test_data_build__refuses_last_years_file_under_this_years_name(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    source = "sps_budgets"
    then, year = years_of(source)[-2:]
    write_stale(source, then, year, raw, tmp_path / "raw")
    monkeypatch.setenv("SESEC_DATA", str(data_with(source, [then, year], tmp_path)))
    done = CliRunner().invoke(main, ["data", "build", "--raw", str(tmp_path / "raw")])
    assert done.exit_code != 0, done.output
    assert "difference(s) that no true year has" in done.output, done.output


def embedded(source_id: str) -> pd.DataFrame:
    return schema.conform_observations(store.read_parquet([build.observation_files()[source_id]]))


Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return {name: embedded(name) for name in build.observation_files()}


def refused(items: list[ReviewItem]) -> list[str]:
    return [item.name for item in items if item.refused]


PAIRS = [
    (source, *pair)
    for source in SOURCES
    for pair in zip(years_of(source), years_of(source)[1:], strict=False)
]


@pytest.mark.proof(
    "Checks against the last year refuse no true year and every stale one",
    seed=SEED,
    tried="every pair of years of every source with files of two years",
)
@pytest.mark.parametrize(("source", "then", "year"), proofs.sample(PAIRS, 1, seed=SEED))
def test_differences__refuse_no_true_year_and_every_stale_one(
    source: str, then: int, year: int, tables: Tables
):
    name = f"{source}@{year}"
    earlier, enrollment = build.compared_with(name, tables)
    true = differences(tables[name], earlier, enrollment)
    assert refused(true) == []
    stale = earlier[-1].assign(end_year=year, source_id=name)
    assert "stale release" in refused(differences(stale, earlier, enrollment))
