"""Parse a published token ("<5%", "N<10", "*") into its kind and what it says; unknown ones stop the load.

Every spelling that a Washington file is known to use is listed; any other raises `UnknownTokenError` with its
row count, so that a new one stops the load instead of becoming a blank. Kinds, not numbers, tell why a cell is empty.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal

import numpy as np
import pandas as pd

from sesec_analysis import schema

__all__ = [
    "Cell",
    "Kind",
    "PercentUnit",
    "UnknownTokenError",
    "label_denominators",
    "parse_counts",
    "parse_flags",
    "parse_labels",
    "parse_numbers",
    "parse_percents",
]


Kind = Literal[
    "exact",  # a number
    "below",  # a bound from above: "<5%", "<= 5% Suppression"
    "above",  # a bound from below: ">95%", ">=95.0%"
    "small_n",  # fewer than ten students
    "complementary",  # withheld to protect another cell
    "range",  # "Top/Bottom Range" in words: the bound, if any, stands in another column
    "no_students",
    "masked",  # "*": hidden, the reason stands in another column
    "blank",  # nothing printed
    "none",  # a flag column that says nothing is withheld
]
PercentUnit = Literal["percent_sign", "percent", "proportion"]

_TYPES = {"kind": "str", "number": "float64", "decimals": "int64", "closed": "bool"}
_FIELDS = attrgetter(*_TYPES)
_SCALE = {"percent_sign": 100.0, "percent": 100.0, "proportion": 1.0}
_NUMBER = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|-?[0-9]+(\.[0-9]+)?")
_MOST_COUNTED, _MOST = 1e8, 1e11
"""No count is larger (people of a state), and no amount (dollars of a state)."""
_BOUND = re.compile(r"(?P<sign><=|>=|<|>)\s*(?P<number>\d+(\.\d+)?)\s*(?P<percent>%?)")
_SMALL = re.compile(r"n\s*<\s*10( \(count protected\)| suppression)?")
# "Suppressed: N<10", "DAT Applied: Foster Care - N < 10", "Top/Bottom Range: >72.7%": the reason follows.
_PREFIX = re.compile(r"^(suppressed|dat applied|top/bottom range)\s*:\s*")
_BLANK = {"", "null", "na", "n/a"}
_NOTHING_WITHHELD = {"none", "no dat", "no suppression"}
_COMPLEMENTARY = re.compile(
    r"(cross (student )?group|cross organization|cross grade( level)?|cross subgroup|complement group suppressed)\b.*"
)


class UnknownTokenError(ValueError):
    """A cell text that no rule covers; carries the tokens and how many rows hold each."""

    def __init__(self, tokens: dict[str, int]) -> None:
        self.tokens = tokens
        super().__init__(f"unknown token(s): {tokens}")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell says: its kind; the exact number or the bound it names; the digits it was printed with.

    ``number`` is a count, or a proportion 0-1. ``decimals`` counts the digits after the point as printed
    (always of the percent), from which the half unit of rounding follows. ``closed`` tells "<=" from "<".
    """

    kind: Kind
    number: float = np.nan
    decimals: int = 0
    closed: bool = False


def _normal(token: str) -> str:
    return " ".join(token.split()).lower()


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])


def _read_reason(text: str) -> Cell | None:
    """Read a text that gives a reason instead of a number."""
    if text in _BLANK:
        return Cell("blank")
    if text == "*":
        return Cell("masked")
    if text == "no students":
        return Cell("no_students")
    if text in {"top/bottom range", "top/bottom"}:
        return Cell("range")
    bare = _PREFIX.sub("", text)
    # "Foster Care - N < 10" masks one group; "Cross Student Group - N<10" protects another cell's small group.
    if _COMPLEMENTARY.fullmatch(bare):
        return Cell("complementary")
    if _SMALL.fullmatch(bare.rpartition(" - ")[2]):
        return Cell("small_n")
    return None


def _bound(text: str) -> Cell | None:
    bare = _PREFIX.sub("", text).removesuffix(" suppression")
    if not (match := _BOUND.fullmatch(bare)) or not match["percent"]:
        return None
    kind: Kind = "below" if match["sign"].startswith("<") else "above"
    share, closed = float(match["number"]) / 100, "=" in match["sign"]
    if share > 1 or (not closed and share == (0.0 if kind == "below" else 1.0)):
        return None  # nothing is below 0 or above 100 percent
    return Cell(
        kind,
        share,
        _decimals(match["number"]),
        closed=closed,
    )


def _count(token: str) -> Cell | None:
    text = _normal(token)
    if reason := _read_reason(text):
        return reason
    bare = text.removesuffix(".0")
    if _NUMBER.fullmatch(bare) and "." not in bare and not bare.startswith("-"):
        number = float(bare.replace(",", ""))
        return Cell("exact", number) if number < _MOST_COUNTED else None
    return None


def _average(token: str) -> Cell | None:
    text = _normal(token)
    if reason := _read_reason(text):
        return reason
    if not _NUMBER.fullmatch(bare := text.removeprefix("$")):
        return None
    number = float(bare.replace(",", ""))
    return Cell("exact", number, _decimals(bare)) if abs(number) < _MOST else None


def _percent(token: str, unit: PercentUnit) -> Cell | None:
    text = number = _normal(token)
    if unit == "percent_sign":
        number = text.removesuffix("%").rstrip() if text.endswith("%") else ""
    if _NUMBER.fullmatch(number):
        value = float(number.replace(",", "")) / _SCALE[unit]
        # A proportion is printed with all its digits, so its trailing zeros are gone: trust four places of the percent.
        digits = max(_decimals(number) - 2, 4) if unit == "proportion" else _decimals(number)
        return Cell("exact", value, digits) if 0 <= value <= 1 + 1e-9 else None
    # A bound keeps its own percent sign even in a column of bare numbers (">=95.0%").
    return _read_reason(text) or _bound(text)


