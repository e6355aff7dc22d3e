"""Tables at the edge, through every measure: a row with a number or with a reason, or a refusal that says what to do.

A measure is a line of `MEASURES`, an edge a line of `EDGES`. Warnings are errors here as everywhere.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import proofs
import pytest
from conftest import Cell, make_counts
from public_measures import public_measures

from sesec_analysis import schema
from sesec_analysis.errors import SesecError
from sesec_analysis.metrics.changes import change, difference_in_gaps, years_to_close
from sesec_analysis.metrics.decomposition import kitagawa, oaxaca, standardized_rates
from sesec_analysis.metrics.disparity import (
    averages,
    compare,
    compare_averages,
    gaps,
    rates,
    ratios,
    score_ratios,
)
from sesec_analysis.metrics.disproportionality import (
    alternate_risk_ratios,
    disproportionality,
    weighted_risk_ratios,
)
from sesec_analysis.metrics.expected import expected_rates
from sesec_analysis.metrics.funnel import funnel, shrunk_rates
from sesec_analysis.metrics.gradients import gradients
from sesec_analysis.metrics.inequality import (
    eighty_percent_indices,
    inequality,
    percentage_point_gaps,
    proportionality_indices,
)
from sesec_analysis.metrics.odds_ratios import breslow_day, mantel_haenszel, odds_ratios
from sesec_analysis.metrics.participation import participation, participation_gaps
from sesec_analysis.metrics.robustness import q_values
from sesec_analysis.metrics.segregation import segregation
from sesec_analysis.metrics.standardized import level_gaps, levels_of, probit_gaps
from sesec_analysis.metrics.trends import school_rates, trend, year_variation
from sesec_analysis.metrics.two_groups import cohens_h, gaps_to_whole, p_values, power

BY = {"by": "race_ethnicity"}
TO = BY | {"reference": "white"}
PLACE = {"organization_id": "southeast_seattle", "organization_name": "Southeast Seattle"}
REST = {"organization_id": "rest_of_seattle_regular", "organization_name": "Rest of Seattle"}
NAMES = ("white", "asian", "black", "hispanic", "multiracial", "native")


class Edge(NamedTuple):
    """The cells of a table: its groups, or its schools; and its years."""

    cells: Sequence[Cell]
    years: Sequence[int] = (2015, 2016, 2017, 2018, 2019)


SIX = [(40, 60), (12, 40), (9, 30), (30, 50), (21, 44), (35, 70)]


def percent(rate: float, fewest: int, **more: object) -> dict[str, object]:
    """Make a cell of which the percent was printed, but no counts."""
    known = dict.fromkeys(["value", "value_low", "value_high"], rate)
    return {"status": "complementary", **known, "denominator_low": fewest, **more}


NONE = {"numerator_low": 0, "numerator_high": 0, "denominator_low": 20, "denominator_high": 40}
ODD = [percent(0.4, 10), percent(0.0, 10), percent(1.0, 30), percent(0.4, 10, status="reported")]
ODD += [NONE | {"value_high": 0.0}, {"numerator_low": 3, "denominator_low": 20}]
EDGES = {
    "plain": Edge(SIX),
    "zero cells": Edge([(0, 60), (12, 40), (0, 30), (30, 30), (21, 44), (70, 70)]),
    "nobody counted": Edge([(0, n) for _, n in SIX]),
    "everybody counted": Edge([(n, n) for _, n in SIX]),
    "all equal": Edge([(12, 40)] * 6),
    "all equal at one half": Edge([(20, 40)] * 6),
    "without students": Edge([(0, 0)] * 6),
    "some without students": Edge([(0, 0), (12, 40), (0, 0), (30, 50), (21, 44), (35, 70)]),
    "no students said": Edge(["No Students"] * 6),
    "all suppressed": Edge(["N<10"] * 6),
    "all withheld": Edge(["withheld"] * 6),
    "all in a range": Edge(["<15%"] * 6),
    "not collected": Edge(["not collected"] * 6),
    "all but one withheld": Edge(["withheld"] * 5 + [(35, 70)]),
    "the first withheld": Edge(["withheld", *SIX[1:]]),
    "the first in a range": Edge(["<15%", *SIX[1:]]),
    "nobody, and a range": Edge([(0, 60), "<15%", (0, 30), "N<10", (0, 44), "withheld"]),
    "everybody, and a range": Edge([(60, 60), "<15%", (30, 30), "N<10", (44, 44), "withheld"]),
    "one group or school": Edge([(12, 40)]),
    "one, withheld": Edge(["withheld"]),
    "two": Edge([(12, 40), (30, 50)]),
    "single students": Edge([(1, 1), (0, 1), (1, 1), (0, 1), (0, 1), (1, 1)]),
    "a single year": Edge(SIX, years=(2019,)),
    "two years": Edge(SIX, years=(2018, 2019)),
    "a year missing": Edge(SIX, years=(2015, 2017, 2019)),
    "no rows": Edge([]),
    "percents without counts": Edge(ODD),
    "a percent without counts, and others": Edge([*SIX[:3], *ODD[:3]]),
}


def groups(edge: Edge, **more: object) -> pd.DataFrame:
    """The cells as student groups of a place, the first of them white."""
    return make_counts(**dict(zip(NAMES, edge.cells, strict=False)), **more)


def schools(edge: Edge, start: int = 0, **more: object) -> pd.DataFrame:
    """The cells as all students of schools."""
    cells = {f"{start + number}": cell for number, cell in enumerate(edge.cells)}
    obs = make_counts(**cells, organization_level="school", **more)
    ids = obs["student_group"]
    return obs.assign(organization_id=ids, student_group="all", student_group_type="all")


def all_years(edge: Edge) -> pd.DataFrame:
    """The same cells in several years."""
    tables = [groups(edge, end_year=year) for year in edge.years]
    return pd.concat(tables, ignore_index=True)


def ends(edge: Edge) -> tuple[int, int]:
    return edge.years[0], edge.years[-1]


def enrollment(edge: Edge) -> pd.DataFrame:
    """Two groups of schools: the cell says how many of the school's students are of the first."""
    first = schools(edge, indicator="enrollment").assign(
        student_group="low_income", student_group_type="low_income"
    )
    second = first.assign(student_group="not_low_income")
    for end in ("", "_low", "_high"):
        other = {"": "", "_low": "_high", "_high": "_low"}[end]
        rest = first[f"denominator{end}"] - first[f"numerator{other}"]
        second[f"numerator{end}"] = rest.clip(lower=0)
        second[f"value{end}"] = 1 - first[f"value{other}"]
    return schema.conform_observations(pd.concat([first, second]))


