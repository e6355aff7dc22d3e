"""What is said where figures are missing: in which dataset they are published, and the command that gets it."""

from sesec_analysis import catalog

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
    said = f"No figures for “{title}” up to {school_year} are in this copy of the data."
    published = [
        (year, key)
        for key, entry in holders.items()
        for year, release in entry.releases.items()
        if year <= up_to and release.dataset_id and not release.not_published
    ]
    if published:
        year, key = max(published)
        entry = holders[key]
        return (
            f"{said} They are published by the {entry.publisher} in the dataset “{entry.title}”. "
            f"To add them, run: sesec data fetch {key} --end-year {year}"
        )
    if not holders:
        return f"{said} No source in the catalog has them."
    where = " or ".join(f"“{entry.title}” ({key})" for key, entry in sorted(holders.items()))
    return (
        f"{said} The catalog knows no release of that time of the dataset {where}. If there is one, add it with "
        "`sesec data add-release SOURCE YEAR ID`, then run `sesec data fetch SOURCE --end-year YEAR`."
    )
