"""Folders of data that lack a source, or the newest year of a source that an edition may use."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sesec_analysis import catalog
from sesec_analysis.editions.editions import editions


@dataclass(frozen=True)
class Lack:
    """What an edition is to be built without: tables of one source."""

    edition: str
    source: str
    years: tuple[int, ...]

    def __str__(self) -> str:
        which = f"{self.source}@{self.years[0]}" if len(self.years) == 1 else self.source
        return f"{self.edition} without {which}"


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
