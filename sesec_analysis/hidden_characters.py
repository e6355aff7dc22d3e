"""Strip invisible Unicode control characters: those that break a file or reverse the direction of reading.

Entries of the catalog may not hold them; from the names of files and the texts of notebooks they are taken out.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["cleaned", "found", "without"]


_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters but tab and the ends of lines
    "\u202a-\u202e\u2066-\u2069"  # the direction of reading, set for all that follows
    "\ud800-\udfff\ufffe\uffff]"  # no characters at all: no file can hold them
)


def without(text: str) -> str:
    r"""Return a text without them.

    Examples
    --------
    >>> without("Franklin\u202e High\x07 School")
    'Franklin High School'
    """
    # A text that can be printed whole holds none, and nearly all can.
    return text if text.isprintable() else _UNSEEN.sub("", text)


def cleaned(value: Any) -> Any:
    """Return mappings, lists and texts in them without such characters; other values as they are."""
    if isinstance(value, str):
        return without(value)
    if value is None or isinstance(
        value, int | float
    ):  # asked first: most are, and it is quick to tell
        return value
    if isinstance(value, dict) or isinstance(value, Mapping):  # noqa: SIM101 - most are, and it is quick to tell
        return {
            cleaned(key): without(item) if isinstance(item, str) else cleaned(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [cleaned(item) for item in value]
    return value


def found(value: Any, where: str = "") -> Iterator[str]:
    r"""Return where mappings and lists have such characters, each with its number: ``asian.label: U+202E``.

    Examples
    --------
    >>> list(found({"asian": {"label": "Asian\u202e"}}))
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
        shown = without(str(name))
        yield from found(item, f"{where}.{shown}" if where else shown)
        if isinstance(name, str):
            yield from found(name, f"{where}.{shown}" if where else shown)
