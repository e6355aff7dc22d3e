"""Every clause reads as its kind of number does, and every part of a sentence goes where its row says."""

import re
from itertools import product
from pathlib import Path

import pytest

from sesec_analysis import catalog
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording import sentences
from sesec_analysis.evidence.wording.numbers import printed
from sesec_analysis.evidence.wording.sentences import Kind, sentence

NAMES = {"people": "Black students", "reference": "White students", "rate": "graduation rate"}
NAMES |= {"grade": " in grade 3", "place": "Southeast Seattle", "value": "5", "within": "3 points"}
NAMES |= {"year": "2018–19", "reason": "too few"}


def clauses() -> str:
    """Every clause of every kind, filled with names, as in clauses.txt."""
    lines = []
    for noun, everyone, places, compares in product(
        ("share", "rate", "average"), (False, True), (False, True), (False, True)
    ):
        if places and not compares:
            continue
        names = dict(NAMES)
        names |= {"people": "all students"} if everyone else {}
        names |= {"reference": "the rest of Seattle"} if places else {}
        names |= {"rate": "average"} if noun == "average" else {}
        flags = {"everyone": everyone, "places": places, "compares": compares}
        lines.append(" ".join(["==", noun, *(word for word, said in flags.items() if said)]))
        kind = Kind(noun, everyone=everyone, between_places=places, compares=compares)
        lines += [f"  {text.format(**names)}" for text in kind.texts()]
    return "\n".join(lines) + "\n"


def test_kind__words_every_clause_as_people_would():
    """Read clauses.txt when this fails: each line of it was read as a sentence."""
    known = (Path(__file__).parent / "clauses.txt").read_text("utf-8").splitlines()
    for written, told in zip(clauses().splitlines(), known, strict=True):
        assert written == told


def a_row(measure: str, reference: str = "", **of: object) -> Row:
    known = {
        **{"indicator": "ela_met", "end_year": 2019, "organization_level": "place"},
        **{"organization_id": "southeast_seattle", "organization_name": "Southeast Seattle"},
        **{"grade_level": "03", "student_group_type": "race_ethnicity", "student_group": "black"},
        **{"unit": "points", "status": "ok", "publish": "point"},
    }
    return Row(**known | {"measure": measure, "reference": reference} | of)  # type: ignore[arg-type]


def exact(value: float, chance: float | None = None) -> dict[str, object]:
    """A number, the same as its bounds, and how far chance reaches to both sides."""
    known = {"estimate": value, "bound_low": value, "bound_high": value}
    around = {"outer_low": value - chance, "outer_high": value + chance} if chance else {}
    return known | around


