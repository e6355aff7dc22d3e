"""A caption says what its picture shows, and of whom; it has no number next to the name of another finding."""

import re
from functools import cache

import proofs
import pytest
from conftest import gathered_texts
from estimate_samples import estimates, rate
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sesec_analysis import catalog, i18n_files
from sesec_analysis.archive import frozen
from sesec_analysis.attack.text_walk import TextRules, naming_faults, text_faults
from sesec_analysis.errors import QuestionError
from sesec_analysis.evidence.finding import Finding, Findings, findings
from sesec_analysis.evidence.gate.rules import reason_of
from sesec_analysis.evidence.pictured import captions, school_captions
from sesec_analysis.text import (
    Arg,
    List,
    Name,
    Renderer,
    Text,
    _,
    render,
)

PUBLISHED = frozen.published_names()
EDITIONS = proofs.sample(PUBLISHED, 2, seed=43, always=[PUBLISHED[0], PUBLISHED[-1]])


@cache
def groups(edition: str) -> list[list[Finding]]:
    """Return the findings of a published edition by indicator and measure, as figures take them."""
    made: dict[tuple[object, ...], list[Finding]] = {}
    for record in frozen.read_frozen(edition).findings:
        try:
            one = Finding.from_record(record, {})
        except QuestionError:  # it has its counts as words, without the decisions of its document
            continue
        key = one.row.indicator, one.row.measure, one.row.reference, one.row.grade_level
        made.setdefault(key, []).append(one)
    return [of for _key, of in sorted(made.items())]


@cache
def listed() -> frozenset[str]:
    return frozenset(form for text in gathered_texts() for form in i18n_files.forms(text))


@cache
def quoted() -> frozenset[str]:
    """Return what source lines quote of publishers: their names, the titles of their data, and the periods of these."""
    known = set()
    for source in catalog.sources().values():
        periods = (
            "–".join(re.findall(r"\d{4}", one.school_year)) for one in source.releases.values()
        )
        known |= {source.publisher_short, source.title, *periods}
    return frozenset(known)


@st.composite
def shown(draw: st.DrawFn) -> Findings:
    """Draw a few findings of one question from one of the published editions."""
    of = draw(st.sampled_from(groups(draw(st.sampled_from(EDITIONS)))))
    return Findings(
        draw(st.lists(st.sampled_from(of), min_size=1, max_size=8, unique_by=lambda o: o.id))
    )


def faults(text: Arg, findings: Findings) -> list[str]:
    return text_faults(text, TextRules({one.id: one for one in findings}, listed(), quoted()))


def captioned(findings: Findings, name: captions.Named) -> captions.Caption:
    years = sorted({one.row.end_year for one in findings})
    lines = {render(name(one), "en"): (name(one), [one]) for one in findings}
    codes = [one.row.indicator for one in findings]
    schools = [one for one in findings if one.row.organization_level == "school"]
    here = {"seattle": schools} if schools else {}
    hidden = {
        one.row.organization_id: reason_of(one) for one in findings if one.row.publish == "nothing"
    }
    place = Name("place_plain", "southeast_seattle")
    ends = [school_captions.ends_of_schools(schools)] if schools else []
    return captions.make_caption(
        findings, Renderer(), kind=Text("Dot plot"), name=name, by=captions.span(findings, years[0], years[-1]),
        key=[_("{mark}: {meaning}", mark=Text("Dot"), meaning=captions.in_full(findings[0]))],
        highlights=[*captions.extremes(findings, name), captions.ends(findings), *ends],
        notes=[
            *captions.time_notes(codes, 2010, 2025), *captions.above(findings), *captions.students(lines),
            *captions.counts(findings), *captions.reference_notes(findings), *captions.notes(findings, name),
            *captions.notes(findings, captions.in_full, dated=True), *captions.not_drawn(hidden, [*hidden][:2], place),
            *school_captions.school_notes(here),
        ],
    )  # fmt: skip


@pytest.mark.parametrize("name", ["named", "in_panels", "in_full", "school_name"])
@settings(max_examples=20, deadline=None)
@given(findings=shown())
def test_captions__of_any_records_never_fail_the_walk(name, findings):
    of = {
        "named": captions.choose_naming(findings),
        "in_panels": captions.in_panels(findings, "indicator"),
        "in_full": captions.in_full,
        "school_name": captions.school_name,
    }[name]
    made = captioned(findings, of)
    for part, text in made.texts.items():
        assert text is None or faults(text, findings) == [], part
    for part in ("title", "subtitle"):
        assert naming_faults(made.texts[part], findings) == []


@settings(max_examples=20, deadline=None)
@given(findings=shown(), others=shown())
def test_captions__with_a_number_of_another_finding_are_refused(findings, others):
    assume(others[0].id not in {one.id for one in findings})
    made = captioned(findings, captions.choose_naming(findings))
    text = made.texts["long_description"]
    first, *rest = text.items
    for plant in (
        _("{value_label}", others[0]),
        _("{name}: {value}.", findings[0], name=captions.label(findings[0]), value=captions.place(others[0])),
    ):  # fmt: skip
        assert faults(List((first, plant, *rest), "", " "), findings)
    other = Text("{place_name}, {year}", of=others[0])
    words = {f"{one.place}, {render(Text('{year}', of=one), 'en')}" for one in findings}
    assert (words == {str(other)}) or naming_faults(other, findings)


@pytest.mark.parametrize(
    ("indicator", "group", "said"),
    [
        ("ela_met", "all", "All students, grade 3, Southeast Seattle, 2017"),
        ("ela_met", "black", "Black or African American, grade 3, Southeast Seattle, 2017"),
        ("teachers_masters_degree", "all", "Grade 3, Southeast Seattle, 2017"),
    ],
)
def test_subtitle__speaks_of_all_students_only_where_students_are_counted(indicator, group, said):
    kind = "all" if group == "all" else "race_ethnicity"
    made = rate(71, 216, indicator=indicator, student_group=group, student_group_type=kind)
    assert str(captions.subtitle_text(findings(estimates([made])))) == said
