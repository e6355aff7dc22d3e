"""Every sentence we can say: short, whole, and kind."""

import itertools
import re

import pytest
from estimate_samples import bounded, enrollment, estimates, gap, rate, ratio
from kind_words import BANNED

from sesec_analysis import catalog
from sesec_analysis.publishing.findings import findings
from sesec_analysis.publishing.sentences import LONGEST, word_count

STATUSES = {
    "point": {},
    "unclear": {"ci_low": -0.9, "outer_low": -0.9, "ci_high": 2.0, "outer_high": 2.0},
    "range": {"status": "bounded", "coverage": 0.5, "n_low": 180},
    "open": {"status": "bounded", "coverage": 0.5, "n_low": 180},
    "small": {"status": "small_n"},
    "suppressed": {"status": "suppressed"},
    "undefined": {"status": "undefined"},
}


ENDS = {"rate": (0.1, 0.3), "gap": (-0.1, 0.05), "ratio": (0.8, 1.4)}


def made_of(measure, **changes):
    if measure == "rate":
        return rate(71, 216, **changes)
    numbers = (486, 8415, 235, 26032) if measure == "ratio" else (71, 216, 88, 104)
    return (ratio if measure == "ratio" else gap)(*numbers, **changes)


def sentence(made):
    return findings(estimates([made]))[0].sentence()


def every(**fixed):
    for indicator, (status, changes), grade, (measure, reference) in itertools.product(
        catalog.indicators(),
        STATUSES.items(),
        ("all", "03"),
        [
            ("rate", ""),
            *itertools.product(("gap", "ratio"), ("white", "others", "rest_of_seattle")),
        ],
    ):
        own = {"indicator": indicator, "grade_level": grade, "reference": reference}
        low, high = ENDS[measure]
        ends = {"bound_low": low, "bound_high": high, "outer_low": low, "outer_high": high}
        open_ = ends if status == "open" else {}
        yield status, made_of(measure, **(open_ | changes | own | fixed))


@pytest.mark.parametrize("place", ["southeast_seattle", "seattle"])
def test_sentence__is_short_whole_and_kind_for_every_indicator_measure_and_status(place):
    made = list(every(organization_id=place))
    for (status, _), found in zip(made, findings(estimates(row for _, row in made)), strict=True):
        text = found.sentence()
        assert word_count(text) <= LONGEST, text
        if place == "southeast_seattle" and "tested" not in found.row.indicator:
            assert len(text.split()) <= LONGEST, text  # two sentences count together
        assert not BANNED.search(text), text
        assert re.fullmatch(r"[A-Z].*[.]", text), text
        census = catalog.indicator(found.row.indicator).period_years == 5
        assert ("2013–2017" if census else "2016–17") in text, text
        assert bool(re.search(r"is not shown: |^Not shown \(", text)) == (
            found.row.publish == "nothing"
        )
        if status == "unclear" and found.row.compares and found.row.publish == "point":
            assert "no clear difference" in text
        if status == "open" and found.row.compares:
            assert "too much is withheld to" in text.lower()
            assert "no clear difference" not in text


