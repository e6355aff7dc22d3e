"""Build the reference data: schools from the state's directories, census tracts and outlines of places. No people.

Of each directory only codes, names, grades, kinds and coordinates are read: principals, addresses, e-mail and telephone
numbers stay where they are.

A ring is an array of points, the last the same as the first. Over a city degrees may be treated as a plane.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from sesec_analysis import catalog
from sesec_analysis.catalog import own
from sesec_analysis.catalog.entries import School, SchoolTime
from sesec_analysis.errors import FileError, QuestionError, closest
from sesec_analysis.loaders.raw import codes as raw_codes
from sesec_analysis.loaders.raw import store

__all__ = [
    "DIRECTORIES",
    "PINNED",
    "arc",
    "centroid",
    "contains",
    "directory",
    "first_entry",
    "has_boundaries",
    "has_directories",
    "outlines",
    "simplified",
    "southeast_tracts",
    "union",
    "write_directory",
    "write_outlines",
]


DIRECTORIES = {
    "directory/wa_public_schools_geo_6districts.csv": "OSPI school layer (geo.wa.gov)",
    "directory/Washington_School_Directory_20180617_6districts.csv": "OSPI directory, June 2018",
}
"""Raw files and what they are called as a source, the newest first."""

_PLAIN = ["SchoolCode", "SchoolName", "LowestGrade", "HighestGrade", "AYPCode", "GradeCategory"]
_POINT = ["Latitude", "Longitude"]
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
    """Tell whether a folder of raw files holds the directories at all."""
    return all((raw / file).is_file() for file in DIRECTORIES)


def first_entry(raw: Path, district: str) -> str:
    """Write the first entry of a community: its district and all its schools, to be cut down to those that are its own.

    Raises
    ------
    DataError
        If the directory names no school of the district; names the districts that it has.
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
            mend="give the state's code of a district that it has",
            known=[f"{code} {name}" for code, name in sorted(names.items())],
            meant=closest(district, {code: [name] for code, name in names.items()}),
        )
    whole = names[district]
    code, brief = own.slug(_brief(whole)), _brief(whole)
    mine = rows[rows["LEACode"] == district].sort_values("SchoolName")
    place = {"source": "The state's directory.", "district": district}
    rest = "Every other school row of the district, summed row by row."
    entry = {
        "name": f"Community in {brief}",
        "state": "Washington",
        "state_code": "WA",
        "author": f"Community in {brief}",
        "district": district,
        "district_name": brief,
        "neighbours": {key: _brief(name) for key, name in sorted(names.items()) if key != district},
        "places": {
            f"{code}_community": {
                "name": f"Community in {brief}",
                "phrase": f"the community in {brief}",
                "headline": True,
                "definition": "The schools listed here.",
                **place,
                "schools": dict(zip(mine["SchoolCode"], mine["SchoolName"], strict=True)),
            },
            f"rest_of_{code}": {
                "name": f"Rest of {brief}",
                "phrase": f"the rest of {brief}",
                "definition": rest,
                **place,
                "all_but": f"{code}_community",
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
        },
    }
    return _FIRST_LINES + "\n".join(_yaml(entry)) + "\n"


_FIRST_LINES = """\
# Written from the state's directory. Keep the schools of your community in the first list, and correct names and texts.

"""


def _brief(name: str) -> str:
    return re.sub(r" (School District|Public Schools)$", "", name)


def _yaml(entry: Mapping[str, object], indent: str = "") -> Iterator[str]:
    """Yield the lines of nested mappings, texts in quotation marks as JSON and YAML both read them."""
    for key, value in entry.items():
        named = f'"{key}"' if key.isdecimal() else key
        if isinstance(value, Mapping):
            yield f"{indent}{named}:"
            yield from _yaml(value, indent + "  ")
        else:
            yield f"{indent}{named}: {json.dumps(value, ensure_ascii=False)}"


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
    listed = [_listed(raw / file, source) for file, source in DIRECTORIES.items()]
    seen = _enrolled(tables)
    codes = {code for table in [*listed, seen[seen["students"] > 0]] for code in table["code"]}
    funded = _title_i(tables)
    rows = [
        _row(code, listed, seen, funded)
        for code in sorted(codes | set(seen["code"]) & set(catalog.school_notes()))
    ]
    return pd.DataFrame(rows, columns=list(School.model_fields))


def _listed(path: Path, source: str) -> pd.DataFrame:
    """Read the district's schools in one directory; points shared by several are an office's, not theirs."""
    points = [name for name in _POINT if name in store.header(path)]
    rows = store.read_csv(
        path, columns=[*_PLAIN, *points], keep={"LEACode": [catalog.community().district]}
    )
    _proven(path, rows, points)
    rows = rows.apply(lambda column: column.str.strip()).assign(
        code=raw_codes.clean_code(rows["SchoolCode"]).map(catalog.open_code), source=source
    )
    for name in _POINT:
        column = pd.to_numeric(rows[name]) if points else pd.Series(float("nan"), index=rows.index)
        rows[name] = column.round(5)
    rows.loc[rows.duplicated(_POINT, keep=False), _POINT] = float("nan")
    return rows


_BOX = {"Latitude": (47.0, 48.0), "Longitude": (-123.0, -121.5)}
"""Where Seattle's schools can lie."""
_STATE = {"Latitude": (45.5, 49.1), "Longitude": (-124.9, -116.9)}
"""Where schools of Washington can lie."""


def _proven(path: Path, rows: pd.DataFrame, points: list[str]) -> None:
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
                mend="check the file; download it again (a new kind or grade is added to loaders/reference.py)",
            )
    if rows.empty:
        raise FileError(
            f"the directory has no school of {catalog.community().district_name}",
            where=str(path),
            mend="check the file; download it again",
        )


