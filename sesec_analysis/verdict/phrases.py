"""Tell who owns a text: a message of ours whose every place is filled by something owned in its turn.

`data/words/report.pot` lists every text that readers see, with places for names and numbers. A text is owned if it is
one of them, or one of the strings that stand ready for its block (what its records print, names of the catalog), or is
put together from such. Nothing has to be known of words for numbers, of digits of other scripts or of hidden signs:
a text that holds them is nobody's.

A text of a translation may also be known by the English one at its place, whose owner it then has: `Pairs`.
"""

import ast
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Literal

from sesec_analysis import i18n, i18n_files

__all__ = [
    "Alone",
    "Owners",
    "Pairs",
    "Phrases",
    "entries",
    "is_whole",
    "messages",
    "methods",
    "plain",
    "refusals",
    "sentences",
]


_PLACE = re.compile(r"\{\w*(?:[.!:][^{}]*)?\}")
_NEIGHBOURS = re.compile(r"\{\w+\}(?: \{\w+\})+")
_YEAR = r"(?:19|20)\d\d"
_DATED = re.compile(rf"{_YEAR}(?:[–-](?:\d\d|{_YEAR}))?")
_CUTS = (
    re.compile(r"((?<=[.!?…])(?<!\b[A-Z]\.)(?<!\bJr\.) )"),
    re.compile(r"((?<!\b[A-Z])(?<!\bJr)\. |; |, and | and |, |: | \(|\)|\.$|[!?]$|“|”| · |, …|…)"),
    re.compile(r"( to | in | of | )"),
)
"""Where texts are put together: sentences, the parts of one, and a name beside its number."""
_SPACED = re.compile(r"[^\S \n]|  ")
_TALLY = re.compile(r"([^\w\s.])(?:\s*\1){2,}")
_TWICE = re.compile(r"(?:^|[,;.:] |\band )(\w[^,;.:]{3,})(?:[,;.:]| and) \1(?=[,;.:]|$| and )")
"""Signs and words that are repeated: how often tells something."""
_JOINTS = frozenset({"to", "and", "in", "of", "or", "by", "from", "for", "at", "with", "n"})
_WORD = re.compile(r"[^\W_]+")
_BLANKS, _MARKED = re.compile(r"[ \n\u00a0]+"), re.compile(r"\*\*|`|(?<!\w)\*|\*(?!\w)")
Alone = Literal["none", "names", "all"]
_SHORT = 160
_LONG = 400
_LONGEST = 12  # pieces of a text that are tried together


def plain(text: str) -> str:
    """Return a text with its spaces as one blank each; letters and digits of every kind stay as they are."""
    is_plain = "  " not in text and "\n" not in text and "\u00a0" not in text
    return (text if is_plain else _BLANKS.sub(" ", text)).strip(" ")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a name with an initial is none."""
    return _CUTS[0].split(text)[::2]


@lru_cache(maxsize=1 << 16)  # texts stand ready for many blocks
def _ready(text: str) -> str:
    return _key(plain(text))


@lru_cache(maxsize=64)
def _all_ready(texts: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_ready, texts))


def _key(text: str) -> str:
    """Return a text as it is compared: a sentence begins with a capital letter that its message lacks."""
    return text[:1].lower() + text[1:]


Forms = tuple[str, ...]


def entries(path: Path) -> tuple[tuple[Forms, Forms], ...]:
    """Return every text of a list or of a file of translations, and what it is there: both in all of their forms."""
    return _entries(path, path.read_bytes() if path.is_file() else b"")


@lru_cache(maxsize=16)
def _entries(path: Path, content: bytes) -> tuple[tuple[Forms, Forms], ...]:
    listed = (entry for entry in i18n_files.read(path) if entry.id)
    return tuple((i18n_files.forms(entry.id), i18n_files.forms(entry.string)) for entry in listed)


@lru_cache(maxsize=8)
def messages(code: str = i18n_files.ENGLISH) -> tuple[str, ...]:
    """Return every text that readers see, as `sesec words` lists them; in another language also its translations."""
    english = [form for said, _ in entries(i18n_files.folder() / i18n_files.LIST) for form in said]
    if code == i18n_files.ENGLISH:
        return tuple(english)
    if code == i18n_files.PSEUDO:
        return (*english, *map(i18n.pseudo, english))
    made = (form for _, told in entries(i18n_files.folder() / f"{code}.po") for form in told)
    return (*english, *filter(None, made))


@lru_cache(maxsize=1)
def methods() -> tuple[str, ...]:
    """Return every text that is written out in the code of measures and of the gate: of these methods are made."""
    # The words of questions, and of what follows from findings, make no methods.
    others = ("search.py", "side_by_side.py", "standing.py", "telling.py")
    names = ("metrics/**/*.py", "evidence/**/*.py", "bounds.py")
    files = (path for path in _files(*names) if path.name not in others)
    texts = {text for path in files for text in _written_in(path)[0] if text}
    texts |= {part for text in texts for part in text.split("; ")}
    return tuple(sorted(text.strip() for text in texts if len(text) < _SHORT))


@lru_cache(maxsize=1)
def refusals() -> tuple[str, ...]:
    """Return why measures and plots refuse, as a notice in their place says it."""
    files = _files("metrics/**/*.py", "evidence/**/*.py", "figures/**/*.py")
    texts = {text for path in files for text in _written_in(path)[1]}
    return tuple(sorted(text for text in texts if len(_WORD.findall(text.replace("{n}", ""))) > 2))


def _files(*names: str) -> list[Path]:
    """Return the files of the code of this package that have these names."""
    package = Path(__file__).parents[1]
    return sorted(path for name in names for path in package.glob(name))


@cache
def _written_in(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Return the texts of a file of code, and which its refusals begin with; most files are asked for twice."""
    texts, refusals = set[str](), set[str]()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant | ast.JoinedStr):
            texts.add(_written_out(node))
        elif isinstance(node, ast.Call) and node.args:
            called = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
            if str(called).endswith("Error"):
                refusals.add(_written_out(node.args[0]))
    return frozenset(texts), frozenset(refusals)


