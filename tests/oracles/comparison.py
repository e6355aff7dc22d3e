"""Many schools compared: shrinkage, funnels, families of tests, and regression splits."""

import numpy as np
import pandas as pd
from statsmodels.datasets.ccard.data import load_pandas

from oracles import Oracle
from sesec_analysis import schema
from sesec_analysis.metrics.decomposition import TwoFold, two_fold
from sesec_analysis.metrics.funnel import global_prior, overdispersion, poisson_limits
from sesec_analysis.metrics.robustness import q_values

# --- empirical Bayes: infant deaths and births, 1974-78, in the hundred counties of North Carolina

ESDA = "PySAL, esda/tests/test_smoothing.py"
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


def shrunk(county: int) -> float:
    """Rate of one county, drawn towards the state's."""
    prior = global_prior(DEATHS, BIRTHS, events_may_repeat=True)
    return float(prior.shrunk(DEATHS / BIRTHS, BIRTHS)[county])


SHRUNK = [
    Oracle(
        ESDA,
        f"Empirical_Bayes (Marshall's): shrunken rate of sids2, SID74 of BIR74, county {county + 1}",
        theirs,
        5e-8,
        lambda county=county: shrunk(county),
    )
    for county, theirs in enumerate((0.0016973, 0.0017054, 0.0017731, 0.0020129, 0.0035349))
]

# --- funnels

FUNNELPLOTR = (
    "Mainey, C., R package FunnelPlotR, tests/testthat (test-poisson_limits, test-classes_methods)"
)
SEEN = np.array([100, 150, 180, 80, 120, 225.0])
EXPECTED = np.array([108, 112, 165, 95, 100, 220.0])


def phi() -> float:
    """Overdispersion of FunnelPlotR's six units: ratios on the log scale."""
    return overdispersion(np.sqrt(EXPECTED) * np.log(SEEN / EXPECTED), winsorized=0)


_LIMITS = ((0.5596924, 0.6108260, 0.6746958), (1.649348, 1.544419, 1.427562))
FUNNELS = [
    Oracle(FUNNELPLOTR, "overdispersion of six units, not winsorized", 2.948033, 5e-7, phi),
    *(
        Oracle(
            FUNNELPLOTR,
            f"Poisson {end} 95 percent limit, {n} expected",
            theirs,
            within,
            lambda n=n, side=side: float(poisson_limits(n)[side]),
        )
        for side, (end, limits, within) in enumerate(
            (("lower", _LIMITS[0], 5e-8), ("upper", _LIMITS[1], 5e-7))
        )
        for n, theirs in zip((15, 20, 30), limits, strict=True)
    ),
]

# --- families of tests

BENJAMINI = "Benjamini, Y. and Hochberg, Y. (1995), Journal of the Royal Statistical Society B 57, 289-300, section 3.2"
CHANCES = (
    0.0001,
    0.0004,
    0.0019,
    0.0095,
    0.0201,
    0.0278,
    0.0298,
    0.0344,
    0.0459,
    0.3240,
    0.4262,
    0.5719,
    0.6528,
    0.7590,
    1.0,
)


def q_of_family() -> np.ndarray:
    """The fifteen chances as one family."""
    table = pd.DataFrame(
        {
            "end_year": 1995,
            "student_group": [f"g{i}" for i in range(15)],
            "measure": "p_value",
            "unit": "probability",
            "status": "ok",
            "estimate": CHANCES,
        }
    )
    return q_values(schema.conform_estimates(table))["estimate"].to_numpy()


FAMILIES = [
    Oracle(
        BENJAMINI,
        "rejections among fifteen at q = .05",
        4,
        0,
        lambda: float((q_of_family() <= 0.05).sum()),
    ),
]

# --- regression splits

STATA = "Jann, B. (2008), Stata's oaxaca, pooled, on Greene's credit card data, as kept in statsmodels' tests"


def card() -> TwoFold:
    """Average spending of home owners less that of others: age, income, income squared."""
    data = load_pandas()
    owns = (data.exog["OWNRENT"] == 1).to_numpy()
    spent, columns = data.endog.to_numpy(), data.exog.drop(columns="OWNRENT").to_numpy()
    return two_fold(spent[owns], columns[owns], spent[~owns], columns[~owns])


SPLITS = [
    Oracle(STATA, "difference", 158.7504, 5e-5, lambda: card().total),
    Oracle(STATA, "explained", 130.8095, 5e-5, lambda: card().explained),
    Oracle(STATA, "unexplained", 27.94091, 5e-6, lambda: card().unexplained),
]

ORACLES = [*SHRUNK, *FUNNELS, *FAMILIES, *SPLITS]
