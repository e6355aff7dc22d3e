"""The page of all numbers: each once, to be read without script, and what the script needs, as it is said elsewhere."""

import csv
import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from estimate_samples import estimates, gap, rate
from report_samples import figure, finding, notebook, record, showing, text

from sesec_analysis.checkout import Commit
from sesec_analysis.editions.documents import findings_page, output
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.findings_page import notes
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.provenance import BuildInfo
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.finding import findings

META = BuildInfo(
    edition="annual-2022",
    title="Equity Report, 2021–22",
    published=2023,
    notebook="notebooks/annual.ipynb",
    notebook_sha256="0" * 64,
    parameters={"report_year": 2022},
    changed=(),
    version="1.2.3",
    commit=Commit(None, dirty=False),
    sources=(),
)


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
    return documents_notebook.read(
        notebook(
            text("## Summary"),
            showing(finding(*records)),
            showing(figure(findings=[records[0]]), tag="figure-literacy"),
        )
    )


def island(html: str) -> dict[str, Any]:
    inside = re.search(r'id="page:data">(.*?)</script>', html, re.DOTALL)[1]
    return json.loads(inside)


def test_render__gives_the_same_bytes_for_the_same_input():
    content = of(*real_records())
    assert findings_page.render(content, meta=META) == findings_page.render(content, meta=META)


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


def test_render__gives_frames_that_filled_are_the_citations():
    records = sorted(real_records(), key=lambda one: one["id"])
    cites = island(findings_page.render(of(*records), meta=META))["cites"]
    assert (len(cites["frames"]), len(cites["sources"])) == (1, 1)
    frame, data = cites["sources"][0]
    one = citation.cited(records[0], edition=META.title, published=META.published)
    for style in citation.STYLES:
        assert cites["frames"][frame][style] == citation.frame(one, style)
    assert (data, cites["site"]) == (one.data, None)


def test_render__keeps_a_citation_that_it_would_not_make_itself():
    one = record("rate.black")
    data = island(findings_page.render(of(one), meta=META))
    (column,) = (column for column in data["columns"] if column["name"] == "cite_apa")
    assert column["each"] == [one["cite_apa"]]
    assert data["cites"]["at"] == [None]


def test_render__cites_a_trial_as_one():
    html = findings_page.render(of(*real_records()), meta=replace(META, changed=("report_year",)))
    (frame,) = island(html)["cites"]["frames"]
    assert f"{META.title}, with other parameters" in frame["apa"]
    assert "A trial, not the edition" in html


def test_render__names_the_figure_that_draws_a_finding():
    records = sorted(real_records(), key=lambda one: one["id"])
    data = island(findings_page.render(of(*records), meta=META))
    assert data["figures"] == [["literacy", "Figure 1"]]
    assert sorted(data["drawn"]) == [[], [], [0]]


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


def test_render__of_an_edition_without_findings_says_so():
    nothing = documents_notebook.read(notebook(text("## Summary\n\nNothing yet.")))
    assert "0 numbers" in findings_page.render(nothing, meta=META)


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


def test_notes__say_what_not_to_make_of_schools_and_comparisons():
    said = " ".join(note.text for note in notes({"organization_level": "school", "reference": "a"}))
    assert "not why" in said
    assert "Do not rank schools" in said
    assert "not why" not in " ".join(note.text for note in notes({"publish": "point"}))


def test_notes__tell_why_by_the_rule_and_what_is_counted_by_the_caveats():
    found = notes({"publish": "nothing", "rule": "small-group", "caveats": "Of October."})
    assert [(note.kind, note.text) for note in found[1:]] == [
        ("why", "The group, or the one it is compared to, has fewer than 10 students."),
        ("know", "Of October."),
    ]


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
