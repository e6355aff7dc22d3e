"""Represent a text as a message id and typed arguments, until a renderer turns it into words of a language.

A text is about one finding at most, and the texts nested in it inherit that finding. A placeholder such as ``{value}``
is an argument or, where there is none of that name, a field of the finding. So a number and the names next to it come
from one record. `str` gives English; `render` gives any language.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from string import Formatter
from typing import Any, Literal, NamedTuple, NoReturn, Protocol, get_args

from sesec_analysis import i18n

__all__ = [
    *("CONSTANTS", "FIELDS", "HOLDS", "NAMES", "Arg", "Constant", "Count", "Field", "List", "Name"),
    *("EntryText", "Quoted", "Subject", "Text", "Year", "_", "count_message", "dump", "is_translated", "load"),
    *("message_ids", "number_of", "MISSING", "REFUSAL", "Renderer", "parts_of", "plain_message", "render"),
]  # fmt: skip


class Subject(Protocol):
    """A finding, as far as a text knows it."""

    @property
    def id(self) -> str: ...


class Field(NamedTuple):
    """What a text can say of a finding: a number, a name, or other words; and how a language writes it."""

    kind: Literal["number", "name", "words"]
    write: Callable[[Any, str], str]
    code: Callable[[Any], str] | None = None  # whose name it is, where that changes with the years


FIELDS: dict[str, Field] = {}  # by placeholder; `evidence.wording.fields` fills it
NAMES: dict[str, Callable[[str, str, str], str]] = {}
"""By form: how a language writes the name of a code; the last argument is what a user's own table calls it."""
CONSTANTS: dict[str, Callable[[str], str]] = {}  # by name: how English writes it
HOLDS: dict[str, tuple[Collection[str], Callable[[str, Any], bool]]] = {}
"""By form of names: whether what one names holds what a finding is of, as a place its schools; and the fields of which
a text about the finding must then have one."""


def _refuse(self: object, *_: object) -> NoReturn:
    raise TypeError("a text has no words before it is rendered: use str(text), or render(text, language)")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A name in the catalog; ``own`` is what a user's own table calls what the catalog does not have."""

    form: str
    code: str
    own: str = ""


@dataclass(frozen=True, slots=True)
class Year:
    """A school year by its end, or a calendar year."""

    year: int
    calendar: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """How many things a list has, with their noun: "{n} school", "{n} schools"; ``many`` is empty where both are one.

    A count of some of the same things may be among its arguments, without a noun; ``{percent}`` is their part of all.
    With a ``chance``, such as "95", it is how many of the things lie beyond limits of so many percent by chance alone.
    ``number`` is how many there are, as English writes it, where they are no people and too many to list, such as rows
    of a data set; ``of`` then has what they are.
    """

    of: tuple[str, ...] = ()
    one: str = "{n}"
    many: str = ""
    args: tuple[tuple[str, "Arg | None"], ...] = ()
    chance: str = ""
    number: str = ""

    def __post_init__(self) -> None:
        """Put what is counted in one order: a set of codes has another in every process."""
        object.__setattr__(self, "of", tuple(sorted(self.of)))


@dataclass(frozen=True, slots=True)
class Constant:
    """A number in `CONSTANTS`; ``entry`` is the catalog entry that has it."""

    name: str
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of others, such as a publisher's title or the name of a file: the same in every language."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class EntryText:
    """A catalog entry's or a notebook's prose, linted where it is written."""

    msgid: str
    entry: str


REFUSAL, MISSING = "error", "attrs of a table"
"""Whose words a notice repeats: the entry of an error's, and the source of those of a table without rows."""


