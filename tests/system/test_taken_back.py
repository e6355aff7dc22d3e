"""docs/TAKEN_BACK.md: fifteen sentences stand nowhere any more, and what it says of each is so."""

import re
from functools import cache
from pathlib import Path

import pytest

from sesec_analysis.archive import frozen

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "TAKEN_BACK.md"
SAID_TO = ("data/words/report.pot", "data/catalog/indicators.yml", "docs/CLAIMS.md")
CODE = ("sesec_analysis/archive/changes_section.py",)


def rows() -> list[list[str]]:
    lines = PAGE.read_text("utf-8").splitlines()
    cells = [
        [one.strip() for one in line.strip("|").split("|")] for line in lines if line[:2] == "| "
    ]
    return cells[1:]


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).lower()


@cache
def said() -> str:
    """All texts that readers see, before a number is filled in; the sources of figures; the sentences as published."""
    texts = [(ROOT / name).read_text("utf-8").replace('"\n"', "") for name in (*SAID_TO, *CODE)]
    records = [one for name in frozen.published() for one in frozen.read(name).findings]
    told = {f"{one['sentence']} {one.get('headline') or ''}" for one in records}
    return plain("\n".join([*texts, *sorted(told)]))


def test_page__tells_of_fifteen_sentences():
    assert len(rows()) == 15
    assert len({sentence for sentence, *_ in rows()}) == 15


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_sentence__stands_nowhere_and_what_replaced_it_does(row):
    sentence, _, now, held = row
    assert plain(sentence) not in said()
    quoted = re.findall(r"“([^”]+)”", now)
    assert quoted
    assert [text for text in quoted if plain(text) not in said()] == []
    assert (ROOT / held.strip("`")).is_file()
