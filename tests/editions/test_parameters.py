import pytest
from report_samples import code, notebook

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
    return parameters.declared_parameters(notebook(code(source, tag="parameters")), where="a.ipynb")


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


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("year", "soon", "soon"),  # stays text, for `checked` to refuse
        ("place", "01109", "01109"),
        ("quick", "yes", True),
        ("groups", "black, two_or_more", ["black", "two_or_more"]),
        ("goal", "none", None),
        ("unknown", "1", "1"),
    ],
)
def test_parsed__reads_a_text_as_its_declared_type(name, text, value):
    assert parameters.parse_values({name: text}, declared(EVERY_TYPE)) == {name: value}


def test_checked__names_every_fault_at_once():
    given = {"yaer": 1, "level": "high", "kind": "ratio", "groups": ["black", 3], "quick": 1}
    with pytest.raises(EditionError) as refusal:
        parameters.check_values(given, declared(EVERY_TYPE), where="reports/editions.yml")
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


VALUES = {
    "report_year": 2024,
    "place": "southeast_seattle",
    "compare_to": "rest_of_seattle_regular",
    "test_grade": "all",
    "ci_level": 0.95,
}
GRADES = {2017: ["03", "08", "11"], 2018: ["03", "08", "10", "all"], 2024: ["all"]}


def test_grades(year):
    newest = max((known for known in GRADES if known <= year), default=None)
    return newest and (newest, GRADES[newest])


test_grades.__test__ = False


def resolved(**changed):
    return parameters.resolve_values({**VALUES, **changed}, where="here", test_grades=test_grades)


def test_resolved__reads_names_and_bare_numbers_as_codes():
    assert resolved() == VALUES
    assert resolved(place="Southeast Seattle", compare_to="the rest of Seattle") == VALUES
    assert resolved(report_year=2019, test_grade="8")["test_grade"] == "08"
    assert resolved(test_grade="ALL")["test_grade"] == "all"


@pytest.mark.parametrize(
    ("changed", "what", "meant"),
    [
        (
            {"place": "rainier"},
            "place=rainier: there is no such place in the catalog",
            ["southeast_seattle", "franklin_and_rainier_beach_areas"],
        ),
        (
            {"compare_to": "southeast_seattle"},
            "place and compare_to are both southeast_seattle: name another place",
            [],
        ),
        (
            {"district": "southeast_seattle"},
            "district=southeast_seattle: this place is not a whole district",
            [],
        ),
        ({"ci_level": 95.0}, "ci_level=95 is not a confidence level from 0.5 to 0.999", ["0.95"]),
        (
            {"report_year": 2031},
            "report_year=2031: there are no numbers of 2030–31, only of 2009–10 to 2024–25",
            ["2025"],
        ),
        (
            {"test_grade": "9"},
            "test_grade=09: the test results of 2023–24 have no such grade",
            [],
        ),
    ],
)
def test_resolved__refuses_what_no_edition_can_be_made_of(changed, what, meant):
    with pytest.raises(EditionError) as refusal:
        resolved(**changed)
    assert refusal.value.what == what
    assert refusal.value.meant == meant
    assert refusal.value.exit_code == 2
