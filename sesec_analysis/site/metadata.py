"""Describe the site for programs: tables of all numbers, and the metadata by which catalogs and crates are read.

Each is of a published standard; nothing here needs the network, and a licence of our figures is named only where the
list of editions sets one.
"""

import hashlib
import io
import json
import re
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sesec_analysis import checkout
from sesec_analysis.editions.documents import output
from sesec_analysis.evidence.citation import AUTHOR
from sesec_analysis.files import sha256_of
from sesec_analysis.site import lineage
from sesec_analysis.site.edition_index import EditionState, History

__all__ = [
    "COLUMNS",
    "as_json",
    "as_lines",
    "crate",
    "croissant",
    "datapackage",
    "dataset",
    "llms",
    "notebooks",
    "table",
    "tables",
]


COLUMNS = {
    **dict.fromkeys(("id", "sentence", "headline", "value", "interval"), "string"),
    **dict.fromkeys(("measure", "indicator", "grade_level"), "string"),
    "end_year": "integer",
    **dict.fromkeys(("organization_level", "organization_id", "place"), "string"),
    **dict.fromkeys(("student_group_type", "student_group", "label", "reference"), "string"),
    **dict.fromkeys(("estimate", "ci_low", "ci_high", "bound_low", "bound_high"), "number"),
    **dict.fromkeys(("outer_low", "outer_high"), "number"),
    "n": "string",  # where counts are withheld it is a range
    **dict.fromkeys(("unit", "status", "publish", "reason", "method", "source_ids"), "string"),
    "edition": "string",
    "published": "integer",
    "address": "string",
}
"""Columns of the table of all numbers, and the type of each in the words of Table Schema."""

_DTYPES = {"string": "string", "number": "float64", "integer": "Int64"}
_TITLE = "School equity in Southeast Seattle: every number of the reports"
_ABOUT = (
    "Each row is a number of an equity report, as one sentence, with its interval, what withheld figures leave open, "
    "the number of students, the method and the releases that it rests on."
)


def table(histories: Mapping[str, History]) -> pd.DataFrame:
    """Return all numbers, a row each, as they stand; columns are those of `COLUMNS`."""
    rows = [
        {
            **{name: one.current.record.get(name) for name in COLUMNS},
            "id": one.id,
            "edition": one.current.state.name,
            "published": one.current.state.published,
            "address": one.address,
        }
        for one in histories.values()
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({name: _DTYPES[kind] for name, kind in COLUMNS.items()})


def tables(found: pd.DataFrame) -> Iterator[tuple[str, bytes]]:
    """Yield the table of all numbers as CSV, Parquet and SQLite: name and bytes of each file."""
    values = found.astype("object").where(found.notna(), None)
    rows: list[dict[str, Any]] = [dict(zip(COLUMNS, row, strict=True)) for row in values.to_numpy()]
    yield "findings.csv", output.records_csv(rows).encode("utf-8")
    buffer = io.BytesIO()
    found.to_parquet(buffer, index=False, compression="zstd")
    yield "findings.parquet", buffer.getvalue()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "findings.sqlite")
        kinds = {"string": "TEXT", "number": "REAL", "integer": "INTEGER"}
        columns = ", ".join(f'"{name}" {kinds[kind]}' for name, kind in COLUMNS.items())
        database = sqlite3.connect(path)
        try:
            database.execute(f"CREATE TABLE findings ({columns}, PRIMARY KEY (id))")
            marks = ", ".join("?" * len(COLUMNS))
            database.executemany(
                f"INSERT INTO findings VALUES ({marks})", [list(row.values()) for row in rows]
            )
            database.commit()
        finally:
            database.close()
        yield path.name, path.read_bytes()


def datapackage(made: Mapping[str, bytes], licence: str | None) -> dict[str, Any]:
    """Return the description of the CSV as a Data Package (frictionlessdata.io)."""
    text = made["findings.csv"]
    return {
        "name": "southeast-seattle-school-equity",
        "title": _TITLE,
        "description": _ABOUT,
        "profile": "tabular-data-package",
        "contributors": [{"title": AUTHOR, "role": "author"}],
        **({"licenses": [_license(licence)]} if licence else {}),
        "resources": [
            {
                "name": "findings",
                "path": "findings.csv",
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(text),
                "hash": f"sha256:{hashlib.sha256(text).hexdigest()}",
                "schema": {
                    "fields": [{"name": name, "type": kind} for name, kind in COLUMNS.items()],
                    "primaryKey": "id",
                    "missingValues": [""],
                },
            }
        ],
    }


_CREATIVE_COMMONS = re.compile(r"CC (BY(?:-NC)?(?:-SA|-ND)?) (\d\.\d)")


