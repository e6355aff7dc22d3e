"""Headlines, key numbers, strengths and questions: each is of findings, and says no more than they do."""

import itertools
import re

import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.evidence import notices
from sesec_analysis.evidence.implications import FOLLOWS, implication_of
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.pages import board_questions, deck
from sesec_analysis.evidence.telling import headline, implication, key_numbers
from sesec_analysis.evidence.wording.answer_texts import brief_text
from sesec_analysis.text import load
from tests.samples.estimate_samples import estimates, gap, rate
from tests.samples.kind_words import BANNED

ALL = {"student_group": "all", "student_group_type": "all", "grade_level": "all", "end_year": 2024}


def moved(low: float, high: float, **changes: object) -> dict[str, object]:
    """A change of all students' rate since 2017-18."""
    made = gap(400, 1000, 500, 1000, **ALL) | {"measure": "change", "reference": "2018"}
    ends = {
        "bound_low": low,
        "bound_high": high,
        "outer_low": low - 0.01,
        "outer_high": high + 0.01,
    }
    known = ends | {"estimate": low if low == high else None, "ci_low": None, "ci_high": None}
    return made | known | {"status": "ok" if low == high else "bounded"} | changes


DOWN, UP = moved(-0.08, -0.08), moved(0.08, 0.08, indicator="math_met")
OPEN = moved(-0.08, 0.05)
NO_CHANGE = moved(-0.001, -0.001, indicator="disciplined", outer_low=-0.01, outer_high=0.01)
NOW = rate(400, 1000, **ALL)


def test_headline__is_of_the_first_row_that_can_have_one():
    shown = headline(estimates([OPEN | {"indicator": "science_met"}, DOWN, UP]))
    payload = shown._repr_mimebundle_()[notices.HEADLINE]
    assert shown.text == "English results in Southeast fell 8 points, 2018 to 2024"
    [record] = payload["findings"]
    assert record["headline"] == shown.text
    assert load(payload["text"], {record["id"]: shown.finding}) == shown.made
    assert payload["why"] == ""


def test_headline__without_one_says_why():
    refused = headline(estimates([OPEN]))
    assert refused.text == ""
    assert refused.why == "withheld numbers leave the direction open"
    assert "no headline" in str(refused)
    nothing = headline(estimates([OPEN]).iloc[:0])._repr_mimebundle_()[notices.HEADLINE]
    assert nothing["findings"] == []
    assert nothing["why"]


def test_key_numbers__have_their_direction_and_leave_their_place_where_nothing_is_shown():
    small = rate(2, 8, **ALL | {"indicator": "science_met"})
    table = key_numbers(estimates([small, NOW, DOWN, OPEN]), most=1)
    assert table.layout == "numbers"
    assert table.rows == (
        (
            "40%",
            "of students met the English standard, 2024",
            "▼ 8 points lower than in 2018",
        ),
    )
    assert [found.row.measure for found in table.findings] == ["rate", "change"]
    assert isinstance(key_numbers(estimates([small])), Notice)


def test_key_numbers__end_with_a_strength_where_one_is_sure():
    science = ALL | {"indicator": "science_met"}
    levels = [NOW, rate(500, 1000, **ALL | {"indicator": "math_met"}), rate(600, 1000, **science)]
    ahead = moved(0.1, 0.1, indicator="science_met")
    table = key_numbers(estimates([*levels, ahead]), most=2, with_strength=True)
    assert [row[0] for row in table.rows] == ["40%", "60%"]
    none = key_numbers(estimates([*levels, DOWN]), most=2, with_strength=True)
    assert [row[0] for row in none.rows] == ["40%", "50%"]


def test_deck__says_how_each_place_changed_where_they_moved_apart():
    other = {"organization_id": "rest_of_seattle", "organization_name": "Rest of Seattle"}
    fell_there = moved(-0.08, -0.08, indicator="math_met", **other)
    moved_apart = deck(estimates([UP]), estimates([UP, fell_there]))
    assert [row[0].partition(":")[2] for row in moved_apart.rows] == [
        " up 8 points since 2018.",
        " down 8 points since 2018.",
    ]
    assert isinstance(deck(estimates([DOWN]), estimates([UP])), Notice)
    assert isinstance(deck(estimates([DOWN]).iloc[:0], estimates([DOWN])), Notice)


