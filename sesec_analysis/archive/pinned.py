"""What the findings of an edition rest on, pinned: releases and their hashes, rosters of places, definitions.

Each is kept in full where it is short and as a hash beside it, so that a later difference can be told and named.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sesec_analysis import catalog
from sesec_analysis.publishing import citation, compact
from sesec_analysis.publishing.blocks import Record

__all__ = ["names", "organizations", "pinned", "table_sha256"]


def pinned(records: Iterable[Record]) -> dict[str, Any]:
    """Return what findings rest on, as ``sources.json`` of a published edition keeps it.

    Parameters
    ----------
    records
        The findings of an edition.

    Returns
    -------
    ``releases`` by source id, with the hash of the publisher's file (as far as it is known) and of our table of it;
    ``places`` with their rosters; the words of ``indicators`` and ``measures``; ``texts`` that many findings share.

    Raises
    ------
    CatalogError
        If a finding names a release, indicator or measure that the catalog does not have.
    """
    known = list(records)
    codes = {code for record in known for code in organizations(record)}
    indicators = {str(record["indicator"]) for record in known if record.get("indicator")}
    measures = {str(record["measure"]) for record in known if record.get("measure")}
    releases = {name for record in known for name in names(record)}
    return {
        "releases": {name: _release(name) for name in sorted(releases)},
        "places": {code: _place(code) for code in sorted(codes & catalog.places().keys())},
        "indicators": {code: _indicator(code) for code in sorted(indicators)},
        "measures": {name: _measure(name) for name in sorted(measures)},
        "texts": compact.texts(known),
    }


def names(record: Record) -> list[str]:
    """Return the source ids that a finding rests on."""
    parts = str(record.get("source_ids") or "").split(";")
    return sorted({part.strip() for part in parts if part.strip()})


def organizations(record: Record) -> set[str]:
    """Return the codes of the organizations that a finding is about, and that it is compared to.

    Examples
    --------
    >>> sorted(organizations({"organization_id": "southeast_seattle", "reference": "rest_of_seattle 2016"}))
    ['2016', 'rest_of_seattle', 'southeast_seattle']
    """
    compared = str(record.get("reference") or "").replace(";", " ").split()
    return {str(record.get("organization_id") or ""), *compared} - {""}


def table_sha256(source_id: str) -> str | None:
    """Return the SHA-256 of the table of a release that is read: a fetched one before the embedded one."""
    for folder in (catalog.cache_dir(), catalog.data_dir()):
        path = folder / "observations" / f"{source_id}.parquet"
        if path.is_file():
            return hashlib.sha256(path.read_bytes()).hexdigest()
    return None


def _release(source_id: str) -> dict[str, Any]:
    source, release = catalog.release(source_id)
    return {
        "title": release.title,
        "publisher": source.publisher,
        "school_year": release.school_year,
        "url": source.url,
        "dataset_id": release.dataset_id,
        "file": release.file,
        "sha256": release.sha256 or _fetched_sha256(source_id),
        "retrieved": release.retrieved,
        "table_sha256": table_sha256(source_id),
        "cited": citation.source_text(source_id),
    }


def _fetched_sha256(source_id: str) -> str | None:
    """Return the hash that `sesec data fetch` locked; the catalog has those of the embedded files only."""
    path = catalog.data_dir() / "sources.lock.json"
    if not path.is_file():
        return None
    locked: Mapping[str, Mapping[str, str]] = json.loads(path.read_text("utf-8"))
    return locked.get(source_id, {}).get("sha256")


def _place(code: str) -> dict[str, Any]:
    place = catalog.place(code)
    roster = {
        "schools": sorted(place.schools),
        "tracts": sorted(place.tracts),
        "district": place.district,
        "whole": place.whole_district or place.whole_state,
        # A place that is all but another changes with the other.
        "all_but": sorted(catalog.place(place.all_but).schools) if place.all_but else None,
    }
    text = json.dumps(roster, sort_keys=True)
    return {
        "name": place.name,
        "schools": dict(sorted(place.schools.items())),
        "all_but": place.all_but,
        "roster_sha256": hashlib.sha256(text.encode()).hexdigest(),
    }


def _indicator(code: str) -> dict[str, Any]:
    entry = catalog.indicator(code)
    return {
        "title": entry.title,
        "counted": entry.counted,
        "period_years": entry.period_years,
        "definition": entry.definition,
        "numerator": entry.numerator,
        "denominator": entry.denominator,
        "breaks": [{"at": one.at, "reason": one.reason} for one in entry.breaks],
    }


def _measure(name: str) -> dict[str, Any]:
    entry = catalog.measure(name)
    return {"title": entry.title, "made": entry.made, "equal": entry.equal, "dated": entry.dated}
