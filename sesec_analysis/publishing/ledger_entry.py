"""One row of the ledger of founding claims, and what its verdicts are called."""

from dataclasses import dataclass

import pandas as pd

from sesec_analysis.publishing.findings import Finding, Findings, findings
from sesec_analysis.publishing.labels import year_of
from sesec_analysis.words import mark, say

__all__ = [
    "NO_LONGER",
    "PARTLY",
    "STILL",
    "UNKNOWN",
    "LedgerEntry",
    "newest_by_place",
    "share_words",
]

STILL, NO_LONGER = mark("Still true"), mark("No longer true")
PARTLY, UNKNOWN = mark("Partly true"), mark("Cannot be told")
"""Verdicts, in English; they are said where an entry is made."""


@dataclass(frozen=True)
class LedgerEntry:
    """A claim measured again: the value then and now, the verdict, and every finding that was looked at."""

    number: str
    then: str
    now: str
    verdict: str
    shown: tuple[Finding, ...]


def share_words(finding: Finding) -> str:
    """Return a value with its school year: 65.4% in 2018–19."""
    return say("{value} in {year}", value=finding.printed.value, year=year_of(finding.row))


def newest_by_place(estimates: pd.DataFrame, indicator: str, *, group: str = "all") -> Findings:
    """Return the newest findings of an indicator and group, one a place, in the table's order of places."""
    rows = estimates[
        (estimates["indicator"] == indicator)
        & (estimates["student_group"] == group)
        & (estimates["measure"].isin(["rate", "average"]))
    ]
    return findings(rows[rows["end_year"] == rows["end_year"].max()])
