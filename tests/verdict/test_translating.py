"""A record in another language beside its English form: its words are made of the same numbers and the same reason.

What is exchanged in the translation of a real fact sheet is found, whatever of it is known by its English form.
"""

from dataclasses import replace

import family_forms
import pytest
from paper_samples import imprint
from report_samples import finding, notebook, showing, text

import sesec_analysis as sa
from sesec_analysis import catalog, i18n
from sesec_analysis.editions import editions
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents import stored
from sesec_analysis.editions.documents.blocks import Heading, NoticeBlock, Prose, Table, TableBlock
from sesec_analysis.editions.documents.notebook import Document, Section
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.finding import WORDS
from sesec_analysis.evidence.tables import TableColumn
from sesec_analysis.verdict import owning, rewording, translating

pytestmark = pytest.mark.slow
META = imprint()
NOTE = META.notebooks[0]


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


@pytest.fixture
def sheets(counts):
    """Return the fields of a translated record that are refused, of so many students, with words or changes of its own.

    Each stands in a document of its own, as those of fact sheets do.
    """

    def shown(of, code):
        with i18n.spoken(code):
            [record, *_] = sa.findings(sa.rates(counts(black=of))).records()
        return record

    def fields(of, told=None, code="es", words_of="es", **changed):
        record = shown(of, "en")
        cited = citation.cite(record, "apa", edition=META.title, published=META.published)
        english = Document("One", (), (), (record | {"cite_apa": cited},))
        words = shown(told or of, words_of)
        other = english.findings[0] | {name: words[name] for name in WORDS} | changed
        translation = replace(english, findings=(other,), language=code)
        findings, wrong = rewording.worded(english, META, owning.reasons(catalog.data_dir(), "en"))
        assert wrong == []
        with i18n.spoken(code):
            owners = owning.reasons(catalog.data_dir(), code)
            _, faults = rewording.worded_again(translation, english, findings, owners)
        return [fault.where.rpartition(", ")[2] for fault in faults]

    return fields


def test_worded_again__gives_no_sheet_the_words_of_another_number_or_language(sheets):
    one, other = (71, 216), (72, 216)
    for _ in range(2):  # what is right of one sheet is known when the next is asked
        assert sheets(one) == sheets(other) == sheets(one, code="vi", words_of="vi") == []
        assert sheets(one, told=other)[0] == sheets(other, told=one)[0] == "sentence"
        assert sheets(one, code="vi")[0] == sheets(one, words_of="vi")[0] == "sentence"
        assert sheets(one, sentence="Otra.") == ["sentence"]


def test_worded_again__gives_no_sheet_the_sentence_of_another_reason(sheets):
    with i18n.spoken("es"):
        withheld = i18n.say("the publisher withheld it")
    for _ in range(2):
        assert sheets((3, 8)) == []
        assert "sentence" in sheets((3, 8), reason=withheld)


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
        forms = document(BLOCK), replace(told, language="es")
        faults, _ = translating._compared(*map(translating._Form.of, forms), NOTE)
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


SCHOOL = "1596"  # some of its figures are withheld, some are ranges
TOLD_IN = [code for code in family_forms.LANGUAGES if code in ("es", "vi", "so")]


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    name = editions.find("latest")
    [folder] = family_forms.sheets(name, [SCHOOL], tmp_path_factory)
    return stored.read(folder), stored.imprint(folder)


def blocks_of(one, kind=TableBlock):
    return [block for block in one.blocks if isinstance(block, kind)]


def changed(one, *pairs):
    """A document with other blocks in the places of some; none is left out."""
    new = {id(old): block for old, block in pairs}

    def put(blocks):
        return tuple(new.get(id(block), block) for block in blocks)

    parts = tuple(replace(part, blocks=put(part.blocks)) for part in one.sections)
    return replace(one, lead=put(one.lead), sections=parts)


def in_rows(one, block, change):
    rows = change([list(row) for row in block.table.rows])
    table = replace(block.table, rows=tuple(map(tuple, rows)))
    return changed(one, (block, replace(block, table=table)))


def glance(one):
    """The table of key figures."""
    return next(block for block in blocks_of(one) if block.layout == "strips")


def cells(one, change):
    return in_rows(one, glance(one), change)


def column(at, first, second):
    """Exchange the cells of two rows in a column."""

    def change(rows):
        rows[first][at], rows[second][at] = rows[second][at], rows[first][at]
        return rows

    return change


def cell(row, at, change):
    def put(rows):
        before = rows[row][at]
        rows[row][at] = change(before)
        assert rows[row][at] != before
        return rows

    return put


def words(one, change):
    """The sentence of the first finding of the last table, changed in its record and where it stands."""
    block = blocks_of(one)[-1]
    record = block.findings[0]
    told = record | {"sentence": change(record["sentence"])}

    def put(block):
        rows = tuple(told if row["id"] == told["id"] else row for row in block.findings)
        return replace(block, findings=rows)

    shown = [block for block in one.blocks if getattr(block, "findings", ())]
    one = changed(one, *((block, put(block)) for block in shown))
    findings = tuple(told if row["id"] == told["id"] else row for row in one.findings)
    one = replace(one, findings=findings)
    return in_rows(one, blocks_of(one)[-1], cell(0, 1, lambda text: told["sentence"]))