def _license(title: str) -> dict[str, str]:
    """Return a license as a Data Package names it: by its SPDX name and address if it is one of Creative Commons.

    Examples
    --------
    >>> _license("CC BY 4.0")["path"]
    'https://creativecommons.org/licenses/by/4.0/'
    >>> _license("ODbL-1.0")
    {'name': 'ODbL-1.0', 'title': 'ODbL-1.0'}
    """
    if (found := _CREATIVE_COMMONS.fullmatch(title)) is None:
        return {"name": title.replace(" ", "-"), "title": title}
    kind, version = found.groups()
    address = f"https://creativecommons.org/licenses/{kind.lower()}/{version}/"
    return {"name": f"CC-{kind}-{version}", "path": address, "title": title}


def croissant(made: Mapping[str, bytes], licence: str | None, url: str | None) -> dict[str, Any]:
    """Return the description of the CSV in Croissant 1.0 (mlcommons.org), its context written out."""
    kinds = {"string": "sc:Text", "number": "sc:Float", "integer": "sc:Integer"}
    return {
        "@context": _CROISSANT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "southeast-seattle-school-equity",
        "description": _ABOUT,
        "creator": {"@type": "sc:Organization", "name": AUTHOR},
        **({"license": licence} if licence else {}),
        **({"url": url} if url else {}),
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": "findings.csv",
                "name": "findings.csv",
                "contentUrl": f"{url}findings.csv" if url else "findings.csv",
                "encodingFormat": "text/csv",
                "sha256": hashlib.sha256(made["findings.csv"]).hexdigest(),
            }
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "findings",
                "name": "findings",
                "key": {"@id": "findings/id"},
                "field": [
                    {
                        "@type": "cr:Field",
                        "@id": f"findings/{name}",
                        "name": name,
                        "dataType": kinds[kind],
                        "source": {
                            "fileObject": {"@id": "findings.csv"},
                            "extract": {"column": name},
                        },
                    }
                    for name, kind in COLUMNS.items()
                ],
            }
        ],
    }


_CROISSANT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context of Croissant 1.0, as its specification gives it."""


def dataset(history: History, address: str | None, licence: str | None) -> dict[str, Any]:
    """Return a finding as schema.org's Dataset, as its page holds it for search engines."""
    current = history.current
    record = current.record
    year = int(record.get("end_year") or 0)
    measured = {
        "@type": "PropertyValue",
        "name": record.get("title"),
        "value": record.get("estimate") if record.get("publish") == "point" else None,
        "minValue": record.get("outer_low"),
        "maxValue": record.get("outer_high"),
        "unitText": record.get("unit"),
    }
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": str(record.get("headline") or record.get("title")),
        "description": record["sentence"],
        "identifier": history.id,
        "creator": {"@type": "Organization", "name": AUTHOR},
        "isPartOf": {"@type": "Report", "name": current.state.title},
        "isBasedOn": [
            one.pinned["cited"] for one in lineage.releases(record, current.state.frozen)
        ],
        "variableMeasured": {name: value for name, value in measured.items() if value is not None},
        **({"temporalCoverage": f"{year - 1}/{year}"} if year else {}),
        **({"datePublished": str(current.state.published)} if current.state.published else {}),
        **({"url": address} if address else {}),
        **({"license": licence} if licence else {}),
    }


def crate(
    state: EditionState, files: Sequence[str], rows: str, licence: str | None
) -> dict[str, Any]:
    """Return an edition as an RO-Crate 1.1: its files, how they were made, and what they rest on.

    Parameters
    ----------
    state
        The edition.
    files
        Its files, by their paths in its folder.
    rows
        The file among them that names the rows of our tables behind every finding.
    licence
        Of our figures; None where none is set.
    """
    held = {Path(name).stem: name for name in files if name.startswith(f"{lineage.TABLES}/")}
    graph = [
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": state.title,
            "description": f"An edition of the equity reports of the {AUTHOR}: its files, and what they rest on.",
            "datePublished": str(state.published or "not published"),
            "creator": {"@id": "#coalition"},
            "license": licence or "No licence of these figures has been named.",
            "hasPart": [{"@id": name} for name in files],
            "mentions": [{"@id": "#run"}],
        },
        {"@id": "#coalition", "@type": "Organization", "name": AUTHOR},
        *_made(state.frozen.run, list(held.values())),
        *(_file(name, state, list(held.values()), is_rows=name == rows) for name in files),
        *(_published(name, entry) for name, entry in sorted(_releases(state).items())),
    ]
    return {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph}


def _releases(state: EditionState) -> Mapping[str, Any]:
    return dict(state.frozen.sources["releases"])


