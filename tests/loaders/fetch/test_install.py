"""What a restatement changes, cell by cell."""

from sesec_analysis import schema
from sesec_analysis.loaders.fetch import install


def test_changes__counts_and_names_cells(counts):
    old = counts(black=(80, 110), white=(90, 98), asian=(20, 30), native="N<10")
    new = counts(black=(80, 110), white=(91, 98), native=(12, 15), hispanic=(3, 11))
    found = install.changes(old, new)
    assert (found.changed, found.added, found.removed) == (2, 1, 1)
    assert str(found) == (
        "2 cell(s) changed, 1 cell(s) new, 1 cell(s) gone; the first: "
        "ela_met southeast_seattle all asian (20 of 30 → no row); "
        "ela_met southeast_seattle all hispanic (no row → 3 of 11); "
        "ela_met southeast_seattle all native (N<10 → 12 of 15); "
        "ela_met southeast_seattle all white (90 of 98 → 91 of 98)"
    )


def test_changes__prints_no_number_of_a_small_group(counts):
    old = counts(black=(5, 9), white=(20, 40))
    new = counts(black=(6, 9), white=(20, 40))
    assert install.changes(old, new).first == [
        "ela_met southeast_seattle all black (fewer than 10 → fewer than 10)"
    ]
    parts = {"indicator": "enrollment"}
    assert "enrollment" in schema.COMPOSITION_INDICATORS
    found = install.changes(counts(black=(4, 400), **parts), counts(black=(40, 400), **parts))
    assert found.first == ["enrollment southeast_seattle all black (fewer than 10 → 40 of 400)"]
