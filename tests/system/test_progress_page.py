"""docs/PROGRESS.md answers whether things get better: each number with its bounds, its verdict and short sentences."""

import re
from functools import cache
from pathlib import Path

import pytest

from sesec_analysis.archive import frozen
from sesec_analysis.evidence.answers import progress_words
from sesec_analysis.evidence.row import Record
from sesec_analysis.verdict.rewording import finding_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "PROGRESS.md"
MEND = "run: pytest tests/system/test_progress_page.py --write-progress"
MOST_WORDS = 25
HERE, THERE = "southeast_seattle", "rest_of_seattle"
TESTS = ("ela_met", "ela_met_tested", "math_met", "math_met_tested")
ASKED = {
    **{(code, years): ("all",) for code in TESTS for years in ("2024-2018", "2025-2018")},
    ("disciplined", "2023-2019"): ("all",),
    ("regular_attendance", "2024-2019"): ("all",),
    ("climate_overall_favorable", "2023-2022"): ("elementary", "middle", "high"),
}
"""What is asked of both places and of the gap between the two: indicator, years, groups."""
GROUPS = ("low_income", "not_low_income", "asian", "black", "hispanic", "two_or_more", "white")


@cache
def found() -> dict[str, Record]:
    """Every change over time that a published edition prints, by its id; the newest edition's counts."""
    records = [one for name in frozen.published() for one in frozen.read(name).findings]
    return {str(one["id"]): one for one in records if one["measure"] in ("change", "gap_change")}


def asked() -> dict[tuple[str, str], list[str]]:
    """The ids of the numbers that the page answers with, by indicator and years."""
    ids = {}
    for (code, years), groups in ASKED.items():
        ids[code, years] = [
            f"sesec:{measure}.{code}.{years}.all.{place}.{group}"
            for group in groups
            for measure, place in (
                ("change", HERE),
                ("change", THERE),
                ("gap_change", f"{HERE}-{THERE}"),
            )
        ]
    attendance = "regular_attendance", "2024-2019"
    ids[attendance] += [
        f"sesec:change.{'.'.join(attendance)}.all.{HERE}.{group}" for group in GROUPS
    ]
    return ids


def verdict(record: Record) -> str:
    return progress_words(finding_of(record, {}).row)


def line(record: Record) -> str:
    whose = f"{record['place']}, against {record['reference_label']}"
    whose = whose if record["measure"] == "gap_change" else str(record["place"])
    cells = (whose, record["label"], record["value"], record["interval"] or "–", verdict(record))
    return f"| {' | '.join(map(str, cells))} | {record['sentence']} |"


def page() -> str:
    lines = [
        "# Is it getting better?",
        "",
        "Every change that the published editions of 2023–24 and 2024–25 tell, for Southeast Seattle, for the rest of",
        "Seattle, and for the gap between the two. *Better* and *worse* are beyond chance and beyond what is withheld;",
        "*about the same* lies within a margin that is ours (`margin` in `data/catalog/indicators.yml`); else",
        "it *cannot be told*. A range holds what full data would show. Written by",
        "`pytest tests/system/test_progress_page.py --write-progress`.",
    ]
    for (_, years), ids in asked().items():
        records = [found()[name] for name in ids]
        last, first = years.split("-")
        lines += [
            "",
            f"## {records[0]['title']}: {int(first) - 1}–{first[2:]} to {int(last) - 1}–{last[2:]}",
            "",
            "| where | students | change | interval, or range with chance | verdict | in words |",
            "|---|---|---|---|---|---|",
            *map(line, records),
        ]
    return "\n".join(lines) + "\n"


def test_page__has_every_change_as_it_is_published(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--write-progress"):
        PAGE.write_text(page(), encoding="utf-8")
    rows = [
        [cell.strip() for cell in text.strip("|").split("|")]
        for text in PAGE.read_text(encoding="utf-8").splitlines()
        if text.startswith("| ") and not text.startswith("| where")
    ]
    records = [found()[name] for ids in asked().values() for name in ids]
    printed = [[one["value"], one["interval"] or "–", verdict(one)] for one in records]
    assert [row[2:5] for row in rows] == printed, MEND


@pytest.mark.parametrize("name", [name for ids in asked().values() for name in ids])
def test_change__has_bounds_a_verdict_and_short_sentences(name: str) -> None:
    record = found()[name]
    assert verdict(record)
    if record["publish"] == "nothing":
        assert verdict(record).startswith("cannot be told")
    elif record["publish"] == "range":
        assert record["bound_low"] < record["bound_high"]
        assert record["interval"]
    else:  # of answers to a survey no interval for chance is made
        assert record["interval"] or record["indicator"].startswith("climate")
    for sentence in re.split(r"(?<=\.)\s+(?=[A-Z])", str(record["sentence"])):
        assert len(sentence.split()) <= MOST_WORDS, sentence
