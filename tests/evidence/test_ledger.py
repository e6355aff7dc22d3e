"""The ledger of founding claims: ten rows in every edition, four verdicts, and nothing of them in code."""

import re
from pathlib import Path

import pandas as pd
import pytest
from conftest import make_counts

from sesec_analysis import catalog, schema
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.ledger import claim_schools, claims_ledger
from sesec_analysis.evidence.notices import Notice
from sesec_analysis.evidence.tables import ReportTable
from sesec_analysis.metrics.disparity import rates

NOTHING = schema.conform_observations(pd.DataFrame(columns=schema.OBSERVATIONS_COLUMNS))
PACKAGE = Path(__file__).resolve().parents[2] / "sesec_analysis"


def row(ledger: ReportTable, number: str) -> dict[str, str]:
    [cells] = [cells for cells in ledger.rows if cells[0].startswith(f"{number}. ")]
    names = [column.name for column in ledger.columns]
    return dict(zip(names, cells, strict=True))


def share(
    group: str, cell: object, place: str = "southeast_seattle", year: int = 2022
) -> pd.DataFrame:
    level = "school" if place.isdigit() else "place"
    return make_counts(
        **{group: cell},
        indicator="enrollment",
        student_group_type=group,
        organization_level=level,
        organization_id=place,
        organization_name=f"School {place}" if level == "school" else place,
        end_year=year,
        source_id=f"ospi_enrollment@{year}",
    )


def low_income(pooled: int, *schools: int, year: int) -> list[pd.DataFrame]:
    codes = list(catalog.place("southeast_seattle").schools)
    of_schools = [
        share("low_income", (percent, 100), code, year)
        for code, percent in zip(codes, schools, strict=False)
    ]
    return [share("low_income", (pooled, 1000), year=year), *of_schools]


def ledger(*tables: pd.DataFrame) -> ReportTable:
    return claims_ledger(pd.concat(tables, ignore_index=True) if tables else NOTHING)


def test_claims_ledger__has_a_row_for_every_claim_without_any_figure():
    empty = ledger()
    assert [cells[0].split(".")[0] for cells in empty.rows] == list(catalog.claims())
    assert len(empty.rows) == 10
    assert {cells[-1].split(".")[0] for cells in empty.rows} == {"Cannot be told"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("then", "now", "verdict"),
    [
        ((730, 70, 80), (650, 65, 70), "Holds."),
        ((730, 70, 80), (611, 30, 70), "Partly."),
        ((730, 70, 80), (500, 30, 40), "No longer holds."),
        (None, (500, 30, 40), "Cannot be told."),  # its own time is not in our data
        ((500, 30, 40), (500, 30, 40), "Cannot be told."),  # it did not hold then either
        (None, (650, 65, 70), "Holds."),
    ],
)
def test_verdict__of_now_and_then(then, now, verdict):
    tables = low_income(*now, year=2022) + (low_income(*then, year=2011) if then else [])
    cells = row(ledger(*tables), "C5")
    assert cells["verdict"].startswith(verdict)
    if then is None:
        assert "no longer" not in cells["verdict"].lower()
        assert "still" not in cells["verdict"].lower()
        assert "no figures of that time are at hand" in cells["then"]


@pytest.mark.slow
def test_verdict__names_the_part_that_holds_and_the_one_that_does_not():
    tables = low_income(730, 70, 80, year=2011) + low_income(611, 30, 70, year=2022)
    assert row(ledger(*tables), "C5")["verdict"] == (
        "Partly. 60 to 90 percent over all schools together: holds; 60 to 90 percent in most schools: no longer holds "
        "(1 of 2 schools)"
    )


@pytest.mark.slow
def test_verdict__a_higher_share_than_claimed_is_said_to_be_higher():
    residents = make_counts(
        all=(420, 1000),
        indicator="language_other_than_english",
        student_group_type="all",
        unit="estimated_share",
        source_id="census_acs@2017",
        end_year=2017,
    )
    cells = row(ledger(residents), "C7")
    assert cells["verdict"].startswith("Partly.")
    assert "higher than the claim" in cells["verdict"]
    assert "42.0%" in cells["now"]
    assert cells["then"] == "30 percent, as claimed; no figures of that time are at hand"


def test_claims_ledger__takes_published_figures():
    with pytest.raises(DataError, match="claim_figures"):
        claims_ledger(rates(share("low_income", (65, 100))))


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


def _thresholds() -> set[str]:
    """Numbers of the tests, as code would write them; round ones such as a half stand for much else."""
    texts = (PACKAGE.parent / "data/reference/founding_claims.yml").read_text("utf-8")
    numbers = re.findall(r"(?:low|high|least): (0\.\d+)", texts)
    return {f"{float(number):g}" for number in numbers} | set(numbers)


def test_no_claim_and_no_threshold_of_one_stands_in_code():
    room = [
        *PACKAGE.glob("evidence/*.py"),
        PACKAGE / "loaders/claims.py",
        PACKAGE / "catalog/claim_entries.py",
    ]
    named = [
        f"{path.name}: {match[0]}"
        for path in PACKAGE.rglob("*.py")
        for match in re.finditer(
            r"""(?<![\w#-])["'`_]?C(?:10|[1-9])(?!\w)""", path.read_text("utf-8")
        )
    ]
    assert named == []
    claims = [path for path in room if path.name.startswith(("claim", "ledger"))]
    written = [
        f"{path.name}: {number}"
        for path in claims
        for number in _thresholds()
        if re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", path.read_text("utf-8"))
    ]
    assert written == []
    schools = {code for claim in catalog.claims().values() for code in claim.schools}
    assert [
        path.name for path in claims if any(c in path.read_text("utf-8") for c in schools)
    ] == []


def test_claims_ledger__as_cards_has_the_verdict_last_and_with_its_sign():
    rows, cards = (claims_ledger(NOTHING, layout=layout) for layout in ("rows", "cards"))
    assert cards.layout == "cards"
    assert [cells[0] for cells in cards.rows] == [cells[0] for cells in rows.rows]
    for whole, card in zip(rows.rows, cards.rows, strict=True):
        sign, _, verdict = card[-1].partition(" ")
        assert sign in "●×◐○"
        assert whole[-1].startswith(f"{verdict}. ")
        assert card[-2] in whole[-1]
