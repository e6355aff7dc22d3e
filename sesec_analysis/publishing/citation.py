"""How a finding is cited: its record in, APA, Chicago, BibTeX or CSL-JSON out; and how its data are.

Works on records (flat dicts, as written to findings.json), so that a finding of an old edition is cited without its
table.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sesec_analysis import __version__, catalog
from sesec_analysis.errors import DataError
from sesec_analysis.publishing.wording import school_years

__all__ = ["AUTHOR", "STYLES", "cite", "is_synthetic", "marked", "source_line", "source_text"]

AUTHOR = "Southeast Seattle Education Coalition"
_DATASET = "https://data.wa.gov/d/"
_SYNTHETIC = "Synthetic data, made up for trying things out; they describe no real school"


def cite(
    record: Mapping[str, object],
    style: str = "apa",
    *,
    edition: str | None = None,
    published: int | None = None,
) -> str:
    """Return the citation of a recorded finding.

    Parameters
    ----------
    record
        A finding as recorded (`Finding.record`).
    style
        ``apa``, ``chicago``, ``bibtex`` or ``csl`` (CSL-JSON).
    edition
        Title of the report that the finding stands in, if it stands in one.
    published
        The year in which that report appeared. None: without a date.

    Raises
    ------
    DataError
        If the style is unknown.

    Examples
    --------
    >>> record = {"id": "sesec:rate.ela_met.2017.03.southeast_seattle.black", "sentence": "It was 32.9 percent.",
    ...           "source_ids": "synthetic"}
    >>> print(cite(record, edition="2024 Southeast Seattle school equity report", published=2024))
    Southeast Seattle Education Coalition. (2024). It was 32.9 percent (Finding
    sesec:rate.ela_met.2017.03.southeast_seattle.black, version ...) [Data set]. In 2024 Southeast Seattle school
    equity report. Data: Synthetic data, made up for trying things out; they describe no real school.
    """
    if style not in STYLES:
        raise DataError(
            f"no citation style {style!r}", mend="use one of the known styles", known=STYLES
        )
    return STYLES[style](_Cited.of(record, edition, published))


def is_synthetic(source_ids: str) -> bool:
    """Whether any of the sources is made up: so named, or read from a synthetic twin's data folder."""
    named = any(source.startswith("synthetic") for source in _split(source_ids))
    return named or catalog.is_synthetic()


def marked(source_ids: str) -> str:
    """Return source ids as a record keeps them: those of a synthetic twin stay so when other data are in use.

    Examples
    --------
    >>> marked("ospi_discipline@2019")
    'ospi_discipline@2019'
    """
    if not catalog.is_synthetic():
        return source_ids
    return "; ".join(
        f"synthetic {source.removeprefix('synthetic ')}" for source in _split(source_ids)
    )


def source_text(source_ids: str) -> str:
    """Return the citation of the data behind source ids joined by "; ".

    Publisher, title of the release, school year, the publisher's id of the dataset, address; the day it was retrieved
    only where the catalog tells it.
    """
    if is_synthetic(source_ids):
        return f"{_SYNTHETIC}."
    return " ".join(_release_text(source) for source in _split(source_ids))


def source_line(source_ids: str) -> str:
    """Return the short line under a figure: publisher, dataset and school years."""
    if is_synthetic(source_ids):
        return f"Source: {_SYNTHETIC}."
    years: dict[tuple[str, str], list[int]] = {}
    for source_id in _split(source_ids):
        source, _ = catalog.release(source_id)
        years.setdefault((source.publisher_short, source.title), []).append(_year(source_id))
    parts = [f"{who}, {title}, {school_years(found)}" for (who, title), found in years.items()]
    return f"Source: {'; '.join(parts)}."


def _split(source_ids: str) -> list[str]:
    return sorted({part.strip() for part in source_ids.split(";") if part.strip()})


def _year(source_id: str) -> int:
    return int(source_id.rpartition("@")[2])


def _release_text(source_id: str) -> str:
    source, release = catalog.release(source_id)
    title = release.title
    parts = [] if release.school_year in title else [f"school year {release.school_year}"]
    if release.dataset_id:
        parts.append(f"dataset {release.dataset_id}")
    inside = f" ({', '.join(parts)})" if parts else ""
    retrieved = f" (retrieved {release.retrieved})" if release.retrieved else ""
    return f"{source.publisher}, {title}{inside}{retrieved}. {_address(source_id)}"


def _address(source_id: str) -> str:
    """Return where a release is found: its dataset on the state's open data portal, or what the source names."""
    source, release = catalog.release(source_id)
    return f"{_DATASET}{release.dataset_id}" if release.dataset_id else source.url


@dataclass(frozen=True)
class _Cited:
    """What every style says, in its own order."""

    id: str
    title: str
    data: str
    url: str  # of the newest release that it rests on; empty if data are made up
    edition: str | None
    published: int | None

    @classmethod
    def of(
        cls, record: Mapping[str, object], edition: str | None, published: int | None
    ) -> "_Cited":
        source_ids = str(record["source_ids"])
        newest = "" if is_synthetic(source_ids) else max(_split(source_ids), key=_year, default="")
        title = str(record["sentence"]).rstrip(".")
        return cls(
            id=str(record["id"]),
            title=title,
            data=source_text(source_ids),
            url=_address(newest) if newest else "",
            edition=edition,
            published=published,
        )

    @property
    def source(self) -> str:
        """Citation of the data, closed by a full stop unless an address ends it."""
        closed = self.data.endswith(".") or re.search(r"https?://\S+$", self.data)
        return self.data if closed else f"{self.data}."


def _apa(cited: _Cited) -> str:
    inside = f" In {cited.edition}." if cited.edition else ""
    return (
        f"{AUTHOR}. ({cited.published or 'n.d.'}). {cited.title} "
        f"(Finding {cited.id}, version {__version__}) [Data set].{inside} Data: {cited.source}"
    )


def _chicago(cited: _Cited) -> str:
    when = str(cited.published) if cited.published else "n.d."
    inside = f"in {cited.edition} (Seattle, {when})" if cited.edition else when
    return (
        f"{AUTHOR}, “{cited.title},” finding {cited.id}, version {__version__}, {inside}, "
        f"data from {cited.source}"
    )


_TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "–": "--",
    "−": "$-$",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}


def _tex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in text)


def _bibtex(cited: _Cited) -> str:
    note = f"Finding {cited.id}, version {__version__}. Data: {cited.source}"
    entries = {
        "author": f"{{{AUTHOR}}}",
        "title": f"{{{_tex(cited.title)}}}",
        "howpublished": f"In \\emph{{{_tex(cited.edition)}}}" if cited.edition else None,
        "year": str(cited.published) if cited.published else None,
        "url": cited.url or None,
        "note": _tex(note),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in entries.items() if value]
    return "\n".join([f"@misc{{{cited.id},", *lines, "}"])


def _csl(cited: _Cited) -> str:
    entry: dict[str, object] = {
        "id": cited.id,
        "type": "dataset",
        "genre": "Finding",
        "author": [{"literal": AUTHOR}],
        "title": cited.title,
        "number": cited.id,
        "version": __version__,
        "publisher": AUTHOR,
        "note": f"Data: {cited.source}",
    }
    if cited.edition:
        entry["container-title"] = cited.edition
    if cited.published:
        entry["issued"] = {"date-parts": [[cited.published]]}
    return json.dumps([entry], ensure_ascii=False, indent=2)


STYLES: dict[str, Callable[[_Cited], str]] = {
    "apa": _apa,
    "chicago": _chicago,
    "bibtex": _bibtex,
    "csl": _csl,
}
"""Every style by its name."""
