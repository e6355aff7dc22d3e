"""The schools that have a fact sheet, in the order they are listed in; and the one that a person means."""

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches

from sesec_analysis import catalog
from sesec_analysis.entries import School
from sesec_analysis.errors import DataError

__all__ = ["SheetSchool", "find", "known", "listed"]

_SERVICES = ("special_education", "detention")
"""Kinds that are no school of their own: a service counts their students, and few of their figures are shown."""


@dataclass(frozen=True)
class SheetSchool:
    """A school and where its sheet stands; ``headline`` is true of the schools that are listed first."""

    code: str
    name: str
    level: str
    grades: str
    headline: bool

    @property
    def folder(self) -> str:
        """The name of the folder of its sheet: its code, and its name in letters that stand in any path."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode()
        return f"{self.code}-{re.sub(r'[^a-z0-9]+', '-', plain.lower()).strip('-')}"


def listed() -> list[SheetSchool]:
    """Return the schools that `--all` makes a sheet of: those of the headline places, then all others, by name.

    These are the schools of the directory that our enrollment tables show with students, but no services.

    Examples
    --------
    >>> schools = listed()
    >>> len(schools), schools[0].name, schools[0].folder
    (106, 'Aki Kurose Middle School', '3774-aki-kurose-middle-school')
    """
    return sorted(
        (
            _of(entry)
            for entry in catalog.schools().values()
            if entry.first_year is not None and entry.level and entry.kind not in _SERVICES
        ),
        key=lambda one: (not one.headline, one.name, one.code),
    )


def known() -> dict[str, str]:
    """Return every name that `find` takes, and the code it stands for; of a name that two schools have, none."""
    names: dict[str, set[str]] = {}
    for code, entry in catalog.schools().items():
        for name in (code, entry.name, entry.short_name, *entry.earlier_names.split("; ")):
            if name:
                names.setdefault(_plain(name), set()).add(code)
    for number, code in catalog.organization_ids()["schools"].items():
        if code in catalog.schools():
            names.setdefault(number, set()).add(code)
    return {name: codes.pop() for name, codes in names.items() if len(codes) == 1}


def find(text: str) -> SheetSchool:
    """Return the school that a code, the state's id or a name means.

    Parameters
    ----------
    text
        As typed; of a name, its beginning will do if no other begins so.

    Raises
    ------
    DataError
        If no school or more than one is meant, with the nearest names.

    Examples
    --------
    >>> find("2120").name, find("van asselt elementary school").code, find("Rainier Be").code
    ('Rising Star Elementary School', '2120', '3327')
    """
    names, wanted = known(), _plain(text)
    if wanted in names:
        return _of(catalog.schools()[names[wanted]])
    begun = {code for name, code in names.items() if wanted and name.startswith(wanted)}
    if len(begun) == 1:
        return _of(catalog.schools()[begun.pop()])
    near = begun or {names[name] for name in get_close_matches(wanted, names, n=5, cutoff=0.4)}
    several = len(begun) > 1
    raise DataError(
        f"{len(begun)} schools begin with {text!r}" if several else f"no school is called {text!r}",
        where="data/reference/schools.csv",
        mend="give the state's code of a school, or its name; did you mean one of these?",
        known=[f"{code} {catalog.schools()[code].name}" for code in sorted(near)],
    )


def _of(entry: School) -> SheetSchool:
    places = [one for one in catalog.places().values() if one.headline]
    return SheetSchool(
        entry.code,
        entry.name,
        entry.level or "other",
        "–".join(dict.fromkeys((entry.lowest_grade, entry.highest_grade))),
        any(entry.code in place.schools for place in places),
    )


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.strip().lower())
