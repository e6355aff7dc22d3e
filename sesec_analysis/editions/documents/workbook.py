"""Write findings as a workbook: a cover, contents, notes, a sheet for each subject, and the sources.

It follows the UK Government Analysis Function's guidance on releasing statistics in spreadsheets: one marked table on
a sheet, its title in A1, no merged or empty cells, numbers as numbers, and shorthand where there is none. `gptables`,
their library, lays it out. The same findings give the same bytes, and the properties of the document are empty.
"""

import io
import json
import re
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType

import pandas as pd

from sesec_analysis import catalog, checkout, schema
from sesec_analysis.editions.documents import output
from sesec_analysis.errors import QuestionError
from sesec_analysis.evidence.finding import Finding
from sesec_analysis.evidence.row import DIGITS, JOINT, Record
from sesec_analysis.evidence.wording.numbers import grade_name
from sesec_analysis.extras import require_extra

__all__ = ["make_workbook", "write_workbook"]


WITHHELD, NOT_AVAILABLE, NOT_APPLICABLE, LOW_RELIABILITY = "[c]", "[x]", "[z]", "[u]"
"""Shorthand of the UK Government Analysis Function."""
_NOT_WITHHELD = {"no-figure", "series-break", "range-by-nature", "not-all-tested", "not-reported"}
"""Rules of the gate after which a number is missing though no one withheld it."""
_AS_TYPED = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_TO_NOTES = "[The shorthand and the columns are explained on the Notes sheet](internal:'Notes'!A1)"


def write_workbook(
    findings: Iterable[Finding | Record],
    path: str | Path,
    *,
    title: str,
    about: Sequence[str] = (),
) -> Path:
    """Write findings, of an edition or of your own table, as an Excel workbook; return its path.

    Parameters
    ----------
    findings
        Findings, or their records; each has passed the privacy gate. What may not be printed has its reason and no
        number. (`attack_tables` checks whether several tables of your own give away what one withholds.)
    path
        The file to write, ending in ``.xlsx``.
    title
        What the numbers are from; printed on the cover and over each table.
    about
        Sentences for the cover: who publishes the numbers, when, and on what terms.

    Raises
    ------
    QuestionError
        If there is no finding, or the file's name does not end in .xlsx.

    Examples
    --------
    >>> write_workbook(findings, "visits.xlsx", title="Clinic visits")  # doctest: +SKIP
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise QuestionError(
            "a workbook is an .xlsx file", where=str(target), fix="end its name in .xlsx"
        )
    records = [one.record() if isinstance(one, Finding) else one for one in findings]
    target.write_bytes(make_workbook(records, title=title, about=about))
    return target


def make_workbook(records: Sequence[Record], *, title: str, about: Sequence[str] = ()) -> bytes:
    """Return the workbook of `write_workbook`; the same records, title, and sentences give the same bytes."""
    if not records:
        raise QuestionError("there is no finding to write", fix="choose at least one finding")
    with require_extra(), warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves its theme's file open
        warnings.simplefilter("ignore", pd.errors.Pandas4Warning)  # and sorts in place
        import gptables

        file = _lay_out(gptables, records, title, about)
    with zipfile.ZipFile(file) as archive:
        parts = {name: _shortest(archive.read(name)) for name in archive.namelist()}
    return output.zip_parts(parts | output.NO_PROPERTIES)


def _lay_out(
    gptables: ModuleType, records: Sequence[Record], title: str, about: Sequence[str]
) -> io.BytesIO:
    """Return the file that the library writes."""
    layout = json.loads((checkout.root() / "reports/template/workbook.json").read_text("utf-8"))
    columns, subjects = layout["columns"], _subjects(records)
    cover = gptables.Cover(
        _text(title),
        intro=[
            f"{len(records):,} numbers, each with its range, source, and ID. Every number passed the privacy check.",
            "[Contents](internal:'Contents'!A1)",
            _TO_NOTES,
        ],
        about=[_text(line) for line in about] or None,
    )
    references = {
        name: "".join(f"$${note}$$" for note in column["notes"])
        for name, column in columns.items()
        if "notes" in column
    }
    sheets = {
        name: gptables.GPTable(
            pd.DataFrame(map(_cells, listed), columns=list(columns), dtype=object),
            f"numbers_{at}",
            _text(f"{name}: {title}"),
            legend=[_TO_NOTES],
            table_notes=references,
            index_columns={},
        )
        for at, (name, listed) in enumerate(subjects.items(), start=1)
    }
    sources = {
        _text(one.get("source_ids") or NOT_APPLICABLE): _text(one.get("source") or NOT_AVAILABLE)
        for one in records
    }
    listed = pd.DataFrame(sorted(sources.items()), columns=["Source IDs", "Source"])
    sheets["Sources"] = gptables.GPTable(listed, "sources", "Sources", index_columns={})
    notes = [(code, note["about"], note["text"]) for code, note in layout["notes"].items()]
    file = io.BytesIO()
    book = gptables.produce_workbook(
        file,
        sheets,
        cover=cover,
        notes_table=pd.DataFrame(notes, columns=["code", "About", "Note text"]),
        contentsheet_options={"subtitles": [_TO_NOTES], "column_names": ["Sheet", "What it has"]},
        auto_width=False,
        workbook_options=_AS_TYPED,
    )
    of_numbers = [column["width"] for column in columns.values()]
    widths = [[32, 80], [14, 28, 90], *[of_numbers] * len(subjects), [60, 110]]
    for sheet, wide in zip(book.worksheets()[1:], widths, strict=True):  # the cover has its own
        for at, width in enumerate(wide):
            sheet.set_column(at, at, width)
    book.close()
    return file


def _shortest(part: bytes) -> bytes:
    """Return a part of the file with its numbers as short as they are in print: 9.7, not 9.699999999999999."""
    return re.sub(
        rb"(?<=<v>)-?\d+\.\d{13,}(?=</v>)", lambda found: b"%.12g" % float(found[0]), part
    )


def _subjects(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Return findings by the name of their sheet, in the order of the catalog's indicators."""
    known = catalog.indicators()
    order = {code: at for at, code in enumerate(known)}
    found: dict[str, list[Record]] = {}
    for record in sorted(records, key=lambda one: order.get(one.get("indicator", ""), len(order))):
        entry = known.get(record.get("indicator", ""))
        name = (entry.subject if entry else "") or str(record.get("title") or "")
        plain = re.sub(r"[\[\]:*?/\\'$]", " ", name).strip()[:31].strip()
        # Names of our other sheets, and one that Excel keeps for itself.
        is_taken = plain.lower() in ("", "cover", "contents", "notes", "sources", "history")
        plain = f"{plain} numbers".strip() if is_taken else plain
        # Names that differ only by capitals are one to a spreadsheet.
        plain = next((one for one in found if one.lower() == plain.lower()), plain)
        found.setdefault(plain, []).append(record)
    return found


