"""How a run goes: the longest files first, one thread a worker, and nothing read or made twice at its start."""

import gc
import os

import pytest

# Before anything imports numpy: several workers whose every sum asks for all cores stand in each other's way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
gc.disable()  # until all is collected, which is kept to the end

LONGEST = (
    "tests/system/test_annual_report.py",  # builds the edition that others read later
    *("tests/system/test_fact_sheets.py", "tests/editions/test_fact_sheets.py"),
    *("tests/system/test_types.py", "tests/system/test_same_bytes.py"),
    *("tests/site/test_check.py", "tests/site/test_build.py"),
    *("tests/archive/drafts/test_known_findings.py", "tests/archive/test_assistant.py"),
    *("tests/evidence/wording/test_sentences.py", "tests/cli/test_publish.py"),
    *("tests/metrics/properties/test_enclosure.py", "tests/loaders/tidy/test_surveys.py"),
    *("tests/evidence/gate/test_gate.py", "tests/loaders/test_build.py"),
    *("tests/figures/test_scatter.py", "tests/figures/test_figure.py"),
    *("tests/archive/drafts/test_check.py", "tests/loaders/properties/test_enclosure.py"),
)
"""The files that take longest, the longest first; all others in tests/system follow them."""

LAST = (
    *("tests/system/test_published.py", "tests/system/test_verify_published.py"),
    *("tests/system/test_screens.py", "tests/system/test_translations.py"),
    "tests/system/test_family_forms.py",
)
"""Files that read the edition of the first one, which is built by the time that all others have done."""

SLOW_EXAMPLES = (
    *("claim_figures", "claim_school_figures", "claims_ledger", "claim_schools"),
    *("plot_multiples", "plot_slopes", "board_questions"),
)
"""Functions whose examples take seconds; an example cannot carry a marker of its own."""


@pytest.hookimpl(tryfirst=True)  # before markers choose
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files, so that no worker is at one of them when the others have done."""
    for item in items:
        if isinstance(item, pytest.DoctestItem) and item.name.endswith(SLOW_EXAMPLES):
            item.add_marker("slow")
    rank = {path: at for at, path in enumerate(LONGEST)} | dict.fromkeys(LAST, len(LONGEST) + 1)

    def place(item: pytest.Item) -> tuple[int, bool, str, bool]:
        path = item.nodeid.partition("::")[0]
        is_small = not path.startswith("tests/system/")
        return rank.get(path, len(LONGEST)), is_small, path, isinstance(item, pytest.DoctestItem)

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """Keep what has been collected out of the search for garbage, which would go through all of it again and again."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000, 20, 20)
