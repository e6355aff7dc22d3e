"""The gate, number by number: what it lets through, widens, and withholds, and why."""

import random
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from estimate_samples import bounded, enrollment, estimates, gap, rate, ratio
from estimate_samples import row as row_of
from measure_samples import GROUPS as CELLS
from measure_samples import TO, of_tests

from sesec_analysis import schema
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.gate import gate as gate_gate
from sesec_analysis.evidence.gate.gate import gate, is_gated, judge_rows, read_gated
from sesec_analysis.evidence.gate.rules import (
    REASONS,
    no_such_figure,
    reason_ids,
    reason_words,
    reasons_of_ids,
    remove_numbers,
)
from sesec_analysis.evidence.row import GATE_COLUMNS, Row, read_rows
from sesec_analysis.evidence.wording.labels import finding_id, range_reason
from sesec_analysis.metrics.changes import difference_in_gaps
from sesec_analysis.metrics.disparity import gaps, rates
from sesec_analysis.metrics.disproportionality import disproportionality
from sesec_analysis.metrics.participation import participation

NUMBERS = [
    name
    for name, kind in schema.conform_estimates(pd.DataFrame()).dtypes.items()
    if str(kind) in ("float64", "Int64") and name not in ("ci_level", "cells", "cells_reported")
]


def gated(*rows):
    return gate(estimates(rows))


def verdict(*rows):
    return gated(*rows).iloc[0]


def test_row__has_the_columns_of_the_table_and_the_gate():
    *names, last = [field.name for field in fields(Row)]
    assert last == "answered"
    assert sorted(names[: -len(GATE_COLUMNS)]) == sorted(schema.ESTIMATES_COLUMNS)
    assert names[-len(GATE_COLUMNS) :] == GATE_COLUMNS


def test_gate__keeps_rows_order_and_attributes():
    given = schema.validate_estimates(estimates([rate(71, 216), rate(3, 7, student_group="asian")]))
    given.attrs["missing"] = "words"
    out = gate(given)
    assert list(out.columns) == [*schema.ESTIMATES_COLUMNS, *GATE_COLUMNS]
    assert list(out["student_group"]) == ["black", "asian"]
    assert out.attrs == {"missing": "words"}


def test_gate__lets_an_exact_number_through():
    out = verdict(rate(71, 216))
    assert (out["publish"], out["estimate"], out["care"], out["reason"]) == (
        "point",
        71 / 216,
        False,
        "",
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (rate(3, 7, status="ok"), "small-group"),
        (row_of(status="small_n"), "small-group"),
        (gap(80, 110, 3, 8, status="ok"), "small-group/compared"),
        (row_of(status="suppressed"), "says-nothing"),
        (row_of(status="ok"), "withheld/none-published"),
    ],
)
def test_gate__says_why_nothing_is_published_and_leaves_no_number(made, reason):
    out = verdict(made)
    assert (out["publish"], out["reason"]) == ("nothing", reason)
    assert out[NUMBERS].isna().all()


def test_gate__withholds_a_place_that_is_one_withheld_school():
    alone = {"cells": 1, "cells_reported": 0}
    assert verdict(bounded(0.0, 0.05, **alone))["publish"] == "nothing"
    # The district's own row is one cell too, but it is no school: its range is as published.
    assert verdict(bounded(0.0, 0.05, organization_id="seattle", **alone))["publish"] == "range"


@pytest.mark.parametrize("k", [0, 2, 48, 50])
def test_gate__widens_few_students_to_what_is_true_of_all_of_them(k):
    out = verdict(rate(k, 50))
    few = k < 3
    assert (out["bound_low"], out["bound_high"]) == ((0, 3 / 50) if few else (1 - 3 / 50, 1))
    assert out["bound_low"] <= k / 50 <= out["bound_high"]
    assert out["outer_low"] <= out["bound_low"] <= out["bound_high"] <= out["outer_high"]
    assert out["publish"] == "range"
    assert out["reason"] == ("few-counted" if few else "few-counted/left-out")
    [row] = judge_rows(estimates([rate(k, 50)]))
    assert reason_words(row) == ("" if few else "all but ") + "fewer than 3 of 50 students"


