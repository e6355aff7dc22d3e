"""Long proofs: a seeded sample in `make test`, everything under ``--prove`` (`make prove`), one row each in a table.

    @pytest.mark.proof("Sums enclose the truth", seed=7, tried="10,000 places")
    def test_pool__encloses_the_truth(record_property):
        places = proofs.cases(10_000, 1_000)        # all under --prove, else a sample
        ...
        record_property("sums withheld in part", held)   # added up over the tests of the proof, into its row

All tests marked with one name make one row of docs/PROOFS.md. A run with ``--prove`` replaces the row once every test
collected for it has passed; the rows of proofs that were not run, or failed, stay as they were.

Of a slow test with many cases, `make test` runs a few that a seed draws, `make prove` all; see `IN_FULL`. Of examples
that Hypothesis draws, `make test` tries half.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

import pytest

from sesec_analysis.files import write_atomically

PAGE = Path("docs/PROOFS.md")
PROPERTY = "proof"
FEW, ONE_IN = 4, 8
"""Of a slow test with more than so many cases, so many are run, or one in so many."""
IN_FULL = ("tests/metrics/", "tests/evidence/gate/", "tests/loaders/tidy/", "tests/attack/")
"""Where all cases are run each time: of what decides numbers, and which of them may be printed."""
HEAD = """\
# Proofs

Each row is a proof that takes longer than `make test` may: a slow test. `make prove` runs them all in full and writes
the table; `make test` runs a seeded sample of most. So it is with the cases of other slow tests, which have no row.

| proof | tried | seed | came to |
|---|---|---|---|
"""

SEED = 44
T = TypeVar("T")
_whole = False


def is_whole() -> bool:
    """Return whether proofs are run in full (``--prove``)."""
    return _whole


def cases(whole: int, few: int) -> int:
    """Return how many cases to try: all of them under ``--prove``, else a few."""
    return whole if _whole else few


def sample(population: Iterable[T], count: int, *, seed: int, always: Iterable[T] = ()) -> list[T]:
    """Return the cases to try, in order: all under ``--prove``, else `always` and some drawn by the seed."""
    every = list(population)
    if _whole:
        return every
    kept = set(always)
    others = [one for one in every if one not in kept]
    kept |= set(random.Random(seed).sample(others, max(0, count - len(kept))))
    return [one for one in every if one in kept]


def read_rows(page: Path) -> dict[str, str]:
    """Return the rows of the table by the name of their proof."""
    lines = page.read_text("utf-8").splitlines() if page.is_file() else []
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| proof |")]
    return {row.split(" | ")[0].removeprefix("| "): row for row in rows}


def format_row(about: dict[str, Any], passed: dict[str, dict[str, float]]) -> str:
    """Return the row of a proof whose tests passed; `passed` holds what each of them counted."""
    sums: Counter[str] = Counter()
    for _, counted in sorted(passed.items()):
        sums.update(counted)
    results = ["1 test holds" if len(passed) == 1 else f"{len(passed)} tests hold"]
    results += [f"{count:,} {what}" for what, count in sums.items()]
    return f"| {about['name']} | {about['tried']} | {about['seed']} | {'; '.join(results)} |"


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Write the row of each proof of which all tests passed."""
    passed: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for report in terminalreporter.getreports("passed"):
        counted = dict(report.user_properties)
        if _whole and PROPERTY in counted:
            passed[counted[PROPERTY]["name"]][report.nodeid] = counted
    rows = read_rows(config.rootpath / PAGE)
    for name, tests in passed.items():
        [about, *_] = [counted.pop(PROPERTY) for counted in tests.values()]
        if len(tests) == about["tests"]:
            rows[name] = format_row(about, tests)
    if passed:
        table = "".join(f"{rows[name]}\n" for name in sorted(rows))
        write_atomically(config.rootpath / PAGE, (HEAD + table).encode())


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--prove", action="store_true", help="run proofs in full and write docs/PROOFS.md"
    )


def pytest_configure(config: pytest.Config) -> None:
    global _whole
    _whole = config.getoption("--prove")
    if _whole:
        from hypothesis import settings

        settings.load_profile("prove")  # after conftest.py has loaded the usual one


def left_out(items: Iterable[pytest.Item]) -> set[pytest.Item]:
    """Return the cases of slow tests that are run in full only; tests of a file with the same cases draw the same."""
    by_test: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        is_proof = item.get_closest_marker("proof") is not None  # which draws its own sample
        is_few = item.get_closest_marker("slow") is not None and not item.nodeid.startswith(IN_FULL)
        if is_few and not is_proof:
            by_test[item.nodeid.partition("[")[0]].append(item)
    out: set[pytest.Item] = set()
    for cases_of in by_test.values():
        out.update(cases_of)
        at = range(len(cases_of))
        kept = random.Random(SEED).sample(at, min(len(at), max(FEW, len(at) // ONE_IN)))
        out.difference_update(cases_of[one] for one in kept)
    return out


@pytest.hookimpl(
    tryfirst=True
)  # before tests are deselected, so that a part of a proof writes no row
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not _whole:
        few = left_out(items)
        items[:] = [
            item
            for item in items
            if item not in few
            and not any(mark.kwargs.get("only_in_full") for mark in item.iter_markers("proof"))
        ]
    marked = [
        (item, {"name": mark.args[0], "tried": "", "seed": ""} | mark.kwargs)
        for item in items
        for mark in item.iter_markers("proof")
    ]
    tests = Counter(about["name"] for _, about in marked)
    for item, about in marked:
        item.user_properties.append((PROPERTY, about | {"tests": tests[about["name"]]}))
