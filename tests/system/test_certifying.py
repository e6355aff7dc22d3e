"""What an edition passes before it is put in place; one that gives something away leaves the old one there."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from attack_samples import place, state, truth
from certified import NAME, district, make, places

import sesec_analysis as sa
from sesec_analysis.attack.check import certify, check
from sesec_analysis.editions.documents import output
from sesec_analysis.errors import DataError, SesecError


@pytest.fixture(scope="module", autouse=True)
def root(tmp_path_factory):
    """A root without an edition, over a made-up district."""
    base = tmp_path_factory.mktemp("certified")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in district(base).items():
            patch.setenv(name, value)
        yield base / "root"


@pytest.fixture(scope="module")
def clean(root, tmp_path_factory) -> Path:
    return make(root, tmp_path_factory.mktemp("clean"), places(state()))


@pytest.mark.slow
def test_certify__says_what_was_done_in_the_audit_and_on_the_page(clean):
    audit = json.loads((clean / "disclosure_audit.json").read_text("utf-8"))
    assert audit["search"]["passed"] is audit["attack"]["passed"] is True
    assert audit["search"]["files"] == len(list(clean.rglob("*.*")))
    assert audit["attack"]["statements_of_the_edition"]["read"] > 5
    page = (clean / "index.html").read_text("utf-8")
    assert "Certificate of the disclosure audit" in page
    # The certificate stands in the edition that was attacked, and passes too.
    assert certify([clean], confirmed=[clean])["attack"]["passed"] is True
    assert check([clean]).attack.faults == ()


@pytest.mark.slow
def test_certify__gives_the_same_bytes_wherever_it_is_built(clean, root, tmp_path):
    again = make(root, tmp_path, places(state()))
    assert output.checksums(again) == output.checksums(clean)


@pytest.mark.slow
def test_certify__attacks_what_readers_hold_beside(clean, root, tmp_path):
    outcome = certify([clean], [clean.parent / clean.name], [clean], name="this edition")
    assert outcome["attack"]["attacked_together"] == ["this edition", NAME]


@pytest.mark.slow
def test_certify__refuses_words_of_a_handful_and_hides_their_number(clean, root):
    before = output.checksums(clean)
    with pytest.raises(SesecError, match="a group of 1 to 9 students") as refused:
        make(root, clean.parent, places(state()), words="At Dunlap, 7 students met it.")
    assert not re.search(r"\b7\b", str(refused.value))
    assert output.checksums(clean) == before


@pytest.mark.slow
def test_certify__has_a_total_withheld_that_gives_a_school_back(root, tmp_path):
    telling = sa.rates(place(truth(), "southeast_seattle"))
    rest = sa.rates(place(state(), "rest_of_seattle"))
    made = make(root, tmp_path, pd.concat([telling, rest]))
    audit = json.loads((made / "disclosure_audit.json").read_text("utf-8"))
    assert audit["attack"]["passed"] is True
    assert any("southeast_seattle" in name for name in audit["withheld_for_others"])
    records = json.loads((made / "findings.json").read_text("utf-8"))
    withheld = [one for one in records if one["id"] in audit["withheld_for_others"]]
    assert {one["publish"] for one in withheld} == {"nothing"}
    assert {one["n"] for one in withheld} == {None}


@pytest.mark.slow
def test_certify__compares_all_files_but_of_what_was_compared_as_it_was_made(root, tmp_path):
    folder = make(root, tmp_path, places(state()))
    assert certify([folder]) == certify([folder], (), [folder])
    page = folder / "index.html"
    page.write_text(page.read_text("utf-8").replace("Words.", "Worse."), "utf-8")
    with pytest.raises(DataError, match=r"index.html, line \d+, byte \d+: says what"):
        certify([folder], (), [tmp_path / "another"])
    assert certify([folder], (), [folder])["search"]["passed"]
