"""Each of the three answers has its own words, and reasons are in the language of readers."""

from dataclasses import replace

from sesec_analysis import i18n
from sesec_analysis.evidence.answers import Answer, Outcome, Why
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording.answer_texts import (
    answer_text,
    counted_answers,
    progress_text,
)
from sesec_analysis.evidence.wording.fields import GatedRow
from sesec_analysis.text import Text, render

HIGHER, LOWER = Answer(Outcome.DIFFERS, 1), Answer(Outcome.DIFFERS, -1)
SAME = Answer(Outcome.SAME)
WITHHELD, CHANCE, NOT_PUBLISHED, BROKEN = (Answer(Outcome.UNKNOWN, why=why) for why in Why)


def test_answer_text__keeps_the_three_answers_apart():
    told = [str(answer_text(one)) for one in (HIGHER, LOWER, SAME, WITHHELD, CHANCE, BROKEN)]

    assert told == [
        "higher",
        "lower",
        "about the same",
        "can't tell: too much is withheld",
        "can't tell: it could be chance",
        "can't tell: the years are not comparable",
    ]


def test_counted_answers__merge_nothing():
    counted = counted_answers([LOWER] * 3 + [SAME] * 2 + [WITHHELD] * 16)

    assert counted == "3 differ, 2 are about the same, and 16 are unclear (16 withheld)"
    assert counted_answers([]) == "0 differ, 0 are about the same, and 0 are unclear"


def test_progress_text__gives_the_reason_in_a_language():
    row = Row(
        *("ela_met", 2019, "place", "seattle", "Seattle", "03", "race_ethnicity", "black", "gap"),
        *("white",),
        **{"status": "undefined", "rule": "no-figure", "reason": Text("no such figure")},
    )
    text = progress_text(GatedRow(row))
    assert str(text) == "can't tell: no such figure"
    assert render(text, i18n.PSEUDO).count("⟦") == 2
    assert progress_text(GatedRow(replace(row, measure="rate", reference=""))) is None
