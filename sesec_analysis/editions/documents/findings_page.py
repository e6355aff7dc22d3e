"""Render the findings page: every number of an edition to search, quote, cite and download.

The page holds each finding once as HTML, to be read without script, and once as a row of a compact table, from which
its script makes citations and downloads. What the script puts together is what `citation` and `output` would give.
"""

import csv
import io
import json
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from sesec_analysis import catalog
from sesec_analysis.editions.documents import html, output
from sesec_analysis.editions.documents.model import FigureBlock, HeadlineBlock, TableBlock
from sesec_analysis.editions.documents.notebook import Document, Layout
from sesec_analysis.editions.documents.provenance import BuildInfo
from sesec_analysis.evidence import citation, search
from sesec_analysis.evidence.finding import facts
from sesec_analysis.evidence.gate.rules import PRINTING_RULES
from sesec_analysis.evidence.row import JOINT, Record
from sesec_analysis.evidence.search import group_words
from sesec_analysis.i18n import mark, translate

__all__ = ["KINDS", "SEARCHED", "Note", "notes", "render", "search_index"]


Kind = Literal["do", "dont", "why", "know"]

KINDS: dict[Kind, str] = {
    "do": mark("Say with it"),
    "dont": mark("Do not say"),
    "why": mark("Why it is printed so"),
    "know": mark("What is counted"),
}
"""What each kind of note is headed with, in the order in which they are read."""


@dataclass(frozen=True)
class Note:
    """A piece of advice; ``tag`` names it beside the number, where it is of this number in particular."""

    kind: Kind
    text: str
    tag: str = ""

    @property
    def words(self) -> str:
        """Return its text in the language of now; caveats are in that of their record."""
        return self.text if self.kind == "know" else translate(self.text)


_SCOPE = Note("do", mark("Keep the group, the place and the school year with the number."))
_INTERVAL = Note(
    "do", mark("Where there is room, give the interval: the number alone sounds surer than it is.")
)
_REFERENCE = Note("do", mark("Name what it is compared with."))
_MEANS = Note(
    "do",
    mark("Beside a difference, say what differs in what schools are given: money, teachers, time."),
)

_NO_NUMBER = Note(
    "dont", mark("Give no number for it, and do not work one out from others."), mark("not shown")
)
_RANGE = Note(
    "dont",
    mark("Do not make one number of the range, such as its middle."),
    mark("a range, not one number"),
)
_CARE = Note("dont", mark("Do not let a claim rest on this number alone."), mark("use caution"))
_CAUSE = Note("dont", mark("Do not say what caused it: it tells how much differs, not why."))
_RANK = Note(
    "dont", mark("Do not rank schools by it: chance alone moves small schools up and down.")
)
_SIDES = {
    "left-open": Note(
        "dont", mark("Do not say which side is higher or lower."), mark("which side is open")
    ),
    "no-clear-difference": Note(
        "dont",
        mark("Do not say that one side is higher or lower, nor that they are equal."),
        mark("could be chance"),
    ),
    "about-the-same": Note(
        "dont",
        mark(
            "Do not say that one side is higher or lower, nor that they are equal to the last digit."
        ),
        mark("about the same"),
    ),
}


def notes(record: Record) -> list[Note]:
    """Return what to mind when a finding is quoted: first what to say, then what not.

    Parameters
    ----------
    record
        A finding as recorded; fields that it lacks give no note.

    Examples
    --------
    >>> for note in notes({"publish": "range", "rule": "wide", "reference": "white"}):
    ...     print(note.kind, note.text)
    do Keep the group, the place and the school year with the number.
    do Name what it is compared with.
    do Beside a difference, say what differs in what schools are given: money, teachers, time.
    dont Do not make one number of the range, such as its middle.
    dont Do not say what caused it: it tells how much differs, not why.
    why Withheld numbers leave over 10 points open: a range, and no single number.
    """
    rules = [rule for rule in str(record.get("rule") or "").split(JOINT) if rule]
    entries = [] if record.get("publish") == "nothing" else _to_say(record)
    entries += _not_to_say(record, rules)
    entries += [
        Note("why", PRINTING_RULES[rule].sentence) for rule in rules if rule in PRINTING_RULES
    ]
    if caveats := record.get("caveats"):
        entries.append(Note("know", str(caveats)))
    return entries


