"""Figures withheld so that another withheld one cannot be worked out: named by the audit, honoured by the gate.

The audit sees an edition whole, and only after its notebook has run. What it asks to withhold is written to a file, and
the notebook runs again; `SESEC_WITHHOLD` tells the gate where the file is.
"""

import json
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from sesec_analysis.words import mark

__all__ = ["REASON", "VARIABLE", "ids", "write"]

VARIABLE = "SESEC_WITHHOLD"
REASON = mark("withheld so that another withheld figure cannot be worked out")


def ids() -> frozenset[str]:
    """Return the ids of the findings that are to be withheld."""
    named = os.environ.get(VARIABLE)
    return _read(Path(named)) if named else frozenset()


@cache
def _read(path: Path) -> frozenset[str]:
    return frozenset(json.loads(path.read_text(encoding="utf-8")))


def write(found: Iterable[str], path: Path) -> None:
    """Write ids for the notebook's gate to read."""
    path.write_text(json.dumps(sorted(found)), encoding="utf-8")
