"""The cells of one indicator in a made-up file: counts, shares and averages as printed, and what is true of them."""

from dataclasses import dataclass
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sesec_analysis import schema
from sesec_analysis.entries import IndicatorColumns
from sesec_analysis.twin import masks, truth
from sesec_analysis.twin.frames import Frame
from sesec_analysis.twin.population import Counts
from sesec_analysis.twin.printing import count_form, share_form
from sesec_analysis.twin.words import Words, numbers, pick, ratios

__all__ = ["Family", "Shape", "worded"]

_LABELLED = [masks.BELOW, masks.ABOVE, masks.FLAGGED]
_CROSS = [
    masks.FLAGGED,
    masks.CROSS_GROUP,
    masks.CROSS_RANGE,
    masks.CROSS_GRADE,
    masks.CROSS_ORGANIZATION,
]
# Usual figure and spread of an average, and the digits it is printed with.
_AVERAGES = {
    "percentile": (50.0, 12.0, 1),
    "years": (12.0, 3.0, 1),
    "students_per_teacher": (17.0, 2.0, 1),
    "dollars_per_student": (15000.0, 2000.0, 0),
    "score": (5.5, 2.0, 2),
}


@dataclass
class Family:
    """Columns that speak of the same students: their quantities, how each cell is withheld, its range label."""

    drawn: truth.Draw
    state: NDArray[np.int8]
    labels: Words


def worded(family: Family, words: dict[int, str], places: NDArray[np.int64]) -> Words:
    """What a column says of each row's state; ``{}`` stands for its range label."""
    state = family.state.ravel()[places].astype(np.int64)
    out = pick([words.get(number, "") for number in range(10)], state)
    for number in _LABELLED:
        if "{}" in (text := words.get(number, "")):
            labels = family.labels.take(places)
            filled = Words(labels.codes, [text.replace("{}", label) for label in labels.texts])
            out = out.where(state == number, filled)
    return out


@dataclass
class Shape:
    """An indicator in its file."""

    frame: Frame
    family: Family
    columns: IndicatorColumns
    unit: str

    def _state(self, places: NDArray[np.int64]) -> NDArray[np.int8]:
        return self.family.state.ravel()[places]

    def _quantities(self, places: NDArray[np.int64]) -> tuple[Counts, Counts]:
        top, bottom = truth.quantities(self.family.drawn, self.columns.derive)
        return top.ravel()[places], bottom.ravel()[places]

    def _averages(self, places: NDArray[np.int64]) -> NDArray[np.float64]:
        usual, spread, digits = _AVERAGES[self.unit]
        frame = self.frame
        salt = crc32(f"{frame.source_id} {self.columns.value}".encode())
        drawn = frame.population.rng(9, salt).normal(usual, spread, frame.shape)
        figures = np.asarray(np.round(np.maximum(drawn, 1.0), digits), dtype=np.float64)
        return figures.ravel()[places]

    def truth(self, places: NDArray[np.int64]) -> pd.DataFrame:
        """What is true of each row: the exact numerator, denominator and value, for what a loader keeps."""
        keys = self.frame.keys(places)
        kept = keys.pop("place").to_numpy()
        top, bottom = self._quantities(kept)
        if self.unit not in schema.SHARES:
            table = keys.assign(value=self._averages(kept))
            return table.assign(denominator=bottom) if self.columns.denominator else table
        value = np.divide(top, bottom, out=np.full(len(kept), np.nan), where=bottom > 0)
        return keys.assign(numerator=top, denominator=bottom, value=value)

    def printed(self, places: NDArray[np.int64]) -> dict[str, Words]:
        """The indicator's columns, by the entry's names."""
        if self.unit not in schema.SHARES:
            return self._printed_average(places)
        out = self._counts(places)
        if self.columns.value:
            out[self.columns.value] = self._share(places)
        return out

    def _printed_average(self, places: NDArray[np.int64]) -> dict[str, Words]:
        codes, distinct = pd.factorize(self._averages(places))
        hidden = self._state(places) == masks.SMALL
        out = {self.columns.value or "": Words(codes, [str(value) for value in distinct])}
        out |= self._counts(places)
        return {name: text.where(hidden, "") for name, text in out.items()}

    def _counts(self, places: NDArray[np.int64]) -> dict[str, Words]:
        """Every column of students that follows from the family's quantities."""
        way, columns = self.frame.way, self.columns
        n, k, earlier, absent, _, _ = (part.ravel()[places] for part in self.family.drawn.parts)
        counts = {columns.denominator or "": n, columns.numerator or "": k}
        shares = (columns.derive or "").endswith("_from_shares")
        if columns.derive:
            size = columns.denominator or ""
            stem = size.removesuffix("total").removesuffix("expected")
            counts = {
                f"{stem}met": k,
                f"{stem}met_now": k - earlier,
                f"{stem}total": n - earlier,
                f"{stem}expected": n - earlier,
                f"{stem}no_score": absent,
            }
        known = self.frame.source.columns
        state = self._state(places)
        if columns.counts_first:
            # A note may stand beside counts that are printed all the same.
            state = np.where(state == masks.FLAGGED, masks.EXACT, state)
        form = count_form(thousands=way.thousands, decimal=way.decimal_codes)
        out = {}
        for name, values in counts.items():
            if name not in known:
                continue
            text = numbers(values, form)
            if shares and name.endswith("no_score"):
                out[name] = self._whole_share(absent, n - earlier, state)
            elif way.small_totals and name.endswith("total"):
                out[name] = text
            else:
                out[name] = text.where(state != masks.EXACT, way.hidden)
        level = (columns.derive or "").removesuffix("_from_shares")
        if level in known:
            out[level] = self._whole_share(self._quantities(places)[0], n - earlier, state)
        return out

    def _whole_share(self, top: Counts, bottom: Counts, state: NDArray[np.int8]) -> Words:
        """A share printed with all its digits, from which the count follows."""
        text = ratios(top, bottom, lambda k, n: f"{k / n:.13f}")
        return text.where(~np.isin(state, [masks.EXACT, *_CROSS]), "")

    def _share(self, places: NDArray[np.int64]) -> Words:
        """The column of the rate."""
        frame, state = self.frame, self._state(places)
        form = share_form(frame.source_id, frame.source, self.columns)
        rate = ratios(*self._quantities(places), form)
        words = frame.way.rates
        if not self.columns.flag_bounds:
            shown = [masks.EXACT, *(number for number in _CROSS if number not in words)]
            return rate.where(~np.isin(state, shown), "")
        told = np.isin(state, list(words))
        return rate.where(told, worded(self.family, words, places))
