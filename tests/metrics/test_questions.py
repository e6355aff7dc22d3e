"""Questions that have no right answer are refused, with the answers that would have been possible."""

import pandas as pd
import pytest

from sesec_analysis.errors import DataError
from sesec_analysis.metrics.disparity import compare, gaps, rates, ratios


@pytest.mark.parametrize("measure", [gaps, ratios])
def test_pairs__refuse_a_reference_that_is_no_group(counts, measure):
    obs = counts(black=(80, 110), white=(90, 98))
    with pytest.raises(
        DataError, match="reference 'White' is not a group of 'race_ethnicity'"
    ) as no:
        measure(obs, by="race_ethnicity", reference="White")
    assert no.value.known == ["black", "white", "others"]


@pytest.mark.parametrize("measure", [gaps, ratios])
def test_pairs__refuse_all_students_as_a_partition(counts, measure):
    with pytest.raises(DataError, match="all students are one group"):
        measure(counts(all=(1, 20), student_group_type="all"), by="all", reference="all")


@pytest.mark.parametrize("measure", [gaps, ratios])
def test_pairs__refuse_the_parts_of_one_whole(counts, measure):
    obs = counts(black=(80, 300), white=(90, 300), indicator="enrollment")
    with pytest.raises(DataError, match="'enrollment' are parts of one whole") as no:
        measure(obs, by="race_ethnicity", reference="white")
    assert "use `rates` for the shares" in str(no.value)


def test_every_measure__refuses_the_same_figure_twice(counts):
    twice = pd.concat([counts(black=(80, 110)), counts(black=(81, 110), source_id="later@2019")])
    for ask in (
        lambda: rates(twice),
        lambda: gaps(twice, by="race_ethnicity", reference="black"),
        lambda: compare(twice, counts(black=(1, 20), organization_id="elsewhere")),
        lambda: compare(counts(black=(1, 20), organization_id="elsewhere"), twice),
    ):
        with pytest.raises(DataError, match="the same figure stands in two rows") as no:
            ask()
        assert no.value.known == ["later@2019", "ospi_assessment@2019"]


def test_rates__refuses_a_type_the_table_lacks(counts):
    with pytest.raises(DataError, match="no rows of student group type 'gender'") as no:
        rates(counts(black=(80, 110)), by="gender")
    assert no.value.known == ["race_ethnicity"]


def test_rates__refuses_percent_for_a_level(counts):
    with pytest.raises(DataError, match="level of 95 is not between 0 and 1"):
        rates(counts(black=(80, 110)), level=95)


def test_rates__refuses_a_table_that_is_not_observations(counts):
    with pytest.raises(DataError, match=r"lacks the column\(s\) numerator, value"):
        rates(counts(black=(80, 110)).drop(columns=["numerator", "value"]))


def test_compare__refuses_one_organization_with_itself(counts):
    with pytest.raises(DataError, match="the same organization, southeast_seattle"):
        compare(counts(black=(80, 110)), counts(black=(80, 110)))


def test_compare__refuses_several_organizations_on_a_side(counts):
    one, two = counts(black=(80, 110)), counts(black=(1, 20), organization_id="b")
    both = pd.concat([two, counts(black=(1, 20), organization_id="c")])
    with pytest.raises(DataError, match="`b` holds 2 organizations") as no:
        compare(one, both)
    assert no.value.known == ["b", "c"]
    with pytest.raises(DataError, match="`a` holds 2 organizations"):
        compare(both, one)
    with pytest.raises(DataError, match="`b` holds 0 organizations"):
        compare(one, counts())


def test_gaps__refuses_others_of_a_partition_that_was_thinned_out(counts):
    obs = counts(black=(80, 110), white=(90, 98))
    obs.attrs["student_groups_chosen"] = True
    with pytest.raises(DataError, match="holds only some groups of race_ethnicity"):
        gaps(obs, by="race_ethnicity", reference="others")
    assert len(gaps(obs, by="race_ethnicity", reference="white")) == 1


def test_gaps__refuses_others_that_leave_out_many_of_all_students(counts):
    groups = counts(black=(80, 110), white=(90, 98))
    everyone = groups.head(1).assign(student_group_type="all", student_group="all")
    everyone[["denominator", "denominator_low", "denominator_high"]] = 400
    with pytest.raises(DataError, match="load the whole partition"):
        gaps(pd.concat([everyone, groups]), by="race_ethnicity", reference="others")
    everyone[["denominator", "denominator_low", "denominator_high"]] = 210
    assert len(gaps(pd.concat([everyone, groups]), by="race_ethnicity", reference="others")) == 2
