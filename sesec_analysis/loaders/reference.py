"""Build the list of schools from the state's directories. No people.

Of each directory only codes, names, grades, kinds, coordinates, and ZIP codes are kept: principals, street addresses,
e-mail and telephone numbers stay where they are.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import pandas as pd
import yaml

from sesec_analysis import catalog
from sesec_analysis.catalog import own
from sesec_analysis.catalog.entries import School, SchoolTime
from sesec_analysis.errors import FileError, QuestionError, closest
from sesec_analysis.loaders.raw import codes as raw_codes
from sesec_analysis.loaders.raw import store

__all__ = [
    "DIRECTORIES",
    "PINNED",
    "directory",
    "first_entry",
    "has_directories",
    "write_directory",
]


DIRECTORIES = {
    "directory/wa_public_schools_geo_6districts.csv": "OSPI school layer (geo.wa.gov)",
    "directory/Washington_School_Directory_20180617_6districts.csv": "OSPI directory, June 2018",
}
"""Raw files and what they are called as a source, the newest first."""
PINNED = dict(
    zip(
        DIRECTORIES,
        [
            "cf4f393f26b971a2a0cdab7aba57e74fe24efb8c82c1ae5ebb055f01a8cd7ad7",
            "118a988f439ef456096576ee9db4fb90e0eedbcf4ad0f51694841aa2bcc88b2f",
        ],
        strict=True,
    )
)
"""The sha256 of every file that the list of schools is made of."""

_PLAIN = ["SchoolCode", "SchoolName", "LowestGrade", "HighestGrade", "AYPCode", "GradeCategory"]
_POINT = ["Latitude", "Longitude"]
_ADDRESSES = ["PhysicalAddress"], ["AddressLine1", "ZipCode"]
"""Columns of an address in either directory, the last of which ends with the ZIP code."""
_ZIP = r"\b([0-9]{5})(?:-[0-9]{4})?$"
_KINDS = {
    "P": "regular",
    "A": "alternative",
    "S": "special_education",
    "R": "reengagement",
    "V": "skills_center",
    "J": "detention",
}
_GRADES = {
    "PK",
    "K",
    "KG",
    "K1",
    "K2",
    *map(str, range(1, 14)),  # 13: programs that students stay in until they are 21
    *(f"0{grade}" for grade in range(1, 10)),
    "",
}
_LEVELS = {"Elementary School": "elementary", "Middle School": "middle", "High School": "high"}
_CLOSED = re.compile(r" \(Closed after [^)]*\)$")
"""What the state adds to a name once the code is closed: of one that goes on under another code, it is not true."""
_ENROLLMENT = "our enrollment tables"


def has_directories(raw: Path) -> bool:
    """Return whether a folder of raw files holds the directories at all."""
    return all((raw / file).is_file() for file in DIRECTORIES)


def first_entry(
    raw: Path, district: str, *, title: str | None = None, author: str | None = None
) -> str:
    """Write the first entry of a community: its district and all its schools, to be cut down to those that are its own.

    Parameters
    ----------
    raw
        The folder of raw files, with the directories.
    district
        The state's code of the district.
    title, author
        The community's name, and whose its reports are; by default "Community in" and the district's name, and the
        title.

    Raises
    ------
    DataError
        If the directory names no school of the district; names the districts that it has. If the title is the name of
        the district or of the state, which are other places.
    """
    path = raw / next(file for file in reversed(DIRECTORIES))
    rows = store.read_csv(path, columns=["LEACode", "LEAName", "SchoolCode", "SchoolName"])
    rows = rows.apply(lambda column: column.str.strip())
    rows["LEACode"] = raw_codes.clean_code(rows["LEACode"])
    rows["SchoolCode"] = raw_codes.clean_code(rows["SchoolCode"])
    names = dict(zip(rows["LEACode"], rows["LEAName"], strict=True))
    if district not in names:
        raise QuestionError(
            f"the directory has no district {district!r}",
            where=str(path),
            fix="give the state's code of a district that it has",
            valid=[f"{code} {name}" for code, name in sorted(names.items())],
            meant=closest(district, {code: [name] for code, name in names.items()}),
        )
    whole = names[district]
    brief = _brief(whole)
    mine = rows[rows["LEACode"] == district].sort_values("SchoolName")
    entry = {
        "name": title or f"Community in {brief}",
        "state": "Washington",
        "state_code": "WA",
        "author": author or title or f"Community in {brief}",
        "district": district,
        "district_name": brief,
        "neighbours": {key: _brief(name) for key, name in sorted(names.items()) if key != district},
        "places": _first_places(
            title, whole, district, dict(zip(mine["SchoolCode"], mine["SchoolName"], strict=True))
        ),
    }
    return _FIRST_LINES + yaml.safe_dump(entry, sort_keys=False, allow_unicode=True, width=1000)


def _first_places(
    title: str | None, whole: str, district: str, schools: Mapping[str, str]
) -> dict[str, object]:
    """Return the places of a first entry: the community, the rest of its district, the district, the state."""
    brief, code = _brief(whole), own.slug(_brief(whole))
    community = own.slug(title) if title else f"{code}_community"
    phrase = title or f"the community in {brief}"
    if community in (code, f"rest_of_{code}", "washington"):
        raise QuestionError(
            f"{title!r} is the name of another place of the community's file",
            fix="give the community a name of its own with --title",
        )
    place = {"source": "The state's directory.", "district": district}
    return {
        community: {
            "name": title or f"Community in {brief}",
            "phrase": phrase,
            # Headlines have at most ten words.
            "brief": phrase if len(phrase.split()) <= 2 else "the community",
            "headline": True,
            "definition": "The schools listed here.",
            **place,
            "schools": schools,
        },
        f"rest_of_{code}": {
            "name": f"Rest of {brief}",
            "phrase": f"the rest of {brief}",
            "brief": "the rest",
            "definition": "Every other school row of the district, summed row by row.",
            **place,
            "all_but": community,
        },
        code: {
            "name": whole,
            "phrase": whole,
            "definition": "All schools of the district; its own row where a file has one.",
            **place,
            "whole_district": True,
        },
        "washington": {
            "name": "Washington",
            "phrase": "Washington",
            "definition": "All public schools of the state, by the publisher's own state row.",
            "source": "Office of Superintendent of Public Instruction.",
            "whole_state": True,
        },
    }


_FIRST_LINES = """\
# Written from the state's directory. Keep the schools of your community in the first list, and correct names and texts.

