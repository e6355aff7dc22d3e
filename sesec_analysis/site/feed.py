"""Write the feed of editions and of numbers that moved (Atom), which needs the address of the site."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from sesec_analysis.archive.diff import CLASSES
from sesec_analysis.archive.history import Restatement
from sesec_analysis.editions.documents import html
from sesec_analysis.evidence.citation import AUTHOR, page_of
from sesec_analysis.i18n import mark, say
from sesec_analysis.site.edition_index import EditionState, Series

__all__ = ["atom", "restatement_text"]


class _Entry(NamedTuple):
    day: str
    id: str
    title: str
    words: str
    link: str


def atom(found: Sequence[EditionState], series: Iterable[Series], url: str) -> bytes:
    """Return the feed: an entry for every published edition, and one for every published number that moved.

    Parameters
    ----------
    found
        All states of editions.
    series
        All series.
    url
        Address of the site, with a slash at its end.
    """
    entries = [*_editions(found, url), *_moved(series, url), *_restated(found, url)]
    entries.sort(key=lambda entry: (entry.day, entry.id), reverse=True)
    updated = entries[0].day if entries else _day(found[-1])
    template = html.environment().get_template("site_feed.xml.j2")
    shown = {"entries": entries[:_MOST], "updated": updated}
    return template.render(url=url, author=AUTHOR, **shown).encode()


_MOST = 500
"""Entries of the feed, the newest: who follows it reads it often."""


def _day(state: EditionState) -> str:
    """Return the day on which an edition was first published; where only its year is known, the first of it."""
    return state.record.first or f"{state.published or 1970}-01-01"


def _editions(found: Sequence[EditionState], url: str) -> Iterator[_Entry]:
    for one in found:
        if one.is_published:
            words = f"Published, with {len(one.frozen.findings)} numbers."
            yield _Entry(_day(one), f"{url}{one.name}/", one.title, words, f"{url}index.html")


def _moved(series: Iterable[Series], url: str) -> Iterator[_Entry]:
    for one in (number for each in series for number in each.numbers):
        published = [version for version in one.versions if version.state.is_published]
        for before, after in pairwise(published):
            if after.event == "moved":
                link = f"{url}{page_of(one.id)}"
                shown = [version.record.get("value") or "not shown" for version in (before, after)]
                yield _Entry(
                    _day(after.state),
                    f"{link}-{after.state.name}",
                    f"{one.id}: {shown[0]} → {shown[1]}",
                    f"In {after.state.title}: {after.why}.",
                    link,
                )


def _restated(found: Sequence[EditionState], url: str) -> Iterator[_Entry]:
    """Yield an entry for each number that an edition's own publication changed, with the day of that publication."""
    for state in found:
        for one in state.record.restated:
            before = one.before.get("value") or "not repeated"
            after = one.after.get("value") or "taken away"
            link = f"{url}{page_of(one.id)}"
            words = f"In {state.title}, {restatement_text(one)}."
            name = f"{link}-{state.name}-{one.on}"
            yield _Entry(one.on, name, f"{one.id}: {before} → {after}", words, link)


def restatement_text(one: Restatement) -> str:
    """Return in words when and why a publication changed a number, or took it away."""
    when = say(_EVENTS[one.event], day=one.on)
    return f"{when}: {'; '.join(filter(None, (CLASSES[one.kind], one.why)))}"


_EVENTS = {"moved": mark("restated on {day}"), "vanished": mark("taken away on {day}")}
