"""Describe the site for programs: tables of all numbers, a Data Package of them, and schema.org's Dataset of a series.

A license of our figures is named only where the list of editions sets one.
"""

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.editions.documents import html
from sesec_analysis.evidence.citation import AUTHOR, page_of
from sesec_analysis.files import scratch_folder
from sesec_analysis.site.edition_index import Series

__all__ = ["COLUMNS", "as_json", "datapackage", "series_dataset", "table", "tables"]


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


def table(series: Iterable[Series]) -> pd.DataFrame:
    """Return all current numbers, a row each in the order of ids; columns are those of `COLUMNS`."""
    rows = [
        {**number, "address": page_of(number["id"])}
        for one in series
        for number in one.data.get("numbers", ())
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).sort_values("id", ignore_index=True)
    return frame.astype({name: _DTYPES[kind] for name, kind in COLUMNS.items()})


def tables(found: pd.DataFrame) -> Iterator[tuple[str, bytes]]:
    """Yield the table of all numbers as CSV, Parquet and SQLite: name and bytes of each file."""
    yield "findings.csv", found.to_csv(index=False, lineterminator="\r\n").encode("utf-8")
    yield "findings.parquet", found.to_parquet(index=False, compression="zstd")
    with scratch_folder() as folder:
        path = Path(folder, "findings.sqlite")
        with closing(sqlite3.connect(path)) as database:
            found.to_sql("findings", database, index=False)
            database.execute("CREATE UNIQUE INDEX ids ON findings (id)")
            database.commit()
        yield path.name, path.read_bytes()


def datapackage(made: Mapping[str, bytes], license_name: str | None) -> str:
    """Return the description of the CSV as a Data Package (frictionlessdata.io)."""
    text = made["findings.csv"]
    return html.fill(
        "site_datapackage.json",
        author=AUTHOR,
        license=_license(license_name) if license_name else None,
        size=len(text),
        sha256=hashlib.sha256(text).hexdigest(),
        columns=COLUMNS,
    )


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


def series_dataset(series: Series, license_name: str | None) -> dict[str, Any]:
    """Return a series as schema.org's Dataset, which its page holds for search engines.

    Parameters
    ----------
    series
        With at least one number.
    license_name
        Of our numbers and words; None where none is set.
    """
    data, (state, record) = series.data, series.newest
    published = state.record.first or state.published
    moves = [one for one in series.numbers[-1].moves if one.state is state and one.restated.on]
    license_ = _license(license_name) if license_name else {}
    return _known_fields(
        {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "name": data["title"],
            "description": data["description"],
            "identifier": data["newest"],
            "creator": {"@type": "Organization", "name": AUTHOR},
            "isAccessibleForFree": True,
            "isPartOf": {"@type": "Report", "name": state.title},
            "isBasedOn": [source["cited"] for source in data["sources"].values()],
            "variableMeasured": _known_fields(
                {
                    "@type": "PropertyValue",
                    "name": record.get("title"),
                    "value": record.get("estimate") if record.get("publish") == "point" else None,
                    "minValue": record.get("outer_low"),
                    "maxValue": record.get("outer_high"),
                    "unitText": record.get("unit"),
                }
            ),
            "temporalCoverage": _coverage(series),
            "spatialCoverage": record.get("place"),
            "datePublished": str(published) if published else None,
            "dateModified": max((one.restated.on for one in moves), default=None),
            "url": data["address"],
            "license": license_.get("path", license_name),
            "distribution": {
                "@type": "DataDownload",
                "encodingFormat": "application/json",
                "contentUrl": f"{series.url}{series.json}",
            }
            if series.url
            else None,
        }
    )


def _known_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _coverage(series: Series) -> str:
    """Return the days from the first school year to the last (ISO 8601); of a census figure, its calendar years."""
    known = catalog.indicators().get(str(series.newest.record.get("indicator")))
    span = known.period_years if known else 1
    ends = [int(str(one.current.record["end_year"])) for one in series.numbers]
    if span > 1 or (known and known.calendar_years):
        return f"{min(ends) - span + 1}-01-01/{max(ends)}-12-31"
    return f"{min(ends) - 1}-09-01/{max(ends)}-08-31"


def as_json(content: Mapping[str, Any]) -> bytes:
    """Return JSON as the site writes it: an entry a line, so that it is small and can be compared."""
    lines = (
        f"{json.dumps(name, ensure_ascii=False)}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in content.items()
    )
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()
