"""A portal that fails ends in the right file or in a refusal that changes nothing, never in a wrong or partial file."""

from collections.abc import Iterator
from pathlib import Path

import fetch_samples as samples
import portal as portals
import pytest
from fetch_samples import ID, RELEASE

from sesec_analysis import catalog
from sesec_analysis.errors import SesecError
from sesec_analysis.loaders.fetch import fetch, portal

pytestmark = pytest.mark.slow  # each reads a release

ALWAYS = 99
EVERYWHERE = ("metadata", "groups", "count", "rows")
WEB_PAGE = b"<!DOCTYPE html><html><body><h1>We will be back soon</h1></body></html>"
JSON_ERROR = b'{"code":"internal","error":true,"message":"Something went wrong"}'
FAULTS = {  # the failure, in the answers to which requests, what is said if it stays
    "busy": (portals.status(503), EVERYWHERE, "it is busy or out of order (HTTP 503)"),
    "cut transfer": (portals.cut, EVERYWHERE, "it breaks off in the middle of its answers"),
    "cut in the last number": (portals.cut_without_length, ("rows",), "it breaks off"),
    "web page": (portals.changed(lambda body: WEB_PAGE), EVERYWHERE, "a web page"),
    "JSON error": (portals.changed(lambda body: JSON_ERROR), EVERYWHERE, "answers with"),
    "few rows": (
        portals.changed(lambda body: body[: body.rindex(b"\n", 0, -1) + 1]),
        ("rows",),
        "59 rows",
    ),
    "other columns": (
        portals.changed(lambda body: body.replace(b"dis", b"dos", 1)),
        ("rows",),
        "other columns",
    ),
    "not UTF-8": (
        portals.changed(lambda body: body.replace(b"e", b"\xff", 50)),
        ("rows",),
        "cannot be read",
    ),
    "redirect in a circle": (
        portals.redirect(f"{portals.URL}circle"),
        EVERYWHERE,
        "redirects from one address to the next",
    ),
}
FINAL = {  # the failure that ends a fetch at once, and what is said
    "connection dropped": (portals.drop, "it does not answer|cannot be reached"),
    "refused query": (portals.status(400), "refuses the query (HTTP 400): injected"),
    "no such dataset": (portals.status(404), "no dataset of this id"),
    "redirect off the scheme": (portals.redirect("file:///etc/hostname"), "another host, file://"),
    "too large": (portals.changed(lambda body: bytes(2 << 20)), "more than 1 MB"),
}


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[portals.Portal]:
    monkeypatch.setattr(portal, "LARGEST", 1 << 20)
    with samples.served(tmp_path, monkeypatch) as running:
        for row in running.tables[ID].rows:
            row[-1] = "2019"  # a number, which may be cut
        yield running


def bring() -> SesecError | None:
    try:
        [outcome] = fetch.fetch([RELEASE], consent=lambda *_: False, tell=samples.quiet)
    except SesecError as refusal:
        return refusal
    return outcome.refusal


def assert_refused(said: str) -> None:
    refusal = bring()
    assert refusal is not None
    assert any(words in refusal.what for words in said.split("|")), refusal.what
    assert refusal.fix
    assert not (catalog.cache_dir() / "raw" / f"{RELEASE}.csv").exists()
    assert not (catalog.data_dir() / "observations" / f"{RELEASE}.parquet").exists()
    assert catalog.downloads() == {}


@pytest.mark.parametrize("what", FAULTS)
def test_fetch__refuses_a_failure_that_stays(server, what):
    fault, kinds, said = FAULTS[what]
    server.fail(kinds[-1], fault, ALWAYS)
    assert_refused(said)


@pytest.mark.parametrize("what", FINAL)
@pytest.mark.parametrize("kind", ["metadata", "rows"])
def test_fetch__refuses_at_once(server, what, kind):
    fault, said = FINAL[what]
    server.fail(kind, fault)
    assert_refused(said)


def add_row(table: portals.Table) -> None:
    table.rows.insert(50, samples.rows_of(["All"], **samples.school("2900"))[0])


def change_figures(table: portals.Table) -> None:
    table.updated += 1
    for row in table.rows:
        row[-1] = "a day later"


def test_fetch__refuses_rows_that_were_added_since_they_were_counted(server):
    server.fail("count", portals.meanwhile(lambda: add_row(server.tables[ID])))
    assert_refused("it sends 61 rows instead of 60")


def test_fetch__refuses_figures_that_were_changed_meanwhile(server):
    server.fail("rows", portals.meanwhile(lambda: change_figures(server.tables[ID])))
    assert_refused("the publisher changed this dataset")
