"""Read the list of editions in ``reports/editions.yml`` and find one by the name that people use."""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, model_validator

from sesec_analysis import catalog, checkout
from sesec_analysis.catalog.entries import Code, Place
from sesec_analysis.catalog.named import end_year
from sesec_analysis.errors import CatalogError, EditionError
from sesec_analysis.evidence.wording.numbers import school_year

__all__ = [
    "CUSTOM",
    "LATEST",
    "LIST",
    "Contact",
    "Edition",
    "Voice",
    "editions",
    "end_with_slash",
    "find",
    "licence",
    "site_url",
]


LIST = "reports/editions.yml"
LATEST = "latest"
CUSTOM = "-custom"
"""What the folder of an edition with other parameters ends with."""


def end_with_slash(url: str) -> str:
    """Return the address of a site with a slash at its end; a ValueError names what is none."""
    if not re.fullmatch(r"https?://[^\s?#<>\"'{}\\]+", url):
        raise ValueError(
            f"{url!r} is not the address of a site, such as https://example.org/reports/"
        )
    return url.rstrip("/") + "/"


SiteUrl = Annotated[str, AfterValidator(end_with_slash)]
"""The address of a site, with a slash at its end."""


def _email(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}", text):
        raise ValueError(f"{text!r} is not an e-mail address, such as hello@example.org")
    return text


class Contact(BaseModel):
    """Where readers reach the coalition: an e-mail address, the address of its site, or both."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: Annotated[str, AfterValidator(_email)] | None = None
    site: SiteUrl | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return the addresses that are given."""
        return tuple(filter(None, (self.email, self.site)))

    @model_validator(mode="after")
    def _is_given(self) -> "Contact":
        if not self.addresses:
            raise ValueError("a contact has an email, a site, or both")
        return self


_GRADES_AND_YEARS = re.compile(
    r"\b(?:grades? )?\d{1,2}(?:st|nd|rd|th)?[- ]grade(?:rs?)?\b|\bgrade \d{1,2}\b"
    r"|\b(?:in|since|until|class of) (?:19|20)\d\d\b(?! (?:students?|children|kids|families))",
    re.I,
)
_NUMBER = re.compile(
    r"\d|%|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety|hundreds?|thousands?|dozens?|half|halves|thirds?|quarters?|percent|twice|couple)\b",
    re.I,
)
_SMALL_GROUPS = re.compile(
    r"\b(?:none|no one|nobody|neither|one|only|single|few|hardly|almost)\b.*\b(?:pass|fail|met the|test|scored|suspend|"
    r"expel|graduat|drop|absent)|\b(?:all|every\w*|each|both)\b.*\b(?:passed|failed|met the|scored|suspended|expelled|"
    r"graduated|dropped|absent)",
    re.I,
)
"""How many had an outcome, in words: none, all, or hardly any of a group."""


def _without_numbers(text: str) -> str:
    """Return words of a person; a ValueError says which of them could be the number of a small group."""
    plain = _GRADES_AND_YEARS.sub(" ", text)
    if number := _NUMBER.search(plain):
        raise ValueError(f"{number[0]!r} is a number, and a number of ours is a finding")
    for sentence in re.split(r"(?<=[.!?])\s+", plain):
        if how_many := _SMALL_GROUPS.search(sentence):
            raise ValueError(
                f"{how_many[0]!r} can give the result of a small group, which the state withholds"
            )
    if not text.strip():
        raise ValueError("it is empty")
    return " ".join(text.split())


SpokenWords = Annotated[str, AfterValidator(_without_numbers)]
"""Words of a person, which have no numbers but grades and years."""


class Voice(BaseModel):
    """What a person told the coalition: a quote, who said it, and that the consent to print both is on file.

    With the state's code of a ``school`` it is on that school's fact sheet, otherwise in the report and its summary.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    quote: SpokenWords
    who: SpokenWords
    consent_on_file: Literal[True]
    school: str | None = None


class Edition(BaseModel):
    """One entry of ``reports/editions.yml``: its notebooks under ``notebooks/`` and their parameters' values.

    ``notebook`` is the report's. An edition may have a ``summary`` of two pages and a technical ``annex`` from the same
    run; the report then has a page for each message. ``published`` is the year it appeared in, for citations; an
    edition that has not appeared has none. ``asks`` are what the coalition asks, in its own words, and ``voices`` what
    people told it. ``licence``, ``site_url`` (the address of the site, `sesec site`), and ``contact`` are those that
    the file sets for all editions.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    notebook: str
    summary: str | None = None
    annex: str | None = None
    asks: tuple[str, ...] = ()
    voices: tuple[Voice, ...] = ()
    parameters: dict[str, Any] = {}
    published: int | None = None
    licence: str | None = None
    site_url: str | None = None
    contact: Contact | None = None

    @property
    def notebooks(self) -> tuple[str, ...]:
        """Return all its notebooks, the report's first."""
        return tuple(name for name in (self.notebook, self.summary, self.annex) if name)


class _EditionsFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    shared: dict[str, Any] = {}
    licence: str | None = None
    site_url: SiteUrl | None = None
    contact: Contact | None = None
    editions: dict[Code, Edition]

    @model_validator(mode="after")
    def _share(self) -> "_EditionsFile":
        """Give each edition what the file sets for all: license, address of the site, contact."""
        shared = {"licence": self.licence, "site_url": self.site_url, "contact": self.contact}
        for name, edition in self.editions.items():
            self.editions[name] = edition.model_copy(update=shared)
        return self


def editions() -> dict[str, Edition]:
    """Return every edition by its name, in the order of ``reports/editions.yml``.

    Another community than the first needs no list: its entry names its places, and its tables hold its years.
    """
    return _file().editions if catalog.is_first_community() else _of_community()


def _of_community() -> dict[str, Edition]:
    """Return an edition for each school year in which an available table has tests or enrollment of the community."""
    ours, place = catalog.community(), catalog.main_place()
    places = {
        "place": place,
        "compare_to": _place(lambda entry: entry.all_but == place, f"all_but: {place}"),
        "district": _place(lambda entry: entry.whole_district, "whole_district: true"),
        "state": _place(lambda entry: entry.whole_state, "whole_state: true"),
    }
    held = catalog.available_years()
    file = _file()
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
            licence=file.licence,
            site_url=file.site_url,
            contact=file.contact,
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
    try:
        return catalog.read_entry(checkout.root() / LIST, TypeAdapter(_EditionsFile))
    except CatalogError as refusal:
        fix = (
            "correct what is named above: an edition has a title, a notebook and parameters; it may have a summary, an "
            "annex, asks, and voices"
        )
        raise EditionError(refusal.what, where=refusal.where, fix=fix) from refusal


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


def _nearest(name: str, called: Mapping[str, str]) -> list[str]:
    if _is_annual(name):  # a year: the nearest in time, not in spelling
        years = {int(key[-4:]): text for text, key in called.items() if _is_annual(key)}
        nearest = min(years, key=lambda year: abs(year - int(name[-4:])), default=None)
        return [] if nearest is None else [years[nearest]]
    return get_close_matches(name, called, n=1, cutoff=0.5)
