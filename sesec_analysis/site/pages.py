"""Render the pages of the site: every series with its chart, every indicator, the front page, and the vocabulary."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from sesec_analysis import catalog, checkout
from sesec_analysis.editions import landing
from sesec_analysis.editions.documents import findings_page, html, model
from sesec_analysis.editions.documents.model import HeadlineBlock
from sesec_analysis.editions.documents.screen import strips
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.row import Record
from sesec_analysis.i18n import translate
from sesec_analysis.site import metadata
from sesec_analysis.site.edition_index import EditionState, Move, Series, cite

__all__ = [
    "atom",
    "chart",
    "embed_page",
    "front_page",
    "indicator_page",
    "indicators",
    "printed_ids",
    "search_script",
    "series_page",
]


def printed_ids(state: EditionState) -> set[str]:
    """Return the ids that an edition's report and summary print; if only its numbers are kept, those in headlines."""
    if state.folder is None:
        return {name for name, record in state.frozen.by_id.items() if record.get("headline")}
    return {
        str(record["id"])
        for document in model.in_words(model.read_document(state.folder)).all
        if document.layout != "annex"
        for block in document.blocks
        for record in getattr(block, "findings", ())
    }


def series_page(series: Series, license_name: str | None) -> str:
    """Return the page of a series, with its JSON-LD; our numbers may be used under a license, if one is named."""
    if not series.numbers:
        return html.fill("site_removed.html", data=series.data)
    source = cite(series.newest, series.url)
    return html.fill(
        "site_series.html",
        series=series,
        data=series.data,
        picture=_picture(series),
        kinds={kind: translate(head) for kind, head in findings_page.KINDS.items()},
        cites=[(name, citation.fill(source, style)) for style, name in _STYLES.items()],
        tags=citation.tags(source),
        linked=safe_json(metadata.series_dataset(series, license_name)),
    )


_STYLES = {"apa": "APA", "mla": "MLA", "chicago": "Chicago", "bibtex": "BibTeX", "ris": "RIS"}


def embed_page(series: Series) -> str:
    """Return a plain page of a series for a frame on another site: number, sentence, and the line over the years."""
    source = series.newest.record.get("source")
    words = {"series": series, "data": series.data, "source": source}
    return html.fill("site_embed.html", picture=_picture(series), **words)


def _picture(series: Series) -> str:
    return chart(series.data["title"], series.data["numbers"])


def safe_json(content: Mapping[str, Any]) -> str:
    """Return JSON that is safe inside a page."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def indicators(series: Mapping[str, Series]) -> dict[str, list[Series]]:
    """Return the series of every indicator by its code, in the order of the indicators' titles."""
    ordered = sorted((one for one in series.values() if one.numbers), key=_order)
    return {code: list(found) for code, found in groupby(ordered, key=lambda one: one.indicator)}


def _order(series: Series) -> tuple[object, ...]:
    record = series.newest.record
    names = ("place", "measure", "label")
    return (
        str(record.get("title") or ""),
        series.indicator,
        record.get("organization_level") == "school",
        *(str(record.get(name) or "") for name in names),
        series.stem,
    )


def indicator_page(code: str, found: Sequence[Series]) -> str:
    """Return the page that lists the series of an indicator, by place."""
    entry = catalog.indicators().get(code)
    by_place = groupby(found, key=lambda one: str(one.newest.record.get("place") or ""))
    return html.fill(
        "site_indicator.html",
        title=str(found[0].newest.record.get("title") or code),
        definition=entry.definition if entry else "",
        places=[(place, list(several)) for place, several in by_place],
    )


def front_page(
    found: Sequence[EditionState],
    listed: Mapping[str, list[Series]],
    license_name: str | None,
    files: Collection[str] = (),
) -> str:
    """Return the first page of the site: a search, the editions, the newest first, fact sheets, and every indicator.

    Parameters
    ----------
    found
        One state of each edition, the earliest first.
    listed
        The series of every indicator.
    license_name
        Of our numbers and words; None where none is set.
    files
        Every file of the editions and the fact sheets on the site, by its path.
    """
    shelves = landing.shelves(checkout.builds())
    return html.fill(
        "site_index.html",
        editions=[(state, _headline(state.folder)) for state in reversed(found)],
        indicators=listed,
        total=sum(map(len, listed.values())),
        license=license_name,
        files=files,
        sheets=[one for one in shelves if f"{one.folder}/{landing.NAME}" in files],
    )


