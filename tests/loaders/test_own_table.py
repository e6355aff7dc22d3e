"""One's own table: marks become bounds by the rules given, and nothing of it passes for the coalition's."""

import re
from itertools import product

import numpy as np
import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis import schema
from sesec_analysis.editions.documents.notebook import OutputError, shown_blocks
from sesec_analysis.errors import QuestionError

CLINIC = {
    "group": "race",
    "numerator": "missed",
    "denominator": "patients",
    "year": 2019,
    "source": "Example clinic",
    "counted": "patients",
    "years": "calendar",
    "title": "Missed a visit",
    "done": "missed a visit",
}
MARKS = {"<5": (0, 4), "*": None, "10-19": (10, 19), "10+": (10, None), "": (0, 12)}
LARGEST = 40
"""Where nothing caps a count, enumeration stops here: the rate it reaches has no larger one beyond."""


def clinic(**columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"race": ["Black", "White"], **columns})


def possible(cell: str) -> list[int]:
    """Return every count that a cell can stand for."""
    if cell.isdigit():
        return [int(cell)]
    low, high = MARKS[cell] or (0, None)
    return list(range(low, (LARGEST if high is None else high) + 1))


def enumerated(k: str, n: str, most: int = LARGEST) -> list[float]:
    """Return the rate of every pair of counts that two cells allow."""
    return [
        counted / everyone
        for counted, everyone in product(possible(k), possible(n))
        if counted <= everyone <= most and everyone > 0
    ]


@pytest.mark.parametrize(
    ("k", "n"),
    [
        ("<5", "30"),  # few are counted, of a known number
        ("*", "30"),  # any number of a known number
        ("12", "10-19"),  # a known number of a range
        ("<5", "10-19"),  # both are ranges
        ("10-19", "10+"),  # of a number that nothing caps
        ("", ""),  # both blank, with the rule that says what blank is
    ],
)
def test_observations__bounds_are_those_of_every_count_the_marks_allow(k: str, n: str) -> None:
    rows = sa.observations(clinic(missed=[k, "20"], patients=[n, "50"]), withheld=MARKS, **CLINIC)
    every = enumerated(k, n)
    endless = n == "10+"
    low, high = rows.loc[0, ["value_low", "value_high"]]
    assert low == pytest.approx(0.0 if endless else min(every))
    assert high == pytest.approx(max(every))

    gap = sa.gaps(rows, by="own_race", reference="own_white").iloc[0]
    if not np.isnan(gap["bound_low"]):
        assert gap["bound_low"] == pytest.approx(low - 0.4, abs=1e-9)
        assert gap["bound_high"] == pytest.approx(max(every) - 0.4, abs=1e-9)
    assert gap["status"] in schema.ESTIMATE_STATUSES


def test_observations__a_total_caps_what_it_encloses_and_gives_nothing_back() -> None:
    table = pd.DataFrame(
        {
            "race": ["Black", "White", "All"],
            "missed": ["*", "12", "15"],
            "patients": ["", "50", "70"],
        }
    )
    marks = {"*": None, "": (10, None)}
    alone = sa.observations(table.iloc[:2], withheld=marks, **CLINIC).iloc[0]
    capped = sa.observations(table, withheld=marks, partition="All", **CLINIC)
    black, total = capped.iloc[0], capped.iloc[2]
    assert pd.isna(alone["denominator_high"])
    # 15 - 12 = 3 of 70 - 50 = 20 would be what the publisher withheld: no figure says it.
    assert (black["numerator_high"], black["denominator_high"]) == (15, 70)
    every = [k / n for n in range(10, 71) for k in range(min(n, 15) + 1)]
    assert (black["value_low"], black["value_high"]) == (min(every), max(every))
    assert (total["student_group_type"], total["student_group"]) == ("all", "all")


