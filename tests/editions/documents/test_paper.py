import json
import re
from dataclasses import replace

import pytest
from paper_samples import hostile, imprint, report, sourced
from report_samples import finding, notebook, showing, text

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.editions.documents import notebook as documents_notebook
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


def printed(*texts: str, label: str = "Rate") -> dict:
    columns = (Column("a", "School", "left"), Column("b", label, "right"))
    return printed_table(
        Table(columns, tuple((f"School {at}", one) for at, one in enumerate(texts)))
    )


def test_paper__is_plain_data():
    made = paper(report(), imprint())
    assert json.loads(json.dumps(made)) == made


def test_paper__names_a_source_in_full_once_in_a_section_and_by_number_after_that():
    cells = [
        text("## One"),
        showing(finding(sourced("a"), sourced("b"))),
        text("## Two"),
        showing(finding(sourced("a"))),
    ]
    made = paper(documents_notebook.read(notebook(*cells)), imprint())
    notes = [one["note"] for part in blocks(made, "findings") for one in part["findings"]]
    assert [(note["key"], note["again"]) for note in notes] == [
        ("note-1", False),
        ("note-1", True),
        ("note-2", False),
    ]


def test_paper__points_from_a_figure_to_the_numbered_releases_behind_it():
    made = paper(report(), imprint())
    assert [part["data"] for part in blocks(made, "figure")] == ["[1]", ""]
    assert [entry["number"] for group in made["data"] for entry in group["entries"]] == [1, 2]


def test_paper__of_a_page_names_publishers_alone():
    pages = replace(report(), layout="pages")
    for kind, field in (("figure", "source"), ("table", "note")):
        of_page = [part[field] for part in blocks(paper(pages, imprint()), kind)]
        in_full = [part[field] for part in blocks(paper(report(), imprint()), kind)]
        assert all(len(short) <= len(long) for short, long in zip(of_page, in_full, strict=True))
        assert not any(
            re.search(r"Report Card|\d{4}–\d\d", one) for one in of_page if "Source" in one
        )


def test_paper__draws_what_was_claimed_and_what_is_known_now():
    every = sa.report.claim_figures(up_to=2025)
    ledger = sa.report.claims_ledger(every, layout="verdicts")
    columns = tuple(Column(one.name, one.label) for one in ledger.columns)
    records = tuple(one.record() for one in ledger.findings)
    block = TableBlock(1, "Claims", Table(columns, ledger.rows), "", records, "verdicts")
    drawn = dict(zip(catalog.claims(), _claim_lines(block), strict=True))
    assert [name for name, line in drawn.items() if line] == ["C5", "C6", "C7", "C8"]
    assert drawn["C7"]["claimed"] == [30, 30]
    low, high = drawn["C6"]["now"]
    assert drawn["C6"]["claimed"] == [25, 40]
    assert 0 < low < high < 100
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


def test_paper__says_in_one_line_what_the_edition_does_not_hold():
    def line(**also):
        about = paper(report(), imprint(**also))["about"]
        return [row["text"] for row in about if row["name"] == "Not in it"]

    assert line() == []
    assert line(absent=("graduated_4yr",)) == ["no numbers on Graduated in four years"]


def test_paper__of_a_sheet_prints_no_table_of_a_figure_and_no_footnote():
    made = paper(replace(report(), layout="sheet"), imprint())
    assert [part["table"] for part in blocks(made, "figure")] == [None, None]
    assert {one["note"] for part in blocks(made, "findings") for one in part["findings"]} == {None}


def test_paper__cuts_the_words_off_a_picture_whose_frame_is_known():
    (shown,) = blocks(paper(hostile("x"), imprint()), "figure")
    assert 'viewBox="0 60 700 210.00"' in shown["svg"]  # 0.2 and 0.9 of a height of 300
    assert (shown["ratio"], shown["crop"]) == (0.3, [0.2, 0.1])


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


def test_paper__shows_a_picture_whole_where_its_frame_is_not_known():
    first, _ = blocks(paper(report(), imprint()), "figure")
    assert (first["crop"], first["notes"], first["source"]) == (None, "", "")


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x9f", "\ud800", "\uffff"])
def test_paper__leaves_out_signs_that_no_file_may_hold(sign):
    made = paper(report(), imprint(title=f"a{sign}b"))
    assert made["title"] == "ab"


def test_printed_table__keeps_a_short_number_on_one_line():
    made = printed("12.3–45.6%", label="A very long heading of a column of rates")
    assert made["columns"][1]["share"] >= len("12.3–45.6%")


def test_printed_table__fits_long_texts_into_a_page():
    made = printed_table(
        Table(tuple(Column(n, n, "left") for n in "abcd"), (("a long text " * 30,) * 4,))
    )
    assert sum(column["share"] for column in made["columns"]) <= 104 - 3 * 3
    assert made["lines"] > 10


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


def test_printed_table__breaks_no_range_while_there_are_words_to_break():
    words = "Native Hawaiian or Pacific Islander in the rest of Seattle " * 2
    columns = tuple(Column(str(n), "Rate", "left" if n < 2 else "right") for n in range(5))
    made = printed_table(Table(columns, ((words, words, *["range 38.9–64.1%"] * 3),)))
    assert {column["share"] for column in made["columns"][2:]} == {len("range 38.9–64.1%")}


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


def test_printed_table__without_rows_still_has_its_columns():
    assert [column["label"] for column in printed()["columns"]] == ["School", "Rate"]
