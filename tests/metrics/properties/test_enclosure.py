"""Whatever the state withholds, the truth lies within the bounds: random tables, measured once true and once masked.

Every measure is held to the same four things. The number that full data show lies in `bound_low` to `bound_high`, and
so in `outer_low` to `outer_high`; the outer limits hold the interval that full data would give; where the masked table
is said to have no such figure, the true one has none; and whatever is claimed lies within its own bounds.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from functools import partial
from statistics import NormalDist

import numpy as np
import pandas as pd
import proofs
import pytest
from scipy import special

from sesec_analysis import metrics, schema
from sesec_analysis.metrics.changes import change, difference_in_gaps
from sesec_analysis.metrics.decomposition import kitagawa, standardized_rates
from sesec_analysis.metrics.disparity import compare, gaps, rates, ratios, score_ratios
from sesec_analysis.metrics.disproportionality import (
    alternate_risk_ratios,
    disproportionality,
    weighted_risk_ratios,
)
from sesec_analysis.metrics.expected import expected_rates
from sesec_analysis.metrics.funnel import (
    between_variance,
    funnel,
    global_prior,
    overdispersion,
    shrunk_rates,
)
from sesec_analysis.metrics.gradients import MEASURES, gradients
from sesec_analysis.metrics.inequality import (
    eighty_percent_indices,
    inequality,
    percentage_point_gaps,
    proportionality_indices,
)
from sesec_analysis.metrics.odds_ratios import mantel_haenszel, odds_ratios
from sesec_analysis.metrics.participation import participation, participation_gaps
from sesec_analysis.metrics.robustness import q_values
from sesec_analysis.metrics.segregation import segregation
from sesec_analysis.metrics.standardized import level_gaps, probit_gaps
from sesec_analysis.metrics.trends import school_rates, trend
from sesec_analysis.metrics.two_groups import cohens_h, gaps_to_whole, p_values, power

pytestmark = pytest.mark.slow

TABLES = proofs.cases(10_000, 100)
SLACK = 1e-9
KEY = schema.ESTIMATES_KEY
BY = {"by": "race_ethnicity"}
TO = BY | {"reference": "white"}
GROUPS = ("asian", "black", "white")
SHARES = {"asian": 2.0, "black": 3.0, "white": 5.0}
PLACE = {"organization_id": "southeast_seattle", "organization_name": "Southeast Seattle"}
CONCENTRATION, SLOPES = MEASURES[:4], MEASURES[4:]
TESTS = {"met": "ela_met", "tested": "ela_tested"}


def proof(name: str, *, seed: int | str, tried: str = "10,000 places") -> pytest.MarkDecorator:
    """Mark a proof that a measure's bounds enclose what full data would give."""
    return pytest.mark.proof(f"{name} enclose the truth", seed=seed, tried=tried)


Pair = tuple[pd.DataFrame, pd.DataFrame]
Measure = Callable[[pd.DataFrame], pd.DataFrame]


def observations(k: np.ndarray, n: np.ndarray, groups: tuple[str, ...], **more: object) -> dict:
    """Exact cells of many tables (a row each) and their groups (a column each), as columns of OBSERVATIONS."""
    tables, cells = k.shape
    value = np.divide(k, n, out=np.full(k.shape, np.nan), where=n > 0).ravel()
    columns: dict[str, object] = {
        "source_id": "ospi_assessment@2019", "indicator": "ela_met", "end_year": 2019, "grade_level": "all",
        "organization_level": "place", "organization_id": np.repeat(np.arange(tables), cells).astype(str),
        "student_group_type": "race_ethnicity", "student_group": list(groups) * tables,
        "status": np.where(n.ravel() > 0, "reported", "no_students"), "coverage": 1.0, "cells": 1, "cells_reported": 1,
    }  # fmt: skip
    for name, exact in (("numerator", k.ravel()), ("denominator", n.ravel()), ("value", value)):
        columns |= {f"{name}{end}": exact.astype(float) for end in ("", "_low", "_high")}
    return columns | more