@pytest.mark.parametrize(
    ("made", "start"),
    [
        (DOWN, "Reading opens every other subject. How"),
        (UP, "Math results are on the way up. What"),
        (OPEN, "Public data can't tell"),
        (moved(0.02, 0.02, outer_low=-0.02, outer_high=0.06), "A difference of this size"),
        (gap(71, 216, 88, 104), "Other students have better results"),
    ],
)
def test_so_what__follows_from_the_answer(made, start):
    box = implication(estimates([made]))
    [[text]] = box.rows
    assert (box.layout, box.caption) == ("meaning", "What this means")
    assert text.startswith(start)
    assert not BANNED.search(text)
    assert not any(digit.isdigit() for digit in text)


def test_board_questions__each_rest_on_a_finding_that_can_be_told():
    table = board_questions(estimates([OPEN, UP, DOWN]))
    assert table.layout == "cards"
    questions = [question for question, _ in table.rows]
    assert questions == [
        "What is the plan for math in our schools, and when should we see results?",
        "What is the plan for reading and writing in our schools, and when should we see results?",
    ]
    assert [sentence for _, sentence in table.rows] == [
        str(brief_text(one)) for one in table.findings
    ]
    assert isinstance(board_questions(estimates([OPEN])), Notice)
    short = board_questions(estimates([UP, DOWN]), most=1)
    assert (short.layout, len(short.rows)) == ("questions", 1)


def test_indicators__have_short_names_for_headlines():
    for code, entry in catalog.indicators().items():
        assert len(entry.brief.split()) <= 4, code
        assert not BANNED.search(f"{entry.brief} {entry.done}"), code


INDICATORS = ("math_met", "math_met_tested", "ela_met", "ela_met_tested", "regular_attendance", "disciplined",
              "climate_safety_favorable", "graduated_4yr")  # fmt: skip


def test_implication_of__is_short_repeats_no_formula_and_takes_no_share_for_a_count():
    """An edition has a box on most pages: none begins as another does, and none asks the same."""
    asked = itertools.product((*INDICATORS, "budget_per_student"), FOLLOWS)
    texts = sorted({implication_of(*one) for one in asked})
    for text in texts:
        assert not re.search(r"\d", text)
        assert all(len(sentence.split()) <= 24 for sentence in re.split(r"[.?:] ?", text)), text
        # A larger share of a smaller group is often fewer students.
        assert not re.search(r"\b(more|fewer) (students|answers)\b", text, re.IGNORECASE)
    begun = [" ".join(text.split()[:4]) for text in texts]
    questions = [re.split(r"(?<=[.:]) ", text)[-1] for text in texts]
    assert [one for one in begun if begun.count(one) > 1] == []
    assert [one for one in questions if questions.count(one) > 1] == []


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("white 2018", "This group lost ground"),
        ("rest_of_seattle 2018", "Schools here lost ground"),
    ],
)
def test_implication__names_the_other_side_of_a_gap_that_moved(reference, says):
    row = moved(-0.08, -0.05, measure="gap_change", reference=reference, student_group="black",
                student_group_type="race_ethnicity")  # fmt: skip
    assert says in str(implication(estimates([row])))


BOTH = {"place": ["southeast_seattle", "rest_of_seattle_regular"], "up_to": 2025}
OF_ALL = {"grade_level": "all", "student_group": "all"}


def box_of(table: pd.DataFrame, numbers: pd.DataFrame) -> tuple[str, list[str]]:
    """Return the title and the sentences of a box."""
    box = sa.report.implication(table, numbers=numbers)
    return box.caption, [text for (text,) in box.rows]


def compare_places(table: pd.DataFrame) -> pd.DataFrame:
    """Return the comparison of the two places."""
    here = table["organization_id"] == "southeast_seattle"
    return sa.compare(table[here], table[~here])


IN_CHILDREN = {
    "math_met": "At the rate of the rest of Seattle, 950–990 more students here would have met the math standard.",
    "regular_attendance": "Here, 300–310 more low-income students attended regularly than would have at the rate of "
    "the rest of Seattle.",
    "enrollment": "Schools here teach about 2,930 more low-income students than if their share were that of the rest "
    "of Seattle.",
}


@pytest.mark.parametrize("indicator", IN_CHILDREN)
def test_implication__says_how_many_children_a_gap_is(indicator):
    group = {} if indicator == "math_met" else {"student_group": "low_income"}
    now = sa.newest(indicator, **BOTH, **OF_ALL | group)
    gaps = compare_places(now).query("measure == 'gap'")
    numbers = pd.concat([sa.rates(now), gaps, sa.report.counts_at_other_rate(gaps)])
    assert box_of(gaps, numbers)[1][0] == IN_CHILDREN[indicator]
    unsure = numbers.assign(
        outer_low=-0.5, outer_high=0.5
    )  # of a gap that could be chance it says nothing
    assert not any("would" in text for text in box_of(gaps, unsure)[1])


