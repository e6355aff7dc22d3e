"""Whatever is shown of students has passed the gate: what it hides moves nothing in any picture, table or text."""

import inspect
import json
from typing import get_args

import pandas as pd
import proofs
import pytest
from conftest import make_counts, make_schools
from estimate_samples import estimates, gap, grade_3, rate, trend
from public_names import PUBLIC

import sesec_analysis as sa
from sesec_analysis import catalog, schema
from sesec_analysis.evidence.counts import NUMBERS
from sesec_analysis.evidence.finding import Finding
from sesec_analysis.figures import figure as figures_figure

TRUTHS = (0, 2)
"""Two truths that nobody may tell apart."""
COARSE = 72
"""Dots an inch of a PNG here: its SVG, which is compared too, has the same marks to a thousandth."""

HERE = list(catalog.place("southeast_seattle").schools)
FAR = [f"9{at:03}" for at in range(22)]

ENDS = [name for name in NUMBERS if name.startswith(("estimate", "ci", "bound", "outer"))]


def hidden(table, how, truth, **where):
    """Return a table with numbers that must be hidden in the rows where the columns have these values."""
    out = table.copy()
    rows = pd.Series(True, index=out.index)
    for name, value in where.items():
        rows &= out[name] == value
    assert rows.any(), where
    counts = {"small": (truth + 1, 7 + truth), "few": (truth, 61), "withheld": (20 + truth, 41)}
    k, n = counts[how]
    out.loc[rows, ENDS] = 0.17 + 0.13 * truth
    out.loc[rows, ["numerator_low", "numerator_high"]] = k
    out.loc[rows, ["n_low", "n_high"]] = n
    out.loc[rows, "status"] = "suppressed" if how == "withheld" else "ok"
    return out


def of_groups(truth, table):
    """Hide four groups: a small one, one with few counted, one withheld, and in places one of a single school."""
    for group, how in (("american_indian", "small"), ("asian", "few"), ("two_or_more", "withheld")):
        table = hidden(table, how, truth, student_group=group)
    lone = (table["student_group"] == "hispanic") & (table["organization_level"] == "place")
    table.loc[lone, ENDS] = 0.2 + 0.01 * truth
    table.loc[lone, "status"] = "bounded"
    table.loc[lone, "largest_masked"] = 0.95
    return table


def of_schools(truth, table):
    """Hide six schools in the same ways, three of the place and three elsewhere."""
    for code, how in zip((*HERE[:3], *FAR[:3]), ("small", "few", "withheld") * 2, strict=True):
        table = hidden(table, how, truth, organization_id=code)
    return table


RATES = estimates(grade_3())
GAPS = estimates(
    gap(40 + at, 120, 88, 104, student_group=group)
    for at, group in enumerate(("american_indian", "asian", "black", "hispanic", "two_or_more"))
)
YEARS = estimates(trend(range(2015, 2020)))
SCHOOL = {"organization_level": "school", "organization_id": HERE[0]}
BESIDE = estimates([*grade_3(**SCHOOL), *grade_3(organization_id="rest_of_seattle")])
OVER_YEARS = estimates(one for year in (2018, 2019) for one in grade_3(**SCHOOL, end_year=year))
BY_SCHOOL = estimates(
    rate(*cell, student_group="black", organization_level=level, organization_id=code)
    for level, cells in (
        ("place", {"southeast_seattle": (70, 216), "rest_of_seattle": (88, 204)}),
        ("school", {code: (30 + at, 90) for at, code in enumerate([*HERE[:6], *FAR[:6]])}),
    )
    for code, cell in cells.items()
)


def ledger(truth):
    """The claims, measured again on places and a school of which small groups are hidden."""
    small, few = (truth + 1, 7 + truth), (truth, 61)
    plain = dict.fromkeys(("black", "white"), (300, 1000))
    of_groups = [
        make_counts(
            american_indian=small, asian=few, **plain,
            indicator="disciplined", organization_id=place, organization_name=place,
        )
        for place in ("southeast_seattle", "rest_of_seattle")
    ]  # fmt: skip
    shares = [
        make_counts(
            **{group: cell}, indicator="enrollment", student_group_type=group,
            organization_level=level, organization_id=code, organization_name=code,
        )
        for group in ("low_income", "english_learner")
        for level, code, cell in (
            ("place", "southeast_seattle", (520, 1000)),
            ("place", "seattle", (520, 1000)),
            ("school", HERE[0], small),
            ("school", HERE[1], few),
            ("school", HERE[2], (65, 100)),
        )
    ]  # fmt: skip
    return sa.report.claims_ledger(pd.concat([*of_groups, *shares], ignore_index=True))