HIDINGS = ("reported", "complementary", "rounded", "sized", "range", "withheld")
OFTEN = (0.7, 0.06, 0.06, 0.06, 0.06, 0.06)


def hidings(draw: np.random.Generator, k: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Draw how each cell is printed, under the state's rules for few students; some cell of every table is masked."""
    how = draw.choice(HIDINGS, size=k.shape, p=OFTEN)
    open_rows = np.flatnonzero((how == "reported").all(axis=1))
    forced = draw.choice(HIDINGS[1:], size=len(open_rows))
    how[open_rows, draw.integers(0, k.shape[1], len(open_rows))] = forced
    # Some sources print counts near none and near all like any other.
    labelled = draw.random((len(k), 1)) < 0.8
    how = np.where(labelled & ((k < 3) | (n - k < 3)), "label", how)
    how = np.where(n < 10, "small_n", how)
    return np.where(n == 0, "no_students", how)


def mask(columns: dict, how: np.ndarray) -> dict:
    """Print cells as the state does: each keeps only what its own text says."""
    how, out = how.ravel(), dict(columns)
    k, n = columns["numerator"], columns["denominator"]
    size = np.maximum(n, 1)
    rate, hidden = k / size, ~np.isin(how, ["reported", "no_students"])
    few = k < 3
    cuts = np.floor(rate * 10) / 10
    kept = np.isin(how, ["complementary", "sized"])
    told = {
        "numerator_low": [(how == "label", np.where(few, 0, n - 2)), (hidden, 0)],
        "numerator_high": [(how == "label", np.where(few, 2, n)), (how == "small_n", 9), (hidden, np.nan)],
        "denominator_low": [(np.isin(how, ["label", "sized", "range"]), n), (how == "small_n", 1),
                            (np.isin(how, ["complementary", "rounded"]), 10), (hidden, np.nan)],
        "denominator_high": [(np.isin(how, ["label", "sized", "range"]), n), (how == "small_n", 9), (hidden, np.nan)],
        "value_low": [(how == "label", np.where(few, 0, 1 - 3 / size)), (kept, rate), (how == "range", cuts),
                      (how == "rounded", np.maximum(np.round(rate, 3) - 0.0005, 0)), (hidden, 0)],
        "value_high": [(how == "label", np.where(few, 3 / size, 1)), (kept, rate), (how == "range", cuts + 0.1),
                       (how == "rounded", np.minimum(np.round(rate, 3) + 0.0005, 1)), (hidden, 1)],
    }  # fmt: skip
    for name, choices in told.items():
        flags, values = zip(*choices, strict=True)
        bound = np.select(flags, values, default=columns[name])
        out[name] = np.clip(bound, 0, 1) if name.startswith("value") else bound
    for name in ("numerator", "denominator"):
        out[name] = np.where(hidden, np.nan, columns[name])
    out["value"] = np.where(hidden & ~kept, np.nan, columns["value"])
    status = {
        "label": "bounded",
        "range": "bounded",
        "rounded": "complementary",
        "sized": "complementary",
    }
    out["status"] = pd.Series(how).replace(status).to_numpy(dtype=object)
    out["coverage"] = np.where(hidden, 0.0, 1.0)
    out["cells_reported"] = np.where(hidden, 0, 1)
    return out


def made(columns: dict) -> pd.DataFrame:
    return schema.conform_observations(pd.DataFrame(columns))


def drawn(
    draw: np.random.Generator, tables: int, groups: int, least: int, most: int
) -> tuple[np.ndarray, np.ndarray]:
    """Students of each group of each table, and those of them who are counted."""
    n = draw.integers(least, most, (tables, groups))
    if least == 0:
        n[draw.random(n.shape) < 0.03] = 0
    return draw.binomial(n, draw.choice([0.03, 0.2, 0.5, 0.8, 0.97], n.shape)), n


def random_tables(seed: int, *, tables: int = TABLES, least: int = 0, most: int = 90,
                  groups: tuple[str, ...] = GROUPS, **more: object) -> Pair:  # fmt: skip
    """OBSERVATIONS of many tables as they are, and as they are printed."""
    draw = np.random.default_rng(seed)
    k, n = drawn(draw, tables, len(groups), least, most)
    columns = observations(k, n, groups, **more)
    return made(columns), made(mask(columns, hidings(draw, k, n)))


def one_place(obs: pd.DataFrame, **place: str) -> pd.DataFrame:
    """Make every table an indicator of one place: for measures that compare two places."""
    return obs.assign(indicator="table_" + obs["organization_id"], **(place or PLACE))


def within(
    low: pd.Series, high: pd.Series, inner_low: pd.Series, inner_high: pd.Series
) -> np.ndarray:
    """Tell which ranges hold the inner ones, to nine digits."""
    room = [SLACK * np.clip(end.abs(), 1.0, 1e6) for end in (low, high)]
    return ((inner_low >= low - room[0]) & (inner_high <= high + room[1])).to_numpy(dtype=bool)


def enclosed(truth: pd.DataFrame, masked: pd.DataFrame, *, interval: bool = True) -> pd.Series:
    """Hold the masked estimates to the true ones; return how many ranges each measure was held to."""
    truth, masked = (table.set_index(KEY) for table in (truth, masked))
    assert truth.index.equals(masked.index)
    schema.validate_estimates(masked.reset_index()[schema.ESTIMATES_COLUMNS])
    known = truth["status"].isin(["ok", "bounded"]) & truth["bound_low"].notna()
    nowhere = masked["status"].isin(["undefined", "small_n"])
    wrong = masked[nowhere & known]
    assert wrong.empty, f"said to be no figure: {wrong.iloc[0].to_dict()}"
    said = masked["bound_low"].notna() & known
    outer = said & masked["outer_low"].notna()
    for limits, inner, asked in (
        ("bound", ("bound_low", "bound_high"), said),
        ("outer", ("bound_low", "bound_high"), outer),
        ("outer", ("outer_low", "outer_high"), outer & truth["outer_low"].notna() & interval),
    ):  # fmt: skip
        held = within(
            masked[f"{limits}_low"], masked[f"{limits}_high"], truth[inner[0]], truth[inner[1]]
        )
        wrong = np.flatnonzero(asked.to_numpy(dtype=bool) & ~held)
        assert not len(wrong), (
            f"{len(wrong)} of {asked.sum()} {limits} leave out {inner[0]}: {masked.index[wrong[0]]} "
            f"{masked.iloc[wrong[0]].to_dict()} {truth.iloc[wrong[0]].to_dict()}"
        )
    point = masked["estimate"].notna()
    own = within(masked["bound_low"], masked["bound_high"], masked["estimate"], masked["estimate"])
    assert own[point & masked["bound_low"].notna()].all()
    ranged = said & (masked["bound_high"] > masked["bound_low"])
    return ranged.groupby(masked.index.get_level_values("measure")).sum()


VARIED = pd.DataFrame(
    {"indicator": ["ela_met"], "grade_level": ["all"], "level": [""], "phi": [2.5], "pairs": [40]}
)

# Measures that take all tables at once, one organization each: how they are called, and the sizes of the groups.
AT_ONCE: dict[str, tuple[Measure, dict]] = {
    "rates": (rates, {}),
    "school_rates": (lambda obs: school_rates(obs, variation=VARIED), {}),
    "gaps": (lambda obs: gaps(obs, **TO), {}),
    "gaps, others": (lambda obs: gaps(obs, **BY, reference="others"), {}),
    "ratios": (lambda obs: ratios(obs, **TO), {}),
    "ratios, others": (lambda obs: ratios(obs, **BY, reference="others"), {}),
    "ratios, katz": (lambda obs: ratios(obs, **TO, interval="katz"), {}),
    "score_ratios": (lambda obs: score_ratios(obs, **TO), {}),
    "percentage_point_gaps": (lambda obs: percentage_point_gaps(obs, **BY), {}),
    "proportionality_indices": (lambda obs: proportionality_indices(obs, **BY), {"most": 300}),
    "eighty_percent_indices": (lambda obs: eighty_percent_indices(obs, **BY), {}),
    "gaps_to_whole": (lambda obs: gaps_to_whole(obs, **BY), {}),
    "odds_ratios": (lambda obs: odds_ratios(obs, **TO), {}),
    "odds_ratios, woolf": (lambda obs: odds_ratios(obs, **TO, interval="woolf"), {}),
    "odds_ratios, score": (lambda obs: odds_ratios(obs, **TO, interval="miettinen_nurminen"), {}),
    "cohens_h": (lambda obs: cohens_h(obs, **TO), {}),
    "probit_gaps": (lambda obs: probit_gaps(obs, **TO), {}),
    "disproportionality": (lambda obs: disproportionality(obs, **BY), {"most": 300}),
    "weighted_risk_ratios": (lambda obs: weighted_risk_ratios(obs, **BY, shares=SHARES), {"most": 300}),
    "inequality": (lambda obs: inequality(obs, **TO), {"least": 30, "most": 200}),
    "standardized_rates": (lambda obs: standardized_rates(obs, **BY, standard=SHARES), {}),
}  # fmt: skip


@proof(
    "Rates, gaps, ratios and other measures of a place",
    seed="by measure",
    tried="10,000 places a measure",
)
@pytest.mark.parametrize("name", AT_ONCE)
def test_every_measure__encloses_the_truth_of_ten_thousand_places(name):
    measure, sizes = AT_ONCE[name]
    # Koopman's interval is for exact counts; where they are withheld the outer limits are those of `ratios`.
    interval = name != "score_ratios"
    held = enclosed(*map(measure, random_tables(len(name), **sizes)), interval=interval)
    assert (held > TABLES // 10).all(), held.to_dict()


REST = {"organization_id": "rest_of_seattle_regular", "organization_name": "Rest of Seattle"}


def two_tables(measure: Callable[..., pd.DataFrame], seed: int, **sizes: int) -> Pair:
    """Every table of one place beside that of another, as they are and as they are printed."""
    here, there = random_tables(seed, **sizes), random_tables(seed + 1, **sizes)
    true, masked = (
        measure(one_place(a), one_place(b, **REST)) for a, b in zip(here, there, strict=True)
    )
    return true, masked


def years(seed: int, *ends: int, **sizes: int) -> list[Pair]:
    return [random_tables(seed + end, **sizes, end_year=end) for end in ends]


def two_years() -> Pair:
    true, masked = map(pd.concat, zip(*years(200, 2016, 2019), strict=True))
    return change(true, first=2016, last=2019), change(masked, first=2016, last=2019)


def gaps_of_two_years() -> Pair:
    (then, masked_then), (now, masked_now) = (
        [gaps(obs, **TO) for obs in pair] for pair in years(300, 2016, 2019)
    )
    return difference_in_gaps(then, now), difference_in_gaps(masked_then, masked_now)


def three_grades() -> Pair:
    grades = [random_tables(400 + int(grade), grade_level=grade) for grade in ("03", "04", "05")]
    true, masked = map(pd.concat, zip(*grades, strict=True))
    return mantel_haenszel(true, **TO), mantel_haenszel(masked, **TO)


def who_met_the_standard() -> Pair:
    true, masked = who_was_tested(500)
    tested = {**TESTS, "met_tested": "ela_met_tested"}
    return participation(true, **tested), participation(masked, **tested)


def gaps_of_test_takers() -> Pair:
    true, masked = who_was_tested(500)
    return participation_gaps(true, **TO, **TESTS), participation_gaps(masked, **TO, **TESTS)


TWO_PLACES = proof(
    "Comparisons of two places", seed="by measure", tried="10,000 pairs of places a measure"
)
TAKERS = proof("Participation and its gaps", seed=500)


@pytest.mark.parametrize(
    ("make", "least"),
    [
        pytest.param(lambda: two_tables(compare, 107, most=200), 0.1, marks=TWO_PLACES),
        pytest.param(
            lambda: two_tables(partial(kitagawa, **BY), 108, most=200), 0.1, marks=TWO_PLACES
        ),
        pytest.param(
            lambda: two_tables(partial(alternate_risk_ratios, **BY), 121, most=200),
            0.1,
            marks=TWO_PLACES,
        ),
        pytest.param(two_years, 1, marks=proof("Changes between two years", seed=200)),
        pytest.param(gaps_of_two_years, 0.5, marks=proof("Changes of gaps", seed=300)),
        pytest.param(three_grades, 0.5, marks=proof("Odds ratios over grades", seed=400)),
        pytest.param(who_met_the_standard, 0.5, marks=TAKERS),
        pytest.param(gaps_of_test_takers, 0.5, marks=TAKERS),
    ],
)
def test_measures_of_several_tables__enclose_the_truth_of_ten_thousand_places(make, least):
    """Of two places, years, grades or tests; each measure is a range in that share of places at least."""
    held = enclosed(*make())
    assert (held > TABLES * least).all(), held.to_dict()


def who_was_tested(seed: int) -> Pair:
    """Who met the standard of all, and of those tested, and who was tested: each printed by its own cell."""
    draw = np.random.default_rng(seed)
    took, n = drawn(draw, TABLES, len(GROUPS), 0, 90)
    took = np.maximum(took, draw.binomial(n, 0.9))
    k = draw.binomial(took, draw.choice([0.03, 0.3, 0.6, 0.97], n.shape))
    pairs = {"ela_met": (k, n), "ela_met_tested": (k, took), "ela_tested": (took, n)}
    true, masked = [], []
    for name, pair in pairs.items():
        columns = observations(*pair, GROUPS, indicator=name)
        true.append(made(columns))
        masked.append(made(mask(columns, hidings(draw, *pair))))
    return pd.concat(true, ignore_index=True), pd.concat(masked, ignore_index=True)


NUMBERS_OF_EXACT_COUNTS: dict[str, tuple[Measure, int]] = {
    "p_values": (lambda obs: p_values(obs, **TO), proofs.cases(3_000, 300)),
    "q_values": (
        lambda obs: q_values(p_values(obs, **TO), family=["organization_id"]),
        proofs.cases(1_000, 300),
    ),
    "power": (lambda obs: power(obs, **TO, difference=-0.1), TABLES),
}


@pytest.mark.parametrize("name", NUMBERS_OF_EXACT_COUNTS)
def test_numbers_of_exact_counts__are_never_made_of_withheld_ones(name):
    measure, tables = NUMBERS_OF_EXACT_COUNTS[name]
    true, masked = map(measure, random_tables(600, tables=tables))
    both = masked["estimate"].notna()
    if name != "q_values":  # the others of a family that are left move a q
        assert (masked.loc[both, "estimate"] == true.loc[both, "estimate"]).all()
    withheld = true["estimate"].notna() & masked["estimate"].isna()
    assert set(masked.loc[withheld, "status"]) == {"suppressed"}
    assert masked.loc[withheld, ["bound_low", "bound_high"]].isna().all(axis=None)
    assert withheld.sum() > tables // 2


@proof("Gaps between levels of a test", seed=800)
def test_level_gaps__encloses_the_truth_of_ten_thousand_places():
    draw = np.random.default_rng(800)
    counts = draw.integers(0, 40, (TABLES * 2, 4)).astype(float)
    masked = (counts < 10) & (draw.random(counts.shape) < 0.8)
    levels = pd.DataFrame({
        "end_year": 2019, "organization_id": np.repeat(np.arange(TABLES), 8).astype(str),
        "student_group": np.tile(np.repeat(["black", "white"], 4), TABLES), "level": [1, 2, 3, 4] * (2 * TABLES),
        "count": np.where(masked, np.nan, counts).ravel(), "count_low": np.where(masked, 0, counts).ravel(),
        "count_high": np.where(masked, 9, counts).ravel(),
    })  # fmt: skip
    table = level_gaps(levels, reference="white").set_index(["organization_id", "measure"])
    rate = 1 - np.cumsum(counts, axis=1)[:, :3] / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    for cut in (2, 3, 4):
        group, other = rate[:, cut - 2].reshape(TABLES, 2).T
        inside = (group > 0) & (group < 1) & (other > 0) & (other < 1)
        truth = special.ndtri(np.where(inside, group, 0.5)) - special.ndtri(
            np.where(inside, other, 0.5)
        )
        rows = table.xs(f"probit_gap_{cut}", level="measure").loc[np.arange(TABLES).astype(str)]
        said = (rows["bound_low"].notna() & inside).to_numpy(dtype=bool)
        truth = pd.Series(truth, rows.index)
        for limits in ("bound", "outer"):
            held = within(rows[f"{limits}_low"], rows[f"{limits}_high"], truth, truth)
            assert held[said].all(), limits
        assert (said & (rows["bound_high"] > rows["bound_low"])).sum() > TABLES // 4
    hidden = masked.reshape(TABLES, 8).any(axis=1)
    v_gap = table.xs("v_gap", level="measure").loc[np.arange(TABLES).astype(str)]
    assert v_gap.loc[hidden, "estimate"].isna().all()


def schools(
    seed: int, tables: int = TABLES, **sizes: int
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """A rate of each of many schools as it is printed, and its true counts."""
    true, masked = random_tables(seed, tables=tables, groups=("all",), organization_level="school",
                                 student_group_type="all", **sizes)  # fmt: skip
    k, n = (true[name].to_numpy(dtype=float) for name in ("numerator", "denominator"))
    some = (
        np.random.default_rng(seed).random(tables) < 0.3
    )  # else every cell of a table of one is masked
    plain = some & (n >= 10)
    return pd.concat([masked[~plain], true[plain]]).sort_index(), k, n


@proof("Funnel limits and shrunken rates", seed=900, tried="10,000 schools")
@pytest.mark.parametrize("target", [None, 0.4])
def test_fair_comparison__encloses_the_truth_of_ten_thousand_schools(target):
    obs, k, n = schools(900)
    exact = obs["numerator"].notna().to_numpy() & (n > 0)
    rate, size = k / np.maximum(n, 1), np.maximum(n, 1)
    prior = global_prior(k[exact], n[exact])
    goal = k[exact].sum() / n[exact].sum() if target is None else target
    error = np.sqrt(goal * (1 - goal) / n[exact])
    phi = overdispersion((rate[exact] - goal) / error)
    spread = np.sqrt(goal * (1 - goal) / size + (between_variance(phi, error) if phi > 1 else 0.0))
    told = funnel(obs, target=target)
    z, p = (told[told["measure"] == f"funnel_{name}"].reset_index(drop=True) for name in "zp")
    assert {"ok", "bounded", "small_n", "undefined"} <= set(z["status"])
    hidden = p[z["status"] == "bounded"]
    assert set(hidden["status"]) == {"suppressed"}
    assert hidden["estimate"].isna().all()
    answers = [(z, (rate - goal) / spread), (shrunk_rates(obs), prior.shrunk(rate, size))]
    for table, value in answers:
        truth = pd.Series(value, table.index)
        said = table["bound_low"].notna() & (n > 0)
        assert within(table["bound_low"], table["bound_high"], truth, truth)[said].all()
        assert (table["bound_high"] > table["bound_low"]).sum() > TABLES // 3
    own = prior.spread(size) * NormalDist().inv_cdf(0.975)
    shrunk, value = answers[1]
    said = shrunk["outer_low"].notna()
    assert shrunk.loc[said, "method"].str.contains("exact counts only").all()
    ends = pd.Series(np.fmax(value - own, 0)), pd.Series(np.fmin(value + own, 1))
    assert within(shrunk["outer_low"], shrunk["outer_high"], *ends)[said].all()


@proof("Expected rates", seed=1000, tried="10,000 schools")
def test_expected_rates__encloses_the_truth_of_ten_thousand_schools():
    draw = np.random.default_rng(1000)
    low = draw.uniform(0.1, 0.8, 60)
    n = np.full((60, 1), 200)
    more = {"organization_level": "school", "student_group_type": "all"}
    names = [f"far_{number}" for number in range(60)]
    far = observations(
        draw.binomial(n, 0.8 - 0.5 * low[:, None] + draw.normal(0, 0.03, n.shape)),
        n,
        ("all",),
        **more,
    )
    far_share = observations(
        draw.binomial(n, low[:, None]), n, ("all",), **more, indicator="low_income"
    )
    outside, share = (
        made(far | {"organization_id": names}),
        made(far_share | {"organization_id": names}),
    )
    near = random_tables(1001, groups=("all",), most=200, **more)
    near_share = random_tables(1002, groups=("all",), most=200, **more, indicator="low_income")
    plain = draw.random(TABLES) < 0.4  # schools whose low-income share was published
    plain_share = pd.concat([near_share[0][plain], near_share[1][~plain]])
    true, masked = (
        expected_rates(obs, outside, pd.concat([own, share], ignore_index=True))
        for obs, own in zip(near, (near_share[0], plain_share), strict=True)
    )
    held = enclosed(true, masked)
    assert (held > TABLES // 3).all(), held.to_dict()


@proof("Slopes of trends", seed=1100)
def test_trend__encloses_the_slope_of_ten_thousand_places():
    """The bounds are those of the least-squares slope of the yearly rates, which is worked out here."""
    ends = np.array([2015, 2016, 2017, 2019])
    told = years(1100, *ends.tolist(), groups=("all",), least=10, student_group_type="all")
    table = trend(pd.concat([masked for _, masked in told], ignore_index=True))
    rate = np.array([true["value"].to_numpy() for true, _ in told])
    slope = (ends - ends.mean()) @ rate / ((ends - ends.mean()) ** 2).sum()
    truth = pd.Series(slope, np.arange(TABLES).astype(str))[table["organization_id"]].reset_index(
        drop=True
    )
    said = table["bound_low"].notna()
    for limits in ("bound", "outer"):
        assert within(table[f"{limits}_low"], table[f"{limits}_high"], truth, truth)[said].all()
    assert (said & (table["bound_high"] > table["bound_low"])).sum() > TABLES // 2


def school_tables(seed: int, tables: int, count: int) -> Pair:
    """The rate of some schools, an indicator for each table: for measures that are made of the schools of a place."""
    names = tuple(f"school_{number}" for number in range(count))
    pair = random_tables(
        seed, tables=tables, groups=names, least=3, most=150, organization_level="school"
    )
    true, masked = (
        obs.assign(
            indicator="table_" + obs["organization_id"], organization_id=obs["student_group"],
            student_group="all", student_group_type="all",
        )
        for obs in pair
    )  # fmt: skip
    return true, masked


def gradients_of(obs: pd.DataFrame, measures: list[str]) -> pd.DataFrame:
    ranking = {"school_0": 0.9, "school_1": 0.7, "school_2": 0.7, "school_3": 0.4, "school_4": 0.1}
    return gradients(obs, ranking=ranking, measures=measures, **PLACE)


@proof("Gradients of whole places", seed=1200, tried="300 places, 100 of slopes")
@pytest.mark.parametrize(
    ("measures", "tables"),
    [(CONCENTRATION, proofs.cases(300, 60)), (SLOPES, proofs.cases(100, 50))],
    ids=["concentration", "slopes"],
)
def test_gradients__encloses_the_truth_of_some_places(measures, tables):
    """Each is worked out by itself, which is slow."""
    pair = school_tables(1200, tables, 5)
    held = enclosed(*(gradients_of(obs, list(measures)) for obs in pair))
    assert (held > tables // 5).all(), held.to_dict()


GRADES = ["all", "PK", "K", *(f"{number:02}" for number in range(1, 13))]


def enrolled(seed: int, tables: int, schools: int) -> Pair:
    """Enrollment of some schools, a year and grade for each table; small groups, and some others, are withheld."""
    draw = np.random.default_rng(seed)
    k = draw.integers(0, 60, (tables, schools, len(GROUPS)))
    k[draw.random(k.shape) < 0.1] = 0
    n = np.broadcast_to(k.sum(axis=2, keepdims=True), k.shape).astype(float)
    table, school, _ = (axis.ravel() for axis in np.indices(k.shape))
    k, n, size = k.astype(float).ravel(), n.ravel(), np.maximum(n.ravel(), 1)
    columns = observations(k[:, None], n[:, None], ("?",))
    columns |= {
        "indicator": "enrollment", "end_year": 1990 + table % 30, "grade_level": np.array(GRADES)[table // 30],
        "organization_level": "school", "organization_id": school.astype(str),
        "student_group": np.tile(GROUPS, tables * schools),
    }  # fmt: skip
    hidden, range_ = (k > 0) & (k < 10), (k >= 10) & (draw.random(k.shape) < 0.1)
    cut, most = np.floor(k / size * 10) / 10, np.minimum(9, n)
    masked = columns | {
        "numerator": np.where(hidden | range_, np.nan, k), "value": np.where(hidden | range_, np.nan, columns["value"]),
        "numerator_low": np.where(hidden, 0, np.where(range_, np.ceil(cut * n - SLACK), k)),
        "numerator_high": np.where(hidden, most, np.where(range_, np.floor((cut + 0.1) * n + SLACK), k)),
        "value_low": np.where(hidden, 0, np.where(range_, cut, columns["value"])),
        "value_high": np.where(hidden, most / size, np.where(range_, np.minimum(cut + 0.1, 1), columns["value"])),
        "status": np.where(hidden, "small_n", np.where(range_, "bounded", columns["status"])),
    }  # fmt: skip
    return made(columns), made(masked)


@proof("Segregation of whole places", seed=1300, tried="100 places a measure")
@pytest.mark.parametrize("groups", [None, ["black", "white"]])
def test_segregation__encloses_the_truth_of_some_places(groups):
    """Each is worked out by itself, which is slow."""
    places = proofs.cases(100, 25)
    pair = enrolled(1300, places, 4)
    clusters = {"0": "north", "1": "north", "2": "south", "3": "south"}
    held = enclosed(
        *(segregation(obs, **BY, **PLACE, groups=groups, clusters=clusters) for obs in pair)
    )
    assert held["dissimilarity"] > 0.8 * places, held.to_dict()
    assert held["exposure"] > 0.8 * places


WITHOUT_BOUNDS = {
    "breslow_day": "a probability is of exact counts",
    **dict.fromkeys(("level_estimates", "level_shares"), "as in tests/metrics/school_levels"),
    "averages": "an average is published or it is not",
    **dict.fromkeys(
        ("published_rates", "published_gaps", "published_gap_changes"),
        "published schools have no withheld cell",
    ),
    "compare_averages": "as averages",
    "counts_at_earlier_rate": "the bounds of a change, rounded outward",
    "counts_at_other_rate": "the bounds of a gap, rounded outward",
    "oaxaca": "withheld schools are refused",
    "years_to_close": "a gap withheld in a year is not projected; tested by hand",
    "progress": "made of changes and gaps, which have theirs",
}


def public_measures() -> set[str]:
    """Name every measure, so that a test over measures can say which one it forgets."""
    rooms = [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(metrics.__path__, f"{metrics.__name__}.")
        if not found.ispkg
    ]
    return {name for room in rooms for name in room.__all__ if _is_measure(getattr(room, name))}


def _is_measure(thing: object) -> bool:
    if not inspect.isfunction(thing):
        return False
    doc = inspect.getdoc(thing) or ""
    table = "DataFrame" in str(inspect.signature(thing).return_annotation)
    return table and "Returns\n-------" in doc and "ESTIMATES" in doc


def test_every_measure__is_held_to_the_truth_here():
    untested = public_measures() - set(globals())
    assert untested == set(WITHOUT_BOUNDS), (
        "give a new measure its line in AT_ONCE or a test of its own here, or its reason in WITHOUT_BOUNDS"
    )


def test_enclosed__finds_a_truth_that_is_left_out():
    """The tests above can fail: the numbers of other tables do not lie within these bounds."""
    (_, masked), (other, _) = random_tables(1, tables=200), random_tables(2, tables=200)
    with pytest.raises(AssertionError, match=r"said to be no figure|leave out"):
        enclosed(rates(other), rates(masked))
