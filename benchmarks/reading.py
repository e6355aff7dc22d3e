"""One district out of a statewide-sized raw file: our reader against pandas.read_csv, time and memory, in one run."""

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from sesec_analysis.loaders.raw import store

ROWS, COLUMNS = 700_000, 30


def write(path: Path) -> None:
    """Write a file of made-up rows in the size and shape of a statewide assessment export."""
    names = ["DistrictCode", "flag", *(f"column_{number}" for number in range(COLUMNS - 2))]
    with path.open("w", encoding="utf-8") as stream:
        stream.write(",".join(names) + "\n")
        for row in range(ROWS):
            cells = [
                f"{17001 + row % 300}",
                "None",
                *(f"{row % 997}.{column}" for column in range(COLUMNS - 2)),
            ]
            stream.write(",".join(cells) + "\n")


def ours(path: Path) -> int:
    """Read ten columns of one district with the store."""
    wanted = ["DistrictCode", "flag", *(f"column_{number}" for number in range(8))]
    return len(store.read_csv(path, columns=wanted, keep={"DistrictCode": ["17001"]}))


def pandas(path: Path) -> int:
    """Do the same with pandas."""
    wanted = ["DistrictCode", "flag", *(f"column_{number}" for number in range(8))]
    table = pd.read_csv(path, dtype=str, keep_default_na=False, usecols=wanted)
    return len(table[table["DistrictCode"] == "17001"])


def lines(path: Path) -> int:
    """Count the lines: the least that reading can cost."""
    with path.open("rb") as stream:
        return sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))


def measured(work: Callable[[Path], int], path: Path) -> tuple[float, float, int]:
    """Processor seconds, peak MiB and rows of `work`, in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, (work, path))


def _measure(work: Callable[[Path], int], path: Path) -> tuple[float, float, int]:
    start = time.process_time()
    rows = work(path)
    return (
        time.process_time() - start,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        rows,
    )


def main() -> None:
    """Print a line each, with ratios to pandas."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "statewide.csv"
        write(path)
        lines(path)  # into the page cache, for all alike
        found = {work.__name__: measured(work, path) for work in (lines, ours, pandas)}
        print(f"{ROWS:,} rows, {path.stat().st_size / 1e6:.0f} MB")
        for name, (took, peak, rows) in found.items():
            ratio = took / found["pandas"][0]
            print(
                f"{name}: {took:.2f} s ({ratio:.2f} of pandas), peak {peak:.0f} MiB, {rows:,} rows"
            )


if __name__ == "__main__":
    main()
