"""The certificate of the disclosure audit: the last section, in plain words, with every count that the audit has."""

import pytest
from report_samples import notebook, showing, table, text

from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.model import in_words
from sesec_analysis.editions.documents.sections.certificate import with_certificate

OUTCOME = {
    "search": {"passed": True, "files": 71, "texts": 5},
    "attack": {
        "cells": 119_239,
        "withheld_cells": 74_774,
        "statements_of_the_state": {"ranges_tied": 79_430, "sums": 4_000},
        "statements_of_the_edition": {
            "read": 10_822,
            "different": 2_552,
            "of_published_counts": 2_179,
            "follow_from_ranges": 300,
            "follow_by_integer_programs": 73,
            "telling_of_fewer_than_three_organizations": 0,
            "telling_of_three_or_more": 12,
        },
        "ranges": {"solved_twice": 34, "programs_cut_off": 5},
        "counts_given_away": 0,
    },
}


@pytest.fixture
def report() -> documents_notebook.Document:
    return documents_notebook.read_notebook(
        notebook(text("## Learning\n\nWords."), showing(table()))
    )


def test_with_certificate__is_the_last_section_and_leaves_the_others(report):
    certified = with_certificate(report, OUTCOME)
    assert certified.sections[:-1] == report.sections
    assert certified.sections[-1].heading.text == "Certificate of the disclosure audit"
    assert certified.findings == report.findings


def test_with_certificate__says_every_count_of_the_audit(report):
    [*_, last] = with_certificate(report, OUTCOME).blocks
    rows = in_words(last).table.rows
    counts = [count for _, count in rows]
    assert counts == [
        *("71", "5", "119,239", "74,774", "83,430", "10,822", "2,552"),
        *("2,179", "373", "0", "12", "34", "5", "0"),
    ]
    names = [name for name, _ in rows]
    assert len(set(names)) == len(names)