def _flag(token: str) -> Cell | None:
    text = _normal(token)
    if text in _NOTHING_WITHHELD:
        return Cell("none")
    return _bound(text) or _read_reason(text)


def _parse(tokens: pd.Series, read: Callable[[str], Cell | None]) -> pd.DataFrame:
    """Read each distinct token once; return kind, number, decimals, closed, one row per token."""
    codes, distinct = pd.factorize(tokens.fillna("").astype("str"))
    cells = [read(token) for token in distinct]
    if unknown := [index for index, cell in enumerate(cells) if cell is None]:
        counts = np.bincount(codes, minlength=len(distinct))
        raise UnknownTokenError({distinct[index]: int(counts[index]) for index in unknown})
    columns = zip(*map(_FIELDS, cells), strict=True) if cells else [()] * len(_TYPES)
    known = pd.DataFrame(
        {
            name: pd.Series(column, dtype=kind)
            for (name, kind), column in zip(_TYPES.items(), columns, strict=True)
        }
    )
    return known.take(codes).set_axis(tokens.index)


def parse_counts(tokens: pd.Series) -> pd.DataFrame:
    """Read a column of student counts.

    Parameters
    ----------
    tokens
        Cell texts: ``"486"``, ``"1,102,831"``, ``"102.0"``, ``"*"``, ``"N<10"``, ``""``.

    Returns
    -------
    One row per cell: kind, number (students), decimals, closed.

    Raises
    ------
    UnknownTokenError
        If any text is none of the known spellings; with the row count of each.

    Examples
    --------
    >>> parse_counts(pd.Series(["1,102,831", "*", "N<10"]))[["kind", "number"]].values.tolist()
    [['exact', 1102831.0], ['masked', nan], ['small_n', nan]]
    """
    return _parse(tokens, _count)


def parse_percents(tokens: pd.Series, *, unit: PercentUnit) -> pd.DataFrame:
    """Read a column of rates in its declared unit; the unit is never guessed from the size of a number.

    Parameters
    ----------
    tokens
        Cell texts.
    unit
        ``percent_sign`` for ``"53.1%"``, ``percent`` for ``"76.4"``, ``proportion`` for ``"0.531"``.

    Returns
    -------
    One row per cell: kind, number (0-1), decimals (as printed), closed.

    Raises
    ------
    UnknownTokenError
        If any text is none of the known spellings, or lies outside 0-100 percent in the declared unit.

    Examples
    --------
    >>> parse_percents(pd.Series(["53.1%", "<2.97%"]), unit="percent_sign")[["kind", "number"]].values.tolist()
    [['exact', 0.531], ['below', 0.0297]]
    """
    return _parse(tokens, lambda token: _percent(token, unit))


def parse_numbers(tokens: pd.Series) -> pd.DataFrame:
    """Read a column of averages: numbers in the unit of their indicator, with or without a dollar sign.

    Examples
    --------
    >>> parse_numbers(pd.Series(["$12,345.67", "14.94", "N<10"]))[["kind", "number"]].values.tolist()
    [['exact', 12345.67], ['exact', 14.94], ['small_n', nan]]
    """
    return _parse(tokens, _average)


def parse_flags(tokens: pd.Series) -> pd.DataFrame:
    """Read a column that says whether, and why, a row is withheld; kind ``none`` means nothing is.

    Examples
    --------
    >>> parse_flags(pd.Series(["None", "Cross OrganizatiON - N<10", "N<10"]))["kind"].tolist()
    ['none', 'complementary', 'small_n']
    """
    return _parse(tokens, _flag)


def parse_labels(tokens: pd.Series) -> pd.DataFrame:
    """Read the range that a published text names, if it names one; any other text is ``blank``.

    Examples
    --------
    >>> parse_labels(pd.Series(["<27.3%", "38.5%", "N<10"]))["kind"].tolist()
    ['below', 'blank', 'blank']
    """
    return _parse(tokens, _label)


def _label(token: str) -> Cell:
    return _bound(_normal(token)) or Cell("blank")


def label_denominators(share: np.ndarray, decimals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the smallest and largest group size that a range label allows under the 3/n rule.

    The state's label for a masked rate is 3/n, rounded as printed: ``<15%`` can only stand for 20 students,
    ``<5%`` for 55 to 66. An inferred rule (every exact rate on a flagged row obeys it), tested at each load.

    Parameters
    ----------
    share
        The label's distance from 0 (``<``) or from 1 (``>``), as a proportion.
    decimals
        Digits after the point in the label's percent.

    Returns
    -------
    Lowest and highest number of students, as float arrays; lowest above highest where no size fits the label.

    Examples
    --------
    >>> label_denominators(np.array([0.15, 0.05]), np.array([0, 0]))
    (array([20., 55.]), array([20., 66.]))
    """
    half = 0.5 * 10.0 ** (-np.asarray(decimals, dtype="float64") - 2)
    low = np.ceil(3 / (share + half) - 1e-9)
    # A label that rounds to zero caps nothing from above.
    with np.errstate(divide="ignore"):
        high = np.where(share > half, np.floor(3 / np.maximum(share - half, 1e-12) + 1e-9), np.inf)
    return np.maximum(low, float(schema.MINIMUM_GROUP)), high
