"""Setting things side by side without overlap: labels along a line, dots in a swarm, bars in lanes."""

from collections.abc import Sequence
from math import sqrt

__all__ = ["lanes", "spread", "swarm"]

_HAIR = 1e-9


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Return centres as near as can be to those wanted, so that things of these sizes do not overlap.

    Where neighbours would overlap they move together, by least squares; the whole stays between ``low`` and ``high`` if
    it fits at all.

    Examples
    --------
    >>> spread([1.0, 1.0, 5.0], [1.0, 1.0, 1.0], 0.0, 6.0)
    [0.5, 1.5, 5.0]
    """
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    # Each block: its members, the sum of where its start is wanted, and its length.
    blocks: list[tuple[list[int], float, float]] = []
    for at in order:
        block = ([at], wanted[at] - sizes[at] / 2, sizes[at])
        while blocks and _start(blocks[-1]) + blocks[-1][2] > _start(block) - _HAIR:
            members, starts, length = blocks.pop()
            moved = block[1] - len(block[0]) * length
            block = ([*members, *block[0]], starts + moved, length + block[2])
        blocks.append(block)
    edges = [max(_start(block), low) for block in blocks]
    limit = high
    for at in range(len(blocks) - 1, -1, -1):
        edges[at] = min(edges[at], limit - blocks[at][2])
        limit = edges[at]
    limit = low
    for at, block in enumerate(blocks):
        edges[at] = max(edges[at], limit)
        limit = edges[at] + block[2]
    centres = [0.0] * len(wanted)
    for block, edge in zip(blocks, edges, strict=True):
        for at in block[0]:
            centres[at] = edge + sizes[at] / 2
            edge += sizes[at]
    return centres


def _start(block: tuple[list[int], float, float]) -> float:
    return block[1] / len(block[0])


def swarm(places: Sequence[float], diameter: float) -> list[float]:
    """Return how far each dot leaves the line, so that no two of this diameter overlap.

    Examples
    --------
    >>> swarm([0.0, 0.0, 3.0], 1.0)
    [0.0, 1.0, 0.0]
    """
    offsets = [0.0] * len(places)
    placed: list[int] = []
    for at in sorted(range(len(places)), key=lambda at: places[at]):
        near = [other for other in placed if abs(places[other] - places[at]) < diameter - _HAIR]
        options = [0.0]
        for other in near:
            step = sqrt(diameter**2 - (places[other] - places[at]) ** 2)
            options += [offsets[other] + step, offsets[other] - step]
        free = [
            option for option in options if _is_free(option, at, near, places, offsets, diameter)
        ]
        offsets[at] = min(free, key=lambda option: (round(abs(option), 9), -option))
        placed.append(at)
    return offsets


def _is_free(
    option: float,
    at: int,
    near: Sequence[int],
    places: Sequence[float],
    offsets: Sequence[float],
    diameter: float,
) -> bool:
    return all(
        (places[other] - places[at]) ** 2 + (offsets[other] - option) ** 2
        >= diameter**2 * (1 - 1e-6)
        for other in near
    )


def lanes(spans: Sequence[tuple[float, float]], gap: float) -> list[int]:
    """Return for each span the first lane in which it meets no other.

    Examples
    --------
    >>> lanes([(0, 2), (1, 3), (4, 5)], 0.5)
    [0, 1, 0]
    """
    taken: list[list[tuple[float, float]]] = []
    chosen = []
    for low, high in spans:
        free = [
            lane
            for lane, inside in enumerate(taken)
            if all(high + gap <= start or end + gap <= low for start, end in inside)
        ]
        lane = free[0] if free else len(taken)
        taken += [[]] if not free else []
        taken[lane].append((low, high))
        chosen.append(lane)
    return chosen
