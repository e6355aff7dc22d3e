"""A number is followed to the rows of our tables, and so to the cells of the publisher's file."""

import pandas as pd
import proofs
import pytest
import site_samples

from sesec_analysis import catalog
from sesec_analysis.archive import frozen
from sesec_analysis.site.lineage import RowIndex, releases, tables


@pytest.fixture(scope="module")
def edition() -> frozen.Frozen:
    return frozen.read_frozen("annual-2025")


def rows_of(edition: frozen.Frozen, name: str) -> pd.DataFrame:
    [(table, numbers)] = RowIndex().rows(edition.by_id[name], edition).items()
    return pd.read_parquet(catalog.data_dir() / "observations" / table).loc[numbers]


def test_rows__of_a_place_are_those_of_its_schools_and_give_its_number(edition):
    found = rows_of(edition, site_samples.READING)
    assert set(found["organization_id"]) <= set(catalog.place("southeast_seattle").schools)
    # 2,333 of 4,689 students, added up school by school from the state's file.
    assert found["denominator"].sum() == 4689
    assert found["numerator"].sum() == 2333
    assert found["token"].notna().all()


def test_rows__are_not_named_where_the_table_is_another_now(edition):
    changed = site_samples.restated(edition)
    assert RowIndex().rows(changed.by_id[site_samples.READING], changed) == {}
    name = f"observations/{site_samples.RESTATED}.parquet"
    assert name in tables([edition])
    assert name not in tables([changed])


@pytest.mark.slow
def test_rows__are_found_for_nearly_every_number_of_an_edition(edition):
    index, tried = RowIndex(), proofs.sample(range(len(edition.findings)), 400, seed=44)
    named = [bool(index.rows(edition.findings[at], edition)) for at in tried]
    assert sum(named) >= 0.95 * len(
        named
    )  # levels and what is usual are made of several indicators


def test_releases__are_those_that_the_edition_pinned(edition):
    [(name, pinned)] = releases(edition.by_id[site_samples.READING], edition).items()
    assert name == site_samples.RESTATED
    assert pinned["sha256"]
