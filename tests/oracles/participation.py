"""Students who were not tested: worst cases, as survey statistics reckons them."""

import pandas as pd
from conftest import make_counts

from oracles import Oracle
from sesec_analysis.metrics.participation import participation, participation_gaps

DEARDEN = (
    "Dearden, W. (2020), Survey Nonresponse: Partial Identification in Stan (wdearden.com), after Manski, C. F. "
    "(2003): 100 asked, 80 answer, 60 of these say yes"
)
COPPOCK = (
    "Coppock, A., R package attrition, vignette, after Coppock, A., Gerber, A. S., Green, D. P. and Kern, H. L. "
    "(2017), Political Analysis 25, 188-206: worst-case bounds of an effect on a scale from 0 to 6"
)
POINTS = (
    "the printed means of 731 of 995 in control (3.5421) and 713 of 985 treated (.1259 more) are read as shares of the "
    "points that could be had, six a person, in whole points; a mean of four digits leaves the bounds the last one open"
)


def answers(row: str, column: str) -> float:
    """One number of the hundred who were asked."""
    cells = {"ela_met": (60, 100), "ela_met_tested": (60, 80), "ela_tested": (80, 100)}
    obs = pd.concat(
        make_counts(indicator=code, student_group_type="all", all=cell)
        for code, cell in cells.items()
    )
    table = participation(obs, met="ela_met", met_tested="ela_met_tested", tested="ela_tested")
    return float(table.set_index("measure").loc[row, column])


def worst(column: str) -> float:
    """One end of the effect, in points of the scale."""
    asked, answered, mean = {"black": 985, "white": 995}, {"black": 713, "white": 731}, 3.5421
    got = {"black": mean + 0.1259, "white": mean}
    most = {group: 6 * count for group, count in asked.items()}
    points = {group: round(got[group] * count) for group, count in answered.items()}
    obs = pd.concat(
        [
            make_counts(indicator="ela_met", **{g: (points[g], most[g]) for g in asked}),
            make_counts(indicator="ela_tested", **{g: (6 * answered[g], most[g]) for g in asked}),
        ]
    )
    table = participation_gaps(
        obs, by="race_ethnicity", reference="white", met="ela_met", tested="ela_tested"
    )
    return 6 * float(table.set_index("measure").loc["gap_if_all_tested", column])


ORACLES = [
    Oracle(
        DEARDEN,
        "percent yes of those who answer",
        75,
        0.5,
        lambda: 100 * answers("tested_rate", "estimate"),
    ),
    Oracle(
        DEARDEN,
        "least percent yes of all",
        60,
        0.5,
        lambda: 100 * answers("rate_if_all_tested", "bound_low"),
    ),
    Oracle(
        DEARDEN,
        "most percent yes of all",
        80,
        0.5,
        lambda: 100 * answers("rate_if_all_tested", "bound_high"),
    ),
    Oracle(COPPOCK, "lower bound", -1.54, 0.005, lambda: worst("bound_low"), POINTS),
    Oracle(COPPOCK, "upper bound", 1.71, 0.005, lambda: worst("bound_high"), POINTS),
]
