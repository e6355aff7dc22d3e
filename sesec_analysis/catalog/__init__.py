"""Read the catalog of `data/catalog` into typed entries: sources, indicators, student groups, places.

Prose and facts live in the YAML files, never here: a new year, indicator, group or place is an entry, not code.
Only this package reads YAML of the catalog; every fault of a file is named at once.
"""

import csv
import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from sesec_analysis import checkout, hidden_characters, i18n, i18n_files
from sesec_analysis.catalog import own
from sesec_analysis.catalog.claim_entries import FoundingClaim
from sesec_analysis.catalog.downloads import Download, as_fetched, read_lock
from sesec_analysis.catalog.entries import (
    Avoided,
    Community,
    GroupType,
    Indicator,
    LevelRules,
    LiteralSum,
    MeasureEntry,
    Outline,
    Place,
    QuestionWords,
    Release,
    School,
    SchoolTime,
    SchoolTract,
    SizeCap,
    Source,
    StudentGroup,
    WithheldGroup,
    Words,
    YearVariation,
)
from sesec_analysis.errors import CatalogError, QuestionError, closest, plain_name

__all__ = [
    "ROW_LOG",
    "YAML",
    "available_years",
    "base_year",
    "cache_dir",
    "check_entry",
    "claims",
    "communities",
    "community",
    "data_dir",
    "declared_sources",
    "downloads",
    "earlier_years",
    "elementary_part",
    "group_types",
    "indicator",
    "indicators",
    "is_first_community",
    "level_rules",
    "literal_sums",
    "main_place",
    "measure",
    "measures",
    "names",
    "newest_published",
    "observations_in",
    "open_code",
    "organization_ids",
    "outlines",
    "place",
    "places",
    "protection_order",
    "question_words",
    "read_entry",
    "read_source",
    "refuse_others",
    "release",
    "row_logs",
    "school_identities",
    "school_names",
    "school_notes",
    "school_tracts",
    "schools",
    "schools_file",
    "schools_in",
    "size_caps",
    "source",
    "sources",
    "sources_of",
    "student_group",
    "withheld_groups",
    "words",
    "words_to_avoid",
    "write_entry",
    "year_variation",
]


T = TypeVar("T")
_DATA = "SESEC_DATA"
YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where PyYAML has it
ROW_LOG = "rows.json"
"""The file beside observation tables that tells what became of the rows of each release."""


def data_dir() -> Path:
    """Return the folder with catalog, reference tables and observations.

    ``SESEC_DATA`` names another; otherwise the project's ``data/``, or the copy inside an installed package.
    """
    return _folder(os.environ.get(_DATA))


def _folder(named: str | None) -> Path:
    return Path(named) if named else checkout.data()


def cache_dir() -> Path:
    """Return the folder for the publishers' files that `sesec data fetch` downloads.

    ``SESEC_CACHE`` names another; otherwise ``cache`` beside the catalog, which git does not keep.
    """
    return Path(named) if (named := os.environ.get("SESEC_CACHE")) else data_dir() / "cache"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as failure:
        raise CatalogError(
            f"the catalog file {path.name} is missing",
            where=str(path.parent),
            fix="restore it from the repository, or point SESEC_DATA at a folder that has it",
        ) from failure


def read_entry(path: Path, model: TypeAdapter[T], language: str | None = None) -> T:
    """Read a YAML file as a model, its texts in a language, or refuse it naming each fault."""
    text = _text(path)
    try:
        raw = yaml.load(text, YAML)
    except yaml.YAMLError as failure:
        raise CatalogError(
            f"{path.name} is not valid YAML: {failure}",
            where=str(path),
            fix="correct the line named above",
        ) from failure
    if hidden_characters.may_have(text):
        _refuse_hidden(path, raw)
    return _build_model(path, model, raw, language)


def write_entry(entry: object) -> str:
    """Return an entry as YAML, its keys in their order."""
    text: str = yaml.safe_dump(entry, allow_unicode=True, sort_keys=False, width=10_000)
    return text


def check_entry(path: Path, model: TypeAdapter[T], raw: object) -> T:
    """Check data as a model; ``path`` is where they stand."""
    _refuse_hidden(path, raw)
    return _build_model(path, model, raw)


