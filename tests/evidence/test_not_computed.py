"""Notices in place of what cannot be computed: the notebook goes on, and only where it may."""

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from sesec_analysis import errors
from sesec_analysis.editions import run as editions_run
from sesec_analysis.editions.progress import Progress
from sesec_analysis.editions.run import not_computed
from sesec_analysis.evidence.not_computed import reasons

START = (
    "import pandas as pd\nimport sesec_analysis as sa\nsa.report.notices_in_place()\nx, y = 1, 1"
)
NOT_THERE = 'raise sa.DataError("the schools are of several years", fix="load one year")'
LEFT = "It cannot be computed from the available numbers: the schools are of several years."


def run(*sources):
    """Run cells, and return the notebook and whether it came to its end."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in (START, *sources)])
    made, ended = editions_run.run(notebook, {}, cwd=Path.cwd(), progress=Progress({}, None))
    made.cells = [cell for cell in made.cells if cell.cell_type == "code"]  # papermill adds words
    return made, ended


def shows(cell):
    """What a cell shows: the text of its notice, of its value, or the name of its error."""
    shown = []
    for output in cell["outputs"]:
        texts = [text for text, _ in reasons([output])]
        shown += texts or [output.get("ename") or output["data"]["text/plain"]]
    return shown


@pytest.mark.slow
def test_notice__stands_where_a_measure_cannot_be_computed():
    notebook, ended = run(
        f"before = 5\ny = 2\nx = {NOT_THERE[6:]}; {NOT_THERE}\ny = 3", "before", "'on'"
    )
    assert ended
    assert [shows(cell) for cell in notebook.cells[1:]] == [[LEFT], ["5"], ["'on'"]]
    [lack] = not_computed(notebook)
    assert str(lack) == f"section 'Getting ready', code cell 2: {LEFT}"
    assert "fix:   load one year" in lack.error


@pytest.mark.slow
def test_notice__is_what_cells_show_that_ask_for_what_is_not_there():
    asks = ["x + 1", "z = x", "z", 'pd.DataFrame({"a": [1]}).query("a == @z")']
    notebook, ended = run(NOT_THERE + "\nx = 3", *asks, "x = 4", "x")
    assert ended
    assert [shows(cell) for cell in notebook.cells[1:6]] == [[LEFT]] * 5
    assert [shows(cell) for cell in notebook.cells[6:]] == [[], ["4"]]
    assert len(not_computed(notebook)) == 1


@pytest.mark.slow
def test_notice__never_leaves_an_older_value_under_a_name():
    notebook, ended = run(
        "def fail():\n    " + NOT_THERE, "kept = 1\nx, (y, z) = fail()", "x", "y", "kept"
    )
    assert ended
    assert [shows(cell) for cell in notebook.cells[2:]] == [[LEFT], [LEFT], [LEFT], ["1"]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("nobody_set_it", "NameError"),
        ("from sesec_analysis.errors import LeakError\nraise LeakError('it tells')", "LeakError"),
        ("from sesec_analysis.errors import FileError\nraise FileError('cut off')", "FileError"),
    ],
)
def test_fault__stops_the_notebook(source, name):
    notebook, ended = run(NOT_THERE + "\nlost = 1", source, "'never reached'")
    assert not ended
    assert shows(notebook.cells[2]) == [name]
    assert notebook.cells[3]["outputs"] == []


def test_errors__say_which_of_them_leave_a_notice():
    kinds = [getattr(errors, name) for name in errors.__all__ if name.endswith("Error")]
    leaves = {kind.__name__ for kind in kinds if kind.leaves_a_notice}
    assert leaves == {"DataError", "NothingPublishedError"}
