"""Walk every text of a document: each number has its finding, and the names next to it are those of that finding.

A text is about one finding, which is in its block as the gate left it; its message ids are in the list of messages; and
what a caption, a column, or a row names is shared by every finding under it. The words of a record are those that its
numbers give.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Self

from sesec_analysis import catalog, checkout, i18n, i18n_files
from sesec_analysis.attack.reading.document_texts import blocks_of
from sesec_analysis.attack.rewriting import Fault
from sesec_analysis.attack.text_walk import TextRules, naming_faults, text_faults
from sesec_analysis.editions.documents.model import (
    FINDINGS,
    Block,
    Column,
    Document,
    FigureBlock,
    Finds,
    NoticeBlock,
    StoredFindings,
    Table,
    TableBlock,
    in_language,
)
from sesec_analysis.editions.texts import messages
from sesec_analysis.errors import SesecError
from sesec_analysis.text import (
    MISSING,
    REFUSAL,
    Arg,
    Count,
    EntryText,
    Quoted,
    Subject,
    Text,
    nested_in,
)

__all__ = ["TYPED", "listed_messages", "record_faults", "untyped", "walk", "walk_records"]


TYPED = frozenset(
    {
        *("table", "headline", "key_numbers", "board_questions", "school_questions"),
        *(
            "plot_at_a_glance",
            "plot_expected",
            "plot_funnel",
            "plot_gaps",
            "plot_levels",
            "plot_map",
        ),
        *("plot_multiples", "plot_need", "plot_rates", "plot_results_map", "plot_schools"),
        *("plot_slopes", "plot_trend"),
    }
)
"""The kinds of blocks of which every word is a typed text: a string among them is refused.

An alt text that is cut short to its room is a string.
"""


_PLAIN = "plain table"
"""The source of the cells of tables without findings: coverage, sources, budgets."""


def listed_messages(language: str = "") -> frozenset[str]:
    """Return the message ids of the list that `sesec words` writes, for the project and catalog at hand.

    In a language they are also its messages: what a translation has of the catalog was translated when it was read.
    """
    return _listed(language, checkout.root(), catalog.data_dir(), checkout.community())


@cache  # 1.8 s; fact sheets made by one process ask for each
def _listed(language: str, *of: object) -> frozenset[str]:
    if language:
        known = _listed("", *of)
        return known.union(i18n.translate(msgid, language) for msgid in known)
    with i18n.spoken(i18n.ENGLISH):
        gathered = messages.gathered()
    return frozenset(form for text in gathered for form in i18n_files.forms(text))


def walk(document: Document) -> Iterator[Fault]:
    """Yield what is wrong with the texts of a document, its other parts, and its translations, each with its place."""
    records = {str(record["id"]): record for record in document.findings}
    findings = StoredFindings(records, document.decisions)
    known = _Known.of_catalog()
    for one in (document, *document.translations):
        yield from _word_faults(one, records, findings)
        for where, block in blocks_of(one):
            for part, fault in _block_faults(block, findings, known, one.language):
                yield Fault(f"{where}{part}", fault)


def untyped(document: Document) -> int:
    """Return how many texts of blocks with findings are strings, which the walk cannot look into."""
    blocks = (block for one in document.all for block in one.blocks if isinstance(block, Finds))
    return sum(isinstance(text, str) for block in blocks for _, text in _texts(block) if text)


def _word_faults(
    document: Document, english: Mapping[str, Any], findings: Mapping[str, Any]
) -> Iterator[Fault]:
    """Yield the records of a document whose words are others than those that their numbers give.

    What a translation does not show of a finding is as in English.
    """
    name = in_language(FINDINGS, document.language)
    with i18n.spoken(document.language or i18n.language()):
        for record in document.findings:
            try:
                own = findings[record["id"]].words()
            except (SesecError, LookupError, TypeError, ValueError) as broken:
                what = broken.what if isinstance(broken, SesecError) else repr(broken)
                yield Fault(f"{name} {record['id']}", f"it cannot be read: {what}")
                continue
            shared = english[record["id"]] if document.language else own
            for part in sorted(own):
                if record.get(part) not in (own[part], shared.get(part)):
                    what = "is not what its numbers say in words"
                    yield Fault(f"{name} {record['id']}, {part}", what)


def walk_records(document: Document) -> Iterator[Fault]:
    """Yield what is wrong with the records of each block together, with its place."""
    for where, block in blocks_of(document):
        if isinstance(block, Finds):
            yield from (Fault(where, fault) for fault in record_faults(block.findings))


def record_faults(records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield findings of a year that none of their sources has, and one race as the reference of several others."""
    for record in records:
        releases = re.findall(r"@(\d{4})", str(record.get("source_ids", "")))
        if releases and str(record.get("end_year")) not in releases:
            years = ", ".join(sorted(set(releases)))
            yield f"{record['id']} is for {record.get('end_year')}, but its sources are for {years}"
    compared: dict[str, set[str]] = {}
    races = catalog.group_types()[_RACE].groups
    for record in records:
        reference = str(record.get("reference", ""))
        if record.get("student_group_type") == _RACE and reference in races:
            compared.setdefault(reference, set()).add(str(record.get("student_group")))
    for reference, groups in compared.items():
        if len(groups) > 1 or groups & {"all", f"all_by_{_RACE}"}:
            yield f"{reference!r} is the reference of {', '.join(sorted(groups))}"


