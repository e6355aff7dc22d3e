"""docs/CLAIMS.md holds the verdict on every founding claim in every annual edition."""

from functools import cache
from pathlib import Path

import pytest

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.editions import editions
from sesec_analysis.evidence.claim_tests import VERDICTS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "CLAIMS.md"
ANNUAL = "annual_equity_report"
LABELS = {words.capitalize() for words in VERDICTS.values()}


def annual() -> dict[str, int]:
    """Every annual edition, and the year that it goes up to."""
    listed = editions.editions()
    return {
        name: int(str(entry.parameters["report_year"]))
        for name, entry in listed.items()
        if ANNUAL in entry.notebook
    }


@cache
def verdicts(up_to: int) -> dict[str, tuple[str, str, str]]:
    """The verdicts on each claim then and now, and what decided, by number."""
    rows = sa.report.claims_ledger(sa.report.claim_figures(up_to=up_to)).rows
    return {
        number: (row[2].partition(".")[0], row[3].partition(".")[0], row[4])
        for number, row in zip(catalog.claims(), rows, strict=True)
    }


def column(name: str) -> list[str]:
    """The verdicts of one edition, as the page's first table has them."""
    found = verdicts(annual()[name])
    return [" / ".join(found[number][:2]) for number in catalog.claims()]


def page() -> str:
    """The page: all verdicts in one table, and under each claim what decided, edition by edition."""
    names = list(annual())
    columns = [column(name) for name in names]
    lines = [
        "# Founding claims: every verdict in every edition",
        "",
        "Each claim has two verdicts, then / now, from the numbers of each time. *True*, *more than claimed*, *less",
        "than claimed*, *not true*, *partly true*, *can’t tell*: every test with numbers has that verdict. Of mixed",
        "tests: *partly true* if one is true or partly true, otherwise *can’t tell* if no one can tell, otherwise",
        "*not true*. *No data*: no test has numbers of that time. The tests are in",
        "`data/reference/founding_claims.yml`. Written by `pytest tests/system/test_claims_page.py --write-claims`.",
        "",
        f"| claim | {' | '.join(names)} |",
        f"|---|{'---|' * len(names)}",
        *(
            f"| {number} | {' | '.join(texts)} |"
            for number, *texts in zip(catalog.claims(), *columns, strict=True)
        ),
    ]
    for number, claim in catalog.claims().items():
        lines += ["", f"## {number}. {claim.claim} ({claim.date})", ""]
        reasons: dict[str, list[str]] = {}
        for name in names:
            reasons.setdefault(verdicts(annual()[name])[number][2], []).append(name)
        lines += [f"- {', '.join(of)}: {text}" for text, of in reasons.items()]
    return "\n".join(lines) + "\n"


def table() -> list[list[str]]:
    """The rows of the page's first table: a claim, and its two verdicts in each edition."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines
        if line.startswith("| ")
    ]


@pytest.mark.slow
def test_page__has_the_verdicts_of_every_edition(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--write-claims"):
        PAGE.write_text(page(), encoding="utf-8")
    text = PAGE.read_text(encoding="utf-8")
    fix = "run: pytest tests/system/test_claims_page.py --write-claims"
    head, *rows = table()
    assert head == ["claim", *annual()], fix
    assert [row[0] for row in rows] == list(catalog.claims()), fix
    assert {one for row in rows for cell in row[1:] for one in cell.split(" / ")} <= LABELS
    newest = list(annual())[-1]  # the others follow from the same entries and older figures
    assert [row[-1] for row in rows] == column(newest), fix
    for number, (_then, _now, reasons) in verdicts(annual()[newest]).items():
        assert reasons in text, (number, fix)
