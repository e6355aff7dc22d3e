"""The look: for a block or for good, and every new plot held to the same rules of words and bytes."""

import itertools
import re
from functools import cache

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from estimate_samples import estimates, ratio
from hypothesis import given
from hypothesis import strategies as st
from printed_samples import assert_words_fit, words_of

import sesec_analysis as sa
from sesec_analysis import checkout
from sesec_analysis.evidence.finding import findings
from sesec_analysis.figures import style
from sesec_analysis.figures.style import level_scale, spread_apart

BOTH = {"place": ["southeast_seattle", "rest_of_seattle_regular"]}
COMPARED = {"place": "southeast_seattle", "reference": "rest_of_seattle_regular"}
ALL = {"grade_level": "all", "student_group": "all"}
SCHOOLS = {"organization_level": "school"}


@cache
def groups():
    years = {"end_years": [2015, 2017, 2019, 2022, 2023]}
    return sa.rates(
        sa.load("disciplined", place="seattle", grade_level="all", **years), by="race_ethnicity"
    )


@cache
def climate():
    themes = ("safety", "belonging", "adults", "fairness")
    years = {"end_years": [2019, 2022, 2023]}
    table = pd.concat([sa.load(f"climate_{theme}_favorable", **BOTH, **years) for theme in themes])
    return sa.rates(table[table["student_group"] == "middle"])


@cache
def slopes():
    return sa.rates(
        pd.concat(
            [
                sa.report.then_and_now(f"{subject}_met", **BOTH, **ALL, up_to=2025)
                for subject in ("ela", "math")
            ]
        )
    )


@cache
def glance():
    rows = [
        part
        for indicator in ("math_met", "disciplined")
        for then in [sa.report.then_and_now(indicator, **BOTH, **ALL, up_to=2025)]
        for part in (sa.rates(then), sa.report.progress(then, **COMPARED))
    ]
    return pd.concat(rows)


@cache
def need():
    dollars = {"indicator": "budget_per_student", "end_years": 2024}
    share = {
        "indicator": "enrollment",
        "end_years": 2024,
        "grade_level": "all",
        "student_group": "low_income",
    }
    return pd.concat(
        [
            *(sa.averages(sa.load(**dollars, **BOTH, **level)) for level in (SCHOOLS, {})),
            *(sa.rates(sa.load(**share, **BOTH, **level)) for level in (SCHOOLS, {})),
        ]
    )


@cache
def results():
    district = {"place": "seattle", "end_years": 2024}
    share = {"indicator": "enrollment", "grade_level": "all", "student_group": "low_income"}
    return pd.concat(
        [
            *(sa.rates(sa.load(**share, **district, **level)) for level in (SCHOOLS, {})),
            *(
                sa.averages(sa.load("budget_per_student", **district, **level))
                for level in (SCHOOLS, {})
            ),
        ]
    )


@cache
def levels():
    of_schools = sa.report.school_levels(
        sa.report.level_figures(up_to=2019, place="southeast_seattle"),
        rules=sa.report.level_rules(),
    )
    return sa.report.level_estimates(of_schools, rules=sa.report.level_rules())


PLOTS = {
    "multiples of groups": lambda: sa.plot_multiples(groups()),
    "multiples of themes": lambda: sa.plot_multiples(climate(), by="indicator"),
    "slopes": lambda: sa.plot_slopes(slopes()),
    "at a glance": lambda: sa.plot_at_a_glance(glance(), **COMPARED),
    "need": lambda: sa.plot_need(need()),
    "levels of schools": lambda: sa.report.plot_levels(levels(), place="southeast_seattle"),
    "results map": lambda: sa.plot_results_map(results()),
}


@cache
def plotted(name):
    return PLOTS[name]()


@pytest.mark.slow
@pytest.mark.parametrize("name", PLOTS)
def test_plots__words_do_not_overlap_and_stand_on_the_page(name):
    made = plotted(name).figure
    assert_words_fit(made)
    assert min(one.get_fontsize() for one in words_of(made)) >= 9


@pytest.mark.slow
@pytest.mark.parametrize("name", PLOTS)
def test_plots__say_everything_in_words(name):
    made = plotted(name)
    assert ": " in made.alt
    assert len(made.alt) <= 250
    assert made.source_line.startswith("Source: ")
    assert made.table.rows
    assert not re.search(
        r"\bNone\b|\bnan\b|\{", f"{made.long_description} {made.caption} {made.alt}"
    )
    told = [
        one
        for one in made.findings
        if one.row.publish != "nothing" and one.row.measure in ("rate", "average")
    ]
    assert all(one.printed.value in made.long_description for one in told)


def test_blue__of_the_place_is_one_in_figures_and_documents():
    """To change it, change it in figures/style.py, figures/sesec.mplstyle, and reports/template/look.json."""
    assert checkout.palette()["accent"] == style.ACCENT
    with sa.style():
        [first, *_] = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    assert first == style.ACCENT


PLACES = st.lists(st.floats(0, 10, allow_nan=False), min_size=1, max_size=12)


@given(PLACES, st.floats(0.1, 0.8))
def test_spread__never_overlaps_and_stays_inside(wanted, size):
    centres = spread_apart(wanted, [size] * len(wanted), 0, 10)
    for one, other in itertools.combinations(centres, 2):
        assert abs(one - other) >= size - 1e-6
    assert all(size / 2 - 1e-6 <= centre <= 10 - size / 2 + 1e-6 for centre in centres)
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    assert [centres[at] for at in order] == sorted(centres)


def test_scales__have_round_labels_in_the_unit_and_twice_as_far_from_equal_as_half():
    dollars = level_scale([14_950, 23_660], "dollars_per_student")
    assert dollars.labels == ["$0", "$5,000", "$10,000", "$15,000", "$20,000", "$25,000"]
    assert level_scale([0.08], "proportion").labels == ["0%", "2%", "4%", "6%", "8%", "10%"]
    row = findings(estimates([ratio(20, 50, 10, 60)]))[0].row
    assert style.scale_of([0.9, 6.4], row).labels == ["0.5×", "1×", "2×", "4×", "8×"]


def test_plot_need__names_the_school_of_the_highest_budget():
    made = sa.plot_need(need())
    made.axes[0].figure.canvas.draw()
    [name] = [text.get_text() for text in made.axes[0].texts if "Licton Springs" in text.get_text()]
    assert "$36,456" in name
    assert name.endswith("(above this axis)")  # the next has less than $25,000
    assert made.axes[0].get_ylim()[1] == 25_000
