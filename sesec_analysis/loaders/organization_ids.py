"""The state's organization ids, which some files print in place of its codes: which to ask for, and their codes."""

from collections.abc import Callable, Collection, Iterable

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.errors import DataError
from sesec_analysis.loaders import labels

__all__ = ["coded", "district_column"]


def district_column(columns: Collection[str], codes: Iterable[str]) -> tuple[str, list[str]]:
    """Return the column of an entry that tells districts apart, and how it names those of some codes.

    Examples
    --------
    >>> district_column(["district_code", "rate"], ["17001"])
    ('district_code', ['17001'])
    >>> district_column(["district_organization", "rate"], ["17001"])
    ('district_organization', ['100229'])
    """
    if "district_organization" not in columns:
        return "district_code", list(codes)
    wanted = set(codes)
    known = catalog.organization_ids()["districts"]
    return "district_organization", [key for key, code in known.items() if code in wanted]


def coded(rows: pd.DataFrame, refuse: Callable[..., DataError]) -> pd.DataFrame:
    """Give raw rows that name organizations by ids alone their codes; an unknown school of a known district is refused.

    Examples
    --------
    >>> rows = pd.DataFrame({"district_organization": ["100229", ""], "school_organization": ["101051", ""]})
    >>> coded(rows, DataError)[["district_code", "school_code"]].values.tolist()
    [['17001', '2120'], ['', '']]
    """
    if "district_organization" not in rows:
        return rows
    known = catalog.organization_ids()
    districts, schools = (
        labels.clean_code(rows[f"{level}_organization"]).replace("NULL", "")
        for level in ("district", "school")
    )
    rows = rows.assign(
        district_code=districts.map(known["districts"]).fillna(""),
        school_code=schools.map(known["schools"]).fillna(""),
    )
    # Only Seattle's schools are listed: those of other districts are not read.
    strange = (rows["district_code"] == "17001") & (schools != "") & (rows["school_code"] == "")
    if strange.any():
        raise refuse(
            f"school organization id {', '.join(sorted(set(schools[strange])))} is not in the catalog",
            "add it with the school's code to data/catalog/organization_ids.yml",
            column="school_organization",
            rows=rows[strange],
        )
    return rows
