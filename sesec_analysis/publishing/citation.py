"""How a finding is cited: its record in, APA, Chicago, BibTeX or CSL-JSON out; and how its data are.

Works on records (flat dicts, as written to findings.json), so that a finding of an old edition is cited without its
table.
"""

from collections.abc import Mapping

from sesec_analysis import __version__, catalog
from sesec_analysis.errors import DataError
from sesec_analysis.publishing.citation_styles import AUTHOR, STYLES, Cited, fill
from sesec_analysis.publishing.wording import school_years
from sesec_analysis.words import mark, say

__all__ = [
    "AUTHOR",
    "STYLES",
    "cite",
    "cited",
    "is_synthetic",
    "marked",
    "source_line",
    "source_text",
]

_DATASET = "https://data.wa.gov/d/"
_SYNTHETIC = mark("Synthetic data, made up for trying things out; they describe no real school")


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
        ``apa``, ``chicago`` (a note), ``bibtex`` or ``csl`` (CSL-JSON).
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
    Southeast Seattle Education Coalition. (2024). It was 32.9 percent [Data set]. In 2024 Southeast Seattle school
    equity report (Finding sesec:rate.ela_met.2017.03.southeast_seattle.black; Version ...). Data: Synthetic data,
    made up for trying things out; they describe no real school.
    """
    if style not in STYLES:
        raise DataError(
            f"no citation style {style!r}", mend="use one of the known styles", known=STYLES
        )
    return fill(cited(record, edition=edition, published=published), style)


def cited(record: Mapping[str, object], *, edition: str | None, published: int | None) -> Cited:
    """Return what every style says of a recorded finding; arguments as in `cite`."""
    data, url = _data(str(record["source_ids"]))
    return Cited(
        id=str(record["id"]),
        title=str(record["sentence"]).rstrip("."),
        data=data,
        url=url,
        edition=edition,
        published=published,
        version=str(record.get("version") or __version__),
    )


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
        return say("Source: {source}.", source=say(_SYNTHETIC))
    years: dict[tuple[str, str], list[int]] = {}
    for source_id in _split(source_ids):
        source, _ = catalog.release(source_id)
        years.setdefault((source.publisher_short, source.title), []).append(_year(source_id))
    parts = [f"{who}, {title}, {school_years(found)}" for (who, title), found in years.items()]
    return say("Source: {source}.", source="; ".join(parts))


def _split(source_ids: str) -> list[str]:
    return sorted({part.strip() for part in source_ids.split(";") if part.strip()})


def _year(source_id: str) -> int:
    return int(source_id.rpartition("@")[2])


def _data(source_ids: str) -> tuple[str, str]:
    """Return what the data are, newest last and each with its address, and apart from it the address of the newest."""
    if is_synthetic(source_ids):
        return _SYNTHETIC, ""
    titles: dict[tuple[str, str], list[str]] = {}  # by publisher and address
    for source_id in sorted(_split(source_ids), key=_year):
        source, _ = catalog.release(source_id)
        titles.setdefault((_address(source_id), source.publisher), []).append(_titled(source_id))
    if not titles:
        return "", ""
    newest, _ = list(titles)[-1]
    told = [
        ", ".join([publisher, *found, *([] if address == newest else [address])])
        for (address, publisher), found in titles.items()
    ]
    return "; ".join(told), newest


def _release_text(source_id: str) -> str:
    source, _ = catalog.release(source_id)
    return f"{source.publisher}, {_titled(source_id)}. {_address(source_id)}"


def _titled(source_id: str) -> str:
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
