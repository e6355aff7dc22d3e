"""Render the pages of the site: one for every number, one for every indicator, the landing page and the vocabulary."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, NamedTuple

from sesec_analysis import catalog, schema
from sesec_analysis.archive.diff import CLASSES
from sesec_analysis.archive.history import Restatement, as_data
from sesec_analysis.editions.documents import findings_page, html, model
from sesec_analysis.editions.documents.model import HeadlineBlock
from sesec_analysis.editions.landing import Shelf
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.row import Record
from sesec_analysis.i18n import mark, say
from sesec_analysis.site.edition_index import EditionState, FindingVersion, History, TakenAway
from sesec_analysis.site.lineage import PinnedRelease, releases

__all__ = [
    "FILES",
    "STYLE",
    "DrawnFigure",
    "cited",
    "finding",
    "finding_data",
    "indicator",
    "indicators",
    "landing",
    "pictures",
    "said_again",
    "vocabulary",
    "withdrawn",
    "withdrawn_data",
]


STYLE = "site.css"
"""The one file of style that all pages of the site share."""

FILES = {
    "summary.html": mark("Summary, two pages"),
    "index.html": mark("The report"),
    "annex.html": mark("Technical annex"),
    "findings.html": mark("Every number"),
    "report.pdf": mark("The report as PDF"),
    "report.docx": mark("The report for Word"),
}
"""Files of a built edition that the landing page leads to."""

_EVENTS = {
    "first": mark("printed for the first time"),
    "same": mark("the same"),
    "reworded": mark("said in other words, the number the same"),
    "moved": mark("moved"),
}

STATUSES = {
    "reported": (mark("Counts and value were published exactly."), "A", "F"),
    "bounded": (
        mark("The publisher printed a range, or a sum has cells that are not exact."),
        "Q",
        "C",
    ),
    "complementary": (mark("Withheld, so that another cell cannot be worked out."), "Q", "D"),
    "small_n": (mark("Withheld: fewer than ten students in the group."), "Q", "A"),
    "withheld": (mark("Nothing was published, and no reason given."), "Q", "C"),
    "no_students": (mark("The publisher says that there are none."), "M", "F"),
    "not_collected": (mark("No such figure exists for the year."), "L", "F"),
}
"""What each status of an observation means, with its code in SDMX's lists OBS_STATUS and CONF_STATUS."""

MADE_STATUSES = {
    "ok": (mark("The number could be made of figures that were all published exactly."), "A", "F"),
    "bounded": (
        mark("Withheld figures leave a range, which is given in place of a number."),
        "Q",
        "C",
    ),
    "small_n": (mark("Not shown: fewer than ten students."), "Q", "A"),
    "suppressed": (mark("Not shown: withheld figures leave too much open."), "Q", "C"),
    "undefined": (
        mark("No such number can be made: a figure was not published, or is 0."),
        "M",
        "F",
    ),
    "break": (mark("The years cannot be compared: what is counted changed in between."), "M", "F"),
}
"""The same of our own numbers, as the column ``status`` of findings.csv says it."""

PRINTED = {
    "point": mark("A single number is printed."),
    "range": mark("A range is printed and never a number in it."),
    "nothing": mark("No number is printed; `reason` says why."),
}
"""What the column ``publish`` of findings.csv says."""

OBSERVED = {
    "A": mark("a normal value"),
    "Q": mark("missing, since it was suppressed"),
    "L": mark("missing, since it was not collected"),
    "M": mark("missing, since it cannot exist"),
}
CONFIDENTIAL = {
    "F": mark("free to publish"),
    "A": mark("confidential, since counts are small"),
    "C": mark("confidential for another reason"),
    "D": mark("confidential, so that another cell is protected"),
}
"""The codes that we use of the two lists, CL_OBS_STATUS 2.2 and CL_CONF_STATUS 1.2."""


@dataclass(frozen=True)
class DrawnFigure:
    """A figure of a built edition that draws a finding: its file from the root of the site, and its words."""

    path: str
    title: str
    alt: str


def pictures(shelf: Sequence[EditionState]) -> dict[str, DrawnFigure]:
    """Return by the id of a finding the picture that draws it, of the newest edition that has one."""
    found: dict[str, DrawnFigure] = {}
    for state in shelf:
        if state.folder is None:
            continue
        for document in model.in_words(model.read(state.folder)).all:
            for figure in document.figures:
                path = f"{state.name}/figures/{figure.name}.svg"
                picture = DrawnFigure(path, figure.title, figure.alt)
                found |= {str(record["id"]): picture for record in figure.findings}
    return found


def cited(held: FindingVersion, address: str | None) -> citation.Cited:
    """Return what citations say of a finding; with the address of its page where the site has one."""
    made = citation.cited(
        held.record,
        edition=held.state.title,
        published=held.state.published,
        licence=held.state.frozen.run.get("licence"),
    )
    return replace(made, url=address) if address else made


