"""Two groups compared: rates, gaps, ratios, odds, tests and their power, and Kitagawa's parts."""

from collections.abc import Callable
from math import asin, sin, sqrt

import pandas as pd
from conftest import make_counts

from oracles import QUOTED, Oracle
from sesec_analysis.metrics.decomposition import kitagawa, standardized_rates
from sesec_analysis.metrics.disparity import compare, gaps, rates, ratios, score_ratios
from sesec_analysis.metrics.intervals import (
    difference_limits,
    koopman_ratio,
    margin_of_product,
    margin_of_ratio,
    margin_of_share,
    margin_of_sum,
    newcombe_difference,
    wilson,
)
from sesec_analysis.metrics.odds_ratios import (
    breslow_day,
    breslow_day_test,
    mantel_haenszel,
    odds_ratios,
)
from sesec_analysis.metrics.two_groups import cohens_h, p_values, power, power_of

SCORE, KATZ, WOOLF = ({"interval": name} for name in ("miettinen_nurminen", "katz", "woolf"))
RACE = {"by": "race_ethnicity", "reference": "white"}


def of(
    measure: Callable[..., pd.DataFrame], column: str, a: tuple, b: tuple, **more
) -> Callable[[], float]:
    """One number of a measure of two groups."""
    return lambda: float(measure(make_counts(black=a, white=b), **RACE, **more)[column].iloc[0])


def of_places(column: str, measure: str, a: tuple, b: tuple) -> Callable[[], float]:
    """One number of one group in two places."""
    here, there = make_counts(black=a), make_counts(organization_id="elsewhere", black=b)
    return lambda: float(compare(here, there).set_index("measure").loc[measure, column])


# --- rates -----------------------------------------------------------------------------------------------------------

R_BINOM = 'Dorai-Raj, S., R package binom, binom.confint(method = "wilson"), as kept in statsmodels\' test results'
ALTMAN = (
    "Altman, D. G., Machin, D., Bryant, T. N. and Gardner, M. J. (2000), Statistics with Confidence"
)
NEWCOMBE_ONE = "Newcombe, R. G. (1998), Statistics in Medicine 17, 857-872, table I, method 3"


def _wilson(
    source: str, k: int, n: int, low: float, high: float, within: float, note: str = ""
) -> list[Oracle]:
    return [
        Oracle(
            source,
            f"Wilson {end} 95 percent limit of {k}/{n}",
            theirs,
            within,
            lambda side=side: float(wilson(k, n)[side]),
            note,
        )
        for side, (end, theirs) in enumerate((("lower", low), ("upper", high)))
    ]


RATES = [
    Oracle(
        R_BINOM,
        "Wilson lower 95 percent limit of 18/20, by `rates`",
        0.6989663547715128,
        5e-13,
        lambda: float(rates(make_counts(black=(18, 20)))["ci_low"].iloc[0]),
    ),
    *_wilson(R_BINOM, 18, 20, 0.6989663547715128, 0.972133518786232, 5e-13),
    *_wilson(R_BINOM, 4, 20, 0.0806576625797981, 0.4160174322518935, 5e-13),
    *_wilson(ALTMAN, 81, 263, 0.255, 0.366, 5e-4),
    *_wilson(NEWCOMBE_ONE, 81, 263, 0.2553, 0.3662, 5e-5, QUOTED),
    *_wilson(NEWCOMBE_ONE, 15, 148, 0.0624, 0.1605, 5e-5, QUOTED),
    *_wilson(NEWCOMBE_ONE, 0, 20, 0.0, 0.1611, 5e-5, QUOTED),
    *_wilson(NEWCOMBE_ONE, 1, 29, 0.0061, 0.1718, 5e-5, QUOTED),
]

# --- gaps ------------------------------------------------------------------------------------------------------------

