"""What a build reads of our own words, it never refuses: notes, captions, notices, and reasons of any record."""

from collections.abc import Iterator

import proofs
import pytest
from estimate_samples import bounded, estimates, gap, rate
from hypothesis import given, settings
from hypothesis import strategies as st

from sesec_analysis import catalog, schema
from sesec_analysis.attack.search import in_words
from sesec_analysis.editions.texts.prose_lint import avoided_in, avoided_patterns, faults_of_text
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.finding import Findings, findings
from sesec_analysis.evidence.gate.rules import reason_of
from sesec_analysis.evidence.not_computed import _CODE, NOT_COMPUTED
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.pictured import captions
from sesec_analysis.i18n import say
from sesec_analysis.loaders.load import describe_missing
from sesec_analysis.text import Name, Renderer

YEARS = range(2010, 2027)
PLACES = {code: place.name for code, place in catalog.places().items()}
SCHOOLS = {code: school.name for code, school in catalog.schools().items()}
INDICATORS = [
    code
    for code, entry in catalog.indicators().items()
    if entry.unit in schema.SHARES and entry.counted != "schools"
]
GROUPS = [
    (kind, code)
    for kind, entry in catalog.group_types().items()
    if kind not in ("all", "survey_level")
    for code in entry.groups
]
words = Renderer()
AVOIDED = avoided_patterns()
SEEN: list[str] = []
"""Every text that was read, to be counted at the end."""


def refusals_of(text: str) -> list[object]:
    """Return what a build would refuse of a text."""
    SEEN.append(text)
    return [*avoided_in(text, AVOIDED), *faults_of_text(text), *in_words(text)]


def refused(texts: Iterator[str]) -> dict[str, list[object]]:
    return {text: faults for text in texts if (faults := refusals_of(text))}


@st.composite
def rows(draw: st.DrawFn) -> dict[str, object]:
    """Draw a row of ESTIMATES: of any place or school, year, grade, and group, published exactly, in part, or not."""
    kind, group = draw(st.sampled_from(GROUPS))
    school = draw(st.booleans())
    code, name = draw(st.sampled_from(sorted((SCHOOLS if school else PLACES).items())))
    of = {
        "indicator": draw(st.sampled_from(INDICATORS)),
        "end_year": draw(st.sampled_from(YEARS)),
        "grade_level": draw(st.sampled_from(["all", "K", "03", "08", "11"])),
        "organization_level": "school" if school else "place",
        "organization_id": code,
        "organization_name": name,
        "student_group_type": kind,
        "student_group": group,
    }
    n, other = draw(st.integers(1, 4000)), draw(st.integers(1, 4000))
    k, other_k = draw(st.integers(0, n)), draw(st.integers(0, other))
    match draw(st.sampled_from(["exact", "masked", "gap"])):
        case "exact":
            return rate(k, n, **of)
        case "masked":
            low, high = sorted((k / n, other_k / other))
            return bounded(low, high, **of)
    return gap(k, n, other_k, other, reference="others", **of)


def key_of(row: dict[str, object]) -> tuple[object, ...]:
    return tuple(row.get(name) for name in schema.ESTIMATES_KEY)


def words_about(shown: Findings, drawn: st.DataObject) -> Iterator[str]:
    """Yield notes, captions, and notices of findings, and the note of schools not drawn for the same reasons."""
    for dated in (False, True):
        yield from map(words, captions.notes(shown, captions.in_full, dated=dated))
    yield from map(words, (captions.title_text(shown), captions.subtitle_text(shown)))
    yield from (finding.sentence() for finding in shown)
    reasons = [reason_of(finding) for finding in shown]
    count = drawn.draw(st.integers(1, 60))
    many = {str(number): reasons[number % len(reasons)] for number in range(count)}
    here = [code for code in many if drawn.draw(st.booleans())]
    place = Name("place_plain", drawn.draw(st.sampled_from(sorted(PLACES))))
    notes = captions.not_drawn(many, here, place)
    yield from map(words, notes)
    yield str(Notice(words(captions.title_text(shown)), words(captions.together(notes))))


@pytest.mark.proof("Words of any record are not refused", tried="300 examples")
@settings(max_examples=proofs.cases(300, 80))
@given(table=st.lists(rows(), min_size=1, max_size=6, unique_by=key_of), drawn=st.data())
def test_words__of_any_record_are_not_refused(table, drawn):
    shown = findings(estimates(table))
    assert refused(words_about(shown, drawn)) == {}


def test_words__of_what_is_missing_are_not_refused():
    texts = (describe_missing(code, year) for code in catalog.indicators() for year in YEARS[::5])
    assert refused(texts) == {}


@pytest.mark.parametrize("code", sorted(PLACES))
def test_words__of_a_focus_without_figures_are_not_refused(code):
    other = "seattle" if code != "seattle" else "washington"
    row = rate(30, 100, organization_id=other, organization_name=PLACES[other])
    with pytest.raises(DataError) as refusal:
        findings(estimates([row])).checked_focus(code)
    text = say(NOT_COMPUTED, reason=refusal.value.what)
    assert not _CODE.search(refusal.value.what)
    assert refusals_of(text) == []
    assert catalog.places()[code].phrase in text


def test_words__that_tell_too_much_are_refused():
    assert len(refusals_of("At this school 7 Black students are failing because of staff.")) == 3