def test_implication__says_at_how_many_schools_of_high_need_results_are_lower():
    own = {"up_to": 2025, "place": "southeast_seattle", "organization_level": "school"}
    every = [
        sa.newest(code, **(where | OF_ALL | group))
        for code, group in (("enrollment", {"student_group": "low_income"}), ("math_met", {}))
        for where in (own, {"up_to": 2025, "place": "seattle"})
    ]
    need, results = sa.rates(pd.concat(every[:2])), sa.rates(pd.concat(every[2:]))
    fewer = need[~need["organization_id"].isin(need["organization_id"][:3])]
    for known in (
        need,
        fewer,
    ):  # those whose math results are known are counted, whatever their need
        told = headline(pd.concat([known, results]), across="schools").text
        assert told == "16 of 20 schools have math results below the district’s"
    meaning, question = box_of(need, results)[1]
    assert meaning == (
        "Of the 19 schools with more low-income students than average, 16 have clearly lower math results, and 2 "
        "clearly higher."
    )
    assert question == "Where need is high, what is a school given, and is it enough?"


def test_implication__says_what_was_so_before():
    years = sa.averages(sa.history("teacher_experience", **BOTH))
    closer = "In 2011, teachers’ experience was closer: 10.5 years here, 10.9 years elsewhere."
    assert box_of(years.query("end_year == 2017"), years)[1][0] == closer


def test_levels_of_schools__are_told_by_the_most_and_by_the_aim():
    of_schools = ALL | {"indicator": "school_level", "unit": "share_of_schools"}
    top, aim = (rate(0, 20, **ALL) | of_schools | {"measure": f"level_share_{n}"} for n in (45, 5))
    few = {"estimate": None, "bound_low": 0.0, "bound_high": 0.1, "status": "bounded"}
    few |= {"ci_low": None, "ci_high": None}
    told = headline(estimates([top | few]), of_page=True).text
    assert told == "Probably at most 2 of 20 schools reached level 4"
    assert box_of(estimates([top]), estimates([aim]))[1][0] == (
        "The coalition’s aim is level 5 at every school. In 2024, 0 of 20 had reached it."
    )


def test_implication__says_how_many_suspensions_fewer_it_would_be_at_the_rate_of_others():
    of_groups = {"student_group_type": "race_ethnicity", "grade_level": "all"}
    now = sa.newest("disciplined", up_to=2025, place="seattle", **of_groups)
    gaps = sa.gaps(now, by="race_ethnicity", reference="others").query("student_group == 'black'")
    numbers = pd.concat([sa.rates(now), gaps, sa.report.counts_at_other_rate(gaps)])
    assert box_of(gaps, numbers)[1][:2] == [
        "In 2023, schools suspended or expelled 447 of 7,817 Black students in Seattle.",
        "At the rate of all other students, it would have been about 340 fewer.",
    ]


def test_implication__says_of_which_answers_most_were_favorable():
    now = sa.newest("climate_overall_favorable", **BOTH, student_group_type="survey_level")
    older = now.query("student_group != 'elementary'")
    assert box_of(compare_places(older), sa.rates(older))[1][:2] == [
        "In 2023, fewer than half of middle schoolers’ answers were favorable: 42% here, 48% elsewhere.",
        "Most high schoolers’ answers were favorable here (54%); elsewhere, fewer than half were (47%).",
    ]


def test_implication__says_how_many_times_budgets_are_as_high_and_for_what_need():
    budget = sa.newest("budget_per_student", **BOTH)
    here = budget["organization_id"] == "southeast_seattle"
    need = sa.rates(sa.report.student_need(budget)).query("student_group == 'low_income'")
    compared = sa.compare_averages(budget[here], budget[~here])
    [meaning, _question] = box_of(compared, need)[1]
    assert meaning == (
        "Budgets per student here are 1.2 times those elsewhere. Of the students at these schools, 59% are low-income "
        "here, 28% elsewhere."
    )
    numbers = [compared, sa.averages(budget)]
    both = sa.report.headline(pd.concat([*numbers, need]), of_page=True)
    assert both.text == "Southeast budgets per student are higher, and so is need"
    alone = sa.report.headline(pd.concat(numbers), of_page=True)
    assert "$16,521 per student" in alone.text


