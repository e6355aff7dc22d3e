"""Notebooks stay thin: words, calls to the library, results shown; nothing is defined, no output is kept."""

import ast
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "notebooks").rglob("*.ipynb")
    if ".ipynb_checkpoints" not in path.parts
)
MOST_LINES = 12
FORBIDDEN = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.For,
    ast.While,
    ast.Try,
    ast.comprehension,
)


@pytest.fixture(params=NOTEBOOKS)
def notebook(request: pytest.FixtureRequest) -> NotebookNode:
    return nbformat.read(ROOT / request.param, as_version=4)


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_notebooks__keep_no_outputs(notebook: NotebookNode):
    assert not [cell for cell in code(notebook) if cell.outputs or cell.execution_count]


def test_notebooks__define_nothing_and_loop_over_nothing(notebook: NotebookNode):
    for cell in code(notebook):
        found = [
            type(node).__name__
            for node in ast.walk(ast.parse(cell.source))
            if isinstance(node, FORBIDDEN)
        ]
        assert not found, f"{found} in:\n{cell.source}"


def test_notebooks__import_only_the_library_and_pandas(notebook: NotebookNode):
    for cell in code(notebook):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Import):
                roots = {alias.name.partition(".")[0] for alias in node.names}
                assert roots <= {"pandas", "sesec_analysis"}
            assert not isinstance(node, ast.ImportFrom)


def test_notebooks__cells_fit_at_a_glance(notebook: NotebookNode):
    for cell in code(notebook):
        assert len(cell.source.splitlines()) <= MOST_LINES, cell.source


def test_notebooks__first_code_cell_is_the_parameters_with_help(notebook: NotebookNode):
    first = code(notebook)[0]
    assert first.metadata.get("tags") == ["parameters"]
    for line in first.source.splitlines():
        assert ": " in line.partition("=")[0], f"no type: {line}"
        assert "  # " in line, f"no help: {line}"


def test_notebooks__write_no_figure_of_their_own_into_prose(notebook: NotebookNode):
    # A number in prose comes from a finding. Road names, the claim as made and the rules of what is shown are words.
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert "%" not in cell.source, cell.source


@pytest.mark.parametrize("path", [one for one in NOTEBOOKS if one.startswith("notebooks/reports/")])
def test_notebooks__of_editions_draw_nothing_by_hand(path: str):
    """What is drawn on the axes of a figure has no finding; in a tutorial a researcher may."""
    for cell in code(nbformat.read(ROOT / path, as_version=4)):
        nodes = [*ast.walk(ast.parse(cell.source))]
        named = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        given = {node.arg for node in nodes if isinstance(node, ast.keyword)}
        assert not (named | given) & {"ax", "axes", "figure"}, cell.source


def test_notebooks__name_each_figure_once(notebook: NotebookNode):
    tags = [
        tag
        for cell in code(notebook)
        for tag in cell.metadata.get("tags", [])
        if tag.startswith("figure-")
    ]
    assert len(tags) == len(set(tags))
    shown = [cell for cell in code(notebook) if ".plot_" in cell.source]
    assert len(shown) == len(tags)
