"""A report's sections fall away where they would show nothing, and its end names them."""

from dataclasses import replace

import pytest

from sesec_analysis.editions.documents import model
from sesec_analysis.editions.documents.model import Heading, HeadlineBlock, NoticeBlock
from sesec_analysis.editions.documents.notebook import Document, Section
from sesec_analysis.editions.documents.sections.closing import close_edition
from sesec_analysis.text import Text


def section(name: str, *blocks) -> Section:
    return Section(Heading(2, name, name.lower()), (model.paragraph("Words."), *blocks))


def report(*sections: Section) -> Document:
    annex = Document("Annex", (), (), (), layout="annex")
    return Document("Report", (), sections, (), layout="pages", beside=(annex,))


REFUSED = HeadlineBlock("", "chance leaves the direction open", ())
TOLD = HeadlineBlock("40% met the standard", "", ())
BOX = NoticeBlock(Text("Climate"), Text("These figures are not available."))
WORDS = NoticeBlock("Climate", "These figures are not available.")


@pytest.mark.parametrize(
    ("blocks", "stays"),
    [((REFUSED, BOX), False), ((TOLD, BOX), True), ((TOLD, WORDS), True), ((REFUSED,), True)],
)
def test_section__stays_if_it_shows_something(blocks, stays):
    made = close_edition(report(section("Views", *blocks), section("How we know")), ())
    assert ("Views" in [part.heading.text for part in made.sections]) == stays
    last = str(model.in_words(made).sections[-1].blocks)
    assert ("Not in this edition: Views." in last) == (not stays)


def test_annex__keeps_its_boxes():
    whole = report(section("Views", REFUSED, BOX), section("How we know"))
    annex = replace(whole.beside[0], sections=whole.sections)
    assert close_edition(replace(whole, beside=(annex,)), ()).beside == (annex,)
