"""Findings as a table to search: whole, escaped, and without a word from the network."""

import json
import re

import pytest

import sesec_analysis as sa
from sesec_analysis.errors import FileError, QuestionError


def shares():
    rows = sa.load("enrollment", place="southeast_seattle", end_years=2019, grade_level="all")
    return sa.findings(sa.rates(rows))


def test_browse__has_every_finding_and_loads_nothing():
    found = shares()
    page = sa.browse(found).data
    assert all(json.dumps(finding.id)[1:-1] in page for finding in found)
    assert not re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=[\"']https?:", page)


def test_browse__reads_the_file_of_a_published_edition(tmp_path):
    path = tmp_path / "findings.json"
    row = ["sesec:rate.x.2019.all.here.all", "A sentence.", "32.9%"]
    path.write_text(json.dumps({"columns": ["id", "sentence", "value"], "rows": [row]}))
    page = sa.browse(path).data
    assert all(text in page for text in [*row, "2018\u201319"])


@pytest.mark.parametrize("odd", [None, 3, [], [{"id": "x"}], sa.places()])
def test_browse__refuses_what_are_no_findings(odd):
    with pytest.raises(QuestionError, match="findings are wanted"):
        sa.browse(odd)


def test_browse__names_a_file_that_is_missing(tmp_path):
    with pytest.raises(FileError, match="no such file"):
        sa.browse(tmp_path / "findings.json")
