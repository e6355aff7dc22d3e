"""Read the built and published editions on disk, and find a finding by its id.

A built edition repeats shared texts in every finding. A published one has them once, in ``sources.json``.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sesec_analysis import checkout
from sesec_analysis.editions.editions import CUSTOM
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.labels import read_id, spell_code
from sesec_analysis.evidence.wording.numbers import school_year

__all__ = [
    "LEFT_OUT",
    "EditionFinding",
    "edition_findings",
    "editions",
    "find",
    "ids",
    "newer",
    "printed_texts",
    "read_findings",
    "read_json",
    "texts",
    "write_findings",
]


_IN_ID = ("measure", "indicator", "end_year", "grade_level")
LEFT_OUT = (
    *("source", "cite_apa", "version", "caveats", "title", "counted", "ci_level", "school_year"),
    *_IN_ID,
)
"""Fields that a published finding leaves out: its id, the catalog or ``run.json`` has them."""
_MARKED = ("method", "reason")
"""Texts that many findings share: each has a mark in its place, and ``sources.json`` says it once."""


def write_findings(records: Iterable[Record]) -> str:
    """Return records as a JSON table: the columns once, then a line for each record, sorted by id.

    Examples
    --------
    >>> print(write_findings([{"id": "sesec:b", "n": 216}, {"id": "sesec:a", "n": None}]), end="")
    {"columns":["id","n"],"rows":[
    ["sesec:a",null],
    ["sesec:b",216]
    ]}
    """
    rows = sorted(records, key=lambda record: str(record["id"]))
    names = dict.fromkeys(name for record in rows for name in record if name not in LEFT_OUT)
    lines = ",\n".join(
        _text([_kept_value(name, record.get(name)) for name in names]) for record in rows
    )
    return f'{{"columns":{_text([*names])},"rows":[\n{lines}\n]}}\n'


def texts(records: Iterable[Record]) -> dict[str, str]:
    """Return the texts that records share, by the mark in place of each."""
    shared = {str(record[name]) for record in records for name in _MARKED if record.get(name)}
    return dict(sorted((_mark(text), text) for text in shared))


def _kept_value(name: str, value: object) -> object:
    return _mark(str(value)) if name in _MARKED and value else value


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[
        :8
    ]  # of its words, so that no other text moves it


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def read_findings(folder: Path) -> list[Record]:
    """Return the findings of an edition's folder, built or published, with what ``sources.json`` says for them.

    Raises
    ------
    DataError
        If a file of the folder is missing or damaged.
    """
    content = read_json(folder / "findings.json")
    if isinstance(content, list):
        return content
    sources, run = read_json(folder / "sources.json"), read_json(folder / "run.json")
    try:
        rows = [dict(zip(content["columns"], row, strict=True)) for row in content["rows"]]
        version = {"version": run["package"]["version"]}
        return [_full(row, sources) | version for row in rows]
    except (KeyError, TypeError, ValueError) as failure:
        raise _damaged_edition_error(folder / "findings.json") from failure


def _full(row: Record, sources: Mapping[str, Any]) -> dict[str, object]:
    record = {**row, **_codes_of(str(row["id"]))}
    record |= {name: sources["texts"][row[name]] for name in _MARKED if row.get(name)}
    names = [name.strip() for name in str(row.get("source_ids") or "").split(";")]
    cited = [sources["releases"].get(name, {}).get("cited", "") for name in names]
    words = sources["indicators"].get(record["indicator"], {})
    return {
        **record,
        "school_year": _school_year(record["end_year"], words.get("period_years", 1)),
        "title": words.get("title", ""),
        "counted": words.get("counted", ""),
        "source": " ".join(text for text in cited if text),
    }


def _school_year(end_year: object, years: int) -> str | None:
    """Return how a school year is written, or the calendar years of a census figure."""
    if not isinstance(end_year, int):
        return None
    return school_year(end_year) if years == 1 else f"{end_year - years + 1}–{end_year}"


def _codes_of(finding_id: str) -> dict[str, object]:
    """Return the codes that an id names, under the names of a record."""
    parts = read_id(finding_id)
    codes = (
        spell_code(parts.measure),
        spell_code(parts.indicator),
        parts.end_years[0] or None,
        parts.grade if parts.grade == "all" else parts.grade.upper(),
    )
    return dict(zip(_IN_ID, codes, strict=True))


def read_json(path: Path) -> Any:
    """Return what a JSON file of an edition holds.

    Raises
    ------
    DataError
        If it is missing or damaged.
    """
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as failure:
        raise _damaged_edition_error(path) from failure


def _damaged_edition_error(path: Path) -> DataError:
    fix = (
        "restore it from the repository if it is published, "
        f"or build the edition again: sesec report {path.parent.name}"
    )
    return DataError(f"{path.name} is missing or damaged", where=str(path), fix=fix)


PREFIX = "sesec:"


@dataclass(frozen=True)
class EditionFinding:
    """A finding and the edition that it was taken from."""

    record: Record
    edition: str
    title: str | None
    published: int | None
    licence: str | None = None
    site_url: str | None = None

    @property
    def id(self) -> str:
        """The finding's id."""
        return str(self.record["id"])

    def cite(self, style: str) -> str:
        """Return its citation as a number of its edition, in a style of `citation.cite`."""
        return citation.cite(
            self.record,
            style,
            edition=self.title,
            published=self.published,
            licence=self.licence,
            site_url=self.site_url,
        )


