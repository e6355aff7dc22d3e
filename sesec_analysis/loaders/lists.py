"""What there is to ask for: indicators, places and sources as small tables."""

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.loaders.build import listing
from sesec_analysis.loaders.load import files_of

__all__ = ["indicators", "places", "sources"]


def indicators() -> pd.DataFrame:
    """List every indicator: code, title, what is counted, and the years we hold.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> "ela_met" in sa.indicators().index
    True
    """
    rows = [
        {
            "indicator": code,
            "title": entry.title,
            "numerator": entry.numerator,
            "denominator": entry.denominator,
            "direction": entry.direction,
            "end_years": ", ".join(
                sorted({source_id.partition("@")[2] for source_id in files_of(code)})
            ),
        }
        for code, entry in catalog.indicators().items()
    ]
    return pd.DataFrame(rows).set_index("indicator")


def places() -> pd.DataFrame:
    """List every place: code, name, definition, number of schools listed.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> int(sa.places().loc["southeast_seattle", "schools"])
    20
    """
    rows = [
        {
            "place": code,
            "name": entry.name,
            "schools": len(entry.schools),
            "definition": entry.definition,
        }
        for code, entry in catalog.places().items()
    ]
    return pd.DataFrame(rows).set_index("place")


def sources() -> pd.DataFrame:
    """List every release we know of: title, school year, dataset id, rows embedded.

    Examples
    --------
    >>> import sesec_analysis as sa
    >>> sa.sources().loc["ospi_discipline@2019", "school_year"]
    '2018-19'
    """
    return listing().set_index("source_id")
