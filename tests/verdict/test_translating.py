"""A record in another language beside its English form: its words are made of the same numbers and the same reason."""

from dataclasses import replace

import pytest
from paper_samples import imprint
from report_samples import finding, notebook, showing, text

import sesec_analysis as sa
from sesec_analysis import catalog, i18n
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.evidence import citation
from sesec_analysis.verdict import owning, rewording

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
        english, spanish = told("en"), replace(told("es"), language="es")
        changes = {name: change(spanish.findings[0][name]) for name, change in changed.items()}
        spanish = replace(spanish, findings=({**spanish.findings[0], **changes},))
        with i18n.spoken("es"):
            owners = owning.reasons(catalog.data_dir(), "es")
            _, faults = rewording.worded(spanish, META, owners, english)
        return [fault.where.rpartition(", ")[2] for fault in faults]

    return fields


def test_worded__takes_a_withheld_number_with_the_reason_of_its_language(untrue):
    assert untrue() == []


def test_worded__refuses_another_count_in_a_reason_and_in_its_sentence(untrue):
    def more(text):
        return text.replace("menos de 10 ", "menos de 30 ")

    assert "reason" in untrue(reason=more, sentence=more)
    assert {"sentence", "reason"} <= {*untrue(reason=more)}
    assert {"sentence"} == {*untrue(sentence=more)} - {"cite_apa"}


def test_worded__refuses_a_reason_that_nobody_owns(untrue):
    assert "reason" in untrue(reason=lambda text: "porque sí")
