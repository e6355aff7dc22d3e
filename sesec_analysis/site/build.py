"""Build the site: make every file, write those that changed, remove those that are gone, follow every link.

A file is written whole or not at all. ``site.json`` marks the folder as a site and names its files; what it names from
before is removed once the new site stands, and a file that it does not name is never touched. Nothing depends on the
machine or the hour but the days of the feed, and those stay as they were first said.
"""

import hashlib
import html
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote

from sesec_analysis import checkout
from sesec_analysis.archive import frozen as archive_frozen
from sesec_analysis.editions import built_editions, landing
from sesec_analysis.editions.documents import html as documents_html
from sesec_analysis.editions.documents import output
from sesec_analysis.editions.editions import licence
from sesec_analysis.errors import DataError
from sesec_analysis.site import edition_index, feed, lineage, metadata, pages
from sesec_analysis.site.edition_index import EditionState, History, TakenAway

__all__ = ["MANIFEST", "SHEETS", "Built", "Made", "SiteSource", "build", "manifest", "manifest_of"]


MANIFEST = "site.json"
ROWS = "rows.json"
SHEETS = "schools-[0-9][0-9][0-9][0-9]"
_HALF = ".site-half"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """What was built: how many findings have a page, files there are, were written and were removed."""

    out: Path
    findings: int
    files: int
    written: int
    removed: int


@dataclass
class Made:
    """The files of a site as they are made, with the links of its pages."""

    hashes: dict[str, str] = field(default_factory=dict)
    links: dict[str, set[str]] = field(default_factory=dict)
    anchors: dict[str, set[str]] = field(default_factory=dict)

    def add(self, name: str, content: bytes) -> None:
        """Note a file and, of a page, its links and anchors."""
        self.hashes[name] = hashlib.sha256(content).hexdigest()
        if name.endswith(".html"):
            text = content.decode("utf-8")
            self.anchors[name] = set(_ANCHOR.findall(text))
            self.links[name] = {html.unescape(link) for link in _LINK.findall(_markup(text))}

    def broken(self) -> Iterator[str]:
        """Yield every link that leads nowhere in the site, with the page it stands on."""
        for page, links in self.links.items():
            for link in sorted(links):
                path, _, anchor = link.partition("#")
                if re.match(r"[a-z][a-z0-9+.-]*:", path):
                    continue
                target = normpath(join(dirname(page), unquote(path))) if path else page
                if target not in self.hashes or (
                    anchor
                    and target in self.anchors
                    and html.escape(unquote(anchor)) not in self.anchors[target]
                ):
                    yield f"{page}: {link}"


_ANCHOR = re.compile(r'\sid="([^"]+)"')
_LINK = re.compile(r'\s(?:href|src)="([^"]+)"')


def _markup(text: str) -> str:
    """Return a page without its scripts and styles, in which a quotation mark is no attribute's."""
    return re.sub(r"(?s)<(script|style)\b.*?</\1>", "", text)


def build(
    out: Path,
    *,
    url: str | None = None,
    today: date,
    progress: Progress = lambda line: None,
) -> Built:
    """Write the site of all published and built editions into a folder.

    Parameters
    ----------
    out
        A folder that is empty, or holds such a site: then only what changed is written.
    url
        Where the site will be. Without it there is no feed and no sitemap, and no citation names a page.
    today
        The day that the feed gives for what it says for the first time.
    progress
        Called with one line per step.

    Returns
    -------
    Built

    Raises
    ------
    DataError
        If the folder holds something else, which is left as it is, or a link leads nowhere: then the files that were
        made stay, and the next run goes on from them.
    EditionError
        If no edition was built or published yet.
    """
    before = manifest(out)
    made, written = Made(), 0
    said = feed.Said(before.get("said", {}), today.isoformat())
    source = SiteSource.read(_slashed(url), said, progress)
    for left in out.rglob(f"*{_HALF}"):  # of a run that was stopped
        left.unlink()
    before = {"url": source.url, "said": {}, "files": {}, **before}
    _put(out / MANIFEST, metadata.as_json(before))
    try:
        for name, content in source.files():
            made.add(name, content)
            written += _put(out / name, content)
        _refuse_broken(made, out)
    except (
        BaseException
    ):  # also of an interruption: what stands there now is known to the next run as the site's
        known = {**before["files"], **made.hashes}
        _put(out / MANIFEST, metadata.as_json({**before, "url": source.url, "files": known}))
        raise
    gone = [name for name in before["files"] if name not in made.hashes]
    for name in gone:
        (out / name).unlink(missing_ok=True)
    _put(out / MANIFEST, metadata.as_json(manifest_of(source.url, said, made)))
    return Built(out, len(source.histories), len(made.hashes), written, len(gone))


