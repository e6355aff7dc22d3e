"""Name the texts of the forms that families read, the summary and a school's fact sheet, to be translated.

The rest of the report stays English. Read in full are the notebooks of the two forms, the catalog's entries that they
use, and the templates of pages. Of other texts, such as the sentences that our code writes and the names of groups,
families read those that some language has a message of: a new one is added to each ``data/words/CODE.po`` in the commit
that writes it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sesec_analysis import catalog, checkout, i18n_files
from sesec_analysis.editions.editions import editions
from sesec_analysis.editions.texts import messages
from sesec_analysis.i18n_files import Text

__all__ = ["places", "untranslated_texts"]


_NOTEBOOKS = ("summary.ipynb", "school_fact_sheet.ipynb")
_TEMPLATES = ("page.html.j2", "parts.html.j2", "copy.js", "page.js")
_LEFT_TO_ANNEX = {
    "definition",
    "numerator",
    "denominator",
    "caveats",
    "range_reason",
    "reason",
    "gap_sentence",
}
"""What is said of an indicator in the report and its annex alone; its differences have a sentence by sign."""


def places() -> dict[Text, str]:
    """Return the texts of the summary and of fact sheets, of any school and year, and where they stand."""
    titles = [text for one in editions().values() if one.summary for text in (one.title, *one.asks)]
    parts: dict[str, Iterable[Text]] = {
        "title": titles,
        "paragraph": (text for cell in _cells() for text in messages.of_cell(cell)),
        "name of a figure or a place": _of_catalog(),
        "page around the text": messages.of_templates(_TEMPLATES),
        "sentence, headline, table, picture or note": _of_code(),
    }
    found: dict[Text, str] = {}
    for place, texts in parts.items():
        for text in sorted({text for text in texts if text}, key=i18n_files.forms):
            found.setdefault(text, place)
    return found


def untranslated_texts(code: str) -> list[str]:
    """Return the texts that families read and that a language has no translation of."""
    translated = _messages_of(code)
    return [form for one in places() for form in i18n_files.forms(one) if form not in translated]


def _messages_of(code: str, is_known: Callable[[Iterable[str]], bool] = all) -> set[str]:
    """Return the texts that a language has a translation of, whole or in part, each form by itself."""
    return {
        form
        for entry in i18n_files.read_translations(i18n_files.folder() / f"{code}.po")
        if is_known(i18n_files.forms(entry.string))
        for form in i18n_files.forms(entry.id)
    }


def _cells() -> Iterator[Mapping[str, Any]]:
    """Yield the cells of the notebooks of the two forms."""
    folder = checkout.root() / "notebooks" / "reports"
    for name in _NOTEBOOKS:
        yield from json.loads((folder / name).read_text("utf-8"))["cells"]


def _of_catalog() -> Iterator[Text]:
    """Yield the texts of the indicators whose codes stand in the cells, and of the places."""
    written = "\n".join("".join(cell["source"]) for cell in _cells())
    for code, indicator in catalog.indicators().items():
        if f'"{code}"' in written:
            yield from messages.entry_texts(indicator, without=_LEFT_TO_ANNEX)
    for place in catalog.places().values():
        if place.headline or place.all_but or place.whole_district or place.level:
            yield from messages.entry_texts(place, without={"definition"})


def _of_code() -> Iterator[Text]:
    """Yield the texts of the list that some language has a message of."""
    codes = (path.stem for path in i18n_files.folder().glob("*.po"))
    known = set().union(*(_messages_of(code, any) for code in codes))
    yield from (
        text for text in messages.gather_texts() if known.issuperset(i18n_files.forms(text))
    )
