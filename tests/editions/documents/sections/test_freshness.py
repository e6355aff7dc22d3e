"""How old figures are said to be: under each old one, and in one list."""

from collections.abc import Mapping
from typing import Any

import pytest

from sesec_analysis.editions.documents.model import (
    Column,
    FindingBlock,
    Heading,
    Table,
    TableBlock,
    in_words,
)
from sesec_analysis.editions.documents.notebook import Document, Section
from sesec_analysis.editions.documents.sections.freshness import with_ages
from sesec_analysis.text import EntryText


def _record(indicator: str, end_year: int) -> Mapping[str, Any]:
    return {"id": f"sesec:{indicator}.{end_year}", "indicator": indicator, "end_year": end_year}


def _document(*records: Mapping[str, Any], layout: str = "report") -> Document:
    table = Table((Column("place", "Place"),), (("Southeast Seattle",),))
    shown = TableBlock(1, "A table", table, EntryText("Its note.", "notebook"), tuple(records))
    section = Section(Heading(2, "A section", "a-section"), (shown, FindingBlock(tuple(records))))
    return Document("A report", (), (section,), tuple(records), layout)  # type: ignore[arg-type]


def _note(document: Document) -> str:
    table = document.sections[0].blocks[0]
    assert isinstance(table, TableBlock)
    return str(in_words(table).note)


@pytest.mark.parametrize(
    ("newest", "said"),
    [
        (2024, "Its note."),
        (2023, "Its note. Newest data: 2023."),
        (2017, "Its note. Newest data: 2017 (8 years old)."),
    ],
)
def test_a_table_says_how_old_its_newest_year_is(newest: int, said: str) -> None:
    records = _record("enrollment", newest - 3), _record("enrollment", newest)

    assert _note(with_ages(_document(*records), 2025)) == said


def test_a_report_lists_the_newest_year_of_each_indicator_in_the_catalogs_order() -> None:
    records = [
        _record("ela_met", 2024),
        _record("enrollment", 2025),
        _record("enrollment", 2019),
        _record("graduated_4yr", 2019),
    ]

    (listed,) = with_ages(_document(*records), 2025).sections[-1].blocks

    assert isinstance(listed, TableBlock)
    assert listed.number == 2
    assert [row[1:] for row in in_words(listed).table.rows] == [
        ("2024–25", "the same year"),
        ("2023–24", "1 year"),
        ("2018–19", "6 years"),
    ]
