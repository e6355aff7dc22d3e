"""A caption says of whom its picture is; the attack holds those of every edition to their findings."""

import pytest
from estimate_samples import estimates, gap, rate

from sesec_analysis.evidence.finding import findings
from sesec_analysis.evidence.pictured import captions


@pytest.mark.parametrize(
    ("indicator", "group", "said"),
    [
        ("ela_met", "all", "All students, grade 3, Southeast Seattle, 2017"),
        ("ela_met", "black", "Black or African American, grade 3, Southeast Seattle, 2017"),
        ("teachers_masters_degree", "all", "Grade 3, Southeast Seattle, 2017"),
    ],
)
def test_subtitle__speaks_of_all_students_only_where_students_are_counted(indicator, group, said):
    kind = "all" if group == "all" else "race_ethnicity"
    made = rate(71, 216, indicator=indicator, student_group=group, student_group_type=kind)
    assert str(captions.subtitle_text(findings(estimates([made])))) == said


def test_of_students__says_in_words_what_a_number_beside_a_value_counts():
    made = findings(
        estimates([rate(71, 216), gap(71, 216, 88, 204), rate(71, 216, indicator="enrollment")])
    )
    assert [str(captions.of_students(one)) for one in made] == ["of 216", "216 students", "of 216"]
    note = [str(one) for one in captions.counts(made[:1])]
    assert note == ["In gray: number of students."]
    assert captions.counts(made[1:]) == []


def test_notes__name_a_group_withheld_in_every_place_once():
    places = [{}, {"organization_id": "rest", "organization_name": "Rest of Seattle"}]
    rows = [
        rate(k, n, student_group=group, student_group_type="race_ethnicity", **place)
        for group, *cells in (("asian", (1, 5), (1, 6)), ("black", (1, 5), (71, 216)))
        for place, (k, n) in zip(places, cells, strict=True)
    ]
    made = findings(estimates(rows))
    named = captions.name_within_place(captions.label)
    [note] = captions.notes(made, named)
    assert str(note).startswith(
        "Not shown: Asian and Black or African American in Southeast Seattle"
    )
