"""Build the site in a fresh folder, follow every link, and then put its files in place.

``site.json`` marks the folder as a site and names its files; a file that it does not name is never touched. Nothing
depends on the machine or the hour.
"""

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from filecmp import cmp
from functools import cached_property
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote

from sesec_analysis import checkout
from sesec_analysis.editions import built_editions, landing
from sesec_analysis.editions.documents import html as documents_html
from sesec_analysis.editions.documents import output
from sesec_analysis.editions.editions import end_with_slash, licence
from sesec_analysis.errors import DataError, below
from sesec_analysis.evidence.citation import page_of
from sesec_analysis.files import folder_beside
from sesec_analysis.site import edition_index, lineage, metadata, pages
from sesec_analysis.site.edition_index import EditionState, Series

__all__ = ["MANIFEST", "Built", "Progress", "SiteSource", "build", "manifest"]


MANIFEST = "site.json"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """What was built: how many series have a page, and how many files there are."""

    out: Path
    series: int
    files: int


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
        If the folder holds something else, a link leads nowhere, or this is no address: the folder stays as it is.
    EditionError
        If no edition was built or published yet.
    """
    before = set(manifest(out).get("files", ()))
    try:
        source = SiteSource(end_with_slash(url) if url else None, progress)
    except ValueError as failure:
        raise DataError(str(failure), fix="give it with --url") from failure
    out.mkdir(parents=True, exist_ok=True)
    with folder_beside(out) as fresh:
        names = source.write(fresh)
        # Should this stop half way, the next run knows the files of both.
        _write(out / MANIFEST, _manifest(source.url, before | names))
        for name in sorted(names):
            if not (out / name).is_file() or not cmp(fresh / name, out / name, shallow=False):
                (out / name).parent.mkdir(parents=True, exist_ok=True)
                (fresh / name).replace(out / name)
        for name in before - names:
            _remove(out, name)
        (fresh / MANIFEST).replace(out / MANIFEST)
    return Built(out, len(source.series), len(names))


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


def _manifest(url: str | None, names: set[str]) -> bytes:
    return metadata.as_json({"url": url, "files": sorted(names)})


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


_ANCHOR = re.compile(r'\sid="([^"]+)"')
_LINK = re.compile(r'\s(?:href|src)="([^"]+)"')
_SCRIPT = re.compile(r"(?s)<(script|style)\b.*?</\1>")  # a quotation mark in it is no attribute's


def _find_broken_links(folder: Path, names: set[str]) -> Iterator[str]:
    """Yield every link that leads nowhere in the site, with the page it is on."""
    links, anchors = {}, {}
    for name in names:
        if name.endswith(".html"):
            text = (folder / name).read_text("utf-8")
            anchors[name] = set(_ANCHOR.findall(text))
            links[name] = {html.unescape(link) for link in _LINK.findall(_SCRIPT.sub("", text))}
    for page in sorted(links):
        for link in sorted(links[page]):
            path, _, anchor = link.partition("#")
            if re.match(r"[a-z][a-z0-9+.-]*:", path):
                continue
            target = normpath(join(dirname(page), unquote(path))) if path else page
            known = anchors.get(target, set())
            if target not in names or (anchor and html.escape(unquote(anchor)) not in known):
                yield f"{page}: {link}"


@dataclass(frozen=True)
class SiteSource:
    """What the site is made from: all editions, and its address with a slash at its end, where that is known."""

    url: str | None
    progress: Progress = lambda line: None

    @cached_property
    def states(self) -> list[EditionState]:
        """Every state of every edition."""
        self.progress("Reading the editions ...")
        return edition_index.states()

    @cached_property
    def series(self) -> dict[str, Series]:
        """Every series by its stem."""
        return edition_index.all_series(self.states, self.url)

    def write(self, folder: Path) -> set[str]:
        """Write every file into an empty folder, and return their names, without that of the list of them.

        Raises
        ------
        DataError
            If a link leads nowhere.
        """
        names = set()
        for name, content in self._files():
            names.add(name)
            _write(folder / name, content if isinstance(content, bytes) else content.encode())
        if broken := list(_find_broken_links(folder, names)):
            what = f"{len(broken)} link(s) lead nowhere:{below(broken)}"
            raise DataError(what, fix="build the editions again: sesec report --all")
        _write(folder / MANIFEST, _manifest(self.url, names))
        return names

    def _files(self) -> Iterator[tuple[str, bytes | str]]:
        """Yield the path and the content of every file."""
        self.progress(f"Writing the editions: {len(self.states)} ...")
        shown = {**self._editions(), **self.sheets}
        tables = lineage.tables(state.frozen for state in self.states)
        for name, path in {**shown, **tables}.items():
            yield name, path.read_bytes()
        self.progress(f"Writing the pages of {len(self.series):,} series ...")
        yield from self._series()
        yield from self._lists(shown)
        made = dict(metadata.tables(metadata.table(self.series.values())))
        yield from made.items()
        yield "datapackage.json", metadata.datapackage(made, licence())
        if self.url:
            yield "feed.xml", pages.atom(self.states, self.series.values(), self.url)

    def _one_of_each(self) -> list[EditionState]:
        """Return one state of each edition: the published one if there is one, and the newest that was built here."""
        newest, found = self._newest(), dict[str, EditionState]()
        for state in self.states:
            if state.name not in found or state is newest:
                found[state.name] = state
        return list(found.values())

    def _newest(self) -> EditionState | None:
        return next((state for state in reversed(self.states) if state.folder), None)

    def _editions(self) -> dict[str, Path]:
        """Return the files of the editions.

        Pages and figures of nine editions are 350 MB: the site has those of the newest, and of the others report and
        summary as PDF and the numbers as published. docs/howto/cite.md says where the rest is.
        """
        return {
            name: path
            for state in self._one_of_each()
            for name, path in _edition_files(state, is_whole=state is self._newest())
        }

    @cached_property
    def sheets(self) -> dict[str, Path]:
        """The files of the folders of fact sheets that were built of real data."""
        root = checkout.builds()
        found = (path for one in sorted(root.glob(_SHEETS)) for path in sorted(one.rglob("*")))
        names = {path.relative_to(root).as_posix(): path for path in found if path.is_file()}
        return {name: path for name, path in names.items() if "/." not in name}

    def _series(self) -> Iterator[tuple[str, bytes | str]]:
        printed = set().union(*map(pages.printed_ids, self.states))
        for one in self.series.values():
            yield one.page, pages.series_page(one, licence())
            if one.numbers:  # of others, history.jsonl of their editions tells programs
                yield one.json, metadata.as_json(one.data)
            if any(number.id in printed for number in one.numbers):
                yield one.embed, pages.embed_page(one)

    def _lists(self, shown: Mapping[str, Path]) -> Iterator[tuple[str, str]]:
        listed = pages.indicators(self.series)
        for code, several in listed.items():
            yield f"indicators/{code}.html", pages.indicator_page(code, several)
        yield landing.NAME, pages.front_page(self._one_of_each(), listed, licence(), shown)
        yield "site.css", documents_html.style_sheet("page.css", "site.css")
        yield "search.js", documents_html.script("search.js", "site_search.js")
        yield "search-index.js", pages.search_script(listed)
        yield "vocabulary.html", documents_html.fill("site_vocabulary.html")
        yield "404.html", documents_html.fill("site_404.html", url=self.url)
        yield "ids.csv", output.csv_text(["id", "page", "json"], self._addresses())

    def _addresses(self) -> list[tuple[str, str, str]]:
        """Return every id with its address, on a page of a series or on a fact sheet, and the JSON of its series."""
        found = {
            number.id: (page_of(number.id), one.json if one.numbers else "")
            for one in self.series.values()
            for number in one.every
        }
        for name, path in self.sheets.items():
            if path.name == landing.NAME and path.parent.parent.match(_SHEETS):
                for anchor in _ANCHOR.findall(path.read_text("utf-8")):
                    if anchor.startswith(built_editions.PREFIX):
                        found.setdefault(anchor, (f"{name}#{anchor}", ""))
        return [(name, *where) for name, where in sorted(found.items())]


_SHEETS = "schools-[0-9][0-9][0-9][0-9]"


def _edition_files(state: EditionState, *, is_whole: bool) -> Iterator[tuple[str, Path]]:
    """Yield the files of an edition: those that readers use, or only its numbers and PDFs, which lead to no other."""
    wanted: list[tuple[Path, str]] = []
    if state.is_published:
        wanted.append((checkout.published_folder() / state.name, "*"))
    if state.folder:
        patterns = ["*"] if is_whole else ["report.pdf", "summary*.pdf"]
        patterns += [] if state.is_published else ["findings.json"]
        wanted += [(state.folder, pattern) for pattern in patterns]
    for folder, pattern in wanted:
        for path in sorted(folder.rglob(pattern)):
            if path.is_file() and not path.match("document*.json"):
                yield f"{state.name}/{path.relative_to(folder).as_posix()}", path
