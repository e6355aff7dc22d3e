"""Run a notebook with parameters through papermill."""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sesec_analysis import errors
from sesec_analysis.editions.documents.notebook import whereabouts
from sesec_analysis.editions.papermill_engine import PAPERMILL_ENGINE
from sesec_analysis.editions.pool import surroundings
from sesec_analysis.editions.progress import Progress
from sesec_analysis.errors import EditionError, SesecError
from sesec_analysis.evidence.not_computed import reasons
from sesec_analysis.files import scratch_folder

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["NotShown", "RunError", "failure", "keep", "load", "not_computed", "run"]


_ENGINE = "SESEC_ENGINE"
_HOW: dict[str, Any] = {
    "kernel_name": "python3",
    "language": "python",
    "progress_bar": False,
    "extra_arguments": ["--log-level=ERROR"],  # quiet about its transport
    "shutdown_kernel": "immediate",
}


class RunError(SesecError):
    """A notebook was started and did not come to its end."""


def load(path: Path) -> "NotebookNode":
    """Return the notebook at ``path``, in the current format."""
    import nbformat

    try:
        notebook = nbformat.v4.upgrade(nbformat.read(path, as_version=4))
    except (ValueError, AttributeError) as fault:  # not JSON; JSON of another kind
        fix = "restore it from the repository"
        raise EditionError(f"{path.name} is not a notebook", where=str(path), fix=fix) from fault
    return notebook


def run(
    notebook: "NotebookNode",
    values: Mapping[str, Any],
    *,
    cwd: Path,
    progress: Progress,
) -> tuple["NotebookNode", bool]:
    """Run a notebook in ``cwd`` and return it executed, and whether it came to its end.

    Papermill runs it: in this process by our engine, or by its own if ``SESEC_ENGINE=stock``.

    Raises
    ------
    RunError
        If the notebook's Python itself died, so that no cell says what happened.
    """
    import papermill

    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # what matters is raised
    with (
        scratch_folder() as scratch,
        surroundings(Path(scratch)),
    ):
        saved = Path(scratch) / "executed.ipynb"
        try:
            executed = papermill.execute_notebook(
                notebook,
                saved,
                parameters=dict(values),
                engine_name=None if os.environ.get(_ENGINE) == "stock" else PAPERMILL_ENGINE,
                cwd=cwd,
                on_cell_start=lambda cell, cell_index: progress.cell(cell.get("id", "")),
                **_HOW,
            )
        except papermill.PapermillExecutionError:
            progress.close("failed")
            return load(saved), False
        except (KeyError, RuntimeError) as fault:
            progress.close("failed")
            raise _kernel_error(fault) from fault
    progress.close()
    return executed, True


def _kernel_error(fault: KeyError | RuntimeError) -> RunError:
    if isinstance(fault, KeyError):  # jupyter_client's NoSuchKernel
        fix = "set the environment up again, as README.md says"
        return RunError("no Python for notebooks is installed here", fix=fix)
    # nbclient's DeadKernelError
    fix = "often the machine's memory was used up: close other programs and run it again"
    return RunError("the notebook's Python stopped without a word", fix=fix)


@dataclass(frozen=True)
class NotShown:
    """What a notice stands in place of: where that is, why in words, and the error."""

    where: str
    words: str
    error: str

    def __str__(self) -> str:
        """Return place and words in one line."""
        return f"{self.where}: {self.words}"


def not_computed(notebook: "NotebookNode") -> list[NotShown]:
    """Return what notices stand in place of, each reason once, where it occurs first."""
    first: dict[str, NotShown] = {}
    for cell, where in zip(notebook.cells, whereabouts(notebook), strict=True):
        for words, error in reasons(cell.get("outputs", [])):
            first.setdefault(error, NotShown(where, words, error))
    return list(first.values())


def failure(notebook: "NotebookNode", edition: str, *, command: str = "") -> RunError:
    """Return the error that tells a reader where a notebook stopped, and what to do.

    ``command`` builds the edition, as it was typed; by default without parameters.
    """
    where, name, words = _stop(notebook)
    words = words.strip().replace("\n", "\n    ")
    what = f"{edition} was not built: it stopped in {where}"
    if name in _our_errors(SesecError):
        what += f"\n    {words}"
        again = command or f"sesec report {edition}"
        fix = f"do what the lines above say, then run again: {again}"
    else:
        what += f"\n    {name}: {words}"
        fix = "this is a fault of the notebook or the package: pass the notebook named here to whoever keeps them"
    return RunError(what, fix=fix)


def _stop(notebook: "NotebookNode") -> tuple[str, str, str]:
    """Return where a notebook stopped, and the name and the words of its error."""
    for cell, where in zip(notebook.cells, whereabouts(notebook), strict=True):
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                return where, output["ename"], output["evalue"]
    return "an unknown cell", "unknown error", "no cell says what happened"


def _our_errors(kind: type[SesecError]) -> set[str]:
    names = {name for name in errors.__all__ if name != kind.__name__}
    return {kind.__name__, *names, *(child.__name__ for child in kind.__subclasses__())}


def keep(notebook: "NotebookNode", path: Path, *, hide: Mapping[str, str]) -> None:
    """Write an executed notebook for whoever looks for the fault, without the paths of this machine.

    Parameters
    ----------
    notebook
        The notebook as it ran.
    path
        Where to write it.
    hide
        What to write in place of each folder's path.
    """
    import nbformat

    notebook = nbformat.from_dict(_scrub_value(notebook, hide))
    notebook.metadata.pop("papermill", None)
    try:
        nbformat.write(notebook, path)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _scrub_value(value: Any, hide: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for folder, word in sorted(hide.items(), key=lambda pair: -len(pair[0])):
            value = value.replace(folder, word)
        return value
    if isinstance(value, Mapping):
        return {key: _scrub_value(item, hide) for key, item in value.items()}
    if isinstance(value, list):
        return [_scrub_value(item, hide) for item in value]
    return value
