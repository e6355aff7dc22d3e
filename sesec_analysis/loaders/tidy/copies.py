"""Compare the copies of a release: two carriers' files of the same figures, cell by cell.

What both print must be the same. A cell that one of them masks stays masked, whatever the other prints in its place.
"""

from pathlib import Path

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.errors import FileError
from sesec_analysis.loaders.tidy.tidy import tidy

__all__ = ["compare_copies", "table_of_copies"]


_KEY = ["indicator", "organization_level", "organization_id", "grade_level", "student_group"]
_FIGURES = [
    *("numerator", "denominator", "numerator_low", "numerator_high"),
    *("denominator_low", "denominator_high", "value", "value_low", "value_high"),
    *("status", "token", "coverage", "cells_reported", "largest_masked"),
]


def compare_copies(source_id: str, table: pd.DataFrame, raw: Path) -> pd.DataFrame:
    """Compare a release with every other file of it that the catalog names, and mask what any of them masks.

    Parameters
    ----------
    source_id
        The release.
    table
        Its OBSERVATIONS, as `tidy` reads them.
    raw
        The folder of raw files.

    Returns
    -------
    The same rows. ``attrs["row_log"]["copies"]`` tells of each copy how many schools and cells were compared, how many
    of them agree and how many one of the two masks, and which organizations have one copy only.

    Raises
    ------
    FileError
        If two copies print different figures; names the first cell.
    """
    _, release = catalog.release(source_id)
    logs = []
    for copy in release.copies:
        path = raw / copy.file
        table, log = _unite_masks(table, tidy(source_id, path), f"{source_id}, file {path}")
        logs.append({"file": copy.file, **log})
    if logs:
        table.attrs["row_log"] = {**table.attrs["row_log"], "copies": logs}
    return table


def _unite_masks(
    table: pd.DataFrame, other: pd.DataFrame, where: str
) -> tuple[pd.DataFrame, dict[str, object]]:
    """Return a table with the cells masked that a copy of it masks, and what came of the comparison."""
    cells = table.set_index(_KEY)
    copied = other.set_index(_KEY)
    copied = copied[copied.index.isin(cells.index)]
    ours = cells.loc[copied.index]
    masked = pd.DataFrame(
        {"ours": ours["status"] != "reported", "copy": copied["status"] != "reported"}
    )
    figures = ["numerator", "denominator"]
    same = (ours[figures].fillna(-1) == copied[figures].fillna(-1)).all(axis=1)
    if (strange := ~same & ~masked.any(axis=1)).any():
        first = ours[strange].iloc[0]
        raise FileError(
            f"two copies of the release differ in {int(strange.sum())} cell(s); the first is printed as "
            f"{first['numerator']} and as {copied[strange].iloc[0]['numerator']}",
            where=f"{where}, {' '.join(map(str, ours.index[strange][0]))}",
            fix="look into both files; take the one that is wrong out of the release's `file:` or `copies:`",
        )
    theirs = masked.index[masked["copy"] & ~masked["ours"]]
    cells.loc[theirs, _FIGURES] = copied.loc[theirs, _FIGURES]
    united = cells.reset_index()[table.columns].astype(table.dtypes.to_dict())
    united.attrs = dict(table.attrs)
    both = copied.reset_index()
    of_schools = both[both["organization_level"] == "school"]
    alone = sorted(set(table["organization_id"]) - set(both["organization_id"]))
    return united, {
        "schools": int(of_schools["organization_id"].nunique()),
        "cells": len(copied),
        "agree": int((same & ~masked.any(axis=1)).sum()),
        "masked": int(masked.any(axis=1).sum()),
        "one_copy": alone,
    }


def table_of_copies() -> list[dict[str, object]]:
    """Return a line for each copy that the available tables were compared with when they were made.

    Examples
    --------
    >>> line = table_of_copies()[-1]
    >>> line["release"], line["schools"], line["one copy only"]
    ('ospi_enrollment@2025', 102, '17001, 3496, 5046, 5175, 5276, 5292')
    """
    return [
        {
            "release": source_id,
            "schools": copy["schools"],
            "cells": copy["cells"],
            "agree": copy["agree"],
            "masked": copy["masked"],
            "one copy only": ", ".join(copy["one_copy"]) or "none",
            "copy": copy["file"].rpartition("/")[2],
        }
        for source_id, log in sorted(catalog.row_logs().items())
        for copy in log.get("copies", [])
    ]
