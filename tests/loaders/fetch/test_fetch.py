"""A portal that misbehaves gives a right file or a clear refusal, never a wrong or partial file."""

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import fetch_samples as samples
import portal as portals
import pytest
from fetch_samples import ENTRY, ID, RELEASE, csv_bytes, ours, write_home
from urllib3 import HTTPResponse

import sesec_analysis as sa
from sesec_analysis import catalog
from sesec_analysis.catalog.downloads import lock_file
from sesec_analysis.errors import CatalogError, DataError
from sesec_analysis.loaders import build
from sesec_analysis.loaders.fetch import download, fetch
from sesec_analysis.loaders.fetch import portal as fetch_portal
from sesec_analysis.loaders.raw import store

pytestmark = pytest.mark.slow  # each reads a release

ROWS = ours()
RIGHT = csv_bytes(ROWS)


@dataclass
class Told:
    """What remembers each sentence, and a consent that says what it is told to say."""

    agree: bool = False
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def tell(self, sentence: str) -> None:
        self.said.append(sentence)

    def consent(self, sentence: str) -> bool:
        self.asked.append(sentence)
        return self.agree


@pytest.fixture(autouse=True)
def _alike(monkeypatch):
    """Ask of no copied organization: those of the made-up dataset all have the same counts."""
    monkeypatch.setattr("sesec_analysis.loaders.tidy.review._copies", lambda table: iter(()))


def bring(told: Told | None = None, *ids: str) -> fetch.FetchResult:
    told = told or Told()
    [outcome] = fetch.fetch(list(ids) or [RELEASE], consent=told.consent, tell=told.tell)
    return outcome


def refusal(outcome: fetch.FetchResult) -> str:
    assert outcome.standing == "refused"
    assert outcome.refusal is not None
    return str(outcome.refusal)


def raw() -> Path:
    return catalog.cache_dir() / "raw" / f"{RELEASE}.csv"


def files() -> dict[str, bytes]:
    """What is in the cache outside `partial`, and among the observations."""
    folders = (catalog.cache_dir() / "raw", catalog.data_dir() / "observations")
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {f"{path.parent.name}/{path.name}": path.read_bytes() for path in found}


# What a fetch asks for, and what it leaves


def test_fetch__asks_for_our_rows_and_writes_them_as_the_bulk_file(server):
    told = Told()
    outcome = bring(told)
    assert outcome == fetch.FetchResult(RELEASE, "fetched", outcome.rows), outcome.refusal
    assert raw().read_bytes() == RIGHT
    assert server.rows_sent == len(ROWS)
    table = {f"{RELEASE}.parquet", "rows.json", "sources.lock.json"}
    made = {f"raw/{RELEASE}.csv", *(f"observations/{name}" for name in table)}
    assert set(files()) == made
    assert not list((catalog.cache_dir() / "partial").iterdir())


def test_fetch__is_found_by_load_and_told_by_listing(server):
    with pytest.raises(DataError, match="no year of 'disciplined' is available"):
        sa.load("disciplined")
    bring()
    table = sa.load("disciplined", end_years=2019, student_group="male", grade_level="all")
    assert table.set_index("organization_id")["numerator"].to_dict() == dict.fromkeys(
        ["2000", "2001", "2002", "17001", *samples.NEIGHBOURS, "WA"], 7
    )
    assert build.list_releases()["where"].tolist() == ["embedded"]
    catalog._cached_reader.cache_clear()
    assert sa.sources().loc[RELEASE, "retrieved"] == catalog.downloads()[RELEASE].retrieved[:10]


def test_fetch__records_url_time_rows_and_hashes(fetched):
    known = json.loads(lock_file(catalog.data_dir() / "observations").read_text())[RELEASE]
    assert known["rows"] == len(ROWS)
    assert known["sha256"] == download.sha256_of(raw())
    assert known["url"] == f"{fetched.url}d/{ID}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", known["retrieved"])
    assert len(known["header_sha256"]) == 64
    assert (known["file"], known["file_sha256"]) == (None, None)


def test_fetch__takes_one_year_of_a_dataset_of_several_and_says_what_else_it_holds(server):
    table = server.tables[ID]
    table.rows += [["2017-18", *row[1:]] for row in table.rows]
    told = Told()
    assert bring(told).standing == "fetched"
    assert raw().read_bytes() == RIGHT
    assert told.said == [
        f"{RELEASE}: it also holds 2017-18, which no release of the catalog takes from it."
    ]


# What it proves before it believes


def test_fetch__refuses_another_header(server):
    table = server.tables[ID]
    table.header[table.header.index("DisciplineRate")] = "Rate"
    said = refusal(bring())
    assert "1 column(s) of the entry are not in the file: rate (spelled DisciplineRate" in said
    assert "data/catalog/sources/ospi_discipline.yml" in said
    assert "valid: Rate" in said
    assert files() == {}


