import base64
import hashlib
import itertools
import re
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from report_samples import SVG, figure, finding, notebook, notice, record, showing, table, text

from sesec_analysis.checkout import Commit
from sesec_analysis.editions.documents import html as documents_html
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents import provenance
from sesec_analysis.editions.documents.provenance import BuildInfo, SourceNote
from sesec_analysis.errors import EditionError
from sesec_analysis.evidence.notices import FIGURE

META = BuildInfo(
    edition="annual-2022",
    title="Equity Report, 2021–22",
    published=None,
    notebook="notebooks/annual.ipynb",
    notebook_sha256="0" * 64,
    parameters={"report_year": 2022, "ci_level": 0.95},
    changed=(),
    version="1.2.3",
    commit=Commit("0123456789abcdef" * 2, dirty=False),
    sources=(
        SourceNote(
            "ospi_assessment@2018",
            "Report Card Assessment Data",
            "OSPI",
            "2017–18",
            "https://data.wa.gov/",
            "Public record",
            "a.csv",
            "0" * 64,
            "2024-01-02",
        ),
    ),
)


def page(*cells, meta: BuildInfo = META) -> str:
    return documents_html.render(documents_notebook.read(notebook(*cells)), meta=meta)


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


def test_render__gives_the_same_bytes_for_the_same_input():
    assert full_page() == full_page()


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


def test_render__names_language_title_and_landmarks():
    outline = Outline(full_page())
    assert outline.of("html") == [{"lang": "en"}]
    assert [len(outline.of(tag)) for tag in ("header", "nav", "main", "footer", "h1")] == [1] * 5
    assert (
        "<title>Equity Report, 2021–22 – Southeast Seattle Education Coalition</title>"
        in full_page()
    )


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


def test_render__lists_every_section_in_the_contents():
    nav = re.search(r"<nav.*?</nav>", full_page(), re.DOTALL)[0]
    assert re.findall(r'href="#([^"]*)"', nav) == ["summary", "learning", "page:about"]


def test_render__puts_the_picture_in_with_its_alt_text_and_files():
    outline = Outline(full_page())
    (picture,) = outline.of("img")
    assert picture["alt"] == figure()[FIGURE]["alt"]
    assert unquote(picture["src"].partition(",")[2]) == SVG
    links = [tag["href"] for tag in outline.of("a")]
    for kind in ("png", "svg", "csv"):
        assert f"figures/literacy.{kind}" in links


def test_render__puts_a_table_behind_every_figure():
    behind = re.search(
        r"<summary>Table, words, and downloads of figure 1</summary>.*?</table>",
        full_page(),
        re.DOTALL,
    )
    outline = Outline(behind[0])
    assert len(outline.of("caption")) == 1
    assert [cell["scope"] for cell in outline.of("th")] == ["col"] * 3 + ["row"] * 2
    assert {key: value for key, value in outline.of("div")[0].items() if key != "class"} == {
        "role": "group",
        "aria-label": "Table of figure 1",
        "tabindex": "0",
    }


def test_render__shows_id_and_citation_of_every_finding():
    html = full_page()
    for name in ("rate.black", "rate.other", "rate.white", "rate.table"):
        assert f"sesec:{name}</code>" in html
        assert f"({name})." in html
    assert html.count('class="citation"') == 5  # rate.black stands in the summary and in the figure


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


def test_render__keeps_the_edition_in_the_foot():
    foot = re.search(r"<footer>.*?</footer>", full_page(), re.DOTALL)[0]
    for words in (
        "annual-2022",
        "sesec-analysis 1.2.3",
        "<code>0123456789ab</code>",
        "report_year = 2022",
        "<cite>Report Card Assessment Data</cite>, 2017–18. Retrieved 2024-01-02.",
        'href="findings.csv"',
    ):
        assert words in foot


@pytest.mark.parametrize(
    ("commit", "words"),
    [
        (Commit(None, dirty=False), "<dd>sesec-analysis 1.2.3</dd>"),
        (Commit("a" * 40, dirty=True), "with changes not committed"),
    ],
)
def test_render__tells_how_far_its_code_can_be_found_again(commit, words):
    assert words in full_page(meta=replace(META, commit=commit))


def test_render__links_to_the_forms_that_stand_beside_it():
    forms = ["findings.html", "report.docx", "report.pdf"]
    masthead = '<ul class="editions screen-only">'
    assert masthead not in full_page()
    content = documents_notebook.read(notebook(text("## A"), showing(finding(record("a")))))
    html = documents_html.render(content, meta=META, beside=[*forms, "findings.csv"])
    linked = re.search(rf"{masthead}.*?</ul>", html, re.DOTALL)[0]
    assert sorted(re.findall(r'href="([^"]*)"', linked)) == forms
    assert 'href="findings.html#sesec:a"' in html


def test_render__takes_its_colours_from_the_palette():
    colours = documents_html.palette()
    style = re.search(r"<style>(.*?)</style>", full_page(), re.DOTALL)[1]
    assert f"--accent: {colours['accent']};" in style
    assert set(re.findall(r"var\(--([a-z-]+)\)", style)) <= {
        *(name.replace("_", "-") for name in colours),
        "text",
        "head",
        "label",
        "measure",
    }
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", style)) <= set(colours.values())


def test_render__marks_a_trial_with_other_parameters():
    html = full_page(meta=replace(META, changed=("ci_level",)))
    assert "A trial, not the edition" in html
    assert "ci_level = 0.95" in html


def test_render__says_in_one_line_what_the_edition_does_not_hold():
    assert "Not in it" not in full_page()
    html = full_page(meta=replace(META, absent=("graduated_4yr", "kindergarten_ready")))
    about = html[html.index('id="page:about"') :]
    line = "<dt>Not in it</dt><dd>no numbers on Graduated in four years; Ready in all six areas"
    assert about.count(line) == 1


def test_render__without_its_template_says_what_to_restore(monkeypatch, tmp_path):
    monkeypatch.setattr(documents_html, "template_dir", lambda: tmp_path)
    with pytest.raises(EditionError, match="template cannot be read") as refusal:
        full_page()
    assert "restore reports/template" in refusal.value.fix


def test_sources__are_read_from_findings_however_they_are_joined():
    given = [
        {"id": "a", "source_ids": "ospi_assessment@2018; ospi_assessment@2024"},
        {"id": "b", "source_ids": ["ospi_assessment@2018"]},
        {"id": "c", "source_ids": "synthetic"},
        {"id": "d"},
    ]
    assert [note.source_id for note in provenance.sources(given)] == [
        "ospi_assessment@2018",
        "ospi_assessment@2024",
    ]


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


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("56.6% (48.6–64.2%)", "(48.6–64.2%)"),
        ("+3.2 points (−1.0 to +7.4 points)", "(−1.0 to +7.4 points)"),
        ("$1,131 ($1,000–$1,200)", "($1,000–$1,200)"),
        ("in 2016–17", "2016–17"),
    ],
)
def test_page__breaks_no_line_within_a_range_with_its_brackets(text: str, kept: str):
    assert f'<span class="one">{kept}</span>' in documents_html._unbroken(text)