def test_observations__an_unknown_mark_is_refused_with_the_line_to_add() -> None:
    with pytest.raises(QuestionError) as refusal:
        sa.observations(clinic(missed=["n/a", "20"], patients=["30", "50"]), **CLINIC)
    assert 'withheld={"n/a": None}' in str(refusal.value)
    assert "column 'missed', row(s) 0" in str(refusal.value)
    with pytest.raises(QuestionError, match=r"no rule says what '' means"):
        sa.observations(clinic(missed=["3", "20"], patients=[np.nan, "50"]), **CLINIC)


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("45%", "give the people counted"),
        ("-3", "no count is below 0"),
        ("12.5", "whole numbers"),
        ("1.040", "write 1,040"),
        ("1\u202f040", "without spaces"),
        ("10-May", "a spreadsheet made a day of it"),
        (pd.Timestamp(2024, 5, 10), "a spreadsheet made a day of it"),
        (True, "add up those of whom it is true"),
        ("–", 'withheld={"–": None}'),
    ],
)
def test_observations__a_cell_that_is_no_count_is_refused_with_its_mend(cell, told) -> None:
    with pytest.raises(QuestionError, match=re.escape(told)) as refusal:
        sa.observations(clinic(missed=["20", cell], patients=["30", "50"]), **CLINIC)
    assert "column 'missed', row(s) 1 " in str(refusal.value)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["\u0410", "A"], "CYRILLIC CAPITAL LETTER A"),
        (["\u0412lack", "White"], "CYRILLIC CAPITAL LETTER VE"),
        (["S\u03bfmali", "White"], "GREEK SMALL LETTER OMICRON"),
        (["\uff21sian", "Asian"], "several rows are of 'Asian'"),
        (["Black", "black"], "tell them apart"),
        (["Black", "All students"], 'partition="All students"'),
    ],
)
def test_observations__names_that_look_alike_make_no_groups_of_their_own(names, told) -> None:
    table = pd.DataFrame({"race": names, "missed": ["3", "20"], "patients": ["30", "50"]})
    with pytest.raises(QuestionError, match=re.escape(told)):
        sa.observations(table, **CLINIC)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ([["Black", 3, 30]], "a table or the path of a file is wanted, not a list"),
        (pd.DataFrame({"race;missed;patients": ["Black;3;30"]}), "sep=';'"),
        (
            pd.DataFrame([["a", 1, 2, 3]], columns=["race", "missed", "patients", "missed "]),
            "'missed'",
        ),
        (
            pd.DataFrame(
                [["a", 1, 2]],
                columns=pd.MultiIndex.from_product([["x"], ["race", "missed", "patients"]]),
            ),
            "header=1",
        ),
        (pd.DataFrame({"year": ["2019"], "Black": ["3"], "White": ["4"]}), "no column 'race'"),
    ],
)
def test_observations__a_table_of_another_form_is_refused(table, told) -> None:
    with pytest.raises(QuestionError, match=re.escape(told)):
        sa.observations(table, **CLINIC)


def test_observations__no_year_is_still_to_come() -> None:
    table = clinic(missed=["3", "20"], patients=["30", "50"], when=["2019", "2091"])
    with pytest.raises(QuestionError, match="'2091' is still to come") as refusal:
        sa.observations(table, **{**CLINIC, "year": "when"})
    assert "row(s) 1 " in str(refusal.value)
    with pytest.raises(QuestionError, match="'1985' is too early"):
        sa.observations(table, **{**CLINIC, "year": "1985"})


def test_observations__faults_of_a_table_are_named() -> None:
    table = clinic(missed=["31", "20"], patients=["30", "50"])
    with pytest.raises(
        QuestionError, match="more are counted than there are: '31' of '30', in 'Black'"
    ):
        sa.observations(table, **CLINIC)
    with pytest.raises(QuestionError, match=r"did you mean: patients\?"):
        sa.observations(table, **{**CLINIC, "denominator": "pateints"})
    table = clinic(missed=["3", "20"], patients=["30", "50"])
    with pytest.raises(QuestionError, match=r"did you mean: White\?"):
        sa.observations(table, partition="white", **CLINIC)
    with pytest.raises(QuestionError, match="several rows are of 'Black' in the same year"):
        sa.observations(table.assign(race="Black"), **CLINIC)
    total = pd.DataFrame({"race": ["a", "All"], "missed": ["9", "8"], "patients": ["30", "50"]})
    with pytest.raises(QuestionError, match="together 9, more than their total of 8"):
        sa.observations(total, partition="All", **CLINIC)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"withheld": {"<5": 4}}, "the mark '<5' can't mean 4"),
        ({"withheld": {"<5": (4, 0)}}, "can't mean (4, 0)"),
        ({"year": "2018-19"}, "the year '2018-19' cannot be read"),
        ({"source": " "}, "`source` is empty"),
        ({"direction": "higher"}, "did you mean: higher_is_better?"),
        ({"labels": {"Black": "White"}}, "several rows are of 'White'"),
    ],
)
def test_observations__what_cannot_be_meant_is_refused(
    change: dict[str, object], told: str
) -> None:
    table = clinic(missed=["<5", "20"], patients=["30", "50"])
    with pytest.raises(QuestionError) as refusal:
        sa.observations(table, **{**CLINIC, "withheld": MARKS, **change})
    assert told in str(refusal.value)


