"""The front hall: every public name is there for Tab, resolves, and shows by example how it is used."""

import inspect
import re
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

import sesec_analysis as sa
from sesec_analysis import schema

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_dir__lists_the_public_names_for_tab():
    assert set(sa.__all__) < set(dir(sa))
    assert list(sa.__all__) == sorted(sa.__all__)


@pytest.mark.parametrize("name", sa.__all__)
def test_public_names__have_a_docstring_with_an_example(name: str):
    doc = inspect.getdoc(getattr(sa, name)) or ""
    assert "Examples\n--------\n" in doc, f"{name} shows no example"
    assert ">>> " in doc


def test_unknown_names__are_answered_with_the_known_ones():
    with pytest.raises(AttributeError, match=r"it has: .*load.*rates"):
        sa.lode  # noqa: B018 - the look-up itself is what is tested


def test_subjects__list_the_same_names_for_tab() -> None:
    assert sa.measures.gaps is sa.gaps
    assert {"plot_gaps", "plot_trend"} <= set(dir(sa.plots))
    assert {"load", "observations", "place"} <= set(dir(sa.data))
    with pytest.raises(AttributeError, match="did you mean 'plot_gaps'"):
        sa.plots.plot_gap  # noqa: B018 - the look-up itself is what is tested


def test_estimates__show_what_matters_in_ten_columns_of_a_notebook(monkeypatch) -> None:
    shell = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    sa._show_estimates_in_reading_order()
    table = sa.load("enrollment", place="seattle", end_years=2019, grade_level="all")
    rates = sa.rates(table, by="race_ethnicity")
    shown, _ = shell.display_formatter.format(rates)
    first = re.findall(r"<th>(\w+)</th>", shown["text/html"])[:10]
    assert {"student_group", "estimate", "ci_low", "ci_high", "bound_low", "bound_high"} < set(
        first
    )
    assert {"n_low", "n_high", "status"} < set(first)
    assert rates.columns.tolist() == schema.ESTIMATES_COLUMNS  # the table itself keeps its order
    bare, _ = shell.display_formatter.format(table)
    assert "source_id" in re.findall(r"<th>(\w+)</th>", bare["text/html"])[:1]


def test_readme__its_example_for_researchers_runs():
    [code] = re.findall(r"```python\n(.*?)```", README, flags=re.S)
    names: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), names)
    assert str(names["finding"].sentence()).startswith(
        "In 2016–17, the share of students from low-income families"
    )
