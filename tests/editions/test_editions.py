import re

import pytest
from report_samples import notebook, write_root

from sesec_analysis.checkout import root
from sesec_analysis.editions import editions
from sesec_analysis.errors import EditionError

LIST = """\
shared:
  annual: &annual { notebook: annual.ipynb }
editions:
  annual-2021: { <<: *annual, title: "Report, 2020–21", parameters: { report_year: 2021 } }
  annual-2022: { <<: *annual, title: "Report, 2021–22", parameters: { report_year: 2022 } }
  annual-2000: { <<: *annual, title: "Report, 1999–2000" }
  founding-claims: { title: "The claims of 2013", notebook: claims.ipynb }
"""


@pytest.fixture
def listed(tmp_path, monkeypatch):
    def write(text: str = LIST) -> None:
        monkeypatch.setenv("SESEC_ROOT", str(write_root(tmp_path / "root", {}, text)))

    return write


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("annual-2022", "annual-2022"),
        ("Annual-2022 ", "annual-2022"),
        ("2022", "annual-2022"),
        ("2021-22", "annual-2022"),
        ("2021–22", "annual-2022"),
        ("2021-2022", "annual-2022"),
        ("1999-00", "annual-2000"),
        ("latest", "annual-2022"),
        ("founding-claims", "founding-claims"),
    ],
)
def test_find__takes_a_name_as_people_say_it(listed, said, name):
    listed()
    assert editions.find(said) == name


@pytest.mark.parametrize(
    ("said", "near"),
    [
        ("2031", "2021-22"),
        ("annual-2020", "2020-21"),
        ("2021-2", "2021-22"),
        ("21-22", "2021-22"),
        ("founding", "founding-claims"),
        ("zzz", None),
    ],
)
def test_find__refuses_a_wrong_name_with_the_nearest(listed, said, near):
    listed()
    with pytest.raises(EditionError, match="there is no edition") as refusal:
        editions.find(said)
    assert refusal.value.exit_code == 2
    assert refusal.value.valid == ["2020-21", "2021-22", "1999-00", "founding-claims"]
    assert refusal.value.meant == ([near] if near else [])


def test_editions__names_every_fault_of_the_file(listed):
    listed("editions:\n  a: { notebook: 7 }\n  b: { title: B, notebook: b.ipynb, yaer: 1 }\n")
    with pytest.raises(EditionError, match=r"3 fault\(s\)") as refusal:
        editions.editions()
    assert "editions.a.title: Field required" in refusal.value.what
    assert "editions.b.yaer" in refusal.value.what


def test_editions__have_the_license_of_the_file(listed):
    listed(f"licence: CC BY 4.0\n{LIST}")
    assert {edition.licence for edition in editions.editions().values()} == {"CC BY 4.0"}


def test_editions__tells_where_yaml_breaks(listed):
    listed("editions: [")
    with pytest.raises(EditionError, match="not valid YAML"):
        editions.editions()


def test_root__without_reports_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("SESEC_ROOT", str(tmp_path))
    with pytest.raises(EditionError, match=r"reports/editions\.yml is missing") as refusal:
        root()
    assert "SESEC_ROOT" in refusal.value.fix


def test_editions__of_this_checkout_are_well_formed(monkeypatch):
    monkeypatch.delenv("SESEC_ROOT", raising=False)
    listed = editions.editions()
    assert editions.find("latest") == max(name for name in listed if name.startswith("annual-"))
    for name, edition in listed.items():
        if name.startswith("annual-"):
            year = int(name[-4:])
            assert edition.parameters["report_year"] == year
            assert f"{year - 1}–{year % 100:02d}" in edition.title
    # An edition that took the year from a shared entry would be cited by that of another.
    shared, own = (root() / editions.LIST).read_text("utf-8").split("\neditions:\n")
    assert "published:" not in re.sub("#.*", "", shared)
    assert own.count("\n    published: ") == len(listed)


def test_samples__make_the_same_notebook_twice():
    assert notebook() == notebook()
