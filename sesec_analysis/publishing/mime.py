"""The forms in which our objects show themselves, and the notice that stands where there is no data."""

import html
from dataclasses import dataclass

__all__ = ["FIGURE", "FINDING", "FINDINGS", "NOTICE", "TABLE", "Notice"]

FINDING = "application/vnd.sesec.finding+json"
FINDINGS = "application/vnd.sesec.findings+json"
FIGURE = "application/vnd.sesec.figure+json"
TABLE = "application/vnd.sesec.table+json"
NOTICE = "application/vnd.sesec.notice+json"


@dataclass(frozen=True)
class Notice:
    """Words that stand where a figure or table would, had there been data.

    Examples
    --------
    >>> print(Notice("Graduation", "No file is at hand."))
    Graduation. No file is at hand.
    """

    title: str
    text: str

    def __str__(self) -> str:
        """Return both in one line."""
        return f"{self.title}. {self.text}"

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, object]:
        """Return the notice as JSON, HTML and text."""
        title, text = html.escape(self.title), html.escape(self.text)
        return {
            NOTICE: {"title": self.title, "text": self.text},
            "text/html": f'<div role="note"><p><strong>{title}</strong></p><p>{text}</p></div>',
            "text/plain": str(self),
        }
