import re
from dataclasses import replace

import pytest
from paper_samples import hostile, imprint, report

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.editions.documents.model import Column, Table, TableBlock
from sesec_analysis.editions.documents.paper import (
    _claim_lines,
    _picture,
    paper,
    printed_table,
)


def blocks(made, kind):
    parts = [*made["lead"], *(block for part in made["sections"] for block in part["blocks"])]
    return [part for part in parts if part["kind"] == kind]


def test_paper__draws_what_was_claimed_and_what_is_known_now():
    every = sa.report.claim_figures(up_to=2025)
    ledger = sa.report.claims_ledger(every, layout="verdicts")
    columns = tuple(Column(one.name, one.label) for one in ledger.columns)
    records = tuple(one.record() for one in ledger.findings)
    block = TableBlock(1, "Claims", Table(columns, ledger.rows), "", records, "verdicts")
    drawn = dict(zip(catalog.claims(), _claim_lines(block), strict=True))
    assert [name for name, line in drawn.items() if line] == ["C4", "C5", "C6", "C7", "C8", "C9"]
    assert drawn["C7"]["claimed"] == [30, 30]
    low, high = drawn["C6"]["now"]
    assert drawn["C6"]["claimed"] == [25, 40]
    assert 0 < low < high < 100
    assert drawn["C4"]["claimed"] == [51, 51]
    assert drawn["C4"]["now"] == pytest.approx(
        [100 * 14 / 32] * 2
    )  # of 32 schools, 14 are in the place
    assert drawn["C9"]["bars"] == pytest.approx([100, 100 * 13705 / 16521], abs=0.01)
    fewer = replace(block, table=Table(columns, ledger.rows[:2]))
    assert _claim_lines(fewer) == [None, None]


def test_paper__labels_each_thing_once():
    made = paper(report(), imprint())
    labels = [one["label"] for part in blocks(made, "findings") for one in part["findings"]]
    labels += [
        part["label"] for kind in ("heading", "figure", "table") for part in blocks(made, kind)
    ]
    labels += [part["label"] for part in made["sections"]]
    labels = [label for label in labels if label]
    assert len(labels) == len(set(labels))


def test_paper__prints_a_short_table_under_its_figure_and_attaches_a_long_one():
    first, second = blocks(paper(report(), imprint()), "figure")
    assert len(first["table"]["rows"]) == 2
    assert (second["table"], second["attached"]) == (None, "schools.csv")
    assert paper(report(), imprint())["attached"][0]["text"].startswith("School,Rate,Students")


def test_paper__keeps_no_words_of_a_picture_that_stand_outside_its_frame():
    look = '<text style="font-size: 10px" transform='
    told = [f'{look}"translate(9 {at})">{at}</text>' for at in (50, 61, 269, 290)]
    upright = look.replace(" transform=", ' x="9" y="295" transform=')
    told += [
        '<text style="font-size: 10px" x="9" y="295">flat</text>',
        f'{upright}"rotate(-90 9 295)">upright</text>',
    ]
    (drawn,) = hostile("x").figures
    framed = drawn.svg.replace("</svg>", f"{''.join(told)}</svg>")
    picture = _picture(replace(drawn, svg=framed))
    assert re.findall("<text[^>]*>([^<]*)<", picture["svg"]) == ["61", "269", "upright"]


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


@pytest.mark.parametrize("letters", range(1, 24))
def test_printed_table__breaks_no_word_while_all_have_room(letters):
    heads = ("Place", "School year", "Grade", "Indicator", "Rate", "Interval", "Students", "Note")
    numbers = ("Rate", "Interval", "Students")
    columns = [Column(head, head, "right" if head in numbers else "left") for head in heads]
    named = ("x" * letters, "2024–25", "All tested grades (5, 8 and 11)")
    said = ("Met the standard in mathematics", "range 66.6–68.1%", "48.3–51.2%")
    row = (*named, *said, "20,940 to 21,520", "some numbers are withheld")
    shares = [column["share"] for column in printed_table(Table(tuple(columns), (row,)))["columns"]]
    words = [
        max(map(len, [*head.split(), *cell.split()])) for head, cell in zip(heads, row, strict=True)
    ]
    assert sum(words) <= 104 - 3 * 7
    assert all(share >= word for share, word in zip(shares, words, strict=True)), shares