"""


def _brief(name: str) -> str:
    return re.sub(r" (School District|Public Schools)$", "", name)


def directory(raw: Path, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Put the directories and the enrollment tables together.

    Parameters
    ----------
    raw
        The folder of raw files.
    tables
        OBSERVATIONS by source id, as `build` makes them.

    Returns
    -------
    One row per code, with the columns of `entries.School`: every school or program that a directory names, that our
    enrollment tables show with students, or that data/catalog/school_notes.yml tells of.

    Raises
    ------
    DataError
        If a directory is missing, damaged or without one of its columns.
    """
    listed = [_read_directory(raw / file, source) for file, source in DIRECTORIES.items()]
    seen = _enrolled_schools(tables)
    codes = {code for table in [*listed, seen[seen["students"] > 0]] for code in table["code"]}
    funded = _title_i(tables)
    rows = [
        _row(code, listed, seen, funded)
        for code in sorted(codes | set(seen["code"]) & set(catalog.school_notes()))
    ]
    return pd.DataFrame(rows, columns=list(School.model_fields))


def _read_directory(path: Path, source: str) -> pd.DataFrame:
    """Read the district's schools in one directory; points and addresses shared by several are an office's."""
    header = store.header(path)
    points = [name for name in _POINT if name in header]
    address = _ADDRESSES["PhysicalAddress" not in header]
    rows = store.read_csv(
        path, columns=[*_PLAIN, *points, *address], keep={"LEACode": [catalog.community().district]}
    )
    _check_directory(path, rows, points)
    rows = rows.apply(lambda column: column.str.strip()).assign(
        code=raw_codes.clean_code(rows["SchoolCode"]).map(catalog.open_code), source=source
    )
    for name in _POINT:
        column = pd.to_numeric(rows[name]) if points else pd.Series(float("nan"), index=rows.index)
        rows[name] = column.round(5)
    rows["ZipCode"] = rows[address[-1]].str.extract(_ZIP, expand=False)
    rows.loc[rows.duplicated(_POINT if points else address, keep=False), [*_POINT, "ZipCode"]] = (
        None
    )
    return rows.drop(columns=[name for name in address if name != "ZipCode"])


_BOX = {"Latitude": (47.0, 48.0), "Longitude": (-123.0, -121.5)}
"""Where Seattle's schools can lie."""
_STATE = {"Latitude": (45.5, 49.1), "Longitude": (-124.9, -116.9)}
"""Where schools of Washington can lie."""


