"""List the rules of what may be printed, and say why a number is withheld, is a range, or is to be used with caution.

A rule says what it does to a number, in words for readers, and its source. The gate names in each row's `rule` the ids
of those that fit it. An id keeps its meaning, as that of a finding does: what is published under it is read years
later. A reason is a text in a row, and an id in a table.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from sesec_analysis import schema
from sesec_analysis.evidence.counts import NUMBERS
from sesec_analysis.evidence.row import JOINT, Row
from sesec_analysis.evidence.wording.fields import GatedRow, WordedFinding, words_of
from sesec_analysis.evidence.wording.labels import numbered_message, range_reason
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import (
    CONSTANTS,
    Arg,
    Constant,
    EntryText,
    List,
    Text,
    Year,
    _,
    message_ids,
)

__all__ = [
    *("FEW_STUDENTS", "LIMITS", "PRINTING_RULES", "REASONS", "PrintingRule", "no_such_figure"),
    *("remove_numbers", "reason_ids", "reason_of", "reason_words", "reasons_of_ids", "with_caution"),
]  # fmt: skip


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


# reasons ---------------------------------------------------------------------------------------

FEW_STUDENTS = 30
"""Students: a rate of fewer is to be used with caution."""

LIMITS = ("3", "4", "5", "10", "20", "30")
"""Numbers of the rules of what may be printed, as reasons name them."""
CONSTANTS["limit"] = lambda number: number if number in LIMITS else ""

_CARE = N_("use caution: {reason}")
_TOO_MUCH = N_("too much is withheld to say")
_NOT_ONE_NUMBER = N_("too much is withheld for a single number")
_NO_FIGURE = N_("no such figure")
_ON_ONE_SIDE = N_("fewer than {n} students are counted, or left out, on one side")


def _few(limit: int, row: Row) -> Text:
    return _(f"fewer than {numbered_message(row)}", n=Constant("limit", str(limit)))


def _says(msgid: str) -> Callable[[Row], Text]:
    return lambda row: Text(msgid)


def _below_three(msgid: str) -> Callable[[Row], Text]:
    """Return a reason with the limit of 3 students, and with the number of the row where it says of how many."""
    of_all = {"all": Text("{n}")} if "{all}" in msgid else {}
    return lambda row: _(msgid, n=Constant("limit", "3"), **of_all)


def no_such_figure(row: Row) -> Text:
    """Return why there is no such figure, from how the measure says it.

    Examples
    --------
    >>> row = Row("ela_met", 2019, "place", "southeast_seattle", "Southeast Seattle", "03", "race_ethnicity", "black",
    ...           "years_to_close", "white", status="undefined", method="not closing: at the pace of 2015 to 2019, ...")
    >>> print(no_such_figure(row))
    the gap is not closing
    """
    how, _sep, why = row.method.partition(": ")
    cause = why.partition("; ")[0].removesuffix(", may be none")
    if not row.entry.subject:
        return Text(_NO_FIGURE)
    if how == "not closing":
        return Text(N_("the gap is not closing"))
    if how == "cannot be projected":
        pace = N_("the gap may have no pace") if why.endswith("may be none") else cause
        reason = _cause(re.sub(" at the pace.*", " at this pace", pace))
        return _(N_("it cannot be projected: {reason}"), reason=reason)
    known = how in ("not computed", "not calculated") and cause
    is_empty = cause.startswith(("no students", "nothing to compare to"))
    return _cause(cause) if known and not is_empty else Text(_NO_FIGURE)


def _cause(words: str) -> Text:
    """Return what a measure says of a number that it could not compute; it names at most one number."""
    words = words.replace("{", "{{").replace("}", "}}")  # of a table of one's own
    found = re.search(r"\d[\d,.]*", words)
    if found is None:
        return Text(words)
    digits = found[0]
    n = Constant("limit", digits) if digits in LIMITS else Year(int(digits), calendar=True)
    return _(words.replace(digits, "{n}"), n=n)


REASONS: dict[str, Callable[[Row], Arg]] = {
    "no-figure": no_such_figure,
    "no-figure/all": _says(N_("all students are the whole of any place")),
    "series-break": _says(N_("the series changes in between")),
    "series-break/year-out": _says(N_("a year is left out")),
    "withheld": _says(N_("the publisher withheld it")),
    "withheld/none-published": _says(N_("no figure was published")),
    "small-group": lambda row: _few(schema.MINIMUM_GROUP, row),
    "small-group/compared": lambda row: _(
        N_("{few} in the comparison"), few=_few(schema.MINIMUM_GROUP, row)
    ),
    "small-remainder": lambda row: _(
        N_("the other group has {few}"), few=_few(schema.MINIMUM_GROUP, row)
    ),
    "one-school": _says(N_("it would be one school’s withheld figure")),
    "few-untested": _below_three(N_("fewer than {n} students were not tested")),
    "few-untested/rate": _says(N_("it would tell how few were not tested")),
    "few-counted": _below_three(N_("fewer than {n} of {all} students")),
    "few-counted/left-out": _below_three(N_("all but fewer than {n} of {all} students")),
    "few-counted/of-range": _below_three(N_("fewer than {n} of the students")),
    "few-counted/left-out-of-range": _below_three(N_("all but fewer than {n} of the students")),
    "few-counted/side": _below_three(N_("fewer than {n} students are counted on one side")),
    "few-counted/sides": _below_three(N_("fewer than {n} students are counted on both sides")),
    "few-counted/side-or-left-out": _below_three(_ON_ONE_SIDE),
    "few-counted/apart": _says(N_("too few students stand apart")),
    "no-bounds": _says(N_("too few students are in published numbers")),
    "no-bounds/one-school": _says(N_("one school has no share of schools")),
    "says-nothing": _says(_TOO_MUCH),
    "not-all-tested": _says(N_("not all students were tested")),
    "range-by-nature": lambda row: EntryText(range_reason(row), f"indicators.yml: {row.indicator}"),
    "not-reported": _says(N_("the group of some students is not reported")),
    "thin": _says(_NOT_ONE_NUMBER),
    "wide": _says(_NOT_ONE_NUMBER),
    "imprecise": _says(N_("suppression limits precision")),
    "some-withheld": _says(N_("some numbers are withheld")),
    "one-cell-solved": _says(N_("withheld so that another withheld figure cannot be worked out")),
    "one-cell-solved/group": _says(
        N_("withheld so that a smaller group cannot be worked out by subtraction")
    ),
    "unseen-part": _says(N_("both gaps it is made of must be shown with it")),
    "few-students": lambda row: _few(FEW_STUDENTS, row),
    "unreliable": _says(N_("chance alone could move it far")),
}
"""By id, why a rule of the gate decided as it did: the id of the rule and, where it has several reasons, which."""
_OF_CARE = ("few-students", "unreliable")


def remove_numbers(row: Row, reason: str, status: str | None = None, *, rule: str = "") -> Row:
    """Return the row without its numbers, with the reason that has the id, whose rule it is unless another is given.

    Examples
    --------
    >>> row = Row("ela_met", 2017, "place", "southeast_seattle", "Southeast Seattle", "03", "race_ethnicity", "black",
    ...           "rate", "", estimate=0.4, n_low=9, n_high=9, status="ok")
    >>> hidden = remove_numbers(row, "small-group", "small_n")
    >>> hidden.publish, hidden.estimate, hidden.n_low, hidden.rule, str(hidden.reason)
    ('nothing', None, None, 'small-group', 'fewer than 10 students')
    """
    kept = row.status if row.status in ("small_n", "undefined", "break") else "suppressed"
    return replace(
        row,
        **dict.fromkeys(NUMBERS),  # type: ignore[arg-type]
        publish="nothing",
        marker=False,
        care=False,
        rule=rule or reason.partition("/")[0],
        reason=REASONS[reason](row),
        status=status or kept,
    )


def with_caution(decided: Arg | None, care: str, row: Row) -> Arg | None:
    """Return a reason with the one to interpret a number with care, of which ``care`` is the id, if any."""
    caution = _(_CARE, reason=REASONS[care](row)) if care else None
    parts = tuple(part for part in (decided, caution) if part is not None)
    return List(parts, joined="", separator=JOINT) if len(parts) > 1 else next(iter(parts), None)


def reason_ids(row: Row) -> str:
    """Return the ids of a row's reasons, as a table has them: first the one that decided, then the one for care.

    Examples
    --------
    >>> row = Row("ela_met", 2017, "place", "southeast_seattle", "Southeast Seattle", "03", "all", "all", "rate", "",
    ...           publish="range", rule="some-withheld; few-students")
    >>> row = replace(row, reason=reasons_of_ids("some-withheld; few-students", row))
    >>> reason_words(row), reason_ids(row)
    ('some numbers are withheld; use caution: fewer than 30 students', 'some-withheld; few-students')
    """
    parts = row.reason.items if isinstance(row.reason, List) else (row.reason,)
    return JOINT.join(_id(part, row) for part in parts if part is not None)


def _id(part: Arg, row: Row) -> str:
    for code in (*row.rules, *REASONS):  # two rules may have one reason
        if code in REASONS and part in (REASONS[code](row), with_caution(None, code, row)):
            return code
    raise ValueError(f"no reason of the gate: {part}")


def reasons_of_ids(ids: str, row: Row) -> Arg | None:
    """Return the reason of a row of which a table has the ids; None if it is as published."""
    codes = [code for code in ids.split(JOINT) if code in REASONS]
    care = next((code for code in codes if code in _OF_CARE), "")
    decided = next((REASONS[code](row) for code in codes if code not in _OF_CARE), None)
    return with_caution(decided, care, row)


def reason_words(row: Row) -> str:
    """Return why a row is withheld, is a range, or is to be read with care, in the language of now; or nothing."""
    return words_of(row.reason and _("{reason}", GatedRow(row), reason=row.reason))


def reason_of(finding: WordedFinding, reason: Arg | None = None) -> Arg | None:
    """Return the reason of a finding, or the part of it that is given, about the finding if it has a number of it."""
    text = reason or finding.row.reason
    has_number = text is not None and "{n}" in message_ids(text)
    return _("{reason}", finding, reason=text) if has_number else text
