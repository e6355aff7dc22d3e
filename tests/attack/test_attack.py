"""The attack on folders: what is written of it, how it refuses, and the real figures' open cells."""

import json

import pytest
from state_samples import equal, published, rows, students

from sesec_analysis.attack import attack
from sesec_analysis.attack import state as attack_state
from sesec_analysis.attack.attack import weigh
from sesec_analysis.attack.reading import EditionText, claims_of
from sesec_analysis.attack.state import Statement
from sesec_analysis.errors import DataError, LeakError


def of_the_real_state(name, high=9):
    """An edition that prints the students of a small group that the state withholds in the embedded files."""
    state = attack_state.read_state([("disciplined", 2019)])
    small = (
        (state.own.low[1::2] == 1)
        & (state.own.high[1::2] == 9)
        & (state.high[1::2] == 9)
        & (state.low[1::2] == 1)
    )
    of_all = (state.cells["grade_level"] == "all") & (state.cells["organization_level"] == "school")
    cell = state.keys[int((small & of_all).to_numpy().nonzero()[0][0])]
    of = f"{cell.end_year}.all.school:{cell.organization_id}.{cell.student_group}"
    records = [{"id": f"sesec:rate.disciplined.{of}", "n": f"1 to {high}"}]
    return EditionText(name, tuple(claims_of(records, "findings.json")))


@pytest.mark.slow
def test_attack__names_the_folder_where_several_are_attacked_together():
    done = attack.attack_read([of_the_real_state("one", high=4), of_the_real_state("other")])
    ((said,),) = {leak.said for leak in done.leaks}
    assert said.startswith("one: findings.json record 1: sesec:rate.disciplined.2019")


def test_as_dict__is_the_same_for_the_same_files_and_tells_no_value():
    state = published(rows("1000", black=(45, 100)), rows("1001", black="N<10"))
    line = equal(students("1000", "1001"), 105.0, "table 4 row 2")
    first, second = (weigh(state, [line]).as_dict() for _ in range(2))
    assert json.dumps(first) == json.dumps(second)
    assert first["passed"] is False
    leak = first["given_away"][0]
    assert leak == {
        "cell": "ela_met 2019 school 1001 all race_ethnicity black",
        "count": "denominator",
        "how": "nearly told",
        "said": ["table 4 row 2"],
    }


def test_refuse_leaks__names_the_line_and_the_cell():
    state = published(rows("1000", black=(45, 100)), rows("1001", black="N<10"))
    with pytest.raises(DataError, match=r"school 1001 .* by: table 4 row 2"):
        weigh(state, [equal(students("1000", "1001"), 105.0, "table 4 row 2")]).refuse_leaks()
    weigh(state, []).refuse_leaks()


def test_refuse_leaks__names_at_once_all_that_would_tell_one_after_the_other():
    state = published(rows("1000", black=(45, 100)), rows("1001", black="N<10"))
    pair = students("1000", "1001")
    lines = [equal(pair, 105.0, "sesec:a"), Statement(pair, high=106.0, said="sesec:b")]
    assert {leak.said for leak in weigh(state, lines).leaks} == {("sesec:a",)}
    with pytest.raises(LeakError) as refusal:
        weigh(state, lines).refuse_leaks()
    assert refusal.value.findings == {"sesec:a", "sesec:b"}
    weigh(state, []).refuse_leaks()
    with pytest.raises(LeakError) as refusal:
        weigh(state, [equal(students("1001"), 5.0, "table 4 row 2")]).refuse_leaks()
    assert refusal.value.findings == frozenset()
