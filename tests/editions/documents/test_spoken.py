"""One run of a notebook shows what it shows in other languages too."""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from report_samples import code, notebook, text

from sesec_analysis.editions import execute
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents import spoken
from sesec_analysis.editions.documents.blocks import NoticeBlock
from sesec_analysis.evidence.gate import gate

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
    english = documents_notebook.read(spoken.english(executed))
    [told] = spoken.told(executed, layout, ["qps"], english.findings)
    return told


def test_told__says_it_in_the_language_and_measures_nothing_again(run):
    told = shown(run)
    [block] = told.sections[0].blocks
    assert block == NoticeBlock("⟦Šţûðéñţš ô⟧", "⟦Šçĥóóĺ ô⟧ in qps, 1.")
    assert told.language == "qps"
    assert told.title == "⟦Šûmmàŕý ô⟧"


def test_execute__leaves_to_ipython_what_the_notebook_had(monkeypatch):
    ran = []

    def run_cell(shell, source, *, how=InteractiveShell.run_cell, **also):
        ran.append(source)
        return how(shell, source, **also)

    monkeypatch.setattr(InteractiveShell, "run_cell", run_cell)
    own = made(code(SHOW), code("1;"))
    assert execute.execute(spoken.spoken_with(own, "summary", ["qps"]))
    assert ran == [cell.source for cell in own.cells if cell.cell_type == "code"]


def test_english__has_only_what_the_notebook_had(run):
    assert [cell.source for cell in spoken.english(run).cells] == [
        cell.source for cell in made(code(SHOW), code("1;")).cells
    ]


def test_spoken_with__leaves_a_document_that_nobody_translates(run):
    alone = made(code(SHOW))
    assert spoken.spoken_with(alone, "annex", ["qps"]) is alone
    assert spoken.told(run, "annex", ["qps"], ()) == ()


def test_spoken_with__ends_with_the_front_of_a_sheet():
    sheet = made(code(SHOW), text("## How to read this sheet"), text("## Students"), code(SHOW))
    whole = spoken.spoken_with(sheet, "sheet", ["qps"])
    assert execute.execute(whole)
    told = shown(whole, "sheet")
    assert [part.heading.id for part in told.sections] == ["a-section", "how-to-read-this-sheet"]


def test_translated__is_nothing_where_the_whole_report_is_a_trial(monkeypatch):
    monkeypatch.setenv("SESEC_LANGUAGE", "qps")
    assert spoken.translated() == ()


ASKED = "also = {'end_years': 2024, 'grade_level': 'all', 'student_group_type': 'race_ethnicity'}"
FINDINGS = (
    "import sesec_analysis as sa\nrates = sa.rates(sa.load('enrollment', place='seattle', **also))"
)


def executed(*cells):
    """Run a notebook with rates in it that is told in Spanish too; return it, and its document in both languages."""
    whole = spoken.spoken_with(made(code(ASKED), code(FINDINGS), *cells), "summary", ["es"])
    assert execute.execute(whole), [cell.outputs for cell in whole.cells if cell.get("outputs")]
    english = documents_notebook.read(spoken.english(whole))
    [told] = spoken.told(whole, "summary", ["es"], english.findings)
    return english, told


def test_told__has_the_records_of_english_in_the_words_that_it_shows():
    english, told = executed(code("sa.table(rates)"), code("sa.findings(rates)[2]"))
    assert [one["id"] for one in told.findings] == [one["id"] for one in english.findings]
    differing = {
        one["id"]: {name for name in one if one[name] != other[name]}
        for one, other in zip(told.findings, english.findings, strict=True)
    }
    block = told.sections[0].blocks[1]
    shown = block.findings[0]["id"]
    assert "sentence" in differing.pop(shown)
    assert set().union(*differing.values()) <= {"reason"}
    assert block.findings[0]["sentence"].startswith("En 2023")
    assert told.sections[0].blocks[0].findings[2] is block.findings[0]


def test_told__reads_and_judges_nothing_again(monkeypatch):
    read = []
    monkeypatch.setattr(gate, "read", lambda table, how=gate.read: read.append(1) or how(table))
    executed(code("sa.table(rates)"), code("sa.findings(rates)[2]"))
    assert len(read) == 2


def test_told__refuses_a_finding_that_english_does_not_show():
    with pytest.raises(documents_notebook.OutputError, match="is not shown in English"):
        executed(code("sa.findings(rates)[1 + (language() == 'es')]"))


def test_told__shows_what_was_changed_in_between():
    """What is kept of a table is what English made of it the last time."""
    change = "first = len(sa.findings(rates))\nrates.loc[rates.index[0], 'status'] = 'undefined'\nsa.table(rates)"
    for one in executed(code(change)):
        [block] = one.sections[0].blocks
        assert block.findings[0]["publish"] == "nothing"
        assert not any("%" in cell for cell in block.table.rows[0])


def test_told__has_what_a_cell_displays_in_each_language():
    shown = "display(sa.findings(rates)[1]) or display(sa.findings(rates)[2])"
    english, told = executed(code(shown), code("sa.findings(rates)[3]"))
    for one in (english, told):
        assert len(one.findings) == 3
        assert [len(block.findings) for block in one.sections[0].blocks] == [2, 1]
    starts = {one.findings[0]["sentence"].split()[0] for one in (english, told)}
    assert starts == {"In", "En"}


FAILS = """import sesec_analysis as sa
sa.notices_in_place()
def refuse():
    raise sa.DataError("the schools are of several years", mend="load one year")"""


def test_told__has_a_notice_in_each_language_for_what_cannot_be_computed():
    lost = (
        code(FAILS),
        code("x = refuse()"),
        code("x"),
        text("## Another"),
        code("refuse()"),
    )
    whole = spoken.spoken_with(made(*lost), "summary", ["es", "vi"])
    assert execute.execute(whole), [cell.outputs for cell in whole.cells if cell.get("outputs")]
    english = documents_notebook.read(spoken.english(whole))
    told = spoken.told(whole, "summary", ["es", "vi"], english.findings)
    for one in (english, *told):
        # As in English the same notice stands once.
        assert [len(part.blocks) for part in one.sections] == [1, 0]
    notices = [one.sections[0].blocks[0] for one in (english, *told)]
    assert [one.title for one in notices] == ["Not shown", "No se muestra", "Không hiển thị"]
    assert all(one.text.endswith(": the schools are of several years.") for one in notices)
    assert len({one.text for one in notices}) == 3
