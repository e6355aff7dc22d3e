"""The certificate of the disclosure audit: the last section, in plain words, with every count that the audit has."""

import pytest
from attack_samples import CERTIFIED
from report_samples import notebook, showing, table, text

from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.model import in_words
from sesec_analysis.editions.documents.sections.certificate import with_certificate


@pytest.fixture
def report() -> documents_notebook.Document:
    return documents_notebook.read_notebook(
        notebook(text("## Learning\n\nWords."), showing(table()))
    )


def test_with_certificate__is_the_last_section_and_leaves_the_others(report):
    certified = with_certificate(report, CERTIFIED)
    assert certified.sections[:-1] == report.sections
    assert certified.sections[-1].heading.text == "Certificate of the disclosure audit"
    assert certified.findings == report.findings


def test_with_certificate__says_every_count_of_the_audit(report):
    [*_, last] = with_certificate(report, CERTIFIED).blocks
    rows = in_words(last).table.rows
    counts = [count for _, count in rows]
    assert counts == [
        *("71", "5", "119,239", "74,774", "10,822", "2,552"),
        *("2,552", "0", "12", "0"),
    ]
    names = [name for name, _ in rows]
    assert len(set(names)) == len(names)
