"""What may be printed of numbers that are made of several figures: indices, parts of a difference, trends, chances.

A published figure enters them as it stands and a withheld one by its bounds alone, so that no number depends on what
the publisher hid. What is left to protect are groups that the publisher shows and we do not. A number is told that
leaves more than one of them open; a number that would leave one is not told.
"""

import re
from collections.abc import Callable

from sesec_analysis.publishing.rows import Row
from sesec_analysis.publishing.sides import FEW_COUNTED, is_of_everyone, sides
from sesec_analysis.publishing.withheld import nothing
from sesec_analysis.words import mark, say

__all__ = ["RULES", "method_words", "no_such_figure"]

_UNTOLD = ("no students", "nothing to compare to")
_SLACK = 1e-9


def of_few(row: Row) -> Row | None:
    """Tell nothing of a side of which 0 to 2 students, or all but 0 to 2, are counted: no widening is worked out."""
    if row.entry.made != "derived" or is_of_everyone(row):
        return None
    if any(side.is_few() or side.is_all_but_few() for side in sides(row)):
        few = say("fewer than {n} students are counted, or left out, on one side", n=FEW_COUNTED)
        return nothing(row, "few-counted", few)
    return None


def of_few_untested(row: Row) -> Row | None:
    """Tell no worst case whose ends lie as far apart as a few students who were not tested."""
    if (
        not row.measure.endswith("_if_all_tested")
        or row.bound_low is None
        or row.bound_high is None
    ):
        return None
    sizes = [n for n in (row.n_low, row.reference_n_low) if n]
    untested = (row.bound_high - row.bound_low) * min(sizes, default=0)
    if untested < FEW_COUNTED - _SLACK:
        few = say("fewer than {n} students were not tested", n=FEW_COUNTED)
        return nothing(row, "few-untested", few)
    return None


RULES: tuple[Callable[[Row], Row | None], ...] = (of_few_untested, of_few)
"""Each says what becomes of a row, or None: not my case."""


def no_such_figure(row: Row) -> str:
    """Return why there is no such figure, in plain words, from how the measure says it.

    Examples
    --------
    >>> row = Row("ela_met", 2019, "place", "southeast_seattle", "Southeast Seattle", "03", "race_ethnicity", "black",
    ...           "years_to_close", "white", status="undefined", method="not closing: at the pace of 2015 to 2019, ...")
    >>> no_such_figure(row)
    'the gap is not closing'
    """
    if not row.entry.subject:
        return say("no such figure")
    how, _, why = row.method.partition(": ")
    if how == "not closing":
        return say("the gap is not closing")
    said = why.partition("; ")[0].removesuffix(", may be none")
    if how == "cannot be projected":
        pace = mark("the gap may have no pace") if why.endswith("may be none") else said
        told = _said(re.sub(" at the pace.*", " at this pace", pace))
        return say("it cannot be projected: {reason}", reason=told)
    known = how in ("not computed", "not calculated") and not said.startswith(_UNTOLD)
    return _said(said) if known and said else say("no such figure")


def _said(why: str) -> str:
    """Say why a measure gives no number; how measures say it is in the list of texts, its number as {n}."""
    [number, *more] = re.findall(r"\d[\d,.]*", why) or [""]
    if not number or more:
        return say(why)
    return say(why.replace(number, "{n}"), n=number)


def method_words(row: Row) -> str:
    """Return how a number was made, without clauses whose decimals are finer than what is printed.

    Examples
    --------
    >>> row = Row("ela_met", 2019, "place", "southeast_seattle", "Southeast Seattle", "03", "race_ethnicity", "black",
    ...           "years_to_close", "white", method="the pace of 2015 to 2019, -1.21 points a year; Fieller interval")
    >>> method_words(row)
    'Fieller interval'
    """
    if not row.entry.subject:
        return row.method
    method = row.method.partition(":")[0] if row.publish == "nothing" else row.method
    return "; ".join(part for part in method.split("; ") if not re.search(r"\d\.\d", part))
