"""A shelf of two published editions and a restated one, small enough to make a site of in a second."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sesec_analysis.archive import frozen as archive_frozen
from sesec_analysis.archive.frozen import Frozen
from sesec_analysis.site.shelf import EditionState

RATIO = "sesec:ratio.disciplined.2023.all.seattle.black-others"
READING = "sesec:rate.ela_met.2025.all.southeast_seattle.all"
RESTATED = "ospi_assessment@2025"


def part(frozen: Frozen) -> Frozen:
    """Every fortieth finding of an edition, and those that tests name."""
    kept = [
        one
        for at, one in enumerate(frozen.findings)
        if at % 40 == 0 or one["id"] in (RATIO, READING)
    ]
    return replace(frozen, findings=tuple(kept))


def restated(frozen: Frozen) -> Frozen:
    """The edition after the publisher restated a file: another hash, and a number that moved with it."""
    findings = [
        one
        if one["id"] != READING
        else {
            **one,
            "value": "51.2%",
            "estimate": 0.512,
            "sentence": str(one["sentence"]).replace("49.8", "51.2"),
        }
        for one in frozen.findings
    ]
    releases: Mapping[str, Any] = frozen.sources["releases"]
    changed = {**releases[RESTATED], "sha256": "0" * 64, "table_sha256": "1" * 64}
    sources = {**frozen.sources, "releases": {**releases, RESTATED: changed}}
    return replace(frozen, findings=tuple(findings), sources=sources)


def shelf(*, with_restated: bool = False) -> list[EditionState]:
    """Two published editions; with the restated one as it was built last."""
    found = [
        EditionState(part(archive_frozen.read(name)), is_published=True)
        for name in ("annual-2024", "annual-2025")
    ]
    if with_restated:
        found.append(EditionState(restated(found[-1].frozen), is_published=False))
    return found
