"""The parts of a report, and where a finding is told."""

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
    ),
    (),
    layout="pages",
)


def test_parts_of__give_a_second_headline_its_own_place():
    second = HeadlineBlock("Answers are better, 2023", "", ())
    page = section("views", HEAD, CHART, second, deck("One."), TABLE, WORDS)
    document = replace(REPORT, sections=(*REPORT.sections[:2], page))
    one, other = crossing.parts_of(document)["views"]
    assert (one.id, one.title, one.blocks) == ("views", HEAD.text, [HEAD, CHART])
    assert (other.title, other.topic) == (second.text, "")
    assert other.blocks == [second, deck("One."), TABLE, WORDS]
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
