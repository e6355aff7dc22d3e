"""Hostile texts in every field of an edition: nothing runs, nothing breaks, and all of them are shown as texts.

One small edition is built from `hostile_samples` and opened as readers would: in Chromium, as a PDF, in LibreOffice.
"""

import csv
import re
import subprocess
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
import pikepdf
import pytest
import yaml
from absent import converted, office, program
from report_samples import WHOLE, code, notebook, running, table, text, write_data, write_root

from sesec_analysis import catalog
from sesec_analysis.attack.check import GUARD
from sesec_analysis.editions import build

PAYLOADS = tuple(Path(__file__).with_name("payloads.txt").read_text("utf-8").splitlines())
"""Each is a whole text of its own, and no letter of it may be lost."""

UNSEEN = "\u202e\u2066\x07\x0b"
"""What turns the direction of reading round, and what rings a bell: these are taken out."""


class Planted:
    """Gives a hostile text for each field, never the same twice, and keeps them by the field's name."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self._count = count()

    def __call__(self, field: str) -> str:
        """Return the text of a field, new unless the field has one."""
        if field not in self.texts:
            at = next(self._count)
            self.texts[field] = f"{PAYLOADS[at % len(PAYLOADS)]} T{at:03d}"
        return self.texts[field]


def plant(folder: Path) -> Planted:
    """Copy a small part of the data into ``folder`` with hostile texts in the fields that an edition shows."""
    planted = Planted()
    write_data(folder, "reference", "words")
    for file, (names, fields) in FIELDS.items():
        _fields(folder / "catalog" / file, names, fields, planted)
    _groups(folder / "catalog/student_groups.yml", planted)
    _source(folder / "catalog/sources/ospi_enrollment.yml", planted)
    _directory(folder / "reference/schools.csv", planted)
    _observations(folder, planted)
    return planted


FIELDS = {
    "indicators.yml": (
        ["enrollment"],
        ["title", "definition", "numerator", "denominator", "counted"],
    ),
    "places.yml": ([], ["name", "phrase", "definition", "source"]),
    "measures.yml": (["rate"], ["title", "label", "reading", "caution"]),
}
"""Of the files of the catalog: entries (none: all), and what people write in them."""


def _rewrite(path: Path, entries: Any) -> None:
    path.write_text(yaml.safe_dump(entries, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def _fields(path: Path, names: list[str], fields: list[str], planted: Planted) -> None:
    entries = _read(path)
    for name in names or entries:
        entries[name] |= {field: planted(f"{name}.{field}") for field in fields}
        if "schools" in entries[name]:
            codes = entries[name]["schools"]
            entries[name]["schools"] = {code: planted(f"school {code}") for code in codes}
    _rewrite(path, entries)


def _groups(path: Path, planted: Planted) -> None:
    entries = _read(path)
    for kind in ("race_ethnicity", "all"):
        entries[kind]["title"] = planted(f"{kind}.title")
        for name, group in entries[kind]["groups"].items():
            group["label"] = planted(f"{name}.label")
            group["people"] = planted(f"{name}.people")
            group["aliases"] = [*group.get("aliases", []), planted(f"{name}.alias")]
    _rewrite(path, entries)


def _source(path: Path, planted: Planted) -> None:
    entry = _read(path)
    for field in ("title", "publisher", "publisher_short", "licence", "about"):
        entry[field] = planted(f"{path.stem}.{field}")
    for year, release in entry["releases"].items():
        release |= {name: planted(f"{path.stem}@{year}.{name}") for name in ("title", "note")}
    _rewrite(path, entry)


def _directory(path: Path, planted: Planted) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["name"] = planted(f"school {row['code']}")
        row["short_name"] = planted(f"short {row['code']}")
        row["note"] = row["source"] = planted(f"note {row['code']}")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _observations(folder: Path, planted: Planted) -> None:
    file = "observations/ospi_enrollment@2022.parquet"
    rows = pd.read_parquet(catalog.data_dir() / file)
    names = {
        key: planted(f"school {key}") + (UNSEEN if key == "2120" else "")
        for key in rows["organization_id"].unique()
    }
    rows["organization_name"] = rows["organization_id"].map(names)
    rows.to_parquet(folder / file)


SHOWS = """\
import sesec_analysis as sa
place = ["southeast_seattle", "rest_of_seattle_regular"]
chosen = {"end_years": [2022], "grade_level": "all", "student_group_type": "race_ethnicity"}
students = sa.rates(sa.load("enrollment", place=place[0], **chosen))
one = sa.rates(sa.load("enrollment", organization_id="2120", **chosen))
"""


def root(folder: Path, planted: Planted) -> Path:
    """Make a folder with one edition that shows the planted texts in a finding, figure, table and notice."""
    made = notebook(
        code("note: str  # told in a notice\nreport_year: int = 2022", tag="parameters"),
        code(SHOWS),
        text("## What is shown"),
        code("sa.findings(one)"),
        code("sa.plot_rates(students)", tag="figure-students"),
        code("sa.table(students)"),
        running(_raw()),
        code("from sesec_analysis.evidence.notices import Notice\nNotice(note, note)"),
    )
    entry = {
        "title": planted("edition title"),
        "notebook": "hostile.ipynb",
        "published": 2026,
        "parameters": {"note": planted("parameter") + NOTE},
    }
    editions = yaml.safe_dump({"editions": {"annual-2022": entry}}, allow_unicode=True)
    return write_root(folder, {"hostile.ipynb": made}, editions)


NOTE = '"; raise SystemExit("ran") #\n\'\'\'\n"""\nimport os; os._exit(3)\n{note!r}'
"""What would end the notebook, were a parameter's value read as code."""