def _refuse_broken(made: Made, out: Path) -> None:
    if broken := list(made.broken()):
        what = f"{len(broken)} link(s) lead nowhere:\n    " + "\n    ".join(broken[:20])
        raise DataError(what, where=str(out), fix="build the editions anew: sesec report --all")


def manifest(out: Path) -> dict[str, Any]:
    """Return what ``site.json`` says of the site in a folder; nothing where there is none yet.

    Raises
    ------
    DataError
        If the folder holds something else.
    """
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise DataError("this is no folder", where=str(out), fix="name another one with --out")
    if not out.is_dir() or not any(out.iterdir()):
        return {}
    try:
        return dict(json.loads((out / MANIFEST).read_text("utf-8")))
    except (OSError, ValueError) as failure:
        what = f"this folder holds something else than a site ({MANIFEST} is missing or damaged)"
        raise DataError(what, where=str(out), fix="name an empty folder with --out") from failure


def _put(path: Path, content: bytes) -> bool:
    """Write a file if it is not there with the same bytes; return whether it was written."""
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    # Renamed at once, so that no page is ever half; not waited for on the disk, as `files` does for what cannot be made
    # again: there are thousands of pages, in one folder.
    fresh = path.with_name(f"{path.name}{_HALF}")
    try:
        fresh.write_bytes(content)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return True


def manifest_of(url: str | None, said: feed.Said, made: Made) -> dict[str, Any]:
    """Return what ``site.json`` says: where the site will be, the days of its feed, and its files."""
    return {"url": url, "said": dict(said.used), "files": dict(sorted(made.hashes.items()))}


def _slashed(url: str | None) -> str | None:
    if url is None:
        return None
    if not re.fullmatch(r"https?://[^\s?#<>\"']+", url):
        raise DataError(
            f"{url!r} is no address of a site", fix="give it as https://example.org/reports/"
        )
    return url.rstrip("/") + "/"


