"""Every public plot of the new forms, made of real figures that come with the repository."""

from functools import cache

import pandas as pd

import sesec_analysis as sa

BOTH = {"place": ["southeast_seattle", "rest_of_seattle_regular"]}
COMPARED = {"place": "southeast_seattle", "reference": "rest_of_seattle_regular"}
ALL = {"grade_level": "all", "student_group": "all"}
SCHOOLS = {"organization_level": "school"}


@cache
def groups():
    years = {"end_years": [2015, 2017, 2019, 2022, 2023]}
    return sa.rates(
        sa.load("disciplined", place="seattle", grade_level="all", **years), by="race_ethnicity"
    )


@cache
def climate():
    themes = ("safety", "belonging", "adults", "fairness")
    years = {"end_years": [2019, 2022, 2023]}
    table = pd.concat([sa.load(f"climate_{theme}_favorable", **BOTH, **years) for theme in themes])
    return sa.rates(table[table["student_group"] == "middle"])


@cache
def slopes():
    return sa.rates(
        pd.concat(
            [
                sa.report.then_and_now(f"{subject}_met", **BOTH, **ALL, up_to=2025)
                for subject in ("ela", "math")
            ]
        )
    )


@cache
def glance():
    rows = [
        part
        for indicator in ("math_met", "disciplined")
        for then in [sa.report.then_and_now(indicator, **BOTH, **ALL, up_to=2025)]
        for part in (sa.rates(then), sa.report.progress(then, **COMPARED))
    ]
    return pd.concat(rows)


@cache
def need():
    dollars = {"indicator": "budget_per_student", "end_years": 2024}
    share = {
        "indicator": "enrollment",
        "end_years": 2024,
        "grade_level": "all",
        "student_group": "low_income",
    }
    return pd.concat(
        [
            *(sa.averages(sa.load(**dollars, **BOTH, **level)) for level in (SCHOOLS, {})),
            *(sa.rates(sa.load(**share, **BOTH, **level)) for level in (SCHOOLS, {})),
        ]
    )


@cache
def results():
    district = {"place": "seattle", "end_years": 2024}
    share = {"indicator": "enrollment", "grade_level": "all", "student_group": "low_income"}
    return pd.concat(
        [
            *(sa.rates(sa.load(**share, **district, **level)) for level in (SCHOOLS, {})),
            *(
                sa.averages(sa.load("budget_per_student", **district, **level))
                for level in (SCHOOLS, {})
            ),
        ]
    )


@cache
def levels():
    of_schools = sa.report.school_levels(
        sa.report.level_figures(up_to=2019, place="southeast_seattle"),
        rules=sa.report.level_rules(),
    )
    return sa.report.level_estimates(of_schools, rules=sa.report.level_rules())


PLOTS = {
    "multiples of groups": lambda: sa.plot_multiples(groups()),
    "multiples of themes": lambda: sa.plot_multiples(climate(), by="indicator"),
    "slopes": lambda: sa.plot_slopes(slopes()),
    "at a glance": lambda: sa.plot_at_a_glance(glance(), **COMPARED),
    "need": lambda: sa.plot_need(need()),
    "levels of schools": lambda: sa.report.plot_levels(levels(), place="southeast_seattle"),
    "results map": lambda: sa.plot_results_map(results()),
}


@cache
def plotted(name):
    return PLOTS[name]()
