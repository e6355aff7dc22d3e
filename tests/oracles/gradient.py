"""Gradients over ranked groups: concentration indices and slopes of published examples."""

from collections.abc import Callable, Sequence
from functools import cache

import pandas as pd
from conftest import make_counts

from oracles import QUOTED, Oracle
from sesec_analysis.metrics.gradients import gradients


def _measured(cells: Sequence[tuple[int, int]]) -> pd.DataFrame:
    """All measures over cells in the order of their ranking."""
    named = {f"s{number}": cell for number, cell in enumerate(cells)}
    obs = make_counts(**named, organization_level="school", student_group_type="all")
    obs = obs.assign(organization_id=obs["student_group"], student_group="all")
    ranking = {name: -number for number, name in enumerate(named)}
    table = gradients(obs, ranking=ranking, organization_id="p", organization_name="Place")
    return table.set_index("measure")


# --- World Health Organization ---------------------------------------------------------------------------------------

HEALTHEQUAL = (
    "World Health Organization, R package healthequal, its tests, after Schlotheuber, A. and Hosseinpoor, A. R. "
    "(2022), Int. J. Environ. Res. Public Health 19, 3697: five ordered groups of 78, 91, 162, 103, 105 at 20, 30, 40, "
    "50, 60 percent, and 25 unordered ones as R draws them after set.seed(123)"
)
FIVE = "of five ordered groups"
TWICE = (
    "the population is given to the fit twice, as counts and as weights of the counts; the counts alone (16, 27, 65, "
    "52, 63) give 44.905264 and 3.223923"
)
ONCE = (
    "Binomial logistic regression on the mid-rank of healthequal's test input, its counts used once (any package; here "
    "statsmodels GLM): 16/78, 27/91, 65/162, 52/103, 63/105"
)


@cache
def five() -> pd.DataFrame:
    """Ten times the population, so that counts are whole."""
    return _measured([(156, 780), (273, 910), (648, 1620), (515, 1030), (630, 1050)])


@cache
def rounded() -> pd.DataFrame:
    """The population as it is, the counts rounded, as the package fits them."""
    return _measured([(16, 78), (27, 91), (65, 162), (52, 103), (63, 105)])


def _five(measure: str, scale: float = 1.0) -> Callable[[], float]:
    return lambda: float(five().loc[measure, "estimate"]) * scale


def _rounded(measure: str, scale: float = 1.0) -> Callable[[], float]:
    return lambda: float(rounded().loc[measure, "estimate"]) * scale


WHO = [
    Oracle(
        HEALTHEQUAL,
        f"aci: absolute concentration index {FIVE}",
        7.3284202,
        2e-7,
        _five("absolute_concentration_index", 100),
        "their last digit is cut, not rounded",
    ),
    Oracle(
        HEALTHEQUAL,
        f"rci: relative concentration index {FIVE}",
        0.17776859,
        5e-8,
        _five("relative_concentration_index"),
        "their last digit is off",
    ),
    Oracle(
        HEALTHEQUAL,
        f"sii: slope index of inequality {FIVE}",
        44.44502,
        0.1,
        _rounded("slope_index_of_inequality", 100),
        wrong=TWICE,
    ),
    Oracle(
        HEALTHEQUAL,
        f"rii: relative index of inequality {FIVE}",
        3.159506,
        0.01,
        _rounded("relative_index_of_inequality"),
        wrong=TWICE,
    ),
    Oracle(
        ONCE,
        "slope index of inequality, points",
        44.905264,
        5e-7,
        _rounded("slope_index_of_inequality", 100),
        printed=False,
    ),
]

# --- World Bank ------------------------------------------------------------------------------------------------------

WORLD_BANK = (
    "O'Donnell, O., van Doorslaer, E., Wagstaff, A. and Lindelow, M. (2008), Analyzing Health Equity Using Household "
    "Survey Data, World Bank, chapter 8: under-five deaths in India, 1982-92, by wealth"
)
BIRTHS = [29_939, 28_776, 26_528, 24_689, 19_739]
DEATHS_PER_10_000 = [1547, 1529, 1195, 869, 543]


@cache
def india() -> pd.DataFrame:
    """Rates are per 1000 with a digit, so that ten thousand times the births make whole counts."""
    cells = zip(DEATHS_PER_10_000, BIRTHS, strict=True)
    return _measured([(rate * births, 10_000 * births) for rate, births in cells])


DEATHS = [
    Oracle(
        WORLD_BANK,
        "concentration index of 154.7, 152.9, 119.5, 86.9, 54.3 per 1000 of 29,939, 28,776, 26,528, 24,689, 19,739",
        -0.1694,
        5e-5,
        lambda: float(india().loc["relative_concentration_index", "estimate"]),
        QUOTED,
    ),
]

# --- the bounds of an index ------------------------------------------------------------------------------------------

ERREYGERS = (
    "Erreygers, G. (2009), Journal of Health Economics 28, 504-515, properties of the corrected index: 1 where the "
    "upper half of the order has all, and -1 where the lower half has"
)
WAGSTAFF = (
    "Wagstaff, A. (2005), Health Economics 14, 429-432: the largest relative index of a binary outcome is 1 - mean, "
    "hence the normalized index is 1 wherever the end of the order has all"
)
UPPER, LOWER = [(0, 50), (0, 50), (50, 50), (50, 50)], [(50, 50), (50, 50), (0, 50), (0, 50)]
END = [(0, 50), (0, 30), (0, 40), (30, 30)]
LIMITS = [
    Oracle(
        ERREYGERS,
        "the upper half has all",
        1.0,
        1e-9,
        lambda: float(_measured(UPPER).loc["erreygers_index", "estimate"]),
        printed=False,
    ),
    Oracle(
        ERREYGERS,
        "the lower half has all",
        -1.0,
        1e-9,
        lambda: float(_measured(LOWER).loc["erreygers_index", "estimate"]),
        printed=False,
    ),
    Oracle(
        WAGSTAFF,
        "the last 30 of 150 have all",
        1.0,
        1e-9,
        lambda: float(_measured(END).loc["wagstaff_index", "estimate"]),
        printed=False,
    ),
    Oracle(
        WAGSTAFF,
        "relative index, the last 30 of 150 have all: 1 - mean",
        0.8,
        1e-9,
        lambda: float(_measured(END).loc["relative_concentration_index", "estimate"]),
        printed=False,
    ),
]

ORACLES = [*WHO, *DEATHS, *LIMITS]
