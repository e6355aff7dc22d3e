"""Put the letters of a picture's words into the picture, so that every reader sees the font it was laid out in.

A picture in a page cannot use a font of the page. The fonts are Source Sans Pro and Source Serif Pro, whose license
(SIL Open Font License) lets everyone embed them, and for the few signs that they lack DejaVu Sans, from matplotlib.
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

__all__ = ["font_folders", "page_fonts", "with_letters"]


SANS, SERIF, SIGNS = "Source Sans Pro", "Source Serif Pro", "DejaVu Sans"
_FOLDERS = {
    SANS: ("font_source_sans_pro", "files"),
    SERIF: ("font_source_serif_pro", "files"),
    SIGNS: ("matplotlib", "mpl-data/fonts/ttf"),
}
_FILES = {
    (SANS, "normal"): "SourceSansPro-Regular.ttf",
    (SANS, "bold"): "SourceSansPro-Bold.ttf",
    (SERIF, "bold"): "SourceSerifPro-Semibold.ttf",
    (SIGNS, "normal"): "DejaVuSans.ttf",
    (SIGNS, "bold"): "DejaVuSans-Bold.ttf",
}
_ENGLISH = "".join(map(chr, range(0x20, 0x7F))) + "ñáéíóúếệ\u2018\u2019“”–—−×·…≤≥½▲▼◀▶"
"""What pages in English are written in; those in other languages have all Latin letters."""
_TEXT = re.compile(r'<text style="(?P<look>[^"]*)"[^>]*>(?P<words>[^<]*)</text>')
_LATIN = "".join(sorted({*_ENGLISH, *map(chr, (*range(0x20, 0x250), *range(0x1E00, 0x1F00)))}))
"""Latin with all its accents."""


def with_letters(svg: str) -> str:
    """Return a picture with the letters that its words need, in each weight that it uses; without words, as it is.

    Raises
    ------
    EditionError
        If the fonts are not there.

    Examples
    --------
    >>> with_letters("<svg></svg>")
    '<svg></svg>'
    """
    letters: dict[str, set[str]] = {}
    for text in _TEXT.finditer(svg):
        weight = "bold" if re.search(r"\b(?:bold|700)\b", text["look"]) else "normal"
        letters.setdefault(weight, set()).update(html.unescape(text["words"]))
    rules = "".join(_rules(weight, letters[weight]) for weight in sorted(letters))
    start = svg.find(">") + 1  # of the opening tag
    return f"{svg[:start]}<style>{rules}</style>{svg[start:]}" if rules else svg


def font_folders() -> list[Path]:
    """Return the folders of the fonts of our pages and figures."""
    return [_folder(family) for family in _FOLDERS]


def page_fonts(*, is_english: bool) -> str:
    """Return the rules that bring the fonts of a page: text, bold, and headlines."""
    signs = _ENGLISH if is_english else _LATIN
    faces = ((SANS, "normal"), (SANS, "bold"), (SERIF, "bold"))
    return "".join(_rule(family, weight, signs) for family, weight in faces)


def _folder(family: str) -> Path:
    package, path = _FOLDERS[family]
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        what = f"the font {family} is not there"
        raise EditionError(what, fix="install the package's dependencies again")
    return Path(spec.origin).parent / path


def _rules(weight: str, signs: set[str]) -> str:
    """Return the rules that bring these signs for figures: those that their font lacks come from another."""
    known = _known_letters(SANS, weight)
    missing = {sign for sign in signs if ord(sign) not in known}
    own = _rule(SANS, weight, signs - missing) if signs - missing else ""
    return own + (_rule(SIGNS, weight, missing) if missing else "")


def _rule(family: str, weight: str, signs: Iterable[str]) -> str:
    data = base64.b64encode(_subset_font(family, weight, "".join(sorted(signs)))).decode()
    source = f"src:url(data:font/woff;base64,{data})"
    return f"@font-face{{font-family:'{family}';font-weight:{weight};{source}}}"


def _known_letters(family: str, weight: str) -> frozenset[int]:
    from fontTools import ttLib

    with ttLib.TTFont(_folder(family) / _FILES[family, weight], lazy=True) as font:
        return frozenset(font.getBestCmap())


@cache  # 0.1 s for each of a sheet's four pages; 40 ms for each of 108 fonts of pictures, 10 from one of Latin letters
def _subset_font(family: str, weight: str, signs: str, flavor: str | None = "woff") -> bytes:
    """Return a font with these letters alone."""
    from fontTools import subset  # a third of a second, needed by pages only

    if signs != _LATIN and {*signs} <= {*_LATIN}:
        font = _subset_font(family, weight, _LATIN, None)
    else:
        font = (_folder(family) / _FILES[family, weight]).read_bytes()
    # The license is named by its address alone: its text in each picture is half as long as the letters.
    asked = subset.Options(flavor=flavor, hinting=False, layout_features=[], name_IDs=[0, 14])
    asked.bidi_closure = False  # what mirrors a sign is another sign
    asked.drop_tables += ["FFTM", "GDEF", "GPOS", "GSUB", "kern", "BASE", "DSIG"]
    with subset.load_font(io.BytesIO(font), asked) as loaded:
        kept = subset.Subsetter(asked)
        kept.populate(text=signs)
        kept.subset(loaded)
        made = io.BytesIO()
        subset.save_font(loaded, made, asked)
    return made.getvalue()
