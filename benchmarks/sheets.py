"""Fact sheets of a sample of schools: stock papermill in sequence against warm forked workers, in processor seconds.

Its argument says how many schools of the list make one of the sample (18).
"""

import sys
import tempfile
from pathlib import Path

from processor import took

from sesec_analysis.attack.check import GUARD
from sesec_analysis.editions import fact_sheets, sheet_index
from sesec_analysis.editions.documents import output

EVERY = 18


def sample(every: int) -> list[sheet_index.SheetSchool]:
    """Return the schools of the sample."""
    return sheet_index.list_schools()[::every]


def make(every: int, out: Path) -> None:
    """Make all sheets of the sample that are not up to date."""
    fact_sheets.build_all(guard=GUARD.without_attack(), out=out, schools=sample(every))


def main(every: int) -> None:
    """Print the times and their ratio, once the two ways have given the same bytes."""
    with tempfile.TemporaryDirectory() as scratch:

        def seconds(engine: str) -> float:
            words = [sys.executable, __file__, str(every), str(Path(scratch, engine))]
            return took(words, Path.cwd(), SESEC_ENGINE=engine)

        stock, warm, again = seconds("stock"), seconds("warm"), seconds("warm")
        made = [output.checksums(Path(scratch, way)) for way in ("stock", "warm")]
    if made[0] != made[1]:
        raise SystemExit("the two ways gave different bytes: nothing is compared")
    count = len(sample(every))
    print(f"{count} sheets, the page that lists them included, {fact_sheets.WORKERS} workers")
    print(f"stock papermill, one after the other: {stock:.1f} s ({stock / count:.1f} s each)")
    print(f"warm workers: {warm:.1f} s ({warm / count:.1f} s each), {warm / stock:.2f} of stock")
    print(f"again, all up to date: {again:.1f} s")


if __name__ == "__main__":
    every = int(sys.argv[1]) if sys.argv[1:] else EVERY
    if sys.argv[2:]:
        make(every, Path(sys.argv[2]))
    else:
        main(every)