def test_implication__says_how_many_would_be_suspended_at_an_earlier_rate():
    own = {"place": "southeast_seattle", "up_to": 2025, **OF_ALL, "since": "earliest"}
    years = sa.report.then_and_now("disciplined", **own)
    held = [sa.change(years, first=2015, last=2023), sa.report.counts_at_earlier_rate(years)]
    [meaning, _question] = box_of(estimates([NO_CHANGE]), pd.concat(held))[1]
    assert meaning == (
        "If the 2015 rate still held, 200–300 more students here would have been suspended or expelled in 2023."
    )


REST = {"organization_id": "rest_of_seattle_regular", "organization_name": "Rest of Seattle"}


def apart(size: float, **changes: object) -> dict[str, object]:
    """A gap of all students' rate between two places, surely of this size."""
    ends = {f"outer_{end}": size + wide for end, wide in (("low", -0.01), ("high", 0.01))}
    ends |= {"bound_low": size, "bound_high": size}
    made = gap(400, 1000, 500, 1000, reference="rest_of_seattle_regular", **ALL) | ends
    return made | {"estimate": size, "ci_low": None, "ci_high": None, "status": "ok"} | changes


def test_headline__of_a_page_says_how_wide_a_gap_was_and_is():
    since = {"reference": "rest_of_seattle_regular 2018", "measure": "gap_change"}
    wider = moved(-0.05, -0.05) | since
    rows = estimates([wider, apart(-0.2), apart(-0.15, end_year=2018)])
    told = headline(rows, of_page=True).text
    assert told == "Southeast’s English gap grew from 15 to 20\u00a0points"
    # A decimal next to the whole points of the chart would look wrong, and so would sizes that don't add up.
    for now, then in ((-0.2, -0.013), (-0.2, -0.135)):
        small = estimates([wider, apart(now), apart(then, end_year=2018)])
        assert headline(small, of_page=True).text == headline(rows).text
    assert headline(rows).text == "Southeast Seattle’s English gap has widened since 2018"


LOW_INCOME = {"student_group": "low_income", "student_group_type": "low_income"}
LOW_INCOME |= {"indicator": "regular_attendance"}
BLACK = {
    "student_group": "black",
    "student_group_type": "race_ethnicity",
    "indicator": "disciplined",
}
ENROLLED = ALL | BLACK | {"indicator": "enrollment"}
BLACK |= {"organization_id": "seattle", "organization_name": "Seattle", "grade_level": "all"}
OFTEN = {"measure": "ratio", "unit": "ratio", "reference": "others", "end_year": 2023}


def times(size: float) -> dict[str, object]:
    """How many times the rate of all others that of Black students surely is."""
    ends = {"ci_low": 0.9, "outer_low": 0.9, "ci_high": 1.1, "outer_high": 1.1}
    ends = {end: at * size for end, at in (ends | {"bound_low": 1, "bound_high": 1}).items()}
    return gap(447, 7817, 611, 44952, **BLACK | OFTEN | ends | {"estimate": size})


def suspended(students: int, *counted: int) -> list[dict[str, object]]:
    """How many Black students were suspended in 2023, in 2015, in 2019, and in 2022."""
    years = (2023, 2015, 2019, 2022)
    return [rate(k, students, **BLACK, end_year=at) for k, at in zip(counted, years, strict=False)]


FAMILIES = [
    rate(of, 10000, **ALL | LOW_INCOME | at | {"end_year": year})
    for at, of, year in (({}, 6700, 2024), ({}, 8200, 2019), (REST, 6100, 2024), (REST, 7700, 2019))
]


OF_PAGES = {
    "English results fell 8 points in Southeast, 5 points elsewhere": [
        DOWN,
        moved(-0.05, -0.05) | REST,
    ],
    "English results in Southeast fell 8 points, 2018 to 2024": [DOWN, UP | REST],
    "In 2024, English results were 20 points lower in Southeast": [apart(-0.2)],
    "Low-income students attended more regularly in Southeast than elsewhere": [
        apart(0.06, **LOW_INCOME)
    ],
    "28% of Southeast’s students are Black, 11% elsewhere": [
        rate(280, 1000, **ENROLLED),
        rate(110, 1000, **ENROLLED, **REST),
    ],
    "Seattle suspended Black students 4.2 times as often as others": [times(4.2)],
    "Suspensions of Black students were 8.4% in 2015, 5.7% now": suspended(1000, 57, 84),
    "Suspensions of Black students fell from 8.4% (2015) to 5.7%": suspended(9000, 513, 756),
    "Suspensions of Black students fell before 2019, not clearly since": suspended(
        9000, 513, 756, 522
    ),
    "Suspensions of Black students fell until 2022, then rose": suspended(9000, 513, 756, 522, 400),
    "Low-income students’ attendance fell but stayed higher than elsewhere": FAMILIES,
    "Low-income students’ attendance fell from 82% in 2019 to 67%": FAMILIES[:3],
}


