import pytest
from paper_samples import imprint, report

from sesec_analysis.editions.documents.model import Column, Table
from sesec_analysis.editions.documents.paper import (
    paper,
    printed_table,
)


def blocks(made, kind):
    parts = [*made["lead"], *(block for part in made["sections"] for block in part["blocks"])]
    return [part for part in parts if part["kind"] == kind]


def test_paper__prints_a_short_table_under_its_figure_and_attaches_a_long_one():
    first, second = blocks(paper(report(), imprint()), "figure")
    assert len(first["table"]["rows"]) == 2
    assert (second["table"], second["attached"]) == (None, "schools.csv")
    assert paper(report(), imprint())["attached"][0]["text"].startswith("School,Rate,Students")


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x9f", "\ud800", "\uffff"])
def test_paper__leaves_out_signs_that_no_file_may_hold(sign):
    made = paper(report(), imprint(title=f"a{sign}b"))
    assert made["title"] == "ab"


def test_printed_table__lets_a_reason_run_on_over_the_empty_cells_after_it():
    columns = tuple(
        Column(n, n, "right" if n == "rate" else "left") for n in ("group", "rate", "n", "note")
    )
    reason = "not shown: too much is withheld to say"
    rows = (("Asian", reason, "", ""), ("White", "40.1–42.3%", "216", ""))
    made = printed_table(Table(columns, rows))
    assert made["rows"][0] == [{"text": "Asian", "span": 1}, {"text": reason, "span": 3}]
    assert [cell["span"] for cell in made["rows"][1]] == [
        1,
        1,
        1,
        1,
    ]  # a number keeps to its column
    assert made["columns"][1]["share"] == len("40.1–42.3%")