def finding_data(
    history: History, rows: Mapping[str, list[int]], address: str | None
) -> dict[str, Any]:
    """Return what the page of a finding says, for programs."""
    current = history.current
    found = releases(current.record, current.state.frozen)
    return {
        "id": history.id,
        **{name: value for name, value in current.record.items() if name != "id"},
        "edition": current.state.name,
        "published": current.state.published,
        "sources": [
            {
                "source_id": one.source_id,
                "licence": one.licence,
                **{
                    name: one.pinned.get(name)
                    for name in ("cited", "file", "sha256", "table_sha256")
                },
                "rows": rows.get(one.table),
            }
            for one in found
        ],
        "mind": [
            {"kind": note.kind, "text": say(note.text)}
            for note in findings_page.notes(current.record)
        ],
        "history": [
            {
                "edition": held.state.name,
                "published": held.state.published,
                "first_published_on": held.state.record.first,
                "value": held.record.get("value"),
                "interval": held.record.get("interval"),
                "event": held.event,
                "why": held.why,
                "restated": as_data(held.restated),
            }
            for held in history.held
        ],
        "no_longer_in": [
            {"edition": one.state.name, **as_data([one.told])[0]} for one in history.gone
        ],
        "newer": history.newer,
        "citation": citation.item(cited(current, address)),
        "address": address,
    }


def finding(
    history: History,
    *,
    picture: DrawnFigure | None,
    rows: Mapping[str, list[int]],
    newer: History | None,
    address: str | None,
    linked: Mapping[str, Any],
) -> str:
    """Return the page of a finding.

    Parameters
    ----------
    history
        The finding, over all editions.
    picture
        A figure that draws it.
    rows
        Of our tables that it rests on; see `lineage.rows`.
    newer
        The same of a later year.
    address
        Where the page will be; None where that is not known, and then no citation says it.
    linked
        Its JSON-LD.
    """
    current = history.current
    notes = findings_page.notes(current.record)
    return _filled(
        "site_finding",
        history=history,
        current=current,
        record=_with_level(current),
        title=str(current.record.get("headline") or current.record.get("title") or history.id),
        picture=picture,
        newer=newer,
        lines=_lines(history),
        kinds=[
            (say(head), [say(note.text) for note in notes if note.kind == kind])
            for kind, head in findings_page.KINDS.items()
            if any(note.kind == kind for note in notes)
        ],
        sources=[
            _Source(one, rows.get(one.table))
            for one in releases(current.record, current.state.frozen)
        ],
        cites=[(name, _cite(current, address, style)) for style, name in _STYLES.items()],
        linked=safe_json(linked),
    )


def _with_level(held: FindingVersion) -> Record:
    """Return a record with the level of its interval, which what is kept of an edition says once for all of them."""
    kept = held.state.frozen.run.get("parameters", {}).get("ci_level")
    return {"ci_level": kept, **held.record}


class _Line(NamedTuple):
    """A line of the history of a number: an edition as it was published, what stood there, and how that came."""

    edition: str
    value: str
    interval: str
    came: str


def _lines(history: History) -> list[_Line]:
    """Return what became of a number: over the editions, and in each over its own publications."""
    return [
        *(line for held in history.held for line in _of_edition(held)),
        *(line for one in history.gone for line in _of_gone(one)),
    ]


def _of_edition(held: FindingVersion) -> Iterator[_Line]:
    came = say(_EVENTS[held.event])
    came = f"{came}: {held.why}" if held.why else came
    title = held.state.title
    for one in held.restated:
        yield _Line(_until(title, one), *_replaced(one), came)
        came = said_again(one)
        if one.event == "vanished":
            yield _Line(title, say(_GONE), "", came)
            came = say("printed again")
    words = _published(held.state)
    value, interval = (str(held.record.get(name) or "") for name in ("value", "interval"))
    yield _Line(f"{title}, {words}", value, interval, came)


def _of_gone(one: TakenAway) -> Iterator[_Line]:
    for told in one.state.record.of(one.told.id):
        yield _Line(_until(one.state.title, told), *_replaced(told), "")
    yield _Line(f"{one.state.title}, {_published(one.state)}", say(_GONE), "", said_again(one.told))


_GONE = mark("taken away")


def _until(title: str, one: Restatement) -> str:
    return say("{title}, as it was published until {day}", title=title, day=one.on)


def _replaced(one: Restatement) -> tuple[str, str]:
    """Return what stood there, value and interval; where it is not repeated, that."""
    hidden = say("not repeated: it said more of withheld figures than is said now")
    return str(one.before.get("value") or hidden), str(one.before.get("interval") or "")


