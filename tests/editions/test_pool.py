"""Work in processes goes on as long as it is asked for; tests of reports show what goes on when a process dies."""

import pytest
from cluster_samples import Writing, written

from sesec_analysis.editions import pool

pytestmark = pytest.mark.slow


def test_each__of_a_caller_who_stops_asking_begins_no_other_task(tmp_path, monkeypatch):
    monkeypatch.setenv("SESEC_ROOT", "")
    tasks = [Writing(tmp_path, number) for number in range(10, 50)]
    outcomes = pool.each(written, tasks, workers=2)
    next(outcomes)
    outcomes.close()
    assert 1 <= len(list(tmp_path.iterdir())) < 40