NEWCOMBE_TWO = "Newcombe, R. G. (1998), Statistics in Medicine 17, 873-890, table II, method 10"
_ROWS = [
    ((56, 70, 48, 80), 0.0524, 0.3339),
    ((9, 10, 3, 10), 0.1705, 0.8090),
    ((6, 7, 2, 7), 0.0582, 0.8062),
    ((5, 56, 0, 29), -0.0381, 0.1926),
    ((0, 10, 0, 20), -0.1611, 0.2775),
    ((0, 10, 0, 10), -0.2775, 0.2775),
    ((10, 10, 0, 20), 0.6791, 1.0000),
    ((10, 10, 0, 10), 0.6075, 1.0000),
]
GAPS = [
    Oracle(
        NEWCOMBE_TWO,
        f"{end} 95 percent limit of {a}/{m} less {b}/{n}",
        theirs,
        5e-5,
        lambda cells=(a, m, b, n), side=side: float(newcombe_difference(*cells)[side]),
    )
    for (a, m, b, n), low, high in _ROWS
    for side, (end, theirs) in enumerate((("lower", low), ("upper", high)))
] + [
    Oracle(
        NEWCOMBE_TWO,
        "lower 95 percent limit of 56/70 less 48/80, by `gaps`",
        0.0524,
        5e-5,
        of(gaps, "ci_low", (56, 70), (48, 80)),
    ),
    *(
        Oracle(
            NEWCOMBE_TWO,
            f"{end} 95 percent limit of 56/70 less 48/80, by `compare`",
            theirs,
            5e-5,
            of_places(column, "gap", (56, 70), (48, 80)),
        )
        for end, column, theirs in (("lower", "ci_low", 0.0524), ("upper", "ci_high", 0.3339))
    ),
]

CHEN = (
    "Chen, Y. and Zhou, X. (2016), Interval Estimation for the Difference Between Independent Proportions, Western "
    "Users of SAS Software, paper 127, as kept in tests of the R package cicalc"
)
CICALC = "R package cicalc, documentation of ci_prop_diff_mn"
NEWCOMBE_SIX = "Newcombe, R. G. (1998), Statistics in Medicine 17, 873-890, table II, method 6"
CONTINGENCY = (
    "Fagerland, M. W., Lydersen, S. and Laake, P. (2017), Statistical Analysis of Contingency Tables, chapters 4 and "
    "10, as kept in tests of their R package contingencytables"
)
PROPCIS_WALD = "Scherer, R., R package PropCIs, as kept in statsmodels' tests"
MIETTINEN, AGRESTI = "miettinen_nurminen", "agresti_caffo"


def _difference(
    source: str,
    interval: str,
    cells: tuple[int, ...],
    limits: tuple[float, ...],
    within: float,
    note: str = "",
) -> list[Oracle]:
    k, n, other_k, other_n = cells
    return [
        Oracle(
            source,
            f"{interval.replace('_', ' and ').title()}'s {end} 95 percent limit of {k}/{n} less {other_k}/{other_n}",
            theirs,
            within,
            lambda side=side: float(difference_limits(*cells, interval=interval)[side]),
            note,
        )
        for side, (end, theirs) in enumerate(zip(("lower", "upper"), limits, strict=True))
    ]


DIFFERENCES = [
    *_difference(CHEN, MIETTINEN, (56, 70, 48, 80), (0.0528, 0.3382), 5e-5),
    *_difference(CHEN, MIETTINEN, (9, 10, 3, 10), (0.1700, 0.8406), 5e-5),
    *_difference(CHEN, MIETTINEN, (10, 10, 0, 20), (0.7156, 1.0), 5e-5),
    *_difference(
        CICALC,
        MIETTINEN,
        (3, 10, 9, 10),
        (-0.8406495, -0.170025),
        2e-6,
        "theirs is searched on a grid of two millionths",
    ),
    *_difference(NEWCOMBE_SIX, MIETTINEN, (6, 7, 2, 7), (0.0342, 0.8534), 5e-5, QUOTED),
    *_difference(NEWCOMBE_SIX, MIETTINEN, (5, 56, 0, 29), (-0.0326, 0.1933), 5e-5, QUOTED),
    *_difference(NEWCOMBE_SIX, MIETTINEN, (0, 10, 0, 20), (-0.1658, 0.2844), 5e-5, QUOTED),
    *_difference(NEWCOMBE_SIX, MIETTINEN, (0, 10, 0, 10), (-0.2879, 0.2879), 5e-5, QUOTED),
    *_difference(CONTINGENCY, MIETTINEN, (0, 16, 15, 72), (-0.3164, -0.0056), 5e-5),
    *_difference(CONTINGENCY, AGRESTI, (7, 34, 1, 34), (0.0116, 0.3217), 5e-5),
    *_difference(PROPCIS_WALD, MIETTINEN, (7, 34, 1, 34), (0.0270416, 0.3452912), 5e-8),
    *_difference(PROPCIS_WALD, AGRESTI, (7, 34, 1, 34), (0.01161167, 0.32172166), 5e-9),
    Oracle(
        CHEN,
        "Miettinen and Nurminen's lower limit of 56/70 less 48/80, by `gaps`",
        0.0528,
        5e-5,
        of(gaps, "ci_low", (56, 70), (48, 80), interval=MIETTINEN),
    ),
]

