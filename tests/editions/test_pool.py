"""Work in processes: what is done, what fails, what goes on when a process dies."""

import pytest
from pool_samples import DEADLY, REFUSED, noted

from sesec_analysis.editions import pool

pytestmark = pytest.mark.slow
TASKS = 12


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Tasks done by two processes, and who did each."""
    folder = tmp_path_factory.mktemp("done")
    tasks = [(folder, number) for number in range(TASKS)]
    errors = {one.task[1]: one.error for one in pool.each(noted, tasks, workers=2)}
    return errors, {int(path.name): path.read_text().split() for path in folder.iterdir()}


def test_each__names_the_task_of_a_process_that_died_and_does_all_the_rest(done):
    errors, by = done
    assert sorted(errors) == list(range(TASKS))
    assert sorted(by) == [number for number in range(TASKS) if number not in (DEADLY, REFUSED)]
    assert {number for number, error in errors.items() if error} == {DEADLY, REFUSED}
    assert errors[DEADLY].what == "its Python stopped without a word"
    assert errors[REFUSED].what == "no numbers"
    assert (errors[REFUSED].where, errors[REFUSED].fix) == ("the sample", "leave it out")


def test_each__of_a_caller_who_stops_asking_begins_no_other_task(tmp_path):
    outcomes = pool.each(noted, [(tmp_path, 100 + number) for number in range(40)], workers=2)
    next(outcomes)
    outcomes.close()
    assert 1 <= len(list(tmp_path.iterdir())) < 40