def levels(edge: Edge) -> pd.DataFrame:
    """Each group in two levels: counted, and not."""
    met = groups(edge, indicator="above")
    below = met.assign(
        indicator="below",
        numerator=met["denominator"] - met["numerator"],
        numerator_low=(met["denominator_low"] - met["numerator_high"]).clip(lower=0),
        numerator_high=met["denominator_high"] - met["numerator_low"],
        value=1 - met["value"],
        value_low=1 - met["value_high"],
        value_high=1 - met["value_low"],
    )
    middle = met.assign(indicator="middle")
    return levels_of(pd.concat([below, middle, met]), ["below", "middle", "above"], name="levels")


def plain_rates(edge: Edge) -> pd.DataFrame:
    """A table of schools for a regression, each cell at seven schools."""
    table = schools(Edge([*edge.cells] * 7))
    share = pd.Series(np.linspace(0.1, 0.9, len(table)))
    return pd.DataFrame({"end_year": 2019, "rate": table["value"], "poor": share}).assign(
        organization_level="place", **PLACE
    )


def who_was_tested(edge: Edge) -> pd.DataFrame:
    """Who met the standard, of all and of those tested, and who was tested: the same cells."""
    names = ("ela_met", "ela_met_tested", "ela_tested")
    return pd.concat([groups(edge, indicator=name) for name in names], ignore_index=True)


