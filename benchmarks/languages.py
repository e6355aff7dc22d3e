"""What translations cost: fact sheets, and an edition, in English alone and in further languages, in turn.

Processor seconds, of all processes that were started. Each is made from nothing, in a Python of its own, its files are
compared with its documents, and all are attacked, as the commands do.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable

from sesec_analysis import checkout
from sesec_analysis.editions import pool, sheet_index
from sesec_analysis.editions.documents import spoken

ROUNDS = 2
EVERY = 7
"""Each seventh school of the list is in the sample."""

ONLY = """
import sys
from pathlib import Path
from sesec_analysis.editions.documents import spoken
out, codes, *words = sys.argv[1:]
spoken.translated = lambda: tuple(filter(None, codes.split(",")))
"""
_SHEETS = """
import gc
from dataclasses import replace
from sesec_analysis.editions import build, editions, execute, fact_sheets, sheet_index
from sesec_analysis.verdict import check, rewriting
gc.freeze()
gc.set_threshold(50_000, 20, 50)  # as in the processes that make sheets
jobs = fact_sheets._jobs([sheet_index.find(code) for code in words], editions.LATEST, Path(out))
made = [job.target for job in jobs]
for job in jobs:
    build.make(fact_sheets._plan(replace(job, confirm=rewriting.confirm)), job.target, run=execute.run)
check.certify_together(made, (), made)
"""
EDITION = """
from sesec_analysis.cli import main
main(["report", *words, "--quiet", "--out", out])
"""


def took(made: str, codes: Iterable[str], *words: str) -> float:
    """Return the processor seconds of making something in English and in some languages."""
    before = os.times()
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(
            [sys.executable, "-c", ONLY + made, out, ",".join(codes), *words],
            cwd=checkout.root(),
            env={**os.environ, **pool.SURROUNDINGS},
            check=True,
        )
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


def main() -> None:
    """Print what English takes, and each language beside it, as a part of that."""
    every = spoken.translated()
    sample = [school.code for school in sheet_index.listed()[::EVERY]]
    kinds = {f"{len(sample)} sheets": (_SHEETS, sample), "an edition": (EDITION, ["latest"])}
    ways = {
        "sheets": [(), *((code,) for code in every), every],
        "edition": [(), every],
    }
    for name, (made, words) in kinds.items():
        if sys.argv[1:] and sys.argv[1] not in name:
            continue
        asked = ways[name.split()[-1]]
        rounds = [[took(made, codes, *words) for codes in asked] for _ in range(ROUNDS)]
        least = [min(times) for times in zip(*rounds, strict=True)]
        print(f"{name} in English: {least[0]:.1f} s")
        for codes, seconds in zip(asked[1:], least[1:], strict=True):
            more = (seconds / least[0] - 1) * 100 / len(codes)
            print(f"with {', '.join(codes)}: {seconds:.1f} s, {more:.1f} % for each")


if __name__ == "__main__":
    main()
