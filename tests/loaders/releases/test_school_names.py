"""School names to codes: names that have been confused, and each name under one code."""

from pathlib import Path

import pytest

from sesec_analysis.errors import CatalogError
from sesec_analysis.loaders.raw import codes


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("South Shore", "4218"),
        ("South Shore PK-8 School", "4218"),
        ("Martin Luther King, Jr. Elementary", "2089"),
        ("Rising Star", "2120"),
        ("West Seattle High", "2234"),
        ("West Seattle Elementary", "2645"),
        ("  aki  KUROSE ", "3774"),
        ("Franklin Elementary", None),
        ("", None),
    ],
)
def test_school_code__tells_names_apart_that_have_been_confused(name: str, code: str | None):
    assert codes.school_code(name) == code


def test_school_code__refuses_a_name_under_two_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "catalog").mkdir()
    lines = '"1111": [Maple Elementary]\n"2222": [maple elementary!]\n'
    (tmp_path / "catalog/school_names.yml").write_text(lines, encoding="utf-8")
    monkeypatch.setenv("SESEC_DATA", str(tmp_path))
    with pytest.raises(CatalogError, match="has two codes: 1111 and 2222"):
        codes.school_code("Maple")
