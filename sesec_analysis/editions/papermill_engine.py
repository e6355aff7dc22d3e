"""The papermill engine ``sesec``: run a notebook's cells in an IPython shell of this process, and write it once.

    papermill --engine sesec notebooks/reports/annual.ipynb out.ipynb -p report_year 2023

Stock papermill starts a Python for each notebook, and saves the whole notebook before and after each cell, which takes
as long as a report's own work. Here the cells run in this process, and what they show is kept in memory until the end
or a fault; both ways give the same document (a test compares them). A command runs it in a worker process (`pool`), so
that a notebook that kills its Python leaves the command alive. What this engine does not do, papermill's own does.
papermill imports every engine as it is itself imported, so nothing here imports papermill, IPython, or what findings
need before a notebook is to be run.
"""

import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell
    from nbformat import NotebookNode

__all__ = ["PAPERMILL_ENGINE", "MemoryEngine", "is_in_notebook"]


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
            _run(manager, on_cell_start)
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
    asked = {name for name, value in wishes.items() if value and name not in _PASSED_OVER}
    return kernel_name == "python3" and not asked and not is_in_notebook()


_SKIPPED, _MAY_FAIL = "skip-execution", "raises-exception"
"""Tags that papermill and nbclient heed; so do we."""


def _run(manager: Any, on_cell_start: Callable[..., object] | None) -> None:
    """Run the cells of a notebook in this process, and put what they show into them, until one fails that may not."""
    with _shell() as shell:
        for at, cell in enumerate(manager.nb.cells):
            if on_cell_start:
                on_cell_start(cell=cell, cell_index=at)
            manager.cell_start(cell, at)
            ended = not _is_to_run(cell) or _run_cell(shell, cell)
            manager.cell_complete(cell, at)
            if not ended and _MAY_FAIL not in _tags(cell):
                manager.cell_exception(cell, at)
                return


def is_in_notebook() -> bool:
    """Return whether this process runs a notebook's shell, or a person's, which ours would end."""
    from IPython.core.interactiveshell import InteractiveShell

    return InteractiveShell.initialized()


def _is_to_run(cell: "NotebookNode") -> bool:
    return cell.cell_type == "code" and cell.source.strip() and _SKIPPED not in _tags(cell)


def _tags(cell: Mapping[str, Any]) -> list[str]:
    tags: list[str] = cell["metadata"].get("tags", [])
    return tags


@contextmanager
def _shell() -> Iterator["InteractiveShell"]:
    """Give a shell of its own, and leave ``__main__`` as it was."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    settled = Config()
    settled.HistoryManager.enabled = False
    settled.InteractiveShell.colors = "nocolor"
    main = sys.modules["__main__"]
    try:
        yield InteractiveShell.instance(config=settled)
    finally:
        InteractiveShell.clear_instance()
        sys.modules["__main__"] = main


class _Stream(io.TextIOBase):
    """The text that a cell prints, put among what it shows, in the order of both."""

    def __init__(self, name: str, outputs: list["NotebookNode"]) -> None:
        self._name, self._outputs = name, outputs

    def write(self, text: str) -> int:
        from nbformat import v4

        last = self._outputs[-1] if self._outputs else {}
        if text and last.get("name") == self._name:
            last["text"] += text
        elif text:
            self._outputs.append(v4.new_output("stream", name=self._name, text=text))
        return len(text)


class _Publisher:
    """The outputs that a cell displays, put among what it prints; stands in for IPython's own publisher."""

    is_publishing = False

    def __init__(self, outputs: list["NotebookNode"]) -> None:
        self._outputs = outputs

    def publish(
        self, data: Mapping[str, Any], metadata: Mapping[str, Any] | None = None, **_: object
    ) -> None:
        self._outputs.append(_make_output("display_data", data, metadata or {}))

    def clear_output(self, wait: bool = False) -> None:
        self._outputs.clear()


def _make_output(kind: str, data: Mapping[str, Any], metadata: Mapping[str, Any]) -> "NotebookNode":
    """Return an output as `nbformat` makes it, which would hold each against its schema; the document is read after."""
    import nbformat

    from sesec_analysis.evidence.described.specs import VARIABLE
    from sesec_analysis.evidence.notices import SPEC

    output = nbformat.NotebookNode(output_type=kind)
    # Of what is described for a document, it takes nothing else; a notebook that is run alone keeps its pictures.
    is_described = SPEC in data and bool(os.environ.get(VARIABLE))
    described = {SPEC: data[SPEC]} if is_described else dict(data)
    # Not by its own `update`, which would copy all of it: it is read, and never changed.
    dict.update(output, metadata=dict(metadata), data=described)
    return output


def _run_cell(shell: Any, cell: "NotebookNode") -> bool:
    """Run a cell, put what it shows into it, and return whether it came to its end."""
    from IPython.core.displayhook import DisplayHook
    from nbformat import v4

    outputs: list[NotebookNode] = []
    # Asked only when there is something to show: then the cell can be parsed.
    is_quiet = DisplayHook.semicolon_at_end_of_expression

    def show_last(value: object) -> None:
        if value is None or is_quiet(cell.source):
            return
        data, metadata = shell.display_formatter.format(value)
        outputs.append(_make_output("execute_result", data, metadata))

    def show_fault(kind: type, fault: object, lines: list[str]) -> None:
        words = {"ename": kind.__name__, "evalue": str(fault), "traceback": lines}
        outputs.append(v4.new_output("error", **words))

    shell.display_pub = _Publisher(outputs)
    shell.display_trap.hook = show_last
    shell._showtraceback = show_fault  # IPython would print it, as it does for people
    with redirect_stdout(_Stream("stdout", outputs)), redirect_stderr(_Stream("stderr", outputs)):
        done = shell.run_cell(cell.source, store_history=True)
    if isinstance(done.error_in_exec, KeyboardInterrupt):
        raise done.error_in_exec  # somebody stops all of it: IPython would stop the cell
    cell.execution_count = done.execution_count
    cell.outputs = outputs
    for output in outputs:
        if output["output_type"] == "execute_result":
            output["execution_count"] = done.execution_count
    return bool(done.success)