# --- margins of census estimates -------------------------------------------------------------------------------------

HANDBOOK = (
    "U.S. Census Bureau (2018), Understanding and Using American Community Survey Data, chapter 8, as kept in tests of "
    "the Los Angeles Times' census-data-aggregator"
)
AGGREGATOR = "Los Angeles Times Data Desk, census-data-aggregator, documentation"
CENSUS = [
    Oracle(
        HANDBOOK,
        "table 8.1, margin of a sum of three counties",
        5070,
        0.5,
        lambda: margin_of_sum([3860, 2642, 1957], [135173, 43104, 24842]),
    ),
    Oracle(
        HANDBOOK,
        "table 8.4, margin of a sum of three counties",
        831,
        0.5,
        lambda: margin_of_sum([391, 572, 459]),
    ),
    Oracle(
        HANDBOOK,
        "table 8.4, margin of a share, 203,119 of 630,498",
        0.008,
        5e-4,
        lambda: float(margin_of_share(203119, 630498, 5070, 831)),
    ),
    Oracle(
        HANDBOOK,
        "table 8.5, margin of a ratio, 226,840 to 203,119",
        0.039,
        5e-4,
        lambda: float(margin_of_ratio(226840, 203119, margin_of_sum([4222, 2819, 2259]), 5070)),
    ),
    Oracle(
        HANDBOOK,
        "margin of a product, 82.4 percent of 74,506,512",
        202289,
        0.5,
        lambda: float(margin_of_product(74506512, 0.824, 228238, 0.001)),
    ),
    Oracle(
        AGGREGATOR,
        "margin of a sum, children under five",
        5437.757350231803,
        5e-10,
        lambda: margin_of_sum([3778, 3911]),
    ),
]

# --- ratios and odds -------------------------------------------------------------------------------------------------

FAGERLAND = (
    "Fagerland, M. W., Lydersen, S. and Laake, P. (2015), Statistical Methods in Medical Research 24, 224-254, "
    "tables of 7/34 against 1/34, as quoted in statsmodels' tests"
)
PROPCIS = (
    "Scherer, R., R package PropCIs, riskscoreci(7, 34, 1, 34, 0.95), as kept in statsmodels' tests"
)
PERONDI = (7, 34), (1, 34)
ROUNDED = "the paper prints 1.21 for 1.2209, which PropCIs has to seven digits; one and a half units are allowed"
RATIOS = [
    Oracle(FAGERLAND, what, theirs, within, of(measure, column, *PERONDI, **more), note)
    for what, theirs, within, measure, column, more, note in (
        ("ratio, adjusted log, lower", 0.92, 0.005, ratios, "ci_low", {}, ""),
        ("ratio, adjusted log, upper", 27, 0.5, ratios, "ci_high", {}, ""),
        ("ratio, Koopman, lower", 1.21, 0.015, score_ratios, "ci_low", {}, ROUNDED),
        ("ratio, Koopman, upper", 43, 0.5, score_ratios, "ci_high", {}, ""),
        ("odds ratio, Woolf, lower", 0.99, 0.005, odds_ratios, "ci_low", WOOLF, ""),
        ("odds ratio, Woolf, upper", 74, 0.5, odds_ratios, "ci_high", WOOLF, ""),
        ("odds ratio, Gart adjusted, lower", 0.98, 0.005, odds_ratios, "ci_low", {}, ""),
        ("odds ratio, Gart adjusted, upper", 38, 0.5, odds_ratios, "ci_high", {}, ""),
    )
]
RATIOS += [
    Oracle(
        PROPCIS,
        f"ratio, Koopman, {end}",
        theirs,
        5e-7,
        lambda side=side: float(koopman_ratio(7, 34, 1, 34)[side]),
    )
    for side, (end, theirs) in enumerate((("lower", 1.220853), ("upper", 42.575718)))
]

