"""The section on what changed: counts, the clearest moves, what no longer holds; and nothing that was not printed."""

from dataclasses import replace
from typing import Any

import pytest
from archive_samples import records, run
from paper_samples import imprint
from report_samples import write_root

from sesec_analysis.archive import changes_section, frozen
from sesec_analysis.archive.frozen import Frozen
from sesec_analysis.editions.documents import output
from sesec_analysis.editions.documents.model import Heading, Table, TableBlock
from sesec_analysis.editions.documents.notebook import Document, Section

LIST = """\
editions:
  annual-2018: { title: "Report *of* <2018>", notebook: a.ipynb, published: 2026 }
  annual-2019: { title: "Report of 2019", notebook: a.ipynb }
"""
BLACK = "sesec:rate.disciplined.{}.all.seattle.black"


@pytest.fixture(scope="module")
def before() -> Frozen:
    return frozen.of_records(records(2018), run(2018, title="Report *of* <2018>"))


def made(before: Frozen, found: list[dict[str, Any]], year: int = 2019) -> Section:
    return changes_section.make_section(before, frozen.of_records(found, run(year)), taken=set())


def tables(section: Section) -> dict[str, TableBlock]:
    return {block.caption: block for block in section.blocks if isinstance(block, TableBlock)}


@pytest.mark.slow
def test_section__lists_a_move_beyond_chance_with_both_intervals(before):
    far = {"value": "9.0%", "interval": "8.4–9.7%", "outer_low": 0.084, "outer_high": 0.097}
    found = [one | far if one["id"] == BLACK.format(2019) else one for one in records(2019)]
    table = tables(made(before, found))["The clearest changes from year to year"].table
    assert table.rows[0] == (
        f"Suspended or expelled, {before.by_id[BLACK.format(2018)]['label']}, Seattle Public Schools",
        "2017–18: 6.4%, likely 5.8–6.9%",
        "2018–19: 9.0%, likely 8.4–9.7%",
    )


@pytest.mark.slow
def test_section__names_a_clear_difference_that_is_clear_no_more(before):
    gap = "sesec:gap.disciplined.{}.all.seattle.asian-white"
    [last] = [
        one
        for one in before.findings
        if one["id"] == "sesec:gap.disciplined.2018.all.seattle.black-white"
    ]
    open_now = {"outer_low": -0.01, "outer_high": 0.01, "ci_low": -0.01, "ci_high": 0.01}
    name = "sesec:gap.disciplined.2019.all.seattle.black-white"
    found = [one | open_now if one["id"] == name else one for one in records(2019)]
    assert gap.format(2018) in before.by_id
    rows = tables(made(before, found))["Claims of the last report that no longer hold"].table.rows
    assert last["sentence"] in [row[0] for row in rows]


@pytest.mark.slow
def test_section__tells_no_number_that_neither_report_told(before):
    found = records(2019)
    told = " ".join(str(value) for one in [*before.findings, *found] for value in one.values())
    for caption, block in tables(made(before, found)).items():
        for row in block.table.rows if not caption.startswith("How many") else ():
            for cell in row:
                for part in cell.replace(", likely", "").split(": ")[-1].split(" "):
                    assert part.strip(".,") in told, cell


def document(found: list[dict[str, Any]]) -> Document:
    def part(name: str, *blocks: Any) -> Section:
        return Section(Heading(2, name, name), blocks)

    table = TableBlock(1, "First", Table((), ()), "", ())
    closing = part("data-methods-and-coverage", replace(table, number=2, caption="Last"))
    return Document("Report", (), (part("brief", table), closing), tuple(found))


IMPRINT = imprint(edition="annual-2019", parameters={"report_year": 2019}, sources=())


@pytest.fixture
def root(tmp_path, monkeypatch, before):
    where = write_root(tmp_path / "root", {}, LIST)
    monkeypatch.setenv("SESEC_ROOT", str(where))
    return where


@pytest.mark.slow
def test_with_changes__stands_before_the_closing_sections_and_tables_count_on(root, before):
    with output.replace_folder(root / "reports" / "published" / "annual-2018") as fresh:
        frozen.write(before, fresh)
    full = changes_section.with_changes(document(records(2019)), IMPRINT)
    names = [part.heading.id for part in full.sections]
    assert names == ["brief", "what-changed-since-last-year", "data-methods-and-coverage"]
    numbers = [block.number for block in full.blocks if isinstance(block, TableBlock)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert full.findings == document(records(2019)).findings
