"""What the certificate of an edition has to say."""

import json
from pathlib import Path


def certified(folder: Path) -> None:
    """Check that a finished edition was searched and attacked, passed, and says so on its page."""
    audit = json.loads((folder / "disclosure_audit.json").read_text("utf-8"))
    assert audit["search"]["passed"] is audit["attack"]["passed"] is True
    attack = audit["attack"]
    assert (attack["counts_given_away"], attack["given_away"], attack["faults"]) == (0, [], [])
    assert attack["statements_of_the_edition"]["at_odds_with_the_state"] == []
    # Not for want of anything to attack: cells are withheld, and numbers of them are printed.
    assert attack["withheld_cells"] > 10_000
    assert attack["statements_of_the_edition"]["read"] > 1_000
    page = (folder / "annex.html").read_text("utf-8")
    assert "Certificate of the disclosure audit" in page
    assert f"{attack['withheld_cells']:,}" in page