CONTINGENCY = (
    "Fagerland, M. W., Lydersen, S. and Laake, P. (2017), Statistical Analysis of Contingency Tables, chapter 4, as "
    "kept in the tests of their R package contingencytables"
)
GADA = (9, 13), (4, 14)
RATIOS += [
    Oracle(CONTINGENCY, what, theirs, 5e-5, of(measure, column, *cells, **more))
    for what, theirs, measure, column, cells, more in (
        ("odds ratio, Miettinen-Nurminen, lower", 1.0934, odds_ratios, "ci_low", GADA, SCORE),
        ("odds ratio, Miettinen-Nurminen, upper", 28.9419, odds_ratios, "ci_high", GADA, SCORE),
        ("ratio, Katz log, lower", 0.9096, ratios, "ci_low", PERONDI, KATZ),
        ("ratio, Katz log, upper", 53.8695, ratios, "ci_high", PERONDI, KATZ),
    )
]
RATIOS.append(
    Oracle(
        CONTINGENCY,
        "Fisher's exact test of 0/16 against 15/72",
        0.06287,
        5e-6,
        of(p_values, "estimate", (0, 16), (15, 72), test="fisher"),
    )
)

MANTELHAEN = "R, mantelhaen.test, as kept in statsmodels' tests of StratifiedTable"
_FIVE = [(20, 14, 10, 24), (15, 12, 3, 15), (3, 2, 3, 2), (12, 3, 7, 5), (1, 0, 3, 2)]
_SIX = [
    (313, 512, 19, 89),
    (207, 353, 8, 17),
    (205, 120, 391, 202),
    (278, 139, 244, 131),
    (138, 53, 299, 94),
    (351, 22, 317, 24),
]


def _graded(tables: list[tuple[int, int, int, int]]) -> pd.DataFrame:
    strata = [
        make_counts(black=(a, a + b), white=(c, c + d), grade_level=f"0{grade}")
        for grade, (a, b, c, d) in enumerate(tables, start=1)
    ]
    return pd.concat(strata)


def _pooled(tables: list[tuple[int, int, int, int]], column: str) -> float:
    return float(mantel_haenszel(_graded(tables), **RACE)[column].iloc[0])


STRATA = [
    Oracle(
        MANTELHAEN,
        f"common odds ratio of {word} strata, {what}",
        theirs,
        within,
        lambda tables=tables, column=column: _pooled(tables, column),
    )
    for word, tables, numbers in (
        (
            "five",
            _FIVE,
            (("estimate", 3.5912, 5e-5), ("ci_low", 1.781135, 5e-7), ("ci_high", 7.240633, 5e-7)),
        ),
        (
            "six",
            _SIX,
            (
                ("estimate", 1.101879, 5e-7),
                ("ci_low", 0.9402012, 5e-8),
                ("ci_high", 1.2913602, 5e-8),
            ),
        ),
    )
    for (column, theirs, within), what in zip(
        numbers, ("estimate", "lower limit", "upper limit"), strict=True
    )
]

DESCTOOLS = "R, DescTools, BreslowDayTest, as kept in statsmodels' tests of StratifiedTable"


def _columns(tables: list[tuple[int, int, int, int]]) -> list[tuple[int, ...]]:
    return list(zip(*tables, strict=True))


