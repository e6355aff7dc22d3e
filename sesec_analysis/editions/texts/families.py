"""Name the texts of the forms that families read, the summary and the front of a school's fact sheet, to be translated.

The rest of the report stays English. A text counts by where it is written: in the notebooks of the two forms, in the
catalog's entries that they use, in a module that writes what they show. What a module says in other documents alone is
left out by name, so that a text that is new in it counts until somebody says that it does not.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from sesec_analysis import catalog, checkout, i18n_files
from sesec_analysis.catalog.entries import Indicator
from sesec_analysis.editions import run
from sesec_analysis.editions.documents import prose
from sesec_analysis.editions.documents.notebook import Layout, front_cells
from sesec_analysis.editions.editions import editions
from sesec_analysis.editions.texts import messages
from sesec_analysis.evidence.wording import headlines, labels, sentences
from sesec_analysis.i18n_files import Text

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["for_families", "places", "untranslated"]


_NOTEBOOKS: Mapping[Layout, str] = {
    "summary": "summary.ipynb",
    "sheet": "school_fact_sheet.ipynb",
}
_MODULES: Mapping[str, tuple[str, ...]] = {
    "i18n.py": (),
    "editions/documents/paper.py": ("IN_ANNEX", "_about", "_made_with", "_entry"),
    "editions/documents/sections/closing.py": (),
    "editions/documents/sections/translation.py": (),
    "editions/documents/sections/freshness.py": ("_listed",),
    "editions/documents/provenance.py": (),
    "editions/build.py": ("_written",),
    "editions/fact_sheets.py": ("_imprint",),
    "evidence/citation.py": ("_author",),
    "evidence/finding.py": ("card",),
    "evidence/gate/reasons.py": ("no_such_figure", "_NO_FIGURE"),
    "evidence/not_computed.py": (),
    "evidence/level_tables.py": (
        *("level_counts", "level_distribution", "level_parts", "level_weights"),
        *("_of_levels", "_OF_ALL", "_of_all"),
    ),
    "evidence/school_tables.py": ("make_over_years", "_break_notes", "_ONE_YEAR"),
    "evidence/described/specs.py": (),
    "evidence/pictured/side_by_side.py": (),
    "evidence/tables.py": ("plain_table", "_LABELS", "caption_text"),
    "evidence/telling.py": (),
    "evidence/wording/headlines.py": (),
    "evidence/wording/labels.py": ("organization_name",),
    "evidence/wording/numbers.py": (),
    "evidence/wording/fields.py": ("_among", "_size_tested"),
    "evidence/wording/sentences.py": (),
    "figures/figure.py": (),
    "figures/glance.py": (),
    "figures/map.py": ("make_map", "_count", "_source", "_draw"),
    "evidence/pictured/captions.py": (
        *("within", "by_groups", "_title", "compared", "_SIDES", "above", "extremes", "from_to"),
        *("_panel", "span", "ends", "of_students", "counts", "mapped", "time_notes", "students"),
    ),
}
"""The modules that write what the two forms show, each with what it says elsewhere alone, by the name of its part."""

_TEMPLATES = ("page.html.j2", "parts.html.j2", "copy.js", "page.js")
_MEASURES = ("rate", "count", "average", "gap", "ratio", "change", "gap_change")
_LEVELS = ("school_level", "level_performance", "level_engagement", "level_gap", "level_weighted_n")
_HEADLINES = ("level", "change", "gap", "gap_change")
_GROUP_TYPES = ("all", "survey_level")
_ENROLLED = ("low_income", "english_learner")
"""Of other student groups, those whose share of students the summary tells."""
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
    """Return the texts of the summary and of the front of fact sheets, of any school and year, and where they stand."""
    titles = [text for one in editions().values() if one.summary for text in (one.title, *one.asks)]
    parts: dict[str, Iterable[Text]] = {
        "title": titles,
        "paragraph": _of_notebooks(),
        "name of a figure, a group or a place": _of_catalog(),
        "sentence or headline, made of parts": _of_wording(),
        "table, picture or note": _of_modules(),
        "page around the text": _of_templates(),
    }
    found: dict[Text, str] = {}
    for place, texts in parts.items():
        for text in sorted({text for text in texts if text}, key=i18n_files.forms):
            found.setdefault(text, place)
    return found


def for_families() -> set[Text]:
    """Return the texts of the summary and of the front of a school's fact sheet, of any school and year."""
    return set(places())


def untranslated(code: str) -> list[str]:
    """Return the texts that families read and that a language has no translation of."""
    translated = {
        form
        for entry in i18n_files.read(i18n_files.folder() / f"{code}.po")
        if all(i18n_files.forms(entry.string))
        for form in i18n_files.forms(entry.id)
    }
    return [form for one in places() for form in i18n_files.forms(one) if form not in translated]


def _of_notebooks() -> Iterator[Text]:
    for cell in _cells():
        source = cell["source"]
        if cell["cell_type"] == "markdown":
            yield from prose.paragraphs(source)
        else:
            yield from messages.worded(ast.parse(source))


def _cells() -> Iterator["NotebookNode"]:
    """Yield the cells of the notebooks of the two forms, of the fact sheet those of its front."""
    for layout, name in _NOTEBOOKS.items():
        notebook = run.load(checkout.root() / "notebooks" / "reports" / name)
        yield from front_cells(notebook, layout)


def _indicators() -> Mapping[str, Indicator]:
    """Return the indicators whose codes stand in the cells."""
    written = "\n".join(cell["source"] for cell in _cells())
    return {
        code: one
        for code, one in catalog.indicators().items()
        if f'"{code}"' in written or code in _LEVELS
    }


def _of_catalog() -> Iterator[Text]:
    for indicator in _indicators().values():
        yield from messages.said(indicator, without=_LEFT_TO_ANNEX)
    groups = [catalog.student_group(code) for code in _ENROLLED]
    for code in _GROUP_TYPES:
        groups += catalog.group_types()[code].groups.values()
    yield from chain.from_iterable(map(messages.said, groups))
    for place in catalog.places().values():
        if place.headline or place.all_but or place.whole_district or place.level:
            yield from messages.said(place, without={"definition"})
    rules = catalog.level_rules()
    yield from (rules.none, rules.unlike, *(part.title for part in rules.parts.values()))


def _of_wording() -> Iterator[Text]:
    yield from sentences.kind_texts(between_groups=False)
    yield from sentences.gap_texts(_indicators().values())
    yield from sentences.measure_texts((*_MEASURES, *_LEVELS))
    for code in _MEASURES:
        measure = catalog.measures()[code]
        yield from (measure.label, measure.reading, measure.caution)
    yield from headlines.headline_texts(_HEADLINES)
    yield from labels.texts()


def _of_modules() -> Iterator[Text]:
    package = Path(__file__).parents[2]
    for name, elsewhere in _MODULES.items():
        for part in ast.parse((package / name).read_text("utf-8")).body:
            if elsewhere and _names_of(part) & set(elsewhere):
                continue
            yield from messages.called(part)


def _names_of(part: ast.stmt) -> set[str]:
    """Return what a part of a module is called: a function or class, or the names it gives values to."""
    if isinstance(part, ast.FunctionDef | ast.ClassDef):
        return {part.name}
    targets = part.targets if isinstance(part, ast.Assign) else [getattr(part, "target", None)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _of_templates() -> Iterator[Text]:
    folder = checkout.root() / "reports" / "template"
    for name in _TEMPLATES:
        if name.endswith(".j2"):
            yield from i18n_files.in_template(folder / name, messages.CALLS | {"say_html": 1})
        else:
            yield from i18n_files.in_script(folder / name, messages.CALLS)
