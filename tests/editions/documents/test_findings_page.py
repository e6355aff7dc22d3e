"""The page of all numbers: each once, to be read without script, and what the script needs, as it is said elsewhere."""

import json
import re
from typing import Any

from estimate_samples import estimates, rate
from paper_samples import imprint
from report_samples import figure, finding, notebook, showing, text

from sesec_analysis.editions.documents import findings_page
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.finding import findings

META = imprint(published=2023, sources=())


def real_records() -> list[dict[str, Any]]:
    made = findings(
        estimates(
            [
                rate(71, 216),
                rate(120, 200, student_group="white"),
                rate(8, 20, student_group="asian"),
            ]
        )
    ).records()
    cites = [citation.cite(one, edition=META.title, published=META.published) for one in made]
    return [one | {"cite_apa": text} for one, text in zip(made, cites, strict=True)]


def of(*records: dict[str, Any]) -> Document:
    return documents_notebook.read_notebook(
        notebook(
            text("## Summary"),
            showing(finding(*records)),
            showing(figure(findings=[records[0]]), tag="figure-literacy"),
        )
    )


def island(html: str) -> dict[str, Any]:
    inside = re.search(r'id="page:data">(.*?)</script>', html, re.DOTALL)[1]
    return json.loads(inside)


def test_render__lists_each_finding_once_under_its_indicator():
    records = real_records()
    html = findings_page.render(of(*records), meta=META)
    for one in records:
        assert html.count(f'<li id="{one["id"]}"') == 1
        assert html.count(f'<p class="sentence">{one["sentence"]}</p>') == 1
    assert re.findall(r'<h2 id="title:1">(.*?) <span', html) == [records[0]["title"]]
    assert "3 numbers" in html


def test_render__lets_no_word_of_the_data_out_of_its_place():
    bad = '</script><script>alert("x")</script><b>&'
    one = {
        name: bad if isinstance(value, str) else value for name, value in real_records()[0].items()
    }
    keep = ("id", "source_ids", "student_group", "reference", "publish", "measure")
    one |= {name: real_records()[0][name] for name in keep}
    html = findings_page.render(of(one), meta=META)
    assert "<b>" not in html
    assert html.count("<script") == 2
    assert island(html)["columns"][1]["each"] == [bad]
