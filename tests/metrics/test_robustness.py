"""Many tests at once: as in the paper, within declared families, and no false finding beyond what is said."""

from math import log

import numpy as np
import pandas as pd
import pytest
from conftest import make_counts
from scipy.stats import false_discovery_control

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.metrics.changes import difference_in_gaps
from sesec_analysis.metrics.disparity import gaps
from sesec_analysis.metrics.robustness import Gap, chance, holds, p_value, q_values, robustness
from sesec_analysis.metrics.two_groups import power

WHITE = {"by": "race_ethnicity", "reference": "white"}


def chances(values, **columns):
    given = {
        "end_year": 2019,
        "measure": "p_value",
        "unit": "probability",
        "status": "ok",
        "organization_level": "place",
    }
    groups = [f"g{number}" for number in range(len(values))]
    return schema.conform_estimates(
        pd.DataFrame({**given, "student_group": groups, "estimate": values, **columns})
    )


def test_q_values__matches_scipy_and_keeps_the_order():
    p = np.random.default_rng(1).uniform(size=40) ** 2
    table = schema.validate_estimates(q_values(chances(p)))
    assert table["estimate"].to_numpy() == pytest.approx(false_discovery_control(p))
    assert table["student_group"].tolist() == [f"g{number}" for number in range(40)]
    assert (table["measure"] == "q_value").all()
    assert (table["method"] == "Benjamini-Hochberg among 40, by indicator, end_year, measure").all()


def test_q_values__takes_each_family_by_itself_and_counts_no_silent_row():
    p = [0.01, 0.04, np.nan, 0.03]
    table = q_values(
        chances(
            p,
            end_year=[2019, 2019, 2019, 2020],
            status=["ok", "ok", "suppressed", "ok"],
            method="as made",
        )
    )
    assert table["estimate"].tolist() == pytest.approx([0.02, 0.04, np.nan, 0.03], nan_ok=True)
    assert table["method"].tolist()[2] == "as made"
    whole = q_values(chances(p, end_year=[2019, 2019, 2019, 2020]), family=["indicator"])
    assert whole["estimate"].tolist() == pytest.approx([0.03, 0.04, np.nan, 0.04], nan_ok=True)


@pytest.mark.parametrize(
    ("table", "family", "fault"),
    [
        (chances([0.1]).assign(unit="points"), ["indicator"], "not the chance of a gap"),
        (pd.concat([chances([0.1, 0.2]), chances([0.1])]), ["indicator"], "would count it twice"),
        (
            power(make_counts(black=(5, 20), white=(9, 20)), **WHITE, difference=0.1),
            ["indicator"],
            "not the chance of a gap",
        ),
        (chances([0.1]), ["school"], "no column school"),
        (chances([0.1]), [], "no column"),
    ],
)
def test_q_values__refuses_what_is_no_family_of_chances(table, family, fault):
    with pytest.raises(DataError, match=fault):
        q_values(table, family=family)


FACTS = {"by": "race_ethnicity", "reference": "white"}


def gaps_in(year, **cells):
    return gaps(make_counts(end_year=year, **cells), **FACTS)


def pair(then, now):
    """Give the gaps of two years, then and now, each (black, white)."""
    return [
        gaps_in(year, black=black, white=white)
        for year, (black, white) in ((2016, then), (2019, now))
    ]


# 30 against 60 percent, later 60 against 80: the gap goes from 30 to 20 points, the ratio of rates from 2.00 to 1.33,
# and the ratio of those not reached from 1.75 to 2.00.
EXAMPLE = ((300, 1000), (600, 1000)), ((600, 1000), (800, 1000))


# --- the worked example ----------------------------------------------------------------------------------------------


