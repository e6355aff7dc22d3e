"""Extract every text that readers see from the package, catalog, notebooks and templates, to be translated.

Texts are in the package (`translate`, `plural`, `mark`), in the catalog, in the notebooks of reports, in their
templates, and in the list of editions. `sesec words` writes them for translators.

To be translated are those of the forms that families read, the summary and a school's fact sheet; the rest of the
report stays English. Read in full are the notebooks of the two forms, the catalog's entries that they use, and the
templates of pages. Of other texts, such as the sentences that our code writes and the names of groups, families read
those that some language has a message of: a new one is added to each ``data/words/CODE.po`` in the commit that writes
it.
"""

import ast
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import Any, get_args

from sesec_analysis import catalog, checkout, i18n, i18n_files
from sesec_analysis.catalog.entries import Entry, Said, SaidAll
from sesec_analysis.editions.documents import prose
from sesec_analysis.editions.editions import editions
from sesec_analysis.evidence.gate.rules import PRINTING_RULES
from sesec_analysis.evidence.tables import heading_of
from sesec_analysis.evidence.wording import headlines, labels, sentences
from sesec_analysis.i18n_files import Text

__all__ = [
    "entry_texts",
    "family_texts",
    "gather_texts",
    "notebooks",
    "of_cell",
    "of_templates",
    "untranslated_texts",
]


_CALLS = {
    "mark": 1,
    "plural": 2,
    "_": 1,
    "N_": 1,
    "count_message": 2,
    "translate": 1,
}
"""Functions that translate, and how many of their arguments are message ids."""
_CALL = re.compile(rf"\b(?:{'|'.join(_CALLS)})\(")
_WORDED = {"caption", "title", "subtitle", "note"}
"""Arguments that are texts, in a notebook's calls."""
_ONE, _ALL = get_args(Said)[1], get_args(SaidAll)[1]


def gather_texts() -> set[Text]:
    """Return every text, in English: the catalog is read in it whatever language is asked for."""
    with i18n.use_language(i18n_files.ENGLISH):
        texts = chain(_of_package(), _of_catalog(), _of_notebooks(), of_templates())
        listed = (text for one in editions().values() for text in (one.title, *one.asks))
        return {text for text in chain(texts, listed) if text}


def _of_package() -> Iterator[Text]:
    """Yield the texts that are written out in calls of the functions of `i18n`."""
    package = Path(__file__).parents[2]
    for path in package.rglob("*.py"):
        # The commands speak to staff; one module in three has no such call, and needn't be read.
        if not path.is_relative_to(package / "cli") and _CALL.search(path.read_text("utf-8")):
            yield from i18n_files.extract_texts(path, _CALLS)


def _constant(node: ast.AST) -> str | None:
    known = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return str(node.value) if known else None  # type: ignore[attr-defined]


def _of_catalog() -> Iterator[str]:
    tables: tuple[object, ...] = (
        catalog.indicators(),
        catalog.measures(),
        catalog.group_types(),
        catalog.places(),
        catalog.claims(),
        catalog.level_rules(),
    )
    for table in tables:
        yield from entry_texts(table)
    yield from chain(sentences.clause_texts(), sentences.measure_texts(), labels.texts())
    yield from headlines.headline_texts()
    yield from (rule.sentence for rule in PRINTING_RULES.values())


def entry_texts(entry: object, *, without: Collection[str] = ()) -> Iterator[str]:
    """Return the texts of an entry of the catalog, or of a table of entries, that readers see, but for some fields."""
    if isinstance(entry, dict | list):
        for part in entry.values() if isinstance(entry, dict) else entry:
            yield from entry_texts(part, without=without)
    if isinstance(entry, Entry):
        for name, field in type(entry).model_fields.items():
            value = getattr(entry, name)
            if name in without:
                continue
            if _ONE in field.metadata:
                yield value
            else:
                yield from value if _ALL in field.metadata else entry_texts(value, without=without)


def notebooks() -> list[Path]:
    """Return the notebooks that editions may be made of: all in the project's folder but for tutorials."""
    paths = (checkout.root() / "notebooks").rglob("*.ipynb")
    return sorted(path for path in paths if not {"tutorials", ".ipynb_checkpoints"} & {*path.parts})


def _of_notebooks() -> Iterator[str]:
    for path in notebooks():
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            yield from of_cell(cell)


