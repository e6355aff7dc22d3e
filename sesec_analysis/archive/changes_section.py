"""Build the section "What changed since last year" of a report: an edition against the published one before it."""

from collections.abc import Sequence
from dataclasses import replace

from sesec_analysis import i18n, i18n_files
from sesec_analysis.archive import frozen
from sesec_analysis.archive.diff import CLASSES, EVENTS, Change, counts, diff, lies_apart, span
from sesec_analysis.archive.frozen import Frozen
from sesec_analysis.editions.documents import prose
from sesec_analysis.editions.documents.model import Block, Column, Heading, Prose, Table, TableBlock
from sesec_analysis.editions.documents.notebook import Document, Section
from sesec_analysis.editions.documents.provenance import BuildInfo
from sesec_analysis.evidence.answers import Answer, Outcome, Why
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.answer_texts import counted_answers

__all__ = ["ID", "blocks_of", "insert_section", "make_section", "remove_section", "with_changes"]


TITLE = "What changed since last year"
ID = "what-changed-since-last-year"
_BEFORE = ("data-methods-and-coverage", "how-to-cite")
"""The sections that close a report; this one comes before them."""
_MOST = 15
"""Rows of a table of changes; `sesec diff` lists them all."""
_EVENT_WORDS = dict(zip(EVENTS, ("New", "Gone", "Changed", "Said otherwise", "Same"), strict=True))


def with_changes(document: Document, meta: BuildInfo) -> Document:
    """Return a report with its section on what changed, if an earlier year of it was published.

    Parameters
    ----------
    document
        The report, with all its findings.
    meta
        What it was made from.
    """
    earlier = frozen.year_before(meta.edition)
    # Published sentences are in English: they cannot be compared with those of another language.
    trial = meta.changed or i18n.language() != i18n_files.ENGLISH
    if trial or earlier not in frozen.published_names():
        return document
    after = frozen.of_records(list(document.findings), meta.as_dict())
    taken = {block.id for block in document.blocks if isinstance(block, Heading)}
    return insert_section(document, make_section(frozen.read_frozen(earlier), after, taken=taken))


def insert_section(document: Document, new: Section) -> Document:
    """Return a report with a section more, before those that close it; its tables are numbered anew."""
    closing = [at for at, part in enumerate(document.sections) if part.heading.id in _BEFORE]
    at = min(closing, default=len(document.sections))
    parts = (*document.sections[:at], new, *document.sections[at:])
    number = sum(isinstance(block, TableBlock) for block in document.lead)
    numbered = []
    for part in parts:
        blocks: list[Block] = []
        for block in part.blocks:
            if isinstance(block, TableBlock):
                number += 1
                block = replace(block, number=number)
            blocks.append(block)
        numbered.append(Section(part.heading, tuple(blocks)))
    return replace(document, sections=tuple(numbered))


def remove_section(document: Document) -> Document:
    """Return a report without its section on what changed."""
    parts = tuple(part for part in document.sections if part.heading.id != ID)
    return replace(document, sections=parts)


def blocks_of(document: Document) -> list[Block]:
    """Return the blocks of the section on what changed, tables without their number; none where there is none."""
    blocks = [
        block
        for part in document.sections
        if part.heading.id == ID
        for block in (part.heading, *part.blocks)
    ]
    return [replace(one, number=0) if isinstance(one, TableBlock) else one for one in blocks]


def make_section(before: Frozen, after: Frozen, *, taken: set[str]) -> Section:
    """Return the section: how many numbers changed and why, the largest changes, and what no longer holds.

    Parameters
    ----------
    before, after
        The published edition of the year before, and the one that the section is for.
    taken
        Ids of headings that the document has.
    """
    changes = diff(before, after)
    shared = _list_changed_numbers(changes, before.run["title"])
    heading, *blocks = _words(_write_opening(changes, before.run["title"]), taken)
    if not isinstance(heading, Heading):
        raise TypeError("the section begins with its heading")
    parts: list[Block] = [*blocks, _of_counts(changes), *_words(shared.text, taken), *shared.tables]
    for part in (_apart(changes, after), _list_lost_comparisons(changes, before, after)):
        parts += [*_words(part.text, taken), *part.tables]
    return Section(heading, tuple(parts))


