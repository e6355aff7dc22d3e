"""Which rows are requested: a condition that the portal can read, for every release that can be fetched."""

from dataclasses import replace

import portal as portals
import proofs
import pytest

from sesec_analysis import catalog
from sesec_analysis.errors import DataError
from sesec_analysis.loaders.fetch import download
from sesec_analysis.loaders.fetch.fetch import releases_to_fetch
from sesec_analysis.loaders.fetch.portal import Dataset, PortalColumn
from sesec_analysis.loaders.raw.release import Reading


def published_as(source_id: str) -> tuple[Reading, portals.Table, Dataset]:
    """A dataset with the columns of an entry, in the first spelling of each."""
    source, release = catalog.release(source_id)
    short = release.school_year[-5:]
    header = [names[0].replace("{school_year}", short) for names in source.columns.values()]
    table = portals.Table("", list(dict.fromkeys(header)), [])
    columns = zip(table.header, table.fields, strict=True)
    dataset = Dataset("abcd-1234", "", tuple(PortalColumn(*one, "text") for one in columns), 0)
    return Reading(source_id, catalog.data_dir(), header=table.header), table, dataset


def test_condition__can_be_asked_about_every_release_that_can_be_fetched():
    for source_id in proofs.sample(releases_to_fetch([], []), 5, seed=44):
        reading, table, dataset = published_as(source_id)
        where = download.where_condition(reading, dataset, [reading.release.school_year])
        assert table.where(where) == [], source_id


def test_condition__quotes_values_of_text_columns_only():
    reading, _, dataset = published_as("ospi_discipline@2019")
    columns = tuple(
        replace(one, kind="number") if one.name == "DistrictCode" else one
        for one in dataset.columns
    )
    where = download.where_condition(reading, replace(dataset, columns=columns), ["2018-19"])
    assert "districtcode in (17001)" in where
    assert "schoolyear in ('2018-19')" in where


def test_labels_of_year__puts_up_with_every_spelling_of_a_year():
    reading, _, _ = published_as("ospi_discipline@2019")
    ours, said = download.labels_of_year(reading, {"2018-2019": 7, "2019": 1, "2018-19": 2})
    assert (ours, said) == (["2018-2019", "2019", "2018-19"], "")


def test_labels_of_year__refuses_a_year_that_cannot_be_read():
    reading, _, _ = published_as("ospi_discipline@2019")
    with pytest.raises(DataError, match=r"school year\(s\) cannot be read: 'Spring'"):
        download.labels_of_year(reading, {"2018-19": 7, "Spring": 1})