def _refuse_hidden(path: Path, raw: object) -> None:
    if odd := list(hidden_characters.find_hidden(raw)):
        raise CatalogError(
            f"{path.name} has invisible characters:\n    " + "\n    ".join(odd),
            where=str(path),
            fix="type the texts named above again",
        )


def _build_model(path: Path, model: TypeAdapter[T], raw: object, language: str | None = None) -> T:
    try:
        return model.validate_python(raw, context=language or i18n.language())
    except ValidationError as failure:
        faults = [
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in failure.errors()
        ]
        raise CatalogError(
            f"{path.name} has {len(faults)} fault(s):\n    " + "\n    ".join(faults),
            where=str(path),
            fix="correct the entry; the keys it may have are in sesec_analysis/catalog/entries.py",
        ) from failure


@cache  # 6 ms; an edition looks up 1.6 million entries in 34 files
def _cached_reader(reader: Callable[..., Any], named: str | None, *arguments: Any) -> Any:
    return reader(_folder(named), *arguments)


def _read_once(reader: Callable[..., T], *arguments: Any) -> T:
    """Return what a reader of the data folder returns, which is read once in a process."""
    kept: T = _cached_reader(reader, os.environ.get(_DATA), *arguments)
    return kept


def _table(folder: Path, path: str | Path, kind: Any, language: str) -> Any:
    """Read a file in the language that its texts are read in."""
    return read_entry(folder / path, TypeAdapter(kind), language)


def _own(path: str | Path, kind: type[T], language: str | None = None) -> T:
    # As `i18n.language` has it: most of what a sentence looks up is looked up here.
    now = os.environ.get(i18n.VARIABLE) or i18n.ENGLISH
    table: T = _read_once(_table, path, kind, language or now)
    return table


def _with_own(kind: str, declared: dict[str, T]) -> dict[str, T]:
    """Return the catalog's entries of a kind, and behind them those of one's own tables and places."""
    return {**declared, **own.entries(kind)} if own.OWN else declared


def _csv(path: Path, model: TypeAdapter[T]) -> T:
    text = _text(path)
    rows = csv.DictReader(text.splitlines())
    records = [{name: cell for name, cell in row.items() if cell} for row in rows]
    if hidden_characters.may_have(text):
        _refuse_hidden(path, records)
    return _build_model(path, model, records)


def _schools(folder: Path, path: Path) -> dict[str, School]:
    schools = _csv(folder / path, TypeAdapter(list[School]))
    return {school.code: school for school in schools}


def _reference_rows(folder: Path, name: str, kind: type[T]) -> list[T]:
    path = folder / "reference" / name
    if not path.is_file():  # made-up files have no years to learn it from
        return []
    return _csv(path, TypeAdapter(list[kind]))  # type: ignore[valid-type]


def _sources(folder: Path, community: str) -> dict[str, Source | CatalogError]:
    """Read every source, its releases as a community fetched them; a file that cannot be read is its refusal."""
    known: dict[str, Source | CatalogError] = {}
    fetched = read_lock(_observations_of(community, folder))
    for path in sorted((folder / "catalog" / "sources").glob("*.yml")):
        try:
            known[path.stem] = as_fetched(path.stem, read_source(path), fetched)
        except CatalogError as broken:
            known[path.stem] = broken
    return known


def downloads() -> dict[str, Download]:
    """Return what the lock file says of each release that was fetched, by source id, as it is now."""
    return read_lock(observations_in(data_dir()))


def declared_sources() -> Mapping[str, Source | CatalogError]:
    """Return every source as it was read, the same object until it is read anew; see `sources`."""
    return _read_once(_sources, checkout.community())


def read_source(path: Path) -> Source:
    """Return the source that a file declares; every fault of the file is named at once."""
    return read_entry(path, TypeAdapter(Source))


def indicators(language: str | None = None) -> dict[str, Indicator]:
    """Return every indicator by its code, in display order; behind them those of one's own tables."""
    return _with_own("indicators", _own("catalog/indicators.yml", dict[str, Indicator], language))


def measures(language: str | None = None) -> dict[str, MeasureEntry]:
    """Return every measure by its name in ESTIMATES; ``_n`` stands for the number of a level."""
    return _own("catalog/measures.yml", dict[str, MeasureEntry], language)


