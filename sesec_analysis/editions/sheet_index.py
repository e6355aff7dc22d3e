"""List the schools that have a fact sheet, and render the page that links to them.

The findings of all sheets are in one file beside it, each once, so that a number of a sheet can be looked up and cited
like that of any edition.
"""

import re
import shutil
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import partial
from itertools import groupby
from pathlib import Path

from sesec_analysis import catalog, files, stamp
from sesec_analysis.catalog.entries import School
from sesec_analysis.editions import built_editions
from sesec_analysis.editions.documents import formats, model, output, provenance
from sesec_analysis.editions.documents.model import Block, FigureBlock, Heading, Node, Prose
from sesec_analysis.editions.documents.notebook import Document, Section, shown_blocks
from sesec_analysis.editions.documents.sections import certificate
from sesec_analysis.editions.guard import Certify
from sesec_analysis.errors import DataError
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.row import Record
from sesec_analysis.i18n import mark, translate

__all__ = ["SheetSchool", "find", "known_names", "line_of", "list_schools", "write"]


_SERVICES = ("special_education", "detention")
"""Kinds that are no school of their own: a service counts their students, and few of their numbers are shown."""


@dataclass(frozen=True)
class SheetSchool:
    """A school that has a sheet; ``headline`` is true of the schools that are listed first."""

    code: str
    name: str
    level: str
    grades: str
    headline: bool

    @property
    def folder(self) -> str:
        """The name of the folder of its sheet: its code, and its name in letters that any path may have."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode()
        return f"{self.code}-{re.sub(r'[^a-z0-9]+', '-', plain.lower()).strip('-')}"


def list_schools() -> list[SheetSchool]:
    """Return the schools that `--all` makes a sheet of: those of the headline places, then all others, by name.

    These are the schools of the directory that our enrollment tables show with students, but no services.

    Examples
    --------
    >>> schools = list_schools()
    >>> len(schools), schools[0].name, schools[0].folder
    (106, 'Aki Kurose Middle School', '3774-aki-kurose-middle-school')
    """
    return sorted(
        (
            _sheet_school(entry)
            for entry in catalog.schools().values()
            if entry.first_year is not None and entry.level and entry.kind not in _SERVICES
        ),
        key=lambda school: (not school.headline, school.name, school.code),
    )


def known_names() -> dict[str, str]:
    """Return every name that `find` takes, and the code it means; of a name that two schools have, none."""
    names: dict[str, set[str]] = {}
    for code, entry in catalog.schools().items():
        for name in (code, entry.name, entry.short_name, *entry.earlier_names.split("; ")):
            if name:
                names.setdefault(_plain_text(name), set()).add(code)
    for code, times in catalog.school_identities().items():
        if code in catalog.schools():
            for name in {text for time in times for text in (time.code, time.name)}:
                names.setdefault(_plain_text(name), set()).add(code)
    for number, code in catalog.organization_ids()["schools"].items():
        if (open_code := catalog.open_code(code)) in catalog.schools():
            names.setdefault(number, set()).add(open_code)
    return {name: codes.pop() for name, codes in names.items() if len(codes) == 1}


def find(text: str) -> SheetSchool:
    """Return the school that a code, the state's id or a name means.

    Parameters
    ----------
    text
        As typed: capitals, accents, hyphens and apostrophes do not count. Of a name its beginning will do, or parts of
        it, or its initials, if no other school has them; a school that is in a directory of today goes first.

    Raises
    ------
    DataError
        If no school or more than one is meant, with the nearest names; or if we have no numbers of it.

    Examples
    --------
    >>> find("2120").name, find("van asselt elementary school").code, find("Rainier Be").code
    ('Rising Star Elementary School', '2120', '3327')
    >>> find("World School").code, find("orca k8").code, find("MLK").code
    ('1596', '4065', '2089')
    """
    schools, names, wanted = catalog.schools(), known_names(), _plain_text(text)
    begun = {code: None for name, code in names.items() if wanted and name.startswith(wanted)}
    with_it = {
        code: None for name, code in names.items() if wanted and _name_contains(name, wanted)
    }
    found = [names[wanted]] if wanted in names else list(begun or with_it)
    if len(one := [code for code in found if schools[code].kind] or found) == 1:
        return _sheet_school(_with_students(schools[one[0]]))
    near = found or [names[name] for name in get_close_matches(wanted, names, n=5, cutoff=0.4)]
    has = f"{len(found)} schools have {text!r} in their name"
    raise DataError(
        has if found else f"no school is called {text!r}",
        where="data/reference/schools.csv",
        fix="give the state's code of a school, or its name; did you mean one of these?",
        valid=[f"{code} {schools[code].name}" for code in dict.fromkeys(near)],
    )


def _with_students(entry: School) -> School:
    if entry.first_year is None:
        raise DataError(
            f"{entry.name} has no fact sheet: no enrollment table that we have shows it with students",
            where=f"data/reference/schools.csv, {entry.code}",
            fix=f"name another school. {entry.note}".strip(),
        )
    return entry


def _sheet_school(entry: School) -> SheetSchool:
    places = [place for place in catalog.places().values() if place.headline]
    return SheetSchool(
        entry.code,
        entry.name,
        entry.level or "other",
        "–".join(dict.fromkeys((entry.lowest_grade, entry.highest_grade))),
        any(entry.code in place.schools for place in places),
    )


def _plain_text(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.lower())
    return " ".join("".join(one for one in letters if one.isalnum() or one.isspace()).split())


def _name_contains(name: str, wanted: str) -> bool:
    """Return whether every word that is looked for is in a name, or among its initials, as in the page's search."""
    initials = "".join(word[0] for word in name.split())
    return all(word in name or word in initials for word in wanted.split())


