"""A document in, one self-contained HTML page out: nothing is fetched, and the same input gives the same bytes.

The words and the layout of the page stand in ``reports/template``; this room only fills them in.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import jinja2

from sesec_analysis.errors import EditionError
from sesec_analysis.publishing import checkout
from sesec_analysis.publishing.blocks import Record
from sesec_analysis.publishing.document import Document
from sesec_analysis.publishing.imprint import Imprint

__all__ = ["render", "template_dir"]


def template_dir() -> Path:
    """Return the folder with page.html.j2, page.css and page.js."""
    return checkout.root() / "reports" / "template"


def render(document: Document, *, meta: Imprint) -> str:
    """Return the page of a document.

    Parameters
    ----------
    document
        The report.
    meta
        What it was made from; printed at the foot of the page.
    """
    folder = template_dir()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"data_uri": _data_uri, "facts": _facts}
    try:
        style = (folder / "page.css").read_text("utf-8") + _running_title(meta.title)
        script = (folder / "page.js").read_text("utf-8")
        template = environment.get_template("page.html.j2")
    except (OSError, jinja2.TemplateError) as failure:
        mend = "restore reports/template from the repository, or correct the line named above"
        what = f"the page's template cannot be read: {failure}"
        raise EditionError(what, where=str(folder), mend=mend) from failure
    return template.render(
        document=document,
        meta=meta,
        style=style,
        script=script,
        policy=_policy(style, script),
        first_time=_first_time(),
    )


def _data_uri(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def _facts(record: Record) -> str:
    """Return what stands behind a finding, as far as its record tells: interval, students, and what to mind."""
    facts = []
    if interval := record.get("interval"):
        level = f"{record['ci_level']:.0%} " if record.get("ci_level") else ""
        is_range = record.get("publish") == "range"
        facts.append(
            f"with chance on top of it, {interval}" if is_range else f"{level}interval {interval}"
        )
    if (n := record.get("n")) is not None:
        facts.append(f"{_count(n)} students")
    if (n := record.get("reference_n")) is not None:
        facts.append(f"compared with {_count(n)}")
    if record.get("reason") and record.get("publish") != "nothing":
        facts.append(str(record["reason"]))
    text = "; ".join(facts)
    return text[:1].upper() + text[1:]


def _count(n: int | str) -> str:
    return f"{n:,}" if isinstance(n, int) else n


def _running_title(title: str) -> str:
    """Return the rule that prints the edition's title at the foot of each page."""
    # A JSON string without < is a CSS string: both escape with a backslash, and CSS reads \3c as <.
    text = json.dumps(title, ensure_ascii=False).replace("<", "\\3c ")
    return f"@page {{ @bottom-left {{ content: {text}; }} }}\n"


def _policy(style: str, script: str) -> str:
    """Return the page's own rule that nothing but what is in it may load or run."""
    own = {"style": style, "script": script}
    digests = {
        kind: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for kind, text in own.items()
    }
    allowed = "; ".join(f"{kind}-src 'sha256-{digest}'" for kind, digest in digests.items())
    return f"default-src 'none'; img-src data:; {allowed}; base-uri 'none'; form-action 'none'"


def _first_time() -> Callable[[str], bool]:
    """Return a test of whether a word is met for the first time: a page may hold an id only once."""
    met: set[str] = set()

    def is_new(word: str) -> bool:
        new = word not in met
        met.add(word)
        return new

    return is_new
