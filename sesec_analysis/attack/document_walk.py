"""Walk every text of a document: each number has its finding, and the names next to it are those of that finding.

A text is about one finding, which is in its block as the gate left it; its message ids are in the list of messages; and
what a caption, a column, or a row names is shared by every finding under it. The words of a record are those that its
numbers give.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cache
from itertools import chain
from typing import Any, NamedTuple, TypeGuard

from sesec_analysis import catalog, checkout, i18n, i18n_files
from sesec_analysis import text as texts
from sesec_analysis.attack.sweep import Fault
from sesec_analysis.editions import sheet_index
from sesec_analysis.editions.documents import model, prose
from sesec_analysis.editions.editions import editions
from sesec_analysis.editions.texts import messages
from sesec_analysis.errors import EditionError, SesecError

__all__ = [
    "TextRules",
    "blocks_of",
    "naming_faults",
    "record_faults",
    "text_faults",
    "texts_of",
    "walk",
    "walk_records",
    "words_of",
]


def _project() -> tuple[object, ...]:
    """Return what the list of messages depends on."""
    dated = tuple((path, path.stat().st_mtime_ns) for path in messages.notebooks())
    return checkout.root(), catalog.data_dir(), checkout.community(), dated


def walk(document: model.Document) -> Iterator[Fault]:
    """Yield what is wrong with the texts of a document, its other parts, and its translations, each with its place."""
    english = {str(record["id"]): record for record in document.findings}
    stored, findings = model.StoredFindings(english, document.decisions), dict[str, Any]()
    for one in (document, *document.translations):
        known = _known_fields(one.language, *_project())
        yield from _word_faults(one, english, stored, findings, known)
        for where, block in blocks_of(one):
            faults = chain(_block_faults(block, findings, known), _naming_faults(block))
            yield from (Fault(f"{where}{part}", fault) for part, fault in faults)


def _word_faults(
    document: model.Document,
    english: Mapping[str, Any],
    stored: Mapping[str, Any],
    findings: dict[str, Any],
    known: "_Known",
) -> Iterator[Fault]:
    """Yield the records of a document whose words are others than those that their numbers give; keep those read.

    What a translation does not show of a finding is as in English.
    """
    name = model.in_language(model.FINDINGS, document.language)
    with i18n.use_language(document.language or i18n.language()):
        for record in document.findings:
            try:
                one = stored[record["id"]]
                own = one.words()
            except (SesecError, LookupError, TypeError, ValueError) as broken:
                what = broken.what if isinstance(broken, SesecError) else repr(broken)
                yield Fault(f"{name} {record['id']}", f"it cannot be read: {what}")
                continue
            findings[one.id] = one
            reason = texts.Text("{reason}", (("reason", one.row.reason),), one)
            for fault in text_faults(reason, TextRules({one.id: one}, known.messages)):
                yield Fault(f"{name} {record['id']}, reason", fault)
            shared = english[record["id"]] if document.language else own
            for part in sorted(own):
                if record.get(part) not in (own[part], shared.get(part)):
                    what = "is not what its numbers say in words"
                    yield Fault(f"{name} {record['id']}, {part}", what)


def walk_records(document: model.Document) -> Iterator[Fault]:
    """Yield what is wrong with the records of each block together, with its place."""
    for where, block in blocks_of(document):
        if isinstance(block, model.Finds):
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
    """What the list of messages and the catalog let texts say, quote, or count, in a language.

    ``messages`` are those of English too: what a translation has of the catalog was translated when it was read.
    ``prose`` are paragraphs of messages, without the signs of Markdown; ``headings`` the same with a sign for each
    place and year, since those of a trial's headings differ from the list. Publishers, and the titles and periods of
    their data, may be quoted anywhere; names of ``schools``, and what is ``tabled`` (grades, titles, places, years),
    only where there are no findings; ``voices`` of the list of editions, and who said so, in prose. ``people`` are what
    only a finding may count: students, answers, teachers.
    """

    messages: frozenset[str]
    prose: frozenset[str]
    headings: frozenset[str]
    place: re.Pattern[str]
    publishers: frozenset[str]
    schools: frozenset[str]
    tabled: frozenset[str]
    voices: frozenset[str]
    people: frozenset[str]

    def lists(self, block: model.Block, words: str) -> bool:
        """Return whether a heading, a paragraph, or a request is in the list; no other block has words without type."""
        if isinstance(block, model.Heading):
            return self.place.sub("*", words) in self.headings
        if isinstance(block, model.Prose):
            return words in self.prose
        return isinstance(block, model.AsksBlock) and words in self.messages

    def names_school(self, arg: object) -> bool:
        """Return whether a text has the name of a school."""
        for part, _around in texts.parts_of(arg):
            words = getattr(part, "text", "") or getattr(part, "msgid", "")
            for publisher in self.publishers:  # Washington is also a school
                words = words.replace(publisher, "")
            codes = part.code.split() if isinstance(part, texts.Name) else ()
            if not catalog.schools().keys().isdisjoint(codes) or any(
                name in words for name in self.schools
            ):
                return True
        return False


@cache  # 1.8 s in English and 0.1 s in another language; each of 106 sheets asks for four
def _known_fields(language: str, *of: object) -> _Known:
    if language:
        english = _known_fields("", *of).messages
        listed = english | {i18n.translate(msgid, language) for msgid in english}
    else:
        listed = frozenset(
            form for text in messages.gather_texts() for form in i18n_files.forms(text)
        )
    with i18n.use_language(language or i18n.language()):
        places = {place.name for place in catalog.places().values()}
        sheets = {sheet_index.line_of(school) for school in sheet_index.list_schools()}
    paragraphs = frozenset(_paragraphs_of(listed))
    names = map(re.escape, sorted(places, key=len, reverse=True))
    place = re.compile("|".join((r"\d{4}–\d{2}", r"\{year\}", *names)))
    schools, sources = catalog.schools().values(), catalog.sources().values()
    releases = [release for source in sources for release in source.releases.values()]
    publishers = {one.source for one in catalog.claims().values()}
    publishers |= {part for one in catalog.outlines().values() for part in one.source.split("; ")}
    for source in sources:
        publishers |= {source.publisher, source.publisher_short, source.title}
    publishers |= {"–".join(re.findall(r"\d{4}", release.school_year)) for release in releases}
    earlier = {one.earlier_names or "" for one in schools}
    called = {name for one in schools for name in (one.name, one.short_name)}
    tabled = {f"{one.lowest_grade}–{one.highest_grade}" for one in schools} | earlier
    for release in releases:
        tabled |= {release.title, release.school_year, release.dataset_id or ""}
        tabled.add(str(release.retrieved))
    tabled |= {entry.title for entry in catalog.indicators().values()}
    in_english = {one.name for one in catalog.places().values()}
    tabled |= in_english | {name[:1].upper() + name[1:] for name in in_english}
    tabled |= {f"{year}–{(year + 1) % 100:02d}" for year in range(1990, 2090)}
    voices = [voice for edition in editions().values() for voice in edition.voices]
    people = {f"{{n}} {one.counted}" for one in catalog.indicators().values()}
    return _Known(
        messages=listed,
        prose=paragraphs | sheets,
        headings=frozenset(place.sub("*", one) for one in paragraphs | places),
        place=place,
        publishers=frozenset(publishers),
        schools=frozenset(called.union(*(names.split("; ") for names in earlier)) - {""}),
        tabled=frozenset(tabled),
        voices=frozenset(words for one in voices for words in (one.quote, one.who)),
        people=frozenset(people - {"{n} schools"}),
    )


def _paragraphs_of(messages: Iterable[str]) -> Iterator[str]:
    for message in messages:
        with suppress(EditionError):  # of a template, with HTML
            for block in prose.blocks(message, where="", taken=set()):
                yield from (words for _part, words in words_of(block))


def _block_faults(
    block: model.Block, findings: Mapping[str, Any], known: _Known
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a block: the part, and why."""
    own = [str(record["id"]) for record in block.findings] if isinstance(block, model.Finds) else []
    rules = TextRules(
        {name: findings[name] for name in own if name in findings},
        *_sayable(block, own, known),
    )
    every = [*words_of(block)]
    is_table = isinstance(block, model.TableBlock) and not (own or block.made_from)
    has_numbers = is_table and any(one.number for _part, text in every for one in _counts(text))
    for part, text in every:
        if isinstance(text, str):
            if text and not known.lists(block, text):
                yield part, f"neither a text with its finding nor in the list of messages: {text!r}"
            continue
        yield from ((part, fault) for fault in text_faults(text, rules))
        if nouns := {one.many for one in _counts(text)} & known.people:
            yield part, f"counts people without a finding: {min(nouns)!r}"
        if any(one.number for one in _counts(text)) and not (
            is_table and isinstance(text, texts.Count)
        ):
            yield part, "has a number without a finding"
        if has_numbers and known.names_school(text):
            yield part, "names a school in a table of numbers without findings"
    if isinstance(block, model.TableBlock) and has_numbers:
        yield from _counted_people(block, known)


