"""List the rules of what may be printed: what each does to a number, in words for readers, and its source.

The gate names in each row's `rule` the ids of those that fit it. An id keeps its meaning, as that of a
finding does: what is published under it is read years later.
"""

from dataclasses import dataclass
from typing import Literal

__all__ = ["PRINTING_RULES", "PrintingRule"]


_STATE = "WAC 392-117-060"
_MASKING = "the state’s files, which mask 0 to 2 counted or left out"
_DISTANCE = (
    "U.S. Department of Education, Privacy Technical Assistance Center: complementary suppression"
)
_CENTER = "National Center for Health Statistics (2017), Vital and Health Statistics 2(175)"
_OURS = "this project"


@dataclass(frozen=True)
class PrintingRule:
    """One rule of the gate."""

    outcome: Literal["nothing", "range", "care", "words"]
    """`care` and `words` leave the number as it is, and say how to read it."""
    sentence: str
    source: str


PRINTING_RULES = {
    "no-figure": PrintingRule(
        "nothing", "There is no such figure, or nothing to compare it to.", _OURS
    ),
    "series-break": PrintingRule(
        "nothing", "Its years cannot be compared: what is counted changed, or one of them is left out.", _OURS
    ),
    "withheld": PrintingRule("nothing", "The publisher did not publish it.", "the publisher"),
    "small-group": PrintingRule(
        "nothing", "The group, or the one it is compared to, has fewer than 10 students.", _STATE
    ),
    "small-remainder": PrintingRule(
        "nothing", "It would tell the size of the only other group, which is small.", _STATE
    ),
    "one-school": PrintingRule(
        "nothing",
        "One school has all of the group, or over 90 percent of it, and its figure is withheld.",
        _DISTANCE,
    ),
    "few-untested": PrintingRule(
        "nothing", "It would tell that fewer than 3 students were not tested.", _MASKING
    ),
    "few-counted": PrintingRule(
        "range",
        "Fewer than 3 students are counted, or left out: only that much is said. For a number made of several "
        "others, nothing.",
        _MASKING,
    ),
    "no-bounds": PrintingRule(
        "nothing", "Too few students are in published numbers, and no range can be worked out.", _OURS
    ),
    "says-nothing": PrintingRule(
        "nothing", "Withheld numbers leave so much open that a range would say nothing.", _OURS
    ),
    "not-all-tested": PrintingRule(
        "range", "Not all students were tested; the range shows what could be if they had been.", _OURS
    ),
    "range-by-nature": PrintingRule(
        "range", "The publisher prints it in bands or rounded only, so that a range is all there is.", "the publisher"
    ),
    "not-reported": PrintingRule(
        "range",
        "The group of some students is not reported: the range includes each possibility. Where no range can be worked "
        "out, nothing.",
        _OURS,
    ),
    "thin": PrintingRule(
        "range",
        "Under 70 percent of the students are in published numbers: a range, and no single number.",
        "Urban Institute, Education Data Portal: 30 percent missing",
    ),
    "wide": PrintingRule(
        "range", "Withheld numbers leave over 10 points open: a range, and no single number.", _OURS
    ),
    "imprecise": PrintingRule(
        "range", "Withheld numbers leave over 5 points open: a range, its middle not drawn.", _OURS
    ),
    "some-withheld": PrintingRule(
        "range", "Withheld numbers leave up to 5 points open: a range, its middle may be drawn.", _OURS
    ),
    "one-cell-solved": PrintingRule(
        "nothing", "With it, another withheld figure could be worked out by subtraction.", _DISTANCE
    ),
    "unseen-part": PrintingRule(
        "nothing", "A change of a gap is shown only with both of its gaps.", _DISTANCE
    ),
    "few-students": PrintingRule(
        "care", "Fewer than 30 students: use caution.", _CENTER
    ),
    "unreliable": PrintingRule(
        "care", "Chance alone could move it far: use caution, and do not rank by it.", _CENTER
    ),
    "left-open": PrintingRule(
        "words", "Withheld numbers leave open which side is higher.", _OURS
    ),
    "no-clear-difference": PrintingRule(
        "words", "It could be chance; that both sides are alike is not shown either.", _OURS
    ),
    "about-the-same": PrintingRule(
        "words", "Both sides were shown to be about the same, within the margin of the indicator.", _OURS
    ),
}  # fmt: skip
"""By id, those that decide first in the order in which the gate asks them."""
