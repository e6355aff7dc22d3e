"""The look: for a block or for good, and every new plot held to the same rules of words and bytes."""

import itertools
import re

import pytest
from estimate_samples import estimates, ratio
from hypothesis import given
from hypothesis import strategies as st
from plot_samples import PLOTS, plotted
from printed_samples import assert_words_fit, words_of

from sesec_analysis.evidence.finding import findings
from sesec_analysis.figures import style
from sesec_analysis.figures.style import level_scale, spread_apart


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
