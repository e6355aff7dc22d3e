"""Execute a notebook's cells in an IPython shell: in this process, or in a forked child. No papermill.

Stock papermill starts a Python for each notebook and saves the notebook before and after each cell. Here the cells run
in a process that was forked for this one notebook (`pool`) and ends with it, so that nothing of one notebook reaches
the next; what they show is kept in memory. Both ways give the same document (a test holds them together). Nothing here
imports papermill, which would import its engines, and so this module, in turn.

`run` and `execute` run cells in the process they are in, `execute_in_child` in a child, so that a notebook that
kills its Python, or changes whatever it likes, leaves the caller as it was.
"""

import gc
import io
import os
import signal
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, redirect_stderr, redirect_stdout, suppress
from copy import deepcopy
from multiprocessing import connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sesec_analysis.editions import pool
from sesec_analysis.editions.progress import Progress
from sesec_analysis.evidence.notices import SPEC

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell
    from nbformat import NotebookNode

__all__ = ["DeadChildError", "execute", "execute_in_child", "one_child", "run"]


_PARAMETERS, _INJECTED = "parameters", "injected-parameters"
_SKIPPED, _MAY_FAIL = "skip-execution", "raises-exception"
"""Tags that papermill and nbclient heed; so do we."""

Heard = Callable[[int, "NotebookNode"], object]
"""Is told of a cell, and of its place in the notebook."""


def run(
    notebook: "NotebookNode",
    values: Mapping[str, Any],
    *,
    cwd: Path,
    progress: Progress,
) -> tuple["NotebookNode", bool]:
    """Run a notebook in this process, as `editions.run` does in one of its own.

    Only for a process that ends with it: the notebook may change whatever it likes here.
    """
    executed = _with_values(notebook, values)
    with (
        tempfile.TemporaryDirectory(prefix="sesec-") as scratch,
        pool.surroundings(Path(scratch)),
    ):
        before = Path.cwd()
        os.chdir(cwd)
        try:
            ended = execute(executed, begins=lambda at, cell: progress.cell(cell.get("id", "")))
        finally:
            os.chdir(before)
    progress.close(None if ended else "failed")
    return executed, ended


def _with_values(notebook: "NotebookNode", values: Mapping[str, Any]) -> "NotebookNode":
    """Return a copy with the values after the defaults, or before all without any, as papermill injects them."""
    from sesec_analysis.editions.quick_nbformat import v4

    copy = deepcopy(notebook)
    source = "\n".join(f"{name} = {value!r}" for name, value in values.items())
    after = [at for at, cell in enumerate(copy.cells) if _PARAMETERS in _tags(cell)]
    injected = v4.new_code_cell(source, metadata={"tags": [_INJECTED]})
    copy.cells.insert(after[0] + 1 if after else 0, injected)
    return copy


def execute(
    notebook: "NotebookNode",
    *,
    begins: Heard = lambda at, cell: None,
    ends: Heard = lambda at, cell: None,
) -> bool:
    """Run the cells of a notebook in this process, put what they show into them, and return whether all came to an end.

    Parameters
    ----------
    notebook
        A notebook with its values in it; its cells are changed.
    begins, ends
        Told of each cell before and after it runs; of one that holds no code, too.
    """
    shell = _shell()
    for at, cell in enumerate(notebook.cells):
        begins(at, cell)
        ended = not _is_to_run(cell) or _run_cell(shell, cell)
        ends(at, cell)
        if not ended and _MAY_FAIL not in _tags(cell):
            return False
    return True


def _is_to_run(cell: "NotebookNode") -> bool:
    return cell.cell_type == "code" and cell.source.strip() and _SKIPPED not in _tags(cell)


def _tags(cell: Mapping[str, Any]) -> list[str]:
    tags: list[str] = cell["metadata"].get("tags", [])
    return tags


def _shell() -> "InteractiveShell":
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    settled = Config()
    settled.HistoryManager.enabled = False
    settled.InteractiveShell.colors = "nocolor"
    InteractiveShell.clear_instance()
    return InteractiveShell.instance(config=settled)


class _Stream(io.TextIOBase):
    """The text that a cell prints, put among what it shows, in the order of both."""

    def __init__(self, name: str, outputs: list["NotebookNode"]) -> None:
        self._name, self._outputs = name, outputs

    def write(self, text: str) -> int:
        from sesec_analysis.editions.quick_nbformat import v4

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
        self._outputs.append(_shown("display_data", data, metadata or {}))

    def clear_output(self, wait: bool = False) -> None:
        self._outputs.clear()


def _shown(kind: str, data: Mapping[str, Any], metadata: Mapping[str, Any]) -> "NotebookNode":
    """Return an output as `nbformat` makes it, which would hold each against its schema; the document is read after."""
    from sesec_analysis.editions.quick_nbformat import nbformat

    output = nbformat.NotebookNode(output_type=kind)
    # Of what is described, a document takes nothing else.
    described = {SPEC: data[SPEC]} if SPEC in data else dict(data)
    # Not by its own `update`, which would copy all of it: it is read, and never changed.
    dict.update(output, metadata=dict(metadata), data=described)
    return output


