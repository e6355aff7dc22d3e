"""A headline says no more than all that its row leaves open allows, in ten words, or there is none."""

import re
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sesec_analysis import catalog, i18n, schema
from sesec_analysis.editions.texts.prose_lint import avoided_in
from sesec_analysis.evidence.answers import Outcome, answer
from sesec_analysis.evidence.finding import Finding, findings
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording.fields import GatedRow
from sesec_analysis.evidence.wording.headlines import (
    MOST_WORDS,
    PHRASES,
    SIGNS,
    direction_text,
    headline_texts,
    outcome_text,
    whole_size,
    whole_value,
)
from tests.samples.estimate_samples import bounded, enrollment, estimates, gap, rate, ratio
from tests.samples.kind_words import BANNED

REST = {"student_group": "all", "student_group_type": "all", "grade_level": "all"}
REST |= {"reference": "rest_of_seattle_regular"}
INCOME = {"indicator": "math_met", "grade_level": "08", "student_group_type": "low_income"}
INCOME |= {"student_group": "low_income", "reference": "not_low_income"}
CHANGE = REST | {"measure": "change", "reference": "2014"}
GAP_CHANGE = REST | {"measure": "gap_change", "reference": "rest_of_seattle_regular 2014"}


def told(made: dict[str, object]) -> Finding:
    """The finding of a row, as the gate lets it through."""
    table = pd.DataFrame([made | {"unit": made.get("unit", "points")}])
    return findings(schema.conform_estimates(table))[0]


def changed(low: float, high: float, **changes: object) -> dict[str, object]:
    """A change or gap of which only a range is known, or one number where both ends are it."""
    known = bounded(low, high, measure="gap") | {"reference": ""} | CHANGE
    if low == high:
        known |= {"estimate": low, "status": "ok", "coverage": 1.0, "cells_reported": 20}
    return known | {"outer_low": low - 0.01, "outer_high": high + 0.01} | changes


LIKE = {
    "rest": REST,
    "income": INCOME,
    "gap_change": GAP_CHANGE,
    "disciplined": {"indicator": "disciplined", "grade_level": "all"},
    "school": {"organization_level": "school", "organization_id": "2321"},
}
MAKERS = {"rate": rate, "gap": gap, "ratio": ratio, "bounded": bounded, "changed": changed}
GOLDEN = yaml.load(Path(__file__).with_name("headlines.yml").read_text("utf-8"), catalog.YAML)


@pytest.mark.parametrize("golden", GOLDEN)
def test_headline__is_made_of_one_row(golden):
    columns = LIKE.get(golden.get("like"), {}) | golden.get("but", {})
    found = told(MAKERS[golden["make"]](*golden["of"], **columns))
    assert found.headline == golden["says"]
    assert bool(found.why_no_headline()) == (not golden["says"])


@pytest.mark.parametrize("code", ["es", "so", "vi"])
def test_headline__is_whole_in_its_language_or_none(code):
    fell, below = changed(-0.114, -0.114), gap(40, 100, 62, 100, **REST)
    assert "fell" in told(fell).headline
    assert "below" in told(below).headline
    with i18n.use_language(code):
        assert told(fell).headline
        assert not re.search("fell|points", told(fell).headline)
        assert told(below).headline
        assert not re.search("below|points", told(below).headline)
    with i18n.use_language(i18n.PSEUDO):
        assert told(below).headline


def test_headline__travels_in_the_record_and_names_the_better_side_of_a_school():
    known = {"organization_level": "school", "organization_id": "2120", "indicator": "ela_met"}
    known |= {"measure": "rate_less_expected", "end_year": 2024, "student_group": "all"}
    known |= {"student_group_type": "all", "grade_level": "all", "reference": ""}
    above = told(changed(0.215, 0.215, **known))
    assert above.headline.endswith("English results 21.5 points above similar schools, 2024")
    assert above.record()["headline"] == above.headline
    assert told(changed(-0.215, -0.215, **known)).headline == ""


def test_headline__of_enrollment_says_who_the_students_are():
    shares = enrollment({"black": 300, "white": 700})
    texts = [found.headline for found in findings(estimates(shares))]
    assert texts[0] == "30% of students in Southeast Seattle were Black in 2019"


@pytest.mark.parametrize("text", sorted(set(headline_texts())))
def test_headline_texts__have_no_word_to_avoid(text):
    plain = re.sub("[{}]", "", text)
    assert not avoided_in(plain)
    assert not BANNED.search(plain)


DOWN, UP = re.compile(r"\b(fell|below)\b"), re.compile(r"\b(rose|above)\b")
SIZE = re.compile(r"(?:(\d[\d.]*)–)?(\d[\d.]*) points")
TIMES = re.compile(r"(?:(\d[\d.]*)–)?(\d[\d.]*) times")
SHARE = re.compile(r"(?:(\d[\d.]*)–)?(\d[\d.]*)%")

