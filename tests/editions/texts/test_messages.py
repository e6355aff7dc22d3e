"""Every message is in the list that translators get, and none written in code states a number.

Families read two forms in their own language, whole: no text of these is left in English or loses a part.
"""

import ast
import functools
import re
from pathlib import Path

import proofs
import pytest

from sesec_analysis import i18n, i18n_files
from sesec_analysis.archive import frozen
from sesec_analysis.editions.texts import messages
from sesec_analysis.evidence.finding import Finding
from sesec_analysis.evidence.tables import CELLS, Findings, caption_text, heading_text, note_text
from sesec_analysis.text import message_ids

WITH_DIGITS = {
    "1 mile",
    "K-8",
    "K-8 schools",
    "Lines from 0 to 100 percent.",
    "Seattle’s K-8 schools",
    "a rate is 0",
    "usual: 0 points",
    "{where} elementary and K-8 budgets: {here} per student, elsewhere {there}",
    "{title}: from 0 to {top} percent.",
}
"""Names and limits that no finding has; two paragraphs about file formats have digits as well."""


def test_message_ids__of_code_state_no_number():
    texts = {form for text in messages._of_package() for form in i18n_files.forms(text)}
    found = {text for text in texts if re.search(r"\d", text)}
    assert {text for text in found if "PDF/UA-1" not in text and "SHA-256" not in text} == (
        WITH_DIGITS
    )


def test_texts__are_in_no_f_string_where_they_would_not_be_found():
    """Babel reads no calls inside f-strings on Python 3.11."""
    paths = Path(messages.__file__).parents[2].rglob("*.py")
    trees = [(path.stem, ast.parse(path.read_text("utf-8"))) for path in paths]
    inside = {
        (name, ast.unparse(call))
        for name, tree in trees
        for string in ast.walk(tree)
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] in messages._CALLS
        if any(isinstance(given, ast.Constant) for given in call.args)
    }
    assert inside == set()


@pytest.mark.slow
@pytest.mark.proof(
    "Messages of published editions are in the list", seed=9, tried="every published edition"
)
@pytest.mark.parametrize("edition", proofs.sample(frozen.published_names(), 1, seed=9))
def test_message_ids__used_in_editions_are_in_the_list(edition, every_text):
    listed = {form for text in every_text for form in i18n_files.forms(text)}
    records = frozen.read_frozen(edition).findings
    tried = proofs.sample(range(len(records)), 500, seed=9)
    findings = [Finding.from_record(records[at], {}) for at in tried]
    texts = [cell(one) for one in findings for cell in CELLS.values()]
    for one in findings:
        alone = Findings([one])
        texts += [caption_text(alone), note_text(alone, ["value", "interval"])]
        texts += [heading_text(name, alone) for name in ("value", "interval", "n", "reference_n")]
    used = {msgid for text in texts for msgid in message_ids(text) if i18n.has_words(msgid)}
    assert len(used) > 50
    assert {msgid.replace("at {place}", "in {place}") for msgid in used} <= listed


# texts that families read ---------------------------------------------------------------------

LANGUAGES = [code for code in i18n_files.languages() if code not in (i18n.ENGLISH, i18n.PSEUDO)]
"""Those with a file of translations."""

MARKUP = re.compile(r"\*\*|`|<[^>]+>|\[|\]\(|[▲▼●○]|SHA-256|https?://\S+")
ENDS = ".:?"


def entries(code):
    """The messages of a language, each with its forms in English and in the language."""
    for one in i18n_files.read_translations(i18n_files.folder() / f"{code}.po"):
        if one.id:
            yield i18n_files.forms(one.id), i18n_files.forms(one.string)


@pytest.fixture(scope="module", autouse=True)
def _places_are_read_once():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(messages, "family_texts", functools.cache(messages.family_texts))
        yield


@pytest.fixture
def gathered(every_text, monkeypatch):
    monkeypatch.setattr(messages, "gather_texts", lambda: every_text)


@pytest.mark.parametrize("code", LANGUAGES)
def test_untranslated__is_nothing_of_what_families_read(code):
    """If it is: run `sesec words CODE` and fill in what is empty in data/words/CODE.po."""
    assert messages.untranslated_texts(code) == []


@pytest.mark.slow
@pytest.mark.usefixtures("gathered")
@pytest.mark.parametrize("code", LANGUAGES)
def test_translation__keeps_what_is_translated_and_adds_nothing(code):
    """The file is as `sesec words CODE` writes it."""
    written = (i18n_files.folder() / f"{code}.po").read_bytes()
    made = i18n_files.write_translations(i18n_files.update_po(code, messages.family_texts()))
    other = sorted(set(written.splitlines()) ^ set(made.splitlines()))
    assert (other, written == made) == ([], True), f"run `sesec words {code}`"


def test_places__are_of_every_part_of_both_forms():
    told = messages.family_texts()
    assert told["What goes well"] == "paragraph"  # of the summary
    assert told["Key numbers of the school"] == "paragraph"  # of the front of a fact sheet
    assert told["Met the standard in mathematics"].startswith("name of")
    assert told["{what} in {here} fell {size}, {first} to {year}"].startswith("sentence")
    assert told["Skip to the report"].startswith("page")


@pytest.mark.parametrize("code", LANGUAGES)
def test_translations__have_the_markup_of_their_english(code):
    odd = []
    for english, said in entries(code):
        kept = sorted(MARKUP.findall(english[-1]))
        odd += [form for form in said if sorted(MARKUP.findall(form)) != kept]
        ends = english[-1][-1] if english[-1][-1] in ENDS else ""
        odd += [form for form in said if (form[-1] if form[-1] in ENDS else "") != ends]
        odd += [form for form in said if form != form.strip() or "  " in form]
    assert odd == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_translations__say_opposites_in_unlike_words(code):
    """Better is not worse, and a rise is no fall: texts that differ in English differ in every language."""
    said = dict(entries(code))
    pairs = [("better", "worse"), ("higher", "lower"), ("rose", "fell"), ("up", "down")]
    checked = 0
    for english, forms in said.items():
        for one, other in pairs:
            turned = tuple(re.sub(rf"\b{one}\b", other, text) for text in english)
            if turned != english and turned in said:
                assert said[turned] != forms, english
                checked += 1
    assert checked > 40