@pytest.mark.slow
@pytest.mark.parametrize(
    "made",
    [
        lambda k: rate(k, 50),
        lambda k: rate(50 - k, 50),
        lambda k: gap(k, 50, 40, 60),
        lambda k: gap(20, 50, 60 - k, 60),
        lambda k: ratio(k, 50, 40, 60),
    ],
)
def test_gate__tells_nothing_of_which_few_students_there_are(made):
    ones = [gated(made(k)) for k in (0, 1, 2)]
    for other in ones[1:]:
        pd.testing.assert_frame_equal(ones[0], other)


def test_gate__builds_a_comparison_from_a_widened_side():
    out = verdict(gap(1, 50, 30, 60))
    assert (out["publish"], out["bound_low"]) == ("range", -0.5)
    assert out["bound_high"] == pytest.approx(3 / 50 - 0.5)
    out = verdict(ratio(20, 50, 1, 60))
    assert out["bound_low"] == pytest.approx(0.4 / (3 / 60))
    assert out["bound_high"] == float("inf")


def test_gate__builds_no_comparison_of_two_masked_sides_or_unknown_ones():
    assert verdict(ratio(1, 50, 1, 60))["publish"] == "nothing"
    assert (
        verdict(gap(1, 50, 30, 60, reference_n_low=None, reference_n_high=None))["publish"]
        == "nothing"
    )


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_gate__withholds_none_and_all_where_counts_are_not_known(value):
    ends = {"bound_low": value, "bound_high": value, "estimate": value}
    assert verdict(row_of(coverage=0.0, **ends))["publish"] == "nothing"


@pytest.mark.parametrize(
    ("low", "high", "coverage", "marker", "reason"),
    [
        (0.30, 0.35, 0.9, True, "some-withheld"),
        (0.30, 0.40, 0.9, False, "imprecise"),
        (0.30, 0.42, 0.9, False, "wide"),
        (0.30, 0.31, 0.6, False, "thin"),
        (0.30, 0.34, 0.7, True, "some-withheld"),  # as much as is enough
    ],
)
def test_gate__prints_bounds_as_a_range_only(low, high, coverage, marker, reason):
    out = verdict(bounded(low, high, coverage=coverage, midpoint=(low + high) / 2))
    assert (out["publish"], out["marker"], out["reason"]) == ("range", marker, reason)
    assert pd.isna(out["estimate"])
    middle = (low + high) / 2 if marker else np.nan
    assert out["midpoint"] == pytest.approx(middle, nan_ok=True)
    assert pd.isna(out["ci_low"])


def test_gate__takes_the_midpoint_that_was_measured_from_a_range_that_it_widens():
    out = verdict(rate(2, 400, midpoint=0.0123))
    assert (out["publish"], out["rule"]) == ("range", "few-counted")
    assert out["midpoint"] != 0.0123


def test_gate__takes_a_hair_between_bounds_for_none():
    """Sums leave so much room for floating point: it is no withheld figure."""
    hair = rate(71, 216, estimate=5e-10, bound_low=0.0, bound_high=1e-9)
    assert verdict(hair)["publish"] == "point"
    assert verdict(hair | {"bound_high": 2e-9})["publish"] == "range"


@pytest.mark.parametrize(("share", "publish"), [(0.0, "nothing"), (1.0, "nothing"), (0.2, "range")])
def test_gate__prints_no_percent_of_nobody_or_everybody_though_no_count_is_few(share, publish):
    out = verdict(bounded(share, share))
    assert out["publish"] == publish
    assert (out["reason"] == "few-counted/apart") == (publish == "nothing")


