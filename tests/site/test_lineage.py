"""A number is followed to the rows of our tables, and so to the cells of the publisher's file."""

import pandas as pd
import pytest
import site_samples

from sesec_analysis import catalog
from sesec_analysis.archive import frozen
from sesec_analysis.site.lineage import Lineage, releases, tables


@pytest.fixture(scope="module")
def edition() -> frozen.Frozen:
    return frozen.read("annual-2025")


def rows_of(edition: frozen.Frozen, name: str) -> pd.DataFrame:
    [(table, numbers)] = Lineage(edition).rows(edition.by_id[name]).items()
    return pd.read_parquet(catalog.data_dir() / "observations" / table).loc[numbers]


def test_rows__of_a_place_are_those_of_its_schools_and_give_its_number(edition):
    found = rows_of(edition, site_samples.READING)
    assert set(found["organization_id"]) <= set(catalog.place("southeast_seattle").schools)
    # 2,333 of 4,689 students, added up school by school from the state's file.
    assert found["denominator"].sum() == 4689
    assert found["numerator"].sum() == 2333
    assert found["token"].notna().all()


def test_rows__of_the_rest_of_the_district_hold_no_school_of_the_place(edition):
    found = rows_of(edition, "sesec:rate.ela_met.2025.all.rest_of_seattle.all")
    assert not set(found["organization_id"]) & set(catalog.place("southeast_seattle").schools)
    assert set(found["organization_level"]) == {"school"}


def test_rows__are_not_named_where_the_table_is_another_now(edition):
    changed = site_samples.restated(edition)
    assert Lineage(changed).rows(changed.by_id[site_samples.READING]) == {}
    assert f"{site_samples.RESTATED}.parquet" not in tables(changed)


def test_rows__are_found_for_nearly_every_number_of_an_edition(edition):
    follow = Lineage(edition)
    named = [bool(follow.rows(record)) for record in edition.findings]
    assert sum(named) >= 0.95 * len(
        named
    )  # levels and what is usual are made of several indicators


def test_releases__are_those_that_the_edition_pinned(edition):
    [one] = releases(edition.by_id[site_samples.READING], edition)
    assert one.table == f"{site_samples.RESTATED}.parquet"
    assert one.pinned["sha256"]
    assert one.licence
