"""No spoiled file becomes a wrong number in silence where anybody could know, and none ends in a traceback.

Whole by ``pytest --prove tests/system/test_faults.py``: a quarter of an hour of a processor, and no line of
docs/PROOFS.md; it writes docs/FAULTS.md, from what came of the code as it is alone.
"""

import json
from collections import Counter
from pathlib import Path

import further_faults  # noqa: F401  (adds its kinds)
import proofs
import pytest
import raw_faults
from once import locked
from raw_faults import BASES

from sesec_analysis import catalog
from sesec_analysis.files import write_atomically

SEED = 23
TWICE = (
    *("poverty", "attendance, all students", "Title I", "graduation", "spending of districts"),
    *("enrollment, districts", "enrollment of 2017", "enrollment of 2011, JSON lines"),
    *("teachers of 2017", "teachers of 2011, JSON lines", "teachers, ratio"),
)
"""File types that are read fastest: each kind of fault is tried twice."""
KEPT = Path(".sesec/faults.json")
PAGE = Path("docs/FAULTS.md")


def bases() -> list[str]:
    """File types that are tried: all of them under ``--prove``, else one."""
    return proofs.sample(list(BASES), 1, seed=SEED)


def _kept(root: Path, title: str, counted: dict[str, Counter[str]], unknown: list[str]) -> None:
    """Keep what came of a file type, and write the page from all that are kept of the code as it is."""
    with locked(root / KEPT):
        kept = json.loads((root / KEPT).read_text("utf-8")) if (root / KEPT).is_file() else {}
        types = kept.get("types", {})
        types[title] = {"ends": counted, "unknown": unknown}
        text = json.dumps({"types": types}, indent=1, sort_keys=True)
        write_atomically(root / KEPT, text.encode())
        ends = {name: types[name]["ends"] for name in BASES if name in types}
        told = {name: types[name]["unknown"] for name in ends}
        write_atomically(root / PAGE, raw_faults.page(ends, told, seed=SEED).encode())


@pytest.mark.slow
@pytest.mark.parametrize("title", bases())
def test_tidy__refuses_or_lists_what_a_spoiled_file_says(
    title: str,
    raw: Path,
    tmp_path: Path,
    pytestconfig: pytest.Config,
    record_property,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv(
        "SESEC_DATA", str(catalog.data_dir())
    )  # or it is looked for a thousand times
    base = raw_faults.base_of(BASES[title], raw, tmp_path, seed=SEED)
    kinds = raw_faults.kinds_of(base)
    chosen = kinds if proofs.is_whole() else proofs.sample(kinds, 8, seed=SEED)
    counted: dict[str, Counter[str]] = {}
    bad, unknown = [], []
    for kind in chosen:
        for seed in range(1, 1 + proofs.cases(2 if title in TWICE else 1, 1)):
            if (end := raw_faults.tried(base, kind, seed)) is not None:
                counted.setdefault(kind, Counter())[end.kind] += 1
                if end.kind in ("wrong", "traceback", "unplaced"):
                    bad.append(f"{kind}, {seed}: {end.kind}: {end.said}")
                if end.kind == "unknowable":
                    unknown.append(f"{kind}: {end.said}")
    for end in raw_faults.ENDS:
        record_property(end, sum(ends[end] for ends in counted.values()))
    if proofs.is_whole():
        _kept(pytestconfig.rootpath, title, counted, unknown)
    assert not bad, "\n".join(bad)
