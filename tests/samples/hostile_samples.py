"""Texts that would do something if they were taken for more than texts; a copy of the data with them in every field."""

import csv
import shutil
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from report_samples import WHOLE, code, notebook, running, table, text, write_root

PAYLOADS = (
    "<script>window.ran=1;document.title='ran'</script>",
    "<img src=x onerror=window.ran=1>",
    "<svg onload=window.ran=1>",
    "</script><script>window.ran=1</script>",
    "</style><style>*{display:none}</style>",
    '" onmouseover="window.ran=1',
    '=HYPERLINK("http://example.invalid")',
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    '#eval("1")',
    "#import",
    "$x^2$",
    "@ref",
    "*b*",
    "_i_",
    r"\textbf{x}\n",
    "[x](javascript:window.ran=1)",
    "{{7*7}}",
    "{% raise %}",
    "${7*7}",
    "{value.__class__}",
    "../../x",
    r"C:\x",
    "]]>",
    "-->",
    "&lt;b&gt;",
    "'; DROP",
)
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


def plant(data: Path, folder: Path) -> Planted:
    """Copy a small part of the data into ``folder`` with hostile texts in the fields that an edition shows."""
    planted = Planted()
    for name in ("catalog", "reference", "words"):
        shutil.copytree(data / name, folder / name)
    (folder / "observations").mkdir()
    for file, (names, fields) in FIELDS.items():
        _fields(folder / "catalog" / file, names, fields, planted)
    _groups(folder / "catalog/student_groups.yml", planted)
    _source(folder / "catalog/sources/ospi_enrollment.yml", planted)
    _directory(folder / "reference/schools.csv", planted)
    _observations(data, folder, planted)
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


def _observations(data: Path, folder: Path, planted: Planted) -> None:
    file = "observations/ospi_enrollment@2022.parquet"
    rows = pd.read_parquet(data / file)
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
