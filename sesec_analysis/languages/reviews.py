"""Return whether a speaker has read a translation, set it beside its English to be read, and record who has read it.

``data/words/reviews.yml`` says who made each translation, and who has read it:

    es:
      made_by: machine          # or the name of who translated it
      reviewer: Maria Example   # these three once a speaker has read it, written by `sesec words review es`
      date: 2026-12-01
      sha256: 4c8b...           # of data/words/es.po as it was read

A sign-off holds for one state of a translation: a text that changes later has to be read again. A translation that
the file does not name was made by a machine, as far as anybody can tell.

What there is to read is a page that any browser opens: each text, its translation, where it stands, and what the
glossary (``data/words/glossary.yml``) says of its terms.
"""

import datetime
import re
from collections.abc import Mapping

import yaml
from pydantic import BaseModel, TypeAdapter

from sesec_analysis import catalog, i18n_files
from sesec_analysis.errors import CatalogError
from sesec_analysis.files import sha256_of, write_atomically
from sesec_analysis.i18n_files import Text

__all__ = [
    "FILE",
    "GLOSSARY",
    "MACHINE",
    "Review",
    "Term",
    "glossary",
    "record",
    "review_of",
    "sheet",
]


FILE = "reviews.yml"
MACHINE = "machine"


class Review(BaseModel, frozen=True, extra="forbid"):
    """Who made a translation; who read it, on which day, and the checksum of the file (PO) that was read."""

    made_by: str = MACHINE
    reviewer: str = ""
    date: datetime.date | None = None
    sha256: str = ""


_REVIEWS = TypeAdapter(dict[str, Review])


def _reviews() -> dict[str, Review]:
    path = i18n_files.folder() / FILE
    return catalog.read_entry(path, _REVIEWS) if path.is_file() else {}


def review_of(code: str) -> Review:
    """Return what is known of a translation as it is now; a sign-off of an earlier state, or half a one, is none.

    Raises
    ------
    CatalogError
        If the file cannot be read.
    """
    known, words = _reviews().get(code, Review()), i18n_files.folder() / f"{code}.po"
    is_signed = bool(known.reviewer and known.date) and words.is_file()
    if is_signed and known.sha256 == sha256_of(words):
        return known
    return Review(made_by=known.made_by)


GLOSSARY = "glossary.yml"

_ABOUT = """\
# Who made each translation, and who has read it: `sesec words review CODE --reviewer NAME` writes it down. A file that
# has changed since (`sha256`) has to be read again.
"""


class Term(BaseModel, frozen=True, extra="allow"):
    """A word of the forms that families read: what it means, what to mind, and the word chosen in each language."""

    term: str  # with its other forms behind a stroke
    means: str
    note: str = ""

    @property
    def chosen(self) -> Mapping[str, str]:
        """The words chosen, by language."""
        return self.model_extra or {}

    @property
    def pattern(self) -> re.Pattern[str]:
        """What finds the term in a text, in any of its forms."""
        words = "|".join(map(re.escape, self.term.split("|")))
        return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)

    def note_in(self, code: str) -> str:
        """Return what a reviewer of a language is told of the term."""
        name = self.term.partition("|")[0]
        return f"{name} = {self.chosen.get(code, '')}: {self.means} {self.note}".strip()


def glossary() -> tuple[Term, ...]:
    """Return the terms of the glossary, in its order.

    Raises
    ------
    CatalogError
        If it cannot be read, or a term lacks its meaning.
    """
    return catalog.read_entry(i18n_files.folder() / GLOSSARY, TypeAdapter(tuple[Term, ...]))


def sheet(code: str, places: Mapping[Text, str]) -> str:
    """Return the page that a reviewer reads, as HTML.

    Parameters
    ----------
    code
        A language with a file of translations.
    places
        Where each text stands that has to be read, in words; the page is in this order.

    Raises
    ------
    CatalogError
        If the translation or the glossary cannot be read.
    """
    from jinja2 import Environment

    messages = i18n_files.read_translations(i18n_files.folder() / f"{code}.po")
    said = {i18n_files.forms(one.id): i18n_files.forms(one.string) for one in messages if one.id}
    terms = glossary()
    rows = []
    for text, place in places.items():
        english = i18n_files.forms(text)
        translated = [form for form in said.get(english, ()) if form]
        notes = [term.note_in(code) for term in terms if term.pattern.search(" ".join(english))]
        rows.append((english, translated, place, notes))
    page = Environment(autoescape=True).from_string(_PAGE)
    return page.render(code=code, name=i18n_files.own_name(code), rows=rows, known=review_of(code))


_PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{ name }}: {{ rows | length }} texts to review</title><style>
body { font: 16px/1.45 system-ui, sans-serif; margin: 2rem; color: #1a1a1a; }
p { max-width: 46rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.6rem; border-bottom: 1px solid #bbb; width: 32%; }
th { position: sticky; top: 0; background: #fff; }
td:nth-child(n+3), th:nth-child(n+3) { width: 18%; font-size: 0.85rem; }
.lacking { background: #ffe9b8; }
</style></head><body><h1>{{ name }}: {{ rows | length }} texts to review</h1>
<p>{% if known.reviewer %}Reviewed by {{ known.reviewer }}, {{ known.date }}. Nothing has changed since.
{%- else %}Not reviewed, or changed since it was.{% endif %}</p>
<p>Read each line. Does it say what the English says, no more and no less, in words that a parent uses? Words in
braces, such as {year}, are places for names and numbers: they have to stay as they are.</p>
<p>Correct a mistake in the file data/words/{{ code }}.po. Read the page as families see it, too: make it with sesec
report, and open summary.{{ code }}.html in the folder that it prints. With names and numbers in their places,
articles, endings and the order of words have to be right there.</p>
<p>When all is right, say that you have read it: sesec words review {{ code }} --reviewer "Your name". Pages that are
made from then on name you and the day, and sesec publish keeps them beside the English ones.</p>
<table><thead><tr>{% for head in ("English", name, "Where it stands", "Terms") %}<th scope="col">{{ head }}</th>
{%- endfor %}</tr></thead><tbody>
{% for english, translated, place, notes in rows -%}
<tr><td>{{ english | join("<br>" | safe) }}</td>
<td lang="{{ code }}"{% if not translated %} class="lacking"{% endif %}>
{{- translated | join("<br>" | safe) or "not translated" }}</td><td>{{ place }}</td>
<td>{{ notes | join("<br>" | safe) }}</td></tr>
{% endfor %}</tbody></table>
</body></html>
"""


def record(code: str, reviewer: str, day: datetime.date) -> None:
    """Record that a speaker has read a translation as it is now, every text of it.

    Parameters
    ----------
    code
        A language with a file of translations.
    reviewer
        The speaker's name.
    day
        The day on which it was read.

    Raises
    ------
    CatalogError
        If there is no name, no such translation, or an earlier record cannot be read.
    """
    if not reviewer.strip():
        raise CatalogError(
            "a sign-off has no name", fix='say who has read it: --reviewer "Maria Example"'
        )
    words = i18n_files.folder() / f"{code}.po"
    i18n_files.read_translations(words)
    known = review_of(code)
    own = {"made_by": known.made_by, "reviewer": reviewer.strip(), "date": day}
    entries = _REVIEWS.dump_python(_reviews(), exclude_unset=True)
    entries |= {code: own | {"sha256": sha256_of(words)}}
    text = yaml.safe_dump(dict(sorted(entries.items())), sort_keys=False, allow_unicode=True)
    write_atomically(i18n_files.folder() / FILE, f"{_ABOUT}{text}".encode())
