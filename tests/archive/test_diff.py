"""What moved on purpose ends up in its class: restated figures, a renamed school, a changed method, a new year."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from archive_samples import CLEVELAND, data_copy, edition, rewrite_table, rewrite_text

from sesec_analysis.archive.diff import Change, changed_numbers, diff, pairs
from sesec_analysis.archive.frozen import Frozen
from sesec_analysis.editions.documents.making import Maker
from sesec_analysis.evidence.wording.labels import read_id

RELEASE = "ospi_discipline@2018"
BLACK_IN_SEATTLE = "sesec:rate.disciplined.2018.all.seattle.black"
CLEVELAND_RATE = f"sesec:rate.disciplined.2018.all.school:{CLEVELAND}.all"


@pytest.fixture(scope="module")
def before() -> Frozen:
    return edition()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, in use."""
    where = data_copy(tmp_path / "data")
    monkeypatch.setenv("SESEC_DATA", str(where))
    return where


def by_id(changes: list[Change]) -> dict[str, Change]:
    return {str(change.pair.record["id"]): change for change in changes}


def kinds(changes: list[Change]) -> Counter[tuple[str, str]]:
    return Counter((change.kind, change.event) for change in changes)


def black_count(frame: pd.DataFrame) -> pd.DataFrame:
    """The publisher counts 30 students more in one cell of the district."""
    cell = (frame["organization_level"] == "district") & (frame["student_group"] == "black")
    cell &= (frame["grade_level"] == "all") & (frame["indicator"] == "disciplined")
    assert cell.sum() == 1
    for name in ("numerator", "numerator_low", "numerator_high"):
        frame.loc[cell, name] += 30
    for name in ("value", "value_low", "value_high"):
        frame.loc[cell, name] = frame.loc[cell, "numerator"] / frame.loc[cell, "denominator"]
    return frame


@pytest.mark.slow
def test_diff__finds_a_restated_source_and_names_the_hashes(before, data):
    rewrite_table(data, RELEASE, black_count)
    old = before.sources["releases"][RELEASE]["sha256"]
    rewrite_text(data / "catalog/sources/ospi_discipline.yml", old, "f" * 64)
    changes = diff(before, edition())
    moved = by_id(changed_numbers(changes))
    assert BLACK_IN_SEATTLE in moved
    assert {change.kind for change in moved.values()} == {"source_restated"}
    # The others rest on the same restated file, and tell the same.
    assert kinds(changes)["unchanged", "stayed"] == len(changes) - len(moved) > 30
    row = moved[BLACK_IN_SEATTLE].as_record()
    assert row["value_before"] == "6.4%"
    assert row["value"] == "6.7%"
    assert f"file {old}" in str(row["sources_before"])
    assert f"file {'f' * 64}" in str(row["sources"])


@pytest.mark.slow
def test_diff__finds_a_renamed_school_and_no_number_that_moved(before, data):
    name = before.by_id[CLEVELAND_RATE]["place"]

    def rename(frame: pd.DataFrame) -> pd.DataFrame:
        own = frame["organization_id"] == CLEVELAND
        frame.loc[own, "organization_name"] = "School of 1927"
        return frame

    rewrite_table(data, RELEASE, rename)
    changes = diff(before, edition())
    renamed = by_id(changes)[CLEVELAND_RATE]
    assert (renamed.event, renamed.kind) == ("reworded", "roster_changed")
    assert renamed.why == f"{name} is now School of 1927"
    assert kinds(changes) == {
        ("roster_changed", "reworded"): 1,
        ("unchanged", "stayed"): len(changes) - 1,
    }


def test_diff__finds_a_changed_method(before):
    changes = diff(before, edition(level=0.9, parameters={"report_year": 2018, "ci_level": 0.9}))
    moved = by_id(changed_numbers(changes))
    assert moved[BLACK_IN_SEATTLE].kind == "method_changed"
    assert moved[BLACK_IN_SEATTLE].why == "the edition's parameters changed"
    assert set(kinds(changes)) == {("method_changed", "moved"), ("unchanged", "stayed")}


def test_diff__finds_a_new_year_and_what_it_follows(before):
    changes = diff(before, edition(2019))
    assert {change.kind for change in changes} <= {"new_year", "suppression_changed"}
    change = by_id(changes)[BLACK_IN_SEATTLE.replace("2018", "2019")]
    assert (change.event, change.kind, change.why) == ("appeared", "new_year", "2018–19")
    assert change.as_record()["id_before"] == BLACK_IN_SEATTLE
    assert not changed_numbers(changes)


def test_diff__finds_a_figure_withheld_since(before):
    now, maker = edition(), Maker({BLACK_IN_SEATTLE})
    now = replace(now, findings=tuple(map(maker.record, now.findings)))
    change = by_id(diff(before, now))[BLACK_IN_SEATTLE]
    assert (change.event, change.kind) == ("moved", "suppression_changed")
    assert change.why.startswith("was a number, is withheld")


def test_pairs__hold_a_change_against_one_over_as_many_years():
    old = {
        name: {"id": name}
        for name in ("sesec:change.a.2018-2014.all.x.b", "sesec:change.a.2018-2017.all.x.b")
    }
    new = {"sesec:change.a.2019-2018.all.x.b": {"id": "sesec:change.a.2019-2018.all.x.b"}}
    found = {str(pair.record["id"]): pair.before for pair in pairs(old, new)}
    assert found["sesec:change.a.2019-2018.all.x.b"] == {"id": "sesec:change.a.2018-2017.all.x.b"}
    assert len({read_id(name).stem for name in [*old, *new]}) == 1
