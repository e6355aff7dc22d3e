"""Statements that a report does not bear out are refused, each class by an example; what it bears out may stand."""

import pytest
from report_samples import notebook, showing, table, text

from sesec_analysis import catalog
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.notebook import OutputError
from sesec_analysis.editions.documents.statement_check import (
    check,
    faults_of_records,
    faults_of_row,
    faults_of_text,
)


@pytest.mark.parametrize(
    "said",
    [
        "Still true of dollars budgeted.",
        "No longer true of dollars budgeted per student in 2023–24.",
        "The gap does not exist any more.",
        "Rates fell due to closures.",
        "Smaller classes led to higher rates in 2018–19.",
    ],
)
def test_text__that_figures_do_not_bear_out_is_refused(said):
    assert list(faults_of_text(said))


@pytest.mark.parametrize(
    "said",
    [
        "The share was 73 percent in 2010–11; in 2023–24 it is no longer above 60.",
        "They call it “still true”.",
        "Some requirements could be waived because of the pandemic (WAC 180-111-050).",
        "A description, not a cause.",
        "These are multilingual learners with results in two years.",
    ],
)
def test_text__with_both_years_a_quotation_or_a_source_may_stand(said):
    assert list(faults_of_text(said)) == []


def test_row__needs_a_then_and_two_measured_times():
    measured = {"then": "73.1% in 2010–11", "now": "50.0% in 2023–24"}
    assert list(faults_of_row({**measured, "verdict": "No longer holds. It did."})) == []
    claimed = {"then": "30 percent, as claimed", "now": "42.0% in 2013–2017"}
    assert list(faults_of_row({**claimed, "verdict": "Partly. Higher than the claim."})) == []
    assert list(faults_of_row({**claimed, "verdict": "No longer holds."}))
    assert list(faults_of_row({**claimed, "then": " ", "verdict": "Holds."}))
    assert list(faults_of_row({"value": "42.0%"})) == []


def record(**also: object) -> dict[str, object]:
    common = {
        "id": "sesec:gap.ela_met.2019",
        "end_year": 2019,
        "source_ids": "ospi_assessment@2019",
        "student_group_type": "race_ethnicity",
        "student_group": "black",
        "reference": "others",
    }
    return common | also


def test_records__are_of_a_year_of_their_sources():
    both = "ospi_assessment@2018; ospi_assessment@2019"
    assert list(faults_of_records([record(), record(source_ids=both)])) == []
    assert list(faults_of_records([record(source_ids="ospi_assessment@2018")]))


def test_records__have_no_one_group_as_yardstick_of_all():
    against = [record(student_group=group, reference="asian") for group in ("black", "white")]
    assert list(faults_of_records(against)) == ["'asian' is the yardstick of black, white"]
    assert list(faults_of_records([record(student_group="all", reference="asian")]))
    assert list(faults_of_records(against[:1])) == []  # a pair that was asked for
    others = [record(student_group=group) for group in ("black", "white")]
    assert list(faults_of_records(others)) == []


def test_check__names_every_statement_and_its_place():
    plain = documents_notebook.read(
        notebook(text("## Learning\n\nRates of 2018–19."), showing(table()))
    )
    assert check(plain) is plain
    bold = documents_notebook.read(notebook(text("## Learning\n\nStill true of 42 percent.")))
    with pytest.raises(OutputError, match="'Still' needs two years"):
        check(bold)


@pytest.mark.slow
def test_texts__of_ours_say_no_more_than_figures_do(every_text):
    allowed = {
        "No longer holds",
        "× No longer holds",
        "{part}: no longer holds ({why})",
    }  # with their rows
    advice = ("Do not say what caused it", "and the id, leads to it")
    texts = {one if isinstance(one, str) else " ".join(one) for one in every_text}
    assert [
        (said, faults)
        for said in texts - allowed
        if not any(words in said for words in advice) and (faults := list(faults_of_text(said)))
    ] == []


@pytest.mark.parametrize("kind", ["gender", "race_ethnicity"])
def test_groups__stand_in_alphabetical_order(kind):
    labels = [group.label for group in catalog.group_types()[kind].groups.values()]
    assert labels == sorted(labels)
