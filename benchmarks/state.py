"""Fact sheets of a made-up state, by one worker and by two: processor seconds of each, memory of the largest process.

Its argument says how many sheets. First make states of several sizes, and run it for each:

    .venv/bin/sesec data twin ~/state --schools 2400 --end-year 2019 --end-year 2025
    export SESEC_DATA=~/state/data
    .venv/bin/sesec data build --raw ~/state/raw
    .venv/bin/python benchmarks/state.py 12
"""

import resource
import sys
import tempfile
from pathlib import Path

from processor import took

from sesec_analysis import catalog
from sesec_analysis.editions import fact_sheets, sheet_index

SHEETS = 12
WORKERS = (1, 2)
EDITIONS = ("annual-2025", "annual-2019")
"""Of the two school years that the state has."""


def make(count: int, workers: int, out: Path) -> None:
    """Make the sheets of the first schools of the list; where that is too short, of an earlier year too."""
    listed = sheet_index.listed()
    for edition in EDITIONS:
        fact_sheets.build_all(edition=edition, out=out, schools=listed[:count], workers=workers)
        count -= len(listed)
        if count <= 0:
            break


def main(count: int) -> None:
    """Print what the sheets took; a second run of half as many tells the start from the sheets."""
    if not catalog.is_synthetic():
        raise SystemExit("SESEC_DATA names no made-up state: see the top of this file")
    for workers in WORKERS:
        with tempfile.TemporaryDirectory() as scratch:

            def seconds(sheets: int, workers: int = workers, scratch: str = scratch) -> float:
                out = Path(scratch, str(sheets))
                words = [sys.executable, __file__, str(sheets), str(workers), str(out)]
                return took(words, Path.cwd())

            half, whole = seconds(count // 2), seconds(count)
        further = (whole - half) / (count - count // 2)
        largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{workers} worker(s): {count} sheets {whole:.1f} s, {further:.2f} s a further one")
        print(f"largest process so far: {largest:.0f} MiB", flush=True)


if __name__ == "__main__":
    if sys.argv[2:]:
        make(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else SHEETS)