_LEVELS = {
    "elementary": mark("Elementary schools"),
    "k8": mark("K-8 schools"),
    "middle": mark("Middle schools"),
    "high": mark("High schools"),
    "other": mark("Other schools and programs"),
}
_LEAD = mark(
    "A sheet for each public school of Seattle: who its students are, how they do, what they say of their school, and "
    "what it is given, compared with its part of the city and the district. The sheets rank nobody: schools serve "
    "different students."
)


def write(
    shelf: Path,
    edition: provenance.BuildInfo,
    *,
    beside: Sequence[Path] = (),
    certify: Certify | None = None,
    confirmed: Collection[Path] = (),
) -> Path:
    """Write the page that links to all sheets of a folder, and return its path.

    Parameters
    ----------
    shelf
        The folder that holds a folder for each sheet.
    edition
        What the sheets are made from; their sources are put in here.
    beside
        Folders that readers hold with the sheets: the report of their year.
    certify
        Attacks all of them together, if the page is not up to date; refuses those that give withheld numbers back, and
        the page is not written.
    confirmed
        The sheets whose forms were just made of their files.
    """
    made = [school for school in list_schools() if (shelf / school.folder / "run.json").is_file()]
    sheets = [shelf / school.folder for school in made]
    audited = [] if certify is None else [*sheets, *beside]
    made_from = _made_from(sheets, audited, edition)
    if stamp.is_current(shelf, made_from):
        return shelf / "index.html"
    records = _records(shelf, made, edition)
    document = Document(edition.title, _lead(), _sections(made), records, layout="shelf")
    outcome = certify(sheets, beside, confirmed) if certify else None
    if outcome:
        document = certificate.with_certificate(document, outcome)
    about = replace(edition, sources=provenance.sources(records))
    with files.folder_beside(shelf / "index.html") as fresh:
        if outcome:
            output.write_json(outcome, fresh / "disclosure_audit.json")
        formats.write(document, about, fresh)
        _put_in_place(fresh, shelf)
    stamp.keep(shelf, made_from)
    return shelf / "index.html"


def _made_from(
    sheets: Sequence[Path], audited: Sequence[Path], edition: provenance.BuildInfo
) -> str:
    """Return the fingerprint of what the page is made from: the sheets as they are, and its own words."""
    values = {"sheets": _runs(sheets), "audited": _runs(audited), "version": edition.version}
    return stamp.with_values(edition.title, values)


def _runs(folders: Sequence[Path]) -> list[tuple[str, str]]:
    return [(folder.name, (folder / "run.json").read_text("utf-8")) for folder in folders]


def _put_in_place(fresh: Path, shelf: Path) -> None:
    """Move the files of the page among the sheets; run.json, which marks them complete, comes last."""
    shutil.rmtree(shelf / "figures", ignore_errors=True)
    for path in sorted(fresh.iterdir(), key=lambda path: (path.name == "run.json", path.name)):
        path.replace(shelf / path.name)


def _records(
    shelf: Path, made: Sequence[SheetSchool], edition: provenance.BuildInfo
) -> tuple[Record, ...]:
    """Return the findings of all sheets, each once, cited as of this collection."""
    records: dict[str, Record] = {}
    for school in made:
        for record in built_editions.read_findings(shelf / school.folder):
            records.setdefault(str(record["id"]), record)
    cite = partial(
        citation.cite,
        edition=edition.title,
        published=edition.published,
        licence=edition.licence,
        site_url=edition.site_url,
    )
    return tuple(
        {
            **records[key],
            "cite_apa": cite(records[key], "apa"),
        }
        for key in sorted(records)
    )


def _lead() -> tuple[Block, ...]:
    from sesec_analysis.figures.map import plot_map

    data, _ = plot_map()._repr_mimebundle_()
    cell = {
        "metadata": {"tags": ["figure-map"]},
        "outputs": [{"output_type": "display_data", "data": data}],
    }
    pictures = shown_blocks(cell, where="the map of the fact sheets")
    figures = (
        replace(picture, number=1) for picture in pictures if isinstance(picture, FigureBlock)
    )
    return model.paragraph(translate(_LEAD)), *figures


def _sections(made: Sequence[SheetSchool]) -> tuple[Section, ...]:
    headline = next(place.name for place in catalog.places().values() if place.headline)
    parts = {headline: [school for school in made if school.headline]}
    parts[translate("Elsewhere in Seattle")] = [school for school in made if not school.headline]
    return tuple(
        Section(Heading(2, name, f"schools-{at}"), tuple(_lists(schools, at)))
        for at, (name, schools) in enumerate(parts.items(), 1)
        if schools
    )


def _lists(schools: Sequence[SheetSchool], part: int) -> Iterator[Block]:
    order = list(_LEVELS)
    by_level = sorted(schools, key=lambda school: order.index(school.level))
    for level, group in groupby(by_level, key=lambda school: school.level):
        yield Heading(3, translate(_LEVELS[level]), f"schools-{part}-{level}")
        yield _links(list(group))


def line_of(school: SheetSchool) -> str:
    """Return the name of a school, its grades, and its earlier names."""
    line = school.name + translate(", grades {grades}", grades=school.grades)
    if before := catalog.schools()[school.code].earlier_names:
        line += translate(" (earlier: {names})", names=before.replace("; ", ", "))
    return line


def _links(schools: Sequence[SheetSchool]) -> Prose:
    """Return a list of links to sheets, with the grades and earlier names of each school."""
    items = []
    for school in schools:
        url, told = f"{school.folder}/index.html", line_of(school).removeprefix(school.name)
        link = Node("link", children=(Node("text", school.name),), url=url)
        line = Node("paragraph", children=(link, Node("text", told)))
        items.append(Node("item", children=(line,)))
    return Prose((Node("list", children=tuple(items)),))
