"""Turn the reason of the privacy gate, which a table holds in English, into a text: any language can render it."""

import re

from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording.fields import (
    GatedRow,
    WordedFinding,
    words_of,
)
from sesec_analysis.evidence.wording.labels import range_reason
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

__all__ = ["JOINT", "LIMITS", "part_text", "reason_of", "reason_text", "reason_words"]


JOINT = "; "
"""Separates the parts of a reason: first the one that decided, then the one that asks for care."""

LIMITS = ("3", "4", "5", "10", "20", "30")
"""Numbers of the rules of what may be printed, as reasons name them."""


CONSTANTS["limit"] = lambda number: number if number in LIMITS else ""

_AROUND = (
    (N_("interpret with care: {reason}"), "reason"),
    (N_("it cannot be projected: {reason}"), "reason"),
    (N_("{few} in the comparison"), "few"),
    (N_("the other group has {few}"), "few"),
)
"""Reasons that hold another, and the placeholder where it is."""
_OF_ALL = (
    N_("all but fewer than {n} of {all} students"),
    N_("fewer than {n} of {all} students"),
)
_NUMBER = re.compile(r"\d[\d,.]*")


def reason_text(row: Row) -> Arg | None:
    """Return why a gated row is withheld, is a range, or is to be read with care; None if it is as published.

    Examples
    --------
    >>> row = Row("ela_met", 2017, "place", "southeast_seattle", "Southeast Seattle", "03", "all", "all", "rate", "",
    ...           publish="range", reason="some figures are withheld; interpret with care: fewer than 30 students")
    >>> reason_text(row).items[1].msgid
    'interpret with care: {reason}'
    """
    if not row.reason:
        return None
    if row.reason == range_reason(row):
        return EntryText(row.reason, f"indicators.yml: {row.indicator}")
    parts = tuple(part_text(part) for part in row.reason.split(JOINT))
    return parts[0] if len(parts) == 1 else List(parts, joined="", separator=JOINT)


def reason_words(row: Row) -> str:
    """Return `reason_text` in the language of now; empty if there is none."""
    text = reason_text(row)
    return words_of(text and _("{reason}", GatedRow(row), reason=text))


def reason_of(finding: WordedFinding) -> Arg | None:
    """Return `reason_text`, which is about the finding if it has a number of it."""
    text = reason_text(finding.row)
    has_number = text and "{n}" in message_ids(text)
    return _("{reason}", finding, reason=text) if has_number else text


def part_text(words: str) -> Arg:
    """Return the text of one reason, of which English has the words."""
    for msgid, name in _AROUND:
        before, after = msgid.split(f"{{{name}}}")
        if words.startswith(before) and words.endswith(after):
            return _(msgid, **{name: part_text(words.removeprefix(before).removesuffix(after))})
    found = _NUMBER.findall(words)
    for msgid in _OF_ALL:
        if len(found) == 2 and words == msgid.format(n=found[0], all=found[1]):
            return _(msgid, n=Constant("limit", found[0]), all=Text("{n}"))
    if len(found) == 1:
        return _(words.replace(found[0], "{n}"), n=_number(found[0]))
    return EntryText(words, "data/catalog") if found else Text(words)


def _number(digits: str) -> Arg:
    return Constant("limit", digits) if digits in LIMITS else Year(int(digits), calendar=True)