def _to_say(record: Record) -> list[Note]:
    return [
        _SCOPE,
        *([_INTERVAL] if record.get("interval") else []),
        *([_REFERENCE, _MEANS] if record.get("reference") else []),
    ]


def _not_to_say(record: Record, rules: list[str]) -> list[Note]:
    publish = record.get("publish")
    if publish == "nothing":
        return [_NO_NUMBER]
    return [
        *([_RANGE] if publish == "range" else []),
        *(_SIDES[rule] for rule in rules if rule in _SIDES),
        *([_CARE] if record.get("care") else []),
        *([_CAUSE] if record.get("reference") else []),
        *([_RANK] if record.get("organization_level") == "school" else []),
    ]


_FILTERS = {
    "title": mark("Indicator"),
    "label": mark("Student group"),
    "place": mark("Place or school"),
    "school_year": mark("School year"),
}
"""Columns that a reader may choose by, and what each is called."""

_STYLES = {
    "apa": mark("APA"),
    "mla": mark("MLA"),
    "chicago": mark("Chicago note"),
    "bibtex": mark("BibTeX"),
    "ris": mark("RIS"),
    "csl": mark("CSL-JSON"),
}

_SAID = {
    "found": mark("{found} of {all} numbers"),
    "none": mark("No number has one of these words. Try another spelling."),
    "lacking": mark("No number has all of these words; those below lack: {words}."),
    "quote": mark("Quote this number"),
    "sentence": mark("Copy sentence"),
    "citation": mark("Copy {style}"),
    "link": mark("Copy link"),
    "copied": mark("Copied"),
    "selected": mark("Selected: copy it with Ctrl+C, or ⌘C"),
    "cite": mark("Cite it"),
    "files": mark("Download"),
    "row": mark("This number as CSV"),
    "pick": mark("Choose a school"),
    "withheld": mark("Here is only the newest year of each figure of all its students."),
    "source": mark("Source"),
    "method": mark("Method"),
}
"""What the script says."""


@dataclass(frozen=True)
class Listed:
    """A finding as the page lists it; ``notes`` are numbers of the notes at its foot."""

    record: Record
    facts: str
    notes: tuple[int, ...]
    tags: tuple[str, ...]
    goes_on: bool  # of the same card as the one before it


@dataclass(frozen=True)
class Numbered:
    """A note and its number on the page."""

    number: int
    note: Note


def render(document: Document, *, meta: BuildInfo, linked_files: Sequence[str] = ()) -> str:
    """Return the page of a document's findings.

    Parameters
    ----------
    document
        The report.
    meta
        What it was made from.
    linked_files
        Names of files of the edition that the page may link to.
    """
    quoted = _quoted_ids(document)
    records = sorted(document.findings, key=lambda record: _order(record, quoted))
    numbered = _number_notes(note for record in records for note in notes(record))
    cards = [(record["id"] in quoted, _card(record)) for record in records]
    listed = [
        _list_record(record, numbered, goes_on=card[1] is not None and card == before)
        for record, card, before in zip(records, cards, [None, *cards], strict=False)
    ]
    by_title = groupby(
        listed,
        key=lambda entry: (
            translate("Main numbers of the report")
            if entry.record["id"] in quoted
            else str(entry.record.get("title", ""))
        ),
    )
    return html.fill_template(
        "findings",
        title=meta.title,
        meta=meta,
        linked_files=linked_files,
        sections=[(title or translate("Numbers"), list(entries)) for title, entries in by_title],
        total=len(records),
        choices=_choices(records),
        advice=_advice(numbered),
        data=_island(records, _named_figures(document), meta),
    )


def _quoted_ids(document: Document) -> set[str]:
    """Return the ids of the findings in headlines and large numbers, which people quote, and of all on their cards."""
    said = [
        record
        for one in document.all
        for block in one.blocks
        if isinstance(block, HeadlineBlock)
        or (isinstance(block, TableBlock) and block.layout == "numbers")
        for record in block.findings
    ]
    cards = {_card(record) for record in said} - {None}
    on_cards = (record for record in document.findings if _card(record) in cards)
    return {str(record["id"]) for record in (*said, *on_cards)}


