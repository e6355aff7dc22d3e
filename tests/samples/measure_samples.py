"""Every measure of the library, run on small tables to be checked on paper: what publishing must have words for."""

import pickle
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from conftest import make_counts
from once import made_once

import sesec_analysis as sa
from sesec_analysis import catalog, report, stats
from sesec_analysis.metrics.school_levels.levels import level_shares, weight_suffix

Maker = Callable[..., pd.DataFrame]

BY = {"by": "race_ethnicity"}
TO = BY | {"reference": "white"}
PLACE = {"organization_id": "southeast_seattle", "organization_name": "Southeast Seattle"}
REST = {"organization_id": "rest_of_seattle_regular", "organization_name": "Rest of Seattle"}
GROUPS = {"asian": (66, 120), "black": (45, 110), "hispanic": (40, 90), "white": (90, 120)}
IN_PART = {
    **{"numerator_low": 40, "numerator_high": 50, "denominator_low": 110, "denominator_high": 110},
    **{"value_low": 40 / 110, "value_high": 50 / 110},
}
KINDS: dict[str, dict[str, object] | None] = {
    "plain": None,
    # One small group, one of which few are counted, and one withheld in part.
    "masked": {"asian": (2, 60), "black": IN_PART, "hispanic": (4, 8), "white": (90, 120)},
}
"""The cells of the place whose measures tests share."""


def made_for_a_run(factory: pytest.TempPathFactory, kind: str) -> list[pd.DataFrame]:
    """Return ESTIMATES of every measure, of one of the kinds of cells, made once for all tests of a run."""

    def make(folder: Path) -> None:
        folder.mkdir(parents=True)
        tables = list(estimates(make_counts, KINDS[kind]))
        (folder / "estimates.pickle").write_bytes(pickle.dumps(tables))

    folder = made_once(factory, f"measures-{kind}", make)
    tables: list[pd.DataFrame] = pickle.loads((folder / "estimates.pickle").read_bytes())
    return tables


def estimates(counts: Maker, groups: dict[str, object] | None = None) -> Iterator[pd.DataFrame]:
    """Yield ESTIMATES of every measure; ``groups`` are the cells of the place, in place of the plain ones."""
    cells = GROUPS if groups is None else groups
    here, there = counts(**cells), counts(**GROUPS, **REST)
    yield sa.rates(here)
    yield from (
        one(here, **TO)
        for one in (sa.gaps, sa.ratios, stats.score_ratios, stats.odds_ratios, stats.probit_gaps)
    )
    yield sa.compare(here, there)
    yield stats.mantel_haenszel(here.assign(grade_level="03"), **TO)
    graded = (here.assign(grade_level=grade) for grade in ("03", "04"))
    yield stats.breslow_day(pd.concat(graded), **TO)
    yield from (
        stats.cohens_h(here, **TO),
        stats.p_values(here, **TO),
        stats.q_values(stats.p_values(here, **TO)),
    )
    yield stats.power(here, **TO, difference=-0.1)
    yield stats.gaps_to_whole(here, **BY)
    yield from school_level_samples()
    yield sa.disproportionality(here, **BY)
    yield stats.percentage_point_gaps(here, **BY)
    yield from (stats.proportionality_indices(here, **BY), stats.eighty_percent_indices(here, **BY))
    yield stats.alternate_risk_ratios(here, counts(**GROUPS, organization_id="washington"), **BY)
    yield stats.weighted_risk_ratios(here, **BY, shares=dict.fromkeys(GROUPS, 1.0))
    yield sa.inequality(here, **TO)
    yield stats.kitagawa(here, there, **BY)
    yield stats.kitagawa(here, counts(**GROUPS, end_year=2016), **BY)
    yield sa.standardized_rates(here, **BY, standard=dict.fromkeys(GROUPS, 1.0))
    yield from of_years(counts, cells)
    yield from of_tests(counts, cells)
    yield from of_schools(counts)
    yield from of_amounts(counts)
    yield stats.level_gaps(_levels(), reference="white")
    if groups is None:
        known = {
            "published_numerator": there["numerator"],
            "published_denominator": there["denominator"],
        }
        left_out = there.assign(**known, organizations_left_out=3, cells=20)
        yield from (report.published_rates(left_out), report.published_gaps(here, left_out))
        known_here = {f"published_{name}": here[name] for name in ("numerator", "denominator")}
        at_all = here.assign(**known_here, organizations_left_out=0, cells=20)
        now = pd.concat([at_all.head(1), left_out.head(1)])
        before = at_all.assign(end_year=at_all["end_year"] - 1)
        yield report.counts_at_earlier_rate(pd.concat([at_all, before]))
        yield report.counts_at_other_rate(sa.compare(here, there))
        then = now.assign(end_year=now["end_year"] - 1)
        ids = [str(table["organization_id"].iloc[0]) for table in (here, left_out)]
        yield report.published_gap_changes(pd.concat([then, now]), place=ids[0], reference=ids[1])
        everyone = {"student_group_type": "all", "student_group": "all", "indicator": "enrollment"}
        yield sa.rates(here.head(1).assign(**everyone))


