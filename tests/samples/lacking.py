"""Folders of data that lack a source, or the newest year of a source that an edition may use."""

from dataclasses import dataclass
from pathlib import Path

from sesec_analysis import catalog


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
