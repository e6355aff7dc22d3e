"""Render a document as one self-contained HTML page; nothing is fetched, and its bytes repeat.

Words and layout of the page are in ``reports/template``; this module only fills them in.
"""

import base64
import hashlib
import html
import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path

import jinja2

from sesec_analysis.checkout import palette, template_dir
from sesec_analysis.editions.documents import crossing, paper
from sesec_analysis.editions.documents.model import FigureBlock
from sesec_analysis.editions.documents.notebook import Document
from sesec_analysis.editions.documents.provenance import BuildInfo
from sesec_analysis.editions.documents.screen import letters, panels, phone, strips
from sesec_analysis.editions.documents.sections import translation
from sesec_analysis.errors import EditionError
from sesec_analysis.evidence import citation
from sesec_analysis.evidence.finding import facts
from sesec_analysis.i18n import ENGLISH, curly, language, plural, translate

__all__ = ["fill", "fill_template", "render", "style_sheet"]


def render(
    document: Document,
    *,
    meta: BuildInfo,
    linked_files: Sequence[str] = (),
    annex: Document | None = None,
    translations: Sequence[Document] = (),
    decisions: Mapping[str, object] | None = None,
) -> str:
    """Return the page of a document.

    Parameters
    ----------
    document
        The report.
    meta
        What it was made from; printed at the foot of the page.
    linked_files
        Names of files of the edition that the page may link to.
    annex
        The technical annex of the same run, in which a report in pages says where its numbers stand.
    translations
        What families read of the edition in other languages: the page leads there.
    decisions
        What the edition's findings decide beyond their records, by id (`Finding.decisions`).
    """
    of_pages = annex if document.layout == "pages" else None
    place, code = meta.parameters.get("place"), document.language or language()
    sparks = strips.over_years(document.blocks)
    return fill_template(
        "page",
        title=meta.title,
        document=document,
        meta=meta,
        linked_files=linked_files,
        first_time=_first_time(),
        is_brief=crossing.is_brief(document),
        names=crossing.names(document.layout, document.language),
        tongues=crossing.tongues(document, translations),
        standing=translation.translation_standing(document.language) if document.language else [],
        has_headline=crossing.has_headline,
        parts=crossing.parts_of(document),
        schools=crossing.schools_of(document, place) if crossing.REGISTER in linked_files else [],
        place_in_annex=lambda section: crossing.place_of(section, of_pages),
        dots=panels.of_links(document) if document.layout == "shelf" else None,
        said_by=_sentence,
        strips_key_of=partial(strips.key_of, school=meta.parameters.get("school"), lines=sparks),
        is_in_focus=strips.is_in_focus(meta.parameters.get("school")),
        strips_of=partial(
            strips.of_table, school=meta.parameters.get("school"), decisions=decisions or {}
        ),
        own_of=partial(strips.own, school=meta.parameters.get("school")),
        panels_of=partial(phone.of_figure, place=place, language=code, decisions=decisions),
        key_of=partial(phone.key_of, place=place, language=code, decisions=decisions),
        image=_shared_image(document, meta),
        sparks=sparks,
        numbers_of=crossing.numbers_of,
        tables_of=lambda place: crossing.tables_at(place, of_pages),
    )


def _shared_image(document: Document, meta: BuildInfo) -> str:
    """Return the address of the image that a link to a page is shown with: its first figure; none without a site."""
    names = [crossing.share_name(figure) for figure, *_ in crossing.shared_figures(document)]
    return f"{meta.site_url}{meta.edition}/{names[0]}" if names and meta.site_url else ""


def fill_template(name: str, *, title: str, **words: object) -> str:
    """Return ``name``.html.j2 with words in it, in the style of all pages and its own, with its own script.

    Parameters
    ----------
    name
        Of the template, ``NAME.css`` and ``NAME.js``.
    title
        The foot of each printed page.
    **words
        The values that the template names.

    Raises
    ------
    EditionError
        If a part of the template cannot be read.
    """
    folder = template_dir()
    try:
        style = _read_files(folder, dict.fromkeys(["page.css", f"{name}.css"]))
        colours = palette()
        fonts = letters.page_fonts(is_english=_is_english(words))
        style = fonts + _colours(colours) + style + _running_title(title, colours["muted"])
        searched = ["search.js"] if name == "findings" else []
        script = _read_files(folder, ["copy.js", *searched, f"{name}.js"])
        template = _environment(template_dir()).get_template(f"{name}.html.j2")
    except (OSError, ValueError, KeyError, jinja2.TemplateError) as failure:
        fix = "restore reports/template from the repository, or correct the line named above"
        what = f"the page's template cannot be read: {failure}"
        raise EditionError(what, where=str(folder), fix=fix) from failure
    page = template.render(style=style, script=script, policy=_policy(style, script), **words)
    return _between_tags(page, curly) if _is_english(words) else page


_MARKUP = re.compile(r"(<(?:script|style|code)\b.*?</(?:script|style|code)>|<[^>]*>)", re.DOTALL)