def _words(text: str, taken: set[str]) -> list[Heading | Prose]:
    return list(prose.blocks(text, where=f"the section {TITLE!r}", taken=taken))


class _Part:
    """A sentence or two, and a table where there is something to list."""

    def __init__(
        self, text: str, caption: str, labels: Sequence[str], rows: Sequence[Sequence[str]]
    ):
        more = len(rows) - _MOST
        note = f"{more} more are in the list that `sesec diff` writes." if more > 0 else ""
        self.text = text
        self.tables = [_table(caption, labels, rows[:_MOST], note)] if rows else []


def _table(
    caption: str, labels: Sequence[str], rows: Sequence[Sequence[str]], note: str = ""
) -> TableBlock:
    columns = tuple(Column(f"c{at}", label, "left") for at, label in enumerate(labels))
    return TableBlock(0, caption, Table(columns, tuple(map(tuple, rows))), note, ())


def _write_opening(changes: Sequence[Change], title: str) -> str:
    same = sum(change.kind == "unchanged" for change in changes)
    later = sum(change.kind == "new_year" for change in changes)
    return (
        f"## {TITLE}\n\nEach number of this report is held against the last one, *{_safe(title)}*. "
        f"{_numbers(same)} in both and the same. {_numbers(later)} of a later school year."
    )


def _numbers(count: int) -> str:
    return "1 number is" if count == 1 else f"{count:,} numbers are"