def _sayable(
    block: model.Block, own: Collection[str], known: _Known
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the messages and the quotations that a block may have."""
    quoted = known.publishers.union(own or known.schools | known.tabled)
    if isinstance(block, model.Prose):
        quoted |= known.voices
    made_from = getattr(block, "made_from", None)
    if not made_from:
        return known.messages, quoted
    # Why there are no numbers, as a measure, a plot, or a table without rows says it in its own words.
    said = {made_from.missing[1]}
    for part, _around in texts.parts_of(getattr(block, "text", None)):
        if isinstance(part, texts.EntryText) and part.entry == texts.REFUSAL:
            said.add(part.msgid)
        elif isinstance(part, texts.Quoted) and part.source == texts.MISSING:
            said.add(part.text)
    reasons = {
        one
        for one in said
        if not (
            known.names_school(texts.Quoted(one, texts.MISSING)) or _NUMBER_OF_PEOPLE.search(one)
        )
    }
    return known.messages | reasons, quoted | reasons


_NUMBER_OF_PEOPLE = re.compile(
    r"(?<!than )\b\d[\d,.]* (?:\w+ ){0,3}(?:students?|child(?:ren)?|teachers?|answers?|residents?|households?)\b"
)
"""A number of people, but for a limit, such as "fewer than 20 students on a side"."""


def _counted_people(block: model.TableBlock, known: _Known) -> Iterator[tuple[str, str]]:
    """Yield the columns that count people in a table of numbers without findings."""
    for at, column in enumerate(block.table.columns):
        counts = [one for row in block.table.rows for one in _counts(row[at])]
        is_text = isinstance(column.label, texts.Arg)  # a string is refused as such
        label = texts.render(column.label, i18n.ENGLISH) if is_text else ""
        is_of_people = f"{{n}} {label.lower()}" in known.people
        if is_of_people and any(one.number and one.one == "{n}" for one in counts):
            yield f", heading {column.name}", "counts people without a finding"


def _naming_faults(block: model.Block) -> Iterator[tuple[str, str]]:
    """Yield what a title, a heading, or the first cell of a row says that not all numbers under it share."""
    if not isinstance(block, model.TableBlock | model.FigureBlock):
        return
    rows = block.table.rows
    every = _subjects(cell for row in rows for cell in row)
    titles = ["caption"] if isinstance(block, model.TableBlock) else ["title", "subtitle"]
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


def _by_question(findings: Iterable[texts.Subject]) -> list[list[texts.Subject]]:
    """Return findings by indicator, which is the second part of an id: sesec:rate.enrollment.2025..."""
    questions: dict[str, list[texts.Subject]] = {}
    for one in findings:
        questions.setdefault(one.id.split(".")[1], []).append(one)
    return list(questions.values())


def _subjects(args: Any) -> list[texts.Subject]:
    """Return the findings that texts are about, each once."""
    parts = (part for arg in args for part, _around in texts.parts_of(arg))
    found = {part.of.id: part.of for part in parts if isinstance(part, texts.Text) and part.of}
    return list(found.values())


def _counts(text: object) -> list[texts.Count]:
    return [part for part, _around in texts.parts_of(text) if isinstance(part, texts.Count)]


def texts_of(document: model.Document) -> Iterator[tuple[str, str]]:
    """Yield every text of a document, its translations among them, each with its place."""
    for one in (document, *document.translations):
        for where, block in blocks_of(one):
            yield from ((f"{where}{part}", text) for part, text in words_of(block) if text)


def blocks_of(document: model.Document) -> Iterator[tuple[str, model.Block]]:
    """Yield every block of a document and of its other parts, with its place; titles as headings."""
    for one in document.all:
        file = "document.json"
        if one is not document:
            file = f"document.json {one.layout},"
        elif one.language:
            file = f"document.{one.language}.json"
        yield f"{file} title", model.Heading(1, one.title, "")
        for at, block in enumerate(one.lead, start=1):
            yield f"{file} lead, block {at}", block
        for part in one.sections:
            yield f"{file} section {part.heading.id}", part.heading
            for at, block in enumerate(part.blocks, start=1):
                named = (
                    f"figure {block.name}"
                    if isinstance(block, model.FigureBlock)
                    else f"block {at}"
                )
                yield f"{file} section {part.heading.id}, {named}", block


_CODES = frozenset({"kind", "id", "name", "align", "layout", "svg"})
"""Strings of a block that are not words."""


def words_of(block: model.Block) -> Iterator[tuple[str, Any]]:
    """Yield every text of a block that is not in a finding's record, with the part that it is.

    They are strings once the document is in words, and before that typed texts where a block has those.
    """
    for name, part in ((field.name, getattr(block, field.name)) for field in fields(block)):
        if isinstance(part, model.Table):
            yield from ((f", heading {column.name}", column.label) for column in part.columns)
            rows = enumerate(part.rows, start=1)
            yield from ((f", row {at}", cell) for at, row in rows for cell in row)
        elif name == "nodes":
            yield from ((", words", text) for text in _node_texts(part))
        elif name == "asks":
            yield from ((f", ask {at}", ask) for at, ask in enumerate(part, start=1))
        elif isinstance(part, str) and name == "long_description":
            yield from ((f", {name}", text) for text in part.split("\n\n"))
        elif isinstance(part, str | texts.Arg) and name not in _CODES:
            yield f", {name}", part


_PARAGRAPHS = ("paragraph", "listing", "cell")
_BLANKS = re.compile(r"[ \n\u00a0]+")


def _node_texts(nodes: Iterable[model.Node]) -> Iterator[str]:
    for node in nodes:
        if node.kind in _PARAGRAPHS:
            yield _BLANKS.sub(" ", _text(node)).strip(" ")
        else:
            yield from _node_texts(node.children)


def _text(node: model.Node) -> str:
    return node.text + "".join(map(_text, node.children)) + ("\n" if node.kind == "break" else "")


class TextRules(NamedTuple):
    """What the texts of a block may hold: its findings as the gate left them, message ids, and words of others."""

    findings: Mapping[str, texts.Subject]
    msgids: Collection[str]
    quoted: Collection[str] = ()


def text_faults(text: object, rules: TextRules) -> list[str]:
    """Return what is wrong with a text of a block: whatever could print a number next to the name of another."""
    if _is_sentences(text):
        return [fault for one in text.items for fault in text_faults(one, rules)]
    faults = [
        f"not in the list of messages: {msgid!r}"
        for msgid in sorted({*texts.message_ids(text)})
        if i18n.has_words(msgid) and texts.plain_message(msgid) not in rules.msgids
    ]
    near: dict[texts.Subject, set[str]] = {}
    smaller = []  # counts of some of the things that the count around them counts
    for part, around in texts.parts_of(text):
        if isinstance(part, texts.Text) and (of := part.of or around):
            near.setdefault(of, set()).update(_fields_of(part))
        if isinstance(part, texts.Count):
            inner = (one for _name, one in part.args if isinstance(one, texts.Count))
            smaller += [one for one in inner if {*one.of} <= {*part.of}]
    for part, around in texts.parts_of(text):
        if isinstance(part, texts.Name):
            faults += _name_faults(part, {around: set()} if around else near)
        elif part not in smaller:
            faults += _faults(part, around, rules)
    return faults


def _is_sentences(arg: object) -> TypeGuard[texts.List]:
    """Return whether a list is sentences one after the other, each of which is read on its own."""
    if not (isinstance(arg, texts.List) and (arg.joined, arg.separator) == ("", " ")):
        return False
    return all(_is_sentence(one) or _is_sentences(one) for one in arg.items)


def _is_sentence(arg: object) -> bool:
    """Return whether a text is a sentence that says more than a name alone."""
    msgids = [*texts.message_ids(arg)]
    is_said = any(map(i18n.has_words, msgids)) or any(
        isinstance(part, texts.Text) and part.of for part, _around in texts.parts_of(arg)
    )
    return is_said and msgids[0].endswith((".", "?"))


def _fields_of(text: texts.Text) -> set[str]:
    """Return the placeholders of a text that no argument fills: they are fields of its finding."""
    return i18n_files.places_in(text.msgid) - dict(text.args).keys()


def _faults(part: object, around: texts.Subject | None, rules: TextRules) -> Iterator[str]:
    """Yield what is wrong with a part of a text, but for names and what is nested in it."""
    if isinstance(part, texts.Count):
        # A cell of a table may say how many listed schools and places there are, and no noun.
        is_clear = part.number or i18n.has_words(part.many or part.one)
        is_clear = is_clear or all(_each_name(texts.Name("place_name", code)) for code in part.of)
        if len({*part.of}) < len(part.of) or not is_clear:
            yield f"counts something twice, or without its noun: {part.many or part.one!r}"
    elif isinstance(part, texts.Year) and not 1900 < part.year < 2100:
        yield f"not a year: {part.year}"
    elif isinstance(part, texts.Constant):
        if not (part.name in texts.CONSTANTS and texts.CONSTANTS[part.name](part.entry)):
            yield f"no such number: {part}"
    elif isinstance(part, texts.Quoted) and part.text not in rules.quoted:
        yield f"not a known quotation: {part.text!r}"
    elif isinstance(part, texts.Text):
        if part.of and around and part.of != around:
            yield f"about {part.of.id} inside a text about {around.id}"
        if part.of and rules.findings.get(part.of.id) != part.of:
            yield f"about {part.of.id}, which is not in the block as the gate left it"
        for name in _fields_of(part):
            if not (part.of or around) or name not in texts.FIELDS:
                yield f"nothing fills {{{name}}} of {part.msgid!r}"
    elif not isinstance(part, texts.Arg):
        yield f"not a text: {part!r}"


def _name_faults(name: texts.Name, about: Mapping[texts.Subject, Collection[str]]) -> Iterator[str]:
    """Yield a name that is not in the catalog, and each finding near it, with its fields, that has no such name."""
    if not _each_name(name) or (name.own and not about):
        yield f"not in the catalog: {name}"
    for finding, fields_of in about.items():
        if not _covers(name, finding, None if len(about) > 1 else fields_of):
            yield f"{name.code!r} is no name of {finding.id}"


def _each_name(name: texts.Name) -> set[str]:
    """Return what the codes of a name are called, each by itself; none if the catalog lacks one."""
    try:
        every = [texts.NAMES[name.form](code, i18n.ENGLISH, name.own) for code in name.code.split()]
    except (KeyError, SesecError):
        every = []
    return {words.casefold() for words in every}


def _covers(
    name: texts.Name, finding: texts.Subject, fields_of: Collection[str] | None = None
) -> bool:
    """Return whether a name is one of a finding's, or of the place of schools: named ones, or several together.

    Without its ``fields_of`` the finding stands under the name with others.
    """
    each = _each_name(name)
    names = (field.write for field in texts.FIELDS.values() if field.kind == "name")
    if any(write(finding, i18n.ENGLISH).casefold() in each for write in names):
        return True
    own, holds = texts.HOLDS.get(name.form, ((), None))
    is_named = not own or fields_of is None or not {*own}.isdisjoint(fields_of)
    return holds is not None and is_named and holds(name.code, finding)


def naming_faults(text: object, under: Collection[texts.Subject]) -> list[str]:
    """Return what a title, caption, panel, row, or column says of one finding that another under it does not share.

    Words are compared in English, not codes: the grade ``all`` means other grades in another indicator. Of several
    names of a kind, such as two places, each finding has one.
    """
    faults, kinds = list[str](), dict[str, list[texts.Name]]()
    for part, around in texts.parts_of(text):
        if isinstance(part, texts.Name):
            kinds.setdefault(part.form[:5], []).append(part)
        elif isinstance(part, texts.Text) and (of := part.of or around):
            for field in (texts.FIELDS[name] for name in texts.FIELDS.keys() & _fields_of(part)):
                words, code = field.write(of, i18n.ENGLISH), field.code
                others = (one for one in under if code is None or code(one) != code(of))
                unlike = (one.id for one in others if field.write(one, i18n.ENGLISH) != words)
                faults += [f"says {words!r} over {name}" for name in unlike]
    for names in kinds.values():
        uncovered = (one for one in under if not any(_covers(name, one) for name in names))
        faults += [f"{names[0].code!r} is no name of {one.id}" for one in uncovered]
    return faults
