"""The entry of another community, and its tables alone, built from raw files."""

import random
from collections.abc import Sequence
from pathlib import Path

import yaml
from click.testing import CliRunner

from sesec_analysis import catalog
from sesec_analysis.cli import main
from sesec_analysis.loaders.build import stored_form
from sesec_analysis.loaders.raw import store
from sesec_analysis.loaders.tidy.tidy import tidy

SEED = 20261127
DISTRICTS = ("17401", "17405", "17406", "17414")
"""The other districts of the raw files: Highline, Bellevue, Tukwila, Lake Washington."""


def drawn_schools(data: Path, raw: Path, district: str, among: Sequence[str] = ()) -> str:
    """Write the entry of a community ``third`` as its command does, cut down to four schools that the seed draws.

    Returns the code of its place. `SESEC_DATA` is to name ``data``.
    """
    words = ["community", "new", "--district", district, "--raw", str(raw), "--name", "third"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    path = data / "catalog/communities/third.yml"
    entry = yaml.safe_load(path.read_text(encoding="utf-8"))
    code = next(name for name in entry["places"] if name.endswith("_community"))
    listed = entry["places"][code]["schools"]
    held = sorted(school for school in listed if not among or school in among)
    kept = random.Random(SEED).sample(held, 4)
    entry["places"][code]["schools"] = {school: listed[school] for school in kept}
    path.write_text(yaml.safe_dump(entry, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return code


def with_tables(raw: Path, *releases: str) -> None:
    """Write the tables of some releases where the community that is set has them, as `sesec data build` does."""
    folder = catalog.observations_in(catalog.data_dir())
    folder.mkdir(parents=True)
    for source_id in releases:
        store.write_parquet(stored_form(tidy(source_id, raw)), folder / f"{source_id}.parquet")