def of_years(counts: Maker, cells: dict[str, object]) -> Iterator[pd.DataFrame]:
    """Yield measures of several years, the last of them with the cells that are asked for."""
    years = [
        counts(
            end_year=year, **{name: (k - 3 * (2019 - year), n) for name, (k, n) in GROUPS.items()}
        )
        for year in range(2015, 2019)
    ]
    years.append(counts(**cells))
    every = pd.concat(years, ignore_index=True)
    yield sa.change(every, first=2016, last=2019)
    yield sa.change(every, first=2016, last=2019, breaks=[2018])
    yield sa.trend(every)
    told = [sa.gaps(year, **TO) for year in years]
    yield pd.concat([told[1], told[4], sa.difference_in_gaps(told[1], told[4])], ignore_index=True)
    yield sa.years_to_close(pd.concat(told, ignore_index=True))


def closing(counts: Maker) -> pd.DataFrame:
    """Return years to close of a gap that closes, of one that widens, and of one without a pace."""
    moving = {"asian": [300, 350, 390, 450, 500], "black": [500, 450, 400, 340, 300]}
    moving |= {"hispanic": [400, 450, 380, 440, 390], "white": [600] * 5}
    tables = [
        sa.gaps(
            counts(end_year=2015 + at, **{name: (k[at], 1000) for name, k in moving.items()}), **TO
        )
        for at in range(5)
    ]
    return sa.years_to_close(pd.concat(tables, ignore_index=True))


def of_tests(counts: Maker, cells: dict[str, object]) -> Iterator[pd.DataFrame]:
    """Yield who was tested: of each group all but six."""
    plain = {
        name: cell if isinstance(cell, tuple) else GROUPS[name] for name, cell in cells.items()
    }
    tested = {name: (n - 6, n) for name, (_, n) in plain.items()}
    with_score = {name: (min(k, n - 6), n - 6) for name, (k, n) in plain.items()}
    obs = pd.concat([
        counts(**cells),
        counts(**with_score, indicator="ela_met_tested"),
        counts(**tested, indicator="ela_tested"),
    ], ignore_index=True)  # fmt: skip
    names = {"met": "ela_met", "tested": "ela_tested"}
    yield sa.participation(obs, **names, met_tested="ela_met_tested")
    yield sa.participation_gaps(obs, **TO, **names)


def schools(counts: Maker, count: int, start: int, **columns: object) -> pd.DataFrame:
    """Return a rate at each of ``count`` schools; as a part of their enrollment, with the rest of it."""
    rows = []
    for at in range(count):
        k = 30 + (7 * at) % 40
        rest = {"white": (100 - k, 100)} if "indicator" in columns else {}
        school = {"organization_id": str(start + at), "organization_name": f"School {start + at}"}
        rows.append(
            counts(black=(k, 100), **rest, organization_level="school", **columns, **school)
        )
    return pd.concat(rows, ignore_index=True)