def _between_tags(page: str, written: Callable[[str], str]) -> str:
    """Return a page in which what readers see as text is written in another way."""
    parts = _MARKUP.split(page)
    parts[::2] = [written(part.replace("&#39;", "'")) for part in parts[::2]]
    return "".join(parts)


def _is_english(words: Mapping[str, object]) -> bool:
    document = words.get("document")
    code = document.language if isinstance(document, Document) else ""
    return (code or language()) == ENGLISH


@cache  # 0.1 s to compile the templates of a page; an edition in four languages fills 7 of them, a sheet 5
def _environment(folder: Path) -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"on_page": _on_page, "facts": facts, "unbroken": _keep_terms_together}
    made.filters["unbroken_words"] = partial(_keep_terms_together, terms=_COMPOUND)
    made.globals |= {
        "language": language,
        "plural": plural,
        "publisher": citation.author,
        "say": translate,
        "say_html": _say_html,
    }
    return made


def fill(name: str, **words: object) -> str:
    """Return ``name``.j2 with words in it: they are translated and escaped, and a word that is missing is a fault."""
    return _environment(template_dir()).get_template(f"{name}.j2").render(**words)


def style_sheet(*names: str) -> str:
    """Return the style of pages that share a file for it: the palette, then the files of the template in order."""
    return _colours(palette()) + _read_files(template_dir(), names)


def script(*names: str) -> str:
    """Return scripts of the template as one file, in order."""
    return _read_files(template_dir(), names)


def _read_files(folder: Path, names: Sequence[str] | dict[str, None]) -> str:
    return "".join((folder / name).read_text("utf-8") for name in names)


def _colours(colours: dict[str, str]) -> str:
    lines = (f"--{name.replace('_', '-')}: {value};" for name, value in colours.items())
    return f":root {{ {' '.join(lines)} }}\n"


def _say_html(text: str, **pieces: str) -> str:
    """Return a text with pieces of a template, which are HTML, in its places; the text itself is no HTML."""
    return html.escape(translate(text), quote=False).format(**pieces)


_IN_ADDRESS = {ord(sign): f"%{ord(sign):02X}" for sign in "%#'&<>\n\r\t"}
"""What would end an address or the attribute it stands in, or is dropped from it; all else stands as it is, so that a
picture takes a quarter less room than in base64."""


def _on_page(figure: FigureBlock) -> str:
    """Return a picture, with its letters, as an address that may stand between single quotes.

    Notes, source, and credit under it are left to the file to download: the page has them in its own words.
    """
    svg = paper.cut_svg(figure.svg, 0, figure.frame[1]) if figure.frame else figure.svg
    return f"data:image/svg+xml,{letters.with_letters(svg).translate(_IN_ADDRESS)}"


_TOGETHER = re.compile(
    r"(<[^>]*>)"
    r"|[\u25b2\u25bc\u25cf\u25cb] [\w']+"  # a verdict's sign and its first word
    r"|\([+\u2212]?\$?\d[^()<>&]{0,8} [^()<>&]{1,3} [+\u2212]?\$?\d[^()<>&]{0,12}\)"  # "(−1.0 to 7.4)"
    r"|\(?\$?\d[\d.,]*%?\u2013\$?\d[\d.,]*\d*%?\)?"  # a school year, or a range
)


_COMPOUND = re.compile(r"(<[^>]*>)|\w+(?:-\w+)+")  # "low-income"


def _keep_terms_together(content: str, terms: re.Pattern[str] = _TOGETHER) -> str:
    """Return HTML in which no line ends within a school year, a range or a verdict, or in other terms."""
    return terms.sub(lambda found: found[1] or f'<span class="one">{found[0]}</span>', content)


def _running_title(title: str, colour: str) -> str:
    """Return the rule that prints the edition's title at the foot of each page; there, no variable is known."""
    # A JSON string without < is a CSS string: both escape with a backslash, and CSS reads \3c as <.
    text = json.dumps(title, ensure_ascii=False).replace("<", "\\3c ")
    foot = (
        f"@bottom-left {{ content: {text}; color: {colour}; }} @bottom-right {{ color: {colour}; }}"
    )
    return f"@page {{ {foot} }}\n"


def _policy(style: str, script: str) -> str:
    """Return the page's own rule that nothing but what is in it may load or run."""
    inline = {"style": style, "script": script}
    digests = {
        kind: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for kind, text in inline.items()
    }
    allowed = "; ".join(f"{kind}-src 'sha256-{digest}'" for kind, digest in digests.items())
    return f"default-src 'none'; img-src data:; font-src data:; {allowed}; base-uri 'none'; form-action 'none'"


def _sentence(block: FigureBlock, name: str) -> str:
    """Return what a mark of a figure says: the sentence of its finding."""
    return next(str(one["sentence"]) for one in block.findings if one["id"] == name)


def _first_time() -> Callable[[str], bool]:
    """Return a test of whether a word is met for the first time: a page may hold an id only once."""
    met: set[str] = set()

    def is_new(word: str) -> bool:
        new = word not in met
        met.add(word)
        return new

    return is_new
