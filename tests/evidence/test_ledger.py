"""The ledger of founding claims: ten rows in every edition, two verdicts each, and nothing of them in code."""

import re
from pathlib import Path

import pandas as pd
import pytest
from conftest import make_counts

from sesec_analysis import catalog, schema
from sesec_analysis.evidence.claim_tests import Verdict
from sesec_analysis.evidence.ledger import claim_schools, claims_ledger, combine_verdicts, line_of
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.tables import ReportTable

NOTHING = schema.conform_observations(pd.DataFrame(columns=schema.OBSERVATIONS_COLUMNS))
PACKAGE = Path(__file__).resolve().parents[2] / "sesec_analysis"


def share(group: str, cell: object, school: str) -> pd.DataFrame:
    return make_counts(
        **{group: cell},
        indicator="enrollment",
        student_group_type=group,
        organization_level="school",
        organization_id=school,
        organization_name=f"School {school}",
        end_year=2022,
        source_id="ospi_enrollment@2022",
    )


def test_claims_ledger__has_a_row_for_every_claim_without_any_figure():
    empty = claims_ledger(NOTHING)
    assert [cells[0].split(".")[0] for cells in empty.rows] == list(catalog.claims())
    assert len(empty.rows) == 10
    now = {cells[0].split(".")[0]: cells[3].split(".")[0] for cells in empty.rows}
    assert {cells[2].split(".")[0] for cells in empty.rows} == {"No data"}
    assert {number for number, verdict in now.items() if verdict != "No data"} == {"C3"}


@pytest.mark.parametrize(
    ("verdicts", "verdict"),
    [
        ("true; true", "true"),
        ("true; not true", "partly true"),
        ("true; can't tell", "partly true"),
        ("more than claimed", "more than claimed"),
        ("not true; not true; no data", "not true"),
        ("not true; can't tell", "can't tell"),
        ("no data; no data", "no data"),
    ],
)
def test_combined__gives_one_verdict_of_the_closed_list(verdicts, verdict):
    assert combine_verdicts(map(Verdict, verdicts.split("; "))) is Verdict(verdict)


def record(**changes):
    shared = {
        "publish": "point",
        "end_year": 2023,
        "unit": "proportion",
        "organization_level": "place",
    }
    whole = {
        "measure": "rate",
        "student_group": "all",
        "organization_id": "here",
        "n": 0,
        "numerator": 0,
    }
    return {**shared, **whole, **changes}


def test_line_of__draws_each_claim_against_its_number_and_says_where_there_is_none():
    claims = catalog.claims()
    levels = record(measure="level_share_45", publish="range", bound_low=0.0, bound_high=0.15, n=20)
    drawn = line_of(claims["C1"], [levels])
    assert (drawn["claimed"], drawn["words"]) == ([0, 0], ["claim 0", "0–3 of 20"])
    assert drawn["now"] == [pytest.approx([0, 15])]
    assert line_of(claims["C2"], []) == {"none": "no data"}
    answers = [
        record(indicator="climate_overall_unfavorable", estimate=0.2, numerator=k, n=10_000)
        for k in (647, 1548)
    ]
    drawn = line_of(claims["C3"], answers)
    assert drawn["words"] == ["claim 29%", "6–15%"]  # rounded once, from the counts
    times = {"measure": "ratio", "unit": "ratio", "indicator": "disciplined", "value": "4.2 times"}
    drawn = line_of(
        claims["C10"],
        [record(**times, estimate=4.2, ci_low=3.7), record(**times, estimate=5, ci_low=0.9)],
    )
    assert (drawn["words"], drawn["is_here"]) == (["equal", "4.2 times"], False)
    assert drawn["now"][0][0] == pytest.approx(4.2 * drawn["claimed"][0])


@pytest.mark.slow
def test_claim_schools__prints_numbers_of_students_and_leaves_out_what_is_not_shown():
    schools = [
        share("low_income", (65, 100), "3327"),
        share("low_income", (650, 1000), "2089"),
        share("english_learner", "N<10", "3327"),
    ]
    table = claim_schools(pd.concat(schools, ignore_index=True))
    assert isinstance(table, ReportTable)
    assert [cells[:3] for cells in table.rows] == [("Low-income, 2021–22", "65.0%", "65.0%")]
    assert isinstance(claim_schools(NOTHING), Notice)


def test_no_claim_stands_in_code():
    named = [
        f"{path.name}: {match[0]}"
        for path in PACKAGE.rglob("*.py")
        for match in re.finditer(
            r"""(?<![\w#-])["'`_]?C(?:10|[1-9])(?!\w)""", path.read_text("utf-8")
        )
    ]
    assert named == []


def test_claims_ledger__as_verdicts_has_the_same_verdicts():
    rows, lines = (claims_ledger(NOTHING, layout=layout) for layout in ("rows", "verdicts"))
    assert lines.layout == "verdicts"
    for whole, line in zip(rows.rows, lines.rows, strict=True):
        assert list(line[1:3]) == [cell.split(".")[0] for cell in whole[2:4]]


@pytest.mark.parametrize(("layout", "now"), [("rows", 3), ("verdicts", 4)])
def test_claims_ledger__says_on_every_page_what_limits_a_verdict_and_of_that_claim_alone(
    layout, now
):
    cells = [row[now] for row in claims_ledger(NOTHING, layout=layout).rows]
    for at, claim in enumerate(catalog.claims().values()):
        if claim.caveat:
            assert [claim.caveat in cell for cell in cells] == [at == one for one in range(10)]
