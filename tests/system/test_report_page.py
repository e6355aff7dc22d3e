"""The page, printed by a browser: whole on paper."""

import re
import subprocess
from pathlib import Path

import pytest
from absent import program
from paper_samples import imprint
from report_samples import figure, finding, notebook, notice, record, showing, table, text

from sesec_analysis.editions.documents import html
from sesec_analysis.editions.documents import notebook as documents_notebook

WORDS = "The state withholds the numbers of small groups. This report keeps them as ranges. " * 6


def make_page() -> str:
    cells = [
        text("Before.\n\n## Summary\n\nNumbers that carry the report."),
        showing(finding(*(record(f"rate.summary{at}") for at in range(5)))),
        showing(notice()),
    ]
    for at in range(6):
        cells += [
            text(
                f"## Section {at}\n\n{WORDS}\n\n{WORDS if at % 2 else ''}\n\n### In detail\n\n{WORDS}"
            ),
            showing(figure(findings=[record(f"rate.{at}")]), tag=f"figure-{at}"),
            showing(table(width=11, rows=4 + 3 * at)),
            text(f"### Read on\n\n{WORDS}\n\n| Word | n |\n|---|--:|\n| rate | 1 |"),
        ]
    meta = imprint(title="Southeast Seattle School Equity Report, 2021–22", sources=())
    return html.render(documents_notebook.read_notebook(notebook(*cells)), meta=meta)


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text(make_page(), encoding="utf-8")
    return path


def test_page__breaks_well_on_paper(browser_page, report):
    pdf = browser_page(report).page.pdf(format="Letter", print_background=True)
    pages = read_pages(pdf)
    contents, said, after = pages[0].partition("Numbers that carry the report.")
    assert said
    assert "Section 0" in contents
    assert "Section" not in after
    assert "Section 0" in pages[1].splitlines()[0]
    for number, page in enumerate(pages, start=1):
        *lines, foot = page.splitlines()
        assert re.fullmatch(rf"Southeast Seattle School Equity Report, 2021–22 +{number}", foot)
        assert not re.match(r"Section \d|In detail|Read on|Table \d|Indicator +\d{4}–", lines[-1])


def read_pages(pdf: bytes) -> list[str]:
    done = subprocess.run(
        [program("pdftotext", "poppler-utils", "-v"), "-layout", "-", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    )
    pages = done.stdout.decode("utf-8").rstrip("\f").split("\f")
    return ["\n".join(line.strip() for line in page.splitlines() if line.strip()) for page in pages]