def test_fetch__tells_another_title_than_the_catalogs(server):
    server.tables[ID].title = "Report Card Attendance"
    told = Told()
    assert bring(told).standing == "fetched"
    assert told.said[0].startswith(
        f"{RELEASE}: the portal calls this dataset “Report Card Attendance”"
    )


def test_fetch__keeps_for_a_look_what_cannot_be_read_as_figures(server):
    server.tables[ID].rows[-20][:] = [
        {"Male": "Some new group"}.get(cell, cell)
        for cell in samples.rows_of(["All"], **samples.school("2000"))[2]
    ]
    said = refusal(bring())
    assert "student group 'Some new group' is not in the catalog" in said
    assert f"kept as {raw().with_suffix('.refused.csv')}" in said
    assert set(files()) == {f"raw/{RELEASE}.refused.csv"}
    assert catalog.downloads() == {}


# The lock file and restatements


def test_fetch__leaves_alone_what_the_portal_has_not_changed(fetched):
    before = lock_file(catalog.data_dir() / "observations").read_bytes()
    sent = fetched.rows_sent
    assert bring().standing == "unchanged"
    assert fetched.rows_sent == sent
    assert lock_file(catalog.data_dir() / "observations").read_bytes() == before


def restate(server: portals.Portal) -> None:
    """A boy less at one school, and so a student less; one school less."""
    table = server.tables[ID]
    numerator, school, group, rate = (
        table.header.index(name)
        for name in ("DisciplineNumerator", "SchoolCode", "Student Group", "DisciplineRate")
    )
    fewer = {"Male": ("6", "10%"), "All Students": ("11", "9.17%")}
    for row in table.rows:
        if row[school] == "2001" and row[group] in fewer:
            row[numerator], row[rate] = fewer[row[group]]
    table.rows = [row for row in table.rows if row[school] != "2002"]
    table.updated += 60


def test_fetch__tells_of_a_restatement_before_anything_is_overwritten(fetched):
    before = files()
    recorded = lock_file(catalog.data_dir() / "observations").read_bytes()
    restate(fetched)
    told = Told()
    assert "--accept-restated" in refusal(bring(told))
    [question] = told.asked
    assert (
        "ospi_discipline@2019: the publisher restated this release: 4 cell(s) changed, 6 cell(s) gone"
        in question
    )
    assert "disciplined 2001 all male (7 of 60 → 6 of 60)" in question
    assert files() == before
    assert lock_file(catalog.data_dir() / "observations").read_bytes() == recorded


def test_fetch__takes_an_accepted_restatement_and_keeps_the_old_bytes(fetched):
    old = catalog.downloads()[RELEASE]
    restate(fetched)
    assert bring(Told(agree=True)).standing == "fetched"
    kept = raw().with_suffix(f".{old.sha256[:12]}.csv")
    assert kept.read_bytes() == RIGHT
    assert catalog.downloads()[RELEASE].sha256 == download.sha256_of(raw()) != old.sha256
    with pytest.raises(DataError, match="nothing is published"):
        sa.load("disciplined", organization_id="2002")


def test_fetch__asks_before_it_replaces_embedded_figures_by_others(fetched):
    shutil.rmtree(catalog.cache_dir())
    lock_file(catalog.data_dir() / "observations").unlink()
    before = files()
    restate(fetched)
    told = Told()
    assert "--accept-restated" in refusal(bring(told))
    assert (
        "the publisher's figures are not those that came with this copy: 4 cell(s) changed"
        in (told.asked[0])
    )
    assert files() == before


def test_fetch__changes_nothing_where_the_table_cannot_be_written(server, monkeypatch):
    def full(table: object, path: Path) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(store, "write_parquet", full)
    assert "cannot be written: No space left on device" in refusal(bring())
    assert files() == {}
    assert catalog.downloads() == {}


# Interruptions


def test_fetch__keeps_a_second_fetch_out_of_the_same_cache(server, monkeypatch):
    second: list[str] = []
    count = fetch_portal.Portal.count

    def impatient(*asked: object) -> int:
        with pytest.raises(DataError, match="another fetch is under way") as refused:
            bring()
        second.append(refused.value.fix)
        return count(*asked)

    monkeypatch.setattr(fetch_portal.Portal, "count", impatient)
    assert bring().standing == "fetched"
    assert second == ["wait until it has ended, then run the same again"]
    assert raw().read_bytes() == RIGHT


# The network


def retry_after(value: str) -> float | None:
    answer = HTTPResponse(status=429, headers={"Retry-After": value})
    return fetch_portal._Retry().get_retry_after(answer)


def test_portal__refuses_to_wait_for_an_hour():
    with pytest.raises(DataError, match="asks to wait 60 minutes") as refused:
        retry_after("3600")
    assert "SESEC_APP_TOKEN" in refused.value.fix


