"""A finding worded again from its record: all of its texts, and the fields that say something else."""

import pytest

import sesec_analysis as sa
from sesec_analysis.errors import SesecError
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.finding import Finding, finding_record
from sesec_analysis.evidence.row import Row
from sesec_analysis.verdict import rewording
from sesec_analysis.verdict.phrases import Phrases, messages, methods

TITLE = "Equity Report"


@pytest.fixture
def record(counts):
    [first, *_] = sa.findings(sa.rates(counts(black=(71, 216), white=(90, 130)))).records()
    cited = citation.cite(first, "apa", edition=TITLE, published=2026)
    return first | {"cite_apa": cited}


def wrong(record):
    made = rewording.finding_of(record, {})
    phrases = Phrases([*messages(), *methods()], ())
    cited = citation.cite(record, "apa", edition=TITLE, published=2026)
    return list(rewording.misworded(record, made, cited, phrases))


@pytest.mark.slow
def test_misworded__finds_nothing_in_a_record_as_it_was_made(record):
    assert wrong(record) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"sentence": "In 2016–17, none of them met it."}, "sentence"),
        ({"value": "32.87%"}, "value"),
        ({"interval": "32–33%"}, "interval"),
        ({"label": "7 students"}, "label"),
        ({"reason": "as a pair moved"}, "reason"),
        ({"caveats": "Half a dozen were left out."}, "caveats"),
        ({"source": "7"}, "source"),
        ({"cite_apa": "7"}, "cite_apa"),
        ({"title": "7"}, "title"),
        ({"note": "7"}, "note"),
        ({"method": "Wilson score interval; 7 students"}, "method"),
        ({"method": "none of them"}, "method"),
        ({"rule": "seven"}, "rule"),
        ({"unit": "seven"}, "unit"),
        ({"n": "a few"}, "n"),
        ({"n": "216.5"}, "n"),
        ({"reference_n": 7}, "reference_n"),
    ],
)
def test_misworded__names_the_field_that_numbers_do_not_give(record, changed, named):
    assert named in wrong(record | changed)


@pytest.mark.parametrize(
    "changed", [{"publish": "point", "n": 7, "numerator": 3}, {"status": "seven"}]
)
def test_finding_of__refuses_what_is_no_record(record, changed):
    with pytest.raises((SesecError, ValueError)):
        rewording.finding_of(record | changed, {})


@pytest.mark.parametrize(("low", "high"), [(0.034, 0.533), (0.0, 0.4999), (0.0312, 0.5298)])
def test_finding_of__takes_a_range_that_is_too_wide_only_as_printed(low, high):
    open_range = Row(
        *("ela_met", 2017, "school", "3478", "Franklin High School", "03"),
        *("race_ethnicity", "black", "rate", ""),
        **{"bound_low": low, "bound_high": high, "n_low": 60, "n_high": 60},
        **{"unit": "proportion", "status": "bounded", "publish": "range"},
    )
    record = finding_record(Finding(open_range, {}))
    assert rewording.finding_of(record, {}).printed.value == record["value"]


def test_finding_of__refuses_a_range_that_says_next_to_nothing(record):
    wide = {"publish": "range", "bound_low": 0.03, "bound_high": 0.55, "estimate": None}
    with pytest.raises(SesecError, match="privacy gate"):
        rewording.finding_of(record | wide, {})


def test_strings__are_what_figures_and_tables_print(record):
    said = set(rewording.strings(rewording.finding_of(record, {}), record))
    assert {"32.9%", "216", record["sentence"], record["label"]} <= said