def _written_out(node: ast.AST) -> str:
    """Return a text as it is written out in code, with a place for each of its values; empty for anything else."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    texts = [getattr(part, "value", None) for part in parts]
    is_text = any(isinstance(text, str) for text in texts)
    return "".join(text if isinstance(text, str) else "{n}" for text in texts) if is_text else ""


def is_whole(text: str) -> bool:
    """Tell whether a text is owned as it stands where the same text stands ready: short, of words, and set as ours."""
    is_odd = _SPACED.search(text) or _TALLY.search(text)
    return len(text) <= _LONG and bool(_WORD.search(text)) and not is_odd


class _Message:
    """A message with places: the words between them, in their order."""

    def __init__(self, text: str) -> None:
        # Two places with a blank between them are looked at as one: nothing tells where the first ends.
        self.parts = [plain_part(part) for part in _PLACE.split(_NEIGHBOURS.sub("{both}", text))]
        self.longest = max(self.parts, key=len).strip()
        # A word at the brink of a place may go on in it.
        self.words = {word for part in self.parts for word in _WORD.findall(part.lower())}

    @cached_property
    def _patterns(self) -> list[re.Pattern[str]]:
        """Its words with as little as fits in each place, and as much; most are never asked for."""
        parts = [re.escape(part) for part in (_key(self.parts[0]), *self.parts[1:])]
        return [re.compile(place.join(parts), re.DOTALL) for place in ("(.+?)", "(.+)")]

    def fillings(self, text: str) -> Iterator[tuple[str, ...]]:
        """Yield what may stand in the places of a text that has these words."""
        if self.longest in text or _key(self.longest) in text:
            for pattern in self._patterns:
                if not (found := pattern.fullmatch(text)):
                    return
                yield found.groups()


def plain_part(text: str) -> str:
    """Return the words of a message without Markdown's signs, which no page shows."""
    return _BLANKS.sub(" ", _MARKED.sub("", text) if "*" in text or "`" in text else text)


# The English ones are those of every language.
_message = cache(_Message)


@cache
def _said(text: str) -> str:
    return _key(plain(plain_part(text)))


