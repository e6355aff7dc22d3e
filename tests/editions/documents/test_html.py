import base64
import hashlib
import itertools
import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from paper_samples import imprint
from report_samples import SVG, figure, finding, notebook, notice, record, showing, table, text

from sesec_analysis.editions.documents import html as documents_html
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents.provenance import BuildInfo
from sesec_analysis.errors import EditionError
from sesec_analysis.evidence.notices import FIGURE

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


def test_render__fetches_nothing():
    outline = Outline(full_page())
    assert outline.of("link", "iframe", "object", "video", "audio", "source") == []
    assert [tag["src"][:19] for tag in outline.of("img", "script") if "src" in tag] == [
        "data:image/svg+xml,"
    ]
    assert not re.search(r"url\((?!data:)|@import", full_page())


def test_render__forbids_all_but_its_own_style_and_script():
    html = full_page()
    policy = Outline(html).of("meta")[2]["content"]
    for kind in ("style", "script"):
        inside = re.search(rf"<{kind}>(.*?)</{kind}>", html, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert [tags for _, tags in Outline(html).tags if "style" in tags or "onclick" in tags] == []


def test_render__skips_no_heading_level():
    levels = [int(tag[1]) for tag, _ in Outline(full_page()).tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_render__gives_each_id_once_and_no_link_to_nowhere():
    outline = Outline(full_page())
    ids = [tags["id"] for _, tags in outline.tags if "id" in tags]
    assert len(ids) == len(set(ids))
    targets = {tag["href"][1:] for tag in outline.of("a") if tag["href"].startswith("#")}
    assert targets | {"sesec:rate.black", "figure:literacy"} <= set(ids)


def test_render__puts_the_picture_in_with_its_alt_text_and_files():
    outline = Outline(full_page())
    (picture,) = outline.of("img")
    assert picture["alt"] == figure()[FIGURE]["alt"]
    assert unquote(picture["src"].partition(",")[2]) == SVG
    links = [tag["href"] for tag in outline.of("a")]
    for kind in ("png", "svg", "csv"):
        assert f"figures/literacy.{kind}" in links


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


def test_render__without_its_template_says_what_to_restore(monkeypatch, tmp_path):
    monkeypatch.setattr(documents_html, "template_dir", lambda: tmp_path)
    with pytest.raises(EditionError, match="template cannot be read") as refusal:
        full_page()
    assert "restore reports/template" in refusal.value.fix


@pytest.mark.slow
@pytest.mark.parametrize(
    ("also", "facts"),
    [
        ({"n": None}, ""),
        ({"n": 1206}, "1,206 students"),
        ({"counted": "answers"}, "216 answers"),
        ({"interval": "27–40%", "ci_level": 0.95}, "95% interval 27–40%; 216 students"),
        (
            {"interval": "2–9%", "publish": "range", "n": "90 to 99", "reason": "some is withheld"},
            "With chance 2–9%; 90 to 99 students; some is withheld",
        ),
        ({"reference_n": 300}, "216 students; compared with 300"),
        ({"publish": "nothing", "n": None, "reason": "withheld"}, ""),
    ],
)
def test_render__tells_what_stands_behind_a_finding(also, facts):
    html = page(text("## A"), showing(finding(record("a", **also))))
    assert re.findall('<p class="facts">(.*)</p>', html) == ([facts] if facts else [])
