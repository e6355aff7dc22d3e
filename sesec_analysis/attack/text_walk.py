"""Walk one text: every number next to a name must be of the same finding as the name.

A text is about one finding at most, which is in its block as the gate left it; its message ids are in the list; and
what it counts, names, and quotes is known. A title or the first cell of a row names only what all findings under it
share. `document_walk` calls this for every text of a document.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sesec_analysis import i18n
from sesec_analysis.errors import SesecError
from sesec_analysis.text import (
    CONSTANTS,
    FIELDS,
    HOLDS,
    NAMES,
    Arg,
    Constant,
    Count,
    List,
    Name,
    Quoted,
    Subject,
    Text,
    Year,
    message_ids,
    nested_in,
    pieces,
    plain_message,
)

__all__ = ["TextRules", "naming_faults", "text_faults"]


@dataclass(frozen=True, slots=True)
class TextRules:
    """What the texts of a block may hold: its findings as the gate left them, message ids, and words of others."""

    findings: Mapping[str, Subject]
    msgids: Collection[str]
    quoted: Collection[str] = ()


def text_faults(text: object, rules: TextRules) -> list[str]:
    """Return what is wrong with a text of a block: whatever could print a number next to the name of another."""
    if _is_sentences(text):
        return [fault for one in nested_in(text) for fault in text_faults(one, rules)]
    msgids = {
        m for m in message_ids(text) if i18n.has_words(m) and plain_message(m) not in rules.msgids
    }
    faults = [f"not in the list of messages: {msgid!r}" for msgid in sorted(msgids)]
    return [*faults, *_faults(text, None, rules, [*_abouts(text)])]


def _is_sentences(arg: object) -> bool:
    """Return whether a list is sentences one after the other, each of which is read on its own."""
    if not (isinstance(arg, List) and (arg.joined, arg.separator) == ("", " ")):
        return False
    for one in arg.items:
        msgids = [*message_ids(one)]
        is_said = any(map(i18n.has_words, msgids)) or any(_abouts(one))  # more than a name alone
        if not (is_said and msgids[0].endswith((".", "?"))) and not _is_sentences(one):
            return False
    return True


_About = tuple[Subject, frozenset[str]]
"""A finding, and those of its fields that a text about it has."""


def _abouts(arg: object) -> Iterator[_About]:
    if isinstance(arg, Text) and arg.of:
        yield arg.of, frozenset(_fields_in(arg, arg.of))
    for nested in nested_in(arg):
        yield from _abouts(nested)


def _fields_in(arg: object, of: Subject) -> Iterator[str]:
    """Yield the fields of its finding that a text has, and those in its texts about the same finding."""
    if isinstance(arg, Text):
        args = dict(arg.args)
        yield from (name for _literal, name in pieces(arg.msgid) if name and name not in args)
    for nested in nested_in(arg):
        if not isinstance(nested, Text) or nested.of in (None, of):
            yield from _fields_in(nested, of)


def _faults(
    arg: object,
    of: Subject | None,
    rules: TextRules,
    near: Collection[_About],
    whole: Collection[str] | None = None,
) -> Iterator[str]:
    """Yield the faults of an argument; a name outside a finding's text must be one of all findings near it.

    ``whole`` are the things that the count around it counts.
    """
    if isinstance(arg, Name):
        yield from _name_faults(arg, [(of, frozenset())] if of else near)
    elif isinstance(arg, Count):
        is_part = whole is not None and {*arg.of} <= {*whole}
        is_clear = (
            is_part or arg.number or i18n.has_words(arg.many or arg.one) or _are_listed(arg.of)
        )
        if len({*arg.of}) < len(arg.of) or not is_clear:
            yield f"counts something twice, or without its noun: {arg.many or arg.one!r}"
        whole = arg.of
    elif isinstance(arg, Year) and not 1900 < arg.year < 2100:
        yield f"not a year: {arg.year}"
    elif isinstance(arg, Constant) and not (
        arg.name in CONSTANTS and CONSTANTS[arg.name](arg.entry)
    ):
        yield f"no such number: {arg}"
    elif isinstance(arg, Quoted) and arg.text not in rules.quoted:
        yield f"not a known quotation: {arg.text!r}"
    elif isinstance(arg, Text):
        if arg.of and of and arg.of != of:
            yield f"about {arg.of.id} inside a text about {of.id}"
        if arg.of and rules.findings.get(arg.of.id) != arg.of:
            yield f"about {arg.of.id}, which is not in the block as the gate left it"
        of, names = arg.of or of, dict(arg.args).keys()
        for _literal, name in pieces(arg.msgid):
            if name and name not in names and (of is None or name not in FIELDS):
                yield f"nothing fills {{{name}}} of {arg.msgid!r}"
    elif not isinstance(arg, Arg):
        yield f"not a text: {arg!r}"
    for nested in nested_in(arg):
        yield from _faults(nested, of, rules, near, whole) if nested is not None else ()


def _are_listed(codes: Iterable[str]) -> bool:
    """Return whether all are schools and places of the catalog: a cell of a table may say how many, and no noun."""
    return not any([*_name_faults(Name("place_name", code), ())] for code in codes)


_SEVERAL = frozenset({"several"})
"""In place of fields: a name stands over several findings together."""


def _name_faults(name: Name, about: Collection[_About]) -> Iterator[str]:
    each = _each_name(name)
    if not each or (name.own and not about):
        yield f"not in the catalog: {name}"
    several = len({finding.id for finding, _fields in about}) > 1
    for finding, fields_of in about:
        if not _covers(name, each, finding, _SEVERAL if several else fields_of):
            yield f"{name.code!r} is no name of {finding.id}"


def _each_name(name: Name) -> set[str]:
    """Return what the codes of a name are called, each by itself; none if the catalog lacks one."""
    try:
        every = [NAMES[name.form](code, i18n.ENGLISH, name.own) for code in name.code.split()]
    except (KeyError, SesecError):
        every = []
    return {words.casefold() for words in every}


def _covers(
    name: Name, each: Collection[str], finding: Subject, fields_of: Collection[str]
) -> bool:
    """Return whether a name is one of a finding's, or of the place of schools: named ones, or several together."""
    names = [field.write for field in FIELDS.values() if field.kind == "name"]
    if any(write(finding, i18n.ENGLISH).casefold() in each for write in names):
        return True
    own, holds = HOLDS.get(name.form, ((), None))
    is_named = not own or fields_of == _SEVERAL or not {*own}.isdisjoint(fields_of)
    return holds is not None and is_named and holds(name.code, finding)


