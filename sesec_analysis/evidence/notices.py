"""Define the notices that stand where there is no data, and the MIME types of what notebooks show."""

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from sesec_analysis.errors import QuestionError
from sesec_analysis.evidence.wording.fields import words_of
from sesec_analysis.i18n import mark as N_
from sesec_analysis.text import Arg, Text, _, dump

if TYPE_CHECKING:
    from sesec_analysis.evidence.described.specs import Spec
    from sesec_analysis.metrics.robustness import Robustness

__all__ = [
    "FIGURE",
    "FINDING",
    "FINDINGS",
    "HEADLINE",
    "NOTICE",
    "NO_FIGURES",
    "SO_WHAT",
    "SPEC",
    "TABLE",
    "Notice",
    "spec_output",
    "verdict_notice",
]


FINDING = "application/vnd.sesec.finding+json"
FINDINGS = "application/vnd.sesec.findings+json"
FIGURE = "application/vnd.sesec.figure+json"
TABLE = "application/vnd.sesec.table+json"
NOTICE = "application/vnd.sesec.notice+json"
HEADLINE = "application/vnd.sesec.headline+json"
SPEC = "application/vnd.sesec.spec+json"
"""What is shown as kind, findings, and options; a document makes it from these, and takes nothing else of an output."""

SO_WHAT = N_("What this means")
"""The title of a notice that says what follows from a figure; it stands in place of nothing."""


NO_FIGURES = N_("These numbers are not in this copy of the data.")
"""What a notice says that has no other reason."""


def spec_output(spec: "Spec | None") -> dict[str, object]:
    """Return the description of what is shown as part of a notebook's output; nothing where there is none."""
    return {SPEC: spec.payload()} if spec else {}


@dataclass(frozen=True)
class Notice:
    """Words in place of a figure or table for which there are no data.

    Examples
    --------
    >>> print(Notice("Graduation", "No file is available."))
    Graduation. No file is available.
    """

    title: str
    text: str = ""
    spec: "Spec | None" = field(default=None, repr=False, compare=False, kw_only=True)
    texts: "tuple[Arg, Arg] | None" = field(default=None, repr=False, compare=False, kw_only=True)
    """What its title and text are rendered from; None where they were given as words."""

    @classmethod
    def of_texts(cls, title: "Arg", text: "Arg | None" = None) -> Self:
        """Return a notice with its texts in the language of now; without a text, there are no numbers."""
        known = text or Text(NO_FIGURES)
        return cls(words_of(title), words_of(known), texts=(title, known))

    def __post_init__(self) -> None:
        """Say that there are no numbers where nothing else is given as the reason."""
        if not self.text:
            object.__setattr__(self, "text", words_of(Text(NO_FIGURES)))

    def __str__(self) -> str:
        """Return both in one line."""
        return f"{self.title}. {self.text}"

    def _repr_mimebundle_(self, **_forms: object) -> dict[str, object]:
        """Return the notice as JSON, HTML and text."""
        title, text = html.escape(self.title), html.escape(self.text)
        return {
            **spec_output(self.spec),
            NOTICE: dict(zip(("title", "text"), map(dump, self.texts), strict=True))
            if self.texts
            else {"title": self.title, "text": self.text},
            "text/html": f'<div role="note"><p><strong>{title}</strong></p><p>{text}</p></div>',
            "text/plain": str(self),
        }


_SCALES = {
    "points_and_ratios": N_("true in points and in ratios"),
    "points_only": N_("true in points only"),
    "ratios_only": N_("true in ratios only"),
    "neither": N_("true neither in points nor in ratios"),
    "unknown": N_("can't tell"),
}
_EVIDENCE = {
    "beyond": N_("beyond chance and withholding"),
    "against": N_("against it in points"),
    "unknown": N_("can't tell"),
}


def verdict_notice(found: "Robustness") -> Notice:
    """Return the two labels of a statement and the short sentences that support them, as a notice.

    Parameters
    ----------
    found
        As `sesec_analysis.metrics.robustness.robustness` gives it.

    Returns
    -------
    Notice
        Scale and evidence are its title, the sentences its text. It holds no number.

    Notes
    -----
    Reading: put it under a headline of a change, with both gaps and both ratios.

    Examples
    --------
    >>> from sesec_analysis.metrics.robustness import Robustness
    >>> text = Text("In percentage points the gap narrowed.")
    >>> found = Robustness("points_only", "beyond", ("points",), ("ratio",), text)
    >>> print(verdict_notice(found))
    Scale: true in points only; evidence: beyond chance and withholding. In percentage points the gap narrowed.
    """
    if not hasattr(found, "evidence"):
        raise QuestionError(
            f"a statement that was tried is wanted, not a {type(found).__name__}",
            where="verdict_notice(…)",
            fix="pass what `sa.robustness` returns",
        )
    scale, evidence = Text(_SCALES[found.scale]), Text(_EVIDENCE[found.evidence])
    title = _(N_("Scale: {scale}; evidence: {evidence}"), scale=scale, evidence=evidence)
    return Notice.of_texts(title, found.text)
