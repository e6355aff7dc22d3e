"""Many sheets in one run, of a small notebook: what is made, what is passed over, what goes on."""

import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from attack_samples import CERTIFIED
from report_samples import code, finding, notebook, record, running, text, write_root

from sesec_analysis.attack.check import GUARD
from sesec_analysis.editions import fact_sheets, sheet_index
from sesec_analysis.editions.documents import output
from sesec_analysis.errors import DataError

AUDIT = GUARD.without_attack()

PARAMETERS = """\
school: str  # its code
report_year: int = 2024  # the year
ci_level: float = 0.95  # of intervals
"""
EDITIONS = """\
editions:
  annual-2024: { title: "Equity Report, 2023–24", notebook: reports/school_fact_sheet.ipynb,
    parameters: { report_year: 2024, school: "2120" } }
"""
SCHOOLS = ("2120", "2182")


def told(name: str = "rate.black") -> dict[str, object]:
    return record(name, publish="point", source_ids="synthetic")


def sheet_notebook(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    return notebook(
        code(PARAMETERS, tag="parameters"),
        text("Of one school."),
        running(finding(told())),
        *cells,
        title="# School fact sheet",
    )


def write_notebook(root: Path, made: nbformat.NotebookNode) -> None:
    (root / "notebooks" / "reports").mkdir(exist_ok=True)
    nbformat.write(made, root / "notebooks" / fact_sheets.NOTEBOOK)


@pytest.fixture(scope="module")
def made_once(tmp_path_factory) -> tuple[Path, Path, list[str]]:
    """A root, the shelf of sheets made in it once, and what was said; other tests work on copies."""
    home = write_root(tmp_path_factory.mktemp("sheets") / "root", {}, EDITIONS)
    write_notebook(home, sheet_notebook())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SESEC_ROOT", str(home))
        patch.setenv("SESEC_ENGINE", "warm")
        shelf, said = build_all(workers=2)
    return home, shelf, said


@pytest.fixture
def root(made_once, tmp_path, monkeypatch) -> Path:
    home = tmp_path / "root"
    shutil.copytree(made_once[0], home)
    monkeypatch.setenv("SESEC_ROOT", str(home))
    monkeypatch.setenv("SESEC_ENGINE", "warm")
    return home


def shelf_of(root: Path) -> Path:
    return root / "reports" / "build" / "schools-2024"


def build_all(*, codes=SCHOOLS, **also) -> tuple[Path, list[str]]:
    stream = io.StringIO()
    schools = [sheet_index.find(one) for one in codes]
    page = fact_sheets.build_all(
        stream=stream, schools=schools, **{"guard": AUDIT, "workers": 1, **also}
    )
    return page.parent, stream.getvalue().splitlines()


def due() -> list[str]:
    """The schools whose sheets would be made now."""
    schools = [sheet_index.find(one) for one in SCHOOLS]
    return [
        job.school.code for job in fact_sheets._jobs(schools, "latest", None, AUDIT) if job.is_due
    ]


@pytest.mark.slow
def test_build_all__makes_each_sheet_and_the_page_that_lists_them(made_once):
    home, shelf, said = made_once
    assert shelf == shelf_of(home)
    assert sorted(path.name for path in shelf.glob("[0-9]*")) == [
        "2120-rising-star-elementary-school",
        "2182-franklin-high-school",
    ]
    assert [line.split()[0] for line in said] == [
        *("Running", "[1/2]", "[2/2]"),
        *("Writing", "[1/2]", "[2/2]"),
    ]
    page = (shelf / "2182-franklin-high-school" / "index.html").read_text("utf-8")
    assert "Franklin High School: fact sheet, 2023–24" in page
    run = json.loads((shelf / "2182-franklin-high-school" / "run.json").read_text("utf-8"))
    assert run["parameters"] == {"school": "2182", "report_year": 2024, "ci_level": 0.95}
    listed = (shelf / "index.html").read_text("utf-8")
    assert 'href="2182-franklin-high-school/index.html"' in listed
    assert 'href="4065' not in listed
    found = json.loads((shelf / "findings.json").read_text("utf-8"))
    assert [one["id"] for one in found] == ["sesec:rate.black"]  # of both, once
    assert "School fact sheets, 2023–24" in found[0]["cite_apa"]


@pytest.mark.slow
def test_build_all__does_nothing_the_second_time_and_says_so(root):
    before = {path: path.stat().st_mtime_ns for path in shelf_of(root).rglob("*")}
    _, said = build_all()
    assert said == ["All 2 sheets are up to date: nothing was done"]
    assert {path: path.stat().st_mtime_ns for path in shelf_of(root).rglob("*")} == before


TOGETHER = "Fact sheets are attacked together, and withhold what one tells of another"


@pytest.mark.slow
@pytest.mark.proof(TOGETHER, only_in_full=True)
def test_build_all__has_the_sheets_attacked_with_the_report_of_their_year(root, in_this_process):
    report = root / "reports" / "build" / "annual-2024"
    report.mkdir()
    (report / "run.json").write_text("{}")
    asked = []

    def certify(folders, beside, confirmed):
        assert confirmed == []
        asked.append((sorted(one.name for one in folders), list(beside)))
        return CERTIFIED

    shelf, _ = build_all(guard=replace(AUDIT, certify=certify))
    build_all(guard=replace(AUDIT, certify=certify))
    assert asked == [
        (["2120-rising-star-elementary-school", "2182-franklin-high-school"], [report])
    ]
    assert json.loads((shelf / "disclosure_audit.json").read_text("utf-8")) == CERTIFIED
    assert "Certificate of the disclosure audit" in (shelf / "index.html").read_text("utf-8")
    (report / "run.json").write_text('{"built": "anew"}')
    build_all(guard=replace(AUDIT, certify=certify))
    assert len(asked) == 2


@pytest.mark.slow
def test_build_all__of_sheets_that_fail_the_attack_lists_none_of_them(root, in_this_process):
    def certify(folders, beside, confirmed):
        raise DataError("they tell", where="here", fix="leave it out")

    before = (shelf_of(root) / "index.html").read_bytes()
    for _ in range(2):  # the second run does not take the first for granted
        with pytest.raises(DataError, match="they tell"):
            build_all(guard=replace(AUDIT, certify=certify))
    assert (shelf_of(root) / "index.html").read_bytes() == before
    (shelf_of(root) / ".2182-franklin-high-school.stamp.json").write_text("{}")  # of older code
    with pytest.raises(DataError, match=r"1 other sheets on this shelf .* they tell") as refusal:
        build_all(codes=("2120",), guard=replace(AUDIT, certify=certify))
    assert refusal.value.fix == "build all of them again: sesec report school --all"
    assert refusal.value.valid == ["Franklin High School"]


@pytest.mark.slow
@pytest.mark.proof(TOGETHER, only_in_full=True)
def test_build_all__confirms_each_sheet_before_it_is_in_place_and_tells_which_these_are(
    root, in_this_process
):
    asked, sheet = [], shelf_of(root) / "2120-rising-star-elementary-school"

    def certify(folders, beside, confirmed):
        asked.append((len(folders), list(confirmed)))
        return CERTIFIED

    def refuse(folder, document):
        assert [one["id"] for one in document.findings] == ["sesec:rate.black"]
        assert (folder / "index.html").is_file()
        assert folder != sheet
        raise DataError("a file says more", where="index.html", fix="leave it out")

    def accept(folder, document):
        pass

    before = output.checksums(shelf_of(root))
    with pytest.raises(fact_sheets.SheetsError, match=r"Rising Star .*\n? *.*a file says more"):
        build_all(
            codes=("2120",),
            force=True,
            guard=replace(AUDIT, certify=certify, confirm=refuse),
        )
    after = output.checksums(shelf_of(root))
    assert {name: after[name] for name in before} == before
    assert asked == []
    _, said = build_all(
        codes=("2120",),
        force=True,
        guard=replace(AUDIT, certify=certify, confirm=accept),
    )
    assert said[-1].startswith("Attacking all sheets together")
    assert asked == [(2, [sheet])]


@pytest.mark.slow
@pytest.mark.parametrize("file", ["run.json", "findings.csv"])
def test_is_due__where_a_file_is_missing_or_damaged(root, file):
    assert due() == []
    path = shelf_of(root) / "2182-franklin-high-school" / file
    path.write_text("[]")
    assert due() == ["2182"]
    path.unlink()
    assert due() == ["2182"]


@pytest.mark.slow
def test_is_due__where_the_notebook_or_the_template_changed(root):
    write_notebook(root, sheet_notebook(text("A word more.")))
    assert due() == list(SCHOOLS)
    write_notebook(root, sheet_notebook())
    assert due() == []
    with (root / "reports" / "template" / "page.css").open("a") as stream:
        stream.write("\n/* wider */\n")
    assert due() == list(SCHOOLS)


@pytest.mark.slow
def test_build_all__names_the_sheets_that_failed_and_keeps_the_others(root):
    cells = "import os\nassert school != '2182', 'no numbers'\nif school == '4065': os._exit(9)"
    write_notebook(root, sheet_notebook(code(cells)))
    with pytest.raises(fact_sheets.SheetsError, match="2 of 3 sheets could not be made") as failure:
        build_all(codes=("4065", "2182", "2120"), workers=1)
    assert "Franklin High School: " in failure.value.what
    assert "AssertionError: no numbers" in failure.value.what
    assert "Orca K-8 School: its Python stopped without a word" in failure.value.what
    assert due() == ["2182"]


@pytest.mark.slow
def test_build_all__does_not_weigh_an_old_sheet_whose_notebook_fails(root, in_this_process):
    def all_shown(records):
        return frozenset(one["id"] for one in records if one["publish"] != "nothing")

    cells = (code(PARAMETERS, tag="parameters"), text("Of one."), code("assert school != '2182'"))
    write_notebook(root, notebook(*cells, title="# School fact sheet"))
    with pytest.raises(fact_sheets.SheetsError, match="1 of 2 sheets could not be made"):
        build_all(guard=replace(AUDIT, between_sheets=all_shown))
    assert due() == ["2182"]


@pytest.mark.slow
@pytest.mark.proof(TOGETHER, only_in_full=True)
def test_build_all__withholds_in_every_sheet_what_would_tell_a_withheld_figure(
    root, in_this_process
):
    shown = told("average.ela_met.2022.all.southeast_seattle.all") | {"status": "ok"}
    place = frozenset({shown["id"]})
    write_notebook(root, sheet_notebook(running(finding(shown))))

    def average_shown(records):
        shown_ids = {one["id"] for one in records if one["publish"] != "nothing"}
        return place & shown_ids

    shelf, said = build_all(guard=replace(AUDIT, between_sheets=average_shown))
    assert "1 figures would tell what a sheet withholds: withheld too" in said
    for sheet in shelf.glob("[0-9]*"):
        assert not fact_sheets.shows_any(sheet, place)
        passed = json.loads((sheet / "disclosure_audit.json").read_text("utf-8"))
        assert passed["withheld_for_others"] == [shown["id"]]
    assert due() == []


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("rainer beach", "3327 Rainier Beach High School"),
        ("john", "2143 John Muir Elementary School"),
        ("rainier", "3327 Rainier Beach High School"),
        ("catherine blaine", "2838 Catharine Blaine K-8 School"),
    ],
)
def test_find__lists_near_names(typed, near):
    with pytest.raises(DataError) as refusal:
        sheet_index.find(typed)
    assert near in refusal.value.valid