def naming_faults(text: object, under: Collection[Subject], of: Subject | None = None) -> list[str]:
    """Return what a title, caption, panel, row, or column says of one finding that another under it does not share.

    Words are compared in English, not codes: the grade ``all`` means other grades in another indicator. Of several
    names of a kind, such as two places, each finding has one.
    """
    kinds: dict[str, list[Name]] = {}
    for name in _names_in(text):
        kinds.setdefault(name.form[:5], []).append(name)
    faults = []
    for names in kinds.values():
        each = [(name, _each_name(name)) for name in names]
        faults += [f"not in the catalog: {name}" for name, words in each if not words]
        uncovered = (o for o in under if not any(_covers(*one, o, _SEVERAL) for one in each))
        faults += [f"{names[0].code!r} is no name of {one.id}" for one in uncovered]
    return [*faults, *_unshared(text, under, of)]


def _names_in(arg: object) -> Iterator[Name]:
    if isinstance(arg, Name):
        yield arg
    for nested in nested_in(arg):
        yield from _names_in(nested)


def _unshared(arg: object, under: Collection[Subject], of: Subject | None) -> Iterator[str]:
    """Yield the fields that say of one finding what they do not say of all."""
    if isinstance(arg, Text):
        of, args = arg.of or of, dict(arg.args)
        names = {name for _literal, name in pieces(arg.msgid) if of and name not in args}
        for field in (FIELDS[name] for name in FIELDS if name in names):
            words, code = field.write(of, i18n.ENGLISH), field.code
            others = (one for one in under if code is None or code(one) != code(of))
            unlike = (one.id for one in others if field.write(one, i18n.ENGLISH) != words)
            yield from (f"says {words!r} over {name}" for name in unlike)
    for nested in nested_in(arg):
        yield from _unshared(nested, under, of)