def _safe(text: str) -> str:
    """Return text in which no sign means anything to Markdown."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()#+-.!|<>&~" else sign for sign in text)


def _of_counts(changes: Sequence[Change]) -> TableBlock:
    rows = [
        [str(CLASSES[str(row["class"])]).capitalize(), *(f"{row[event]:,}" for event in EVENTS)]
        for row in counts(changes)
    ]
    made = _table("How many numbers changed, and why", ["Why", *_EVENT_WORDS.values()], rows)
    first, *others = made.table.columns
    aligned = (first, *(replace(column, align="right") for column in others))
    return replace(made, table=replace(made.table, columns=aligned))


def _list_changed_numbers(changes: Sequence[Change], title: str) -> _Part:
    """The numbers of the last report that have changed; and how many are not in this one."""
    gone = sum(change.event == "vanished" for change in changes)
    left = f" {_numbers(gone)} in the last report only." if gone else ""
    rows = [
        [
            str(change.pair.record["sentence"]),
            _quote_number(change.pair.before),
            _quote_number(change.pair.after),
            change.why,
        ]
        for change in changes
        if change.event == "moved"
    ]
    if not rows:
        return _Part(f"No number of the last report was changed.{left}", "", (), ())
    text = f"{_numbers(len(rows))} in both and not the same. Cite what stands here.{left}"
    labels = ("Finding", "Last report", "This report", "Why")
    return _Part(text, f"Numbers changed since {title}", labels, rows)


def _apart(changes: Sequence[Change], after: Frozen) -> _Part:
    """Count the answers of all that was compared, and list the largest moves beyond chance and withheld numbers."""
    years = [
        change
        for change in changes
        if change.pair.before
        and change.pair.after
        and not change.pair.same
        and change.pair.after.get("organization_level") == "place"
    ]
    answers = {
        at: _answer(change, after) for at, change in enumerate(years) if change.kind == "new_year"
    }
    if not answers:
        return _Part(_none_compared(years), "", (), ())
    apart = [years[at] for at, found in answers.items() if found.outcome is Outcome.DIFFERS]
    compared = (
        f"Comparisons of a place with an earlier school year: {len(answers):,}. "
        f"Of these, {counted_answers(answers.values())}."
    )
    if not apart:
        return _Part(compared, "", (), ())
    apart.sort(key=lambda change: (-_distance(change), str(change.pair.record["id"])))
    rows = [
        [
            ", ".join(
                str(change.pair.record.get(name) or "") for name in ("title", "label", "place")
            ),
            _label_with_year(change.pair.before),
            _label_with_year(change.pair.after),
        ]
        for change in apart
    ]
    text = (
        f"{compared} The table lists the clearest changes of a place from one school year to the next. "
        "The ranges of both years lie apart, so chance alone is not the reason."
    )
    return _Part(text, "The clearest changes from year to year", ("What", "Before", "Now"), rows)


def _none_compared(years: Sequence[Change]) -> str:
    """Say that no two years were compared, and why."""
    reasons = dict.fromkeys(change.why for change in years if change.kind != "new_year")
    why = "; ".join(reasons) or "nothing in it is of a later school year"
    return f"No number of this edition can be compared with last year's: {_safe(why)}."


def _answer(change: Change, after: Frozen) -> Answer:
    """Answer whether a number of a later year differs: its range lies apart, or within the margin, of the earlier one.

    Ranges that lie apart are a harder test than the interval of the difference, which needs the counts of both years.
    """
    earlier, later = change.pair.before or {}, change.pair.after or {}
    first, second = span(earlier), span(later)
    if first is None or second is None:
        return Answer(Outcome.UNKNOWN, why=Why.WITHHELD)
    margin = after.sources["indicators"].get(later.get("indicator"), {}).get("margin")
    on_scale = later.get("unit") not in ("ratio", "points per year")
    farthest = max(second[1] - first[0], first[1] - second[0])
    apart = lies_apart(earlier, later)
    by_chance = later.get("ci_low") is not None or later.get("outer_low") is not None
    if on_scale and margin is not None and farthest <= margin and not (apart and by_chance):
        return Answer(Outcome.SAME)
    if apart:
        return Answer(Outcome.DIFFERS, 1 if second[0] > first[1] else -1)
    ranged = "range" in (earlier.get("publish"), later.get("publish"))
    return Answer(Outcome.UNKNOWN, why=Why.WITHHELD if ranged else Why.CHANCE)


def _distance(change: Change) -> float:
    """Return how far the two ranges lie apart, in widths of both together: a share and dollars in one list."""
    first, second = (span(record) for record in (change.pair.before, change.pair.after) if record)
    if first is None or second is None:
        return 0.0
    gap = max(second[0] - first[1], first[0] - second[1])
    width = max(first[1], second[1]) - min(first[0], second[0])
    return gap / width if width else 0.0


def _list_lost_comparisons(changes: Sequence[Change], before: Frozen, after: Frozen) -> _Part:
    """Comparisons that were clear in the last report (one side higher) and are not in this one."""
    rows = [
        [str(change.pair.before["sentence"]), str(change.pair.after["sentence"])]
        for change in changes
        if change.pair.before
        and change.pair.after
        and change.kind != "unchanged"
        and (side := _side(change.pair.before, before))
        and side != _side(change.pair.after, after)
    ]
    if not rows:
        return _Part(_still_clear(changes, before), "", (), ())
    text = "What the last report called a clear difference is not always one in this report."
    labels = ("The last report said", "This report says")
    return _Part(text, "Claims of the last report that no longer hold", labels, rows)


def _still_clear(changes: Sequence[Change], before: Frozen) -> str:
    """Say of how many clear differences of the last report a newer or other number was held against them."""
    clear = sum(
        bool(change.pair.before and change.pair.after and _side(change.pair.before, before))
        and change.kind != "unchanged"
        for change in changes
    )
    if not clear:
        return "No clear difference that the last report named has a newer number in this one."
    return (
        f"Clear differences of the last report that have a newer number in this one: {clear:,}. "
        "All of them are clear in it too."
    )


def _side(record: Record, of: Frozen) -> int:
    """Return on which side of "no difference" the whole range of a comparison lies: -1, 1, or 0 for neither."""
    equal = of.sources["measures"].get(record.get("measure"), {}).get("equal")
    known = span(record)
    if equal is None or known is None:
        return 0
    return int(known[0] > equal) - int(known[1] < equal)


def _label_with_year(record: Record | None) -> str:
    return f"{record.get('school_year')}: {_quote_number(record)}" if record else ""


def _quote_number(record: Record | None) -> str:
    """Return a number and its range in words, as it was printed."""
    if record is None:
        return ""
    value, interval = record.get("value"), record.get("interval")
    if record.get("publish") == "range":
        return f"range {value}"
    return f"{value}, likely {interval}" if interval else str(value)
