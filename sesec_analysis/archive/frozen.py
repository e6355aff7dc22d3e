"""Freeze an edition: its findings, the hashes of what they rest on, and how it was made, written and read.

A built edition and a published one give the same record, so the two can be compared, and one year with the next.

Short texts are kept in full, long ones as a hash, so that a later difference can be found and named.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sesec_analysis import catalog, checkout
from sesec_analysis.editions import built_editions
from sesec_analysis.editions.documents import output
from sesec_analysis.editions.editions import editions
from sesec_analysis.errors import EditionError
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.row import Record
from sesec_analysis.files import sha256_of

__all__ = [
    "Frozen",
    "built_folder",
    "names",
    "of_build",
    "of_records",
    "organizations",
    "pin_sources",
    "published_names",
    "question_key",
    "read_frozen",
    "table_sha256",
    "write",
    "year_before",
]


def pin_sources(records: Iterable[Record]) -> dict[str, Any]:
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
        "texts": built_editions.texts(known),
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
    """Return the SHA-256 of the table of a release that is read."""
    path = catalog.data_dir() / "observations" / f"{source_id}.parquet"
    return sha256_of(path) if path.is_file() else None


def _release(source_id: str) -> dict[str, Any]:
    source, release = catalog.release(source_id)
    return {
        "title": release.title,
        "publisher": source.publisher,
        "school_year": release.school_year,
        "url": source.url,
        "dataset_id": release.dataset_id,
        "file": release.file,
        "sha256": release.sha256,
        **({"more_files": dict(list(release.files.items())[1:])} if release.more_files else {}),
        "retrieved": release.retrieved,
        "table_sha256": table_sha256(source_id),
        "cited": citation.source_text(source_id),
    }


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
        "margin": entry.margin,
        "breaks": [{"at": stop.at, "reason": stop.reason} for stop in entry.breaks],
        "events": [{"at": event.at, "reason": event.reason} for event in entry.events],
        "years_out": [{"year": out.year, "reason": out.reason} for out in entry.years_out],
    }


def _measure(name: str) -> dict[str, Any]:
    entry = catalog.measure(name)
    return {"title": entry.title, "made": entry.made, "equal": entry.equal, "dated": entry.dated}


_RUN = (
    *("edition", "title", "published", "licence", "site_url"),
    *("parameters", "notebook", "package"),
)


@dataclass(frozen=True)
class Frozen:
    """An edition's findings, what they rest on (`pin_sources`), and its imprint as far as it is kept."""

    run: Mapping[str, Any]
    sources: Mapping[str, Any]
    findings: tuple[Record, ...]

    @cached_property
    def by_id(self) -> dict[str, Record]:
        """Every finding by its id."""
        return {str(record["id"]): record for record in self.findings}

    @cached_property
    def questions(self) -> set[tuple[object, object]]:
        """What its findings ask (`question_key`)."""
        return set(map(question_key, self.findings))

    @cached_property
    def organizations(self) -> set[str]:
        """The codes of organizations and places that it knows."""
        codes = (record.get("organization_id") for record in self.findings)
        return {*map(str, filter(None, codes)), *self.sources["places"]}

    @property
    def name(self) -> str:
        """Name of the edition."""
        return str(self.run["edition"])

    @property
    def year(self) -> int | None:
        """The school year that the edition is of, by the year it ends; None for one that is of no year."""
        named = self.run.get("parameters", {}).get("report_year")
        year = re.search(r"\d{4}", str(named or self.name))
        return int(year[0]) if year else None


def question_key(record: Record) -> tuple[object, object]:
    """Return what a finding asks: its measure and its indicator."""
    return record.get("measure"), record.get("indicator")


def published_names() -> list[str]:
    """Return the names of all published editions, in the order of ``reports/editions.yml``."""
    return [
        name for name in editions() if (checkout.published_folder() / name / "run.json").is_file()
    ]


def year_before(name: str) -> str | None:
    """Return the edition of the same series that is of the school year before, or the newest earlier one."""
    years = {int(match[2]): other for other in editions() if (match := _series(other, name))}
    series = _series(name, name)
    earlier = [year for year in years if series and year < int(series[2])]
    return years[max(earlier)] if earlier else None


def _series(name: str, of: str) -> re.Match[str] | None:
    """Return a name as series and year, if it is of the same series as another."""
    match, other = (re.fullmatch(r"(.*?)(\d{4})", text) for text in (name, of))
    return match if match and other and match[1] == other[1] else None


def of_records(records: list[Record], run: Mapping[str, Any]) -> Frozen:
    """Return findings and an imprint as an edition that can be written, its sources pinned as they are now."""
    kept = {name: run[name] for name in _RUN if name in run}
    return Frozen(kept, pin_sources(records), tuple(records))


def of_build(where: Path) -> Frozen:
    """Return the edition built in a folder, its sources pinned as they are now.

    Raises
    ------
    EditionError
        If a number of it is made from synthetic data.
    DataError
        If a file of it is missing or damaged.
    """
    run = built_editions.read_json(where / "run.json")
    records = built_editions.read_findings(where)
    synthetic = [record["id"] for record in records if citation.is_synthetic(record["source_ids"])]
    if synthetic:
        raise EditionError(
            f"{run['edition']} shows synthetic data, which describe no real school",
            where=f"{where / 'findings.json'}, {synthetic[0]}",
            fix="publish an edition of published data only",
        )
    return of_records(records, run)


def read_frozen(name: str) -> Frozen:
    """Return a published edition.

    Raises
    ------
    EditionError
        If it was not published.
    DataError
        If a file of it is missing or damaged.
    """
    where = checkout.published_folder() / name
    if not (where / "run.json").is_file():
        raise EditionError(
            f"edition {name} was not published",
            where="reports/published",
            fix=f"publish it first: sesec publish {name}; or name one that was",
            valid=published_names(),
        )
    run, sources = (
        built_editions.read_json(where / "run.json"),
        built_editions.read_json(where / "sources.json"),
    )
    return Frozen(run, sources, tuple(built_editions.read_findings(where)))


def built_folder(name: str) -> Path | None:
    """Return the folder of an edition in ``reports/build``, or None if it is not there."""
    where = checkout.builds() / name
    return where if (where / "run.json").is_file() else None


def write(frozen: Frozen, where: Path) -> None:
    """Write an edition into an empty folder: findings.json, sources.json and last run.json with their checksums."""
    text = built_editions.write_findings(frozen.findings)
    (where / "findings.json").write_text(text, encoding="utf-8", newline="")
    output.write_json(frozen.sources, where / "sources.json")
    content = {**frozen.run, "findings": len(frozen.findings), "files": output.checksums(where)}
    output.write_json(content, where / "run.json")
