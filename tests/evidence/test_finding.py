"""Findings: ids that never change meaning, records that hold nothing back and nothing too much."""

import json
import re

import pandas as pd
import pytest
from estimate_samples import bounded, estimates, gap, grade_3, rate, ratio, row
from measure_samples import made_for_a_run

from sesec_analysis import schema
from sesec_analysis.errors import CatalogError, DataError, QuestionError
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.finding import Finding, finding, findings
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording.labels import finding_id
from sesec_analysis.evidence.wording.numbers import NumberFormat

RATES = estimates(grade_3())


def only(made):
    return findings(estimates([made]))[0]


def key(**changes):
    return Row(**row(**({"measure": "gap", "reference": "white"} | changes)))


@pytest.mark.parametrize(
    ("row", "written"),
    [
        (
            key(measure="rate", reference=""),
            "sesec:rate.ela_met.2017.03.southeast_seattle.black",
        ),
        (key(reference="others"), "sesec:gap.ela_met.2017.03.southeast_seattle.black-others"),
        (
            key(
                indicator="enrollment",
                end_year=2019,
                grade_level="all",
                student_group_type="english_learner",
                student_group="english_learner",
                reference="rest_of_seattle_regular",
            ),
            "sesec:gap.enrollment.2019.all.southeast_seattle-rest_of_seattle_regular.english_learner",
        ),
        (
            key(organization_level="school", organization_id="2070", grade_level="PK"),
            "sesec:gap.ela_met.2017.pk.school:2070.black-white",
        ),
        (
            key(organization_level="state", organization_id="WA", reference=""),
            "sesec:gap.ela_met.2017.03.state::w:a.black",
        ),
    ],
)
def test_finding_id__is_made_of_the_key(row, written):
    assert finding_id(row) == written


def test_finding_id__refuses_what_would_not_stay_clear():
    with pytest.raises(DataError, match="cannot stand in the id"):
        finding_id(key(organization_id="south.east"))
    with pytest.raises(CatalogError, match="is not of type 'race_ethnicity'"):
        finding_id(key(student_group="female"))
    with pytest.raises(CatalogError, match="'star_sign' is not in the catalog"):
        finding_id(key(student_group_type="star_sign"))


def test_finding__chooses_one_row_by_its_key():
    found = finding(RATES, student_group="black", end_year=2017)
    assert found.id == "sesec:rate.ela_met.2017.03.southeast_seattle.black"
    assert finding(RATES.iloc[[0]]).label == "American Indian or Alaska Native"


@pytest.mark.parametrize(
    ("selectors", "what", "known"),
    [
        ({"student_group": "blak"}, "no estimate has student_group='blak'", list(RATES["student_group"])),
        ({}, "7 estimates fit", None),
        ({"place": "southeast_seattle"}, "cannot be chosen by place", schema.ESTIMATES_KEY),
    ],
)  # fmt: skip
def test_finding__says_what_would_have_been_found(selectors, what, known):
    with pytest.raises(DataError, match=re.escape(what)) as refusal:
        finding(RATES, **selectors)
    if known:
        assert refusal.value.valid == known
    else:
        assert refusal.value.valid[0].startswith("student_group: american_indian, asian")


def test_finding__is_not_made_of_a_number_that_passed_no_gate():
    with pytest.raises(DataError, match="has not passed the privacy gate"):
        Finding(
            key(measure="rate", reference="", estimate=3 / 7, n_low=7, n_high=7, publish="point")
        )


def test_record__is_flat_whole_and_rounded_as_printed():
    record = only(rate(71, 216)).record()
    assert json.loads(json.dumps(record)) == record
    assert not any(isinstance(value, (dict, list)) for value in record.values())
    assert record["label"] == "Black or African American"
    assert (record["school_year"], record["value"], record["estimate"]) == (
        "2016–17",
        "32.9%",
        0.329,
    )
    assert (record["numerator"], record["n"], record["publish"]) == (71, 216, "point")
    assert record["source"].startswith("Washington State Office of Superintendent")
    assert record["cite_apa"].startswith("Southeast Seattle Education Coalition. (n.d.). In 2016")


@pytest.mark.parametrize(
    ("made", "kept"),
    [
        (rate(1, 50), {"n": 50, "numerator": None, "estimate": None, "bound_high": 0.06}),
        (bounded(0.3, 0.4), {"n": "180 to 220", "numerator": "20 to 60", "estimate": None}),
        (rate(3, 7), {"n": None, "numerator": None, "value": "not shown", "bound_low": None}),
        (gap(71, 216, 3, 7), {"n": None, "reference_n": None, "coverage": None}),
        (
            ratio(20, 50, 1, 60),
            {"reference_n": 60, "reference_numerator": None, "bound_high": None},
        ),
    ],
)
def test_record__leaves_out_what_may_not_be_published(made, kept):
    record = only(made).record()
    assert {name: record[name] for name in kept} == kept
    json.dumps(record, allow_nan=False)


