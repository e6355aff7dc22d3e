"""Tell what notebooks ask for: which editions new figures of a release can change, and what an edition does not hold.

Whether a printed number does change is seen by building the edition: `sesec report`, then `sesec diff`.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sesec_analysis import catalog, checkout
from sesec_analysis.editions.editions import Edition, editions

__all__ = ["absent", "newest_year", "reached_by", "to_fetch"]


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
    Names of editions. One is reached by a release of its own year or an earlier one if a notebook of it names an
    indicator of that source; and by enrollment of up to two years later, since that caps withheld cells.

    Raises
    ------
    EditionError
        If there is no list of editions here, as in a package installed without its repository.
    """
    names = sorted(set(source_ids))
    texts: dict[str, str] = {}
    reached = []
    for name, edition in editions().items():
        for notebook in edition.notebooks:
            if notebook not in texts:
                texts[notebook] = _code(checkout.root() / "notebooks" / notebook)
        text = "\n".join(texts[notebook] for notebook in edition.notebooks)
        if any(_reaches(source_id, edition, text) for source_id in names):
            reached.append(name)
    return reached


def newest_year() -> int | None:
    """Return the school year of the newest edition, by the year it ends; None if no edition is of a year."""
    known = (_year(edition.parameters) for edition in editions().values())
    return max((year for year in known if year), default=None)


def _reaches(source_id: str, edition: Edition, text: str) -> bool:
    key, _, year = source_id.partition("@")
    indicators = catalog.source(key).indicators
    of = _year(edition.parameters)
    if of is None or not any(_names(text, code) for code in indicators):
        return False
    return int(year) <= of + (_NEAR if "enrollment" in indicators else 0)


def _names(text: str, indicator: str) -> bool:
    return any(f"{mark}{indicator}{mark}" in text for mark in "\"'")


def _year(parameters: Mapping[str, Any]) -> int | None:
    year = parameters.get(_YEAR)
    return year if isinstance(year, int) else None


def _code(path: Path) -> str:
    """Return the code of a notebook; of one that is not there, none: building it will say so."""
    if not path.is_file():
        return ""
    cells: list[Mapping[str, Any]] = json.loads(path.read_text("utf-8")).get("cells", [])
    return "\n".join("".join(cell["source"]) for cell in cells if cell.get("cell_type") == "code")


def absent(notebooks: Iterable[Path], parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the indicators that notebooks ask for and of which no figures up to their year are at hand.

    Parameters
    ----------
    notebooks
        The files of an edition's notebooks.
    parameters
        Their values; without a ``report_year`` nothing is known to be absent.
    """
    year = _year(parameters)
    if year is None:
        return ()
    text = "\n".join(map(_code, notebooks))
    held = [key for key, years in catalog.at_hand().items() if min(years) <= year]
    entries = [entry for key, entry in catalog.sources().items() if key in held]
    return tuple(
        code
        for code in catalog.indicators()
        if _names(text, code) and not any(code in entry.indicators for entry in entries)
    )


def to_fetch(indicators: Iterable[str], parameters: Mapping[str, Any]) -> list[str]:
    """Return lines for a terminal: each command that gets figures which are absent, and of what; last, what none gets.

    Parameters
    ----------
    indicators
        As `absent` gives them.
    parameters
        The values of the notebook.
    """
    year = _year(parameters) or 0
    titles: dict[str, list[str]] = {}
    for code in indicators:
        key, _, newest = (catalog.newest_published(code, year) or "").partition("@")
        command = f"sesec data fetch {key} --end-year {newest}" if key else ""
        titles.setdefault(command, []).append(catalog.indicator(code).title)
    unknown = titles.pop("", [])
    lines = [f"  {command}    # {'; '.join(names)}" for command, names in titles.items()]
    if unknown:
        lines.append(f"  {len(unknown)} of them: no release of that time is in the catalog")
    return lines
