"""Every measure of the library, run on small tables to be checked on paper: what publishing must have words for."""

import pickle
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from conftest import make_counts, make_schools
from once import made_once

import sesec_analysis as sa
from sesec_analysis import catalog, report, stats
from sesec_analysis.metrics.school_levels.levels import level_shares, weight_suffix

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
        tables = list(estimates(KINDS[kind]))
        (folder / "estimates.pickle").write_bytes(pickle.dumps(tables))

    folder = made_once(factory, f"measures-{kind}", make)
    tables: list[pd.DataFrame] = pickle.loads((folder / "estimates.pickle").read_bytes())
    return tables


def estimates(groups: dict[str, object] | None = None) -> Iterator[pd.DataFrame]:
    """Yield ESTIMATES of every measure; ``groups`` are the cells of the place, in place of the plain ones."""
    cells = GROUPS if groups is None else groups
    here, there = make_counts(**cells), make_counts(**GROUPS, **REST)
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
    yield stats.alternate_risk_ratios(
        here, make_counts(**GROUPS, organization_id="washington"), **BY
    )
    yield stats.weighted_risk_ratios(here, **BY, shares=dict.fromkeys(GROUPS, 1.0))
    yield sa.inequality(here, **TO)
    yield stats.kitagawa(here, there, **BY)
    yield stats.kitagawa(here, make_counts(**GROUPS, end_year=2016), **BY)
    yield sa.standardized_rates(here, **BY, standard=dict.fromkeys(GROUPS, 1.0))
    yield from of_years(cells)
    yield from of_tests(cells)
    yield from of_schools()
    yield from of_amounts()
    yield stats.level_gaps(_levels(), reference="white")
    if groups is None:
        at_all, left_out = publish(here, left_out=0), publish(there, left_out=3)
        yield from (report.published_rates(left_out), report.published_gaps(here, left_out))
        now = pd.concat([at_all.head(1), left_out.head(1)])
        before = at_all.assign(end_year=at_all["end_year"] - 1)
        yield report.counts_at_earlier_rate(pd.concat([at_all, before]))
        yield report.counts_at_other_rate(sa.compare(here, there))
        then = now.assign(end_year=now["end_year"] - 1)
        ids = [str(table["organization_id"].iloc[0]) for table in (here, left_out)]
        yield report.published_gap_changes(pd.concat([then, now]), place=ids[0], reference=ids[1])
        everyone = {"student_group_type": "all", "student_group": "all", "indicator": "enrollment"}
        yield sa.rates(here.head(1).assign(**everyone))


def publish(obs: pd.DataFrame, left_out: int) -> pd.DataFrame:
    """Return OBSERVATIONS of places with what is published of their schools, some of which are left out."""
    known = {f"published_{name}": obs[name] for name in ("numerator", "denominator")}
    return obs.assign(**known, organizations_left_out=left_out, cells=20)


def of_years(cells: dict[str, object]) -> Iterator[pd.DataFrame]:
    """Yield measures of several years, the last of them with the cells that are asked for."""
    before = [{name: (k - 3 * ago, n) for name, (k, n) in GROUPS.items()} for ago in (4, 3, 2, 1)]
    years = [make_counts(end_year=2015 + at, **of) for at, of in enumerate([*before, cells])]
    every = pd.concat(years, ignore_index=True)
    yield sa.change(every, first=2016, last=2019)
    yield sa.change(every, first=2016, last=2019, breaks=[2018])
    yield sa.trend(every)
    told = [sa.gaps(year, **TO) for year in years]
    yield pd.concat([told[1], told[4], sa.difference_in_gaps(told[1], told[4])], ignore_index=True)
    yield sa.years_to_close(pd.concat(told, ignore_index=True))


def closing() -> pd.DataFrame:
    """Return years to close of a gap that closes, of one that widens, and of one without a pace."""
    moving = {"asian": [300, 350, 390, 450, 500], "black": [500, 450, 400, 340, 300]}
    moving |= {"hispanic": [400, 450, 380, 440, 390], "white": [600] * 5}
    years = [
        make_counts(end_year=2015 + at, **{name: (k[at], 1000) for name, k in moving.items()})
        for at in range(5)
    ]
    return sa.years_to_close(sa.gaps(pd.concat(years), **TO))