def _made(run: Mapping[str, Any], tables: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield the run that made an edition, and what it was made with."""
    parameters = {f"#parameter-{name}": (name, value) for name, value in run["parameters"].items()}
    yield {
        "@id": "#run",
        "@type": "CreateAction",
        "name": "The run that made the edition",
        "instrument": [{"@id": "#notebook"}, {"@id": "#package"}],
        "object": [{"@id": name} for name in (*parameters, *tables)],
        "result": {"@id": "findings.json"},
    }
    yield {
        "@id": "#notebook",
        "@type": "SoftwareSourceCode",
        "name": run["notebook"]["path"],
        "sha256": run["notebook"]["sha256"],
        "programmingLanguage": "Python",
    }
    yield {
        "@id": "#package",
        "@type": "SoftwareApplication",
        "name": run["package"]["name"],
        "softwareVersion": run["package"]["version"],
        "identifier": run["package"]["commit"],
    }
    for at, (name, value) in parameters.items():
        yield {"@id": at, "@type": "PropertyValue", "name": name, "value": str(value)}


def _file(
    name: str, state: EditionState, tables: Sequence[str], *, is_rows: bool
) -> dict[str, Any]:
    """Return a file of an edition, and what it rests on."""
    entry: dict[str, Any] = {"@id": name, "@type": "File", "name": name}
    if is_rows:
        entry |= {
            "description": "The rows of our tables, from 0, that each finding rests on.",
            "isBasedOn": [{"@id": table} for table in tables],
        }
    elif name in tables:
        source_id = Path(name).stem
        pinned = _releases(state)[source_id]
        entry |= {
            "description": f"Our table of {pinned['title']}: a row for each figure that was published.",
            "sha256": pinned["table_sha256"],
            "isBasedOn": {"@id": f"#file-{source_id}"},
        }
    return entry


def _published(source_id: str, pinned: Mapping[str, Any]) -> dict[str, Any]:
    """Return the publisher's own file, which is cited and not carried."""
    return {
        "@id": f"#file-{source_id}",
        "@type": "CreativeWork",
        "name": pinned["file"] or pinned["title"],
        "description": pinned["cited"],
        "publisher": pinned["publisher"],
        "url": pinned["url"],
        **({"sha256": pinned["sha256"]} if pinned["sha256"] else {}),
        **({"identifier": pinned["dataset_id"]} if pinned["dataset_id"] else {}),
    }


def notebooks(state: EditionState) -> dict[str, Path]:
    """Return the notebooks of an edition that still are as it was made by, by their paths."""
    notes = [state.frozen.run["notebook"], *state.frozen.run.get("notebooks_beside", [])]
    found = {note["path"]: checkout.root() / note["path"] for note in notes}
    hashes = {note["path"]: note["sha256"] for note in notes}
    return {
        name: path
        for name, path in found.items()
        if path.is_file() and sha256_of(path) == hashes[name]
    }


def llms(histories: Mapping[str, History], shelf: Sequence[EditionState], url: str | None) -> str:
    """Return the page that points language models at the numbers, their bounds and their cautions (llmstxt.org)."""
    at = url or ""
    newest = shelf[-1]
    lines = [
        f"# {_TITLE}",
        "",
        f"> {len(histories)} numbers on how schools serve the students of Southeast Seattle. Each has an id that "
        "lasts, a sentence, an interval, and the lowest and highest value that withheld figures leave open.",
        "",
        "Quote the sentence as it stands, with its school year, place and interval. Where `publish` is `range`, there "
        "is no single number: give the range, never its middle. Where it is `nothing`, give none and work none out. "
        "Do not rank schools, say what caused a difference, or say that a group of students performs worse.",
        "",
        "## Numbers",
        "",
        f"- [All numbers as a table]({at}findings.csv): a row each; described by datapackage.json",
        f"- [Addresses by id]({at}ids.csv): the page and the JSON of each number",
        f"- [What “withheld, with bounds” means]({at}vocabulary.html): the five fields and their statuses",
        "",
        "## Editions",
        "",
        *(f"- [{state.title}]({at}{state.name}/findings.json)" for state in reversed(shelf)),
        "",
        "## Optional",
        "",
        f"- [What the newest edition rests on]({at}{newest.name}/ro-crate-metadata.json): files, hashes and rows",
        "",
    ]
    return "\n".join(lines)


def as_lines(content: Mapping[str, Any]) -> bytes:
    """Return JSON with a line for each entry, to be small and still be compared."""
    lines = (
        f"{json.dumps(name)}: {json.dumps(value, separators=(',', ':'))}"
        for name, value in content.items()
    )
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def as_json(content: Mapping[str, Any]) -> bytes:
    """Return JSON as the site writes it."""
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
