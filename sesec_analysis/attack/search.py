"""A search of every file of an edition for what may never leave, whoever published it first.

No group of 1 to 9 students, no 0 to 2 students counted or left out of a group, no digits beyond those of the page, no
addresses. Where files have structure it is used: the rows of tables, the claims of findings. Everywhere else words are
searched. What is found is named by its place, never by its number.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil, floor, isfinite
from pathlib import Path

from sesec_analysis import catalog, schema
from sesec_analysis.attack.edition import Read, read_claims
from sesec_analysis.attack.reading_claims import Claim
from sesec_analysis.attack.reading_numbers import decimals, number
from sesec_analysis.attack.reading_records import PrintedRow
from sesec_analysis.attack.searching_words import DIGITS, FEW, SMALL, in_words
from sesec_analysis.publishing.labels import EVERYONE

__all__ = ["UNREAD", "Hit", "search", "search_read"]

UNREAD = "a file of a kind that cannot be searched"
_NUMBERS = (
    "estimate",
    *(f"{kind}_{end}" for kind in ("ci", "bound", "outer") for end in ("low", "high")),
)
_LEAST = 3
_HAIR = 1e-9


@dataclass(frozen=True, order=True)
class Hit:
    """Something that may not leave: where it stands, what it is, and the words around it with digits hidden."""

    where: str
    what: str
    words: str = ""


def search(folder: Path) -> list[Hit]:
    """Search every file of a folder, in the order of their names.

    Parameters
    ----------
    folder
        An edition, or any folder of files that are to be published.

    Returns
    -------
    list of Hit
        Each once; empty if all is well.

    Raises
    ------
    DataError
        If there is no such folder or a file is broken.
    """
    return search_read(read_claims(folder))


def search_read(found: Read) -> list[Hit]:
    """Search what was read in a folder; see `search`."""
    hits = {Hit(fault.where, DIGITS, fault.what) for fault in found.faults}
    hits |= {Hit(where, UNREAD) for where in found.unread}
    hits.update(_of_claims(found.claims), _of_rows(found.rows))
    for passage in found.passages:
        hits |= {Hit(passage.where, what, words) for what, words in in_words(passage.words)}
    return sorted(hits)


def _of_rows(rows: Iterable[PrintedRow]) -> Iterator[Hit]:
    """Search the texts of each row, and compare the digits of its numbers with those of its printed text."""
    for row in rows:
        for column, text in row.items():
            if column != "id" and number(text) is None:
                yield from (
                    Hit(f"{row.said}, {column}", what, words) for what, words in in_words(text)
                )
        if row.claim is not None:
            yield from (Hit(f"{row.said}, {column}", DIGITS) for column in _too_fine(row))


def _too_fine(row: PrintedRow) -> Iterator[str]:
    texts = f"{row.get('value', '')} {row.get('interval', '')}"
    shown = max((len(digits) for digits in re.findall(r"\.(\d+)", texts)), default=0)
    places = shown + (2 if re.search("%|points", texts) else 0)
    for column in _NUMBERS:
        found = number(row.get(column, ""))
        if found is None:
            continue
        if decimals(found.normalize()) > places or "not shown" in row.get("value", ""):
            yield column


def _of_claims(claims: Iterable[Claim]) -> Iterator[Hit]:
    for claim in claims:
        indicator = catalog.indicators().get(claim.key.indicator)
        if (
            indicator is None
            or indicator.counted == "schools"
            or indicator.unit not in schema.SHARES
        ):
            continue
        for prefix in ("", "reference_"):
            if what := _of_side(claim, prefix):
                yield Hit(claim.said, what)


def _of_side(claim: Claim, prefix: str) -> str | None:
    """Say what is wrong with one side of a claim, if anything."""
    n, k = claim.count(f"{prefix}n"), _counted(claim, prefix)
    everyone = claim.key.student_group == EVERYONE and not prefix
    if 0 < n[1] < schema.MINIMUM_GROUP:
        return SMALL
    if claim.key.indicator in schema.COMPOSITION_INDICATORS:
        return SMALL if not everyone and k[0] > 0 and k[1] < schema.MINIMUM_GROUP else None
    left = (n[0] - k[1], n[1] - k[0])
    return FEW if any(map(_is_few, (k, left))) else None


def _is_few(span: tuple[float, float]) -> bool:
    """Whether a count is told to be of the least, closer than the state's own "fewer than three"."""
    least = (0, _LEAST - 1)
    low, high = max(0.0, span[0]), span[1]
    return high <= least[1] and (low, high) != least


def _counted(claim: Claim, prefix: str) -> tuple[float, float]:
    """Return how many students are counted, as the count and the rate times the students tell together."""
    low, high = claim.count(f"{prefix}numerator")
    n = claim.count(f"{prefix}n")
    of_one_side = catalog.measure(claim.key.measure).made == "rate" and not prefix
    if of_one_side and isfinite(n[1]):
        least, most = claim.value
        low = max(low, ceil(least * n[0] - _HAIR)) if isfinite(least) else low
        high = min(high, floor(most * n[1] + _HAIR)) if isfinite(most) else high
    return low, min(high, n[1])
