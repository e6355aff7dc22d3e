"""Work in forked processes: what is done, what fails, what goes on when a process dies."""

import os
import sys
from collections import Counter

import pytest
from pool_samples import DEADLY, REFUSED, noted

from sesec_analysis.editions import pool

TASKS = 20


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Twenty tasks done by two processes, and who did each."""
    folder = tmp_path_factory.mktemp("done")
    script = sys.modules["__main__"]
    tasks = [(folder, number) for number in range(TASKS)]
    found = {one.task[1]: one.fault for one in pool.each(noted, tasks, workers=2)}
    assert sys.modules["__main__"] is script  # a process is started without it
    return found, {int(path.name): path.read_text().split() for path in folder.iterdir()}


@pytest.mark.slow
def test_each__names_the_work_of_a_process_that_died_and_does_all_the_rest(done):
    faults, by = done
    assert sorted(faults) == list(range(TASKS))
    assert sorted(by) == [number for number in range(TASKS) if number not in (DEADLY, REFUSED)]
    assert {number for number, fault in faults.items() if fault} == {DEADLY, REFUSED}
    assert faults[DEADLY].startswith("its Python stopped without a word")
    assert faults[REFUSED].splitlines()[0] == "no figures"


@pytest.mark.slow
def test_each__lets_a_process_do_several_tasks_and_not_all(tmp_path, monkeypatch):
    monkeypatch.setattr(pool, "_BATCH", 3)
    tasks = [(tmp_path, 100 + number) for number in range(7)]
    assert [one.fault for one in pool.each(noted, tasks, workers=1)] == [""] * 7
    by = Counter(path.read_text().split()[0] for path in tmp_path.iterdir())
    assert sorted(by.values()) == [1, 3, 3]
    assert str(os.getpid()) not in by


@pytest.mark.slow
def test_kept__lets_the_same_process_go_on_until_the_block_ends(tmp_path):
    def by(first, times=3):
        tasks = [(tmp_path, number) for number in range(first, first + times)]
        assert [one.fault for one in pool.each(noted, tasks, workers=1)] == [""] * times
        [process] = {(tmp_path / str(number)).read_text().split()[0] for _, number in tasks}
        return process

    with pool.kept():
        first = by(100)
        assert by(200) == first
        assert by(300, times=pool._BATCH - 7) == first
        assert by(400, times=1) == first  # it is spent
        assert by(500) != first
        assert pool._WORKERS._idle
    assert not pool._WORKERS._idle
    assert by(600) != by(700)


@pytest.mark.slow
def test_kept__goes_on_with_another_where_a_process_died(tmp_path):
    with pool.kept():
        [died] = pool.each(noted, [(tmp_path, DEADLY)], workers=1)
        assert died.fault
        assert not pool._WORKERS._idle
        assert [one.fault for one in pool.each(noted, [(tmp_path, 100)], workers=1)] == [""]


@pytest.mark.slow
def test_each__works_in_settled_surroundings_and_leaves_ours(done):
    assert {seed for _, seed in done[1].values()} == {"0"}
    assert "MPLBACKEND" not in os.environ


@pytest.mark.slow
def test_each__of_a_caller_who_stops_asking_ends_what_is_at_work(tmp_path):
    asked = pool.each(noted, [(tmp_path, 100 + number) for number in range(9)], workers=2)
    next(asked)
    asked.close()
    assert 1 <= len(list(tmp_path.iterdir())) <= 4
