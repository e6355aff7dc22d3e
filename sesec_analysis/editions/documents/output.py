"""Write the folder of a finished edition and swap it into place at once."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sesec_analysis.editions.documents import crossing
from sesec_analysis.editions.documents.model import FigureBlock
from sesec_analysis.errors import EditionError
from sesec_analysis.evidence.row import Record
from sesec_analysis.files import recover, sha256_of, swap_folder, unrun

__all__ = [
    "NO_PROPERTIES",
    "checksums",
    "csv_text",
    "figure_csv",
    "records_csv",
    "replace_folder",
    "write_figure",
    "write_findings",
    "write_json",
    "write_picture",
    "zip_parts",
]


_RUN = "run.json"
"""The file that every folder has which was written here."""


@contextmanager
def replace_folder(target: Path) -> Iterator[Path]:
    """Give an empty folder beside ``target``; it takes the target's place only if all goes well.

    Until then the old folder is untouched, and after a failure or an interruption nothing is left behind; what a killed
    process left is cleared away by the next one.

    Raises
    ------
    EditionError
        If something stands there that was not written here, or a link; nothing is removed.
    """
    recover(target)  # what a killed process put aside may be the last good edition
    _refuse_foreign(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with swap_folder(target) as fresh:
        yield fresh


def _refuse_foreign(target: Path) -> None:
    for path in (target, *target.parents):
        if path.is_symlink() and (path == target or not path.exists()):
            raise EditionError(
                "a link is in place of the folder to write"
                if path.exists()
                else "this link leads nowhere",
                where=str(path),
                fix="remove the link, or name the folder that it should lead to",
            )
    is_ours = target.is_dir() and ((target / _RUN).is_file() or not any(target.iterdir()))
    if target.exists() and not is_ours:
        raise EditionError(
            f"the folder here is not an edition (it has no {_RUN}), so it is not removed",
            where=str(target),
            fix="move it away, or name another folder with --out",
        )


def write_figure(figure: FigureBlock, folder: Path) -> None:
    """Write NAME.png, NAME.svg and NAME.csv into ``folder``."""
    write_picture(figure, folder)
    _write(folder / f"{figure.name}.csv", figure_csv(figure), "utf-8-sig")


def write_picture(figure: FigureBlock, folder: Path, language: str = "") -> None:
    """Write NAME.png and NAME.svg into ``folder``; those of a translation, with its language before their ending."""
    folder.mkdir(exist_ok=True)
    png, svg = (crossing.in_language(f"{figure.name}.{kind}", language) for kind in ("png", "svg"))
    (folder / png).write_bytes(figure.png)
    _write(folder / svg, figure.svg)


def figure_csv(figure: FigureBlock) -> str:
    """Return a figure as CSV: what is drawn as numbers, or else the printed table."""
    if figure.csv_rows:
        return records_csv(figure.csv_rows)
    return csv_text([column.label for column in figure.table.columns], figure.table.rows)


def write_findings(findings: Sequence[Record], folder: Path) -> None:
    """Write findings.csv, for spreadsheets, and findings.json, for programs; both in the order given."""
    _write(folder / "findings.csv", records_csv(findings), "utf-8-sig")
    write_json([dict(record) for record in findings], folder / "findings.json")


def write_json(content: Any, path: Path, *, indent: int | None = 2) -> None:
    """Write ``content`` as readable JSON; without ``indent`` on a single line, which takes a third of the time."""
    _write(path, json.dumps(content, indent=indent, ensure_ascii=False, allow_nan=False) + "\n")


def checksums(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file under ``folder``, by its path in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256_of(path) for path in files}


def records_csv(records: Sequence[Mapping[str, Any]]) -> str:
    """Return records as CSV; the columns are their keys in order, and a record may lack some."""
    columns = list(dict.fromkeys(key for record in records for key in record))
    return csv_text(columns, ([record.get(key) for key in columns] for record in records))


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table as CSV that a spreadsheet opens as text and numbers, never as formulas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(map(unrun, header))
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return unrun(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        value = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, list | tuple):
        value = "; ".join(str(part) for part in value)
    return unrun(str(value))


NO_PROPERTIES = {
    "docProps/core.xml": b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    b'core-properties"/>',
    "docProps/app.xml": b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'extended-properties"/>',
}
"""The parts of an Office file that hold its properties, empty."""


def zip_parts(parts: Mapping[str, bytes]) -> bytes:
    """Return the parts of an Office file as its bytes, the same for the same parts.

    Nothing is compressed: builds of zlib differ in their bytes, and pictures, most of a file, are compressed.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as file:
        # The list of types comes first, where programs that only look at the start expect it.
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system = 3  # the same on every system
            file.writestr(info, parts[name])
    return target.getvalue()


def _write(path: Path, text: str, encoding: str = "utf-8") -> None:
    path.write_text(text, encoding=encoding, newline="")
