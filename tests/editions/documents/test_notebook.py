import re

import pytest
from report_samples import (
    ending,
    figure,
    finding,
    notebook,
    notice,
    record,
    saying,
    showing,
    table,
    text,
)

from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.model import paragraph
from sesec_analysis.editions.documents.notebook import OutputError
from sesec_analysis.errors import EditionError


def kinds(made: documents_notebook.Document) -> list[str]:
    return [block.kind for block in made.blocks]


def test_read__turns_cells_into_blocks_in_order():
    made = documents_notebook.read_notebook(
        notebook(
            text("Words before.\n\n## Learning\n\nSome *words*."),
            showing(figure(), tag="figure-literacy"),
            showing(table(), notice()),
            showing(finding(record("a"))),
        )
    )
    assert made.title == "Equity report"
    assert kinds(made) == ["prose", "heading", "prose", "figure", "table", "notice", "finding"]
    assert [section.heading.text for section in made.sections] == ["Learning"]
    assert made.lead[0] == paragraph("Words before.")


def test_read__records_every_finding_once_sorted_by_id():
    made = documents_notebook.read_notebook(
        notebook(
            showing(finding(record("z"))),
            showing(figure(findings=[record("a"), record("z")]), tag="figure-a"),
            showing(table()),
        )
    )
    assert [one["id"] for one in made.findings] == ["sesec:a", "sesec:rate.table", "sesec:z"]


def test_read__refuses_two_findings_under_one_id():
    cells = showing(finding(record("a"))), showing(finding(record("a", n=9)))
    with pytest.raises(OutputError, match="share the id sesec:a") as refusal:
        documents_notebook.read_notebook(notebook(*cells))
    assert "differ in n" in str(refusal.value)


def test_read__leaves_out_words_about_an_indicator_that_it_has_no_findings_of():
    words = text("Of math.", "about-math_met"), text("Of English.", "about-ela_met")
    made = documents_notebook.read_notebook(notebook(*words, showing(finding(record("a")))))
    assert [one.about for one in made.blocks if one.kind == "prose"] == [("ela_met",)]


@pytest.mark.parametrize("alt", ["", "  ", None])
def test_read__refuses_a_figure_without_alt_text(alt):
    with pytest.raises(OutputError, match="has no alt text") as refusal:
        documents_notebook.read_notebook(
            notebook(text("## Learning"), showing(figure(alt=alt), tag="figure-gaps"))
        )
    assert "section 'Learning', cell tagged figure-gaps" in str(refusal.value)


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        (showing(figure()), "has no name"),
        (showing({"text/plain": "<Axes: >"}), "cannot be published: <Axes: >"),
        (showing({"image/png": "", "text/plain": "<Figure>"}), "without alt text"),
        (showing(finding({"id": "a"})), "lacks its id or sentence"),
        (showing(tag="figure-a"), "shows 0 figures"),
        (showing(figure(), figure(), tag="figure-a"), "shows 2 figures"),
        (showing(figure() | {"image/svg+xml": ""}, tag="figure-a"), "without its pictures"),
        (ending(), "ends the notebook early: SystemExit"),
        (saying("33.3333\n"), "prints text: 33.3333"),
        (saying("/a/x.py:1: FutureWarning: old\n  f(x)\n", "stderr"), "warns: FutureWarning: old"),
    ],
)
def test_read__refuses_what_cannot_be_published_and_names_the_cell(cell, what):
    with pytest.raises(OutputError, match=what) as refusal:
        documents_notebook.read_notebook(notebook(text("## Learning"), cell))
    assert re.match("section 'Learning', (code )?cell", refusal.value.where)


def test_read__refuses_a_link_that_leads_nowhere():
    linked = notebook(text("## Learning\n\nSee [there](#learning) and [here](#lerning)."))
    with pytest.raises(EditionError, match="nowhere: #lerning") as refusal:
        documents_notebook.read_notebook(linked)
    assert "learning" in refusal.value.valid


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ("## Learning\n\n#### Deep", "skips a level: #### Deep"),
        ("## A\n\n# Again", "second title: # Again"),
        ("A <b>bold</b> word", "raw HTML"),
        ("![gap](https://tracker.example/gap.png)", "picture in Markdown"),
        ("[x](javascript:alert(1))", "leads nowhere"),
        ("> ## Quoted", "inside a list or quotation"),
        ("##", "no text"),
    ],
)
def test_check__refuses_before_anything_runs(words, what):
    with pytest.raises(EditionError, match=what) as refusal:
        documents_notebook.check(notebook(text(words)))
    assert "section" in refusal.value.where
