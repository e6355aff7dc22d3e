"""The figures of one school, and those of its place, its district and the state, of the same year and question."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from sesec_analysis import catalog, schema
from sesec_analysis.errors import NothingPublishedError
from sesec_analysis.loaders.load import files_of, load
from sesec_analysis.loaders.missing import missing

__all__ = ["around", "place_of"]


def place_of(school: str, *, headline: str = "southeast_seattle") -> str:
    """Return the place that a school stands in: the headline place, or the rest of its district.

    Examples
    --------
    >>> place_of("2120"), place_of("2220")
    ('southeast_seattle', 'rest_of_seattle')
    """
    if school in catalog.place(headline).schools:
        return headline
    return next(code for code, one in catalog.places().items() if one.all_but == headline)


def around(indicator: str, *, school: str, up_to: int, **question: object) -> pd.DataFrame:
    """Load the newest figures of a school, followed by those of its place, its district and the state.

    Parameters
    ----------
    indicator
        A code of `indicators`.
    school
        The state's code of a school.
    up_to
        The latest ``end_year`` wanted.
    **question
        As for `load`: grades and student groups.

    Returns
    -------
    OBSERVATIONS of one year, the newest in which the school has figures, whatever newer ones others have. Whoever has
    none in that year has no rows; where the school has none, the table is empty and says so, as that of `newest`.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> met = sa.around("ela_met", school="2120", up_to=2024, student_group="all")
    >>> met["organization_id"].tolist(), met["end_year"].unique().tolist()
    (['2120', 'southeast_seattle', 'seattle'], [2024])
    """
    asked = tuple(sorted((name, _fixed(value)) for name, value in question.items()))
    files = files_of(indicator)
    for year in sorted({int(key.partition("@")[2]) for key in files}, reverse=True):
        if year > up_to:
            continue
        state = tuple((path, path.stat().st_mtime_ns) for path in files.values())
        schools = _schools(indicator, year, asked, state)
        own = schools[schools["organization_id"] == school]
        if not own.empty:
            others = _others(indicator, year, asked, state, _places(school))
            rows = schema.conform_observations(pd.concat([own, others]))
            rows.attrs = dict(schools.attrs)
            return rows
    empty = _nothing()
    empty.attrs = {"indicator": indicator, "missing": missing(indicator, up_to)}
    return empty


def _nothing() -> pd.DataFrame:
    return schema.conform_observations(pd.DataFrame(columns=schema.OBSERVATIONS_COLUMNS))


_Question = tuple[tuple[str, Any], ...]
_Files = tuple[tuple[Path, int], ...]
"""Files and when they were last written: what was kept of one is not given out for another."""


@lru_cache(maxsize=256)
def _schools(indicator: str, year: int, question: _Question, files: _Files) -> pd.DataFrame:
    """Return the rows of all schools of a year; kept, since the sheets of many schools ask for the same."""
    return _loaded(indicator, year, question, organization_level="school")


@lru_cache(maxsize=512)
def _others(
    indicator: str, year: int, question: _Question, files: _Files, places: tuple[str, ...]
) -> pd.DataFrame:
    """Return the rows of places of a year; kept for the same reason."""
    return _loaded(indicator, year, question, place=places)


def _loaded(indicator: str, year: int, question: _Question, **more: Any) -> pd.DataFrame:
    try:
        return load(indicator, end_years=year, **dict(question), **more)
    except NothingPublishedError:
        return _nothing()


def _fixed(value: object) -> object:
    """Return a value of a question that can be kept with its answer."""
    return tuple(value) if isinstance(value, list) else value


def _places(school: str) -> tuple[str, ...]:
    """Return the places that a school stands in, from the nearest to the widest."""
    near = place_of(school)
    district = catalog.place(near).district
    wider = {
        code: one
        for code, one in catalog.places().items()
        if one.whole_state or (one.whole_district and one.district == district)
    }
    return (near, *sorted(wider, key=lambda code: wider[code].whole_state))