EVERYONE = {"student_group_type": "all", "student_group": "all"}
SCHOOL = {"organization_level": "school", "organization_id": "2392"}
SCHOOL |= {"organization_name": "Rainier Beach High School"}
REST = "rest_of_seattle"
TOLD: list[tuple[Row, str]] = [
    (
        a_row("rate", unit="proportion", **exact(0.4)),
        (
            "In 2018–19, 40 percent of Black students in grade 3 in Southeast Seattle met the state "
            "standard in English language arts."
        ),
    ),
    (
        a_row("rate", unit="proportion", **exact(0.4), **EVERYONE),
        (
            "In 2018–19, 40 percent of students in grade 3 in Southeast Seattle met the state "
            "standard in English language arts."
        ),
    ),
    (
        a_row("rate", unit="proportion", **exact(0.4), **SCHOOL),
        (
            "In 2018–19, 40 percent of Black students in grade 3 at Rainier Beach High School met "
            "the state standard in English language arts."
        ),
    ),
    (
        a_row("rate", unit="proportion", **exact(0.4), **EVERYONE | {"grade_level": "all"}),
        (
            "In 2018–19, 40 percent of students in all tested grades (3–8 and 10) in Southeast "
            "Seattle met the state standard in English language arts."
        ),
    ),
    (
        a_row("rate", unit="proportion", indicator="enrollment", **exact(0.4)),
        ("In 2018–19, Black students were 40 percent of students in grade 3 in Southeast Seattle."),
    ),
    (
        a_row("gap", "white", **exact(-0.2, 0.05)),
        (
            "In 2018–19, the share of Black students in grade 3 in Southeast Seattle meeting the "
            "English language arts standard was 20.0 points lower than for White students."
        ),
    ),
    (
        a_row("gap", "white", **exact(0.2, 0.05)),
        (
            "In 2018–19, the share of Black students in grade 3 in Southeast Seattle meeting the "
            "English language arts standard was 20.0 points higher than for White students."
        ),
    ),
    (
        a_row("gap", "white", **exact(0.0, 0.01)),
        (
            "In 2018–19, the rate of meeting the ELA standard for Black students in grade 3 in "
            "Southeast Seattle was about the same as for White students, within 2 points."
        ),
    ),
    (
        a_row("gap", "white", **exact(0.02, 0.3)),
        (
            "In 2018–19, the difference in the rate of meeting the ELA standard between Black "
            "students and White students in grade 3 in Southeast Seattle cannot be told from chance."
        ),
    ),
    (
        a_row("gap", "white", bound_low=-0.1, bound_high=0.2, publish="range"),
        (
            "In 2018–19, too much is withheld to say whether Black students or White students in "
            "grade 3 in Southeast Seattle had the higher rate of meeting the ELA standard."
        ),
    ),
    (
        a_row("gap", REST, **exact(-0.2, 0.05)),
        (
            "In 2018–19, the rate of meeting the ELA standard for Black students in grade 3 in "
            "Southeast Seattle was 20.0 points lower than in the rest of Seattle."
        ),
    ),
    (
        a_row("gap", REST, **exact(-0.2, 0.05), **EVERYONE),
        (
            "In 2018–19, the share of students in grade 3 in Southeast Seattle meeting the English "
            "language arts standard was 20.0 points lower than for those in the rest of Seattle."
        ),
    ),
    (
        a_row("gap", REST, **exact(0.0, 0.01), **EVERYONE),
        (
            "In 2018–19, the rate of meeting the ELA standard in grade 3 in Southeast Seattle was "
            "about the same as in the rest of Seattle, within 2 points."
        ),
    ),
    (
        a_row("gap", REST, **exact(0.02, 0.3)),
        (
            "The difference in the rate of meeting the ELA standard for Black students from the rest "
            "of Seattle cannot be told from chance. This is for grade 3 in Southeast Seattle in "
            "2018–19."
        ),
    ),
    (
        a_row("gap", REST, bound_low=-0.1, bound_high=0.2, publish="range", **EVERYONE),
        (
            "In 2018–19, too much is withheld to say whether the rate of meeting the ELA standard in "
            "grade 3 was higher in Southeast Seattle or in the rest of Seattle."
        ),
    ),
    (
        a_row("gap", "white", indicator="enrollment", **exact(-0.2, 0.05)),
        (
            "In 2018–19, the share of Black students in grade 3 in Southeast Seattle was 20.0 points "
            "lower than of White students."
        ),
    ),
    (
        a_row("ratio", "white", unit="ratio", **exact(1.4, 0.2)),
        (
            "In 2018–19, the rate of meeting the ELA standard for Black students in grade 3 in "
            "Southeast Seattle was 1.40 times the rate for White students."
        ),
    ),
    (
        a_row("ratio", REST, unit="ratio", **exact(0.7, 0.1), **EVERYONE),
        (
            "In 2018–19, the rate of meeting the ELA standard in grade 3 in Southeast Seattle was "
            "0.70 times the rate in the rest of Seattle."
        ),
    ),
    (
        a_row("ratio", "white", unit="ratio", **exact(1.0, 0.01)),
        (
            "In 2018–19, the difference in the rate of meeting the ELA standard between Black "
            "students and White students in grade 3 in Southeast Seattle cannot be told from chance."
        ),
    ),
    (
        a_row("gap", "white", publish="nothing", reason="too few students"),
        (
            "The 2018–19 difference in the rate of meeting the ELA standard between Black students "
            "and White students in grade 3 in Southeast Seattle is not shown: too few students."
        ),
    ),
    (
        a_row("gap", REST, publish="nothing", reason="too few students", **EVERYONE),
        (
            "The 2018–19 difference in the rate of meeting the ELA standard in grade 3 between "
            "Southeast Seattle and the rest of Seattle is not shown: too few students."
        ),
    ),
    (
        a_row("rate", publish="nothing", unit="proportion", reason="too few students", **SCHOOL),
        (
            "The 2018–19 rate of meeting the ELA standard for Black students in grade 3 at Rainier "
            "Beach High School is not shown: too few students."
        ),
    ),
    (
        a_row("change", "2016", **exact(0.2, 0.05)),
        (
            "From 2015–16 to 2018–19, the rate of meeting the ELA standard for Black students in "
            "grade 3 in Southeast Seattle rose by 20.0 points."
        ),
    ),
    (
        a_row("change", "2016", **exact(-0.2, 0.05), **EVERYONE),
        (
            "From 2015–16 to 2018–19, the rate of meeting the ELA standard in grade 3 in Southeast "
            "Seattle fell by 20.0 points."
        ),
    ),
    (
        a_row("change", "2016", **exact(0.0, 0.01)),
        (
            "The rate of meeting the ELA standard for Black students stayed about the same, within 2 "
            "points. This is for grade 3 in Southeast Seattle from 2015–16 to 2018–19."
        ),
    ),
    (
        a_row("change", "2016", **exact(0.02, 0.3)),
        (
            "The change of the rate of meeting the ELA standard for Black students cannot be told "
            "from chance. This is for grade 3 in Southeast Seattle from 2015–16 to 2018–19."
        ),
    ),
    (
        a_row("change", "2016", bound_low=-0.1, bound_high=0.2, publish="range"),
        (
            "Too much is withheld to say which way the change of the rate of meeting the ELA "
            "standard for Black students goes. This is for grade 3 in Southeast Seattle from 2015–16 "
            "to 2018–19."
        ),
    ),
    (
        a_row("change", "2016", publish="nothing", reason="too few students"),
        (
            "From 2015–16 to 2018–19, the change of the rate of meeting the ELA standard for Black "
            "students in grade 3 in Southeast Seattle is not shown: too few students."
        ),
    ),
    (
        a_row("change", "2019", end_year=2021, **exact(-0.2, 0.05)),
        (
            "From 2018–19 to 2020–21, the rate of meeting the ELA standard for Black students in "
            "grade 3 in Southeast Seattle fell by 20.0 points. School buildings closed in between."
        ),
    ),
    (
        a_row("change", "2016", **exact(0.2, 0.05), **SCHOOL),
        (
            "The rate of meeting the ELA standard for Black students rose by 20.0 points. This is "
            "for grade 3 at Rainier Beach High School from 2015–16 to 2018–19."
        ),
    ),
    (
        a_row("change", "2016", indicator="enrollment", **exact(0.2, 0.05)),
        (
            "From 2015–16 to 2018–19, the share of Black students in grade 3 in Southeast Seattle "
            "rose by 20.0 points."
        ),
    ),
    (
        a_row("gap_to_whole", "all", **exact(-0.2, 0.05)),
        (
            "In 2018–19, the rate of meeting the ELA standard for Black students in grade 3 in "
            "Southeast Seattle was 20.0 points lower than for all students, this group included."
        ),
    ),
    (
        a_row("percentage_point_gap", "white", **exact(-0.2, 0.05)),
        (
            "In 2018–19, the rate of meeting the ELA standard for Black students in grade 3 in "
            "Southeast Seattle was 20.0 points lower than for White students."
        ),
    ),
    (
        a_row("odds_ratio", "white", unit="ratio", **exact(1.4, 0.2)),
        (
            "By the rate of meeting the ELA standard in 2018–19, the odds for Black students in "
            "grade 3 in Southeast Seattle were 1.40 times the odds for White students."
        ),
    ),
    (
        a_row("odds_ratio", "white", unit="ratio", **exact(1.02, 0.3)),
        (
            "By the rate of meeting the ELA standard, the difference in odds between Black students "
            "and White students cannot be told from chance. This is for grade 3 in Southeast Seattle "
            "in 2018–19."
        ),
    ),
    (
        a_row("odds_ratio", "white", unit="ratio", bound_low=0.7, bound_high=1.4, publish="range"),
        (
            "By the rate of meeting the ELA standard, too much is withheld to say which way the "
            "difference in odds between Black students and White students goes. This is for grade 3 "
            "in Southeast Seattle in 2018–19."
        ),
    ),
    (
        a_row(
            "risk_ratio",
            REST,
            unit="ratio",
            publish="nothing",
            reason="too few students",
            **EVERYONE,
        ),
        (
            "By the rate of meeting the ELA standard, the difference in risk between here and the "
            "rest of Seattle is not shown. This is for grade 3 in Southeast Seattle in 2018–19. Too "
            "few students."
        ),
    ),
    (
        a_row("composition", unit="proportion", **exact(0.3)),
        (
            "In 2018–19, Black students were 30 percent of students counted in grade 3 in Southeast "
            "Seattle."
        ),
    ),
    (
        a_row("kitagawa_rate", "rest_of_seattle 2019", **exact(-0.1), student_group="all"),
        (
            "At the same mix of students by race and ethnicity, the rate of meeting the ELA standard "
            "would be 10.0 points lower than in the rest of Seattle in 2018–19. This is for grade 3 "
            "in Southeast Seattle in 2018–19."
        ),
    ),
    (
        a_row("kitagawa_total", "southeast_seattle 2016", **exact(-0.1), **EVERYONE),
        (
            "In 2018–19, the rate of meeting the ELA standard in grade 3 in Southeast Seattle was "
            "10.0 points lower than in Southeast Seattle in 2015–16."
        ),
    ),
    (
        a_row("mean_difference_from_reference", "white", **exact(0.02), student_group="all"),
        (
            "In 2018–19, the difference in the rate of meeting the ELA standard from White students "
            "in grade 3 in Southeast Seattle was within 2 points: about the same."
        ),
    ),
    (
        a_row("par_students", "white", unit="students", **exact(-12), student_group="all"),
        (
            "In 2018–19, at the rate of meeting the ELA standard of White students for everyone, 12 "
            "fewer students in grade 3 in Southeast Seattle would be counted."
        ),
    ),
    (
        a_row(
            "theil_h",
            "white",
            unit="index",
            **exact(0.2),
            indicator="enrollment",
            grade_level="all",
        ),
        (
            "In 2018–19, segregation over schools between Black students and White students in "
            "Southeast Seattle, as Theil's H, was 0.200."
        ),
    ),
    (
        a_row(
            "theil_h",
            unit="index",
            **exact(0.2),
            indicator="enrollment",
            student_group="all",
            grade_level="all",
        ),
        (
            "In 2018–19, segregation over schools by race and ethnicity in Southeast Seattle, as "
            "Theil's H, was 0.200."
        ),
    ),
    (
        a_row(
            "average",
            unit="years",
            indicator="teacher_experience",
            **exact(12.5),
            **EVERYONE | {"grade_level": "all"},
        ),
        ("In 2018–19, teachers in Southeast Seattle had 12.5 years of experience on average."),
    ),
    (
        a_row(
            "theil_h",
            "white asian",
            unit="index",
            **exact(0.2),
            indicator="enrollment",
            grade_level="all",
        ),
        (
            "In 2018–19, segregation over schools among 3 groups by race and ethnicity in Southeast "
            "Seattle, as Theil's H, was 0.200."
        ),
    ),
    (
        a_row("slope_index_of_inequality", **exact(0.2, 0.05)),
        (
            "From the first to the last school in the order, the rate of meeting the ELA standard "
            "for Black students rose by 20.0 points. This is for grade 3 in Southeast Seattle in "
            "2018–19."
        ),
    ),
    (
        a_row(
            "power",
            "white",
            unit="probability",
            **exact(0.6),
            method="two proportions, score scale, +0.1",
        ),
        (
            "By the rate of meeting the ELA standard, a gap of 10 points between Black students and "
            "White students would be found with a probability of 0.600. This is for grade 3 in "
            "Southeast Seattle in 2018–19."
        ),
    ),
    (
        a_row("power", "white", unit="probability", **exact(0.6)),
        (
            "By the rate of meeting the ELA standard, a gap of the size asked about between Black "
            "students and White students would be found with a probability of 0.600. This is for "
            "grade 3 in Southeast Seattle in 2018–19."
        ),
    ),
]


