"""Plane geometry of outlines, as far as a list of areas and a small map need it: arrays of longitude and latitude.

A ring is an array of points, the last the same as the first. Over a city degrees may be treated as a plane.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

__all__ = ["arc", "centroid", "contains", "simplified", "union"]

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