def _published(state: EditionState) -> str:
    if not state.is_published:
        return say("built, not published")
    if state.record.first:
        return say("published on {day}", day=state.record.first)
    return say("published {year}", year=state.published)


def said_again(one: Restatement) -> str:
    """Return in words when and why a publication changed a number, or took it away."""
    said = say(_SAID_AGAIN[one.event], day=one.on)
    return f"{said}: {'; '.join(filter(None, (CLASSES[one.kind], one.why)))}"


_SAID_AGAIN = {"moved": mark("restated on {day}"), "vanished": mark("taken away on {day}")}


def withdrawn(finding_id: str, gone: Sequence[TakenAway]) -> str:
    """Return the page of a number that no edition prints any more: a citation of it leads here."""
    return _filled(
        "site_withdrawn",
        title=say("A number that was taken away"),
        id=finding_id,
        lines=[line for one in gone for line in _of_gone(one)],
    )


def withdrawn_data(finding_id: str, gone: Sequence[TakenAway]) -> dict[str, Any]:
    """Return what that page says, for programs."""
    told = [{"edition": one.state.name, **as_data([one.told])[0]} for one in gone]
    return {"id": finding_id, "publish": "nothing", "no_longer_in": told}


_STYLES = {"apa": "APA", "chicago": "Chicago", "bibtex": "BibTeX"}


def _cite(held: FindingVersion, address: str | None, style: str) -> str:
    return citation.fill(cited(held, address), style)


@dataclass(frozen=True)
class _Source:
    release: PinnedRelease
    rows: list[int] | None


def safe_json(content: Mapping[str, Any]) -> str:
    """Return JSON that is safe inside a page."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def indicators(histories: Mapping[str, History]) -> dict[str, list[History]]:
    """Return the findings of every indicator by its code, in the order of the indicators' titles."""
    ordered = sorted(histories.values(), key=_order)
    return {code: list(found) for code, found in groupby(ordered, key=_code)}


def _code(history: History) -> str:
    return str(history.current.record.get("indicator") or "other")


def _order(history: History) -> tuple[object, ...]:
    record = history.current.record
    return (
        str(record.get("title") or ""),
        _code(history),
        -int(record.get("end_year") or 0),
        record.get("organization_level") == "school",
        str(record.get("place") or ""),
        str(record.get("label") or ""),
        history.id,
    )


def indicator(code: str, found: Sequence[History]) -> str:
    """Return the page that lists the findings of an indicator, the newest year first."""
    by_year = groupby(found, key=lambda one: str(one.current.record.get("school_year") or ""))
    record = found[0].current.record
    entry = catalog.indicators().get(code)
    return _filled(
        "site_indicator",
        title=str(record.get("title") or code),
        definition=entry.definition if entry else "",
        years=[(year, list(several)) for year, several in by_year],
    )


def landing(
    shelf: Sequence[EditionState],
    found: Mapping[str, list[History]],
    licence: str | None,
    sheets: Sequence[Shelf] = (),
) -> str:
    """Return the first page of the site: the editions, the newest first, fact sheets, and every indicator."""
    newest_first = list(reversed(shelf))
    return _filled(
        "site_index",
        editions=[(state, _headline(state), _files(state)) for state in newest_first],
        indicators=[
            (code, str(several[0].current.record.get("title") or code), len(several))
            for code, several in found.items()
        ],
        total=sum(map(len, found.values())),
        licence=licence,
        sheets=sheets,
    )


def _headline(state: EditionState) -> str:
    """Return the headline of an edition's summary, or nothing where the edition's files are not at hand."""
    if state.folder is None:
        return ""
    for document in model.in_words(model.read(state.folder)).all:
        for block in document.blocks:
            if isinstance(block, HeadlineBlock) and block.text:
                return block.text
    return ""


def _files(state: EditionState) -> list[tuple[str, str]]:
    there = state.folder
    return [
        (f"{state.name}/{name}", say(words))
        for name, words in FILES.items()
        if there and (there / name).is_file()
    ]


def vocabulary() -> str:
    """Return the page that says what "withheld, with bounds" means, for people and for programs."""
    missing = set(schema.OBSERVATION_STATUSES) ^ set(STATUSES)
    missing |= set(schema.ESTIMATE_STATUSES) ^ set(MADE_STATUSES)
    if missing:
        raise DataError(
            f"the vocabulary does not match the statuses: {sorted(missing)}", where="site/pages.py"
        )
    return _filled(
        "site_vocabulary",
        statuses={"published": STATUSES, "made": MADE_STATUSES},
        printed=PRINTED,
        observed=OBSERVED,
        confidential=CONFIDENTIAL,
    )


def _template(name: str) -> Any:
    return html.environment().get_template(f"{name}.html.j2")


def _filled(name: str, **words: Any) -> str:
    return str(_template(name).render(**words))
