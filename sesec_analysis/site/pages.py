"""Render the pages of the site: every series with its chart, every indicator, the front page, and the vocabulary."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from sesec_analysis import catalog
from sesec_analysis.archive.history import Restatement, as_data
from sesec_analysis.editions.documents import findings_page, html, model
from sesec_analysis.editions.documents.model import HeadlineBlock
from sesec_analysis.editions.landing import Shelf
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.row import Record
from sesec_analysis.evidence.wording.labels import group_label, read_reference, type_title
from sesec_analysis.evidence.wording.numbers import grade_name
from sesec_analysis.i18n import mark, say
from sesec_analysis.site.edition_index import (
    EditionState,
    FindingVersion,
    History,
    Series,
)
from sesec_analysis.site.feed import restatement_text
from sesec_analysis.site.lineage import releases

__all__ = [
    "FILES",
    "STYLE",
    "chart",
    "cited",
    "embed_page",
    "front_page",
    "indicator_page",
    "indicators",
    "moved_page",
    "printed",
    "search_script",
    "series_data",
    "series_page",
    "title_of",
    "vocabulary",
]


STYLE = "site.css"
"""The one file of style that all pages of the site share."""

FILES = {
    "summary.html": mark("Summary, two pages"),
    "index.html": mark("The report"),
    "annex.html": mark("Technical annex"),
    "findings.html": mark("Every number"),
    "findings.xlsx": mark("Every number as a workbook"),
    "report.pdf": mark("The report as PDF"),
    "summary.pdf": mark("The summary as PDF"),
    "annex.pdf": mark("The technical annex as PDF"),
    "report.docx": mark("The report for Word"),
}
"""Files of a built edition that the front page leads to."""

_PLAIN = ("rate", "average", "count", "school_level")
"""Measures that an indicator's title already names."""


def title_of(series: Series) -> str:
    """Return the title of a series: what is counted, of whom, where, and what it is compared with; no year."""
    if not series.numbers:
        return say("A number that was taken away")
    record = series.newest.record
    subject, measure = str(record.get("title") or ""), str(record["measure"])
    if measure not in _PLAIN:
        name = catalog.measure(measure).title
        level = "".join(re.findall(r"_(\d+)$", measure))
        subject = f"{subject}, {name[:1].lower()}{name[1:]} {level}".rstrip()
    group = str(record.get("label") or "")
    kind = str(record.get("student_group_type") or "")
    if record.get("student_group") == "all" != kind:
        group = say("by {kind}", kind=type_title(kind))
    elif kind != "race_ethnicity":
        group = f"{group[:1].lower()}{group[1:]}"
    to = read_reference(str(record.get("reference") or ""), dated=catalog.measure(measure).dated)
    others = [*map(group_label, to.groups), *(_place_name(code) or code for code in to.places)]
    if others:
        group = say("{group} compared with {other}", group=group, other=_lower(", ".join(others)))
    where = _place_name(str(record.get("organization_id"))) or str(record.get("place"))
    whom = [group, grade_name(str(record.get("grade_level") or "all")), where]
    return f"{subject}: {', '.join(filter(None, whom))}"


def _place_name(code: str) -> str:
    """Return what a place is called now; older editions called two of them "Rest of Seattle"."""
    place = catalog.places().get(code)
    return place.name if place else ""


def _lower(label: str) -> str:
    """Return a label inside a phrase: "all other students", and names as they are."""
    return (
        f"{label[:1].lower()}{label[1:]}" if label.startswith(("All ", "Rest ", "Not ")) else label
    )


def cited(version: FindingVersion, url: str | None) -> citation.Cited:
    """Return what citations say of a finding; with its place on the site where the site's address is known."""
    state = version.state
    return citation.cited(
        version.record,
        edition=state.title,
        published=state.published,
        licence=state.frozen.run.get("licence"),
        site_url=url,
    )


def printed(state: EditionState) -> set[str]:
    """Return the ids that an edition's report and summary print; if only its numbers are kept, those in headlines."""
    if state.folder is None:
        return {name for name, record in state.frozen.by_id.items() if record.get("headline")}
    return {
        str(record["id"])
        for document in model.in_words(model.read(state.folder)).all
        if document.layout != "annex"
        for block in document.blocks
        for record in getattr(block, "findings", ())
    }


def series_page(
    series: Series, data: Mapping[str, Any], *, url: str | None, linked: Mapping[str, Any]
) -> str:
    """Return the page of a series.

    Parameters
    ----------
    series
        The series.
    data
        What its page says, of `series_data`.
    url
        Address of the site, with a slash at its end; None where that is not known, and then no citation has one.
    linked
        Its JSON-LD.
    """
    if not series.numbers:
        return _filled("site_removed", series=series, data=data)
    source = cited(series.newest, url)
    return _filled(
        "site_series",
        series=series,
        data=data,
        picture=_chart(series, data),
        kinds={kind: say(head) for kind, head in findings_page.KINDS.items()},
        cites=[(name, citation.fill(source, style)) for style, name in _STYLES.items()],
        tags=citation.tags(source),
        linked=safe_json(linked),
    )


