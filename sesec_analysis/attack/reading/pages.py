"""Parse an HTML page or SVG picture for its words: text, alt text and attributes.

Nothing is rendered and no script is run: whatever stands in the file is there for an outsider to read.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

__all__ = ["FilePassage", "HtmlPage", "PageTable", "read_page"]


_BLOCKS = re.compile(
    r"p|li|h[1-6]|t[dhr]|caption|summary|figcaption|div|d[dtl]|title|desc|text|code|pre|section|article|main|body|header|"
    r"footer|nav|table|thead|tbody|[uo]l|details|button|label|option|script"
)
_VOID = re.compile(r"area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr")
_SPEAKING = re.compile(
    r"alt|title|content|value|placeholder|summary|aria-(?!labelledby|describedby|controls).*|data-.*"
)
_EMBEDDED = re.compile(r"data:([\w/+.-]+);base64,([A-Za-z0-9+/=]+)")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class FilePassage:
    """Words that stand together.

    ``about`` is the id of the finding or ``figure:NAME`` whose block they stand in, or empty.
    """

    words: str
    where: str
    about: str = ""


@dataclass
class PageTable:
    """A table as it is read: every text of a row, the headings and the caption."""

    where: str
    about: str
    caption: str = ""
    headings: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


@dataclass
class HtmlPage:
    """What was found in one page: its words, its tables, the data in its scripts and the files put into it."""

    passages: list[FilePassage] = field(default_factory=list)
    tables: list[PageTable] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    embedded: list[tuple[str, bytes]] = field(default_factory=list)  # kind, content


def read_page(text: str, where: str) -> HtmlPage:
    """Read an HTML page, or an SVG picture, which is marked up in the same way.

    Examples
    --------
    >>> page = read_page('<figure id="figure:map"><img alt="A map."><p>Of <b>20</b> schools</p></figure>', "index.html")
    >>> [(one.words, one.about) for one in page.passages]
    [('A map.', 'figure:map'), ('Of 20 schools', 'figure:map')]
    """
    reader = _Reader(where)
    reader.feed(text)
    reader.close()
    reader.end()
    return reader.page


@dataclass
class _Open:
    tag: str
    about: str


class _Reader(HTMLParser):
    """Collects words block by block; a block ends where any other begins or ends."""

    def __init__(self, where: str) -> None:
        super().__init__(convert_charrefs=True)
        self.where, self.page = where, HtmlPage()
        self._open = [_Open("", "")]
        self._words: list[str] = []
        self._table: PageTable | None = None
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if _BLOCKS.fullmatch(tag):
            self.end()
        named = {name: value or "" for name, value in attrs}
        about = self._open[-1].about
        name = named.get("id", "")
        if name.startswith(("sesec:", "figure:")):
            about = name
            if name.startswith("figure:"):
                self._open[-1].about = name  # its description and table stand beside it
        if not _VOID.fullmatch(tag):
            self._open.append(_Open(tag, about))
        self._attributes(tag, named, about)
        self._table_starts(tag, about)

    def _attributes(self, tag: str, named: dict[str, str], about: str) -> None:
        for name, value in named.items():
            if _SPEAKING.fullmatch(name) and value.strip():
                self.page.passages.append(
                    FilePassage(_plain(value), f"{self.where}, {name} of <{tag}>", about)
                )
            for kind, content in _embedded(value):
                self.page.embedded.append((kind, content))

    def _table_starts(self, tag: str, about: str) -> None:
        if tag == "table":
            self._table = PageTable(f"{self.where} table {len(self.page.tables) + 1}", about)
            self.page.tables.append(self._table)
        elif tag == "tr" and self._table is not None:
            self._table.rows.append([])
        elif tag in ("td", "th", "caption"):
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if _BLOCKS.fullmatch(tag):
            self.end()
        if any(element.tag == tag for element in self._open):
            while self._open[-1].tag != tag:
                self._open.pop()
            self._open.pop()
        table = self._table
        if tag in ("td", "th", "caption") and self._cell is not None and table is not None:
            text = _plain(" ".join(self._cell))
            if tag == "caption":
                table.caption = text
            elif table.rows:
                table.rows[-1].append(text)
            self._cell = None
        if tag == "thead" and table is not None and table.rows:
            table.headings = table.rows.pop()
        if tag == "table":
            self._table = None

    def handle_data(self, data: str) -> None:
        if self._open[-1].tag == "script":
            self.page.scripts.append(data)
        elif self._open[-1].tag != "style":
            self._words.append(data)
            if self._cell is not None:
                self._cell.append(data)

    def handle_comment(self, data: str) -> None:
        """Read comments too: a picture whose letters are drawn as shapes has its words there."""
        if data.strip():
            self.page.passages.append(FilePassage(_plain(data), self.where, self._open[-1].about))

    def end(self) -> None:
        """End a block of words."""
        words = _plain("".join(self._words))
        self._words = []
        if words:
            self.page.passages.append(FilePassage(words, self.where, self._open[-1].about))


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _embedded(value: str) -> Iterator[tuple[str, bytes]]:
    for kind, content in _EMBEDDED.findall(value):
        try:
            yield kind, base64.b64decode(content, validate=True)
        except binascii.Error:
            continue  # no browser can read it either
