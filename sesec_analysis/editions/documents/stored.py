"""Store a document as data, and read it back: every form of an edition can be written from it again.

The findings stand in findings.json and the pictures in their own files; everything else that a form is made of is here.
Of a translation's findings only the words are kept, where they are others than in English. What is no part of a
document is refused, so that nothing can stand beside it unseen.
"""

import json
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from sesec_analysis import catalog
from sesec_analysis.checkout import Commit
from sesec_analysis.editions.documents import crossing
from sesec_analysis.editions.documents.blocks import Block, FigureBlock
from sesec_analysis.editions.documents.notebook import Document, distinct_findings
from sesec_analysis.editions.documents.provenance import BuildInfo, NotebookNote, SourceNote
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.finding import WORDS
from sesec_analysis.evidence.row import Record

__all__ = ["FINDINGS", "NAME", "as_data", "imprint", "read", "words"]


NAME = "document.json"
"""The file that holds a document, apart from its findings and pictures."""
FINDINGS = "findings.json"
_BY_FILE = ("findings", "translations", "language")
"""The parts of a document that stand in files of their own, or in the names of those."""

_FIELDS = ("id", "sentence", "cite_apa", "source", "value", "publish", "measure", "n")
"""What every record of a finding has."""

_PICTURES = ("png", "svg")
_MEND = "build the edition anew: sesec report"


def as_data(document: Document) -> dict[str, Any]:
    """Return a document as JSON values; findings by their ids."""
    names = [field.name for field in fields(document) if field.name not in _BY_FILE]
    return {name: _packed(part) for name, part in _kept(document, names)}


