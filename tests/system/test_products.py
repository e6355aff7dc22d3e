"""Three products of one run: what each holds, how they lead to each other, and that each says what it should."""

import html
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from report_samples import (
    PARAMETERS,
    WHOLE,
    code,
    figure,
    finding,
    headline,
    laid_out,
    notebook,
    notice,
    record,
    running,
    table,
    text,
    write_root,
)

from sesec_analysis.attack.check import GUARD
from sesec_analysis.attack.rewriting import confirm
from sesec_analysis.editions import build
from sesec_analysis.editions.documents import model
from sesec_analysis.errors import EditionError
from sesec_analysis.evidence.notices import TABLE

AUDIT = GUARD.without_attack()

LIST = """\
contact: { email: hello@example.org, site: https://example.org }
editions:
  annual-2022:
    title: Equity Report, 2021–22
    published: 2023
    notebook: report.ipynb
    summary: summary.ipynb
    annex: annex.ipynb
    asks: [Pay for small classes., Ask families.]
    voices:
      - { quote: Teachers here know my child., who: A mother in Rainier Beach, consent_on_file: true }
      - { quote: We want more counselors., who: "Amina, 11th grade", consent_on_file: true }
      - { quote: Only on its sheet., who: A father, consent_on_file: true, school: "2182" }
    parameters: { report_year: 2022 }
  unlike: { title: U, notebook: report.ipynb, annex: unlike.ipynb, parameters: { report_year: 2022 } }
  twice: { title: T, notebook: annex.ipynb, annex: annex.ipynb, parameters: { report_year: 2022 } }
"""
BLACK = record("rate.black", headline="Fewer students met the standard")
WHITE = record("rate.white", headline="")
DRAWN = {"findings": [BLACK, WHITE]}


def make_notebooks() -> dict[str, object]:
    start = code(PARAMETERS, tag="parameters")
    report = notebook(
        start,
        running(headline(**WHOLE), finding(BLACK)),
        text("## Learning\n\nTwo sentences. They are short."),
        running(headline(**WHOLE), figure("Reading", **DRAWN), tag="figure-reading"),
        text("What this means: more students need more teachers."),
        text("## Kindergarten"),
        running(notice("Kindergarten", "To add it, run: sesec data fetch ospi_wakids.")),
        text("## Our founding claims"),
        running(laid_out("cards")),
        text("## How we know\n\nFrom public files."),
    )
    summary = notebook(
        code("report_year: int  # school year by the year it ends", tag="parameters"),
        running(headline(**WHOLE), laid_out("numbers")),
        text("## At a glance"),
        running(figure("Glance", **DRAWN), tag="figure-glance"),
        text("## How to quote\n\nWith its year."),
        title="# Summary",
    )
    bare = table()
    bare[TABLE]["findings"] = []
    annex = notebook(
        start,
        text("## Results by group"),
        running(headline(""), finding(BLACK, WHITE)),
        running(figure(**DRAWN), tag="figure-literacy"),
        running(bare, notice()),
        title="# Technical annex",
    )
    unlike = notebook(code("report_year: int = 2020  # another", tag="parameters"), text("## A"))
    return {
        "report.ipynb": report,
        "summary.ipynb": summary,
        "annex.ipynb": annex,
        "unlike.ipynb": unlike,
    }


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Path:
    home = write_root(tmp_path_factory.mktemp("home") / "root", make_notebooks(), LIST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SESEC_ROOT", str(home))
        build.build("2022", guard=replace(AUDIT, confirm=confirm))
        yield home / "reports" / "build" / "annual-2022"


def seen(edition: Path, name: str) -> str:
    page = (edition / name).read_text("utf-8")
    page = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.slow
def test_build__keeps_the_findings_of_all_products_once(edition):
    kept = [one["id"] for one in json.loads((edition / "findings.json").read_text("utf-8"))]
    assert kept == ["sesec:rate.black", "sesec:rate.white"]
    document = model.read_document(edition)
    assert [one.layout for one in document.all] == ["pages", "summary", "annex"]
    assert all(one.findings == document.findings for one in document.all)


@pytest.mark.slow
def test_report__has_headlines_what_is_asked_and_the_way_to_the_annex(edition):
    words = seen(edition, "index.html")
    assert "Learning Fewer students met the standard Two sentences." in words
    said = "“Teachers here know my child.” — A mother in Rainier Beach"
    other = "“We want more counselors.” — Amina, 11th grade"
    asked = "What we ask Pay for small classes. Ask families. How we know"
    assert f"In their own words {said} {other} {asked}" in words
    assert other not in seen(edition, "summary.html")
    assert "Numbers, ranges, and ids: technical annex, “Results by group”" in words
    assert 'href="annex.html#results-by-group"' in (edition / "index.html").read_text("utf-8")


@pytest.mark.slow
def test_contact_and_voices__are_in_every_form(edition):
    told = "Mistake or question? Tell us: hello@example.org, https://example.org/"
    quote = "“Teachers here know my child.” — A mother in Rainier Beach"
    forms = {path.name: words_of_form(path) for path in sorted(edition.iterdir())}
    pages = ["index.html", "summary.html", "annex.html", "findings.html"]
    papers = [
        f"{stem}.{kind}" for stem in ("report", "summary", "annex") for kind in ("pdf", "docx")
    ]
    for name in (*pages, *papers, "slides.pptx"):
        assert told.replace(" ", "") in forms[name].replace(" ", ""), name
        assert (quote in forms[name]) == ("annex" not in name and "findings" not in name), name
        assert "Only on its sheet." not in forms[name]


def words_of_form(path: Path) -> str:
    """Return the words of a page, a PDF, a Word file, or slides, with one space between them."""
    if path.suffix == ".html":
        return seen(path.parent, path.name)
    if path.suffix == ".pdf":
        text = " ".join(page.extract_text() for page in PdfReader(path).pages)
    elif path.suffix in (".docx", ".pptx"):
        with zipfile.ZipFile(path) as archive:
            parts = [archive.read(name) for name in archive.namelist() if name.endswith(".xml")]
        text = html.unescape(re.sub(r"<[^>]+>", "", b" ".join(parts).decode("utf-8")))
    else:
        text = ""
    return " ".join(text.split())


@pytest.mark.slow
def test_pdfs__put_two_messages_on_a_page_where_both_fit_and_have_two_for_the_summary(edition):
    assert len(PdfReader(edition / "summary.pdf").pages) == 2
    pages = [page.extract_text() for page in PdfReader(edition / "report.pdf").pages]
    shared = [("Our founding", "In their own"), ("What we ask", "How we")]  # behind the front
    for page, (first, second) in zip(pages[1:], shared, strict=True):
        assert -1 < page.find(first) < page.find(second)
    assert "sesec:" not in "".join(pages)


def test_planned__refuses_notebooks_that_declare_a_parameter_otherwise(tmp_path, monkeypatch):
    home = write_root(tmp_path / "root", make_notebooks(), LIST)
    monkeypatch.setenv("SESEC_ROOT", str(home))
    with pytest.raises(EditionError, match="declared otherwise") as refusal:
        build.build("unlike", guard=AUDIT)
    assert "report_year" in refusal.value.valid