def claim_schools(truth):
    """The schools that a claim names, one of them with small groups."""
    cells = {"3327": (truth + 1, 7 + truth), "2089": (truth, 61), "2392": (65, 100)}
    schools = make_schools(*cells.values(), codes=cells, indicator="ela_met")
    named = schools.assign(organization_name=schools["organization_id"])
    return sa.report.claim_schools(named)


def observed(**columns):
    """OBSERVATIONS of schools, each of 200 students and more, of whom about half are counted."""
    n = [200 + 13 * at for at in range(len(HERE) + len(FAR))]
    k = [size // 2 + 5 * (at % 5) for at, size in enumerate(n)]
    known = {"numerator": k, "denominator": n, "value": [a / b for a, b in zip(k, n, strict=True)]}
    return schema.conform_observations(
        pd.DataFrame(known | {"organization_id": [*HERE, *FAR]}).assign(
            end_year=2019, organization_level="school", organization_name="School", grade_level="all",
            status="reported", source_id="ospi_assessment@2019", **columns,
        )
    )  # fmt: skip


MET = observed(indicator="ela_met", student_group_type="all", student_group="all")
POOR = observed(indicator="enrollment", student_group_type="low_income", student_group="low_income")


def expected(truth):
    """Rates beside what is usual; three schools of the place and three elsewhere are hidden after all was fitted."""
    here = MET["organization_id"].isin(HERE)
    usual = sa.expected_rates(MET[here], MET[~here], POOR)
    return of_schools(truth, pd.concat([sa.rates(MET), usual, sa.rates(POOR)], ignore_index=True))


def funnel(truth):
    """The same of limits round a target."""
    return of_schools(truth, pd.concat([sa.rates(MET), sa.funnel(MET)], ignore_index=True))


OF_PLACES = estimates(
    rate(70 + at, 216, student_group="asian", organization_id=place, end_year=year)
    for at, place in enumerate(("southeast_seattle", "rest_of_seattle", "seattle"))
    for year in (2018, 2019)
)


def one_hidden(truth):
    """Three places over two years, one figure of them withheld."""
    return hidden(OF_PLACES, "withheld", truth, organization_id="southeast_seattle", end_year=2018)


def glance(truth):
    """Two of these places."""
    both = {"place": "southeast_seattle", "reference": "rest_of_seattle"}
    return sa.plot_at_a_glance(one_hidden(truth), **both)


def need(truth):
    """Dollars of schools, and low-income shares of which some are hidden."""
    dollars = sa.rates(POOR).assign(
        indicator="budget_per_student", measure="average", unit="dollars_per_student",
        student_group="all", student_group_type="all", **dict.fromkeys(ENDS, 12_000.0),
    )  # fmt: skip
    return pd.concat([dollars, of_schools(truth, sa.rates(POOR))], ignore_index=True)


def results_map(truth):
    """Schools beside the district, some of them hidden."""
    district = estimates(
        [rate(300, 1000, organization_id="seattle", student_group="low_income", indicator="enrollment",
              student_group_type="low_income", grade_level="all", end_year=2019)]
    )  # fmt: skip
    return sa.plot_results_map(pd.concat([of_schools(truth, sa.rates(POOR)), district]))


DOORS = {
    "finding": lambda truth: [
        sa.finding(of_groups(truth, RATES), student_group=group) for group in RATES["student_group"]
    ],
    "findings": lambda truth: list(sa.findings(of_groups(truth, GAPS))),
    "table": lambda truth: [sa.table(of_groups(truth, one)) for one in (RATES, GAPS, YEARS)],
    "compare_school": lambda truth: [
        sa.report.compare_school(of_groups(truth, BESIDE), school=HERE[0], caption="Tests")
    ],
    "over_years": lambda truth: [
        sa.report.over_years(of_groups(truth, OVER_YEARS), school=HERE[0], caption="Before")
    ],
    "school_questions": lambda truth: [
        sa.report.school_questions(of_groups(truth, BESIDE), school=HERE[0])
    ],
    "school_messages": lambda truth: [
        sa.report.school_messages(of_groups(truth, BESIDE), school=HERE[0])
    ],
    "among_tested": lambda truth: [
        sa.report.among_tested(of_groups(truth, BESIDE), school=HERE[0])
    ],
    "withheld_here": lambda truth: [
        sa.report.withheld_here(of_groups(truth, BESIDE), school=HERE[0])
    ],
    "strengths": lambda truth: [
        sa.report.strengths(of_groups(truth, BESIDE), school=HERE[0], against="rest_of_seattle")
    ],
    "claims_ledger": lambda truth: [ledger(truth)],
    "claim_schools": lambda truth: [claim_schools(truth)],
    "headline": lambda truth: [
        sa.report.headline(of_groups(truth, one)) for one in (RATES, GAPS, YEARS)
    ],
    "key_numbers": lambda truth: [sa.report.key_numbers(of_groups(truth, RATES))],
    "implication": lambda truth: [sa.report.implication(of_groups(truth, GAPS))],
    "in_words": lambda truth: [sa.report.in_words(of_groups(truth, YEARS))],
    "since_last_year": lambda truth: [
        sa.report.since_last_year(of_groups(truth, YEARS), place="southeast_seattle")
    ],
    "best": lambda truth: [sa.report.best(of_groups(truth, GAPS))],
    "deck": lambda truth: [sa.report.deck(of_groups(truth, GAPS), of_groups(truth, GAPS))],
    "board_questions": lambda truth: [sa.report.board_questions(of_groups(truth, GAPS))],
    "plot_rates": lambda truth: [sa.plot_rates(of_groups(truth, RATES))],
    "plot_gaps": lambda truth: [sa.plot_gaps(of_groups(truth, GAPS))],
    "plot_trend": lambda truth: [sa.plot_trend(of_groups(truth, YEARS))],
    "plot_schools": lambda truth: [sa.plot_schools(of_schools(truth, BY_SCHOOL))],
    "plot_funnel": lambda truth: [sa.plot_funnel(funnel(truth))],
    "plot_multiples": lambda truth: [sa.plot_multiples(of_groups(truth, YEARS))],
    "plot_slopes": lambda truth: [sa.plot_slopes(one_hidden(truth))],
    "plot_lead": lambda truth: [
        sa.report.plot_lead(one_hidden(truth), leading=one_hidden(truth).tail(1))
    ],
    "plot_at_a_glance": lambda truth: [glance(truth)],
    "plot_need": lambda truth: [sa.plot_need(need(truth))],
    "plot_results_map": lambda truth: [results_map(truth)],
    "plot_expected": lambda truth: [sa.plot_expected(expected(truth))],
}


OF_LEVELS = {
    "level_counts",
    "level_distribution",
    "level_parts",
    "level_weights",
    "levels_of_place",
    "levels_of_school",
    "plot_levels",
}
"""Take levels of schools, which are made of bounds and hold no count of students."""


def everything(thing):
    """Return all that leaves with a thing: words, JSON, HTML, PNG, SVG, CSV, citation and alt text."""
    shown = thing._repr_mimebundle_()
    also = [thing.cite(), thing.alt_text(), repr(thing)] if isinstance(thing, Finding) else []
    return json.dumps([shown, *also], default=str, sort_keys=True)


def test_doors__are_all_that_show_a_table_to_readers():
    taking = {
        name
        for name, one in PUBLIC.items()
        if inspect.isfunction(one)
        and inspect.unwrap(one).__module__.startswith(
            ("sesec_analysis.evidence.", "sesec_analysis.figures.")
        )
        and any(_takes_a_table(part) for part in inspect.signature(one).parameters.values())
    }
    # `lead` returns rows of the table that it is given, to be shown by `headline`; `lead_candidates` returns a table
    # of them for our own eyes, which no document takes.
    assert taking == {*DOORS, *OF_LEVELS, "plain_table", "lead", "lead_candidates"}


def _takes_a_table(part: inspect.Parameter) -> bool:
    return pd.DataFrame in (part.annotation, *get_args(part.annotation))


def test_levels_of_schools__hold_no_count_of_students():
    figures = sa.report.level_figures(up_to=2019, place="southeast_seattle")
    levels = sa.report.school_levels(figures, rules=sa.report.level_rules())
    counts = {name for name in NUMBERS if not name.startswith(("estimate", "ci", "bound", "outer"))}
    assert counts.isdisjoint(levels.columns)


@pytest.mark.slow
@pytest.mark.proof(
    "Nothing that is shown depends on what is hidden", seed=7, tried="every function"
)
@pytest.mark.parametrize("name", proofs.sample(DOORS, 6, seed=7))
def test_door__shows_the_same_whatever_the_hidden_truth_is(name, monkeypatch):
    monkeypatch.setattr(figures_figure, "DPI", COARSE)
    first, *others = ([everything(thing) for thing in DOORS[name](truth)] for truth in TRUTHS)
    assert first
    assert all(other == first for other in others)
