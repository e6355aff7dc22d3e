import pytest

from sesec_analysis.editions.documents import prose
from sesec_analysis.editions.documents.model import Node, Prose


def nodes(text: str) -> tuple[Node, ...]:
    (made,) = prose.blocks(text, where="a cell", taken=set())
    assert isinstance(made, Prose)
    return made.nodes


def outline(found: tuple[Node, ...]) -> str:
    """Nodes in brackets: what each is, its own words, and what stands in it."""
    return "".join(
        f"({one.kind}{one.text and ' '}{one.text}{outline(one.children)})" for one in found
    )


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Plain words.", "(paragraph(text Plain words.))"),
        ("a **b *c***", "(paragraph(text a )(strong(text b )(emphasis(text c))))"),
        ("a\nb", "(paragraph(text a)(text  )(text b))"),
        ("a\\\nb", "(paragraph(text a)(break)(text b))"),
        ("5 & 6 &lt; 7", "(paragraph(text 5 & 6 < 7))"),
        ("`x &lt; y`", "(paragraph(code x &lt; y))"),
        ("- a\n- b", "(list(item(paragraph(text a)))(item(paragraph(text b))))"),
        ("> a", "(quote(paragraph(text a)))"),
        ("```\na = 1\n```", "(listing a = 1)"),
        ("a\n\n---", "(paragraph(text a))(rule)"),
        ("| a |\n|---|\n| b |", "(table(row(cell(text a)))(row(cell(text b))))"),
    ],
)
def test_blocks__gives_the_pieces_of_prose(text, made):
    assert outline(nodes(text)) == made


def test_blocks__keeps_where_a_link_leads():
    ((link,),) = (one.children for one in nodes("[a](https://data.wa.gov/d/x?a=1&b=2)"))
    assert (link.kind, link.url) == ("link", "https://data.wa.gov/d/x?a=1&b=2")
