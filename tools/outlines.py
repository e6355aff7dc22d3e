# /// script
# requires-python = ">=3.11"
# dependencies = ["shapely>=2,<3", "numpy"]
# ///
"""Make data/reference/outlines.json and list the census tracts of Southeast Seattle. Run once; its result is committed.

    uv run tools/outlines.py RAW_FOLDER data/reference/outlines.json

Over a city, degrees are treated as a plane. The census tracts are printed; they stand in data/catalog/places.yml.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import LineString, shape
from shapely.geometry.base import BaseGeometry

TRACTS = "geo/seattle_census_tracts_2010.geojson"
AREAS = "geo/sps_attendance_area_HS_2015-16.geojson"
SHA256 = {
    TRACTS: "7d3ebbf10a18aa5f892407a493900d1d6281b40b10b35e01636625f71b7f2422",
    AREAS: "0ab85975194bedae12e49f4670f18e0043f602f2f4c8b94e2c12f277755b00f1",
}
SERVED = ("Franklin", "Rainier Beach")
I5 = np.array([[-122.320, 47.600], [-122.320, 47.556], [-122.308, 47.542], [-122.294, 47.524]])
"""The course of Interstate 5 from north to south, set by hand where tracts follow it (`tracts_rule` in places.yml)."""
NORTH, SOUTH = (
    ((-122.2910, 47.5910), (-122.2835, 47.5900)),
    ((-122.2470, 47.5097), (-122.2340, 47.5097)),
)
"""Where the outline leaves the tracts for the shore of the lake: at I-90, and at the city limit."""
NAMES = {
    "Lake Washington": (-122.265, 47.583),
    "I-90": (-122.297, 47.594),
    "I-5": (-122.311, 47.536),
}
"""What a map of Southeast Seattle names around it, set by hand."""
LAST_OF_CITY = 121  # King County's tracts 1 to 121 are Seattle's
TOLERANCE = 0.0003  # degrees: 23 to 33 meters
CENSUS = "United States Census Bureau, census tracts of 2010"
SCHOOLS = "Seattle Public Schools, high-school attendance areas of 2015-16"


def read(raw: Path, file: str, name: str) -> dict[str, BaseGeometry]:
    """Return the areas of a GeoJSON file by one of their properties."""
    content = (raw / file).read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256[file]:
        sys.exit(f"{raw / file} is another file than the outlines were made of")
    areas = {
        str(feature["properties"][name]): shape(feature["geometry"])
        for feature in json.loads(content)["features"]
    }
    return {code: shapely.set_precision(area, 1e-6) for code, area in areas.items()}


def in_southeast(tract: BaseGeometry, served: BaseGeometry) -> bool:
    """Return whether a tract's centroid is in the attendance areas and east of Interstate 5."""
    center = tract.centroid
    longitude = np.interp(center.y, I5[::-1, 1], I5[::-1, 0])
    return bool(served.contains(center) and center.x > longitude)


def exterior(areas: list[BaseGeometry]) -> np.ndarray:
    """Return the outer ring of the largest part of a union, clockwise, from its westernmost point."""
    union = shapely.unary_union(areas)
    largest = max(shapely.get_parts(union), key=lambda part: part.area)
    ring = np.array(shapely.geometry.polygon.orient(largest, -1).exterior.coords)[:-1]
    first = np.lexsort(ring.T[::-1])[0]
    ring = np.roll(ring, -first, axis=0)
    return np.vstack([ring, ring[:1]])


def arc(
    ring: np.ndarray, start: tuple[float, float], end: tuple[float, float], *, eastern: bool
) -> np.ndarray:
    """Return the way along a ring between the points of it nearest to two others, by the east or by the west."""
    points = ring[:-1]
    first, last = (int(((points - at) ** 2).sum(axis=1).argmin()) for at in (start, end))
    turned = np.roll(points, -first, axis=0)
    length = (last - first) % len(points)
    ways = [turned[: length + 1], np.vstack([turned[:1], turned[: length - 1 : -1]])]
    return sorted(ways, key=lambda way: float(way[:, 0].mean()))[1 if eastern else 0]


def outline(ring: np.ndarray, source: str) -> dict[str, object]:
    """Return a ring of few points, which lie within `TOLERANCE` of the line."""
    line = LineString(ring).simplify(TOLERANCE, preserve_topology=False)
    return {"source": source, "ring": np.round(line.coords, 4).tolist()}


def main(raw: Path, path: Path) -> None:
    """Write the outlines as JSON, one to a line."""
    areas = read(raw, AREAS, "HS_ZONE")
    tracts = {
        name.removeprefix("14000US"): area for name, area in read(raw, TRACTS, "geoid").items()
    }
    served = [areas[name] for name in SERVED]
    chosen = sorted(
        code for code, tract in tracts.items() if in_southeast(tract, shapely.unary_union(served))
    )
    print("census tracts of Southeast Seattle:", ", ".join(chosen))  # noqa: T201 (a script)
    border = arc(exterior([tracts[code] for code in chosen]), NORTH[0], SOUTH[0], eastern=False)
    shore = arc(exterior(served), SOUTH[1], NORTH[1], eastern=True)
    place = np.vstack([border, shore, border[:1]])
    city = [tract for code, tract in tracts.items() if int(code[5:9]) <= LAST_OF_CITY]
    outlines = {
        "water": outline(exterior(city), CENSUS),
        "land": outline(exterior(list(areas.values())), SCHOOLS),
        "southeast_seattle": outline(place, f"{CENSUS}; {SCHOOLS}") | {"names": NAMES},
    }
    lines = [f"{json.dumps(name)}: {json.dumps(rings)}" for name, rings in outlines.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
