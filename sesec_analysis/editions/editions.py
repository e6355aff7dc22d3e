"""Read the list of editions in ``reports/editions.yml`` and find one by the name that people use."""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, model_validator

from sesec_analysis import catalog, checkout, hidden_characters
from sesec_analysis.catalog import YAML
from sesec_analysis.catalog.entries import Code, Place
from sesec_analysis.errors import EditionError
from sesec_analysis.evidence.wording.numbers import school_year

__all__ = [
    "CUSTOM",
    "LATEST",
    "LIST",
    "Edition",
    "editions",
    "end_year",
    "find",
    "licence",
    "site_url",
    "slashed",
]


LIST = "reports/editions.yml"
LATEST = "latest"
CUSTOM = "-custom"
"""What the folder of an edition with other parameters ends with."""


class Edition(BaseModel):
    """One entry of ``reports/editions.yml``: its notebooks under ``notebooks/`` and their parameters' values.

    ``notebook`` is the report's. An edition may have a ``summary`` of two pages and a technical ``annex`` from the same
    run; the report then has a page for each message. ``published`` is the year it appeared in, for citations; an
    edition that has not appeared has none. ``asks`` are what the coalition asks, in its own words. ``licence`` and
    ``site_url``, the address of the site (`sesec site`), are those that the file sets for all editions.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    notebook: str
    summary: str | None = None
    annex: str | None = None
    asks: tuple[str, ...] = ()
    parameters: dict[str, Any] = {}
    published: int | None = None
    licence: str | None = None
    site_url: str | None = None

    @property
    def notebooks(self) -> tuple[str, ...]:
        """Return all its notebooks, the report's first."""
        return tuple(name for name in (self.notebook, self.summary, self.annex) if name)


def slashed(url: str) -> str:
    """Return the address of a site with a slash at its end; a ValueError names what is none."""
    if not re.fullmatch(r"https?://[^\s?#<>\"'{}\\]+", url):
        raise ValueError(
            f"{url!r} is not the address of a site, such as https://example.org/reports/"
        )
    return url.rstrip("/") + "/"


SiteUrl = Annotated[str, AfterValidator(slashed)]
"""The address of a site, with a slash at its end."""


class _EditionsFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    shared: dict[str, Any] = {}
    licence: str | None = None
    site_url: SiteUrl | None = None
    editions: dict[Code, Edition]

    @model_validator(mode="after")
    def _share(self) -> "_EditionsFile":
        """Give each edition the license of the file, and the address of the site."""
        shared = {"licence": self.licence, "site_url": self.site_url}
        for name, edition in self.editions.items():
            self.editions[name] = edition.model_copy(update=shared)
        return self


def editions() -> dict[str, Edition]:
    """Return every edition by its name, in the order of ``reports/editions.yml``.

    Another community than the first needs no list: its entry names its places, and its tables hold its years.
    """
    return _file().editions if catalog.is_first_community() else _of_community()


def _of_community() -> dict[str, Edition]:
    """Return an edition for each school year in which a table at hand has tests or enrollment of the community."""
    ours, place = catalog.community(), catalog.main_place()
    places = {
        "place": place,
        "compare_to": _place(lambda entry: entry.all_but == place, f"all_but: {place}"),
        "district": _place(lambda entry: entry.whole_district, "whole_district: true"),
        "state": _place(lambda entry: entry.whole_state, "whole_state: true"),
    }
    held = catalog.at_hand()
    license_of_all, site = licence(), site_url()
    years = {
        year
        for key, entry in catalog.sources().items()
        for year in held.get(key, ())
        if _YEARLY & entry.indicators.keys()
        and {"school_code", "school_name"} & entry.columns.keys()
    }
    return {
        f"annual-{year}": Edition(
            title=f"{ours.name} School Equity Report, {school_year(year)}",
            notebook="reports/community_report.ipynb",
            summary="reports/community_summary.ipynb",
            annex="reports/community_annex.ipynb",
            parameters={**places, "report_year": year},
            licence=license_of_all,
            site_url=site,
        )
        for year in sorted(years)
        if year >= _FIRST_YEAR
    }


_YEARLY = {"enrollment", "ela_met"}
"""A year with figures of one of these has an edition."""
_FIRST_YEAR = 2017
"""Older files are of other tests and other groups: they stand behind the years of an edition, not for one."""