_RACE = "race_ethnicity"


@dataclass(frozen=True)
class _Known:
    """What the catalog lets texts quote or count."""

    publishers: frozenset[str]  # their names, the titles of their data, and the periods of these
    schools: frozenset[
        str
    ]  # names and grades of schools, which only a block without findings may quote
    people: frozenset[str]  # what only a finding may count: students, answers, teachers

    @classmethod
    def of_catalog(cls) -> Self:
        """Read it from the catalog."""
        return cls(frozenset(_publishers()), frozenset(_schools()), frozenset(_people()))


def _publishers() -> Iterator[str]:
    for source in catalog.sources().values():
        yield from (source.publisher_short, source.title)
        for release in source.releases.values():
            yield "–".join(re.findall(r"\d{4}", release.school_year))
    yield from (claim.source for claim in catalog.claims().values())
    for outline in catalog.outlines().values():
        yield from outline.source.split("; ")


def _schools() -> Iterator[str]:
    yield "Seattle"  # what a school outside the places is part of
    for one in catalog.schools().values():
        yield from (one.name, one.short_name, f"{one.lowest_grade}–{one.highest_grade}")
        earlier = one.earlier_names or ""
        yield from (earlier, *earlier.split("; "))


def _people() -> Iterator[str]:
    counted = {entry.counted for entry in catalog.indicators().values()} - {"schools"}
    yield from (f"{{n}} {noun}" for noun in counted)