def _order(record: Record, quoted: Container[str]) -> tuple[object, ...]:
    """By what is quoted most, indicator, cards before other places and schools, newest year, group, and measure."""
    card = _card(record)
    return (
        str(record["id"]) not in quoted,
        str(record.get("title", "")),
        record.get("organization_level") == "school",
        card is None,
        "" if card else str(record.get("place", "")),
        -int(record.get("end_year") or 0),
        str(record.get("student_group_type", "")),
        str(record.get("label", "")),
        card or (),
        _side(record) if card else record.get("measure") not in ("rate", "count"),
        str(record["id"]),
    )


def _card(record: Record) -> tuple[str, ...] | None:
    """Return what the place, what it is compared with, and their difference have in common; None for all else."""
    names = ("indicator", "end_year", "student_group", "grade_level")
    if _side(record) is None:
        return None
    return tuple(str(record.get(name)) for name in names)


def _side(record: Record) -> int | None:
    """Return 0 for a figure of a place that reports are about, 1 for all but it, 2 for their difference."""
    places = catalog.places()
    rest = {place.all_but: code for code, place in reversed(places.items()) if place.all_but}
    own = {code for code in rest if places[code].headline}
    here, other = str(record.get("organization_id")), str(record.get("reference") or "")
    if record.get("measure") in ("rate", "count", "average") and not other:
        return 0 if here in own else 1 if here in {rest[code] for code in own} else None
    is_gap = record.get("measure") == "gap" and here in own and other == rest[here]
    return 2 if is_gap else None


def _number_notes(entries: Iterable[Note]) -> dict[Note, int]:
    """Return every note once, numbered by kind as at the foot of the page."""
    kinds = list(KINDS)
    unique = sorted(dict.fromkeys(entries), key=lambda note: kinds.index(note.kind))
    return {note: number for number, note in enumerate(unique, start=1)}


def _list_record(record: Record, numbered: dict[Note, int], *, goes_on: bool) -> Listed:
    entries = notes(record)
    numbers = tuple(numbered[note] for note in entries)
    tags = tuple(translate(note.tag) for note in entries if note.tag)
    return Listed(record, facts(record), numbers, tags, goes_on)


def _advice(numbered: dict[Note, int]) -> list[tuple[str, list[Numbered]]]:
    by_kind = groupby(numbered.items(), key=lambda pair: pair[0].kind)
    return [
        (translate(KINDS[kind]), [Numbered(number, note) for note, number in pairs])
        for kind, pairs in by_kind
    ]