def test_portal__retries_busy_answers(server):
    server.fail("metadata", portals.status(503), times=fetch_portal.RETRIES)
    assert bring().standing == "fetched"


def test_portal__goes_on_without_an_expired_token_and_says_so(server, monkeypatch):
    monkeypatch.setenv("SESEC_APP_TOKEN", "expired")
    told = Told()
    assert bring(told).standing == "fetched"
    assert "token in SESEC_APP_TOKEN is refused by the portal (HTTP 403)" in told.said[0]
    assert server.tokens_seen[1:] == [None] * (len(server.tokens_seen) - 1)


def test_portal__is_not_followed_to_another_host_and_its_token_stays(server, monkeypatch):
    monkeypatch.setenv("SESEC_APP_TOKEN", portals.TOKEN)
    server.fail("metadata", portals.redirect("https://elsewhere.test/data"))
    assert "the portal redirects to another host, https://elsewhere.test" in refusal(bring())
    assert server.tokens_seen == [portals.TOKEN]


def test_fetch__one_refusal_does_not_keep_the_others(tmp_path, server, monkeypatch):
    entry = ENTRY + "  2018: {school_year: 2017-18, title: Another, dataset_id: none-0000}\n"
    monkeypatch.setenv("SESEC_DATA", str(write_home(tmp_path / "two", entry)))
    ids = fetch.releases_to_fetch([], [])
    assert ids == ["ospi_discipline@2018", RELEASE]
    told = Told()
    outcomes = list(fetch.fetch(ids, consent=told.consent, tell=told.tell))
    assert [one.standing for one in outcomes] == ["refused", "fetched"]


# What there is to choose from


def test_releases_to_fetch__says_why_there_is_nothing_to_fetch(tmp_path, monkeypatch):
    entry = (
        "  2020: {school_year: 2019-20, title: A, not_published: no tests were given in spring 2020}\n"
        "  2021: {school_year: 2020-21, title: B, file: b.csv}\n" + ENTRY
    )
    monkeypatch.setenv("SESEC_DATA", str(write_home(tmp_path, entry)))
    assert fetch.releases_to_fetch([], []) == [RELEASE]
    with pytest.raises(DataError, match="no tests were given in spring 2020"):
        fetch.releases_to_fetch(["ospi_discipline"], [2020])
    with pytest.raises(DataError, match="knows no dataset id"):
        fetch.releases_to_fetch([], [2021])
    with pytest.raises(DataError, match="has no release of that source and year"):
        fetch.releases_to_fetch([], [2031])
    with pytest.raises(CatalogError, match="'nonsense' is not in the catalog"):
        fetch.releases_to_fetch(["nonsense"], [])


# A file got by hand


@pytest.fixture
def bulk(tmp_path: Path) -> Path:
    path = tmp_path / "Report_Card_Discipline.csv"
    table = samples.dataset()
    path.write_bytes(b"\xef\xbb\xbf" + portals.csv_text(table.header, table.rows))
    return path


def test_fetch_file__gives_the_very_bytes_that_the_portal_gives(home, bulk):
    told = Told()
    outcome = fetch.fetch_file(RELEASE, bulk, consent=told.consent, tell=told.tell)
    assert (outcome.standing, told.asked) == ("fetched", [])
    assert raw().read_bytes() == RIGHT
    record = catalog.downloads()[RELEASE]
    assert (record.updated, record.file) == (None, bulk.name)
    assert record.file_sha256 == download.sha256_of(bulk)


@pytest.mark.parametrize("rows", [0, 3])
def test_fetch_file__says_that_no_row_of_seattle_is_in_it(home, bulk, rows):
    bulk.write_bytes(b"\n".join(bulk.read_bytes().split(b"\n")[: rows + 1]) + b"\n")
    told = Told()
    with pytest.raises(DataError, match="no row of Seattle"):
        fetch.fetch_file(RELEASE, bulk, consent=told.consent, tell=told.tell)
    assert files() == {}


def test_fetch_file__proves_header_and_year(home, bulk):
    text = bulk.read_text("utf-8-sig")
    told = Told()
    bulk.write_text(text.replace("2018-19", "2019-20"))
    with pytest.raises(DataError, match="it does not hold school year 2018-19") as refused:
        fetch.fetch_file(RELEASE, bulk, consent=told.consent, tell=told.tell)
    assert refused.value.fix.endswith(
        f"sesec data add-release ospi_discipline 2020 ID --from {bulk}"
    )
    bulk.write_text(text.replace("DisciplineRate", "Rate", 1))
    with pytest.raises(DataError, match="not in the file: rate"):
        fetch.fetch_file(RELEASE, bulk, consent=told.consent, tell=told.tell)
    assert files() == {}