COMPARED = {"measure": "gap", "reference": "white", "coverage": 0.2}
RATIO = COMPARED | {"measure": "ratio"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("made", "publish"),
    [
        (bounded(0.2, 0.7), "range"),
        (bounded(0.2, 0.71), "nothing"),
        (bounded(-0.2, 0.3, **COMPARED), "range"),
        (bounded(-0.2, 0.31, **COMPARED), "nothing"),
        (bounded(0.4, 4.0, **RATIO), "range"),
        (bounded(0.4, 4.1, **RATIO), "nothing"),
        (bounded(0.0, 0.3, **RATIO), "nothing"),
        (bounded(2.0, float("inf"), **RATIO), "nothing"),
    ],
)
def test_gate__publishes_no_range_that_says_nothing(made, publish):
    out = verdict(made)
    assert out["publish"] == publish
    if publish == "nothing":
        assert out["reason"] == "says-nothing"
        assert out[NUMBERS].isna().all()
    assert is_gated(read_gated(gated(made))[0])


def test_gate__says_nothing_of_few_students_beside_too_much_withheld():
    far = {"reference_numerator_low": 5, "reference_numerator_high": 55}
    out = verdict(gap(1, 50, 30, 60, **far))
    assert (out["publish"], out["reason"]) == ("nothing", "says-nothing")


def test_gate__refuses_published_figures_that_were_not_measured():
    with pytest.raises(DataError, match="published numbers") as refusal:
        gate(schema.conform_observations(pd.DataFrame({"end_year": [2019]})))
    assert "sa.rates(table)" in str(refusal.value)


def test_gate__hides_exact_counts_behind_a_range():
    out = verdict(bounded(0.30, 0.33, numerator_low=60, numerator_high=60))
    assert out[["numerator_low", "numerator_high"]].isna().all()


def test_gate__prints_no_point_for_an_exact_percent_of_withheld_counts():
    percent = {"estimate": 0.32, "bound_low": 0.3195, "bound_high": 0.3205}
    assert verdict(row_of(coverage=0.0, **percent))["publish"] == "range"


@pytest.mark.parametrize(
    ("made", "rule"),
    [
        (rate(10, 29, ci_low=0.3, ci_high=0.4), "few-students"),
        (rate(10, 30, ci_low=0.3, ci_high=0.4), ""),
        (rate(40, 100, ci_low=0.2, ci_high=0.51), "unreliable"),  # wider than 30 points
        (rate(25, 100, ci_low=0.0, ci_high=0.3), ""),  # 30 points, no wider
        (rate(4, 100, ci_low=0.01, ci_high=0.07), "unreliable"),  # 6 points, 150% of the rate
        (rate(40, 1000, ci_low=0.02, ci_high=0.06), ""),  # under 5: the relative rule rests
        # Either side with few students is enough, however narrow the interval.
        (gap(40, 100, 20, 25, ci_low=-0.45, ci_high=-0.35), "few-students"),
        (bounded(0.2, 0.6, n_low=20, n_high=60), "few-students"),
    ],
)
def test_gate__asks_for_care(made, rule):
    out = verdict(made)
    assert out["care"] == bool(rule)
    told = [one for one in ("few-students", "unreliable") if one in out["reason"]]
    assert told == [rule] * bool(rule)


# Enrollment: the numerator is the group itself.


def test_gate__prints_no_group_of_fewer_than_ten_although_the_state_does():
    out = verdict(*enrollment({"black": 9}, total=300))
    assert (out["publish"], out["reason"]) == ("nothing", "small-group")


@pytest.mark.parametrize("rest", [0, 4, 9])
def test_gate__prints_no_share_that_leaves_a_small_group(rest):
    out = verdict(
        *enrollment({"low_income": 300 - rest}, total=300, student_group_type="low_income")
    )
    assert (out["publish"], out["reason"]) == ("nothing", "small-remainder")


def test_gate__withholds_a_second_group_where_the_first_could_be_subtracted_out():
    # Planted: 300 students less 150 + 90 + 54 leaves 6, the withheld group to the student.
    sizes = {"asian": 150, "black": 90, "hispanic": 54, "pacific_islander": 6}
    out = gated(*enrollment(sizes)).set_index("student_group")
    assert out["publish"].to_dict() == {
        "asian": "point",
        "black": "point",
        "hispanic": "nothing",
        "pacific_islander": "nothing",
    }
    assert out.loc["hispanic", "reason"] == "one-cell-solved/group"