@dataclass(frozen=True, slots=True)
class List:
    """Several texts; ``joined`` is the message that adds the last one, nothing where a separator does."""

    items: tuple["Arg", ...] = ()
    joined: str = i18n.AND
    separator: str = ", "


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A message id, its arguments, and the finding it is about; None as an argument leaves a placeholder empty."""

    msgid: str
    args: tuple[tuple[str, "Arg | None"], ...] = ()
    of: Subject | None = None
    capital: bool = False

    def __str__(self) -> str:
        return render(self, i18n.ENGLISH)

    def __bool__(self) -> bool:  # a missing text is None
        return True

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            _refuse(self)
        return dump(self) == dump(other) if isinstance(other, Text) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.msgid, self.args, self.of.id if self.of else None, self.capital))

    __format__ = __add__ = __radd__ = __mod__ = _refuse
    __len__ = __contains__ = __iter__ = __getitem__ = _refuse


def count_message(one: str, many: str, of: Collection[str], /, **args: "Arg | None") -> Count:
    """Return a count with its arguments by keyword."""
    return Count(tuple(of), one, many, tuple(args.items()))


def _(msgid: str, of: Subject | None = None, /, **args: "Arg | None") -> Text:
    """Return a text with its arguments by keyword; ``of`` is the finding it is about."""
    return Text(msgid, tuple(args.items()), of)


def number_of(things: str, number: float, message: str = "{n}") -> Count:
    """Return a number of things that are no people and too many to list; a fraction has one decimal."""
    words = f"{number:,.0f}" if float(number).is_integer() else f"{number:,.1f}"
    return Count((things,), message, number=words)


def part_of(some: Iterable[str], every: Iterable[str], msgid: str) -> Count:
    """Return how many of all things are some of them: ``{some}`` of ``{n}``, or ``{percent}`` percent."""
    return Count(tuple(every), msgid, args=(("some", Count(tuple(some), "{n}")),))


Arg = Text | List | Name | Year | Count | Constant | Quoted | EntryText
_KINDS: dict[str, type] = {kind.__name__: kind for kind in get_args(Arg)}


def render(text: Arg | None, language: str) -> str:
    """Return a text in a language, empty for None; its numbers are as in English until a page is set."""
    return Renderer(language)(text)


def plain_message(msgid: str) -> str:
    """Return the message id that is listed: "in" a place for "at" a school; most languages have one word for both."""
    return msgid.replace("at {place}", "in {place}")


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders texts in a language."""

    language: str = i18n.ENGLISH

    def __call__(self, text: Arg | None, of: Subject | None = None) -> str:
        """Return the words of a text; ``of`` is the finding that the text around it is about."""
        match text:
            case None:
                return ""
            case Text():
                return self._text(text, text.of or of)
            case List(items, joined, separator):
                parts = [self(item, of) for item in items]
                if joined == i18n.AND and separator == ", ":
                    return i18n.join_and(parts, self.language)
                *first, last = parts or [""]
                if not first or not joined:
                    return separator.join([*first, last])
                before = separator.join(first)
                return i18n.translate(joined, self.language, first=before, last=last)
            case Name(form, code, own):
                return NAMES[form](code, self.language, own)
            case Year(year, calendar):
                return str(year) if calendar else f"{year - 1}–{year % 100:02d}"
            case Count():
                return self._count(text, of)
            case Constant(name, entry):
                return CONSTANTS[name](entry)
            case EntryText(msgid):
                return i18n.translate(msgid, self.language)
        return text.text

    def _count(self, count: Count, of: Subject | None) -> str:
        n = len(count.of)
        if count.chance:
            n = max(1, round((1 - float(count.chance) / 100) * n))
        words = {name: self(arg, of) for name, arg in count.args}
        some = next((len(arg.of) for _name, arg in count.args if isinstance(arg, Count)), 0)
        words |= {"percent": f"{100 * some / (n or 1):.0f}", "n": count.number or f"{n:,}"}
        if count.many:
            return i18n.plural(count.one, count.many, n, self.language, **words)
        return i18n.translate(count.one, self.language, **words)

    def _text(self, text: Text, of: Subject | None) -> str:
        args, out, plain = dict(text.args), "", plain_message(text.msgid)
        message = i18n.translate(plain, self.language)
        message = text.msgid if message == plain else message
        for literal, name, *_format in Formatter().parse(message):
            out += literal
            if name in args:
                out += self(args[name], of)
            elif name:
                out += FIELDS[name].write(of, self.language)
        return out[:1].upper() + out[1:] if text.capital else out


def dump(arg: Any) -> Any:
    """Return a text as JSON values; of its finding only the id."""
    if is_dataclass(arg) and type(arg).__name__ in _KINDS:
        values = {part.name: dump(getattr(arg, part.name)) for part in fields(arg)}
        given = {name: one for name, one in values.items() if one not in (None, False, [])}
        return {"kind": type(arg).__name__, **given}
    if isinstance(arg, tuple):
        return [dump(item) for item in arg]
    return arg if arg is None or isinstance(arg, str | int) else arg.id


def load(data: Any, findings: Mapping[str, Subject]) -> Any:
    """Return the text that `dump` gave as JSON values; ``findings`` are those of its block, by id."""
    if isinstance(data, list):
        return tuple(load(item, findings) for item in data)
    if not isinstance(data, dict):
        return data
    values = {name: load(one, findings) for name, one in data.items() if name != "kind"}
    if data["kind"] == "Text" and "of" in data:
        values["of"] = findings[data["of"]]
    return _KINDS[data["kind"]](**values)


def parts_of(arg: object, around: Subject | None = None) -> Iterator[tuple[object, Subject | None]]:
    """Yield a text and everything nested in it, each with the finding that the text around it is about."""
    yield arg, around
    about = (arg.of or around) if isinstance(arg, Text) else around
    given = [nested for _name, nested in arg.args] if isinstance(arg, Text | Count) else ()
    for nested in arg.items if isinstance(arg, List) else given:
        if nested is not None:
            yield from parts_of(nested, about)


def message_ids(arg: object) -> Iterator[str]:
    """Yield every message id in a text."""
    for part, _around in parts_of(arg):
        own = (getattr(part, name, "") for name in ("msgid", "one", "many", "joined"))
        yield from filter(None, own)


def is_translated(text: Arg, language: str) -> bool:
    """Return whether a language has every message of a text: English has all; one of placeholders has no words."""
    own = {plain_message(msgid) for msgid in message_ids(text) if i18n.has_words(msgid)}
    return language == i18n.ENGLISH or all(i18n.translate(one, language) != one for one in own)
