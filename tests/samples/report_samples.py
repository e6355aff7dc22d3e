"""Small notebooks for the tests of reports: what a cell shows, written out; and a root folder to build editions in."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from sesec_analysis import catalog
from sesec_analysis.evidence.notices import FIGURE, FINDING, FINDINGS, HEADLINE, NOTICE, TABLE

SESEC = str(Path(sys.executable).with_name("sesec"))
TEMPLATE = Path(__file__).parents[2] / "reports" / "template"
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
"""The smallest picture."""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 300">'
    '<rect x="40" y="40" width="400" height="60" fill="#0072b2"/></svg>'
)

Bundle = dict[str, Any]


WHOLE = {
    **{"measure": "average", "publish": "point", "status": "undefined", "grade_level": "all"},
    **{"organization_id": "southeast_seattle", "organization_level": "place", "reference": ""},
    **{"student_group_type": "all", "student_group": "all", "unit": "points"},
    **{"title": "Literacy", "label": "All students", "place": "Southeast Seattle"},
    **{"school_year": "2021–22", "estimate": 33.0, "reason": ""},
    **dict.fromkeys(("bound_low", "bound_high", "ci_low", "ci_high")),
}
"""What every record of an average has, for a document to be read back."""


def record(name: str = "rate.black", **also: Any) -> dict[str, Any]:
    sentence = f"In 2021–22, 33 percent of Black students met the standard ({name})."
    return {
        "id": f"sesec:{name}",
        "sentence": sentence,
        "value": "33 percent",
        "n": 216,
        "indicator": "ela_met",
        "end_year": 2022,
        "source": "OSPI, Report Card Assessment Data.",
        "cite_apa": f"Southeast Seattle Education Coalition. (n.d.). {sentence}",
        **WHOLE,
    } | also


def finding(*records: dict[str, Any]) -> Bundle:
    return {FINDINGS: list(records)} if len(records) > 1 else {FINDING: records[0]}


def columns(*labels: str) -> list[dict[str, str]]:
    sides = ["left", *["right"] * (len(labels) - 1)]
    return [
        {"name": f"c{at}", "label": label, "align": side}
        for at, (label, side) in enumerate(zip(labels, sides, strict=True))
    ]


def figure(title: str = "Literacy, by race and ethnicity", **also: Any) -> Bundle:
    content = {
        "title": title,
        "subtitle": "Grade 3, Southeast Seattle, 2021–22",
        "caption": "Not shown: groups of fewer than 10 students.",
        "source_line": "Source: OSPI, Report Card Assessment Data.",
        "alt": "Dot plot: literacy. From 33% (Black) to 71% (White). Values are in the table.",
        "long_description": "Each row is a student group.\n\nA dot is its rate.",
        "table": {
            "columns": columns("Student group", "Rate", "Students"),
            "rows": [["Black", "33%", "216"], ["White", "71%", "310"]],
        },
        "findings": [record("rate.black"), record("rate.white")],
    } | also
    return {FIGURE: content, "image/png": PNG, "image/svg+xml": SVG, "text/plain": "a figure"}


def headline(words: str = "Fewer students met the standard", **also: Any) -> Bundle:
    told = record("rate.black") | {"headline": words} | also
    why = "" if words else "withheld numbers leave the direction open"
    return {HEADLINE: {"text": words, "why": why, "findings": [told] if words else []}}


def laid_out(layout: str) -> Bundle:
    """A table of cards or of large numbers."""
    rows = [["1. Fewer teachers", "2010: 33%", "2022: 44%", "Holds"]] * 3
    if layout == "numbers":
        rows = [["33%", "of students met the standard", "Since 2017–18: ▼ lower"]] * 4
    labels = ("Claim", "Then", "Now", "Verdict")[: len(rows[0])]
    content = {"caption": f"In {layout}", "layout": layout, "columns": columns(*labels)}
    return {TABLE: content | {"rows": rows, "note": "", "findings": []}}


def table(caption: str = "Every indicator", width: int = 3, rows: int = 2) -> Bundle:
    return {
        TABLE: {
            "caption": caption,
            "columns": columns(
                "Indicator", *(f"{year}–{year - 1999}" for year in range(2014, 2013 + width))
            ),
            "rows": [[f"Indicator {row}", *["33.3%"] * (width - 1)] for row in range(rows)],
            "note": "No tests were given in 2019–20.",
            "findings": [record("rate.table")],
        }
    }


def notice(title: str = "Spring tests", text: str = "One in nine was not tested.") -> Bundle:
    return {NOTICE: {"title": title, "text": text}}


def text(words: str, *tags: str) -> NotebookNode:
    return new_markdown_cell(words, metadata={"tags": [*tags]} if tags else {})


def showing(*bundles: Bundle, tag: str | None = None) -> NotebookNode:
    """A cell as it stands after running."""
    cell = new_code_cell("sa.show()", metadata={"tags": [tag] if tag else []})
    cell.outputs = [new_output("display_data", data=bundle) for bundle in bundles]
    return cell


def saying(words: str, stream: str = "stdout") -> NotebookNode:
    cell = new_code_cell("sa.load()")
    cell.outputs = [new_output("stream", name=stream, text=words)]
    return cell


def ending() -> NotebookNode:
    cell = new_code_cell("sys.exit(0)")
    cell.outputs = [new_output("error", ename="SystemExit", evalue="0", traceback=[])]
    return cell


def notebook(*cells: NotebookNode, title: str | None = "# Equity report") -> NotebookNode:
    """A notebook; cell ids count on, so that the same cells are the same file."""
    start = [text(title)] if title else []
    made = new_notebook(cells=[*start, *cells])
    for at, cell in enumerate(made.cells):
        cell["id"] = f"cell-{at}"
    return made


def running(*bundles: Bundle, tag: str | None = None) -> NotebookNode:
    """A cell that shows these once it is run."""
    lines = [f"show(json.loads({json.dumps(bundle)!r}), raw=True)" for bundle in bundles]
    source = "\n".join(["import json", "from IPython.display import display as show", *lines])
    return code(source, tag=tag)


def code(source: str, *, tag: str | None = None) -> NotebookNode:
    return new_code_cell(source, metadata={"tags": [tag] if tag else []})


PARAMETERS = """\
report_year: int  # school year by the year it ends
place: str = "southeast_seattle"  # whom the report is about
ci_level: float = 0.95  # of confidence intervals
"""


def write_root(folder: Path, notebooks: dict[str, NotebookNode], editions: str) -> Path:
    """Make a folder that reports can be built in (name it with SESEC_ROOT)."""
    (folder / "reports").mkdir(parents=True)
    shutil.copytree(TEMPLATE, folder / "reports" / "template")
    (folder / "reports" / "editions.yml").write_text(editions, encoding="utf-8")
    (folder / "notebooks").mkdir()
    for name, made in notebooks.items():
        nbformat.write(made, folder / "notebooks" / name)
    return folder


def write_data(folder: Path, *parts: str) -> Path:
    """Make a data folder without observations (name it with SESEC_DATA): the catalog, and what else is asked for."""
    for name in ("catalog", *parts):
        shutil.copytree(catalog.data_dir() / name, folder / name)
    (folder / "observations").mkdir()
    return folder


def shelve(root: Path, name: str, *records: dict[str, Any]) -> None:
    """Put a finished edition of these findings among the built ones."""
    folder = root / "reports" / "build" / name
    folder.mkdir(parents=True)
    (folder / "findings.json").write_text(json.dumps(records))
    (folder / "run.json").write_text(json.dumps({"title": f"Report {name}"}))
