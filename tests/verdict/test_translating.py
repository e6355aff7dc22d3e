"""A record in another language beside its English form: its words are made of the same numbers and the same reason."""

from dataclasses import replace

import pytest
from paper_samples import imprint
from report_samples import finding, notebook, showing, text

import sesec_analysis as sa
from sesec_analysis import catalog, i18n
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.blocks import Heading, NoticeBlock, Table, TableBlock
from sesec_analysis.editions.documents.notebook import Document, Section
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.finding import WORDS
from sesec_analysis.evidence.tables import TableColumn
from sesec_analysis.verdict import owning, rewording, translating

pytestmark = pytest.mark.slow
META = imprint()


@pytest.fixture
def untrue(counts):
    """Return the fields of a Spanish record that are refused, with changes made to it."""
    small = sa.rates(counts(black=(3, 8), white=(90, 130)))

    def told(code):
        with i18n.spoken(code):
            record = next(one for one in sa.findings(small).records() if one["reason"])
            cited = citation.cite(record, "apa", edition=META.title, published=META.published)
            shown = notebook(text("## One"), showing(finding(record | {"cite_apa": cited})))
            return replace(documents_notebook.read(shown), layout="summary")

    def fields(**changed):
        english, spanish = told("en"), told("es").findings[0]
        record = {**english.findings[0], **{name: spanish[name] for name in WORDS}}
        record |= {name: change(record[name]) for name, change in changed.items()}
        translation = replace(english, findings=(record,), language="es")
        owners = owning.reasons(catalog.data_dir(), "en")
        findings, wrong = rewording.worded(english, META, owners)
        assert wrong == []
        with i18n.spoken("es"):
            owners = owning.reasons(catalog.data_dir(), "es")
            _, faults = rewording.worded_again(translation, english, findings, owners)
        return [fault.where.rpartition(", ")[2] for fault in faults]

    return fields


def test_worded__takes_a_withheld_number_with_the_reason_of_its_language(untrue):
    assert untrue() == []


def test_worded__refuses_another_count_in_a_reason_and_in_its_sentence(untrue):
    def more(text):
        return text.replace("menos de 10 ", "menos de 30 ")

    assert "reason" in untrue(reason=more, sentence=more)
    assert {"sentence", "reason"} <= {*untrue(reason=more)}
    assert untrue(sentence=more) == ["sentence"]


def test_worded__refuses_a_reason_that_nobody_owns(untrue):
    assert "reason" in untrue(reason=lambda text: "porque sí")


@pytest.mark.parametrize("name", ["cite_apa", "n", "estimate", "caveats"])
def test_worded_again__refuses_what_is_no_word_of_a_language(untrue, name):
    assert untrue(**{name: lambda before: "12"}) == [name]


TABLE = Table((TableColumn("what", "What"), TableColumn("n", "Number", "right")), (("All", "7"),))
BLOCK = TableBlock(1, "All students", TABLE, "", ())


def document(*blocks, level=2, title="Report", **also):
    parts = (
        Section(Heading(level, "Results", "results"), blocks),
        Section(Heading(2, "", "end"), ()),
    )
    return Document(title, (), parts, (), **also)


def unlike(told):
    with i18n.spoken("es"):
        faults = translating._unlike(document(BLOCK), replace(told, language="es"))
        return [fault.where.removeprefix("document.es.json ") for fault in faults]


def with_table(**changed):
    return document(replace(BLOCK, table=replace(TABLE, **changed)))


def test_unlike__lets_words_be_those_of_another_language():
    told = replace(BLOCK, caption="Todos", table=replace(TABLE, rows=(("Todos", "7"),)))
    assert unlike(document(told, title="Informe")) == []


@pytest.mark.parametrize(
    ("told", "place"),
    [
        (document(BLOCK, level=3), "/sections/1/heading/level"),
        (document(replace(BLOCK, number=7)), "/sections/1/blocks/1/number"),
        (document(replace(BLOCK, layout="cards")), "/sections/1/blocks/1/layout"),
        (document(BLOCK, NoticeBlock("", "")), "/sections/1/blocks/2"),
        (document(NoticeBlock("Todos", "7")), "/sections/1/blocks/1/kind"),
        (with_table(rows=(("All", "7"),) * 2), "/sections/1/blocks/1/table/rows/2"),
        (with_table(rows=(("All", "7", "7"),)), "/sections/1/blocks/1/table/rows/1/3"),
        (with_table(columns=TABLE.columns[::-1]), "/sections/1/blocks/1/table/columns/1/name"),
        (replace(document(BLOCK), sections=document().sections[1:]), "/sections/1/heading/id"),
        (with_table(rows=(("Todos", "8"),)), "section results, block 1, row 1"),
        (document(replace(BLOCK, caption="Seis")), "section results, block 1, caption"),
    ],
)
def test_unlike__names_the_part_that_is_another(told, place):
    assert place in unlike(told)
