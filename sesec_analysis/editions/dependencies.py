"""Find which editions a release can change, which releases an edition rests on, and which indicators it lacks.

Whether a printed number does change is seen by building the edition: `sesec report`, then `sesec diff`.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from sesec_analysis import catalog, checkout
from sesec_analysis.editions.editions import Edition, editions

__all__ = [
    "affected_editions",
    "fetch_commands",
    "missing_indicators",
    "newest_year",
    "releases_of",
]


_CAPS = 2
"""Years back in which a school's enrollment limits how many students a withheld count can be."""
_YEAR = "report_year"


def affected_editions(source_ids: Iterable[str], available: Collection[str]) -> list[str]:
    """Return the editions whose numbers new figures of releases can change, in the order of ``reports/editions.yml``.

    Parameters
    ----------
    source_ids
        Releases with new figures, ``ospi_discipline@2019``.
    available
        Releases that were here before these figures.

    Returns
    -------
    Names of editions. A release can change an edition that rests on it, as last built or published. A release that was
    not available then can change one of its year or a later year, if a notebook asks for an indicator of its source.
    School enrollment can also change the editions of the two years before, because it limits withheld counts.

    Raises
    ------
    EditionError
        If there is no list of editions here, as in a package installed without its repository.
    """
    names = sorted(set(source_ids))
    return [
        name
        for name, edition in editions().items()
        if any(_can_change(source_id, name, edition, available) for source_id in names)
    ]


def releases_of(name: str) -> set[str] | None:
    """Return the releases that an edition's findings rest on, as last built or else as published; None if neither."""
    for path in (
        checkout.builds() / name / "run.json",
        checkout.published_folder() / name / "sources.json",
    ):
        try:
            written = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if "sources" in written:
            return {str(source["source_id"]) for source in written["sources"]}
        if "releases" in written:
            return set(written["releases"])
    return None


def newest_year() -> int | None:
    """Return the school year of the newest edition, by the year it ends; None if no edition is of a year."""
    known = (_year(edition.parameters) for edition in editions().values())
    return max((year for year in known if year), default=None)


def _can_change(source_id: str, name: str, edition: Edition, available: Collection[str]) -> bool:
    key, _, text = source_id.partition("@")
    year, report_year, used = int(text), _year(edition.parameters), releases_of(name)
    if used is not None and source_id in used:
        return True
    if report_year is None:
        return False
    if year > report_year:
        return year <= report_year + _CAPS and _has_school_enrollment(key)
    if used is not None and source_id in available:
        return False  # it was here, and the edition does not use it
    code = "\n".join(_code(checkout.root() / "notebooks" / one) for one in edition.notebooks)
    return any(_names(code, indicator) for indicator in catalog.source(key).indicators)


def _has_school_enrollment(key: str) -> bool:
    source = catalog.source(key)
    levels = source.keep.get("organization_level", [source.constants.get("organization_level")])
    return "enrollment" in source.indicators and not {"District", "State"} & set(levels)


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


def missing_indicators(notebooks: Iterable[Path], parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the indicators that notebooks ask for and of which no numbers up to their year are available.

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
    held = [key for key, years in catalog.available_years().items() if min(years) <= year]
    entries = [entry for key, entry in catalog.sources().items() if key in held]
    return tuple(
        code
        for code in catalog.indicators()
        if _names(text, code) and not any(code in entry.indicators for entry in entries)
    )


def fetch_commands(indicators: Iterable[str], parameters: Mapping[str, Any]) -> list[str]:
    """Return lines for a terminal: each command that gets figures which are absent, and of what; last, what none gets.

    Parameters
    ----------
    indicators
        As `missing_indicators` gives them.
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
