"""School levels: a school worked by hand, limits, and ranges that hold whatever was withheld."""

from fractions import Fraction

import pandas as pd
import pytest
from conftest import make_counts
from hypothesis import given, settings
from hypothesis import strategies as st

from sesec_analysis import catalog
from sesec_analysis.errors import QuestionError
from sesec_analysis.loaders.claims import level_figures
from sesec_analysis.metrics.school_levels.levels import (
    codes_at,
    level_estimates,
    level_shares,
    level_years,
    school_levels,
    schools_at,
    weight_suffix,
)
from sesec_analysis.metrics.trends import year_variation
from sesec_analysis.schema import conform_observations, validate_estimates

RULES = catalog.level_rules().model_copy(update={"schools": {"1001": "elementary"}})
MANY = 1_000_000  # students, so that chance moves no figure over a cut point
THEMES = RULES.parts["engagement"].figures["survey"].indicators


def figure(indicator, end_year, counted, group="all"):
    """One published cell of the school."""
    return make_counts(
        **{group: (counted, MANY)},
        source_id=f"made@{end_year}",
        indicator=indicator,
        end_year=end_year,
        organization_level="school",
        organization_id="1001",
        student_group_type="all" if group == "all" else "low_income",
        unit="share_of_answers" if indicator.startswith("climate") else "proportion",
    )


def published(**shares):
    """The school's figures of 2024, its survey of 2023, and the attendance of 2019; shares of a million."""
    given_shares = {"ela": 0.6, "math": 0.8, "survey": 0.6, "low": 0.8, "other": 0.9, **shares}
    of = {name: round(share * MANY) for name, share in given_shares.items()}
    cells = [
        figure("ela_met", 2024, of["ela"]),
        figure("math_met", 2024, of["math"]),
        *(figure(theme, 2023, of["survey"]) for theme in THEMES),
        figure("regular_attendance", 2024, of["low"], "low_income"),
        figure("regular_attendance", 2024, of["other"], "not_low_income"),
        figure("regular_attendance", 2019, round(0.73 * MANY), "low_income"),
        figure("regular_attendance", 2019, round(0.9 * MANY), "not_low_income"),
    ]
    return pd.concat(cells, ignore_index=True)


def test_school_levels__are_5_at_a_school_above_every_cut_point():
    obs = published(ela=0.95, math=0.95, survey=0.95, low=0.9, other=0.9)
    row = school_levels(obs, rules=RULES).iloc[-1]
    assert (row.level_low, row.level_high) == (5, 5)
    assert (row.filter(like="at_least_") == 1).all()


def test_school_levels__matches_a_school_worked_by_hand():
    # Performance: 60 % in English is at or above 2 of 4 points (46.1, 57.0): level 3; 80 % in mathematics above all 4
    # (43.1, 55.5, 66.8, 76.5): level 5; together 4. Engagement: 60 % is below 62.7: level 1. Gap: -10 points is at or
    # above 3 points (-15.6, -12.8, -10.4): level 4; it was -17, so it closed by 7, more than 6: level 5; together 4.5.
    # (4 + 1 + 4.5) / 3 = 3.17: level 3. With the gap counted twice (4 + 1 + 2 x 4.5) / 4 = 3.5: level 4.
    row = school_levels(published(), rules=RULES).iloc[-1]
    assert (row.level_low, row.level_high) == (3, 3)
    assert (row.performance_low, row.performance_high) == (4, 4)
    assert (row.engagement_low, row.engagement_high) == (1, 1)
    assert (row.gap_low, row.gap_high) == (5, 5)  # 4.5 rounded half up
    assert [row[f"level_high{weight_suffix(w, RULES)}"] for w in RULES.weights] == [3, 3, 3, 4]
    years = (row.performance_year, row.engagement_year, row.gap_year)
    assert (row.end_year, *years) == (2024, 2024, 2023, 2024)
    assert row.ingredients == (
        "ela by 2018; math by 2018; survey by 2022; gap_size by 2019; gap_change by 2019"
    )


def test_school_levels__are_ranges_where_chance_reaches_over_a_cut_point():
    obs = published()
    few = obs["indicator"].eq("ela_met")
    scaled = {"numerator": 60, "denominator": 100}
    for name, count in scaled.items():
        for column in (name, f"{name}_low", f"{name}_high"):
            obs.loc[few, column] = count
    row = school_levels(obs, rules=RULES).iloc[-1]
    # 60 of 100: between 50.2 and 69.2 percent (Jeffreys), so over the point at 57.0 and not over that at 73.2.
    assert (row.performance_low, row.performance_high) == (4, 4)  # (2 + 5) / 2 = 3.5 is 4, too
    assert (row.level_low, row.level_high) == (3, 3)
    obs.loc[few, ["numerator", "numerator_low", "numerator_high"]] = 80
    obs.loc[few, ["value", "value_low", "value_high"]] = 0.8
    row = school_levels(obs, rules=RULES).iloc[-1]
    # 80 of 100: 71.3 to 87.0 percent, levels 3 to 5.
    assert (row.performance_low, row.performance_high) == (4, 5)


