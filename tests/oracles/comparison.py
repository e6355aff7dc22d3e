"""Many schools compared: shrinkage, funnels, families of tests, and regression splits."""

from functools import cache

import numpy as np
import pandas as pd
from conftest import make_counts
from conftest import make_schools as schools
from statsmodels.datasets.ccard.data import load_pandas

from oracles import END, read
from sesec_analysis import schema
from sesec_analysis.metrics.decomposition import TwoFold, two_fold
from sesec_analysis.metrics.expected import expected_rates, fit_overdispersed
from sesec_analysis.metrics.funnel import (
    between_variance,
    funnel,
    funnel_limits,
    global_prior,
    overdispersion,
    poisson_limits,
    shrunk_rates,
)
from sesec_analysis.metrics.robustness import q_values
from sesec_analysis.metrics.trends import school_rates, year_variation

# --- empirical Bayes: infant deaths and births, 1974-78, in the hundred counties of North Carolina

_DEATHS = """
1 0 5 1 9 7 0 0 4 1 2 16 4 4 4 18 3 4 1 1 1 0 1 2 10 23 13 6 4 16 8 0 10 6 0 2 16 2 4 1 0 8 5 5 0 5
7 2 11 3 14 5 9 6 2 0 7 3 4 5 12 18 6 10 8 2 5 44 3 3 5 5 0 10 3 11 1 0 4 1 2 38 1 4 15 7 0 4 4 0 13
8 29 31 5 8 4 15 12 5
"""
_BIRTHS = """
1091 487 3188 508 1421 1452 286 420 968 1612 1035 4449 1671 1556 2180 3608 1638 3146 1323 484 751
781 1269 1399 11858 16184 4672 1324 3164 7970 4021 671 3657 3609 770 1549 14484 765 4139 1207 1333
5509 3573 990 248 1946 4456 1646 3702 4606 5094 5754 7515 3999 2110 521 2692 675 870 2252 2992 6638
3776 4866 2216 1143 2648 21588 4099 1258 2356 2574 415 3589 1173 9014 533 797 3025 542 1027 20366
578 3915 1570 1494 338 2483 2756 284 5868 2255 11158 7889 2414 1782 1228 3350 5526 2181
"""
DEATHS, BIRTHS = (np.array([int(count) for count in text.split()]) for text in (_DEATHS, _BIRTHS))


def shrunken_rate(county: int) -> float:
    """Rate of one county, drawn towards the state's."""
    prior = global_prior(DEATHS, BIRTHS, events_may_repeat=True)
    return float(prior.shrunk(DEATHS / BIRTHS, BIRTHS)[county - 1])


@cache
def shrunk_table() -> pd.Series:
    """The same from observations: each county a school."""
    obs = pd.concat(
        make_counts(
            organization_id=f"county {i + 1}", student_group_type="all", all=(int(k), int(n))
        )
        for i, (k, n) in enumerate(zip(DEATHS, BIRTHS, strict=True))
    )
    return shrunk_rates(obs, noise="poisson")["estimate"]


# Children with symptoms, of how many, area by area.
_HUDDERSFIELD = """
21 49 22 76 47 166 3 14 8 24 25 81 31 92 26 57 12 45 5 17 73 263 27 80 66 202 41 179 39 114 26 77 16 55 10 63 9 22 4 10
19 66 7 18 32 113 23 69 12 86 26 77 6 19 4 12 28 105 7 11 33 96 6 30 18 94 12 47 14 58 11 25 19 75 6 33 34 107 19 59 22
84 8 42 5 30 3 15 32 97 5 10 16 43 20 61 7 18 29 116 19 73 14 46 16 81 4 8 8 37 8 36 4 11 5 16 0 1 5 17 43 138 6 18 42
124 3 10 27 89 33 81 52 112 26 76 49 202 25 85 50 106
"""
_SHRUNKEN = """
34.44 29.56 28.94 28.93 30.72 30.43 31.85 35.93 28.95 29.95 28.36 31.75 31.84 25.36 32.33 31.72 29.69 24.36 32.11 31.01
29.53 31.47 29.10 31.44 22.36 31.72 30.31 30.42 28.26 33.57 32.24 27.62 24.60 28.54 27.79 32.98 27.95 26.96 30.97 30.88
28.23 26.65 26.81 28.66 31.54 31.97 32.30 31.13 31.47 27.26 28.29 30.18 25.28 31.61 27.67 27.88 30.71 30.22 29.73 29.95
30.71 30.58 32.22 30.04 30.19 35.00 38.96 31.91 26.10 29.75 39.13
"""
SYMPTOMS, CHILDREN = np.array(_HUDDERSFIELD.split(), dtype=int).reshape(-1, 2).T
PRINTED = np.array(_SHRUNKEN.split(), dtype=float)


@cache
def areas() -> pd.Series:
    """Shrunken rates of the areas, percent; of the two with fewer than ten children none."""
    obs = pd.concat(
        make_counts(organization_id=f"area {i}", student_group_type="all", all=(int(k), int(n)))
        for i, (k, n) in enumerate(zip(SYMPTOMS, CHILDREN, strict=True))
    )
    return 100 * shrunk_rates(obs)["estimate"]


def farthest() -> float:
    """The most that one of all 71 is missed by, percent."""
    ours = global_prior(SYMPTOMS, CHILDREN).shrunk(SYMPTOMS / CHILDREN, CHILDREN)
    return float(np.abs(100 * ours - PRINTED).max())


# --- funnels

SEEN = np.array([100, 150, 180, 80, 120, 225.0])
EXPECTED = np.array([108, 112, 165, 95, 100, 220.0])