@pytest.mark.parametrize(("row", "text"), TOLD, ids=[text[:60] for _, text in TOLD])
def test_sentence__says_what_its_row_says(row, text):
    assert sentence(row, printed(row), {}) == text


@pytest.mark.parametrize(
    ("of", "below"),
    [
        ({"estimate": -0.1, "bound_low": 0.1}, True),
        ({"estimate": 0.0}, False),
        ({"bound_low": -0.1, "bound_high": 0.2}, True),
        ({"bound_high": -0.1}, True),
        ({"bound_high": 0.1}, False),
        ({}, False),
        ({"measure": "odds_ratio", "estimate": 0.9}, True),
        ({"measure": "odds_ratio", "estimate": 1.0}, False),
        ({"measure": "rate", "estimate": 0.1}, False),
    ],
)
def test_side__goes_by_the_first_number_known(of, below):
    row = a_row(**{"measure": "gap", "reference": "white"} | of)
    assert sentences._is_below(row) is below


def test_frame__of_a_measure_tells_of_one_thing_only_where_names_are_long():
    """A range that says nothing of a measure, and a withheld one, stay short with the longest names."""
    of = {"grade_level": "all", "student_group_type": "section_504", "student_group": "section_504"}
    of |= {"indicator": "ela_met_tested", "organization_id": "franklin_and_rainier_beach_areas"}
    open_row = a_row(
        "odds_ratio",
        "not_section_504",
        unit="ratio",
        **of,
        bound_low=0.7,
        bound_high=1.4,
        publish="range",
    )
    withheld = a_row(
        "odds_ratio", "not_section_504", unit="ratio", **of, publish="nothing", reason="too few"
    )
    for row in (open_row, withheld):
        for part in re.split(r"(?<=\.) ", sentence(row, printed(row), {})):
            assert len(part.split()) <= 30, part


