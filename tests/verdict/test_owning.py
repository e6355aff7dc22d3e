"""Who owns each text of a document: one rule a test, on documents of a few blocks."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from paper_samples import imprint

import sesec_analysis as sa
from sesec_analysis.editions.documents import prose
from sesec_analysis.editions.documents.blocks import (
    AsksBlock,
    Heading,
    NoticeBlock,
    Table,
    TableBlock,
)
from sesec_analysis.editions.documents.notebook import Document, Section
from sesec_analysis.evidence import tables
from sesec_analysis.evidence.finding import Findings
from sesec_analysis.evidence.tables import TableColumn
from sesec_analysis.verdict import owning, rewording

META = imprint()
COLUMNS = (TableColumn("what", "What"), TableColumn("count", "Number", "right"))


def table(*rows, note="", caption="All students"):
    return TableBlock(1, caption, Table(COLUMNS, rows), note, ())


def document(*blocks, **also):
    return replace(
        Document("Report", (), (Section(Heading(2, "Results", "results"), blocks),), ()), **also
    )


def texts(*blocks):
    return list(owning.texts_of(document(*blocks)))


def test_texts_of__names_section_block_and_part():
    said = texts(NoticeBlock("Not shown", "No data."), table(("Dunlap", "7")))
    assert ("document.json section results, block 1, text", "No data.") in said
    assert ("document.json section results, block 2, row 1", "7") in said
    assert ("document.json section results, block 2, heading count", "Number") in said


def test_texts_of__reads_words_of_prose_as_they_are_read():
    [block] = prose.blocks("Of *these*, `7` met it.", where="", taken=set())
    assert ("document.json section results, block 1, words", "Of these, 7 met it.") in texts(block)


def test_texts_of__looks_into_the_documents_beside():
    beside = document(AsksBlock(("Ask.",)), layout="annex")
    whole = document(beside=(beside,))
    assert ("document.json annex, section results, block 1, ask 1", "Ask.") in owning.texts_of(
        whole
    )


HEADING, WORDS, MORE = Heading(2, "Results", "results"), prose.plain("Words."), prose.plain("More.")


@pytest.mark.parametrize(
    ("shown", "is_told"),
    [
        ((WORDS, MORE), True),
        ((MORE,), True),  # others may stand between
        ((MORE, WORDS), False),
        ((WORDS, WORDS), False),
    ],
)
def test_misplaced__lets_prose_stand_as_its_notebook_has_it(shown, is_told):
    found = owning._misplaced(document(*shown), [([HEADING, WORDS, MORE], set())])
    assert (list(found) == []) is is_told


@pytest.fixture
def unowned(monkeypatch):
    """Return what of a block in an edition that asks "Ask." is nobody's: place and fault."""
    monkeypatch.setattr(owning, "_listing", lambda: {META.edition: SimpleNamespace(asks=["Ask."])})

    def told(block):
        found = owning.unowned(document(block), META, Path("none"), {})
        where = "document.json section results, block 1"
        return [
            (fault.where.removeprefix(where), fault.what) for fault in found if where in fault.where
        ]

    return told


NOBODYS = "nobody owns these words"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("block", "fault"),
    [
        (Heading(2, "Seven results", "x"), ("", f"{NOBODYS}: Seven results")),
        (Heading(2, "7 results", "x"), ("", f"{NOBODYS}: # results")),
        (NoticeBlock("", "All students."), (", its sentence", NOBODYS)),
        (NoticeBlock("Not shown", "Dunlap"), (", its sentence", NOBODYS)),
        (NoticeBlock("Dunlap", "All students."), (", title", f"{NOBODYS}: Dunlap")),
        (AsksBlock(("Ask more.",)), (", /asks/1", NOBODYS)),
        (AsksBlock(("Ask.", "")), (", /asks/2", NOBODYS)),
        (replace(table(), table=Table((TableColumn("n7", "What"),), ())), (", column n#", NOBODYS)),
        (replace(table(), table=Table(COLUMNS[:1] * 2, ())), (", column what", NOBODYS)),
        (replace(table(), table=Table((TableColumn("", "What"),), ())), (", column ", NOBODYS)),
        (table(("Dunlap", "7")), (", row 1", NOBODYS)),
        (table(note="Dunlap."), (", note", f"{NOBODYS}: Dunlap.")),
    ],
)
def test_unowned__names_what_no_notebook_and_no_message_has(unowned, block, fault):
    assert fault in unowned(block)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("why", "is_told"),
    [
        ("fewer than 10 students", True),
        ("fewer than 3 students are counted on one side", True),
        ("fewer than 7 students", False),
        ("fewer than 7 students are counted on one side", False),
    ],
)
def test_unowned__lets_a_notice_without_findings_give_the_gates_own_reasons(unowned, why, is_told):
    told = f"Not shown: Asian and Black or African American ({why}); White (too much is withheld to say)."
    notice = NoticeBlock("Met the standard in mathematics, compared with all other students", told)
    assert (unowned(notice) == []) is is_told
    assert unowned(table(note="Fewer than 10 students."))


@pytest.mark.parametrize(
    ("data", "title"), [(False, "Equity Report"), (True, "SYNTHETIC: Equity Report")]
)
def test_of_run__has_the_title_of_the_list_marked_where_figures_are_made_up(
    monkeypatch, data, title
):
    listed = SimpleNamespace(title="Equity Report")
    monkeypatch.setattr(owning, "_listing", lambda: {META.edition: listed})
    monkeypatch.setattr(owning.catalog, "is_synthetic", lambda: data)
    assert owning._titled("anything", META, "en") == title


@pytest.mark.slow
def test_unowned__lets_pass_what_the_list_of_editions_asks(unowned):
    assert unowned(AsksBlock(("Ask.",))) == []


@pytest.mark.slow
def test_unowned__names_prose_whose_page_says_more_than_its_words(unowned):
    block = prose.plain("All students")
    assert unowned(block) == []
    assert unowned(replace(block, html=block.html + "<p>7</p>")) == [(", /html", NOBODYS)]


@pytest.mark.slow
@pytest.mark.parametrize(("order", "faults"), [([0, 1, 0], 0), ([0, 1, 1], 1)])
def test_unowned__lets_a_table_show_a_finding_twice_where_it_has_it_twice(counts, order, faults):
    made = sa.findings(sa.rates(counts(black=(71, 216), white=(80, 98))))
    records = made.records()
    again = tables.of_findings(
        Findings([made[at] for at in order]), columns=["student_group", "value"]
    )
    shown = tuple(records[at] for at in (0, 1, 0))
    block = TableBlock(1, "All students", Table(again.columns, again.rows), again.note, shown)
    known = {record["id"]: rewording.finding_of(record, {}) for record in records}
    found = owning.unowned(document(block, findings=records), META, Path("none"), known)

    assert sum(fault.where.endswith("/table/rows/3/1") for fault in found) == faults
