"""A site is refused for whatever its editions do not give, wherever it was planted; file and place are named."""

import json
import sqlite3
from pathlib import Path

import pandas as pd
import pytest
import site_samples
from click.testing import CliRunner

from sesec_analysis.cli import main
from sesec_analysis.errors import LeakError
from sesec_analysis.evidence.citation import page_of
from sesec_analysis.site import build as site_build
from sesec_analysis.site import check as site_check
from sesec_analysis.site.check import differences, source_of

pytestmark = pytest.mark.slow  # a whole site is built

PAGE = page_of(site_samples.READING).partition("#")[0]
EMBED = PAGE.replace(".html", "/embed.html")
TELLING = "7 of 12 students"


def faults(site: Path) -> list[tuple[str, str]]:
    return [tuple(fault) for fault in differences(site, source_of(site))]


def in_text(path: Path) -> None:
    text = path.read_text("utf-8")
    path.write_text(text.replace("49.8%", TELLING, 1), encoding="utf-8")


def in_data(path: Path) -> None:
    data = json.loads(path.read_text("utf-8")) | {"note": TELLING}
    path.write_text(json.dumps(data), encoding="utf-8")


def in_table(path: Path) -> None:
    table = pd.read_parquet(path)
    table.loc[table["id"] == site_samples.READING, "sentence"] = TELLING
    table.to_parquet(path, index=False)


def in_database(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("UPDATE findings SET n = ? WHERE id = ?", (TELLING, site_samples.READING))
    database.commit()
    database.close()


def beside_the_rows(path: Path) -> None:
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE cells (school TEXT, n INTEGER)")
    database.commit()
    database.close()


PLANTS = {
    PAGE: in_text,
    PAGE.replace(".html", ".json"): in_data,
    EMBED: in_text,
    "search-index.js": lambda path: path.write_bytes(path.read_bytes() + b"// 7\n"),
    "datapackage.json": in_data,
    "findings.csv": in_text,
    "feed.xml": lambda path: path.write_bytes(path.read_bytes() + b"<!--7-->"),
    "findings.parquet": in_table,
    "findings.sqlite": in_database,
    "site.json": in_data,
}
"""One number for each kind of file."""


def test_differences__names_file_and_place_of_what_was_planted(site):
    for name, plant in PLANTS.items():
        plant(site / name)
    found = faults(site)
    assert {what for _, what in found} == {"says what the editions do not"}
    assert {where.partition(", line ")[0] for where, _ in found} == {*PLANTS}
    assert not [where for where, _ in found if TELLING in where]  # a place, never what stands there


def test_differences__names_what_is_missing_and_what_is_nobodys(site):
    (site / "vocabulary.html").unlink()
    (site / "annual-2025" / "cells.csv").write_text("school,n\n2016,7\n")
    (site / "7 of 12").mkdir()
    (site / "index").symlink_to(site / "index.html")
    beside_the_rows(site / "findings.sqlite")
    assert [(where.partition(",")[0], what) for where, what in faults(site)] == [
        ("7 of 12", "no site has such a file"),
        ("annual-2025/cells.csv", "no site has such a file"),
        ("findings.sqlite", "says what the editions do not"),
        ("index", "no site has such a file"),
        ("vocabulary.html", "this file is missing"),
    ]


def test_check__weighs_the_numbers_of_editions_kept_as_published(site, monkeypatch):
    [before, after] = site_samples.shelf()
    told = [before, site_samples.telling(after)]
    monkeypatch.setattr(site_build.edition_index, "states", lambda: told)
    monkeypatch.setattr(site_check, "differences", lambda out, source: [])
    with pytest.raises(LeakError, match="annual-2025"):
        site_check.check(site)


def test_check__of_a_planted_number_refuses_in_both_commands(site):
    passed = CliRunner().invoke(main, ["attack", str(site)])
    assert passed.exit_code == 0, passed.stderr
    assert "files compared byte by byte with what the editions give" in passed.output
    with (site / "findings.csv").open("a", encoding="utf-8") as table:
        table.write("school,7 of 12 students\r\n")
    for words in (("site", "--check", "--out"), ("attack",)):
        refused = CliRunner().invoke(main, [*words, str(site)])
        assert refused.exit_code != 0
        assert "findings.csv, line" in refused.output
        assert "7 of 12" not in refused.output