def _cells(record: Record) -> list[object]:
    """Return the cells of a finding's row."""
    rule, *_ = str(record.get("rule") or "").split(JOINT)
    missing = NOT_AVAILABLE if rule in _NOT_WITHHELD else WITHHELD
    none = missing if record.get("publish") == "nothing" else NOT_APPLICABLE
    uncounted = NOT_APPLICABLE if record.get("publish") == "point" else missing
    unit, scale = _unit(record)

    def text(name: str) -> str:
        return _text(record.get(name) or NOT_APPLICABLE)

    def number(name: str, without: str, scale: int = scale) -> object:
        return without if record.get(name) is None else round(record[name] * scale, 9)

    chance = "ci" if record.get("ci_low") is not None else "outer"
    grade = str(record.get("grade_level") or "all")
    measure = record.get("measure")
    care = LOW_RELIABILITY if record.get("care") else ""
    return [
        text("title"),
        catalog.measure(measure).title if measure else NOT_APPLICABLE,
        text("school_year"),
        text("place"),
        grade_name(grade) if grade != "all" else "all grades",
        text("label"),
        text("reference_label"),
        unit,
        number("estimate", missing),
        *(number(f"bound_{end}", none) for end in ("low", "high")),
        *(number(f"{chance}_{end}", none) for end in ("low", "high")),
        number("ci_level", none, 100),
        *_ends(record.get("numerator"), uncounted, missing),
        *_ends(record.get("n"), uncounted, missing),
        text("counted"),
        _text(f"{care} {record.get('reason') or ''}".strip() or NOT_APPLICABLE),
        text("sentence"),
        text("source_ids"),
        text("id"),
    ]


_PERCENT = {
    "points": "points",
    "percent_difference": "percent",
    "share_of_schools": "percent of schools",
    "share_of_answers": "percent of answers",
}


def _unit(record: Record) -> tuple[str, int]:
    """Return the unit that a finding is printed in, and what its numbers are multiplied by: 100 for percent."""
    measure = record.get("measure")
    unit = (catalog.measure(measure).unit if measure else "") or str(
        record.get("unit") or "proportion"
    )
    _, shift = DIGITS.get(unit, (1, 0 if unit == "ratio" else 2))
    name = _PERCENT.get(unit, "percent" if unit in schema.SHARES else unit.replace("_", " "))
    return name, 10**shift


def _ends(count: object, none: str, missing: str) -> tuple[object, object]:
    """Return the least and the most that a count can be: "40 to 52", "at least 40", and "up to 2" are ranges.

    Examples
    --------
    >>> _ends(252, "[z]", "[c]"), _ends("1,040 to 1,052", "[z]", "[c]"), _ends("at least 40", "[z]", "[c]")
    ((252, 252), (1040, 1052), (40, '[c]'))
    """
    if not isinstance(count, str):
        return (none, none) if count is None else (count, count)
    found = [int(text.replace(",", "")) for text in re.findall(r"\d[\d,]*", count)]
    if len(found) > 1:
        return found[0], found[-1]
    return (found[0], missing) if count.startswith("at least") else (0, found[0])


def _text(value: object) -> str:
    """Return a text in which `gptables` sees neither a link nor a note; it refuses one without a letter or digit."""
    text = str(value).replace("](", "] (").replace("$$", "$ $")
    return text if re.search("[a-zA-Z0-9]", text) else f"{text} [symbols only]"
