"""2,000 calls of the public functions that take a table: harmless forms of it change nothing, harmful ones are refused.

The functions are those of `sa` and `sa.stats` with a table in their signature, so that a new one joins by itself; what
an argument of a new name is given stands in `ARGUMENTS` or `TABLES`.
"""

import inspect
import io
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import proofs
import pytest
from conftest import make_counts

import sesec_analysis as sa
from sesec_analysis import schema
from sesec_analysis.errors import SesecError
from sesec_analysis.evidence.finding import Findings

GROUPS = {"asian": (66, 120), "black": (45, 110), "hispanic": "<15%", "white": (90, 120)}
PLACE = {"organization_id": "southeast_seattle", "organization_name": "Southeast Seattle"}
REST = {"organization_id": "rest_of_seattle_regular", "organization_name": "Rest of Seattle"}
TO = {"by": "race_ethnicity", "reference": "white"}


def years() -> pd.DataFrame:
    return pd.concat(
        [make_counts(**GROUPS, end_year=year) for year in (2018, 2019)], ignore_index=True
    )


def schools(start: int = 0, count: int = 8, **columns: object) -> pd.DataFrame:
    everyone = {"student_group": "all", "student_group_type": "all", "organization_level": "school"}
    rows = [
        make_counts(all=(20 + (7 * (start + at)) % 40, 80), end_year=year).assign(
            **everyone,
            organization_id=f"{start + at}",
            organization_name=f"School {start + at}",
            **columns,
        )
        for year in (2018, 2019)
        for at in range(count)
    ]
    return pd.concat(rows, ignore_index=True)


def enrollment() -> pd.DataFrame:
    named = {"organization_level": "school", "indicator": "enrollment"}
    rows = [
        make_counts(black=(20 + at, 80), white=(60 - at, 80), organization_id=f"{at}", **named)
        for at in range(6)
    ]
    return pd.concat(rows, ignore_index=True)


def amounts(**columns: object) -> pd.DataFrame:
    rows = make_counts(
        all=(60, 100), student_group_type="all", indicator="spending_per_student", **columns
    )
    dollars = dict.fromkeys(["value", "value_low", "value_high"], 12_000.0)
    return schema.conform_observations(
        rows.assign(unit="dollars_per_student", numerator=pd.NA, **dollars)
    )


def indicators(*names: str) -> pd.DataFrame:
    return pd.concat([make_counts(**GROUPS, indicator=name) for name in names], ignore_index=True)


def plain(rate: float = 0.0) -> pd.DataFrame:
    shares = np.linspace(0.1, 0.9, 30)
    key = {"end_year": 2019, "organization_level": "place", **PLACE}
    return pd.DataFrame({"rate": rate + shares**2 / 2, "poor": shares}).assign(**key)


def of_seattle(indicator: str, place: str = "seattle", **asked: object) -> pd.DataFrame:
    question = {"end_years": 2024, "grade_level": "all", "student_group": "all", **asked}
    return sa.load(indicator, place=place, **question)


def expected_rates() -> pd.DataFrame:
    of_schools = {"organization_level": "school"}
    here, there = (
        of_seattle("math_met", place, **of_schools)
        for place in ("southeast_seattle", "rest_of_seattle")
    )
    need = of_seattle("enrollment", student_group="low_income", **of_schools)
    parts = [*map(sa.rates, (here, there, need)), sa.expected_rates(here, there, need)]
    return pd.concat(parts, ignore_index=True)


TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    "obs": years,
    "table": years,
    "a": lambda: make_counts(**GROUPS),
    "b": lambda: make_counts(**GROUPS, **REST),
    "state": lambda: make_counts(**GROUPS, organization_id="washington", organization_level="state"),
    "inside": schools,
    "outside": lambda: schools(100, 24),
    "low_income": lambda: pd.concat([schools(), schools(100, 24)]).assign(indicator="low_income"),
    "estimates": lambda: sa.rates(make_counts(**GROUPS)),
    "gaps": lambda: sa.gaps(years(), **TO),
    "now": lambda: sa.gaps(make_counts(black=(45, 110), white=(90, 120)), **TO),
    "gaps_first": lambda: sa.gaps(make_counts(**GROUPS, end_year=2018), **TO),
    "gaps_last": lambda: sa.gaps(make_counts(**GROUPS), **TO),
    "chances": lambda: sa.stats.p_values(make_counts(**GROUPS), **TO),
    "levels": lambda: sa.stats.levels_of(indicators("low", "high"), ["low", "high"], name="both"),
    "variation": lambda: sa.stats.year_variation(schools()),
    # Of one function:
    "averages.obs": amounts,
    "compare_averages.a": amounts,
    "compare_averages.b": lambda: amounts(**REST),
    "participation.obs": lambda: indicators("ela_met", "ela_met_tested", "ela_tested"),
    "participation_gaps.obs": lambda: indicators("ela_met", "ela_tested"),
    "levels_of.obs": lambda: indicators("low", "high"),
    "segregation.obs": enrollment,
    **dict.fromkeys([f"{name}.obs" for name in ("funnel", "shrunk_rates", "school_rates", "year_variation")], schools),
    "gradients.obs": lambda: schools().query("end_year == 2019").reset_index(drop=True),
    "trend_model.obs": lambda: years().query("student_group == 'black'").reset_index(drop=True),
    "gap_model.gaps": lambda: sa.gaps(pd.concat([years(), years().assign(end_year=lambda t: t["end_year"] - 2)]), **TO)
    .query("student_group == 'black'").reset_index(drop=True),
    **{f"{name}.obs": lambda: make_counts(**GROUPS, grade_level="03") for name in ("mantel_haenszel", "breslow_day")},
    "oaxaca.a": plain,
    "oaxaca.b": lambda: plain(0.05).assign(**REST),
    "plot_gaps.estimates": lambda: sa.gaps(make_counts(**GROUPS), **TO),
    "finding.estimates": lambda: sa.rates(make_counts(black=(45, 110))),
    "plot_slopes.estimates": lambda: sa.rates(years().query("student_group == 'black'")),
    **{f"plot_{name}.estimates": lambda: sa.rates(years()) for name in ("trend", "multiples")},
    "plot_schools.estimates": lambda: sa.rates(of_seattle("math_met", organization_level="school")),
    "plot_need.estimates": lambda: pd.concat(
        [sa.averages(of_seattle("budget_per_student", organization_level="school", grade_level="all")),
         sa.rates(of_seattle("enrollment", organization_level="school", student_group="low_income"))],
        ignore_index=True,
    ),
    "plot_expected.estimates": expected_rates,
    "plot_results_map.estimates": lambda: pd.concat(
        [sa.rates(of_seattle("math_met", organization_level=level)) for level in ("school", "place")], ignore_index=True
    ),
    "plot_at_a_glance.estimates": lambda: pd.concat(
        [sa.rates(make_counts(**GROUPS, **place)[:1]) for place in (PLACE, REST)]
        + [sa.compare(make_counts(**GROUPS, **PLACE)[:1], make_counts(**GROUPS, **REST)[:1]).query("measure == 'gap'")],
        ignore_index=True,
    ),
    "plot_funnel.estimates": lambda: pd.concat(
        [measure(schools().query("end_year == 2019")) for measure in (sa.rates, sa.funnel)], ignore_index=True
    ),
}  # fmt: skip
"""What a table of this name is, of any function or of one."""
ARGUMENTS: dict[str, object] = {
    **TO,
    **PLACE,
    **{"first": 2018, "last": 2019, "difference": -0.1, "over": "end_year", "name": "both"},
    **{"met": "ela_met", "met_tested": "ela_met_tested", "tested": "ela_tested"},
    **{"indicators": ["low", "high"], "outcome": "rate", "columns": ["poor"]},
    "plot_at_a_glance.place": PLACE["organization_id"],
    "plot_at_a_glance.reference": REST["organization_id"],
    **dict.fromkeys(["standard", "shares"], dict.fromkeys(GROUPS, 1.0)),
    **{
        "ranking": {f"{at}": float(at) for at in range(8)},
        "direction": "below",
        "higher_is_better": True,
    },
}


