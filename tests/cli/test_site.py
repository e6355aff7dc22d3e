"""`sesec site` says truly what an interruption left, and `sesec attack` of a site asks the same as `--check`."""

import pytest
import site_samples
from click.testing import CliRunner

from sesec_analysis.cli import main
from sesec_analysis.site import build as site_build

pytestmark = pytest.mark.slow  # each makes a whole site more than once


@pytest.fixture(autouse=True)
def shelf(monkeypatch):
    monkeypatch.setattr(site_build.edition_index, "states", site_samples.shelf)
    monkeypatch.setattr(site_build.SiteSource, "sheets", lambda source: iter(()))


def ran(*words: str):
    return CliRunner().invoke(main, words)


def test_site__stopped_says_what_stays_and_goes_on(tmp_path, monkeypatch):
    asked = iter(range(5))
    pages = site_build.pages.finding

    def stopped(*args, **words):
        if next(asked, None) is None:
            raise KeyboardInterrupt
        return pages(*args, **words)

    out = str(tmp_path / "site")
    monkeypatch.setattr(site_build.pages, "finding", stopped)
    told = ran("site", "--out", out)
    assert told.exit_code == 130
    assert "Each file that was written is whole" in told.output
    assert "Nothing was changed" not in told.output
    assert len(list((tmp_path / "site" / "findings").glob("*.html"))) == 5
    assert not list((tmp_path / "site").rglob("*.site-half"))
    monkeypatch.setattr(site_build.pages, "finding", pages)
    assert ran("site", "--out", out).exit_code == 0
    checked = ran("site", "--out", out, "--check")
    assert checked.exit_code == 0, checked.stderr


@pytest.mark.parametrize("words", [("site", "--check", "--out"), ("attack",)])
def test_site__with_a_planted_number_is_refused_by_both_commands(tmp_path, words):
    out = tmp_path / "site"
    assert ran("site", "--out", str(out), "--quiet").exit_code == 0
    passed = ran(*words, str(out))
    assert passed.exit_code == 0, passed.stderr
    assert "files compared byte by byte with what the editions give" in passed.output
    with (out / "findings.csv").open("a", encoding="utf-8") as table:
        table.write("school,7 of 12 students\r\n")
    refused = ran(*words, str(out))
    assert refused.exit_code != 0
    assert "findings.csv, /row" in refused.output
    assert "7 of 12" not in refused.output