FAR = make_counts(
    **{f"far_{number}": (30 + 7 * number % 40, 100) for number in range(24)},
    organization_level="school",
)
FAR = FAR.assign(
    organization_id=FAR["student_group"], student_group="all", student_group_type="all"
)
USUAL = make_counts(**dict(zip(NAMES, SIX, strict=True)), **REST)
SHARES = dict.fromkeys(NAMES, 1.0)


def beside(edge: Edge) -> pd.DataFrame:
    """Another place with the same groups, all published."""
    return USUAL[USUAL["student_group"].isin(NAMES[: len(edge.cells)])]


def amounts(edge: Edge, **more: object) -> pd.DataFrame:
    obs = groups(edge, **more)
    dollars = {name: 12_000.0 * obs[name] for name in ("value", "value_low", "value_high")}
    return obs.assign(unit="dollars_per_student", **dollars)


MEASURES: dict[str, Callable[[Edge], pd.DataFrame]] = {
    "rates": lambda edge: rates(groups(edge)),
    "gaps": lambda edge: gaps(groups(edge), **TO),
    "gaps, others": lambda edge: gaps(groups(edge), **BY, reference="others"),
    "gaps, by score": lambda edge: gaps(groups(edge), **TO, interval="miettinen_nurminen"),
    "gaps, by hand": lambda edge: gaps(groups(edge), **TO, interval="agresti_caffo"),
    "ratios": lambda edge: ratios(groups(edge), **TO),
    "ratios, others": lambda edge: ratios(groups(edge), **BY, reference="others"),
    "compare": lambda edge: compare(groups(edge), USUAL),
    "compare, turned": lambda edge: compare(USUAL, groups(edge)),
    "score_ratios": lambda edge: score_ratios(groups(edge), **TO),
    "gaps_to_whole": lambda edge: gaps_to_whole(groups(edge), **BY),
    "odds_ratios": lambda edge: odds_ratios(groups(edge), **TO),
    "odds_ratios, woolf": lambda edge: odds_ratios(groups(edge), **TO, interval="woolf"),
    "odds_ratios, score": lambda edge: odds_ratios(groups(edge), **TO, interval="miettinen_nurminen"),
    "ratios, katz": lambda edge: ratios(groups(edge), **TO, interval="katz"),
    "mantel_haenszel": lambda edge: mantel_haenszel(groups(edge, grade_level="03"), **TO),
    "breslow_day": lambda edge: breslow_day(
        pd.concat([groups(edge, grade_level=grade) for grade in ("03", "04")]), **TO
    ),
    "cohens_h": lambda edge: cohens_h(groups(edge), **TO),
    "p_values": lambda edge: p_values(groups(edge), **TO),
    "q_values": lambda edge: q_values(p_values(groups(edge), **TO)),
    "power": lambda edge: power(groups(edge), **TO, difference=-0.1),
    "probit_gaps": lambda edge: probit_gaps(groups(edge), **TO),
    "level_gaps": lambda edge: level_gaps(levels(edge), reference="white"),
    "disproportionality": lambda edge: disproportionality(groups(edge), **BY),
    "disproportionality, no minimum": lambda edge: disproportionality(
        groups(edge), **BY, minimum_cell=0, minimum_comparison=0
    ),
    "alternate_risk_ratios": lambda edge: alternate_risk_ratios(groups(edge), USUAL, **BY),
    "alternate_risk_ratios, state": lambda edge: alternate_risk_ratios(USUAL, groups(edge), **BY),
    "weighted_risk_ratios": lambda edge: weighted_risk_ratios(groups(edge), **BY, shares=SHARES),
    "inequality": lambda edge: inequality(groups(edge), **TO),
    "inequality, no reference": lambda edge: inequality(groups(edge), **BY),
    "percentage_point_gaps": lambda edge: percentage_point_gaps(groups(edge), **BY),
    "percentage_point_gaps, white": lambda edge: percentage_point_gaps(
        groups(edge), **TO, margin_at="rate"
    ),
    "proportionality_indices": lambda edge: proportionality_indices(groups(edge), **BY),
    "eighty_percent_indices": lambda edge: eighty_percent_indices(groups(edge), **BY),
    "kitagawa": lambda edge: kitagawa(groups(edge), beside(edge), **BY),
    "standardized_rates": lambda edge: standardized_rates(
        groups(edge), **BY, standard=dict.fromkeys(NAMES[: max(len(edge.cells), 1)], 1.0)
    ),
    "participation": lambda edge: participation(
        who_was_tested(edge), met="ela_met", met_tested="ela_met_tested", tested="ela_tested"
    ),
    "participation_gaps": lambda edge: participation_gaps(
        who_was_tested(edge), **TO, met="ela_met", tested="ela_tested"
    ),
    "change": lambda edge: change(all_years(edge), first=ends(edge)[0], last=ends(edge)[1]),
    "difference_in_gaps": lambda edge: difference_in_gaps(
        *(gaps(groups(edge, end_year=year), **TO) for year in ends(edge))
    ),
    "trend": lambda edge: trend(all_years(edge)),
    "trend, clustered": lambda edge: trend(
        pd.concat([schools(edge, end_year=year) for year in edge.years]), cluster="organization_id"
    ),
    "years_to_close": lambda edge: years_to_close(
        pd.concat([gaps(groups(edge, end_year=year), **TO) for year in edge.years])
    ),
    "shrunk_rates": lambda edge: shrunk_rates(schools(edge)),
    "shrunk_rates, events": lambda edge: shrunk_rates(schools(edge), noise="poisson"),
    "school_rates": lambda edge: school_rates(
        schools(edge), variation=year_variation(schools(EDGES["plain"]))
    ),
    "funnel": lambda edge: funnel(schools(edge)),
    "funnel, events": lambda edge: funnel(schools(edge), noise="poisson"),
    "funnel, a goal": lambda edge: funnel(schools(edge), target=0.5),
    "expected_rates": lambda edge: expected_rates(
        schools(edge), FAR, pd.concat([schools(edge), FAR]).assign(indicator="low_income")
    ),
    "expected_rates, elsewhere": lambda edge: expected_rates(
        FAR, schools(edge), pd.concat([schools(edge), FAR]).assign(indicator="low_income")
    ),
    "gradients": lambda edge: gradients(
        schools(edge), ranking={str(number): float(number) for number in range(6)}, **PLACE
    ),
    "gradients, all alike": lambda edge: gradients(
        schools(edge), ranking=dict.fromkeys(map(str, range(6)), 1.0), **PLACE
    ),
    "gradients, by their own rate": lambda edge: gradients(
        schools(edge), ranking=schools(edge), **PLACE
    ),
    "segregation": lambda edge: segregation(enrollment(edge), by="low_income", **PLACE),
    "segregation, named": lambda edge: segregation(
        enrollment(edge), by="low_income", groups=["low_income", "not_low_income"], **PLACE,
        clusters={str(number): str(number % 2) for number in range(6)},
    ),
    "oaxaca": lambda edge: oaxaca(
        plain_rates(edge), plain_rates(EDGES["plain"]), outcome="rate", columns=["poor"]
    ),
    "averages": lambda edge: averages(amounts(edge)),
    "compare_averages": lambda edge: compare_averages(amounts(edge), amounts(Edge(SIX), **REST)),
    "compare_averages, turned": lambda edge: compare_averages(
        amounts(Edge(SIX), **REST), amounts(edge)
    ),
}  # fmt: skip
LIMITS = ("ci", "bound", "outer")
DRAWN = 2
"""Edges that a measure is tried on in every run; each edge is drawn for a good many of them."""


