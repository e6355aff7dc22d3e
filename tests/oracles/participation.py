"""Students who were not tested: worst cases, as survey statistics reckons them."""

import pandas as pd
from conftest import make_counts

from oracles import read
from sesec_analysis.metrics.participation import participation, participation_gaps


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


ORACLES = read(
    "participation",
    answers=lambda row, column: 100 * answers(row, column),
    worst=worst,
)