def test_observations__words_are_those_of_the_call() -> None:
    table = clinic(missed=["12", "<5"], patients=["40", "150"])
    rows = sa.observations(table, withheld=MARKS, **CLINIC)
    finding = sa.finding(sa.rates(rows), student_group="own_black")
    assert str(finding) == "In 2019, 30 percent of Black patients in Example clinic missed a visit."
    assert finding.id == "own:rate.own_missed.2019.all.district:own_example_clinic.own_black"
    citation = finding.cite()
    assert citation.startswith("Example clinic. (n.d.).")
    assert "Coalition" not in citation + str(finding.record())
    gap = sa.stats.gaps_to_whole(rows, by="own_race")
    assert "student" not in " ".join(map(str, sa.findings(gap)))


def test_observations__a_group_under_ten_is_not_printed() -> None:
    table = clinic(missed=["3", "20"], patients=["9", "50"])
    rows = sa.observations(table, **CLINIC)
    assert rows.loc[0, "numerator"] == 3  # the data are their owner's
    finding = sa.finding(sa.rates(rows), student_group="own_black")
    assert finding.row.publish == "nothing"
    assert "fewer than 10 patients" in str(finding)


def test_observations__no_report_takes_a_finding_of_ones_own() -> None:
    table = clinic(missed=["12", "20"], patients=["40", "150"])
    finding = sa.finding(sa.rates(sa.observations(table, **CLINIC)), student_group="own_black")
    cell = {"outputs": [{"output_type": "display_data", "data": finding._repr_mimebundle_()}]}
    with pytest.raises(OutputError, match="somebody's own table"):
        list(shown_blocks(cell, where="a notebook"))


def test_observations__another_owner_needs_another_namespace() -> None:
    table = clinic(missed=["12", "20"], patients=["40", "150"])
    sa.observations(table, **CLINIC)
    other = {**CLINIC, "source": "A survey", "counted": "residents"}
    with pytest.raises(QuestionError, match="give this table codes of its own"):
        sa.observations(table, **other)
    rows = sa.observations(table, namespace="survey", **other)
    assert rows["student_group"].tolist() == ["own_survey_black", "own_survey_white"]
    assert "residents" in str(sa.findings(sa.rates(rows))[0])


def test_place__sums_schools_without_an_entry_and_leaves_the_catalogs_sums_alone() -> None:
    question = {"end_years": 2019, "student_group": "black", "grade_level": "all"}
    before = sa.load("disciplined", place="southeast_seattle", **question)
    mine = sa.place("My five", schools=["2120", "Franklin High School", "2070", "3095", "2392"])
    rows = sa.load("enrollment", place=mine, **question)
    schools = sa.load(
        "enrollment", organization_id=["2120", "2182", "2070", "3095", "2392"], **question
    )
    assert rows["numerator"].tolist() == [schools["numerator"].sum()]
    assert rows["organization_name"].tolist() == ["My five"]
    listed = sa.load("enrollment", place=["2120", "2182", "2070", "3095", "2392"], **question)
    assert listed["numerator"].tolist() == rows["numerator"].tolist()
    pd.testing.assert_frame_equal(
        before, sa.load("disciplined", place="southeast_seattle", **question)
    )
    assert str(sa.findings(sa.rates(rows))[0].id).startswith(
        "own:rate.enrollment.2019.all.own_my_five"
    )


@pytest.mark.parametrize(
    ("table", "asked", "what", "fix"),
    [
        ({"g": ["A"], "k": [3], "n": [9]}, {"denominator": "k"}, "same column", "column of each"),
        ({"g": ["A"], "% met": [3], "n": [9]}, {"numerator": "% met"}, "percents", "rename it"),
        ({"Visits": ["g", "A"], "": ["k", 3], " ": ["n", 9]}, {}, "no column 'g'", "header=1"),
        ({"g": ["White¹"], "k": [3], "n": [9]}, {}, "raised", 'labels={"White¹": "White"}'),
    ],
)
def test_observations__refuses_what_would_be_read_as_another_number(table, asked, what, fix):
    columns = {"group": "g", "numerator": "k", "denominator": "n", "year": 2019, "source": "Clinic"}
    frame = pd.DataFrame(table)
    frame.columns = [
        f"Unnamed: {at}" if not name.strip() else name for at, name in enumerate(frame)
    ]
    with pytest.raises(QuestionError) as refusal:
        sa.observations(frame, **{**columns, **asked})
    assert what in refusal.value.what
    assert fix in str(refusal.value.fix)
