"""Whatever records are drawn, the walk finds no fault in the texts of claims, school tables, and levels."""

from collections.abc import Iterable, Iterator
from functools import cache

import pandas as pd
import proofs
import pytest
from conftest import gathered_texts, make_counts
from hypothesis import given, settings
from hypothesis import strategies as st

from sesec_analysis import catalog, i18n, i18n_files, schema
from sesec_analysis.archive import frozen
from sesec_analysis.attack.text_walk import TextRules, text_faults
from sesec_analysis.catalog.claim_entries import (
    ClaimFigure,
    HigherTest,
    PartOfSchoolsTest,
    SchoolsTest,
    ShareTest,
)
from sesec_analysis.evidence import claim_tests, ledger
from sesec_analysis.evidence.claim_tests import ClaimFigures, Measured
from sesec_analysis.evidence.finding import Finding
from sesec_analysis.evidence.level_tables import (
    level_distribution,
    level_parts,
    level_weights,
    levels_of_school,
)
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.school_tables import compare_school, over_years, strengths
from sesec_analysis.evidence.tables import ReportTable, TextColumn, table
from sesec_analysis.evidence.telling import key_numbers, school_questions
from sesec_analysis.loaders.claims import claim_figures, claim_school_figures, level_figures
from sesec_analysis.metrics.disparity import rates
from sesec_analysis.metrics.school_levels.levels import school_levels
from sesec_analysis.text import Arg, dump, message_ids, render

HERE, THERE, DISTRICT = "southeast_seattle", "rest_of_seattle", "seattle"
SCHOOLS = ("2070", "2120", "2182", "2321", "3327")
MET = ClaimFigure(indicator="ela_met")
TESTS = (
    ShareTest(kind="share", part="the share", figure=MET, low=0.6, high=0.9),
    ShareTest(
        kind="share", part="the share", figure=MET, claimed=0.45, within=0.02, of="highest_school"
    ),
    SchoolsTest(
        kind="schools", part="most", figure=MET, low=0.6, high=0.9, true_from=0.75, partly_from=0.5
    ),
    HigherTest(kind="higher", part="a part", figure=MET, by_school=True),
)

Shown = ReportTable | Notice


@cache
def msgids() -> frozenset[str]:
    """The list that translators get, and a caption that no notebook of ours gives."""
    listed = (form for text in gathered_texts() for form in i18n_files.forms(text))
    return frozenset({*listed, "A caption", "the share", "most", "a part"})


def words_of_others(value: object) -> Iterator[str]:
    """The quotations in a dumped text: of publishers, the list of schools, and a notebook's own tables."""
    if isinstance(value, dict):
        if value.get("kind") == "Quoted":
            assert value["source"] in {
                *("publisher", "title", "period", "schools.csv", "founding_claims.yml", "id"),
                "attrs of a table",
            }
            yield value["text"]
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from words_of_others(part)


def texts_of(shown: Shown) -> list[Arg]:
    """Every text of a table or a notice."""
    assert shown.texts
    if isinstance(shown, Notice):
        return [*shown.texts]
    given = shown.texts
    heads = [column.heading for column in given.columns if isinstance(column, TextColumn)]
    cells = [cell for row in given.rows for cell in row]
    return [text for text in (given.caption, *heads, *cells, given.note) if text is not None]


def assert_sound(texts: Iterable[Arg], findings: Iterable[Finding]) -> None:
    """No text has a fault, and every message is in the list that translators get."""
    made = [*texts]
    assert made
    quoted = {words for text in made for words in words_of_others(dump(text))}
    rules = TextRules({one.id: one for one in findings}, msgids(), quoted)
    assert [fault for text in made for fault in text_faults(text, rules)] == []
    for text in made:
        render(text, i18n.PSEUDO)  # whatever the language, nothing is missing


def assert_shown_is_sound(shown: Shown) -> None:
    """The words of a table are those of its texts, and these have no fault."""
    texts = texts_of(shown)
    findings = shown.findings if isinstance(shown, ReportTable) else ()
    assert_sound(texts, findings)
    words = [render(text, i18n.ENGLISH) for text in texts]
    if isinstance(shown, Notice):
        assert words == [shown.title, shown.text]
        return
    labels = [column.label for column in shown.columns]
    cells = [cell for row in shown.rows for cell in row if cell]
    assert words == [text for text in (shown.caption, *labels, *cells, shown.note) if text]


