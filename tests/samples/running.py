"""How a run goes: the longest files first, one thread a worker, and nothing read or made twice at its start."""

import gc
import os
from collections.abc import Generator
from typing import Any

import pytest

# Before anything imports numpy: several workers whose every sum asks for all cores stand in each other's way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
gc.disable()  # until all is collected, which is kept to the end

LONGEST = (
    "tests/system/test_annual_report.py",  # builds the edition that others read later
    *(
        "tests/system/test_types.py",
        "tests/cli/test_publish.py",
        "tests/system/test_fact_sheets.py",
    ),
    *("tests/editions/test_fact_sheets.py", "tests/evidence/wording/test_sentences.py"),
    *("tests/figures/test_scatter.py", "tests/figures/test_figure.py"),
    *("tests/loaders/fetch/test_fetch.py", "tests/system/test_oracles.py"),
    *("tests/system/test_same_bytes.py", "tests/evidence/gate/test_gate.py"),
    *("tests/figures/test_trend.py", "tests/attack/test_document_walk.py"),
    *("tests/loaders/fetch/test_keep.py", "tests/loaders/releases/test_catalogued.py"),
    *("tests/metrics/test_decomposition.py", "tests/loaders/properties/test_enclosure.py"),
    *("tests/system/test_wheel.py", "tests/system/test_docs.py", "tests/cli/test_cli.py"),
    *("tests/archive/drafts/test_check.py", "tests/system/test_pseudo.py"),
    *("tests/system/test_certifying.py", "tests/figures/test_style.py"),
    # They wait for the edition of the first file, and have it by now.
    *("tests/system/test_translations.py", "tests/system/test_family_forms.py"),
)
"""The files that take longest, the longest first: from 90 seconds of the processor down to ten."""

SLOW_EXAMPLES = (
    *("claim_figures", "claim_school_figures", "claims_ledger", "claim_schools"),
    *("plot_multiples", "plot_slopes", "board_questions"),
)
"""Functions whose examples take seconds; an example cannot carry a marker of its own."""


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """Let each worker begin elsewhere in a folder: a file that one has compiled is ready for the others."""
    report = yield
    if isinstance(collector, pytest.Directory) and "PYTEST_XDIST_WORKER" in os.environ:
        number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
        at = len(report.result) * number // int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
        report.result = [*report.result[at:], *report.result[:at]]
    return report


@pytest.hookimpl(tryfirst=True)  # before markers choose
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files, so that no worker is at one of them when the others have done."""
    for item in items:
        if isinstance(item, pytest.DoctestItem) and item.name.endswith(SLOW_EXAMPLES):
            item.add_marker("slow")
    rank = {path: at for at, path in enumerate(LONGEST)}

    def place(item: pytest.Item) -> tuple[int, bool, str, bool]:
        path = item.nodeid.partition("::")[0]
        is_small = not path.startswith("tests/system/")
        return rank.get(path, len(rank)), is_small, path, isinstance(item, pytest.DoctestItem)

    items.sort(key=place)  # the same for every worker, wherever it began


def pytest_collection_finish() -> None:
    """Keep what has been collected out of the search for garbage, which would go through all of it again and again."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000, 20, 20)
