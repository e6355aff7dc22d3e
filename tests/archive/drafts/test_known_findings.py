"""Sentences that were written before the checker judged any of them: right ones pass, deceptive ones never do."""

import csv
from pathlib import Path

import proofs
import pytest
import yaml

from sesec_analysis import checkout
from sesec_analysis.archive.drafts.check import QUIET, TO_CORRECT, judge
from sesec_analysis.archive.drafts.known_findings import FindingIndex
from sesec_analysis.archive.drafts.reading import Passage, passages
from sesec_analysis.editions import built_editions

pytestmark = pytest.mark.slow  # reads a published edition

SENTENCES = {
    kind: sentences
    for path in (
        checkout.root() / "tests/samples/drafts_2025.yml",
        Path(__file__).with_name("sentences.yml"),
    )
    for kind, sentences in yaml.safe_load(path.read_text("utf-8")).items()
}


@pytest.fixture(scope="module")
def known() -> FindingIndex:
    return FindingIndex(
        [("annual-2025", built_editions.read_findings(checkout.published_folder() / "annual-2025"))]
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


def test_judge__calls_our_own_sentences_right_and_none_wrong(known):
    printed = [one for one in known.records.values() if one["publish"] != "nothing"]
    # A school level is no share: the checker knows its sentences only as a whole.
    ours = [str(one["sentence"]) for one in printed if one["indicator"] != "school_level"]
    judged = [judge([Passage("", text)], known) for text in proofs.sample(ours[::7], 60, seed=51)]
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
    tried = proofs.sample(unseen, min(80, len(unseen)), seed=51)
    return [{one.verdict for one in judge([Passage("", text)], known)} for text in tried]


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


@pytest.mark.parametrize("one", SENTENCES["held_together"])
def test_judge__holds_two_true_numbers_of_a_sentence_together(one, known):
    texts = [one["said"].format(one[words]) for words in ("right", "wrong")]
    found = [judge([Passage("", text)], known) for text in texts]
    assert {one.verdict for one in found[0]} <= set(QUIET), found[0]
    assert not {one.verdict for one in found[1]} <= set(QUIET), found[1]
    assert not [one for one in found[1] if one.verdict in TO_CORRECT and len(found[1]) > 1]


@pytest.mark.parametrize(("year", "verdict"), [("2025", "matches"), ("2024", "not judged")])
def test_judge__takes_a_lone_year_only_if_no_other_school_year_fits(year, verdict, known):
    text = f"In {year}, students from low-income families were 58.0 percent of students in Southeast Seattle."
    assert [one.verdict for one in judge([Passage("", text)], known)] == [verdict]


@pytest.mark.parametrize("text", SENTENCES["of_others"])
def test_judge__passes_no_number_of_ours_as_one_of_others(text, known):
    assert not {one.verdict for one in judge([Passage("", text)], known)} & {
        "matches",
        "rounds right",
    }


def test_judge__recognizes_our_sentences_of_any_language_and_judges_no_other(known):
    ours = "Năm 2023–24, 71,7% học sinh của các trường ở Đông Nam Seattle đi học đều đặn."
    name = "sesec:rate.regular_attendance.2024.all.southeast_seattle.all"
    index = FindingIndex([("annual-2025", known.records.values())], [(name, ours)])
    other = ours.replace("71", "72")
    first, second = judge([Passage("", f"{ours} {other}")], index)
    assert (first.verdict, first.finding) == ("matches", name)
    assert (second.verdict, second.note) == ("not judged", "English drafts only")


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        (one, kind == "other_numbers")
        for kind in ("other_numbers", "not_accused")
        for one in SENTENCES[kind]
    ],
)
def test_judge__calls_a_comparison_wrong_where_all_but_its_number_is_ours(text, is_wrong, known):
    judged = judge([Passage("", text)], known)
    assert bool({one.verdict for one in judged} & set(TO_CORRECT)) == is_wrong, judged