def of_tests(cells: dict[str, object]) -> Iterator[pd.DataFrame]:
    """Yield who was tested: of each group all but six."""
    plain = {name: GROUPS[name] if isinstance(cell, dict) else cell for name, cell in cells.items()}
    tested = {name: (n - 6, n) for name, (_, n) in plain.items()}
    with_score = {name: (min(k, n - 6), n - 6) for name, (k, n) in plain.items()}
    tests = {"ela_met": cells, "ela_met_tested": with_score, "ela_tested": tested}
    obs = pd.concat(make_counts(**of, indicator=code) for code, of in tests.items())
    names = {"met": "ela_met", "tested": "ela_tested"}
    yield sa.participation(obs, **names, met_tested="ela_met_tested")
    yield sa.participation_gaps(obs, **TO, **names)


def schools(cells: list[tuple[int, int]], start: int, **columns: object) -> pd.DataFrame:
    """Return a rate at each of some schools."""
    own = {"group": "black", "student_group_type": "race_ethnicity"} | columns
    obs = make_schools(*cells, codes=[str(start + at) for at in range(len(cells))], **own)
    return obs.assign(organization_name="School " + obs["organization_id"])


def of_schools() -> Iterator[pd.DataFrame]:
    """Yield measures that are made of schools."""
    every = [(30 + (7 * at) % 40, 100) for at in range(24)]
    near, far = schools(every[:6], 5000), schools(every, 6000)
    yield stats.shrunk_rates(near)
    yield sa.funnel(near)
    yield stats.q_values(sa.funnel(near).query("measure == 'funnel_p'"))
    poor = pd.concat([near, far]).assign(
        indicator="low_income_lap", student_group="all", student_group_type="all"
    )
    yield sa.expected_rates(near, far, poor)
    ranking = {code: float(at) for at, code in enumerate(near["organization_id"])}
    yield sa.gradients(near, ranking=ranking, **PLACE)
    rest = schools([(n - k, n) for k, n in every[:6]], 5000, group="white")
    whole = pd.concat([near, rest]).assign(indicator="enrollment")
    halves = {code: str(int(code) % 2) for code in near["organization_id"]}
    yield sa.segregation(whole, **BY, **PLACE, clusters=halves)
    yield sa.segregation(whole, **BY, **PLACE, groups=["black", "white"])
    rates, poor = ([0.01 * (at * step % 32) for at in range(32)] for step in (7, 5))
    key = {"end_year": 2019, "indicator": "ela_met", "grade_level": "all"}
    key |= {"organization_level": "place", "student_group": "all", "student_group_type": "all"}
    table = pd.DataFrame({"rate": rates, "poor": poor, **key}).assign(
        rate=lambda one: one["rate"] + 0.3
    )
    other = table.assign(rate=table["rate"] + 0.1, **REST)
    yield stats.oaxaca(table.assign(**PLACE), other, outcome="rate", columns=["poor"])


def of_amounts() -> Iterator[pd.DataFrame]:
    """Yield averages."""
    everyone = {"student_group_type": "all", "indicator": "spending_per_student"}
    here, there = (
        make_counts(all=(50, 100), **everyone, **place).assign(
            unit="dollars_per_student", value=amount, value_low=amount, value_high=amount
        )
        for place, amount in ((PLACE, 12_000.0), (REST, 10_000.0))
    )
    yield sa.averages(here)
    yield sa.compare_averages(here, there)


def _levels() -> pd.DataFrame:
    counted = [266, 468, 214, 52, 159, 341, 288, 212]
    groups = ["black"] * 4 + ["white"] * 4
    levels = {"student_group": groups, "level": [1, 2, 3, 4] * 2, "count": counted}
    key = {"end_year": 2019, "indicator": "ela_met", "grade_level": "03", **PLACE}
    kinds = {"organization_level": "place", "student_group_type": "race_ethnicity"}
    return pd.DataFrame(levels | key | kinds)


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