def group_types(language: str | None = None) -> dict[str, GroupType]:
    """Return every student group type (partition) by its code, in display order; then those of one's own tables."""
    return _with_own(
        "group_types", _own("catalog/student_groups.yml", dict[str, GroupType], language)
    )


def places(language: str | None = None) -> dict[str, Place]:
    """Return every place of the community by its code; behind them one's own."""
    if not is_first_community():
        return _with_own("places", community(language).places)
    return _with_own("places", _own("catalog/places.yml", dict[str, Place], language))


def communities() -> dict[str, Path]:
    """Return the file of every community, by its name."""
    for folder in (data_dir(), checkout.data()):  # a folder of data may leave them to the package
        if files := sorted((folder / "catalog" / "communities").glob("*.yml")):
            break
    return {path.stem: path for path in files}


def community(language: str | None = None) -> Community:
    """Return whom everything is about: the community that ``SESEC_COMMUNITY`` names, or the one that comes with us.

    Examples
    --------
    >>> community().name, community().district
    ('Southeast Seattle', '17001')
    """
    named = checkout.community()
    files = communities()
    if named not in files:
        raise CatalogError(
            f"community {named!r} is not in the catalog",
            where="data/catalog/communities",
            fix="use a known one, or write its file: `sesec community new --district 17403`",
            valid=files,
            meant=closest(named, list(files)),
        )
    return _own(files[named], Community, language)


def main_place() -> str:
    """Return the code of the place that reports are about: the first that is marked `headline` and lists its schools.

    Examples
    --------
    >>> main_place()
    'southeast_seattle'
    """
    listed = {code: place for code, place in places().items() if place.schools}
    if not listed:
        raise CatalogError(
            f"no place of the community {community().name} lists its schools",
            where="data/catalog/communities",
            fix="list them under `schools:` of one of its places",
        )
    return next((code for code, place in listed.items() if place.headline), next(iter(listed)))


def is_first_community() -> bool:
    """Whether everything is about the community that comes with the package."""
    return checkout.community() == checkout.FIRST


def refuse_others(what: str) -> None:
    """Refuse what is made for the community that comes with the package alone.

    Raises
    ------
    QuestionError
        If another one is asked for.
    """
    if not is_first_community():
        raise QuestionError(
            f"{what} only for the community that comes with the package, not for {community().name}",
            fix=f"leave out --community and {checkout.COMMUNITY}; its editions are built by `sesec report`",
        )


def observations_in(folder: Path) -> Path:
    """Return where a folder of data keeps the observations of the community; each has its own."""
    return _observations_of(checkout.community(), folder)


def _observations_of(community: str, folder: Path) -> Path:
    kept = folder / "observations"
    return kept if community == checkout.FIRST else kept / community


def school_identities() -> dict[str, list[SchoolTime]]:
    """Return the codes and names that a school has had, in their order, by the code that is open now."""
    return _own("catalog/school_identities.yml", dict[str, list[SchoolTime]])


def open_code(code: str) -> str:
    """Return the code under which the figures of a school stand: that of the newest roster.

    Examples
    --------
    >>> open_code("5649"), open_code("1751"), open_code("2182")
    ('1751', '1751', '2182')
    """
    return _read_once(_open_codes).get(code, code)


def _open_codes(folder: Path) -> dict[str, str]:
    """Return the open code of every code; refuse identities that would join or count a school wrongly."""
    codes: dict[str, str] = {}
    for key, times in school_identities().items():
        faults = []
        if not times or times[-1].code != key or times[-1].last_year:
            faults.append(f"{key}: its last time must be open, and of this code")
        faults += [
            f"{key}: {later.first_year} does not follow {earlier.last_year}"
            for earlier, later in pairwise(times)
            if earlier.last_year is None or later.first_year != earlier.last_year + 1
        ]
        faults += [
            f"{key}: code {time.code} is also under {codes[time.code]}"
            for time in times
            if codes.get(time.code, key) != key
        ]
        if faults:
            raise CatalogError(
                f"school_identities.yml has {len(faults)} fault(s):\n    " + "\n    ".join(faults),
                where=str(folder / "catalog/school_identities.yml"),
                fix="give each school's times in their order, without a gap, the open one last",
            )
        codes |= {time.code: key for time in times}
    return codes


