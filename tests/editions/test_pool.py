"""Work in processes and on a cluster: the same bytes as here, and what goes on when one dies or is set up wrong."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from cluster_samples import DEADLY, REFUSED, Writing, cluster, written
from report_samples import code, notebook, write_root

from sesec_analysis.cli import main
from sesec_analysis.editions import pool

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    home = write_root(tmp_path_factory.mktemp("cluster") / "root", {}, "editions: {}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SESEC_ROOT", str(home))
        yield home


@pytest.fixture(scope="module")
def address(tmp_path_factory, root):
    with cluster(tmp_path_factory.mktemp("dask")) as made:
        yield made.scheduler_address


def files_of(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


TWO = """\
editions:
  annual-2022: { title: "Tiny report, 2021–22", notebook: tiny.ipynb, parameters: { report_year: 2022 } }
  annual-2024: { title: "Tiny report, 2023–24", notebook: tiny.ipynb, parameters: { report_year: 2024 } }
  broken: { title: "Broken", notebook: gone.ipynb, parameters: { report_year: 2024 } }
"""
TINY = """\
places = ["southeast_seattle", "rest_of_seattle_regular"]
kept = {"end_years": report_year, "student_group_type": "low_income", "grade_level": "all"}
shares = sa.rates(sa.load("enrollment", place=places, **kept))
sa.finding(shares, student_group="low_income", organization_id=places[0])"""


@pytest.mark.proof("Editions of a cluster are those of this machine", only_in_full=True)
def test_report__of_all_on_a_cluster_is_that_of_this_machine(address, tmp_path, monkeypatch):
    made = notebook(
        code("report_year: int = 2024  # the year", tag="parameters"),
        code("import sesec_analysis as sa"),
        code(TINY),
        title="# Tiny report",
    )
    home = write_root(tmp_path / "root", {"tiny.ipynb": made}, TWO)
    monkeypatch.setenv("SESEC_ROOT", str(home))
    runner, here, there = CliRunner(), tmp_path / "here", tmp_path / "there"
    alone = runner.invoke(main, ["report", "--all", "--quiet", "--out", str(here)])
    words = ["report", "--all", "--cluster", address, "--out", str(there)]
    sent = runner.invoke(main, words)
    again = runner.invoke(main, words)
    assert (alone.exit_code, sent.exit_code) == (2, 2), alone.output + sent.output
    assert "broken: " in sent.stderr
    assert "gone.ipynb" in sent.stderr
    assert sent.stderr.splitlines()[-1] == "Not built: broken. The others stand."
    pages = [str(there / name / "index.html") for name in ("annual-2022", "annual-2024")]
    assert sorted(sent.stdout.split()) == pages
    for name in ("annual-2022", "annual-2024"):
        assert files_of(here / name) == files_of(there / name)
    assert again.stdout.split() == pages  # up to date: only the broken one is tried again
    assert "[1/1] broken … failed (" in again.stderr


WORKERS = "A cluster does again what a killed worker had in hand, and refuses others"


@pytest.mark.proof(WORKERS, only_in_full=True)
def test_each__does_again_what_a_killed_worker_had_in_hand(root, address, tmp_path):
    tasks = [Writing(tmp_path / "shelf", number) for number in range(6)]
    found = {one.task.number: one for one in pool.each(written, tasks, cluster=address)}
    assert sorted(found) == list(range(6))
    assert {number for number, one in found.items() if one.error} == {REFUSED, DEADLY}
    assert found[REFUSED].error.what == "no numbers"
    assert found[DEADLY].error.what == "its Python stopped without a word"
    for number in {*range(6)} - {REFUSED, DEADLY}:
        assert found[number].result == number
        project = (tmp_path / "shelf" / str(number) / "b.txt").read_text("utf-8")
        assert Path(project) == root.resolve()


def test_each__refuses_workers_of_another_version(root, address, tmp_path, monkeypatch):
    monkeypatch.setattr(pool.stamp, "project_fingerprint", lambda: "another")
    with pytest.raises(pool.ClusterError, match="another version of the package"):
        next(pool.each(written, [Writing(tmp_path, 0)], cluster=address))


def test_each__refuses_workers_that_may_not_start_processes(monkeypatch):
    monkeypatch.setattr(pool, "current_process", lambda: Daemon)
    assert pool._fingerprint_of_worker({}) == ""


class Daemon:
    """A process that may not start others, as Dask's workers are by default."""

    daemon = True


def test_each__of_a_caller_who_stops_asking_begins_no_other_task(tmp_path, monkeypatch):
    monkeypatch.setenv("SESEC_ROOT", "")
    tasks = [Writing(tmp_path, number) for number in range(10, 50)]
    outcomes = pool.each(written, tasks, workers=2)
    next(outcomes)
    outcomes.close()
    assert 1 <= len(list(tmp_path.iterdir())) < 40