@dataclass(frozen=True)
class SiteSource:
    """What the site is made from."""

    shelf: Sequence[EditionState]
    histories: Mapping[str, History]
    withdrawn: Mapping[str, Sequence[TakenAway]]
    url: str | None
    licence: str | None
    said: feed.Said
    progress: Progress

    @cached_property
    def lineages(self) -> dict[int, lineage.Lineage]:
        """What follows the findings of each state to their rows."""
        return {id(state): lineage.Lineage(state.frozen) for state in self.shelf}

    @classmethod
    def read(cls, url: str | None, said: feed.Said, progress: Progress) -> "SiteSource":
        """Read all editions."""
        progress("Reading the editions ...")
        found = edition_index.states()
        known = edition_index.histories(found)
        gone = {
            name: told
            for name, told in edition_index.taken_away(found).items()
            if name not in known
        }
        return cls(found, known, gone, url, licence(), said, progress)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield the path and the bytes of every file."""
        self.progress(f"Writing the editions: {len(self.shelf)} ...")
        for state in self._newest_of_each():
            yield from self._edition(state)
        sheets = dict(self.sheets())
        yield from self._all(sheets)
        self.progress(f"Writing the pages of {len(self.histories):,} numbers ...")
        yield pages.STYLE, documents_html.style_sheet("page.css", "site.css").encode()
        yield from self._pages()
        yield from self._lists(sheets)
        yield from self._tables()
        if self.url:
            yield "feed.xml", feed.atom(self.shelf, self.histories, self.url, self.said)
            yield "sitemap.xml", feed.sitemap(self.histories, self.url)

    def _newest_of_each(self) -> list[EditionState]:
        """Return one state of each edition: the one whose files readers can open, or else the published one."""
        by_name: dict[str, EditionState] = {}
        for state in self.shelf:
            if state.name not in by_name or state.folder is not None:
                by_name[state.name] = state
        return list(by_name.values())

    def _edition(self, state: EditionState) -> Iterator[tuple[str, bytes]]:
        files: dict[str, Path | bytes] = {}
        if state.folder is not None:
            files |= {
                path.relative_to(state.folder).as_posix(): path
                for path in sorted(state.folder.rglob("*"))
                if path.is_file()
            }
        else:
            where = archive_frozen.published_dir() / state.name
            files |= {path.name: path for path in sorted(where.iterdir()) if path.is_file()}
        tables = lineage.tables(state.frozen)
        files |= {f"{lineage.TABLES}/{name}": path for name, path in tables.items()}
        files |= dict(metadata.notebooks(state))
        follow = self.lineages[id(state)]
        rows = {name: follow.rows(record) for name, record in state.frozen.by_id.items()}
        files[ROWS] = metadata.as_lines(rows)
        made = metadata.crate(state, sorted(files), ROWS, self.licence)
        files["ro-crate-metadata.json"] = metadata.as_json(made)
        for name, content in files.items():
            yield (
                f"{state.name}/{name}",
                content if isinstance(content, bytes) else content.read_bytes(),
            )

    def sheets(self) -> Iterator[tuple[str, Path]]:
        """Yield the files of the shelves of fact sheets that were built of real data."""
        root = checkout.builds()
        for sheets in sorted(root.glob(SHEETS)):
            for path in sorted(sheets.rglob("*")):
                hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
                if path.is_file() and not hidden:
                    yield path.relative_to(root).as_posix(), path

    def _all(self, sheets: Mapping[str, Path]) -> Iterator[tuple[str, bytes]]:
        for name, path in sheets.items():
            yield name, path.read_bytes()
        yield "ids.csv", output.csv_text(["id", "page", "json"], self._addresses(sheets)).encode()

    def _addresses(self, sheets: Mapping[str, Path]) -> Iterator[tuple[str, str, str]]:
        """Yield every id with the address that it leads to: a page of its own, or its place in a fact sheet."""
        for name, one in self.histories.items():
            yield name, one.address, _json_of(one.address)
        for name in self.withdrawn:
            yield name, edition_index.address_of(name), _json_of(edition_index.address_of(name))
        met = {*self.histories, *self.withdrawn}
        for name, path in sheets.items():
            if path.name == "index.html" and path.parent.parent.name.startswith("schools-"):
                for anchor in _ANCHOR.findall(path.read_text("utf-8")):
                    if anchor.startswith(built_editions.PREFIX) and anchor not in met:
                        met.add(anchor)
                        yield anchor, f"{name}#{anchor}", ""

    def _pages(self) -> Iterator[tuple[str, bytes]]:
        drawn = pages.pictures(self.shelf)
        for name, one in self.histories.items():
            address = f"{self.url}{one.address}" if self.url else None
            rows = self.lineages[id(one.current.state)].rows(one.current.record)
            newer = self.histories.get(one.newer) if one.newer else None
            text = pages.finding(
                one,
                picture=drawn.get(name),
                rows=rows,
                newer=newer,
                address=address,
                linked=metadata.dataset(one, address, self.licence),
            )
            yield one.address, text.encode()
            yield (
                _json_of(one.address),
                metadata.as_json(pages.finding_data(one, rows, address)),
            )
        for name, gone in self.withdrawn.items():
            at = edition_index.address_of(name)
            yield at, pages.withdrawn(name, gone).encode()
            yield _json_of(at), metadata.as_json(pages.withdrawn_data(name, gone))

    def _lists(self, sheets: Mapping[str, Path]) -> Iterator[tuple[str, bytes]]:
        found = pages.indicators(self.histories)
        for code, several in found.items():
            yield f"indicators/{code}.html", pages.indicator(code, several).encode()
        shelves = [
            one
            for one in landing.shelves(checkout.root() / "reports" / "build")
            if f"{one.folder}/{landing.NAME}" in sheets
        ]
        first = pages.landing(self._newest_of_each(), found, self.licence, shelves)
        yield landing.NAME, first.encode()
        yield "vocabulary.html", pages.vocabulary().encode()

    def _tables(self) -> Iterator[tuple[str, bytes]]:
        made = dict(metadata.tables(metadata.table(self.histories)))
        yield from made.items()
        yield "datapackage.json", metadata.as_json(metadata.datapackage(made, self.licence))
        yield "croissant.json", metadata.as_json(metadata.croissant(made, self.licence, self.url))
        yield "llms.txt", metadata.llms(self.histories, self.shelf, self.url).encode()


def _json_of(address: str) -> str:
    return address.removesuffix(".html") + ".json"
