"""Read and write the message files (POT, PO) of the texts that readers see.

They are files as translators know them (gettext's), so that any of their tools will do.
"""

import io
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sesec_analysis import checkout
from sesec_analysis.errors import CatalogError

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

__all__ = [
    "ENGLISH",
    "PSEUDO",
    "Text",
    "catalog_of",
    "check_code",
    "compile_mo",
    "extract_texts",
    "folder",
    "forms",
    "languages",
    "own_name",
    "places_in",
    "read_translations",
    "update_po",
    "write_translations",
]


Text = str | tuple[str, str]
"""A text, or those for one thing and for many."""

ENGLISH = "en"
PSEUDO = "qps"
"""A language made by code, for trials: letters accented, a third longer, in brackets that show where a text ends."""

_HEADER = """\
# Every text of the report that readers see. `sesec words` writes the list, `sesec words CODE` the file of a language.
# Places such as {year} stay as they are; a translation may move them."""
_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)  # the same texts give the same bytes on any day


def folder() -> Path:
    """Return the folder with the translations: the project's, or the package's own copy."""
    return checkout.data() / "words"


def languages() -> list[str]:
    """Return the languages that a report can be made in."""
    return [ENGLISH, PSEUDO, *sorted(path.stem for path in folder().glob("*.po"))]


def own_name(code: str) -> str:
    """Return the name that a language has for itself.

    Examples
    --------
    >>> own_name("es"), own_name("vi"), own_name("so"), own_name("en"), own_name("tl")
    ('Español', 'Tiếng Việt', 'Soomaali', 'English', 'Filipino')
    """
    from babel import Locale

    if code == PSEUDO:
        return "Pseudo"
    locale = Locale.parse(code)  # that of a code of old, as tl, has a country too
    name = locale.get_display_name(code) if "_" in code else locale.get_language_name(code)
    return str(name)[:1].upper() + str(name)[1:]


def places_in(text: str) -> set[str]:
    """Return the places that a text has for names and numbers."""
    return set(re.findall(r"\{(\w+)\}", text))


def read_translations(path: Path) -> "Catalog":
    """Return a file of translations.

    Raises
    ------
    CatalogError
        If there is none, or a translation has other places for names and numbers than its text.
    """
    from babel.messages.pofile import PoFileError, read_po

    try:
        messages = read_po(io.BytesIO(path.read_bytes()), locale=path.stem, abort_invalid=True)
    except FileNotFoundError as failure:
        fix = f"choose another language, or begin one with `sesec words {path.stem}`"
        what = f"there is no translation {path.stem!r}"
        raise CatalogError(what, where=str(path.parent), fix=fix, valid=languages()) from failure
    except (PoFileError, ValueError) as failure:
        fix = "correct the line named above, for example with Poedit"
        raise CatalogError(
            f"{path.name} cannot be read: {failure}", where=str(path), fix=fix
        ) from failure
    if faults := _faults(messages):
        fix = "keep every place such as {year} as it is; a translation may move it"
        what = f"{path.name} has {len(faults)} text(s) with other places:"
        raise CatalogError("\n    ".join([what, *faults]), where=str(path), fix=fix)
    return messages


def write_translations(messages: "Catalog") -> bytes:
    """Return a list of texts or translations as the bytes of its file: the same texts give the same bytes."""
    from babel.messages.pofile import write_po

    target = io.BytesIO()
    write_po(target, messages, width=100, no_location=True, ignore_obsolete=True, sort_output=True)
    return target.getvalue()


def compile_mo(messages: "Catalog") -> io.BytesIO:
    """Return a translation as programs read it."""
    from babel.messages.mofile import write_mo

    target = io.BytesIO()
    write_mo(target, messages)
    target.seek(0)
    return target


def catalog_of(texts: Iterable[Text], code: str | None = None) -> "Catalog":
    """Return a list of texts, or a file of translations still to be made."""
    from babel.messages.catalog import Catalog

    made = Catalog(
        locale=code,
        header_comment=_HEADER,
        project="sesec-analysis",
        creation_date=_UNDATED,
        revision_date=_UNDATED,
        fuzzy=False,
    )
    for text in sorted(texts, key=forms):
        made.add(text)
    return made


def update_po(code: str, texts: Iterable[Text]) -> "Catalog":
    """Return the file of a language with these texts: what is translated of them stays.

    So does what stands above the texts: who made the translation, and how.
    """
    path = folder() / f"{code}.po"
    if not path.exists():
        return catalog_of(texts, code)
    made = read_translations(path)
    made.update(catalog_of(texts, code), no_fuzzy_matching=True)
    return made


def extract_texts(path: Path, calls: Mapping[str, int]) -> list[Text]:
    """Return the texts that a module, a template of pages, or a script says, by the functions that say them.

    Those of a module must not be inside an f-string, which babel passes over on Python 3.11.
    """
    from babel.messages.extract import extract

    kind = {".py": "python", ".j2": "jinja2", ".js": "javascript"}[path.suffix]
    keywords = {name: tuple(range(1, count + 1)) for name, count in calls.items()}
    with path.open("rb") as file:
        groups = [texts for _, texts, _, _ in extract(kind, file, keywords=keywords)]
    return [text if isinstance(text, str) else (text[0], text[1]) for text in groups]


def check_code(code: str) -> str:
    """Return the code of a language, or refuse it.

    Raises
    ------
    CatalogError
        If it is no language that can be translated into, or is written in other letters than our fonts have.
    """
    from babel import Locale, UnknownLocaleError
    from babel.core import get_global

    try:
        locale = None if code in (ENGLISH, PSEUDO) else Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        locale = None
    fix = "name a language by its code, such as tl; its letters must be Latin"
    if locale is None:
        raise CatalogError(f"{code!r} is no language to translate into", fix=fix)
    likely = get_global("likely_subtags").get(locale.language, "")  # as am_Ethi_ET
    if "Latn" not in (locale.script or likely).split("_"):
        what = f"{own_name(code)} ({code}) is not written in Latin letters, and our fonts have no others"
        raise CatalogError(what, where="the fonts of pages, figures, and images", fix=fix)
    return code


def forms(text: object) -> tuple[str, ...]:
    """Return the forms of a text: one, or those for one thing and for many."""
    return tuple(map(str, text)) if isinstance(text, tuple | list) else (str(text or ""),)


def _faults(messages: "Catalog") -> list[str]:
    """Return the translations that have other places for names and numbers than their texts."""
    faults = []
    for message in messages:
        known = set().union(*map(places_in, forms(message.id)))
        if any(form and places_in(form) != known for form in forms(message.string)):
            faults.append(f"{forms(message.id)[0]!r}: {forms(message.string)[0]!r}")
    return faults
