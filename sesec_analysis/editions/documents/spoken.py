"""Say what a notebook shows in other languages too, from one run: nothing is read or measured again.

Behind each cell that shows something, the notebook that is run has one that shows the same in all other languages.
Afterwards these cells are taken out again, and make a notebook for each language. Of the findings that it shows only
words are taken from it: everything else is said once, in English.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sesec_analysis import i18n, i18n_files
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.notebook import (
    Document,
    Layout,
    Record,
    section_names,
)

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["english", "front", "in_language", "spoken_with", "told", "translated"]


_LAST: dict[Layout, str] = {"summary": "", "sheet": "How to read this sheet"}
"""The documents that families read in their own languages, and the last section of each that they do; empty: all."""
_QUIET = "parameters", "injected-parameters", "skip-execution", "raises-exception"


def translated() -> tuple[str, ...]:
    """Return the languages that an edition is told in beside English: those with a file of translations.

    A trial of the whole report in another language has none beside it.
    """
    if i18n.language() != i18n_files.ENGLISH:
        return ()
    return tuple(
        code for code in i18n.languages() if code not in (i18n_files.ENGLISH, i18n_files.PSEUDO)
    )


def spoken_with(notebook: "NotebookNode", layout: Layout, codes: Sequence[str]) -> "NotebookNode":
    """Return a notebook that shows what it shows in these languages too; one that nobody translates as it is.

    Parameters
    ----------
    notebook
        Not run yet.
    layout
        Of the document that it makes.
    codes
        The languages beside English.
    """
    if layout not in _LAST or not codes:
        return notebook
    told = front(notebook, layout)
    begin = _cell("told-begin", "from sesec_analysis import i18n as _i18n; _i18n.keep()")
    end = _cell("told-end", "_i18n.forget()")
    cells = [one for cell in told for one in _said(cell, codes)]
    return _with_cells(notebook, [begin, *cells, end, *notebook.cells[len(told) :]])


def front(notebook: "NotebookNode", layout: Layout) -> list["NotebookNode"]:
    """Return the cells of a notebook up to the last one of the sections that families read in their own languages."""
    last = _LAST[layout]
    names = section_names(notebook)
    if last not in names:
        return list(notebook.cells)
    return list(notebook.cells[: len(names) - names[::-1].index(last)])


def _said(cell: "NotebookNode", codes: Iterable[str]) -> Iterator["NotebookNode"]:
    """Yield a cell, and one that shows the same in each language."""
    yield cell
    if shown := _shown(cell):
        said = f"_i18n.in_words({tuple(codes)!r}, lambda: (\n{shown}\n))"
        yield _cell(f"{cell.id}-told", said)


def _cell(name: str, source: str) -> "NotebookNode":
    """Return a cell of ours, as `nbformat.v4.new_code_cell` makes it, which holds each against its schema.

    ``source`` is one statement, which `execute` runs by itself.
    """
    from sesec_analysis.editions.quick_nbformat import nbformat

    return nbformat.from_dict(
        {
            "id": name[-64:],
            "cell_type": "code",
            "metadata": {"tags": [i18n.TELLING]},
            "execution_count": None,
            "source": source,
            "outputs": [],
        }
    )


def _shown(cell: "NotebookNode") -> str:
    """Return the expression whose value a cell shows; empty if it shows none."""
    tags = cell.metadata.get("tags", [])
    if cell.cell_type != "code" or cell.source.rstrip().endswith(";") or set(tags) & {*_QUIET}:
        return ""
    try:
        steps = ast.parse(cell.source).body
    except SyntaxError:  # it is refused where it is run
        return ""
    last = steps[-1] if steps else None
    return ast.get_source_segment(cell.source, last) or "" if isinstance(last, ast.Expr) else ""


def _is_told(cell: "NotebookNode") -> bool:
    return i18n.TELLING in cell.metadata.get("tags", [])


def english(executed: "NotebookNode") -> "NotebookNode":
    """Return an executed notebook without the cells for other languages."""
    return _with_cells(executed, [cell for cell in executed.cells if not _is_told(cell)])


def _with_cells(notebook: "NotebookNode", cells: Iterable["NotebookNode"]) -> "NotebookNode":
    """Return a notebook with other cells; what they show, pictures and all, is not copied."""
    return _with(notebook, cells=[_with(cell) for cell in cells])


def _with(node: "NotebookNode", **changed: object) -> "NotebookNode":
    """Return a part of a notebook with other values; all else in it is the same, and not copied."""
    made = type(node)()
    dict.update(made, node, **changed)  # its own `update` would copy all of it
    return made


def in_language(executed: "NotebookNode", layout: Layout, code: str) -> "NotebookNode":
    """Return an executed notebook as it is shown in a language: its prose, and what its cells show in that language."""
    cells: list[NotebookNode] = []
    for cell in executed.cells:
        if not _is_told(cell):
            cells.append(_with(cell, outputs=[]) if cell.cell_type == "code" else cell)
        elif cell.outputs:
            told = [one for output in cell.outputs for one in _outputs(output, code)]
            cells[-1] = _with(cells[-1], outputs=told)
    return _with(executed, cells=front(_with(executed, cells=cells), layout))


def _outputs(output: "NotebookNode", code: str) -> Iterator["NotebookNode"]:
    """Yield what a cell shows in a language; what it prints is of all."""
    if i18n.TOLD not in output.get("data", {}):
        yield output
        return
    yield from (_with(output, data=data) for data in output["data"][i18n.TOLD].get(code, ()))


def told(
    executed: "NotebookNode", layout: Layout, codes: Iterable[str], findings: Iterable[Record]
) -> tuple[Document, ...]:
    """Return the documents that an executed notebook shows in other languages; none where nobody translates it.

    ``findings`` are those of its English form.

    Raises
    ------
    EditionError, OutputError
        If a cell shows in a language what cannot be published; see `documents.notebook.read`.
    """
    made = []
    known = {str(record["id"]): record for record in findings}
    for code in codes if layout in _LAST else ():
        with i18n.spoken(code):
            shown = documents_notebook.read(in_language(executed, layout, code), english=known)
        made.append(replace(shown, layout=layout, language=code))
    return tuple(made)
