"""The walk accepts every document that the library makes, and finds each way to break one."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import pandas as pd
import proofs
import pytest
from attack_samples import CERTIFIED
from estimate_samples import estimates, rate
from paper_samples import imprint
from report_samples import notebook, showing, text

import sesec_analysis as sa
from sesec_analysis.attack import document_walk
from sesec_analysis.attack.document_walk import record_faults, walk
from sesec_analysis.attack.sweep import Fault
from sesec_analysis.editions.documents import formats, model
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.model import Document
from sesec_analysis.editions.documents.sections import (
    certificate,
    closing,
    freshness,
)
from sesec_analysis.editions.editions import Edition, Voice
from sesec_analysis.errors import DataError
from sesec_analysis.evidence.finding import findings
from sesec_analysis.evidence.pages import board_questions
from sesec_analysis.evidence.telling import headline, key_numbers
from sesec_analysis.text import Arg

PLANT = "Beacon Hill International School: 26 students."
PROSE = "## In brief\n\nEach question rests on one finding of this report."
META = imprint(title="Report", sources=())
SCHOOL = {"organization_level": "school"}
BEACON_HILL = SCHOOL | {"organization_id": "2120", "organization_name": "Rainier Beach High School"}


def shown(table: pd.DataFrame, figure: Any = None) -> Document:
    """Return the document that shows estimates by every kind of block, and a figure."""
    made = [sa.table(table), sa.table(table, layout="cards"), headline(table), key_numbers(table)]
    made += [board_questions(table), sa.table(table, columns=["place", "value"])]
    every = findings(table)
    cells = [showing(one._repr_mimebundle_()) for one in (*made, every)]
    cells += [showing(figure._repr_mimebundle_()[0], tag="figure-rates")] if figure else []
    read = documents_notebook.read_notebook(notebook(text(PROSE), *cells, title="# Summary"))
    return replace(read, decisions={one.id: one.decisions() for one in every})


def faults(document: Document, change: Callable[[Path], None] = lambda folder: None) -> list[str]:
    """Return what the walk finds in a document as it is read back, and what cannot be read."""
    with TemporaryDirectory() as name:
        formats.write_sources(document, META, Path(name))
        change(Path(name))
        try:
            return [f"{where}: {what}" for where, what in walk(model.read_document(Path(name)))]
        except DataError as refusal:
            return [str(refusal)]


HERE = rate(71, 216)
REST = rate(90, 130, organization_id="rest_of_seattle", organization_name="the rest of Seattle")
AT_SCHOOL = rate(30, 60, **BEACON_HILL)


def blocks(data: Any, kind: str) -> list[Any]:
    return [one for part in data["sections"] for one in part["blocks"] if one["kind"] == kind]


def in_document(change: Callable[[Any], None]) -> Callable[[Path], None]:
    def changed(folder: Path) -> None:
        path = folder / model.NAME
        data = json.loads(path.read_text("utf-8"))
        before = json.dumps(data)
        change(data)
        assert json.dumps(data) != before
        path.write_text(json.dumps(data), "utf-8")

    return changed


def in_records(change: Callable[[Any], None]) -> Callable[[Path], None]:
    def changed(folder: Path) -> None:
        path = folder / model.FINDINGS
        data = json.loads(path.read_text("utf-8"))
        change(data)
        path.write_text(json.dumps(data), "utf-8")

    return changed


def cell(new: Any, row: int = 0, at: int = 0) -> Callable[[Path], None]:
    return in_document(
        lambda data: blocks(data, "table")[0]["table"]["rows"][row].__setitem__(at, new)
    )


def part(name: str, new: Any, kind: str = "table") -> Callable[[Path], None]:
    return in_document(lambda data: blocks(data, kind)[0].__setitem__(name, new))


def exchange_names(data: Any) -> None:
    """Exchange the first cells of two rows: each names the place of the other number."""
    one, other = blocks(data, "table")[0]["table"]["rows"][:2]
    one[0], other[0] = other[0], one[0]


def exchange_values(data: Any) -> None:
    one, other = blocks(data, "table")[0]["table"]["rows"][:2]
    one[1], other[1] = other[1], one[1]


def nest_another(data: Any) -> None:
    """Give a text of one finding a part that is about another."""
    one, other = blocks(data, "table")[0]["table"]["rows"][:2]
    one[1] = {
        "kind": "Text",
        "msgid": "{reason}",
        "of": one[1]["of"],
        "args": [["reason", other[1]]],
    }


def say_another_reason(folder: Path) -> None:
    """Give a record another reason, as a text and in words."""
    reason = {"kind": "Text", "msgid": PLANT}
    in_document(lambda data: data["decisions"].setdefault(IDS[0], {}).update(reason=reason))(folder)
    in_records(
        lambda records: [one.update(reason=PLANT) for one in records if one["id"] == IDS[0]]
    )(folder)


IDS = [finding.id for finding in findings(estimates([HERE, REST, AT_SCHOOL]))]
PLACE = {"kind": "Text", "msgid": "{place_name}", "of": IDS[0]}
WRONG_SCHOOL = {"kind": "Text", "msgid": "{place}: {value_label}", "of": IDS[0]} | {
    "args": [["place", {"kind": "Name", "form": "place", "code": "2120"}]]
}
QUOTED_SCHOOL = {"kind": "Quoted", "text": "Rainier Beach High School", "source": "schools.yml"}
STUDENTS = {"kind": "Count", "of": [*"abcdefghijklmnopqrstuvwxyz"]}
WAYS: dict[str, Callable[[Path], None]] = {
    "a number as a cell": cell(26),
    "a message with a number": part(
        "note", {"kind": "Text", "msgid": "{n} students", "args": [["n", 26]]}
    ),
    "a name of its own": cell({"kind": "Name", "form": "place", "code": "2120", "own": PLANT}),
    "a code of its own": cell({"kind": "Name", "form": "place", "code": PLANT}),
    "an unknown form of a name": cell({"kind": "Name", "form": "anything", "code": "2120"}),
    "a number as a year": cell({"kind": "Year", "year": 26, "calendar": True}),
    "a constant that is no limit": cell({"kind": "Constant", "name": "limit", "entry": "26"}),
    "a count without its noun": cell(STUDENTS | {"one": "{n}", "many": "{n}"}),
    "a count of students": cell(STUDENTS | {"one": "{n} student", "many": "{n} students"}),
    "a count of one thing twice": cell(
        {"kind": "Count", "of": ["a", "a"], "one": "{n} school", "many": "{n} schools"}
    ),
    "an unknown kind of text": cell({"kind": "Number", "n": 26}),
    "a field that no finding has": cell({"kind": "Text", "msgid": "{unknown}", "of": IDS[0]}),
    "a finding nobody has": cell({"kind": "Text", "msgid": "{value_label}", "of": "sesec:rate.b"}),
    "a finding of another block": part(
        "text", {"kind": "Text", "msgid": "{value_label}", "of": IDS[-1]}, "headline"
    ),
    "a part about another finding": in_document(nest_another),
    "the names of two rows exchanged": in_document(exchange_names),
    "the numbers of two rows exchanged": in_document(exchange_values),
    "the name of another school in a row": cell(
        {"kind": "Name", "form": "place_name", "code": "2182"}
    ),
    "a caption with the name of one of several": part(
        "caption", {"kind": "Text", "msgid": "{place_name}", "of": IDS[0]}
    ),
    "a heading with the name of one of several": in_document(
        lambda data: blocks(data, "table")[0]["table"]["columns"][1].update(
            label={"kind": "Text", "msgid": "{place_name}", "of": IDS[0]}
        )
    ),
    "a row of another length": in_document(
        lambda data: blocks(data, "table")[0]["table"]["rows"][0].pop()
    ),
    "a sentence of its own": in_records(lambda records: records[0].update(sentence=PLANT)),
    "a number unlike its words": in_records(lambda records: records[0].update(estimate=0.26)),
    "more than the gate allows": in_records(lambda records: records[0].update(publish="all")),
    "a note with the wrong school's number": part("notes", WRONG_SCHOOL, "figure"),
    "a quoted school in a figure": part("notes", QUOTED_SCHOOL, "figure"),
    "a title with the name of one of several": part("title", PLACE, "figure"),
    "a reason of its own": say_another_reason,
    "a block of no kind": in_document(
        lambda data: data["sections"][0]["blocks"].append({"kind": "note", "text": PLANT})
    ),
    "a part that no block has": part("comment", PLANT),
    "findings in the document": in_document(lambda data: data.update(findings=[PLANT])),
}


@pytest.fixture(scope="module")
def three() -> Document:
    table = estimates([HERE, REST, AT_SCHOOL])
    return shown(table, sa.plot_rates(table))


@pytest.mark.parametrize("way", WAYS)
def test_walk__finds(way, three):
    assert faults(three, WAYS[way])


def test_walk__of_the_document_itself_finds_nothing(three):
    assert faults(three) == []
    kinds = {block.kind for block in three.blocks}
    assert kinds == {"heading", "prose", "table", "headline", "finding", "figure"}


@pytest.fixture(scope="module")
def every() -> Document:
    """A document with every kind of block that shows no finding, and the sections that the package adds."""
    coverage = pd.DataFrame({"place": ["Southeast Seattle"], "cells": [1234], "exact": [0.5]})
    labels = {"place": "Place", "cells": "Cells", "exact": "Exact"}
    caption = "Datasets in this copy, with the publisher's dataset number and our rows"
    plain = sa.report.plain_table(
        coverage, caption, labels=labels, percents=["exact"], note=caption
    )
    lacking = sa.table(sa.rates(sa.newest("growth_ela", up_to=2025, place="seattle")))
    map_cell = showing(sa.plot_map()._repr_mimebundle_()[0], tag="figure-map")
    cells = [showing(one._repr_mimebundle_()) for one in (plain, lacking)]
    read = documents_notebook.read_notebook(
        notebook(text(PROSE), *cells, map_cell, title="# Summary")
    )
    table = estimates([HERE])
    shown = documents_notebook.read_notebook(
        notebook(text(PROSE), *[showing(one._repr_mimebundle_()) for one in findings(table)])
    )
    annex = replace(read, layout="annex", findings=shown.findings)
    asks = ["Each question rests on one finding of this report."]
    closed = closing.close_edition(replace(read, layout="pages"), asks)
    dated = freshness.with_ages(annex, 2025)
    made = replace(closed, beside=(certificate.with_certificate(dated, CERTIFIED),))
    return certificate.with_accessibility(made)


TEXT_KINDS = {one.__name__ for one in get_args(Arg)}


def slots(data: Any, where: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield every place of a document that holds words: a name, what holds it, and its key or position."""
    pairs = list(data.items() if isinstance(data, dict) else enumerate(data))
    for key, value in pairs:
        is_text = isinstance(value, dict) and value.get("kind") in TEXT_KINDS
        is_words = key in ("title", "text") or where.endswith("/asks")
        if is_text or (isinstance(value, str) and value and is_words):
            yield f"{where}/{key}", data, key
        elif isinstance(value, dict | list) and key not in ("made_from", "csv_rows", "marks"):
            yield from slots(value, f"{where}/{key}")