def test_robustness__holds_in_points_only_where_the_adverse_ratio_says_otherwise():
    then, now = pair(*EXAMPLE)
    found = robustness(now, then, direction="narrowed", higher_is_better=True)
    assert (found.scale, found.evidence) == ("points_only", "beyond")
    assert (found.agree, found.disagree) == (("points", "bounds", "chance"), ("ratio",))
    assert found.words == (
        "In percentage points the gap narrowed. In the ratio of the adverse outcome it did not narrow. "
        "In points that is beyond chance, whatever the withheld numbers are."
    )


def test_robustness__holds_on_both_scales_where_the_counted_outcome_is_the_adverse_one():
    # The same counts of an adverse outcome: its ratio goes from 2.00 to 1.33 as well.
    then, now = pair(*EXAMPLE)
    found = robustness(now, then, direction="narrowed", higher_is_better=False)
    assert (found.scale, found.evidence, found.disagree) == ("points_and_ratios", "beyond", ())
    assert found.words == (
        "In percentage points and the ratio of the adverse outcome the gap narrowed. "
        "In points that is beyond chance, whatever the withheld numbers are."
    )


def test_robustness__tells_standard_deviations_in_words():
    # In standard deviations 30 against 60 percent is -.52 - .25 = -.78, and 60 against 80 is .25 - .84 = -.59.
    then, now = pair(*EXAMPLE)
    probit = (
        now.assign(measure="probit_gap", estimate=-0.59),
        then.assign(measure="probit_gap", estimate=-0.78),
    )
    found = robustness(now, then, direction="narrowed", higher_is_better=True, standardized=probit)
    assert (found.scale, found.disagree) == ("points_only", ("ratio",))
    assert "standardized" in found.agree
    assert found.words.startswith("In percentage points and standard deviations the gap narrowed.")


# --- each test by itself ---------------------------------------------------------------------------------------------


def labels(found):
    return found.scale, found.evidence


def test_robustness__of_one_year():
    now = gaps_in(2019, black=(300, 1000), white=(600, 1000))
    below = robustness(now, direction="below", higher_is_better=True)
    assert labels(below) == ("points_and_ratios", "beyond")
    against = robustness(now, direction="above", higher_is_better=True)
    assert (*labels(against), against.agree) == ("neither", "against", ())
    assert against.words.startswith("In percentage points and the ratio of the adverse outcome it")


def test_robustness__says_that_chance_alone_may_do_it():
    now = gaps_in(2019, black=(9, 20), white=(10, 20))
    found = robustness(now, direction="below", higher_is_better=True)
    assert (*labels(found), found.disagree) == ("points_and_ratios", "unknown", ("chance",))
    assert found.words.endswith(" Chance alone could have made it.")


def test_robustness__counts_how_many_gaps_were_looked_at():
    # P about .03 alone; the best of eleven looked at, of which ten say nothing, is no surprise.
    one = {"black": (37, 100), "white": (480, 1000)}
    alone = robustness(gaps_in(2019, **one), direction="below", higher_is_better=True)
    others = {f"group_{i}": (48, 100) for i in range(10)}
    many = gaps_in(2019, **{**one, **others})
    found = robustness(many, direction="below", higher_is_better=True, student_group="black")
    assert labels(alone) == ("points_and_ratios", "beyond")
    assert (*labels(found), found.disagree) == ("points_and_ratios", "unknown", ("chance",))


def test_robustness__says_that_withheld_counts_leave_it_open():
    found = robustness(
        gaps_in(2019, black="<15%", white=(1, 20)), direction="below", higher_is_better=True
    )
    assert (*labels(found), found.agree) == ("unknown", "unknown", ())
    assert found.words == (
        "In percentage points and the ratio of the adverse outcome no one can tell whether it is lower. "
        "Withheld numbers leave it open."
    )


@pytest.mark.parametrize("cell", ["N<10", "No Students", "withheld"])
def test_robustness__of_a_gap_without_a_number_is_unknown(cell):
    then, now = (
        gaps_in(2016, black=cell, white=(20, 50)),
        gaps_in(2019, black=(20, 50), white=(30, 50)),
    )
    for tables, direction in (((then,), "below"), ((now, then), "narrowed")):
        found = robustness(*tables, direction=direction, higher_is_better=True)
        assert (*labels(found), found.agree) == ("unknown", "unknown", ())
        assert "no one can tell" in found.words


