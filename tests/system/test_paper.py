"""The paper and the page of other packages say what can be shown."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAPER = (ROOT / "paper.md").read_text("utf-8")

VOLUME = re.compile(r"\b(\d{1,3}), (\d{1,4})-(\d{1,4})\b")
"""Volume and pages, as a docstring has them."""


def entries() -> dict[str, str]:
    """Each entry of the list of references, by its key."""
    text = (ROOT / "paper.bib").read_text("utf-8")
    parts = re.split(r"^@\w+\{", text, flags=re.MULTILINE)[1:]
    return {part.partition(",")[0]: part for part in parts}


def body() -> str:
    """The paper without the lines about it."""
    return PAPER.split("---", 2)[2]


def test_paper__cites_each_reference_and_lists_each_that_it_cites():
    cited = set(re.findall(r"@([a-z]+\d{4})", body()))
    assert cited == set(entries())
    without = [key for key, entry in entries().items() if not re.search(r"\b(doi|url) = \{", entry)]
    assert not without, f"neither doi nor url: {without}"


def test_methods__has_volume_and_pages_of_each_reference_that_a_measure_names():
    page = " ".join((ROOT / "docs" / "METHODS.md").read_text("utf-8").split())
    named = {
        (path.name, f"{volume}, {first}–{last}")
        for path in (ROOT / "sesec_analysis" / "metrics").glob("*.py")
        for volume, first, last in VOLUME.findall(" ".join(path.read_text("utf-8").split()))
    }
    assert len(named) > 40
    assert not sorted(one for one in named if one[1] not in page)
