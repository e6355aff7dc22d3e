"""The published editions as they stand in git: whole, small, and no number of them moved without a word in the log."""

import json
from pathlib import Path

import pytest
from built_editions import ROOT, SEED, built, published, tried

from sesec_analysis.archive import frozen, publish
from sesec_analysis.archive.diff import changed_numbers, diff
from sesec_analysis.editions.documents import output

PUBLISHED = ROOT / "reports" / "published"
SMALL, FILE = 10_000_000, 1_000_000  # bytes of all of them, and of a file: git keeps each version


def files(where: Path) -> dict[str, str]:
    return {name: mark for name, mark in output.checksums(where).items() if name != "run.json"}


@pytest.mark.parametrize("name", published())
def test_published__is_as_it_was_written(name):
    run = json.loads((PUBLISHED / name / "run.json").read_text("utf-8"))
    assert files(PUBLISHED / name) == run["files"], "never edit it by hand: sesec publish"
    assert (run["edition"], run["published"] is not None) == (name, True)
    assert run["package"]["commit"]
    ids = [record["id"] for record in frozen.read_frozen(name).findings]
    assert ids == sorted(set(ids))
    assert len(ids) == run["findings"]


@pytest.mark.slow
@pytest.mark.parametrize("name", published())
def test_published__rests_on_sources_that_are_named_and_hashed(name):
    edition = frozen.read_frozen(name)
    for record in edition.findings:
        for source_id in str(record["source_ids"]).split("; "):
            assert edition.sources["releases"][source_id]["table_sha256"], record["id"]
        assert record["source"], record["id"]


def test_published__are_small():
    sizes = [path.stat().st_size for path in PUBLISHED.rglob("*") if path.is_file()]
    assert sum(sizes) < SMALL
    assert max(sizes, default=0) < FILE


# From the last to the first: other tests begin at the other end, and share what is built.
@pytest.mark.slow
@pytest.mark.proof(
    "No number of a published edition moved that the changelog does not name",
    seed=SEED,
    tried="the newest published edition and one drawn, built anew",
)
@pytest.mark.parametrize("name", list(reversed(tried())))
def test_published__no_number_moved_that_the_changelog_does_not_name(
    name, tmp_path_factory, record_property
):
    own = frozen.read_frozen(name)
    now = frozen.of_build(built(name, tmp_path_factory))
    moved = [str(change.pair.record["id"]) for change in changed_numbers(diff(own, now))]
    log = (ROOT / publish.LOG).read_text("utf-8")
    known = {"edition": name, "text": log, "known": own.run["numbers_said"]}
    missing = [one for one in moved if publish.reason_for_move(one, **known) is None]
    assert missing == [], f"write under Numbers in {publish.LOG}, then: sesec publish {name}"
    record_property("numbers compared", len(own.findings))