def find(finding_id: str, *, edition: str | None = None) -> EditionFinding:
    """Return a finding from the newest finished edition that has it, or from ``edition``.

    Raises
    ------
    DataError
        If no edition was built yet, or none has the id: with the nearest ids.
    """
    folders = _finished_folders(edition)
    known: dict[str, None] = {}  # many editions print one id
    for finding in edition_findings(edition):
        if finding.id in (finding_id, f"{PREFIX}{finding_id}"):
            return finding
        known[finding.id] = None
    near = get_close_matches(f"{PREFIX}{finding_id.removeprefix(PREFIX)}", known, n=5, cutoff=0.4)
    fix = "copy the id from the report, or look for it: sesec cite --search WORDS"
    raise DataError(
        f"there is no finding {finding_id!r}",
        where=", ".join(f"{path.parent.name}/{path.name}" for path in folders),
        fix=f"{fix}; nearest ids follow" if near else fix,
        valid=near or None,
    )


def newer(cited: EditionFinding) -> list[EditionFinding]:
    """Return what came after a finding: itself in the newest later edition, and the same of the newest later year."""
    parts = read_id(cited.id)
    again, later = [], []
    for finding in edition_findings():
        if _edition_year(finding.edition) > _edition_year(cited.edition) and finding.id == cited.id:
            again.append(finding)
        other = read_id(finding.id)
        if other.stem == parts.stem and other.end_years[0] > parts.end_years[0]:
            later.append(finding)
    # The newest edition comes first; of one year, too.
    by_year = sorted(later, key=lambda finding: -read_id(finding.id).end_years[0])
    return [*again[:1], *by_year[:1]]


def ids() -> list[str]:
    """Return the id of every finding of every finished edition."""
    return list(dict.fromkeys(finding.id for finding in edition_findings()))


def edition_findings(edition: str | None = None) -> Iterator[EditionFinding]:
    """Yield every finding of every finished edition, or of one; the newest edition first."""
    for folder in _folders(edition):
        path = folder / "run.json"
        run: dict[str, Any] = read_json(path) if path.is_file() else {}
        for record in read_findings(folder):
            yield EditionFinding(
                record,
                folder.name,
                *map(run.get, ("title", "published", "licence", "site_url")),
            )


def editions(edition: str | None = None) -> list[tuple[str, list[Record]]]:
    """Return the name and the findings of every finished edition, or of one; the newest first.

    Raises
    ------
    DataError
        If no edition was built yet.
    """
    return [(folder.name, read_findings(folder)) for folder in _finished_folders(edition)]


def printed_texts() -> Iterator[tuple[str, str]]:
    """Yield the id of each finding of every finished edition with its sentence and headline, in each language."""
    for folder in _finished_folders():
        translations = [read_json(path) for path in sorted(folder.glob("findings.*.json"))]
        for records in (read_findings(folder), *translations):
            for record in records:
                for text in filter(None, map(record.get, ("sentence", "headline"))):
                    yield str(record["id"]), str(text)


def _finished_folders(edition: str | None = None) -> list[Path]:
    """Return the same as `_folders`, and refuse where there are none."""
    if folders := _folders(edition):
        return folders
    which = f"edition {edition}" if edition else "edition"
    command = f"sesec report {edition or ''}".strip()
    what = f"no {which} has been built yet"
    raise DataError(what, where="reports/build", fix=f"build one first: {command}")


def _folders(edition: str | None = None) -> list[Path]:
    """Return the folders of finished editions, built before published, the newest year first."""
    folders = []
    for shelf in (checkout.builds(), checkout.published_folder()):
        files = shelf.glob("[!.]*/findings.json")
        for path in sorted((file.parent for file in files), key=_newest_first):
            # A trial with other parameters is quoted only when it is asked for by name.
            is_trial = path.name.endswith(CUSTOM)
            if path.name == edition or (edition is None and not is_trial):
                folders.append(path)
    return folders


def _newest_first(path: Path) -> tuple[int, str]:
    return (-_edition_year(path.name), path.name)


def _edition_year(name: str) -> int:
    years = re.findall(r"\d{4}", name)
    return int(years[-1]) if years else 0