class Phrases:
    """The ``texts`` that may stand anywhere, our messages with places, and the search for who owns one.

    ``names`` may stand in a place wherever they fit: of schools, groups, sources. ``joints`` are what joins two names,
    as another language has it: "{first} y {last}".
    """

    def __init__(
        self, texts: Iterable[str], names: Iterable[str], joints: Iterable[str] = ()
    ) -> None:
        listed = dict.fromkeys(filter(None, texts))
        self.said = {_said(text) for text in listed if not _PLACE.search(text)}
        self._names = {_key(plain(name)) for name in names if name}
        # A message of places alone, such as "{first} and {last}", is a joint: its parts stand for themselves.
        made = [one for one in map(_message, filter(_PLACE.search, listed)) if one.words]
        pieces = {piece for joint in joints for piece in _PLACE.split(joint) if piece}
        pieces = {piece for piece in pieces if not set(piece) & set("⟦⟧")}  # of trials: no words
        also = "".join(f"|{re.escape(piece)}" for piece in sorted(pieces, key=len, reverse=True))
        first, second, last = _CUTS
        self.cuts = first, re.compile(f"({second.pattern[1:-1]}{also})"), last
        self._joints = _JOINTS | {word for piece in pieces for word in _WORD.findall(piece.lower())}
        self._by_word: dict[str, list[_Message]] = {}
        common = Counter(word for one in made for word in one.words)
        for one in made:
            rarest = min(one.words, key=lambda word: (common[word], word))
            self._by_word.setdefault(rarest, []).append(one)

    @cached_property
    def bare(self) -> "Owners":
        """Return the owners of texts with which nothing stands ready: what they own, all others do."""
        return Owners(self, years=())

    def is_name(self, text: str) -> bool:
        """Tell whether a text is a name of the catalog."""
        return _key(text) in self._names

    def of(self, text: str, *, is_joint: bool = True) -> Iterator[tuple[str, ...]]:
        """Yield what may stand in the places of each message that a text may be of; joints: "{first} and {last}"."""
        wanted = _key(text)
        for word in set(_WORD.findall(text.lower())):
            for message in self._by_word.get(word, ()):
                if is_joint or not message.words <= self._joints:
                    yield from message.fillings(wanted)


class Owners:
    """The messages and names that may stand anywhere, and the strings that stand ``ready`` for one block.

    ``years`` are the school years that its texts may name, by the year each ends in (None: any). ``counts`` are numbers
    of rows and schools, which fill places of messages and stand nowhere by themselves; ``foreign`` are names that may
    not stand here.
    """

    def __init__(
        self,
        phrases: Phrases,
        ready: Collection[str] = (),
        *,
        years: Collection[int] | None = None,
        counts: Collection[str] = (),
        foreign: Collection[str] = (),
    ) -> None:
        self._phrases, self._years = phrases, years
        self._foreign = _all_ready(frozenset(foreign))
        self._counts = {text for text in counts if text not in ready}
        self._ready = {_ready(text) for text in (*ready, *counts) if text}
        self._has_findings = len(self._ready) > len(self._counts)
        self._at = cache(self._first_piece)
        self._is_owned = cache(self._owned)

    def unowned(self, text: str, alone: Alone = "all") -> str:
        """Return the first piece of a text that nobody owns; empty if all of it is owned.

        Sentences are looked at first, then the parts of one, then single strings. ``alone`` says what may stand there
        by itself: anything; names and years, but no count; or ``none`` of them, so that each part is a message of ours
        with what fills its places, since a row of names tells something by its order, or by being there.
        """
        # Nothing of ours is set with blanks or in signs.
        if _SPACED.search(text) or _TALLY.search(text):
            return text
        if alone != "all" and (piece := self._bare(text, alone)):
            return piece
        return self._at(plain(text), 0, alone)

    def _bare(self, text: str, alone: Alone) -> str:
        """Return what a text says twice, or a sentence of it that is nothing but a name, a year or signs."""
        said = sentences(text)
        is_alone = alone == "names" or not self._has_findings
        if is_alone and (_TWICE.search(text) or len(said) > len(set(said))):
            return text
        for sentence in said if len(said) > 1 or alone == "none" else ():
            bare = sentence.rstrip(".")
            if self._phrases.is_name(bare) or _DATED.fullmatch(bare) or not _WORD.search(bare):
                return sentence
        return ""

    def _first_piece(self, text: str, level: int, alone: Alone) -> str:
        if not text:
            return ""
        # Few messages are as long as a long text: its sentences are looked at first.
        if (level or len(text) <= _LONG) and self._is_owned(text, alone):
            return ""
        cuts = self._phrases.cuts
        if level == len(cuts):
            return text
        pieces = cuts[level].split(text)
        if len(pieces) == 1:
            return self._at(text, level + 1, alone)
        piece = self._parts(pieces[::2], pieces[1::2], level, alone)
        # A name beside a number in words, such as "between 20.3 and 29.2 percent", is cut in its middle at first.
        is_short = level + 1 < len(cuts) and len(text) < _SHORT
        return "" if piece and is_short and not self._at(text, level + 1, alone) else piece

    def _parts(self, words: list[str], joints: list[str], level: int, alone: Alone) -> str:
        """Return the first of several pieces that nobody owns, alone or with those after it."""
        apart = [self._at(word.strip(" "), level + 1, alone) for word in words]
        deeper = next(filter(None, apart), "")
        if not deeper:  # as nearly always; else what stands together is looked at
            return ""
        reached = {0}
        for at in range(len(words)):
            if at not in reached:
                continue
            joined = words[at]
            for end in range(at + 1, min(len(words), at + _LONGEST) + 1):
                # A name may have in it what joins two names: "Participación y sentir 2018–19".
                is_name = end == at + 2 and not self._at(joined.strip(" "), level + 1, alone)
                if is_name or self._is_owned(joined.strip(" "), alone):
                    reached.add(end)
                if end < len(words):
                    joined += joints[end - 1] + words[end]
            if not apart[at]:
                reached.add(at + 1)
        return "" if len(words) in reached else deeper

    def _owned(self, text: str, alone: Alone) -> bool:
        if not re.search(r"\w", text):
            return text in ("", "–", "-", "…", "→", "←", "=", "·", "'")
        key, is_any = _key(text), alone != "none"
        is_name = self._phrases.is_name(text) and key not in self._foreign
        if key in self._phrases.said:
            return is_any or not is_name
        if key in self._ready and (alone == "all" or text not in self._counts):
            return True
        if (is_any or self._has_findings) and self._is_dated(text):
            return True
        return (is_any and is_name) or any(
            all(not self._at(part.strip(" "), 0, "all") for part in parts)
            for parts in self._phrases.of(text, is_joint=is_any or self._has_findings)
        )

    def _is_dated(self, text: str) -> bool:
        """Tell whether a text is a year, or several with a dash between, that may be named here."""
        if not _DATED.fullmatch(text) or self._years is None:
            return bool(_DATED.fullmatch(text))
        first, last = int(text[:4]), int(f"{text[:2]}{text[-2:]}")
        is_first = first in self._years or first + 1 in self._years
        return is_first and (last in self._years or last == first)


