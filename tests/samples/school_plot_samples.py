"""Schools as the plots of fair comparison take them, and what is drawn read back from a figure."""

import pandas as pd

import sesec_analysis as sa
from sesec_analysis import catalog, schema

HERE = list(catalog.place("southeast_seattle").schools)
CLEVELAND, FRANKLIN, BEACON_HILL = "2392", "2182", "2070"
NAMES = {code: name for place in catalog.places().values() for code, name in place.schools.items()}


def observed(cells, **changes):
    """OBSERVATIONS of schools: by code (students counted, of how many), or the publisher's mask."""
    rows = []
    for code, cell in cells.items():
        known = {"status": "withheld", "value_low": 0.0, "value_high": 1.0}
        if isinstance(cell, dict):
            known |= cell
        elif cell == "N<10":
            known = {"status": "small_n", "denominator_low": 1, "denominator_high": 9}
        elif cell != "withheld":
            known = {"status": "reported", "numerator": cell[0], "denominator": cell[1]}
        rows.append(
            {
                "source_id": "ospi_assessment@2024",
                "indicator": "ela_met",
                "end_year": 2024,
                "organization_level": "school",
                "organization_id": code,
                "organization_name": NAMES.get(code, f"Far {code} School"),
                "grade_level": "all",
                "student_group_type": "all",
                "student_group": "all",
                "unit": "proportion",
                **known,
                **changes,
            }
        )
    return schema.conform_observations(pd.DataFrame(rows))


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


def compared(met=EXPECTED, shares=SHARES, inside=HERE, level=0.95, shares_of=2024, **changes):
    obs, low_income = observed(met, **changes), observed(shares, **LOW_INCOME)
    here = obs["organization_id"].isin(inside)
    usual = sa.expected_rates(obs[here], obs[~here], low_income, level=level)
    return pd.concat([sa.rates(obs), usual, sa.rates(low_income.assign(end_year=shares_of))])


LOW_INCOME = {
    "source_id": "ospi_enrollment@2024",
    "indicator": "enrollment",
    "student_group_type": "low_income",
    "student_group": "low_income",
}
