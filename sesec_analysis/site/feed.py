"""Write what needs the address of the site: a feed of the numbers that moved (Atom), and the sitemap."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from sesec_analysis.evidence.citation import AUTHOR
from sesec_analysis.site import pages
from sesec_analysis.site.edition_index import EditionState, FindingVersion, History, address_of

__all__ = ["Said", "atom", "sitemap"]


_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass
class Said:
    """The day on which each entry of the feed was said first, by its id and a hash of its words.

    Parameters
    ----------
    kept
        Days as the site has them.
    today
        Of an entry that is new, or whose words are.
    used
        Days of the entries that the feed has now, as they are asked for.
    """

    kept: dict[str, str]
    today: str
    used: dict[str, str] = field(default_factory=dict)

    def since(self, name: str, words: str) -> str:
        """Return the day of an entry."""
        key = f"{name} {hashlib.sha256(words.encode()).hexdigest()[:16]}"
        self.used[key] = self.kept.get(key, self.today)
        return self.used[key]


def atom(
    shelf: Sequence[EditionState], histories: Mapping[str, History], url: str, said: Said
) -> bytes:
    """Return the feed: an entry for every edition that appeared, and one for every number that moved.

    Parameters
    ----------
    shelf
        All states of editions.
    histories
        All findings, by id.
    url
        Address of the site, with a slash at its end.
    said
        The days of what was said before; what is new is added.
    """
    root = ET.Element("feed", xmlns=_ATOM)
    entries = [*_appeared(shelf, url), *_moved(histories, url)]
    dated = [
        (said.since(name, title + words), name, title, words, link)
        for name, title, words, link in entries
    ]
    dated += _restated(shelf, url)
    dated.sort(key=lambda entry: (entry[0], entry[1]), reverse=True)
    _add(root, "id", url)
    _add(root, "title", "School equity in Southeast Seattle: editions, and numbers that moved")
    _add(root, "updated", _moment(max((day for day, *_ in dated), default=said.today)))
    _add(ET.SubElement(root, "author"), "name", AUTHOR)
    ET.SubElement(root, "link", rel="self", href=f"{url}feed.xml")
    for day, name, title, words, link in dated:
        entry = ET.SubElement(root, "entry")
        _add(entry, "id", name)
        _add(entry, "title", title)
        _add(entry, "updated", _moment(day))
        ET.SubElement(entry, "link", href=link)
        _add(entry, "summary", words)
    return _written(root)


def _appeared(shelf: Sequence[EditionState], url: str) -> list[tuple[str, str, str, str]]:
    return [
        (
            f"{url}{one.name}/",
            one.title,
            f"Published, with {len(one.frozen.findings)} numbers.",
            f"{url}index.html",
        )
        for one in shelf
        if one.is_published
    ]


def _moved(histories: Mapping[str, History], url: str) -> list[tuple[str, str, str, str]]:
    entries = []
    for one in histories.values():
        for before, held in zip(one.held, one.held[1:], strict=False):
            if held.event == "moved":
                title = f"{one.id}: {_shown(before)} → {_shown(held)}"
                state = "" if held.state.is_published else " (built, not published)"
                words = f"In {held.state.title}{state}: {held.why}."
                entries.append(
                    (f"{url}{one.address}#{held.state.name}", title, words, f"{url}{one.address}")
                )
    return entries


def _restated(shelf: Sequence[EditionState], url: str) -> list[tuple[str, str, str, str, str]]:
    """Return an entry for each number that an edition's own publication changed, with the day of that publication."""
    entries = []
    for state in shelf:
        for one in state.record.restated:
            before, after = (
                str(side.get("value") or other)
                for side, other in (
                    (one.before, "not repeated"),
                    (one.after, "taken away"),
                )
            )
            link = f"{url}{address_of(one.id)}"
            words = f"In {state.title}, {pages.said_again(one)}."
            title = f"{one.id}: {before} → {after}"
            entries.append((one.on, f"{link}#{state.name}-{one.on}", title, words, link))
    return entries


def _shown(held: FindingVersion) -> str:
    return str(held.record.get("value") or "not shown")


def sitemap(histories: Mapping[str, History], url: str) -> bytes:
    """Return the list of all pages for search engines."""
    root = ET.Element("urlset", xmlns=_SITEMAP)
    for name in ("index.html", "vocabulary.html", *(one.address for one in histories.values())):
        _add(ET.SubElement(root, "url"), "loc", f"{url}{name}")
    return _written(root)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"


def _written(root: ET.Element) -> bytes:
    ET.indent(root, space=" ")
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
