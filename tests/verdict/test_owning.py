"""Who owns each text of a document: one rule a test, on documents of a few blocks."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from sesec_analysis.editions.documents import prose
from sesec_analysis.editions.documents.blocks import (
    AsksBlock,
    Heading,
    NoticeBlock,
    Table,
    TableBlock,
)
from sesec_analysis.editions.documents.notebook import Document, Section
from sesec_analysis.evidence.tables import TableColumn
from sesec_analysis.verdict import owning

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


def finding(
    place="Dunlap", publish="nothing", value="not shown", code="2000", group="all", kind="all"
):
    """As much of a finding as its place in a table needs."""
    row = SimpleNamespace(
        measure="rate",
        indicator="ela_met",
        end_year=2019,
        grade_level="all",
        organization_id=code,
        organization_level="school",
        organization_name=place,
        student_group_type=kind,
        student_group=group,
        publish=publish,
    )
    return SimpleNamespace(row=row, place=place, reference="", printed=SimpleNamespace(value=value))


def orderly(*places, **shown):
    made = [
        finding(
            place,
            code=f"{9000 + at}",
            **({"publish": "point", "value": shown[place]} if place in shown else {}),
        )
        for at, place in enumerate(places)
    ]
    for at, one in enumerate(sorted(made, key=lambda one: one.place)):
        one.row.organization_id = f"{9000 + at}"
    return not owning._is_ordered_by_what_is_withheld(made)


@pytest.mark.parametrize(
    ("places", "shown", "is_orderly"),
    [
        ("abc", {}, True),  # the alphabet's
        ("cba", {}, False),
        ("bca", {}, False),
        ("abcd", {"b": "40%", "c": "50%"}, True),
        ("cbad", {"b": "40%", "c": "50%"}, True),  # by what is printed, then all that is withheld
        ("cbda", {"b": "40%", "c": "50%"}, False),
        ("bdac", {"b": "40%", "c": "50%"}, False),  # some stand where their values would
    ],
)
def test_is_ordered__looks_at_the_place_of_what_is_withheld(places, shown, is_orderly):
    assert orderly(*places, **shown) is is_orderly


def test_is_part__lets_others_stand_between_and_nothing_twice():
    assert owning._is_part([1, 3], [1, 2, 3])
    assert not owning._is_part([3, 1], [1, 2, 3])
    assert not owning._is_part([1, 1], [1, 2, 3])


@pytest.mark.parametrize(
    ("block", "what"),
    [
        (Heading(2, "Seven results", "x"), "nobody owns these words: Seven results"),
        (Heading(2, "7 results", "x"), "nobody owns these words: # results"),
        (NoticeBlock("", "Words."), "a notice without a sentence"),
        (NoticeBlock("Not shown", "Dunlap"), "a notice without a sentence"),
        (AsksBlock(("Ask more.",)), "nobody owns these words"),
    ],
)
def test_unmade__names_what_no_notebook_and_no_message_has(block, what):
    assert [fault.what for fault in owning._unmade("here", block, set(), ["Ask."])] == [what]


def test_unmade__lets_pass_what_the_list_of_editions_asks():
    assert list(owning._unmade("here", AsksBlock(("Ask.",)), set(), ["Ask."])) == []


def test_unmade__names_prose_whose_page_says_more_than_its_words():
    [block] = prose.blocks("Words.", where="", taken=set())
    assert list(owning._unmade("here", block, set(), [])) == []
    [fault] = owning._unmade("here", replace(block, html=block.html + "<p>7</p>"), set(), [])
    assert fault.what == "this prose is not as a notebook has it"
