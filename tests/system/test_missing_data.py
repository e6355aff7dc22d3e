"""An edition is built whatever is lacking: without a source, and without the newest year of one.

The cells of an annual edition's notebooks are run as `sesec report` runs them, and what
they show is read, checked for its words and audited as a report's is. Drawing up the files is left to other tests.
"""

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from sesec_analysis import catalog
from sesec_analysis.attack import audit
from sesec_analysis.editions import build, run
from sesec_analysis.editions.documents import notebook
from sesec_analysis.editions.documents.model import in_words
from sesec_analysis.editions.editions import editions
from sesec_analysis.editions.progress import Progress


@dataclass(frozen=True)
class Lack:
    """What an edition is to be built without: tables of one source."""

    edition: str
    source: str
    years: tuple[int, ...]

    def __str__(self) -> str:
        which = f"{self.source}@{self.years[0]}" if len(self.years) == 1 else self.source
        return f"{self.edition} without {which}"


def data_without(lack: Lack, folder: Path) -> Path:
    """Make a data folder of links to ours, without what is lacking."""
    home, made = catalog.data_dir().resolve(), folder / "data"
    (made / "observations").mkdir(parents=True)
    gone = {f"{lack.source}@{year}.parquet" for year in lack.years}
    kept = [path for path in home.iterdir() if path.name not in ("observations", "cache")]
    kept += [path for path in (home / "observations").iterdir() if path.name not in gone]
    for path in kept:
        (made / path.relative_to(home)).symlink_to(path)
    return made


ANNUAL = [name for name in editions() if name.startswith("annual-")]


NEWEST = max(ANNUAL)


def years() -> dict[str, list[int]]:
    """Years of each source whose tables come with the repository."""
    found: dict[str, list[int]] = {}
    for path in (catalog.data_dir() / "observations").glob("*@*.parquet"):
        source, _, year = path.stem.partition("@")
        found.setdefault(source, []).append(int(year))
    return {source: sorted(found[source]) for source in sorted(found)}


@cache
def lacks() -> tuple[Lack, ...]:
    """Each annual edition without each source it may use, and without that source's newest year up to its own."""
    every = []
    listed, held_years = editions(), years()
    for name in ANNUAL:
        for source, held in held_years.items():
            known = tuple(year for year in held if year <= listed[name].parameters["report_year"])
            every += [Lack(name, source, gone) for gone in {known, known[-1:]} if gone]
    return tuple(sorted(every, key=str))


pytestmark = pytest.mark.slow

ALWAYS = [
    lack
    for lack in lacks()
    if lack.source == "ospi_enrollment" and (lack.edition == NEWEST) == (len(lack.years) > 1)
    if lack.edition in (NEWEST, "annual-2021")
]


TRIED = sorted({*random.Random(14).sample(lacks(), 2), *ALWAYS}, key=str)
"""A run of the cells takes about a minute: of all, these are drawn, whatever the proof."""


@pytest.mark.proof(
    "No edition breaks for want of a source or of its newest year",
    seed=14,
    tried=f"{len(TRIED)} drawn of {len(lacks())}: an edition without a source, or its newest year",
    only_in_full=True,
)
@pytest.mark.parametrize("lack", TRIED, ids=str)
def test_edition__is_built_without(lack, tmp_path, monkeypatch, record_property):
    monkeypatch.setenv("SESEC_DATA", str(data_without(lack, tmp_path)))
    plan = build.plan_edition(lack.edition, editions()[lack.edition])
    parts, reasons = [], 0
    for product in plan.products:
        values = {name: plan.values[name] for name in product.declared}
        executed, ended = run.run(
            product.notebook, values, cwd=product.path.parent, progress=Progress({}, None)
        )
        assert ended, run.failure(executed, lack.edition)
        parts.append(in_words(notebook.read_notebook(executed)))
        reasons += len(run.not_computed(executed))
    shown = notebook.together(parts[0], parts[1:])
    assert len(shown.findings) > 0
    audit.leaks(shown.findings)
    record_property("reasons that notices give", reasons)
