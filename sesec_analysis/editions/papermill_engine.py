"""The papermill engine ``sesec``: a notebook kept in memory while it runs, written once at the end or at a fault.

    papermill --engine sesec notebooks/reports/annual.ipynb out.ipynb -p report_year 2023

Stock papermill saves the whole notebook before and after each cell, which takes as long as a report's own work. This is
a shell over `execute`; what that does not do, papermill's own engine does. papermill imports every engine as it is
itself imported, so nothing here imports papermill before a notebook is to be run.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["PAPERMILL_ENGINE", "MemoryEngine"]


PAPERMILL_ENGINE = "sesec"
"""The name of the entry point, for papermill's ``--engine``."""

_PASSED_OVER = {
    *("autosave_cell_every", "extra_arguments", "input_path", "shutdown_kernel", "start_timeout")
}
"""Of papermill's wishes, those about a kernel's start and end or about saving: there is neither here."""


class MemoryEngine:
    """What papermill asks of an engine; its own base class cannot be named here before it is there."""

    @staticmethod
    def nb_kernel_name(nb: "NotebookNode", name: str | None = None) -> str:
        """Return the name of the kernel that the notebook asks for."""
        from papermill.engines import Engine

        kernel: str = Engine.nb_kernel_name(nb, name)
        return kernel

    @staticmethod
    def nb_language(nb: "NotebookNode", language: str | None = None) -> str:
        """Return the language that the notebook is written in."""
        from papermill.engines import Engine

        spoken: str = Engine.nb_language(nb, language)
        return spoken

    @classmethod
    def execute_notebook(
        cls,
        nb: "NotebookNode",
        kernel_name: str,
        output_path: str | Path | None = None,
        progress_bar: bool | dict[str, Any] = True,
        on_cell_start: Callable[..., object] | None = None,
        **wishes: Any,
    ) -> "NotebookNode":
        """Run a notebook with its values in it, and return it executed.

        Parameters
        ----------
        nb, kernel_name, output_path, progress_bar, on_cell_start
            As papermill gives them.
        **wishes
            Of another kernel's messages, log or time limit: then the notebook is run by papermill's own engine, as it
            is where papermill is called from another notebook.
        """
        from papermill.engines import NBClientEngine, NotebookExecutionManager

        if not _is_ours(kernel_name, wishes):
            hook = {"on_cell_start": on_cell_start} if on_cell_start else {}
            stock: NotebookNode = NBClientEngine.execute_notebook(
                nb, kernel_name, output_path, progress_bar=progress_bar, **hook, **wishes
            )
            return stock
        manager = NotebookExecutionManager(nb, None, progress_bar=progress_bar)
        manager.notebook_start()
        try:
            _execute(manager, on_cell_start)
        except (
            BaseException
        ):  # an interruption too: what ran so far is kept for whoever looks for the fault
            manager.output_path = output_path
            raise
        finally:
            manager.cleanup_pbar()
            manager.notebook_complete()  # papermill writes what it gets back
        executed: NotebookNode = manager.nb
        return executed


def _is_ours(kernel_name: str, wishes: dict[str, Any]) -> bool:
    from sesec_analysis.editions import execute

    asked = {name for name, value in wishes.items() if value and name not in _PASSED_OVER}
    return kernel_name == "python3" and not asked and not execute.is_in_notebook()


def _execute(manager: Any, on_cell_start: Callable[..., object] | None) -> None:
    from sesec_analysis.editions import execute

    last = 0

    def begins(at: int, cell: "NotebookNode") -> None:
        nonlocal last
        last = at
        if on_cell_start:
            on_cell_start(cell=cell, cell_index=at)
        manager.cell_start(cell, at)

    def ends(at: int, cell: "NotebookNode") -> None:
        manager.cell_complete(cell, at)

    if not execute.execute(manager.nb, begins=begins, ends=ends):
        manager.cell_exception(manager.nb.cells[last], last)
