"""Ask of every text of a document who owns it: a record of its block, the catalog, or a message of ours.

A text that stands under a figure may say what the records of that figure print, and no other number. A row of a table
is owned by one record whole, or cell by cell by the catalog.
"""

import contextlib
import itertools
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, get_args

from sesec_analysis import (
    __version__,
    catalog,
    checkout,
    hidden_characters,
    i18n,
    i18n_files,
    schema,
)
from sesec_analysis.archive import changes_section
from sesec_analysis.catalog.claim_entries import SchoolsTest
from sesec_analysis.catalog.entries import Indicator, School, SeriesBreak, SeriesEvent
from sesec_analysis.editions import parameters, run, sheet_index
from sesec_analysis.editions.documents import prose, provenance
from sesec_analysis.editions.documents.blocks import (
    AsksBlock,
    Block,
    FigureBlock,
    Heading,
    HeadlineBlock,
    Node,
    NoticeBlock,
    Prose,
    Table,
    TableBlock,
)
from sesec_analysis.editions.documents.notebook import Document, Section, figure_name
from sesec_analysis.editions.documents.provenance import Imprint, NotebookNote
from sesec_analysis.editions.documents.sections import accessibility, certificate, freshness
from sesec_analysis.editions.documents.sections.closing import ASKS
from sesec_analysis.editions.editions import SYNTHETIC, Edition, editions
from sesec_analysis.errors import SesecError
from sesec_analysis.evidence import citation, ledger, tables
from sesec_analysis.evidence.claim_tests import ClaimFigures
from sesec_analysis.evidence.counts import FEW_COUNTED
from sesec_analysis.evidence.finding import Finding, Findings
from sesec_analysis.evidence.not_computed import NOT_COMPUTED
from sesec_analysis.evidence.pictured import captions
from sesec_analysis.evidence.school_tables import level_distribution, level_parts, level_weights
from sesec_analysis.evidence.wording import labels
from sesec_analysis.evidence.wording.numbers import grade_name, level_words, school_year
from sesec_analysis.files import sha256_of
from sesec_analysis.loaders.claims import claim_figures, claim_school_figures, level_figures
from sesec_analysis.loaders.listing import sources
from sesec_analysis.loaders.load import load
from sesec_analysis.metrics.disparity import coverage
from sesec_analysis.metrics.school_levels.levels import school_levels
from sesec_analysis.verdict import phrases, placing, rewording, rewriting
from sesec_analysis.verdict.phrases import Owners, Pairs, Phrases, is_whole, plain
from sesec_analysis.verdict.rewriting import Fault

__all__ = [
    "CERTIFICATE",
    "CODES",
    "of_run",
    "pairs_in",
    "placed",
    "reasons",
    "texts_of",
    "titles",
    "typed_in",
    "unowned",
    "words_of",
]


NOBODYS = "nobody owns these words"
CERTIFICATE = "certificate-of-the-disclosure-audit"
_AGES = "how-new-the-figures-are"


def texts_of(document: Document) -> Iterator[tuple[str, str]]:
    """Yield every text of a document that is not of a finding's record, and where it stands."""
    for where, block in placed(document):
        yield from ((f"{where}{part}", text) for part, text in words_of(block) if text)


def placed(document: Document) -> Iterator[tuple[str, Block]]:
    """Yield every block of a document and of those beside it, its title as a heading, and where it stands."""
    for one in document.all:
        file = "document.json" if one is document else f"document.json {one.layout},"
        yield f"{file} title", Heading(1, one.title, "")
        for at, block in enumerate(one.lead, start=1):
            yield f"{file} lead, block {at}", block
        for part in one.sections:
            yield f"{file} section {part.heading.id}", part.heading
            for at, block in enumerate(part.blocks, start=1):
                named = f"figure {block.name}" if isinstance(block, FigureBlock) else f"block {at}"
                yield f"{file} section {part.heading.id}, {named}", block


CODES = frozenset({"kind", "id", "name", "align", "layout", "html", "svg"})
"""Strings of a block that are no words."""


def words_of(block: Block) -> Iterator[tuple[str, str]]:
    """Yield every text of a block that is not of a finding's record, and which part of it that is."""
    for name, part in ((field.name, getattr(block, field.name)) for field in fields(block)):
        if isinstance(part, Table):
            yield from ((f", heading {column.name}", column.label) for column in part.columns)
            rows = enumerate(part.rows, start=1)
            yield from ((f", row {at}", cell) for at, row in rows for cell in row)
        elif name == "nodes":
            yield from ((", words", text) for text in _of_nodes(part))
        elif name == "asks":
            yield from ((f", ask {at}", ask) for at, ask in enumerate(part, start=1))
        elif isinstance(part, str) and name not in CODES:
            texts = part.split("\n\n") if name == "long_description" else [part]
            yield from ((f", {name}", text) for text in texts)


