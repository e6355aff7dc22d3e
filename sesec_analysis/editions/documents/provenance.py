"""Record the provenance of an edition: version, commit, parameters and sources, to check it and make it again.

Nothing in it depends on the machine or the hour: the same inputs give the same record.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from sesec_analysis import catalog, i18n
from sesec_analysis.checkout import Commit
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.row import Record

__all__ = ["BuildInfo", "NotebookNote", "SourceNote", "read_build_info", "sources"]


@dataclass(frozen=True)
class SourceNote:
    """One release of a source that an edition's findings come from."""

    source_id: str
    title: str
    publisher: str
    school_year: str
    url: str
    licence: str
    file: str | None  # null: downloaded, not carried
    sha256: str | None
    retrieved: str | None


@dataclass(frozen=True)
class NotebookNote:
    """A notebook that an edition was made by, and the checksum of its bytes."""

    path: str
    sha256: str


@dataclass(frozen=True)
class BuildInfo:
    """What an edition was made from; ``changed`` names the parameters that are not the edition's own."""

    edition: str
    title: str
    published: int | None
    notebook: str
    notebook_sha256: str
    parameters: Mapping[str, Any]
    changed: tuple[str, ...]
    version: str
    commit: Commit
    sources: tuple[SourceNote, ...]
    absent: tuple[
        str, ...
    ] = ()  # indicators asked for, of which there are no numbers up to the year
    notebooks_beside: tuple[NotebookNote, ...] = ()  # of the summary and of the annex
    titles: Mapping[str, str] = field(default_factory=dict)  # in the languages of translations
    year_before: str | None = None  # SHA-256 of the published findings that its changes refer to
    licence: str | None = None  # of our own numbers and words
    site_url: str | None = None  # address of the site
    contact: tuple[str, ...] = ()  # addresses of the coalition

    def in_language(self, code: str) -> "BuildInfo":
        """Return the imprint with the title that it has in a translation."""
        return replace(self, title=self.titles.get(code, self.title))

    @property
    def has_common_schools(self) -> bool:
        """Whether the two places that are compared have schools in common."""
        place, other = (self.parameters.get(name) for name in ("place", "compare_to"))
        if not (isinstance(place, str) and isinstance(other, str)):
            return False
        return bool(_schools_of(place) & _schools_of(other))

    @property
    def notebooks(self) -> tuple[NotebookNote, ...]:
        """Return all notebooks, the report's first."""
        return NotebookNote(self.notebook, self.notebook_sha256), *self.notebooks_beside

    @property
    def absent_text(self) -> str:
        """Say in one line what the edition does not hold; nothing if it holds all that it asks for."""
        titles = [catalog.indicator(code).title for code in self.absent]
        return i18n.translate("no numbers on {titles}", titles="; ".join(titles)) if titles else ""

    @property
    def contact_text(self) -> str:
        """Return where to report a mistake or ask a question; nothing where the coalition gives no address."""
        if not self.contact:
            return ""
        return i18n.translate(
            "Mistake or question? Tell us: {contact}", contact=", ".join(self.contact)
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the imprint as run.json keeps it."""
        return {
            "edition": self.edition,
            "title": self.title,
            "published": self.published,
            "parameters": dict(self.parameters),
            "changed_parameters": list(self.changed),
            "notebook": {"path": self.notebook, "sha256": self.notebook_sha256},
            "notebooks_beside": [asdict(note) for note in self.notebooks_beside],
            "package": {
                "name": "sesec-analysis",
                "version": self.version,
                "commit": self.commit.hash,
                "uncommitted_changes": self.commit.dirty,
            },
            "absent": list(self.absent),
            "sources": [asdict(note) for note in self.sources],
            "rows": _rows(note.source_id for note in self.sources),
            **({"titles": dict(self.titles)} if self.titles else {}),
            **({"year_before": self.year_before} if self.year_before else {}),
            **({"licence": self.licence} if self.licence else {}),
            **({"site_url": self.site_url} if self.site_url else {}),
            **({"contact": list(self.contact)} if self.contact else {}),
        }


def read_build_info(folder: Path) -> BuildInfo:
    """Read what an edition was made from back from its run.json.

    Raises
    ------
    DataError
        If a part of it is missing.
    """
    try:
        run = json.loads((folder / "run.json").read_text("utf-8"))
    except (OSError, ValueError) as broken:
        raise _damaged_run_error("this file is missing, or is not JSON", "run.json") from broken
    if unknown := sorted(set(run.get("absent", ())) - catalog.indicators().keys()):
        raise _damaged_run_error(f"no indicator has the code {unknown[0]}", "run.json /absent")
    try:
        return BuildInfo(
            edition=run["edition"],
            title=run["title"],
            published=run["published"],
            notebook=run["notebook"]["path"],
            notebook_sha256=run["notebook"]["sha256"],
            parameters=run["parameters"],
            changed=tuple(run["changed_parameters"]),
            version=run["package"]["version"],
            commit=Commit(run["package"]["commit"], run["package"]["uncommitted_changes"]),
            sources=tuple(SourceNote(**source) for source in run["sources"]),
            absent=tuple(run["absent"]),
            notebooks_beside=tuple(NotebookNote(**note) for note in run["notebooks_beside"]),
            titles=dict(run.get("titles", {})),
            year_before=run.get("year_before"),
            licence=run.get("licence"),
            site_url=run.get("site_url"),
            contact=tuple(run.get("contact", ())),
        )
    except (KeyError, TypeError) as broken:
        raise _damaged_run_error(f"it lacks {broken}", "run.json") from broken


def _damaged_run_error(what: str, where: str) -> DataError:
    return DataError(what, where=where, fix="build the edition again: sesec report")


def _rows(source_ids: Iterable[str]) -> dict[str, Any]:
    """Return what became of the rows of the releases: read, dropped, warned of."""
    logs = catalog.row_logs()
    return {source_id: logs[source_id] for source_id in source_ids if source_id in logs}


def sources(findings: Iterable[Record]) -> tuple[SourceNote, ...]:
    """Return the releases that the findings name in ``source_ids``, as the catalog knows them.

    Raises
    ------
    CatalogError
        If a finding names a release that the catalog does not have.
    """
    names = sorted({name for record in findings for name in _names(record.get("source_ids"))})
    return tuple(_note(name) for name in names if not citation.is_synthetic(name))


def _names(value: Any) -> list[str]:
    parts = value.split(";") if isinstance(value, str) else value or ()
    return [part.strip() for part in parts if part.strip()]


def _note(source_id: str) -> SourceNote:
    source, release = catalog.release(source_id)
    return SourceNote(
        source_id=source_id,
        title=release.title,
        publisher=source.publisher,
        school_year=release.school_year,
        url=source.url,
        licence=source.licence,
        file=" and ".join(release.files) or None,
        sha256=release.sha256,
        retrieved=release.retrieved,
    )


def _schools_of(code: str) -> set[str]:
    """Return the codes of the schools of a place, as far as the roster has them."""
    place = catalog.places().get(code)
    if place is None:
        return set()
    if place.whole_state:
        return set(catalog.schools())
    return set(place.schools) or catalog.schools_in(place, catalog.schools())