def faults(table: pd.DataFrame) -> list[str]:
    """Name what is wrong with what each row says: no number without its status, no status without its number."""
    status, estimate = table["status"], table["estimate"]
    ends = {name: (table[f"{name}_low"], table[f"{name}_high"]) for name in LIMITS}
    said, silent = status.isin(["ok", "bounded"]), status.isin(["small_n", "undefined"])
    wrong = {
        "ok, and no number": (status == "ok") & ~np.isfinite(estimate),
        "a number that is not to be said": ~said & estimate.notna(),
        "bounded, and no bounds": (status == "bounded") & pd.concat(ends["bound"], axis=1).isna().any(axis=1),
        "no words": table["method"] == "",
        "no status": ~status.isin(schema.ESTIMATE_STATUSES),
    }  # fmt: skip
    room = 1e-9 * np.clip(estimate.abs(), 1, None)
    for name, (low, high) in ends.items():
        around = estimate.notna() & low.notna()
        outside = (estimate < low - room) | (estimate > high + room)
        wrong |= {
            f"{name} of what is not said": silent & low.notna(),
            f"{name} has one end": low.isna() != high.isna(),
            f"{name} leaves out the estimate": around & outside,
        }
    return [
        f"{what}: {table[rows].iloc[0].to_dict()}" for what, rows in wrong.items() if rows.any()
    ]


