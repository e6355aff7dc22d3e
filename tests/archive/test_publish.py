"""An edition is frozen once nothing speaks against it, and a published number changes only with its line in the log."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from archive_samples import change_json, commit_all, git, records, run, write_build
from report_samples import write_root

from sesec_analysis import __version__, checkout
from sesec_analysis.archive import frozen, history, publish, verify
from sesec_analysis.archive.publish import Published
from sesec_analysis.editions import built_editions
from sesec_analysis.editions.documents import output
from sesec_analysis.errors import DataError, EditionError
from sesec_analysis.languages.reviews import Review

EDITIONS = """\
editions:
  annual-2018: { title: "Equity Report, 2018", notebook: good.ipynb, published: 2026 }
  annual-2019: { title: "Equity Report, 2019", notebook: good.ipynb }
"""
LOG = "# Changelog\n\n## [0.1.0]\n\n### Numbers\n\n- None yet.\n\n### Added\n\n- All.\n"
BLACK = "sesec:rate.disciplined.2018.all.seattle.black"


@pytest.fixture(scope="module")
def found() -> list[dict[str, Any]]:
    return records()


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with two editions, one of them published in 2026."""
    where = write_root(tmp_path / "root", {}, EDITIONS)
    (where / "CHANGELOG.md").write_text(LOG, encoding="utf-8")
    (where / ".gitignore").write_text("reports/build/\n", encoding="utf-8")
    git(where, "init", "--quiet")
    commit_all(where)
    monkeypatch.setenv("SESEC_ROOT", str(where))
    return where


def built(root: Path, found: list[dict[str, Any]], **also: Any) -> Path:
    package = {"version": __version__, "uncommitted_changes": False}
    package |= {"commit": git(root, "rev-parse", "HEAD")}
    imprint = run(2018, package=package) | also
    return write_build(root / "reports" / "build" / "annual-2018", found, imprint)


def no_build(name: str, commit: object = None) -> Path:
    raise AssertionError(f"{name} is built though it is here")


def publish_it() -> Published:
    return publish.publish("annual-2018", build=no_build)


