"""`sesec data` as staff and researchers type it."""

from pathlib import Path

import click
import fetch_samples as samples
import pandas as pd
import portal as portals
import pytest
from click.testing import CliRunner
from fetch_samples import ENTRY, ID, RELEASE, write_home
from report_samples import code, notebook, write_root

from sesec_analysis import catalog
from sesec_analysis.cli import main
from sesec_analysis.cli.data import _fetched
from sesec_analysis.loaders import build
from sesec_analysis.loaders.fetch import fetch


@pytest.fixture(autouse=True)
def _alike(monkeypatch):
    """Ask of no copied organization: those of the made-up dataset all have the same counts."""
    monkeypatch.setattr("sesec_analysis.loaders.tidy.review._copies", lambda table: iter(()))


def sesec(*words: str):
    return CliRunner().invoke(main, words)


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setenv("SESEC_DATA", str(write_home(tmp_path, ENTRY)))
    monkeypatch.setenv("SESEC_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("SESEC_APP_TOKEN", raising=False)
    with portals.portal() as running:
        running.tables[ID] = samples.dataset()
        monkeypatch.setenv("SESEC_PORTAL", running.url)
        yield running


@pytest.mark.parametrize(
    ("words", "taught"),
    [
        (["data"], "sesec data fetch ospi_graduation"),
        (["data", "fetch"], "--from ~/Downloads/graduation.csv"),
        (["data", "add-release"], "sesec data add-release ospi_enrollment 2025-26 abcd-1234"),
        (["data", "keep"], "sesec data keep ospi_graduation 2022-23"),
        (["data", "list"], "catalogued     published, but not here"),
        (["data", "check"], "published exactly"),
    ],
)
def test_help__teaches_by_example(words, taught):
    done = sesec(*words, "--help")
    assert done.exit_code == 0
    assert taught in done.stdout


@pytest.mark.slow
def test_fetch__then_list(server):
    assert sesec("data", "list").stdout == (
        "source           embedded  cached  catalogued  not published\n"
        "ospi_discipline                    2019\n"
    )
    done = sesec("data", "fetch", "ospi_discipline", "--end-year", "2019")
    assert done.exit_code == 0
    assert done.stderr.splitlines()[:2] == ["", f"New figures: {RELEASE}."]
    assert (
        done.stdout == "release                        rows\nospi_discipline@2019  fetched    60\n"
    )
    done = sesec("data", "fetch")
    assert done.stdout.splitlines()[1] == "ospi_discipline@2019  unchanged    60"
    assert done.stderr == ""
    assert sesec("data", "list").stdout.splitlines()[1].split() == ["ospi_discipline", "2019"]
    assert "t29s-ahtk" in sesec("data", "list", "--long").stdout
    assert "cached" in sesec("data", "list", "--long").stdout


@pytest.mark.slow
def test_fetch__tells_what_was_refused_and_ends_with_1(server):
    server.tables[ID].title = "Another title"
    done = sesec("data", "fetch")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[1].split() == [RELEASE, "refused"]
    assert (
        f"Error: {RELEASE}: not taken: the portal calls this dataset “Another title”" in done.stderr
    )
    done = sesec("data", "fetch", "--accept-title")
    assert done.exit_code == 0
    assert done.stderr.startswith(f"{RELEASE}: the portal calls this dataset “Another title”")


def test_fetch__says_one_sentence_when_there_is_no_network(server, monkeypatch):
    monkeypatch.setenv("SESEC_PORTAL", "https://elsewhere.test/")  # no such host answers
    done = sesec("data", "fetch")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines()[0] == (
        "Error: the portal elsewhere.test cannot be reached; the figures that are here already stay in use"
    )


@pytest.mark.parametrize("stopped", [KeyboardInterrupt, click.Abort])
def test_fetch__stopped_by_hand_says_what_is_kept(server, monkeypatch, stopped):
    def stop(*words: object, **named: object) -> None:
        raise stopped

    monkeypatch.setattr(fetch, "fetch", stop)
    done = sesec("data", "fetch")
    assert (done.exit_code, done.stdout) == (130, "")
    assert "Stopped. Releases that were complete are kept" in done.stderr
    assert sesec("data", "list").stdout.splitlines()[1].split() == ["ospi_discipline", "2019"]


@pytest.mark.slow
def test_fetch__takes_a_file_for_one_release_only(server, tmp_path):
    file = tmp_path / "bulk.csv"
    table = server.tables[ID]
    file.write_bytes(portals.csv_text(table.header, table.rows))
    entry = ENTRY + "  2018: {school_year: 2017-18, title: A, dataset_id: eem2-bfzj}\n"
    home = write_home(tmp_path / "two", entry)
    done = CliRunner().invoke(
        main, ["data", "fetch", "--from", str(file)], env={"SESEC_DATA": str(home)}
    )
    assert (done.exit_code, done.stdout) == (2, "")
    assert "sesec data fetch SOURCE --end-year YEAR --from " in done.stderr
    assert "bulk.csv" in done.stderr
    assert sesec("data", "fetch", "--from", str(file)).exit_code == 0
    assert server.requested == []


@pytest.mark.slow
@pytest.mark.parametrize("year", ["2019", "2018-19", "2018–19", "2018-2019", "2018/19"])
def test_fetch__reads_a_school_year_as_people_write_it(server, year):
    done = sesec("data", "fetch", "ospi_discipline", "--end-year", year)
    assert done.stdout.splitlines()[1].split() == [RELEASE, "fetched", "60"]


@pytest.mark.parametrize("year", ["2018-20", "last", "19"])
def test_fetch__says_how_a_school_year_is_written(server, year):
    done = sesec("data", "fetch", "--end-year", year)
    assert done.exit_code == 2
    assert "write the year it ends in (2021), or both (2020-21)" in done.stderr


def bulk_of(server, path: Path) -> Path:
    """The file that somebody downloaded by hand."""
    table = server.tables[ID]
    path.write_bytes(portals.csv_text(table.header, table.rows))
    return path


def test_fetch__says_which_flag_takes_a_file_of_another_year(server, tmp_path):
    entry = ENTRY + "  2020: {school_year: 2019-20, title: A, dataset_id: eem2-bfzj}\n"
    home = write_home(tmp_path / "two", entry)
    file = bulk_of(server, tmp_path / "my bulk.csv")
    file.write_text(file.read_text("utf-8").replace("2018-19", "2019-20"), encoding="utf-8")
    words = ["data", "fetch", "ospi_discipline", "--end-year", "2018-19", "--from", str(file)]
    done = CliRunner().invoke(main, words, env={"SESEC_DATA": str(home)})
    assert done.exit_code == 1
    assert f"sesec data fetch ospi_discipline --end-year 2020 --from '{file}'" in done.stderr


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
    assert sesec(*command.split()[1:]).exit_code == 0


def test_add_release__repeats_the_file_in_what_to_run_next(server, tmp_path, monkeypatch):
    entry = "  2018: {school_year: 2017-18, title: A, dataset_id: eem2-bfzj}\n"
    monkeypatch.setenv("SESEC_DATA", str(write_home(tmp_path / "one", entry)))
    file = bulk_of(server, tmp_path / "bulk.csv")
    words = ("data", "add-release", "ospi_discipline", "2018-19", ID, "--from", str(file))
    command = f"sesec data fetch ospi_discipline --end-year 2019 --from {file}"
    assert sesec(*words).stdout.splitlines()[-1] == f"To get it: {command}"
    catalog._kept.cache_clear()
    assert f"or fetch it: {command}" in sesec(*words).stderr


def test_build__tells_how_far_it_is_in_lines_and_a_table_of_80_columns(monkeypatch, tmp_path):
    rules = {
        "drop_all_zero_duplicates": [0, 83],
        "transition_to_kindergarten_joins_pre_kindergarten": [0, 12],
        "funds_in_their_years": [0, 0],
    }
    summary = pd.DataFrame(
        {"source_id": ["census_acs@2017", "ospi_assessment_2017@2017"], "rows": [528, 30_891]}
        | rules
    )

    def read(raw, out, *, progress):
        long = ", ".join(f"{sum(rows)} row(s): {name}" for name, rows in rules.items())
        progress(f"[2/2] ospi_assessment_2017@2017: 30,891 rows, {long}")
        return summary.convert_dtypes()

    monkeypatch.setattr(build, "build", read)
    done = sesec("data", "build", "--raw", str(tmp_path))
    assert done.exit_code == 0
    assert max(map(len, [*done.stdout.splitlines(), *done.stderr.splitlines()])) <= 80
    assert done.stderr.startswith("[2/2] ospi_assessment_2017@2017: 30,891 rows")
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["release", "rows", "by", "rule"],
        ["census_acs@2017", "528", "0"],
        ["ospi_assessment_2017@2017", "30891", "95"],
        [],
        ["rule", "rows", "releases"],
        ["drop_all_zero_duplicates", "83", "1"],
        ["transition_to_kindergarten_joins_pre_kindergarten", "12", "1"],
    ]
    quiet = sesec("data", "build", "--raw", str(tmp_path), "--quiet")
    assert (quiet.stdout, quiet.stderr) == (done.stdout, "")


