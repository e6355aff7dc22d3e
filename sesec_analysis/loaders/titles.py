"""Whether the portal's title of a dataset is the one that the catalog expects, however it writes its years."""

import re

from sesec_analysis.loaders.labels import end_year

__all__ = ["is_title_of"]

_YEARS = re.compile(r"\d{4}\s*-\s*\d{2,4}|\d{4}")
_FILLING = {
    "for",
    "from",
    "to",
    "through",
    "school",
    "year",
    "years",
    "current",
    "most",
    "recent",
    "the",
}


def is_title_of(title: str, expected: str, year: int) -> bool:
    """Return whether two titles name the same dataset, and the first one's years, if it names any, hold the year.

    Examples
    --------
    >>> is_title_of("Report Card Discipline for 2014-15 to 2021-22", "Report Card Discipline for 2018-19", 2019)
    True
    >>> is_title_of("Report Card Discipline for 2022-23", "Report Card Discipline for 2018-19", 2019)
    False
    >>> is_title_of("Report Card Attendance 2018-19", "Report Card Discipline for 2018-19", 2019)
    False
    """
    if _words(title) != _words(expected):
        return False
    found = [known for text in _YEARS.findall(title) if (known := end_year(text)) is not None]
    open_ended = bool(re.search(r"current|most recent", title, flags=re.IGNORECASE))
    return not found or min(found) <= year <= (max(found) if not open_ended else max(year, *found))


def _words(title: str) -> list[str]:
    words = re.findall(r"[a-z]+", _YEARS.sub(" ", title).lower())
    return [word for word in words if word not in _FILLING]
