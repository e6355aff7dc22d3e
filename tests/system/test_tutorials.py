"""The tutorials run from top to bottom, as they stand, and say what they promise.

They run by our engine, which gives what Jupyter gives and begins at once.
"""

from pathlib import Path

import papermill
import proofs
import pytest

from sesec_analysis.editions.papermill_engine import PAPERMILL_ENGINE, MemoryEngine

FOLDER = Path(__file__).parents[2] / "notebooks" / "tutorials"
TUTORIALS = sorted(path.name for path in FOLDER.glob("*.ipynb"))
PROMISED = {
    "01_first_look.ipynb": "71.7 percent of students in Southeast Seattle attended school regularly",
    "02_add_an_indicator.ipynb": "not shown: fewer than 10 students",
    "03_cite_a_finding.ipynb": "sesec:ratio.disciplined.2019.all.seattle.black-others",
    "04_how_the_intervals_work.ipynb": "2,000 of 2,000 places: the truth is inside the bounds",
    "05_your_own_table.ipynb": "truth -1.4 points; pandas with NA +13.5; bounds -5.3 to +0.5, the truth inside: True",
    "06_the_plots.ipynb": "Dot plot: Suspended or expelled, by race and ethnicity",
    "07_how_the_report_says_it.ipynb": "A question to ask",
}


@pytest.mark.slow
@pytest.mark.proof("Tutorials run and show what they promise", seed=6, tried="every tutorial")
@pytest.mark.parametrize("name", proofs.sample(TUTORIALS, 2, seed=6))
def test_tutorial__runs_and_shows_what_it_promises(name: str, tmp_path: Path) -> None:
    papermill.engines.papermill_engines.register(PAPERMILL_ENGINE, MemoryEngine)
    parameters = {"folder": str(tmp_path / "workshop")} if "add_an_indicator" in name else {}
    done = papermill.execute_notebook(
        FOLDER / name,
        tmp_path / name,
        parameters=parameters,
        engine_name=PAPERMILL_ENGINE,
        kernel_name="python3",
        progress_bar=False,
    )
    shown = [text for cell in done.cells for text in _texts(cell.get("outputs", []))]
    assert PROMISED[name] in "\n".join(shown)


def _texts(outputs: list[dict[str, object]]) -> list[str]:
    told = []
    for output in outputs:
        data = output.get("data", {})
        assert isinstance(data, dict)
        told.append(str(data.get("text/plain") or output.get("text", "")))
    return told


def test_tutorials__are_the_ones_promised() -> None:
    assert sorted(PROMISED) == TUTORIALS