def _place(fits: Callable[[Place], bool], line: str) -> str:
    """Return the first place of the community that fits, and say which line its entry lacks if none does."""
    for code, entry in catalog.places().items():
        if fits(entry):
            return code
    raise EditionError(
        f"no place of {catalog.community().name} has `{line}`",
        where=f"data/catalog/communities/{checkout.community()}.yml",
        fix="add such a place; `sesec community new` writes all four",
    )


def licence() -> str | None:
    """Return the licence of our own numbers and words, as ``reports/editions.yml`` sets it; None where it sets none."""
    return _file().licence


def site_url() -> str | None:
    """Return where the site will be, as ``reports/editions.yml`` sets it, with a slash at its end; else None."""
    return _file().site_url


def _file() -> _EditionsFile:
    path = checkout.root() / LIST
    return _parsed(path, path.read_text("utf-8"))


def _parsed(path: Path, text: str) -> _EditionsFile:
    try:
        raw = yaml.load(text, YAML)
        if odd := list(hidden_characters.found(raw)):
            what = f"{LIST} has invisible characters:\n    " + "\n    ".join(odd)
            raise EditionError(what, where=str(path), fix="type the texts named above again")
        return _EditionsFile.model_validate(raw)
    except yaml.YAMLError as failure:
        what = f"{LIST} is not valid YAML: {failure}"
        raise EditionError(what, where=str(path), fix="correct the line named above") from failure
    except ValidationError as failure:
        faults = [f"{'.'.join(map(str, f['loc']))}: {f['msg']}" for f in failure.errors()]
        what = f"{LIST} has {len(faults)} fault(s):\n    " + "\n    ".join(faults)
        fix = "an edition has a title, a notebook and parameters; it may have a summary, an annex and asks"
        raise EditionError(what, where=str(path), fix=fix) from failure


def find(name: str) -> str:
    """Return the full name of the edition that ``name`` means.

    ``annual-2022``, ``2022`` and ``2021-22`` are the same edition; ``latest`` is the annual one of the last year.

    Raises
    ------
    EditionError
        If there is none, with the nearest name.
    """
    known = editions()
    wanted = _full_name(name.strip().lower(), known)
    if wanted in known:
        return wanted
    called = {_year_or_name(key): key for key in known}
    raise EditionError(
        f"there is no edition {name!r}",
        where=LIST,
        fix=f"name a school year or an edition; a new edition is an entry in {LIST}",
        valid=called,
        meant=_nearest(wanted, called),
    )


def _year_or_name(key: str) -> str:
    """Return the school year of an annual edition, ``2021-22``; the name of any other."""
    year = int(key[-4:]) if _is_annual(key) else None
    return f"{year - 1}-{year % 100:02d}" if year else key


def _is_annual(key: str) -> bool:
    return re.fullmatch(r"annual-\d{4}", key) is not None


def _full_name(name: str, known: Mapping[str, Edition]) -> str:
    if name == LATEST:
        return max((key for key in known if _is_annual(key)), default=name)
    year = end_year(name)
    return f"annual-{year}" if year else name


def end_year(text: str) -> int | None:
    """Return the year that a school year ends in, of ``2022``, ``2021-22``, or ``2021–2022``; None of another text.

    Examples
    --------
    >>> end_year("2022"), end_year("2021-22"), end_year("2021–2022"), end_year("2021-23")
    (2022, 2022, 2022, None)
    """
    if re.fullmatch(r"\d{4}", text):
        return int(text)
    if years := re.fullmatch(r"(\d{4})[-–/](\d{2}|\d{4})", text):
        first, last = int(years[1]), int(years[2])
        if (first + 1) % (100 if last < 100 else 10_000) == last:
            return first + 1
    return None


def _nearest(name: str, called: Mapping[str, str]) -> list[str]:
    if _is_annual(name):  # a year: the nearest in time, not in spelling
        years = {int(key[-4:]): text for text, key in called.items() if _is_annual(key)}
        nearest = min(years, key=lambda year: abs(year - int(name[-4:])), default=None)
        return [] if nearest is None else [years[nearest]]
    return get_close_matches(name, called, n=1, cutoff=0.5)
