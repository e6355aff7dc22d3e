"""Outlines: plane geometry on shapes that can be drawn on paper, and the boundary of Southeast Seattle."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sesec_analysis import catalog
from sesec_analysis.errors import DataError
from sesec_analysis.loaders import geography, shapes

SQUARE = np.array([[0, 0], [0, 2], [2, 2], [2, 0], [0, 0]], dtype="float64")
HOLE = np.array([[0.5, 0.5], [1.5, 0.5], [1.5, 1.5], [0.5, 1.5], [0.5, 0.5]])
METRES = np.array([75_100.0, 111_200.0])  # in a degree of longitude and latitude at 47.55 north


def metres_from(line: np.ndarray, point: tuple[float, float]) -> float:
    """How far a point is from a line of several pieces."""
    nearest = []
    for start, end in zip(line[:-1] * METRES, line[1:] * METRES, strict=True):
        along, away = end - start, np.array(point) * METRES - start
        part = np.clip(away @ along / max(float(along @ along), 1e-12), 0, 1)
        nearest.append(float(np.hypot(*(away - part * along))))
    return min(nearest)


def test_contains__knows_inside_outside_and_holes():
    assert shapes.contains([SQUARE], (1, 1))
    assert not shapes.contains([SQUARE, HOLE], (1, 1))
    assert shapes.contains([SQUARE, HOLE], (0.25, 1))
    assert not shapes.contains([SQUARE], (-1, 1))


def test_centroid__of_a_square_with_a_hole_to_the_left():
    # 4 at (1, 1) less 1 at (0.75, 1): (4 - 0.75) / 3.
    across, up = shapes.centroid([SQUARE, HOLE - [0.25, 0]])
    assert (across, up) == pytest.approx((3.25 / 3, 1.0))


def test_union__leaves_a_ring_within_a_ring():
    cells = [SQUARE / 2 + [x, y] for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    outer, inner = shapes.union(cells)
    assert (len(outer) - 1, len(inner) - 1) == (12, 4)
    assert not shapes.contains([outer, inner], (1.5, 1.5))
    assert shapes.contains([outer, inner], (0.5, 1.5))


def test_arc__goes_the_way_asked_for():
    west = shapes.arc(SQUARE, (0, 0), (0, 2), eastern=False)
    east = shapes.arc(SQUARE, (0, 0), (0, 2), eastern=True)
    assert west.tolist() == [[0, 0], [0, 2]]
    assert east.tolist() == [[0, 0], [2, 0], [2, 2], [0, 2]]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=2, max_size=30),
    st.floats(0.01, 2),
)
def test_simplified__stays_within_its_tolerance(
    points: list[tuple[float, float]], tolerance: float
):
    line = np.array(points)
    short = shapes.simplified(line, tolerance)
    assert len(short) <= len(line)
    assert short[[0, -1]].tolist() == line[[0, -1]].tolist()
    for point in line:
        gaps = []
        for start, end in pairwise(short):
            along, away = end - start, point - start
            part = np.clip(away @ along / max(float(along @ along), 1e-300), 0, 1)
            gaps.append(float(np.hypot(*(away - part * along))))
        assert min(gaps) <= tolerance + 1e-9


def test_southeast_tracts__lie_well_east_of_i5_and_the_left_out_well_west(raw: Path):
    areas = geography._rings(raw / geography.HIGH_SCHOOL_AREAS, "HS_ZONE")
    served = [ring for name in ("Franklin", "Rainier Beach") for ring in areas[name]]
    centres = {code: shapes.centroid(rings) for code, rings in geography._tracts(raw).items()}
    inside = {code for code, centre in centres.items() if shapes.contains(served, centre)}
    chosen = set(geography.southeast_tracts(raw))
    assert inside - chosen == {"53033009300", "53033010900"}
    assert min(metres_from(geography._I5, centres[code]) for code in inside) > 500


def test_southeast_tracts__are_those_of_council_district_2_as_well(raw: Path):
    """Another boundary gives the same tracts, and one more: tract 91, north of I-90."""
    districts = geography._rings(
        raw / "geo/seattle_city_council_districts_2015.geojson", "district"
    )
    centres = {code: shapes.centroid(rings) for code, rings in geography._tracts(raw).items()}
    second = {code for code, centre in centres.items() if shapes.contains(districts["2"], centre)}
    west = {"53033009300", "53033010900"}
    assert second - west == {*geography.southeast_tracts(raw), "53033009100"}


def test_outline__holds_the_schools_of_the_place_and_hardly_another():
    ring = np.array(catalog.outlines()["southeast_seattle"].ring)
    schools = {code: one for code, one in catalog.schools().items() if one.latitude is not None}
    points = {code: (one.longitude or 0.0, one.latitude or 0.0) for code, one in schools.items()}
    inside = {code for code, point in points.items() if shapes.contains([ring], point)}
    place = set(catalog.place("southeast_seattle_all").schools)
    # Maple's point lies on the line; Thurgood Marshall stands beside I-90 and is Central.
    assert place - inside <= {"2353"}
    assert metres_from(ring, points["2353"]) < 100
    assert inside - place <= {"2141"}
    assert metres_from(ring, points["2141"]) < 200


def test_outlines__are_the_embedded_ones(raw: Path, tmp_path: Path):
    geography.write_outlines(raw, tmp_path / "outlines.json")
    embedded = catalog.data_dir() / "reference/outlines.json"
    assert (tmp_path / "outlines.json").read_bytes() == embedded.read_bytes()
    assert embedded.stat().st_size < 20_000
    for one in json.loads(embedded.read_text("utf-8")).values():
        assert one["ring"][0] == one["ring"][-1]
        assert one["source"]


def test_outlines__refuse_a_file_that_is_no_boundary(tmp_path: Path):
    (tmp_path / "geo").mkdir()
    (tmp_path / geography.HIGH_SCHOOL_AREAS).write_text('{"features": [{}]}', encoding="utf-8")
    with pytest.raises(DataError, match="boundaries cannot be read"):
        geography.outlines(tmp_path)
    assert not geography.has_boundaries(tmp_path)
