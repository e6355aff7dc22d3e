"""A finding's record as an HTML card for a notebook: self-contained, readable without colour or script."""

import html
import json
from collections.abc import Mapping

from sesec_analysis.publishing.clauses import capital
from sesec_analysis.words import language, say

__all__ = ["card"]

_CARD = (
    "max-width:44rem;margin:.75rem 0;padding:.75rem 1rem;border:1px solid #767676;border-left:.3rem solid #0072B2;"
    "background:#fff;color:#1f1f1f;font:1rem/1.45 system-ui,sans-serif"
)
_COPY = (
    "var b=this;navigator.clipboard.writeText(b.previousElementSibling.textContent)"
    ".then(function(){{b.textContent={copied}}})"
)


def card(record: Mapping[str, object], interval: str) -> str:
    """Return a finding as HTML: the sentence, its interval, students and source, its id, and how to cite it."""
    facts = {
        say("Shown"): _shown(record, interval),
        capital(say(str(record.get("counted", "students")))): _students(record),
        say("Note"): str(record["reason"]) if record["publish"] != "nothing" else "",
        say("Source"): str(record["source"]),
        say("Finding"): f"{record['id']}",
    }
    rows = "".join(
        f'<dt style="color:#595959">{html.escape(name)}</dt>'
        f'<dd style="margin:0;overflow-wrap:anywhere">{html.escape(text)}</dd>'
        for name, text in facts.items()
        if text
    )
    copy = _COPY.format(copied=json.dumps(say("Copied"), ensure_ascii=False))
    return (
        f'<section lang="{language()}" aria-label="{html.escape(say("Finding"))}" style="{_CARD}">'
        f'<p style="margin:0 0 .5rem;font-size:1.15rem;font-weight:600">{html.escape(str(record["sentence"]))}</p>'
        '<dl style="display:grid;grid-template-columns:auto 1fr;gap:.15rem .75rem;margin:0;font-size:.9rem">'
        f"{rows}</dl>"
        f'<details style="margin-top:.5rem;font-size:.9rem"><summary>{html.escape(say("How to cite"))}</summary>'
        f'<p style="margin:.4rem 0;overflow-wrap:anywhere">{html.escape(str(record["cite_apa"]))}</p>'
        f'<button type="button" onclick="{html.escape(copy)}">'
        f"{html.escape(say('Copy the citation'))}</button></details></section>"
    )


def _shown(record: Mapping[str, object], interval: str) -> str:
    if record["publish"] == "nothing":
        return ""
    return f"{record['value']} ({interval})" if interval else str(record["value"])


def _students(record: Mapping[str, object]) -> str:
    """Return how many students stand behind the number, and behind what it is compared to."""
    if record["n"] is None:
        return ""
    text = _count(record["n"])
    if record["reference_n"] is not None:
        text += f"; {record['reference_label']}: {_count(record['reference_n'])}"
    return text


def _count(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