def _run_cell(shell: Any, cell: "NotebookNode") -> bool:
    """Run a cell, put what it shows into it, and return whether it came to its end."""
    from IPython.core.displayhook import DisplayHook

    from sesec_analysis.editions.quick_nbformat import v4

    outputs: list[NotebookNode] = []
    # Asked only when there is something to show: then the cell can be parsed.
    is_quiet = DisplayHook.semicolon_at_end_of_expression

    def show_last(value: object) -> None:
        if value is None or is_quiet(cell.source):
            return
        data, metadata = shell.display_formatter.format(value)
        outputs.append(_shown("execute_result", data, metadata))

    def show_fault(kind: type, fault: object, lines: list[str]) -> None:
        words = {"ename": kind.__name__, "evalue": str(fault), "traceback": lines}
        outputs.append(v4.new_output("error", **words))

    shell.display_pub = _Publisher(outputs)
    shell.display_trap.hook = show_last
    shell._showtraceback = show_fault  # IPython would print it, as it does for people
    with redirect_stdout(_Stream("stdout", outputs)), redirect_stderr(_Stream("stderr", outputs)):
        done = shell.run_cell(cell.source, store_history=True)
    cell.execution_count = done.execution_count
    cell.outputs = outputs
    for output in outputs:
        if output["output_type"] == "execute_result":
            output["execution_count"] = done.execution_count
    return bool(done.success)


_SHOWN = ("execution_count", "outputs")
"""The fields that running a cell writes into it."""

_PATIENCE = 10.0
"""Seconds that a stopped notebook may take to clear away what it began."""


class DeadChildError(RuntimeError):
    """The notebook's Python ended before the notebook did."""


class _Child:
    """A forked process that runs one notebook after another; what one has read, the next has at hand."""

    def __init__(self, server: ForkServerContext) -> None:
        self._line, theirs = server.Pipe()
        self._process: ForkServerProcess = server.Process(target=_serve, args=(theirs,))
        with pool.unnamed_main():
            self._process.start()
        theirs.close()

    def execute(self, notebook: "NotebookNode", *, begins: Heard, ends: Heard) -> bool:
        """Run a notebook in the folder and surroundings of now; see `execute_in_child`."""
        self._line.send((notebook, Path.cwd(), dict(os.environ)))
        while True:
            connection.wait([self._line, self._process.sentinel])
            try:
                # What was sent before the end is still heard; a grandchild may hold the line open after it.
                heard = self._line.recv() if self._line.poll() else None
            except (EOFError, ConnectionResetError):
                heard = None
            match heard:
                case int(at), None:
                    begins(at, notebook.cells[at])
                case int(at), shown:
                    notebook.cells[at].update(shown)
                    ends(at, notebook.cells[at])
                case bool(ended):
                    return ended
                case _:
                    raise DeadChildError("the notebook's Python ended before the notebook did")

    def interrupt(self) -> None:
        """Stop it at its work; an interruption of the caller: nobody waits for it any more."""
        if self._process.pid is not None:
            with suppress(ProcessLookupError):  # it died by itself
                os.kill(self._process.pid, signal.SIGINT)

    def end(self) -> None:
        """Let it go, and wait until it is gone."""
        self._line.close()
        self._process.join(_PATIENCE)
        if self._process.is_alive():
            self._process.kill()


_CHILD = pool.Idle(_Child.end)


def one_child() -> AbstractContextManager[None]:
    """Run all notebooks of a block in one child, each with variables of its own: the figures are read only once."""
    return _CHILD.block()


def execute_in_child(notebook: "NotebookNode", *, begins: Heard, ends: Heard) -> bool:
    """Run the cells of a notebook in a forked child, in the folder and surroundings of now; see `execute`.

    Raises
    ------
    DeadChildError
        If the child ended without a word; the cells that had ended hold what they showed.
    """
    with pool.server() as server:
        child = _CHILD.taken() or _Child(server)
        try:
            ended = child.execute(notebook, begins=begins, ends=ends)
        except BaseException:
            child.interrupt()
            child.end()
            raise
        _CHILD.give_back(child, can_go_on=ended)
    return ended


def _serve(line: connection.Connection) -> None:
    """Run the notebooks that are sent, in the child, until the line is closed."""
    gc.freeze()  # what was imported stays: it is not searched for garbage
    gc.set_threshold(50_000, 20, 50)  # as in the commands
    with suppress(
        EOFError, KeyboardInterrupt, BrokenPipeError
    ):  # the caller is gone, or was interrupted and says so
        while True:
            notebook, cwd, environment = line.recv()
            _run(notebook, cwd, environment, line)
    line.close()


def _run(
    notebook: "NotebookNode", cwd: Path, environment: dict[str, str], line: connection.Connection
) -> None:
    os.environ.clear()  # the server may be older than the caller's surroundings
    os.environ.update(environment)
    os.chdir(cwd)
    ended = execute(
        notebook,
        begins=lambda at, cell: line.send((at, None)),
        ends=lambda at, cell: line.send((at, {key: cell[key] for key in _SHOWN if key in cell})),
    )
    line.send(ended)