def school_names() -> dict[str, list[str]]:
    """Return how sources spell each school, by the state's code; the first spelling is the short name in charts."""
    return _own("catalog/school_names.yml", dict[str, list[str]])


def organization_ids() -> dict[str, dict[str, str]]:
    """Return the codes of ``districts`` and ``schools`` by the organization ids that some files print alone."""
    return _own("catalog/organization_ids.yml", dict[str, dict[str, str]])


def school_notes() -> dict[str, str]:
    """Return the note on a school's closing, move or code, by the state's code."""
    return _own("catalog/school_notes.yml", dict[str, str])


def schools() -> dict[str, School]:
    """Return the schools of the community's district by the state's code, as `sesec data build` put them together."""
    path = schools_file()
    if not is_first_community() and not path.is_file():
        return {}
    return _read_once(_schools, path)


def schools_file() -> Path:
    """Return where the list of schools stands: of a community other than the first, beside its observations."""
    if is_first_community():
        return data_dir() / "reference/schools.csv"
    return observations_in(data_dir()) / "schools.csv"


def school_tracts() -> dict[str, str]:
    """Return the census tract (of 2010) of each school with coordinates, by the state's code; of Seattle only."""
    if not is_first_community():
        return {}
    rows = _read_once(_reference_rows, "school_tracts.csv", SchoolTract)
    return {row.code: row.tract for row in rows}


def year_variation() -> list[YearVariation]:
    """Return how far schools' rates move from year to year beyond chance, by indicator, grade and level of school."""
    return _read_once(_reference_rows, "year_variation.csv", YearVariation)


def withheld_groups() -> frozenset[tuple[int, str, str]]:
    """Return the groups of 10 and more whose enrollment a school's page withholds for smaller ones.

    By end_year, school code, and student group: without them a place less its schools would give a small group.
    """
    if not is_first_community():
        return frozenset()
    rows = _read_once(_reference_rows, "withheld_groups.csv", WithheldGroup)
    return frozenset((row.end_year, row.organization_id, row.student_group) for row in rows)


def literal_sums(place: str) -> frozenset[tuple[str, int, str]]:
    """Return the sums of a place that take the publisher's texts alone, by indicator, end_year, and student group.

    `tests/system/test_joined_sums.py` finds them: with the tighter reading of such a sum, all sums of the year and
    place together would leave a masked cell of another group fewer than three values.
    """
    rows = _read_once(_reference_rows, "literal_sums.csv", LiteralSum)
    return frozenset(
        (row.indicator, row.end_year, row.student_group) for row in rows if row.place == place
    )


def protection_order() -> list[str]:
    """Return the student groups whose sums are kept, the one kept longest first; groups not listed come after."""
    return _own("catalog/protection_order.yml", list[str])


def size_caps() -> list[SizeCap]:
    """Return how many students a masked cell can hold, per student in October, by indicator and student group type.

    They were measured on the first community's schools, and are used for these alone.
    """
    if not is_first_community():
        return []
    return _read_once(_reference_rows, "size_caps.csv", SizeCap)


def outlines() -> dict[str, Outline]:
    """Return the outlines that maps are drawn from: ``land``, ``water``, and places by their code.

    They are of Seattle's shore and city limit: a community elsewhere has none, and its maps show schools alone.
    """
    return _own("reference/outlines.json", dict[str, Outline]) if is_first_community() else {}


def row_logs() -> dict[str, dict[str, Any]]:
    """Return how many rows of each available release were read, dropped and warned of, by source id."""
    path = observations_in(data_dir()) / ROW_LOG
    if not path.is_file():
        return {}
    return check_entry(path, TypeAdapter(dict[str, dict[str, Any]]), json.loads(_text(path)))


def claims() -> dict[str, FoundingClaim]:
    """Return the founding claims by their number, in order."""
    return _own("reference/founding_claims.yml", dict[str, FoundingClaim])


def level_rules() -> LevelRules:
    """Return how the SESEC school level is made, with the schools that have one and their kind.

    Examples
    --------
    >>> list(level_rules().parts)
    ['performance', 'engagement', 'gap']
    """
    rules = _own("reference/school_levels.yml", LevelRules)
    kinds = {code: rules.kind_of(school.level, school.kind) for code, school in schools().items()}
    return rules.model_copy(
        update={"schools": {code: kind for code, kind in kinds.items() if kind}}
    )