def takes_table(function: object) -> list[str]:
    """Name the parameters of a function that are tables and must be given."""
    if not inspect.isfunction(inspect.unwrap(function)):
        return []
    return [
        name
        for name, given in inspect.signature(function).parameters.items()
        if "DataFrame" in str(given.annotation)
        and given.default is given.empty
        and name not in ARGUMENTS
    ]


OWN = {"observations", "attack_tables"}
"""Take tables of any form: tests/loaders/test_own_table.py and tests/attack/test_tables.py try them."""
VERBS = {
    name: takes_table(getattr(group, name))
    for group in (sa, sa.stats)
    for name in group.__all__
    if name not in OWN and takes_table(getattr(group, name))
}
COUNTS = [
    name for name in schema.OBSERVATIONS_COLUMNS if name.startswith(("numerator", "denominator"))
]
TEXTS = ["student_group", "status", "organization_id", "indicator"]


def through(
    save: Callable[[pd.DataFrame], bytes], read: Callable[[io.BytesIO], pd.DataFrame]
) -> Callable:
    return lambda rows: read(io.BytesIO(save(rows)))


def present(rows: pd.DataFrame, names: list[str], kind: str) -> pd.DataFrame:
    return rows.astype({name: kind for name in names if name in rows})


HARMLESS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "pyarrow": lambda rows: rows.convert_dtypes(dtype_backend="pyarrow"),
    "nullable": lambda rows: rows.convert_dtypes(),
    "objects": lambda rows: rows.astype(object),
    "categories": lambda rows: present(rows, TEXTS, "category"),
    "counts as floats": lambda rows: present(rows, [*COUNTS, "n_low", "n_high"], "float64"),
    "years as floats": lambda rows: present(rows, ["end_year"], "float64"),
    "short years": lambda rows: present(rows, ["end_year"], "int16"),
    "saved as CSV": through(
        lambda rows: rows.to_csv(index=False).encode(),
        lambda file: pd.read_csv(
            file, dtype=dict.fromkeys(["organization_id", "grade_level"], str)
        ),
    ),
    "saved as Parquet": through(lambda rows: rows.to_parquet(), pd.read_parquet),
    "other rows first": lambda rows: rows.sample(frac=1, random_state=1),
    "without the columns of sums": lambda rows: rows.drop(
        columns=schema.PUBLISHED_SCHOOLS, errors="ignore"
    ),
    "columns turned round": lambda rows: rows[rows.columns[::-1]],
    "another index": lambda rows: rows.set_index(np.zeros(len(rows), dtype=int)),
    "an index of words": lambda rows: rows.set_index(
        pd.Index([f"r{at}" for at in range(len(rows))], name="status")
    ),
    "columns more": lambda rows: rows.assign(note="x", when=pd.Timestamp("2026-01-01")),
    "a copy of its columns": lambda rows: pd.DataFrame(
        {name: rows[name].to_list() for name in rows}
    ),
}


