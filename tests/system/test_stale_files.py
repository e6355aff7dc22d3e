"""Last year's figures under this year's name are refused; every true pair of years passes.

One pair of years is compared; ``pytest --prove`` compares all of them.
"""

from functools import cache

import pandas as pd
import proofs
import pytest

from sesec_analysis import catalog, schema
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


@cache
def embedded(source_id: str) -> pd.DataFrame:
    return schema.conform_observations(store.read_parquet([build.observation_files()[source_id]]))


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
def test_differences__refuse_no_true_year_and_every_stale_one(source: str, then: int, year: int):
    name = f"{source}@{year}"
    near = [one for one in build.observation_files() if source in one or one.endswith(f"@{year}")]
    tables = {one: embedded(one) for one in near}
    earlier, enrollment = build.compared_with(name, tables)
    true = differences(tables[name], earlier, enrollment)
    assert refused(true) == []
    stale = earlier[-1].assign(end_year=year, source_id=name)
    assert "stale release" in refused(differences(stale, earlier, enrollment))
