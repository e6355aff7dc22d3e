"""One more language, by the steps of CONTRIBUTING: its texts and number words are lent by Spanish here."""

import html
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document as WordFile
from pypdf import PdfReader

from sesec_analysis import i18n_files
from sesec_analysis.editions import editions

pytestmark = [
    pytest.mark.slow,
    pytest.mark.proof("A fifth language is added by the steps of CONTRIBUTING", only_in_full=True),
]

SCHOOL = "4277"
STEPS = r"""
import json, re, sys
from dataclasses import replace
from pathlib import Path
from click.testing import CliRunner
from sesec_analysis import checkout, i18n_files

words, out, name, school = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
i18n_files.folder = lambda: words
from family_forms import make_sheet
from sesec_analysis.cli import main
from sesec_analysis.errors import CatalogError
from sesec_analysis.editions.documents.notebook import translated_languages
from sesec_analysis.languages import numbers
from sesec_analysis.attack import check
from sesec_analysis.attack.reading import read_claims

told = {}

def sesec(*typed):
    done = CliRunner().invoke(main, typed)
    return [done.exit_code, done.output]

def faults(folder):
    return [fault.what for fault in check._check_folder(folder, read_claims(folder)).faults]

# 1. begin its file
told["begun"] = sesec("words", "tl")
path = words / "tl.po"
told["entries"] = len(i18n_files.read_translations(path))
told["unsigned"] = sesec("words", "review", "tl", "--reviewer", "Juan Example")
# 2. translate whole texts
from babel.messages.pofile import read_po, write_po
with path.open("rb") as file:
    catalog = read_po(file)
lent = {entry.id: entry.string for entry in i18n_files.read_translations(words / "es.po")}
for entry in catalog:
    if entry.id:
        entry.string = lent[entry.id]
with path.open("wb") as file:
    write_po(file, catalog)
# 3. its number words: without them nothing passes
try:
    told["without"] = numbers.lint("tl")
except CatalogError as refusal:  # the only way it may end
    told["without"] = str(refusal)
(words / "numbers" / "tl.yml").write_bytes((words / "numbers" / "es.yml").read_bytes())
told["lint"] = numbers.lint("tl")
# 4. who made it
with (words / "reviews.yml").open("a") as file:
    file.write("tl:\n  made_by: Juan Example\n")
# 5. build, 6. read beside the English
told["languages"] = list(translated_languages())
make_sheet(name, school, out, ["tl"])
[sheet] = (path.parent for path in out.glob("schools-*/*/run.json"))
told["sheet"] = str(sheet)
told["faults"] = faults(sheet)
# another number in a text is named
text = path.read_text("utf-8")
path.write_text(text.replace("0 significa", "7 significa", 1), "utf-8")
told["planted"] = numbers.lint("tl")
path.write_text(text, "utf-8")
# 7. a speaker signs, and a text that changes is read again
told["signed"] = sesec("words", "review", "tl", "--reviewer", "Juan Example")
from sesec_analysis.languages import reviews
told["reviewed"] = bool(reviews.review_of("tl").reviewer)
path.write_text(text.replace("0 significa", "0 quiere decir", 1), "utf-8")
told["changed"] = bool(reviews.review_of("tl").reviewer)
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fifth")
    shutil.copytree(i18n_files.folder(), folder / "words")
    newest = editions.find("latest")
    path = str(Path(__file__).parents[1] / "samples")
    done = subprocess.run(
        [sys.executable, "-c", STEPS, str(folder / "words"), str(folder / "out"), newest, SCHOOL],
        env={**os.environ, "PYTHONPATH": f"{path}{os.pathsep}{os.environ['PYTHONPATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    return told, Path(told["sheet"])


def test_steps__end_in_forms_that_say_the_same_numbers(tried):
    told, _ = tried
    assert told["begun"][0] == 0
    assert told["entries"] > 600
    assert "have no translation" in told["unsigned"][1]
    assert "number words" in told["without"]
    assert told["lint"] == told["faults"] == []
    assert "tl" in told["languages"]


def test_steps__name_another_number_and_withdraw_a_review_of_a_text_that_changed(tried):
    told, _ = tried
    assert len(told["planted"]) == 1
    assert told["signed"][0] == 0
    assert [told["reviewed"], told["changed"]] == [True, False]


def test_forms__are_there_in_the_fifth_language(tried):
    _, sheet = tried
    page = html.unescape((sheet / "index.tl.html").read_text("utf-8"))
    assert '<html lang="tl">' in page
    assert "Filipino" in page
    assert "not yet reviewed" in page
    assert "A machine made this translation" not in page
    reader = PdfReader(sheet / "report.tl.pdf")
    assert reader.trailer["/Root"]["/Lang"] == "tl"
    assert len(reader.pages) <= 2
    word = WordFile(sheet / "report.tl.docx")
    assert any("hoja informativa" in paragraph.text for paragraph in word.paragraphs)
