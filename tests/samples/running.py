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
    *("tests/system/test_withheld_truth.py", "tests/system/test_types.py"),
    *("tests/system/test_fact_sheets.py", "tests/evidence/wording/test_sentences.py"),
    *("tests/editions/test_fact_sheets.py", "tests/system/test_pseudo.py"),
    *("tests/cli/test_publish.py", "tests/system/test_same_bytes.py"),
    *("tests/figures/test_scatter.py", "tests/editions/test_cluster.py"),
    *("tests/figures/test_figure.py", "tests/metrics/properties/test_enclosure.py"),
    *("tests/loaders/properties/test_enclosure.py", "tests/system/test_docs.py"),
    *("tests/system/test_drawn_blocks.py", "tests/metrics/properties/test_degenerate.py"),
    *("tests/archive/drafts/test_check.py", "tests/figures/test_style.py"),
    *("tests/system/test_planted_files.py", "tests/metrics/test_decomposition.py"),
    *("tests/loaders/test_build.py", "tests/system/test_stale_files.py", "tests/cli/test_cli.py"),
    *("tests/system/test_one_door.py", "tests/system/test_hostile.py"),
    *("tests/editions/test_papermill_engine.py", "tests/cli/test_site.py"),
    *("tests/loaders/tidy/test_surveys.py", "tests/system/test_certifying.py"),
    "tests/system/test_oracles.py",
)
"""The files that take longest, the longest first: from 120 seconds of the processor down to seven."""

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