FORMS = {
    "a string": PLANT,
    "a message": {"kind": "Text", "msgid": PLANT},
    "prose": {"kind": "EntryText", "msgid": PLANT, "entry": "notebook"},
    "an error's reason": {"kind": "EntryText", "msgid": PLANT, "entry": "error"},
    "a quotation": {"kind": "Quoted", "text": PLANT, "source": "plain table"},
    "an error's number": {"kind": "EntryText", "msgid": "26 Black students", "entry": "error"},
    "why a table is empty": {"kind": "Quoted", "text": PLANT, "source": "attrs of a table"},
    "a school": {"kind": "Quoted", "text": "Beacon Hill International School: 26", "source": ""},
    "a number of people": {"kind": "Count", "of": ["cells"], "number": "26"}
    | {"one": "{n} student", "many": "{n} students"},
}


@pytest.mark.proof(
    "A school and a number are found in every place of a document that has words",
    seed=0,
    tried="every place of two documents with all kinds of blocks, in nine forms",
)
@pytest.mark.parametrize("name", ["three", "every"])
def test_walk__finds_a_plant_wherever_it_is(name, request, tmp_path):
    formats.write_sources(request.getfixturevalue(name), META, tmp_path)
    path = tmp_path / model.NAME
    data = json.loads(path.read_text("utf-8"))
    tried, passed, every = 0, [], [*slots(data)]
    for at in proofs.sample(range(len(every)), min(40, len(every)), seed=0):
        where, holder, key = every[at]
        forms = {*FORMS} if proofs.is_whole() else {[*FORMS][at % len(FORMS)], "a string"}
        for form in forms:
            if isinstance(holder[key], str) and form != "a string":
                continue  # no document with it can be read
            kept, holder[key] = holder[key], FORMS[form]
            path.write_text(json.dumps(data), "utf-8")
            holder[key] = kept
            try:
                found = [*walk(model.read_document(tmp_path))]
            except DataError:
                found = [Fault("", "")]
            tried += 1
            passed += [] if found else [f"{form} in {where}"]
    assert passed == []
    assert tried > 30