@pytest.mark.slow
def test_robustness__of_a_gap_that_turned_round_is_not_a_smaller_gap():
    # From -20 to +20 points: a change of 40, and no narrowing.
    then, now = pair(((400, 1000), (600, 1000)), ((600, 1000), (400, 1000)))
    for direction in ("narrowed", "widened"):
        found = robustness(now, then, direction=direction, higher_is_better=True)
        assert not {"points", "chance"} & set(found.agree)


# --- statements ------------------------------------------------------------------------------------------------------


def test_holds__is_false_of_no_difference():
    assert [holds(direction, (0.0, 0.0)) for direction in ("below", "above")] == [False, False]
    assert [
        holds(direction, (0.1, 0.1), (-0.1, -0.1)) for direction in ("narrowed", "widened")
    ] == [False, False]


@pytest.mark.parametrize("white", [0, 5, 30, 60])
def test_chance__is_under_five_percent_exactly_when_the_interval_leaves_out_zero(white):
    table = gaps_in(2019, white=(white, 60), **{f"group_{k}": (k, 60) for k in range(61)})
    surprising = [chance(one, None) < 0.05 for one in Gap.all_of(table)]
    assert surprising == ((table["ci_low"] > 0) | (table["ci_high"] < 0)).tolist()


def test_chance__of_a_change_is_that_of_the_difference_in_gaps():
    then, now = pair(((30, 100), (60, 100)), ((60, 100), (75, 100)))
    row = difference_in_gaps(then, now).iloc[0]
    found = chance(Gap.all_of(now)[0], Gap.all_of(then)[0])
    assert found == pytest.approx(p_value(row.estimate, row.estimate - row.ci_low))


def test_p_value__is_one_without_a_difference_and_none_beyond_doubt():
    assert p_value(0, 0.1) == 1
    assert p_value(0.1, 0.1) == pytest.approx(0.05)
    assert (p_value(0, 0), p_value(0.1, 0)) == (1, 0)


def test_gap__has_the_ratio_of_the_adverse_outcome():
    one = Gap.all_of(gaps_in(2019, black=(300, 1000), white=(600, 1000)))[0]
    assert one.log_ratio(higher_is_better=True) == pytest.approx((log(1.75),) * 2)
    assert one.log_ratio(higher_is_better=False) == pytest.approx((log(0.5),) * 2)
    everyone = Gap.all_of(gaps_in(2019, black=(20, 40), white=(40, 40)))[0]
    assert everyone.log_ratio(higher_is_better=True) == (np.inf, np.inf)
    nobody = Gap.all_of(gaps_in(2019, black=(40, 40), white=(40, 40)))[0]
    assert np.isnan(nobody.log_ratio(higher_is_better=True)).all()


# --- refusals --------------------------------------------------------------------------------------------------------


def test_robustness__refuses_a_statement_that_its_tables_do_not_make():
    then, now = pair(*EXAMPLE)
    both = gaps_in(2019, black=(3, 20), asian=(9, 20), white=(12, 20))
    for tables, options, message in [
        ((now,), {"direction": "narrowed"}, "cannot be asked"),
        ((now.assign(measure="ratio"),), {"direction": "below"}, "cannot be asked"),
        ((then, now), {"direction": "narrowed"}, "there is no change"),
        ((now, then), {"direction": "narrowed", "breaks": [2018]}, "there is no change"),
        ((now, then), {"direction": "narrowed", "years_out": [2019]}, "there is no change"),
        ((both,), {"direction": "below"}, "a statement is about one"),
        (
            (now,),
            {"direction": "below", "standardized": (now, then)},
            "standardized gaps must be 1",
        ),
    ]:
        with pytest.raises(DataError, match=message):
            robustness(*tables, higher_is_better=True, **options)
