"""The *Numbers* table of a release: one row per reason, with an example, from the histories of editions."""

import json
import runpy
from datetime import date
from pathlib import Path

TOOL = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "numbers_table.py"))


def record(edition: Path, on: str, name: str, why: str, **sides: dict[str, str]) -> None:
    edition.mkdir(exist_ok=True)
    said = {"on": on, "event": "moved", "id": name, "kind": "method_changed", "why": why}
    with (edition / "history.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({**said, "before": {}, "after": {}, **sides}) + "\n")


def test_table__has_one_row_per_reason_with_an_example_of_the_newest_edition(tmp_path):
    sides = {"before": {"value": "71%"}, "after": {"value": "72%"}}
    record(
        tmp_path / "annual-2018",
        "2026-11-30",
        "sesec:rate.a",
        "counted anew (twice); more",
        **sides,
    )
    record(
        tmp_path / "annual-2019",
        "2026-11-30",
        "sesec:rate.b",
        "counted anew (twice); more",
        **sides,
    )
    record(tmp_path / "annual-2019", "2026-11-30", "sesec:rate.c", "withheld")
    record(
        tmp_path / "annual-2019", "2026-10-01", "sesec:rate.d", "before the last release", **sides
    )
    changes = TOOL["restatements"](tmp_path, date(2026, 11, 1))
    assert TOOL["table"](changes)[2:] == [
        "| annual-2018 to 2019 (2) | `sesec:rate.b` | 71% | 72% | counted anew |",
        "| annual-2019 (1) | `sesec:rate.c` | not repeated | no longer printed | withheld |",
    ]
