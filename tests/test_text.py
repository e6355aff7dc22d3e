"""A text holds its message, arguments, and finding until it is rendered, and the walk refuses what it must not say."""

import json
from dataclasses import replace
from functools import cache

import pytest
from conftest import gathered_texts
from hypothesis import given, settings
from hypothesis import strategies as st

from sesec_analysis import i18n, i18n_files
from sesec_analysis.attack.document_walk import TextRules, naming_faults, text_faults
from sesec_analysis.evidence.finding import Finding
from sesec_analysis.evidence.row import Row
from sesec_analysis.evidence.wording.headlines import headline
from sesec_analysis.evidence.wording.sentences import sentence_text
from sesec_analysis.text import (
    Constant,
    Count,
    EntryText,
    List,
    Name,
    Quoted,
    Text,
    Year,
    _,
    dump,
    is_translated,
    load,
    message_ids,
    render,
)


def finding(**of: object) -> Finding:
    known = {
        **{"indicator": "ela_met", "end_year": 2019, "organization_level": "place"},
        **{"organization_id": "southeast_seattle", "organization_name": "Southeast Seattle"},
        **{"grade_level": "03", "student_group_type": "race_ethnicity", "student_group": "black"},
        **{"measure": "rate", "reference": "", "unit": "proportion", "status": "ok"},
        **{"estimate": 0.329, "n_low": 216, "n_high": 216, "publish": "point"},
    }
    return Finding(Row(**{**known, **of}))  # type: ignore[arg-type]


HERE = finding()
REST = finding(organization_id="rest_of_seattle_regular", organization_name="the rest of Seattle")
GAP = finding(
    **{"measure": "gap", "reference": "white", "unit": "points", "estimate": -0.12},
    **{"reference_n_low": 104, "reference_n_high": 104},
)
FALL = finding(
    **{"measure": "change", "reference": "2016", "unit": "points", "estimate": -0.12},
    **{"reference_n_low": 204, "reference_n_high": 204, "grade_level": "all"},
)
FEW = finding(
    organization_id="2120",
    organization_name="Rainier Beach High School",
    organization_level="school",
    **{"estimate": None, "n_low": None, "n_high": None, "publish": "nothing"},
    **{"rule": "small-group", "status": "small_n"},
    reason=Text("fewer than {n} students", (("n", Constant("limit", "10")),)),
)
ALL = (HERE, REST, GAP, FALL, FEW)
BLOCK = {one.id: one for one in ALL}
CODES = ("en", "es", "vi", "so", i18n.PSEUDO)
PLANT = "Beacon Hill International School: 26 students."


@cache
def msgids() -> set[str]:
    listed = {form for text in gathered_texts() for form in i18n_files.forms(text)}
    return listed | {"{people} in {place}: {value}"}


def faults(text: object) -> list[str]:
    return text_faults(text, TextRules(BLOCK, msgids()))


@pytest.mark.parametrize(
    "use",
    [
        lambda text: f"{text}",
        lambda text: text + ".",
        lambda text: text % 1,
        lambda text: len(text),
        lambda text: "a" in text,
        lambda text: [*text],
        lambda text: text == "No data",
        lambda text: ", ".join([text]),
    ],
)
def test_text__refuses_to_be_used_as_a_string(use):
    with pytest.raises(TypeError):
        use(Text("No data"))


def test_text__is_true_equal_by_what_it_holds_and_has_a_hash():
    text = _("{place}", HERE)
    assert bool(Text(""))
    assert text == _("{place}", HERE)
    assert text != _("{place}", REST)
    assert len({text, _("{place}", HERE), replace(text, capital=True)}) == 2


def test_render__fills_arguments_before_fields_and_hands_the_finding_down():
    text = _("{people} in {place}: {value}", HERE, value=_("about {value}"))
    assert str(text) == "Black students in Southeast Seattle: about 32.9 percent"
    assert str(replace(text, args=(("people", None), ("value", Text("{n}"))))) == (
        " in Southeast Seattle: 216"
    )


def test_render__counts_one_and_what_is_left_where_some_percent_can_be_chance():
    some = [Count(tuple(map(str, range(n))), "{n} school", "{n} schools") for n in (1, 200)]
    assert [render(one, "en") for one in some] == ["1 school", "200 schools"]
    assert render(replace(some[1], chance="95"), "en") == "10 schools"
    assert render(replace(some[1], many=""), "en") == "200 school"  # a message without a plural


def test_render__writes_every_kind_of_argument_in_a_language():
    schools = Count(("2120", "2321"), "{n} school", "{n} schools")
    text = List(
        (
            *(schools, Year(2017), Year(2017, calendar=True)),
            *(Constant("limit", "10"), Quoted("Report Card", "OSPI"), EntryText("No data", "here")),
        )
    )
    assert render(text, "en") == ("2 schools, 2016–17, 2017, 10, Report Card, and No data")
    assert render(text, "es").endswith("y No hay datos")
    assert [is_translated(Text(one), "es") for one in ("No data", "No message")] == [True, False]
    assert "Report Card" in render(text, "vi")


def test_render__leaves_numbers_and_names_as_in_english_until_the_page_is_set():
    assert "32.9" in render(_("{value_label}", HERE), "vi")
    assert render(Quoted("under $30,000", "ACS"), "vi") == "under $30,000"


def test_render__says_at_a_school_where_a_language_has_no_message_for_it():
    text = _("{grade} at {place}", FEW, grade=Text("{grade_name}"))
    assert str(text) == "grade 3 at Rainier Beach High School"
    assert render(text, "es") == render(replace(text, msgid="{grade} in {place}"), "es")


