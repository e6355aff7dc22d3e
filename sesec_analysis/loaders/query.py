"""Parse a query of `load`: names, codes, years, and grades as people write them; refuse unknown words."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypedDict

import numpy as np

from sesec_analysis import catalog, schema
from sesec_analysis.catalog import named
from sesec_analysis.errors import QuestionError, closest
from sesec_analysis.loaders import own_table
from sesec_analysis.loaders.raw import codes

__all__ = [
    "Filters",
    "Query",
    "as_list",
    "filters_of",
    "organization_of",
    "places_of",
    "refuse_unknown",
]


Filters = dict[str, list[object] | None]
"""By column of OBSERVATIONS: the values asked for; None asks for all."""

_GRADES = ["all", "PK", "K", *(f"{grade:02d}" for grade in range(1, 13))]
_GRADE_NAMES = {"all": "all grades", "PK": "pre-kindergarten", "K": "kindergarten"}
_LEVELS = list(schema.LEVELS)


class Query(TypedDict, total=False):
    """The filters that `load`, `newest`, `history`, and `nearby_schools` take."""

    place: str | Iterable[str] | None
    grade_level: str | Iterable[str] | None
    student_group_type: str | Iterable[str] | None
    student_group: str | Iterable[str] | None
    organization_level: str | None
    organization_id: str | Iterable[str] | None


def filters_of(indicator: str, query: Mapping[str, object]) -> Filters:
    """Return the filters of a query, names put into codes.

    Raises
    ------
    CatalogError, QuestionError
        If a word is not known; names the closest.
    """
    filters = {
        "end_year": _end_years(query.get("end_years")),
        "grade_level": _each(query.get("grade_level"), _grade),
        "student_group_type": _each(query.get("student_group_type"), named.group_type),
        "student_group": _each(query.get("student_group"), named.find_group),
        "organization_level": as_list(query.get("organization_level")),
        "organization_id": _each(query.get("organization_id"), organization_of),
    }
    refuse_unknown(indicator, filters)
    return filters


def as_list(value: object) -> list[object] | None:
    """Return one value or many as a list; None means all."""
    if value is None:
        return None
    one = isinstance(value, str | int | float | np.number)
    return [value] if one else list(value)  # type: ignore[call-overload]


def places_of(place: object) -> list[str]:
    """Return the codes of the places asked for, by code or name; a list of schools is one place of one's own."""
    asked = [str(one) for one in as_list(place) or []]
    codes_asked = [named.place(one) for one in asked]
    if isinstance(place, str) or not asked:
        return codes_asked
    roster, known = catalog.schools(), catalog.places()
    schools = [_school_of(one) for one in asked]
    places = [one for one, code in zip(asked, codes_asked, strict=True) if code in known]
    among = [
        one
        for one, code in zip(asked, schools, strict=True)
        if code in roster and one not in places
    ]
    if not among:
        return codes_asked
    if places:
        raise QuestionError(
            f"schools of a list are added up, and {places[0]!r} is a place, in a list with the school {among[0]!r}",
            where="load(place=…)",
            fix="load the place and the school each by itself, and join the tables with pd.concat",
        )
    return [own_table.place(f"Schools {', '.join(schools)}", schools=schools)]


def _school_of(text: str) -> str:
    """Return the code of a school by code or name; what is not known is returned as it is."""
    fits = named.schools_called(text)
    return fits[0] if len(fits) == 1 else catalog.open_code(text)


def _each(value: object, read: Callable[[str], str]) -> list[object] | None:
    values = as_list(value)
    return None if values is None else [read(str(one)) for one in values]


def _grade(text: str) -> str:
    return codes.grade_level(text) or text


def organization_of(text: str) -> str:
    """Return the code that figures stand under: those of a school's earlier code stand under the one that is open.

    A code that no roster has may still be a district's, a tract's or a closed school's.
    """
    code = catalog.open_code(text)
    known = code in catalog.schools() or code in catalog.places() or not re.search(r"[a-z]", text)
    return code if known else named.school(text)


def _end_years(value: object) -> list[object] | None:
    """Parse years as people write them: 2019, "2019" and "2018-19" are the same."""
    years = as_list(value)
    if years is None:
        return None
    # pandas gives years as 2019.0.
    read = {year: named.end_year(str(year).removesuffix(".0")) for year in years}
    if strange := [year for year, end_year in read.items() if end_year is None]:
        raise QuestionError(
            f"school year {', '.join(map(repr, strange))} cannot be read",
            where="load(end_years=…)",
            fix="write the year a school year ends in (2019), or both (2018-19)",
            meant=_meant_year(str(strange[0])),
        )
    return list(read.values())


def _meant_year(text: str) -> list[str]:
    known = [str(year) for year in sorted(set().union(*catalog.available_years().values()))]
    spans = {f"{int(year) - 1}-{year[2:]}": year for year in known}
    return closest(text, [*known, *spans])


def refuse_unknown(indicator: str, filters: Mapping[str, list[object] | None]) -> None:
    """Refuse words that the catalog does not know, before anything is read."""
    catalog.indicator(indicator)
    kinds = catalog.group_types()
    groups = {code: group for kind in kinds.values() for code, group in kind.groups.items()}
    known: dict[str, Mapping[str, object]] = {
        "student_group_type": kinds,
        "student_group": groups,
        "organization_level": dict.fromkeys(_LEVELS),
        "grade_level": dict.fromkeys(_GRADES),
    }
    for name, words in known.items():
        if strange := [word for word in filters.get(name) or [] if word not in words]:
            called = _known_spellings(name, words)
            raise QuestionError(
                f"{name.replace('_', ' ')} {', '.join(map(repr, strange))} is not known",
                where=f"load({indicator!r}, {name}=…)",
                fix="use one of the known codes",
                valid=called,
                meant=closest(str(strange[0]), called),
            )


def _known_spellings(name: str, words: Mapping[str, object]) -> dict[str, list[str]]:
    """Return what the known words of a column go by besides."""
    if name == "grade_level":
        return {code: [_GRADE_NAMES.get(code, f"grade {code.lstrip('0')}")] for code in words}
    if name == "organization_level":
        return {level: [] for level in words}
    return catalog.names(name.replace("_", " "), words)