def _raw() -> dict[str, Any]:
    """A table as a notebook may show it: every payload in a first and another cell, and in each text of a finding."""
    made = table()
    (content,) = made.values()
    content["caption"] = f"All of them {PAYLOADS[0]}{UNSEEN}"
    content["note"] = '#eval("1")'
    content["columns"] = [
        {"name": "first", "label": "=1+1", "align": "left"},
        {"name": "second", "label": "<svg onload=window.ran=1>", "align": "right"},
    ]
    content["rows"] = [[one, f"{one}{UNSEEN}"] for one in PAYLOADS]
    content["findings"] = [
        {"id": f"sesec:hostile.{at:02}", "n": 216, **WHOLE, **dict.fromkeys(_TOLD, one)}
        for at, one in enumerate(PAYLOADS)
    ]
    return made


_TOLD = (
    *("sentence", "value", "title", "label", "place", "school_year"),
    *("source", "method", "caveats", "cite_apa"),
)
"""Texts of a finding that the forms show."""

AUDIT = GUARD.without_attack()

SHOWN = (
    *("edition title", "parameter", "southeast_seattle.name", "school 2120", "rate.label"),
    *("enrollment.title", "enrollment.counted", "race_ethnicity.title"),
    *(f"{group}.{name}" for group in ("asian", "black", "white") for name in ("label", "people")),
    *(f"ospi_enrollment{name}" for name in (".publisher", ".publisher_short", "@2022.title")),
)
"""Fields that every form of the report shows."""

QUOTED = ("edition title", "school 2120", "enrollment.title", "asian.people", "black.label")
"""Fields that the page of findings shows."""


@dataclass(frozen=True)
class Built:
    """An edition of hostile texts, the data it was made from, and the texts by their fields."""

    folder: Path
    data: Path
    planted: Planted

    @property
    def texts(self) -> list[str]:
        """What every form has to show, letter by letter."""
        return [*PAYLOADS, *(self.planted.texts[field] for field in SHOWN)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    base = tmp_path_factory.mktemp("hostile")
    planted = plant(base / "data")
    home = root(base / "root", planted)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SESEC_DATA", str(base / "data"))
        patch.setenv("SESEC_ROOT", str(home))
        # `sesec report` refuses texts that nobody owns; the forms have to hold even if it did not.
        page = build.build("annual-2022", out=base, guard=AUDIT)
    return Built(page.parent, base / "data", planted)


def lost(text: str, wanted: list[str]) -> list[str]:
    """Those of the texts that are not in it; where lines end is left to the form."""
    shown = "".join(text.split())
    return [one for one in wanted if "".join(one.split()) not in shown]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["index.html", "findings.html"])