def moved(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    change = {"value": "6.5%", "estimate": 0.065}
    return [record | change if record["id"] == BLACK else record for record in found]


@pytest.mark.slow
def test_publish__freezes_findings_and_sources(root, found):
    built(root, found)
    assert publish_it() == Published("annual-2018", "new", len(found), 0)
    where = root / "reports" / "published" / "annual-2018"
    names = ["findings.json", "history.jsonl", "run.json", "sources.json"]
    assert list(output.checksums(where)) == names
    imprint = built_editions.read_json(where / "run.json")
    files = {name: output.checksums(where)[name] for name in names if name != "run.json"}
    assert imprint["files"] == files
    assert imprint["published"] == 2026
    own = frozen.read_frozen("annual-2018")
    assert own.sources["releases"]["ospi_discipline@2018"]["table_sha256"]
    assert own.by_id[BLACK]["value"] == "6.4%"
    # What many findings share is said once, and read back into each.
    kept = {name for name in found[0] if name not in ("caveats", "cite_apa", "ci_level")}
    for record in found:
        read = own.by_id[record["id"]]
        assert {name: read[name] for name in kept} == {name: record[name] for name in kept}


@pytest.mark.parametrize("what", ["file", "commit", "dirty"])
def test_publish__builds_again_what_was_made_of_something_else(root, found, what):
    where = built(root, found)
    if what == "file":
        (where / "findings.csv").write_text("changed by hand")
    elif what == "commit":
        (root / "notebooks" / "new.ipynb").write_text("{}")
        commit_all(root)
    else:
        package = {"version": "0.1.0", "commit": "a" * 40, "uncommitted_changes": True}
        built(root, found, package=package)
    with pytest.raises(AssertionError, match="is built"):
        publish_it()


def test_publish__refuses_a_number_that_moved_without_a_line_in_the_log(root, found):
    built(root, found)
    publish_it()
    before = output.checksums(root / "reports" / "published")
    built(root, moved(found))
    with pytest.raises(DataError, match="1 published number") as refusal:
        publish_it()
    assert f"{BLACK}: 6.4%" in refusal.value.what
    assert "→ 6.5%" in refusal.value.what
    assert "CHANGELOG.md" in str(refusal.value.where)
    assert output.checksums(root / "reports" / "published") == before


def test_publish__refuses_that_a_published_number_goes_without_a_line(root, found):
    built(root, found)
    publish_it()
    built(root, [record for record in found if record["id"] != BLACK])
    with pytest.raises(DataError, match=f"{BLACK}: 6.4%.* → gone"):
        publish_it()


@pytest.mark.parametrize("name", ["annual-2018", BLACK, "sesec:rate.disciplined.2018.*"])
def test_publish__takes_a_moved_number_that_the_log_names_and_takes_it_once(root, found, name):
    built(root, found)
    publish_it()
    log = root / "CHANGELOG.md"
    log.write_text(LOG.replace("- None yet.", f"- `{name}`: one more.\n- None yet."))
    built(root, moved(found))
    assert publish_it() == Published("annual-2018", "changed", len(found), 1)
    assert frozen.read_frozen("annual-2018").by_id[BLACK]["value"] == "6.5%"
    # The same line is no leave for the next change.
    built(root, found)
    with pytest.raises(DataError, match="1 published number"):
        publish_it()


def test_publish__keeps_what_it_replaces_and_adds_to_it(root, found):
    built(root, found)
    publish.publish("annual-2018", build=no_build, today=date(2026, 11, 1))
    where = root / "reports" / "published" / "annual-2018"
    begun = (where / "history.jsonl").read_text("utf-8")
    log = root / "CHANGELOG.md"
    log.write_text(LOG.replace("- None yet.", f"- `{BLACK}`: one more.\n- None yet."))
    built(root, moved(found))
    publish.publish("annual-2018", build=no_build, today=date(2026, 12, 24))
    log.write_text(LOG.replace("- None yet.", f"- `{BLACK}`: gone."))
    built(root, [record for record in found if record["id"] != BLACK])
    publish.publish("annual-2018", build=no_build, today=date(2027, 1, 6))
    text = (where / "history.jsonl").read_text("utf-8")
    assert text.startswith(begun)
    record = history.read_history(where)
    assert record.first == "2026-11-01"
    restated, gone = record.restated
    assert (restated.on, restated.event, restated.kind) == (
        "2026-12-24",
        "moved",
        "method_changed",
    )
    assert (restated.before["value"], restated.after["value"]) == ("6.4%", "6.5%")
    assert (restated.why, gone.why) == ("one more", "gone")  # as the changelog says
    assert (gone.on, gone.event, gone.before, gone.after) == ("2027-01-06", "vanished", {}, {})
    assert {one.id for one in record.restated} == {BLACK}


def test_publish__refuses_without_a_year_of_publication(root):
    with pytest.raises(EditionError, match="no year of publication") as refusal:
        publish.publish("annual-2019", build=no_build)
    assert refusal.value.exit_code == 2


def test_publish__refuses_what_is_not_committed(root, found):
    built(root, found)
    (root / "notebooks" / "new.ipynb").write_text("{}")
    with pytest.raises(EditionError, match="differ from the last commit"):
        publish_it()


def test_publish__refuses_synthetic_data(root, found):
    made_up = found[0] | {"source_ids": "synthetic_discipline@2018"}
    built(root, [made_up, *found[1:]])
    with pytest.raises(EditionError, match="synthetic data"):
        publish_it()
    assert not (root / "reports" / "published" / "annual-2018" / "findings.json").exists()


@pytest.mark.parametrize(
    "audit", [{"passed": False}, {}, {"passed": True, "attack": {"passed": False}}]
)
def test_publish__refuses_while_a_check_fails(root, found, audit):
    where = built(root, found)
    (where / "disclosure_audit.json").write_text(json.dumps(audit))
    files = output.checksums(where)
    files.pop("run.json")
    change_json(where / "run.json", files=files)
    with pytest.raises(DataError, match="did not pass"):
        publish_it()
    assert not (root / "reports" / "published").exists()


def test_read__refuses_what_was_not_published_or_is_damaged(root, found):
    with pytest.raises(EditionError, match="was not published"):
        frozen.read_frozen("annual-2018")
    built(root, found)
    publish_it()
    (root / "reports/published/annual-2018/findings.json").write_text('{"columns": ["id"]}')
    with pytest.raises(DataError, match=r"findings.json is missing or damaged"):
        frozen.read_frozen("annual-2018")


def test_verify__says_which_digit_differs(root, found):
    built(root, found)
    publish_it()
    where = write_build(root / "again", moved(found), run(2018))
    verified = verify.verify("annual-2018", build=lambda *_: where)
    own, differences = verified.published, verified.differences
    assert own.name == "annual-2018"
    assert [(one.id, one.field, one.published, one.rebuilt, one.where) for one in differences] == [
        (BLACK, "value", "6.4%", "6.5%", "digit 2: 4 → 5"),
        (BLACK, "estimate", "0.064", "0.065", "digit 4: 4 → 5"),
    ]


def test_verify__finds_nothing_in_the_same_and_names_what_is_not_made(root, found):
    where = built(root, found)
    publish_it()
    assert verify.verify("annual-2018", build=lambda *_: where).differences == []
    short = write_build(root / "short", [one for one in found if one["id"] != BLACK], run(2018))
    [missing] = verify.verify("annual-2018", build=lambda *_: short).differences
    assert (missing.id, missing.field, missing.rebuilt) == (BLACK, "id", "")
    more = write_build(root / "more", [*found, found[0] | {"id": "sesec:new"}], run(2018))
    assert verify.verify("annual-2018", build=lambda *_: more).unpublished == ("sesec:new",)


def test_verify__refuses_other_sources_before_it_builds(root, found):
    built(root, found)
    publish_it()
    path = root / "reports" / "published" / "annual-2018" / "sources.json"
    sources = json.loads(path.read_text("utf-8"))
    sources["releases"]["ospi_discipline@2018"]["table_sha256"] = "f" * 64
    change_json(path, **sources)
    with pytest.raises(DataError, match="ospi_discipline@2018: published from ffffffffffff, here"):
        verify.verify("annual-2018", build=no_build)


MARIA = Review(reviewer="Maria", date=date(2026, 12, 1), sha256="a" * 64)


def test_publish__freezes_a_language_once_it_is_reviewed(root, found, monkeypatch):
    built(root, found)
    assert publish_it().state == "new"
    where = root / "reports/published/annual-2018"
    assert not list(where.glob("sentences.*.json"))
    monkeypatch.setattr(publish, "translations", lambda folder: {"es": (MARIA, {BLACK: "Hola."})})
    assert publish_it().state == "changed"
    assert built_editions.read_json(where / "sentences.es.json") == {BLACK: "Hola."}
    kept = built_editions.read_json(where / "run.json")
    assert kept["translations"]["es"]["reviewer"] == "Maria"
    assert "sentences.es.json" in kept["files"]
    assert publish_it().state == "same"


def test_publish__again_changes_no_byte(root, found):
    built(root, found)
    publish_it()
    before = output.checksums(root / "reports" / "published")
    commit_all(root)
    built(root, found)
    assert publish_it().state == "same"
    assert output.checksums(root / "reports" / "published") == before
    assert not checkout.commit(root).dirty