def test_gate__sees_the_small_group_that_was_left_out_of_the_table():
    sizes = {"asian": 150, "black": 90, "hispanic": 54}
    out = gated(*enrollment(sizes, total=300))
    assert list(out["publish"]) == ["point", "point", "nothing"]


def test_gate__needs_no_second_group_where_two_are_withheld_or_none_is_small():
    two_small = {"asian": 150, "black": 90, "hispanic": 5, "pacific_islander": 6}
    assert (gated(*enrollment(two_small))["publish"] == "point").sum() == 2
    none_small = {"asian": 150, "black": 90, "hispanic": 54}
    assert (gated(*enrollment(none_small))["publish"] == "point").all()


@pytest.mark.parametrize(
    ("small", "also"),
    [((6, 0), 0), ((1, 0), 1), ((9, 8), 1), ((9, 7), 0), ((1, 1), 0), ((1, 0, 0), 1)],
)
def test_gate__withholds_one_group_more_where_those_withheld_leave_few_values(small, also):
    """Two groups with 1, 17, or 18 students together: each has one or two values. A group of 0 is one of them."""
    names = ("pacific_islander", "american_indian", "two_or_more")
    sizes = {"asian": 150, "black": 90, "hispanic": 54} | dict(zip(names, small, strict=False))
    rows = [row | {"organization_level": "school"} for row in enrollment(sizes)]
    out = gated(*rows).set_index("student_group")["publish"]
    assert (out[["asian", "black"]] == "point").all()
    assert (out["hispanic"] == "nothing") == bool(also)


def test_gate__protects_each_place_and_both_sides_of_a_comparison():
    near = {
        "asian": (100, 200),
        "black": (80, 300),
        "hispanic": (20, 394),
        "pacific_islander": (50, 6),
    }
    rows = [
        gap(
            k,
            250,
            other,
            900,
            student_group=group,
            reference="rest_of_seattle_regular",
            status="ok",
        )
        | {"indicator": "enrollment"}
        for group, (k, other) in near.items()
    ]
    out = gated(*rows).set_index("student_group")["publish"]
    assert out["pacific_islander"] == "nothing"  # 6 in the other place
    assert out["asian"] == "nothing"  # 900 - 300 - 394 - 200 would give the 6


def test_gate__prints_all_students_and_compares_them_with_nothing():
    everyone = {"student_group": "all", "student_group_type": "all", "indicator": "enrollment"}
    assert verdict(rate(300, 300, **everyone))["publish"] == "point"
    assert (
        verdict(gap(300, 300, 900, 900, reference="rest_of_seattle_regular", **everyone))["publish"]
        == "nothing"
    )


@pytest.mark.slow
def test_gate__leaves_no_small_group_to_subtraction():
    draw = random.Random(8)
    groups = ["american_indian", "asian", "black", "hispanic", "two_or_more", "white"]
    schools = {
        f"{code:04}": {
            group: draw.choice([0, 3, 7, 9, 10, 14, 40]) for group in draw.sample(groups, 4)
        }
        for code in range(400)
    }
    rows = [
        made
        for code, sizes in schools.items()
        if sum(sizes.values())
        for made in enrollment(sizes, organization_level="school", organization_id=code)
    ]
    out = gate(estimates(rows))
    for code, printed in out.groupby("organization_id"):
        sizes = schools[code]
        shown = printed.loc[printed["publish"] == "point", "student_group"]
        hidden = [group for group in sizes if group not in set(shown)]  # a group of 0 is hidden too
        left = sum(sizes.values()) - sum(sizes[group] for group in shown)
        assert all(sizes[group] >= 10 for group in shown)
        assert not (len(shown) and len(hidden) == 1 and left < 10), sizes


