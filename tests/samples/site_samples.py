"""A shelf of two published editions and a restated one, small enough to make a site of in a second."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sesec_analysis.archive import frozen as archive_frozen
from sesec_analysis.archive.frozen import Frozen
from sesec_analysis.archive.history import PublicationRecord, Restatement
from sesec_analysis.site.edition_index import EditionState

RATIO = "sesec:ratio.disciplined.2023.all.seattle.black-others"
READING = "sesec:rate.ela_met.2025.all.southeast_seattle.all"
RESTATED = "ospi_assessment@2025"
WITHDRAWN = "sesec:rate.ela_met.2025.all.school:9999.all"

RECORD = PublicationRecord(
    "2026-11-01",
    (
        Restatement(
            *("2026-12-24", "moved", READING, "source_restated", f"{RESTATED} was restated"),
            {"value": "47.1%", "interval": "45–49%"},
            {"value": "49.8%", "interval": "48–52%"},
        ),
        Restatement(
            *("2027-01-06", "vanished", WITHDRAWN, "method_changed", "no longer shown"), {}, {}
        ),
    ),
)
"""What the publications of the newest edition replaced: one number restated, one taken away."""


def part(frozen: Frozen) -> Frozen:
    """Every hundredth finding of an edition, and those that tests name."""
    kept = [
        one
        for at, one in enumerate(frozen.findings)
        if at % 100 == 0 or one["id"] in (RATIO, READING)
    ]
    return replace(frozen, findings=tuple(kept))


def restated(frozen: Frozen) -> Frozen:
    """The edition after the publisher restated a file: another hash, and a number that moved with it."""
    [reading] = [one for one in frozen.findings if one["id"] == READING]
    moved = str(reading["sentence"]).replace("49.8", "51.2")
    frozen = _with_reading(frozen, value="51.2%", estimate=0.512, sentence=moved)
    releases: Mapping[str, Any] = frozen.sources["releases"]
    changed = {**releases[RESTATED], "sha256": "0" * 64, "table_sha256": "1" * 64}
    sources = {**frozen.sources, "releases": {**releases, RESTATED: changed}}
    return replace(frozen, sources=sources)


def _with_reading(frozen: Frozen, **changes: object) -> Frozen:
    findings = (one | changes if one["id"] == READING else one for one in frozen.findings)
    return replace(frozen, findings=tuple(findings))


def shelf(*, with_restated: bool = False, with_record: bool = False) -> list[EditionState]:
    """Two published editions, the newest with a record if asked; with the restated one as it was built last."""
    found = [
        EditionState(part(archive_frozen.read_frozen(name)), is_published=True)
        for name in ("annual-2024", "annual-2025")
    ]
    if with_record:
        found[-1] = replace(found[-1], record=RECORD)
    if with_restated:
        found.append(EditionState(restated(found[-1].frozen), is_published=False))
    return found


def telling(state: EditionState) -> EditionState:
    """The edition with a number of a group of seven students."""
    return replace(state, frozen=_with_reading(state.frozen, n=7, numerator=3))
