"""Say why the gate withholds a number, gives only a range, or asks for care: a text in a row, an id in a table."""

import re
from collections.abc import Callable
from dataclasses import replace

from sesec_analysis import schema
from sesec_analysis.evidence.counts import NUMBERS
from sesec_analysis.evidence.row import JOINT, Row
from sesec_analysis.evidence.wording.fields import GatedRow, WordedFinding, words_of
from sesec_analysis.evidence.wording.labels import numbered, range_reason
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
    *("FEW_STUDENTS", "LIMITS", "REASONS", "no_such_figure", "nothing", "reason_ids", "reason_of"),
    *("reason_words", "reasons_of_ids", "with_caution"),
]  # fmt: skip


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
    return _(f"fewer than {numbered(row)}", n=Constant("limit", str(limit)))


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


def nothing(row: Row, reason: str, status: str | None = None, *, rule: str = "") -> Row:
    """Return the row without its numbers, with the reason that has the id, whose rule it is unless another is given.

    Examples
    --------
    >>> row = Row("ela_met", 2017, "place", "southeast_seattle", "Southeast Seattle", "03", "race_ethnicity", "black",
    ...           "rate", "", estimate=0.4, n_low=9, n_high=9, status="ok")
    >>> hidden = nothing(row, "small-group", "small_n")
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
