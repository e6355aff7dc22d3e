"""Sentences that were written before the checker judged any of them: right ones pass, deceptive ones never do."""

import csv
from pathlib import Path

import pytest
import yaml

from sesec_analysis import checkout
from sesec_analysis.archive.drafts.check import QUIET, TO_CORRECT, judge
from sesec_analysis.archive.drafts.known_findings import FindingIndex
from sesec_analysis.archive.drafts.reading import Passage, passages
from sesec_analysis.editions import built_editions

pytestmark = pytest.mark.slow  # reads a published edition

SENTENCES = yaml.safe_load((checkout.root() / "tests/samples/drafts_2025.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def known() -> FindingIndex:
    return FindingIndex(
        [("annual-2025", built_editions.read(checkout.published() / "annual-2025"))]
    )


def read(kind: str, text: str, folder: Path) -> list[Passage]:
    """Return a sentence as a passage, or a table as it is read from a CSV file."""
    if kind != "tables":
        return [Passage("", text)]
    table = folder / "table.csv"
    table.write_text(text, "utf-8")
    return passages(table)


@pytest.mark.parametrize(("kind", "least"), [("near", 0.9), ("free", 0.6), ("tables", 0.9)])
def test_judge__calls_most_right_sentences_right_and_none_wrong(kind, least, known, tmp_path):
    judged = [judge(read(kind, text, tmp_path), known) for text, _ in SENTENCES[kind]]
    right = [bool(one) and {number.verdict for number in one} <= set(QUIET) for one in judged]
    assert sum(right) >= least * len(judged)
    assert not [number for one in judged for number in one if number.verdict in TO_CORRECT]


def test_judge__shows_the_right_finding_among_three_where_it_cannot_judge(known, tmp_path):
    for kind in ("near", "free", "tables"):
        for text, wanted in SENTENCES[kind]:
            judged = judge(read(kind, text, tmp_path), known)
            shown = [name for one in judged for name in (one.finding, *one.nearest)]
            assert any(wanted in name for name in shown), text


def test_judge__calls_our_own_sentences_right_and_none_wrong(known):
    printed = [one for one in known.records.values() if one["publish"] != "nothing"]
    # A school level is no share: the checker knows its sentences only as a whole.
    ours = [str(one["sentence"]) for one in printed if one["indicator"] != "school_level"]
    judged = [judge([Passage("", text)], known) for text in ours[::7]]
    with_numbers = [one for one in judged if {number.verdict for number in one} != {"passed over"}]
    right = [one for one in with_numbers if {number.verdict for number in one} <= set(QUIET)]
    assert len(right) >= 0.95 * len(with_numbers)
    assert not [number for one in judged for number in one if number.verdict in TO_CORRECT]


@pytest.mark.parametrize("text", SENTENCES["deceptive"])
def test_judge__passes_no_deceptive_sentence(text, known):
    judged = judge([Passage("", text)], known)
    assert not {one.verdict for one in judged} & {"matches", "rounds right"}, judged


with Path(__file__).with_name("unseen_2025.csv").open(encoding="utf-8") as file:
    UNSEEN = list(csv.DictReader(file))


def verdicts(kind: str, known: FindingIndex) -> list[set[str]]:
    unseen = [row["sentence"] for row in UNSEEN if row["kind"] == kind]
    return [{one.verdict for one in judge([Passage("", text)], known)} for text in unseen]


@pytest.mark.parametrize(("kind", "least"), [("near", 0.9), ("free", 0.75), ("grant", 0.7)])
def test_judge__calls_most_unseen_right_sentences_right_and_none_wrong(kind, least, known):
    found = verdicts(kind, known)
    assert sum(one <= set(QUIET) for one in found) >= least * len(found)
    assert not [one for one in found if one & set(TO_CORRECT)]


def test_judge__passes_no_unseen_deceptive_sentence(known):
    found = verdicts("deceptive", known)
    assert not [one for one in found if one & {"matches", "rounds right"}]


def test_judge__passes_few_sentences_that_set_our_own_words_in_another_order(known):
    # All words of these "open" ones are the finding's: who does what to whom is not read.
    many = sum(row["kind"] in ("deceptive", "open") for row in UNSEEN)
    found = verdicts("open", known)
    assert found
    assert sum(bool(one & {"matches", "rounds right"}) for one in found) <= 0.03 * many


@pytest.mark.parametrize(
    "leftover",
    ["?", "!", "”", " who try", " in our program", " each year", " and rising", " or not"],
)
def test_judge__judges_no_number_beside_a_word_or_sign_that_is_left_over(leftover, known):
    said = "In 2023–24, 71.7 percent of students in Southeast Seattle attended school regularly"
    assert [one.verdict for one in judge([Passage("", f"{said}.")], known)] == ["matches"]
    [one] = judge([Passage("", f"{said}{leftover}")], known)
    assert one.verdict == "not judged"
    assert one.unknown


HELD_TOGETHER = [
    (
        "Lake Washington spent $18,776 per student in 2024-25, well {} Seattle's $23,661.",
        "under",
        "over",
    ),
    (
        "In 2022-23, 39% of middle schoolers' answers about belonging were favorable in Southeast Seattle, "
        "{} the 48% in the rest of the city.",
        "nine points fewer than",
        "nine points more than",
    ),
    (
        "In 2022-23, 39% of middle schoolers' answers about belonging were favorable in Southeast Seattle, "
        "against 48% in the rest of the city, a difference of {} points.",
        "nine",
        "twelve",
    ),
    (
        "From 2014-15 to 2023-24, regular attendance in Southeast Seattle {} from 88% to 72%.",
        "fell",
        "rose",
    ),
    (
        "Regular attendance in Southeast Seattle was 88% in 2014-15 and 72% {} years later, in 2023-24.",
        "nine",
        "five",
    ),
    (
        "In 2022-23, 2.7% of Latino students in Seattle were suspended or expelled, {} the 1.0% of white students.",
        "nearly three times",
        "nearly twice",
    ),
    (
        "{} percent of Pacific Islander students in Seattle were suspended in 2022-23.",
        "Four and a half",
        "Four",
    ),
]


@pytest.mark.parametrize(("said", "right", "wrong"), HELD_TOGETHER)
def test_judge__holds_two_true_numbers_of_a_sentence_together(said, right, wrong, known):
    found = [judge([Passage("", said.format(words))], known) for words in (right, wrong)]
    assert {one.verdict for one in found[0]} <= set(QUIET), found[0]
    assert not {one.verdict for one in found[1]} <= set(QUIET), found[1]
    assert not [one for one in found[1] if one.verdict in TO_CORRECT and len(found[1]) > 1]


def test_judge__calls_no_number_right_beside_one_that_is_not_understood(known):
    said = "In 2023–24, 71.7 percent of students in Southeast Seattle attended school regularly"
    both = judge([Passage("", f"{said}, and 12 percent more of ours.")], known)
    assert {one.verdict for one in both} <= {"not judged", "not ours"}


@pytest.mark.parametrize(("year", "verdict"), [("2025", "matches"), ("2024", "not judged")])
def test_judge__takes_a_lone_year_only_if_no_other_school_year_fits(year, verdict, known):
    text = f"In {year}, students from low-income families were 58.0 percent of students in Southeast Seattle."
    assert [one.verdict for one in judge([Passage("", text)], known)] == [verdict]


def test_judge__judges_no_dollars_of_others_than_each_student(known):
    text = "In 2024–25, Seattle spent $23,661 per {} from the general fund."
    of = ["student", "low-income student", "teacher", "family"]
    found = [[one.verdict for one in judge([Passage("", text.format(who))], known)] for who in of]
    assert found[0] == ["matches"]
    assert not [one for one in found[1:] if set(one) & set(QUIET)]


def test_judge__shows_the_finding_of_an_unseen_sentence_among_three(known):
    shown, asked = 0, 0
    for row in UNSEEN:
        judged = judge([Passage("", row["sentence"])], known) if row["finding"] else []
        names = [name for one in judged for name in (one.finding, *one.nearest)]
        if any(one.verdict == "not judged" for one in judged):
            asked += 1
            shown += any(row["finding"] in name for name in names)
    assert shown >= 0.7 * asked


OTHERS = [
    "In 2024–25, 40.1 percent of our students met the math standard.",
    "In our program, 40.1 percent of students met the math standard in 2024–25.",
    "In 2024–25, 40.1 percent of students in Portland met the math standard.",
    "In 2024–25, 40.1 percent of students nationally met the math standard.",
    "In 2022–23, Black students in Seattle Public Schools were 4.2 times less likely to be suspended than others.",
    "In 2018–19, Renton spent $15,326 per student on low-income students.",
    "In 2023–24, 66.7 percent of students in Southeast Seattle attended school regularly, and 71.7 percent of "
    "low-income students did.",
    "Math results in Southeast Seattle fell 11.0 points in one year, from 2017–18 to 2024–25.",
]


@pytest.mark.parametrize("text", OTHERS)
def test_judge__passes_no_number_of_ours_as_one_of_others(text, known):
    assert not {one.verdict for one in judge([Passage("", text)], known)} & {
        "matches",
        "rounds right",
    }


@pytest.mark.parametrize("language", ["es", "so", "vi"])
def test_judge__recognizes_our_sentences_of_any_language_and_judges_no_other(language, known):
    ours = {
        "es": "En 2023–24, el 71,7 % de los estudiantes del sureste de Seattle asistió con regularidad a la escuela.",
        "vi": "Năm 2023–24, 71,7% học sinh của các trường ở Đông Nam Seattle đi học đều đặn.",
        "so": "Sanadka 2023–24, 71.7% ardayda iyo dugsiyada ee Koonfur-bari Seattle waxay si joogto ah u dhigteen.",
    }[language]
    name = "sesec:rate.regular_attendance.2024.all.southeast_seattle.all"
    index = FindingIndex([("annual-2025", known.records.values())], [(name, ours)])
    other = ours.replace("71", "72")
    first, second = judge([Passage("", f"{ours} {other}")], index)
    assert (first.verdict, first.finding) == ("matches", name)
    assert (second.verdict, second.note) == ("not judged", "English drafts only")


RATIO = "sesec:ratio.disciplined.2023.all.seattle.black-others"
CHANGE = "sesec:change.math_met.2025-2018.all.southeast_seattle.all"
OTHER_NUMBERS = [
    "In 2022–23, Black students in Seattle Public Schools were suspended or expelled 5.2 times as often as all others.",
    f"Black students had 5.2 times the suspension rate of other students ({RATIO}).",
    "From 2017–18 to 2024–25, math results in Southeast Seattle fell 9 points.",
    f"Math results in Southeast Seattle fell 9 points since 2017–18 ({CHANGE}).",
    "In 2023–24, the regular attendance rate in Southeast Seattle was 8.6 points lower than in the rest of Seattle.",
    "In 2024–25, students in Southeast Seattle were 25 to 27 points less likely than students in the rest of Seattle "
    "to meet the math standard.",
]
NOT_ACCUSED = [
    "In 2022–23, Black students in Seattle Public Schools were suspended or expelled 4 times as often as all others.",
    f"Black students face an unheard-of 5.2 times the suspension rate of other students ({RATIO}).",
    f"Black students should not be suspended 2 times as often as others ({RATIO}).",
    "From 2017–18 to 2024–25, math results in Southeast Seattle fell 11 points.",
    "Math results in Southeast Seattle fell 9 points.",
    "In 2023–24, the regular attendance rate in Southeast Seattle was 6.0 points lower than at the 85 schools in the "
    "rest of Seattle with programs whose numbers are published.",
    "From 2017–18 to 2024–25, math results among a few new students in Southeast Seattle fell 9 points.",
    f"Math results fell 11 points in Southeast Seattle and 9 points at our school ({CHANGE}).",
    "In 2022–23, suspensions in Seattle Public Schools were 5.2 times as frequent as in other years.",
]


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [*((one, True) for one in OTHER_NUMBERS), *((one, False) for one in NOT_ACCUSED)],
)
def test_judge__calls_a_comparison_wrong_where_all_but_its_number_is_ours(text, is_wrong, known):
    judged = judge([Passage("", text)], known)
    assert bool({one.verdict for one in judged} & set(TO_CORRECT)) == is_wrong, judged
