"""What the audit asks to withhold, the gate withholds, and says why."""

from pathlib import Path

import pytest

from sesec_analysis.metrics.disparity import rates
from sesec_analysis.publishing import withholding
from sesec_analysis.publishing.findings import findings
from sesec_analysis.publishing.privacy import gate


def test_gate__withholds_the_ids_it_is_told_to_and_no_other(
    counts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    estimates = rates(counts(black=(80, 110), white=(90, 98)))
    told = findings(estimates)[0].id
    assert gate(estimates)["publish"].tolist() == ["point", "point"]
    withholding.write([told], tmp_path / "ids.json")
    monkeypatch.setenv(withholding.VARIABLE, str(tmp_path / "ids.json"))
    judged = gate(estimates)
    assert judged["publish"].tolist() == ["nothing", "point"]
    assert judged["reason"].iloc[0] == withholding.REASON
    assert judged[["estimate", "ci_low", "n_low", "numerator_low"]].iloc[0].isna().all()
    assert findings(estimates)[0].id == told  # the id keeps its meaning, and stands where it stood


def test_ids__are_none_unless_a_build_names_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(withholding.VARIABLE, raising=False)
    assert withholding.ids() == frozenset()
