"""Build the site in a fresh folder, follow every link, and then put its files in place.

``site.json`` marks the folder as a site and names its files; a file that it does not name is never touched. Nothing
depends on the machine or the hour.
"""

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from filecmp import cmp
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote

from sesec_analysis import checkout
from sesec_analysis.archive import frozen as archive_frozen
from sesec_analysis.editions import built_editions, landing
from sesec_analysis.editions.documents import html as documents_html
from sesec_analysis.editions.documents import output
from sesec_analysis.editions.editions import licence, slashed
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.citation import page_of
from sesec_analysis.files import beside
from sesec_analysis.site import edition_index, feed, lineage, metadata, pages
from sesec_analysis.site.edition_index import EditionState, Series

__all__ = ["MANIFEST", "SHEETS", "Built", "Files", "SiteSource", "build", "manifest"]


MANIFEST = "site.json"
SHEETS = "schools-[0-9][0-9][0-9][0-9]"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """What was built: how many series have a page, and how many files there are."""

    out: Path
    series: int
    files: int


@dataclass
class Files:
    """The files of a site as they are made, with the links of its pages."""

    url: str | None
    links: dict[str, set[str]] = field(default_factory=dict)
    anchors: dict[str, set[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def add(self, name: str, content: bytes) -> None:
        """Note a file and, of a page, its links and anchors."""
        self.names.add(name)
        if name.endswith(".html"):
            text = content.decode("utf-8")
            self.anchors[name] = set(_ANCHOR.findall(text))
            self.links[name] = {html.unescape(link) for link in _LINK.findall(_markup(text))}

    def broken(self) -> Iterator[str]:
        """Yield every link that leads nowhere in the site, with the page it is on."""
        for page, links in self.links.items():
            for link in sorted(links):
                path, _, anchor = link.partition("#")
                if re.match(r"[a-z][a-z0-9+.-]*:", path):
                    continue
                target = normpath(join(dirname(page), unquote(path))) if path else page
                if target not in self.names or (
                    anchor
                    and target in self.anchors
                    and html.escape(unquote(anchor)) not in self.anchors[target]
                ):
                    yield f"{page}: {link}"

    def manifest(self) -> bytes:
        """Return ``site.json``: where the site will be, and its files."""
        return metadata.as_json({"url": self.url, "files": sorted(self.names)})


_ANCHOR = re.compile(r'\sid="([^"]+)"')
_LINK = re.compile(r'\s(?:href|src)="([^"]+)"')


def _markup(text: str) -> str:
    """Return a page without its scripts and styles, in which a quotation mark is no attribute's."""
    return re.sub(r"(?s)<(script|style)\b.*?</\1>", "", text)


def build(out: Path, *, url: str | None = None, progress: Progress = lambda line: None) -> Built:
    """Write the site of all published and built editions into a folder.

    Parameters
    ----------
    out
        A folder that is missing, is empty, or holds such a site: then only what changed is written.
    url
        Where the site will be. Without it there is no feed, and no citation names a page.
    progress
        Called with one line per step.

    Returns
    -------
    Built

    Raises
    ------
    DataError
        If the folder holds something else, or a link leads nowhere: the folder stays as it is.
    EditionError
        If no edition was built or published yet.
    """
    before = {"files": [], **manifest(out)}
    source = SiteSource.read(_address(url), progress)
    made = Files(source.url)
    out.mkdir(parents=True, exist_ok=True)
    with beside(out) as fresh:
        for name, content in source.files():
            made.add(name, content)
            _write(fresh / name, content)
        if broken := list(made.broken()):
            what = f"{len(broken)} link(s) lead nowhere:\n    " + "\n    ".join(broken[:20])
            raise DataError(
                what, where=str(out), fix="build the editions again: sesec report --all"
            )
        # Should this stop half way, the next run knows the files of both.
        _write(out / MANIFEST, Files(source.url, names={*before["files"], *made.names}).manifest())
        for name in sorted(made.names):
            if not (out / name).is_file() or not cmp(fresh / name, out / name, shallow=False):
                (out / name).parent.mkdir(parents=True, exist_ok=True)
                (fresh / name).replace(out / name)
        for name in set(before["files"]) - made.names:
            _remove(out, name)
        _write(out / MANIFEST, made.manifest())
    return Built(out, len(source.series), len(made.names))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _remove(out: Path, name: str) -> None:
    """Remove a file of the site, and each folder that is empty then."""
    (out / name).unlink(missing_ok=True)
    for folder in (out / name).parents:
        if folder == out or not folder.is_dir() or any(folder.iterdir()):
            return
        folder.rmdir()


def manifest(out: Path) -> dict[str, Any]:
    """Return what ``site.json`` says of the site in a folder; nothing where there is none yet.

    Raises
    ------
    DataError
        If the folder holds something else.
    """
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise DataError("this is not a folder", where=str(out), fix="name another one with --out")
    if not out.is_dir() or not any(out.iterdir()):
        return {}
    try:
        return dict(json.loads((out / MANIFEST).read_text("utf-8")))
    except (OSError, ValueError) as failure:
        what = f"this folder holds something else than a site ({MANIFEST} is missing or damaged)"
        raise DataError(what, where=str(out), fix="name an empty folder with --out") from failure


def _address(url: str | None) -> str | None:
    try:
        return slashed(url) if url else None
    except ValueError as failure:
        raise DataError(str(failure), fix="give it with --url") from failure


@dataclass(frozen=True)
class SiteSource:
    """What the site is made from."""

    states: Sequence[EditionState]
    series: Mapping[str, Series]
    url: str | None
    license_name: str | None
    progress: Progress

    @classmethod
    def read(cls, url: str | None, progress: Progress) -> "SiteSource":
        """Read all editions."""
        progress("Reading the editions ...")
        found = edition_index.states()
        return cls(found, edition_index.all_series(found), url, licence(), progress)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield the path and the bytes of every file."""
        self.progress(f"Writing the editions: {len(self.states)} ...")
        # Pages and figures of nine editions are 350 MB: the site has those of the newest, and of the others report
        # and summary as PDF and the numbers as published. docs/howto/cite.md says where the rest is.
        one_of_each, newest = self._one_of_each()
        editions = {
            name: path
            for state in one_of_each
            for name, path in _edition(state, is_whole=state is newest)
        }
        sheets = dict(self.sheets())
        tables = {
            f"{lineage.TABLES}/{name}": path
            for state in self.states
            for name, path in lineage.tables(state.frozen).items()
        }
        for name, path in {**editions, **sheets, **tables}.items():
            yield name, path.read_bytes()
        self.progress(f"Writing the pages of {len(self.series):,} series ...")
        yield from self._series()
        yield from self._lists(one_of_each, editions, sheets)
        yield from self._tables()
        if self.url:
            yield "feed.xml", feed.atom(self.states, self.series.values(), self.url)

    def _one_of_each(self) -> tuple[list[EditionState], EditionState | None]:
        """Return one state of each edition, the published one if there is one, and the newest that was built here."""
        newest = next((state for state in reversed(self.states) if state.folder), None)
        by_name: dict[str, EditionState] = {}
        for state in self.states:
            if state.name not in by_name or state is newest:
                by_name[state.name] = state
        return list(by_name.values()), newest

    def sheets(self) -> Iterator[tuple[str, Path]]:
        """Yield the files of the folders of fact sheets that were built of real data."""
        root = checkout.builds()
        for sheets in sorted(root.glob(SHEETS)):
            for path in sorted(sheets.rglob("*")):
                hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
                if path.is_file() and not hidden:
                    yield path.relative_to(root).as_posix(), path

    def _addresses(self, sheets: Mapping[str, Path]) -> Iterator[tuple[str, str, str]]:
        """Yield every id with its address, on the page of its series or on a fact sheet, and the JSON of its series."""
        known: set[str] = set()
        for one in self.series.values():
            for name in (*(number.id for number in one.numbers), *one.removed):
                known.add(name)
                yield name, page_of(name), one.data
        for name, path in sheets.items():
            if path.name == "index.html" and path.parent.parent.name.startswith("schools-"):
                for anchor in _ANCHOR.findall(path.read_text("utf-8")):
                    if anchor.startswith(built_editions.PREFIX) and anchor not in known:
                        known.add(anchor)
                        yield anchor, f"{name}#{anchor}", ""

    def _series(self) -> Iterator[tuple[str, bytes]]:
        follow = {id(state): lineage.Lineage(state.frozen) for state in self.states}
        printed = set().union(*map(pages.printed, self.states))
        for one in self.series.values():
            rows = {
                number.id: follow[id(number.current.state)].rows(number.current.record)
                for number in one.numbers
            }
            data = pages.series_data(one, rows=rows, url=self.url)
            named = (data["title"], self.url, self.license_name)
            linked = metadata.dataset(one, *named) if one.numbers else {}
            page = pages.series_page(one, data, url=self.url, linked=linked)
            yield one.page, page.encode()
            yield one.data, metadata.as_json(data)
            if any(number.id in printed for number in one.numbers):
                yield one.embed, pages.embed_page(one, data).encode()

    def _lists(
        self,
        one_of_each: Sequence[EditionState],
        editions: Mapping[str, Path],
        sheets: Mapping[str, Path],
    ) -> Iterator[tuple[str, bytes]]:
        listed = pages.indicators(self.series)
        for code, several in listed.items():
            yield f"indicators/{code}.html", pages.indicator_page(code, several).encode()
        folders = [
            one
            for one in landing.shelves(checkout.builds())
            if f"{one.folder}/{landing.NAME}" in sheets
        ]
        first = pages.front_page(one_of_each, listed, self.license_name, folders, editions.keys())
        yield landing.NAME, first.encode()
        yield pages.STYLE, documents_html.style_sheet("page.css", "site.css").encode()
        yield "search.js", documents_html.script("search.js", "site_search.js").encode()
        yield "search-index.js", pages.search_script(listed)
        yield "vocabulary.html", pages.vocabulary().encode()
        yield "404.html", pages.moved_page(self.url).encode()
        addresses = sorted(self._addresses(sheets))
        yield "ids.csv", output.csv_text(["id", "page", "json"], addresses).encode()

    def _tables(self) -> Iterator[tuple[str, bytes]]:
        made = dict(metadata.tables(metadata.table(self.series.values())))
        yield from made.items()
        yield "datapackage.json", metadata.as_json(metadata.datapackage(made, self.license_name))


def _edition(state: EditionState, *, is_whole: bool) -> Iterator[tuple[str, Path]]:
    """Yield the files of an edition: those that readers use, or only its numbers and PDFs, which lead to no other."""
    wanted: list[tuple[Path, str]] = []
    if state.is_published:
        wanted.append((archive_frozen.published_dir() / state.name, "*"))
    if state.folder:
        patterns = ["*"] if is_whole else ["report.pdf", "summary*.pdf"]
        wanted += [(state.folder, pattern) for pattern in patterns]
    if state.folder and not state.is_published:
        wanted.append((state.folder, "findings.json"))
    for folder, pattern in wanted:
        for path in sorted(folder.rglob(pattern)):
            if path.is_file() and not path.match("document*.json"):
                yield f"{state.name}/{path.relative_to(folder).as_posix()}", path
