"""Two groups compared: rates, gaps, ratios, odds, tests and their power, and Kitagawa's parts."""

from collections.abc import Callable
from functools import partial
from math import asin, sin, sqrt

import pandas as pd
from conftest import make_counts

from oracles import END, read
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

RACE = {"by": "race_ethnicity", "reference": "white"}
Cell = tuple[int, int]
Options = dict[str, str]


def of_groups(
    measure: Callable[..., pd.DataFrame],
    column: str,
    a: Cell,
    b: Cell,
    options: Options | None = None,
) -> float:
    """Return one number of a measure of two groups."""
    table = measure(make_counts(black=tuple(a), white=tuple(b)), **RACE, **(options or {}))
    return float(table[column].iloc[0])


def of_rates(column: str, cell: Cell) -> float:
    return float(rates(make_counts(black=tuple(cell)))[column].iloc[0])


def of_places(column: str, a: Cell, b: Cell) -> float:
    """Return one number of the gap between one group in two places."""
    here = make_counts(black=tuple(a))
    there = make_counts(organization_id="elsewhere", black=tuple(b))
    return float(compare(here, there).set_index("measure").loc["gap", column])


def limit_of_difference(end: str, interval: str, *cells: int) -> float:
    return float(difference_limits(*cells, interval=interval)[END[end]])


def margin_of_ratio_to_a_sum(top: int, bottom: int, margins: list[int], margin: int) -> float:
    return float(margin_of_ratio(top, bottom, margin_of_sum(margins), margin))


STRATA = {
    "five": [(20, 14, 10, 24), (15, 12, 3, 15), (3, 2, 3, 2), (12, 3, 7, 5), (1, 0, 3, 2)],
    "six": [
        (313, 512, 19, 89),
        (207, 353, 8, 17),
        (205, 120, 391, 202),
        (278, 139, 244, 131),
        (138, 53, 299, 94),
        (351, 22, 317, 24),
    ],
    "smoking": [(647, 622, 2, 27), (41, 28, 19, 32)],  # of men and women, after Doll and Hill
}


def graded(name: str) -> pd.DataFrame:
    """Return a table of two by two for each grade."""
    strata = [
        make_counts(black=(a, a + b), white=(c, c + d), grade_level=f"0{grade}")
        for grade, (a, b, c, d) in enumerate(STRATA[name], start=1)
    ]
    return pd.concat(strata)


def pooled(column: str, name: str) -> float:
    return float(mantel_haenszel(graded(name), **RACE)[column].iloc[0])


def alike(which: str, name: str, *, tarone: bool = False) -> float:
    test = breslow_day_test(*zip(*STRATA[name], strict=True), tarone=tarone)
    return float(getattr(test, which))


def power_above(h: float, n: int, reference: Cell) -> float:
    """Return the power of a gap that lies h (Cohen's) above the reference's rate."""
    rate = reference[0] / reference[1]
    above = sin((2 * asin(sqrt(rate)) + h) / 2) ** 2
    cells = (n // 2, n), tuple(reference)
    return of_groups(partial(power, difference=above - rate), "estimate", *cells)


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


def groups(cells: list[Cell], **common: object) -> pd.DataFrame:
    return make_counts(**{f"g{number}": cell for number, cell in enumerate(cells)}, **common)


def deaths(year: int, sizes: list[int], rates: list[float]) -> pd.DataFrame:
    cells = [(round(rate * 1000) * n, n * 10**6) for n, rate in zip(sizes, rates, strict=True)]
    return groups(cells, end_year=year)


def death_rates(measure: str) -> float:
    """Return a part of the difference in crude death rates per thousand."""
    now, then = deaths(1995, SIZE_NOW, RATE_NOW), deaths(1990, SIZE_THEN, RATE_THEN)
    table = kitagawa(now, then, by="race_ethnicity")
    return 1000 * float(table.set_index("measure").loc[measure, "estimate"])


def standardized_rate(events: list[int], births: list[int], standard: list[int]) -> float:
    obs = groups(list(zip(events, births, strict=True)))
    weights = {f"g{number}": weight for number, weight in enumerate(standard)}
    return float(standardized_rates(obs, by="race_ethnicity", standard=weights)["estimate"].iloc[0])


ORACLES = read(
    "pairs",
    rates=of_rates,
    wilson=lambda end, k, n: float(wilson(k, n)[END[end]]),
    newcombe_difference=lambda end, *cells: float(newcombe_difference(*cells)[END[end]]),
    koopman_ratio=lambda end, *cells: float(koopman_ratio(*cells)[END[end]]),
    difference_limits=limit_of_difference,
    gaps=partial(of_groups, gaps),
    compare=of_places,
    ratios=partial(of_groups, ratios),
    score_ratios=partial(of_groups, score_ratios),
    odds_ratios=partial(of_groups, odds_ratios),
    p_values=partial(of_groups, p_values),
    cohens_h=partial(of_groups, cohens_h),
    margin_of_sum=margin_of_sum,
    margin_of_share=lambda *numbers: float(margin_of_share(*numbers)),
    margin_of_ratio_to_a_sum=margin_of_ratio_to_a_sum,
    margin_of_product=lambda *numbers: float(margin_of_product(*numbers)),
    mantel_haenszel=pooled,
    breslow_day_test=alike,
    tarone_test=partial(alike, tarone=True),
    breslow_day=lambda name: float(breslow_day(graded(name), **RACE)["estimate"].iloc[0]),
    power=power_above,
    power_of=lambda h, n, other_n: float(power_of(h, n, other_n)),
    death_rates=death_rates,
    standardized_rate=standardized_rate,
)
