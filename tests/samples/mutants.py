"""Change one thing in a module's code, as a slip would, and tell whether the module's own tests notice.

Each mutant runs in a process that was forked off this script, which has read what the project stands on but nothing of
the project: the changed module is read in the place of the one in the folder, and no file is touched.
"""

import ast
import importlib.abc
import importlib.util
import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

__all__ = ["MODULES", "mutants", "mutated"]

ROOT = Path(__file__).parents[2]
SECONDS = 120
"""Of the processor: a mutant that goes on for longer is noticed too."""
MODULES = {
    "sesec_analysis.loaders.tidy.tokens": ["tests/loaders/tidy/test_tokens.py"],
    "sesec_analysis.bounds": ["tests/test_bounds.py"],
    "sesec_analysis.metrics.disparity": ["tests/metrics/test_disparity.py"],
    "sesec_analysis.evidence.gate.gate": [
        "tests/evidence/gate/test_gate.py",
        "tests/evidence/gate/test_rules.py",
    ],
    "sesec_analysis.evidence.wording.sentences": [
        "tests/evidence/wording/properties/test_clauses.py",
        "tests/evidence/wording/test_sentences.py",
        "tests/evidence/wording/test_headlines.py",
    ],
}
"""A module and the tests that speak of it."""

FASTER = ("_numbered", "row_codes")
"""Functions that choose the faster of two ways to the same numbers: no test can tell which was taken."""

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt},
    **{ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is},
    **{ast.In: ast.NotIn, ast.NotIn: ast.In},
}
_CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult},
    **{ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.Pow: ast.Mult},
}

Change = tuple[ast.AST, str, Callable[[], None]]


def _changes(node: ast.AST) -> Iterator[Change]:
    """Yield the slips that one node of the code can have, each with its name."""

    def put(name: str, value: object, *, of: ast.AST = node) -> Callable[[], None]:
        return lambda: setattr(of, name, value)

    match node:
        case ast.Compare(ops=[op, *more]) if type(op) in _COMPARED:
            other = _COMPARED[type(op)]
            yield node, f"{type(op).__name__} as {other.__name__}", put("ops", [other(), *more])
        case ast.BinOp(op=op) if type(op) in _CALCULATED and not isinstance(
            node.left, ast.Constant
        ):
            other_op = _CALCULATED[type(op)]
            yield node, f"{type(op).__name__} as {other_op.__name__}", put("op", other_op())
        case ast.BoolOp(op=op):
            other_word = ast.Or() if isinstance(op, ast.And) else ast.And()
            yield node, f"{type(op).__name__} as {type(other_word).__name__}", put("op", other_word)
        case ast.Constant(value=bool(value)):
            yield node, f"{value} as {not value}", put("value", not value)
        case ast.Constant(value=int(value) | float(value)):
            yield node, f"{value} as {value + 1}", put("value", value + 1)
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield node, "nothing is returned", put("value", ast.Constant(None))
        case ast.Slice(lower=ast.expr()):
            yield node, "a slice from the start", put("lower", None)
        case ast.Slice(upper=ast.expr()):
            yield node, "a slice to the end", put("upper", None)
        case ast.If(test=test) | ast.IfExp(test=test):
            yield node, "the other branch", put("test", ast.UnaryOp(ast.Not(), test))
    for name, child in ast.iter_fields(node):
        several = isinstance(child, list)
        for at, part in enumerate(child if several else [child]):
            if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not | ast.Invert):
                kept = [*child[:at], part.operand, *child[at + 1 :]] if several else part.operand
                yield part, f"no {type(part.op).__name__}", put(name, kept)


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _walked(tree: ast.AST) -> Iterator[Change]:
    """Yield the slips in the bodies of functions, in order; types and what is said in errors are left out.

    So is the ``strict`` of a zip: where both are of one length, it says the same.
    """
    for field, child in ast.iter_fields(tree):
        if field in ("annotation", "returns", "decorator_list"):
            continue
        for part in child if isinstance(child, list) else [child]:
            if isinstance(part, ast.Raise) or not isinstance(part, ast.AST):
                continue
            if isinstance(part, ast.keyword) and part.arg == "strict":
                continue
            yield from _walked(part)
    yield from _changes(tree)


def _of_functions(tree: ast.AST) -> Iterator[Change]:
    """Yield the slips in every function; one within another is a part of that."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.FunctionDef):
            yield from _of_functions(node)
        elif node.name not in FASTER:
            yield from _walked(node)


def source_of(module: str) -> str:
    return (ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8")


def mutants(module: str) -> list[str]:
    """The slips that a module can have: where each is, and what."""
    return [
        f"{module}:{node.lineno}:{node.col_offset}: {what}"  # type: ignore[attr-defined]
        for node, what, _ in _of_functions(ast.parse(source_of(module)))
    ]


def mutated(module: str, number: int) -> str:
    """The code of a module with one slip."""
    tree = ast.parse(source_of(module))
    *_, change = list(_of_functions(tree))[number]
    change()
    return ast.unparse(ast.fix_missing_locations(tree))


class _Spoiled(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Reads a module from a text."""

    def __init__(self, module: str, text: str) -> None:
        self.module, self.text = module, text

    def find_spec(self, name, path=None, target=None):  # type: ignore[no-untyped-def]
        if name != self.module:
            return None
        place = str(ROOT / f"{name.replace('.', '/')}.py")
        return importlib.util.spec_from_file_location(name, place, loader=self)

    def exec_module(self, module) -> None:  # type: ignore[no-untyped-def]
        exec(compile(self.text, module.__spec__.origin, "exec"), module.__dict__)


def _tests(module: str) -> list[str]:
    """The tests of a module, and the examples in it."""
    return [*MODULES[module], f"{module.replace('.', '/')}.py"]


def _test(module: str, number: int, *, quick: bool) -> int:
    """Run a module's tests on a mutant (or, below 0, on the module as it is), in this process."""
    import pytest

    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    if number >= 0:
        sys.meta_path.insert(0, _Spoiled(module, mutated(module, number)))
    importlib.import_module(module)  # its examples are read from there, not from the file
    only = ["-m", "not slow and not proof"] if quick else []
    said = "-Wignore::pytest.PytestAssertRewriteWarning"  # of what was read before
    told = [said, "-x", "-q", "--tb=no", "-pno:cacheprovider", "-n0"]
    return int(pytest.main([*told, *only, *_tests(module)]))


def _fork(work: Callable[[], int]) -> int:
    """Return how a piece of work ended, done in a process of its own that says nothing."""
    if (child := os.fork()) == 0:
        code = 99
        with suppress(BaseException):
            null = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(null, stream)
            code = work()
        os._exit(code)
    return os.waitpid(child, 0)[1]


_STOOD_ON = (
    *("pandas", "pandera.pandas", "scipy.stats", "scipy.optimize", "yaml"),
    *("pytest", "hypothesis", "pydantic", "playwright.sync_api", "_pytest.doctest"),
)
"""What the project and its tests stand on: read once, for all mutants."""


def serve() -> None:
    """Answer each line, ``[module, number, quick]``, with whether the tests failed."""
    for name in _STOOD_ON:
        importlib.import_module(name)
    os.chdir(ROOT)
    for line in sys.stdin:
        module, number, quick = json.loads(line)
        ended = _fork(lambda m=module, n=number, q=quick: _test(m, n, quick=q))  # type: ignore[misc]
        print(json.dumps(ended != 0), flush=True)  # noqa: T201


if __name__ == "__main__":
    serve()