_WHOLE = ("paragraph", "listing", "cell")


def _of_nodes(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if node.kind in _WHOLE:
            yield plain(_words(node))
        else:
            yield from _of_nodes(node.children)


def _words(node: Node) -> str:
    return node.text + "".join(map(_words, node.children)) + ("\n" if node.kind == "break" else "")


@lru_cache(maxsize=8)
def _phrases(roster: Path, code: str) -> Phrases:
    """Return all messages of a language, and the names of the catalog; each community has its own list of schools."""
    known = phrases.messages(code)
    said = [*known, *(form for text in known for form in _as_shown(text)), *_sayings()]
    said += [NOT_COMPUTED.replace("{reason}", reason) for reason in phrases.refusals()]
    joints = () if code == i18n_files.ENGLISH else (i18n.say(i18n.AND), i18n.say(i18n.OR))
    return Phrases(said, _names(), joints)


@lru_cache(maxsize=8)
def pairs_in(roster: Path, code: str) -> Pairs:
    """Return what is told of what in a language; names of the catalog, and of its publishers, are in all the same."""
    names = _phrases(roster, i18n_files.ENGLISH)
    publishers = {source.publisher_short for source in catalog.sources().values()}
    return Pairs(code, lambda text: text in publishers or names.is_name(text))


@lru_cache(maxsize=8)
def reasons(folder: Path, code: str) -> Phrases:
    """Return what may own the reason and the method of a record, in a language."""
    return Phrases([*phrases.messages(code), *phrases.methods()], rewording.LIMITS)


def _names_of(school: School) -> set[str]:
    short = school.name.replace(" School", "")
    return {school.name, school.short_name, short, *school.earlier_names.split("; ")} - {""}


def _names() -> Iterator[str]:
    """Yield what the catalog calls things, wherever it stands in a text."""
    for school in catalog.schools().values():
        yield from _names_of(school)
        yield f"{school.lowest_grade}–{school.highest_grade}"
    for place in catalog.places().values():
        yield from (place.name, place.phrase, place.definition)
    for code, kind in catalog.group_types().items():
        yield labels.type_title(code)
        for name, group in kind.groups.items():
            yield from (labels.group_label(name), group.people)
    for code, source in catalog.sources().items():
        yield from (source.publisher, f"the {source.publisher}", source.title, code)
        yield f"“{source.title}” ({code})"
        for year, release in source.releases.items():
            yield from (release.title, release.school_year, release.dataset_id or "")
            yield f"sesec data fetch {code} --end-year {year}"
    for number, claim in catalog.claims().items():
        for test in claim.tests:
            if isinstance(test, SchoolsTest):
                yield from (f"{end * 100:.0f}" for end in (test.low, test.high))
        yield from (f"{number}. {claim.claim} ({claim.date})", claim.source)
    commands = ("add-release SOURCE YEAR ID", "fetch SOURCE --end-year YEAR")
    yield from (f"`sesec data {words}`" for words in commands)
    for layer in catalog.outlines().values():
        yield from layer.source.split("; ")
    yield from (grade_name(grade) for grade in ("PK", "K", *(f"{at:02d}" for at in range(1, 13))))


def _sayings() -> Iterator[str]:
    """Yield what the catalog says, and how much chance an interval allows for."""
    for indicator in catalog.indicators().values():
        for at, stop in enumerate(_stops(indicator), start=1):
            year = school_year(stop.at)
            yield f"{year}: {stop.reason}"
            yield from (f"{one} ({year}): {stop.reason}" for one in "abcdefgh"[:at])
        yield from (f"{school_year(event.at)}: {event.words}" for event in indicator.events)
        yield from (f"{school_year(out.year)}: {out.reason}" for out in indicator.years_out)
    for level in (0.9, 0.95, 0.99, 0.998):
        yield from (level_words(level), f"{level * 100:.12g}% limits")


def _as_shown(text: str) -> Iterator[str]:
    """Yield the words of a paragraph of a notebook as pages show them: its links and code without their signs."""
    if re.search(r"]\(|[`*\\]", text):
        with contextlib.suppress(SesecError):
            for block in prose.blocks(text, where="", taken=set()):
                yield from _of_nodes(block.nodes) if isinstance(block, Prose) else ()


def unowned(
    document: Document,
    meta: Imprint,
    audit: Path,
    findings: Mapping[str, Finding],
    asked: Collection[int] | None = None,
) -> Iterator[Fault]:
    """Yield every text of a document that nobody owns, in its order, its records apart; in the language asked for.

    ``audit`` is the file with the outcome of its audit, which its certificate repeats, ``findings`` are those of its
    records, by id. Only the blocks ``asked`` for are asked, by their numbers among those `placed`; all if it is None.
    """
    notes = [typed_in(note) for note in meta.notebooks]
    yield from _misplaced(document, notes)
    typed = {block for note, _ in notes for block in (*note, *titles(note))}
    typed.add(Heading(2, i18n.say("What we ask"), ASKS))
    printed = _Printed(document, findings)
    again = {id(block) for one in document.all for block in _repeated(one, document, meta, audit)}
    for at, (where, block) in enumerate(placed(document)):
        if asked is not None and at not in asked:
            continue
        if id(block) in again or (isinstance(block, Heading | Prose) and block in typed):
            continue
        if isinstance(block, Heading):
            yield Fault(where, f"{NOBODYS}: {_hidden(block.text)}")
        else:
            yield from _Asked(where, block, meta, findings, printed).faults()


class _Printed(dict[str, frozenset[str]]):
    """What each finding prints, by id: made where it is asked for."""

    def __init__(self, document: Document, findings: Mapping[str, Finding]) -> None:
        super().__init__()
        self._records = {str(record["id"]): record for record in document.findings}
        self._findings = findings

    def __missing__(self, name: str) -> frozenset[str]:
        self[name] = rewording.strings_of(self._findings[name], self._records[name])
        return self[name]


def titles(typed: Iterable[Heading | Prose]) -> Iterator[Heading]:
    """Yield the titles among what a notebook has typed, as they stand over a document: without an id."""
    yield from (replace(one, id="") for one in typed if isinstance(one, Heading) and one.level == 1)


def typed_in(note: NotebookNote) -> tuple[list[Heading | Prose], set[str | None]]:
    """Return the headings and prose of a notebook, and its names of figures, if it is still as it was run."""
    path = checkout.root() / note.path
    is_as_run = path.is_file() and sha256_of(path) == note.sha256
    return _read_from(path, note, i18n.language()) if is_as_run else ([], set())


@lru_cache(maxsize=32)  # all sheets have one notebook
def _read_from(
    path: Path, note: NotebookNote, code: str
) -> tuple[list[Heading | Prose], set[str | None]]:
    typed, names, taken = list[Heading | Prose](), set[str | None](), set[str]()
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        names.add(figure_name(cell, where=note.path))
        if cell["cell_type"] == "markdown":
            text = hidden_characters.without("".join(cell["source"]))
            typed += prose.translated_blocks(text, where=note.path, taken=taken)
    return typed, names


def _listing() -> Mapping[str, Edition]:
    try:
        return editions()
    except SesecError:  # there is no list here
        return {}


def _hidden(piece: str) -> str:
    """Return words with every digit put out of sight."""
    return re.sub(r"\d", "#", piece)[:80]


def _repeated(document: Document, whole: Document, meta: Imprint, audit: Path) -> Iterator[Block]:
    """Yield the blocks that follow from something else that was checked: they are made again and compared.

    ``whole`` is the report of the edition, with what stands beside it.
    """
    for at, part in enumerate(document.sections):
        before = replace(document, sections=document.sections[:at])
        others = replace(document, sections=(*before.sections, *document.sections[at + 1 :]))
        made: Sequence[Section] = ()
        if part.heading.id == CERTIFICATE and audit.is_file():
            with contextlib.suppress(KeyError, TypeError, ValueError):
                outcome = json.loads(audit.read_text("utf-8"))
                made = certificate.with_certificate(before, outcome).sections
        elif part.heading.id == _AGES and (year := _year(meta)):
            made = freshness.with_ages(before, year).sections
        elif part.heading.text == changes_section.TITLE:
            made = changes_section.with_changes(others, meta).sections
        elif part.heading.id == accessibility.ID:
            made = (accessibility.section(whole, 0),)
        if _unnumbered(part) in map(_unnumbered, made):
            yield from (part.heading, *part.blocks)
    yield from (block for block in document.blocks if _is_plain(block, document))


def _unnumbered(part: Section) -> Section:
    tables = (replace(one, number=0) if isinstance(one, TableBlock) else one for one in part.blocks)
    return replace(part, blocks=tuple(tables))


_OF_SOURCES = ["title", "school_year", "dataset_id", "rows"]
_OF_COVERAGE = ["figure", "school_year", "organization_name", "cells", "cells_reported", "coverage"]


def _is_plain(block: Block, document: Document) -> bool:
    """Tell whether a table without findings says what the data at hand say of themselves: sources, coverage."""
    if not isinstance(block, TableBlock) or block.findings or not block.table.rows:
        return False
    names, rows = [column.name for column in block.table.columns], block.table.rows
    if names == _OF_SOURCES:
        return {*rows} <= {*tables.plain_table(sources().reset_index()[names], "").rows}
    return names == _OF_COVERAGE and all(row in _covered(row, document) for row in rows)


def _covered(row: tuple[str, ...], document: Document) -> Iterator[tuple[str, ...]]:
    """Yield what the rows of a table of coverage can say of a figure, year and place."""
    title, year, name, *_ = row
    grades = {record["grade_level"] for record in document.findings if record["title"] == title}
    codes = [code for code, entry in catalog.indicators().items() if entry.title == title]
    places = [code for code, place in catalog.places().items() if place.name == name]
    for code, place, grade in itertools.product(codes, places, sorted(grades)):
        asked = {"grade_level": grade, "student_group_type": "race_ethnicity"}
        cells = load(code, place=place, end_years=[int(year[:4]) + 1], **asked)
        counted = coverage(cells).assign(figure=title, school_year=year)
        yield from tables.plain_table(counted[_OF_COVERAGE], "", percents=["coverage"]).rows


_Called = tuple[Finding, set[str]]
_SAYING = (", text", ", caption", ", note", ", notes", ", why")
"""Parts of blocks that say something: no name stands by itself in these."""


class _Asked:
    """A block that is asked who owns it: made again as far as its findings and the edition tell, then text by text."""

    def __init__(
        self,
        where: str,
        block: Block,
        meta: Imprint,
        findings: Mapping[str, Finding],
        printed: Mapping[str, frozenset[str]],
    ) -> None:
        self.where, self.block, self.meta, self.printed = where, block, meta, printed
        given = getattr(block, "findings", ())
        self.records = {str(one["id"]): one for one in given}
        self.made = [findings[name] for name in self.records]
        drawn = block.csv_rows if isinstance(block, FigureBlock) else given
        self.shown = [findings[str(row["id"])] for row in drawn if row.get("id") in findings]
        self.phrases = _phrases(catalog.schools_file(), i18n.language())
        texts = {*self._texts()}.union(*(printed[finding.id] for finding in self.made))
        counted = {f"{number:,}" for number in self._numbers()}
        if isinstance(block, NoticeBlock):
            counted |= set(_few())
        # What a notice may name are the schools of the whole document.
        near = self.made or (isinstance(block, NoticeBlock) and [*findings.values()]) or []
        years, foreign = _years(self.made, meta), _foreign_schools(near)
        self.owners = Owners(self.phrases, texts, years=years, counts=counted, foreign=foreign)
        # The same findings are asked of many cells.
        self.of = cache(
            lambda ids: Owners(self.phrases, set().union(*(printed[one] for one in ids)))
        )

    def faults(self) -> Iterator[Fault]:
        """Yield what nobody owns."""
        block, measured = self.block, self._measured()
        table = measured or self._of_findings()
        again = self._again(table)
        if block != again:
            place = rewriting.first_difference(asdict(block), asdict(again))
            yield Fault(f"{self.where}, {place}", NOBODYS)
        places = [*self._odd()]
        if isinstance(block, FigureBlock | TableBlock):
            places += self._columns(block.table)
            places += [] if table else self._rows(block.table)
        if not measured and placing.is_ordered_by_what_is_withheld(self.made):
            places.append("order of its withheld rows")
        yield from (Fault(f"{self.where}, {place}", NOBODYS) for place in places)
        already = {"row", "ask", *(("heading", "note") if table else ())}
        already |= {"text"} if isinstance(block, HeadlineBlock) else set()
        for part, text in words_of(block):
            is_asked = text and part.split()[1] not in already
            if is_asked and (piece := self._unowned(part, text)):
                yield Fault(f"{self.where}{part}", f"{NOBODYS}: {_hidden(piece)}")

    def _texts(self) -> Iterator[str]:
        """Yield what stands ready beside the texts of single findings: their counts, sources, what they share."""
        for count in (one[name] for one in self.records.values() for name in rewording.COUNTS):
            told = f"{count:,}" if isinstance(count, int) else str(count or "")
            yield from (told, *told.split(" to "))
        if not self.made:
            return
        ids = [finding.row.source_ids for finding in self.made]
        yield from (citation.source_line("; ".join(some)) for some in (ids, sorted(set(ids))))
        if isinstance(self.block, TableBlock):
            yield tables.what(Findings(self.made))
        yield labels.indicators_together(tables.TEXTS["indicator"](one) for one in self.made)
        if year := _year(self.meta):
            yield str(year - max(finding.row.end_year for finding in self.made))

    def _numbers(self) -> set[int]:
        """Return how many findings, rows and schools there are: all, and of each place, reason or text in a table."""
        counts: Counter[tuple[str, ...]] = Counter()
        places = catalog.places()
        rows = [finding.row for finding in self.made]
        for row in rows:
            within = [code for code in places if row.organization_id in places[code].schools]
            for where in ("", row.organization_level, *within):
                counts.update([(where,), (where, row.publish), (where, row.publish, row.reason)])
        numbers = {len(rows)}
        if isinstance(self.block, FigureBlock):
            schools = {str(one["place"]): one["organization_id"] for one in self.records.values()}
            for cells in self.block.table.rows:
                words = [cell for cell in cells if not re.search(r"\d", cell)]
                codes = {schools[cell] for cell in cells if cell in schools}
                words += [one.name for one in places.values() if one.schools.keys() & codes]
                counts.update((cell,) for cell in words)
                counts.update((f"column {at}",) for at, cell in enumerate(cells) if cell)
                counts.update(itertools.combinations(words, 2))
            for place in places.values() if not rows else ():
                levels = Counter(catalog.schools()[code].level for code in place.schools)
                numbers |= {len(place.schools), *levels.values()}
        numbers |= {*counts.values()}
        if {"funnel_target", "rate_less_expected"} & {row.measure for row in rows}:
            # Of so many schools so many lie beyond the limits by chance alone, as their captions say.
            numbers |= {max(1, round(0.05 * number)) for number in numbers} | {5, 100}
            less = (one for one in rows if one.measure == "rate_less_expected")
            ends: list[Any] = [(one.ci_low, one.ci_high) for one in less if one.publish == "point"]
            # Within the shading about what is usual.
            numbers.add(sum(None not in (low, high) and low <= 0 <= high for low, high in ends))
        return numbers

    def _measured(self) -> tables.ReportTable | None:
        """Return a table of the founding claims or of school levels, measured again from what the state publishes."""
        given = [self.meta.parameters.get(name) for name in _MEASURED_FROM]
        if None in given or not isinstance(self.block, TableBlock):
            return None
        made = _measured(self.block.table.columns[0].name, *given)
        return made.get((self.block.caption, self.block.layout))

    def _of_findings(self) -> tables.ReportTable | None:
        """Return a table made of its findings again, where their order and its columns say how."""
        if not self.shown or not isinstance(self.block, FigureBlock | TableBlock):
            return None
        names = {column.name: "" for column in self.block.table.columns}
        is_short = isinstance(self.block, TableBlock) and self.block.layout == "numbers"
        is_made = not is_short and names.keys() <= tables.TEXTS.keys()
        return tables.of_findings(Findings(self.shown), columns=list(names)) if is_made else None

    def _again(self, table: tables.ReportTable | None) -> Block:
        """Return the block with all made again that follows from its findings, its table and the list of editions."""
        block = self.block
        if isinstance(block, Prose):
            return prose.plain("".join(map(_words, block.nodes)))
        if isinstance(block, AsksBlock):
            listed = _listing().get(self.meta.edition)
            return AsksBlock(tuple(map(i18n.say, listed.asks)) if listed else ())
        if isinstance(block, HeadlineBlock):
            # Where a headline is refused, the title of its section stands alone.
            told = [str(one.get("headline") or "") for one in self.records.values()]
            return block if block.text in ("", *told) else replace(block, text="")
        if isinstance(block, FigureBlock):
            names = [*block.csv_rows[0]] if block.csv_rows else []
            rows = ({name: one.get(name) for name in names} for one in block.findings)
            block = replace(block, csv_rows=tuple(rows))
            if self.made:
                block = replace(block, source_line=captions.source(Findings(self.made)))
        if isinstance(block, FigureBlock | TableBlock) and table:
            block = replace(block, table=Table(table.columns, table.rows))
            if isinstance(block, TableBlock):
                note = freshness.aged(table.note, block.findings, _year(self.meta))
                block = replace(block, note=note)
        return block

    def _odd(self) -> Iterator[str]:
        """Yield the parts of a notice or figure that are not as ours are."""
        block = self.block
        if isinstance(block, NoticeBlock) and not (block.title and block.text.endswith((".", "?"))):
            yield "its sentence"
        if not isinstance(block, FigureBlock):
            return
        heads = [phrases.sentences(text) for text in (block.title, block.subtitle)]
        if not block.title or any(len(said) > 1 or said[0].endswith(".") for said in heads):
            yield "title"
        if block.frame and not 0 <= block.frame[0] < block.frame[1] <= 1:
            yield "frame"
        if any(
            name not in self.records or min(at) < 0 or max(at[0] + at[2], at[1] + at[3]) > 1000
            for name, *at in block.marks
        ):
            yield "marks"
        elif placing.misplaced(block):
            yield "where its marks stand"
        if self.made and not block.alt.endswith(f" {i18n.say('Values are in the table.')}"):
            yield "alt"
        left = block.long_description
        described = [captions.long_description([one], lambda _: "") for one in self.made]
        for (_, names), told in zip(_called(self.made), described, strict=True):
            named, found, after = left.partition(told)
            is_others = any(other in named for other in described)
            # Some are drawn and not described: what others are compared with.
            if found and not is_others and any(name in named for name in names):
                left = after
        if self.made and left:
            yield "long_description"

    def _columns(self, table: Table) -> Iterator[str]:
        """Yield the columns of a table that have no name of ours, or one that another has."""
        names = [column.name for column in table.columns]
        maps = sum(name.startswith("map ") for name in names)
        of_maps = {f"map {at}" for at in range(1, maps + 1)}
        lists = (_COLUMNS, tables.TEXTS, catalog.places(), catalog.schools(), of_maps)
        for at, name in enumerate(names):
            is_code = name == f"c{at}" or any(name in codes for codes in lists)
            if not is_code:
                is_code = bool(_DATED_CODE.fullmatch(name)) or name in phrases.methods()
            if not (name and is_code) or names.count(name) > 1:
                yield f"column {_hidden(name)}"

    def _rows(self, table: Table) -> Iterator[str]:
        """Yield the rows of a table with a cell that is not of the findings of its row and column.

        A row may print the findings that bear its first text as a name, or else its share of all.
        """
        called = _called(self.shown)
        size = 0 if len(called) % len(table.rows or "1") else len(called) // len(table.rows or "1")
        for at, row in enumerate(table.rows):
            owners = [one for one in called if row[0] in one[1]]
            owners = owners or called[at * size : (at + 1) * size] or called
            cells = zip(table.columns, row, strict=False)
            if len(row) != len(table.columns) or any(self._cell(*cell, owners) for cell in cells):
                yield f"row {at + 1}"

    def _cell(self, column: tables.TableColumn, text: str, owners: Sequence[_Called]) -> str:
        """Return the piece of a cell that nobody owns of those whose row it is, and whose column where it names one."""
        if not owners:
            return self.owners.unowned(text)
        if column.name not in _NUMBERS:
            of_column = [one for one, names in owners if column.label in names]
            ids = frozenset(one.id for one in of_column or (one for one, _ in owners))
            # As of nearly all cells; nothing else has to be made ready for these.
            if is_whole(text) and any(text in self.printed[one] for one in ids):
                return ""
            return self.of(ids).unowned(text)
        made = {"", *(tables.TEXTS[column.name](one) for one, _ in owners)}
        made |= {one.printed.value for one, _ in owners if column.name == "value"}
        if column.name == "n":  # with what it counts, where the heading does not say it
            rows = {labels.counted(one.row): one.row for one, _ in owners}
            made |= {labels.number_counted(n, row) for n in made for row in rows.values() if n}
        return "" if text in made else text

    def _unowned(self, part: str, text: str) -> str:
        """Return the first piece of one text that nobody owns."""
        block = self.block
        if part == ", alt" and isinstance(block, FigureBlock) and "…" in text:
            # An alt text is cut to its length where it repeats title and subtitle.
            whole = f"{block.title}; {block.subtitle}"
            before, _, cut = text.partition("…")[0].partition(": ")
            if whole.startswith(cut):
                text = f"{before}: {whole}.{text.partition('…')[2]}"
        is_bare = self.phrases.is_name(text) or not re.search(r"[^\W\d_]", text)
        if isinstance(block, NoticeBlock) and part == ", title" and is_bare:
            return text
        return self.owners.unowned(text, "none" if part in _SAYING else "names")


def _few() -> Iterator[str]:
    """Yield the gate's reasons that say a number, the same for all figures, as they fill a place of a notice."""
    yield labels.few_counted(schema.MINIMUM_GROUP)
    for how in (
        "fewer than {n} students are counted on one side",
        "fewer than {n} students are counted on both sides",
        "fewer than {n} students are counted, or left out, on one side",
        "fewer than {n} students were not tested",
    ):
        yield i18n.say(how, n=FEW_COUNTED)


_NUMBERS = ("value", "interval", "n", "reference_n", "coverage")
"""Columns that hold one number of a finding each, and no other of it."""
_DATED_CODE = re.compile(r"(?:[a-z_]+_)?20\d\d")
_COLUMNS = (
    *("usual", "limits", "standing", "grades", "part_of", "earlier_names", "dataset_id", "age"),
    "question",
)
"""Names of columns that only figures, and tables without findings, have."""


def _places(finding: Finding) -> set[str]:
    return {finding.place, captions.school_name(finding), finding.row.organization_name}


def _called(findings: Sequence[Finding]) -> list[_Called]:
    """Return findings and what a row or column of each is called: a school may be called another in another year."""
    names: dict[str, set[str]] = {}
    for one in findings:
        names.setdefault(one.row.organization_id, set()).update(_places(one))
    kinds = ("indicator", "student_group", "school_year", "grade_level", "measure", "level")
    return [
        (one, names[one.row.organization_id] | {tables.TEXTS[kind](one) for kind in kinds} - {""})
        for one in findings
    ]


def _misplaced(
    document: Document, notes: Sequence[tuple[Sequence[Heading | Prose], set[str | None]]]
) -> Iterator[Fault]:
    """Yield what its notebooks do not give: documents, names of figures, numbers, the order of prose."""
    layouts = [one.layout for one in document.all]
    is_ordered = layouts[1:] == sorted(set(layouts[1:]) - {layouts[0]}, reverse=True)
    if len(layouts) != len(notes) or not is_ordered:
        yield Fault("document.json, its documents", NOBODYS)
    known = set[str | None]().union(*(names for _, names in notes))
    for one in document.all:
        for name in {figure.name for figure in one.figures} - known:
            yield Fault(f"document.json, figure {_hidden(name)}, name", NOBODYS)
        for kind in (FigureBlock, TableBlock):
            numbers = [block.number for block in one.blocks if isinstance(block, kind)]
            if numbers != list(range(1, len(numbers) + 1)):
                yield Fault(f"document.json {one.layout}, number of a {kind.kind}", NOBODYS)
        blocks = [block for part in one.sections for block in (part.heading, *part.blocks)]
        told = (([block for block in blocks if block in typed], typed) for typed, _ in notes)
        said, typed = max(told, key=lambda pair: len(pair[0]))
        left: Iterator[Block] = iter(typed)
        if not all(block in left for block in said):
            yield Fault(f"document.json {one.layout}, order of its prose", NOBODYS)


def of_run(document: Document, meta: Imprint) -> Iterator[Fault]:
    """Yield what run.json says that neither the list of editions nor the catalog does."""
    listed, is_synthetic = _listing().get(meta.edition), catalog.is_synthetic()
    used = {str(record["indicator"]) for record in document.findings}
    languages = {one.language for one in document.translations}
    titles = {code: title for code, title in meta.titles.items() if code in languages}
    names = [note.path for note in meta.notebooks]
    again = replace(
        meta,
        title=_titled(meta.title, meta, i18n_files.ENGLISH),
        titles={code: _titled(title, meta, code) for code, title in titles.items()},
        published=listed.published if listed else meta.published,
        sources=provenance.sources(document.findings),
        synthetic=is_synthetic,
        absent=tuple(code for code in catalog.indicators() if code in {*meta.absent} - used),
        changed=tuple(name for name in meta.parameters if name in meta.changed),
        version=__version__,
    )
    told, made = meta.as_dict(), again.as_dict()
    wrong = {f"/{name}": json.dumps(told[name]) != json.dumps(made[name]) for name in told}
    wrong |= {
        "/package/commit": not re.fullmatch(r"None|[0-9a-f]{40}", str(meta.commit.hash)),
        "/package/uncommitted_changes": not isinstance(meta.commit.dirty, bool),
        "/published": wrong["/published"] or not re.fullmatch(r"None|20\d\d", str(meta.published)),
        # The same file has one path.
        "/notebook": any(name != Path(name).as_posix() or ".." in name for name in names),
        "/edition": not listed and bool(_listing()) and not _is_of_shelf(meta),
    }
    files = [(checkout.root() / name, name) for name in names]
    loaded = [_declared(at, sha256_of(at), name) for at, name in files if at.is_file()]
    known = {*catalog.places(), *catalog.indicators(), *catalog.schools(), "all"}
    known |= {f"{grade:02d}" for grade in range(1, 13)}
    for name, value in meta.parameters.items():
        of_list = (listed.parameters if listed else {}).get(name, value)
        is_known = value in known if isinstance(value, str) else isinstance(value, int | float)
        is_asked = value == of_list or name in meta.changed
        wrong[f"/parameters/{name}"] = not (is_known and is_asked and name in set().union(*loaded))
    yield from (Fault(f"run.json {name}", NOBODYS) for name, is_wrong in wrong.items() if is_wrong)


@lru_cache(maxsize=32)  # all sheets have one notebook
def _declared(path: Path, sha256: str, name: str) -> Mapping[str, parameters.Parameter]:
    return parameters.declared(run.load(path), where=name)


def _titled(title: str, meta: Imprint, code: str) -> str:
    """Return the title of an edition in a language; of one that is not listed its own, if that is of our words."""
    with i18n.spoken(code):
        if listed := _listing().get(meta.edition):
            known = i18n.say(listed.title)
            return i18n.say("SYNTHETIC: {text}", text=known) if catalog.is_synthetic() else known
        roster, is_told = catalog.schools_file(), code != i18n_files.ENGLISH
        if is_told and pairs_in(roster, code).is_told(meta.title, title):
            return title  # the English one is asked as well
        owners = Owners(_phrases(roster, code), years={_year(meta) or 0})
        return "" if _listing() and owners.unowned(title) else title


def _is_of_shelf(meta: Imprint) -> bool:
    """Tell whether an edition is named as the fact sheet of its school and year, or as the shelf of all."""
    shelf, _, folder = meta.edition.partition("/")
    mark, school = SYNTHETIC if catalog.is_synthetic() else "", meta.parameters.get("school")
    own = sheet_index.find(str(school)).folder if school else ""
    return (shelf, folder) == (f"schools-{_year(meta)}{mark}", own)


def _foreign_schools(findings: Sequence[Finding]) -> frozenset[str]:
    """Return the names of schools that a text beside findings of a place may not name: none of them is of these."""
    if not any(finding.row.organization_level == "place" for finding in findings):
        return frozenset()
    own = {name for one in findings for name in (*_places(one), one.reference)}
    return _not_in("\n".join(sorted(own)), catalog.schools_file())


@lru_cache(maxsize=64)  # the blocks of a sheet are of the same places
def _not_in(own: str, roster: Path) -> frozenset[str]:
    named = ((one, one.short_name or one.name) for one in catalog.schools().values())
    others = (one for one, short in named if one.name not in own and short not in own)
    return frozenset(name for one in others for name in _names_of(one))


def _years(findings: Sequence[Finding], meta: Imprint) -> frozenset[int] | None:
    """Return the years that a text beside findings may name; None: any.

    They are its own and those between, those compared with, those of breaks in the series, and the report's.
    """
    rows = [finding.row for finding in findings]
    if not rows or any(row.indicator == rewording.LEVEL for row in rows):
        return None
    compared = " ".join(row.reference for row in rows).split()
    own = {row.end_year for row in rows} | {int(year) for year in compared if year.isdigit()}
    entries = [catalog.indicators()[code] for code in {row.indicator for row in rows}]
    stops = {one.at for entry in entries for one in _stops(entry)}
    stops |= {out.year for entry in entries for out in entry.years_out}
    return frozenset({*range(min(own), max(own) + 1), *stops, *({_year(meta)} - {None})})


def _stops(indicator: Indicator) -> list[SeriesBreak | SeriesEvent]:
    """Return where a series breaks, and what happened in its years, in their order."""
    return sorted([*indicator.breaks, *indicator.events], key=lambda stop: stop.at)


def _year(meta: Imprint) -> int | None:
    """Return the year that a report is of, by the year it ends in; None: of no one."""
    year = meta.parameters.get("report_year")
    return year if isinstance(year, int) else None


_MEASURED_FROM = ("report_year", "district", "place", "compare_to", "ci_level")


@lru_cache(maxsize=12)
def _measured(
    first: str, year: int, district: str, place: str, rest: str, level: float
) -> Mapping[tuple[str, str], tables.ReportTable]:
    """Return the tables whose first column has this name, by caption and layout."""
    of = {"district": district, "place": place, "compare_to": rest}
    made: list[object] = []
    if first == "level":
        figures = level_figures(up_to=year, place=district)
        levels = school_levels(figures, rules=catalog.level_rules(), level=level)
        makers = (level_distribution, level_parts, level_weights)
        made = [make(levels, places=[place, rest]) for make in makers]
    elif first == "the_claim":
        asked_for = claim_figures(up_to=year, **of)
        entries = ledger.measured(ClaimFigures(asked_for, place, rest, district, level))
        made = [ledger.written(entries, layout) for layout in get_args(tables.Layout)[:2]]
    elif first == "figure":
        made = [ledger.claim_schools(claim_school_figures(up_to=year), level=level)]
    return {(one.caption, one.layout): one for one in made if isinstance(one, tables.ReportTable)}
