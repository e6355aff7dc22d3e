"""The front hall: every public name is there for Tab, resolves, and shows by example how it is used."""

import inspect
import re
from pathlib import Path

import pytest

import sesec_analysis as sa

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


def test_readme__its_example_for_researchers_runs():
    [code] = re.findall(r"```python\n(.*?)```", README, flags=re.S)
    names: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), names)
    assert str(names["finding"].sentence()).startswith(
        "In 2016–17, the share of students from low-income families"
    )