DOLL_AND_HILL = [(647, 622, 2, 27), (41, 28, 19, 32)]
ALIKE = [
    Oracle(
        source,
        f"Breslow and Day's test of {what}",
        theirs,
        within,
        lambda tables=tables, tarone=tarone, which=which: getattr(
            breslow_day_test(*_columns(tables), tarone=tarone), which
        ),
    )
    for source, what, tables, tarone, which, theirs, within in (
        (DESCTOOLS, "five strata, statistic", _FIVE, False, "statistic", 1.8438, 5e-5),
        (DESCTOOLS, "five strata, Tarone's statistic", _FIVE, True, "statistic", 1.8436, 5e-5),
        (DESCTOOLS, "five strata, P", _FIVE, False, "chance", 0.7645, 5e-5),
        (DESCTOOLS, "six strata, statistic", _SIX, False, "statistic", 18.83297, 5e-6),
        (DESCTOOLS, "six strata, P", _SIX, False, "chance", 0.002064786, 5e-10),
        (
            CONTINGENCY,
            "smoking and lung cancer, Tarone's statistic",
            DOLL_AND_HILL,
            True,
            "statistic",
            5.175,
            5e-4,
        ),
        (CONTINGENCY, "smoking and lung cancer, P", DOLL_AND_HILL, True, "chance", 0.02292, 5e-6),
    )
] + [
    Oracle(
        DESCTOOLS,
        "Breslow and Day's test of six strata, P, by `breslow_day`",
        0.002064786,
        2e-7,
        lambda: float(breslow_day(_graded(_SIX), **RACE)["estimate"].iloc[0]),
        "Tarone's, kept to a ten-thousandth; printed with the digits of the unadjusted one",
    ),
    Oracle(
        CONTINGENCY,
        "Mantel and Haenszel's odds ratio, smoking and lung cancer",
        4.5239,
        5e-5,
        lambda: _pooled(DOLL_AND_HILL, "estimate"),
    ),
]

# --- tests and power -------------------------------------------------------------------------------------------------

PWR = "Champely, S., R package pwr, as kept in statsmodels' tests and in tests recorded of its vignette"
COHEN = (
    "Cohen, J. (1988), Statistical Power Analysis for the Behavioral Sciences, 2nd ed., table 6.2.2"
)


