"""A small report with every kind of block, for tests of what is printed; and words that try to be more than words."""

from dataclasses import replace
from typing import Any

from report_samples import columns, figure, finding, notebook, notice, record, showing, table, text

from sesec_analysis.checkout import Commit
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.provenance import BuildInfo, SourceNote

HOSTILE = '#let x=1 $y$ *_b_* <script>alert(1)</script> @ref \\ "q" [l](u) `c` ~ // {{7*7}} =cmd|A0 ]] --> &amp;'
ALT = "Dot plot: who reads. Values are in the table."
SOURCE = "OSPI, Report Card Assessment Data (dataset x73g). https://data.wa.gov/d/x73g"


def imprint(**also: Any) -> BuildInfo:
    note = SourceNote(
        source_id="ospi_assessment@2018",
        title="Report Card Assessment Data",
        publisher="OSPI",
        school_year="2017–18",
        url="https://data.wa.gov/",
        licence="Public record",
        file="a.csv",
        sha256="ab" * 32,
        retrieved="2024-01-02",
    )
    made = BuildInfo(
        edition="annual-2022",
        title="Equity Report, 2021–22",
        published=None,
        notebook="notebooks/annual.ipynb",
        notebook_sha256="0" * 64,
        parameters={"report_year": 2022},
        changed=(),
        version="1.2.3",
        commit=Commit("0123456789abcdef" * 2, dirty=False),
        sources=(note, replace(note, source_id="ospi_assessment@2017", title="Earlier tests")),
    )
    return replace(made, **also)


def sourced(name: str, **also: Any) -> dict[str, Any]:
    return record(name, source=SOURCE, source_ids="ospi_assessment@2018", **also)


def report() -> Document:
    """Every kind of block, in two sections."""
    rows = [[f"School {at}", "33.3%", "216"] for at in range(60)]
    wide = {"columns": columns("School", "Rate", "Students"), "rows": rows}
    long = figure("Schools", table=wide, findings=[], alt=ALT)
    return documents_notebook.read_notebook(
        notebook(
            text("Before the first section, with a [link](#learning)."),
            text(
                "## Summary\n\nFive **numbers**:\n\n- one\n- two `x<y`\n\n> quoted\n\n| a | b |\n|---|--:|\n| c | 1 |"
            ),
            showing(
                finding(
                    sourced("rate.black"), sourced("rate.other", interval="32–71%", ci_level=0.95)
                )
            ),
            text("## Learning\n\n### Literacy\n\nWords, and [where](https://data.wa.gov/)."),
            showing(figure(findings=[sourced("rate.white")], alt=ALT), tag="figure-literacy"),
            showing(long, tag="figure-schools"),
            showing(table(rows=40), notice()),
        )
    )


def hostile(words: str = HOSTILE) -> Document:
    """A report in which every field that data can fill holds these words."""
    cells = {"columns": columns(words, words), "rows": [[words, words]]}
    told = sourced("rate.black") | {"sentence": words, "source": words, "reason": words, "n": 216}
    drawn = figure(
        words,
        subtitle=words,
        caption=words,
        notes=words,
        source_line=words,
        alt=words,
        table=cells,
        findings=[],
        frame=[0.2, 0.9],
    )
    shown = documents_notebook.read_notebook(
        notebook(
            text("## Summary"),
            showing(finding(told)),
            showing(drawn, tag="figure-literacy"),
            showing(notice(words, words)),
        )
    )
    return replace(shown, title=words)
