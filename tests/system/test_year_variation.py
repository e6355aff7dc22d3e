"""Rates of schools move more than chance: kept numbers are those of the figures, and cover years that took no part."""

import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import sesec_analysis as sa
from sesec_analysis import catalog, schema
from sesec_analysis.metrics.intervals import wilson

PAGE = Path(__file__).resolve().parents[2] / "docs" / "YEAR_VARIATION.md"
KEPT = catalog.data_dir() / "reference/year_variation.csv"
COLUMNS = ["indicator", "grade_level", "level", "phi", "pairs", "schools", "last_year"]
WHERE = {"place": ["southeast_seattle", "rest_of_seattle"], "organization_level": "school"}
NEWEST = 2025
MEND = "run: pytest tests/system/test_year_variation.py --write-variation"


@cache
def observed(indicator: str) -> pd.DataFrame:
    """Figures of all students of every school and year."""
    return sa.history(indicator, up_to=NEWEST, student_group="all", **WHERE)


def varied(indicator: str, obs: pd.DataFrame, **more: object) -> pd.DataFrame:
    stops = {"breaks": sa.breaks(indicator), "years_out": sa.years_out(indicator)}
    return sa.year_variation(obs, **stops, **more)


@cache
def found() -> pd.DataFrame:
    """The variation of every indicator, by level and of all levels together, where there is enough to tell."""
    kinds, parts = sa.level_rules().schools, []
    for code, entry in catalog.indicators().items():
        if code in schema.COMPOSITION_INDICATORS or entry.unit != "proportion":
            continue
        obs = observed(code)
        for levels in ({}, {"levels": kinds}) if len(obs) else ():
            parts.append(varied(code, obs, **levels))
    table = pd.concat(parts).dropna(subset=["phi"])[COLUMNS]
    table["phi"] = table["phi"].map("{:.3f}".format)
    return table.sort_values(COLUMNS[:3]).astype(str).reset_index(drop=True)


def held_back(indicator: str) -> Iterator[dict[str, object]]:
    """Yield each year in turn, tried by the variation of all the others."""
    obs = observed(indicator).query("grade_level == 'all'")
    for year in sorted(obs["end_year"].unique()):
        yield from (
            varied(indicator, obs, held_back=year)
            .query("tried > 0")
            .assign(of=f"{year - 1}–{year % 100:02d}", by="all other years")
            .to_dict("records")
        )


def from_grades(indicator: str) -> Iterator[dict[str, object]]:
    """Yield tests of 2024–25 in all grades, tried by the variation of single grades in 2017–18."""
    obs = observed(indicator)
    grades = obs.query("grade_level != 'all' and end_year in [2017, 2018]")
    units = grades["organization_id"] + " " + grades["grade_level"]
    grades = grades.assign(organization_id=units, grade_level="all")
    all_grades = obs.query("grade_level == 'all' and end_year in [2024, 2025]")
    table = varied(indicator, pd.concat([grades, all_grades]), held_back=2025)
    yield from table.assign(of="2024–25", by="single grades, 2017–18").to_dict("records")


@cache
def tried() -> pd.DataFrame:
    """Every trial on a year that took no part."""
    rows = [
        *held_back("disciplined"),
        *held_back("regular_attendance"),
        *from_grades("ela_met"),
        *from_grades("math_met"),
    ]
    table = pd.DataFrame(rows)
    table["counted"] = (table["inside"] * table["tried"]).round()
    table["counted_binomial"] = (table["inside_binomial"] * table["tried"]).round()
    return table


def _percent(share: float) -> str:
    return f"{share * 100:.1f}"


def _line(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _share(counted: float, of: float) -> str:
    low, high = (float(end) for end in wilson(counted, of))
    return f"{_percent(counted / of)} ({_percent(low)}–{_percent(high)})"


def page() -> str:
    """The page: what was found, and how it did on years that took no part."""
    trials = tried()
    lines = [
        "# How far schools' rates move from year to year",
        "",
        "φ is the mean squared change of a school's rate between neighbouring years, in the errors that chance among",
        "its students alone would bring: 1 is no more than that, 2.5 as if there were two and a half times fewer",
        "students. It is learned from published counts of all students; at least 15 pairs of years make one.",
        "`sa.school_rates` widens a school's interval by the φ of its level, else of all levels together; without",
        "repeated years `method` says “binomial minimum”. The numbers stand in `data/reference/year_variation.csv`.",
        "It is one number for all years: the interval of a rate is the same in every edition. Written by",
        "`pytest tests/system/test_year_variation.py --write-variation`.",
        "",
        "| indicator | grades | schools | φ | pairs of years | last year |",
        "|---|---|---|---|---|---|",
    ]
    for row in found().itertuples():
        title = catalog.indicator(row.indicator).title
        grade = {"all": "all"}.get(row.grade_level, row.grade_level)
        level = row.level or "all together"
        lines.append(_line(title, grade, level, f"{float(row.phi):.2f}", row.pairs, row.last_year))
    lines += [
        "",
        "## On years that took no part",
        "",
        "Each year is held back in turn: φ is learned from the others, and counted is how many rates of the year",
        "held back lie within 95 percent intervals of the change since the year before. Tests have two pairs of years",
        "only, so single grades of 2017–18 speak for all grades of 2024–25. In brackets Wilson's interval of the share",
        "itself; nothing was chosen by these numbers.",
        "",
        "| indicator | year held back | φ learned from | φ | rates | % inside | % inside by chance alone |",
        "|---|---|---|---|---|---|---|",
    ]
    for indicator, rows in trials.groupby("indicator", sort=False):
        title = catalog.indicator(indicator).title
        for row in rows.itertuples():
            shares = _share(row.counted, row.tried), _percent(row.inside_binomial)
            lines.append(_line(title, row.of, row.by, f"{row.phi:.2f}", row.tried, *shares))
        count = rows["tried"].sum()
        if len(rows) > 1:
            shares = (
                _share(rows["counted"].sum(), count),
                _percent(rows["counted_binomial"].sum() / count),
            )
            lines.append(_line(title, "together", "", "", count, *shares))
    lines += [
        "",
        "One year stands out: attendance of 2023–24 moved further than all years before the closures. An interval says",
        "how far a rate would move in years like those it was learned from.",
    ]
    return "\n".join(lines) + "\n"


@pytest.mark.slow
def test_kept_numbers__are_those_of_the_figures(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--write-variation"):
        found().to_csv(KEPT, index=False, lineterminator="\n")
    with KEPT.open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == found().to_dict("records"), MEND


@pytest.mark.slow
def test_page__says_what_was_found(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--write-variation"):
        PAGE.write_text(page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == page(), MEND


@pytest.mark.slow
def test_intervals__cover_years_that_took_no_part() -> None:
    """Of each indicator 95 percent lies within the share's own interval; by chance alone it mostly does not."""
    for indicator, rows in tried().groupby("indicator"):
        low, high = wilson(rows["counted"].sum(), rows["tried"].sum())
        assert low <= 0.95 <= high, indicator
        assert rows["counted_binomial"].sum() <= rows["counted"].sum(), indicator


def test_known_variation__is_what_is_kept() -> None:
    table = sa.known_variation()
    assert list(table.columns) == COLUMNS
    assert (table["phi"] >= 1).all()
    assert not table[COLUMNS[:3]].duplicated().any()
