"""The tutorials run from top to bottom, as they stand, and say what they promise.

They run by our engine, which gives what Jupyter gives and begins at once.
"""

from pathlib import Path

import papermill
import proofs
import pytest

import sesec_analysis as sa
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
PLACES = [code for code in sa.places().index if code != "washington"]
PARAMETERS: list[tuple[str, str, object]] = [
    *(("01_first_look.ipynb", "place", place) for place in PLACES),
    *(("03_cite_a_finding.ipynb", "end_year", year) for year in range(2015, 2024)),
    *(("04_how_the_intervals_work.ipynb", "schools", count) for count in (1, 3)),
    *(("05_your_own_table.ipynb", "clinics", count) for count in range(1, 6)),
    *(("06_the_plots.ipynb", "end_year", year) for year in range(2016, 2024)),
    *(("07_how_the_report_says_it.ipynb", "report_year", year) for year in range(2018, 2026)),
    *(
        ("07_how_the_report_says_it.ipynb", "place", place)
        for place in PLACES
        if place != "rest_of_seattle_regular"
    ),
]
"""Every value that the comments of parameters promise, of those with a list."""


@pytest.mark.slow
@pytest.mark.proof("Tutorials run and show what they promise", seed=6, tried="every tutorial")
@pytest.mark.parametrize("name", proofs.sample(TUTORIALS, 3, seed=6))
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


@pytest.mark.slow
@pytest.mark.proof(
    "Tutorials run with every value of their parameters", tried="every value", only_in_full=True
)
@pytest.mark.parametrize(("name", "parameter", "value"), PARAMETERS)
def test_tutorial__runs_with_the_values_that_its_parameters_promise(
    name: str, parameter: str, value: object, tmp_path: Path
) -> None:
    """By stock papermill, in a kernel of its own."""
    papermill.execute_notebook(
        FOLDER / name,
        tmp_path / name,
        parameters={parameter: value},
        kernel_name="python3",
        progress_bar=False,
    )


def _texts(outputs: list[dict[str, object]]) -> list[str]:
    told = []
    for output in outputs:
        data = output.get("data", {})
        assert isinstance(data, dict)
        told.append(str(data.get("text/plain") or output.get("text", "")))
    return told


def test_tutorials__are_the_ones_promised() -> None:
    assert sorted(PROMISED) == TUTORIALS