def test_page__runs_nothing_and_shows_all_as_text(built: Built, browser_page, name: str):
    visit = browser_page(built.folder / name)
    asked: list[str] = []
    visit.page.on("dialog", lambda box: (asked.append(box.message), box.dismiss()))
    quotes = visit.page.locator("button.quote")
    clicked = quotes.evaluate_all("all => all.map(one => one.click()).length")
    assert (clicked > 0) == (name == "findings.html")
    visit.page.mouse.move(300, 300)
    assert visit.page.evaluate("window.ran") is None
    assert (asked, visit.errors) == ([], [])
    assert visit.requests == [(built.folder / name).as_uri()]
    assert visit.page.title().endswith(" – Southeast Seattle Education Coalition")
    assert lost(visit.page.inner_text("body"), list(PAYLOADS)) == []
    texts = built.texts if name == "index.html" else [built.planted.texts[one] for one in QUOTED]
    assert lost(visit.page.text_content("body") + visit.page.title(), texts) == []
    handlers = (
        "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes].map(a => a.name))"
    )
    assert [one for one in visit.page.evaluate(handlers) if one.startswith("on")] == []
    links = "[...document.querySelectorAll('[href], [src]')].map(e => e.getAttribute('href') || e.getAttribute('src'))"
    kinds = {
        re.match(r"[a-z]+:(?=\S)", one)[0]
        for one in visit.page.evaluate(links)
        if ":" in one.partition("#")[0]
    }
    assert kinds <= {"https:", "data:"}


@pytest.mark.slow
def test_pdf__shows_all_as_text(built: Built):
    command = [
        program("pdftotext", "poppler-utils", "-v"),
        "-raw",
        str(built.folder / "report.pdf"),
        "-",
    ]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert lost(text, built.texts) == []


@pytest.mark.slow
def test_pdf__holds_no_action_and_no_link_but_to_pages(built: Built):
    with pikepdf.open(built.folder / "report.pdf") as pdf:
        pairs = [pair for one in pdf.objects for pair in entries_of(one)]
    names = {name for name, _ in pairs} | {str(value) for name, value in pairs if name == "/S"}
    acts = {"/JS", "/JavaScript", "/Launch", "/AA", "/OpenAction", "/GoToR", "/SubmitForm"}
    assert names.isdisjoint(acts | {"/ImportData", "/RichMedia", "/XFA"})
    addresses = [str(value) for name, value in pairs if name == "/URI"]
    assert addresses
    assert [one for one in addresses if not one.startswith(("https://", "http://"))] == []
    assert [one for one in addresses if "example.invalid" in one] == []


def entries_of(one: Any) -> Iterator[tuple[str, Any]]:
    """Every name of a dictionary in a PDF with its value, and those of what stands inside it."""
    inside: list[Any] = []
    if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        yield from one.items()
        inside = [value for _, value in one.items()]
    elif isinstance(one, pikepdf.Array):
        inside = list(one)
    for value in inside:
        # What is indirect is an object of its own, and comes by itself.
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            yield from entries_of(value)


@pytest.mark.slow
def test_docx__opens_with_all_as_text(built: Built, tmp_path: Path):
    [opened] = converted(office(), [built.folder / "report.docx"], "txt:Text", tmp_path)
    assert lost(opened.read_text("utf-8-sig"), built.texts) == []


@pytest.mark.slow
def test_docx__holds_no_field_and_no_link_but_to_pages(built: Built):
    with zipfile.ZipFile(built.folder / "report.docx") as file:
        parts = {name: file.read(name).decode("utf-8", "replace") for name in file.namelist()}
    own = {"TOC", "PAGE", "NUMPAGES", "SEQ", "PAGEREF", "STYLEREF"}
    written = "".join(text for name, text in parts.items() if name.endswith(".xml"))
    codes = re.findall(r"<w:instrText[^>]*>\s*(\w+)|w:instr=\"\s*(\w+)", written)
    assert {first or second for first, second in codes} <= own
    outside = re.findall(r'Target="([^"]*)"[^>]*TargetMode="External"', "".join(parts.values()))
    assert [one for one in outside if not one.startswith(("https://", "http://"))] == []
    assert [one for one in outside if "example.invalid" in one] == []


@pytest.mark.slow
def test_edition__holds_no_character_that_nobody_sees(built: Built):
    kinds = {".html", ".csv", ".json", ".svg"}
    for file in built.folder.rglob("*"):
        if file.suffix in kinds:
            text = file.read_text("utf-8-sig")
            odd = {one for one in text if unicodedata.category(one) in {"Cc", "Cf"}}
            assert odd <= {"\n", "\r", "\t"}, file.name
            assert not re.search(r"\\u00[01]", text), file.name
