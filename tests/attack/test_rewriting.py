"""Files compared with what their document gives: each difference is named with its file and its place."""

import json

import pytest
from paper_samples import imprint

from sesec_analysis.attack.rewriting import (
    AUDIT,
    DIFFERS,
    GONE,
    UNKNOWN,
    compare_files,
    confirm,
    differences,
    of_pictures,
)
from sesec_analysis.attack.sweep import Fault
from sesec_analysis.editions.documents import formats, provenance
from sesec_analysis.editions.documents.model import Heading
from sesec_analysis.editions.documents.notebook import Document, Section
from sesec_analysis.errors import DataError

PNG = b"\x89PNG\r\n\x1a\n"


def folders(tmp_path, there, made):
    """Two folders: what stands there, and what the document gives."""
    for name, files in (("there", there), ("made", made)):
        for path, content in files.items():
            at = tmp_path / name / path
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_bytes(content)
    return tmp_path / "there", tmp_path / "made"


def faults(tmp_path, there, made=None):
    return list(compare_files(*folders(tmp_path, there, {"a.csv": b"a\r\n"} | (made or {}))))


def test_compared__finds_nothing_where_all_is_the_same(tmp_path):
    assert faults(tmp_path, {"a.csv": b"a\r\n"}) == []


@pytest.mark.parametrize("name", ["b.csv", "a/b.html", ".hidden", "figures/7.csv"])
def test_compared__names_a_file_that_no_edition_has(tmp_path, name):
    assert faults(tmp_path, {"a.csv": b"a\r\n", name: b""}) == [Fault(name, UNKNOWN)]


def test_compared__names_an_empty_folder(tmp_path):
    there, made = folders(tmp_path, {"a.csv": b""}, {"a.csv": b""})
    (there / "seven").mkdir()
    assert list(compare_files(there, made)) == [Fault("seven", UNKNOWN)]


def test_compared__names_a_file_that_is_missing(tmp_path):
    assert faults(tmp_path, {"b.csv": b""}, {"b.csv": b""}) == [Fault("a.csv", GONE)]


def test_compared__leaves_an_edition_inside_to_its_own_check(tmp_path):
    assert faults(tmp_path, {"a.csv": b"a\r\n", "in/run.json": b"{}", "in/b.csv": b""}) == []


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (b"a,b\r\n1,2\r\n", b"a,b\r\n1,3\r\n", "line 2, byte 3"),
        (b"a,b\r\n", b"a,b\r\n7,7\r\n", "line 2, byte 1"),
        (b"a,b\r\n", b"a,b\n", "line 1, byte 4"),
    ],
)
def test_compared__names_line_and_byte(tmp_path, old, new, place):
    assert faults(tmp_path, {"a.csv": new}, {"a.csv": old}) == [Fault(f"a.csv, {place}", DIFFERS)]


def test_compared__names_a_link_that_leads_to_nothing(tmp_path):
    there, made = folders(tmp_path, {"a.csv": b"7"}, {"a.csv": b"7", "b.csv": b""})
    (there / "b.csv").symlink_to(tmp_path / "gone")
    assert list(compare_files(there, made)) == [Fault("b.csv, line 1, byte 1", DIFFERS)]


DOCUMENT = Document("Report", (), (Section(Heading(2, "Results", "results"), ()),), ())


def picture_faults(tmp_path, files):
    return list(of_pictures(folders(tmp_path, files, {})[0]))


def chunk(kind, content=b""):
    return len(content).to_bytes(4, "big") + kind + content + bytes(4)


@pytest.mark.parametrize(
    "more",
    [chunk(b"tEXt", b"n 7") + chunk(b"IEND"), chunk(b"IEND") + b"7", b""],
)
def test_of_pictures__finds_what_a_png_holds_beside_its_picture(tmp_path, more):
    content = PNG + chunk(b"IHDR", bytes(13)) + more
    assert picture_faults(tmp_path, {"figures/a.png": content}) == [Fault("figures/a.png", DIFFERS)]


def test_of_pictures__takes_a_png_of_its_picture_alone(tmp_path):
    content = PNG + chunk(b"IHDR", bytes(13)) + chunk(b"IEND")
    assert picture_faults(tmp_path, {"figures/a.png": content}) == []


@pytest.fixture
def written(tmp_path):
    """Write a document of a heading, and give its folder with it."""
    (tmp_path / AUDIT).write_text("{}", "utf-8")
    return tmp_path, formats.write(DOCUMENT, imprint(sources=()), tmp_path)


@pytest.mark.slow
def test_confirm__refuses_what_was_not_written_from_the_document(written):
    folder, document = written
    confirm(folder, document)
    (folder / "figures").mkdir()
    (folder / "figures/7.svg").write_text("<svg/>", "utf-8")
    (folder / "findings.csv").unlink()
    with pytest.raises(DataError) as refusal:
        confirm(folder, document)
    assert f"findings.csv: {GONE}" in refusal.value.what
    assert f"figures/7.svg: {UNKNOWN}" in refusal.value.what


@pytest.mark.slow
@pytest.mark.parametrize("change", [{"n": 7}, {"attack": {"cells": 8}}])
def test_differences__names_a_certificate_that_is_not_as_it_was_written(written, change):
    folder, document = written
    meta = provenance.read_build_info(folder)
    assert list(differences(folder, document, meta)) == []
    (folder / AUDIT).write_text(json.dumps(change), "utf-8")
    assert Fault(AUDIT, DIFFERS) in differences(folder, document, meta)
