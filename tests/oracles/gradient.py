"""Gradients over ranked groups: concentration indices and slopes of published examples."""

from functools import cache

import pandas as pd
from conftest import make_schools

from oracles import read
from sesec_analysis.metrics.gradients import gradients

# Births of five groups of wealth, and deaths per ten thousand of them: ten thousand times the births make
# whole counts.
BIRTHS = [29_939, 28_776, 26_528, 24_689, 19_739]
DEATHS = [1547, 1529, 1195, 869, 543]
CELLS = {
    # Ten times the population, so that counts are whole.
    "five": [(156, 780), (273, 910), (648, 1620), (515, 1030), (630, 1050)],
    # The population as it is, the counts rounded, as the package fits them.
    "five_rounded": [(16, 78), (27, 91), (65, 162), (52, 103), (63, 105)],
    "india": [(k * births, 10_000 * births) for k, births in zip(DEATHS, BIRTHS, strict=True)],
    "upper_half": [(0, 50), (0, 50), (50, 50), (50, 50)],
    "lower_half": [(50, 50), (50, 50), (0, 50), (0, 50)],
    "end": [(0, 50), (0, 30), (0, 40), (30, 30)],
}


@cache
def measured(name: str) -> pd.DataFrame:
    """All measures over cells in the order of their ranking."""
    obs = make_schools(*CELLS[name])
    ranking = {code: -number for number, code in enumerate(obs["organization_id"])}
    table = gradients(obs, ranking=ranking, organization_id="p", organization_name="Place")
    return table.set_index("measure")


def of_measured(name: str, measure: str, scale: float = 1.0) -> float:
    return float(measured(name).loc[measure, "estimate"]) * scale


ORACLES = read("gradient", measured=of_measured)
