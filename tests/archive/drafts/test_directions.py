"""Sentences that compare two places, groups or years, held against a published edition: right ones and slips of one."""

from functools import cache
from pathlib import Path

import proofs
import pytest

from sesec_analysis import checkout
from sesec_analysis.archive.drafts import check
from sesec_analysis.archive.drafts.known_findings import FindingIndex
from sesec_analysis.archive.drafts.reading import Passage
from sesec_analysis.editions import built_editions


def read_sentences(kind: str) -> list[tuple[str, str]]:
    """Read one sentence a line, each with the edition that it is judged by."""
    return [
        (f"annual-{year}", sentence)
        for year in (2024, 2025)
        for sentence in Path(__file__)
        .with_name(f"{kind}_{year}.txt")
        .read_text("utf-8")
        .splitlines()
    ]


ARE_RIGHT, ARE_WRONG = read_sentences("right"), read_sentences("wrong")


@cache
def known(edition: str) -> FindingIndex:
    return FindingIndex(
        [(edition, built_editions.read_findings(checkout.published_folder() / edition))]
    )


def verdicts(sentence: str, edition: str) -> list[tuple[str, str, str]]:
    judged = check.judge([Passage("paragraph 1", sentence)], known(edition))
    return [(one.text, one.verdict, one.note) for one in judged]


@pytest.mark.slow
def test_judge__calls_most_right_sentences_of_two_sides_right_and_none_wrong():
    judged = [
        {verdict for _, verdict, _ in verdicts(sentence, edition)}
        for edition, sentence in proofs.sample(ARE_RIGHT, 20, seed=51)
    ]
    assert not [one for one in judged if one & set(check.TO_CORRECT)]
    # "Higher here than there" and "twice as often as" of two findings are not judged.
    right = [one for one in judged if one and one <= {"matches", "rounds right"}]
    assert len(right) >= 0.65 * len(judged)


@pytest.mark.slow
@pytest.mark.parametrize(("edition", "sentence"), ARE_WRONG)
def test_judge__does_not_pass_a_sentence_with_one_slip(edition: str, sentence: str):
    found = verdicts(sentence, edition)
    assert not {verdict for _, verdict, _ in found} <= set(check.QUIET), found


ELEMENTARY = "elementary and K-8 schools in "


@pytest.mark.parametrize(
    ("sentence", "is_right"),
    [
        (f"In 2023–24, {ELEMENTARY}Southeast Seattle were budgeted $16,521 per student.", True),
        (f"In 2023–24, {ELEMENTARY}the rest of Seattle were budgeted $13,705 per student.", True),
        (f"In 2023–24, {ELEMENTARY}the rest of Seattle were budgeted $16,521 per student.", False),
        (f"In 2023–24, {ELEMENTARY}Southeast Seattle were budgeted $13,705 per student.", False),
        (
            f"In 2023–24, {ELEMENTARY}Southeast Seattle were budgeted $13,705 per student, compared with $16,521 at"
            f" {ELEMENTARY}the rest of Seattle.",
            False,
        ),
        (
            f"In 2023–24, {ELEMENTARY}Southeast Seattle were budgeted $16,521 per student, compared with $13,705 at"
            f" {ELEMENTARY}the rest of Seattle.",
            True,
        ),
    ],
)
def test_judge__reads_budgets_of_elementary_schools_as_of_their_places(sentence, is_right):
    found = verdicts(sentence, "annual-2024")
    assert found
    assert ({verdict for _, verdict, _ in found} <= {"matches", "rounds right"}) == is_right, found
