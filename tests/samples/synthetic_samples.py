"""Twins small enough to be made for a test, and their releases loaded beside what is true of them."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import proofs
import pytest
from once import made_once

from sesec_analysis import catalog, schema
from sesec_analysis.loaders.raw import store
from sesec_analysis.loaders.synthetic import make as synthetic_make
from sesec_analysis.loaders.tidy.masked_sums import enrolled, most_students
from sesec_analysis.loaders.tidy.tidy import tidy

__all__ = [
    *("Twin", "beside_truth", "loaded", "made_for_a_run", "make", "releases_of_other_eras"),
    "outside",
]

SCHOOLS = 70
OWN_WAYS = tuple(
    f"ospi_{name}" for name in ("assessment", "discipline", "enrollment", "graduation")
)
"""Sources that withhold in a way of their own."""


class Twin(NamedTuple):
    """A twin on disk."""

    folder: Path
    data: Path
    truth: pd.DataFrame

    @property
    def releases(self) -> list[str]:
        return sorted(self.truth["source_id"].unique())


def make(folder: Path, *, only: Sequence[str] | None = None, **options: object) -> Twin:
    """Make a twin in a folder: of every release, of some school years, or of these releases only."""
    with pytest.MonkeyPatch.context() as patch:
        # A fixture may be asked for while a test reads another twin; each is made of the real catalog.
        patch.delenv("SESEC_DATA", raising=False)
        if only is not None:
            patch.setattr(synthetic_make, "releases", lambda end_years=None: list(only))
        data = synthetic_make.make(folder, schools=SCHOOLS, **options)
    return Twin(folder, data, store.read_parquet([folder / "truth.parquet"]))


def made_for_a_run(factory: pytest.TempPathFactory, name: str, **options: object) -> Twin:
    """Make a twin for all tests of a run."""
    folder = made_once(factory, f"twin-{name}", lambda folder: make(folder, **options))
    return Twin(folder, folder / "data", store.read_parquet([folder / "truth.parquet"]))


def releases_of_other_eras(*, seed: int, end_years: Sequence[int]) -> list[str]:
    """Draw a release of each source that a twin of some years lacks, and of each that withholds in a way of its own.

    The others are read of that twin. Under ``--prove``, every release of every source.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SESEC_DATA", raising=False)
        every = synthetic_make.releases()
        held = {source_id.partition("@")[0] for source_id in synthetic_make.releases(end_years)}
    of_source: dict[str, list[str]] = defaultdict(list)
    for source_id in every:
        of_source[source_id.partition("@")[0]].append(source_id)
    kept: set[str] = set()
    for key, some in of_source.items():
        kept |= set(proofs.sample(some, int(key in OWN_WAYS or key not in held), seed=seed))
    return [source_id for source_id in every if source_id in kept]


def loaded(twin: Twin) -> Callable[[str], pd.DataFrame]:
    """Read releases as `sesec data build` does, each once."""

    def enrollment(source_id: str) -> bool:
        return "enrollment" in catalog.source(source_id.partition("@")[0]).indicators

    @cache
    def read(source_id: str) -> pd.DataFrame:
        source, _ = catalog.release(source_id)
        caps = None
        if source.denominator_cap == "enrollment":
            tables = [read(one) for one in twin.releases if enrollment(one)]
            caps = most_students(enrolled(tables), int(source_id.partition("@")[2]))
        return tidy(source_id, twin.folder / "raw", caps=caps)

    return read


def beside_truth(observations: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Join cells with what is true of them; a key that only one of the two has is an error."""
    return observations.merge(
        truth,
        on=schema.OBSERVATIONS_KEY,
        how="outer",
        suffixes=("", "_true"),
        validate="one_to_one",
        indicator=True,
    )


def outside(cells: pd.DataFrame, names: tuple[str, ...] = ("numerator", "denominator", "value")):
    """Tell which cells do not enclose the truth in one of these figures."""
    wrong = pd.Series(False, index=cells.index)
    for name in names:
        low, high, true = (
            cells[f"{name}_{end}"].to_numpy(dtype="float64", na_value=np.nan)
            for end in ("low", "high", "true")
        )
        wrong |= (true < low - 1e-9) | (true > high + 1e-9)
    return wrong
