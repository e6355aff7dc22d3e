"""Published numbers that the package must reproduce: one module a subject, each with a list named ``ORACLES``.

``tests/test_oracles.py`` checks every one and holds ``docs/ORACLES.md`` to what stands here;
``pytest tests/test_oracles.py --write-oracles`` writes that page anew.
"""

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Oracle"]


@dataclass(frozen=True)
class Oracle:
    """One published number, and how this package makes it.

    ``theirs`` is as printed; ``within`` is half a unit of its last printed digit unless ``note`` says why not. An
    oracle whose source is wrong has ``wrong`` set to the proof, and ``theirs`` is then what must *not* be met.
    """

    source: str  # author, year, title, table or page: enough to find it
    what: str  # the quantity and its inputs, in words
    theirs: float
    within: float
    ours: Callable[[], float]
    note: str = ""
    wrong: str = ""
