"""Columns to a file on disk: in the order of its header, quoted or not, with what surrounds the rows of some files."""

import gzip
import hashlib
import json
from pathlib import Path

import pandas as pd

from sesec_analysis.loaders import store
from sesec_analysis.twin import headers
from sesec_analysis.twin.frames import Frame
from sesec_analysis.twin.words import Words, constant, numbers

__all__ = ["write_file"]

_BLOCK = 1 << 22


def write_file(frame: Frame, names: list[str], columns: dict[str, Words], path: Path) -> str:
    """Write a release and return the sha256 of the file; the same columns give the same bytes.

    Parameters
    ----------
    frame
        The release: how it prints, and the chance for columns that nobody reads.
    names
        The header.
    columns
        By the entry's names, by the file's own, or as ``ignored:`` and a bare name; a column that none fits is blank.
    path
        A ``.csv``, ``.csv.gz`` or ``.txt`` file; its folder is made.
    """
    table = _table(frame, names, columns)
    path.parent.mkdir(parents=True, exist_ok=True)
    if frame.source.format == "jsonlines":
        path.write_bytes(_json_lines(table))
    else:
        _write_csv(frame, table, path)
    return _sha256(path)


def _table(frame: Frame, names: list[str], columns: dict[str, Words]) -> pd.DataFrame:
    rows = len(columns["school_year"].codes)
    logical = headers.logical_names(frame.source, names, frame.year)
    blank = not frame.way.quoted
    out = {}
    for name in names:
        known = (logical.get(name, ""), name, f"ignored:{headers.bare(name)}")
        found = next((columns[key] for key in known if key in columns), None)
        if found is None:
            found = _unread(frame, name, rows)
        out[name] = pd.Series(found.categorical(blank=blank))
    return pd.DataFrame(out)


def _unread(frame: Frame, name: str, rows: int) -> Words:
    """A column that nobody reads: shares of levels are filled, so that a file is as large as a real one."""
    if headers.bare(name).startswith("percentlevel"):
        texts = [f"{number / 997:.9f}" for number in range(997)]
        return Words(frame.rng.integers(0, len(texts), rows), texts)
    return constant("", rows)


def _json_lines(table: pd.DataFrame) -> bytes:
    """One object a line, each line ended by a comma: not one JSON document."""
    records = table.astype("object").where(table.notna(), "").to_dict("records")
    return "".join(f"{json.dumps(record)},\n" for record in records).encode()


def _write_csv(frame: Frame, table: pd.DataFrame, path: Path) -> None:
    way = frame.way
    if way.row_index:
        index = numbers(table.index.to_numpy() + 11231)
        table.insert(0, " ", pd.Series(index.categorical(blank=True)))
    plain = path.with_suffix(".plain")
    store.write_csv(table, plain, quoted=way.quoted)
    opened = (
        gzip.GzipFile(path, "wb", compresslevel=1, mtime=0)
        if path.suffix == ".gz"
        else path.open("wb")
    )
    with opened as target, plain.open("rb") as source:
        target.write(b"\xef\xbb\xbf" if way.mark else b"")
        while block := source.read(_BLOCK):
            target.write(block)
        for line in way.footer:
            target.write(f"{line}{',' * (len(table.columns) - 1)}\n".encode())
    plain.unlink()


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
