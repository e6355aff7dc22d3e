import re

import pytest
from pydantic import ValidationError
from report_samples import write_root

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
        ("2022", "annual-2022"),
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


VOICE = {"quote": "Teachers here know my child.", "who": "A mother", "consent_on_file": True}


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"consent_on_file": False}, "consent_on_file"),
        ({"who": ""}, "it is empty"),
        ({"quote": "At Emerson 7 Black students met the standard."}, "'7' is a number"),
        ({"quote": "In 2019 students were sent home."}, "'2' is a number"),
        ({"quote": "None of the Somali kids at Dunlap passed."}, "small group"),
        ({"who": "Mother of three"}, "'three' is a number"),
    ],
)
def test_voice__is_refused_without_consent_or_with_a_number(other, why):
    with pytest.raises(ValidationError, match=why):
        editions.Voice.model_validate(VOICE | other)


@pytest.mark.parametrize(
    "quote",
    [
        "I want every child to graduate.",
        "Since 2019 I have met one teacher who speaks Somali.",
        "In 3rd grade she loved school; the 5th graders help her.",
    ],
)
def test_voice__may_say_what_people_say(quote):
    assert editions.Voice.model_validate(VOICE | {"quote": quote}).quote == quote
