"""What stands in a picture: its words and where they are; and findings of which only what is printed is known."""

import itertools
from dataclasses import replace
from functools import cache

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import BboxBase

from sesec_analysis.evidence.finding import Finding, Findings, findings


def as_printed(estimates: pd.DataFrame) -> Findings:
    """Return findings whose every number is what is printed of it: a plot of them has to be the same picture."""
    return Findings([_rounded(one) for one in findings(estimates)])


def _rounded(one: Finding) -> Finding:
    told = {name: value for name, value in one.printed.numbers.items() if value is not None}
    return replace(one, row=replace(one.row, **told))


def words_of(figure: Figure) -> list[Text]:
    """Return the texts that can be seen, without the watermark."""
    drawn = [text for text in figure.findobj(Text) if text.get_text().strip()]
    return [text for text in drawn if text.get_visible() and text.get_gid() != "watermark"]


@cache
def boxes_of(figure: Figure) -> list[tuple[str, BboxBase]]:
    """Return each text and where it is on the page; of a name with a line to its dot, the words alone."""
    figure.draw_without_rendering()
    return [(one.get_text(), Text.get_window_extent(one)) for one in words_of(figure)]


def assert_words_fit(figure: Figure) -> None:
    """Check that all words are on the page, and that no two overlap by more than a pixel."""
    page = figure.bbox
    boxes = [(text, box.extents.tolist()) for text, box in boxes_of(figure)]  # of all pairs below
    for text, (left, foot, right, head) in boxes:
        assert page.x0 <= left <= right <= page.x1, text
        assert page.y0 <= foot <= head <= page.y1, text
    for (text, one), (other, second) in itertools.combinations(boxes, 2):
        wide = min(one[2], second[2]) - max(one[0], second[0])
        tall = min(one[3], second[3]) - max(one[1], second[1])
        assert wide <= 1 or tall <= 1, f"{text!r} and {other!r}"


def contrast(color: str, other: str = "white") -> float:
    """Return the contrast of two colors by WCAG 2."""
    dark, light = sorted([_lightness(color), _lightness(other)])
    return (light + 0.05) / (dark + 0.05)


def _lightness(color: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in mpl.colors.to_rgb(color)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
