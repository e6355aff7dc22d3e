"""Texts that would do something if they were taken for more than texts; a copy of the data with them in every field."""

import csv
import shutil
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from report_samples import WHOLE, code, notebook, running, table, text, write_root

__all__ = ["PAYLOADS", "Planted", "plant", "root"]


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

OBSERVATIONS = ("ospi_enrollment@2022", "ospi_assessment_2017@2017")


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
    """Copy a small part of the data into ``folder`` with hostile texts in all fields that people write."""
    planted = Planted()
    for name in ("catalog", "reference", "words"):
        shutil.copytree(data / name, folder / name)
    (folder / "observations").mkdir()
    _indicators(folder / "catalog/indicators.yml", planted)
    _groups(folder / "catalog/student_groups.yml", planted)
    _places(folder / "catalog/places.yml", planted)
    _measures(folder / "catalog/measures.yml", planted)
    for name in ("school_notes", "school_names"):
        _schools_by_code(folder / f"catalog/{name}.yml", planted)
    for source in ("ospi_enrollment", "ospi_assessment_2017", "sps_climate"):
        _source(folder / f"catalog/sources/{source}.yml", planted)
    _claims(folder / "reference/founding_claims.yml", planted)
    _directory(folder / "reference/schools.csv", planted)
    for name in OBSERVATIONS:
        _observations(data, folder, name, planted)
    return planted


def _rewrite(path: Path, entries: Any) -> None:
    path.write_text(yaml.safe_dump(entries, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def _indicators(path: Path, planted: Planted) -> None:
    entries = _read(path)
    for name in ("enrollment", "ela_met", "climate_proud_of_school"):
        entry = entries[name]
        for field in ("title", "definition", "numerator", "denominator", "counted"):
            entry[field] = planted(f"{name}.{field}")
        entry["caveats"] = [planted(f"{name}.caveats")]
        entry["breaks"] = [{"at": 2011, "reason": planted(f"{name}.breaks")}]
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


def _places(path: Path, planted: Planted) -> None:
    entries = _read(path)
    for name, entry in entries.items():
        for field in ("name", "phrase", "definition", "source"):
            entry[field] = planted(f"{name}.{field}")
        entry["schools"] = {key: planted(f"school {key}") for key in entry.get("schools", {})}
    _rewrite(path, entries)


def _measures(path: Path, planted: Planted) -> None:
    entries = _read(path)
    for name in ("rate", "gap"):
        for field in ("title", "label", "reading", "caution"):
            entries[name][field] = planted(f"{name}.{field}")
    _rewrite(path, entries)


def _schools_by_code(path: Path, planted: Planted) -> None:
    entries = _read(path)
    for key, old in entries.items():
        entries[key] = (
            [planted(f"short {key}"), *old[1:]] if isinstance(old, list) else planted(f"note {key}")
        )
    _rewrite(path, entries)


def _source(path: Path, planted: Planted) -> None:
    entry = _read(path)
    for field in ("title", "publisher", "publisher_short", "licence", "about"):
        entry[field] = planted(f"{path.stem}.{field}")
    for year, release in entry["releases"].items():
        release |= {name: planted(f"{path.stem}@{year}.{name}") for name in ("title", "note")}
    if survey := entry.get("survey"):
        survey["ignore_items"] = [*survey.get("ignore_items", []), planted("survey item")]
        survey["themes"][planted("survey theme")] = [planted("survey item of a theme")]
    _rewrite(path, entry)


def _claims(path: Path, planted: Planted) -> None:
    entries = _read(path)
    for name, entry in entries.items():
        for field in ("claim", "date", "measure", "source"):
            entry[field] = planted(f"{name}.{field}")
        entry["note"] = planted(f"{name}.note")
        entry["then"]["claimed"] = planted(f"{name}.then")
        for test in entry["tests"]:
            test["part"] = planted(f"{name}.part")
            if "why" in test:
                test["why"] = planted(f"{name}.why")
            for area in test.get("areas", []):
                area["title"] = planted(f"{name}.area")
    _rewrite(path, entries)


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


def _observations(data: Path, folder: Path, name: str, planted: Planted) -> None:
    file = f"observations/{name}.parquet"
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