@pytest.mark.slow
def test_gate__publishes_no_small_n_and_no_few_and_holds_the_truth():
    every = [rate(k, n) for n in range(1, 61) for k in range(n + 1)]
    out = gate(estimates(every))
    k, n = (pd.Series([made[name] for made in every]) for name in ("numerator_low", "n_low"))
    few = (k < 3) | (n - k < 3)
    expected = pd.Series("point", index=out.index).mask(few, "range").mask(n < 10, "nothing")
    assert list(out["publish"]) == list(expected)
    ranges = out["publish"] == "range"
    assert ((out["bound_low"] <= k / n) & (k / n <= out["bound_high"]))[ranges].all()


def test_is_gated__holds_for_what_the_gate_lets_through_and_not_before():
    rows = [rate(71, 216), rate(1, 100), rate(3, 7), bounded(0.3, 0.31), gap(1, 50, 30, 60)]
    rows += [ratio(20, 50, 1, 60), bounded(0.1, 0.9)]
    once = gated(*rows)
    assert all(is_gated(row) for row in read_gated(once))
    pd.testing.assert_frame_equal(gate(once), once)
    # A finding is made of the verdicts themselves: whole counts, and None where the table has nothing.
    assert [repr(row) for row in judge_rows(estimates(rows))] == [
        repr(row) for row in read_gated(once)
    ]
    few, small = (replace(row, publish="point") for row in read_rows(estimates(rows[1:3])))
    assert not is_gated(few)
    assert not is_gated(small)
    assert not is_gated(
        read_rows(estimates(rows))[0]
    )  # nothing may be said, and numbers stand there


def test_withheld__says_why_and_keeps_the_id(counts):
    estimates = rates(counts(black=(80, 110), white=(90, 98), asian="withheld"))
    shown, _, none = judge_rows(estimates)
    hidden = gate_gate.withhold_row(shown)
    assert (hidden.publish, reason_ids(hidden)) == ("nothing", "one-cell-solved")
    assert (hidden.estimate, hidden.ci_low, hidden.n_low, hidden.numerator_low) == (None,) * 4
    assert finding_id(hidden) == finding_id(shown)  # the id keeps its meaning
    assert gate_gate.withhold_row(none) is none  # what shows nothing keeps its own reason


def test_care_text__says_why_a_row_is_to_be_read_with_care():
    [few, many] = judge_rows(estimates([rate(8, 20), rate(150, 300, student_group="white")]))
    assert str(gate_gate.care_text(few)) == "fewer than 30 students"
    assert gate_gate.care_text(many) is None


@pytest.mark.parametrize(
    ("indicator", "students"), [("ela_met", (120, 130)), ("income_under_30000", (123, 123))]
)
def test_gate__rounds_the_size_of_a_sum_with_withheld_cells_but_of_no_range_by_nature(
    indicator, students
):
    assert bool(
        range_reason(read_rows(estimates([bounded(0.3, 0.34, indicator=indicator)]))[0])
    ) == (indicator != "ela_met")
    some = {"cells": 6, "cells_reported": 5, "n_low": 123, "n_high": 123, "indicator": indicator}
    out = verdict(bounded(0.30, 0.34, **some))
    assert (out["n_low"], out["n_high"]) == students


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("not closing: at the pace of 2015 to 2019, -1.21 points a year", "the gap is not closing"),
        (
            "cannot be projected: the gap may have no pace",
            "it cannot be projected: the gap may have no pace",
        ),
        ("not computed: the target is none or all", "the target is none or all"),
        ("not computed", "no such figure"),
        ("the pace of 2015 to 2019", "no such figure"),
    ],
)
def test_no_such_figure__says_why_in_the_words_of_the_measure(method, said):
    row = replace(years_to_close(), method=method, status="undefined")
    assert str(no_such_figure(row)) == said


def test_reasons_of_ids__gives_back_every_reason_of_which_a_table_has_the_ids():
    few = read_rows(estimates([rate(8, 20)]))[0]
    for code in REASONS.keys() - {"few-students", "unreliable"}:  # which come with a number
        row = remove_numbers(few, code)
        assert row.rule == code.partition("/")[0]
        assert reasons_of_ids(reason_ids(row), row) == row.reason