_STYLES = {"apa": "APA", "mla": "MLA", "chicago": "Chicago", "bibtex": "BibTeX", "ris": "RIS"}


def embed_page(series: Series, data: Mapping[str, Any]) -> str:
    """Return a plain page of a series for a frame on another site: number, sentence, and the line over the years."""
    source = series.newest.record.get("source")
    return _filled(
        "site_embed", series=series, data=data, picture=_chart(series, data), source=source
    )


def _chart(series: Series, data: Mapping[str, Any]) -> str:
    return chart(data["title"], [one.current.record for one in series.numbers])


def series_data(
    series: Series, *, rows: Mapping[str, Mapping[str, Sequence[int]]], url: str | None
) -> dict[str, Any]:
    """Return what the page of a series says, for the page and for programs.

    Parameters
    ----------
    series
        The series.
    rows
        By the id of each finding, the rows of our tables that it rests on; see `lineage.rows`.
    url
        Address of the site, with a slash at its end; None where that is not known, and then no citation has one.
    """
    data = {
        "series": series.stem,
        "title": title_of(series),
        "restated": list(_restatements(series)),
        "removed": list(series.removed),
    }
    if not series.numbers:
        return data
    record = series.newest.record
    return {
        **data,
        "description": record["sentence"],
        "address": f"{url}{series.page}" if url else None,
        "newest": series.numbers[-1].id,
        "mind": [{"kind": note.kind, "text": note.words} for note in findings_page.notes(record)],
        "numbers": [_number(one, rows.get(one.id, {}), url) for one in series.numbers],
        "sources": _sources(series, rows),
    }


def _number(one: History, rows: Mapping[str, Sequence[int]], url: str | None) -> dict[str, Any]:
    """Return a finding with its edition, its rows, its citation, and the level of its interval."""
    state, record = one.current.state, one.current.record
    return {
        "id": one.id,
        "years": one.years,
        # A kept edition has the level once for all of its findings.
        "ci_level": state.frozen.run.get("parameters", {}).get("ci_level"),
        **{name: value for name, value in record.items() if name not in ("id", "source")},
        "edition": state.name,
        "published": state.published,
        "rows": rows,
        "citation": citation.item(cited(one.current, url)),
    }


def _restatements(series: Series) -> Iterator[dict[str, Any]]:
    """Yield what moved a number of a series, or took it away; nothing of numbers that stayed."""
    for one in series.numbers:
        for version in one.versions:
            for each in version.restated:
                yield _restatement(one.id, version.state, each)
            if version.event == "moved":
                waits = "" if version.state.is_published else f" ({say('built, not published')})"
                line = {"id": one.id, "years": one.years, "edition": version.state.title + waits}
                yield {**line, "value": version.record.get("value") or "", "words": version.why}
    gone = [(one.id, one.removals) for one in series.numbers]
    for name, removals in [*gone, *series.removed.items()]:
        yield from (_restatement(name, one.state, one.restatement) for one in removals)


def _restatement(finding_id: str, state: EditionState, one: Restatement) -> dict[str, Any]:
    """Return a change by an edition's own publication, with what was printed before where it may be repeated."""
    return {
        "id": finding_id,
        "years": History(finding_id, ()).years,
        "edition": state.title,
        "value": one.before.get("value") or None,
        "words": restatement_text(one),
        **as_data([one])[0],
    }


def _sources(
    series: Series, rows: Mapping[str, Mapping[str, Sequence[int]]]
) -> dict[str, dict[str, Any]]:
    """Return every release behind a series, the newest first, with how many rows of its table were used."""
    found: dict[str, dict[str, Any]] = {}
    used: dict[str, set[int]] = {}
    for one in reversed(series.numbers):
        for release in releases(one.current.record, one.current.state.frozen):
            pinned = {name: release.pinned.get(name) for name in _PINNED}
            named = {"table": release.table, "licence": release.licence, **pinned}
            found.setdefault(release.source_id, named)
            used.setdefault(release.source_id, set()).update(
                rows.get(one.id, {}).get(release.table, ())
            )
    return {name: {**source, "rows": len(used[name])} for name, source in found.items()}


_PINNED = ("cited", "file", "sha256", "table_sha256")


def safe_json(content: Mapping[str, Any]) -> str:
    """Return JSON that is safe inside a page."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def indicators(series: Mapping[str, Series]) -> dict[str, list[Series]]:
    """Return the series of every indicator by its code, in the order of the indicators' titles."""
    ordered = sorted((one for one in series.values() if one.numbers), key=_order)
    return {code: list(found) for code, found in groupby(ordered, key=_code)}


def _code(series: Series) -> str:
    return str(series.newest.record.get("indicator") or "other")


def _order(series: Series) -> tuple[object, ...]:
    record = series.newest.record
    names = ("place", "measure", "label")
    return (
        str(record.get("title") or ""),
        _code(series),
        record.get("organization_level") == "school",
        *(str(record.get(name) or "") for name in names),
        series.stem,
    )


