"""The summary says a direction of each number and row, in editions of few years too."""

import json
import re
from pathlib import Path
from typing import Any

import proofs
import pytest

ROOT = Path(__file__).parents[2]
SUMMARY = ROOT / "notebooks" / "reports" / "summary.ipynb"


def cells() -> list[dict[str, Any]]:
    return list(json.loads(SUMMARY.read_text("utf-8"))["cells"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("year", "grade"), proofs.sample([(2017, "03"), (2022, "all")], 1, seed=44)
)
def test_summary__says_a_direction_of_each_number_and_row_of_an_early_edition(year, grade):
    """There is no earlier year of the tests to compare with; of budgets neither way is better, and nothing is said."""
    shown: dict[str, Any] = {}
    names: dict[str, Any] = {}
    for at, cell in enumerate(one for one in cells() if one["cell_type"] == "code"):
        source = "".join(cell["source"])
        for name in ("sa.report.key_numbers(", "sa.plot_at_a_glance("):
            source = re.sub(rf"^{re.escape(name)}", f"shown = {name}", source, flags=re.M)
        exec(source, names)  # ours
        names |= {"report_year": year, "test_grade": grade} if at == 0 else {}
        if made := names.pop("shown", None):
            shown[type(made).__name__] = made
        if len(shown) == 2:
            break
    directions = [row[-1] for row in shown["ReportTable"].rows]
    assert len(directions) == 3
    assert all(directions)
    rows = shown["ReportFigure"].table.rows
    told = {row[0]: row[3] for row in rows if not row[0].startswith("School budget")}
    assert len(told) >= 4
    assert all(told.values()), told
