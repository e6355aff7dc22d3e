"""Execute a notebook's cells in an IPython shell: in this process, or in a forked child. No papermill.

`running.run` starts a Python for each notebook, which takes longer than a fact sheet's own work. Here the cells run in
a process that was forked for this one notebook (`warm_pool`) and ends with it, so that nothing of one notebook reaches
the next. Both ways give the same document (a test holds them together); `running.run` stays the reference.
"""

import io
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sesec_analysis.editions import run as editions_run
from sesec_analysis.editions.progress import Progress

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell
    from nbformat import NotebookNode

__all__ = ["run"]


def run(
    notebook: "NotebookNode",
    values: Mapping[str, Any],
    *,
    cwd: Path,
    progress: Progress,
    withhold: Iterable[str] = (),
) -> tuple["NotebookNode", bool]:
    """Run a notebook in this process, as `running.run` does in one of its own.

    Only for a process that ends with it: the notebook may change whatever it likes here.
    """
    executed = deepcopy(notebook)
    with (
        tempfile.TemporaryDirectory(prefix="sesec-") as scratch,
        editions_run.surroundings(Path(scratch), withhold),
    ):
        before = Path.cwd()
        os.chdir(cwd)
        try:
            ended = _run_cells(executed, values, progress)
        finally:
            os.chdir(before)
    progress.close(None if ended else "failed")
    return executed, ended


def _run_cells(notebook: "NotebookNode", values: Mapping[str, Any], progress: Progress) -> bool:
    shell = _shell()
    given = "\n".join(f"{name} = {value!r}" for name, value in values.items())
    if not any(_is_parameters(cell) for cell in notebook.cells):
        shell.run_cell(given)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        progress.cell(cell.get("id", ""))
        if not _run_cell(shell, cell):
            return False
        if _is_parameters(cell):  # the values follow the defaults, as papermill injects them
            shell.run_cell(given)
    return True


def _is_parameters(cell: Mapping[str, Any]) -> bool:
    return "parameters" in cell["metadata"].get("tags", [])


def _shell() -> "InteractiveShell":
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    settled = Config()
    settled.HistoryManager.enabled = False
    settled.InteractiveShell.colors = "nocolor"
    InteractiveShell.clear_instance()
    return InteractiveShell.instance(config=settled)


def _run_cell(shell: "InteractiveShell", cell: "NotebookNode") -> bool:
    """Run a cell, put what it shows into it, and return whether it came to its end."""
    from IPython.core.displayhook import CapturingDisplayHook, DisplayHook
    from IPython.core.displaypub import CapturingDisplayPublisher

    publisher = CapturingDisplayPublisher()
    shell.display_pub = publisher
    # A cell's last value is shown by this hook, in one list with what the cell displays before.
    hook = CapturingDisplayHook(shell=shell, outputs=publisher.outputs)
    # Asked only when there is something to show: then the cell can be parsed.
    is_quiet = DisplayHook.semicolon_at_end_of_expression
    shell.display_trap.hook = lambda value: None if is_quiet(cell.source) else hook(value)
    said, warned = io.StringIO(), io.StringIO()
    with redirect_stdout(said), redirect_stderr(warned):
        done = shell.run_cell(cell.source, store_history=True)
    cell.execution_count = done.execution_count
    fault = done.error_before_exec or done.error_in_exec
    # IPython prints a fault too, as it does for people; the notebook tells it once.
    spoken = {} if fault else {"stdout": said.getvalue(), "stderr": warned.getvalue()}
    cell.outputs = [*_shown(spoken, publisher.outputs), *([_error(fault)] if fault else [])]
    return fault is None


def _shown(
    spoken: Mapping[str, str], displayed: Iterable[Mapping[str, Any]]
) -> Iterator["NotebookNode"]:
    from nbformat.v4 import new_output

    for name, text in spoken.items():
        if text:
            yield new_output("stream", name=name, text=text)
    for one in displayed:
        yield new_output("display_data", data=one["data"], metadata=one["metadata"] or {})


def _error(fault: BaseException) -> "NotebookNode":
    import traceback

    from nbformat.v4 import new_output

    lines = traceback.format_exception(fault)
    return new_output("error", ename=type(fault).__name__, evalue=str(fault), traceback=lines)
