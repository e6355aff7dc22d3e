import pytest
from report_samples import PARAMETERS, code, notebook

from sesec_analysis.editions import parameters
from sesec_analysis.errors import EditionError

EVERY_TYPE = """\
year: int
place: str = "southeast_seattle"  # whom it is about
level: float = 0.95
quick: bool = False
groups: list[str] = [
    "black",
    "white",
]  # whom to compare
goal: float | None = None
kind: Literal["rate", "gap"] = "rate"
"""


def declared(source: str) -> dict[str, parameters.Parameter]:
    return parameters.declared(notebook(code(source, tag="parameters")), where="a.ipynb")


def test_declared__reads_names_types_defaults_and_help():
    found = declared(EVERY_TYPE)
    assert [str(one) for one in found.values()] == [
        "year: int",
        "place: str",
        "level: float",
        "quick: bool",
        "groups: list[str]",
        "goal: float | None",
        "kind: Literal['rate', 'gap']",
    ]
    assert found["year"].required
    assert (found["place"].default, found["place"].help) == (
        "southeast_seattle",
        "whom it is about",
    )
    assert (found["groups"].default, found["groups"].help) == (
        ["black", "white"],
        "whom to compare",
    )


def test_declared__finds_none_in_a_notebook_without_the_cell():
    assert parameters.declared(notebook(), where="a.ipynb") == {}


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("year = 2022", "is not `name: type = value`"),
        ("import os", "is not `name: type = value`"),
        ("year: int = 2000 + 22", "not a literal"),
        ("when: date = None", "'date' is not one an edition can hold"),
        ("year: int = ", "is not Python"),
    ],
)
def test_declared__refuses_what_is_no_annotated_literal(line, what):
    with pytest.raises(EditionError, match=what):
        declared(line)


def test_declared__names_every_faulty_line():
    with pytest.raises(EditionError, match=r"2 fault\(s\)"):
        declared("a = 1\nb: int = 2\nc: bytes = 3")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("year", "2022", 2022),
        ("year", "soon", "soon"),  # stays text, for `checked` to refuse
        ("place", "01109", "01109"),
        ("level", "0.9", 0.9),
        ("quick", "yes", True),
        ("groups", "black, two_or_more", ["black", "two_or_more"]),
        ("goal", "none", None),
        ("goal", "0.8", 0.8),
        ("kind", "gap", "gap"),
        ("unknown", "1", "1"),
    ],
)
def test_parsed__reads_a_text_as_its_declared_type(name, text, value):
    assert parameters.parsed({name: text}, declared(EVERY_TYPE)) == {name: value}


def test_checked__fills_in_defaults_in_the_notebooks_order():
    values = parameters.checked(
        {"ci_level": 1, "report_year": 2022}, declared(PARAMETERS), where=""
    )
    assert list(values.items()) == [
        ("report_year", 2022),
        ("place", "southeast_seattle"),
        ("ci_level", 1.0),
    ]


def test_checked__names_every_fault_at_once():
    given = {"yaer": 1, "level": "high", "kind": "ratio", "groups": ["black", 3], "quick": 1}
    with pytest.raises(EditionError) as refusal:
        parameters.checked(given, declared(EVERY_TYPE), where="reports/editions.yml")
    assert refusal.value.what.splitlines()[0] == "6 parameters are wrong; nothing was started:"
    for line in [
        "year: int has no value",
        "yaer: there is no such parameter; did you mean year?",
        "level: 'high' is not float",
        "kind: 'ratio' is not Literal['rate', 'gap']",
        "groups: ['black', 3] is not list[str] (whom to compare)",
        "quick: 1 is not bool",
    ]:
        assert f"    {line}" in refusal.value.what


@pytest.mark.parametrize("value", ["2022", 2022.0, True, None])
def test_checked__does_not_bend_a_value_into_a_year(value):
    with pytest.raises(EditionError, match="is not int"):
        parameters.checked({"report_year": value}, declared(PARAMETERS), where="")


def test_checked__refuses_a_default_of_another_type():
    with pytest.raises(EditionError, match="year: 'now' is not int"):
        parameters.checked({}, declared("year: int = 'now'"), where="")