def test_sentence__stays_short_for_every_group_and_place_in_two_if_need_be():
    rows = [
        made_of(
            measure,
            indicator=indicator,
            student_group_type=kind,
            student_group=group,
            organization_id=place,
            organization_name=entry.name,
            reference=reference,
            **({} if measure == "rate" else STATUSES["range"] | {"outer_low": 0.02}),
        )
        for kind, entry_of in catalog.group_types().items()
        for group in entry_of.groups
        for place, entry in catalog.places().items()
        for measure, reference in (("rate", ""), ("gap", "franklin_and_rainier_beach_areas"),
                                   ("gap", "american_indian"), ("ratio", "pacific_islander"))
        for indicator in ("ela_met_tested", "disciplined")
    ]  # fmt: skip
    for found in findings(estimates(rows)):
        text = found.sentence()
        assert word_count(text) <= LONGEST, text
        assert not BANNED.search(text), text


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (rate(71, 216), "In 2016–17, 32.9 percent of Black students in grade 3 in Southeast Seattle met the state "
         "standard in English language arts."),
        (rate(1, 50), "In 2016–17, between 0 and 6 percent of Black students in grade 3 in Southeast Seattle met the "
         "state standard in English language arts."),
        (gap(71, 216, 88, 104), "In 2016–17, the share of Black students in grade 3 in Southeast Seattle meeting the "
         "English language arts standard was 51.7 points lower than for White students."),
        (gap(71, 216, 388, 504, reference="others", indicator="disciplined", grade_level="all"),
         "In 2016–17, schools in Southeast Seattle suspended or expelled a share of Black students 44.1 points lower "
         "than the share of all other students."),
        (gap(71, 216, 288, 504, reference="rest_of_seattle"), "Met the standard in English language arts: in 2016–17, "
         "the rate for Black students in grade 3 in Southeast Seattle was 24.3 points lower than in the rest of "
         "Seattle."),
        (gap(71, 216, 77, 216), "Met the standard in English language arts: in 2016–17, there was no clear difference "
         "between Black students and White students in grade 3 in Southeast Seattle."),
        (gap(71, 216, 77, 216, reference="rest_of_seattle"), "Met the standard in English language arts: in 2016–17, "
         "there was no clear difference for Black students in grade 3 between Southeast Seattle and the rest of "
         "Seattle."),
        (ratio(486, 8415, 235, 26032, indicator="disciplined", grade_level="all"), "Suspended or expelled: in 2016–17, "
         "the rate for Black students in Southeast Seattle was 6.4 times the rate for White students."),
        (ratio(486, 8415, 235, 26032, indicator="disciplined", reference="rest_of_seattle", grade_level="all"),
         "Suspended or expelled: in 2016–17, the rate for Black students in Southeast Seattle was 6.4 times the rate "
         "in the rest of Seattle."),
        (bounded(-0.2, 0.1, measure="gap", reference="white", indicator="disciplined", grade_level="all"),
         "Suspended or expelled: in 2016–17, too much is withheld to say whether Black students or White students in "
         "Southeast Seattle had the higher rate."),
        (bounded(-0.2, 0.1, measure="gap", reference="white"), "Met the standard in English language arts: in "
         "2016–17, too much is withheld to compare Black students with White students in grade 3 in Southeast "
         "Seattle."),
        (bounded(-0.2, 0.1, measure="gap", reference="rest_of_seattle", indicator="enrollment", grade_level="all",
                 numerator_low=60, numerator_high=90, reference_numerator_low=600, reference_numerator_high=900),
         "In 2016–17, too much is withheld to say whether the share of Black students was higher in Southeast Seattle "
         "or in the rest of Seattle."),
        (bounded(0.01, 0.04, measure="gap", reference="white"), "Met the standard in English language arts: in "
         "2016–17, there was no clear difference between Black students and White students in grade 3 in Southeast "
         "Seattle."),
        (bounded(-0.4, 0.4, measure="gap", reference="white", indicator="disciplined", grade_level="all"),
         "Suspended or expelled. The 2016–17 comparison of Black students with White students in Southeast Seattle is "
         "not shown: too much is withheld to say."),
        (gap(710, 2160, 755, 2160, outer_low=-0.0109, outer_high=-0.0002, indicator="disciplined",
             grade_level="all", estimate=-0.0004),
         "In 2016–17, schools in Southeast Seattle suspended or expelled a share of Black students less than 0.1 "
         "points lower than the share of White students."),
        (rate(3, 7), "Met the standard in English language arts. The 2016–17 rate for Black students in grade 3 in "
         "Southeast Seattle is not shown: fewer than 10 students."),
        (rate(71, 216, organization_level="school", organization_id="2321"), "In 2016–17, 32.9 percent of Black "
         "students in grade 3 in Dunlap Elementary School met the state standard in English language arts."),
    ],
)  # fmt: skip
def test_sentence__says(made, said):
    assert sentence(made) == said


ALL = {"student_group": "all", "student_group_type": "all", "reference": "rest_of_seattle"}


@pytest.mark.parametrize("grade", ["all", "03"])
@pytest.mark.parametrize("indicator", sorted(set(catalog.indicators()) - {"enrollment"}))
def test_sentence__of_all_students_is_one_sentence(indicator, grade):
    own = ALL | {"indicator": indicator, "grade_level": grade}
    for made in (
        gap(71, 216, 88, 104, **own),
        bounded(-0.2, -0.11, measure="gap", **own),
        gap(71, 216, 71, 216, **own),
        ratio(71, 216, 88, 104, **own),
        bounded(1.3, 1.9, measure="ratio", **own),
    ):
        text = sentence(made)
        assert len(re.findall(r"[.] |[.]$", text)) == 1, text
        assert len(text.split()) <= LONGEST, text
        assert not re.search(r"rate for students|difference for students", text)


def test_sentence__of_all_students_speaks_of_the_rate():
    made = bounded(-0.2, -0.11, measure="gap", **ALL)
    assert sentence(made) == (
        "Met the standard in English language arts: in 2016–17, the rate in grade 3 in Southeast Seattle was between "
        "11.0 and 20.0 points lower than in the rest of Seattle."
    )


def test_sentence__speaks_of_shares_of_enrollment():
    share = enrollment(
        {"english_learner": 2678}, total=10503, student_group_type="english_learner"
    )[0]
    assert sentence(share) == (
        "In 2018–19, multilingual learners were 25.5 percent of students in Southeast Seattle."
    )
    everyone = rate(10503, 10503, indicator="enrollment", student_group="all", student_group_type="all",
                    grade_level="all", end_year=2019)  # fmt: skip
    assert sentence(everyone) == "In 2018–19, 10,503 students were enrolled in Southeast Seattle."


def test_sentence__says_which_way_a_range_of_a_difference_goes():
    made = bounded(-0.2, -0.11, measure="gap", reference="white")
    assert "between 11.0 and 20.0 points lower than for White students" in sentence(made)


def test_sentence__compares_with_an_organization_that_only_the_table_knows():
    rows = [
        gap(71, 216, 88, 104, reference="9999"),
        rate(10, 40) | {"organization_level": "school", "organization_id": "9999", "organization_name": "Far School"},
    ]  # fmt: skip
    assert "than for those in Far School" in findings(estimates(rows))[0].sentence()
