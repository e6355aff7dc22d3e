"""Schools as the plots of fair comparison take them, and what is drawn read back from a figure."""

import pandas as pd
from conftest import make_schools

import sesec_analysis as sa
from sesec_analysis import catalog

HERE = list(catalog.place("southeast_seattle").schools)
CLEVELAND, FRANKLIN = "2392", "2182"
NAMES = {code: name for place in catalog.places().values() for code, name in place.schools.items()}


def observed(cells, **changes):
    """OBSERVATIONS of schools: by code (students counted, of how many), or the publisher's mask."""
    common = {"source_id": "ospi_assessment@2024", "end_year": 2024} | changes
    names = [NAMES.get(code, f"Far {code} School") for code in cells]
    return make_schools(*cells.values(), codes=cells, **common).assign(organization_name=names)


def sized(codes, rate, size):
    return {code: (round(rate(at) * size(at)), size(at)) for at, code in enumerate(codes)}


FAR = [f"9{at:03}" for at in range(22)]
ALIKE = sized([*HERE, *FAR], lambda at: 0.5 + (at % 3 - 1) / 50, lambda at: 60 + 13 * at)
"""Schools that differ by less than chance lets them."""
VARIED = sized([*HERE, *FAR], lambda at: 0.35 + 0.05 * (at % 8), lambda at: 60 + 13 * at)
"""Schools that differ by more."""


# Of 2023–24, when no share of low-income students is withheld for another group (`withheld_groups.csv`).
SHARES = {code: (20 + 4 * at, 200) for at, code in enumerate([*HERE, *FAR])}
MET = {code: (4 * (85 - 2 * at + 7 * at % 9), 400) for at, code in enumerate(SHARES)}
"""About as many students meet the standard as are not from low-income families."""
EXPECTED = MET | {CLEVELAND: (360, 400), FRANKLIN: (32, 400)}


def compared(met=EXPECTED):
    obs, low_income = observed(met), observed(SHARES, **LOW_INCOME)
    here = obs["organization_id"].isin(HERE)
    usual = sa.expected_rates(obs[here], obs[~here], low_income)
    return pd.concat([sa.rates(obs), usual, sa.rates(low_income)])


LOW_INCOME = {
    "source_id": "ospi_enrollment@2024",
    "indicator": "enrollment",
    "student_group_type": "low_income",
    "group": "low_income",
}