def _kept(value: Any, names: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Yield the parts of a part of a document; not those that only some have, where they are empty."""
    parts = ((name, getattr(value, name)) for name in names)
    return ((name, part) for name, part in parts if part or name not in _OPTIONAL)


_OPTIONAL = ("made_from", "decisions", "candidates")


def _packed(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):  # asked first: most are
        return value
    if isinstance(value, list | tuple):
        return [_packed(part) for part in value]
    if isinstance(value, Document):  # beside another one
        return as_data(value)
    if is_dataclass(value):
        kind, names = _named(value.__class__)
        return kind | {name: _packed(part) for name, part in _kept(value, names)}
    if isinstance(value, Mapping):
        return value["id"] if "sentence" in value else dict(value)
    return value


@cache
def _named(kind: type) -> tuple[dict[str, Any], Sequence[str]]:
    """Return what a part of a document is called, if it is a block, and the names of what is kept of it."""
    named = kind.__dict__.get("kind")  # a piece of prose has its own
    names = [field.name for field in fields(kind) if field.name not in _PICTURES]
    return {"kind": named} if isinstance(named, str) else {}, names


def words(document: Document, english: Document) -> list[dict[str, object]]:
    """Return what the findings of a translation say in other words than their English form, each with its id."""
    known = {record["id"]: record for record in english.findings}
    told = []
    for one in document.findings:
        own = known.get(one["id"], {})
        said = {name: one[name] for name in WORDS if name in one and one[name] != own.get(name)}
        if said:
            told.append({"id": one["id"], **said})
    return told


def read(folder: Path) -> Document:
    """Read the document of an edition's folder back, with its findings and pictures, and its translations.

    Raises
    ------
    DataError
        If a part is missing, or there is one that no document has.
    """
    stem, kind = NAME.split(".")
    codes = sorted(path.name.split(".")[1] for path in folder.glob(f"{stem}.*.{kind}"))
    english = _records(folder, FINDINGS, _FIELDS)
    translations = []
    for code in codes:
        name = crossing.in_language(FINDINGS, code)
        told = _records(folder, name, ("id",))
        for at, (one, record) in enumerate(told.items(), start=1):
            if one not in english or not {*record} <= {"id", *WORDS}:
                raise _refused(
                    "it is no finding's words in another language", f"{name} record {at}"
                )
        # A finding without words of its own is as it is in English.
        whole = english | {one: {**english[one], **record} for one, record in told.items()}
        made = _read(folder, code, whole)
        shown = distinct_findings(made.blocks)
        if unused := sorted(told.keys() - {str(record["id"]) for record in shown}):
            raise _refused(f"no block has the finding {unused[0]}", name)
        translations.append(replace(made, findings=shown))
    return replace(_read(folder, "", english), translations=tuple(translations))


def _records(folder: Path, name: str, needed: Sequence[str]) -> dict[str, Record]:
    """Read records of findings, by id."""
    records: dict[str, Record] = {}
    last = ""
    for at, record in enumerate(_json(folder / name), start=1):
        lacking = [part for part in needed if not isinstance(record, dict) or part not in record]
        if lacking:
            raise _refused(f"it lacks {', '.join(lacking)}", f"{name} record {at}")
        before, last = last, str(record["id"])
        records[last] = record
        if last < before:
            raise _refused("findings stand in the order of their ids", f"{name} record {at}")
    return records


def _read(folder: Path, language: str, records: Mapping[str, Record]) -> Document:
    """Read the document of one language; of the edition's own if it is empty."""
    name = crossing.in_language(NAME, language)
    try:
        made: Document = _Reader(folder, records, language).made(Document, _json(folder / name), ())
    except (TypeError, AttributeError, ValueError) as broken:
        raise _refused(f"this is no document: {broken}", name) from broken
    return replace(made, language=language)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as broken:
        raise _refused("this file is missing, or is not JSON", path.name) from broken


@cache
def _shape_of(kind: Any) -> tuple[Any, tuple[Any, ...], bool]:
    """Return the origin and the arguments of a type, and whether it is a class with parts."""
    return get_origin(kind), get_args(kind), is_dataclass(kind)


@cache
def _parts_of(kind: Any) -> tuple[Mapping[str, Any], Sequence[str]]:
    """Return the parts that a class has in a document, with their types, and those of them that it cannot lack."""
    hints = {
        name: hint
        for name, hint in get_type_hints(kind).items()
        if get_origin(hint) is not ClassVar and not (kind is Document and name in _BY_FILE[1:])
    }
    needed = [
        part.name for part in fields(kind) if (part.default, part.default_factory) == _NO_DEFAULT
    ]
    return hints, needed


_NO_DEFAULT = MISSING, MISSING


@cache
def _by_name(kinds: tuple[Any, ...]) -> Mapping[str | None, Any]:
    """Return the classes of a union by what a document calls them."""
    return {getattr(kind, "kind", None): kind for kind in kinds if kind is not type(None)}


_Where: TypeAlias = tuple[()] | tuple["_Where", str | int]
"""The way to a part of a document, from its end: it is put into words only where the part is refused."""
_CELLS, _RECORDS = (str, ...), (Record, ...)
"""What tuples are of: the cells of a row, findings."""


class _Reader:
    """Makes the parts of a document by their declared types."""

    def __init__(self, folder: Path, records: Mapping[str, Record], language: str) -> None:
        self._folder, self._records, self._language = folder, records, language
        self._name = crossing.in_language(NAME, language)

    def made(self, kind: Any, data: Any, where: _Where) -> Any:
        """Return data as the type declared for it."""
        if data.__class__ is kind:  # asked first: most are
            return data
        origin, inner, is_class = _shape_of(kind)
        if kind is Block or origin in (Union, types.UnionType):
            return self._of_union(inner, data, where)
        if is_class:
            return self._of_class(kind, data, where)
        if kind == Record:
            return self._record(data, where) if isinstance(data, str) else data
        if origin is tuple:
            if inner in (_CELLS, _RECORDS) and {*map(type, data)} == {str}:  # most of a document
                if inner == _CELLS:
                    return tuple(data)
                if self._records.keys() >= {*data}:
                    return tuple(map(self._records.__getitem__, data))
            each = inner if inner[-1] is not ... else (inner[0],) * len(data)
            pairs = enumerate(zip(each, data, strict=True), start=1)
            return tuple(self.made(type_, part, (where, at)) for at, (type_, part) in pairs)
        wanted = int | float if kind is float else kind
        if not (data in inner if origin is Literal else isinstance(data, wanted)):
            raise self._refused("this is not what stands there in a document", where)
        return data

    def _of_union(self, kinds: tuple[Any, ...], data: Any, where: _Where) -> Any:
        if data is None and type(None) in kinds:
            return None
        if len(others := [kind for kind in kinds if kind is not type(None)]) == 1:
            return self.made(others[0], data, where)
        kind = _by_name(kinds).get(data.get("kind") if isinstance(data, dict) else None)
        if kind is None:
            raise self._refused("a document has no such block", where)
        return self.made(kind, data, where)

    def _of_class(self, kind: Any, data: Any, where: _Where) -> Any:
        hints, needed = _parts_of(kind)
        given = {name: part for name, part in data.items() if name != "kind" or "kind" in hints}
        if kind is Document:
            given |= {"findings": list(self._records)}  # of all documents of a run together
        if kind is FigureBlock:
            given |= self._pictures(str(data["name"]))
        unknown = sorted(given.keys() - hints.keys())
        lacking = [name for name in needed if name not in given]
        if unknown or lacking:
            named = [*unknown, *lacking]
            raise self._refused(f"unknown or missing: {', '.join(named)}", (where, named[0]))
        return kind(
            **{
                name: part
                if name in _PICTURES and kind is FigureBlock
                else self.made(hints[name], part, (where, name))
                for name, part in given.items()
            }
        )

    def _refused(self, what: str, where: _Where) -> DataError:
        steps = []
        while where:
            where, step = where
            steps.append(f"/{step}")
        return _refused(what, f"{self._name} {''.join(reversed(steps))}")

    def _pictures(self, name: str) -> dict[str, Any]:
        png, svg = (
            self._folder / "figures" / crossing.in_language(f"{name}.{kind}", self._language)
            for kind in _PICTURES
        )
        try:
            return {"png": png.read_bytes(), "svg": svg.read_bytes().decode("utf-8")}
        except (OSError, ValueError) as broken:
            raise _refused("a picture is missing", f"figures/{name}") from broken

    def _record(self, name: str, where: _Where) -> Record:
        if name not in self._records:
            raise self._refused(f"no finding has the id {name}", where)
        return self._records[name]


def imprint(folder: Path) -> BuildInfo:
    """Read what an edition was made from back from its run.json.

    Raises
    ------
    DataError
        If a part of it is missing.
    """
    run = _json(folder / "run.json")
    if unknown := sorted(set(run.get("absent", ())) - catalog.indicators().keys()):
        raise _refused(f"no indicator has the code {unknown[0]}", "run.json /absent")
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
            synthetic=run["synthetic"],
            notebooks_beside=tuple(NotebookNote(**note) for note in run["notebooks_beside"]),
            titles=dict(run.get("titles", {})),
        )
    except (KeyError, TypeError) as broken:
        raise _refused(f"it lacks {broken}", "run.json") from broken


def _refused(what: str, where: str) -> DataError:
    return DataError(what, where=where, fix=_MEND)