@st.composite
def cells(draw: st.DrawFn) -> tuple[int, int] | str:
    """A count of students, or a withheld one."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from(["N<10", "<15%", "withheld", "No Students"]))
    n = draw(st.integers(1, 2000))
    return draw(st.integers(0, n)), n


def met(cell: tuple[int, int] | str, place: str, **columns: object) -> pd.DataFrame:
    level = "school" if place.isdigit() else "place"
    name = f"School {place}" if level == "school" else place
    where = {"organization_id": place, "organization_level": level, "organization_name": name}
    return make_counts(all=cell, student_group_type="all", **(where | columns))


def at_hand(*tables: pd.DataFrame) -> ClaimFigures:
    return ClaimFigures(pd.concat(tables, ignore_index=True), HERE, THERE, DISTRICT, 0.95)


TRIED = settings(max_examples=proofs.cases(25, 4), deadline=None)
drawn_figures = pytest.mark.proof(
    "Tables of drawn figures make texts without fault", seed=43, tried="25 examples a test"
)


@drawn_figures
@TRIED
@given(drawn=st.lists(cells(), min_size=8, max_size=8))
def test_claim_tests__make_texts_without_fault_of_any_figures(drawn):
    places = (HERE, THERE, DISTRICT, *SCHOOLS)
    figures = at_hand(*(met(cell, place) for cell, place in zip(drawn, places, strict=True)))
    measured: list[Measured] = [
        claim_tests.measure_share(TESTS[0], figures, 2019),
        claim_tests.measure_share(TESTS[1], figures, 2019),
        claim_tests.measure_schools(TESTS[2], figures, 2019),
        claim_tests.measure_higher(TESTS[3], figures, 2019),
        claim_tests.measure_context(MET, figures),
    ]
    for one in measured:
        texts = [text for text in (one.text, one.why) if text is not None]
        assert_sound([*texts, claim_tests.absent().why], one.shown)


@drawn_figures
@TRIED
@given(here=st.integers(5, 20), there=st.integers(5, 80), more=st.integers(10, 40))
def test_part_of_district__counts_its_schools_and_those_of_the_place(here, there, more):
    columns = {"indicator": "title_i_school", "unit": "share_of_schools", "end_year": 2024}
    figures = at_hand(
        met((here, here + more + 1), HERE, **columns),
        met((here + there, here + there + 2 * (more + 1)), DISTRICT, **columns),
    )
    test = PartOfSchoolsTest(
        kind="part_of_schools",
        part="a part",
        figure=ClaimFigure(indicator="title_i_school"),
        schools="schools on the list of {year}",
        claimed=0.51,
    )
    measured = claim_tests.measure_part(test, figures, 2024)
    assert measured.text is not None
    assert_sound([measured.text], measured.shown)
    marked, every = here + there, here + there + 2 * (more + 1)
    assert render(measured.text, i18n.ENGLISH) == (
        f"{round(100 * here / marked)} percent ({here} of {marked}) in 2023–24; of all schools on the "
        f"list of 2023–24, {round(100 * (here + more + 1) / every)} percent "
        f"({here + more + 1} of {every}) are in Southeast Seattle"
    )


@drawn_figures
@TRIED
@given(drawn=st.lists(cells(), min_size=6, max_size=6), group=st.sampled_from(["all", "black"]))
def test_school_tables__make_texts_without_fault_of_any_figures(drawn, group):
    where = (("2120", 2019), ("2120", 2022), (HERE, 2019), (DISTRICT, 2019))
    where += (("seattle_elementary", 2019), ("seattle_elementary", 2022))
    kind = "all" if group == "all" else "race_ethnicity"
    figures = [
        met(cell, place, end_year=year).assign(student_group=group, student_group_type=kind)
        for cell, (place, year) in zip(drawn, where, strict=True)
    ]
    estimates = rates(schema.conform_observations(pd.concat(figures, ignore_index=True)))
    tables = [
        compare_school(estimates, school="2120", caption="A caption"),
        over_years(estimates, school="2120", caption="A caption"),
        strengths(estimates, school="2120", caption="A caption"),
        school_questions(estimates, school="2120"),
        key_numbers(estimates),
        table(estimates),
    ]
    for shown in tables:
        assert_shown_is_sound(shown)


@pytest.mark.slow
@pytest.mark.proof("Claims and levels of every published edition make texts without fault", seed=43)
@pytest.mark.parametrize("edition", proofs.sample(frozen.published(), 1, seed=43))
def test_claims_and_levels__of_an_edition_make_texts_without_fault(edition):
    year = int(edition.rpartition("-")[2])
    entries = ledger.measured(ClaimFigures(claim_figures(up_to=year), HERE, THERE, DISTRICT, 0.95))
    for layout in ("rows", "verdicts"):
        assert_shown_is_sound(ledger.written(entries, layout))
    assert_shown_is_sound(ledger.claim_schools(claim_school_figures(up_to=year)))
    levels = school_levels(level_figures(up_to=year, place=HERE), rules=catalog.level_rules())
    for made in (level_distribution, level_parts, level_weights):
        assert_shown_is_sound(made(levels, places=[HERE]))
    assert_shown_is_sound(levels_of_school(levels, school="2182"))


def test_message_ids__of_every_table_are_texts_of_the_list():
    """A count may have one message for any number."""
    assert {"{n} school", "{n} schools", "{some} of {n} schools", "can’t tell: {n}"} <= msgids()
    assert set(message_ids(claim_tests.absent().why)) <= msgids()