def _power(h: float, n: int, reference: tuple[int, int]) -> Callable[[], float]:
    """Power of a gap that lies h (Cohen's) above the reference's rate."""
    rate = reference[0] / reference[1]
    above = sin((2 * asin(sqrt(rate)) + h) / 2) ** 2
    return of(power, "estimate", (n // 2, n), reference, difference=above - rate)


STATSMODELS = "statsmodels, documentation of proportions_ztest, example"
TESTS = [
    Oracle(
        STATSMODELS,
        "P of equal rates, 5 of 83 and 12 of 99",
        0.159,
        5e-4,
        of(p_values, "estimate", (5, 83), (12, 99)),
    ),
    Oracle(
        PWR,
        "power, two-sided at .05, pwr.2p.test(h = 0.3, n = 80), by `power`",
        0.475100870572638,
        5e-13,
        _power(0.3, 80, (40, 80)),
    ),
    Oracle(
        PWR,
        "power, two-sided at .05, pwr.2p.test(h = 0.3, n = 80)",
        0.475100870572638,
        5e-13,
        lambda: float(power_of(0.3, 80, 80)),
    ),
    Oracle(
        PWR,
        "power, two-sided at .05, pwr.2p.test(h = 0.01, n = 80)",
        0.05045832927039234,
        5e-13,
        lambda: float(power_of(0.01, 80, 80)),
    ),
    Oracle(
        PWR,
        "power, two-sided at .05, pwr.2p2n.test(h = 0.2, n1 = 543, n2 = 675)",
        0.934410185090008,
        5e-13,
        lambda: float(power_of(0.2, 543, 675)),
    ),
    Oracle(
        COHEN,
        "h of .50 against .25: phi(.50) = 1.571 less phi(.25) = 1.047",
        1.571 - 1.047,
        1e-3,
        of(cohens_h, "estimate", (50, 100), (25, 100)),
        note="a difference of two printed numbers, each to half a unit",
    ),
    Oracle(
        COHEN,
        "phi of .80, as h against 0",
        2.214,
        5e-4,
        of(cohens_h, "estimate", (80, 100), (0, 100)),
        QUOTED,
    ),
]

# --- composition -----------------------------------------------------------------------------------------------------

DAS_GUPTA = (
    "King, J. and Matthews, B. (2025), R package DasGuptR, worked example eg5.3: table 5.3 of Das Gupta, P. (1993), "
    "Standardization and Decomposition of Rates, P23-186"
)
ESDA = "PySAL, esda/tests/test_smoothing.py"
# People and deaths per thousand of 22 groups: of 1985, and of 1970.
_SIZE_NOW = """
3041 11577 27450 32711 35480 27411 19555 19795 15254 8022 2472 707 2692 6473 6841 6547 4352 3034
2540 1749 804 236
"""
_SIZE_THEN = """
2968 11484 34614 30992 21983 20314 20928 16897 11339 5720 1315 535 2162 6120 4781 3096 2718 2363
1767 1149 448 117
"""
_RATE_NOW = """
9.163 0.462 0.248 0.929 1.084 1.810 4.715 12.187 27.728 64.068 157.570 17.208 0.738 0.328 1.103
2.045 3.724 8.052 17.812 34.128 68.276 125.161
"""
_RATE_THEN = """
18.469 0.751 0.391 1.146 1.287 2.672 6.636 15.691 34.723 79.763 176.837 36.993 1.352 0.541 2.040
3.523 6.746 12.967 24.471 45.091 74.902 123.205
"""
SIZE_NOW, SIZE_THEN = ([int(size) for size in text.split()] for text in (_SIZE_NOW, _SIZE_THEN))
RATE_NOW, RATE_THEN = ([float(rate) for rate in text.split()] for text in (_RATE_NOW, _RATE_THEN))


def _groups(cells: list[tuple[int, int]], **common: object) -> pd.DataFrame:
    return make_counts(**{f"g{number}": cell for number, cell in enumerate(cells)}, **common)


def _deaths(year: int, sizes: list[int], deaths: list[float]) -> pd.DataFrame:
    cells = [(round(rate * 1000) * n, n * 10**6) for n, rate in zip(sizes, deaths, strict=True)]
    return _groups(cells, end_year=year)


def _part(measure: str) -> float:
    table = kitagawa(
        _deaths(1995, SIZE_NOW, RATE_NOW), _deaths(1990, SIZE_THEN, RATE_THEN), by="race_ethnicity"
    )
    return 1000 * float(table.set_index("measure").loc[measure, "estimate"])


def _standardized(events: list[int], births: list[int], standard: list[int]) -> float:
    obs = _groups(list(zip(events, births, strict=True)))
    weights = {f"g{number}": weight for number, weight in enumerate(standard)}
    return float(standardized_rates(obs, by="race_ethnicity", standard=weights)["estimate"].iloc[0])


COMPOSITION = [
    Oracle(
        DAS_GUPTA,
        "crude death rates per 1000, 1985 less 1970",
        -0.6862158,
        5e-8,
        lambda: _part("kitagawa_total"),
    ),
    Oracle(DAS_GUPTA, "effect of rates", -2.2277254, 5e-8, lambda: _part("kitagawa_rate")),
    Oracle(DAS_GUPTA, "effect of sizes", 1.5415096, 5e-8, lambda: _part("kitagawa_composition")),
    Oracle(
        ESDA,
        "direct_age_standardization, first region",
        0.02374402,
        5e-9,
        lambda: _standardized([30, 25, 25, 15], [1000, 1000, 1100, 900], [1000, 900, 1000, 900]),
    ),
    Oracle(
        ESDA,
        "direct_age_standardization, second region",
        0.02665072,
        5e-9,
        lambda: _standardized([33, 21, 30, 20], [1000, 900, 1100, 900], [1000, 900, 1000, 900]),
    ),
]

ORACLES = [*RATES, *GAPS, *DIFFERENCES, *CENSUS, *RATIOS, *STRATA, *ALIKE, *TESTS, *COMPOSITION]
