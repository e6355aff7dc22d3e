"""The page of all numbers: each once, to be read without script, and what the script needs, as it is said elsewhere."""

import csv
import io
import json
import re
from typing import Any

import pytest
from estimate_samples import estimates, gap, rate
from paper_samples import imprint
from report_samples import figure, finding, notebook, showing, text

from sesec_analysis.editions.documents import findings_page, output
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.findings_page import notes
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.finding import findings

META = imprint(published=2023, sources=())


def real_records() -> list[dict[str, Any]]:
    made = findings(
        estimates(
            [
                rate(71, 216),
                rate(120, 200, student_group="white"),
                rate(8, 20, student_group="asian"),
            ]
        )
    ).records()
    cites = [citation.cite(one, edition=META.title, published=META.published) for one in made]
    return [one | {"cite_apa": text} for one, text in zip(made, cites, strict=True)]


def of(*records: dict[str, Any]) -> Document:
    return documents_notebook.read_notebook(
        notebook(
            text("## Summary"),
            showing(finding(*records)),
            showing(figure(findings=[records[0]]), tag="figure-literacy"),
        )
    )


def island(html: str) -> dict[str, Any]:
    inside = re.search(r'id="page:data">(.*?)</script>', html, re.DOTALL)[1]
    return json.loads(inside)


def test_render__lists_each_finding_once_under_its_indicator():
    records = real_records()
    html = findings_page.render(of(*records), meta=META)
    for one in records:
        assert html.count(f'<li id="{one["id"]}"') == 1
        assert html.count(f'<p class="sentence">{one["sentence"]}</p>') == 1
    assert re.findall(r'<h2 id="title:1">(.*?) <span', html) == [records[0]["title"]]
    assert "3 numbers" in html


def test_render__gives_the_cells_of_findings_csv():
    records = real_records()
    data = island(findings_page.render(of(*records), meta=META))
    by_id = {row["id"]: row for row in csv.DictReader(io.StringIO(output.records_csv(records)))}
    columns = {column["name"]: column for column in data["columns"]}
    assert list(columns) == list(records[0])
    assert columns["cite_apa"] == {"name": "cite_apa", "made": "apa"}
    for name, column in columns.items():
        if "made" not in column:
            cells = column.get("each") or [column["texts"][at] for at in column["at"]]
            assert sorted(cells) == sorted(row[name] for row in by_id.values())


def test_render__lets_no_word_of_the_data_out_of_its_place():
    bad = '</script><script>alert("x")</script><b>&'
    one = {
        name: bad if isinstance(value, str) else value for name, value in real_records()[0].items()
    }
    keep = ("id", "source_ids", "student_group", "reference", "publish", "measure")
    one |= {name: real_records()[0][name] for name in keep}
    html = findings_page.render(of(one), meta=META)
    assert "<b>" not in html
    assert html.count("<script") == 2
    assert island(html)["columns"][1]["each"] == [bad]


@pytest.mark.parametrize(
    ("told", "tags"),
    [
        ({}, []),
        ({"publish": "range"}, ["a range, not one number"]),
        ({"rule": "no-clear-difference", "reference": "white"}, ["could be chance"]),
        (
            {"rule": "thin; few-students; left-open", "care": True},
            ["which side is open", "use caution"],
        ),
        ({"publish": "nothing", "rule": "small-group"}, ["not shown"]),
    ],
)
def test_notes__warn_of_what_is_special_to_a_number(told, tags):
    assert [note.tag for note in notes(told) if note.tag] == tags


def test_render__sets_a_place_the_rest_and_their_difference_as_one_card():
    here = {"organization_id": "southeast_seattle"}
    rest = {"organization_id": "rest_of_seattle_regular"}
    rows = [
        rate(50, 200, **rest),
        rate(60, 200, **here),
        rate(70, 200, **here, student_group="white"),
        rate(30, 200, **rest, end_year=2016),
        rate(90, 200, organization_id="seattle"),
        gap(60, 200, 50, 200, **here, reference="rest_of_seattle_regular"),
    ]
    page = findings_page.render(of(*findings(estimates(rows)).records()), meta=META)
    listed = re.findall(r'<li( class="goes-on")? id="(sesec:[^"]*)"', page)
    ids = [name.removeprefix("sesec:") for _, name in listed]
    assert [(ids[at].split(".")[0], ids[at].split(".")[-2]) for at in range(3)] == [
        ("rate", "southeast_seattle"),
        ("rate", "rest_of_seattle_regular"),
        ("gap", "southeast_seattle-rest_of_seattle_regular"),
    ]
    assert [bool(goes_on) for goes_on, _ in listed] == [False, True, True, False, False, False]
    assert ids[-1].split(".")[-2] == "seattle"