def of_cell(cell: Mapping[str, Any]) -> Iterator[str]:
    """Yield the texts of a notebook's cell: its paragraphs, or what its code gives to tables and figures."""
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        yield from prose.paragraphs(source)
        return
    with suppress(SyntaxError):  # named with its line as the notebook runs
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call):
                yield from _worded(node)


def _worded(call: ast.Call) -> Iterator[str]:
    given: list[ast.AST] = [one.value for one in call.keywords if one.arg in _WORDED]
    if ast.unparse(call.func) == "sa.report.plain_table":
        labels = (one.value for one in call.keywords if one.arg == "labels")
        named = (value for one in labels if isinstance(one, ast.Dict) for value in one.values)
        given += [*call.args[1:2], *named]
        yield from map(heading_of, _columns(call.args[0]))
    yield from filter(None, map(_constant, given))


def _columns(frame: ast.AST) -> Iterator[str]:
    """Return the columns that a table is cut down to, as in ``frame[["title", "rows"]].dropna()``."""
    while isinstance(frame, ast.Call) and isinstance(frame.func, ast.Attribute):
        frame = frame.func.value
    named = frame.slice if isinstance(frame, ast.Subscript) else frame
    if isinstance(named, ast.List):
        yield from filter(None, map(_constant, named.elts))


def of_templates(names: Collection[str] = ()) -> Iterator[Text]:
    """Yield the texts of the templates and scripts of pages: of those named, or of all."""
    for path in sorted(checkout.template_dir().iterdir()):
        if path.suffix in (".j2", ".js") and (not names or path.name in names):
            yield from i18n_files.extract_texts(path, _CALLS | {"say": 1, "say_html": 1})


# texts that families read ---------------------------------------------------------------------

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


def family_texts() -> dict[Text, str]:
    """Return the texts of the summary and of fact sheets, of any school and year, and where they are."""
    titles = [text for one in editions().values() if one.summary for text in (one.title, *one.asks)]
    parts: dict[str, Iterable[Text]] = {
        "title": titles,
        "paragraph": (text for cell in _family_cells() for text in of_cell(cell)),
        "name of a figure or a place": _of_family_catalog(),
        "page around the text": of_templates(_TEMPLATES),
        "sentence, headline, table, picture or note": _of_family_code(),
    }
    found: dict[Text, str] = {}
    for place, texts in parts.items():
        for text in sorted({text for text in texts if text}, key=i18n_files.forms):
            found.setdefault(text, place)
    return found


def untranslated_texts(code: str) -> list[str]:
    """Return the texts that families read and that a language has no translation of."""
    translated = _messages_of(code)
    return [
        form for one in family_texts() for form in i18n_files.forms(one) if form not in translated
    ]


def _messages_of(code: str, is_known: Callable[[Iterable[str]], bool] = all) -> set[str]:
    """Return the texts that a language has a translation of, whole or in part, each form by itself."""
    return {
        form
        for entry in i18n_files.read_translations(i18n_files.folder() / f"{code}.po")
        if is_known(i18n_files.forms(entry.string))
        for form in i18n_files.forms(entry.id)
    }


def _family_cells() -> Iterator[Mapping[str, Any]]:
    """Yield the cells of the notebooks of the two forms."""
    folder = checkout.root() / "notebooks" / "reports"
    for name in _NOTEBOOKS:
        yield from json.loads((folder / name).read_text("utf-8"))["cells"]


def _of_family_catalog() -> Iterator[Text]:
    """Yield the texts of the indicators whose codes are in the cells, and of the places."""
    written = "\n".join("".join(cell["source"]) for cell in _family_cells())
    for code, indicator in catalog.indicators().items():
        if f'"{code}"' in written:
            yield from entry_texts(indicator, without=_LEFT_TO_ANNEX)
    for place in catalog.places().values():
        if place.headline or place.all_but or place.whole_district or place.level:
            yield from entry_texts(place, without={"definition"})


def _of_family_code() -> Iterator[Text]:
    """Yield the texts of the list that some language has a message of."""
    codes = (path.stem for path in i18n_files.folder().glob("*.po"))
    known = set().union(*(_messages_of(code, any) for code in codes))
    yield from (text for text in gather_texts() if known.issuperset(i18n_files.forms(text)))
