"""The paper and the page of other packages say what can be shown."""

import re
from pathlib import Path

import pandas as pd
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

import sesec_analysis as sa

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


def test_comparison__says_what_the_rows_give():
    table = sa.load("disciplined", place="seattle", end_years=2019, grade_level="all")
    groups = table[table["student_group_type"] == "race_ethnicity"].set_index("student_group")
    cells = groups[["numerator", "denominator"]].astype(int)
    (k, n), (other_k, other_n) = cells.loc["black"], cells.loc["white"]

    def limits(low: float, high: float, digits: int) -> str:
        return f"{low:.{digits}f}–{high:.{digits}f}"

    def ours(measure: pd.DataFrame, digits: int) -> tuple[str, str]:
        row = measure.set_index("student_group").loc["black"]
        return f"{row.estimate:.{digits}f}", limits(row.ci_low, row.ci_high, digits)

    def theirs(method: str) -> str:
        two = (k, n, other_k, other_n)
        return limits(*confint_proportions_2indep(*two, compare="ratio", method=method), 2)

    rate, of_rate = ours(sa.rates(groups.reset_index()), 4)
    pair = {"by": "race_ethnicity", "reference": "white"}
    ratio, of_ratio = ours(sa.ratios(groups.reset_index(), **pair), 2)
    score_ratio, of_score = ours(sa.stats.score_ratios(groups.reset_index(), **pair), 2)
    assert ratio == score_ratio
    page = (ROOT / "docs" / "COMPARISON.md").read_text("utf-8")
    wilson = limits(*proportion_confint(k, n, method="wilson"), 4)
    least, most = (
        getattr(cells["numerator"] / cells["denominator"], of)() for of in ("min", "max")
    )
    for line in (
        f"{cells['denominator'].sum():,} students in seven\ngroups",
        f"| Black students | {k / n:.4f} | {k / n:.4f} | {rate} |",
        f"| Wilson {wilson} | Wilson {of_rate} |",
        f"{most / least:.2f} as 1 ÷ {least / most:.3f} |",
        f"from two counts, {theirs('log-adjusted')} (log) or {theirs('score')} (score) |",
        f"{ratio}; `ratios` {of_ratio} (log), `score_ratios` {of_score} (Koopman) |",
        f"counted, of {cells.loc['pacific_islander', 'denominator']} |",
    ):
        assert line in page, line
