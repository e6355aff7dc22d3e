"""`sesec data` as staff and researchers type it."""

from pathlib import Path

import portal as portals
import pytest
from click.testing import CliRunner
from fetch_samples import ID, RELEASE, served, write_home
from report_samples import code, notebook, write_root

from sesec_analysis import catalog
from sesec_analysis.cli import main
from sesec_analysis.loaders.fetch import fetch


@pytest.fixture(autouse=True)
def _alike(monkeypatch):
    """Ask of no copied organization: those of the made-up dataset all have the same counts."""
    monkeypatch.setattr("sesec_analysis.loaders.tidy.review._copies", lambda table: iter(()))


def sesec(*words: str):
    return CliRunner().invoke(main, words)


@pytest.fixture
def server(tmp_path, monkeypatch):
    with served(tmp_path, monkeypatch) as running:
        yield running


@pytest.mark.slow
def test_fetch__says_which_editions_can_change_then_list(server, tmp_path, monkeypatch):
    monkeypatch.setenv("SESEC_ROOT", str(write_editions(tmp_path / "root", 2018, 2019, 2020)))
    assert sesec("data", "list").stdout == (
        "source           embedded  catalogued  not published\nospi_discipline            2019\n"
    )
    done = sesec("data", "fetch", "ospi_discipline", "--end-year", "2019")
    assert done.exit_code == 0
    assert done.stderr == (
        f"\nNew figures: {RELEASE}.\n"
        "Editions that they can change: annual-2019, annual-2020. To see what changes in each:\n"
        "  sesec report annual-2019 && sesec diff annual-2019\n"
        "  sesec report annual-2020 && sesec diff annual-2020\n"
        "They are in data/observations. Before you publish: git add data && git commit\n"
    )
    assert (
        done.stdout == "release                        rows\nospi_discipline@2019  fetched    60\n"
    )
    done = sesec("data", "fetch")
    assert done.stdout.splitlines()[1] == "ospi_discipline@2019  unchanged    60"
    assert done.stderr == ""
    assert sesec("data", "list").stdout.splitlines()[1].split() == ["ospi_discipline", "2019"]
    assert "t29s-ahtk" in sesec("data", "list", "--long").stdout
    assert "embedded" in sesec("data", "list", "--long").stdout


@pytest.mark.slow
def test_fetch__tells_what_was_refused_and_ends_with_1(server):
    table = server.tables[ID]
    table.header[table.header.index("DisciplineRate")] = "Rate"
    done = sesec("data", "fetch")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[1].split() == [RELEASE, "refused"]
    assert f"Error: {RELEASE}: 1 column(s) of the entry are not in the file: rate" in done.stderr


def test_fetch__says_one_sentence_when_there_is_no_network(server, monkeypatch):
    monkeypatch.setenv("SESEC_PORTAL", "https://elsewhere.test/")  # no such host answers
    done = sesec("data", "fetch")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines()[0] == (
        "Error: the portal elsewhere.test cannot be reached; the figures that are here already stay in use"
    )


def test_fetch__stopped_by_hand_says_what_is_kept(server, monkeypatch):
    def stop(*words: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fetch, "fetch", stop)
    done = sesec("data", "fetch")
    assert (done.exit_code, done.stdout) == (130, "")
    assert "Stopped. Releases that were complete are kept" in done.stderr
    assert sesec("data", "list").stdout.splitlines()[1].split() == ["ospi_discipline", "2019"]


def bulk_of(server, path: Path) -> Path:
    """The file that somebody downloaded by hand."""
    table = server.tables[ID]
    path.write_bytes(portals.csv_text(table.header, table.rows))
    return path


@pytest.mark.slow
def test_fetch__repeats_the_file_in_what_to_run_next(server, tmp_path):
    file = bulk_of(server, tmp_path / "bulk.csv")
    assert sesec("data", "fetch", "--from", str(file)).exit_code == 0
    lines = file.read_text("utf-8").splitlines()
    changed = [line.replace('"120"', '"121"').replace('"10%"', '"9.92%"') for line in lines]
    file.write_text("\n".join(changed) + "\n", encoding="utf-8")
    done = sesec("data", "fetch", "--from", str(file))
    assert done.exit_code == 1
    command = f"sesec data fetch ospi_discipline --end-year 2019 --from {file} --accept-restated"
    assert command in done.stderr


def write_editions(root: Path, *years: int) -> Path:
    """A root folder with an edition of discipline for each of these years."""
    entries = "".join(
        f"  annual-{year}: {{title: A, notebook: a.ipynb, parameters: {{report_year: {year}}}}}\n"
        for year in years
    )
    cells = notebook(code('sa.newest("disciplined", up_to=report_year)'))
    return write_root(root, {"a.ipynb": cells}, f"editions:\n{entries}")


def test_add_release__repeats_the_file_in_what_to_run_next(server, tmp_path, monkeypatch):
    entry = "  2018: {school_year: 2017-18, title: A, dataset_id: eem2-bfzj}\n"
    monkeypatch.setenv("SESEC_DATA", str(write_home(tmp_path / "one", entry)))
    file = bulk_of(server, tmp_path / "bulk.csv")
    words = ("data", "add-release", "ospi_discipline", "2018-19", ID, "--from", str(file))
    command = f"sesec data fetch ospi_discipline --end-year 2019 --from {file}"
    assert sesec(*words).stdout.splitlines()[-1] == f"To get it: {command}"
    catalog._cached_reader.cache_clear()
    assert f"or fetch it: {command}" in sesec(*words).stderr


def test_keep__says_that_a_fetch_keeps_what_it_gets():
    done = sesec("data", "keep", "ospi_graduation", "2023")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "writes to data/observations itself" in done.stderr
