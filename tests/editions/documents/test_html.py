import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

from paper_samples import imprint
from report_samples import figure, finding, notebook, notice, record, showing, table, text

from sesec_analysis.editions.documents import html as documents_html
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.provenance import BuildInfo

META = imprint()


def page(*cells, meta: BuildInfo = META) -> str:
    return documents_html.render(documents_notebook.read_notebook(notebook(*cells)), meta=meta)


def full_page(**also) -> str:
    return page(
        text("Before the first section.\n\n## Summary\n\nFive numbers."),
        showing(finding(record("rate.black"), record("rate.other"))),
        text("## Learning\n\n### Literacy\n\nWords."),
        showing(figure(), tag="figure-literacy"),
        showing(table(), notice()),
        **also,
    )


class Outline(HTMLParser):
    """The tags of a page with their attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def test_render__forbids_all_but_its_own_style_and_script():
    html = full_page()
    policy = Outline(html).of("meta")[2]["content"]
    for kind in ("style", "script"):
        inside = re.search(rf"<{kind}>(.*?)</{kind}>", html, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert [tags for _, tags in Outline(html).tags if "style" in tags or "onclick" in tags] == []


def test_render__escapes_words_from_data():
    bad = '<script>alert("x")</script> & co'
    html = page(
        text("## A"),
        showing(finding(record("a", sentence=bad))),
        showing(figure(title=bad, alt=bad), tag="figure-a"),
        showing(notice(bad, bad), table(bad)),
        meta=replace(META, title=bad),
    )
    assert html.count("<script>") == 1
    assert "</script> & co" not in html
    assert Outline(html).of("img")[0]["alt"] == bad
