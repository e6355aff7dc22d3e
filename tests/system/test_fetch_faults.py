"""Every fault of a portal that we can think of, injected; docs/FETCH_FAULTS.md says how each ended."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import fetch_samples as samples
import pandas as pd
import portal as portals
import pytest
from fetch_samples import ENTRY, ID, RELEASE, csv_bytes, write_home

from sesec_analysis import catalog
from sesec_analysis.errors import SesecError
from sesec_analysis.loaders.fetch import download, fetch, install, lock, portal
from sesec_analysis.loaders.tidy import tidy as tidy_tidy

pytestmark = pytest.mark.slow  # every fault is injected first

PAGE = Path(__file__).resolve().parents[2] / "docs" / "FETCH_FAULTS.md"
ALWAYS = 99
EVERYWHERE = ("metadata", "groups", "count", "page")
RIGHT, REFUSED, WRONG = "the right file", "a refusal", "a wrong or partial file"


@dataclass(frozen=True)
class Injected:
    """A fault, in the answers to which requests, and how it has to end."""

    what: str
    fault: portals.Fault
    ends: str = RIGHT
    kinds: tuple[str, ...] = EVERYWHERE
    times: int = 1


def always(what: str, fault: portals.Fault, kinds: tuple[str, ...] = EVERYWHERE) -> Injected:
    return Injected(what, fault, REFUSED, kinds, ALWAYS)


NOW = portals.status
IN_THE_PAST = "Wed, 21 Oct 2015 07:28:00 GMT"
CUT = portals.without_length(lambda body: body.rstrip()[:-2])


def _without_quotes(body: bytes) -> bytes:
    """The last cell as a number is written, and a digit less."""
    before, _, last = body.rpartition(b',"')
    return before + b"," + last.rstrip(b'"\n')[:-1]


IN_A_NUMBER = portals.without_length(_without_quotes)
BACKWARDS = portals.reordered(lambda row: row[::-1])
BOM = b"\xef\xbb\xbf"
WINDOWS = portals.changed(lambda body: body.replace(b"\n", b"\r\n"))
FAULTS = [
    Injected("429 with Retry-After in seconds", NOW(429, Retry_After="2")),
    Injected("429 with Retry-After as a date", NOW(429, Retry_After=IN_THE_PAST)),
    always("429 with Retry-After of an hour", NOW(429, Retry_After="3600")),
    Injected("429 with Retry-After that says nothing", NOW(429, Retry_After="soon")),
    always("429", NOW(429)),
    Injected("202, not ready yet", NOW(202)),
    Injected("500", NOW(500)),
    always("500", NOW(500)),
    Injected("503", NOW(503)),
    Injected("cut transfer", portals.cut),
    always("cut transfer", portals.cut),
    Injected("connection dropped", portals.hang_up),
    always("connection dropped", portals.hang_up),
    Injected("HTML page with status 200", portals.web_page),
    always("HTML page with status 200", portals.web_page),
    Injected("JSON error with status 200", portals.json_error),
    always("JSON error with status 200", portals.json_error),
    Injected("no length announced", portals.without_length(lambda body: body), times=ALWAYS),
    Injected("no length announced, cut", CUT),
    always("no length announced, cut", CUT),
    Injected("chunks without an end", portals.chunks_without_an_end),
    always("chunks without an end", portals.chunks_without_an_end),
    Injected("gzip", portals.zipped, times=ALWAYS),
    Injected("gzip, cut", portals.zipped_and_cut),
    always("gzip, cut", portals.zipped_and_cut),
    Injected("slow trickle", portals.trickle, times=ALWAYS),
    Injected("redirect", portals.redirect, times=ALWAYS),
    always("redirect to another host", portals.redirect_to_another_host),
    always("redirect off the portal's scheme", portals.redirect_to_a_file),
    always("a small answer that unpacks to gigabytes", portals.bomb),
    always("redirect in a circle", portals.redirect_in_a_circle),
    Injected("rows missing from a page", portals.few_rows, kinds=("page",)),
    always("rows missing from a page", portals.few_rows, kinds=("page",)),
    Injected("other columns than asked for", portals.other_columns, kinds=("page",)),
    always("other columns than asked for", portals.other_columns, kinds=("page",)),
    Injected("columns in another order", BACKWARDS, kinds=("page",)),
    always("columns in another order", BACKWARDS, kinds=("page",)),
    Injected("a column less", portals.reordered(lambda row: row[:-1]), kinds=("page",)),
    always("a column less", portals.reordered(lambda row: row[:-1]), kinds=("page",)),
    Injected("a byte-order mark", portals.changed(BOM.__add__), kinds=("page",), times=ALWAYS),
    Injected("line ends of Windows", WINDOWS, kinds=("page",), times=ALWAYS),
    Injected("bytes that are not UTF-8", portals.not_text, kinds=("page",)),
    always("bytes that are not UTF-8", portals.not_text, kinds=("page",)),
    always("400, the question is refused", NOW(400)),
    always("403, not public", NOW(403)),
    always("404, no such dataset", NOW(404)),
]


@dataclass(frozen=True)
class Change:
    """What happens to the dataset, or the machine, and how a fetch has to end."""

    what: str
    happen: Callable[[portals.Server, pytest.MonkeyPatch], None]
    ends: str = REFUSED


def _rename(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    server.tables[ID].header[-1] = "Expelled"


def _rename_ours(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    header = server.tables[ID].header
    header[header.index("DisciplineRate")] = "Rate"


def _retitle(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    server.tables[ID].title = "Report Card Attendance"


def _other_year(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    for row in server.tables[ID].rows:
        row[0] = "2021-22"


def _new_row(server: portals.Server) -> None:
    table = server.tables[ID]
    at = 60 - len(table.rows) % 7  # somewhere in the middle: the pages after it move
    # Of a school without rows: what others print must go on adding up.
    table.rows.insert(at, samples.rows_of(["All"], **samples.school("2900"))[0])


def _grow_once(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    server.misbehave("page", portals.meanwhile(lambda: _new_row(server)))


def _grow_always(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    server.misbehave("page", portals.meanwhile(lambda: _new_row(server)), ALWAYS)


def _touch_once(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    """Another figure, with the number of rows as it was."""

    def change() -> None:
        table = server.tables[ID]
        table.updated += 1
        for row in table.rows:
            row[-1] = "a day later"

    server.misbehave("page", portals.meanwhile(change))


def _move_rows(server: portals.Server, times: int) -> None:
    """The order is not kept: after a page, its last row stands where the next page begins."""

    def change() -> None:
        rows = server.tables[ID].rows
        places = [place for place, row in enumerate(rows) if row[samples.CODE] == "17001"]
        one, other = places[download.PAGE - 1], places[download.PAGE]
        rows[one], rows[other] = rows[other], rows[one]

    server.misbehave("page", portals.meanwhile(change), times)


def _shuffle_once(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    _move_rows(server, 1)


def _shuffle_always(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    _move_rows(server, ALWAYS)


def _cut_number(server: portals.Server, times: int) -> None:
    for row in server.tables[ID].rows:
        row[-1] = "2019"
    server.misbehave("page", IN_A_NUMBER, times)


def _cut_number_once(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    _cut_number(server, 1)


def _cut_number_always(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    _cut_number(server, ALWAYS)


def _odd_cells(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    place = server.tables[ID].header.index("SchoolName")
    for row in server.tables[ID].rows:
        row[place] = f'The "{row[place]}",\nEscuela de Niños 学校'


def _numbers(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    for row in server.tables[ID].rows:
        row[server.tables[ID].header.index("DisciplineRate")] = "0.1"


def _bare(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    server.tables[ID].rows = []


def _empty(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    server.tables[ID].rows = samples.others(6, ["All"])


def _expired(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("SESEC_APP_TOKEN", "expired")


def _too_slow(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(portal, "PATIENCE", 0.0)
    patch.setattr(portal, "SLOWEST", 1e12)
    server.misbehave("page", portals.trickle, ALWAYS)


def _offline(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("SESEC_PORTAL", "http://127.0.0.1:9/")  # nobody listens there


def _full(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    def write(table: object, path: Path) -> None:
        raise OSError(28, "No space left on device", str(path))

    patch.setattr(install.store, "write_parquet", write)


def _new_group(server: portals.Server, patch: pytest.MonkeyPatch) -> None:
    place = server.tables[ID].header.index("Student Group")
    for row in server.tables[ID].rows:
        row[place] = row[place].replace("Male", "A new group")


CHANGES = [
    Change("a column that we use has another name", _rename_ours),
    Change("a column that no entry knows", _rename),
    Change("the dataset has another title", _retitle),
    Change("the dataset is of another year", _other_year),
    Change("the dataset has no row of Seattle", _empty),
    Change("the dataset has no row at all", _bare),
    Change("line breaks, quotation marks and other scripts in cells", _odd_cells, RIGHT),
    Change("percents without their sign", _numbers),
    Change("a label that no entry knows", _new_group),
    Change("the number of rows changes while paging, once", _grow_once, RIGHT),
    Change("the number of rows changes while paging, each time", _grow_always),
    Change("figures change while paging, the number of rows does not", _touch_once, RIGHT),
    Change("the order of rows is not kept from page to page, once", _shuffle_once, RIGHT),
    Change("the order of rows is not kept from page to page", _shuffle_always),
    Change("no length announced, cut in the last number, once", _cut_number_once, RIGHT),
    Change("no length announced, cut in the last number", _cut_number_always),
    Change("the application token has expired", _expired, RIGHT),
    Change("the transfer is too slow to ever finish", _too_slow),
    Change("no network", _offline),
    Change("the disk is full", _full),
]


class _Silent:
    def tell(self, sentence: str) -> None:
        pass

    def expect(self, rows: int) -> None:
        pass

    def received(self, size: int) -> None:
        pass

    def arrived(self, rows: int) -> None:
        pass


def mine(table: portals.Table) -> list[list[str]]:
    """The rows of a dataset that a fetch has to bring, found without our own question."""
    level, code = (table.header.index(name) for name in ("OrganizationLevel", "DistrictCode"))
    wanted = {("District", district) for district in samples.NEIGHBOURS}
    return [
        row
        for row in table.rows
        if row[code] == "17001" or row[level] == "State" or (row[level], row[code]) in wanted
    ]


def judge(server: portals.Server) -> tuple[str, str]:
    """Fetch; return how it ended and what was said."""
    said = ""
    try:
        [outcome] = fetch.fetch(
            [RELEASE], consent=lambda *_: False, progress=_Silent(), sleep=lambda seconds: None
        )
        refusal: SesecError | None = outcome.refusal
    except SesecError as raised:
        refusal = raised
    cache = catalog.cache_dir()
    raw, table = cache / "raw" / f"{RELEASE}.csv", cache / "observations" / f"{RELEASE}.parquet"
    if refusal is None:
        right = raw.read_bytes() == csv_bytes(mine(server.tables[ID])) and table.is_file()
        recorded = lock.read()[RELEASE].sha256 == download.sha256_of(raw)
        return (RIGHT if right and recorded else WRONG), said
    said = refusal.what.split(" (spelled")[0].replace("127.0.0.1:9", "data.wa.gov")
    left = raw.exists() or table.exists() or bool(lock.read()) or bool(list(cache.rglob("*.half")))
    return (REFUSED if refusal.mend and not left else WRONG), said


@dataclass(frozen=True)
class Ended:
    """One fault, and how it ended each time."""

    what: str
    where: str
    times: str
    wanted: str
    found: list[str]
    said: str


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> list[Ended]:
    folder = tmp_path_factory.mktemp("faults")
    tables: dict[bytes, object] = {}
    real = tidy_tidy.tidy

    def tidy(source_id: str, raw: Path, **named: object) -> object:
        """The same bytes are read once: only the portal differs from one fault to the next."""
        content = raw.read_bytes()
        if content not in tables:
            tables[content] = real(source_id, raw, **named)
        return tables[content]

    written: dict[str, bytes] = {}
    write_parquet = install.store.write_parquet

    def write(table: pd.DataFrame, path: Path) -> None:
        """The same rows are written once, and copied from then on."""
        rows = table.to_csv()
        if rows not in written:
            write_parquet(table, path)
            written[rows] = path.read_bytes()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written[rows])

    def run(prepare: Callable[[portals.Server, pytest.MonkeyPatch], None]) -> tuple[str, str]:
        shutil.rmtree(folder / "cache", ignore_errors=True)
        (folder / "data" / "sources.lock.json").unlink(missing_ok=True)
        with portals.portal() as server, pytest.MonkeyPatch.context() as patch:
            server.tables[ID] = samples.dataset()
            patch.setenv("SESEC_DATA", str(folder / "data"))
            patch.setenv("SESEC_CACHE", str(folder / "cache"))
            patch.setenv("SESEC_PORTAL", server.url)
            patch.delenv("SESEC_APP_TOKEN", raising=False)
            patch.setattr(download, "PAGE", 20)
            patch.setattr(install, "tidy", tidy)
            patch.setattr(install.store, "write_parquet", write)
            prepare(server, patch)
            return judge(server)

    write_home(folder, ENTRY)
    found = []
    for one in FAULTS:
        results = [
            run(lambda server, _, one=one, kind=kind: server.misbehave(kind, one.fault, one.times))
            for kind in one.kinds
        ]
        times = "once" if one.times == 1 else "always"
        ends = [end for end, _ in results]
        found.append(Ended(one.what, ", ".join(one.kinds), times, one.ends, ends, results[-1][1]))
    for change in CHANGES:
        end, said = run(change.happen)
        found.append(Ended(change.what, "dataset", "", change.ends, [end], said))
    return found


def test_fetch__ends_in_the_right_file_or_a_refusal_whatever_happens(ended):
    assert [(one.what, one.found) for one in ended if set(one.found) != {one.wanted}] == []


def page(ended: list[Ended]) -> str:
    every = [end for one in ended for end in one.found]
    counts = {end: every.count(end) for end in (RIGHT, REFUSED, WRONG)}
    lines = [
        "# What happens when the portal misbehaves",
        "",
        f"{len(every)} faults were injected into fetches from a portal of the tests' own (`tests/portal.py`, which",
        f"answers as Socrata does): {counts[RIGHT]} ended in the right file to the byte, {counts[REFUSED]} in a",
        f"refusal that says what to do and changes nothing, {counts[WRONG]} in a wrong or partial file. Written by",
        "`pytest tests/system/test_fetch_faults.py --write-faults`; a test fails when page and package differ.",
        "",
        "| fault | in the answers about | how often | injected | ended in | what is said |",
        "|---|---|---|---|---|---|",
    ]
    for one in ended:
        ends = " / ".join(dict.fromkeys(one.found))
        cells = [one.what, one.where, one.times, str(len(one.found)), ends, one.said]
        lines.append(f"| {' | '.join(cells)} |".replace("|  |", "| |"))
    return "\n".join(lines) + "\n"


def test_page__tells_what_the_faults_ended_in(ended, request):
    if request.config.getoption("--write-faults"):
        PAGE.write_text(page(ended), encoding="utf-8")
    assert PAGE.read_text("utf-8") == page(ended), (
        "run: pytest tests/system/test_fetch_faults.py --write-faults"
    )
