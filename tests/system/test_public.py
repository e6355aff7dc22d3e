"""The front hall: every public name is there for Tab, resolves, and shows by example how it is used."""

import contextlib
import inspect
import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import proofs
import pytest
from conftest import make_counts
from public_names import PUBLIC, PUBLIC_MEASURES

import sesec_analysis as sa
from sesec_analysis import catalog, schema


def test_dir__lists_the_public_names_for_tab() -> None:
    assert [name for name in dir(sa) if name in sa.__all__] == sorted(sa.__all__)
    assert {"data", "measures", "plots", "report", "stats"} <= set(dir(sa))
    assert len(sa.__all__) <= 60


def test_groups__share_no_name() -> None:
    assert len(PUBLIC) == len(sa.__all__) + len(sa.stats.__all__) + len(sa.report.__all__)
    assert set(dir(sa.stats)) == set(sa.stats.__all__)
    assert set(dir(sa.report)) == set(sa.report.__all__)


@pytest.mark.parametrize("name", PUBLIC)
def test_public_names__have_a_docstring_with_an_example(name: str):
    doc = inspect.getdoc(PUBLIC[name]) or ""
    assert "Examples\n--------\n" in doc, f"{name} shows no example"
    assert ">>> " in doc


FUNCTIONS = [name for name, thing in PUBLIC.items() if inspect.isfunction(thing)]
ODD = [[1, 2], "x", None, 7, pd.DataFrame(), pd.DataFrame({"a": [1]}), object()]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_public_names__answer_anything_or_refuse_it_in_the_shape_of_errors(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # "x" names a folder for `use_project`, which sets the variable
    monkeypatch.setenv("SESEC_DATA", str(catalog.data_dir()))
    function = PUBLIC[name]
    parts = inspect.signature(function).parameters.values()
    first = next((part.name for part in parts if part.kind != part.KEYWORD_ONLY), None)
    asked = {
        part.name: "x"
        for part in parts
        if part.default is part.empty and part.name != first and part.kind != part.VAR_POSITIONAL
    }
    for odd in ODD if first else []:
        with contextlib.suppress(sa.SesecError):
            function(odd, **asked)


def test_numbers__are_no_texts_and_years_are_whole() -> None:
    table = sa.load("math_met", place="southeast_seattle", end_years=2024)
    with pytest.raises(sa.DataError, match="numerator is above denominator"):
        sa.rates(table.assign(numerator=10**6))
    with pytest.raises(sa.DataError, match="is not a number between 0 and 1"):
        sa.rates(table, level="0.95")
    for year in (2024.0, np.int64(2024)):  # as pandas gives it
        assert len(sa.load("math_met", place="southeast_seattle", end_years=year)) == len(table)
    for odd in (2024.5, float("nan")):
        with pytest.raises(sa.DataError, match="cannot be read"):
            sa.load("math_met", place="southeast_seattle", end_years=odd)
    # The first year of no table.
    years = {"up_to": 2022, "place": "seattle", "grade_level": "all"}
    assert sa.report.then_and_now("disciplined", since=float("nan"), **years).empty
    with pytest.raises(sa.DataError, match='write it in quotation marks: "2120"'):
        sa.report.about_school(2120)


def test_import__changes_nothing_in_a_notebook_session_and_has_its_modules() -> None:
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "formatters = InteractiveShell.instance().display_formatter.formatters.values()\n"
        "before = [dict(each.deferred_printers) for each in formatters]\n"
        "import sesec_analysis, pandas as pd\n"
        "assert before == [dict(each.deferred_printers) for each in formatters]\n"
        "assert not any(pd.DataFrame in each.type_printers for each in formatters)\n"
        "sesec_analysis.bounds.pool, sesec_analysis.schema.validate_observations"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert {"bounds", "schema"} <= set(dir(sa))


def test_estimates__print_number_range_and_status_in_80_columns(monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    asked = {"end_years": [2018, 2019], "student_group_type": "race_ethnicity"}
    table = sa.load("disciplined", place="southeast_seattle", **asked)
    rates = sa.rates(table).query("status != 'ok'")
    head, *lines = repr(rates).splitlines()
    shown = ["student_group", "end_year", "estimate", "bound_low", "bound_high", "status"]
    assert head.split()[:6] == shown
    assert max(map(len, [head, *lines])) <= 80
    assert lines[-1].endswith(" more columns]")
    assert repr(rates[["student_group", "estimate"]]).split()[:2] == ["student_group", "estimate"]


HARMLESS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "pyarrow": lambda rows: rows.convert_dtypes(dtype_backend="pyarrow"),
    "objects": lambda rows: rows.astype(object),
    "saved as CSV": lambda rows: pd.read_csv(
        io.StringIO(rows.to_csv(index=False)), dtype={"organization_id": str, "grade_level": str}
    ),
    "other rows first": lambda rows: rows.sample(frac=1, random_state=1),
    "another index": lambda rows: rows.set_index(np.zeros(len(rows), dtype=int)),
    "columns more": lambda rows: rows.assign(note="x", when=pd.Timestamp("2026-01-01")),
}
TABLE = make_counts(black=(45, 110), hispanic="<15%", white=(90, 120))
TO = {"by": "race_ethnicity", "reference": "white"}


WRONG: dict[str, list[object]] = {
    "numerator": [-7, 2.5, 10**30, "many", np.inf, 10**7],
    "denominator": [-7, 0.5, "12 or so"],
    "value": [1.7, "half"],
    "end_year": [2091, "2018-19", np.nan],
    "status": ["fine", None],
    "organization_id": [None, "", "\u0430ki", 2120.0],
    "student_group": ["bl\u0430ck", "white "],
}
OF_OBSERVATIONS = [
    name for name, one in PUBLIC_MEASURES.items() if "obs" in inspect.signature(one).parameters
]


def given_to(name: str) -> dict[str, str]:
    """What a measure needs beside its table."""
    return {
        part.name: TO.get(part.name, "x")
        for part in inspect.signature(PUBLIC_MEASURES[name]).parameters.values()
        if part.default is part.empty and part.name != "obs"
    }


@pytest.mark.parametrize("name", [one for one in OF_OBSERVATIONS if {*given_to(one)} <= {*TO}])
def test_measures__give_the_same_answer_in_whatever_form_a_table_is(name):
    def told(table: pd.DataFrame) -> pd.DataFrame | str:
        try:
            rows = PUBLIC_MEASURES[name](table, **given_to(name))
        except sa.SesecError as refusal:  # of a single year, say: in whatever form
            return refusal.what
        key = [one for one in (*schema.ESTIMATES_KEY, "measure") if one in rows]
        return rows.drop(columns="token", errors="ignore").sort_values(key, ignore_index=True)

    expected = told(TABLE)
    for form in proofs.sample(HARMLESS, 2, seed=len(name)):
        found = told(HARMLESS[form](TABLE.copy()))
        if isinstance(expected, str):
            assert found == expected, form
        else:
            pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize("name", OF_OBSERVATIONS)
def test_measures__refuse_what_cannot_be_in_a_table(name):
    every = [(column, value) for column, values in WRONG.items() for value in values]
    for column, value in proofs.sample(every, 2, seed=len(name)):
        table = TABLE.astype({column: object})
        table.iloc[1, table.columns.get_loc(column)] = value
        with pytest.raises(sa.SesecError) as refusal:
            PUBLIC_MEASURES[name](table, **given_to(name))
        assert re.search(f"{column}|outside its own bounds", str(refusal.value)), value