def test_school__is_a_place_at_which_things_are():
    school = a_row("rate", **SCHOOL)
    assert (
        sentences.at_school("seen in {place}, in {place}", school) == "seen at {place}, at {place}"
    )
    assert sentences.at_school("seen in {place}", a_row("rate")) == "seen in {place}"
    assert sentences.capital("élan in Aki") == "Élan in Aki"
    assert sentences.capital("") == ""


def test_readings__say_once_what_several_measures_share():
    rows = [a_row(name, "white") for name in ("rate", "odds_ratio", "odds_ratio", "risk_ratio")]
    told = sentences.readings(rows)
    assert len(told) == 2
    for text, name in zip(told, ("odds_ratio", "risk_ratio"), strict=True):
        entry = catalog.measure(name)
        assert text == f"{entry.label}: {entry.reading} {entry.caution}"
    share_one = [one for one in catalog.measures() if catalog.measure(one).subject]
    alike = [
        one
        for one in share_one
        if catalog.measure(one).reading == catalog.measure("theil_h").reading
    ]
    [text] = sentences.readings([a_row(name, "white") for name in alike])
    assert text.startswith(
        ", ".join(dict.fromkeys(catalog.measure(one).label for one in alike)) + ":"
    )


def test_texts__are_all_that_sentences_are_made_of():
    """What is translated: both signs of a difference, everyone's form, a share's, and no measure that was not asked."""
    assert sentences.signed_forms("it {rose}, {more} of it") == [
        "it fell, fewer of it",
        "it rose, more of it",
    ]
    assert sentences.signed_forms("it was {value}") == ["it was {value}"]
    told = set(sentences.measure_texts(["change"]))
    entry = catalog.measure("change")
    for verb in ("rose", "fell"):
        for what in ("{rate} for {people}{where}", "{rate}{where}", "share of {people}{where}"):
            assert f"the {what} {verb} by {{value}} points" in told
    assert any(text.startswith(f"{entry.open} to say which way") for text in told)
    assert told < set(sentences.measure_texts())
    assert not any("odds" in text for text in told)
    some = [catalog.indicator("ela_met"), catalog.indicator("teacher_experience")]
    gaps = list(sentences.gap_texts(some))  # the second has no sentence of a difference
    assert [("higher" in text, "lower" in text) for text in gaps] == [(False, True), (True, False)]
    places = set(sentences.kind_texts(between_groups=False))
    every = set(sentences.kind_texts(between_groups=True))
    assert places < every
    assert not any("between {people} and {reference}" in text for text in places)
    assert set(sentences.clause_texts()) == every | set(
        sentences.gap_texts(catalog.indicators().values())
    )