def _strange_kind(kinds: pd.Series) -> pd.Series:
    """Tell which kinds cannot be; of another district than Seattle, a letter that we do not know is no kind."""
    return ~(kinds.isin(_KINDS) if catalog.is_first_community() else kinds.str.fullmatch("[A-Z]"))


def _enrolled(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
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


Point = tuple[float, float]


def contains(rings: Iterable[np.ndarray], point: Point) -> bool:
    """Tell whether a point lies inside an area, by how often a line from it crosses its rings.

    Examples
    --------
    >>> square = np.array([[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]], dtype="float64")
    >>> contains([square], (1, 1)), contains([square], (3, 1))
    (True, False)
    """
    x, y = point
    crossed = 0
    for ring in rings:
        (x1, y1), (x2, y2) = ring[:-1].T, ring[1:].T
        over = (y1 > y) != (y2 > y)
        at = x1[over] + (y - y1[over]) / (y2[over] - y1[over]) * (x2[over] - x1[over])
        crossed += int((x < at).sum())
    return crossed % 2 == 1


def centroid(rings: Iterable[np.ndarray]) -> Point:
    """Return the centre of gravity of an area; rings that run the other way are holes.

    Examples
    --------
    >>> centroid([np.array([[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]], dtype="float64")])
    (1.0, 1.0)
    """
    area, across, up = 0.0, 0.0, 0.0
    for ring in rings:
        x, y = ring.T
        cross = x[:-1] * y[1:] - x[1:] * y[:-1]
        area += cross.sum() / 2
        across += ((x[:-1] + x[1:]) * cross).sum() / 6
        up += ((y[:-1] + y[1:]) * cross).sum() / 6
    return float(across / area), float(up / area)


def union(rings: Iterable[np.ndarray], *, decimals: int = 6) -> list[np.ndarray]:
    """Join areas that share their borders point by point: every line that two of them run along falls out.

    Returns
    -------
    The rings of the outline, the longest first.

    Examples
    --------
    >>> left = np.array([[0, 0], [0, 1], [1, 1], [1, 0], [0, 0]], dtype="float64")
    >>> [outline] = union([left, left + [1, 0]])
    >>> len(outline) - 1, outline[:, 0].tolist()
    (6, [0.0, 0.0, 1.0, 2.0, 2.0, 1.0, 0.0])
    """
    lines: set[tuple[Point, Point]] = set()
    for ring in rings:
        points = [(float(x), float(y)) for x, y in np.round(ring, decimals)]
        for line in pairwise(points):
            if line[0] != line[1] and line[::-1] not in lines:
                lines.add(line)
            else:
                lines.discard(line[::-1])
    return sorted(_chained(lines), key=len, reverse=True)


def _chained(lines: Iterable[tuple[Point, Point]]) -> list[np.ndarray]:
    onward: dict[Point, list[Point]] = defaultdict(list)
    for start, end in sorted(lines):
        onward[start].append(end)
    rings = []
    while onward:
        ring = [next(iter(onward))]
        while ring[-1] in onward:
            ends = onward[ring[-1]]
            following = ends.pop()
            if not ends:
                del onward[ring[-1]]
            ring.append(following)
        rings.append(np.array(ring))
    return rings


def arc(ring: np.ndarray, start: Point, end: Point, *, eastern: bool) -> np.ndarray:
    """Return the way along a ring between the points of it nearest to two others, by the east or by the west.

    Examples
    --------
    >>> square = np.array([[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]], dtype="float64")
    >>> arc(square, (0, 2), (0, 0), eastern=True)[:, 0].tolist()
    [0.0, 2.0, 2.0, 0.0]
    """
    points = ring[:-1]
    first, last = (int(((points - at) ** 2).sum(axis=1).argmin()) for at in (start, end))
    turned = np.roll(points, -first, axis=0)
    length = (last - first) % len(points)
    ways = [turned[: length + 1], np.vstack([turned[:1], turned[: length - 1 : -1]])]
    return sorted(ways, key=lambda way: float(way[:, 0].mean()))[1 if eastern else 0]


def simplified(line: np.ndarray, tolerance: float) -> np.ndarray:
    """Leave out the points that lie within ``tolerance`` of the line without them (Douglas and Peucker 1973).

    Examples
    --------
    >>> simplified(np.array([[0, 0], [1, 0.01], [2, 0], [2, 2]], dtype="float64"), 0.1).tolist()
    [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0]]
    """
    keep = np.zeros(len(line), dtype=bool)
    keep[[0, -1]] = True
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        far, distance = _farthest(line[first : last + 1])
        if distance > tolerance:
            keep[first + far] = True
            spans += [(first, first + far), (first + far, last)]
    return np.asarray(line[keep])


def _farthest(points: np.ndarray) -> tuple[int, float]:
    """Return which point is farthest from the piece of line between the first and the last, and how far."""
    along, away = points[-1] - points[0], points - points[0]
    length = float(along @ along)
    part = np.clip(away @ along / length, 0.0, 1.0) if length > 0 else np.zeros(len(points))
    distances = np.hypot(*(away - part[:, None] * along).T)
    far = int(distances.argmax())
    return far, float(distances[far])


TRACTS = "geo/seattle_census_tracts_2010.geojson"
HIGH_SCHOOL_AREAS = "geo/sps_attendance_area_HS_2015-16.geojson"
PINNED = dict(
    zip(
        [*DIRECTORIES, TRACTS, HIGH_SCHOOL_AREAS],
        [
            "cf4f393f26b971a2a0cdab7aba57e74fe24efb8c82c1ae5ebb055f01a8cd7ad7",
            "118a988f439ef456096576ee9db4fb90e0eedbcf4ad0f51694841aa2bcc88b2f",
            "7d3ebbf10a18aa5f892407a493900d1d6281b40b10b35e01636625f71b7f2422",
            "0ab85975194bedae12e49f4670f18e0043f602f2f4c8b94e2c12f277755b00f1",
        ],
        strict=True,
    )
)
"""The sha256 of every file that reference tables are made of."""
_AREAS = ("Franklin", "Rainier Beach")
_I5 = np.array([[-122.320, 47.600], [-122.320, 47.556], [-122.308, 47.542], [-122.294, 47.524]])
"""The course of Interstate 5 from north to south, set by hand where tracts follow it (`tracts_rule` in places.yml)."""

# Where the outline leaves the tracts for the shore of the lake: at I-90, and at the city limit.
_NORTH, _SOUTH = (
    ((-122.2910, 47.5910), (-122.2835, 47.5900)),
    ((-122.2470, 47.5097), (-122.2340, 47.5097)),
)
_LAST_OF_CITY = 121  # King County's tracts 1 to 121 are Seattle's
_NAMES = {
    "Lake Washington": (-122.265, 47.583),
    "I-90": (-122.297, 47.594),
    "I-5": (-122.311, 47.536),
}
"""What a map of Southeast Seattle names round it, set by hand."""
_TOLERANCE = 0.0003  # degrees: 23 to 33 metres
_DECIMALS = 4


def has_boundaries(raw: Path) -> bool:
    """Tell whether a folder of raw files holds the boundaries at all."""
    return all((raw / file).is_file() for file in (TRACTS, HIGH_SCHOOL_AREAS))


def southeast_tracts(raw: Path) -> list[str]:
    """Return the census tracts of Southeast Seattle by the rule in places.yml.

    Their centroid lies in the attendance area of Franklin or Rainier Beach High School, and east of Interstate 5.
    """
    areas = _rings(raw / HIGH_SCHOOL_AREAS, "HS_ZONE")
    served = [ring for name in _AREAS for ring in areas[name]]
    centres = {code: centroid(rings) for code, rings in _tracts(raw).items()}
    return sorted(
        code for code, centre in centres.items() if contains(served, centre) and _east_of_i5(centre)
    )


def _tracts(raw: Path) -> dict[str, list[np.ndarray]]:
    areas = _rings(raw / TRACTS, "geoid")
    return {name.removeprefix("14000US"): rings for name, rings in areas.items()}


def _in_city(tract: str) -> bool:
    return int(tract[5:9]) <= _LAST_OF_CITY


def _east_of_i5(point: Point) -> bool:
    longitude, latitude = point
    return bool(longitude > np.interp(latitude, _I5[::-1, 1], _I5[::-1, 0]))


def _rings(path: Path, name: str) -> dict[str, list[np.ndarray]]:
    """Read the rings of each area of a GeoJSON file by one of its properties."""
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        named = [(str(feature["properties"][name]), feature["geometry"]) for feature in features]
    except (OSError, ValueError, KeyError, TypeError) as failure:
        raise FileError(
            f"the boundaries cannot be read: {failure!r}",
            where=str(path),
            mend=f"check the file: GeoJSON whose areas each have a property {name}; download it again",
        ) from failure
    return {
        code: [
            np.array(ring, dtype="float64")[:, :2]
            for polygon in (
                shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
            )
            for ring in polygon
        ]
        for code, shape in named
    }


def outlines(raw: Path) -> dict[str, dict[str, object]]:
    """Make the outlines of `entries.Outline`: the city with its water, its land, and Southeast Seattle.

    Southeast Seattle is bounded as its census tracts are, and by the shore, which the attendance areas follow.

    Raises
    ------
    DataError
        If a file of boundaries is missing or not what it should be.
    """
    areas, tracts = _rings(raw / HIGH_SCHOOL_AREAS, "HS_ZONE"), _tracts(raw)
    [land, *_] = union([ring for rings in areas.values() for ring in rings])
    [city, *_] = union([ring for code, rings in tracts.items() if _in_city(code) for ring in rings])
    [inner, *_] = union([ring for code in southeast_tracts(raw) for ring in tracts[code]])
    [served, *_] = union([ring for name in _AREAS for ring in areas[name]])
    border = arc(inner, _NORTH[0], _SOUTH[0], eastern=False)
    shore = arc(served, _SOUTH[1], _NORTH[1], eastern=True)
    place = np.vstack([border, shore, border[:1]])
    census = "United States Census Bureau, census tracts of 2010"
    schools = "Seattle Public Schools, high-school attendance areas of 2015-16"
    return {
        "water": _outline(city, census),
        "land": _outline(land, schools),
        "southeast_seattle": _outline(place, f"{census}; {schools}") | {"names": _NAMES},
    }


def _outline(ring: np.ndarray, source: str) -> dict[str, object]:
    points = np.round(simplified(ring, _TOLERANCE), _DECIMALS)
    return {"source": source, "ring": points.tolist()}


def write_outlines(raw: Path, path: Path) -> None:
    """Write the outlines as JSON, one to a line."""
    lines = [f"{json.dumps(name)}: {json.dumps(rings)}" for name, rings in outlines(raw).items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
