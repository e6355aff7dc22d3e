"""Boundaries as published in; the census tracts of Southeast Seattle and a few small outlines for maps out."""

import json
from pathlib import Path

import numpy as np

from sesec_analysis.errors import DataError
from sesec_analysis.loaders import shapes

__all__ = ["has_boundaries", "outlines", "southeast_tracts", "write_outlines"]

TRACTS = "geo/seattle_census_tracts_2010.geojson"
HIGH_SCHOOL_AREAS = "geo/sps_attendance_area_HS_2015-16.geojson"
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
    centres = {code: shapes.centroid(rings) for code, rings in _tracts(raw).items()}
    return sorted(
        code
        for code, centre in centres.items()
        if shapes.contains(served, centre) and _east_of_i5(centre)
    )


def _tracts(raw: Path) -> dict[str, list[np.ndarray]]:
    found = _rings(raw / TRACTS, "geoid")
    return {name.removeprefix("14000US"): rings for name, rings in found.items()}


def _in_city(tract: str) -> bool:
    return int(tract[5:9]) <= _LAST_OF_CITY


def _east_of_i5(point: shapes.Point) -> bool:
    longitude, latitude = point
    return bool(longitude > np.interp(latitude, _I5[::-1, 1], _I5[::-1, 0]))


def _rings(path: Path, name: str) -> dict[str, list[np.ndarray]]:
    """Read the rings of each area of a GeoJSON file by one of its properties."""
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        named = [(str(one["properties"][name]), one["geometry"]) for one in features]
    except (OSError, ValueError, KeyError, TypeError) as failure:
        raise DataError(
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
    [land, *_] = shapes.union([ring for rings in areas.values() for ring in rings])
    [city, *_] = shapes.union(
        [ring for code, rings in tracts.items() if _in_city(code) for ring in rings]
    )
    [inner, *_] = shapes.union([ring for code in southeast_tracts(raw) for ring in tracts[code]])
    [served, *_] = shapes.union([ring for name in _AREAS for ring in areas[name]])
    border = shapes.arc(inner, _NORTH[0], _SOUTH[0], eastern=False)
    shore = shapes.arc(served, _SOUTH[1], _NORTH[1], eastern=True)
    place = np.vstack([border, shore, border[:1]])
    census = "United States Census Bureau, census tracts of 2010"
    schools = "Seattle Public Schools, high-school attendance areas of 2015-16"
    return {
        "water": _outline(city, census),
        "land": _outline(land, schools),
        "southeast_seattle": _outline(place, f"{census}; {schools}") | {"names": _NAMES},
    }


def _outline(ring: np.ndarray, source: str) -> dict[str, object]:
    points = np.round(shapes.simplified(ring, _TOLERANCE), _DECIMALS)
    return {"source": source, "ring": points.tolist()}


def write_outlines(raw: Path, path: Path) -> None:
    """Write the outlines as JSON, one to a line."""
    lines = [f"{json.dumps(name)}: {json.dumps(one)}" for name, one in outlines(raw).items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
