"""Which parts of a report a phone shows first."""

from dataclasses import replace

from sesec_analysis.editions.documents import crossing
from sesec_analysis.editions.documents.model import (
    Block,
    Column,
    Description,
    FigureBlock,
    Heading,
    HeadlineBlock,
    Node,
    Prose,
    Table,
    TableBlock,
)
from sesec_analysis.editions.documents.notebook import Document, Section


def figure(kind: str) -> FigureBlock:
    words = ("a-figure", 1, "Title", "", "", "", "Alt", "")
    made = FigureBlock(*words, Table((), ()), ())
    return replace(made, made_from=Description(kind, (), {}))


def deck(*sentences: str) -> TableBlock:
    table = Table((Column("answer", "In words"),), tuple((words,) for words in sentences))
    return TableBlock(0, "Deck", table, "", (), "deck")


def section(name: str, *blocks: Block) -> Section:
    return Section(Heading(2, name, name), blocks)


HEAD = HeadlineBlock("Attendance fell, 2024", "", ())
WORDS = Prose((Node("text", "Words."),))
CHART, TABLE = figure("plot_trend"), replace(deck("A"), layout="rows")
REPORT = Document(
    "Report",
    (),
    (
        section("lead", HEAD, CHART),
        section("glance", HEAD, figure("plot_at_a_glance")),
        section("attendance", HEAD, deck("One.", "Two."), CHART, WORDS),
        section("money", HEAD, TABLE),
        section("listed", HEAD, deck("One.", "Two.", "Three.", "Four."), CHART),
        section("asks", HEAD, WORDS),
        section("read", WORDS, TABLE),
    ),
    (),
    layout="pages",
)


def test_parts_of__fold_what_is_after_the_headline_of_each_page_after_the_glance():
    parts = crossing.parts_of(REPORT)
    folded = {name: one for name, [one] in parts.items() if one.rest}
    assert {name: (len(one.first), len(one.rest)) for name, one in folded.items()} == {
        "attendance": (2, 2),
        "money": (1, 1),
        "listed": (1, 2),  # a list is no deck
    }
    assert folded["attendance"].rest == [CHART, WORDS]


def test_parts_of__give_a_second_headline_its_own_place_and_fold():
    second = HeadlineBlock("Answers are better, 2023", "", ())
    page = section("views", HEAD, CHART, second, deck("One."), TABLE, WORDS)
    document = replace(REPORT, sections=(*REPORT.sections[:2], page))
    one, other = crossing.parts_of(document)["views"]
    assert (one.id, one.title, one.first, one.rest) == ("views", HEAD.text, [HEAD], [CHART])
    assert (other.title, other.first) == (second.text, [second, deck("One.")])
    assert (other.rest, other.topic) == ([TABLE, WORDS], "")
    assert other.id != one.id
    annex = crossing.parts_of(replace(document, layout="annex"))
    assert [len(parts) for parts in annex.values()] == [1, 1, 1]


def test_sections_of__is_where_a_finding_is_told_last_but_for_claims_and_questions():
    of = tuple({"id": name} for name in ("a", "b"))
    head = replace(HEAD, findings=of)
    claims = replace(deck("C."), layout="verdicts", findings=of[:1])
    report = replace(
        REPORT, sections=(section("glance", head), section("own", head), section("x", claims))
    )
    assert crossing.sections_of(report) == {"a": "own", "b": "own"}