def test_walk__accepts_every_block_without_findings(every):
    assert faults(every) == []
    kinds = {block.kind for one in every.all for block in one.blocks}
    assert kinds == {"heading", "prose", "table", "notice", "figure", "asks"}


def test_walk__accepts_voices_of_the_list_of_editions_and_no_other(monkeypatch):
    said, other = "Teachers here know my child.", "Beacon Hill International School: 26 students."
    listed = Voice(quote=said, who="A mother", consent_on_file=True)
    planted = Voice.model_construct(quote=other, who="A mother", consent_on_file=True)
    edition = Edition(title="Report", notebook="report.ipynb", voices=(listed,))
    monkeypatch.setattr(document_walk, "editions", lambda: {"annual-2025": edition})
    document_walk._known_fields.cache_clear()
    report = replace(
        documents_notebook.read_notebook(notebook(text(PROSE), title="# Summary")), layout="pages"
    )
    assert faults(closing.close_edition(report, (), [listed])) == []
    [found] = faults(closing.close_edition(report, (), [planted]))
    assert "not a known quotation" in found
    monkeypatch.undo()
    document_walk._known_fields.cache_clear()


def next_to(name: dict[str, str]) -> Callable[[Any], None]:
    """Put a name into the first cell of the table of coverage, whose second cell is a number."""

    def changed(data: Any) -> None:
        rows = blocks(data["beside"][0], "table")[0]["table"]["rows"]
        assert rows[0][1]["number"] == "1,234"
        rows[0][0] = name

    return changed