def words_to_avoid() -> list[Avoided]:
    """Return the words that have no place in our texts, with the reason and a better word."""
    path = i18n_files.folder() / "avoid.yml"
    entries: list[Avoided] = _read_once(_table, path, list[Avoided], i18n_files.ENGLISH)
    return entries


def words() -> Words:
    """Return the words by which people name what we measure, besides those of titles and publishers."""
    return _own("catalog/words.yml", Words)


def question_words() -> QuestionWords:
    """Return how questions in plain words are read, and which are refused."""
    return _own("catalog/questions.yml", QuestionWords)


def sources() -> dict[str, Source]:
    """Return every source by its key (the name of its file in ``data/catalog/sources``)."""
    return {key: _sound(entry) for key, entry in declared_sources().items()}


def _sound(entry: Source | CatalogError) -> Source:
    if isinstance(entry, CatalogError):
        raise entry
    return entry


def sources_of(code: str, among: Iterable[str]) -> set[str]:
    """Return the sources that hold an indicator, among the keys given; a key that is no source is passed over.

    A file that cannot be read stops what it may hold, and nothing else.
    """
    declared = declared_sources()
    return {
        key for key in among if (entry := declared.get(key)) and _has_indicator(key, entry, code)
    }


def _has_indicator(key: str, entry: Source | CatalogError, code: str) -> bool:
    if isinstance(entry, Source):
        return code in entry.indicators
    text = _text(data_dir() / "catalog" / "sources" / f"{key}.yml")
    if re.search(rf"\b{re.escape(code)}\b", text):
        raise entry
    return False


def _one(kind: str, code: str, entries: Mapping[str, T], where: str) -> T:
    if str(code) not in entries:
        raise CatalogError(
            f"{kind} {code!r} is not in the catalog",
            where=f"data/catalog/{where}",
            fix=f"use one of the known codes, or add an entry to data/catalog/{where}",
            valid=entries,
            meant=_by_word(kind, str(code), entries) or closest(str(code), names(kind, entries)),
        )
    return entries[code]


def _by_word(kind: str, asked: str, entries: Mapping[str, Any]) -> list[str]:
    """Return indicators that go by a word together ("reading"): too many to choose one, and sure to be meant."""
    if kind != "indicator":
        return []
    forms = [
        form
        for entry in words().indicators
        if plain_name(asked) in entry.words
        for form in entry.codes
    ]
    return [code for code in entries if any(fnmatchcase(code, form) for form in forms)][:4]