def phi() -> float:
    """Overdispersion of FunnelPlotR's six units: ratios on the log scale."""
    return overdispersion(np.sqrt(EXPECTED) * np.log(SEEN / EXPECTED), winsorized=0)


_MEASURED = np.array([61, 61.4, 62.21, 62.3, 62.34, 62.6, 62.7, 62.84, 65.9])
_SQUARE = np.array([0.2025, 1.21, 0.09, 0.2025, 0.3844, 0.5625, 0.0676, 0.0225, 1.8225])


def tau_square() -> float:
    """Variance between nine laboratories."""
    mean = np.average(_MEASURED, weights=1 / _SQUARE)
    z = (_MEASURED - mean) / np.sqrt(_SQUARE)
    return between_variance(overdispersion(z, winsorized=0), np.sqrt(_SQUARE))


# --- one school against a target, and against its own other years


def against(measure: str, target: float, own: tuple[int, int], usual: tuple[int, int]) -> float:
    """One number of the first school."""
    table = funnel(schools(tuple(own), *[tuple(usual)] * 5), target=target)
    return float(table[table["measure"] == measure]["estimate"].iloc[0])


@cache
def two_years() -> pd.DataFrame:
    """How far fifteen schools move between two years."""
    years = ((2018, (5, 20)), (2019, (15, 20)))
    return year_variation(pd.concat(schools(*[cell] * 15, end_year=year) for year, cell in years))


def no_wider(column: str) -> float:
    """A limit of 18 of 20 where years differ by chance alone."""
    return float(
        school_rates(schools((18, 20)), variation=two_years().assign(phi=1.0))[column].iloc[0]
    )


# --- lines through schools

_TEMPERATURES = [53, 56, 57, 63, 66, 67, 67, 67, 68, 69, 70, 70, 70, 70, 72, 73, 75, 75, 76, 76, 78]
_TEMPERATURES += [79, 80, 81]
_FAILED = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]


@cache
def flights() -> dict[str, float]:
    """Start and slope of the line in temperature, from what it expects at 31 and at 65 degrees."""
    asked, many = [31, 65], 10**9

    names = [f"asked {at}" for at in asked]
    shares = [round(many / (1 + np.exp(-(at - 65) / 10))) for at in [*_TEMPERATURES, *asked]]
    outside = schools(*((y, 1) for y in _FAILED), indicator="failed")
    share = schools(
        *((k, many) for k in shares),
        codes=[*outside["organization_id"], *names],
        indicator="low_income",
    )
    inside = schools(*[(5, 10)] * len(asked), codes=names, indicator="failed")
    table = expected_rates(inside, outside, share).set_index("measure").loc["expected_rate"]
    cold, warm = np.log(table["estimate"] / (1 - table["estimate"]))
    slope = (warm - cold) / (65 - 31)
    return {"constant": float(warm - 65 * slope), "slope": float(slope)}


_POTS = """
16 8 51 26 45 23 39 10 36 9 81 23 30 10 39 17 28 8 62 23 51 32 72 55 41 22 12 3 13 10 79 46 30 15 51 32 74 53 56 12
"""


@cache
def pots() -> dict[str, float]:
    """Correlation within a pot, and P of the cultivar and of its soil."""
    n, k = np.array([float(x) for x in _POTS.split()]).reshape(-1, 2).T
    cultivar, soil = np.tile(np.repeat([0, 1], 5), 2), np.repeat([0, 1], 10)
    design = np.column_stack([np.ones(20), cultivar, soil, cultivar * soil])
    fit, rho = fit_overdispersed(k, n, design)
    names = {"cultivar": 1, "interaction": 3}
    return {"correlation": rho} | {name: float(fit.pvalues[at]) for name, at in names.items()}


# --- families of tests

_CHANCES = """
0.0001 0.0004 0.0019 0.0095 0.0201 0.0278 0.0298 0.0344 0.0459 0.3240 0.4262 0.5719
0.6528 0.7590 1.0
"""


def q_of_family() -> np.ndarray:
    """The fifteen chances as one family."""
    table = pd.DataFrame(
        {
            "end_year": 1995,
            "student_group": [f"g{i}" for i in range(15)],
            "measure": "p_value",
            "unit": "probability",
            "status": "ok",
            "estimate": [float(chance) for chance in _CHANCES.split()],
        }
    )
    return q_values(schema.conform_estimates(table))["estimate"].to_numpy()


# --- regression splits


def card() -> TwoFold:
    """Average spending of home owners less that of others: age, income, income squared."""
    data = load_pandas()
    owns = (data.exog["OWNRENT"] == 1).to_numpy()
    spent, columns = data.endog.to_numpy(), data.exog.drop(columns="OWNRENT").to_numpy()
    return two_fold(spent[owns], columns[owns], spent[~owns], columns[~owns])


ORACLES = read(
    "comparison",
    shrunken_rate=shrunken_rate,
    shrunken_rate_from_observations=lambda county: float(shrunk_table()[county - 1]),
    shrunken_rate_of_area=lambda area: float(areas()[area - 1]),
    farthest=farthest,
    phi=phi,
    poisson_limit=lambda end, n: float(poisson_limits(n)[END[end]]),
    tau_square=tau_square,
    against=against,
    lower_funnel_limit=lambda n, rate: float(funnel_limits(n, rate)[0]),
    phi_of_two_years=lambda: float(two_years()["phi"].iloc[0]) / 5,
    school_rate=no_wider,
    flights=lambda what: flights()[what],
    pots=lambda what: pots()[what],
    rejections=lambda q: float((q_of_family() <= q).sum()),
    credit_cards=lambda what: float(getattr(card(), what)),
)