def _headline(folder: Path | None) -> str:
    """Return the first headline of an edition as it prints it; empty where its files are not here."""
    documents = model.in_words(model.read_document(folder)).all if folder else ()
    blocks = (block for document in documents for block in document.blocks)
    headlines = (block.text for block in blocks if isinstance(block, HeadlineBlock))
    return next(filter(None, headlines), "")


def search_script(listed: Mapping[str, list[Series]]) -> str:
    """Return the index of the front page's search as a script: the newest record of each series, with all its years."""
    records: list[Record] = [
        {
            **one.newest.record,
            "page": one.page,
            "end_year": " ".join(number.years for number in reversed(one.numbers)),
        }
        for several in listed.values()
        for one in several
    ]
    index = findings_page.search_index(records, [*findings_page.SEARCHED, "page"])
    return f"window.searchIndex = {safe_json(index)};\n"


_LEFT, _RIGHT, _TOP, _BOTTOM = 12, 628, 28, 184


def chart(title: str, records: Sequence[Record]) -> str:
    """Return a series as SVG; empty if it has fewer than two years to draw, or several numbers in one.

    Parameters
    ----------
    title
        Of the series, for those who do not see the picture.
    records
        Its findings, the earliest year first.
    """
    years = {int(str(record["end_year"])): str(record["school_year"]) for record in records}
    if len(years) < len(records):
        return ""
    marks = [
        strips.Mark(*ends, "others", "", str(record["value"]), year)
        for year, record in zip(years, records, strict=True)
        if (ends := strips.ends(record))
    ]
    if len(marks) < 2:
        return ""
    lowest = min(0.0, *(one.low for one in marks))
    highest = max(0.0, *(one.high for one in marks))
    scale = (_BOTTOM - _TOP) / ((highest - lowest) or 1)
    first, *_, last = years
    step = (_RIGHT - _LEFT) / (last - first)
    values = "; ".join(f"{years[one.year]}: {one.value}" for one in marks)
    return html.fill(
        "site_chart.svg",
        across=lambda year: round(_LEFT + (year - first) * step, 1),
        up=lambda value: round(_BOTTOM - (value - lowest) * scale, 1),
        marks=marks,
        joined=[two for two in pairwise(marks) if strips.may_join(records, *two)],
        years=list(years.values()),
        label=translate("{title}, over the years. {values}", title=title, values=values),
    )


class _Entry(NamedTuple):
    day: str
    id: str
    title: str
    words: str
    link: str


_MOST = 500
"""Entries of the feed, the newest: who follows it reads it often."""


def atom(found: Sequence[EditionState], series: Iterable[Series], url: str) -> str:
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
    numbers = [number for one in series for number in one.every]
    entries = [
        *(_edition_entry(state, url) for state in found if state.is_published),
        *(_entry(move, url) for one in numbers for move in one.moves if move.state.is_published),
    ]
    # Of several changes on one day the last is told.
    single = sorted({entry.id: entry for entry in entries}.values(), reverse=True)
    updated = single[0].day if single else _day(found[-1])
    return html.fill(
        "site_feed.xml", url=url, author=citation.AUTHOR, entries=single[:_MOST], updated=updated
    )


def _day(state: EditionState) -> str:
    """Return the day on which an edition was first published; where only its year is known, the first of it."""
    return state.record.first or f"{state.published or 1970}-01-01"


def _edition_entry(state: EditionState, url: str) -> _Entry:
    words = f"Published, with {len(state.frozen.findings)} numbers."
    return _Entry(_day(state), f"{url}{state.name}/", state.title, words, f"{url}index.html")


def _entry(move: Move, url: str) -> _Entry:
    state, one = move
    link = f"{url}{citation.page_of(one.id)}"
    before, after = one.before.get("value"), one.after.get("value")
    title = f"{one.id}: {before or 'not repeated'} → {after or 'taken away'}"
    name = "-".join(filter(None, (link, state.name, one.on)))
    return _Entry(one.on or _day(state), name, title, f"In {state.title}, {move.words}.", link)