def names(kind: str, entries: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what each entry goes by besides its code: titles, labels, spellings, and the words that people use.

    Examples
    --------
    >>> "suspensions" in names("indicator", indicators())["disciplined"]
    True
    """
    called: dict[str, list[str]] = {}
    for code, entry in entries.items():
        said = [str(text) for name in _SAID if (text := getattr(entry, name, ""))]
        called[code] = [*said, *getattr(entry, "aliases", ())]
    if kind == "indicator":
        for entry in words().indicators:
            if len(entry.codes) == 1 and entry.codes[0] in called:
                called[entry.codes[0]] += entry.words
    spoken = {"place": words().places, "student group": words().groups}.get(kind, {})
    for code, more in spoken.items():
        if code in called:
            called[code] += more
    return called


_SAID = ("title", "brief", "label", "people", "name", "phrase")
"""Fields of an entry that hold what people call it."""


def indicator(code: str, language: str | None = None) -> Indicator:
    """Return one indicator, its texts in a language or in that of now; a wrong code lists the right ones.

    Of a file with a broken entry, the others can still be read.
    """
    try:
        entries = indicators(language)
    except CatalogError:
        path = data_dir() / "catalog/indicators.yml"
        raw = yaml.load(_text(path), YAML)  # not YAML at all: read() has said so
        if not isinstance(raw, dict) or code not in raw:
            raise
        return check_entry(path, TypeAdapter(dict[str, Indicator]), {code: raw[code]})[code]
    return _one("indicator", code, entries, "indicators.yml")


def earlier_years(code: str, years: Iterable[int], newest: int) -> list[int]:
    """Return the years, from the first on, whose numbers of an indicator compare with those of the newest.

    Examples
    --------
    >>> earlier_years("climate_overall_favorable", [2019, 2022, 2023], 2023)
    [2022]
    """
    since = max((stop.at for stop in indicator(code).breaks if stop.at <= newest), default=0)
    return sorted(year for year in years if since <= year < newest)


def base_year(code: str, years: Iterable[int], newest: int) -> int | None:
    """Return the year that the newest is compared with: the indicator's own, or else the first; None if there is none.

    Examples
    --------
    >>> base_year("regular_attendance", [2015, 2019, 2023], 2024), base_year("enrollment", [], 2024)
    (2019, None)
    """
    earlier, entry = earlier_years(code, years, newest), indicator(code)
    own = entry.base_year.year if entry.base_year else None
    return own if own in earlier else next(iter(earlier), None)


def measure(name: str, language: str | None = None) -> MeasureEntry:
    """Return one measure; a wrong name lists the right ones."""
    entries = measures(language)
    name = name if name in entries else re.sub(r"_\d+$", "_n", name)
    return _one("measure", name, entries, "measures.yml")


def place(code: str, language: str | None = None) -> Place:
    """Return one place; a wrong code lists the right ones."""
    return _one("place", code, places(language), "places.yml")


def elementary_part(code: str) -> str:
    """Return the place of only the elementary and K-8 schools of a place; empty if it has none.

    Examples
    --------
    >>> elementary_part("southeast_seattle"), elementary_part("seattle_high")
    ('southeast_region_elementary', '')
    """
    entry = places().get(code)
    return entry.elementary if entry else ""


def schools_in(entry: Place, every: Iterable[str]) -> set[str]:
    """Return those of some schools that are in a place: its list, all but another place's, or every one of a district.

    Examples
    --------
    >>> sorted(schools_in(place("rest_of_seattle_regular"), ["2120", "2220", "3868"]))
    ['2220']
    >>> sorted(schools_in(place("rest_of_seattle"), ["2120", "2220", "3868"]))
    ['2220', '3868']
    """
    if entry.schools:
        return entry.schools.keys() & set(every)
    if entry.all_but:
        return set(every) - place(entry.all_but).schools.keys()
    return set(every) if entry.whole_district else set()


def source(key: str) -> Source:
    """Return one source; a wrong key lists the right ones."""
    entries = declared_sources()
    if key not in entries and (mine := own.own_source(key)) is not None:
        return mine
    return _sound(_one("source", key, entries, "sources"))


def release(source_id: str) -> tuple[Source, Release]:
    """Return the source and release that a ``source_id`` such as ``ospi_discipline@2019`` names."""
    key, _, year = source_id.partition("@")
    entry = source(key)
    if not year.isdecimal() or int(year) not in entry.releases:
        raise CatalogError(
            f"source {key!r} has no release {year!r}",
            where=f"data/catalog/sources/{key}.yml",
            fix="use a declared release, or add a line under `releases:`",
            valid=[f"{key}@{known}" for known in entry.releases],
            meant=[f"{key}@{near}" for near in closest(year, map(str, entry.releases))],
        )
    return entry, entry.releases[int(year)]


def available_years() -> dict[str, set[int]]:
    """Return the years of each source whose releases are available."""
    years: dict[str, set[int]] = {}
    for path in observations_in(data_dir()).glob("*@*.parquet"):
        key, _, year = path.stem.partition("@")
        years.setdefault(key, set()).add(int(year))
    return years


def newest_published(code: str, up_to: int) -> str | None:
    """Return the newest release up to a year that holds an indicator and can be fetched, by its source id; or None.

    Examples
    --------
    >>> newest_published("graduated_4yr", 2016)
    'ospi_graduation@2016'
    """
    published = [
        (year, key)
        for key, entry in sources().items()
        if code in entry.indicators
        for year, known in entry.releases.items()
        if year <= up_to and known.dataset_id and not known.not_published
    ]
    if not published:
        return None
    year, key = max(published)
    return f"{key}@{year}"


def student_group(code: str, language: str | None = None) -> StudentGroup:
    """Return one student group by its code; codes are unique over all types."""
    kinds = group_types(language).values()
    for kind in kinds:
        if code in kind.groups:
            return kind.groups[code]
    groups = {name: group for kind in kinds for name, group in kind.groups.items()}
    return _one("student group", code, groups, "student_groups.yml")
