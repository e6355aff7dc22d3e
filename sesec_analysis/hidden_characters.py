"""Strip invisible Unicode control characters, and tell letters of two scripts that look alike.

Entries of the catalog may not hold those that break a file or reverse the direction of reading; from the names of files
and the texts of notebooks they are taken out.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = [
    "find_hidden",
    "lookalikes",
    "may_have",
    "strip_all_hidden",
    "strip_hidden",
    "visible_text",
]


_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters but tab and the ends of lines
    "\u202a-\u202e\u2066-\u2069"  # the direction of reading, set for all that follows
    "\ud800-\udfff\ufffe\uffff]"  # no characters at all: no file can hold them
)


_NO_WIDTH = re.compile(
    "[\u00ad\u180e\u200b\u2060\ufeff]|(?<![^\x00-\u024f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u024f])"
)
"""Characters of no width; those that join letters stay where no Latin letter is."""
_LATIN = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХЬаеѕіјорсухһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",  # noqa: RUF001 - these are what is looked for
        "ABESIJKMHOPCTYXbaesijopcyxhdqwABEZHIKMNOPTYXo",
        strict=True,
    )
)
"""Letters of other scripts, and the Latin ones that they are taken for."""
_WORD = re.compile(r"[^\W\d_]+")


_ESCAPED = re.compile(r"\\[xuUabefv0NLP_]")
"""How YAML and JSON write a character by its number or name."""


def may_have(file: str) -> bool:
    r"""Return whether the text of a YAML or JSON file may have such characters, as they are or escaped.

    Examples
    --------
    >>> may_have("label: Asian"), may_have("label: Asian\u202e"), may_have(r'label: "Asian\u202e"')
    (False, True, True)
    """
    return bool(_UNSEEN.search(file) or _ESCAPED.search(file))


def visible_text(text: str) -> str:
    r"""Return a text as people see it: full-width signs plain, spaces single, without characters of no width.

    Examples
    --------
    >>> visible_text("Bl\u200back\u00a0 students"), visible_text("\uff11\uff12")
    ('Black students', '12')
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if "  " in text or text != text.strip() else text
    return " ".join(unicodedata.normalize("NFKC", _NO_WIDTH.sub("", text)).split())


def lookalikes(text: str) -> str:
    r"""Return letters of another script that people take for Latin ones, each by name; nothing, where there are none.

    A word of one script is as it should be, unless every letter of the text could be a Latin one.

    Examples
    --------
    >>> lookalikes("\u0412lack"), lookalikes("\u0420\u0443\u0441\u0441\u043a\u0438\u0439")
    ('\u0412 (CYRILLIC CAPITAL LETTER VE)', '')
    """
    if text.isascii():
        return ""
    words = _WORD.findall(text)
    is_latin = any(_script(letter) == "LATIN" for letter in text) or all(
        letter in _LATIN for word in words for letter in word
    )
    odd = [
        letter
        for word in words
        if all(letter in _LATIN for letter in word) or any(_script(n) == "LATIN" for n in word)
        for letter in word
        if is_latin and _script(letter) in ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")
    ]
    return ", ".join(f"{letter} ({unicodedata.name(letter)})" for letter in dict.fromkeys(odd))


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def strip_hidden(text: str) -> str:
    r"""Return a text without them.

    Examples
    --------
    >>> strip_hidden("Franklin\u202e High\x07 School")
    'Franklin High School'
    """
    # A text that can be printed whole holds none, and nearly all can.
    return text if text.isprintable() else _UNSEEN.sub("", text)


def strip_all_hidden(value: Any) -> Any:
    """Return mappings, lists and texts in them without such characters; other values as they are."""
    if isinstance(value, str):
        return strip_hidden(value)
    if isinstance(value, Mapping):
        return {strip_all_hidden(key): strip_all_hidden(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [strip_all_hidden(item) for item in value]
    return value


def find_hidden(value: Any, where: str = "") -> Iterator[str]:
    r"""Return where mappings and lists have such characters, each with its number: ``asian.label: U+202E``.

    Examples
    --------
    >>> list(find_hidden({"asian": {"label": "Asian\u202e"}}))
    ['asian.label: U+202E']
    """
    if isinstance(value, str):
        codes = dict.fromkeys(f"U+{ord(sign):04X}" for sign in _UNSEEN.findall(value))
        if codes:
            yield f"{where}: {', '.join(codes)}".removeprefix(": ")
    parts: list[tuple[object, Any]] = []
    if isinstance(value, Mapping):
        parts = list(value.items())
    elif isinstance(value, list | tuple):
        parts = list(enumerate(value))
    for name, item in parts:
        shown = strip_hidden(str(name))
        yield from find_hidden(item, f"{where}.{shown}" if where else shown)
        if isinstance(name, str):
            yield from find_hidden(name, f"{where}.{shown}" if where else shown)