def indicator_page(code: str, found: Sequence[Series]) -> str:
    """Return the page that lists the series of an indicator, by place."""
    entry = catalog.indicators().get(code)
    by_place = groupby(found, key=lambda one: str(one.newest.record.get("place") or ""))
    return _filled(
        "site_indicator",
        title=str(found[0].newest.record.get("title") or code),
        definition=entry.definition if entry else "",
        places=[(place, [(one, title_of(one)) for one in several]) for place, several in by_place],
    )


def front_page(
    found: Sequence[EditionState],
    listed: Mapping[str, list[Series]],
    license_name: str | None,
    sheets: Sequence[Shelf] = (),
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
    sheets
        Folders of fact sheets on the site.
    files
        Every file of the editions on the site, by its path.
    """
    return _filled(
        "site_index",
        editions=[(state, _headline(state), _files(state, files)) for state in reversed(found)],
        indicators=[
            (code, str(several[0].newest.record.get("title") or code), len(several))
            for code, several in listed.items()
        ],
        total=sum(map(len, listed.values())),
        license=license_name,
        sheets=sheets,
    )


def _headline(state: EditionState) -> str:
    """Return the headline of an edition's summary; empty where the edition's files are not here."""
    if state.folder is None:
        return ""
    for document in model.in_words(model.read(state.folder)).all:
        for block in document.blocks:
            if isinstance(block, HeadlineBlock) and block.text:
                return block.text
    return ""


def _files(state: EditionState, files: Collection[str]) -> list[tuple[str, str]]:
    named = {f"{state.name}/{name}": say(words) for name, words in FILES.items()}
    return [(path, words) for path, words in named.items() if path in files]


def search_script(listed: Mapping[str, list[Series]]) -> bytes:
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
    return f"window.searchIndex = {safe_json(index)};\n".encode()


def vocabulary() -> str:
    """Return the page that says what "withheld, with bounds" means, for people and for programs."""
    return _filled("site_vocabulary")


def moved_page(url: str | None) -> str:
    """Return the page of an address that is not there, which leads an old address of a number to its series."""
    return _filled("site_404", url=url)


def _filled(name: str, **words: Any) -> str:
    template = html.environment().get_template(f"{name if '.' in name else f'{name}.html'}.j2")
    return str(template.render(**words))


_FRAME = {"width": 640, "height": 220, "left": 12, "right": 628}
_TOP, _BOTTOM = 28, 184


class _Mark(NamedTuple):
    """A finding as it is drawn: its year across, its low end, its high end, and the height between, in pixels."""

    year: int
    x: float
    y: float
    top: float
    height: float
    value: str


def chart(title: str, records: Sequence[Record]) -> str:
    """Return a series as SVG; empty if it has fewer than two years to draw, or several numbers in one.

    Parameters
    ----------
    title
        Of the series, for those who do not see the picture.
    records
        Its findings, the earliest year first.
    """
    years = [int(str(record["end_year"])) for record in records]
    drawn = [(record, ends) for record in records if (ends := _ends(record))]
    if len(drawn) < 2 or len(set(years)) < len(years):
        return ""
    lowest, highest = (
        min(0.0, *(low for _, (low, _) in drawn)),
        max(0.0, *(high for _, (_, high) in drawn)),
    )
    scale = (_BOTTOM - _TOP) / ((highest - lowest) or 1)
    step = (_FRAME["right"] - _FRAME["left"]) / (years[-1] - years[0])

    def mark(record: Record, low: float, high: float) -> _Mark:
        year = int(str(record["end_year"]))
        y, top = (round(_BOTTOM - (value - lowest) * scale, 1) for value in (low, high))
        x = round(_FRAME["left"] + (year - years[0]) * step, 1)
        return _Mark(year, x, y, top, round(y - top, 1), str(record["value"]))

    pairs = [(record, mark(record, *ends)) for record, ends in drawn]
    values = "; ".join(f"{record['school_year']}: {record['value']}" for record, _ in pairs)
    return _filled(
        "site_chart.svg",
        **_FRAME,
        zero=round(_BOTTOM + lowest * scale, 1),
        marks=[one for _, one in pairs],
        joined=[
            (one, other)
            for (_, one), (last, other) in pairwise(pairs)
            if _joins(one, other, last, records)
        ],
        years=[record["school_year"] for record in records],
        label=say("{title}, over the years. {values}", title=title, values=values),
    )


def _ends(record: Record) -> tuple[float, float] | None:
    """Return the ends of what is drawn of a finding; None for one that is not printed, or open at an end."""
    is_point = record["publish"] == "point"
    ends = [
        record.get(name)
        for name in (("estimate",) * 2 if is_point else ("bound_low", "bound_high"))
    ]
    if record["publish"] == "nothing" or None in ends:
        return None
    low, high = (float(str(end)) for end in ends)
    return low, high


def _joins(one: _Mark, other: _Mark, last: Record, records: Sequence[Record]) -> bool:
    """Whether a line leads from one to the other: two numbers, nothing withheld between them, comparable years."""
    known = catalog.indicators().get(str(last["indicator"]))
    stops = {int(str(record["end_year"])) for record in records if record["publish"] == "nothing"}
    stops |= {stop.at for stop in known.breaks} if known else set()
    return not (one.height or other.height or any(one.year < at <= other.year for at in stops))