_NUMBER = re.compile(r"[0-9]+(?:[.,–-][0-9]+)*")
_LETTER = re.compile(r"[^\W\d_]")
_SIGNS = re.compile("[\ue000-\uf8ff]")
"""Letters of nobody: each stands for a number of a text while its words are looked at."""
_JOINT = re.compile("; |, |: | \\(|\\)|[.?!]$| (?=[\ue000-\uf8ff])")


def _told_in(code: str) -> Iterator[tuple[str, str]]:
    """Yield every form of every message, and what it is in a language: one thing as one, many as many."""
    made = {*messages(i18n_files.ENGLISH)}
    if code == i18n_files.PSEUDO:
        yield from ((form, i18n.pseudo(form)) for form in made)
        return
    for (one, *many), (first, *others) in entries(i18n_files.folder() / f"{code}.po"):
        yield one, first
        yield from ((more, form) for more in many for form in others or [first])
        made -= {one, *many} if first else set()
    # A text without a translation stays English; of those with places nothing is told here.
    yield from ((form, form) for form in made if not _PLACE.search(form))


def _names_in(text: str) -> list[str]:
    """Return the names of the places of a message, in their order."""
    return [place.strip("{}") for place in _PLACE.findall(text)]


class _Form:
    """A message with places: the words between them, in their order, and the names of the places."""

    def __init__(self, text: str) -> None:
        self.names = _names_in(text)
        self.parts = [plain_part(part) for part in _PLACE.split(text)]
        self.words = {word for part in self.parts for word in _WORD.findall(part.lower())}
        self.letters = sum(map(len, self.parts))
        # The first letter of a sentence is a capital that its message may lack.
        self._longest = max(self.parts, key=len)[1:]

    @cached_property
    def _patterns(self) -> list[re.Pattern[str]]:
        """Its words with as little as fits in each place, and as much; most are never asked for."""
        first, *others = map(re.escape, self.parts)
        first = re.sub(r"^\w", lambda letter: f"(?i:{letter[0]})", first)
        return [re.compile(place.join((first, *others)), re.DOTALL) for place in ("(.+?)", "(.+)")]

    def fillings(self, text: str) -> Iterator[dict[str, str]]:
        """Yield what may stand in each place of a text that has these words; the same in places of one name."""
        for pattern in self._patterns if self._longest in text else ():
            if not (found := pattern.fullmatch(text)):
                return
            given = [*zip(self.names, found.groups(), strict=True)]
            if len({*given}) == len({*self.names}):
                yield dict(given)