def _check_directory(path: Path, rows: pd.DataFrame, points: list[str]) -> None:
    """Refuse a directory with codes twice or of other digits, kinds that are not known, or schools too far away."""
    codes = raw_codes.clean_code(rows["SchoolCode"])
    faults = {
        "SchoolCode": ~codes.str.fullmatch("[0-9]{4}") | codes.duplicated(keep=False),
        "SchoolName": rows["SchoolName"].str.strip() == "",
        "AYPCode": _strange_kind(rows["AYPCode"].str.strip()),
        "LowestGrade": ~rows["LowestGrade"].str.strip().isin(_GRADES),
        "HighestGrade": ~rows["HighestGrade"].str.strip().isin(_GRADES),
    }
    box = _BOX if catalog.is_first_community() else _STATE
    for name in points:
        low, high = box[name]
        numbers = pd.to_numeric(rows[name], errors="coerce")
        faults[name] = (rows[name].str.strip() != "") & ~numbers.between(low, high)
    for name, strange in faults.items():
        if strange.any():
            words = ", ".join(sorted(set(rows.loc[strange, name].map(repr)))[:5])
            raise FileError(
                f"{int(strange.sum())} row(s) of the directory have a {name} that cannot be: {words}",
                where=f"{path}, column {name}, the first: {rows.loc[strange, 'SchoolName'].iloc[0]}",
                fix="check the file; download it again (a new kind or grade is added to loaders/reference.py)",
            )
    if rows.empty:
        raise FileError(
            f"the directory has no school of {catalog.community().district_name}",
            where=str(path),
            fix="check the file; download it again",
        )


def _strange_kind(kinds: pd.Series) -> pd.Series:
    """Tell which kinds cannot be; of another district than Seattle, a letter that we do not know is no kind."""
    return ~(kinds.isin(_KINDS) if catalog.is_first_community() else kinds.str.fullmatch("[A-Z]"))


def _enrolled_schools(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every school and year of the enrollment tables: its name there and its students, the newest first."""
    rows = pd.concat([table[table["indicator"] == "enrollment"] for table in tables.values()])
    whole = (rows["grade_level"] == "all") & (rows["student_group"] == "all")
    rows = rows[whole & (rows["organization_level"] == "school")].rename(
        columns={"organization_id": "code", "organization_name": "SchoolName"}
    )
    rows = rows.assign(students=rows["denominator_high"].astype("int64"))
    return rows.sort_values("end_year", ascending=False)


def _title_i(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    rows = [table[table["indicator"] == "title_i_school"] for table in tables.values()]
    funded = pd.concat(rows).query("numerator == 1").sort_values("end_year")
    schools = funded["end_year"].astype("str").groupby(funded["organization_id"])
    return {str(code): "; ".join(years) for code, years in schools}


def _row(
    code: str, listed: list[pd.DataFrame], seen: pd.DataFrame, funded: Mapping[str, str]
) -> dict[str, object]:
    enrolled = seen[seen["code"] == code]
    entries = pd.concat([table[table["code"] == code] for table in listed])
    times = catalog.school_identities().get(code, [])
    names = [
        _CLOSED.sub("", name.removesuffix(" - Seattle"))
        for name in [
            *enrolled["SchoolName"],
            *entries["SchoolName"],
            *(time.name for time in reversed(times)),
        ]
    ]
    spelled = {_bare(name): name for name in reversed(names)}
    years = enrolled.loc[enrolled["students"] > 0, "end_year"]
    sources = [*entries["source"], *([_ENROLLMENT] if len(enrolled) else [])]
    first = entries.iloc[0] if len(entries) else pd.Series(dtype="object")
    return {
        "code": code,
        "name": names[0],
        "short_name": catalog.school_names().get(code, names)[0],
        "earlier_names": "; ".join(name for key, name in spelled.items() if key != _bare(names[0])),
        "level": _level(first),
        "lowest_grade": first.get("LowestGrade", ""),
        "highest_grade": first.get("HighestGrade", ""),
        "kind": _KINDS.get(first["AYPCode"], "") if len(first) else "",
        "latitude": first.get("Latitude"),
        "longitude": first.get("Longitude"),
        "zip_code": first.get("ZipCode"),
        "first_year": years.min() if len(years) else None,
        "last_year": years.max() if len(years) else None,
        "title_i_years": funded.get(code, ""),
        "note": " ".join(filter(None, [*_changes(times), catalog.school_notes().get(code)])),
        "source": "; ".join(sources),
    }


def _changes(times: list[SchoolTime]) -> Iterator[str]:
    """Say which other names and codes a school has had, and until when."""
    for earlier, later in pairwise(times):
        if earlier.name != later.name and earlier.code == later.code:
            yield f"{earlier.name} until {earlier.last_year}; it became {later.name} under the same code."
        elif earlier.code != times[-1].code:
            yield f"Had code {earlier.code} from {earlier.first_year} to {earlier.last_year}."


def _level(listed: pd.Series) -> str:
    if listed.empty:
        return ""
    if listed["HighestGrade"] == "8" and listed["LowestGrade"] in ("PK", "K", "1"):
        return "k8"
    return _LEVELS.get(listed["GradeCategory"], "other")


def _bare(name: str) -> str:
    return raw_codes.bare_name(name).removesuffix("school")


def write_directory(raw: Path, tables: Mapping[str, pd.DataFrame], path: Path) -> int:
    """Write the directory as CSV; return how many rows it has."""
    rows = directory(raw, tables)
    whole = dict.fromkeys(("first_year", "last_year"), "Int64")
    rows.astype(whole).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    return len(rows)