@pytest.mark.parametrize("said", OF_PAGES)
def test_headline__of_a_page_names_both_places_and_no_more_than_is_sure(said):
    assert headline(estimates(OF_PAGES[said]), of_page=True).text == said


def test_headline__of_a_page_says_that_suspensions_fell_before_the_year_they_are_compared_with():
    fell = moved(-0.02, -0.02, indicator="disciplined", reference="2015")
    said = "Southeast suspensions fell after 2015; no clear change since 2018"
    assert headline(estimates([NO_CHANGE, fell]), of_page=True).text == said
    unsure = fell | {"outer_high": 0.01}
    alone = headline(estimates([NO_CHANGE, unsure]), of_page=True).text
    assert alone == "Suspensions in Southeast show no clear change since 2018"


SAME_SCHOOLS = {"measure": "published_gap_change", "reference": "rest_of_seattle_regular 2018"}


def test_in_words__says_how_large_a_gap_among_students_tested_was_before_it_grew():
    math = {"indicator": "math_met_tested"}
    grew = apart(-0.04, **math) | SAME_SCHOOLS
    before = apart(-0.16, end_year=2018, **math)
    shown = [str(row[0]) for row in sa.report.in_words(estimates([grew, before])).rows]
    assert shown == [
        "Among students who took the math test, the gap grew 4 points by 2024 at the schools whose numbers are "
        "published for both years. At all schools, it was 16 points in 2018."
    ]
    open_now = apart(-0.16, **math) | {"bound_low": -0.9, "bound_high": 0.9, "status": "bounded"}
    open_now |= {"estimate": None, "outer_low": -0.9, "outer_high": 0.9}
    [told] = sa.report.in_words(estimates([grew, before, open_now])).rows
    assert str(told[0]) == (
        "Among students who took the math test, the gap grew 4 points at the schools whose numbers are published for "
        "both years. At all schools, it was 16 points in 2018; for 2024, too much is withheld."
    )
    falls = [DOWN, moved(-0.05, -0.05) | REST, DOWN | LOW_INCOME | {"indicator": "ela_met"}]
    _, *more = sa.report.in_words(estimates(falls)).rows
    assert [str(row[0]) for row in more] == [
        "In the rest of Seattle, it fell 5 points.",
        "Among students from low-income families in Southeast Seattle, it fell 8 points.",
    ]
    # Where the first gap could be chance, or the gap did not grow, nothing is said of both together.
    shrank = apart(0.04, **math) | SAME_SCHOOLS
    for other in ([grew, before | {"outer_high": 0.01}], [shrank, before]):
        assert "At all schools" not in str(sa.report.in_words(estimates(other)).rows)


def test_headline__across_measures_names_what_is_surely_lower_and_higher():
    unsure = apart(-0.2, indicator="regular_attendance") | {"outer_low": -0.5, "outer_high": 0.1}
    rows = estimates([apart(-0.2), apart(-0.1, indicator="math_met"), unsure])
    assert (
        headline(rows, across="measures").text
        == "Test results are lower in Southeast than elsewhere"
    )
    higher = apart(0.1, indicator="regular_attendance")
    both = headline(estimates([apart(-0.2), higher]), across="measures")
    assert both.text == "Southeast’s English results are lower; attendance better"
    views = [
        apart(of, indicator="climate_overall_favorable", student_group=by)
        for by, of in (("middle", -0.1), ("high", 0.1))
    ]
    mixed = headline(estimates([apart(-0.2), *views]), across="measures")
    assert mixed.text == "Southeast’s English results are lower; surveys are mixed"


def test_headline__across_schools_counts_those_that_surely_have_more_need():
    need = {"indicator": "enrollment", "student_group": "low_income", "grade_level": "all"}
    need |= {"student_group_type": "low_income", "end_year": 2024}
    district = rate(340, 1000, organization_id="seattle", organization_name="Seattle", **need)
    school = {"organization_level": "school", **need}
    more = rate(60, 100, organization_id="2182", organization_name="Franklin High School", **school)
    less = rate(20, 100, organization_id="3327", organization_name="Rainier Beach", **school)
    made = headline(estimates([district, more, less]), across="schools")
    assert made.text == "One of 2 schools exceeds the district’s low-income share"
    one = headline(estimates([district, more]), across="schools").text
    assert one == str(headline(estimates([district])).text)