ENDS = st.floats(-1.0, 1.0)
SUBJECTS = st.sampled_from(
    [
        ("all", "all"), ("race_ethnicity", "black"), ("race_ethnicity", "pacific_islander"),
        ("low_income", "low_income"), ("survey_level", "middle"), ("homeless", "homeless"),
    ]
)  # fmt: skip
MEASURES = st.sampled_from(
    [
        "rate",
        "gap",
        "place gap",
        "ratio",
        "change",
        "gap_change",
        "rate_less_expected",
        "level_share_5",
    ]
)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, object]:
    """A row of ESTIMATES: a number or a range, with chance around it or without, of any subject and place."""
    measure = draw(MEASURES)
    kind, group = draw(SUBJECTS)
    places = ["southeast_seattle", "seattle", "washington", "seattle_middle", "director_district_7"]
    place = draw(st.sampled_from(places))
    level, name = "place", ""
    if draw(st.integers(0, 4)) == 0 or measure == "rate_less_expected":
        level, place, name = "school", draw(st.sampled_from(["2120", "3774", "2182"])), "A School"
    indicators = ["ela_met", "math_met_tested", "disciplined", "regular_attendance", "enrollment"]
    indicators += ["climate_belonging_favorable", "title_i_school"]
    made: dict[str, object] = {
        "indicator": draw(st.sampled_from(indicators)), "end_year": draw(st.sampled_from([2017, 2024])),
        "organization_level": level, "organization_id": place, "organization_name": name,
        "grade_level": draw(st.sampled_from(["all", "all", "03"])), "student_group_type": kind,
        "student_group": group, "measure": measure, "reference": "", "unit": "points", "ci_level": 0.95,
        "source_ids": "ospi_discipline@2019", "method": "made up",
    }  # fmt: skip
    span = st.floats(0, 1) if measure in ("rate", "level_share_5") else ENDS
    span = st.floats(0.01, 12) if measure == "ratio" else span
    low, high = sorted((draw(span), draw(span)))
    if draw(st.booleans()):
        high = min(high, low + draw(st.floats(0, 0.1)))
    if draw(st.booleans()):
        low = high
    wider = draw(st.sampled_from([None, 0.0004, 0.004, 0.03, 0.3]))
    known = {"bound_low": low, "bound_high": high}
    if wider is not None:
        known |= {"outer_low": low - wider, "outer_high": high + wider}
    if low == high:
        known |= {"estimate": low}
    n = draw(st.sampled_from([8, 40, 90, 400, 20_000]))
    # Of a rate, what its range allows: counts that contradict it would be judged otherwise once they are left out.
    k = int(n * high) if measure == "rate" else draw(st.integers(0, n))
    known |= dict.fromkeys(["n_low", "n_high"], n) | dict.fromkeys(
        ["numerator_low", "numerator_high"], k
    )
    if measure in ("rate", "level_share_5"):
        made["unit"] = "proportion"
    elif measure in ("gap", "ratio"):
        made |= {
            "reference": "others" if group == "all" else draw(st.sampled_from(["white", "others"]))
        }
    elif measure == "place gap":
        made |= {
            "measure": "gap",
            "reference": draw(st.sampled_from(["rest_of_seattle_regular", "seattle"])),
        }
    elif measure == "change":
        made |= {"reference": "2014"}
    elif measure == "gap_change":
        made |= {
            "reference": draw(st.sampled_from(["rest_of_seattle_regular 2014", "others 2014"]))
        }
    if measure == "ratio":
        made["unit"] = "ratio"
    if made["reference"]:
        sides = ["reference_n_low", "reference_n_high"]
        known |= dict.fromkeys(sides, 500)
        known |= dict.fromkeys(["reference_numerator_low", "reference_numerator_high"], 210)
    statuses = ["ok", "ok", "bounded", "suppressed", "undefined", "break", "small_n"]
    status = draw(st.sampled_from(statuses))
    return made | known | {"status": "bounded" if status == "ok" and low != high else status}


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows())
def test_headline__never_says_more_than_the_row(made):
    found = told(made)
    row, text = found.row, found.headline
    if not text:
        assert found.why_no_headline()
        return
    assert len(text.split()) <= MOST_WORDS
    assert not avoided_in(text)
    assert not BANNED.search(text)
    assert row.publish != "nothing"
    low, high = row.widest
    equal = row.entry.equal
    assert not (DOWN.search(text) and UP.search(text))
    if DOWN.search(text):
        assert high < equal
    if UP.search(text):
        assert low > equal
    assert ("about the same" in text) == (
        answer(row) is not None and answer(row).outcome is Outcome.SAME
    )
    if row.entry.dated:
        assert "2014" in text
    assert text.endswith(str(found.row.end_year))
    step = found.printed.numbers
    printed = [
        step[name] for name in ("estimate", "bound_low", "bound_high") if step[name] is not None
    ]
    for pattern, scale in ((SIZE, 100), (TIMES, 1), (SHARE, 100)):
        for match in pattern.finditer(text):
            sizes = [float(size) / scale for size in match.groups() if size]
            # As printed, or rounded from it to a whole number: a range outward, so by less than one.
            nearest = [min(abs(abs(one) - size) for one in printed) for size in sizes]
            most = (
                1e-9 if "." in match[2] or scale == 1 else 0.01 if row.publish == "range" else 0.005
            )
            assert "nder" in text or max(nearest) <= most
            reach = max(abs(low), abs(high))
            assert max(sizes) <= reach + 0.5 * 10 ** -(len(match[2].partition(".")[2])) / scale * 2
    if match := TIMES.search(text):
        assert (float(match[2]) > 1) == (low > 1)


