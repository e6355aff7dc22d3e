"""The second program agrees with what is published, and finds a number that was changed."""

import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import proofs
import pytest
from recomputed.check import check, unit

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "reports" / "published"
SEED = 46
AT_LEAST = 0.85
"""Share of an edition's findings that is recomputed: 0.91 of annual-2025, and the least, 0.853, of annual-2017.
The rest are models: targets of funnels, expected rates, school levels, Kitagawa's parts, and years to close."""
AGREES = ("equal", "enclosed", "withheld")


def findings(edition: str) -> list[dict[str, Any]]:
    table = json.loads((PUBLISHED / edition / "findings.json").read_text("utf-8"))
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def editions() -> list[str]:
    """Return the newest edition and one drawn from the others."""
    names = sorted(path.name for path in PUBLISHED.iterdir() if path.is_dir())
    return [names[-1], random.Random(SEED).choice(names[:-1])]


def of_files(finding: dict[str, Any]) -> tuple[str, str]:
    """Return the indicator and years of a finding: what is read for it."""
    _, indicator, years, *_ = finding["id"].split(".")
    return indicator, years


def drawn(edition: str) -> list[dict[str, Any]]:
    """Return the findings to try: all under ``--prove``, else 150 that are computed from the cells of a few files."""
    every = findings(edition)
    read = {of_files(finding) for finding in random.Random(SEED).sample(every, 15)}
    alike = [finding for finding in every if of_files(finding) in read]
    return every if proofs.is_whole() else random.Random(SEED).sample(alike, 150)


@pytest.mark.slow
@pytest.mark.proof(
    "A second program recomputes published findings from the raw files",
    seed=SEED,
    tried="every finding of the newest edition and of one drawn",
)
@pytest.mark.parametrize("edition", proofs.sample(editions(), 1, seed=SEED, always=editions()[:1]))
def test_published_findings__follow_from_the_raw_files(edition, raw, record_property):
    tried = drawn(edition)
    said = [(finding["id"], check(finding, raw)) for finding in tried]
    wrong = [line for line in said if line[1].startswith("wrong")]
    assert not wrong, wrong[:20]
    counts = Counter(line[1] for line in said)
    for outcome, count in sorted(counts.items()):
        record_property(outcome, count)
    least = AT_LEAST if proofs.is_whole() else AT_LEAST - 0.05  # a sample has more or fewer models
    assert sum(counts[outcome] for outcome in AGREES) >= least * len(tried)


@pytest.mark.slow
def test_check__finds_a_changed_number(raw):
    """Of findings that agree, each number, count, and range is changed in memory, and the program must object."""
    tried = random.Random(SEED).sample(drawn(editions()[0]), proofs.cases(200, 40))
    changed = [copy for finding in tried for copy in _changed(check(finding, raw), finding)]
    assert len(changed) > len(tried) / 2
    missed = [copy["id"] for copy in changed if not check(copy, raw).startswith("wrong")]
    assert not missed


def _changed(outcome: str, finding: dict[str, Any]) -> list[dict[str, Any]]:
    if outcome not in ("equal", "enclosed"):
        return []
    step = 2 * unit(finding["value"])
    if outcome == "enclosed":
        low, high = finding["bound_low"], finding["bound_high"]
        off = high - low + 2 * step
        return [finding | {"bound_low": low + off, "bound_high": high + off}]
    is_count = ".enrollment" in finding["id"] and finding["id"].endswith(".all")
    copies = [] if is_count else [finding | {"estimate": finding["estimate"] + step}]
    has_counts = finding["id"].startswith(("sesec:rate.", "sesec:gap."))
    if has_counts and isinstance(finding["numerator"], int | float):
        copies.append(finding | {"numerator": finding["numerator"] + 1})
    if finding["ci_low"] is not None and has_counts:
        copies.append(finding | {"ci_low": finding["ci_low"] - step})
    return copies


def test_program__imports_nothing_from_the_package_and_is_short():
    folder = ROOT / "tests" / "recomputed"
    texts = [path.read_text("utf-8") for path in folder.glob("*.py")]
    assert 0 < sum(len(text.splitlines()) for text in texts) <= 700
    assert not any(re.search(r"^\s*(from|import) sesec", text, re.MULTILINE) for text in texts)