def test_finding__shows_a_card_a_record_and_a_sentence():
    found = finding(RATES, student_group="black")
    bundle = found._repr_mimebundle_()
    assert bundle[notices.FINDING] == found.record()
    assert bundle["text/plain"] == found.sentence()
    card = bundle["text/html"]
    for text in (found.id, found.sentence(), "95% interval 26.6–39.2%", "216", "Copy the citation"):
        assert text in card
    assert len(found.alt_text()) <= 125


def test_card__is_safe_to_show():
    made = rate(
        71, 216, organization_level="school", organization_id="1", organization_name="<b>A&B"
    )
    card = only(made)._repr_mimebundle_()["text/html"]
    assert "<b>" not in card
    assert "&lt;b&gt;A&amp;B" in card


def test_findings__refuse_a_measure_that_has_no_words():
    table = schema.conform_estimates(
        pd.DataFrame({"end_year": [2019], "measure": "luck", "estimate": [0.1]})
    )
    with pytest.raises(DataError, match="no words yet for the measure 'luck'"):
        findings(table)


NUMBERS = ["estimate", "ci_low", "ci_high", "bound_low", "bound_high", "outer_low", "outer_high"]
NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?")


def numerals(*texts):
    return {float(text.replace(",", "")) for text in NUMERAL.findall(" ".join(texts))}


def told(found):
    """The numbers of a record, as the page writes them: 0.329 is 32.9."""
    shift = NumberFormat.for_row(found.row).shift
    record = found.record()
    return {round(abs(record[name]) * 10**shift, 9) for name in NUMBERS if record[name] is not None}


def printed(found):
    """The numbers that the page prints of it; of one too small to be printed, none."""
    texts = (found.printed.value, found.printed.interval)
    return numerals(*texts) | ({0.0} if texts[0].startswith("under") else set())


@pytest.fixture(scope="module")
def every(tmp_path_factory):
    return [found for one in made_for_a_run(tmp_path_factory, "masked") for found in findings(one)]


@pytest.mark.slow
def test_record__holds_no_number_that_the_page_does_not_print(every):
    assert {found.row.publish for found in every} == {"point", "range", "nothing"}
    for found in every:
        assert told(found) <= printed(found), (found.id, found.printed)


@pytest.mark.parametrize(
    ("made", "value"),
    [
        (rate(31, 99), "31%"),
        (rate(31, 100), "31.0%"),
        (bounded(0.301, 0.349, n_low=99), "30–35%"),
        (bounded(0.301, 0.349, n_low=None, n_high=None), "30.1–34.9%"),
        (gap(31, 99, 50, 120), "−10.4 points"),
        (row(status="suppressed"), "not shown"),
    ],
)
def test_digits__follow_the_number_of_students(made, value):
    found = findings(estimates([made]))[0]
    assert found.record()["value"] == found.printed.value == value
    assert told(found) <= printed(found)


def test_findings__leave_out_the_years_that_are_out():
    every = findings(estimates(rate(71, 216, end_year=year) for year in (2018, 2019, 2020, 2022)))
    assert [one.row.end_year for one in every.comparable()] == [2018, 2019, 2022]
    assert [one.is_out for one in every] == [False, False, True, False]


def test_finding__is_joined_with_a_later_one_of_its_question_where_no_break_lies_between():
    early, before, after = findings(
        estimates(rate(71, 216, end_year=y) for y in (2013, 2014, 2016))
    )
    assert early.joins(before)
    assert not before.joins(early)
    assert not before.joins(after)  # new tests came in 2014-15
    [other] = findings(estimates([rate(71, 216, end_year=2014, student_group="asian")]))
    assert not early.joins(other)


def test_from_record__gives_back_every_finding_with_its_words_and_counts(every):
    for one in every:
        record, decisions = json.loads(json.dumps([one.record(), one.decisions()]))
        again = Finding.from_record(record, decisions)
        assert again.record() == one.record()
        assert (again.printed, again.headline) == (one.printed, one.headline), one.id
        assert again.decisions() == one.decisions()


def test_from_record__reads_a_record_of_before_there_were_midpoints():
    one = only(bounded(0.30, 0.34))
    record, decisions = one.record(), one.decisions()
    assert record["midpoint"] == 0.32
    earlier = {name: value for name, value in record.items() if name != "midpoint"}
    assert Finding.from_record(earlier, decisions).record() == record


def test_from_record__keeps_an_answer_that_the_rounded_interval_would_not_give():
    # From 0.9505 up it is within 2 points of 40; rounded outward, from 0.95 up, it would not be.
    ends = {"ci_low": 0.9505, "outer_low": 0.9505, "ci_high": 1.04, "outer_high": 1.04}
    one = only(ratio(4000, 10_000, 4010, 10_000) | ends)
    record = one.record()
    assert record["ci_low"] == 0.95
    assert Finding.from_record(record, one.decisions()).sentence() == one.sentence()
    assert Finding.from_record(record, {}).sentence() != one.sentence()


def test_from_record__refuses_a_record_that_says_more_than_the_gate_allows():
    record = only(rate(71, 216)).record()
    with pytest.raises(QuestionError, match="privacy gate"):
        Finding.from_record({**record, "n": 8, "numerator": 3}, {})
