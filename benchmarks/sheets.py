"""Fact sheets of a sample of schools: stock papermill in sequence against warm forked workers, timed in one run."""

import os
import tempfile
import time
from pathlib import Path

from sesec_analysis.editions import fact_sheets, sheet_index
from sesec_analysis.editions.documents import output

EVERY = 18
"""Each eighteenth school of the list is in the sample."""


def took(engine: str, schools: list[sheet_index.SheetSchool], out: Path) -> float:
    """Return the seconds in which all sheets of a sample are made in one way, the start of its workers included."""
    os.environ["SESEC_ENGINE"] = engine
    began = time.perf_counter()
    fact_sheets.build_all(out=out, schools=schools)
    return time.perf_counter() - began


def main() -> None:
    """Print both times and their ratio, once the two have given the same bytes."""
    sample = sheet_index.listed()[::EVERY]
    with tempfile.TemporaryDirectory() as scratch:
        stock = took("stock", sample, Path(scratch, "stock"))
        warm = took("warm", sample, Path(scratch, "warm"))
        again = took("warm", sample, Path(scratch, "warm"))
        made = [output.checksums(Path(scratch, way)) for way in ("stock", "warm")]
    if made[0] != made[1]:
        raise SystemExit("the two ways gave different bytes: nothing is compared")
    print(f"{len(sample)} sheets, the page that lists them included, {fact_sheets.WORKERS} workers")
    print(f"stock papermill, one after the other: {stock:.1f} s ({stock / len(sample):.1f} s each)")
    print(
        f"warm workers: {warm:.1f} s ({warm / len(sample):.1f} s each), {warm / stock:.2f} of stock"
    )
    print(f"again, all up to date: {again:.1f} s")


if __name__ == "__main__":
    main()
