"""One run of a notebook shows what it shows in other languages too."""

import pytest
from report_samples import code, notebook, text

from sesec_analysis.editions import execute
from sesec_analysis.editions.documents import spoken
from sesec_analysis.editions.documents.blocks import NoticeBlock

START = "from sesec_analysis.evidence.notices import Notice\nfrom sesec_analysis.i18n import language, say"
COUNTED = "counted = [*globals().get('counted', []), 'measured']"
SHOW = "Notice(\n    say('Students'), f'{say(\"School\")} in {language()}, {len(counted)}.')"


def made(*cells):
    return notebook(code(START), code(COUNTED), text("## A section"), *cells, title="# Summary")


@pytest.fixture(scope="module")
def run():
    whole = spoken.spoken_with(made(code(SHOW), code("1;")), "summary", ["qps"])
    assert execute.execute(whole)
    return whole


def shown(executed, layout="summary"):
    [told] = spoken.told(executed, layout, ["qps"])
    return told


def test_told__says_it_in_the_language_and_measures_nothing_again(run):
    told = shown(run)
    [block] = told.sections[0].blocks
    assert block == NoticeBlock("⟦Šţûðéñţš ô⟧", "⟦Šçĥóóĺ ô⟧ in qps, 1.")
    assert told.language == "qps"
    assert told.title == "⟦Šûmmàŕý ô⟧"


def test_english__has_only_what_the_notebook_had(run):
    assert [cell.source for cell in spoken.english(run).cells] == [
        cell.source for cell in made(code(SHOW), code("1;")).cells
    ]


def test_spoken_with__leaves_a_document_that_nobody_translates(run):
    alone = made(code(SHOW))
    assert spoken.spoken_with(alone, "annex", ["qps"]) is alone
    assert spoken.told(run, "annex", ["qps"]) == ()


def test_spoken_with__ends_with_the_front_of_a_sheet():
    sheet = made(code(SHOW), text("## How to read this sheet"), text("## Students"), code(SHOW))
    whole = spoken.spoken_with(sheet, "sheet", ["qps"])
    assert execute.execute(whole)
    told = shown(whole, "sheet")
    assert [part.heading.id for part in told.sections] == ["a-section", "how-to-read-this-sheet"]


def test_translated__is_nothing_where_the_whole_report_is_a_trial(monkeypatch):
    monkeypatch.setenv("SESEC_LANGUAGE", "qps")
    assert spoken.translated() == ()
