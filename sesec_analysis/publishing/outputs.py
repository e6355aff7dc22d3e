"""What one executed cell shows, as blocks. Only the forms of `MIME` are published; anything else is refused.

So nothing reaches readers by accident (a warning, a stray table with unchecked cells), and nothing that was meant for
them is lost in silence.
"""

import base64
import binascii
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sesec_analysis import unseen
from sesec_analysis.errors import EditionError, SesecError
from sesec_analysis.publishing import mime
from sesec_analysis.publishing.blocks import (
    Block,
    Column,
    FigureBlock,
    FindingBlock,
    NoticeBlock,
    Record,
    Table,
    TableBlock,
)

__all__ = ["MIME", "OutputError", "figure_name", "shown"]

MIME = {
    "finding": mime.FINDING,
    "findings": mime.FINDINGS,
    "figure": mime.FIGURE,
    "table": mime.TABLE,
    "notice": mime.NOTICE,
}
"""The forms in which a cell may show something to readers."""

FIGURE_TAG = "figure-"


class OutputError(SesecError):
    """A cell shows something that cannot be published as it is."""


def figure_name(cell: Mapping[str, Any], *, where: str) -> str | None:
    """Return the name that a cell's tag ``figure-<name>`` gives its picture, or None."""
    tags = cell.get("metadata", {}).get("tags", [])
    names = [tag.removeprefix(FIGURE_TAG) for tag in tags if tag.startswith(FIGURE_TAG)]
    if len(names) > 1:
        what = f"a cell has {len(names)} figure tags: {', '.join(names)}"
        raise EditionError(
            what, where=where, mend="give the cell one; one figure stands in one cell"
        )
    return names[0] if names else None


def shown(cell: Mapping[str, Any], *, where: str) -> Iterator[Block]:
    """Return the blocks that an executed code cell shows; figures and tables are numbered 0, to be counted later.

    Raises
    ------
    OutputError
        If the cell shows what cannot be published: text, a bare object, a warning, a figure without alt text.
    """
    name = figure_name(cell, where=where)
    pictures = notices = 0
    for output in cell.get("outputs", []):
        if output["output_type"] == "stream":
            _refuse_stream(output, where)
            continue
        if output["output_type"] == "error":  # sys.exit(0): papermill takes it for a good end
            what = f"a cell ends the notebook early: {output['ename']}"
            raise OutputError(what, where=where, mend="remove the call that ends it")
        data = unseen.cleaned(output.get("data", {}))
        kind = next((kind for kind, mime in MIME.items() if mime in data), None)
        if kind is None:
            _refuse_object(data, where)
            continue
        payload = data[MIME[kind]]
        if kind == "figure":
            pictures += 1
            yield _figure(payload, data, name, where)
        else:
            notices += kind == "notice"
            yield _READERS[kind](payload, where)
    instead = not pictures and notices == 1  # the figures asked for are not at hand
    if name is not None and pictures != 1 and not instead:
        what = f"the cell is tagged {FIGURE_TAG}{name} but shows {pictures} figures"
        raise OutputError(
            what, where=where, mend="show exactly one figure in it, or remove the tag"
        )


def _refuse_stream(output: Mapping[str, Any], where: str) -> None:
    text = "".join(output["text"]).strip()
    if not text:
        return
    last = text.splitlines()[-1].strip()
    if output["name"] == "stderr":
        # "/a/path.py:12: FutureWarning: why\n  the line": the middle is what a reader needs
        warned = re.findall(r"\b\w*Warning: .*", text)
        last = warned[-1] if warned else last
        mend = "a warning may mean a wrong number: mend its cause in the package or the notebook"
        raise OutputError(f"a cell warns: {last}", where=where, mend=mend)
    mend = "remove the print; show a finding, a figure, a table or a notice instead"
    raise OutputError(f"a cell prints text: {last}", where=where, mend=mend)


def _refuse_object(data: Mapping[str, Any], where: str) -> None:
    plain = "".join(data.get("text/plain", ""))
    if plain in ("", "None") and set(data) <= {"text/plain"}:
        return
    what = f"a cell shows an object that cannot be published: {plain.splitlines()[0][:70] if plain else ''}"
    if "image/png" in data or "image/svg+xml" in data:
        what = "a cell shows a picture without alt text and table"
    mend = "show a finding, figure, table or notice of sesec_analysis, or end the cell with a semicolon"
    raise OutputError(what.removesuffix(": "), where=where, mend=mend, known=MIME.values())