def write_editions(root: Path, *years: int) -> Path:
    """A root folder with an edition of discipline for each of these years."""
    entries = "".join(
        f"  annual-{year}: {{title: A, notebook: a.ipynb, parameters: {{report_year: {year}}}}}\n"
        for year in years
    )
    cells = notebook(code('sa.newest("disciplined", up_to=report_year)'))
    return write_root(root, {"a.ipynb": cells}, f"editions:\n{entries}")


@pytest.mark.slow
def test_fetch__says_which_editions_the_new_figures_can_change(server, tmp_path, monkeypatch):
    monkeypatch.setenv("SESEC_ROOT", str(write_editions(tmp_path / "root", 2018, 2019, 2020)))
    done = sesec("data", "fetch")
    assert done.stderr == (
        f"\nNew figures: {RELEASE}.\n"
        "Editions that they can change: annual-2019, annual-2020. To see what changes in each:\n"
        "  sesec report annual-2019 && sesec diff annual-2019\n"
        "  sesec report annual-2020 && sesec diff annual-2020\n"
        "Before you publish an edition that rests on them, keep them in the repository:\n"
        "  sesec data keep ospi_discipline 2019\n"
    )


@pytest.mark.slow
def test_fetch__says_that_no_edition_is_of_a_new_year(server, tmp_path, monkeypatch):
    monkeypatch.setenv("SESEC_ROOT", str(write_editions(tmp_path / "root", 2018)))
    done = sesec("data", "fetch")
    assert "can change" not in done.stderr
    assert "There is no edition of 2018–19 yet. To add one, copy the last entry" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("words", [("ospi_discipline", "2018–19"), ("--all",)])