def test_outcome_text__could_be_chance_where_the_interval_is_printed_as_reaching_equality():
    near = changed(0.013, 0.013, outer_low=0.0004, outer_high=0.0256)  # 0.0 to +2.6 points
    apart = changed(0.013, 0.013, outer_low=0.0011, outer_high=0.0256)
    assert [str(outcome_text(told(made))[1]) for made in (near, apart)] == [
        "better, could be chance",
        "better",
    ]


def test_outcome_text__is_of_a_fixed_list_and_keeps_the_three_answers_apart():
    cases = [
        ("better", changed(0.06, 0.06)),
        ("worse", changed(0.06, 0.06, indicator="disciplined")),
        ("lower", gap(71, 216, 88, 104)),
        ("higher", ratio(486, 8415, 235, 26032)),
        ("better", changed(0.06, 0.06, outer_low=None, outer_high=None)),
        ("about the same", changed(0.002, 0.002, outer_low=-0.01, outer_high=0.01)),
        ("better, could be chance", changed(0.03, 0.03, outer_low=-0.01, outer_high=0.07)),
        ("can't tell: too much is withheld", changed(-0.1, 0.02)),
        ("can't tell: the years are not comparable", changed(0.06, 0.06, status="break")),
        ("", rate(71, 216)),
    ]
    signs = {
        "better": "▲",
        "higher": "▲",
        "worse": "▼",
        "lower": "▼",
        "about the same": "●",
        "": "",
    }
    for phrase, made in cases:
        sign, text = outcome_text(told(made)) or ("", "")
        assert str(text) == phrase
        assert phrase in ("", *PHRASES.values())
        assert sign == signs.get(phrase, "○")
        assert sign in ("", *SIGNS.values())


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (changed(0.06, 0.06), "▲ 6 points higher than in 2014"),
        (changed(0.06, 0.06, indicator="disciplined"), "▼ 6.0 points higher than in 2014"),
        (gap(71, 216, 88, 104), "▼ 52 points lower than for White students"),
        (changed(0.03, 0.03, outer_low=-0.01, outer_high=0.07), "○ no clear change since 2014"),
        (changed(-0.1, 0.02), "Since 2014: ○ can't tell: too much is withheld"),
        (rate(71, 216), "None"),
    ],
)
def test_direction_text__gives_the_size_where_the_side_is_sure(made, said):
    assert str(direction_text(told(made))) == said


def printed_row(indicator, measure, *numbers, unit="proportion"):
    reference = "rest_of_seattle_regular" if measure == "gap" else ""
    ends = (
        {"estimate": numbers[0], "publish": "point"}
        if len(numbers) == 1
        else {"bound_low": numbers[0], "bound_high": numbers[1], "publish": "range"}
    )
    key = (
        indicator,
        2025,
        "place",
        "southeast_seattle",
        "Southeast Seattle",
        "all",
        "all",
        "all",
        measure,
        reference,
    )
    return GatedRow(Row(*key, n_low=900, n_high=900, unit=unit, **ends))


@pytest.mark.parametrize(
    ("numbers", "written"),
    [
        ([0.401], "40%"),
        ([0.4051], "40.5%"),  # printed as 40.5: which whole number is nearer cannot be told
        ([0.603, 0.609], "60–61%"),
        ([0.004], "0.4%"),
    ],
)
def test_whole_value__rounds_once_and_ranges_outward(numbers, written):
    assert whole_value(printed_row("math_met", "rate", *numbers), "en") == written


def test_whole_value__keeps_the_decimals_of_rates_that_differ_by_less_than_a_point():
    assert whole_value(printed_row("disciplined", "rate", 0.024, 0.026), "en") == "2.4–2.6%"


@pytest.mark.parametrize(
    ("numbers", "written"),
    [
        ([-0.066], "7 points"),
        ([-0.208, -0.202], "20 to 21 points"),
        ([0.185], "18.5 points"),
        ([-0.013], "1.3 points"),
    ],
)
def test_whole_size__leaves_out_the_sign(numbers, written):
    assert whole_size(printed_row("math_met", "gap", *numbers, unit="points"), "en") == written


@pytest.mark.parametrize(
    ("times", "written"),
    [(1.21, "1.2 times"), (4.2, "4.2 times"), (1.04, "1.04 times"), (1.25, "1.25 times")],
)
def test_whole_size__of_a_ratio_has_one_decimal_unless_it_would_say_equal(times, written):
    assert whole_size(printed_row("disciplined", "ratio", times, unit="ratio"), "en") == written