def test_walk__lets_no_number_without_a_finding_stand_next_to_a_school(every):
    quoted = {"kind": "Quoted", "text": "Beacon Hill International School", "source": "plain table"}
    school = {"kind": "Name", "form": "place_name", "code": "2120"}
    for name in (quoted, school):
        found = faults(every, in_document(next_to(name)))
        assert any("names a school in a table of numbers" in one for one in found), found


def test_walk__lets_no_column_of_numbers_without_findings_count_people(every):
    def changed(data: Any) -> None:
        columns = blocks(data["beside"][0], "table")[0]["table"]["columns"]
        columns[1]["label"] = {"kind": "EntryText", "msgid": "Students", "entry": "notebook"}

    assert any("counts people" in one for one in faults(every, in_document(changed)))


def record(**also: object) -> dict[str, object]:
    common = {
        "id": "sesec:gap.ela_met.2019",
        "end_year": 2019,
        "source_ids": "ospi_assessment@2019",
        "student_group_type": "race_ethnicity",
        "student_group": "black",
        "reference": "others",
    }
    return common | also


def test_record_faults__names_findings_of_a_year_that_no_source_has():
    both = "ospi_assessment@2018; ospi_assessment@2019"
    assert list(record_faults([record(), record(source_ids=both)])) == []
    assert list(record_faults([record(source_ids="ospi_assessment@2018")]))


def test_record_faults__names_one_race_as_the_reference_of_several():
    against = [record(student_group=group, reference="asian") for group in ("black", "white")]
    assert list(record_faults(against)) == ["'asian' is the reference of black, white"]
    assert list(record_faults([record(student_group="all", reference="asian")]))
    assert list(record_faults(against[:1])) == []  # a pair that was requested
    others = [record(student_group=group) for group in ("black", "white")]
    assert list(record_faults(others)) == []