def by_hand(ela: Fraction, survey: Fraction) -> int:
    """The level of the school worked by hand, with another rate in English and other answers."""

    def level(value, points):
        return 1 + sum(value >= Fraction(str(point)) for point in points)

    def cuts(part, code, year):
        return RULES.parts[part].figures[code].cuts_of("elementary", year).points

    performance = Fraction(level(ela, cuts("performance", "ela", 2024)) + 5, 2)
    engagement = level(survey, cuts("engagement", "survey", 2023))
    score = (performance + engagement + Fraction(9, 2)) / 3
    return int(score + Fraction(1, 2))


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(st.data())
def test_school_levels__hold_the_level_of_every_completion(data):
    n = data.draw(st.integers(10, 400))
    low, high = sorted(data.draw(st.tuples(st.integers(0, n), st.integers(0, n))))
    truth = data.draw(st.integers(low, high))
    answers = data.draw(st.integers(0, 1000))
    obs = published(survey=answers / 1000)
    masked = obs["indicator"].eq("ela_met")
    obs.loc[masked, ["numerator", "value"]] = pd.NA
    obs.loc[masked, ["denominator", "denominator_low", "denominator_high"]] = n
    obs.loc[masked, ["numerator_low", "numerator_high"]] = [low, high]
    obs.loc[masked, ["value_low", "value_high"]] = [low / n, high / n]
    obs.loc[masked, "status"] = "bounded"
    row = school_levels(obs, rules=RULES).iloc[-1]
    if low == 0 and high == n:
        assert "ela" not in row.ingredients  # nothing is known of it
        return
    assert row.level_low <= by_hand(Fraction(truth, n), Fraction(answers, 1000)) <= row.level_high


def test_school_levels__are_none_with_fewer_than_two_parts():
    obs = published()
    of_another = obs.assign(
        organization_id="1002"
    )  # so that every part is published for some school
    alone = obs[obs["indicator"].isin(["ela_met", "math_met"])]
    both = RULES.model_copy(update={"schools": {"1001": "elementary", "1002": "elementary"}})
    levels = school_levels(pd.concat([alone, of_another]), rules=both).set_index("organization_id")
    assert levels.loc["1001", ["level_low", "level_high"]].isna().all()
    assert levels.loc["1001", "performance_low"] == 4
    assert levels.loc["1002", "level_low"] == 3


def test_school_levels__pass_over_a_group_of_fewer_than_ten():
    obs = published()
    small = obs["student_group"].eq("low_income") & obs["end_year"].eq(2024)
    obs.loc[small, "status"] = "small_n"
    row = school_levels(obs, rules=RULES).iloc[-1]
    assert pd.isna(row.gap_low)
    assert "gap" not in row.ingredients
    assert (row.level_low, row.level_high) == (3, 3)  # (4 + 1) / 2 = 2.5


def test_school_levels__refuse_a_year_without_them():
    with pytest.raises(QuestionError, match="nothing recent enough is published of Performance"):
        school_levels(published(), rules=RULES, end_years=2023)


def test_level_years__name_what_is_missing_and_the_year_of_each_part():
    years = level_years(published(), rules=RULES).set_index("end_year")
    assert years.index[years["has_levels"]].tolist() == [2024]
    assert years.loc[2023, "missing"] == "performance; gap"
    assert years.loc[2024, ["performance", "engagement", "gap"]].tolist() == [2024, 2023, 2024]


LEVELS = pd.DataFrame(
    {
        "organization_id": ["1", "2", "3", "4"],
        "organization_name": ["A", "B", "C", "D"],
        "end_year": 2024,
        "level_low": [2, 4, 5, pd.NA],
        "level_high": [4, 5, 5, pd.NA],
        **{
            f"{name}_{end}{suffix}": [1, 2, 3, 4]
            for name, suffixes in (
                ("level", ("_2_1_1", "_1_2_1", "_1_1_2")),
                *((part, ("",)) for part in RULES.parts),
            )
            for suffix in suffixes
            for end in ("low", "high")
        },
        "source_ids": ["made@2024", "made@2024", "made@2023; made@2024", "made@2024"],
    }
).astype(dict.fromkeys(("level_low", "level_high"), "Int64"))


