"""Rates of schools move more than chance: kept numbers are those of the figures, and cover years that took no part."""

import csv
import json
from functools import cache
from pathlib import Path

import pandas as pd
import proofs
import pytest

import sesec_analysis as sa
from sesec_analysis import catalog, schema
from sesec_analysis.metrics.intervals import wilson

ROOT = Path(__file__).resolve().parents[2]

KEPT = catalog.data_dir() / "reference/year_variation.csv"
COLUMNS = ["indicator", "grade_level", "level", "phi", "pairs", "schools", "last_year"]
WHERE = {"place": ["southeast_seattle", "rest_of_seattle"], "organization_level": "school"}
NEWEST = 2025
VARYING = ("proportion", "share_of_answers")
FIX = "run: pytest tests/system/test_year_variation.py --write-variation"


@cache
def observed(indicator: str) -> pd.DataFrame:
    """Figures of all students of every school and year; of answers, of each level of the survey."""
    answers = catalog.indicator(indicator).unit == "share_of_answers"
    whose = {"student_group_type": "survey_level"} if answers else {"student_group": "all"}
    return sa.history(indicator, up_to=NEWEST, **whose, **WHERE)


def varied(indicator: str, obs: pd.DataFrame, **more: object) -> pd.DataFrame:
    stops = {"breaks": sa.breaks(indicator), "years_out": sa.years_out(indicator)}
    return sa.stats.year_variation(obs, **stops, **more)


VARIED = [
    code
    for code, entry in catalog.indicators().items()
    if code not in schema.COMPOSITION_INDICATORS and entry.unit in VARYING
]


def found(codes: list[str]) -> pd.DataFrame:
    """The variation of indicators, by level and of all levels together, where there is enough to tell."""
    kinds, parts = sa.report.level_rules().schools, []
    for code in codes:
        obs = observed(code)
        for levels in ({}, {"levels": kinds}) if len(obs) else ():
            parts.append(varied(code, obs, **levels))
    table = pd.concat(parts).dropna(subset=["phi"])[COLUMNS]
    table["phi"] = table["phi"].map("{:.3f}".format)
    return table.sort_values(COLUMNS[:3]).astype(str).reset_index(drop=True)


def held_back(indicator: str) -> pd.DataFrame:
    """Try each year in turn by the variation of all the others."""
    obs = observed(indicator).query("grade_level == 'all'")
    return pd.concat(varied(indicator, obs, held_back=year) for year in obs["end_year"].unique())


def from_grades(indicator: str) -> pd.DataFrame:
    """Try tests of 2024–25 in all grades by the variation of single grades in 2017–18."""
    obs = observed(indicator)
    grades = obs.query("grade_level != 'all' and end_year in [2017, 2018]")
    units = grades["organization_id"] + " " + grades["grade_level"]
    grades = grades.assign(organization_id=units, grade_level="all")
    all_grades = obs.query("grade_level == 'all' and end_year in [2024, 2025]")
    return varied(indicator, pd.concat([grades, all_grades]), held_back=2025)


TRIALS = {"disciplined": held_back, "regular_attendance": held_back}
TRIALS |= {"ela_met": from_grades, "math_met": from_grades}


@pytest.mark.slow
def test_kept_numbers__are_those_of_the_figures(request: pytest.FixtureRequest) -> None:
    tried = proofs.sample(VARIED, 3, seed=44, always=["disciplined"])
    if request.config.getoption("--write-variation"):
        tried = VARIED
        found(VARIED).to_csv(KEPT, index=False, lineterminator="\n")
    with KEPT.open(encoding="utf-8", newline="") as file:
        kept = [row for row in csv.DictReader(file) if row["indicator"] in tried]
    assert kept == found(tried).to_dict("records"), FIX


@pytest.mark.slow
@pytest.mark.parametrize("indicator", proofs.sample(TRIALS, 2, seed=44, always=["disciplined"]))
def test_intervals__cover_years_that_took_no_part(indicator: str) -> None:
    """Of each indicator 95 percent lies within the share's own interval; by chance alone it mostly does not."""
    rows = TRIALS[indicator](indicator).query("tried > 0")
    counted = (rows["inside"] * rows["tried"]).round().sum()
    low, high = wilson(counted, rows["tried"].sum())
    assert low <= 0.95 <= high
    assert (rows["inside_binomial"] * rows["tried"]).round().sum() <= counted


def test_known_variation__is_what_is_kept() -> None:
    table = sa.report.known_variation()
    assert list(table.columns) == COLUMNS
    assert (table["phi"] >= 1).all()
    assert not table[COLUMNS[:3]].duplicated().any()


def leave_out_zero(edition: Path) -> list[tuple[str, bool]]:
    """The gaps and changes of places whose interval leaves out 0, and whether it does with widths times √φ."""
    path = ROOT / "data" / "reference" / "year_variation.csv"
    with path.open(encoding="utf-8") as file:
        kept = {
            (row["indicator"], row["grade_level"]): float(row["phi"])
            for row in csv.DictReader(file)
            if not row["level"]
        }
    stored = json.loads((edition / "findings.json").read_text(encoding="utf-8"))
    found = []
    for values in stored["rows"]:
        row = dict(zip(stored["columns"], values, strict=True))
        measure, indicator, _, grade, place, _ = row["id"].removeprefix("sesec:").split(".")
        low, high, phi = row["outer_low"], row["outer_high"], kept.get((indicator, grade))
        is_of_place = measure in ("gap", "change", "gap_change") and not place.startswith("school")
        if not is_of_place or row["publish"] == "nothing" or phi is None or low is None:
            continue
        if low < 0 < high or low == high == 0:
            continue
        inner = (
            [row["estimate"]] * 2
            if row["bound_low"] is None
            else [row["bound_low"], row["bound_high"]]
        )
        under = inner[0] - (inner[0] - low) * phi**0.5
        over = inner[1] + (high - inner[1]) * phi**0.5
        found.append((row["id"], not under <= 0 <= over))
    return found


def test_methods__say_how_many_directions_of_places_would_be_chance_by_phi() -> None:
    editions = sorted((ROOT / "reports" / "published").glob("annual-*"))
    every = [one for edition in editions for one in leave_out_zero(edition)]
    lost = [name for name, stays in every if not stays]
    newest = leave_out_zero(editions[-1])
    text = " ".join((ROOT / "docs" / "METHODS.md").read_text(encoding="utf-8").split())
    assert f"of the {len(every)} gaps and changes of places in the nine editions" in text
    assert f"{len(lost)} would not ({len(set(lost))} numbers" in text
    few = sum(not stays for _, stays in newest)
    assert f"{few} of the {len(newest)} in {editions[-1].name}" in text