def _block_faults(
    block: Block, findings: Mapping[str, Any], known: _Known, language: str
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a block: the part, and why."""
    own = [str(record["id"]) for record in block.findings] if isinstance(block, Finds) else []
    shown = {name: findings[name] for name in own if _can_be_read(name, findings)}
    quoted = known.publishers.union(own or known.schools)
    listed = listed_messages(language)
    made_from = getattr(block, "made_from", None)
    if made_from:  # why there are no figures, as the table that has none says
        quoted |= {made_from.missing[1]}
    if made_from and isinstance(block, NoticeBlock):
        reasons = [*_reasons(block.text)]
        quoted, listed = quoted.union(reasons), listed.union(reasons)
    rules = TextRules(shown, listed, quoted)
    must_be_typed = bool(own) and made_from is not None and made_from.kind in TYPED
    for part, text in _texts(block):
        if isinstance(text, str):
            if must_be_typed and text and part != ", alt":
                yield part, "is a string where a text is required, so its finding is unknown"
            continue
        if not (own or made_from) and _is_plain(part, text):
            continue
        # Schools are counted without their noun in tables whose captions name them.
        is_bare = not made_from and all(len({*one.of}) == len(one.of) for one in _counts(text))
        for fault in text_faults(text, rules):
            if not (is_bare and fault.startswith("counts something")):
                yield part, fault
        if nouns := {one.many for one in _counts(text)} & known.people:
            yield part, f"counts people without a finding: {min(nouns)!r}"
    if isinstance(block, TableBlock | FigureBlock):
        yield from _naming_faults(block)


def _is_plain(part: str, text: Arg) -> bool:
    """Return whether a text is a cell of a plain table, or a heading made of a column's name."""
    if isinstance(text, EntryText):
        return part == f", heading {text.msgid.lower().replace(' ', '_')}"
    return isinstance(text, Quoted) and text.source == _PLAIN


def _can_be_read(name: str, findings: Mapping[str, Any]) -> bool:
    try:
        return bool(findings[name])
    except (SesecError, LookupError, TypeError, ValueError):  # named by `_word_faults`
        return False


def _naming_faults(block: TableBlock | FigureBlock) -> Iterator[tuple[str, str]]:
    """Yield what a title, a heading, or the first cell of a row says that not all numbers under it share."""
    rows = block.table.rows
    every = _subjects(cell for row in rows for cell in row)
    titles = ["caption"] if isinstance(block, TableBlock) else ["title", "subtitle"]
    is_several = block.made_from and block.made_from.kind in _OF_SEVERAL
    questions = _by_question(every) if is_several else [every]
    for name in titles:
        each = [naming_faults(getattr(block, name), subjects) for subjects in questions]
        # What one axis or panel shares may be the name of a figure of several questions.
        yield from ((f", {name}", fault) for fault in min(each, key=len, default=[]))
    for at, column in enumerate(block.table.columns):
        under = _subjects(row[at] for row in rows)
        yield from ((f", heading {column.name}", one) for one in naming_faults(column.label, under))
    for at, (first, *others) in enumerate(rows, start=1):
        if (
            getattr(block, "layout", "") != "numbers"
        ):  # its first cell is a number, its second the name
            yield from ((f", row {at}", fault) for fault in naming_faults(first, _subjects(others)))


_OF_SEVERAL = {
    *("plot_at_a_glance", "plot_expected", "plot_funnel", "plot_need", "plot_results_map"),
    "plot_schools",
}
"""Figures of several questions: their titles name what all findings of one of them share, an axis or a panel."""


def _by_question(findings: Iterable[Subject]) -> list[list[Subject]]:
    """Return findings by indicator, which is the second part of an id: sesec:rate.enrollment.2025..."""
    questions: dict[str, list[Subject]] = {}
    for one in findings:
        questions.setdefault(one.id.split(".")[1], []).append(one)
    return list(questions.values())


def _subjects(args: Any) -> list[Subject]:
    """Return the findings that texts are about, each once."""
    found = {one.id: one for arg in args for one in _about(arg)}
    return list(found.values())


def _about(arg: object) -> Iterator[Subject]:
    if isinstance(arg, Text):
        yield from [arg.of] if arg.of else []
    for one in nested_in(arg):
        yield from _about(one)


def _counts(arg: object) -> Iterator[Count]:
    if isinstance(arg, Count):
        yield arg
    for one in nested_in(arg):
        yield from _counts(one)


def _reasons(arg: object) -> Iterator[str]:
    """Yield why a measure or a plot refused, in its own words, and what a table without rows says is missing."""
    if isinstance(arg, EntryText) and arg.entry == REFUSAL:
        yield arg.msgid
    elif isinstance(arg, Quoted) and arg.source == MISSING:
        yield arg.text
    for one in nested_in(arg):
        yield from _reasons(one)


def _texts(part: object, where: str = "") -> Iterator[tuple[str, Arg | str]]:
    """Yield the texts of a block with the part that each is."""
    if isinstance(part, Table):
        yield from ((f", heading {one.name}", one.label) for one in part.columns)
        rows = enumerate(part.rows, start=1)
        yield from ((f", row {at}", cell) for at, row in rows for cell in row)
        return
    for name in (one.name for one in fields(part) if one.name in _WORDED):  # type: ignore[arg-type]
        value = getattr(part, name)
        if isinstance(value, Table | Column):
            yield from _texts(value)
        elif isinstance(value, Arg | str):
            yield f", {name}", value


_WORDED = (
    *("title", "subtitle", "caption", "source_line", "alt", "long_description", "notes"),
    *("note", "text", "why", "table"),
)