def years_to_close() -> Row:
    return Row(
        *("ela_met", 2019, "place", "southeast_seattle", "Southeast Seattle", "03"),
        *("race_ethnicity", "black", "years_to_close", "white"),
    )


@pytest.mark.parametrize(
    ("publish", "said"),
    [
        ("point", "not computed: fewer than 3 years; Fieller interval"),
        ("nothing", "not computed"),
    ],
)
def test_method_words__leave_out_why_there_is_no_number_where_none_is_printed(publish, said):
    method = "not computed: fewer than 3 years; Fieller interval"
    row = replace(years_to_close(), method=method, publish=publish)
    assert gate_gate.method_words(row) == said
    rate_of = replace(
        read_rows(estimates([rate(40, 100)]))[0], method="a: b; at 1.5", publish="nothing"
    )
    assert gate_gate.method_words(rate_of) == "a: b"


@pytest.mark.parametrize(("measure", "marker"), [("rate", False), ("gap", True)])
def test_gate__marks_the_middle_of_a_range_from_0_on_only_of_a_difference(measure, marker):
    out = verdict(bounded(0.0, 0.04, measure=measure, **({"reference": "white"} if marker else {})))
    assert (out["publish"], out["marker"]) == ("range", marker)


def test_gate__shows_a_second_group_no_more_where_one_of_all_others_could_be_worked_out(counts):
    # 66 + 45 + 90 students of all counted: the shares of three groups would give the fourth, of whom two are counted.
    cells = CELLS | {"hispanic": (2, 90)}
    out = gate(disproportionality(counts(**cells), by="race_ethnicity"))
    shares = out[out["measure"] == "composition"].set_index("student_group")["publish"]
    assert shares.to_dict() == {
        "asian": "point", "black": "nothing", "hispanic": "nothing", "white": "point",
    }  # fmt: skip
    assert (
        gate(disproportionality(counts(**CELLS), by="race_ethnicity"))["publish"] == "point"
    ).all()


@pytest.mark.parametrize(("untested", "publish"), [(2, "nothing"), (3, "range")])
def test_gate__does_not_tell_how_few_were_not_tested(counts, untested, publish):
    obs = pd.concat([
        counts(black=(45, 110)),
        counts(black=(45, 110 - untested), indicator="ela_met_tested"),
        counts(black=(110 - untested, 110), indicator="ela_tested"),
    ], ignore_index=True)  # fmt: skip
    names = {"met": "ela_met", "met_tested": "ela_met_tested", "tested": "ela_tested"}
    out = gate(participation(obs, **names)).set_index("measure")
    assert out.loc["rate_if_all_tested", "publish"] == publish
    assert out.loc["tested_rate", "publish"] == ("nothing" if untested < 3 else "point")
    assert out.loc["official_rate", "publish"] == "point"


def test_gate__says_that_students_were_not_tested_and_not_that_figures_are_withheld():
    first, second = of_tests(dict(CELLS))
    for one in (first, second):
        worst = gate(one).query("measure.str.endswith('_if_all_tested')")
        assert set(worst["reason"]) == {"not-all-tested"}


@pytest.mark.slow
def test_gate__prints_a_change_of_gaps_only_beside_both_of_them(counts):
    then, now = (gaps(counts(**CELLS, end_year=year), **TO) for year in (2016, 2019))
    change = difference_in_gaps(then, now)
    assert set(gate(change)["publish"]) == {"nothing"}
    beside = gate(pd.concat([then, now, change], ignore_index=True))
    assert set(beside.query("measure == 'gap_change'")["publish"]) == {"point"}
    few = gaps(counts(**CELLS | {"black": (2, 110)}, end_year=2016), **TO)
    rows = pd.concat([few, now, difference_in_gaps(few, now)], ignore_index=True)
    out = gate(rows).query("measure == 'gap_change'").set_index("student_group")["publish"]
    assert out.to_dict() == {"asian": "point", "black": "nothing", "hispanic": "point"}
