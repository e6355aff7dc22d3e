"""Put the letters of a picture's words into the picture, so that every reader sees the font it was laid out in.

A picture in a page cannot use a font of the page. The font is DejaVu Sans, which comes with matplotlib; its licence, of
Bitstream Vera, lets everyone embed and change it, and stands in the font itself.
"""

import base64
import html
import io
import re
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from sesec_analysis.errors import EditionError

__all__ = ["font_files", "with_letters", "without_letters"]


_FILES = {"normal": "DejaVuSans.ttf", "bold": "DejaVuSans-Bold.ttf"}
_TEXT = re.compile(r'<text style="(?P<look>[^"]*)"[^>]*>(?P<words>[^<]*)</text>')
_RULES = re.compile(rb"<style>@font-face\{[^<]*\}</style>")
_LETTERS = ((0x20, 0x250), (0x1E00, 0x1F00), (0x2000, 0x2300), (0x25A0, 0x2600))
"""Latin with all its accents, signs and arrows, and the shapes that stand beside a verdict."""


def with_letters(svg: str) -> str:
    """Return a picture with the letters that its words need, in each weight that it uses; without words, as it is.

    Raises
    ------
    EditionError
        If matplotlib's fonts are not there.

    Examples
    --------
    >>> with_letters("<svg></svg>")
    '<svg></svg>'
    """
    letters: dict[str, set[str]] = {}
    for text in _TEXT.finditer(svg):
        weight = "bold" if re.search(r"\b(?:bold|700)\b", text["look"]) else "normal"
        letters.setdefault(weight, set()).update(html.unescape(text["words"]))
    rules = "".join(_rule(weight, "".join(sorted(letters[weight]))) for weight in sorted(letters))
    start = svg.find(">") + 1  # of the opening tag
    return f"{svg[:start]}<style>{rules}</style>{svg[start:]}" if rules else svg


def without_letters(svg: bytes) -> bytes:
    """Return a picture as it was before `with_letters`."""
    return _RULES.sub(b"", svg, count=1)


def font_files() -> Path:
    """Return the folder of the fonts that come with matplotlib, which is not loaded for it."""
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        what = "the fonts of matplotlib are not there"
        raise EditionError(what, fix="install the package's dependencies again")
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"


def _rule(weight: str, letters: str) -> str:
    """Return the rule that gives the font of all figures these letters."""
    data = base64.b64encode(_kept(_latin(weight), map(ord, letters), "woff")).decode()
    source = f"src:url(data:font/woff;base64,{data})"
    return f"@font-face{{font-family:'DejaVu Sans';font-weight:{weight};{source}}}"


@cache  # 0.1 s; an edition takes letters for 85 pictures out of two fonts
def _latin(weight: str) -> bytes:
    """Return the font with all letters that any picture may need: a fifth, from which a few are soon taken."""
    whole = (font_files() / _FILES[weight]).read_bytes()
    return _kept(whole, (code for first, end in _LETTERS for code in range(first, end)), None)


def _kept(font: bytes, codes: Iterable[int], flavor: str | None) -> bytes:
    from fontTools import subset  # a third of a second, needed by pages only

    asked = subset.Options(flavor=flavor, hinting=False, layout_features=[], name_IDs=[0, 13, 14])
    asked.bidi_closure = False  # what mirrors a sign is another sign
    asked.drop_tables += ["FFTM", "GDEF", "kern"]
    with subset.load_font(io.BytesIO(font), asked) as loaded:
        kept = subset.Subsetter(asked)
        kept.populate(unicodes=codes)
        kept.subset(loaded)
        made = io.BytesIO()
        subset.save_font(loaded, made, asked)
    return made.getvalue()
