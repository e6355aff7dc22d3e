"""The papermill engine: the same document as papermill's own, written once, from the command line too."""

import re
from contextlib import suppress
from importlib.metadata import entry_points
from pathlib import Path

import nbformat
import papermill
import pytest
from papermill.exceptions import PapermillExecutionError
from report_samples import PARAMETERS, code, figure, finding, notebook, record, running, text

from sesec_analysis.editions.papermill_engine import PAPERMILL_ENGINE, MemoryEngine

SHOWS = """\
import sys
print("first")
print("aside", file=sys.stderr)
display(report_year)
print("second")
place"""
CELLS = {
    "a report, words and values in order, a cell to be passed over, and a fault that is allowed": [
        text("## A"),
        running(finding(record("rate.white"))),
        running(figure(), tag="figure-a"),
        *(code(SHOWS), code(" "), code("report_year;")),
        *(code("1 / 0", tag="skip-execution"), code("3")),
        *(code("{}['a']", tag="raises-exception"), code("'after'")),
    ],
    "a fault": [code("print('before')\n{}['a']"), code("'never'")],
}


@pytest.fixture(autouse=True)
def _engine(monkeypatch):
    monkeypatch.delenv("SESEC_ENGINE", raising=False)
    papermill.engines.papermill_engines.register(PAPERMILL_ENGINE, MemoryEngine)


@pytest.fixture
def writes(monkeypatch) -> list[str]:
    """Every writing of a notebook by papermill."""
    kept: list[str] = []
    write = papermill.iorw.write_ipynb

    def watched(made: nbformat.NotebookNode, path: str) -> None:
        if path:
            kept.append(Path(path).name)
        write(made, path)

    for module in (papermill.engines, papermill.execute):
        monkeypatch.setattr(module, "write_ipynb", watched)
    return kept


def executed(
    made: nbformat.NotebookNode, out: Path, engine: str | None, **also
) -> nbformat.NotebookNode:
    with suppress(PapermillExecutionError):
        papermill.execute_notebook(
            made,
            out,
            parameters={"report_year": 2023, "place": "seattle"},
            engine_name=engine,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            cwd=out.parent,
            **also,
        )
    return nbformat.read(out, as_version=4)


def told(made: nbformat.NotebookNode) -> list[object]:
    """All that two engines have to agree in: what each cell is, shows and came to."""
    return [
        (
            cell.cell_type,
            cell.source,
            cell.metadata.get("papermill", {}).get("status"),
            cell.metadata.get("papermill", {}).get("exception"),
            cell.get("execution_count"),
            [_shown(output) for output in cell.get("outputs", [])],
        )
        for cell in made.cells
    ]


def _shown(output: nbformat.NotebookNode) -> dict[str, object]:
    if output.output_type != "error":
        return dict(output)
    # Each names a cell's code in its own way.
    value = re.sub(r"\(\S+, line", "(a cell, line", output.evalue)
    return {"ename": output.ename, "evalue": value, "last": output.traceback[-1:] != []}


@pytest.mark.slow
@pytest.mark.parametrize("kind", CELLS)
def test_engine__gives_the_same_notebook_as_papermills_own_and_writes_it_once(
    kind, tmp_path, writes
):
    made = notebook(code(PARAMETERS, tag="parameters"), *CELLS[kind])
    ours = executed(made, tmp_path / "ours.ipynb", PAPERMILL_ENGINE)
    assert writes == ["ours.ipynb"]
    stock = executed(made, tmp_path / "stock.ipynb", None)
    assert len(writes) > 5
    assert told(ours) == told(stock)


def test_engine__is_found_by_papermill_where_the_package_is_installed():
    [found] = entry_points(group="papermill.engine", name=PAPERMILL_ENGINE)
    assert found.load() is MemoryEngine
