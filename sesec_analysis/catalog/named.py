"""Find the code that a name stands for, so that names may be written wherever codes go."""

import re
from collections.abc import Mapping
from typing import Any

from sesec_analysis import catalog
from sesec_analysis.catalog import own
from sesec_analysis.errors import CatalogError, check_text, closest, plain_name

__all__ = [
    "end_year",
    "find_group",
    "group_type",
    "indicator",
    "place",
    "school",
    "schools_called",
]


def indicator(asked: str) -> str:
    """Return the code of an indicator by code or title; what is not known is returned as it is.

    Examples
    --------
    >>> indicator("Met the standard in English language arts"), indicator("ela_met"), indicator("reeding")
    ('ela_met', 'ela_met', 'reeding')
    """
    try:
        return _code(asked, "indicator", catalog.indicators())
    except CatalogError:
        return asked  # one entry of the file is broken: what is asked for may be another


def place(asked: str) -> str:
    """Return the code of a place by code or name.

    Examples
    --------
    >>> place("Southeast Seattle"), place("the rest of Seattle")
    ('southeast_seattle', 'rest_of_seattle_regular')
    """
    return _code(asked, "place", catalog.places())


def find_group(asked: str) -> str:
    """Return the code of a student group by code, label or spelling.

    Examples
    --------
    >>> find_group("Hispanic or Latino"), find_group("Black"), find_group("white")
    ('hispanic', 'black', 'white')
    """
    kinds = catalog.group_types().values()
    return _code(
        asked, "student group", {code: one for kind in kinds for code, one in kind.groups.items()}
    )


def group_type(asked: str) -> str:
    """Return the code of a student group type by code or title.

    Examples
    --------
    >>> group_type("Race and ethnicity (federal categories)")
    'race_ethnicity'
    """
    return _code(asked, "student group type", catalog.group_types())


def _names_of_schools() -> dict[str, list[str]]:
    return {
        code: [entry.name, entry.short_name, *entry.earlier_names.split("; ")]
        for code, entry in catalog.schools().items()
    }


def schools_called(asked: str) -> list[str]:
    """Return the codes of the schools that a code, name or short name fits: none, one, or several."""
    code = catalog.open_code(asked)
    if code in catalog.schools():
        return [code]
    name = plain_name(asked)
    return [one for one, names in _names_of_schools().items() if name in map(plain_name, names)]


def school(asked: str) -> str:
    """Return the code of a school by code, name or short name.

    Raises
    ------
    CatalogError
        If there is none, or more than one of the name; names the closest.

    Examples
    --------
    >>> school("Franklin High School"), school("2120")
    ('2182', '2120')
    """
    check_text(asked, "school")
    fits = schools_called(asked)
    if len(fits) == 1:
        return fits[0]
    roster = catalog.schools()
    near = fits or closest(asked, _names_of_schools(), most=3)
    raise CatalogError(
        f"several schools are called {asked!r}" if fits else f"school {asked!r} is not known",
        where="data/reference/schools.csv",
        fix="give the state's code of the school; `schools` lists them",
        meant=[f"{code} ({roster[code].name})" for code in near],
    )


def end_year(label: str) -> int | None:
    """Return the year a school year ends in: ``2017-18``, ``2017–2018``, ``2018`` are all 2018; None if unreadable.

    A day, as counts are dated, lies in the school year that begins in fall.

    Examples
    --------
    >>> end_year("2016-2017"), end_year("2017–18"), end_year("2017/18"), end_year("2011"), end_year("October 1, 2019")
    (2017, 2018, 2018, 2011, 2020)
    """
    if match := re.fullmatch(r"\s*(\d{4})\s*[-–/]\s*(\d{2}|\d{4})\s*", label):
        start, end = int(match[1]), int(match[2])
        end += (start // 100) * 100 if end < 100 else 0
        end += 100 if end < start else 0
        return end if end == start + 1 else None
    if match := re.fullmatch(r"\s*([A-Z][a-z]+) \d{1,2}, (\d{4})\s*", label):
        in_fall = match[1] in ("August", "September", "October", "November", "December")
        return int(match[2]) + in_fall
    return int(label) if re.fullmatch(r"\s*\d{4}\s*", label) else None


def _code(asked: str, kind: str, entries: Mapping[str, Any]) -> str:
    check_text(asked, kind)
    if asked in entries:
        return asked
    wanted = plain_name(asked)
    called = catalog.names(kind, entries)
    by_code = {code for code in called if wanted == plain_name(code)}
    fits = {code for code, names in called.items() if wanted in map(plain_name, names)}
    fits = by_code if len(fits) != 1 and by_code else fits
    fits = {code for code in fits if not own.is_own(code)} or fits
    return fits.pop() if len(fits) == 1 else asked