def reason(one):
    """Another reason of the same document for what is withheld."""
    reasons = [record["reason"] for record in one.findings if record["reason"]]
    other = next(text for text in reasons if text != reasons[0])

    def changed_in(rows):
        return tuple(
            row | {"reason": other} if row["reason"] == reasons[0] else row for row in rows
        )

    shown = [block for block in one.blocks if getattr(block, "findings", ())]
    pairs = [(block, replace(block, findings=changed_in(block.findings))) for block in shown]
    return replace(changed(one, *pairs), findings=changed_in(one.findings))


def ids(one):
    block = glance(one)
    first, second, *others = block.findings
    return changed(one, (block, replace(block, findings=(second, first, *others))))


def added(one):
    """The words of a notice once more."""
    [part, *others] = one.sections
    [notice, *_] = blocks_of(one, NoticeBlock)
    return replace(one, sections=(replace(part, blocks=(*part.blocks, notice)), *others))


def prose(one):
    first, second, *_ = blocks_of(one, Prose)
    return changed(one, (first, second), (second, first))


def headings(one):
    first, second, *others = one.sections
    told = (replace(first.heading, text=second.heading.text), first)
    return replace(one, sections=(replace(first, heading=told[0]), second, *others))


def labels(one, new=None):
    """Another label over the numbers of the school."""
    block = glance(one)
    first, second, *others = block.table.columns
    columns = (first, replace(second, label=new or others[-1].label), *others)
    return changed(one, (block, replace(block, table=replace(block.table, columns=columns))))


def caption(one):
    block, other = glance(one), blocks_of(one)[-1]
    return changed(one, (block, replace(block, caption=other.caption)))


def note(one):
    block, other = glance(one), blocks_of(one)[-1]
    return changed(one, (block, replace(block, note=other.note)))


def notice(one):
    first, second, *_ = blocks_of(one, NoticeBlock)
    return changed(one, (first, replace(first, text=second.text)))


def school(one):
    other = next(one.name for one in catalog.schools().values() if "Rainier Beach" in one.name)
    return in_rows(one, blocks_of(one)[0], cell(0, 0, lambda text: other))


def sentence(one):
    other = next(one.name for one in catalog.schools().values() if "Rainier Beach" in one.name)
    own = blocks_of(one)[0].table.rows[0][0]
    return in_rows(one, blocks_of(one)[-1], cell(0, 1, lambda text: text.replace(own, other)))


FOUND = {
    "another number": lambda one: cells(one, cell(4, 1, lambda text: text.replace("40.1", "41.1"))),
    "another count": lambda one: cells(one, cell(4, 2, lambda text: text.replace("227", "226"))),
    "ends of an interval": lambda one: cells(
        one, cell(4, 1, lambda text: text.replace("32.0–48.8", "48.8–32.0"))
    ),
    "a count of other things": lambda one: cells(
        one, cell(4, 2, lambda text: text.replace(text.split()[-1], "x"))
    ),
    "numbers of two rows": lambda one: cells(one, column(1, 4, 5)),
    "a range and what is withheld": lambda one: cells(one, column(1, 0, 1)),
    "names of two rows of other years": lambda one: cells(one, column(0, 0, 4)),
    "a row left out": lambda one: cells(one, lambda rows: rows[:-1]),
    "a row twice": lambda one: cells(one, lambda rows: [*rows, rows[-1]]),
    "another word in a sentence and its record": lambda one: words(
        one, lambda text: text.replace("Seattle World School", "Garfield High School")
    ),
    "a reason": reason,
    "order of findings": ids,
    "a block more": added,
    "two paragraphs": prose,
    "a note": note,
    "a school in a sentence": sentence,
    "a label of nobody": lambda one: labels(one, "Otra escuela mejor"),
    "names of two rows": lambda one: cells(one, column(0, 0, 2)),
    "a caption": caption,
    "a label": labels,
    "a heading": headings,
    "a notice": notice,
    "a school": school,
}
"""What is exchanged: for what nobody owns, or for other words of ours."""


def faults(sheet, change, code):
    document, meta = sheet
    [one] = (one for one in document.translations if one.language == code)
    told = change(one)
    assert told != one
    return family_forms.untrue(replace(document, translations=(told,)), meta)


def test_untrue__is_nothing_of_a_sheet_in_any_language(sheet):
    assert family_forms.untrue(*sheet) == []
    assert len(sheet[0].translations) == len(family_forms.LANGUAGES)


@pytest.mark.parametrize("code", TOLD_IN)
@pytest.mark.parametrize("name", FOUND)
def test_untrue__finds_what_was_exchanged(name, code, sheet):
    assert faults(sheet, FOUND[name], code)


@pytest.mark.parametrize("code", TOLD_IN)
def test_untrue__finds_a_sentence_left_in_english(code, sheet):
    asked = next(block for block in blocks_of(sheet[0]) if block.layout == "cards")
    assert faults(sheet, lambda one: words(one, lambda _: asked.table.rows[0][1]), code)