# The English ones are those of every language.
_form = cache(_Form)


class Pairs:
    """What the files of translations make of an English text in a language.

    A text is told of an English one if both are of one message, and what fills the places of the one is told of what
    fills those of the other; or if both are put together of such parts, in the same order and by the same signs.
    Numbers and names of the catalog, which ``is_name`` knows, are the same in both. A text that is not known so may
    still be right, as an alt text that was cut to its length: `Owners` are asked for it.
    """

    def __init__(self, code: str, is_name: Callable[[str], bool]) -> None:
        self._is_name = is_name
        every = {(one, other) for one, other in _told_in(code) if one and other}
        plain = {pair for pair in every if not _PLACE.search(pair[0])}
        self._said = {tuple(_key(plain_part(form)) for form in pair) for pair in plain}
        made = [(_form(one), other) for one, other in sorted(every - plain)]
        common = Counter(word for one, _ in made for word in one.words)
        # Most translations are of messages that no document has: they are not taken apart.
        self._by_word: dict[str, list[tuple[_Form, str]]] = {}
        for one, other in made:
            # Of places alone are joints; one thing may be said without its number.
            if one.words and {*one.names} == {*_names_in(other)}:
                rarest = min(one.words, key=lambda word: (common[word], word))
                self._by_word.setdefault(rarest, []).append((one, other))
        kept = lru_cache(maxsize=1 << 15)  # documents have most of their texts in common
        self._is_known, self._is_told = kept(self._known), kept(self._told)
        self._is_of_one = kept(self._of_one)

    def is_told(self, english: str, told: str) -> bool:
        """Tell whether a text says in the words of this language what the English one says, number by number."""
        return self._is_known(english, told)

    def _known(self, english: str, told: str) -> bool:
        if english == told and self._is_same(told):
            return True
        said, other = sentences(english), sentences(told)
        if len(said) == 1:
            return _signed(self._is_told, english, told)
        if _signed(self._is_of_one, english, told):
            return True
        apart = (_signed(self._is_told, *pair) for pair in zip(said, other, strict=False))
        return len(said) == len(other) and all(apart)

    def _is_same(self, text: str) -> bool:
        """Tell whether a text may be the same in both: a number, or a name; words of ours are not left in English."""
        if not _LETTER.search(text) or self._is_name(text):
            return True
        said = _key(text)
        return (said, said) in self._said

    def _told(self, english: str, told: str) -> bool:
        # What fills a place is part of a sentence.
        if len(sentences(english)) > 1:
            return False
        parts, others = english.split("; "), told.split("; ")
        if len(parts) == len(others) > 1 and all(map(self._is_told, parts, others)):
            return True
        if self._is_of_one(english, told):
            return True
        return any(
            one[0] == two[0]
            and self._is_of_one(english[: one.start()], told[: two.start()])
            and self._is_told(english[one.end() :], told[two.end() :])
            for one in _JOINT.finditer(english)
            for two in _JOINT.finditer(told)
        )

    def _of_one(self, english: str, told: str) -> bool:
        """Tell whether two texts are of one message, or the same."""
        if english == told and self._is_same(told):
            return True
        if (_key(english), _key(told)) in self._said:
            return True
        # In long texts the places of a message fit in too many ways.
        if max(len(english), len(told)) > _LONG:
            return False
        words = {*_WORD.findall(english.lower())}
        known = [pair for word in words for pair in self._by_word.get(word, ())]
        # The more words of a message are in a text, the likelier it is of this one.
        known.sort(key=lambda pair: -pair[0].letters)
        return any(
            all(self._is_told(given[name], text) for name, text in made.items())
            for one, other in known
            for given in one.fillings(english)
            for made in _form(other).fillings(told)
        )


def _signed(ask: Callable[[str, str], bool], english: str, told: str) -> bool:
    """Ask with a sign for each number of two texts: but for these, most texts are those of other documents."""
    if _SIGNS.search(english + told):
        return False
    signs: dict[str, str] = {}

    def sign(number: re.Match[str]) -> str:
        return signs.setdefault(number[0], chr(0xE000 + len(signs)))

    signed, count = _NUMBER.sub(sign, english), len(signs)
    other = _NUMBER.sub(sign, told)
    if len(signs) > count:
        return False
    # A message may name a number itself: "Grade 3".
    return ask(signed, other) or (count > 0 and ask(english, told))