def test_school_levels__give_no_credit_for_a_gap_that_closed_because_others_fell():
    # In 2019 the rates were 73 and 90 percent. Now both are lower, and only 2 points apart.
    closed = school_levels(published(low=0.70, other=0.72), rules=RULES).iloc[-1]
    as_before = school_levels(published(low=0.70, other=0.87), rules=RULES).iloc[-1]
    assert (closed.gap_low, closed.gap_high) == (as_before.gap_low, as_before.gap_high) == (1, 1)
    rose = school_levels(published(low=0.88, other=0.90), rules=RULES).iloc[-1]
    assert (rose.gap_low, rose.gap_high) == (5, 5)


def test_schools_at__counts_jointly_what_chance_leaves_open():
    half = pd.DataFrame({"level_low": [3] * 20, "level_high": [4] * 20})
    assert schools_at(half, 4, 5) == (
        0,
        20,
    )  # without chances each school's range is all that is known
    for end in ("low", "high"):
        for level, chance in ((2, 1.0), (3, 1.0), (4, 0.5), (5, 0.0)):
            half[f"at_least_{level}_{end}"] = chance
    # Binomial with 20 draws of one half: 2.5 and 97.5 percent lie at 6 and 14.
    assert schools_at(half, 4, 5) == schools_at(half, 3, 3) == (6, 14)
    # With the table's own level: P(X <= 8) = 0.2517, P(X <= 11) = 0.7483.
    assert schools_at(half.assign(ci_level=0.5), 4, 5) == (8, 12)
    assert schools_at(half, 5, 5) == (0, 0)
    assert schools_at(half, 1, 5) == (20, 20)
    half["at_least_4_high"] = 1.0  # withheld numbers could put every school at level 4
    assert schools_at(half, 4, 5) == (6, 20)
    assert [
        len(codes) for codes in codes_at(half.assign(organization_id=list(range(20))), 4, 5)
    ] == [6, 20]


@pytest.mark.slow
def test_rules__have_the_variation_between_years_of_the_survey():
    figure = RULES.parts["engagement"].figures["survey"]
    schools = catalog.level_rules().schools
    obs = level_figures(up_to=2023)
    of_survey = (
        obs["indicator"].isin(figure.indicators)
        & obs["end_year"].isin([2022, 2023])
        & obs["organization_id"].isin(list(schools))
    )
    grouped = obs[of_survey].groupby(["organization_id", "end_year"])[["numerator", "denominator"]]
    answers = grouped.sum(min_count=len(figure.indicators)).dropna().reset_index()
    made = {"status": "reported", "organization_level": "school", "indicator": "answers"}
    table = conform_observations(answers.assign(unit="proportion", **made))
    kinds = {code: kind if kind == "elementary" else "others" for code, kind in schools.items()}
    found = year_variation(table, levels=kinds).set_index("level")["phi"]
    assert figure.phi["elementary"] == pytest.approx(found["elementary"], abs=0.05)
    for kind in ("middle", "high"):  # fewer than 15 schools each: taken together
        assert figure.phi[kind] == pytest.approx(found["others"], abs=0.05)


def test_schools_at__count_those_that_must_and_those_that_may():
    assert schools_at(LEVELS, 1, 5) == (3, 3)
    assert schools_at(LEVELS, 5, 5) == (1, 2)
    assert schools_at(LEVELS, 1, 1) == (0, 0)


def test_level_shares__are_bounds_over_the_schools_with_a_level():
    shares = level_shares(LEVELS, schools={"here": "1234"}, names={"here": "Here"})
    validate_estimates(shares)
    five = shares.set_index("measure").loc["level_share_5"]
    assert (five.numerator_low, five.numerator_high, five.n_low) == (1, 2, 3)
    assert (five.bound_low, five.bound_high) == pytest.approx((1 / 3, 2 / 3))
    one = shares.set_index("measure").loc["level_share_1"]
    assert (one.estimate, one.status) == (0.0, "ok")


def test_level_estimates__are_a_level_or_its_ends():
    table = level_estimates(LEVELS, rules=RULES)
    validate_estimates(table)
    own = table[table["measure"] == "school_level"]
    assert own["status"].tolist() == ["bounded", "bounded", "ok", "undefined"]
    assert own["bound_high"].tolist()[:2] == [4, 5]
    assert own["estimate"].tolist()[2] == 5
    assert table[table["measure"] == "level_gap"]["estimate"].tolist() == [1, 2, 3, 4]
    assert table["measure"].nunique() == 1 + 3 + 3