def test_keep__embeds_what_was_fetched_and_says_how_to_commit_it(server, words):
    sesec("data", "fetch")
    done = sesec("data", "keep", *words)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[1].split() == [RELEASE, "60", "kept"]
    assert done.stderr.splitlines()[0].startswith(f"{RELEASE}: reading the ")
    assert "git add data && git commit" in done.stderr
    assert sesec("data", "list").stdout.splitlines()[1].split() == ["ospi_discipline", "2019"]
    assert "embedded" in sesec("data", "list", "--long").stdout
    again = sesec("data", "keep", "--all")
    assert (again.exit_code, again.stdout) == (0, "")
    assert "Nothing is in the cache alone" in again.stderr


def test_keep__says_what_to_fetch_first(server):
    done = sesec("data", "keep", "ospi_discipline", "2019", "--quiet")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "fetch them first: sesec data fetch ospi_discipline --end-year 2019" in done.stderr


@pytest.mark.slow
def test_keep__of_all_goes_on_after_one_that_cannot_be(server, tmp_path):
    sesec("data", "fetch")
    strange = tmp_path / "cache/observations/ospi_discipline@2018.parquet"
    strange.write_bytes(b"a table without its file")
    done = sesec("data", "keep", "--all", "--quiet")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[1].split() == [RELEASE, "60", "kept"]
    assert "1 of 2 releases were not kept." in done.stderr


@pytest.mark.parametrize("words", [(), ("ospi_discipline",), ("ospi_discipline", "2019", "--all")])
def test_keep__wants_one_release_or_all(server, words):
    done = sesec("data", "keep", *words)
    assert done.exit_code == 2
    assert "name a SOURCE and a YEAR, or give --all" in done.stderr


def test_fetch__offers_sources(server):
    asked = {
        "_SESEC_COMPLETE": "bash_complete",
        "COMP_WORDS": "sesec data fetch ospi",
        "COMP_CWORD": "3",
    }
    done = CliRunner().invoke(main, prog_name="sesec", env=asked)
    assert done.stdout == "plain,ospi_discipline\n"


def test_fetched__shows_a_bar_of_releases_and_how_many_rows_came(monkeypatch, capsys):
    def fetched(ids, *, consent, tell):
        for name in ids:
            tell(f"{name}: a sentence")
            yield fetch.FetchResult(name, "fetched", 1234)

    monkeypatch.setattr(fetch, "fetch", fetched)
    monkeypatch.setattr("click._termui_impl.isatty", lambda stream: True)
    ids = ["ospi_discipline@2018", "ospi_discipline@2019"]
    outcomes = _fetched(ids, lambda *_: True, is_shown=True)
    assert [one.source_id for one in outcomes] == ids
    shown = capsys.readouterr().err
    assert "2/2  ospi_discipline@2019, 1,234 rows" in shown
    assert "\nospi_discipline@2018: a sentence\n" in shown


def test_check__shows_indicators_by_year(monkeypatch):
    frame = pd.DataFrame(
        {
            "indicator": ["a", "a", "b"],
            "end_year": [2017, 2019, 2019],
            "cells": [10, 20, 3000],
            "reported": [1.0, 0.0004, 0.9999],
            "bounded": 0.0,
            "withheld": 0.0,
            "no_students": 0.0,
        }
    )
    monkeypatch.setattr(build, "check", lambda: frame)
    lines = sesec("data", "check").stdout.splitlines()
    assert lines[:3] == [
        "indicator   17  19",
        "a          100  <1",
        "b              >99",
    ]
    assert "3,030 cells" in lines[-1]
    assert sesec("data", "check", "--long").stdout.splitlines()[1].split()[:4] == [
        "a",
        "2017",
        "10",
        "100.0%",
    ]