def cell(column: str, value: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Put a value into the second row of a column."""

    def changed(rows: pd.DataFrame) -> pd.DataFrame:
        rows = rows.astype({column: object})
        rows.iloc[min(1, len(rows) - 1), rows.columns.get_loc(column)] = value
        return rows

    return changed


WRONG: dict[str, list[object]] = {
    "numerator": [-7, 2.5, 10**30, "many", np.inf, True, 10**7],
    "denominator": [-7, 0.5, 10**30, "12 or so", -np.inf],
    "numerator_low": [10**7, "few", -1],
    "denominator_high": [0, 1.5, 2 * 10**15],
    "value": [1.7, "half", np.inf, -0.2],
    "value_low": [1.2, "none"],
    "end_year": [2091, -3, "2018-19", pd.Timestamp("2019-06-30"), np.nan, 2018.5, None],
    "status": ["fine", "Reported", 3, None],
    "unit": ["furlongs", "dollars_per_student"],
    "coverage": [7.0, -1.0],
    "cells": [-1],
    "organization_level": ["planet", None],
    "organization_id": [None, np.nan, "\u0430ki", 2120.0, " 2120", ""],
    "indicator": [None, "\u0435la_met"],
    "student_group": [None, "bl\u0430ck", "white\u200b", "white ", "whi\nte", 3],
    "student_group_type": [np.nan],
    "grade_level": [None],
    # of ESTIMATES
    "estimate": ["many", 1e30, -np.inf],
    "n_low": [-7, 2.5, 10**30, 10**9],
    "bound_low": ["low", 9e9],
    "measure": [None],
}
OF_ESTIMATES = {"estimate", "n_low", "bound_low", "measure"}
SHARED = {
    "end_year",
    "status",
    "organization_level",
    "organization_id",
    "indicator",
    "student_group",
}
SHARED |= {"student_group_type", "grade_level", "coverage", "cells"}
ANY: dict[str, Callable[[pd.DataFrame], Any]] = {
    "a column twice": lambda rows: pd.concat([rows, rows.iloc[:, -1:]], axis=1),
    "without the status": lambda rows: rows.drop(columns="status"),
    "without the years": lambda rows: rows.drop(columns="end_year"),
    "columns of two levels": lambda rows: pd.concat({"x": rows}, axis=1),
    "rows twice": lambda rows: pd.concat([rows, rows.head(1)], ignore_index=True),
    "all years are dates": lambda rows: rows.assign(end_year=pd.Timestamp("2019-01-01")),
    "no columns": lambda rows: pd.DataFrame(index=rows.index),
    "a dict": lambda rows: rows.to_dict(),
    "a column": lambda rows: rows.iloc[:, -1],
    "None": lambda rows: None,
    "a file's name": lambda rows: "rows.csv",
    "numbers": lambda rows: rows.to_numpy(),
    "turned": lambda rows: rows.T,
}


OTHER = ["a dict", "None", "a file's name", "no columns", "a column twice", "columns of two levels"]


class Call(NamedTuple):
    verb: str
    table: str
    form: str
    harmless: bool


def table_of(verb: str, parameter: str) -> Callable[[], pd.DataFrame]:
    found = TABLES.get(f"{verb}.{parameter}", TABLES.get(parameter))
    assert found, f"say in TABLES what the table {parameter!r} of {verb} is"
    return found


@cache
def made(verb: str, parameter: str) -> pd.DataFrame:
    return table_of(verb, parameter)()


def harmful_forms(rows: pd.DataFrame) -> dict[str, Callable[[pd.DataFrame], Any]]:
    """Return what a table cannot be, by name: of OBSERVATIONS, of ESTIMATES, and less of another."""
    if not {"status", "organization_id", "indicator"} <= set(rows):
        return {name: ANY[name] for name in OTHER}
    columns = SHARED | OF_ESTIMATES if "measure" in rows else set(WRONG) - OF_ESTIMATES
    cells = {
        f"{name} {value!r}": cell(name, value)
        for name in WRONG
        if name in columns
        for value in WRONG[name]
        if value != "" or len(rows) > 1  # a table may leave a code out, but not in some of its rows
    }
    if "unit" in rows and not rows["unit"].isin(schema.SHARES).all() and "measure" not in rows:
        cells = {
            name: form
            for name, form in cells.items()
            if name not in ("value_low 1.2", "unit 'dollars_per_student'")
        }
    # The same finding twice is one finding; only OBSERVATIONS are added up.
    return cells | {
        name: form for name, form in ANY.items() if name != "rows twice" or "measure" not in rows
    }


def forms_of(verb: str, parameter: str) -> tuple[dict[str, Callable], dict[str, Callable]]:
    """Return the harmless and the harmful forms of a table, by name."""
    return HARMLESS, harmful_forms(made(verb, parameter))


def calls(verb: str) -> Iterator[Call]:
    for parameter in VERBS[verb]:
        harmless, harmful = forms_of(verb, parameter)
        yield from (Call(verb, parameter, form, True) for form in harmless)
        yield from (Call(verb, parameter, form, False) for form in harmful)


def answer(verb: str, **changed: object) -> object:
    """Call a function with its tables, or with a table that is changed."""
    function = getattr(sa, verb, None) if verb in sa.__all__ else getattr(sa.stats, verb)
    given: dict[str, object] = {name: made(verb, name).copy() for name in VERBS[verb]} | changed
    for name, parameter in inspect.signature(function).parameters.items():
        needed = (
            parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
        )
        if f"{verb}.{name}" in ARGUMENTS:
            given[name] = ARGUMENTS[f"{verb}.{name}"]
        elif (needed or name in ("over",)) and name not in given:
            assert name in ARGUMENTS or name in TABLES, (
                f"say in ARGUMENTS what {name!r} of {verb} is"
            )
            given[name] = ARGUMENTS[name] if name in ARGUMENTS else made(verb, name)
    result = function(**given)
    return getattr(result, "alt", result)


def same(one: object, other: object) -> None:
    if isinstance(one, Findings):
        assert sorted(finding.id for finding in one) == sorted(finding.id for finding in other)
    elif isinstance(one, pd.DataFrame):
        key = [
            name
            for name in (*schema.OBSERVATIONS_KEY, "measure", "reference", "level")
            if name in one
        ]
        tables = [
            table.sort_values(key, kind="stable").reset_index(drop=True) for table in (one, other)
        ]
        shown = [table.drop(columns="token", errors="ignore") for table in tables]
        pd.testing.assert_frame_equal(*shown)
    elif hasattr(one, "params"):
        np.testing.assert_allclose(one.params, other.params, atol=1e-9)
    else:
        assert sorted(str(one).splitlines()) == sorted(str(other).splitlines())


@cache
def expected(verb: str) -> object:
    return answer(verb)


@pytest.mark.slow
@pytest.mark.proof(
    "Harmless forms of a table change no answer, harmful ones are refused",
    seed=50,
    tried="every call",
)
@pytest.mark.parametrize("verb", proofs.sample(VERBS, 20, seed=50))
def test_calls__give_the_same_answer_or_are_refused(verb, record_property):
    tried = proofs.sample(calls(verb), 2, seed=50 + list(VERBS).index(verb))
    faults = []
    for call in tried:
        rows = made(verb, call.table)
        form = forms_of(verb, call.table)[not call.harmless][call.form]
        try:
            result = answer(verb, **{call.table: form(rows.copy())})
        except SesecError as refusal:
            if call.harmless or not (refusal.what and refusal.where and refusal.fix):
                faults.append((call.table, call.form, "refused", str(refusal)[:200]))
            continue
        except Exception as failure:  # of any kind: no call may end in another library's error
            faults.append((call.table, call.form, type(failure).__name__, str(failure)[:200]))
            continue
        if not call.harmless:
            faults.append((call.table, call.form, "answered"))
            continue
        try:
            same(result, expected(verb))
        except AssertionError as failure:
            faults.append((call.table, call.form, "another answer", str(failure)[:200]))
    assert not faults, "\n".join(map(str, faults))
    record_property("harmless", sum(call.harmless for call in tried))
    record_property("harmful", sum(not call.harmless for call in tried))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sa.stats.global_prior([3, 4], [2, 9]), "more students are counted than there are"),
        (lambda: sa.stats.global_prior([3, 4, 5], [9, 9]), "not of the same schools"),
        (lambda: sa.stats.global_prior([-7, 4], [9, 9]), "-7 is not a whole number"),
        (lambda: sa.stats.funnel_limits([10, 0], 0.3), "0 is not a number from 1"),
        (lambda: sa.stats.funnel_limits([10, 20], [0.3, 0.4, 0.5]), "2, 3 numbers"),
        (lambda: sa.stats.funnel_limits(10, 0.3, level=95), "level of 95"),
        (lambda: sa.stats.difference_limits(-1, 10, 3, 10), "-1 is not a number from 0"),
        (lambda: sa.stats.difference_limits(9, np.inf, 3, 10), "inf is not a number"),
        (lambda: sa.stats.between_variance(2.0, [0.1, 0.0]), "one is 0"),
        (lambda: sa.stats.margin_of_sum([3.0, -4.0]), "-4 is not a number from 0"),
        (lambda: sa.stats.percentage_point_margin([True, False]), "a number or a list of numbers"),
    ],
)
def test_as_numbers__refuses_what_a_count_a_rate_or_a_level_cannot_be(call, words):
    with pytest.raises(sa.DataError, match=words):
        call()
