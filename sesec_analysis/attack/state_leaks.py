"""Count, by release, the withheld cells that the state's own files give away; none of them is solved for.

A small group that stands beside all other groups of an exact total is withheld in name only. We neither use nor print
such a count: each cell is read by its own text. Nor do we use sizes that a file prints in the very row it withholds,
which the loaders mask on reading.
"""

import numpy as np
import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.attack.state import State, read_state
from sesec_analysis.loaders.build import observation_files
from sesec_analysis.loaders.load import files_of, load

__all__ = ["open_cells"]


_PRINTS_SIZES = "add_previously_passed"
"""The ``derive:`` of files whose rows for fewer than ten students print the number of students all the same."""


def open_cells() -> pd.DataFrame:
    """Count the withheld cells that the state's own files let anyone solve.

    Returns
    -------
    One row per release that withholds anything: ``source_id``, ``withheld`` cells, ``open`` (cells of which a withheld
    count has one value left, by sums of the same release; at the least), and ``masked`` (cells whose size stands in
    their own row, and is masked on reading).
    """
    rows = []
    for source in sorted({source_id.partition("@")[0] for source_id in observation_files()}):
        years = sorted(
            int(source_id.partition("@")[2])
            for source_id in observation_files()
            if source_id.partition("@")[0] == source
        )
        indicators = sorted(catalog.source(source).indicators)
        state = read_state((code, year) for code in indicators for year in years)
        is_open = _is_open(state)
        for year in years:
            withheld = (state.cells["end_year"] == year).to_numpy() & state.withheld
            if withheld.any():
                source_id = f"{source}@{year}"
                counts = {"withheld": int(withheld.sum()), "open": int((withheld & is_open).sum())}
                rows.append({"source_id": source_id, **counts, "masked": _masked(source, year)})
    return pd.DataFrame(rows, columns=["source_id", "withheld", "open", "masked"])


def _is_open(state: State) -> np.ndarray:
    """Tell the cells of which a count is left one value, and its own row left it more."""
    solved = (state.low == state.high) & (state.own.low < state.own.high)
    return np.asarray(solved.reshape(-1, 2).any(axis=1))


def _masked(source: str, year: int) -> int:
    """Count the cells of fewer than ten students that the file gives the size of."""
    printed = [
        code
        for code, columns in catalog.source(source).indicators.items()
        if columns.derive == _PRINTS_SIZES and f"{source}@{year}" in files_of(code)
    ]
    tables = [load(code, end_years=year) for code in printed]
    rows = [table[table["source_id"] == f"{source}@{year}"] for table in tables]
    return sum(int((table["status"] == "small_n").sum()) for table in rows)
