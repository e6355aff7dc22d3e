"""Every clause reads as its kind of number does, and every part of a sentence goes where its row says."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from sesec_analysis import catalog
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording import sentences
from sesec_analysis.evidence.wording.numbers import print_row
from sesec_analysis.evidence.wording.sentences import sentence
from sesec_analysis.text import Text


def a_row(measure: str, reference: str = "", **of: object) -> Row:
    known = {
        **{"indicator": "ela_met", "end_year": 2019, "organization_level": "place"},
        **{"organization_id": "southeast_seattle", "organization_name": "Southeast Seattle"},
        **{"grade_level": "03", "student_group_type": "race_ethnicity", "student_group": "black"},
        **{"unit": "points", "status": "ok", "publish": "point"},
    }
    return Row(**known | {"measure": measure, "reference": reference} | of)  # type: ignore[arg-type]


SCHOOL = {"organization_level": "school", "organization_id": "2392"}
SCHOOL |= {"organization_name": "Rainier Beach High School"}
GOLDEN = yaml.safe_load(Path(__file__).with_name("sentences.yml").read_text("utf-8"))


@pytest.mark.parametrize("golden", GOLDEN, ids=[one["says"][:60] for one in GOLDEN])
def test_sentence__says_what_its_row_says(golden):
    row, text = a_row(**golden["row"]), golden["says"]
    row = replace(row, reason=Text(row.reason) if row.reason else None)
    assert sentence(row, print_row(row), {}) == text


@pytest.mark.parametrize(
    ("of", "below"),
    [
        ({"estimate": -0.1, "bound_low": 0.1}, True),
        ({"estimate": 0.0}, False),
        ({"bound_low": -0.1, "bound_high": 0.2}, True),
        ({"bound_high": -0.1}, True),
        ({"bound_high": 0.1}, False),
        ({}, False),
        ({"measure": "odds_ratio", "estimate": 0.9}, True),
        ({"measure": "odds_ratio", "estimate": 1.0}, False),
        ({"measure": "rate", "estimate": 0.1}, False),
    ],
)
def test_side__goes_by_the_first_number_known(of, below):
    row = a_row(**{"measure": "gap", "reference": "white"} | of)
    assert sentences._is_below(row) is below


def test_school__is_a_place_at_which_things_are():
    school = a_row("rate", **SCHOOL)
    assert (
        sentences.at_school("seen in {place}, in {place}", school) == "seen at {place}, at {place}"
    )
    assert sentences.at_school("seen in {place}", a_row("rate")) == "seen in {place}"
    assert sentences.capital("élan in Aki") == "Élan in Aki"
    assert sentences.capital("") == ""


def test_readings__say_once_what_several_measures_share():
    rows = [a_row(name, "white") for name in ("rate", "odds_ratio", "odds_ratio", "risk_ratio")]
    told = sentences.readings(rows)
    assert len(told) == 2
    for text, name in zip(told, ("odds_ratio", "risk_ratio"), strict=True):
        entry = catalog.measure(name)
        assert str(text) == f"{entry.label}: {entry.reading} {entry.caution}"
    share_one = [one for one in catalog.measures() if catalog.measure(one).subject]
    alike = [
        one
        for one in share_one
        if catalog.measure(one).reading == catalog.measure("theil_h").reading
    ]
    [text] = sentences.readings([a_row(name, "white") for name in alike])
    assert str(text).startswith(
        ", ".join(dict.fromkeys(catalog.measure(one).label for one in alike)) + ":"
    )


def test_texts__are_all_that_sentences_are_made_of():
    """What is translated: both signs of a difference, everyone's form, a share's."""
    assert sentences.signed_forms("it {rose}, {more} of it") == [
        "it fell, fewer of it",
        "it rose, more of it",
    ]
    assert sentences.signed_forms("it was {value}") == ["it was {value}"]
    told = set(sentences.measure_texts())
    entry = catalog.measure("change")
    for verb in ("rose", "fell"):
        for what in ("{rate} for {people}{where}", "{rate}{where}", "share of {people}{where}"):
            assert f"the {what} {verb} by {{value}} points" in told
    assert any(text.startswith(f"{entry.open} to say which way") for text in told)
    clauses = set(sentences.clause_texts())
    assert any("between {people} and {reference}" in text for text in clauses)
    gap = catalog.indicator("ela_met").gap_sentence
    assert clauses.issuperset(sentences.signed_forms(gap))