def _figure(payload: Any, data: Mapping[str, Any], name: str | None, where: str) -> FigureBlock:
    words = _words(payload, "figure", ("title", "alt"), where)
    if name is None:
        what = f"the figure {words['title']!r} has no name"
        raise OutputError(what, where=where, mend=f"tag its cell {FIGURE_TAG}<name>")
    try:
        png = base64.b64decode("".join(data["image/png"]), validate=False)
        svg = "".join(data["image/svg+xml"])
    except (KeyError, binascii.Error):
        png, svg = b"", ""
    if not png or not svg:
        what = f"the figure {name!r} comes without its pictures"
        mend = "show it as PNG and SVG in one output, as the plots of sesec_analysis do"
        raise OutputError(what, where=where, mend=mend)
    return FigureBlock(
        name=name,
        number=0,
        title=words["title"],
        subtitle=words.get("subtitle", ""),
        caption=words.get("caption", ""),
        source_line=words.get("source_line", ""),
        alt=words["alt"],
        long_description=words.get("long_description", ""),
        table=_table(payload.get("table"), f"the table of figure {name!r}", where),
        png=png,
        svg=svg,
        findings=_records(payload.get("findings", []), where),
        csv_rows=tuple(payload.get("csv_rows", ())),
        notes=words.get("notes", ""),
        frame=_frame(payload.get("frame")),
    )


def _frame(payload: Any) -> tuple[float, float] | None:
    return None if payload is None else (float(payload[0]), float(payload[1]))


def _table_block(payload: Any, where: str) -> TableBlock:
    words = _words(payload, "table", ("caption",), where)
    table = _table(payload, f"the table {words['caption']!r}", where)
    findings = _records(payload.get("findings", []), where)
    return TableBlock(0, words["caption"], table, words.get("note", ""), findings)


def _notice(payload: Any, where: str) -> NoticeBlock:
    words = _words(payload, "notice", ("title", "text"), where)
    return NoticeBlock(words["title"], words["text"])


def _words(payload: Any, kind: str, required: tuple[str, ...], where: str) -> dict[str, str]:
    """Return the texts of a payload, stripped; those named must say something."""
    if not isinstance(payload, Mapping):
        raise OutputError(f"a {kind} is not a mapping", where=where, mend=_MEND_PAYLOAD)
    words = {key: text.strip() for key, text in payload.items() if isinstance(text, str)}
    lacking = [key for key in required if not words.get(key)]
    if "alt" in lacking:
        what = f"the figure {words.get('title', '')!r} has no alt text"
        mend = "say in one sentence what the picture shows: readers who cannot see it hear this instead"
        raise OutputError(what, where=where, mend=mend)
    if lacking:
        raise OutputError(
            f"a {kind} lacks its {' and '.join(lacking)}", where=where, mend=_MEND_PAYLOAD
        )
    return words


def _table(payload: Any, name: str, where: str) -> Table:
    try:
        columns = tuple(
            Column(str(column["name"]), str(column["label"]), _align(column))
            for column in payload["columns"]
        )
        rows = tuple(tuple(row) for row in payload["rows"])
    except (KeyError, TypeError) as failure:
        raise OutputError(
            f"{name} has no columns or rows", where=where, mend=_MEND_PAYLOAD
        ) from failure
    if not columns or any(len(row) != len(columns) for row in rows):
        what = f"{name} has rows of another length than its {len(columns)} columns"
        raise OutputError(what, where=where, mend=_MEND_PAYLOAD)
    if not all(isinstance(text, str) for row in rows for text in row):
        # An unformatted number would show decimals that were never meant to be published.
        raise OutputError(f"{name} has cells that are not text", where=where, mend=_MEND_PAYLOAD)
    return Table(columns, rows)


def _align(column: Mapping[str, Any]) -> str:
    return "right" if column.get("align") == "right" else "left"


def _records(payload: Any, where: str) -> tuple[Record, ...]:
    records = payload if isinstance(payload, list) else [payload]
    for record in records:
        if not isinstance(record, Mapping) or not record.get("id") or not record.get("sentence"):
            raise OutputError("a finding lacks its id or sentence", where=where, mend=_MEND_PAYLOAD)
    return tuple({key: _known(value) for key, value in record.items()} for record in records)


def _known(value: Any) -> Any:
    """Return ``value``, or None for a NaN, which is no JSON."""
    return None if isinstance(value, float) and math.isnan(value) else value


def _findings(payload: Any, where: str) -> FindingBlock:
    return FindingBlock(_records(payload, where))


_MEND_PAYLOAD = "show it with the functions of sesec_analysis, which fill every part"
_READERS: dict[str, Callable[[Any, str], Block]] = {
    "finding": _findings,
    "findings": _findings,
    "table": _table_block,
    "notice": _notice,
}
