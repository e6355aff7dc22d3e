"""Tell which editions new figures of a release can change: those of its year or later whose notebook asks for them.

Whether a printed number does change is seen by building the edition: `sesec report`, then `sesec diff`.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sesec_analysis import catalog, checkout
from sesec_analysis.editions.editions import Edition, editions

__all__ = ["newest_year", "reached_by"]


_NEAR = 2  # years on, in which enrollment caps what withheld cells of sums can hold
_YEAR = "report_year"


def reached_by(source_ids: Iterable[str]) -> list[str]:
    """Return the editions that figures of releases can change, in the order of ``reports/editions.yml``.

    Parameters
    ----------
    source_ids
        Releases with new figures, ``ospi_discipline@2019``.

    Returns
    -------
    Names of editions. One is reached by a release of its own year or an earlier one if its notebook names an indicator
    of that source; and by enrollment of up to two years later, since that caps withheld cells.

    Raises
    ------
    EditionError
        If there is no list of editions here, as in a package installed without its repository.
    """
    names = sorted(set(source_ids))
    texts: dict[str, str] = {}
    reached = []
    for name, edition in editions().items():
        if edition.notebook not in texts:
            texts[edition.notebook] = _code(checkout.root() / "notebooks" / edition.notebook)
        text = texts[edition.notebook]
        if any(_reaches(source_id, edition, text) for source_id in names):
            reached.append(name)
    return reached


def newest_year() -> int | None:
    """Return the school year of the newest edition, by the year it ends; None if no edition is of a year."""
    return max((year for edition in editions().values() if (year := _year(edition))), default=None)


def _reaches(source_id: str, edition: Edition, text: str) -> bool:
    key, _, year = source_id.partition("@")
    indicators = catalog.source(key).indicators
    of = _year(edition)
    if of is None or not any(
        f"{mark}{code}{mark}" in text for code in indicators for mark in "\"'"
    ):
        return False
    return int(year) <= of + (_NEAR if "enrollment" in indicators else 0)


def _year(edition: Edition) -> int | None:
    year = edition.parameters.get(_YEAR)
    return year if isinstance(year, int) else None


def _code(path: Path) -> str:
    """Return the code of a notebook; of one that is not there, none: building it will say so."""
    if not path.is_file():
        return ""
    cells: list[Mapping[str, Any]] = json.loads(path.read_text("utf-8")).get("cells", [])
    return "\n".join("".join(cell["source"]) for cell in cells if cell.get("cell_type") == "code")
