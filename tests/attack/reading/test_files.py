"""A page of a PDF read without its pictures: every word is kept, whatever it looks like."""

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from sesec_analysis.attack.reading.files import pdf_passages

PICTURE = b"0 0 m 10.5 -3 l 1 2 3 4 5 6 c h S\n5 5 20 20 re f\n" * 50
FONT = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}


def test_pdf_passages__keep_words_among_lines_even_those_that_look_like_lines(tmp_path):
    said = rb"BT /F 12 Tf 72 700 Td (7 Black students \(1 2 m 3 4 l \)) Tj ET "
    writer = PdfWriter()
    page = writer.add_blank_page(612, 792)
    font = DictionaryObject({NameObject(key): NameObject(value) for key, value in FONT.items()})
    fonts = DictionaryObject({NameObject("/F"): font})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    program = DecodedStreamObject()
    program.set_data(PICTURE + said + PICTURE)
    page[NameObject("/Contents")] = writer._add_object(program)
    path = tmp_path / "report.pdf"
    writer.write(path)
    first = next(iter(pdf_passages(path, "report.pdf")))
    assert first.words == "7 Black students (1 2 m 3 4 l )"
    assert first.words == PdfReader(path).pages[0].extract_text().strip()