@given(st.sampled_from(ALL), st.sampled_from(CODES))
@settings(max_examples=40, deadline=None)
def test_load__gives_back_what_was_dumped(one, code):
    texts = [text for text in (sentence_text(one), headline(one).text) if text]
    for text in texts:
        again = load(json.loads(json.dumps(dump(text))), BLOCK)
        assert again == text
        assert render(again, code) == render(text, code)
    count = Count(("a", "b"), "{n} school", "{n} schools")
    assert load(json.loads(json.dumps(dump(count))), {}) == count
    assert load(json.loads(json.dumps(dump(List(())))), {}) == List(())
    assert dump(Count(("b", "a"), "{n} school", "{n} schools")) == dump(count)


def test_message_ids__are_of_every_text_inside():
    schools = Count(("2120",), "{n} school", "{n} schools")
    assert [*message_ids(_("In {year}, {clause}.", clause=List((schools, schools))))] == [
        *("In {year}, {clause}.", "{first} and {last}"),
        *("{n} school", "{n} schools") * 2,
    ]


@pytest.mark.parametrize("one", ALL)
def test_text_faults__accepts_sentences_and_headlines(one):
    assert faults(sentence_text(one)) == []
    assert headline(one).text is None or faults(headline(one).text) == []


SCHOOL = Name("place", "2120")
PLANTS = {
    "a string": PLANT,
    "a string as an argument": _("{first} and {last}", first=PLANT, last=PLANT),
    "a message of its own": Text(PLANT),
    "a quotation nobody knows": Quoted(PLANT, "OSPI"),
    "a name and a count": _(
        "{first} and {last}", first=SCHOOL, last=Count(("a",) * 26, "{n} student", "{n} students")
    ),
    "a name with the value of another place": _("{place}: {value}", HERE, place=SCHOOL),
    "another finding inside": _("{value_label}: {there}", HERE, there=_("{place}", REST)),
    "no finding": Text("{value_label}"),
    "a count without its noun": List(
        (SCHOOL, _("{n} students", n=Count(tuple("abcdefghijklmnopqrstuvwxyz"), "{n}", "{n}")))
    ),
    "a code of its own": Name("place", "beacon_hill_international_school:_26_students."),
    "an unknown constant": Constant("students", "26"),
    "a name as a sentence of its own": List(
        (_("{text}.", text=SCHOOL), _("{text}.", text=_("{value_label}", HERE))), "", " "
    ),
    "a part of other things": Count(
        ("a", "b"), "{shown} of {n} schools shown", args=(("shown", Count(("c",), "{n}")),)
    ),
}


@pytest.mark.parametrize("plant", PLANTS)
def test_text_faults__refuses(plant):
    assert faults(PLANTS[plant])


def of_schools(*codes: str) -> list[Finding]:
    return [
        finding(
            organization_level="school", organization_id=code, organization_name=f"School {code}"
        )
        for code in codes
    ]


def test_text_faults__allows_a_place_over_its_schools_together_or_by_name():
    place, schools = Name("place", "southeast_seattle"), of_schools("2120", "2321", "9999")
    rules = TextRules({one.id: one for one in schools}, msgids())
    values = [_("{value_label}", one) for one in schools]
    named = [_("{value_label} ({school_name})", one) for one in schools]
    assert text_faults(List((place, *values[:2])), rules) == []
    assert text_faults(List((place, named[0])), rules) == []
    assert text_faults(List((place, values[0])), rules)  # it reads as the number of the place
    assert text_faults(List((place, named[2])), rules)  # a school elsewhere
    assert naming_faults(place, schools[:2]) == []
    assert naming_faults(place, schools)


def test_text_faults__reads_sentences_one_by_one():
    first = _("{text}.", text=_("{place}: {value_label}", HERE))
    other = _("{text}.", text=_("{place}: {value_label}", REST))
    here = _(
        "{text}.", text=_("{place} {value_label}", HERE, place=Name("place", "southeast_seattle"))
    )
    assert faults(List((first, other, here), "", " ")) == []
    assert faults(List((first, _("{text}.", text=Name("place", "rest_of_seattle"))), "", " "))


def test_text_faults__refuses_a_finding_not_as_the_gate_left_it():
    other = Finding(replace(HERE.row, estimate=0.4))
    assert faults(_("{value_label}", other))
    assert text_faults(_("{value_label}", HERE), TextRules({}, msgids()))


@given(st.sampled_from(ALL), st.sampled_from(ALL))
@settings(max_examples=60, deadline=None)
def test_text_faults__refuses_any_sentence_with_a_part_of_another_finding(one, other):
    text = sentence_text(one)
    for at, (name, nested) in enumerate(text.args):
        if isinstance(nested, Text) and one != other:
            changed = (name, replace(nested, of=other))
            args = (*text.args[:at], changed, *text.args[at + 1 :])
            assert faults(replace(text, args=args))


def test_naming_faults__refuses_what_not_all_findings_under_a_name_share():
    title = _("{people} in {place}: {value}", HERE, value=None)
    assert naming_faults(title, [HERE, GAP]) == []
    assert naming_faults(title, [HERE, REST])
    assert naming_faults(SCHOOL, [HERE])
    assert naming_faults(List((Name("place", "southeast_seattle"),)), [HERE]) == []
    assert naming_faults(_("{scope}", HERE), [HERE, FALL])  # both say "grade", of another one
