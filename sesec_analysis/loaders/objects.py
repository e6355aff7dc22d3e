"""Raw files that hold objects (JSON) in place of a table, read into rows of text."""

import json
from pathlib import Path

import pandas as pd

from sesec_analysis.errors import DataError

__all__ = ["read_json_lines"]

_FRESH = "download the file again; nothing was written"


def read_json_lines(path: Path) -> pd.DataFrame:
    """Read a file with one JSON object a line, whether or not a comma ends each line; every value becomes text.

    Raises
    ------
    DataError
        Naming every line that is not a JSON object.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as failure:
        raise DataError("the file is not there", where=str(path), mend="check --raw") from failure
    except UnicodeDecodeError as failure:
        line = failure.object[: failure.start].count(b"\n") + 1
        raise DataError(
            "1 row is not UTF-8 text", where=f"{path}, line {line}", mend=_FRESH
        ) from failure
    rows, bad = [], []
    for number, text_line in enumerate(text.splitlines(), start=1):
        bare = text_line.strip().rstrip(",").strip("[]")
        if not bare:
            continue
        try:
            rows.append(json.loads(bare, parse_float=str, parse_int=str))
        except json.JSONDecodeError:
            bad.append(number)
    if bad or not rows:
        what = f"{len(bad)} row(s) are not JSON objects" if bad else "the file is empty (0 rows)"
        where = f"{path}, line {', '.join(map(str, bad[:5]))}" if bad else str(path)
        raise DataError(what, where=where, mend=_FRESH)
    return pd.DataFrame(rows).fillna("").astype("str")
