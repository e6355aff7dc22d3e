"""All annual editions and all fact sheets in one reader's hands: their findings, attacked together."""

from pathlib import Path

import pytest

from sesec_analysis.archive import frozen
from sesec_analysis.attack.attack import attack_read
from sesec_analysis.attack.check import GUARD
from sesec_analysis.attack.reading import FINDINGS, read_claims
from sesec_analysis.editions import fact_sheets
from sesec_analysis.editions.documents import output

pytestmark = pytest.mark.slow


def published(target: Path) -> list[Path]:
    """Write the findings of each published edition as its own folder has them."""
    for name in frozen.published_names():
        (target / name).mkdir()
        output.write_json([*frozen.read_frozen(name).findings], target / name / FINDINGS)
    return sorted(target.iterdir())


@pytest.mark.proof(
    "All annual editions and all fact sheets together give nothing away",
    tried="the published editions and the fact sheets of the newest year, by both readers",
    only_in_full=True,
)
def test_editions__give_nothing_away_with_all_fact_sheets(tmp_path, record_property):
    index = fact_sheets.build_all(guard=GUARD.without_attack(), out=tmp_path / "sheets")
    sheets = sorted(path.parent for path in index.parent.glob(f"*/{FINDINGS}"))
    (tmp_path / "editions").mkdir()
    editions = published(tmp_path / "editions")
    done = attack_read(map(read_claims, [*editions, *sheets]))
    assert done.passed, done.as_dict()
    record_property("editions", len(editions))
    record_property("fact sheets", len(sheets))
    record_property("withheld cells", int(done.state.withheld.sum()))
    record_property("counts known more closely", len(done.closer))
    pages = [(sheet / "index.html").read_text("utf-8") for sheet in sheets]
    record_property(
        "sheets without a strength", sum("no available number is a strength" in p for p in pages)
    )