@pytest.mark.slow
@pytest.mark.proof(
    "Every measure says a number or why there is none",
    seed="by measure",
    tried=f"{len(EDGES)} tables at the edge, by every measure",
)
@pytest.mark.parametrize("name", MEASURES)
def test_every_measure__says_a_number_or_why_there_is_none(name, record_property):
    answers, wrong = {}, {}
    tried = proofs.sample(EDGES, DRAWN, seed=name, always=["plain"])
    record_property("tables at the edge", len(tried))
    for edge in tried:
        try:
            answers[edge] = MEASURES[name](EDGES[edge])
        except SesecError as refusal:
            if not (refusal.what and refusal.where and refusal.fix):
                wrong[edge] = [f"a refusal does not say what to do: {refusal}"]
            continue
        wrong[edge] = faults(answers[edge])
        if answers[edge].empty and edge != "no rows":
            wrong[edge].append("no row at all")
    assert not any(wrong.values()), {edge: found for edge, found in wrong.items() if found}
    own = [table.assign(indicator=edge + table["indicator"]) for edge, table in answers.items()]
    schema.validate_estimates(pd.concat(own, ignore_index=True))
    if name not in SILENT:
        assert (answers["plain"]["status"] == "ok").any()


SILENT = {
    "expected_rates, elsewhere": "no line through six schools",
    "gradients, all alike": "no order",
    "years_to_close": "no pace in years that are alike",
}


OF_RATES = {
    *("rates", "gaps", "ratios", "compare", "score_ratios", "gaps_to_whole", "odds_ratios"),
    *("mantel_haenszel", "cohens_h", "p_values", "q_values", "power", "probit_gaps", "change"),
    *("percentage_point_gaps", "proportionality_indices", "eighty_percent_indices"),
}
SAYS = {
    "all suppressed": "small_n",
    "no students said": "undefined",
    "not collected": "undefined",
    "all withheld": "suppressed",
}
"""What each row of a measure of rates says of tables that have no number."""


@pytest.mark.parametrize("name", [one for one in MEASURES if one.partition(",")[0] in OF_RATES])
def test_measures_of_rates__say_why_there_is_no_number(name):
    said = {edge: set(MEASURES[name](EDGES[edge])["status"]) for edge in SAYS}
    assert said == {edge: {status} for edge, status in SAYS.items()}


def test_faults__are_found():
    """The test above can fail."""
    table = rates(groups(EDGES["plain"]))
    assert faults(table) == []
    assert faults(table.assign(estimate=np.nan))[0].startswith("ok, and no number")
    assert faults(table.assign(status="undefined"))[0].startswith("a number that is not to be said")
    assert faults(table.assign(ci_low=0.9, ci_high=0.95))[0].startswith(
        "ci leaves out the estimate"
    )
    assert faults(table.assign(bound_high=np.nan))[0].startswith("bound has one end")


def test_every_measure__stands_in_the_table():
    """A new measure gets its line in `MEASURES`."""
    made_of_others = {"progress"}  # of changes and gaps
    made_of_others |= {
        "level_estimates",
        "level_shares",
    }  # of schools' levels: tests/metrics/school_levels
    made_of_others |= {
        "published_rates",
        "published_gaps",
        "published_gap_changes",
        "counts_at_earlier_rate",
    }  # rates and gaps of the published schools
    assert {name.partition(",")[0] for name in MEASURES} == public_measures() - made_of_others
