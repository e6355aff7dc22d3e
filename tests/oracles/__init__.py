"""Published numbers that the package must reproduce: a file of them for each subject, and a module that makes ours.

In ``pairs.yml`` are the sources and what they print; ``ours`` names a function that ``pairs.py`` hands to `read`, and
``of`` lists its arguments. What all numbers of a source have in common is written once, at the source.
``tests/system/test_oracles.py`` checks every one and holds ``docs/ORACLES.md`` to what stands here;
``pytest tests/system/test_oracles.py --write-oracles`` writes that page anew.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import yaml

from sesec_analysis.catalog import YAML

QUOTED = "as usually quoted from the source, which could not be opened when this was written"
"""Note of a number whose page nobody looked up again."""


@dataclass(frozen=True)
class Oracle:
    """One published number, and how this package makes it.

    ``theirs`` is as printed; ``within`` is half a unit of its last printed digit unless ``note`` says why not. An
    oracle whose source is wrong has ``wrong`` set to the proof, and ``theirs`` is then what must *not* be met. One
    that is not ``printed`` follows from a definition or limit that the source states, and does not count as a number.
    """

    source: str  # author, year, title, table or page: enough to find it
    what: str  # the quantity and its inputs, in words
    theirs: float
    within: float
    ours: Callable[[], float]
    note: str = ""
    wrong: str = ""
    printed: bool = True


def read(subject: str, **functions: Callable[..., float]) -> list[Oracle]:
    """Return the published numbers of a subject; ``functions`` are those that its file names."""
    oracles, used = [], set()
    text = Path(__file__).with_name(f"{subject}.yml").read_text("utf-8")
    for source in yaml.load(text, YAML):
        common = {name: value for name, value in source.items() if name != "numbers"}
        for number in source["numbers"]:
            fields = common | number
            used.add(name := fields.pop("ours"))
            ours = partial(functions[name], *fields.pop("of", []))
            oracles.append(Oracle(**fields, ours=ours))
    assert used == {*functions}, f"no number of {subject}.yml is made by {functions.keys() - used}"
    return oracles


END = {"lower": 0, "upper": 1}
"""Where a pair of limits has each of them."""

_OWN_LEVEL = "the project's own level of a school from points of several years; tested against hand-worked schools"
_RULE = "a rule of law and no statistic; tested at its edges, against the text it cites"

WITHOUT = {
    "averages": "a mean of published amounts, weighted by students; tested by hand",
    "compare_averages": "a difference and a quotient of two published amounts; tested by hand",
    "counts_at_earlier_rate": "a rate of one year times students of another; tested by hand",
    "counts_at_other_rate": "as counts_at_earlier_rate",
    "coverage": "a count of what is known and withheld",
    "is_significant": _RULE,
    "level_estimates": _OWN_LEVEL,
    "level_years": _OWN_LEVEL,
    **dict.fromkeys(
        ["published_gap_changes", "published_gaps", "published_rates"],
        "rates and gaps of the published schools, which have theirs",
    ),
    "levels_of": "reads counts of levels out of tables and computes nothing",
    "oaxaca": "its split, `two_fold`, is met",
    "robustness": "words for several numbers; its P and its q values are met",
    "school_levels": _OWN_LEVEL,
    "significant_disproportionality": _RULE,
    "washington_band": _RULE,
}
"""Public measures for which no published number is met under their own name, and why not."""
