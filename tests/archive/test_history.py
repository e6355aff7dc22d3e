"""The record of publications is only added to, and repeats nothing that said more than is said now."""

from datetime import date

import pytest

from sesec_analysis.archive import history
from sesec_analysis.archive.diff import Change, Pair
from sesec_analysis.errors import DataError

ID = "sesec:rate.ela_met.2025.all.southeast_seattle.all"
DAY = date(2026, 12, 24)


def printed(publish: str, low: float | None = None, high: float | None = None) -> dict[str, object]:
    value = "50.0%" if publish == "point" else f"{low}–{high}"
    ends = {"bound_low": low, "bound_high": high, "outer_low": low, "outer_high": high}
    return {"id": ID, "value": value, "interval": "", "publish": publish, **ends}


POINT, NOTHING = printed("point"), printed("nothing")
WIDE, NARROW, BESIDE = (
    printed("range", 0.3, 0.6),
    printed("range", 0.4, 0.5),
    printed("range", 0.4, 0.7),
)


def change(before: dict[str, object], after: dict[str, object] | None) -> Change:
    event = "vanished" if after is None else "moved"
    return Change(event, "source_restated", "a file was restated", Pair(before, after), "", "")


def told(before: dict[str, object], after: dict[str, object] | None, folder) -> history.Restatement:
    text = history.extend_record("", [change(before, after)], on=DAY, is_first=False)
    (folder / history.FILE).write_text(text, encoding="utf-8")
    [one] = history.read_history(folder).restated
    return one


@pytest.mark.parametrize(
    ("before", "after"), [(POINT, POINT), (WIDE, NARROW), (WIDE, POINT), (NOTHING, NARROW)]
)
def test_record__keeps_what_was_printed(before, after, tmp_path):
    one = told(before, after, tmp_path)
    assert one.before["value"] == before["value"]
    assert one.after["value"] == after["value"]
    assert (one.on, one.kind, one.why) == ("2026-12-24", "source_restated", "a file was restated")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (NARROW, WIDE),
        (NARROW, BESIDE),
        (BESIDE, WIDE),
        (POINT, WIDE),
        (POINT, NOTHING),
        (POINT, None),
    ],
)
def test_record__does_not_repeat_what_said_more_than_is_said_now(before, after, tmp_path):
    one = told(before, after, tmp_path)
    assert one.before == {}
    assert str(before["value"]) not in (tmp_path / history.FILE).read_text("utf-8")


@pytest.mark.parametrize("line", ["{", "[]", '{"event": "moved"}', '{"on": "2026-12-24"}'])
def test_record__that_is_damaged_is_refused_with_its_line(line, tmp_path):
    text = history.extend_record("", [], on=DAY, is_first=True)
    (tmp_path / history.FILE).write_text(f"{text}{line}\n", encoding="utf-8")
    with pytest.raises(DataError, match="line 2 of the record") as refusal:
        history.read_history(tmp_path)
    assert history.FILE in str(refusal.value.where)