def of_schools(counts: Maker) -> Iterator[pd.DataFrame]:
    """Yield measures that are made of schools."""
    near, far = schools(counts, 6, 5000), schools(counts, 24, 6000)
    yield stats.shrunk_rates(near)
    yield sa.funnel(near)
    yield stats.q_values(sa.funnel(near).query("measure == 'funnel_p'"))
    poor = pd.concat([near, far]).assign(
        indicator="low_income_lap", student_group="all", student_group_type="all"
    )
    yield sa.expected_rates(near, far, poor)
    ranking = {code: float(at) for at, code in enumerate(near["organization_id"])}
    yield sa.gradients(near, ranking=ranking, **PLACE)
    whole = schools(counts, 6, 5000, indicator="enrollment")
    halves = {code: str(int(code) % 2) for code in near["organization_id"]}
    yield sa.segregation(whole, **BY, **PLACE, clusters=halves)
    yield sa.segregation(whole, **BY, **PLACE, groups=["black", "white"])
    table = pd.DataFrame(
        {"end_year": 2019, "rate": [0.30 + 0.01 * (at * 7 % 32) for at in range(32)]}
    )
    table = table.assign(
        poor=[0.01 * (at * 5 % 32) for at in range(32)], indicator="ela_met", grade_level="all"
    )
    table = table.assign(organization_level="place", student_group="all", student_group_type="all")
    other = table.assign(rate=table["rate"] + 0.1, **REST)
    yield stats.oaxaca(table.assign(**PLACE), other, outcome="rate", columns=["poor"])


def of_amounts(counts: Maker) -> Iterator[pd.DataFrame]:
    """Yield averages."""
    everyone = {"student_group_type": "all", "indicator": "spending_per_student"}
    here, there = (
        counts(all=(50, 100), **everyone, **place).assign(
            unit="dollars_per_student", value=amount, value_low=amount, value_high=amount
        )
        for place, amount in ((PLACE, 12_000.0), (REST, 10_000.0))
    )
    yield sa.averages(here)
    yield sa.compare_averages(here, there)


def _levels() -> pd.DataFrame:
    key = {
        "end_year": 2019,
        "indicator": "ela_met",
        "grade_level": "03",
        "organization_level": "place",
        **PLACE,
    }
    counted = [266, 468, 214, 52, 159, 341, 288, 212]
    groups = ["black"] * 4 + ["white"] * 4
    kind = {"student_group_type": "race_ethnicity"}
    return pd.DataFrame(
        {"student_group": groups, "level": [1, 2, 3, 4] * 2, "count": counted}
    ).assign(**key, **kind)


def school_level_samples() -> Iterator[pd.DataFrame]:
    """Yield levels of two schools and the shares of schools at each level, ranges among them."""
    rules = catalog.level_rules()
    names = ["level", *rules.parts, *(f"level{weight_suffix(w, rules)}" for w in rules.weights[1:])]
    ends = {
        f"{name.partition('_')[0]}_{end}{''.join(name.partition('_')[1:])}": level
        for name in names
        for end, level in (("low", 2), ("high", 4))
    }
    levels = pd.DataFrame(
        {
            "organization_id": ["2182", "3327"],
            "organization_name": ["Franklin High School", "Rainier Beach High School"],
            "end_year": 2019,
            **ends,
            "source_ids": "ospi_assessment@2018",
        }
    ).astype(dict.fromkeys(ends, "Int64"))
    levels.loc[1, ["level_low", "level_high"]] = 3
    yield report.level_estimates(levels, rules=rules)
    place = PLACE["organization_id"]
    yield level_shares(
        levels, schools={place: ["2182", "3327"]}, names={place: PLACE["organization_name"]}
    )
