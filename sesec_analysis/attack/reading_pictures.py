"""A PNG read for the texts that travel with it: what its maker wrote into the file beside the picture."""

import struct
import zlib
from collections.abc import Iterator

from sesec_analysis.errors import DataError

__all__ = ["png_texts"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TEXTS = (b"tEXt", b"zTXt", b"iTXt", b"eXIf")


def png_texts(content: bytes, where: str) -> Iterator[str]:
    """Yield every text of a PNG: its text chunks, and what is readable in its camera data."""
    if not content.startswith(_SIGNATURE):
        raise DataError(
            "this file is not a PNG",
            where=where,
            mend="build the edition anew; what cannot be read cannot be attacked",
        )
    at = len(_SIGNATURE)
    while at + 8 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        kind, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if kind in _TEXTS:
            yield _readable(kind, data)
        at += length + 12  # with its length, kind and checksum


def _readable(kind: bytes, data: bytes) -> str:
    name, _, rest = data.partition(b"\x00")
    if kind == b"zTXt":
        rest = zlib.decompress(rest[1:])
    elif kind == b"iTXt" and rest[:1] == b"\x01":
        rest = zlib.decompress(rest.split(b"\x00", 3)[-1])
    text = (name + b" " + rest).decode("utf-8", errors="replace")
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()