def _choices(records: Sequence[Record]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return column, name, and values with words of each filter; the newest year first, all else by the alphabet."""
    filters = []
    for column, name in _FILTERS.items():
        values = sorted({str(record[column]) for record in records if record.get(column)})
        ordered = values[::-1] if column == "school_year" else values
        filters.append((column, translate(name), [(value, value) for value in ordered]))
    met = {_level(record) for record in records}
    levels = [(code, translate(words)) for code, words in _LEVELS.items() if code in met]
    return [*filters, ("level", translate("Level of schools"), levels)] if levels else filters


_LEVELS = {
    "elementary": mark("Elementary schools"),
    "k8": mark("K-8 schools"),
    "middle": mark("Middle schools"),
    "high": mark("High schools"),
}


def _level(record: Record) -> str:
    """Return the level of the schools that a finding is of; empty where it is of more than one, or none is known."""
    code = str(record.get("organization_id") or "")
    if record.get("organization_level") == "school":
        school = catalog.schools().get(code)
        return (school.level if school else "") or ""
    if record.get("student_group_type") == "survey_level":
        return str(record.get("student_group"))
    place = catalog.places().get(code)
    return (place.level if place else "") or ""


_FIGURE_OF: dict[Layout, str] = {
    "pages": mark("Figure {number} of the report"),
    "summary": mark("Figure {number} of the summary"),
    "annex": mark("Figure {number} of the annex"),
}


def _named_figures(document: Document) -> list[tuple[FigureBlock, str]]:
    """Return every figure of an edition, and how it is called."""
    return [
        (figure, translate(_FIGURE_OF.get(one.layout, "Figure {number}"), number=figure.number))
        for one in document.all
        for figure in one.figures
    ]


def _island(
    records: Sequence[Record], figures: Sequence[tuple[FigureBlock, str]], meta: BuildInfo
) -> str:
    """Return what the script needs, as JSON that is safe in a page."""
    title = f"{meta.title}, with other parameters" if meta.changed else meta.title
    drawn: dict[str, list[int]] = {}
    for at, (figure, _) in enumerate(figures):
        for record in figure.findings:
            drawn.setdefault(str(record["id"]), []).append(at)
    data = {
        "said": {name: translate(text) for name, text in _SAID.items()},
        "kinds": {name: translate(text) for name, text in KINDS.items()},
        "styles": {name: translate(text) for name, text in _STYLES.items()},
        **_search_words(records),
        "columns": _columns(records, title, meta),
        "cites": _cites(records, title, meta),
        "levels": [_level(record) for record in records],
        "figures": [[figure.name, name] for figure, name in figures],
        "drawn": [drawn.get(str(record["id"]), []) for record in records],
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


SEARCHED = (
    *("id", "sentence", "title", "label", "student_group", "place", "organization_id"),
    *("organization_level", "end_year", "grade_level", "measure", "indicator", "reference"),
    *("reference_label", "publish"),
)
"""The fields of a finding that the search reads."""


def search_index(records: Sequence[Record], names: Sequence[str]) -> dict[str, Any]:
    """Return what a page's search reads (``search.js``): the named fields of records by column, and its words."""
    cells = [[str(record.get(name) or "") for record in records] for name in names]
    columns = [_pack_column(name, column) for name, column in zip(names, cells, strict=True)]
    said = {name: translate(_SAID[name]) for name in ("found", "none", "lacking")}
    return {"said": said, "columns": columns, **_search_words(records)}


def _search_words(records: Iterable[Record]) -> dict[str, Any]:
    codes = {code for record in records for code in _groups(record)}
    groups = {code: group_words(code) for code in sorted(codes)}
    schools = {str(record.get("organization_id") or "") for record in records}
    groups |= {code: words for code in sorted(schools) if (words := search.school_words(code))}
    return {"groups": groups, "search": search.shared_index()}


def _groups(record: Record) -> list[str]:
    return f"{record.get('student_group') or ''} {record.get('reference') or ''}".split()


def _columns(records: Sequence[Record], title: str, meta: BuildInfo) -> list[dict[str, Any]]:
    """Return the cells of findings.csv by column, each text once; a column may be one that the script makes."""
    names, *rows = csv.reader(io.StringIO(output.records_csv(records)))
    columns: list[dict[str, Any]] = []
    for name, cells in zip(names, zip(*rows, strict=True), strict=True):
        if name == "cite_apa" and list(cells) == [
            citation.fill(_cite_record(record, title, meta), "apa")
            if "source_ids" in record
            else None
            for record in records
        ]:
            columns.append({"name": name, "made": "apa"})
            continue
        columns.append(_pack_column(name, cells))
    return columns


def _pack_column(name: str, cells: Sequence[str]) -> dict[str, Any]:
    """Return a column with each text once, or each cell as it is where most differ; an id always is."""
    texts = list(dict.fromkeys(cells))
    if name == "id" or len(texts) > len(cells) / 2:
        return {"name": name, "each": list(cells)}
    places = {text: at for at, text in enumerate(texts)}
    return {"name": name, "texts": texts, "at": [places[cell] for cell in cells]}


def _cite_record(record: Record, title: str, meta: BuildInfo) -> citation.Cited:
    return citation.cited_finding(
        record,
        edition=title,
        published=meta.published,
        licence=meta.licence,
        site_url=meta.site_url,
    )


def _cites(records: Sequence[Record], title: str, meta: BuildInfo) -> dict[str, Any]:
    """Return the frames of all citations, and which frame and data each finding has (null: cannot be made)."""
    frames: dict[tuple[str, ...], int] = {}
    sources: dict[tuple[int, str], int] = {}
    at: list[int | None] = []
    for record in records:
        if "source_ids" not in record:
            at.append(None)
            continue
        work = _cite_record(record, title, meta)
        made = tuple(citation.frame(work, style) for style in _STYLES)
        source = (frames.setdefault(made, len(frames)), work.data)
        at.append(sources.setdefault(source, len(sources)))
    return {
        "frames": [dict(zip(_STYLES, made, strict=True)) for made in frames],
        "sources": [list(source) for source in sources],
        "site": meta.site_url,
        "at": at,
        "signs": citation.SIGNS,
        "tex": citation.TEX,
    }
