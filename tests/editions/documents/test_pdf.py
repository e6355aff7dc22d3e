import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pikepdf
import pytest
import typst
from paper_samples import ALT, HOSTILE, SOURCE, hostile, imprint, report
from printed_pages import sizes_of_words_in_pictures
from pypdf import PdfReader
from report_samples import figure, notebook, showing, text, write_root

from sesec_analysis import checkout
from sesec_analysis.editions.documents import notebook as documents_notebook
from sesec_analysis.editions.documents import pdf as documents_pdf
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.errors import EditionError


@pytest.fixture(scope="module")
def made() -> bytes:
    return documents_pdf.render(report(), meta=imprint())


@pytest.fixture
def opened(made) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(made)) as pdf:
        yield pdf


def words(pdf: bytes) -> str:
    """All that is printed, without spaces: lines end where they must."""
    return re.sub(
        r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    )


def tags(node: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Every element of the tree that a screen reader follows, in order."""
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from tags(child)


def test_render__gives_the_same_bytes_for_the_same_input_anywhere(made, monkeypatch, tmp_path):
    write_root(tmp_path, {}, "")
    monkeypatch.setenv("SESEC_ROOT", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert documents_pdf.render(report(), meta=imprint()) == made


def test_render__is_marked_as_pdf_ua_and_pdf_a(opened):
    with opened.open_metadata() as xmp:
        assert xmp["pdfuaid:part"] == "1"
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "A")
    assert opened.Root.MarkInfo.Marked


def test_render__names_language_and_title(opened):
    assert str(opened.Root.Lang) == "en"
    assert opened.Root.ViewerPreferences.DisplayDocTitle
    assert str(opened.docinfo["/Title"]) == "Equity Report, 2021–22"


def test_render__tags_headings_figures_tables_and_notes(opened):
    kinds = [str(tag.S) for tag in tags(opened.Root.StructTreeRoot)]
    assert {
        "/H1",
        "/H2",
        "/P",
        "/L",
        "/LI",
        "/Table",
        "/TH",
        "/TD",
        "/Figure",
        "/Caption",
        "/Note",
        "/Link",
    } <= {*kinds}


def test_render__gives_every_picture_its_alt_text(opened):
    alts = [str(tag.Alt) for tag in tags(opened.Root.StructTreeRoot) if tag.S == "/Figure"]
    assert len(alts) == 2
    assert all(alt.startswith("Dot plot: who reads") for alt in alts)


def test_render__refuses_a_picture_without_alt_text():
    broken = report()
    first, second = broken.sections
    parts = tuple(
        replace(part, alt="") if part.kind == "figure" else part for part in second.blocks
    )
    with pytest.raises(EditionError, match="alt"):
        documents_pdf.render(
            replace(broken, sections=(first, replace(second, blocks=parts))), meta=imprint()
        )


def test_render__embeds_its_fonts(opened):
    fonts = [font for page in opened.pages for font in page.Resources.get("/Font", {}).values()]
    described = [part.FontDescriptor for font in fonts for part in font.DescendantFonts]
    assert described
    assert all({"/FontFile2", "/FontFile3"} & set(font.keys()) for font in described)


def test_render__is_on_letter_paper(opened):
    assert {tuple(map(float, page.MediaBox)) for page in opened.pages} == {(0, 0, 612, 792)}


def test_render__attaches_the_tables_that_it_does_not_print(opened):
    assert list(opened.attachments) == ["schools.csv"]
    assert (
        opened.attachments["schools.csv"]
        .get_file()
        .read_bytes()
        .startswith(b"School,Rate,Students")
    )


@pytest.mark.slow
def test_render__prints_all_that_the_blocks_say(made):
    told = words(made)
    for said in (
        "Fivenumbers",
        "x<y",
        "quoted",
        "95%interval32–71%",
        "sesec:rate.other",
        "Notestsweregivenin",
        "Oneinnine",
    ):
        assert said in told
    assert (
        told.count(re.sub(r"\s", "", SOURCE)) == 1
    )  # two findings of one section share a footnote


@pytest.mark.slow
def test_render__says_what_it_was_made_from(made):
    for said in (
        "annual-2022",
        "sesec-analysis1.2.3,commit0123456789ab",
        "report_year=2022",
        "abababababababab",
    ):
        assert said in words(made)


def test_render__leaves_no_page_empty(made):
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    assert min(map(len, pages)) > 60


def test_render__repeats_the_head_of_a_table_on_its_next_page(made):
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    broken = [page for page in pages if re.search(r"^Indicator \d", page, re.MULTILINE)]
    assert len(broken) == 2
    assert all("2015–16" in page for page in broken)


def test_render__takes_no_word_for_a_command():
    meta = imprint(title=HOSTILE, parameters={"place": HOSTILE}, changed=("place",), synthetic=True)
    told = words(documents_pdf.render(hostile(), meta=meta))
    assert told.count(re.sub(r"\s", "", HOSTILE)) >= 12


def test_render__gives_each_document_of_a_kind_its_own_words():
    def of(said: str) -> bytes:
        sheet = replace(documents_notebook.read(notebook(text(said))), layout="sheet")
        return documents_pdf.render(sheet, meta=imprint(sources=()))

    first, second, again = (
        of("It is **one** of them."),
        of("And *another*."),
        of("It is **one** of them."),
    )
    assert first == again
    assert "Itisone" in words(first)
    assert "Andanother" in words(second)
    assert "Itisone" not in words(second)


@pytest.mark.parametrize("said", ["学校 አማርኛ ไทย 😀", "a\x00b\ud800c"])
def test_render__prints_signs_that_its_fonts_do_not_have(said):
    documents_pdf.render(hostile(said), meta=imprint(title=said))


@pytest.mark.parametrize("span", ["2023–24,", "(0.5–58.3%)", "3–8;", "<5%–12%."])
def test_render__never_parts_a_span_of_numbers(span):
    said = "\n\n".join(f"{'x' * shift} {f'{span} ' * 40}" for shift in range(1, 12))
    made = documents_pdf.render(documents_notebook.read(notebook(text(said))), meta=imprint())
    printed = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    assert " ".join(printed).split().count(span) == 40 * 11


def test_render__of_a_sheet_has_no_cover_and_no_contents():
    sheet = documents_pdf.render(replace(report(), layout="sheet"), meta=imprint())
    first = PdfReader(io.BytesIO(sheet)).pages[0].extract_text()
    assert "Summary" in first
    assert "Contents" not in words(sheet)


def pages_of(*sections) -> list[str]:
    """What is printed on each page of a report in pages, after its cover with a first section."""
    drawn = [text("## Last\n\nOf it."), showing(figure(findings=[], alt=ALT), tag="figure-schools")]
    whole = notebook(text("## In brief\n\nWords."), *map(text, sections), *drawn)
    made = replace(documents_notebook.read(whole), layout="pages")
    pdf = documents_pdf.render(made, meta=imprint())
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages][1:]


def test_render__lets_sections_of_few_words_share_a_page():
    shared, last = pages_of("## First\n\nFew words.", "## Second\n\nFew words.")
    assert "First" in shared
    assert "Second" in shared
    assert "Last" in last
    [one] = pages_of("## First\n\nFew words.")
    assert "First" in one
    assert "Last" in one
    assert len(pages_of(f"## First\n\n{'Many words. ' * 50}", "## Second\n\nFew words.")) == 2


WORDS = """<text style="font-size: 10px; font-family: 'DejaVu Sans'" x="20" y="90">Words</text>"""


def of_two_pictures(tall: int, between: str = "### Beside it\n\nOf the second.") -> Document:
    """A report of two pictures, each with words of which a reader sees those of 10 in 504, and as tall as said."""
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 504 {tall}">{WORDS}</svg>'
    shown = [
        showing(
            {**figure(name, findings=[], alt=ALT), "image/svg+xml": drawn}, tag=f"figure-{name}"
        )
        for name in ("first", "second")
    ]
    cells = [text("## In brief\n\nWords."), text("## Both\n\nOf the first.")]
    cells += [shown[0], text(between), shown[1]]
    return replace(documents_notebook.read(notebook(*cells)), layout="pages")


@pytest.mark.parametrize(("tall", "pages"), [(150, 1), (330, 1), (480, 2)])
def test_render__gives_two_pictures_a_page_each_before_their_words_are_too_small(
    tall, pages, tmp_path
):
    made = tmp_path / "report.pdf"
    made.write_bytes(documents_pdf.render(of_two_pictures(tall), meta=imprint()))
    _, *printed = [page.extract_text() for page in PdfReader(made).pages]
    assert len(printed) == pages
    assert "Of the first" in printed[0]
    assert "Beside it" in printed[-1]
    assert min(sizes_of_words_in_pictures(made)) >= 8


@pytest.mark.parametrize(("tall", "pages"), [(150, 1), (330, 2)])
def test_render__lets_sections_of_a_small_picture_share_a_page(tall, pages):
    made = of_two_pictures(tall, "## Second\n\nOf the second.")
    pdf = PdfReader(io.BytesIO(documents_pdf.render(made, meta=imprint())))
    assert len(pdf.pages) == 1 + pages
    assert "Of the second" in pdf.pages[pages].extract_text()


@pytest.mark.parametrize("tight", range(4))
def test_template__keeps_the_rules_of_a_sheet_clear_of_letters_below_the_line(tight):
    source = """
        #import "parts.typ": *
        #let tall(edge) = measure(text(font: "Libertinus Serif", size: small, bottom-edge: edge)[gjpqy]).height
        #context [#metadata((tall("bounds") - tall("baseline")).pt())<tail>]
        #metadata(padding(3).first().bottom.pt())<room>
    """
    folder = checkout.root() / "reports" / "template"
    files = {name: (folder / name).read_bytes() for name in ("parts.typ", "look.json")}
    said = {"layout": "sheet", "tight": tight, "words": {}}
    files |= {"main.typ": source.encode()}
    asked = {"field": "value", "one": True, "sys_inputs": {"kind": json.dumps(said)}}
    tail, room = (float(typst.query(files, f"<{name}>", **asked)) for name in ("tail", "room"))
    assert room >= tail > 1.5


@pytest.mark.parametrize(("paragraphs", "set_as"), [(23, 1), (24, 2), (25, 3), (26, 3)])
def test_render__sets_a_sheet_no_more_closely_than_two_pages_need(paragraphs, set_as, monkeypatch):
    words = "\n\n".join(["So these figures rank nobody. " * 20] * paragraphs)
    sheet = replace(documents_notebook.read(notebook(text(words))), layout="sheet")

    def among(*ways: int) -> tuple[bytes, int]:
        monkeypatch.setattr(documents_pdf, "_TIGHT", ways)
        made = documents_pdf.render(sheet, meta=imprint(sources=()))
        return made, len(PdfReader(io.BytesIO(made)).pages)

    chosen = among(1, 2, 3)
    each = {way: among(way) for way in (1, 2, 3)}
    assert chosen == each[set_as]
    fitting = [way for way, (_, pages) in each.items() if pages <= 2]
    assert set_as == min(fitting, default=3)


@pytest.mark.parametrize("layout", ["report", "sheet"])
def test_render__manages_with_next_to_nothing(layout):
    bare = Document("Equity report", (), (), (), layout)
    assert "EquityReport" in words(documents_pdf.render(bare, meta=imprint(sources=())))
    short = documents_notebook.read(notebook(text("## Summary")))
    documents_pdf.render(replace(short, layout=layout), meta=imprint())


def test_render__shows_the_year_of_publishing():
    made = documents_pdf.render(report(), meta=imprint(published=2025))
    assert "2025" in PdfReader(io.BytesIO(made)).pages[0].extract_text()
    assert PdfReader(io.BytesIO(made)).metadata.creation_date.year == 2025


@pytest.mark.parametrize("gone", ["report.typ", "parts.typ", "look.json"])
def test_render__without_its_template_says_what_to_restore(gone, monkeypatch, tmp_path):
    (write_root(tmp_path, {}, "") / "reports" / "template" / gone).unlink()
    monkeypatch.setenv("SESEC_ROOT", str(tmp_path))
    with pytest.raises(EditionError, match="restore reports/template"):
        documents_pdf.render(report(), meta=imprint())


def test_render__sets_by_a_template_as_it_is_now(monkeypatch, tmp_path):
    look = write_root(tmp_path, {}, "") / "reports" / "template" / "look.json"
    monkeypatch.setenv("SESEC_ROOT", str(tmp_path))
    before = documents_pdf.render(report(), meta=imprint())
    colours = json.loads(look.read_text("utf-8"))
    look.write_text(json.dumps(colours | {"accent": "#123456"}), "utf-8")
    assert documents_pdf.render(report(), meta=imprint()) != before
