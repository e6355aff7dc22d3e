"""Schools as the plots of fair comparison take them, and what is drawn read back from a figure."""

from functools import cache

import matplotlib as mpl
import pandas as pd
from matplotlib.collections import PathCollection
from matplotlib.text import Text

import sesec_analysis as sa
from sesec_analysis import catalog, schema
from sesec_analysis.figures.scatter import plot_expected, plot_funnel

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
FUNNEL = ALIKE | {CLEVELAND: (216, 240), FRANKLIN: (24, 240), FAR[3]: (270, 300)}
"""Alike but for three: one here and one elsewhere far above the others, one here far below."""


def funnel(cells=FUNNEL, level=0.95, target=None, **changes):
    obs = observed(cells, **changes)
    return pd.concat([sa.rates(obs), sa.funnel(obs, level=level, target=target)])


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


def of_levels():
    """Schools of every level, here and elsewhere."""
    codes = [code for code, one in catalog.schools().items() if one.level and code not in HERE][:30]
    cells = {code: (40 + at, 100) for at, code in enumerate([*HERE, *codes])}
    return compared(cells, {code: (20 + 3 * at, 200) for at, code in enumerate(cells)})


LOW_INCOME = {
    "source_id": "ospi_enrollment@2024",
    "indicator": "enrollment",
    "student_group_type": "low_income",
    "student_group": "low_income",
}

MADE = {
    "funnel": lambda: plot_funnel(funnel()),
    "funnel of few events": lambda: plot_funnel(
        funnel(sized(FAR, lambda at: 0.03 + at / 900, lambda at: 200 + at), indicator="disciplined")
    ),
    "funnel with names close by": lambda: plot_funnel(
        funnel(FUNNEL | dict.fromkeys([*FAR[3:5], FAR[12]], (270, 300))), focus=HERE[2]
    ),
    "expected": lambda: plot_expected(compared()),
    "expected with masks": lambda: plot_expected(
        compared(
            EXPECTED
            | {FAR[0]: "N<10", FAR[1]: {"value_high": 0.1, "status": "bounded"}, HERE[0]: "withheld"}
        ),
        focus=FRANKLIN,
    ),
    "expected by level": lambda: plot_expected(of_levels()),
    "expected of made-up data": lambda: plot_expected(compared(source_id="synthetic")),
}  # fmt: skip


@cache
def made(name):
    return MADE[name]()


def dots_of(figure):
    """Where the dots are: x, y, by colour and shape."""
    [axes] = figure.axes
    found = {}
    for dots in axes.collections:
        if isinstance(dots, PathCollection):
            paths = [*dots.get_paths()] * (
                len(dots.get_offsets()) if len(dots.get_paths()) == 1 else 1
            )
            for spot, color, path in zip(
                dots.get_offsets(), dots.get_facecolors(), paths, strict=True
            ):
                look = (mpl.colors.to_hex(color), "o" if len(path.vertices) > 10 else "s")
                found.setdefault(look, set()).add((float(spot[0]), float(spot[1])))
    return found


def curves_of(figure):
    [axes] = figure.axes
    return [line.get_xydata() for line in axes.lines]


def labels_of(figure):
    """Names beside the picture, from top to bottom."""
    [axes] = figure.axes
    beside = sorted(axes.texts, key=lambda text: -text.get_position()[1])
    return [text.get_text().replace("\n", " ") for text in beside]


def written(figure):
    return [text.get_text().replace("\n", " ") for text in figure.figure.findobj(Text)]
