"""What notebooks describe is made from records: the same words, in any language, without what is withheld."""

from pathlib import Path

from estimate_samples import bounded, enrollment, estimates, gap, grade_3, rate
from public_names import PUBLIC
from report_samples import code, notebook, text

from sesec_analysis import i18n
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.making import Maker, kinds
from sesec_analysis.editions.documents.model import in_words
from sesec_analysis.editions.progress import Progress
from sesec_analysis.editions.run import run
from sesec_analysis.evidence.finding import findings
from sesec_analysis.evidence.tables import table

REASON = "withheld so that another withheld figure cannot be worked out"


def test_maker__gives_reasons_in_a_language():
    rows = [rate(1, 200), rate(8, 20), rate(5, 9), gap(1, 50, 30, 60), gap(3, 9, 88, 104)]
    rows += [rate(999, 1000), gap(1, 100, 300, 600), bounded(0.3, 0.31), bounded(0.1, 0.9)]
    rows += [bounded(0.2, 0.35, student_group="hispanic", n_low=20, n_high=60)]
    rows += enrollment({"asian": 150, "black": 90, "hispanic": 54, "pacific_islander": 6})
    shown = estimates(rows)
    stored = findings(shown).stored()
    assert len({one["reason"] for one in stored}) > 6
    for record in stored:
        with i18n.use_language("es"):
            told = Maker(language="es").finding(record).reason
            assert told in {one.reason for one in findings(shown)}
        assert told != record["reason"] or not told


def test_maker__replaces_a_withheld_finding_by_one_that_says_why():
    shown = table(estimates(grade_3()))
    hidden = next(one for one in shown.findings if one.row.publish == "point")
    maker = Maker({hidden.id})
    cell = {"outputs": [{"output_type": "display_data", "data": shown._repr_mimebundle_()}]}
    [made] = in_words(tuple(documents_notebook.shown_blocks(cell, where="", maker=maker)))
    assert len(made.table.rows) == len(shown.rows)
    at = [one["id"] for one in made.findings].index(hidden.id)
    record = made.findings[at]
    assert (record["publish"], record["reason"]) == ("nothing", REASON)
    assert REASON in " ".join(made.table.rows[at])
    assert maker.record(hidden.record()) == record


def test_kinds__are_those_of_the_public_functions():
    others = {"findings", "missing", "not_computed"}
    assert set(kinds()) - others <= PUBLIC.keys()


START = "import sesec_analysis as sa\nsa.report.notices_in_place()"
SHOW = "sa.report.about_school('2120')"


def made(*cells):
    return notebook(code(START), text("## A section"), *cells, title="# Summary")


def ran(cells):
    """Return a notebook as it ran."""
    executed, ended = run(cells, {}, cwd=Path.cwd(), progress=Progress({}, None))
    assert ended, [one.outputs for one in executed.cells if one.get("outputs")]
    return executed


def shown(cells, layout="summary", codes=("qps",)):
    """Run a notebook, and return its document and its translations."""
    executed = ran(cells)
    english = documents_notebook.read_notebook(executed)
    return english, *documents_notebook.translations(executed, layout, codes, english.findings)


def test_translations__says_what_is_described_in_the_language():
    _, told = shown(made(code(SHOW), code("1;")))
    [block] = in_words(told).sections[0].blocks
    assert block.caption == "⟦Ţĥé šçĥóóĺ ôô⟧"
    assert told.language == "qps"
    assert told.title == "⟦Šûmmàŕý ô⟧"


def test_translations__is_nothing_of_a_document_that_nobody_translates():
    assert len(shown(made(code(SHOW)), "annex")) == 1


def test_translations__have_all_sections_of_a_sheet():
    sheet = made(code(SHOW), text("## Students\n\nA dot."), text("## Learning"), code(SHOW))
    _, told = shown(sheet, "sheet")
    assert [part.heading.id for part in told.sections] == ["a-section", "students", "learning"]


ASKED = "also = {'end_years': 2024, 'grade_level': 'all', 'student_group_type': 'race_ethnicity'}"
FINDINGS = (
    "import sesec_analysis as sa\nrates = sa.rates(sa.load('enrollment', place='seattle', **also))"
)


def executed(*cells):
    """Return the document of a notebook with rates in it, in English and in Spanish."""
    return shown(made(code(ASKED), code(FINDINGS), *cells), codes=["es"])


def test_translations__has_the_records_of_english_in_the_words_that_it_shows():
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


def test_translations__are_without_what_is_withheld():
    cells = ran(
        made(code(ASKED), code(FINDINGS), code("sa.table(rates)"), code("sa.findings(rates)"))
    )
    before = documents_notebook.read_notebook(cells)
    hidden = next(one["id"] for one in before.findings if one["publish"] == "point")
    english = documents_notebook.read_notebook(cells, Maker({hidden}))
    [told] = documents_notebook.translations(cells, "summary", ["es"], english.findings, {hidden})
    for one in (english, told):
        [record] = [record for record in one.findings if record["id"] == hidden]
        assert record["publish"] == "nothing"
        for block in one.sections[0].blocks:
            assert record in block.findings
    assert record["reason"].startswith("reservada")
