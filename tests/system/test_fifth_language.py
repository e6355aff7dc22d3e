"""One more language, by the steps of CONTRIBUTING: Tagalog, whose texts are made by code here, in words of its own."""

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

pytestmark = pytest.mark.slow

SCHOOL = "4277"
STEPS = r"""
import json, re, sys
from dataclasses import replace
from pathlib import Path
from click.testing import CliRunner
from sesec_analysis import checkout, i18n, i18n_files

words, out, name, school = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
i18n.folder = i18n_files.folder = lambda: words
from family_forms import make_sheet, make_summary
from sesec_analysis.cli import main
from sesec_analysis.editions import execute
from sesec_analysis.editions.documents import spoken, stored
from sesec_analysis.languages import numbers
from sesec_analysis.verdict import translating

told = {}

def sesec(*typed):
    done = CliRunner().invoke(main, typed)
    return [done.exit_code, done.output]

def faults(folder):
    document, meta = stored.read(folder), stored.imprint(folder)
    return [fault.what for fault in translating.untrue(document, meta)]

# 1. begin its file
told["begun"] = sesec("words", "tl")
path = words / "tl.po"
told["entries"] = len(i18n_files.read(path))
told["unsigned"] = sesec("words", "review", "tl", "--reviewer", "Juan Example")
# 2. translate whole texts
from babel.messages.pofile import read_po, write_po
with path.open("rb") as file:
    catalog = read_po(file)
for entry in catalog:
    if entry.id:
        several = isinstance(entry.id, tuple)
        forms = entry.id if several else (entry.id,)
        made = [i18n.pseudo(form) for form in forms]
        entry.string = tuple((made * catalog.num_plurals)[: catalog.num_plurals]) if several else made[0]
with path.open("wb") as file:
    write_po(file, catalog)
# 3. its number words: without them nothing passes
try:
    told["without"] = list(translating.mistold("tl"))
except Exception as refusal:
    told["without"] = str(refusal)
made = {i18n.pseudo(word).strip("⟦⟧ ô"): number for word, number in numbers.words("en").items()}
(words / "numbers" / "tl.yml").write_text("".join(f"{word}: {number}\n" for word, number in made.items()))
told["mistold"] = list(translating.mistold("tl"))
# 4. who made it
with (words / "reviews.yml").open("a") as file:
    file.write("tl:\n  made_by: Juan Example\n")
# 5. build, 6. read beside the English
told["languages"] = list(spoken.translated())
make_summary(name, out / name, ["tl"], run=execute.run)
make_sheet(name, school, out, ["tl"], run=execute.run)
[sheet] = (path.parent for path in out.glob("schools-*/*/run.json"))
told["sheet"] = str(sheet)
told["faults"] = faults(out / name) + faults(sheet)
# another number in a text is named
text = path.read_text("utf-8")
path.write_text(text.replace("⟦", "⟦77 ", 1) if "⟦" in text else "", "utf-8")
translating.mistold.cache_clear()
told["planted"] = list(translating.mistold("tl"))
path.write_text(text, "utf-8")
# 7. a speaker signs, and a text that changes is read again
told["signed"] = sesec("words", "review", "tl", "--reviewer", "Juan Example")
from sesec_analysis.languages import reviews
told["reviewed"] = reviews.is_reviewed("tl")
path.write_text(text.replace("⟦", "⟦ ", 2), "utf-8")
told["changed"] = reviews.is_reviewed("tl")
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
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    return told, folder / "out" / newest, Path(told["sheet"])


def test_steps__end_in_forms_that_say_the_same_numbers(tried):
    told, *_ = tried
    assert told["begun"][0] == 0
    assert told["entries"] > 600
    assert "have no translation" in told["unsigned"][1]
    assert "number words" in told["without"]
    assert told["mistold"] == told["faults"] == []
    assert "tl" in told["languages"]


def test_steps__name_another_number_and_withdraw_a_review_of_a_text_that_changed(tried):
    told, *_ = tried
    assert len(told["planted"]) == 1
    assert told["signed"][0] == 0
    assert [told["reviewed"], told["changed"]] == [True, False]


def test_forms__are_there_in_the_fifth_language(tried):
    _, summary, sheet = tried
    for page, name in ((summary / "summary.tl.html", "summary"), (sheet / "index.tl.html", "")):
        text = page.read_text("utf-8")
        assert '<html lang="tl">' in text
        assert "machine made this translation" not in html.unescape(text)
        assert "not yet reviewed" in text
        beside = page.parent / f"{name or 'report'}.tl.pdf"
        reader = PdfReader(beside)
        assert reader.trailer["/Root"]["/Lang"] == "tl"
        assert len(reader.pages) <= 2
        word = WordFile(beside.with_suffix(".docx"))
        assert any("⟦" in paragraph.text for paragraph in word.paragraphs)
