"""What is said where figures are missing: in which dataset they are published, and the command that gets it."""

from sesec_analysis import catalog
from sesec_analysis.words import OR, listed, say

__all__ = ["missing"]


def missing(indicator: str, up_to: int) -> str:
    """Say in one paragraph that there are no figures of an indicator up to a year, and how to get them.

    Examples
    --------
    >>> print(missing("ela_met", 2005))
    No figures for “Met the standard in English language arts” up to 2004–05 are in this copy of the data. ...
    """
    holders = {
        key: entry for key, entry in catalog.sources().items() if indicator in entry.indicators
    }
    school_year = f"{up_to - 1}–{up_to % 100:02d}"
    title = catalog.indicator(indicator).title
    said = say(
        "No figures for “{indicator}” up to {year} are in this copy of the data.",
        indicator=title,
        year=school_year,
    )
    published = [
        (year, key)
        for key, entry in holders.items()
        for year, release in entry.releases.items()
        if year <= up_to and release.dataset_id and not release.not_published
    ]
    if published:
        year, key = max(published)
        entry = holders[key]
        how = say(
            "They are published by the {publisher} in the dataset “{dataset}”. To add them, run: {command}",
            publisher=entry.publisher,
            dataset=entry.title,
            command=f"sesec data fetch {key} --end-year {year}",
        )
        return f"{said} {how}"
    if not holders:
        return f"{said} {say('No source in the catalog has them.')}"
    names = [f"“{entry.title}” ({key})" for key, entry in sorted(holders.items())]
    how = say(
        "The catalog knows no release of that time of the dataset {datasets}. If there is one, add it with {add}, then "
        "run {fetch}.",
        datasets=listed(names, joined=OR),
        add="`sesec data add-release SOURCE YEAR ID`",
        fetch="`sesec data fetch SOURCE --end-year YEAR`",
    )
    return f"{said} {how}"
