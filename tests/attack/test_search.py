"""The search: what may never leave is found wherever it stands, and what reports must say is let pass."""

import json
from pathlib import Path
from typing import Any

import pytest
from attack_samples import named

import sesec_analysis as sa
from sesec_analysis.attack.reading import read_claims
from sesec_analysis.attack.search import CONTACT, DIGITS, FEW, SMALL, in_words, search
from sesec_analysis.attack.sweep import Fault

LET_PASS = [
    "Not shown: groups of fewer than 10 students.",
    "Fewer than 3 of 50 students met the standard.",
    "The share lies under 5 percent of 1,216 students.",
    "Students in grades 3 to 5, and in grade 8 students of all schools, 2016–17 students.",
    "In 14 of 32 schools, and in 2 of 5 elementary schools, funds are given.",
    "One in nine was not tested; two are for students with disabilities.",
    "At the rate of Asian students for everyone, 3 more students would be counted.",
    "Each teacher has 9 students per classroom teacher.",
    "n=216, n = 1,216 and n=40–52; 6.4 times; 33.3 percent; 0.0003.",
    "Report Card Enrollment 2021-22 School Year (dataset ymi4-syjv), 10.1177/0022466914536696, version 0.1.0",
    "Answers of one student hang together.",
]
FOUND = [
    ("At this school 7 Black students met the standard.", SMALL),
    ("Seven students were tested.", SMALL),
    ("one student was suspended", SMALL),
    ("n=4", SMALL),
    ("rates of few (N = 9) are shown", SMALL),
    ("3 of 8 students", SMALL),
    ("2 of 50 students", FEW),
    ("0 out of 34 American Indian students", FEW),
    ("49 of 50 students", FEW),
    ("32.87% of students", DIGITS),
    ("12.345 points", DIGITS),
    ("the estimate was 0.328703", DIGITS),
    ("write to principal@school.example.org", CONTACT),
    ("call (206) 555-0123", CONTACT),
    ("call 206-555-0123", CONTACT),
]


@pytest.mark.parametrize("words", LET_PASS)
def test_in_words__lets_pass_what_reports_must_say(words):
    assert list(in_words(words)) == []


@pytest.mark.parametrize(("words", "what"), FOUND)
def test_in_words__finds_what_may_not_leave(words, what):
    found = list(in_words(words))
    assert what in [kind for kind, _ in found]
    assert not any(letter.isdigit() for _, said in found for letter in said)


RATE = named(
    "sesec:rate.ela_met.2019.all.school:2070.all", value="45.0%", estimate=0.45, n=100, numerator=45
)


def hits(folder: Path, *records: dict[str, Any]) -> list[str]:
    (folder / "findings.json").write_text(json.dumps(list(records)), "utf-8")
    return [one.what.partition(": ")[0] for one in search(read_claims(folder))]


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"n": 9, "numerator": 5}, SMALL),
        ({"reference_n": 4}, SMALL),
        ({"numerator": 2}, FEW),
        ({"numerator": 98}, FEW),
        ({"value": "1%", "estimate": 0.01, "numerator": None}, FEW),
        ({"value": "99%", "estimate": 0.99, "numerator": None}, FEW),
        ({"reason": "as 6 students moved"}, SMALL),
        (
            named(
                "sesec:rate.enrollment.2019.all.school:2070.black",
                numerator=8,
                value="8.0%",
                estimate=0.08,
            ),
            SMALL,
        ),
    ],
)
def test_search__finds_it_in_a_record(changed, what, tmp_path):
    assert hits(tmp_path, RATE) == []
    assert what in hits(tmp_path, RATE | changed)


def test_search__lets_the_range_of_the_state_pass(tmp_path):
    few = {
        "value": "0–15%",
        "estimate": None,
        "bound_low": 0.0,
        "bound_high": 0.15,
        "n": 20,
        "numerator": "up to 2",
    }
    assert hits(tmp_path, RATE | few) == []


def test_search__reads_the_texts_it_is_given(tmp_path):
    (tmp_path / "findings.json").write_text("[]", "utf-8")
    said = [("a caption", "Of these, 7 students"), ("a note", "write to someone@example.org")]
    assert search(read_claims(tmp_path), said) == [
        Fault("a caption", f"{SMALL}: # students"),
        Fault("a note", f"{CONTACT}: an address with @"),
    ]


@pytest.mark.slow
def test_figures__draw_what_is_printed_and_nothing_finer(counts):
    """Marks stand where the printed numbers are: two tables that print alike are drawn alike, to the byte."""
    rates = sa.rates(counts(black=(71, 216), white=(90, 130)))
    moved = {name: rates[name] + 1e-5 for name in ("estimate", "bound_low", "bound_high")}
    nearby = rates.assign(**moved, ci_low=rates["ci_low"] + 1e-6)
    assert sa.findings(nearby).records() == sa.findings(rates).records()
    assert sa.plot_rates(nearby).svg == sa.plot_rates(rates).svg
